//! K407: a program manager on what the council does not rank.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(407),
        name: "program-manager-unranked",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An initiative that has a program manager and something to come, and that the council does not rank.",
        why: "A program manager carries a priority that is already central. Without the rank they are somebody who asks other \
              teams to do your work, and is told to wait.",
        source: "Program managers, rubick.com/coordination-models: for a large initiative that is a central priority; they do not \
                 get other teams to do your work",
        failing: &[Sheet { path: "fulfil/same-day.kedge.toml", text: SAME_DAY }, Sheet {
            path: "council.kedge.toml",
            text: r#"team = "council"
rank = []

[initiative.doorstep]
title           = "Ordered by noon, at the door tonight"
outcomes        = ["fulfil/two-cities"]
program-manager = "petra"
sponsor         = "ines"

[person.petra]
roles = ["program-manager"]

[person.ines]
roles = ["sponsor"]
"#,
        }],
        passing: &[Sheet { path: "fulfil/same-day.kedge.toml", text: SAME_DAY }, Sheet {
            path: "council.kedge.toml",
            text: r#"team = "council"
rank = ["doorstep"]

[initiative.doorstep]
title           = "Ordered by noon, at the door tonight"
outcomes        = ["fulfil/two-cities"]
program-manager = "petra"
sponsor         = "ines"

[person.petra]
roles = ["program-manager"]

[person.ines]
roles = ["sponsor"]
"#,
        }],
        fix: "The council ranks it, or frees the program manager for what it does rank:\n\n```toml\nrank = [\"doorstep\"]\n```",
    },
    run: Run::Over(run),
};

const SAME_DAY: &str = r#"team = "fulfil"

[outcome.two-cities]
due = 2026-12-18
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .open_initiatives()
        .filter(|it| answers.known.council_rank(it.id.reference()).is_none())
        .filter_map(|it| {
            let manager = it.program_manager.as_ref()?;
            let (id, who) = (it.id.id(), manager.reference().short_for(&TeamId::council()));
            let message = format!("`{who}` is program manager of `{id}`, which the council does not rank");
            let at = Address::field(&it.id, "program-manager");
            let fix = Fix::lines(
                format!("rank it, at the place that it has, or free `{who}` for what is ranked"),
                [answers.council_rank_with(id.as_str())],
            );
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix))
        })
        .collect()
}
