//! 身份证号 and what is used in its place: what a number says, and whether it can exist. GB 11643-1999.

use super::{Finding, accepted, mended, table};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::wire;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

table! {
    EMPTY = Needed "id_number.empty" "this must not be empty", "every vendor's table of parameters";
    MASKED = Document "id_number.masked" "this number is masked", "Juhe 226403 and 280102 (身份证号格式)",
        "send the whole number";
    NOT_ASCII = Document "id_number.not_ascii"
        "this holds full-width digits or other characters outside of ASCII, which look like digits or X and are none",
        "Juhe 226403 and 280102 (身份证号格式)", "type it with 0-9 and X";
    BLANKS = Document "id_number.blanks" "there are blanks in this number", "Juhe 226403 and 280102 (身份证号格式)",
        "check.id_number gives the number without them";
    SHAPE = Document "id_number.shape" "this is no ID number", "Juhe 226403 and 280102 (身份证号格式); GB 11643-1999",
        "17 digits and a check digit (0-9 or X) are needed";
    CHECK_DIGIT = Standard "id_number.check_digit" "the check digit does not fit: a character is wrong, or two are swapped",
        "GB 11643-1999", "compare it with the card";
    BIRTH_DATE = Standard "id_number.birth_date" "the birth date in this number does not exist", "GB 11643-1999",
        "compare it with the card";
    LOWER_CASE = Advice "id_number.lower_case" "a letter is written small", "GB 11643-1999 (X)",
        "check.id_number gives the number with a capital letter";
    FIFTEEN = Advice "id_number.fifteen"
        "a number of 15 digits: such cards have not been valid since 2013, and vendors probably refuse them",
        "GB 11643-1989; no vendor's document", "check.id_number gives the number of 18 digits";
    FUTURE = Advice "id_number.future" "the birth date in this number is in the future", "GB 11643-1999",
        "compare it with the card";
    BEFORE_1800 = Advice "id_number.before_1800" "the birth date in this number is before 1800", "GB 11643-1999",
        "compare it with the card";
    SEQUENCE = Advice "id_number.sequence_000" "the sequence 000 is not given out", "common practice",
        "compare it with the card";
    AREA_71 = Advice "id_number.area_71"
        "71 stands for Taiwan in GB/T 2260, but residence permits begin with 83", "GB/T 2260; 港澳台居民居住证",
        "compare it with the card";
    AREA = Advice "id_number.area" "no province has these first two digits", "GB/T 2260", "compare it with the card";
    FOREIGN_2017 = Advice "id_number.foreign_2017"
        "a permanent resident's number in the form of 2017 (3 letters, 12 digits): a card since 2023 has another",
        "外国人永久居留身份证, 2017 and 2023", "ask for the number of the new card";
    FOREIGN_CHECK = Advice "id_number.foreign_check"
        "the check digit of this permanent resident's number does not fit, or its birth date does not exist",
        "外国人永久居留身份证, 2017 (weights 7, 3, 1: a guess)", "compare it with the card";
}

/// Looks at an ID number: whether it can exist, and what it says. Nothing is sent.
///
/// Areas that are not known are taken (counties are abolished, their numbers stay), and there is no age limit.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IdNumber {
    /// 身份证号, 居住证 or 外国人永久居留身份证 number; blanks and a small x may be in it.
    pub id_number: Personal,
}

/// What the number says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdNumberReply {
    /// Whether `normalized` can be sent: nothing was found that rejects it.
    pub accepted: bool,
    /// The number without blanks and with a capital letter; none where this is no ID number.
    #[serde(serialize_with = "wire::clear")]
    pub normalized: Option<Personal>,
    /// Whose number it is.
    pub kind: Option<IdKind>,
    /// Of a number of 15 digits: that of 18.
    #[serde(serialize_with = "wire::clear")]
    pub upgraded: Option<Personal>,
    /// `YYYY-MM-DD`; none where it does not exist, or where the number leaves out the century.
    #[serde(serialize_with = "wire::clear")]
    pub birth_date: Option<Personal>,
    /// By the sequence: odd is male.
    pub sex: Option<Sex>,
    /// Where the number was first given out; it says nothing about where the person lives.
    pub region: Option<Region>,
    /// Everything that was found.
    pub findings: Vec<Finding>,
}

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdKind {
    /// 居民身份证, 18 characters.
    Resident,
    /// 居民身份证 of the first generation, 15 digits.
    #[serde(rename = "resident_15")]
    Resident15,
    /// 港澳台居民居住证: begins with 81, 82 or 83.
    ResidencePermit,
    /// 外国人永久居留身份证 since 2023: 18 characters that begin with 9.
    ForeignPermit,
    /// 外国人永久居留身份证 of 2017: 3 letters and 12 digits.
    #[serde(rename = "foreign_permit_2017")]
    ForeignPermit2017,
}

/// By the sequence in the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男: an odd sequence.
    Male,
    /// 女: an even one.
    Female,
}

/// How exact a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RegionLevel {
    /// 省级: ends in 0000, or has two digits.
    Province,
    /// 地级: ends in 00, or has four digits.
    City,
    /// 县级.
    County,
}

/// The region in a number.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Region {
    /// Its digits: six, of a foreigner's number two or four.
    #[serde(serialize_with = "wire::clear")]
    pub code: Personal,
    /// How exact they are.
    pub level: RegionLevel,
    /// The province's name; none where it is not known.
    pub province: Option<&'static str>,
}

impl Operation for IdNumber {
    const META: Meta = Meta {
        id: "check.id_number",
        doc: "Looks at an ID number: whether it can exist, and what it says.",
        place: Place::Local,
    };
    type Response = IdNumberReply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        look("/id_number", self.id_number.expose(), now)
    }

    async fn run(self, io: Io) -> Result<IdNumberReply> {
        let findings = mended(self.preflight(io.now()), &[&BLANKS, &LOWER_CASE]);
        let reading = Reading::of(self.id_number.expose());
        let personal = |text: String| Personal::from(text);
        Ok(IdNumberReply {
            accepted: accepted(&findings),
            kind: reading.as_ref().map(|reading| reading.kind),
            upgraded: reading.as_ref().and_then(Reading::upgraded).map(personal),
            birth_date: reading.as_ref().and_then(Reading::birth_date).map(|date| date.to_string().into()),
            sex: reading.as_ref().and_then(Reading::sex),
            region: reading.as_ref().map(Reading::region),
            normalized: reading.map(|reading| Personal::from(reading.text.as_str())),
            findings,
        })
    }
}

/// The kind of a number, where it has the shape of one. What follows from it is up to the caller.
pub(crate) fn kind(text: &str) -> Option<IdKind> {
    Reading::of(text).map(|reading| reading.kind)
}

/// Everything that is wrong with a number as it stands.
pub(crate) fn look(field: &str, text: &str, now: Time) -> Vec<Finding> {
    if text.trim().is_empty() {
        return vec![EMPTY.at(field)];
    }
    if text.contains(['*', '＊']) {
        return vec![MASKED.at(field)];
    }
    if text.chars().any(|character| !character.is_ascii() && !character.is_whitespace()) {
        return vec![NOT_ASCII.at(field)];
    }
    let mut findings = Vec::new();
    if text.contains(char::is_whitespace) {
        findings.push(BLANKS.at(field));
    }
    match Reading::of(text) {
        Some(reading) => {
            if text.contains(|character: char| character.is_ascii_lowercase()) {
                findings.push(LOWER_CASE.at(field));
            }
            reading.look(field, now, &mut findings);
        }
        None => {
            let length = text.chars().filter(|character| !character.is_whitespace()).count();
            let shape = SHAPE.at(field);
            findings.push(match length {
                15 | 18 => shape,
                _ => shape.saying(format!("this is no ID number: it has {length} characters")),
            });
        }
    }
    findings
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character of 17 digits.
fn check_character(digits: &str) -> char {
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// The check digit of 14 letters and digits with the weights 7, 3, 1; letters count from A = 10.
fn check_731(characters: &str) -> Option<char> {
    let values = characters.chars().map(|character| character.to_digit(36));
    let sum: u32 =
        values.zip([7, 3, 1].into_iter().cycle()).map(|(value, weight)| Some(value? * weight)).sum::<Option<_>>()?;
    char::from_digit(sum % 10, 10)
}

/// A number that has the shape of one, normalised.
struct Reading {
    text: Zeroizing<String>,
    kind: IdKind,
}

impl Reading {
    fn of(text: &str) -> Option<Reading> {
        let text: Zeroizing<String> = Zeroizing::new(
            text.chars().filter(|character| !character.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect(),
        );
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !text.is_ascii() {
            return None;
        }
        let kind = match text.len() {
            18 if digits(&text[..17]) && (digits(&text[17..]) || text.ends_with('X')) => match &text[..2] {
                "81" | "82" | "83" => IdKind::ResidencePermit,
                area if area.starts_with('9') => IdKind::ForeignPermit,
                _ => IdKind::Resident,
            },
            15 if digits(&text) => IdKind::Resident15,
            15 if text[..3].bytes().all(|byte| byte.is_ascii_uppercase()) && digits(&text[3..]) => {
                IdKind::ForeignPermit2017
            }
            _ => return None,
        };
        Some(Reading { text, kind })
    }

    fn date(&self, year: i16, month: std::ops::Range<usize>, day: std::ops::Range<usize>) -> Option<Date> {
        Date::new(year, self.text[month].parse().ok()?, self.text[day].parse().ok()?).ok()
    }

    /// None where there is no such day, or no century.
    fn birth_date(&self) -> Option<Date> {
        match self.kind {
            IdKind::Resident15 => self.date(1900 + self.text[6..8].parse::<i16>().ok()?, 8..10, 10..12),
            IdKind::ForeignPermit2017 => None,
            _ => self.date(self.text[6..10].parse().ok()?, 10..12, 12..14),
        }
    }

    fn upgraded(&self) -> Option<String> {
        (self.kind == IdKind::Resident15).then(|| {
            let digits = format!("{}19{}", &self.text[..6], &self.text[6..]);
            let check = check_character(&digits);
            format!("{digits}{check}")
        })
    }

    fn sex(&self) -> Option<Sex> {
        let last = match self.kind {
            IdKind::Resident15 => 14,
            IdKind::ForeignPermit2017 => return None,
            _ => 16,
        };
        Some(if self.text.as_bytes()[last] % 2 == 1 { Sex::Male } else { Sex::Female })
    }

    fn region(&self) -> Region {
        let code = match self.kind {
            IdKind::ForeignPermit => &self.text[1..3],
            IdKind::ForeignPermit2017 => &self.text[3..7],
            _ => &self.text[..6],
        };
        let level = match code.len() {
            2 => RegionLevel::Province,
            _ if code[2..].bytes().all(|byte| byte == b'0') => RegionLevel::Province,
            4 => RegionLevel::City,
            _ if code.ends_with("00") => RegionLevel::City,
            _ => RegionLevel::County,
        };
        Region { code: code.into(), level, province: province(&code[..2]) }
    }

    fn look(&self, field: &str, now: Time, findings: &mut Vec<Finding>) {
        let mut found = |wrong: bool, rule: &super::Rule| {
            if wrong {
                findings.push(rule.at(field));
            }
        };
        let text = &self.text;
        match self.kind {
            IdKind::ForeignPermit2017 => {
                found(true, &FOREIGN_2017);
                let year: i16 = text[7..9].parse().unwrap_or(0);
                let exists = [1900, 2000].into_iter().any(|century| self.date(century + year, 9..11, 11..13).is_some());
                found(check_731(&text[..14]) != text.chars().last() || !exists, &FOREIGN_CHECK);
            }
            IdKind::Resident15 => {
                found(self.birth_date().is_none(), &BIRTH_DATE);
                found(true, &FIFTEEN);
                found(text.ends_with("000"), &SEQUENCE);
            }
            _ => {
                found(check_character(&text[..17]) != char::from(text.as_bytes()[17]), &CHECK_DIGIT);
                let born = self.birth_date();
                found(born.is_none(), &BIRTH_DATE);
                found(born.is_some_and(|born| born > now.date_in_china()), &FUTURE);
                found(born.is_some_and(|born| born.year() < 1800), &BEFORE_1800);
                found(&text[14..17] == "000", &SEQUENCE);
            }
        }
        let region = self.region();
        found(region.code.expose().starts_with("71"), &AREA_71);
        found(region.province.is_none(), &AREA);
    }
}

/// GB/T 2260, and the 83 of residence permits.
fn province(digits: &str) -> Option<&'static str> {
    Some(match digits {
        "11" => "北京市",
        "12" => "天津市",
        "13" => "河北省",
        "14" => "山西省",
        "15" => "内蒙古自治区",
        "21" => "辽宁省",
        "22" => "吉林省",
        "23" => "黑龙江省",
        "31" => "上海市",
        "32" => "江苏省",
        "33" => "浙江省",
        "34" => "安徽省",
        "35" => "福建省",
        "36" => "江西省",
        "37" => "山东省",
        "41" => "河南省",
        "42" => "湖北省",
        "43" => "湖南省",
        "44" => "广东省",
        "45" => "广西壮族自治区",
        "46" => "海南省",
        "50" => "重庆市",
        "51" => "四川省",
        "52" => "贵州省",
        "53" => "云南省",
        "54" => "西藏自治区",
        "61" => "陕西省",
        "62" => "甘肃省",
        "63" => "青海省",
        "64" => "宁夏回族自治区",
        "65" => "新疆维吾尔自治区",
        "71" | "83" => "台湾省",
        "81" => "香港特别行政区",
        "82" => "澳门特别行政区",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
