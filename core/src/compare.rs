//! The flow `compare`: a photo against the register, by whichever service is wanted, as one verdict.

use crate::check::Finding;
use crate::error::{Error, Kind, Result};
use crate::juhe::verifyface::verify::Verify;
use crate::juhe::verifyface::verify_encry::VerifyEncry;
use crate::juhe::verifyface::verify2::Verify2;
use crate::juhe::verifyface::verify2_encry::Verify2Encry;
use crate::juhe::verifyface_mobile::query as mobile;
use crate::operation::{Io, Meta, Operation, Place};
use crate::subject::Subject;
use crate::time::Time;
use crate::verdict::{Billed, Decision, Verdict};
use crate::wire::Blob;
use serde::{Deserialize, Serialize};

/// A service that compares a photo with the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CompareService"))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Service {
    /// 人脸对比认证.
    JuheVerify,
    /// 人脸对比加密版.
    JuheVerifyEncry,
    /// 人脸对比V2.
    JuheVerify2,
    /// 人脸对比V2加密版.
    JuheVerify2Encry,
    /// 人脸四要素核验.
    JuheVerifyfaceMobile,
}

/// Compares a photo with the register's photo of a person, by one service, or by the next where the first certainly
/// did not bill and did not say no.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// Which service.
    pub service: Service,
    /// Who it should be. `mobile` is needed for, and only for, `juhe_verifyface_mobile`.
    pub subject: Subject,
    /// The photo as a file.
    pub photo: Blob,
    /// The least score, 50 to 100. Default 70 where the vendor leaves the judgement to the caller; elsewhere one more
    /// condition.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
    /// Services to try next, in order, but only while nothing was billed and nobody said no.
    #[serde(default)]
    pub fallback: Vec<Service>,
}

/// What came out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompareReply {
    /// The last service's verdict.
    pub verdict: Verdict,
    /// Every service asked, in order.
    pub attempts: Vec<Attempt>,
}

/// One service's part in the flow.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CompareAttempt"))]
pub struct Attempt {
    /// Which service.
    pub service: Service,
    /// What it decided; absent when it failed.
    pub decision: Option<Decision>,
    /// How it failed.
    pub error: Option<Kind>,
    /// What it cost.
    pub billed: Billed,
}

impl Operation for Compare {
    const META: Meta = Meta {
        id: "compare",
        doc: "Compares a photo with the register's photo of a person, with an optional fallback.",
        place: Place::Remote,
    };
    type Response = CompareReply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        self.subject.look(now)
    }

    async fn run(self, io: Io) -> Result<CompareReply> {
        self.check()?;
        io.admit(&self)?;
        let mut services = std::iter::once(self.service).chain(self.fallback.iter().copied()).peekable();
        let mut attempts = Vec::new();
        while let Some(service) = services.next() {
            let result = self.ask(service, &io).await;
            let (decision, error, billed) = match &result {
                Ok(verdict) => (Some(verdict.decision), None, verdict.billed),
                Err(error) => (None, Some(error.kind), error.billed),
            };
            attempts.push(Attempt { service, decision, error, billed });
            if services.peek().is_none() || !may_fall_back(&result) {
                return result.map(|verdict| CompareReply { verdict, attempts });
            }
        }
        Err(Error::internal("a comparison ended without a service"))
    }
}

/// Only where another service cannot pay twice for the same answer, and cannot overrule a no.
fn may_fall_back(result: &Result<Verdict>) -> bool {
    match result {
        Ok(verdict) => verdict.billed == Billed::No && verdict.decision == Decision::Inconclusive,
        Err(error) => {
            error.billed == Billed::No
                && !matches!(error.kind, Kind::InvalidArgument | Kind::Closed | Kind::Cancelled | Kind::Internal)
        }
    }
}

impl Compare {
    fn check(&self) -> Result<()> {
        if self.photo.is_empty() {
            return Err(Error::invalid_argument("/photo", "this must not be empty"));
        }
        let mobile_wanted = std::iter::once(&self.service)
            .chain(&self.fallback)
            .any(|service| *service == Service::JuheVerifyfaceMobile);
        let mobile_given = self.subject.mobile.as_ref().is_some_and(|mobile| !mobile.is_empty());
        match (mobile_wanted, mobile_given) {
            (true, false) => {
                Err(Error::invalid_argument("/subject/mobile", "juhe_verifyface_mobile compares a mobile: give one"))
            }
            (false, true) => {
                Err(Error::invalid_argument("/subject/mobile", "none of these services compares a mobile")
                    .with_hint("leave it out, or use juhe_verifyface_mobile"))
            }
            _ => Ok(()),
        }
    }

    async fn ask(&self, service: Service, io: &Io) -> Result<Verdict> {
        let Compare { subject: Subject { name, id_number, mobile }, photo, threshold, allow_low_threshold, .. } =
            self.clone();
        let io = io.clone();
        let (realname, idcard, image) = (name, id_number, photo);
        let renamed = match service {
            Service::JuheVerify => {
                Verify { idcard, realname, image, threshold, allow_low_threshold, ..Verify::default() }
                    .run(io)
                    .await
                    .map(|reply| reply.verdict)
            }
            Service::JuheVerifyEncry => {
                VerifyEncry { idcard, realname, image, threshold, allow_low_threshold, ..VerifyEncry::default() }
                    .run(io)
                    .await
                    .map(|reply| reply.verdict)
            }
            Service::JuheVerify2 => Verify2 { idcard, realname, image, threshold, allow_low_threshold }
                .run(io)
                .await
                .map(|reply| reply.verdict),
            Service::JuheVerify2Encry => Verify2Encry { idcard, realname, image, threshold, allow_low_threshold }
                .run(io)
                .await
                .map(|reply| reply.verdict),
            Service::JuheVerifyfaceMobile => {
                let mobile = mobile.unwrap_or_default();
                mobile::Query { idcard, realname, mobile, image, threshold, allow_low_threshold }
                    .run(io)
                    .await
                    .map(|reply| reply.verdict)
            }
        };
        renamed.map_err(our_field)
    }
}

/// The vendor's names of the fields are not those of this flow.
fn our_field(mut error: Error) -> Error {
    let ours = match error.field.as_deref().map(|field| field.trim_start_matches('/')) {
        Some("idcard") => "/subject/id_number",
        Some("realname") => "/subject/name",
        Some("mobile") => "/subject/mobile",
        Some("image") => "/photo",
        _ => return error,
    };
    error.field = Some(ours.into());
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Answer, ok, run};

    const BAD_KEY: &str = r#"{"resultcode":"101","reason":"错误的请求KEY","result":null,"error_code":10001}"#;
    const SAME: &str =
        r#"{"reason":"ok","result":{"charge":true,"authResult":"00XX","rxfs":984.48,"orderid":"JH1"},"error_code":0}"#;

    fn compare(fallback: &[Service]) -> Compare {
        Compare {
            service: Service::JuheVerify2,
            subject: Subject::new("王小二", "110101180001010015"),
            photo: Blob::from(&b"\xff\xd8\xff"[..]),
            threshold: None,
            allow_low_threshold: false,
            fallback: fallback.to_vec(),
        }
    }

    fn v2(auth: &str, charge: bool) -> Answer {
        ok(format!(
            r#"{{"reason":"","result":{{"charge":{charge},"authResult":"{auth}","orderid":"JH2"}},"error_code":0}}"#
        ))
    }

    fn lost(kind: Kind, billed: Billed) -> Answer {
        Err(Error::new(kind, "lost").with_billed(billed))
    }

    #[test]
    fn one_service_is_one_verdict() {
        let run = run(compare(&[]), [ok(SAME)]);
        let reply = run.result.unwrap();
        assert!(reply.verdict.passed());
        assert_eq!(reply.attempts.len(), 1);
        assert_eq!(run.spent, Billed::Yes);
    }

    /// mapping 2.9: only while nothing was billed and nobody said no; never after an invalid argument.
    #[test]
    fn it_falls_back_only_where_it_cannot_pay_twice_or_overrule_a_no() {
        let falls_back = |first: Answer, expected: bool| {
            let answers = [first].into_iter().chain(expected.then(|| ok(SAME)));
            let run = run(compare(&[Service::JuheVerify2]), answers);
            assert_eq!(run.requests.len(), if expected { 2 } else { 1 });
            run.result
        };
        assert!(falls_back(ok(BAD_KEY), true).unwrap().verdict.passed());
        assert!(falls_back(v2("0TXX", false), true).unwrap().verdict.passed());
        assert!(falls_back(lost(Kind::Network, Billed::No), true).is_ok());
        assert_eq!(falls_back(v2("01XX", false), false).unwrap().verdict.decision, Decision::Rejected);
        assert_eq!(falls_back(v2("5XXX", false), false).unwrap().verdict.decision, Decision::Rejected);
        assert_eq!(falls_back(v2("02XX", true), false).unwrap().verdict.decision, Decision::Inconclusive);
        assert_eq!(falls_back(v2("0TXX", true), false).unwrap().verdict.billed, Billed::Yes);
        assert_eq!(falls_back(lost(Kind::Timeout, Billed::Unknown), false).unwrap_err().billed, Billed::Unknown);
        let refused =
            r#"{"reason":"参数错误(姓名格式不正确)","result":{"orderid":"1","charge":false},"error_code":226403}"#;
        let error = falls_back(ok(refused), false).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/subject/name")));
    }

    #[test]
    fn every_service_is_asked_in_order_and_seen() {
        let run =
            run(compare(&[Service::JuheVerify2, Service::JuheVerify]), [ok(BAD_KEY), v2("0WXX", false), ok(BAD_KEY)]);
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Authentication, Billed::No));
        let paths: Vec<_> = run.requests.iter().map(|request| request.uri().path().to_owned()).collect();
        assert_eq!(paths, ["/juhe/verifyface/verify2", "/juhe/verifyface/verify2", "/juhe/verifyface/verify"]);
    }

    #[test]
    fn fields_are_named_as_in_this_flow() {
        let field = |compare: Compare| run(compare, []).result.unwrap_err().field.clone().unwrap();
        assert_eq!(field(Compare { photo: Blob::default(), ..compare(&[]) }), "/photo");
        assert_eq!(field(Compare { subject: Subject::default(), ..compare(&[]) }), "/subject/name");
        assert_eq!(field(compare(&[Service::JuheVerifyfaceMobile])), "/subject/mobile");
        let mut with_mobile = compare(&[]);
        with_mobile.subject.mobile = Some("19907770777".into());
        assert_eq!(field(with_mobile), "/subject/mobile");
        assert_eq!(field(Compare { threshold: Some(0.0), ..compare(&[]) }), "/threshold");
    }
}
