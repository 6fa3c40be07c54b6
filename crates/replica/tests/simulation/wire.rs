//! The network between an HTTP client and a service: both ship, and what is between them loses, doubles, changes and repeats.

use super::faulty::Draws;
use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use kedge_replica::transport::http::{Carry, Failed};
use std::sync::{Arc, Mutex};
use tower_service::Service as _;

/// A request or answer whose bytes are all there.
type Whole = (Parts, Vec<u8>);

/// So many earlier requests may come again.
const EARLIER: usize = 6;

pub(super) struct Wire {
    /// The service, as it is after a start: it has forgotten the parts of messages that it had.
    anew: Box<dyn Fn() -> Router + Send + Sync>,
    state: Mutex<State>,
    draws: Arc<Mutex<Draws>>,
    /// Nothing goes wrong.
    quiet: bool,
}

struct State {
    router: Router,
    earlier: Vec<Whole>,
    damage: Damage,
}

/// What was done to what passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) lost: u64,
    pub(super) changed: u64,
    pub(super) doubled: u64,
}

impl Wire {
    pub(super) fn new(
        anew: impl Fn() -> Router + Send + Sync + 'static,
        draws: Arc<Mutex<Draws>>,
        quiet: bool,
    ) -> Self {
        let state = State { router: anew(), earlier: Vec::new(), damage: Damage::default() };
        Self { anew: Box::new(anew), state: Mutex::new(state), draws, quiet }
    }

    pub(super) fn damage(&self) -> Damage {
        self.state.lock().unwrap().damage
    }

    fn chance(&self, one_in: u64) -> bool {
        !self.quiet && self.draws.lock().unwrap().chance(one_in)
    }

    /// One bit of the bytes is another.
    fn change(&self, bytes: &mut [u8]) {
        if !bytes.is_empty() {
            let at = self.draws.lock().unwrap().below(bytes.len() as u64) as usize;
            bytes[at] ^= 1;
            self.state.lock().unwrap().damage.changed += 1;
        }
    }

    fn lost(&self, sent: bool) -> Failed {
        self.state.lock().unwrap().damage.lost += 1;
        Failed { sent, why: "lost".to_owned() }
    }

    async fn arrives(&self, (parts, body): Whole) -> Response<Body> {
        let mut router = self.state.lock().unwrap().router.clone();
        let Ok(response) = router.call(Request::from_parts(parts, Body::from(body))).await;
        response
    }
}

/// A wire that who laid it can still look at.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Wire>);

impl Carry for Shared {
    async fn carry(&self, request: Request<Body>) -> Result<Response<Body>, Failed> {
        let wire = &*self.0;
        let (parts, body) = request.into_parts();
        let mut body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        if wire.chance(10) {
            return Err(wire.lost(wire.chance(2)));
        }
        if wire.chance(40) {
            let mut state = wire.state.lock().unwrap();
            state.router = (wire.anew)();
        }
        if wire.chance(40) {
            wire.change(&mut body);
        }
        let whole = (parts, body);
        let again = {
            let mut state = wire.state.lock().unwrap();
            let earlier = state.earlier.clone();
            state.earlier.push(whole.clone());
            if state.earlier.len() > EARLIER {
                state.earlier.remove(0);
            }
            earlier
        };
        if !again.is_empty() && wire.chance(8) {
            // One that was sent before was only delayed, and comes now.
            let which = wire.draws.lock().unwrap().below(again.len() as u64) as usize;
            wire.state.lock().unwrap().damage.doubled += 1;
            wire.arrives(again[which].clone()).await;
        }
        if wire.chance(8) {
            wire.state.lock().unwrap().damage.doubled += 1;
            wire.arrives(whole.clone()).await;
        }
        let answer = wire.arrives(whole).await;
        if wire.chance(10) {
            return Err(wire.lost(true));
        }
        let (parts, body) = answer.into_parts();
        let mut body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        if wire.chance(40) {
            wire.change(&mut body);
        }
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}
