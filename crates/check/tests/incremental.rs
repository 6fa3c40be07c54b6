//! A check after an edit says what a check of everything says: random organisations, random edits.
#![allow(clippy::unwrap_used)]

#[path = "support/random.rs"]
mod random;

use kedge_check::{Answers, Checked, EXAMPLES_AS_OF, Report, check};
use kedge_files::{Loaded, Reader, SourceText, read};
use kedge_floor::ByTeam;
use kedge_model::{Date, Finding, Organisation, Scope};
use proptest::prelude::*;
use random::{Draw, files, paths, text};
use std::cell::Cell;
use std::collections::BTreeMap;

/// The last check, and what it was made from.
struct Last {
    written: Organisation,
    known: Organisation,
    standing: ByTeam,
    checked: Checked,
}

fn as_of() -> Date {
    EXAMPLES_AS_OF.parse().unwrap()
}

/// As an editor goes on from the last check.
fn again(last: Option<&Last>, loaded: &Loaded) -> (Last, Report) {
    let written = &loaded.organisation;
    let known = written.known_on_after(as_of(), last.map(|last| (&last.written, &last.known)));
    let reached = last.and_then(|last| written.reached_since(&last.written));
    let standing = match last {
        Some(last) => last.standing.again(&known, reached.as_ref()),
        None => ByTeam::of(&known),
    };
    let ledger = kedge_decide::ledger_as_known(&known, as_of());
    let answers = Answers::by_team(written, &known, as_of(), &standing).with_ledger(&ledger);
    let (checked, report) = match last {
        Some(last) => last.checked.again(&answers, &loaded.notes, &loaded.sources),
        None => Checked::new(&answers, &loaded.notes, &loaded.sources),
    };
    (Last { written: written.clone(), known, standing, checked }, report)
}

/// Everything read, built and checked anew.
fn whole(texts: &BTreeMap<String, String>, scope: Option<Scope>) -> (String, Option<Vec<Finding>>) {
    let files = texts.iter().map(|(path, text)| SourceText { path: path.clone(), text: text.clone() });
    match read(files.collect(), scope) {
        Ok(loaded) => {
            let known = loaded.organisation.known_on(as_of());
            let standing = kedge_floor::standing_as_known(&known, as_of());
            let ledger = kedge_decide::ledger_as_known(&known, as_of());
            let answers = Answers::with_known(&loaded.organisation, &known, as_of(), &standing);
            let report = check(&answers.with_ledger(&ledger), &loaded.notes, &loaded.sources);
            (kedge_check::json(&report), None)
        }
        Err(failed) => {
            let report = Report::of_reading(&failed.findings, &failed.sources);
            (kedge_check::json(&report), Some(failed.findings))
        }
    }
}

/// One edit: a file written anew, gone, broken, or with a line more.
fn edit(
    texts: &mut BTreeMap<String, String>,
    faulty: Option<&str>,
    draw: &mut Draw,
) -> (String, Option<String>) {
    let every = paths();
    // What is wrong is mended soon, as people do.
    let faulty = faulty.filter(|_| draw.percent(60));
    let path = match (draw.below(40), faulty) {
        (_, Some(faulty)) => faulty.to_owned(),
        (0, _) => "kedge.toml".to_owned(),
        (1, _) => "council.kedge.toml".to_owned(),
        _ => every[2 + draw.below(every.len() - 2)].clone(),
    };
    let before = texts.get(&path);
    let kind = if faulty.is_some() { 20 } else { draw.below(20) };
    let after = match (kind, before) {
        (0, Some(_)) if path != "kedge.toml" => None,
        (1, Some(before)) => Some(format!("{before}\n[work.broken\n")),
        (2, Some(before)) => Some(format!("{before}\nno-such-key = 1\n")),
        (3, Some(before)) => Some(before.chars().take(before.chars().count() / 2).collect()),
        (4..=6, Some(before)) => Some(format!("# a remark\n{before}")),
        _ => Some(text(&path, draw)),
    };
    match &after {
        Some(after) => drop(texts.insert(path.clone(), after.clone())),
        None => drop(texts.remove(&path)),
    }
    (path, after)
}

/// Where two reports part, with what is around it.
fn difference(found: &str, expected: &str) -> Option<String> {
    let part = found.lines().zip(expected.lines()).position(|(one, other)| one != other);
    let part = part.or((found != expected).then_some(0))?;
    let around =
        |text: &str| text.lines().skip(part.saturating_sub(6)).take(16).collect::<Vec<_>>().join("\n");
    Some(format!("found:\n{}\nexpected:\n{}", around(found), around(expected)))
}

/// Goes through edits, and says how many of the checks were of a readable organisation and how many of them had errors.
fn follow(seed: u64, steps: usize, scope: Option<Scope>) -> Result<(usize, usize), TestCaseError> {
    let mut texts: BTreeMap<String, String> =
        files(seed).into_iter().map(|file| (file.path, file.text)).collect();
    let texts_now = |texts: &BTreeMap<String, String>| {
        texts.iter().map(|(path, text)| SourceText { path: path.clone(), text: text.clone() }).collect()
    };
    let mut reader = Reader::new(texts_now(&texts), scope, Vec::new());
    let mut draw = Draw::new(seed ^ 0x5eed);
    let mut last: Option<Last> = None;
    let (mut readable, mut with_errors) = (0, 0);
    let mut edited = Vec::new();
    for step in 0..steps {
        let (expected, errors) = whole(&texts, scope);
        let mut faulty = None;
        let found = match reader.loaded() {
            Ok(loaded) => {
                let (now, report) = again(last.as_ref(), &loaded);
                last = Some(now);
                readable += 1;
                kedge_check::json(&report)
            }
            Err(failed) => {
                with_errors += 1;
                let first = failed.findings.iter().find_map(|finding| finding.place(&failed.sources));
                faulty = first.map(|place| place.file);
                prop_assert_eq!(Some(&failed.findings), errors.as_ref(), "step {}: {:?}", step, &edited);
                kedge_check::json(&Report::of_reading(&failed.findings, &failed.sources))
            }
        };
        let other = difference(&found, &expected);
        prop_assert!(other.is_none(), "step {}: {:?}\n{}", step, &edited, other.unwrap_or_default());
        let several = if draw.percent(20) { 3 } else { 1 };
        edited.clear();
        for _ in 0..several {
            let (path, text) = edit(&mut texts, faulty.as_deref(), &mut draw);
            if several == 1 {
                reader.edit(&path, text);
            }
            edited.push(path);
        }
        if several > 1 {
            reader.read_again(texts_now(&texts), scope, Vec::new());
        }
    }
    Ok((readable, with_errors))
}

#[test]
fn a_check_after_an_edit_says_what_a_check_of_everything_says() {
    let (readable, with_errors) = (Cell::new(0), Cell::new(0));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(32),
        failure_persistence: None,
        // A smaller seed is not a smaller organisation.
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    });
    runner
        .run(&(any::<u64>(), 0..4_u8), |(seed, kind)| {
            let scope = (kind == 0).then_some(Scope::Partial);
            let (ok, wrong) = follow(seed, 24, scope)?;
            readable.set(readable.get() + ok);
            with_errors.set(with_errors.get() + wrong);
            Ok(())
        })
        .unwrap();
    let (readable, with_errors) = (readable.get(), with_errors.get());
    assert!(readable * 3 > with_errors, "too few can be read: {readable} of {}", readable + with_errors);
    assert!(with_errors > readable / 20, "too few have errors: {with_errors} of {}", readable + with_errors);
}
