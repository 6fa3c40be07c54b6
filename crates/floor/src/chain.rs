//! One ask: what opens its gates if it never lands.

use kedge_model::{
    Ask, AskId, AskState, Date, Fallback, FallbackKind, Organisation, PlanId, Share, Slug, Stance, TeamId,
    listed,
};
use serde::Serialize;

/// An ask, and what opens its gates with nobody else's help.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskStanding {
    /// The ask.
    pub ask: AskId,
    /// The plan it is part of.
    pub plan: PlanId,
    /// Who was asked.
    pub to: TeamId,
    /// What was asked for.
    pub what: String,
    /// Where the ask stands.
    pub state: AskState,
    /// What opens its gates.
    pub opens: Opens,
    /// Its fallbacks, in order, each with the part it plays.
    pub chain: Vec<Link>,
}

/// What opens an ask's gates.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Opens {
    /// What was asked for is there.
    Landing {
        /// Since when.
        since: Date,
    },
    /// A fallback that nobody else can stop, or one that is live.
    Fallback {
        /// Its place in the chain, from 0.
        place: usize,
        /// Whether it is there, under way or to come.
        how: How,
        /// The part of the outcome's value that it keeps.
        keeps: Share,
    },
    /// Nothing does: the asking team cannot go on alone.
    Nothing {
        /// What the chain lacks.
        missing: Missing,
    },
}

/// How far a fallback is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Taken and in place.
    Live,
    /// Taken, its making under way.
    Running,
    /// Not taken yet.
    Planned,
}

/// Why a chain opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// There is no fallback.
    NoFallback,
    /// Every fallback needs someone else's yes.
    OnlyLeaning,
}

/// One fallback of a chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// Its name within the ask.
    pub id: Slug,
    /// The word of its kind, `away-team`.
    pub kind: &'static str,
    /// What people call it.
    pub name: String,
    /// The part of the outcome's value that it keeps.
    pub keeps: Share,
    /// The part it plays.
    pub role: Role,
}

/// The part that a fallback plays in what stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Role {
    /// It is what opens the gates.
    Opens,
    /// It needs this team's yes, so it is skipped.
    Leans {
        /// Whose.
        on: TeamId,
    },
    /// It would stand, and the team has decided for a later one, or has left or stopped it.
    PassedOver,
    /// It would stand, and something before it is enough.
    Behind,
}

impl AskStanding {
    /// The part of an outcome's value that is kept where this ask does not land.
    pub fn share(&self) -> Share {
        match &self.opens {
            Opens::Landing { .. } => Share::ONE,
            Opens::Fallback { keeps, .. } => *keeps,
            Opens::Nothing { .. } => Share::ZERO,
        }
    }

    /// The link that opens the gates, where it is one.
    pub fn opening(&self) -> Option<&Link> {
        match self.opens {
            Opens::Fallback { place, .. } => self.chain.get(place),
            _ => None,
        }
    }

    /// Why it stands or does not, in one sentence; dates are written as seen from `near`.
    pub fn sentence(&self, near: Date) -> String {
        let to = &self.to;
        match &self.opens {
            Opens::Landing { since } => match self.state {
                AskState::Served { .. } => {
                    format!("Served without {to} since {}.", since.in_words(near))
                }
                _ => format!("{to} delivered it on {}.", since.in_words(near)),
            },
            Opens::Fallback { how, keeps, .. } => {
                let name = self.opening().map_or_else(|| "a fallback".to_owned(), Link::quoted);
                let state = match how {
                    How::Live => "is in place",
                    How::Running => "is under way",
                    How::Planned => "needs nobody else",
                };
                let before: Vec<String> = self
                    .chain
                    .iter()
                    .take_while(|link| link.role != Role::Opens)
                    .filter_map(Link::leaning)
                    .collect();
                let before = if before.is_empty() {
                    String::new()
                } else {
                    format!("; before that, {}", listed(&before))
                };
                let keeps = if *keeps == Share::ONE { "everything".to_owned() } else { keeps.to_string() };
                format!("{name} {state} and keeps {keeps}{before}.")
            }
            Opens::Nothing { missing: Missing::NoFallback } => {
                format!("Only {to} can open this: it has no fallback.")
            }
            Opens::Nothing { missing: Missing::OnlyLeaning } => {
                let links: Vec<String> = self.chain.iter().filter_map(Link::leaning).collect();
                format!("Every way on needs someone else's yes: {}.", listed(&links))
            }
        }
    }
}

impl Link {
    /// Its kind as people say it, `away team`; the word of the plan language is [`Link::kind`].
    pub fn noun(&self) -> &'static str {
        noun(self.kind)
    }

    /// Its kind and words: `The hack “Ten printers in a row”`.
    fn quoted(&self) -> String {
        let noun = self.noun();
        if self.name == self.kind { format!("The {noun}") } else { format!("The {noun} “{}”", self.name) }
    }

    fn leaning(&self) -> Option<String> {
        match &self.role {
            Role::Leans { on } if on.is_council() => {
                Some(format!("the {} needs the council's yes", self.noun()))
            }
            Role::Leans { on } => Some(format!("the {} needs a yes from {on}", self.noun())),
            _ => None,
        }
    }
}

/// A kind of fallback as people say it, from its word in the plan language.
pub fn noun(kind: &'static str) -> &'static str {
    match kind {
        "recreate" => "copy of our own",
        "buy" => "purchase",
        "descope" => "smaller scope",
        "do-without" => "way without it",
        "away-team" => "away team",
        "tiger-team" => "tiger team",
        "escalate" => "escalation",
        other => other,
    }
}

/// Who must say yes to the fallback; `None` for kinds that need nobody. An away team leans on its host even where that
/// merges openly: whether it can be stopped is [`Organisation::is_self_reliant`].
pub fn leans_on(ask: &Ask, fallback: &Fallback) -> Option<TeamId> {
    match &fallback.kind {
        FallbackKind::AwayTeam { with, .. } => Some(with.clone().unwrap_or_else(|| ask.to.clone())),
        FallbackKind::TigerTeam { with } | FallbackKind::Community { with } => Some(with.clone()),
        FallbackKind::Escalate { with } => Some(with.clone().unwrap_or_else(TeamId::council)),
        FallbackKind::Hack
        | FallbackKind::Recreate
        | FallbackKind::Buy(_)
        | FallbackKind::Descope
        | FallbackKind::DoWithout => None,
    }
}

/// What opens the ask's gates; `organisation` is as known on the day in view.
pub(crate) fn ask_standing(organisation: &Organisation, ask: &Ask) -> AskStanding {
    let state = organisation.ask_state(ask);
    let opens = opens(organisation, ask, &state);
    let opening = match opens {
        Opens::Fallback { place, .. } => Some(place),
        _ => None,
    };
    let chain = ask
        .fallbacks
        .iter()
        .enumerate()
        .map(|(place, fallback)| Link {
            id: fallback.id.clone(),
            kind: fallback.kind.word(),
            name: fallback.name().to_owned(),
            keeps: fallback.keeps,
            role: match leans_on(ask, fallback) {
                _ if opening == Some(place) => Role::Opens,
                Some(on) if !organisation.is_self_reliant(ask, fallback) => Role::Leans { on },
                _ if opening.is_some_and(|opening| place < opening) => Role::PassedOver,
                _ => Role::Behind,
            },
        })
        .collect();
    AskStanding {
        ask: ask.id.clone(),
        plan: ask.plan.clone(),
        to: ask.to.clone(),
        what: ask.what.clone(),
        state,
        opens,
        chain,
    }
}

fn opens(organisation: &Organisation, ask: &Ask, state: &AskState) -> Opens {
    let live = ask.fallbacks.iter().rposition(Fallback::is_live);
    if let (true, Some(since)) = (state.is_open(), state.since()) {
        let stays = live.filter(|&place| ask.fallbacks[place].migrate.is_none());
        return match stays {
            Some(place) => by_fallback(ask, place, How::Live),
            None => Opens::Landing { since },
        };
    }
    if let Some(place) = live {
        return by_fallback(ask, place, How::Live);
    }
    let alone = |place: &usize| organisation.is_self_reliant(ask, &ask.fallbacks[*place]);
    let all = 0..ask.fallbacks.len();
    if let Some(place) = all.clone().filter(alone).find(|&place| ask.fallbacks[place].is_running()) {
        return by_fallback(ask, place, How::Running);
    }
    let from = ask.fallbacks.iter().rposition(|fallback| fallback.start != Stance::DecideBy).unwrap_or(0);
    let first = all.clone().skip(from).find(alone).or_else(|| all.clone().find(alone));
    match first {
        Some(place) => by_fallback(ask, place, How::Planned),
        None if ask.fallbacks.is_empty() => Opens::Nothing { missing: Missing::NoFallback },
        None => Opens::Nothing { missing: Missing::OnlyLeaning },
    }
}

fn by_fallback(ask: &Ask, place: usize, how: How) -> Opens {
    Opens::Fallback { place, how, keeps: ask.fallbacks[place].keeps }
}
