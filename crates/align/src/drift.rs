//! Drift: debt is that needs, and what is understood of them, change faster than the system can.
//!
//! For each team, and each area of it that asks name: what arrives (asks, planned work) against what lands, quarter by quarter;
//! how long what waits has waited; detours that stand in; how often what was asked, or a contract, had to change. Where the gap
//! widens, by how much a quarter, and what that costs those who wait. Code quality has no part in it.
//!
//! What has arrived and neither landed, nor was served, withdrawn or dropped by who planned it, is waiting: a refused ask too,
//! since the need is still there. What carries no date (an undated effort, the existence of a plan) counts as it is written
//! now: nothing is invented for it. Areas stand in the order of their names; a gap says that more is wanted than can be made,
//! and nothing about who makes it.

mod words;

use kedge_decide::{AtStake, ledger_as_known, quarter_of};
use kedge_model::{
    Ask, AskId, AskState, Date, Organisation, Period, SignedThing, TeamId, TeamKind, WorkDays,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// So many quarters are looked at, the running one among them.
pub const QUARTERS: usize = 5;

/// Where needs run ahead of the system.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// The day.
    pub as_of: Date,
    /// The quarters that are looked at, the oldest first: their names.
    pub quarters: Vec<String>,
    /// By team, then by area.
    pub areas: Vec<AreaDrift>,
}

/// What is asked of one area, or of one team where the ask names none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaDrift {
    /// Whose it is.
    pub team: TeamId,
    /// The area, as asks name it; nothing: the team as a whole, with its own plans.
    pub area: Option<String>,
    /// Quarter by quarter, the oldest first.
    pub quarters: Vec<Quarter>,
    /// What waits now.
    pub waiting: Vec<Waiting>,
    /// Planned work that is neither done nor dropped.
    pub work_open: u32,
    /// By how much the gap widens a quarter.
    pub widening: Widening,
    /// Detours in place that stand in for it, by ask.
    pub standing_in: Vec<AskId>,
    /// Person-days a quarter that keeping those takes.
    pub upkeep_a_quarter: WorkDays,
    /// Value a week that waits for it, where values are known.
    pub at_stake: AtStake,
}

/// One quarter of an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quarter {
    /// Asks that were asked for the first time.
    pub asked: u32,
    /// Asks that landed, or were served by a self-service.
    pub landed: u32,
    /// Asks that were withdrawn.
    pub withdrawn: u32,
    /// Work that was planned: items of plans that began.
    pub planned: u32,
    /// Work that was done or dropped.
    pub done: u32,
    /// Detours taken instead.
    pub detours: u32,
    /// How often what was asked, what was given, or a contract had to change.
    pub changed: u32,
    /// What waits on its last day that is looked at: asks and planned work.
    pub waiting: u32,
    /// Whether days of it are still to come.
    pub running: bool,
}

impl Quarter {
    /// Asks and work that arrived.
    pub fn arrived(&self) -> u32 {
        self.asked + self.planned
    }

    /// Asks and work that are over: landed, served, withdrawn, done or dropped.
    pub fn settled(&self) -> u32 {
        self.landed + self.withdrawn + self.done
    }
}

/// An ask that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Which.
    pub ask: AskId,
    /// Since when it was asked.
    pub since: Date,
    /// Its age in days.
    pub days: u32,
}

/// By how much a gap widens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Widening {
    /// Less than a whole quarter of record: nothing can be said.
    TooLittleData,
    /// So many more wait each quarter, on average; below 0 the gap closes.
    AQuarter(f64),
}

/// What an area has seen by the evening of a day.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    asked: u32,
    landed: u32,
    withdrawn: u32,
    planned: u32,
    done: u32,
    detours: u32,
    changed: u32,
}

impl Seen {
    fn waiting(self) -> u32 {
        (self.asked + self.planned).saturating_sub(self.landed + self.withdrawn + self.done)
    }
}

type AreaKey = (TeamId, Option<String>);

fn area_of(ask: &Ask) -> Option<String> {
    ask.area.as_ref().map(|area| area.trim().to_lowercase()).filter(|area| !area.is_empty())
}

/// What every area has seen by the evening of a day. `known` is the organisation as known then.
fn seen(known: &Organisation, day: Date) -> BTreeMap<AreaKey, Seen> {
    let mut areas: BTreeMap<AreaKey, Seen> = BTreeMap::new();
    for ask in known.asks().filter(|ask| !ask.asked.is_empty()) {
        let state = known.ask_state(ask);
        let own = area_of(ask);
        let team_and_area = [Some(None), own.map(Some)].into_iter().flatten();
        for area in team_and_area {
            let it = areas.entry((ask.to.clone(), area)).or_default();
            it.asked += 1;
            it.landed += u32::from(state.is_open());
            it.withdrawn += u32::from(matches!(state, AskState::Withdrawn { .. }));
            it.detours += ask.fallbacks.iter().filter(|fallback| fallback.taken.is_some()).count() as u32;
            it.changed += ask.returned.len() as u32 + u32::from(ask.revised.is_some());
        }
    }
    for plan in known.plans() {
        let team = plan.id.team();
        let begins = plan.period.map(Period::from);
        let parts = known.parts(&plan.id);
        for work in parts.work.iter().filter_map(|id| known.work_item(id)) {
            let has_begun = begins.is_none_or(|begins| begins <= day) || work.started.is_some();
            if !has_begun {
                continue;
            }
            let it = areas.entry((team.clone(), None)).or_default();
            it.planned += 1;
            it.done += u32::from(work.done.is_some() || work.dropped.is_some());
        }
    }
    for dataset in known.datasets() {
        // Only what is dated counts: the version that is open, and those that somebody signed. The first is no change.
        let under = SignedThing::Contract(dataset.id.clone());
        let signed =
            known.signatures_under(&under).flat_map(|log| &log.entries).filter_map(|entry| entry.version);
        let open = dataset.contract.as_ref().and_then(|contract| contract.opened.map(|_| contract.version));
        let versions: BTreeSet<u32> = signed.chain(open).filter(|version| *version > 1).collect();
        areas.entry((dataset.id.team().clone(), None)).or_default().changed += versions.len() as u32;
    }
    areas
}

/// The quarters up to the one in which `as_of` lies, the oldest first, each with its last day that is looked at.
fn quarters(as_of: Date, first_month: u8) -> Vec<(String, Period)> {
    let mut quarters = Vec::new();
    let mut day = as_of;
    while quarters.len() < QUARTERS {
        let Some((name, period)) = quarter_of(day, first_month) else { break };
        day = period.from().plus_days(-1);
        quarters.push((name, period));
    }
    quarters.reverse();
    quarters
}

/// Drift by area on the evening of `as_of`. `at_stake` says what is lost each week without some asks, as things stand.
pub fn drift(
    organisation: &Organisation,
    as_of: Date,
    at_stake: &dyn Fn(&BTreeSet<AskId>) -> AtStake,
) -> Drift {
    let quarters = quarters(as_of, organisation.settings().calendar.first_month);
    let Some((_, first)) = quarters.first() else {
        return Drift { as_of, quarters: Vec::new(), areas: Vec::new() };
    };
    let eve = first.from().plus_days(-1);
    let mut states = vec![seen(&organisation.known_on(eve), eve)];
    for (_, period) in &quarters {
        let until = period.until().min(as_of);
        states.push(seen(&organisation.known_on(until), until));
    }
    let known = organisation.known_on(as_of);
    let now = waiting_now(&known, as_of);
    let standing_in = standing_in(&known, as_of);
    let mut areas: BTreeSet<&AreaKey> = states.iter().flat_map(BTreeMap::keys).collect();
    areas.retain(|(team, _)| {
        known.team(team).is_some_and(|team| !matches!(team.kind, TeamKind::External { .. }))
    });
    let areas = areas.into_iter().map(|area| {
        let of: Vec<Seen> = states.iter().map(|state| state.get(area).copied().unwrap_or_default()).collect();
        let rows: Vec<Quarter> = of
            .iter()
            .zip(of.iter().skip(1))
            .zip(&quarters)
            .map(|((before, after), (_, period))| Quarter {
                asked: after.asked.saturating_sub(before.asked),
                landed: after.landed.saturating_sub(before.landed),
                withdrawn: after.withdrawn.saturating_sub(before.withdrawn),
                planned: after.planned.saturating_sub(before.planned),
                done: after.done.saturating_sub(before.done),
                detours: after.detours.saturating_sub(before.detours),
                changed: after.changed.saturating_sub(before.changed),
                waiting: after.waiting(),
                running: as_of < period.until(),
            })
            .collect();
        let waiting = now.get(area).cloned().unwrap_or_default();
        let asks: BTreeSet<AskId> = waiting.iter().map(|it| it.ask.clone()).collect();
        let (stands_in, upkeep) = standing_in.get(area).cloned().unwrap_or_default();
        let last = of.last().copied().unwrap_or_default();
        AreaDrift {
            team: area.0.clone(),
            area: area.1.clone(),
            widening: widening(&of, &quarters, as_of),
            quarters: rows,
            work_open: last.planned.saturating_sub(last.done),
            at_stake: at_stake(&asks),
            waiting,
            standing_in: stands_in,
            upkeep_a_quarter: WorkDays(upkeep),
        }
    });
    Drift { as_of, areas: areas.collect(), quarters: quarters.iter().map(|(name, _)| name.clone()).collect() }
}

/// The change of what waits from the first evening of a quarter on which anything had arrived to the last evening of the
/// last quarter that is over, for each quarter between them. The running quarter is left out: what is planned for it arrives
/// on its first day.
fn widening(states: &[Seen], quarters: &[(String, Period)], as_of: Date) -> Widening {
    let over = quarters.iter().filter(|(_, period)| period.until() <= as_of).count();
    // The evening before the first quarter, then the last evening of each that is over.
    let evenings = states.get(..=over).unwrap_or_default();
    let has_arrived = |seen: &Seen| seen.asked + seen.planned > 0;
    let Some(start) = evenings.iter().position(has_arrived) else { return Widening::TooLittleData };
    let passed = (evenings.len() - 1).saturating_sub(start);
    if passed == 0 {
        return Widening::TooLittleData;
    }
    let waiting = |at: Option<&Seen>| f64::from(at.map_or(0, |seen| seen.waiting()));
    Widening::AQuarter((waiting(evenings.last()) - waiting(evenings.get(start))) / passed as f64)
}

fn waiting_now(known: &Organisation, as_of: Date) -> BTreeMap<AreaKey, Vec<Waiting>> {
    let mut areas: BTreeMap<AreaKey, Vec<Waiting>> = BTreeMap::new();
    for ask in known.asks() {
        let state = known.ask_state(ask);
        let Some(since) = ask.asked.iter().map(|asked| asked.on).min() else { continue };
        if state.is_open() || matches!(state, AskState::Withdrawn { .. }) {
            continue;
        }
        let days = u32::try_from(as_of.days_since(since)).unwrap_or(0);
        for area in [Some(None), area_of(ask).map(Some)].into_iter().flatten() {
            let waiting = Waiting { ask: ask.id.clone(), since, days };
            areas.entry((ask.to.clone(), area)).or_default().push(waiting);
        }
    }
    for waiting in areas.values_mut() {
        waiting.sort_by(|a, b| (a.since, &a.ask).cmp(&(b.since, &b.ask)));
    }
    areas
}

/// The detours in place by whose area they stand in for, with the person-days a quarter that keeping them takes.
fn standing_in(known: &Organisation, as_of: Date) -> BTreeMap<AreaKey, (Vec<AskId>, f64)> {
    let calendar = &known.settings().calendar;
    let mut areas: BTreeMap<AreaKey, (Vec<AskId>, f64)> = BTreeMap::new();
    for hack in ledger_as_known(known, as_of).hacks {
        let Some(ask) = known.ask(&hack.ask) else { continue };
        let days = hack.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar));
        for area in [Some(None), area_of(ask).map(Some)].into_iter().flatten() {
            let it = areas.entry((ask.to.clone(), area)).or_default();
            it.0.push(hack.ask.clone());
            it.1 += days * kedge_model::Per::Quarter.calendar_days();
        }
    }
    areas
}
