//! Events on their way into the stream, and out of it.

use super::{Collection, NatsError, NatsLink, Noticed, author_of};
use crate::core::Held;
use crate::replica::Replica;
use crate::store::Store;
use crate::wire::{Batch, Message};
use crate::{Dot, Event, Millis, Name, VersionVector};
use async_nats::jetstream::consumer::pull::MessagesError;
use async_nats::jetstream::{self, AckKind};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::Mutex;

/// At most so many events are on their way to the server without its word.
const UNDER_WAY: usize = 256;

/// What is held back is sent again after so long.
const AGAIN: Duration = Duration::from_secs(1);

type Incoming<'a> = (&'a Collection, Result<jetstream::Message, MessagesError>);

impl NatsLink {
    /// Publishes what this replica has written since, as far as single events are still kept.
    pub(super) async fn publish<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        collection: &Collection,
        published: &mut BTreeMap<Name, u64>,
        notice: &mut impl FnMut(Noticed),
    ) -> Result<(), NatsError> {
        let name = &collection.name;
        let subject = self.subject("events", name.as_str(), &self.author.to_string());
        let upto = published.entry(name.clone()).or_insert(0);
        let mut events = 0;
        loop {
            let new: Vec<Event> = {
                let mut replica = replica.lock().await;
                if replica.core().author() != self.author {
                    return Err(NatsError::Renamed);
                }
                let Some(log) = replica.core().log(name.as_str()) else { return Ok(()) };
                if log.seen.of(self.author) <= *upto {
                    break;
                }
                let others = log.seen.iter().filter(|(author, _)| *author != self.author);
                let known: VersionVector = others.chain([(self.author, *upto)]).collect();
                replica.events(name.as_str(), &known, UNDER_WAY).await?.0
            };
            let Some(last) = new.last().map(|event| event.sequence) else { break };
            let mut words = Vec::new();
            for event in &new {
                let payload = event.encode();
                if payload.len() > self.most() {
                    notice(Noticed::TooLarge { collection: name.clone(), event: event.dot() });
                    continue;
                }
                let mut headers = async_nats::HeaderMap::new();
                headers.insert(async_nats::header::NATS_MESSAGE_ID, event.dot().to_string());
                let sent =
                    self.jetstream.publish_with_headers(subject.clone(), headers, payload.into()).await;
                words.push(sent.map_err(NatsError::when("publishing"))?);
            }
            for word in words {
                word.await.map_err(NatsError::when("publishing"))?;
                events += 1;
            }
            *upto = last;
        }
        if events > 0 {
            notice(Noticed::Published { collection: name.clone(), events });
        }
        Ok(())
    }

    /// How large a message may be, with its headers.
    pub(super) fn most(&self) -> usize {
        self.client.server_info().max_payload.saturating_sub(1024)
    }

    /// Takes in what the streams brought, and acknowledges what is stored. The collections of which something was new.
    pub(super) async fn take<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
        messages: Vec<Incoming<'_>>,
        notice: &mut impl FnMut(Noticed),
    ) -> Result<Vec<Name>, NatsError> {
        let mut by_collection: BTreeMap<&Name, Vec<(jetstream::Message, Event)>> = BTreeMap::new();
        for (collection, message) in messages {
            let message = message.map_err(NatsError::when("reading a stream"))?;
            match read(&message) {
                Ok(event) => by_collection.entry(&collection.name).or_default().push((message, event)),
                Err(why) => {
                    let acknowledged = message.ack_with(AckKind::Term).await;
                    acknowledged.map_err(NatsError::of("acknowledging"))?;
                    notice(Noticed::Refused { subject: message.subject.to_string(), why });
                }
            }
        }
        let mut brought = Vec::new();
        for (name, messages) in by_collection {
            let events: Vec<Event> = messages.iter().map(|(_, event)| event.clone()).collect();
            // What came from an author that author has seen: so that a store notices that it was set back.
            let seen = events.iter().map(|event| (event.author, event.sequence)).collect();
            let freshness = BTreeMap::new();
            let batch = Batch { collection: name.clone(), seen, freshness, more: false, events };
            let report = replica.lock().await.take_in(now(), Message::Batch(batch)).await?;
            let held: BTreeMap<Dot, Held> = report.held.into_iter().collect();
            for (message, event) in messages {
                let kind = match held.get(&event.dot()) {
                    None | Some(Held::NotSubscribed) => AckKind::Ack,
                    Some(_) => AckKind::Nak(Some(AGAIN)),
                };
                message.ack_with(kind).await.map_err(NatsError::of("acknowledging"))?;
            }
            if report.taken > 0 {
                notice(Noticed::Taken { collection: name.clone(), events: report.taken });
                brought.push(name.clone());
            }
            let held: Vec<_> =
                held.into_iter().filter(|(_, why)| !matches!(why, Held::NotSubscribed)).collect();
            if !held.is_empty() {
                notice(Noticed::Held { collection: name.clone(), events: held });
            }
        }
        Ok(brought)
    }
}

/// The event in a message of a stream: of the author that its subject says.
fn read(message: &jetstream::Message) -> Result<Event, String> {
    let event = Event::decode(&message.payload).map_err(|error| error.to_string())?;
    let author = author_of(&message.subject).ok_or("its subject names no author")?;
    if event.author == author { Ok(event) } else { Err(format!("it is an event of {}", event.author)) }
}
