//! A verdict as people read it: the decision, what it rests on, what it cost, and why.

use crate::output::{Output, Tone};
use serde_json::Value;
use shiren::Result;

/// A mark, the word in English and Chinese, and its tone.
pub(crate) fn decision(word: &str) -> (&'static str, &'static str, Tone) {
    match word {
        "passed" => ("✔", "通过", Tone::Good),
        "rejected" => ("✘", "不通过", Tone::Bad),
        "inconclusive" => ("?", "无法判定", Tone::Unclear),
        "pending" => ("…", "待完成", Tone::Unclear),
        "expired" => ("⌛", "已过期", Tone::Unclear),
        _ => ("?", "", Tone::Unclear),
    }
}

/// The same for one check.
pub(crate) fn check(word: &str) -> (&'static str, &'static str, Tone) {
    match word {
        "passed" => ("✔", "通过", Tone::Good),
        "failed" => ("✘", "不通过", Tone::Bad),
        "no_record" => ("∅", "无记录", Tone::Unclear),
        "not_checked" => ("·", "未核验", Tone::Faint),
        _ => ("!", "出错", Tone::Unclear),
    }
}

/// The checks in their order, with their Chinese names.
pub(crate) const CHECKS: [(&str, &str); 4] =
    [("identity", "身份"), ("face", "人脸"), ("liveness", "活体"), ("mobile", "手机")];

/// Whether it was paid for, in Chinese.
pub(crate) fn billed(word: &str) -> (&'static str, Tone) {
    match word {
        "yes" => ("是", Tone::Plain),
        "no" => ("否", Tone::Plain),
        _ => ("未知", Tone::Unclear),
    }
}

/// `98.448`, not `98.44800000000001`.
pub(crate) fn score(verdict: &Value) -> Option<String> {
    let value = verdict["score"]["value"].as_f64()?;
    let text = format!("{value:.3}");
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A share as a percentage, without needless noughts: 0.0001 is `0.01`.
fn percent(share: f64) -> String {
    let text = format!("{:.6}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Prints a verdict as a table. `about` says who was meant, masked.
pub(crate) fn print(output: &Output, verdict: &Value, about: Option<&str>) -> Result<()> {
    let word = |name: &str| verdict[name].as_str().unwrap_or("?").to_owned();
    let (mark, chinese, tone) = decision(&word("decision"));
    output.line(output.tinted(tone, &format!("{mark} {} {chinese}", word("decision"))))?;
    let mut table = output.table(&[]);
    let mut row = |name: &str, tone: Tone, text: String| {
        table.add_row([output.cell(Tone::Faint, name), output.cell(tone, text)]);
    };
    if let Some(about) = about {
        row("Person 人物", Tone::Plain, about.to_owned());
    }
    row("Asked 来源", Tone::Plain, word("operation"));
    for (name, chinese) in CHECKS {
        let word = verdict["checks"][name].as_str().unwrap_or("?");
        let (mark, translated, tone) = check(word);
        let title = format!("{}{} {chinese}", name[..1].to_uppercase(), &name[1..]);
        row(&title, tone, format!("{mark} {} {translated}", word.replace('_', " ")));
    }
    if let Some(score) = score(verdict) {
        let mut text = format!("{score} of 100");
        if verdict["score"]["scale"] == 1000 {
            text.push_str(&format!(" ({} of 1000)", verdict["score"]["raw"].as_str().unwrap_or("?")));
        }
        row("Score 分数", Tone::Plain, text);
    }
    if let Some(threshold) = verdict["threshold"].as_f64() {
        let rate = verdict["false_accept_rate"].as_f64();
        let rate =
            rate.map(|rate| format!(", at which {} % of strangers would pass", percent(rate))).unwrap_or_default();
        row("Threshold 阈值", Tone::Plain, format!("{threshold}{rate}"));
    }
    let (chinese, tone) = billed(&word("billed"));
    row("Billed 计费", tone, format!("{} {chinese}", word("billed")));
    if verdict["retryable"] == true {
        row("Try again 可重试", Tone::Plain, "yes 是".into());
    }
    for (name, title) in [("order", "Order 单号"), ("task", "Task 流水号"), ("log", "Log 日志号")] {
        if let Some(number) = verdict["references"][name].as_str() {
            row(title, Tone::Plain, number.to_owned());
        }
    }
    for reason in verdict["reasons"].as_array().into_iter().flatten() {
        row("Reason 原因", Tone::Plain, self::reason(reason));
    }
    if verdict["evidence"].is_object() {
        let until = verdict["evidence"]["expires_at"].as_str().map(|time| format!(" until {time}")).unwrap_or_default();
        row("Evidence 证据", Tone::Plain, format!("a picture of the face{until}; --json shows its address"));
    }
    output.line(trimmed(&table.to_string()))?;
    if verdict["decision"] == "passed" && verdict["checks"]["identity"] == "not_checked" {
        let text = "This proves a live person, not who it is. 仅证明是真人，未核验身份。";
        output.line(output.tinted(Tone::Unclear, text))?;
    }
    Ok(())
}

/// Code, text, cause and next step of a reason.
fn reason(reason: &Value) -> String {
    let part = |name: &str| reason[name].as_str().filter(|text| !text.is_empty());
    let mut text = format!("{}  {}", part("code").unwrap_or("?"), part("message").unwrap_or_default());
    if let Some(cause) = part("cause") {
        text.push_str(&format!("\ncause 可能原因: {cause}"));
    }
    if let Some(next) = part("next_step") {
        text.push_str(&format!("\nnext 下一步: {next}"));
    }
    text
}

/// A table without blanks at the ends of its lines.
pub(crate) fn trimmed(table: &str) -> String {
    table.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
