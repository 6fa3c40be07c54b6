//! Near-identical code, capabilities and borders of a repository: `cargo bench -p kedge-survey --bench twice -- REPO [LIST]`.
//!
//! Prints how long it takes and what is found first; then the whole survey, the first time as of ten commits ago, the second
//! time with these ten, from what was kept. With LIST, the pairs go to that file as JSON, to be laid beside what
//! another finder says.
#![allow(clippy::unwrap_used)]

use kedge_exchange::codeowners::{CodeOwners, Host};
use kedge_survey::borders::{self, Changes, Layers, MOST_FILES, Services, borders, layering, together};
use kedge_survey::history::{History, Walk};
use kedge_survey::ownership::Known;
use kedge_survey::people::Members;
use kedge_survey::routine::routine;
use kedge_survey::tree::{Contents, Tree};
use kedge_survey::twice::solutions::Map;
use kedge_survey::twice::{Options, Twice};
use kedge_survey::{Asked, Repository, Survey};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(path) = arguments.first() else {
        println!("name a repository: cargo bench -p kedge-survey --bench twice -- REPO [LIST]");
        return;
    };
    let repository = Repository::open(Path::new(path), "HEAD").unwrap();
    let tree = Tree::of(&repository).unwrap();
    let mut rules = None;
    tree.read(
        &repository,
        1 << 20,
        |file| file.path.ends_with("CODEOWNERS"),
        |_, contents| {
            if let Contents::Text(text) = contents {
                rules = Some(CodeOwners::read(&text, Host::GitHub));
            }
        },
    )
    .unwrap();
    let owners = |path: &str| -> Vec<String> {
        match &rules {
            Some(rules) => rules.owners(path).into_iter().map(ToString::to_string).collect(),
            None => vec![path.split('/').next().unwrap_or_default().to_owned()],
        }
    };
    let start = Instant::now();
    let found = Twice::read(&repository, &tree, Map::shipped(), &Options::default(), &owners).unwrap();
    println!("twice.read_s {:.2} s", start.elapsed().as_secs_f64());
    for capability in &found.solutions.capabilities {
        let solutions: Vec<String> = capability
            .solutions
            .iter()
            .map(|one| format!("{} ({} owners)", one.name, one.owners.len()))
            .collect();
        println!(
            "{} {} {}: {}",
            capability.capability,
            capability.within_one_ecosystem,
            capability.distinct,
            solutions.join(", ")
        );
    }
    let (copies, over) = (found.copies, found.passed_over);
    println!(
        "{} files, {} tokens, {} unowned, {} passed over, {} everywhere, {} groups",
        copies.files,
        copies.tokens,
        copies.unowned,
        over.len(),
        copies.everywhere,
        copies.groups.len()
    );
    for group in copies.groups.iter().take(40) {
        println!("{:?} {} {:?}", group.kind, group.repeated, group.owners);
        for pair in group.pairs.iter().take(2) {
            println!(
                "   {}:{:?} {}:{:?} {} {:.2} {:.2}",
                pair.left.file,
                pair.left.lines,
                pair.right.file,
                pair.right.lines,
                pair.common,
                pair.similarity,
                pair.verbatim
            );
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let history =
        History::read(&repository, Walk::default(), &folder.path().join("history"), &mut |_| {}).unwrap();
    let start = Instant::now();
    let files: BTreeSet<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
    let counts = |path: &str| files.contains(path) && routine(path).is_none();
    let changes = Changes::of(&history, MOST_FILES, &|_, _| true, &counts).unwrap();
    let borders = borders(&changes, borders::Options::default(), &owners, None).unwrap();
    println!("twice.borders_s {:.2} s", start.elapsed().as_secs_f64());
    println!(
        "{} commits, {} nodes, {} pairs, modularity by owners {:.4}, by change {:.4}, {} communities, {} elsewhere",
        borders.commits,
        borders.nodes,
        borders.pairs,
        borders.by_owners,
        borders.by_change,
        borders.communities.len(),
        borders.elsewhere.len()
    );
    for one in borders.elsewhere.iter().take(12) {
        println!(
            "  {} of {:?}: {} of {} files change with {:?}: {:.1} against {:.1} with its own, {} commits",
            one.folder,
            one.owners,
            one.files.len(),
            one.of,
            one.mostly,
            one.with_others,
            one.with_own,
            one.commits
        );
    }
    let layers = layering(&Layers::shipped(), files.iter().copied(), &changes, &owners, None).unwrap();
    for pair in layers.pairs.iter().take(6) {
        println!(
            "  {:?} {:?} {:?} {}/{}",
            pair.owners, pair.layers, pair.together, pair.quarters, pair.of_quarters
        );
    }
    let services = together(&Services::found(files.iter().copied()), &changes, 3, None).unwrap();
    for pair in services.pairs.iter().take(6) {
        println!("  {:?} {:?}", pair.services, pair.together);
    }
    let cache = folder.path().join("whole.history");
    for (figure, revision) in [("first", "HEAD~10"), ("second", "HEAD"), ("third", "HEAD")] {
        let start = Instant::now();
        let repository = Repository::open(Path::new(path), revision).unwrap();
        let (known, members) = (Known::default(), Members::default());
        let survey =
            Survey::of(&repository, "it", &Asked::default(), &known, &members, &cache, &mut |_| {}).unwrap();
        println!("twice.survey_{figure}_s {:.2} s", start.elapsed().as_secs_f64());
        println!(
            "twice.survey_mib {:.1} MiB",
            serde_json::to_string(&survey).unwrap().len() as f64 / f64::from(1 << 20)
        );
    }
    if let Some(list) = arguments.get(1) {
        std::fs::write(list, serde_json::to_string(&copies).unwrap()).unwrap();
    }
}
