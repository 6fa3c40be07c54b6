//! What a link says and what it makes of what it hears, without I/O: messages in, messages out. [`super::NatsLink`] carries them
//! to a server and back; tests carry them through a server that they make up.

use super::Noticed;
use super::packet::{FAILED, Heard, NatsPeers, PART, Packet, Sender};
use crate::core::{Core, Held};
use crate::replica::{Error, Replica, Report};
use crate::store::Store;
use crate::wire::{Batch, Message};
use crate::{AuthorId, Dot, Event, Millis, Name, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

/// The header by which the server knows what was published twice.
const MESSAGE_ID: &str = "Nats-Msg-Id";

/// Something has been lacking for so many heartbeats before it is asked for: the stream may bring it yet.
const PATIENCE: u32 = 2;

/// Who was asked in vain is not asked again before so many heartbeats have gone by, but others are.
const IN_VAIN: u32 = 4;

/// What one replica says to all others.
#[derive(Clone, Debug)]
pub struct Exchange {
    author: AuthorId,
    prefix: String,
    among: Option<NatsPeers>,
}

/// How far an exchange has come since its link was opened.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The last event that was published.
    published: BTreeMap<Name, u64>,
    /// What others have, and the stream does not bring.
    lacking: BTreeMap<Name, Lacking>,
}

#[derive(Clone, Debug, Default)]
struct Lacking {
    /// For so many heartbeats.
    beats: u32,
    /// Who was asked and had nothing that could be taken in.
    in_vain: BTreeSet<AuthorId>,
}

/// What the server is told of an event that it brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// It is stored, or will never be wanted: do not send it again.
    Done,
    /// Send it again a little later.
    Again,
    /// It is nothing that can be read.
    Refused,
}

/// What became of the events that a stream brought.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// What the server is told of each, in their order.
    pub acknowledgements: Vec<Acknowledgement>,
    /// What there is to notice.
    pub noticed: Vec<Noticed>,
}

/// The parts of an answer that have come.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    bytes: Vec<u8>,
    come: u64,
}

impl Exchange {
    /// What the replica of this author says under a prefix, among all or among these.
    pub fn new(author: AuthorId, prefix: &str, among: Option<NatsPeers>) -> Self {
        Self { author, prefix: prefix.to_owned(), among }
    }

    /// The subject of what is said of a collection: `events`, `heads` or `pull`. `*` is any.
    pub fn subject(&self, kind: &str, collection: &str, author: &str) -> String {
        format!("{}.{kind}.{collection}.{author}", self.prefix)
    }

    /// The collection and author of a subject.
    fn about(&self, kind: &str, subject: &str) -> Option<(Name, AuthorId)> {
        let behind = subject.strip_prefix(&self.prefix)?.strip_prefix('.')?;
        let (collection, author) = behind.strip_prefix(kind)?.strip_prefix('.')?.split_once('.')?;
        Some((Name::new(collection).ok()?, author.parse().ok()?))
    }

    fn sender(&self, heard: &Heard<'_>) -> Result<Sender<'_>, String> {
        self.among.as_ref().map_or(Ok(Sender::Anybody), |among| among.sender(heard, ""))
    }

    /// A message of this replica, sealed for those who may have what it says of that author, or of any.
    fn packet(
        &self,
        core: &Core,
        kind: &str,
        collection: &Name,
        author: Option<AuthorId>,
        payload: Vec<u8>,
    ) -> Packet {
        let subject = self.subject(kind, collection.as_str(), &self.author.to_string());
        let mut packet = Packet { subject, reply: None, headers: Vec::new(), payload };
        if let Some(among) = &self.among {
            among.seal(&mut packet, among.readers(core, collection, author));
        }
        packet
    }

    /// The last message that a stream holds under the subject of this replica's events: from there on it publishes. Its
    /// sequence; 0 if it is none of this replica's.
    pub fn resume(&self, standing: &mut Standing, collection: &Name, last: Option<&Heard<'_>>) -> u64 {
        let own = last.filter(|heard| matches!(self.sender(heard), Ok(Sender::Anybody | Sender::Me)));
        let event = own.and_then(|heard| Event::decode(heard.payload).ok());
        let upto = event.filter(|event| event.author == self.author).map_or(0, |event| event.sequence);
        standing.published.insert(collection.clone(), upto);
        upto
    }

    /// What this replica has written and not published yet, as far as single events are still kept: at most so many.
    ///
    /// # Errors
    /// The store fails.
    pub async fn unpublished<S: Store>(
        &self,
        replica: &mut Replica<S>,
        standing: &Standing,
        collection: &Name,
        most: usize,
    ) -> Result<Vec<Event>, Error> {
        let upto = standing.published.get(collection).copied().unwrap_or(0);
        let Some(log) = replica.core().log(collection.as_str()) else { return Ok(Vec::new()) };
        if log.seen.of(self.author) <= upto {
            return Ok(Vec::new());
        }
        let others = log.seen.iter().filter(|(author, _)| *author != self.author);
        let known: VersionVector = others.chain([(self.author, upto)]).collect();
        Ok(replica.events(collection.as_str(), &known, most).await?.0)
    }

    /// An event as it is published, by a name under which the server drops what was published twice.
    pub fn event(&self, core: &Core, collection: &Name, event: &Event) -> Packet {
        let mut packet = self.packet(core, "events", collection, Some(event.author), event.encode());
        #[cfg(feature = "planted")]
        if core.has(crate::Planted::NamedBySequence) {
            packet.headers.push((MESSAGE_ID, event.sequence.to_string()));
            return packet;
        }
        packet.headers.push((MESSAGE_ID, event.dot().to_string()));
        packet
    }

    /// The server has taken this replica's events up to there.
    pub fn published(&self, standing: &mut Standing, collection: &Name, upto: u64) {
        standing.published.insert(collection.clone(), upto);
    }

    /// The event in a message of a stream: of the author that its subject says, from who may say so.
    fn read(&self, core: &Core, heard: &Heard<'_>) -> Result<(Name, Batch, Option<Held>), String> {
        let (collection, author) =
            self.about("events", heard.subject).ok_or("its subject names no collection and author")?;
        let event = Event::decode(heard.payload).map_err(|error| error.to_string())?;
        if event.author != author {
            return Err(format!("it is an event of {}", event.author));
        }
        // What came from an author that author has seen: so that a store notices that it was set back.
        let seen = [(event.author, event.sequence)].into_iter().collect();
        let (dot, freshness) = (event.dot(), BTreeMap::new());
        let batch =
            Batch { collection: collection.clone(), seen, freshness, more: false, events: vec![event] };
        let Sender::Peer(peer) = self.sender(heard)? else { return Ok((collection, batch, None)) };
        let admitted = core.admit(peer, Message::Batch(batch));
        let refused = admitted.refused.into_iter().find(|(refused, _)| *refused == dot);
        let Some(Message::Batch(batch)) = admitted.message else { return Err("it is no event".to_owned()) };
        Ok((collection, batch, refused.map(|(_, why)| why)))
    }

    /// Takes in what the streams brought, in the order in which it came.
    ///
    /// # Errors
    /// The store fails.
    pub async fn take<S: Store>(
        &self,
        replica: &mut Replica<S>,
        now: Millis,
        standing: &mut Standing,
        brought: &[Heard<'_>],
    ) -> Result<Taken, Error> {
        let mut taken = Taken::default();
        let mut batches: BTreeMap<Name, Batch> = BTreeMap::new();
        // Of each message what it is about, if it can be read.
        let mut about: Vec<Option<(Name, Option<Dot>)>> = Vec::new();
        let mut held: BTreeMap<Name, BTreeMap<Dot, Held>> = BTreeMap::new();
        for heard in brought {
            match self.read(replica.core(), heard) {
                Ok((name, batch, refused)) => {
                    let dot = batch.events.first().map(Event::dot);
                    if let (None, Some(why)) = (dot, refused) {
                        let (author, sequence) = Event::decode(heard.payload)
                            .map_or((self.author, 0), |event| (event.author, event.sequence));
                        held.entry(name.clone()).or_default().insert(Dot { author, sequence }, why);
                    }
                    let whole = batches.entry(name.clone()).or_insert_with(|| Batch {
                        events: Vec::new(),
                        seen: VersionVector::new(),
                        ..batch.clone()
                    });
                    whole.seen.join(&batch.seen);
                    whole.events.extend(batch.events);
                    about.push(Some((name, dot)));
                }
                Err(why) => {
                    let subject = heard.subject.to_owned();
                    taken.noticed.push(Noticed::Refused { subject, why });
                    about.push(None);
                }
            }
        }
        for (collection, batch) in batches {
            let report = replica.take_in(now, Message::Batch(batch)).await?;
            if report.taken > 0 {
                standing.lacking.remove(&collection);
                taken.noticed.push(Noticed::Taken { collection: collection.clone(), events: report.taken });
            }
            held.entry(collection).or_default().extend(report.held);
        }
        taken.acknowledgements = about
            .into_iter()
            .map(|about| {
                let Some((name, dot)) = about else { return Acknowledgement::Refused };
                let why = dot.and_then(|dot| held.get(&name)?.get(&dot));
                // What this replica does not hold, and what that peer may not say, does not come to be otherwise.
                match why {
                    None | Some(Held::NotSubscribed) => Acknowledgement::Done,
                    Some(_) => Acknowledgement::Again,
                }
            })
            .collect();
        for (collection, mut events) in held {
            events.retain(|_, why| !matches!(why, Held::NotSubscribed));
            if !events.is_empty() {
                let events = events.into_iter().collect();
                taken.noticed.push(Noticed::Held { collection, events });
            }
        }
        Ok(taken)
    }

    /// What this replica has seen of a collection, as it says once in a while; `None` if there is none.
    pub fn head(&self, core: &Core, now: Millis, collection: &Name) -> Option<Packet> {
        let head = core.batch(now, collection.as_str(), Vec::new(), false)?;
        Some(self.packet(core, "heads", collection, None, head.encode()))
    }

    /// A heartbeat has gone by.
    pub fn beat(&self, standing: &mut Standing) {
        for lacking in standing.lacking.values_mut() {
            lacking.beats += 1;
            if lacking.beats.is_multiple_of(IN_VAIN) {
                lacking.in_vain.clear();
            }
        }
    }

    /// Takes in what another says that it has seen. Where something has been lacking for a while that it has: that it is to be
    /// asked for it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn hear_head<S: Store>(
        &self,
        replica: &mut Replica<S>,
        now: Millis,
        standing: &mut Standing,
        heard: &Heard<'_>,
    ) -> Result<Option<(Name, AuthorId)>, Error> {
        let Some((collection, author)) = self.about("heads", heard.subject) else { return Ok(None) };
        let Ok(Message::Batch(said)) = Message::decode(heard.payload) else { return Ok(None) };
        let strange = !said.events.is_empty() || said.collection != collection;
        if author == self.author || strange || replica.core().log(collection.as_str()).is_none() {
            return Ok(None);
        }
        let (said, mine) = match self.sender(heard) {
            Ok(Sender::Anybody) => (said, replica.core().pull(collection.as_str(), 0)),
            Ok(Sender::Peer(peer)) if peer.authors().contains(&author) => {
                let admitted = replica.core().admit(peer, Message::Batch(said)).message;
                let Some(Message::Batch(said)) = admitted else { return Ok(None) };
                (said, replica.core().pull_from(peer, collection.as_str(), 0))
            }
            _ => return Ok(None),
        };
        let seen = said.seen.clone();
        replica.take_in(now, Message::Batch(said)).await?;
        let lacks = mine.is_some_and(|mine| {
            let wanted = |author| mine.only.as_ref().is_none_or(|only| only.contains(&author));
            seen.iter().any(|(author, upto)| wanted(author) && upto > mine.seen.of(author))
        });
        #[cfg(feature = "planted")]
        let lacks = lacks && !replica.core().has(crate::Planted::NeverAskedFor);
        if !lacks {
            return Ok(None);
        }
        let lacking = standing.lacking.entry(collection.clone()).or_default();
        let now_due = lacking.beats >= PATIENCE && !lacking.in_vain.contains(&author);
        Ok(now_due.then_some((collection, author)))
    }

    /// The question for what this replica lacks and that one has, whose answer comes to `inbox`: a subject of its own.
    ///
    /// # Errors
    /// There is no such collection, or that one is no peer.
    pub fn question<S: Store>(
        &self,
        replica: &Replica<S>,
        collection: &Name,
        of: AuthorId,
        inbox: &str,
    ) -> Result<Packet, Error> {
        let subject = self.subject("pull", collection.as_str(), &of.to_string());
        let (reply, headers) = (Some(inbox.to_owned()), Vec::new());
        let Some(among) = &self.among else {
            return Ok(Packet { subject, reply, headers, payload: replica.pull(collection.as_str())? });
        };
        let peer = among.who_is(of).ok_or(Error::NoPeer(of))?;
        let payload = replica.pull_from(peer, collection.as_str())?;
        let mut packet = Packet { subject, reply, headers, payload };
        among.seal(&mut packet, [peer].into_iter());
        Ok(packet)
    }

    /// The answer to a question, in parts of at most so many bytes.
    ///
    /// # Errors
    /// The store fails. That there is no answer is one.
    pub async fn answer<S: Store>(
        &self,
        replica: &mut Replica<S>,
        now: Millis,
        heard: &Heard<'_>,
        most: usize,
    ) -> Result<Vec<Packet>, Error> {
        let Some(inbox) = heard.reply else { return Ok(Vec::new()) };
        let part = |header, value, payload| Packet {
            subject: inbox.to_owned(),
            reply: None,
            headers: vec![(header, value)],
            payload,
        };
        let sender = self.among.as_ref().map_or(Ok(Sender::Anybody), |among| among.sender(heard, inbox));
        let (answer, peer) = match sender {
            Ok(Sender::Peer(peer)) => (replica.answer_to(now, peer, heard.payload).await, Some(peer)),
            Ok(Sender::Anybody) => (replica.answer(now, heard.payload).await, None),
            Ok(Sender::Me) => return Ok(Vec::new()),
            Err(why) => return Ok(vec![part(FAILED, why, Vec::new())]),
        };
        let mut parts: Vec<Packet> = match answer {
            Ok(bytes) => {
                let all = bytes.len().div_ceil(most.max(1));
                let one = |(number, bytes): (usize, &[u8])| {
                    part(PART, format!("{}/{all}", number + 1), bytes.to_vec())
                };
                bytes.chunks(most.max(1)).enumerate().map(one).collect()
            }
            Err(error @ (Error::Store(_) | Error::Reopen)) => return Err(error),
            Err(error) => vec![part(FAILED, error.to_string().replace(['\r', '\n'], " "), Vec::new())],
        };
        if let (Some(among), Some(peer)) = (&self.among, peer) {
            for part in &mut parts {
                among.seal(part, [peer].into_iter());
            }
        }
        Ok(parts)
    }

    /// Takes in a part of an answer: the answer once it is whole, or why there is none.
    pub fn gather(
        &self,
        parts: &mut Parts,
        of: AuthorId,
        heard: &Heard<'_>,
    ) -> Option<Result<Message, String>> {
        if let Some(why) = heard.header(FAILED) {
            return Some(Err(why.to_owned()));
        }
        match self.sender(heard) {
            Ok(Sender::Anybody) => {}
            Ok(Sender::Peer(peer)) if peer.authors().contains(&of) => {}
            Ok(_) => return Some(Err("the answer is another's".to_owned())),
            Err(why) => return Some(Err(why)),
        }
        let place = heard.header(PART).and_then(|place| place.split_once('/'));
        let place =
            place.and_then(|(number, of)| Some((number.parse::<u64>().ok()?, of.parse::<u64>().ok()?)));
        let Some((number, all)) = place.filter(|(number, _)| *number == parts.come + 1) else {
            return Some(Err("a part of the answer is missing".to_owned()));
        };
        parts.bytes.extend_from_slice(heard.payload);
        parts.come = number;
        (number == all).then(|| Message::decode(&parts.bytes).map_err(|error| error.to_string()))
    }

    /// Takes in an answer of that one. Whether there is more to ask it for.
    ///
    /// # Errors
    /// The store fails.
    pub async fn take_answer<S: Store>(
        &self,
        replica: &mut Replica<S>,
        now: Millis,
        standing: &mut Standing,
        of: AuthorId,
        answer: Message,
    ) -> Result<(Vec<Noticed>, bool), Error> {
        let (collection, state) = (answer.collection().clone(), matches!(answer, Message::Snapshot(_)));
        let Report { taken, held, more, .. } = match &self.among {
            None => replica.take_in(now, answer).await?,
            Some(among) => {
                let peer = among.who_is(of).ok_or(Error::NoPeer(of))?;
                replica.take_from(now, peer, answer).await?
            }
        };
        if taken == 0 {
            self.in_vain(standing, &collection, of);
        } else {
            standing.lacking.remove(&collection);
        }
        let mut noticed = vec![Noticed::Asked { collection: collection.clone(), of, events: taken, state }];
        if !held.is_empty() {
            noticed.push(Noticed::Held { collection, events: held });
        }
        Ok((noticed, more && taken > 0))
    }

    /// That one was asked and had nothing that could be taken in: others are asked first.
    pub fn in_vain(&self, standing: &mut Standing, collection: &Name, of: AuthorId) {
        standing.lacking.entry(collection.clone()).or_default().in_vain.insert(of);
    }
}
