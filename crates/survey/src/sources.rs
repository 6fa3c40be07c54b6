//! What each file of a tree says by itself: read on all processors, and kept by the name of its contents, so that the next
//! time only what changed is read.
//!
//! The file that it is kept in is a sequence of records behind one line that says which reader wrote it. A record whose
//! digest does not fit was cut off while it was written: it and all behind it is dropped. A file of another reader, or one
//! that holds more of what is gone than of what is there, is written anew.

use crate::repository::{Repository, SurveyError};
use crate::tree::{self, Contents, File, Tree};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Changes with the code of the readers, so that what an older one read is not used again.
const READERS: &str = env!("KEDGE_READERS");

/// So many files are read of git by one process before the next is begun.
const BLOCK: usize = 64;

/// So many files are in memory at a time, with what they say.
const WINDOW: usize = 2048;

/// A repository's sources, and where what they say is kept.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'s> {
    /// The repository.
    pub repository: &'s Repository,
    /// Its files.
    pub tree: &'s Tree,
    /// The file beside which what is read is kept, under its name with another ending; nothing is kept where absent.
    pub kept: Option<&'s Path>,
}

/// One reader.
pub(crate) struct Reader<'r> {
    /// In a word: the ending of the file that what it reads is kept in.
    pub(crate) name: &'static str,
    /// Which files it reads.
    pub(crate) wants: &'r dyn Fn(&str) -> bool,
    /// Larger files are not read. In bytes.
    pub(crate) most: u64,
}

/// What came of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    /// What it says.
    Said(T),
    /// It is not text.
    Binary,
    /// It is larger than asked for: so many bytes.
    TooLarge(u64),
    /// Its object is not here.
    Missing,
}

impl Sources<'_> {
    /// Reads each file that is wanted by itself and tells what it says, in the order of the tree. `progress` is told how many
    /// of how many files of git are read; those that were kept are not among them.
    ///
    /// # Errors
    /// If git breaks off. A file that cannot be kept costs the next run time, and nothing else.
    pub(crate) fn read_each<T: Serialize + DeserializeOwned + Send>(
        &self,
        reader: &Reader<'_>,
        read: impl Fn(&str, &str) -> T + Sync,
        progress: &mut dyn FnMut(u64, u64),
        mut visit: impl FnMut(&File, Found<T>),
    ) -> Result<(), SurveyError> {
        let wanted: Vec<&File> = self.tree.files.iter().filter(|file| (reader.wants)(&file.path)).collect();
        let mut store = self.kept.map(|kept| {
            Store::open(
                &kept.with_extension(reader.name),
                &format!("kedge {} {READERS}\n", reader.name),
                &wanted,
            )
        });
        let is_kept = |file: &File| store.as_ref().is_some_and(|store| store.has(file));
        let of = wanted.iter().filter(|file| !is_kept(file)).count() as u64;
        let mut done = 0;
        progress(done, of);
        // In pieces, so that memory holds what one of them says and no more.
        for window in wanted.chunks(WINDOW) {
            let kept = store.as_mut().map(|store| store.read(window)).unwrap_or_default();
            let mut found: Vec<Option<Found<T>>> = kept
                .par_iter()
                .map(|payload| {
                    Some(Found::Said(postcard::from_bytes::<(&str, &str, T)>(payload.as_ref()?).ok()?.2))
                })
                .collect();
            found.resize_with(window.len(), || None);
            let missing: Vec<usize> = (0..window.len()).filter(|at| found[*at].is_none()).collect();
            let mut records = Vec::new();
            self.read_blocks(window, &missing, reader.most, &read, &mut |at, said| {
                if let (Some(_), Found::Said(said)) = (&store, &said) {
                    record(window[at], said, &mut records);
                }
                found[at] = Some(said);
                done += 1;
                if done == of || done.is_multiple_of(BLOCK as u64) {
                    progress(done, of);
                }
            })
            .map_err(|error| self.repository.broke_off(&error))?;
            if let Some(store) = &mut store {
                store.append(&records);
            }
            for (file, found) in window.iter().zip(found) {
                if let Some(found) = found {
                    visit(file, found);
                }
            }
        }
        Ok(())
    }

    /// Reads files of git in blocks, on all processors; what they say in the order in which it comes.
    fn read_blocks<T: Send>(
        &self,
        wanted: &[&File],
        missing: &[usize],
        most: u64,
        read: &(impl Fn(&str, &str) -> T + Sync),
        took: &mut dyn FnMut(usize, Found<T>),
    ) -> io::Result<()> {
        let blocks: Vec<&[usize]> = missing.chunks(BLOCK).collect();
        let workers = thread::available_parallelism().map_or(2, usize::from).min(blocks.len());
        let next = AtomicUsize::new(0);
        let (answers, answered) = mpsc::sync_channel(workers.max(1) * 2);
        thread::scope(|scope| {
            for _ in 0..workers {
                let (answers, next, blocks) = (answers.clone(), &next, &blocks);
                scope.spawn(move || {
                    while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let files: Vec<&File> = block.iter().map(|at| wanted[*at]).collect();
                        let mut said = Vec::with_capacity(files.len());
                        let done = tree::read(self.repository, most, &files, &mut |file, contents| {
                            said.push(match contents {
                                Contents::Text(text) => Found::Said(read(&file.path, &text)),
                                Contents::Binary => Found::Binary,
                                Contents::TooLarge(bytes) => Found::TooLarge(bytes),
                                Contents::Missing => Found::Missing,
                            });
                        });
                        if answers.send(done.map(|()| (*block, said))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(answers);
            for answer in answered {
                let (block, said) = answer?;
                for (at, said) in block.iter().zip(said) {
                    took(*at, said);
                }
            }
            Ok(())
        })
    }
}

/// Appends a record: its length and digest, then the path, the name of the contents, and what they say.
fn record<T: Serialize>(file: &File, said: &T, to: &mut Vec<u8>) {
    // What cannot be written down is read again the next time.
    let Ok(payload) = postcard::to_stdvec(&(file.path.as_str(), file.object(), said)) else { return };
    let Ok(length) = u32::try_from(payload.len()) else { return };
    to.extend(length.to_le_bytes());
    to.extend(digest(&payload).to_le_bytes());
    to.extend(payload);
}

/// FNV-1a over words of eight bytes: it tells what was cut off, and nothing more is asked of it.
fn digest(bytes: &[u8]) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        digest = (digest ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
    }
    digest
}

/// Bytes of length and digest before each record.
const HEAD: u64 = 12;

/// Where the record of a file is: from which byte, its digest aside, and how long.
type Place = (u64, u32);

/// The file that one reader's findings are kept in. Where it cannot be read or written, nothing is kept.
struct Store {
    file: Option<fs::File>,
    /// Where it ends.
    end: u64,
    known: HashMap<(String, String), Place>,
}

impl Store {
    /// Opens it, and makes it anew where it is another reader's or holds mostly what is gone.
    fn open(path: &Path, head: &str, wanted: &[&File]) -> Self {
        Self::read_or_make(path, head, wanted).unwrap_or(Self { file: None, end: 0, known: HashMap::new() })
    }

    fn read_or_make(path: &Path, head: &str, wanted: &[&File]) -> io::Result<Self> {
        let mut store = Self { file: None, end: head.len() as u64, known: HashMap::new() };
        let is_ours = match fs::File::open(path) {
            Ok(file) => store.index(&file, head)?,
            Err(_) => false,
        };
        let places: Vec<Place> = wanted.iter().filter_map(|file| store.place(file)).collect();
        let live: u64 = places.iter().map(|(_, length)| HEAD + u64::from(*length)).sum();
        if !is_ours || store.end - head.len() as u64 > 2 * live {
            let old = is_ours.then(|| fs::File::open(path)).transpose()?;
            make(path, head, old, &places)?;
            store = Self { file: None, end: 0, known: HashMap::new() };
            store.index(&fs::File::open(path)?, head)?;
        }
        let file = fs::OpenOptions::new().read(true).write(true).open(path)?;
        // What was cut off while it was written goes.
        file.set_len(store.end)?;
        store.file = Some(file);
        Ok(store)
    }

    /// Goes through the file; whether it is this reader's.
    fn index(&mut self, file: &fs::File, head: &str) -> io::Result<bool> {
        let length = file.metadata()?.len();
        let mut from = io::BufReader::with_capacity(1 << 16, file);
        let mut first = vec![0; head.len()];
        if from.read_exact(&mut first).is_err() || first != head.as_bytes() {
            return Ok(false);
        }
        self.end = head.len() as u64;
        let mut payload = Vec::new();
        loop {
            let mut start = [0; HEAD as usize];
            if from.read_exact(&mut start).is_err() {
                return Ok(true);
            }
            let (size, said) = start.split_at(4);
            let size = size.try_into().map_or(u32::MAX, u32::from_le_bytes);
            let said = said.try_into().map(u64::from_le_bytes).unwrap_or_default();
            let at = self.end + HEAD;
            if at + u64::from(size) > length {
                return Ok(true);
            }
            payload.resize(size as usize, 0);
            if from.read_exact(&mut payload).is_err() || digest(&payload) != said {
                return Ok(true);
            }
            let Ok(((path, object), _)) = postcard::take_from_bytes::<(String, String)>(&payload) else {
                return Ok(true);
            };
            self.known.insert((path, object), (at, size));
            self.end = at + u64::from(size);
        }
    }

    fn place(&self, file: &File) -> Option<Place> {
        self.known.get(&(file.path.clone(), file.object().to_owned())).copied()
    }

    fn has(&self, file: &File) -> bool {
        self.file.is_some() && self.place(file).is_some()
    }

    /// What is kept of each of these files.
    fn read(&mut self, wanted: &[&File]) -> Vec<Option<Vec<u8>>> {
        let places: Vec<Option<Place>> = wanted.iter().map(|file| self.place(file)).collect();
        let Some(file) = &mut self.file else { return vec![None; wanted.len()] };
        let mut payload = |(at, size): Place| {
            let mut bytes = vec![0; size as usize];
            file.seek(io::SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes)).ok().map(|()| bytes)
        };
        places.into_iter().map(|place| payload(place?)).collect()
    }

    /// Writes records behind what is there. Where that fails, nothing more is kept.
    fn append(&mut self, records: &[u8]) {
        let end = self.end;
        let written = self.file.as_mut().is_none_or(|file| {
            file.seek(io::SeekFrom::Start(end)).and_then(|_| file.write_all(records)).is_ok()
        });
        if written {
            self.end += records.len() as u64;
        } else {
            self.file = None;
        }
    }
}

/// Makes a file of these records of an older one, whole or not at all.
fn make(path: &Path, head: &str, old: Option<fs::File>, places: &[Place]) -> io::Result<()> {
    let mut beside = path.to_owned().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut to = io::BufWriter::new(fs::File::create(&beside)?);
    to.write_all(head.as_bytes())?;
    if let Some(mut old) = old {
        for (at, size) in places {
            let mut record = vec![0; (HEAD + u64::from(*size)) as usize];
            old.seek(io::SeekFrom::Start(at - HEAD))?;
            old.read_exact(&mut record)?;
            to.write_all(&record)?;
        }
    }
    to.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(&beside, path)
}
