//! Text that must not be printed or serialised by accident: a person's data and an account's keys.

use crate::error::{Error, Result};
use serde::{Deserialize, Deserializer};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

macro_rules! guarded {
    ($(#[$doc:meta])* $name:ident, $schema:literal) => {
        $(#[$doc])*
        ///
        /// `Debug` prints three stars, there is no `Display` and no `Serialize`, and the memory is
        /// zeroed on drop. Read it with [`expose`](Self::expose), at the place where it is encoded.
        #[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
        pub struct $name(String);

        impl $name {
            /// Guards a text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself. Every use of this name is a place where it leaves its guard.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// Whether there is no text at all.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        /// Constant-time for texts of equal length.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "x-shiren": $schema })
            }
        }
    };
}

guarded! {
    /// A person's data: a name, an ID number, a mobile, an address of a face image.
    Personal, "personal"
}

guarded! {
    /// An account's secret: an API key, an OpenId, an AppCode, a token.
    Secret, "secret"
}

impl Secret {
    /// Whether a vendor can have given this out; `at` is its place in the configuration.
    pub(crate) fn check(&self, at: &str) -> Result<()> {
        let why = match self.expose() {
            "" => "this must not be empty",
            text if text.trim() != text => "this has blanks or a line's end around it; copy it anew",
            _ => return Ok(()),
        };
        let mut error = Error::configuration(why);
        error.field = Some(at.to_owned());
        Err(error)
    }
}

/// Whether two texts are equal, in time that depends only on their lengths.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// `text` with every occurrence of each of `words` replaced by `***`.
///
/// Vendors echo what they were sent in their error texts; this keeps it out of ours. Both the whole
/// word and its JSON- and percent-escaped forms are looked for.
pub(crate) fn scrub(text: &str, words: &[&str]) -> String {
    let mut clean = text.to_owned();
    for word in words.iter().filter(|word| word.chars().count() > 1) {
        let quoted = serde_json::to_string(word).unwrap_or_default();
        let escaped = percent_encoding::utf8_percent_encode(word, percent_encoding::NON_ALPHANUMERIC).to_string();
        for form in [*word, quoted.trim_matches('"'), &escaped] {
            if clean.contains(form) {
                clean = clean.replace(form, "***");
            }
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_what_is_inside() {
        let name = Personal::from("王小二");
        let key = Secret::from("k-123456");
        let shown = format!("{name:?} {key:?} {:?}", Some((&name, &key)));
        assert!(!shown.contains("王小二") && !shown.contains("k-123456"), "{shown}");
        assert_eq!(format!("{name:?}"), "Personal(***)");
    }

    #[test]
    fn scrubbing_finds_plain_and_escaped_forms() {
        let clean = scrub("姓名 王'小+二 / %E7%8E%8B%27%E5%B0%8F%2B%E4%BA%8C not found", &["王'小+二"]);
        assert_eq!(clean, "姓名 *** / *** not found");
        assert_eq!(scrub("a b", &["a", ""]), "a b", "one letter is not worth destroying a text for");
    }

    #[test]
    fn comparison_is_by_value() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("abc", "ab"));
        assert_eq!(Secret::from("x"), Secret::from("x"));
        assert_ne!(Secret::from("x"), Secret::from("xy"));
    }
}
