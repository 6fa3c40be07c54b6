//! One problem with several solutions: which packages are declared and imported where, and by whom.
//!
//! Packages are what manifests declare; modules are what sources import. Both lead by a [`Map`] to the problem that they
//! solve. What is not in the map is not counted.

mod imports;
pub(in crate::twice) mod manifests;
mod map;

pub use map::{Map, MapError};

use super::passed_over::{Kind, Names, PassedOver, Why};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// Rust: `Cargo.toml`.
    Cargo,
    /// JavaScript and TypeScript: `package.json`.
    Npm,
    /// Python: `requirements*.txt`, `pyproject.toml`, `setup.cfg`, `Pipfile`.
    Python,
    /// Go: `go.mod`.
    Go,
    /// Java, Kotlin, Scala, Groovy: `pom.xml`, `build.gradle`, `build.gradle.kts`, `libs.versions.toml`.
    Maven,
    /// .NET: `*.csproj`, `*.fsproj`, `*.vbproj`, `Directory.*.props`, `packages.config`.
    Nuget,
    /// Ruby: `Gemfile`, `*.gemspec`.
    Ruby,
    /// PHP: `composer.json`.
    Composer,
}

impl Ecosystem {
    /// A package's name as the ecosystem compares it. Python's is that of PEP 503; `NuGet` and Composer know no case.
    fn normal(self, package: &str) -> String {
        match self {
            Self::Python => package.to_lowercase().replace(['_', '.'], "-"),
            Self::Nuget | Self::Composer => package.to_lowercase(),
            Self::Cargo => package.replace('_', "-"),
            Self::Npm | Self::Go | Self::Maven | Self::Ruby => package.to_owned(),
        }
    }
}

/// What a dependency is declared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What runs.
    Runtime,
    /// Development, tests or building.
    Development,
    /// It only fixes the version for others, who declare it themselves.
    Version,
}

/// A package declared in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Declared {
    /// The manifest.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// As it is written there.
    pub package: String,
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// What for. In a manifest of tests it is development whatever it says.
    pub role: Role,
    /// Who owns the manifest.
    pub owners: Vec<String>,
}

/// A module imported in a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Imported {
    /// The source.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// As it is written there.
    pub module: String,
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// What the source is for.
    pub kind: Kind,
    /// Who owns the source.
    pub owners: Vec<String>,
}

/// One solution of a problem, and who uses it where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Solution {
    /// As the map calls it.
    pub name: String,
    /// Everybody with a source that runs and imports it, or a manifest that declares it for what runs.
    pub owners: Vec<String>,
    /// Everybody who has it for tests, development or building, and not in what runs.
    pub only_in_tests: Vec<String>,
    /// Where it is declared, by file and line.
    pub declared: Vec<Declared>,
    /// Where it is imported, by file and line.
    pub imported: Vec<Imported>,
}

/// A problem and its solutions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Capability {
    /// The problem.
    pub capability: String,
    /// How many of its solutions are somebody's in what runs.
    pub distinct: usize,
    /// The same in that ecosystem in which there are most: solutions that could stand for each other in one language.
    pub within_one_ecosystem: usize,
    /// Everybody who has one of them in what runs.
    pub owners: Vec<String>,
    /// Those first that most have.
    pub solutions: Vec<Solution>,
}

/// Problems and their solutions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Solutions {
    /// Manifests that were read.
    pub manifests: usize,
    /// Sources that were read for imports.
    pub sources: usize,
    /// Those first that have most solutions within one ecosystem, then most at all, then most owners. One with a single
    /// solution is there too.
    pub capabilities: Vec<Capability>,
}

/// Gathers manifests and sources, then tells.
#[derive(Debug)]
pub struct Finder {
    map: Map,
    names: &'static Names,
    manifests: usize,
    sources: usize,
    declared: Vec<(usize, Declared)>,
    imported: Vec<(usize, Imported)>,
}

/// Whether a file of this name is a manifest, or a source whose imports are read.
pub(super) fn is_known(path: &str) -> bool {
    manifests::is_manifest(path) || imports::ecosystem_of(path).is_some()
}

/// What one manifest or source says, whatever map it is read by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Said {
    /// A manifest, by the packages that it declares.
    Declares(Vec<manifests::Package>),
    /// A manifest that does not follow its format.
    Unreadable,
    /// A source, by what it imports, each with its line.
    Imports(Ecosystem, Vec<(u32, String)>),
}

/// What a file says; none if it is neither a manifest nor a source whose imports are read.
pub(super) fn said(path: &str, text: &str) -> Option<Said> {
    if manifests::is_manifest(path) {
        return Some(manifests::read(path, text).map_or(Said::Unreadable, Said::Declares));
    }
    let ecosystem = imports::ecosystem_of(path)?;
    let imports = imports::read(ecosystem, text).into_iter();
    Some(Said::Imports(ecosystem, imports.map(|(line, module)| (line, module.to_owned())).collect()))
}

impl Finder {
    /// Nothing gathered yet.
    pub fn new(map: Map) -> Self {
        Self {
            map,
            names: Names::all(),
            manifests: 0,
            sources: 0,
            declared: Vec::new(),
            imported: Vec::new(),
        }
    }

    /// Takes a manifest or a source; anything else is passed over in silence. Gives why it is left out, if it is.
    pub fn add(&mut self, path: &str, text: &str) -> Option<PassedOver> {
        self.take(path, said(path, text)?)
    }

    /// Takes what a manifest or a source says.
    pub(super) fn take(&mut self, path: &str, said: Said) -> Option<PassedOver> {
        let over = |why| Some(PassedOver { file: path.to_owned(), why });
        if let Some(why) = Names::left_out(path) {
            return over(why);
        }
        let kind = self.names.kind(path);
        match said {
            Said::Unreadable => return over(Why::Unreadable),
            Said::Declares(list) => {
                self.manifests += 1;
                for one in list {
                    let role = match one.role {
                        Role::Runtime if kind == Kind::Test => Role::Development,
                        role => role,
                    };
                    for entry in self.map.of_package(one.ecosystem, &one.name) {
                        let declared = Declared {
                            file: path.to_owned(),
                            line: one.line,
                            package: one.name.clone(),
                            ecosystem: one.ecosystem,
                            role,
                            owners: Vec::new(),
                        };
                        self.declared.push((entry, declared));
                    }
                }
            }
            Said::Imports(ecosystem, list) => {
                self.sources += 1;
                for (line, module) in list {
                    for entry in self.map.of_import(ecosystem, &module) {
                        let imported = Imported {
                            file: path.to_owned(),
                            line,
                            module: module.clone(),
                            ecosystem,
                            kind,
                            owners: Vec::new(),
                        };
                        self.imported.push((entry, imported));
                    }
                }
            }
        }
        None
    }

    /// Tells of each problem its solutions. `owners` gives who owns a path; nobody is an empty list.
    pub fn find(self, owners: &dyn Fn(&str) -> Vec<String>) -> Solutions {
        let mut by_entry: BTreeMap<usize, Solution> = BTreeMap::new();
        let empty = |entry: usize| Solution {
            name: self.map.entry(entry).name.clone(),
            owners: Vec::new(),
            only_in_tests: Vec::new(),
            declared: Vec::new(),
            imported: Vec::new(),
        };
        for (entry, mut declared) in self.declared {
            declared.owners = owners(&declared.file);
            by_entry.entry(entry).or_insert_with(|| empty(entry)).declared.push(declared);
        }
        for (entry, mut imported) in self.imported {
            imported.owners = owners(&imported.file);
            by_entry.entry(entry).or_insert_with(|| empty(entry)).imported.push(imported);
        }
        let mut capabilities: BTreeMap<String, Vec<Solution>> = BTreeMap::new();
        for (entry, mut solution) in by_entry {
            solution.declared.sort();
            solution.imported.sort();
            let running: BTreeSet<&String> = running(&solution).flat_map(|(_, owners)| owners).collect();
            let declared = solution
                .declared
                .iter()
                .filter(|one| one.role == Role::Development)
                .flat_map(|one| &one.owners);
            let imported =
                solution.imported.iter().filter(|one| one.kind == Kind::Test).flat_map(|one| &one.owners);
            let testing: BTreeSet<&String> =
                declared.chain(imported).filter(|owner| !running.contains(owner)).collect();
            let (running, testing): (Vec<String>, Vec<String>) =
                (running.into_iter().cloned().collect(), testing.into_iter().cloned().collect());
            (solution.owners, solution.only_in_tests) = (running, testing);
            capabilities.entry(self.map.entry(entry).capability.clone()).or_default().push(solution);
        }
        let mut capabilities: Vec<Capability> =
            capabilities.into_iter().map(|(capability, solutions)| count(capability, solutions)).collect();
        capabilities.sort_by(|a, b| {
            let key = |one: &Capability| (one.within_one_ecosystem, one.distinct, one.owners.len());
            key(b).cmp(&key(a)).then_with(|| a.capability.cmp(&b.capability))
        });
        Solutions { manifests: self.manifests, sources: self.sources, capabilities }
    }
}

/// The uses in what runs: ecosystem and owners of each.
fn running(solution: &Solution) -> impl Iterator<Item = (Ecosystem, &Vec<String>)> {
    let declared = solution.declared.iter().filter(|one| one.role == Role::Runtime);
    let imported = solution.imported.iter().filter(|one| one.kind != Kind::Test);
    declared.map(|one| (one.ecosystem, &one.owners)).chain(imported.map(|one| (one.ecosystem, &one.owners)))
}

fn count(capability: String, mut solutions: Vec<Solution>) -> Capability {
    solutions.sort_by(|a, b| (b.owners.len(), &a.name).cmp(&(a.owners.len(), &b.name)));
    let mut ecosystems: BTreeMap<Ecosystem, BTreeSet<&str>> = BTreeMap::new();
    for solution in &solutions {
        for (ecosystem, _) in running(solution).filter(|(_, owners)| !owners.is_empty()) {
            ecosystems.entry(ecosystem).or_default().insert(&solution.name);
        }
    }
    let within_one_ecosystem = ecosystems.values().map(BTreeSet::len).max().unwrap_or_default();
    let distinct = solutions.iter().filter(|solution| !solution.owners.is_empty()).count();
    let owners: BTreeSet<String> = solutions.iter().flat_map(|solution| solution.owners.clone()).collect();
    Capability { capability, distinct, within_one_ecosystem, owners: owners.into_iter().collect(), solutions }
}
