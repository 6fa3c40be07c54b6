//! Problems as people read them.

use super::{AnswerState, Chosen, Counts, Found, Problem, Problems, Verdict, Way};
use crate::price::cases;
use kedge_model::{Calendar, Date, Evidence, TeamId, listed};

impl Problems {
    /// The answer in a sentence: for how many one answer pays, and how many are to be left apart.
    pub fn headline(&self) -> String {
        let Counts { pays, pays_from_more, not_known, apart, .. } = self.counts;
        let total = self.problems.len();
        if total == 0 {
            return "No problem is known that several teams solve each for themselves.".into();
        }
        let of = if total == 1 { "The one problem".to_owned() } else { format!("Of {total} problems") };
        let said: Vec<String> = [
            (pays, "pay"),
            (pays_from_more, "pay with more teams"),
            (apart, "are better left apart"),
            (not_known, "lack a price"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, verb)| {
            let verb = if count == 1 { singular(verb) } else { verb.to_owned() };
            if total == 1 { verb } else { format!("{count} {verb}") }
        })
        .collect();
        let said = listed(said);
        if total == 1 {
            format!("{of} that teams share {said}.")
        } else {
            format!("{of} that teams share, {said}.")
        }
    }
}

fn singular(verb: &str) -> String {
    match verb.split_once(' ') {
        Some(("are", rest)) => format!("is {rest}"),
        Some((first, rest)) => format!("{first}s {rest}"),
        None => format!("{verb}s"),
    }
}

impl Problem {
    /// What follows, in a sentence or two.
    pub fn sentence(&self, calendar: &Calendar) -> String {
        let chosen = match &self.chosen {
            Some(Chosen::Apart(_)) => " The teams have chosen to leave it apart.",
            _ => "",
        };
        let Some((way, price)) = self.best() else {
            return match &self.verdict {
                Verdict::NotKnown { missing } if !missing.is_empty() => {
                    let what: Vec<String> =
                        missing.iter().take(3).map(crate::price::PriceInput::in_words).collect();
                    format!(
                        "Not enough is known to name a price: nobody says what this takes: {}.{chosen}",
                        what.join("; ")
                    )
                }
                _ => format!(
                    "It is written already, so what counts is what keeping each takes, and nobody says that: a proposal with prices would.{chosen}"
                ),
            };
        };
        let (priced, name) = (price.in_words(calendar), way.name());
        let first = match &self.verdict {
            Verdict::Pays { .. } => format!("One answer pays, {name}: {priced}."),
            Verdict::PaysFrom { teams, .. } if price.is_worth_it() => {
                let named = price.adopters.len();
                format!("{name} pays from {teams} teams on. With all {named} that are named: {priced}.")
            }
            Verdict::PaysFrom { teams, .. } => {
                format!(
                    "{name} pays from {teams} teams on, and {} would adopt it: {priced}.",
                    price.adopters.len()
                )
            }
            _ => format!("Leave these apart, {name} takes more: {priced}."),
        };
        let signed = price.as_signed.as_ref().map_or_else(String::new, |it| {
            let names: Vec<&str> = it.signed.iter().map(TeamId::as_str).collect();
            let verb = if it.together > it.apart { "does not pay" } else { "pays" };
            format!(
                " With those alone who wrote or signed it ({}) it {verb}: in {} of 100 cases.",
                names.join(", "),
                cases(it.pays.share.get())
            )
        });
        format!("{first}{signed}{chosen}")
    }
}

impl Way {
    /// Its name in a sentence: `` `service` ``, “platform does it once for all who ask”.
    pub fn name(&self) -> String {
        if self.is_asked { format!("“{}”", self.what) } else { format!("`{}`", self.id) }
    }
}

impl Found {
    /// Where it was found, in words.
    pub fn in_words(&self, near: Date) -> String {
        match self {
            Self::Proposal { proposal, problem } => format!("{proposal}: {problem}"),
            Self::Asks { to, asks, because } => {
                let asks: Vec<String> = asks.iter().map(ToString::to_string).collect();
                format!("asked of {to}: {} ({because})", asks.join(", "))
            }
            Self::OwnAnswer { ask, kind, name, state, .. } => {
                let state = match state {
                    AnswerState::Live(since) => format!("in place since {}", since.in_words(near)),
                    AnswerState::UnderWay => "under way".into(),
                    AnswerState::Planned => "if it does not land".into(),
                };
                format!("{ask}: {name} ({kind}, {state})")
            }
            Self::Code { solutions, .. } => {
                let each: Vec<String> = solutions
                    .iter()
                    .map(|(solution, teams)| {
                        let teams: Vec<&str> = teams.iter().map(TeamId::as_str).collect();
                        format!("{solution} ({})", teams.join(", "))
                    })
                    .collect();
                format!("in code: {}", each.join("; "))
            }
        }
    }

    /// The places in code that show it.
    pub fn shown_by(&self) -> &[Evidence] {
        match self {
            Self::Code { shown_by, .. } => shown_by,
            _ => &[],
        }
    }
}
