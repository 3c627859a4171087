//! 姓名: every Han character there is, counted by code points; Latin names; separators as U+00B7.

use super::{Finding, accepted, mended, table};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::wire;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

table! {
    EMPTY = Needed "name.empty" "this must not be empty", "every vendor's table of parameters";
    MASKED = Standard "name.masked" "this name is masked", "Juhe 226403 and 280104 (姓名格式)", "send the whole name";
    BROKEN = Standard "name.broken" "a character of this name was lost in a conversion: ? or U+FFFD stands in its place",
        "Juhe 226403 and 280104 (姓名格式)", "read the name as UTF-8 or GB 18030";
    BLANKS = Standard "name.blanks" "there are blanks before or behind this name",
        "Juhe 226403 and 280104 (姓名格式)", "check.name gives the name without them";
    INVISIBLE = Standard "name.invisible" "a control or zero-width character is in this name",
        "Juhe 226403 and 280104 (姓名格式)", "check.name gives the name without it";
    DOT = Advice "name.dot" "the separator of this name is not the middle dot U+00B7 of the register",
        "国家民委, 2016: ·", "check.name gives the name with U+00B7";
    PRIVATE_USE = Advice "name.private_use"
        "a private-use character is in this name: what it shows depends on the font, and the register knows none",
        "GB 18030; public reports", "type the character by its own code point, often in an extension";
    COMPATIBILITY = Advice "name.compatibility"
        "a radical or a compatibility character is in this name, which only looks like the one that is meant",
        "Unicode (CJK radicals, compatibility ideographs)", "type it with an input method";
    VARIATION = Advice "name.variation" "a variation selector is in this name", "Unicode; GB 18030",
        "type the character without it";
    UNUSUAL = Advice "name.unusual" "a digit, a sign or a full-width letter is in this name", "common practice",
        "compare it with the card";
    INNER_BLANK = Advice "name.inner_blank" "there is a blank between two Han characters", "common practice",
        "compare it with the card";
    LONG = Advice "name.long" "more than 25 Han characters: some registers cut them", "国家民委, 2016",
        "compare it with the card";
}

/// Looks at a name, and gives its normalised spelling. Nothing is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// 姓名, Han or Latin.
    pub name: Personal,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NameReply {
    /// Whether `normalized` can be sent: nothing was found that rejects it.
    pub accepted: bool,
    /// The name without blanks around it and invisible characters, separators as U+00B7; none where nothing is left.
    #[serde(serialize_with = "wire::clear")]
    pub normalized: Option<Personal>,
    /// Its characters, by code points.
    pub characters: u32,
    /// Those of them that are Han.
    pub han: u32,
    /// Everything that was found.
    pub findings: Vec<Finding>,
}

impl Operation for Name {
    const META: Meta =
        Meta { id: "check.name", doc: "Looks at a name, and gives its normalised spelling.", place: Place::Local };
    type Response = NameReply;

    fn preflight(&self, _: Time) -> Vec<Finding> {
        look("/name", self.name.expose())
    }

    async fn run(self, io: Io) -> Result<NameReply> {
        let findings = mended(self.preflight(io.now()), &[&BLANKS, &INVISIBLE, &DOT]);
        let normalized = normalize(self.name.expose());
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(NameReply {
            accepted: accepted(&findings),
            characters: count(normalized.chars().count()),
            han: count(normalized.chars().filter(|character| is_han(*character)).count()),
            normalized: (!normalized.is_empty()).then(|| Personal::from(normalized.as_str())),
            findings,
        })
    }
}

/// Han, with every extension: the planes 2 and 3 are theirs.
fn is_han(character: char) -> bool {
    matches!(character, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3fffd}')
        || is_compatibility(character)
        || is_unified_there(character)
}

/// Twelve characters of the compatibility block are ordinary ones.
fn is_unified_there(character: char) -> bool {
    matches!(
        u32::from(character),
        0xfa0e | 0xfa0f | 0xfa11 | 0xfa13 | 0xfa14 | 0xfa1f | 0xfa21 | 0xfa23 | 0xfa24 | 0xfa27..=0xfa29
    )
}

fn is_compatibility(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
        && !is_unified_there(character)
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Nothing is seen of it, and it is no blank.
fn is_invisible(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

fn is_variation(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Written for U+00B7 wherever there is Han beside it.
fn is_dot_variant(character: char) -> bool {
    matches!(
        character,
        '\u{2022}' | '\u{2027}' | '\u{30fb}' | '\u{ff65}' | '\u{ff0e}' | '.' | '\u{22c5}' | '\u{16eb}' | '\u{387}'
    )
}

/// The name without what nobody sees, and with U+00B7 between Han characters. A Latin `J. R. Smith` keeps its points.
fn normalize(text: &str) -> Zeroizing<String> {
    let seen = seen(text);
    let characters: Zeroizing<Vec<char>> = Zeroizing::new(seen.trim().chars().collect());
    let han = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(|character| is_han(*character));
    let mended = characters.iter().enumerate().map(|(at, character)| {
        if is_dot_variant(*character) && han(at.checked_sub(1)) && han(Some(at + 1)) { '·' } else { *character }
    });
    Zeroizing::new(mended.collect())
}

/// The name without what nobody sees.
fn seen(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.chars().filter(|character| !is_invisible(*character)).collect())
}

/// What a name is written with: letters of any script, their marks, separators, and the signs of Latin names.
fn is_usual(character: char) -> bool {
    let combining = matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}');
    let full_width = matches!(character, '\u{ff01}'..='\u{ff5e}');
    (character.is_alphabetic() && !full_width)
        || combining
        || character.is_whitespace()
        || is_han(character)
        || is_private(character)
        || is_variation(character)
        || is_invisible(character)
        || is_dot_variant(character)
        || matches!(character, '·' | '\'' | '’' | 'ʼ' | '-' | '‐' | '‑' | ',' | '(' | ')' | '（' | '）')
}

/// Everything that is wrong with a name as it stands.
pub(crate) fn look(field: &str, text: &str) -> Vec<Finding> {
    let name = normalize(text);
    if name.is_empty() {
        return vec![EMPTY.at(field)];
    }
    let any = |is: fn(char) -> bool| text.chars().any(is);
    let mask = |character| matches!(character, '*' | '＊');
    let lost = |character| matches!(character, '?' | '？' | '\u{fffd}');
    let seen = seen(text);
    let inner_blank = name
        .chars()
        .collect::<Vec<_>>()
        .windows(3)
        .any(|three| is_han(three[0]) && three[1].is_whitespace() && is_han(three[2]));
    let found = [
        (any(mask), &MASKED),
        (any(lost), &BROKEN),
        (seen.trim() != seen.as_str(), &BLANKS),
        (any(is_invisible), &INVISIBLE),
        (seen.trim() != name.as_str(), &DOT),
        (any(is_private), &PRIVATE_USE),
        (any(is_compatibility), &COMPATIBILITY),
        (any(is_variation), &VARIATION),
        (text.chars().any(|character| !is_usual(character) && !mask(character) && !lost(character)), &UNUSUAL),
        (inner_blank, &INNER_BLANK),
        (name.chars().filter(|character| is_han(*character)).count() > 25, &LONG),
    ];
    found.into_iter().filter(|(found, _)| *found).map(|(_, rule)| rule.at(field)).collect()
}

#[cfg(test)]
mod tests;
