//! The journal: one line for each request, without bodies and without anybody's personal data.

use std::sync::Mutex;

use jiff::Timestamp;
use serde::Serialize;

/// How many lines are kept; the oldest go first.
const KEPT: usize = 10_000;

/// What happened to one request, or to one hosted page.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Running number, from 1.
    pub seq: u64,
    /// When, by the sandbox's clock.
    #[serde(serialize_with = "crate::clock::as_text")]
    pub time: Timestamp,
    /// `juhe`, `jumdata` or `baidu`.
    pub vendor: &'static str,
    /// The tenant, when its key was known.
    pub tenant: Option<String>,
    /// The operation, as `juhe.verifyface.verify2`; pages and notices have names of their own.
    pub operation: &'static str,
    /// The vendor's code; `none` when no reply was sent.
    pub outcome: String,
    /// How many charges this request booked.
    pub billed: usize,
    /// The vendor's order number or token.
    pub order: Option<String>,
    /// The persona, when the person asked for is one.
    pub persona: Option<String>,
    /// The person asked for, masked.
    pub subject: Option<String>,
    /// The fault that acted.
    pub fault: Option<&'static str>,
    /// Warnings and diagnoses: what a developer would like to know and the vendor would not say.
    pub notes: Vec<String>,
}

/// The journal of a sandbox.
#[derive(Debug, Default)]
pub struct Journal {
    entries: Mutex<(u64, Vec<Entry>)>,
}

impl Journal {
    pub(crate) fn write(&self, mut entry: Entry) {
        let mut entries = self.entries.lock().unwrap();
        entries.0 += 1;
        entry.seq = entries.0;
        if entries.1.len() >= KEPT {
            entries.1.remove(0);
        }
        entries.1.push(entry);
    }

    /// The lines in order, of one tenant or of all.
    pub fn entries(&self, tenant: Option<&str>) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap();
        let wanted = |entry: &&Entry| tenant.is_none_or(|tenant| entry.tenant.as_deref() == Some(tenant));
        entries.1.iter().filter(wanted).cloned().collect()
    }

    pub(crate) fn reset(&self, tenant: Option<&str>) {
        let mut entries = self.entries.lock().unwrap();
        entries.1.retain(|entry| tenant.is_some_and(|tenant| entry.tenant.as_deref() != Some(tenant)));
    }
}

impl Entry {
    pub(crate) fn new(time: Timestamp, vendor: &'static str, operation: &'static str) -> Self {
        Self {
            seq: 0,
            time,
            vendor,
            tenant: None,
            operation,
            outcome: "none".into(),
            billed: 0,
            order: None,
            persona: None,
            subject: None,
            fault: None,
            notes: Vec::new(),
        }
    }
}

/// The first character of a name, and stars.
pub(crate) fn masked_name(name: &str) -> String {
    name.chars().enumerate().map(|(at, c)| if at == 0 { c } else { '*' }).collect()
}

/// The first and the last character of a number, and stars.
pub(crate) fn masked_number(number: &str) -> String {
    let last = number.chars().count().saturating_sub(1);
    number.chars().enumerate().map(|(at, c)| if at == 0 || at == last { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        assert_eq!(masked_name("欧阳修"), "欧**");
        assert_eq!(masked_number("11010118000101001X"), "1****************X");
        assert_eq!(masked_name(""), "");
    }
}
