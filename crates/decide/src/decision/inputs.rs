//! The inputs that can turn a recommendation: which they are, how far each is moved, and what has to be supposed for it.

use super::weigh::{Weighed, change};
use super::{Way, WayOn};
use crate::sentence::{fallback_name, quoted, team_name, upper_first};
use kedge_forecast::{Forecaster, LandsBy};
use kedge_model::{
    AnswerLog, AnswerTo, Ask, AskState, Change, Date, Effort, Fact, Organisation, OutcomeId, PriceRate,
    Probability, Says, Share, Slug, StatedOdds, Word, WorkId, WorkTime,
};
use serde::Serialize;
use std::sync::Arc;

/// How far an effort is moved: to a quarter and to four times; beyond that it is another plan.
const FURTHEST: f64 = 4.0;
/// How far a day is moved, in days: half a year.
const FURTHEST_DAY: i64 = 182;
/// The grid of efforts: twentieths of what is estimated.
const STEPS: i64 = 20;

/// An input that turns a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turns {
    /// What an outcome is worth a week.
    Value {
        /// Which.
        outcome: OutcomeId,
    },
    /// What making a fallback takes.
    Create {
        /// Its name in the chain.
        fallback: Slug,
    },
    /// The part of the value that a fallback keeps.
    Keeps {
        /// Its name in the chain.
        fallback: Slug,
    },
    /// What it takes the asked team: their item, else the guess of who asks.
    Theirs {
        /// The item of theirs that delivers it, where there is one.
        work: Option<WorkId>,
    },
    /// The day for which the asked team has promised it.
    Promised,
    /// The day by which it is wanted, where nothing is promised: the later it is wanted, the later it lands.
    Wanted,
    /// The asker's own odds that it is taken up.
    TakenUp,
}

impl Turns {
    /// The organisation's facts with this figure in the place of what is there, written as one would in a plan.
    pub(super) fn written(
        &self,
        organisation: &Organisation,
        ask: &Ask,
        figure: &str,
    ) -> Option<Vec<Change>> {
        let of_fallback = |name: &Slug, set: &dyn Fn(&mut kedge_model::Fallback)| {
            let mut ask = ask.clone();
            set(ask.fallbacks.iter_mut().find(|it| &it.id == name)?);
            Some(vec![change(ask)])
        };
        match self {
            Turns::Value { outcome } => Some(vec![worth(organisation, outcome, figure.parse().ok()?)?]),
            Turns::Create { fallback } => {
                let create: Effort = figure.parse().ok()?;
                of_fallback(fallback, &|it| it.create = Some(create.clone()))
            }
            Turns::Keeps { fallback } => {
                let keeps: Share = figure.parse().ok()?;
                of_fallback(fallback, &|it| it.keeps = keeps)
            }
            Turns::Theirs { work: Some(work) } => {
                let mut item = organisation.work_item(work)?.clone();
                item.effort = Some(figure.parse().ok()?);
                Some(vec![Change::from(Fact::from(item))])
            }
            Turns::Theirs { work: None } => {
                let mut ask = ask.clone();
                ask.effort = Some(figure.parse().ok()?);
                Some(vec![change(ask)])
            }
            Turns::Promised => {
                let mut log = promised(organisation, ask)?.0.clone();
                let by: Date = figure.parse().ok()?;
                let said = log.entries.iter_mut().rev().find_map(|entry| match &mut entry.word {
                    Word::Says { says: Says::Committed { by }, .. } => Some(by),
                    _ => None,
                });
                *said? = by;
                Some(vec![Change::from(Fact::from(log))])
            }
            Turns::Wanted => {
                let mut ask = ask.clone();
                ask.wanted = Some(figure.parse().ok()?);
                Some(vec![change(ask)])
            }
            Turns::TakenUp => {
                let mut ask = ask.clone();
                ask.odds = Some(StatedOdds { taken_up: figure.parse().ok()?, ..ask.odds? });
                Some(vec![change(ask)])
            }
        }
    }

    /// `If checkout/one-tap were worth 6.3k/week, and not 40k/week`.
    pub(super) fn supposed(
        &self,
        organisation: &Organisation,
        ask: &Ask,
        from: &str,
        to: &str,
        near: Date,
    ) -> String {
        let day = |day: &str| day.parse::<Date>().map_or_else(|_| day.to_owned(), |day| day.in_words(near));
        match self {
            Turns::Value { outcome } => format!("If {outcome} were worth {to}, and not {from}"),
            Turns::Create { fallback } => {
                format!("If {} took {to}, and not {from}", named(organisation, ask, fallback))
            }
            Turns::Keeps { fallback } => {
                format!("If {} kept {to} of the value, and not {from}", named(organisation, ask, fallback))
            }
            Turns::Theirs { .. } => {
                format!("If it took {} {to}, and not {from}", upper_first(&team_name(organisation, &ask.to)))
            }
            Turns::Promised => format!("If it were promised for {}, and not {}", day(to), day(from)),
            Turns::Wanted => format!("If it were wanted by {}, and not {}", day(to), day(from)),
            Turns::TakenUp => format!("If it were taken up in {to} of cases, and not {from}"),
        }
    }

    /// `what checkout/one-tap is worth`.
    fn what(&self, organisation: &Organisation, ask: &Ask) -> String {
        match self {
            Turns::Value { outcome } => format!("what {outcome} is worth"),
            Turns::Create { fallback } => format!("what {} takes", named(organisation, ask, fallback)),
            Turns::Keeps { fallback } => format!("what {} keeps", named(organisation, ask, fallback)),
            Turns::Theirs { .. } => {
                format!("what it takes {}", upper_first(&team_name(organisation, &ask.to)))
            }
            Turns::Promised => "the day for which it is promised".into(),
            Turns::Wanted => "the day by which it is wanted".into(),
            Turns::TakenUp => "how often it is taken up".into(),
        }
    }
}

fn named(organisation: &Organisation, ask: &Ask, fallback: &Slug) -> String {
    let it = ask.fallbacks.iter().find(|it| &it.id == fallback);
    quoted(&it.map_or_else(|| fallback.to_string(), |it| fallback_name(organisation, it)))
}

/// The change that makes an outcome worth this: its latest confirmation, else its claim.
fn worth(organisation: &Organisation, outcome: &OutcomeId, value: PriceRate) -> Option<Change> {
    let Some(latest) = organisation.confirmation(outcome) else {
        let mut outcome = organisation.outcome(outcome)?.clone();
        outcome.claim = Some(value);
        return Some(Change::from(Fact::Outcome(Arc::new(outcome))));
    };
    let log = organisation.confirmations_of(outcome).find(|log| log.entries.contains(latest))?;
    let mut changed = log.clone();
    for entry in changed.entries.iter_mut().filter(|entry| *entry == latest) {
        entry.value = value.clone();
    }
    Some(Change::from(Fact::Confirmations(Arc::new(changed))))
}

/// The answers with the promise that stands, and its day; `None` where none does, or it is not the last word in its file.
fn promised<'a>(organisation: &'a Organisation, ask: &Ask) -> Option<(&'a AnswerLog, Date)> {
    let AskState::Committed { by: Some(by), .. } = organisation.ask_state(ask) else { return None };
    let need = organisation.need_of(&ask.id).map(|need| AnswerTo::Need(need.id.clone()));
    let logs = [Some(AnswerTo::Ask(ask.id.clone())), need].into_iter().flatten();
    let mut logs = logs.filter_map(|to| organisation.answer_log(&to, &ask.to));
    let log = logs.find(|log| {
        let last = log.entries.iter().rev().find_map(|entry| match &entry.word {
            Word::Says { says, .. } => Some(says),
            Word::Host { .. } => None,
        });
        matches!(last, Some(Says::Committed { by: said }) if *said == by)
    })?;
    Some((log, by))
}

/// An input that is moved, and where it is looked at first.
pub(super) struct Moved {
    pub(super) input: Turns,
    pub(super) stated: String,
    pub(super) grid: Grid,
    pub(super) from: i64,
    pub(super) up: Vec<i64>,
    pub(super) down: Vec<i64>,
}

impl Moved {
    /// Between the two furthest places; nothing where there are none.
    fn new(input: Turns, stated: String, grid: Grid, from: i64, (least, most): (i64, i64)) -> Option<Moved> {
        let towards = |end: i64| {
            let mut points = vec![i64::midpoint(from, end), end];
            points.retain(|point| *point != from);
            points.dedup();
            points
        };
        let (up, down) = (towards(most), towards(least));
        // What is not on the grid is not what the forecast ran with.
        let moves = from > 0 && !(up.is_empty() && down.is_empty()) && grid.write(from) == stated;
        moves.then_some(Moved { input, stated, grid, from, up, down })
    }

    /// `what “hack” takes, from 3d, rarely over 1w to 8w, rarely over 12w`.
    pub(super) fn in_words(&self, organisation: &Organisation, ask: &Ask) -> String {
        let end = |points: &[i64]| self.grid.write(*points.last().unwrap_or(&self.from));
        let what = self.input.what(organisation, ask);
        format!("{what}, from {} to {}", end(&self.down), end(&self.up))
    }
}

/// The figures that an input can be moved to.
pub(super) enum Grid {
    /// Twentieths of an effort.
    Effort(Effort),
    /// Hundredths of a probability.
    Percent,
    /// Hundredths of a share.
    Share,
    /// Days after this one.
    Day(Date),
}

impl Grid {
    fn of_effort(effort: &Effort) -> Option<Grid> {
        match effort {
            Effort::Median(_) | Effort::Quantiles { .. } => Some(Grid::Effort(effort.clone())),
            // Of a history or a range nobody says one figure.
            Effort::Range { .. } | Effort::History(_) => None,
        }
    }

    pub(super) fn write(&self, place: i64) -> String {
        match self {
            Grid::Percent => Probability::clamped(place as f64 / 100.0).to_string(),
            Grid::Share => format!("{place}%"),
            Grid::Day(from) => from.plus_days(place).to_string(),
            Grid::Effort(effort) => {
                let times = |time: &WorkTime| time.times(place as f64 / STEPS as f64);
                match effort {
                    Effort::Median(p50) => Effort::Median(times(p50)).to_string(),
                    Effort::Quantiles { p50, p90 } => {
                        Effort::Quantiles { p50: times(p50), p90: times(p90) }.to_string()
                    }
                    other => other.to_string(),
                }
            }
        }
    }
}

/// The inputs that are moved by running everything again, each with its grid and no further than `nearest`: of the fallbacks
/// those of the way that is recommended, `kept`, and of the best of the others.
pub(super) fn moved(
    forecaster: &Forecaster,
    ask: &Ask,
    lands_by: Option<&LandsBy>,
    weighed: &Weighed,
    kept: usize,
    nearest: f64,
) -> Vec<Moved> {
    let (organisation, as_of) = (forecaster.organisation(), forecaster.options().as_of);
    let net = |way: &WayOn| way.net.filter(|_| way.ruled_out.is_none()).map(|net| net.mean.amount());
    let entry_of = |way: &WayOn| match &way.way {
        Way::Start { entry, .. } | Way::Hedge { entry, .. } => Some(*entry),
        _ => None,
    };
    let others = weighed.ways.iter().enumerate().filter(|(at, way)| *at != kept && net(way).is_some());
    let second = others.max_by(|(_, a), (_, b)| net(a).unwrap_or(0.0).total_cmp(&net(b).unwrap_or(0.0)));
    let near = [weighed.ways.get(kept), second.map(|(_, way)| way)];
    let weighs = |entry: usize| near.iter().flatten().any(|way| entry_of(way) == Some(entry));
    // As far as it is moved, and no further than the nearest change that is known.
    let within = |from: i64, furthest: f64| {
        let times = furthest.min(nearest);
        ((from as f64 / times).floor().max(1.0) as i64, (from as f64 * times).ceil() as i64)
    };
    let effort = |input: Turns, effort: &Effort| {
        let grid = Grid::of_effort(effort)?;
        Moved::new(input, effort.to_string(), grid, STEPS, within(STEPS, FURTHEST))
    };
    let day = |input: Turns, day: Date| {
        let from = day.days_since(as_of);
        let (least, most) = within(from, f64::INFINITY);
        let ends = (least.max(from - FURTHEST_DAY), most.min(from + FURTHEST_DAY));
        Moved::new(input, day.to_string(), Grid::Day(as_of), from, ends)
    };
    let mut inputs = Vec::new();
    let weighing = ask.fallbacks.iter().enumerate().filter(|(entry, _)| weighs(*entry));
    for (_, fallback) in weighing {
        let create = Turns::Create { fallback: fallback.id.clone() };
        inputs.extend(fallback.create.as_ref().and_then(|it| effort(create, it)));
        let from = (fallback.keeps.get() * 100.0).round() as i64;
        let (least, most) = within(from, f64::INFINITY);
        let keeps = Turns::Keeps { fallback: fallback.id.clone() };
        let stated = fallback.keeps.to_string();
        inputs.extend(Moved::new(keeps, stated, Grid::Share, from, (least, most.min(100))));
    }
    match lands_by {
        Some(LandsBy::Item(work)) => {
            let item = organisation.work_item(work);
            let estimate = item.filter(|item| item.left.is_none()).and_then(|item| item.effort.as_ref());
            let theirs = Turns::Theirs { work: Some(work.clone()) };
            inputs.extend(estimate.and_then(|it| effort(theirs, it)));
        }
        Some(LandsBy::Queue { .. }) => {
            let answered = organisation
                .answers_to(ask)
                .any(|answer| matches!(&answer.word, Word::Says { effort: Some(_), .. }));
            let guess = ask.effort.as_ref().filter(|_| !answered);
            inputs.extend(guess.and_then(|it| effort(Turns::Theirs { work: None }, it)));
        }
        Some(LandsBy::Distribution) if ask.odds.is_none() => {
            inputs.extend(match (promised(organisation, ask), ask.wanted) {
                (Some((_, by)), _) => day(Turns::Promised, by),
                (None, Some(wanted)) => day(Turns::Wanted, wanted),
                (None, None) => None,
            });
        }
        _ => {}
    }
    if let Some(odds) = ask.odds {
        let from = (odds.taken_up.get() * 100.0).round() as i64;
        let (least, most) = within(from, f64::INFINITY);
        let stated = odds.taken_up.to_string();
        inputs.extend(Moved::new(Turns::TakenUp, stated, Grid::Percent, from, (least, most.min(100))));
    }
    inputs
}
