//! The way back from Baidu's page: one of the two addresses it was given. **Nothing is signed and nothing appended.**

use super::handover::{check_address, is_address};
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, Secret};
use crate::wire;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// Tells which of the two own addresses a browser came back to. Anybody can open either: ask `result_getall`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The landed URL as the browser sent it: whole, or from its path on.
    pub url: Secret,
    /// The address that the page was given for a pass.
    pub success_url: Secret,
    /// The address that the page was given for a failure.
    pub failed_url: Secret,
}

/// What the browser claims.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadReply {
    /// `true` at the address for a pass, `false` at the one for a failure, nothing where they cannot be told apart or
    /// it is neither. Never a proof.
    pub hint_passed: Option<bool>,
    /// The query of the landed URL, decoded once, in its order: the state that the own address carried.
    pub query: Vec<LandedParameter>,
}

/// One parameter of the landed URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LandedParameter {
    /// Its name.
    pub name: String,
    /// Its value. Not signed: anybody may have written it.
    #[serde(serialize_with = "wire::clear")]
    pub value: Personal,
}

/// An address in its parts, each decoded once.
struct Address {
    /// Scheme, host and port; none when only a path came.
    origin: Option<String>,
    path: String,
    query: Vec<(String, String)>,
    fragment: Option<String>,
}

impl Address {
    fn read(text: &str) -> Address {
        let (text, fragment) = text.split_once('#').map_or((text, None), |(text, rest)| (text, Some(rest.to_owned())));
        let (text, query) = text.split_once('?').unwrap_or((text, ""));
        let (origin, path) = match text.split_once("://") {
            Some((scheme, rest)) => {
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
                let usual = if scheme == "https" { ":443" } else { ":80" };
                (Some(format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(&host))), path)
            }
            None => (None, text),
        };
        let path = if path.is_empty() { "/" } else { path };
        let pairs = form_urlencoded::parse(query.as_bytes());
        Address {
            origin,
            path: percent_decode_str(path).decode_utf8_lossy().into_owned(),
            query: pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            fragment,
        }
    }

    /// How many of its own parameters and fragment an address finds again in the landed one; `None`: it is another.
    fn found_in(&self, landed: &Address) -> Option<usize> {
        let same_origin = landed.origin.is_none() || landed.origin == self.origin;
        let mut left: Vec<_> = landed.query.iter().collect();
        for own in &self.query {
            left.remove(left.iter().position(|pair| *pair == own)?);
        }
        // A browser does not send the fragment to a server.
        let fragment = match (&self.fragment, &landed.fragment) {
            (Some(own), Some(other)) if own == other => 1,
            (Some(_), Some(_)) => return None,
            _ => 0,
        };
        (same_origin && self.path == landed.path).then_some(self.query.len() + fragment)
    }
}

impl Operation for Read {
    const META: Meta = Meta {
        id: "baidu.returns.read",
        doc: "Tells which address Baidu's page returned to; an unsigned hint.",
        place: Place::Local,
    };
    type Response = ReadReply;

    async fn run(self, _: Io) -> Result<ReadReply> {
        let success = Address::read(check_address("/success_url", &self.success_url)?);
        let failed = Address::read(check_address("/failed_url", &self.failed_url)?);
        let url = self.url.expose();
        if !is_address(url) && !url.starts_with('/') {
            return Err(Error::invalid_argument("/url", "this is neither an http(s) address nor a path"));
        }
        let landed = Address::read(url);
        let hint_passed = match (success.found_in(&landed), failed.found_in(&landed)) {
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            // Where one address is the beginning of the other, the one that explains more.
            (Some(success), Some(failed)) if success != failed => Some(success > failed),
            _ => None,
        };
        let query = landed.query.into_iter();
        let query = query.map(|(name, value)| LandedParameter { name, value: value.into() }).collect();
        Ok(ReadReply { hint_passed, query })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::run;

    fn read(url: &str, success: &str, failed: &str) -> Result<ReadReply> {
        run(Read { url: url.into(), success_url: success.into(), failed_url: failed.into() }, []).result
    }

    fn hint(url: &str, success: &str, failed: &str) -> Option<bool> {
        read(url, success, failed).unwrap().hint_passed
    }

    #[test]
    fn a_hint_and_nothing_more() {
        let (success, failed) = ("https://e.cn/ok?s=7", "https://e.cn/bad?s=7");
        assert_eq!(hint("https://e.cn/ok?s=7", success, failed), Some(true));
        assert_eq!(hint("https://E.cn:443/bad?s=7", success, failed), Some(false));
        assert_eq!(hint("/ok?s=7", success, failed), Some(true), "as a server sees it");
        assert_eq!(hint("https://e.cn/ok?x=1&s=7", success, failed), Some(true), "something was appended");
        for other in
            ["https://e.cn/ok", "https://e.cn/ok?s=8", "https://evil.cn/ok?s=7", "http://e.cn/ok?s=7", "/", "/okay?s=7"]
        {
            assert_eq!(hint(other, success, failed), None, "{other}");
        }
    }

    #[test]
    fn addresses_that_differ_in_little_are_told_apart_or_not_at_all() {
        let page = "https://e.cn/back";
        assert_eq!(hint(page, page, page), None);
        assert_eq!(hint("https://e.cn/back?failed=1", page, "https://e.cn/back?failed=1"), Some(false));
        assert_eq!(hint("https://e.cn/back", page, "https://e.cn/back?failed=1"), Some(true));
        let (success, failed) = ("https://e.cn/?r=ok", "https://e.cn?r=no");
        assert_eq!(hint("https://e.cn?r=ok", success, failed), Some(true));
        assert_eq!(hint("/?r=no", success, failed), Some(false));
        assert_eq!(hint("/?r=no&r=ok", success, failed), None, "both claims at once");
        let (success, failed) = ("https://e.cn/#/ok", "https://e.cn/#/no");
        assert_eq!(hint("https://e.cn/#/no", success, failed), Some(false));
        assert_eq!(hint("https://e.cn/", success, failed), None, "a server never sees the fragment");
        assert_eq!(hint("https://e.cn/#/other", success, failed), None);
    }

    #[test]
    fn the_state_is_kept_and_guarded() {
        let reply = read("/ok?s=a%2Bb+c&u=%E7%8E%8B&s=2#x", "https://e.cn/ok", "https://e.cn/no").unwrap();
        let query: Vec<_> = reply.query.iter().map(|pair| (pair.name.as_str(), pair.value.expose())).collect();
        assert_eq!(query, [("s", "a+b c"), ("u", "王"), ("s", "2")]);
        assert!(!format!("{reply:?}").contains("a+b"));
    }

    #[test]
    fn own_addresses_are_checked() {
        let field = |url: &str, success: &str, failed: &str| read(url, success, failed).unwrap_err().field.clone();
        assert_eq!(field("/x", "", "https://e.cn").as_deref(), Some("/success_url"));
        assert_eq!(field("/x", "https://e.cn", "e.cn").as_deref(), Some("/failed_url"));
        for bad in ["", "e.cn/x", "javascript:1"] {
            assert_eq!(field(bad, "https://e.cn", "https://e.cn").as_deref(), Some("/url"), "{bad}");
        }
    }
}
