//! Finding problems, and which of what was found is one.

use super::{AnswerState, Chosen, Found, Priced, Problem, Verdict, Way};
use crate::price::{
    PriceInput, Sampling, Term, TermAmount, Terms, is_own_answer, of_option, own_answer, price, taken,
};
use kedge_decide::similar::Vocabulary;
use kedge_decide::{Joined, same_needs};
use kedge_model::{
    Ask, AskId, AskState, CodeEvidence, Effort, Fallback, NeedId, NeedRelation, Organisation, Proposal,
    SolutionKind, SolvedTwice, TeamId, TeamKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// Every problem, in no order.
pub(super) fn every(
    organisation: &Organisation,
    evidence: Option<&CodeEvidence>,
    sampling: Sampling,
) -> Vec<Problem> {
    let proposals: Vec<&Proposal> =
        organisation.proposals().filter(|proposal| proposal.retired.is_none()).collect();
    let groups = groups(organisation);
    let code: Vec<&SolvedTwice> =
        evidence.into_iter().flat_map(|it| &it.problems).filter(|problem| is_shared(problem)).collect();
    let in_hand: Vec<Option<usize>> = in_hand(&code, &proposals);
    let count = own_teams(organisation);
    let mut problems: Vec<Problem> = Vec::new();
    for (at, proposal) in proposals.iter().enumerate() {
        let mut found =
            vec![Found::Proposal { proposal: proposal.id.clone(), problem: proposal.problem.clone() }];
        let about = groups.iter().filter(|group| group.is_settled_by(proposal));
        let mut asks: BTreeSet<&AskId> = proposal.settles.iter().collect();
        for group in about {
            found.push(group.found());
            asks.extend(&group.asks);
        }
        found.extend(own_answers(organisation, asks));
        let in_code = code.iter().zip(&in_hand).filter(|(_, hand)| **hand == Some(at));
        found.extend(in_code.map(|(solved, _)| in_code_found(solved)));
        let ways = options(organisation, proposal, sampling);
        problems.push(Problem {
            id: proposal.id.to_string(),
            title: proposal.title.clone(),
            teams: teams(proposal.adopters.iter().chain(found_teams(&found))),
            found,
            proposals: vec![proposal.id.clone()],
            chosen: chosen(proposal),
            ..judged(ways, chosen(proposal), count)
        });
    }
    for group in &groups {
        if proposals.iter().any(|proposal| group.is_settled_by(proposal)) {
            continue;
        }
        let mut found = vec![group.found()];
        found.extend(own_answers(organisation, group.asks.iter().collect()));
        problems.push(Problem {
            id: group.name(),
            title: group.title(organisation),
            teams: teams(group.asks.iter().map(AskId::team)),
            found,
            ..judged(vec![asked_once(organisation, group, sampling)], None, count)
        });
    }
    for (solved, hand) in code.iter().zip(&in_hand) {
        if hand.is_none() {
            problems.push(Problem {
                id: format!("code/{}", slug(&solved.problem)),
                title: solved.problem.clone(),
                teams: teams(solved.solutions.values().flatten()),
                found: vec![in_code_found(solved)],
                ..judged(Vec::new(), None, count)
            });
        }
    }
    problems
}

/// A problem of which nothing is told but its ways and what follows from them.
fn judged(ways: Vec<Way>, chosen: Option<Chosen>, teams: usize) -> Problem {
    let mut problem = Problem {
        id: String::new(),
        title: String::new(),
        teams: Vec::new(),
        found: Vec::new(),
        proposals: Vec::new(),
        chosen,
        ways,
        verdict: Verdict::Apart,
    };
    problem.verdict = Verdict::of(problem.best().map(|(way, _)| way), &problem.ways, teams);
    problem
}

fn chosen(proposal: &Proposal) -> Option<Chosen> {
    let (id, option) = proposal.options.get_key_value(proposal.chosen.as_ref()?)?;
    Some(match option.kind {
        SolutionKind::Apart => Chosen::Apart(id.clone()),
        _ => Chosen::Together(id.clone()),
    })
}

/// How many teams the organisation has that could adopt anything.
fn own_teams(organisation: &Organisation) -> usize {
    organisation.teams().filter(|team| !matches!(team.kind, TeamKind::External { .. })).count()
}

fn teams<'a>(teams: impl Iterator<Item = &'a TeamId>) -> Vec<TeamId> {
    teams.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

fn found_teams(found: &[Found]) -> Vec<&TeamId> {
    let of = |found: &&Found| matches!(found, Found::OwnAnswer { .. } | Found::Asks { .. });
    found
        .iter()
        .filter(of)
        .flat_map(|found| match found {
            Found::OwnAnswer { team, .. } => vec![team],
            Found::Asks { asks, .. } => asks.iter().map(AskId::team).collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// Asks of several teams to one team that are one problem.
struct Group {
    to: TeamId,
    asks: Vec<AskId>,
    because: String,
    need: Option<NeedId>,
}

impl Group {
    fn is_settled_by(&self, proposal: &Proposal) -> bool {
        proposal.settles.iter().any(|ask| self.asks.contains(ask))
    }

    fn name(&self) -> String {
        match (&self.need, self.asks.first()) {
            (Some(need), _) => need.to_string(),
            (None, Some(ask)) => ask.to_string(),
            (None, None) => String::new(),
        }
    }

    fn title(&self, organisation: &Organisation) -> String {
        let need = self.need.as_ref().and_then(|need| organisation.need(need)).map(|need| need.what.clone());
        let ask = || self.asks.first().and_then(|ask| organisation.ask(ask)).map(|ask| ask.what.clone());
        need.or_else(ask).unwrap_or_default()
    }

    fn found(&self) -> Found {
        Found::Asks { to: self.to.clone(), asks: self.asks.clone(), because: self.because.clone() }
    }
}

/// Asks that still count: not withdrawn, and either not landed or with an own answer in place that stands in for it.
fn counts(organisation: &Organisation, ask: &Ask) -> bool {
    let is_open_plan = organisation.plan(&ask.plan).is_none_or(|plan| plan.closed.is_none());
    let state = organisation.ask_state(ask);
    let stands_in = ask.fallbacks.iter().any(|fallback| is_own_answer(fallback) && fallback.is_live());
    !matches!(state, AskState::Withdrawn { .. }) && (stands_in || (is_open_plan && !state.is_open()))
}

fn groups(organisation: &Organisation) -> Vec<Group> {
    let mut groups = Vec::new();
    for team in organisation.teams() {
        let asks: Vec<&Ask> = organisation
            .asked_of(&team.id)
            .iter()
            .filter_map(|ask| organisation.ask(ask))
            .filter(|ask| counts(organisation, ask))
            .collect();
        let kept_apart: Vec<&[AskId]> = organisation
            .needs_of(&team.id)
            .filter_map(|need| match &need.relation {
                NeedRelation::KeepsApart(asks) => Some(asks.as_slice()),
                NeedRelation::Joins(_) => None,
            })
            .collect();
        let mut of_team: Vec<Group> = same_needs(organisation, &team.id, asks.iter().copied())
            .into_iter()
            .map(|same| {
                let (because, need) = match &same.joined {
                    Joined::Alone => (String::new(), None),
                    Joined::Said { need, on, .. } => {
                        (format!("{} said so on {on}", team.id), Some(need.clone()))
                    }
                    Joined::Reads { by } => {
                        (by.first().map(kedge_decide::Likeness::why).unwrap_or_default(), None)
                    }
                };
                Group { to: team.id.clone(), asks: same.asks, because, need }
            })
            .collect();
        join_by_area(organisation, &mut of_team, &kept_apart);
        groups.extend(
            of_team
                .into_iter()
                .filter(|group| group.asks.iter().map(AskId::team).collect::<BTreeSet<_>>().len() >= 2),
        );
    }
    groups
}

/// Joins what works round the same area of the same team: own answers that were taken and whose asks name one area. What
/// the asked team keeps apart stays so.
fn join_by_area(organisation: &Organisation, groups: &mut Vec<Group>, kept_apart: &[&[AskId]]) {
    let area_of = |group: &Group| {
        group.asks.iter().filter_map(|ask| organisation.ask(ask)).find_map(|ask| {
            taken(ask)?;
            Some(ask.area.as_ref()?.trim().to_lowercase())
        })
    };
    let mut first_in: BTreeMap<String, usize> = BTreeMap::new();
    let mut joined: Vec<Group> = Vec::new();
    for group in groups.drain(..) {
        let Some(area) = area_of(&group) else {
            joined.push(group);
            continue;
        };
        let into = first_in.get(&area).copied().and_then(|at| joined.get_mut(at));
        let may = |into: &Group| {
            let both = |asks: &&[AskId]| {
                into.asks.iter().any(|ask| asks.contains(ask))
                    && group.asks.iter().any(|ask| asks.contains(ask))
            };
            !kept_apart.iter().any(both)
        };
        match into {
            Some(into) if may(into) => {
                if into.because.is_empty() {
                    into.because = format!("each has an answer of its own for {area} of {}", into.to);
                }
                into.need = into.need.take().or(group.need);
                into.asks.extend(group.asks);
                into.asks.sort();
            }
            Some(_) => joined.push(group),
            None => {
                first_in.insert(area, joined.len());
                joined.push(group);
            }
        }
    }
    *groups = joined;
}

/// What teams have of their own for these asks, or plan.
fn own_answers(organisation: &Organisation, asks: BTreeSet<&AskId>) -> Vec<Found> {
    let answer = |ask: &Ask, fallback: &Fallback| Found::OwnAnswer {
        team: ask.id.team().clone(),
        ask: ask.id.clone(),
        kind: fallback.kind.word(),
        name: fallback.name().to_owned(),
        state: match fallback.live {
            Some(since) => AnswerState::Live(since),
            None if fallback.is_running() => AnswerState::UnderWay,
            None => AnswerState::Planned,
        },
    };
    let asks = asks.into_iter().filter_map(|ask| organisation.ask(ask));
    asks.filter_map(|ask| Some(answer(ask, own_answer(ask)?))).collect()
}

fn options(organisation: &Organisation, proposal: &Proposal, sampling: Sampling) -> Vec<Way> {
    let together = proposal.options.iter().filter(|(_, option)| option.kind != SolutionKind::Apart);
    together
        .map(|(id, option)| Way {
            id: id.to_string(),
            what: option.what.clone().unwrap_or_else(|| id.to_string()),
            is_asked: false,
            priced: priced(of_option(organisation, proposal, id, option), organisation, sampling),
        })
        .collect()
}

fn priced(terms: Result<Terms, Vec<PriceInput>>, organisation: &Organisation, sampling: Sampling) -> Priced {
    match terms {
        Ok(terms) => Priced::Known(Box::new(price(&terms, organisation.settings(), sampling))),
        Err(missing) => Priced::Missing(missing),
    }
}

/// The asked team does what is asked, once for all who ask.
fn asked_once(organisation: &Organisation, group: &Group, sampling: Sampling) -> Way {
    let settings = organisation.settings();
    let asks: Vec<&Ask> = group.asks.iter().filter_map(|ask| organisation.ask(ask)).collect();
    let adopters = teams(asks.iter().map(|ask| ask.id.team()));
    let mut terms = Terms::new(group.name(), group.to.clone(), adopters, settings);
    let need = group.need.as_ref().and_then(|need| organisation.need(need));
    let mean = |effort: &Effort| kedge_decide::mean_days(effort, settings).0;
    // As the forecast reads joined asks: the asked team's estimate, else the largest guess of those who ask.
    let guess = || {
        let guesses = asks
            .iter()
            .filter_map(|ask| Some((ask.effort.as_ref()?, format!("{}’s guess, {}", ask.id.team(), ask.id))));
        guesses.max_by(|a, b| mean(a.0).total_cmp(&mean(b.0)))
    };
    let build = need
        .and_then(|need| Some((need.effort.as_ref()?, format!("{}’s estimate, {}", group.to, need.id))))
        .or_else(guess);
    terms.add(build.map(|(effort, said)| Term::stated(PriceInput::Build, TermAmount::once(effort), said)));
    for ask in &asks {
        if let Some(fallback) = own_answer(ask) {
            terms.add_own_answer(ask, fallback);
        }
    }
    Way {
        id: "ask".into(),
        what: format!("{} does it once for all who ask", group.to),
        is_asked: true,
        priced: priced(terms.complete(true, settings), organisation, sampling),
    }
}

/// Whether several teams' code solves it in several ways.
fn is_shared(solved: &SolvedTwice) -> bool {
    solved.solutions.len() >= 2 && solved.solutions.values().flatten().collect::<BTreeSet<_>>().len() >= 2
}

fn in_code_found(solved: &SolvedTwice) -> Found {
    Found::Code { solutions: solved.solutions.clone(), shown_by: solved.shown_by.clone() }
}

/// For each problem in code the proposal that is about it: one between at least two of its teams that has a telling word of
/// it in its title or its problem.
fn in_hand(code: &[&SolvedTwice], proposals: &[&Proposal]) -> Vec<Option<usize>> {
    let mut vocabulary = Vocabulary::default();
    let texts: Vec<_> = proposals
        .iter()
        .map(|proposal| vocabulary.words(&format!("{} {}", proposal.title, proposal.problem)))
        .collect();
    code.iter()
        .map(|solved| {
            let words = vocabulary.words(&solved.problem);
            let teams: BTreeSet<&TeamId> = solved.solutions.values().flatten().collect();
            proposals.iter().zip(&texts).position(|(proposal, text)| {
                let takes_part =
                    |team: &&&TeamId| proposal.id.team() == **team || proposal.adopters.contains(team);
                teams.iter().filter(takes_part).count() >= 2 && words.common_with(text).next().is_some()
            })
        })
        .collect()
}

/// A name made of words: `HTTP clients` is `http-clients`.
fn slug(text: &str) -> String {
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
