//! A request on its way in: Python values become JSON with byte parts beside it.

use crate::failure::{invalid, unreadable};
use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMemoryView, PyString, PyTuple};
use shiren::wire::Parts;
use std::path::PathBuf;

/// Deeper than any request is.
const DEEPEST: usize = 32;

/// A request, encoded; files that it names are not read yet.
pub(crate) struct Encoded {
    pub(crate) json: Vec<u8>,
    parts: Parts,
    files: Vec<(String, PathBuf)>,
}

impl Encoded {
    /// Keyword arguments. `None` is an argument that was not given.
    pub(crate) fn of(fields: &Bound<'_, PyDict>) -> PyResult<Encoded> {
        let mut encoded = Encoded { json: Vec::with_capacity(256), parts: Parts::new(), files: Vec::new() };
        let mut path = String::new();
        encoded.members(fields.iter(), true, &mut path, 0)?;
        Ok(encoded)
    }

    /// Reads the files. To be called without the interpreter's lock.
    pub(crate) fn read(mut self) -> PyResult<(Vec<u8>, Parts)> {
        for (name, path) in self.files {
            let bytes = std::fs::read(&path).map_err(|error| unreadable(&error, &path))?;
            self.parts.push((name, bytes.into()));
        }
        Ok((self.json, self.parts))
    }

    fn members<'py>(
        &mut self,
        members: impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>,
        sparse: bool,
        path: &mut String,
        depth: usize,
    ) -> PyResult<()> {
        let length = path.len();
        self.json.push(b'{');
        let mut first = true;
        for (name, value) in members {
            if sparse && value.is_none() {
                continue;
            }
            let py = name.py();
            let name = name.cast::<PyString>().map_err(|_| invalid(py, path, "the names of fields are text"))?;
            let name = name.to_str().map_err(|_| invalid(py, path, "the name of a field is not valid Unicode"))?;
            if !first {
                self.json.push(b',');
            }
            first = false;
            quote(&mut self.json, name);
            self.json.push(b':');
            path.push('/');
            path.push_str(name);
            self.value(&value, path, depth + 1)?;
            path.truncate(length);
        }
        self.json.push(b'}');
        Ok(())
    }

    fn elements<'py>(
        &mut self,
        elements: impl Iterator<Item = Bound<'py, PyAny>>,
        path: &mut String,
        depth: usize,
    ) -> PyResult<()> {
        let length = path.len();
        self.json.push(b'[');
        for (index, element) in elements.enumerate() {
            if index > 0 {
                self.json.push(b',');
            }
            path.push_str(&format!("/{index}"));
            self.value(&element, path, depth + 1)?;
            path.truncate(length);
        }
        self.json.push(b']');
        Ok(())
    }

    fn value(&mut self, value: &Bound<'_, PyAny>, path: &mut String, depth: usize) -> PyResult<()> {
        let py = value.py();
        if depth > DEEPEST {
            return Err(invalid(py, path, "this is nested too deeply, or holds itself"));
        }
        if let Ok(text) = value.cast::<PyString>() {
            let text = text.to_str().map_err(|_| invalid(py, path, "this text is not valid Unicode"))?;
            quote(&mut self.json, text);
        } else if value.is_none() {
            self.json.extend_from_slice(b"null");
        } else if let Ok(flag) = value.cast::<PyBool>() {
            self.json.extend_from_slice(if flag.is_true() { b"true" } else { b"false" });
        } else if value.is_instance_of::<PyInt>() {
            let number: i128 = value.extract().map_err(|_| invalid(py, path, "this number is too large"))?;
            self.json.extend_from_slice(number.to_string().as_bytes());
        } else if let Ok(number) = value.cast::<PyFloat>() {
            let number = number.value();
            if !number.is_finite() {
                return Err(invalid(py, path, "a finite number is needed, not NaN or infinity"));
            }
            // Whole floats are numbers like others: 70.0 is 70.
            let text = if number.fract() == 0.0 && number.abs() < 1e15 {
                format!("{number:.0}")
            } else {
                format!("{number:?}")
            };
            self.json.extend_from_slice(text.as_bytes());
        } else if let Ok(bytes) = value.cast::<PyBytes>() {
            self.part(Bytes::copy_from_slice(bytes.as_bytes()));
        } else if let Ok(bytes) = value.cast::<PyByteArray>() {
            self.part(bytes.to_vec().into());
        } else if value.is_instance_of::<PyMemoryView>() {
            let bytes = value.call_method0(intern!(py, "tobytes"))?;
            self.part(Bytes::copy_from_slice(bytes.cast::<PyBytes>()?.as_bytes()));
        } else if let Ok(fields) = value.cast::<PyDict>() {
            self.members(fields.iter(), false, path, depth)?;
        } else if let Ok(list) = value.cast::<PyList>() {
            self.elements(list.iter(), path, depth)?;
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            self.elements(tuple.iter(), path, depth)?;
        } else if value.hasattr(intern!(py, "__fspath__"))? {
            let name = self.name_part();
            self.files.push((name, value.extract()?));
        } else if let Some(data) = value.getattr_opt(intern!(py, "_data"))? {
            // A model holds the dict that it was made of.
            let data = data.cast_into::<PyDict>().map_err(|_| unsupported(value, path))?;
            self.members(data.iter(), true, path, depth)?;
        } else if let Some(zone) = value.getattr_opt(intern!(py, "tzinfo"))? {
            if zone.is_none() {
                return Err(invalid(py, path, "this time has no time zone, as datetime.now(timezone.utc) has"));
            }
            let text = value.call_method0(intern!(py, "isoformat"))?;
            quote(&mut self.json, text.cast::<PyString>()?.to_str()?);
        } else {
            return Err(unsupported(value, path));
        }
        Ok(())
    }

    fn part(&mut self, bytes: Bytes) {
        let name = self.name_part();
        self.parts.push((name, bytes));
    }

    fn name_part(&mut self) -> String {
        let name = format!("part{}", self.parts.len() + self.files.len());
        self.json.extend_from_slice(format!("{{\"part\":\"{name}\"}}").as_bytes());
        name
    }
}

/// The type is named, the value never is.
fn unsupported(value: &Bound<'_, PyAny>, path: &str) -> PyErr {
    let name = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    let has = |member: &str| value.hasattr(member).unwrap_or(false);
    let instead = match () {
        () if has("read") => ": give what read() returns",
        () if has("__iter__") => ": give a list, or bytes",
        () => "",
    };
    invalid(value.py(), path, &format!("a value of type {name} cannot be sent{instead}"))
}

fn quote(json: &mut Vec<u8>, text: &str) {
    // Writing text into memory cannot fail.
    let _ = serde_json::to_writer(json, text);
}
