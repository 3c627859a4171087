//! `shiren call`: any operation, field by field.

use crate::ask::ask;
use crate::config::Connection;
use crate::exit::Exit;
use crate::fields::{self, Fields};
use crate::output::Output;
use crate::{check, ops, verdict};
use clap::Args;
use serde_json::Value;
use shiren::operation::Place;
use shiren::{CallOptions, Client, Config, Result, Time};
use std::time::{SystemTime, UNIX_EPOCH};

/// Calls one operation.
#[derive(Debug, Args)]
#[command(after_help = fields::GRAMMAR)]
pub(crate) struct Call {
    /// Its id, as `juhe.verifyface.verify2`; `shiren ops` lists them.
    operation: String,
    /// Its fields: key=text, key:=json, key=@file, key=env:NAME.
    #[arg(value_name = "KEY=VALUE")]
    fields: Vec<String>,
    /// Keep the vendor's text as it came, in `raw` of the reply.
    #[arg(long)]
    raw: bool,
    /// Send nothing: only say what would be refused, and what is doubtful. Exit code 2 when it would be refused.
    #[arg(long)]
    check: bool,
}

impl Call {
    /// Calls it and prints the reply.
    pub(crate) fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let entry = ops::find(&self.operation)?;
        let mut fields = Fields::of(entry);
        fields.read(&self.fields)?;
        if self.check {
            let config = match connection.config() {
                Err(_) if !connection.is_named() => Config::default(),
                config => config?,
            };
            let (json, parts) = fields.finish();
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let now = Time::from_unix_ms(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
            return check::report(&(entry.preflight)(&json, parts, now)?, &config, output);
        }
        let client = match connection.client(0) {
            // What only computes needs no account, so one that is set up wrongly is no obstacle.
            Err(_) if entry.meta.place != Place::Remote && !connection.is_named() => Client::new(Config::default())?,
            client => client?,
        };
        let reply = ask(&client, entry.meta.id, fields, CallOptions::default().raw(self.raw))?;
        print(output, &reply, None)?;
        Ok(Exit::of_reply(&reply))
    }
}

/// Prints a reply: a verdict as a table, everything else as JSON.
pub(crate) fn print(output: &Output, reply: &Value, about: Option<&str>) -> Result<()> {
    if output.json || !reply["verdict"].is_object() {
        return output.document(reply);
    }
    verdict::print(output, &reply["verdict"], about)?;
    if let Some(raw) = reply["raw"].as_str() {
        output.line(format!("\n{raw}"))?;
    }
    Ok(())
}
