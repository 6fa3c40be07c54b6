//! K508: two proposals for one problem.

use super::prelude::*;
use kedge_decide::similar::{FEWEST_WORDS, SAME_WORDS, Vocabulary, Words};
use kedge_model::Proposal;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(508),
        name: "rival-proposals",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Two proposals that are not given up and that settle the same ask, are about the same dataset, or state problems with \
                at least 60 % of their telling words in common. Words are compared, not meaning.",
        why: "Adopters sign one or the other, and there are two common answers: one more than was the aim.",
        source: "Two solutions are better than none, one is better than two (Amazon: weak)",
        failing: &[
            Sheet { path: "payments/proposal.kedge.toml", text: ONE_LEDGER },
            Sheet {
                path: "loyalty/proposal.kedge.toml",
                text: r#"team = "loyalty"

[proposal.balance-library]
title    = "A library for balances"
problem  = "Balances are rounded in three ways and reconciled by hand"
adopters = ["loyalty", "checkout"]
"#,
            },
        ],
        passing: &[Sheet {
            path: "payments/proposal.kedge.toml",
            text: r#"team = "payments"

[proposal.one-ledger]
title    = "One ledger for gift cards, credit and points"
problem  = "Balances are rounded in three ways, and reconciled by hand"
adopters = ["loyalty", "checkout"]

[proposal.one-ledger.option.service]
kind = "service"

[proposal.one-ledger.option.library]
kind = "library"
"#,
        }],
        fix: "One proposal with both as options, so that they are compared; give the other up:\n\n```toml\nretired = 2026-10-14\n```",
    },
    run: Run::Over(run),
};

const ONE_LEDGER: &str = r#"team = "payments"

[proposal.one-ledger]
title    = "One ledger for gift cards, credit and points"
problem  = "Balances are rounded in three ways, and reconciled by hand"
adopters = ["loyalty", "checkout"]
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut vocabulary = Vocabulary::default();
    let proposals: Vec<(&Proposal, Words)> = answers
        .known
        .proposals()
        .filter(|proposal| proposal.retired.is_none())
        .map(|proposal| (proposal, vocabulary.words(&proposal.problem)))
        .collect();
    let mut findings = Vec::new();
    for (at, (one, words)) in proposals.iter().enumerate() {
        for (other, other_words) in proposals.iter().skip(at + 1) {
            let shared = one.settles.iter().find(|ask| other.settles.contains(ask));
            let why = if let Some(ask) = shared {
                format!("both settle `{ask}`")
            } else if one.dataset.is_some() && one.dataset == other.dataset {
                "both are about the same dataset".to_owned()
            } else if words.count().min(other_words.count()) >= FEWEST_WORDS
                && words.in_common_with(other_words) >= SAME_WORDS
            {
                "their problems read like one".to_owned()
            } else {
                continue;
            };
            // The later one is the one to give up; the earlier has signatures to lose.
            let is_later = |one: &Proposal, other: &Proposal| {
                let order = |it: &Proposal| (it.opened.is_none(), it.opened);
                order(one) > order(other)
            };
            let (first, second) = if is_later(one, other) { (other, one) } else { (one, other) };
            let message = format!("`{}` is a second answer beside `{}`: {why}", second.id, first.id);
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&second.id, "problem"), message)
                    .with_fix(Fix::lines(
                        format!("put it beside the others as an option of `{}`, and give this one up", first.id),
                        [format!("retired = {}", answers.as_of)],
                    ))
                    .with_related(Subject::Address(Address::field(&first.id, "problem")), "the other proposal"),
            );
        }
    }
    findings
}
