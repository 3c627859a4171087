//! `shiren demo`: impossible people through all eight ways, and whether what was said to be billed is what was booked.

mod bill;
mod table;
mod ways;

use crate::exit::{self, Exit};
use crate::output::Output;
use bill::Bill;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use shiren::{Client, Config, Error, Result};
use shiren_sandbox::Sandbox;
use ways::WAYS;

/// Shows everything, offline.
#[derive(Debug, Args)]
#[command(after_help = "Nothing is sent to a vendor, and no account is needed. Ends with 1 when the bills disagree.")]
pub(crate) struct Demo {}

/// What came out for one person on one way.
struct Row {
    persona: &'static str,
    name: &'static str,
    verdict: Value,
}

impl Row {
    fn word(&self, name: &str) -> &str {
        self.verdict[name].as_str().unwrap_or("?")
    }
}

impl Demo {
    /// Runs all people and prints what came out.
    pub(crate) fn run(self, output: &Output) -> Result<Exit> {
        let sandbox = Sandbox::start_blocking().map_err(|error| Error::internal(format!("no sandbox: {error}")))?;
        let client = Client::new(Config::sandbox(sandbox.url()))?;
        let all = WAYS.iter().map(|way| way.personas.len() as u64).sum();
        let style = ProgressStyle::with_template("{bar:30.green} {pos}/{len} {msg}");
        let progress = Progress(ProgressBar::new(all).with_style(style.unwrap_or(ProgressStyle::default_bar())));
        let mut rows = Vec::new();
        for way in WAYS {
            for persona in way.personas {
                progress.0.set_message(format!("{} · {persona}", way.name));
                rows.push(ways::verify(way, persona, &client, &sandbox)?);
                progress.0.inc(1);
            }
        }
        drop(progress);
        let bill = Bill::of(&rows, &sandbox.ledger());
        if output.json {
            output.document(&rows.iter().map(json).collect())?;
        } else {
            table::print(output, &rows)?;
            table::summary(output, &rows, &bill, client.counters().total.calls)?;
        }
        if !bill.agrees() {
            output.remark(&format!("the ledger disagrees: {}", bill.disagreement()));
            return Ok(exit::NO);
        }
        Ok(exit::DONE)
    }
}

/// A bar that goes away when the work ends, in whichever way.
struct Progress(ProgressBar);

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn json(row: &Row) -> Value {
    json!({
        "vendor": row.verdict["vendor"],
        "operation": row.verdict["operation"],
        "persona": row.persona,
        "decision": row.verdict["decision"],
        "billed": row.verdict["billed"],
        "score": row.verdict["score"]["value"],
    })
}
