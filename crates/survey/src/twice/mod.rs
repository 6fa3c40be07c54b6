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
use crate::tree::{Contents, Tree};
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
        let mut solutions = solutions::Finder::new(map);
        let mut copies = copies::Finder::new(options.copies);
        let names = Names::all();
        let is_known = |path: &str| solutions::is_known(path) || copies::is_known(path);
        let mut passed_over: Vec<PassedOver> = Vec::new();
        for file in tree.files.iter().filter(|file| is_known(&file.path)) {
            let why = names.left_out(&file.path);
            passed_over.extend(why.map(|why| PassedOver { file: file.path.clone(), why }));
        }
        let wanted = |file: &crate::tree::File| is_known(&file.path) && names.left_out(&file.path).is_none();
        tree.read(repository, options.most_bytes, wanted, |file, contents| {
            let why = match contents {
                Contents::Text(text) => {
                    passed_over.extend(solutions.add(&file.path, &text));
                    passed_over.extend(copies.add(&file.path, &text));
                    return;
                }
                Contents::Binary => Why::Binary,
                Contents::TooLarge(_) => Why::TooLarge,
                Contents::Missing => Why::Missing,
            };
            passed_over.push(PassedOver { file: file.path.clone(), why });
        })?;
        passed_over.sort();
        passed_over.dedup();
        Ok(Self { solutions: solutions.find(owners), copies: copies.find(owners), passed_over })
    }
}
