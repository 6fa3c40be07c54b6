//! A repository with hostile contents neither stops a survey nor makes it read outside.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_survey::ownership::Known;
use kedge_survey::people::Members;
use kedge_survey::tree::{Contents, Tree};
use kedge_survey::{Asked, Repository, Survey};
use std::io::Write;
use std::process::{Command, Stdio};
use support::Repo;

/// Writes an object as git would not by itself, and gives its name.
fn object(repo: &Repo, kind: &str, bytes: &[u8]) -> String {
    let mut git = Command::new("git")
        .current_dir(repo.path())
        .args(["hash-object", "-t", kind, "-w", "--stdin", "--literally"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(bytes).unwrap();
    let out = git.wait_with_output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn entry(mode: &str, name: &[u8], object: &str) -> Vec<u8> {
    let raw = (0..object.len()).step_by(2).map(|at| u8::from_str_radix(&object[at..at + 2], 16).unwrap());
    [mode.as_bytes(), b" ", name, b"\0"].concat().into_iter().chain(raw).collect()
}

fn survey(repo: &Repo) -> Survey {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let cache = folder.path().join("history");
    let (known, members) = (Known::default(), Members::default());
    Survey::of(&repository, "it", &Asked::default(), &known, &members, &cache, &mut |_| {}).unwrap()
}

#[test]
fn links_and_submodules_are_passed_over_and_nothing_outside_is_read() {
    let mut repo = Repo::new();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("CODEOWNERS"), "* @acme/stolen\n").unwrap();
    std::os::unix::fs::symlink(outside.path().join("CODEOWNERS"), repo.path().join("CODEOWNERS")).unwrap();
    std::os::unix::fs::symlink(outside.path(), repo.path().join("docs")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", repo.path().join(".mailmap")).unwrap();
    repo.commit(&["a"]);
    let gitlink = format!("160000,{},module", "1".repeat(40));
    repo.git(&["update-index", "--add", "--cacheinfo", &gitlink]);
    repo.git(&["commit", "--quiet", "--message", "A module"]);
    let found = survey(&repo);
    assert_eq!((found.how.said, found.reading.passed_over, found.reading.commits), (None, 4, 2));
    let tree = Tree::of(&Repository::open(repo.path(), "HEAD").unwrap()).unwrap();
    assert_eq!(tree.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn odd_names_and_path_tricks_are_names_like_others() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "* @acme/all\n");
    repo.commit(&["line\nbreak", "tab\there", "quote\"", "#end", "-rf", "back\\slash"]);
    // What git itself would refuse to make.
    let blob = object(&repo, "blob", b"x");
    let names: [&[u8]; 4] = [b"..", b".git", b"\xff\xfe", b"/etc"];
    let mut entries: Vec<(Vec<u8>, Vec<u8>)> =
        names.iter().map(|name| (name.to_vec(), entry("100644", name, &blob))).collect();
    entries.sort();
    let tree = object(&repo, "tree", &entries.into_iter().flat_map(|(_, entry)| entry).collect::<Vec<u8>>());
    let parent = repo.git(&["rev-parse", "HEAD"]);
    let people = "author \x1b[31mEve <eve@evil.example> 99999999999999 +9999\ncommitter Eve <> -5 +0000";
    let text = format!("tree {tree}\nparent {parent}\n{people}\n\nOdd\n");
    let commit = object(&repo, "commit", text.as_bytes());
    repo.git(&["update-ref", "HEAD", &commit]);
    let found = survey(&repo);
    assert_eq!(found.reading.commits, 2);
    assert_eq!(found.reading.unreadable, 0, "{:?}", found.reading.unreadable_named);
}

#[test]
fn ten_thousand_files_in_a_commit_and_a_huge_one_are_no_trouble() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/a/ @acme/a\n/b/ @acme/b\n");
    for number in 0..5_000 {
        for folder in ["a", "b"] {
            repo.write(&format!("{folder}/{}/{number}", number % 50), "x");
        }
    }
    repo.write("huge", &"0123456789abcdef\n".repeat(1 << 20));
    repo.commit(&[]);
    repo.commit(&["a/0/0", "b/0/0"]);
    let found = survey(&repo);
    assert_eq!((found.reading.commits, found.coupling.counted, found.across_borders.too_large), (2, 2, 1));
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let tree = Tree::of(&repository).unwrap();
    let mut seen = Vec::new();
    let wanted = |file: &kedge_survey::tree::File| file.path == "huge" || file.path == "a/0/0";
    tree.read(&repository, 1 << 20, wanted, |file, contents| seen.push((file.path.clone(), contents)))
        .unwrap();
    assert_eq!(seen[0].1, Contents::Text("day 2\n".into()));
    assert_eq!(seen[1].1, Contents::TooLarge(17 << 20));
}

#[test]
fn what_a_repository_sets_for_git_is_not_done() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "* @acme/all\n");
    repo.commit(&["a"]);
    let mark = repo.path().join("ran");
    let script = format!("touch {}", mark.display());
    for key in ["core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"] {
        repo.git(&["config", key, &script]);
    }
    repo.git(&["config", "diff.evil.textconv", &script]);
    repo.write(".gitattributes", "* diff=evil\n");
    repo.git(&["config", "log.showSignature", "true"]);
    repo.git(&["config", "gpg.program", &script]);
    repo.git(&["-c", "core.fsmonitor=false", "add", "--all"]);
    repo.git(&["-c", "core.fsmonitor=false", "commit", "--quiet", "--message", "Evil"]);
    let _ = std::fs::remove_file(&mark);
    assert_eq!(survey(&repo).coupling.counted, 2);
    assert!(!mark.exists(), "something of the repository's was run");
}
