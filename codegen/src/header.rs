//! The C header of the ABI itself: cbindgen's, out of ffi/src.

use crate::output::Output;
use std::path::Path;

/// include/shiren.h. It follows ffi/src, not the registry.
pub fn shiren_h(root: &Path) -> Result<Output, String> {
    let ffi = root.join("ffi");
    let config = cbindgen::Config::from_file(ffi.join("cbindgen.toml"))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(&ffi)
        .with_config(config)
        .generate()
        .map_err(|error| format!("cbindgen: {error}"))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    Ok(Output { path: "include/shiren.h".into(), text })
}
