//! Borders: made-up histories with known answers.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_survey::borders::{
    Borders, Changes, Layers, Options, Service, Services, Unit, borders, layering, together,
};
use kedge_survey::coupling::Every;
use kedge_survey::history::{History, Walk};
use kedge_survey::ownership::Known;
use kedge_survey::people::Members;
use kedge_survey::{Asked, Repository, Survey};
use support::Repo;

const QUARTER: i64 = 91 * 86_400;

/// The owner of a path is its top folder; what lies in `lost/` is nobody's.
fn owners(path: &str) -> Vec<String> {
    let folder = path.split('/').next().unwrap_or_default();
    if folder == "lost" { vec![] } else { vec![folder.to_owned()] }
}

fn changes<'a>(commits: impl IntoIterator<Item = (usize, Vec<&'a str>)>) -> Changes<'static> {
    let mut changes = Changes::new(20);
    let mut number = 0;
    for (times, paths) in commits {
        for _ in 0..times {
            number += 1;
            changes.add(&format!("c{number:03}"), number * QUARTER / 10, paths.iter().copied(), &|_| true);
        }
    }
    changes
}

/// Two teams; `a/odd/` changes with what is `b`'s.
fn odd_one_out() -> Changes<'static> {
    changes([
        (10, vec!["a/x/1", "a/x/2", "a/x/3"]),
        (10, vec!["b/y/1", "b/y/2", "b/y/3", "a/odd/1"]),
        (5, vec!["a/odd/1", "b/y/1"]),
        (3, vec!["a/x/1", "b/y/2"]),
        (1, vec!["a/x/2", "b/y/3"]),
        (2, vec!["lost/1", "a/x/1"]),
    ])
}

#[test]
fn what_changes_with_anothers_is_shown_with_its_commits() {
    let found = borders(&odd_one_out(), Options::default(), &owners, None).unwrap();
    assert_eq!((found.commits, found.unowned, found.nodes), (31, 1, 7));
    // a/x/1 with b/y/2 thrice, though chance gives 15 · 13 / 31 = 6.3; a/x/2 with b/y/3 once.
    assert_eq!((found.by_chance, found.seldom), (1, 1));
    assert!(found.by_change > found.by_owners, "{found:?}");
    let communities: Vec<(usize, Option<Vec<String>>)> =
        found.communities.iter().map(|one| (one.nodes, one.mostly.clone())).collect();
    assert_eq!(communities, [(4, Some(vec!["b".into()])), (3, Some(vec!["a".into()]))]);
    let [odd] = found.elsewhere.as_slice() else { panic!("{:?}", found.elsewhere) };
    assert_eq!((odd.folder.as_str(), &odd.owners[0], &odd.mostly[0]), ("a/odd", &"a".into(), &"b".into()));
    assert_eq!(
        (odd.files.as_slice(), odd.of, odd.communities.as_slice()),
        (&["a/odd/1".to_owned()][..], 1, &[0][..])
    );
    assert_eq!((odd.commits, odd.shown_by.len()), (15, 15));
    assert_eq!(odd.shown_by[0].commit, "c025");
    // With b/y/1: 15 of 15 and 15, so 15 − 225/31; with b/y/2 and b/y/3: 10 − 15 · 13/31 and 10 − 15 · 11/31.
    let weight = 15.0 - 225.0 / 31.0 + 20.0 - 15.0 * 24.0 / 31.0;
    assert!((odd.with_others - weight).abs() < 1e-9 && odd.with_own.to_bits() == 0, "{odd:?}");
}

#[test]
fn the_order_of_commits_does_not_matter() {
    let commits =
        [(4, vec!["a/1", "b/1"]), (4, vec!["a/2", "b/2"]), (4, vec!["a/1", "a/2"]), (3, vec!["c/1", "b/2"])];
    let one = borders(&changes(commits.clone()), Options::default(), &owners, None).unwrap();
    let two = borders(&changes(commits.into_iter().rev()), Options::default(), &owners, None).unwrap();
    let numbers = |found: &Borders| {
        let communities = found.communities.clone();
        (communities, found.by_owners.to_bits(), found.by_change.to_bits(), found.pairs)
    };
    assert_eq!(numbers(&one), numbers(&two));
    let text = serde_json::to_string(&one).unwrap();
    let back: Borders = serde_json::from_str(&text).unwrap();
    assert_eq!((back.communities, back.elsewhere), (one.communities, one.elsewhere));
    assert!((back.by_owners - one.by_owners).abs() < 1e-12);
}

#[test]
fn folders_are_nodes_where_asked_for() {
    let options = Options { unit: Unit::Folder, ..Options::default() };
    let found = borders(&odd_one_out(), options, &owners, None).unwrap();
    assert_eq!(found.nodes, 2); // a/odd and b/y; a/x is joined to nothing more often than chance.
    assert_eq!(found.elsewhere.len() + found.communities.len(), 1);
}

#[test]
fn teams_of_layers_that_change_together_are_shown() {
    let files = [
        "web/a.tsx",
        "web/b.css",
        "shop/a.cs",
        "shop/b.cs",
        "shop/notes.md",
        "base/t.sql",
        "mixed/a.cs",
        "mixed/b.sql",
    ];
    let changes = changes([
        (12, vec!["web/a.tsx", "shop/a.cs"]),
        (6, vec!["web/b.css"]),
        (2, vec!["shop/b.cs", "base/t.sql"]),
        (20, vec!["shop/b.cs", "mixed/a.cs"]),
    ]);
    let found = layering(&Layers::shipped(), files, &changes, &owners, None).unwrap();
    let mostly: Vec<(&str, Option<&str>)> =
        found.owners.iter().map(|one| (one.owner.as_str(), one.mostly.as_deref())).collect();
    assert_eq!(
        mostly,
        [("base", Some("database")), ("mixed", None), ("shop", Some("backend")), ("web", Some("frontend"))]
    );
    let pairs: Vec<(&str, &str)> =
        found.pairs.iter().map(|pair| (pair.owners.0.as_str(), pair.owners.1.as_str())).collect();
    assert_eq!(pairs, [("base", "shop"), ("shop", "web")]);
    let pair = &found.pairs[1];
    assert_eq!(
        (pair.together.of, pair.together.left, pair.together.right, pair.together.together),
        (40, 34, 18, 12)
    );
    assert_eq!(pair.shown_by.len(), 12);
    // Forty commits, one each nine days, from January 1970 on; the twelve are the first.
    assert_eq!((pair.quarters, pair.of_quarters), (2, 4));
}

#[test]
fn services_that_change_together_are_shown() {
    let services = Services::found([
        "pay/go.mod",
        "pay/x.go",
        "ship/Dockerfile",
        "ship/sub/package.json",
        "go.mod",
        "docs/a.md",
    ]);
    let changes = changes([
        (8, vec!["pay/x.go", "ship/a"]),
        (2, vec!["pay/x.go"]),
        (10, vec!["docs/a.md"]),
        (2, vec!["ship/sub/a", "pay/x.go"]),
    ]);
    let found = together(&services, &changes, 3, None).unwrap();
    let counts: Vec<(&str, usize)> =
        found.services.iter().map(|one| (one.name.as_str(), one.commits)).collect();
    assert_eq!(counts, [("pay", 12), ("ship", 8), ("ship/sub", 2)]);
    assert_eq!((found.pairs.len(), found.seldom), (1, 1));
    let pair = &found.pairs[0];
    assert_eq!((pair.services.0.as_str(), pair.services.1.as_str()), ("pay", "ship"));
    assert!((pair.of_the_smaller - 1.0).abs() < 1e-12);
    // 8 of 22, where 12 · 8 / 22 would be chance.
    assert_eq!(
        pair.together.lift.map(|lift| (lift * 1e9).round()),
        Some((8.0 / (96.0 / 22.0) * 1e9_f64).round())
    );
    assert_eq!(pair.shown_by.len(), 8);

    let declared = [
        Service { name: "money".into(), globs: vec!["pay/**".into()] },
        Service { name: "goods".into(), globs: vec!["ship/**".into(), "docs/*".into()] },
    ];
    let found = together(&Services::declared(&declared).unwrap(), &changes, 1, None).unwrap();
    assert_eq!(found.pairs[0].services, ("goods".to_owned(), "money".to_owned()));
    assert_eq!((found.pairs[0].together.left, found.pairs[0].together.together), (20, 10));
    let odd = [Service { name: "odd".into(), globs: vec!["a[".into()] }];
    assert!(Services::declared(&odd).unwrap_err().to_string().contains("`odd`: `a[` is no glob"));
}

#[test]
fn changes_come_from_a_history() {
    let mut repo = Repo::new();
    repo.commit(&["a/1", "b/1"]);
    repo.commit_by("robot <robot@acme.example>", &["a/1", "b/1"]);
    repo.commit(&["a/1", "b/1", "gone"]);
    repo.commit(&["a/1", "a/2", "a/3", "b/1"]);
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let history = History::read(&repository, Walk::default(), &folder.path().join("h"), &mut |_| {}).unwrap();
    let keeps = |commit: &kedge_survey::history::Commit, names: &kedge_survey::history::Names| {
        names.people()[commit.author.0 as usize].name != "robot"
    };
    let changes = Changes::of(&history, 3, &keeps, &|path| path != "gone").unwrap();
    assert_eq!((changes.commits(), changes.large()), (2, 1));
    let found = borders(&changes, Options::default(), &owners, None).unwrap();
    assert_eq!(found.commits, 2);
}

#[test]
fn what_changes_with_the_same_others_in_several_communities_is_one() {
    let pieces = |number: usize| -> Vec<String> {
        [format!("gate/{number}"), format!("b/{number}/x"), format!("b/{number}/y")].into()
    };
    let all: Vec<(usize, Vec<String>)> = (0..4).map(|number| (5, pieces(number))).collect();
    let changes =
        changes(all.iter().map(|(times, paths)| (*times, paths.iter().map(String::as_str).collect())));
    let found = borders(&changes, Options::default(), &owners, None).unwrap();
    assert_eq!(found.communities.len(), 4);
    let [gate] = found.elsewhere.as_slice() else { panic!("{:?}", found.elsewhere) };
    assert_eq!((gate.folder.as_str(), gate.files.len(), gate.of, gate.commits), ("gate", 4, 4, 20));
    assert_eq!(gate.communities, [0, 1, 2, 3]);
}

#[test]
fn every_commit_of_services_files_and_folders_is_named_where_asked_for() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/pay/ @acme/pay\n/ship/ @acme/ship\n");
    for place in ["pay/go.mod", "ship/go.mod"] {
        repo.write(place, "module acme\n");
    }
    repo.commit(&["pay/a", "ship/a", "ship/b"]);
    for _ in 0..30 {
        repo.commit(&["pay/a", "ship/a", "ship/b"]);
        repo.commit(&["pay/b"]);
    }
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let survey = |every: Option<Every>| {
        let asked = Asked { every, ..Asked::default() };
        let (known, members) = (Known::default(), Members::default());
        let cache = folder.path().join("h");
        let found = Survey::of(&repository, "shop", &asked, &known, &members, &cache, &mut |_| {}).unwrap();
        let borders = found.borders.unwrap();
        let across = found.across_borders;
        let elsewhere = &borders.ownership.unwrap().elsewhere;
        assert_eq!((borders.services.pairs[0].together.together, across.files[0].together), (31, 31));
        assert_eq!((elsewhere[0].folder.as_str(), elsewhere[0].commits), ("pay", 31));
        [
            borders.services.pairs[0].shown_by.len(),
            across.files[0].shown_by.len(),
            across.folders[0].shown_by.len(),
            elsewhere[0].shown_by.len(),
        ]
    };
    let pair = |one: &str, other: &str| Some(Every::Pair(one.into(), other.into()));
    assert_eq!(survey(None), [20; 4]);
    // Services and folders are called alike here.
    assert_eq!(survey(pair("ship", "pay")), [31, 20, 31, 20]);
    assert_eq!(survey(pair("pay/a", "ship/a")), [20, 31, 20, 20]);
    assert_eq!(survey(Some(Every::Folder("pay/".into()))), [20, 20, 20, 31]);
}
