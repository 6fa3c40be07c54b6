//! The server's life: bound, running, ended.

use crate::address::{Address, bind};
use crate::guard::Token;
use crate::routes::router;
use crate::shown::Shared;
use kedge_workspace::Workspace;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long requests under way may take to end once the server is told to.
const GRACE: Duration = Duration::from_secs(3);

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No port is free, or the system does not let us listen.
    #[error(
        "nothing can be served on port {port}: {source}; choose another with --port, or --port 0 for any"
    )]
    Bind {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something that serving needs.
    #[error("the pages cannot be served: {0}")]
    System(#[from] io::Error),
}

/// A server that listens and does not answer yet.
pub struct Server {
    shared: Arc<Shared>,
    address: Address,
    listeners: Vec<TcpListener>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Listens on the loopback addresses: on `port`, the next free one where that is taken, any free one for 0.
    ///
    /// # Errors
    /// When nothing can be bound, or the system gives no randomness for the run's token.
    pub async fn bind(workspace: Workspace, port: u16) -> Result<Self, ServeError> {
        let (address, listeners) = bind(port).await.map_err(|source| ServeError::Bind { port, source })?;
        let shared = Shared::new(workspace, Token::draw()?);
        Ok(Self { shared, address, listeners })
    }

    /// Where it is.
    pub fn address(&self) -> Address {
        self.address
    }

    /// Serves until `until` is done; then requests under way may end, and streams of events are closed.
    ///
    /// # Errors
    /// When the system refuses to go on.
    pub async fn run(self, until: impl Future<Output = ()> + Send) -> Result<(), ServeError> {
        let router = router(self.shared.clone(), self.address.port);
        let mut serving = tokio::task::JoinSet::new();
        for listener in self.listeners {
            let mut closing = self.shared.closing();
            let router = router.clone();
            serving.spawn(async move {
                let closed = async move {
                    // The sender lives as long as the state of the routes.
                    let _ = closing.wait_for(|closing| *closing).await;
                };
                axum::serve(listener, router).with_graceful_shutdown(closed).await
            });
        }
        until.await;
        self.shared.close();
        // A browser may keep a connection open for ever; nobody waits for that.
        let ended = tokio::time::timeout(GRACE, async {
            while let Some(ended) = serving.join_next().await {
                if let Ok(result) = ended {
                    result?;
                }
            }
            Ok::<(), io::Error>(())
        });
        match ended.await {
            Ok(result) => Ok(result?),
            Err(_) => Ok(()),
        }
    }
}

/// Serves the workspace to this machine until Ctrl-C. `opened` is told the address as soon as it answers.
///
/// # Errors
/// When nothing can be bound, or the system refuses to go on.
pub fn serve(workspace: Workspace, port: u16, opened: impl FnOnce(Address)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let server = Server::bind(workspace, port).await?;
        opened(server.address());
        server
            .run(async {
                // Without a handler for Ctrl-C the system ends the process itself, which is as good.
                if tokio::signal::ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
            .await
    });
    // An answer that is still being worked out is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}
