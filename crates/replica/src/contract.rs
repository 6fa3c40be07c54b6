//! Contracts: for each collection how it is kept right, and what its fields are.

use crate::event::{Consistency, Merge};
use crate::{AuthorId, Kind, Name};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How one collection is kept right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contract {
    name: Name,
    promise: Promise,
    fields: BTreeMap<Name, FieldContract>,
    retired: BTreeMap<Name, Merge>,
    invariants: BTreeSet<Invariant>,
}

/// What a collection promises to those who read and write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Promise {
    /// One writes each record, all may hold read copies. A copy older than the bound says so when it is read.
    Owned {
        /// How old a read copy may be.
        stale_after: Duration,
    },
    /// All write, any time. Replicas that have taken in the same events are the same; no write is refused for what another
    /// replica did at the same time, except that a deleted record stays deleted.
    Merged,
    /// All write, one at a time, at the home.
    Serial {
        /// The first home. It moves by a hand-over that the home itself writes.
        home: AuthorId,
    },
}

impl Promise {
    /// Its word.
    pub const fn consistency(&self) -> Consistency {
        match self {
            Self::Owned { .. } => Consistency::Owned,
            Self::Merged => Consistency::Merged,
            Self::Serial { .. } => Consistency::Serial,
        }
    }
}

/// What is agreed of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldContract {
    /// How writes come together.
    pub merge: Merge,
    /// What may be written.
    pub holds: Kind,
}

/// What must hold of a collection's records. Which of them merging keeps is table 2 of Bailis, Fekete, Franklin, Ghodsi,
/// Hellerstein and Stoica, *Coordination Avoidance in Database Systems* (VLDB 2014): an invariant that two writes break
/// together, though neither breaks it alone, cannot be kept without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invariant {
    /// Something that each record shows by itself (a field is not empty, an amount is positive).
    PerRecord,
    /// Identifiers that whoever writes generates are unique.
    GeneratedUnique,
    /// A value that somebody chooses is unique: a name, an address.
    ChosenUnique,
    /// References lead to something, where what they lead to is never deleted.
    ReferencesGrow,
    /// References lead to something, though what they lead to may be deleted.
    ReferencesHold,
    /// Numbers follow each other without a gap.
    WithoutGaps,
    /// A sum stays above a bound and is only ever added to.
    OnlyGrows,
    /// A sum stays above a bound though it is taken from: a balance, a stock.
    NeverBelow,
}

impl Invariant {
    /// Whether it holds under merging if each write keeps it by itself.
    pub const fn merges(self) -> bool {
        matches!(self, Self::PerRecord | Self::GeneratedUnique | Self::ReferencesGrow | Self::OnlyGrows)
    }

    /// Its word in a contract's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PerRecord => "per-record",
            Self::GeneratedUnique => "generated-unique",
            Self::ChosenUnique => "chosen-unique",
            Self::ReferencesGrow => "references-grow",
            Self::ReferencesHold => "references-hold",
            Self::WithoutGaps => "without-gaps",
            Self::OnlyGrows => "only-grows",
            Self::NeverBelow => "never-below",
        }
    }
}

/// What is wrong with a contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// A collection's or field's name is none.
    #[error(transparent)]
    Name(#[from] crate::NotAName),
    /// A field stands twice.
    #[error("collection `{collection}`: field `{field}` is declared twice: remove one of the two")]
    Twice {
        /// The collection.
        collection: String,
        /// The field.
        field: String,
    },
    /// The collection is merged, and merging cannot keep what must hold.
    #[error(
        "collection `{collection}`: merging cannot keep `{invariant}`, since two writes that each keep it can break it \
         together: make the collection serial, or drop the invariant"
    )]
    CannotKeep {
        /// The collection.
        collection: String,
        /// The invariant, in its word.
        invariant: &'static str,
    },
    /// Two contracts are for one collection.
    #[error("collection `{0}` has two contracts: remove one of the two")]
    TwoContracts(String),
    /// A contract has a part that its kind of collection does not have, or lacks one that it needs.
    #[error("collection `{collection}`: {what}")]
    Part {
        /// The collection.
        collection: String,
        /// What is wrong and what to do.
        what: &'static str,
    },
}

/// Builds a contract; what is wrong is said by [`ContractBuilder::build`].
#[derive(Clone, Debug)]
pub struct ContractBuilder {
    name: String,
    promise: Promise,
    fields: Vec<(String, FieldContract)>,
    retired: Vec<(String, Merge)>,
    invariants: BTreeSet<Invariant>,
}

impl ContractBuilder {
    /// A field whose writes come together so, and that holds any value.
    #[must_use]
    pub fn field(self, name: &str, merge: Merge) -> Self {
        self.typed(name, merge, Kind::Any)
    }

    /// A field whose writes come together so, and that holds such values.
    #[must_use]
    pub fn typed(mut self, name: &str, merge: Merge, holds: Kind) -> Self {
        self.fields.push((name.to_owned(), FieldContract { merge, holds }));
        self
    }

    /// A field that is no longer written. What it holds is kept and passed on.
    #[must_use]
    pub fn retired(mut self, name: &str, merge: Merge) -> Self {
        self.retired.push((name.to_owned(), merge));
        self
    }

    /// What must hold of the records, so that it is compared with the promise.
    #[must_use]
    pub fn invariant(mut self, invariant: Invariant) -> Self {
        self.invariants.insert(invariant);
        self
    }

    /// The contract.
    ///
    /// # Errors
    /// A name is none or stands twice, or merging cannot keep an invariant.
    pub fn build(self) -> Result<Contract, ContractError> {
        let twice =
            |field: &str| ContractError::Twice { collection: self.name.clone(), field: field.to_owned() };
        let mut fields = BTreeMap::new();
        for (text, field) in &self.fields {
            if fields.insert(Name::new(text)?, *field).is_some() {
                return Err(twice(text));
            }
        }
        let mut retired = BTreeMap::new();
        for (text, merge) in &self.retired {
            let name = Name::new(text)?;
            if fields.contains_key(&name) || retired.insert(name, *merge).is_some() {
                return Err(twice(text));
            }
        }
        let kept = |invariant: &&Invariant| invariant.merges();
        if let (Promise::Merged, Some(broken)) = (self.promise, self.invariants.iter().find(|one| !kept(one)))
        {
            return Err(ContractError::CannotKeep { collection: self.name, invariant: broken.word() });
        }
        let (promise, invariants) = (self.promise, self.invariants);
        Ok(Contract { name: Name::new(&self.name)?, promise, fields, retired, invariants })
    }
}

impl Contract {
    fn builder(name: &str, promise: Promise) -> ContractBuilder {
        let (fields, retired) = (Vec::new(), Vec::new());
        ContractBuilder { name: name.to_owned(), promise, fields, retired, invariants: BTreeSet::new() }
    }

    /// One writes each record; a read copy older than `stale_after` says so.
    pub fn owned(name: &str, stale_after: Duration) -> ContractBuilder {
        Self::builder(name, Promise::Owned { stale_after })
    }

    /// All write, any time.
    pub fn merged(name: &str) -> ContractBuilder {
        Self::builder(name, Promise::Merged)
    }

    /// All write, one at a time, at the home.
    pub fn serial(name: &str, home: AuthorId) -> ContractBuilder {
        Self::builder(name, Promise::Serial { home })
    }

    /// The collection.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// What it promises.
    pub fn promise(&self) -> &Promise {
        &self.promise
    }

    /// What is agreed of a field.
    pub fn field(&self, name: &str) -> Option<&FieldContract> {
        self.fields.get(name)
    }

    /// The fields, by name.
    pub fn fields(&self) -> &BTreeMap<Name, FieldContract> {
        &self.fields
    }

    /// Fields that are no longer written, with how they merged.
    pub fn retired(&self) -> &BTreeMap<Name, Merge> {
        &self.retired
    }

    /// What must hold of the records.
    pub fn invariants(&self) -> &BTreeSet<Invariant> {
        &self.invariants
    }
}

/// The contracts of all collections that a replica holds. What has no contract here is not taken in: that is how a
/// replica holds only a part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Contracts(BTreeMap<Name, Contract>);

impl Contracts {
    /// These contracts.
    ///
    /// # Errors
    /// Two are for one collection.
    pub fn new(contracts: impl IntoIterator<Item = Contract>) -> Result<Self, ContractError> {
        let mut all = BTreeMap::new();
        for contract in contracts {
            if let Some(first) = all.insert(contract.name.clone(), contract) {
                return Err(ContractError::TwoContracts(first.name.to_string()));
            }
        }
        Ok(Self(all))
    }

    /// The contract of a collection.
    pub fn get(&self, collection: &str) -> Option<&Contract> {
        self.0.get(collection)
    }

    /// All, by collection.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Contract> {
        self.0.values()
    }
}
