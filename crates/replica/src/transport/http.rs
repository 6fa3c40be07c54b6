//! Replicas over HTTP: pull, push and writes to a home, between peers that share a secret.
//!
//! ```text
//!   HttpPeer ── POST /pull ───▶ router ──▶ Replica::answer_to
//!            ── POST /wanted ─▶        ──▶ Replica::pull_from    what to push
//!            ── POST /push ───▶        ──▶ Replica::receive_from
//!            ── POST /write ──▶        ──▶ Replica::write_for    a serial collection's home
//! ```
//!
//! Every request and every answer is sealed with HMAC-SHA256 (RFC 2104) under the secret that the two share, which is never
//! sent: who has no secret can neither ask, nor answer, nor change a byte on the way. What is sealed can be read by who
//! listens: where that matters, carry it over a network that encrypts, or hand [`HttpPeer::over`] a connector that speaks
//! TLS. No TLS is built in, since what is believed of a peer hangs on its secret and not on a certificate; so a service
//! that has a TLS stack of its own gets no second one.
//!
//! A message longer than a part travels in parts. If the connection breaks, the part is sent again, and those before it are
//! not. A message is taken in once all of it is there, and whole.

mod client;
mod parts;
mod retry;
mod seal;
mod server;

pub use client::{Carry, Failed, HttpPeer, Progress, Session, Written};
pub use parts::{NotAPart, Part};
pub use retry::pause;
pub use server::router;

use crate::wire::{RemoteRefusal, WireError};
use crate::{Error, Millis, Replica, WriteError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A replica that the server, clients and the application of one process share: each locks it for one step at a time.
pub type Shared<S> = Arc<tokio::sync::Mutex<Replica<S>>>;

type Now = dyn Fn() -> Millis + Send + Sync;
type Random = dyn Fn(&mut [u8]) + Send + Sync;

/// The time of day and randomness, which come in as arguments.
#[derive(Clone)]
pub struct Surroundings {
    now: Arc<Now>,
    random: Arc<Random>,
}

impl Surroundings {
    /// `now` reads the time of day; `random` fills bytes that nobody can guess.
    pub fn new(
        now: impl Fn() -> Millis + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), random: Arc::new(random) }
    }

    /// The time of day.
    pub fn now(&self) -> Millis {
        (self.now)()
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Surroundings")
    }
}

/// What can be set, with its defaults. None is of the format: two sides may differ, but neither takes what is longer than its
/// own limits. The defaults are assumptions of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpSettings {
    /// So long a connection may take to come about: 5 seconds.
    pub connect: Duration,
    /// So long one request may take with its answer, each part by itself: 30 seconds.
    pub answer: Duration,
    /// So often a request is tried: 5 times.
    pub attempts: u32,
    /// Before the second try a pause of up to this: 100 ms. It doubles from try to try.
    pub first_pause: Duration,
    /// No pause is longer than this: 10 seconds.
    pub longest_pause: Duration,
    /// What is longer travels in parts of this many bytes: 4 MiB.
    pub part: usize,
    /// No message is longer than this many bytes, all its parts together: 256 MiB.
    pub longest: usize,
    /// So long the rest of a message is kept for who asked for its beginning, or sent it: 2 minutes. Of each peer four
    /// answers and four pushes at most.
    pub kept: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            attempts: 5,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(10),
            part: 4 << 20,
            longest: 256 << 20,
            kept: Duration::from_mins(2),
        }
    }
}

/// Why a peer could not be asked, or told.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address is none.
    #[error("`{url}` is no address of a replica ({why}): write it as http://HOST:PORT/PATH")]
    Address {
        /// The address.
        url: String,
        /// Why.
        why: String,
    },
    /// Nothing was sent.
    #[error(
        "{url} cannot be reached, tried {attempts} times ({why}): nothing was sent; see whether it runs, and whether the \
         address is right"
    )]
    Unreachable {
        /// Where.
        url: String,
        /// How often it was tried.
        attempts: u32,
        /// Why the last time.
        why: String,
    },
    /// Something was sent, and no answer came.
    #[error("{url} did not answer, tried {attempts} times ({why}): ask again, nothing is done twice")]
    NoAnswer {
        /// Where.
        url: String,
        /// How often it was tried.
        attempts: u32,
        /// Why the last time.
        why: String,
    },
    /// A write was not sent.
    #[error(
        "the home at {url} cannot be reached, tried {attempts} times ({why}): the write is refused, and nothing of it written"
    )]
    HomeUnreachable {
        /// Where.
        url: String,
        /// How often it was tried.
        attempts: u32,
        /// Why the last time.
        why: String,
    },
    /// Whether a write was applied is not known.
    #[error(
        "the home at {url} did not answer, tried {attempts} times ({why}): whether the change was written is not known; send \
         the same write again, it is applied once"
    )]
    NotKnown {
        /// Where.
        url: String,
        /// How often it was tried.
        attempts: u32,
        /// Why the last time.
        why: String,
    },
    /// The peer says no.
    #[error("{url} refuses ({status}): {why}")]
    Refused {
        /// Where.
        url: String,
        /// The HTTP status.
        status: u16,
        /// Why, in the peer's words.
        why: String,
    },
    /// The home refuses the change.
    #[error(transparent)]
    Write(#[from] RemoteRefusal),
    /// The change cannot be sent to a home.
    #[error(transparent)]
    Change(#[from] WriteError),
    /// The answer is not of the peer.
    #[error(
        "what answers at {url} does not know the secret of peer `{peer}` (HTTP status {status}: {why}): see whether the address is \
         right, and whether both sides have the same secret and name"
    )]
    NotThem {
        /// Where.
        url: String,
        /// Who should be there.
        peer: String,
        /// The HTTP status.
        status: u16,
        /// What it says, if it is short.
        why: String,
    },
    /// A message is too long.
    #[error(
        "a message of {bytes} bytes, at most {longest} are taken: raise `longest` on both sides, or have it come in parts: \
         fewer records in the collection, or fewer owners subscribed to"
    )]
    Long {
        /// How long it is.
        bytes: u64,
        /// How long it may be.
        longest: usize,
    },
    /// The answer is not read.
    #[error("the answer of {url} is not read: {why}")]
    Answer {
        /// Where.
        url: String,
        /// Why.
        why: String,
    },
    /// The replica here fails.
    #[error(transparent)]
    Replica(#[from] Error),
}

impl From<WireError> for HttpError {
    fn from(error: WireError) -> Self {
        Self::Replica(error.into())
    }
}
