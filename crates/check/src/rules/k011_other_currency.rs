//! K011: money in another currency than the organisation's. Raised where files are read and the organisation is built.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: codes::OTHER_CURRENCY,
        name: "other-currency",
        group: Group::Files,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Money in another currency than the organisation's.",
        why: "Amounts are added and compared; Kedge knows no rates of exchange, and they would change the answer from day to day.",
        source: "The plan language: one currency",
        failing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
value = "40k EUR/week"

[outcome.gift-cards]
value = "25k USD/week"
"# }],
        passing: &[Sheet { path: "checkout/one-tap.kedge.toml", text: r#"team = "checkout"

[outcome.one-tap]
value = "40k EUR/week"

[outcome.gift-cards]
value = "23k EUR/week"

[work.sheet]
for = ["one-tap", "gift-cards"]
"# }],
        fix: "Convert the amount, or leave the currency out.",
    },
    run: Run::OnReading,
};
