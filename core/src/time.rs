//! Moments and lifetimes.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::time::Duration;

/// A moment, to the millisecond; crosses to other languages as RFC 3339 text in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(u64);

impl Time {
    /// From milliseconds since 1970.
    pub const fn from_unix_ms(ms: u64) -> Time {
        Time(ms)
    }

    /// Milliseconds since 1970.
    pub const fn unix_ms(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn unix_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The moment `after` later.
    #[must_use]
    pub fn plus(self, after: Duration) -> Time {
        Time(self.0.saturating_add(u64::try_from(after.as_millis()).unwrap_or(u64::MAX)))
    }

    fn timestamp(self) -> jiff::Timestamp {
        i64::try_from(self.0)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .unwrap_or(jiff::Timestamp::MAX)
    }

    /// The day it is in China, which has one time zone.
    pub(crate) fn date_in_china(self) -> jiff::civil::Date {
        jiff::tz::Offset::constant(8).to_datetime(self.timestamp()).date()
    }

    /// `2015-04-27T08:23:49Z`: UTC, to the second.
    pub(crate) fn to_seconds_text(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// `20150427T082349Z`: UTC, to the second, without separators.
    pub(crate) fn to_basic_text(self) -> String {
        self.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// `Mon, 27 Apr 2015 08:23:49 GMT`, as in HTTP headers.
    pub(crate) fn to_http_date(self) -> String {
        self.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| D::Error::custom("expected an RFC 3339 time"))?;
        u64::try_from(timestamp.as_millisecond()).map(Time).map_err(|_| D::Error::custom("expected a time after 1970"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Time {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crosses_as_text_and_back() {
        let time = Time::from_unix_ms(1_430_123_029_123);
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2015-04-27T08:23:49.123Z\"");
        assert_eq!(serde_json::from_str::<Time>("\"2015-04-27T08:23:49.123Z\"").unwrap(), time);
        assert_eq!(time.to_seconds_text(), "2015-04-27T08:23:49Z");
        assert_eq!(time.to_basic_text(), "20150427T082349Z");
        assert_eq!(time.to_http_date(), "Mon, 27 Apr 2015 08:23:49 GMT");
        assert!(serde_json::from_str::<Time>("\"1804-01-01T00:00:00Z\"").is_err());
        assert!(serde_json::from_str::<Time>("\"yesterday\"").is_err());
    }

    #[test]
    fn adding_never_wraps() {
        assert_eq!(Time::from_unix_ms(1).plus(Duration::from_secs(2)), Time::from_unix_ms(2001));
        assert_eq!(Time::from_unix_ms(u64::MAX).plus(Duration::MAX), Time::from_unix_ms(u64::MAX));
        assert!(!Time::from_unix_ms(u64::MAX).to_string().is_empty());
    }
}
