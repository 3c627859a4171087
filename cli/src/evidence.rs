//! `shiren evidence`: what a vendor keeps for a while, as a file.

use crate::ask::attended;
use crate::config::Connection;
use crate::exit::{self, Exit};
use crate::fields::secret_from;
use crate::output::Output;
use clap::{Args, Subcommand};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use shiren::evidence::fetch::Fetch;
use shiren::evidence::save::Progress;
use shiren::verdict::Evidence as Kept;
use shiren::{Error, Result, Vendor};
use std::path::PathBuf;

/// A video on a slow line takes longer than a call.
const PATIENCE_MS: u32 = 600_000;

/// Evidence.
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Fetch one file to disk, readable by you only. Free.
    #[command(visible_alias = "fetch")]
    Get(Get),
}

/// Fetches one file.
#[derive(Debug, Args)]
#[command(after_help = "What a verdict kept, in one line:\n  \
    shiren --json liveness finish --session s.json | shiren evidence get -o face.jpg\n\n\
    The file is written piece by piece and has its name only when it is whole; one that had it is replaced.\n\
    Without --timeout, it may take 10 minutes.")]
pub(crate) struct Get {
    /// Where its address is, or a reply with a verdict: `-` (standard input), `@FILE` or `env:NAME`. Never the address itself: whoever has it
    /// sees the person.
    #[arg(long, value_name = "WHERE", default_value = "-")]
    url: String,
    /// juhe, jumdata or baidu; a verdict says it itself.
    #[arg(long)]
    vendor: Option<String>,
    /// Where to write it.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

impl Evidence {
    /// Fetches.
    pub(crate) fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        match self {
            Evidence::Get(get) => get.run(connection, output),
        }
    }
}

impl Get {
    fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let Some(path) = self.out.to_str() else {
            return Err(Error::invalid_argument("--out", "the name of a file is UTF-8 here"));
        };
        let text = secret_from("--url", &self.url)?;
        let mut fetch = fetch(text.trim(), self.vendor.as_deref())?.to(path);
        let client = connection.client(PATIENCE_MS)?;
        let bar = bar();
        let shown = bar.clone();
        fetch.progress = Some(Progress::new(move |bytes, whole| {
            shown.set_length(whole.unwrap_or(bytes));
            shown.set_position(bytes);
        }));
        let fetched = attended(&client, client.call(fetch), std::future::pending());
        bar.finish_and_clear();
        let reply = fetched.map_err(|mut error| {
            // The fields of the operation are options here.
            error.field = match error.field.take() {
                Some(field) if field == "/path" => Some("--out".to_owned()),
                Some(field) if field == "/url" => Some("--url".to_owned()),
                field => field,
            };
            error
        })?;
        if output.json {
            output.document(&json!({"path": path, "content_type": reply.content_type, "bytes": reply.bytes}))?;
        } else {
            output.line(format!("{path}: {}, {}", reply.content_type, HumanBytes(reply.bytes.into())))?;
        }
        Ok(exit::DONE)
    }
}

/// The request for an address, or for what the verdict of a reply kept.
fn fetch(text: &str, vendor: Option<&str>) -> Result<Fetch> {
    let missing = || Error::invalid_argument("--vendor", "an address does not say whose it is: juhe, jumdata or baidu");
    if !text.starts_with('{') {
        return Ok(Fetch::new(named(vendor.ok_or_else(missing)?)?, text));
    }
    // serde's own message would quote the reply.
    let reply: Value = serde_json::from_str(text)
        .map_err(|_| Error::invalid_argument("--url", "this is neither an address nor JSON"))?;
    let verdict = if reply["verdict"].is_object() { &reply["verdict"] } else { &reply };
    let vendor = vendor.or(verdict["vendor"].as_str()).ok_or_else(missing)?;
    let kept = &verdict["evidence"];
    let Some(url) = kept["image_url"].as_str() else {
        return Err(Error::invalid_argument("--url", "this reply has no verdict with evidence")
            .with_hint("give the address alone"));
    };
    let expires_at = serde_json::from_value(kept["expires_at"].clone())
        .map_err(|_| Error::invalid_argument("--url", "evidence.expires_at is no time"))?;
    Ok(Fetch::of(named(vendor)?, &Kept { image_url: url.into(), expires_at }))
}

fn named(name: &str) -> Result<Vendor> {
    let known = Vendor::ALL.iter().find(|vendor| vendor.name() == name);
    known.copied().ok_or_else(|| Error::invalid_argument("--vendor", "there are juhe, jumdata and baidu"))
}

/// On a terminal only.
fn bar() -> ProgressBar {
    let style = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    ProgressBar::new(0).with_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()))
}
