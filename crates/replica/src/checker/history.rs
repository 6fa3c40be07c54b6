//! Histories: what clients did and saw, one JSON object a line.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What clients did and saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    operations: Vec<Operation>,
}

/// One operation of one client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Who ran it. A process runs one operation after the other.
    pub process: String,
    /// On which collection.
    #[serde(default)]
    pub collection: String,
    /// On which key of it.
    pub key: String,
    /// What it did and what it was told.
    #[serde(flatten)]
    pub what: What,
    /// When it was called, by one clock for all; whole numbers of any unit.
    pub start: i64,
    /// When its answer came. None came: it may have happened at any time since, or never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<i64>,
}

/// What an operation did and was told. `null` is what a key holds before anything was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum What {
    /// Wrote a value.
    Write {
        /// The value.
        value: Value,
    },
    /// Read a value.
    Read {
        /// The value.
        value: Value,
    },
    /// Read all values of a field that keeps both.
    ReadKept {
        /// The values.
        values: Vec<Value>,
    },
    /// Wrote a value if the key held another.
    Cas {
        /// What it should hold.
        from: Value,
        /// What was written.
        value: Value,
        /// Whether it was; without an answer it is not known, whatever stands here.
        ok: bool,
    },
    /// Read once everybody had heard everything: for convergence, and nothing else.
    Final {
        /// The value: of any form.
        value: Value,
    },
}

/// Why a history is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct HistoryError {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Operation {
    /// What it wrote, or may have written.
    pub fn writes(&self) -> Option<&Value> {
        match &self.what {
            What::Write { value } => Some(value),
            What::Cas { value, ok, .. } => (*ok || self.end.is_none()).then_some(value),
            _ => None,
        }
    }

    /// What it was told that the key holds.
    pub fn reads(&self) -> Vec<&Value> {
        match &self.what {
            What::Read { value } if self.end.is_some() => vec![value],
            What::ReadKept { values } if self.end.is_some() => values.iter().collect(),
            What::Cas { from, ok: true, .. } if self.end.is_some() => vec![from],
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.end.map_or_else(|| "?".to_owned(), |end| end.to_string());
        write!(out, "{} {}..{until}: ", self.process, self.start)?;
        match &self.what {
            What::Write { value } => write!(out, "write {} = {value}", self.key),
            What::Read { value } => write!(out, "read {} = {value}", self.key),
            What::ReadKept { values } => write!(out, "read {} = {}", self.key, Value::Array(values.clone())),
            What::Cas { from, value, ok } => {
                let refused = if *ok { "" } else { ", refused" };
                write!(out, "compare-and-set {} from {from} to {value}{refused}", self.key)
            }
            What::Final { value } => write!(out, "final {} = {value}", self.key),
        }
    }
}

impl History {
    /// These operations.
    pub fn new(operations: Vec<Operation>) -> Self {
        Self { operations }
    }

    /// Reads a history, one JSON object a line; empty lines are left out.
    ///
    /// # Errors
    /// A line is not an operation, ends before it starts, or runs while another of its process does.
    pub fn from_jsonl(text: &str) -> Result<Self, HistoryError> {
        let mut operations: Vec<Operation> = Vec::new();
        let mut busy: BTreeMap<String, Option<i64>> = BTreeMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |what: String| HistoryError { line: number + 1, what };
            let operation: Operation =
                serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            if operation.end.is_some_and(|end| end < operation.start) {
                return Err(wrong("it ends before it starts".to_owned()));
            }
            match busy.insert(operation.process.clone(), operation.end) {
                Some(None) => {
                    let said =
                        "goes on after an operation without an answer: give what follows another process";
                    return Err(wrong(format!("process `{}` {said}", operation.process)));
                }
                Some(Some(end)) if end > operation.start => {
                    let said = "runs two operations at once, or its lines are not in order";
                    return Err(wrong(format!("process `{}` {said}", operation.process)));
                }
                _ => {}
            }
            operations.push(operation);
        }
        Ok(Self { operations })
    }

    /// All operations.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The collections in it.
    pub fn collections(&self) -> BTreeSet<String> {
        self.operations.iter().map(|operation| operation.collection.clone()).collect()
    }

    /// The operations of a collection.
    pub fn of(&self, collection: &str) -> Vec<Operation> {
        self.operations.iter().filter(|operation| operation.collection == collection).cloned().collect()
    }
}

/// The operations of each key.
pub(super) fn by_key(operations: &[Operation]) -> BTreeMap<String, Vec<Operation>> {
    let mut keys: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for operation in operations {
        keys.entry(operation.key.clone()).or_default().push(operation.clone());
    }
    keys
}
