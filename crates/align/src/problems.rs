//! Shared problems: what several teams each solve for themselves, in plans and in code, in one list and priced.
//!
//! A problem is found where a proposal states it; where asks of several teams to one team are one need; where their own
//! answers work round one area of one team; and where the code of several teams solves it in several ways. What is about
//! the same asks is one problem. Each is priced, going together against going apart, and ends in a verdict. "Leave these
//! apart" is one, and how many ended there is counted.

mod find;
mod verdict;
mod words;

pub use verdict::Verdict;

use crate::price::{Price, PriceInput, Sampling};
use kedge_model::{AskId, CodeEvidence, Date, Evidence, Organisation, ProposalId, Slug, TeamId};
use serde::Serialize;
use std::collections::BTreeMap;

/// The shared problems of an organisation, as known on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problems {
    /// The day: facts dated later are not known.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Whether duplicates in code were looked for.
    pub code_is_read: bool,
    /// How many ended where.
    pub counts: Counts,
    /// The problems: those first for which one answer saves most, then those that pay from more teams on, those of which
    /// too little is known, and those to be left apart.
    pub problems: Vec<Problem>,
}

/// How many problems ended in which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// One answer takes less than going apart.
    pub pays: u32,
    /// It would with more teams.
    pub pays_from_more: u32,
    /// Too little is known.
    pub not_known: u32,
    /// Going apart takes less.
    pub apart: u32,
    /// Of all these, those that the teams have decided to leave apart.
    pub decided_apart: u32,
}

/// One problem that several teams have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// Its name: its proposal's, else its need's, else its first ask's, else `code/…` with what the code solves.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// Who has it.
    pub teams: Vec<TeamId>,
    /// Where it was found.
    pub found: Vec<Found>,
    /// Proposals that would settle it and are not given up.
    pub proposals: Vec<ProposalId>,
    /// What its proposal has chosen.
    pub chosen: Option<Chosen>,
    /// The ways to one answer, each against going apart.
    pub ways: Vec<Way>,
    /// What follows.
    pub verdict: Verdict,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chosen {
    /// One answer for all: this option.
    Together(Slug),
    /// To be left apart.
    Apart(Slug),
}

/// Where a problem was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Somebody stated it.
    Proposal {
        /// Where.
        proposal: ProposalId,
        /// In these words.
        problem: String,
    },
    /// Several teams ask one team for it.
    Asks {
        /// Who is asked.
        to: TeamId,
        /// The asks.
        asks: Vec<AskId>,
        /// Why they are one.
        because: String,
    },
    /// A team has an answer of its own, or plans one.
    OwnAnswer {
        /// Who.
        team: TeamId,
        /// The ask that it stands in for.
        ask: AskId,
        /// Its kind, in the word of the plan language.
        kind: &'static str,
        /// What people call it.
        name: String,
        /// Whether it is there.
        state: AnswerState,
    },
    /// The code solves it in several ways.
    Code {
        /// The teams by solution.
        solutions: BTreeMap<String, Vec<TeamId>>,
        /// Places that show it.
        shown_by: Vec<Evidence>,
    },
}

/// How far a team's own answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerState {
    /// In place, since this day.
    Live(Date),
    /// Being made.
    UnderWay,
    /// What it would do.
    Planned,
}

/// One answer for all, against going apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Way {
    /// Its name: an option's; `ask` where the asked team would do what is asked, once for all.
    pub id: String,
    /// What it is, in words.
    pub what: String,
    /// Whether it is what is asked of a team already, and no option of a proposal.
    pub is_asked: bool,
    /// What it takes.
    pub priced: Priced,
}

/// Whether there is enough to name a price.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priced {
    /// There is.
    Known(Box<Price>),
    /// These figures are stated nowhere, and follow from nothing that is.
    Missing(Vec<PriceInput>),
}

impl Priced {
    /// The price, where there is one.
    pub fn price(&self) -> Option<&Price> {
        match self {
            Self::Known(price) => Some(price),
            Self::Missing(_) => None,
        }
    }
}

/// The shared problems of an organisation as it was known on `as_of`, with what surveys of its code found, where there are
/// any.
pub fn problems(
    organisation: &Organisation,
    evidence: Option<&CodeEvidence>,
    as_of: Date,
    sampling: Sampling,
) -> Problems {
    let mut problems = find::every(organisation, evidence, sampling);
    problems.sort_by(|a, b| {
        let place = |it: &Problem| it.verdict.place();
        let saves = |it: &Problem| it.best().map_or(0.0, |(_, price)| price.saving.mean.0);
        place(a).cmp(&place(b)).then_with(|| saves(b).total_cmp(&saves(a))).then_with(|| a.id.cmp(&b.id))
    });
    let mut counts = Counts::default();
    for problem in &problems {
        match problem.verdict {
            Verdict::Pays { .. } => counts.pays += 1,
            Verdict::PaysFrom { .. } => counts.pays_from_more += 1,
            Verdict::NotKnown { .. } => counts.not_known += 1,
            Verdict::Apart => counts.apart += 1,
        }
        counts.decided_apart += u32::from(matches!(problem.chosen, Some(Chosen::Apart(_))));
    }
    let code_is_read = evidence.is_some_and(|it| !it.not_read.contains(&kedge_model::CodePart::Duplicates));
    Problems { as_of, seed: sampling.seed, code_is_read, counts, problems }
}

impl Problems {
    /// The problem of this name, or the one that a proposal or an ask of this name is about.
    pub fn problem(&self, name: &str) -> Option<&Problem> {
        let by_id = self.problems.iter().find(|problem| problem.id == name);
        by_id.or_else(|| self.problems.iter().find(|problem| problem.is_about(name)))
    }
}

impl Problem {
    /// The way that saves most, with its price: the chosen one where there is one.
    pub fn best(&self) -> Option<(&Way, &Price)> {
        let priced = || self.ways.iter().filter_map(|way| Some((way, way.priced.price()?)));
        if let Some(Chosen::Together(chosen)) = &self.chosen
            && let Some(it) = priced().find(|(way, _)| way.id == chosen.as_str())
        {
            return Some(it);
        }
        priced().fold(None, |best: Option<(&Way, &Price)>, it| match best {
            Some(best) if best.1.saving.mean >= it.1.saving.mean => Some(best),
            _ => Some(it),
        })
    }

    /// Whether it ended in "leave these apart": the teams have chosen so, or going apart takes less.
    pub fn is_left_apart(&self) -> bool {
        matches!(self.chosen, Some(Chosen::Apart(_))) || self.verdict == Verdict::Apart
    }

    fn is_about(&self, name: &str) -> bool {
        self.proposals.iter().any(|proposal| proposal.to_string() == name)
            || self.found.iter().any(|found| match found {
                Found::Asks { asks, .. } => asks.iter().any(|ask| ask.to_string() == name),
                Found::OwnAnswer { ask, .. } => ask.to_string() == name,
                Found::Proposal { .. } | Found::Code { .. } => false,
            })
    }
}
