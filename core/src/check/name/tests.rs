use super::*;
use crate::harness::run;
use proptest::prelude::*;

fn rules(name: &str) -> Vec<&'static str> {
    look("/n", name).into_iter().map(|finding| finding.rule).collect()
}

fn read(name: &str) -> NameReply {
    run(Name { name: name.into() }, []).result.unwrap()
}

#[test]
fn people_are_called_so() {
    for name in [
        "王小二",
        "𠮷田",
        "䶮",
        "\u{30000}二",
        "\u{2ebf0}二",
        "〇",
        "﨑山",
        "阿卜杜拉·买买提",
        "Zoë O'Neill-Lee",
        "Zoe\u{308} O’Neill",
        "J. R. Smith",
        "Иван Петров",
        "김철수",
        "田中 Maria",
    ] {
        assert!(rules(name).is_empty(), "{name}: {:?}", rules(name));
    }
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let long = "王".repeat(26);
    for (name, expected) in [
        ("", &["name.empty"][..]),
        (" \u{3000}", &["name.empty"]),
        ("\u{200b}\u{feff}", &["name.empty"]),
        ("王*", &["name.masked"]),
        ("＊小二", &["name.masked"]),
        ("王?二", &["name.broken"]),
        ("王\u{fffd}二", &["name.broken"]),
        (" 王小二", &["name.blanks"]),
        ("王小二\u{3000}", &["name.blanks"]),
        ("王\u{200b}小二", &["name.invisible"]),
        ("王小二\u{0}", &["name.invisible"]),
        ("阿卜杜拉•买买提", &["name.dot"]),
        ("\u{e863}小二", &["name.private_use"]),
        ("⼩二", &["name.compatibility"]),
        ("\u{f9fd}", &["name.compatibility"]),
        ("葛\u{e0100}二", &["name.variation"]),
        ("王小2", &["name.unusual"]),
        ("王小二🙂", &["name.unusual"]),
        ("Ｚｏｅ", &["name.unusual"]),
        ("王 小二", &["name.inner_blank"]),
        (&long, &["name.long"]),
    ] {
        assert_eq!(rules(name), expected, "{name}");
    }
    assert!(rules(&"𠮷".repeat(25)).is_empty(), "code points are counted, not bytes or UTF-16 units");
}

#[test]
fn every_separator_becomes_the_registers() {
    for dot in ['•', '‧', '・', '･', '．', '.', '⋅', '᛫', '\u{387}'] {
        let reply = read(&format!(" 阿卜杜拉{dot}买买提"));
        assert!(reply.accepted, "{dot}");
        assert_eq!(reply.normalized.unwrap().expose(), "阿卜杜拉·买买提", "{dot}");
        assert_eq!((reply.characters, reply.han), (8, 7));
    }
    assert_eq!(read("J.R. Smith").normalized.unwrap().expose(), "J.R. Smith");
}

proptest! {
    #[test]
    fn any_text_is_looked_at_and_normalising_twice_is_once(text in any::<String>()) {
        let reply = read(&text);
        if let Some(once) = &reply.normalized {
            let again = read(once.expose());
            prop_assert_eq!(again.normalized.as_ref().unwrap().expose(), once.expose());
            prop_assert!(again.findings.iter().all(|finding| !["name.blanks", "name.invisible", "name.dot"].contains(&finding.rule)));
            prop_assert_eq!(again.accepted, reply.accepted);
        } else {
            prop_assert!(!reply.accepted);
        }
    }

    #[test]
    fn han_of_every_extension_is_taken(name in "[\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{20000}-\u{2a6df}\u{2a700}-\u{2ebe0}\u{30000}-\u{323af}]{1,25}") {
        prop_assert!(rules(&name).is_empty());
        prop_assert_eq!(read(&name).han as usize, name.chars().count());
    }

    #[test]
    fn dots_and_blanks_anywhere(name in "[王二 .·•\u{200b}\u{3000}a]{0,12}") {
        let once = normalize(&name);
        prop_assert_eq!(normalize(&once), once);
    }
}
