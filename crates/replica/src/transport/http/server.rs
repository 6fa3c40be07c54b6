//! The side that is asked: a router that a service nests into its own.

use super::parts::{Part, Pushed, UnderWay, slice};
use super::seal::{NONCE, PART, PEER, SEAL, Said, session};
use super::{HttpSettings, Shared, Surroundings};
use crate::peers::{Peer, Peers};
use crate::store::Store;
use crate::transport::seal::unhex;
use crate::wire::{Message, Receipt, RemoteWrite};
use crate::{Error, StoreError};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use std::sync::{Arc, Mutex};

/// At most so many events that were not taken in are told of one by one.
const TOLD: usize = 100;

struct Service<S> {
    replica: Shared<S>,
    peers: Peers,
    surroundings: Surroundings,
    settings: HttpSettings,
    under_way: Mutex<UnderWay>,
}

/// Answers these peers for this replica: to be nested where they know it to be, or served as it is.
///
/// ```no_run
/// # async fn serve<S: kedge_replica::Store + 'static>(
/// #     replica: kedge_replica::transport::http::Shared<S>,
/// #     peers: kedge_replica::Peers,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use kedge_replica::transport::http::{HttpSettings, Surroundings, router};
/// let surroundings = Surroundings::new(
///     || std::time::SystemTime::now().into(),
///     |bytes| getrandom::fill(bytes).expect("the system has random bytes"),
/// );
/// let replicas = router(replica, peers, surroundings, HttpSettings::default());
/// let service = axum::Router::new().nest("/replica", replicas);
/// axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8650").await?, service).await?;
/// # Ok(())
/// # }
/// ```
pub fn router<S: Store + 'static>(
    replica: Shared<S>,
    peers: Peers,
    surroundings: Surroundings,
    settings: HttpSettings,
) -> Router {
    let under_way = Mutex::new(UnderWay::default());
    let service = Service { replica, peers, surroundings, settings, under_way };
    Router::new().route("/{verb}", post(handle::<S>)).with_state(Arc::new(service))
}

/// A request that was heard, from a peer that it was sealed by.
struct Heard<'a> {
    peer: &'a Peer,
    verb: &'a str,
    part: Option<Part>,
    body: Bytes,
}

/// What is said to it.
struct Saying {
    status: StatusCode,
    part: Option<Part>,
    body: Bytes,
}

impl Saying {
    fn all(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, part: None, body: body.into() }
    }

    fn no(status: StatusCode, why: &(impl ToString + ?Sized)) -> Self {
        Self { status, part: None, body: why.to_string().into() }
    }
}

async fn handle<S: Store + 'static>(
    State(service): State<Arc<Service<S>>>,
    Path(verb): Path<String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let header =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (peer, nonce, seal) = (header(PEER), header(NONCE), header(SEAL));
    // Nothing is read of who is not known, and nobody learns which names are.
    let stranger = || {
        let why = "this name and secret are not known here: see that both sides have the same\n";
        (StatusCode::UNAUTHORIZED, why).into_response()
    };
    let Some(peer) = service.peers.get(peer).filter(|_| unhex::<16>(nonce).is_some()) else {
        return stranger();
    };
    let part = match header(PART) {
        "" => None,
        text => match text.parse::<Part>() {
            Ok(part) => Some(part),
            Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        },
    };
    let body = axum::body::to_bytes(body, service.settings.part);
    let body = match tokio::time::timeout(service.settings.answer, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let why = format!(
                "the body broke off, or is longer than the {} bytes that are taken at once: send it in parts\n",
                service.settings.part
            );
            return (StatusCode::PAYLOAD_TOO_LARGE, why).into_response();
        }
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, "the body did not come in time\n").into_response(),
    };
    let said = Said { status: None, verb: &verb, peer: peer.name().as_str(), nonce, part, body: &body };
    if !said.is_sealed(peer.secret(), seal) {
        return stranger();
    }
    let saying = service.hear(Heard { peer, verb: &verb, part, body }).await;
    sealed(peer, &verb, nonce, saying)
}

fn sealed(peer: &Peer, verb: &str, nonce: &str, saying: Saying) -> Response {
    let Saying { status, part, body } = saying;
    let (name, status_code) = (peer.name().as_str(), Some(status.as_u16()));
    let said = Said { status: status_code, verb, peer: name, nonce, part, body: &body };
    let mut headers = HeaderMap::new();
    // Digits and slashes: there is no other header.
    let mut put = |name, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    };
    put(SEAL, said.seal(peer.secret()));
    if let Some(part) = part {
        put(PART, part.to_string());
    }
    (status, headers, Body::from(body)).into_response()
}

impl<S: Store> Service<S> {
    async fn hear(&self, heard: Heard<'_>) -> Saying {
        match heard.verb {
            "pull" => self.pull(heard).await,
            "wanted" => self.wanted(&heard).await,
            "push" => self.push(heard).await,
            "write" => self.write(&heard).await,
            _ => Saying::no(StatusCode::NOT_FOUND, "a replica is asked to pull, wanted, push or write"),
        }
    }

    async fn pull(&self, heard: Heard<'_>) -> Saying {
        let now = self.surroundings.now();
        let most = self.settings.part;
        if let Some(part) = heard.part {
            let mut under_way = self.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            under_way.forget(now, self.settings.kept);
            return match under_way.rest(now, heard.peer.name(), part, most) {
                Some(body) => Saying { status: StatusCode::OK, part: Some(part), body },
                None => Saying::no(
                    StatusCode::GONE,
                    "the rest of that answer is no longer kept: ask from the beginning",
                ),
            };
        }
        let answer = self.replica.lock().await.answer_to(now, heard.peer, &heard.body).await;
        let answer = match answer {
            Ok(answer) => Bytes::from(answer),
            Err(error) => return refusal(&error),
        };
        if answer.len() > self.settings.longest {
            let why = super::HttpError::Long { bytes: answer.len() as u64, longest: self.settings.longest };
            return Saying::no(StatusCode::INSUFFICIENT_STORAGE, &why);
        }
        if answer.len() <= most {
            return Saying { status: StatusCode::OK, part: None, body: answer };
        }
        let mut under_way = self.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        under_way.forget(now, self.settings.kept);
        let part = under_way.keep(now, heard.peer.name(), answer.clone());
        let body = slice(&answer, part, most).unwrap_or_default();
        Saying { status: StatusCode::OK, part: Some(part), body }
    }

    async fn wanted(&self, heard: &Heard<'_>) -> Saying {
        let collection = String::from_utf8_lossy(&heard.body);
        match self.replica.lock().await.pull_from(heard.peer, &collection) {
            Ok(pull) => Saying::all(pull),
            Err(error) => refusal(&error),
        }
    }

    async fn push(&self, heard: Heard<'_>) -> Saying {
        let now = self.surroundings.now();
        let Some(part) = heard.part else { return self.take_in(heard.peer, &heard.body).await };
        if part.length > self.settings.longest as u64 {
            let why = super::HttpError::Long { bytes: part.length, longest: self.settings.longest };
            return Saying::no(StatusCode::PAYLOAD_TOO_LARGE, &why);
        }
        #[cfg(feature = "planted")]
        let part = {
            let anywhere = self.replica.lock().await.core().has(crate::Planted::PartOutOfPlace);
            let under_way = self.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if anywhere { under_way.next(heard.peer.name(), part) } else { part }
        };
        let pushed = {
            let mut under_way = self.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            under_way.forget(now, self.settings.kept);
            under_way.push(now, heard.peer.name(), part, &heard.body)
        };
        let next = |status, part| Saying { status, part: Some(part), body: Bytes::new() };
        match pushed {
            Pushed::Whole(message) => self.take_in(heard.peer, &message).await,
            Pushed::Next(part) => next(StatusCode::ACCEPTED, part),
            Pushed::Other(part) => next(StatusCode::CONFLICT, part),
            Pushed::Wrong => Saying::no(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the parts are not what was announced: send them again",
            ),
        }
    }

    async fn take_in(&self, peer: &Peer, message: &[u8]) -> Saying {
        let now = self.surroundings.now();
        let message = match Message::decode(message) {
            Ok(message) => message,
            Err(error) => return refusal(&error.into()),
        };
        let collection = message.collection().clone();
        let mut replica = self.replica.lock().await;
        let report = match replica.take_from(now, peer, message).await {
            Ok(report) => report,
            Err(error) => return refusal(&error),
        };
        let seen = replica.core().pull_from(peer, collection.as_str(), 0).map(|pull| pull.seen);
        let held = report.held.into_iter().take(TOLD).map(|(dot, why)| (dot, why.to_string())).collect();
        let (taken, known, seen) = (report.taken, report.known, seen.unwrap_or_default());
        Saying::all(Receipt { taken, known, held, seen }.encode())
    }

    async fn write(&self, heard: &Heard<'_>) -> Saying {
        let now = self.surroundings.now();
        let mut write = match RemoteWrite::decode(&heard.body) {
            Ok(write) => write,
            Err(error) => return refusal(&error.into()),
        };
        write.session = session(heard.peer.name().as_str(), write.session);
        match self.replica.lock().await.write_for(now, heard.peer, &write).await {
            Ok(answer) => Saying::all(answer.encode()),
            Err(error) => refusal(&error),
        }
    }
}

/// Which status says that.
fn refusal(error: &Error) -> Saying {
    let status = match error {
        Error::NotGranted(_) => StatusCode::FORBIDDEN,
        Error::NoCollection(_) => StatusCode::NOT_FOUND,
        Error::Wire(_) | Error::Key(_) | Error::NotInParts(_) | Error::Write(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::Store(StoreError::Database(_)) => {
            // What a database says may name files and tables: that stays here.
            return Saying::no(
                StatusCode::SERVICE_UNAVAILABLE,
                "the store there fails: see its own messages",
            );
        }
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    Saying::no(status, error)
}
