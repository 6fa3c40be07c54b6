//! Git through a pipe, kept from everything that a repository, a hook or an environment could have it do.

use std::io::{self, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Set where a hook runs us: they would lead git to another repository.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
];

/// Git, told where to look by whoever adds to this. Nothing is fetched, no hook, filter or monitor runs, and what it says
/// is in English.
pub fn plain() -> Command {
    let mut git = Command::new("git");
    for name in ELSEWHERE {
        git.env_remove(name);
    }
    git.env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .args(["--no-pager", "--no-replace-objects"])
        .args(["-c", "core.hooksPath=/dev/null"])
        .args(["-c", "core.fsmonitor=false"])
        .args(["-c", "gc.auto=0"])
        .args(["-c", "i18n.logOutputEncoding=UTF-8"])
        // The repository's own map of names, as it is at the revision, and no other.
        .args(["-c", "mailmap.file="])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    git
}

/// [`plain`] on a repository, by its folder of objects and references.
pub fn git(git_dir: &Path) -> Command {
    let mut git = plain();
    git.arg("--git-dir").arg(git_dir);
    git
}

/// What a command wrote, where it ended well.
///
/// # Errors
/// What git said, in one line.
pub fn output(mut command: Command) -> io::Result<Vec<u8>> {
    let done = command.output()?;
    if done.status.success() { Ok(done.stdout) } else { Err(io::Error::other(complaint(&done.stderr))) }
}

/// The first complaint in what git said, in one line, without what a terminal would take for its own.
pub fn complaint(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines().find_map(|line| line.strip_prefix("fatal: ")).or(lines().next());
    printable(&line.unwrap_or("it said nothing").chars().take(300).collect::<String>())
}

/// A name from a repository as it may be shown on a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}

/// A running git that is asked and answers; it ends with this value.
#[derive(Debug)]
pub struct Conversation {
    child: Child,
    /// Where it is asked.
    pub ask: ChildStdin,
    /// Where it answers.
    pub answer: BufReader<ChildStdout>,
}

impl Conversation {
    /// Starts a command to be talked to.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(mut command: Command) -> io::Result<Self> {
        // What it complains of shows in how its answers end; a full pipe that nobody reads would stop it.
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (Some(ask), Some(answer)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("git's pipes are closed"));
        };
        Ok(Self { child, ask, answer: BufReader::with_capacity(1 << 16, answer) })
    }

    /// Waits for its end, once its answers have ended: whether all went well.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub fn ended_well(&mut self) -> io::Result<bool> {
        Ok(self.child.wait()?.success())
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
