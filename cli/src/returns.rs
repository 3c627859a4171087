//! `shiren returns`: the URL on which a person came back, which is a hint and never a verdict.

use crate::ask::ask;
use crate::config::Connection;
use crate::exit::{self, Exit};
use crate::fields::{Fields, text_from};
use crate::ops;
use crate::output::Output;
use clap::{Args, Subcommand, ValueEnum};
use shiren::{CallOptions, Client, Config, Error, Result};

/// What to do with a return.
#[derive(Debug, Subcommand)]
pub(crate) enum Returns {
    /// Check a landed URL; exit code 14 when its signature, order or token does not match.
    Verify(Verify),
}

/// Checks a landed URL.
#[derive(Debug, Args)]
#[command(after_help = "What a browser brings back is a hint, never a verdict: ask `shiren liveness finish`.")]
pub(crate) struct Verify {
    /// Whose page the person came from.
    #[arg(long)]
    vendor: Page,
    /// The whole URL, exactly as received; `-` is standard input. Also `@FILE`, `env:NAME`.
    #[arg(long)]
    url: String,
    /// What it has to be about: Juhe's jh_order_id, or Jumdata's token (which Jumdata needs). Also `@FILE`, `env:NAME`.
    #[arg(long)]
    expected: Option<String>,
    /// Baidu: the address that the page was given for a pass. Also `@FILE`, `env:NAME`.
    #[arg(long, value_name = "URL")]
    success_url: Option<String>,
    /// Baidu: the address that it was given for a failure. Also `@FILE`, `env:NAME`.
    #[arg(long, value_name = "URL")]
    failed_url: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Page {
    Juhe,
    Jumdata,
    Baidu,
}

impl Returns {
    /// Checks and prints.
    pub(crate) fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let Returns::Verify(verify) = self;
        verify.run(connection, output)
    }
}

impl Verify {
    fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let id = match self.vendor {
            Page::Juhe => "juhe.returns.verify",
            Page::Jumdata => "jumdata.returns.read",
            Page::Baidu => "baidu.returns.read",
        };
        let mut fields = Fields::of(ops::find(id)?);
        fields.set(&["url"], text_from("--url", &self.url)?.into());
        self.bind(&mut fields)?;
        let client = match self.vendor {
            Page::Juhe => connection.client(0)?,
            // Nothing is signed, so no key is needed.
            _ => Client::new(Config::default())?,
        };
        let reply = ask(&client, id, fields, CallOptions::default())?;
        output.document(&reply)?;
        if !output.json {
            output.remark("This is a hint, never a verdict: ask `shiren liveness finish`.");
        }
        Ok(exit::DONE)
    }

    /// Says what the return has to be about. What this vendor's return cannot be held against is refused, not ignored.
    fn bind(&self, fields: &mut Fields) -> Result<()> {
        let (order, token, own) = match self.vendor {
            Page::Juhe => (Some(false), None, None),
            Page::Jumdata => (None, Some(true), None),
            Page::Baidu => (None, None, Some(true)),
        };
        for (field, option, given, needed) in [
            ("expected_order", "--expected", &self.expected, order),
            ("expected_token", "--expected", &self.expected, token),
            ("success_url", "--success-url", &self.success_url, own),
            ("failed_url", "--failed-url", &self.failed_url, own),
        ] {
            match (given, needed) {
                (Some(text), Some(_)) => fields.set(&[field], text_from(option, text)?.into()),
                (None, Some(true)) => {
                    return Err(Error::invalid_argument(option, "without it nothing says what this return is about"));
                }
                _ => {}
            }
        }
        let stray = match self.vendor {
            Page::Baidu if self.expected.is_some() => Some("--expected"),
            Page::Juhe | Page::Jumdata if self.success_url.is_some() => Some("--success-url"),
            Page::Juhe | Page::Jumdata if self.failed_url.is_some() => Some("--failed-url"),
            _ => None,
        };
        match stray {
            Some(option) => Err(Error::invalid_argument(option, "this vendor's return cannot be held against it")),
            None => Ok(()),
        }
    }
}
