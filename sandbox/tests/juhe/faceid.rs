//! The hosted page: submission, way back, signature, notice, picture, clocks.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use shiren_sandbox::{Completion, Kind, NewTenant, Refused, ResponseVariant, Sandbox};

use crate::wire::{FORM, KEY, encoded, form, get, persona, post_json, send};

fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

/// Order number and page of a new session.
fn begin_with(sandbox: &Sandbox, id: &str, more: &[(&str, &str)]) -> (String, String) {
    let person = persona(id);
    let mut fields = vec![
        ("key", KEY),
        ("certName", person.name.as_str()),
        ("certNo", person.id_number.as_str()),
        ("orderId", "order001"),
    ];
    fields.extend_from_slice(more);
    let reply = form(sandbox, "/juhe/faceid/query", &fields).json();
    assert_eq!(reply["error_code"], 0, "{reply}");
    let text = |name: &str| reply["result"][name].as_str().unwrap().to_owned();
    let page = text("verify_url").strip_prefix(sandbox.url()).unwrap().to_owned();
    (text("jh_order_id"), page)
}

fn begin(sandbox: &Sandbox, id: &str) -> (String, String) {
    begin_with(sandbox, id, &[("returnUrl", "https://example.com/aaa/#bbb")])
}

fn search(sandbox: &Sandbox, jh_order_id: &str) -> Value {
    form(sandbox, "/juhe/faceid/search", &[("key", KEY), ("jhOrderId", jh_order_id)]).json()
}

fn press(sandbox: &Sandbox, page: &str, action: &str, outcome: &str) -> crate::wire::Reply {
    let body = encoded(&[("action", action), ("outcome", outcome)]);
    send(sandbox, "POST", page, &format!("content-type: {FORM}\r\n"), body.as_bytes()).unwrap()
}

/// The text of `response` and `sign` in a landing URL.
fn landed(url: &str) -> (String, String) {
    let query = url.split_once("response=").unwrap().1.split('#').next().unwrap();
    let (response, sign) = query.split_once("&sign=").unwrap();
    (percent_decode_str(response).decode_utf8().unwrap().into_owned(), sign.to_owned())
}

fn md5(text: &str) -> String {
    crate::foreign::piped("openssl", &["md5", "-r"], text.as_bytes())[..32].to_owned()
}

#[test]
fn the_five_rows() {
    let sandbox = sandbox();
    for (return_url, before, after) in [
        ("https://example.com", "https://example.com?response=", ""),
        ("https://example.com/index.html", "https://example.com/index.html?response=", ""),
        ("https://example.com/aaa/", "https://example.com/aaa?response=", ""),
        ("https://example.com/aaa/#bbb", "https://example.com/aaa?response=", "#bbb"),
        ("https://example.com/#/aaa/bbb", "https://example.com/?response=", "#aaa/bbb"),
    ] {
        let (id, page) = begin_with(&sandbox, "passes", &[("returnUrl", return_url)]);
        let reply = press(&sandbox, &page, "submit", "");
        assert_eq!(reply.status, 303);
        let url = reply.header("location").unwrap();
        assert!(url.starts_with(before), "{url}");
        assert!(url.ends_with(after));
        assert!(!url.contains('+') && !url.contains(' '));
        let (response, sign) = landed(url);
        assert_eq!(sign, md5(&format!("{response}{KEY}")), "over the text after one decoding");
        let response: Value = serde_json::from_str(&response).unwrap();
        let mut found = search(&sandbox, &id);
        assert!(found["result"]["detail"].as_object_mut().unwrap().remove("img").is_some());
        assert_eq!(response["result"], found["result"], "the same but for img");
        assert_eq!((&response["error_code"], &response["reason"]), (&0.into(), &"SUCCESS".into()));
    }
}

#[test]
fn a_failed_verification_comes_back_too() {
    let sandbox = sandbox();
    let (_, page) = begin(&sandbox, "face_differs");
    let (response, _) = landed(press(&sandbox, &page, "submit", "").header("location").unwrap());
    let response: Value = serde_json::from_str(&response).unwrap();
    assert_eq!((&response["error_code"], &response["result"]["passed"]), (&0.into(), &"F".into()));
}

#[test]
fn one_submission() {
    let sandbox = sandbox();
    let (id, page) = begin(&sandbox, "passes");
    assert_eq!(search(&sandbox, &id)["error_code"], 279307);
    let shown = get(&sandbox, &page);
    assert!(shown.text().contains("张* 1****************0"), "{}", shown.text());
    assert!(!shown.text().contains("张伟") && !shown.text().contains(&persona("passes").id_number));
    assert_eq!(search(&sandbox, &id)["error_code"], 279307);
    assert_eq!(press(&sandbox, &page, "begin", "").status, 200);
    assert_eq!(search(&sandbox, &id)["error_code"], 279306);
    assert_eq!(press(&sandbox, &page, "cancel", "").status, 200);
    assert_eq!(search(&sandbox, &id)["error_code"], 279306);
    assert!(sandbox.ledger().is_empty());

    assert_eq!(press(&sandbox, &page, "submit", "certify-203").status, 303);
    assert_eq!(search(&sandbox, &id)["result"]["passed"], "F");
    // The second changes nothing, costs nothing and leads nowhere.
    let second = press(&sandbox, &page, "submit", "pass");
    assert_eq!((second.status, second.header("location")), (409, None));
    assert!(second.text().contains("已提交"));
    assert_eq!(get(&sandbox, &page).status, 409);
    assert_eq!(sandbox.complete_blocking(&id, Completion::default()), Err(Refused::Submitted));
    assert_eq!(search(&sandbox, &id)["result"]["passed"], "F");
    let ledger = sandbox.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (ledger[0].operation, ledger[0].order.as_str(), ledger[0].choice),
        ("juhe.faceid.query", id.as_str(), true)
    );
}

#[test]
fn of_many_submissions_at_once_one_counts() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let (_, page) = begin(&sandbox, "passes");
    let statuses: Vec<u16> = thread::scope(|scope| {
        let pressed: Vec<_> = (0..8).map(|_| scope.spawn(|| press(&sandbox, &page, "submit", "").status)).collect();
        pressed.into_iter().map(|pressed| pressed.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(sandbox.ledger().len(), 1);
}

#[test]
fn thirty_minutes() {
    let sandbox = sandbox();
    let (early, _) = begin(&sandbox, "passes");
    let (late, page) = begin(&sandbox, "passes");
    sandbox.advance(Duration::from_secs(30 * 60 - 5));
    assert_eq!(sandbox.complete_blocking(&early, Completion::default()).unwrap().status, "finished");
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(get(&sandbox, &page).status, 410);
    let reply = press(&sandbox, &page, "submit", "");
    assert_eq!((reply.status, reply.header("location")), (410, None));
    assert_eq!(search(&sandbox, &late)["error_code"], 279307);
    assert_eq!(sandbox.ledger().len(), 1);
    // A result is kept.
    sandbox.advance(Duration::from_secs(400 * 86_400));
    assert_eq!(search(&sandbox, &early)["result"]["passed"], "T");
}

#[test]
fn the_picture_lives_ten_minutes() {
    let sandbox = sandbox();
    let (id, _) = begin(&sandbox, "passes");
    sandbox.complete_blocking(&id, Completion::default()).unwrap();
    let image = || {
        let url = search(&sandbox, &id)["result"]["detail"]["img"].as_str().unwrap().to_owned();
        url.strip_prefix(sandbox.url()).unwrap().to_owned()
    };
    let first = image();
    let reply = get(&sandbox, &first);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("image/jpeg")));
    assert!(reply.body.starts_with(b"\xff\xd8\xff"));
    assert_eq!(get(&sandbox, &first.replace("Signature=", "Signature=0")).status, 403);
    sandbox.advance(Duration::from_secs(599));
    assert_eq!(get(&sandbox, &first).status, 200);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(get(&sandbox, &first).status, 403);
    assert_eq!(get(&sandbox, &image()).status, 200, "each search signs anew");
}

#[test]
fn orders_of_others_are_unknown() {
    let sandbox = sandbox();
    sandbox.add_tenant(NewTenant { id: "other".into(), ..NewTenant::default() }).unwrap();
    let (id, _) = begin(&sandbox, "passes");
    let reply = form(&sandbox, "/juhe/faceid/search", &[("key", "other-juhe-key"), ("jhOrderId", &id)]).json();
    assert_eq!((&reply["error_code"], &reply["reason"]), (&279302.into(), &"查询不到认证记录".into()));
    assert_eq!(search(&sandbox, "JH79320240517095231mUzn9")["error_code"], 279302);
    assert_eq!(search(&sandbox, "")["error_code"], 279301);
    // The same orderId again is another order.
    let (again, _) = begin(&sandbox, "passes");
    assert_ne!(id, again);
    assert!(sandbox.journal().last().unwrap().notes[0].contains("second order"));
}

#[test]
fn forms_of_the_response() {
    let sandbox = sandbox();
    for (variant, mark) in [
        (ResponseVariant::Pretty, "\n  "),
        (ResponseVariant::UnicodeEscapes, "\\u8eab"),
        (ResponseVariant::EscapedSlashes, "\\/"),
    ] {
        sandbox.fault(Kind::ResponseVariant { variant }).unwrap();
        let (id, _) = begin(&sandbox, "passes");
        let (response, sign) =
            landed(&sandbox.complete_blocking(&id, Completion::default()).unwrap().redirect.unwrap());
        assert!(response.contains(mark), "{response}");
        assert_eq!(sign, md5(&format!("{response}{KEY}")));
        let read: Value = serde_json::from_str(&response).unwrap();
        assert_eq!(read["result"]["jh_order_id"], id);
        assert_ne!(read.to_string(), response, "writing it anew gives other bytes");
    }
}

/// Takes one request and gives its text.
fn listener() -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notify?a=b", listener.local_addr().unwrap());
    let heard = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = String::new();
        let mut part = [0; 1024];
        while !text.contains("order001") {
            let read = stream.read(&mut part).unwrap();
            assert_ne!(read, 0, "{text}");
            text.push_str(std::str::from_utf8(&part[..read]).unwrap());
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        text
    });
    (url, heard)
}

#[test]
fn notice() {
    let sandbox = sandbox();
    let (url, heard) = listener();
    let (id, _) = begin_with(&sandbox, "passes", &[("returnUrl", "https://e.cn"), ("notifyUrl", &url)]);
    sandbox.complete_blocking(&id, Completion::outcome("cancel")).unwrap();
    assert!(!heard.is_finished(), "nothing for an abandoned session");
    sandbox.complete_blocking(&id, Completion::default()).unwrap();
    let heard = heard.join().unwrap();
    assert!(heard.starts_with("POST /notify?a=b HTTP/1.1\r\n"), "{heard}");
    assert!(heard.ends_with(&format!("jh_order_id={id}&orderId=order001")), "{heard}");
    assert!(sandbox.journal().last().unwrap().notes.iter().any(|note| note == "notify answered with 200"));

    post_json(&sandbox, "/_sandbox/settings", r#"{"juhe_notify":{"format":"json"}}"#);
    let (url, heard) = listener();
    let (id, _) = begin_with(&sandbox, "face_differs", &[("returnUrl", "https://e.cn"), ("notifyUrl", &url)]);
    sandbox.complete_blocking(&id, Completion::default()).unwrap();
    let heard = heard.join().unwrap();
    assert!(heard.ends_with(&format!(r#"{{"jh_order_id":"{id}","orderId":"order001"}}"#)), "{heard}");

    let far = [("returnUrl", "https://e.cn"), ("notifyUrl", "https://example.com/notify")];
    let (id, _) = begin_with(&sandbox, "passes", &far);
    assert!(sandbox.complete_blocking(&id, Completion::default()).unwrap().redirect.is_some());
    assert!(sandbox.journal().last().unwrap().notes[0].starts_with("notify skipped"));
}

#[test]
fn a_notice_is_tried_again_as_often_as_set() {
    let sandbox = sandbox();
    let change = r#"{"juhe_notify":{"method":"GET","retries":2,"delay_milliseconds":20}}"#;
    assert_eq!(post_json(&sandbox, "/_sandbox/settings", change).status, 200);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/n", listener.local_addr().unwrap());
    let heard = thread::spawn(move || {
        for status in ["500 Oh", "200 OK"] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut part = [0; 1024];
            let read = stream.read(&mut part).unwrap();
            assert!(part[..read].starts_with(b"GET /n?jh_order_id=JH793"));
            stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).unwrap();
        }
    });
    let (id, _) = begin_with(&sandbox, "passes", &[("returnUrl", "https://e.cn"), ("notifyUrl", &url)]);
    sandbox.complete_blocking(&id, Completion::default()).unwrap();
    assert!(sandbox.journal().last().unwrap().notes.iter().any(|note| note == "notify follows"));
    heard.join().unwrap();
    let told = || sandbox.journal().into_iter().find(|entry| entry.operation == "juhe.faceid.notify");
    let notes = (0..100).find_map(|_| told().or_else(wait)).unwrap().notes;
    assert_eq!(notes, ["notify answered with 200"]);
}

/// Lets some time pass.
fn wait<T>() -> Option<T> {
    thread::sleep(Duration::from_millis(10));
    None
}

#[test]
fn pages_of_nobody() {
    let sandbox = sandbox();
    assert_eq!(get(&sandbox, "/juhe/page/F4.nobody00").status, 404);
    assert_eq!(press(&sandbox, "/juhe/page/F4.nobody00", "submit", "").status, 404);
    // A broken session says so, and the link is used up.
    let (id, page) = begin(&sandbox, "juhe-faceid-279305");
    let reply = press(&sandbox, &page, "submit", "");
    assert_eq!((reply.status, reply.header("location")), (200, None));
    assert_eq!(search(&sandbox, &id)["error_code"], 279305);
    assert_eq!(press(&sandbox, &page, "submit", "pass").status, 409);
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn headless_over_http() {
    let sandbox = sandbox();
    let (id, page) = begin(&sandbox, "passes");
    let sessions = get(&sandbox, "/_sandbox/sessions").json();
    assert_eq!((&sessions[0]["id"], &sessions[0]["status"]), (&id.as_str().into(), &"new".into()));
    assert_eq!(sessions[0]["page_url"], format!("{}{page}", sandbox.url()));
    let target = format!("/_sandbox/sessions/{id}/complete");
    assert_eq!(post_json(&sandbox, &target, r#"{"outcome":"certify-999"}"#).status, 400);
    // Somebody else before the camera.
    let done = post_json(&sandbox, &target, r#"{"persona":"middle_dot"}"#).json();
    assert_eq!(done["status"], "finished");
    assert!(done["redirect"].as_str().unwrap().starts_with("https://example.com/aaa?response="));
    assert_eq!(search(&sandbox, &id)["result"]["detail"]["certify_code"], "203");
    assert_eq!(post_json(&sandbox, &target, "").status, 409);
    assert_eq!(post_json(&sandbox, "/_sandbox/sessions/nobody/complete", "").status, 404);
}
