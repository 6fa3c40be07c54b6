//! K010: two dates that cannot both be so: done before started, live before taken, an end before its beginning. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::DATES_OUT_OF_ORDER,
        name: "dates-out-of-order",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Two dates that cannot both be so: done before started, live before taken, an end before its beginning.",
        why: "One of the two is wrong, and every answer that is built on it.",
        source: "The plan language: dates",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
started = 2026-10-12
done = 2026-10-05
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[work.sheet]
started = 2026-10-05
done = 2026-10-12
"# }],
        fix: "Correct one of the two dates.",
    },
    run: Run::OnReading,
};
