//! The parameters of `init`: returnUrl, colours and actions, each with what the document allows.

/// Bright colours, in the document's order.
const BRIGHT: [&str; 7] = ["#FFFFFF", "#FFD9E3", "#D8D6FF", "#CFF9FF", "#FFCEFD", "#D8FFCD", "#FFF4CB"];
/// Dark colours.
const DARK: [&str; 7] = ["#000000", "#3B3C04", "#183C03", "#063C28", "#063C3A", "#060D3C", "#3C0636"];
/// Actions.
const ACTIONS: [&str; 9] =
    ["LookFront", "LookLeft", "LookRight", "LookUp", "LookDown", "OpenMouth", "BlinkEye", "ShakeHead", "NodHead"];
/// 长度不超过128字符, taken as code points.
const LONGEST_URL: usize = 128;

/// What is wrong with a returnUrl.
pub(super) fn return_url(url: &str) -> Result<(), &'static str> {
    if url.is_empty() {
        return Err("returnUrl is missing");
    }
    if url.chars().count() > LONGEST_URL {
        return Err("returnUrl is longer than 128 characters");
    }
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("returnUrl holds blanks or control characters");
    }
    match scheme(url) {
        // A page of a mini program.
        None => Ok(()),
        Some(scheme) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            let rest = url[scheme.len() + 1..].strip_prefix("//").unwrap_or_default();
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if host.is_empty() { Err("returnUrl has no host") } else { Ok(()) }
        }
        Some(_) => Err("returnUrl is neither http, https nor a page of a mini program"),
    }
}

fn scheme(url: &str) -> Option<&str> {
    let scheme = url.split_once(':')?.0;
    let named = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (named && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(scheme)
}

/// What is wrong with the colours. One alone is allowed; two or more need a bright and a dark one.
pub(super) fn colours(colours: &str) -> Result<(), &'static str> {
    if colours.is_empty() {
        return Ok(());
    }
    let is = |set: &[&str], colour: &str| set.iter().any(|known| known.eq_ignore_ascii_case(colour));
    let all: Vec<&str> = colours.split(',').collect();
    if !all.iter().all(|colour| is(&BRIGHT, colour) || is(&DARK, colour)) {
        return Err(match colours.contains('，') {
            true => "colors are divided by a full-width comma",
            false => "colors holds something that is none of the 14 colours",
        });
    }
    let mixed = all.iter().any(|colour| is(&BRIGHT, colour)) && all.iter().any(|colour| is(&DARK, colour));
    if all.len() > 1 && !mixed { Err("two or more colours need a bright and a dark one") } else { Ok(()) }
}

/// What is wrong with the actions. Their order counts, and one may come twice.
pub(super) fn actions(actions: &str) -> Result<(), &'static str> {
    match actions.is_empty() || actions.split(',').all(|action| ACTIONS.contains(&action)) {
        true => Ok(()),
        false => Err("actions holds something that is none of the 9 actions"),
    }
}

/// 闪光和动作同时使用时，必须在 actions 参数中设置 LookFront.
pub(super) fn look_front(colours: &str, actions: &str) -> Result<(), &'static str> {
    let missing = !colours.is_empty() && !actions.is_empty() && !actions.split(',').any(|a| a == "LookFront");
    if missing { Err("colours and actions together need LookFront among the actions") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_urls() {
        let longest = format!("https://e.cn/{}", "中".repeat(115));
        for good in ["https://e.cn", "http://e.cn/#/a", "HTTPS://e.cn", "pages/index/index", "/pages/a?b=c:d", &longest]
        {
            assert_eq!(return_url(good), Ok(()), "{good}");
        }
        let long = format!("{longest}a");
        for bad in
            ["", "ftp://e.cn", "javascript:alert(1)", "https://", "https:e.cn", "https://?a", "a b", "a\nb", &long]
        {
            assert!(return_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn colours_mix() {
        for good in ["", "#FFFFFF", "#000000", "#ffffff,#000000", "#FFCEFD,#063C3A,#3C0636"] {
            assert_eq!(colours(good), Ok(()), "{good}");
        }
        for bad in [
            "#FFFFFF,#FFD9E3",
            "#000000,#3B3C04",
            "#FFFFFF，#000000",
            "#FFFFFF, #000000",
            "#123456",
            "#FFFFFF,",
            "white",
        ] {
            assert!(colours(bad).is_err(), "{bad}");
        }
        for one in BRIGHT.iter().chain(&DARK) {
            assert_eq!(colours(one), Ok(()));
        }
    }

    #[test]
    fn actions_are_words() {
        assert_eq!(actions(&ACTIONS.join(",")), Ok(()));
        assert_eq!(actions("BlinkEye,BlinkEye"), Ok(()));
        for bad in ["blinkeye", "BlinkEye，NodHead", "BlinkEye, NodHead", "Smile", ","] {
            assert!(actions(bad).is_err(), "{bad}");
        }
        assert!(look_front("#FFFFFF", "BlinkEye").is_err());
        assert_eq!(look_front("#FFFFFF", "BlinkEye,LookFront"), Ok(()));
        assert_eq!(look_front("#FFFFFF", ""), Ok(()));
        assert_eq!(look_front("", "BlinkEye"), Ok(()));
    }
}
