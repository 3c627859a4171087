//! What the gateways themselves refuse, before Jumdata saw the request, one row a refusal. Such a call was not billed.
//!
//! A gateway's own words are never passed on: `Invalid Signature` goes on with all that was signed. What is passed on
//! is the row's text. 500 and above come from behind a gateway, or from nowhere: nobody knows what they cost.

use crate::error::{Error, Kind};
use crate::jumdata::account::Gateway;
use crate::operation::Repeat;
use crate::reply::Object;
use crate::verdict::Billed;
use bytes::Bytes;

/// A refusal that a gateway's documents name.
#[derive(Debug)]
struct Row {
    /// A code, or how the gateway's words begin.
    said: &'static str,
    text: &'static str,
    kind: Kind,
    hint: &'static str,
}

const fn row(said: &'static str, text: &'static str, kind: Kind, hint: &'static str) -> Row {
    Row { said, text, kind, hint }
}

const KEYS: &str = "check the keys in accounts.jumdata.gateway at the marketplace";
const SIGNED: &str = "check the secret in accounts.jumdata.gateway and this machine's clock";
const ADDRESS: &str = "check accounts.jumdata.init_url and result_url at the marketplace";
const RENEW: &str = "renew the purchase at the marketplace";
const SLOWER: &str = "send fewer calls at a time";

use Kind::{Authentication, Configuration, InvalidArgument, Quota, RateLimited};

/// Aliyun's words, in `X-Ca-Error-Message`.
static ALIYUN_WORDS: &[Row] = &[
    row("Invalid AppCode", "Invalid AppCode", Authentication, KEYS),
    row("Invalid AppKey", "Invalid AppKey", Authentication, KEYS),
    row("Invalid AppSecret", "Invalid AppSecret", Authentication, SIGNED),
    row("Invalid Signature", "Invalid Signature", Authentication, SIGNED),
    row("Invalid Timestamp", "Invalid Timestamp", Authentication, SIGNED),
    row("Timestamp Expired", "Timestamp Expired", Authentication, SIGNED),
    row("Invalid Nonce", "Invalid Nonce", Authentication, SIGNED),
    row("Nonce Used", "Nonce Used", Authentication, SIGNED),
    row("Unauthorized", "Unauthorized", Authentication, "is this key allowed to call this API?"),
    row("Invalid Url", "Invalid Url", Authentication, ADDRESS),
    row("Invalid Param Location", "Invalid Param Location", Authentication, ADDRESS),
    row("Quota Exhausted", "Quota Exhausted", Quota, RENEW),
    row("Quota Expired", "Quota Expired", Quota, RENEW),
    row("Api Market Subscription", "Api Market Subscription quota exhausted", Quota, RENEW),
    row("User Arrears", "User Arrears", Quota, "pay what is owed to the marketplace"),
    row("Expiry of Authorization", "Expiry of Authorization", Quota, RENEW),
    row("Throttled", "Throttled by Flow Control", RateLimited, SLOWER),
];

/// Aliyun's codes, in `X-Ca-Error-Code`, where the words say nothing.
static ALIYUN_CODES: &[Row] = &[
    row("I400HD", "Invalid Header", Authentication, ADDRESS),
    row("I400MH", "Header is Required", Authentication, ADDRESS),
    row("I400BD", "Invalid Body", Authentication, ADDRESS),
    row("I400PA", "Invalid Request Path", Authentication, ADDRESS),
    row("I405UM", "Unsupported Method", Configuration, ADDRESS),
    row("I403PT", "Invalid protocol", Authentication, "does the address start with https://?"),
    row("I413RL", "Request body too Large", InvalidArgument, "send less"),
    row("I413UL", "Request URL too Large", InvalidArgument, "send less"),
    row("I400CT", "Invalid Content-Type", Authentication, ADDRESS),
    row("I404DO", "Invalid Domain", Configuration, ADDRESS),
    row("I410GG", "Group's instance invalid", Configuration, ADDRESS),
    row("I400SG", "Invalid Stage", Authentication, "check accounts.jumdata.gateway.stage"),
    row("I404NF", "API not found", Configuration, ADDRESS),
];

/// Huawei's codes, in `error_code`.
static HUAWEI: &[Row] = &[
    row("0101", "The API does not exist or has not been published in the environment", Configuration, ADDRESS),
    row("0201", "API request error", InvalidArgument, "check the request's fields and size"),
    row("0301", "Incorrect IAM authentication information", Authentication, KEYS),
    row("0302", "The IAM user is not allowed to access the API", Authentication, KEYS),
    row("0303", "Incorrect app authentication information", Authentication, SIGNED),
    row("0304", "The app is not allowed to access the API", Authentication, "is this app allowed to call this API?"),
    row("0308", "The throttling threshold has been reached", RateLimited, SLOWER),
    row("0501", "The app quota has been used up", Quota, RENEW),
];

/// Tencent's words, in `message`.
static TENCENT: &[Row] = &[
    row("HMAC signature does not match", "HMAC signature does not match", Authentication, SIGNED),
    row("HMAC signature cannot be verified", "HMAC signature cannot be verified", Authentication, SIGNED),
    row("HMAC apikey is invalid", "HMAC apikey is invalid for API", Authentication, KEYS),
    row("HMAC id or signature missing", "HMAC id or signature missing", Authentication, KEYS),
    row("Found no validate usage plan", "Found no validate usage plan", Quota, RENEW),
    row("Found no api", "Found no api", Configuration, ADDRESS),
    row("There is no api match", "There is no api match", Configuration, ADDRESS),
    row("API rate limit exceeded", "API rate limit exceeded", RateLimited, SLOWER),
    row("API quota exceeded", "API quota exceeded", Quota, RENEW),
];

/// What the status alone says.
fn by_status(status: u16) -> Row {
    let (kind, hint) = match status {
        429 => (RateLimited, SLOWER),
        400 | 401 | 403 => (Authentication, KEYS),
        404 | 405 | 410 | 426 => (Configuration, ADDRESS),
        413 | 414 => (InvalidArgument, "send less"),
        _ => (Kind::Vendor, "look the code up in the marketplace's documents"),
    };
    row("", "the marketplace's gateway refused the call", kind, hint)
}

/// What a gateway said about itself.
#[derive(Default)]
struct Said {
    code: String,
    words: String,
    request_id: String,
}

/// The refusal by the account's gateway, if this answer without Jumdata's envelope is one.
pub(in crate::jumdata) fn refusal(
    gateway: &Gateway,
    answer: &http::Response<Bytes>,
    object: &Object<'_>,
) -> Option<Error> {
    let status = answer.status().as_u16();
    let said = match gateway {
        Gateway::Appcode { .. } | Gateway::XCa { .. } => aliyun(answer),
        Gateway::Huawei { .. } | Gateway::HuaweiAppcode { .. } => huawei(object),
        Gateway::Tencent { .. } => tencent(status, object),
        Gateway::Own { .. } => None,
    };
    if status >= 500 {
        return behind(status, said.unwrap_or_default());
    }
    let said = said?;
    let tables: [&[Row]; 2] = match gateway {
        Gateway::Huawei { .. } | Gateway::HuaweiAppcode { .. } => [HUAWEI, &[]],
        Gateway::Tencent { .. } => [TENCENT, &[]],
        _ => [ALIYUN_WORDS, ALIYUN_CODES],
    };
    let begins = |row: &&Row| said.words.starts_with(row.said) || last(&said.code) == row.said;
    let fallback = by_status(status);
    let row = tables.iter().find_map(|table| table.iter().find(begins)).unwrap_or(&fallback);
    // Newer gateways say 429 where older ones say 403 with the word.
    let kind = if status == 429 && row.kind != Quota { RateLimited } else { row.kind };
    let hint = if kind == row.kind { row.hint } else { SLOWER };
    let mut error = Error::new(kind, row.text).with_hint(hint);
    name(&mut error, status, said);
    if kind == RateLimited {
        error.retryable = true;
        error.repeat = Repeat::FREE;
    }
    Some(error)
}

/// 500, 503, 504, and whatever a gateway calls its own above them: the service may have been reached.
fn behind(status: u16, said: Said) -> Option<Error> {
    if !matches!(status, 500 | 503 | 504) && said.code.is_empty() && said.words.is_empty() {
        return None;
    }
    let mut error = Error::new(Kind::Vendor, "the marketplace could not reach the service").with_hint("try later");
    name(&mut error, status, said);
    error.repeat = Repeat::FREE;
    Some(error.with_billed(Billed::Unknown))
}

fn name(error: &mut Error, status: u16, said: Said) {
    error.http_status = Some(status);
    error.vendor_code = Some(said.code).filter(|code| !code.is_empty());
    error.references.log = Some(said.request_id).filter(|id| !id.is_empty());
}

/// The digits of `APIG.0303`; an Aliyun code as it is.
fn last(code: &str) -> &str {
    code.rsplit('.').next().unwrap_or_default()
}

/// An identifier and nothing else: a code or a request number, not a sentence with data in it.
fn identifier(text: &str) -> String {
    let short =
        text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if short { text.to_owned() } else { String::new() }
}

/// An empty body, the reason in headers.
fn aliyun(answer: &http::Response<Bytes>) -> Option<Said> {
    let header = |name: &str| super::header(answer.headers(), name);
    let (code, words) = (header("x-ca-error-code"), header("x-ca-error-message"));
    if code.is_empty() && words.is_empty() {
        return None;
    }
    let code = Some(identifier(code)).filter(|code| code.len() == 6).unwrap_or_default();
    Some(Said { code, words: words.to_owned(), request_id: identifier(header("x-ca-request-id")) })
}

/// `{error_code, error_msg, request_id}`.
fn huawei(object: &Object<'_>) -> Option<Said> {
    let code = object.text("error_code").ok().flatten().filter(|_| object.is_whole())?;
    let digits = code.strip_prefix("APIG.").or_else(|| code.strip_prefix("APIGW."))?;
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let request_id = identifier(&object.note("request_id").unwrap_or_default());
    Some(Said { code, words: String::new(), request_id })
}

/// `{"message": …}` with one of the gateway's statuses.
fn tencent(status: u16, object: &Object<'_>) -> Option<Said> {
    let words = object.text("message").ok().flatten().filter(|_| object.is_whole())?;
    matches!(status, 401 | 403 | 404 | 405 | 426 | 429 | 481 | 500 | 502 | 504)
        .then(|| Said { words, ..Said::default() })
}
