//! The kernel beside a straightforward simulator that shares no line with it.
#![allow(clippy::unwrap_used)]
#![allow(unreachable_pub, missing_docs, dead_code)] // The peers are shared with the benchmark, which uses other parts.

#[path = "../../../benches/peers/mod.rs"]
mod peers;

use peers::compare::apart;
use peers::reference::Reference;
use peers::{kedge, reused, simple};

#[test]
fn at_their_medians_all_items_end_when_a_straightforward_simulator_says() {
    let mut organisations = vec![Reference::standard()];
    organisations.extend((0..40).map(|seed| {
        let seed = seed as usize;
        Reference::generate(1 + seed % 7, 1 + seed % 3, 1 + seed % 2, 5 + seed, seed as u64)
    }));
    for reference in organisations {
        let model = simple::Model::new(&reference);
        let expected = model.at_medians();
        assert!((reused::Simulator::new(&model).at_medians() - expected.makespan).abs() < 1e-9);
        let program = kedge::at_medians(&reference).program();
        let mut trials = program.trials();
        let ran = trials.run(1, 0);
        assert_eq!(ran.completions, reference.items.len() as u64);
        assert!((ran.last_end - expected.makespan).abs() < 1e-9);
        for (item, expected) in expected.ends.iter().enumerate() {
            assert!((trials.ended(item) - expected).abs() < 1e-9, "item {item}");
        }
    }
}

#[test]
fn a_straightforward_simulator_draws_from_the_same_distributions() {
    let reference = Reference::generate(5, 2, 1, 8, 3);
    let ours = kedge::ends(&reference, 1, 20_000);
    let theirs = simple::Model::new(&reference).ends(&reference, 2, 20_000);
    // The makespan and the end of each of the five plans, all at 1 %.
    for place in 0..=reference.plans {
        let apart = apart(&ours, &theirs, place);
        assert!(apart < 1.0, "place {place}: {apart}");
    }
}
