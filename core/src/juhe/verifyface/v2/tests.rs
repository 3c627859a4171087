use super::billed;
use crate::Kind;
use crate::juhe::cipher;
use crate::juhe::sample::{ID, NAME, answered, form, photo, verify2, verify2_encry};
use crate::juhe::verifyface::Verify2Reply;
use crate::secret::Secret;
use crate::verdict::Check::{self, Error as Tried, Failed, NoRecord, NotChecked, Passed};
use crate::verdict::Decision::{self, Inconclusive, Rejected};
use crate::verdict::{Billed, Verdict};
use base64::prelude::{BASE64_STANDARD, Engine as _};

fn key() -> Secret {
    cipher::key(&"JHsandbox0openid".into())
}

fn body(code: i64, result: &str) -> String {
    format!(r#"{{"reason":"r","result":{result},"error_code":{code}}}"#)
}

fn sealed(text: &str) -> String {
    cipher::encrypt(&key(), text.as_bytes()).unwrap()
}

/// The same answer to both variants; they must agree in all but their name.
fn both(code: i64, result: &str) -> Verify2Reply {
    let plain = answered(verify2(), body(code, result)).result.unwrap();
    let opened = answered(verify2_encry(), sealed(&body(code, result))).result.unwrap();
    assert_eq!(opened.raw, plain.raw, "raw is the decrypted text");
    assert_eq!(opened.verdict.operation, "juhe.verifyface.verify2_encry");
    assert_eq!(Verdict { operation: "juhe.verifyface.verify2".into(), ..opened.verdict }, plain.verdict);
    plain
}

fn auth(letters: &str, charge: bool) -> Verdict {
    both(0, &format!(r#"{{"charge":{charge},"authResult":"{letters}","rxfs":984.48,"orderid":"JH264"}}"#)).verdict
}

const SMALL: &str = "1.照片为本人，但是照片可能有角度、光线过暗、脸部区域有亮斑；2.照片为本人，但是该照片尺寸太小";
const SMALL_OR_ALIKE: &str =
    "1.照片为本人，但是照片可能有角度、光线过暗、脸部区域有亮斑；2.照片为本人，但是该照片尺寸太小；3.两人长相类似";
const RETAKE: &str = "1.重新拍照；2.传入合格图片";

#[test]
fn trap_11_every_second_letter() {
    type Row = (char, &'static str, Check, Decision, bool, Option<&'static str>, Option<&'static str>, bool);
    let rows: [Row; 16] = [
        ('0', "同一人", Passed, Decision::Passed, true, None, None, false),
        ('1', "非同一人", Failed, Rejected, true, Some(SMALL), Some(RETAKE), false),
        ('2', "疑似为本人", Tried, Inconclusive, true, Some(SMALL_OR_ALIKE), Some(RETAKE), false),
        ('A', "数据库操作错误", Tried, Inconclusive, false, Some("人像比对数据库操作异常"), None, true),
        ('B', "人像比对异常", Tried, Inconclusive, false, Some("人像比对系统异常"), None, true),
        ('C', "参数错误", Tried, Inconclusive, false, Some("业务流水号空或长度不是18位"), None, false),
        (
            'D',
            "无人像信息",
            NoRecord,
            Inconclusive,
            true,
            Some("数据库中无该人像信息"),
            Some("检查该人身份信息是否正确"),
            false,
        ),
        (
            'E',
            "图像格式不支持",
            Tried,
            Inconclusive,
            true,
            Some("非JPEG格式图像"),
            Some("检查传入的图像数据是否为JPEG格式"),
            false,
        ),
        (
            'F',
            "待比对图像建模失败",
            Tried,
            Inconclusive,
            true,
            Some("1.照片可能有角度，光线过暗，脸部区域有亮斑，模糊；2.照片尺寸太小"),
            Some(RETAKE),
            false,
        ),
        (
            'G',
            "现场照片质量不合格",
            Tried,
            Inconclusive,
            true,
            Some("上传照片质量不合格"),
            Some("自检上传照片质量"),
            false,
        ),
        (
            'J',
            "现场照片小于5K字节",
            Tried,
            Inconclusive,
            true,
            None,
            Some("检查图像原始大小（非BASE64编码）是否小于5K字节，重新拍照"),
            false,
        ),
        (
            'K',
            "公安制证照片质量不佳",
            Tried,
            Inconclusive,
            false,
            Some("库内照片质量不佳"),
            Some("系统人像信息异常或者未录入认证系统"),
            false,
        ),
        (
            'T',
            "人像引擎超时",
            Tried,
            Inconclusive,
            false,
            Some("人像服务所有比对引擎同时超时或一个引擎超时，另一个引擎故障"),
            Some("重试或者联系接口服务商"),
            true,
        ),
        ('W', "系统其他错误", Tried, Inconclusive, false, Some("认证超时"), Some("重试或者联系接口服务商"), true),
        ('X', "未执行", NotChecked, Inconclusive, false, None, None, false),
        ('Q', "其他返回代码", Tried, Inconclusive, false, None, Some("联系接口服务商"), false),
    ];
    for (letter, text, face, decision, listed, cause, next_step, retryable) in rows {
        let verdict = auth(&format!("0{letter}XX"), listed);
        assert_eq!((verdict.checks.identity, verdict.checks.face), (Passed, face), "{letter}");
        assert_eq!(verdict.decision, decision, "{letter}");
        assert_eq!(verdict.billed, if listed { Billed::Yes } else { Billed::No }, "{letter}");
        assert_eq!(verdict.retryable, retryable, "{letter}: by the caller, when it was not billed");
        let reason = &verdict.reasons[0];
        assert_eq!(verdict.reasons.len(), 1, "{letter}");
        assert_eq!((&*reason.code, &*reason.message), (&*format!("0{letter}"), text), "{letter}");
        assert_eq!(reason.cause.as_deref(), cause, "{letter}");
        match (letter, next_step) {
            // correction_37: the photo rules follow the document's own step.
            ('F' | 'G', Some(step)) => {
                assert_eq!(reason.next_step.as_deref(), Some(&*format!("{step}；{}", super::PHOTO_RULES)), "{letter}")
            }
            _ => assert_eq!(reason.next_step.as_deref(), next_step, "{letter}"),
        }
        let unlisted = auth(&format!("0{letter}XX"), !listed);
        assert_eq!(unlisted.reasons.last().unwrap().code, "billing_mismatch", "{letter}");
        assert!(!unlisted.retryable, "{letter}: never unless certainly not billed");
    }
}

#[test]
fn trap_11_every_first_letter() {
    type Row = (char, &'static str, Check, Decision, bool, Option<&'static str>, Option<&'static str>, bool);
    let rows: [Row; 8] = [
        (
            '5',
            "身份信息无效",
            Failed,
            Rejected,
            true,
            Some("1.身份信息不存在 2.身份信息不匹配"),
            Some("检查身份信息"),
            false,
        ),
        ('6', "参数错误", Tried, Inconclusive, false, Some("身份信息格式不正确"), Some("检查身份信息"), false),
        ('7', "系统错误", Tried, Inconclusive, false, Some("系统错误或服务异常"), Some("联系接口服务商"), false),
        ('A', "穿网调用超时", Tried, Inconclusive, false, Some("穿网调用超时"), Some("重新认证"), true),
        ('E', "接口调用异常", Tried, Inconclusive, false, Some("接口调用异常"), Some("重新认证"), true),
        ('T', "接口调用超时", Tried, Inconclusive, false, Some("接口调用超时"), Some("重新认证"), true),
        // correction_41: of the two X, only the first letter's has a next step, and neither a cause.
        ('X', "未执行", NotChecked, Inconclusive, false, None, Some("联系接口服务商"), false),
        ('Q', "其他返回代码", Tried, Inconclusive, false, None, Some("联系接口服务商"), false),
    ];
    for (letter, text, identity, decision, listed, cause, next_step, retryable) in rows {
        let verdict = auth(&format!("{letter}XXX"), listed);
        assert_eq!((verdict.checks.identity, verdict.checks.face), (identity, NotChecked), "{letter}");
        assert_eq!((verdict.decision, verdict.retryable), (decision, retryable), "{letter}");
        assert_eq!(verdict.billed, if listed { Billed::Yes } else { Billed::No }, "{letter}");
        let [reason] = &*verdict.reasons else { panic!("{letter}") };
        assert_eq!((&*reason.code, &*reason.message), (&*letter.to_string(), text));
        assert_eq!((reason.cause.as_deref(), reason.next_step.as_deref()), (cause, next_step), "{letter}");

        let odd = auth(&format!("{letter}0XX"), listed);
        assert_eq!(odd.reasons[1].code, "contradiction", "{letter}0");
        assert_eq!((odd.checks, odd.decision, odd.billed), (verdict.checks, decision, verdict.billed), "{letter}0");
    }
}

#[test]
fn only_two_of_four_characters_count_and_four_there_must_be() {
    for four in ["00XX", "0000", "00zz", "00人脸"] {
        assert!(auth(four, true).passed(), "{four}");
    }
    for field in ["", r#","authResult":null"#, r#","authResult":"""#, r#","authResult":"00""#, r#","authResult":"00X""#]
        .into_iter()
        .chain([r#","authResult":"00XXX""#, r#","authResult":" 00X""#, r#","authResult":["00XX"]"#])
        .chain([r#","authResult":0"#, r#","authResult":true"#])
    {
        let verdict = both(0, &format!(r#"{{"charge":true,"rxfs":999{field}}}"#)).verdict;
        assert!(!verdict.passed(), "{field}");
        if !field.contains(" 00X") {
            assert_eq!((verdict.checks.identity, verdict.checks.face), (Tried, Tried), "{field}");
            assert_eq!((verdict.decision, verdict.billed), (Inconclusive, Billed::Yes), "{field}");
        }
    }
    let small = auth("5xxx", true);
    assert_eq!(small.reasons[1].code, "contradiction", "letters are case-sensitive: x is no X");
}

#[test]
fn correction_12_every_row_of_billed() {
    for (code, charge, listed, bill) in [
        (0, Some(true), Some(true), Billed::Yes),
        (0, Some(true), Some(false), Billed::Yes),
        (0, Some(false), Some(false), Billed::No),
        (0, Some(false), Some(true), Billed::Unknown),
        (0, None, Some(true), Billed::Yes),
        (0, None, Some(false), Billed::Unknown),
        (0, None, None, Billed::Unknown),
        (226401, Some(true), None, Billed::Yes),
        (226401, Some(false), None, Billed::No),
        (10014, None, None, Billed::Unknown),
        (10014, Some(false), None, Billed::No),
        (10014, Some(true), None, Billed::Yes),
        (226401, None, None, Billed::No),
    ] {
        assert_eq!(billed(code, charge, listed), bill, "{code} {charge:?} {listed:?}");
    }
    for (charge, letters, bill) in [
        ("", "00XX", Billed::Yes),
        (r#","charge":"true""#, "00XX", Billed::Yes),
        (r#","charge":"false""#, "0AXX", Billed::Unknown),
        (r#","charge":0"#, "6XXX", Billed::Unknown),
        ("", "0KXX", Billed::Unknown),
    ] {
        let verdict = both(0, &format!(r#"{{"authResult":"{letters}"{charge}}}"#)).verdict;
        assert_eq!(verdict.billed, bill, "{charge} {letters}");
        assert!(!verdict.retryable);
    }
}

#[test]
fn trap_12_a_failing_reply_keeps_its_order_and_its_bill() {
    for (code, kind, retryable) in
        [(226401, Kind::Vendor, true), (226403, Kind::InvalidArgument, false), (226404, Kind::Vendor, false)]
    {
        for (charge, bill) in [(r#","charge":false"#, Billed::No), (r#","charge":true"#, Billed::Yes), ("", Billed::No)]
        {
            let text = body(code, &format!(r#"{{"orderid":"JH264123120815562732835188"{charge}}}"#));
            let plain = answered(verify2(), &*text);
            // correction_13: service errors come encrypted, and are taken in plain too.
            let opened = answered(verify2_encry(), sealed(&text));
            let unsealed = answered(verify2_encry(), text);
            for run in [plain, opened, unsealed] {
                let error = run.result.unwrap_err();
                assert_eq!((error.kind, error.billed, run.spent), (kind, bill, bill), "{code} {charge}");
                assert_eq!(error.retryable, retryable && bill == Billed::No, "{code} {charge}");
                assert_eq!(error.references.order.as_deref(), Some("JH264123120815562732835188"));
                assert_eq!(run.requests.len(), 1, "correction_16: retryable by the caller, never by the library");
            }
        }
    }
}

#[test]
fn correction_34_no_record_is_a_verdict() {
    let reply = both(226402, r#"{"orderid":"JH264","charge":false}"#);
    let verdict = &reply.verdict;
    assert_eq!((verdict.checks.identity, verdict.checks.face), (NoRecord, NotChecked));
    assert_eq!((verdict.decision, verdict.billed, verdict.retryable), (Inconclusive, Billed::No, false));
    assert_eq!((reply.error_code, &*verdict.reasons[0].code), (226402, "226402"));
    assert_eq!(both(226402, r#"{"charge":true}"#).verdict.billed, Billed::Yes);
    assert!(answered(verify2_encry(), body(226402, "null")).result.unwrap().verdict.decision == Inconclusive);
}

#[test]
fn the_field_of_226403_is_in_its_text() {
    for (reason, field) in [
        ("参数错误(姓名格式不正确)", Some("realname")),
        ("参数错误(身份证号码格式不正确)", Some("idcard")),
        ("参数错误(图片为空)", Some("image")),
        ("参数错误(图片过大)", Some("image")),
        ("参数错误(图片base64格式错误)", Some("image")),
        ("参数错误", None),
        ("", None),
    ] {
        let body = format!(r#"{{"reason":"{reason}","result":{{"orderid":"o","charge":false}},"error_code":226403}}"#);
        let error = answered(verify2(), body).result.unwrap_err();
        assert_eq!(error.field.as_deref(), field, "{reason}");
        assert_eq!(error.vendor_code.as_deref(), Some("226403"));
        assert!(error.vendor_text.as_deref().is_some_and(|text| text.starts_with("参数错误")), "{reason}");
    }
}

#[test]
fn a_threshold_is_one_more_condition_and_never_a_substitute() {
    let with = |threshold: f64, letters: &str, rxfs: &str| {
        let mut request = verify2();
        request.threshold = Some(threshold);
        answered(request, body(0, &format!(r#"{{"charge":true,"authResult":"{letters}"{rxfs}}}"#)))
            .result
            .map(|reply| reply.verdict)
    };
    assert_eq!(with(98.0, "00XX", r#","rxfs":984.48"#).unwrap().decision, Decision::Passed);
    let below = with(99.0, "00XX", r#","rxfs":984.48"#).unwrap();
    assert_eq!((below.checks.face, below.decision), (Failed, Rejected));
    for missing in ["", r#","rxfs":null"#, r#","rxfs":"x""#, r#","rxfs":1000.1"#, r#","rxfs":-1"#, r#","rxfs":9e2"#] {
        let verdict = with(60.0, "00XX", missing).unwrap();
        assert_eq!((verdict.checks.face, verdict.decision), (Tried, Inconclusive), "{missing}");
    }
    assert_eq!(with(60.0, "01XX", r#","rxfs":999"#).unwrap().decision, Rejected, "no score outweighs a no");
    let error = with(60.0, "00XX", r#","rxfs":999,"rxfs":1"#).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Yes));
    let verdict = auth("00XX", true);
    assert_eq!((verdict.threshold, verdict.false_accept_rate), (None, None), "V2 has no table of rates");
}

#[test]
fn correction_39_rxfs_is_of_1000() {
    let reply = both(0, r#"{"charge":true,"authResult":"00XX","rxfs":984.48}"#);
    let score = reply.verdict.score.unwrap();
    assert_eq!((score.value, &*score.raw, score.scale), (98.448, "984.48", 1000));
    assert_eq!(reply.rxfs.as_deref(), Some("984.48"));
}

#[test]
fn a_deciding_field_that_occurs_twice_is_no_verdict() {
    for (result, bill) in [
        (r#"{"charge":true,"authResult":"01XX","authResult":"00XX"}"#, Billed::Yes),
        (r#"{"charge":false,"authResult":"0AXX","authResult":"00XX"}"#, Billed::Unknown),
        (r#"{"charge":true,"charge":false,"authResult":"00XX"}"#, Billed::Unknown),
        (r#"{"charge":true,"authResult":"00XX","\ud800":1,"authResult":"01XX"}"#, Billed::Unknown),
    ] {
        let error = answered(verify2(), body(0, result)).result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, bill), "{result}");
        let error = answered(verify2_encry(), sealed(&body(0, result))).result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, bill), "{result}");
    }
    let twice = r#"{"error_code":226403,"reason":"r","result":{"charge":false},"result":{"charge":true}}"#;
    let error = answered(verify2(), twice).result.unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown));
}

#[test]
fn a_result_that_is_none_is_no_verdict() {
    for result in ["[]", "\"x\"", "1"] {
        let error = answered(verify2(), body(0, result)).result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown), "{result}");
    }
    let verdict = both(0, "null").verdict;
    assert_eq!((verdict.decision, verdict.billed), (Inconclusive, Billed::Unknown));
}

#[test]
fn the_forms() {
    let answer = body(0, r#"{"charge":true,"authResult":"5XXX"}"#);
    let run = answered(verify2(), &*answer);
    assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/verifyface/verify2");
    let fields = form(&run.requests[0]);
    assert_eq!(fields.len(), 4);
    assert_eq!((&*fields["key"], &*fields["idcard"], &*fields["realname"]), ("sandbox-juhe-key", ID, NAME));
    assert_eq!(fields["image"], BASE64_STANDARD.encode(&*photo()));

    let run = answered(verify2_encry(), sealed(&answer));
    assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/verifyface/verify2Encry");
    let fields = form(&run.requests[0]);
    assert_eq!(fields.len(), 4);
    assert_eq!(fields["key"], "sandbox-juhe-key");
    let open = |name: &str| cipher::decrypt(&key(), &fields[name]).unwrap().to_vec();
    assert_eq!((open("idcard"), open("realname")), (ID.as_bytes().to_vec(), NAME.as_bytes().to_vec()));
    assert_eq!(open("image"), BASE64_STANDARD.encode(&*photo()).as_bytes());
}

#[test]
fn the_vendors_echo_of_a_person_stays_out_of_errors() {
    let reason = format!("参数错误(姓名格式不正确) {NAME} {ID} sandbox-juhe-key");
    let text = format!(r#"{{"reason":"{reason}","result":{{}},"error_code":226403}}"#);
    let error = answered(verify2(), text).result.unwrap_err();
    let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
    for word in [NAME, ID, "sandbox-juhe-key"] {
        assert!(!shown.contains(word), "{shown}");
    }
}
