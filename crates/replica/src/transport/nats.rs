//! The transport over NATS JetStream: what each replica writes goes into a stream from which all others read at their own
//! pace.
//!
//! Each collection has a stream. A replica publishes its own events there one by one, under a subject with its author and
//! with the event's name (author and sequence) as `Nats-Msg-Id`, so that the server drops what was published twice. It reads
//! the stream by a durable consumer, and acknowledges an event once it is stored: at least once in, and applied once, since a
//! replica passes over what it knows.
//!
//! The stream keeps events for a while only, and a server may lose it whole. So each replica also says once in a while how
//! much it has seen (its *head*, which carries how fresh copies are, too). Who sees that it lacks something that the stream
//! does not bring asks that replica for it, and is sent the events or, where they are no longer kept, the whole state.
//!
//! | subject, behind the prefix | what |
//! | --- | --- |
//! | `events.COLLECTION.AUTHOR` | an event, as FORMAT.md says; kept in the stream `PREFIX-COLLECTION` |
//! | `heads.COLLECTION.AUTHOR` | a batch without events: what the author has seen, and how fresh copies are |
//! | `pull.COLLECTION.AUTHOR` | a pull for that replica; it answers in parts, each with `Replica-Part: NUMBER/OF` |
//!
//! Where not everybody who may publish is believed, replicas are [peers](NatsPeers). Then each message says who sent it
//! (`Replica-From`) and has a seal (`Replica-Seal: NAME/DIGITS`, HMAC-SHA256) for each peer that may have what it says, under
//! the secret that the two share; what is not sealed for a replica, or is more than the sender was granted to say, is not
//! taken in. A seal hides nothing: who may read a stream is for the server's permissions to say.
//!
//! What is said and what is made of it is decided by [`Exchange`], without I/O.

mod ask;
mod events;
mod exchange;
mod packet;

pub use exchange::{Acknowledgement, Exchange, Parts, Standing, Taken};
pub use packet::{Heard, NatsPeers, Packet};

use crate::core::Held;
use crate::replica::{Error, Replica};
use crate::store::Store;
use crate::{AuthorId, Dot, Millis, Name};
use async_nats::client::PublishError;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{Config, ConsumerErrorKind, LastRawMessageErrorKind, Stream};
use async_nats::{Client, HeaderMap, jetstream};
use futures_util::StreamExt as _;
use futures_util::stream::select_all;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// A replica's link to all others on a NATS server.
///
/// Without [`NatsOptions::peers`], whoever may publish under the prefix is believed as far as the subject says: what comes under
/// an author's subject counts only if that author wrote it. So let each replica's NATS user publish to the subjects with its
/// own author only.
#[derive(Debug)]
pub struct NatsLink {
    client: Client,
    jetstream: jetstream::Context,
    author: AuthorId,
    exchange: Exchange,
    options: NatsOptions,
    collections: Vec<Collection>,
    written: Arc<Notify>,
}

/// A collection on the server.
#[derive(Debug)]
struct Collection {
    name: Name,
    stream: Stream,
    consumer: PullConsumer,
}

/// What can be set, with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatsOptions {
    /// What subjects and streams begin with: `replica`. Replicas with one prefix hear each other.
    pub prefix: String,
    /// How long a stream keeps events, where this replica is the first and makes it: a week. A stream that is there stays as
    /// it is, so whoever runs the server may make it otherwise.
    pub keep: Duration,
    /// On how many servers of a cluster a stream is kept, where this replica makes it: 1.
    pub copies: usize,
    /// How often it says what it has seen: every second.
    pub heartbeat: Duration,
    /// How long it waits for a part of an answer: 10 seconds.
    pub patience: Duration,
    /// Who is believed, and how far: all, if it is not said.
    pub peers: Option<NatsPeers>,
}

impl Default for NatsOptions {
    fn default() -> Self {
        Self {
            prefix: "replica".to_owned(),
            keep: Duration::from_hours(7 * 24),
            copies: 1,
            heartbeat: Duration::from_secs(1),
            patience: Duration::from_secs(10),
            peers: None,
        }
    }
}

/// Why a link does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    /// The server cannot be reached, or says no.
    #[error("NATS, {doing}: {why}")]
    Nats {
        /// What was being done.
        doing: &'static str,
        /// Why it was not, in the client's words.
        why: String,
    },
    /// The prefix is none.
    #[error("`{0}` cannot begin subjects and streams: use letters, digits, `-` and `_`")]
    Prefix(String),
    /// The replica goes on under another author.
    #[error("the replica has a new author: open the link again")]
    Renamed,
    /// The replica fails.
    #[error(transparent)]
    Replica(#[from] Error),
}

impl NatsError {
    fn of(doing: &'static str) -> impl Fn(async_nats::Error) -> Self {
        move |error| Self::Nats { doing, why: error.to_string() }
    }

    fn when<E: std::error::Error>(doing: &'static str) -> impl Fn(E) -> Self {
        move |error| {
            let mut why = error.to_string();
            let mut source = error.source();
            while let Some(deeper) = source {
                why = format!("{why}: {deeper}");
                source = deeper.source();
            }
            Self::Nats { doing, why }
        }
    }
}

/// What a link did or saw: to be logged, counted or passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// So many of its own events are in the stream now.
    Published {
        /// Of which collection.
        collection: Name,
        /// How many.
        events: u64,
    },
    /// An event is larger than the server takes. Others ask for it.
    TooLarge {
        /// Of which collection.
        collection: Name,
        /// Which.
        event: Dot,
    },
    /// Events came by the stream.
    Taken {
        /// Of which collection.
        collection: Name,
        /// How many were new.
        events: u64,
    },
    /// Events came and were not taken in, yet; the server sends them again.
    Held {
        /// Of which collection.
        collection: Name,
        /// Which, with why.
        events: Vec<(Dot, Held)>,
    },
    /// Something in the stream is no event of who it says; it is passed over.
    Refused {
        /// Under which subject.
        subject: String,
        /// Why.
        why: String,
    },
    /// It asked another replica for what it lacked.
    Asked {
        /// Of which collection.
        collection: Name,
        /// Whom.
        of: AuthorId,
        /// How many events that brought.
        events: u64,
        /// Whether the whole state was sent, since the events are no longer kept one by one.
        state: bool,
    },
    /// It asked another replica, and had no answer.
    NoAnswer {
        /// Of which collection.
        collection: Name,
        /// Whom.
        of: AuthorId,
        /// Why, as far as it is known.
        why: String,
    },
}

impl NatsLink {
    /// Links a replica: makes the stream of each of its collections, unless it is there, and its own place in it.
    ///
    /// # Errors
    /// The server cannot be reached, has no JetStream, or says no.
    pub async fn open<S: Store>(
        client: Client,
        replica: &Mutex<Replica<S>>,
        options: NatsOptions,
    ) -> Result<Self, NatsError> {
        let prefix = &options.prefix;
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if prefix.is_empty() || !prefix.bytes().all(sound) {
            return Err(NatsError::Prefix(prefix.clone()));
        }
        let (author, logs): (AuthorId, Vec<(Name, u64)>) = {
            let core = replica.lock().await;
            let core = core.core();
            let written = |name: &Name| core.log(name.as_str()).map_or(0, |log| log.seen.of(core.author()));
            let names = core.contracts().iter().map(crate::Contract::name);
            (core.author(), names.map(|name| (name.clone(), written(name))).collect())
        };
        let jetstream = jetstream::new(client.clone());
        let exchange = Exchange::new(author, prefix, options.peers.clone());
        let mut collections = Vec::new();
        for (name, written) in logs {
            let made = Config {
                name: format!("{prefix}-{name}"),
                subjects: vec![exchange.subject("events", name.as_str(), "*")],
                max_age: options.keep,
                duplicate_window: options.keep.min(Duration::from_mins(2)),
                num_replicas: options.copies,
                ..Config::default()
            };
            let stream = jetstream.get_or_create_stream(made).await;
            let stream = stream.map_err(NatsError::when("opening a stream"))?;
            let durable = author.to_string();
            if resume(&exchange, &mut Standing::default(), &name, author, &stream).await? > written {
                // The store was set back, and its place in the stream is ahead of it: read all again.
                match stream.delete_consumer(&durable).await {
                    Err(error) if !matches!(error.kind(), ConsumerErrorKind::JetStream(_)) => {
                        return Err(NatsError::when("giving up the place in a stream")(error));
                    }
                    // Also if there was none.
                    _ => {}
                }
            }
            let place = pull::Config {
                durable_name: Some(durable.clone()),
                deliver_policy: DeliverPolicy::All,
                ack_policy: AckPolicy::Explicit,
                // What is held back for a time that has not come yet shall not stop the rest.
                max_ack_pending: 65_536,
                ..pull::Config::default()
            };
            let consumer = stream.get_or_create_consumer(&durable, place).await;
            let consumer = consumer.map_err(NatsError::when("opening the place in a stream"))?;
            collections.push(Collection { name, stream, consumer });
        }
        let written = Arc::new(Notify::new());
        Ok(Self { client, jetstream, author, exchange, options, collections, written })
    }

    /// To be told that the replica has written something: what was written is then published at once, otherwise with the next
    /// heartbeat.
    pub fn written(&self) -> Arc<Notify> {
        Arc::clone(&self.written)
    }

    /// Publishes, takes in, asks and answers, until something fails: then open the replica again if it was that, and the
    /// link, and go on. `now` reads the clock. Run it as a task of its own: it locks the replica, and whoever waits for the
    /// lock must not keep it from going on. Dropped in the middle of a commit it leaves a replica that is to be opened
    /// again, as any commit does.
    ///
    /// # Errors
    /// The server cannot be reached any more, or the replica fails.
    pub async fn run<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: impl Fn() -> Millis,
        notice: impl FnMut(Noticed),
    ) -> Result<Infallible, NatsError> {
        // At the same time, since two that ask each other must both answer.
        tokio::select! {
            answering = self.answer_all(replica, &now) => answering,
            syncing = self.sync(replica, &now, notice) => syncing,
        }
    }

    async fn sync<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
        mut notice: impl FnMut(Noticed),
    ) -> Result<Infallible, NatsError> {
        let heads = self.client.subscribe(self.exchange.subject("heads", "*", "*")).await;
        let mut heads = heads.map_err(NatsError::when("listening to heads"))?;
        let (mut incoming, mut standing) = (Vec::new(), Standing::default());
        for collection in &self.collections {
            let Collection { name, stream, .. } = collection;
            resume(&self.exchange, &mut standing, name, self.author, stream).await?;
            let messages = collection.consumer.messages().await;
            incoming.push(messages.map_err(NatsError::when("reading a stream"))?);
        }
        let mut incoming = select_all(incoming);
        let mut beat = tokio::time::interval(self.options.heartbeat);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            for collection in &self.collections {
                self.publish(replica, &collection.name, &mut standing, &mut notice).await?;
            }
            tokio::select! {
                Some(message) = incoming.next(), if !incoming.is_empty() => {
                    let mut messages = vec![message];
                    while let (true, Some(Some(next))) =
                        (messages.len() < 256, futures_util::FutureExt::now_or_never(incoming.next()))
                    {
                        messages.push(next);
                    }
                    self.take(replica, now, messages, &mut standing, &mut notice).await?;
                }
                Some(said) = heads.next() => {
                    let heard = heard(&said);
                    let due = {
                        let mut replica = replica.lock().await;
                        self.exchange.hear_head(&mut replica, now(), &mut standing, &heard).await?
                    };
                    if let Some((collection, of)) = due {
                        self.ask(replica, now, &mut standing, &collection, of, &mut notice).await?;
                    }
                }
                () = self.written.notified() => {}
                _ = beat.tick() => {
                    for collection in &self.collections {
                        let head = self.exchange.head(replica.lock().await.core(), now(), &collection.name);
                        if let Some(head) = head {
                            self.say(head).await.map_err(NatsError::when("saying what was seen"))?;
                        }
                    }
                    self.exchange.beat(&mut standing);
                }
            }
        }
    }

    /// Publishes outside of the streams.
    async fn say(&self, packet: Packet) -> Result<(), PublishError> {
        let Packet { subject, reply, headers, payload } = packet;
        match (reply, headers.is_empty()) {
            (None, true) => self.client.publish(subject, payload.into()).await,
            (None, false) => {
                self.client.publish_with_headers(subject, header_map(headers), payload.into()).await
            }
            (Some(reply), _) => {
                let headers = header_map(headers);
                self.client.publish_with_reply_and_headers(subject, reply, headers, payload.into()).await
            }
        }
    }
}

fn header_map(headers: Vec<(&'static str, String)>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, value);
    }
    map
}

/// A message as the exchange takes it.
fn heard(message: &async_nats::Message) -> Heard<'_> {
    let headers = message.headers.iter().flat_map(HeaderMap::iter);
    let headers =
        headers.flat_map(|(name, values)| values.iter().map(move |value| (name.as_ref(), value.as_str())));
    Heard {
        subject: &message.subject,
        reply: message.reply.as_deref(),
        headers: headers.collect(),
        payload: &message.payload,
    }
}

/// Goes on behind the last event of this replica that a stream holds.
async fn resume(
    exchange: &Exchange,
    standing: &mut Standing,
    collection: &Name,
    author: AuthorId,
    stream: &Stream,
) -> Result<u64, NatsError> {
    let subject = exchange.subject("events", collection.as_str(), &author.to_string());
    match stream.get_last_raw_message_by_subject(&subject).await {
        Ok(last) => {
            let headers = last
                .headers
                .iter()
                .flat_map(|(name, values)| values.iter().map(move |value| (name.as_ref(), value.as_str())));
            let heard = Heard {
                subject: &last.subject,
                reply: None,
                headers: headers.collect(),
                payload: &last.payload,
            };
            Ok(exchange.resume(standing, collection, Some(&heard)))
        }
        Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => {
            Ok(exchange.resume(standing, collection, None))
        }
        Err(error) => Err(NatsError::when("looking for the last published event")(error)),
    }
}
