//! The checker against histories that are known, and against trying all orders of small ones.
#![allow(clippy::unwrap_used)]

use kedge_replica::Contracts;
use kedge_replica::checker::{Check, History, Operation, What, check, check_contracts};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A history written as `process start..end what`, in short: `w x 1`, `r x 1`, `c x 1 2` and `c x 1 2 no`, `f x 1`.
fn history(text: &str) -> History {
    let value = |word: &str| if word == "-" { Value::Null } else { serde_json::from_str(word).unwrap() };
    let operation = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (start, end) = words[1].split_once("..").unwrap();
        let what = match words[2] {
            "w" => What::Write { value: value(words[4]) },
            "r" => What::Read { value: value(words[4]) },
            "k" => What::ReadKept { values: words[4..].iter().map(|word| value(word)).collect() },
            "c" => What::Cas { from: value(words[4]), value: value(words[5]), ok: words.len() == 6 },
            _ => What::Final { value: value(words[4]) },
        };
        let (process, key) = (words[0].to_owned(), words[3].to_owned());
        Operation {
            process,
            collection: "c".to_owned(),
            key,
            what,
            start: start.parse().unwrap(),
            end: end.parse().ok(),
        }
    };
    History::new(text.lines().filter(|line| !line.trim().is_empty()).map(operation).collect())
}

fn kept(text: &str, one: Check) -> bool {
    check(&history(text), &[one]).is_empty()
}

#[test]
fn registers_that_are_linearizable_or_not() {
    use Check::Linearizability as L;
    // Reads at the same time as a write may see either (Herlihy and Wing 1990, section 2).
    assert!(kept("a 0..10 w x 1\nb 1..3 r x -\nb 4..6 r x 1", L));
    // But not first the new value and then the old.
    assert!(!kept("a 0..10 w x 1\nb 1..3 r x 1\nb 4..6 r x -", L));
    // A read of a value that was replaced before the read began: what tests of etcd found in 2014.
    assert!(!kept("a 0..1 w x 1\na 2..3 w x 2\nb 4..5 r x 1", L));
    // Two that overlap may take effect in either order, but in one of them for all.
    assert!(kept("a 0..10 w x 1\nb 0..10 w x 2\nc 11..12 r x 1", L));
    assert!(!kept("a 0..10 w x 1\nb 0..10 w x 2\nc 11..12 r x 1\nc 13..14 r x 2", L));
    // A write without an answer may have happened, late, or not at all.
    assert!(kept("a 0..? w x 1\nb 1..2 r x -\nb 3..4 r x 1", L));
    assert!(kept("a 0..? w x 1\nb 1..2 r x -", L));
    assert!(!kept("a 0..? w x 1\nb 1..2 r x 1\nb 3..4 r x -", L));
    // Compare-and-set: two cannot both win; one that lost saw something else.
    assert!(!kept("a 0..9 c x - 1\nb 0..9 c x - 2", L));
    assert!(kept("a 0..9 c x - 1\nb 0..9 c x - 2 no", L));
    assert!(!kept("a 0..1 c x - 1 no", L));
    assert!(kept("a 0..? c x - 1\nb 1..2 c x - 2 no", L));
    // Keys are registers by themselves.
    assert!(kept("a 0..1 w x 1\nb 2..3 r y -", L));
}

#[test]
fn causal_order_and_what_breaks_it() {
    use Check::CausalOrder as C;
    // Writes that do not know of each other may be seen in different orders: causal, and not linearizable.
    let differ = "a 0..1 w x 1\nb 0..1 w x 2\nc 2..3 r x 1\nc 4..5 r x 2\nd 2..3 r x 2\nd 4..5 r x 1";
    assert!(kept(differ, C) && !kept(differ, Check::Linearizability));
    // The answer is seen without the question.
    assert!(!kept("a 0..1 w x 1\nb 2..3 r x 1\nb 4..5 w y 1\nc 6..7 r y 1\nc 8..9 r x -", C));
    // What was replaced by somebody who knew of it is read after the replacement.
    assert!(!kept("a 0..1 w x 1\nb 2..3 r x 1\nb 4..5 w x 2\nc 6..7 r x 2\nc 8..9 r x 1", C));
    // Nobody wrote it; and: it is read before what led to it.
    assert!(!kept("a 0..1 r x 7", C));
    assert!(!kept("a 0..1 r x 1\na 2..3 w y 1\nb 0..1 r y 1\nb 2..3 w x 1", C));
    // Kept values: both of two that did not know of each other, never one that was replaced.
    assert!(kept("a 0..1 w x 1\nb 0..1 w x 2\nc 2..3 k x 1 2", C));
    assert!(!kept("a 0..1 w x 1\na 2..3 w x 2\nc 4..5 r x 2\nc 6..7 k x 1 2", C));
}

#[test]
fn a_process_reads_its_own_writes() {
    use Check::ReadYourWrites as R;
    assert!(!kept("a 0..1 w x 1\na 2..3 r x -", R));
    assert!(!kept("a 0..1 w x 1\na 2..3 w x 2\na 4..5 r x 1", R));
    assert!(kept("a 0..1 w x 1\nb 0..1 w x 2\na 2..3 r x 2", R));
    // Another's write that it knew of may be missed: that is causal order.
    let missed = "a 0..1 w x 1\nb 2..3 r x 1\nb 4..5 w y 1\nc 6..7 r y 1\nc 8..9 r x -";
    assert!(kept(missed, R) && !kept(missed, Check::CausalOrder));
}

#[test]
fn one_writer_and_one_end() {
    assert!(kept("a 0..1 w x 1\na 2..3 w x 2\nb 0..1 w y 1", Check::SingleWriter));
    assert!(!kept("a 0..1 w x 1\nb 2..3 w x 2", Check::SingleWriter));
    assert!(kept("a 9..9 f x 1\nb 9..9 f x 1", Check::Convergence));
    assert!(!kept("a 9..9 f x 1\nb 9..9 f x 2", Check::Convergence));
}

#[test]
fn the_smallest_history_is_shown() {
    let mut text = String::new();
    for round in 0..40 {
        let at = round * 10;
        writeln!(text, "a {at}..{} w x {round}", at + 1).unwrap();
        writeln!(text, "b {}..{} r x {round}", at + 2, at + 3).unwrap();
    }
    text += "c 1000..1001 r x 20\nb 1002..1003 r x 39\n";
    let found = check(&history(&text), &[Check::Linearizability]);
    insta::assert_snapshot!(found[0].to_string(), @r"
    linearizability is broken at c x:
      a 200..201: write x = 20
      a 390..391: write x = 39
      c 1000..1001: read x = 20
    ");
    let text = text.replace("c 1000..1001 r x 20", "b 1000..1001 r x 20");
    let found = check(&history(&text), &[Check::CausalOrder]);
    assert_eq!(found[0].operations.len(), 4, "{}", found[0]);
}

#[test]
fn contracts_say_what_is_checked() {
    let contracts = "[collection.c]\nconsistency = \"merged\"\n[collection.d]\nconsistency = \"serial\"\nhome = \"01010101010101010101010101010101\"";
    let contracts = Contracts::from_toml(contracts).unwrap();
    let stale = history("a 0..1 w x 1\na 2..3 w x 2\nb 4..5 r x 1");
    assert_eq!(check_contracts(&stale, &contracts), []);
    let mut serial = stale.operations().to_vec();
    for operation in &mut serial {
        operation.collection = "d".to_owned();
    }
    assert_eq!(check_contracts(&History::new(serial), &contracts)[0].check, "linearizability");
}

/// One owner's records are read in that owner's order; of two owners' each goes on for itself.
#[test]
fn owners_are_ordered_each_by_itself() {
    let contracts = "[collection.c]\nconsistency = \"owned\"\nstale-after = \"1m\"";
    let contracts = Contracts::from_toml(contracts).unwrap();
    let broken = |text: &str| !check_contracts(&history(text), &contracts).is_empty();
    let written = "a 0..1 w x 1\na 2..3 w y 2\n";
    assert!(broken(&format!("{written}c 4..5 r y 2\nc 6..7 r x -")));
    assert!(!broken(&format!("{written}c 4..5 r x 1\nc 6..7 r y -")));
    assert!(!broken(&format!("{written}b 4..5 r y 2\nb 6..7 w z 3\nc 8..9 r z 3\nc 10..11 r y -")));
}

/// All orders of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let shorter = orders(count - 1);
    let insert = |order: &Vec<usize>, place: usize| {
        let mut longer = order.clone();
        longer.insert(place, count - 1);
        longer
    };
    shorter.iter().flat_map(|order| (0..count).map(move |place| insert(order, place))).collect()
}

/// By definition: some order of those that happened, within their times, explains every answer.
fn linearizable_by_trying(operations: &[Operation]) -> bool {
    let open: Vec<usize> = (0..operations.len()).filter(|place| operations[*place].end.is_none()).collect();
    (0..1u32 << open.len()).any(|chosen| {
        let happened: Vec<&Operation> = operations
            .iter()
            .enumerate()
            .filter(|(place, _)| {
                open.iter().position(|one| one == place).is_none_or(|bit| chosen & (1 << bit) != 0)
            })
            .map(|(_, operation)| operation)
            .collect();
        orders(happened.len()).iter().any(|order| {
            let in_time = order.iter().enumerate().all(|(place, first)| {
                order[place + 1..]
                    .iter()
                    .all(|later| happened[*later].end.is_none_or(|end| end >= happened[*first].start))
            });
            let mut held = Value::Null;
            in_time
                && order.iter().all(|place| match &happened[*place].what {
                    What::Write { value } => {
                        held = value.clone();
                        true
                    }
                    What::Read { value } => happened[*place].end.is_none() || *value == held,
                    What::Cas { from, value, ok } => {
                        let fits = *from == held;
                        if fits {
                            held = value.clone();
                        }
                        happened[*place].end.is_none() || fits == *ok
                    }
                    _ => true,
                })
        })
    })
}

fn register_history() -> impl Strategy<Value = Vec<Operation>> {
    let one = (0..3u8, 0..12i64, prop::option::weighted(0.85, 0..6i64), 0..4u8, 0..3i64, 0..3i64).prop_map(
        |(process, start, length, kind, first, second)| {
            let value = |number: i64| if number == 0 { Value::Null } else { json!(number) };
            let what = match kind {
                0 => What::Write { value: value(first) },
                1 => What::Read { value: value(first) },
                kind => What::Cas { from: value(first), value: value(second), ok: kind == 2 },
            };
            let (collection, key) = (String::new(), "x".to_owned());
            Operation {
                process: process.to_string(),
                collection,
                key,
                what,
                start,
                end: length.map(|length| start + length),
            }
        },
    );
    prop::collection::vec(one, 0..6)
}

/// By definition: for each read there is an order of what comes before it, in which the last write of its key is the one
/// that it returns. What comes before what is closed over by going through all pairs again and again.
fn causal_by_trying(operations: &[Operation]) -> bool {
    let count = operations.len();
    let source = |read: usize| match &operations[read].what {
        What::Read { value: Value::Null } => Some(None),
        What::Read { value } => {
            let write = (0..count).find(|place| {
                operations[*place].key == operations[read].key && operations[*place].writes() == Some(value)
            });
            write.map(Some)
        }
        _ => Some(None),
    };
    let mut before = vec![vec![false; count]; count];
    for second in 0..count {
        let Some(source) = source(second) else { return false };
        if let (Some(write), What::Read { .. }) = (source, &operations[second].what) {
            before[write][second] = true;
        }
        for first in 0..second {
            before[first][second] |= operations[first].process == operations[second].process;
        }
    }
    for middle in 0..count {
        for first in 0..count {
            for second in 0..count {
                before[first][second] |= before[first][middle] && before[middle][second];
            }
        }
    }
    (0..count).all(|read| {
        if before[read][read] {
            return false;
        }
        let What::Read { value } = &operations[read].what else { return true };
        let past: Vec<usize> = (0..count).filter(|place| before[*place][read]).collect();
        orders(past.len()).iter().any(|order| {
            let order: Vec<usize> = order.iter().map(|place| past[*place]).collect();
            let follows =
                (0..order.len()).all(|at| order[at + 1..].iter().all(|later| !before[*later][order[at]]));
            let last = order.iter().rev().find_map(|place| {
                operations[*place].writes().filter(|_| operations[*place].key == operations[read].key)
            });
            follows && last.unwrap_or(&Value::Null) == value
        })
    })
}

fn causal_history() -> impl Strategy<Value = Vec<Operation>> {
    let one = (0..3u8, 0..2u8, any::<bool>(), 0..6i64);
    prop::collection::vec(one, 0..7).prop_map(|all| {
        let mut written = 0;
        let one = |(place, (process, key, writes, value)): (usize, (u8, u8, bool, i64))| {
            let what = if writes {
                written += 1;
                What::Write { value: json!(written) }
            } else {
                What::Read { value: if value == 0 { Value::Null } else { json!(value) } }
            };
            let at = i64::try_from(place).unwrap();
            let (collection, key) = (String::new(), key.to_string());
            Operation { process: process.to_string(), collection, key, what, start: at, end: Some(at) }
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn linearizability_is_what_trying_all_orders_finds(operations in register_history()) {
        let found = check(&History::new(operations.clone()), &[Check::Linearizability]);
        prop_assert_eq!(found.is_empty(), linearizable_by_trying(&operations));
        for violation in found {
            prop_assert!(!linearizable_by_trying(&violation.operations));
        }
    }

    #[test]
    fn causal_order_is_what_trying_all_orders_finds(operations in causal_history()) {
        let found = check(&History::new(operations.clone()), &[Check::CausalOrder]);
        prop_assert_eq!(found.is_empty(), causal_by_trying(&operations));
        for violation in found {
            prop_assert!(!causal_by_trying(&violation.operations));
        }
    }
}

#[test]
fn long_histories_are_checked_without_trying_everything() {
    let mut operations = Vec::new();
    for round in 0..5_000i64 {
        for process in 0..4 {
            let what = if process == 0 {
                What::Write { value: json!(round) }
            } else {
                What::Read { value: json!(round) }
            };
            let (start, end) = (round * 10 + process, Some(round * 10 + 5 + process));
            let (collection, key) = (String::new(), "x".to_owned());
            operations.push(Operation { process: process.to_string(), collection, key, what, start, end });
        }
    }
    assert_eq!(check(&History::new(operations), &[Check::Linearizability, Check::CausalOrder]), []);
}

fn command(arguments: &[&str], history: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.jsonl");
    std::fs::write(&path, history).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_replica"));
    let output = command.arg("check").arg(&path).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said.replace(&*path.to_string_lossy(), "FILE"))
}

const STALE: &str = r#"
{"process": "a", "key": "x", "op": "write", "value": 1, "start": 0, "end": 1}
{"process": "a", "key": "x", "op": "write", "value": 2, "start": 2, "end": 3}
{"process": "b", "key": "x", "op": "read", "value": 1, "start": 4, "end": 5}
"#;

#[test]
fn the_command_says_what_was_found() {
    let (code, said) = command(&["--expect", "causal-order,read-your-writes"], STALE);
    assert_eq!((code, said.as_str()), (0, "kept\n"));
    let (code, said) = command(&["--expect", "linearizability"], STALE);
    assert_eq!(code, 1);
    insta::assert_snapshot!(said, @r"
    linearizability is broken at x:
      a 0..1: write x = 1
      a 2..3: write x = 2
      b 4..5: read x = 1
    ");
    let (code, said) = command(&["--expect", "linearizability", "--json"], STALE);
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &json[0]["operations"][2]["op"]), (1, &json!("read")));
    for (arguments, text, expected) in [
        (vec!["--expect", "eventual"], STALE, "`eventual` is not a check"),
        (vec![], STALE, "say either --contracts FILE or --expect CHECKS"),
        (vec!["--expect", "convergence"], "{}", "FILE: line 1: missing field"),
        (
            vec!["--expect", "convergence"],
            "{\"process\":\"a\",\"key\":\"x\",\"op\":\"write\",\"value\":1,\"start\":3,\"end\":1}",
            "line 1: it ends before it starts",
        ),
    ] {
        let (code, said) = command(&arguments, text);
        assert!(code == 2 && said.contains(expected), "{code} {said}");
    }
}
