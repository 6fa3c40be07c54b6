//! The pieces that everything is written in: numbers, texts, and authors and names that are written out once.

use crate::{AuthorId, Dot, Key, Millis, Name, Stamp, Timestamp, Value, VersionVector, value::Real};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;

/// Why bytes are not read. Places count bytes from the beginning of the frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// They end too early.
    #[error("the bytes end too early: send or read them again")]
    Short,
    /// They are something else.
    #[error("these bytes are not of a replica")]
    NotOurs,
    /// They are of another version of the format.
    #[error("format version {0} is not known here, only version 1: update this side")]
    Version(u8),
    /// They are of another kind than asked for.
    #[error("a frame of kind {0} stands where another was expected")]
    Frame(u8),
    /// They were changed on the way or on the disk.
    #[error("the checksum does not match: the bytes were changed on the way, or on the disk")]
    Checksum,
    /// Something in them is not as the format says.
    #[error("at byte {place}: {what}")]
    Content {
        /// Where.
        place: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// There is more behind the end.
    #[error("at byte {0}: there is more than the frame says")]
    Long(usize),
}

/// What was written out, in the order of its numbers.
#[derive(Clone, Debug)]
struct WrittenOut<T> {
    all: Vec<T>,
    /// Their numbers, once they are more than are looked through one by one.
    numbers: HashMap<T, u64>,
}

/// So many are looked through one by one faster than they are looked up. An assumption of ours.
const FEW: usize = 8;

impl<T> Default for WrittenOut<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> WrittenOut<T> {
    fn number(&self, one: &T) -> Option<u64> {
        if self.all.len() <= FEW {
            return self.all.iter().position(|known| known == one).map(|number| number as u64);
        }
        self.numbers.get(one).copied()
    }

    /// The number that it has from now on.
    fn push(&mut self, one: T) -> u64 {
        let number = self.all.len() as u64;
        self.all.push(one);
        match self.all.len() {
            few if few <= FEW => {}
            many if many == FEW + 1 => self.numbers = self.all.iter().cloned().zip(0..).collect(),
            _ => {
                self.numbers.extend(self.all.last().cloned().map(|one| (one, number)));
            }
        }
        number
    }
}

/// Writes. An author or a name is written out where it first stands, and as its number from then on.
#[derive(Clone, Debug, Default)]
pub(super) struct Writer {
    out: Vec<u8>,
    authors: WrittenOut<AuthorId>,
    names: WrittenOut<Name>,
}

impl Writer {
    /// With room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes), ..Self::default() }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.out
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Begins anew; authors and names that were written out keep their numbers.
    pub(super) fn restart(&mut self) {
        self.out.clear();
    }

    /// The authors and names that were written out, in the order of their numbers.
    pub(super) fn written_out(&self) -> (&[AuthorId], &[Name]) {
        (&self.authors.all, &self.names.all)
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    pub(super) fn wide(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    pub(super) fn signed(&mut self, number: i128) {
        self.wide(((number << 1) ^ (number >> 127)).cast_unsigned());
    }

    pub(super) fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn author(&mut self, author: AuthorId) {
        if let Some(number) = self.authors.number(&author) {
            self.number(number);
        } else {
            let number = self.authors.push(author);
            self.number(number);
            self.raw(author.bytes());
        }
    }

    pub(super) fn name(&mut self, name: &Name) {
        if let Some(number) = self.names.number(name) {
            self.number(number);
        } else {
            let number = self.names.push(name.clone());
            self.number(number);
            self.text(name.as_str());
        }
    }

    pub(super) fn key(&mut self, key: &Key) {
        self.text(key.as_str());
    }

    pub(super) fn time(&mut self, time: Timestamp) {
        self.number(time.millis.get());
        self.number(u64::from(time.counter));
    }

    pub(super) fn stamp(&mut self, stamp: &Stamp) {
        self.time(stamp.time);
        self.author(stamp.author);
    }

    pub(super) fn dots<'a>(&mut self, dots: impl ExactSizeIterator<Item = &'a Dot>) {
        self.length(dots.len());
        for dot in dots {
            self.dot(*dot);
        }
    }

    pub(super) fn dot(&mut self, dot: Dot) {
        self.author(dot.author);
        self.number(dot.sequence);
    }

    pub(super) fn vector(&mut self, vector: &VersionVector) {
        self.length(vector.len());
        for (author, sequence) in vector.iter() {
            self.dot(Dot { author, sequence });
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.byte(0),
            Value::Boolean(false) => self.byte(1),
            Value::Boolean(true) => self.byte(2),
            Value::Integer(number) => {
                self.byte(3);
                self.signed(i128::from(*number));
            }
            Value::Real(number) => {
                self.byte(4);
                self.raw(&number.get().to_le_bytes());
            }
            Value::Text(text) => {
                self.byte(5);
                self.text(text);
            }
            Value::Bytes(bytes) => {
                self.byte(6);
                self.length(bytes.len());
                self.raw(bytes);
            }
        }
    }
}

/// What has this number, of those before and then those here.
fn numbered<'a, T>(before: &'a [T], here: &'a [T], number: u64) -> Option<&'a T> {
    let number = usize::try_from(number).ok()?;
    before.get(number).or_else(|| here.get(number.checked_sub(before.len())?))
}

/// Reads what [`Writer`] wrote.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    place: usize,
    /// What was written out elsewhere, and then in these bytes.
    known: (&'a [AuthorId], &'a [Name]),
    authors: Vec<AuthorId>,
    names: Vec<Name>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self::knowing(bytes, &[], &[])
    }

    /// Reads what a writer wrote that had written out these authors and names before.
    pub(super) fn knowing(bytes: &'a [u8], authors: &'a [AuthorId], names: &'a [Name]) -> Self {
        Self { bytes, place: 0, known: (authors, names), authors: Vec::new(), names: Vec::new() }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.place == self.bytes.len()
    }

    pub(super) fn wrong(&self, what: &'static str) -> WireError {
        WireError::Content { place: self.place, what }
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), WireError> {
        if self.place == self.bytes.len() { Ok(()) } else { Err(WireError::Long(self.place)) }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let rest = self.bytes.get(self.place..).unwrap_or_default();
        let taken = rest.get(..length).ok_or(WireError::Short)?;
        self.place += length;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, WireError> {
        self.take(1)?.first().copied().ok_or(WireError::Short)
    }

    pub(super) fn flag(&mut self) -> Result<bool, WireError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong("neither 0 nor 1")),
        }
    }

    pub(super) fn number(&mut self) -> Result<u64, WireError> {
        // Nearly all are of one byte or a few; longer ones, and what is wrong, are for the other.
        let mut number = 0;
        for (byte, place) in self.bytes.iter().skip(self.place).zip(0..8) {
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 && (*byte != 0 || place == 0) {
                self.place += place + 1;
                return Ok(number);
            }
            if byte & 0x80 == 0 {
                break;
            }
        }
        u64::try_from(self.wide()?).map_err(|_| self.wrong("a number of more than 64 bits"))
    }

    pub(super) fn wide(&mut self) -> Result<u128, WireError> {
        let mut number = 0u128;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if shift > 126 || (shift == 126 && bits > 3) {
                return Err(self.wrong("a number of more than 128 bits"));
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(self.wrong("a number is written longer than it needs"));
                }
                break;
            }
        }
        Ok(number)
    }

    pub(super) fn signed(&mut self) -> Result<i128, WireError> {
        let number = self.wide()?;
        Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    /// How many follow; each takes a byte or more.
    pub(super) fn length(&mut self) -> Result<usize, WireError> {
        let length = usize::try_from(self.number()?).map_err(|_| WireError::Short)?;
        if length > self.bytes.len() - self.place { Err(WireError::Short) } else { Ok(length) }
    }

    pub(super) fn str(&mut self) -> Result<&'a str, WireError> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| self.wrong("a text that is not UTF-8"))
    }

    pub(super) fn author(&mut self) -> Result<AuthorId, WireError> {
        let number = self.number()?;
        let (before, here) = (self.known.0, &self.authors);
        if let Some(author) = numbered(before, here, number) {
            return Ok(*author);
        }
        if number > (before.len() + here.len()) as u64 {
            return Err(self.wrong("an author that was not written out"));
        }
        let bytes = self.take(16)?.try_into().map_err(|_| WireError::Short)?;
        let author = AuthorId::new(bytes);
        if self.authors.contains(&author) {
            return Err(self.wrong("an author is written out twice"));
        }
        self.authors.push(author);
        Ok(author)
    }

    pub(super) fn name(&mut self) -> Result<Name, WireError> {
        let number = self.number()?;
        let (before, here) = (self.known.1, &self.names);
        if let Some(name) = numbered(before, here, number) {
            return Ok(name.clone());
        }
        if number > (before.len() + here.len()) as u64 {
            return Err(self.wrong("a name that was not written out"));
        }
        let text = self.str()?;
        let name = Name::new(text).map_err(|_| self.wrong("not a name"))?;
        if self.names.contains(&name) {
            return Err(self.wrong("a name is written out twice"));
        }
        self.names.push(name.clone());
        Ok(name)
    }

    pub(super) fn key(&mut self) -> Result<Key, WireError> {
        let text = self.str()?;
        Key::new(text).map_err(|_| self.wrong("not a key"))
    }

    pub(super) fn time(&mut self) -> Result<Timestamp, WireError> {
        let millis = self.millis()?;
        let counter =
            u32::try_from(self.number()?).map_err(|_| self.wrong("a counter of more than 32 bits"))?;
        Ok(Timestamp { millis, counter })
    }

    pub(super) fn millis(&mut self) -> Result<Millis, WireError> {
        let millis = self.number()?;
        if millis > Millis::MAX.get() {
            return Err(self.wrong("a time of more than 48 bits"));
        }
        Ok(Millis::new(millis))
    }

    pub(super) fn stamp(&mut self) -> Result<Stamp, WireError> {
        Ok(Stamp { time: self.time()?, author: self.author()? })
    }

    pub(super) fn dot(&mut self) -> Result<Dot, WireError> {
        let author = self.author()?;
        let sequence = self.number()?;
        if sequence == 0 {
            return Err(self.wrong("a sequence of 0: the first is 1"));
        }
        if sequence > i64::MAX as u64 {
            return Err(self.wrong("a sequence of more than 63 bits"));
        }
        Ok(Dot { author, sequence })
    }

    /// As many as are said, in strictly ascending order of what `order` compares.
    pub(super) fn ascending<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<T, WireError>,
        order: impl Fn(&T, &T) -> Ordering,
    ) -> Result<Vec<T>, WireError> {
        let length = self.length()?;
        // As many as there are, if they are few: what is said is not believed.
        let mut all: Vec<T> = Vec::with_capacity(length.min(4));
        for _ in 0..length {
            let next = one(self)?;
            if all.last().is_some_and(|last| order(last, &next) != Ordering::Less) {
                return Err(self.wrong("not in ascending order, or twice"));
            }
            all.push(next);
        }
        Ok(all)
    }

    pub(super) fn dots(&mut self) -> Result<Vec<Dot>, WireError> {
        self.ascending(Self::dot, Dot::cmp)
    }

    pub(super) fn vector(&mut self) -> Result<VersionVector, WireError> {
        let dots = self.ascending(Self::dot, |one, next| one.author.cmp(&next.author))?;
        Ok(dots.into_iter().map(|dot| (dot.author, dot.sequence)).collect())
    }

    pub(super) fn value(&mut self) -> Result<Value, WireError> {
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => Value::Boolean(false),
            2 => Value::Boolean(true),
            3 => {
                let number = self.signed()?;
                Value::Integer(
                    i64::try_from(number).map_err(|_| self.wrong("a whole number of more than 64 bits"))?,
                )
            }
            4 => {
                let bytes: [u8; 8] = self.take(8)?.try_into().map_err(|_| WireError::Short)?;
                let number = f64::from_le_bytes(bytes);
                let real = Real::new(number).filter(|real| real.get().to_bits() == number.to_bits());
                Value::Real(real.ok_or_else(|| self.wrong("not a number, or minus zero"))?)
            }
            5 => {
                let text = self.str()?;
                self.short_enough(text.len())?;
                Value::Text(text.into())
            }
            6 => {
                let length = self.length()?;
                self.short_enough(length)?;
                Value::Bytes(self.take(length)?.into())
            }
            _ => return Err(self.wrong("a kind of value that is not known here: update this side")),
        })
    }

    fn short_enough(&self, length: usize) -> Result<(), WireError> {
        if length > Value::LONGEST { Err(self.wrong("a value of more than 16 MiB")) } else { Ok(()) }
    }
}
