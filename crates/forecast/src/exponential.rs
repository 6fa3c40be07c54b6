//! The exponential function as the kernel draws with it.
//!
//! A few multiplications and a table of 128 roots of two, inlined into the loop that draws. The library's function is a call,
//! and takes another path on another processor, whose last digit may differ: then the same seed would not give the same
//! bytes everywhere. Basic arithmetic is the same on all of them.

const STEPS: usize = 128;
const LN2_STEP: f64 = std::f64::consts::LN_2 / STEPS as f64;
const STEPS_LN2: f64 = STEPS as f64 / std::f64::consts::LN_2;
/// Adding it leaves a number's whole part in the lowest bits.
const WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5 × 2^52
/// Within this no step below overflows.
const LARGEST: f64 = 690.0;

/// 2^(i / 128), the nearest numbers.
static ROOTS: [f64; STEPS] = roots();

/// Each as the product of the roots that its bits name, since constants cannot call the library.
const fn roots() -> [f64; STEPS] {
    // 2^(1/2), 2^(1/4) … 2^(1/128), each to the last digit.
    let halves = [
        std::f64::consts::SQRT_2,
        1.189_207_115_002_721,
        1.090_507_732_665_257_7,
        1.044_273_782_427_413_8,
        1.021_897_148_654_116_7,
        1.010_889_286_051_700_5,
        1.005_429_901_111_802_7,
    ];
    let mut roots = [1.0; STEPS];
    let mut index = 0;
    while index < STEPS {
        let mut power = 0;
        while power < 7 {
            if index >> (6 - power) & 1 == 1 {
                roots[index] *= halves[power];
            }
            power += 1;
        }
        index += 1;
    }
    roots
}

/// e to the power of `x`, to within a few parts in 10^12. Beyond ±690 it is nonsense.
#[inline]
pub(crate) fn exponential(x: f64) -> f64 {
    debug_assert!(x.abs() <= LARGEST, "e to the power of {x}");
    let shifted = x * STEPS_LN2 + WHOLE;
    let steps = shifted - WHOLE;
    let bits = shifted.to_bits();
    let rest = x - steps * LN2_STEP;
    let series = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0)));
    let root = ROOTS[bits as usize % STEPS];
    // The whole powers of two go straight into the exponent.
    let scaled = root.to_bits().wrapping_add((bits >> 7) << 52);
    f64::from_bits(scaled) * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_library() {
        let mut worst: f64 = 0.0;
        for i in -690_000..=690_000 {
            let x = f64::from(i) / 1_000.0 + 0.000_37;
            let x = x.clamp(-690.0, 690.0);
            worst = worst.max((exponential(x) / x.exp() - 1.0).abs());
        }
        assert!(worst < 4e-12, "{worst:e}");
        assert!((exponential(0.0) - 1.0).abs() < f64::EPSILON);
    }
}
