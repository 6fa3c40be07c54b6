//! The council: what it ranks, where confidence ends, who runs the programs, who has nothing left, and which values wait to
//! be confirmed.

mod moving;

pub use moving::{CouncilMoved, CouncilMoving, council_moved, move_ranked};

use crate::effort::days_left;
use crate::sentence::team_name;
use kedge_floor::Standing;
use kedge_forecast::{Chance, Forecast, Policy};
use kedge_model::{
    AskId, Date, Initiative, InitiativeId, InitiativeKind, Money, Organisation, OutcomeId, PersonId,
    PriceRate, Reference, Role, Share, Team, TeamId, TeamKind, Work, Worth, listed,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// The council's first so many, that no team should be wholly taken by (rubick.com/product-council).
const FIRST: usize = 3;

/// A team is taken whole from this part of its planned effort. Our own: one day in twenty is no freedom.
const WHOLE: f64 = 0.95;

/// What the council ranks, and what it should know when it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Council {
    /// The day: facts dated later are not known.
    pub as_of: Date,
    /// What it ranks, in its order.
    pub ranked: Vec<Ranked>,
    /// The chance from which something counts as on time: the organisation's `confidence`.
    pub confidence: Share,
    /// How many of the first are likely to be on time, one after the other, before one is not: the line is drawn behind
    /// them. `None` without a forecast.
    pub confident: Option<usize>,
    /// Initiatives with something to come that it does not rank, by name.
    pub unranked: Vec<InitiativeId>,
    /// The ranked programs that have something to come.
    pub programs: Vec<InitiativeId>,
    /// Who can run one.
    pub managers: Vec<PersonId>,
    /// Teams of which nearly all that they plan is for two or three of the first three initiatives.
    pub consumed: Vec<Consumed>,
    /// Values that nobody has confirmed, the largest first.
    pub claims: Vec<Claim>,
}

/// Something that the council ranks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// Its place, from 1.
    pub place: usize,
    /// Its name.
    pub name: Reference,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: RankedKind,
    /// Its outcomes to come; of an ask those that wait for it.
    pub outcomes: Vec<RankedOutcome>,
    /// Value a week of those whose value is confirmed.
    pub confirmed: Money,
    /// Value a week of those whose value is a claim.
    pub claimed: Money,
    /// The chance of its least likely outcome to be on time, every plan as planned: it as a whole is no likelier. `None`
    /// where none can be dated, or without a forecast.
    pub on_time: Option<Chance>,
    /// Who runs it across teams.
    pub program_manager: Option<PersonId>,
    /// Who answers for it.
    pub sponsor: Option<PersonId>,
}

/// What can be ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankedKind {
    /// Many teams under one name.
    Program,
    /// One that is protected.
    CriticalProject,
    /// An ask: the council's yes.
    Ask,
}

/// An outcome of something ranked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedOutcome {
    /// Which.
    pub outcome: OutcomeId,
    /// What it is worth, where anybody said.
    pub worth: Option<Worth>,
    /// Its due day.
    pub due: Option<Date>,
    /// The chance that it is live by then, its plan as planned.
    pub on_time: Option<Chance>,
}

/// A team that the first three initiatives take whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Consumed {
    /// Which.
    pub team: TeamId,
    /// By which of them.
    pub by: Vec<InitiativeId>,
    /// The part of what it has left to do.
    pub part: f64,
    /// Asks to it that wait.
    pub asked: usize,
}

/// A value that nobody has confirmed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// The outcome.
    pub outcome: OutcomeId,
    /// What people call it.
    pub title: String,
    /// What its team claims.
    pub value: PriceRate,
    /// Its stakeholder.
    pub stakeholder: Option<PersonId>,
    /// Who may confirm it: the stakeholder where that is somebody of another team, else a stakeholder in the council.
    pub who: Option<PersonId>,
    /// The command that does.
    pub command: String,
}

/// The council's view on the evening of `as_of`. `organisation` is [`Organisation::known_on`]`(as_of)`.
pub fn council(
    organisation: &Organisation,
    standing: &Standing,
    forecast: Option<&Forecast>,
    as_of: Date,
) -> Council {
    let rank = &organisation.council().rank;
    let ranked: Vec<Ranked> = rank
        .iter()
        .enumerate()
        .map(|(at, name)| ranked(organisation, standing, forecast, at + 1, name))
        .collect();
    let confidence = organisation.settings().confidence;
    let confident = forecast.map(|_| {
        let falls = |it: &&Ranked| it.on_time.is_some_and(|chance| chance.share.get() < confidence.get());
        let first = ranked.iter().find(falls);
        first.map_or(ranked.len(), |it| it.place - 1)
    });
    let in_order = ranked_initiatives(organisation);
    let unranked = organisation
        .initiatives()
        .filter(|it| is_to_come(organisation, it) && organisation.council_rank(it.id.reference()).is_none());
    let programs = in_order.iter().filter(|it| it.kind == InitiativeKind::Program);
    Council {
        as_of,
        confidence,
        confident,
        unranked: unranked.map(|it| it.id.clone()).collect(),
        programs: programs.map(|it| it.id.clone()).collect(),
        managers: program_managers(organisation).into_iter().collect(),
        consumed: consumed(organisation, as_of),
        claims: claims(organisation),
        ranked,
    }
}

impl Council {
    /// The answer in a sentence.
    pub fn headline(&self) -> String {
        let count = self.ranked.len();
        let things = |count: usize| if count == 1 { "thing".into() } else { format!("{count} things") };
        match self.confident {
            _ if count == 0 => "The council ranks nothing.".into(),
            Some(confident) if confident == count && self.ranked.iter().any(|it| it.on_time.is_some()) => {
                if count == 1 {
                    "The one thing that the council ranks is likely to be on time.".into()
                } else {
                    format!("All {count} things that the council ranks are likely to be on time.")
                }
            }
            Some(0) => format!(
                "Confidence ends before the first of {count} ranked {}.",
                if count == 1 { "thing" } else { "things" }
            ),
            Some(confident) if confident < count => {
                format!("Confidence ends after number {confident} of {count} ranked things.")
            }
            _ => {
                format!("The council ranks {}.", if count == 1 { "one thing".into() } else { things(count) })
            }
        }
    }

    /// How many programs too many are ranked for those who can run one.
    pub fn programs_too_many(&self) -> usize {
        self.programs.len().saturating_sub(self.managers.len())
    }
}

fn ranked(
    organisation: &Organisation,
    standing: &Standing,
    forecast: Option<&Forecast>,
    place: usize,
    name: &Reference,
) -> Ranked {
    let initiative = organisation.initiative(&InitiativeId::from(name.clone()));
    let ask = AskId::from(name.clone());
    let outcomes: Vec<OutcomeId> = if let Some(initiative) = initiative {
        initiative.outcomes.clone()
    } else {
        let holding = standing.outcomes.iter().filter(|it| it.holds.iter().any(|hold| hold.ask == ask));
        holding.map(|it| it.outcome.clone()).collect()
    };
    let outcomes: Vec<RankedOutcome> = outcomes
        .into_iter()
        .filter(|id| outcome_to_come(organisation, id))
        .map(|id| {
            let outcome = organisation.outcome(&id);
            let on_time = outcome.and_then(|outcome| {
                let planned = forecast?.plan(&outcome.plan)?.policy(Policy::AsPlanned)?;
                planned.outcomes.iter().find(|it| it.outcome == id)?.by_due
            });
            RankedOutcome {
                worth: outcome.and_then(|outcome| organisation.worth(outcome)),
                due: outcome.and_then(|outcome| organisation.due(outcome)),
                on_time,
                outcome: id,
            }
        })
        .collect();
    let sum = |confirmed: bool| {
        let worth = outcomes.iter().filter_map(|it| it.worth).filter(|worth| worth.confirmed == confirmed);
        worth.map(|worth| worth.a_week).sum()
    };
    let least = outcomes.iter().filter_map(|it| it.on_time);
    let least = least.reduce(|least, other| if other.share < least.share { other } else { least });
    Ranked {
        place,
        name: name.clone(),
        title: match (initiative, organisation.ask(&ask)) {
            (Some(initiative), _) => initiative.title.clone(),
            (None, Some(ask)) => ask.what.clone(),
            (None, None) => name.to_string(),
        },
        kind: match initiative.map(|it| it.kind) {
            Some(InitiativeKind::Program) => RankedKind::Program,
            Some(InitiativeKind::CriticalProject) => RankedKind::CriticalProject,
            None => RankedKind::Ask,
        },
        confirmed: sum(true),
        claimed: sum(false),
        on_time: least,
        program_manager: initiative.and_then(|it| it.program_manager.clone()),
        sponsor: initiative.and_then(|it| it.sponsor.clone()),
        outcomes,
    }
}

fn outcome_to_come(organisation: &Organisation, id: &OutcomeId) -> bool {
    organisation.outcome(id).is_none_or(|outcome| {
        let open = organisation.plan(&outcome.plan).is_none_or(|plan| plan.closed.is_none());
        outcome.live.is_none() && outcome.dropped.is_none() && open
    })
}

/// Whether any of its outcomes is still to come.
fn is_to_come(organisation: &Organisation, initiative: &Initiative) -> bool {
    initiative.outcomes.iter().any(|outcome| outcome_to_come(organisation, outcome))
}

/// The initiatives with something to come that the council ranks, in its order.
fn ranked_initiatives(organisation: &Organisation) -> Vec<&Initiative> {
    let open = organisation.initiatives().filter(|it| is_to_come(organisation, it));
    let mut ranked: Vec<(usize, &Initiative)> =
        open.filter_map(|it| Some((organisation.council_rank(it.id.reference())?, it))).collect();
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, it)| it).collect()
}

/// Everybody who has the role of a program manager, or runs an initiative.
pub fn program_managers(organisation: &Organisation) -> BTreeSet<PersonId> {
    let mut managers: BTreeSet<PersonId> =
        organisation.initiatives().filter_map(|it| it.program_manager.clone()).collect();
    let council = TeamId::council();
    let teams = organisation.teams().filter(|team| is_own(organisation, team));
    let people = teams.map(|team| (&team.id, &team.persons));
    for (team, persons) in people.chain([(&council, &organisation.council().persons)]) {
        let role = persons.iter().filter(|(_, person)| person.roles.contains(&Role::ProgramManager));
        managers.extend(role.map(|(id, _)| PersonId::new(team.clone(), id.clone())));
    }
    managers
}

fn is_own(organisation: &Organisation, team: &Team) -> bool {
    !matches!(team.kind, TeamKind::External { .. }) && !organisation.assumed_teams().contains(&team.id)
}

/// The teams of which nearly all that they plan is for two or three of the council's first three initiatives. One that is
/// wholly on one initiative has one aim, and task forces are there for one: they are left out.
pub fn consumed(organisation: &Organisation, as_of: Date) -> Vec<Consumed> {
    let first: Vec<&Initiative> = ranked_initiatives(organisation).into_iter().take(FIRST).collect();
    let teams: BTreeSet<&TeamId> = first.iter().flat_map(|it| &it.outcomes).map(OutcomeId::team).collect();
    let teams = teams.into_iter().filter_map(|team| organisation.team(team));
    teams
        .filter(|team| is_own(organisation, team) && !matches!(team.kind, TeamKind::TaskForce(_)))
        .filter_map(|team| {
            let own = |it: &OutcomeId| it.team() == &team.id && outcome_to_come(organisation, it);
            let by: Vec<InitiativeId> =
                first.iter().filter(|it| it.outcomes.iter().any(own)).map(|it| it.id.clone()).collect();
            let part = taken(organisation, &team.id, &first);
            let asks = organisation.asked_of(&team.id).iter().filter_map(|ask| organisation.ask(ask));
            let asked = asks.filter(|ask| crate::queue::is_in_play(organisation, ask, as_of)).count();
            (by.len() > 1 && part >= WHOLE).then(|| Consumed { team: team.id.clone(), by, part, asked })
        })
        .collect()
}

/// The part of what a team has left to do that is for these initiatives, 0 to 1: of its effort, of its items where an effort
/// is missing, of its outcomes where it plans no items.
fn taken(organisation: &Organisation, team: &TeamId, first: &[&Initiative]) -> f64 {
    let is_theirs = |outcome: &OutcomeId| first.iter().any(|it| it.outcomes.contains(outcome));
    let plans = || organisation.plans_of(team).filter(|plan| plan.closed.is_none());
    let to_do: Vec<&Work> = plans()
        .flat_map(|plan| &organisation.parts(&plan.id).work)
        .filter_map(|id| organisation.work_item(id))
        .filter(|work| work.done.is_none() && work.dropped.is_none())
        .collect();
    if to_do.is_empty() {
        let mut outcomes = plans()
            .flat_map(|plan| &organisation.parts(&plan.id).outcomes)
            .filter(|outcome| outcome_to_come(organisation, outcome));
        return if outcomes.all(is_theirs) { 1.0 } else { 0.0 };
    }
    let settings = organisation.settings();
    let in_days = to_do.iter().all(|work| days_left(work, settings).is_some());
    let size = |work: &Work| if in_days { days_left(work, settings).map_or(0.0, |days| days.0) } else { 1.0 };
    let whole: f64 = to_do.iter().map(|work| size(work)).sum();
    let taken: f64 =
        to_do.iter().filter(|work| work.serves.iter().any(is_theirs)).map(|work| size(work)).sum();
    if whole > 0.0 { taken / whole } else { 1.0 }
}

/// The values that teams claim and nobody has confirmed, the largest first.
fn claims(organisation: &Organisation) -> Vec<Claim> {
    let council = &organisation.council().persons;
    let in_council = council.iter().find(|(_, person)| person.roles.contains(&Role::Stakeholder));
    let in_council = in_council.map(|(id, _)| PersonId::new(TeamId::council(), id.clone()));
    let mut claims: Vec<Claim> = organisation
        .outcomes()
        .filter(|outcome| outcome_to_come(organisation, &outcome.id))
        .filter(|outcome| organisation.confirmation(&outcome.id).is_none())
        .filter_map(|outcome| {
            let value = outcome.claim.clone()?;
            let apart = outcome.stakeholder.clone().filter(|who| who.team() != outcome.id.team());
            let who = apart.or_else(|| in_council.clone());
            let by =
                who.as_ref().map_or_else(|| " --who TEAM/PERSON".to_owned(), |who| format!(" --who {who}"));
            let command = format!("kedge confirm {} --value {value}{by}", outcome.id);
            let stakeholder = outcome.stakeholder.clone();
            let title = outcome.name().to_owned();
            Some(Claim { outcome: outcome.id.clone(), title, value, stakeholder, who, command })
        })
        .collect();
    claims.sort_by(|a, b| {
        let worth = |claim: &Claim| claim.value.a_week().amount();
        worth(b).total_cmp(&worth(a)).then_with(|| a.outcome.cmp(&b.outcome))
    });
    claims
}

/// `Payments is wholly taken by peak and doorstep`, with what that leaves of it.
pub fn consumed_in_words(organisation: &Organisation, consumed: &Consumed) -> String {
    let by: Vec<String> = consumed
        .by
        .iter()
        .map(|id| organisation.initiative(id).map_or_else(|| id.to_string(), |it| format!("“{}”", it.title)))
        .collect();
    let asked = match consumed.asked {
        0 => "nobody else asks it for anything".to_owned(),
        1 => "one ask to it waits".to_owned(),
        count => format!("{count} asks to it wait"),
    };
    format!(
        "{:.0} % of what {} has left to do is for {}; {asked}",
        consumed.part * 100.0,
        team_name(organisation, &consumed.team),
        listed(by)
    )
}
