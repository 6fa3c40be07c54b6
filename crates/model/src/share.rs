//! Parts of one: shares of value or time, and probabilities.

use crate::literal::{LiteralError, leading_number, plain};
use serde::Serialize;
use std::fmt;
use std::iter::Product;
use std::ops::Mul;
use std::str::FromStr;

macro_rules! unit_interval {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0.0);
            /// All of it.
            pub const ONE: Self = Self(1.0);

            /// From a number; `None` outside 0 to 1.
            pub fn new(value: f64) -> Option<Self> {
                (0.0..=1.0).contains(&value).then_some(Self(value))
            }
            /// From a number, moved to the nearer end where it lies outside 0 to 1; not-a-number becomes 0.
            pub fn clamped(value: f64) -> Self {
                Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
            }
            /// From whole per cent; more than 100 is 100.
            pub const fn percent(percent: u8) -> Self {
                Self(if percent > 100 { 1.0 } else { percent as f64 / 100.0 })
            }
            /// The number, 0 to 1.
            pub fn get(self) -> f64 {
                self.0
            }
            /// What is missing to one.
            #[must_use]
            pub fn complement(self) -> Self {
                Self(1.0 - self.0)
            }
        }
        impl Mul for $name {
            type Output = Self;
            fn mul(self, other: Self) -> Self {
                Self(self.0 * other.0)
            }
        }
        impl Product for $name {
            fn product<I: Iterator<Item = Self>>(factors: I) -> Self {
                factors.fold(Self::ONE, Mul::mul)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}%", plain((self.0 * 1e5).round() / 1e3))
            }
        }
        impl FromStr for $name {
            type Err = LiteralError;
            /// Reads `90%`.
            fn from_str(text: &str) -> Result<Self, LiteralError> {
                let error = || LiteralError::new(format!("`{text}` is not a share")).fix("write it as `\"90%\"`");
                match leading_number(text.trim()) {
                    Some((number, "%")) => Self::new(number / 100.0).ok_or_else(|| {
                        LiteralError::new(format!("`{text}` is more than all of it")).fix("write 0% to 100%")
                    }),
                    _ => Err(error()),
                }
            }
        }
    )*};
}

unit_interval! {
    /// A part of a value, of a person's time, of a team's capacity: 0 to 1, written `"90%"`.
    Share,
    /// A chance, 0 to 1, written `"90%"` in files and as cases of 100 for people.
    Probability
}

impl Probability {
    /// Cases of 100, rounded; never 0 or 100 unless it is exactly that.
    pub fn cases_of_100(self) -> u8 {
        let rounded = (self.0 * 100.0).round() as u8;
        match rounded {
            0 if self.0 > 0.0 => 1,
            100 if self.0 < 1.0 => 99,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_read_and_print() {
        assert_eq!("90%".parse::<Share>().unwrap(), Share::percent(90));
        assert_eq!("12.5%".parse::<Share>().unwrap().to_string(), "12.5%");
        assert!("110%".parse::<Share>().is_err());
        assert!("0.9".parse::<Share>().is_err());
        assert!(Share::new(f64::NAN).is_none());
    }

    #[test]
    fn cases_keep_certainty_apart() {
        assert_eq!(Probability::clamped(0.999).cases_of_100(), 99);
        assert_eq!(Probability::clamped(0.001).cases_of_100(), 1);
        assert_eq!(Probability::ONE.cases_of_100(), 100);
    }
}
