//! The generator: from the registry of operations to the typed surface of every language.
//!
//! [`ir::build`] reads the schemas of the registry into a middle form that belongs to no language, [`facade::ALL`] turns
//! that into files. What some language could not express is refused with the operation and the field, see
//! [`Refusal`]. To add a language: a module in `facade`, its templates in `templates/<language>`, its line in
//! [`facade::ALL`].
#![forbid(unsafe_code)]

pub mod facade;
pub mod header;
pub mod ir;
pub mod names;
pub mod output;
mod refusal;
mod template;

pub use ir::Ir;
pub use output::Output;
pub use refusal::{Refusal, Result};

use shiren::registry::Entry;

/// Every generated file for these operations.
pub fn generate(entries: &[&Entry]) -> Result<Vec<Output>> {
    let ir = ir::build(entries)?;
    let mut outputs = Vec::new();
    for facade in facade::ALL {
        outputs.extend((facade.files)(&ir)?);
    }
    Ok(outputs)
}

/// The registry, as [`generate`] takes it.
pub fn registry() -> Vec<&'static Entry> {
    shiren::registry::OPERATIONS.iter().collect()
}
