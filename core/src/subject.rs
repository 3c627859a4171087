//! Who is expected: the person a flow is about.

use crate::check::{Finding, mobile, request};
use crate::error::{Error, Result};
use crate::secret::Personal;
use crate::time::Time;
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

    /// What can be seen to be wrong with this person.
    pub(crate) fn look(&self, now: Time) -> Vec<Finding> {
        let mut findings = request::person(("/subject/id_number", &self.id_number), ("/subject/name", &self.name), now);
        if let Some(mobile) = self.mobile.as_ref().filter(|mobile| !mobile.is_empty()) {
            findings.extend(mobile::look("/subject/mobile", mobile.expose()));
        }
        findings
    }

    /// Refuses an empty name or number, also where they are only compared and never sent; and a mobile, which no
    /// hosted page checks.
    pub(crate) fn check_hosted(&self) -> Result<()> {
        if self.mobile.is_some() {
            return Err(Error::invalid_argument("/subject/mobile", "no hosted page checks a mobile"));
        }
        for (field, text) in [("/subject/name", &self.name), ("/subject/id_number", &self.id_number)] {
            if text.expose().trim().is_empty() {
                return Err(Error::invalid_argument(field, "this must not be empty"));
            }
        }
        Ok(())
    }
}
