//! Near-identical code and capabilities of a repository: `cargo bench -p kedge-survey --bench twice -- REPO [LIST]`.
//!
//! Prints how long it takes and what is found first. With LIST, the pairs go to that file as JSON, to be laid beside what
//! another finder says.
#![allow(clippy::unwrap_used)]

use kedge_exchange::codeowners::{CodeOwners, Host};
use kedge_survey::Repository;
use kedge_survey::tree::{Contents, Tree};
use kedge_survey::twice::copies::{Finder, Options};
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
    let (mut finder, reads) = (Finder::new(Options::default()), Finder::new(Options::default()));
    let mut over = Vec::new();
    tree.read(
        &repository,
        1 << 20,
        |file| reads.reads(&file.path),
        |file, contents| {
            if let Contents::Text(text) = contents {
                over.extend(finder.add(&file.path, &text));
            }
        },
    )
    .unwrap();
    println!("read: {:?}", start.elapsed());
    let copies = finder.find(&owners);
    println!("twice.copies_s {:.2} s", start.elapsed().as_secs_f64());
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
    if let Some(list) = arguments.get(1) {
        std::fs::write(list, serde_json::to_string(&copies).unwrap()).unwrap();
    }
}
