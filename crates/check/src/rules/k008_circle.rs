//! K008: work that comes after itself, straight or by way of other work. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::CIRCLE,
        name: "circle",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Work that comes after itself, straight or by way of other work.",
        why: "Nothing in a circle can ever start.",
        source: "The plan language: `after`",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
after = "wire-up"

[work.wire-up]
after = "sheet"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]

[work.wire-up]
after = "sheet"
"# }],
        fix: "Take one of the items out of its `after`.",
    },
    run: Run::OnReading,
};
