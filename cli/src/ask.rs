//! One call of an operation, from JSON to JSON, which Ctrl-C or SIGTERM gives up without losing what it cost.

use crate::fields::Fields;
use crate::signals::Signals;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use shiren::wire::{Blob, Wire};
use shiren::{Billed, CallOptions, Client, Error, Kind, Result};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A call that is quicker than this shows no sign of waiting.
const PATIENCE: Duration = Duration::from_millis(400);

/// Calls an operation, and shows on the terminal that it waits.
pub(crate) fn ask(client: &Client, id: &str, fields: Fields, options: CallOptions) -> Result<Value> {
    let (json, parts) = fields.finish();
    value(attended(client, client.call_json(id, &json, parts, options), waiting(id))?)
}

/// Waits for a call beside a sign of waiting that never ends.
pub(crate) fn attended<T>(
    client: &Client,
    call: impl Future<Output = Result<T>>,
    sign: impl Future<Output = ()>,
) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::internal(format!("no runtime: {error}")))?;
    let spent = Arc::new(Mutex::new(Billed::Unknown));
    let into = spent.clone();
    client.on_outcome(move |outcome| *into.lock().unwrap_or_else(PoisonError::into_inner) = outcome.billed);
    runtime.block_on(async {
        let signals = Signals::new().map_err(|error| Error::internal(format!("no signals: {error}")))?;
        tokio::select! {
            result = call => return result,
            () = sign => {}
            () = signals.ended() => {}
        }
        // The call was dropped, and with that its outcome was told.
        let billed = *spent.lock().unwrap_or_else(PoisonError::into_inner);
        Err(Error::new(Kind::Cancelled, "given up, by Ctrl-C or SIGTERM").with_billed(billed))
    })
}

/// Runs a spinner for ever.
async fn waiting(id: &str) {
    tokio::time::sleep(PATIENCE).await;
    let spinner = ProgressBar::new_spinner().with_message(format!("{id} …"));
    spinner.set_style(
        ProgressStyle::with_template("{spinner} {msg} {elapsed}").unwrap_or(ProgressStyle::default_spinner()),
    );
    let spinner = Cleared(spinner);
    loop {
        spinner.0.tick();
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
}

/// Takes the spinner away with the call.
struct Cleared(ProgressBar);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The reply as JSON; its byte parts as Base64 text.
pub(crate) fn value(wire: Wire) -> Result<Value> {
    let mut value: Value = serde_json::from_slice(&wire.json).map_err(|_| Error::internal("a reply is not JSON"))?;
    for (name, bytes) in wire.parts {
        let text = serde_json::to_value(Blob::from(bytes)).map_err(|_| Error::internal("a part has no text"))?;
        put(&mut value, &name, &text);
    }
    Ok(value)
}

fn put(value: &mut Value, part: &str, text: &Value) {
    match value {
        Value::Object(object) if object.len() == 1 && object.get("part").is_some_and(|name| name == part) => {
            *value = text.clone();
        }
        Value::Object(object) => object.values_mut().for_each(|value| put(value, part, text)),
        Value::Array(list) => list.iter_mut().for_each(|value| put(value, part, text)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_base64() {
        let json = br#"{"text":null,"bytes":{"part":"part0"},"list":[{"part":"x"}]}"#.to_vec();
        let wire = Wire { json, parts: vec![("part0".into(), vec![0xff, 0xd8].into())] };
        assert_eq!(value(wire).unwrap().to_string(), r#"{"text":null,"bytes":"/9g=","list":[{"part":"x"}]}"#);
    }
}
