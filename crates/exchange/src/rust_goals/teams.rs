//! The Rust project's own list of teams: one TOML file each, with leads, members and kind.

use super::goal::stem;
use crate::{FileNotTaken, SourceFile};
use kedge_model::{Slug, TeamId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A team as the list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTeam {
    /// Its name there, which is one in Kedge too.
    pub id: TeamId,
    /// The file it was read from.
    pub file: String,
    /// What its website calls it.
    pub title: Option<String>,
    /// `team`, `working-group`, `project-group` or `marker-team`.
    pub kind: String,
    /// The team it is part of.
    pub subteam_of: Option<String>,
    /// Whether it stands in the list's archive.
    pub archived: bool,
    /// Accounts of its leads and members, in order, each once.
    pub handles: Vec<String>,
    /// Its chat stream.
    pub channel: Option<String>,
    /// Its repository or page.
    pub page: Option<String>,
}

impl ListedTeam {
    /// Whether it is people who work together; a marker team only groups accounts for a permission or a list.
    pub fn is_working(&self) -> bool {
        self.kind != "marker-team" && !self.archived
    }
}

/// The list, by name and by everything else it calls a team.
#[derive(Clone, Debug, Default)]
pub struct Teams {
    listed: BTreeMap<TeamId, ListedTeam>,
    /// What else the list calls a team; several teams may share a label.
    aliases: BTreeMap<String, BTreeSet<TeamId>>,
    /// Accounts in lower case, and the working teams each is in.
    memberships: BTreeMap<String, BTreeSet<TeamId>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    name: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    subteam_of: Option<String>,
    #[serde(default)]
    people: People,
    #[serde(default)]
    website: Option<Website>,
    #[serde(default)]
    rfcbot: Option<Rfcbot>,
}

#[derive(Default, Deserialize)]
struct People {
    #[serde(default)]
    leads: Vec<Member>,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Member {
    Account(String),
    WithRoles { github: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Website {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    repo: Option<String>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    zulip_stream: Option<String>,
}

#[derive(Deserialize)]
struct Rfcbot {
    #[serde(default)]
    label: Option<String>,
}

impl Teams {
    /// Reads the list. Files that cannot be read are returned beside it.
    pub fn read(sources: &[SourceFile]) -> (Self, Vec<FileNotTaken>) {
        let mut teams = Self::default();
        let mut not_taken = Vec::new();
        for source in sources {
            let read = toml::from_str::<File>(&source.text).map_err(|error| error.message().to_owned());
            match read.and_then(|file| teams.add(source, file)) {
                Ok(()) => {}
                Err(reason) => not_taken.push(FileNotTaken {
                    file: source.path.clone(),
                    reason: format!("not a team: {reason}"),
                }),
            }
        }
        (teams, not_taken)
    }

    fn add(&mut self, source: &SourceFile, file: File) -> Result<(), String> {
        let id = team_id(&file.name).ok_or_else(|| format!("`{}` has no letter or digit", file.name))?;
        let archived = source.path.split(['/', '\\']).any(|part| part == "archive");
        if let Some(other) = self.listed.get(&id) {
            // The list may keep the history of a name in its archive.
            if archived {
                return Err(format!("`{id}` is already listed in {}", other.file));
            }
        }
        let mut handles: Vec<String> = Vec::new();
        for member in file.people.leads.into_iter().chain(file.people.members) {
            let (Member::Account(handle) | Member::WithRoles { github: handle }) = member;
            if !handles.iter().any(|known| known.eq_ignore_ascii_case(&handle)) {
                handles.push(handle);
            }
        }
        let website = file.website.as_ref();
        let text = |value: Option<&String>| value.filter(|text| !text.trim().is_empty()).cloned();
        let team = ListedTeam {
            id: id.clone(),
            file: source.path.clone(),
            title: text(website.and_then(|site| site.name.as_ref())),
            kind: file.kind.unwrap_or_else(|| "team".to_owned()),
            subteam_of: file.subteam_of,
            archived,
            handles,
            channel: text(website.and_then(|site| site.zulip_stream.as_ref()))
                .map(|stream| format!("#{stream}")),
            page: text(website.and_then(|site| site.repo.as_ref().or(site.page.as_ref()))),
        };
        let label = file.rfcbot.and_then(|bot| bot.label);
        for alias in [Some(stem(&source.path)), team.title.as_deref(), label.as_deref()].into_iter().flatten()
        {
            self.aliases.entry(plain_name(alias)).or_default().insert(id.clone());
        }
        if team.is_working() {
            for handle in &team.handles {
                self.memberships.entry(handle.to_ascii_lowercase()).or_default().insert(id.clone());
            }
        }
        self.listed.insert(id, team);
        Ok(())
    }

    /// Every listed team, by name.
    pub fn iter(&self) -> impl Iterator<Item = &ListedTeam> {
        self.listed.values()
    }

    /// The team of this name.
    pub fn get(&self, id: &TeamId) -> Option<&ListedTeam> {
        self.listed.get(id)
    }

    /// The team that is called so, in any case: by its name, else by its label (`T-lang`) or what its website calls it
    /// where only one team is called that.
    pub fn find(&self, name: &str) -> Option<&ListedTeam> {
        let alias = || match self.aliases.get(&plain_name(name)) {
            Some(teams) if teams.len() == 1 => teams.first(),
            _ => None,
        };
        team_id(name)
            .and_then(|id| self.listed.get(&id))
            .or_else(|| alias().and_then(|id| self.listed.get(id)))
    }

    /// The working teams that an account leads or is a member of. Account names have no case.
    pub fn of_account(&self, handle: &str) -> impl Iterator<Item = &TeamId> {
        self.memberships.get(&handle.to_ascii_lowercase()).into_iter().flatten()
    }

    /// Whether a team is the other, or lies under it.
    pub fn is_within(&self, team: &TeamId, other: &TeamId) -> bool {
        let mut at = Some(team.clone());
        // The list is a tree; where it were not, the count ends the walk.
        for _ in 0..=self.listed.len() {
            match at {
                Some(id) if &id == other => return true,
                Some(id) => {
                    let above = self.listed.get(&id).and_then(|team| team.subteam_of.as_deref());
                    at = above.and_then(team_id);
                }
                None => return false,
            }
        }
        false
    }
}

/// A team's name in Kedge. `council` is taken by the organisation's own council.
pub(super) fn team_id(name: &str) -> Option<TeamId> {
    let slug = Slug::from_title(&plain_name(name))?;
    let id = TeamId::from(slug);
    if id.is_council() { Slug::new("council-team").ok().map(TeamId::from) } else { Some(id) }
}

/// A name without what people put around it: `#T-Lang`, `lang team` and `t-lang` are `lang`.
fn plain_name(name: &str) -> String {
    let name = name.trim().trim_matches('#').to_lowercase().replace(['_', ' '], "-");
    let name = name.strip_suffix("-team").unwrap_or(&name);
    name.strip_prefix("t-").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn teams(files: &[(&str, &str)]) -> Teams {
        let files: Vec<SourceFile> =
            files.iter().map(|(path, text)| SourceFile::new(*path, format!("{text}\n[people]\n"))).collect();
        Teams::read(&files).0
    }

    #[test]
    fn a_team_is_found_by_what_the_list_calls_it() {
        let teams = teams(&[
            ("teams/lang.toml", "name = \"lang\"\nrfcbot = { label = \"T-lang\" }"),
            ("teams/compiler-fcp.toml", "name = \"compiler-fcp\"\nrfcbot = { label = \"T-compiler\" }"),
            ("teams/compiler.toml", "name = \"compiler\""),
            ("teams/docs.toml", "name = \"lang-docs\"\nwebsite = { name = \"Language docs team\" }"),
        ]);
        let found = |name: &str| teams.find(name).map(|team| team.id.to_string());
        for name in ["lang", "Lang", "T-lang", "#t-lang", "lang team"] {
            assert_eq!(found(name).as_deref(), Some("lang"), "{name}");
        }
        assert_eq!(
            found("compiler").as_deref(),
            Some("compiler"),
            "its own name comes before another's label"
        );
        assert_eq!(found("language docs").as_deref(), Some("lang-docs"));
        assert_eq!(found("langs"), None);
    }

    #[test]
    fn a_circle_of_teams_ends() {
        let teams = teams(&[
            ("a.toml", "name = \"a\"\nsubteam-of = \"b\""),
            ("b.toml", "name = \"b\"\nsubteam-of = \"a\""),
        ]);
        let id = |name| team_id(name).expect("a team");
        assert!(teams.is_within(&id("a"), &id("b")));
        assert!(!teams.is_within(&id("a"), &id("c")));
    }

    #[test]
    fn the_council_stays_the_organisations_own() {
        assert_eq!(team_id("Council").map(|id| id.to_string()).as_deref(), Some("council-team"));
    }
}
