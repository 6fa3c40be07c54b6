//! K015: a reference to what another writer wrote, and that is gone.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(15),
        name: "broken-reference",
        group: Group::Files,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A name of something that another team, the council or the stewards write, and that is not there, or not there \
                any more. People are a rule of their own (K019).",
        why: "Teams write their own files. What one of them takes away must not break the files of another, which did not \
              change; but both should know.",
        source: "The plan language: a reference broken by another writer's deletion is a note on both sides",
        failing: &[
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.sheet]
for = "one-tap"
"#,
            },
            Sheet {
                path: "payments/answers.kedge.toml",
                text: r#"team = "payments"

[[answer."checkout/reusable-token"]]
on   = 2026-10-06
says = "considering"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.sheet]
for = "one-tap"
"#,
            },
            Sheet { path: "payments/answers.kedge.toml", text: "team = \"payments\"\n" },
        ],
        fix: "Use the name that the message proposes, or take the reference out.",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let broken = answers.written.broken_references();
    broken
        .filter(|broken| broken.wanted != "a person")
        .map(|broken| {
            // A log is about what it names; everything else names it in a key.
            let expected = if broken.at.field.is_empty() { "this should be about" } else { "it should be" };
            let message =
                format!("`{}` is not there, or not any more: {expected} {}", broken.names, broken.wanted);
            let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, broken.at.clone(), message);
            finding = finding.with_fix(Fix::advice(match &broken.nearest {
                Some(nearest) => format!("did you mean `{nearest}`? If it is gone for good, take this out"),
                None => "take this out, or ask whoever wrote it whether it comes back".into(),
            }));
            let owner = broken.names.split_once('/').and_then(|(team, _)| team.parse::<TeamId>().ok());
            match owner.filter(|owner| finding.team.as_ref() != Some(owner) && answers.written.team(owner).is_some()) {
                Some(owner) => {
                    let how = format!("{owner} would write `{}`", broken.names);
                    finding.with_related(Subject::Address(Address::of(&owner)), how)
                }
                None => finding,
            }
        })
        .collect()
}
