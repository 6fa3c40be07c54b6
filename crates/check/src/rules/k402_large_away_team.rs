//! K402: an away team for something large.

use super::prelude::*;
use crate::people::TASK_FORCE_WEEKS;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(402),
        name: "large-away-team",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An away team whose `create` may take more than six person-weeks, by its P90. Those that are live or stopped \
                are left out. What is risky in the host's code is not in the files, so only size is measured.",
        why: "An away team fits what is small, low in risk and clear. Six weeks is what a whole task force lives for; something \
              that large changes the host's architecture, and then the host must want it.",
        source: "Away team model, rubick.com; six weeks: rubick.com/task-forces. The line between them is our own",
        failing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.token-vault]
to    = "payments"
what  = "A vault for tokens of all our shops"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.token-vault.fallback]]
kind   = "away-team"
create = "6w, rarely over 12w"

[[ask.token-vault.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
        }],
        passing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.token-vault]
to    = "payments"
what  = "A vault for tokens of all our shops"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.token-vault.fallback]]
kind = "escalate"

[[ask.token-vault.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
        }],
        fix: "Send the away team for the part that is small, or raise the whole to the council: what is worth so much may be worth \
              a task force.\n\n```toml\n[[ask.token-vault.fallback]]\nkind = \"escalate\"\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ask in answers.in_play() {
        for (place, fallback) in ask.fallbacks.iter().enumerate() {
            let FallbackKind::AwayTeam { with, .. } = &fallback.kind else { continue };
            let Some(create) = &fallback.create else { continue };
            let is_over = fallback.live.is_some() || fallback.stopped.is_some();
            if is_over || answers.rarely_over(create) <= TASK_FORCE_WEEKS {
                continue;
            }
            let message = format!(
                "the away team to {} for `{}` takes {create}: too much to do as a visitor",
                with.as_ref().unwrap_or(&ask.to),
                ask.id.id()
            );
            let at = Address::field(&ask.id, format!("fallback[{place}].create"));
            let lines = [format!("[[ask.{}.fallback]]", ask.id.id()), "kind = \"escalate\"".to_owned()];
            findings.push(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
                "send it for the small part only, or raise the whole to the council in its place",
                lines,
            )));
        }
    }
    findings
}
