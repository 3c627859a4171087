//! `shiren liveness`: begin a hosted session, and read its verdict.

use crate::ask::ask;
use crate::config::Connection;
use crate::exit::{self, Exit};
use crate::fields::{self, Fields, text_from};
use crate::output::{Output, Tone};
use crate::subject::Subject;
use crate::{call, compare, ops, verdict};
use clap::{Args, Subcommand};
use serde_json::Value;
use shiren::{CallOptions, Error, Result};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A hosted session.
#[derive(Debug, Subcommand)]
pub(crate) enum Liveness {
    /// Begin a session, and print the page to send the person to. Costs money where the session is finished.
    Start(Start),
    /// Read the verdict of a session from the vendor's server.
    Finish(Finish),
}

/// Begins a session.
#[derive(Debug, Args)]
#[command(after_help = "More fields of `liveness.start` are written as in `shiren call`:\n  \
    juhe.model=3  jumdata.actions=LookFront jumdata.colors=#FFFFFF  baidu.plan_id=7\n\n\
    Keep the session: `shiren liveness finish` needs it, and a lost one can never be settled.")]
pub(crate) struct Start {
    /// juhe, jumdata or baidu. Jumdata checks that a person is alive, and not who it is.
    #[arg(long)]
    vendor: String,
    /// Where the page goes when the person has finished.
    #[arg(long, value_name = "URL")]
    return_url: String,
    /// Baidu, plans with a photo of your own: the photo to compare with.
    #[arg(long, value_name = "FILE")]
    photo: Option<PathBuf>,
    /// Write the session to a new file, which only you can read.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Further fields of the operation.
    #[arg(value_name = "KEY=VALUE")]
    fields: Vec<String>,
    #[command(flatten)]
    subject: Subject,
}

/// Reads a verdict.
#[derive(Debug, Args)]
pub(crate) struct Finish {
    /// What `liveness start` gave, a JSON file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    session: String,
    /// The whole URL on which the browser landed: checked, and only a hint. Also `@FILE`, `env:NAME`.
    #[arg(long, value_name = "URL")]
    landed_url: Option<String>,
    /// Wait so long for a pending result; without it the vendor is asked once.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=86_400))]
    wait: Option<u32>,
    /// The least score, 50 to 100. Juhe: default 70; Jumdata has none.
    #[arg(long, value_name = "SCORE")]
    threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[arg(long)]
    allow_low_threshold: bool,
    /// Further fields of the operation, as in `shiren call`.
    #[arg(value_name = "KEY=VALUE")]
    fields: Vec<String>,
    #[command(flatten)]
    subject: Subject,
}

impl Liveness {
    /// Begins or reads.
    pub(crate) fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        match self {
            Liveness::Start(start) => start.run(connection, output),
            Liveness::Finish(finish) => finish.run(connection, output),
        }
    }
}

impl Start {
    fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let mut fields = Fields::of(ops::find("liveness.start")?);
        fields.set(&["vendor"], self.vendor.into());
        fields.set(&["return_url"], self.return_url.into());
        let about = self.subject.put(&mut fields)?;
        if let Some(path) = &self.photo {
            fields.set_bytes(&["photo"], compare::photo(path)?);
        }
        fields.read(&self.fields)?;
        let client = connection.client(0)?;
        // The file comes first: a session that was paid for and cannot be kept would be lost.
        let keep = self.save.as_deref().map(Keep::open).transpose()?;
        let session = ask(&client, "liveness.start", fields, CallOptions::default())?;
        if let Some(Err(error)) = keep.map(|keep| keep.write(&session)) {
            // It began, and perhaps costs: better on the screen than lost.
            output.document(&session)?;
            output.remark(&format!("keep the session above; {}", error.message));
            return Ok(exit::USAGE);
        }
        if output.json {
            output.document(&session)?;
        }
        if !output.json {
            print(output, &session, about.as_deref(), self.save.as_deref())?;
        }
        Ok(exit::DONE)
    }
}

fn print(output: &Output, session: &Value, about: Option<&str>, saved: Option<&Path>) -> Result<()> {
    let text = |name: &str| session[name].as_str().unwrap_or("?").to_owned();
    let mut table = output.table(&[]);
    let mut row = |name: &str, value: String| {
        table.add_row([output.cell(Tone::Faint, name), output.cell(Tone::Plain, value)]);
    };
    row("Vendor 服务商", text("vendor"));
    if let Some(about) = about {
        row("Person 人物", about.to_owned());
    }
    row("Proves 证明", text("expect").replace('_', " "));
    row("Until 有效期", text("expires_at"));
    output.line(verdict::trimmed(&table.to_string()))?;
    output.line("\nSend the person here, once 请此人打开（仅一次）:")?;
    output.line(text("page_url"))?;
    let Some(saved) = saved else {
        output.line("\nKeep this session 请保存此会话; `shiren liveness finish --session FILE` needs it:")?;
        return output.line(session.to_string());
    };
    output.line(format!("\nThen 然后:\nshiren liveness finish --session {} --wait 60", saved.display()))
}

impl Finish {
    fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let mut fields = Fields::of(ops::find("liveness.finish")?);
        let session = text_from("--session", &format!("@{}", self.session.trim_start_matches('@')))?;
        let session: Value = serde_json::from_str(&session)
            .map_err(|_| Error::invalid_argument("--session", "this is not the JSON that `liveness start` gave"))?;
        fields.set(&["session"], session);
        let landed = self.landed_url.as_deref().map(|url| fields::text_from("--landed-url", url)).transpose()?;
        fields.set_some(&["landed_url"], landed);
        let about = self.subject.put(&mut fields)?;
        compare::threshold(&mut fields, self.threshold, self.allow_low_threshold)?;
        fields.set_some(&["wait_ms"], self.wait.map(|seconds| seconds * 1000));
        fields.read(&self.fields)?;
        // The whole call may take as long as it is to wait, and then a call.
        let client = connection.client(self.wait.unwrap_or(0) * 1000 + 30_000)?;
        let reply = ask(&client, "liveness.finish", fields, CallOptions::default())?;
        call::print(output, &reply, about.as_deref())?;
        Ok(Exit::of_reply(&reply))
    }
}

/// A new file for a session; it goes away when there is none.
struct Keep {
    path: PathBuf,
    file: Option<File>,
}

impl Keep {
    fn open(path: &Path) -> Result<Keep> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| cannot(path, &error))?;
        Ok(Keep { path: path.to_owned(), file: Some(file) })
    }

    fn write(mut self, session: &Value) -> Result<()> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        writeln!(file, "{session:#}").and_then(|()| file.sync_all()).map_err(|error| cannot(&self.path, &error))
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        if self.file.is_some() {
            // Nothing began: an empty file would be in the way of the next try.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn cannot(path: &Path, error: &std::io::Error) -> Error {
    let error = Error::invalid_argument("--save", format!("{} cannot be written: {error}", path.display()));
    error.with_hint("give a path where no file is yet")
}
