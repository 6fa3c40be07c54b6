//! The file that a history is kept in: what was read of git, in the order in which it was read.
//!
//! It is a sequence of records: new names of paths and people before they are first used, commits, commits that could not
//! be read, and at the end of each reading a seal with the commit that it reached and a checksum of all that stands before
//! it. What stands behind the last seal whose checksum holds was cut off while it was written, or was damaged since, and
//! is dropped and read again. Numbers are LEB128; texts are preceded by their length.

use super::names::{Identity, Names, PathIndex, PersonIndex};
use super::{Commit, How, Times, Touched, Unreadable};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

/// The first line; changes whenever an older file would be read wrongly.
pub(super) const HEADER: &str = "kedge history 2";
/// No text in it is longer: a path has 4,096 bytes at most, where systems follow POSIX.
const LONGEST: u64 = 1 << 20;

const PATH: u8 = b'P';
const PERSON: u8 = b'A';
const COMMIT: u8 = b'C';
const UNREADABLE: u8 = b'U';
const CUT_OFF: u8 = b'S';
const SEAL: u8 = b'T';

/// A checksum that finds damage, not malice: FNV-1a of 64 bits (Fowler, Noll and Vo).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checksum(u64);

impl Checksum {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl Default for Checksum {
    fn default() -> Self {
        Self::new()
    }
}

/// One record.
pub(super) enum Record {
    Path(String),
    Person(Identity),
    /// A commit; it lies in [`Reader::commit`] until the next one is read.
    Commit,
    Unreadable(Unreadable),
    /// A commit at which a shallow clone was cut off.
    CutOff,
    /// The commit that was reached, and whether all before it is as it was written.
    Seal {
        reached: String,
        whole: bool,
    },
}

pub(super) struct Writer<W> {
    to: W,
    sum: Checksum,
}

impl<W: Write> Writer<W> {
    /// Goes on behind what has this checksum.
    pub(super) fn new(to: W, sum: Checksum) -> Self {
        Self { to, sum }
    }

    /// Begins a file.
    pub(super) fn begin(mut to: W, header: &str) -> io::Result<Self> {
        let line = format!("{header}\n");
        to.write_all(line.as_bytes())?;
        let mut sum = Checksum::new();
        sum.add(line.as_bytes());
        Ok(Self { to, sum })
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.add(bytes);
        self.to.write_all(bytes)
    }

    fn number(&mut self, mut number: u64) -> io::Result<()> {
        let mut bytes = [0; 10];
        let mut length = 0;
        loop {
            let more = number >= 0x80;
            bytes[length] = (number & 0x7f) as u8 | if more { 0x80 } else { 0 };
            length += 1;
            number >>= 7;
            if !more {
                return self.bytes(&bytes[..length]);
            }
        }
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.number(text.len() as u64)?;
        self.bytes(text.as_bytes())
    }

    pub(super) fn path(&mut self, path: &str) -> io::Result<()> {
        self.bytes(&[PATH])?;
        self.text(path)
    }

    pub(super) fn person(&mut self, person: &Identity) -> io::Result<()> {
        self.bytes(&[PERSON])?;
        self.text(&person.name)?;
        self.text(&person.mail)
    }

    pub(super) fn commit(&mut self, commit: &Commit) -> io::Result<()> {
        self.bytes(&[COMMIT])?;
        self.text(&commit.id)?;
        self.number(u64::from(commit.parents))?;
        self.number(u64::from(commit.author.0))?;
        self.number(commit.written.cast_unsigned())?;
        self.number(commit.committed.cast_unsigned())?;
        self.number(commit.touched.len() as u64)?;
        for touched in &commit.touched {
            self.number(u64::from(touched.path.0))?;
            match touched.how {
                How::Added => self.number(0)?,
                How::Modified => self.number(1)?,
                How::Deleted => self.number(2)?,
                How::Renamed { from } => self.number(3 + u64::from(from.0))?,
            }
        }
        Ok(())
    }

    pub(super) fn unreadable(&mut self, unreadable: &Unreadable) -> io::Result<()> {
        self.bytes(&[UNREADABLE])?;
        self.text(&unreadable.commit)?;
        self.text(&unreadable.said)
    }

    pub(super) fn cut_off(&mut self, commit: &str) -> io::Result<()> {
        self.bytes(&[CUT_OFF])?;
        self.text(commit)
    }

    /// Ends a reading.
    pub(super) fn seal(&mut self, reached: &str) -> io::Result<()> {
        self.bytes(&[SEAL])?;
        self.text(reached)?;
        let Checksum(sum) = self.sum;
        self.bytes(&sum.to_le_bytes())?;
        self.to.flush()
    }
}

/// Reads records one after another.
pub(super) struct Reader<R> {
    from: R,
    /// Bytes read so far.
    pub(super) at: u64,
    sum: Checksum,
    /// The commit that was read last: histories are gone through often, and one commit's room serves for all.
    pub(super) commit: Commit,
}

fn damaged() -> io::Error {
    io::Error::other("the cache of the history is damaged: delete it, and it is read anew")
}

impl<R: BufRead> Reader<R> {
    /// Opens what begins with this header.
    pub(super) fn open(mut from: R, header: &str) -> io::Result<Self> {
        let mut line = Vec::new();
        from.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if line != format!("{header}\n").as_bytes() {
            return Err(io::Error::other("another header"));
        }
        let mut sum = Checksum::new();
        sum.add(&line);
        Ok(Self { at: line.len() as u64, from, sum, commit: Commit::default() })
    }

    fn bytes(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.from.read_exact(bytes)?;
        self.at += bytes.len() as u64;
        self.sum.add(bytes);
        Ok(())
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.bytes(&mut byte)?;
        Ok(byte[0])
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    fn index(&mut self) -> io::Result<u32> {
        u32::try_from(self.number()?).map_err(|_| damaged())
    }

    fn text(&mut self) -> io::Result<String> {
        self.text_in(String::new())
    }

    /// A text, in the room of another one.
    fn text_in(&mut self, room: String) -> io::Result<String> {
        let length = self.number()?;
        if length > LONGEST {
            return Err(damaged());
        }
        let mut bytes = room.into_bytes();
        bytes.resize(length as usize, 0);
        self.bytes(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| damaged())
    }

    /// Reads a commit behind its mark.
    fn read_commit(&mut self) -> io::Result<()> {
        let room = std::mem::take(&mut self.commit.id);
        self.commit.id = self.text_in(room)?;
        self.commit.parents = self.index()?;
        self.commit.author = PersonIndex(self.index()?);
        self.commit.written = self.number()?.cast_signed();
        self.commit.committed = self.number()?.cast_signed();
        self.commit.touched.clear();
        for _ in 0..self.number()? {
            let path = PathIndex(self.index()?);
            let how = match self.number()? {
                0 => How::Added,
                1 => How::Modified,
                2 => How::Deleted,
                from => How::Renamed { from: PathIndex(u32::try_from(from - 3).map_err(|_| damaged())?) },
            };
            self.commit.touched.push(Touched { path, how });
        }
        Ok(())
    }

    /// The next record; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        if self.from.fill_buf()?.is_empty() {
            return Ok(None);
        }
        Ok(Some(match self.byte()? {
            PATH => Record::Path(self.text()?),
            PERSON => Record::Person(Identity { name: self.text()?, mail: self.text()? }),
            UNREADABLE => Record::Unreadable(Unreadable { commit: self.text()?, said: self.text()? }),
            CUT_OFF => {
                self.text()?;
                Record::CutOff
            }
            SEAL => {
                let reached = self.text()?;
                let Checksum(expected) = self.sum;
                let mut sum = [0; 8];
                self.bytes(&mut sum)?;
                Record::Seal { reached, whole: u64::from_le_bytes(sum) == expected }
            }
            COMMIT => {
                self.read_commit()?;
                Record::Commit
            }
            _ => return Err(damaged()),
        }))
    }
}

/// What a file holds up to its last seal.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) names: Names,
    pub(super) commits: u64,
    pub(super) unreadable: Vec<Unreadable>,
    pub(super) cut_off: u64,
    /// When its commits were written.
    pub(super) times: Times,
    /// The commit that was reached.
    pub(super) reached: String,
    /// Where the last seal ends.
    pub(super) length: u64,
    /// Of all up to there.
    pub(super) sum: Checksum,
}

/// Reads what a file holds; `None` where nothing of it can be used.
pub(super) fn kept(file: &Path, header: &str) -> Option<Kept> {
    sealed(BufReader::with_capacity(1 << 16, File::open(file).ok()?), header)
}

/// Reads what bytes hold up to the last seal that is whole; `None` where there is none.
pub(super) fn sealed(from: impl BufRead, header: &str) -> Option<Kept> {
    let mut reader = Reader::open(from, header).ok()?;
    let mut kept = Kept::default();
    let mut open = Kept::default();
    let mut named = (0, 0);
    // Whatever ends the reading, what was sealed before it holds.
    while let Ok(Some(record)) = reader.next() {
        match record {
            Record::Path(path) => {
                kept.names.number_path(&path);
            }
            Record::Person(person) => {
                kept.names.number_person(&person);
            }
            Record::Commit => {
                let commit = &reader.commit;
                let (paths, people) = kept.names.counts();
                let is_named = |path: PathIndex| (path.0 as usize) < paths;
                let touched = commit.touched.iter().all(|touched| {
                    is_named(touched.path) && !matches!(touched.how, How::Renamed { from } if !is_named(from))
                });
                if !touched || commit.author.0 as usize >= people {
                    break;
                }
                open.commits += 1;
                open.times.note(commit.written);
            }
            Record::Unreadable(unreadable) => open.unreadable.push(unreadable),
            Record::CutOff => open.cut_off += 1,
            Record::Seal { whole: false, .. } => break,
            Record::Seal { reached, whole: true } => {
                kept.commits += std::mem::take(&mut open.commits);
                kept.cut_off += std::mem::take(&mut open.cut_off);
                kept.unreadable.append(&mut open.unreadable);
                kept.times = open.times;
                kept.reached = reached;
                kept.length = reader.at;
                kept.sum = reader.sum;
                named = kept.names.counts();
            }
        }
    }
    kept.names.keep(named);
    (kept.length > 0).then_some(kept)
}

/// Goes through the commits in the first so many bytes of a file.
pub(super) fn each_commit(file: &Path, length: u64, visit: &mut dyn FnMut(&Commit)) -> io::Result<()> {
    let mut from = BufReader::with_capacity(1 << 16, File::open(file)?.take(length));
    from.read_until(b'\n', &mut Vec::new())?;
    let mut reader = Reader { from, at: 0, sum: Checksum::new(), commit: Commit::default() };
    while let Some(record) = reader.next()? {
        if matches!(record, Record::Commit) {
            visit(&reader.commit);
        }
    }
    Ok(())
}
