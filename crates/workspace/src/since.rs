//! The plans as they were at a git revision. Git itself is asked, through a pipe, so that every repository works that works
//! with git.

use crate::git::{At, Entry, GitError, Listing, Tree, finish, git, read, resolve, spawn};
use crate::workspace::Workspace;
use kedge_check::Report;
use kedge_files::{FileKind, SourceText, read_found};
use kedge_model::{Finding, Fix, Place, Scope, Severity, codes};
use std::path::{Path, PathBuf};

/// Why an earlier state cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SinceError {
    /// There is no git.
    #[error("git cannot be run: {0}")]
    NoGit(String),
    /// The plans are in no repository.
    #[error("{} is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// There is no such revision.
    #[error("there is no revision `{revision}` in {}", .repository.display())]
    NoRevision {
        /// What was asked for.
        revision: String,
        /// Where.
        repository: PathBuf,
    },
    /// At that revision there were no plans.
    #[error("at `{revision}` there was no plan in {}", .folder.display())]
    NoPlans {
        /// The revision.
        revision: String,
        /// The folder of the plans.
        folder: PathBuf,
    },
    /// Git did not do what it was asked.
    #[error("git failed: {0}")]
    Git(String),
}

impl From<GitError> for SinceError {
    fn from(error: GitError) -> Self {
        match error {
            GitError::Missing(said) => Self::NoGit(said),
            GitError::Failed(said) => Self::Git(said),
            other => Self::Git(other.to_string()),
        }
    }
}

impl Workspace {
    /// The report that the plans would have had as they were at `revision` of their git repository, looked at from the same
    /// day and with the same rules as now; with `fast` those that need no forecast. Where the plans could not be read then,
    /// what kept them from it.
    ///
    /// # Errors
    /// Where the plans are in no repository, or it has no such revision, or no plans there.
    pub fn report_at(&self, revision: &str, fast: bool) -> Result<Report, SinceError> {
        let Before { mut files, unreadable, links } = files_at(self.path(), self.root(), revision)?;
        // What lies in other repositories, or behind a link that leads away, is as it is now: the revision is of this one.
        let snapshot = self.snapshot();
        let sources = match (&snapshot.trouble, &snapshot.answers) {
            (Some(trouble), _) => Some(&trouble.sources),
            (None, answers) => answers.as_ref().map(|answers| &answers.sources),
        };
        let others: Vec<SourceText> = sources.map_or_else(Vec::new, |sources| {
            let linked = |path: &str| {
                let below = |link: &String| {
                    path.strip_prefix(link.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                links.iter().any(below)
            };
            let is_elsewhere = |path: &&str| crate::gather::source_of(path).is_some() || linked(path);
            let of_others = sources.files().filter(is_elsewhere);
            let text =
                |path: &str| Some(SourceText { path: path.to_owned(), text: sources.text(path)?.to_owned() });
            of_others.filter_map(text).collect()
        });
        let part = self.teams_here().is_some();
        let gathered = others.iter().any(|file| crate::gather::source_of(&file.path).is_some());
        if part && gathered {
            // The whole's own settings take the place of the pointer to it.
            files.retain(|file| file.path != "kedge.toml");
        }
        // A part stays a part: whether a kedge.toml was there decides for the whole only.
        let alone = self.path().is_file() || (part && !gathered) || !self.left_aside().is_empty();
        let scope = alone.then_some(Scope::Partial);
        files.extend(others);
        let unreadable = unreadable.into_iter().map(|(path, why)| {
            let place = Place { file: path.as_str().into(), line: 1, column: 1, end_line: 1, end_column: 1 };
            Finding::in_file(
                codes::UNREADABLE,
                Severity::Error,
                place,
                format!("this file was not read: {why}"),
            )
            .with_fix(Fix::advice("look at it with `git show`"))
        });
        Ok(match read_found(files, scope, unreadable.collect()) {
            Ok(loaded) => self.answers_to(loaded).into_report(fast),
            Err(failed) => Report::of_reading(&failed.findings, &failed.sources),
        })
    }

    /// Where the plans are within their git repository: the folder's path from its top, with `/`; empty where the folder is
    /// the top, or in no repository.
    pub fn within_repository(&self) -> String {
        let here = || {
            let root = std::fs::canonicalize(self.root()).ok()?;
            let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
            let parts = root.strip_prefix(top).ok()?.components();
            let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            Some(parts.join("/"))
        };
        here().unwrap_or_default()
    }
}

/// What a revision holds of a folder.
struct Before {
    files: Vec<SourceText>,
    unreadable: Vec<(String, String)>,
    /// Links that lead to folders or out of the repository.
    links: Vec<String>,
}

/// The files of the plan language in the folder, or the one file, as they were.
fn files_at(path: &Path, root: &Path, revision: &str) -> Result<Before, SinceError> {
    let here = At::Around(root);
    let line = |question: &str| -> Result<Option<String>, SinceError> {
        let mut command = git(here);
        command.args(["rev-parse", question]);
        let (ok, out, _) = finish(spawn(command)?, Vec::new())?;
        let out = String::from_utf8_lossy(&out);
        Ok(ok.then(|| out.strip_suffix('\n').unwrap_or(&out).to_owned()))
    };
    let repository = line("--show-toplevel")?.ok_or_else(|| SinceError::NoRepository(root.to_owned()))?;
    let commit = resolve(here, revision).ok_or_else(|| SinceError::NoRevision {
        revision: revision.to_owned(),
        repository: PathBuf::from(&repository),
    })?;
    let none = || SinceError::NoPlans { revision: revision.to_owned(), folder: root.to_owned() };
    let within = line("--show-prefix")?.unwrap_or_default();
    let mut command = git(here);
    command.args(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options"]);
    command.arg(format!("{commit}:{within}"));
    let (ok, listed, _) = finish(spawn(command)?, Vec::new())?;
    if !ok {
        return Err(none());
    }
    let mut listing = Listing::of(&listed, &repository)?;
    if path.is_file() {
        let only = path.file_name().unwrap_or_default().to_string_lossy();
        listing.entries.retain(|entry| entry.path == only);
        listing.links.retain(|link| *link == only);
        listing.unreadable.retain(|(path, _)| *path == only);
    }
    let mut tree = Tree { unreadable: listing.unreadable, ..Tree::default() };
    let mut command = git(here);
    command.args(["cat-file", "--batch"]);
    read(command, &listing.entries, &mut tree, &repository)?;
    // A link to a file is followed, as it is on disk; as it was then, where it stays within the repository.
    let (files, mut links): (Vec<String>, Vec<String>) =
        listing.links.into_iter().partition(|link| FileKind::of(link).is_some());
    let object = |path: String| Entry { object: format!("{commit}:{within}{path}"), path };
    let linked: Vec<Entry> = files.into_iter().map(object).collect();
    let mut command = git(here);
    command.args(["cat-file", "--batch", "--follow-symlinks"]);
    read(command, &linked, &mut tree, &repository)?;
    links.append(&mut tree.passed_over);
    if tree.files.is_empty() && tree.unreadable.is_empty() && links.is_empty() {
        return Err(none());
    }
    let files = tree.files.into_iter().map(|(path, text)| SourceText { path, text }).collect();
    Ok(Before { files, unreadable: tree.unreadable, links })
}
