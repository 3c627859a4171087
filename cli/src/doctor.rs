//! `shiren doctor`: why it does not work. Nothing that could be billed is sent, and nobody's data.

mod probe;
mod settings;

use crate::config::{self, Connection, Origin};
use crate::exit::{self, Exit};
use crate::output::{Output, Tone};
use crate::verdict::trimmed;
use clap::Args;
use serde_json::{Value, json};
use shiren::config::environment::{self, VARIABLES};
use shiren::{Client, Config, Error, Kind, Result};

const WHAT: &str = "\
It sends no request that a vendor bills, and nobody's name, number or photo:
  Juhe      juhe.faceid.search with an order that does not exist
  Jumdata   a GET of the gateway's root, without a key; with --meter also
            jumdata.lifecheck.result with a token that does not exist, which is
            free by the document, but which a marketplace may count
  Baidu     baidu.oauth.token; with bce and Bearer keys
            baidu.faceprint.result_simple with a token that does not exist

Exit code 0: nothing wrong was found; 10: configuration or keys; 13: not reachable;
otherwise that of the first error.";

/// Looks for what is wrong.
#[derive(Debug, Args)]
#[command(after_help = WHAT)]
pub(crate) struct Doctor {
    /// Send nothing: look at the configuration only.
    #[arg(long)]
    offline: bool,
    /// Try Jumdata's key too, by a call that is free but that a marketplace may count. On a sandbox that is always done.
    #[arg(long, conflicts_with = "offline")]
    meter: bool,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Good,
    Bad,
    /// Worth a look, or not to be known.
    Unclear,
    /// Not looked at.
    Skipped,
}

impl Health {
    fn shown(self) -> (&'static str, &'static str, Tone) {
        match self {
            Health::Good => ("✔", "good", Tone::Good),
            Health::Bad => ("✘", "bad", Tone::Bad),
            Health::Unclear => ("?", "unclear", Tone::Unclear),
            Health::Skipped => ("·", "skipped", Tone::Faint),
        }
    }
}

/// One line of the report.
#[derive(Debug)]
struct Line {
    /// What was looked at, as `juhe.key`.
    what: String,
    health: Health,
    message: String,
    fix: Option<String>,
    error: Option<Error>,
}

/// All that was found.
#[derive(Debug, Default)]
struct Report(Vec<Line>);

impl Report {
    fn add(&mut self, what: impl Into<String>, health: Health, message: impl Into<String>) -> &mut Line {
        self.0.push(Line { what: what.into(), health, message: message.into(), fix: None, error: None });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// An error, with the advice of this program where it has some.
    fn fail(&mut self, what: impl Into<String>, error: Error) -> &mut Line {
        let place = error.field.as_deref().map(|field| format!("{field}: ")).unwrap_or_default();
        let code = error.vendor_code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let advice = error.field.as_deref().and_then(config::advice).map(str::to_owned);
        let fix = advice.or_else(|| error.hint.as_deref().map(str::to_owned));
        let line = self.add(what, Health::Bad, format!("{place}{}{code}", error.message));
        (line.fix, line.error) = (fix, Some(error));
        line
    }

    /// Configuration before network before the rest: the first is what the others follow from.
    fn exit(&self) -> Exit {
        let mut codes: Vec<_> = self
            .0
            .iter()
            .filter(|line| line.health == Health::Bad)
            .map(|line| line.error.as_ref().map_or(Exit::of_error(&Error::configuration("")), Exit::of_error))
            .collect();
        codes.sort_by_key(|exit| match exit.0 {
            10 => 0,
            13 => 1,
            _ => 2,
        });
        codes.first().copied().unwrap_or(exit::DONE)
    }

    fn print(&self, offline: bool, output: &Output) -> Result<()> {
        let bad = self.0.iter().filter(|line| line.health == Health::Bad).count();
        if output.json {
            let lines = self.0.iter().map(|line| {
                json!({
                    "what": line.what, "health": line.health.shown().1, "message": line.message, "fix": line.fix,
                    "error": line.error.as_ref().and_then(|error| serde_json::to_value(error).ok()),
                })
            });
            let lines: Vec<Value> = lines.collect();
            return output.document(&json!({"good": bad == 0, "offline": offline, "checks": lines}));
        }
        let mut table = output.table(&[]);
        for line in &self.0 {
            let (mark, _, tone) = line.health.shown();
            let fix = line.fix.as_deref().map(|fix| format!("\n→ {fix}")).unwrap_or_default();
            table.add_row([
                output.cell(tone, mark),
                output.cell(Tone::Faint, line.what.replace('.', " ")),
                output.cell(Tone::Plain, format!("{}{fix}", line.message)),
            ]);
        }
        output.line(trimmed(&table.to_string()))?;
        let end = match bad {
            0 => output.tinted(Tone::Good, "✔ nothing wrong was found 未发现问题"),
            1 => output.tinted(Tone::Bad, "✘ 1 thing is wrong"),
            _ => output.tinted(Tone::Bad, &format!("✘ {bad} things are wrong")),
        };
        output.line(format!("\n{end}"))
    }
}

impl Doctor {
    /// Looks, and prints what was found.
    pub(crate) fn run(&self, connection: &Connection, output: &Output) -> Result<Exit> {
        let mut report = Report::default();
        if let Some((config, client)) = opened(connection, &mut report) {
            settings::look(&config, &mut report);
            let patience = if connection.is_timed() { config.timeout_ms } else { config.timeout_ms.min(10_000) };
            let probe = probe::Probe { config: &config, client: &client, patience, meter: self.meter };
            if self.offline {
                report.add("network", Health::Skipped, "not looked at: --offline");
            } else {
                probe.run(&mut report)?;
            }
        }
        report.print(self.offline, output)?;
        Ok(report.exit())
    }
}

/// Where the configuration comes from, and whether it can be used.
fn opened(connection: &Connection, report: &mut Report) -> Option<(Config, Client)> {
    let set = VARIABLES.into_iter().filter(|name| config::variable(name).is_some()).collect::<Vec<_>>().join(", ");
    let origin = connection.origin();
    let from = match &origin {
        Origin::Sandbox(named, _) => format!("a sandbox, by {named}"),
        Origin::File(named, path) => format!("the file {}, by {named}", path.display()),
        Origin::Environment if set.is_empty() => "nowhere: no option and no variable names an account".to_owned(),
        Origin::Environment => format!("the environment: {set}"),
    };
    let config = match connection.config() {
        Ok(config) => config,
        Err(error) => {
            report.add("configuration.source", Health::Unclear, from);
            report.fail("configuration", error);
            return None;
        }
    };
    let accounts = &config.accounts;
    if accounts.juhe.is_none() && accounts.jumdata.is_none() && accounts.baidu.is_none() {
        let line = report.add("configuration.source", Health::Bad, from);
        line.fix = Some("`shiren --help` lists where accounts come from; `shiren demo` needs none".into());
        line.error = Some(Error::new(Kind::Configuration, "no account is configured"));
        return None;
    }
    report.add("configuration.source", Health::Good, from);
    if origin != Origin::Environment && !set.is_empty() {
        report.add("configuration.environment", Health::Unclear, format!("not used beside that: {set}"));
    }
    for (needs, lonely) in [("SHIREN_JUHE_KEY", "SHIREN_JUHE_OPENID"), ("SHIREN_BAIDU_API_KEY", "SHIREN_BAIDU_PLAN_ID")]
    {
        let is_set = |name| config::variable(name).is_some();
        if origin == Origin::Environment && is_set(lonely) && !is_set(needs) {
            report.add("configuration.environment", Health::Unclear, format!("{lonely} is of no use without {needs}"));
        }
    }
    let useless = environment::unused(&config::environment());
    if origin == Origin::Environment && !useless.is_empty() {
        let text = format!("{}: the gateway of SHIREN_JUMDATA_GATEWAY does not use that", useless.join(", "));
        report.add("configuration.environment", Health::Unclear, text);
    }
    match Client::new(config.clone()) {
        Ok(client) => Some((config, client)),
        Err(error) => {
            report.fail("configuration", error);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_that_of_the_first_cause() {
        let mut report = Report::default();
        report.add("a", Health::Unclear, "");
        assert_eq!(report.exit(), exit::DONE);
        for (kind, code) in
            [(Kind::Vendor, 12), (Kind::Network, 13), (Kind::Quota, 13), (Kind::Authentication, 10), (Kind::Tls, 10)]
        {
            report.fail("b", Error::new(kind, "x"));
            assert_eq!(report.exit(), Exit(code), "{kind}");
        }
    }
}
