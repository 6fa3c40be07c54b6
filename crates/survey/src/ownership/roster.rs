//! Who is in which group, as files of groups say it.

use std::collections::BTreeMap;

/// A group and its people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// Its people: accounts, addresses or names.
    pub people: Vec<String>,
}

/// The groups of one or several files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Each group.
    pub groups: Vec<Group>,
}

impl Roster {
    /// Each person of exactly one group, with that group: of somebody in two it cannot be told for which they worked. Lists of
    /// former members (`…-emeritus`, as is the custom in `OWNERS_ALIASES`) are no groups.
    pub fn of_one_group(&self) -> BTreeMap<&str, &str> {
        let mut group_of: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for group in self.groups.iter().filter(|group| !group.name.to_lowercase().ends_with("emeritus")) {
            for person in &group.people {
                let name = group.name.as_str();
                group_of
                    .entry(person.trim().trim_start_matches('@'))
                    .and_modify(|known| *known = known.filter(|known| *known == name))
                    .or_insert(Some(name));
            }
        }
        let named = group_of.into_iter().filter(|(person, _)| !person.is_empty());
        named.filter_map(|(person, group)| Some((person, group?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_in_two_groups_is_of_neither() {
        let group = |name: &str, people: &[&str]| Group {
            name: name.into(),
            people: people.iter().map(ToString::to_string).collect(),
        };
        let roster =
            Roster { groups: vec![group("web", &["ada", "@bo", "ada", ""]), group("pay", &["bo", "cy"])] };
        let found: Vec<(&str, &str)> = roster.of_one_group().into_iter().collect();
        assert_eq!(found, [("ada", "web"), ("cy", "pay")]);
        let roster = Roster { groups: vec![group("web-emeritus", &["ada", "bo"]), group("pay", &["ada"])] };
        assert_eq!(roster.of_one_group().into_iter().collect::<Vec<_>>(), [("ada", "pay")]);
    }
}
