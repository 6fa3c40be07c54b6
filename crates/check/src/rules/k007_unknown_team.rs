//! K007: a team that the organisation does not have, or an ask to oneself. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::UNKNOWN_TEAM,
        name: "unknown-team",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team that the organisation does not have, or an ask to oneself. A lone file knows no other teams: there it is taken as external, with a note (K018).",
        why: "An ask to a team that nobody knows is read by nobody.",
        source: "The plan language: a lone file works; an organisation knows its teams",
        failing: &[Sheet { path: "kedge.toml", text: r#"name = "Harbour"
"# }, Sheet { path: "checkout/team.kedge.toml", text: r#"team = "checkout"
title = "Checkout"
kind = "stream"
"# }, Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to = "paymnets"
what = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind = "do-without"
keeps = "60%"
"# }],
        passing: &[Sheet { path: "kedge.toml", text: r#"name = "Harbour"
"# }, Sheet { path: "checkout/team.kedge.toml", text: r#"team = "checkout"
title = "Checkout"
kind = "stream"
"# }, Sheet { path: "payments/team.kedge.toml", text: r#"team = "payments"
title = "Payments"
kind = "stream"
"# }, Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to = "payments"
what = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind = "do-without"
keeps = "60%"
"# }],
        fix: "Correct the name, or write the team's file:\n\n```toml\n# payments/team.kedge.toml\nteam  = \"payments\"\ntitle = \"Payments\"\nkind  = \"stream\"\n```",
    },
    run: Run::OnReading,
};
