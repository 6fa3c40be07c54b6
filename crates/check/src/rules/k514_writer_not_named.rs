//! K514: a team whose code writes a dataset that does not name it among its writers.

use super::prelude::*;
use super::shop_example::{CHECKOUT, LOYALTY, SIGNED, SURVEY};
use crate::datasets::{dataset_of, names, writers};
use crate::evidence::for_example;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(514),
        name: "writer-not-named",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Data],
        since: "0.1",
        finds: "A dataset that a survey found written from the code of two teams or more, apart from each other, where one of \
                these is not among its `writers` and operations. A dataset is what is called like it, or what a file that its \
                `where` matches defines.",
        why: "The contract binds those who are named. Whoever writes beside it can break what it promises, and is asked by \
              nobody.",
        source: "A contract that a writer has not signed protects nobody: see K502",
        failing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet {
                path: "checkout/data.kedge.toml",
                text: r#"team = "checkout"

[dataset.basket-lines]
where   = ["shop:db/basket_line.sql"]
writers = ["checkout"]

[dataset.basket-lines.contract]
kind    = "owned"
version = 1
opened  = 2026-10-05
"#,
            },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet {
                path: "checkout/data.kedge.toml",
                text: r#"team = "checkout"

[dataset.basket-lines]
where   = ["shop:db/basket_line.sql"]
writers = ["checkout", "loyalty"]

[dataset.basket-lines.contract]
kind    = "merged"
version = 1
merge   = { discount = "last-writer" }
opened  = 2026-10-05
"#,
            },
            Sheet { path: "loyalty/answers.kedge.toml", text: SIGNED },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        fix: "Have the team ask the owner instead of writing, or name it and have it sign:\n\n```toml\nwriters = [\"checkout\", \
              \"loyalty\"]\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let mut findings = Vec::new();
    for data in &evidence.data {
        let Some(dataset) = dataset_of(&answers.known, data) else { continue };
        let named = writers(dataset);
        let missing: Vec<&TeamId> = data.writers.keys().filter(|team| !named.contains(team)).collect();
        if missing.is_empty() {
            continue;
        }
        let verb = if missing.len() == 1 { "writes" } else { "write" };
        let id = dataset.id.id();
        let mut message = format!(
            "the code of {} {verb} `{}`, and `{id}` does not name {} among its writers",
            names(missing.iter().copied()),
            data.data,
            if missing.len() == 1 { "it" } else { "them" }
        );
        let shown = missing.iter().find_map(|team| data.shown_by.get(*team));
        message += &for_example(shown.map_or(&[], std::slice::from_ref));
        let mut all: Vec<&TeamId> = named.iter().copied().chain(missing.iter().copied()).collect();
        all.sort();
        let listed: Vec<String> = all.into_iter().map(|team| quoted(team.as_str())).collect();
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&dataset.id, "writers"), message).with_fix(
                Fix::lines(
                    "have them ask the owner instead of writing, or name them and have them sign",
                    [format!("writers = [{}]", listed.join(", "))],
                ),
            ),
        );
    }
    findings
}
