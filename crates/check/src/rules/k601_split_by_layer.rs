//! K601: teams split by layer, with steady asks between them.

use super::prelude::*;
use kedge_model::{Gate, OutcomeId, Team, TeamKind};
use std::collections::{BTreeMap, BTreeSet};

/// From so many outcomes that wait for the other layer it is how the two work. Our own.
const FEWEST: usize = 3;

/// And from this part of the asking team's outcomes. Our own.
const PART: f64 = 0.5;

/// Words in a team's name by which it is the layer that people see.
const FRONT: &[&str] = &["frontend", "web", "ui", "client", "mobile", "ios", "android", "app", "apps"];

/// Words by which it is the layer behind that.
const BACK: &[&str] = &["backend", "api", "apis", "server", "database", "databases", "db"];

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(601),
        name: "split-by-layer",
        group: Group::Structure,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Two teams of which one is by its name the layer that people see (frontend, web, mobile …) and the other the layer \
                behind it (backend, api, database …), where three outcomes or more of the one, and half of all it has, wait or \
                waited for asks to the other. Closed plans count. Platforms that do not carry such a name, communities and \
                external teams are left out; that teams work on one outcome at all is no finding.",
        why: "Every project of the one waits for the other. Contracts agreed up front miss things, and what is found later is a \
              new ask with a new wait.",
        source: "Frontend and backend teams, rubick.com: make the team whole instead",
        failing: &[
            Sheet { path: "shop-frontend/team.kedge.toml", text: FRONTEND },
            Sheet { path: "shop-backend/team.kedge.toml", text: BACKEND },
            Sheet { path: "shop-frontend/quarter.kedge.toml", text: QUARTER },
        ],
        passing: &[
            Sheet {
                path: "shop-basket/team.kedge.toml",
                text: "team  = \"shop-basket\"\ntitle = \"The basket, whole\"\nkind  = \"stream\"\n",
            },
            Sheet {
                path: "shop-basket/quarter.kedge.toml",
                text: r#"team = "shop-basket"

[outcome.one-tap]
due = 2026-12-10

[outcome.gift-cards]
due = 2026-12-10

[outcome.wish-list]
due = 2026-12-10
"#,
            },
        ],
        fix: "Make the team whole: people of both layers in one team for each thing that customers get. One of them to begin \
              with:\n\n```toml\n[[loan]]\nwho   = \"ines\"\nto    = \"shop-frontend\"\nkind  = \"embed\"\nfrom  = 2026-11-02\nuntil = \
              2027-01-29\n```",
    },
    run: Run::Over(run),
};

const FRONTEND: &str = "team  = \"shop-frontend\"\ntitle = \"Shop frontend\"\nkind  = \"stream\"\n";
const BACKEND: &str = "team  = \"shop-backend\"\ntitle = \"Shop backend\"\nkind  = \"stream\"\n";
const QUARTER: &str = r#"team = "shop-frontend"

[outcome.one-tap]
due = 2026-12-10

[outcome.gift-cards]
due = 2026-12-10

[outcome.wish-list]
due = 2026-12-10

[ask.pay-call]
to    = "shop-backend"
what  = "A call that pays with the stored card"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.pay-call.fallback]]
kind  = "do-without"
keeps = "60%"

[ask.card-balance]
to    = "shop-backend"
what  = "The balance of a gift card"
asked = { on = 2026-10-05 }
gates = "gift-cards"

[[ask.card-balance.fallback]]
kind  = "do-without"
keeps = "60%"

[ask.kept-things]
to    = "shop-backend"
what  = "What a customer has put aside"
asked = { on = 2026-10-05 }
gates = "wish-list"

[[ask.kept-things.fallback]]
kind  = "do-without"
keeps = "60%"
"#;

/// The layers that names speak of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Front,
    Back,
}

fn layer(team: &Team) -> Option<Layer> {
    let name = format!("{} {}", team.id, team.name()).to_lowercase();
    let name = name.replace("front-end", "frontend").replace("back-end", "backend");
    let name = name.replace("front end", "frontend").replace("back end", "backend");
    let words: BTreeSet<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let is_of = |layer: &[&str]| layer.iter().any(|word| words.contains(word));
    match (is_of(FRONT), is_of(BACK)) {
        (true, false) => Some(Layer::Front),
        (false, true) => Some(Layer::Back),
        _ => None,
    }
}

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let layers: BTreeMap<&TeamId, Layer> = answers
        .own_teams()
        .filter(|team| !matches!(team.kind, TeamKind::Community { .. }))
        .filter_map(|team| Some((&team.id, layer(team)?)))
        .collect();
    let mut findings = Vec::new();
    for (asked, back) in &layers {
        // Which outcomes of each team wait or waited for this one.
        let mut waiting: BTreeMap<&TeamId, BTreeSet<OutcomeId>> = BTreeMap::new();
        for ask in answers.known.asked_of(asked).iter().filter_map(|id| answers.known.ask(id)) {
            if layers.get(ask.id.team()).is_some_and(|layer| layer != back) {
                waiting.entry(ask.id.team()).or_default().extend(outcomes(answers, ask));
            }
        }
        for (team, waiting) in waiting {
            if waiting.len() < FEWEST {
                continue;
            }
            let plans = answers.known.plans_of(team);
            let all: usize = plans.map(|plan| answers.known.parts(&plan.id).outcomes.len()).sum();
            if (waiting.len() as f64) < PART * all as f64 {
                continue;
            }
            let message = format!(
                "{} of the {all} outcomes of {team} wait for {asked}: the teams are layers of one thing",
                waiting.len()
            );
            let finding = Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(team), message)
                .with_fix(Fix::advice(format!(
                    "make the team whole: people of {team} and {asked} in one team for each thing that customers get"
                )))
                .with_related(Subject::Address(Address::of(*asked)), "the other layer");
            findings.push(finding);
        }
    }
    findings
}

/// The outcomes that an ask gates, itself or through the work for them.
fn outcomes(answers: &Answers<'_>, ask: &Ask) -> Vec<OutcomeId> {
    let mut outcomes = Vec::new();
    for gate in answers.known.gates(ask) {
        match gate {
            Gate::Outcome(outcome) => outcomes.push(outcome),
            Gate::Work(work) => {
                outcomes.extend(answers.known.work_item(&work).into_iter().flat_map(|work| work.serves.clone()));
            }
        }
    }
    outcomes
}
