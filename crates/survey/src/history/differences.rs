//! What commits changed, asked of `git diff-tree` in blocks.
//!
//! A line that is no commit's name is given back as it is: that marks the end of a block's answer.

use super::list::Listed;
use super::{Unreadable, update::Walk};
use crate::git::{Conversation, complaint, git};
use crate::repository::Repository;
use std::io::{self, BufRead, Write};

const END: &[u8] = b"#end\n";

/// How a path changed, before paths are numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Added,
    Modified,
    Deleted,
    RenamedFrom(String),
}

/// A commit's paths, or why they cannot be had.
pub(super) type Difference = Result<Vec<(String, Change)>, Unreadable>;

/// Asks git what commits changed.
pub(super) struct Differences<'r> {
    repository: &'r Repository,
    walk: Walk,
    git: Option<Conversation>,
}

impl<'r> Differences<'r> {
    pub(super) fn new(repository: &'r Repository, walk: Walk) -> Self {
        Self { repository, walk, git: None }
    }

    /// What each of these commits changed against its first parent.
    pub(super) fn of(&mut self, commits: &[Listed]) -> io::Result<Vec<Difference>> {
        let mut differences = Vec::with_capacity(commits.len());
        while differences.len() < commits.len() {
            let left = commits.get(differences.len()..).unwrap_or_default();
            if self.ask(left, &mut differences)? {
                break;
            }
            // Git ended over the first commit that it did not answer for.
            self.git = None;
            if let Some(commit) = commits.get(differences.len()) {
                differences.push(Err(self.why_not(commit)?));
            }
        }
        Ok(differences)
    }

    /// Whether git answered for all of them.
    fn ask(&mut self, commits: &[Listed], differences: &mut Vec<Difference>) -> io::Result<bool> {
        let git = match &mut self.git {
            Some(git) => git,
            none => none.insert(Conversation::start(command(self.repository, self.walk, true))?),
        };
        let mut question = Vec::with_capacity(commits.len() * 84);
        for commit in commits {
            question.extend_from_slice(commit.id.as_bytes());
            if let Some(parent) = commit.parents.first() {
                question.push(b' ');
                question.extend_from_slice(parent.as_bytes());
            }
            question.push(b'\n');
        }
        question.extend_from_slice(END);
        // Where git has ended, what it answered before tells more than the broken pipe.
        let _ = git.ask.write_all(&question).and_then(|()| git.ask.flush());
        let mut open: Option<Vec<(String, Change)>> = None;
        let mut token = Vec::new();
        let whole = loop {
            match git.answer.fill_buf()?.first() {
                None => break false,
                Some(b'#') => {
                    git.answer.read_until(b'\n', &mut token)?;
                    break true;
                }
                Some(_) => {}
            }
            let Some(status) = token_of(git, &mut token)? else { break false };
            if status.len() >= 40 {
                differences.extend(open.replace(Vec::new()).map(Ok));
                continue;
            }
            let change = match status.as_bytes().first() {
                Some(b'A') => Change::Added,
                Some(b'D') => Change::Deleted,
                Some(b'R') => match token_of(git, &mut token)? {
                    Some(from) => Change::RenamedFrom(from),
                    None => break false,
                },
                _ => Change::Modified,
            };
            let Some(path) = token_of(git, &mut token)? else { break false };
            if let Some(open) = &mut open {
                open.push((path, change));
            }
        };
        differences.extend(open.map(Ok));
        Ok(whole)
    }

    fn why_not(&self, commit: &Listed) -> io::Result<Unreadable> {
        let mut command = command(self.repository, self.walk, false);
        command.args(commit.parents.first()).arg(&commit.id);
        let said = command.output()?;
        let said = if said.status.success() { "git ended".to_owned() } else { complaint(&said.stderr) };
        Ok(Unreadable { commit: commit.id.clone(), said })
    }
}

/// What stands before the next NUL.
fn token_of(git: &mut Conversation, token: &mut Vec<u8>) -> io::Result<Option<String>> {
    token.clear();
    git.answer.read_until(0, token)?;
    if token.pop() != Some(0) {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(token).into_owned()))
}

fn command(repository: &Repository, walk: Walk, stdin: bool) -> std::process::Command {
    let mut command = git(repository.git_dir());
    command.args(["diff-tree", "-r", "--root", "-z", "--name-status", "--no-ext-diff"]);
    if walk.renames {
        command.args(["--find-renames", "-l1000"]);
    } else {
        command.arg("--no-renames");
    }
    if stdin {
        command.args(["--stdin", "--always"]);
    }
    command
}
