//! `shiren compare`: a photo against the register, as one verdict.

use crate::ask::ask;
use crate::call;
use crate::config::Connection;
use crate::exit::Exit;
use crate::fields::Fields;
use crate::output::{self, Output};
use crate::subject::Subject;
use crate::{cli, ops};
use clap::Args;
use serde_json::Value;
use shiren::{CallOptions, Error, Result};
use std::path::{Path, PathBuf};

/// Compares a photo with the register's photo of a person. Costs money.
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// juhe_verify, juhe_verify_encry, juhe_verify2, juhe_verify2_encry or juhe_verifyface_mobile.
    #[arg(long)]
    service: String,
    /// The photo, a JPEG file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    photo: PathBuf,
    /// The least score, 50 to 100 (default 70 where the vendor leaves the judgement to the caller).
    #[arg(long, value_name = "SCORE")]
    threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[arg(long)]
    allow_low_threshold: bool,
    /// A service to try next, while nothing was billed and nobody said no; several, in order.
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    fallback: Vec<String>,
    #[command(flatten)]
    subject: Subject,
}

impl Compare {
    /// Compares and prints the verdict.
    pub(crate) fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let mut fields = Fields::of(ops::find("compare")?);
        fields.set(&["service"], self.service.into());
        let about = self.subject.put(&mut fields)?;
        if about.is_none() {
            return Err(Error::invalid_argument("/subject", "who is it?")
                .with_hint("give --name and --id-number, or --subject-file FILE"));
        }
        fields.set_bytes(&["photo"], photo(&self.photo)?);
        threshold(&mut fields, self.threshold, self.allow_low_threshold)?;
        if !self.fallback.is_empty() {
            fields.set(&["fallback"], self.fallback.into());
        }
        let reply = ask(&connection.client(0)?, "compare", fields, CallOptions::default())?;
        call::print(output, &reply, about.as_deref())?;
        if !output.json {
            attempts(output, &reply)?;
        }
        Ok(Exit::of_reply(&reply))
    }
}

/// Who was asked, where it was more than one.
fn attempts(output: &Output, reply: &Value) -> Result<()> {
    let attempts = reply["attempts"].as_array().map(Vec::as_slice).unwrap_or_default();
    if attempts.len() < 2 {
        return Ok(());
    }
    let word = |value: &Value| value.as_str().map(str::to_owned);
    for attempt in attempts {
        let ending = word(&attempt["decision"]).or_else(|| word(&attempt["error"])).unwrap_or_default();
        let service = word(&attempt["service"]).unwrap_or_default();
        let billed = word(&attempt["billed"]).unwrap_or_default();
        output.line(format!("asked {service}: {ending}, billed {billed}"))?;
    }
    Ok(())
}

/// A photo from a file or from standard input.
pub(crate) fn photo(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() == "-" { cli::stdin() } else { output::read_file("--photo", path) }
}

/// A threshold as JSON, which knows no NaN.
pub(crate) fn threshold(fields: &mut Fields, threshold: Option<f64>, allow_low: bool) -> Result<()> {
    if let Some(value) = threshold {
        let number = serde_json::Number::from_f64(value)
            .ok_or_else(|| Error::invalid_argument("/threshold", "a threshold is a score from 50 to 100"))?;
        fields.set(&["threshold"], Value::Number(number));
    }
    if allow_low {
        fields.set(&["allow_low_threshold"], true.into());
    }
    Ok(())
}
