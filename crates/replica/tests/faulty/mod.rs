//! Disks that lose what was not synced, tear what was being written, and stop at any moment: a file layer for SQLite, so that
//! the store that ships runs on them.
//!
//! A machine's files are in memory. What is written is seen at once, and is on the disk only after a sync of that file. A
//! crash lets each write since the last sync reach the disk, or not, or a part of it, or some of its sectors, in any
//! combination, as a drive with a cache does; from then on every handle of before fails. Renaming and deleting are durable at
//! once. A disk can be full, and it can be slow: then its syncs and reads take simulated time, which the run reads off.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenOptions, Vfs, wip};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

/// What a drive writes whole or not at all, in bytes.
const SECTOR: usize = 512;

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
        Change::Write(_, data) if data.is_empty() => {}
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
    /// How many bytes all files may have together, while the disk is full or about to be.
    room: Option<u64>,
    /// How many writes there was no room for.
    refused: u64,
    /// How long a sync and a read take, in simulated milliseconds; and what they have taken since somebody asked.
    slow: (u64, u64),
    spent: u64,
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

    /// How much of a write there is room for: a full disk takes the beginning of what is to be written, as file systems do.
    fn fits(&mut self, file: &str, change: &mut Change) -> Result<(), Error> {
        let (Some(room), Change::Write(offset, data)) = (self.room, change) else { return Ok(()) };
        let used: u64 = self.files.values().map(|file| file.seen.len() as u64).sum();
        let here = self.files.get(file).map_or(0, |file| file.seen.len() as u64);
        let most = here + room.saturating_sub(used);
        if *offset + data.len() as u64 <= most.max(here) {
            return Ok(());
        }
        data.truncate(most.saturating_sub(*offset) as usize);
        self.refused += 1;
        // What SQLite makes of ENOSPC, this kind becomes in the file layer.
        Err(ErrorKind::WriteZero.into())
    }

    /// Goes on as another life, without what was not synced, or with any part of it.
    fn restart(&mut self) {
        (self.life, self.stops_after, self.stopped) = (next_life(), None, false);
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

type Shared = Arc<Mutex<Machine>>;

static MACHINES: OnceLock<Mutex<BTreeMap<String, Shared>>> = OnceLock::new();

fn machines() -> MutexGuard<'static, BTreeMap<String, Shared>> {
    let all = MACHINES.get_or_init(|| {
        sqlite_vfs::register(NAME, Layer, false).unwrap();
        Mutex::default()
    });
    all.lock().unwrap()
}

/// A machine with disks of its own, gone when this is.
#[derive(Debug)]
pub struct Disk {
    name: String,
    machine: Shared,
}

impl Drop for Disk {
    fn drop(&mut self) {
        machines().remove(&self.name);
    }
}

impl Disk {
    /// A new machine with nothing on its disks.
    pub fn new(name: &str) -> Self {
        let life = next_life();
        let name = format!("{name}-{life}");
        let machine = Arc::new(Mutex::new(Machine { life, ..Machine::default() }));
        machines().insert(name.clone(), machine.clone());
        Self { name, machine }
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap()
    }

    /// Where the store's file is, until the next crash: a connection of before it can no longer do anything, closing itself
    /// included.
    pub fn path(&self) -> String {
        format!("{}#{}/replica.db", self.name, self.machine().life)
    }

    /// Lets the machine stop within the so-many-th write or sync from now.
    pub fn stop_after(&self, operations: u64) {
        self.machine().stops_after = Some(operations);
    }

    /// Whether it has stopped.
    pub fn has_stopped(&self) -> bool {
        self.machine().stopped
    }

    /// How many writes and syncs there were.
    pub fn operations(&self) -> u64 {
        self.machine().operations
    }

    /// From now on its files may grow by so many bytes together.
    pub fn fill(&self, left: u64) {
        let mut machine = self.machine();
        let used: u64 = machine.files.values().map(|file| file.seen.len() as u64).sum();
        machine.room = Some(used + left);
    }

    /// There is room again.
    pub fn make_room(&self) {
        self.machine().room = None;
    }

    /// Whether room is scarce.
    pub fn is_scarce(&self) -> bool {
        self.machine().room.is_some()
    }

    /// How many writes there was no room for.
    pub fn refused(&self) -> u64 {
        self.machine().refused
    }

    /// How long each sync and each read takes from now on, in simulated milliseconds.
    pub fn slow_down(&self, sync: u64, read: u64) {
        self.machine().slow = (sync, read);
    }

    /// The simulated milliseconds that its syncs and reads took since the last call.
    pub fn take_spent(&self) -> u64 {
        std::mem::take(&mut self.machine().spent)
    }

    /// The process is killed, the machine goes on: what was written is there, synced or not.
    pub fn kill(&self) {
        self.machine().restart();
    }

    /// Power off and on: of what was not synced, any part reaches the disk.
    pub fn crash(&self, draws: &mut Draws) {
        let mut machine = self.machine();
        machine.restart();
        for file in machine.files.values_mut() {
            let mood = draws.below(5);
            for change in std::mem::take(&mut file.pending) {
                match (mood, draws.below(3)) {
                    // All of it, none of it, or each as it comes.
                    (0, _) | (2..4, 0) => apply(&mut file.durable, &change),
                    (1, _) | (2..4, 1) => {}
                    _ => tear(change, mood == 4, draws, &mut file.durable),
                }
            }
            file.seen.clone_from(&file.durable);
        }
    }
}

/// Of a write the beginning reaches the disk; or any of its sectors, in any order.
fn tear(change: Change, by_sector: bool, draws: &mut Draws, durable: &mut Vec<u8>) {
    match change {
        Change::Write(offset, data) if by_sector => {
            for (number, sector) in (0..).zip(data.chunks(SECTOR)) {
                if draws.chance(2) {
                    apply(durable, &Change::Write(offset + number * SECTOR as u64, sector.to_vec()));
                }
            }
        }
        Change::Write(offset, mut data) => {
            data.truncate(draws.below(data.len() as u64 + 1) as usize);
            apply(durable, &Change::Write(offset, data));
        }
        length @ Change::Length(_) => apply(durable, &length),
    }
}

struct Layer;

/// The machine and the file of a path, if it is of the machine's present life.
fn find(path: &str) -> Result<Handle, Error> {
    let (machine, file) = path.split_once('/').ok_or(ErrorKind::NotFound)?;
    let (machine, life) = machine.split_once('#').ok_or(ErrorKind::NotFound)?;
    let life = life.parse().map_err(|_| ErrorKind::NotFound)?;
    let machine = machines().get(machine).cloned().ok_or(ErrorKind::NotFound)?;
    Ok(Handle { machine, life, file: file.to_owned(), lock: LockKind::None })
}

impl Vfs for Layer {
    type Handle = Handle;

    fn open(&self, path: &str, options: OpenOptions) -> Result<Handle, Error> {
        let handle = find(path)?;
        handle.with(|machine, file| {
            if options.access == OpenAccess::Write && !machine.files.contains_key(file) {
                return Err(ErrorKind::NotFound.into());
            }
            machine.files.entry(file.to_owned()).or_default();
            Ok(())
        })?;
        Ok(handle)
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        find(path)?.with(|machine, file| {
            machine.operate()?;
            machine.files.remove(file);
            Ok(())
        })
    }

    fn exists(&self, path: &str) -> Result<bool, Error> {
        find(path)?.with(|machine, file| Ok(machine.files.contains_key(file)))
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
    machine: Shared,
    life: u64,
    file: String,
    lock: LockKind,
}

impl Handle {
    /// Does something to the machine with this file, in the life in which it was opened.
    fn with<T>(&self, act: impl FnOnce(&mut Machine, &str) -> Result<T, Error>) -> Result<T, Error> {
        let mut machine = self.machine.lock().unwrap();
        if machine.life != self.life || machine.stopped { Err(gone()) } else { act(&mut machine, &self.file) }
    }

    fn change(&self, mut change: Change) -> Result<(), Error> {
        self.with(|machine, file| {
            let stopped = machine.operate();
            let full = machine.fits(file, &mut change);
            // What was under way when the power went may still arrive.
            if let Some(file) = machine.files.get_mut(file) {
                apply(&mut file.seen, &change);
                file.pending.push(change);
            }
            stopped.and(full)
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
            machine.spent += machine.slow.1;
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
            machine.spent += machine.slow.0;
            if let Some(file) = machine.files.get_mut(file) {
                for change in std::mem::take(&mut file.pending) {
                    apply(&mut file.durable, &change);
                }
            }
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
