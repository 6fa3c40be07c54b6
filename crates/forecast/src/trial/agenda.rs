//! What is still to happen in a trial, in order: a calendar of narrow buckets instead of a heap.
//!
//! A heap spends most of a trial on comparing far-away memory. Here an event falls into the bucket of its moment, buckets
//! that hold something are bits in a set, and only the bucket at hand is put in order (R. Brown, "Calendar queues: a fast
//! O(1) priority queue implementation for the simulation event set problem", Communications of the ACM 31, 1988). A bucket
//! holds a few events, which are put in order by a fixed sequence of comparisons: nothing for the processor to guess. How
//! wide a bucket is changes the speed and never the order.

use super::in_order::{self, Handle};
use super::state::{Happening, ItemState};

const BUCKETS: usize = 1 << 12;
const WORDS: usize = BUCKETS / 64;
/// The same, as places are counted.
const WINDOW: i64 = 1 << 12;
/// How many events a bucket has room for: with their count, a line of the processor's cache.
const ROOM: usize = 15;
/// How many there are in a bucket in the mean, if the trial is like the one before.
const MEAN: f64 = 3.0;
/// The numbers from here on are those of other events than the end of an item, whose number is the item's own.
const OTHERS: u32 = 1 << 31;
/// Where the bucket at hand lies before the window's first is opened.
const BEFORE: i64 = -1;

/// Something that happens, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) at: f64,
    pub(super) what: Happening,
}

/// The place of an event among all, as one number: its moment, then, at one moment, the ends of items by their turn, then
/// other events by class and turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u128);

impl Place {
    const OTHER: u64 = 1 << 63;

    #[inline(always)]
    fn new(at: f64, tie: u64) -> Place {
        // No moment is below zero, nor the zero that is: so their bits are in order as they are.
        Place(u128::from(at.to_bits()) << 64 | u128::from(tie))
    }

    /// The place of an event by its number.
    fn of(number: u32, items: &[ItemState], others: &[Event]) -> Place {
        if number < OTHERS {
            let state = &items[number as usize];
            Place::new(state.ends, u64::from(state.order) << 32 | u64::from(number))
        } else {
            let Event { at, what } = others[(number - OTHERS) as usize];
            Place::new(at, Place::OTHER | u64::from(what.class()) << 60 | u64::from(number))
        }
    }

    /// The number of the event.
    fn number(self) -> u32 {
        self.0 as u32
    }

    fn is_at_the_moment_of(self, other: Place) -> bool {
        self.0 >> 64 == other.0 >> 64
    }
}

/// The events of a stretch of time, by their numbers, in no order.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Bucket {
    /// How many they are, those for which there is no room included.
    held: u32,
    numbers: [u32; ROOM],
}

/// Everything still to happen.
#[derive(Debug)]
pub(super) struct Agenda {
    buckets: Box<[Bucket; BUCKETS]>,
    /// The buckets that hold something, as bits.
    filled: Box<[u64; WORDS]>,
    /// Buckets and events for which they have no room.
    crowded: Vec<(u32, u32)>,
    others: Vec<Event>,
    /// Where a crowded bucket is put in order.
    places: Vec<Place>,
    /// Events beyond the window.
    beyond: Vec<u32>,
    /// The bucket at hand, in order, and how many were taken of it.
    open: Vec<u32>,
    taken: usize,
    /// Whether some of those in it may be at one moment.
    tied: bool,
    /// Where in the window the bucket at hand lies.
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
            buckets: Box::new([Bucket { held: 0, numbers: [0; ROOM] }; BUCKETS]),
            filled: Box::new([0; WORDS]),
            crowded: Vec::new(),
            others: Vec::with_capacity(64),
            places: Vec::with_capacity(Handle::EVENTS),
            beyond: Vec::new(),
            open: Vec::with_capacity(Handle::EVENTS),
            taken: 0,
            tied: false,
            opened: BEFORE,
            window: 0,
            fineness: 1.0,
            called: 0,
            reached: 0.0,
        }
    }

    /// Forgets everything, and takes the fineness that would have suited what was forgotten.
    pub(super) fn clear(&mut self) {
        if self.called > 0 && self.reached > 0.0 {
            self.fineness = (f64::from(self.called) / (MEAN * self.reached)).clamp(1.0, 1e6);
        }
        for (word, filled) in self.filled.iter_mut().enumerate() {
            while *filled != 0 {
                self.buckets[word * 64 + filled.trailing_zeros() as usize].held = 0;
                *filled &= *filled - 1;
            }
        }
        self.crowded.clear();
        self.others.clear();
        self.beyond.clear();
        self.open.clear();
        (self.taken, self.opened, self.window) = (0, BEFORE, 0);
        (self.called, self.reached) = (0, 0.0);
    }

    /// Notes that an item, which runs now, ends at its `ends`, which is finite.
    #[inline(always)]
    pub(super) fn push_end(&mut self, items: &[ItemState], item: u32, ends: f64) {
        self.called += 1;
        self.put(items, self.place(ends), item);
    }

    /// Notes what else happens at a moment, which is finite, 0 or later, and not before what was taken last. Of what
    /// happens at one moment the lower class comes first, then what was called for first.
    pub(super) fn push(&mut self, items: &[ItemState], at: f64, what: Happening) {
        self.called += 1;
        let number = OTHERS + self.others.len() as u32;
        self.others.push(Event { at, what });
        self.put(items, self.place(at), number);
    }

    /// The place in the window of the bucket in which a moment falls: to the nearest, which keeps the order too, and takes no
    /// look at signs and infinities.
    #[inline(always)]
    fn place(&self, at: f64) -> i64 {
        const WHOLE: f64 = (1_u64 << 52) as f64;
        const FARTHEST: f64 = (1_u64 << 50) as f64;
        let place = at * self.fineness;
        let place = if place < FARTHEST { place } else { FARTHEST };
        ((place + WHOLE).to_bits() - WHOLE.to_bits()).cast_signed() - self.window
    }

    /// Puts an event where it belongs.
    #[inline(always)]
    fn put(&mut self, items: &[ItemState], place: i64, number: u32) {
        if place > self.opened && place < WINDOW {
            self.put_at(place as usize % BUCKETS, number);
        } else if place < WINDOW {
            self.put_in_order(items, number);
        } else {
            self.beyond.push(number);
        }
    }

    /// Puts an event into its bucket.
    #[inline(always)]
    fn put_at(&mut self, place: usize, number: u32) {
        self.filled[place / 64] |= 1 << (place % 64);
        let bucket = &mut self.buckets[place];
        let held = bucket.held;
        bucket.held = held + 1;
        match bucket.numbers.get_mut(held as usize) {
            Some(free) => *free = number,
            None => self.crowded.push((place as u32, number)),
        }
    }

    #[inline(always)]
    fn event(&self, items: &[ItemState], number: u32) -> Event {
        if number < OTHERS {
            Event { at: items[number as usize].ends, what: Happening::End(number) }
        } else {
            self.others[(number - OTHERS) as usize]
        }
    }

    /// Puts an event where it belongs in the bucket at hand.
    #[inline(never)]
    fn put_in_order(&mut self, items: &[ItemState], number: u32) {
        let of = |number| Place::of(number, items, &self.others);
        let place = of(number);
        let ahead = self.open[self.taken..].partition_point(|&open| of(open) < place);
        let at = self.taken + ahead;
        let ties = |other: Option<&u32>| other.is_some_and(|&other| of(other).is_at_the_moment_of(place));
        self.tied |= ties(self.open.get(at)) || ahead > 0 && ties(self.open.get(at - 1));
        self.open.insert(at, number);
    }

    /// Takes what happens next off the agenda.
    #[inline(always)]
    pub(super) fn take(&mut self, items: &[ItemState]) -> Option<Event> {
        if self.taken == self.open.len() {
            self.turn(items)?;
        }
        let event = self.event(items, *self.open.get(self.taken)?);
        self.taken += 1;
        self.reached = event.at;
        Some(event)
    }

    /// Takes what else happens at the moment of what was taken last. All of it lies in the bucket at hand, so that
    /// nothing has to be opened before what follows from it is noted.
    #[inline(always)]
    pub(super) fn take_more(&mut self, items: &[ItemState]) -> Option<Event> {
        let event = self.event(items, *self.open.get(self.taken)?);
        if event.at > self.reached {
            return None;
        }
        self.taken += 1;
        Some(event)
    }

    /// The item that ends next, where that is surely all that happens then.
    #[inline(always)]
    pub(super) fn lone_end(&mut self, items: &[ItemState]) -> Option<u32> {
        if self.taken == self.open.len() {
            self.turn(items)?;
        }
        let number = *self.open.get(self.taken)?;
        if !self.tied && number < OTHERS { Some(number) } else { None }
    }

    /// Whether nothing was taken yet of the bucket at hand.
    #[inline(always)]
    pub(super) fn is_fresh(&self) -> bool {
        self.taken == 0
    }

    /// The numbers of the events in the bucket at hand: of items, where they are ends.
    #[inline(always)]
    pub(super) fn at_hand(&self) -> &[u32] {
        &self.open
    }

    /// Takes what [`Self::lone_end`] told of off the agenda.
    #[inline(always)]
    pub(super) fn pass(&mut self, at: f64) {
        self.taken += 1;
        self.reached = at;
    }

    /// Opens the next bucket that holds something.
    #[inline(never)]
    fn turn(&mut self, items: &[ItemState]) -> Option<()> {
        let place = loop {
            if let Some(place) = self.next_filled() {
                break place;
            }
            if self.beyond.is_empty() {
                return None;
            }
            self.slide(items);
        };
        self.opened = (place as u64).cast_signed();
        self.filled[place / 64] &= !(1 << (place % 64));
        let Bucket { held, numbers } = self.buckets[place];
        self.buckets[place].held = 0;
        self.open.clear();
        (self.taken, self.tied) = (0, false);
        let close = match held {
            0..=4 => self.open_few(items, &numbers, held as usize, in_order::four),
            5..=8 => self.open_few(items, &numbers, held as usize, in_order::eight),
            9..=15 => self.open_few(items, &numbers, held as usize, in_order::sixteen),
            _ => true,
        };
        if close {
            self.open_many(items, place as u32, held as usize, numbers);
        }
        Some(())
    }

    /// Fills the bucket at hand with at most `N` events. Returns whether some may be at one moment, so that more than that
    /// decides.
    #[inline(always)]
    fn open_few<const N: usize>(
        &mut self,
        items: &[ItemState],
        numbers: &[u32; ROOM],
        held: usize,
        put_in_order: impl Fn(&mut [Handle; N]),
    ) -> bool {
        let mut handles = std::array::from_fn(Handle::none);
        for (place, (handle, &number)) in handles.iter_mut().zip(&numbers[..held]).enumerate() {
            *handle = Handle::new(self.event(items, number).at, place);
        }
        put_in_order(&mut handles);
        let ordered = handles.map(|handle| numbers[handle.place().min(ROOM - 1)]);
        self.open.extend_from_slice(&ordered);
        self.open.truncate(held);
        handles.windows(2).fold(false, |close, pair| close | pair[0].is_close_to(pair[1]))
    }

    /// Fills the bucket at hand with any number of events, at any moments.
    #[inline(never)]
    fn open_many(&mut self, items: &[ItemState], place: u32, held: usize, numbers: [u32; ROOM]) {
        self.tied = true;
        let (places, others) = (&mut self.places, &self.others);
        places.clear();
        places.extend(numbers.iter().take(held).map(|&number| Place::of(number, items, others)));
        if held > ROOM {
            self.crowded.retain(|&(bucket, number)| {
                if bucket == place {
                    places.push(Place::of(number, items, others));
                }
                bucket != place
            });
        }
        places.sort_unstable();
        self.open.clear();
        self.open.extend(places.iter().map(|place| place.number()));
    }

    #[inline(always)]
    fn next_filled(&self) -> Option<usize> {
        let from = (self.opened + 1) as usize;
        let mut word = from / 64;
        let mut bits = self.filled.get(word)? & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            bits = *self.filled.get(word)?;
        }
        Some((word * 64 + bits.trailing_zeros() as usize) % BUCKETS)
    }

    /// Moves the window on to the earliest of what lay beyond it.
    #[inline(never)]
    fn slide(&mut self, items: &[ItemState]) {
        let at = |agenda: &Agenda, number: u32| agenda.event(items, number).at;
        let earliest = self.beyond.iter().map(|&number| at(self, number)).fold(f64::INFINITY, f64::min);
        self.window += self.place(earliest);
        self.opened = BEFORE;
        let moved = self.beyond.len();
        for index in 0..moved {
            let number = self.beyond[index];
            self.put(items, self.place(at(self, number)), number);
        }
        self.beyond.drain(..moved);
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
                let mut items = vec![ItemState::NOBODYS; events.len()];
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
                        agenda.push_end(&items, index, at);
                        heap.push(Reverse((at.to_bits(), class, 0, index, what)));
                    } else {
                        agenda.push(&items, at, what);
                        heap.push(Reverse((at.to_bits(), class, 1, index, what)));
                    }
                    if take {
                        let Reverse((bits, _, _, _, what)) = heap.pop().unwrap();
                        let event = agenda.take(&items).unwrap();
                        prop_assert_eq!(key(event), (bits, what));
                        now = event.at;
                        // What else happens now.
                        while heap.peek().is_some_and(|Reverse(next)| next.0 == bits) {
                            let Reverse((bits, _, _, _, what)) = heap.pop().unwrap();
                            prop_assert_eq!(key(agenda.take_more(&items).unwrap()), (bits, what));
                        }
                        prop_assert_eq!(agenda.take_more(&items), None);
                    }
                }
                while let Some(Reverse((bits, _, _, _, what))) = heap.pop() {
                    prop_assert_eq!(key(agenda.take(&items).unwrap()), (bits, what));
                }
                prop_assert_eq!(agenda.take(&items), None);
            }
        }
    }
}
