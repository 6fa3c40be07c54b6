//! The figures of a price, gathered from what was written: a team's own first, then the proposal's, then published ratios.

use super::Means;
use super::ratio::Reuse;
use super::term::{Amount, PriceInput, Term};
use kedge_model::{
    Ask, AskId, Effort, EffortRate, Fallback, FallbackKind, Organisation, Proposal, Settings, Signature,
    SignedThing, Signs, Slug, SolutionKind, SolutionOption, TeamId, WorkDays,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a team has last said to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joining {
    /// It wrote it.
    Author,
    /// It signed.
    Signed,
    /// It is considering it.
    Considering,
    /// It said nothing.
    Silent,
    /// It declined, or left it.
    Declined,
}

/// All figures of one price.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What it is the price of, by name: part of the identity of its draws.
    pub(crate) scope: String,
    /// Who builds it.
    pub(crate) builder: TeamId,
    /// Who adopts it, in the order of the proposal.
    pub(crate) adopters: Vec<TeamId>,
    /// What each of them has said.
    pub(crate) joining: BTreeMap<TeamId, Joining>,
    pub(crate) figures: Vec<Term>,
    /// What nobody said, and what is counted as nothing.
    pub(crate) unsaid: Vec<PriceInput>,
    /// How long upkeep is counted, in calendar days.
    pub(crate) horizon: f64,
}

impl Terms {
    /// Nothing yet, for these adopters.
    pub(crate) fn new(scope: String, builder: TeamId, adopters: Vec<TeamId>, settings: &Settings) -> Self {
        Self {
            scope,
            builder,
            joining: BTreeMap::new(),
            adopters,
            figures: Vec::new(),
            unsaid: Vec::new(),
            horizon: settings.horizon.days(&settings.calendar).0 / settings.calendar.days_a_week() * 7.0,
        }
    }

    /// The adopters who wrote or signed it.
    pub(crate) fn signed(&self) -> impl Iterator<Item = &TeamId> {
        let is_in =
            |team: &&TeamId| matches!(self.joining.get(*team), Some(Joining::Author | Joining::Signed));
        self.adopters.iter().filter(is_in)
    }

    /// The same with some of the adopters alone.
    pub(crate) fn with_only(&self, teams: &[TeamId]) -> Self {
        let stays = |term: &&Term| match &term.input {
            PriceInput::Adopt(team) | PriceInput::Alone(team) | PriceInput::Upkeep(team) => {
                teams.contains(team)
            }
            _ => true,
        };
        Self {
            adopters: teams.to_vec(),
            figures: self.figures.iter().filter(stays).cloned().collect(),
            ..self.clone()
        }
    }

    fn of(&self, input: &PriceInput) -> Option<&Term> {
        self.figures.iter().find(|term| term.input == *input)
    }

    pub(crate) fn add(&mut self, term: Option<Term>) {
        self.figures.extend(term);
    }

    /// Fills in by the published ratios what follows from what is there: building from the largest of going alone, going
    /// alone from building, adopting from going alone; keeping a shared one from the largest upkeep where nobody says how it
    /// is kept and `keeping` is set.
    ///
    /// # Errors
    /// What is missing, where neither building nor anybody's going alone is stated.
    pub(crate) fn complete(mut self, keeping: bool, settings: &Settings) -> Result<Self, Vec<PriceInput>> {
        let mean = |term: &Term| super::mean(term, settings, self.horizon);
        let largest =
            |input: &dyn Fn(TeamId) -> PriceInput| {
                let stated = self.adopters.iter().filter_map(|team| self.of(&input(team.clone())));
                let some = stated.filter(|term| !matches!(term.amount, Amount::Nothing));
                some.fold(None, |best: Option<&Term>, term| {
                    if best.is_some_and(|best| mean(best) >= mean(term)) { best } else { Some(term) }
                })
            };
        let mut more: Vec<Term> = Vec::new();
        let build = match self.of(&PriceInput::Build) {
            Some(build) => Some(build.clone()),
            None => largest(&PriceInput::Alone)
                .and_then(|alone| Term::by_ratio(PriceInput::Build, alone, Reuse::SHARED)),
        };
        if self.of(&PriceInput::Build).is_none() {
            more.extend(build.clone());
        }
        if keeping && self.of(&PriceInput::Maintain).is_none() {
            let upkeep = largest(&PriceInput::Upkeep);
            more.extend(upkeep.and_then(|it| Term::by_ratio(PriceInput::Maintain, it, Reuse::SHARED)));
        }
        let mut missing = Vec::new();
        for team in &self.adopters {
            let alone = match self.of(&PriceInput::Alone(team.clone())) {
                Some(alone) => Some(alone.clone()),
                None => build.as_ref().and_then(|build| {
                    // Building that was itself worked out is as much as the largest of going alone.
                    let reuse = if build.is_stated() { Reuse::ONCE } else { Reuse::NONE };
                    Term::by_ratio(PriceInput::Alone(team.clone()), build, reuse)
                }),
            };
            let Some(alone) = alone else {
                missing.push(PriceInput::Alone(team.clone()));
                continue;
            };
            if self.of(&alone.input).is_none() {
                more.push(alone.clone());
            }
            let adopt = PriceInput::Adopt(team.clone());
            if self.of(&adopt).is_some() {
                continue;
            }
            if self.builder == *team {
                more.push(Term::stated(adopt, Amount::Nothing, "who writes it has it"));
                continue;
            }
            let reuse = match &alone.amount {
                Amount::Once { reuse, .. } if *reuse == Reuse::ONCE => Reuse::ADOPTED_FROM_SHARED,
                _ => Reuse::ADOPTED,
            };
            let from_build = || Term::by_ratio(adopt.clone(), build.as_ref()?, Reuse::ADOPTED_FROM_SHARED);
            match Term::by_ratio(adopt.clone(), &alone, reuse).or_else(from_build) {
                Some(term) => more.push(term),
                None => missing.push(adopt),
            }
        }
        if build.is_none() {
            missing.insert(0, PriceInput::Build);
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        self.figures.extend(more);
        for input in [PriceInput::Maintain, PriceInput::Coordinate] {
            if self.of(&input).is_none() {
                self.unsaid.push(input);
            }
        }
        for team in &self.adopters {
            let upkeep = PriceInput::Upkeep(team.clone());
            if self.of(&upkeep).is_none() {
                self.unsaid.push(upkeep);
            }
        }
        self.figures.sort_by(|a, b| a.input.cmp(&b.input));
        Ok(self)
    }
}

/// What a team has said to a proposal, and the price that it last stated for itself.
struct Own<'a> {
    joining: Joining,
    adopt: Option<&'a Signature>,
    alone: Option<&'a Signature>,
}

fn own<'a>(organisation: &'a Organisation, proposal: &Proposal, team: &TeamId) -> Own<'a> {
    let log = organisation.signature_log(&SignedThing::Proposal(proposal.id.clone()), team);
    let entries = || log.into_iter().flat_map(|log| &log.entries);
    let latest =
        |has: fn(&Signature) -> bool| entries().filter(|entry| has(entry)).max_by_key(|entry| entry.on);
    let joining = match latest(|_| true) {
        Some(entry) if entry.retired.is_some() || entry.says == Signs::Declined => Joining::Declined,
        _ if proposal.id.team() == team => Joining::Author,
        Some(entry) if entry.says == Signs::Signed => Joining::Signed,
        Some(_) => Joining::Considering,
        None => Joining::Silent,
    };
    Own {
        joining,
        adopt: latest(|entry| entry.adopt.is_some()),
        alone: latest(|entry| entry.alone.is_some()),
    }
}

/// The team's own answer to an ask that it made itself or is making: what it has, and where that is written.
pub(crate) fn taken(ask: &Ask) -> Option<&Fallback> {
    let own = |fallback: &&Fallback| is_own_answer(fallback);
    ask.fallbacks.iter().filter(own).find(|fallback| fallback.is_live() || fallback.is_running())
}

/// The team's own answer to an ask, taken or planned.
pub(crate) fn own_answer(ask: &Ask) -> Option<&Fallback> {
    taken(ask).or_else(|| {
        let over = |fallback: &&Fallback| fallback.migrated.is_some() || fallback.stopped.is_some();
        ask.fallbacks.iter().find(|fallback| is_own_answer(fallback) && !over(fallback))
    })
}

/// Whether it is an answer of its own to what was asked for: worked round, made again or bought.
pub(crate) fn is_own_answer(fallback: &Fallback) -> bool {
    matches!(fallback.kind, FallbackKind::Hack | FallbackKind::Recreate | FallbackKind::Buy(_))
}

impl Terms {
    /// What the team's own answer to an ask takes: nothing more to make where it is there, what is left where it is under
    /// way.
    pub(crate) fn add_own_answer(&mut self, ask: &Ask, fallback: &Fallback) {
        let team = ask.id.team();
        let named = format!("`{}`, {} of {}", fallback.name(), fallback.kind.word(), ask.id);
        let (amount, said) = if let Some(live) = fallback.live {
            (Some(Amount::Nothing), format!("{named}: in place since {live}"))
        } else if let Some(left) = fallback.left.as_ref().filter(|_| fallback.is_running()) {
            (Some(Amount::once(&left.effort)), format!("{named}: what is left of it"))
        } else {
            (fallback.create.as_ref().map(Amount::once), named.clone())
        };
        let alone = PriceInput::Alone(team.clone());
        if self.of(&alone).is_none() {
            self.add(amount.map(|amount| Term::stated(alone, amount, said)));
        }
        let upkeep = PriceInput::Upkeep(team.clone());
        if let Some(rate) = fallback.maintain.filter(|_| self.of(&upkeep).is_none()) {
            self.add(Some(Term::stated(upkeep, Amount::living(rate), named.clone())));
        }
        let adopt = PriceInput::Adopt(team.clone());
        if let Some(migrate) =
            fallback.migrate.as_ref().filter(|_| fallback.is_live() && self.of(&adopt).is_none())
        {
            self.add(Some(Term::stated(adopt, Amount::once(migrate), format!("{named}: leaving it"))));
        }
    }
}

/// The figures of one option of a proposal against going apart, without those that nobody stated.
fn stated(organisation: &Organisation, proposal: &Proposal, id: &Slug, option: &SolutionOption) -> Terms {
    let settings = organisation.settings();
    let apart = proposal.options.iter().find(|(_, option)| option.kind == SolutionKind::Apart);
    let said: BTreeMap<TeamId, Own<'_>> =
        proposal.adopters.iter().map(|team| (team.clone(), own(organisation, proposal, team))).collect();
    let takes_part = |team: &&TeamId| said.get(*team).is_some_and(|own| own.joining != Joining::Declined);
    let adopters: Vec<TeamId> = proposal.adopters.iter().filter(takes_part).cloned().collect();
    let mut terms = Terms::new(proposal.id.to_string(), proposal.id.team().clone(), adopters, settings);
    terms.joining = said.iter().map(|(team, own)| (team.clone(), own.joining)).collect();
    let of_option = |id: &Slug| format!("{}, option {id}", proposal.id);
    let here = of_option(id);
    let once = |input, effort: &Option<Effort>, stated: &str| {
        effort.as_ref().map(|effort| Term::stated(input, Amount::once(effort), stated))
    };
    let living = |input, rate: Option<EffortRate>, stated: &str| {
        rate.map(|rate| Term::stated(input, Amount::living(rate), stated))
    };
    terms.add(once(PriceInput::Build, &option.build, &here));
    terms.add(living(PriceInput::Maintain, option.maintain, &here));
    terms.add(living(PriceInput::Coordinate, option.coordinate, &here));
    if let Some((apart, it)) = apart {
        terms.add(living(PriceInput::Between, it.coordinate, &of_option(apart)));
    }
    let settles: Vec<&Ask> =
        proposal.settles.iter().filter_map(|ask: &AskId| organisation.ask(ask)).collect();
    for team in terms.adopters.clone() {
        let signature = |entry: Option<&Signature>, input, of: fn(&Signature) -> &Option<Effort>| {
            let entry = entry?;
            once(input, of(entry), &format!("{team} itself, {}", entry.on))
        };
        if let Some(own) = said.get(&team) {
            terms.add(signature(own.adopt, PriceInput::Adopt(team.clone()), |entry| &entry.adopt));
            terms.add(signature(own.alone, PriceInput::Alone(team.clone()), |entry| &entry.alone));
        }
        // What a team has made or is making comes before what the proposal guesses; what it only plans comes after.
        let of_team = || settles.iter().copied().filter(|ask| ask.id.team() == &team);
        if let Some((ask, fallback)) = of_team().find_map(|ask| Some((ask, taken(ask)?))) {
            terms.add_own_answer(ask, fallback);
        }
        let adopt = PriceInput::Adopt(team.clone());
        if terms.of(&adopt).is_none() {
            terms.add(once(adopt, &option.adopt, &here));
        }
        let alone = PriceInput::Alone(team.clone());
        if terms.of(&alone).is_none() {
            let by_apart = apart.and_then(|(id, it)| once(alone.clone(), &it.alone, &of_option(id)));
            terms.add(by_apart.or_else(|| once(alone, &option.alone, &here)));
        }
        let upkeep = PriceInput::Upkeep(team.clone());
        if terms.of(&upkeep).is_none() {
            terms.add(apart.and_then(|(id, it)| living(upkeep, it.maintain, &of_option(id))));
        }
        if let Some((ask, fallback)) = of_team().find_map(|ask| Some((ask, own_answer(ask)?))) {
            terms.add_own_answer(ask, fallback);
        }
    }
    terms
}

/// The figures of one option of a proposal against going apart.
///
/// # Errors
/// What is missing, where neither building it nor anybody's going alone is stated.
pub(crate) fn of_option(
    organisation: &Organisation,
    proposal: &Proposal,
    id: &Slug,
    option: &SolutionOption,
) -> Result<Terms, Vec<PriceInput>> {
    stated(organisation, proposal, id, option).complete(false, organisation.settings())
}

/// A proposal's option against going apart, by the prices alone that somebody of the organisation stated: what a rule may
/// hold its author to. Means, in person-days over the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared<'a> {
    /// The option: the chosen one, or the only one that is not `apart`.
    pub option: &'a Slug,
    /// Going apart, as an option of the proposal.
    pub apart: Option<&'a Slug>,
    /// Building it.
    pub build: WorkDays,
    /// Adopting it, all adopters.
    pub adopting: WorkDays,
    /// Keeping it and agreeing on it.
    pub living: WorkDays,
    /// Going alone, all adopters.
    pub alone: WorkDays,
    /// Keeping one's own, all adopters, and what lies between them.
    pub living_apart: WorkDays,
    /// The teams that lose by it and what each loses, where its author or others gain.
    pub loses: Vec<(TeamId, WorkDays)>,
}

impl Declared<'_> {
    /// Going together.
    pub fn together(&self) -> WorkDays {
        WorkDays(self.build.0 + self.adopting.0 + self.living.0)
    }

    /// Going apart.
    pub fn going_apart(&self) -> WorkDays {
        WorkDays(self.alone.0 + self.living_apart.0)
    }
}

/// The declared price of a proposal; `None` where it has chosen to be apart, has several options and chosen none, or where
/// an adopter's price of adopting or of going alone is stated nowhere.
pub fn declared<'a>(organisation: &Organisation, proposal: &'a Proposal) -> Option<Declared<'a>> {
    let (id, option) = if let Some(chosen) = &proposal.chosen {
        proposal.options.get_key_value(chosen)?
    } else {
        let mut others = proposal.options.iter().filter(|(_, option)| option.kind != SolutionKind::Apart);
        let only = others.next()?;
        if others.next().is_some() {
            return None;
        }
        only
    };
    if option.kind == SolutionKind::Apart {
        return None;
    }
    let terms = stated(organisation, proposal, id, option);
    let is_priced = |team: &TeamId| {
        let has = |input: PriceInput| terms.of(&input).is_some();
        has(PriceInput::Adopt(team.clone())) && has(PriceInput::Alone(team.clone()))
    };
    if !terms.adopters.iter().all(is_priced) {
        return None;
    }
    let means = Means::of(&terms, organisation.settings());
    let losing = means.by_team.iter().map(|(team, [adopt, alone, upkeep])| (team, adopt - alone - upkeep));
    Some(Declared {
        option: id,
        apart: proposal
            .options
            .iter()
            .find(|(_, option)| option.kind == SolutionKind::Apart)
            .map(|(id, _)| id),
        build: WorkDays(means.build),
        adopting: WorkDays(means.adopting()),
        living: WorkDays(means.maintain + means.coordinate),
        alone: WorkDays(means.alone()),
        living_apart: WorkDays(means.upkeep() + means.between),
        loses: losing
            .filter(|(_, loss)| *loss > 0.0)
            .map(|(team, loss)| (team.clone(), WorkDays(loss)))
            .collect(),
    })
}
