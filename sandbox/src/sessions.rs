//! Hosted-page sessions: what all vendors share of them. What a vendor keeps beside it is its own type.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One session of a vendor.
#[derive(Clone, Debug)]
pub(crate) struct Session<T> {
    /// The vendor's order number or token: what the client holds.
    pub(crate) id: String,
    pub(crate) tenant: String,
    pub(crate) created: Timestamp,
    /// When the page was first opened.
    pub(crate) opened: Option<Timestamp>,
    /// When the user's submission ended it.
    pub(crate) finished: Option<Timestamp>,
    pub(crate) state: T,
}

/// The sessions of one vendor.
#[derive(Debug)]
pub(crate) struct Sessions<T> {
    by_id: Mutex<BTreeMap<String, Session<T>>>,
}

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self { by_id: Mutex::new(BTreeMap::new()) }
    }
}

impl<T: Clone> Sessions<T> {
    pub(crate) fn open(&self, id: String, tenant: &str, created: Timestamp, state: T) {
        let session = Session { id: id.clone(), tenant: tenant.into(), created, opened: None, finished: None, state };
        self.by_id.lock().unwrap().insert(id, session);
    }

    pub(crate) fn get(&self, id: &str) -> Option<Session<T>> {
        self.by_id.lock().unwrap().get(id).cloned()
    }

    pub(crate) fn find(&self, fits: impl Fn(&Session<T>) -> bool) -> Option<Session<T>> {
        self.by_id.lock().unwrap().values().find(|session| fits(session)).cloned()
    }

    /// Changes a session under the lock, so that of two submissions at once only one counts.
    pub(crate) fn change<R>(&self, id: &str, change: impl FnOnce(&mut Session<T>) -> R) -> Option<R> {
        self.by_id.lock().unwrap().get_mut(id).map(change)
    }

    pub(crate) fn all(&self) -> Vec<Session<T>> {
        self.by_id.lock().unwrap().values().cloned().collect()
    }

    pub(crate) fn reset(&self, tenant: Option<&str>) {
        self.by_id.lock().unwrap().retain(|_, session| tenant.is_some_and(|tenant| session.tenant != tenant));
    }
}

/// A session as the admin API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct SessionView {
    /// The vendor's order number or token.
    pub id: String,
    /// `juhe`, `jumdata` or `baidu`.
    pub vendor: &'static str,
    /// Whose it is.
    pub tenant: String,
    /// When it began.
    #[serde(serialize_with = "crate::clock::as_text")]
    pub created: Timestamp,
    /// Until when the page takes a submission.
    #[serde(serialize_with = "crate::clock::as_text")]
    pub expires: Timestamp,
    /// `new`, `opened`, `begun`, `finished`, `broken` or `expired`.
    pub status: &'static str,
    /// The hosted page in the sandbox; none where the vendor's client makes that URL.
    pub page_url: Option<String>,
    /// The persona, when the person is one.
    pub persona: Option<String>,
    /// The person, masked; none where the vendor asks for nobody.
    pub subject: Option<String>,
    /// What [`Completion::outcome`] may say here.
    pub outcomes: Vec<Choice>,
}

/// One way to end a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The value to send.
    pub value: String,
    /// What it means, in Chinese and English.
    pub label: String,
}

/// How a hosted-page session ends without a browser.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// One of the session's outcomes; `cancel` closes the page, `begin` starts the liveness check. Without it the
    /// persona decides.
    pub outcome: Option<String>,
    /// The persona that sits before the camera, where the vendor does not know it already.
    pub persona: Option<String>,
}

impl Completion {
    /// Ends with this outcome.
    pub fn outcome(outcome: impl Into<String>) -> Self {
        Self { outcome: Some(outcome.into()), persona: None }
    }
}

/// Where the user is after a completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Completed {
    /// Where the browser was sent; none when it stayed on the page.
    pub redirect: Option<String>,
    /// The status of the session now, as in [`SessionView::status`].
    pub status: &'static str,
}

/// Why a session could not be completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No such session.
    Unknown,
    /// It was submitted before.
    Submitted,
    /// Its time is over.
    Expired,
    /// No such outcome here.
    Outcome,
    /// No such persona.
    Persona,
}

impl Refused {
    /// What the page says.
    pub fn text(self) -> &'static str {
        match self {
            Refused::Unknown => "链接无效 · This link is not known here",
            Refused::Submitted => "本次认证已提交，不能重复提交 · Already submitted; a link takes one submission",
            Refused::Expired => "链接已过期 · This link has expired",
            Refused::Outcome => "没有这种结果 · There is no such outcome here",
            Refused::Persona => "没有这个人物 · There is no such persona",
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.text())
    }
}

impl std::error::Error for Refused {}
