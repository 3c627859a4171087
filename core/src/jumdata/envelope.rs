//! Envelope M: `{code, msg, taskNo, data?}`.

use super::account::Gateway;
use super::gateway::refusal;
use crate::error::{Error, Kind, Result};
use crate::operation::Repeat;
use crate::reply::{Extra, Object};
use crate::verdict::Billed;
use bytes::Bytes;

/// What every answer of Jumdata has in common.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) code: i64,
    pub(super) msg: String,
    pub(super) task_no: Option<String>,
    /// `data`; empty when absent.
    pub(super) data: Object<'a>,
    pub(super) extra: Extra,
}

impl<'a> Envelope<'a> {
    /// Reads an answer. `unreadable` is what a call cost whose answer cannot be read.
    pub(super) fn read(
        gateway: &Gateway,
        answer: &http::Response<Bytes>,
        text: &'a str,
        unreadable: Billed,
    ) -> Result<Envelope<'a>> {
        let object = Object::read(text);
        if !object.has("code") {
            return Err(no_envelope(gateway, answer, &object, unreadable));
        }
        let flawed = |error: Error| error.with_billed(unreadable);
        let code = object.integer("code").and_then(|code| Object::required(code, "code"));
        let code = code.map_err(|flaw| flawed(flaw.into()))?;
        if !object.is_whole() {
            return Err(flawed(Error::decode("the vendor's reply breaks off")));
        }
        let data = match object.object("data") {
            Ok(data) => data.unwrap_or_default(),
            Err(flaw) if code == 200 => return Err(flawed(flaw.into())),
            Err(_) => Object::default(),
        };
        Ok(Envelope {
            code,
            msg: object.note("msg").or_else(|| object.note("message")).unwrap_or_default(),
            task_no: object.note("taskNo"),
            data,
            extra: object.extra(&["code", "msg", "message", "taskNo", "data"]),
        })
    }

    /// An error with this answer's request number.
    pub(super) fn name(&self, mut error: Error) -> Error {
        error.references.task.clone_from(&self.task_no);
        error
    }
}

/// An answer without an envelope: here, and only here, the HTTP status and the gateway's headers count.
fn no_envelope(gateway: &Gateway, answer: &http::Response<Bytes>, object: &Object<'_>, unreadable: Billed) -> Error {
    if let Some(mut error) = refusal(gateway, answer, object) {
        let billed = if error.billed == Billed::No { Billed::No } else { unreadable };
        error.billed = billed;
        return error;
    }
    let status = answer.status();
    let mut error = if status.is_server_error() {
        let mut error = Error::new(Kind::Vendor, format!("the vendor's server failed (HTTP {})", status.as_u16()));
        error.repeat = Repeat::FREE;
        error
    } else if status.is_redirection() {
        Error::new(Kind::Vendor, format!("the vendor's server redirects (HTTP {}); not followed", status.as_u16()))
            .with_hint("check accounts.jumdata.init_url and result_url")
    } else {
        Error::decode("the vendor's reply is not its JSON")
    };
    error.http_status = Some(status.as_u16());
    error.with_billed(unreadable)
}
