use super::*;
use crate::error::Result;
use crate::harness::{ok, run};
use crate::juhe::sample::{mobile, search, session, verify, verify_encry, verify2, verify2_encry};
use crate::operation::Operation;

/// 系统级错误码 as mapping has them: code, text, kind, billed on a paid call, retryable by its caller, attempts of a
/// free call, retryable by its caller.
const ROWS: [(i64, &str, Kind, Billed, bool, usize, bool); 14] = [
    (10001, "错误的请求KEY", Kind::Authentication, Billed::No, false, 1, false),
    (10002, "该KEY无请求权限", Kind::Authentication, Billed::No, false, 1, false),
    (10003, "KEY过期", Kind::Authentication, Billed::No, false, 1, false),
    (10004, "错误的OPENID", Kind::Authentication, Billed::No, false, 1, false),
    (10005, "应用未审核超时，请提交认证", Kind::Configuration, Billed::No, false, 1, false),
    (10007, "未知的请求源", Kind::Configuration, Billed::No, false, 1, false),
    (10008, "被禁止的IP", Kind::Authentication, Billed::No, false, 1, false),
    (10009, "被禁止的KEY", Kind::Authentication, Billed::No, false, 1, false),
    (10011, "当前IP请求超过限制", Kind::RateLimited, Billed::No, true, 3, true),
    (10012, "请求超过次数限制", Kind::Quota, Billed::No, false, 1, false),
    (10013, "测试KEY超过请求限制", Kind::Quota, Billed::No, false, 1, false),
    (10014, "系统内部异常", Kind::Vendor, Billed::Unknown, false, 3, true),
    (10020, "接口维护", Kind::Vendor, Billed::No, true, 2, true),
    (10021, "接口停用", Kind::Vendor, Billed::No, false, 1, false),
];

fn fail<O: Operation>(operation: O, body: &str, attempts: usize) -> (Error, Billed, usize) {
    let run = run(operation, (0..attempts).map(|_| ok(body)));
    let error = match run.result {
        Result::Err(error) => error,
        Result::Ok(_) => panic!("{body}"),
    };
    (error, run.spent, run.requests.len())
}

#[test]
fn the_system_codes_are_those_of_the_documents() {
    let table: Vec<_> = SYSTEM.iter().map(|row| (row.code, row.legacy, row.text)).collect();
    let wanted: Vec<_> = ROWS.iter().map(|row| (row.0, row.0 - 9900, row.1)).collect();
    assert_eq!(table, wanted);
}

#[test]
fn correction_16_17_and_18_every_system_code_on_every_paid_call() {
    for (code, text, kind, billed, retryable, ..) in ROWS {
        let legacy = code - 9900;
        for body in [
            format!(r#"{{"resultcode":"{legacy}","reason":"{text}!","result":null,"error_code":{code}}}"#),
            format!(r#"{{"reason":"{text}!","result":null,"error_code":"{code}"}}"#),
            format!(r#"{{"resultcode":"{legacy}","reason":"{text}!","result":null}}"#),
        ] {
            for (error, spent, requests) in [
                fail(verify(), &body, 1),
                fail(verify_encry(), &body, 1),
                fail(verify2(), &body, 1),
                fail(verify2_encry(), &body, 1),
                fail(mobile(), &body, 1),
                fail(session(), &body, 1),
            ] {
                assert_eq!((error.kind, error.billed, spent), (kind, billed, billed), "{body}");
                assert_eq!((error.retryable, requests), (retryable, 1), "{body}");
                assert_eq!(error.vendor_code.as_deref(), Some(&*code.to_string()));
                assert_eq!(error.vendor_text.as_deref(), Some(&*format!("{text}!")));
                assert!(error.hint.is_some());
            }
        }
    }
}

#[test]
fn every_system_code_on_the_free_call() {
    for (code, text, kind, _, _, attempts, retryable) in ROWS {
        let body = format!(r#"{{"reason":"","result":null,"error_code":{code}}}"#);
        let (error, spent, requests) = fail(search(), &body, attempts);
        assert_eq!((error.kind, error.billed, spent), (kind, Billed::No, Billed::No), "{code}");
        assert_eq!((requests, error.retryable), (attempts, retryable), "{code}");
        assert_eq!(error.vendor_text.as_deref(), Some(text), "the document's text stands in for none");
    }
}

#[test]
fn trap_18_an_explicit_charge_settles_10014_on_v2() {
    for (charge, billed) in [("true", Billed::Yes), ("false", Billed::No)] {
        let body = format!(r#"{{"reason":"x","result":{{"charge":{charge}}},"error_code":10014}}"#);
        let (error, ..) = fail(verify2(), &body, 1);
        assert_eq!((error.billed, error.retryable), (billed, false), "{charge}");
    }
}

#[test]
fn any_other_code_is_the_vendors_word() {
    for code in [1, -1, 10006, 10010, 226499, 999_999] {
        let body = format!(r#"{{"reason":"as sent","result":{{}},"error_code":{code}}}"#);
        for (error, _, billed) in [
            (fail(verify(), &body, 1).0, 1, Billed::No),
            (fail(verify2(), &body, 1).0, 1, Billed::No),
            (fail(mobile(), &body, 1).0, 1, Billed::No),
            (fail(session(), &body, 1).0, 1, Billed::Unknown),
            (fail(search(), &body, 1).0, 1, Billed::No),
        ] {
            assert_eq!((error.kind, error.billed, error.retryable), (Kind::Vendor, billed, false), "{code}");
            assert_eq!(error.vendor_text.as_deref(), Some("as sent"));
        }
    }
    let (foreign, ..) = fail(verify(), r#"{"reason":"x","result":null,"error_code":280105}"#, 1);
    assert!(!foreign.retryable, "a code of another interface says nothing here");
}

#[test]
fn service_codes_of_verify() {
    for (code, kind, retryable) in
        [(226401, Kind::Vendor, true), (226403, Kind::InvalidArgument, false), (226404, Kind::Vendor, false)]
    {
        let body = format!(r#"{{"reason":"参数错误(图片过大)","result":{{"orderid":"JH264"}},"error_code":{code}}}"#);
        for (error, spent, requests) in [fail(verify(), &body, 1), fail(verify_encry(), &body, 1)] {
            assert_eq!((error.kind, error.billed, spent), (kind, Billed::No, Billed::No), "{code}");
            assert_eq!((error.retryable, requests), (retryable, 1), "{code}");
            assert_eq!(error.references.order.as_deref(), Some("JH264"));
            assert_eq!(error.field.as_deref(), (code == 226403).then_some("image"));
        }
    }
    let run = run(verify(), [ok(r#"{"reason":"","result":{"orderid":"JH264"},"error_code":226402}"#)]);
    let verdict = run.result.unwrap().verdict;
    assert_eq!((verdict.checks.identity, verdict.checks.face), (Check::NoRecord, Check::NotChecked));
    assert_eq!((verdict.decision, verdict.billed), (crate::Decision::Inconclusive, Billed::No));
    assert_eq!((&*verdict.reasons[0].message, verdict.references.order.as_deref()), ("查无记录", Some("JH264")));
}

#[test]
fn every_service_code_has_the_documents_text() {
    let table: Vec<_> = SERVICE.iter().map(|row| (row.code, row.text)).collect();
    assert_eq!(
        table,
        [
            (226401, "数据源超时"),
            (226402, "查无记录"),
            (226403, "参数错误"),
            (226404, "对比错误"),
            (279301, "参数异常"),
            (279302, "查询不到认证记录"),
            (279303, "网络异常"),
            (279304, "查询失败"),
            (279305, "活体检测异常，具体参考reason"),
            (279306, "活体检测未完成，具体参考reason"),
            (279307, "客户端未提交认证或认证未完成"),
            (280101, "任一参数不能为空"),
            (280102, "身份证号格式错"),
            (280103, "手机号格式错误"),
            (280104, "姓名格式错误"),
            (280105, "身份核验失败、手机号核验失败"),
        ]
    );
}

#[test]
fn legacy_codes_are_101_to_121() {
    assert_eq!(from_legacy(101), Some(10001));
    assert_eq!(from_legacy(121), Some(10021));
    for other in [0, 100, 122, 200, 10001, -1] {
        assert_eq!(from_legacy(other), None, "{other}");
    }
}
