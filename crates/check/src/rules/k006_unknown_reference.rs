//! K006: a name of something of the team's own that is not there, or that is not the team's own where it must be. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::UNKNOWN_REFERENCE,
        name: "unknown-reference",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A name of something of the team's own that is not there, or that is not the team's own where it must be. What another team may have taken away is a note: K015.",
        why: "A gate on work that does not exist holds nothing up, and the plan looks safer than it is.",
        source: "The plan language: references",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]

[work.wire-up]
for = "one-tapp"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]

[work.wire-up]
for = "one-tap"
"# }],
        fix: "Use the name that the message proposes, or write the thing first.",
    },
    run: Run::OnReading,
};
