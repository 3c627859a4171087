//! Every documented code, by its persona.

use serde_json::{Value, json};
use shiren_sandbox::{Completion, Sandbox};

use crate::wire::{KEY, compare, form, jpeg, persona};

const VERIFY: &str = "/juhe/verifyface/verify";
const VERIFY2: &str = "/juhe/verifyface/verify2";
const MOBILE: &str = "/juhe/verifyface_mobile/query";

fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

#[test]
fn v1() {
    let sandbox = sandbox();
    let rows = [
        ("juhe-v1-res1", json!({"res": 1, "score": "96", "message": "身份证号与姓名匹配，且比对成功"})),
        ("juhe-v1-score69.9", json!({"res": 1, "score": "69.9", "message": "身份证号与姓名匹配，且比对成功"})),
        ("juhe-v1-score0", json!({"res": 1, "score": "0", "message": "身份证号与姓名匹配，且比对成功"})),
        (
            "juhe-v1-3003",
            json!({"res": 2, "code": "3003", "message": "身份证核查成功，但人脸比对失败", "desc": "人脸库中的照片检测不到人脸"}),
        ),
        (
            "juhe-v1-3004",
            json!({"res": 2, "code": "3004", "message": "身份证核查成功，但人脸比对失败", "desc": "用户上传的照片检测不到人脸"}),
        ),
        (
            "juhe-v1-3005",
            json!({"res": 2, "code": "3005", "message": "身份证核查成功，但人脸比对失败", "desc": "人脸比对失败"}),
        ),
        ("juhe-v1-res3", json!({"res": 3, "message": "身份证号与姓名不匹配"})),
    ];
    for (at, (id, expected)) in rows.into_iter().enumerate() {
        let mut reply = compare(&sandbox, VERIFY, id);
        assert_eq!((&reply["error_code"], &reply["reason"]), (&json!(0), &json!("成功")), "{id}");
        let order = reply["result"].as_object_mut().unwrap().remove("orderid").unwrap();
        assert_eq!(reply["result"], expected, "{id}");
        assert!(reply.get("resultcode").is_none());
        let charge = &sandbox.ledger()[at];
        assert_eq!((charge.operation, charge.order.as_str()), ("juhe.verifyface.verify", order.as_str().unwrap()));
        assert!(!charge.choice);
    }
    assert_eq!(sandbox.ledger().len(), 7);
}

#[test]
fn v2() {
    let sandbox = sandbox();
    let charged = ["00", "01", "02", "0D", "0E", "0F", "0G", "0J", "5X", "50"];
    let free = ["0A", "0B", "0C", "0K", "0T", "0W", "0X", "6X", "7X", "AX", "EX", "TX", "XX", "0Z", "ZX"];
    let mut booked = 0;
    for (letters, charge) in charged.into_iter().map(|l| (l, true)).chain(free.into_iter().map(|l| (l, false))) {
        let reply = compare(&sandbox, VERIFY2, &format!("juhe-v2-{letters}"));
        assert_eq!((&reply["error_code"], &reply["reason"]), (&json!(0), &json!("查询成功")), "{letters}");
        let result = &reply["result"];
        assert_eq!(result["authResult"], format!("{letters}XX"));
        assert_eq!(result["charge"], charge, "{letters}");
        let compared = ["00", "01", "02", "50"].contains(&letters);
        assert_eq!(result["rxfs"].as_f64().unwrap() > 0.0, compared, "{letters}");
        booked += usize::from(charge);
        assert_eq!(sandbox.ledger().len(), booked, "{letters}");
    }
}

#[test]
fn service_errors() {
    let sandbox = sandbox();
    for (code, text) in [(226401, "数据源超时"), (226402, "查无记录"), (226403, "参数错误"), (226404, "对比错误")]
    {
        let id = format!("juhe-{code}");
        let reply = compare(&sandbox, VERIFY, &id);
        assert_eq!((&reply["error_code"], &reply["reason"]), (&json!(code), &json!(text)));
        assert!(reply["result"]["orderid"].is_string());
        let reply = compare(&sandbox, VERIFY2, &id);
        assert_eq!((&reply["error_code"], &reply["reason"]), (&json!(code), &json!(text)));
        assert_eq!(reply["result"]["charge"], false);
        assert_eq!(reply["result"].as_object().unwrap().len(), 2);
    }
    let mobile =
        ["任一参数不能为空", "身份证号格式错", "手机号格式错误", "姓名格式错误", "身份核验失败、手机号核验失败"];
    for (at, text) in mobile.into_iter().enumerate() {
        let code = 280101 + at;
        let reply = compare(&sandbox, MOBILE, &format!("juhe-{code}"));
        assert_eq!((&reply["error_code"], &reply["reason"]), (&json!(code), &json!(text)));
        assert_eq!(reply["result"]["orderid"].is_string(), code == 280105);
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn mobile() {
    let sandbox = sandbox();
    let texts = [
        "身份、人像核验通过，手机号核验通过",
        "身份、人像核验通过，手机号核验不通过",
        "身份、手机核验通过，人像核验不通过",
        "身份核验通过，手机、人像核验不通过",
        "身份、手机号核验成功，人像核验失败",
        "身份核验不通过，手机号核验通过",
        "身份核验成功，手机号核验不通过，人像核验失败",
        "身份核验不通过、手机号核验不通过",
        "身份、人像核验通过，手机号核验失败",
        "身份、人像核验通过，手机号查询无记录",
        "身份核验通过，人像核验不通过，手机号核验失败",
        "身份核验通过，人像核验不通过，手机号查询无记录",
        "身份核验成功，手机号、人像核验失败",
        "身份核验成功，手机号查询无记录，人像核验失败",
        "身份核验不通过、手机号核验失败",
        "手机号核验通过，身份核验失败",
        "手机号核验不通过，身份核验失败",
    ];
    for (at, text) in texts.into_iter().enumerate() {
        let res = 100 + at;
        let reply = compare(&sandbox, MOBILE, &format!("juhe-mobile-{res}"));
        let result = &reply["result"];
        assert_eq!((&result["res"], &result["resmsg"]), (&json!(res), &json!(text)));
        let scored = [100, 101, 102, 103, 108, 109, 110, 111].contains(&res);
        assert_eq!(result["score"].as_f64().unwrap() > 0.0, scored, "{res}");
        assert_eq!(result["type"] == "", text.contains("查询无记录"), "{res}");
    }
    assert_eq!(sandbox.ledger().len(), 17);
}

/// Begins a session and gives its order number.
fn begin(sandbox: &Sandbox, id: &str) -> Value {
    let person = persona(id);
    let fields = [
        ("key", KEY),
        ("certName", &person.name),
        ("certNo", &person.id_number),
        ("orderId", "order001"),
        ("returnUrl", "https://example.com/aaa/"),
    ];
    form(sandbox, "/juhe/faceid/query", &fields).json()
}

fn search(sandbox: &Sandbox, jh_order_id: &str) -> Value {
    form(sandbox, "/juhe/faceid/search", &[("key", KEY), ("jhOrderId", jh_order_id)]).json()
}

#[test]
fn faceid_liveness_and_comparison() {
    let sandbox = sandbox();
    let live =
        ["活体检测通过", "活体检测存在风险", "业务策略限制", "活体照片质量较低", "权威比对源异常", "意愿判定不通过"];
    for (at, text) in live.into_iter().enumerate() {
        let code = 200 + at;
        let begun = begin(&sandbox, &format!("juhe-faceid-live-{code}"));
        let id = begun["result"]["jh_order_id"].as_str().unwrap();
        sandbox.complete_blocking(id, Completion::default()).unwrap();
        let reply = search(&sandbox, id);
        let (result, detail) = (&reply["result"], &reply["result"]["detail"]);
        assert_eq!((&detail["live_code"], &detail["live_message"]), (&json!(code.to_string()), &json!(text)));
        let letter = if code == 200 { "T" } else { "F" };
        assert_eq!([&result["passed"], &detail["live_passed"], &detail["certify_passed"]], [letter; 3]);
        for field in ["certify_code", "certify_res", "certify_score"] {
            assert_eq!(detail.get(field).is_some(), code == 200, "{code} {field}");
        }
        assert!(detail["img"].is_string());
        assert_eq!(sandbox.ledger().len(), at + 1, "one charge for each finished session");
    }
    let certify = [
        "身份证号与姓名匹配，且比对成功",
        "人脸库中的照片检测不到人脸",
        "用户上传的照片检测不到人脸",
        "人脸比对失败",
        "身份证号与姓名不匹配",
        "人脸对比网络超时",
        "人脸对比异常",
    ];
    for (at, text) in certify.into_iter().enumerate() {
        let code = 200 + at;
        let begun = begin(&sandbox, &format!("juhe-faceid-certify-{code}"));
        let id = begun["result"]["jh_order_id"].as_str().unwrap();
        sandbox.complete_blocking(id, Completion::default()).unwrap();
        let reply = search(&sandbox, id);
        let (result, detail) = (&reply["result"], &reply["result"]["detail"]);
        assert_eq!((&detail["certify_code"], &detail["certify_message"]), (&json!(code.to_string()), &json!(text)));
        assert_eq!(result["message"], text);
        assert_eq!(result["jh_order_id"], id);
        assert_eq!([&result["passed"], &detail["certify_passed"]], [if code == 200 { "T" } else { "F" }; 2]);
        assert_eq!(detail["certify_score"].is_string(), code == 200);
        assert_eq!(detail["live_passed"], "T");
    }
}

#[test]
fn faceid_errors() {
    let sandbox = sandbox();
    assert_eq!(begin(&sandbox, "juhe-faceid-279301")["error_code"], 279301);
    for code in 279302..=279307 {
        let begun = begin(&sandbox, &format!("juhe-faceid-{code}"));
        let id = begun["result"]["jh_order_id"].as_str().unwrap();
        let done = sandbox.complete_blocking(id, Completion::default()).unwrap();
        assert_eq!(done.redirect, None, "no way back without a result");
        let reply = search(&sandbox, id);
        assert_eq!((&reply["error_code"], &reply["result"]), (&json!(code), &Value::Null));
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn system_codes() {
    let sandbox = sandbox();
    let texts = [
        (10001, "错误的请求KEY"),
        (10002, "该KEY无请求权限"),
        (10003, "KEY过期"),
        (10004, "错误的OPENID"),
        (10005, "应用未审核超时，请提交认证"),
        (10007, "未知的请求源"),
        (10008, "被禁止的IP"),
        (10009, "被禁止的KEY"),
        (10011, "当前IP请求超过限制"),
        (10012, "请求超过次数限制"),
        (10013, "测试KEY超过请求限制"),
        (10014, "系统内部异常"),
        (10020, "接口维护"),
        (10021, "接口停用"),
    ];
    let every = ["verifyface/verify", "verifyface/verifyEncry", "verifyface/verify2", "verifyface/verify2Encry"];
    for (code, text) in texts {
        for call in every.into_iter().chain(["verifyface_mobile/query", "faceid/query", "faceid/search"]) {
            sandbox.fault(shiren_sandbox::Kind::Code { code, reason: None, booked: false }).unwrap();
            let reply = form(&sandbox, &format!("/juhe/{call}"), &[("key", KEY), ("image", &jpeg())]).json();
            let legacy = (code - 9900).to_string();
            let expected = json!({"resultcode": legacy, "reason": text, "result": null, "error_code": code});
            assert_eq!(reply, expected, "{call}");
        }
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn strangers_never_pass() {
    let sandbox = sandbox();
    let image = jpeg();
    // A well-formed number that is no persona's, and a persona's number under another name.
    for (name, number) in [("张伟", "11010519491231002X"), ("王伟", persona("passes").id_number.as_str())] {
        let fields = [
            ("key", KEY),
            ("idcard", number),
            ("realname", name),
            ("mobile", persona("passes").mobile.as_str()),
            ("image", image.as_str()),
        ];
        assert_eq!(form(&sandbox, VERIFY, &fields).json()["result"]["res"], 3);
        assert_eq!(form(&sandbox, VERIFY2, &fields).json()["result"]["authResult"], "5XXX");
        assert_eq!(form(&sandbox, MOBILE, &fields).json()["result"]["res"], 107);
        let query = [
            ("key", KEY),
            ("certName", name),
            ("certNo", number),
            ("orderId", "order001"),
            ("returnUrl", "http://e.cn"),
        ];
        let begun = form(&sandbox, "/juhe/faceid/query", &query).json();
        let id = begun["result"]["jh_order_id"].as_str().unwrap();
        assert!(sandbox.complete_blocking(id, Completion::outcome("pass")).is_err());
        // Not even with a persona before the camera.
        let seen = Completion { persona: Some("passes".into()), outcome: None };
        sandbox.complete_blocking(id, seen).unwrap();
        let reply = search(&sandbox, id);
        assert_eq!(
            (&reply["result"]["passed"], &reply["result"]["detail"]["certify_code"]),
            (&json!("F"), &json!("204"))
        );
    }
}

#[test]
fn each_story_holds_everywhere() {
    let sandbox = sandbox();
    let rows = [
        ("passes", json!([1, "00XX", 100])),
        ("face_differs", json!([2, "01XX", 102])),
        ("identity_mismatch", json!([3, "5XXX", 105])),
        ("photo_unusable", json!([2, "0FXX", 104])),
        ("liveness_fails", json!([1, "00XX", 100])),
        ("borderline", json!([1, "02XX", 100])),
        ("low_score_pass", json!([1, "00XX", 100])),
        ("middle_dot", json!([1, "00XX", 100])),
        ("rare_character", json!([1, "00XX", 100])),
        ("apostrophe", json!([1, "00XX", 100])),
    ];
    for (id, expected) in rows {
        let [v1, v2, mobile] = [VERIFY, VERIFY2, MOBILE].map(|target| compare(&sandbox, target, id));
        assert_eq!(
            json!([v1["result"]["res"], v2["result"]["authResult"], mobile["result"]["res"]]),
            expected,
            "{id}: {v1} {v2} {mobile}"
        );
    }
    assert_eq!(compare(&sandbox, VERIFY, "no_record")["error_code"], 226402);
}
