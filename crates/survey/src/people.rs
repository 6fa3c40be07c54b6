//! Who wrote a commit: one person under all their names, a program, and of which team.

use crate::git::{Conversation, git};
use crate::history::{Identity, Names, PersonIndex};
use crate::ownership::Ownership;
use crate::repository::{Repository, SurveyError};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

/// Accounts that are programs, besides those that end with `[bot]`: in lower case, as they call themselves in commits.
const PROGRAMS: [&str; 14] = [
    "bors",
    "ci bot",
    "dependabot",
    "dependabot-preview",
    "github actions",
    "github-actions",
    "greenkeeper",
    "jenkins",
    "k8s-ci-robot",
    "mergify",
    "pre-commit-ci",
    "renovate",
    "semantic-release-bot",
    "web-flow",
];

/// The people of a history.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// By number: who it is by the repository's `.mailmap`.
    identities: Vec<Identity>,
}

impl People {
    /// Everybody of a history, with `.mailmap` as it is at the revision.
    ///
    /// # Errors
    /// If git breaks off.
    pub fn read(repository: &Repository, names: &Names) -> Result<Self, SurveyError> {
        let identities = mapped(repository, names.people()).map_err(|error| repository.broke_off(&error))?;
        Ok(Self { identities })
    }

    /// Who a number stands for.
    pub fn identity(&self, person: PersonIndex) -> Option<&Identity> {
        self.identities.get(person.0 as usize)
    }

    /// Whether it is a program.
    pub fn is_program(&self, person: PersonIndex) -> bool {
        self.identity(person).is_some_and(is_program)
    }
}

/// Whether commits of this name are made by a program.
fn is_program(who: &Identity) -> bool {
    let name = who.name.trim().to_lowercase();
    let login = login(&who.mail).unwrap_or_default();
    [name.as_str(), login.as_str()].iter().any(|it| it.ends_with("[bot]") || PROGRAMS.contains(it))
}

/// The account on the code host, where the address is one that the host made up to hide the real one:
/// `123+ada@users.noreply.github.com`.
fn login(mail: &str) -> Option<String> {
    let (local, host) = mail.split_once('@')?;
    let is_hosts =
        host.eq_ignore_ascii_case("users.noreply.github.com") || host.ends_with("noreply.gitlab.com");
    let login = local.split_once('+').map_or(local, |(_, login)| login);
    is_hosts.then(|| login.to_lowercase())
}

/// The team of each person of a history, where somebody says so.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// A name, address or account in lower case, to the team.
    team_of: BTreeMap<String, String>,
}

impl Members {
    /// Takes a name, an address or an account on the code host as one of a team's. The first team that says so counts.
    pub fn add(&mut self, who: &str, team: &str) {
        let who = who.trim().trim_start_matches('@').to_lowercase();
        self.team_of.entry(who).or_insert_with(|| team.to_owned());
    }

    /// These, and the people of the groups that the ownership's own files define, where nobody else said whose they are.
    #[must_use]
    pub fn and_groups(&self, ownership: &Ownership) -> Self {
        let mut members = self.clone();
        for (person, group) in ownership.roster().of_one_group() {
            members.add(person, &ownership.name(group));
        }
        members
    }

    /// Whether nobody's team is known.
    pub fn is_empty(&self) -> bool {
        self.team_of.is_empty()
    }

    /// The team of a person: by address, by account, then by name.
    pub fn team(&self, who: &Identity) -> Option<&str> {
        let keys =
            [Some(who.mail.trim().to_lowercase()), login(&who.mail), Some(who.name.trim().to_lowercase())];
        keys.into_iter().flatten().find_map(|key| self.team_of.get(&key)).map(String::as_str)
    }
}

/// People by the names that `.mailmap` gives them.
fn mapped(repository: &Repository, people: &[Identity]) -> io::Result<Vec<Identity>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = git(repository.git_dir());
    command.arg("-c").arg(format!("mailmap.blob={}:.mailmap", repository.head()));
    command.args(["check-mailmap", "--stdin"]);
    let mut conversation = Conversation::start(command)?;
    let mut mapped = Vec::with_capacity(people.len());
    for who in people {
        // What git itself would not take for a person stays as it is.
        let odd = |text: &str| text.contains(['<', '>', '\n']);
        if odd(&who.name) || odd(&who.mail) || who.mail.is_empty() {
            mapped.push(who.clone());
            continue;
        }
        writeln!(conversation.ask, "{} <{}>", who.name, who.mail)?;
        conversation.ask.flush()?;
        let mut line = String::new();
        conversation.answer.read_line(&mut line)?;
        let found = line.trim_end().trim_end_matches('>').rsplit_once('<');
        mapped.push(found.map_or_else(
            || who.clone(),
            |(name, mail)| Identity { name: name.trim().to_owned(), mail: mail.to_owned() },
        ));
    }
    Ok(mapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(name: &str, mail: &str) -> Identity {
        Identity { name: name.into(), mail: mail.into() }
    }

    #[test]
    fn programs_are_told_from_people() {
        assert!(is_program(&who("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")));
        assert!(is_program(&who("Renovate", "29139614+renovate@users.noreply.github.com")));
        assert!(!is_program(&who("Bob Otter", "bot@acme.example")));
        assert!(!is_program(&who("Ada Abbot", "ada@acme.example")));
    }

    #[test]
    fn a_team_is_found_by_address_account_or_name() {
        let mut members = Members::default();
        members.add("ada@acme.example", "web");
        members.add("@bo", "pay");
        members.add("Cy Young", "ops");
        assert_eq!(members.team(&who("?", "Ada@acme.example")), Some("web"));
        assert_eq!(members.team(&who("Bo", "77+bo@users.noreply.github.com")), Some("pay"));
        assert_eq!(members.team(&who("cy young", "cy@home.example")), Some("ops"));
        assert_eq!(members.team(&who("Dee", "dee@acme.example")), None);
    }
}
