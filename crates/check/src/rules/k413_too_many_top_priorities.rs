//! K413: everything comes first.

use super::prelude::*;
use kedge_model::InitiativeKind;

/// So many top priorities are none (rubick.com/product-council).
const TOO_MANY: usize = 5;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(413),
        name: "too-many-top-priorities",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A council that ranks five or more critical projects that have something to come.",
        why: "A critical project is protected: what it needs comes before all else. Five of them meet in the same teams, and then \
              the loudest decides.",
        source: "Product council, rubick.com/product-council: five top priorities are a sign of trouble",
        failing: &[
            Sheet { path: "shop/plan.kedge.toml", text: OUTCOMES },
            Sheet {
                path: "council.kedge.toml",
                text: r#"team = "council"
rank = ["peak", "law", "move", "till", "vault"]

[initiative.peak]
title    = "Black Friday without a queue"
kind     = "critical-project"
outcomes = ["shop/stay-up"]

[initiative.law]
title    = "Prices as the new law wants them"
kind     = "critical-project"
outcomes = ["shop/unit-price"]

[initiative.move]
title    = "Out of the old data centre"
kind     = "critical-project"
outcomes = ["shop/new-racks"]

[initiative.till]
title    = "Tills that take coins again"
kind     = "critical-project"
outcomes = ["shop/coins"]

[initiative.vault]
title    = "Keys in one vault"
kind     = "critical-project"
outcomes = ["shop/vault"]
"#,
            },
        ],
        passing: &[
            Sheet { path: "shop/plan.kedge.toml", text: OUTCOMES },
            Sheet {
                path: "council.kedge.toml",
                text: r#"team = "council"
rank = ["peak", "law"]

[initiative.peak]
title    = "Black Friday without a queue"
kind     = "critical-project"
outcomes = ["shop/stay-up"]

[initiative.law]
title    = "Prices as the new law wants them"
kind     = "critical-project"
outcomes = ["shop/unit-price", "shop/coins"]
"#,
            },
        ],
        fix: "Draw the line below which nothing is protected, and let the teams rank the rest themselves:\n\n```toml\n\
              rank = [\"peak\", \"law\"]\n```",
    },
    run: Run::Over(run),
};

const OUTCOMES: &str = r#"team = "shop"

[outcome.stay-up]
[outcome.unit-price]
[outcome.new-racks]
[outcome.coins]
[outcome.vault]
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let ranked = answers.ranked_initiatives();
    let critical: Vec<String> = ranked
        .iter()
        .filter(|it| it.kind == InitiativeKind::CriticalProject)
        .map(|it| format!("`{}`", it.id.id()))
        .collect();
    if critical.len() < TOO_MANY {
        return Vec::new();
    }
    let message = format!("{} critical projects come before all else: {}", critical.len(), listed(critical));
    vec![
        Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(FactId::Council, "rank"), message)
            .with_fix(Fix::advice("protect one or two; rank the others as programs, or let their teams rank them")),
    ]
}
