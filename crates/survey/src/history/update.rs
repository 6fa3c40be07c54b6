//! Bringing a cache up to date: what is not in it yet is asked of git, in several processes, and written behind it.

use super::cache::{self, HEADER, Kept, Writer};
use super::differences::{Change, Difference, Differences};
use super::list::{self, List, Listed};
use super::names::Names;
use super::{Commit, History, How, Touched, Unreadable};
use crate::git::{git, output};
use crate::repository::{Repository, SurveyError};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

/// Commits that git is asked about at once.
const BLOCK: usize = 32;

/// How a history is walked. What was read otherwise is not used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Only along first parents, a merge being one change with all that it brought in; otherwise every commit, and
    /// merges are passed over.
    pub first_parent: bool,
    /// Whether a file that was moved is taken as the same.
    pub renames: bool,
}

impl Walk {
    pub(super) fn header(self) -> String {
        format!("{HEADER} first-parent={} renames={}", self.first_parent, self.renames)
    }
}

/// How far the reading of a history has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Commits read of git so far.
    pub done: u64,
    /// Commits to be read of git.
    pub of: u64,
}

pub(super) fn bring_up_to_date(
    repository: &Repository,
    walk: Walk,
    file: &Path,
    progress: &mut dyn FnMut(Step),
) -> Result<History, SurveyError> {
    let at_file = |error: io::Error| SurveyError::BrokeOff { path: file.to_owned(), said: error.to_string() };
    let _alone = alone(file);
    let kept = cache::kept(file, &walk.header()).filter(|kept| leads_to_head(repository, &kept.reached));
    let (mut kept, mut writer) = if let Some(kept) = kept {
        let mut to = OpenOptions::new().write(true).open(file).map_err(at_file)?;
        to.set_len(kept.length).and_then(|()| to.seek(SeekFrom::End(0))).map_err(at_file)?;
        let writer = Writer::new(BufWriter::new(to), kept.sum);
        (kept, writer)
    } else {
        let to = BufWriter::new(File::create(file).map_err(at_file)?);
        (Kept::default(), Writer::begin(to, &walk.header()).map_err(at_file)?)
    };
    let mut new = 0;
    if kept.reached != repository.head() {
        new = append(repository, walk, &mut kept, &mut writer, progress)
            .map_err(|error| repository.broke_off(&error))?;
        writer.seal(repository.head()).map_err(at_file)?;
    }
    drop(writer);
    let length = std::fs::metadata(file).map_err(at_file)?.len();
    let Kept { names, commits, unreadable, cut_off, times, .. } = kept;
    Ok(History {
        file: file.to_owned(),
        length,
        renames: walk.renames,
        names,
        commits,
        unreadable,
        cut_off,
        times,
        new,
    })
}

/// Has whoever else would write the same cache wait until this ends. Where the file system cannot do that, all goes on:
/// what two have written at once has no checksum that holds, and is read anew the next time.
fn alone(file: &Path) -> Option<File> {
    let mut name = file.file_name()?.to_owned();
    name.push(".lock");
    let lock = OpenOptions::new().create(true).append(true).open(file.with_file_name(name)).ok()?;
    lock.lock().ok()?;
    Some(lock)
}

/// Whether all that was read is still part of the history.
fn leads_to_head(repository: &Repository, reached: &str) -> bool {
    if reached == repository.head() {
        return true;
    }
    let mut command = git(repository.git_dir());
    command.args(["merge-base", "--is-ancestor", reached, repository.head()]);
    output(command).is_ok()
}

/// Reads what is new and writes it; how many commits that were.
fn append<W: Write>(
    repository: &Repository,
    walk: Walk,
    kept: &mut Kept,
    writer: &mut Writer<W>,
    progress: &mut dyn FnMut(Step),
) -> io::Result<u64> {
    let since = (!kept.reached.is_empty()).then(|| kept.reached.clone());
    let of = list::count(repository, walk, since.as_deref())?;
    let before = kept.commits;
    let mut done = 0;
    progress(Step { done, of });
    let workers = thread::available_parallelism().map_or(2, usize::from).min(8);
    let (blocks, taken) = mpsc::sync_channel::<(u64, Vec<Listed>)>(workers * 2);
    // Only the workers hold it: once they have ended, nothing waits for a block to be taken.
    let taken = Arc::new(Mutex::new(taken));
    let (answers, answered) = mpsc::sync_channel(workers * 4);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (answers, taken) = (answers.clone(), Arc::clone(&taken));
            scope.spawn(move || {
                let mut differences = Differences::new(repository, walk);
                loop {
                    let block = taken.lock().map(|taken| taken.recv());
                    let Ok(Ok((number, block))) = block else { return };
                    let found = differences.of(&block);
                    if answers.send((number, block, found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop((answers, taken));
        let listing = scope.spawn(move || list_in_blocks(repository, walk, since.as_deref(), &blocks));
        // In the order of the list, so that the same history makes the same file.
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, block, found) in answered {
            waiting.insert(number, (block, found));
            while let Some((block, found)) = waiting.remove(&next) {
                next += 1;
                done += block.len() as u64;
                for (listed, difference) in block.into_iter().zip(found?) {
                    write(repository, walk, listed, difference, kept, writer)?;
                }
                progress(Step { done, of });
            }
        }
        let listing =
            listing.join().unwrap_or_else(|_| Err(io::Error::other("listing commits broke off")))?;
        if let Some(unreadable) = listing {
            writer.unreadable(&unreadable)?;
            kept.unreadable.push(unreadable);
        }
        io::Result::Ok(())
    })?;
    Ok(kept.commits - before)
}

/// Lists all there is; what it could not get beyond, if git gave up.
fn list_in_blocks(
    repository: &Repository,
    walk: Walk,
    since: Option<&str>,
    blocks: &mpsc::SyncSender<(u64, Vec<Listed>)>,
) -> io::Result<Option<Unreadable>> {
    let mut list = List::start(repository, walk, since)?;
    let mut reached = String::new();
    for number in 0.. {
        let mut block = Vec::with_capacity(BLOCK);
        while block.len() < BLOCK
            && let Some(listed) = list.next()?
        {
            block.push(listed);
        }
        if let Some(listed) = block.last() {
            reached.clone_from(&listed.id);
        }
        // Who takes blocks has ended where none is taken any more, and says why.
        if block.is_empty() || blocks.send((number, block)).is_err() {
            break;
        }
    }
    let said = "git lists no commits beyond this one: its parents are not here".to_owned();
    Ok((!list.ended_well()?).then_some(Unreadable { commit: reached, said }))
}

fn write<W: Write>(
    repository: &Repository,
    walk: Walk,
    listed: Listed,
    difference: Difference,
    kept: &mut Kept,
    writer: &mut Writer<W>,
) -> io::Result<()> {
    // At the edge of a shallow clone everything seems to be new.
    if repository.is_cut_off_at(&listed.id) {
        kept.cut_off += 1;
        return writer.cut_off(&listed.id);
    }
    let paths = match difference {
        Ok(paths) => paths,
        Err(unreadable) => {
            writer.unreadable(&unreadable)?;
            kept.unreadable.push(unreadable);
            return Ok(());
        }
    };
    let number = |path: &str, names: &mut Names, writer: &mut Writer<W>| {
        let (index, is_new) = names.number_path(path);
        if is_new {
            writer.path(path)?;
        }
        io::Result::Ok(index)
    };
    let mut touched = Vec::with_capacity(paths.len());
    for (path, change) in paths {
        let how = match change {
            Change::Modified => How::Modified,
            Change::Deleted => How::Deleted,
            Change::RenamedFrom(from) if walk.renames => {
                How::Renamed { from: number(&from, &mut kept.names, writer)? }
            }
            Change::Added | Change::RenamedFrom(_) => How::Added,
        };
        touched.push(Touched { path: number(&path, &mut kept.names, writer)?, how });
    }
    let (author, is_new) = kept.names.number_person(&listed.author);
    if is_new {
        writer.person(&listed.author)?;
    }
    kept.commits += 1;
    kept.times.note(listed.written);
    writer.commit(&Commit {
        id: listed.id,
        parents: listed.parents.len() as u32,
        author,
        written: listed.written,
        committed: listed.committed,
        touched,
    })
}
