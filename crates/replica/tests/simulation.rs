//! Seeded simulation of replicas on faulty disks, over a faulty network, under faulty clocks: the SQLite store that ships.
//!
//! A run is a function of its seed. `KEDGE_SIMULATION_SEED=7 cargo nextest run -p kedge-replica --test simulation` runs that
//! one again; `KEDGE_SIMULATION_RUNS=10000` runs so many. Each planted bug must be caught.
#![allow(clippy::unwrap_used)]

mod faulty;

use faulty::{Disk, Draws};
use kedge_replica::{
    Action, AuthorId, Change, Contract, Contracts, Dot, Error, Event, Expected, Merge, Millis, Op, Planted,
    Record, Replica, Settings, SqliteStore, SqliteStoreOptions, Stamp, Value, VersionVector,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const REPLICAS: usize = 3;
const STEPS: u64 = 220;
const COLLECTIONS: [&str; 3] = ["things", "notes", "names"];

fn author(number: usize) -> AuthorId {
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
struct Machine {
    disk: Disk,
    replica: Option<Replica<SqliteStore>>,
    /// Milliseconds by which its clock is off.
    skew: i64,
    /// The latest time of day that it has seen.
    latest: u64,
    /// The last of its own events that was acknowledged, in each collection.
    acknowledged: BTreeMap<&'static str, u64>,
}

/// A message under way.
struct Letter {
    from: usize,
    to: usize,
    bytes: Vec<u8>,
    pull: bool,
}

struct Run {
    draws: Draws,
    bug: Option<Planted>,
    now: u64,
    machines: Vec<Machine>,
    letters: Vec<Letter>,
    /// Pairs that do not hear each other.
    cut: BTreeSet<(usize, usize)>,
    /// Every event that is known to have been stored, with what its writer had seen.
    history: BTreeMap<(&'static str, Dot), (Event, VersionVector)>,
    /// Of each source, how many orders there are to be in the sum at the end.
    orders: i128,
    crashes: u64,
}

type Verdict = Result<(), String>;

impl Run {
    async fn new(seed: u64, bug: Option<Planted>) -> Self {
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

    async fn crash(&mut self, number: usize) -> Verdict {
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
    fn ask(&mut self, to: usize, from: usize, collection: &str) {
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

    async fn arrive(&mut self, from: usize, to: usize, bytes: &[u8], pull: bool) -> Verdict {
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
    async fn post(&mut self, number: usize) -> Verdict {
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

    async fn step(&mut self) -> Verdict {
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

    /// Faults end, time passes, everybody hears everything: then all must be one.
    async fn settle(&mut self) -> Verdict {
        self.cut.clear();
        self.now += 8_000_000;
        for number in 0..REPLICAS {
            self.machines[number].skew = 0;
            self.crash(number).await?;
        }
        for _ in 0..60 {
            for number in 0..REPLICAS {
                self.post(number).await?;
            }
        }
        for _ in 0..60 {
            for to in 0..REPLICAS {
                for from in (0..REPLICAS).filter(|from| *from != to) {
                    for collection in COLLECTIONS {
                        self.letters.clear();
                        self.ask(to, from, collection);
                        let asked = self.letters.pop().unwrap();
                        self.arrive(to, from, &asked.bytes, true).await?;
                        let answer = self.letters.pop().unwrap();
                        self.arrive(from, to, &answer.bytes, false).await?;
                    }
                }
            }
            if self.agree().is_ok() {
                break;
            }
        }
        self.agree()
    }

    fn agree(&self) -> Verdict {
        for collection in COLLECTIONS {
            let seen = |number: usize| {
                let core = self.machines[number].replica.as_ref().unwrap().core();
                core.log(collection).unwrap().seen.clone()
            };
            for number in 1..REPLICAS {
                if seen(number) != seen(0) {
                    return Err(format!(
                        "{collection}: replicas 0 and {number} do not come to have heard the same"
                    ));
                }
            }
        }
        Ok(())
    }

    async fn check(&mut self) -> Verdict {
        for collection in COLLECTIONS {
            let mut states = Vec::new();
            for machine in &mut self.machines {
                let all = machine
                    .replica
                    .as_mut()
                    .unwrap()
                    .list_all(collection)
                    .await
                    .map_err(|error| error.to_string())?;
                states.push(all);
            }
            for number in 1..REPLICAS {
                if states[number] != states[0] {
                    return Err(format!(
                        "{collection}: replicas 0 and {number} have heard the same and differ"
                    ));
                }
            }
            let log = self.machines[0].replica.as_ref().unwrap().core().log(collection).unwrap();
            let lost = self.history.keys().find(|(of, dot)| *of == collection && !log.seen.covers(*dot));
            if let Some((_, dot)) = lost {
                return Err(format!("{collection}: event {dot} is lost"));
            }
            for (address, record) in &states[0] {
                let events: Vec<_> = self
                    .history
                    .iter()
                    .filter(|((of, dot), _)| {
                        *of == collection && address.owner.is_none_or(|owner| owner == dot.author)
                    })
                    .map(|(_, written)| written)
                    .collect();
                if collection == "things" {
                    merged(address.key.as_str(), record, &events)?;
                } else {
                    in_order(collection, address.key.as_str(), record, &events)?;
                }
            }
        }
        self.serial_is_one_order()?;
        self.messages_are_acted_on_once().await
    }

    /// In the order of the events, a name was only ever taken while it was free.
    fn serial_is_one_order(&self) -> Verdict {
        let mut events: Vec<&Event> =
            self.history.iter().filter(|((of, _), _)| *of == "names").map(|(_, (event, _))| event).collect();
        events.sort_by_key(|event| event.stamp());
        let mut taken = BTreeSet::new();
        for event in events {
            for edit in event.edits() {
                let free = match edit.action {
                    Action::Delete => {
                        taken.remove(&edit.key);
                        true
                    }
                    _ => taken.insert(edit.key.clone()),
                };
                if !free {
                    return Err(format!("name {} was taken twice, again by {}", edit.key, event.dot()));
                }
            }
        }
        Ok(())
    }

    /// The orders that arrived are as many as those that were written with their changes.
    async fn messages_are_acted_on_once(&mut self) -> Verdict {
        let mut sent = 0;
        for machine in &mut self.machines {
            let replica = machine.replica.as_mut().unwrap();
            let left = replica.due(100).await.map_err(|error| error.to_string())?;
            if !left.is_empty() {
                return Err(format!("{} messages are never delivered", left.len()));
            }
            sent += replica.sent();
        }
        self.orders = i128::from(sent);
        let replica = self.machines[0].replica.as_mut().unwrap();
        let record = replica.read("things", "orders").await.map_err(|error| error.to_string())?;
        let acted = record.map_or(0, |record| record.count("sum"));
        if acted == self.orders {
            Ok(())
        } else {
            Err(format!("{} messages, acted on {acted} times", self.orders))
        }
    }
}

/// What a merged record must be by the definition of its merges.
fn merged(key: &str, record: &Record, events: &[&(Event, VersionVector)]) -> Verdict {
    let mut deleted = false;
    let mut last: Option<(Stamp, Value)> = None;
    let (mut kept, mut added, mut removed, mut sum) = (Vec::new(), Vec::new(), Vec::new(), 0i128);
    for (event, before) in events {
        for edit in event.edits().iter().filter(|edit| edit.key.as_str() == key) {
            deleted |= edit.action == Action::Delete;
            for field in edit.action.fields() {
                match &field.op {
                    Op::Set(value) if last.as_ref().is_none_or(|(stamp, _)| event.stamp() > *stamp) => {
                        last = Some((event.stamp(), value.clone()));
                    }
                    Op::Keep { value, .. } => kept.push((event.dot(), before, value.clone())),
                    Op::Add { element, .. } => added.push((event.dot(), element.clone())),
                    Op::Remove { element, .. } => removed.push((before, element.clone())),
                    Op::Count(amount) => sum += i128::from(*amount),
                    _ => {}
                }
            }
        }
    }
    if deleted != record.is_deleted() {
        return Err(format!("{key}: deleted is {deleted}, the record says {}", record.is_deleted()));
    }
    if deleted {
        return Ok(());
    }
    let mut stand: Vec<Value> = kept
        .iter()
        .filter(|(dot, _, _)| !kept.iter().any(|(_, before, _)| before.covers(*dot)))
        .map(|(_, _, value)| value.clone())
        .collect();
    stand.sort();
    let elements: BTreeSet<Value> = added
        .iter()
        .filter(|(dot, element)| !removed.iter().any(|(before, gone)| gone == element && before.covers(*dot)))
        .map(|(_, element)| element.clone())
        .collect();
    let mut found: Vec<Value> = record.kept("kept").into_iter().cloned().collect();
    found.sort();
    let set: BTreeSet<Value> = record.set("tags").into_iter().cloned().collect();
    let last = last.map(|(_, value)| value);
    if record.value("last") != last.as_ref() {
        return Err(format!("{key}: last should be {last:?}, is {:?}", record.value("last")));
    }
    if found != stand || set != elements {
        return Err(format!("{key}: should keep {stand:?} and hold {elements:?}, has {found:?} and {set:?}"));
    }
    if record.count("sum") == sum {
        Ok(())
    } else {
        Err(format!("{key}: sum should be {sum}, is {}", record.count("sum")))
    }
}

/// What a record with one writer at a time must be: what its events do, in their order.
fn in_order(collection: &str, key: &str, record: &Record, events: &[&(Event, VersionVector)]) -> Verdict {
    let mut events: Vec<&Event> = events.iter().map(|(event, _)| event).collect();
    events.sort_by_key(|event| event.stamp());
    let mut value = None;
    for event in events {
        for edit in event.edits().iter().filter(|edit| edit.key.as_str() == key) {
            value = match edit.action.fields().first().map(|field| &field.op) {
                Some(Op::Set(value)) => Some(value.clone()),
                _ => None,
            };
        }
    }
    let field = if collection == "notes" { "text" } else { "account" };
    let found = record.value(field);
    if found == value.as_ref() {
        Ok(())
    } else {
        Err(format!("{collection} {key}: should be {value:?}, is {found:?}"))
    }
}

/// How often machines crashed, and all that was written.
async fn simulate(seed: u64, bug: Option<Planted>) -> Result<(u64, Vec<Vec<u8>>), String> {
    let mut run = Run::new(seed, bug).await;
    for step in 0..STEPS {
        run.step().await.map_err(|wrong| format!("seed {seed}, step {step}: {wrong}"))?;
    }
    run.settle().await.map_err(|wrong| format!("seed {seed}, at the end: {wrong}"))?;
    run.check().await.map_err(|wrong| format!("seed {seed}, at the end: {wrong}"))?;
    Ok((run.crashes, run.history.values().map(|(event, _)| event.encode()).collect()))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[tokio::test]
async fn whatever_fails_nothing_acknowledged_is_lost_and_all_come_to_the_same() {
    let (first, runs) = match number("KEDGE_SIMULATION_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("KEDGE_SIMULATION_RUNS").unwrap_or(100)),
    };
    let mut crashes = 0;
    for seed in first..first + runs {
        crashes += simulate(seed, None).await.unwrap_or_else(|wrong| panic!("{wrong}")).0;
    }
    println!("{runs} runs of {STEPS} steps, {crashes} crashes");
    assert!(crashes > runs * REPLICAS as u64, "nothing crashed before the end");
}

#[tokio::test]
async fn a_run_is_a_function_of_its_seed() {
    for seed in [3, 4] {
        let first = simulate(seed, None).await.unwrap();
        assert!(first.1.len() > 20, "only {} events", first.1.len());
        assert_eq!(first, simulate(seed, None).await.unwrap());
    }
}

async fn is_caught(bug: Planted) {
    for seed in 0..100 {
        if let Err(wrong) = simulate(seed, Some(bug)).await {
            println!("{bug:?} is caught: {wrong}");
            return;
        }
    }
    panic!("{bug:?} is not caught in 100 runs");
}

#[tokio::test]
async fn planted_no_deduplication_is_caught() {
    is_caught(Planted::NoDeduplication).await;
}

#[tokio::test]
async fn planted_no_drift_bound_is_caught() {
    is_caught(Planted::NoDriftBound).await;
}

#[tokio::test]
async fn planted_compaction_too_early_is_caught() {
    is_caught(Planted::CompactionTooEarly).await;
}

#[tokio::test]
async fn planted_non_commutative_merge_is_caught() {
    is_caught(Planted::NonCommutativeMerge).await;
}

#[tokio::test]
async fn planted_acknowledged_before_durable_is_caught() {
    is_caught(Planted::AcknowledgedBeforeDurable).await;
}
