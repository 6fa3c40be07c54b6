//! K602: an organisation of a size at which what it did so far stops working.

use super::prelude::*;
use kedge_model::{Scope, Team, TeamKind};

/// One team under one leader breaks here (rubick.com/organizational-danger-zones).
const FIRST: std::ops::RangeInclusive<f64> = 10.0..=20.0;

/// Teams that settle everything among themselves break here (the same).
const SECOND: std::ops::RangeInclusive<f64> = 40.0..=60.0;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(602),
        name: "danger-zone",
        group: Group::Structure,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A whole organisation of 10 to 20 people that is one team, or whose teams own nothing; or one of 40 to 60 people in \
                which teams ask each other for things, and the council ranks nothing, half of the teams or more do not say how \
                they take asks, or nobody is the steward of the dependency problem. People lent to task forces are counted at \
                home. Where any team's people are not known nothing is said.",
        why: "At about ten one leader cannot follow everything; at about forty projects cross teams, and nobody decides between \
              them. What worked so far is done harder, and stops working.",
        source: "Danger zones, rubick.com/organizational-danger-zones; a named owner of the dependency problem, \
                 rubick.com/reducing-dependencies",
        failing: &[
            Sheet { path: "kedge.toml", text: "name = \"Pier\"\n" },
            Sheet {
                path: "everybody/team.kedge.toml",
                text: "team   = \"everybody\"\ntitle  = \"Everybody\"\nkind   = \"stream\"\npeople = 14\nowns   = [\"shop:**\"]\n",
            },
        ],
        passing: &[
            Sheet { path: "kedge.toml", text: "name = \"Pier\"\n" },
            Sheet {
                path: "orders/team.kedge.toml",
                text: "team   = \"orders\"\ntitle  = \"Orders\"\nkind   = \"stream\"\npeople = 7\nowns   = [\"shop:orders/**\"]\n",
            },
            Sheet {
                path: "catalog/team.kedge.toml",
                text: "team   = \"catalog\"\ntitle  = \"Catalogue\"\nkind   = \"stream\"\npeople = 7\nowns   = [\"shop:catalog/**\"]\n",
            },
        ],
        fix: "At 10 to 20 people: teams that hold all the skills they need and own something.\n\n```toml\nowns = \
              [\"shop:orders/**\"]\n```\n\nAt 40 to 60: few central priorities, a stated way of taking asks for each team, and an owner of \
              the dependency problem.\n\n```toml\nsteward = \"council/ines\"      # kedge.toml\n```\n\n```toml\nrank = [\"peak\"]               # \
              council.kedge.toml\n```\n\n```toml\ntakes-asks = [\"independent\"]  # each team.kedge.toml\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    if answers.known.scope() == Scope::Partial {
        return Vec::new();
    }
    let at_home = |team: &&Team| !matches!(team.kind, TeamKind::Community { .. } | TeamKind::TaskForce(_));
    let teams: Vec<&Team> = answers.own_teams().filter(at_home).collect();
    let people: Option<f64> = teams.iter().map(|team| crate::people::people_on(team, answers.as_of)).sum();
    let Some(people) = people else { return Vec::new() };
    let (lacks, fix) = if FIRST.contains(&people) {
        first_zone(&teams)
    } else if SECOND.contains(&people) {
        second_zone(answers, &teams)
    } else {
        return Vec::new();
    };
    if lacks.is_empty() {
        return Vec::new();
    }
    let message = format!("at {people:.0} people an organisation needs another shape: {}", listed(lacks));
    let mut finding =
        Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(FactId::Settings, "name"), message).with_fix(fix);
    finding.team = Some(TeamId::council());
    vec![finding]
}

fn first_zone(teams: &[&Team]) -> (Vec<String>, Fix) {
    let owns_something = |team: &&&Team| !team.owns.is_empty() || !team.services.is_empty();
    let lacks = if teams.len() == 1 {
        "it is one team".to_owned()
    } else if teams.iter().any(|team| owns_something(&team)) {
        return (Vec::new(), Fix::advice(""));
    } else {
        "no team owns anything".to_owned()
    };
    let fix = Fix::lines(
        "form teams that hold all the skills they need and own something",
        ["# owns = [\"repository:path/**\"]".to_owned()],
    );
    (vec![lacks], fix)
}

fn second_zone(answers: &Answers<'_>, teams: &[&Team]) -> (Vec<String>, Fix) {
    let (mut lacks, mut lines) = (Vec::new(), Vec::new());
    let mut asked = teams.iter().flat_map(|team| answers.known.asked_of(&team.id));
    if asked.next().is_none() {
        return (lacks, Fix::advice(""));
    }
    if answers.known.council().rank.is_empty() {
        lacks.push("the council ranks nothing".to_owned());
        lines.push("# council.kedge.toml: rank = [\"the few that come first\"]".to_owned());
    }
    let silent: Vec<&&Team> = teams.iter().filter(|team| team.takes_asks.is_empty()).collect();
    if silent.len() * 2 >= teams.len() {
        lacks.push(format!("{} of {} teams do not say how they take asks", silent.len(), teams.len()));
        lines.push("# team.kedge.toml: takes-asks = [\"independent\"]".to_owned());
    }
    if answers.known.settings().steward.is_none() {
        lacks.push("nobody owns the dependency problem".to_owned());
        lines.push("# kedge.toml: steward = \"council/who\"".to_owned());
    }
    (lacks, Fix::lines("set few central priorities, say how each team takes asks, name a steward", lines))
}
