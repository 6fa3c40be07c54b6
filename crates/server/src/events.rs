//! Live updates: the version, as server-sent events, whenever what is shown has moved.

use crate::shown::Shared;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// `/events`: the version at once, so that a page that came back sees what it missed, then each new one. Ends when the
/// server does.
pub(crate) async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut versions = shared.versions();
    versions.mark_changed();
    let closing = shared.closing();
    let stream = stream::unfold((versions, closing), |(mut versions, mut closing)| async move {
        let changed = tokio::select! {
            changed = versions.changed() => changed.is_ok(),
            _ = closing.wait_for(|closing| *closing) => false,
        };
        if !changed {
            return None;
        }
        let version = *versions.borrow_and_update();
        let event = Event::default().event("version").data(version.to_string());
        Some((Ok(event), (versions, closing)))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
