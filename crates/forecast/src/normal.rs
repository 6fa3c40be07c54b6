//! The standard normal quantile from a table: what the kernel draws with.
//!
//! Wichura's formula takes a logarithm and a root in one case of seven, and the processor guesses wrong which. Here the
//! smaller tail picks, by the leading bits of its number, a stretch of a thirty-second of an octave, on which a polynomial of
//! degree 3 stands for the formula; no branches, and nothing that differs between machines.

use crate::distribution::normal_quantile;
use std::sync::LazyLock;

const DEGREE: usize = 3;
/// Leading bits of the mantissa that pick a stretch.
const BITS: u32 = 5;
const REST: u32 = 52 - BITS;
/// The smallest tail that a uniform number of this crate has is 2^-54.
const SMALLEST: u64 = (1023 - 54) << BITS;
const STRETCHES: usize = 54 << BITS;
/// A power of two above that, so that no index is out of bounds.
const PLACES: usize = STRETCHES.next_power_of_two();
const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
const SIGN: u64 = 1 << 63;

/// The table.
#[derive(Debug)]
pub(crate) struct Normal {
    stretches: Box<[[f64; DEGREE + 1]; PLACES]>,
}

static TABLE: LazyLock<Normal> = LazyLock::new(Normal::new);

impl Normal {
    /// The one table.
    pub(crate) fn table() -> &'static Normal {
        &TABLE
    }

    fn new() -> Normal {
        let stretch = |index: usize| {
            let leading = (SMALLEST + index as u64) << REST;
            let low = f64::from_bits(leading);
            let octave = f64::from_bits(leading >> 52 << 52);
            // The quantile at a place of the stretch, counted in octaves from its beginning.
            polynomial(|place| normal_quantile((low + place * octave).min(0.5)))
        };
        #[allow(clippy::large_stack_arrays)] // It is built once, and lives on the heap.
        let mut stretches = Box::new([[0.0; DEGREE + 1]; PLACES]);
        for (index, place) in stretches.iter_mut().take(STRETCHES).enumerate() {
            *place = stretch(index);
        }
        // The median itself begins a stretch of its own.
        stretches[STRETCHES % PLACES] = [0.0; DEGREE + 1];
        Normal { stretches }
    }

    /// The z with Φ(z) = `u`, for 2^-54 <= `u` <= 1 − 2^-54, to within 10^-7.
    #[cfg(test)]
    pub(crate) fn quantile(&self, u: f64) -> f64 {
        if u < 0.5 { self.lower(u) } else { -self.lower(1.0 - u) }
    }

    /// A standard normal number from 64 random bits: the quantile of the uniform number that they make, whose first bit
    /// says on which side of the median it lies.
    #[inline]
    pub(crate) fn draw(&self, bits: u64) -> f64 {
        // All ones above the median, so that the rest counts from the near end.
        let above = (bits.cast_signed() >> 63).cast_unsigned();
        let tail = ((bits ^ above) >> 11) as f64 * STEP + STEP / 2.0;
        f64::from_bits(self.lower(tail).to_bits() ^ (above & SIGN))
    }

    /// The z with Φ(z) = `tail`, for 2^-54 <= `tail` <= 1/2.
    #[inline]
    fn lower(&self, tail: f64) -> f64 {
        let bits = tail.to_bits();
        let stretch = &self.stretches[((bits >> REST).wrapping_sub(SMALLEST) as usize) % PLACES];
        let place = f64::from_bits((bits & ((1 << REST) - 1)) | (1023 << 52)) - 1.0;
        stretch[0] + place * (stretch[1] + place * (stretch[2] + place * stretch[3]))
    }
}

/// The coefficients, lowest first, of the polynomial through a function at the Chebyshev points of [0, 1/32].
fn polynomial(f: impl Fn(f64) -> f64) -> [f64; DEGREE + 1] {
    let width = 1.0 / f64::from(1_u32 << BITS);
    let points: [f64; DEGREE + 1] = std::array::from_fn(|i| {
        let angle = std::f64::consts::PI * (i as f64 + 0.5) / (DEGREE + 1) as f64;
        width * (1.0 - angle.cos()) / 2.0
    });
    // Newton's divided differences, then multiplied out.
    let mut differences = points.map(f);
    for order in 1..=DEGREE {
        for i in (order..=DEGREE).rev() {
            differences[i] = (differences[i] - differences[i - 1]) / (points[i] - points[i - order]);
        }
    }
    let mut coefficients = [0.0; DEGREE + 1];
    for i in (0..=DEGREE).rev() {
        for power in (1..=DEGREE).rev() {
            coefficients[power] = coefficients[power - 1] - points[i] * coefficients[power];
        }
        coefficients[0] = differences[i] - points[i] * coefficients[0];
    }
    coefficients
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_formula_everywhere() {
        let table = Normal::table();
        let mut worst: f64 = 0.0;
        let mut check = |u: f64| worst = worst.max((table.quantile(u) - normal_quantile(u)).abs());
        for i in 0..1_000_000 {
            check((f64::from(i) + 0.5) / 1e6);
        }
        // Far out on both sides, between and at the ends of the stretches.
        for octave in 1..=54 {
            for part in 0..100 {
                let tail = 0.5_f64.powi(octave) * (1.0 + f64::from(part) / 100.0);
                if tail <= 0.5 {
                    check(tail);
                    check((1.0 - tail).min(1.0 - 0.5_f64.powi(53)));
                }
            }
        }
        // From bits as from the uniform number that they make.
        for bits in [0, 1 << 11, 1 << 63, (1 << 63) - 1, 0x1234_5678_9abc_def0, 0xfedc_ba98_7654_3210] {
            let u = ((bits >> 11) as f64 + 0.5) * STEP;
            let expected = if bits >> 63 == 0 { table.quantile(u) } else { -table.quantile(1.0 - u) };
            assert!((table.draw(bits) - expected).abs() < 1e-9, "{bits:x}");
        }
        // The two ends mirror each other.
        assert!((table.draw(u64::MAX) + table.draw(0)).abs() < f64::EPSILON);
        assert!(worst < 1e-7, "{worst:e}");
        assert!(table.quantile(0.5).abs() < 1e-7);
    }
}
