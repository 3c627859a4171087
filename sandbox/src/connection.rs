//! A connection that a fault can cut, and reply bodies that end badly.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::sync::Notify;

/// What handlers hold of the connection that their request came on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cut: Notify,
    busy: AtomicUsize,
    spared: AtomicBool,
}

impl Connection {
    /// Closes the socket as it is; unread data makes a reset of it. Never returns, for there is nobody to reply to.
    pub(crate) async fn cut(&self) -> Response {
        self.0.cut.notify_one();
        std::future::pending().await
    }

    /// Cuts it when the reply has had time to leave.
    pub(crate) fn cut_soon(&self) {
        let inner = self.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            inner.cut.notify_one();
        });
    }

    pub(crate) async fn wait_for_cut(&self) {
        self.0.cut.notified().await;
    }

    /// Keeps it open through a refusal that it brought itself.
    pub(crate) fn spare(&self) {
        self.0.spared.store(true, Ordering::SeqCst);
    }

    /// Cuts it if no request is under way.
    pub(crate) fn cut_if_idle(&self) {
        if self.0.busy.load(Ordering::SeqCst) == 0 && !self.0.spared.load(Ordering::SeqCst) {
            self.0.cut.notify_one();
        }
    }

    pub(crate) fn is(&self, other: &Connection) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Marks it busy until the mark is dropped.
    pub(crate) fn busy(&self) -> Busy {
        self.0.busy.fetch_add(1, Ordering::SeqCst);
        Busy(self.clone())
    }
}

/// The address of a request before any router stripped a prefix.
#[derive(Clone, Debug)]
pub(crate) struct AsReceived(pub(crate) http::Uri);

/// A request is under way.
pub(crate) struct Busy(Connection);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Half of an announced body; then the connection is cut.
pub(crate) struct HalfSent {
    half: Option<Bytes>,
    connection: Connection,
}

impl HalfSent {
    pub(crate) fn new(half: Bytes, connection: Connection) -> Self {
        Self { half: Some(half), connection }
    }
}

impl Body for HalfSent {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.half.take() {
            Some(half) => {
                self.connection.cut_soon();
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            // Never woken: the cut ends it.
            None => Poll::Pending,
        }
    }
}

/// A long body of blanks, which would be legal before a JSON value.
pub(crate) struct Endless {
    left: u64,
}

impl Endless {
    pub(crate) fn new(bytes: u64) -> Self {
        Self { left: bytes }
    }
}

impl Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        static BLANKS: [u8; 16 << 10] = [b' '; 16 << 10];
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let now = self.left.min(BLANKS.len() as u64);
        self.left -= now;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&BLANKS[..now as usize])))))
    }
}
