//! What can be typed, and where it goes.

use crate::exit::{self, Exit};
use crate::output::{self, Output};
use crate::{
    call, check, compare, config, crypto, demo, doctor, evidence, liveness, manual, ops, photo, returns, sandbox,
};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use shiren::{Error, Result};

/// Real-name, face and liveness verification (Juhe, Jumdata, Baidu) from the command line.
#[derive(Debug, Parser)]
#[command(name = "shiren", version, arg_required_else_help = true, propagate_version = true)]
struct Cli {
    /// Print machine-readable JSON: exactly one document on standard output, `{"error": …}` when it failed.
    #[arg(long, global = true, help_heading = config::EVERYWHERE)]
    json: bool,
    #[command(flatten)]
    connection: config::Connection,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verify impossible people by all vendors, offline, on a sandbox in this process.
    Demo(demo::Demo),
    /// Run the offline server that behaves like the vendors, until Ctrl-C.
    Sandbox(sandbox::Serve),
    /// List all operations, or show the fields of one.
    Ops(ops::Ops),
    /// Call any operation with key=value fields.
    Call(call::Call),
    /// Compare a photo with the register's photo of a person.
    Compare(compare::Compare),
    /// Begin a hosted liveness session, or read its verdict.
    #[command(subcommand)]
    Liveness(liveness::Liveness),
    /// Fetch face images, ID-card images and videos while they live.
    #[command(subcommand)]
    Evidence(evidence::Evidence),
    /// Juhe's key, encryption and signature, computed here.
    #[command(subcommand)]
    Crypto(crypto::Crypto),
    /// Check the URL on which a person came back.
    #[command(subcommand)]
    Returns(returns::Returns),
    /// Look at an ID number before it costs money: whether it can exist, and what it says.
    Id(check::Given),
    /// Look at a mobile number before it costs money.
    Mobile(check::Given),
    /// Look at a name before it costs money: separators, rare characters, blanks.
    Name(check::Given),
    /// Look at a photo, or make it fit, before a call is paid for; draw a page's address as a QR code.
    #[command(subcommand)]
    Photo(photo::Photo),
    /// Why it does not work: configuration, addresses, network and keys, without paying.
    Doctor(doctor::Doctor),
    /// Print the completion script of a shell.
    Completions(manual::Completions),
    /// Print the manual page, or write one for each command.
    Man(manual::Man),
}

const ACCOUNTS: &str = "\
Accounts come from the first of these that is there; keys are never arguments:
  --sandbox URL, --config FILE
  SHIREN_SANDBOX=URL, SHIREN_CONFIG=FILE
  SHIREN_JUHE_KEY, SHIREN_JUHE_OPENID
  SHIREN_JUMDATA_INIT_URL, SHIREN_JUMDATA_RESULT_URL, SHIREN_JUMDATA_APPCODE;
    for another marketplace SHIREN_JUMDATA_GATEWAY and, instead of APPCODE:
      x_ca            SHIREN_JUMDATA_APP_KEY, _APP_SECRET; also _STAGE
      tencent         SHIREN_JUMDATA_SECRET_ID, _SECRET_KEY; also _SOURCE
      huawei_appcode  SHIREN_JUMDATA_APPCODE
      huawei          SHIREN_JUMDATA_APP_KEY, _APP_SECRET
      own             SHIREN_JUMDATA_APP_ID, _APP_SECRET; also _PRODUCT_CODE
  SHIREN_BAIDU_API_KEY, SHIREN_BAIDU_SECRET_KEY, SHIREN_BAIDU_PLAN_ID";

fn exit_codes() -> String {
    let rows: Vec<_> = exit::TABLE.iter().map(|(code, text)| format!("  {code:>3}  {text}")).collect();
    format!("Exit codes:\n{}", rows.join("\n"))
}

/// Everything that can be typed, with its help.
pub(crate) fn definition() -> clap::Command {
    let ending = format!("{}\n\n{ACCOUNTS}\n\nTry `shiren demo` first: it needs no account.", exit_codes());
    let command = Cli::command().after_help("`shiren --help` lists the exit codes and where accounts come from.");
    command.after_long_help(ending)
}

/// The whole program.
pub(crate) fn main() -> Exit {
    let parsed = definition().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return refuse(unquoted(error)),
    };
    let output = Output::new(cli.json);
    match run(cli, &output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::of_error(&error)
        }
    }
}

fn run(cli: Cli, output: &Output) -> Result<Exit> {
    let connection = cli.connection;
    match cli.command {
        Command::Demo(demo) => demo.run(output),
        Command::Sandbox(serve) => serve.run(output),
        Command::Ops(ops) => ops.run(output),
        Command::Call(call) => call.run(&connection, output),
        Command::Compare(compare) => compare.run(&connection, output),
        Command::Liveness(liveness) => liveness.run(&connection, output),
        Command::Evidence(evidence) => evidence.run(&connection, output),
        Command::Crypto(crypto) => crypto.run(&connection, output),
        Command::Returns(returns) => returns.run(&connection, output),
        Command::Id(given) => check::Subject::IdNumber.run(&given, output),
        Command::Mobile(given) => check::Subject::Mobile.run(&given, output),
        Command::Name(given) => check::Subject::Name.run(&given, output),
        Command::Photo(photo) => photo.run(output),
        Command::Doctor(doctor) => doctor.run(&connection, output),
        Command::Completions(completions) => completions.run(output),
        Command::Man(man) => man.run(output),
    }
}

/// The same error without what was typed: a name or a number that went astray must not end in a log file.
fn unquoted(mut error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue};
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidValue] {
        let is_value = match error.get(kind) {
            // The name of an option is no value.
            Some(ContextValue::String(text)) => !text.starts_with('-') && !text.starts_with('<') && !text.is_empty(),
            _ => false,
        };
        if is_value {
            error.insert(kind, ContextValue::String("…".to_owned()));
        }
    }
    error
}

/// Help and version are answers; everything else is refused, as JSON where JSON was asked for.
fn refuse(error: clap::Error) -> Exit {
    use clap::error::ErrorKind;
    let answer = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if !answer && std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Output::new(true).error(&Error::invalid_argument("command line", message));
        return exit::USAGE;
    }
    // Only a closed pipe can make this fail.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => exit::DONE,
        _ => exit::USAGE,
    }
}

/// Reads standard input to its end.
pub(crate) fn stdin() -> Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(output::LARGEST_INPUT)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::invalid_argument("-", format!("standard input cannot be read: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds() {
        Cli::command().debug_assert();
    }
}
