//! `liveness.finish`: the verdict of a hosted session, always from the vendor's server.

use super::session::{Expect, Session, subject_digest};
use crate::baidu::faceprint::result_detail::ResultDetail;
use crate::baidu::faceprint::result_getall::ResultGetall;
use crate::baidu::verdict::both;
use crate::error::{Error, Result};
use crate::juhe::faceid::search::Search;
use crate::juhe::returns as juhe_returns;
use crate::jumdata::lifecheck::result::Fetch;
use crate::jumdata::returns as jumdata_returns;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, same};
use crate::subject::Subject;
use crate::verdict::{Decision, Hint, Vendor, Verdict};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Reads the verdict of a session.
///
/// The landed URL, where given, is checked (signature, order, token) and is a hint only: the vendor's server is always
/// asked. A bad landed URL is an error of kind `signature`; finish may then be called again without it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// What `liveness.start` gave.
    pub session: Session,
    /// The whole URL that the person's browser landed on, exactly as received.
    #[serde(default)]
    pub landed_url: Option<Personal>,
    /// Who it should be: refused when it is not whom the session was begun for; with Baidu also compared with whom the
    /// vendor says it verified.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// The least score, 50 to 100. Juhe: default 70. Baidu: one more condition. Jumdata has no score.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
    /// Baidu: a real-time plan that fell back to an uploaded video is inconclusive.
    #[serde(default)]
    pub require_realtime: bool,
    /// Baidu: ask `result/detail` too; then only what both say passes.
    #[serde(default)]
    pub double_check: bool,
    /// How long to wait for a pending result, in milliseconds. It is asked for again every 2 seconds (Jumdata, where questions
    /// may be metered: 5), so less than that asks once, as 0 (default) does. The call's own time-out also holds.
    #[serde(default)]
    pub wait_ms: u32,
}

/// What came out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishReply {
    /// The answer of the vendor's server.
    pub verdict: Verdict,
}

impl Finish {
    /// The end of this session, without a landed URL, a subject or a threshold.
    pub fn new(session: Session) -> Finish {
        Finish {
            session,
            landed_url: None,
            subject: None,
            threshold: None,
            allow_low_threshold: false,
            require_realtime: false,
            double_check: false,
            wait_ms: 0,
        }
    }
}

impl Operation for Finish {
    const META: Meta = Meta {
        id: "liveness.finish",
        doc: "Reads the verdict of a hosted liveness session from the vendor's server.",
        place: Place::Remote,
    };
    type Response = FinishReply;

    async fn run(self, io: Io) -> Result<FinishReply> {
        let session = &self.session;
        session.check(&io)?;
        if session.vendor == Vendor::Jumdata && self.threshold.is_some() {
            return Err(Error::invalid_argument("/threshold", "Jumdata compares no faces and has no score"));
        }
        if let Some(subject) = &self.subject {
            let digest = subject_digest(&io, session.vendor, subject)?;
            if !session.subject_digest.as_ref().is_some_and(|known| same(known, &digest)) {
                return Err(Error::invalid_argument("/subject", "the session was not begun for this person"));
            }
        }
        let hint = self.hint(&io).await?;
        let deadline = io.now().plus(Duration::from_millis(self.wait_ms.into()));
        let mut verdict = self.ask(&io).await?;
        let interval = interval(session.vendor);
        while verdict.decision == Decision::Pending
            && io.now().plus(interval) <= deadline
            && io.pause(session.vendor, interval).await?
        {
            verdict = self.ask(&io).await?;
        }
        hint.weigh(&mut verdict);
        Ok(FinishReply { verdict })
    }
}

/// A marketplace may meter each question.
fn interval(vendor: Vendor) -> Duration {
    Duration::from_secs(if vendor == Vendor::Jumdata { 5 } else { 2 })
}

impl Finish {
    /// What the browser claims, where the landed URL belongs to this session.
    async fn hint(&self, io: &Io) -> Result<Hint> {
        let Some(url) = self.landed_url.clone() else { return Ok(Hint::None) };
        match self.session.vendor {
            Vendor::Juhe => {
                let expected_order = Some(self.session.reference.expose().to_owned());
                let verify = juhe_returns::Verify { url, key: None, expected_order };
                Ok(verify.run(io.clone()).await.map_err(landed)?.hint)
            }
            Vendor::Jumdata => {
                let read = jumdata_returns::Read { url, expected_token: self.session.reference.clone() };
                Ok(match read.run(io.clone()).await.map_err(landed)?.unsigned_hint {
                    Some(true) => Hint::Passed,
                    Some(false) => Hint::Failed,
                    None => Hint::None,
                })
            }
            // Baidu appends nothing: the URL says nothing about the session.
            Vendor::Baidu => Ok(Hint::None),
        }
    }

    async fn ask(&self, io: &Io) -> Result<Verdict> {
        let Finish { session, threshold, allow_low_threshold, .. } = self;
        let (threshold, allow_low_threshold) = (*threshold, *allow_low_threshold);
        match session.vendor {
            Vendor::Juhe => {
                let search = Search {
                    jh_order_id: session.reference.expose().to_owned(),
                    threshold,
                    allow_low_threshold,
                    expires_at: Some(session.expires_at),
                };
                search.run(io.clone()).await.map(|reply| reply.verdict)
            }
            Vendor::Jumdata => {
                let fetch = Fetch { token: session.reference.clone(), expires_at: Some(session.expires_at) };
                fetch.run(io.clone()).await.map(|reply| reply.verdict)
            }
            Vendor::Baidu => {
                let getall = ResultGetall {
                    verify_token: session.reference.clone(),
                    expect: session.expect,
                    subject: self.subject.clone(),
                    submitted: session.expect == Expect::Identity,
                    generated_at: Some(session.started_at),
                    threshold,
                    allow_low_threshold,
                    require_realtime: self.require_realtime,
                };
                let verdict = getall.clone().run(io.clone()).await?.verdict;
                if !self.double_check {
                    return Ok(verdict);
                }
                let ResultGetall { verify_token, expect, subject, submitted, generated_at, .. } = getall;
                let detail = ResultDetail {
                    verify_token,
                    expect,
                    subject,
                    submitted,
                    generated_at,
                    threshold,
                    allow_low_threshold,
                    require_realtime: self.require_realtime,
                };
                Ok(both(verdict, detail.run(io.clone()).await?.verdict))
            }
        }
    }
}

fn landed(error: Error) -> Error {
    let mut error = error.with_hint("do not trust this return; call finish again without landed_url");
    error.field = Some("/landed_url".into());
    error
}
