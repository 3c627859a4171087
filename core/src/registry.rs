//! The list of all operations, and their erasure to JSON in, JSON out.

use crate::check::Finding;
use crate::error::{Error, Kind, Result};
use crate::operation::{Exchange, Io, Meta, Operation};
use crate::time::Time;
use crate::wire::{self, Parts, Wire};
use crate::{baidu, check, compare, evidence, juhe, jumdata, liveness};
#[cfg(feature = "photo")]
use crate::{page, photo};

/// One operation, erased: function pointers, nothing dynamic.
pub struct Entry {
    /// Id, one sentence, place.
    pub meta: Meta,
    /// Reads the request and begins.
    pub start: fn(&[u8], Parts, Io) -> Result<Exchange<Wire>>,
    /// Reads the request and says what is wrong with it; sends nothing.
    pub preflight: fn(&[u8], Parts, Time) -> Result<Vec<Finding>>,
    /// The request's JSON schema.
    #[cfg(feature = "schema")]
    pub request: fn() -> schemars::Schema,
    /// The reply's JSON schema.
    #[cfg(feature = "schema")]
    pub response: fn() -> schemars::Schema,
}

impl Entry {
    /// The entry of an operation.
    pub const fn of<O: Operation>() -> Entry {
        Entry {
            meta: O::META,
            start: |json, parts, io| {
                let request: O = wire::decode(json, parts)?;
                Ok(Exchange::new(io, |io| async move { wire::encode(&request.run(io).await?) }))
            },
            preflight: |json, parts, now| Ok(wire::decode::<O>(json, parts)?.preflight(now)),
            #[cfg(feature = "schema")]
            request: || schemars::schema_for!(O),
            #[cfg(feature = "schema")]
            response: || schemars::schema_for!(O::Response),
        }
    }
}

/// Every operation, grouped by vendor, then local ones, then flows.
pub static OPERATIONS: &[Entry] = &[
    Entry::of::<juhe::faceid::query::Query>(),
    Entry::of::<juhe::faceid::search::Search>(),
    Entry::of::<juhe::verifyface::verify::Verify>(),
    Entry::of::<juhe::verifyface::verify_encry::VerifyEncry>(),
    Entry::of::<juhe::verifyface::verify2::Verify2>(),
    Entry::of::<juhe::verifyface::verify2_encry::Verify2Encry>(),
    Entry::of::<juhe::verifyface_mobile::query::Query>(),
    Entry::of::<juhe::returns::Verify>(),
    Entry::of::<juhe::returns::Make>(),
    Entry::of::<juhe::notify::Read>(),
    Entry::of::<juhe::sign::Make>(),
    Entry::of::<juhe::sign::Verify>(),
    Entry::of::<juhe::cipher::Key>(),
    Entry::of::<juhe::cipher::Encrypt>(),
    Entry::of::<juhe::cipher::Decrypt>(),
    Entry::of::<jumdata::lifecheck::init::Init>(),
    Entry::of::<jumdata::lifecheck::result::Fetch>(),
    Entry::of::<jumdata::handover::PageUrl>(),
    Entry::of::<jumdata::returns::Read>(),
    Entry::of::<jumdata::gateway::sign::Sign>(),
    Entry::of::<baidu::oauth::token::Token>(),
    Entry::of::<baidu::faceprint::verify_token_generate::VerifyTokenGenerate>(),
    Entry::of::<baidu::faceprint::idcard_submit::IdcardSubmit>(),
    Entry::of::<baidu::faceprint::upload_match_image::UploadMatchImage>(),
    Entry::of::<baidu::faceprint::result_simple::ResultSimple>(),
    Entry::of::<baidu::faceprint::result_detail::ResultDetail>(),
    Entry::of::<baidu::faceprint::result_stat::ResultStat>(),
    Entry::of::<baidu::faceprint::result_media_query::ResultMediaQuery>(),
    Entry::of::<baidu::faceprint::result_getall::ResultGetall>(),
    Entry::of::<baidu::handover::PageUrl>(),
    Entry::of::<baidu::returns::Read>(),
    Entry::of::<baidu::bce::Sign>(),
    Entry::of::<check::id_number::IdNumber>(),
    Entry::of::<check::mobile::Mobile>(),
    Entry::of::<check::name::Name>(),
    Entry::of::<check::return_url::ReturnUrl>(),
    Entry::of::<compare::Compare>(),
    Entry::of::<liveness::start::Start>(),
    Entry::of::<liveness::finish::Finish>(),
    Entry::of::<evidence::fetch::Fetch>(),
    #[cfg(feature = "photo")]
    Entry::of::<photo::inspect::Inspect>(),
    #[cfg(feature = "photo")]
    Entry::of::<photo::fit::Fit>(),
    #[cfg(feature = "photo")]
    Entry::of::<page::qr::Qr>(),
];

/// The operation with this id.
pub fn find(id: &str) -> Result<&'static Entry> {
    OPERATIONS.iter().find(|entry| entry.meta.id == id).ok_or_else(|| {
        let mut error = Error::new(Kind::UnknownOperation, "no operation has this id");
        error.field = Some("operation".into());
        error.with_hint("`shiren ops` lists them")
    })
}

/// Rust's own links lead nowhere outside its documentation: of ``[`checks`](Verdict::checks)`` only `checks` is kept.
#[cfg(feature = "schema")]
pub fn unlinked(text: &str) -> String {
    let mut parts = text.split("[`");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, rest)) = part.split_once("`]") else {
            plain.push_str("[`");
            plain.push_str(part);
            continue;
        };
        let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((_, rest)) => rest,
            None => rest,
        };
        plain.push_str(&format!("`{name}`{rest}"));
    }
    plain
}

#[cfg(all(test, feature = "schema"))]
mod tests {
    #[test]
    fn links_become_their_names() {
        assert_eq!(
            super::unlinked("see [`checks`](Verdict::checks), [`Kind`] and [x](y)"),
            "see `checks`, `Kind` and [x](y)"
        );
    }
}
