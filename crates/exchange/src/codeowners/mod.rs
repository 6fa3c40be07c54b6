//! CODEOWNERS: the teams of the code host and the areas that they own.
//!
//! | in the file | in the draft |
//! | --- | --- |
//! | `@organisation/team` | a team with that handle |
//! | a rule | a pattern of `owns` for each of its teams, since owners own together |
//! | a person, an address, a role as owner | a row not taken: people are not teams |
//! | a rule without owners, a line that the host passes over | a row not taken |
//!
//! `owns` is a list and CODEOWNERS an order, in which the last rule that matches decides. What a later rule takes away
//! cannot be said in `owns`; a note tells so. Whoever needs to know whose one file is asks [`CodeOwners`].

mod index;
mod rules;

pub use rules::{CodeOwners, Host, Owner, Rule};

use crate::names::TeamNames;
use crate::{Draft, RowNotTaken, SourceFile};
use kedge_model::{Slug, Team, TeamKind};
use std::collections::{BTreeMap, BTreeSet};

/// What the file does not say and whoever imports must or may.
#[derive(Clone, Debug)]
pub struct Options {
    /// The repository's name in `kedge.toml`, which the patterns begin with.
    pub repository: Slug,
    /// Whose semantics; told by the file where absent.
    pub host: Option<Host>,
    /// The paths of the repository's files, to find rules that match none.
    pub files: Option<Vec<String>>,
}

/// Turns a CODEOWNERS file into a draft of teams and what they own.
pub fn draft(source: &SourceFile, options: &Options) -> Draft {
    let host = options.host.unwrap_or_else(|| Host::of(&source.path, &source.text));
    let owners = CodeOwners::read(&source.text, host);
    let mut draft = Draft::default();
    let mut refuse = |line: usize, text: &str, reason: &str| {
        draft.rows_not_taken.push(RowNotTaken::new(&source.path, line, text, reason));
    };
    for (line, text, reason) in owners.skipped() {
        refuse(*line, text, reason);
    }
    let mut owned: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut said: BTreeSet<(&str, String)> = BTreeSet::new();
    for rule in owners.rules() {
        let shown = || {
            let owners: Vec<String> = rule.owners.iter().map(ToString::to_string).collect();
            format!("{} {}", rule.pattern, owners.join(" "))
        };
        if rule.excludes {
            refuse(rule.line, &rule.pattern, "takes paths out of its section, which `owns` cannot say");
            continue;
        }
        if rule.owners.is_empty() {
            refuse(rule.line, &rule.pattern, "names no owner: what it matches is nobody's");
        }
        for owner in &rule.owners {
            if let Owner::Team(name) = owner {
                let patterns = owned.entry(name.as_str()).or_default();
                for pattern in patterns_of(rule) {
                    let pattern = format!("{}:{pattern}", options.repository);
                    if said.insert((name, pattern.clone())) {
                        patterns.push(pattern);
                    }
                }
            }
        }
        if rule.owners.iter().any(|owner| !matches!(owner, Owner::Team(_))) {
            let all = rule.owners.iter().all(|owner| !matches!(owner, Owner::Team(_)));
            let reason = if all {
                "is owned by people, not by a team"
            } else {
                "is owned by a team, which is taken, and by people, who are not"
            };
            refuse(rule.line, &shown(), reason);
        }
    }
    if let Some(files) = &options.files {
        let matched: BTreeSet<usize> =
            files.iter().flat_map(|path| owners.matching(path)).map(|rule| rule.line).collect();
        for rule in owners.rules().iter().filter(|rule| !matched.contains(&rule.line)) {
            refuse(rule.line, &rule.pattern, "matches no file of the list (it is taken all the same)");
        }
    }
    let words: Vec<(&str, &str)> =
        owned.keys().map(|name| (*name, name.rsplit('/').next().unwrap_or(name))).collect();
    let teams = TeamNames::with_ids(words);
    draft.notes.extend(teams.note());
    for (name, id) in teams.iter() {
        let mut team = Team::new(id.clone(), TeamKind::Stream);
        team.handles = vec![format!("@{name}")];
        team.owns = owned.get(name).cloned().unwrap_or_default();
        team.meta.origin = Some(format!("codeowners:@{name}"));
        draft.changes.push(team.into());
    }
    if owned.len() > 1 {
        draft.notes.push(format!(
            "In CODEOWNERS the last rule that matches decides; `owns` is a list without an order. Where rules overlap, \
             both teams have the pattern. With `[repository.{}]` in kedge.toml the file itself can be asked.",
            options.repository
        ));
    }
    draft.rows_not_taken.sort();
    draft
}

/// A rule's patterns for people: all below a folder says the folder too.
fn patterns_of(rule: &Rule) -> Vec<&str> {
    let last = rule.pattern.rsplit('/').next().unwrap_or("");
    match rule.globs.as_slice() {
        // What ends like a file's name is hardly ever a folder.
        [_, own] if last.contains('.') => vec![own],
        globs => globs.iter().map(String::as_str).collect(),
    }
}
