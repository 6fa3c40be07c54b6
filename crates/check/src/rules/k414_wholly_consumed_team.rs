//! K414: a team that the council's first three initiatives take whole.

use super::prelude::*;

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
    let consumed = kedge_decide::consumed(&answers.known, answers.as_of);
    consumed
        .iter()
        .map(|consumed| {
            let team = &consumed.team;
            let names = listed(consumed.by.iter().map(|it| format!("`{}`", it.id())));
            let message = format!("everything that {team} plans is for {names}, which the council ranks first");
            let asked = answers.known.asked_of(team).iter().filter_map(|id| answers.known.ask(id));
            let mut finding =
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(team, "rank"), message).with_fix(Fix::advice(
                    "keep some of its effort for what others ask of it, or have the council say which of them waits",
                ));
            for ask in asked.filter(|ask| {
                let state = answers.known.ask_state(ask);
                !state.is_open() && !state.is_dead() && answers.is_current(&ask.plan)
            }) {
                let place = Subject::Address(Address::of(&ask.id));
                finding = finding.with_related(place, format!("{} asks for this", ask.id.team()));
            }
            finding
        })
        .collect()
}
