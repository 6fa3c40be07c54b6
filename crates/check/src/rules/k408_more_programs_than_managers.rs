//! K408: more programs than program managers.

use super::prelude::*;
use kedge_model::InitiativeKind;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(408),
        name: "more-programs-than-managers",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A council that ranks more programs that have something to come than there are program managers: people with that \
                role, or named as one by an initiative. Critical projects need none.",
        why: "A program is many teams, and somebody whose whole work it is. One that has nobody runs on the spare time of people \
              who have teams of their own.",
        source: "Product council, rubick.com/product-council: no more programs than program managers",
        failing: &[Sheet { path: "fulfil/same-day.kedge.toml", text: SAME_DAY }, Sheet { path: "identity/passkeys.kedge.toml", text: PASSKEYS }, Sheet {
            path: "council.kedge.toml",
            text: r#"team = "council"
rank = ["doorstep", "one-login"]

[initiative.doorstep]
title           = "Ordered by noon, at the door tonight"
outcomes        = ["fulfil/two-cities"]
program-manager = "petra"
sponsor         = "ines"

[initiative.one-login]
title    = "One account for everything"
outcomes = ["identity/passkeys"]
sponsor  = "ines"

[person.petra]
roles = ["program-manager"]

[person.ines]
roles = ["sponsor"]
"#,
        }],
        passing: &[Sheet { path: "fulfil/same-day.kedge.toml", text: SAME_DAY }, Sheet { path: "identity/passkeys.kedge.toml", text: PASSKEYS }, Sheet {
            path: "council.kedge.toml",
            text: r#"team = "council"
rank = ["doorstep"]

[initiative.doorstep]
title           = "Ordered by noon, at the door tonight"
outcomes        = ["fulfil/two-cities"]
program-manager = "petra"
sponsor         = "ines"

[initiative.one-login]
title    = "One account for everything"
outcomes = ["identity/passkeys"]
sponsor  = "ines"

[person.petra]
roles = ["program-manager"]

[person.ines]
roles = ["sponsor"]
"#,
        }],
        fix: "Rank only as many as can be run, best first; the others wait, or are planned by their teams without one:\n\n```toml\n\
              rank = [\"doorstep\"]\n```",
    },
    run: Run::Over(run),
};

const SAME_DAY: &str = r#"team = "fulfil"

[outcome.two-cities]
due = 2026-12-18
"#;

const PASSKEYS: &str = r#"team = "identity"

[outcome.passkeys]
due = 2026-12-11
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let ranked = answers.ranked_initiatives();
    let programs: Vec<_> = ranked.iter().filter(|it| it.kind == InitiativeKind::Program).collect();
    let managers = kedge_decide::program_managers(&answers.known);
    let council = TeamId::council();
    let Some(over) = programs.get(managers.len()..).filter(|over| !over.is_empty()) else {
        return Vec::new();
    };
    let message = format!(
        "{} ranked, and there {}: {} one too many",
        counted(programs.len() as u32, "program") + if programs.len() == 1 { " is" } else { " are" },
        match managers.len() {
            0 => "is no program manager".to_owned(),
            1 => "is 1 program manager".to_owned(),
            many => format!("are {many} program managers"),
        },
        listed(over.iter().map(|it| format!("`{}`", it.id.id())))
            + if over.len() == 1 { " is" } else { " are each" },
    );
    let keep = answers.known.council().rank.iter().filter(|name| {
        !over.iter().any(|it| it.id.reference() == *name)
    });
    let names: Vec<String> = keep.map(|name| quoted(&name.short_for(&council))).collect();
    let fix = Fix::lines(
        "rank only as many as can be run, best first, or make somebody a program manager",
        [format!("rank = [{}]", names.join(", "))],
    );
    vec![Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(FactId::Council, "rank"), message).with_fix(fix)]
}
