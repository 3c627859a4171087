//! A completion queue: where a program with an event loop of its own collects what its started calls came to.

use super::{CallOptions, Client, lock};
use crate::error::{Error, Kind, Result};
use crate::wire::{Parts, Wire};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The end of a started call.
#[derive(Debug)]
pub struct Completion {
    /// The number that [`Queue::start`] gave.
    pub id: u64,
    /// What the caller gave with the call.
    pub tag: u64,
    /// The reply, or why there is none.
    pub result: Result<Wire>,
}

/// Collects the ends of started calls, in the order in which they come. Clones are the same queue; any number of
/// threads may wait at it, and each completion goes to one of them.
///
/// A queue may serve several clients. Dropped while calls are in flight, it forgets their results; their outcomes are
/// told all the same.
#[derive(Clone)]
pub struct Queue(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
    pid: u32,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Completion>,
    closed: bool,
    #[cfg(unix)]
    signal: Option<signal::Signal>,
}

impl State {
    /// Tells the signal whether there is something to collect.
    fn show(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            signal.show(self.closed || !self.waiting.is_empty());
        }
    }
}

impl Default for Queue {
    fn default() -> Queue {
        Queue::new()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Queue {
        Queue(Arc::new(Shared { state: Mutex::default(), arrived: Condvar::new(), pid: std::process::id() }))
    }

    /// Starts a call whose end comes here, exactly once. When this fails, nothing comes.
    pub fn start(
        &self,
        client: &Client,
        id: &str,
        json: &[u8],
        parts: Parts,
        options: CallOptions,
        tag: u64,
    ) -> Result<u64> {
        self.unforked()?;
        let queue = self.clone();
        client.start(id, json, parts, options, move |id, result| queue.push(Completion { id, tag, result }))
    }

    fn push(&self, completion: Completion) {
        let mut state = lock(&self.0.state);
        state.waiting.push_back(completion);
        state.show();
        self.0.arrived.notify_one();
    }

    /// The next completion; waits for it at most so long, without a limit if `None`. Nothing came in that time: `None`.
    /// Of a closed queue that is empty: an error of kind `closed`.
    pub fn next(&self, timeout: Option<Duration>) -> Result<Option<Completion>> {
        self.unforked()?;
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = lock(&self.0.state);
        loop {
            if let Some(completion) = state.waiting.pop_front() {
                state.show();
                return Ok(Some(completion));
            }
            if state.closed {
                return Err(closed());
            }
            state = match until {
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Ok(None);
                    }
                    self.0.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.0.arrived.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// All that has come by now, in order, without waiting. Of a closed queue that is empty: an error of kind `closed`.
    pub fn drain(&self) -> Result<VecDeque<Completion>> {
        self.unforked()?;
        let mut state = lock(&self.0.state);
        if state.waiting.is_empty() && state.closed {
            return Err(closed());
        }
        let all = std::mem::take(&mut state.waiting);
        state.show();
        Ok(all)
    }

    /// Wakes everybody who waits: what has come can still be collected, after it `next` fails as closed. Calls in
    /// flight go on, and their completions can be collected too.
    pub fn close(&self) {
        if self.unforked().is_ok() {
            let mut state = lock(&self.0.state);
            state.closed = true;
            state.show();
            self.0.arrived.notify_all();
        }
    }

    /// A descriptor that can be read as long as a completion waits or the queue is closed: for epoll, kqueue, libuv,
    /// asyncio. It belongs to the queue: do not read from it, do not close it. Collect with [`drain`](Queue::drain).
    #[cfg(unix)]
    pub fn fd(&self) -> Result<std::os::fd::RawFd> {
        self.unforked()?;
        let mut state = lock(&self.0.state);
        if state.signal.is_none() {
            let signal = signal::Signal::new();
            state.signal = Some(signal.map_err(|_| Error::internal("the system has no room for one more descriptor"))?);
            state.show();
        }
        Ok(state.signal.as_ref().expect("just made").fd())
    }

    /// Whether this is the process that made the queue; in one that inherited it by a fork, an error of kind `closed`:
    /// both ends of the descriptor are the parent's too, and whoever used them would take its completions. It takes no lock.
    pub fn unforked(&self) -> Result<()> {
        if std::process::id() == self.0.pid {
            return Ok(());
        }
        Err(Error::new(Kind::Closed, "this queue was made before the process forked")
            .with_hint("make a new queue in the child process"))
    }
}

fn closed() -> Error {
    Error::new(Kind::Closed, "the queue was closed")
}

#[cfg(unix)]
mod signal {
    use std::io::{self, PipeReader, PipeWriter, Read, Write};
    use std::os::fd::{AsRawFd, RawFd};

    /// A pipe that holds one byte while there is something to collect; hence neither end ever blocks.
    pub(super) struct Signal {
        reader: PipeReader,
        writer: PipeWriter,
        pub(super) raised: bool,
    }

    impl Signal {
        pub(super) fn new() -> io::Result<Signal> {
            let (reader, writer) = io::pipe()?;
            Ok(Signal { reader, writer, raised: false })
        }

        pub(super) fn show(&mut self, something: bool) {
            let done = match (self.raised, something) {
                (false, true) => self.writer.write_all(&[1]),
                (true, false) => self.reader.read_exact(&mut [0]),
                _ => return,
            };
            match done {
                Ok(()) => self.raised = something,
                Err(error) => tracing::error!("the queue's descriptor does not work: {}", error.kind()),
            }
        }

        pub(super) fn fd(&self) -> RawFd {
            self.reader.as_raw_fd()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completion(id: u64) -> Completion {
        Completion { id, tag: id + 100, result: Ok(Wire::default()) }
    }

    fn id(queue: &Queue) -> Option<u64> {
        queue.next(Some(Duration::ZERO)).unwrap().map(|completion| completion.id)
    }

    #[test]
    fn in_order_and_each_once() {
        let queue = Queue::new();
        assert_eq!(id(&queue), None);
        for number in 1..=3 {
            queue.push(completion(number));
        }
        assert_eq!([id(&queue), id(&queue), id(&queue), id(&queue)], [Some(1), Some(2), Some(3), None]);
    }

    #[test]
    fn a_waiting_thread_is_woken_by_a_completion_and_by_the_end() {
        let queue = Queue::new();
        let waiting = std::thread::spawn({
            let queue = queue.clone();
            move || (queue.next(None).unwrap().unwrap().tag, queue.next(None).unwrap_err().kind)
        });
        queue.push(completion(1));
        std::thread::sleep(Duration::from_millis(20));
        queue.close();
        assert_eq!(waiting.join().unwrap(), (101, Kind::Closed));
        queue.push(completion(2));
        assert_eq!(id(&queue), Some(2), "what comes after the close is not lost");
        assert_eq!(queue.next(None).unwrap_err().kind, Kind::Closed);
    }

    #[test]
    fn drained_at_once() {
        let queue = Queue::new();
        assert!(queue.drain().unwrap().is_empty());
        (1..=3).for_each(|number| queue.push(completion(number)));
        queue.close();
        assert_eq!(queue.drain().unwrap().iter().map(|completion| completion.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(queue.drain().unwrap_err().kind, Kind::Closed);
    }

    #[test]
    fn nothing_comes_within_the_time() {
        let began = Instant::now();
        assert!(Queue::new().next(Some(Duration::from_millis(30))).unwrap().is_none());
        assert!(began.elapsed() >= Duration::from_millis(30));
    }

    #[cfg(unix)]
    #[test]
    fn the_signal_holds_one_byte_while_something_waits() {
        use std::sync::mpsc;
        let queue = Queue::new();
        queue.push(completion(1));
        assert_eq!(queue.fd().unwrap(), queue.fd().unwrap());
        let raised = |queue: &Queue| lock(&queue.0.state).signal.as_ref().unwrap().raised;
        assert!(raised(&queue), "what came before the descriptor shows too");
        queue.push(completion(2));
        id(&queue);
        assert!(raised(&queue));
        id(&queue);
        assert!(!raised(&queue));
        // A hundred thousand bytes would fill the pipe if each completion wrote one and none was read.
        let (done, finished) = mpsc::channel();
        std::thread::spawn(move || {
            for number in 0..100_000 {
                queue.push(completion(number));
                if number % 7 == 0 {
                    while id(&queue).is_some() {}
                }
            }
            done.send(raised(&queue)).unwrap();
        });
        assert!(finished.recv_timeout(Duration::from_secs(60)).expect("it never blocks"));
    }
}
