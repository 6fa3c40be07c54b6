//! One run: machines with faulty disks and clocks, the network between them, and what happens in it, drawn from a seed.

use super::faulty::{self, Disk, Draws};
use super::{COLLECTIONS, REPLICAS};
use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Dot, Error, Event, Expected, Merge, Millis, Planted, Replica,
    Settings, SqliteStore, SqliteStoreOptions, VersionVector,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(super) fn author(number: usize) -> AuthorId {
    AuthorId::new([number as u8 + 1; 16])
}

fn contracts() -> Contracts {
    let things = Contract::merged("things")
        .field("last", Merge::LastWriter)
        .field("kept", Merge::KeepBoth)
        .field("tags", Merge::Set)
        .field("sum", Merge::Counter);
    let notes = Contract::owned("notes", Duration::from_mins(1)).field("text", Merge::LastWriter);
    let names = Contract::serial("names", author(0)).field("account", Merge::LastWriter);
    Contracts::new([things, notes, names].map(|one| one.build().unwrap())).unwrap()
}

/// One machine: its disk, its clock, its replica while it runs.
pub(super) struct Machine {
    pub(super) disk: Disk,
    pub(super) replica: Option<Replica<SqliteStore>>,
    /// Milliseconds by which its clock is off.
    pub(super) skew: i64,
    /// The latest time of day that it has seen.
    pub(super) latest: u64,
    /// The last of its own events that was acknowledged, in each collection.
    pub(super) acknowledged: BTreeMap<&'static str, u64>,
}

/// A message under way.
pub(super) struct Letter {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) bytes: Vec<u8>,
    pub(super) pull: bool,
}

pub(super) struct Run {
    pub(super) draws: Draws,
    pub(super) bug: Option<Planted>,
    pub(super) now: u64,
    pub(super) machines: Vec<Machine>,
    pub(super) letters: Vec<Letter>,
    /// Pairs that do not hear each other.
    pub(super) cut: BTreeSet<(usize, usize)>,
    /// Every event that is known to have been stored, with what its writer had seen.
    pub(super) history: BTreeMap<(&'static str, Dot), (Event, VersionVector)>,
    /// Of each source, how many orders there are to be in the sum at the end.
    pub(super) orders: i128,
    pub(super) crashes: u64,
}

pub(super) type Verdict = Result<(), String>;

impl Run {
    pub(super) async fn new(seed: u64, bug: Option<Planted>) -> Self {
        let machine = |number: usize| Machine {
            disk: Disk::new(&format!("machine{number}")),
            replica: None,
            skew: 0,
            latest: 0,
            acknowledged: BTreeMap::new(),
        };
        let mut run = Self {
            draws: Draws(seed),
            bug,
            now: 1_700_000_000_000,
            machines: (0..REPLICAS).map(machine).collect(),
            letters: Vec::new(),
            cut: BTreeSet::new(),
            history: BTreeMap::new(),
            orders: 0,
            crashes: 0,
        };
        for number in 0..REPLICAS {
            run.start(number).await.unwrap();
        }
        run
    }

    fn time(&mut self, number: usize) -> Millis {
        let machine = &mut self.machines[number];
        let time = self.now.saturating_add_signed(machine.skew);
        machine.latest = machine.latest.max(time);
        Millis::new(time)
    }

    /// Starts a machine's replica; what it had acknowledged must be there.
    async fn start(&mut self, number: usize) -> Verdict {
        let durable = self.bug != Some(Planted::AcknowledgedBeforeDurable);
        let machine = &mut self.machines[number];
        let options =
            SqliteStoreOptions { vfs: Some(faulty::NAME.to_owned()), durable, checkpoint_pages: 40 };
        let opened = async {
            let store = SqliteStore::open_with(machine.disk.path(), &options).await.map_err(Error::from)?;
            Replica::open(store, author(number), contracts(), Settings { batch: 8, ..Settings::default() })
                .await
        };
        let mut replica = match opened.await {
            Ok(replica) => replica,
            Err(_) if machine.disk.has_stopped() => return Ok(()),
            Err(error) => return Err(format!("replica {number} does not open: {error}")),
        };
        if let Some(bug) = self.bug {
            replica.plant(bug);
        }
        for (collection, sequence) in &machine.acknowledged {
            let seen = replica.core().log(collection).unwrap().seen.of(author(number));
            if seen < *sequence {
                return Err(format!(
                    "replica {number} acknowledged event {sequence} of {collection}, {seen} is its last"
                ));
            }
        }
        machine.replica = Some(replica);
        // A write whose outcome was not known may have been stored.
        for collection in COLLECTIONS {
            self.remember(number, collection).await;
        }
        Ok(())
    }

    pub(super) async fn crash(&mut self, number: usize) -> Verdict {
        self.machines[number].replica = None;
        self.machines[number].disk.crash(&mut self.draws);
        self.crashes += 1;
        self.start(number).await
    }

    /// Notes a machine's own events that are new, with what it had seen before each.
    async fn remember(&mut self, number: usize, collection: &'static str) {
        let Some(replica) = &mut self.machines[number].replica else { return };
        let seen = replica.core().log(collection).unwrap().seen.clone();
        let known =
            self.history.keys().filter(|(of, dot)| *of == collection && dot.author == author(number)).count();
        let others = seen
            .iter()
            .map(|(of, sequence)| (of, if of == author(number) { known as u64 } else { sequence }));
        let Ok((events, _)) = replica.events(collection, &others.collect(), 100).await else { return };
        for event in events {
            let mut before: VersionVector = seen.iter().filter(|(of, _)| *of != author(number)).collect();
            before.advance(author(number), event.sequence - 1);
            self.history.insert((collection, event.dot()), (event, before));
        }
    }

    fn change(&mut self, number: usize) -> (&'static str, Change) {
        let key = format!("k{}", self.draws.below(3));
        let value = self.draws.below(5).cast_signed();
        match self.draws.below(12) {
            0 => ("notes", Change::to("notes", &key).set("text", value)),
            1 => ("notes", Change::to("notes", &key).delete()),
            2 | 3 => {
                let take = Change::to("names", &key).expecting(Expected::Absent);
                ("names", take.set("account", format!("{number}-{value}")))
            }
            4 => ("names", Change::to("names", &key).delete()),
            5 => ("things", Change::to("things", &key).keep("kept", value)),
            6 => ("things", Change::to("things", &key).add("tags", value)),
            7 => ("things", Change::to("things", &key).remove("tags", value)),
            8 | 9 => ("things", Change::to("things", &key).set("last", value)),
            10 => {
                let change = Change::to("things", &key).count("sum", value);
                ("things", change.send("orders", &key, [(number as u8 + 1) % REPLICAS as u8]))
            }
            _ if self.draws.chance(3) => ("things", Change::to("things", &key).delete()),
            _ => ("things", Change::to("things", &key).count("sum", -value)),
        }
    }

    async fn write(&mut self, number: usize) -> Verdict {
        let (collection, change) = self.change(number);
        let now = self.time(number);
        let Some(replica) = &mut self.machines[number].replica else { return Ok(()) };
        match replica.write(now, &change).await {
            Ok(dots) => {
                self.machines[number].acknowledged.insert(collection, dots[0].sequence);
                self.remember(number, collection).await;
                Ok(())
            }
            Err(Error::Write(_)) => Ok(()),
            Err(_) if self.machines[number].disk.has_stopped() => self.crash(number).await,
            Err(error) => Err(format!("replica {number} does not write: {error}")),
        }
    }

    /// A replica asks another for what it lacks; the bytes are under way.
    pub(super) fn ask(&mut self, to: usize, from: usize, collection: &str) {
        if let Some(replica) = &self.machines[to].replica {
            let bytes = replica.pull(collection).unwrap();
            self.letters.push(Letter { from: to, to: from, bytes, pull: true });
        }
    }

    /// One of the letters under way arrives, or is lost, or arrives and is still under way.
    async fn carry(&mut self) -> Verdict {
        if self.letters.is_empty() {
            return Ok(());
        }
        let which = self.draws.below(self.letters.len() as u64) as usize;
        let twice = self.draws.chance(5);
        let lost = self.draws.chance(8);
        let letter = self.letters.swap_remove(which);
        if lost || self.cut.contains(&(letter.from, letter.to)) {
            return Ok(());
        }
        let bytes = letter.bytes.clone();
        let (from, to, pull) = (letter.from, letter.to, letter.pull);
        if twice {
            self.letters.push(letter);
        }
        self.arrive(from, to, &bytes, pull).await
    }

    pub(super) async fn arrive(&mut self, from: usize, to: usize, bytes: &[u8], pull: bool) -> Verdict {
        let now = self.time(to);
        let Some(replica) = &mut self.machines[to].replica else { return Ok(()) };
        if pull {
            match replica.answer(now, bytes).await {
                Ok(answer) => self.letters.push(Letter { from: to, to: from, bytes: answer, pull: false }),
                Err(_) if self.machines[to].disk.has_stopped() => return self.crash(to).await,
                Err(error) => return Err(format!("replica {to} does not answer: {error}")),
            }
            return Ok(());
        }
        match replica.receive(now, bytes).await {
            Ok(_) => self.clock_is_bounded(to),
            Err(_) if self.machines[to].disk.has_stopped() => self.crash(to).await,
            Err(error) => Err(format!("replica {to} does not receive: {error}")),
        }
    }

    fn clock_is_bounded(&self, number: usize) -> Verdict {
        let machine = &self.machines[number];
        let clock = machine.replica.as_ref().unwrap().core().clock().millis;
        let ahead = clock.since(Millis::new(machine.latest));
        if ahead > Settings::default().clock_bound {
            return Err(format!(
                "replica {number} took in a time {ahead:?} ahead of every time that it was told"
            ));
        }
        Ok(())
    }

    /// A machine's messages are delivered; answers to that may be lost, so that they are delivered again.
    pub(super) async fn post(&mut self, number: usize) -> Verdict {
        let Some(sender) = &mut self.machines[number].replica else { return Ok(()) };
        let Ok(due) = sender.due(3).await else { return self.crash(number).await };
        for delivery in due {
            let to = usize::from(delivery.message.draft.body[0]);
            if to == number || self.cut.contains(&(number, to)) {
                continue;
            }
            let order = Change::to("things", "orders").count("sum", 1);
            let now = self.time(to);
            let Some(receiver) = &mut self.machines[to].replica else { continue };
            match receiver.act(now, &delivery, Some(&order)).await {
                Ok(first) => {
                    if first {
                        let log = receiver.core().log("things").unwrap();
                        let last = log.seen.of(author(to));
                        self.machines[to].acknowledged.insert("things", last);
                        self.remember(to, "things").await;
                    }
                    if !self.draws.chance(3) {
                        let now = self.time(number);
                        let sender = self.machines[number].replica.as_mut().unwrap();
                        if sender.delivered(now, [delivery.message.number]).await.is_err() {
                            return self.crash(number).await;
                        }
                    }
                }
                Err(_) if self.machines[to].disk.has_stopped() => self.crash(to).await?,
                Err(error) => return Err(format!("replica {to} does not act: {error}")),
            }
        }
        Ok(())
    }

    pub(super) async fn step(&mut self) -> Verdict {
        self.now += self.draws.below(2_000);
        let number = self.draws.below(REPLICAS as u64) as usize;
        let other = (number + 1 + self.draws.below(REPLICAS as u64 - 1) as usize) % REPLICAS;
        match self.draws.below(40) {
            0..12 => self.write(number).await?,
            12..22 => {
                let collection = COLLECTIONS[self.draws.below(3) as usize];
                self.ask(number, other, collection);
            }
            22..33 => self.carry().await?,
            33 => {
                // Power goes within one of its next writes and syncs, or now.
                let operations = self.draws.below(60);
                self.machines[number].disk.stop_after(operations);
                if operations == 0 {
                    self.crash(number).await?;
                }
            }
            34 => {
                let by = self.draws.below(40_000).cast_signed() - 20_000;
                self.machines[number].skew = (self.machines[number].skew + by).clamp(-25_000, 25_000);
            }
            35 if self.draws.chance(6) => {
                // A clock that is hours ahead for a while.
                self.machines[number].skew = 7_200_000;
            }
            36 => {
                if !self.cut.remove(&(number, other)) {
                    self.cut.insert((number, other));
                }
            }
            37 => self.compact(number).await?,
            38 if self.draws.chance(6) => self.hand_over(number, other).await?,
            _ => self.post(number).await?,
        }
        Ok(())
    }

    async fn compact(&mut self, number: usize) -> Verdict {
        let collection = COLLECTIONS[self.draws.below(3) as usize];
        let Some(replica) = &mut self.machines[number].replica else { return Ok(()) };
        let through = replica.core().log(collection).unwrap().seen.clone();
        match replica.compact(collection, &through).await {
            Ok(()) => Ok(()),
            Err(_) if self.machines[number].disk.has_stopped() => self.crash(number).await,
            Err(error) => Err(format!("replica {number} does not compact: {error}")),
        }
    }

    async fn hand_over(&mut self, number: usize, to: usize) -> Verdict {
        let now = self.time(number);
        let Some(replica) = &mut self.machines[number].replica else { return Ok(()) };
        match replica.hand_over(now, "names", author(to)).await {
            Ok(()) => {
                let last = replica.core().log("names").unwrap().seen.of(author(number));
                self.machines[number].acknowledged.insert("names", last);
                self.remember(number, "names").await;
                Ok(())
            }
            Err(Error::Write(_)) => Ok(()),
            Err(_) if self.machines[number].disk.has_stopped() => self.crash(number).await,
            Err(error) => Err(format!("replica {number} does not hand over: {error}")),
        }
    }
}
