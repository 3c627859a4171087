//! `shiren completions` and `shiren man`, made from the definition of the command line itself.

use crate::cli;
use crate::exit::{self, Exit};
use crate::output::Output;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap_complete::Shell;
use serde_json::json;
use shiren::registry::OPERATIONS;
use shiren::{Error, Result};
use std::path::{Path, PathBuf};

const INSTALL: &str = "\
Once for your shell:
  bash  shiren completions bash > ~/.local/share/bash-completion/completions/shiren
  zsh   shiren completions zsh > DIR/_shiren, where DIR is in $fpath
  fish  shiren completions fish > ~/.config/fish/completions/shiren.fish";

/// Prints a completion script.
#[derive(Debug, Args)]
#[command(after_help = INSTALL)]
pub(crate) struct Completions {
    /// For this shell.
    shell: Shell,
}

impl Completions {
    /// Prints it.
    pub(crate) fn run(&self, output: &Output) -> Result<Exit> {
        // `call` and `ops` take any text, so that an unknown id gets an error of ours; only completions know the ids.
        let ids = || {
            PossibleValuesParser::new(
                OPERATIONS.iter().map(|entry| PossibleValue::new(entry.meta.id).help(entry.meta.doc)),
            )
        };
        let mut command = cli::definition();
        // An argument that was changed moves behind the others; its place among them is said anew.
        for name in ["call", "ops"] {
            command = command.mut_subcommand(name, |command| {
                command.mut_arg("operation", |argument| argument.index(1).value_parser(ids()))
            });
        }
        command = command.mut_subcommand("call", |command| command.mut_arg("fields", |argument| argument.index(2)));
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "shiren", &mut script);
        let script = String::from_utf8(script).map_err(|_| Error::internal("a completion script is not text"))?;
        if output.json {
            output.document(&json!({"shell": self.shell.to_string(), "script": script}))?;
        } else {
            output.line(script.trim_end())?;
        }
        Ok(exit::DONE)
    }
}

/// Prints the manual.
#[derive(Debug, Args)]
#[command(after_help = "`shiren man | man -l -` shows it.")]
pub(crate) struct Man {
    /// Write a page for each command into this directory instead, as `shiren-call.1`.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    /// Prints the page, or writes all pages.
    pub(crate) fn run(&self, output: &Output) -> Result<Exit> {
        // Built once here, so that each command knows its full name and the options that all have.
        let mut command = cli::definition().disable_help_subcommand(true);
        command.build();
        let Some(directory) = &self.dir else {
            let page = page(&command)?;
            if output.json {
                output.document(&json!({"page": page}))?;
            } else {
                output.line(page.trim_end())?;
            }
            return Ok(exit::DONE);
        };
        let mut pages = Vec::new();
        collect(&command, &mut pages)?;
        write(directory, &pages)?;
        let names: Vec<_> = pages.iter().map(|(name, _)| name).collect();
        if output.json {
            output.document(&json!({"directory": directory, "pages": names}))?;
        } else {
            output.line(format!("{}: {} pages", directory.display(), names.len()))?;
        }
        Ok(exit::DONE)
    }
}

fn collect(command: &clap::Command, into: &mut Vec<(String, String)>) -> Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    into.push((format!("{name}.1"), page(command)?));
    command.get_subcommands().filter(|command| !command.is_hide_set()).try_for_each(|command| collect(command, into))
}

/// A page. The last section is tables, which must keep their lines.
fn page(command: &clap::Command) -> Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .source(concat!("shiren ", env!("CARGO_PKG_VERSION")))
        .manual("Shiren 实人")
        .render(&mut page)
        .map_err(|_| Error::internal("a manual page cannot be made"))?;
    let page = String::from_utf8(page).map_err(|_| Error::internal("a manual page is not text"))?;
    let Some((front, rest)) = page.split_once("\n.SH EXTRA\n") else { return Ok(page) };
    let (extra, end) = rest.split_once("\n.SH ").unwrap_or((rest, ""));
    Ok(format!("{front}\n.SH NOTES\n.nf\n{extra}\n.fi\n{}{end}", if end.is_empty() { "" } else { ".SH " }))
}

fn write(directory: &Path, pages: &[(String, String)]) -> Result<()> {
    let cannot = |path: &Path, error: std::io::Error| {
        Error::invalid_argument("--dir", format!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(directory).map_err(|error| cannot(directory, error))?;
    for (name, page) in pages {
        let path = directory.join(name);
        std::fs::write(&path, page).map_err(|error| cannot(&path, error))?;
    }
    Ok(())
}
