//! Random numbers without state: a draw is a function of (seed, trial, item, purpose).
//!
//! No generator is passed along and none has to be wound forward. Any trial can be run alone, on any thread, in any
//! order, and two runs that differ in one stance use the same numbers for everything else (common random numbers).
//!
//! The mixing step is the finaliser of `SplitMix64` in David Stafford's variant 13 (Steele, Lea and Flood,
//! "Fast splittable pseudorandom number generators", OOPSLA 2014), applied twice over keys that were themselves mixed.
//! It is ours rather than a library's because a library may change its values between versions, and a forecast that
//! changes overnight without a change of plan is not believed. The values are pinned by golden tests.

use crate::exponential::exponential;
use crate::normal::Normal;

/// The largest spread of a logarithm that is drawn with: no z is beyond 8.3, so nothing overflows.
pub(crate) const LARGEST_SIGMA: f64 = 50.0;

/// What a draw is for. Two purposes of one item never share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// How long an item takes.
    Effort = 1,
    /// Whether a lone estimate meets its reference class of overruns.
    Overrun = 2,
    /// A shared factor on effort: of a plan, of a team, of the organisation.
    Factor = 3,
    /// Whether an ask is taken up.
    TakeUp = 4,
    /// When a taken-up ask lands.
    Landing = 5,
    /// Whether whoever must answer a leaning fallback says yes.
    Acceptance = 6,
    /// The time from one shift of priorities to the next; add the number of the shift with `nth`.
    Shift = 7,
    /// What a shift does to an ask; add the number of the shift with `nth`.
    ShiftEffect = 8,
}

impl Purpose {
    /// The code of the `n`th draw for this purpose.
    pub(crate) fn nth(self, n: u32) -> u64 {
        (self as u64) | (u64::from(n) << 8)
    }
}

/// The identity of an item in draws: a hash of its name, so that adding a plan does not shift anybody else's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    /// The key of a name such as `work checkout/sheet`: 64-bit FNV-1a (Fowler, Noll, Vo), then mixed.
    pub fn of(name: &str) -> Key {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in name.bytes() {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        }
        Key(mix(hash))
    }
}

/// All draws of one trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    trial: u64,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Stafford's variant 13 of the 64-bit finaliser: a bijection in which each input bit moves each output bit.
#[inline]
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Draws {
    /// The draws of trial number `trial` under `seed`.
    #[inline]
    pub fn new(seed: u64, trial: u64) -> Draws {
        Draws { trial: mix(mix(seed.wrapping_add(GOLDEN)) ^ trial.wrapping_mul(GOLDEN).wrapping_add(1)) }
    }

    /// 64 random bits for (item, purpose).
    #[inline]
    pub(crate) fn bits(self, item: Key, purpose: u64) -> u64 {
        mix(mix(self.trial ^ item.0).wrapping_add(purpose.wrapping_mul(GOLDEN)))
    }

    /// A standard normal number for (item, purpose): the quantile of [`Self::uniform`].
    #[inline]
    pub(crate) fn normal(self, table: &Normal, item: Key, purpose: Purpose) -> f64 {
        table.draw(self.bits(item, purpose.nth(0)))
    }

    /// A shared factor on effort: lognormal with median 1 and this spread of its logarithm; 1 where there is none.
    pub(crate) fn factor(self, sigma: f64, key: Key) -> f64 {
        if sigma > 0.0 {
            exponential(sigma.min(LARGEST_SIGMA) * self.normal(Normal::table(), key, Purpose::Factor))
        } else {
            1.0
        }
    }

    /// A number strictly between 0 and 1, on a grid of 2^-53 shifted by half a step, so that no logarithm meets 0.
    #[inline]
    pub fn uniform(self, item: Key, purpose: Purpose) -> f64 {
        self.uniform_nth(item, purpose, 0)
    }

    /// The `n`th uniform number for (item, purpose).
    #[inline]
    pub fn uniform_nth(self, item: Key, purpose: Purpose, n: u32) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        ((self.bits(item, purpose.nth(n)) >> 11) as f64 + 0.5) * STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_never_change() {
        let draws = Draws::new(1, 0);
        let sheet = Key::of("work checkout/sheet");
        assert_eq!(draws.bits(sheet, Purpose::Effort.nth(0)), GOLDEN_BITS[0]);
        assert_eq!(draws.bits(sheet, Purpose::TakeUp.nth(0)), GOLDEN_BITS[1]);
        assert_eq!(Draws::new(1, 1).bits(sheet, Purpose::Effort.nth(0)), GOLDEN_BITS[2]);
        assert_eq!(Draws::new(2, 0).bits(sheet, Purpose::Effort.nth(0)), GOLDEN_BITS[3]);
    }

    // Computed by a separate implementation in Python.
    const GOLDEN_BITS: [u64; 4] =
        [0xfd7c_2e12_b134_c6e0, 0xaaaa_a1ed_d0b6_92e2, 0xa89b_406a_9f43_880c, 0x2244_9840_316f_c474];

    #[test]
    fn uniform_numbers_fill_the_unit_interval_evenly() {
        // Chi-square over 64 cells along each of the axes trial, item and purpose; 1 % critical value for 63 degrees
        // of freedom is 92.0.
        let key = Key::of("a");
        let axes: [Box<dyn Fn(u32) -> f64>; 3] = [
            Box::new(|i| Draws::new(7, u64::from(i)).uniform(key, Purpose::Effort)),
            Box::new(|i| Draws::new(7, 0).uniform(Key::of(&format!("item {i}")), Purpose::Effort)),
            Box::new(|i| Draws::new(7, 0).uniform_nth(key, Purpose::Shift, i)),
        ];
        for axis in axes {
            let mut cells = [0_u32; 64];
            for i in 0..64_000 {
                let u = axis(i);
                assert!(u > 0.0 && u < 1.0);
                cells[(u * 64.0) as usize] += 1;
            }
            let chi: f64 = cells.iter().map(|&n| (f64::from(n) - 1000.0).powi(2) / 1000.0).sum();
            assert!(chi < 92.0, "chi-square {chi}");
        }
    }

    #[test]
    fn neighbouring_draws_are_not_correlated() {
        let n = 100_000;
        let (a, b) = (Key::of("a"), Key::of("b"));
        let pairs = |f: &dyn Fn(u64) -> (f64, f64)| {
            let sum: f64 = (0..n).map(f).map(|(x, y)| (x - 0.5) * (y - 0.5)).sum();
            12.0 * sum / n as f64
        };
        let bound = 3.0 / (n as f64).sqrt();
        let u = |t, k, p| Draws::new(3, t).uniform(k, p);
        for r in [
            pairs(&|i| (u(i, a, Purpose::Effort), u(i + 1, a, Purpose::Effort))),
            pairs(&|i| (u(i, a, Purpose::Effort), u(i, b, Purpose::Effort))),
            pairs(&|i| (u(i, a, Purpose::TakeUp), u(i, a, Purpose::Landing))),
        ] {
            assert!(r.abs() < bound, "correlation {r}");
        }
    }
}
