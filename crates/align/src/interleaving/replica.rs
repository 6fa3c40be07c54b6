//! What a copy of a merged dataset holds: a function of what it has heard, whatever the order in which it heard it.

use super::value::{Cell, RowId, Rows, Value};
use kedge_model::FieldMerge;
use std::collections::{BTreeMap, BTreeSet};

/// One change, as other copies hear it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Effect {
    /// The row is there.
    Present(RowId),
    /// The row is not there.
    Absent(RowId),
    /// The field has this value.
    Put(Cell, Value),
    /// The number is so much more.
    Add(Cell, i64),
}

/// What one program wrote, as one message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Message {
    /// Which program wrote it.
    pub(super) by: usize,
    /// The messages that its copy had heard by then.
    pub(super) knew: BTreeSet<usize>,
    /// The changes, in order.
    pub(super) effects: Vec<Effect>,
}

/// What a copy holds that started with `start` and has heard these of all messages.
///
/// A message's place in the list is its time: what was written later, after what its writer knew, has a later one, as with a
/// hybrid logical clock. So the last writer is the last in the list; whether a row is there is for the last writer too.
pub(super) fn view(
    start: &Rows,
    messages: &[Message],
    heard: &BTreeSet<usize>,
    merge_of: &dyn Fn(&Cell) -> FieldMerge,
) -> Rows {
    let mut rows = start.clone();
    let mut here: BTreeMap<RowId, bool> = start.0.keys().map(|row| (row.clone(), true)).collect();
    // Of fields that keep both: each value, with the message that wrote it.
    let mut versions: BTreeMap<Cell, Vec<(Option<usize>, Value)>> = BTreeMap::new();
    for (at, message) in messages.iter().enumerate().filter(|(at, _)| heard.contains(at)) {
        for effect in &message.effects {
            match effect {
                Effect::Present(row) => {
                    here.insert(row.clone(), true);
                    rows.0.entry(row.clone()).or_default();
                }
                Effect::Absent(row) => {
                    here.insert(row.clone(), false);
                }
                Effect::Add(cell, by) => {
                    let fields = rows.0.entry(cell.row.clone()).or_default();
                    let now = fields.get(&cell.field).and_then(Value::number).unwrap_or(0);
                    fields.insert(cell.field.clone(), Value::Number(now.saturating_add(*by)));
                }
                Effect::Put(cell, value) => {
                    let before = rows.get(cell).cloned();
                    let merged = match (merge_of(cell), before) {
                        (FieldMerge::Max, Some(before)) => before.max(value.clone()),
                        (FieldMerge::Min, Some(before)) => before.min(value.clone()),
                        (FieldMerge::AddWins, before) => union(before, value),
                        (FieldMerge::KeepBoth, before) => {
                            let kept = versions
                                .entry(cell.clone())
                                .or_insert_with(|| before.into_iter().map(|it| (None, it)).collect());
                            // What its writer had seen, it wrote over.
                            kept.retain(|(of, _)| {
                                of.is_some_and(|of| of != at && !message.knew.contains(&of))
                            });
                            kept.push((Some(at), value.clone()));
                            several(kept.iter().map(|(_, value)| value.clone()).collect())
                        }
                        _ => value.clone(),
                    };
                    rows.0.entry(cell.row.clone()).or_default().insert(cell.field.clone(), merged);
                }
            }
        }
    }
    rows.0.retain(|row, _| here.get(row).copied().unwrap_or(false));
    rows
}

fn union(before: Option<Value>, value: &Value) -> Value {
    let mut all = match before {
        Some(Value::Many(all)) => all,
        Some(one) => BTreeSet::from([one]),
        None => BTreeSet::new(),
    };
    all.insert(value.clone());
    several(all)
}

fn several(mut all: BTreeSet<Value>) -> Value {
    match (all.len(), all.pop_first()) {
        (1, Some(one)) => one,
        (_, first) => {
            all.extend(first);
            Value::Many(all)
        }
    }
}
