//! From one set of contracts to the next: allowed where every value stays readable, refused where data would be lost.

use crate::contract::{Contract, Contracts, Promise};
use crate::{Kind, Name};

/// Why contracts do not follow on those that a store was written under.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A collection has no contract any more.
    #[error(
        "collection `{0}` has no contract any more, and its records would no longer be read: keep its contract"
    )]
    CollectionGone(Name),
    /// A field has gone without being retired.
    #[error(
        "collection `{collection}`: field `{field}` has gone, and what it holds would no longer be read: declare it again, \
         or name it under `retired`"
    )]
    FieldGone {
        /// The collection.
        collection: Name,
        /// The field.
        field: Name,
    },
    /// A field merges otherwise.
    #[error(
        "collection `{collection}`: field `{field}` merged by {was} and would by {is}; what was written would be lost: \
         retire it, and add a field of another name"
    )]
    MergeChanged {
        /// The collection.
        collection: Name,
        /// The field.
        field: Name,
        /// How it merged.
        was: &'static str,
        /// How it would.
        is: &'static str,
    },
    /// A field holds less than it did.
    #[error(
        "collection `{collection}`: field `{field}` held {was} and would hold {is} only; what was written may be neither: \
         keep the wider kind, or add a field of another name"
    )]
    Narrowed {
        /// The collection.
        collection: Name,
        /// The field.
        field: Name,
        /// What it held.
        was: &'static str,
        /// What it would hold.
        is: &'static str,
    },
    /// The collection is kept otherwise.
    #[error(
        "collection `{collection}` was {was} and would be {is}; writes under way elsewhere would be lost: make a collection \
         of another name, and copy the records into it"
    )]
    ConsistencyChanged {
        /// The collection.
        collection: Name,
        /// How it was kept.
        was: &'static str,
        /// How it would be.
        is: &'static str,
    },
    /// The home was changed by hand.
    #[error(
        "collection `{0}`: the first home cannot be changed in the contract, since two homes could write at once: hand the \
         collection over at its home"
    )]
    HomeChanged(Name),
}

impl Contracts {
    /// Whether a store that was written under `self` may go on under `next`: every reason why not.
    ///
    /// Collections and fields may be added, fields retired and taken up again as they were, kinds widened to any, bounds
    /// on staleness and invariants changed.
    ///
    /// # Errors
    /// What would be lost, and what to do instead.
    pub fn migrate(&self, next: &Self) -> Result<(), Vec<Refusal>> {
        let mut refused = Vec::new();
        for was in self.iter() {
            match next.get(was.name().as_str()) {
                Some(is) => compare(was, is, &mut refused),
                None => refused.push(Refusal::CollectionGone(was.name().clone())),
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    }
}

fn compare(was: &Contract, is: &Contract, refused: &mut Vec<Refusal>) {
    let collection = was.name();
    match (was.promise(), is.promise()) {
        (Promise::Owned { .. }, Promise::Owned { .. }) | (Promise::Merged, Promise::Merged) => {}
        (Promise::Serial { home: was }, Promise::Serial { home: is }) => {
            if was != is {
                refused.push(Refusal::HomeChanged(collection.clone()));
            }
        }
        (was, is) => refused.push(Refusal::ConsistencyChanged {
            collection: collection.clone(),
            was: was.consistency().word(),
            is: is.consistency().word(),
        }),
    }
    let known = was.fields().iter().map(|(name, field)| (name, field.merge, Some(field.holds)));
    let retired = was.retired().iter().map(|(name, merge)| (name, *merge, Some(Kind::Any)));
    for (field, merge, held) in known.chain(retired) {
        let now = is.field(field.as_str());
        let Some(new_merge) = now.map(|field| field.merge).or_else(|| is.retired().get(field).copied())
        else {
            refused.push(Refusal::FieldGone { collection: collection.clone(), field: field.clone() });
            continue;
        };
        if new_merge != merge {
            let (was, is) = (merge.word(), new_merge.word());
            refused.push(Refusal::MergeChanged {
                collection: collection.clone(),
                field: field.clone(),
                was,
                is,
            });
        }
        if let (Some(was), Some(is)) = (held, now.map(|field| field.holds))
            && was != is
            && is != Kind::Any
        {
            let (was, is) = (was.word(), is.word());
            refused.push(Refusal::Narrowed { collection: collection.clone(), field: field.clone(), was, is });
        }
    }
}
