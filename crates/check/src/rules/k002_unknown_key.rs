//! K002: a key or table that the plan language does not have there. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::UNKNOWN_KEY,
        name: "unknown-key",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A key or table that the plan language does not have there. The nearest known key is named; a key that belongs to the table above is told where to move.",
        why: "A misspelt key that is passed over in silence changes the answer, and nobody sees it.",
        source: "The plan language: unknown keys are errors",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
efort = "3w"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w"
"# }],
        fix: "Use the key that the message names, or take the line out.",
    },
    run: Run::OnReading,
};
