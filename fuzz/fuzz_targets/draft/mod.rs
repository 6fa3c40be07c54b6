//! What must hold of a draft, whatever it was made of.

use kedge_exchange::{Draft, merge};
use kedge_model::{Organisation, Scope};

/// What was taken makes an organisation, and the same source read again leaves it as it is.
pub fn holds(draft: &Draft) {
    let facts = draft.facts();
    assert_eq!(facts.len(), draft.changes.len());
    let empty = Organisation::build(Scope::Whole, Vec::new()).expect("nothing is an organisation");
    let first = merge(&facts, &[], &empty);
    let once = empty.with(&first.changes).expect("a draft makes an organisation");
    assert!(merge(&facts, &first.record, &once).changes.is_empty());
    assert!(draft.rows_not_taken.iter().all(|row| !row.reason.is_empty()));
    let _ = draft.summary(3);
}
