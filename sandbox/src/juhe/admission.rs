//! What Juhe asks of every call, and the shapes of its fields.

use http::Method;

use super::refusal;
use crate::exchange::{Answer, Call};
use crate::form::Form;
use crate::state::State;
use crate::tenants::Tenant;

/// The checks that come first in every call: method, content type, key.
pub(super) fn admit(state: &State, call: &Call, wrong_type: i64) -> Result<(Form, Tenant), Box<Answer>> {
    let strict = state.settings().strict;
    if strict && call.method != Method::POST {
        return Err(Box::new(Answer::not_allowed("POST")));
    }
    if strict && !call.is_form() {
        let mut answer = refusal(call, wrong_type, None);
        answer.notes.push("the document says application/x-www-form-urlencoded".into());
        return Err(Box::new(answer));
    }
    let form = Form::read(call, strict);
    let key = form.get("key");
    match state.tenants.find(|tenant| tenant.juhe_key == key) {
        Some(tenant) => Ok((form, tenant)),
        None => {
            let mut answer = refusal(call, 10001, None);
            if key.is_empty() {
                let elsewhere = !Form::read(call, false).get("key").is_empty();
                let note = if elsewhere { "the key is not in the form, but elsewhere" } else { "the form has no key" };
                answer.notes.push(note.into());
            }
            Err(Box::new(answer))
        }
    }
}

/// Whether this may be a name: letters of any script, with what joins the parts of a name.
pub(super) fn is_name(name: &str) -> bool {
    let joins = |c: char| "·•・‧.'’- ".contains(c);
    let letters = name.chars().filter(|c| !joins(*c));
    letters.clone().count() >= 1 && letters.clone().all(char::is_alphabetic) && name.chars().count() <= 50
}

/// Whether this may be a mobile number.
pub(super) fn is_mobile(mobile: &str) -> bool {
    let bytes = mobile.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["张伟", "𠮷田", "阿卜杜拉·买买提", "Zoë O'Neill-Lee", "䶮"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "···", "张3", "张*", "+张伟", "%E5%BC%A0", "张\n伟"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn mobiles() {
        assert!(is_mobile("15400000001"));
        for mobile in ["", "1540000000", "12400000001", "154000000011", "１5400000001", "+8615400000001"] {
            assert!(!is_mobile(mobile), "{mobile}");
        }
    }
}
