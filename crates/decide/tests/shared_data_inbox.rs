//! The inboxes of two real teams: what the goals of the Rust project ask of `lang` and `compiler`, read by hand against the
//! tables in the goals themselves.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Inbox, Subject, inbox};
use kedge_exchange::{SourceFile, rust_goals};
use kedge_floor::standing;
use kedge_model::{Date, Organisation, Scope, TeamId};
use std::collections::BTreeSet;
use std::path::Path;

const GOALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/rust-project-goals/2026");
const TEAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/rust-team/teams");

fn files(folder: &str, name: &str, ending: &str) -> Vec<SourceFile> {
    let entries = std::fs::read_dir(Path::new(folder)).unwrap().flatten();
    let mut files: Vec<SourceFile> = entries
        .filter(|entry| entry.path().extension().is_some_and(|found| found == ending))
        .map(|entry| {
            let path = format!("{name}/{}", entry.file_name().to_string_lossy());
            SourceFile::new(path, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The goals with a table row, outside comments, that asks `[team]` for something, named as an import names them.
fn asked_by_eye(goals: &[SourceFile], team: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for goal in goals {
        let mut commented = false;
        for line in goal.text.lines() {
            commented |= line.starts_with("<!--");
            let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
            let asks = line.starts_with('|') && !commented && cells.first() == Some(&&*format!("[{team}]"));
            let level = cells.get(1).is_some_and(|level| ["Small", "Medium", "Large"].contains(level));
            if asks && level && cells.get(2).is_some_and(|text| !text.is_empty()) {
                found.insert(format!("{}#{team}", goal.path));
            }
            commented &= !line.contains("-->");
        }
    }
    found
}

fn inboxes() -> (Vec<SourceFile>, Organisation, Inbox, Inbox) {
    let goals = files(GOALS, "2026", "md");
    let draft = rust_goals::draft(&goals, &files(TEAMS, "teams", "toml"));
    let empty = Organisation::build(Scope::Partial, Vec::new()).unwrap();
    let organisation = empty.with(&draft.changes).unwrap();
    let as_of: Date = "2026-11-22".parse().unwrap();
    let standing = standing(&organisation, as_of);
    let of = |team: &str| {
        let team: TeamId = team.parse().unwrap();
        inbox(&organisation, &standing, &team, as_of).unwrap()
    };
    let (lang, compiler) = (of("lang"), of("compiler"));
    (goals, organisation, lang, compiler)
}

/// Where each item of an inbox was written in the goals.
fn origins(organisation: &Organisation, inbox: &Inbox) -> BTreeSet<String> {
    let asks = inbox.items.iter().flat_map(|item| item.subject.asks());
    asks.filter_map(|ask| organisation.ask(ask)?.meta.origin.clone()).collect()
}

#[test]
fn the_inboxes_of_lang_and_compiler_read_sensibly() {
    let (goals, organisation, lang, compiler) = inboxes();
    for (team, inbox) in [("lang", &lang), ("compiler", &compiler)] {
        println!("{}", inbox.headline());
        let (ours, by_eye) = (origins(&organisation, inbox), asked_by_eye(&goals, team));
        let missing: Vec<_> = by_eye.difference(&ours).collect();
        assert!(
            missing.is_empty(),
            "{team}: the goals ask for it, and it is not in the inbox: {missing:#?} of {ours:#?}"
        );
        // What is in it beyond the tables is a task of a goal that names the team as who does it.
        println!("{team}: {} rows of tables, {} asks in all", by_eye.len(), ours.len());
        assert!(by_eye.len() > 20, "{by_eye:?}");
        // Nobody says what a goal is worth or what an ask takes: nothing is ranked, and each item says so.
        assert_eq!(inbox.ranked, 0);
        for item in &inbox.items {
            assert!(item.confirmed_a_week.is_none() && item.claimed_a_week.is_none());
            if item.is_own() {
                continue;
            }
            assert!(item.unknown.iter().any(|it| it == "Nobody has guessed what it takes."), "{item:#?}");
            // The goals name no day on which they asked, and an import does not say that nobody asked.
            assert!(item.said.starts_with("asked in 2026/"), "{}", item.said);
            for no in &item.no {
                assert!(no.instead.is_none(), "the goals have no fallbacks: {no:#?}");
                assert!(no.sentence.contains("There is no way on without it."), "{}", no.sentence);
            }
        }
        // One item an ask, no ask twice.
        let mut seen = BTreeSet::new();
        assert!(inbox.items.iter().flat_map(|item| item.subject.asks()).all(|ask| seen.insert(ask)));
    }
}

#[test]
fn what_a_no_costs_names_the_goal() {
    let (_, organisation, lang, _) = inboxes();
    // 2026/const-generics.md: "| [lang] | Large | Stabilization decisions, directional alignment |".
    let item = lang
        .items
        .iter()
        .find(|item| item.what == "Large support: Stabilization decisions, directional alignment");
    let item = item.unwrap();
    assert_eq!(item.no.len(), 1);
    assert!(
        item.no[0].sentence.contains("“Full Const Generics” is lost; nobody has said what that is worth"),
        "{item:#?}"
    );
    let Subject::Ask(ask) = &item.subject else { panic!("{item:#?}") };
    assert!(
        organisation.ask(ask).unwrap().meta.origin.as_deref().unwrap().starts_with("2026/const-generics.md")
    );
    assert_eq!(item.answers[0], format!("kedge answer {ask} committed --by …"));
}

#[test]
fn own_goals_stand_in_the_same_list() {
    let (_, _, _, compiler) = inboxes();
    // 2026/stabilize-never-type.md has no other owner than the compiler team.
    let own: Vec<&str> =
        compiler.items.iter().filter(|item| item.is_own()).map(|item| item.what.as_str()).collect();
    assert_eq!(own.len(), 1, "{own:?}");
    assert!(own[0].to_lowercase().contains("never type"), "{own:?}");
}
