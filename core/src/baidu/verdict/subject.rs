//! Whether the person whom a reply names is the one who is expected.

use crate::baidu::envelope::Reading;
use crate::error::Result;
use crate::reply::Object;
use crate::subject::Subject;

/// How `idcard_confirm` stands to the expected subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// It says nothing, or nobody is expected.
    Absent,
    /// Name and number are there in full, and equal.
    Equal,
    /// Masked or in part, and nothing that is open differs.
    Fits,
    /// Something that is open differs.
    Differs,
    /// It is there and cannot be read.
    Unreadable,
}

const MASKS: [char; 2] = ['*', '＊'];

fn text_match(told: &str, expected: &str) -> Match {
    if told == expected && !told.contains(MASKS) {
        return Match::Equal;
    }
    if !told.contains(MASKS) {
        return Match::Differs;
    }
    let (told, expected): (Vec<char>, Vec<char>) = (told.chars().collect(), expected.chars().collect());
    let fits = if told.len() == expected.len() {
        told.iter().zip(&expected).all(|(told, expected)| MASKS.contains(told) || told == expected)
    } else {
        // A mask of a fixed length: what is open in front of the first star and behind the last one can be compared.
        let is_open = |character: &&char| !MASKS.contains(character);
        let head = told.iter().take_while(is_open).count();
        let tail = told.iter().rev().take_while(is_open).count();
        head + tail <= expected.len()
            && told[..head] == expected[..head]
            && told[told.len() - tail..] == expected[expected.len() - tail..]
    };
    if fits { Match::Fits } else { Match::Differs }
}

/// Compares `idcard_confirm` with the subject.
pub(super) fn compare(subject: Option<&Subject>, confirm: &Reading<Object<'_>>) -> Result<Match> {
    let Some(subject) = subject else { return Ok(Match::Absent) };
    let confirm = match confirm {
        Reading::Usable(confirm) => confirm,
        Reading::Absent => return Ok(Match::Absent),
        Reading::Unusable => return Ok(Match::Unreadable),
    };
    let name = match Reading::of(confirm.text("name"))? {
        Reading::Usable(told) if told.trim().is_empty() => Match::Absent,
        Reading::Usable(told) => text_match(told.trim(), subject.name.expose().trim()),
        Reading::Absent => Match::Absent,
        Reading::Unusable => Match::Unreadable,
    };
    let number = match Reading::of(confirm.text("idcard_number"))? {
        Reading::Usable(told) if told.trim().is_empty() => Match::Absent,
        Reading::Usable(told) => {
            text_match(&told.trim().to_ascii_uppercase(), &subject.id_number.expose().trim().to_ascii_uppercase())
        }
        Reading::Absent => Match::Absent,
        Reading::Unusable => Match::Unreadable,
    };
    Ok(match (name, number) {
        (Match::Differs, _) | (_, Match::Differs) => Match::Differs,
        (Match::Unreadable, _) | (_, Match::Unreadable) => Match::Unreadable,
        (one, other) if one == other => one,
        _ => Match::Fits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "王小二";
    const NUMBER: &str = "11010118000101004X";

    fn matched(confirm: &str) -> Match {
        let text = format!("{{\"idcard_confirm\":{confirm}}}");
        let object = Object::read(&text);
        let subject = Subject::new(NAME, NUMBER);
        compare(Some(&subject), &Reading::of(object.object("idcard_confirm")).unwrap()).unwrap()
    }

    fn named(name: &str, number: &str) -> Match {
        matched(&format!(r#"{{"name":"{name}","idcard_number":"{number}"}}"#))
    }

    /// Correction 8: who was verified is compared with who is expected, masked forms at their open positions.
    #[test]
    fn correction_8_every_way_to_name_a_person() {
        for (name, number, expected) in [
            (NAME, NUMBER, Match::Equal),
            (" 王小二 ", "11010118000101004x", Match::Equal),
            ("王**", "110***********004X", Match::Fits),
            ("王*", "110****004X", Match::Fits),
            ("＊小二", NUMBER, Match::Fits),
            ("***", "******************", Match::Fits),
            (NAME, "", Match::Fits),
            ("", NUMBER, Match::Fits),
            ("", "", Match::Absent),
            ("王小三", NUMBER, Match::Differs),
            (NAME, "110101180001010015", Match::Differs),
            ("李**", "110***********004X", Match::Differs),
            ("王**", "110***********0015", Match::Differs),
            ("王**", "111***********004X", Match::Differs),
            ("*小三", NUMBER, Match::Differs),
            ("王小二二*", NUMBER, Match::Differs),
            ("", "110101180001010015", Match::Differs),
        ] {
            assert_eq!(named(name, number), expected, "{name} {number}");
        }
    }

    #[test]
    fn a_mask_in_the_expected_name_makes_nobody_equal() {
        let object = Object::read(r#"{"c":{"name":"*","idcard_number":"*"}}"#);
        let subject = Subject::new("*", "*");
        let confirm = Reading::of(object.object("c")).unwrap();
        assert_eq!(compare(Some(&subject), &confirm).unwrap(), Match::Fits);
        assert_eq!(compare(None, &confirm).unwrap(), Match::Absent);
    }

    #[test]
    fn what_cannot_be_read_is_never_equal() {
        assert_eq!(matched("null"), Match::Absent);
        assert_eq!(matched("{}"), Match::Absent);
        for odd in [
            "[]",
            "\"王小二\"",
            "7",
            r#"{"name":"王小二","idcard_number":110101180001010015}"#,
            r#"{"name":["王小二"]}"#,
        ] {
            assert_eq!(matched(odd), Match::Unreadable, "{odd}");
        }
        let twice = Object::read(r#"{"c":{"name":"王小三","name":"王小二"}}"#);
        let subject = Subject::new(NAME, NUMBER);
        assert!(compare(Some(&subject), &Reading::of(twice.object("c")).unwrap()).is_err());
    }
}
