//! The hosted page: opened, submitted, and where it sends the browser.

use serde_json::json;

use crate::wire::{get, last_notes, post_form};
use crate::{App, TOKEN_TEXT, sandbox, with_plan};

const BACK: &str = "successUrl=https%3A%2F%2Fe.cn%2Fok%3Fa%3Db%26c%3Dd%23%2Fe&failedUrl=http%3A%2F%2Fe.cn%2Ffailed";

#[test]
fn nothing_is_appended() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    for slash in ["/", ""] {
        for (persona, landing) in [("passes", "https://e.cn/ok?a=b&c=d#/e"), ("liveness_fails", "http://e.cn/failed")] {
            let token = app.session(persona);
            let page = format!("/baidu/face/print{slash}?token={token}&{BACK}");
            let shown = get(&sandbox, &page);
            assert_eq!(shown.status, 200);
            assert!(shown.text().contains("Baidu") && !shown.text().contains("110101180"));
            let sent = post_form(&sandbox, &page, &[], &[("action", "submit"), ("outcome", "")]);
            assert_eq!((sent.status, sent.header("location")), (303, Some(landing)));
            // Again: the document's text, whatever the reason.
            let again = post_form(&sandbox, &page, &[], &[("action", "submit")]);
            assert_eq!((again.status, again.header("location")), (409, None));
            assert!(again.text().contains(TOKEN_TEXT));
        }
    }
    let unknown = get(&sandbox, &format!("/baidu/face/print/?token=nonsense&{BACK}"));
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains(TOKEN_TEXT));
}

#[test]
fn headless_after_the_page_was_opened() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    get(&sandbox, &format!("/baidu/face/print/?token={token}&{BACK}"));
    let done = app.complete(&token, json!({}));
    assert_eq!((&done["redirect"], &done["status"]), (&json!("https://e.cn/ok?a=b&c=d#/e"), &json!("finished")));
    // Without a page nobody said where to go.
    let token = app.session("passes");
    assert!(app.complete(&token, json!({}))["redirect"].is_null());
    assert!(last_notes(&sandbox).contains("successUrl"));
}

#[test]
fn only_web_addresses() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    for bad in ["javascript%3Aalert(1)", "e.cn", "", "https%3A%2F%2F", "%2F%2Fe.cn"] {
        let token = app.session("passes");
        let page = format!("/baidu/face/print/?token={token}&successUrl={bad}");
        let sent = post_form(&sandbox, &page, &[], &[("action", "submit")]);
        assert_eq!((sent.status, sent.header("location")), (200, None), "{bad}");
        assert!(last_notes(&sandbox).contains("successUrl"));
    }
}

#[test]
fn begun_left_and_begun_again() {
    let sandbox = with_plan(json!({"url_ends_on_failure": false}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    app.submit(&token, "张伟", "110101180001020010");
    let status = || sandbox.sessions()[0].status;
    assert_eq!(status(), "new");
    let page = format!("/baidu/face/print/?token={token}&{BACK}");
    get(&sandbox, &page);
    assert_eq!(status(), "opened");
    assert!(post_form(&sandbox, &page, &[], &[("action", "begin")]).text().contains("begun"));
    assert_eq!(status(), "begun");
    let left = post_form(&sandbox, &page, &[], &[("action", "cancel")]);
    assert_eq!((left.status, left.header("location")), (200, None));
    // A failure leaves the URL alive, and still sends the browser to failedUrl.
    let failed = post_form(&sandbox, &page, &[], &[("action", "submit"), ("outcome", "223120")]);
    assert_eq!(failed.header("location"), Some("http://e.cn/failed"));
    assert_eq!(get(&sandbox, &page).status, 200);
    let passed = post_form(&sandbox, &page, &[], &[("action", "submit"), ("outcome", "pass")]);
    assert_eq!(passed.header("location"), Some("https://e.cn/ok?a=b&c=d#/e"));
    assert_eq!(status(), "finished");
}
