//! One persona for each documented code of each table. Elsewhere it passes.

use super::{Baidu, Faceid, Jumdata, Mobile, Outcomes, Persona, Verify, Verify2, numbers};

const SURNAMES: [&str; 16] =
    ["周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢"];
const GIVEN: [&str; 15] =
    ["秀英", "桂兰", "建国", "志强", "玉梅", "文博", "雪", "海燕", "春生", "明", "淑珍", "永福", "子涵", "国栋", "月"];

fn person(n: i64, id: String, note: String, outcomes: Outcomes) -> Persona {
    let at = n as usize;
    let name = format!("{}{}", SURNAMES[at % SURNAMES.len()], GIVEN[at / 7 % GIVEN.len()]);
    Persona { id, name, id_number: numbers::id_number(n), mobile: numbers::mobile(n), note, outcomes }
}

/// Each table has a block of running numbers; new codes only at the end of their list.
pub(super) fn people() -> Vec<Persona> {
    let mut people = Vec::new();
    verify(&mut people, 100);
    verify2(&mut people, 200);
    service_errors(&mut people, 300);
    mobile(&mut people, 400);
    faceid(&mut people, 500);
    jumdata(&mut people, 600);
    baidu(&mut people, 700);
    people
}

fn verify(people: &mut Vec<Persona>, base: i64) {
    // res, code, score
    let rows: [(&str, i64, Option<&'static str>, Option<f64>); 10] = [
        ("res1", 1, None, Some(96.0)),
        ("res2", 2, Some("3005"), None),
        ("res3", 3, None, None),
        ("3003", 2, Some("3003"), None),
        ("3004", 2, Some("3004"), None),
        ("3005", 2, Some("3005"), None),
        ("score69.9", 1, None, Some(69.9)),
        ("score70", 1, None, Some(70.0)),
        ("score0", 1, None, Some(0.0)),
        ("score100", 1, None, Some(100.0)),
    ];
    for (at, (name, res, code, score)) in rows.into_iter().enumerate() {
        let verify = Verify { error_code: 0, res, code, score };
        let outcomes = Outcomes { verify, ..Outcomes::passing() };
        people.push(person(base + at as i64, format!("juhe-v1-{name}"), format!("Juhe V1: {name}"), outcomes));
    }
}

fn verify2(people: &mut Vec<Persona>, base: i64) {
    // What was compared has a score.
    let rows = [
        ("00", 984.48),
        ("01", 213.4),
        ("02", 623.1),
        ("0A", 0.0),
        ("0B", 0.0),
        ("0C", 0.0),
        ("0D", 0.0),
        ("0E", 0.0),
        ("0F", 0.0),
        ("0G", 0.0),
        ("0J", 0.0),
        ("0K", 0.0),
        ("0T", 0.0),
        ("0W", 0.0),
        ("0X", 0.0),
        ("5X", 0.0),
        ("6X", 0.0),
        ("7X", 0.0),
        ("AX", 0.0),
        ("EX", 0.0),
        ("TX", 0.0),
        ("XX", 0.0),
        // "Any other code" has a row in both tables.
        ("0Z", 0.0),
        ("ZX", 0.0),
        // A first letter that says no beside a second that says yes.
        ("50", 984.48),
    ];
    for (at, (letters, rxfs)) in rows.into_iter().enumerate() {
        let verify2 = Verify2 { error_code: 0, auth_result: format!("{letters}XX"), rxfs };
        let outcomes = Outcomes { verify2, ..Outcomes::passing() };
        people.push(person(base + at as i64, format!("juhe-v2-{letters}"), format!("Juhe V2: {letters}XX"), outcomes));
    }
}

fn service_errors(people: &mut Vec<Persona>, base: i64) {
    for (at, code) in [226401, 226402, 226403, 226404].into_iter().enumerate() {
        let mut outcomes = Outcomes::passing();
        outcomes.verify.error_code = code;
        outcomes.verify2.error_code = code;
        people.push(person(base + at as i64, format!("juhe-{code}"), format!("Juhe V1 and V2: {code}"), outcomes));
    }
    for (at, code) in [280101, 280102, 280103, 280104, 280105].into_iter().enumerate() {
        let mut outcomes = Outcomes::passing();
        outcomes.mobile.error_code = code;
        people.push(person(base + 50 + at as i64, format!("juhe-{code}"), format!("Juhe mobile: {code}"), outcomes));
    }
}

fn mobile(people: &mut Vec<Persona>, base: i64) {
    for (at, res) in (100..=116).enumerate() {
        let score = match res {
            100 | 101 | 108 | 109 => 982.7,
            102 | 103 | 110 | 111 => 213.4,
            _ => 0.0,
        };
        let outcomes = Outcomes { mobile: Mobile { error_code: 0, res, score }, ..Outcomes::passing() };
        people.push(person(
            base + at as i64,
            format!("juhe-mobile-{res}"),
            format!("Juhe mobile: res {res}"),
            outcomes,
        ));
    }
}

fn faceid(people: &mut Vec<Persona>, base: i64) {
    let passing = || Outcomes::passing().faceid;
    let mut add = |n: i64, name: String, faceid: Faceid| {
        let outcomes = Outcomes { faceid, ..Outcomes::passing() };
        people.push(person(base + n, format!("juhe-faceid-{name}"), format!("Juhe faceid: {name}"), outcomes));
    };
    for (at, live_code) in (200..=205).enumerate() {
        let faceid = match live_code {
            200 => passing(),
            _ => Faceid { live_code, live_score: "12.50300", certify_code: None, certify_score: None, ..passing() },
        };
        add(at as i64, format!("live-{live_code}"), faceid);
    }
    for (at, certify_code) in (200..=206).enumerate() {
        let certify_score = (certify_code == 200).then_some("87");
        let faceid = Faceid { certify_code: Some(certify_code), certify_score, ..passing() };
        add(20 + at as i64, format!("certify-{certify_code}"), faceid);
    }
    for (at, error_code) in (279301..=279307).enumerate() {
        add(40 + at as i64, error_code.to_string(), Faceid { error_code, ..passing() });
    }
}

fn jumdata(people: &mut Vec<Persona>, base: i64) {
    for (at, code) in [200, 201, 202, 203, 301].into_iter().enumerate() {
        let outcomes = Outcomes { jumdata: Jumdata { code }, ..Outcomes::passing() };
        people.push(person(base + at as i64, format!("jumdata-{code}"), format!("Jumdata: {code}"), outcomes));
    }
}

fn baidu(people: &mut Vec<Persona>, base: i64) {
    // code, whether liveness was passed before it failed
    let rows = [
        (222350, true),
        (222351, true),
        (222352, true),
        (222353, true),
        (222354, true),
        (222355, true),
        (222360, true),
        (222361, true),
        (222901, true),
        (222916, true),
        (223051, false),
        (223119, false),
        (223120, false),
        (223131, false),
        (800001, false),
        (800002, false),
        (223113, false),
        (223114, false),
        (223115, false),
        (223116, false),
        (223118, false),
        (223121, false),
        (223122, false),
        (223123, false),
        (223124, false),
        (223125, false),
        (223126, false),
        (223127, false),
        (222213, false),
        (222309, false),
        (222902, true),
        (222903, true),
        (222904, true),
        (222905, true),
        (222906, true),
        (222907, true),
        (222908, true),
        (222909, true),
        (222910, true),
        (222911, true),
        (222912, true),
        (222913, true),
        (222914, true),
        (222915, true),
    ];
    for (at, (code, alive)) in rows.into_iter().enumerate() {
        let liveness_score = if alive { 0.9985 } else { 0.0 };
        let baidu = Baidu { code, score: None, liveness_score, passes_anyway: false };
        let outcomes = Outcomes { baidu, ..Outcomes::passing() };
        people.push(person(base + at as i64, format!("baidu-{code}"), format!("Baidu: {code}"), outcomes));
    }
}
