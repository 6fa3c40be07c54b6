//! K201: a plan of which nothing stands.

use super::prelude::*;
use kedge_floor::{Opens, OutcomeStanding, Status};
use kedge_model::{PlanId, Share};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(201),
        name: "nothing-stands",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An open plan with outcomes to come, none of which is reached in any part if no ask lands. Where it is one \
              outcome, and a rule on its ask already says why (K101, K102), it is not told again. Where the \
              council ranks every ask that the plan hangs on it is a note: that is the council's yes.",
        why: "Such a plan is a list of hopes. The team will be busy all quarter, and whether anything comes of it is \
              for others to decide.",
        source: "Kedge's own semantics: standing, the value that stands without others; independent executor model, \
              rubick.com/independent-executor-model",
        failing: &[Sheet {
            path: "loyalty/points-in-basket.kedge.toml",
            text: r#"team = "loyalty"

[outcome.points-in-basket]
due = 2026-12-11

[outcome.statement]
due = 2026-12-18

[ask.ledger-events]
to    = "payments"
what  = "An event for each booking that touches a customer's money"
asked = { on = 2026-10-01 }
gates = ["points-in-basket", "statement"]

[[ask.ledger-events.fallback]]
kind  = "descope"
what  = "Nothing worth shipping"
keeps = "0%"
"#,
        }],
        passing: &[Sheet {
            path: "loyalty/points-in-basket.kedge.toml",
            text: r#"team = "loyalty"

[outcome.points-in-basket]
due = 2026-12-11

[outcome.statement]
due = 2026-12-18

[ask.ledger-events]
to    = "payments"
what  = "An event for each booking that touches a customer's money"
asked = { on = 2026-10-01 }
gates = ["points-in-basket", "statement"]

[[ask.ledger-events.fallback]]
kind  = "descope"
what  = "A statement by the month, from the nightly export"
keeps = "60%"
"#,
        }],
        fix: "Say for one outcome at least what you ship if nobody delivers, and what of the value that \
              keeps:\n\n```toml\n[[ask.ledger-events.fallback]]\nkind  = \"descope\"\nwhat  = \"A statement by the \
              month, from the nightly export\"\nkeeps = \"60%\"\n```\n\nIf nothing is worth shipping that way, plan \
              something that is yours to do beside it.",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut by_plan: BTreeMap<&PlanId, Vec<&OutcomeStanding>> = BTreeMap::new();
    for outcome in answers.outcomes_standing().iter().filter(|outcome| outcome.status == Status::Planned) {
        by_plan.entry(&outcome.plan).or_default().push(outcome);
    }
    by_plan
        .into_iter()
        .filter_map(|(plan, planned)| {
            let nothing = planned.iter().all(|outcome| outcome.share == Share::ZERO);
            if !nothing {
                return None;
            }
            let asks: BTreeSet<&AskId> = planned.iter().flat_map(|outcome| outcome.lost_to()).collect();
            let is_ranked = |ask: &AskId| answers.known.council_rank(ask.reference()).is_some();
            let is_told = |ask: &AskId| {
                let opens = answers.ask_standing(ask).map(|standing| &standing.opens);
                matches!(opens, Some(Opens::Nothing { .. }))
            };
            if planned.len() == 1 && asks.iter().any(|ask| is_told(ask)) {
                return None;
            }
            let ranked = !asks.is_empty() && asks.iter().all(|ask| is_ranked(ask));
            let severity = if ranked { Severity::Note } else { RULE.doc.severity };
            Some(finding(plan, &planned, &asks, severity, ranked))
        })
        .collect()
}

fn finding(
    plan: &PlanId,
    planned: &[&OutcomeStanding],
    asks: &BTreeSet<&AskId>,
    severity: Severity,
    ranked: bool,
) -> Finding {
    let outcomes = counted(planned.len() as u32, "outcome");
    let names = listed(asks.iter().map(|ask| format!("`{}`", ask.id())));
    let why = match asks.len() {
        0 => "what it falls back on keeps nothing".to_owned(),
        1 => format!("{names} has no way on that keeps anything"),
        _ => format!("{names} have no way on that keeps anything"),
    };
    let yes = if ranked { "; the council ranks what it hangs on" } else { "" };
    let message = format!("nothing of `{}` stands, of {outcomes}: {why}{yes}", plan.id());
    let mut finding = Finding::at(RULE.doc.code, severity, Address::of(plan), message).with_fix(Fix::advice(
        "say for one outcome at least what you ship if nobody delivers, or plan something that is yours to do beside it",
    ));
    for ask in asks {
        finding = finding.with_related(Subject::Address(Address::of(*ask)), "nothing is reached without it");
    }
    finding
}
