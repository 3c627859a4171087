//! `faceid/query` and `faceid/search`, and the sessions between them.

use std::sync::LazyLock;
use std::time::Duration;

use http::Uri;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::admission::{admit, is_name};
use super::cipher::hex_md5;
use super::{codes, envelope, order, refusal_of};
use crate::clock::over;
use crate::exchange::{Answer, Call, Person, Reply};
use crate::form::Form;
use crate::personas::{self, Faceid, Persona, is_valid_id_number};
use crate::sessions::{Session, Sessions};
use crate::tenants::Tenant;

/// verify_url and jh_order_id: "在30分钟有效且仅能认证提交一次".
pub(super) const LIFE: Duration = Duration::from_secs(30 * 60);
/// img: "10分钟有效期".
const IMAGE_LIFE: Duration = Duration::from_secs(10 * 60);

/// What Juhe remembers.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) sessions: Sessions<Verification>,
}

impl State {
    pub(crate) fn reset(&self, tenant: Option<&str>) {
        self.sessions.reset(tenant);
    }
}

/// What Juhe keeps of a session beside what all vendors keep.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    pub(super) order_id: String,
    /// The last part of verify_url.
    pub(super) page: String,
    pub(super) return_url: String,
    pub(super) notify_url: Option<String>,
    pub(super) person: Person,
    /// The liveness check was started.
    pub(super) begun: bool,
    pub(super) ending: Option<Ending>,
}

/// How a session ended.
#[derive(Clone, Debug)]
pub(super) enum Ending {
    /// With a result.
    Result(Faceid),
    /// Without one: `search` answers with this code.
    Broken(i64),
}

impl Verification {
    pub(super) fn persona(&self) -> Option<&'static Persona> {
        personas::find(&self.person.name, &self.person.id_number)
    }
}

pub(super) fn query(state: &crate::state::State, call: &Call) -> Answer {
    begin(state, call).unwrap_or_else(|refused| *refused)
}

fn begin(state: &crate::state::State, call: &Call) -> Result<Answer, Box<Answer>> {
    let (form, tenant) = admit(state, call, 279301)?;
    let refuse = |field: &str| {
        let reason = format!("{}({field})", codes::text(279301));
        Box::new(refusal_of(call, Some(&tenant), "", 279301, Some(&reason)))
    };
    for field in ["certName", "certNo", "orderId", "returnUrl"] {
        if form.get(field).is_empty() {
            return Err(refuse(field));
        }
    }
    if let Some(field) = badly_formed(&form) {
        return Err(refuse(field));
    }
    let person = Person { name: form.get("certName").into(), id_number: form.get("certNo").into(), mobile: None };
    let persona = personas::find(&person.name, &person.id_number);
    if persona.is_some_and(|persona| persona.outcomes.faceid.error_code == 279301) {
        let mut refused = refuse("certNo");
        refused.person = Some(person);
        return Err(refused);
    }

    let jh_order_id = order::faceid(call.time);
    let page = format!("F4.{}", order::alphanumeric(8));
    let result = json!({"jh_order_id": jh_order_id, "verify_url": format!("{}/juhe/page/{page}", state.url)});
    let mut answer = Answer::new(Reply::json(envelope(0, "SUCCESS", result)), "0");
    let order_id = form.get("orderId").to_owned();
    let same = |other: &Session<Verification>| other.tenant == tenant.id && other.state.order_id == order_id;
    if state.juhe.sessions.find(same).is_some() {
        answer.notes.push("orderId was used before: this is a second order, not the same one again".into());
    }
    let verification = Verification {
        order_id,
        page,
        return_url: form.get("returnUrl").into(),
        notify_url: Some(form.get("notifyUrl").to_owned()).filter(|url| !url.is_empty()),
        person: person.clone(),
        begun: false,
        ending: None,
    };
    state.juhe.sessions.open(jh_order_id.clone(), &tenant.id, call.time, verification);
    answer.order = Some(jh_order_id);
    answer.person = Some(person);
    Ok(answer)
}

/// The first field that is not as the document wants it.
fn badly_formed(form: &Form) -> Option<&'static str> {
    let order_id = form.get("orderId");
    let checks = [
        ("certName", is_name(form.get("certName"))),
        ("certNo", is_valid_id_number(form.get("certNo"))),
        ("orderId", (8..=32).contains(&order_id.len()) && order_id.bytes().all(|b| b.is_ascii_alphanumeric())),
        ("model", ["", "1", "2", "3", "4", "5"].contains(&form.get("model"))),
        ("returnUrl", is_web_address(form.get("returnUrl"))),
        ("notifyUrl", form.get("notifyUrl").is_empty() || is_web_address(form.get("notifyUrl"))),
        ("deviceType", ["", "WEB", "H5"].contains(&form.get("deviceType"))),
    ];
    checks.into_iter().find(|check| !check.1).map(|check| check.0)
}

fn is_web_address(url: &str) -> bool {
    let before_fragment = url.split('#').next().unwrap_or_default();
    let web =
        |uri: Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|h| !h.is_empty());
    before_fragment.parse().is_ok_and(web) && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

pub(super) fn search(state: &crate::state::State, call: &Call) -> Answer {
    find(state, call).unwrap_or_else(|refused| *refused)
}

fn find(state: &crate::state::State, call: &Call) -> Result<Answer, Box<Answer>> {
    let (form, tenant) = admit(state, call, 279301)?;
    let jh_order_id = form.get("jhOrderId");
    let refuse = |tenant: &Tenant, code: i64, note: Option<&str>| {
        let mut answer = refusal_of(call, Some(tenant), "", code, None);
        answer.order = Some(jh_order_id.to_owned()).filter(|order| !order.is_empty());
        answer.notes.extend(note.map(Into::into));
        Box::new(answer)
    };
    if jh_order_id.is_empty() {
        let reason = format!("{}(jhOrderId)", codes::text(279301));
        return Err(Box::new(refusal_of(call, Some(&tenant), "", 279301, Some(&reason))));
    }
    let Some(session) = state.juhe.sessions.get(jh_order_id) else {
        return Err(refuse(&tenant, 279302, Some("no such order")));
    };
    if session.tenant != tenant.id {
        return Err(refuse(&tenant, 279302, Some("this order belongs to another account")));
    }
    let result = match &session.state.ending {
        Some(Ending::Result(result)) => result,
        Some(Ending::Broken(code)) => return Err(refuse(&tenant, *code, None)),
        None if over(session.created, LIFE, call.time) => {
            return Err(refuse(&tenant, 279307, Some("the 30 minutes are over: nobody can submit any more")));
        }
        None if session.state.begun => return Err(refuse(&tenant, 279306, None)),
        None => return Err(refuse(&tenant, 279307, None)),
    };
    let mut detail = detail(result);
    detail.insert("img".into(), image_url(&state.url, jh_order_id, call.time).into());
    let body = envelope(0, "SUCCESS", outcome(result, jh_order_id, detail));
    let mut answer = Answer::new(Reply::json(body), format!("0 {}", passed(result)));
    answer.order = Some(jh_order_id.into());
    answer.person = Some(session.state.person);
    Ok(answer)
}

/// `T` when the person is alive and is who he says.
pub(super) fn passed(result: &Faceid) -> &'static str {
    letter(result.live_code == 200 && result.certify_code == Some(200))
}

fn letter(yes: bool) -> &'static str {
    if yes { "T" } else { "F" }
}

/// `result` of the redirect and of `search`.
pub(super) fn outcome(result: &Faceid, jh_order_id: &str, detail: Map<String, Value>) -> Value {
    let message = match result.certify_code {
        Some(code) if result.live_code == 200 => codes::certify(code),
        _ => codes::live(result.live_code),
    };
    json!({"passed": passed(result), "message": message, "jh_order_id": jh_order_id, "detail": detail})
}

/// `detail` without `img`; what was not reached is left out.
pub(super) fn detail(result: &Faceid) -> Map<String, Value> {
    let mut detail = Map::new();
    let mut put = |name: &str, value: String| detail.insert(name.into(), value.into());
    put("live_passed", letter(result.live_code == 200).into());
    put("live_code", result.live_code.to_string());
    put("live_message", codes::live(result.live_code).into());
    put("live_score", result.live_score.into());
    let certified = result.certify_code.filter(|_| result.live_code == 200);
    put("certify_passed", letter(certified == Some(200)).into());
    if let Some(code) = certified {
        put("certify_code", code.to_string());
        put("certify_message", codes::certify(code).into());
        // In the samples but in no table; taken to be V1's `res`.
        match code {
            200 => drop(put("certify_res", "1".into())),
            201..=203 => drop(put("certify_res", "2".into())),
            204 => drop(put("certify_res", "3".into())),
            _ => {}
        }
        if let Some(score) = result.certify_score {
            put("certify_score", score.into());
        }
    }
    detail
}

// Signs image addresses; a new one with each start, for none outlives it.
static SECRET: LazyLock<String> = LazyLock::new(|| order::alphanumeric(24));

fn image_url(url: &str, jh_order_id: &str, now: Timestamp) -> String {
    let expires = now.as_second() + IMAGE_LIFE.as_secs() as i64;
    let signature = image_signature(jh_order_id, expires);
    format!("{url}/juhe/img/{jh_order_id}.jpeg?Expires={expires}&Signature={signature}")
}

/// What makes an image address ours.
pub(super) fn image_signature(jh_order_id: &str, expires: i64) -> String {
    hex_md5(format!("{jh_order_id}{expires}{}", *SECRET).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses() {
        for good in ["https://example.com", "http://127.0.0.1:81/#/a/b", "https://e.cn/a?b=c", "https://e.cn/#/中文"]
        {
            assert!(is_web_address(good), "{good}");
        }
        for bad in ["", "example.com", "/a", "ftp://e.cn", "https://", "javascript:alert(1)", "https://e.cn/a b"] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
