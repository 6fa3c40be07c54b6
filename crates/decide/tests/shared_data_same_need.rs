//! Whether the queue joins what a person joins, on forty pairs of asks from the Rust project's goals that were labelled
//! before the code ran.
#![allow(clippy::unwrap_used)]

#[path = "same_need/carried_on.rs"]
mod carried_on;
#[path = "same_need/pairs.rs"]
mod pairs;

use carried_on::CARRIED_ON;
use kedge_decide::{SameNeed, same_needs};
use kedge_exchange::{SourceFile, rust_goals};
use kedge_model::{AskId, Change, Organisation, Scope, Settings};
use pairs::{PAIRS, Pair};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, iter};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// Both periods of goals and the teams, as an import makes them; nothing where the data is not there.
fn organisation() -> Option<Organisation> {
    let mut goals = sources("rust-project-goals/2025h2", "2025h2", "md")?;
    goals.extend(sources("rust-project-goals/2026", "2026", "md")?);
    let mut teams = sources("rust-team/teams", "teams", "toml")?;
    teams.extend(sources("rust-team/teams/archive", "teams/archive", "toml").unwrap_or_default());
    let draft = rust_goals::draft(&goals, &teams);
    let facts = draft.changes.into_iter().filter_map(|change| match change {
        Change::Put(fact) => Some(fact),
        Change::Remove(_) => None,
    });
    let settings = Settings { name: rust_goals::ORGANISATION.to_owned(), ..Settings::default() };
    Some(Organisation::build(Scope::Whole, iter::once(settings.into()).chain(facts).collect()).unwrap())
}

fn sources(folder: &str, name: &str, ending: &str) -> Option<Vec<SourceFile>> {
    let entries = fs::read_dir(Path::new(SHARED).join(folder)).ok()?;
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<SourceFile> = paths
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            SourceFile::new(format!("{name}/{}", path.file_name().unwrap().to_string_lossy()), text)
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Some(files)
}

#[test]
fn the_queue_joins_what_a_person_joins() {
    let Some(organisation) = organisation() else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let needs: Vec<SameNeed> = organisation
        .teams()
        .flat_map(|team| same_needs(&organisation, &team.id, organisation.asks()))
        .collect();
    let of: BTreeMap<&AskId, usize> =
        needs.iter().enumerate().flat_map(|(at, need)| need.asks.iter().map(move |ask| (ask, at))).collect();
    // What is reached, no more. What is joined is right; what is not is joined by hand.
    assert_eq!(compared("the forty", &of, &PAIRS), (5, 0, 4));
    assert_eq!(compared("what is carried on", &of, &CARRIED_ON), (17, 0, 8));
}

/// How many pairs are joined as a person would, are joined and should not be, and are not joined and should be.
fn compared(what: &str, of: &BTreeMap<&AskId, usize>, pairs: &[Pair]) -> (u32, u32, u32) {
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for pair in pairs {
        let place = |name: &str| {
            of.get(&name.parse::<AskId>().unwrap()).unwrap_or_else(|| panic!("no ask is called {name}"))
        };
        let joined = place(pair.asks.0) == place(pair.asks.1);
        match (joined, pair.joined) {
            (true, true) => right += 1,
            (true, false) => {
                wrong += 1;
                println!(
                    "joined, and a person would not: {} and {}: {}",
                    pair.asks.0, pair.asks.1, pair.because
                );
            }
            (false, true) => {
                missed += 1;
                println!("not joined: {} and {}: {}", pair.asks.0, pair.asks.1, pair.because);
            }
            (false, false) => {}
        }
    }
    println!("{what}: precision {right}/{}, recall {right}/{}", right + wrong, right + missed);
    (right, wrong, missed)
}
