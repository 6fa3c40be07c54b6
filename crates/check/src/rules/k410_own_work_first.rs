//! K410: a team that ranks others' more valuable asks below its own work.

use super::prelude::*;
use kedge_decide::Stakes;
use kedge_floor::{OutcomeStanding, Status};
use kedge_model::{Money, OutcomeId, Reference, Team};

/// One ask may stand low for a reason that nobody wrote down; from two on it is a habit. Our own line.
const FEWEST: usize = 2;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(410),
        name: "own-work-first",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team whose `rank` puts two or more asks of others below an outcome of its own that is worth less. Only confirmed \
                values are compared: what is lost without the ask, after the asker's fallback, against the own outcome's value. \
                Asks that are promised, landed or refused, own outcomes that the council ranks, and asks that take more effort \
                for their value, where both efforts are known, are left out. Nothing is said of how reliable a team is.",
        why: "Each team does what is best for itself, and the whole is worse off: what matters most to customers waits behind \
              what matters to the nearest team.",
        source: "Integrators rank globally, rubick.com/independent-executor-model; strengthen them where teams optimise locally, \
                 rubick.com/coordination-models",
        failing: &[
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team  = "payments"
title = "Payments"
kind  = "stream"
rank  = ["wallets"]
"#,
            },
            Sheet { path: "payments/wallets.kedge.toml", text: WALLETS },
            Sheet { path: "checkout/one-tap.kedge.toml", text: ONE_TAP },
            Sheet { path: "returns/credit.kedge.toml", text: CREDIT },
            Sheet { path: "council.kedge.toml", text: CONFIRMED },
        ],
        passing: &[
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team  = "payments"
title = "Payments"
kind  = "stream"
rank  = ["checkout/reusable-token", "returns/store-credit", "wallets"]
"#,
            },
            Sheet { path: "payments/wallets.kedge.toml", text: WALLETS },
            Sheet { path: "checkout/one-tap.kedge.toml", text: ONE_TAP },
            Sheet { path: "returns/credit.kedge.toml", text: CREDIT },
            Sheet { path: "council.kedge.toml", text: CONFIRMED },
        ],
        fix: "Put them before it, or have the council say that the own work comes first:\n\n```toml\n\
              rank = [\"checkout/reusable-token\", \"returns/store-credit\", \"wallets\"]\n```",
    },
    run: Run::Over(run),
};

const WALLETS: &str = r#"team = "payments"

[outcome.wallets]
due = 2026-12-11
"#;
const ONE_TAP: &str = r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A `reusable` flag on POST /tokens"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "20%"
"#;
const CREDIT: &str = r#"team = "returns"

[outcome.credit]
due = 2026-12-11

[ask.store-credit]
to    = "payments"
what  = "Credit that can be spent in part"
asked = { on = 2026-10-05 }
gates = "credit"

[[ask.store-credit.fallback]]
kind  = "do-without"
keeps = "5%"
"#;
const CONFIRMED: &str = r#"team = "council"
rank = []

[person.wim]
roles = ["stakeholder"]

[[confirm]]
outcome = "payments/wallets"
value   = "10k/week"
on      = 2026-09-28
who     = "wim"

[[confirm]]
outcome = "checkout/one-tap"
value   = "40k/week"
on      = 2026-09-28
who     = "wim"

[[confirm]]
outcome = "returns/credit"
value   = "20k/week"
on      = 2026-09-28
who     = "wim"
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let confirmed = |outcome: &&OutcomeStanding| outcome.worth.is_some_and(|worth| worth.confirmed);
    let stakes = Stakes::of(answers.every_outcome_standing().filter(confirmed));
    let mut findings = Vec::new();
    for team in answers.own_teams().filter(|team| !team.rank.is_empty()) {
        let below: Vec<(&Ask, Money, Lesser)> = answers
            .known
            .asked_of(&team.id)
            .iter()
            .filter_map(|ask| Some((answers.known.ask(ask)?, stakes.confirmed_without(ask)?)))
            .filter(|(ask, _)| answers.is_in_play(ask) && !answers.known.is_dead(ask, answers.as_of))
            .filter(|(ask, _)| !matches!(answers.known.ask_state(ask), AskState::Committed { .. }))
            .filter_map(|(ask, value)| Some((ask, value, own_before(answers, team, ask, value)?)))
            .collect();
        if below.len() >= FEWEST {
            findings.push(finding(team, &below));
        }
    }
    findings
}

/// An outcome of the team's own that stands before an ask, and is worth less.
struct Lesser {
    outcome: OutcomeId,
    value: Money,
    place: usize,
}

/// The first such outcome in the team's rank.
fn own_before(answers: &Answers<'_>, team: &Team, ask: &Ask, value: Money) -> Option<Lesser> {
    let need = answers.known.need_of(&ask.id).map(|need| need.id.reference());
    let is_it = |name: &Reference| name == ask.id.reference() || Some(name) == need;
    let before = team.rank.iter().take_while(|name| !is_it(name));
    before.enumerate().find_map(|(place, name)| {
        let id = OutcomeId::from(name.clone());
        let outcome = answers.outcome_standing(&id).filter(|it| it.outcome.team() == &team.id)?;
        let worth = outcome.worth.filter(|worth| worth.confirmed)?;
        let lesser = outcome.status == Status::Planned
            && answers.known.council_rank_of_outcome(&id).is_none()
            && worth.a_week < value
            && !takes_more_for_it(answers, ask, value, &id, worth.a_week);
        lesser.then_some(Lesser { outcome: id, value: worth.a_week, place })
    })
}

/// Whether the ask is worth less for each day of the team's effort, where both efforts are known.
fn takes_more_for_it(answers: &Answers<'_>, ask: &Ask, value: Money, own: &OutcomeId, own_value: Money) -> bool {
    let organisation = &answers.known;
    let need = organisation.need_of(&ask.id).and_then(|need| need.effort.as_ref());
    let Some(effort) = need.or(ask.effort.as_ref()) else { return false };
    let own_work = organisation.serving(own).iter().filter_map(|id| organisation.work_item(id));
    let Some(own_days) = own_work.map(|work| answers.days_left(work)).sum::<Option<f64>>() else { return false };
    let days = answers.mean_days(effort);
    days > 0.0 && own_days > 0.0 && value.amount() / days < own_value.amount() / own_days
}

fn finding(team: &Team, below: &[(&Ask, Money, Lesser)]) -> Finding {
    let said = below.iter().map(|(ask, value, lesser)| {
        format!("`{}` ({} a week) below `{}` ({})", ask.id, value.rounded(), lesser.outcome.id(), lesser.value.rounded())
    });
    let message = format!("{} ranks what is worth more to others below its own work: {}", team.id, listed(said));
    // Each goes before the first of its own work that is worth less; the rest keeps its order.
    let mut rank: Vec<Reference> = Vec::new();
    for (place, name) in team.rank.iter().enumerate() {
        let here = below.iter().filter(|(_, _, lesser)| lesser.place == place);
        rank.extend(here.map(|(ask, _, _)| ask.id.reference().clone()));
        if !below.iter().any(|(ask, _, _)| ask.id.reference() == name) {
            rank.push(name.clone());
        }
    }
    let names: Vec<String> = rank.iter().map(|name| quoted(&name.short_for(&team.id))).collect();
    let fix = Fix::lines(
        "put them before it, or have the council say that it comes first",
        [format!("rank = [{}]", names.join(", "))],
    );
    let mut finding =
        Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&team.id, "rank"), message).with_fix(fix);
    for (ask, ..) in below {
        finding = finding.with_related(Subject::Address(Address::of(&ask.id)), "asks for it");
    }
    finding
}
