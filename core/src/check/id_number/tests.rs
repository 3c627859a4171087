use super::*;
use crate::check::Severity;
use crate::harness::run;
use proptest::prelude::*;

const NOW: Time = Time::from_unix_ms(1_768_464_000_000);

fn rules(number: &str) -> Vec<&'static str> {
    look("/n", number, NOW).into_iter().map(|finding| finding.rule).collect()
}

fn read(number: &str) -> IdNumberReply {
    run(IdNumber { id_number: number.into() }, []).result.unwrap()
}

fn open(text: &Option<Personal>) -> Option<&str> {
    text.as_ref().map(Personal::expose)
}

#[test]
fn what_a_number_says() {
    let reply = read(" 1101 0519 4912 3100 2x ");
    assert!(reply.accepted, "blanks and a small x are mended");
    assert!(reply.findings.iter().all(|finding| finding.severity == Severity::Warn));
    assert_eq!(open(&reply.normalized), Some("11010519491231002X"));
    assert_eq!((open(&reply.birth_date), reply.sex), (Some("1949-12-31"), Some(Sex::Female)));
    let region = reply.region.unwrap();
    assert_eq!((region.code.expose(), region.level), ("110105", RegionLevel::County));
    assert_eq!((region.province, reply.kind), (Some("北京市"), Some(IdKind::Resident)));

    let reply = read("110105491231002");
    assert!(reply.accepted);
    assert_eq!((open(&reply.upgraded), open(&reply.normalized)), (Some("11010519491231002X"), Some("110105491231002")));
    assert_eq!((open(&reply.birth_date), reply.sex), (Some("1949-12-31"), Some(Sex::Female)));

    let reply = read("932682198501010017");
    assert_eq!((reply.kind, reply.sex), (Some(IdKind::ForeignPermit), Some(Sex::Male)));
    let region = reply.region.unwrap();
    assert_eq!((region.code.expose(), region.level, region.province), ("32", RegionLevel::Province, Some("江苏省")));

    let reply = read("kaz110090123105");
    assert_eq!((open(&reply.normalized), reply.kind), (Some("KAZ110090123105"), Some(IdKind::ForeignPermit2017)));
    assert_eq!((open(&reply.birth_date), reply.sex), (None, None));
    assert_eq!(reply.region.unwrap().level, RegionLevel::Province);

    for (number, level) in [("110000180001010019", "province"), ("440500188001010010", "city")] {
        let number = format!("{}{}", &number[..17], check_character(&number[..17]));
        assert_eq!(serde_json::to_value(read(&number).region.unwrap().level).unwrap(), level);
    }
    for (permit, province) in [("81", "香港特别行政区"), ("82", "澳门特别行政区"), ("83", "台湾省")] {
        let digits = format!("{permit}000018000101001");
        let reply = read(&format!("{digits}{}", check_character(&digits)));
        assert!(reply.accepted && reply.findings.is_empty());
        assert_eq!((reply.kind, reply.region.unwrap().province), (Some(IdKind::ResidencePermit), Some(province)));
    }
}

#[test]
fn every_rule_finds_what_it_is_for() {
    for (number, expected) in [
        ("", &["id_number.empty"][..]),
        (" \u{3000}", &["id_number.empty"]),
        ("1101**********0015", &["id_number.masked"]),
        ("110101＊＊＊＊＊＊＊＊0015", &["id_number.masked"]),
        ("１１０１０５１９４９１２３１００２Ｘ", &["id_number.not_ascii"]),
        ("11010519491231002Ⅹ", &["id_number.not_ascii"]),
        ("11010519491231002Х", &["id_number.not_ascii"]),
        ("1101051949123100", &["id_number.shape"]),
        ("1101051949123100X2", &["id_number.shape"]),
        ("11010519491231002Y", &["id_number.shape"]),
        ("-1010519491231002X", &["id_number.shape"]),
        ("110105194912310021", &["id_number.check_digit"]),
        ("110105194902300020", &["id_number.birth_date"]),
        ("110101180402290011", &[]),
        ("110101180502290019", &["id_number.birth_date"]),
        ("110105491331002", &["id_number.birth_date", "id_number.fifteen"]),
        ("11010519491231002x", &["id_number.lower_case"]),
        ("110105194912310 02X", &["id_number.blanks"]),
        ("110101219901010016", &["id_number.future"]),
        ("110101170001010016", &["id_number.before_1800"]),
        ("110105194912310003", &["id_number.sequence_000"]),
        ("710000197702280035", &["id_number.area_71"]),
        ("00010118000101001X", &["id_number.area"]),
        ("KAZ110090123105", &["id_number.foreign_2017"]),
        ("KAZ110090123106", &["id_number.foreign_2017", "id_number.foreign_check"]),
    ] {
        assert_eq!(rules(number), expected, "{number}");
    }
}

/// The day is China's: at 20:00 UTC it is the next one there.
#[test]
fn today_is_not_the_future() {
    let born = "11010120260116001";
    let born = format!("{born}{}", check_character(born));
    assert_eq!(rules(&born), ["id_number.future"]);
    assert!(look("/n", &born, Time::from_unix_ms(1_768_464_000_000 + 12 * 3_600_000)).is_empty());
}

#[test]
fn nothing_personal_is_in_a_finding() {
    for number in ["110105194912310021", "KAZ110090123105", "1101051949", "110105491231002"] {
        let shown = format!("{:?} {:?}", look("/n", number, NOW), read(number));
        assert!(!shown.contains(number) && !shown.contains("1949-12-31") && !shown.contains("110105"), "{shown}");
    }
}

/// Eighteen characters of somebody born between 1800 and 2025.
fn numbers() -> impl Strategy<Value = String> {
    (110_000..659_999_u32, 1800..2026_i16, 1..=12_i8, 1..=31_i8, 1..1000_u32).prop_filter_map(
        "a day that exists",
        |(area, year, month, day, sequence)| {
            let born = Date::new(year, month, day).ok()?;
            let digits = format!("{area}{}{sequence:03}", born.strftime("%Y%m%d"));
            Some(format!("{digits}{}", check_character(&digits)))
        },
    )
}

proptest! {
    #[test]
    fn a_right_number_is_taken_and_says_what_went_into_it(number in numbers()) {
        let reply = read(&number);
        prop_assert!(reply.accepted);
        prop_assert_eq!(open(&reply.normalized), Some(number.as_str()));
        prop_assert_eq!(reply.birth_date.unwrap().expose().replace('-', ""), &number[6..14]);
        let region = reply.region.unwrap();
        prop_assert_eq!(region.code.expose(), &number[..6]);
    }

    #[test]
    fn one_other_digit_is_caught(number in numbers(), at in 0..17_usize, by in 1..10_u8) {
        let mut bytes = number.into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(rules(&changed).contains(&"id_number.check_digit"));
    }

    #[test]
    fn two_swapped_neighbours_are_caught(number in numbers(), at in 0..16_usize) {
        let mut bytes = number.into_bytes();
        prop_assume!(bytes[at] != bytes[at + 1]);
        bytes.swap(at, at + 1);
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(rules(&changed).contains(&"id_number.check_digit"));
    }

    #[test]
    fn normalising_twice_is_normalising_once(number in numbers(), blanks in "[ \t\u{3000}]{0,3}", at in 0..18_usize) {
        let spelled = format!("{}{blanks}{}", &number[..at], &number[at..]).to_lowercase();
        let once = read(&spelled).normalized.unwrap();
        prop_assert_eq!(once.expose(), number.as_str());
        let again = read(once.expose());
        prop_assert_eq!(open(&again.normalized), Some(number.as_str()));
        prop_assert!(again.findings.iter().all(|finding| finding.rule != "id_number.blanks" && finding.rule != "id_number.lower_case"));
    }

    #[test]
    fn fifteen_digits_grow_to_the_same_person(number in numbers()) {
        prop_assume!(&number[6..8] == "19");
        let old = format!("{}{}", &number[..6], &number[8..17]);
        let reply = read(&old);
        prop_assert_eq!(open(&reply.upgraded), Some(number.as_str()));
    }

    #[test]
    fn any_text_is_looked_at(text in any::<String>()) {
        let reply = read(&text);
        prop_assert!(reply.normalized.is_some() || !reply.accepted);
    }

    #[test]
    fn any_eighteen_characters_are_looked_at(text in "[0-9XxＸ９ *]{14,19}") {
        read(&text);
    }
}
