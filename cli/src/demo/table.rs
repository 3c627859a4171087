//! The demo as people read it.

use super::Row;
use super::bill::Bill;
use super::ways::WAYS;
use crate::output::{Output, Tone};
use crate::verdict::{self, CHECKS};
use shiren::Result;

/// What the columns before the reason take.
const BEFORE_REASON: usize = 80;

/// One line for each person, under a heading for each way.
pub(super) fn print(output: &Output, rows: &[Row]) -> Result<()> {
    output.line("Shiren 实人 — impossible people, three vendors, offline  不存在的人物，三家服务商，离线\n")?;
    let header = ["Person 人物", "Decision 结论", "Score 分数", "Billed 计费", "身 脸 活 机", "Reason 原因"];
    let mut table = output.table(&header);
    let room = usize::from(table.width().unwrap_or(120)).saturating_sub(BEFORE_REASON).max(24);
    // Each row is one line, so that the headings can stand between them.
    table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    for row in rows {
        let (mark, chinese, tone) = verdict::decision(row.word("decision"));
        let (billed, billed_tone) = verdict::billed(row.word("billed"));
        let checks = CHECKS.map(|(name, _)| verdict::check(row.verdict["checks"][name].as_str().unwrap_or("?")).0);
        table.add_row([
            output.cell(Tone::Plain, format!("  {} {}", row.persona, row.name)),
            output.cell(tone, format!("{mark} {} {chinese}", row.word("decision"))),
            output.cell(Tone::Plain, verdict::score(&row.verdict).unwrap_or_default()),
            output.cell(billed_tone, format!("{} {billed}", row.word("billed"))),
            output.cell(Tone::Plain, format!(" {}", checks.join("  "))),
            output.cell(Tone::Faint, shortened(&reason(row), room)),
        ]);
    }
    let text = table.to_string();
    let mut lines = text.lines().map(str::trim_end);
    output.line(lines.next().unwrap_or_default())?;
    for way in WAYS {
        output.line(format!(" {}  {}", way.name, output.tinted(Tone::Faint, way.operations())))?;
        for line in lines.by_ref().take(way.personas.len()) {
            output.line(line)?;
        }
    }
    output.line(output.tinted(
        Tone::Faint,
        "\n身 identity 脸 face 活 liveness 机 mobile:  ✔ passed  ✘ failed  ∅ no record  ! no answer  · not checked",
    ))
}

/// The reason that weighs most: the last one, but for those that only repeat the decision.
fn reason(row: &Row) -> String {
    let reasons = row.verdict["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    let code = |reason: &serde_json::Value| reason["code"].as_str().unwrap_or_default().to_owned();
    let telling = reasons.iter().rev().find(|reason| !code(reason).starts_with("passed "));
    let Some(reason) = telling.or(reasons.last()) else { return String::new() };
    format!("{} {}", code(reason), reason["message"].as_str().unwrap_or_default())
}

/// Text that takes at most so many columns; Chinese takes two for each character.
fn shortened(text: &str, room: usize) -> String {
    let columns = |character: char| if character.is_ascii() { 1 } else { 2 };
    if text.chars().map(columns).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let fits = text.chars().take_while(|character| {
        let width = columns(*character);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    fits.chain(['…']).collect()
}

/// The sums, whether they agree, and what to do next.
pub(super) fn summary(output: &Output, rows: &[Row], bill: &Bill, calls: u64) -> Result<()> {
    let passed = rows.iter().filter(|row| row.word("decision") == "passed").count();
    let unknown = match bill.unknown() {
        0 => String::new(),
        unknown => format!(", and {unknown} unknown"),
    };
    let (tone, word) = match bill.agrees() {
        true => (Tone::Good, "✔ agrees 一致"),
        false => (Tone::Bad, "✘ disagrees 不一致"),
    };
    output.line(format!("\nLet in 放行          {passed} of {}", rows.len()))?;
    output.line(format!("Calls 调用           {calls}"))?;
    output.line(format!("Billed 计费          {}{unknown}", bill.yes()))?;
    output.line(format!("Sandbox ledger 账本  {}  {}", bill.booked(), output.tinted(tone, word)))?;
    output.line("\nNext 下一步")?;
    output.line("  shiren sandbox                      the same vendors for your own code, over HTTP 本地沙箱")?;
    output.line("  shiren ops juhe.verifyface.verify2  what a call takes and answers 查看接口; shiren --help: the rest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_cut() {
        assert_eq!(shortened("00 同一人", 9), "00 同一人");
        assert_eq!(shortened("00 同一人", 8), "00 同一…");
        assert_eq!(shortened("abcdef", 4), "abc…");
    }
}
