//! The trials behind a price: each draws every figure once.

use super::ratio::DrawnRatios;
use super::term::Ready;
use super::{PriceInput, Range, Sampling, Split, Terms};
use kedge_forecast::Chance;
use kedge_forecast::draw::{Draws, Key, Purpose};
use kedge_model::{Settings, WorkDays};

/// One trial: person-days, those of rates over the horizon.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trial {
    together_once: f64,
    together_living: f64,
    apart_once: f64,
    apart_living: f64,
    split: Option<Split>,
}

impl Trial {
    /// Going together, after a part of the horizon.
    pub(super) fn together(&self, part: f64) -> f64 {
        self.together_once + self.together_living * part
    }

    /// Going apart, after a part of the horizon.
    pub(super) fn apart(&self, part: f64) -> f64 {
        self.apart_once + self.apart_living * part
    }

    /// Going apart and going together with so many teams, those beyond the named like the mean of those that join.
    pub(super) fn with_teams(&self, teams: f64) -> (f64, f64) {
        self.split.map_or((self.apart(1.0), self.together(1.0)), |split| {
            (split.apart(teams), split.together(teams))
        })
    }
}

/// All trials of a price.
#[derive(Debug)]
pub(super) struct Trials(Vec<Trial>);

/// Draws every figure of the terms in every trial. A draw is a function of seed, trial, scope and figure: two options of one
/// problem, or the same with fewer teams, use the same numbers for what they have in common.
pub(super) fn run(terms: &Terms, settings: &Settings, sampling: Sampling) -> Trials {
    let ready: Vec<(Ready, Key)> = terms
        .figures
        .iter()
        .map(|term| {
            // What was worked out from one figure errs with it, so it is drawn with that figure's key.
            let key = Key::of(&format!("price {} {}", terms.scope, term.drawn_as().in_words()));
            (Ready::of(term, settings, terms.horizon), key)
        })
        .collect();
    let team_at = |input: &PriceInput| {
        let (team, place) = match input {
            PriceInput::Adopt(team) => (team, 0),
            PriceInput::Alone(team) => (team, 1),
            PriceInput::Upkeep(team) => (team, 2),
            _ => return None,
        };
        terms.adopters.iter().position(|adopter| adopter == team).map(|at| (at, place))
    };
    let places: Vec<Option<(usize, usize)>> = ready.iter().map(|(it, _)| team_at(&it.input)).collect();
    let author = terms.adopters.iter().position(|team| *team == terms.builder);
    let one = |number: u32| {
        let draws = Draws::new(sampling.seed, u64::from(number));
        let ratios = DrawnRatios::of(draws, &terms.scope);
        let mut trial = Trial::default();
        let (mut fixed, mut between) = (0.0, 0.0);
        let mut by_team = vec![[0.0; 3]; terms.adopters.len()];
        for ((term, key), place) in ready.iter().zip(&places) {
            let days = term.draw(draws.uniform(*key, Purpose::Effort), ratios);
            match (term.input.is_together(), term.is_living) {
                (true, false) => trial.together_once += days,
                (true, true) => trial.together_living += days,
                (false, false) => trial.apart_once += days,
                (false, true) => trial.apart_living += days,
            }
            match (place, &term.input) {
                (Some((at, place)), _) => {
                    if let Some(it) = by_team.get_mut(*at).and_then(|it| it.get_mut(*place)) {
                        *it += days;
                    }
                }
                (None, PriceInput::Between) => between += days,
                (None, _) => fixed += days,
            }
        }
        let own = author.and_then(|at| by_team.get(at)).copied();
        if let Some(at) = author {
            by_team.remove(at);
        }
        trial.split = Split::of(fixed, between, own, &by_team);
        trial
    };
    Trials((0..sampling.trials.max(1)).map(one).collect())
}

impl Trials {
    /// The range of a quantity; its mean as given in closed form, else over the trials.
    pub(super) fn range(&self, mean: Option<f64>, of: impl Fn(&Trial) -> f64) -> Range {
        let mut values: Vec<f64> = self.0.iter().map(of).collect();
        let mean = mean.unwrap_or_else(|| values.iter().sum::<f64>() / values.len() as f64);
        values.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = (part * values.len() as f64) as usize;
            WorkDays(values.get(place.min(values.len().saturating_sub(1))).copied().unwrap_or(0.0))
        };
        Range { mean: WorkDays(mean), p10: at(0.1), p50: at(0.5), p90: at(0.9) }
    }

    /// The cases in which going together takes no more than going apart.
    pub(super) fn pays(&self) -> Chance {
        let paying = self.0.iter().filter(|trial| trial.apart(1.0) >= trial.together(1.0)).count();
        Chance::of(paying as u64, self.0.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::term::{Amount, Term};
    use super::super::{Means, ratio::Reuse};
    use super::*;
    use kedge_model::TeamId;

    #[test]
    fn sampled_means_agree_with_the_closed_form_also_of_what_follows_by_the_ratios() {
        let settings = Settings::default();
        let adopters: Vec<TeamId> = ["a", "b", "c"].iter().map(|team| team.parse().unwrap()).collect();
        let mut given = Terms::new("x".into(), "platform".parse().unwrap(), adopters.clone(), &settings);
        given.add(Some(Term::stated(
            PriceInput::Build,
            Amount::once(&"4w, rarely over 9w".parse().unwrap()),
            "",
        )));
        given.add(Some(Term::stated(
            PriceInput::Coordinate,
            Amount::living("1d/month".parse().unwrap()),
            "",
        )));
        let range = kedge_model::Effort::Range {
            least: "1w".parse().unwrap(),
            likely: "2w".parse().unwrap(),
            most: "8w".parse().unwrap(),
        };
        let past = kedge_model::Effort::History(vec!["2w".parse().unwrap(), "9d".parse().unwrap()]);
        given.add(Some(Term::stated(PriceInput::Alone(adopters[0].clone()), Amount::once(&range), "")));
        given.add(Some(Term::stated(PriceInput::Alone(adopters[1].clone()), Amount::once(&past), "")));
        let whole = given.complete(false, &settings).unwrap();
        let means = Means::of(&whole, &settings);
        let drawn = run(&whole, &settings, Sampling { seed: 3, trials: 200_000 });
        let near = |sampled: Range, exact: f64| {
            assert!((sampled.mean.0 / exact - 1.0).abs() < 0.005, "{} {exact}", sampled.mean.0);
        };
        near(drawn.range(None, |trial| trial.apart(1.0)), means.apart());
        near(drawn.range(None, |trial| trial.together(1.0)), means.together());
        // What was worked out from building errs with it: the third team's going alone is a part of the same draw.
        let third =
            whole.figures.iter().find(|term| term.input == PriceInput::Alone(adopters[2].clone())).unwrap();
        assert_eq!(third.drawn_as(), &PriceInput::Build);
        assert!(
            (Reuse::ONCE.mean() * 1.5 - (0.5 * (2f64.ln() / 1.281_551_565_544_600_4).powi(2)).exp()).abs()
                < 1e-12
        );
    }
}
