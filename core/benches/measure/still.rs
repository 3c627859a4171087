//! Operations run by hand: a context that stands still, and what an operation asks to send.

use bytes::Bytes;
use shiren::operation::{Ask, Context, Exchange, Io, Operation, Options, Reply, Step};
use shiren::{Accounts, Time};
use std::sync::Arc;

struct Still(Accounts);

impl Context for Still {
    fn now(&self) -> Time {
        Time::from_unix_ms(1)
    }

    fn nonce(&self) -> [u8; 16] {
        [0; 16]
    }

    fn accounts(&self) -> &Accounts {
        &self.0
    }
}

/// A context with these accounts, where it is always the same moment.
pub(crate) fn still(accounts: Accounts) -> Arc<dyn Context> {
    Arc::new(Still(accounts))
}

/// The first request of an operation.
pub(crate) fn sends<O: Operation>(context: &Arc<dyn Context>, operation: O) -> http::Request<Bytes> {
    let mut exchange = Exchange::new(Io::new(context.clone(), Options::default()), |io| operation.run(io));
    let mut told = None;
    loop {
        told = match exchange.resume(told) {
            Step::Ask(Ask::Ready { .. }) => Some(Reply::Ready(Ok(true))),
            Step::Ask(Ask::Send { request, .. }) => return request,
            _ => panic!("it asks to send"),
        }
    }
}
