//! Baidu's side of the wire, written from its document.

use std::sync::Arc;

use axum::Router;

use crate::sessions::{Completed, Completion, Refused, SessionView};
use crate::state::Shared;

/// What Baidu remembers.
#[derive(Debug, Default)]
pub(crate) struct State {}

impl State {
    pub(crate) fn reset(&self, _tenant: Option<&str>) {}
}

/// The calls and pages, to be nested under `/baidu`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
}

pub(crate) fn sessions(_state: &crate::state::State) -> Vec<SessionView> {
    Vec::new()
}

pub(crate) async fn complete(
    _state: &Arc<crate::state::State>,
    _id: &str,
    _completion: &Completion,
) -> Result<Completed, Refused> {
    Err(Refused::Unknown)
}
