//! A reply on its way out: JSON becomes dicts, lists and texts, the parts it names become bytes.
//!
//! What no Python float or text can hold (`1e400`, half a surrogate pair in a field that nobody knows) has been turned into
//! the vendor's own spelling, as text, before it comes here.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Bytes beside the JSON, by name.
type Parts = [(String, bytes::Bytes)];

/// Makes Python objects of a JSON text.
pub(crate) fn to_python<'py>(py: Python<'py>, json: &[u8], parts: &Parts) -> PyResult<Bound<'py, PyAny>> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let walk = Walk { py, parts };
    // Its message would quote a value.
    walk.deserialize(&mut deserializer).map_err(|_| PyValueError::new_err("a reply could not be read"))
}

#[derive(Clone, Copy)]
struct Walk<'a, 'py> {
    py: Python<'py>,
    parts: &'a Parts,
}

impl<'de, 'py> DeserializeSeed<'de> for Walk<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for Walk<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(PyBool::new(self.py, value).to_owned().into_any())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(PyFloat::new(self.py, value).into_any())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(PyString::new(self.py, text).into_any())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let list = PyList::empty(self.py);
        while let Some(element) = elements.next_element_seed(self)? {
            list.append(element).map_err(A::Error::custom)?;
        }
        Ok(list.into_any())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let dict = PyDict::new(self.py);
        while let Some(name) = members.next_key_seed(Name(self.py))? {
            let value = members.next_value_seed(self)?;
            dict.set_item(name, value).map_err(A::Error::custom)?;
        }
        Ok(self.part(&dict).map(Bound::into_any).unwrap_or_else(|| dict.into_any()))
    }
}

impl<'py> Walk<'_, 'py> {
    /// The bytes that `{"part": name}` stands for.
    fn part(&self, dict: &Bound<'py, PyDict>) -> Option<Bound<'py, PyBytes>> {
        if self.parts.is_empty() || dict.len() != 1 {
            return None;
        }
        let name = dict.get_item("part").ok()??;
        let name = name.cast::<PyString>().ok()?.to_str().ok()?;
        let (_, bytes) = self.parts.iter().find(|(known, _)| known == name)?;
        Some(PyBytes::new(self.py, bytes))
    }
}

/// The name of a field: the same few come with every reply.
struct Name<'py>(Python<'py>);

impl<'de, 'py> DeserializeSeed<'de> for Name<'py> {
    type Value = Bound<'py, PyString>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'py> Visitor<'_> for Name<'py> {
    type Value = Bound<'py, PyString>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(PyString::intern(self.0, name))
    }
}
