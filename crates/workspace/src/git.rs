//! Git through a pipe: the one place where it is run, for what is gathered and for what was at a revision.
//!
//! It is kept from everything that a repository, this machine or a hook that runs us could have it do besides: no hook or
//! filter runs, nothing is checked out, no text is replaced, and what is read has a size that it may have.

use kedge_files::FileKind;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A plan file is no larger; see `kedge-files`.
const MOST_BYTES: u64 = 4 << 20;
/// A source holds no more plan files.
const MOST_FILES: usize = 10_000;
/// All files of a source together are no larger.
const MOST_BYTES_IN_ALL: u64 = 256 << 20;
/// Folders inside folders are followed so far, as on disk.
const DEEPEST: usize = 16;
/// A fetch that takes longer is given up.
const LONGEST: Duration = Duration::from_mins(5);

/// Why something could not be had from a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("git cannot be run ({0}): install it, or name the source by `path`")]
    Missing(String),
    /// A URL that is not one of those that are used.
    #[error(
        "`{0}` is not a URL to gather from: write `https://…`, `ssh://…`, `user@host:path` or `file://…`"
    )]
    Url(String),
    /// A revision that is not a name.
    #[error("`{0}` is not a revision: write a branch, a tag or a commit")]
    Name(String),
    /// A folder that leads out of the repository.
    #[error("`under = \"{0}\"` is not a folder within the repository")]
    Under(String),
    /// A folder beside a repository that was fetched.
    #[error(
        "`path = \"{0}\"` leads out of the repository whose kedge.toml says so, so it cannot be had from elsewhere: \
         name that source by `git` there"
    )]
    Beside(String),
    /// It cannot be reached.
    #[error("{url} cannot be reached: {said}")]
    Unreachable {
        /// The URL, without secrets.
        url: String,
        /// What git said.
        said: String,
    },
    /// The revision is not there.
    #[error("{url} has no revision `{rev}`")]
    NoRevision {
        /// The URL, without secrets.
        url: String,
        /// What was asked for.
        rev: String,
    },
    /// The folder is not there.
    #[error("there is no folder `{under}` in {url} at {commit}")]
    NoFolder {
        /// The URL, without secrets.
        url: String,
        /// The folder.
        under: String,
        /// The commit.
        commit: String,
    },
    /// More than an organisation's plans.
    #[error("{0} holds more plan files than are read; name the folder with `under`")]
    TooMuch(String),
    /// It broke off.
    #[error("git failed: {0}")]
    Failed(String),
}

/// What a revision holds.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Path within `under`, and text.
    pub(crate) files: Vec<(String, String)>,
    /// Path and reason.
    pub(crate) unreadable: Vec<(String, String)>,
    /// Links and submodules.
    pub(crate) passed_over: Vec<String>,
}

/// How the answer begins for a link that `--follow-symlinks` cannot follow within the repository.
const LED_AWAY: [&str; 4] = ["symlink ", "dangling ", "loop ", "notdir "];

/// Where git is run.
#[derive(Clone, Copy)]
pub(crate) enum At<'p> {
    /// In no repository.
    Nowhere,
    /// In this bare one.
    Bare(&'p Path),
    /// In the one that this folder lies in.
    Around(&'p Path),
}

/// Whether it is a commit's full name.
pub(crate) fn is_full(rev: &str) -> bool {
    matches!(rev.len(), 40 | 64) && rev.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Git, kept from everything that others could have it do, and able to fetch.
pub(crate) fn git(at: At) -> Command {
    let mut git = kedge_survey::git::plain();
    git.env("GIT_ALLOW_PROTOCOL", "https:ssh:file")
        .args(["-c", "submodule.recurse=false"])
        .args(["-c", "fetch.recurseSubmodules=false"])
        .args(["-c", "fetch.fsckObjects=false"])
        .args(["-c", "maintenance.auto=false"])
        .args(["-c", "protocol.version=2"])
        .args(["-c", "http.lowSpeedLimit=1000"])
        .args(["-c", "http.lowSpeedTime=30"]);
    match at {
        At::Nowhere => {}
        At::Bare(repository) => _ = git.arg("--git-dir").arg(repository),
        At::Around(folder) => _ = git.arg("-C").arg(folder),
    }
    git
}

pub(crate) fn spawn(mut command: Command) -> Result<Child, GitError> {
    command.spawn().map_err(|error| GitError::Missing(error.to_string()))
}

/// Runs to its end; what it wrote, or what it complained of.
pub(crate) fn run(command: Command) -> Result<Vec<u8>, GitError> {
    let (ok, out, said) = finish(spawn(command)?, Vec::new())?;
    if ok { Ok(out) } else { Err(GitError::Failed(said)) }
}

/// Feeds it, waits for its end, and gives up after [`LONGEST`].
pub(crate) fn finish(mut child: Child, input: Vec<u8>) -> Result<(bool, Vec<u8>, String), GitError> {
    let failed = |error: std::io::Error| GitError::Failed(error.to_string());
    let stdin = child.stdin.take();
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let collect = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(pipe) = pipe {
                // A pipe that breaks ends what was said; the exit code tells the rest.
                let _ = pipe.take(MOST_BYTES_IN_ALL).read_to_end(&mut bytes);
            }
            bytes
        })
    };
    let out = collect(child.stdout.take().map(|it| Box::new(it) as Box<dyn Read + Send>));
    let said = collect(child.stderr.take().map(|it| Box::new(it) as Box<dyn Read + Send>));
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if began.elapsed() > LONGEST {
            let _ = child.kill();
            let _ = child.wait();
            return Err(GitError::Failed(format!("it took longer than {} seconds", LONGEST.as_secs())));
        }
        thread::sleep(Duration::from_millis(5));
    };
    let _ = writer.join();
    let (out, said) = (out.join().unwrap_or_default(), said.join().unwrap_or_default());
    Ok((status.success(), out, shortened(&String::from_utf8_lossy(&said))))
}

/// The first complaint, in one line, without what a terminal would take for its own.
fn shortened(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let complaint =
        lines.iter().find_map(|line| line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("ERROR: ")));
    let line = complaint.or(lines.first().copied()).unwrap_or("it said nothing");
    line.chars().filter(|it| !it.is_control()).take(300).collect()
}

/// The commit of this name, where it is here.
pub(crate) fn resolve(at: At, name: &str) -> Option<String> {
    let mut command = git(at);
    command.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(format!("{name}^{{commit}}"));
    let out = run(command).ok()?;
    let id = String::from_utf8(out).ok()?.trim().to_owned();
    is_full(&id).then_some(id)
}

/// A file of the plan language in a tree.
pub(crate) struct Entry {
    pub(crate) path: String,
    /// Its object, by a name that git knows it under.
    pub(crate) object: String,
}

/// The plan files of a tree, and what else in it is named.
#[derive(Default)]
pub(crate) struct Listing {
    pub(crate) entries: Vec<Entry>,
    /// Links of any name.
    pub(crate) links: Vec<String>,
    /// Other repositories inside.
    pub(crate) submodules: Vec<String>,
    /// Path and reason.
    pub(crate) unreadable: Vec<(String, String)>,
}

impl Listing {
    /// Of what `git ls-tree -r -z` says of a folder; `whose` it is, for people.
    pub(crate) fn of(listed: &[u8], whose: &str) -> Result<Self, GitError> {
        let mut listing = Self::default();
        let mut nested: BTreeSet<String> = BTreeSet::new();
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            // `100644 blob 5f3c…<tab>path`
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            let head = String::from_utf8_lossy(&line[..tab]).into_owned();
            let mut head = head.split(' ');
            let (mode, object) = (head.next().unwrap_or_default(), head.nth(1).unwrap_or_default());
            let shown = String::from_utf8_lossy(&line[tab + 1..]).into_owned();
            let name = shown.rsplit('/').next().unwrap_or(&shown);
            let ours = FileKind::of(name).is_some();
            match mode {
                "160000" => listing.submodules.push(printable(&shown)),
                "120000" => listing.links.push(printable(&shown)),
                "100644" | "100755" if ours => {
                    let parts: Vec<&str> = shown.split('/').collect();
                    let hidden = parts.iter().rev().skip(1).any(|part| part.starts_with('.'));
                    if hidden || parts.len() > DEEPEST {
                        continue;
                    }
                    let odd = std::str::from_utf8(&line[tab + 1..]).is_err()
                        || shown.chars().any(|it| it.is_control() || matches!(it, ':' | '\\'))
                        || parts.iter().any(|part| matches!(*part, "" | "." | ".."));
                    if odd {
                        let why = "its name is none for a plan file: a–z, 0–9 and `-`".to_owned();
                        listing.unreadable.push((printable(&shown), why));
                        continue;
                    }
                    if name == "kedge.toml" && parts.len() > 1 {
                        // Another organisation's folder, as on disk.
                        nested.insert(shown[..shown.len() - name.len()].to_owned());
                    }
                    listing.entries.push(Entry { path: shown, object: object.to_owned() });
                }
                _ => {}
            }
        }
        listing.entries.retain(|entry| !nested.iter().any(|folder| entry.path.starts_with(folder)));
        if listing.entries.len() > MOST_FILES {
            return Err(GitError::TooMuch(whose.to_owned()));
        }
        Ok(listing)
    }
}

/// The texts of files, all through one `git cat-file --batch`, which `command` is; `whose` they are, for people.
pub(crate) fn read(
    mut command: Command,
    entries: &[Entry],
    tree: &mut Tree,
    whose: &str,
) -> Result<(), GitError> {
    if entries.is_empty() {
        return Ok(());
    }
    command.stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = spawn(command)?;
    let failed = |error: std::io::Error| GitError::Failed(error.to_string());
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(GitError::Failed("its pipes are closed".into()));
    };
    let wanted: Vec<String> = entries.iter().map(|entry| entry.object.clone()).collect();
    let writer = thread::spawn(move || {
        for object in wanted {
            if writeln!(stdin, "{object}").is_err() {
                return;
            }
        }
    });
    let mut out = BufReader::new(stdout);
    let mut in_all = 0;
    let mut result = Ok(());
    for entry in entries {
        let mut head = String::new();
        out.read_line(&mut head).map_err(failed)?;
        // `5f3c… blob 1234`; where links are followed `symlink 12`, and where that leads
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        if let (Some(size), true) = (size, LED_AWAY.iter().any(|word| head.starts_with(word))) {
            std::io::copy(&mut out.by_ref().take(size.saturating_add(1)), &mut std::io::sink())
                .map_err(failed)?;
            tree.passed_over.push(entry.path.clone());
            continue;
        }
        let Some(size) = size.filter(|_| head.contains(" blob ")) else {
            result = Err(GitError::Failed(format!("{} cannot be read", printable(&entry.path))));
            break;
        };
        in_all += size.min(MOST_BYTES);
        if in_all > MOST_BYTES_IN_ALL {
            result = Err(GitError::TooMuch(whose.to_owned()));
            break;
        }
        let mut bytes = Vec::new();
        if size <= MOST_BYTES {
            out.by_ref().take(size).read_to_end(&mut bytes).map_err(failed)?;
        } else {
            std::io::copy(&mut out.by_ref().take(size), &mut std::io::sink()).map_err(failed)?;
            let why = format!("it has {} MB; at most {} are read", size >> 20, MOST_BYTES >> 20);
            tree.unreadable.push((entry.path.clone(), why));
        }
        let mut end = [0];
        out.read_exact(&mut end).map_err(failed)?;
        if size <= MOST_BYTES {
            match String::from_utf8(bytes) {
                Ok(text) => tree.files.push((entry.path.clone(), text)),
                Err(_) => tree.unreadable.push((entry.path.clone(), "it is not UTF-8 text".into())),
            }
        }
    }
    drop(out);
    if result.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    let _ = writer.join();
    result
}

/// A name from a repository as it may be shown on a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}
