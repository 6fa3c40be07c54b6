//! Git through a pipe: one revision of somebody else's repository, and the plan files in it.
//!
//! The repository is taken to be hostile. Nothing of it is checked out: file names and texts are read from its objects, so
//! no link is followed, no hook or filter runs and no submodule is fetched. What a repository or a `kedge.toml` says never
//! becomes an option of git: URLs and revisions are looked at first, and stand behind `--` where git allows it.

use super::address::{checked_rev, checked_url, without_secret};
use kedge_files::FileKind;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
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

fn is_full(rev: &str) -> bool {
    matches!(rev.len(), 40 | 64) && rev.bytes().all(|it| it.is_ascii_hexdigit())
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
            && let Some(id) = resolve(&repository, rev)
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
                .find_map(|name| resolve(&repository, name));
                return found.map(commit).ok_or_else(|| GitError::NoRevision {
                    url: without_secret(url),
                    rev: wanted.to_owned(),
                });
            }
            other => other,
        };
        fetched?;
        let id = resolve(&repository, "refs/kedge/at")
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
            let mut init = git(None);
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

/// Git, kept from everything that others could have it do.
fn git(repository: Option<&Path>) -> Command {
    let mut git = Command::new("git");
    // Set where a hook runs us: they would lead git to another repository.
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
    ] {
        git.env_remove(name);
    }
    git.env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ALLOW_PROTOCOL", "https:ssh:file")
        .env("LC_ALL", "C")
        .args(["--no-pager", "--no-replace-objects"])
        .args(["-c", "core.hooksPath=/dev/null"])
        .args(["-c", "core.fsmonitor=false"])
        .args(["-c", "submodule.recurse=false"])
        .args(["-c", "fetch.recurseSubmodules=false"])
        .args(["-c", "fetch.fsckObjects=false"])
        .args(["-c", "gc.auto=0"])
        .args(["-c", "maintenance.auto=false"])
        .args(["-c", "protocol.version=2"])
        .args(["-c", "http.lowSpeedLimit=1000"])
        .args(["-c", "http.lowSpeedTime=30"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(repository) = repository {
        git.arg("--git-dir").arg(repository);
    }
    git
}

fn spawn(mut command: Command) -> Result<Child, GitError> {
    command.spawn().map_err(|error| GitError::Missing(error.to_string()))
}

/// Runs to its end; what it wrote, or what it complained of.
fn run(command: Command) -> Result<Vec<u8>, GitError> {
    let (ok, out, said) = finish(spawn(command)?, Vec::new())?;
    if ok { Ok(out) } else { Err(GitError::Failed(said)) }
}

/// Feeds it, waits for its end, and gives up after [`LONGEST`].
fn finish(mut child: Child, input: Vec<u8>) -> Result<(bool, Vec<u8>, String), GitError> {
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

fn fetch(repository: &Path, url: &str, how: &[&str], refspecs: &[&str]) -> Result<(), GitError> {
    // A promisor that is named on the command line alone: nothing is fetched behind our back later.
    let mut command = git(Some(repository));
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

/// The commit of this name, where it is here.
fn resolve(repository: &Path, name: &str) -> Option<String> {
    let mut command = git(Some(repository));
    command.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(format!("{name}^{{commit}}"));
    let out = run(command).ok()?;
    let id = String::from_utf8(out).ok()?.trim().to_owned();
    is_full(&id).then_some(id)
}

/// A file of the plan language in a tree.
struct Entry {
    path: String,
    object: String,
}

impl Commit {
    /// The plan files below a folder.
    pub(crate) fn tree(&self, url: &str, under: &str) -> Result<Tree, GitError> {
        let mut tree = Tree::default();
        let entries = self.entries(under, &mut tree)?;
        self.fetch_objects(url, &entries)?;
        self.read(url, &entries, &mut tree)?;
        Ok(tree)
    }

    fn entries(&self, under: &str, tree: &mut Tree) -> Result<Vec<Entry>, GitError> {
        let mut command = git(Some(&self.repository));
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
        let mut entries = Vec::new();
        let mut nested: BTreeSet<String> = BTreeSet::new();
        for line in out.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            // `100644 blob 5f3c…<tab>path`
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            let head = String::from_utf8_lossy(&line[..tab]).into_owned();
            let mut head = head.split(' ');
            let (mode, object) = (head.next().unwrap_or_default(), head.nth(1).unwrap_or_default());
            let shown = String::from_utf8_lossy(&line[tab + 1..]).into_owned();
            let name = shown.rsplit('/').next().unwrap_or(&shown);
            let ours = FileKind::of(name).is_some();
            match mode {
                "160000" => tree.passed_over.push(printable(&shown)),
                "120000" if ours => tree.passed_over.push(printable(&shown)),
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
                        tree.unreadable.push((printable(&shown), why));
                        continue;
                    }
                    if name == "kedge.toml" && parts.len() > 1 {
                        // Another organisation's folder, as on disk.
                        nested.insert(shown[..shown.len() - name.len()].to_owned());
                    }
                    entries.push(Entry { path: shown, object: object.to_owned() });
                }
                _ => {}
            }
        }
        entries.retain(|entry| !nested.iter().any(|folder| entry.path.starts_with(folder)));
        if entries.len() > MOST_FILES {
            return Err(GitError::TooMuch(self.url.clone()));
        }
        Ok(entries)
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
        let mut command = git(Some(&self.repository));
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

    fn read(&self, url: &str, entries: &[Entry], tree: &mut Tree) -> Result<(), GitError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut command = self.git_with_remote(url);
        command.stdin(Stdio::piped()).stderr(Stdio::null()).args(["cat-file", "--batch"]);
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
            // `5f3c… blob 1234`
            let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
            let Some(size) = size.filter(|_| head.contains(" blob ")) else {
                result = Err(GitError::Failed(format!("{} cannot be read", printable(&entry.path))));
                break;
            };
            in_all += size.min(MOST_BYTES);
            if in_all > MOST_BYTES_IN_ALL {
                result = Err(GitError::TooMuch(self.url.clone()));
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
}

/// A name from a repository as it may be shown on a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}
