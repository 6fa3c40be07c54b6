//! Disks that lose what was not synced, tear what was being written, and stop at any moment: a file layer for SQLite, so that
//! the store that ships runs on them.
//!
//! A machine's files are in memory. What is written is seen at once, and is on the disk only after a sync of that file. A
//! crash lets each write since the last sync reach the disk, or not, or a part of it, in any combination, as a drive with a
//! cache does; from then on every handle of before fails. Renaming and deleting are durable at once.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenOptions, Vfs, wip};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

/// The name under which SQLite knows this layer.
pub const NAME: &str = "faulty";

/// Numbers as good as random, the same for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Draws(pub u64);

impl Draws {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

#[derive(Clone, Debug, Default)]
struct File {
    /// What is on the disk for certain.
    durable: Vec<u8>,
    /// What was written since.
    pending: Vec<Change>,
    /// What whoever reads sees.
    seen: Vec<u8>,
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(offset, data) => {
            let (start, end) = (*offset as usize, *offset as usize + data.len());
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[start..end].copy_from_slice(data);
        }
        Change::Length(length) => bytes.resize(*length as usize, 0),
    }
}

#[derive(Debug, Default)]
struct Machine {
    files: BTreeMap<String, File>,
    /// Another after each crash: handles of before are dead.
    life: u64,
    /// After so many more writes and syncs it stops.
    stops_after: Option<u64>,
    stopped: bool,
    /// How many writes and syncs there were.
    operations: u64,
}

impl Machine {
    /// One more write or sync; whether the machine still runs.
    fn operate(&mut self) -> Result<(), Error> {
        self.operations += 1;
        if let Some(left) = &mut self.stops_after {
            if *left == 0 {
                self.stopped = true;
            } else {
                *left -= 1;
            }
        }
        if self.stopped { Err(gone()) } else { Ok(()) }
    }
}

/// A number that no machine has had: connections close in threads of their own, at times after a crash.
fn next_life() -> u64 {
    static LIVES: AtomicU64 = AtomicU64::new(1);
    LIVES.fetch_add(1, Ordering::Relaxed)
}

fn gone() -> Error {
    Error::other("the machine has stopped")
}

static MACHINES: OnceLock<Arc<Mutex<BTreeMap<String, Machine>>>> = OnceLock::new();

fn machines() -> MutexGuard<'static, BTreeMap<String, Machine>> {
    let all = MACHINES.get_or_init(|| {
        sqlite_vfs::register(NAME, Layer, false).unwrap();
        Arc::default()
    });
    all.lock().unwrap()
}

/// A machine with disks of its own, by name.
#[derive(Clone, Debug)]
pub struct Disk(String);

impl Disk {
    /// A new machine with nothing on its disks.
    pub fn new(name: &str) -> Self {
        let life = next_life();
        let name = format!("{name}-{life}");
        machines().insert(name.clone(), Machine { life, ..Machine::default() });
        Self(name)
    }

    /// Where the store's file is, until the next crash: a connection of before it can no longer do anything, closing itself
    /// included.
    pub fn path(&self) -> String {
        format!("{}#{}/replica.db", self.0, machines()[&self.0].life)
    }

    /// Lets the machine stop within the so-many-th write or sync from now.
    pub fn stop_after(&self, operations: u64) {
        machines().get_mut(&self.0).unwrap().stops_after = Some(operations);
    }

    /// Whether it has stopped.
    pub fn has_stopped(&self) -> bool {
        machines()[&self.0].stopped
    }

    /// How many writes and syncs there were.
    pub fn operations(&self) -> u64 {
        machines()[&self.0].operations
    }

    /// Power off and on: of what was not synced, any part reaches the disk.
    pub fn crash(&self, draws: &mut Draws) {
        let mut machines = machines();
        let machine = machines.get_mut(&self.0).unwrap();
        (machine.life, machine.stops_after, machine.stopped) = (next_life(), None, false);
        for file in machine.files.values_mut() {
            let mood = draws.below(4);
            for change in std::mem::take(&mut file.pending) {
                let change = match (mood, draws.below(3)) {
                    // All of it, none of it, or each as it comes.
                    (0, _) | (2 | 3, 0) => change,
                    (1, _) | (2 | 3, 1) => continue,
                    _ => match change {
                        Change::Write(offset, mut data) => {
                            data.truncate(draws.below(data.len() as u64 + 1) as usize);
                            Change::Write(offset, data)
                        }
                        length @ Change::Length(_) => length,
                    },
                };
                apply(&mut file.durable, &change);
            }
            file.seen.clone_from(&file.durable);
        }
    }
}

struct Layer;

/// Does something to a machine with a file of it, if the path is of the machine's present life.
fn at<T>(path: &str, act: impl FnOnce(&mut Machine, &str) -> Result<T, Error>) -> Result<T, Error> {
    let (machine, file) = path.split_once('/').ok_or(ErrorKind::NotFound)?;
    let (machine, life) = machine.split_once('#').ok_or(ErrorKind::NotFound)?;
    let mut machines = machines();
    let on = machines.get_mut(machine).ok_or(ErrorKind::NotFound)?;
    if life.parse() != Ok(on.life) || on.stopped { Err(gone()) } else { act(on, file) }
}

impl Vfs for Layer {
    type Handle = Handle;

    fn open(&self, path: &str, options: OpenOptions) -> Result<Handle, Error> {
        at(path, |machine, file| {
            if options.access == OpenAccess::Write && !machine.files.contains_key(file) {
                return Err(ErrorKind::NotFound.into());
            }
            machine.files.entry(file.to_owned()).or_default();
            Ok(Handle { path: path.to_owned(), lock: LockKind::None })
        })
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        at(path, |machine, file| {
            machine.operate()?;
            machine.files.remove(file);
            Ok(())
        })
    }

    fn exists(&self, path: &str) -> Result<bool, Error> {
        at(path, |machine, file| Ok(machine.files.contains_key(file)))
    }

    fn temporary_name(&self) -> String {
        "temporary/file".to_owned()
    }

    fn random(&self, buffer: &mut [i8]) {
        buffer.fill(7);
    }

    fn sleep(&self, duration: Duration) -> Duration {
        duration
    }
}

pub struct Handle {
    path: String,
    lock: LockKind,
}

impl Handle {
    fn with<T>(&self, act: impl FnOnce(&mut Machine, &str) -> Result<T, Error>) -> Result<T, Error> {
        at(&self.path, act)
    }

    fn change(&self, change: Change) -> Result<(), Error> {
        self.with(|machine, file| {
            let stopped = machine.operate();
            // What was under way when the power went may still arrive.
            let file = machine.files.entry(file.to_owned()).or_default();
            apply(&mut file.seen, &change);
            file.pending.push(change);
            stopped
        })
    }
}

impl DatabaseHandle for Handle {
    type WalIndex = NoSharedMemory;

    fn size(&self) -> Result<u64, Error> {
        self.with(|machine, file| Ok(machine.files.get(file).map_or(0, |file| file.seen.len() as u64)))
    }

    fn read_exact_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        self.with(|machine, file| {
            let empty = Vec::new();
            let bytes = machine.files.get(file).map_or(&empty, |file| &file.seen);
            let rest = bytes.get(offset as usize..).unwrap_or_default();
            let have = rest.len().min(buffer.len());
            buffer[..have].copy_from_slice(&rest[..have]);
            buffer[have..].fill(0);
            if have < buffer.len() { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
        })
    }

    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> Result<(), Error> {
        self.change(Change::Write(offset, bytes.to_vec()))
    }

    fn sync(&mut self, _data_only: bool) -> Result<(), Error> {
        self.with(|machine, file| {
            machine.operate()?;
            let file = machine.files.entry(file.to_owned()).or_default();
            file.pending.clear();
            file.durable.clone_from(&file.seen);
            Ok(())
        })
    }

    fn set_len(&mut self, size: u64) -> Result<(), Error> {
        self.change(Change::Length(size))
    }

    fn lock(&mut self, lock: LockKind) -> Result<bool, Error> {
        self.lock = lock;
        Ok(true)
    }

    fn reserved(&mut self) -> Result<bool, Error> {
        Ok(false)
    }

    fn current_lock(&self) -> Result<LockKind, Error> {
        Ok(self.lock)
    }

    fn wal_index(&self, _readonly: bool) -> Result<NoSharedMemory, Error> {
        Ok(NoSharedMemory)
    }
}

/// A file that is held exclusively needs no shared memory beside its log.
pub struct NoSharedMemory;

impl wip::WalIndex for NoSharedMemory {
    fn enabled() -> bool {
        false
    }

    fn map(&mut self, _region: u32) -> Result<[u8; 32768], Error> {
        Err(ErrorKind::Unsupported.into())
    }

    fn lock(&mut self, _locks: Range<u8>, _lock: wip::WalIndexLock) -> Result<bool, Error> {
        Err(ErrorKind::Unsupported.into())
    }

    fn delete(self) -> Result<(), Error> {
        Ok(())
    }
}
