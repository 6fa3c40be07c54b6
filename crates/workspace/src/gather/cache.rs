//! One revision of somebody else's repository, fetched, and the plan files in it.
//!
//! The repository is taken to be hostile. Nothing of it is checked out: file names and texts are read from its objects, so
//! no link is followed, no hook or filter runs and no submodule is fetched. What a repository or a `kedge.toml` says never
//! becomes an option of git: URLs and revisions are looked at first, and stand behind `--` where git allows it.

use super::address::{checked_rev, checked_url, without_secret};
use crate::git::{At, Entry, GitError, Listing, Tree, finish, git, is_full, read, resolve, run, spawn};
use kedge_files::FileKind;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where fetched repositories are kept.
pub(crate) struct Cache {
    folder: PathBuf,
}

/// A revision that is here.
pub(crate) struct Commit {
    repository: PathBuf,
    url: String,
    /// Its full name.
    pub(crate) id: String,
}

impl Cache {
    /// A cache in this folder, which is made where it is not there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Fetches a revision, its default branch where none is named.
    pub(crate) fn fetch(&self, url: &str, rev: Option<&str>) -> Result<Commit, GitError> {
        checked_url(url)?;
        if let Some(rev) = rev {
            checked_rev(rev)?;
        }
        let repository = self.repository(url)?;
        let commit = |id: String| Commit { repository: repository.clone(), url: without_secret(url), id };
        // A full commit never changes: what is here need not be fetched.
        if let Some(rev) = rev.filter(|rev| is_full(rev))
            && let Some(id) = resolve(At::Bare(&repository), rev)
        {
            return Ok(commit(id));
        }
        let wanted = rev.unwrap_or("HEAD");
        let refspec = format!("+{wanted}:refs/kedge/at");
        let fetched = fetch(&repository, url, &["--depth=1", "--filter=blob:none"], &[&refspec]);
        let fetched = match fetched {
            // Some servers refuse to be asked for what is no branch or tag; then all of it is looked through.
            Err(GitError::NoRevision { .. }) if rev.is_some() => {
                let all = ["+refs/heads/*:refs/kedge/heads/*", "+refs/tags/*:refs/kedge/tags/*"];
                fetch(&repository, url, &["--filter=blob:none"], &all)?;
                let found = [
                    format!("refs/kedge/tags/{wanted}"),
                    format!("refs/kedge/heads/{wanted}"),
                    wanted.to_owned(),
                ]
                .iter()
                .find_map(|name| resolve(At::Bare(&repository), name));
                return found.map(commit).ok_or_else(|| GitError::NoRevision {
                    url: without_secret(url),
                    rev: wanted.to_owned(),
                });
            }
            other => other,
        };
        fetched?;
        let id = resolve(At::Bare(&repository), "refs/kedge/at")
            .ok_or_else(|| GitError::NoRevision { url: without_secret(url), rev: wanted.to_owned() })?;
        Ok(commit(id))
    }

    /// The bare repository for this URL, made where it is not there.
    fn repository(&self, url: &str) -> Result<PathBuf, GitError> {
        let failed = |error: std::io::Error| GitError::Failed(error.to_string());
        let name = super::names([(&kedge_model::Location::Git(url.to_owned()), None)]).concat();
        let repository = self.folder.join(format!("{name}-{:016x}.git", fingerprint(url)));
        super::record::make_folder(self.folder.parent().unwrap_or(&self.folder)).map_err(failed)?;
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        if !repository.join("HEAD").is_file() {
            // An empty template: not even this machine's own hooks come into it.
            let mut init = git(At::Nowhere);
            init.args(["init", "--quiet", "--bare", "--template="]).arg("--").arg(&repository);
            run(init)?;
        }
        // The address is not written into the repository's settings; only that objects may be missing is.
        Ok(repository)
    }
}

/// FNV-1a, so that a folder's name does not change with the compiler.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn fetch(repository: &Path, url: &str, how: &[&str], refspecs: &[&str]) -> Result<(), GitError> {
    // A promisor that is named on the command line alone: nothing is fetched behind our back later.
    let mut command = git(At::Bare(repository));
    command.arg("-c").arg(format!("remote.kedge.url={url}"));
    command.args([
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        "--force",
    ]);
    command.args(how).args(["--", "kedge"]).args(refspecs);
    let (ok, _, said) = finish(spawn(command)?, Vec::new())?;
    if ok {
        return Ok(());
    }
    let url = without_secret(url);
    let not_there =
        ["couldn't find remote ref", "not our ref", "unadvertised object", "Server does not allow request"];
    if not_there.iter().any(|it| said.contains(it)) {
        let rev = refspecs
            .first()
            .map_or("", |it| it.trim_start_matches('+').split(':').next().unwrap_or_default());
        return Err(GitError::NoRevision { url, rev: rev.to_owned() });
    }
    Err(GitError::Unreachable { url, said })
}

impl Commit {
    /// The plan files below a folder.
    pub(crate) fn tree(&self, url: &str, under: &str) -> Result<Tree, GitError> {
        let mut tree = Tree::default();
        let entries = self.entries(under, &mut tree)?;
        self.fetch_objects(url, &entries)?;
        let mut command = self.git_with_remote(url);
        command.args(["cat-file", "--batch"]);
        read(command, &entries, &mut tree, &self.url)?;
        Ok(tree)
    }

    fn entries(&self, under: &str, tree: &mut Tree) -> Result<Vec<Entry>, GitError> {
        let mut command = git(At::Bare(&self.repository));
        command.args(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options"]);
        command.arg(format!("{}:{under}", self.id));
        let (ok, out, _) = finish(spawn(command)?, Vec::new())?;
        if !ok {
            return Err(GitError::NoFolder {
                url: self.url.clone(),
                under: under.to_owned(),
                commit: self.id.clone(),
            });
        }
        let listing = Listing::of(&out, &self.url)?;
        tree.passed_over = listing.submodules;
        tree.passed_over.extend(listing.links.into_iter().filter(|link| FileKind::of(link).is_some()));
        tree.passed_over.sort();
        tree.unreadable = listing.unreadable;
        Ok(listing.entries)
    }

    /// The texts that the fetch left out, all at once.
    fn fetch_objects(&self, url: &str, entries: &[Entry]) -> Result<(), GitError> {
        if entries.is_empty() || !self.lacks(url, entries)? {
            return Ok(());
        }
        let mut command = self.git_with_remote(url);
        command.stdin(Stdio::piped());
        // Texts have no history to negotiate about; without this git looks for one, and fails.
        command.args(["-c", "fetch.negotiationAlgorithm=noop"]);
        command.args(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]);
        command.args(["--filter=blob:none", "--stdin", "--", "kedge"]);
        let wanted: BTreeSet<&str> = entries.iter().map(|entry| entry.object.as_str()).collect();
        let input = wanted.into_iter().collect::<Vec<_>>().join("\n") + "\n";
        let (ok, _, said) = finish(spawn(command)?, input.into_bytes())?;
        if ok { Ok(()) } else { Err(GitError::Unreachable { url: self.url.clone(), said }) }
    }

    /// Git that knows where the objects that are not here come from.
    fn git_with_remote(&self, url: &str) -> Command {
        let mut command = git(At::Bare(&self.repository));
        command.arg("-c").arg(format!("remote.kedge.url={url}"));
        command
    }

    /// Whether any of the texts is not here. Asked without letting git fetch them one by one.
    fn lacks(&self, url: &str, entries: &[Entry]) -> Result<bool, GitError> {
        let mut command = self.git_with_remote(url);
        command.args([
            "rev-list",
            "--objects",
            "--missing=print",
            "--max-count=1",
            "--end-of-options",
            &self.id,
        ]);
        let out = run(command)?;
        let out = String::from_utf8_lossy(&out);
        let missing: BTreeSet<&str> = out.lines().filter_map(|line| line.strip_prefix('?')).collect();
        Ok(entries.iter().any(|entry| missing.contains(entry.object.as_str())))
    }
}
