//! The hybrid logical clock: close to the time of day, and never against cause and effect.
//!
//! Kulkarni, Demirbas, Madappa, Avva and Leone, *Logical Physical Clocks*, OPODIS 2014. Two differences: an event that is
//! taken in is not an event of this clock's own, so that observing does not tick; and a time too far ahead is refused
//! ([`Clock::observe`]), so that one wrong clock cannot drag all others along (section 5 of the paper leaves that to the
//! implementation).

use crate::AuthorId;
use std::fmt;
use std::time::Duration;

/// Milliseconds since the beginning of 1970, UTC. At most 48 bits: up to the year 10889.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(u64);

impl Millis {
    /// The last moment that can be written.
    pub const MAX: Self = Self((1 << 48) - 1);

    /// That many milliseconds since 1970; what is beyond [`Millis::MAX`] is taken as that.
    pub const fn new(millis: u64) -> Self {
        if millis > Self::MAX.0 { Self::MAX } else { Self(millis) }
    }

    /// The number of milliseconds since 1970.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Later by so much.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self::new(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }

    /// How long `earlier` was before this; nothing if it was not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// A moment of a hybrid logical clock. Orders by time, then by counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// The time of day, or a little later where cause and effect ask for it.
    pub millis: Millis,
    /// Counts what happened within one millisecond, or while the time of day stood still or went back.
    pub counter: u32,
}

/// A moment with who wrote: a total order on all events, the same on every replica.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// When.
    pub time: Timestamp,
    /// Who: decides between two events of one moment.
    pub author: AuthorId,
}

impl fmt::Debug for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}@{}", self.time.millis.0, self.time.counter, self.author)
    }
}

/// A time from elsewhere that is further ahead than the bound allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a time {ahead:?} ahead of this clock was refused, the bound is {bound:?}: \
     set the clocks of both machines, or raise the bound on all of them"
)]
pub struct Ahead {
    /// How far it is ahead.
    pub ahead: Duration,
    /// How far it may be.
    pub bound: Duration,
}

/// A hybrid logical clock.
///
/// Its laws, for any times of day that it is given: each tick is later than all ticks and observed times before it; it is
/// never behind the time of day; and it is never further ahead of the latest time of day that it was given than the bound
/// and a millisecond for each time that a counter was used up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    last: Timestamp,
    bound: Duration,
}

impl Clock {
    /// How far a time from elsewhere may be ahead, if nothing else is said: a minute. An assumption of ours: far more than
    /// machines with a time service are apart, and little enough that a wrong clock is found before much was written.
    pub const BOUND: Duration = Duration::from_mins(1);

    /// Goes on from `last`, the high-water mark that was stored with the last event; the default at the first start.
    pub fn resume(last: Timestamp, bound: Duration) -> Self {
        Self { last, bound }
    }

    /// The latest moment given or observed: what must be stored before a tick is shown to anybody.
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// How far a time from elsewhere may be ahead.
    pub fn bound(&self) -> Duration {
        self.bound
    }

    /// The moment of an event of one's own.
    pub fn tick(&mut self, now: Millis) -> Timestamp {
        self.last = if now > self.last.millis {
            Timestamp { millis: now, counter: 0 }
        } else {
            match self.last.counter.checked_add(1) {
                Some(counter) => Timestamp { millis: self.last.millis, counter },
                None => Timestamp { millis: self.last.millis.after(Duration::from_millis(1)), counter: 0 },
            }
        };
        self.last
    }

    /// Whether a time from elsewhere is within the bound.
    ///
    /// # Errors
    /// It is too far ahead.
    pub fn accepts(&self, now: Millis, time: Timestamp) -> Result<(), Ahead> {
        let ahead = time.millis.since(now);
        if ahead > self.bound { Err(Ahead { ahead, bound: self.bound }) } else { Ok(()) }
    }

    /// Takes in a time from elsewhere, so that what happens here from now on is later.
    ///
    /// # Errors
    /// It is too far ahead; the clock stays as it was.
    pub fn observe(&mut self, now: Millis, time: Timestamp) -> Result<(), Ahead> {
        self.accepts(now, time)?;
        self.last = self.last.max(time);
        Ok(())
    }

    /// Takes in a time without asking how far it is ahead: the planted bug that simulations must catch.
    #[cfg(feature = "planted")]
    pub(crate) fn observe_anything(&mut self, time: Timestamp) {
        self.last = self.last.max(time);
    }
}
