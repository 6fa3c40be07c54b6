//! K516: a common answer that some have adopted and others have not, half a year on.

use super::prelude::*;
use kedge_align::agreement::{Said, Stage, proposal_signatures, proposal_stage};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(516),
        name: "half-adopted",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A proposal that all have signed and one adopter at least has adopted for more than six months, and another that has \
                signed and not adopted it.",
        why: "As long as one has not moved, the common answer and its own are both kept up: that is dearer than either alone, and what \
              the proposal promised to save is not saved.",
        source: "Migrations under six months, and at most two live versions: dora.dev on loosely coupled teams",
        failing: &[
            Sheet { path: "payments/proposal.kedge.toml", text: ONE_LEDGER },
            Sheet { path: "checkout/answers.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/answers.kedge.toml", text: LOYALTY },
        ],
        passing: &[
            Sheet { path: "payments/proposal.kedge.toml", text: ONE_LEDGER },
            Sheet { path: "checkout/answers.kedge.toml", text: CHECKOUT },
            Sheet {
                path: "loyalty/answers.kedge.toml",
                text: r#"team = "loyalty"

[[sign]]
proposal = "payments/one-ledger"
on       = 2026-02-09
says     = "signed"
adopted  = 2026-05-04
"#,
            },
        ],
        fix: "Whoever is left adopts it and says so in its signature, or declines, so that the others can go on without \
              it:\n\n```toml\n[[sign]]\nproposal = \"payments/one-ledger\"\non       = 2026-02-09\nsays     = \"signed\"\nadopted  = \
              2026-10-12\n```",
    },
    run: Run::Over(run),
};

const ONE_LEDGER: &str = r#"team = "payments"

[proposal.one-ledger]
title    = "One ledger for gift cards, credit and points"
problem  = "Balances are rounded in three ways, and reconciled by hand"
adopters = ["checkout", "loyalty"]
opened   = 2026-02-02
"#;
const CHECKOUT: &str = r#"team = "checkout"

[[sign]]
proposal = "payments/one-ledger"
on       = 2026-02-06
says     = "signed"
adopted  = 2026-03-16
"#;
const LOYALTY: &str = r#"team = "loyalty"

[[sign]]
proposal = "payments/one-ledger"
on       = 2026-02-09
says     = "signed"
"#;

/// Six months, as dora.dev counts a migration's longest time.
const LONGEST_DAYS: i64 = 183;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for proposal in answers.known.proposals() {
        let signatures = proposal_signatures(&answers.known, proposal);
        if !matches!(proposal_stage(proposal, &signatures), Stage::Signed { .. }) {
            continue;
        }
        let adopted = |said: &Said| Some((said.adopted?, said.team.clone()));
        let Some((since, first)) = signatures.iter().filter_map(adopted).min() else { continue };
        if answers.as_of.days_since(since) <= LONGEST_DAYS {
            continue;
        }
        for said in signatures.iter().filter(|said| said.adopted.is_none()) {
            let message = format!(
                "{first} has adopted `{}` since {}, and {} has signed it and not adopted it: both ways are kept up",
                proposal.id,
                since.in_words(answers.as_of),
                said.team
            );
            let fix = Fix::lines(
                format!("adopt it, and say so in the signature of {}; or decline it", said.team),
                [format!("adopted  = {}", answers.as_of)],
            );
            let at = Address::field(&proposal.id, "adopters");
            let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix);
            finding.team = Some(said.team.clone());
            findings.push(finding);
        }
    }
    findings
}
