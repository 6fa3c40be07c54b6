//! K209: an outcome that counts, and that nothing brings about.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(209),
        name: "nothing-planned",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An outcome to come that no work is for and that no ask gates, in a plan whose period has begun. Before that, or \
                without a period, a plan may still be a list of headlines.",
        why: "It counts as standing in full, since nobody else can stop it; and nobody has said what it takes. The \
              number that everybody looks at first is too high by it.",
        source: "Kedge's own semantics: standing counts what can be reached with no ask landing",
        failing: &[Sheet {
            path: "messages/back-in-stock.kedge.toml",
            text: r#"team   = "messages"
period = "2026-Q4"

[outcome.back-in-stock]
due = 2026-12-11
"#,
        }],
        passing: &[Sheet {
            path: "messages/back-in-stock.kedge.toml",
            text: r#"team   = "messages"
period = "2026-Q4"

[outcome.back-in-stock]
due = 2026-12-11

[work.watch-button]
for    = "back-in-stock"
effort = "1w, rarely over 2w"
"#,
        }],
        fix: "Say what it takes, however roughly:\n\n```toml\n[work.watch-button]\nfor    = \"back-in-stock\"\neffort = \
              \"1w, rarely over 2w\"\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .planned()
        .filter(|outcome| {
            let period = answers.known.plan(&outcome.plan).and_then(|plan| plan.period);
            period.is_some_and(|period| period.from() <= answers.as_of)
        })
        .filter(|outcome| {
            let works = answers.known.serving(&outcome.id).iter();
            let planned = works.filter_map(|work| answers.known.work_item(work)).any(|work| work.dropped.is_none());
            !planned && answers.known.gating(outcome.id.reference()).is_empty()
        })
        .map(|outcome| {
            let id = outcome.id.id();
            let message = format!("`{id}` counts as standing, and no work and no ask says what it takes");
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(&outcome.id), message).with_fix(Fix::lines(
                "say what it takes, however roughly",
                [
                    format!("[work.{id}-work]"),
                    format!("for    = \"{id}\""),
                    "effort = \"2w, rarely over 4w\"           # your own estimate".to_owned(),
                ],
            ))
        })
        .collect()
}
