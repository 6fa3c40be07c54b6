//! Several replicas in memory with a network that shuffles, doubles and loses, and what they should come to, worked out from
//! who had seen what when writing.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

#[path = "../disk/mod.rs"]
mod disk;
use disk::Disk;
use kedge_replica::wire::Message;
use kedge_replica::{
    Address, Answer, AuthorId, Change, Contract, Contracts, Core, Event, Field, Memory, Merge, Millis, Name,
    Op, Record, VersionVector, WriteError,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub const BOUND: Duration = Duration::from_mins(1);

pub fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

pub fn contracts() -> Contracts {
    let things = Contract::merged("things")
        .field("last", Merge::LastWriter)
        .field("kept", Merge::KeepBoth)
        .field("tags", Merge::Set)
        .field("sum", Merge::Counter)
        .field("most", Merge::Max)
        .field("least", Merge::Min)
        .build()
        .unwrap();
    Contracts::new([things]).unwrap()
}

pub fn things() -> Name {
    Name::new("things").unwrap()
}

#[derive(Clone)]
pub struct Node {
    pub core: Core,
    pub store: Disk,
}

impl Node {
    pub fn new(number: u8) -> Self {
        let store = Disk::new(author(number));
        let core = Core::resume(Memory::new(author(number)), contracts(), BOUND);
        Self { core, store }
    }

    pub fn restart(&mut self) {
        self.core = Core::resume(self.store.remembered().clone(), contracts(), BOUND);
    }

    pub fn write(&mut self, now: Millis, change: &Change) -> Result<Event, WriteError> {
        let loaded = self.store.load(&self.core.touched(change));
        let step = self.core.write(now, change, &loaded)?;
        self.store.apply(&step);
        self.core.stored(&step);
        Ok(step.events.last().unwrap().1.clone())
    }

    pub fn seen(&self) -> VersionVector {
        self.core.log("things").unwrap().seen.clone()
    }

    /// What this node answers to what `asking` lacks.
    pub fn answer(&self, now: Millis, asking: &Self, most: u32) -> Message {
        let pull = asking.core.pull("things", most).unwrap();
        match self.core.answer(&pull) {
            Answer::Events => {
                let (events, more) = self.store.after(&pull.collection, &pull.seen, most as usize);
                self.core.batch(now, "things", events, more).unwrap()
            }
            Answer::State => self.core.snapshot(now, "things", self.store.all(&pull.collection)).unwrap(),
            Answer::NotHere => unreachable!(),
        }
    }

    pub fn receive(&mut self, now: Millis, message: &Message) -> bool {
        // Through the wire, always.
        let message = Message::decode(&message.encode()).unwrap();
        let loaded = self.store.load(&self.core.concerned(&message));
        let received = self.core.receive(now, message, loaded);
        if let Some(step) = &received.step {
            self.store.apply(step);
            self.core.stored(step);
        }
        received.step.is_some()
    }

    pub fn compact(&mut self) {
        let step = self.core.compact("things", &self.seen()).unwrap();
        self.store.apply(&step);
        self.core.stored(&step);
    }

    pub fn bytes(&self) -> Vec<(Address, Vec<u8>)> {
        self.store.all(&things()).into_iter().map(|(address, record)| (address, record.encode())).collect()
    }
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Happening {
    Write {
        node: usize,
        key: u8,
        what: u8,
        value: i64,
    },
    /// `to` pulls from `from`; the batch arrives shuffled, some of it twice, some of it not.
    Sync {
        from: usize,
        to: usize,
        most: u32,
        order: u64,
    },
    Compact {
        node: usize,
    },
    Restart {
        node: usize,
    },
    /// A node's clock goes by so many milliseconds, which may be back.
    Clock {
        node: usize,
        by: i64,
    },
}

pub fn happenings(nodes: usize, length: usize) -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        8 => (0..nodes, 0..3u8, 0..8u8, -3..4i64)
            .prop_map(|(node, key, what, value)| Happening::Write { node, key, what, value }),
        6 => (0..nodes, 0..nodes, 1..6u32, any::<u64>())
            .prop_map(|(from, to, most, order)| Happening::Sync { from, to, most, order }),
        1 => (0..nodes).prop_map(|node| Happening::Compact { node }),
        1 => (0..nodes).prop_map(|node| Happening::Restart { node }),
        1 => (0..nodes, -20_000..20_000i64).prop_map(|(node, by)| Happening::Clock { node, by }),
    ];
    prop::collection::vec(one, 1..length)
}

pub struct Net {
    pub nodes: Vec<Node>,
    pub skew: Vec<i64>,
    pub now: i64,
    /// Every event with what its writer had seen before.
    pub history: Vec<(Event, VersionVector)>,
}

impl Net {
    pub fn new(nodes: usize) -> Self {
        let skew = vec![0; nodes];
        let nodes = (0..nodes).map(|number| Node::new(number as u8 + 1)).collect();
        Self { nodes, skew, now: 1_700_000_000_000, history: Vec::new() }
    }

    pub fn time(&self, node: usize) -> Millis {
        Millis::new((self.now + self.skew[node]) as u64)
    }

    pub fn happen(&mut self, happening: &Happening) {
        self.now += 7;
        match *happening {
            Happening::Write { node, key, what, value } => {
                let change = Change::to("things", &format!("k{key}"));
                let change = match what {
                    0 => change.set("last", value),
                    1 => change.keep("kept", value),
                    2 => change.add("tags", value),
                    3 => change.remove("tags", value),
                    4 => change.count("sum", value).raise("most", value),
                    5 => change.lower("least", value),
                    6 => change.add("tags", value).remove("tags", value + 1).set("last", value),
                    _ if value == 3 => change.delete(),
                    _ => change.count("sum", value),
                };
                let (now, seen) = (self.time(node), self.nodes[node].seen());
                match self.nodes[node].write(now, &change) {
                    Ok(event) => self.history.push((event, seen)),
                    Err(WriteError::Deleted { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            Happening::Sync { from, to, most, order } if from != to => {
                let mut message = self.nodes[from].answer(self.time(from), &self.nodes[to], most);
                if let Message::Batch(batch) = &mut message {
                    shuffle(&mut batch.events, order);
                }
                let now = self.time(to);
                self.nodes[to].receive(now, &message);
            }
            Happening::Compact { node } => self.nodes[node].compact(),
            Happening::Restart { node } => self.nodes[node].restart(),
            Happening::Clock { node, by } => {
                // Apart by less than the bound, so that all is taken in at the end.
                self.skew[node] = (self.skew[node] + by).clamp(-25_000, 25_000);
            }
            Happening::Sync { .. } => {}
        }
    }

    /// Everybody hears everything.
    pub fn settle(&mut self) {
        let mut moved = true;
        while moved {
            moved = false;
            for to in 0..self.nodes.len() {
                for from in 0..self.nodes.len() {
                    if from != to {
                        let message = self.nodes[from].answer(self.time(from), &self.nodes[to], 1000);
                        let now = self.time(to);
                        moved |= self.nodes[to].receive(now, &message);
                    }
                }
            }
        }
    }

    /// What the record should be by the definition of each merge, over the whole history and who had seen what.
    pub fn oracle(&self, key: &str) -> Expected {
        let mut expected = Expected::default();
        let mut last: Option<(kedge_replica::Stamp, kedge_replica::Value)> = None;
        let mut kept: Vec<(&Event, &VersionVector, kedge_replica::Value)> = Vec::new();
        let mut adds: Vec<(&Event, kedge_replica::Value)> = Vec::new();
        let mut removes: Vec<(&VersionVector, kedge_replica::Value)> = Vec::new();
        for (event, seen) in &self.history {
            for edit in event.edits().iter().filter(|edit| edit.key.as_str() == key) {
                expected.deleted |= edit.action == kedge_replica::Action::Delete;
                for field in edit.action.fields() {
                    match &field.op {
                        Op::Set(value) => {
                            if last.as_ref().is_none_or(|(stamp, _)| event.stamp() > *stamp) {
                                last = Some((event.stamp(), value.clone()));
                            }
                        }
                        Op::Keep { value, .. } => kept.push((event, seen, value.clone())),
                        Op::Add { element, .. } => adds.push((event, element.clone())),
                        Op::Remove { element, .. } => removes.push((seen, element.clone())),
                        Op::Count(amount) => expected.sum += i128::from(*amount),
                        Op::Raise(value) => expected.most = expected.most.take().max(Some(value.clone())),
                        Op::Lower(value) => {
                            let known = expected.least.take().unwrap_or_else(|| value.clone());
                            expected.least = Some(known.min(value.clone()));
                        }
                    }
                }
            }
        }
        expected.last = last.map(|(_, value)| value);
        expected.kept = kept
            .iter()
            .filter(|(event, _, _)| !kept.iter().any(|(_, seen, _)| seen.covers(event.dot())))
            .map(|(_, _, value)| value.clone())
            .collect();
        expected.kept.sort();
        expected.tags = adds
            .iter()
            .filter(|(event, element)| {
                !removes.iter().any(|(seen, removed)| removed == element && seen.covers(event.dot()))
            })
            .map(|(_, element)| element.clone())
            .collect();
        if expected.deleted {
            expected = Expected { deleted: true, ..Expected::default() };
        }
        expected
    }
}

#[derive(Debug, Default, PartialEq)]
pub struct Expected {
    pub deleted: bool,
    pub last: Option<kedge_replica::Value>,
    pub kept: Vec<kedge_replica::Value>,
    pub tags: BTreeSet<kedge_replica::Value>,
    pub sum: i128,
    pub most: Option<kedge_replica::Value>,
    pub least: Option<kedge_replica::Value>,
}

pub fn view(record: &Record) -> Expected {
    let mut kept: Vec<_> = record.kept("kept").into_iter().cloned().collect();
    kept.sort();
    Expected {
        deleted: record.is_deleted(),
        last: record.value("last").cloned(),
        kept,
        tags: record.set("tags").into_iter().cloned().collect(),
        sum: record.count("sum"),
        most: record.value("most").cloned(),
        least: record.value("least").cloned(),
    }
}

/// In another order, some twice, some not at all; the same for the same number.
pub fn shuffle<T: Clone>(all: &mut Vec<T>, mut seed: u64) {
    let mut draw = || {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize
    };
    for place in 0..all.len() {
        if draw() % 5 == 0 {
            all.push(all[place].clone());
        }
    }
    for place in (1..all.len()).rev() {
        all.swap(place, draw() % (place + 1));
    }
    if draw() % 3 == 0 && !all.is_empty() {
        all.truncate(draw() % all.len());
    }
}

/// A state with what went into it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub seen: VersionVector,
    pub records: BTreeMap<Address, Record>,
}

impl State {
    pub fn of(node: &Node) -> Self {
        Self { seen: node.seen(), records: node.store.all(&things()) }
    }

    pub fn join(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        for address in other.records.keys().chain(self.records.keys()) {
            let nothing = Record::default();
            let mut mine = self.records.get(address).cloned().unwrap_or_default();
            mine.join(&self.seen, other.records.get(address).unwrap_or(&nothing), &other.seen);
            joined.records.insert(address.clone(), mine);
        }
        joined.seen.join(&other.seen);
        joined
    }
}

/// How many values all conflicts of a record hold.
pub fn conflicts(record: &Record) -> usize {
    record.fields().filter(|(_, field)| matches!(field, Field::KeepBoth(kept) if kept.len() > 1)).count()
}
