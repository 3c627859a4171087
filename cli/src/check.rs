//! `shiren id`, `mobile` and `name`: what can be seen to be wrong before it costs money. Nothing is sent.

use crate::ask::ask;
use crate::exit::{self, Exit};
use crate::fields::{Fields, text_from};
use crate::ops;
use crate::output::{self, Output, Tone};
use crate::verdict::trimmed;
use clap::Args;
use serde_json::{Value, json};
use shiren::check::Finding;
use shiren::{CallOptions, Client, Config, Result};

/// What is looked at; the local operation of the same name does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// 身份证号.
    IdNumber,
    /// 手机号.
    Mobile,
    /// 姓名.
    Name,
}

/// One value, and how openly to print it.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 0: nothing rejects it, warnings or not; 2: it is rejected. docs/checks.md lists the rules.\n\
                        Arguments can be read by everybody on this machine: for real people take standard input."
)]
pub(crate) struct Given {
    /// The value; left out or `-`: standard input. Also `@FILE`, `env:NAME`.
    #[arg(default_value = "-")]
    value: String,
    /// Print the person's data in full, not masked.
    #[arg(long)]
    show: bool,
}

impl Subject {
    fn operation(self) -> (&'static str, &'static str) {
        match self {
            Subject::IdNumber => ("check.id_number", "id_number"),
            Subject::Mobile => ("check.mobile", "mobile"),
            Subject::Name => ("check.name", "name"),
        }
    }

    /// Looks and prints.
    pub(crate) fn run(self, given: &Given, output: &Output) -> Result<Exit> {
        let (id, field) = self.operation();
        let mut fields = Fields::of(ops::find(id)?);
        fields.set(&[field], text_from("VALUE", &given.value)?.into());
        let mut reply = ask(&Client::new(Config::default())?, id, fields, CallOptions::default())?;
        if !given.show {
            self.mask(&mut reply);
        }
        if output.json {
            output.document(&reply)?;
        } else {
            self.print(&reply, output)?;
        }
        Ok(if reply["accepted"] == true { exit::DONE } else { exit::USAGE })
    }

    fn mask(self, reply: &mut Value) {
        let hide = |value: &mut Value, mask: fn(&str) -> String| {
            if let Some(text) = value.as_str() {
                *value = Value::String(mask(text));
            }
        };
        let number = if self == Subject::Name { output::masked_name } else { output::masked_number };
        hide(&mut reply["normalized"], number);
        if self == Subject::IdNumber {
            hide(&mut reply["upgraded"], output::masked_number);
            hide(&mut reply["birth_date"], |date| format!("{}-**-**", date.get(..4).unwrap_or("****")));
            if reply["region"].is_object() {
                hide(&mut reply["region"]["code"], |code| {
                    format!("{}{}", code.get(..2).unwrap_or_default(), "*".repeat(code.len().saturating_sub(2)))
                });
            }
        }
    }

    fn print(self, reply: &Value, output: &Output) -> Result<()> {
        let accepted = reply["accepted"] == true;
        let (mark, tone) =
            if accepted { ("✔ accepted 可用", Tone::Good) } else { ("✘ rejected 不可用", Tone::Bad) };
        output.line(output.tinted(tone, mark))?;
        let mut table = output.table(&[]);
        let rows = [
            ("Normalised 规范写法", &reply["normalized"]),
            ("Kind 类型", &reply["kind"]),
            ("18 digits 升位", &reply["upgraded"]),
            ("Born 出生", &reply["birth_date"]),
            ("Sex 性别", &reply["sex"]),
            ("Province 省份", &reply["region"]["province"]),
            ("Region 区划", &reply["region"]["code"]),
            ("Level 级别", &reply["region"]["level"]),
            ("Characters 字数", &reply["characters"]),
            ("Han 汉字", &reply["han"]),
        ];
        for (title, value) in rows {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            table.add_row([output.cell(Tone::Faint, title), output.cell(Tone::Plain, text)]);
        }
        for finding in reply["findings"].as_array().into_iter().flatten() {
            add(&mut table, finding, false, output);
        }
        output.line(trimmed(&table.to_string()))
    }
}

/// A finding as a row: how bad, what, by which rule, what to do.
fn add(table: &mut comfy_table::Table, finding: &Value, with_field: bool, output: &Output) {
    let part = |name: &str| finding[name].as_str().unwrap_or_default();
    let (title, tone) = match part("severity") {
        "reject" => ("✘ reject", Tone::Bad),
        _ => ("! warn", Tone::Unclear),
    };
    let place = if with_field { format!("{}: ", part("field")) } else { String::new() };
    let mut text = format!("{place}{}\n{} — {}", part("message"), part("rule"), part("source"));
    if !part("fix").is_empty() {
        text.push_str(&format!("\n→ {}", part("fix")));
    }
    table.add_row([output.cell(tone, title), output.cell(Tone::Plain, text)]);
}

/// Prints what was found in a request that is not sent. Exit code 2 when the configuration would refuse it.
pub(crate) fn report(findings: &[Finding], config: &Config, output: &Output) -> Result<Exit> {
    let refused = findings.iter().any(|finding| config.preflight.refuses(finding));
    let list: Vec<Value> = findings.iter().map(|finding| serde_json::to_value(finding).unwrap_or_default()).collect();
    if output.json {
        output.document(&json!({"accepted": !refused, "findings": list}))?;
    } else {
        let (mark, tone) = match refused {
            true => ("✘ it would be refused: nothing was sent", Tone::Bad),
            false => ("✔ it would be sent: nothing was", Tone::Good),
        };
        output.line(output.tinted(tone, mark))?;
        let mut table = output.table(&[]);
        for finding in &list {
            add(&mut table, finding, true, output);
        }
        if !list.is_empty() {
            output.line(trimmed(&table.to_string()))?;
        }
    }
    Ok(if refused { exit::USAGE } else { exit::DONE })
}
