//! The plans as they were at a git revision. Git itself is asked, through a pipe, so that every repository works that works
//! with git.

use crate::workspace::Workspace;
use kedge_check::Report;
use kedge_files::{FileKind, SourceText};
use kedge_model::Scope;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// Why an earlier state cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SinceError {
    /// There is no git.
    #[error("git cannot be run: {0}")]
    NoGit(io::Error),
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

impl Workspace {
    /// The report that the plans would have had as they were at `revision` of their git repository, looked at from the same
    /// day and with the same rules as now; with `fast` those that need no forecast. Where the plans could not be read then,
    /// what kept them from it.
    ///
    /// # Errors
    /// Where the plans are in no repository, or it has no such revision, or no plans there.
    pub fn report_at(&self, revision: &str, fast: bool) -> Result<Report, SinceError> {
        let mut files = files_at(self.path(), self.root(), revision)?;
        // What lies in other repositories is as it is now: the revision is of this one.
        let snapshot = self.snapshot();
        let sources = match (&snapshot.trouble, &snapshot.answers) {
            (Some(trouble), _) => Some(&trouble.sources),
            (None, answers) => answers.as_ref().map(|answers| &answers.sources),
        };
        let others: Vec<SourceText> = sources.map_or_else(Vec::new, |sources| {
            let of_others = sources.files().filter(|path| crate::gather::source_of(path).is_some());
            let text =
                |path: &str| Some(SourceText { path: path.to_owned(), text: sources.text(path)?.to_owned() });
            of_others.filter_map(text).collect()
        });
        let part = self.teams_here().is_some();
        if part && !others.is_empty() {
            // The whole's own settings take the place of the pointer to it.
            files.retain(|file| file.path != "kedge.toml");
        }
        // A part stays a part: whether a kedge.toml was there decides for the whole only.
        let alone = self.path().is_file() || (part && others.is_empty()) || !self.left_aside().is_empty();
        let scope = alone.then_some(Scope::Partial);
        files.extend(others);
        Ok(match kedge_files::read(files, scope) {
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

/// The files of the plan language in the folder, or the one file, as they were.
pub(crate) fn files_at(path: &Path, root: &Path, revision: &str) -> Result<Vec<SourceText>, SinceError> {
    let repository = git(root, &["rev-parse", "--show-toplevel"])?
        .ok_or_else(|| SinceError::NoRepository(root.to_owned()))?;
    let repository = PathBuf::from(repository.trim_end_matches(['\r', '\n']));
    let commit = format!("{revision}^{{commit}}");
    // What begins with a hyphen would be an option.
    let known = !revision.starts_with('-');
    let commit =
        known.then(|| git(root, &["rev-parse", "--verify", "--quiet", &commit])).transpose()?.flatten();
    let commit =
        commit.ok_or_else(|| SinceError::NoRevision { revision: revision.to_owned(), repository })?;
    let commit = commit.trim_end().to_owned();
    // Relative to the folder that git is run in, and only what is in it.
    let listed = git(root, &["ls-tree", "-r", "-z", "--name-only", &commit, "."])?
        .ok_or_else(|| SinceError::Git("the revision's files cannot be listed".into()))?;
    let only = path.is_file().then(|| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let mut names: Vec<&str> = listed
        .split('\0')
        .filter(|name| FileKind::of(name).is_some() && only.as_ref().is_none_or(|only| only == name))
        .filter(|name| !name.split('/').any(|part| part.starts_with('.')))
        .collect();
    // A folder inside that has a `kedge.toml` of its own is another organisation.
    let others: Vec<String> = names
        .iter()
        .filter_map(|name| name.strip_suffix("/kedge.toml").map(|folder| format!("{folder}/")))
        .collect();
    names.retain(|name| !others.iter().any(|other| name.starts_with(other.as_str())));
    if names.is_empty() {
        return Err(SinceError::NoPlans { revision: revision.to_owned(), folder: root.to_owned() });
    }
    contents(root, &commit, &names)
}

/// What git prints; `None` where it refuses.
fn git(folder: &Path, arguments: &[&str]) -> Result<Option<String>, SinceError> {
    let output = command(folder, arguments).stdin(Stdio::null()).output().map_err(SinceError::NoGit)?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    command.stderr(Stdio::null());
    command
}

/// The texts of the files, all through one process.
fn contents(root: &Path, commit: &str, names: &[&str]) -> Result<Vec<SourceText>, SinceError> {
    let failed = |error: io::Error| SinceError::Git(format!("the revision's files cannot be read: {error}"));
    let mut child = command(root, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(SinceError::NoGit)?;
    // `./` makes git read the path as relative to the folder.
    let mut asked = String::new();
    for name in names {
        let _ = writeln!(asked, "{commit}:./{name}");
    }
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(SinceError::Git("no pipe".into()));
    };
    // Git answers while it is still asked; one thread would wait for itself once both pipes are full.
    let asking = thread::spawn(move || input.write_all(asked.as_bytes()));
    let mut output = BufReader::new(output);
    let mut files = Vec::with_capacity(names.len());
    for name in names {
        let mut head = String::new();
        output.read_line(&mut head).map_err(failed)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(|| SinceError::Git(format!("{name} cannot be read at that revision")))?;
        let mut bytes = vec![0; size + 1];
        output.read_exact(&mut bytes).map_err(failed)?;
        bytes.pop();
        // What is no text is found where it is read.
        files.push(SourceText {
            path: (*name).to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        });
    }
    // All was answered, so all was asked.
    let _ = asking.join();
    let _ = child.wait();
    Ok(files)
}
