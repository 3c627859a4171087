//! The runtime of callers who have none: of one thread, driven by whoever waits on it.

use super::lock;
use crate::error::{Error, Result};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// How long the driving thread stays for the next task.
const LINGER: Duration = Duration::from_millis(200);

#[derive(Default)]
struct Work {
    tasks: usize,
    driven: bool,
    retired: bool,
}

/// A current-thread runtime. Blocking callers drive it on their own threads; a thread of its own drives it only while
/// tasks are in flight.
pub(super) struct Own {
    runtime: Option<Runtime>,
    work: Mutex<Work>,
    changed: Notify,
    pid: u32,
}

impl Own {
    pub(super) fn new() -> Result<Arc<Own>> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .thread_name("shiren-worker")
            .build()
            .map_err(|_| Error::internal("the system has no room for one more event loop"))?;
        Ok(Arc::new(Own {
            runtime: Some(runtime),
            work: Mutex::default(),
            changed: Notify::new(),
            pid: std::process::id(),
        }))
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is only taken on drop")
    }

    /// Drives a future to its end on this thread; inside somebody's runtime, where that is not allowed, on a thread
    /// of its own while this one waits.
    ///
    /// A runtime's handle is all that can be seen from here: it is there in a task and in `spawn_blocking` alike.
    pub(super) fn block_on<F>(&self, future: F) -> Result<F::Output>
    where
        F: Future + Send,
        F::Output: Send,
    {
        if Handle::try_current().is_err() {
            return Ok(self.runtime().block_on(future));
        }
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("shiren-call".to_owned())
                .spawn_scoped(scope, || self.runtime().block_on(future))
                .map_err(|_| Error::internal("the system has no room for one more thread"))?;
            thread.join().or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Runs a task, and a thread to drive it. When this fails, `task` has not been made.
    pub(super) fn spawn<F>(self: &Arc<Self>, task: impl FnOnce() -> F) -> Result<AbortHandle>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let guard = self.engage()?;
        let task = task();
        let handle = self.runtime().spawn(async move {
            let _guard = guard;
            task.await;
        });
        Ok(handle.abort_handle())
    }

    fn engage(self: &Arc<Self>) -> Result<Guard> {
        let mut work = lock(&self.work);
        if !work.driven {
            let own = self.clone();
            std::thread::Builder::new()
                .name("shiren".to_owned())
                .spawn(move || own.drive())
                .map_err(|_| Error::internal("the system has no room for one more thread"))?;
            work.driven = true;
        }
        work.tasks += 1;
        // Weak in effect: the task must not keep alive the runtime that keeps it.
        Ok(Guard(Arc::downgrade(self)))
    }

    fn drive(self: Arc<Self>) {
        loop {
            self.runtime().block_on(self.idle());
            let mut work = lock(&self.work);
            if work.tasks == 0 {
                work.driven = false;
                break;
            }
        }
    }

    /// Resolves when there has been nothing to do for a while.
    async fn idle(&self) {
        loop {
            let (tasks, retired) = {
                let work = lock(&self.work);
                (work.tasks, work.retired)
            };
            let changed = self.changed.notified();
            if tasks > 0 {
                changed.await;
            } else if retired || tokio::time::timeout(LINGER, changed).await.is_err() {
                return;
            }
        }
    }

    /// The driving thread stays no longer than its tasks.
    pub(super) fn retire(&self) {
        lock(&self.work).retired = true;
        self.changed.notify_one();
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        if std::process::id() == self.pid {
            // Never an ordinary drop: that panics inside an async function.
            runtime.shutdown_background();
        } else {
            // After a fork its event loop is shared with the parent.
            std::mem::forget(runtime);
        }
    }
}

struct Guard(std::sync::Weak<Own>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(own) = self.0.upgrade() {
            lock(&own.work).tasks -= 1;
            own.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_thread_drives_tasks_and_leaves() {
        let own = Own::new().unwrap();
        let (tell, told) = mpsc::channel();
        for round in 0..3 {
            let tell = tell.clone();
            own.spawn(|| async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                tell.send(round).unwrap();
            })
            .unwrap();
        }
        let mut rounds: Vec<_> = (0..3).map(|_| told.recv_timeout(Duration::from_secs(2)).unwrap()).collect();
        rounds.sort_unstable();
        assert_eq!(rounds, [0, 1, 2]);
        own.retire();
        let until = std::time::Instant::now() + Duration::from_secs(2);
        while Arc::strong_count(&own) > 1 {
            assert!(std::time::Instant::now() < until, "the thread stays");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn it_blocks_anywhere() {
        let own = Own::new().unwrap();
        let work = || async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            7
        };
        assert_eq!(own.block_on(work()).unwrap(), 7);
        let user = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(user.block_on(async { own.block_on(work()).unwrap() }), 7);
        let owned = own.clone();
        let inside =
            user.block_on(async { tokio::task::spawn_blocking(move || owned.block_on(work()).unwrap()).await });
        assert_eq!(inside.unwrap(), 7);
        user.block_on(async { drop(own) });
    }
}
