//! Peers that lie: what one may not say is refused, by name and with why, and nothing that others wrote is lost by it.
#![allow(clippy::unwrap_used)]

use kedge_replica::wire::{Batch, Freshness, Message, RemoteRefusal, RemoteWrite, Snapshot, WriteAnswer};
use kedge_replica::{
    Action, Age, AuthorId, Authors, Body, Change, Consistency, Contract, Contracts, Error, Event, Expected,
    FieldEdit, Grant, Held, Key, MemoryStore, Merge, Millis, Name, NotGranted, Op, Peer, Peers, RecordEdit,
    Replica, Secret, Settings, Timestamp, Value, VersionVector, WriteError,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

type Here = Replica<MemoryStore>;

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn now() -> Millis {
    Millis::new(1_000_000)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks").field("title", Merge::LastWriter).field("votes", Merge::Counter);
    let prices = Contract::owned("prices", Duration::from_mins(1)).field("price", Merge::LastWriter);
    let names = Contract::serial("names", author(1)).field("account", Merge::LastWriter);
    let money = Contract::serial("money", author(1)).field("balance", Merge::LastWriter);
    Contracts::new([tasks, prices, names, money].map(|one| one.build().unwrap())).unwrap()
}

async fn open(number: u8) -> Here {
    Replica::open(MemoryStore::new(), author(number), contracts(), Settings::default()).await.unwrap()
}

fn secret(number: u8) -> Secret {
    Secret::new([number; 32]).unwrap()
}

const ALL: [&str; 4] = ["tasks", "prices", "names", "money"];

/// A peer that is this author and may do so everywhere.
fn peer(text: &str, number: u8, grant: &Grant) -> Peer {
    let peer = Peer::new(text, secret(number)).unwrap().is(author(number));
    ALL.iter().fold(peer, |peer, collection| peer.may(collection, grant.clone()).unwrap())
}

fn writer(number: u8) -> Peer {
    peer("writer", number, &Grant::default().reads(Authors::All).writes())
}

fn event(by: u8, sequence: u64, consistency: Consistency, key: &str, value: i64) -> Event {
    let field = name(match consistency {
        Consistency::Owned => "price",
        Consistency::Merged => "title",
        Consistency::Serial => "account",
    });
    let action = Action::Edit(vec![FieldEdit { field, op: Op::Set(value.into()) }]);
    let body = Body::Edits(vec![RecordEdit { key: Key::new(key).unwrap(), action }]);
    let time = Timestamp { millis: now(), counter: 0 };
    Event { author: author(by), sequence, time, consistency, after: vec![], body }
}

fn batch(collection: &str, events: Vec<Event>) -> Batch {
    let seen = events.iter().map(|event| (event.author, event.sequence)).collect();
    Batch { collection: name(collection), seen, freshness: BTreeMap::new(), more: false, events }
}

fn sent(batch: Batch) -> Vec<u8> {
    Message::Batch(batch).encode()
}

#[tokio::test]
async fn who_writes_under_anothers_name_is_refused_and_the_other_is_heard() {
    let mut here = open(1).await;
    let liar = writer(3);
    for (collection, kept) in [("tasks", Consistency::Merged), ("prices", Consistency::Owned)] {
        let lie = sent(batch(collection, vec![event(2, 1, kept, "x", 666), event(3, 1, kept, "y", 3)]));
        let report = here.receive_from(now(), &liar, &lie).await.unwrap();
        assert_eq!((report.taken, report.held.len()), (1, 1), "its own is taken in");
        let why = report.held[0].1.to_string();
        assert!(matches!(report.held[0].1, Held::NotGranted(NotGranted::Relay { .. })));
        assert!(why.contains("peer `writer` is not believed about what 0202"), "{why}");
        assert!(why.contains("from 0202") && why.contains("granted to relay it"), "{why}");
        // The event of that name that its author did write is not taken for known.
        let truth = sent(batch(collection, vec![event(2, 1, kept, "x", 2)]));
        assert_eq!(here.receive_from(now(), &writer(2), &truth).await.unwrap().taken, 1);
        let all = here.list(collection).await.unwrap();
        let values: Vec<_> =
            all.values().filter_map(|record| record.value("price").or(record.value("title"))).collect();
        assert_eq!(values, [&Value::Integer(2), &Value::Integer(3)]);
    }
    // Who is not the home writes nothing in a serial collection, whatever it was granted.
    let lie = sent(batch("names", vec![event(3, 1, Consistency::Serial, "ada", 3)]));
    let report = here.receive_from(now(), &liar, &lie).await.unwrap();
    assert!(matches!(report.held[0].1, Held::NotHome { .. }));
    // And who was granted nothing is believed about nothing.
    let stranger = Peer::new("stranger", secret(4)).unwrap().is(author(4));
    let lie = sent(batch("tasks", vec![event(4, 1, Consistency::Merged, "z", 4)]));
    assert_eq!(here.receive_from(now(), &stranger, &lie).await.unwrap().taken, 0);
}

#[tokio::test]
async fn a_forged_state_is_refused() {
    let mut here = open(1).await;
    here.write(now(), &Change::to("names", "ada").set("account", 1)).await.unwrap();
    let mut forger = open(3).await;
    forger.write(now(), &Change::to("tasks", "x").set("title", "mine")).await.unwrap();
    forger.write(now(), &Change::to("prices", "x").set("price", 3)).await.unwrap();
    let core = forger.core().clone();
    let of = |collection: &'static str| {
        let all = core.log(collection).unwrap().seen.clone();
        Snapshot {
            collection: name(collection),
            consistency: contracts().get(collection).unwrap().promise().consistency(),
            clock: core.clock(),
            seen: all,
            freshness: BTreeMap::new(),
            home: None,
            records: BTreeMap::new(),
        }
    };
    let liar = writer(3);
    // A merged state that another went into: refused whole, since nobody can tell whose is what.
    let mut state = of("tasks");
    state.records = forger.list_all("tasks").await.unwrap();
    state.seen.advance(author(2), 7);
    let report = here.receive_from(now(), &liar, &Message::Snapshot(state.clone()).encode()).await.unwrap();
    assert_eq!(report.taken, 0);
    assert!(matches!(report.held[0].1, Held::NotGranted(NotGranted::State { .. })), "{report:?}");
    // Only its own: that it could have written.
    state.seen = state.seen.only(|one| one == author(3));
    let report = here.receive_from(now(), &liar, &Message::Snapshot(state.clone()).encode()).await.unwrap();
    assert_eq!((report.taken, report.held.len()), (1, 0));
    // What claims less than is in it is no state at all.
    state.seen = VersionVector::new();
    let report = here.receive_from(now(), &writer(2), &Message::Snapshot(state).encode()).await.unwrap();
    assert_eq!(report.taken, 0);

    // An owned state has parts: its own is taken, the other's is not.
    let mut other = open(2).await;
    other.write(now(), &Change::to("prices", "x").set("price", 2)).await.unwrap();
    let mut state = of("prices");
    state.records = forger.list_all("prices").await.unwrap();
    state.records.extend(other.list_all("prices").await.unwrap());
    state.seen.advance(author(2), 1);
    state.freshness = BTreeMap::from([(author(2), Freshness { sequence: 1, at: now() })]);
    let report = here.receive_from(now(), &liar, &Message::Snapshot(state.clone()).encode()).await.unwrap();
    assert_eq!((report.taken, report.held.len()), (1, 1));
    assert_eq!(here.list("prices").await.unwrap().len(), 1);
    assert_eq!(here.core().age(now(), "prices", author(2)), Age::Unknown);
    // From a peer that may relay it, it is.
    let hub = peer("hub", 9, &Grant::default().relays(Authors::All));
    let report = here.receive_from(now(), &hub, &Message::Snapshot(state).encode()).await.unwrap();
    assert_eq!((report.taken, report.held.len()), (1, 0));
    assert!(matches!(here.core().age(now(), "prices", author(2)), Age::Copy { .. }));

    // Nobody but the home says that the home has moved.
    let mut state = of("names");
    (state.home, state.seen) = (Some((author(3), 5)), [(author(3), 1)].into_iter().collect());
    let report = here.receive_from(now(), &liar, &Message::Snapshot(state).encode()).await.unwrap();
    assert_eq!(report.taken, 0);
    assert_eq!(here.core().log("names").unwrap().home, Some((author(1), 0)));
    here.write(now(), &Change::to("names", "bob").set("account", 1)).await.unwrap();
}

#[tokio::test]
async fn a_mere_reader_cannot_stop_a_writer() {
    let mut here = open(1).await;
    let claims: VersionVector = [(author(1), 1000)].into_iter().collect();
    let pull =
        kedge_replica::wire::Pull { collection: name("prices"), seen: claims.clone(), most: 9, only: None };
    let pull = Message::Pull(pull).encode();
    let lie = Batch { seen: claims, ..batch("prices", vec![]) };
    let change = Change::to("prices", "x").set("price", 1);
    let reader = peer("reader", 3, &Grant::default().reads(Authors::All));
    here.answer_to(now(), &reader, &pull).await.unwrap();
    here.receive_from(now(), &reader, &sent(lie.clone())).await.unwrap();
    here.write(now(), &change).await.unwrap();
    // One that writes with it is heard: it may be this store that was set back.
    here.receive_from(now(), &writer(2), &sent(lie)).await.unwrap();
    let refused = here.write(now(), &change).await;
    assert!(matches!(refused, Err(Error::Write(WriteError::SetBack(_)))));
}

#[tokio::test]
async fn what_may_not_be_read_is_not_sent() {
    let mut here = open(1).await;
    let mut other = open(2).await;
    for replica in [&mut here, &mut other] {
        replica.write(now(), &Change::to("prices", "x").set("price", 1)).await.unwrap();
        replica.write(now(), &Change::to("tasks", "x").set("title", "t")).await.unwrap();
    }
    let answer = other.answer(now(), &here.pull("prices").unwrap()).await.unwrap();
    here.receive(now(), &answer).await.unwrap();

    let mut asking = open(3).await;
    let some = peer("shop", 3, &Grant::default().reads(Authors::These([author(2)].into())));
    let answer = here.answer_to(now(), &some, &asking.pull("prices").unwrap()).await.unwrap();
    let Message::Batch(events) = Message::decode(&answer).unwrap() else { panic!("a state") };
    assert_eq!(events.events.iter().map(|event| event.author).collect::<Vec<_>>(), [author(2)]);
    assert!(
        events
            .seen
            .iter()
            .chain(events.freshness.iter().map(|(a, f)| (*a, f.sequence)))
            .all(|(a, _)| a == author(2))
    );
    asking.receive(now(), &answer).await.unwrap();
    // Also when it asks for more, and when only the state is left.
    here.compact("prices", &here.core().log("prices").unwrap().seen.clone()).await.unwrap();
    let asked = open(4).await.core().pull_some("prices", 9, &[author(1), author(2)].into()).unwrap();
    let answer = here.answer_to(now(), &some, &Message::Pull(asked).encode()).await.unwrap();
    let Message::Snapshot(state) = Message::decode(&answer).unwrap() else { panic!("events") };
    assert!(state.records.keys().all(|address| address.owner == Some(author(2))) && state.seen.len() == 1);

    let refused = here.answer_to(now(), &some, &asking.pull("tasks").unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("grant it all of it, or none"), "{refused}");
    let stranger = Peer::new("stranger", secret(5)).unwrap();
    let refused = here.answer_to(now(), &stranger, &asking.pull("tasks").unwrap()).await.unwrap_err();
    assert!(
        refused.to_string().contains("peer `stranger` may not read collection `tasks` here"),
        "{refused}"
    );
    // Nothing is asked of a peer that it would not be believed about.
    let Message::Pull(asked) = Message::decode(&asking.pull_from(&writer(2), "tasks").unwrap()).unwrap()
    else {
        panic!("no pull")
    };
    assert_eq!(asked.only, Some([author(2)].into()));
}

fn take(key: &str, account: i64) -> Change {
    Change::to("names", key).expecting(Expected::Absent).set("account", account)
}

#[tokio::test]
async fn a_remote_write_is_applied_once() {
    let mut home = open(1).await;
    let write = |number, change| RemoteWrite { session: [8; 16], number, change };
    let first = write(1, take("ada", 7).and("money", "7").set("balance", 100));
    let WriteAnswer::Written(versions) = home.write_for(now(), &writer(3), &first).await.unwrap() else {
        panic!("not written")
    };
    assert_eq!(versions.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["money", "names"]);
    assert_eq!(home.read("names", "ada").await.unwrap().unwrap().version(), Some(versions[1].1));
    for _ in 0..2 {
        assert_eq!(home.write_for(now(), &writer(3), &first).await.unwrap(), WriteAnswer::Earlier);
        // Also after a start.
        let store = home.into_store();
        home = Replica::open(store, author(1), contracts(), Settings::default()).await.unwrap();
    }
    // One that was given up for a later one is not applied late.
    let late = write(2, take("bob", 8));
    home.write_for(now(), &writer(3), &write(3, take("cleo", 9))).await.unwrap();
    assert_eq!(home.write_for(now(), &writer(3), &late).await.unwrap(), WriteAnswer::Earlier);
    assert_eq!(home.read("names", "bob").await.unwrap(), None);

    // Of several collections all or nothing; and the reason can be acted on.
    let taken = write(4, take("ada", 1).and("money", "1").set("balance", 1));
    let answer = home.write_for(now(), &writer(3), &taken).await.unwrap();
    let WriteAnswer::Refused(RemoteRefusal::Changed { key, found, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!((key.as_str(), found), ("ada", Some(versions[1].1)));
    assert_eq!(home.read("money", "1").await.unwrap(), None);

    // Only serial collections, only where it was granted, only at the home.
    let other = write(5, Change::to("prices", "x").set("price", 1));
    let answer = home.write_for(now(), &writer(3), &other).await.unwrap();
    assert!(
        matches!(&answer, WriteAnswer::Refused(RemoteRefusal::Other(why)) if why.contains("is not serial"))
    );
    let reader = peer("reader", 3, &Grant::default().reads(Authors::All));
    let refused = home.write_for(now(), &reader, &write(6, take("dora", 1))).await.unwrap_err();
    assert!(refused.to_string().contains("peer `reader` may not write collection `names`"), "{refused}");
    home.hand_over(now(), "names", author(2)).await.unwrap();
    let answer = home.write_for(now(), &writer(3), &write(7, take("dora", 1))).await.unwrap();
    assert_eq!(
        answer,
        WriteAnswer::Refused(RemoteRefusal::NotHome { collection: name("names"), home: author(2) })
    );
}

#[test]
fn peers_are_read_from_a_file_that_never_shows_its_secrets() {
    let digits = "00112233445566778899aabbccddeeff";
    let text = format!(
        r#"
[peer.shop]
secret = "{digits}"
authors = ["02020202020202020202020202020202"]
[peer.shop.collection.prices]
reads = ["01010101010101010101010101010101"]
[peer.shop.collection.tasks]
reads = "all"
writes = true
relays = "all"
"#
    );
    let peers = Peers::from_toml(&text).unwrap();
    let shop = peers.get("shop").unwrap();
    let like = Peer::new("shop", digits.parse().unwrap())
        .unwrap()
        .is(author(2))
        .may("prices", Grant::default().reads(Authors::These([author(1)].into())))
        .unwrap()
        .may("tasks", Grant::everything())
        .unwrap();
    assert_eq!(shop, &like);
    assert!(!format!("{shop:?}").contains("0011"));
    for (from, to, says) in [
        ("writes", "rights", "line 9: unknown field `rights`"),
        (digits, "00112233", "peer `shop`: a secret is at least 16 random bytes"),
        ("\"all\"", "\"some\"", "peer `shop`: `some` is nobody: write \"all\""),
        (&format!("\"{digits}\""), digits, "line 3: "),
        ("shop", "Shop", "peer `Shop`"),
    ] {
        let error = Peers::from_toml(&text.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(!error.contains("00112233"), "{error}");
    }
}

/// What a liar sends: under the names of others, at any sequence, in a batch or in a state.
#[derive(Clone, Debug)]
struct Lie {
    to: usize,
    by: u8,
    sequence: u64,
    value: i64,
    state: bool,
}

fn lie() -> impl Strategy<Value = Lie> {
    (0..2usize, 1..4u8, 1..5u64, 0..9i64, any::<bool>()).prop_map(|(to, by, sequence, value, state)| Lie {
        to,
        by,
        sequence,
        value,
        state,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Replicas that hear lies come to the same bytes as those that hear none.
    #[test]
    fn lies_change_nothing(steps in prop::collection::vec((0..2usize, 0..4i64, lie()), 1..20)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let mut nets = [vec![open(1).await, open(2).await], vec![open(1).await, open(2).await]];
            let liar = peer("liar", 9, &Grant::default().reads(Authors::All).writes());
            for (writes, value, lie) in &steps {
                for (lied_to, net) in nets.iter_mut().enumerate() {
                    let key = format!("k{}", value % 2);
                    let change = Change::to("tasks", &key).set("title", *value).count("votes", 1);
                    net[*writes].write(now(), &change).await.unwrap();
                    if lied_to == 1 {
                        let forged = event(lie.by, lie.sequence, Consistency::Merged, &key, lie.value + 100);
                        let mut record = kedge_replica::Record::default();
                        record.apply(&forged.mark(), &forged.edits()[0].action);
                        let bytes = if lie.state {
                            Message::Snapshot(Snapshot {
                                collection: name("tasks"),
                                consistency: Consistency::Merged,
                                clock: forged.time,
                                seen: [(forged.author, forged.sequence)].into_iter().collect(),
                                freshness: BTreeMap::new(),
                                home: None,
                                records: BTreeMap::from([(forged.address(&forged.edits()[0]), record)]),
                            })
                            .encode()
                        } else {
                            let mut batch = batch("tasks", vec![forged]);
                            // It would stop the other from writing; who may write is heard there, so not that.
                            batch.seen = VersionVector::new();
                            sent(batch)
                        };
                        let report = net[lie.to].receive_from(now(), &liar, &bytes).await.unwrap();
                        assert_eq!(report.taken, 0);
                    }
                    let (one, other) = net.split_at_mut(1);
                    for (from, to) in [(&mut one[0], &mut other[0])] {
                        let answer = from.answer(now(), &to.pull("tasks").unwrap()).await.unwrap();
                        assert_eq!(to.receive(now(), &answer).await.unwrap().held, []);
                        let answer = to.answer(now(), &from.pull("tasks").unwrap()).await.unwrap();
                        assert_eq!(from.receive(now(), &answer).await.unwrap().held, []);
                    }
                }
            }
            let [honest, lied_to] = &mut nets;
            for at in 0..2 {
                let one = honest[at].list_all("tasks").await.unwrap();
                assert_eq!(one, lied_to[at].list_all("tasks").await.unwrap());
            }
        });
    }
}
