//! What one file says, before the others are known: which class is which table is often said elsewhere.

use super::act::{Act, Kind};
use super::found::How;
use super::name::Name;
use serde::{Deserialize, Serialize};

/// Of what something is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Subject {
    /// Data by its own name.
    Named(Name),
    /// The table of a class, where that class is one that stands for a table.
    Entity(String),
    /// The table behind a property of an Entity Framework context; with the type of that context where it is said.
    Set { property: String, context: Option<String> },
    /// A routine, if there is one of this name.
    Routine(Name),
}

/// One thing that a file does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fact {
    pub(crate) subject: Subject,
    pub(crate) act: Act,
    pub(crate) kind: Option<Kind>,
    pub(crate) written: String,
    pub(crate) line: u32,
    pub(crate) how: How,
    /// In which of the file's routines.
    pub(crate) within: Option<usize>,
    /// It may be prose: it counts only if something of this name is defined.
    pub(crate) only_if_defined: bool,
}

/// A class that stands for a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) class: String,
    /// The table, where it is said.
    pub(crate) table: Option<Name>,
    /// What it is called by convention, likeliest first.
    pub(crate) by_convention: Vec<Name>,
    /// The class it derives from: where that is a model, they may share a table.
    pub(crate) base: Option<String>,
    pub(crate) line: u32,
    /// Whether the class alone says that it is a model (and not only that, if it is one, its table is this).
    pub(crate) is_sure: bool,
}

/// A class that keeps things of a kind that is said by those who derive from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Store {
    pub(crate) class: String,
    /// How many types it takes.
    pub(crate) types: usize,
    pub(crate) writes: bool,
    pub(crate) reads: bool,
    /// Procedures whose names are put together: with [`super::sql::HOLE`] where the table's name goes.
    pub(crate) procedures: Vec<String>,
}

/// A class that derives from one that takes types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Derived {
    pub(crate) base: String,
    pub(crate) types: Vec<String>,
    pub(crate) line: u32,
    /// Procedures it calls by names that are put together.
    pub(crate) procedures: Vec<(String, u32)>,
}

/// All that one file says.
#[allow(clippy::struct_field_names, reason = "facts in the narrow sense are one part of them")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) facts: Vec<Fact>,
    pub(crate) routines: Vec<(Name, Kind)>,
    pub(crate) models: Vec<Model>,
    /// Properties of Entity Framework contexts, with the class of their rows.
    pub(crate) sets: Vec<(String, String)>,
    /// Classes that hold such properties.
    pub(crate) contexts: Vec<String>,
    pub(crate) stores: Vec<Store>,
    pub(crate) derived: Vec<Derived>,
}

impl Facts {
    /// Adds what SQL does. `line` turns a byte of it into a line of the file.
    pub(crate) fn add_sql(
        &mut self,
        sql: &super::sql::Reading,
        how: Option<How>,
        only_if_defined: bool,
        line: impl Fn(usize) -> u32,
    ) {
        let first = self.routines.len();
        self.routines.extend(sql.routines.iter().map(|routine| (routine.name.clone(), routine.kind)));
        for mention in &sql.mentions {
            if mention.name.has_hole() {
                continue;
            }
            let subject = if mention.act == Act::Call {
                Subject::Routine(mention.name.clone())
            } else {
                Subject::Named(mention.name.clone())
            };
            let by_itself = if mention.parsed { How::Parsed } else { How::Scanned };
            self.facts.push(Fact {
                subject,
                act: mention.act,
                kind: mention.kind,
                written: mention.written.clone(),
                line: line(mention.at),
                how: how.unwrap_or(by_itself),
                within: mention.within.map(|within| within + first),
                only_if_defined,
            });
        }
    }

    /// Adds what is done to a class's table.
    pub(crate) fn add_entity(&mut self, class: &str, act: Act, line: u32, how: How) {
        self.facts.push(Fact {
            subject: Subject::Entity(class.to_owned()),
            act,
            kind: None,
            written: class.to_owned(),
            line,
            how,
            within: None,
            only_if_defined: false,
        });
    }

    /// Adds what is done to data by its name.
    pub(crate) fn add_named(&mut self, written: &str, kind: Option<Kind>, act: Act, line: u32, how: How) {
        let Some(name) = Name::parse(written).filter(|name| !name.has_hole() && !name.is_of_the_system())
        else {
            return;
        };
        let subject = Subject::Named(name);
        self.facts.push(Fact {
            subject,
            act,
            kind,
            written: written.to_owned(),
            line,
            how,
            within: None,
            only_if_defined: false,
        });
    }
}
