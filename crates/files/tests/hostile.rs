//! Bad input: whatever stands in the files, there is a clear error or an organisation, never a panic, never half a load.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

use kedge_files::{Loaded, SourceText, apply, load_folder, read};
use kedge_model::{Change, Locate, Severity};
use proptest::prelude::*;
use std::path::Path;

const PLAN: &str = include_str!("design/one-tap.kedge.toml");
const ANSWERS: &str = include_str!("design/answers.kedge.toml");

/// Reads the text as a plan; what must hold of every reading is asserted. Whether it was loaded.
fn holds(path: &str, text: &str) -> bool {
    match read(vec![SourceText { path: path.into(), text: text.into() }], None) {
        Ok(loaded) => {
            assert_whole(&loaded);
            true
        }
        Err(failed) => {
            assert!(!failed.findings.is_empty());
            assert!(failed.findings.len() <= 20_000, "{}", failed.findings.len());
            for finding in &failed.findings {
                assert_eq!(finding.severity, Severity::Error);
                assert!(finding.fix.is_some(), "{finding:?}");
                assert!(!finding.message.is_empty() && finding.message.len() < 2_000, "{finding:?}");
                assert!(!finding.message.contains('\n'), "{finding:?}");
                let place = finding.place(&failed.sources).unwrap_or_else(|| panic!("no place: {finding:?}"));
                assert!(place.line >= 1 && place.line as usize <= text.split('\n').count());
                assert!((place.line, place.column) <= (place.end_line, place.end_column), "{finding:?}");
            }
            false
        }
    }
}

/// Every fact has a place, and writing all of them down changes nothing.
fn assert_whole(loaded: &Loaded) {
    let facts = loaded.organisation.facts_in_order();
    for fact in facts.iter().take(20) {
        assert!(loaded.sources.locate(&kedge_model::Address::of(fact.id())).is_some(), "{}", fact.id());
    }
    let changes: Vec<Change> = facts.into_iter().map(Change::Put).collect();
    assert_eq!(apply(&loaded.sources, &changes).unwrap(), []);
}

#[test]
fn a_plan_cut_at_every_byte() {
    let mut loaded = 0;
    for end in 0..PLAN.len() {
        if PLAN.is_char_boundary(end) {
            loaded += usize::from(holds("checkout/one-tap.kedge.toml", &PLAN[..end]));
        }
    }
    // Cut between two tables it is a shorter plan; mostly it is none.
    assert!(loaded > 0 && loaded < PLAN.len() / 2, "{loaded}");
}

#[test]
fn a_plan_without_any_one_line() {
    let lines: Vec<&str> = PLAN.lines().collect();
    for without in 0..lines.len() {
        let text: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, line)| *line).collect();
        holds("checkout/one-tap.kedge.toml", &text.join("\n"));
    }
}

#[test]
fn every_value_as_every_other_kind_of_value() {
    let values = [
        "1",
        "-1",
        "1.5",
        "nan",
        "inf",
        "true",
        "\"\"",
        "\"x\"",
        "\"3w\"",
        "[]",
        "[1]",
        "[[[]]]",
        "{}",
        "{ a = 1 }",
        "2026-10-01",
        "10:00:00",
        "99999999999999999999999999",
        "1e400",
        "\"9e99w\"",
        "\"-3w\"",
        "[\"3w\", 4]",
        "{ on = 1 }",
        "'''\nx\n'''",
        "\"\\u0000\"",
        "\"9999999999999999999999999999w\"",
        "\"a/b/c\"",
        "\"١w\"",
    ];
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/every-key"));
    let loaded = load_folder(folder).unwrap();
    for path in loaded.sources.files() {
        let text = loaded.sources.text(path).unwrap();
        for line in 0..text.lines().count() {
            for value in values {
                let changed: Vec<String> = text
                    .lines()
                    .enumerate()
                    .map(|(at, old)| match old.split_once(" = ") {
                        Some((key, _)) if at == line => format!("{key} = {value}"),
                        _ => old.to_owned(),
                    })
                    .collect();
                if changed.get(line).is_some_and(|line| line.contains(" = ")) {
                    holds(path, &changed.join("\n"));
                }
            }
        }
    }
}

#[test]
fn what_is_too_large_too_deep_or_no_text() {
    let plan = "checkout/one-tap.kedge.toml";
    let line = |text: &str| format!("team = \"checkout\"\n{text}\n");
    for text in [
        format!("team = \"{}\"", "x".repeat(10 << 20)),
        line(&format!("title = \"{}\"", "x".repeat(3 << 20))),
        line(&format!("[work.a]\nafter = [{}]", "\"b\", ".repeat(300_000))),
        line(&format!("x = {}", "[".repeat(1_000_000))),
        line(&format!("x = {}", "{ a = ".repeat(500_000))),
        line(&format!("{}x = 1", "a.".repeat(1_000_000))),
        line(&format!("[{}x]", "a.".repeat(1_000_000))),
        line(&format!("[[{}x]]", "work.".repeat(50))),
        line(&format!("[work.a]\neffort = {{ least = {} }}", "[".repeat(70))),
        line(&"[work.a]\n".repeat(100_000)),
        line(&"=\n".repeat(1_000_000)),
        line(&"x = \n".repeat(100_000)),
        line(&"\"".repeat(100_000)),
        line(&"[work.a]\neffort = 3w\n".repeat(10_000)),
        line(&(0..50_000).map(|at| format!("k{at} = 1\n")).collect::<String>()),
        line(&format!(
            "[work.a]\nafter = [{}]",
            (0..15_000).map(|at| format!("\"b{at}\",")).collect::<String>()
        )),
        line(&(0..8_000).map(|at| format!("[work.w{at}]\nafter = \"x{at}\"\n")).collect::<String>()),
        line("\0"),
        "\u{feff}\u{feff}".into(),
        "\r\r\r".into(),
        "#".repeat(1 << 20),
    ] {
        assert!(!holds(plan, &text), "{text:.80}");
    }
    // These are only unusual.
    for text in [
        format!("\u{feff}{PLAN}"),
        PLAN.replace('\n', "\r\n"),
        line(
            &(0..2_000)
                .map(|at| {
                    format!(
                        "[work.w{at}]\nafter = [{}]\n",
                        if at > 0 { format!("\"w{}\"", at - 1) } else { String::new() }
                    )
                })
                .collect::<String>(),
        ),
        line(&format!("title = \"\"\"\n{}\"\"\"", "many\n".repeat(100))),
    ] {
        assert!(holds(plan, &text), "{text:.80}");
    }
}

#[test]
fn bad_files_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    assert!(load_folder(&folder.path().join("none")).unwrap_err().to_string().contains("cannot open"));
    assert!(load_folder(folder.path()).unwrap_err().to_string().contains("no kedge.toml"));
    write("inside/kedge.toml", b"name = \"Inside\"\n");
    assert!(load_folder(folder.path()).unwrap_err().to_string().contains("inside"));
    write("readme.txt", b"hello");
    let lone = load_folder(&folder.path().join("readme.txt")).unwrap_err().to_string();
    assert!(lone.contains("readme.kedge.toml"), "{lone}");
    write("a/one.kedge.toml", b"team = \"a\"\ntitle = \"\xff\"\n");
    write("a/two.kedge.toml", "x".repeat(5 << 20).as_bytes());
    write("a/three.kedge.toml", b"team = \"a\"\n");
    std::fs::create_dir_all(folder.path().join("a/four.kedge.toml")).unwrap();
    write(".git/five.kedge.toml", b"not this one");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/again")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("a/six.kedge.toml")).unwrap();
    }
    let said = match load_folder(folder.path()).unwrap_err() {
        kedge_files::LoadError::Failed(failed) => failed
            .findings
            .iter()
            .map(|finding| {
                format!("{} {} {}", finding.place(&failed.sources).unwrap(), finding.code, finding.message)
            })
            .collect::<Vec<_>>(),
        other => panic!("{other}"),
    };
    let mut wanted = vec![
        "a/one.kedge.toml:1:1 K014 this file is not UTF-8 text, first in line 2".to_owned(),
        "a/two.kedge.toml:1:1 K014 this file has 5 MB; at most 4 are read".to_owned(),
    ];
    if cfg!(unix) {
        wanted.insert(
            1,
            "a/six.kedge.toml:1:1 K014 cannot be read: No such file or directory (os error 2)".to_owned(),
        );
    }
    assert_eq!(said, wanted);
    // A file inside a folder can be opened alone.
    let alone = load_folder(&folder.path().join("a/three.kedge.toml")).unwrap();
    assert_eq!(alone.organisation.plans().next().unwrap().id.to_string(), "a/three");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,200}") {
        holds("checkout/one-tap.kedge.toml", &text);
    }

    #[test]
    fn any_lines_of_the_language_are_read_or_refused(
        lines in prop::collection::vec(prop::sample::select(PLAN.lines().chain(ANSWERS.lines()).collect::<Vec<_>>()), 0..60)
    ) {
        holds("checkout/one-tap.kedge.toml", &lines.join("\n"));
        holds("payments/answers.kedge.toml", &lines.join("\n"));
    }

    #[test]
    fn a_plan_with_bytes_changed(
        changes in prop::collection::vec((0..PLAN.len(), prop::sample::select(b"\"'[]{}=#,.\n\\-/ az09%\0\xc3\xa9".to_vec()), 0u8..3), 1..12)
    ) {
        let mut bytes = PLAN.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.min(bytes.len().saturating_sub(1));
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        holds("checkout/one-tap.kedge.toml", &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_of_a_plan_in_another_order(
        cuts in prop::collection::vec(0..PLAN.len(), 1..6), order in any::<u64>()
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|at| PLAN.is_char_boundary(*at)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([PLAN.len()]) {
            pieces.push(&PLAN[from..cut]);
            from = cut;
        }
        let by = order as usize % pieces.len();
        pieces.rotate_left(by);
        holds("checkout/one-tap.kedge.toml", &pieces.concat());
    }
}
