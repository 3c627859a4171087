//! Who is expected: the person a flow is about.

use crate::error::{Error, Result};
use crate::secret::Personal;
use serde::Deserialize;

/// The person who is expected to be in front of the camera or on the photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// 姓名.
    pub name: Personal,
    /// 身份证号.
    pub id_number: Personal,
    /// 手机号, where the service compares it too.
    #[serde(default)]
    pub mobile: Option<Personal>,
}

impl Subject {
    /// A person by name and ID number.
    pub fn new(name: impl Into<Personal>, id_number: impl Into<Personal>) -> Subject {
        Subject { name: name.into(), id_number: id_number.into(), mobile: None }
    }

    /// Refuses an empty name or number.
    pub(crate) fn check(&self) -> Result<()> {
        for (field, text) in [("/subject/name", &self.name), ("/subject/id_number", &self.id_number)] {
            if text.expose().trim().is_empty() {
                return Err(Error::invalid_argument(field, "this must not be empty"));
            }
        }
        Ok(())
    }

    /// The same for hosted pages, none of which checks a mobile.
    pub(crate) fn check_hosted(&self) -> Result<()> {
        if self.mobile.is_some() {
            return Err(Error::invalid_argument("/subject/mobile", "no hosted page checks a mobile"));
        }
        self.check()
    }
}
