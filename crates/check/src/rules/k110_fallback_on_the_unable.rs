//! K110: a leaning fallback on somebody who has said that they are unable.

use super::prelude::*;
use kedge_floor::{leans_on, noun};
use kedge_model::{Says, Stance};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(110),
        name: "fallback-on-the-unable",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A fallback that leans on a team which has said for this ask that it is unable to host, or on a tiger team, a \
                community or the council, which has declined or dropped it. Fallbacks that are live, stopped or \
                passed over (a later one was taken, or has a start) are left out.",
        why: "The answer is there. A plan that still passes through it loses the days until its decide-by.",
        source: "Away team model, rubick.com: a host too busy to talk makes it impossible",
        failing: &[
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.step-up]
to    = "identity"
what  = "A step-up check with a passkey at the moment of payment"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.step-up.fallback]]
kind   = "away-team"
create = "1w, rarely over 2w"

[[ask.step-up.fallback]]
kind  = "do-without"
keeps = "95%"
"#,
            },
            Sheet {
                path: "identity/answers.kedge.toml",
                text: r#"team = "identity"

[[answer."checkout/step-up"]]
on   = 2026-10-08
host = "unable"
why  = "Audited code; nobody but us may change it"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.step-up]
to    = "identity"
what  = "A step-up check with a passkey at the moment of payment"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.step-up.fallback]]
kind  = "do-without"
keeps = "95%"
"#,
            },
            Sheet {
                path: "identity/answers.kedge.toml",
                text: r#"team = "identity"

[[answer."checkout/step-up"]]
on   = 2026-10-08
host = "unable"
why  = "Audited code; nobody but us may change it"
"#,
            },
        ],
        fix: "Take the fallback out, so that the next one is decided on in time.",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ask in answers.in_play() {
        for (place, fallback) in ask.fallbacks.iter().enumerate() {
            let later = ask.fallbacks.iter().skip(place + 1);
            let passed_over = later.into_iter().any(|it| it.taken.is_some() || it.start != Stance::DecideBy);
            if fallback.live.is_some() || fallback.stopped.is_some() || passed_over {
                continue;
            }
            let Some(on) = leans_on(ask, fallback) else { continue };
            let refused = match &fallback.kind {
                FallbackKind::AwayTeam { .. } => answers.known.host_state(ask, &on) == HostState::Unable,
                _ => matches!(answers.known.word_of(ask, &on), Some((_, Says::Declined | Says::Dropped))),
            };
            if refused {
                let kind = noun(fallback.kind.word());
                let id = ask.id.id();
                let message = match &fallback.kind {
                    FallbackKind::AwayTeam { .. } => {
                        format!("{on} is unable to have an {kind} for `{id}`, and has said so")
                    }
                    _ => format!("{on} has said no to `{id}`: the {kind} behind it is not a way on"),
                };
                let at = Address::field(&ask.id, format!("fallback[{place}]"));
                findings.push(
                    Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                        .with_fix(Fix::advice("take it out, so that the next fallback is decided on in time")),
                );
            }
        }
    }
    findings
}
