//! Where evidence may be fetched from. An address comes from a reply, or from whoever says that it does: nothing but
//! the vendors' own hosts is asked.

use crate::error::{Error, Result};
use crate::operation::Context;
use crate::verdict::Vendor;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};

/// A host, or a family of hosts.
enum Host {
    /// This one and everything under it.
    Domain(&'static str),
    /// Aliyun's object storage: `bucket.oss-region.aliyuncs.com`, from outside of Aliyun.
    Oss,
}

/// Where each vendor's documents and samples point.
fn hosts(vendor: Vendor) -> &'static [Host] {
    match vendor {
        // `img`: the sample is cn-shanghai-aliyun-cloudauth-….oss-cn-shanghai.aliyuncs.com.
        Vendor::Juhe => &[Host::Oss, Host::Domain("juhe.cn")],
        // `faceImageUrl`: no sample; the vendor's own domain, and the host that the account calls.
        Vendor::Jumdata => &[Host::Domain("jumdata.com")],
        // `image`: brain.baidu.com; `video`, `images`: bj.bcebos.com.
        Vendor::Baidu => &[Host::Domain("brain.baidu.com"), Host::Domain("bcebos.com")],
    }
}

impl Host {
    fn admits(&self, host: &str) -> bool {
        match self {
            Host::Domain(domain) => within(host, domain),
            Host::Oss => {
                let mut labels = host.strip_suffix(".aliyuncs.com").unwrap_or_default().rsplit('.');
                let region = labels.next().unwrap_or_default();
                let bucket = labels.next().is_some_and(|bucket| !bucket.is_empty()) && labels.next().is_none();
                bucket && region.starts_with("oss-") && !region.ends_with("-internal")
            }
        }
    }
}

fn within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The account's own address: what it already trusts with keys and ID numbers.
fn account(context: &dyn Context, vendor: Vendor) -> Option<Uri> {
    let accounts = context.accounts();
    let address = match vendor {
        Vendor::Juhe => &accounts.juhe.as_ref()?.base_url,
        Vendor::Jumdata => &accounts.jumdata.as_ref()?.result_url,
        Vendor::Baidu => &accounts.baidu.as_ref()?.base_url,
    };
    address.parse().ok()
}

/// The address to ask: on one of the vendor's hosts or the caller's further ones, always by https; or on the very
/// origin of the account, as it stands there. The errors name the host and nothing else.
///
/// Baidu gives `http://` addresses. They are asked by https, never plainly: who sees the face in passing has it.
pub(super) fn checked(url: &str, vendor: Vendor, context: &dyn Context) -> Result<Uri> {
    let refused = |message: String| Error::invalid_argument("/url", message).with_vendor(vendor);
    let uri: Uri = url.parse().map_err(|_| refused("this is not an address".into()))?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(refused("an address starts with https:// and names a host".into()));
    };
    if authority.as_str().contains('@') {
        return Err(refused("an address has no user in it".into()));
    }
    if account(context, vendor).is_some_and(|own| own.scheme() == Some(scheme) && same(&own, authority)) {
        return Ok(uri);
    }
    let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let port = match (scheme.as_str(), authority.port_u16()) {
        ("https", None | Some(443)) | ("http", None | Some(80)) => true,
        ("https" | "http", Some(_)) => false,
        _ => return Err(refused("only https is spoken".into())),
    };
    let further =
        context.evidence_hosts().iter().any(|allowed| host == allowed.trim_end_matches('.').to_ascii_lowercase());
    let vendors = hosts(vendor).iter().any(|allowed| allowed.admits(&host));
    if !port || !(further || vendors) {
        return Err(refused(format!("{authority} is none of the hosts where {vendor} keeps evidence"))
            .with_hint("if a reply of the vendor named it, add the host to evidence_hosts"));
    }
    if context.test_mode() {
        return Err(refused("test mode refuses every host but the sandbox".into()));
    }
    let path = uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    Uri::builder()
        .scheme(Scheme::HTTPS)
        .authority(host)
        .path_and_query(path)
        .build()
        .map_err(|_| refused("this is not an address".into()))
}

fn same(own: &Uri, authority: &Authority) -> bool {
    own.authority().is_some_and(|own| own == authority)
}

#[cfg(test)]
mod tests;
