//! What an account may spend: exact, and closed when in doubt.

use crate::operation::Money;
use crate::verdict::Billed;

#[derive(Debug)]
pub(super) struct Budget {
    pub(super) most: Option<u32>,
    pub(super) billed: u64,
    pub(super) unknown: u64,
    /// Paid requests that wait or are on their way: each may come to a charge.
    pub(super) open: u64,
}

/// There is no money left. `passing`: some may come back, of what is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broke {
    pub(super) passing: bool,
}

impl Budget {
    pub(super) fn new(most: Option<u32>) -> Budget {
        Budget { most, billed: 0, unknown: 0, open: 0 }
    }

    /// Sets money aside for one request.
    pub(super) fn reserve(&mut self, money: Money) -> Result<(), Broke> {
        if money == Money::Free {
            return Ok(());
        }
        if self.most.is_some_and(|most| self.billed + self.unknown + self.open >= most.into()) {
            return Err(Broke { passing: self.most.is_some_and(|most| self.billed + self.unknown < most.into()) });
        }
        self.open += 1;
        Ok(())
    }

    /// What it came to.
    pub(super) fn settle(&mut self, money: Money, billed: Billed) {
        if money == Money::Free {
            return;
        }
        self.open -= 1;
        match billed {
            Billed::No => {}
            Billed::Yes => self.billed += 1,
            Billed::Unknown => self.unknown += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Money::{Billable, Free};

    #[test]
    fn what_may_have_been_billed_counts_until_it_certainly_was_not() {
        let mut budget = Budget::new(Some(2));
        budget.reserve(Billable).unwrap();
        budget.reserve(Billable).unwrap();
        assert_eq!(budget.reserve(Billable), Err(Broke { passing: true }));
        budget.reserve(Free).unwrap();
        budget.settle(Billable, Billed::No);
        budget.reserve(Billable).unwrap();
        budget.settle(Billable, Billed::Unknown);
        budget.settle(Billable, Billed::Yes);
        assert_eq!(budget.reserve(Billable), Err(Broke { passing: false }));
        assert_eq!((budget.billed, budget.unknown, budget.open), (1, 1, 0));
        assert_eq!(Budget::new(Some(0)).reserve(Billable), Err(Broke { passing: false }));
        assert!((0..9).all(|_| budget.reserve(Free).is_ok()));
    }
}
