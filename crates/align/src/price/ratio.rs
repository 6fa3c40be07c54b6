//! What writing something for reuse costs, and what reusing it does, where nobody has stated a price.

use kedge_forecast::distribution::Lognormal;
use kedge_forecast::draw::{Draws, Key, Purpose};
use kedge_model::Source;
use serde::Serialize;

/// What a shared solution costs its author and each who adopts it, as multiples of writing the thing once for oneself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReuseRatios {
    /// Writing it so that others can use it.
    pub writing: f64,
    /// Using what somebody else wrote.
    pub reusing: f64,
}

impl ReuseRatios {
    /// The published middle: 1.5 and 0.2 (J. S. Poulin, "Measuring Software Reuse", 1997). In a price it is the P50.
    pub const PUBLISHED: Self = Self { writing: 1.5, reusing: 0.2 };
    /// The pessimistic end: 3.0 and 0.5. In a price it is the P90, what is rarely exceeded; to read it so is our own choice.
    pub const PESSIMISTIC: Self = Self { writing: 3.0, reusing: 0.5 };

    /// From how many teams on one shared solution takes less writing than one each, its author among them; upkeep and
    /// coordination left out. `None` where reusing is no cheaper than writing: then no number of teams is enough.
    ///
    /// n × 1 = writing + (n − 1) × reusing, so n = (writing − reusing) / (1 − reusing).
    ///
    /// ```
    /// use kedge_align::price::ReuseRatios;
    /// let published = ReuseRatios::PUBLISHED.break_even().unwrap();
    /// assert!((published - 1.625).abs() < 1e-12, "so two teams");
    /// assert_eq!(ReuseRatios::PESSIMISTIC.break_even(), Some(5.0));
    /// ```
    pub fn break_even(self) -> Option<f64> {
        (self.reusing < 1.0).then(|| (self.writing - self.reusing) / (1.0 - self.reusing))
    }
}

/// Powers of the two ratios: what an estimate of one thing is multiplied by to become one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reuse {
    /// How often it is multiplied by [`ReuseRatios::writing`]; below 0: divided.
    pub(crate) writing: i8,
    /// How often by [`ReuseRatios::reusing`].
    pub(crate) reusing: i8,
}

impl Reuse {
    /// The thing as it was stated.
    pub(crate) const NONE: Self = Self { writing: 0, reusing: 0 };
    /// From writing once to writing for others.
    pub(crate) const SHARED: Self = Self { writing: 1, reusing: 0 };
    /// From writing for others to writing once.
    pub(crate) const ONCE: Self = Self { writing: -1, reusing: 0 };
    /// From writing once to using what is there.
    pub(crate) const ADOPTED: Self = Self { writing: 0, reusing: 1 };
    /// From writing for others to using that.
    pub(crate) const ADOPTED_FROM_SHARED: Self = Self { writing: -1, reusing: 1 };

    /// The ratios with their spread: P50 as published, P90 the pessimistic end.
    fn ratios() -> (Lognormal, Lognormal) {
        let (middle, end) = (ReuseRatios::PUBLISHED, ReuseRatios::PESSIMISTIC);
        (Lognormal::through(middle.writing, end.writing), Lognormal::through(middle.reusing, end.reusing))
    }

    /// The mean of the factor: a product of powers of independent lognormals is lognormal.
    pub(crate) fn mean(self) -> f64 {
        let (writing, reusing) = Self::ratios();
        let of = |ratio: &Lognormal, power: i8| {
            let power = f64::from(power);
            power * ratio.mu + (power * ratio.sigma).powi(2) / 2.0
        };
        (of(&writing, self.writing) + of(&reusing, self.reusing)).exp()
    }

    /// The factor at these two quantiles of the ratios.
    pub(crate) fn at(self, drawn: DrawnRatios) -> f64 {
        drawn.writing.powi(i32::from(self.writing)) * drawn.reusing.powi(i32::from(self.reusing))
    }

    /// Where the factor comes from, in words; what was multiplied is named by the caller.
    pub(crate) fn source(self, of: &str) -> Source {
        let ReuseRatios { writing, reusing } = ReuseRatios::PUBLISHED;
        let end = ReuseRatios::PESSIMISTIC;
        let said = match (self.writing, self.reusing) {
            (1, 0) => {
                format!("writing for reuse takes {writing} times as much, rarely over {} times", end.writing)
            }
            (-1, 0) => format!("writing once takes a part: for reuse it is {writing} times as much"),
            (0, 1) => format!("reusing takes {reusing} of writing it, rarely over {}", end.reusing),
            (0, 0) => "taken to be as much as the largest that is known".to_owned(),
            _ => format!(
                "reusing takes {reusing} of writing it once, which is a part: for reuse it is {writing} times as much"
            ),
        };
        let by = if self == Self::NONE { "" } else { " (Poulin 1997)" };
        Source::Prior { about: format!("from {of}: {said}{by}") }
    }
}

/// The two ratios in one trial.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DrawnRatios {
    writing: f64,
    reusing: f64,
}

impl DrawnRatios {
    /// Those of a trial; one solution is as hard to write for reuse for all who adopt it, so they are drawn once.
    pub(crate) fn of(draws: Draws, scope: &str) -> Self {
        let (writing, reusing) = Reuse::ratios();
        let of_trial = |ratio: &Lognormal, name: &str| {
            ratio.quantile(draws.uniform(Key::of(&format!("{name} {scope}")), Purpose::Factor))
        };
        Self { writing: of_trial(&writing, "writing for reuse"), reusing: of_trial(&reusing, "reusing") }
    }
}
