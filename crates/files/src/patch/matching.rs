//! Which table of one state is which of another: what was changed, what is gone, what is new.

use super::Unusual;
use crate::language::Shape;
use crate::node::{InnerNode, Item, Node, Value};
use kedge_model::TeamId;
use std::collections::BTreeMap;

/// One table in the file, in the state before and in the state after.
pub(super) struct Triple<'a> {
    pub name: String,
    pub file: Option<&'a Node>,
    pub before: Option<&'a Node>,
    pub after: Option<&'a Node>,
    /// Of a new entry of a list: the one in the file that it comes after.
    pub previous: Option<&'a Node>,
    /// Of a new entry of a list: the one in the file that it comes before.
    pub next: Option<&'a Node>,
}

pub(super) fn matched<'a>(
    written: &'a InnerNode,
    before: &'a [Item],
    after: &'a [Item],
    own: &TeamId,
) -> Result<Vec<Triple<'a>>, Unusual> {
    let mut triples = Vec::new();
    match written.inner.shape {
        Shape::One | Shape::Named => {
            let find = |items: &'a [Item], name: &str| {
                items.iter().find(|item| item.name == name).and_then(|item| item.nodes.first())
            };
            for item in &written.items {
                let name = item.name.clone();
                let is = find(after, &name);
                // A table that says only what holds anyway is not in the state before.
                let was = find(before, &name).or_else(|| is.map(|_| empty(written)));
                triples.push(Triple {
                    file: item.nodes.first(),
                    before: was,
                    after: is,
                    name,
                    previous: None,
                    next: None,
                });
            }
            for item in after.iter().filter(|item| !written.items.iter().any(|it| it.name == item.name)) {
                triples.push(Triple {
                    name: item.name.clone(),
                    file: None,
                    before: None,
                    after: item.nodes.first(),
                    previous: None,
                    next: None,
                });
            }
        }
        Shape::List => {
            let files: Vec<&Node> = written.items.iter().flat_map(|item| &item.nodes).collect();
            let was: Vec<&Node> = before.iter().flat_map(|item| &item.nodes).collect();
            let is: Vec<&Node> = after.iter().flat_map(|item| &item.nodes).collect();
            let mut groups: BTreeMap<String, [Vec<&Node>; 3]> = BTreeMap::new();
            for (at, nodes) in [files, was, is].into_iter().enumerate() {
                for node in nodes {
                    groups.entry(subject(node)).or_default()[at].push(node);
                }
            }
            for [files, was, is] in groups.into_values() {
                listed("", &files, &was, &is, &mut triples)?;
            }
        }
        Shape::NamedList => {
            let nodes = |items: &'a [Item], name: &str| -> Vec<&'a Node> {
                items
                    .iter()
                    .filter(|item| same_answer(&item.name, name, own))
                    .flat_map(|item| &item.nodes)
                    .collect()
            };
            for item in &written.items {
                let files: Vec<&Node> = item.nodes.iter().collect();
                listed(
                    &item.name,
                    &files,
                    &nodes(before, &item.name),
                    &nodes(after, &item.name),
                    &mut triples,
                )?;
            }
            let new = after
                .iter()
                .filter(|item| !written.items.iter().any(|it| same_answer(&it.name, &item.name, own)));
            for item in new {
                listed(&item.name, &[], &[], &item.nodes.iter().collect::<Vec<_>>(), &mut triples)?;
            }
        }
    }
    Ok(triples)
}

/// A table that says nothing, to compare with one that says only defaults.
fn empty(written: &InnerNode) -> &'static Node {
    use std::sync::OnceLock;
    static EMPTY: OnceLock<Node> = OnceLock::new();
    EMPTY.get_or_init(|| Node::new(written.inner.table))
}

fn same_answer(a: &str, b: &str, own: &TeamId) -> bool {
    a == b || crate::fact::answer_to(a, own).is_some_and(|to| crate::fact::answer_to(b, own) == Some(to))
}

/// What an entry of a list is about, where a list holds entries about several things.
pub(crate) fn subject(node: &Node) -> String {
    let about = ["proposal", "contract", "outcome"].into_iter().find_map(|key| Some((key, node.value(key)?)));
    match about {
        Some((key, Value::Reference(reference))) => format!("{key} {reference}"),
        _ => String::new(),
    }
}

/// Pairs the entries of a list: equal ones first, then those that are about the same, then what stands in the same
/// place.
fn listed<'a>(
    name: &str,
    files: &[&'a Node],
    before: &[&'a Node],
    after: &[&'a Node],
    triples: &mut Vec<Triple<'a>>,
) -> Result<(), Unusual> {
    if files.len() != before.len() {
        return Err(Unusual);
    }
    let start = before.iter().zip(after).take_while(|(was, is)| was == is).count();
    let rest = before.len().min(after.len()) - start;
    let end =
        before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(was, is)| was == is).count();
    let (was, is) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    let by_equality = longest_common(was, is, |was, is| was == is);
    // Where something equal is in the middle, the rest is new or gone; else what is alike was changed.
    let common = if by_equality.len() < was.len().min(is.len()) {
        let alike = longest_common(was, is, |was, is| identity(was) == identity(is));
        if alike.len() > by_equality.len() { alike } else { by_equality }
    } else {
        by_equality
    };
    // In each gap between pairs, what stands in the same place is taken for the same.
    let (mut from_was, mut from_is) = (0, 0);
    for (at_was, at_is) in common.into_iter().chain([(was.len(), is.len())]) {
        let gap = (at_was - from_was).min(at_is - from_is);
        pairs.extend((0..gap).map(|at| (start + from_was + at, start + from_is + at)));
        if at_was < was.len() && at_is < is.len() {
            pairs.push((start + at_was, start + at_is));
        }
        (from_was, from_is) = (at_was + 1, at_is + 1);
    }
    pairs.extend((0..end).map(|at| (before.len() - end + at, after.len() - end + at)));
    let mut next = 0;
    for (at, node) in before.iter().enumerate() {
        let partner = pairs.iter().find(|(was, _)| *was == at).map(|(_, is)| *is);
        if let Some(partner) = partner {
            for is in &after[next..partner] {
                let previous = at.checked_sub(1).map(|at| files[at]);
                let next = Some(files[at]);
                triples.push(Triple {
                    name: name.to_owned(),
                    file: None,
                    before: None,
                    after: Some(is),
                    previous,
                    next,
                });
            }
            next = partner + 1;
        }
        triples.push(Triple {
            name: name.to_owned(),
            file: Some(files[at]),
            before: Some(node),
            after: partner.map(|partner| after[partner]),
            previous: None,
            next: None,
        });
    }
    for is in &after[next.min(after.len())..] {
        let previous = files.last().copied();
        triples.push(Triple {
            name: name.to_owned(),
            file: None,
            before: None,
            after: Some(is),
            previous,
            next: None,
        });
    }
    Ok(())
}

/// What makes an entry the one it is, whatever else it says.
fn identity(node: &Node) -> Vec<Option<&Value>> {
    ["kind", "id", "on", "who", "to", "path", "git"].into_iter().map(|key| node.value(key)).collect()
}

/// The longest common subsequence; nothing where the lists are too long to compare each with each.
fn longest_common(a: &[&Node], b: &[&Node], same: impl Fn(&Node, &Node) -> bool) -> Vec<(usize, usize)> {
    if a.is_empty() || b.is_empty() || a.len() * b.len() > 250_000 {
        return Vec::new();
    }
    let width = b.len() + 1;
    let mut best = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = if same(a[i], b[j]) {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if same(a[i], b[j]) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
