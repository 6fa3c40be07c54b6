//! The replica with its store: what applications use.

mod peer;

use crate::change::Change;
use crate::contract::Contracts;
use crate::core::{Age, Answer, Core, Held, Received, Records, Step, WriteError};
use crate::event::{Address, Event};
use crate::log::Memory;
use crate::messages::{Delivery, Failure, SetAside};
use crate::migration::Refusal;
use crate::store::{Store, StoreError};
use crate::wire::{Message, Pull, WireError};
use crate::{
    AuthorId, Clock, Contract, ContractFileError, Dot, Key, Millis, Name, Promise, Record, VersionVector,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A replica with its store. Every method that writes returns once what it wrote is durable.
///
/// It is used by one task at a time; several share it behind a lock, as they share its disk.
#[derive(Debug)]
pub struct Replica<S> {
    core: Core,
    store: S,
    settings: Settings,
    /// Whether a commit has failed, so that what is stored is not known.
    lost: bool,
}

/// What can be set, with its defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How far a time from elsewhere may be ahead: [`Clock::BOUND`].
    pub clock_bound: Duration,
    /// At most so many events are sent at once: 1,000.
    pub batch: u32,
    /// At most so many bytes of keys and values are sent at once, or one event that is longer: 4 MiB.
    pub batch_bytes: usize,
    /// At most so many messages wait in the outbox; a change that would send more is refused: 10,000.
    pub outbox: u64,
    /// After so many failed deliveries a message is set aside: 5.
    pub attempts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { clock_bound: Clock::BOUND, batch: 1_000, batch_bytes: 4 << 20, outbox: 10_000, attempts: 5 }
    }
}

/// Why a replica does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The change is refused.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bytes of another replica are not read.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// An earlier commit failed, and whether it was stored is not known.
    #[error("an earlier write failed, and whether it was stored is not known: open the store again")]
    Reopen,
    /// The store was written under contracts that these do not follow on.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Migration(Vec<Refusal>),
    /// The contracts in the store cannot be read.
    #[error("the contracts in the store: {0}")]
    StoredContracts(ContractFileError),
    /// There is no such collection here.
    #[error("collection `{0}` has no contract here: declare it")]
    NoCollection(String),
    /// A peer was not granted what it asks for.
    #[error(transparent)]
    NotGranted(#[from] crate::NotGranted),
    /// Who is asked is no peer.
    #[error("{0} is no peer of this replica: name a peer that is this author")]
    NoPeer(AuthorId),
    /// Some of a collection cannot be had alone.
    #[error(transparent)]
    NotInParts(#[from] crate::NotInParts),
    /// The record's key is none.
    #[error(transparent)]
    Key(#[from] crate::NotAKey),
}

/// What became of the bytes of another replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many events were taken in.
    pub taken: u64,
    /// How many were known.
    pub known: u64,
    /// Those that were not taken in, with why; they come again.
    pub held: Vec<(Dot, Held)>,
    /// Whether there is more to pull.
    pub more: bool,
}

impl<S: Store> Replica<S> {
    /// Opens a store, or begins one under `author`, which must be new: 16 random bytes. A store that was begun keeps its
    /// author.
    ///
    /// # Errors
    /// The store fails, or was written under contracts that these do not follow on.
    pub async fn open(
        mut store: S,
        author: AuthorId,
        contracts: Contracts,
        settings: Settings,
    ) -> Result<Self, Error> {
        let text = contracts.to_toml();
        let (memory, sent, waiting) = if let Some(stored) = store.open().await? {
            let before = Contracts::from_toml(&stored.contracts).map_err(Error::StoredContracts)?;
            before.migrate(&contracts).map_err(Error::Migration)?;
            if stored.contracts != text {
                store.migrate(&text).await?;
            }
            (stored.memory, stored.sent, stored.waiting)
        } else {
            store.begin(author, &text).await?;
            (Memory::new(author), 0, 0)
        };
        let mut core = Core::resume(memory, contracts, settings.clock_bound);
        core.outbox(sent, waiting, settings.outbox);
        Ok(Self { core, store, settings, lost: false })
    }

    /// The store, for closing it or opening it again.
    pub fn into_store(self) -> S {
        self.store
    }

    /// The core: what it has seen, its author, its contracts.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// Turns one planted bug on.
    #[cfg(feature = "planted")]
    pub fn plant(&mut self, bug: crate::Planted) {
        self.core.plant(bug);
    }

    fn usable(&self) -> Result<(), Error> {
        if self.lost { Err(Error::Reopen) } else { Ok(()) }
    }

    async fn commit(&mut self, step: &Step) -> Result<(), Error> {
        self.lost = true;
        self.store.commit(step).await?;
        self.lost = false;
        self.core.stored(step);
        Ok(())
    }

    /// Writes a change, whole and durably. The events that it became are its versions.
    ///
    /// # Errors
    /// The change is refused and nothing of it written; or the store fails, and whether it was written is not known.
    pub async fn write(&mut self, now: Millis, change: &Change) -> Result<Vec<Dot>, Error> {
        self.usable()?;
        let loaded = self.store.load(&self.core.touched(change)).await?;
        let step = self.core.write(now, change, &loaded)?;
        self.commit(&step).await?;
        Ok(step.events.iter().map(|(_, event)| event.dot()).collect())
    }

    /// A record that this replica may write: of a merged collection, of its own in an owned one, of a serial one as far as
    /// it is known here. `None` if it was never written, or was deleted.
    ///
    /// # Errors
    /// There is no such collection, or the store fails.
    pub async fn read(&mut self, collection: &str, key: &str) -> Result<Option<Record>, Error> {
        let owned = matches!(self.contract(collection)?.promise(), Promise::Owned { .. });
        self.get(collection, owned.then_some(self.core.author()), key).await
    }

    /// A record of another owner, with how old the copy is.
    ///
    /// # Errors
    /// There is no such collection, or the store fails.
    pub async fn read_copy(
        &mut self,
        now: Millis,
        collection: &str,
        owner: AuthorId,
        key: &str,
    ) -> Result<(Option<Record>, Age), Error> {
        let record = self.get(collection, Some(owner), key).await?;
        Ok((record, self.core.age(now, collection, owner)))
    }

    async fn get(
        &mut self,
        collection: &str,
        owner: Option<AuthorId>,
        key: &str,
    ) -> Result<Option<Record>, Error> {
        self.usable()?;
        let name = self.contract(collection)?.name().clone();
        let place = (name, Address { owner, key: Key::new(key)? });
        let record = self.store.load(&BTreeSet::from([place.clone()])).await?.remove(&place);
        Ok(record.filter(Record::exists))
    }

    /// All records of a collection that are there.
    ///
    /// # Errors
    /// There is no such collection, or the store fails.
    pub async fn list(&mut self, collection: &str) -> Result<BTreeMap<Address, Record>, Error> {
        let mut all = self.list_all(collection).await?;
        all.retain(|_, record| record.exists());
        Ok(all)
    }

    /// All records of a collection, deleted ones among them: its whole state.
    ///
    /// # Errors
    /// There is no such collection, or the store fails.
    pub async fn list_all(&mut self, collection: &str) -> Result<BTreeMap<Address, Record>, Error> {
        self.usable()?;
        let name = self.contract(collection)?.name().clone();
        Ok(self.store.all(&name).await?)
    }

    /// Events of a collection that `seen` does not cover and that are still kept one by one, in the order in which they were
    /// taken in, at most so many; and whether there are more. For who follows what changes.
    ///
    /// # Errors
    /// There is no such collection, or the store fails.
    pub async fn events(
        &mut self,
        collection: &str,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), Error> {
        self.usable()?;
        let name = self.contract(collection)?.name().clone();
        Ok(self.store.after(&name, seen, most).await?)
    }

    fn contract(&self, collection: &str) -> Result<&Contract, Error> {
        self.core.contracts().get(collection).ok_or_else(|| Error::NoCollection(collection.to_owned()))
    }

    /// The bytes that ask another replica for what this one has not seen: its [`Replica::answer`] goes to
    /// [`Replica::receive`].
    ///
    /// # Errors
    /// There is no such collection.
    pub fn pull(&self, collection: &str) -> Result<Vec<u8>, Error> {
        let pull = self.core.pull(collection, self.settings.batch);
        pull.map(|pull| Message::Pull(pull).encode())
            .ok_or_else(|| Error::NoCollection(collection.to_owned()))
    }

    /// The bytes that answer those of a [`Replica::pull`].
    ///
    /// # Errors
    /// The bytes are not a pull, there is no such collection here, or the store fails.
    pub async fn answer(&mut self, now: Millis, pull: &[u8]) -> Result<Vec<u8>, Error> {
        self.usable()?;
        let Message::Pull(pull) = Message::decode(pull)? else { return Err(WireError::NotOurs.into()) };
        self.core.receive(now, Message::Pull(pull.clone()), Records::new());
        Ok(self.answer_message(now, &pull).await?.encode())
    }

    async fn answer_message(&mut self, now: Millis, pull: &Pull) -> Result<Message, Error> {
        let name = &pull.collection;
        let answer = match self.core.answer(pull) {
            Answer::Events => {
                let most = pull.most.min(self.settings.batch) as usize;
                let (events, more) = self.unsent(name, self.core.need_not_send(pull), most).await?;
                self.core.batch(now, name.as_str(), events, more)
            }
            Answer::State => self.core.snapshot(now, name.as_str(), self.store.all(name).await?),
            Answer::NotHere => None,
        };
        let answer = answer.ok_or_else(|| Error::NoCollection(name.to_string()))?;
        Ok(self.core.as_asked(pull, answer))
    }

    /// Events from there on, as many as go at once: not all are loaded before it is known how long they are.
    async fn unsent(
        &mut self,
        name: &Name,
        mut seen: VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), Error> {
        let (mut events, mut bytes) = (Vec::<Event>::new(), 0);
        loop {
            let left = self.settings.batch_bytes.saturating_sub(bytes);
            // As many as are likely to go, by those that do so far.
            let likely = left / (bytes / events.len().max(1)).max(1);
            let step = if events.is_empty() { 16 } else { likely.max(1) };
            let (found, more) = self.store.after(name, &seen, step.min(most - events.len())).await?;
            for event in found {
                if !events.is_empty() && bytes >= self.settings.batch_bytes {
                    return Ok((events, true));
                }
                bytes += event.weight();
                seen.advance(event.author, event.sequence);
                events.push(event);
            }
            if !more || events.len() >= most {
                return Ok((events, more));
            }
        }
    }

    /// From now on holds the records of these owners only, beside its own; `None` is all again. See [`Core::subscribe`].
    ///
    /// # Errors
    /// The collection is not here, or is not owned.
    pub fn subscribe(&mut self, collection: &str, owners: Option<BTreeSet<AuthorId>>) -> Result<(), Error> {
        Ok(self.core.subscribe(collection, owners)?)
    }

    /// Takes in the bytes of another replica: an answer, or what it pushed.
    ///
    /// # Errors
    /// The bytes are not read, or the store fails.
    pub async fn receive(&mut self, now: Millis, bytes: &[u8]) -> Result<Report, Error> {
        self.usable()?;
        self.take_in(now, Message::decode(bytes)?).await
    }

    pub(crate) async fn take_in(&mut self, now: Millis, message: Message) -> Result<Report, Error> {
        let loaded = self.store.load(&self.core.concerned(&message)).await?;
        let Received { step, taken, known, held, more } = self.core.receive(now, message, loaded);
        if let Some(step) = step {
            self.commit(&step).await?;
        }
        Ok(Report { taken, known, held, more })
    }

    /// Forgets single events of a collection that `through` covers. What they did stays: who has not seen them is sent the
    /// whole state.
    ///
    /// # Errors
    /// There is no such collection, or the store fails.
    pub async fn compact(&mut self, collection: &str, through: &VersionVector) -> Result<(), Error> {
        self.usable()?;
        let step = self.core.compact(collection, through);
        let step = step.ok_or_else(|| Error::NoCollection(collection.to_owned()))?;
        self.commit(&step).await
    }

    /// Gives a serial collection to another author, who is its home once it has pulled this.
    ///
    /// # Errors
    /// This replica is not the home, or the store fails.
    pub async fn hand_over(&mut self, now: Millis, collection: &str, to: AuthorId) -> Result<(), Error> {
        self.usable()?;
        let name: Name = self.contract(collection)?.name().clone();
        let step = self.core.hand_over(now, &name, to)?;
        self.commit(&step).await
    }

    /// Goes on under another author, who must be new: for a store that was copied, or set back to an older state.
    ///
    /// # Errors
    /// The store fails.
    pub async fn rename(&mut self, author: AuthorId) -> Result<(), Error> {
        self.usable()?;
        let step = self.core.rename(author);
        self.commit(&step).await
    }

    /// Messages that are to be delivered now, at most so many; of one topic and key one at a time. What becomes of each is
    /// told with [`Replica::delivered`] or [`Replica::failed`]; until then it is due.
    ///
    /// # Errors
    /// The store fails.
    pub async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, Error> {
        self.usable()?;
        Ok(self.store.due(most).await?)
    }

    /// The receivers have acted on these messages.
    ///
    /// # Errors
    /// The store fails.
    pub async fn delivered(
        &mut self,
        now: Millis,
        numbers: impl IntoIterator<Item = u64>,
    ) -> Result<(), Error> {
        self.usable()?;
        let mut step = Step::default();
        step.mail.delivered = numbers.into_iter().map(|number| (number, now)).collect();
        self.commit(&step).await
    }

    /// A receiver could not act on a message, for this reason. After so many attempts as are set it is set aside, and those
    /// behind it under its topic and key wait until [`Replica::retry`] or [`Replica::delivered`] says what is to become of
    /// it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn failed(&mut self, delivery: &Delivery, reason: &str) -> Result<(), Error> {
        self.usable()?;
        let set_aside = delivery.attempts.saturating_add(1) >= self.settings.attempts;
        let mut step = Step::default();
        step.mail.failed.insert(delivery.message.number, Failure { reason: reason.to_owned(), set_aside });
        self.commit(&step).await
    }

    /// How many messages were ever put into the outbox: the number of the last.
    pub fn sent(&self) -> u64 {
        self.core.sent()
    }

    /// Messages that were set aside, with why.
    ///
    /// # Errors
    /// The store fails.
    pub async fn set_aside(&mut self) -> Result<Vec<SetAside>, Error> {
        self.usable()?;
        Ok(self.store.set_aside().await?)
    }

    /// Tries a message again that was set aside.
    ///
    /// # Errors
    /// The store fails.
    pub async fn retry(&mut self, number: u64) -> Result<(), Error> {
        self.usable()?;
        let mut step = Step::default();
        step.mail.retried.insert(number);
        self.commit(&step).await
    }

    /// Forgets messages that were delivered before this.
    ///
    /// # Errors
    /// The store fails.
    pub async fn forget_delivered(&mut self, before: Millis) -> Result<(), Error> {
        self.usable()?;
        let mut step = Step::default();
        step.mail.forgotten = Some(before);
        self.commit(&step).await
    }

    /// Acts on a message of another: the change and that it was acted on are stored together, so that a second delivery does
    /// nothing. Returns whether this was the first.
    ///
    /// # Errors
    /// The change is refused, so that the message was not acted on; or the store fails.
    pub async fn act(
        &mut self,
        now: Millis,
        delivery: &Delivery,
        change: Option<&Change>,
    ) -> Result<bool, Error> {
        self.usable()?;
        let (source, number) = (delivery.message.source, delivery.message.number);
        let first = !self.store.acted(source, number).await?;
        let mut step = Step::default();
        if first {
            if let Some(change) = change {
                let loaded = self.store.load(&self.core.touched(change)).await?;
                step = self.core.write(now, change, &loaded)?;
            }
            step.mail.acted.insert((source, number));
            step.mail.settled.insert(source, delivery.settled);
            self.commit(&step).await?;
        }
        Ok(first)
    }
}
