//! What a relationship of the standard points at, among the objects of all files that are read.

use kedge_model::DatasetId;
use std::collections::BTreeMap;

/// Datasets by what a reference may call them.
#[derive(Default)]
pub(super) struct Targets {
    /// By the number of the document, and the object's `name` or `id` in it.
    within: BTreeMap<(usize, String), DatasetId>,
    anywhere: BTreeMap<String, Vec<DatasetId>>,
}

impl Targets {
    /// An object of a document.
    pub(super) fn add(&mut self, document: usize, name: &str, id: &DatasetId) {
        if name.is_empty() {
            return;
        }
        self.within.entry((document, name.to_owned())).or_insert_with(|| id.clone());
        let there = self.anywhere.entry(name.to_owned()).or_default();
        if !there.contains(id) {
            there.push(id.clone());
        }
    }

    /// The dataset that `customers.id`, `schema/customers/properties/id` or `other.yaml#/schema/customers` points at, or why
    /// it is not known.
    pub(super) fn find(&self, document: usize, reference: &str) -> Result<DatasetId, &'static str> {
        let (file, path) = match reference.split_once('#') {
            Some((file, path)) => (!file.is_empty(), path),
            None => (false, reference),
        };
        let object = match path.trim_start_matches('/').strip_prefix("schema/") {
            Some(rest) => rest.split('/').next().unwrap_or_default(),
            None => path.split('.').next().unwrap_or_default(),
        };
        if !file && let Some(found) = self.within.get(&(document, object.to_owned())) {
            return Ok(found.clone());
        }
        match self.anywhere.get(object).map(Vec::as_slice) {
            Some([only]) => Ok(only.clone()),
            Some(_) => Err("points at a name that several of these files have"),
            None => Err("points at what is in none of these files"),
        }
    }
}
