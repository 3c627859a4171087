//! The people with a story: each works sensibly with every vendor.

use super::{Baidu, Faceid, Jumdata, Mobile, Outcomes, Persona, Verify, Verify2, numbers};

fn person(n: i64, id: &str, name: &str, note: &str, outcomes: Outcomes) -> Persona {
    let (id_number, mobile) = (numbers::id_number(n), numbers::mobile(n));
    Persona { id: id.into(), name: name.into(), id_number, mobile, note: note.into(), outcomes }
}

fn v1(res: i64, code: Option<&'static str>, score: Option<f64>) -> Verify {
    Verify { error_code: 0, res, code, score }
}

fn v2(auth_result: &str, rxfs: f64) -> Verify2 {
    Verify2 { error_code: 0, auth_result: auth_result.into(), rxfs }
}

fn mobile(res: i64, score: f64) -> Mobile {
    Mobile { error_code: 0, res, score }
}

fn certified(code: i64, score: Option<&'static str>) -> Faceid {
    Faceid { certify_code: Some(code), certify_score: score, ..Outcomes::passing().faceid }
}

fn baidu(code: i64, score: Option<f64>) -> Baidu {
    Baidu { code, score, ..Outcomes::passing().baidu }
}

/// In the order of their running numbers, from 1; new ones only at the end.
pub(super) fn people() -> Vec<Persona> {
    let all = Outcomes::passing;
    vec![
        person(1, "passes", "张伟", "passes everywhere", all()),
        person(
            2,
            "face_differs",
            "李娜",
            "another person's face; Jumdata, which compares nobody, passes",
            Outcomes {
                verify: v1(2, Some("3005"), None),
                verify2: v2("01XX", 213.4),
                mobile: mobile(102, 213.4),
                faceid: certified(203, None),
                baidu: baidu(0, Some(21.3)),
                ..all()
            },
        ),
        person(
            3,
            "identity_mismatch",
            "王强",
            "name and number do not belong together; Jumdata, which checks no identity, passes",
            Outcomes {
                verify: v1(3, None, None),
                verify2: v2("5XXX", 0.0),
                mobile: mobile(105, 0.0),
                faceid: certified(204, None),
                baidu: baidu(222351, None),
                ..all()
            },
        ),
        person(
            4,
            "no_record",
            "刘洋",
            "the source holds nothing to compare with",
            Outcomes {
                verify: Verify { error_code: 226402, ..v1(0, None, None) },
                verify2: v2("0DXX", 0.0),
                mobile: mobile(109, 961.5),
                faceid: certified(201, None),
                baidu: baidu(222355, None),
                ..all()
            },
        ),
        person(
            5,
            "photo_unusable",
            "陈静",
            "the photo or the camera's picture cannot be used",
            Outcomes {
                verify: v1(2, Some("3004"), None),
                verify2: v2("0FXX", 0.0),
                mobile: mobile(104, 0.0),
                faceid: certified(202, None),
                jumdata: Jumdata { code: 203 },
                baidu: Baidu { liveness_score: 0.0, ..baidu(223114, None) },
            },
        ),
        person(
            6,
            "liveness_fails",
            "杨帆",
            "no live person; the calls that take a still photo pass",
            Outcomes {
                faceid: Faceid { live_code: 201, live_score: "12.50300", ..failed_liveness() },
                jumdata: Jumdata { code: 202 },
                baidu: Baidu { liveness_score: 0.0, ..baidu(223120, None) },
                ..all()
            },
        ),
        person(
            7,
            "borderline",
            "赵敏",
            "between the thresholds 60 and 70; below Baidu's 80",
            Outcomes {
                verify: v1(1, None, Some(62.0)),
                verify2: v2("02XX", 623.1),
                mobile: mobile(100, 621.0),
                faceid: certified(200, Some("62")),
                baidu: baidu(0, Some(79.5)),
                ..all()
            },
        ),
        person(
            8,
            "low_score_pass",
            "黄磊",
            "the vendor says yes with a score of 30: a caller who does not look at the score lets a stranger in",
            Outcomes {
                verify: v1(1, None, Some(30.0)),
                verify2: v2("00XX", 301.2),
                mobile: mobile(100, 302.5),
                faceid: certified(200, Some("30")),
                baidu: Baidu { passes_anyway: true, ..baidu(0, Some(30.0)) },
                ..all()
            },
        ),
        person(9, "middle_dot", "阿卜杜拉·买买提", "passes; a name with U+00B7", all()),
        person(10, "rare_character", "𠮷田", "passes; a name beyond the basic plane", all()),
        person(11, "apostrophe", "Zoë O'Neill-Lee", "passes; a name with a blank, an apostrophe and an accent", all()),
    ]
}

fn failed_liveness() -> Faceid {
    Faceid { certify_code: None, certify_score: None, ..Outcomes::passing().faceid }
}
