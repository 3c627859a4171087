//! Envelope M: `{code, msg, taskNo, data?}`.

use super::account::Gateway;
use super::gateway::refusal;
use crate::error::{Error, Result};
use crate::reply::{Extra, Object, without_envelope};
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

/// An answer without an envelope: the gateway's refusal, or nobody's words.
fn no_envelope(gateway: &Gateway, answer: &http::Response<Bytes>, object: &Object<'_>, unreadable: Billed) -> Error {
    if let Some(mut error) = refusal(gateway, answer, object) {
        let billed = if error.billed == Billed::No { Billed::No } else { unreadable };
        error.billed = billed;
        return error;
    }
    without_envelope(answer, "check accounts.jumdata.init_url and result_url").with_billed(unreadable)
}
