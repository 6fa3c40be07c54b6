//! Reading histories: what is counted, what is passed over, and that the cache changes nothing.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_survey::history::{Commit, History, How, Walk};
use kedge_survey::{Repository, SurveyError};
use std::path::Path;
use support::Repo;

fn read(path: &Path, walk: Walk, cache: &Path) -> (History, Vec<Commit>) {
    let repository = Repository::open(path, "HEAD").unwrap();
    let history = History::read(&repository, walk, cache, &mut |_| {}).unwrap();
    let mut commits = Vec::new();
    history.each(|commit| commits.push(commit.clone())).unwrap();
    commits.sort_by_key(|commit| (commit.written, commit.id.clone()));
    (history, commits)
}

/// The history of a repository, read without a cache: per commit its paths, with what happened to them.
fn fresh(path: &Path, walk: Walk) -> (History, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let (history, commits) = read(path, walk, &folder.path().join("history"));
    let shown = |commit: &Commit| {
        let touched = commit.touched.iter().map(|touched| {
            let path = history.names.path(touched.path);
            match touched.how {
                How::Added => format!("+{path}"),
                How::Modified => path.to_owned(),
                How::Deleted => format!("-{path}"),
                How::Renamed { from } => format!("{} -> {path}", history.names.path(from)),
            }
        });
        touched.collect()
    };
    let shown = commits.iter().map(shown).collect();
    (history, shown)
}

#[test]
fn every_commit_with_its_paths_and_nobody_elses() {
    let mut repo = Repo::new();
    repo.commit(&["a/x", "b/y"]);
    repo.commit_by("Bo <bo@acme.example>", &["a/x", "ü und \"q\""]);
    repo.git(&["rm", "--quiet", "b/y"]);
    repo.commit(&[]);
    let (history, paths) = fresh(repo.path(), Walk::default());
    assert_eq!(paths, [vec!["+a/x", "+b/y"], vec!["a/x", "+ü und \"q\""], vec!["-b/y"]]);
    let people: Vec<&str> = history.names.people().iter().map(|person| person.mail.as_str()).collect();
    assert_eq!(people, ["ada@acme.example", "bo@acme.example"]);
    // The same from within a folder, and from a bare clone.
    assert_eq!(fresh(&repo.path().join("a"), Walk::default()).1, paths);
    let bare = tempfile::tempdir().unwrap();
    repo.git(&["clone", "--quiet", "--bare", ".", bare.path().to_str().unwrap()]);
    assert_eq!(fresh(bare.path(), Walk::default()).1, paths);
}

#[test]
fn a_rename_is_followed_where_asked_for() {
    let mut repo = Repo::new();
    repo.write("a/long", &"the same line again and again\n".repeat(20));
    repo.commit(&[]);
    repo.git(&["mv", "a/long", "b"]);
    repo.commit(&[]);
    assert_eq!(fresh(repo.path(), Walk::default()).1[1], ["-a/long", "+b"]);
    let renames = Walk { renames: true, ..Walk::default() };
    assert_eq!(fresh(repo.path(), renames).1[1], ["a/long -> b"]);
}

#[test]
fn a_merge_counts_once_either_way() {
    let mut repo = Repo::new();
    repo.commit(&["base"]);
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.commit(&["one"]);
    repo.commit(&["two"]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&["main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "side", "--message", "Merge"]);
    let (_, every) = fresh(repo.path(), Walk::default());
    assert_eq!(every, [vec!["+base"], vec!["+one"], vec!["+two"], vec!["+main"]]);
    let (_, merged) = fresh(repo.path(), Walk { first_parent: true, ..Walk::default() });
    assert_eq!(merged.len(), 3);
    assert!(merged.contains(&vec!["+one".to_owned(), "+two".to_owned()]), "{merged:?}");
}

#[test]
fn what_is_missing_is_told_and_stops_nothing() {
    let mut repo = Repo::new();
    repo.commit(&["a/x"]);
    let second = repo.commit(&["a/y"]);
    let third = repo.commit(&["b/z"]);
    repo.commit(&["a/x"]);
    // The second's folder is in no other commit.
    repo.lose(&format!("{second}:a"));
    let (history, paths) = fresh(repo.path(), Walk::default());
    // The third has the same folder, which git need not open to see that it did not change.
    let unreadable: Vec<&str> = history.unreadable.iter().map(|it| it.commit.as_str()).collect();
    assert!(unreadable.contains(&second.as_str()), "{unreadable:?}");
    assert!(!unreadable.contains(&third.as_str()), "{unreadable:?}");
    assert!(history.unreadable[0].said.contains("unable to read tree"), "{:?}", history.unreadable);
    assert!(
        paths.contains(&vec!["+a/x".to_owned()]) && paths.contains(&vec!["+b/z".to_owned()]),
        "{paths:?}"
    );
    // A commit itself, the newest but one: what leads to it cannot be known.
    repo.lose(&third);
    let (history, _) = fresh(repo.path(), Walk::default());
    assert!(!history.unreadable.is_empty());
}

#[test]
fn a_shallow_clone_does_not_take_its_edge_for_a_change() {
    let mut repo = Repo::new();
    for path in ["a", "b", "c", "d"] {
        repo.commit(&[path]);
    }
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    repo.git(&["clone", "--quiet", "--depth=2", &url, clone.path().to_str().unwrap()]);
    let (history, paths) = fresh(clone.path(), Walk::default());
    assert_eq!(paths, [["+d"]]);
    assert_eq!(history.cut_off, 1);
    assert!(Repository::open(clone.path(), "HEAD").unwrap().is_shallow());
}

#[test]
fn the_second_time_only_what_is_new_is_read_and_all_is_the_same() {
    let mut repo = Repo::new();
    for number in 0..100 {
        repo.commit_by(&format!("P{} <p@acme.example>", number % 7), &[&format!("f{}", number % 13)]);
    }
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("history");
    let (first, _) = read(repo.path(), Walk::default(), &cache);
    assert_eq!((first.commits, first.new), (100, 100));
    let (again, _) = read(repo.path(), Walk::default(), &cache);
    assert_eq!((again.commits, again.new), (100, 0));
    repo.commit(&["new", "f1"]);
    let (more, commits) = read(repo.path(), Walk::default(), &cache);
    assert_eq!((more.commits, more.new), (101, 1));
    let anew = folder.path().join("anew");
    let (_, expected) = read(repo.path(), Walk::default(), &anew);
    let names = |commits: &[Commit]| commits.iter().map(|commit| commit.id.clone()).collect::<Vec<_>>();
    assert_eq!(names(&commits), names(&expected));
    assert_eq!(commits.last().unwrap().touched.len(), 2);
    // A cache that was cut off while it was written, at any byte, loses only what was not whole.
    let whole = std::fs::read(&cache).unwrap();
    for length in (0..whole.len()).step_by(701).chain(whole.len() - 12..whole.len()) {
        std::fs::write(&cache, &whole[..length]).unwrap();
        let (mended, commits) = read(repo.path(), Walk::default(), &cache);
        assert_eq!(mended.commits, 101, "cut off at {length}");
        assert_eq!(names(&commits), names(&expected), "cut off at {length}");
    }
    // One that was damaged, at any byte, is noticed, and read again from the last seal before.
    let mut rebuilt = 0;
    for at in (0..whole.len()).step_by(97).chain(whole.len() - 9..whole.len()) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x41;
        std::fs::write(&cache, &damaged).unwrap();
        let (mended, commits) = read(repo.path(), Walk::default(), &cache);
        rebuilt += u64::from(mended.new > 0);
        assert_eq!((mended.commits, names(&commits)), (101, names(&expected)), "damaged at {at}");
    }
    assert!(rebuilt > 20);
    std::fs::write(&cache, &whole).unwrap();
    // A history that was rewritten is read anew.
    repo.git(&["reset", "--quiet", "--hard", "HEAD~3"]);
    repo.commit(&["other"]);
    let (rewritten, _) = read(repo.path(), Walk::default(), &cache);
    assert_eq!((rewritten.commits, rewritten.new), (99, 99));
}

#[test]
fn what_is_no_repository_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path, rev: &str| Repository::open(path, rev).unwrap_err();
    assert!(matches!(open(folder.path(), "HEAD"), SurveyError::NoRepository { .. }));
    assert!(matches!(open(&folder.path().join("gone"), "HEAD"), SurveyError::NoRepository { .. }));
    let mut repo = Repo::new();
    repo.commit(&["a"]);
    assert!(matches!(open(repo.path(), "--output=x"), SurveyError::NoRevision { .. }));
    assert!(matches!(open(repo.path(), "nope"), SurveyError::NoRevision { .. }));
}

#[test]
fn two_readings_at_once_do_not_spoil_each_other() {
    let mut repo = Repo::new();
    for number in 0..60 {
        repo.commit(&[&format!("f{}", number % 7)]);
    }
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("history");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(read(repo.path(), Walk::default(), &cache).1.len(), 60));
        }
    });
    let (last, _) = read(repo.path(), Walk::default(), &cache);
    assert_eq!((last.commits, last.new), (60, 0));
}
