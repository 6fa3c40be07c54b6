//! K012: an outcome, a work item or a need of one team has the name of another of them. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::SHARED_NAME,
        name: "shared-name",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An outcome, a work item or a need of one team has the name of another of them.",
        why: "`gates` and `rank` take any of them, so a shared name would mean two things.",
        source: "The plan language: names",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]

[work.one-tap]
for = "one-tap"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]

[work.sheet]
for = "one-tap"
"# }],
        fix: "Rename one of them.",
    },
    run: Run::OnReading,
};
