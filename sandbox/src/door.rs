//! The listener as something that can be shut and opened again, for a vendor that refuses connections.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::connection::Connection;

/// The door of a sandbox.
#[derive(Debug)]
pub(crate) struct Door {
    address: SocketAddr,
    listener: Mutex<Option<TcpListener>>,
    open: Mutex<Vec<Connection>>,
    closings: mpsc::UnboundedSender<Duration>,
}

impl Door {
    /// A door around a listener, and where its closings are heard of.
    pub(crate) fn new(listener: TcpListener) -> std::io::Result<(Self, mpsc::UnboundedReceiver<Duration>)> {
        let (closings, heard) = mpsc::unbounded_channel();
        let address = listener.local_addr()?;
        Ok((Self { address, listener: Mutex::new(Some(listener)), open: Mutex::default(), closings }, heard))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shuts it now, so that the very next attempt is refused; connections without a request under way are cut too.
    pub(crate) fn close(&self, time: Duration) {
        drop(self.listener.lock().unwrap().take());
        for connection in self.open.lock().unwrap().iter() {
            connection.cut_if_idle();
        }
        // A sandbox that is being stopped has nobody left to open it again.
        let _ = self.closings.send(time);
    }

    /// Shuts it for good.
    pub(crate) fn shut(&self) {
        drop(self.listener.lock().unwrap().take());
    }

    /// Opens it again after `time`.
    pub(crate) async fn reopen(&self, time: Duration) {
        tokio::time::sleep(time).await;
        while self.listener.lock().unwrap().is_none() {
            match TcpListener::bind(self.address).await {
                Ok(listener) => *self.listener.lock().unwrap() = Some(listener),
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    pub(crate) async fn accept(&self) -> std::io::Result<TcpStream> {
        poll_fn(|context| match &*self.listener.lock().unwrap() {
            Some(listener) => listener.poll_accept(context).map_ok(|(stream, _)| stream),
            // Whoever opens it again polls anew.
            None => Poll::Pending,
        })
        .await
    }

    pub(crate) fn enter(&self, connection: &Connection) {
        self.open.lock().unwrap().push(connection.clone());
    }

    pub(crate) fn leave(&self, connection: &Connection) {
        self.open.lock().unwrap().retain(|other| !other.is(connection));
    }
}
