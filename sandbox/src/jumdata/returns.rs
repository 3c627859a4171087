//! The way back: `token` and `success` appended to the returnUrl. Nothing signs them.

/// `returnUrl?token=${token}&success=${success}`, to the letter.
pub(super) fn literal(return_url: &str, token: &str, success: bool) -> String {
    format!("{return_url}?token={token}&success={success}")
}

/// The same in the returnUrl's query, before any fragment.
pub(super) fn proper(return_url: &str, token: &str, success: bool) -> String {
    let (address, fragment) = match return_url.find('#') {
        Some(at) => return_url.split_at(at),
        None => (return_url, ""),
    };
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{address}{joint}token={token}&success={success}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for (return_url, appended, placed) in [
            ("https://e.cn/a", "https://e.cn/a?token=t&success=true", "https://e.cn/a?token=t&success=true"),
            (
                "https://e.cn/a?b=c",
                "https://e.cn/a?b=c?token=t&success=true",
                "https://e.cn/a?b=c&token=t&success=true",
            ),
            ("https://e.cn/a?", "https://e.cn/a??token=t&success=true", "https://e.cn/a?token=t&success=true"),
            ("https://e.cn/#/a", "https://e.cn/#/a?token=t&success=true", "https://e.cn/?token=t&success=true#/a"),
            ("pages/a", "pages/a?token=t&success=true", "pages/a?token=t&success=true"),
        ] {
            assert_eq!(literal(return_url, "t", true), appended);
            assert_eq!(proper(return_url, "t", true), placed);
        }
        assert!(literal("a", "t", false).ends_with("success=false"));
    }
}
