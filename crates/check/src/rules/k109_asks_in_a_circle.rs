//! K109: asks that wait for each other.

use super::prelude::*;
use kedge_model::{Organisation, WorkId};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(109),
        name: "asks-in-a-circle",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A circle of asks. One ask waits for another where the item that delivers it, by the asked team's answer or need, \
                is gated by the other, or comes after an item that is. Started and done items wait for nothing. As a note: \
                teams that wait for each other in a circle through asks for which no item is named, so that nobody can see \
                whether it is a circle.",
        why: "In a circle everybody keeps their promise and nothing is ever delivered. Each team sees one step of it only.",
        source: "Deadlock by circular wait: Coffman, Elphick and Shoshani, System Deadlocks, 1971",
        failing: &[
            Sheet {
                path: "catalog/stock-truth.kedge.toml",
                text: r#"team = "catalog"

[outcome.stock-truth]
due = 2026-12-11

[work.store-stock]
for = "stock-truth"

[ask.bin-counts]
to    = "fulfil"
what  = "Counts by bin, from the hand scanners"
asked = { on = 2026-09-25 }
gates = "store-stock"

[[ask.bin-counts.fallback]]
kind  = "descope"
keeps = "60%"
"#,
            },
            Sheet {
                path: "catalog/answers.kedge.toml",
                text: r#"team = "catalog"

[[answer."fulfil/sku-per-store"]]
on   = 2026-10-02
says = "committed"
by   = 2026-11-06
work = "store-stock"
"#,
            },
            Sheet {
                path: "fulfil/same-day.kedge.toml",
                text: r#"team = "fulfil"

[outcome.two-cities]
due = 2026-12-18

[work.scan-feed]
for = "two-cities"

[ask.sku-per-store]
to    = "catalog"
what  = "Product ids by store"
asked = { on = 2026-09-25 }
gates = "scan-feed"

[[ask.sku-per-store.fallback]]
kind  = "descope"
keeps = "80%"
"#,
            },
            Sheet {
                path: "fulfil/answers.kedge.toml",
                text: r#"team = "fulfil"

[[answer."catalog/bin-counts"]]
on   = 2026-10-02
says = "committed"
by   = 2026-11-06
work = "scan-feed"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "catalog/stock-truth.kedge.toml",
                text: r#"team = "catalog"

[outcome.stock-truth]
due = 2026-12-11

[work.store-stock]
for = "stock-truth"

[work.live-counts]
for   = "stock-truth"
after = "store-stock"

[ask.bin-counts]
to    = "fulfil"
what  = "Counts by bin, from the hand scanners"
asked = { on = 2026-09-25 }
gates = "live-counts"

[[ask.bin-counts.fallback]]
kind  = "descope"
keeps = "60%"
"#,
            },
            Sheet {
                path: "catalog/answers.kedge.toml",
                text: r#"team = "catalog"

[[answer."fulfil/sku-per-store"]]
on   = 2026-10-02
says = "committed"
by   = 2026-11-06
work = "store-stock"
"#,
            },
            Sheet {
                path: "fulfil/same-day.kedge.toml",
                text: r#"team = "fulfil"

[outcome.two-cities]
due = 2026-12-18

[work.scan-feed]
for = "two-cities"

[ask.sku-per-store]
to    = "catalog"
what  = "Product ids by store"
asked = { on = 2026-09-25 }
gates = "scan-feed"

[[ask.sku-per-store.fallback]]
kind  = "descope"
keeps = "80%"
"#,
            },
            Sheet {
                path: "fulfil/answers.kedge.toml",
                text: r#"team = "fulfil"

[[answer."catalog/bin-counts"]]
on   = 2026-10-02
says = "committed"
by   = 2026-11-06
work = "scan-feed"
"#,
            },
        ],
        fix: "Let one of the asks gate a later item, one that the other team does not wait for:\n\n```toml\ngates = \
              \"live-counts\"\n```\n\nOr start the fallback of one of them now.",
    },
    run: Run::Together(&Compared { share, told, to_the_word: names_no_item }),
};

/// What the asks of one team wait for.
#[derive(PartialEq)]
struct Waits {
    /// Asks of which it is known which item delivers them, each with the asks that this item waits for.
    for_asks: Vec<(AskId, BTreeSet<AskId>)>,
    /// The first of the other asks to each team.
    for_teams: BTreeMap<TeamId, AskId>,
}

fn share(answers: &Answers<'_>) -> Waits {
    let organisation = &answers.known;
    let mut waits = Waits { for_asks: Vec::new(), for_teams: BTreeMap::new() };
    for ask in answers.in_play().filter(|ask| !answers.is_dead(ask)) {
        if let Some(work) = organisation.delivering_work(ask) {
            waits.for_asks.push((ask.id.clone(), asks_before(organisation, &work)));
        } else if !waits.for_teams.contains_key(&ask.to) {
            waits.for_teams.insert(ask.to.clone(), ask.id.clone());
        }
    }
    waits
}

fn told(answers: &Answers<'_>, teams: &[(&TeamId, &Waits)]) -> Vec<Finding> {
    let waits: BTreeMap<&AskId, Vec<&AskId>> = teams
        .iter()
        .flat_map(|(_, waits)| &waits.for_asks)
        .map(|(ask, before)| (ask, before.iter().collect()))
        .collect();
    let unnamed: BTreeMap<&TeamId, &BTreeMap<TeamId, AskId>> = teams
        .iter()
        .filter(|(_, waits)| !waits.for_teams.is_empty())
        .map(|(team, waits)| (*team, &waits.for_teams))
        .collect();
    let mut findings: Vec<Finding> =
        circles(&waits).par_iter().filter_map(|circle| of_asks(answers, circle)).collect();
    let teams: BTreeMap<&TeamId, Vec<&TeamId>> =
        unnamed.iter().map(|(team, asked)| (*team, asked.keys().collect())).collect();
    findings.extend(circles(&teams).into_iter().filter_map(|circle| of_teams(&unnamed, &circle)));
    findings
}

/// Whether the finding is one of teams: what it says is all in their shares.
fn names_no_item(finding: &Finding) -> bool {
    finding.severity == Severity::Note
}

/// The items that must be done before this one can be, itself included.
fn needed(organisation: &Organisation, item: &WorkId) -> BTreeSet<WorkId> {
    let mut seen = BTreeSet::new();
    let mut todo = vec![item.clone()];
    while let Some(id) = todo.pop() {
        let Some(work) = organisation.work_item(&id) else { continue };
        let waits = work.started.is_none() && work.done.is_none() && work.dropped.is_none();
        if waits && seen.insert(id) {
            todo.extend(work.after.iter().cloned());
        }
    }
    seen
}

/// The asks that must land, or be gone round, before the item can be done.
fn asks_before(organisation: &Organisation, item: &WorkId) -> BTreeSet<AskId> {
    needed(organisation, item)
        .iter()
        .flat_map(|item| organisation.gating(item.reference()).iter().cloned())
        .collect()
}

/// One circle through each set of nodes that all lead to each other, beginning with the first by name.
fn circles<'a, T: Ord + Hash>(edges: &BTreeMap<&'a T, Vec<&'a T>>) -> Vec<Vec<&'a T>> {
    let nodes: Vec<&T> = edges.keys().copied().collect();
    let numbers: HashMap<&T, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let number = |node: &&T| numbers.get(node).copied();
    let mut next: Vec<Vec<usize>> =
        edges.values().map(|to| to.iter().filter_map(number).collect()).collect();
    let stays = in_or_between_circles(&next);
    for (node, to) in next.iter_mut().enumerate() {
        to.retain(|to| stays[*to] && stays[node]);
    }
    let mut told = vec![false; nodes.len()];
    // Whence each node was reached, in the search that has this number.
    let mut from = vec![(usize::MAX, 0); nodes.len()];
    let mut circles = Vec::new();
    for start in (0..nodes.len()).filter(|node| stays[*node]) {
        if told[start] {
            continue;
        }
        // Breadth first, so that the circle that is told is a shortest one.
        let mut queue = VecDeque::from([start]);
        'search: while let Some(node) = queue.pop_front() {
            for &to in &next[node] {
                if from[to].0 != start {
                    from[to] = (start, node);
                    if to == start {
                        break 'search;
                    }
                    queue.push_back(to);
                }
            }
        }
        // Back from the start to itself, where there is a way.
        let mut circle = Vec::new();
        let mut node = start;
        while from[node].0 == start {
            node = from[node].1;
            circle.push(node);
            told[node] = true;
            if node == start {
                break;
            }
        }
        circle.reverse();
        if !circle.is_empty() {
            circles.push(circle.into_iter().map(|node| nodes[node]).collect());
        }
    }
    circles
}

/// Which nodes lead to a circle and come from one: what is left once dead ends on either side are taken away.
fn in_or_between_circles(next: &[Vec<usize>]) -> Vec<bool> {
    let mut before = vec![Vec::new(); next.len()];
    for (node, to) in next.iter().enumerate() {
        for to in to {
            before[*to].push(node);
        }
    }
    let mut stays = vec![true; next.len()];
    for (ahead, behind) in [(next, &before[..]), (&before[..], next)] {
        let mut left: Vec<usize> =
            ahead.iter().map(|to| to.iter().filter(|to| stays[**to]).count()).collect();
        let mut ends: Vec<usize> = (0..next.len()).filter(|node| stays[*node] && left[*node] == 0).collect();
        while let Some(end) = ends.pop() {
            stays[end] = false;
            for &node in &behind[end] {
                left[node] = left[node].saturating_sub(1);
                if left[node] == 0 && stays[node] {
                    ends.push(node);
                }
            }
        }
    }
    stays
}

fn of_asks(answers: &Answers<'_>, circle: &[&AskId]) -> Option<Finding> {
    let (first, others) = circle.split_first()?;
    let mut names: Vec<String> = circle.iter().map(|ask| format!("`{ask}`")).collect();
    names.push(format!("`{first}`"));
    let message = format!("asks wait for each other: {}", names.join(", which waits for "));
    let ask = answers.known.ask(first)?;
    let fix = match later_gates(answers, circle, ask) {
        gates if gates.is_empty() => {
            Fix::advice("let one of them gate a later item, or start the fallback of one of them now")
        }
        gates => {
            let list = gates.iter().map(|gate| quoted(gate)).collect::<Vec<_>>();
            let value = if let [only] = list.as_slice() { only.clone() } else { format!("[{}]", list.join(", ")) };
            Fix::lines(
                format!("let `{}` gate a later item, or start the fallback of one of them now", ask.id.id()),
                [format!("gates = {value}")],
            )
        }
    };
    let at = Address::field(*first, "gates");
    let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix);
    for other in others {
        let how = format!("{} waits here", other.team());
        finding = finding.with_related(Subject::Address(Address::field(*other, "gates")), how);
    }
    Some(finding)
}

/// What the ask could gate instead: items that come after those it gates now, and that nothing in the circle waits for;
/// where there is none, the outcomes that they serve.
fn later_gates(answers: &Answers<'_>, circle: &[&AskId], ask: &Ask) -> Vec<String> {
    let organisation = &answers.known;
    let in_circle: BTreeSet<WorkId> = circle
        .iter()
        .filter_map(|id| organisation.delivering_work(organisation.ask(id)?))
        .flat_map(|work| needed(organisation, &work))
        .collect();
    let own = ask.id.team();
    let now: BTreeSet<WorkId> = ask.gates.iter().map(|gate| WorkId::from(gate.clone())).collect();
    let keeps = ask.gates.iter().filter(|gate| !in_circle.contains(&WorkId::from((*gate).clone())));
    let mut gates: Vec<String> = keeps.map(|gate| gate.short_for(own)).collect();
    let later = organisation.work_of(own).filter(|work| {
        !in_circle.contains(&work.id)
            && work.after.iter().any(|before| now.contains(before) && in_circle.contains(before))
    });
    gates.extend(later.map(|work| work.id.reference().short_for(own)));
    if gates.is_empty() {
        let outcomes: BTreeSet<String> = now
            .iter()
            .filter_map(|item| organisation.work_item(item))
            .flat_map(|work| work.serves.iter().map(|outcome| outcome.reference().short_for(own)))
            .collect();
        gates.extend(outcomes);
    }
    gates.dedup();
    gates
}

fn of_teams(asks: &BTreeMap<&TeamId, &BTreeMap<TeamId, AskId>>, circle: &[&TeamId]) -> Option<Finding> {
    let steps: Vec<(&TeamId, &AskId)> = circle
        .iter()
        .enumerate()
        .filter_map(|(at, team)| {
            let next = circle.get(at + 1).or(circle.first())?;
            Some((*next, asks.get(team)?.get(*next)?))
        })
        .collect();
    let ((_, first), others) = steps.split_first()?;
    let told = listed(steps.iter().map(|(to, ask)| format!("`{ask}` on {to}")));
    let message = format!("teams wait for each other, and no answer names the item that delivers: {told}");
    let mut finding = Finding::at(RULE.doc.code, Severity::Note, Address::of(*first), message).with_fix(Fix::lines(
        "name the item in each answer: then it can be seen whether this is a circle",
        ["work = \"ITEM\"".to_owned()],
    ));
    for (to, ask) in others {
        finding = finding.with_related(Subject::Address(Address::of(*ask)), format!("waits for {to}"));
    }
    Some(finding)
}
