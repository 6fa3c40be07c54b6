//! K210: a date has passed, and nobody says what became of it.

use super::prelude::*;
use kedge_model::{Outcome, Period, PlanId};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(210),
        name: "date-passed",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An outcome whose due date has passed, that is neither live nor dropped. Where the whole period of a plan \
              is over and the plan is not closed, that is told once for the plan; so it is where several outcomes of a \
              plan were taken over by an import (`origin`), since where they came from is where it is said.",
        why: "Either it is live and nobody wrote it down, or it is late and the date is no date. Until somebody says \
              which, what stands and every forecast are of a plan that is not there any more.",
        source: "Kedge's own semantics: progress is in dated facts",
        failing: &[Sheet {
            path: "search/spring.kedge.toml",
            text: r#"team   = "search"
period = "2026-Q4"

[outcome.synonyms]
due  = 2026-10-09

[work.word-list]
for  = "synonyms"
done = 2026-10-07
"#,
        }],
        passing: &[Sheet {
            path: "search/spring.kedge.toml",
            text: r#"team   = "search"
period = "2026-Q4"

[outcome.synonyms]
due  = 2026-10-09
live = 2026-10-09

[work.word-list]
for  = "synonyms"
done = 2026-10-07
"#,
        }],
        fix: "Say what is so now: since when it is live, a date that you can keep, or that it is \
              dropped:\n\n```toml\nlive = 2026-10-09\n```\n\nA plan whose period is over is closed, and kept as a \
              record: `closed = 2026-10-14` at its top.",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut over: BTreeMap<&PlanId, u32> = BTreeMap::new();
    let mut taken_over: BTreeMap<&PlanId, Vec<(Date, &Outcome)>> = BTreeMap::new();
    let mut findings = Vec::new();
    for outcome in answers.planned() {
        let Some(due) = answers.known.due(outcome).filter(|due| *due < answers.as_of) else { continue };
        let period = answers.known.plan(&outcome.plan).and_then(|plan| plan.period);
        if period.is_some_and(|period| period.until() < answers.as_of) {
            *over.entry(&outcome.plan).or_default() += 1;
        } else if outcome.meta.origin.is_some() {
            taken_over.entry(&outcome.plan).or_default().push((due, outcome));
        } else {
            findings.push(passed(answers, due, outcome));
        }
    }
    for (plan, mut outcomes) in taken_over {
        outcomes.sort_by_key(|(due, outcome)| (*due, &outcome.id));
        findings.extend(match outcomes.as_slice() {
            [] => None,
            [(due, outcome)] => Some(passed(answers, *due, outcome)),
            [(due, oldest), ..] => Some(all_passed(plan, outcomes.len(), *due, oldest)),
        });
    }
    for (plan, outcomes) in over {
        let Some(until) = answers.known.plan(plan).and_then(|plan| plan.period).map(Period::until) else { continue };
        let are = if outcomes == 1 { "is" } else { "are" };
        let message = format!(
            "the period of `{}` ended on {until}, and {} {are} neither live nor dropped",
            plan.id(),
            counted(outcomes, "outcome")
        );
        findings.push(Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(plan), message).with_fix(Fix::lines(
            "say what went live and what is dropped, take the rest into the next plan, and close this one",
            [format!("closed = {}", answers.as_of)],
        )));
    }
    findings
}

/// One outcome.
fn passed(answers: &Answers<'_>, due: Date, outcome: &Outcome) -> Finding {
    let message = format!("`{}` was due {due}, and is neither live nor dropped", outcome.id.id());
    Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&outcome.id, "due"), message).with_fix(Fix::lines(
        "say since when it is live, move the date to one that you can keep, or drop it",
        [format!("due = {}", answers.working_day_before(answers.as_of.plus_days(A_FORTNIGHT)))],
    ))
}

/// Several outcomes that were taken over, told once: they are mended where they come from, not here one by one.
fn all_passed(plan: &PlanId, outcomes: usize, due: Date, oldest: &Outcome) -> Finding {
    let message = format!(
        "{outcomes} outcomes that `{}` took over were due before today, and are neither live nor dropped: `{}` longest, \
         since {due}",
        plan.id(),
        oldest.id.id()
    );
    let advice = "bring their dates and states up to date where they come from, and import again";
    Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(plan), message)
        .with_fix(Fix::advice(advice))
        .with_related(Subject::Address(Address::field(&oldest.id, "due")), "the oldest")
}

/// How far ahead the fix proposes a day.
const A_FORTNIGHT: i64 = 14;
