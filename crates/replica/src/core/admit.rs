//! What a peer is believed: of a message as it came, the part that the peer was granted to say.

use super::{Core, Held};
use crate::peers::{Authors, NotGranted, Peer};
use crate::wire::{Message, Pull, Snapshot};
use crate::{AuthorId, Dot};

/// A message of a peer, as far as it is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// What may be taken in, if anything.
    pub message: Option<Message>,
    /// What was refused, with why. It is not lost: it comes from who may bring it.
    pub refused: Vec<(Dot, Held)>,
}

impl Core {
    /// What of a message this peer may say.
    ///
    /// What it claims to have seen of this replica's own writes shows that the store was set back; that stops all writing, so
    /// it is heard from peers that may write or relay, and from no mere reader.
    pub fn admit(&self, peer: &Peer, message: Message) -> Admitted {
        #[cfg(feature = "planted")]
        if self.has(crate::Planted::SayingNotChecked) {
            return Admitted { message: Some(message), refused: Vec::new() };
        }
        let collection = message.collection().clone();
        let believed = |author: AuthorId| peer.is_believed(collection.as_str(), author);
        let relay = |author: AuthorId| {
            let (peer, collection) = (peer.name().clone(), collection.clone());
            Held::from(NotGranted::Relay { peer, collection, author })
        };
        let warns = |author: AuthorId| author == self.author() && peer.may_write(collection.as_str());
        match message {
            Message::Pull(_) => Admitted { message: Some(message), refused: Vec::new() },
            Message::Batch(mut batch) => {
                let no = |author: &AuthorId| !believed(*author);
                let events = batch.events.iter().map(crate::Event::dot);
                let refused: Vec<_> = events
                    .filter(|dot| no(&dot.author) && !self.has_seen(collection.as_str(), *dot))
                    .map(|dot| (dot, relay(dot.author)))
                    .collect();
                batch.events.retain(|event| believed(event.author));
                batch.freshness.retain(|author, _| believed(*author));
                batch.seen = batch.seen.only(|author| believed(author) || warns(author));
                Admitted { message: Some(Message::Batch(batch)), refused }
            }
            Message::Snapshot(snapshot) => match self.part_of_state(peer, &snapshot) {
                Ok(()) => {
                    let unknown = |(author, sequence): (AuthorId, u64)| {
                        let dot = Dot { author, sequence };
                        let new = !believed(author) && !self.has_seen(collection.as_str(), dot);
                        new.then(|| (dot, relay(author)))
                    };
                    let refused = snapshot.seen.iter().filter_map(unknown).collect();
                    Admitted { message: Some(Message::Snapshot(snapshot).only(believed)), refused }
                }
                Err(not_granted) => {
                    let one = |(author, sequence)| (Dot { author, sequence }, not_granted.clone().into());
                    Admitted { message: None, refused: snapshot.seen.iter().map(one).collect() }
                }
            },
        }
    }

    /// Whether a state can be taken in from this peer, in parts if it is an owned collection's, otherwise whole.
    fn part_of_state(&self, peer: &Peer, snapshot: &Snapshot) -> Result<(), NotGranted> {
        let collection = snapshot.collection.as_str();
        let not_believed = |author: &AuthorId| !peer.is_believed(collection, *author);
        let mut authors = snapshot.seen.iter().map(|(author, _)| author);
        let stranger = if snapshot.consistency == crate::Consistency::Owned {
            None
        } else {
            // That the home has moved is the word of the home that is known here.
            let known = self.log(collection).and_then(|log| log.home);
            let moved = known.filter(|home| Some(*home) != snapshot.home).map(|(home, _)| home);
            authors.find(not_believed).or_else(|| moved.filter(not_believed))
        };
        match stranger {
            None => Ok(()),
            Some(author) => Err(NotGranted::State {
                peer: peer.name().clone(),
                collection: snapshot.collection.clone(),
                author,
            }),
        }
    }

    fn has_seen(&self, collection: &str, dot: Dot) -> bool {
        self.log(collection).is_some_and(|log| log.seen.covers(dot))
    }

    /// What a peer asks, as far as it may have it.
    ///
    /// # Errors
    /// It may have nothing of the collection.
    pub fn may_have(&self, peer: &Peer, mut pull: Pull) -> Result<Pull, NotGranted> {
        let (name, collection) = (peer.name().clone(), pull.collection.clone());
        #[cfg(feature = "planted")]
        if self.has(crate::Planted::ReadsNotChecked) {
            return Ok(pull);
        }
        match peer.may_read(collection.as_str()) {
            Authors::None => Err(NotGranted::Read { peer: name, collection }),
            Authors::All => Ok(pull),
            Authors::These(_) if !self.is_owned(collection.as_str()) => {
                Err(NotGranted::ReadInParts { peer: name, collection })
            }
            Authors::These(owners) => {
                let only = pull.only.take().map(|only| only.intersection(owners).copied().collect());
                pull.only = Some(only.unwrap_or_else(|| owners.clone()));
                Ok(pull)
            }
        }
    }

    /// What to ask a peer for: of what is held here, that which it is believed about.
    pub fn pull_from(&self, peer: &Peer, collection: &str, most: u32) -> Option<Pull> {
        match peer.believed(collection) {
            Authors::All => self.pull(collection, most),
            Authors::None => self.pull_some(collection, most, &std::collections::BTreeSet::new()),
            Authors::These(these) => self.pull_some(collection, most, &these),
        }
    }

    /// Whether what a peer claims to have seen of this replica's own writes is heard.
    pub(crate) fn hears(&self, peer: &Peer, collection: &str) -> bool {
        peer.may_write(collection) || peer.is_believed(collection, self.author())
    }

    fn is_owned(&self, collection: &str) -> bool {
        let contract = self.contracts().get(collection);
        matches!(contract.map(crate::Contract::promise), Some(crate::Promise::Owned { .. }))
    }
}
