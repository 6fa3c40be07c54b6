//! What is still to happen in a trial, in order: a calendar of narrow buckets instead of a heap.
//!
//! A heap spends most of a trial on comparing far-away memory. Here an event falls into the bucket of its moment, buckets
//! that hold something are bits in a set, and only the bucket at hand is put in order (R. Brown, "Calendar queues: a fast
//! O(1) priority queue implementation for the simulation event set problem", Communications of the ACM 31, 1988). How
//! wide a bucket is changes the speed and never the order.

use super::state::{Happening, ItemState};

const BUCKETS: usize = 1 << 15;
/// The same, as buckets are counted.
const WINDOW: i64 = 1 << 15;
const WORDS: usize = BUCKETS / 64;
const NOTHING: u32 = u32::MAX;
/// The numbers from here on are those of other events than the end of an item, whose number is the item's own.
const OTHERS: u32 = 1 << 31;

/// Something that happens, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) at: f64,
    pub(super) what: Happening,
}

/// An event in the bucket at hand.
#[derive(Clone, Copy, Debug)]
struct Open {
    event: Event,
    /// At one moment: by class, then by turn.
    class: u32,
    turn: u32,
    number: u32,
}

impl Open {
    fn is_after(&self, other: &Open) -> bool {
        let key = |open: &Open| (open.event.at, open.class, open.turn, open.number);
        key(self) > key(other)
    }
}

/// An event other than the end of an item.
#[derive(Clone, Copy, Debug)]
struct Other {
    event: Event,
    next: u32,
}

/// Everything still to happen.
///
/// The ends of items, by far the most, are kept in the items themselves, which are read then in any case: an item ends
/// once.
#[derive(Debug)]
pub(super) struct Agenda {
    /// The first event of each bucket of the window; says nothing where its bit is not set.
    first: Box<[u32; BUCKETS]>,
    filled: Box<[u64; WORDS]>,
    /// Words of `filled` from here on are empty.
    words: usize,
    others: Vec<Other>,
    /// The first event beyond the window.
    beyond: u32,
    /// The bucket at hand, latest first, so that the next is taken off its end.
    open: Vec<Open>,
    /// Where in the window the bucket at hand lies; -1 before its first.
    opened: i64,
    /// The absolute number of the window's first bucket.
    window: i64,
    /// Buckets in a working day.
    fineness: f64,
    /// How many events were called for, and the moment up to which they were taken.
    called: u32,
    reached: f64,
}

impl Agenda {
    #[allow(clippy::large_stack_arrays)] // Built once for many trials, and lives on the heap.
    pub(super) fn new() -> Agenda {
        Agenda {
            first: Box::new([NOTHING; BUCKETS]),
            filled: Box::new([0; WORDS]),
            words: 0,
            others: Vec::with_capacity(64),
            beyond: NOTHING,
            open: Vec::with_capacity(16),
            opened: -1,
            window: 0,
            fineness: 1.0,
            called: 0,
            reached: 0.0,
        }
    }

    /// Forgets everything, and takes the fineness that would have suited what was forgotten.
    pub(super) fn clear(&mut self) {
        if self.called > 0 && self.reached > 0.0 {
            // A bucket holds far less than one event in the mean: an empty one costs a bit, two in one have to be put
            // in order.
            self.fineness = (4.0 * f64::from(self.called) / self.reached).clamp(1.0, 1e6);
        }
        self.filled[..self.words].fill(0);
        self.words = 0;
        self.others.clear();
        self.open.clear();
        self.beyond = NOTHING;
        (self.opened, self.window, self.called, self.reached) = (-1, 0, 0, 0.0);
    }

    /// Notes that an item, which runs now, ends at its `ends`, which is finite.
    #[inline(always)]
    pub(super) fn push_end(&mut self, items: &mut [ItemState], item: u32) {
        self.called += 1;
        let bucket = self.bucket(items[item as usize].ends);
        if bucket <= self.opened {
            self.put_in_place(items, item);
        } else {
            items[item as usize].link = self.hang(bucket, item);
        }
    }

    /// Notes what else happens at a moment, which is finite, 0 or later, and not before what was taken last. Of what
    /// happens at one moment the lower class comes first, then what was called for first.
    pub(super) fn push(&mut self, items: &[ItemState], at: f64, what: Happening) {
        self.called += 1;
        let number = OTHERS + self.others.len() as u32;
        self.others.push(Other { event: Event { at, what }, next: NOTHING });
        let bucket = self.bucket(at);
        if bucket <= self.opened {
            self.put_in_place(items, number);
        } else {
            let next = self.hang(bucket, number);
            self.others[(number - OTHERS) as usize].next = next;
        }
    }

    /// In which bucket of the window a moment falls.
    #[inline(always)]
    fn bucket(&self, at: f64) -> i64 {
        (at * self.fineness) as i64 - self.window
    }

    /// Hangs an event into its bucket, before what hung there already, which it returns.
    #[inline(always)]
    fn hang(&mut self, bucket: i64, number: u32) -> u32 {
        if bucket >= WINDOW {
            return std::mem::replace(&mut self.beyond, number);
        }
        let place = bucket as usize % BUCKETS;
        let (word, bit) = (place / 64, 1 << (place % 64));
        let before = if self.filled[word] & bit == 0 { NOTHING } else { self.first[place] };
        self.filled[word] |= bit;
        self.words = self.words.max(word + 1);
        self.first[place] = number;
        before
    }

    /// An event by its number, and what hangs on it.
    #[inline(always)]
    fn event(&self, items: &[ItemState], number: u32) -> (Event, u32) {
        if number < OTHERS {
            let state = &items[number as usize];
            (Event { at: state.ends, what: Happening::End(number) }, state.link)
        } else {
            let other = &self.others[(number - OTHERS) as usize];
            (other.event, other.next)
        }
    }

    /// Puts an event where it belongs in the bucket at hand.
    #[inline(never)]
    fn put_in_place(&mut self, items: &[ItemState], number: u32) {
        let (event, _) = self.event(items, number);
        let turn = if number < OTHERS { items[number as usize].order } else { number };
        let open = Open { event, class: event.what.class(), turn, number };
        let place = self.open.iter().rposition(|other| other.is_after(&open)).map_or(0, |place| place + 1);
        self.open.insert(place, open);
    }

    /// Takes what happens next off the agenda.
    #[inline(always)]
    pub(super) fn take(&mut self, items: &mut [ItemState]) -> Option<Event> {
        let event = if self.open.is_empty() { self.turn(items)? } else { self.open.pop()?.event };
        self.reached = event.at;
        Some(event)
    }

    /// Takes what else happens at the moment of what was taken last. All of it lies in the bucket at hand, so that
    /// nothing has to be opened before what follows from it is noted.
    #[inline(always)]
    pub(super) fn take_more(&mut self) -> Option<Event> {
        if self.open.last()?.event.at > self.reached { None } else { self.open.pop().map(|open| open.event) }
    }

    /// Opens the next bucket that holds something, and takes the first of it.
    #[inline(always)]
    fn turn(&mut self, items: &mut [ItemState]) -> Option<Event> {
        loop {
            if let Some(place) = self.next_filled() {
                self.opened = (place as u64).cast_signed();
                self.filled[place / 64] &= !(1 << (place % 64));
                let number = self.first[place];
                let (event, next) = self.event(items, number);
                return if next == NOTHING { Some(event) } else { self.put_in_order(items, number) };
            }
            if self.beyond == NOTHING {
                return None;
            }
            self.slide(items);
        }
    }

    /// Opens a bucket of several, and takes the first.
    #[inline(never)]
    fn put_in_order(&mut self, items: &[ItemState], mut number: u32) -> Option<Event> {
        while number != NOTHING {
            self.put_in_place(items, number);
            number = self.event(items, number).1;
        }
        self.open.pop().map(|open| open.event)
    }

    #[inline(always)]
    fn next_filled(&self) -> Option<usize> {
        let from = (self.opened + 1) as usize;
        let filled = self.filled.get(..self.words)?;
        let mut word = from / 64;
        let mut bits = filled.get(word)? & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            bits = *filled.get(word)?;
        }
        Some((word * 64 + bits.trailing_zeros() as usize) % BUCKETS)
    }

    /// Moves the window on to the earliest of what lay beyond it.
    #[inline(never)]
    fn slide(&mut self, items: &mut [ItemState]) {
        let mut earliest = f64::INFINITY;
        let mut number = self.beyond;
        while number != NOTHING {
            let (event, next) = self.event(items, number);
            earliest = earliest.min(event.at);
            number = next;
        }
        self.window = (earliest * self.fineness) as i64;
        self.opened = -1;
        let mut number = std::mem::replace(&mut self.beyond, NOTHING);
        while number != NOTHING {
            let (event, next) = self.event(items, number);
            let before = self.hang(self.bucket(event.at), number);
            if number < OTHERS {
                items[number as usize].link = before;
            } else {
                self.others[(number - OTHERS) as usize].next = before;
            }
            number = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    proptest! {
        /// Against the heap of the standard library, with pushes between the takings, over several trials so that the
        /// fineness adapts.
        #[test]
        fn it_gives_out_what_a_heap_gives_out(
            trials in proptest::collection::vec(
                proptest::collection::vec((0_u32..5, 0.0_f64..1.0, any::<bool>()), 1..200), 1..4),
            far in 1.0_f64..40_000.0,
        ) {
            let mut agenda = Agenda::new();
            for events in trials {
                agenda.clear();
                let mut items = vec![ItemState::BLANK; events.len()];
                let mut heap = BinaryHeap::new();
                let mut now = 0.0;
                let key = |event: Event| (event.at.to_bits(), event.what);
                for (index, (kind, ahead, take)) in events.into_iter().enumerate() {
                    // Some at the very same moment, some far beyond the window.
                    let ahead = if ahead < 0.2 { 0.0 } else { ahead * ahead * far };
                    let at: f64 = now + ahead;
                    let index = index as u32;
                    let (what, class) = match kind {
                        0 => (Happening::Wake(index), 0),
                        1 => (Happening::Landing(index), 1),
                        2 => (Happening::Shift(index), 2),
                        3 => (Happening::Take(index), 3),
                        _ => (Happening::End(index), 0),
                    };
                    if let Happening::End(_) = what {
                        items[index as usize].ends = at;
                        agenda.push_end(&mut items, index);
                        heap.push(Reverse((at.to_bits(), class, 0, index, what)));
                    } else {
                        agenda.push(&items, at, what);
                        heap.push(Reverse((at.to_bits(), class, 1, index, what)));
                    }
                    if take {
                        let Reverse((bits, _, _, _, what)) = heap.pop().unwrap();
                        let event = agenda.take(&mut items).unwrap();
                        prop_assert_eq!(key(event), (bits, what));
                        now = event.at;
                        // What else happens now.
                        while heap.peek().is_some_and(|Reverse(next)| next.0 == bits) {
                            let Reverse((bits, _, _, _, what)) = heap.pop().unwrap();
                            prop_assert_eq!(key(agenda.take_more().unwrap()), (bits, what));
                        }
                        prop_assert_eq!(agenda.take_more(), None);
                    }
                }
                while let Some(Reverse((bits, _, _, _, what))) = heap.pop() {
                    prop_assert_eq!(key(agenda.take(&mut items).unwrap()), (bits, what));
                }
                prop_assert_eq!(agenda.take(&mut items), None);
            }
        }
    }
}
