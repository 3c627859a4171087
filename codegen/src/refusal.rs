//! Why something cannot be generated: a shape that some language cannot express is refused, never approximated.

use std::fmt;

/// A refusal. It names the operation and the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The operation's id.
    pub operation: String,
    /// Where: `request`, `reply/verdict/score`, `reply/$Score/value` inside the shape `Score`; empty: the id itself.
    pub field: String,
    /// What is wrong, and what to do.
    pub why: String,
}

/// A result of the generator.
pub type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    /// Refuses a field of an operation.
    pub fn new(operation: &str, field: &str, why: impl Into<String>) -> Refusal {
        Refusal { operation: operation.to_owned(), field: field.to_owned(), why: why.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}", self.why)
    }
}

impl std::error::Error for Refusal {}
