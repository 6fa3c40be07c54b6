//! Paths and people by number: each name is held once.

use std::collections::HashMap;

/// A path of a history, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathIndex(pub u32);

/// A name and address under which somebody wrote commits, by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonIndex(pub u32);

/// A name and address as they stand in commits. What is not UTF-8 in them is replaced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The address.
    pub mail: String,
}

/// What paths and people are called.
#[derive(Debug, Default)]
pub struct Names {
    paths: Vec<String>,
    path_of: HashMap<String, PathIndex>,
    people: Vec<Identity>,
    person_of: HashMap<Identity, PersonIndex>,
}

impl Names {
    /// A path, relative to the repository's top, with `/` between folders. What is not UTF-8 in it is replaced.
    pub fn path(&self, index: PathIndex) -> &str {
        self.paths.get(index.0 as usize).map_or("", String::as_str)
    }

    /// All paths that the history ever had, by their numbers.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Everybody who wrote commits, by their numbers.
    pub fn people(&self) -> &[Identity] {
        &self.people
    }

    /// The number of a path.
    pub fn find(&self, path: &str) -> Option<PathIndex> {
        self.path_of.get(path).copied()
    }

    /// How many paths and people there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.paths.len(), self.people.len())
    }

    /// Forgets all but the first so many paths and people.
    pub(super) fn keep(&mut self, (paths, people): (usize, usize)) {
        for path in self.paths.drain(paths..) {
            self.path_of.remove(&path);
        }
        for person in self.people.drain(people..) {
            self.person_of.remove(&person);
        }
    }

    /// The number of a path, and whether it is a new one.
    pub(super) fn number_path(&mut self, path: &str) -> (PathIndex, bool) {
        if let Some(known) = self.path_of.get(path) {
            return (*known, false);
        }
        let index = PathIndex(self.paths.len() as u32);
        self.paths.push(path.to_owned());
        self.path_of.insert(path.to_owned(), index);
        (index, true)
    }

    /// The number of an identity, and whether it is a new one.
    pub(super) fn number_person(&mut self, person: &Identity) -> (PersonIndex, bool) {
        if let Some(known) = self.person_of.get(person) {
            return (*known, false);
        }
        let index = PersonIndex(self.people.len() as u32);
        self.people.push(person.clone());
        self.person_of.insert(person.clone(), index);
        (index, true)
    }
}
