//! The way back: `response` and `sign` appended to the caller's returnUrl, as the document's five rows show.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::cipher::hex_md5;
use crate::faults::ResponseVariant;

/// Unreserved characters stay; a blank becomes %20.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The whole landing URL: `sign` is the MD5 of the text of `response` and the key.
pub(super) fn landing(return_url: &str, response: &str, key: &str) -> String {
    let sign = hex_md5(format!("{response}{key}").as_bytes());
    let parameters = format!("response={}&sign={sign}", utf8_percent_encode(response, ENCODED));
    append(return_url, &parameters)
}

fn append(return_url: &str, parameters: &str) -> String {
    let (rest, fragment) = match return_url.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (return_url, None),
    };
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path_at = address.find("://").map_or(0, |at| at + 3);
    let path_at = address[path_at..].find('/').map_or(address.len(), |at| path_at + at);
    // A lone "/" stays, any other slash at the end goes.
    let address = match &address[path_at..] {
        "" | "/" => address,
        _ => address.strip_suffix('/').unwrap_or(address),
    };
    let own = if query.is_empty() { String::new() } else { format!("{query}&") };
    let fragment = fragment.map(|fragment| format!("#{}", fragment.strip_prefix('/').unwrap_or(fragment)));
    format!("{address}?{own}{parameters}{}", fragment.unwrap_or_default())
}

/// The text of `response`: compact UTF-8 JSON, unless a fault wants another form.
pub(super) fn text(response: &Value, variant: Option<ResponseVariant>) -> String {
    match variant {
        None => response.to_string(),
        Some(ResponseVariant::Pretty) => serde_json::to_string_pretty(response).unwrap_or_default(),
        Some(ResponseVariant::UnicodeEscapes) => escaped(&response.to_string()),
        Some(ResponseVariant::EscapedSlashes) => {
            let mut response = response.clone();
            // Nothing in the documented fields holds a slash, so one more field does.
            response["result"]["detail"]["trace"] = "sandbox/escaped/slashes".into();
            response.to_string().replace('/', "\\/")
        }
    }
}

fn escaped(text: &str) -> String {
    let mut units = [0; 2];
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_rows_of_the_document() {
        for (return_url, landed) in [
            ("https://example.com", "https://example.com?R"),
            ("https://example.com/index.html", "https://example.com/index.html?R"),
            ("https://example.com/aaa/", "https://example.com/aaa?R"),
            ("https://example.com/aaa/#bbb", "https://example.com/aaa?R#bbb"),
            ("https://example.com/#/aaa/bbb", "https://example.com/?R#aaa/bbb"),
        ] {
            assert_eq!(append(return_url, "R"), landed);
        }
    }

    #[test]
    fn the_rows_that_are_choices() {
        for (return_url, landed) in [
            ("https://example.com/", "https://example.com/?R"),
            ("https://example.com/a?x=1", "https://example.com/a?x=1&R"),
            ("https://example.com/a/?x=1&y=/#/z", "https://example.com/a?x=1&y=/&R#z"),
            ("http://127.0.0.1:8080#//x", "http://127.0.0.1:8080?R#/x"),
            ("https://example.com/a?", "https://example.com/a?R"),
        ] {
            assert_eq!(append(return_url, "R"), landed);
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(escaped("a人𠮷"), "a\\u4eba\\ud842\\udfb7");
        let landed = landing("https://e.cn", "{\"a b\":\"+\"}", "k");
        let sign = hex_md5(b"{\"a b\":\"+\"}k");
        assert_eq!(landed, format!("https://e.cn?response=%7B%22a%20b%22%3A%22%2B%22%7D&sign={sign}"));
    }
}
