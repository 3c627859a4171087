use super::*;
use crate::harness::run;
use proptest::prelude::*;

fn rules(mobile: &str) -> Vec<&'static str> {
    look("/m", mobile).into_iter().map(|finding| finding.rule).collect()
}

fn read(mobile: &str) -> MobileReply {
    run(Mobile { mobile: mobile.into() }, []).result.unwrap()
}

#[test]
fn every_rule_finds_what_it_is_for() {
    for (mobile, expected) in [
        ("13800001800", &[][..]),
        ("15410000001", &[]),
        ("19207770777", &[]),
        ("", &["mobile.empty"]),
        (" ", &["mobile.empty"]),
        ("138****1800", &["mobile.masked"]),
        ("１３８００００１８００", &["mobile.not_ascii"]),
        ("+86 138-0000-1800", &["mobile.spelling"]),
        ("008613800001800", &["mobile.spelling"]),
        ("8613800001800", &["mobile.spelling"]),
        ("138 0000 1800", &["mobile.spelling"]),
        ("138–0000–1800", &["mobile.spelling"]),
        ("12800001800", &["mobile.shape"]),
        ("1380000180", &["mobile.shape"]),
        ("138000018000", &["mobile.shape"]),
        ("+852 1380000180", &["mobile.shape"]),
        ("+1 13800001800", &["mobile.shape"]),
        ("010-12345678", &["mobile.shape"]),
    ] {
        assert_eq!(rules(mobile), expected, "{mobile}");
    }
}

#[test]
fn the_eleven_digits_come_out() {
    let reply = read(" +86 138-0000-1800\n");
    assert!(reply.accepted);
    assert_eq!(reply.normalized.unwrap().expose(), "13800001800");
    let reply = read("+86+8613800001800");
    assert!(!reply.accepted && reply.normalized.is_none());
}

proptest! {
    #[test]
    fn spelling_does_not_matter(mobile in "1[3-9][0-9]{9}", code in "(\\+86|0086|86|) ?", at in 0..11_usize) {
        let reply = read(&format!("{code}{}-{}", &mobile[..at], &mobile[at..]));
        prop_assert!(reply.accepted);
        let normalized = reply.normalized.unwrap();
        prop_assert_eq!(normalized.expose(), mobile.as_str());
        prop_assert!(read(normalized.expose()).findings.is_empty());
    }

    #[test]
    fn any_text_is_looked_at(text in any::<String>()) {
        let reply = read(&text);
        prop_assert_eq!(reply.accepted, reply.normalized.is_some());
    }
}
