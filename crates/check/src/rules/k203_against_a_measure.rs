//! K203: outcomes that move one measure in opposite directions.

use super::prelude::*;
use kedge_model::{Direction, OutcomeId, Slug};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(203),
        name: "against-a-measure",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An outcome to come whose `kpi` moves its measure away from what is `better`; other outcomes that move the \
              same measure the other way are named with it. The direction is the sign of `change`, `+2 points` or `-400 \
              a week`; without a sign none is known. Where nobody states what is better, outcomes of opposite signs are \
              still told.",
        why: "Two teams that pull one number both ways both do well by themselves, and the organisation pays twice to \
              stay where it is. Or a sign is wrong.",
        source: "Kedge's own semantics: measures have a direction, outcomes a KPI; autonomy makes local optima, found \
              early",
        failing: &[
            Sheet {
                path: "kedge.toml",
                text: r#"name = "Harbour"

[measure.return-calls]
title  = "Calls about returns"
unit   = "a week"
better = "down"
"#,
            },
            Sheet {
                path: "messages/team.kedge.toml",
                text: r#"team = "messages"
kind = "stream"

[person.carla]
roles = ["stakeholder"]
"#,
            },
            Sheet {
                path: "messages/news.kedge.toml",
                text: r#"team = "messages"

[outcome.call-us]
title       = "A number to call in each mail"
due         = 2026-12-18
kpi         = { measure = "return-calls", change = "+90 a week" }
stakeholder = "carla"

[work.number]
for = "call-us"
"#,
            },
            Sheet {
                path: "returns/team.kedge.toml",
                text: r#"team = "returns"
kind = "stream"

[person.carla]
roles = ["stakeholder"]
"#,
            },
            Sheet {
                path: "returns/self-return.kedge.toml",
                text: r#"team = "returns"

[outcome.self-return]
due         = 2026-12-11
kpi         = { measure = "return-calls", change = "-400 a week" }
stakeholder = "carla"

[work.labels]
for = "self-return"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "kedge.toml",
                text: r#"name = "Harbour"

[measure.return-calls]
title  = "Calls about returns"
unit   = "a week"
better = "down"
"#,
            },
            Sheet {
                path: "messages/team.kedge.toml",
                text: r#"team = "messages"
kind = "stream"

[person.carla]
roles = ["stakeholder"]
"#,
            },
            Sheet {
                path: "messages/news.kedge.toml",
                text: r#"team = "messages"

[outcome.call-us]
title       = "A number to call in each mail"
due         = 2026-12-18
kpi         = { measure = "return-calls", change = "-90 a week" }
stakeholder = "carla"

[work.number]
for = "call-us"
"#,
            },
            Sheet {
                path: "returns/team.kedge.toml",
                text: r#"team = "returns"
kind = "stream"

[person.carla]
roles = ["stakeholder"]
"#,
            },
            Sheet {
                path: "returns/self-return.kedge.toml",
                text: r#"team = "returns"

[outcome.self-return]
due         = 2026-12-11
kpi         = { measure = "return-calls", change = "-400 a week" }
stakeholder = "carla"

[work.labels]
for = "self-return"
"#,
            },
        ],
        fix: "Settle with the other team which way it should go, and drop or change one of the two; if only the sign is \
              wrong, mend it. If the price is paid on purpose, say so where it stands:\n\n```toml\nsilence = { K203 = \
              \"Calls cost less than the returns that they save\" }\n```",
    },
    run: Run::Together(&Compared { share, told, to_the_word: |_| true }),
};

/// An outcome to come that moves a measure.
#[derive(PartialEq)]
struct Mover {
    measure: Slug,
    way: Direction,
    outcome: OutcomeId,
    change: String,
}

fn share(answers: &Answers<'_>) -> Vec<Mover> {
    let movers = answers.planned().filter_map(|outcome| {
        let kpi = outcome.kpi.as_ref()?;
        let way = direction(&kpi.change)?;
        Some(Mover { measure: kpi.measure.clone(), way, outcome: outcome.id.clone(), change: kpi.change.clone() })
    });
    movers.collect()
}

fn told(answers: &Answers<'_>, teams: &[(&TeamId, &Vec<Mover>)]) -> Vec<Finding> {
    let mut by_measure: BTreeMap<&Slug, Vec<&Mover>> = BTreeMap::new();
    for mover in teams.iter().flat_map(|(_, movers)| *movers) {
        by_measure.entry(&mover.measure).or_default().push(mover);
    }
    let mut findings = Vec::new();
    for (measure, movers) in by_measure {
        let better = answers.known.settings().measures.get(measure).map(|measure| measure.better);
        // Where nobody says what is better, those that bring it down are told, and those that raise it named with them.
        let good = better.unwrap_or(Direction::Up);
        let (with, against): (Vec<_>, Vec<_>) = movers.into_iter().partition(|mover| mover.way == good);
        if better.is_none() && with.is_empty() {
            continue;
        }
        for mover in against {
            findings.push(finding(better, mover, &with));
        }
    }
    findings
}

fn finding(better: Option<Direction>, mover: &Mover, with: &[&Mover]) -> Finding {
    let Mover { measure, way, outcome, change } = mover;
    let verb = match way {
        Direction::Up => "raises",
        Direction::Down => "lowers",
    };
    let others = listed(with.iter().map(|other| format!("`{}` moves it by {}", other.outcome, other.change)));
    let others = if others.is_empty() { others } else { format!(", while {others}") };
    let better = match better {
        Some(Direction::Up) => "; up is better",
        Some(Direction::Down) => "; down is better",
        None => "",
    };
    let message = format!("`{}` {verb} `{measure}` ({change}){others}{better}", outcome.id());
    let advice = if with.is_empty() {
        "mend the sign if it is wrong; if the price is paid on purpose, say so in a silence"
    } else {
        "settle which way it should go, and drop or change one; if the price is paid on purpose, say so in a silence"
    };
    let at = Address::field(outcome, "kpi");
    let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
        .with_fix(Fix::lines(advice, ["silence = { K203 = \"why it is worth it\" }".to_owned()]));
    for other in with {
        let at = Subject::Address(Address::field(&other.outcome, "kpi"));
        finding = finding.with_related(at, "moves it the other way");
    }
    finding
}

/// The way that a change goes, by its sign.
fn direction(change: &str) -> Option<Direction> {
    match change.trim_start().chars().next()? {
        '+' => Some(Direction::Up),
        '-' | '\u{2212}' | '\u{2013}' => Some(Direction::Down),
        _ => None,
    }
}
