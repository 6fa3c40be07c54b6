//! K003: a value of the wrong type, or in a form that cannot be read as what it should be. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::BAD_VALUE,
        name: "bad-value",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A value of the wrong type, or in a form that cannot be read as what it should be.",
        why: "An effort of \"3w to 6w\" reads as least and most to most people, and as half and nine in ten to some. A value that can be read in two ways is refused, with the forms that cannot.",
        source: "The plan language: efforts, rates, shares and dates",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w to 6w"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w, rarely over 6w"
"# }],
        fix: "Write it as the message shows:\n\n```toml\neffort = \"3w, rarely over 6w\"\n```",
    },
    run: Run::OnReading,
};
