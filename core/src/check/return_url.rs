//! The page to which a person comes back, and what each vendor makes of its address.

use super::{Finding, accepted, table};
use crate::baidu::handover::is_address;
use crate::config::is_loopback;
use crate::error::Result;
use crate::juhe::returns::landing;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::verdict::Vendor;
use crate::wire;
use serde::{Deserialize, Serialize};

table! {
    EMPTY = Needed "return_url.empty" "this must not be empty", "every vendor's table of parameters";
    SCHEME = Document "return_url.scheme" "an address starts with http:// or https:// and names a host",
        "Jumdata returnUrl (以http或https开头); Baidu successUrl, failedUrl",
        "hand it over as it is, not percent-encoded; for Jumdata a mini-program path may stand here";
    LENGTH = Document "return_url.length" "at most 128 characters are allowed", "Jumdata returnUrl (长度不超过128字符)",
        "keep the state on the server, and a short name of it here";
    CHARACTERS = Standard "return_url.characters" "there are blanks or control characters in this address", "RFC 3986",
        "percent-encode them within the address";
    NO_WEB = Advice "return_url.no_web_address" "this is no http(s) address: whether the page goes there is not known",
        "Juhe returnUrl", "give an http(s) address";
    PLAIN_HTTP = Advice "return_url.plain_http" "what comes back about a person travels in clear text", "common practice",
        "use https";
    LONG = Advice "return_url.long" "a long address gets longer on the way back: many servers refuse 8 KB",
        "common practice", "keep the state on the server, and a short name of it here";
    QUERY = Advice "return_url.query"
        "this address has a query of its own: what the vendor appends it with is not documented",
        "Juhe returnUrl参数说明, Jumdata returnUrl: no such row", "put the state into the path, or keep it on the server";
    TRAILING_SLASH = Advice "return_url.trailing_slash" "the slash at the end of the path gets lost on the way back",
        "Juhe returnUrl参数说明, row history", "serve the page without it too";
    FRAGMENT = Advice "return_url.fragment"
        "the parameters come before the fragment: they are in location.search, not behind #",
        "Juhe returnUrl参数说明, row history带锚点", "read location.search";
    HASH_ROUTE = Advice "return_url.hash_route"
        "the slash behind # gets lost, and the parameters come before #: a hash router finds neither",
        "Juhe returnUrl参数说明, row hash", "use a page without a hash route, and read location.search";
    FRAGMENT_APPENDED = Advice "return_url.fragment_appended"
        "the parameters may be appended behind the fragment, where no server sees them",
        "Jumdata: returnUrl?token=…, literally", "use a page without a fragment";
}

/// Looks at a return address as one vendor will use it, and shows where the person lands. Nothing is sent.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnUrl {
    /// Whose page the person comes back from.
    pub vendor: Vendor,
    /// The address that the vendor is given.
    pub return_url: Personal,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReturnUrlReply {
    /// Whether it can be sent: nothing was found that rejects it.
    pub accepted: bool,
    /// Where the person lands, with `…` for the values: by the document's five rows (Juhe), literally appended
    /// (Jumdata), unchanged (Baidu, which appends nothing: what tells the session apart must be in it already).
    #[serde(serialize_with = "wire::clear")]
    pub lands_at: Option<Personal>,
    /// Everything that was found.
    pub findings: Vec<Finding>,
}

impl Operation for ReturnUrl {
    const META: Meta = Meta {
        id: "check.return_url",
        doc: "Looks at a return address as one vendor will use it, and shows where the person lands.",
        place: Place::Local,
    };
    type Response = ReturnUrlReply;

    fn preflight(&self, _: Time) -> Vec<Finding> {
        look("/return_url", self.return_url.expose(), self.vendor)
    }

    async fn run(self, io: Io) -> Result<ReturnUrlReply> {
        let findings = self.preflight(io.now());
        let url = self.return_url.expose();
        let lands_at = match self.vendor {
            _ if !accepted(&findings) => None,
            Vendor::Juhe => Some(landing(url, "response=…&sign=…")),
            Vendor::Jumdata => Some(format!("{url}?token=…&success=…")),
            Vendor::Baidu => Some(url.to_owned()),
        };
        Ok(ReturnUrlReply { accepted: accepted(&findings), lands_at: lands_at.map(Personal::from), findings })
    }
}

/// Longer than any table asks for, and short enough for the answer to fit behind it.
const LONGEST: usize = 2048;

/// The host of `http://host…`.
fn plain_host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next()?,
        None => host.split(':').next()?,
    };
    scheme.eq_ignore_ascii_case("http").then_some(host)
}

/// Everything that is wrong with an address, or will surprise whoever reads what comes back to it.
pub(crate) fn look(field: &str, url: &str, vendor: Vendor) -> Vec<Finding> {
    if url.trim().is_empty() {
        return vec![EMPTY.at(field)];
    }
    let web = is_address(url);
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (url, None),
    };
    let (page, query) = match address.split_once('?') {
        Some((page, query)) => (page, Some(query)),
        None => (address, None),
    };
    let path = page.split_once("://").map_or(page, |(_, rest)| rest.find('/').map_or("", |slash| &rest[slash..]));
    let (juhe, jumdata) = (vendor == Vendor::Juhe, vendor == Vendor::Jumdata);
    // A path within a mini-program has no scheme at all.
    let scheme_needed = match vendor {
        Vendor::Baidu => true,
        Vendor::Jumdata => url.contains("://"),
        Vendor::Juhe => false,
    };
    let found = [
        (scheme_needed && !web, &SCHEME),
        (jumdata && url.chars().count() > 128, &LENGTH),
        (url.contains(|character: char| character.is_whitespace() || character.is_control()), &CHARACTERS),
        (juhe && !web, &NO_WEB),
        (plain_host(url).is_some_and(|host| !is_loopback(host)), &PLAIN_HTTP),
        (url.len() > LONGEST, &LONG),
        ((juhe || jumdata) && query.is_some(), &QUERY),
        (juhe && path.len() > 1 && path.ends_with('/'), &TRAILING_SLASH),
        (juhe && fragment.is_some_and(|fragment| fragment.starts_with('/')), &HASH_ROUTE),
        (juhe && fragment.is_some_and(|fragment| !fragment.starts_with('/')), &FRAGMENT),
        (jumdata && fragment.is_some(), &FRAGMENT_APPENDED),
    ];
    found.into_iter().filter(|(found, _)| *found).map(|(_, rule)| rule.at(field)).collect()
}

#[cfg(test)]
mod tests;
