//! The hosted page's address.

use crate::error::{Error, Result};
use crate::jumdata::account;
use crate::operation::{Io, Meta, Operation, Place};
use crate::percent::UNRESERVED;
use crate::secret::Secret;
use crate::wire;
use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

/// Makes the address of the hosted page: `https://api-h5.jumdata.com/lifecheck/v2/check/index?token=${token}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageUrl {
    /// The token of 初始化.
    pub token: Secret,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageUrlReply {
    /// Where to send the person. It holds the token: do not log it.
    #[serde(serialize_with = "wire::clear")]
    pub url: Secret,
}

impl Operation for PageUrl {
    const META: Meta = Meta {
        id: "jumdata.handover.page_url",
        doc: "Makes the address of Jumdata's hosted page.",
        place: Place::Local,
    };
    type Response = PageUrlReply;

    async fn run(self, io: Io) -> Result<PageUrlReply> {
        if self.token.is_empty() {
            return Err(Error::invalid_argument("/token", "this must not be empty"));
        }
        let page = match &io.accounts().jumdata {
            Some(account) => account.page_url.clone(),
            None => account::default_page_url(),
        };
        let token = utf8_percent_encode(self.token.expose(), UNRESERVED);
        Ok(PageUrlReply { url: format!("{page}?token={token}").into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::run;

    #[test]
    fn the_token_is_escaped_and_guarded() {
        let reply = run(PageUrl { token: "a+b/c=&d".into() }, []).result.unwrap();
        assert_eq!(reply.url.expose(), "http://127.0.0.1:1/jumdata/lifecheck/v2/check/index?token=a%2Bb%2Fc%3D%26d");
        assert!(!format!("{reply:?}").contains("a%2Bb"));
        assert!(run(PageUrl::default(), []).result.is_err());
    }
}
