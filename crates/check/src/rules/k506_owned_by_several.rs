//! K506: an owned dataset that others write.

use super::prelude::*;
use crate::datasets::{contract, names, writers};
use kedge_model::ContractKind;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(506),
        name: "owned-by-several",
        group: Group::Alignment,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A dataset whose contract is `owned` and that several teams write.",
        why: "Owned means that one writes and all may hold copies, in the owner's order. A second writer has no place in that \
              order: readers see its writes late, twice or not at all.",
        source: "Single writer: one service writes a dataset, the others use its interface (dora.dev on loose coupling)",
        failing: &[Sheet {
            path: "catalog/data.kedge.toml",
            text: r#"team = "catalog"

[dataset.product]
title   = "Products"
writers = ["catalog", "search"]

[dataset.product.contract]
kind    = "owned"
version = 4
"#,
        }],
        passing: &[Sheet {
            path: "catalog/data.kedge.toml",
            text: r#"team = "catalog"

[dataset.product]
title   = "Products"
writers = ["catalog"]
readers = ["search"]

[dataset.product.contract]
kind    = "owned"
version = 4
"#,
        }],
        fix: "Let the others ask the owner, and read a copy:\n\n```toml\nwriters = [\"catalog\"]\nreaders = [\"search\"]\n```\n\nWhere \
              they must write, the contract is `merged` or `serial`.",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dataset in answers.known.datasets() {
        let writers = writers(dataset);
        let is_owned = contract(dataset).is_some_and(|contract| contract.kind == ContractKind::Owned);
        if !is_owned || writers.len() < 2 {
            continue;
        }
        let owner = dataset.id.team();
        let others: Vec<&TeamId> = writers.iter().copied().filter(|writer| *writer != owner).collect();
        let message = format!(
            "`{}` is owned by {owner}, and {} {} it too",
            dataset.id.id(),
            names(others.iter().copied()),
            if others.len() == 1 { "writes" } else { "write" }
        );
        let mut readers: Vec<&TeamId> = dataset.readers.iter().collect();
        readers.extend(others.iter().filter(|other| !dataset.readers.contains(other)));
        let readers: Vec<String> = readers.iter().map(|team| quoted(team.as_str())).collect();
        let fix = Fix::lines(
            "let the others ask the owner and read a copy; where they must write, the contract is `merged` or `serial`",
            [format!("writers = [{}]", quoted(owner.as_str())), format!("readers = [{}]", readers.join(", "))],
        );
        findings
            .push(Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&dataset.id, "writers"), message).with_fix(fix));
    }
    findings
}
