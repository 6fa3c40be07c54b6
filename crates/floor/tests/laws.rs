//! Laws of what stands, and the same answer by a second way: enumeration by fixpoint and matrix, without a graph walk.
#![allow(clippy::unwrap_used, clippy::needless_range_loop)]

mod support;

use kedge_floor::standing;
use kedge_model::*;
use proptest::prelude::*;
use support::*;

/// A small plan: items in a row of numbers, each after some of lower number; asks on items or the outcome.
#[derive(Clone, Debug)]
struct Draft {
    items: Vec<Item>,
    asks: Vec<Gate>,
    least: bool,
}

#[derive(Clone, Debug)]
struct Item {
    after: Vec<usize>,
    serves: bool,
    state: u8, // 0–5 open, 6 started, 7 done, 8 dropped
}

#[derive(Clone, Debug)]
struct Gate {
    items: Vec<usize>,
    outcome: bool,
    landed: bool,
    chain: Vec<(bool, u8, Option<usize>)>, // leaning, keeps %, the item it skips
}

fn draft() -> impl Strategy<Value = Draft> {
    (2usize..8, 1usize..5, any::<bool>()).prop_flat_map(|(items, asks, least)| {
        let item = (proptest::collection::vec(0..items, 0..3), any::<bool>(), 0u8..9)
            .prop_map(|(after, serves, state)| Item { after, serves, state });
        let link = (any::<bool>(), 0u8..=100, proptest::option::weighted(0.3, 0..items));
        let gate = (
            proptest::collection::vec(0..items, 1..3),
            proptest::bool::weighted(0.2),
            proptest::bool::weighted(0.2),
            proptest::collection::vec(link, 0..3),
        )
            .prop_map(|(items, outcome, landed, chain)| Gate { items, outcome, landed, chain });
        (proptest::collection::vec(item, items), proptest::collection::vec(gate, asks))
            .prop_map(move |(items, asks)| Draft { items, asks, least })
    })
}

fn organisation(draft: &Draft) -> Organisation {
    let mut tap = outcome("tap", Some("100/week"));
    tap.combine = if draft.least { Combine::Least } else { Combine::Product };
    let mut facts: Vec<Fact> = vec![plan().into(), tap.into()];
    for (number, item) in draft.items.iter().enumerate() {
        let serves: &[&str] = if item.serves { &["tap"] } else { &[] };
        let mut it = work(&format!("n{number}"), serves, &[]);
        it.after = item
            .after
            .iter()
            .filter(|before| **before < number)
            .map(|before| WorkId::new(own(), slug(&format!("n{before}"))))
            .collect();
        let day = Some(date("2026-10-05"));
        match item.state {
            6 => it.started = day,
            7 => it.done = day,
            8 => it.dropped = day,
            _ => {}
        }
        facts.push(it.into());
    }
    for (number, gate) in draft.asks.iter().enumerate() {
        let name = format!("ask{number}");
        let mut names: Vec<String> = gate.items.iter().map(|item| format!("n{item}")).collect();
        if gate.outcome {
            names.push("tap".into());
        }
        let mut it = ask(&name, &names.iter().map(String::as_str).collect::<Vec<_>>());
        it.fallbacks = gate
            .chain
            .iter()
            .enumerate()
            .map(|(place, (leaning, keeps, skips))| {
                let kind = if *leaning { FallbackKind::Escalate { with: None } } else { FallbackKind::Hack };
                Fallback {
                    keeps: Share::percent(*keeps),
                    skips: skips.iter().map(|item| WorkId::new(own(), slug(&format!("n{item}")))).collect(),
                    ..Fallback::new(slug(&format!("f{place}")), kind)
                }
            })
            .collect();
        facts.push(it.into());
        if gate.landed {
            let landed = Says::Landed { since: date("2026-10-06") };
            facts.push(answer(&name, "payments", &[("2026-10-06", says(landed))]).into());
        }
    }
    build(facts)
}

/// The share of the outcome, from the draft alone.
fn by_enumeration(draft: &Draft) -> f64 {
    let n = draft.items.len();
    let taken: Vec<Option<(u8, Option<usize>)>> = draft
        .asks
        .iter()
        .map(|gate| {
            gate.chain.iter().find(|link| !link.0).map(|link| (link.1, link.2)).filter(|_| !gate.landed)
        })
        .collect();
    let open = |a: usize| draft.asks[a].landed || taken[a].is_some();
    let skips = |a: usize, i: usize| {
        taken[a].is_some_and(|(_, skipped)| skipped == Some(i)) && !matches!(draft.items[i].state, 6 | 7)
    };
    let skipped = |i: usize| (0..draft.asks.len()).any(|a| skips(a, i));
    let waits = |i: usize| draft.items[i].state < 6 && !skipped(i);

    // Can it be reached at all? Do what can be done until nothing more can.
    let mut done: Vec<bool> = (0..n).map(|i| draft.items[i].state >= 6 || skipped(i)).collect();
    for _ in 0..n {
        for i in 0..n {
            let before = draft.items[i].after.iter().all(|&j| j >= i || done[j]);
            let gates = (0..draft.asks.len()).all(|a| !draft.asks[a].items.contains(&i) || open(a));
            done[i] |= before && gates;
        }
    }
    let direct = (0..draft.asks.len()).all(|a| !draft.asks[a].outcome || open(a));
    let reached = direct && (0..n).all(|i| !draft.items[i].serves || done[i]);
    if !reached {
        return 0.0;
    }

    // What is needed, by closing "needs" over every pair.
    let mut needs = vec![vec![false; n]; n];
    for i in 0..n {
        needs[i][i] = true;
        for &j in draft.items[i].after.iter().filter(|&&j| j < i) {
            needs[i][j] |= waits(i);
        }
    }
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                needs[i][j] |= needs[i][k] && needs[k][j];
            }
        }
    }
    let needed = |j: usize| (0..n).any(|i| draft.items[i].serves && needs[i][j]);
    let mut kept = Vec::new();
    for (a, gate) in draft.asks.iter().enumerate() {
        let Some((keeps, _)) = taken[a] else { continue };
        let counts =
            gate.items.iter().any(|&i| needed(i) && (waits(i) || (skips(a, i) && draft.items[i].state != 8)));
        if gate.outcome || counts {
            kept.push(f64::from(keeps) / 100.0);
        }
    }
    if draft.least { kept.into_iter().fold(1.0, f64::min) } else { kept.into_iter().product() }
}

fn share(draft: &Draft) -> f64 {
    standing(&organisation(draft), as_of()).outcomes[0].share.get()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_walk_and_the_enumeration_agree(draft in draft()) {
        prop_assert!((share(&draft) - by_enumeration(&draft)).abs() < 1e-9);
    }

    #[test]
    fn a_self_reliant_fallback_at_the_end_of_a_chain_never_lowers(draft in draft(), at in 0usize..5, keeps in 0u8..=100) {
        let before = share(&draft);
        let mut after = draft.clone();
        let at = at % after.asks.len();
        after.asks[at].chain.push((false, keeps, None));
        prop_assert!(share(&after) >= before - 1e-12);
    }

    #[test]
    fn a_leaning_fallback_changes_nothing(draft in draft(), at in 0usize..5, place in 0usize..3) {
        let before = share(&draft);
        let mut after = draft.clone();
        let at = at % after.asks.len();
        let place = place.min(after.asks[at].chain.len());
        after.asks[at].chain.insert(place, (true, 50, None));
        prop_assert!((share(&after) - before).abs() < 1e-12);
    }

    /// A landing makes nothing worse. The exception is what the fallback would have skipped: that has to be done after
    /// all, and may have asks of its own.
    #[test]
    fn a_landing_never_lowers(mut draft in draft(), at in 0usize..5) {
        for gate in &mut draft.asks {
            gate.chain.iter_mut().for_each(|link| link.2 = None);
        }
        let before = share(&draft);
        let at = at % draft.asks.len();
        draft.asks[at].landed = true;
        prop_assert!(share(&draft) >= before - 1e-12);
    }

    #[test]
    fn one_more_gate_never_raises(mut draft in draft(), at in 0usize..5) {
        let before = share(&draft);
        let at = at % draft.asks.len();
        draft.asks[at].outcome = true;
        prop_assert!(share(&draft) <= before + 1e-12);
    }

    #[test]
    fn the_number_adds_up(draft in draft()) {
        let answer = standing(&organisation(&draft), as_of());
        let total = answer.organisation.total();
        prop_assert!((total.stands.amount() - 100.0 * answer.outcomes[0].share.get()).abs() < 1e-9);
        prop_assert_eq!(answer.plans[0].number, answer.organisation);
        prop_assert_eq!(answer.teams[0].number, answer.organisation);
    }
}
