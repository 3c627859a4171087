//! `shiren-codegen`: writes the typed surfaces of all languages, or compares them with what is there.
#![forbid(unsafe_code)]

use clap::Parser;
use shiren_codegen::{facade, generate, header, ir, output::stale, registry};
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes the typed surfaces of all languages from the registry of operations.
#[derive(Debug, Parser)]
#[command(name = "shiren-codegen")]
struct Args {
    /// Write nothing: name the files that differ, and end with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Print the middle form as JSON instead, for other tools.
    #[arg(long, conflicts_with = "check")]
    dump_json: bool,
    /// The root of the repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("shiren-codegen: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    if args.dump_json {
        println!("{}", serde_json::to_string_pretty(&ir::build(&registry())?)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut outputs = generate(&registry())?;
    outputs.push(header::shiren_h(&args.root)?);
    let mut differing = 0;
    for output in &outputs {
        let named = |error: std::io::Error| format!("{}: {error}", args.root.join(&*output.path).display());
        if output.differs(&args.root).map_err(named)? {
            differing += 1;
            if args.check {
                println!("{} differs", output.path);
            } else {
                output.write(&args.root).map_err(named)?;
            }
        }
    }
    for path in stale(&args.root, &outputs)? {
        differing += 1;
        if args.check {
            println!("{} is not generated any more", path.display());
        } else {
            std::fs::remove_file(path)?;
        }
    }
    if !args.check {
        let languages = facade::ALL.iter().map(|facade| facade.language).collect::<Vec<_>>().join(", ");
        println!("{languages}, C ABI: {} files, {differing} changed", outputs.len());
    } else if differing > 0 {
        eprintln!("run `make generate`, and commit what it changes");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
