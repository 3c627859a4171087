//! The languages, one module each.

mod c;
mod cpp;
pub(crate) mod java;
mod python;
mod typescript;

use crate::ir::Ir;
use crate::output::Output;
use crate::refusal::Result;
use std::fmt;

/// A language's generated files.
pub struct Facade {
    /// The language.
    pub language: &'static str,
    /// Its files.
    pub files: fn(&Ir) -> Result<Vec<Output>>,
}

impl fmt::Debug for Facade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.language)
    }
}

/// Every language that there is.
pub const ALL: &[Facade] = &[
    Facade { language: "C", files: c::files },
    Facade { language: "C++", files: cpp::files },
    Facade { language: "Python", files: python::files },
    Facade { language: "TypeScript", files: typescript::files },
    Facade { language: "Java", files: java::files },
];
