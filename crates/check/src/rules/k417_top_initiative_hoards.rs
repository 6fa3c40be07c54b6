//! K417: the council's first initiative takes what all the others need.

use super::prelude::*;
use kedge_model::Work;

/// With fewer initiatives ranked there is nothing to hoard from. Our own.
const FEWEST_RANKED: usize = 3;

/// The first hoards from this part of all that the organisation plans. Our own: more than everything else together.
const PART: f64 = 0.5;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(417),
        name: "top-initiative-hoards",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A council that ranks three initiatives or more that have something to come, of which the first takes more than half \
                of the effort that all teams have left to do in open plans, or of the items where an effort is missing.",
        why: "What ranks first is never refused, so everything finds its way under it. What is really urgent in it then waits for \
              what is not, and the others for all of it.",
        source: "Product council, rubick.com/product-council: that the top one hoards is a sign of trouble",
        failing: &[
            Sheet {
                path: "shop/quarter.kedge.toml",
                text: r#"team  = "shop"
from  = 2026-10-01
until = 2026-12-31

[outcome.stay-up]
[outcome.unit-price]
[outcome.coins]
[outcome.wish-list]

[work.queue]
for    = "stay-up"
effort = "9w, rarely over 12w"

[work.labels]
for    = "unit-price"
effort = "2w, rarely over 3w"

[work.drawers]
for    = "coins"
effort = "2w, rarely over 3w"

[work.stars]
for    = "wish-list"
effort = "2w, rarely over 3w"
"#,
            },
            Sheet { path: "council.kedge.toml", text: COUNCIL },
        ],
        passing: &[
            Sheet {
                path: "shop/quarter.kedge.toml",
                text: r#"team  = "shop"
from  = 2026-10-01
until = 2026-12-31

[outcome.stay-up]
[outcome.unit-price]
[outcome.coins]
[outcome.wish-list]

[work.queue]
for    = "stay-up"
effort = "3w, rarely over 4w"

[work.labels]
for    = "unit-price"
effort = "2w, rarely over 3w"

[work.drawers]
for    = "coins"
effort = "2w, rarely over 3w"

[work.stars]
for    = "wish-list"
effort = "2w, rarely over 3w"
"#,
            },
            Sheet { path: "council.kedge.toml", text: COUNCIL },
        ],
        fix: "Cut the first to what must be there first, and rank the rest of it where it belongs:\n\n```toml\nrank = [\"peak\", \
              \"law\", \"till\", \"peak-comfort\"]\n```",
    },
    run: Run::Over(run),
};

const COUNCIL: &str = r#"team = "council"
rank = ["peak", "law", "till"]

[initiative.peak]
title    = "Black Friday without a queue"
kind     = "critical-project"
outcomes = ["shop/stay-up"]

[initiative.law]
title    = "Prices as the new law wants them"
kind     = "critical-project"
outcomes = ["shop/unit-price"]

[initiative.till]
title    = "Tills that take coins again"
kind     = "critical-project"
outcomes = ["shop/coins"]
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let ranked = answers.ranked_initiatives();
    let Some(first) = ranked.first().filter(|_| ranked.len() >= FEWEST_RANKED) else { return Vec::new() };
    let to_do: Vec<(&Work, Option<f64>)> = answers
        .known
        .work()
        .filter(|work| work.done.is_none() && work.dropped.is_none() && answers.is_current(&work.plan))
        .map(|work| (work, answers.days_left(work)))
        .collect();
    let in_days = to_do.iter().all(|(_, days)| days.is_some());
    let size = |days: Option<f64>| if in_days { days.unwrap_or(0.0) } else { 1.0 };
    let whole: f64 = to_do.iter().map(|(_, days)| size(*days)).sum();
    let its = to_do.iter().filter(|(work, _)| work.serves.iter().any(|outcome| first.outcomes.contains(outcome)));
    let its: f64 = its.map(|(_, days)| size(*days)).sum();
    if its <= PART * whole {
        return Vec::new();
    }
    let of = if in_days { "effort" } else { "items" };
    let message = format!(
        "`{}` takes {:.0} % of the {of} that all teams have left to do, and {} more are ranked after it",
        first.id.id(),
        100.0 * its / whole,
        ranked.len() - 1
    );
    vec![
        Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(FactId::Council, "rank"), message)
            .with_fix(Fix::advice("cut it to what must be there first, and rank the rest of it where it belongs")),
    ]
}
