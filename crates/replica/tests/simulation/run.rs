//! One run: machines with faulty disks and clocks, the network between them, and what happens in it, drawn from a seed.

use super::faulty::Draws;
use super::machine::Machine;
use super::meaning::Written;
use super::{COLLECTIONS, Faults, Kind, REPLICAS, Verdict, Wrong, author};
use kedge_replica::checker::{Operation, What};
use kedge_replica::{
    AuthorId, Change, Dot, Error, Expected, Millis, Planted, Settings, StoreError, WriteError,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// More letters than this are not under way at once: one is lost.
const UNDER_WAY: usize = 40;

/// A message under way.
pub(super) struct Letter {
    from: usize,
    to: usize,
    collection: &'static str,
    pub(super) bytes: Vec<u8>,
    pull: bool,
    /// It is sent once the sender's disk has answered.
    sent_at: u64,
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
    pub(super) history: BTreeMap<(&'static str, Dot), Written>,
    /// Of each author and collection, what it said that it had written until when, by its own clock.
    pub(super) said: BTreeSet<(&'static str, AuthorId, u64, Millis)>,
    /// What clients did to the names and were told.
    pub(super) clients: Vec<Operation>,
    pub(super) faults: Faults,
}

impl Run {
    pub(super) async fn new(seed: u64, bug: Option<Planted>, in_memory: bool) -> Self {
        Self::with(seed, bug, (0..REPLICAS).map(|number| Machine::new(number, in_memory)).collect()).await
    }

    pub(super) async fn with(seed: u64, bug: Option<Planted>, machines: Vec<Machine>) -> Self {
        let mut run = Self {
            draws: Draws(seed),
            bug,
            now: 1_700_000_000_000,
            machines,
            letters: Vec::new(),
            cut: BTreeSet::new(),
            history: BTreeMap::new(),
            said: BTreeSet::new(),
            clients: Vec::new(),
            faults: Faults::default(),
        };
        for machine in &mut run.machines {
            machine.start(bug).await.unwrap();
        }
        run
    }

    /// The power goes and comes back.
    pub(super) async fn crash(&mut self, number: usize) -> Verdict {
        self.faults.crashes += 1;
        // The disk first: a connection that is closed with its replica would still write, on a thread of its own.
        self.machines[number].disk.crash(&mut self.draws);
        self.stop(number);
        self.start(number).await
    }

    /// The process is killed and started again.
    pub(super) async fn kill(&mut self, number: usize) -> Verdict {
        self.faults.kills += 1;
        self.machines[number].disk.kill();
        self.stop(number);
        self.start(number).await
    }

    fn stop(&mut self, number: usize) {
        self.machines[number].stop(self.now);
        for client in &mut self.clients {
            // Who waited for an answer does not get one.
            if client.process == number.to_string()
                && client.end.is_some_and(|end| end > self.now.cast_signed())
            {
                client.end = None;
            }
        }
    }

    pub(super) async fn start(&mut self, number: usize) -> Verdict {
        self.machines[number].start(self.bug).await?;
        // A write whose outcome was not known may have been stored.
        self.remember(number).await;
        Ok(())
    }

    /// A machine's replica has failed: its disk stopped or is full, or it is wrong.
    pub(super) async fn fault(&mut self, number: usize, what: &str, error: Error) -> Verdict {
        let disk = &self.machines[number].disk;
        if disk.has_stopped() {
            return self.crash(number).await;
        }
        if disk.is_scarce() && matches!(error, Error::Store(StoreError::Full)) {
            self.faults.full += 1;
            return self.kill(number).await;
        }
        Wrong::because(Kind::Broken, format!("replica {number} does not {what}: {error}"))
    }

    /// Notes a machine's own events that are new. Whether they could be read.
    pub(super) async fn remember(&mut self, number: usize) -> bool {
        for collection in COLLECTIONS {
            let mine =
                self.history.keys().filter(|(of, dot)| *of == collection && dot.author == author(number));
            let known = mine.map(|(_, dot)| dot.sequence).max().unwrap_or(0);
            let Some(events) = self.machines[number].own_events(collection, known).await else {
                return false;
            };
            self.history.extend(events.into_iter().map(|written| ((collection, written.0.dot()), written)));
        }
        true
    }

    fn change(&mut self, number: usize) -> (&'static str, Change, Option<(String, What)>) {
        let key = format!("k{}", self.draws.below(3));
        let value = self.draws.below(5).cast_signed();
        let change = Change::to("things", &key);
        let things = match self.draws.below(12) {
            0 => return ("notes", Change::to("notes", &key).set("text", value), None),
            1 => return ("notes", Change::to("notes", &key).delete(), None),
            2 | 3 => {
                let name = format!("{number}-{value}");
                let take =
                    Change::to("names", &key).expecting(Expected::Absent).set("account", name.as_str());
                return (
                    "names",
                    take,
                    Some((key, What::Cas { from: Value::Null, value: json!(name), ok: true })),
                );
            }
            4 => {
                let client = What::Write { value: Value::Null };
                return ("names", Change::to("names", &key).delete(), Some((key, client)));
            }
            5 => change.keep("kept", value),
            6 => change.add("tags", value),
            7 => change.remove("tags", value),
            8 | 9 => change.set("last", value),
            10 => {
                let to = (number as u8 + 1) % REPLICAS as u8;
                change.count("sum", value).send("orders", &key, [to])
            }
            _ if self.draws.chance(3) => change.delete(),
            _ => change.count("sum", -value),
        };
        ("things", things, None)
    }

    async fn write(&mut self, number: usize) -> Verdict {
        let (collection, change, client) = self.change(number);
        self.write_this(number, collection, change, client).await
    }

    /// A machine writes; what its client is told, if it has one that is asked.
    pub(super) async fn write_this(
        &mut self,
        number: usize,
        collection: &'static str,
        change: Change,
        client: Option<(String, What)>,
    ) -> Verdict {
        let machine = &mut self.machines[number];
        let time = machine.time(self.now);
        machine.about_to_write(collection);
        let Some(replica) = &mut machine.replica else { return Ok(()) };
        let written = replica.write(time, &change).await;
        let end = match &written {
            Ok(_) => {
                machine.acknowledge(self.now, collection);
                Some(machine.busy_until)
            }
            Err(Error::Write(WriteError::Changed { .. })) => Some(machine.wait_for_disk(self.now)),
            Err(Error::Write(_)) => {
                machine.wait_for_disk(self.now);
                return Ok(());
            }
            Err(_) => None,
        };
        if let Some((key, mut what)) = client {
            if let (What::Cas { ok, .. }, Err(_)) = (&mut what, &written) {
                *ok = false;
            }
            self.told(number, key, what, end);
        }
        match written {
            Ok(_) | Err(Error::Write(_)) => Ok(()),
            Err(error) => self.fault(number, "write", error).await,
        }
    }

    /// A client reads a name at its home.
    pub(super) async fn read(&mut self, number: usize) -> Verdict {
        let key = format!("k{}", self.draws.below(3));
        let Some(replica) = &mut self.machines[number].replica else { return Ok(()) };
        if replica.core().log("names").and_then(|log| log.home).is_none_or(|(home, _)| home != author(number))
        {
            return Ok(());
        }
        match replica.read("names", &key).await {
            Ok(record) => {
                let value = record.and_then(|record| record.text("account").map(|text| json!(text)));
                let end = self.machines[number].wait_for_disk(self.now);
                self.told(number, key, What::Read { value: value.unwrap_or_default() }, Some(end));
                Ok(())
            }
            Err(error) => self.fault(number, "read", error).await,
        }
    }

    /// A client did something to a name, and was told so at `end`, or never.
    fn told(&mut self, number: usize, key: String, what: What, end: Option<u64>) {
        let (start, end) = (self.now.cast_signed(), end.map(u64::cast_signed));
        let (process, collection) = (number.to_string(), "names".to_owned());
        self.clients.push(Operation { process, collection, key, what, start, end });
    }

    /// A replica asks another for what it lacks; the bytes are under way.
    pub(super) fn ask(&mut self, to: usize, from: usize, collection: &'static str) {
        if let Some(replica) = &self.machines[to].replica {
            let bytes = replica.pull(collection).unwrap();
            self.send(Letter { from: to, to: from, collection, bytes, pull: true, sent_at: self.now });
        }
    }

    fn send(&mut self, letter: Letter) {
        if self.letters.len() >= UNDER_WAY {
            let lost = self.draws.below(UNDER_WAY as u64) as usize;
            self.letters.swap_remove(lost);
        }
        self.letters.push(letter);
    }

    /// One of the letters under way arrives, or is lost, or arrives and is still under way.
    async fn carry(&mut self) -> Verdict {
        if self.letters.is_empty() {
            return Ok(());
        }
        let which = self.draws.below(self.letters.len() as u64) as usize;
        let (to, sent_at) = (self.letters[which].to, self.letters[which].sent_at);
        if sent_at > self.now || self.machines[to].is_busy(self.now) {
            return Ok(());
        }
        let twice = self.draws.chance(5);
        let lost = self.draws.chance(8);
        let letter = self.letters.swap_remove(which);
        if lost || self.cut.contains(&(letter.from, letter.to)) {
            return Ok(());
        }
        if twice {
            self.letters.push(Letter { bytes: letter.bytes.clone(), ..letter });
        }
        self.arrive(letter).await
    }

    pub(super) async fn arrive(&mut self, letter: Letter) -> Verdict {
        let Letter { from, to, collection, bytes, pull, .. } = letter;
        let machine = &mut self.machines[to];
        let time = machine.time(self.now);
        let Some(replica) = &mut machine.replica else { return Ok(()) };
        if pull {
            return match replica.answer(time, &bytes).await {
                Ok(bytes) => {
                    let written = machine.seen(collection).of(author(to));
                    self.said.insert((collection, author(to), written, time));
                    let sent_at = machine.wait_for_disk(self.now);
                    self.send(Letter { from: to, to: from, collection, bytes, pull: false, sent_at });
                    Ok(())
                }
                Err(error) => self.fault(to, "answer", error).await,
            };
        }
        match replica.receive(time, &bytes).await {
            Ok(report) => {
                machine.wait_for_disk(self.now);
                self.faults.held += report.held.len() as u64;
                self.clock_is_bounded(to)?;
                self.copies_are_as_old_as_they_say(to)
            }
            Err(error) => self.fault(to, "receive", error).await,
        }
    }

    /// A machine's messages are delivered; answers to that may be lost, so that they are delivered again. How many were.
    pub(super) async fn post(&mut self, number: usize) -> Result<usize, Wrong> {
        let Some(sender) = &mut self.machines[number].replica else { return Ok(0) };
        let due = match sender.due(3).await {
            Ok(due) => due,
            Err(error) => return self.fault(number, "say what is due", error).await.map(|()| 0),
        };
        let mut delivered = 0;
        for delivery in due {
            let to = usize::from(delivery.message.draft.body[0]);
            if self.cut.contains(&(number, to)) || self.machines[to].is_busy(self.now) {
                continue;
            }
            let order = Change::to("things", "orders").count("sum", 1);
            let receiver = &mut self.machines[to];
            let time = receiver.time(self.now);
            receiver.about_to_write("things");
            let Some(replica) = &mut receiver.replica else { continue };
            match replica.act(time, &delivery, Some(&order)).await {
                Ok(true) => receiver.acknowledge(self.now, "things"),
                Ok(false) => {}
                Err(error) => {
                    self.fault(to, "act", error).await?;
                    continue;
                }
            }
            delivered += 1;
            let sender = &mut self.machines[number];
            let time = sender.time(self.now);
            let Some(replica) = &mut sender.replica else { break };
            if !self.draws.chance(3)
                && let Err(error) = replica.delivered(time, [delivery.message.number]).await
            {
                self.fault(number, "note what was delivered", error).await?;
                break;
            }
        }
        self.machines[number].wait_for_disk(self.now);
        Ok(delivered)
    }

    pub(super) async fn step(&mut self) -> Verdict {
        self.now += self.draws.below(2_000);
        let number = self.draws.below(REPLICAS as u64) as usize;
        let other = (number + 1 + self.draws.below(REPLICAS as u64 - 1) as usize) % REPLICAS;
        let what = self.draws.below(44);
        match what {
            22..33 => return self.carry().await,
            33.. => return self.happen(what, number, other).await,
            _ => {}
        }
        if self.machines[number].is_busy(self.now) {
            return Ok(());
        }
        if self.machines[number].replica.is_none() {
            // Its power went while it started, or there was no room to.
            let stopped = self.machines[number].disk.has_stopped();
            return if stopped { self.crash(number).await } else { self.start(number).await };
        }
        if what < 12 {
            return self.write(number).await;
        }
        let collection = COLLECTIONS[self.draws.below(3) as usize];
        self.ask(number, other, collection);
        Ok(())
    }

    /// What is not a step of the replicas' own: faults, and what is done seldom.
    pub(super) async fn happen(&mut self, what: u64, number: usize, other: usize) -> Verdict {
        let machine = &mut self.machines[number];
        match what {
            33 => {
                // Power goes within one of its next writes and syncs, or now.
                let operations = self.draws.below(60);
                machine.disk.stop_after(operations);
                if operations == 0 || machine.is_in_memory() {
                    return self.crash(number).await;
                }
            }
            34 => {
                let by = self.draws.below(40_000).cast_signed() - 20_000;
                machine.skew = (machine.skew + by).clamp(-25_000, 25_000);
            }
            35 if self.draws.chance(4) => {
                // A clock that is hours ahead, or behind, for a while.
                machine.skew = if self.draws.chance(2) { 7_200_000 } else { -7_200_000 };
                self.faults.jumps += 1;
            }
            36 if !self.cut.remove(&(number, other)) => {
                self.cut.insert((number, other));
            }
            37 if !machine.is_busy(self.now) => return self.compact(number).await,
            38 if self.draws.chance(6) && !machine.is_busy(self.now) => {
                return self.hand_over(number, other).await;
            }
            39 if !machine.is_busy(self.now) => return self.post(number).await.map(|_| ()),
            40 if self.draws.chance(3) => return self.kill(number).await,
            41 if machine.disk.is_scarce() => machine.disk.make_room(),
            41 if self.draws.chance(3) => machine.disk.fill(self.draws.below(40_000)),
            42 => {
                // A disk that takes seconds for a sync, as one does that others wear out; or none of the time.
                let slow = if self.draws.chance(2) { (3_000, 100) } else { (0, 0) };
                machine.disk.slow_down(self.draws.below(slow.0 + 1), self.draws.below(slow.1 + 1));
            }
            43 if !machine.is_busy(self.now) => return self.read(number).await,
            _ => {}
        }
        Ok(())
    }

    async fn compact(&mut self, number: usize) -> Verdict {
        let collection = COLLECTIONS[self.draws.below(3) as usize];
        let all = self.draws.chance(2);
        let mut through = self.machines[number].seen(collection);
        if !all {
            // Some of it only.
            through =
                through.iter().map(|(author, sequence)| (author, self.draws.below(sequence + 1))).collect();
        }
        if !self.remember(number).await {
            return if self.machines[number].disk.has_stopped() { self.crash(number).await } else { Ok(()) };
        }
        let Some(replica) = &mut self.machines[number].replica else { return Ok(()) };
        match replica.compact(collection, &through).await {
            Ok(()) => {
                self.machines[number].wait_for_disk(self.now);
                Ok(())
            }
            Err(error) => self.fault(number, "compact", error).await,
        }
    }

    async fn hand_over(&mut self, number: usize, to: usize) -> Verdict {
        let machine = &mut self.machines[number];
        let time = machine.time(self.now);
        machine.about_to_write("names");
        let Some(replica) = &mut machine.replica else { return Ok(()) };
        match replica.hand_over(time, "names", author(to)).await {
            Ok(()) => {
                machine.acknowledge(self.now, "names");
                Ok(())
            }
            Err(Error::Write(_)) => Ok(()),
            Err(error) => self.fault(number, "hand over", error).await,
        }
    }

    pub(super) fn clock_is_bounded(&self, number: usize) -> Verdict {
        let machine = &self.machines[number];
        let Some(replica) = &machine.replica else { return Ok(()) };
        let ahead = replica.core().clock().millis.since(Millis::new(machine.latest));
        if ahead <= Settings::default().clock_bound {
            return Ok(());
        }
        let what = format!("replica {number} took in a time {ahead:?} ahead of every time that it was told");
        Wrong::because(Kind::Clock, what)
    }

    /// What a replica knows of how fresh another's writes are is what that one said of itself.
    fn copies_are_as_old_as_they_say(&self, number: usize) -> Verdict {
        for collection in COLLECTIONS {
            let log =
                self.machines[number].replica.as_ref().and_then(|replica| replica.core().log(collection));
            for (of, fresh) in log.iter().flat_map(|log| &log.freshness) {
                if !self.said.contains(&(collection, *of, fresh.sequence, fresh.at)) {
                    let what = format!(
                        "{collection}: replica {number} believes {fresh:?} of {of}, who never said so"
                    );
                    return Wrong::because(Kind::Age, what);
                }
            }
        }
        Ok(())
    }
}
