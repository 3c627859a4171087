//! For unit tests: drives an exchange by hand, without a runtime, a socket or a clock.

use crate::config::{Accounts, Config};
use crate::error::Result;
use crate::operation::{Ask, Context, Exchange, Io, Operation, Options, Reply, Step};
use crate::secret::Secret;
use crate::time::Time;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A context that stands still until it is told to move.
pub(crate) struct Still {
    pub(crate) accounts: Accounts,
    pub(crate) now_ms: AtomicU64,
    nonce: AtomicU64,
}

impl Still {
    /// The sandbox's accounts, at 2026-01-15T08:00:00Z.
    pub(crate) fn new() -> Still {
        let accounts = Config::sandbox("http://127.0.0.1:1").accounts;
        Still { accounts, now_ms: AtomicU64::new(1_768_464_000_000), nonce: AtomicU64::new(1) }
    }
}

impl Context for Still {
    fn now(&self) -> Time {
        Time::from_unix_ms(self.now_ms.load(Ordering::Relaxed))
    }

    fn nonce(&self) -> [u8; 16] {
        u128::from(self.nonce.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }

    fn accounts(&self) -> &Accounts {
        &self.accounts
    }
}

/// What a run asked for and how it ended.
pub(crate) struct Run<R> {
    pub(crate) result: Result<R>,
    pub(crate) requests: Vec<http::Request<Bytes>>,
    pub(crate) tokens: Vec<Option<Secret>>,
    pub(crate) spent: crate::Billed,
}

/// Answers: an HTTP answer, or why there is none.
pub(crate) type Answer = Result<http::Response<Bytes>>;

/// 200 with this body.
pub(crate) fn ok(body: impl Into<String>) -> Answer {
    status(200, body)
}

/// This status with this body.
pub(crate) fn status(status: u16, body: impl Into<String>) -> Answer {
    Ok(http::Response::builder().status(status).body(Bytes::from(body.into())).expect("a status"))
}

/// Runs an operation against these answers, in order. Tokens are `token-1`, `token-2`, …
pub(crate) fn run<O: Operation>(operation: O, answers: impl IntoIterator<Item = Answer>) -> Run<O::Response> {
    run_in(Arc::new(Still::new()), operation, answers)
}

/// The same in a context of the caller's.
pub(crate) fn run_in<O: Operation>(
    context: Arc<dyn Context>,
    operation: O,
    answers: impl IntoIterator<Item = Answer>,
) -> Run<O::Response> {
    let mut answers: VecDeque<Answer> = answers.into_iter().collect();
    let mut exchange = Exchange::new(Io::new(context, Options { raw: true }), |io| operation.run(io));
    let (mut requests, mut tokens, mut reply) = (Vec::new(), Vec::new(), None);
    let result = loop {
        reply = match exchange.resume(reply) {
            Step::Done(result) => break result,
            Step::Ask(Ask::Ready { .. }) => Some(Reply::Ready(Ok(true))),
            Step::Ask(Ask::Send { request, .. }) => {
                requests.push(request);
                Some(Reply::Sent(answers.pop_front().expect("one more request than answers")))
            }
            Step::Ask(Ask::Token { stale, .. }) => {
                tokens.push(stale);
                Some(Reply::Token(Ok(format!("token-{}", tokens.len()).into())))
            }
        };
    };
    assert!(answers.is_empty(), "{} answers were not asked for", answers.len());
    Run { result, requests, tokens, spent: exchange.spent() }
}
