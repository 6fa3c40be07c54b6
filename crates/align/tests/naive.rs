//! The search against an enumeration that shares nothing with it: every sequence of who goes next, each replayed from the start
//! on a plain map.
#![allow(clippy::unwrap_used)]

use kedge_align::interleaving::{
    Condition, Holds, Program, Read, Regime, RowId, Rows, Scenario, Step, To, Value, Verdict, Write, search,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One step, as the enumeration knows it: on a number by its name.
#[derive(Clone, Debug)]
enum Plain {
    Read(&'static str),
    /// Goes on only where what was read, plus this, is not below nothing.
    Enough(&'static str, i64),
    Add(&'static str, i64),
    Set(&'static str, i64),
    /// Sets to what was read, plus this.
    SetSeen(&'static str, i64),
}

const FIELDS: [&str; 2] = ["here", "there"];

fn row() -> RowId {
    RowId::new("stock", "1")
}

fn program(who: usize, steps: &[Plain]) -> Program {
    let steps = steps.iter().map(|step| match step {
        Plain::Read(field) => Step::Read(Read::Cell(row().field(*field))),
        Plain::Enough(field, plus) => {
            Step::Check(Condition::AtLeast { of: vec![row().field(*field)], plus: *plus, least: 0 })
        }
        Plain::Add(field, by) => Step::Write(Write::Add { cell: row().field(*field), by: *by }),
        Plain::Set(field, to) => {
            Step::Write(Write::Set { cell: row().field(*field), to: To::Value(Value::Number(*to)) })
        }
        Plain::SetSeen(field, by) => {
            let cell = row().field(*field);
            Step::Write(Write::Set { cell: cell.clone(), to: To::SeenPlus(cell, *by) })
        }
    });
    Program::new(format!("team {who}"), "does", steps)
}

/// A program half-way, on the plain map.
#[derive(Clone, Default)]
struct Run {
    at: usize,
    wrote: usize,
    seen: BTreeMap<&'static str, i64>,
    ended: bool,
}

type Numbers = BTreeMap<&'static str, i64>;

fn writes(steps: &[Plain]) -> usize {
    steps.iter().filter(|step| !matches!(step, Plain::Read(_) | Plain::Enough(..))).count()
}

/// Goes on by one read or one write, with the checks around it.
fn go(run: &mut Run, steps: &[Plain], numbers: &mut Numbers) {
    let mut acted = false;
    while let Some(step) = steps.get(run.at) {
        if let Plain::Enough(field, plus) = step {
            if run.seen.get(field).copied().unwrap_or(0) + plus < 0 {
                run.ended = true;
                return;
            }
            run.at += 1;
            continue;
        }
        if acted {
            return;
        }
        match step {
            Plain::Read(field) => {
                run.seen.insert(field, numbers[field]);
            }
            Plain::Add(field, by) => *numbers.get_mut(field).unwrap() += by,
            Plain::Set(field, to) => *numbers.get_mut(field).unwrap() = *to,
            Plain::SetSeen(field, by) => {
                *numbers.get_mut(field).unwrap() = run.seen.get(field).copied().unwrap_or(0) + by;
            }
            Plain::Enough(..) => {}
        }
        run.wrote += usize::from(!matches!(step, Plain::Read(_)));
        run.at += 1;
        acted = true;
    }
    run.ended = true;
}

/// Plays a sequence from the start; nothing where it names a program that has ended. Says whether it is over, and how many
/// steps in it was first seen that a number is below nothing.
fn play(
    programs: &[Vec<Plain>],
    start: &Numbers,
    sequence: &[usize],
) -> Option<(bool, Option<usize>, Numbers)> {
    let mut runs = vec![Run::default(); programs.len()];
    let mut numbers = start.clone();
    let mut below = None;
    for (step, who) in sequence.iter().enumerate() {
        if runs[*who].ended {
            return None;
        }
        go(&mut runs[*who], &programs[*who], &mut numbers);
        let midway = runs
            .iter()
            .zip(programs)
            .any(|(run, steps)| !run.ended && run.wrote > 0 && run.wrote < writes(steps));
        if below.is_none() && !midway && numbers.values().any(|number| *number < 0) {
            below = Some(step + 1);
        }
    }
    Some((runs.iter().all(|run| run.ended), below, numbers))
}

/// Every sequence to its end.
fn enumerate(programs: &[Vec<Plain>], start: &Numbers) -> Vec<Vec<usize>> {
    let mut whole = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(sequence) = open.pop() {
        let Some((over, ..)) = play(programs, start, &sequence) else { continue };
        if over {
            whole.push(sequence);
            continue;
        }
        for who in 0..programs.len() {
            let mut longer = sequence.clone();
            longer.push(who);
            open.push(longer);
        }
    }
    whole
}

/// What is left by one program after the other, in every order.
fn one_after_the_other(programs: &[Vec<Plain>], start: &Numbers) -> BTreeSet<Numbers> {
    enumerate(programs, start)
        .into_iter()
        .filter(|sequence| {
            let mut turns = sequence.clone();
            turns.dedup();
            turns.len() == programs.len()
        })
        .map(|sequence| play(programs, start, &sequence).unwrap().2)
        .collect()
}

/// The length of a shortest sequence that breaks something; nothing where none does.
fn shortest(programs: &[Vec<Plain>], start: &Numbers) -> Option<usize> {
    let explained = one_after_the_other(programs, start);
    let broken = |sequence: &Vec<usize>| {
        let (_, below, numbers) = play(programs, start, sequence).unwrap();
        below.or_else(|| (!explained.contains(&numbers)).then_some(sequence.len()))
    };
    enumerate(programs, start).iter().filter_map(broken).min()
}

fn steps() -> impl Strategy<Value = Vec<Plain>> {
    let field = || prop::sample::select(FIELDS.to_vec());
    let step = prop_oneof![
        field().prop_map(Plain::Read),
        (field(), -2..2_i64).prop_map(|(field, plus)| Plain::Enough(field, plus)),
        (field(), -2..3_i64).prop_map(|(field, by)| Plain::Add(field, by)),
        (field(), 0..3_i64).prop_map(|(field, to)| Plain::Set(field, to)),
        (field(), -1..3_i64).prop_map(|(field, by)| Plain::SetSeen(field, by)),
    ];
    prop::collection::vec(step, 1..4)
}

fn found(programs: &[Vec<Plain>], start: &Numbers) -> Verdict {
    let fields = start.iter().map(|(field, number)| (*field, Value::Number(*number)));
    let rules: Vec<Holds> = FIELDS
        .iter()
        .map(|field| Holds::AtLeast { dataset: "stock".into(), field: (*field).into(), least: 0 })
        .collect();
    let scenario = Scenario {
        start: Rows::default().with(row(), fields),
        programs: programs.iter().enumerate().map(|(who, steps)| program(who, steps)).collect(),
        regimes: BTreeMap::from([("stock".to_owned(), Regime::Unordered)]),
        rules: rules.iter().map(|rule| rule as _).collect(),
        losses: true,
    };
    search(&scenario, 1_000_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_search_says_what_the_enumeration_says(
        programs in prop::collection::vec(steps(), 2..4),
        here in 0..3_i64,
        there in 0..3_i64,
    ) {
        let start: Numbers = FIELDS.into_iter().zip([here, there]).collect();
        match (found(&programs, &start), shortest(&programs, &start)) {
            (Verdict::Broken(example), Some(length)) => prop_assert_eq!(example.steps.len(), length),
            (Verdict::Kept(searched), None) => {
                prop_assert_eq!(searched.interleavings, enumerate(&programs, &start).len() as u128);
            }
            (verdict, shortest) => prop_assert!(false, "{:?}, and the enumeration: {:?}", verdict, shortest),
        }
    }

    /// Steps that never stop and disturb nobody can be put in as many orders as there are ways to deal their cards.
    #[test]
    fn the_number_of_interleavings_is_the_multinomial(lengths in prop::collection::vec(1..5_usize, 2..4)) {
        let programs: Vec<Vec<Plain>> = lengths.iter().map(|length| vec![Plain::Add("here", 1); *length]).collect();
        let start: Numbers = FIELDS.into_iter().zip([0, 0]).collect();
        let Verdict::Kept(searched) = found(&programs, &start) else { panic!("additions commute") };
        let factorial = |of: usize| (1..=of as u128).product::<u128>();
        let ways = factorial(lengths.iter().sum()) / lengths.iter().map(|of| factorial(*of)).product::<u128>();
        prop_assert_eq!(searched.interleavings, ways);
    }
}
