//! Cut sets against brute force: every set of failures is tried, and for each every choice of ways.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_floor::{CutSets, Failure, cut_sets, standing};
use kedge_model::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::*;

const OUTCOMES: [&str; 2] = ["tap", "tip"];

#[derive(Clone, Debug)]
struct Draft {
    items: Vec<Item>,
    asks: Vec<Gate>,
    /// Asks that the asked team has joined.
    joined: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
struct Item {
    after: Vec<usize>,
    serves: Vec<usize>,
    state: u8, // 0–6 open, 7 started, 8 done, 9 dropped
}

#[derive(Clone, Debug)]
struct Gate {
    items: Vec<usize>,
    outcome: Option<usize>,
    state: u8, // 0–5 open, 6 landed, 7 withdrawn
    chain: Vec<Link>,
}

#[derive(Clone, Debug)]
struct Link {
    leaning: bool,
    keeps: bool,
    skips: Vec<usize>,
}

fn draft() -> impl Strategy<Value = Draft> {
    (2usize..7, 1usize..5).prop_flat_map(|(items, asks)| {
        let item =
            (proptest::collection::vec(0..items, 0..3), proptest::collection::vec(0usize..2, 0..2), 0u8..10)
                .prop_map(|(after, serves, state)| Item { after, serves, state });
        let link = (
            proptest::bool::weighted(0.75),
            proptest::bool::weighted(0.9),
            proptest::collection::vec(0..items, 0..2),
        )
            .prop_map(|(leaning, keeps, skips)| Link { leaning, keeps, skips });
        let gate = (
            proptest::collection::vec(0..items, 1..3),
            proptest::option::weighted(0.2, 0usize..2),
            0u8..8,
            proptest::collection::vec(link, 0..3),
        )
            .prop_map(|(items, outcome, state, chain)| Gate { items, outcome, state, chain });
        (
            proptest::collection::vec(item, items),
            proptest::collection::vec(gate, asks),
            proptest::collection::btree_set(0..asks, 0..3),
        )
            .prop_map(|(items, asks, joined)| Draft { items, asks, joined })
    })
}

fn ask_name(number: usize) -> String {
    format!("ask{number}")
}

fn organisation(draft: &Draft) -> Organisation {
    let mut facts: Vec<Fact> = vec![plan().into()];
    facts.extend(OUTCOMES.map(|name| Fact::from(outcome(name, None))));
    let items = |numbers: &[usize]| -> Vec<String> {
        let numbers: BTreeSet<&usize> = numbers.iter().collect();
        numbers.into_iter().map(|number| format!("n{number}")).collect()
    };
    for (number, item) in draft.items.iter().enumerate() {
        let serves: BTreeSet<&str> = item.serves.iter().map(|&outcome| OUTCOMES[outcome]).collect();
        let before: Vec<usize> = item.after.iter().copied().filter(|&before| before < number).collect();
        let before = items(&before);
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let mut it = work(&format!("n{number}"), &serves.into_iter().collect::<Vec<_>>(), &before);
        let day = Some(date("2026-10-05"));
        match item.state {
            7 => it.started = day,
            8 => it.done = day,
            9 => it.dropped = day,
            _ => {}
        }
        facts.push(it.into());
    }
    for (number, gate) in draft.asks.iter().enumerate() {
        let mut names = items(&gate.items);
        names.extend(gate.outcome.map(|outcome| OUTCOMES[outcome].to_owned()));
        let mut it = ask(&ask_name(number), &names.iter().map(String::as_str).collect::<Vec<_>>());
        let link = |(place, link): (usize, &Link)| {
            let kind =
                if link.leaning { FallbackKind::Escalate { with: None } } else { FallbackKind::Recreate };
            Fallback {
                keeps: Share::percent(if link.keeps { 70 } else { 0 }),
                skips: items(&link.skips).iter().map(|item| WorkId::new(own(), slug(item))).collect(),
                ..Fallback::new(slug(&format!("f{place}")), kind)
            }
        };
        it.fallbacks = gate.chain.iter().enumerate().map(link).collect();
        if gate.state == 7 {
            it.withdrawn = Some(date("2026-10-06"));
        }
        facts.push(it.into());
        if gate.state == 6 {
            let landed = Says::Landed { since: date("2026-10-06") };
            facts.push(answer(&ask_name(number), "payments", &[("2026-10-06", says(landed))]).into());
        }
    }
    if draft.joined.len() > 1 {
        let need = Need {
            id: "payments/flag".parse().unwrap(),
            what: "a flag".into(),
            relation: NeedRelation::Joins(
                draft.joined.iter().map(|&number| AskId::new(own(), slug(&ask_name(number)))).collect(),
            ),
            on: date("2026-10-05"),
            effort: None,
            work: None,
            meta: Meta::default(),
        };
        facts.push(need.into());
    }
    build(facts)
}

/// What can fail, by the draft alone: which delivery, or which fallback of which ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Delivery(usize),
    Refusal(usize, usize),
}

/// The delivery that an ask waits for: the first of those it is joined with.
fn delivery(draft: &Draft, ask: usize) -> usize {
    let is_open = |&&number: &&usize| draft.asks[number].state < 6;
    if draft.joined.len() > 1 && draft.joined.contains(&ask) {
        *draft.joined.iter().find(is_open).unwrap_or(&ask)
    } else {
        ask
    }
}

fn events(draft: &Draft) -> Vec<Event> {
    let mut events = BTreeSet::new();
    for (number, gate) in draft.asks.iter().enumerate().filter(|(_, gate)| gate.state != 6) {
        if gate.state < 6 {
            events.insert(Event::Delivery(delivery(draft, number)));
        }
        let leaning = gate.chain.iter().enumerate().filter(|(_, link)| link.leaning && link.keeps);
        events.extend(leaning.map(|(place, _)| Event::Refusal(number, place)));
    }
    events.into_iter().collect()
}

/// Whether an outcome is reached by any choice of ways when these fail.
fn is_reached(draft: &Draft, outcome: usize, failed: &BTreeSet<Event>) -> bool {
    let ways: Vec<Vec<Option<usize>>> = (0..draft.asks.len())
        .map(|number| {
            let gate = &draft.asks[number];
            if gate.state == 6 {
                return vec![None];
            }
            let lands = gate.state < 6 && !failed.contains(&Event::Delivery(delivery(draft, number)));
            let mut ways = if lands { vec![None] } else { Vec::new() };
            for (place, link) in gate.chain.iter().enumerate() {
                if link.keeps && !failed.contains(&Event::Refusal(number, place)) {
                    ways.push(Some(place));
                }
            }
            ways
        })
        .collect();
    // Every choice: for each ask one of its ways, or none where it is blocked.
    let mut chosen: Vec<usize> = vec![0; ways.len()];
    loop {
        let skipped = |item: usize| {
            (0..ways.len()).any(|ask| {
                let way = ways[ask].get(chosen[ask]).copied().flatten();
                way.is_some_and(|place| draft.asks[ask].chain[place].skips.contains(&item))
            })
        };
        let open = |ask: usize| !ways[ask].is_empty();
        let mut done: Vec<bool> = draft.items.iter().map(|item| item.state >= 7).collect();
        for number in 0..draft.items.len() {
            let before = draft.items[number].after.iter().all(|&before| before >= number || done[before]);
            let gates =
                (0..draft.asks.len()).all(|ask| !draft.asks[ask].items.contains(&number) || open(ask));
            done[number] |= skipped(number) || (before && gates);
        }
        let direct = (0..draft.asks.len()).all(|ask| draft.asks[ask].outcome != Some(outcome) || open(ask));
        let served =
            draft.items.iter().zip(&done).all(|(item, done)| !item.serves.contains(&outcome) || *done);
        if direct && served {
            return true;
        }
        let mut place = 0;
        loop {
            if place == chosen.len() {
                return false;
            }
            chosen[place] += 1;
            if chosen[place] < ways[place].len() {
                break;
            }
            chosen[place] = 0;
            place += 1;
        }
    }
}

fn by_brute_force(draft: &Draft, outcome: usize) -> BTreeSet<BTreeSet<Event>> {
    let events = events(draft);
    let mut lost: Vec<u32> = (0..1_u32 << events.len())
        .filter(|&set| !is_reached(draft, outcome, &chosen(&events, set)))
        .collect();
    lost.sort_by_key(|set| set.count_ones());
    let mut minimal: Vec<u32> = Vec::new();
    for set in lost {
        if !minimal.iter().any(|smaller| smaller & set == *smaller) {
            minimal.push(set);
        }
    }
    minimal.into_iter().map(|set| chosen(&events, set)).collect()
}

fn chosen(events: &[Event], set: u32) -> BTreeSet<Event> {
    events.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, event)| *event).collect()
}

fn number(ask: &AskId) -> usize {
    ask.id().as_str().trim_start_matches("ask").parse().unwrap()
}

fn found(draft: &Draft, cuts: &CutSets, outcome: usize) -> BTreeSet<BTreeSet<Event>> {
    let id = OutcomeId::new(own(), slug(OUTCOMES[outcome]));
    let event = |failure: &Failure| match failure {
        Failure::NotLanding { asks, .. } => Event::Delivery(delivery(draft, number(&asks[0]))),
        Failure::Refusal { ask, fallback, .. } => {
            Event::Refusal(number(ask), fallback.as_str().trim_start_matches('f').parse().unwrap())
        }
    };
    cuts.outcome(&id).unwrap().cuts.iter().map(|cut| cut.iter().map(event).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn they_are_those_of_brute_force(draft in draft()) {
        prop_assume!(events(&draft).len() <= 11);
        let cuts = cut_sets(&organisation(&draft), as_of());
        for outcome in 0..OUTCOMES.len() {
            prop_assert_eq!(found(&draft, &cuts, outcome), by_brute_force(&draft, outcome));
        }
    }

    /// A remedy breaks as many as brute force says with a fallback of that ask's own in place.
    #[test]
    fn a_remedy_breaks_what_it_says(draft in draft()) {
        prop_assume!(events(&draft).len() <= 8);
        let cuts = cut_sets(&organisation(&draft), as_of());
        for ask in 0..draft.asks.len() {
            let mut mended = draft.clone();
            mended.asks[ask].chain.push(Link { leaning: false, keeps: true, skips: vec![] });
            let broken: usize = (0..OUTCOMES.len())
                .map(|outcome| {
                    let before = by_brute_force(&draft, outcome);
                    before.iter().filter(|cut| is_reached(&mended, outcome, cut)).count()
                })
                .sum();
            let said = cuts.remedies.iter().find(|remedy| number(&remedy.ask) == ask);
            prop_assert_eq!(said.map_or(0, |remedy| remedy.breaks), broken);
        }
    }

    /// What stands cannot be lost, and what nothing can lose stands.
    #[test]
    fn what_stands_is_what_nothing_can_lose(draft in draft()) {
        let mut draft = draft;
        for link in draft.asks.iter_mut().flat_map(|gate| &mut gate.chain) {
            link.keeps = true;
            link.skips.clear();
        }
        let organisation = organisation(&draft);
        let cuts = cut_sets(&organisation, as_of());
        let standing = standing(&organisation, as_of());
        for outcome in &standing.outcomes {
            let found = cuts.outcome(&outcome.outcome).unwrap();
            prop_assert_eq!(outcome.share > Share::ZERO, found.cuts.is_empty());
        }
    }
}

/// An outcome with one ask, or several, each with these fallbacks.
fn sentence(asks: &[(&str, Vec<Fallback>)]) -> String {
    let mut facts: Vec<Fact> = vec![plan().into(), outcome("tap", None).into()];
    for (number, (to, fallbacks)) in asks.iter().enumerate() {
        let mut it = ask(&ask_name(number), &["tap"]);
        it.to = team(to);
        it.fallbacks.clone_from(fallbacks);
        facts.push(it.into());
    }
    cut_sets(&build(facts), as_of()).outcomes[0].sentence()
}

fn away_to(host: &str) -> Fallback {
    Fallback::new(slug("away-team"), FallbackKind::AwayTeam { with: Some(team(host)), send: vec![] })
}

#[test]
fn in_a_sentence() {
    assert_eq!(sentence(&[]), "Nothing that others do or leave undone can lose it.");
    assert_eq!(
        sentence(&[("payments", vec![descope(60)])]),
        "Nothing that others do or leave undone can lose it."
    );
    assert_eq!(sentence(&[("payments", vec![])]), "Lost only if payments fails.");
    assert_eq!(
        sentence(&[("payments", vec![away_to("identity")])]),
        "Lost only if identity and payments both fail."
    );
    assert_eq!(sentence(&[("payments", vec![away()])]), "Lost only if payments fails in 2 things.");
    assert_eq!(
        sentence(&[("payments", vec![away_to("identity")]), ("search", vec![])]),
        "Lost if search fails, or in one more way."
    );
}

#[test]
fn what_is_refused_and_has_no_way_on_is_lost_already() {
    let refused = answer("ask0", "payments", &[("2026-10-06", says(Says::Declined))]);
    let facts =
        vec![plan().into(), outcome("tap", None).into(), ask("ask0", &["tap"]).into(), refused.into()];
    let cuts = cut_sets(&build(facts), as_of());
    assert!(cuts.outcomes[0].is_lost());
    assert_eq!(cuts.outcomes[0].sentence(), "It is lost already: there is no way on that is left.");
}

#[test]
fn a_host_that_is_unable_is_no_way_on() {
    let mut asked = ask("ask0", &["tap"]);
    asked.fallbacks = vec![away()];
    let unable = answer("ask0", "payments", &[("2026-10-06", host(Host::Unable))]);
    let facts = vec![plan().into(), outcome("tap", None).into(), asked.into(), unable.into()];
    assert_eq!(cut_sets(&build(facts), as_of()).outcomes[0].cuts[0].len(), 1);
}

/// A row of items, each of which only its predecessor holds up, and each of which somebody's yes makes needless.
fn in_a_row(length: usize) -> CutSets {
    let mut facts: Vec<Fact> = vec![plan().into(), outcome("tap", None).into()];
    for number in 0..length {
        let name = format!("n{number}");
        let before = number.checked_sub(1).map(|before| format!("n{before}"));
        let serves: &[&str] = if number + 1 == length { &["tap"] } else { &[] };
        facts.push(work(&name, serves, &before.iter().map(String::as_str).collect::<Vec<_>>()).into());
        let mut it = ask(&ask_name(number), &[&name]);
        it.fallbacks = vec![Fallback { skips: vec![WorkId::new(own(), slug(&name))], ..away() }];
        facts.push(it.into());
    }
    cut_sets(&build(facts), as_of())
}

#[test]
fn what_is_too_much_to_list_is_listed_up_to_a_size_and_says_so() {
    // The ask of the k-th item from the end is lost with the k yeses before it, and its own.
    let few = in_a_row(20);
    assert_eq!(few.outcomes[0].cuts.len(), 20);
    assert_eq!(few.outcomes[0].up_to, None);
    let many = in_a_row(3_000);
    let outcome = &many.outcomes[0];
    assert_eq!(outcome.up_to, Some(6));
    let sizes: Vec<usize> = outcome.cuts.iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 3, 4, 5, 6]);
}
