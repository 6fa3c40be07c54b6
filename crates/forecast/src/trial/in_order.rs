//! A few events put in order by a fixed sequence of comparisons: nothing for the processor to guess.

/// An event in a bucket that is being put in order: its moment but for the last bits, in whose stead stands where in the
/// bucket the event is. A number that the processor compares and swaps in two steps, and that no other event has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handle(f64);

impl Handle {
    /// How many events are told apart.
    pub(super) const EVENTS: usize = 1 << Handle::BITS;
    const BITS: u32 = 4;
    const PLACES: u64 = (1 << Handle::BITS) - 1;

    /// For an event at a moment that is not below zero, at a place below [`Self::EVENTS`].
    #[inline(always)]
    pub(super) fn new(at: f64, place: usize) -> Handle {
        Handle(f64::from_bits((at.to_bits() & !Handle::PLACES) | place as u64))
    }

    /// For no event: later than any, and at no other's moment.
    #[inline(always)]
    pub(super) fn none(place: usize) -> Handle {
        Handle::new(f64::from_bits(f64::MAX.to_bits() - ((place as u64) << Handle::BITS)), place)
    }

    #[inline(always)]
    pub(super) fn place(self) -> usize {
        (self.0.to_bits() & Handle::PLACES) as usize
    }

    /// Whether their moments may be the same.
    #[inline(always)]
    pub(super) fn is_close_to(self, other: Handle) -> bool {
        self.0.to_bits() >> Handle::BITS == other.0.to_bits() >> Handle::BITS
    }
}

/// Puts the earlier of two first, for each of these pairs of places.
#[inline(always)]
fn compare<const N: usize, const M: usize>(handles: &mut [Handle; N], pairs: &[(usize, usize); M]) {
    for &(low, high) in pairs {
        let (Handle(one), Handle(other)) = (handles[low], handles[high]);
        handles[low] = Handle(if other < one { other } else { one });
        handles[high] = Handle(if one < other { other } else { one });
    }
}

// The least comparisons that do: D. Knuth, "The Art of Computer Programming", volume 3, section 5.3.4.

#[inline(always)]
pub(super) fn four(handles: &mut [Handle; 4]) {
    compare(handles, &[(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)]);
}

#[inline(always)]
pub(super) fn eight(handles: &mut [Handle; 8]) {
    compare(handles, &[(0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6)]);
    compare(handles, &[(0, 4), (3, 7), (1, 5), (2, 6), (1, 4), (3, 6), (2, 4), (3, 5), (3, 4)]);
}

/// Two eights, and Batcher's merging of them: three more than the least, in steps short enough to be laid out in a row.
#[inline(always)]
pub(super) fn sixteen(handles: &mut [Handle; 16]) {
    let mut halves: [[Handle; 8]; 2] =
        std::array::from_fn(|half| std::array::from_fn(|place| handles[8 * half + place]));
    halves.iter_mut().for_each(eight);
    *handles = std::array::from_fn(|place| halves[place / 8][place % 8]);
    compare(handles, &[(0, 8), (4, 12), (4, 8), (2, 10), (6, 14), (6, 10), (2, 4), (6, 8), (10, 12)]);
    compare(handles, &[(1, 9), (5, 13), (5, 9), (3, 11), (7, 15), (7, 11), (3, 5), (7, 9), (11, 13)]);
    compare(handles, &[(1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sequence of comparisons that puts all zeros and ones in order puts everything in order (Knuth, the same section).
    fn puts_all_in_order<const N: usize>(put_in_order: impl Fn(&mut [Handle; N])) {
        for ones in 0..1_u32 << N {
            let mut handles = std::array::from_fn(|place| Handle::new(f64::from(ones >> place & 1), 0));
            put_in_order(&mut handles);
            assert!(handles.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{ones:b}");
        }
    }

    #[test]
    fn all_are_put_in_order() {
        puts_all_in_order(four);
        puts_all_in_order(eight);
        puts_all_in_order(sixteen);
    }

    #[test]
    fn a_handle_is_later_than_none_and_knows_its_place() {
        let moments = [0.0, 5e-324, 1.0, 1.0_f64.next_up(), 1e9];
        for (place, at) in moments.into_iter().enumerate() {
            assert_eq!(Handle::new(at, place).place(), place);
            assert!(Handle::new(at, place).0 < Handle::none(15).0);
        }
        assert!(Handle::new(1.0, 0).is_close_to(Handle::new(1.0, 15)));
        assert!(Handle::new(1.0, 0).is_close_to(Handle::new(1.0_f64.next_up(), 15)));
        assert!(!Handle::new(1.0, 0).is_close_to(Handle::new(1.0 + 1e-12, 0)));
        assert!(!Handle::none(3).is_close_to(Handle::none(4)));
    }
}
