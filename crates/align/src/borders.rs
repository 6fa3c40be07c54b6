//! Prices at each border between two teams: the coordination that is bought there and the independence that is paid for, in
//! person-days a quarter, and where moving one way or the other is cheaper.
//!
//! Only what plans say: a rate as it is on the day, what was spent once where it fell within the quarter up to it. What
//! nobody said is told as such and counted as nothing. What waiting costs is value, not work, and stands with the asks. Borders
//! stand in the order of their names: a dear border says that two teams have much to do with each other, and nothing about
//! either.

mod lines;
mod words;

use crate::problems::{Problems, Verdict};
use kedge_model::{AskState, Date, Organisation, Per, Source, TeamId, WorkDays};
use serde::Serialize;
use std::collections::BTreeMap;

/// Every border at which anything is paid, waits or could be moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Borders {
    /// The day; what was spent once is counted where it fell within the quarter up to it.
    pub as_of: Date,
    /// The first day of that quarter.
    pub from: Date,
    /// Coordination bought at all of them, person-days a quarter.
    pub bought: WorkDays,
    /// Independence paid for at all of them, person-days a quarter.
    pub paid: WorkDays,
    /// How many shared problems ended in "leave these apart".
    pub left_apart: u32,
    /// By the names of the two teams.
    pub borders: Vec<Border>,
}

/// The border between two teams.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Border {
    /// The first of the two, by name.
    pub one: TeamId,
    /// The second.
    pub other: TeamId,
    /// Coordination that is bought.
    pub bought: Vec<Line>,
    /// Independence that is paid for.
    pub paid: Vec<Line>,
    /// Asks between the two that wait.
    pub waiting: u32,
    /// How long the oldest of them has waited, in days.
    pub oldest_days: Option<u32>,
    /// Where moving one way or the other is cheaper, or where it is not.
    pub moves: Vec<Move>,
}

/// One thing that is paid at a border.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// What for.
    pub pays_for: PaysFor,
    /// The ask or the proposal that it is about.
    pub about: String,
    /// Person-days a quarter; nothing where nobody said.
    pub a_quarter: Option<WorkDays>,
    /// Where the figure comes from.
    pub source: Source,
}

/// What is paid for at a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaysFor {
    /// Agreeing on a shared solution: its coordination, in equal parts over those who adopt it.
    Agreeing,
    /// The share of a person who guides visitors.
    Guiding,
    /// Working in the other team's code.
    Visiting,
    /// Making an answer of one's own.
    Making,
    /// Keeping an answer of one's own.
    Keeping,
    /// Leaving it for the real thing.
    Leaving,
    /// Keeping one's own of what was decided to be left apart.
    KeptApart,
}

impl PaysFor {
    /// Whether it is coordination; else independence.
    pub fn is_coordination(self) -> bool {
        matches!(self, Self::Agreeing | Self::Guiding | Self::Visiting)
    }
}

/// A move at a border, and what it would save.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// Which way.
    pub direction: Direction,
    /// The ask, or the problem.
    pub about: String,
    /// Person-days a quarter that it saves: of a shared problem, for all its teams together.
    pub saves_a_quarter: WorkDays,
    /// Person-days that it takes once, where it is a move of these two alone.
    pub takes_once: Option<WorkDays>,
}

/// Which way a move goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Leave an own answer for what has landed meanwhile.
    LeaveDetour,
    /// One answer for several teams.
    Together,
    /// One answer was chosen, and going apart would take less.
    Apart,
    /// They are apart, and that is cheaper: nothing to move.
    StayApart,
}

/// A pair of teams, by name.
type Pair = (TeamId, TeamId);

fn pair(one: &TeamId, other: &TeamId) -> Option<Pair> {
    match one.cmp(other) {
        std::cmp::Ordering::Less => Some((one.clone(), other.clone())),
        std::cmp::Ordering::Greater => Some((other.clone(), one.clone())),
        std::cmp::Ordering::Equal => None,
    }
}

#[derive(Default)]
struct Found {
    lines: Vec<Line>,
    waiting: u32,
    oldest_days: Option<u32>,
    moves: Vec<Move>,
}

/// The prices at each border on the evening of `as_of`. `organisation` is as known then, `problems` are its shared problems.
pub fn borders(organisation: &Organisation, problems: &Problems, as_of: Date) -> Borders {
    let from = as_of.plus_days(1 - Per::Quarter.calendar_days() as i64);
    let mut found: BTreeMap<Pair, Found> = BTreeMap::new();
    for (pair, line) in lines::every(organisation, from, as_of) {
        found.entry(pair).or_default().lines.push(line);
    }
    for ask in organisation.asks() {
        let state = organisation.ask_state(ask);
        let since = ask.asked.iter().map(|asked| asked.on).min();
        let (Some(since), Some(pair)) = (since, pair(ask.id.team(), &ask.to)) else { continue };
        if state.is_open() || state.is_dead() || matches!(state, AskState::NeverAsked) {
            continue;
        }
        let it = found.entry(pair).or_default();
        it.waiting += 1;
        it.oldest_days = it.oldest_days.max(u32::try_from(as_of.days_since(since)).ok());
    }
    for (pair, it) in lines::detours_to_leave(organisation, as_of) {
        found.entry(pair).or_default().moves.push(it);
    }
    for (pair, it) in of_problems(problems) {
        found.entry(pair).or_default().moves.push(it);
    }
    let borders: Vec<Border> = found
        .into_iter()
        .map(|((one, other), mut found)| {
            found.lines.sort_by(|a, b| (a.pays_for, &a.about).cmp(&(b.pays_for, &b.about)));
            found.moves.sort_by(|a, b| (a.direction, &a.about).cmp(&(b.direction, &b.about)));
            let (bought, paid) = found.lines.into_iter().partition(|line| line.pays_for.is_coordination());
            Border {
                one,
                other,
                bought,
                paid,
                waiting: found.waiting,
                oldest_days: found.oldest_days,
                moves: found.moves,
            }
        })
        .collect();
    let left_apart = problems.problems.iter().filter(|problem| problem.is_left_apart()).count();
    Borders {
        as_of,
        from,
        bought: total(&borders, |border| &border.bought),
        paid: total(&borders, |border| &border.paid),
        left_apart: left_apart as u32,
        borders,
    }
}

/// What some lines of all borders come to, as far as anybody said.
fn total(borders: &[Border], of: fn(&Border) -> &Vec<Line>) -> WorkDays {
    WorkDays(borders.iter().map(|border| Border::sum(of(border)).0).sum())
}

impl Borders {
    /// Those of one team alone.
    #[must_use]
    pub fn of(mut self, team: &TeamId) -> Self {
        self.borders.retain(|border| border.one == *team || border.other == *team);
        self.bought = total(&self.borders, |border| &border.bought);
        self.paid = total(&self.borders, |border| &border.paid);
        self
    }
}

/// What each shared problem says about the borders between who would build one answer and who would adopt it.
fn of_problems(problems: &Problems) -> Vec<(Pair, Move)> {
    use crate::problems::Chosen;
    let mut moves = Vec::new();
    for problem in &problems.problems {
        let Some((_, price)) = problem.best() else { continue };
        let quarters = price.horizon_weeks * 7.0 / Per::Quarter.calendar_days();
        let saving = price.saving.mean.0 / quarters;
        let is_apart = matches!(problem.chosen, Some(Chosen::Apart(_)));
        let is_together = matches!(problem.chosen, Some(Chosen::Together(_)));
        let direction = match problem.verdict {
            Verdict::Pays { .. } => Direction::Together,
            Verdict::Apart if is_together => Direction::Apart,
            Verdict::Apart => Direction::StayApart,
            Verdict::PaysFrom { .. } if is_apart => Direction::StayApart,
            Verdict::PaysFrom { .. } | Verdict::NotKnown { .. } => continue,
        };
        for adopter in &price.adopters {
            let Some(pair) = pair(&price.builder, adopter) else { continue };
            let it = Move {
                direction,
                about: problem.id.clone(),
                saves_a_quarter: WorkDays(saving.abs()),
                takes_once: None,
            };
            moves.push((pair, it));
        }
    }
    moves
}
