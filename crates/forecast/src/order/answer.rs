//! What an order of work is worth, as data.

use crate::answer::{Amount, Chance, Lack, Quantile, Quantity};
use kedge_model::{Act, Date, Money, OutcomeId, Reference, TeamId};
use serde::Serialize;

/// What local order costs, and which order is best; or why nothing can be said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderForecast {
    /// The orders side by side.
    Compared(Box<OrderComparison>),
    /// No open outcome has a value: nothing says which order is better.
    NoValue,
    /// Fewer than two outcomes with a value can be dated; these are missing.
    TooLittleData(Vec<Lack>),
    /// No two outcomes with a value have work in one team's queue: any order comes to the same.
    NothingToOrder,
}

impl OrderForecast {
    /// The comparison, where there is one.
    pub fn comparison(&self) -> Option<&OrderComparison> {
        match self {
            OrderForecast::Compared(comparison) => Some(comparison),
            _ => None,
        }
    }
}

/// Where an order comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderKind {
    /// Each team's own rank, the council's left out.
    Local,
    /// As recorded: the council's rank, then each team's own.
    Council,
    /// Cost of delay over remaining effort.
    CostOfDelay,
    /// The best that a search found.
    Found,
}

impl OrderKind {
    /// All, in the order in which they are compared.
    pub const ALL: [OrderKind; 4] =
        [OrderKind::Local, OrderKind::Council, OrderKind::CostOfDelay, OrderKind::Found];
}

/// Orders side by side, on common random numbers that the search has not seen, every plan as planned: the recorded
/// stances, and decide-bys as they are in the recorded order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderComparison {
    /// Of which morning.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Trials behind each figure.
    pub trials: u64,
    /// How far the search went.
    pub search: SearchEffort,
    /// What each order comes to, as in [`OrderKind::ALL`].
    pub orders: Vec<OrderValue>,
    /// The one that is worth most: the search's, unless these trials say another.
    pub best: OrderKind,
    /// What local order costs: the best less each team's own rank.
    pub local_costs: OrderCosts,
    /// What the order as recorded costs: the best less the council's rank with the teams' own.
    pub recorded_costs: OrderCosts,
    /// The swaps in the recorded ranks that win most; `None` where no single one gains.
    pub swaps: Option<Swaps>,
    /// The best order, first to last, with why each outcome stands where it does.
    pub places: Vec<Place>,
    /// What to write down to adopt it; `None` where it is what is recorded.
    pub adoption: Option<Adoption>,
    /// Open outcomes without a value: they come after all others, as they are ranked now.
    pub unvalued: Vec<OutcomeId>,
    /// Outcomes whose value is left out since these are missing to date them.
    pub lacks: Vec<Lack>,
}

impl OrderComparison {
    /// What one order comes to.
    pub fn order(&self, kind: OrderKind) -> Option<&OrderValue> {
        self.orders.iter().find(|order| order.kind == kind)
    }
}

/// How far a search went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SearchEffort {
    /// Orders tried.
    pub tried: u64,
    /// Trials on which a step had to gain.
    pub trials: u64,
    /// Whether it ended with steps left to try.
    pub cut_short: bool,
}

/// What one order comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderValue {
    /// Which.
    pub kind: OrderKind,
    /// Value of all outcomes accrued to their horizons.
    pub value: Amount,
    /// Value less people, prices, fees and the cost of being late, over the whole organisation.
    pub net: Amount,
    /// Net less that of each team's own rank, trial by trial.
    pub over_local: Amount,
    /// The open outcomes that can be dated, in the organisation's order.
    pub outcomes: Vec<OutcomeInOrder>,
}

/// When an outcome goes live in an order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeInOrder {
    /// Which.
    pub outcome: OutcomeId,
    /// Half of the cases are not later.
    pub p50: Quantile,
    /// Eight cases in ten are not later.
    pub p80: Quantile,
    /// The chance to be live by its due date, where it has one.
    pub by_due: Option<Chance>,
}

/// What an order costs against the best.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderCosts {
    /// In money: net of the best less net of this order.
    pub net: Amount,
    /// Mean weeks by which outcomes with a value go live later than in the best order, weighted by their value. What
    /// never comes counts to its horizon.
    pub weeks: Quantity,
    /// The same for each outcome, in the organisation's order; negative where the best order has it later.
    pub outcomes: Vec<OutcomeDelay>,
}

/// How much later an outcome goes live than in the best order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeDelay {
    /// Which.
    pub outcome: OutcomeId,
    /// Mean weeks, up to its horizon.
    pub weeks: Quantity,
}

/// The two swaps that win most: the first by itself, the second after it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Swaps {
    /// One or two.
    pub swaps: Vec<Swap>,
    /// What they win together over the order as recorded.
    pub together: Amount,
    /// That over what the recorded order costs; more than 1 where the search missed what they win.
    pub share: f64,
}

/// Two items of one rank that change places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Swap {
    /// Goes to the place of `down`.
    pub up: Reference,
    /// Goes to the place of `up`.
    pub down: Reference,
    /// What that wins, after the swaps before it.
    pub gain: Amount,
    /// The rank with the swap, and the swaps before it.
    pub line: RankLine,
}

/// A whole rank, as its team or the council would write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RankLine {
    /// Whose rank: a team's or the council's.
    pub team: TeamId,
    /// First to last.
    pub rank: Vec<Reference>,
}

impl RankLine {
    /// The act that writes it down.
    pub fn act(&self) -> Act {
        if self.team.is_council() {
            Act::CouncilRank { order: self.rank.clone() }
        } else {
            Act::Rank { team: self.team.clone(), order: self.rank.clone() }
        }
    }
}

/// An outcome's place in the best order, and why it is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// Which.
    pub outcome: OutcomeId,
    /// What a week of delay costs: its value a week, and its cost of being late where that is a rate.
    pub cost_of_delay: Money,
    /// Whether its value is confirmed; otherwise it is its team's claim.
    pub confirmed: bool,
    /// Person-weeks that it still needs on average, in all teams; what several outcomes need counts for each.
    pub weeks_left: f64,
    /// Its place from 1 by cost of delay over remaining effort alone; where the order differs, trials of the whole
    /// organisation say so.
    pub by_cost_of_delay: usize,
}

/// The lines that make the best order the recorded one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adoption {
    /// The ranks that change, the council's first.
    pub lines: Vec<RankLine>,
    /// Asks that leave the council's rank, and are no longer spared from shifts in priority.
    pub no_longer_spared: Vec<Reference>,
    /// What these lines win over what is recorded, in trials of what they say.
    pub gain: Amount,
}
