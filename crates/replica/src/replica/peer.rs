//! What a replica exchanges with peers: as [`Replica::pull`], [`Replica::answer`] and [`Replica::receive`], each as far as the
//! peer was granted it. Whoever carries the bytes has proved who the peer is.

use super::{Error, Replica, Report};
use crate::core::{Admitted, Records, WriteError};
use crate::peers::{NotGranted, Peer};
use crate::store::Store;
use crate::wire::{Message, Pull, RemoteWrite, WireError, WriteAnswer};
use crate::{AuthorId, Millis, Promise};

impl<S: Store> Replica<S> {
    /// The bytes that ask a peer for what this replica has not seen and the peer is believed about.
    ///
    /// # Errors
    /// There is no such collection.
    pub fn pull_from(&self, peer: &Peer, collection: &str) -> Result<Vec<u8>, Error> {
        let pull = self.core.pull_from(peer, collection, self.settings.batch);
        pull.map(|pull| Message::Pull(pull).encode())
            .ok_or_else(|| Error::NoCollection(collection.to_owned()))
    }

    /// The bytes that answer a peer's question: nothing that it may not have.
    ///
    /// # Errors
    /// It may have nothing of that; the bytes are not a pull, there is no such collection here, or the store fails.
    pub async fn answer_to(&mut self, now: Millis, peer: &Peer, pull: &[u8]) -> Result<Vec<u8>, Error> {
        let Message::Pull(pull) = Message::decode(pull)? else { return Err(WireError::NotOurs.into()) };
        Ok(self.message_to(now, peer, pull).await?.encode())
    }

    pub(crate) async fn message_to(
        &mut self,
        now: Millis,
        peer: &Peer,
        pull: Pull,
    ) -> Result<Message, Error> {
        self.usable()?;
        let pull = self.core.may_have(peer, pull)?;
        if self.core.hears(peer, pull.collection.as_str()) {
            self.core.receive(now, Message::Pull(pull.clone()), Records::new());
        }
        self.answer_message(now, &pull).await
    }

    /// Takes in the bytes of a peer as far as it is believed. What it may not say is refused, each event with why; nothing is
    /// lost by that.
    ///
    /// # Errors
    /// The bytes are not read, or the store fails.
    pub async fn receive_from(&mut self, now: Millis, peer: &Peer, bytes: &[u8]) -> Result<Report, Error> {
        self.take_from(now, peer, Message::decode(bytes)?).await
    }

    pub(crate) async fn take_from(
        &mut self,
        now: Millis,
        peer: &Peer,
        message: Message,
    ) -> Result<Report, Error> {
        self.usable()?;
        let Admitted { message, refused } = self.core.admit(peer, message);
        let mut report = match message {
            Some(message) => self.take_in(now, message).await?,
            None => Report { taken: 0, known: 0, held: Vec::new(), more: false },
        };
        report.held.extend(refused);
        Ok(report)
    }

    /// Applies a peer's write to serial collections whose home this is, once, however often it comes. The events are written
    /// under this replica's author, in the peer's place.
    ///
    /// # Errors
    /// The peer may not write there, or the store fails. That the change itself is refused is an answer.
    pub async fn write_for(
        &mut self,
        now: Millis,
        peer: &Peer,
        write: &RemoteWrite,
    ) -> Result<WriteAnswer, Error> {
        self.usable()?;
        for part in &write.change.parts {
            let collection = part.collection.as_str();
            if !peer.may_write(collection) {
                let (peer, collection) = (peer.name().clone(), part.collection.clone());
                return Err(NotGranted::Write { peer, collection }.into());
            }
            // As this replica's own author nothing is written for others but where all writes go through the home.
            if !matches!(self.contract(collection)?.promise(), Promise::Serial { .. }) {
                let refused = WriteError::NotSerial(part.collection.clone());
                return Ok(WriteAnswer::Refused((&refused).into()));
            }
        }
        let session = AuthorId::new(write.session);
        let earlier = self.store.acted(session, write.number).await?;
        #[cfg(feature = "planted")]
        let earlier = earlier && !self.core.has(crate::Planted::WriteAppliedTwice);
        if earlier {
            return Ok(WriteAnswer::Earlier);
        }
        let loaded = self.store.load(&self.core.touched(&write.change)).await?;
        let mut step = match self.core.write(now, &write.change, &loaded) {
            Ok(step) => step,
            Err(refused) => return Ok(WriteAnswer::Refused((&refused).into())),
        };
        step.mail.acted.insert((session, write.number));
        step.mail.settled.insert(session, write.number - 1);
        self.commit(&step).await?;
        let versions = step.events.iter().map(|(collection, event)| (collection.clone(), event.dot()));
        Ok(WriteAnswer::Written(versions.collect()))
    }
}
