//! The queue: its rank is that of the plain sum, a move does what it shows, and to split undoes to join.
#![allow(clippy::unwrap_used)]

mod queues;

use kedge_decide::{
    Basis, Destination, Moves, Queue, QueueLine, move_line, moved_in_whole, queue, split_line,
};
use kedge_floor::{OutcomeStanding, standing};
use kedge_model::*;
use proptest::prelude::*;
use queues::{Asked, Sketch, ask_id, facts, platform, sketch, sketches};

fn day() -> Date {
    "2026-10-14".parse().unwrap()
}

fn built(sketch: &Sketch) -> Organisation {
    Organisation::build(Scope::Partial, facts(sketch)).unwrap()
}

fn queue_of(organisation: &Organisation) -> Queue {
    queue(organisation, &standing(organisation, day()), Some(&platform()), day())
}

/// Value a week, confirmed or claimed, that stands where all asks have landed but these.
fn stands_without(organisation: &Organisation, asks: &[AskId], confirmed: bool) -> f64 {
    let landed: Vec<Change> = organisation
        .asks()
        .filter(|ask| !asks.contains(&ask.id))
        .flat_map(|ask| {
            let says = Says::Landed { since: day() };
            Act::Answer { ask: ask.id.clone(), by: None, on: day(), says, work: None, why: None }
                .changes(organisation)
        })
        .flatten()
        .collect();
    let organisation = organisation.with(&landed).unwrap();
    let standing = standing(&organisation, day());
    let of = standing.outcomes.iter().filter(|it| it.worth.is_some_and(|worth| worth.confirmed == confirmed));
    of.filter_map(OutcomeStanding::stands).map(Money::amount).sum()
}

/// What ranks a line, reckoned from what stands with it and without it.
fn by_brute_force(organisation: &Organisation, line: &QueueLine, sketch: &Sketch) -> (u8, f64, f64) {
    let asks: Vec<AskId> = line.asks.iter().map(|it| it.ask.clone()).collect();
    let lost = |confirmed: bool| {
        stands_without(organisation, &[], confirmed) - stands_without(organisation, &asks, confirmed)
    };
    let (confirmed, claimed) = (lost(true), lost(false));
    let weeks = (0..sketch.asks.len())
        .filter(|at| asks.contains(&ask_id(*at)))
        .filter_map(|at| sketch.asks[at].effort);
    // A lone median of which nobody says more has twice that as its P90: a lognormal with this mean.
    let sigma = 2.0_f64.ln() / 1.281_551_565_544_6;
    let weeks = weeks.max().map(|weeks| f64::from(weeks) * (sigma * sigma / 2.0).exp());
    match (confirmed > 1e-6, weeks) {
        (true, Some(weeks)) => (0, -confirmed / weeks, -claimed),
        (true, None) => (1, -confirmed, -claimed),
        (false, Some(weeks)) => (2, -claimed / weeks, -claimed),
        (false, None) => (3, -claimed, -claimed),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_rank_is_that_of_the_plain_sum(sketch in sketches()) {
        let organisation = built(&sketch);
        let queue = queue_of(&organisation);
        let keys: Vec<(u8, f64, f64)> =
            queue.lines.iter().map(|line| by_brute_force(&organisation, line, &sketch)).collect();
        for pair in keys.windows(2) {
            let ((kind, worth, claimed), (next_kind, next_worth, next_claimed)) = (pair[0], pair[1]);
            prop_assert!(kind <= next_kind, "{keys:?}");
            if kind == next_kind {
                prop_assert!(worth <= next_worth + 1e-6, "{keys:?}");
                if (worth - next_worth).abs() <= 1e-9 {
                    prop_assert!(claimed <= next_claimed + 1e-6, "{keys:?}");
                }
            }
        }
        for (line, (kind, worth, _)) in queue.lines.iter().zip(&keys) {
            match line.basis {
                Basis::Worth { per_week } => {
                    prop_assert_eq!(*kind, 0);
                    prop_assert!((per_week.amount() + worth).abs() < 1e-6 * worth.abs().max(1.0));
                }
                Basis::EffortUnknown => prop_assert_eq!(*kind, 1),
                Basis::NothingConfirmed { per_week } => prop_assert_eq!(*kind, if per_week.is_some() { 2 } else { 3 }),
            }
        }
    }

    #[test]
    fn a_move_leads_to_the_order_that_it_shows(sketch in sketches(), from in any::<u8>(), to in any::<u8>(), way in 0..4_u8) {
        let organisation = built(&sketch);
        let queue = queue_of(&organisation);
        let at = |number: u8| &queue.lines[usize::from(number) % queue.lines.len()];
        let (line, beside) = (at(from), at(to));
        prop_assume!(line.name != beside.name);
        let destination = match way {
            0 => Destination::First,
            1 => Destination::Last,
            2 => Destination::Before(beside.name.clone()),
            _ => Destination::After(beside.name.clone()),
        };
        let moving = move_line(&organisation, &queue, &line.name, &destination).unwrap();
        let place = |name: &Reference| moving.order.iter().position(|it| &it.line == name).unwrap();
        match destination {
            Destination::First => prop_assert_eq!(place(&line.name), 0),
            Destination::Last => prop_assert_eq!(place(&line.name), moving.order.len() - 1),
            Destination::Before(_) => prop_assert_eq!(place(&line.name) + 1, place(&beside.name)),
            Destination::After(_) => prop_assert_eq!(place(&line.name), place(&beside.name) + 1),
        }
        // All others keep their order.
        let others: Vec<usize> =
            moving.order.iter().filter(|it| it.line != line.name).map(|it| it.before).collect();
        prop_assert!(others.is_sorted(), "{:?}", moving.order);
        // What is written down is read back as that order, and undone is as it was.
        let changes = moving.act().changes(&organisation).unwrap();
        let moved = organisation.with(&changes).unwrap();
        let after = queue_of(&moved);
        let names = |queue: &Queue| -> Vec<Reference> {
            queue.as_recorded(&platform()).iter().map(|line| line.name.clone()).collect()
        };
        let shown: Vec<Reference> = moving.order.iter().map(|it| it.line.clone()).collect();
        prop_assert_eq!(names(&after), shown);
        let back = moved.with(&organisation.inverse(&changes)).unwrap();
        prop_assert_eq!(queue_of(&back), queue);
    }

    #[test]
    fn to_split_undoes_to_join(sketch in sketches(), a in any::<u8>(), b in any::<u8>()) {
        let organisation = built(&Sketch { joined: None, apart: None, ..sketch.clone() });
        let count = sketch.asks.len();
        let (a, b) = (usize::from(a) % count, usize::from(b) % count);
        prop_assume!(a != b);
        let before = queue_of(&organisation);
        let together = |queue: &Queue| {
            queue.line(ask_id(a).reference()).unwrap().asks.iter().any(|it| it.ask == ask_id(b))
        };
        let was_together = together(&before);
        let joining = Act::Join { asks: vec![ask_id(a), ask_id(b)], on: day() }.changes(&organisation).unwrap();
        let joined = organisation.with(&joining).unwrap();
        prop_assert!(together(&queue_of(&joined)));
        let splitting = split_line(&joined, &ask_id(a), day()).unwrap().changes(&joined).unwrap();
        let split = joined.with(&splitting).unwrap();
        let after = queue_of(&split);
        prop_assert_eq!(after.line(ask_id(a).reference()).unwrap().asks.len(), 1, "{:?}", after);
        // Where neither reads like anything, all is as it was.
        let alone = |at: usize| before.line(ask_id(at).reference()).unwrap().asks.len() == 1;
        if !was_together && alone(a) && alone(b) {
            prop_assert_eq!(&after, &before);
        }
        // And back, step by step.
        let joined_again = split.with(&joined.inverse(&splitting)).unwrap();
        prop_assert_eq!(queue_of(&joined_again), queue_of(&joined));
    }
}

#[test]
fn what_cannot_be_joined_moved_or_split_says_why() {
    let mut sketch = sketch();
    sketch.asks = vec![Asked::saying(&[0, 1, 2]), Asked { besides: Some(0), ..Asked::saying(&[4, 5]) }];
    let organisation = built(&sketch);
    let queue = queue(&organisation, &standing(&organisation, day()), None, day());
    let name = |name: &str| -> Reference { name.parse::<AskId>().unwrap().into() };
    let moved = |what: &str, to: Destination| {
        move_line(&organisation, &queue, &name(what), &to).map(|_| ()).unwrap_err().to_string()
    };
    insta::assert_snapshot!(
        [
            moved("team-1/none", Destination::First),
            moved("team-0/ask", Destination::Before(name("team-0/ask"))),
            moved("team-0/ask", Destination::Before(name("team-1/besides"))),
            split_line(&organisation, &ask_id(0), day()).unwrap_err().to_string(),
            Act::Join { asks: vec![ask_id(0), ask_id(0)], on: day() }
                .changes(&organisation)
                .unwrap_err()
                .to_string(),
            Act::Join { asks: vec![ask_id(0), "team-1/besides".parse().unwrap()], on: day() }
                .changes(&organisation)
                .unwrap_err()
                .to_string(),
        ]
        .join("\n")
    );
}

/// In a large organisation a move is simulated for the asked team and those who ask it; of one in which that is everybody it
/// says what the whole says.
#[test]
fn a_move_near_is_the_move_in_the_whole_where_all_are_near() {
    let mut sketch = sketch();
    sketch.asks = [[0, 1, 2], [3, 4, 5], [6, 7, 8]].iter().map(|words| Asked::saying(words)).collect();
    let organisation = built(&sketch);
    let queue = queue_of(&organisation);
    let options = kedge_forecast::Options::on(day()).with_trials(200, 400);
    let near = Moves::near(&organisation, &platform(), options).unwrap();
    let whole = kedge_forecast::Forecaster::new(&organisation, options);
    let last = queue.as_recorded(&platform())[2].name.clone();
    let moving = move_line(&organisation, &queue, &last, &Destination::First).unwrap();
    let far = moved_in_whole(&whole, &organisation, moving.clone()).unwrap();
    let moved = near.effect(&organisation, moving).unwrap();
    assert_eq!(moved.near.as_ref().unwrap().len(), 4);
    assert_eq!(moved.effect.outcomes, far.effect.outcomes);
    assert_eq!(moved.effect.overall, far.effect.overall);
    assert_eq!(moved.sentence, far.sentence);
    let still = move_line(&organisation, &queue, &last, &Destination::Last).unwrap();
    assert!(!still.changes_anything());
    let nothing = near.effect(&organisation, still).unwrap();
    assert_eq!(nothing.effect.outcomes, []);
    assert!(nothing.sentence.ends_with("keeps its place, number 3."), "{}", nothing.sentence);
}
