//! **Shiren** (实人, "real person"): the Chinese real-name, face and liveness verification services of Juhe, Jumdata
//! and Baidu, as one library.
//!
//! Everything is an [`Operation`]: a vendor call, a many-step flow, a return-URL check, an encryption. An operation
//! needs no runtime and no socket; the engine (feature `client`) runs it asynchronously or blocking.
//!
//! What it promises, in this order: nobody is let in by mistake, nobody pays twice, nothing leaks, it works offline
//! on the sandbox, it costs nothing to notice.
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use shiren::juhe::verifyface::verify2::Verify2;
//! use shiren::{Blob, Client, Config};
//!
//! let client = Client::new(Config::from_json(&std::fs::read("shiren.json")?)?)?;
//! let reply = client
//!     .call(Verify2 {
//!         realname: "王小二".into(),
//!         idcard: "110101180001010015".into(),
//!         image: Blob::from(std::fs::read("photo.jpg")?),
//!         ..Verify2::default()
//!     })
//!     .await?;
//! println!("{} billed: {}", reply.verdict.decision, reply.verdict.billed);
//! # Ok(())
//! # }
//! ```
//!
//! The map, in reading order:
//! [`operation`] the one idea · [`registry`] all of them · [`verdict`] what an answer means · [`error`] what can go
//! wrong · [`check`] what is looked at before paying · [`config`] accounts and time-outs · [`limits`] how much, how
//! fast · [`secret`] what must not be printed · [`wire`] crossing to other
//! languages · [`juhe`], [`jumdata`], [`baidu`] the vendors · [`mod@local`] what needs no client · `engine` (feature
//! `client`) calls, connections, tokens, outcomes.
#![forbid(unsafe_code)]

pub mod config;
mod digest;
#[cfg(feature = "client")]
pub mod engine;
pub mod error;
pub mod limits;
pub mod local;
pub mod operation;
mod percent;
pub mod registry;
mod reply;
pub mod secret;
pub mod time;
pub mod verdict;
pub mod wire;

pub mod check;
pub mod compare;
pub mod evidence;
pub mod liveness;
#[cfg(feature = "photo")]
pub mod page;
#[cfg(feature = "photo")]
pub mod photo;
pub mod subject;

pub mod baidu;
pub mod juhe;
pub mod jumdata;

#[cfg(test)]
mod harness;

pub use config::{Accounts, Config};
#[cfg(feature = "client")]
pub use engine::{CallOptions, Client, Counters, Outcome, TokenStore};
pub use error::{Error, Kind, Result};
pub use limits::{Limit, Limits};
pub use local::{local, local_json};
pub use operation::{Operation, Options};
pub use reply::Extra;
pub use secret::{Personal, Secret};
pub use time::Time;
pub use verdict::{Billed, Check, Checks, Decision, Hint, Vendor, Verdict};
pub use wire::Blob;
