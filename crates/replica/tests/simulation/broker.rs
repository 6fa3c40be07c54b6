//! A NATS server as replicas see it: streams that drop what was published twice under one name, keep what they keep for a while,
//! and bring it until it is acknowledged.

use super::faulty::Draws;
use super::{Kind, Verdict, Wrong};
use kedge_replica::transport::nats::{Acknowledgement, Heard, Packet};
use std::collections::{BTreeMap, BTreeSet};

/// For so long a name counts, in milliseconds.
const NAMED_FOR: u64 = 120_000;
/// What is not acknowledged is brought again after so long.
const AGAIN: u64 = 30_000;

/// A message in a stream, by its number there.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) number: u64,
    pub(super) packet: Packet,
}

#[derive(Default)]
struct Stream {
    messages: Vec<Stored>,
    last: u64,
    named: BTreeMap<String, (u64, Vec<u8>)>,
    /// Of each reader what it acknowledged, and when the rest is brought again.
    readers: BTreeMap<usize, Place>,
}

#[derive(Default)]
struct Place {
    done: BTreeSet<u64>,
    waiting: BTreeMap<u64, u64>,
}

#[derive(Default)]
pub(super) struct Broker {
    streams: BTreeMap<&'static str, Stream>,
}

pub(super) fn as_heard(packet: &Packet) -> Heard<'_> {
    Heard {
        subject: &packet.subject,
        reply: packet.reply.as_deref(),
        headers: packet.headers.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        payload: &packet.payload,
    }
}

impl Broker {
    /// Stores a message, unless one of its name is there already: that must be the same.
    pub(super) fn publish(&mut self, now: u64, collection: &'static str, packet: Packet) -> Verdict {
        let stream = self.streams.entry(collection).or_default();
        stream.named.retain(|_, (at, _)| *at + NAMED_FOR > now);
        let name =
            packet.headers.iter().find(|(name, _)| *name == "Nats-Msg-Id").map(|(_, name)| name.clone());
        if let Some(name) = name {
            if let Some((_, payload)) = stream.named.get(&name) {
                let what = format!("{collection}: the server drops an event as one that it has: {name}");
                return if *payload == packet.payload { Ok(()) } else { Wrong::because(Kind::Lost, what) };
            }
            stream.named.insert(name, (now, packet.payload.clone()));
        }
        stream.last += 1;
        stream.messages.push(Stored { number: stream.last, packet });
        Ok(())
    }

    /// The last message under a subject.
    pub(super) fn last(&self, collection: &'static str, subject: &str) -> Option<Packet> {
        let messages = &self.streams.get(collection)?.messages;
        messages
            .iter()
            .rev()
            .find(|stored| stored.packet.subject == subject)
            .map(|stored| stored.packet.clone())
    }

    /// What a reader is brought, at most so many.
    pub(super) fn bring(
        &mut self,
        now: u64,
        collection: &'static str,
        reader: usize,
        most: usize,
    ) -> Vec<Stored> {
        let stream = self.streams.entry(collection).or_default();
        let place = stream.readers.entry(reader).or_default();
        let due = |stored: &&Stored| {
            !place.done.contains(&stored.number)
                && place.waiting.get(&stored.number).is_none_or(|until| *until <= now)
        };
        let brought: Vec<Stored> = stream.messages.iter().filter(due).take(most).cloned().collect();
        for stored in &brought {
            place.waiting.insert(stored.number, now + AGAIN);
        }
        brought
    }

    pub(super) fn told(
        &mut self,
        now: u64,
        collection: &'static str,
        reader: usize,
        number: u64,
        what: Acknowledgement,
    ) {
        let place = self.streams.entry(collection).or_default().readers.entry(reader).or_default();
        match what {
            Acknowledgement::Again => drop(place.waiting.insert(number, now + 1_000)),
            Acknowledgement::Done | Acknowledgement::Refused => drop(place.done.insert(number)),
        }
    }

    /// A reader's place is given up: it reads all again.
    pub(super) fn forget(&mut self, collection: &'static str, reader: usize) {
        self.streams.entry(collection).or_default().readers.remove(&reader);
    }

    /// Something goes wrong at the server: old messages go, or all it has, or it dies and brings again what was not
    /// acknowledged.
    pub(super) fn fail(&mut self, draws: &mut Draws) {
        match draws.below(8) {
            0 => self.streams.clear(),
            1..4 => {
                for stream in self.streams.values_mut() {
                    let gone = draws.below(stream.messages.len() as u64 + 1) as usize;
                    stream.messages.drain(..gone);
                }
            }
            _ => {
                for stream in self.streams.values_mut() {
                    stream.readers.values_mut().for_each(|place| place.waiting.clear());
                }
            }
        }
    }

    /// Some message of a stream.
    pub(super) fn any(&self, draws: &mut Draws, collection: &'static str) -> Option<Packet> {
        let messages = &self.streams.get(collection)?.messages;
        let which = draws.below((messages.len() as u64).max(1)) as usize;
        messages.get(which).map(|stored| stored.packet.clone())
    }
}
