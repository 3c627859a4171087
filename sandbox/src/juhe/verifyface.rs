//! What the four verifyface calls have in common: their request, and the checks of it.

use super::admission::{admit, is_name};
use super::cipher::Key;
use super::image::{Bad, Image, diagnosis};
use super::{envelope, order, refusal_of};
use crate::exchange::{Answer, Call, Person, Reply};
use crate::ledger::Booking;
use crate::personas::{self, Persona, is_valid_id_number};
use crate::state::State;
use crate::tenants::Tenant;

/// A request that passed every check before the business.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) order: String,
    pub(super) tenant: Tenant,
    pub(super) person: Person,
    pub(super) persona: Option<&'static Persona>,
    pub(super) image: Image,
    pub(super) thousand: bool,
}

/// What a 226403 says.
const WRONG_NAME: &str = "参数错误(姓名格式不正确)";
const WRONG_ID: &str = "参数错误(身份证号码格式不正确)";
const NO_IMAGE: &str = "参数错误(图片为空)";
const LARGE_IMAGE: &str = "参数错误(图片过大)";
const BAD_IMAGE: &str = "参数错误(图片base64格式错误)";

impl Request {
    /// Required fields, then formats, then the image; `sealed` fields are decrypted between the first two.
    pub(super) fn read(state: &State, call: &Call, sealed: bool) -> Result<Self, Box<Answer>> {
        let (form, tenant) = admit(state, call, 226403)?;
        let order = order::verifyface(call.time);
        let refuse = |reason: &'static str, note: Option<String>| {
            let mut answer = refusal_of(call, Some(&tenant), &order, 226403, Some(reason));
            answer.notes.extend(note);
            Box::new(answer)
        };
        let fields = [("idcard", WRONG_ID), ("realname", WRONG_NAME), ("image", NO_IMAGE)];
        for (field, reason) in fields {
            if form.get(field).is_empty() {
                return Err(refuse(reason, Some(format!("{field} is missing or empty"))));
            }
        }
        let key = sealed.then(|| Key::from_openid(&tenant.juhe_openid));
        let mut clear = Vec::new();
        for (field, reason) in fields {
            let text = form.get(field);
            let Some(key) = &key else {
                clear.push(text.to_owned());
                continue;
            };
            let plain = key.decrypt(text).and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(plain) = plain else {
                let reason = if field == "image" { BAD_IMAGE } else { reason };
                let note = format!("{field} does not decrypt under this account's OpenId");
                return Err(refuse(reason, Some(note)));
            };
            clear.push(plain);
        }
        let [id_number, name, text] = <[String; 3]>::try_from(clear).expect("three fields");
        if !is_valid_id_number(&id_number) {
            return Err(refuse(WRONG_ID, None));
        }
        if !is_name(&name) {
            return Err(refuse(WRONG_NAME, None));
        }
        if text.is_empty() {
            return Err(refuse(NO_IMAGE, None));
        }
        let image = Image::read(&text).map_err(|bad| match bad {
            Bad::Base64 => refuse(BAD_IMAGE, diagnosis(&text).map(Into::into)),
            Bad::TooLarge => refuse(LARGE_IMAGE, None),
        })?;
        let persona = personas::find(&name, &id_number);
        let thousand = form.get("thousand") == "1";
        let person = Person { name, id_number, mobile: None };
        Ok(Self { order, tenant, person, persona, image, thousand })
    }

    /// A service error that the persona stands for.
    pub(super) fn refused(self, call: &Call, code: i64) -> Answer {
        let mut answer = refusal_of(call, Some(&self.tenant), &self.order, code, None);
        answer.person = Some(self.person);
        answer
    }

    /// An answer with error_code 0; `booking` says by which rule it is charged, if it is.
    pub(super) fn answered(
        self,
        call: &Call,
        reason: &str,
        result: serde_json::Value,
        outcome: String,
        charged: Option<&'static str>,
    ) -> Answer {
        let body = envelope(0, reason, result);
        let reply = match call.operation {
            "juhe.verifyface.verify2_encry" => Reply::sealed(body, Key::from_openid(&self.tenant.juhe_openid)),
            _ => Reply::json(body),
        };
        let mut answer = Answer::new(reply, outcome);
        answer.bookings.extend(charged.map(|rule| Booking {
            operation: call.operation,
            order: self.order.clone(),
            rule,
            choice: false,
        }));
        answer.order = Some(self.order);
        answer.person = Some(self.person);
        answer
    }
}
