//! Replicas that have heard the same are the same, whatever happened on the way, and are what the definitions of the merges
//! say. Joins of states are a lattice, and say the same as folds of events.
#![allow(clippy::unwrap_used)]

mod net;

use kedge_replica::wire::Message;
use net::{Net, Node, State, conflicts, happenings, shuffle, things, view};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_delivery_comes_to_the_same_and_to_what_the_merges_mean(happenings in happenings(3, 60)) {
        let mut net = Net::new(3);
        for happening in &happenings {
            net.happen(happening);
        }
        net.settle();
        let first = net.nodes[0].bytes();
        for node in &net.nodes[1..] {
            prop_assert_eq!(&node.bytes(), &first);
            prop_assert_eq!(node.seen(), net.nodes[0].seen());
        }
        for (address, record) in net.nodes[0].store.all(&things()) {
            prop_assert_eq!(view(&record), net.oracle(address.key.as_str()));
        }
    }

    #[test]
    fn compacting_changes_nothing_that_anybody_reads(happenings in happenings(3, 50)) {
        let mut plain = Net::new(3);
        let mut compacting = Net::new(3);
        for happening in &happenings {
            if !matches!(happening, net::Happening::Compact { .. }) {
                plain.happen(happening);
                compacting.happen(happening);
                for node in &mut compacting.nodes {
                    let before = node.bytes();
                    node.compact();
                    prop_assert_eq!(&node.bytes(), &before);
                    prop_assert!(node.store.after(&things(), &kedge_replica::VersionVector::new(), 1).0.is_empty());
                }
            }
        }
        // The same was written, unless one of the two nets had heard of a delete or a value that the other had not.
        compacting.settle();
        let first = compacting.nodes[0].bytes();
        for node in &compacting.nodes {
            prop_assert_eq!(&node.bytes(), &first);
        }
        for (address, record) in compacting.nodes[0].store.all(&things()) {
            prop_assert_eq!(view(&record), compacting.oracle(address.key.as_str()));
        }
        plain.settle();
        let newcomer = |net: &Net| {
            let mut new = Node::new(99);
            while new.receive(net.time(0), &net.nodes[0].answer(net.time(0), &new, 3)) {}
            new.bytes()
        };
        prop_assert_eq!(newcomer(&plain), plain.nodes[1].bytes());
        prop_assert_eq!(newcomer(&compacting), first);
    }

    #[test]
    fn states_join_as_a_lattice(happenings in happenings(3, 50)) {
        let mut net = Net::new(3);
        for happening in &happenings {
            net.happen(happening);
        }
        let [a, b, c] = [0, 1, 2].map(|number: usize| State::of(&net.nodes[number]));
        prop_assert_eq!(a.join(&a), a.clone());
        prop_assert_eq!(a.join(&b), b.join(&a));
        prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
        prop_assert_eq!(a.join(&b).join(&b), a.join(&b));
        net.settle();
        prop_assert_eq!(a.join(&b).join(&c), State::of(&net.nodes[0]));
    }

    #[test]
    fn events_one_by_one_in_any_order_come_to_the_same(happenings in happenings(3, 40), order in any::<u64>()) {
        let mut net = Net::new(3);
        for happening in happenings.iter().filter(|one| !matches!(one, net::Happening::Compact { .. })) {
            net.happen(happening);
        }
        net.settle();
        let mut events: Vec<_> = net.history.iter().map(|(event, _)| event.clone()).collect();
        let mut late = Node::new(77);
        let mut rounds = 0;
        let mut seed = order;
        while late.seen() != net.nodes[0].seen() {
            rounds += 1;
            prop_assert!(rounds < 10_000);
            seed = seed.wrapping_add(1);
            shuffle(&mut events, seed);
            events = net.history.iter().map(|(event, _)| event.clone()).chain(events).collect();
            let mut offered = events.clone();
            shuffle(&mut offered, seed);
            for event in offered {
                let one = net.nodes[0].core.batch(net.time(0), "things", vec![event], true).unwrap();
                late.receive(net.time(0), &one);
            }
            events.truncate(net.history.len());
        }
        prop_assert_eq!(late.bytes(), net.nodes[0].bytes());
    }

    #[test]
    fn records_and_messages_are_read_back_as_they_were(happenings in happenings(2, 40)) {
        let mut net = Net::new(2);
        for happening in &happenings {
            net.happen(happening);
        }
        for node in &net.nodes {
            for record in node.store.all(&things()).values() {
                prop_assert_eq!(&kedge_replica::Record::decode(&record.encode()).unwrap(), record);
            }
            let newcomer = Node::new(9);
            let message = node.answer(net.time(0), &newcomer, 1000);
            let bytes = message.encode();
            prop_assert_eq!(&Message::decode(&bytes).unwrap(), &message);
            prop_assert_eq!(Message::decode(&bytes).unwrap().encode(), bytes);
        }
    }
}

#[test]
fn a_conflict_is_seen_until_somebody_decides() {
    use kedge_replica::Change;
    let mut net = Net::new(2);
    for (node, value) in [(0, "red"), (1, "blue")] {
        let now = net.time(node);
        net.nodes[node].write(now, &Change::to("things", "k").keep("kept", value)).unwrap();
    }
    net.settle();
    let record = net.nodes[0].store.all(&things()).into_values().next().unwrap();
    assert_eq!(record.kept("kept"), [&"red".into(), &"blue".into()]);
    assert_eq!(conflicts(&record), 1);
    let now = net.time(1);
    net.nodes[1].write(now, &Change::to("things", "k").keep("kept", "violet")).unwrap();
    net.settle();
    let record = net.nodes[0].store.all(&things()).into_values().next().unwrap();
    assert_eq!(record.kept("kept"), [&"violet".into()]);
}
