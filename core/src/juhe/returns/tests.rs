use super::*;
use crate::Kind;
use crate::harness::run;
use crate::juhe::cipher::md5_hex;
use crate::juhe::sample::ORDER;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const RESPONSE: &str = r#"{"error_code":0,"reason":"SUCCESS","result":{"passed":"T","message":"身份证号与姓名匹配，且比对成功","jh_order_id":"JH79320240517095231mUzn9","detail":{"live_passed":"T","live_code":"200","live_message":"活体检测通过","live_score":"91.11730","certify_passed":"T","certify_code":"200","certify_message":"身份证号与姓名匹配，且比对成功","certify_res":"1","certify_score":"87"}}}"#;
const ENCODED: &str = "%7B%22error_code%22%3A0%2C%22reason%22%3A%22SUCCESS%22%2C%22result%22%3A%7B%22passed%22%3A%22T%22%2C%22message%22%3A%22%E8%BA%AB%E4%BB%BD%E8%AF%81%E5%8F%B7%E4%B8%8E%E5%A7%93%E5%90%8D%E5%8C%B9%E9%85%8D%EF%BC%8C%E4%B8%94%E6%AF%94%E5%AF%B9%E6%88%90%E5%8A%9F%22%2C%22jh_order_id%22%3A%22JH79320240517095231mUzn9%22%2C%22detail%22%3A%7B%22live_passed%22%3A%22T%22%2C%22live_code%22%3A%22200%22%2C%22live_message%22%3A%22%E6%B4%BB%E4%BD%93%E6%A3%80%E6%B5%8B%E9%80%9A%E8%BF%87%22%2C%22live_score%22%3A%2291.11730%22%2C%22certify_passed%22%3A%22T%22%2C%22certify_code%22%3A%22200%22%2C%22certify_message%22%3A%22%E8%BA%AB%E4%BB%BD%E8%AF%81%E5%8F%B7%E4%B8%8E%E5%A7%93%E5%90%8D%E5%8C%B9%E9%85%8D%EF%BC%8C%E4%B8%94%E6%AF%94%E5%AF%B9%E6%88%90%E5%8A%9F%22%2C%22certify_res%22%3A%221%22%2C%22certify_score%22%3A%2287%22%7D%7D%7D";
const SIGN: &str = "cdce5211aa58417f7a14a05a6121c5ff";

fn verify(url: &str) -> Result<Return> {
    run(Verify { url: url.into(), key: Some(KEY.into()), expected_order: None }, []).result
}

fn kind(url: &str) -> Kind {
    let error = verify(url).unwrap_err();
    assert_eq!(error.vendor, Some(Vendor::Juhe), "{url}");
    error.kind
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A landed URL with this response, rightly signed.
fn signed(response: &str) -> String {
    format!(
        "https://example.com/cb?response={}&sign={}",
        encode(response),
        md5_hex(&[response.as_bytes(), KEY.as_bytes()])
    )
}

/// The document's five rows.
const ROWS: [(&str, &str); 5] = [
    ("https://example.com", "https://example.com?response=R&sign=S"),
    ("https://example.com/index.html", "https://example.com/index.html?response=R&sign=S"),
    ("https://example.com/aaa/", "https://example.com/aaa?response=R&sign=S"),
    ("https://example.com/aaa/#bbb", "https://example.com/aaa?response=R&sign=S#bbb"),
    ("https://example.com/#/aaa/bbb", "https://example.com/?response=R&sign=S#aaa/bbb"),
];

fn fill(pattern: &str) -> String {
    pattern.replace("=R", &format!("={ENCODED}")).replace("=S", &format!("={SIGN}"))
}

#[test]
fn trap_2_the_five_rows_and_the_way_back() {
    for (return_url, pattern) in ROWS {
        let request = Make {
            return_url: return_url.into(),
            key: Some(KEY.into()),
            response: Some(RESPONSE.into()),
            ..Default::default()
        };
        let made = run(request, []).result.unwrap();
        assert_eq!(made.url.expose(), fill(pattern), "{return_url}");
        assert_eq!((made.response.expose(), &*made.sign), (RESPONSE, SIGN));
        let found = verify(made.url.expose()).unwrap();
        assert_eq!((found.hint, found.response.expose()), (Hint::Passed, RESPONSE));
        assert_eq!((found.jh_order_id.as_deref(), found.error_code), (Some(ORDER), 0));
        assert_eq!((&*found.reason, found.message.is_some()), ("SUCCESS", true));
        let detail = found.detail.unwrap();
        assert_eq!((detail.certify_res.as_deref(), detail.live_quality.as_deref()), (Some("1"), Some("91.11730")));
    }
}

#[test]
fn other_forms_that_are_right() {
    for url in [
        format!("https://example.com/cb?uid=7&response={ENCODED}&sign={SIGN}"),
        format!("https://example.com/cb?sign={SIGN}&uid=7&response={ENCODED}"),
        format!("https://example.com/#/aaa/bbb?response={ENCODED}&sign={SIGN}"),
        format!("https://example.com/#response={ENCODED}&sign={SIGN}"),
        format!("https://example.com/?uid=7#/aaa?response={ENCODED}&sign={SIGN}"),
        format!("https://example.com/cb?uid=7?response={ENCODED}&sign={SIGN}"),
        format!("https://example.com/?response={ENCODED}&sign={}", SIGN.to_uppercase()),
        format!("/cb?response={ENCODED}&sign={SIGN}"),
        format!("?response={ENCODED}&sign={SIGN}&"),
        format!(
            "https://example.com/?response={}&sign={SIGN}",
            ENCODED
                .to_lowercase()
                .replace("success", "SUCCESS")
                .replace("jh79320240517095231muzn9", ORDER)
                .replace("%22t%22", "%22T%22")
        ),
        format!("https://example.com/?response={}&sign={SIGN}", RESPONSE),
    ] {
        let found = verify(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!((found.hint, found.response.expose()), (Hint::Passed, RESPONSE), "{url}");
    }
}

#[test]
fn plus_is_what_the_signature_says() {
    let response = r#"{"a":"1+1 = 2","b":"100%","c":"x%2By","d":"a&b=c#d"}"#;
    let sign = "2956ae77a5d91971ce5e6edb8626d877";
    let text = |encoded: &str| {
        let key = KEY.into();
        signed_text(&format!("https://example.com/?response={encoded}&sign={sign}"), &key).map_err(|error| error.kind)
    };
    let exact = "%7B%22a%22%3A%221%2B1%20%3D%202%22%2C%22b%22%3A%22100%25%22%2C%22c%22%3A%22x%252By%22%2C%22d%22%3A%22a%26b%3Dc%23d%22%7D";
    assert_eq!(text(exact), Ok(response.to_owned()));
    assert_eq!(text(&exact.replace("%20", "+")), Ok(response.to_owned()), "a blank of a form");
    let raw_plus = exact.replace("1%2B1", "1+1");
    assert_eq!(text(&raw_plus), Ok(response.to_owned()), "a plus that stayed one");
    assert_eq!(text(&raw_plus.replace("%20", "+")), Err(Kind::Signature), "both at once is neither");
    // The known answer is no vendor's reply, and says so.
    let url = format!("https://example.com/?response={exact}&sign={sign}");
    assert_eq!(kind(&url), Kind::Decode);
}

#[test]
fn trap_1_decoded_once_and_never_written_anew() {
    let twice = ENCODED.replace('%', "%25");
    assert_eq!(kind(&format!("https://example.com/?response={twice}&sign={SIGN}")), Kind::Signature);
    let value: serde_json::Value = serde_json::from_str(RESPONSE).unwrap();
    let spaced = serde_json::to_string_pretty(&value).unwrap();
    assert_eq!(kind(&format!("https://example.com/?response={}&sign={SIGN}", encode(&spaced))), Kind::Signature);
    assert_eq!(verify(&signed(&spaced)).unwrap().response.expose(), spaced, "whatever its form, signed is signed");
    let over_encoded = md5_hex(&[ENCODED.as_bytes(), KEY.as_bytes()]);
    assert_eq!(kind(&format!("https://example.com/?response={ENCODED}&sign={over_encoded}")), Kind::Signature);
    let key_first = md5_hex(&[KEY.as_bytes(), RESPONSE.as_bytes()]);
    assert_eq!(kind(&format!("https://example.com/?response={ENCODED}&sign={key_first}")), Kind::Signature);
}

#[test]
fn what_is_missing_twice_or_tampered_is_a_signature_error() {
    for query in [
        String::new(),
        format!("response={ENCODED}"),
        format!("sign={SIGN}"),
        format!("response={ENCODED}&sign="),
        format!("response=&sign={SIGN}"),
        format!("Response={ENCODED}&sign={SIGN}"),
        format!("response={ENCODED}&response={ENCODED}&sign={SIGN}"),
        format!("response={ENCODED}&sign={SIGN}&sign={SIGN}"),
        format!("response={ENCODED}&sign={SIGN}&sign=0"),
        format!("response={ENCODED}&%72esponse=%7B%7D&sign={SIGN}"),
        format!("response={ENCODED}&sign={SIGN}&sig%6E={SIGN}"),
        format!("response={ENCODED}?response={ENCODED}&sign={SIGN}"),
        format!("response={}&sign={SIGN}", ENCODED.replace("%22passed%22%3A%22T", "%22passed%22%3A%22F")),
        format!("response={ENCODED}&sign={}", &SIGN[..31]),
        format!("response={ENCODED}&sign={SIGN}0"),
        format!("response={ENCODED}&sign={}", "0".repeat(32)),
    ] {
        assert_eq!(kind(&format!("https://example.com/?{query}")), Kind::Signature, "{query}");
        assert_eq!(kind(&format!("https://example.com/#/a?{query}")), Kind::Signature, "{query}");
    }
    assert_eq!(kind(""), Kind::Signature);
    let wrong = Verify { url: fill(ROWS[0].1).into(), key: Some("another key".into()), expected_order: None };
    assert_eq!(run(wrong, []).result.unwrap_err().kind, Kind::Signature);
}

#[test]
fn signed_but_unreadable_is_a_decode_error() {
    for response in [
        "",
        "x",
        "[]",
        "{",
        r#"{"error_code":0}x"#,
        "{}",
        r#"{"error_code":null}"#,
        r#"{"error_code":0.0,"result":{}}"#,
        r#"{"error_code":0,"error_code":0,"result":{"passed":"T","jh_order_id":"a"}}"#,
        r#"{"error_code":0,"result":{"passed":"F","passed":"T","jh_order_id":"a"}}"#,
        r#"{"error_code":0,"result":{"passed":"T","jh_order_id":"a","jh_order_id":"b"}}"#,
        r#"{"error_code":0,"result":{},"result":{"passed":"T","jh_order_id":"a"}}"#,
        r#"{"error_code":0,"result":{"passed":"T","jh_order_id":"a","\ud800":0,"passed":"F"}}"#,
    ] {
        assert_eq!(kind(&signed(response)), Kind::Decode, "{response}");
    }
    let bytes = [b"{\"a\":\"\xff\"}".as_slice(), KEY.as_bytes()];
    assert_eq!(kind(&format!("?response=%7B%22a%22%3A%22%FF%22%7D&sign={}", md5_hex(&bytes))), Kind::Decode);
}

#[test]
fn the_order_is_bound() {
    let expect = |order: &str, url: &str| {
        run(Verify { url: url.into(), key: Some(KEY.into()), expected_order: Some(order.into()) }, [])
            .result
            .map_err(|error| error.kind)
    };
    let url = fill(ROWS[0].1);
    assert_eq!(expect(ORDER, &url).unwrap().hint, Hint::Passed);
    for other in ["JH79320240517095231mUzn8", "", "JH79320240517095231mUzn9 "] {
        assert_eq!(expect(other, &url).unwrap_err(), Kind::Signature, "{other:?}");
    }
    for result in
        ["{}", "null", "[]", r#"{"passed":"T"}"#, r#"{"passed":"T","jh_order_id":""}"#, r#"{"jh_order_id":7}"#]
    {
        let url = signed(&format!(r#"{{"error_code":0,"result":{result}}}"#));
        assert_eq!(kind(&url), Kind::Signature, "{result}");
        assert_eq!(expect(ORDER, &url).unwrap_err(), Kind::Signature, "{result}");
    }
    let failing = signed(r#"{"error_code":279305,"result":{"jh_order_id":"another"}}"#);
    assert_eq!(expect(ORDER, &failing).unwrap_err(), Kind::Signature, "even beside an error code");
}

#[test]
fn every_hint() {
    for (passed, hint) in [
        (r#""T""#, Hint::Passed),
        (r#""F""#, Hint::Failed),
        ("true", Hint::None),
        ("null", Hint::None),
        (r#""t""#, Hint::None),
        (r#""TF""#, Hint::None),
    ] {
        let url =
            signed(&format!(r#"{{"error_code":0,"result":{{"passed":{passed},"jh_order_id":"{ORDER}","new":1}}}}"#));
        let found = verify(&url).unwrap();
        assert_eq!((found.hint, &found.extra["new"]), (hint, &1.into()), "{passed}");
    }
    assert_eq!(
        serde_json::to_string(&[Hint::Passed, Hint::Failed, Hint::None]).unwrap(),
        r#"["passed","failed","none"]"#
    );
}

#[test]
fn correction_33_a_return_with_an_error_code_is_survived() {
    for result in ["null", "{}", "[]", r#"{"passed":"T"}"#] {
        let url = signed(&format!(r#"{{"error_code":279305,"reason":"活体检测异常","result":{result}}}"#));
        let request = Verify { url: (&*url).into(), key: Some(KEY.into()), expected_order: Some(ORDER.into()) };
        let found = run(request, []).result.unwrap();
        assert_eq!((found.hint, found.error_code, found.jh_order_id), (Hint::None, 279305, None), "{result}");
        assert_eq!(found.reason, "活体检测异常");
    }
    let bare = verify(&signed(r#"{"error_code":"279307"}"#)).unwrap();
    assert_eq!((bare.hint, bare.error_code), (Hint::None, 279307));
}

#[test]
fn making_keeps_a_query_and_drops_the_slashes_that_the_vendor_drops() {
    for (return_url, url) in [
        ("https://example.com/", "https://example.com/?response=x&sign=s"),
        ("https://example.com/cb?uid=7", "https://example.com/cb?uid=7&response=x&sign=s"),
        ("https://example.com/cb/?uid=7#/a", "https://example.com/cb?uid=7&response=x&sign=s#a"),
        ("https://example.com?uid=7", "https://example.com?uid=7&response=x&sign=s"),
        ("https://example.com/cb?", "https://example.com/cb?response=x&sign=s"),
        ("https://example.com/#", "https://example.com/?response=x&sign=s#"),
        ("https://example.com/#//a", "https://example.com/?response=x&sign=s#/a"),
        ("http://localhost:8080/a/b/", "http://localhost:8080/a/b?response=x&sign=s"),
    ] {
        assert_eq!(landed(return_url, "x", "s"), url);
    }
}

#[test]
fn a_made_return_reads_as_it_was_made() {
    for (passed, hint) in [(None, Hint::Passed), (Some(true), Hint::Passed), (Some(false), Hint::Failed)] {
        let request = Make {
            return_url: "https://example.com/#/back".into(),
            jh_order_id: Some("order \"1\"".into()),
            passed,
            ..Default::default()
        };
        let made = run(request, []).result.unwrap();
        let request = Verify { url: made.url.clone(), key: None, expected_order: Some("order \"1\"".into()) };
        assert_eq!(run(request, []).result.unwrap().hint, hint, "{passed:?}");
        assert!(!format!("{made:?}").contains("example.com"));
    }
    assert_eq!(sample(ORDER, true), RESPONSE, "the document's sample");
    let field = |request: Make| run(request, []).result.unwrap_err().field.clone().unwrap();
    let base = || Make { return_url: "https://x".into(), ..Default::default() };
    assert_eq!(field(Make::default()), "/return_url");
    assert_eq!(field(base()), "/response");
    assert_eq!(field(Make { passed: Some(true), response: Some("{}".into()), ..base() }), "/response");
    assert_eq!(field(Make { jh_order_id: Some("a".into()), response: Some("{}".into()), ..base() }), "/response");
    assert_eq!(field(Make { response: Some("{}".into()), key: Some("".into()), ..base() }), "/key");
}

#[test]
fn nothing_of_the_landing_is_printed() {
    let found = verify(&fill(ROWS[0].1)).unwrap();
    assert!(!format!("{found:?}").contains("SUCCESS\\\",\\\"result"), "{found:?}");
    let request = Verify { url: fill(ROWS[0].1).into(), key: Some(KEY.into()), expected_order: None };
    assert!(!format!("{request:?}").contains(SIGN));
    let error = verify(&format!("https://example.com/?response={ENCODED}&sign=0")).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(ORDER) && !shown.contains(KEY) && !shown.contains("example.com"), "{shown}");
}
