//! An error of the library as a Python exception, of the class in `shiren._errors` that its kind has.

use pyo3::exceptions::PyOSError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use std::path::Path;

/// Every fallible call of the library ends here, on its way out.
pub(crate) fn raise(py: Python<'_>, error: &shiren::Error) -> PyErr {
    match exception(py, error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

/// The exception as a value: for futures.
pub(crate) fn exception<'py>(py: Python<'py>, error: &shiren::Error) -> PyResult<Bound<'py, PyAny>> {
    static KINDS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let mut text = error.to_string();
    let json = serde_json::to_vec(error).unwrap_or_else(|_| b"{}".to_vec());
    let fields = crate::reply::to_python(py, &json, &[])?;
    let fields = fields.cast::<PyDict>()?;
    fields.del_item(intern!(py, "kind"))?;
    // Other languages say Base64 where Python says bytes.
    if error.hint.is_none() && error.message.contains("expected Base64") {
        let hint = "give the bytes, or the path of a file as pathlib.Path";
        text = format!("{text}; {hint}");
        fields.set_item(intern!(py, "hint"), hint)?;
    }
    let class = KINDS.import(py, "shiren._errors", "KINDS")?.as_any().get_item(error.kind.name())?;
    class.call((text,), Some(fields))
}

/// A value that cannot be sent, before the library has seen it.
pub(crate) fn invalid(py: Python<'_>, field: &str, message: &str) -> PyErr {
    raise(py, &shiren::Error::invalid_argument(field, message))
}

/// A file that could not be read, as `open` would say it.
pub(crate) fn unreadable(error: &std::io::Error, path: &Path) -> PyErr {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text).to_owned();
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, text, path.to_path_buf())),
        None => PyOSError::new_err(text),
    }
}
