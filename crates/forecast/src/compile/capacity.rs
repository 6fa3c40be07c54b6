//! How many people a team has on a day: its own, less absences and loans, and those who are lent to it.
//!
//! - A team's people are as stated in `people`, or the shares of its persons from their first day to their last. Where
//!   the number is stated, it stands whoever is listed.
//! - A person away for a share of their time is missing by that share, and so is a person lent. Who is both lent and
//!   away is missing where they are lent to.
//! - A task force has exactly the people that donors lend it, from its first day to its last.
//! - On its holidays a team has nobody. An absence of the whole team takes its share of all who are there; people lent
//!   to another team keep the days of that team.

use kedge_model::{Absence, Date, Loan, Organisation, PersonId, Team, TeamId, TeamKind};
use std::collections::{BTreeMap, BTreeSet};

/// People over time, for every team of an organisation.
pub(super) struct Capacity<'o> {
    organisation: &'o Organisation,
    /// When each person is away, whoever wrote it.
    away: BTreeMap<&'o PersonId, Vec<&'o Absence>>,
    /// What each person lends of their time.
    lent: BTreeMap<&'o PersonId, Vec<&'o Loan>>,
    /// What each team is lent.
    borrowed: BTreeMap<&'o TeamId, Vec<&'o Loan>>,
    /// The people of each team who are away or lent at some time.
    moving: BTreeMap<&'o TeamId, BTreeSet<&'o PersonId>>,
}

impl<'o> Capacity<'o> {
    pub(super) fn new(organisation: &'o Organisation) -> Capacity<'o> {
        let mut capacity = Capacity {
            organisation,
            away: BTreeMap::new(),
            lent: BTreeMap::new(),
            borrowed: BTreeMap::new(),
            moving: BTreeMap::new(),
        };
        for team in organisation.teams() {
            for absence in &team.absences {
                if let Some(who) = &absence.who {
                    capacity.away.entry(who).or_default().push(absence);
                }
            }
            // Consent is the donor's: nobody lends the people of another team.
            for loan in team.loans.iter().filter(|loan| *loan.who.team() == team.id) {
                capacity.lent.entry(&loan.who).or_default().push(loan);
                capacity.borrowed.entry(&loan.to).or_default().push(loan);
            }
        }
        for who in capacity.away.keys().chain(capacity.lent.keys()) {
            capacity.moving.entry(who.team()).or_default().insert(who);
        }
        capacity
    }

    /// How many people work in the team on a day; `None` where nobody says.
    pub(super) fn people(&self, team: &Team, date: Date) -> Option<f64> {
        let own = match &team.kind {
            TeamKind::TaskForce(force) if date < force.starts || date > force.ends => return Some(0.0),
            TeamKind::TaskForce(_) => 0.0,
            _ => self.own(team, date)?,
        };
        if team.holidays.contains(&date) {
            return Some(0.0);
        }
        let borrowed = self.borrowed.get(&team.id).into_iter().flatten();
        let borrowed: f64 = borrowed.map(|loan| self.loan(loan, date)).sum();
        let away = team.absences.iter().filter(|absence| absence.who.is_none());
        let away = shares(away.map(|absence| (absence.from, absence.until, absence.share.get())), date);
        let people = (own + borrowed) * (1.0 - away);
        // Sums of tenths are a hair above or below whole people.
        Some((people.max(0.0) * 1e9).round() / 1e9)
    }

    /// The team's own people who are neither away nor lent.
    fn own(&self, team: &Team, date: Date) -> Option<f64> {
        let id = |name| PersonId::new(team.id.clone(), name);
        if let Some(stated) = team.stated_people {
            let missing: f64 = self
                .moving(team)
                .map(|who| self.share(who, date) * (1.0 - self.present(who, date) * self.kept(who, date)))
                .sum();
            return Some((f64::from(stated) - missing).max(0.0));
        }
        if team.persons.is_empty() {
            return None;
        }
        let persons = team.persons.keys().map(|name| id(name.clone()));
        Some(
            persons
                .map(|who| self.share(&who, date) * self.present(&who, date) * self.kept(&who, date))
                .sum(),
        )
    }

    /// The share of a person's time that is the team's on a day at all; one of whom nothing more is said counts whole.
    fn share(&self, who: &PersonId, date: Date) -> f64 {
        let person = self.organisation.team(who.team()).and_then(|team| team.persons.get(who.id()));
        let Some(person) = person else { return 1.0 };
        let there =
            person.from.is_none_or(|from| date >= from) && person.until.is_none_or(|until| date <= until);
        if there { person.share.get() } else { 0.0 }
    }

    /// The share of that time in which they are not away.
    fn present(&self, who: &PersonId, date: Date) -> f64 {
        let away = self.away.get(who).into_iter().flatten();
        1.0 - shares(away.map(|absence| (absence.from, absence.until, absence.share.get())), date)
    }

    /// The share of that time that is not lent.
    fn kept(&self, who: &PersonId, date: Date) -> f64 {
        1.0 - self.lending(who, date).min(1.0)
    }

    fn lending(&self, who: &PersonId, date: Date) -> f64 {
        let loans = self.lent.get(who).into_iter().flatten();
        loans.filter(|loan| loan.from <= date && date <= loan.until).map(|loan| loan.share.get()).sum()
    }

    /// What a loan brings: nobody can be lent more than once over, so that loans beyond a whole person share them.
    fn loan(&self, loan: &Loan, date: Date) -> f64 {
        if date < loan.from || date > loan.until {
            return 0.0;
        }
        let whole = self.lending(&loan.who, date).max(1.0);
        self.share(&loan.who, date) * self.present(&loan.who, date) * loan.share.get() / whole
    }

    /// The days after `first` on which the number of a team's people may change.
    pub(super) fn changes(&self, team: &Team, first: Date) -> Vec<Date> {
        let mut spans: Vec<(Option<Date>, Option<Date>)> = Vec::new();
        spans.extend(team.holidays.iter().map(|&day| (Some(day), Some(day))));
        spans.extend(team.absences.iter().map(|absence| (Some(absence.from), Some(absence.until))));
        spans.extend(team.persons.values().map(|person| (person.from, person.until)));
        if let TeamKind::TaskForce(force) = &team.kind {
            spans.push((Some(force.starts), Some(force.ends)));
        }
        let borrowed = self.borrowed.get(&team.id).into_iter().flatten().map(|loan| &loan.who);
        let mut people: Vec<&PersonId> = borrowed.chain(self.moving(team)).collect();
        people.sort_unstable();
        people.dedup();
        for who in people {
            let away = self.away.get(who).into_iter().flatten();
            spans.extend(away.map(|absence| (Some(absence.from), Some(absence.until))));
            let lent = self.lent.get(who).into_iter().flatten();
            spans.extend(lent.map(|loan| (Some(loan.from), Some(loan.until))));
            let listed = self.organisation.team(who.team()).and_then(|team| team.persons.get(who.id()));
            spans.extend(listed.map(|person| (person.from, person.until)));
        }
        let edges = spans.into_iter().flat_map(|(from, until)| [from, until.map(|last| last.plus_days(1))]);
        let mut days: Vec<Date> = edges.flatten().filter(|&day| day > first).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The team's people who are away or lent at some time.
    fn moving(&self, team: &Team) -> impl Iterator<Item = &'o PersonId> {
        self.moving.get(&team.id).into_iter().flatten().copied()
    }
}

/// The sum of the shares whose span holds the day, at most one.
fn shares(spans: impl Iterator<Item = (Date, Date, f64)>, date: Date) -> f64 {
    spans.filter(|&(from, until, _)| from <= date && date <= until).map(|span| span.2).sum::<f64>().min(1.0)
}
