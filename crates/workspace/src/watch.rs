//! Follows the files while people edit them, and computes ahead what the pages will want.

use crate::workspace::Workspace;
use kedge_model::Date;
use notify::{RecursiveMode, Watcher};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Editors write a file in several steps; reading waits until it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(60);
/// How often the clock and the files are looked at when nothing is reported: a day ends, and some file systems report
/// nothing.
const AT_LEAST: Duration = Duration::from_secs(5);
/// How often a store reads the teams again whose home is elsewhere, while somebody follows it.
const READ_AGAIN: Duration = Duration::from_mins(15);

/// Follows the files until it is dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Sender<Signal>,
    /// Set where the system cannot report changes; then the files are looked at every few seconds.
    pub degraded: Option<String>,
    _watcher: Option<notify::RecommendedWatcher>,
}

enum Signal {
    Changed,
    Stop,
}

impl Watch {
    /// Keeps the workspace's snapshot up to date, and its forecast computed, until the watch is dropped.
    pub fn start(workspace: &Workspace) -> Self {
        let (send, receive) = channel();
        // A store is written by this process alone, and what lies beside it is none of ours to follow.
        let (watcher, degraded) =
            if workspace.is_store() { (None, None) } else { watched(workspace.root(), send.clone()) };
        let followed = workspace.clone();
        thread::spawn(move || follow(&followed, &receive));
        Self { stop: send, degraded, _watcher: watcher }
    }
}

/// Has changes of the files below a folder reported; where the system cannot, why.
fn watched(root: &Path, reported: Sender<Signal>) -> (Option<notify::RecommendedWatcher>, Option<String>) {
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let ours = event.as_ref().is_ok_and(|event| {
            !event.kind.is_access()
                && event.paths.iter().any(|path| {
                    path.extension().is_some_and(|it| it == "toml")
                        || crate::survey::is_kept(path)
                        || path.is_dir()
                })
        });
        if ours || event.is_err() {
            // The receiver is gone only when the watch is.
            let _ = reported.send(Signal::Changed);
        }
    })
    .and_then(|mut watcher| watcher.watch(root, RecursiveMode::Recursive).map(|()| watcher));
    match watcher {
        Ok(watcher) => (Some(watcher), None),
        Err(error) => {
            let why = format!(
                "changes of the files are not reported here ({error}); they are looked at every few seconds"
            );
            (None, Some(why))
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.stop.send(Signal::Stop);
    }
}

fn follow(workspace: &Workspace, signals: &Receiver<Signal>) {
    compute_ahead(workspace);
    let mut seen = workspace.fingerprint();
    let mut gathered = Instant::now();
    loop {
        if gathered.elapsed() >= READ_AGAIN && workspace.is_store() {
            // Where a source cannot be reached its copy stays, and says of when it is.
            let _ = workspace.gather(false, &mut |_, _, _| {});
            compute_ahead(workspace);
            gathered = Instant::now();
        }
        let signal = signals.recv_timeout(AT_LEAST);
        workspace.reach();
        match signal {
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Signal::Changed) => loop {
                match signals.recv_timeout(QUIET) {
                    Ok(Signal::Changed) => {}
                    Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => break,
                }
            },
            Err(RecvTimeoutError::Timeout) if workspace.fingerprint() == seen => continue,
            Err(RecvTimeoutError::Timeout) => {}
        }
        seen = workspace.fingerprint();
        // A folder that is gone for a moment (a checkout, a rename) is looked at again; the old answers stay.
        let _ = workspace.refresh();
        compute_ahead(workspace);
    }
}

/// The day, and the path, length and time of every plan file below `path` and of every survey that is kept at `root`. What
/// cannot be looked at counts as not there.
pub(crate) fn fingerprint(path: &Path, root: &Path, sources: &[PathBuf], today: Date) -> u64 {
    let mut hasher = DefaultHasher::new();
    today.hash(&mut hasher);
    crate::survey::seen(root).hash(&mut hasher);
    crate::gather::written(path).hash(&mut hasher);
    let mut open = vec![path.to_owned()];
    open.extend_from_slice(sources);
    let mut found: Vec<(PathBuf, u64, Option<SystemTime>)> = Vec::new();
    while let Some(path) = open.pop() {
        let Ok(data) = fs::symlink_metadata(&path) else { continue };
        if data.is_dir() {
            open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else if path.extension().is_some_and(|it| it == "toml") {
            found.push((path, data.len(), data.modified().ok()));
        }
    }
    found.sort();
    found.hash(&mut hasher);
    hasher.finish()
}

/// The forecast in a thread of its own: the next edit is read while it runs. First the whole, then each plan with its best
/// starts; a newer snapshot ends it.
fn compute_ahead(workspace: &Workspace) {
    let Some(answers) = workspace.snapshot().answers else { return };
    if answers.is_computed_ahead() {
        return;
    }
    let workspace = workspace.clone();
    thread::spawn(move || {
        let still = || workspace.snapshot().answers.is_some_and(|now| now.digest() == answers.digest());
        answers.report();
        if still() {
            workspace.answer_ready();
        }
        for plan in answers.open_plans() {
            if !still() {
                return;
            }
            answers.plan(plan);
        }
        workspace.answer_ready();
    });
}
