//! K001: the file is not TOML 1. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::NOT_TOML,
        name: "not-toml",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "The file is not TOML 1.0.",
        why: "A file that cannot be read whole is not read at all: half a plan would give a wrong answer about what stands.",
        source: "TOML 1.0, toml.io",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"
title = "One-tap checkout
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"
title = "One-tap checkout"
"# }],
        fix: "Put right what the message points at; most often a quote, a bracket or an equals sign is missing.",
    },
    run: Run::OnReading,
};
