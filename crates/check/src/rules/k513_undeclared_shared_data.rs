//! K513: data that the code of several teams writes, and that no dataset names.

use super::prelude::*;
use super::shop_example::{CHECKOUT, LOYALTY, SIGNED, SURVEY};
use crate::datasets::{dataset_of, names};
use crate::evidence::for_example;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(513),
        name: "undeclared-shared-data",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Data],
        since: "0.1",
        finds: "A table, view, topic or queue that a survey found written from the code of two teams or more, apart from each \
                other, where no dataset is it: none is called like it (case, `-`, `_` and a plural `s` do not count), and no \
                `where` of one matches a file that defines it. That a dataset has no contract is K501's to say.",
        why: "Each team that writes it can break what the others rely on, and no plan says that they share anything. It is found \
              when the data is wrong.",
        source: "Data written from many places is the dearest part of the autonomy trap; single writer: one service writes a \
                 dataset, the others use its interface (dora.dev on loose coupling)",
        failing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
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
        fix: "Say who writes it, in the `data.kedge.toml` of whoever should own it; most often one team writes and the others \
              ask it or read a copy:\n\n```toml\n[dataset.basket-lines]\nwriters = [\"checkout\"]\nreaders = \
              [\"loyalty\"]\n\n[dataset.basket-lines.contract]\nkind    = \"owned\"\nversion = 1\nopened  = 2026-10-14\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let mut findings = Vec::new();
    for data in &evidence.data {
        if dataset_of(&answers.known, data).is_some() {
            continue;
        }
        // It goes to whoever writes it from most files; who is to own it is theirs to agree.
        let mut writers: Vec<(&TeamId, u32)> = data.writers.iter().map(|(team, files)| (team, *files)).collect();
        writers.sort_by_key(|(team, files)| (std::cmp::Reverse(*files), *team));
        let is_here = |team: &TeamId| answers.own_teams().any(|own| &own.id == team);
        let Some((first, _)) = writers.iter().find(|(team, _)| is_here(team)) else { continue };
        let mut message = format!(
            "{} write the {} `{}`, and no dataset is it",
            names(data.writers.keys()),
            data.kind,
            data.data
        );
        let fewest = writers.iter().rev().find_map(|(team, _)| data.shown_by.get(*team));
        message += &for_example(fewest.map_or(&[], std::slice::from_ref));
        let listed: Vec<String> = data.writers.keys().map(|team| quoted(team.as_str())).collect();
        let mut lines = vec!["# [dataset.NAME]".to_owned(), format!("# writers = [{}]", listed.join(", "))];
        if let Some(file) = data.defined_in.first() {
            lines.insert(1, format!("# where   = [{}]", quoted(&format!("{}:{file}", data.repository))));
        }
        let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(*first), message).with_fix(Fix::lines(
            "say who writes it, in the `data.kedge.toml` of whoever should own it; most often one team writes and the others ask",
            lines,
        ));
        for (team, _) in writers.iter().filter(|(team, _)| team != first && is_here(team)) {
            finding = finding.with_related(Subject::Address(Address::of(*team)), "writes it too");
        }
        findings.push(finding);
    }
    findings
}
