//! Partial replication: a replica that holds some owners' records of an owned collection has all of theirs, claims nothing of
//! the others, and misleads nobody who syncs from it, whatever is compacted, restarted or subscribed to on the way.
#![allow(clippy::unwrap_used)]

use kedge_replica::wire::Message;
use kedge_replica::{
    Address, Age, AuthorId, Change, Contract, Contracts, Error, Held, MemoryStore, Merge, Millis, Record,
    Replica, Settings,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn author(number: usize) -> AuthorId {
    AuthorId::new([number as u8 + 1; 16])
}

fn contracts() -> Contracts {
    let prices = Contract::owned("prices", Duration::from_mins(5))
        .field("price", Merge::LastWriter)
        .field("sold", Merge::Counter)
        .field("tags", Merge::Set);
    let tasks = Contract::merged("tasks").field("title", Merge::LastWriter);
    Contracts::new([prices, tasks].map(|one| one.build().unwrap())).unwrap()
}

async fn open(store: MemoryStore, number: usize) -> Replica<MemoryStore> {
    Replica::open(store, author(number), contracts(), Settings::default()).await.unwrap()
}

struct Net {
    replicas: Vec<Option<Replica<MemoryStore>>>,
    wanted: Vec<Option<BTreeSet<AuthorId>>>,
    now: u64,
    /// What each owner's records should be, by what the owner itself holds.
    written: BTreeMap<AuthorId, BTreeMap<Address, Record>>,
}

impl Net {
    async fn new(wanted: Vec<Option<BTreeSet<AuthorId>>>) -> Self {
        let mut net =
            Self { replicas: Vec::new(), wanted: wanted.clone(), now: 1_000_000, written: BTreeMap::new() };
        for (number, owners) in wanted.into_iter().enumerate() {
            let mut replica = open(MemoryStore::new(), number).await;
            replica.subscribe("prices", owners).unwrap();
            net.replicas.push(Some(replica));
        }
        net
    }

    fn at(&mut self, number: usize) -> &mut Replica<MemoryStore> {
        self.replicas[number].as_mut().unwrap()
    }

    fn now(&mut self) -> Millis {
        self.now += 3;
        Millis::new(self.now)
    }

    async fn happen(&mut self, what: &Happening) {
        let now = self.now();
        match *what {
            Happening::Write { node, key, value } => {
                let change = Change::to("prices", &format!("k{key}"));
                let change = match value {
                    0 => change.delete(),
                    1 | 2 => change.set("price", value).count("sold", value),
                    _ => change.add("tags", value).remove("tags", value - 1),
                };
                self.at(node).write(now, &change).await.unwrap();
                let mut own = self.at(node).list_all("prices").await.unwrap();
                own.retain(|address, _| address.owner == Some(author(node)));
                self.written.insert(author(node), own);
            }
            Happening::Sync { from, to, most } => {
                if from == to {
                    return;
                }
                let pull = self.at(to).core().pull("prices", most).unwrap();
                let answer = self.at(from).answer(now, &Message::Pull(pull).encode()).await.unwrap();
                let report = self.at(to).receive(now, &answer).await.unwrap();
                assert_eq!(report.held, []);
            }
            Happening::Compact { node } => {
                let seen = self.at(node).core().log("prices").unwrap().seen.clone();
                self.at(node).compact("prices", &seen).await.unwrap();
            }
            Happening::Restart { node } => {
                let store = self.replicas[node].take().unwrap().into_store();
                let mut replica = open(store, node).await;
                replica.subscribe("prices", self.wanted[node].clone()).unwrap();
                self.replicas[node] = Some(replica);
            }
            Happening::Subscribe { node, owner } => {
                if let Some(wanted) = &mut self.wanted[node] {
                    wanted.insert(author(owner));
                    let wanted = self.wanted[node].clone();
                    self.at(node).subscribe("prices", wanted).unwrap();
                }
            }
        }
        self.claims_hold().await;
    }

    /// Who claims to have all of an owner's events has the owner's records, byte by byte; and claims nothing that it did not
    /// subscribe to.
    async fn claims_hold(&mut self) {
        for node in 0..self.replicas.len() {
            let seen = self.at(node).core().log("prices").unwrap().seen.clone();
            let all = self.at(node).list_all("prices").await.unwrap();
            for owner in (0..self.replicas.len()).map(author) {
                let held: BTreeMap<_, _> =
                    all.iter().filter(|(address, _)| address.owner == Some(owner)).collect();
                if self.wanted[node].as_ref().is_some_and(|wanted| !wanted.contains(&owner))
                    && owner != author(node)
                {
                    assert_eq!((seen.of(owner), held.len()), (0, 0), "held without being asked for");
                }
                let written = self.replicas[usize::from(owner.bytes()[0]) - 1].as_ref().unwrap();
                let last = written.core().log("prices").unwrap().seen.of(owner);
                assert!(seen.of(owner) <= last);
                if seen.of(owner) == last && last > 0 {
                    let expected: BTreeMap<_, _> = self.written[&owner].iter().collect();
                    assert_eq!(held, expected);
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Happening {
    Write { node: usize, key: u8, value: i64 },
    Sync { from: usize, to: usize, most: u32 },
    Compact { node: usize },
    Restart { node: usize },
    Subscribe { node: usize, owner: usize },
}

const NODES: usize = 4;

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (0..NODES, 0..3u8, 0..5i64).prop_map(|(node, key, value)| Happening::Write { node, key, value }),
        8 => (0..NODES, 0..NODES, 1..6u32).prop_map(|(from, to, most)| Happening::Sync { from, to, most }),
        2 => (0..NODES).prop_map(|node| Happening::Compact { node }),
        1 => (0..NODES).prop_map(|node| Happening::Restart { node }),
        1 => (0..NODES, 0..NODES).prop_map(|(node, owner)| Happening::Subscribe { node, owner }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_partial_replica_claims_only_what_it_has(
        happenings in prop::collection::vec(happening(), 1..60),
        owners in prop::collection::btree_set(0..NODES, 0..3),
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            // The first and last hold everything, the others some owners; all sync with all.
            let some: BTreeSet<AuthorId> = owners.into_iter().map(author).collect();
            let mut net = Net::new(vec![None, Some(some.clone()), Some(BTreeSet::from([author(0)])), None]).await;
            for one in &happenings {
                net.happen(one).await;
            }
            // Everybody hears everything, and then has all that it asked for.
            for _ in 0..NODES {
                for (from, to) in (0..NODES * NODES).map(|pair| (pair / NODES, pair % NODES)) {
                    net.happen(&Happening::Sync { from, to, most: 1000 }).await;
                }
            }
            for node in 0..NODES {
                for owner in 0..NODES {
                    let wanted = net.wanted[node].as_ref().is_none_or(|wanted| wanted.contains(&author(owner)));
                    let last = net.at(owner).core().log("prices").unwrap().seen.of(author(owner));
                    let seen = net.at(node).core().log("prices").unwrap().seen.of(author(owner));
                    assert_eq!(seen, if wanted || node == owner { last } else { 0 });
                }
            }
        });
    }
}

#[tokio::test]
async fn who_syncs_from_a_part_gets_the_rest_elsewhere() {
    let now = Millis::new(1_000_000);
    let (mut a, mut b) = (open(MemoryStore::new(), 0).await, open(MemoryStore::new(), 1).await);
    a.write(now, &Change::to("prices", "x").set("price", 1)).await.unwrap();
    b.write(now, &Change::to("prices", "x").set("price", 2)).await.unwrap();
    let answer = b.answer(now, &a.pull("prices").unwrap()).await.unwrap();
    a.receive(now, &answer).await.unwrap();
    // Everything at `a` is only to be had as a state now.
    let seen = a.core().log("prices").unwrap().seen.clone();
    a.compact("prices", &seen).await.unwrap();

    let mut part = open(MemoryStore::new(), 2).await;
    part.subscribe("prices", Some([author(1)].into())).unwrap();
    let answer = a.answer(now, &part.pull("prices").unwrap()).await.unwrap();
    assert!(matches!(Message::decode(&answer), Ok(Message::Snapshot(_))));
    part.receive(now, &answer).await.unwrap();
    assert_eq!(part.list("prices").await.unwrap().len(), 1);
    assert_eq!(part.core().age(now, "prices", author(0)), Age::Unknown);

    let mut whole = open(MemoryStore::new(), 3).await;
    let answer = part.answer(now, &whole.pull("prices").unwrap()).await.unwrap();
    assert_eq!(whole.receive(now, &answer).await.unwrap().taken, 1);
    let answer = a.answer(now, &whole.pull("prices").unwrap()).await.unwrap();
    assert_eq!(whole.receive(now, &answer).await.unwrap().taken, 1);
    assert_eq!(whole.list_all("prices").await.unwrap(), a.list_all("prices").await.unwrap());
}

#[tokio::test]
async fn what_is_pushed_unasked_is_not_taken_in() {
    let now = Millis::new(1_000_000);
    let mut a = open(MemoryStore::new(), 0).await;
    a.write(now, &Change::to("prices", "x").set("price", 1)).await.unwrap();
    let mut part = open(MemoryStore::new(), 2).await;
    part.subscribe("prices", Some(BTreeSet::new())).unwrap();
    // As from one who does not know what is asked for here.
    let events = a.answer(now, &open(MemoryStore::new(), 3).await.pull("prices").unwrap()).await.unwrap();
    let report = part.receive(now, &events).await.unwrap();
    assert_eq!((report.taken, report.held[0].1.clone()), (0, Held::NotSubscribed));
    a.compact("prices", &a.core().log("prices").unwrap().seen.clone()).await.unwrap();
    let state = a.answer(now, &open(MemoryStore::new(), 3).await.pull("prices").unwrap()).await.unwrap();
    assert_eq!(part.receive(now, &state).await.unwrap().taken, 0);
    assert!(part.list_all("prices").await.unwrap().is_empty());

    let refused = part.subscribe("tasks", Some(BTreeSet::new())).unwrap_err();
    assert!(matches!(refused, Error::NotInParts(_)), "{refused}");
    assert!(refused.to_string().contains("hold the whole of it, or leave it out"), "{refused}");
}

/// A state that names a time after its own clock would carry it past the bound on times from the future.
#[tokio::test]
async fn a_state_that_contradicts_itself_is_not_taken_in() {
    let now = Millis::new(1_000_000);
    let far = now.after(Duration::from_hours(9000));
    let mut wrong = open(MemoryStore::new(), 0).await;
    wrong.write(far, &Change::to("tasks", "x").set("title", "from the future")).await.unwrap();
    wrong.compact("tasks", &wrong.core().log("tasks").unwrap().seen.clone()).await.unwrap();
    let mut here = open(MemoryStore::new(), 1).await;
    let state = wrong.answer(far, &here.pull("tasks").unwrap()).await.unwrap();
    let Message::Snapshot(mut state) = Message::decode(&state).unwrap() else { panic!("no state") };
    let report = here.receive(now, &Message::Snapshot(state.clone()).encode()).await.unwrap();
    assert!(matches!(report.held[0].1, Held::Ahead(_)));
    state.clock.millis = now;
    let report = here.receive(now, &Message::Snapshot(state.clone()).encode()).await.unwrap();
    assert!(matches!(report.held[0].1, Held::Unsound(_)), "{report:?}");
    state.seen = std::iter::empty().collect();
    let report = here.receive(now, &Message::Snapshot(state).encode()).await.unwrap();
    assert_eq!(report.taken, 0);
    assert!(here.list_all("tasks").await.unwrap().is_empty());
}
