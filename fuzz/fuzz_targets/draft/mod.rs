//! What must hold of a draft, whatever it was made of.

use kedge_exchange::{Draft, merge};
use kedge_model::{Fact, Organisation, Scope};

/// Holds of what a text gives whole, and of what it gives where it was another text the week before and is the week
/// after: without its second line and each third from there, without its third line and each third from there.
#[allow(dead_code, reason = "a text of GitHub is JSON, which is none without some of its lines")]
pub fn holds(text: &str, read: impl Fn(&str) -> Draft) {
    let without = |left_out: usize| {
        let lines = text.lines().enumerate().filter(|(at, _)| at % 3 != left_out);
        lines.flat_map(|(_, line)| [line, "\n"]).collect::<String>()
    };
    follow([&read(&without(1)), &read(text), &read(&without(2))]);
}

/// Each draft makes an organisation of what the drafts before it made, and the same source read again leaves it as it is.
pub fn follow<'a>(drafts: impl IntoIterator<Item = &'a Draft>) {
    let mut now = Organisation::build(Scope::Whole, Vec::new()).expect("nothing is an organisation");
    let mut record: Vec<Fact> = Vec::new();
    for draft in drafts {
        let facts = draft.facts();
        assert_eq!(facts.len(), draft.changes.len());
        Organisation::build(Scope::Whole, facts.clone()).expect("a draft makes an organisation");
        let merged = merge(&facts, &record, &now);
        now = now.with(&merged.changes).expect("a draft brought into what is there makes an organisation");
        record = merged.record;
        let again = merge(&facts, &record, &now);
        assert!(again.changes.is_empty(), "{:?}", again.changes);
        assert!(draft.rows_not_taken.iter().all(|row| !row.reason.is_empty()));
        let _ = draft.summary(3);
    }
}
