//! Operations that need no client.

use crate::reply::Ending;
use crate::request::parts;
use napi::bindgen_prelude::{AsyncTask, Task, Uint8ArraySlice};
use napi_derive::napi;
use shiren::wire::{Parts, Wire};

/// Runs a local operation on this thread.
#[napi(catch_unwind)]
pub fn local(id: String, json: String, bytes: Option<Vec<Uint8ArraySlice<'_>>>) -> Ending {
    Ending::of(0, shiren::local_json(&id, json.as_bytes(), parts(bytes.as_deref().unwrap_or_default())))
}

/// Runs a local operation on a thread of node's pool.
#[napi(catch_unwind)]
pub fn local_elsewhere(id: String, json: String, bytes: Option<Vec<Uint8ArraySlice<'_>>>) -> AsyncTask<Work> {
    AsyncTask::new(Work { id, json, parts: parts(bytes.as_deref().unwrap_or_default()) })
}

/// A local operation on its way to another thread.
pub struct Work {
    id: String,
    json: String,
    parts: Parts,
}

impl Task for Work {
    type Output = shiren::Result<Wire>;
    type JsValue = Ending;

    fn compute(&mut self) -> napi::Result<shiren::Result<Wire>> {
        let parts = std::mem::take(&mut self.parts);
        // A panic would end the process: node's pool is not ours.
        let work = std::panic::AssertUnwindSafe(|| shiren::local_json(&self.id, self.json.as_bytes(), parts));
        Ok(std::panic::catch_unwind(work).unwrap_or_else(|_| Err(shiren::Error::internal("the operation died"))))
    }

    fn resolve(&mut self, _: napi::Env, result: shiren::Result<Wire>) -> napi::Result<Ending> {
        Ok(Ending::of(0, result))
    }
}

/// What there is to call.
#[napi(object)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// One sentence.
    pub doc: String,
    /// `remote`, `local` or `heavy`.
    pub place: String,
}

/// Every operation.
#[napi(catch_unwind)]
pub fn operations() -> Vec<Listed> {
    let listed = |entry: &shiren::registry::Entry| Listed {
        id: entry.meta.id.into(),
        doc: entry.meta.doc.into(),
        place: entry.meta.place.name().into(),
    };
    shiren::registry::OPERATIONS.iter().map(listed).collect()
}
