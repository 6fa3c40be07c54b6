//! Data: tables, views, routines, topics and queues, with who writes and who reads each.
//!
//! ```text
//! files ──▶ role: production, migration, test, vendored, generated
//!       ──▶ sql, code: what each file says (facts) ──▶ gather: all together ──▶ DataSurvey ──▶ owners: by area
//! ```
//!
//! A file is read by itself; which class stands for which table, and what a procedure does, is often said in another,
//! so facts are gathered in a second step. Writers and readers are files of production; tests, vendored and generated
//! code and migrations are told apart, left out unless asked for, and counted ([`DataSurvey::left_out`]).
//!
//! What is done through a view or a procedure counts for whoever uses it, marked with the way ([`Use::via`]).
//!
//! Measured against labels given by hand (`tests/labels`, `cargo run -p kedge-survey --example tables`), files that write
//! and read a table, precision and recall: on SQL Server with Dapper and Entity Framework at the first run 1.00 and 0.88
//! for writers, 0.99 and 0.92 for readers; on tables that it was not mended on, after that, 1.00 and 0.90, 1.00 and 1.00;
//! on SQL in strings of Go 1.00 throughout. What was missed: bulk copies through a generic helper, mapped properties.
//! The models of the other ORMs, and messages, are only tested on small sources.
//!
//! What is **not** seen: names that only exist at run time (a table's name in a variable), what a program does over
//! another program's interface, reads through mapped properties (`order.Customer.Name`), and code that calls a class
//! which in turn writes (only the class does).

mod act;
mod code;
mod facts;
mod found;
mod gather;
mod name;
mod owners;
mod role;
mod routines;
mod sql;

pub use act::{Act, Kind};
pub use found::{Confidence, DataObject, DataSurvey, How, LeftOut, Use};
pub use name::Name;
pub use owners::{OwnedData, by_owner};
pub use role::Role;

use crate::repository::{Repository, SurveyError};
use crate::sources::{Found, Reader, Sources};
use crate::tree::Tree;
use code::Language;
use facts::Facts;
use gather::FileFacts;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Files of these roles count as writers and readers. Production alone, unless more is asked for.
    pub roles: BTreeSet<Role>,
    /// Larger files are not read, and said so: what a person wrote is smaller. In bytes.
    pub most: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { roles: BTreeSet::from([Role::Production]), most: 4 << 20 }
    }
}

/// A file with its text.
#[derive(Clone, Copy, Debug)]
pub struct Source<'t> {
    /// Relative to the repository's top, with `/` between folders.
    pub path: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// Whether a file may say something of data, by its path.
pub fn is_read(path: &str) -> bool {
    is_sql(path) || Language::of(path).is_some()
}

fn is_sql(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".sql", ".psql", ".pgsql", ".mysql", ".tsql", ".ddl", ".prc", ".viw"]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// What files do with data.
pub fn survey<'t>(files: impl IntoIterator<Item = Source<'t>>, options: &Options) -> DataSurvey {
    let facts: Vec<FileFacts> = files.into_iter().filter_map(|file| read(file.path, file.text)).collect();
    let mut survey = gather::gather(&facts, &options.roles);
    survey.files = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    survey
}

/// What a repository does with data, at its revision. Read from git's objects.
///
/// # Errors
/// If git breaks off. A file that is missing in the clone, or too large, is told in the survey.
pub fn survey_of(repository: &Repository, tree: &Tree, options: &Options) -> Result<DataSurvey, SurveyError> {
    survey_sources(&Sources { repository, tree, kept: None }, options, &mut |_, _| {})
}

/// The same, with what was read of each file kept; `progress` is told how many of how many files are read.
///
/// # Errors
/// As [`survey_of`].
pub fn survey_sources(
    sources: &Sources<'_>,
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<DataSurvey, SurveyError> {
    let reader = Reader { name: "data", wants: &is_read, most: options.most };
    let said = |path: &str, text: &str| (Role::of(path, text), facts(path, text));
    let mut read = Vec::new();
    let (mut too_large, mut missing) = (BTreeMap::new(), Vec::new());
    sources.read_each(&reader, said, progress, |file, found| {
        let path = file.path.clone();
        match found {
            Found::Said((role, facts)) => read.push(FileFacts { path, role, facts }),
            Found::TooLarge(bytes) => {
                too_large.insert(path, bytes);
            }
            Found::Missing => missing.push(path),
            Found::Binary => {}
        }
    })?;
    let mut survey = gather::gather(&read, &options.roles);
    survey.files = u32::try_from(read.len()).unwrap_or(u32::MAX);
    (survey.too_large, survey.missing) = (too_large, missing);
    Ok(survey)
}

/// What one file says; `None` if nothing is read of such a file.
fn read(path: &str, text: &str) -> Option<FileFacts> {
    is_read(path).then(|| FileFacts {
        path: path.to_owned(),
        role: Role::of(path, text),
        facts: facts(path, text),
    })
}

/// What one file says; nothing if nothing is read of such a file.
fn facts(path: &str, text: &str) -> Facts {
    if !is_sql(path) {
        return Language::of(path).map_or_else(Facts::default, |language| code::read(path, text, language));
    }
    let reading = sql::read(text);
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
        .collect();
    let mut facts = Facts::default();
    facts.add_sql(&reading, None, false, |at| {
        u32::try_from(starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    });
    facts
}
