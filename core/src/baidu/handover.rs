//! The hosted page's address.

use super::account;
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::percent::UNRESERVED;
use crate::secret::Secret;
use crate::wire;
use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

/// Makes the address of the hosted page: `https://brain.baidu.com/face/print/?token=…&successUrl=…&failedUrl=…`.
///
/// Baidu appends nothing to the two addresses: what tells the session apart must be in them already.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageUrl {
    /// Of verify_token_generate.
    pub verify_token: Secret,
    /// Where the page goes after a pass, not percent-encoded: it is encoded here, once. http or https.
    pub success_url: Secret,
    /// Where the page goes after a failure, likewise.
    pub failed_url: Secret,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageUrlReply {
    /// Where to send the person. It holds the verify_token: do not log it.
    #[serde(serialize_with = "wire::clear")]
    pub url: Secret,
}

/// Whether a text is an http(s) address of some host.
pub(crate) fn is_address(text: &str) -> bool {
    let rest = text
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"));
    rest.is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with(['/', '?', '#']))
}

/// Refuses what Baidu's page would not go to.
pub(super) fn check_address<'a>(field: &str, address: &'a Secret) -> Result<&'a str> {
    let text = address.expose();
    if is_address(text) {
        return Ok(text);
    }
    let error = Error::invalid_argument(field, "an address starts with http:// or https:// and names a host");
    Err(if text.contains("%3A%2F%2F") || text.contains("%3a%2f%2f") {
        error.with_hint("hand it over as it is; it is percent-encoded here, once")
    } else {
        error
    })
}

impl Operation for PageUrl {
    const META: Meta =
        Meta { id: "baidu.handover.page_url", doc: "Makes the address of Baidu's hosted page.", place: Place::Local };
    type Response = PageUrlReply;

    async fn run(self, io: Io) -> Result<PageUrlReply> {
        if self.verify_token.is_empty() {
            return Err(Error::invalid_argument("/verify_token", "this must not be empty"));
        }
        let success = check_address("/success_url", &self.success_url)?;
        let failed = check_address("/failed_url", &self.failed_url)?;
        let page = match &io.accounts().baidu {
            Some(account) => account.page_url.clone(),
            None => account::page_url(),
        };
        let encode = |text| utf8_percent_encode(text, UNRESERVED);
        let mark = if page.contains('?') { '&' } else { '?' };
        let (token, success, failed) = (encode(self.verify_token.expose()), encode(success), encode(failed));
        Ok(PageUrlReply { url: format!("{page}{mark}token={token}&successUrl={success}&failedUrl={failed}").into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Accounts;
    use crate::harness::{Still, run, run_in};
    use std::sync::Arc;

    fn page() -> PageUrl {
        PageUrl {
            verify_token: "v+canary/=".into(),
            success_url: "https://e.cn/back?s=7&ok=1#/x y".into(),
            failed_url: "http://e.cn/回?s=%37".into(),
        }
    }

    const QUERY: &str = "token=v%2Bcanary%2F%3D&successUrl=https%3A%2F%2Fe.cn%2Fback%3Fs%3D7%26ok%3D1%23%2Fx%20y&failedUrl=http%3A%2F%2Fe.cn%2F%E5%9B%9E%3Fs%3D%2537";

    #[test]
    fn both_addresses_are_encoded_once() {
        let reply = run(page(), []).result.unwrap();
        assert_eq!(reply.url.expose(), format!("http://127.0.0.1:1/baidu/face/print/?{QUERY}"));
        assert!(!format!("{reply:?} {:?}", page()).contains("canary"));
        let mut bare = Still::new();
        bare.accounts = Accounts::default();
        let reply = run_in(Arc::new(bare), page(), []).result.unwrap();
        assert_eq!(reply.url.expose(), format!("https://brain.baidu.com/face/print/?{QUERY}"), "without an account");
    }

    #[test]
    fn only_http_addresses() {
        let field = |page| run(page, []).result.unwrap_err().field.clone();
        assert_eq!(field(PageUrl { verify_token: "".into(), ..page() }).as_deref(), Some("/verify_token"));
        for bad in
            ["", "e.cn", "/back", "ftp://e.cn", "https%3A%2F%2Fe.cn", "javascript://e.cn", "https://", "https:///x"]
        {
            assert_eq!(field(PageUrl { success_url: bad.into(), ..page() }).as_deref(), Some("/success_url"), "{bad}");
            assert_eq!(field(PageUrl { failed_url: bad.into(), ..page() }).as_deref(), Some("/failed_url"), "{bad}");
        }
        let encoded = run(PageUrl { success_url: "https%3A%2F%2Fe.cn".into(), ..page() }, []).result.unwrap_err();
        assert!(encoded.hint.as_deref().unwrap().contains("once"));
    }
}
