//! Replies stay whole, wherever a field stands, and print nothing.

use super::*;

/// Trap 22: both places of the OCR result and of the images.
#[test]
fn trap_22_ocr_and_images_in_both_places() {
    let ocr = json!({ "name": "王小二", "idcard_number": "1", "address": "x", "new": 1 });
    let images = json!({ "front_image": "http://example.com/f.jpg", "back_image": "b.jpg" });
    let beside =
        with(with(passed(), ATTEMPT, "idcard_ocr_result", ocr.clone()), ATTEMPT, "idcard_images", images.clone());
    let confirm = "/result/verify_result/0/idcard_confirm";
    let inside = with(with(passed(), confirm, "idcard_ocr_result", ocr), confirm, "idcard_images", images);
    for answer in [beside, inside] {
        let reply = reply(asked(Expect::Identity), &answer);
        let attempt = &reply.verify_result[0];
        let ocr = attempt.idcard_ocr_result.as_ref().unwrap();
        assert_eq!((ocr.address.as_ref().unwrap().expose(), &ocr.extra["new"]), ("x", &json!(1)));
        let images = attempt.idcard_images.as_ref().unwrap();
        assert_eq!(images.front_image.as_ref().unwrap().expose(), "http://example.com/f.jpg");
        assert!(attempt.extra.is_empty() && attempt.idcard_confirm.as_ref().unwrap().extra.is_empty());
        assert_eq!(reply.verdict.decision, Passed);
    }
}

/// Correction 24, and the whole reply: every field, nothing lost, nothing printed.
#[test]
fn correction_24_replies_stay_whole_and_guarded() {
    let mut answer = with(passed(), ATTEMPT, "verify_time", json!("2023-6-20 18:00:00"));
    let places = ["", "/result", ATTEMPT, DETAIL, "/result/verify_result/0/idcard_confirm"];
    for (at, name) in places.into_iter().zip(["new_1", "new_2", "new_3", "new_4", "new_5"]) {
        answer = with(answer, at, name, json!("n-canary"));
    }
    let reply = reply(asked(Expect::Identity), &answer);
    let wire = serde_json::to_value(&reply).unwrap();
    assert_eq!(wire.to_string().matches("n-canary").count(), 5 + 5, "five fields, and raw");
    assert_eq!(wire["verify_result"][0]["verify_time"], "2023-6-20 18:00:00");
    assert_eq!(wire["verify_result"][0]["idcard_confirm"]["name"], "王小二");
    assert_eq!(wire["verdict"]["evidence"]["image_url"], "https://example.com/face.jpg?canary");
    assert_eq!(wire["verdict"]["references"]["log"], "1");
    let shown = format!("{reply:?} {:?}", asked(Expect::Identity));
    for word in ["canary", "王小二", "11010118"] {
        assert!(!shown.contains(word), "{word}: {shown}");
    }
    let echo = with(failed(json!(7), "no 王小二 v-canary token-1"), DETAIL, "risk_tag", json!(""));
    let reply = run(asked(Expect::Identity), [ok(echo.to_string())]).result.unwrap();
    assert_eq!(reply.verdict.reasons[0].message, "no *** *** ***");
}
