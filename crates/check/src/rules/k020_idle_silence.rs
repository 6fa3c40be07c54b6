//! K020: a silence, or a severity by policy, that does nothing.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(20),
        name: "idle-silence",
        group: Group::Files,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A `silence` whose last day is over, whose rule finds nothing there any more, whose rule does not exist, or whose \
                rule cannot be silenced; a line of `[severities]` for a rule that does not exist or is always an error. Where the rule could not \
                run, nothing is said.",
        why: "A silence is a promise to look again. One that outlives its reason hides the next finding.",
        source: "Ruff's unused-noqa (RUF100), docs.astral.sh/ruff/rules/unused-noqa",
        failing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due     = 2026-12-10
silence = { K017 = "The shop is open on Saturdays" }

[work.sheet]
for = "one-tap"
"#,
        }],
        passing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due     = 2026-12-12
silence = { K017 = "The shop is open on Saturdays" }

[work.sheet]
for = "one-tap"
"#,
        }],
        fix: "Take the silence out, or give it a later `until`.",
    },
    run: Run::OverSilences(run),
};

fn run(silences: &Silences) -> Vec<Finding> {
    let mut findings = Vec::new();
    for site in silences.told_once() {
        let code = site.code;
        let message = match super::explain(code) {
            None => format!("there is no rule {code} to silence"),
            Some(_) if !site.holds(silences.as_of) => match site.silence.until {
                Some(until) => format!("the silence of {code} ended on {until}"),
                None => continue,
            },
            Some(_) if code <= codes::UNREADABLE => format!("{code} cannot be silenced: without it there is no plan"),
            Some(_) if silences.is_idle(site) && silences.ran.contains(&code) => {
                format!("{code} finds nothing here that this could silence")
            }
            Some(_) => continue,
        };
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, site.key(), message)
                .with_fix(Fix::advice(format!("take {code} out of `silence`"))),
        );
    }
    for code in &silences.idle_policies {
        let message = match super::explain(*code) {
            None => format!("there is no rule {code} to set a severity for"),
            Some(_) => format!("{code} is always an error: without it there is no plan"),
        };
        let at = Address::field(FactId::Settings, format!("severities.{code}"));
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                .with_fix(Fix::advice("take the line out of `[severities]`")),
        );
    }
    findings
}
