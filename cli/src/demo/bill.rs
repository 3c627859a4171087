//! What the verdicts say was billed, against what the sandbox booked.

use super::Row;
use shiren_sandbox::Charge;
use std::collections::BTreeMap;

/// Both sides of the bill, by vendor.
#[derive(Default)]
pub(super) struct Bill(BTreeMap<String, Counts>);

#[derive(Default)]
struct Counts {
    yes: usize,
    unknown: usize,
    booked: usize,
}

impl Bill {
    /// Counts both sides.
    pub(super) fn of(rows: &[Row], ledger: &[Charge]) -> Bill {
        let mut bill = Bill::default();
        for row in rows {
            let counts = bill.at(row.word("vendor"));
            match row.word("billed") {
                "yes" => counts.yes += 1,
                "no" => {}
                _ => counts.unknown += 1,
            }
        }
        for charge in ledger {
            bill.at(charge.vendor).booked += 1;
        }
        bill
    }

    fn at(&mut self, vendor: &str) -> &mut Counts {
        self.0.entry(vendor.to_owned()).or_default()
    }

    /// How many verdicts say yes.
    pub(super) fn yes(&self) -> usize {
        self.0.values().map(|counts| counts.yes).sum()
    }

    /// How many verdicts cannot say.
    pub(super) fn unknown(&self) -> usize {
        self.0.values().map(|counts| counts.unknown).sum()
    }

    /// How many charges the sandbox booked.
    pub(super) fn booked(&self) -> usize {
        self.0.values().map(|counts| counts.booked).sum()
    }

    /// Whether, at each vendor, yes ≤ booked ≤ yes + unknown: equal when nothing is unknown.
    pub(super) fn agrees(&self) -> bool {
        self.0.values().all(Counts::agree)
    }

    /// Who disagrees.
    pub(super) fn disagreement(&self) -> String {
        let off = self.0.iter().filter(|(_, counts)| !counts.agree());
        let words = off.map(|(vendor, Counts { yes, unknown, booked })| {
            format!("{vendor} booked {booked}, the verdicts say {yes} yes and {unknown} unknown")
        });
        words.collect::<Vec<_>>().join("; ")
    }
}

impl Counts {
    fn agree(&self) -> bool {
        (self.yes..=self.yes + self.unknown).contains(&self.booked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_bill_is_seen_in_both_directions() {
        let agrees = |yes, unknown, booked| Counts { yes, unknown, booked }.agree();
        assert!(agrees(2, 0, 2) && agrees(2, 1, 3) && agrees(2, 1, 2) && agrees(0, 0, 0));
        assert!(!agrees(2, 0, 1) && !agrees(2, 0, 3) && !agrees(2, 1, 4));
        let mut bill = Bill::default();
        bill.at("juhe").yes = 1;
        bill.at("baidu").booked = 1;
        assert_eq!(bill.yes(), bill.booked());
        assert!(!bill.agrees(), "two wrongs at two vendors do not make it right");
    }
}
