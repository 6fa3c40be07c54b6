//! K208: a team that upkeep leaves no time for anything else.

use super::prelude::*;
use kedge_model::Probability;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(208),
        name: "nothing-left",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Timing],
        since: "0.1",
        finds: "A team that in some trials, as planned, has no time left to start anything: the upkeep of hacks and \
              guiding visitors take all of it.",
        why: "A team that only keeps its hacks alive delivers nothing. Each of them looked cheap on the day that it was \
              taken.",
        source: "Kedge's own semantics: at nothing left, nothing starts",
        failing: &[
            Sheet {
                path: "search/team.kedge.toml",
                text: r#"team   = "search"
kind   = "stream"
people = 1
"#,
            },
            Sheet {
                path: "search/spring.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.filters]
due = 2026-12-18

[work.filter-list]
for  = "filters"
done = 2026-10-09

[ask.attribute-feed]
to    = "catalog"
what  = "A feed of attributes as they change"
asked = { on = 2026-09-14 }
gates = "filters"

[[ask.attribute-feed.fallback]]
kind     = "hack"
what     = "Read the nightly export by hand"
maintain = "35d/month"
migrate  = "10w"
expires  = 2026-12-31
taken    = 2026-10-05
live     = 2026-10-12
"#,
            },
            Sheet {
                path: "search/next.kedge.toml",
                text: r#"team = "search"

[outcome.typo-tolerant]

[work.model]
for    = "typo-tolerant"
effort = "2w, rarely over 3w"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "search/team.kedge.toml",
                text: r#"team   = "search"
kind   = "stream"
people = 1
"#,
            },
            Sheet {
                path: "search/spring.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.filters]
due = 2026-12-18

[work.filter-list]
for  = "filters"
done = 2026-10-09

[ask.attribute-feed]
to    = "catalog"
what  = "A feed of attributes as they change"
asked = { on = 2026-09-14 }
gates = "filters"

[[ask.attribute-feed.fallback]]
kind     = "hack"
what     = "Read the nightly export by hand"
maintain = "1d/month"
migrate  = "10w"
expires  = 2026-12-31
taken    = 2026-10-05
live     = 2026-10-12
"#,
            },
            Sheet {
                path: "search/next.kedge.toml",
                text: r#"team = "search"

[outcome.typo-tolerant]

[work.model]
for    = "typo-tolerant"
effort = "2w, rarely over 3w"
"#,
            },
        ],
        fix: "Leave the dearest hack first (`migrate` says what that takes), and write it down:\n\n```toml\nmigrated = \
              2026-10-14\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(forecast) = answers.forecast else { return Vec::new() };
    let starved = forecast.teams.iter().filter(|team| team.starved.share > Probability::ZERO);
    starved
        .map(|team| {
            let cases = team.starved.share.cases_of_100().max(1);
            let message = format!(
                "in {cases} of 100 cases {} comes to have no time to start anything: upkeep and guiding take all of it",
                team.team
            );
            let at = Address::of(FactId::Team(team.team.clone()));
            Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                .with_fix(Fix::advice("leave the dearest hack first, and take no new one"))
        })
        .collect()
}
