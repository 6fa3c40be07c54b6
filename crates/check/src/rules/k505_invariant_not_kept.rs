//! K505: something must hold that the contract cannot keep.

use super::prelude::*;
use crate::datasets::{broken_by, contract};
use kedge_model::ContractKind;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(505),
        name: "invariant-not-kept",
        group: Group::Alignment,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An invariant that breaks although every writer keeps the contract. Under a merged contract with several writers: a \
                unique value that is chosen; a balance with a least value under decrements, or with a greatest under increments; a \
                monotone field where the last writer wins; a check over two fields that merge each for itself and that two \
                teams set. Under any contract: a reference to a dataset from which rows are deleted, unless both are serial at \
                one home or owned by one team. Values that are generated, checks of one field and references to what is only \
                added are kept. A searching organisation gets a warning.",
        why: "Two writes can each keep the rule where they are made, and break it together. No code in either service can see \
              that: only one place that decides can.",
        source: "Bailis et al. 2014, Coordination avoidance in database systems, table 2: coordination-free exactly where merging two \
                 valid states is valid. That fields of one row merge apart is our addition to it",
        failing: &[Sheet {
            path: "catalog/data.kedge.toml",
            text: r#"team = "catalog"

[dataset.stock-level]
title   = "Stock by product and store"
writers = ["catalog", "fulfil"]

[dataset.stock-level.invariant.never-below-zero]
kind  = "balance"
field = "on-hand"
min   = 0

[dataset.stock-level.operation.goods-in]
writer = "catalog"
does   = "increment"
field  = "on-hand"

[dataset.stock-level.operation.picked]
writer = "fulfil"
does   = "decrement"
field  = "on-hand"

[dataset.stock-level.contract]
kind    = "merged"
version = 1
merge   = { on-hand = "sum" }
"#,
        }],
        passing: &[
            Sheet {
                path: "catalog/data.kedge.toml",
                text: r#"team = "catalog"

[dataset.stock-level]
title   = "Stock by product and store"
writers = ["catalog", "fulfil"]

[dataset.stock-level.invariant.never-below-zero]
kind  = "balance"
field = "on-hand"
min   = 0

[dataset.stock-level.operation.goods-in]
writer = "catalog"
does   = "increment"
field  = "on-hand"

[dataset.stock-level.operation.picked]
writer = "fulfil"
does   = "decrement"
field  = "on-hand"

[dataset.stock-level.contract]
kind    = "serial"
version = 2
home    = "stock"
"#,
            },
            Sheet {
                path: "catalog/team.kedge.toml",
                text: r#"team  = "catalog"
title = "Catalogue and stock"
kind  = "stream"

[service.stock]
paths = ["shop:stock/**"]
"#,
            },
        ],
        fix: "Decide it in one place:\n\n```toml\n[dataset.stock-level.contract]\nkind    = \"serial\"\nversion = 2\nhome    = \
              \"stock\"\n```\n\nIf it must work without that place, it is a process with a compensation: take the invariant out, and write \
              down what happens when it breaks.",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dataset in answers.known.datasets() {
        let Some(contract) = contract(dataset) else { continue };
        for (id, invariant) in &dataset.invariants {
            let Some(why) = broken_by(&answers.known, dataset, &contract.kind, invariant) else { continue };
            let message = format!(
                "the {} contract of `{}` cannot keep `{id}`: {why}",
                contract.kind.word(),
                dataset.id.id()
            );
            let at = Address::field(&dataset.id, format!("invariant.{id}"));
            let home = match &contract.kind {
                ContractKind::Serial { home } => home.reference().short_for(dataset.id.team()),
                _ => answers
                    .known
                    .team(dataset.id.team())
                    .and_then(|team| team.services.keys().next())
                    .map_or_else(|| "SERVICE".to_owned(), ToString::to_string),
            };
            let fix = Fix::lines(
                "decide it in one place, or take the invariant out and write down what happens when it breaks",
                [
                    "kind    = \"serial\"".to_owned(),
                    format!("version = {}", contract.version + 1),
                    format!("home    = {}", quoted(&home)),
                ],
            );
            let its_contract = Subject::Address(Address::field(&dataset.id, "contract"));
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                    .with_fix(fix)
                    .with_related(its_contract, "the contract"),
            );
        }
    }
    findings
}
