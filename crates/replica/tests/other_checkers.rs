//! The checker of linearizability beside two others on the same random histories: Stateright's, which tries orders of
//! operations one after the other, and that of todc-utils, which is the search of Wing, Gong and Lowe as Horn and Kroening
//! describe it. Neither was written here; all three say the same.
#![allow(clippy::unwrap_used)]

mod others;

use kedge_replica::checker::{Check, History, Operation, What, check};
use proptest::prelude::*;
use serde_json::{Value, json};

fn linearizable(operations: &[Operation]) -> bool {
    check(&History::new(operations.to_vec()), &[Check::Linearizability]).is_empty()
}

/// Operations of a few clients on one register, as they come: most of them explained by some order, many not.
fn history(most: usize) -> impl Strategy<Value = Vec<Operation>> {
    let one = (0..4usize, 1..6i64, 0..8i64, 0..6u8, 0..4i64, 0..4i64, prop::bool::weighted(0.06));
    prop::collection::vec(one, 1..most).prop_map(|all| {
        let mut free = [0i64; 4];
        let mut held = Value::Null;
        let mut operations = Vec::new();
        for (place, (client, pause, length, kind, first, second, unanswered)) in (0..).zip(all) {
            let value = |number: i64| if number == 0 { Value::Null } else { json!(number) };
            // A client's operations follow each other; what they say is mostly what a register would.
            let start = free[client] + pause;
            let end = start + length;
            free[client] = end + 1;
            let what = match kind {
                0 | 1 => {
                    held = value(first);
                    What::Write { value: held.clone() }
                }
                2 | 3 => What::Read { value: if second == 0 { value(first) } else { held.clone() } },
                4 => {
                    let from = std::mem::replace(&mut held, value(second));
                    What::Cas { from, value: held.clone(), ok: true }
                }
                _ => What::Cas { from: value(first), value: value(second), ok: false },
            };
            // Who has no answer is another process from then on.
            let process = if unanswered { format!("lost {place}") } else { client.to_string() };
            operations.push(Operation {
                process,
                collection: String::new(),
                key: "x".to_owned(),
                what,
                start,
                end: (!unanswered).then_some(end),
            });
        }
        operations
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn stateright_says_the_same(operations in history(10)) {
        prop_assert_eq!(linearizable(&operations), others::stateright(&operations));
    }

    #[test]
    fn todc_says_the_same(operations in history(24)) {
        prop_assert_eq!(linearizable(&operations), others::todc(&operations));
    }
}

/// Histories that no order explains and such that one does are both common above.
#[test]
fn the_histories_are_of_both_kinds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut sound = 0;
    for _ in 0..1000 {
        let operations = history(10).new_tree(&mut runner).unwrap().current();
        sound += usize::from(linearizable(&operations));
    }
    println!("{sound} of 1000 histories are linearizable");
    assert!((100..900).contains(&sound), "{sound} of 1000");
}
