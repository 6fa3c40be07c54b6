//! OWNERS and `OWNERS_ALIASES` of Prow: the group that a folder belongs to.
//!
//! Approval in Prow goes up the tree and may be given by any one of many people; who *owns* a folder is asked here. That is
//! the nearest file above a path that names a group: by its labels (`sig/node` is `sig-node`), else by those of its
//! approvers that `OWNERS_ALIASES` defines. Only where no file above names a group, it is the people whom the nearest
//! names. `options: no_parent_owners` ends the way up; `filters` hold for the names that they match.
//!
//! Source: go.k8s.io/owners.

use super::roster::{Group, Roster};
use kedge_exchange::yaml;
use regex::{Regex, RegexBuilder};
use serde_json::Value;
use std::collections::BTreeSet;

/// A pattern's automaton may take so many bytes: more than anybody writes for the names of files.
const LARGEST_PATTERN: usize = 1 << 18;

/// A file of either kind.
#[derive(Clone, Debug)]
pub(super) enum Prow {
    Owners(Owners),
    Aliases(BTreeSet<String>),
}

/// An OWNERS file.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    /// For files whose path from the folder on matches; for all where there is no pattern.
    named: Vec<(Option<Regex>, Named)>,
    /// Whether files further up say nothing here.
    pub(super) stops: bool,
}

/// Who is named.
#[derive(Clone, Debug, Default)]
struct Named {
    groups: Vec<String>,
    approvers: Vec<String>,
}

/// Who owns a path by one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Groups(Vec<String>),
    People(Vec<String>),
    Nothing,
}

impl Owners {
    /// Reads a file; what of it cannot be read is told to `skipped`.
    pub(super) fn read(text: &str, skipped: &mut dyn FnMut(String)) -> Self {
        let value = match yaml::value(text) {
            Ok(value) => value,
            Err(why) => {
                skipped(why);
                return Self::default();
            }
        };
        let mut named = vec![(None, named(&value))];
        if let Some(Value::Object(filters)) = value.get("filters") {
            for (pattern, value) in filters {
                let is_all = matches!(pattern.as_str(), ".*" | "" | "^.*$");
                let regex = match RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).build() {
                    _ if is_all => None,
                    Ok(regex) => Some(regex),
                    Err(_) => {
                        skipped(format!("the filter `{pattern}` is no regular expression"));
                        continue;
                    }
                };
                named.push((regex, self::named(value)));
            }
        }
        let stops = yaml::text(&value, &["options", "no_parent_owners"]) == "true";
        Self { named, stops }
    }

    /// Who owns a path, given from the file's folder on.
    pub(super) fn of(&self, path: &str, aliases: Option<&BTreeSet<String>>) -> Says {
        let held = || {
            let holds = |regex: &Option<Regex>| regex.as_ref().is_none_or(|regex| regex.is_match(path));
            self.named.iter().filter(move |(regex, _)| holds(regex)).map(|(_, named)| named)
        };
        let unique = |names: Vec<&String>| -> Vec<String> {
            let mut seen = BTreeSet::new();
            names.into_iter().filter(|name| seen.insert(name.to_lowercase())).cloned().collect()
        };
        let groups: Vec<&String> = held().flat_map(|named| &named.groups).collect();
        if !groups.is_empty() {
            return Says::Groups(unique(groups));
        }
        let approvers: Vec<&String> = held().flat_map(|named| &named.approvers).collect();
        let is_alias = |name: &&&String| aliases.is_some_and(|known| known.contains(&name.to_lowercase()));
        let by_alias: Vec<&String> = approvers.iter().filter(is_alias).copied().collect();
        if !by_alias.is_empty() {
            return Says::Groups(unique(by_alias));
        }
        if approvers.is_empty() { Says::Nothing } else { Says::People(unique(approvers)) }
    }
}

fn named(value: &Value) -> Named {
    let groups = yaml::texts(value, &["labels"])
        .into_iter()
        .filter(|label| ["sig/", "wg/", "ug/", "committee/"].iter().any(|kind| label.starts_with(kind)))
        .map(|label| label.replace('/', "-"))
        .collect();
    let approvers = yaml::texts(value, &["approvers"]);
    Named {
        groups,
        approvers: approvers.into_iter().map(|name| name.trim_start_matches('@').to_owned()).collect(),
    }
}

/// The groups that an `OWNERS_ALIASES` file defines, with the people in each.
pub(super) fn aliases(text: &str) -> Result<Roster, String> {
    let value = yaml::value(text)?;
    let mut roster = Roster::default();
    if let Some(Value::Object(aliases)) = value.get("aliases") {
        for (name, people) in aliases {
            let people = match people {
                Value::Array(people) => people.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => Vec::new(),
            };
            roster.groups.push(Group { name: name.clone(), people });
        }
    }
    Ok(roster)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, path: &str, aliases: &[&str]) -> Says {
        let aliases: BTreeSet<String> = aliases.iter().map(ToString::to_string).collect();
        Owners::read(text, &mut |why| panic!("{why}")).of(path, Some(&aliases))
    }

    fn groups(names: &[&str]) -> Says {
        Says::Groups(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn groups_come_before_people() {
        assert_eq!(
            of("approvers: [ada]\nlabels:\n- sig/node\n- kind/bug\n", "x", &[]),
            groups(&["sig-node"])
        );
        let text = "approvers:\n- ada # since May\n- node-leads\nreviewers: [bo]\n";
        assert_eq!(of(text, "x", &["node-leads"]), groups(&["node-leads"]));
        assert_eq!(of(text, "x", &[]), Says::People(vec!["ada".into(), "node-leads".into()]));
        assert_eq!(of("reviewers: [bo]", "x", &[]), Says::Nothing);
    }

    #[test]
    fn filters_hold_for_the_names_that_they_match() {
        let text = "filters:\n  '.*': {approvers: [all-leads]}\n  '\\.go$': {labels: [sig/go]}\n";
        assert_eq!(of(text, "a/b.go", &["all-leads"]), groups(&["sig-go"]));
        assert_eq!(of(text, "a/b.md", &["all-leads"]), groups(&["all-leads"]));
        let mut skipped = Vec::new();
        let odd = Owners::read("filters: {'(': {approvers: [a]}}", &mut |why| skipped.push(why));
        assert_eq!((odd.of("x", None), skipped.len()), (Says::Nothing, 1));
        Owners::read(": [", &mut |why| skipped.push(why));
        assert_eq!(skipped.len(), 2);
        assert!(Owners::read("options: {no_parent_owners: true}", &mut |_| {}).stops);
    }

    #[test]
    fn aliases_name_groups_and_their_people() {
        let roster = aliases("aliases:\n  node-leads: [ada, Bo]\n  empty:\n").unwrap();
        let names: Vec<&str> = roster.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["empty", "node-leads"]);
        assert_eq!(roster.groups[1].people, ["ada", "Bo"]);
        assert!(aliases("aliases: [").is_err());
        assert_eq!(aliases("other: 1").unwrap().groups.len(), 0);
    }
}
