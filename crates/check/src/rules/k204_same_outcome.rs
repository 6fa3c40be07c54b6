//! K204: two teams ship what reads like one outcome.

use super::prelude::*;
use kedge_decide::similar::{
    FEWEST_WORDS, SAME_WORDS, SAME_WORDS_IN_ONE_AREA, Vocabulary, Words, alike, telling_words, without_common_words,
};
use kedge_model::{InitiativeId, OutcomeId, Period, PlanId, Slug};
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(204),
        name: "same-outcome",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Outcomes to come, of different teams, whose titles have at least 60 % of their telling words in common, \
              or 30 % where both move one measure. Left out are outcomes of one initiative, teams of which one asks the \
              other something in those plans, plans whose periods do not meet, and titles of fewer than four telling \
              words that share no measure. A word that more than twenty titles use, and more than one in a hundred, is not \
              telling. Words are compared, not meaning.",
        why: "Two solutions of one problem are sometimes worth having, and never by accident: each team will find out \
              when the other has shipped.",
        source: "Autonomy makes duplicated solutions, found early and priced; tolerate duplication, then remove it \
              (Amazon's practice; weak)",
        failing: &[
            Sheet {
                path: "loyalty/wishes.kedge.toml",
                text: r#"team   = "loyalty"
period = "2026-Q4"

[outcome.wishes]
title = "Lists that customers keep of products they like"
due   = 2026-12-18

[work.heart-button]
for = "wishes"
"#,
            },
            Sheet {
                path: "search/lists.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.saved-lists]
title = "Customers keep lists of products they like"
due   = 2026-12-11

[work.lists]
for = "saved-lists"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "loyalty/wishes.kedge.toml",
                text: r#"team   = "loyalty"
period = "2026-Q4"

[outcome.gift-hints]
title = "A hint to friends before a birthday"
due   = 2026-12-18

[work.heart-button]
for = "gift-hints"
"#,
            },
            Sheet {
                path: "search/lists.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.saved-lists]
title = "Customers keep lists of products they like"
due   = 2026-12-11

[work.lists]
for = "saved-lists"
"#,
            },
        ],
        fix: "Agree whose it is: the other team asks for it, with a fallback. If both are needed, make them one \
              initiative, or say why they are two:\n\n```toml\nsilence = { K204 = \"Ours is for the shop, theirs for \
              the till\" }\n```",
    },
    run: Run::Together(&Compared { share, told, to_the_word: |_| true }),
};

/// How many are named in the message; the others are among the places that take part.
const NAMED: usize = 5;

/// What one team plans.
#[derive(PartialEq)]
struct Planned {
    outcomes: Vec<Compare>,
    /// Whom its plans ask.
    asks: Vec<(PlanId, TeamId)>,
}

/// An outcome to come.
#[derive(PartialEq)]
struct Compare {
    id: OutcomeId,
    plan: PlanId,
    period: Option<Period>,
    measure: Option<Slug>,
    initiatives: Vec<InitiativeId>,
    words: Vec<String>,
}

fn share(answers: &Answers<'_>) -> Planned {
    let outcomes = answers.planned().map(|outcome| Compare {
        id: outcome.id.clone(),
        plan: outcome.plan.clone(),
        period: answers.known.plan(&outcome.plan).and_then(|plan| plan.period),
        measure: outcome.kpi.as_ref().map(|kpi| kpi.measure.clone()),
        initiatives: answers.known.initiatives_of(&outcome.id).to_vec(),
        words: telling_words(outcome.name()),
    });
    let asks = answers.known_part().asks().filter(|ask| ask.withdrawn.is_none());
    Planned { outcomes: outcomes.collect(), asks: asks.map(|ask| (ask.plan.clone(), ask.to.clone())).collect() }
}

fn told(_: &Answers<'_>, teams: &[(&TeamId, &Planned)]) -> Vec<Finding> {
    let outcomes: Vec<&Compare> = teams.iter().flat_map(|(_, planned)| &planned.outcomes).collect();
    let mut vocabulary = Vocabulary::default();
    let mut words: Vec<Words> = outcomes.iter().map(|outcome| vocabulary.of(&outcome.words)).collect();
    without_common_words(&mut words);
    let mut pairs: BTreeSet<(usize, usize)> = alike(&words, SAME_WORDS)
        .into_iter()
        .filter(|(one, other)| [one, other].iter().all(|at| words[**at].count() >= FEWEST_WORDS))
        .collect();
    let mut by_measure: BTreeMap<&Slug, Vec<usize>> = BTreeMap::new();
    for (at, outcome) in outcomes.iter().enumerate() {
        if let Some(measure) = &outcome.measure {
            by_measure.entry(measure).or_default().push(at);
        }
    }
    for movers in by_measure.values() {
        let of_measure: Vec<Words> = movers.iter().map(|at| words[*at].clone()).collect();
        let found = alike(&of_measure, SAME_WORDS_IN_ONE_AREA);
        pairs.extend(found.into_iter().map(|(one, other)| (movers[one], movers[other])));
    }
    let talking = Talking(teams.iter().flat_map(|(_, planned)| &planned.asks).map(|(plan, to)| (plan, to)).collect());
    let mut groups = Groups::default();
    for (one, other) in pairs {
        let (a, b) = (outcomes[one], outcomes[other]);
        let apart = a.id.team() == b.id.team()
            || talking.between(a, b)
            || a.initiatives.iter().any(|initiative| b.initiatives.contains(initiative))
            || !periods_meet(a, b);
        if !apart {
            groups.join(one, other);
        }
    }
    groups
        .0
        .into_iter()
        .filter_map(|group| finding(&group.into_iter().map(|at| outcomes[at]).collect::<Vec<_>>()))
        .collect()
}

/// Outcomes that are told together, by their places.
#[derive(Default)]
struct Groups(Vec<BTreeSet<usize>>);

impl Groups {
    fn join(&mut self, one: usize, other: usize) {
        let (mut joined, apart): (Vec<_>, Vec<_>) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|group: &BTreeSet<usize>| group.contains(&one) || group.contains(&other));
        joined.push(BTreeSet::from([one, other]));
        self.0 = apart;
        self.0.push(joined.into_iter().flatten().collect());
    }
}

/// Teams of which one asks the other something in a plan: they have met.
struct Talking<'a>(HashSet<(&'a PlanId, &'a TeamId)>);

impl Talking<'_> {
    fn between(&self, one: &Compare, other: &Compare) -> bool {
        self.0.contains(&(&one.plan, other.id.team())) || self.0.contains(&(&other.plan, one.id.team()))
    }
}

/// Whether the two are planned for a common day; plans without a period may be for any.
fn periods_meet(one: &Compare, other: &Compare) -> bool {
    match (one.period, other.period) {
        (Some(one), Some(other)) => one.from() <= other.until() && other.from() <= one.until(),
        _ => true,
    }
}

fn finding(group: &[&Compare]) -> Option<Finding> {
    let (first, others) = group.split_first()?;
    let mut names: Vec<String> = group.iter().map(|outcome| format!("`{}`", outcome.id)).take(NAMED).collect();
    if group.len() > NAMED {
        names.push(format!("{} more", group.len() - NAMED));
    }
    let message = format!("{} read like one outcome, planned by several teams", listed(names));
    let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(&first.id), message).with_fix(Fix::lines(
        "agree whose it is, and let the others ask for it; or make them one initiative; or say why they are apart",
        ["silence = { K204 = \"why they are apart\" }".to_owned()],
    ));
    for other in others {
        finding = finding.with_related(Subject::Address(Address::of(&other.id)), format!("planned by {}", other.id.team()));
    }
    Some(finding)
}
