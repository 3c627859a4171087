//! The program `shiren`: verification from a shell, the offline sandbox, and a demo of everything.
//!
//! The map: [`cli`] what can be typed · one file for each command: [`demo`], [`sandbox`], [`ops`] (with
//! [`reference`]), [`call`], [`compare`], [`liveness`], [`evidence`], [`crypto`], [`returns`], [`check`] (id, mobile, name), [`photo`],
//! [`doctor`] (with [`manual`]: completions, man) · [`config`] where accounts come from ·
//! [`fields`] `key=value` to JSON by the schema, which [`schema`] reads · [`subject`] who is meant · [`verdict`] and
//! [`output`] what is printed · [`exit`] the exit codes.
#![forbid(unsafe_code)]

mod ask;
mod call;
mod check;
mod cli;
mod compare;
mod config;
mod crypto;
mod demo;
mod doctor;
mod evidence;
mod exit;
mod fields;
mod liveness;
mod manual;
mod ops;
mod output;
mod photo;
mod reference;
mod returns;
mod sandbox;
mod schema;
mod signals;
mod subject;
mod verdict;

fn main() -> std::process::ExitCode {
    cli::main().into()
}
