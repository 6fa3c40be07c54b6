//! Ten decisions worked by hand in `docs/decisions.md`: what the page prints is what the command prints, and every figure
//! that follows from others is worked out here again from those, with nothing of the program but its text.
//!
//! Where `KEDGE_WRITE_DOCS` is set the blocks are written anew.
// Figures that are printed are compared as printed.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod console;

use console::{blocks_of, root};
use std::collections::BTreeMap;
use std::path::Path;

/// What a printed figure says: `−1,234k`, `+58k`, `40k`.
fn read(figure: &str) -> f64 {
    let (figure, times) = match figure.strip_suffix('k') {
        Some(figure) => (figure, 1_000.0),
        None => (figure, 1.0),
    };
    figure
        .replace(',', "")
        .replace('−', "-")
        .replace('+', "")
        .parse::<f64>()
        .map_or_else(|_| panic!("{figure}"), |figure| (figure * times * 100.0).round() / 100.0)
}

/// A row of the table.
#[derive(Debug)]
struct Row {
    recommended: bool,
    planned: bool,
    ruled_out: bool,
    net: f64,
    gain: f64,
    error: f64,
    weeks: f64,
}

/// The rows of the table of ways: a number in the first column, figures at the end.
fn rows(block: &str) -> Vec<Row> {
    let table = block.split("our weeks\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut rows: Vec<Row> = Vec::new();
    for line in table.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with(' ') {
            let row = rows.last_mut().unwrap();
            row.planned |= line.contains("(as planned)");
            row.ruled_out |= line.contains("ruled out:");
            continue;
        }
        let weeks = words[words.len() - 1];
        let (gain, error, net) = if words[words.len() - 3] == "±" {
            (words[words.len() - 4], words[words.len() - 2], words[words.len() - 5])
        } else {
            (words[words.len() - 2], "0", words[words.len() - 3])
        };
        rows.push(Row {
            recommended: line.contains('✓'),
            planned: error == "0" && gain == "0",
            ruled_out: line.contains("ruled out:"),
            net: read(net),
            gain: read(gain),
            error: read(error),
            weeks: weeks.parse().unwrap(),
        });
    }
    rows
}

/// Outcome → value a week, as the files say it: a confirmation before a claim.
fn values(folder: &Path) -> BTreeMap<String, f64> {
    let (mut claims, mut confirmed) = (BTreeMap::new(), BTreeMap::new());
    for team in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let files = if team.is_dir() {
            std::fs::read_dir(&team).unwrap().map(|entry| entry.unwrap().path()).collect()
        } else {
            vec![team.clone()]
        };
        for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "toml")) {
            let text = std::fs::read_to_string(file).unwrap();
            let own = team.file_name().unwrap().to_str().unwrap();
            let (mut outcome, mut confirms) = (None, false);
            for line in text.lines() {
                if line.starts_with('[') {
                    outcome = line
                        .strip_prefix("[outcome.")
                        .map(|it| format!("{own}/{}", it.trim_end_matches(']')));
                    confirms = line == "[[confirm]]";
                }
                let value = |line: &str| line.split('"').nth(1).map(str::to_owned);
                if confirms && line.starts_with("outcome ") {
                    outcome = value(line);
                }
                if line.starts_with("value ")
                    && let Some(outcome) = &outcome
                {
                    let amount = read(value(line).unwrap().strip_suffix("/week").unwrap());
                    if confirms {
                        confirmed.insert(outcome.clone(), amount)
                    } else {
                        claims.insert(outcome.clone(), amount)
                    };
                }
            }
        }
    }
    claims.extend(confirmed);
    claims
}

#[test]
fn ten_decisions_worked_by_hand() {
    let blocks = blocks_of("decisions.md", "decisions");
    assert_eq!(blocks.len(), 10);
    let values = values(&root().join("examples/harbour"));
    for (command, block) in &blocks {
        worked_by_hand(command, block, &values);
    }
}

fn worked_by_hand(command: &str, block: &str, values: &BTreeMap<String, f64>) {
    let rows = rows(block);
    assert!(rows.len() > 1, "{command}\n{block}");
    // Each net value from the weeks that the trials gave, what the files say an outcome is worth, and 4,000 a person's week.
    let sums =
        block.lines().filter_map(|line| line.strip_prefix("   ").filter(|line| line.contains("; net ")));
    let mut nets = Vec::new();
    for (sum, row) in sums.zip(&rows) {
        let mut net = 0.0;
        for part in sum.split("; ") {
            let words: Vec<&str> = part.split(' ').collect();
            match words[..] {
                ["net", printed] => assert!((read(printed) - net).abs() < 1e-6, "{command}: {sum}"),
                ["less", "people", weeks, "weeks", "×", price, "=", printed] => {
                    let weeks: f64 = weeks.parse().unwrap();
                    assert!((weeks - row.weeks).abs() < 1e-9, "{command}: {sum}");
                    assert_eq!(read(price), 4_000.0);
                    assert_eq!(read(printed), (weeks * 4_000.0).round(), "{command}: {sum}");
                    net -= (weeks * 4_000.0).round();
                }
                ["less", "late" | "bought", printed] => net -= read(printed),
                [outcome, weeks, "weeks", "×", value, "=", printed] => {
                    let weeks: f64 = weeks.parse().unwrap();
                    assert_eq!(read(value), values[outcome], "{command}: {outcome}");
                    assert_eq!(read(printed), (weeks * values[outcome]).round(), "{command}: {sum}");
                    net += (weeks * values[outcome]).round();
                }
                _ => panic!("{command}: {part}"),
            }
        }
        nets.push(net);
    }
    assert_eq!(nets.len(), rows.len(), "{command}\n{block}");
    // The table is the same to the last digit shown.
    let planned = rows.iter().position(|row| row.planned).unwrap_or_else(|| panic!("{command}\n{block}"));
    for (net, row) in nets.iter().zip(&rows) {
        assert_eq!((net / 100.0).round() * 100.0, row.net, "{command}: {row:?}");
        if !row.planned {
            assert_eq!(((net - nets[planned]) / 100.0).round() * 100.0, row.gain, "{command}: {row:?}");
        }
    }
    // The highest net value of those that nothing rules out and that gain more than the error; the plan as it is where
    // nothing does.
    let mut best: Option<usize> = None;
    for (at, row) in rows.iter().enumerate() {
        let possible = !row.ruled_out && (row.planned || row.gain > row.error);
        if possible
            && best.is_none_or(|best| row.net > rows[best].net || row.net == rows[best].net && row.planned)
        {
            best = Some(at);
        }
    }
    if let Some(best) = best {
        let recommended: Vec<usize> =
            rows.iter().enumerate().filter(|(_, row)| row.recommended).map(|(at, _)| at).collect();
        assert_eq!(recommended, [best], "{command}\n{block}");
    }
}
