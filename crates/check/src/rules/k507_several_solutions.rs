//! K507: teams that each make their own answer to one need.

use super::prelude::*;
use crate::datasets::names;
use kedge_model::{Need as JoinedNeed, NeedRelation};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(507),
        name: "several-solutions",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A need that joins the asks of several teams, of which two or more have taken a hack, made it again or bought it, and \
                have not left that. It is silent while a proposal that is not given up settles two of the asks: then somebody \
                compares going together with going apart, and apart may be the answer.",
        why: "Each did the right thing for itself. Together they pay for one thing several times, now and every month, and whoever \
              comes next makes another.",
        source: "Writing for reuse costs about 1.5 times writing once and reusing 0.2 (Poulin), so two teams are enough; tolerate \
                 duplication, then remove it (Amazon: weak)",
        failing: &[
            Sheet { path: "checkout/gift-cards.kedge.toml", text: GIFT_CARDS },
            Sheet { path: "returns/credit.kedge.toml", text: CREDIT },
            Sheet { path: "payments/answers.kedge.toml", text: STORED_VALUE },
        ],
        passing: &[
            Sheet { path: "checkout/gift-cards.kedge.toml", text: GIFT_CARDS },
            Sheet { path: "returns/credit.kedge.toml", text: CREDIT },
            Sheet { path: "payments/answers.kedge.toml", text: STORED_VALUE },
            Sheet {
                path: "payments/proposal.kedge.toml",
                text: r#"team = "payments"

[proposal.one-ledger]
title    = "One ledger for gift cards and credit"
problem  = "Balances are kept in two places and reconciled by hand"
settles  = ["checkout/gift-ledger", "returns/store-credit"]
adopters = ["checkout", "returns"]
"#,
            },
        ],
        fix: "Put going together beside going apart, with the price of each, in the `proposal.kedge.toml` of whoever would \
              write it:\n\n```toml\n[proposal.one-ledger]\ntitle    = \"One ledger for gift cards and credit\"\nproblem  = \"Balances are \
              kept in two places and reconciled by hand\"\nsettles  = [\"checkout/gift-ledger\", \"returns/store-credit\"]\nadopters = \
              [\"checkout\", \"returns\"]\n```",
    },
    run: Run::Over(run),
};

const GIFT_CARDS: &str = r#"team = "checkout"

[outcome.gift-cards]
due = 2026-12-04

[ask.gift-ledger]
to    = "payments"
what  = "A balance for each gift card, kept in the ledger"
asked = { on = 2026-09-21 }
gates = "gift-cards"

[[ask.gift-ledger.fallback]]
kind    = "recreate"
create  = "2w, rarely over 3w"
migrate = "1w, rarely over 2w"
expires = 2027-06-30
taken   = 2026-10-05
"#;
const CREDIT: &str = r#"team = "returns"

[outcome.credit]
due = 2026-12-11

[ask.store-credit]
to    = "payments"
what  = "Credit that can be topped up, spent in part and paid out"
asked = { on = 2026-09-23 }
gates = "credit"

[[ask.store-credit.fallback]]
kind    = "hack"
create  = "1w, rarely over 3w"
migrate = "1w, rarely over 2w"
expires = 2027-06-30
taken   = 2026-10-05
"#;
const STORED_VALUE: &str = r#"team = "payments"

[need.stored-value]
what = "A balance that can be topped up, spent in part and never spent twice"
asks = ["checkout/gift-ledger", "returns/store-credit"]
on   = 2026-10-08
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers.known.needs().filter_map(|need| told(answers, need)).collect()
}

fn told(answers: &Answers<'_>, need: &JoinedNeed) -> Option<Finding> {
    let NeedRelation::Joins(asks) = &need.relation else { return None };
    // What each team has of its own by now.
    let mut own: BTreeMap<&TeamId, (&Ask, usize)> = BTreeMap::new();
    for ask in asks.iter().filter_map(|id| answers.known.ask(id)) {
        let of_its_own = ask.fallbacks.iter().position(|fallback| {
            let is_made =
                matches!(fallback.kind, FallbackKind::Hack | FallbackKind::Recreate | FallbackKind::Buy(_));
            is_made && (fallback.is_live() || fallback.is_running())
        });
        if let Some(place) = of_its_own {
            own.entry(ask.id.team()).or_insert((ask, place));
        }
    }
    let is_settled = answers.known.proposals().any(|proposal| {
        proposal.retired.is_none() && proposal.settles.iter().filter(|ask| asks.contains(ask)).count() >= 2
    });
    if own.len() < 2 || is_settled {
        return None;
    }
    let id = need.id.id();
    let message = format!("{} each have their own answer to `{}`", names(own.keys().copied()), need.id);
    let settles: Vec<String> = asks.iter().map(|ask| quoted(&ask.to_string())).collect();
    let adopters: Vec<String> = own.keys().map(|team| quoted(team.as_str())).collect();
    let fix = Fix::lines(
        format!("put going together beside going apart, in the proposals of {}", need.id.team()),
        [
            format!("[proposal.{id}]"),
            format!("title    = {}", quoted(&need.what)),
            format!("problem  = {}", quoted(&need.what)),
            format!("settles  = [{}]", settles.join(", ")),
            format!("adopters = [{}]", adopters.join(", ")),
        ],
    );
    let mut finding =
        Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&need.id, "asks"), message).with_fix(fix);
    for (team, (ask, place)) in own {
        let at = Subject::Address(Address::field(&ask.id, format!("fallback[{place}]")));
        finding = finding.with_related(at, format!("made by {team}"));
    }
    Some(finding)
}
