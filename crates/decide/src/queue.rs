//! The queue: what teams are asked, each need on one line, in the order of what is lost without it for the work it takes.
//!
//! ```text
//! asks in play ─same_need─▶ lines ─floor: what each outcome keeps─▶ lost a week ─÷ weeks of work─▶ rank
//! ```
//!
//! Only confirmed values rank; claims stand beside them. It shows no odds: those of a team are for it and for those who ask
//! it.

mod moving;
mod near;

pub use moving::{Destination, MoveError, Moved, Moving, Placed, move_line, split_line};
pub use near::{Moves, SIMULATED_WHOLE, moved_in_whole, near_in_words};

use crate::at_stake::Stakes;
use crate::effort::mean_days;
use crate::same_need::{Joined, SameNeed, same_needs};
use crate::sentence::team_name;
use kedge_floor::Standing;
use kedge_model::{
    Ask, AskId, AskState, Date, Effort, Gate, Money, Organisation, OutcomeId, Reference, Share, Source,
    TeamId, WorkId, listed,
};
use rayon::prelude::*;
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What teams are asked, in the order of what is lost without it for the work it takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Queue {
    /// The day: facts dated later are not known.
    pub as_of: Date,
    /// Whose queue; of all teams where absent.
    pub team: Option<TeamId>,
    /// The lines, the first to do first.
    pub lines: Vec<QueueLine>,
}

/// One need, with all asks for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueueLine {
    /// Its place, from 1.
    pub place: usize,
    /// Its name: that of the need where the asked team has joined it, else of its first ask.
    pub name: Reference,
    /// Who is asked.
    pub to: TeamId,
    /// What is needed.
    pub what: String,
    /// The asks, by name.
    pub asks: Vec<QueuedAsk>,
    /// Why they are on one line.
    pub joined: Joined,
    /// What is lost while none of them lands, the fallbacks being taken and all else landing; those of which most is lost
    /// first.
    pub lost: Vec<Lost>,
    /// Value a week lost of outcomes whose value is confirmed.
    pub confirmed: Money,
    /// Value a week lost of outcomes whose value is a claim.
    pub claimed: Money,
    /// Outcomes held up of which nobody said what they are worth.
    pub unvalued: Vec<OutcomeId>,
    /// What it takes of the asked team.
    pub effort: Option<QueuedEffort>,
    /// What ranks it.
    pub basis: Basis,
    /// Its place among the lines of the asked team in that team's order as recorded, the council's first; from 1.
    pub recorded: usize,
    /// Its place in the council's rank, from 1, where it is there.
    pub council: Option<usize>,
}

/// An ask on a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueuedAsk {
    /// Which.
    pub ask: AskId,
    /// What it says.
    pub what: String,
    /// Where it stands.
    pub state: AskState,
    /// The day by which it is wanted.
    pub wanted: Option<Date>,
}

/// What of one outcome is lost without a need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lost {
    /// The outcome.
    pub outcome: OutcomeId,
    /// What it is worth a week.
    pub a_week: Money,
    /// Whether a stakeholder or the council has confirmed that.
    pub confirmed: bool,
    /// The part that is kept without the need.
    pub keeps: Share,
    /// What is lost a week.
    pub lost: Money,
}

/// What a need takes, and who says so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueuedEffort {
    /// The estimate.
    pub estimate: Effort,
    /// Its mean, in weeks of one person.
    pub weeks: f64,
    /// Who says so.
    pub source: Source,
}

/// What ranks a line. The order of the kinds is the order of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Basis {
    /// Confirmed value a week that is lost without it, for each week of work.
    Worth {
        /// The one over the other.
        per_week: Money,
    },
    /// Confirmed value is lost without it, and nobody says what it takes.
    EffortUnknown,
    /// No confirmed value is lost without it: by what is claimed, for each week of work where that is known.
    NothingConfirmed {
        /// The one over the other; `None` where nobody says what it takes.
        per_week: Option<Money>,
    },
}

/// Whether somebody still waits for the ask: its plan is not closed, it has neither landed nor died, and something that it
/// gates is still to come.
pub fn is_in_play(organisation: &Organisation, ask: &Ask, as_of: Date) -> bool {
    let waits = |gate: &Gate| match gate {
        Gate::Work(work) => organisation
            .work_item(work)
            .is_some_and(|work| work.started.is_none() && work.done.is_none() && work.dropped.is_none()),
        Gate::Outcome(outcome) => organisation
            .outcome(outcome)
            .is_some_and(|outcome| outcome.live.is_none() && outcome.dropped.is_none()),
    };
    organisation.plan(&ask.plan).is_none_or(|plan| plan.closed.is_none())
        && !organisation.ask_state(ask).is_open()
        && !organisation.is_dead(ask, as_of)
        && organisation.gates(ask).iter().any(waits)
}

/// The queue of a team, or of all, on the evening of `as_of`. `organisation` is
/// [`Organisation::known_on`]`(as_of)`, `standing` what stands of it.
pub fn queue(organisation: &Organisation, standing: &Standing, team: Option<&TeamId>, as_of: Date) -> Queue {
    let stakes = Stakes::new(standing);
    let teams: Vec<&TeamId> = if let Some(team) = team {
        vec![team]
    } else {
        let asked: BTreeSet<&TeamId> = organisation.asks().map(|ask| &ask.to).collect();
        asked.into_iter().collect()
    };
    let mut lines: Vec<QueueLine> =
        teams.par_iter().flat_map_iter(|to| lines_of(organisation, &stakes, to, as_of)).collect();
    lines.sort_by(QueueLine::rank);
    for (at, line) in lines.iter_mut().enumerate() {
        line.place = at + 1;
    }
    Queue { as_of, team: team.cloned(), lines }
}

impl Queue {
    /// The line of this name, or with this ask.
    pub fn line(&self, name: &Reference) -> Option<&QueueLine> {
        let named = self.lines.iter().find(|line| &line.name == name);
        named.or_else(|| self.lines.iter().find(|line| line.asks.iter().any(|it| it.ask.reference() == name)))
    }

    /// The queue of one team.
    #[must_use]
    pub fn of(&self, team: &TeamId) -> Queue {
        let lines = self.lines.iter().filter(|line| &line.to == team).enumerate();
        let lines = lines.map(|(at, line)| QueueLine { place: at + 1, ..line.clone() }).collect();
        Queue { as_of: self.as_of, team: Some(team.clone()), lines }
    }

    /// The lines of one team in its order as recorded.
    pub fn as_recorded(&self, team: &TeamId) -> Vec<&QueueLine> {
        let mut lines: Vec<&QueueLine> = self.lines.iter().filter(|line| &line.to == team).collect();
        lines.sort_by_key(|line| line.recorded);
        lines
    }

    /// The answer in a sentence.
    pub fn headline(&self, organisation: &Organisation) -> String {
        let asks: usize = self.lines.iter().map(|line| line.asks.len()).sum();
        let whose = self.team.as_ref().map_or_else(
            || "Teams are".to_owned(),
            |team| format!("{} is", crate::sentence::upper_first(&team_name(organisation, team))),
        );
        let Some(first) = self.lines.first() else {
            return format!("{whose} asked for nothing that is still open.");
        };
        let things =
            if self.lines.len() == 1 { "one thing".into() } else { format!("{} things", self.lines.len()) };
        let by = match asks {
            asks if asks == self.lines.len() => String::new(),
            asks => format!(" by {asks} asks"),
        };
        let confirmed: Money = self.lines.iter().map(|line| line.confirmed).sum();
        match first.basis {
            Basis::Worth { per_week } => format!(
                "{whose} asked for {things}{by}; first {}: {} a week are lost without it for each week of its work.",
                first.name,
                per_week.rounded()
            ),
            _ if confirmed > Money::ZERO => {
                format!(
                    "{whose} asked for {things}{by}; nobody has said what those take that confirmed value waits for."
                )
            }
            _ => format!("{whose} asked for {things}{by}; no value that waits for them is confirmed."),
        }
    }
}

impl QueueLine {
    /// How it is ranked before another: what ranks it, then what is claimed, then how much waits, then its name.
    fn rank(&self, other: &Self) -> Ordering {
        let class = |basis: &Basis| match basis {
            Basis::Worth { .. } => 0,
            Basis::EffortUnknown => 1,
            Basis::NothingConfirmed { per_week: Some(_) } => 2,
            Basis::NothingConfirmed { per_week: None } => 3,
        };
        let worth = |line: &Self| match line.basis {
            Basis::Worth { .. } => line.over_weeks(line.confirmed),
            Basis::EffortUnknown => line.confirmed.amount(),
            Basis::NothingConfirmed { per_week: Some(_) } => line.over_weeks(line.claimed),
            Basis::NothingConfirmed { per_week: None } => line.claimed.amount(),
        };
        let waiting = |line: &Self| line.lost.len() + line.unvalued.len();
        class(&self.basis)
            .cmp(&class(&other.basis))
            .then_with(|| worth(other).total_cmp(&worth(self)))
            .then_with(|| other.claimed.amount().total_cmp(&self.claimed.amount()))
            .then_with(|| waiting(other).cmp(&waiting(self)))
            .then_with(|| other.asks.len().cmp(&self.asks.len()))
            .then_with(|| self.name.cmp(&other.name))
    }

    /// Money a week for each week of work; without end where it takes no time.
    fn over_weeks(&self, money: Money) -> f64 {
        let weeks = self.effort.as_ref().map_or(0.0, |effort| effort.weeks);
        if weeks > 0.0 { money.amount() / weeks } else { f64::INFINITY }
    }

    /// The sum that ranks it, to be done again by hand: `40k × (1 − 50%) = 20k a week, over 2 weeks of work: 10k for each`.
    pub fn sum(&self) -> String {
        let parts = |confirmed: bool| {
            let of: Vec<&Lost> = self
                .lost
                .iter()
                .filter(|lost| lost.confirmed == confirmed && lost.lost != Money::ZERO)
                .collect();
            let parts: Vec<String> = of
                .iter()
                .map(|lost| {
                    let part = if lost.keeps == Share::ZERO {
                        lost.a_week.to_string()
                    } else {
                        format!("{} × (1 − {})", lost.a_week, lost.keeps)
                    };
                    format!("{part} of {}", lost.outcome)
                })
                .collect();
            let sum = parts.join(" + ");
            let total: Money = of.iter().map(|lost| lost.lost).sum();
            match of[..] {
                [] => "nothing".to_owned(),
                [only] if only.keeps == Share::ZERO => format!("{} a week of {}", only.a_week, only.outcome),
                _ => format!("{sum} = {} a week", exactly(total)),
            }
        };
        let over = |money: Money| match &self.effort {
            Some(effort) if effort.weeks > 0.0 => format!(
                ", over {} ({} in the mean): {} for each",
                crate::order::weeks_exactly(effort.weeks),
                effort.estimate,
                exactly(Money::new(money.amount() / effort.weeks))
            ),
            Some(_) => ", and it takes no time".into(),
            None => "; nobody says what it takes".into(),
        };
        match self.basis {
            Basis::Worth { .. } | Basis::EffortUnknown => {
                format!("confirmed: {}{}", parts(true), over(self.confirmed))
            }
            Basis::NothingConfirmed { .. } if self.claimed != Money::ZERO => {
                format!("confirmed: nothing; claimed: {}{}", parts(false), over(self.claimed))
            }
            Basis::NothingConfirmed { .. } if !self.unvalued.is_empty() => {
                let names: Vec<String> = self.unvalued.iter().map(ToString::to_string).collect();
                format!("nobody says what {} is worth", listed(names))
            }
            Basis::NothingConfirmed { .. } => "no value is lost without it: there is a way round".into(),
        }
    }

    /// What is claimed beside what is confirmed, where both are lost; to be shown, not counted.
    pub fn claimed_beside(&self) -> Option<String> {
        let beside = matches!(self.basis, Basis::Worth { .. } | Basis::EffortUnknown);
        (beside && self.claimed != Money::ZERO).then(|| format!("and {} claimed", self.claimed.rounded()))
    }

    /// Why its asks are on one line, in a sentence; `None` where it is one ask.
    pub fn why_joined(&self, organisation: &Organisation) -> Option<String> {
        let reads = |likenesses: &[crate::same_need::Likeness]| {
            let all: Vec<String> = likenesses
                .iter()
                .map(|it| format!("{} and {} read alike: {}", it.asks.0, it.asks.1, it.why()))
                .collect();
            all.join("; ")
        };
        let team = || crate::sentence::upper_first(&team_name(organisation, &self.to));
        match &self.joined {
            Joined::Alone => None,
            Joined::Reads { by } => Some(format!("{}.", reads(by))),
            Joined::Said { need, on, reads: by } if by.is_empty() => {
                Some(format!("{} counts them as one need, `{}`, since {on}.", team(), need.id()))
            }
            Joined::Said { need, on, reads: by } => Some(format!(
                "{} counts some as one need, `{}`, since {on}; {}.",
                team(),
                need.id(),
                reads(by)
            )),
        }
    }
}

/// Money to the whole unit, as a sum shows it.
fn exactly(money: Money) -> Money {
    Money::new(money.amount().round())
}

/// The lines of one team, in its order as recorded.
fn lines_of(organisation: &Organisation, stakes: &Stakes<'_>, to: &TeamId, as_of: Date) -> Vec<QueueLine> {
    let asks = organisation.asked_of(to).iter().filter_map(|ask| organisation.ask(ask));
    let asks = asks.filter(|ask| is_in_play(organisation, ask, as_of));
    let mut lines: Vec<QueueLine> = same_needs(organisation, to, asks)
        .into_iter()
        .filter_map(|need| line(organisation, stakes, to, need))
        .collect();
    lines.sort_by_cached_key(|line| moving::order_key(organisation, line));
    for (at, line) in lines.iter_mut().enumerate() {
        line.recorded = at + 1;
    }
    lines
}

fn line(organisation: &Organisation, stakes: &Stakes<'_>, to: &TeamId, need: SameNeed) -> Option<QueueLine> {
    let asks: Vec<&Ask> = need.asks.iter().filter_map(|ask| organisation.ask(ask)).collect();
    let said = match &need.joined {
        Joined::Said { need, .. } => organisation.need(need),
        Joined::Alone | Joined::Reads { .. } => None,
    };
    let first = need.asks.first().map(|ask| ask.reference().clone());
    let name = said.map(|need| need.id.reference().clone()).or(first)?;
    let what = said.map(|need| need.what.clone()).or_else(|| asks.first().map(|ask| ask.what.clone()));
    let at_stake = stakes.without_all(organisation, &need.asks);
    let mut lost = Vec::new();
    let mut unvalued = Vec::new();
    for of in at_stake.outcomes {
        match (of.worth, of.lost) {
            (Some(worth), Some(a_week)) => lost.push(Lost {
                outcome: of.outcome,
                a_week: worth.a_week,
                confirmed: worth.confirmed,
                keeps: of.keeps,
                lost: a_week,
            }),
            _ => unvalued.push(of.outcome),
        }
    }
    lost.sort_by(|a, b| b.lost.amount().total_cmp(&a.lost.amount()).then_with(|| a.outcome.cmp(&b.outcome)));
    let (confirmed, claimed) = (at_stake.confirmed, at_stake.claimed);
    let effort = effort(organisation, &asks, said);
    let over = |money: Money| {
        effort.as_ref().map(|effort: &QueuedEffort| {
            if effort.weeks > 0.0 { Money::new(money.amount() / effort.weeks) } else { money }
        })
    };
    let basis = match over(confirmed) {
        _ if confirmed == Money::ZERO => Basis::NothingConfirmed { per_week: over(claimed) },
        Some(per_week) => Basis::Worth { per_week },
        None => Basis::EffortUnknown,
    };
    let council = need
        .asks
        .iter()
        .map(AskId::reference)
        .chain([&name])
        .filter_map(|it| organisation.council_rank(it))
        .min()
        .map(|place| place + 1);
    Some(QueueLine {
        place: 0,
        name,
        to: to.clone(),
        what: what.unwrap_or_default(),
        asks: asks
            .iter()
            .map(|ask| QueuedAsk {
                ask: ask.id.clone(),
                what: ask.what.clone(),
                state: organisation.ask_state(ask),
                wanted: ask.wanted,
            })
            .collect(),
        joined: need.joined,
        lost,
        confirmed,
        claimed,
        unvalued,
        effort,
        basis,
        recorded: 0,
        council,
    })
}

/// What a line takes: the item's that delivers it, else the need's by the asked team, else the largest of what the asked
/// team answered or the askers guess.
fn effort(
    organisation: &Organisation,
    asks: &[&Ask],
    need: Option<&kedge_model::Need>,
) -> Option<QueuedEffort> {
    let settings = organisation.settings();
    let weeks =
        |estimate: &Effort| mean_days(estimate, settings).0 / settings.calendar.days_a_week().max(1.0);
    let stated = |estimate: Effort, stated: String| {
        let source = Source::Assumption { stated };
        QueuedEffort { weeks: weeks(&estimate), estimate, source }
    };
    let items: BTreeSet<WorkId> = asks.iter().filter_map(|ask| organisation.delivering_work(ask)).collect();
    let item = items.iter().next().filter(|_| items.len() == 1).and_then(|id| organisation.work_item(id));
    if let Some(item) = item {
        let left = item.left.as_ref().map(|left| left.effort.clone());
        if let Some(estimate) = left.or_else(|| item.effort.clone()) {
            return Some(stated(
                estimate,
                format!("{}, who plan it as {}", team_name(organisation, item.id.team()), item.id),
            ));
        }
    }
    if let Some(need) = need
        && let Some(estimate) = &need.effort
    {
        return Some(stated(
            estimate.clone(),
            format!("{}, of the need", team_name(organisation, need.id.team())),
        ));
    }
    let one = |ask: &&Ask| {
        let answered = organisation.answers_to(ask).filter_map(|answer| match &answer.word {
            kedge_model::Word::Says { effort: Some(effort), .. } => Some((answer.on, effort)),
            _ => None,
        });
        let answered = answered.max_by_key(|(on, _)| *on).map(|(_, effort)| {
            stated(effort.clone(), format!("{}, in their answer", team_name(organisation, &ask.to)))
        });
        let asker = || team_name(organisation, ask.id.team());
        answered.or_else(|| Some(stated(ask.effort.clone()?, format!("the guess of {}, who asks", asker()))))
    };
    asks.iter().filter_map(one).reduce(|most, other| if other.weeks > most.weeks { other } else { most })
}
