//! `verifyface_mobile/query`: identity, face and mobile in one number.

use serde_json::json;

use super::admission::{admit, is_mobile, is_name};
use super::image::{Image, diagnosis};
use super::{envelope, order, refusal_of, whole};
use crate::exchange::{Answer, Call, Person, Reply};
use crate::ledger::Booking;
use crate::personas::{self, is_valid_id_number};
use crate::state::State;

/// One of the three answers in `res`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Passed,
    Failed,
    /// 失败: could not be checked.
    Error,
    NoRecord,
    Unchecked,
}

use Part::{Error, Failed, NoRecord, Passed, Unchecked};

/// `res`, identity, face, mobile, the document's text.
const TABLE: [(i64, Part, Part, Part, &str); 17] = [
    (100, Passed, Passed, Passed, "身份、人像核验通过，手机号核验通过"),
    (101, Passed, Passed, Failed, "身份、人像核验通过，手机号核验不通过"),
    (102, Passed, Failed, Passed, "身份、手机核验通过，人像核验不通过"),
    (103, Passed, Failed, Failed, "身份核验通过，手机、人像核验不通过"),
    (104, Passed, Error, Passed, "身份、手机号核验成功，人像核验失败"),
    (105, Failed, Unchecked, Passed, "身份核验不通过，手机号核验通过"),
    (106, Passed, Error, Failed, "身份核验成功，手机号核验不通过，人像核验失败"),
    (107, Failed, Unchecked, Failed, "身份核验不通过、手机号核验不通过"),
    (108, Passed, Passed, Error, "身份、人像核验通过，手机号核验失败"),
    (109, Passed, Passed, NoRecord, "身份、人像核验通过，手机号查询无记录"),
    (110, Passed, Failed, Error, "身份核验通过，人像核验不通过，手机号核验失败"),
    (111, Passed, Failed, NoRecord, "身份核验通过，人像核验不通过，手机号查询无记录"),
    (112, Passed, Error, Error, "身份核验成功，手机号、人像核验失败"),
    (113, Passed, Error, NoRecord, "身份核验成功，手机号查询无记录，人像核验失败"),
    (114, Failed, Unchecked, Error, "身份核验不通过、手机号核验失败"),
    (115, Error, Unchecked, Passed, "手机号核验通过，身份核验失败"),
    (116, Error, Unchecked, Failed, "手机号核验不通过，身份核验失败"),
];

pub(super) fn answer(state: &State, call: &Call) -> Answer {
    read(state, call).unwrap_or_else(|refused| *refused)
}

fn read(state: &State, call: &Call) -> Result<Answer, Box<Answer>> {
    let (form, tenant) = admit(state, call, 280101)?;
    let order = order::mobile(call.time);
    let refuse = |code: i64, note: Option<String>| {
        let mut answer = refusal_of(call, Some(&tenant), &order, code, None);
        answer.notes.extend(note);
        Box::new(answer)
    };
    for field in ["realname", "idcard", "mobile", "image"] {
        if form.get(field).is_empty() {
            return Err(refuse(280101, Some(format!("{field} is missing or empty"))));
        }
    }
    let [name, id_number, mobile, image] = ["realname", "idcard", "mobile", "image"].map(|field| form.get(field));
    if !is_valid_id_number(id_number) {
        return Err(refuse(280102, None));
    }
    if !is_mobile(mobile) {
        return Err(refuse(280103, None));
    }
    if !is_name(name) {
        return Err(refuse(280104, None));
    }

    let person = Person { name: name.into(), id_number: id_number.into(), mobile: Some(mobile.into()) };
    let persona = personas::find(name, id_number);
    if let Some(code) = persona.map(|persona| persona.outcomes.mobile.error_code).filter(|code| *code != 0) {
        let mut answer = refuse(code, None);
        answer.person = Some(person);
        return Err(answer);
    }
    let said = persona.map_or(107, |persona| persona.outcomes.mobile.res);
    let (_, identity, mut face, mut number, _) = row(said);
    let own_number = persona.is_some_and(|persona| persona.mobile == mobile);
    if !own_number {
        number = Failed;
    }
    // No code exists for a bad picture here: the face could not be checked.
    let readable = Image::read(image).is_ok_and(|image| image.is_windows_format());
    if identity == Passed && !readable {
        face = Error;
    }
    let (res, text) = TABLE
        .iter()
        .find(|row| (row.1, row.2, row.3) == (identity, face, number))
        .map_or((said, row(said).4), |row| (row.0, row.4));
    // The document: not 0 when the face was compared.
    let score = if matches!(face, Passed | Failed) {
        persona.map_or(0.0, |persona| persona.outcomes.mobile.score)
    } else {
        0.0
    };
    let operator = if number == NoRecord { "" } else { operator(mobile) };
    let result = json!({
        "orderid": order,
        "res": res,
        "resmsg": text,
        "score": whole(score),
        "type": operator,
    });
    let mut answer = Answer::new(Reply::json(envelope(0, "成功", result)), format!("0 res {res}"));
    if !readable {
        answer.notes.push(diagnosis(image).unwrap_or("the image is no readable picture").into());
    }
    let rule = "error_code: 状态码,为0时计费";
    answer.bookings.push(Booking { operation: call.operation, order: order.clone(), rule, choice: false });
    answer.order = Some(order);
    answer.person = Some(person);
    Ok(answer)
}

fn row(res: i64) -> (i64, Part, Part, Part, &'static str) {
    TABLE.into_iter().find(|row| row.0 == res).unwrap_or(TABLE[7])
}

/// By prefix. 154 belongs to nobody; there the fourth digit names an operator.
fn operator(mobile: &str) -> &'static str {
    const UNICOM: [&str; 11] = ["130", "131", "132", "145", "155", "156", "166", "175", "176", "185", "186"];
    const TELECOM: [&str; 11] = ["133", "149", "153", "173", "177", "180", "181", "189", "190", "191", "193"];
    match &mobile[..3] {
        "154" => ["移动", "联通", "电信"][usize::from(mobile.as_bytes()[3] - b'0') % 3],
        "192" => "广电",
        "196" => "联通",
        "199" => "电信",
        prefix if UNICOM.contains(&prefix) => "联通",
        prefix if TELECOM.contains(&prefix) => "电信",
        _ => "移动",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_say_the_same() {
        for (at, one) in TABLE.iter().enumerate() {
            for other in &TABLE[at + 1..] {
                assert_ne!((one.1, one.2, one.3), (other.1, other.2, other.3), "{} {}", one.0, other.0);
            }
        }
    }
}
