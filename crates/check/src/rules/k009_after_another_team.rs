//! K009: work that comes after another team's work. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::AFTER_ANOTHER_TEAM,
        name: "after-another-team",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Work that comes after another team's work.",
        why: "Plan for others' work if you like, but never expect it. An `after` across teams is an expectation without a date, an answer or a way on; an ask has all three.",
        source: "Independent executor model, rubick.com/independent-executor-model",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.wire-up]
for = "one-tap"
after = "payments/flag"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.wire-up]
for = "one-tap"

[ask.flag]
to = "payments"
what = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "wire-up"

[[ask.flag.fallback]]
kind = "do-without"
keeps = "60%"
"# }],
        fix: "Ask for it, with a fallback:\n\n```toml\n[ask.flag]\nto    = \"payments\"\nwhat  = \"A reusable flag on POST /tokens\"\ngates = \"wire-up\"\n\n[[ask.flag.fallback]]\nkind  = \"do-without\"\nkeeps = \"60%\"\n```",
    },
    run: Run::OnReading,
};
