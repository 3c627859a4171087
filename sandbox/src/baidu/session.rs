//! What Baidu remembers: tokens, verifications and their attempts, and how long each lasts.

use std::time::Duration;

use jiff::Timestamp;

use super::access::AccessTokens;
use super::attempt::Attempt;
use super::envelope::refuse;
use super::fields::{self, Admitted};
use super::plan::Plan;
use crate::clock::over;
use crate::exchange::{Answer, Call, Person};
use crate::personas::{self, Persona};
use crate::sessions::{Refused, Session, Sessions};
use crate::state::State as Everything;

/// verify_token 的核验有效期为 2 小时.
pub(super) const LIFE: Duration = Duration::from_secs(2 * 3600);
/// 返回的结果信息会在云端保留3天, from the end of the verification.
pub(super) const KEPT: Duration = Duration::from_secs(3 * 86_400);
/// 视频url会在云端保留1天, from the same moment.
pub(super) const MEDIA_KEPT: Duration = Duration::from_secs(86_400);

/// What Baidu remembers.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) access_tokens: AccessTokens,
    pub(super) sessions: Sessions<Verification>,
}

impl State {
    pub(crate) fn reset(&self, tenant: Option<&str>) {
        self.access_tokens.reset(tenant);
        self.sessions.reset(tenant);
    }
}

/// Who is verified, or says so.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) person: Person,
    /// 0: an ID card; 4: a residence permit for people from Hong Kong, Macao and Taiwan.
    pub(super) certificate_type: i64,
}

impl Subject {
    pub(super) fn persona(&self) -> Option<&'static Persona> {
        personas::find(&self.person.name, &self.person.id_number)
    }
}

/// What Baidu keeps of a session beside what all vendors keep.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    pub(super) plan: Plan,
    /// Of `idcard/submit`.
    pub(super) subject: Option<Subject>,
    /// Whether `uploadMatchImage` brought a picture.
    pub(super) photo: bool,
    pub(super) begun: bool,
    pub(super) attempts: Vec<Attempt>,
    /// successUrl and failedUrl of the page as it was last opened.
    pub(super) returns: [Option<String>; 2],
    /// The unguessable part of the recording's address.
    pub(super) media: String,
}

impl Verification {
    /// 核验成功,或设置了认证未通过时URL失效.
    pub(super) fn is_done(&self) -> bool {
        self.attempts.last().is_some_and(|last| last.passed || self.plan.url_ends_on_failure)
    }
}

/// Whether a user may still use the page.
pub(super) fn open_still(session: &Session<Verification>, now: Timestamp) -> Result<(), Refused> {
    if session.state.is_done() {
        Err(Refused::Submitted)
    } else if over(session.created, LIFE, now) {
        Err(Refused::Expired)
    } else {
        Ok(())
    }
}

/// When the last attempt was, if results may still be read.
pub(super) fn readable(session: &Session<Verification>, life: Duration, now: Timestamp) -> Option<&Attempt> {
    session.state.attempts.last().filter(|last| !over(last.time, life, now))
}

/// A call about one verify_token.
#[derive(Debug)]
pub(super) struct About {
    pub(super) fields: fields::Fields,
    pub(super) session: Session<Verification>,
    pub(super) warning: Option<&'static str>,
}

impl About {
    /// The verification, if it belongs to the caller's app; its ends are the caller's to look at.
    pub(super) fn read(state: &Everything, call: &Call) -> Result<Self, Box<Answer>> {
        let Admitted { tenant, fields, warning } = fields::admit(state, call, 216100)?;
        let token = fields.required(state, "verify_token")?;
        let session = match state.baidu.sessions.get(token) {
            None => return Err(ended(state, token, "no such verify_token was ever given")),
            Some(session) if session.tenant != tenant.id => {
                return Err(ended(state, token, "this verify_token belongs to the access_token of another app"));
            }
            Some(session) => session,
        };
        Ok(Self { fields, session, warning })
    }

    /// An answer to it, as the journal wants it.
    pub(super) fn noted(self, mut answer: Answer) -> Answer {
        answer.order = Some(self.session.id);
        answer.person = self.session.state.subject.map(|subject| subject.person);
        answer.notes.extend(self.warning.map(Into::into));
        answer
    }
}

/// All the ends of a token have one number and one text.
pub(super) fn ended(state: &Everything, token: &str, note: &str) -> Box<Answer> {
    let mut answer = refuse(state, state.settings().baidu.codes.token, note);
    answer.order = Some(token.into());
    answer
}
