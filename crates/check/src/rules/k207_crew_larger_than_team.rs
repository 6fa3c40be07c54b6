//! K207: an item that needs more people at once than its team has.

use super::prelude::*;
use kedge_forecast::Note;
use kedge_model::Team;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(207),
        name: "crew-larger-than-team",
        group: Group::Plans,
        severity: Severity::Error,
        needs: &[Need::Structure, Need::Timing],
        since: "0.1",
        finds: "A work item that is not done, whose `crew` is more than the people of its team.",
        why: "It never starts, and what comes after it does not either. The forecast cannot give a date.",
        source: "Kedge's own semantics: an item that needs more than `people` never starts",
        failing: &[
            Sheet {
                path: "search/team.kedge.toml",
                text: r#"team   = "search"
kind   = "stream"
people = 3
"#,
            },
            Sheet {
                path: "search/spring.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.typo-tolerant]
due = 2026-12-31

[work.move-house]
for    = "typo-tolerant"
effort = "2w, rarely over 3w"
crew   = 5
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "search/team.kedge.toml",
                text: r#"team   = "search"
kind   = "stream"
people = 3
"#,
            },
            Sheet {
                path: "search/spring.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.typo-tolerant]
due = 2026-12-31

[work.move-house]
for    = "typo-tolerant"
effort = "2w, rarely over 3w"
crew   = 3
"#,
            },
        ],
        fix: "Let as many do it as there are, or ask another team for the rest:\n\n```toml\ncrew = 3\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(forecast) = answers.forecast else { return Vec::new() };
    let notes = forecast.plans.iter().flat_map(|plan| &plan.notes);
    notes
        .filter_map(|note| {
            let Note::CrewTooLarge(work) = note else { return None };
            let crew = answers.known.work_item(work)?.crew;
            let team = work.team();
            let people = answers.known.team(team).and_then(Team::capacity);
            let has = people.map_or_else(|| "fewer".to_owned(), |people| format!("{people}"));
            let message = format!("`{}` needs {crew} people at once, and {team} has {has}: it never starts", work.id());
            let whole = people.map(f64::floor).filter(|people| *people >= 1.0);
            let advice = "let as many do it as there are, or ask another team for the rest";
            let fix = match whole {
                Some(people) => Fix::lines(advice, [format!("crew = {people}")]),
                None => Fix::advice(advice),
            };
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(work, "crew"), message).with_fix(fix))
        })
        .collect()
}
