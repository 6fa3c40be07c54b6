//! Goals and teams become facts: what of each, under which names, and whose plan a goal is.

use super::goal::{Goal, Task, TeamAsk, stem};
use super::teams::{ListedTeam, Teams, team_id};
use crate::{Draft, RowNotTaken};
use kedge_model::{
    Ask, AskId, Date, Meta, Outcome, OutcomeId, Period, Plan, PlanId, Slug, Team, TeamId, TeamKind, Work,
    WorkId,
};
use std::collections::{BTreeMap, BTreeSet};

/// The team of goals whose owners' memberships decide nothing.
const CONTRIBUTORS: &str = "contributors";

/// How the names of a team's other files begin: `data.kedge.toml` is no plan.
const NOT_PLANS: [&str; 5] = ["team", "answers", "data", "proposal", "council"];

/// The longest part of a name that is made from a task, in characters; whole words only.
const WORDS: usize = 48;

/// Adds everything to a draft that holds what was not taken so far.
pub(super) fn draft(goals: &[Goal], teams: &Teams, draft: &mut Draft) {
    let mut names = Names::default();
    let mut asked: BTreeMap<TeamId, Vec<String>> = BTreeMap::new();
    let mut plans = Vec::new();
    let mut unowned = false;
    let mut own_asks = Vec::new();
    let resolved: Vec<Vec<(&TeamAsk, TeamId)>> =
        goals.iter().map(|goal| asked_teams(goal, teams, draft)).collect();
    for (goal, asks) in goals.iter().zip(&resolved) {
        for (ask, id) in asks {
            let place = format!("{}:{}", goal.file, ask.line);
            asked.entry(id.clone()).or_default().push(place);
        }
    }
    let contributors = contributors(|id| teams.get(id).is_some() || asked.contains_key(id));

    for (goal, resolved) in goals.iter().zip(&resolved) {
        let owner = match owning_team(goal, teams) {
            Some(team) if resolved.iter().any(|(_, asked)| asked == &team) => {
                own_asks.push((goal.file.clone(), team));
                None
            }
            team => team,
        };
        unowned |= owner.is_none();
        let team = owner.unwrap_or_else(|| contributors.clone());
        plans.push(PlanFacts::of(goal, &team, resolved, teams, &mut names));
    }

    let is_listed = |id: &TeamId| teams.get(id).is_some();
    if unowned || asked.keys().any(|id| !is_listed(id)) {
        let mut team = Team::new(contributors.clone(), TeamKind::Stream);
        team.title = Some("Contributors".to_owned());
        team.meta.origin = Some("rust-goals: owners of goals who share no team".to_owned());
        draft.changes.push(team.into());
    }
    let mut unlisted = Vec::new();
    for team in teams.iter().filter(|team| team.is_working() || asked.contains_key(&team.id)) {
        draft.changes.push(listed(team).into());
    }
    for (id, places) in asked.iter().filter(|(id, _)| !is_listed(id)) {
        let first = places.first().map_or("", String::as_str);
        let mut team =
            Team::new(id.clone(), TeamKind::External { kept_by: Some(contributors.clone()), contact: None });
        team.meta.origin = Some(format!("rust-goals: asked of {id}"));
        draft.changes.push(team.into());
        unlisted.push(format!("`{id}` (first in {first})"));
    }
    for plan in plans {
        plan.put(draft);
    }

    if teams.iter().next().is_none() && !unlisted.is_empty() {
        draft
            .notes
            .push("No list of teams was given, so every team that is asked is taken as external.".to_owned());
    } else if !unlisted.is_empty() {
        draft.notes.push(format!(
            "Asked, but not in the list of teams, and so taken as external: {}.",
            unlisted.join(", ")
        ));
    }
    if !own_asks.is_empty() {
        let goals: Vec<String> = own_asks.iter().map(|(file, team)| format!("{file} ({team})")).collect();
        draft.notes.push(format!(
            "Their owners share a team, but ask it for support, so they are plans of {contributors}: {}.",
            goals.join(", ")
        ));
    }
    let timeless = goals.iter().filter(|goal| period(goal).is_none()).map(|goal| goal.file.as_str());
    let timeless: Vec<&str> = timeless.collect();
    if !timeless.is_empty() {
        draft.notes.push(format!(
            "In no folder that names a period (`2025h2`, `2026`), so their plans have none: {}.",
            timeless.join(", ")
        ));
    }
}

/// What a goal asks, and of which team. A team that cannot be named is a row not taken.
fn asked_teams<'g>(goal: &'g Goal, teams: &Teams, draft: &mut Draft) -> Vec<(&'g TeamAsk, TeamId)> {
    let mut asks = Vec::new();
    for ask in &goal.asks {
        let listed = teams.find(&ask.team.0).map(|team| team.id.clone());
        if let Some(id) = listed.or_else(|| team_id(&ask.team.0)) {
            asks.push((ask, id));
        } else {
            let reason = "names a team that has neither a letter nor a digit";
            draft.rows_not_taken.push(RowNotTaken::new(&goal.file, ask.line, &ask.team.0, reason));
        }
    }
    asks
}

/// The name of the team for goals that no team owns: one that no team has which is listed or asked.
fn contributors(is_taken: impl Fn(&TeamId) -> bool) -> TeamId {
    let more = (2_u64..).map(|number| format!("{CONTRIBUTORS}-to-goals-{number}"));
    [CONTRIBUTORS.to_owned(), format!("{CONTRIBUTORS}-to-goals")]
        .into_iter()
        .chain(more)
        .filter_map(|name| team_id(&name))
        .find(|id| !is_taken(id))
        .unwrap_or_else(TeamId::council)
}

/// The team whose plan a goal is, where the membership of its owners decides it: everybody who owns the goal or one of
/// its tasks is in one and the same working team, and in no other together, unless it lies within that one.
///
/// One owner's only team would say little: a member of the clippy team may well plan work on the compiler.
fn owning_team(goal: &Goal, teams: &Teams) -> Option<TeamId> {
    if goal.points_of_contact().is_empty() || goal.tasks.iter().any(|task| task.owners.is_open()) {
        return None;
    }
    let owners: BTreeSet<String> = goal
        .points_of_contact()
        .iter()
        .chain(goal.tasks.iter().flat_map(|task| &task.owners.handles))
        .map(|handle| handle.to_ascii_lowercase())
        .collect();
    if owners.len() < 2 {
        return None;
    }
    let shared: BTreeSet<TeamId> = owners
        .iter()
        .map(|handle| teams.of_account(handle).cloned().collect::<BTreeSet<TeamId>>())
        .reduce(|one, other| one.intersection(&other).cloned().collect())?;
    shared.iter().find(|top| shared.iter().all(|team| teams.is_within(team, top))).cloned()
}

/// A team of the list.
///
/// Kedge's kinds say what a team is for; the list's kinds say how it is governed. No kind but `stream` can be had
/// without facts that the list lacks (a task force's initiative and end, a community's member teams), so every listed
/// team is a stream. Members are kept as handles: as persons they would count as capacity, and volunteers' hours are
/// not known.
fn listed(team: &ListedTeam) -> Team {
    let mut fact = Team::new(team.id.clone(), TeamKind::Stream);
    fact.title.clone_from(&team.title);
    fact.channel.clone_from(&team.channel);
    fact.handles.clone_from(&team.handles);
    fact.meta.origin = Some(team.file.clone());
    fact.meta.see = team.page.iter().cloned().collect();
    fact
}

/// Everything that one goal becomes.
struct PlanFacts {
    plan: Plan,
    outcome: Outcome,
    work: Vec<Work>,
    asks: Vec<Ask>,
}

impl PlanFacts {
    fn of(goal: &Goal, team: &TeamId, asks: &[(&TeamAsk, TeamId)], teams: &Teams, names: &mut Names) -> Self {
        let folder = folder(&goal.file);
        let base = match folder.filter(|folder| period_of(folder).is_some()) {
            Some(folder) => format!("{}-{folder}", stem(&goal.file)),
            None => stem(&goal.file).to_owned(),
        };
        let name = names.plan(&base);
        let id = PlanId::new(team.clone(), name.clone());
        let outcome_id = OutcomeId::new(team.clone(), names.item(team, &name, ""));
        let title = Some(goal.title.clone());
        // Not by lines: they move with every edit above them, and an origin is how a fact is found again.
        let origin = |row: &str| match row {
            "" => Some(goal.file.clone()),
            row => Some(format!("{}#{row}", goal.file)),
        };

        let mut see: Vec<String> = Vec::new();
        let contacts = goal.points_of_contact().iter().map(|handle| account(handle));
        for link in goal.see().map(str::to_owned).chain(contacts) {
            if !see.contains(&link) {
                see.push(link);
            }
        }
        let plan = Plan {
            title: title.clone(),
            period: period(goal),
            meta: Meta { see, origin: origin(""), ..Meta::default() },
            ..Plan::new(id.clone())
        };
        let outcome = Outcome {
            title,
            meta: Meta { origin: origin(""), ..Meta::default() },
            ..Outcome::new(outcome_id.clone(), id.clone())
        };
        let work = goal.tasks.iter().map(|task| Work {
            title: Some(task.name.to_string()),
            serves: vec![outcome_id.clone()],
            meta: Meta {
                see: seen_from(task, teams),
                origin: origin(&task.name.to_string()),
                ..Meta::default()
            },
            ..Work::new(WorkId::new(team.clone(), names.item(team, &name, &task.name.title)), id.clone())
        });
        let work = work.collect();
        let asks = asks.iter().map(|(ask, to)| {
            let (words, row) = match &ask.task {
                Some(task) => (format!("{to} {}", task.title), format!("{to}: {task}")),
                None => (to.to_string(), to.to_string()),
            };
            Ask {
                gates: vec![outcome_id.reference().clone()],
                meta: Meta { see: ask.links.clone(), origin: origin(&row), ..Meta::default() },
                ..Ask::new(
                    AskId::new(team.clone(), names.item(team, &name, &words)),
                    id.clone(),
                    to.clone(),
                    what(ask),
                )
            }
        });
        let asks = asks.collect();
        Self { plan, outcome, work, asks }
    }

    fn put(self, draft: &mut Draft) {
        draft.changes.push(self.plan.into());
        draft.changes.push(self.outcome.into());
        draft.changes.extend(self.work.into_iter().map(Into::into));
        draft.changes.extend(self.asks.into_iter().map(Into::into));
    }
}

/// What an ask asks for, in the row's own words. A support level is how much the goal hopes for, never an effort.
fn what(ask: &TeamAsk) -> String {
    let head = match (&ask.task, &ask.level) {
        (Some(task), _) => task.to_string(),
        (None, Some(level)) => format!("{level} support"),
        (None, None) => return ask.note.clone(),
    };
    if ask.note.is_empty() { head } else { format!("{head}: {}", ask.note) }
}

/// A task's links, and its owners: `who` would need them as persons, which would count as capacity.
/// A team written like an account, `@wg-parallel-rustc`, has no page under that name.
fn seen_from(task: &Task, teams: &Teams) -> Vec<String> {
    let mut see = task.links.clone();
    for link in
        task.owners.handles.iter().filter(|handle| teams.find(handle).is_none()).map(|handle| account(handle))
    {
        if !see.contains(&link) {
            see.push(link);
        }
    }
    see
}

fn account(handle: &str) -> String {
    format!("https://github.com/{handle}")
}

/// The folder that a file lies in.
fn folder(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).nth(1)
}

/// The days that a goal is for: what its `Timespan` says (`2026-2028`), else what the name of its folder says.
fn period(goal: &Goal) -> Option<Period> {
    let stated = goal.field("timespan").and_then(|field| period_of(field.value.trim()));
    stated.or_else(|| folder(&goal.file).and_then(period_of))
}

/// Reads `2025h2`, `2026` and `2026-2028`.
fn period_of(name: &str) -> Option<Period> {
    let year = |text: &str| {
        (text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit()))
            .then(|| text.parse::<i16>().ok())
            .flatten()
    };
    let days = |from: i16, first: i8, until: i16, last: (i8, i8)| {
        Period::new(Date::new(from, first, 1)?, Date::new(until, last.0, last.1)?)
    };
    if let Some(year) = year(name) {
        return days(year, 1, year, (12, 31));
    }
    if let Some((from, until)) = name.split_once(['-', '–']) {
        return days(year(from.trim())?, 1, year(until.trim())?, (12, 31));
    }
    let (start, half) = name.split_at_checked(4)?;
    match half {
        "h1" | "H1" => days(year(start)?, 1, year(start)?, (6, 30)),
        "h2" | "H2" => days(year(start)?, 7, year(start)?, (12, 31)),
        _ => None,
    }
}

/// Names that are free, the same at every import of the same source.
#[derive(Default)]
struct Names {
    plans: Free,
    items: BTreeMap<TeamId, Free>,
}

impl Names {
    /// A plan's name, its own across all teams, so that a goal keeps it when its team changes.
    fn plan(&mut self, base: &str) -> Slug {
        let slug = Slug::from_title(base);
        let clashes = |slug: &Slug| NOT_PLANS.iter().any(|start| slug.as_str().starts_with(start));
        match slug {
            Some(slug) if clashes(&slug) => self.plans.take(&format!("goal-{slug}")),
            _ => self.plans.take(base),
        }
    }

    /// The name of something within a plan. Outcomes, work and asks draw from one pool, since `gates` names any.
    fn item(&mut self, team: &TeamId, plan: &Slug, words: &str) -> Slug {
        let mut base = plan.to_string();
        if let Some(words) = Slug::from_title(words) {
            let mut room = WORDS;
            for word in words.as_str().split('-') {
                let Some(left) = room.checked_sub(word.len() + 1) else { break };
                room = left;
                base.push('-');
                base.push_str(word);
            }
        }
        self.items.entry(team.clone()).or_default().take(&base)
    }
}

/// A pool of names.
#[derive(Default)]
struct Free {
    taken: BTreeSet<Slug>,
    /// The number that was last put behind a name.
    last: BTreeMap<Slug, u64>,
}

impl Free {
    /// Takes the first of `base`, `base-2`, `base-3` … that is not taken; `goal` where `base` has no letter or digit.
    fn take(&mut self, base: &str) -> Slug {
        // Leaves room for a number.
        let short: String =
            Slug::from_title(base).map_or_else(String::new, |slug| slug.as_str().chars().take(85).collect());
        let name = Slug::from_title(&short).or_else(|| Slug::new("goal").ok()).expect("`goal` is a name");
        let mut slug = name.clone();
        while !self.taken.insert(slug.clone()) {
            let number = self.last.entry(name.clone()).or_insert(1);
            *number += 1;
            slug = Slug::from_title(&format!("{name}-{number}")).expect("a name with a number is a name");
        }
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_what_the_folder_says() {
        let days = |name: &str| period_of(name).map(|period| format!("{} {}", period.from(), period.until()));
        assert_eq!(days("2025h2").as_deref(), Some("2025-07-01 2025-12-31"));
        assert_eq!(days("2024H1").as_deref(), Some("2024-01-01 2024-06-30"));
        assert_eq!(days("2026").as_deref(), Some("2026-01-01 2026-12-31"));
        assert_eq!(days("2026-2028").as_deref(), Some("2026-01-01 2028-12-31"));
        for name in ["drafts", "2026h3", "", "202", "2028-2026", "20260", "２０２６"] {
            assert_eq!(days(name), None, "{name}");
        }
    }

    #[test]
    fn names_never_clash_and_never_read_as_another_file() {
        let mut names = Names::default();
        assert_eq!(names.plan("data-races-2026").as_str(), "goal-data-races-2026");
        let plan = names.plan("Own It");
        assert_eq!(plan.as_str(), "own-it");
        assert_eq!(names.plan("own_it").as_str(), "own-it-2");
        let team = team_id("lang").expect("a team");
        assert_eq!(names.item(&team, &plan, "").as_str(), "own-it");
        assert_eq!(names.item(&team, &plan, "Do it!").as_str(), "own-it-do-it");
        assert_eq!(names.item(&team, &plan, "do it").as_str(), "own-it-do-it-2");
        let long = "word ".repeat(60);
        assert!(names.item(&team, &plan, &long).as_str().len() <= plan.as_str().len() + WORDS);
    }
}
