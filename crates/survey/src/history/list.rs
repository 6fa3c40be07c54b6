//! The list of commits, newest first, with who wrote them and when; not what they changed.

use super::names::Identity;
use super::update::Walk;
use crate::git::{Conversation, git};
use crate::repository::Repository;
use std::io::{self, BufRead};

/// A commit before it is known what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) parents: Vec<String>,
    pub(super) written: i64,
    pub(super) committed: i64,
    pub(super) author: Identity,
}

/// Commits that are listed one after another.
pub(super) struct List {
    git: Conversation,
}

impl List {
    /// The commits that lead to the head, without those that lead to `since`.
    pub(super) fn start(repository: &Repository, walk: Walk, since: Option<&str>) -> io::Result<Self> {
        let mut command = git(repository.git_dir());
        // Where commits themselves are missing, what can be reached is listed all the same.
        command.args(["rev-list", "--missing=allow-any", "--no-commit-header"]);
        command.arg("--format=%H%x00%P%x00%at%x00%ct%x00%an%x00%ae%x00");
        command.args(which(repository, walk, since));
        Ok(Self { git: Conversation::start(command)? })
    }

    /// Whether git came to the end of the history, and did not give up before.
    pub(super) fn ended_well(mut self) -> io::Result<bool> {
        self.git.ended_well()
    }

    /// The next commit; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Listed>> {
        let mut field = || -> io::Result<Option<String>> {
            let mut bytes = Vec::new();
            self.git.answer.read_until(0, &mut bytes)?;
            if bytes.pop() != Some(0) {
                return Ok(None);
            }
            Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
        };
        let (Some(id), Some(parents), Some(written), Some(committed), Some(name), Some(mail)) =
            (field()?, field()?, field()?, field()?, field()?, field()?)
        else {
            return Ok(None);
        };
        // A moment that is not a number (there are such commits) is the beginning of time.
        let moment = |text: String| text.trim().parse().unwrap_or(0);
        Ok(Some(Listed {
            id: id.trim_start_matches('\n').to_owned(),
            parents: parents.split_whitespace().map(str::to_owned).collect(),
            written: moment(written),
            committed: moment(committed),
            author: Identity { name, mail },
        }))
    }
}

/// How many commits the list will hold; 0 where git cannot tell, because some are not here.
pub(super) fn count(repository: &Repository, walk: Walk, since: Option<&str>) -> io::Result<u64> {
    let mut command = git(repository.git_dir());
    command.args(["rev-list", "--missing=allow-any", "--count"]);
    command.args(which(repository, walk, since));
    let Ok(out) = crate::git::output(command) else {
        return Ok(0);
    };
    String::from_utf8_lossy(&out).trim().parse().map_err(|_| io::Error::other("git counts no commits"))
}

/// Which commits: a merge brings in what its commits changed, and either those count or it does.
fn which(repository: &Repository, walk: Walk, since: Option<&str>) -> Vec<String> {
    let walk = if walk.first_parent { "--first-parent" } else { "--no-merges" };
    let without = since.map(|since| format!("^{since}"));
    [walk, repository.head()].map(str::to_owned).into_iter().chain(without).chain(["--".to_owned()]).collect()
}
