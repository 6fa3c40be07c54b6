//! Partial replication: of an owned collection a replica may hold the records of some owners only.
//!
//! An owned record is the work of its owner alone, so that a version vector restricted to some owners says exactly what a
//! replica with their records has: it claims nothing of the others, and who syncs from it learns nothing false. Records of
//! merged and serial collections are the work of all; of those a replica holds the whole collection or none of it.

use super::{Answer, Core};
use crate::contract::Promise;
use crate::wire::{Message, Pull};
use crate::{AuthorId, Name, VersionVector};
use std::collections::BTreeSet;

/// Why some of a collection cannot be had alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotInParts {
    /// There is no such collection here.
    #[error("collection `{0}` has no contract here: declare it")]
    NoCollection(String),
    /// Its records are the work of all.
    #[error(
        "collection `{collection}` is {kept}, so that its records are the work of all: hold the whole of it, or leave it out"
    )]
    Whole {
        /// The collection.
        collection: Name,
        /// How it is kept.
        kept: &'static str,
    },
}

impl Core {
    /// From now on holds the records of these owners only, beside its own; `None` is all again. What was heard of others
    /// stays as it was. It is not stored: said after each start, before anything is received.
    ///
    /// # Errors
    /// The collection is not here, or is not owned.
    pub fn subscribe(
        &mut self,
        collection: &str,
        owners: Option<BTreeSet<AuthorId>>,
    ) -> Result<(), NotInParts> {
        let contract = self.contracts.get(collection);
        let contract = contract.ok_or_else(|| NotInParts::NoCollection(collection.to_owned()))?;
        let name = contract.name().clone();
        match (contract.promise(), owners) {
            (_, None) => {
                self.subscriptions.remove(&name);
            }
            (Promise::Owned { .. }, Some(owners)) => {
                self.subscriptions.insert(name, owners);
            }
            (promise, Some(_)) => {
                let kept = promise.consistency().word();
                return Err(NotInParts::Whole { collection: name, kept });
            }
        }
        Ok(())
    }

    /// Whether what this author writes is held here.
    pub(super) fn subscribes(&self, collection: &Name, author: AuthorId) -> bool {
        author == self.author
            || self.subscriptions.get(collection).is_none_or(|owners| owners.contains(&author))
    }

    /// What to ask another replica for: all that is held here.
    pub fn pull(&self, collection: &str, most: u32) -> Option<Pull> {
        let (name, log) = self.logs.get_key_value(collection)?;
        let with_own = |owners: &BTreeSet<AuthorId>| owners.iter().copied().chain([self.author]).collect();
        let only: Option<BTreeSet<AuthorId>> = self.subscriptions.get(name).map(with_own);
        let seen = match &only {
            None => log.seen.clone(),
            Some(only) => log.seen.only(|author| only.contains(&author)),
        };
        Some(Pull { collection: name.clone(), seen, most, only })
    }

    /// What to ask another replica for that is asked for these authors only: of what is held here, what they wrote.
    pub fn pull_some(&self, collection: &str, most: u32, authors: &BTreeSet<AuthorId>) -> Option<Pull> {
        let mut pull = self.pull(collection, most)?;
        let only: BTreeSet<AuthorId> = match pull.only.take() {
            None => authors.clone(),
            Some(held) => held.intersection(authors).copied().collect(),
        };
        pull.seen = pull.seen.only(|author| only.contains(&author));
        pull.only = Some(only);
        Some(pull)
    }

    /// What answers such a question.
    pub fn answer(&self, pull: &Pull) -> Answer {
        match self.logs.get(&pull.collection) {
            None => Answer::NotHere,
            Some(log) => {
                let wanted = |author| pull.only.as_ref().is_none_or(|only| only.contains(&author));
                if pull.seen.includes(&log.floor.only(wanted)) { Answer::Events } else { Answer::State }
            }
        }
    }

    /// What need not be sent to who asks so: what it has seen, and all of authors that it does not ask for.
    pub fn need_not_send(&self, pull: &Pull) -> VersionVector {
        let mut seen = pull.seen.clone();
        if let (Some(only), Some(log)) = (&pull.only, self.logs.get(&pull.collection)) {
            seen.join(&log.seen.only(|author| !only.contains(&author)));
        }
        seen
    }

    /// The answer as it goes to who asks so: nothing of authors that it does not ask for.
    pub fn as_asked(&self, pull: &Pull, answer: Message) -> Message {
        #[cfg(feature = "planted")]
        if let (true, Message::Snapshot(mut snapshot)) =
            (self.has(crate::Planted::PartTakenForWhole), answer.clone())
        {
            let claimed = snapshot.seen.clone();
            snapshot.keep(|author| pull.only.as_ref().is_none_or(|only| only.contains(&author)));
            snapshot.seen = claimed;
            return Message::Snapshot(snapshot);
        }
        match &pull.only {
            None => answer,
            Some(only) => answer.only(|author| only.contains(&author)),
        }
    }
}
