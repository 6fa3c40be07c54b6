//! Small configurations explored exhaustively: all orders of a few writes, deliveries, losses, doublings, compactions and
//! crashes that there are, on the core that ships.
//!
//! The checker is Stateright's. What it drives is [`kedge_replica::Core`] itself: the core is values in and values out, so
//! that its state can be kept, hashed and gone on from in every way. A network is a set of messages under way: one that
//! stays may arrive again, in any order with others; one that is dropped is lost. A crash comes back with what was stored;
//! one between a step and its being stored is the same as no step, one between that and its acknowledgement the same as a
//! crash after it, so that these are all the moments there are.
//!
//! In each state that can be reached: every replica's records are what the definitions of their merges say of the events
//! that it has seen, and the same wherever the same was seen; what was acknowledged is there; no clock is ahead by more than
//! the bound; no name is taken twice and there are never two homes; and once faults end, all come to the same.
#![allow(clippy::unwrap_used)]

#[path = "disk/mod.rs"]
mod disk;
mod meaning;

use disk::Disk;
use kedge_replica::wire::Message;
use kedge_replica::{
    Action as Done, Answer, AuthorId, Change, Contract, Contracts, Core, Dot, Event, Expected, Merge, Millis,
    Name, Planted, VersionVector,
};
use meaning::Written;
use stateright::{Checker, HasDiscoveries, Model, Property};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

const BOUND: Duration = Duration::from_mins(1);
/// What is said of all states, and of some.
const RIGHT: &str = "nothing is wrong";
const TOGETHER: &str = "all have seen all";
const NOW: u64 = 1_700_000_000_000;

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

/// What a replica does, one after the other, whenever it comes to it.
#[derive(Clone)]
enum Deed {
    Write(Change),
    HandOver(usize),
}

/// A configuration.
struct Small {
    collection: &'static str,
    /// What each replica does.
    deeds: Vec<Vec<Deed>>,
    /// By how many milliseconds each clock is off.
    skew: Vec<i64>,
    /// How many crashes and compactions there may be.
    crashes: u8,
    compactions: u8,
    /// How many messages are under way at most.
    under_way: usize,
    bug: Option<Planted>,
    contracts: Contracts,
}

/// A replica with what it has stored.
#[derive(Clone)]
struct Node {
    core: Core,
    disk: Disk,
    /// Stands for both where states are compared.
    digest: u64,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Letter {
    from: usize,
    to: usize,
    bytes: Vec<u8>,
}

#[derive(Clone)]
struct State {
    nodes: Vec<Arc<Node>>,
    letters: BTreeSet<Letter>,
    /// How many of its deeds each has done.
    done: Vec<u8>,
    /// The last event of each that was acknowledged.
    acknowledged: Vec<u64>,
    crashes: u8,
    compactions: u8,
    /// What was written, with what its writer had seen.
    history: Arc<BTreeMap<Dot, Written>>,
    wrong: Option<String>,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nodes.iter().for_each(|node| node.digest.hash(state));
        (&self.letters, &self.done, &self.acknowledged, self.crashes, self.compactions).hash(state);
        (&self.history, &self.wrong).hash(state);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        let digest = |state: &Self| {
            let mut hasher = DefaultHasher::new();
            state.hash(&mut hasher);
            hasher.finish()
        };
        digest(self) == digest(other)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "done {:?}, {} letters, {:?}", self.done, self.letters.len(), self.wrong)
    }
}

/// What happens next.
#[derive(Clone, Debug, PartialEq)]
enum Next {
    Do(usize),
    /// One asks another what it lacks.
    Ask(usize, usize),
    /// The so-many-th letter arrives, and is still under way; or is lost.
    Arrive(usize),
    Drop(usize),
    Compact(usize),
    Crash(usize),
}

impl Node {
    fn new(small: &Small, number: usize) -> Self {
        let disk = Disk::new(author(number));
        let mut node = Self { core: small.core(&disk), disk, digest: 0 };
        node.changed();
        node
    }

    fn changed(&mut self) {
        let mut hasher = DefaultHasher::new();
        self.core.hash(&mut hasher);
        self.disk.hash(&mut hasher);
        self.digest = hasher.finish();
    }

    fn store(&mut self, step: &kedge_replica::Step) {
        self.disk.apply(step);
        self.core.stored(step);
    }

    fn seen(&self, collection: &str) -> VersionVector {
        self.core.log(collection).unwrap().seen.clone()
    }

    fn answer(&self, now: Millis, message: &Message) -> Option<Message> {
        let Message::Pull(pull) = message else { return None };
        let name = &pull.collection;
        match self.core.answer(pull) {
            Answer::Events => {
                let (events, more) = self.disk.after(name, &pull.seen, pull.most as usize);
                self.core.batch(now, name.as_str(), events, more)
            }
            Answer::State => self.core.snapshot(now, name.as_str(), self.disk.all(name)),
            Answer::NotHere => None,
        }
    }

    fn receive(&mut self, now: Millis, message: &Message) {
        let loaded = self.disk.load(&self.core.concerned(message));
        if let Some(step) = self.core.receive(now, message, &loaded).step {
            self.store(&step);
        }
    }
}

impl Small {
    fn new(collection: &'static str, deeds: Vec<Vec<Deed>>) -> Self {
        let skew = vec![0; deeds.len()];
        Self {
            collection,
            deeds,
            skew,
            crashes: 1,
            compactions: 1,
            under_way: 2,
            bug: None,
            contracts: contracts(),
        }
    }

    fn core(&self, disk: &Disk) -> Core {
        let mut core = Core::resume(disk.remembered().clone(), self.contracts.clone(), BOUND);
        if let Some(bug) = self.bug {
            core.plant(bug);
        }
        core
    }

    fn now(&self, node: usize) -> Millis {
        Millis::new(NOW.saturating_add_signed(self.skew[node]))
    }

    fn name(&self) -> Name {
        Name::new(self.collection).unwrap()
    }

    fn deed(&self, state: &mut State, number: usize) {
        let deed = &self.deeds[number][usize::from(state.done[number])];
        state.done[number] += 1;
        let (now, before) = (self.now(number), state.nodes[number].seen(self.collection));
        let node = Arc::make_mut(&mut state.nodes[number]);
        let step = match deed {
            Deed::Write(change) => node.core.write(now, change, &node.disk.load(&node.core.touched(change))),
            Deed::HandOver(to) => node.core.hand_over(now, &self.name(), author(*to)),
        };
        // What is refused is not done, and not tried again.
        let Ok(step) = step else { return };
        node.store(&step);
        for (_, event) in step.events {
            state.acknowledged[number] = event.sequence;
            Arc::make_mut(&mut state.history).insert(event.dot(), (event, before.clone()));
        }
    }

    fn arrive(&self, state: &mut State, letter: &Letter) {
        let (now, message) = (self.now(letter.to), Message::decode(&letter.bytes).unwrap());
        if let Some(answer) = state.nodes[letter.to].answer(now, &message) {
            let node = Arc::make_mut(&mut state.nodes[letter.to]);
            node.core.receive(now, &message, &BTreeMap::new());
            state.letters.remove(letter);
            state.letters.insert(Letter { from: letter.to, to: letter.from, bytes: answer.encode() });
        } else {
            Arc::make_mut(&mut state.nodes[letter.to]).receive(now, &message);
        }
    }

    /// What a node's records must be, and what it must not have lost.
    fn is_right(&self, state: &State, number: usize) -> Result<(), String> {
        let node = &state.nodes[number];
        let seen = node.seen(self.collection);
        if seen.of(author(number)) < state.acknowledged[number] {
            return Err(format!("replica {number} has lost what it acknowledged"));
        }
        let latest = (0..self.deeds.len()).map(|other| self.now(other)).max().unwrap();
        let ahead = node.core.clock().millis.since(self.now(number));
        if ahead > BOUND {
            return Err(format!(
                "the clock of replica {number} is {ahead:?} ahead; the latest of all is {latest:?}"
            ));
        }
        if let Some(unknown) = seen.iter().find(|(author, sequence)| {
            *sequence > 0 && !state.history.contains_key(&Dot { author: *author, sequence: *sequence })
        }) {
            return Err(format!("replica {number} has seen {unknown:?}, which nobody wrote"));
        }
        for (address, record) in node.disk.all(&self.name()) {
            let (key, of) = (address.key.as_str(), address.owner);
            let known = |(dot, _): &(&Dot, &Written)| {
                seen.covers(**dot) && of.is_none_or(|owner| owner == dot.author)
            };
            let events: Vec<&Written> =
                state.history.iter().filter(known).map(|(_, written)| written).collect();
            match self.collection {
                "things" => meaning::merged(key, &record, &events),
                "notes" => meaning::in_order("text", key, &record, &events),
                _ => meaning::in_order("account", key, &record, &events),
            }
            .map_err(|what| format!("replica {number}: {what}"))?;
        }
        for (other, theirs) in state.nodes.iter().enumerate() {
            if other != number
                && theirs.seen(self.collection) == seen
                && theirs.disk.all(&self.name()) != node.disk.all(&self.name())
            {
                return Err(format!("replicas {number} and {other} have seen the same and differ"));
            }
        }
        if self.collection == "names" { one_home_and_one_order(state) } else { Ok(()) }
    }

    /// Faults end, clocks are right, everybody hears everything.
    fn comes_to_one(&self, state: &State) -> Result<(), String> {
        let now = Millis::new(NOW).after(Duration::from_hours(1));
        let mut nodes: Vec<Node> = state.nodes.iter().map(|node| (**node).clone()).collect();
        let all: VersionVector = state.history.keys().map(|dot| (dot.author, dot.sequence)).collect();
        for _ in 0..12 {
            if nodes.iter().all(|node| node.seen(self.collection) == all) {
                break;
            }
            for to in 0..nodes.len() {
                for from in (0..nodes.len()).filter(|from| *from != to) {
                    let pull = Message::Pull(nodes[to].core.pull(self.collection, 8).unwrap());
                    let answer = nodes[from].answer(now, &pull).unwrap();
                    nodes[to].receive(now, &answer);
                }
            }
        }
        for (number, node) in nodes.iter().enumerate() {
            if node.seen(self.collection) != all {
                return Err(format!("replica {number} does not come to have seen all"));
            }
        }
        let settled = State { nodes: nodes.into_iter().map(Arc::new).collect(), ..state.clone() };
        // With the clocks as they were, they would be ahead.
        let later = Self {
            skew: vec![3_600_000; self.skew.len()],
            deeds: self.deeds.clone(),
            ..Self::new(self.collection, Vec::new())
        };
        (0..settled.nodes.len()).try_for_each(|number| later.is_right(&settled, number))
    }
}

/// Names are held by one replica, and taken while they are free.
fn one_home_and_one_order(state: &State) -> Result<(), String> {
    let is_home = |(number, node): &(usize, &Arc<Node>)| {
        node.core.log("names").unwrap().home.is_some_and(|(home, _)| home == author(*number))
    };
    let homes = state.nodes.iter().enumerate().filter(is_home).count();
    if homes > 1 {
        return Err(format!("there are {homes} homes"));
    }
    let mut events: Vec<&Event> = state.history.values().map(|(event, _)| event).collect();
    events.sort_by_key(|event| event.stamp());
    let mut taken = BTreeSet::new();
    for edit in events.iter().flat_map(|event| event.edits()) {
        let free = edit.action == Done::Delete || taken.insert(edit.key.clone());
        if edit.action == Done::Delete {
            taken.remove(&edit.key);
        }
        if !free {
            return Err(format!("{} is taken twice", edit.key));
        }
    }
    Ok(())
}

impl Model for Small {
    type State = State;
    type Action = Next;

    fn init_states(&self) -> Vec<State> {
        let count = self.deeds.len();
        vec![State {
            nodes: (0..count).map(|number| Arc::new(Node::new(self, number))).collect(),
            letters: BTreeSet::new(),
            done: vec![0; count],
            acknowledged: vec![0; count],
            crashes: 0,
            compactions: 0,
            history: Arc::default(),
            wrong: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Next>) {
        let count = state.nodes.len();
        for number in 0..count {
            if usize::from(state.done[number]) < self.deeds[number].len() {
                actions.push(Next::Do(number));
            }
            if state.letters.len() < self.under_way {
                actions.extend((0..count).filter(|from| *from != number).map(|from| Next::Ask(number, from)));
            }
            if state.compactions < self.compactions {
                actions.push(Next::Compact(number));
            }
            if state.crashes < self.crashes {
                actions.push(Next::Crash(number));
            }
        }
        actions
            .extend((0..state.letters.len()).flat_map(|letter| [Next::Arrive(letter), Next::Drop(letter)]));
    }

    fn next_state(&self, last: &State, action: Next) -> Option<State> {
        let mut state = last.clone();
        let concerned = match action {
            Next::Do(number) => {
                self.deed(&mut state, number);
                number
            }
            Next::Ask(to, from) => {
                let bytes = Message::Pull(state.nodes[to].core.pull(self.collection, 1).unwrap()).encode();
                if !state.letters.insert(Letter { from: to, to: from, bytes }) {
                    return None;
                }
                return Some(state);
            }
            Next::Arrive(which) => {
                let letter = last.letters.iter().nth(which)?.clone();
                self.arrive(&mut state, &letter);
                letter.to
            }
            Next::Drop(which) => {
                let letter = last.letters.iter().nth(which)?.clone();
                state.letters.remove(&letter);
                return Some(state);
            }
            Next::Compact(number) => {
                state.compactions += 1;
                let node = Arc::make_mut(&mut state.nodes[number]);
                let step = node.core.compact(self.collection, &node.seen(self.collection))?;
                node.store(&step);
                number
            }
            Next::Crash(number) => {
                state.crashes += 1;
                let node = Arc::make_mut(&mut state.nodes[number]);
                node.core = self.core(&node.disk);
                number
            }
        };
        Arc::make_mut(&mut state.nodes[concerned]).changed();
        let unchanged = state.nodes[concerned].digest == last.nodes[concerned].digest;
        if unchanged && state.letters == last.letters && matches!(action, Next::Arrive(_)) {
            return None;
        }
        state.wrong = self.is_right(&state, concerned).err();
        if state.wrong.is_none()
            && (0..self.deeds.len()).all(|at| usize::from(state.done[at]) == self.deeds[at].len())
        {
            state.wrong = self.comes_to_one(&state).err();
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(RIGHT, |_, state: &State| state.wrong.is_none()),
            Property::sometimes(TOGETHER, |small: &Self, state: &State| {
                let all: VersionVector = state.history.keys().map(|dot| (dot.author, dot.sequence)).collect();
                let done =
                    (0..small.deeds.len()).all(|at| usize::from(state.done[at]) == small.deeds[at].len());
                done && state.nodes.iter().all(|node| node.seen(small.collection) == all)
            }),
        ]
    }
}

fn write(change: Change) -> Deed {
    Deed::Write(change)
}

fn thing() -> Change {
    Change::to("things", "k")
}

/// Two replicas write every kind of merge, and then again with and without having seen the other.
fn merged() -> Small {
    let all = thing().set("last", 1).keep("kept", 1).add("tags", 1).count("sum", 1);
    let here = vec![write(all), write(thing().remove("tags", 1).keep("kept", 2).count("sum", 2))];
    let other = thing().set("last", 2).keep("kept", 3).add("tags", 1).count("sum", -1);
    let there = vec![write(other), write(thing().set("last", 3).remove("tags", 1).keep("kept", 4))];
    Small::new("things", vec![here, there])
}

/// One is the home of the names and hands them on, so that two take the same name in turn.
fn serial() -> Small {
    let take = |name| Change::to("names", "k").expecting(Expected::Absent).set("account", name);
    let here = vec![write(take("one")), Deed::HandOver(1)];
    let there = vec![write(Change::to("names", "k").delete()), write(take("two"))];
    Small::new("names", vec![here, there])
}

/// Whether there is time for what takes minutes: `KEDGE_MODEL=wide`.
fn wide() -> bool {
    std::env::var("KEDGE_MODEL").is_ok_and(|text| text == "wide")
}

/// Explores all of a configuration; how many states there are.
fn explore(what: &str, small: Small) {
    let (replicas, letters) = (small.deeds.len(), small.under_way);
    let faults = format!("{} crash, {} compaction", small.crashes, small.compactions);
    let alike = small.skew.iter().all(|skew| *skew == 0);
    let start = Instant::now();
    let checker = small.checker().threads(2).spawn_bfs().join();
    println!(
        "{what}: {replicas} replicas, {letters} messages, {faults}: {} states, {} steps, {:.1} s",
        checker.unique_state_count(),
        checker.state_count(),
        start.elapsed().as_secs_f64()
    );
    if let Some(path) = checker.discovery(RIGHT) {
        let wrong = path.last_state().wrong.clone().unwrap_or_default();
        panic!("{what}: {wrong} after {:?}", path.into_actions());
    }
    if alike {
        checker.assert_any_discovery(TOGETHER);
    }
}

#[test]
fn merged_by_two() {
    let (crashes, compactions) = (1, 0);
    explore("merged", Small { crashes, compactions, ..merged() });
    explore("merged", Small { under_way: 1, ..merged() });
}

#[test]
fn merged_and_deleted_by_two() {
    let here = vec![write(thing().set("last", 1).add("tags", 1)), write(thing().delete())];
    let there = vec![write(thing().keep("kept", 1).count("sum", 1)), write(thing().set("last", 2))];
    explore("merged, deleted", Small { under_way: 1, ..Small::new("things", vec![here, there]) });
}

#[test]
fn merged_by_three() {
    let deeds = [
        thing().set("last", 1).add("tags", 1),
        thing().keep("kept", 2),
        thing().remove("tags", 1).set("last", 3),
    ];
    let deeds = deeds.map(|change| vec![write(change)]).to_vec();
    // With a crash and a compaction there are 794,515 states: too many for each time.
    let compactions = u8::from(wide());
    explore("merged", Small { under_way: 1, compactions, ..Small::new("things", deeds) });
}

#[test]
fn owned_by_each() {
    let note = |key| Change::to("notes", key);
    let here = [note("k").set("text", 1), note("k").delete(), note("k").set("text", 2)].map(write);
    let owned = |count: usize| Small {
        under_way: 1,
        ..Small::new("notes", vec![here[..count].to_vec(), vec![write(note("k").set("text", 3))]])
    };
    explore("owned", Small { compactions: 0, ..owned(3) });
    explore("owned", Small { crashes: u8::from(wide()), ..owned(2) });
}

#[test]
fn serial_with_a_home_that_moves() {
    let (crashes, compactions) = (u8::from(wide()), u8::from(wide()));
    explore("serial", Small { crashes, compactions, ..serial() });
    explore("serial", Small { under_way: 1, compactions, ..serial() });
    explore("serial", Small { under_way: 1, crashes, ..serial() });
    let take = Change::to("names", "k").expecting(Expected::Absent).set("account", "three");
    let three = vec![vec![Deed::HandOver(1)], vec![Deed::HandOver(2)], vec![write(take)]];
    explore("serial", Small { under_way: 1, compactions: 0, ..Small::new("names", three) });
}

#[test]
fn with_a_clock_that_is_too_far_ahead() {
    explore("merged, a clock two minutes ahead", Small { skew: vec![0, 120_000], under_way: 1, ..merged() });
}

/// A planted bug is found, by the shortest way to it, for what it is.
fn is_found(bug: Planted, small: Small, expected: &str) {
    let small = Small { bug: Some(bug), ..small };
    let checker = small.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let path = checker.discovery(RIGHT).unwrap_or_else(|| panic!("{bug:?} is not found"));
    let wrong = path.last_state().wrong.clone().unwrap_or_default();
    println!("{bug:?}: {wrong} after {:?}", path.into_actions());
    assert!(wrong.contains(expected), "{wrong}");
}

#[test]
fn planted_bugs_are_found() {
    is_found(Planted::NoDeduplication, Small { crashes: 0, compactions: 0, ..merged() }, "sum should be");
    is_found(Planted::NoDriftBound, Small { skew: vec![0, 120_000], ..merged() }, "ahead");
    is_found(Planted::CompactionTooEarly, merged(), "does not come to have seen all");
    is_found(Planted::NonCommutativeMerge, merged(), "last should be");
}
