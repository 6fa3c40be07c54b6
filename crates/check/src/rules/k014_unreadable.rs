//! K014: a file that is too large to be a plan, cannot be read, or is not UTF-8 text. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::UNREADABLE,
        name: "unreadable",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A file that is too large to be a plan, cannot be read, or is not UTF-8 text. There is no example to print of one.",
        why: "A file that is passed over in silence would make the answer wrong.",
        source: "TOML 1.0, toml.io: a file is UTF-8 text",
        failing: &[],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w"
"# }],
        fix: "Save the file as UTF-8, take it out of the folder, or let Kedge read it.",
    },
    run: Run::OnReading,
};
