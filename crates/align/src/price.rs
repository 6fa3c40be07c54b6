//! What one shared solution takes against each going alone.
//!
//! ```text
//! apart    = Σ over adopters (going alone + its upkeep over the horizon) + what living apart takes between them
//! together = building + Σ over adopters (adopting) + (maintaining + agreeing) over the horizon
//! ```
//!
//! In person-days, as distributions: an effort is drawn as the forecast draws it, a rate is taken as stated. A team's own
//! figure comes before its plan's, that before the proposal's, and where nobody said anything stand published ratios; each
//! figure says which. Means and break-evens are closed forms of the means; ranges and the chance that it pays are counted in
//! trials. Different figures err apart from each other, but that what was worked out from one figure errs with it.

mod break_even;
mod ratio;
mod term;
mod terms;
mod trials;
mod words;

pub use break_even::{Hinge, HingeOn, TeamsToPay, TimeToPay};
pub use ratio::ReuseRatios;
pub(crate) use term::{Amount as TermAmount, Term};
pub use term::{Figure, PriceInput};
pub use terms::{Declared, Joining, Terms, declared};
pub(crate) use terms::{is_own_answer, of_option, own_answer, taken};
pub(crate) use words::cases;
pub use words::{person_weeks, weeks_of};

use kedge_forecast::Chance;
use kedge_model::{Settings, TeamId, WorkDays};
use serde::Serialize;
use std::collections::BTreeMap;
use term::mean;

/// The seed and number of trials behind the ranges of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// The seed of all draws.
    pub seed: u64,
    /// How many trials, at least 1.
    pub trials: u32,
}

impl Default for Sampling {
    /// The forecast's seed, and as many trials as keep the chance within two points of a hundred.
    fn default() -> Self {
        Self { seed: 1, trials: 4_000 }
    }
}

/// What a shared solution takes beside going apart, over the organisation's horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Price {
    /// Who builds it.
    pub builder: TeamId,
    /// The teams that it is reckoned for.
    pub adopters: Vec<TeamId>,
    /// How long upkeep is counted, in calendar weeks.
    pub horizon_weeks: f64,
    /// Every figure that went in, with its source.
    pub figures: Vec<Figure>,
    /// What nobody said, and what was therefore counted as nothing.
    pub unsaid: Vec<PriceInput>,
    /// Going apart.
    pub apart: Range,
    /// Going together.
    pub together: Range,
    /// What going together saves: below 0, what it costs more.
    pub saving: Range,
    /// The cases in which it saves something within the horizon.
    pub pays: Chance,
    /// From how many teams on.
    pub by_teams: TeamsToPay,
    /// From when on.
    pub by_time: TimeToPay,
    /// What the answer hangs on most; nothing where no one figure can turn it.
    pub hinge: Option<Hinge>,
    /// What each adopter saves or loses, and whoever builds it.
    pub shares: Vec<Share>,
    /// The same with those alone who wrote or signed it, where that is several of them and not all.
    pub as_signed: Option<AsSigned>,
    /// Both against the number of teams.
    pub teams_curve: Vec<CurvePoint>,
    /// Both against time, in calendar weeks.
    pub time_curve: Vec<CurvePoint>,
}

/// A quantity of work over the trials, in person-days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    /// Its mean, in closed form.
    pub mean: WorkDays,
    /// One case in ten is below.
    pub p10: WorkDays,
    /// Half of the cases are below.
    pub p50: WorkDays,
    /// Nine cases in ten are below.
    pub p90: WorkDays,
}

/// What going together means for one team, as means in person-days.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Whom.
    pub team: TeamId,
    /// What it need not do or keep any more.
    pub saves: WorkDays,
    /// What it takes on: adopting, and, of its author, building and keeping.
    pub takes_on: WorkDays,
}

impl Share {
    /// What it gains; below 0, what it loses.
    pub fn gains(&self) -> WorkDays {
        WorkDays(self.saves.0 - self.takes_on.0)
    }
}

/// What going together comes to with some of the adopters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AsSigned {
    /// Who has signed.
    pub signed: Vec<TeamId>,
    /// Going apart, of those, as a mean.
    pub apart: WorkDays,
    /// Going together, of those, as a mean.
    pub together: WorkDays,
    /// The cases in which it saves something.
    pub pays: Chance,
}

/// Going apart and going together at one number of teams, or after some weeks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Teams, or calendar weeks.
    pub at: f64,
    /// Going apart.
    pub apart: Range,
    /// Going together.
    pub together: Range,
}

/// Means of what goes in, in person-days over the horizon.
#[derive(Clone, Debug, Default)]
pub(crate) struct Means {
    build: f64,
    maintain: f64,
    coordinate: f64,
    between: f64,
    /// By team: adopting, going alone, upkeep.
    by_team: BTreeMap<TeamId, [f64; 3]>,
}

impl Means {
    fn of(terms: &Terms, settings: &Settings) -> Self {
        let mut means = Self::default();
        for term in &terms.figures {
            let days = mean(term, settings, terms.horizon);
            let mut of_team = |team: &TeamId, place: usize| {
                if let Some(it) = means.by_team.entry(team.clone()).or_default().get_mut(place) {
                    *it += days;
                }
            };
            match &term.input {
                PriceInput::Build => means.build += days,
                PriceInput::Maintain => means.maintain += days,
                PriceInput::Coordinate => means.coordinate += days,
                PriceInput::Between => means.between += days,
                PriceInput::Adopt(team) => of_team(team, 0),
                PriceInput::Alone(team) => of_team(team, 1),
                PriceInput::Upkeep(team) => of_team(team, 2),
            }
        }
        means
    }

    fn adopting(&self) -> f64 {
        self.by_team.values().map(|it| it[0]).sum()
    }

    fn alone(&self) -> f64 {
        self.by_team.values().map(|it| it[1]).sum()
    }

    fn upkeep(&self) -> f64 {
        self.by_team.values().map(|it| it[2]).sum()
    }

    pub(crate) fn apart(&self) -> f64 {
        self.alone() + self.upkeep() + self.between
    }

    pub(crate) fn together(&self) -> f64 {
        self.build + self.adopting() + self.maintain + self.coordinate
    }

    fn saving(&self) -> f64 {
        self.apart() - self.together()
    }
}

/// Prices the terms; every range is of the same trials. `signed`: the adopters who have signed.
pub fn price(terms: &Terms, settings: &Settings, sampling: Sampling) -> Price {
    let means = Means::of(terms, settings);
    let weeks = terms.horizon / 7.0;
    let drawn = trials::run(terms, settings, sampling);
    let split = means.split(&terms.builder);
    // A lone author tells nothing about who would join it.
    let by_teams = split.map_or(TeamsToPay::of(-means.saving(), 0.0), Split::to_pay);
    let more_once = means.build + means.adopting() - means.alone();
    let saved_a_week = (means.upkeep() + means.between - means.maintain - means.coordinate) / weeks;
    let by_time = TimeToPay::of(more_once, saved_a_week);
    let saving = means.saving();
    let (apart, together) = (Some(means.apart()), Some(means.together()));
    Price {
        builder: terms.builder.clone(),
        adopters: terms.adopters.clone(),
        horizon_weeks: weeks,
        figures: terms.figures.iter().map(|term| term.figure(settings, terms.horizon)).collect(),
        unsaid: terms.unsaid.clone(),
        apart: drawn.range(apart, |trial| trial.apart(1.0)),
        together: drawn.range(together, |trial| trial.together(1.0)),
        saving: drawn.range(Some(saving), |trial| trial.apart(1.0) - trial.together(1.0)),
        pays: drawn.pays(),
        by_teams,
        by_time,
        hinge: hinge(&means, by_teams, by_time, terms, saving),
        shares: shares(&means, terms),
        as_signed: as_signed(terms, settings, sampling),
        teams_curve: teams_curve(split, &drawn, terms, by_teams),
        time_curve: (0..=WEEKS_DRAWN)
            .map(|step| {
                let part = f64::from(step) / f64::from(WEEKS_DRAWN);
                let living = |now: f64, living: f64| Some(now + living * part);
                CurvePoint {
                    at: weeks * part,
                    apart: drawn.range(living(means.alone(), means.upkeep() + means.between), |trial| {
                        trial.apart(part)
                    }),
                    together: drawn.range(
                        living(means.build + means.adopting(), means.maintain + means.coordinate),
                        |trial| trial.together(part),
                    ),
                }
            })
            .collect(),
    }
}

/// Steps of the curve against time: lines are straight, so few are enough.
const WEEKS_DRAWN: u8 = 8;

/// The curve against teams goes at least so far …
const TEAMS_DRAWN: u32 = 5;

/// … and at most so far.
const MOST_TEAMS_DRAWN: u32 = 12;

fn teams_curve(
    split: Option<Split>,
    drawn: &trials::Trials,
    terms: &Terms,
    by_teams: TeamsToPay,
) -> Vec<CurvePoint> {
    let named = terms.adopters.len() as u32;
    let crossing = match by_teams {
        TeamsToPay::From { teams, .. } | TeamsToPay::UpTo { teams, .. } => teams.saturating_add(1),
        TeamsToPay::Any | TeamsToPay::Never => 0,
    };
    let last = TEAMS_DRAWN.max(named + 1).max(crossing.min(MOST_TEAMS_DRAWN));
    (1..=last)
        .map(|teams| {
            let at = f64::from(teams);
            CurvePoint {
                at,
                apart: drawn.range(split.map(|it| it.apart(at)), |trial| trial.with_teams(at).0),
                together: drawn.range(split.map(|it| it.together(at)), |trial| trial.with_teams(at).1),
            }
        })
        .collect()
}

/// What the lines against the number of teams consist of, in person-days over the horizon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Split {
    /// Together, whoever adopts it.
    pub(crate) fixed: f64,
    /// Whether the author is one of the adopters.
    pub(crate) has_author: bool,
    /// The author's own: adopting, and going alone with its upkeep.
    pub(crate) author: [f64; 2],
    /// The mean of each other team: the same two.
    pub(crate) joiner: [f64; 2],
}

impl Split {
    fn at(&self, teams: f64, place: usize) -> f64 {
        let [author, joiner] = [self.author, self.joiner].map(|it| it.get(place).copied().unwrap_or(0.0));
        if self.has_author { author + (teams - 1.0) * joiner } else { teams * joiner }
    }

    /// Together, with so many teams.
    pub(crate) fn together(&self, teams: f64) -> f64 {
        self.fixed + self.at(teams, 0)
    }

    /// Apart, with so many teams.
    pub(crate) fn apart(&self, teams: f64) -> f64 {
        self.at(teams, 1)
    }

    /// From how many teams on it pays: both lines are straight.
    pub(crate) fn to_pay(self) -> TeamsToPay {
        let each = self.joiner[1] - self.joiner[0];
        TeamsToPay::of(self.together(0.0) - self.apart(0.0), each)
    }

    /// Of what each team takes on and saves; `None` where only the author adopts it.
    pub(crate) fn of(
        fixed: f64,
        between: f64,
        author: Option<[f64; 3]>,
        others: &[[f64; 3]],
    ) -> Option<Self> {
        let joining = others.len() as f64;
        let shared = between / (joining + f64::from(author.is_some()));
        let two = |it: [f64; 3]| [it[0], it[1] + it[2] + shared];
        let sum = others.iter().fold([0.0; 3], |sum, it| [sum[0] + it[0], sum[1] + it[1], sum[2] + it[2]]);
        (joining >= 1.0).then(|| Self {
            fixed,
            has_author: author.is_some(),
            author: author.map_or([0.0; 2], two),
            joiner: two(sum.map(|it| it / joining)),
        })
    }
}

impl Means {
    fn split(&self, author: &TeamId) -> Option<Split> {
        let own = self.by_team.get(author).copied();
        let others: Vec<[f64; 3]> =
            self.by_team.iter().filter(|(team, _)| *team != author).map(|(_, it)| *it).collect();
        Split::of(self.build + self.maintain + self.coordinate, self.between, own, &others)
    }
}

fn hinge(
    means: &Means,
    by_teams: TeamsToPay,
    by_time: TimeToPay,
    terms: &Terms,
    saving: f64,
) -> Option<Hinge> {
    let together = |on, now: f64| Hinge { on, now, turns_at: now + saving };
    let apart = |on, now: f64| Hinge { on, now, turns_at: now - saving };
    let mut hinges = vec![
        together(HingeOn::Build, means.build),
        together(HingeOn::Adopting, means.adopting()),
        together(HingeOn::Maintain, means.maintain),
        together(HingeOn::Coordinate, means.coordinate),
        apart(HingeOn::Alone, means.alone()),
        apart(HingeOn::Upkeep, means.upkeep()),
        apart(HingeOn::Between, means.between),
    ];
    if let TimeToPay::After { weeks } | TimeToPay::Until { weeks } = by_time {
        hinges.push(Hinge { on: HingeOn::Horizon, now: terms.horizon / 7.0, turns_at: weeks });
    }
    if let TeamsToPay::From { exact, .. } | TeamsToPay::UpTo { exact, .. } = by_teams {
        hinges.push(Hinge { on: HingeOn::Teams, now: terms.adopters.len() as f64, turns_at: exact });
    }
    Hinge::nearest(hinges)
}

fn shares(means: &Means, terms: &Terms) -> Vec<Share> {
    let between = means.between / (means.by_team.len().max(1) as f64);
    let mut shares: BTreeMap<&TeamId, (f64, f64)> = BTreeMap::new();
    for (team, [adopt, alone, upkeep]) in &means.by_team {
        shares.insert(team, (alone + upkeep + between, *adopt));
    }
    shares.entry(&terms.builder).or_default().1 += means.build + means.maintain + means.coordinate;
    let share = |(team, (saves, takes_on)): (&&TeamId, &(f64, f64))| Share {
        team: (*team).clone(),
        saves: WorkDays(*saves),
        takes_on: WorkDays(*takes_on),
    };
    shares.iter().map(share).collect()
}

fn as_signed(terms: &Terms, settings: &Settings, sampling: Sampling) -> Option<AsSigned> {
    let signed: Vec<TeamId> = terms.signed().cloned().collect();
    // One team alone, its author, is nothing shared yet.
    if signed.len() < 2 || signed.len() == terms.adopters.len() {
        return None;
    }
    let alone = terms.with_only(&signed);
    let means = Means::of(&alone, settings);
    let pays = trials::run(&alone, settings, sampling).pays();
    Some(AsSigned { signed, apart: WorkDays(means.apart()), together: WorkDays(means.together()), pays })
}

impl Price {
    /// Whether going together takes no more than going apart, on average.
    pub fn is_worth_it(&self) -> bool {
        self.saving.mean.0 >= 0.0
    }

    /// The adopters that lose by it: its cost fans out to them. Who builds it spends its own.
    pub fn fans_out_to(&self) -> impl Iterator<Item = &Share> {
        self.shares.iter().filter(|share| share.team != self.builder && share.gains().0 < 0.0)
    }
}
