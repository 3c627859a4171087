//! Our error kinds and numbers, in one table, and the error value that carries what happened.

use crate::operation::Repeat;
use crate::verdict::{Billed, References, Vendor};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// A result of this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! kinds {
    ($($name:ident = $number:literal $text:literal $meaning:literal;)*) => {
        /// What went wrong. The numbers are stable: they are never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Kind { $(#[doc = $meaning] $name = $number,)* }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)*];

            /// The name that crosses to other languages.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$name => $text,)* }
            }

            /// One sentence on what it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Kind::$name => $meaning,)* }
            }
        }
    };
}

kinds! {
    InvalidArgument  = 1  "invalid_argument"  "A value is missing, malformed or not allowed; `field` names it. Nothing was sent, or the vendor refused it.";
    Configuration    = 2  "configuration"     "The client or the account is set up wrongly: a missing account, a bad address, a service that is not switched on.";
    UnknownOperation = 3  "unknown_operation" "No operation has this id.";
    Authentication   = 4  "authentication"    "The vendor refused the key, the token, the signature or the caller's address.";
    Quota            = 5  "quota"             "The account's number of calls is used up.";
    RateLimited      = 6  "rate_limited"      "Too many calls in a short time; waiting helps.";
    Vendor           = 7  "vendor"            "The vendor answered with an error of its own.";
    Network          = 8  "network"           "No connection, or it broke.";
    Tls              = 9  "tls"               "The TLS handshake failed: the server could not prove who it is.";
    Timeout          = 10 "timeout"           "No answer within the time allowed.";
    Cancelled        = 11 "cancelled"         "The caller gave the call up.";
    Closed           = 12 "closed"            "The client was closed.";
    Decode           = 13 "decode"            "The answer could not be read, or contradicts itself.";
    Signature        = 14 "signature"         "A signature, an order or a token does not match: do not trust this message.";
    Internal         = 15 "internal"          "A fault of this library; please report it.";
}

impl Kind {
    /// The stable number that crosses the C ABI.
    pub const fn number(self) -> i32 {
        self as i32
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Kind {
    fn schema_name() -> Cow<'static, str> {
        "ErrorKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        schemars::json_schema!({ "type": "string", "enum": names, "description": "What went wrong." })
    }
}

/// Everything an error says. It never holds a name, an ID number, a mobile, a photo, a key or a token.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Error"))]
pub struct Detail {
    /// What went wrong.
    pub kind: Kind,
    /// One sentence for a person.
    pub message: String,
    /// The field at fault, as a JSON pointer into the request (`/idcard`) or the configuration, or as the vendor's parameter name.
    pub field: Option<String>,
    /// Whose answer it was: `juhe`, `jumdata` or `baidu`.
    pub vendor: Option<Vendor>,
    /// The vendor's own code, as text.
    pub vendor_code: Option<String>,
    /// The vendor's own text.
    pub vendor_text: Option<String>,
    /// The HTTP status, where there was an answer.
    pub http_status: Option<u16>,
    /// The vendor's numbers for this request (`order`, `task`, `log`): quote them to its support.
    pub references: References,
    /// Whether this call was paid for: `no`, `yes` or `unknown`.
    pub billed: Billed,
    /// Whether the caller may repeat the same call. True only when it was certainly not billed.
    pub retryable: bool,
    /// How long to wait before repeating, in milliseconds, where the vendor said so.
    pub retry_after_ms: Option<u32>,
    /// What to do about it.
    pub hint: Option<Cow<'static, str>>,
    /// Whether the library itself may send the request once more.
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(crate) repeat: Repeat,
}

/// An error. Its fields are those of [`Detail`].
#[derive(Clone)]
pub struct Error(Box<Detail>);

impl Error {
    /// An error of a kind, billed `no`, not retryable.
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error(Box::new(Detail {
            kind,
            message: message.into(),
            field: None,
            vendor: None,
            vendor_code: None,
            vendor_text: None,
            http_status: None,
            references: References::default(),
            billed: Billed::No,
            retryable: false,
            retry_after_ms: None,
            hint: None,
            repeat: Repeat::Never,
        }))
    }

    /// A value that is missing, malformed or not allowed.
    pub fn invalid_argument(field: impl Into<String>, message: impl Into<String>) -> Error {
        let mut error = Error::new(Kind::InvalidArgument, message);
        error.field = Some(field.into());
        error
    }

    /// A client or an account that is set up wrongly.
    pub fn configuration(message: impl Into<String>) -> Error {
        Error::new(Kind::Configuration, message)
    }

    /// An answer that cannot be read.
    pub fn decode(message: impl Into<String>) -> Error {
        Error::new(Kind::Decode, message)
    }

    /// A message that must not be trusted.
    pub fn signature(message: impl Into<String>) -> Error {
        Error::new(Kind::Signature, message)
    }

    /// A fault of this library.
    pub fn internal(message: impl Into<String>) -> Error {
        Error::new(Kind::Internal, message)
    }

    /// The same error with a hint on what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Error {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with another bill.
    #[must_use]
    pub fn with_billed(mut self, billed: Billed) -> Error {
        self.billed = billed;
        self.retryable &= billed == Billed::No;
        self
    }

    /// The same error, of this vendor.
    #[must_use]
    pub fn with_vendor(mut self, vendor: Vendor) -> Error {
        self.vendor = Some(vendor);
        self
    }

    /// How long the vendor asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after_ms.map(|ms| Duration::from_millis(ms.into()))
    }

    /// The whole error.
    pub fn detail(&self) -> &Detail {
        &self.0
    }
}

impl Deref for Error {
    type Target = Detail;

    fn deref(&self) -> &Detail {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Detail {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)?;
        if let Some(field) = &self.field {
            write!(f, " [field {field}]")?;
        }
        if let (Some(vendor), Some(code)) = (self.vendor, &self.vendor_code) {
            write!(f, " [{vendor} {code}")?;
            match &self.vendor_text {
                Some(text) if !self.message.contains(text.as_str()) => write!(f, " {text}]")?,
                _ => write!(f, "]")?,
            }
        }
        if self.billed != Billed::No {
            write!(f, " [billed: {}]", self.billed)?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_frozen() {
        let table: Vec<_> = Kind::ALL.iter().map(|kind| (kind.number(), kind.name())).collect();
        assert_eq!(
            table,
            [
                (1, "invalid_argument"),
                (2, "configuration"),
                (3, "unknown_operation"),
                (4, "authentication"),
                (5, "quota"),
                (6, "rate_limited"),
                (7, "vendor"),
                (8, "network"),
                (9, "tls"),
                (10, "timeout"),
                (11, "cancelled"),
                (12, "closed"),
                (13, "decode"),
                (14, "signature"),
                (15, "internal"),
            ]
        );
    }

    #[test]
    fn a_bill_that_is_not_no_ends_retrying() {
        let mut error = Error::new(Kind::Vendor, "x");
        error.retryable = true;
        assert!(error.clone().with_billed(Billed::No).retryable);
        assert!(!error.clone().with_billed(Billed::Unknown).retryable);
        assert!(!error.with_billed(Billed::Yes).retryable);
    }

    #[test]
    fn display_says_what_a_person_needs() {
        let mut error = Error::invalid_argument("/idcard", "18 digits are needed").with_hint("check the number");
        error.vendor = Some(Vendor::Juhe);
        error.vendor_code = Some("226403".into());
        assert_eq!(
            error.to_string(),
            "invalid_argument: 18 digits are needed [field /idcard] [juhe 226403]; check the number"
        );
    }
}
