//! K013: a file that speaks for a team which is not its writer. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::WRONG_WRITER,
        name: "wrong-writer",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A file that speaks for a team which is not its writer.",
        why: "The asking team writes the ask, the asked team the answer, the council the rank. A file that could speak for another team would make every answer doubtful.",
        source: "The plan language: one folder per team, one writer per fact",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "payments"

[work.sheet]
effort = "3w"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w"
"# }],
        fix: "Let `team` match the folder, or move the file into that team's folder.",
    },
    run: Run::OnReading,
};
