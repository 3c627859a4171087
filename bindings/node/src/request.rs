//! A request on its way in: JSON text, and the bytes that it names `part0`, `part1`, ….

use bytes::Bytes;
use napi::bindgen_prelude::Uint8ArraySlice;
use shiren::wire::Parts;
use shiren::{CallOptions, Error};
use std::time::Duration;

/// Copies the bytes: JavaScript may change its own while the call runs.
pub(crate) fn parts(parts: &[Uint8ArraySlice<'_>]) -> Parts {
    let named = |(index, bytes): (usize, &Uint8ArraySlice<'_>)| {
        let bytes: &[u8] = bytes.as_ref();
        (format!("part{index}"), Bytes::copy_from_slice(bytes))
    };
    parts.iter().enumerate().map(named).collect()
}

/// What a caller says about one call.
pub(crate) fn options(timeout_ms: Option<f64>, raw: bool) -> shiren::Result<CallOptions> {
    let options = CallOptions::default().raw(raw);
    let Some(milliseconds) = timeout_ms else { return Ok(options) };
    match Duration::try_from_secs_f64(milliseconds / 1000.0) {
        Ok(time) if !time.is_zero() => Ok(options.timeout(time)),
        _ => Err(Error::invalid_argument("timeoutMs", "a positive number of milliseconds is needed")),
    }
}
