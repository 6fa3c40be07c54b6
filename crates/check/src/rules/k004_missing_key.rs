//! K004: a key that must be there is not. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::MISSING_KEY,
        name: "missing-key",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A key that must be there is not.",
        why: "An ask that does not say what is asked for, or of whom, is not an ask that anybody can answer.",
        source: "The plan language: keys marked as required",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]

[ask.reusable-token]
to = "payments"
gates = "one-tap"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to = "payments"
what = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind = "do-without"
keeps = "60%"
"# }],
        fix: "Add the key:\n\n```toml\nwhat = \"A reusable flag on POST /tokens\"\n```",
    },
    run: Run::OnReading,
};
