//! Links without circles: work that comes after itself could never start.

use std::collections::BTreeSet;

/// What comes before and what after it.
type Link = (usize, usize);

/// The links `(before, after)` between things numbered below `count` that make no circle, and those that close one.
///
/// Links that lie on no circle are all kept. Of those that may, each is kept, in order, unless it closes a circle of kept
/// ones.
pub(super) fn without_circles(count: usize, links: &[Link]) -> (Vec<Link>, Vec<Link>) {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (before, after) in links {
        if let Some(next) = next.get_mut(*before) {
            next.push(*after);
        }
    }
    let tangled = tangled(&next);
    let mut kept_next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let (mut kept, mut closing) = (Vec::new(), Vec::new());
    for (before, after) in links {
        if tangled.contains(before) && tangled.contains(after) {
            if reaches(&kept_next, *after, *before) {
                closing.push((*before, *after));
                continue;
            }
            if let Some(next) = kept_next.get_mut(*before) {
                next.push(*after);
            }
        }
        kept.push((*before, *after));
    }
    (kept, closing)
}

/// What is left when things that nothing comes before are taken away again and again.
fn tangled(next: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut before: Vec<usize> = vec![0; next.len()];
    for after in next.iter().flatten() {
        if let Some(before) = before.get_mut(*after) {
            *before += 1;
        }
    }
    let mut free: Vec<usize> = (0..next.len()).filter(|at| before.get(*at) == Some(&0)).collect();
    let mut tangled: BTreeSet<usize> = (0..next.len()).collect();
    while let Some(at) = free.pop() {
        tangled.remove(&at);
        for after in next.get(at).into_iter().flatten() {
            if let Some(before) = before.get_mut(*after) {
                *before -= 1;
                if *before == 0 {
                    free.push(*after);
                }
            }
        }
    }
    tangled
}

fn reaches(next: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        open.extend(next.get(at).into_iter().flatten().filter(|after| seen.insert(**after)));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_kept_has_no_circle_and_what_is_not_closes_one(
            links in prop::collection::vec((0usize..8, 0usize..8), 0..30),
        ) {
            let (kept, closing) = without_circles(8, &links);
            prop_assert_eq!(kept.len() + closing.len(), links.len());
            let mut next = vec![Vec::new(); 8];
            for (before, after) in &kept {
                next[*before].push(*after);
            }
            prop_assert!(tangled(&next).is_empty());
            for (before, after) in &closing {
                prop_assert!(reaches(&next, *after, *before));
            }
        }
    }

    #[test]
    fn a_long_chain_is_quick() {
        let links: Vec<(usize, usize)> = (0..200_000).map(|at| (at, at + 1)).collect();
        assert_eq!(without_circles(200_001, &links).1, []);
    }
}
