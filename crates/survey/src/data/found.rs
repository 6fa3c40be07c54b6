//! What is found: data objects, with who defines, writes, reads and calls them, each with where.

use super::act::{Act, Kind};
use super::name::Name;
use super::role::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How something was told from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// A statement of an SQL file, understood whole by a parser.
    Parsed,
    /// A statement of an SQL file, read by its tokens.
    Scanned,
    /// A class's table, said beside the class: `__tablename__`, `Table("users", …)`.
    Mapping,
    /// A migration's call: `create_table :users`.
    Migration,
    /// SQL in a string of code.
    InCode,
    /// A string that names a procedure which there is.
    ByName,
    /// A call on a class or set that is mapped to a table.
    Orm,
    /// A call of a messaging library that names a topic or a queue.
    Message,
    /// By convention: a class that derives from a store of such things writes and reads them.
    Convention,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// It may as well be chance that the name is one of data's, or that the call is ever made.
    Low,
    /// It stands there, but the text around it may make it something else.
    Middle,
    /// It stands there and can hardly mean anything else.
    High,
}

impl How {
    /// How sure a finding is that was told so: statements of SQL and definitions are high, what stands in strings and
    /// calls of code is middle, what only a convention says is low.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Parsed | Self::Scanned | Self::Mapping | Self::Migration => Confidence::High,
            Self::InCode | Self::ByName | Self::Orm | Self::Message => Confidence::Middle,
            Self::Convention => Confidence::Low,
        }
    }
}

/// One place where something is done with a data object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Use {
    /// The file, relative to the repository's top.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What is done.
    pub act: Act,
    /// The views, procedures and functions through which it is done, the one that is called here first. Empty where
    /// it is done right here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// The name as it stands there: of the object, or of what is called.
    pub written: String,
    /// How it was told.
    pub how: How,
    /// How sure it is.
    pub confidence: Confidence,
    /// What the file is there for.
    pub role: Role,
}

impl Use {
    /// Whether it is done through a view, a procedure or a function.
    pub fn is_indirect(&self) -> bool {
        !self.via.is_empty()
    }
}

/// A table, view, routine, topic or queue, with who has to do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DataObject {
    /// Its name as it is compared.
    pub name: Name,
    /// Its name as it is defined, or as it is written first.
    pub shown: String,
    /// What it is. What nothing defines is taken for a table.
    pub kind: Kind,
    /// Where it is created, altered or dropped, migrations included. Empty if nothing here defines it: then it is
    /// somebody else's, or it is no name of data after all.
    pub definitions: Vec<Use>,
    /// Who writes it.
    pub writers: Vec<Use>,
    /// Who reads it.
    pub readers: Vec<Use>,
    /// Who calls it, if it is a routine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<Use>,
}

/// What was left out because of what a file is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeftOut {
    /// Files that do something with data.
    pub files: u32,
    /// The things they do.
    pub uses: u32,
}

/// What a repository does with data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DataSurvey {
    /// The objects, by name.
    pub objects: Vec<DataObject>,
    /// Files that were read.
    pub files: u32,
    /// What was left out, by what its files are there for: tests write nothing in production.
    pub left_out: BTreeMap<Role, LeftOut>,
    /// Files that were not read because they are too large, with their bytes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub too_large: BTreeMap<String, u64>,
    /// Files whose contents are not in this clone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

impl DataSurvey {
    /// The object of a name, written anyhow; tables before views before routines before messages.
    pub fn object(&self, name: &str) -> Option<&DataObject> {
        let parsed = Name::parse(name)?;
        self.objects
            .iter()
            .filter(|object| object.name == parsed || object.name.as_str() == name)
            .min_by_key(|object| object.kind)
    }
}
