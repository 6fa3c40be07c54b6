//! K502: a contract that a writer has not signed.

use super::prelude::*;
use crate::datasets::{contract, writers};
use kedge_align::agreement::latest_signature;
use kedge_model::{SignedThing, Signs};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(502),
        name: "writer-unsigned",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A contract that is open or in force, and a writer beside its owner that has not signed the version it is at: it has \
                said nothing, is considering it, or has signed an earlier one. A writer that is still within its turnaround is \
                left out, and so is one that has declined: that is K503. A contract that is not open yet is a draft.",
        why: "A contract holds when everybody who writes keeps it. One writer who does not is enough to break what it promises.",
        source: "Agreement is tracked from draft to signed to adopted; single writer, dora.dev on loose coupling",
        failing: &[
            Sheet { path: "catalog/data.kedge.toml", text: STOCK_LEVEL },
            Sheet {
                path: "returns/answers.kedge.toml",
                text: r#"team = "returns"

[[sign]]
contract = "catalog/stock-level"
version  = 2
on       = 2026-10-05
says     = "considering"
"#,
            },
        ],
        passing: &[
            Sheet { path: "catalog/data.kedge.toml", text: STOCK_LEVEL },
            Sheet {
                path: "returns/answers.kedge.toml",
                text: r#"team = "returns"

[[sign]]
contract = "catalog/stock-level"
version  = 2
on       = 2026-10-05
says     = "considering"

[[sign]]
contract = "catalog/stock-level"
version  = 2
on       = 2026-10-13
says     = "signed"
"#,
            },
        ],
        fix: "The writer signs or declines, in its `answers.kedge.toml`. Either is an answer:\n\n```toml\n[[sign]]\ncontract = \
              \"catalog/stock-level\"\nversion  = 2\non       = 2026-10-13\nsays     = \"signed\"\n```",
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

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dataset in answers.known.datasets() {
        let Some(contract) = contract(dataset) else { continue };
        let Some(since) = contract.opened.or(contract.adopted) else { continue };
        for writer in writers(dataset).into_iter().filter(|writer| *writer != dataset.id.team()) {
            let latest = latest_signature(&answers.known, &SignedThing::Contract(dataset.id.clone()), writer);
            let of_this = latest.filter(|it| it.version.is_none_or(|version| version >= contract.version));
            let said = match of_this.map(|it| (it.says, it.on)) {
                Some((Signs::Signed | Signs::Declined, _)) => continue,
                Some((Signs::Considering, on)) => {
                    format!("considers it since {}", on.in_words(answers.as_of))
                }
                None if !answers.is_past_turnaround(writer, since) => continue,
                None => match latest.filter(|it| it.says == Signs::Signed).and_then(|it| it.version) {
                    Some(version) => format!("has signed version {version}"),
                    None => "has said nothing".to_owned(),
                },
            };
            let message = format!(
                "{writer} writes `{}` and has not signed version {} of its contract: it {said}",
                dataset.id, contract.version
            );
            let mut finding =
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&dataset.id, "contract"), message).with_fix(
                    Fix::lines(
                        format!("sign it or decline it, among the answers of {writer}"),
                        [
                            "[[sign]]".to_owned(),
                            format!("contract = \"{}\"", dataset.id),
                            format!("version  = {}", contract.version),
                            format!("on       = {}", answers.as_of),
                            "says     = \"signed\"".to_owned(),
                        ],
                    ),
                );
            if latest.is_some() {
                let under = SignedThing::Contract(dataset.id.clone());
                let said = Address::of(FactId::Signatures { by: writer.clone(), under });
                finding = finding.with_related(Subject::Address(said), "what it has said");
            }
            finding.team = Some(writer.clone());
            findings.push(finding);
        }
    }
    findings
}
