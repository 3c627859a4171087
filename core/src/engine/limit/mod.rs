//! Limits for each account, shared by all clones of a client: `gate` is the line in front of an account, `bucket` its
//! rate, `breaker` and `health` whether it is up, `budget` what it may spend.

mod breaker;
mod bucket;
mod budget;
mod gate;
mod health;

#[cfg(test)]
mod tests;

pub(super) use gate::{Gate, Permit};

use crate::limits;
use crate::verdict::Vendor;
use serde::Serialize;
use std::sync::Arc;

/// Whether calls pass the breaker of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// There is no breaker.
    #[default]
    Off,
    /// Everything passes.
    Closed,
    /// Nothing passes.
    Open,
    /// One request may pass, or is on its way, to see whether the vendor is back.
    HalfOpen,
}

/// What goes on at the limits of one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Usage {
    /// Calls that wait for their turn.
    pub waiting: u64,
    /// Requests on their way.
    pub in_flight: u64,
    /// Calls that a limit has turned away since the client was made.
    pub refused: u64,
    /// The breaker.
    pub breaker: Condition,
    /// How long nothing goes out, because the vendor asked for it or the breaker is open, in milliseconds.
    pub pause_ms: u32,
    /// Requests that were billed.
    pub billed: u64,
    /// Requests of which nobody knows whether they were billed.
    pub unknown: u64,
    /// Paid requests that wait or are on their way.
    pub reserved: u64,
    /// What `billed`, `unknown` and `reserved` together never exceed.
    pub max_billed: Option<u32>,
}

/// What goes on at the limits of each account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Usages {
    /// 聚合数据.
    pub juhe: Usage,
    /// 聚美智数.
    pub jumdata: Usage,
    /// 百度智能云.
    pub baidu: Usage,
}

/// The gates of one client.
pub(super) struct Gates {
    juhe: Arc<Gate>,
    jumdata: Arc<Gate>,
    baidu: Arc<Gate>,
}

impl Gates {
    pub(super) fn new(limits: &limits::Limits) -> Gates {
        let gate = |vendor| Arc::new(Gate::new(vendor, limits.of(vendor).clone()));
        Gates { juhe: gate(Vendor::Juhe), jumdata: gate(Vendor::Jumdata), baidu: gate(Vendor::Baidu) }
    }

    pub(super) fn of(&self, vendor: Vendor) -> &Arc<Gate> {
        match vendor {
            Vendor::Juhe => &self.juhe,
            Vendor::Jumdata => &self.jumdata,
            Vendor::Baidu => &self.baidu,
        }
    }

    pub(super) fn usages(&self) -> Usages {
        Usages { juhe: self.juhe.usage(), jumdata: self.jumdata.usage(), baidu: self.baidu.usage() }
    }
}
