//! The accept loop. It is our own, because some faults act on a connection before any request is read.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::connection::{AsReceived, Connection};
use crate::faults::{Kind, Stage};
use crate::state::{Shared, State};
use crate::{admin, baidu, juhe, jumdata};

/// All routes of a sandbox.
pub(crate) fn router(state: Shared) -> Router {
    Router::new()
        .nest("/juhe", juhe::routes())
        .nest("/jumdata", jumdata::routes())
        .nest("/baidu", baidu::routes())
        .nest("/_sandbox", admin::routes())
        .with_state(state)
}

/// Serves until `stopped` fires or its sender is gone; then every connection ends.
pub(crate) async fn serve(
    state: Arc<State>,
    closings: mpsc::UnboundedReceiver<Duration>,
    stopped: oneshot::Receiver<()>,
) {
    tokio::select! {
        _ = stopped => {}
        () = accept(state.clone(), closings) => {}
    }
    // Somebody may still hold the state; the port must be free all the same.
    state.door.shut();
}

async fn accept(state: Arc<State>, mut closings: mpsc::UnboundedReceiver<Duration>) {
    let router = router(state.clone());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(time) = closings.recv() => state.door.reopen(time).await,
            Some(_) = connections.join_next() => {}
            accepted = state.door.accept() => {
                let Ok(stream) = accepted else {
                    // Out of descriptors, most likely: some will be free again.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                };
                match state.faults.take(Stage::Accept, "", None) {
                    Some(Kind::ResetOnAccept) => {
                        let _ = stream.set_zero_linger();
                    }
                    Some(Kind::HangOnAccept) => {
                        connections.spawn(async move {
                            let _held = stream;
                            std::future::pending::<()>().await;
                        });
                    }
                    _ => {
                        connections.spawn(talk(state.clone(), router.clone(), stream));
                    }
                }
            }
        }
    }
}

async fn talk(state: Arc<State>, router: Router, stream: TcpStream) {
    // Replies are written whole; waiting for more would only add 40 ms to some of them.
    let _ = stream.set_nodelay(true);
    let connection = Connection::default();
    state.door.enter(&connection);
    let service = service_fn(|mut request: http::Request<hyper::body::Incoming>| {
        let busy = connection.busy();
        let received = AsReceived(request.uri().clone());
        request.extensions_mut().insert(received);
        request.extensions_mut().insert(connection.clone());
        let reply = router.clone().oneshot(request);
        async move {
            let reply = reply.await;
            drop(busy);
            reply.map_err(|never: Infallible| never)
        }
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = serving => {}
        () = connection.wait_for_cut() => {}
    }
    state.door.leave(&connection);
}
