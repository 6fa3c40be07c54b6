//! Names that are free, and the same at every import of the same source.

use kedge_model::{Slug, TeamId};
use std::collections::{BTreeMap, BTreeSet};

/// The longest base of a name, in characters: leaves room for a number behind it.
const LONGEST: usize = 85;

/// How the names of a team's other files begin: `data.kedge.toml` is no plan.
const NOT_PLANS: [&str; 5] = ["team", "answers", "data", "proposal", "council"];

/// A pool of names.
#[derive(Debug, Default)]
pub(crate) struct Free {
    taken: BTreeSet<Slug>,
    /// The number that was last put behind a name.
    last: BTreeMap<Slug, u64>,
}

impl Free {
    /// A pool from which these names are gone.
    pub(crate) fn beside(taken: impl IntoIterator<Item = Slug>) -> Self {
        Self { taken: taken.into_iter().collect(), last: BTreeMap::new() }
    }

    /// Takes the first of `words`, `words-2`, `words-3` … that is free, as an id; `otherwise` stands in where the words
    /// have neither a letter nor a digit of the basic alphabet.
    pub(crate) fn take(&mut self, words: &str, otherwise: &str) -> Slug {
        let name =
            short(words).or_else(|| short(otherwise)).unwrap_or_else(|| TeamId::council().slug().clone());
        let mut slug = name.clone();
        while !self.taken.insert(slug.clone()) {
            let number = self.last.entry(name.clone()).or_insert(1);
            *number += 1;
            slug = Slug::from_title(&format!("{name}-{number}")).unwrap_or(slug);
        }
        slug
    }
}

fn short(words: &str) -> Option<Slug> {
    let slug = Slug::from_title(words)?;
    Slug::from_title(&slug.as_str().chars().take(LONGEST).collect::<String>())
}

/// What a plan that an import makes is called in every team: the import's name, unless a file of that name would be
/// taken for something else.
pub(crate) fn plan_name(words: &str) -> Slug {
    let slug = short(words).or_else(|| short("imported")).unwrap_or_else(|| TeamId::council().slug().clone());
    if NOT_PLANS.iter().any(|start| slug.as_str().starts_with(start)) {
        short(&format!("plan-{slug}")).unwrap_or(slug)
    } else {
        slug
    }
}

/// The source's teams under ids of their own. Two that would get the same id are told apart by a number, never merged.
#[derive(Debug, Default)]
pub(crate) struct TeamNames {
    ids: BTreeMap<String, TeamId>,
    /// Names that came out as the same id, in words for people.
    pub(crate) clashes: Vec<String>,
}

impl TeamNames {
    /// Names every team, in the order of the names, so that the order of rows does not matter: `(name, words)`, where
    /// the id is made of the words.
    pub(crate) fn with_ids<'a>(names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let names: BTreeMap<&str, &str> = names.into_iter().collect();
        let mut free = Free::default();
        // The organisation's council keeps its name.
        free.taken.insert(TeamId::council().slug().clone());
        let mut ids: BTreeMap<String, TeamId> = BTreeMap::new();
        let mut first: BTreeMap<Option<Slug>, &str> = BTreeMap::new();
        let mut clashes = Vec::new();
        for (name, words) in names {
            let wanted = short(words);
            let words = if wanted.as_ref().is_some_and(|wanted| TeamId::from(wanted.clone()).is_council()) {
                "council-team"
            } else {
                words
            };
            let id = TeamId::from(free.take(words, "team"));
            match first.get(&wanted) {
                Some(other) => clashes.push(format!("`{other}` and `{name}` (now `{id}`)")),
                None => {
                    first.insert(wanted, name);
                }
            }
            ids.insert(name.to_owned(), id);
        }
        Self { ids, clashes }
    }

    /// The id of a name that was given.
    pub(crate) fn get(&self, name: &str) -> Option<&TeamId> {
        self.ids.get(name)
    }

    /// Every name and its id, in the order of names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &TeamId)> {
        self.ids.iter().map(|(name, id)| (name.as_str(), id))
    }

    /// What to tell whoever imports about names that came out the same, if any did.
    pub(crate) fn note(&self) -> Option<String> {
        (!self.clashes.is_empty()).then(|| {
            format!(
                "Names of teams that come out as the same id, and are kept apart: {}.",
                self.clashes.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> TeamNames {
        TeamNames::with_ids(names.iter().map(|name| (*name, *name)))
    }

    #[test]
    fn names_that_come_out_the_same_are_told_apart_in_any_order_of_rows() {
        let one = named(&["Pay ments", "pay-ments", "Shop", "Council"]);
        let other = named(&["Shop", "pay-ments", "Council", "Pay ments"]);
        let ids = |names: &TeamNames| names.iter().map(|(_, id)| id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&one), ["council-team", "pay-ments", "shop", "pay-ments-2"]);
        assert_eq!(ids(&one), ids(&other));
        assert!(one.note().is_some_and(|note| note.contains("`pay-ments` (now `pay-ments-2`)")));
        assert_eq!(named(&["../../etc", "チーム"]).get("../../etc").map(TeamId::as_str), Some("etc"));
        assert!(named(&["チーム", "팀"]).note().is_some());
    }

    #[test]
    fn a_plan_is_never_taken_for_another_kind_of_file() {
        assert_eq!(plan_name("Team data").as_str(), "plan-team-data");
        assert_eq!(plan_name("jira").as_str(), "jira");
        assert_eq!(plan_name("——").as_str(), "imported");
    }
}
