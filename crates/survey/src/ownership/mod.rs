//! Who owns a path: as the repository says it now, or as it said when a commit was made.
//!
//! Several kinds of files say it, and Kedge's own areas; which one holds is asked for, or the first that is there:
//!
//! - areas of the plans (`owns`), which know no earlier state;
//! - CODEOWNERS, as the code host reads it ([`kedge_exchange::codeowners`]);
//! - OWNERS files of Prow with `OWNERS_ALIASES`: the nearest above a path that names a group;
//! - `catalog-info.yaml` of Backstage: the nearest above a path whose component has an owner;
//! - `sigs.yaml` of the Kubernetes community: the deepest folder of a group or one of its subprojects;
//! - `triagebot.toml` and the team files of the Rust project: the deepest pattern.
//!
//! The last two lie, in whole or in part, in another repository than the one that is surveyed ([`Known::rosters`]); where
//! such files are handed in and say anything about this one, they come right after the plans' own areas.
//!
//! Sources: go.k8s.io/owners; backstage.io, "Descriptor Format of Catalog Entities".

mod catalogue;
mod deepest;
mod prow;
mod read;
mod roster;
mod rust_teams;
mod sigs;
mod versions;

#[doc(hidden)]
pub use read::read_as_each;
pub use read::rosters;
pub use roster::{Group, Roster};

use crate::history::{History, PathIndex};
use crate::repository::{Repository, SurveyError};
use crate::tree::Tree;
use kedge_exchange::codeowners::{Host, Owner};
use read::{Files, Handed, Read, Rules};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// At which moment ownership is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// As it is at the revision that is surveyed, for the whole history.
    #[default]
    Now,
    /// As it was when each commit came to be, by the commit's date.
    Then,
}

/// Where it is said who owns what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// In `owns` of the plans.
    Areas,
    /// In CODEOWNERS.
    Codeowners,
    /// In OWNERS files.
    Owners,
    /// In `catalog-info.yaml`.
    Catalogue,
    /// In `sigs.yaml`.
    Sigs,
    /// In `triagebot.toml` and the Rust project's team files.
    RustTeams,
}

impl Said {
    /// What people call it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Areas => "the plans' `owns`",
            Self::Codeowners => "CODEOWNERS",
            Self::Owners => "OWNERS files",
            Self::Catalogue => "catalog-info.yaml",
            Self::Sigs => "sigs.yaml",
            Self::RustTeams => "triagebot.toml and the team files",
        }
    }

    fn file(self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        match self {
            Self::Areas => false,
            Self::Codeowners => places().any(|place| place == path),
            Self::Owners => name == "OWNERS" || path == "OWNERS_ALIASES",
            Self::Catalogue => matches!(name, "catalog-info.yaml" | "catalog-info.yml"),
            Self::Sigs => path == "sigs.yaml",
            Self::RustTeams => path == "triagebot.toml",
        }
    }
}

/// Where code hosts look for CODEOWNERS, in order.
fn places() -> impl Iterator<Item = &'static str> {
    let [first, second, third] = Host::GitHub.places();
    [first, second, third, Host::GitLab.places()[2]].into_iter()
}

/// What a team says it owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The team.
    pub owner: String,
    /// The pattern: `*` within a folder, `**` across folders; relative to the repository's top.
    pub glob: String,
}

/// What is known besides the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Areas of the plans in this repository.
    pub areas: Vec<Area>,
    /// What the repository is called on its code host (`acme/shop`), or its name alone.
    pub repository: String,
    /// Where the repository is on its code host, as `kedge.toml` has it; needed only where the clone does not say.
    pub url: Option<String>,
    /// Files of groups from elsewhere, by their paths there: `sigs.yaml`, and `teams/`, `people/` and `repos/` of the Rust
    /// project's team repository.
    pub rosters: Vec<(String, String)>,
    /// What an owner is called here, by what it is called in the repository, in lower case: `@acme/web` to `web`.
    pub called: BTreeMap<String, String>,
}

/// An owner, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerIndex(pub u32);

/// Who owns what.
pub struct Ownership {
    said: Said,
    when: When,
    /// Whether what is asked for are areas, not their owners.
    by_area: bool,
    rules: Arc<Rules>,
    called: BTreeMap<String, String>,
    owners: Vec<String>,
    number: HashMap<String, OwnerIndex>,
    /// What was found, by path, where it is as it is now for the whole history.
    known_now: Vec<Option<Arc<[OwnerIndex]>>>,
    /// By path and state of the rules, where it is as it was.
    known: HashMap<(PathIndex, usize), Arc<[OwnerIndex]>>,
    skipped: Vec<String>,
    roster: Roster,
}

impl Ownership {
    /// Reads who owns what in a repository. `said` is where to look; the first that says anything where it is `None`.
    ///
    /// `None` where nothing says who owns anything.
    ///
    /// # Errors
    /// If the repository cannot be read.
    pub fn read(
        repository: &Repository,
        tree: &Tree,
        history: &History,
        known: &Known,
        said: Option<Said>,
        when: When,
    ) -> Result<Option<Self>, SurveyError> {
        let is_there = |said: &Said| match said {
            Said::Areas => !known.areas.is_empty(),
            Said::Owners => tree.files.iter().any(|file| file.path.rsplit('/').next() == Some("OWNERS")),
            _ => tree.files.iter().any(|file| said.file(&file.path)),
        };
        let mut read = Read::default();
        let handed = Handed::read(known, &mut read.skipped);
        let says_something = |said: &Said| is_there(said) || handed.says(*said);
        // Where all of it is one group's, what the repository itself says is more.
        let order = [
            (Said::Areas, is_there(&Said::Areas)),
            (Said::Sigs, handed.divides(Said::Sigs)),
            (Said::RustTeams, handed.divides(Said::RustTeams)),
            (Said::Codeowners, is_there(&Said::Codeowners)),
            (Said::Owners, is_there(&Said::Owners)),
            (Said::Catalogue, is_there(&Said::Catalogue)),
            (Said::Sigs, says_something(&Said::Sigs)),
            (Said::RustTeams, says_something(&Said::RustTeams)),
        ];
        let first = || order.into_iter().find(|(_, says)| *says).map(|(said, _)| said);
        let Some(said) = said.or_else(first).filter(says_something) else {
            return Ok(None);
        };
        // Plans say only how it is now.
        let when = if said == Said::Areas { When::Now } else { when };
        let files = Files { repository, tree, history, said, when };
        let rules = files.rules(known, handed, &mut read)?;
        Ok(Some(Self {
            said,
            when,
            by_area: false,
            rules: Arc::new(rules),
            called: known.called.clone(),
            owners: Vec::new(),
            number: HashMap::new(),
            known_now: Vec::new(),
            known: HashMap::new(),
            skipped: read.skipped,
            roster: read.roster,
        }))
    }

    /// The same by area: what it calls owners then are the patterns and folders that decide.
    pub(crate) fn by_area(&self) -> Self {
        Self {
            said: self.said,
            when: self.when,
            by_area: true,
            rules: Arc::clone(&self.rules),
            called: self.called.clone(),
            owners: Vec::new(),
            number: HashMap::new(),
            known_now: Vec::new(),
            known: HashMap::new(),
            skipped: Vec::new(),
            roster: Roster::default(),
        }
    }

    /// Where it is said.
    pub fn said(&self) -> Said {
        self.said
    }

    /// At which moment.
    pub fn when(&self) -> When {
        self.when
    }

    /// The groups that the files define, with their people, as far as they say.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Who owns an area of the plans, by its pattern.
    pub(crate) fn owners_of_area(&self, glob: &str) -> Option<Vec<String>> {
        let Rules::Areas { areas, .. } = &*self.rules else { return None };
        let mut owners: Vec<String> =
            areas.iter().filter(|area| area.glob == glob).map(|area| area.owner.clone()).collect();
        owners.sort();
        owners.dedup();
        Some(owners)
    }

    /// What an owner of the repository is called here.
    pub(crate) fn name(&self, owner: &str) -> String {
        self.called.get(&owner.to_lowercase()).cloned().unwrap_or_else(|| owner.to_owned())
    }

    /// The number of somebody who was found to own something.
    pub(crate) fn number_of(&self, owner: &str) -> Option<OwnerIndex> {
        self.number.get(owner).copied()
    }

    /// Everybody who was found to own something so far, by number.
    pub fn owners(&self) -> &[String] {
        &self.owners
    }

    /// Lines that say who owns something and cannot be read, each with why.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Rules of CODEOWNERS that match no file of the tree, as they are now: their place and pattern. Each is either out of
    /// date or mistyped.
    pub fn unused(&self, tree: &Tree) -> Vec<String> {
        let Rules::Codeowners(versions) = &*self.rules else { return Vec::new() };
        let Some((path, rules)) = places().find_map(|place| Some((place, versions.at(place, i64::MAX)?)))
        else {
            return Vec::new();
        };
        let mut used = vec![false; rules.rules().len()];
        let at: HashMap<usize, usize> =
            rules.rules().iter().enumerate().map(|(place, rule)| (rule.line, place)).collect();
        for file in &tree.files {
            for rule in rules.matching(&file.path) {
                if let Some(place) = at.get(&rule.line) {
                    used[*place] = true;
                }
            }
        }
        let unused = rules.rules().iter().zip(used).filter(|(_, used)| !used);
        unused.map(|(rule, _)| format!("{path}:{} {}", rule.line, rule.pattern)).collect()
    }

    /// Who owns a path, at a moment (seconds since 1970) where that matters; in the order of their numbers.
    pub fn of(&mut self, index: PathIndex, path: &str, at: i64) -> Arc<[OwnerIndex]> {
        let at = if self.when == When::Now { i64::MAX } else { at };
        let place = index.0 as usize;
        if self.when == When::Now
            && let Some(Some(known)) = self.known_now.get(place)
        {
            return Arc::clone(known);
        }
        let epoch = match &*self.rules {
            Rules::Areas { .. } => 0,
            Rules::Codeowners(versions) => versions.epoch(at),
            Rules::Prow(versions) => versions.epoch(at),
            Rules::Catalogue(versions) => versions.epoch(at),
            Rules::Deepest { versions, .. } => versions.epoch(at),
        };
        if let Some(known) = self.known.get(&(index, epoch)) {
            return Arc::clone(known);
        }
        let owners: Arc<[OwnerIndex]> = self.find(path, at).into();
        if self.when == When::Now {
            self.known_now.resize(self.known_now.len().max(place + 1), None);
            self.known_now[place] = Some(Arc::clone(&owners));
            return owners;
        }
        self.known.insert((index, epoch), Arc::clone(&owners));
        owners
    }

    /// Who owns a path as it is now, by name.
    pub fn now(&mut self, path: &str) -> Vec<String> {
        let found = self.find(path, i64::MAX);
        found.into_iter().filter_map(|owner| self.owners.get(owner.0 as usize).cloned()).collect()
    }

    fn find(&mut self, path: &str, at: i64) -> Vec<OwnerIndex> {
        let rules = Arc::clone(&self.rules);
        let names: Vec<String> = match &*rules {
            Rules::Areas { set, areas } => {
                let matched = set.matches(path).into_iter().map(|place| &areas[place]);
                matched
                    .map(|area| if self.by_area { area.glob.clone() } else { area.owner.clone() })
                    .collect()
            }
            Rules::Codeowners(versions) => {
                let rules = places().find_map(|place| versions.at(place, at));
                let deciding = rules.map(|rules| rules.deciding(path)).unwrap_or_default();
                let owned = deciding.into_iter().filter(|rule| !rule.owners.is_empty());
                if self.by_area {
                    owned.map(|rule| rule.pattern.clone()).collect()
                } else {
                    owned.flat_map(|rule| &rule.owners).map(Owner::to_string).collect()
                }
            }
            Rules::Prow(versions) => self.nearest(read::prow_nearest(versions, path, at)),
            Rules::Catalogue(versions) => self.nearest(read::catalogue_nearest(versions, path, at)),
            Rules::Deepest { file, versions, handed } => {
                let here = versions.at(file, at).filter(|it| !it.is_empty());
                let folders = here.map(|it| it.of(path)).filter(|it| !it.is_empty());
                let folders = folders.unwrap_or_else(|| handed.of(path));
                if self.by_area {
                    folders.into_iter().map(|it| it.shown.clone()).collect()
                } else {
                    folders.into_iter().flat_map(|it| &it.owners).cloned().collect()
                }
            }
        };
        let by_area = self.by_area || self.said == Said::Areas;
        let mut found: Vec<OwnerIndex> = names
            .into_iter()
            .map(|name| {
                let called = if by_area { None } else { self.called.get(&name.to_lowercase()).cloned() };
                self.numbered(&called.unwrap_or(name))
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Of a folder and its owners, what is asked for.
    fn nearest(&self, found: Option<(String, Vec<String>)>) -> Vec<String> {
        match found {
            Some((folder, _)) if self.by_area => vec![format!("{folder}/")],
            Some((_, owners)) => owners,
            None => Vec::new(),
        }
    }

    fn numbered(&mut self, owner: &str) -> OwnerIndex {
        if let Some(known) = self.number.get(owner) {
            return *known;
        }
        let index = OwnerIndex(self.owners.len() as u32);
        self.owners.push(owner.to_owned());
        self.number.insert(owner.to_owned(), index);
        index
    }
}
