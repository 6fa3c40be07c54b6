//! K414: a team that the council's first three initiatives take whole.

use super::prelude::*;
use kedge_model::{Initiative, TeamKind, Work};
use std::collections::BTreeSet;

/// The council's first so many (rubick.com/product-council).
const FIRST: usize = 3;

/// A team is taken whole from this part of its planned effort. Our own: one day in twenty is no freedom.
const WHOLE: f64 = 0.95;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(414),
        name: "wholly-consumed-team",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team of which 95 % of the effort that is left to do, or of the items where an effort is missing, is for \
                outcomes of two or three of the council's first three initiatives. A team that is wholly on one initiative \
                has one aim, and task forces are there for one: they are left out.",
        why: "Such a team has nothing left to say yes with. Each ask to it is refused or waits, and when two of the initiatives need \
              it in the same week only the council can choose.",
        source: "Product council, rubick.com/product-council: one team wholly consumed by the first three is a sign of trouble",
        failing: &[
            Sheet {
                path: "fulfil/quarter.kedge.toml",
                text: r#"team  = "fulfil"
from  = 2026-10-01
until = 2026-12-31

[outcome.pick-lanes]
[outcome.two-cities]

[work.lane-layout]
for    = "pick-lanes"
effort = "3w, rarely over 4w"

[work.van-app]
for    = "two-cities"
effort = "3w, rarely over 5w"
"#,
            },
            Sheet { path: "fulfil/team.kedge.toml", text: FULFIL },
            Sheet { path: "council.kedge.toml", text: COUNCIL },
        ],
        passing: &[
            Sheet {
                path: "fulfil/quarter.kedge.toml",
                text: r#"team  = "fulfil"
from  = 2026-10-01
until = 2026-12-31

[outcome.pick-lanes]
[outcome.two-cities]

[work.lane-layout]
for    = "pick-lanes"
effort = "3w, rarely over 4w"

[work.van-app]
for    = "two-cities"
effort = "3w, rarely over 5w"

[work.for-others]
title  = "Events and lines that other teams ask for"
effort = "1w, rarely over 2w"
"#,
            },
            Sheet { path: "fulfil/team.kedge.toml", text: FULFIL },
            Sheet { path: "council.kedge.toml", text: COUNCIL },
        ],
        fix: "Keep some of the team's effort for what others ask of it, or have the council say which of its initiatives waits:\n\n\
              ```toml\n[work.for-others]\ntitle  = \"Events and lines that other teams ask for\"\neffort = \"1w, rarely over 2w\"\n```",
    },
    run: Run::Over(run),
};

const FULFIL: &str = r#"team  = "fulfil"
title = "Fulfilment"
kind  = "stream"
"#;
const COUNCIL: &str = r#"team = "council"
rank = ["peak", "doorstep"]

[initiative.peak]
title    = "Black Friday without a queue"
kind     = "critical-project"
outcomes = ["fulfil/pick-lanes"]
sponsor  = "wim"

[initiative.doorstep]
title           = "Ordered by noon, at the door tonight"
outcomes        = ["fulfil/two-cities"]
program-manager = "petra"
sponsor         = "wim"

[person.petra]
roles = ["program-manager"]

[person.wim]
roles = ["sponsor"]
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let ranked = answers.ranked_initiatives();
    let first: Vec<&Initiative> = ranked.into_iter().take(FIRST).collect();
    let teams: BTreeSet<&TeamId> =
        first.iter().flat_map(|it| &it.outcomes).map(kedge_model::OutcomeId::team).collect();
    let teams = teams.into_iter().filter_map(|team| answers.own_teams().find(|it| &it.id == team));
    teams
        .filter(|team| !matches!(team.kind, TeamKind::TaskForce(_)))
        .filter_map(|team| {
            let mine: Vec<&&Initiative> = first
                .iter()
                .filter(|it| it.outcomes.iter().any(|own| own.team() == &team.id && answers.is_to_come(own)))
                .collect();
            if mine.len() < 2 || !is_taken_whole(answers, &team.id, &first) {
                return None;
            }
            let names = join(mine.iter().map(|it| format!("`{}`", it.id.id())));
            let message = format!("everything that {} plans is for {names}, which the council ranks first", team.id);
            let asked = answers.known.asked_of(&team.id).iter().filter_map(|id| answers.known.ask(id));
            let mut finding =
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&team.id, "rank"), message).with_fix(Fix::advice(
                    "keep some of its effort for what others ask of it, or have the council say which of them waits",
                ));
            for ask in asked.filter(|ask| {
                let state = answers.known.ask_state(ask);
                !state.is_open() && !state.is_dead() && answers.is_current(&ask.plan)
            }) {
                let place = Subject::Address(Address::of(&ask.id));
                finding = finding.with_related(place, format!("{} asks for this", ask.id.team()));
            }
            Some(finding)
        })
        .collect()
}

/// Whether nearly all that the team has left to do is for these initiatives.
fn is_taken_whole(answers: &Answers<'_>, team: &TeamId, first: &[&Initiative]) -> bool {
    let organisation = &answers.known;
    let mut outcomes = organisation
        .plans_of(team)
        .flat_map(|plan| &organisation.parts(&plan.id).outcomes)
        .filter(|outcome| answers.is_to_come(outcome));
    let is_theirs = |outcome: &kedge_model::OutcomeId| first.iter().any(|it| it.outcomes.contains(outcome));
    let to_do: Vec<&Work> = organisation
        .plans_of(team)
        .filter(|plan| plan.closed.is_none())
        .flat_map(|plan| &organisation.parts(&plan.id).work)
        .filter_map(|id| organisation.work_item(id))
        .filter(|work| work.done.is_none() && work.dropped.is_none())
        .collect();
    if to_do.is_empty() {
        return outcomes.all(is_theirs);
    }
    let in_days = to_do.iter().all(|work| answers.days_left(work).is_some());
    let size = |work: &Work| if in_days { answers.days_left(work).unwrap_or(0.0) } else { 1.0 };
    let whole: f64 = to_do.iter().map(|work| size(work)).sum();
    let taken: f64 =
        to_do.iter().filter(|work| work.serves.iter().any(is_theirs)).map(|work| size(work)).sum();
    taken >= WHOLE * whole
}
