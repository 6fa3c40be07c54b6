//! K503: a contract that a writer has declined.

use super::prelude::*;
use crate::datasets::{contract, writers};
use kedge_align::agreement::latest_signature;
use kedge_model::{SignedThing, Signs};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(503),
        name: "writer-declined",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A contract of which a writer has declined the version it is at.",
        why: "They have said no, and go on writing. The data is now right by one team's word and wrong by another's.",
        source: "Invariants hold where every writer keeps them: Bailis et al. 2014, Coordination avoidance in database systems",
        failing: &[
            Sheet { path: "catalog/data.kedge.toml", text: STOCK_LEVEL },
            Sheet { path: "returns/answers.kedge.toml", text: DECLINED },
        ],
        passing: &[
            Sheet {
                path: "catalog/data.kedge.toml",
                text: r#"team = "catalog"

[dataset.stock-level]
title   = "Stock by product and store"
writers = ["catalog"]
readers = ["returns"]

[dataset.stock-level.contract]
kind    = "owned"
version = 3
opened  = 2026-10-12
"#,
            },
            Sheet { path: "returns/answers.kedge.toml", text: DECLINED },
        ],
        fix: "Open a version that they can sign, or take the write from them and offer a call instead. In the owner's \
              `data.kedge.toml`:\n\n```toml\nwriters = [\"catalog\"]\nreaders = [\"returns\"]\n\n[dataset.stock-level.contract]\nkind    = \
              \"owned\"\nversion = 3\nopened  = 2026-10-12\n```",
    },
    run: Run::Over(run),
};

const STOCK_LEVEL: &str = r#"team = "catalog"

[dataset.stock-level]
title   = "Stock by product and store"
writers = ["catalog", "returns"]

[dataset.stock-level.contract]
kind    = "merged"
version = 2
merge   = { on-hand = "sum" }
opened  = 2026-09-21
"#;
const DECLINED: &str = r#"team = "returns"

[[sign]]
contract = "catalog/stock-level"
version  = 2
on       = 2026-10-05
says     = "declined"
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dataset in answers.known.datasets() {
        let Some(contract) = contract(dataset) else { continue };
        for writer in writers(dataset) {
            let latest = latest_signature(&answers.known, &SignedThing::Contract(dataset.id.clone()), writer);
            let Some(no) = latest.filter(|it| {
                it.says == Signs::Declined && it.version.is_none_or(|version| version >= contract.version)
            }) else {
                continue;
            };
            let message = format!(
                "{writer} writes `{}` and has declined version {} of its contract on {}",
                dataset.id.id(),
                contract.version,
                no.on.in_words(answers.as_of)
            );
            let under = SignedThing::Contract(dataset.id.clone());
            let said = Subject::Address(Address::of(FactId::Signatures { by: writer.clone(), under }));
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&dataset.id, "contract"), message)
                    .with_fix(Fix::lines(
                        format!("open a version that {writer} can sign, or let it ask instead of writing"),
                        [format!("version = {}", contract.version + 1), format!("opened  = {}", answers.as_of)],
                    ))
                    .with_related(said, "its no"),
            );
        }
    }
    findings
}
