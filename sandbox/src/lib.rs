//! An offline server that behaves like Juhe, Jumdata and Baidu.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! let sandbox = shiren_sandbox::Sandbox::start().await?;
//! println!("{}/juhe/verifyface/verify2", sandbox.url());
//! # Ok(())
//! # }
//! ```
//!
//! It has personas that reach every documented code ([`personas`]), a billing ledger, one controllable clock, hosted
//! pages, tenants and faults, all of them over HTTP under `/_sandbox/` and in process on [`Sandbox`]. Where the
//! vendors' documents are silent it makes a choice, and says in its ledger or its journal that it is one.
//!
//! What it decides by itself is listed in [`choices`].
//!
//! It shares no code with the client: each checks the other's reading of the documents.

#![forbid(unsafe_code)]

mod admin;
mod baidu;
mod clock;
mod connection;
mod door;
mod exchange;
mod faults;
mod form;
mod journal;
mod juhe;
mod jumdata;
mod ledger;
mod page;
mod personas;
mod portrait;
mod random;
mod sandbox;
mod server;
mod sessions;
mod settings;
mod state;
mod tenants;

#[doc = include_str!("../CHOICES.md")]
pub mod choices {}

pub use baidu::{BaiduSettings, Compare, IdentityEntry, InventedCodes, Plan};
pub use clock::Clock;
pub use faults::{Armed, Fault, Faults, Kind, ResponseVariant};
pub use journal::{Entry, Journal};
pub use ledger::{Charge, Ledger};
pub use personas::{Baidu, Faceid, Jumdata, Mobile, Outcomes, Persona, Verify, Verify2, all as personas};
pub use sandbox::{Builder, Sandbox};
pub use sessions::{Choice, Completed, Completion, Refused, SessionView};
pub use settings::{Notify, Settings};
pub use state::State;
pub use tenants::{DEFAULT_TENANT, JumdataKeys, NewTenant, Tenant, Tenants};
