use super::*;
use crate::harness::run;

fn rules(url: &str, vendor: Vendor) -> Vec<&'static str> {
    look("/u", url, vendor).into_iter().map(|finding| finding.rule).collect()
}

fn lands(url: &str, vendor: Vendor) -> Option<String> {
    let reply = run(ReturnUrl { vendor, return_url: url.into() }, []).result.unwrap();
    reply.lands_at.map(|url| url.expose().to_owned())
}

/// Trap 2: the five rows, with what is warned of and where the person lands.
#[test]
fn trap_2_the_five_rows() {
    for (url, warned, landed) in [
        ("https://example.com", &[][..], "https://example.com?response=…&sign=…"),
        ("https://example.com/index.html", &[], "https://example.com/index.html?response=…&sign=…"),
        ("https://example.com/aaa/", &["return_url.trailing_slash"], "https://example.com/aaa?response=…&sign=…"),
        (
            "https://example.com/aaa/#bbb",
            &["return_url.trailing_slash", "return_url.fragment"],
            "https://example.com/aaa?response=…&sign=…#bbb",
        ),
        ("https://example.com/#/aaa/bbb", &["return_url.hash_route"], "https://example.com/?response=…&sign=…#aaa/bbb"),
    ] {
        assert_eq!(rules(url, Vendor::Juhe), warned, "{url}");
        assert_eq!(lands(url, Vendor::Juhe).as_deref(), Some(landed));
    }
    assert_eq!(rules("https://example.com/", Vendor::Juhe), [""; 0], "a lone slash stays");
}

#[test]
fn every_other_rule_finds_what_it_is_for() {
    use Vendor::{Baidu, Juhe, Jumdata};
    let page = |length: usize| format!("https://e.cn/{}", "a".repeat(length - 13));
    for (vendor, url, expected) in [
        (Juhe, "", &["return_url.empty"][..]),
        (Baidu, " ", &["return_url.empty"]),
        (Juhe, "https://e.cn/?a=1", &["return_url.query"]),
        (Jumdata, "https://e.cn/?a=1", &["return_url.query"]),
        (Baidu, "https://e.cn/?a=1#/b/", &[]),
        (Jumdata, "https://e.cn/#b", &["return_url.fragment_appended"]),
        (Juhe, "example.com/back", &["return_url.no_web_address"]),
        (Juhe, "myapp://back", &["return_url.no_web_address"]),
        (Jumdata, "myapp://back", &["return_url.scheme"]),
        (Jumdata, "/pages/index/index", &[]),
        (Baidu, "/pages/index/index", &["return_url.scheme"]),
        (Baidu, "https%3A%2F%2Fe.cn", &["return_url.scheme"]),
        (Jumdata, &page(128), &[]),
        (Jumdata, &page(129), &["return_url.length"]),
        (Juhe, &page(129), &[]),
        (Juhe, &page(2049), &["return_url.long"]),
        (Juhe, "https://e.cn/a b", &["return_url.characters"]),
        (Baidu, "https://e.cn/a\n", &["return_url.characters"]),
        (Juhe, "http://e.cn/", &["return_url.plain_http"]),
        (Juhe, "HTTP://u@e.cn:80?", &["return_url.plain_http", "return_url.query"]),
        (Juhe, "http://127.0.0.1:8080/", &[]),
        (Juhe, "http://[::1]:8080/", &[]),
        (Juhe, "http://127.0.0.1.e.cn/", &["return_url.plain_http"]),
        (Juhe, "https://e.cn/页", &[]),
    ] {
        assert_eq!(rules(url, vendor), expected, "{vendor} {url}");
    }
}

#[test]
fn what_the_other_vendors_append() {
    assert_eq!(lands("https://e.cn/b", Vendor::Jumdata).as_deref(), Some("https://e.cn/b?token=…&success=…"));
    assert_eq!(lands("https://e.cn/b?s=1", Vendor::Baidu).as_deref(), Some("https://e.cn/b?s=1"));
    assert_eq!(lands("ftp://e.cn/b", Vendor::Baidu), None);
}
