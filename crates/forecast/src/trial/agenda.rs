//! What is still to happen in a trial, in order: a calendar of narrow buckets instead of a heap.
//!
//! A heap spends most of a trial on comparing far-away memory. Here an event falls into the bucket of its moment, buckets
//! that hold something are bits in a set, and only the bucket at hand is put in order (R. Brown, "Calendar queues: a fast
//! O(1) priority queue implementation for the simulation event set problem", Communications of the ACM 31, 1988). How
//! wide a bucket is changes the speed and never the order.

const BUCKETS: usize = 1 << 15;
/// The same, as buckets are counted.
const WINDOW: i64 = 1 << 15;
const WORDS: usize = BUCKETS / 64;
const NOTHING: u32 = u32::MAX;
/// Bits of an event's order that say in which turn it was called for; those above are its class.
const TURN_BITS: u32 = 30;
const LAST_TURN: u32 = (1 << TURN_BITS) - 1;

/// An event: when, and what, as its owner codes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) at: f64,
    /// At one moment: by class, then in the order in which they were called for.
    order: u32,
    pub(super) what: u32,
}

impl Event {
    #[inline(always)]
    fn is_after(&self, other: &Event) -> bool {
        (self.at, self.order) > (other.at, other.order)
    }
}

#[derive(Clone, Copy, Debug)]
struct Node {
    event: Event,
    next: u32,
}

/// Everything still to happen.
#[derive(Debug)]
pub(super) struct Agenda {
    /// First node of each bucket of the window; says nothing where its bit is not set.
    first: Box<[u32; BUCKETS]>,
    filled: Box<[u64; WORDS]>,
    nodes: Vec<Node>,
    /// First node that is free for use again.
    free: u32,
    /// First node beyond the window.
    beyond: u32,
    /// The bucket at hand, latest first, so that the next is taken off its end.
    open: Vec<Event>,
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
            nodes: Vec::with_capacity(64),
            free: NOTHING,
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
            // A bucket holds less than one event in the mean: an empty one costs a bit, two in one have to be put in order.
            self.fineness = (4.0 * f64::from(self.called) / self.reached).clamp(1.0, 1e6);
        }
        self.filled.fill(0);
        self.nodes.clear();
        self.open.clear();
        (self.free, self.beyond) = (NOTHING, NOTHING);
        (self.opened, self.window, self.called, self.reached) = (-1, 0, 0, 0.0);
    }

    /// Notes what happens at a moment, which is finite, 0 or later, and not before what was taken last; of what happens
    /// at one moment the lower class (at most 3) comes first, then what was called for first.
    #[inline(always)]
    pub(super) fn push(&mut self, at: f64, class: u32, what: u32) {
        let order = class << TURN_BITS | self.called.min(LAST_TURN);
        self.called += 1;
        let event = Event { at, order, what };
        let bucket = self.bucket(at);
        if bucket <= self.opened {
            let place =
                self.open.iter().rposition(|other| other.is_after(&event)).map_or(0, |place| place + 1);
            self.open.insert(place, event);
        } else {
            self.link(bucket, event);
        }
    }

    /// In which bucket of the window a moment falls.
    #[inline(always)]
    fn bucket(&self, at: f64) -> i64 {
        (at * self.fineness) as i64 - self.window
    }

    #[inline(always)]
    fn link(&mut self, bucket: i64, event: Event) {
        let next = if bucket >= WINDOW {
            self.beyond
        } else {
            let place = bucket as usize % BUCKETS;
            let (word, bit) = (place / 64, 1 << (place % 64));
            let before = if self.filled[word] & bit == 0 { NOTHING } else { self.first[place] };
            self.filled[word] |= bit;
            before
        };
        let node = Node { event, next };
        let id = self.free;
        let id = if let Some(free) = self.nodes.get_mut(id as usize) {
            self.free = free.next;
            *free = node;
            id
        } else {
            self.nodes.push(node);
            self.nodes.len() as u32 - 1
        };
        if bucket >= WINDOW {
            self.beyond = id;
        } else {
            self.first[bucket as usize % BUCKETS] = id;
        }
    }

    /// Takes what happens next off the agenda.
    #[inline(always)]
    pub(super) fn take(&mut self) -> Option<Event> {
        let event = match self.open.pop() {
            Some(event) => event,
            None => self.turn()?,
        };
        self.reached = event.at;
        Some(event)
    }

    /// Takes what else happens at the moment of what was taken last. All of it lies in the bucket at hand, so that
    /// nothing has to be opened before what follows from it is noted.
    #[inline(always)]
    pub(super) fn take_more(&mut self) -> Option<Event> {
        if self.open.last()?.at > self.reached { None } else { self.open.pop() }
    }

    /// Opens the next bucket that holds something, and takes the first of it.
    #[inline(always)]
    fn turn(&mut self) -> Option<Event> {
        loop {
            if let Some(place) = self.next_filled() {
                self.opened = (place as u64).cast_signed();
                self.filled[place / 64] &= !(1 << (place % 64));
                let id = self.first[place];
                let node = self.nodes.get_mut(id as usize)?;
                let Node { event, next } = *node;
                node.next = self.free;
                self.free = id;
                return if next == NOTHING { Some(event) } else { self.put_in_order(event, next) };
            }
            if self.beyond == NOTHING {
                return None;
            }
            self.slide();
        }
    }

    /// Opens a bucket of several, `event` and what hangs on the node `next`, and takes the first.
    #[inline(never)]
    fn put_in_order(&mut self, event: Event, mut next: u32) -> Option<Event> {
        self.open.push(event);
        while let Some(node) = self.nodes.get_mut(next as usize) {
            let id = std::mem::replace(&mut next, node.next);
            node.next = self.free;
            self.free = id;
            let event = node.event;
            let place =
                self.open.iter().rposition(|other| other.is_after(&event)).map_or(0, |place| place + 1);
            self.open.insert(place, event);
        }
        self.open.pop()
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
    fn slide(&mut self) {
        let mut earliest = f64::INFINITY;
        let mut id = self.beyond;
        while let Some(node) = self.nodes.get(id as usize) {
            earliest = earliest.min(node.event.at);
            id = node.next;
        }
        self.window = (earliest * self.fineness) as i64;
        self.opened = -1;
        let mut id = std::mem::replace(&mut self.beyond, NOTHING);
        while let Some(node) = self.nodes.get_mut(id as usize) {
            let Node { event, next } = *node;
            node.next = self.free;
            self.free = id;
            id = next;
            self.link(self.bucket(event.at), event);
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
                proptest::collection::vec((0_u32..4, 0.0_f64..1.0, 0_u32..9, any::<bool>()), 1..200), 1..4),
            far in 1.0_f64..40_000.0,
        ) {
            let mut agenda = Agenda::new();
            for events in trials {
                agenda.clear();
                let mut heap = BinaryHeap::new();
                let mut now = 0.0;
                for (number, (class, ahead, what, take)) in events.into_iter().enumerate() {
                    // Some at the very same moment, some far beyond the window.
                    let ahead = if ahead < 0.2 { 0.0 } else { ahead * ahead * far };
                    let at: f64 = now + ahead;
                    agenda.push(at, class, what);
                    heap.push(Reverse((at.to_bits(), class, number, what)));
                    if take {
                        let Reverse((bits, _, _, what)) = heap.pop().unwrap();
                        let event = agenda.take().unwrap();
                        prop_assert_eq!((event.at.to_bits(), event.what), (bits, what));
                        now = event.at;
                        // What else happens now.
                        while heap.peek().is_some_and(|Reverse(next)| next.0 == bits) {
                            let Reverse((bits, _, _, what)) = heap.pop().unwrap();
                            let event = agenda.take_more().unwrap();
                            prop_assert_eq!((event.at.to_bits(), event.what), (bits, what));
                        }
                        prop_assert_eq!(agenda.take_more(), None);
                    }
                }
                while let Some(Reverse((bits, _, _, what))) = heap.pop() {
                    let event = agenda.take().unwrap();
                    prop_assert_eq!((event.at.to_bits(), event.what), (bits, what));
                }
                prop_assert_eq!(agenda.take(), None);
            }
        }
    }
}
