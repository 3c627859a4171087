use crate::shell::{command, run, shiren};

fn juhe(url: &str, more: &[&str]) -> i32 {
    let mut command = command(&[&["returns", "verify", "--vendor", "juhe", "--json", "--url", url], more].concat());
    run(command.env("SHIREN_JUHE_KEY", "sandbox-juhe-key"), b"").code
}

fn made(order: &str) -> String {
    let made = ["call", "juhe.returns.make", "return_url=https://e.cn/back", &format!("jh_order_id={order}"), "--json"];
    run(command(&made).env("SHIREN_JUHE_KEY", "sandbox-juhe-key"), b"").json()["url"].as_str().unwrap().to_owned()
}

#[test]
fn juhe_is_signed() {
    let url = made("JH1");
    assert_eq!(juhe(&url, &[]), 0);
    assert_eq!(juhe(&url, &["--expected", "JH1"]), 0);
    assert_eq!(juhe(&url, &["--expected", "JH2"]), 14);
    assert_eq!(juhe(&url.replace("87", "88"), &[]), 14);
    assert_eq!(juhe("https://e.cn/back", &[]), 14);
    let mut piped = command(&["returns", "verify", "--vendor", "juhe", "--url", "-"]);
    let piped = run(piped.env("SHIREN_JUHE_KEY", "sandbox-juhe-key"), format!("{url}\n").as_bytes());
    assert_eq!(piped.code, 0);
    assert!(piped.err.contains("never a verdict"), "{piped:?}");
    let other =
        run(command(&["returns", "verify", "--vendor", "juhe", "--url", &url]).env("SHIREN_JUHE_KEY", "another"), b"");
    assert_eq!(other.code, 14);
    assert_eq!(shiren(&["returns", "verify", "--vendor", "juhe", "--url", &url]).code, 10);
}

#[test]
fn jumdata_is_bound_by_its_token_and_false_is_false() {
    let base = ["returns", "verify", "--vendor", "jumdata", "--json", "--url", "https://e.cn/?token=t1&success=false"];
    let read = shiren(&[&base[..], &["--expected", "t1"]].concat());
    assert_eq!((read.code, read.json()["unsigned_hint"].as_bool()), (0, Some(false)));
    assert_eq!(shiren(&[&base[..], &["--expected", "t2"]].concat()).code, 14);
    assert_eq!(shiren(&base).code, 2);
}

#[test]
fn baidu_is_told_apart_by_its_address() {
    let base = ["returns", "verify", "--vendor", "baidu", "--json", "--url", "https://e.cn/no"];
    let both = ["--success-url", "https://e.cn/yes", "--failed-url", "https://e.cn/no"];
    let read = shiren(&[&base[..], &both].concat());
    assert_eq!((read.code, read.json()["hint_passed"].as_bool()), (0, Some(false)), "{read:?}");
    assert_eq!(shiren(&base).code, 2);
    assert_eq!(shiren(&[&base[..], &both, &["--expected", "x"]].concat()).code, 2, "it would bind nothing");
}
