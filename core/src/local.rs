//! Running operations that compute: no client, no runtime, no socket.

use crate::config::Accounts;
use crate::error::{Error, Result};
use crate::operation::{Context, Exchange, Io, Meta, Operation, Options, Place, Step};
use crate::registry;
use crate::time::Time;
use crate::wire::{Parts, Wire};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs a local operation at once, on this thread, without a client. An operation that calls a vendor is refused.
pub fn local<O: Operation>(operation: O) -> Result<O::Response> {
    offline(&O::META)?;
    compute(&mut Exchange::new(out(), |io| operation.run(io)))
}

/// The same by id, from JSON to JSON: what a language border calls when it has no client.
pub fn local_json(id: &str, json: &[u8], parts: Parts) -> Result<Wire> {
    let entry = registry::find(id)?;
    offline(&entry.meta)?;
    compute(&mut (entry.start)(json, parts, out())?)
}

fn offline(meta: &Meta) -> Result<()> {
    if meta.place == Place::Remote {
        return Err(
            Error::configuration(format!("{} calls a vendor", meta.id)).with_hint("make a client and call it there")
        );
    }
    Ok(())
}

fn out() -> Io {
    Io::new(Arc::new(Nobody), Options::default())
}

/// An exchange that must end without asking for anything.
pub(crate) fn compute<R>(exchange: &mut Exchange<R>) -> Result<R> {
    match exchange.resume(None) {
        Step::Done(result) => result,
        Step::Ask(_) => Err(Error::internal("a local operation asked for the network")),
    }
}

/// The system's clock.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_unix_ms(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Sixteen bytes from the keys that the standard library draws for its hash maps: new ones for each call.
pub(crate) fn nonce() -> [u8; 16] {
    let (state, now) = (RandomState::new(), now().unix_ms());
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&state.hash_one((0, now)).to_be_bytes());
    bytes[8..].copy_from_slice(&state.hash_one((1, now)).to_be_bytes());
    bytes
}

/// A context without accounts.
struct Nobody;

impl Context for Nobody {
    fn now(&self) -> Time {
        now()
    }

    fn nonce(&self) -> [u8; 16] {
        nonce()
    }

    fn accounts(&self) -> &Accounts {
        static NONE: Accounts = Accounts { juhe: None, jumdata: None, baidu: None };
        &NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::juhe::verifyface::verify2::Verify2;
    use serde::{Deserialize, Serialize};

    /// Adds one.
    #[derive(Debug, Deserialize)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    struct Next {
        number: u32,
    }

    /// One more.
    #[derive(Debug, Serialize)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    struct Number {
        number: u32,
    }

    impl Operation for Next {
        const META: Meta = Meta { id: "test.next", doc: "Adds one.", place: Place::Local };
        type Response = Number;

        async fn run(self, _: Io) -> Result<Number> {
            Ok(Number { number: self.number + 1 })
        }
    }

    #[test]
    fn a_local_operation_needs_nothing() {
        assert_eq!(local(Next { number: 1 }).unwrap().number, 2);
    }

    #[test]
    fn a_remote_one_is_refused() {
        assert_eq!(local(Verify2::default()).unwrap_err().kind, Kind::Configuration);
        assert_eq!(local_json("juhe.verifyface.verify2", b"{}", Parts::new()).unwrap_err().kind, Kind::Configuration);
        assert_eq!(local_json("no.such", b"{}", Parts::new()).unwrap_err().kind, Kind::UnknownOperation);
    }

    #[test]
    fn nonces_do_not_come_again() {
        let mut seen = std::collections::HashSet::new();
        assert!((0..1000).all(|_| seen.insert(nonce())));
    }
}
