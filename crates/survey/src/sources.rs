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
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Changes with the code of the readers, so that what an older one read is not used again.
const READERS: &str = env!("KEDGE_READERS");

/// So many files are read of git by one process before the next is begun.
const BLOCK: usize = 64;

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
    /// Reads each file that is wanted by itself; what they say, in the order of the tree. `progress` is told how many of
    /// how many files of git are read; those that were kept are not among them.
    ///
    /// # Errors
    /// If git breaks off. A file that cannot be kept costs the next run time, and nothing else.
    pub(crate) fn read_each<T: Serialize + DeserializeOwned + Send>(
        &self,
        reader: &Reader<'_>,
        read: impl Fn(&str, &str) -> T + Sync,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Vec<(&File, Found<T>)>, SurveyError> {
        let wanted: Vec<&File> = self.tree.files.iter().filter(|file| (reader.wants)(&file.path)).collect();
        let store = self.kept.map(|kept| Store {
            file: kept.with_extension(reader.name),
            head: format!("kedge {} {READERS}\n", reader.name),
        });
        let (mut known, whole) = store.as_ref().map(Store::read).unwrap_or_default();
        let mut found: Vec<Option<Found<T>>> = known.take(&wanted);
        let missing: Vec<usize> = (0..wanted.len()).filter(|at| found[*at].is_none()).collect();
        let of = missing.len() as u64;
        let mut records = Vec::new();
        let mut done = 0;
        progress(done, of);
        self.read_blocks(&wanted, &missing, reader.most, &read, &mut |at, said| {
            if let (Some(_), Found::Said(said)) = (&store, &said) {
                record(wanted[at], said, &mut records);
            }
            found[at] = Some(said);
            done += 1;
            if done == of || done.is_multiple_of(BLOCK as u64) {
                progress(done, of);
            }
        })
        .map_err(|error| self.repository.broke_off(&error))?;
        if let Some(store) = store {
            // What cannot be kept is read again the next time.
            let _ = store.keep(&known, whole, &records);
        }
        Ok(wanted.into_iter().zip(found.into_iter().flatten()).collect())
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

/// The file that one reader's findings are kept in.
struct Store {
    file: PathBuf,
    head: String,
}

/// What was kept: the file's bytes, and where in them the record of each path and contents is.
#[derive(Default)]
struct Known {
    bytes: Vec<u8>,
    records: HashMap<(String, String), std::ops::Range<usize>>,
    /// Records that are of this tree.
    used: Vec<std::ops::Range<usize>>,
}

/// Bytes of length and digest before each record.
const HEAD: usize = 12;

impl Store {
    /// What is kept, and how much of the file is whole; nothing where it is another reader's.
    fn read(&self) -> (Known, usize) {
        let Ok(bytes) = fs::read(&self.file) else { return Default::default() };
        if !bytes.starts_with(self.head.as_bytes()) {
            return Default::default();
        }
        let mut known = Known::default();
        let mut at = self.head.len();
        while let Some((payload, next)) = payload_at(&bytes, at) {
            let Ok(((path, object), _)) = postcard::take_from_bytes::<(&str, &str)>(&bytes[payload.clone()])
            else {
                break;
            };
            known.records.insert((path.to_owned(), object.to_owned()), payload);
            at = next;
        }
        known.bytes = bytes;
        (known, at)
    }

    /// Writes what is new behind what is there, or all anew.
    fn keep(&self, known: &Known, whole: usize, new: &[u8]) -> io::Result<()> {
        let live: usize = known.used.iter().map(|payload| payload.len() + HEAD).sum();
        if whole > 0 && whole - self.head.len() <= 2 * live + new.len() {
            if new.is_empty() && whole == known.bytes.len() {
                return Ok(());
            }
            let mut file = fs::OpenOptions::new().write(true).open(&self.file)?;
            file.set_len(whole as u64)?;
            io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
            return file.write_all(new);
        }
        let mut beside = self.file.clone().into_os_string();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let mut file = io::BufWriter::new(fs::File::create(&beside)?);
        file.write_all(self.head.as_bytes())?;
        for payload in &known.used {
            file.write_all(&known.bytes[payload.start - HEAD..payload.end])?;
        }
        file.write_all(new)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?;
        fs::rename(&beside, &self.file)
    }
}

/// The record at a place, if a whole one is there, and where the next begins.
fn payload_at(bytes: &[u8], at: usize) -> Option<(std::ops::Range<usize>, usize)> {
    let head = bytes.get(at..at + HEAD)?;
    let length = u32::from_le_bytes(head[..4].try_into().ok()?) as usize;
    let said = u64::from_le_bytes(head[4..].try_into().ok()?);
    let payload = at + HEAD..(at + HEAD).checked_add(length)?;
    (digest(bytes.get(payload.clone())?) == said).then(|| (payload.clone(), payload.end))
}

impl Known {
    /// What is kept of each of these files.
    fn take<T: DeserializeOwned + Send>(&mut self, wanted: &[&File]) -> Vec<Option<Found<T>>> {
        if self.records.is_empty() {
            return wanted.iter().map(|_| None).collect();
        }
        let places: Vec<Option<std::ops::Range<usize>>> = wanted
            .iter()
            .map(|file| self.records.remove(&(file.path.clone(), file.object().to_owned())))
            .collect();
        let bytes = &self.bytes;
        let found = places
            .par_iter()
            .map(|place| {
                let read = postcard::from_bytes::<(&str, &str, T)>(&bytes[place.clone()?]);
                read.ok().map(|(_, _, said)| Found::Said(said))
            })
            .collect();
        self.used = places.into_iter().flatten().collect();
        found
    }
}
