//! The side that asks: pulls from a peer, pushes to it, and sends writes to it as a home.

use super::parts::{Part, slice};
use super::retry::pause;
use super::seal::{NONCE, PART, PEER, SEAL, Said, digest};
use super::{HttpError, HttpSettings, Shared, Surroundings};
use crate::change::Change;
use crate::core::WriteError;
use crate::peers::Peer;
use crate::store::Store;
use crate::transport::seal::hex;
use crate::wire::{Message, Receipt, RemoteWrite, WriteAnswer};
use crate::{Dot, Name};
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};

/// Another replica, as it is asked over HTTP.
#[derive(Clone, Debug)]
pub struct HttpPeer<C = Client<HttpConnector, Body>> {
    url: String,
    me: Name,
    peer: Peer,
    carrier: C,
    surroundings: Surroundings,
    settings: HttpSettings,
}

/// How far it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many events were taken in.
    pub taken: u64,
    /// How many were known.
    pub known: u64,
    /// Events that were not taken in, with why; they come again. Of what was pushed at most 100 a message.
    pub held: Vec<(Dot, String)>,
}

impl Progress {
    fn and(&mut self, taken: u64, known: u64, held: impl IntoIterator<Item = (Dot, String)>) {
        self.taken += taken;
        self.known += known;
        self.held.extend(held);
    }
}

/// That a write was applied at its home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// Now, and it became these events: the versions of the records, by collection.
    Now(Vec<(Name, Dot)>),
    /// By an earlier try whose answer was lost. Pull from the home to see what the records are.
    Earlier,
}

/// An answer as it came.
struct Heard {
    status: StatusCode,
    part: Option<Part>,
    body: Bytes,
}

/// Why one try failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Whether the request may have come through.
    pub sent: bool,
    /// Why it failed.
    pub why: String,
}

/// Brings one request to the other side and its answer back, once. hyper's client does; so does what a test puts between the
/// two sides, to which the [`router`](super::router) is a service like any other.
pub trait Carry: Send + Sync {
    /// One request, and its answer or why there is none.
    fn carry(&self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, Failed>> + Send;
}

impl<C: Connect + Clone + Send + Sync + 'static> Carry for Client<C, Body> {
    async fn carry(&self, request: Request<Body>) -> Result<Response<Body>, Failed> {
        let failed = |error: hyper_util::client::legacy::Error| Failed {
            sent: !error.is_connect(),
            why: chain(&error),
        };
        Ok(self.request(request).await.map_err(failed)?.map(Body::new))
    }
}

impl HttpPeer {
    /// The replica at this address, known here as `peer`; there this one is known as `me`.
    ///
    /// # Errors
    /// The address is none, or `me` no name.
    pub fn new(
        url: &str,
        me: &str,
        peer: Peer,
        surroundings: Surroundings,
        settings: HttpSettings,
    ) -> Result<Self, HttpError> {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(settings.connect));
        connector.set_nodelay(true);
        if !url.starts_with("http://") {
            let why = "plain HTTP is all that is built in; for another, hand `over` its connector".to_owned();
            return Err(HttpError::Address { url: url.to_owned(), why });
        }
        Self::over(connector, url, me, peer, surroundings, settings)
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> HttpPeer<Client<C, Body>> {
    /// Likewise, over a connector of one's own, such as one that speaks TLS.
    ///
    /// # Errors
    /// The address is none, or `me` no name.
    pub fn over(
        connector: C,
        url: &str,
        me: &str,
        peer: Peer,
        surroundings: Surroundings,
        settings: HttpSettings,
    ) -> Result<Self, HttpError> {
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        Self::by(client, url, me, peer, surroundings, settings)
    }
}

impl<C: Carry> HttpPeer<C> {
    /// Likewise, by whatever carries requests.
    ///
    /// # Errors
    /// The address is none, or `me` no name.
    pub fn by(
        carrier: C,
        url: &str,
        me: &str,
        peer: Peer,
        surroundings: Surroundings,
        settings: HttpSettings,
    ) -> Result<Self, HttpError> {
        let wrong = |why: String| HttpError::Address { url: url.to_owned(), why };
        let uri: Uri = url.parse().map_err(|error: axum::http::uri::InvalidUri| wrong(error.to_string()))?;
        if uri.host().is_none() || uri.query().is_some() {
            return Err(wrong("it has no host, or a query".to_owned()));
        }
        let me = Name::new(me).map_err(|error| wrong(error.to_string()))?;
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { url, me, peer, carrier, surroundings, settings })
    }

    /// Takes in what the peer has and this replica lacks, as far as the peer is believed.
    ///
    /// # Errors
    /// It cannot be reached, refuses, or is not who it should be; or the replica here fails. What was taken in before stays,
    /// and the next pull goes on from there.
    pub async fn pull<S: Store>(&self, replica: &Shared<S>, collection: &str) -> Result<Progress, HttpError> {
        let mut progress = Progress::default();
        let mut pull = Bytes::from(replica.lock().await.pull_from(&self.peer, collection)?);
        let mut ahead = None;
        loop {
            let message = match ahead.take() {
                Some((asked, message)) if asked == pull => message?,
                _ => self.fetch(pull.clone()).await?,
            };
            // While this is stored, what will be asked for next, if all of it is taken in, is fetched and read.
            let guess = after(&pull, &message);
            let take = async {
                let now = self.surroundings.now();
                let mut replica = replica.lock().await;
                let report = replica.take_from(now, &self.peer, message).await?;
                Ok::<_, HttpError>((report, Bytes::from(replica.pull_from(&self.peer, collection)?)))
            };
            let (taken, fetched) = match guess {
                None => (take.await, None),
                Some(guess) => {
                    let (taken, fetched) = tokio::join!(take, self.fetch(guess.clone()));
                    (taken, Some((guess, fetched)))
                }
            };
            let (report, next) = taken?;
            let held = report.held.into_iter().map(|(dot, why)| (dot, why.to_string()));
            progress.and(report.taken, report.known, held);
            // Who says that there is more and sends nothing new is not asked for ever.
            if !report.more || next == pull {
                return Ok(progress);
            }
            (pull, ahead) = (next, fetched);
        }
    }

    /// Brings to the peer what it lacks and may have, as far as it believes this replica.
    ///
    /// # Errors
    /// As [`HttpPeer::pull`].
    pub async fn push<S: Store>(&self, replica: &Shared<S>, collection: &str) -> Result<Progress, HttpError> {
        let mut progress = Progress::default();
        let wanted = self.ask("wanted", None, Bytes::copy_from_slice(collection.as_bytes())).await?;
        let Message::Pull(mut pull) =
            Message::decode(&self.fine(wanted)?).map_err(|why| self.unread(&why))?
        else {
            return Err(self.unread("it is no pull"));
        };
        loop {
            let now = self.surroundings.now();
            let message = replica.lock().await.message_to(now, &self.peer, pull.clone()).await?;
            let more = matches!(&message, Message::Batch(batch) if batch.more);
            let Receipt { taken, known, held, seen } = self.send(message.encode().into()).await?;
            progress.and(taken, known, held);
            // What is refused again and again is not sent for ever.
            if !more || seen == pull.seen {
                return Ok(progress);
            }
            pull.seen = seen;
        }
    }

    /// Pulls and pushes every collection that this replica holds and the peer was granted something of.
    ///
    /// # Errors
    /// As [`HttpPeer::pull`].
    pub async fn sync<S: Store>(&self, replica: &Shared<S>) -> Result<Progress, HttpError> {
        let contracts = replica.lock().await.core().contracts().clone();
        let mut progress = Progress::default();
        for collection in contracts.iter().map(|contract| contract.name().as_str()) {
            if self.peer.believed(collection) != crate::Authors::None {
                let Progress { taken, known, held } = self.pull(replica, collection).await?;
                progress.and(taken, known, held);
            }
            if *self.peer.may_read(collection) != crate::Authors::None {
                let Progress { taken, known, held } = self.push(replica, collection).await?;
                progress.and(taken, known, held);
            }
        }
        Ok(progress)
    }

    /// Sends a write to the peer as the home of all the serial collections in it: all of it is applied, or nothing, and once,
    /// however often it is sent.
    ///
    /// # Errors
    /// [`HttpError::HomeUnreachable`]: nothing was written. [`HttpError::NotKnown`]: send the same write again.
    /// [`HttpError::Write`]: the home refuses it, and nothing was written. Otherwise as [`HttpPeer::pull`].
    pub async fn write(&self, write: &RemoteWrite) -> Result<Written, HttpError> {
        let heard = self.ask("write", None, write.encode().into()).await.map_err(|error| match error {
            HttpError::Unreachable { url, attempts, why } => {
                HttpError::HomeUnreachable { url, attempts, why }
            }
            HttpError::NoAnswer { url, attempts, why } => HttpError::NotKnown { url, attempts, why },
            other => other,
        })?;
        match WriteAnswer::decode(&self.fine(heard)?).map_err(|why| self.unread(&why))? {
            WriteAnswer::Written(versions) => Ok(Written::Now(versions)),
            WriteAnswer::Earlier => Ok(Written::Earlier),
            WriteAnswer::Refused(refusal) => Err(refusal.into()),
        }
    }

    /// The answer to a pull.
    async fn fetch(&self, pull: Bytes) -> Result<Message, HttpError> {
        Message::decode(&self.fetch_bytes(pull).await?).map_err(|why| self.unread(&why))
    }

    /// The bytes of the answer, with all its parts.
    async fn fetch_bytes(&self, pull: Bytes) -> Result<Bytes, HttpError> {
        'begin: for _ in 0..self.settings.attempts.max(1) {
            let first = self.ask("pull", None, pull.clone()).await?;
            let Some(whole) = first.part else { return self.fine(first) };
            let mut message = Vec::from(self.fine(first)?);
            if whole.length > self.settings.longest as u64 {
                return Err(HttpError::Long { bytes: whole.length, longest: self.settings.longest });
            }
            while (message.len() as u64) < whole.length {
                let next = Part { from: message.len() as u64, ..whole };
                let heard = self.ask("pull", Some(next), pull.clone()).await?;
                if heard.status == StatusCode::GONE {
                    continue 'begin;
                }
                if heard.part != Some(next) || heard.body.is_empty() {
                    return Err(self.unread("it is another part than the one that was asked for"));
                }
                message.extend_from_slice(&self.fine(heard)?);
            }
            if message.len() as u64 > whole.length || digest(&message) != whole.digest {
                return Err(self.unread("its parts do not come to what was announced"));
            }
            return Ok(message.into());
        }
        let why = "the rest of its answer was gone each time that it was asked for".to_owned();
        Err(HttpError::NoAnswer { url: self.url.clone(), attempts: self.settings.attempts, why })
    }

    /// Sends a message, in parts if it is long.
    async fn send(&self, message: Bytes) -> Result<Receipt, HttpError> {
        let read = |body: Bytes| Receipt::decode(&body).map_err(|why| self.unread(&why));
        if message.len() <= self.settings.part {
            return read(self.fine(self.ask("push", None, message).await?)?);
        }
        let mut part = Part { from: 0, length: message.len() as u64, digest: digest(&message) };
        // Each part once, and again what a server that was started anew has forgotten.
        let parts = message.len() / self.settings.part.max(1) + 1;
        for _ in 0..parts.saturating_mul(self.settings.attempts.max(2) as usize) {
            let body = slice(&message, part, self.settings.part).unwrap_or_default();
            let heard = self.ask("push", Some(part), body).await?;
            match (heard.status, heard.part) {
                (StatusCode::ACCEPTED | StatusCode::CONFLICT, Some(next)) if next.digest == part.digest => {
                    part = next;
                }
                _ => return read(self.fine(heard)?),
            }
        }
        let why = "it forgot the parts that it had each time".to_owned();
        Err(HttpError::NoAnswer { url: self.url.clone(), attempts: self.settings.attempts, why })
    }

    fn fine(&self, heard: Heard) -> Result<Bytes, HttpError> {
        if heard.status.is_success() {
            return Ok(heard.body);
        }
        let (status, why) = (heard.status.as_u16(), String::from_utf8_lossy(&heard.body).into_owned());
        Err(HttpError::Refused { url: self.url.clone(), status, why })
    }

    fn unread(&self, why: &(impl ToString + ?Sized)) -> HttpError {
        HttpError::Answer { url: self.url.clone(), why: why.to_string() }
    }

    /// One question until it is answered, or was asked often enough.
    async fn ask(&self, verb: &str, part: Option<Part>, body: Bytes) -> Result<Heard, HttpError> {
        let attempts = self.settings.attempts.max(1);
        let (mut sent, mut why) = (false, String::new());
        for attempt in 0..attempts {
            if attempt > 0 {
                let random = u64::from_le_bytes(self.surroundings.random());
                let HttpSettings { first_pause, longest_pause, .. } = self.settings;
                tokio::time::sleep(pause(attempt, first_pause, longest_pause, random)).await;
            }
            let once = self.once(verb, part, body.clone());
            match tokio::time::timeout(self.settings.answer, once).await {
                Ok(Ok(Ok(heard))) if !passes(heard.status) => return Ok(heard),
                Ok(Ok(Ok(heard))) => {
                    sent = true;
                    why = format!("{}: {}", heard.status, String::from_utf8_lossy(&heard.body));
                }
                Ok(Ok(Err(failed))) => {
                    sent |= failed.sent;
                    why = failed.why;
                }
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    sent = true;
                    why = format!("no answer within {:?}", self.settings.answer);
                }
            }
        }
        let url = self.url.clone();
        Err(if sent {
            HttpError::NoAnswer { url, attempts, why }
        } else {
            HttpError::Unreachable { url, attempts, why }
        })
    }

    /// One try. An answer that is not the peer's is no answer, and no reason to try again.
    async fn once(
        &self,
        verb: &str,
        part: Option<Part>,
        body: Bytes,
    ) -> Result<Result<Heard, Failed>, HttpError> {
        let nonce = hex(&self.surroundings.random::<16>());
        let said = Said { status: None, verb, peer: self.me.as_str(), nonce: &nonce, part, body: &body };
        let seal = said.seal(self.peer.secret());
        let mut request = Request::post(format!("{}/{verb}", self.url))
            .header(PEER, self.me.as_str())
            .header(NONCE, &nonce)
            .header(SEAL, seal);
        if let Some(part) = part {
            request = request.header(PART, part.to_string());
        }
        let request = request.body(Body::from(body));
        let request =
            request.map_err(|error| HttpError::Address { url: self.url.clone(), why: error.to_string() })?;
        let response = match self.carrier.carry(request).await {
            Ok(response) => response,
            Err(failed) => return Ok(Err(failed)),
        };
        let (head, body) = response.into_parts();
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let body = match axum::body::to_bytes(body, self.settings.longest).await {
            Ok(body) => body,
            Err(error) => {
                return Ok(Err(Failed {
                    sent: true,
                    why: format!("the answer broke off: {}", chain(&error)),
                }));
            }
        };
        let part = header(PART).and_then(|text| text.parse().ok());
        let (status, me) = (head.status, self.me.as_str());
        let said = Said { status: Some(status.as_u16()), verb, peer: me, nonce: &nonce, part, body: &body };
        if said.is_sealed(self.peer.secret(), header(SEAL).unwrap_or_default()) {
            return Ok(Ok(Heard { status, part, body }));
        }
        // A proxy that finds nobody behind it, and a body that broke off, speak for themselves; they pass.
        let why: String = String::from_utf8_lossy(&body).trim().chars().take(200).collect();
        if passes(status) || status == StatusCode::PAYLOAD_TOO_LARGE {
            return Ok(Err(Failed { sent: true, why: format!("{status}: {why}") }));
        }
        let (url, peer) = (self.url.clone(), self.peer.name().to_string());
        Err(HttpError::NotThem { url, peer, status: status.as_u16(), why })
    }
}

/// What is asked for after this answer, if all of it is taken in and there is more.
fn after(pull: &[u8], answer: &Message) -> Option<Bytes> {
    let (Ok(Message::Pull(mut pull)), Message::Batch(batch)) = (Message::decode(pull), answer) else {
        return None;
    };
    if !batch.more {
        return None;
    }
    for event in &batch.events {
        pull.seen.advance(event.author, event.sequence);
    }
    Some(Message::Pull(pull).encode().into())
}

/// Whether that is likely to be otherwise a little later.
fn passes(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::INSUFFICIENT_STORAGE
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Writes that go to a home one after the other.
#[derive(Clone, Debug)]
pub struct Session {
    session: [u8; 16],
    last: u64,
}

impl Session {
    /// A session of its own for who waits for each write before the next; never stored, and never used by two.
    pub fn new(surroundings: &Surroundings) -> Self {
        Self { session: surroundings.random(), last: 0 }
    }

    /// The next write. Who begins it has done with those before: should one of them still be on its way, it is not applied.
    ///
    /// # Errors
    /// The change is none that can be sent: a name in it is wrong, or it sends messages.
    pub fn next(&mut self, change: &Change) -> Result<RemoteWrite, WriteError> {
        if let Some(wrong) = &change.wrong {
            return Err(wrong.clone().into());
        }
        if !change.messages.is_empty() {
            return Err(WriteError::Sends);
        }
        self.last += 1;
        Ok(RemoteWrite { session: self.session, number: self.last, change: change.clone() })
    }
}
