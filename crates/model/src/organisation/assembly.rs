//! Facts put together, and what is wrong with them: an organisation where nothing is.

use super::{Around, Named, Organisation, Scope, Written};
use crate::{Currency, Fact, FactId, Finding, NeedId, Settings, Slug, Team, TeamId, TeamKind, invariants};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Facts put together, right or wrong. Kept, so that after an edit only what it can reach is looked at again.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// Only what nothing is wrong with is handed out.
    organisation: Organisation,
    /// What is wrong, by who wrote it; `None` where the stewards did.
    wrong: BTreeMap<Option<TeamId>, Vec<Finding>>,
    /// Facts that one writer has written twice.
    twice: BTreeMap<Option<TeamId>, Vec<Finding>>,
    /// The currency that every amount must be in.
    currency: Option<Currency>,
}

impl Assembly {
    /// Puts facts together, given in the order of their files.
    pub fn new(scope: Scope, facts: Vec<Fact>) -> Self {
        // Facts of one writer come one after the other, most of the time.
        let mut runs: Vec<(Option<TeamId>, Vec<Fact>)> = Vec::new();
        for fact in facts {
            match runs.last_mut() {
                Some((by, run)) if by.as_ref() == fact.writer() => run.push(fact),
                _ => runs.push((fact.writer().cloned(), vec![fact])),
            }
        }
        let mut by_writer: BTreeMap<Option<TeamId>, Vec<Fact>> = BTreeMap::new();
        for (by, run) in runs {
            by_writer.entry(by).or_default().extend(run);
        }
        let mut twice = BTreeMap::new();
        let settings = settings_in(by_writer.remove(&None).unwrap_or_default(), &mut twice);
        let by_writer: Vec<(TeamId, Vec<Fact>)> =
            by_writer.into_iter().filter_map(|(by, facts)| Some((by?, facts))).collect();
        let written: Vec<(TeamId, Written, Vec<Finding>)> = by_writer
            .into_par_iter()
            .map(|(by, facts)| {
                let mut twice = Vec::new();
                let written = Written::of(facts, |id| twice.push(invariants::written_twice(id)));
                (by, written, twice)
            })
            .collect();
        let mut writers = BTreeMap::new();
        for (by, of_writer, found) in written {
            if !found.is_empty() {
                twice.insert(Some(by.clone()), found);
            }
            writers.insert(by, Arc::new(of_writer));
        }
        Self::of(scope, settings, writers, twice)
    }

    fn of(
        scope: Scope,
        settings: Option<Arc<Settings>>,
        writers: BTreeMap<TeamId, Arc<Written>>,
        twice: BTreeMap<Option<TeamId>, Vec<Finding>>,
    ) -> Self {
        let mut teams: BTreeMap<TeamId, Around> = writers
            .into_iter()
            .filter(|(_, written)| !written.is_empty())
            .map(|(team, written)| (team, Around { written, ..Around::default() }))
            .collect();
        let mut by_name: BTreeMap<TeamId, BTreeSet<TeamId>> = BTreeMap::new();
        for (by, around) in &teams {
            for name in around.written.names().iter().chain([by]) {
                by_name.entry(name.clone()).or_default().insert(by.clone());
            }
        }
        let of_each: Vec<(TeamId, Named)> = by_name
            .into_par_iter()
            .map(|(team, by)| {
                let of_one = named(&teams, &team, by);
                (team, of_one)
            })
            .collect();
        for (team, named) in of_each {
            teams.entry(team).or_default().named = Arc::new(named);
        }
        let council = council_of(&teams);
        let mut organisation = Organisation {
            scope,
            has_settings: settings.is_some(),
            settings: settings.unwrap_or_default(),
            council,
            assumed_teams: Arc::default(),
            teams: Arc::new(teams),
        };
        if scope == Scope::Partial {
            organisation.assume_teams();
        }
        let mut assembly = Self { organisation, wrong: BTreeMap::new(), twice, currency: None };
        assembly.currency = invariants::currency(&assembly.organisation);
        assembly.look_at_settings();
        assembly.look_at(&assembly.organisation.teams.keys().cloned().collect());
        assembly
    }

    /// The same with other facts of some writers, all of each in the order of their files (`None`: the settings).
    pub fn replace(&mut self, facts: BTreeMap<Option<TeamId>, Vec<Fact>>) {
        let mut twice = std::mem::take(&mut self.twice);
        let (mut settings, mut writers) = (None, BTreeMap::new());
        for (by, facts) in facts {
            twice.remove(&by);
            if let Some(by) = by {
                let mut found = Vec::new();
                let written = Written::of(facts, |id| found.push(invariants::written_twice(id)));
                if !found.is_empty() {
                    twice.insert(Some(by.clone()), found);
                }
                writers.insert(by, Arc::new(written));
            } else {
                settings = Some(settings_in(facts, &mut twice));
            }
        }
        let was = &self.organisation;
        if settings.is_some() || was.scope == Scope::Partial {
            // Everything hangs on the settings; in a part, which teams are assumed hangs on every file.
            let all = was.teams.iter().filter(|(_, around)| !around.written.is_empty());
            let mut all: BTreeMap<TeamId, Arc<Written>> =
                all.map(|(team, around)| (team.clone(), around.written.without_assumed())).collect();
            all.extend(writers);
            let settings = settings.unwrap_or_else(|| was.has_settings.then(|| was.settings.clone()));
            *self = Self::of(was.scope, settings, all, twice);
            return;
        }
        self.twice = twice;
        self.replace_writers(writers);
    }

    /// In a whole organisation, with the same settings.
    fn replace_writers(&mut self, writers: BTreeMap<TeamId, Arc<Written>>) {
        let was = self.organisation.clone();
        let mut teams = (*was.teams).clone();
        // Whose own view of what others say about them may be another: those named before or now.
        let mut named_anew: BTreeSet<TeamId> = BTreeSet::new();
        let mut by: BTreeMap<TeamId, BTreeSet<TeamId>> = BTreeMap::new();
        for (team, written) in writers {
            let around = teams.entry(team.clone()).or_default();
            let before = std::mem::replace(&mut around.written, written.clone());
            let own = |written: &Written| (!written.is_empty()).then(|| team.clone());
            for name in before.names().iter().cloned().chain(own(&before)) {
                by_now(&was, &mut by, &name).remove(&team);
                named_anew.insert(name);
            }
            for name in written.names().iter().cloned().chain(own(&written)) {
                by_now(&was, &mut by, &name).insert(team.clone());
                named_anew.insert(name);
            }
            named_anew.insert(team);
        }
        for team in &named_anew {
            let by = std::mem::take(by_now(&was, &mut by, team));
            let named = named(&teams, team, by);
            if named.by.is_empty() && teams.get(team).is_none_or(|around| around.written.is_empty()) {
                teams.remove(team);
            } else {
                teams.entry(team.clone()).or_default().named = Arc::new(named);
            }
        }
        self.organisation.council = council_of(&teams);
        self.organisation.teams = Arc::new(teams);
        let now = &self.organisation;
        let currency = invariants::currency(now);
        let has_team = |organisation: &Organisation, team: &TeamId| organisation.team(team).is_some();
        let other_teams =
            now.written_anew_since(&was).into_iter().any(|it| has_team(now, it) != has_team(&was, it));
        let all_teams = || now.teams.keys().chain(was.teams.keys()).cloned().collect();
        let look_at: BTreeSet<TeamId> = if other_teams || currency != self.currency {
            // A team that is not there is told with the nearest that is; the first currency is the one for all.
            all_teams()
        } else {
            // What is wrong or missing is told with what comes nearest, wherever that is.
            let mut reached = now.reached_since(&was).unwrap_or_else(all_teams);
            reached.extend(self.wrong.keys().flatten().cloned());
            reached.extend(
                was.teams.iter().filter(|(_, it)| !it.broken.is_empty()).map(|(team, _)| team.clone()),
            );
            reached
        };
        self.currency = currency;
        if other_teams {
            self.look_at_settings();
        }
        self.look_at(&look_at);
    }

    fn look_at_settings(&mut self) {
        let found = invariants::of_settings(&self.organisation, self.currency.as_ref());
        self.wrong.remove(&None);
        if !found.is_empty() {
            self.wrong.insert(None, found);
        }
    }

    /// Looks at what some teams have written.
    fn look_at(&mut self, teams: &BTreeSet<TeamId>) {
        let organisation = &self.organisation;
        let seen: Vec<_> = teams
            .par_iter()
            .map(|team| (team, invariants::of_team(organisation, team, self.currency.as_ref())))
            .collect();
        let teams = Arc::make_mut(&mut self.organisation.teams);
        for (team, (found, broken)) in seen {
            let by = Some(team.clone());
            self.wrong.remove(&by);
            if !found.is_empty() {
                self.wrong.insert(by, found);
            }
            if let Some(around) = teams.get_mut(team)
                && !(broken.is_empty() && around.broken.is_empty())
            {
                around.broken = Arc::new(broken);
            }
        }
    }

    /// The organisation, where nothing is wrong.
    pub fn organisation(&self) -> Option<&Organisation> {
        (self.wrong.is_empty() && self.twice.is_empty()).then_some(&self.organisation)
    }

    /// Everything that is wrong.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.twice.values().chain(self.wrong.values()).flatten()
    }

    /// The organisation.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn into_organisation(self) -> Result<Organisation, Vec<Finding>> {
        match self.organisation() {
            Some(_) => Ok(self.organisation),
            None => Err(self.findings().cloned().collect()),
        }
    }
}

impl From<&Organisation> for Assembly {
    fn from(organisation: &Organisation) -> Self {
        let currency = invariants::currency(organisation);
        let organisation = organisation.clone();
        Self { organisation, wrong: BTreeMap::new(), twice: BTreeMap::new(), currency }
    }
}

impl Organisation {
    /// Teams that a lone file names and that have no file of their own.
    fn assume_teams(&mut self) {
        let mut assumed: Vec<(TeamId, TeamKind)> = Vec::new();
        let is_missing = |team: &TeamId| !team.is_council() && self.team(team).is_none();
        let writers = self.teams.iter().filter(|(_, around)| !around.written.is_empty());
        let unnamed = writers.map(|(team, _)| team).filter(|team| is_missing(team));
        assumed.extend(unnamed.map(|team| (team.clone(), TeamKind::Stream)));
        for team in invariants::teams_named(self) {
            if is_missing(&team) && !assumed.iter().any(|(it, _)| *it == team) {
                assumed.push((team, TeamKind::External { kept_by: None, contact: None }));
            }
        }
        let teams = Arc::make_mut(&mut self.teams);
        for (team, kind) in &assumed {
            let around = teams.entry(team.clone()).or_default();
            let written = (*around.written).clone().assuming(Team::new(team.clone(), kind.clone()));
            around.written = Arc::new(written);
        }
        self.assumed_teams = Arc::new(assumed.into_iter().map(|(team, _)| team).collect());
    }
}

fn settings_in(
    facts: Vec<Fact>,
    twice: &mut BTreeMap<Option<TeamId>, Vec<Finding>>,
) -> Option<Arc<Settings>> {
    let mut settings = facts.into_iter().filter_map(|fact| match fact {
        Fact::Settings(settings) => Some(settings),
        _ => None,
    });
    let first = settings.next();
    let more: Vec<Finding> = settings.map(|_| invariants::written_twice(&FactId::Settings)).collect();
    if !more.is_empty() {
        twice.insert(None, more);
    }
    first
}

fn council_of(teams: &BTreeMap<TeamId, Around>) -> Arc<crate::Council> {
    let council = teams.get(&TeamId::council());
    council.and_then(|around| around.written.council.clone()).unwrap_or_default()
}

/// Whose files name a team, while that changes.
fn by_now<'a>(
    was: &Organisation,
    by: &'a mut BTreeMap<TeamId, BTreeSet<TeamId>>,
    team: &TeamId,
) -> &'a mut BTreeSet<TeamId> {
    by.entry(team.clone())
        .or_insert_with(|| was.around(team).map(|around| around.named.by.clone()).unwrap_or_default())
}

/// Whose files name a team.
pub(super) fn names_of(teams: &BTreeMap<TeamId, Around>, team: &TeamId) -> Option<BTreeSet<TeamId>> {
    teams.get(team).map(|around| around.named.by.clone())
}

/// What follows from the files that name a team.
pub(super) fn named(teams: &BTreeMap<TeamId, Around>, team: &TeamId, by: BTreeSet<TeamId>) -> Named {
    let own = teams.get(team).map(|around| &around.written);
    let mut asked = Vec::new();
    let mut joined: BTreeMap<Slug, NeedId> = BTreeMap::new();
    for written in by.iter().filter_map(|by| teams.get(by)).map(|around| &around.written) {
        asked.extend(written.asks_to(team).iter().cloned());
        for (ask, need) in written.joins().iter().filter(|(ask, _)| ask.team() == team) {
            // Only the asked team can say that asks are one.
            if own.and_then(|own| own.asks.get(ask.id())).is_some_and(|ask| ask.to == *need.team()) {
                joined.entry(ask.id().clone()).or_insert_with(|| need.clone());
            }
        }
    }
    Named { by, asked, joined }
}
