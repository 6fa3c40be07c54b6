//! Data by the areas that write it: what is written from several comes first.

use super::act::Kind;
use super::found::{DataObject, DataSurvey, Use};
use super::name::Name;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One data object, with the owners of the files that write and read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnedData {
    /// Its name as it is compared.
    pub name: Name,
    /// Its name as people write it.
    pub shown: String,
    /// What it is.
    pub kind: Kind,
    /// Areas from which it is written. Files that the same owners own jointly are one area, so that joint ownership
    /// alone does not look like two who write; files without owner are no area.
    pub writing_areas: u32,
    /// Areas from which it is read, counted alike.
    pub reading_areas: u32,
    /// Files that write it, by each of their owners.
    pub writers: BTreeMap<String, Vec<String>>,
    /// Files that read it, by each of their owners.
    pub readers: BTreeMap<String, Vec<String>>,
    /// Files that write it and have no owner.
    pub writers_without_owner: Vec<String>,
    /// Files that read it and have no owner.
    pub readers_without_owner: Vec<String>,
}

impl OwnedData {
    /// Owners whose files write it apart from each other: a file of the one's that is not the other's does, and a file of
    /// the other's that is not the one's. Empty where all who write it do so in files that they own together.
    pub fn separate_writers(&self) -> Vec<&str> {
        let apart = |one: &[String], other: &[String]| one.iter().any(|file| !other.contains(file));
        let is_separate = |owner: &str, files: &[String]| {
            let mut others = self.writers.iter().filter(|(other, _)| *other != owner);
            others.any(|(_, other)| apart(files, other) && apart(other, files))
        };
        let owners = self.writers.iter().filter(|(owner, files)| is_separate(owner, files));
        owners.map(|(owner, _)| owner.as_str()).collect()
    }
}

/// Joins what was found with who owns which path. First what is written from most areas, then what is read from most,
/// then by name. Routines are left out: what they do counts for those who call them.
pub fn by_owner(survey: &DataSurvey, owners: &dyn Fn(&str) -> Vec<String>) -> Vec<OwnedData> {
    let mut owned: Vec<OwnedData> = Vec::new();
    for object in survey.objects.iter().filter(|object| !object.kind.is_routine()) {
        let (writers, readers) =
            (Side::of(paths(&object.writers), owners), Side::of(paths(&object.readers), owners));
        if writers.is_empty() && readers.is_empty() {
            continue;
        }
        owned.push(join(object, writers, readers));
    }
    owned.sort_by(|a, b| {
        (b.writing_areas, b.reading_areas)
            .cmp(&(a.writing_areas, a.reading_areas))
            .then_with(|| a.name.cmp(&b.name))
    });
    owned
}

fn paths(uses: &[Use]) -> BTreeSet<&str> {
    uses.iter().map(|one| one.path.as_str()).collect()
}

fn join(object: &DataObject, writers: Side, readers: Side) -> OwnedData {
    OwnedData {
        name: object.name.clone(),
        shown: object.shown.clone(),
        kind: object.kind,
        writing_areas: writers.areas,
        reading_areas: readers.areas,
        writers: writers.by_owner,
        readers: readers.by_owner,
        writers_without_owner: writers.without,
        readers_without_owner: readers.without,
    }
}

/// Those who write, or those who read.
struct Side {
    areas: u32,
    by_owner: BTreeMap<String, Vec<String>>,
    without: Vec<String>,
}

impl Side {
    fn of(paths: BTreeSet<&str>, owners: &dyn Fn(&str) -> Vec<String>) -> Self {
        let (mut by_owner, mut without) = (BTreeMap::<String, Vec<String>>::new(), Vec::new());
        let mut areas: BTreeSet<Vec<String>> = BTreeSet::new();
        for path in paths {
            let mut of_path = owners(path);
            of_path.sort();
            of_path.dedup();
            if of_path.is_empty() {
                without.push(path.to_owned());
                continue;
            }
            for owner in &of_path {
                by_owner.entry(owner.clone()).or_default().push(path.to_owned());
            }
            areas.insert(of_path);
        }
        Self { areas: u32::try_from(areas.len()).unwrap_or(u32::MAX), by_owner, without }
    }

    fn is_empty(&self) -> bool {
        self.by_owner.is_empty() && self.without.is_empty()
    }
}
