//! The three calls before the page opens: the token, the subject, the picture to compare with.

use serde_json::{Value, json};

use super::envelope::{refuse, success};
use super::fields::{self, Admitted};
use super::picture;
use super::plan::Compare;
use super::session::{About, LIFE, Subject, Verification, ended, open_still};
use crate::clock::over;
use crate::exchange::{Answer, Call, Person};
use crate::random;
use crate::sessions::{Refused, Session};
use crate::state::State;

type Outcome = Result<Answer, Box<Answer>>;

/// `verifyToken/generate`.
pub(super) fn generate(state: &State, call: &Call) -> Answer {
    generated(state, call).unwrap_or_else(|refused| *refused)
}

fn generated(state: &State, call: &Call) -> Outcome {
    let Admitted { tenant, fields, warning } = fields::admit(state, call, 283513)?;
    // A text in the table, a number in the sample.
    let id = match fields.get("plan_id") {
        None => return Err(refuse(state, 216101, "plan_id is missing")),
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        Some(_) => return Err(refuse(state, 216100, "plan_id is neither text nor number")),
    };
    let Some(plan) = state.settings().baidu.plan(&tenant, &id) else {
        return Err(refuse(state, 283435, "this tenant has no plan of this id"));
    };
    let token = random::alphanumeric(24);
    let verification = Verification {
        plan,
        subject: None,
        photo: false,
        begun: false,
        attempts: Vec::new(),
        returns: [None, None],
        media: random::hex(32),
    };
    state.baidu.sessions.open(token.clone(), &tenant.id, call.time, verification);
    let mut answer = success(json!({"verify_token": token}));
    answer.order = Some(token);
    answer.notes.extend(warning.map(Into::into));
    Ok(answer)
}

/// `idcard/submit`.
pub(super) fn submit(state: &State, call: &Call) -> Answer {
    submitted(state, call).unwrap_or_else(|refused| *refused)
}

fn submitted(state: &State, call: &Call) -> Outcome {
    let about = About::read(state, call)?;
    let name = about.fields.required(state, "id_name")?;
    let id_number = about.fields.required(state, "id_no")?;
    let certificate_type = certificate_type(state, &about)?;
    let person = Person { name: name.into(), id_number: id_number.into(), mobile: None };
    let subject = Subject { person: person.clone(), certificate_type };
    let right = about.session.state.plan.takes_subject();
    let answer = change(state, call, about, right, "指定用户身份核验", json!(1), move |verification| {
        verification.subject = Some(subject);
    });
    answer.map(|answer| Answer { person: Some(person), ..answer })
}

/// 0 and 4 are all that the table has; leniently it may be missing, or a text.
fn certificate_type(state: &State, about: &About) -> Result<i64, Box<Answer>> {
    let strict = state.settings().strict;
    let number = match about.fields.get("certificate_type") {
        None if strict => return Err(refuse(state, 216100, "certificate_type is missing")),
        None => Some(0),
        Some(Value::String(text)) if !strict => text.parse().ok(),
        Some(value) => value.as_i64(),
    };
    match number {
        Some(number @ (0 | 4)) => Ok(number),
        _ => Err(refuse(state, 216100, "certificate_type is neither 0 nor 4")),
    }
}

/// `uploadMatchImage`.
pub(super) fn upload(state: &State, call: &Call) -> Answer {
    uploaded(state, call).unwrap_or_else(|refused| *refused)
}

fn uploaded(state: &State, call: &Call) -> Outcome {
    let about = About::read(state, call)?;
    let image = match about.fields.get("image") {
        Some(Value::String(image)) if image.is_empty() => return Err(refuse(state, 216200, "image is empty")),
        _ => about.fields.required(state, "image")?,
    };
    about.fields.level(state, "quality_control")?;
    about.fields.level(state, "liveness_control")?;
    picture::check(image).map_err(|(code, note)| refuse(state, code, note))?;
    let right = about.session.state.plan.compare == Compare::OwnPhoto;
    change(state, call, about, right, "自建人脸库比对", Value::Null, |verification| verification.photo = true)
}

/// Brings something into a verification that nobody has finished yet.
fn change(
    state: &State,
    call: &Call,
    about: About,
    right_plan: bool,
    wanted: &str,
    result: Value,
    bring: impl FnOnce(&mut Verification),
) -> Outcome {
    if !right_plan && state.settings().strict {
        return Err(refuse(state, 216100, format!("only a plan with {wanted} takes this")));
    }
    let id = about.session.id.clone();
    let changed = state.baidu.sessions.change(&id, |session| {
        usable(session, call)?;
        bring(&mut session.state);
        Ok(())
    });
    match changed {
        Some(Ok(())) => Ok(about.noted(success(result))),
        Some(Err(note)) => Err(ended(state, &id, note)),
        None => Err(ended(state, &id, "the sandbox was reset meanwhile")),
    }
}

fn usable(session: &Session<Verification>, call: &Call) -> Result<(), &'static str> {
    match open_still(session, call.time) {
        Ok(()) => Ok(()),
        Err(Refused::Expired) => Err("the 2 hours of this verify_token are over"),
        Err(_) if over(session.created, LIFE, call.time) => Err("this verification ended, and its 2 hours are over"),
        Err(_) => Err("this verification has ended: its token only reads"),
    }
}
