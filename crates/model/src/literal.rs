//! The error of reading one value's text form, and the number forms that all of them share.

use std::fmt;

/// Why a text is not a value of the type wanted, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralError {
    /// What is wrong, in one sentence without a full stop.
    pub cause: String,
    /// What to do about it, as an instruction; `None` where nothing useful can be said.
    pub fix: Option<String>,
}

impl LiteralError {
    /// An error without a fix.
    pub fn new(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), fix: None }
    }

    /// The same error with what to do about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        match &self.fix {
            Some(fix) => write!(f, "; {fix}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LiteralError {}

/// Splits `"2.5w"` into the number and what follows it. Accepts digits with one point; no sign, no exponent, so that no
/// value can be negative, infinite or not a number.
pub(crate) fn leading_number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.len() > 24 {
        return None;
    }
    let number: f64 = digits.parse().ok()?;
    number.is_finite().then_some((number, rest.trim_start()))
}

/// A number as people write it: no trailing zeros, at most three decimals.
pub(crate) fn plain(number: f64) -> String {
    let text = format!("{number:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_and_bounded() {
        assert_eq!(leading_number("2.5w"), Some((2.5, "w")));
        assert_eq!(leading_number("w"), None);
        assert_eq!(leading_number("1.2.3w"), None);
        assert_eq!(leading_number(&format!("{}w", "9".repeat(400))), None);
        assert_eq!(plain(2.0), "2");
        assert_eq!(plain(2.50), "2.5");
        assert_eq!(plain(-0.0001), "0");
    }
}
