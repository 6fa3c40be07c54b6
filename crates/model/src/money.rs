//! Money and rates of money, in the organisation's one currency.

use crate::literal::{LiteralError, leading_number, plain};
use crate::quantity::{Per, split_rate};
use serde::{Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;
use std::sync::Arc;

/// An amount in the organisation's currency; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default, Serialize)]
#[serde(transparent)]
pub struct Money(f64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);

    /// So much; not-a-number and the infinities become nothing.
    pub fn new(amount: f64) -> Self {
        Self(if amount.is_finite() { amount } else { 0.0 })
    }

    /// The number.
    pub fn amount(self) -> f64 {
        self.0
    }

    /// As people say it: two or three significant figures, `412k`, `1.2M`, `−310k`.
    ///
    /// ```
    /// use kedge_model::Money;
    /// assert_eq!(Money::new(411_700.0).rounded(), "412k");
    /// assert_eq!(Money::new(-1_234_000.0).rounded(), "−1.23M");
    /// assert_eq!(Money::new(9_870.0).rounded(), "9.9k");
    /// ```
    pub fn rounded(self) -> String {
        let sign = if self.0 < -0.5 { "−" } else { "" };
        let size = self.0.abs();
        let body = if size < 999.5 {
            format!("{size:.0}")
        } else if size < 9_950.0 {
            format!("{}k", plain((size / 100.0).round() / 10.0))
        } else if size < 999_500.0 {
            format!("{:.0}k", size / 1e3)
        } else if size < 9_995_000.0 {
            format!("{}M", plain((size / 1e4).round() / 100.0))
        } else {
            format!("{}M", plain((size / 1e5).round() / 10.0))
        };
        format!("{sign}{body}")
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.0 + other.0)
    }
}
impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.0 - other.0)
    }
}
impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Mul<f64> for Money {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::new(self.0 * factor)
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// Exactly, as the plan language writes it: `40k`, `1.25M`, `950`.
    #[allow(clippy::float_cmp)] // Equality is what is asked: does the text read back to this very number?
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0.0 { "-" } else { "" };
        let size = self.0.abs();
        for (scale, suffix) in [(1e6, "M"), (1e3, "k")] {
            let scaled = size / scale;
            // Only where the short form reads back to the same number.
            let short = plain(scaled);
            if scaled >= 1.0 && short.parse().is_ok_and(|number: f64| number * scale == size) {
                return write!(f, "{sign}{short}{suffix}");
            }
        }
        write!(f, "{sign}{}", plain(size))
    }
}

/// A currency named beside an amount, `EUR`; compared with the organisation's where the organisation is built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(Arc<str>);

impl Currency {
    /// Its code or sign as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Currency {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An amount as a file states it: with the currency where it names one.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// How much.
    pub money: Money,
    /// The currency, where it was written.
    pub currency: Option<Currency>,
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.money)?;
        match &self.currency {
            Some(currency) => write!(f, " {currency}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Price {
    type Err = LiteralError;
    /// Reads `40k`, `-2.5M`, `40k EUR`, `€40k`.
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let error =
            || LiteralError::new(format!("`{text}` is not an amount of money")).fix("write it as `\"40k\"`");
        let mut rest = text.trim();
        let mut sign = 1.0;
        if let Some(positive) = rest.strip_prefix(['-', '−']) {
            sign = -1.0;
            rest = positive.trim_start();
        }
        let mut currency = None;
        let digits = rest.find(|c: char| c.is_ascii_digit() || c == '.').ok_or_else(error)?;
        if digits > 0 {
            currency = Some(currency_of(&rest[..digits]).ok_or_else(error)?);
            rest = &rest[digits..];
        }
        let (number, mut suffix) = leading_number(rest).ok_or_else(error)?;
        let mut scale = 1.0;
        for (letter, factor) in [("k", 1e3), ("M", 1e6)] {
            if let Some(after) = suffix.strip_prefix(letter)
                && !after.starts_with(char::is_alphabetic)
            {
                scale = factor;
                suffix = after.trim_start();
                break;
            }
        }
        if !suffix.is_empty() {
            if currency.is_some() {
                return Err(error());
            }
            currency = Some(currency_of(suffix).ok_or_else(error)?);
        }
        let amount = sign * number * scale;
        if amount.abs() > 1e15 {
            return Err(LiteralError::new(format!("`{text}` is more than a thousand million million")));
        }
        Ok(Self { money: Money::new(amount), currency })
    }
}

fn currency_of(text: &str) -> Option<Currency> {
    let text = text.trim();
    let code = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    let sign =
        text.chars().count() == 1 && !text.chars().any(|c| c.is_ascii_alphanumeric() || c == '-' || c == '%');
    (code || sign).then(|| Currency(text.into()))
}

/// Money that comes round again, `40k/week`.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceRate {
    /// How much each time.
    pub price: Price,
    /// How often.
    pub per: Per,
}

impl PriceRate {
    /// So much a calendar week.
    pub fn a_week(&self) -> Money {
        self.price.money * (7.0 / self.per.calendar_days())
    }

    /// A rate per week without a named currency.
    pub fn weekly(money: Money) -> Self {
        Self { price: Price { money, currency: None }, per: Per::Week }
    }
}

impl fmt::Display for PriceRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.price, self.per.word())
    }
}

impl FromStr for PriceRate {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let (price, per) = split_rate(text)?;
        Ok(Self { price: price.parse()?, per })
    }
}

/// What being late costs: once, or for as long as it lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum LateCost {
    /// Once, when the due date passes.
    Once(Price),
    /// As long as it is late.
    Rate(PriceRate),
}

impl fmt::Display for LateCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(price) => write!(f, "{price}"),
            Self::Rate(rate) => write!(f, "{rate}"),
        }
    }
}

impl FromStr for LateCost {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        if text.contains('/') { text.parse().map(Self::Rate) } else { text.parse().map(Self::Once) }
    }
}

macro_rules! serialize_as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
serialize_as_text!(Price, PriceRate, LateCost);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_reads_and_prints() {
        for text in ["40k/week", "1.25M/year", "950/month", "40k EUR/week"] {
            assert_eq!(text.parse::<PriceRate>().unwrap().to_string(), text);
        }
        assert_eq!("€40k".parse::<Price>().unwrap().currency, Some(Currency::from("€")));
        assert_eq!("-2.5M".parse::<Price>().unwrap().money, Money::new(-2.5e6));
        assert!("40k a week".parse::<PriceRate>().is_err());
        assert!("40K/week".parse::<PriceRate>().is_err());
        assert!("40k/fortnight".parse::<PriceRate>().unwrap_err().fix.unwrap().contains("/week"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<LateCost>();
        }
        #[test]
        fn what_prints_reads_back(amount in -1_000_000_000i64..1_000_000_000) {
            let money = Money::new(amount as f64);
            prop_assert_eq!(money.to_string().parse::<Price>().unwrap().money, money);
        }
    }
}
