//! How long the cut sets of outcomes take that share hundreds of asks and leaning fallbacks.
//!
//! Prints `cutsets.ms`, the median of several runs, and how many there were. `cargo bench -p kedge-floor --bench cuts`
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

#[path = "../tests/support/mod.rs"]
mod support;

use kedge_floor::cut_sets;
use kedge_model::*;
use std::time::Instant;
use support::{as_of, ask, build, outcome, own, plan, slug, team, work};

const OUTCOMES: usize = 30;
const ITEMS: usize = 300;
const ASKS: usize = 400;
const RUNS: usize = 9;

/// Thirty outcomes over one graph of three hundred items; four hundred asks of twenty teams, each with two fallbacks that
/// need somebody's yes, of which every fifth makes the item needless that waits for the ask.
fn organisation() -> Organisation {
    let outcomes: Vec<String> = (0..OUTCOMES).map(|number| format!("o{number}")).collect();
    let mut facts: Vec<Fact> = vec![plan().into()];
    facts.extend(outcomes.iter().map(|name| Fact::from(outcome(name, None))));
    for number in 0..ITEMS {
        let before: Vec<String> = [3, 7, 31]
            .into_iter()
            .filter(|step| number % step == 0)
            .filter_map(|step| Some(format!("n{}", number.checked_sub(step)?)))
            .collect();
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let serves = [outcomes[number % OUTCOMES].as_str(), outcomes[number / 10].as_str()];
        let serves = if serves[0] == serves[1] { &serves[..1] } else { &serves[..] };
        facts.push(work(&format!("n{number}"), serves, &before).into());
    }
    for number in 0..ASKS {
        let mut it = ask(
            &format!("a{number}"),
            &[&format!("n{}", number % ITEMS), &format!("n{}", number * 7 % ITEMS)],
        );
        it.gates.dedup();
        it.to = team(&format!("t{}", number % 20));
        it.fallbacks = ["away", "council"]
            .into_iter()
            .enumerate()
            .map(|(place, name)| {
                let kind = if place == 0 {
                    FallbackKind::AwayTeam { with: None, send: vec![] }
                } else {
                    FallbackKind::Escalate { with: None }
                };
                let skips = if number % 5 == place {
                    vec![WorkId::new(own(), slug(&format!("n{}", number % ITEMS)))]
                } else {
                    vec![]
                };
                Fallback { skips, ..Fallback::new(slug(name), kind) }
            })
            .collect();
        facts.push(it.into());
    }
    build(facts)
}

fn main() {
    let organisation = organisation();
    let mut found = 0;
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let cuts = cut_sets(&organisation, as_of());
            let time = start.elapsed().as_secs_f64() * 1e3;
            found = cuts.outcomes.iter().map(|outcome| outcome.cuts.len()).sum();
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    eprintln!(
        "{OUTCOMES} outcomes, {ITEMS} items, {ASKS} asks, {} leaning fallbacks: {found} cut sets",
        ASKS * 2
    );
    eprintln!("{:.1} to {:.1} ms over {RUNS} runs", times[0], times[RUNS - 1]);
    println!("cutsets.ms {:.1} ms", times[RUNS / 2]);
}
