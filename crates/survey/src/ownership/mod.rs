//! Who owns a path: as the repository says it now, or as it said when a commit was made.
//!
//! Four kinds of files say it, and Kedge's own areas; which one holds is asked for, or the first that is there:
//!
//! - areas of the plans (`owns`), which know no earlier state;
//! - CODEOWNERS, as the code host reads it ([`kedge_exchange::codeowners`]);
//! - OWNERS files of Prow: the nearest above a path that names anybody decides, unlike approval, which parents share;
//! - `catalog-info.yaml` of Backstage: the nearest above a path whose component has an owner.
//!
//! Sources: go.k8s.io/owners; backstage.io, "Descriptor Format of Catalog Entities".

mod catalogue;
mod owners_file;
mod versions;

use crate::history::{History, PathIndex};
use crate::repository::{Repository, SurveyError};
use crate::tree::Tree;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use kedge_exchange::codeowners::{CodeOwners, Host, Owner};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use versions::Versions;

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
}

impl Said {
    fn file(self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        match self {
            Self::Areas => false,
            Self::Codeowners => places().any(|place| place == path),
            Self::Owners => name == "OWNERS",
            Self::Catalogue => matches!(name, "catalog-info.yaml" | "catalog-info.yml"),
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
    /// What an owner is called here, by what it is called in the repository, in lower case: `@acme/web` to `web`.
    pub called: BTreeMap<String, String>,
}

/// An owner, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerIndex(pub u32);

enum Rules {
    Areas { set: GlobSet, owners: Vec<OwnerIndex> },
    Codeowners(Versions<CodeOwners>),
    Nearest { file: Said, versions: Versions<Vec<String>> },
}

/// Who owns what.
pub struct Ownership {
    said: Said,
    when: When,
    rules: Rules,
    called: BTreeMap<String, String>,
    owners: Vec<String>,
    number: HashMap<String, OwnerIndex>,
    known: HashMap<(PathIndex, usize), Rc<[OwnerIndex]>>,
    skipped: Vec<String>,
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
        let all = [Said::Areas, Said::Codeowners, Said::Owners, Said::Catalogue];
        let is_there = |said: &Said| match said {
            Said::Areas => !known.areas.is_empty(),
            _ => tree.files.iter().any(|file| said.file(&file.path)),
        };
        let Some(said) = said.or_else(|| all.into_iter().find(is_there)).filter(is_there) else {
            return Ok(None);
        };
        let mut ownership = Self {
            said,
            // Plans say only how it is now.
            when: if said == Said::Areas { When::Now } else { when },
            rules: Rules::Areas { set: GlobSet::empty(), owners: Vec::new() },
            called: known.called.clone(),
            owners: Vec::new(),
            number: HashMap::new(),
            known: HashMap::new(),
            skipped: Vec::new(),
        };
        let when = ownership.when;
        let mut skipped = Vec::new();
        ownership.rules = match said {
            Said::Areas => ownership.areas(&known.areas),
            Said::Codeowners => Rules::Codeowners(Versions::read(
                repository,
                tree,
                history,
                when,
                |path| said.file(path),
                |path, text| {
                    let read = CodeOwners::read(text, Host::of(path, text));
                    if when == When::Now {
                        skipped.extend(
                            read.skipped().iter().map(|(line, _, why)| format!("{path}:{line} {why}")),
                        );
                    }
                    read
                },
            )?),
            Said::Owners | Said::Catalogue => {
                let parse = if said == Said::Owners { owners_file::owners } else { catalogue::owners };
                let versions = Versions::read(
                    repository,
                    tree,
                    history,
                    when,
                    |path| said.file(path),
                    |_, text| parse(text),
                )?;
                Rules::Nearest { file: said, versions }
            }
        };
        ownership.skipped = skipped;
        Ok(Some(ownership))
    }

    fn areas(&mut self, areas: &[Area]) -> Rules {
        let mut builder = GlobSetBuilder::new();
        let mut owners = Vec::new();
        for area in areas {
            match GlobBuilder::new(&area.glob).literal_separator(true).build() {
                Ok(glob) => {
                    builder.add(glob);
                    owners.push(self.numbered(&area.owner));
                }
                Err(error) => self.skipped.push(format!("`{}` of {}: {error}", area.glob, area.owner)),
            }
        }
        match builder.build() {
            Ok(set) => Rules::Areas { set, owners },
            Err(error) => {
                self.skipped.push(format!("the areas together: {error}"));
                Rules::Areas { set: GlobSet::empty(), owners: Vec::new() }
            }
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
        let Rules::Codeowners(versions) = &self.rules else { return Vec::new() };
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
    pub fn of(&mut self, index: PathIndex, path: &str, at: i64) -> Rc<[OwnerIndex]> {
        let at = if self.when == When::Now { i64::MAX } else { at };
        let epoch = match &self.rules {
            Rules::Areas { .. } => 0,
            Rules::Codeowners(versions) => versions.epoch(at),
            Rules::Nearest { versions, .. } => versions.epoch(at),
        };
        if let Some(known) = self.known.get(&(index, epoch)) {
            return Rc::clone(known);
        }
        let owners: Rc<[OwnerIndex]> = self.find(path, at).into();
        self.known.insert((index, epoch), Rc::clone(&owners));
        owners
    }

    fn find(&mut self, path: &str, at: i64) -> Vec<OwnerIndex> {
        let names: Vec<String> = match &self.rules {
            Rules::Areas { set, owners } => {
                let mut found: Vec<OwnerIndex> =
                    set.matches(path).into_iter().map(|place| owners[place]).collect();
                found.sort_unstable();
                found.dedup();
                return found;
            }
            Rules::Codeowners(versions) => {
                let rules = places().find_map(|place| versions.at(place, at));
                rules
                    .map(|rules| rules.owners(path).into_iter().map(Owner::to_string).collect())
                    .unwrap_or_default()
            }
            Rules::Nearest { file, versions } => nearest(*file, versions, path, at),
        };
        let mut found: Vec<OwnerIndex> = names
            .into_iter()
            .map(|name| match self.called.get(&name.to_lowercase()).cloned() {
                Some(called) => self.numbered(&called),
                None => self.numbered(&name),
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
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

/// Whoever the nearest file above a path names.
fn nearest(file: Said, versions: &Versions<Vec<String>>, path: &str, at: i64) -> Vec<String> {
    let names: &[&str] = match file {
        Said::Owners => &["OWNERS"],
        _ => &["catalog-info.yaml", "catalog-info.yml"],
    };
    let mut folder = path;
    loop {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        for name in names {
            let place = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
            if let Some(owners) = versions.at(&place, at).filter(|owners| !owners.is_empty()) {
                return owners.clone();
            }
        }
        if folder.is_empty() {
            return Vec::new();
        }
    }
}
