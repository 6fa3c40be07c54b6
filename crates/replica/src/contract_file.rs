//! Contracts as a TOML file, and back: for people, and for the store, which keeps the contracts that it was written under.
//!
//! ```toml
//! [collection.tasks]
//! consistency = "merged"
//!
//! [collection.tasks.fields]
//! title = "last-writer"
//! labels = { merge = "set", holds = "text" }
//! ```

use crate::contract::{
    Contract, ContractBuilder, ContractError, Contracts, FieldContract, Invariant, Promise,
};
use crate::event::Merge;
use crate::{AuthorId, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Why a file is not read as contracts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractFileError {
    /// It is not TOML, or has other keys than contracts have; says where.
    #[error("{0}")]
    Syntax(String),
    /// A contract in it is wrong.
    #[error(transparent)]
    Contract(#[from] ContractError),
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    collection: BTreeMap<String, Collection>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Collection {
    consistency: Word,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stale_after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    invariants: Vec<Invariant>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, FieldText>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    retired: BTreeMap<String, Merge>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Owned,
    Merged,
    Serial,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum FieldText {
    Merge(Merge),
    Full(FieldTable),
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    merge: Merge,
    #[serde(default)]
    holds: Kind,
}

impl Contracts {
    /// Reads contracts from the text of a file.
    ///
    /// # Errors
    /// It is not such a file, or a contract in it is wrong.
    pub fn from_toml(text: &str) -> Result<Self, ContractFileError> {
        let file: File =
            toml::from_str(text).map_err(|error| ContractFileError::Syntax(error.to_string()))?;
        let contracts = file
            .collection
            .into_iter()
            .map(|(name, written)| contract(&name, written))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(contracts)?)
    }

    /// The text of a file that says the same. Same contracts, same bytes.
    pub fn to_toml(&self) -> String {
        let collection = self.iter().map(|one| (one.name().to_string(), written(one))).collect();
        toml::to_string(&File { collection }).expect("tables of words and texts can be written")
    }
}

fn contract(name: &str, written: Collection) -> Result<Contract, ContractError> {
    let part = |what| ContractError::Part { collection: name.to_owned(), what };
    let stale_after = written
        .stale_after
        .map(|text| {
            span(&text).ok_or_else(|| part("`stale-after` is a number with ms, s, m, h or d, such as \"5m\""))
        })
        .transpose()?;
    let home = written
        .home
        .map(|text| text.parse::<AuthorId>().map_err(|_| part("`home` is an author: 32 hexadecimal digits")))
        .transpose()?;
    let promise = match (written.consistency, stale_after, home) {
        (Word::Owned, Some(stale_after), None) => Promise::Owned { stale_after },
        (Word::Owned, None, None) => {
            return Err(part(
                "an owned collection says how old a read copy may be: add `stale-after = \"5m\"`",
            ));
        }
        (Word::Merged, None, None) => Promise::Merged,
        (Word::Serial, None, Some(home)) => Promise::Serial { home },
        (Word::Serial, None, None) => {
            return Err(part(
                "a serial collection has a home: add `home = \"AUTHOR\"`, 32 hexadecimal digits",
            ));
        }
        (_, Some(_), _) => return Err(part("only an owned collection has `stale-after`: remove it")),
        (_, _, Some(_)) => return Err(part("only a serial collection has a `home`: remove it")),
    };
    let mut builder = match promise {
        Promise::Owned { stale_after } => Contract::owned(name, stale_after),
        Promise::Merged => Contract::merged(name),
        Promise::Serial { home } => Contract::serial(name, home),
    };
    for (field, text) in written.fields {
        let (merge, holds) = match text {
            FieldText::Merge(merge) => (merge, Kind::Any),
            FieldText::Full(FieldTable { merge, holds }) => (merge, holds),
        };
        builder = builder.typed(&field, merge, holds);
    }
    builder = written.retired.iter().fold(builder, |builder, (field, merge)| builder.retired(field, *merge));
    written.invariants.into_iter().fold(builder, ContractBuilder::invariant).build()
}

fn written(contract: &Contract) -> Collection {
    let (consistency, stale_after, home) = match contract.promise() {
        Promise::Owned { stale_after } => (Word::Owned, Some(format!("{}ms", stale_after.as_millis())), None),
        Promise::Merged => (Word::Merged, None, None),
        Promise::Serial { home } => (Word::Serial, None, Some(home.to_string())),
    };
    let text = |field: &FieldContract| match field.holds {
        Kind::Any => FieldText::Merge(field.merge),
        holds => FieldText::Full(FieldTable { merge: field.merge, holds }),
    };
    Collection {
        consistency,
        stale_after,
        home,
        invariants: contract.invariants().iter().copied().collect(),
        fields: contract.fields().iter().map(|(name, field)| (name.to_string(), text(field))).collect(),
        retired: contract.retired().iter().map(|(name, merge)| (name.to_string(), *merge)).collect(),
    }
}

/// A number with its unit.
fn span(text: &str) -> Option<Duration> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let millis = match unit.trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.parse::<u64>().ok()?.checked_mul(millis)?))
}
