//! The fields of a client's configuration, and which of them are secrets.

use super::Ir;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One field that holds a value, not further fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigField {
    /// Its JSON pointer: `/accounts/juhe/key`.
    pub path: String,
    /// Whether it is a key or a token, and must not be printed.
    pub secret: bool,
    /// `text`, `number`, `bool`, `texts` for a list of them, `named` for texts by names that the user chose, or `words`
    /// for one of [`words`](ConfigField::words).
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// Every word that it may be, if it is one of several.
    pub words: Vec<String>,
    /// What it is; empty where the source says nothing.
    pub doc: String,
}

impl Ir {
    /// The paths of the configuration's inner objects.
    pub fn config_groups(&self) -> BTreeSet<&str> {
        let paths = self.config.iter().map(|field| &*field.path);
        let outer = paths.flat_map(|path| path.match_indices('/').skip(1).map(|(at, _)| &path[..at]));
        outer.chain(self.config.iter().filter(|field| field.ty == "named").map(|field| &*field.path)).collect()
    }
}

/// Every field of the core's own schema, by path. One that is a secret in one of several shapes is a secret.
pub(super) fn fields() -> Vec<ConfigField> {
    let root = schemars::schema_for!(shiren::Config).to_value();
    let mut found = BTreeMap::new();
    walk(&root, &root, "", "", &mut found);
    found.into_values().collect()
}

fn walk(root: &Value, node: &Value, path: &str, text: &str, found: &mut BTreeMap<String, ConfigField>) {
    let text = node["description"].as_str().filter(|_| text.is_empty()).unwrap_or(text);
    if let Some(name) = node["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return walk(root, &root["$defs"][name], path, text, found);
    }
    let words = words(node);
    if !words.is_empty() {
        return add(found, path, text, node, "words", words);
    }
    let several = ["anyOf", "allOf", "oneOf"].iter().filter_map(|several| node[several].as_array()).flatten();
    let mut inner = false;
    for choice in several.filter(|choice| choice["type"] != "null") {
        inner = true;
        walk(root, choice, path, text, found);
    }
    for (name, field) in node["properties"].as_object().into_iter().flatten() {
        inner = true;
        walk(root, field, &format!("{path}/{name}"), "", found);
    }
    if node["additionalProperties"]["type"] == "string" {
        return add(found, path, text, &node["additionalProperties"], "named", Vec::new());
    }
    if !inner {
        let named = |name: &str| node["type"] == name || node["type"].as_array().is_some_and(|all| all[0] == name);
        let ty = match () {
            () if named("boolean") => "bool",
            () if named("integer") || named("number") => "number",
            () if named("array") => "texts",
            () => "text",
        };
        add(found, path, text, node, ty, Vec::new());
    }
}

/// The words that a node names; none where it is no list of words.
fn words(node: &Value) -> Vec<String> {
    let named = |node: &Value| -> Vec<String> {
        let one = node["const"].as_str().into_iter();
        let several = node["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        one.chain(several).map(str::to_owned).collect()
    };
    let choices = node["oneOf"].as_array().into_iter().flatten();
    let choices: Vec<Vec<String>> = choices.map(named).collect();
    let all = if choices.iter().all(|words| !words.is_empty()) { choices.concat() } else { Vec::new() };
    [named(node), all].concat()
}

fn add(
    found: &mut BTreeMap<String, ConfigField>,
    path: &str,
    text: &str,
    node: &Value,
    ty: &'static str,
    words: Vec<String>,
) {
    let new = || ConfigField {
        path: path.to_owned(),
        secret: false,
        ty,
        words: Vec::new(),
        doc: super::doc::plain(text).replace('\n', " "),
    };
    let field = found.entry(path.to_owned()).or_insert_with(new);
    field.secret |= node["x-shiren"] == "secret";
    field.words.extend(words);
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
            "/environment",
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
            "/sandbox",
        ] {
            assert!(!secret(path), "{path}");
        }
    }
}
