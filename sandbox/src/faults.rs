//! Faults: what can go wrong between a client and a vendor, armed by count, by path and by tenant.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

/// A fault to be armed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: Kind,
    /// Only for calls whose path begins so, as `/juhe/verifyface`. Not for faults of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only for calls of this tenant. Not for faults of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// How often; 0 means until it is taken away.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl From<Kind> for Fault {
    fn from(kind: Kind) -> Self {
        Self { kind, path: None, tenant: None, times: 1 }
    }
}

/// The form of the JSON text in Juhe's redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseVariant {
    /// Indented, with line breaks.
    Pretty,
    /// Everything beyond ASCII as `\uXXXX`.
    UnicodeEscapes,
    /// `/` written as `\/`, with a field that holds one.
    EscapedSlashes,
}

/// What goes wrong. "Booked" says whether the vendor charges for the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// The listener is closed for a while: connection refused. Acts as soon as it is armed.
    Refuse {
        /// For how long, in real time.
        milliseconds: u64,
    },
    /// The next connection is reset, and nothing is read.
    ResetOnAccept,
    /// The next connection is accepted and never read.
    HangOnAccept,
    /// The request is read, nothing is booked, no reply comes.
    Hang,
    /// The charge is booked, no reply comes.
    HangAfterBilling,
    /// The request is read, nothing is booked, the connection is cut.
    DropBeforeBilling,
    /// The charge is booked, the connection is cut before the reply.
    DropAfterBilling,
    /// The connection is cut when only the head of the request was read; nothing is booked.
    DropMidRequest,
    /// Booked; the length is announced, half of the reply is sent, the connection is cut.
    CutReply,
    /// Booked; status 200 with bytes that are no JSON.
    Garbage,
    /// Booked; Base64 text that does not decrypt.
    GarbageAes,
    /// Booked; the reply encrypted with a key that is not the account's.
    WrongKeyAes,
    /// A bare HTTP status in place of the vendor's answer.
    Status {
        /// The status.
        status: u16,
        /// The body; empty without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Whether the charge is booked all the same.
        #[serde(default)]
        booked: bool,
    },
    /// The vendor's error envelope with any code.
    Code {
        /// The code, as 10014.
        code: i64,
        /// The text; the document's own without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Whether the charge is booked all the same, as 10014 may.
        #[serde(default)]
        booked: bool,
    },
    /// The vendor's quota is used up: Juhe 10012, Jumdata 606, Baidu 17. Not booked.
    Quota,
    /// Booked; the reply comes late.
    Delay {
        /// How late, in real time.
        milliseconds: u64,
    },
    /// Status 302 to somewhere else; not booked.
    Redirect {
        /// Where to.
        location: String,
    },
    /// Booked; a reply of this length, in chunks, without an announced length.
    Huge {
        /// How long.
        bytes: u64,
    },
    /// The normal reply; then the server closes the connection without having announced it.
    IdleClose,
    /// Booked; the reply is this text, word for word.
    Body {
        /// The text.
        text: String,
    },
    /// The normal reply, but the vendor's text repeats the posted name and numbers.
    EchoPersonal,
    /// The JSON text in Juhe's next redirect has another form; its signature is right.
    ResponseVariant {
        /// The form.
        variant: ResponseVariant,
    },
}

/// Where a fault acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Listener,
    Accept,
    Head,
    Call,
    Completion,
}

impl Kind {
    pub(crate) fn stage(&self) -> Stage {
        match self {
            Kind::Refuse { .. } => Stage::Listener,
            Kind::ResetOnAccept | Kind::HangOnAccept => Stage::Accept,
            Kind::DropMidRequest => Stage::Head,
            Kind::ResponseVariant { .. } => Stage::Completion,
            _ => Stage::Call,
        }
    }

    /// The name, as in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Refuse { .. } => "refuse",
            Kind::ResetOnAccept => "reset_on_accept",
            Kind::HangOnAccept => "hang_on_accept",
            Kind::Hang => "hang",
            Kind::HangAfterBilling => "hang_after_billing",
            Kind::DropBeforeBilling => "drop_before_billing",
            Kind::DropAfterBilling => "drop_after_billing",
            Kind::DropMidRequest => "drop_mid_request",
            Kind::CutReply => "cut_reply",
            Kind::Garbage => "garbage",
            Kind::GarbageAes => "garbage_aes",
            Kind::WrongKeyAes => "wrong_key_aes",
            Kind::Status { .. } => "status",
            Kind::Code { .. } => "code",
            Kind::Quota => "quota",
            Kind::Delay { .. } => "delay",
            Kind::Redirect { .. } => "redirect",
            Kind::Huge { .. } => "huge",
            Kind::IdleClose => "idle_close",
            Kind::Body { .. } => "body",
            Kind::EchoPersonal => "echo_personal",
            Kind::ResponseVariant { .. } => "response_variant",
        }
    }
}

/// A fault that waits for its call.
#[derive(Clone, Debug, Serialize)]
pub struct Armed {
    /// Its number, to take it away again.
    pub id: u64,
    /// The fault; `times` is what remains.
    #[serde(flatten)]
    pub fault: Fault,
}

/// The armed faults of a sandbox, first armed, first used.
#[derive(Debug, Default)]
pub struct Faults {
    armed: Mutex<(u64, Vec<Armed>)>,
}

impl Faults {
    pub(crate) fn arm(&self, fault: Fault) -> Result<u64, &'static str> {
        let connection = matches!(fault.kind.stage(), Stage::Listener | Stage::Accept);
        if connection && (fault.path.is_some() || fault.tenant.is_some()) {
            return Err("a fault of the connection acts before path and tenant are known: leave both out");
        }
        if fault.kind.stage() == Stage::Head && fault.tenant.is_some() {
            return Err("the tenant is known only from the body, and this fault acts before it: leave the tenant out");
        }
        let mut armed = self.armed.lock().unwrap();
        armed.0 += 1;
        let id = armed.0;
        // A refusal acts at once, so it never waits in the list.
        if fault.kind.stage() != Stage::Listener {
            armed.1.push(Armed { id, fault });
        }
        Ok(id)
    }

    /// What still waits.
    pub fn remaining(&self) -> Vec<Armed> {
        self.armed.lock().unwrap().1.clone()
    }

    /// Uses up one count of the first fault that fits.
    pub(crate) fn take(&self, stage: Stage, path: &str, tenant: Option<&str>) -> Option<Kind> {
        let list = &mut self.armed.lock().unwrap().1;
        let at = list.iter().position(|Armed { fault, .. }| {
            fault.kind.stage() == stage
                && fault.path.as_deref().is_none_or(|prefix| path.starts_with(prefix))
                && fault.tenant.as_deref().is_none_or(|wanted| tenant == Some(wanted))
        })?;
        let fault = &mut list[at].fault;
        let kind = fault.kind.clone();
        match fault.times {
            0 => {}
            1 => drop(list.remove(at)),
            _ => fault.times -= 1,
        }
        Some(kind)
    }

    /// Takes away one fault, or all.
    pub(crate) fn disarm(&self, id: Option<u64>) -> usize {
        let list = &mut self.armed.lock().unwrap().1;
        let before = list.len();
        list.retain(|armed| id.is_some_and(|id| armed.id != id));
        before - list.len()
    }

    pub(crate) fn disarm_tenant(&self, tenant: &str) {
        self.armed.lock().unwrap().1.retain(|armed| armed.fault.tenant.as_deref() != Some(tenant));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_filters() {
        let faults = Faults::default();
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"code","code":10014,"path":"/juhe/verifyface/","tenant":"t","times":2}"#)
                .unwrap();
        faults.arm(fault).unwrap();
        assert!(faults.take(Stage::Call, "/juhe/faceid/query", Some("t")).is_none());
        assert!(faults.take(Stage::Call, "/juhe/verifyface/verify", Some("u")).is_none());
        assert!(faults.take(Stage::Call, "/juhe/verifyface/verify", Some("t")).is_some());
        assert_eq!(faults.remaining()[0].fault.times, 1);
        assert!(faults.take(Stage::Call, "/juhe/verifyface/verify", Some("t")).is_some());
        assert!(faults.take(Stage::Call, "/juhe/verifyface/verify", Some("t")).is_none());
    }

    #[test]
    fn a_connection_fault_has_no_path() {
        let fault = Fault { path: Some("/juhe".into()), ..Kind::ResetOnAccept.into() };
        assert!(Faults::default().arm(fault).is_err());
    }
}
