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

#[path = "../disk/mod.rs"]
mod disk;
#[path = "../meaning/mod.rs"]
mod meaning;
mod small;

use kedge_replica::{Change, Expected, Planted};
use small::{Deed, RIGHT, Small, TOGETHER};
use stateright::{Checker, HasDiscoveries, Model};
use std::time::Instant;

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

/// Whether there is time for what takes minutes: `KEDGE_MODEL=wide`. Some 2.1 million states then, in seven minutes on two
/// processors that others worked on, too.
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
    if wide() {
        // All of the three below, and what they come to together.
        explore("serial", serial());
    } else {
        explore("serial", Small { crashes: 0, compactions: 0, ..serial() });
        explore("serial", Small { under_way: 1, compactions: 0, ..serial() });
        explore("serial", Small { under_way: 1, crashes: 0, ..serial() });
    }
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
