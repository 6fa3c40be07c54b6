//! What is paid at borders, from the facts: detours, visitors, shared solutions and what was left apart.

use super::{Direction, Line, Move, Pair, PaysFor, pair};
use crate::price::is_own_answer;
use kedge_decide::{ledger_as_known, mean_days};
use kedge_model::{
    Ask, Date, EffortRate, Fallback, FallbackKind, Organisation, Per, Proposal, SignedThing, Signs,
    SolutionKind, Source, TeamId, WorkDays,
};

/// Person-days a quarter of a rate.
fn a_quarter(rate: EffortRate, organisation: &Organisation) -> WorkDays {
    WorkDays(rate.a_calendar_day(&organisation.settings().calendar) * Per::Quarter.calendar_days())
}

fn assumed(stated: impl Into<String>) -> Source {
    Source::Assumption { stated: stated.into() }
}

/// Every line, with its border.
pub(super) fn every(organisation: &Organisation, from: Date, as_of: Date) -> Vec<(Pair, Line)> {
    let mut lines = Vec::new();
    for ask in organisation.asks() {
        let Some(pair) = pair(ask.id.team(), &ask.to) else { continue };
        for fallback in &ask.fallbacks {
            let of = Detour { organisation, ask, fallback, from, as_of };
            lines.extend(of.lines().into_iter().map(|line| (pair.clone(), line)));
        }
    }
    for proposal in organisation.proposals().filter(|proposal| proposal.retired.is_none()) {
        lines.extend(of_proposal(organisation, proposal));
    }
    lines
}

/// A fallback, as far as it was taken.
struct Detour<'a> {
    organisation: &'a Organisation,
    ask: &'a Ask,
    fallback: &'a Fallback,
    from: Date,
    as_of: Date,
}

impl Detour<'_> {
    fn within(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.from <= day && day <= self.as_of)
    }

    fn line(&self, pays_for: PaysFor, a_quarter: Option<WorkDays>, source: Source) -> Line {
        Line { pays_for, about: self.ask.id.to_string(), a_quarter, source }
    }

    fn lines(&self) -> Vec<Line> {
        let settings = self.organisation.settings();
        let said = |what: &str| assumed(format!("`{what}` of {} of {}", self.fallback.id, self.ask.id));
        let once = |effort: Option<&kedge_model::Effort>| effort.map(|effort| mean_days(effort, settings));
        let mut lines = Vec::new();
        if is_own_answer(self.fallback) {
            if self.within(self.fallback.taken) {
                let create = once(self.fallback.create.as_ref());
                let (making, key) = match (create, self.price()) {
                    (None, Some(price)) => (Some(price), "price` and `person-week"),
                    (create, _) => (create, "create"),
                };
                lines.push(self.line(PaysFor::Making, making, said(key)));
            }
            if self.fallback.is_live() {
                let keeping = self.fallback.maintain.map(|rate| a_quarter(rate, self.organisation));
                lines.push(self.line(PaysFor::Keeping, keeping.or(self.fee()), said(self.kept_by())));
            }
            if self.within(self.fallback.migrated) {
                let migrate = once(self.fallback.migrate.as_ref());
                lines.push(self.line(PaysFor::Leaving, migrate, said("migrate")));
            }
        }
        if matches!(self.fallback.kind, FallbackKind::AwayTeam { .. }) {
            if self.within(self.fallback.taken) {
                let create = once(self.fallback.create.as_ref());
                lines.push(self.line(PaysFor::Visiting, create, said("create")));
            }
            if self.fallback.is_running() {
                let (share, source) = self.guide_share();
                let weeks = Per::Quarter.calendar_days() / Per::Week.calendar_days();
                let days = WorkDays(share * weeks * settings.calendar.days_a_week());
                lines.push(self.line(PaysFor::Guiding, Some(days), source));
            }
        }
        lines
    }

    /// The key that says what keeping it takes.
    fn kept_by(&self) -> &'static str {
        if self.fallback.maintain.is_none() && self.fee().is_some() {
            "fee` and `person-week"
        } else {
            "maintain"
        }
    }

    /// What it was bought for comes to in people's time, where a person's week has a price.
    fn price(&self) -> Option<WorkDays> {
        let FallbackKind::Buy(purchase) = &self.fallback.kind else { return None };
        let settings = self.organisation.settings();
        let week = settings.person_week.as_ref()?.money.amount();
        let price = purchase.price.as_ref()?.money.amount();
        (week > 0.0).then(|| WorkDays(price / week * settings.calendar.days_a_week()))
    }

    /// What its fee comes to in people's time, where a person's week has a price.
    fn fee(&self) -> Option<WorkDays> {
        let FallbackKind::Buy(purchase) = &self.fallback.kind else { return None };
        let settings = self.organisation.settings();
        let week = settings.person_week.as_ref()?.money.amount();
        let weeks = Per::Quarter.calendar_days() / Per::Week.calendar_days();
        let fee = purchase.fee.as_ref()?.a_week().amount() * weeks;
        (week > 0.0).then(|| WorkDays(fee / week * settings.calendar.days_a_week()))
    }

    /// The share of a person that guides visitors of the asked team, and who says so.
    fn guide_share(&self) -> (f64, Source) {
        let stated =
            self.organisation.team(&self.ask.to).and_then(|team| team.away_teams.as_ref()?.guide_share);
        match stated {
            Some(share) => (share.get(), assumed(format!("`guide-share` of {}", self.ask.to))),
            None => (
                self.organisation.settings().assume.guide_share.get(),
                assumed("`guide-share` of `[assume]`"),
            ),
        }
    }
}

/// What agreeing on a shared solution takes, in equal parts over those who signed it; or, where it was chosen to go apart,
/// what keeping one's own takes each.
fn of_proposal(organisation: &Organisation, proposal: &Proposal) -> Vec<(Pair, Line)> {
    let Some((id, option)) =
        proposal.chosen.as_ref().and_then(|chosen| proposal.options.get_key_value(chosen))
    else {
        return Vec::new();
    };
    let author = proposal.id.team();
    let source = |key: &str| assumed(format!("`{key}` of {}, option {id}", proposal.id));
    let line =
        |pays_for, days, source| Line { pays_for, about: proposal.id.to_string(), a_quarter: days, source };
    let others = proposal.adopters.iter().filter(|team| *team != author);
    if option.kind == SolutionKind::Apart {
        let days = option.maintain.map(|rate| a_quarter(rate, organisation));
        return others
            .filter_map(|team| {
                Some((pair(author, team)?, line(PaysFor::KeptApart, days, source("maintain"))))
            })
            .collect();
    }
    let signed: Vec<&TeamId> = others.filter(|team| has_signed(organisation, proposal, team)).collect();
    let part = signed.len() as f64;
    let days = option.coordinate.map(|rate| WorkDays(a_quarter(rate, organisation).0 / part));
    signed
        .into_iter()
        .filter_map(|team| Some((pair(author, team)?, line(PaysFor::Agreeing, days, source("coordinate")))))
        .collect()
}

fn has_signed(organisation: &Organisation, proposal: &Proposal, team: &TeamId) -> bool {
    let log = organisation.signature_log(&SignedThing::Proposal(proposal.id.clone()), team);
    let latest = log.and_then(|log| log.entries.iter().max_by_key(|entry| entry.on));
    latest.is_some_and(|entry| entry.says == Signs::Signed && entry.retired.is_none())
}

/// Detours whose ask has landed meanwhile: leaving them saves their upkeep.
pub(super) fn detours_to_leave(organisation: &Organisation, as_of: Date) -> Vec<(Pair, Move)> {
    let hacks = ledger_as_known(organisation, as_of).hacks;
    hacks
        .into_iter()
        .filter(|hack| hack.can_be_left_since.is_some())
        .filter_map(|hack| {
            let to = &organisation.ask(&hack.ask)?.to;
            let saves = a_quarter(hack.maintain?, organisation);
            let takes = hack.migrate.as_ref().map(|migrate| mean_days(migrate, organisation.settings()));
            let about = hack.ask.to_string();
            let it =
                Move { direction: Direction::LeaveDetour, about, saves_a_quarter: saves, takes_once: takes };
            Some((pair(&hack.team, to)?, it))
        })
        .collect()
}
