//! K005: one fact stands in two places: an id twice in one team, or two fallbacks of one ask with one name. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::WRITTEN_TWICE,
        name: "written-twice",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "One fact stands in two places: an id twice in one team, or two fallbacks of one ask with one name.",
        why: "One fact, one place, one writer. Where a fact stands twice, somebody will change one of them.",
        source: "The plan language: one fact, one place, one writer",
        failing: &[Sheet { path: "checkout/gift-cards.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "1w"
"# }, Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w"
"# }],
        passing: &[Sheet { path: "checkout/gift-cards.kedge.toml", text: r#"team = "checkout"

[work.card-sheet]
effort = "1w"
"# }, Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
effort = "3w"
"# }],
        fix: "Keep the one that is right, or give the other a name of its own.",
    },
    run: Run::OnReading,
};
