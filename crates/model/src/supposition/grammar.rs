//! What can be said, verb by verb.

use super::SuppositionError;
use super::reading::Reading;
use crate::{
    Act, AskId, Date, Fallback, Host, Organisation, OutcomeId, Reference, Says, Share, Slug, Stance, TeamId,
    WorkId,
};

const VERBS: &[&str] = &[
    "answer", "asked", "accept", "withdraw", "take", "land", "done", "rank", "people", "move", "focus",
    "effort", "due", "drop",
];

/// The act that a sentence means, and its words after “with”.
pub(super) fn sentence(
    sentence: &str,
    organisation: &Organisation,
    on: Date,
) -> Result<(Act, String), SuppositionError> {
    let mut reading = Reading::new(sentence, organisation)?;
    // What is copied from a terminal begins with the command.
    reading.skip("kedge");
    let said = Said { organisation, on };
    let read = match reading.keyword(VERBS)? {
        "answer" => said.answer(&mut reading)?,
        "asked" => said.asked(&mut reading)?,
        "accept" => said.accept(&mut reading)?,
        "withdraw" => {
            let ask = reading.ask()?;
            said.withdraw(ask)
        }
        "take" => said.take(&mut reading)?,
        "land" => said.land(&mut reading)?,
        "done" => said.done(&mut reading)?,
        "rank" => said.rank(&mut reading)?,
        "people" => said.people(&mut reading)?,
        "move" => said.moved(&mut reading)?,
        "focus" => said.focus(&mut reading)?,
        "effort" => said.effort(&mut reading)?,
        "due" => said.due(&mut reading)?,
        _ => said.dropped(&mut reading)?,
    };
    reading.end()?;
    Ok(read)
}

/// In which organisation and on which morning something is said.
struct Said<'a> {
    organisation: &'a Organisation,
    on: Date,
}

type Read = Result<(Act, String), SuppositionError>;

impl Said<'_> {
    fn day(&self, date: Date) -> String {
        date.in_words(self.on)
    }

    fn name(&self, team: &TeamId) -> String {
        self.organisation.team(team).map_or_else(|| team.to_string(), |team| team.name().to_owned())
    }

    fn asked_team(&self, ask: &AskId) -> Option<TeamId> {
        self.organisation.ask(ask).map(|ask| ask.to.clone())
    }

    fn answer(&self, reading: &mut Reading<'_>) -> Read {
        let on = self.on;
        let ask = reading.ask()?;
        let to = self.asked_team(&ask);
        let whose = to.as_ref().map_or_else(String::new, |to| self.name(to));
        let says = reading.keyword(&[
            "considering",
            "countered",
            "committed",
            "declined",
            "landed",
            "dropped",
            "host",
        ])?;
        if says == "host" {
            let welcome = reading.keyword(&["welcome", "unable"])? == "welcome";
            let host = if welcome { Host::Welcome } else { Host::Unable };
            let word = if welcome { "welcoming" } else { "unable to host" };
            let words = format!("{whose} {word} an away team for {ask}");
            return Ok((Act::Host { ask, by: None, on, host, guide: None }, words));
        }
        let (mut by, mut work, mut offer, mut why) = (None, None, None, None);
        while !reading.ended() {
            match reading.keyword(&["by", "until", "work", "offer", "why"])? {
                "work" => {
                    let own = |it: &&Reference| Some(&it.team) == to.as_ref();
                    let items: Vec<&Reference> =
                        self.organisation.work().map(|work| work.id.reference()).filter(own).collect();
                    work =
                        Some(WorkId::from(reading.reference("work item of the asked team", &items, None)?));
                }
                "offer" => offer = Some(reading.word(&["what is offered"])?.to_owned()),
                "why" => why = Some(reading.word(&["the reason"])?.to_owned()),
                _ => by = Some(reading.date()?),
            }
        }
        let until = by.map(|by| format!(" by {}", self.day(by))).unwrap_or_default();
        let (says, words) = match says {
            "considering" => (Says::Considering { until: by }, format!("{whose} considering {ask}")),
            "countered" => (
                Says::Countered { offer: offer.unwrap_or_else(|| "something else".into()), by },
                format!("{whose} offering something else for {ask}{until}"),
            ),
            "committed" => {
                let Some(by) = by else {
                    let cause = "a commitment says by when".to_owned();
                    let error = SuppositionError::whole(reading.sentence, cause);
                    return Err(SuppositionError { expected: vec!["by DATE".into()], ..error });
                };
                (Says::Committed { by }, format!("{whose} committed to {ask}{until}"))
            }
            "declined" => (Says::Declined, format!("{ask} declined by {whose}")),
            "landed" => {
                let since = by.unwrap_or(on);
                (Says::Landed { since }, format!("{ask} landed on {}", self.day(since)))
            }
            _ => (Says::Dropped, format!("{ask} dropped by {whose}")),
        };
        Ok((Act::Answer { ask, by: None, on, says, work, why }, words))
    }

    fn asked(&self, reading: &mut Reading<'_>) -> Read {
        let ask = reading.ask()?;
        let words = format!("{ask} asked today");
        Ok((Act::Asked { ask, on: self.on, how: None }, words))
    }

    fn accept(&self, reading: &mut Reading<'_>) -> Read {
        let ask = reading.ask()?;
        let words = format!("the counter-offer to {ask} accepted");
        Ok((Act::Accept { ask, on: self.on }, words))
    }

    fn withdraw(&self, ask: AskId) -> (Act, String) {
        let words = format!("{ask} withdrawn");
        (Act::Withdraw { ask, on: self.on }, words)
    }

    /// Taking on a later day is a decision, and so is going back to decide-by.
    fn take(&self, reading: &mut Reading<'_>) -> Read {
        let ask = reading.ask()?;
        let known: Vec<&Fallback> =
            self.organisation.ask(&ask).map_or_else(Vec::new, |ask| ask.fallbacks.iter().collect());
        let mut fallback: Option<Slug> = None;
        if let Some(word) = reading.peek().filter(|word| !is_time(word)) {
            reading.word(&[])?;
            let Some(found) = known.iter().find(|it| it.id.as_str() == word) else {
                let names: Vec<String> = known.iter().map(|it| format!("`{}`", it.id)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let near = crate::nearest(word, known.iter().map(|it| it.id.as_str())).map(str::to_owned);
                let expected = if near.is_some() { &[][..] } else { &names[..] };
                let error = reading.error(format!("{ask} has no fallback `{word}`"), expected);
                return Err(SuppositionError { nearest: near, ..error });
            };
            fallback = Some(found.id.clone());
        }
        let name = fallback.as_ref().or_else(|| known.first().map(|first| &first.id));
        let name = name.map_or_else(|| "fallback".to_owned(), ToString::to_string);
        let mut start = Stance::Now;
        if !reading.ended() {
            start = match reading.keyword(&["on", "now", "at"])? {
                "now" => Stance::Now,
                "at" => {
                    reading.keyword(&["decide-by"])?;
                    Stance::DecideBy
                }
                _ => Stance::On(reading.date()?),
            };
        }
        let (act, when) = match start {
            Stance::DecideBy => {
                (Act::Stance { ask: ask.clone(), fallback, start }, "at its decide-by".into())
            }
            Stance::On(date) if date > self.on => {
                (Act::Stance { ask: ask.clone(), fallback, start }, format!("on {}", self.day(date)))
            }
            Stance::On(date) => {
                (Act::Take { ask: ask.clone(), fallback, on: date }, format!("on {}", self.day(date)))
            }
            Stance::Now => (Act::Take { ask: ask.clone(), fallback, on: self.on }, "today".into()),
        };
        Ok((act, format!("the {name} for {ask} taken {when}")))
    }

    fn land(&self, reading: &mut Reading<'_>) -> Read {
        let ask = reading.ask()?;
        let since = if reading.skip("on") { reading.date()? } else { self.on };
        let words = format!("{ask} landed on {}", self.day(since));
        let says = Says::Landed { since };
        Ok((Act::Answer { ask, by: None, on: self.on, says, work: None, why: None }, words))
    }

    fn done(&self, reading: &mut Reading<'_>) -> Read {
        let known = self.work_and_outcomes();
        let found = reading.reference("work item or outcome", &known, None)?;
        let on = if reading.skip("on") { reading.date()? } else { self.on };
        if on > self.on {
            let cause = format!(
                "{} has not come: what is done is done by {}; suppose `effort {found} 2d` instead",
                self.day(on),
                self.day(self.on)
            );
            return Err(reading.error(cause, &[]));
        }
        let work = WorkId::from(found.clone());
        if self.organisation.work_item(&work).is_some() {
            return Ok((Act::Done { work, on }, format!("{found} done")));
        }
        Ok((Act::Live { outcome: OutcomeId::from(found.clone()), on }, format!("{found} live")))
    }

    fn work_and_outcomes(&self) -> Vec<&Reference> {
        let work = self.organisation.work().map(|it| it.id.reference());
        work.chain(self.organisation.outcomes().map(|it| it.id.reference())).collect()
    }

    /// What can stand in the order of a team, or of the council.
    fn rankable(&self, team: &TeamId) -> Vec<&Reference> {
        let organisation = self.organisation;
        let asks = organisation.asks();
        if team.is_council() {
            let asks = asks.map(|it| it.id.reference());
            return organisation.initiatives().map(|it| it.id.reference()).chain(asks).collect();
        }
        let own = organisation.outcomes().map(|it| it.id.reference());
        let own = own.chain(organisation.needs().map(|it| it.id.reference()));
        let own = own.filter(|it| &it.team == team);
        own.chain(asks.filter(|ask| &ask.to == team).map(|it| it.id.reference())).collect()
    }

    fn order(&self, team: &TeamId) -> Vec<Reference> {
        if team.is_council() {
            return self.organisation.council().rank.clone();
        }
        self.organisation.team(team).map_or_else(Vec::new, |team| team.rank.clone())
    }

    fn rank(&self, reading: &mut Reading<'_>) -> Read {
        let words = ["first", "last", "before", "after"];
        let placed = reading.peek_second().is_some_and(|word| words.contains(&word));
        let team = reading.peek().is_none_or(|word| {
            word == "council" || self.organisation.teams().any(|team| team.id.as_str() == word)
        });
        if placed || !team { self.rank_one(reading) } else { self.rank_all(reading) }
    }

    /// `rank TEAM REF REF …`: what is not named comes after, by due date.
    fn rank_all(&self, reading: &mut Reading<'_>) -> Read {
        let team = if reading.skip("council") { TeamId::council() } else { reading.team()? };
        let known = self.rankable(&team);
        let what = if team.is_council() { "initiative or ask" } else { "outcome, need or ask" };
        let noun = format!("{what} that {team} could rank");
        let mut order: Vec<Reference> = Vec::new();
        while !reading.ended() || order.is_empty() {
            let next = reading.reference(&noun, &known, Some(&team))?;
            if order.contains(&next) {
                return Err(reading.error(format!("`{next}` stands in the order twice"), &[]));
            }
            order.push(next);
        }
        let names: Vec<String> = order.iter().map(|it| it.short_for(&team)).collect();
        let words = format!("the order of {} {}", self.whose(&team), names.join(", "));
        Ok((ranked(team, order), words))
    }

    fn whose(&self, team: &TeamId) -> String {
        if team.is_council() { "the council".into() } else { self.name(team) }
    }

    /// `rank REF first|last|before REF|after REF [by council]`.
    fn rank_one(&self, reading: &mut Reading<'_>) -> Read {
        let organisation = self.organisation;
        let known: Vec<&Reference> = organisation
            .outcomes()
            .map(|it| it.id.reference())
            .chain(organisation.asks().map(|it| it.id.reference()))
            .chain(organisation.needs().map(|it| it.id.reference()))
            .chain(organisation.initiatives().map(|it| it.id.reference()))
            .collect();
        let moved = reading.reference("outcome, ask, need or initiative", &known, None)?;
        let place = reading.keyword(&["first", "last", "before", "after"])?;
        // Whose order it is may be said at the end, so what it is moved beside is read first.
        let beside = if matches!(place, "before" | "after") {
            Some(reading.reference("thing", &known, None)?)
        } else {
            None
        };
        let by_council = reading.skip("by") && reading.keyword(&["council"])? == "council";
        let asked = self.asked_team(&AskId::from(moved.clone()));
        let team = if by_council || moved.team.is_council() {
            TeamId::council()
        } else {
            asked.unwrap_or_else(|| moved.team.clone())
        };
        let mut order = self.order(&team);
        order.retain(|it| it != &moved);
        let at = match (place, &beside) {
            ("first", _) => 0,
            ("last", _) | (_, None) => order.len(),
            (_, Some(beside)) => {
                let Some(at) = order.iter().position(|it| it == beside) else {
                    let cause = format!("`{beside}` does not stand in the order of {}", self.whose(&team));
                    let names: Vec<String> = order.iter().map(ToString::to_string).collect();
                    let names: Vec<&str> = names.iter().map(String::as_str).take(8).collect();
                    return Err(reading.error(cause, &names));
                };
                at + usize::from(place == "after")
            }
        };
        order.insert(at, moved.clone());
        let beside = beside.map(|beside| format!(" {beside}")).unwrap_or_default();
        let words = format!("{moved} {place}{beside} in the order of {}", self.whose(&team));
        Ok((ranked(team, order), words))
    }

    fn people(&self, reading: &mut Reading<'_>) -> Read {
        let team = reading.team()?;
        let people = reading.count("how many people")?;
        let noun = if people == 1 { "person" } else { "people" };
        let words = format!("{people} {noun} in {}", self.name(&team));
        Ok((Act::People { team, people }, words))
    }

    fn moved(&self, reading: &mut Reading<'_>) -> Read {
        let people = reading.count("how many people")?;
        reading.skip("from");
        let from = reading.team()?;
        reading.skip("to");
        let to = reading.team()?;
        let noun = if people == 1 { "person" } else { "people" };
        let words = format!("{people} {noun} moved from {} to {}", self.name(&from), self.name(&to));
        Ok((Act::Move { people, from, to }, words))
    }

    fn focus(&self, reading: &mut Reading<'_>) -> Read {
        let team = reading.team()?;
        let focus: Share = reading.value("a share such as 80%")?;
        let words = format!("{focus} of the time of {} on plans", self.name(&team));
        Ok((Act::Focus { team, focus }, words))
    }

    fn effort(&self, reading: &mut Reading<'_>) -> Read {
        let work = self.organisation.work().map(|it| it.id.reference());
        let known: Vec<&Reference> =
            work.chain(self.organisation.asks().map(|it| it.id.reference())).collect();
        let found = reading.reference("work item or ask", &known, None)?;
        let effort = reading.effort()?;
        let words = format!("{effort} for {found}");
        let work = WorkId::from(found.clone());
        if self.organisation.work_item(&work).is_some() {
            return Ok((Act::Effort { work, effort, on: self.on }, words));
        }
        Ok((Act::AskEffort { ask: AskId::from(found), effort }, words))
    }

    fn due(&self, reading: &mut Reading<'_>) -> Read {
        let known: Vec<&Reference> = self.organisation.outcomes().map(|it| it.id.reference()).collect();
        let outcome = OutcomeId::from(reading.reference("outcome", &known, None)?);
        let due = reading.date()?;
        let words = format!("{outcome} due on {}", self.day(due));
        Ok((Act::Due { outcome, due }, words))
    }

    fn dropped(&self, reading: &mut Reading<'_>) -> Read {
        let mut known = self.work_and_outcomes();
        known.extend(self.organisation.asks().map(|it| it.id.reference()));
        let found = reading.reference("work item, outcome or ask", &known, None)?;
        let (work, outcome) = (WorkId::from(found.clone()), OutcomeId::from(found.clone()));
        Ok(if self.organisation.work_item(&work).is_some() {
            (Act::DropWork { work, on: self.on }, format!("{found} left out"))
        } else if self.organisation.outcome(&outcome).is_some() {
            (Act::DropOutcome { outcome, on: self.on }, format!("{found} given up"))
        } else {
            self.withdraw(AskId::from(found))
        })
    }
}

/// Whether a word says when, and is not the name of a fallback.
fn is_time(word: &str) -> bool {
    ["on", "now", "at"].contains(&word.trim_start_matches("--"))
}

fn ranked(team: TeamId, order: Vec<Reference>) -> Act {
    if team.is_council() { Act::CouncilRank { order } } else { Act::Rank { team, order } }
}
