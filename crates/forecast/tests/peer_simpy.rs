//! The kernel's distributions beside SimPy's, on the same organisation. `scripts/peers` sets SimPy up.
#![allow(clippy::unwrap_used)]
#![allow(unreachable_pub, missing_docs, dead_code)] // The peers are shared with the benchmark, which uses other parts.

#[path = "../../../benches/peers/mod.rs"]
mod peers;

use peers::compare::apart;
use peers::kedge;
use peers::reference::Reference;
use peers::simpy::Simpy;
use std::path::Path;

/// Five teams of two people, forty items.
fn small() -> (Reference, Simpy) {
    let reference = Reference::generate(5, 2, 1, 8, 3);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let simpy = Simpy::find(&reference, folder, "five-teams.json").unwrap_or_else(|| {
        panic!("SimPy is not set up: run scripts/peers, or leave this out with -E 'not binary(peer_simpy)'")
    });
    (reference, simpy)
}

#[test]
fn simpy_draws_from_the_same_distributions() {
    let (mut reference, simpy) = small();
    let theirs = simpy.trials(7, 2_500).trials;
    let ours = kedge::ends(&reference, 1, 20_000);
    // The makespan and the end of each of the five plans, all at 1 %.
    for place in 0..=reference.plans {
        let apart = apart(&ours, &theirs, place);
        assert!(apart < 1.0, "place {place}: {apart}");
    }
    // The test can tell: the same where everything takes a twentieth longer.
    for item in &mut reference.items {
        item.median *= 1.05;
    }
    let longer = kedge::ends(&reference, 1, 20_000);
    for place in 0..=reference.plans {
        let apart = apart(&longer, &theirs, place);
        assert!(apart > 1.0, "place {place}: {apart}");
    }
}

#[test]
fn simpy_ends_at_the_same_moment_where_all_take_their_medians() {
    let (reference, simpy) = small();
    let program = kedge::at_medians(&reference).program();
    assert!((program.trials().run(1, 0).last_end - simpy.at_medians()).abs() < 1e-9);
}
