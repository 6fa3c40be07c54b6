//! Services that change together: folders with a manifest or a Dockerfile, or those that Kedge is told of.

use super::changes::{Changes, Together};
use crate::coupling::{Every, Seen, Shown};
use crate::repository::SurveyError;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Files that make their folder a service of its own: how it is built, or how it is shipped.
const MARKS: &[&str] = &[
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "*.csproj",
    "*.fsproj",
    "*.vbproj",
    "Gemfile",
    "composer.json",
    "Dockerfile",
    "*.Dockerfile",
    "Dockerfile.*",
];

/// A service: what it is called and which files are its.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Service {
    /// What it is called.
    pub name: String,
    /// Its files, as globs in which `**` alone crosses folders.
    pub globs: Vec<String>,
}

/// A glob that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("service `{service}`: `{glob}` is no glob: {said}; write a path such as `apps/web/**`")]
pub struct GlobError {
    service: String,
    glob: String,
    said: String,
}

/// Which service a file belongs to.
#[derive(Clone, Debug)]
pub struct Services {
    names: Vec<String>,
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    /// The service of each glob in the set; the first that matches.
    Globs(GlobSet, Vec<usize>),
    /// The service of each folder; the deepest counts.
    Folders(BTreeMap<String, usize>),
}

impl Services {
    /// Those that one is told of. A file that several have belongs to the first.
    ///
    /// # Errors
    /// If a glob is none.
    pub fn declared(services: &[Service]) -> Result<Self, GlobError> {
        let mut set = GlobSetBuilder::new();
        let mut service_of = Vec::new();
        let error = |service: &Service, glob: &str, said: String| GlobError {
            service: service.name.clone(),
            glob: glob.to_owned(),
            said,
        };
        for (at, service) in services.iter().enumerate() {
            for glob in &service.globs {
                let built = GlobBuilder::new(glob).literal_separator(true).build();
                set.add(built.map_err(|said| error(service, glob, said.to_string()))?);
                service_of.push(at);
            }
        }
        let set = set.build().map_err(|said| GlobError {
            service: String::new(),
            glob: String::new(),
            said: said.to_string(),
        })?;
        let names = services.iter().map(|service| service.name.clone()).collect();
        Ok(Self { names, by: By::Globs(set, service_of) })
    }

    /// Folders below the top with a manifest or a Dockerfile among these files. Each is called as its path; a file belongs
    /// to the deepest above it.
    pub fn found<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        let mut marks = GlobSetBuilder::new();
        for mark in MARKS {
            marks.add(GlobBuilder::new(mark).build().expect("the table of this file holds globs"));
        }
        let marks = marks.build().expect("the table of this file holds globs");
        let folders: BTreeSet<&str> = files
            .into_iter()
            .filter_map(|path| path.rsplit_once('/'))
            .filter(|(_, name)| marks.is_match(name))
            .map(|(folder, _)| folder)
            .collect();
        let names = folders.iter().map(|folder| (*folder).to_owned()).collect();
        let folders = folders.into_iter().enumerate().map(|(at, folder)| (folder.to_owned(), at)).collect();
        Self { names, by: By::Folders(folders) }
    }

    /// What a service is called.
    pub(super) fn name(&self, number: usize) -> &str {
        &self.names[number]
    }

    /// The service of a path, by its number.
    pub(super) fn of(&self, path: &str) -> Option<usize> {
        match &self.by {
            By::Globs(set, service_of) => set.matches(path).into_iter().map(|glob| service_of[glob]).min(),
            By::Folders(folders) => {
                let ends = path.char_indices().rev().filter(|(_, c)| *c == '/');
                ends.map(|(end, _)| &path[..end]).find_map(|folder| folders.get(folder).copied())
            }
        }
    }
}

/// Services and how they change together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServicesTogether {
    /// Pairs that were together less often than this are left out.
    pub least: usize,
    /// So many are left out for that.
    pub seldom: usize,
    /// Each service with the commits that touch it.
    pub services: Vec<ServiceCommits>,
    /// Pairs, those first that share most of their commits.
    pub pairs: Vec<ServicePair>,
}

/// A service and its commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceCommits {
    /// What it is called.
    pub name: String,
    /// How many commits touch it.
    pub commits: usize,
}

/// Two services that change together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServicePair {
    /// What they are called, in order.
    pub services: (String, String),
    /// How often.
    pub together: Together,
    /// Of the commits of the one that has fewer the share that touches the other, 0 to 1: 1 is never without it.
    pub of_the_smaller: f64,
    /// The newest of these commits, each with a file of either side.
    pub shown_by: Vec<Shown>,
}

/// Counts which services change together; `least` is how often at least. Of `every` all commits are named.
///
/// # Errors
/// If the history cannot be read any more.
pub fn together(
    services: &Services,
    changes: &Changes<'_>,
    least: usize,
    every: Option<&Every>,
) -> Result<ServicesTogether, SurveyError> {
    let service_of: &[Option<usize>] =
        &changes.files().iter().map(|path| services.of(path)).collect::<Vec<_>>();
    let mut single = vec![0; services.names.len()];
    let mut pairs: BTreeMap<(usize, usize), Seen> = BTreeMap::new();
    let name = |service: usize| services.names[service].as_str();
    changes.each(|change| {
        let touched: BTreeSet<usize> =
            change.files.iter().filter_map(|file| service_of[*file as usize]).collect();
        for (at, one) in touched.iter().enumerate() {
            single[*one] += 1;
            for two in touched.iter().skip(at + 1) {
                let seen = pairs.entry((*one, *two)).or_insert_with(|| {
                    Seen::of(every.is_some_and(|every| every.is_pair(name(*one), name(*two))))
                });
                let is_of = |service: usize| move |file: u32| service_of[file as usize] == Some(service);
                let (first, second) = if name(*one) <= name(*two) { (*one, *two) } else { (*two, *one) };
                seen.note_change(&change, || changes.of_sides(change.files, [&is_of(first), &is_of(second)]));
            }
        }
    })?;
    let all = pairs.len();
    let mut pairs: Vec<ServicePair> = pairs
        .into_iter()
        .filter(|(_, seen)| seen.times as usize >= least)
        .map(|((one, two), Seen { times, newest })| {
            let (one, two) = if name(one) <= name(two) { (one, two) } else { (two, one) };
            let (left, right, times) = (single[one], single[two], times as usize);
            ServicePair {
                services: (name(one).to_owned(), name(two).to_owned()),
                together: Together::new(changes.commits(), left, right, times),
                of_the_smaller: times as f64 / left.min(right) as f64,
                shown_by: newest.shown(),
            }
        })
        .collect();
    pairs.sort_by(|a, b| {
        b.together
            .share
            .total_cmp(&a.together.share)
            .then_with(|| b.together.together.cmp(&a.together.together))
            .then_with(|| a.services.cmp(&b.services))
    });
    let names = services.names.iter().zip(single);
    Ok(ServicesTogether {
        least,
        seldom: all - pairs.len(),
        services: names.map(|(name, commits)| ServiceCommits { name: name.clone(), commits }).collect(),
        pairs,
    })
}
