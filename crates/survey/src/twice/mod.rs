//! One problem solved more than once: several libraries for one capability, and code that is nearly the same on both
//! sides of a border between owners.
//!
//! ```text
//! tree ──▶ texts ─┬─▶ solutions: manifests and imports, by the map of capabilities
//!                 └─▶ copies: tokens ─▶ fingerprints ─▶ candidates ─▶ aligned pairs ─▶ groups
//! ```
//!
//! Who owns a path is asked of the caller. Generated and vendored files are left out, and counted.

pub mod copies;
mod passed_over;
pub mod solutions;

pub use passed_over::{Kind, PassedOver, Why};

use crate::repository::{Repository, SurveyError};
use crate::sources::{Found, Reader, Sources};
use crate::tree::Tree;
use passed_over::Names;
use serde::{Deserialize, Serialize};

/// How sources are read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Options {
    /// Files of more bytes than this are left out, and told of: nobody writes them by hand. Our own choice.
    pub most_bytes: u64,
    /// What counts as a copy.
    pub copies: copies::Options,
}

impl Default for Options {
    fn default() -> Self {
        Self { most_bytes: 1 << 20, copies: copies::Options::default() }
    }
}

/// What is there twice in one repository at one revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Twice {
    /// Problems and their solutions.
    pub solutions: solutions::Solutions,
    /// Near-identical code across borders.
    pub copies: copies::Copies,
    /// Manifests and sources that were left out, by path, and why.
    pub passed_over: Vec<PassedOver>,
}

impl Twice {
    /// Reads each manifest and source of a tree once. `owners` gives who owns a path; nobody is an empty list.
    ///
    /// # Errors
    /// If git breaks off. What is merely missing is told in the result.
    pub fn read(
        repository: &Repository,
        tree: &Tree,
        map: solutions::Map,
        options: &Options,
        owners: &dyn Fn(&str) -> Vec<String>,
    ) -> Result<Self, SurveyError> {
        let sources = Sources { repository, tree, kept: None };
        Self::read_sources(&sources, map, options, owners, &mut |_, _| {})
    }

    /// The same, with what was read of each file kept; `progress` is told how many of how many files are read.
    ///
    /// # Errors
    /// As [`Twice::read`].
    pub fn read_sources(
        sources: &Sources<'_>,
        map: solutions::Map,
        options: &Options,
        owners: &dyn Fn(&str) -> Vec<String>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Self, SurveyError> {
        let mut solutions = solutions::Finder::new(map);
        let mut copies = copies::Finder::new(options.copies);
        let is_known = |path: &str| solutions::is_known(path) || copies::is_known(path);
        let mut passed_over: Vec<PassedOver> = Vec::new();
        for file in sources.tree.files.iter().filter(|file| is_known(&file.path)) {
            let why = Names::left_out(&file.path);
            passed_over.extend(why.map(|why| PassedOver { file: file.path.clone(), why }));
        }
        let wants = |path: &str| is_known(path) && Names::left_out(path).is_none();
        let reader = Reader { name: "twice", wants: &wants, most: options.most_bytes };
        let read = |path: &str, text: &str| (solutions::said(path, text), copies::said(path, text));
        sources.read_each(&reader, read, progress, |file, found| {
            let why = match found {
                Found::Said((solution, copy)) => {
                    passed_over.extend(solution.and_then(|said| solutions.take(&file.path, said)));
                    passed_over.extend(copy.and_then(|said| copies.take(&file.path, said)));
                    return;
                }
                Found::Binary => Why::Binary,
                Found::TooLarge(_) => Why::TooLarge,
                Found::Missing => Why::Missing,
            };
            passed_over.push(PassedOver { file: file.path.clone(), why });
        })?;
        passed_over.sort();
        passed_over.dedup();
        Ok(Self { solutions: solutions.find(owners), copies: copies.find(owners), passed_over })
    }
}
