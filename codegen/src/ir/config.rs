//! The fields of a client's configuration, and which of them are secrets.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One field that holds a value, not further fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigField {
    /// Its JSON pointer: `/accounts/juhe/key`.
    pub path: String,
    /// Whether it is a key or a token, and must not be printed.
    pub secret: bool,
}

/// Every field of the core's own schema, by path. One that is a secret in one of several shapes is a secret.
pub(super) fn fields() -> Vec<ConfigField> {
    let root = schemars::schema_for!(shiren::Config).to_value();
    let mut found = BTreeMap::new();
    walk(&root, &root, "", &mut found);
    found.into_iter().map(|(path, secret)| ConfigField { path, secret }).collect()
}

fn walk(root: &Value, node: &Value, path: &str, found: &mut BTreeMap<String, bool>) {
    if let Some(name) = node["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return walk(root, &root["$defs"][name], path, found);
    }
    let several = ["anyOf", "allOf", "oneOf"].iter().filter_map(|several| node[several].as_array()).flatten();
    let mut inner = false;
    for choice in several.filter(|choice| choice["type"] != "null") {
        inner = true;
        walk(root, choice, path, found);
    }
    for (name, field) in node["properties"].as_object().into_iter().flatten() {
        inner = true;
        walk(root, field, &format!("{path}/{name}"), found);
    }
    if !inner {
        *found.entry(path.to_owned()).or_default() |= node["x-shiren"] == "secret";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_addresses() {
        let fields = fields();
        let secret =
            |path: &str| fields.iter().find(|field| field.path == path).unwrap_or_else(|| panic!("{path}")).secret;
        for path in [
            "/accounts/juhe/key",
            "/accounts/juhe/openid",
            "/accounts/jumdata/gateway/appcode",
            "/accounts/jumdata/gateway/app_secret",
            "/accounts/jumdata/gateway/secret_id",
            "/accounts/baidu/api_key",
            "/accounts/baidu/secret_key",
            "/proxy",
        ] {
            assert!(secret(path), "{path}");
        }
        for path in [
            "/accounts/juhe/base_url",
            "/accounts/jumdata/gateway/kind",
            "/accounts/jumdata/gateway/stage",
            "/accounts/baidu/auth",
            "/limits/juhe/breaker/open_ms",
            "/preflight/level",
            "/timeout_ms",
        ] {
            assert!(!secret(path), "{path}");
        }
    }
}
