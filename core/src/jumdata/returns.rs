//! The way back from Jumdata's page: `returnUrl?token=…&success=…`, **not signed**.

use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, Secret, same};
use serde::{Deserialize, Serialize};

/// Reads the landed URL. What it says is a hint that anybody can forge: ask `jumdata.lifecheck.result`.
///
/// `success` is a text; the document's own sample (`if(passed)`) takes `"false"` for true.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The whole landed URL as the browser sent it (or its query string).
    pub url: Personal,
    /// The token of the session that is expected back.
    pub expected_token: Secret,
}

/// What the browser claims.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadReply {
    /// The page's unsigned claim: `true`, `false`, or nothing where it is neither text. Never a proof.
    pub unsigned_hint: Option<bool>,
}

impl Operation for Read {
    const META: Meta = Meta {
        id: "jumdata.returns.read",
        doc: "Reads the URL that Jumdata's page returned to; an unsigned hint.",
        place: Place::Local,
    };
    type Response = ReadReply;

    async fn run(self, _: Io) -> Result<ReadReply> {
        if self.expected_token.is_empty() {
            return Err(Error::invalid_argument("/expected_token", "this must not be empty"));
        }
        let tokens = parameters(self.url.expose(), "token");
        match tokens.as_slice() {
            [token] if same(token, self.expected_token.expose()) => {}
            [] => return Err(Error::signature("the landed URL has no token")),
            [_] => return Err(Error::signature("the landed URL has the token of another session")),
            _ => return Err(Error::signature("the landed URL has more than one token")),
        }
        let claims = parameters(self.url.expose(), "success");
        let unsigned_hint = match claims.as_slice() {
            [claim] if claim == "true" => Some(true),
            [claim] if claim == "false" => Some(false),
            _ => None,
        };
        Ok(ReadReply { unsigned_hint })
    }
}

/// Every value of a parameter, in the query and in the fragment. Jumdata appends literally, so a return URL with a
/// query of its own comes back with a second `?`, and one with a hash route has the parameters inside the hash.
fn parameters(url: &str, name: &str) -> Vec<String> {
    let pairs = url.split(['?', '#', '&']).filter_map(|part| part.split_once('='));
    pairs
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::harness::run;

    fn read(url: &str) -> Result<Option<bool>> {
        run(Read { url: url.into(), expected_token: "t-1".into() }, []).result.map(|reply| reply.unsigned_hint)
    }

    /// Trap 17: the text `false` is false, and nothing but the two texts says anything.
    #[test]
    fn trap_17_success_is_a_text_and_unsigned() {
        let hint = |success: &str| read(&format!("https://e.cn/back?token=t-1{success}")).unwrap();
        assert_eq!(hint("&success=true"), Some(true));
        assert_eq!(hint("&success=false"), Some(false));
        for odd in [
            "",
            "&success=",
            "&success=1",
            "&success=True",
            "&success=TRUE",
            "&success=false&success=true",
            "&success=true&success=true",
            "&xsuccess=true",
        ] {
            assert_eq!(hint(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_token_must_be_the_expected_one_and_single() {
        for bad in [
            "https://e.cn/?success=true",
            "https://e.cn/?token=t-2&success=true",
            "https://e.cn/?token=&success=true",
            "https://e.cn/?token=t-1&token=t-1&success=true",
            "https://e.cn/?token=t-1&success=true#token=t-2",
            "",
        ] {
            assert_eq!(read(bad).unwrap_err().kind, Kind::Signature, "{bad}");
        }
        assert_eq!(run(Read::default(), []).result.unwrap_err().field.as_deref(), Some("/expected_token"));
    }

    #[test]
    fn literal_appending_is_understood() {
        for landed in [
            "https://e.cn/cb?uid=7?token=t-1&success=true",
            "https://e.cn/#/back?token=t-1&success=true",
            "https://e.cn/back?token=t%2D1&success=true#x",
            "/pages/index/index?token=t-1&success=true",
            "token=t-1&success=true",
        ] {
            assert_eq!(read(landed).unwrap(), Some(true), "{landed}");
        }
    }
}
