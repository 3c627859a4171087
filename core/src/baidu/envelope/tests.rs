//! The one way out: tokens, signatures, codes, and what is no answer.

use crate::baidu::Auth;
use crate::baidu::codes::{GATEWAY, SWITCH_ON};
use crate::baidu::faceprint::idcard_submit::IdcardSubmit;
use crate::baidu::faceprint::result_detail::ResultDetail;
use crate::baidu::faceprint::result_getall::ResultGetall;
use crate::baidu::faceprint::result_simple::ResultSimple;
use crate::baidu::faceprint::result_stat::ResultStat;
use crate::harness::{Answer, Still, ok, run, run_in, status};
use crate::operation::{Ask, Exchange, Io, Operation, Options, Reply, Step};
use crate::secret::Secret;
use crate::{Billed, Error, Kind};
use std::sync::Arc;
use std::time::Duration;

fn stat() -> ResultStat {
    ResultStat { verify_token: "v-canary".into() }
}

fn simple() -> ResultSimple {
    ResultSimple { verify_token: "v-canary".into() }
}

const GOOD: &str = r#"{"success":true,"result":{},"log_id":"7"}"#;

fn fail(answer: Answer) -> Error {
    run(stat(), [answer]).result.unwrap_err()
}

/// How often a call is made that is answered by this code, and how it ends.
fn answered_by(body: &str, times: usize) -> Error {
    let run = run(stat(), (0..times).map(|_| ok(body)));
    assert_eq!(run.requests.len(), times, "{body}");
    run.result.unwrap_err()
}

/// mapping 2.7, table Baidu: every row; each as number and as text, as error_code and as code.
#[test]
fn every_gateway_code() {
    let rows: &[(&[i64], Kind, usize)] = &[
        (&[1, 2, 282000, 283512, 216300, 216400], Kind::Vendor, 3),
        (&[4], Kind::RateLimited, 3),
        (&[13], Kind::Vendor, 2),
        (&[18], Kind::RateLimited, 3),
        (&[100, 110, 111], Kind::Authentication, 2),
        (&[17, 19], Kind::Quota, 1),
        (&[6, 14, 15], Kind::Authentication, 1),
        (&[3, 283513, 283520, 216100, 216101, 216199, 216200, 216201, 216202, 216299], Kind::InvalidArgument, 1),
        (&[216102, 216103, 216110, 216111], Kind::InvalidArgument, 1),
        (&[283435], Kind::Configuration, 1),
        (&[5, 16, 216301, 216509, 222001, 222351, 223120, 999999, -1], Kind::Vendor, 1),
    ];
    for (codes, kind, times) in rows {
        for code in *codes {
            for body in [
                format!(r#"{{"error_code":{code},"error_msg":"text","log_id":5}}"#),
                format!(r#"{{"success":false,"result":null,"code":{code},"message":"text","log_id":"5"}}"#),
                // success true with a code that is not 0 is an error.
                format!(r#"{{"success":true,"result":{{}},"error_code":{code},"error_msg":"text","log_id":"5"}}"#),
            ] {
                let error = answered_by(&body, *times);
                assert_eq!(error.kind, *kind, "{body}");
                assert_eq!(error.vendor_code, Some(code.to_string()), "{body}");
                assert_eq!(error.vendor_text.as_deref(), Some("text"));
                assert_eq!(error.references.log.as_deref(), Some("5"), "{body}");
                assert_eq!((error.billed, error.retryable), (Billed::No, *times > 1 && *kind != Kind::Authentication));
            }
            if *code > 0 {
                let body = format!(r#"{{"error_code":"{code}","error_msg":"text"}}"#);
                assert_eq!(answered_by(&body, *times).kind, *kind, "as text: {code}");
            }
        }
    }
    let listed = |code: i64| rows.iter().any(|(codes, ..)| codes.contains(&code));
    assert!(GATEWAY.iter().all(|row| listed(row.first) && listed(row.last)), "a row without a test");
}

#[test]
fn a_passing_fault_passes() {
    let run = run(stat(), [ok(r#"{"error_code":2,"error_msg":""}"#), status(502, ""), ok(GOOD)]);
    assert!(run.result.is_ok());
    assert_eq!((run.requests.len(), run.tokens.len()), (3, 1));
}

/// Trap 25: a lasting 18 means that the paid services are off; 18 is repeated at least 1 s apart.
#[test]
fn trap_25_a_lasting_18_is_a_configuration() {
    const BODY: &str = r#"{"error_code":18,"error_msg":"Open api qps request limit reached","log_id":9}"#;
    let three = || (0..3).map(|_| ok(BODY));
    let token = || Secret::from("v");
    for error in [
        run(simple(), three()).result.unwrap_err(),
        run(ResultDetail { verify_token: token(), ..ResultDetail::default() }, three()).result.unwrap_err(),
        run(ResultGetall { verify_token: token(), ..ResultGetall::default() }, three()).result.unwrap_err(),
    ] {
        assert_eq!((error.kind, error.hint.as_deref()), (Kind::Configuration, Some(SWITCH_ON)));
        assert_eq!((error.vendor_code.as_deref(), error.references.log.as_deref()), (Some("18"), Some("9")));
        assert!(!error.retryable);
    }
    assert_eq!(run(stat(), three()).result.unwrap_err().kind, Kind::RateLimited, "another call");
    assert!(run(simple(), [ok(BODY), ok(BODY), ok(GOOD)]).result.is_ok(), "one that passes");

    let io = Io::new(Arc::new(Still::new()), Options::default());
    let mut exchange = Exchange::new(io, |io| simple().run(io));
    let (mut reply, mut floors) = (None, Vec::new());
    let error = loop {
        reply = Some(match exchange.resume(reply) {
            Step::Done(result) => break result.unwrap_err(),
            // No time is left for the third attempt: nobody knows whether it would have lasted.
            Step::Ask(Ask::Ready { attempt: 3, .. }) => Reply::Ready(Ok(false)),
            Step::Ask(Ask::Ready { floor, .. }) => {
                floors.push(floor);
                Reply::Ready(Ok(true))
            }
            Step::Ask(Ask::Token { .. }) => Reply::Token(Ok("t".into())),
            Step::Ask(Ask::Send { .. }) => Reply::Sent(ok(BODY)),
        });
    };
    assert_eq!(floors, [Duration::ZERO, Duration::from_secs(1)]);
    assert_eq!(error.kind, Kind::RateLimited);
}

/// Trap 19: the token is in the URL, and nowhere else; it is renewed once.
#[test]
fn trap_19_a_refused_token_is_renewed_once() {
    let refused = || ok(r#"{"error_code":110,"error_msg":"Access token invalid or no longer valid"}"#);
    let run_one = run(stat(), [refused(), ok(GOOD)]);
    assert!(run_one.result.is_ok());
    assert_eq!(run_one.tokens, [None, Some("token-1".into())]);
    let urls: Vec<_> = run_one.requests.iter().map(|request| request.uri().query().unwrap().to_owned()).collect();
    assert_eq!(urls, ["access_token=token-1", "access_token=token-2"]);
    assert!(run_one.requests.iter().all(|request| !request.headers().contains_key("authorization")));
    let run_two = run(stat(), [refused(), refused()]);
    assert_eq!(run_two.result.unwrap_err().kind, Kind::Authentication);
}

/// Trap 19: whatever the vendor echoes, no token and nobody's data is in an error.
#[test]
fn trap_19_nothing_that_is_echoed_reaches_an_error() {
    let body = r#"{"success":false,"code":7,"message":"token-1 v-canary 王小二 11010118000101004X","log_id":"1"}"#;
    let submit = || IdcardSubmit {
        verify_token: "v-canary".into(),
        id_name: "王小二".into(),
        id_no: "11010118000101004X".into(),
        certificate_type: 0,
    };
    let mut shown = format!("{:?}", submit());
    let run = run(submit(), [ok(body)]);
    let sent = String::from_utf8(run.requests[0].body().to_vec()).unwrap();
    assert!(sent.contains("王小二") && sent.contains("v-canary") && !sent.contains("token-1"), "{sent}");
    let error = run.result.unwrap_err();
    shown += &format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
    for word in ["token-1", "canary", "王小二", "11010118"] {
        assert!(!shown.contains(word), "{shown}");
    }
}

/// Trap 27: signed by bce-auth-v1 anew for each attempt, and then without a token.
#[test]
fn trap_27_signed_requests_carry_no_token() {
    let mut still = Still::new();
    still.accounts.baidu.as_mut().unwrap().auth = Auth::Bce;
    let run = run_in(Arc::new(still), stat(), [status(500, ""), ok(GOOD)]);
    assert!(run.result.is_ok() && run.tokens.is_empty());
    for request in &run.requests {
        assert_eq!(request.uri().query(), None);
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!((header("host"), header("x-bce-date")), ("127.0.0.1:1", "2026-01-15T08:00:00Z"));
        let expected = crate::baidu::bce::Sign {
            ak: None,
            sk: None,
            method: "POST".into(),
            path: "/baidu/rpc/2.0/brain/solution/faceprint/result/stat".into(),
            query: Vec::new(),
            headers: ["host", "x-bce-date"]
                .map(|name| crate::baidu::bce::Header { name: name.into(), value: header(name).into() })
                .into(),
            timestamp: None,
            expiration: None,
            headers_to_sign: None,
        };
        let expected = crate::harness::run(expected, []).result.unwrap();
        assert_eq!(header("authorization"), expected.authorization.expose());
        assert!(!format!("{:?}", request.headers()).contains("bce-auth-v1"), "marked as sensitive");
    }
    for code in [100, 110, 111, 14] {
        let mut still = Still::new();
        still.accounts.baidu.as_mut().unwrap().auth = Auth::Bce;
        let body = format!(r#"{{"error_code":{code},"error_msg":"x"}}"#);
        let run = run_in(Arc::new(still), stat(), [ok(body)]);
        assert_eq!(run.result.unwrap_err().kind, Kind::Authentication);
        assert!(run.tokens.is_empty());
    }
}

/// A Bearer key is in its header and nowhere else; a refused one is never answered by fetching a token.
#[test]
fn a_bearer_key_is_sent_as_it_is_and_no_token_is_fetched() {
    let bearer = || {
        let mut still = Still::new();
        let account = still.accounts.baidu.as_mut().unwrap();
        (account.auth, account.secret_key) = (Auth::Bearer, "".into());
        account.api_key = "bce-v3/ALTAK-canary/0123456789abcdef".into();
        Arc::new(still)
    };
    let run = run_in(bearer(), stat(), [status(500, ""), ok(GOOD)]);
    assert!(run.result.is_ok() && run.tokens.is_empty());
    for request in &run.requests {
        assert_eq!(request.uri().query(), None);
        assert_eq!(request.headers()["authorization"], "Bearer bce-v3/ALTAK-canary/0123456789abcdef");
        assert!(!request.headers().contains_key("x-bce-date"), "never two ways in one request");
        assert!(!format!("{:?}", request.headers()).contains("canary"), "marked as sensitive");
    }
    for code in [100, 110, 111] {
        let text = "no bce-v3/ALTAK-canary/0123456789abcdef";
        let body = format!(r#"{{"error_code":{code},"error_msg":"{text}"}}"#);
        let run = run_in(bearer(), stat(), [ok(body)]);
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, run.requests.len()), (Kind::Authentication, 1), "{code}");
        assert!(run.tokens.is_empty(), "{code}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    let run = run_in(bearer(), crate::baidu::oauth::token::Token {}, []);
    assert_eq!(run.result.unwrap_err().kind, Kind::Configuration);
}

#[test]
fn an_envelope_is_read_strictly() {
    for bad in [
        "",
        "[]",
        "{}",
        r#"{"result":{}}"#,
        r#"{"success":"true","result":{}}"#,
        r#"{"success":1,"result":{}}"#,
        r#"{"success":null,"result":{}}"#,
        r#"{"success":true,"success":true,"result":{}}"#,
        r#"{"success":false,"success":true,"result":{}}"#,
        r#"{"success":true,"error_code":1.5,"result":{}}"#,
        r#"{"success":true,"code":false,"result":{}}"#,
        r#"{"success":true,"code":"","result":{}}"#,
        r#"{"success":true,"code":0,"code":7,"result":{}}"#,
        r#"{"success":true,"result":[]}"#,
        r#"{"success":true,"result":"x"}"#,
        r#"{"success":true,"result":{},"result":{}}"#,
        r#"{"error_code":0,"error_msg":"","result":{}}"#,
        r#"{"success":true,"result":{}"#,
        r#"{"error_code":7,"#,
        r#"{"success":true,"result":{"verify_token":"another"}}"#,
        r#"{"success":true,"verify_token":"another","result":{}}"#,
    ] {
        let error = fail(ok(bad));
        assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::No), "{bad}");
    }
    for good in [
        GOOD,
        r#"{"success":true,"result":null}"#,
        r#"{"success":true,"error_code":0,"code":"0","result":{"verify_token":"v-canary"}}"#,
    ] {
        assert!(run(stat(), [ok(good)]).result.is_ok(), "{good}");
    }
    assert_eq!(fail(ok(r#"{"success":false}"#)).kind, Kind::Vendor);
    assert_eq!(fail(ok(r#"{"error_msg":"x"}"#)).kind, Kind::Vendor);
    let error = fail(status(400, r#"{"success":false,"code":7,"message":"m"}"#));
    assert_eq!((error.kind, error.http_status), (Kind::Vendor, Some(400)), "the envelope decides");
    assert_eq!(fail(status(302, "")).kind, Kind::Vendor);
    assert_eq!(fail(status(404, "")).kind, Kind::Decode);
    let failed = run(stat(), (0..3).map(|_| status(503, "<html>"))).result.unwrap_err();
    assert_eq!((failed.kind, failed.retryable), (Kind::Vendor, true));
}

/// Trap 24, correction 19: one text for four endings.
#[test]
fn trap_24_the_one_text_names_its_four_endings() {
    let error = fail(ok(r#"{"success":false,"code":283999,"message":"Token无效或者已过期"}"#));
    assert_eq!(error.kind, Kind::Vendor);
    let hint = error.hint.as_deref().unwrap();
    for ending in ["another application", "2 hours", "already used", "3 days"] {
        assert!(hint.contains(ending), "{hint}");
    }
}
