//! K515: a proposal that waits for an adopter who does not answer, or that an adopter has declined.

use super::prelude::*;
use kedge_align::agreement::{SaidWord, Stage, proposal_signatures, proposal_stage};
use kedge_model::SignedThing;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(515),
        name: "proposal-unanswered",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A proposal that is open for signatures, and an adopter that has said nothing, or goes on considering, for more working \
                days than its own turnaround. A team that states no turnaround is not measured by one. And a proposal that an adopter \
                has declined and that still names it: it can never be signed by all.",
        why: "Until all have signed, nobody knows whether to build on the common answer or alone, and in doubt each builds alone. A no \
              is as good an answer as a yes: then the others know with whom to count.",
        source: "Agreement is tracked from draft to signed to adopted; a turnaround that each team states itself, and saying no early: \
                 rubick.com/service-provider-model",
        failing: &[
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet { path: "payments/proposal.kedge.toml", text: ONE_LEDGER },
        ],
        passing: &[
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet { path: "payments/proposal.kedge.toml", text: ONE_LEDGER },
            Sheet {
                path: "loyalty/answers.kedge.toml",
                text: r#"team = "loyalty"

[[sign]]
proposal = "payments/one-ledger"
on       = 2026-10-01
says     = "signed"
"#,
            },
        ],
        fix: "The adopter signs or declines, in its `answers.kedge.toml`; `kedge sign payments/one-ledger --as loyalty` writes \
              it:\n\n```toml\n[[sign]]\nproposal = \"payments/one-ledger\"\non       = 2026-10-13\nsays     = \"signed\"\n```\n\nWhere one \
              has declined, whoever wrote the proposal takes it out of `adopters`, or gives the proposal up with `retired`.",
    },
    run: Run::Over(run),
};

const LOYALTY: &str = "team = \"loyalty\"\nkind = \"stream\"\nturnaround = \"5d\"\n";
const ONE_LEDGER: &str = r#"team = "payments"

[proposal.one-ledger]
title    = "One ledger for gift cards, credit and points"
problem  = "Balances are rounded in three ways, and reconciled by hand"
adopters = ["loyalty"]
opened   = 2026-09-28
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for proposal in answers.known.proposals() {
        let signatures = proposal_signatures(&answers.known, proposal);
        let Stage::Open { since: opened } = proposal_stage(proposal, &signatures) else { continue };
        let finding = |message: String, fix: Fix, team: &TeamId| {
            let at = Address::field(&proposal.id, "adopters");
            let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix);
            finding.team = Some(team.clone());
            finding
        };
        for said in &signatures {
            let (since, words) = match said.word {
                SaidWord::Signed { .. } => continue,
                SaidWord::Declined { on } => {
                    let author = proposal.id.team();
                    let message = format!(
                        "`{}` waits for all its adopters, and {} has declined it on {}",
                        proposal.id,
                        said.team,
                        on.in_words(answers.as_of)
                    );
                    let fix = Fix::lines(
                        format!("go on without {}, or give it up, where {author} writes it", said.team),
                        [format!("retired = {}", answers.as_of)],
                    );
                    findings.push(finding(message, fix, author));
                    continue;
                }
                SaidWord::Considering { since } => (since, "considers it"),
                SaidWord::Silent { .. } => (opened, "has said nothing"),
            };
            let turnaround = answers.known.team(&said.team).and_then(|team| team.turnaround);
            let Some(turnaround) = turnaround.filter(|_| answers.is_past_turnaround(&said.team, since)) else {
                continue;
            };
            let message = format!(
                "`{}` waits for {}: it {words} since {}, and answers within {turnaround}",
                proposal.id,
                said.team,
                since.in_words(answers.as_of)
            );
            let fix = Fix::lines(
                format!("sign it or decline it, among the answers of {}", said.team),
                [
                    "[[sign]]".to_owned(),
                    format!("proposal = \"{}\"", proposal.id),
                    format!("on       = {}", answers.as_of),
                    "says     = \"signed\"".to_owned(),
                ],
            );
            let mut found = finding(message, fix, &said.team);
            if matches!(said.word, SaidWord::Considering { .. }) {
                let under = SignedThing::Proposal(proposal.id.clone());
                let said = Address::of(FactId::Signatures { by: said.team.clone(), under });
                found = found.with_related(Subject::Address(said), "what it has said");
            }
            findings.push(found);
        }
    }
    findings
}
