//! One attempt on the page: who sits there, how it ends, and what it costs.

use jiff::Timestamp;

use super::codes;
use super::plan::{BaiduSettings, Compare, IdentityEntry, Plan};
use super::session::{Subject, Verification};
use crate::exchange::Person;
use crate::ledger::Booking;
use crate::personas::{self, Outcomes, Persona, is_valid_id_number};
use crate::random;
use crate::sessions::{Choice, Completion, Refused};

/// One attempt (一次核验).
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// From 1.
    pub(super) order: usize,
    pub(super) time: Timestamp,
    pub(super) passed: bool,
    /// 0, or the code of the failure.
    pub(super) code: i64,
    pub(super) message: String,
    /// 0 to 100; none when nothing was compared.
    pub(super) score: Option<f64>,
    /// 0 to 1; 0 when liveness was not passed.
    pub(super) liveness_score: f64,
    /// Whether the camera took a picture.
    pub(super) face: bool,
    /// `verify` or `match`, when the back end was asked.
    pub(super) charge: Option<&'static str>,
    /// The back end's log number; empty when it was not asked.
    pub(super) log_id: String,
    /// How often the card was read.
    pub(super) ocr_count: u32,
    /// Name and number as typed, read or submitted.
    pub(super) confirmed: Option<Subject>,
    pub(super) demoted: bool,
    /// `1` or `2` when a risk was found.
    pub(super) risk: Option<&'static str>,
}

/// How an attempt is to end, before it is one.
#[derive(Clone, Debug)]
struct Ending {
    code: i64,
    score: Option<f64>,
    liveness_score: f64,
    passes_anyway: bool,
    camera: bool,
    demoted: bool,
    risk: Option<&'static str>,
}

impl From<personas::Baidu> for Ending {
    fn from(said: personas::Baidu) -> Self {
        let personas::Baidu { code, score, liveness_score, passes_anyway } = said;
        Self { code, score, liveness_score, passes_anyway, camera: true, demoted: false, risk: None }
    }
}

fn passing() -> personas::Baidu {
    Outcomes::passing().baidu
}

/// A failure with this code; the source is asked only about somebody alive.
fn failing(code: i64) -> personas::Baidu {
    let liveness_score = if codes::is_of_source(code) { passing().liveness_score } else { 0.0 };
    personas::Baidu { code, score: None, liveness_score, passes_anyway: false }
}

/// Who typed or showed a card, when nobody was named: somebody has to have a name there.
const ANYBODY: &str = "passes";

/// What the page offers. Somebody submitted who is no persona is not offered to pass.
pub(super) fn choices(verification: &Verification) -> Vec<Choice> {
    let plan = &verification.plan;
    let choice = |value: &str, label: String| Choice { value: value.into(), label };
    let stranger = plan.takes_subject() && verification.subject.as_ref().is_none_or(|s| s.persona().is_none());
    let mut all = Vec::new();
    if !stranger {
        all.push(choice("pass", "0 核验成功 · Pass".into()));
        if plan.risk_control {
            all.push(choice("risk-1", "通过，风险等级 1 · Passes with risk level 1".into()));
            all.push(choice("risk-2", "通过，风险等级 2 · Passes with risk level 2".into()));
        }
        if plan.realtime {
            all.push(choice("demoted", "通过，已降级 · Passes, but not in real time".into()));
        }
        if plan.compare != Compare::Nothing {
            all.push(choice("low-score", format!("{} · Another person's face", codes::LOW_SCORE)));
        }
    }
    all.push(choice("camera", format!("{} · The camera is refused", codes::CAMERA)));
    all.extend(
        codes::ATTEMPT
            .into_iter()
            .filter(|code| plan.compare == Compare::Authority || !codes::is_of_source(*code))
            .map(|code| choice(&code.to_string(), format!("{code} {}", codes::text(code)))),
    );
    all
}

/// Makes the next attempt: as chosen, or as the two people say, the one asked for and the one before the camera.
pub(super) fn attempt(
    settings: &BaiduSettings,
    verification: &Verification,
    completion: &Completion,
    time: Timestamp,
) -> Result<Attempt, Refused> {
    let plan = &verification.plan;
    let seen = match completion.persona.as_deref() {
        Some(id) => Some(personas::by_id(id).ok_or(Refused::Persona)?),
        None => None,
    };
    let confirmed = match (plan.compare, plan.identity) {
        (Compare::Authority, IdentityEntry::Submitted) => verification.subject.clone(),
        (Compare::Authority, _) => seen.or_else(|| personas::by_id(ANYBODY)).map(card_of),
        _ => None,
    };
    let ending = match completion.outcome.as_deref().filter(|chosen| !chosen.is_empty()) {
        Some(chosen) => {
            if !choices(verification).iter().any(|choice| choice.value == chosen) {
                return Err(Refused::Outcome);
            }
            chosen_ending(settings, chosen)?
        }
        None => by_people(verification, confirmed.as_ref(), seen).into(),
    };
    Ok(ended(settings, plan, ending, confirmed, verification.attempts.len() + 1, time))
}

fn card_of(persona: &Persona) -> Subject {
    let person = Person { name: persona.name.clone(), id_number: persona.id_number.clone(), mobile: None };
    Subject { person, certificate_type: 0 }
}

fn chosen_ending(settings: &BaiduSettings, chosen: &str) -> Result<Ending, Refused> {
    let pass = || Ending::from(passing());
    Ok(match chosen {
        "pass" => pass(),
        "risk-1" => Ending { risk: Some("1"), ..pass() },
        "risk-2" => Ending { risk: Some("2"), ..pass() },
        "demoted" => Ending { demoted: true, ..pass() },
        "low-score" => Ending { score: Some(21.3), ..pass() },
        "camera" => Ending { camera: false, ..failing(settings.codes.camera).into() },
        code => failing(code.parse().map_err(|_| Refused::Outcome)?).into(),
    })
}

fn by_people(verification: &Verification, confirmed: Option<&Subject>, seen: Option<&Persona>) -> personas::Baidu {
    if verification.plan.compare != Compare::Authority {
        // Nobody is asked who he is, so whoever comes without a name is a live person with the right face.
        let said = seen.map_or_else(passing, |seen| seen.outcomes.baidu.clone());
        return match verification.plan.compare {
            Compare::OwnPhoto if !verification.photo => failing(216200),
            _ if codes::is_of_source(said.code) => passing(),
            _ => said,
        };
    }
    let Some(confirmed) = confirmed else {
        return failing(216101);
    };
    let asked = confirmed.persona();
    let camera = seen.or(asked).map(|persona| &persona.outcomes.baidu);
    if let Some(dead) = camera.filter(|said| said.liveness_score == 0.0) {
        return dead.clone();
    }
    match asked {
        None => failing(stranger_code(&confirmed.person)),
        Some(asked) if seen.is_none_or(|seen| seen.id == asked.id) => asked.outcomes.baidu.clone(),
        // Another face, unless the source fails before it compares.
        Some(asked) if codes::is_of_source(asked.outcomes.baidu.code) => asked.outcomes.baidu.clone(),
        Some(_) => personas::Baidu { score: Some(21.3), ..passing() },
    }
}

/// What the source says of somebody unknown.
fn stranger_code(person: &Person) -> i64 {
    if !person.name.chars().all(|c| c.is_alphabetic() || "·•・‧.'’- ".contains(c)) {
        222352
    } else if !is_valid_id_number(&person.id_number) {
        222353
    } else {
        222351
    }
}

fn ended(
    settings: &BaiduSettings,
    plan: &Plan,
    ending: Ending,
    confirmed: Option<Subject>,
    order: usize,
    time: Timestamp,
) -> Attempt {
    let alive = ending.liveness_score > 0.0;
    let compared = alive && plan.compare != Compare::Nothing;
    let score = ending.score.filter(|_| compared);
    let low = score.is_some_and(|score| score < plan.threshold) && !ending.passes_anyway;
    let code = if ending.code == 0 && low { settings.codes.low_score } else { ending.code };
    let message = match code {
        _ if !ending.camera => codes::CAMERA,
        _ if ending.code == 0 && low => codes::LOW_SCORE,
        code => codes::text(code),
    };
    let charge = compared.then_some(match plan.compare {
        Compare::OwnPhoto => "match",
        _ => "verify",
    });
    Attempt {
        order,
        time,
        passed: code == 0,
        code,
        message: message.into(),
        score,
        liveness_score: ending.liveness_score,
        face: ending.camera,
        charge,
        log_id: charge.map(|_| random::digits(19)).unwrap_or_default(),
        // The card is read by the same camera.
        ocr_count: if ending.camera { plan.ocr_count() } else { 0 },
        confirmed: confirmed.filter(|_| ending.camera || plan.takes_subject()),
        demoted: ending.demoted,
        risk: ending.risk,
    }
}

impl Attempt {
    /// What it costs: the comparison, and the reading of the card apart.
    pub(super) fn bookings(&self, token: &str) -> Vec<Booking> {
        let booking = |operation, rule| Booking { operation, order: token.into(), rule, choice: true };
        let compared = self.charge.map(|charge| match charge {
            "match" => booking("baidu.face.match_v4", "人脸对比V4 (each attempt that reached the comparison)"),
            _ => booking("baidu.face.verify_v4", "人脸实名认证V4 (each attempt that reached the source)"),
        });
        let card = (self.ocr_count > 0)
            .then(|| booking("baidu.ocr.idcard", "身份证识别OCR (each attempt in which the card was read)"));
        compared.into_iter().chain(card).collect()
    }
}
