//! 人脸四要素核验: `POST https://apis.juhe.cn/verifyface_mobile/query`.

use crate::check::{self, Finding, request};
use crate::error::{Error, Result};
use crate::juhe::body::Form;
use crate::juhe::codes;
use crate::juhe::envelope::{self, Envelope, once};
use crate::juhe::verifyface::check_image;
use crate::operation::{Io, Meta, Money, Operation, Place, Repeat};
use crate::reply::{Extra, Flaw, Object};
use crate::secret::{Personal, scrub};
use crate::time::Time;
use crate::verdict::Check::{Error as Tried, Failed, NoRecord, NotChecked, Passed};
use crate::verdict::{Billed, Check, Checks, Reason, Score, Threshold, Vendor, Verdict, required};
use crate::wire::{self, Blob};
use serde::{Deserialize, Serialize};

/// Checks name, ID number, mobile and photo against each other (人脸四要素核验). Costs money when `error_code` is 0.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// 姓名.
    pub realname: Personal,
    /// 身份证号码.
    pub idcard: Personal,
    /// 手机号码.
    pub mobile: Personal,
    /// The photo as a file; best 16 to 20 KB.
    pub image: Blob,
    /// One more condition on the vendor's own verdict: `score` of at least this, 50 to 100. None by default.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
}

/// The reply of verifyface_mobile.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MobileReply {
    /// What it means: `res` taken apart into identity, face and mobile.
    pub verdict: Verdict,
    /// 状态码: 0.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub error_code: i64,
    /// 状态提示.
    pub reason: String,
    /// 核验结果, 100 to 116.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub res: i64,
    /// 核验结果描述.
    pub resmsg: Option<String>,
    /// 运营商 of the mobile.
    pub r#type: Option<String>,
    /// 人脸识别分数, of 1000, as sent; not 0 when faces were compared.
    pub score: Option<String>,
    /// The vendor's number of this call.
    pub orderid: Option<String>,
    /// Every other field of `result`.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

const FIELDS: [&str; 5] = ["res", "resmsg", "type", "score", "orderid"];

/// A row of 核验结果: 通过 and 成功 are passed, 不通过 failed, 失败 error, 查询无记录 no_record.
type Row = (i64, &'static str, Check, Check, Check);

/// 核验结果: res, text, identity, face, mobile.
const ROWS: [Row; 17] = [
    (100, "身份、人像核验通过，手机号核验通过", Passed, Passed, Passed),
    (101, "身份、人像核验通过，手机号核验不通过", Passed, Passed, Failed),
    (102, "身份、手机核验通过，人像核验不通过", Passed, Failed, Passed),
    (103, "身份核验通过，手机、人像核验不通过", Passed, Failed, Failed),
    (104, "身份、手机号核验成功，人像核验失败", Passed, Tried, Passed),
    (105, "身份核验不通过，手机号核验通过", Failed, NotChecked, Passed),
    (106, "身份核验成功，手机号核验不通过，人像核验失败", Passed, Tried, Failed),
    (107, "身份核验不通过、手机号核验不通过", Failed, NotChecked, Failed),
    (108, "身份、人像核验通过，手机号核验失败", Passed, Passed, Tried),
    (109, "身份、人像核验通过，手机号查询无记录", Passed, Passed, NoRecord),
    (110, "身份核验通过，人像核验不通过，手机号核验失败", Passed, Failed, Tried),
    (111, "身份核验通过，人像核验不通过，手机号查询无记录", Passed, Failed, NoRecord),
    (112, "身份核验成功，手机号、人像核验失败", Passed, Tried, Tried),
    (113, "身份核验成功，手机号查询无记录，人像核验失败", Passed, Tried, NoRecord),
    (114, "身份核验不通过、手机号核验失败", Failed, NotChecked, Tried),
    (115, "手机号核验通过，身份核验失败", Tried, NotChecked, Passed),
    (116, "手机号核验不通过，身份核验失败", Tried, NotChecked, Failed),
];

impl Operation for Query {
    const META: Meta = Meta {
        id: "juhe.verifyface_mobile.query",
        doc: "Checks name, ID number, mobile and photo against each other (人脸四要素核验).",
        place: Place::Remote,
    };
    type Response = MobileReply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        let mut findings = request::juhe_person(("/idcard", &self.idcard), ("/realname", &self.realname), now);
        findings.extend(check::mobile::look("/mobile", self.mobile.expose()));
        findings
    }

    async fn run(self, io: Io) -> Result<MobileReply> {
        io.admit(&self)?;
        check_image(&self.image)?;
        let threshold = Threshold::read(self.threshold, self.allow_low_threshold)?;
        let account = io.accounts().juhe()?;
        let form = Form::with_photo(self.image.len())
            .text("key", account.key.expose())
            .text("realname", self.realname.expose())
            .text("idcard", self.idcard.expose())
            .text("mobile", self.mobile.expose())
            .photo("image", &self.image)
            .finish();
        io.call(
            Vendor::Juhe,
            Money::Billable,
            |_| envelope::post(account, "/verifyface_mobile/query", form.clone()),
            |answer| {
                let text = envelope::text(answer);
                let words = [self.idcard.expose(), self.realname.expose(), self.mobile.expose(), account.key.expose()];
                let envelope = Envelope::read(answer, &text, &words, Billed::Yes)?;
                read(&envelope, &text, &words, threshold, &io)
            },
        )
        .await
    }
}

/// Reads a reply. With `error_code` 0 the call was billed, whatever else it says.
fn read(
    envelope: &Envelope<'_>,
    text: &str,
    words: &[&str],
    threshold: Option<Threshold>,
    io: &Io,
) -> Result<(MobileReply, Billed)> {
    let result = &envelope.result;
    let fail = |mut error: Error| {
        error.references.order = result.note("orderid");
        error.repeat = Repeat::Never;
        error
    };
    if envelope.code != 0 {
        return Err(fail(codes::error(codes::interface::VERIFYFACE_MOBILE, envelope.code, &envelope.reason)));
    }
    let (res, verdict) =
        judge(result, words, threshold).map_err(|flaw| fail(Error::from(flaw).with_billed(Billed::Yes)))?;
    let reply = MobileReply {
        verdict,
        error_code: envelope.code,
        reason: envelope.reason.clone(),
        res,
        resmsg: result.note("resmsg"),
        r#type: result.note("type"),
        score: result.note("score"),
        orderid: result.note("orderid"),
        extra: result.extra(&FIELDS),
        raw: io.raw(text),
    };
    Ok((reply, Billed::Yes))
}

fn judge(result: &Object<'_>, words: &[&str], threshold: Option<Threshold>) -> Result<(i64, Verdict), Flaw> {
    let res = Object::required(result.integer("res")?, "res")?;
    once(result, "score")?;
    let mut verdict = Verdict::new(Vendor::Juhe, Query::META.id);
    verdict.billed = Billed::Yes;
    verdict.references.order = result.note("orderid");
    verdict.score = Score::read(result.score("score"), 1000);
    verdict.threshold = threshold.map(|Threshold(value)| value);
    let code = format!("res {res}");
    match ROWS.iter().find(|(number, ..)| *number == res) {
        Some((_, text, identity, face, mobile)) => {
            verdict.checks = Checks { identity: *identity, face: *face, mobile: *mobile, ..Checks::default() };
            verdict.reasons.push(Reason::new(code, *text));
        }
        None => {
            verdict.checks = Checks { identity: Tried, face: Tried, mobile: Tried, ..Checks::default() };
            verdict.reasons.push(Reason::new(code, scrub(&result.note("resmsg").unwrap_or_default(), words)));
        }
    }
    if verdict.checks.face == Passed {
        hold_against(&mut verdict, threshold);
    }
    verdict.decision = verdict.checks.decide(&[required::IDENTITY, required::FACE, required::MOBILE], false);
    Ok((res, verdict))
}

/// The vendor says that the faces agree; then there is a score, and it is not 0. A threshold of the caller is one
/// more condition.
fn hold_against(verdict: &mut Verdict, threshold: Option<Threshold>) {
    match &verdict.score {
        Some(score) if score.value > 0.0 => {
            if threshold.is_some_and(|threshold| !threshold.admits(score)) {
                verdict.checks.face = Failed;
                verdict.reasons.push(
                    Reason::new("below_threshold", "the score is below the caller's threshold")
                        .then("take a new photo"),
                );
            }
        }
        _ => {
            verdict.checks.face = Tried;
            verdict.reasons.push(
                Reason::new("no_score", "the faces are said to agree, but there is no usable score")
                    .then("report it to the vendor"),
            );
        }
    }
}

#[cfg(test)]
mod tests;
