//! The way back from the page: `response` and `sign` on the return URL. Document: returnUrl参数说明, sign值说明.
//!
//! It passes through a browser, so it is a hint, never a verdict: after it `juhe.faceid.search` is asked, always.

use crate::error::{Error, Result};
use crate::juhe::faceid::Detail;
use crate::juhe::faceid::detail::{self, flag};
use crate::juhe::sign;
use crate::operation::{Io, Meta, Operation, Place};
use crate::percent::UNRESERVED;
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret, same};
use crate::verdict::{Hint, Vendor};
use crate::wire;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// Checks the signature of a return URL, and reads it. Bind it to your session: give `expected_order`, and use each
/// return once; the signature proves neither freshness nor whose session it is. Then ask `juhe.faceid.search`.
/// The vendor writes `sign` in lower case; upper case is taken too.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The URL on which the person landed, exactly as received; the part from its path on suffices.
    pub url: Personal,
    /// The key of the API. Default: the account's.
    #[serde(default)]
    pub key: Option<Secret>,
    /// `jh_order_id` of the session. Without it the reply says which order it is about, and to bind it is up to you.
    #[serde(default)]
    pub expected_order: Option<String>,
}

/// What a return says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "JuheReturn"))]
pub struct Return {
    /// A hint, never a verdict.
    pub hint: Hint,
    /// 聚合订单号; missing at most beside an error code.
    pub jh_order_id: Option<String>,
    /// 状态码: 0, or why there is no result.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub error_code: i64,
    /// 请求描述.
    pub reason: String,
    /// 认证结果描述.
    pub message: Option<String>,
    /// 认证详细内容.
    pub detail: Option<Detail>,
    /// The exact text that was signed.
    #[serde(serialize_with = "wire::clear")]
    pub response: Personal,
    /// Every other field of `result`.
    pub extra: Extra,
}

const FIELDS: [&str; 4] = ["jh_order_id", "passed", "message", "detail"];

impl Operation for Verify {
    const META: Meta = Meta {
        id: "juhe.returns.verify",
        doc: "Checks and reads a return URL: a signed hint, never a verdict.",
        place: Place::Local,
    };
    type Response = Return;

    async fn run(self, io: Io) -> Result<Return> {
        let key = sign::key(self.key, &io)?;
        signed_text(self.url.expose(), &key)
            .and_then(|response| read(response, self.expected_order.as_deref()))
            .map_err(|error| error.with_vendor(Vendor::Juhe))
    }
}

/// The one `response` of a landed URL whose `sign` is right, decoded once.
fn signed_text(url: &str, key: &Secret) -> Result<String> {
    let (response, given) = pair(url)?;
    let given = decode(given, true);
    // `+` is a blank to a form and a plus to a URL. Which one was meant, the signature says.
    let found = [decode(response, true), decode(response, false)]
        .into_iter()
        .find(|response| sign::matches(response, &String::from_utf8_lossy(&given), key));
    let Some(found) = found else {
        return Err(Error::signature("the signature of the return is wrong").with_hint(
            "hash the URL as received: decoded once, never written anew; is it the key of this interface?",
        ));
    };
    String::from_utf8(found).map_err(|_| Error::decode("the signed response is no text"))
}

/// `response` and `sign`, still encoded: of the query string, else of the fragment.
fn pair(url: &str) -> Result<(&str, &str)> {
    let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
    let query = address.split_once('?').map_or("", |(_, query)| query);
    // A vendor that appends to a query of the caller's own may well write a second `?`.
    let readings: [(&str, &[char]); 3] = [(query, &['&']), (query, &['&', '?']), (fragment, &['&', '?'])];
    for (text, separators) in readings {
        let of = |wanted: &str| -> Vec<&str> {
            let pairs = text.split(separators).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs.filter(|(name, _)| decode(name, true) == wanted.as_bytes()).map(|(_, value)| value).collect()
        };
        match (&*of("response"), &*of("sign")) {
            ([response], [sign]) => return Ok((response, sign)),
            (responses, signs) if responses.len() > 1 || signs.len() > 1 => {
                return Err(Error::signature("response or sign occurs twice in the return"));
            }
            _ => {}
        }
    }
    Err(Error::signature("response or sign is missing in the return"))
}

/// Decodes exactly once.
fn decode(text: &str, plus_is_blank: bool) -> Vec<u8> {
    match plus_is_blank {
        true => percent_decode_str(&text.replace('+', " ")).collect(),
        false => percent_decode_str(text).collect(),
    }
}

fn read(response: String, expected: Option<&str>) -> Result<Return> {
    let object = Object::read(&response);
    if !object.is_whole() {
        return Err(Error::decode("the signed response is not JSON"));
    }
    let error_code = Object::required(object.integer("error_code")?, "error_code")?;
    let result = match object.object("result") {
        Err(flaw) if flaw.is_ambiguous() => return Err(flaw.into()),
        result => result.ok().flatten().unwrap_or_default(),
    };
    let jh_order_id = match result.text("jh_order_id") {
        Err(flaw) if flaw.is_ambiguous() => return Err(flaw.into()),
        order => order.ok().flatten().filter(|order| !order.is_empty()),
    };
    match (&jh_order_id, expected) {
        (Some(order), Some(expected)) if !same(order, expected) => {
            return Err(Error::signature("the return is about another order").with_hint("do not trust it"));
        }
        (None, _) if error_code == 0 => return Err(Error::signature("the return names no order")),
        _ => {}
    }
    let hint = match flag(&result, "passed")? {
        Some(true) if error_code == 0 => Hint::Passed,
        Some(false) if error_code == 0 => Hint::Failed,
        _ => Hint::None,
    };
    Ok(Return {
        hint,
        jh_order_id,
        error_code,
        reason: object.note("reason").unwrap_or_default(),
        message: result.note("message"),
        detail: detail::of(&result)?.as_ref().map(Detail::read),
        extra: result.extra(&FIELDS),
        response: response.into(),
    })
}

/// Makes a signed return URL, as the vendor's page would: for tests of your own return page. With the account's key
/// it is as good as a real one, so keep it in tests.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Make {
    /// The `return_url` that was given to `juhe.faceid.query`.
    pub return_url: String,
    /// The key of the API. Default: the account's.
    #[serde(default)]
    pub key: Option<Secret>,
    /// The exact text to sign. Or leave it out and give `jh_order_id`.
    #[serde(default)]
    pub response: Option<Personal>,
    /// The order of a response that is made up like the document's sample.
    #[serde(default)]
    pub jh_order_id: Option<String>,
    /// Whether the made-up response says passed. Default true.
    #[serde(default)]
    pub passed: Option<bool>,
}

/// A signed return.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "JuheMadeReturn"))]
pub struct MadeReturn {
    /// Where the person lands.
    #[serde(serialize_with = "wire::clear")]
    pub url: Personal,
    /// The exact text that was signed.
    #[serde(serialize_with = "wire::clear")]
    pub response: Personal,
    /// Its signature.
    pub sign: String,
}

impl Operation for Make {
    const META: Meta =
        Meta { id: "juhe.returns.make", doc: "Makes a signed return URL for tests.", place: Place::Local };
    type Response = MadeReturn;

    async fn run(self, io: Io) -> Result<MadeReturn> {
        if self.return_url.is_empty() {
            return Err(Error::invalid_argument("/return_url", "this must not be empty"));
        }
        let response = match (self.response, self.jh_order_id) {
            (Some(response), None) if self.passed.is_none() => response,
            (None, Some(order)) => sample(&order, self.passed.unwrap_or(true)).into(),
            _ => return Err(Error::invalid_argument("/response", "give response, or jh_order_id (and passed)")),
        };
        let sign = sign::sign(response.expose().as_bytes(), &sign::key(self.key, &io)?);
        Ok(MadeReturn { url: landed(&self.return_url, response.expose(), &sign).into(), response, sign })
    }
}

/// The document's sample, compact; of a failed verification the same shape (a choice).
fn sample(order: &str, passed: bool) -> String {
    let order = serde_json::Value::from(order);
    let (mark, code, text, score) = match passed {
        true => ("T", "200", "身份证号与姓名匹配，且比对成功", "87"),
        false => ("F", "203", "人脸比对失败", "12"),
    };
    format!(
        r#"{{"error_code":0,"reason":"SUCCESS","result":{{"passed":"{mark}","message":"{text}","jh_order_id":{order},"detail":{{"live_passed":"T","live_code":"200","live_message":"活体检测通过","live_score":"91.11730","certify_passed":"{mark}","certify_code":"{code}","certify_message":"{text}","certify_res":"1","certify_score":"{score}"}}}}}}"#
    )
}

/// Where a person lands. The document's five rows, literally: a trailing slash of the path is dropped unless the path
/// is `/`, a slash after `#` is dropped, the parameters go before `#`. A query of the caller's own is kept (a choice).
fn landed(return_url: &str, response: &str, sign: &str) -> String {
    landing(return_url, &format!("response={}&sign={sign}", utf8_percent_encode(response, UNRESERVED)))
}

/// The same with these parameters.
pub(crate) fn landing(return_url: &str, parameters: &str) -> String {
    let (address, fragment) = match return_url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment.strip_prefix('/').unwrap_or(fragment))),
        None => (return_url, None),
    };
    let (page, query) = match address.split_once('?') {
        Some((page, query)) => (page, Some(query)),
        None => (address, None),
    };
    let path = page.find("://").map_or(page, |scheme| {
        let rest = &page[scheme + 3..];
        rest.find('/').map_or("", |slash| &rest[slash..])
    });
    let page = if path.len() > 1 { page.strip_suffix('/').unwrap_or(page) } else { page };
    let mut url = format!("{page}?");
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        url.push_str(&format!("{query}&"));
    }
    url.push_str(parameters);
    if let Some(fragment) = fragment {
        url.push_str(&format!("#{fragment}"));
    }
    url
}

#[cfg(test)]
mod tests;
