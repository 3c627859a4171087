//! 手机号: eleven digits that begin with 1 and 3 to 9. Blocks within that are not looked at: they change.

use super::{Finding, accepted, mended, table};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::wire;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

table! {
    EMPTY = Needed "mobile.empty" "this must not be empty", "every vendor's table of parameters";
    MASKED = Document "mobile.masked" "this number is masked", "Juhe 280103 (手机号格式错误)", "send the whole number";
    NOT_ASCII = Document "mobile.not_ascii" "this holds full-width digits or other characters outside of ASCII",
        "Juhe 280103 (手机号格式错误)", "type it with 0-9";
    SPELLING = Document "mobile.spelling" "a country code, blanks or dashes are in this number",
        "Juhe 280103 (手机号格式错误)", "check.mobile gives the eleven digits";
    SHAPE = Document "mobile.shape" "this is no mobile number of the mainland", "Juhe 280103 (手机号格式错误)",
        "eleven digits are needed: 1, then 3 to 9, then nine more";
}

/// Looks at a mobile number, and gives its eleven digits. Nothing is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mobile {
    /// 手机号; `+86`, blanks and dashes may be in it.
    pub mobile: Personal,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "CheckMobileReply"))]
pub struct MobileReply {
    /// Whether `normalized` can be sent: nothing was found that rejects it.
    pub accepted: bool,
    /// The eleven digits; none where this is no mobile number.
    #[serde(serialize_with = "wire::clear")]
    pub normalized: Option<Personal>,
    /// Everything that was found.
    pub findings: Vec<Finding>,
}

impl Operation for Mobile {
    const META: Meta =
        Meta { id: "check.mobile", doc: "Looks at a mobile number, and gives its eleven digits.", place: Place::Local };
    type Response = MobileReply;

    fn preflight(&self, _: Time) -> Vec<Finding> {
        look("/mobile", self.mobile.expose())
    }

    async fn run(self, io: Io) -> Result<MobileReply> {
        let findings = mended(self.preflight(io.now()), &[&SPELLING]);
        let normalized = normalize(self.mobile.expose());
        Ok(MobileReply { accepted: accepted(&findings), normalized, findings })
    }
}

fn is_mobile(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

fn is_filler(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2014}')
}

/// The eleven digits without a country code, blanks and dashes.
fn normalize(text: &str) -> Option<Personal> {
    let bare: Zeroizing<String> = Zeroizing::new(text.chars().filter(|character| !is_filler(*character)).collect());
    let codes = ["+86", "0086", "86", ""];
    codes.iter().filter_map(|code| bare.strip_prefix(code)).find(|rest| is_mobile(rest)).map(Personal::from)
}

/// Everything that is wrong with a number as it stands.
pub(crate) fn look(field: &str, text: &str) -> Vec<Finding> {
    if is_mobile(text) {
        return Vec::new();
    }
    vec![if text.trim().is_empty() {
        EMPTY.at(field)
    } else if text.contains(['*', '＊']) {
        MASKED.at(field)
    } else if text.chars().any(|character| !character.is_ascii() && !is_filler(character)) {
        NOT_ASCII.at(field)
    } else if normalize(text).is_some() {
        SPELLING.at(field)
    } else {
        SHAPE.at(field)
    }]
}

#[cfg(test)]
mod tests;
