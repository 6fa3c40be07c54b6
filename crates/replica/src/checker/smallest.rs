//! The smallest history that still shows what is wrong.

use super::history::Operation;

/// A part of the operations that is still broken, and that no single operation can be taken out of: without one more, it is
/// not broken, or somebody reads what nobody writes any more. Larger pieces are tried first (Zeller and Hildebrandt,
/// *Simplifying and isolating failure-inducing input*, 2002).
pub(super) fn of(operations: &[Operation], broken: impl Fn(&[Operation]) -> bool) -> Vec<Operation> {
    let mut rest = operations.to_vec();
    let mut piece = rest.len().div_ceil(2);
    while piece > 0 {
        let mut from = 0;
        while from < rest.len() {
            let mut fewer = rest.clone();
            fewer.drain(from..(from + piece).min(rest.len()));
            if same_sources(operations, &fewer) && broken(&fewer) {
                rest = fewer;
            } else {
                from += piece;
            }
        }
        // At one operation at a time, go round until nothing goes any more.
        piece =
            if piece > 1 { piece.div_ceil(2) } else { usize::from(!is_smallest(operations, &rest, &broken)) };
    }
    rest
}

fn is_smallest(operations: &[Operation], rest: &[Operation], broken: &impl Fn(&[Operation]) -> bool) -> bool {
    (0..rest.len()).all(|place| {
        let mut fewer = rest.to_vec();
        fewer.remove(place);
        !(same_sources(operations, &fewer) && broken(&fewer))
    })
}

/// Whether everything that is read in the part is written in it, if it is written in the whole.
fn same_sources(whole: &[Operation], part: &[Operation]) -> bool {
    let written = |among: &[Operation], key: &str, value: &serde_json::Value| {
        among.iter().any(|one| one.key == key && one.writes() == Some(value))
    };
    part.iter().all(|one| {
        one.reads()
            .into_iter()
            .all(|value| written(part, &one.key, value) || !written(whole, &one.key, value))
    })
}
