//! Baidu's side of the wire, written from its documents.

mod access;
mod attempt;
mod bce;
mod codes;
mod envelope;
mod fields;
mod handover;
mod hosted;
mod images;
mod oauth;
mod picture;
mod plan;
mod results;
mod session;

use axum::Router;

pub(crate) use hosted::{complete, sessions};
pub use plan::{BaiduSettings, Compare, IdentityEntry, InventedCodes, Plan};
pub(crate) use session::State;

use crate::exchange::{Answer, Call, Reply, Vendor, route};
use crate::state::Shared;
use crate::tenants::Tenant;

struct Baidu;

impl Vendor for Baidu {
    const NAME: &'static str = "baidu";
    const QUOTA: i64 = 17;

    fn tenant(state: &crate::state::State, call: &Call) -> Option<Tenant> {
        if call.operation == oauth::OPERATION {
            return oauth::tenant(state, call);
        }
        access::admit(state, call).ok().map(|admitted| admitted.tenant)
    }

    fn refuse(state: &crate::state::State, _: &Call, code: i64, reason: Option<&str>) -> Reply {
        envelope::refusal(state, code, reason)
    }
}

const FACEPRINT: &str = "/rpc/2.0/brain/solution/faceprint";

/// The calls and pages, to be nested under `/baidu`.
pub(crate) fn routes() -> Router<Shared> {
    let mut router = Router::new()
        .route("/oauth/2.0/token", route::<Baidu>(oauth::OPERATION, oauth::token))
        .route("/rpc/{*path}", route::<Baidu>("baidu.unknown", unknown));
    type Operation = (&'static str, &'static str, fn(&crate::state::State, &Call) -> Answer);
    let calls: [Operation; 8] = [
        ("/verifyToken/generate", "baidu.faceprint.verify_token_generate", handover::generate),
        ("/idcard/submit", "baidu.faceprint.idcard_submit", handover::submit),
        ("/uploadMatchImage", "baidu.faceprint.upload_match_image", handover::upload),
        ("/result/simple", "baidu.faceprint.result_simple", results::simple),
        ("/result/detail", "baidu.faceprint.result_detail", results::detail),
        ("/result/stat", "baidu.faceprint.result_stat", results::stat),
        ("/result/media/query", "baidu.faceprint.result_media_query", results::media),
        ("/result/getall", "baidu.faceprint.result_getall", results::getall),
    ];
    for (path, operation, answer) in calls {
        router = router.route(&format!("{FACEPRINT}{path}"), route::<Baidu>(operation, answer));
    }
    router.merge(hosted::routes()).merge(images::routes())
}

fn unknown(state: &crate::state::State, _: &Call) -> Answer {
    Answer::new(envelope::refusal(state, 3, None), "3")
}
