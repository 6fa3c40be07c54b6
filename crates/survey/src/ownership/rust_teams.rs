//! The Rust project's files: its teams and people (`teams/`, `people/` and `repos/` of its team repository), and, in a
//! repository itself, `triagebot.toml`, which says which team or person a path is given to.
//!
//! Of several patterns of `[assign.owners]` that match, those with the most parts decide, as the project's bot has it; they
//! are read as those of `.gitignore`. Where a team stands beside people, the team owns. Without that file, the teams that may write to
//! the repository (`[access.teams]` of its file in `repos/`) own all of it.
//!
//! Sources: github.com/rust-lang/team, `docs/toml-schema.md`; forge.rust-lang.org, "Pull request assignment".

use super::deepest::Folder;
use super::roster::{Group, Roster};
use kedge_exchange::codeowners::{CodeOwners, Host};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Teams, people and who may write where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RustTeams {
    /// Each team with its people: their accounts, addresses and names.
    pub(super) roster: Roster,
    /// What the code host calls a team (`rust-lang/wg-llvm`, in lower case), and its name.
    called: BTreeMap<String, String>,
    /// Teams that may write, by repository (`rust-lang/rust`, in lower case).
    writers: BTreeMap<String, Vec<String>>,
}

/// Whether a path in the team repository is one of these files; what is archived is none.
pub(super) fn is_one(path: &str) -> bool {
    let mut parts = path.split('/');
    let (folder, depth) = (parts.next().unwrap_or_default(), parts.count());
    let is_toml = path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml");
    is_toml && matches!((folder, depth), ("teams" | "people", 1) | ("repos", 2))
}

impl RustTeams {
    /// Reads the files, by their paths in the team repository; what cannot be read is told to `skipped`.
    pub(super) fn read<'t>(
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
        skipped: &mut dyn FnMut(String),
    ) -> Self {
        let mut teams = Self::default();
        let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, text) in files {
            let table = match text.parse::<Table>() {
                Ok(table) => table,
                Err(error) => {
                    skipped(format!("{path}: {}", error.message()));
                    continue;
                }
            };
            match path.split('/').next() {
                Some("people") => {
                    let names = ["github", "email", "name"].iter().filter_map(|key| text_of(&table, key));
                    if let Some(account) = text_of(&table, "github") {
                        people.insert(account.to_lowercase(), names.map(str::to_owned).collect());
                    }
                }
                Some("repos") => teams.writers_of(&table),
                _ => teams.team(&table, path, skipped),
            }
        }
        for group in &mut teams.roster.groups {
            let all = group.people.iter().flat_map(|account| {
                people.get(&account.to_lowercase()).cloned().unwrap_or_else(|| vec![account.clone()])
            });
            group.people = all.collect();
        }
        teams
    }

    fn team(&mut self, table: &Table, path: &str, skipped: &mut dyn FnMut(String)) {
        let Some(name) = text_of(table, "name") else {
            skipped(format!("{path}: a team without `name`"));
            return;
        };
        // Marker teams give rights; they work on nothing.
        if text_of(table, "kind") == Some("marker-team") {
            return;
        }
        for host in table.get("github").and_then(Value::as_array).into_iter().flatten() {
            let team = host.get("team-name").and_then(Value::as_str).unwrap_or(name);
            for organisation in host.get("orgs").and_then(Value::as_array).into_iter().flatten() {
                if let Some(organisation) = organisation.as_str() {
                    self.called.insert(format!("{organisation}/{team}").to_lowercase(), name.to_owned());
                }
            }
        }
        let mut seen = BTreeSet::new();
        let listed = |key: &str| {
            let people = table.get("people").and_then(|people| people.get(key)).and_then(Value::as_array);
            people.into_iter().flatten().filter_map(|person| {
                // Either a name, or a table of one who has a role.
                person.as_str().or_else(|| person.get("github")?.as_str()).map(str::to_owned)
            })
        };
        let people =
            listed("leads").chain(listed("members")).filter(|who| seen.insert(who.to_lowercase())).collect();
        self.roster.groups.push(Group { name: name.to_owned(), people });
    }

    fn writers_of(&mut self, table: &Table) {
        let (Some(organisation), Some(name)) = (text_of(table, "org"), text_of(table, "name")) else {
            return;
        };
        let access = table.get("access").and_then(|access| access.get("teams")).and_then(Value::as_table);
        let may_write = |right: &Value| matches!(right.as_str(), Some("write" | "maintain" | "admin"));
        let writers =
            access.into_iter().flatten().filter(|(_, right)| may_write(right)).map(|(team, _)| team.clone());
        self.writers.insert(format!("{organisation}/{name}").to_lowercase(), writers.collect());
    }

    /// A repository as a whole, where these files say who may write to it.
    pub(super) fn whole(&self, repository: &str) -> Vec<Folder> {
        let repository = repository.to_lowercase();
        let named = |name: &str| {
            name == repository
                || (!repository.contains('/') && name.rsplit('/').next() == Some(repository.as_str()))
        };
        let found = self.writers.iter().find(|(name, teams)| named(name) && !teams.is_empty());
        found.map(|(_, teams)| Folder::of("", teams.clone())).into_iter().collect()
    }

    /// The areas of a `triagebot.toml`.
    pub(super) fn assigned(&self, text: &str, skipped: &mut dyn FnMut(String)) -> Vec<Folder> {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                skipped(error.message().to_owned());
                return Vec::new();
            }
        };
        let owners = table.get("assign").and_then(|assign| assign.get("owners")).and_then(Value::as_table);
        let mut folders = Vec::new();
        for (pattern, named) in owners.into_iter().flatten() {
            let named = named.as_array().into_iter().flatten().filter_map(Value::as_str);
            // `@name` is a person; a team or a group of the file has no `@`, or an organisation before it.
            let (people, groups): (Vec<&str>, Vec<&str>) =
                named.partition(|name| name.starts_with('@') && !name.contains('/'));
            let owners = if groups.is_empty() { people } else { groups };
            let line = format!("{} @x", pattern.replace(' ', "\\ "));
            let read = CodeOwners::read(&line, Host::GitHub);
            let (Some(rule), false) = (read.rules().first(), owners.is_empty()) else {
                skipped(format!("`{pattern}` names no path, or nobody"));
                continue;
            };
            folders.push(Folder {
                shown: pattern.clone(),
                globs: rule.globs.clone(),
                depth: pattern.split('/').count(),
                owners: owners.into_iter().map(|owner| self.name(owner)).collect(),
            });
        }
        folders
    }

    /// The team that is meant.
    fn name(&self, owner: &str) -> String {
        let plain = owner.trim_start_matches('@');
        match (self.called.get(&plain.to_lowercase()), plain.split_once('/')) {
            (Some(name), _) => name.clone(),
            (None, Some((_, team))) => team.to_owned(),
            (None, None) => owner.to_owned(),
        }
    }
}

fn text_of<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPILER: &str = "name = 'smiths'\n[people]\nleads = ['ada']\nmembers = ['ada', {github = 'Bo', roles = ['x']}]\n\
                            alumni = ['old']\n[[github]]\norgs = ['forge']\nteam-name = 'wg-smiths'\n";

    fn teams() -> RustTeams {
        let files = [
            ("teams/smiths.toml", COMPILER),
            ("teams/marks.toml", "name = 'marks'\nkind = 'marker-team'\n[people]\nmembers = ['ada']"),
            ("people/ada.toml", "name = 'Ada A'\ngithub = 'ada'\nemail = 'ada@acme.example'"),
            ("people/bo.toml", "name = 'Bo B'\ngithub = 'Bo'\nemail = false"),
            (
                "repos/forge/anvil.toml",
                "org = 'forge'\nname = 'Anvil'\n[access.teams]\nsmiths = 'write'\nhelp = 'triage'",
            ),
        ];
        RustTeams::read(files, &mut |why| panic!("{why}"))
    }

    #[test]
    fn teams_have_people_under_all_their_names() {
        let teams = teams();
        assert_eq!(teams.roster.groups.len(), 1);
        assert_eq!(teams.roster.groups[0].people, ["ada", "ada@acme.example", "Ada A", "Bo", "Bo B"]);
        let whole = teams.whole("forge/anvil");
        assert_eq!((whole.len(), whole[0].owners.as_slice()), (1, ["smiths".to_owned()].as_slice()));
        assert!(teams.whole("other/anvil").is_empty());
        assert_eq!(teams.whole("anvil").len(), 1);
    }

    #[test]
    fn paths_are_given_to_teams_and_else_to_people() {
        let text = "[assign.adhoc_groups]\nheat = ['@ada']\n[assign.owners]\n'/fire' = ['heat', '@bo']\n\
                    '/fire/coal' = ['@forge/wg-smiths']\n'*.md' = ['@bo']\n'/none' = []\n";
        let mut skipped = Vec::new();
        let folders = teams().assigned(text, &mut |why| skipped.push(why));
        let shown: Vec<String> =
            folders.iter().map(|it| format!("{} {} {}", it.shown, it.depth, it.owners.join(" "))).collect();
        assert_eq!(shown, ["*.md 1 @bo", "/fire 2 heat", "/fire/coal 3 smiths"]);
        assert_eq!(skipped.len(), 1);
        assert!(RustTeams::default().assigned("= 1", &mut |why| skipped.push(why)).is_empty());
        assert_eq!(skipped.len(), 2);
    }

    #[test]
    fn only_the_files_of_the_team_repository_are_read() {
        for path in ["teams/a.toml", "people/a.toml", "repos/o/a.toml"] {
            assert!(is_one(path), "{path}");
        }
        for path in
            ["a.toml", "src/teams/a.toml", "teams/a.md", "teams/archive/a.toml", "repos/archive/o/a.toml"]
        {
            assert!(!is_one(path), "{path}");
        }
    }
}
