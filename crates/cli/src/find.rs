//! What a name typed on the command line means: `team/id`, or a bare id where only one thing has it.

use crate::failure::Failure;
use kedge_model::{
    About, AskId, DatasetId, Need, NeedRelation, Organisation, OutcomeId, PlanId, ProposalId, Reference,
    SignedThing, TeamId, WorkId, nearest,
};

/// Work or an outcome.
pub(crate) enum Thing {
    Work(WorkId),
    Outcome(OutcomeId),
    Ask(AskId),
}

fn one<'a>(
    noun: &str,
    name: &str,
    known: &(impl Iterator<Item = &'a Reference> + Clone),
) -> Result<Reference, Failure> {
    let exact: Vec<&Reference> =
        known.clone().filter(|it| it.to_string() == name || it.id.as_str() == name).collect();
    match exact[..] {
        [only] => return Ok(only.clone()),
        [] => {}
        _ => {
            let all: Vec<String> = exact.iter().map(ToString::to_string).collect();
            return Err(Failure::new(format!("several {noun}s are called `{name}`: {}", all.join(", ")))
                .hint(format!("say which: {}", all[0])));
        }
    }
    let names: Vec<String> = known.clone().map(ToString::to_string).collect();
    let by_bare = |bare: &str| known.clone().find(|it| it.id.as_str() == bare).map(ToString::to_string);
    let failure = Failure::new(format!("there is no {noun} `{name}`"));
    let near = nearest(name, names.iter().map(String::as_str))
        .map(str::to_owned)
        .or_else(|| nearest(name, known.clone().map(|it| it.id.as_str())).and_then(by_bare));
    Err(match near {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None if names.is_empty() => failure.hint(format!("this organisation has no {noun}s yet")),
        None => failure.hint(format!("there are: {}", shortened(&names))),
    })
}

fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} … ({} in all)", names.len()) } else { shown }
}

pub(crate) fn ask(organisation: &Organisation, name: &str) -> Result<AskId, Failure> {
    one("ask", name, &organisation.asks().map(|it| it.id.reference())).map(AskId::from)
}

/// The need of this name, where no ask is called so.
pub(crate) fn need<'a>(organisation: &'a Organisation, name: &str) -> Option<&'a Need> {
    let is_ask = organisation.asks().any(|ask| ask.id.to_string() == name || ask.id.id().as_str() == name);
    let mut named = organisation.teams().flat_map(|team| organisation.needs_of(&team.id)).filter(|need| {
        matches!(need.relation, NeedRelation::Joins(_))
            && (need.id.to_string() == name || need.id.id().as_str() == name)
    });
    named.next().filter(|_| !is_ask && named.next().is_none())
}

pub(crate) fn plan(organisation: &Organisation, name: &str) -> Result<PlanId, Failure> {
    one("plan", name, &organisation.plans().map(|it| it.id.reference())).map(PlanId::from)
}

/// A plan or an ask, `plan team/name` and `ask team/name` where both are called so.
pub(crate) fn commented(organisation: &Organisation, name: &str) -> Result<About, Failure> {
    if let Ok(about) = name.parse::<About>() {
        return match &about {
            About::Plan(id) => plan(organisation, &id.to_string()).map(About::Plan),
            About::Ask(id) => ask(organisation, &id.to_string()).map(About::Ask),
        };
    }
    let plans = organisation.plans().map(|it| it.id.reference());
    let asks = organisation.asks().map(|it| it.id.reference());
    let all: Vec<&Reference> = plans.chain(asks).collect();
    let mut distinct = all.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let found = one("plan or ask", name, &distinct.into_iter())?;
    let (plan, ask) = (PlanId::from(found.clone()), AskId::from(found));
    match (organisation.plan(&plan), organisation.ask(&ask)) {
        (Some(_), Some(_)) => Err(Failure::new(format!("a plan and an ask are called `{name}`"))
            .hint(format!("say which: \"plan {plan}\" or \"ask {ask}\""))),
        (Some(_), None) => Ok(About::Plan(plan)),
        _ => Ok(About::Ask(ask)),
    }
}

/// A plan, or the plan of an outcome: tables of outcomes are where people copy names from.
pub(crate) fn plan_or_outcome(organisation: &Organisation, name: &str) -> Result<PlanId, Failure> {
    plan(organisation, name).or_else(|failure| {
        let known = organisation.outcomes().map(|it| it.id.reference());
        let outcome = one("outcome", name, &known).ok().map(OutcomeId::from);
        outcome.and_then(|id| Some(organisation.outcome(&id)?.plan.clone())).ok_or(failure)
    })
}

pub(crate) fn dataset(organisation: &Organisation, name: &str) -> Result<DatasetId, Failure> {
    one("dataset", name, &organisation.datasets().map(|it| it.id.reference())).map(DatasetId::from)
}

/// A proposal, or a dataset with a contract.
pub(crate) fn signed_thing(organisation: &Organisation, name: &str) -> Result<SignedThing, Failure> {
    let proposals = organisation.proposals().map(|it| it.id.reference());
    let datasets = organisation.datasets().filter(|it| it.contract.is_some()).map(|it| it.id.reference());
    let all: Vec<&Reference> = proposals.chain(datasets).collect();
    let found = one("proposal or contract", name, &all.into_iter())?;
    let proposal = ProposalId::from(found.clone());
    Ok(if organisation.proposal(&proposal).is_some() {
        SignedThing::Proposal(proposal)
    } else {
        SignedThing::Contract(DatasetId::from(found))
    })
}

pub(crate) fn team(organisation: &Organisation, name: &str) -> Result<TeamId, Failure> {
    let known = || organisation.teams().map(|it| it.id.as_str());
    known().find(|known| *known == name).map_or_else(
        || {
            let failure = Failure::new(format!("there is no team `{name}`"));
            Err(match nearest(name, known()) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure,
            })
        },
        |name| Ok(name.parse::<TeamId>()?),
    )
}

/// A team, or the council.
pub(crate) fn team_or_council(organisation: &Organisation, name: &str) -> Result<TeamId, Failure> {
    if name == TeamId::council().as_str() { Ok(TeamId::council()) } else { team(organisation, name) }
}

pub(crate) fn thing(organisation: &Organisation, name: &str) -> Result<Thing, Failure> {
    let work = organisation.work().map(|it| it.id.reference());
    let outcomes = organisation.outcomes().map(|it| it.id.reference());
    let asks = organisation.asks().map(|it| it.id.reference());
    let all: Vec<&Reference> = work.chain(outcomes).chain(asks).collect();
    let found = one("work item, outcome or ask", name, &all.into_iter())?;
    let work = WorkId::from(found.clone());
    let outcome = OutcomeId::from(found.clone());
    Ok(if organisation.work_item(&work).is_some() {
        Thing::Work(work)
    } else if organisation.outcome(&outcome).is_some() {
        Thing::Outcome(outcome)
    } else {
        Thing::Ask(AskId::from(found))
    })
}
