//! The billing ledger: each charge, booked by the vendor's rules before the reply leaves.

use std::sync::Mutex;

use jiff::Timestamp;
use serde::Serialize;

/// A charge that a vendor's answer brings about.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) operation: &'static str,
    pub(crate) order: String,
    pub(crate) rule: &'static str,
    pub(crate) choice: bool,
}

/// A booked charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Charge {
    /// Running number, from 1; a reset does not turn it back.
    pub seq: u64,
    /// When it was booked, by the sandbox's clock.
    #[serde(serialize_with = "crate::clock::as_text")]
    pub time: Timestamp,
    /// Whose account pays.
    pub tenant: String,
    /// `juhe`, `jumdata` or `baidu`.
    pub vendor: &'static str,
    /// The operation that cost, as `juhe.verifyface.verify2`.
    pub operation: &'static str,
    /// The vendor's order number or token.
    pub order: String,
    /// The sentence of the document (or the choice) by which it is charged.
    pub rule: &'static str,
    /// True where the document is silent and the rule is a choice of this project.
    pub choice: bool,
}

/// All charges of a sandbox.
#[derive(Debug, Default)]
pub struct Ledger {
    charges: Mutex<(u64, Vec<Charge>)>,
}

impl Ledger {
    pub(crate) fn book(&self, time: Timestamp, vendor: &'static str, tenant: &str, booking: Booking) {
        let mut charges = self.charges.lock().unwrap();
        charges.0 += 1;
        let Booking { operation, order, rule, choice } = booking;
        let seq = charges.0;
        charges.1.push(Charge { seq, time, tenant: tenant.into(), vendor, operation, order, rule, choice });
    }

    /// The charges in order, of one tenant or of all.
    pub fn charges(&self, tenant: Option<&str>) -> Vec<Charge> {
        let charges = self.charges.lock().unwrap();
        charges.1.iter().filter(|charge| tenant.is_none_or(|tenant| charge.tenant == tenant)).cloned().collect()
    }

    pub(crate) fn reset(&self, tenant: Option<&str>) {
        self.charges.lock().unwrap().1.retain(|charge| tenant.is_some_and(|tenant| charge.tenant != tenant));
    }
}
