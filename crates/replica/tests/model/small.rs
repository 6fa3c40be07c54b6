//! A small configuration as a model: what may happen next, what that comes to, and what must hold then.

use super::disk::Disk;
use super::meaning::{self, Written, author, contracts};
use kedge_replica::wire::Message;
use kedge_replica::{
    Action as Done, Answer, Change, Contracts, Core, Dot, Event, Millis, Name, Planted, Records,
    VersionVector,
};
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

const BOUND: Duration = Duration::from_mins(1);
/// What is said of all states, and of some.
pub(super) const RIGHT: &str = "nothing is wrong";
pub(super) const TOGETHER: &str = "all have seen all";
const NOW: u64 = 1_700_000_000_000;

/// What a replica does, one after the other, whenever it comes to it.
#[derive(Clone)]
pub(super) enum Deed {
    Write(Change),
    HandOver(usize),
}

/// A configuration.
pub(super) struct Small {
    pub(super) collection: &'static str,
    /// What each replica does.
    pub(super) deeds: Vec<Vec<Deed>>,
    /// By how many milliseconds each clock is off.
    pub(super) skew: Vec<i64>,
    /// How many crashes and compactions there may be.
    pub(super) crashes: u8,
    pub(super) compactions: u8,
    /// How many messages are under way at most.
    pub(super) under_way: usize,
    pub(super) bug: Option<Planted>,
    pub(super) contracts: Contracts,
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
pub(super) struct State {
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
    pub(super) wrong: Option<String>,
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
pub(super) enum Next {
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
        if let Some(step) = self.core.receive(now, message.clone(), loaded).step {
            self.store(&step);
        }
    }
}

impl Small {
    pub(super) fn new(collection: &'static str, deeds: Vec<Vec<Deed>>) -> Self {
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
            node.core.receive(now, message, Records::new());
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
