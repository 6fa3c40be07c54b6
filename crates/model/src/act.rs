//! What people record or suppose: each act becomes the changes that write it down, and refuses what cannot be so.

mod confirm;
mod needs;
mod planned;
mod sign;

pub use sign::Sign;

use crate::{
    Answer, AnswerLog, AnswerTo, AskId, Asked, Change, Date, Effort, Fact, FactId, Host, Left, Meta,
    Organisation, OutcomeId, PersonId, PriceRate, Reference, Says, Share, Slug, Stance, TeamId, Word, WorkId,
    nearest,
};

/// One thing that happened, or was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The asked team says something about an ask, or whoever a fallback of it needs a yes from.
    Answer {
        /// The ask.
        ask: AskId,
        /// Who says it; the asked team where absent.
        by: Option<TeamId>,
        /// When.
        on: Date,
        /// What.
        says: Says,
        /// The item that delivers it.
        work: Option<WorkId>,
        /// The reason.
        why: Option<String>,
    },
    /// The asked team, or another host that a fallback names, says whether it would host an away team.
    Host {
        /// The ask.
        ask: AskId,
        /// Who says it; the asked team where absent.
        by: Option<TeamId>,
        /// When.
        on: Date,
        /// Whether it would.
        host: Host,
        /// Who would guide.
        guide: Option<PersonId>,
    },
    /// The asking team asked, again or for the first time.
    Asked {
        /// The ask.
        ask: AskId,
        /// When.
        on: Date,
        /// Through which channel.
        how: Option<String>,
    },
    /// The asking team accepted a counter-offer.
    Accept {
        /// The ask.
        ask: AskId,
        /// When.
        on: Date,
    },
    /// The asking team no longer wants it.
    Withdraw {
        /// The ask.
        ask: AskId,
        /// When.
        on: Date,
    },
    /// The asking team decided when to start a fallback.
    Stance {
        /// The ask.
        ask: AskId,
        /// Which fallback; the first where absent.
        fallback: Option<Slug>,
        /// When.
        start: Stance,
    },
    /// The asking team began to make a fallback.
    Take {
        /// The ask.
        ask: AskId,
        /// Which fallback; the first where absent.
        fallback: Option<Slug>,
        /// When.
        on: Date,
    },
    /// A fallback that was taken is live.
    FallbackLive {
        /// The ask.
        ask: AskId,
        /// Which fallback; the one that is running where absent.
        fallback: Option<Slug>,
        /// When.
        on: Date,
    },
    /// A hack was left for the real thing.
    Migrated {
        /// The ask.
        ask: AskId,
        /// Which fallback; the one that lives where absent.
        fallback: Option<Slug>,
        /// When.
        on: Date,
    },
    /// Work was started.
    Started {
        /// The item.
        work: WorkId,
        /// When.
        on: Date,
    },
    /// What is left of started work.
    Left {
        /// The item.
        work: WorkId,
        /// How much, said when.
        left: Left,
    },
    /// Work was done.
    Done {
        /// The item.
        work: WorkId,
        /// When.
        on: Date,
    },
    /// An outcome went live.
    Live {
        /// The outcome.
        outcome: OutcomeId,
        /// When.
        on: Date,
    },
    /// The stakeholder of an outcome, or the council, confirmed what it is worth.
    Confirm {
        /// The outcome.
        outcome: OutcomeId,
        /// What it is worth.
        value: PriceRate,
        /// Who said so.
        who: PersonId,
        /// When.
        on: Date,
    },
    /// A team signs a proposal or a contract, weighs it or declines it.
    Sign(Sign),
    /// A team put its own order.
    Rank {
        /// The team.
        team: TeamId,
        /// Its order, whole.
        order: Vec<Reference>,
    },
    /// The council put its order.
    CouncilRank {
        /// Initiatives and asks, whole.
        order: Vec<Reference>,
    },
    /// The asked team counts asks as one need.
    Join {
        /// Two or more, to one team.
        asks: Vec<AskId>,
        /// When.
        on: Date,
    },
    /// The asked team says that an ask is not the same need as others.
    Split {
        /// The ask; it leaves the need that joins it, if one does.
        ask: AskId,
        /// Those that it reads like and is to be kept apart from.
        apart: Vec<AskId>,
        /// When.
        on: Date,
    },
    /// Work is guessed anew.
    Effort {
        /// The item.
        work: WorkId,
        /// How much it takes; of started work, how much is left.
        effort: Effort,
        /// When that was said.
        on: Date,
    },
    /// The asker guesses anew what an ask takes.
    AskEffort {
        /// The ask.
        ask: AskId,
        /// How much.
        effort: Effort,
    },
    /// An outcome is due on another day.
    Due {
        /// The outcome.
        outcome: OutcomeId,
        /// The last day on which it is on time.
        due: Date,
    },
    /// Work is left out.
    DropWork {
        /// The item.
        work: WorkId,
        /// When that was decided.
        on: Date,
    },
    /// An outcome is given up, with the work and the asks that serve nothing else.
    DropOutcome {
        /// The outcome.
        outcome: OutcomeId,
        /// When that was decided.
        on: Date,
    },
    /// A team has so many people.
    People {
        /// The team.
        team: TeamId,
        /// How many.
        people: u32,
    },
    /// People move from one team to another, for good.
    Move {
        /// How many.
        people: u32,
        /// Whose they were.
        from: TeamId,
        /// Whose they are.
        to: TeamId,
    },
    /// Another part of a team's time goes into items.
    Focus {
        /// The team.
        team: TeamId,
        /// Which part.
        focus: Share,
    },
}

/// Why an act cannot be recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// What it is about is not there.
    #[error("there is no {noun} `{name}`{}", hint(.nearest.as_deref()))]
    Unknown {
        /// What was looked for.
        noun: &'static str,
        /// Its name as given.
        name: String,
        /// The nearest name that is there.
        nearest: Option<String>,
    },
    /// It does not fit what is so already.
    #[error("{0}")]
    Refused(String),
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

impl Act {
    /// The changes that record the act.
    ///
    /// # Errors
    /// When what it is about is not there, or it does not fit what is recorded: a fallback that is not taken cannot be
    /// live, work that is done is not done again.
    pub fn changes(&self, organisation: &Organisation) -> Result<Vec<Change>, ActError> {
        match self {
            Self::Answer { on, says: Says::Committed { by: promised }, .. } if promised < on => Err(
                ActError::Refused(format!("a promise on {on} cannot be for {promised}, which is earlier")),
            ),
            Self::Answer { ask, by, on, says, work, why } => {
                let word = Word::Says { says: says.clone(), work: work.clone(), effort: None, instead: None };
                answer(organisation, ask, by.as_ref(), *on, word, why.clone())
            }
            Self::Host { ask, by, on, host, guide } => {
                let word = Word::Host { host: *host, from: None, guide: guide.clone(), instead: None };
                answer(organisation, ask, by.as_ref(), *on, word, None)
            }
            Self::Asked { ask, on, how } => change_ask(organisation, ask, |ask| {
                ask.asked.push(Asked { on: *on, how: how.clone() });
                Ok(())
            }),
            Self::Accept { ask, on } => {
                if !matches!(state(organisation, ask)?, crate::AskState::Countered { .. }) {
                    return Err(ActError::Refused(format!("{ask} has no counter-offer to accept")));
                }
                change_ask(organisation, ask, |ask| {
                    ask.accepted = Some(*on);
                    Ok(())
                })
            }
            Self::Withdraw { ask, on } => {
                change_ask(organisation, ask, |ask| set_once(&mut ask.withdrawn, *on, "withdrawn"))
            }
            Self::Stance { ask, fallback, start } => change_ask(organisation, ask, |ask| {
                let at = fallback_at(ask, fallback.as_ref(), |_| true, "has no fallback")?;
                // The first stance of a chain is the one that counts.
                for earlier in &mut ask.fallbacks[..at] {
                    earlier.start = Stance::DecideBy;
                }
                ask.fallbacks[at].start = *start;
                Ok(())
            }),
            Self::Take { ask, fallback, on } => change_ask(organisation, ask, |ask| {
                if let Some(running) =
                    ask.fallbacks.iter().find(|it| it.is_running() && Some(&it.id) != fallback.as_ref())
                    && fallback.is_some()
                {
                    return Err(ActError::Refused(format!(
                        "`{}` is being made already, and a chain never has two at once: stop it first",
                        running.id
                    )));
                }
                let at = fallback_at(ask, fallback.as_ref(), |_| true, "has no fallback to take")?;
                set_once(&mut ask.fallbacks[at].taken, *on, "taken")
            }),
            Self::FallbackLive { ask, fallback, on } => change_ask(organisation, ask, |ask| {
                let at = fallback_at(
                    ask,
                    fallback.as_ref(),
                    crate::Fallback::is_running,
                    "has no fallback in the making",
                )?;
                if ask.fallbacks[at].taken.is_none() {
                    return Err(ActError::Refused(format!(
                        "`{}` was not taken: take it first",
                        ask.fallbacks[at].id
                    )));
                }
                set_once(&mut ask.fallbacks[at].live, *on, "live")
            }),
            Self::Migrated { ask, fallback, on } => change_ask(organisation, ask, |ask| {
                let at = fallback_at(
                    ask,
                    fallback.as_ref(),
                    crate::Fallback::is_live,
                    "has no fallback that lives",
                )?;
                if ask.fallbacks[at].live.is_none() {
                    return Err(ActError::Refused(format!("`{}` is not live", ask.fallbacks[at].id)));
                }
                set_once(&mut ask.fallbacks[at].migrated, *on, "left")
            }),
            Self::Started { work, on } => {
                change_work(organisation, work, |work| set_once(&mut work.started, *on, "started"))
            }
            Self::Left { work, left } => change_work(organisation, work, |work| {
                if work.started.is_none() {
                    return Err(ActError::Refused(format!("`{}` was not started: start it first", work.id)));
                }
                work.left = Some(left.clone());
                Ok(())
            }),
            Self::Done { work, on } => {
                change_work(organisation, work, |work| set_once(&mut work.done, *on, "done"))
            }
            Self::Live { outcome, on } => {
                change_outcome(organisation, outcome, |outcome| set_once(&mut outcome.live, *on, "live"))
            }
            Self::Confirm { outcome, value, who, on } => {
                confirm::confirm(organisation, outcome, value, who, *on)
            }
            Self::Sign(sign) => sign::sign(organisation, sign),
            Self::Rank { team, order } => change_team(organisation, team, |team| {
                team.rank.clone_from(order);
                Ok(())
            }),
            Self::CouncilRank { order } => {
                let mut changed = organisation.council().clone();
                changed.rank.clone_from(order);
                Ok(vec![changed.into()])
            }
            Self::Join { asks, on } => needs::join(organisation, asks, *on),
            Self::Split { ask, apart, on } => needs::split(organisation, ask, apart, *on),
            Self::Effort { work, effort, on } => planned::effort(organisation, work, effort, *on),
            Self::AskEffort { ask, effort } => change_ask(organisation, ask, |ask| {
                ask.effort = Some(effort.clone());
                Ok(())
            }),
            Self::Due { outcome, due } => change_outcome(organisation, outcome, |outcome| {
                outcome.due = Some(*due);
                Ok(())
            }),
            Self::DropWork { work, on } => planned::drop_work(organisation, work, *on),
            Self::DropOutcome { outcome, on } => planned::drop_outcome(organisation, outcome, *on),
            Self::People { team, people } => change_team(organisation, team, |team| {
                team.stated_people = Some(*people);
                Ok(())
            }),
            Self::Move { people, from, to } => planned::moved(organisation, *people, from, to),
            Self::Focus { team, focus } => change_team(organisation, team, |team| {
                team.focus = *focus;
                Ok(())
            }),
        }
    }
}

fn unknown<'a>(noun: &'static str, name: &Reference, known: impl Iterator<Item = &'a Reference>) -> ActError {
    let name = name.to_string();
    let known: Vec<String> = known.map(ToString::to_string).collect();
    let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
    ActError::Unknown { noun, name, nearest }
}

fn found<'a>(organisation: &'a Organisation, ask: &AskId) -> Result<&'a crate::Ask, ActError> {
    organisation
        .ask(ask)
        .ok_or_else(|| unknown("ask", ask.reference(), organisation.asks().map(|it| it.id.reference())))
}

fn state(organisation: &Organisation, ask: &AskId) -> Result<crate::AskState, ActError> {
    Ok(organisation.ask_state(found(organisation, ask)?))
}

fn change_ask(
    organisation: &Organisation,
    ask: &AskId,
    change: impl FnOnce(&mut crate::Ask) -> Result<(), ActError>,
) -> Result<Vec<Change>, ActError> {
    let mut changed = found(organisation, ask)?.clone();
    change(&mut changed)?;
    Ok(vec![changed.into()])
}

fn change_work(
    organisation: &Organisation,
    work: &WorkId,
    change: impl FnOnce(&mut crate::Work) -> Result<(), ActError>,
) -> Result<Vec<Change>, ActError> {
    let mut changed = organisation
        .work_item(work)
        .ok_or_else(|| {
            unknown("work item", work.reference(), organisation.work().map(|it| it.id.reference()))
        })?
        .clone();
    change(&mut changed)?;
    Ok(vec![changed.into()])
}

fn change_outcome(
    organisation: &Organisation,
    outcome: &OutcomeId,
    change: impl FnOnce(&mut crate::Outcome) -> Result<(), ActError>,
) -> Result<Vec<Change>, ActError> {
    let mut changed = organisation
        .outcome(outcome)
        .ok_or_else(|| {
            unknown("outcome", outcome.reference(), organisation.outcomes().map(|it| it.id.reference()))
        })?
        .clone();
    change(&mut changed)?;
    Ok(vec![changed.into()])
}

fn change_team(
    organisation: &Organisation,
    team: &TeamId,
    change: impl FnOnce(&mut crate::Team) -> Result<(), ActError>,
) -> Result<Vec<Change>, ActError> {
    let Some(Fact::Team(found)) = organisation.fact(&FactId::Team(team.clone())) else {
        let known = organisation.teams().map(|it| it.id.as_str());
        let nearest = nearest(team.as_str(), known).map(str::to_owned);
        return Err(ActError::Unknown { noun: "team", name: team.to_string(), nearest });
    };
    let mut changed = (*found).clone();
    change(&mut changed)?;
    Ok(vec![changed.into()])
}

fn set_once(date: &mut Option<Date>, on: Date, word: &str) -> Result<(), ActError> {
    if let Some(before) = date {
        return Err(ActError::Refused(format!("it is recorded as {word} on {before} already")));
    }
    *date = Some(on);
    Ok(())
}

fn fallback_at(
    ask: &crate::Ask,
    named: Option<&Slug>,
    fits: impl Fn(&crate::Fallback) -> bool,
    none: &str,
) -> Result<usize, ActError> {
    match named {
        None => {
            ask.fallbacks.iter().position(fits).ok_or_else(|| ActError::Refused(format!("{} {none}", ask.id)))
        }
        Some(name) => ask.fallbacks.iter().position(|it| &it.id == name).ok_or_else(|| {
            let known = ask.fallbacks.iter().map(|it| it.id.as_str());
            let nearest = nearest(name.as_str(), known).map(str::to_owned);
            ActError::Unknown { noun: "fallback", name: name.to_string(), nearest }
        }),
    }
}

fn answer(
    organisation: &Organisation,
    ask: &AskId,
    by: Option<&TeamId>,
    on: Date,
    word: Word,
    why: Option<String>,
) -> Result<Vec<Change>, ActError> {
    let asked = found(organisation, ask)?;
    let by = by.unwrap_or(&asked.to).clone();
    let has_a_say =
        by == asked.to || by.is_council() || asked.fallbacks.iter().any(|it| it.kind.with() == Some(&by));
    if !has_a_say {
        return Err(ActError::Refused(format!(
            "{by} was not asked for {ask}, and no fallback of it needs a yes from {by}"
        )));
    }
    let to = AnswerTo::Ask(ask.clone());
    let mut log = organisation.answer_log(&to, &by).cloned().unwrap_or_else(|| AnswerLog {
        by: by.clone(),
        to: to.clone(),
        entries: Vec::new(),
    });
    log.entries.push(Answer { on, word, why, heard: None, meta: Meta::default() });
    Ok(vec![log.into()])
}
