//! K509: a common answer that costs its adopters more than it saves them.

use super::prelude::*;
use kedge_model::{Effort, EffortRate, Proposal, Signature, SignedThing, SolutionKind};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(509),
        name: "together-costs-more",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A proposal whose chosen option (or its only one that is not `apart`) takes more of people's time than going apart, by \
                the prices that are declared: what building takes, what adopting takes each adopter, upkeep and coordination \
                over the organisation's horizon, against what going alone takes each adopter and the upkeep of that. A team's \
                own price in its signature comes before the proposal's. Efforts are added as means. Where a price of adopting \
                or of going alone is missing nothing is said; what its author saves is in no file, and not counted.",
        why: "The cost of a change is the sum of its consumers' effort. What saves its maker a month and takes ten teams two weeks \
              each has cost four months. Agreement is bought where it pays, and apart is an answer too.",
        source: "Fan-out, rubick.com/fan-out-work",
        failing: &[Sheet {
            path: "platform/proposal.kedge.toml",
            text: r#"team = "platform"

[proposal.one-log-format]
title    = "One format for logs"
problem  = "Each team's logs look different"
adopters = ["checkout", "search", "returns", "loyalty"]

[proposal.one-log-format.option.library]
kind   = "library"
build  = "2w"
adopt  = "2w"

[proposal.one-log-format.option.apart]
kind     = "apart"
alone    = "2d"
maintain = "1h/month"
"#,
        }],
        passing: &[Sheet {
            path: "platform/proposal.kedge.toml",
            text: r#"team = "platform"

[proposal.one-log-format]
title    = "One format for logs"
problem  = "Each team's logs look different"
adopters = ["checkout", "search", "returns", "loyalty"]
chosen   = "apart"

[proposal.one-log-format.option.library]
kind   = "library"
build  = "2w"
adopt  = "2w"

[proposal.one-log-format.option.apart]
kind     = "apart"
alone    = "2d"
maintain = "1h/month"
"#,
        }],
        fix: "Do the adopters' part yourself, so that it costs them nothing, make it smaller, or leave them apart:\n\n```toml\nchosen = \
              \"apart\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let open = answers.known.proposals().filter(|proposal| proposal.retired.is_none());
    open.filter_map(|proposal| told(answers, proposal)).collect()
}

fn told(answers: &Answers<'_>, proposal: &Proposal) -> Option<Finding> {
    let apart = proposal.options.iter().find(|(_, option)| option.kind == SolutionKind::Apart);
    let (id, together) = if let Some(chosen) = &proposal.chosen {
        proposal.options.get_key_value(chosen)?
    } else {
        let mut others = proposal.options.iter().filter(|(_, option)| option.kind != SolutionKind::Apart);
        let only = others.next()?;
        if others.next().is_some() {
            return None;
        }
        only
    };
    if together.kind == SolutionKind::Apart {
        return None;
    }
    let under = SignedThing::Proposal(proposal.id.clone());
    let prices = |team: &TeamId, of: &dyn Fn(&Signature) -> Option<&Effort>, otherwise: Option<&Effort>| {
        let log = answers.known.signature_log(&under, team);
        let own = log.and_then(|log| {
            let stated = log.entries.iter().filter(|entry| of(entry).is_some());
            stated.max_by_key(|entry| entry.on).and_then(of)
        });
        own.or(otherwise).map(|effort| answers.mean_days(effort))
    };
    let alone_otherwise = apart.and_then(|(_, option)| option.alone.as_ref()).or(together.alone.as_ref());
    let (mut adopting, mut alone) = (0.0, 0.0);
    for team in &proposal.adopters {
        adopting += prices(team, &|entry| entry.adopt.as_ref(), together.adopt.as_ref())?;
        alone += prices(team, &|entry| entry.alone.as_ref(), alone_otherwise)?;
    }
    let settings = answers.known.settings();
    let calendar = &settings.calendar;
    let horizon = settings.horizon.days(calendar).0 / calendar.days_a_week() * 7.0;
    let over_horizon =
        |rate: Option<&EffortRate>| rate.map_or(0.0, |rate| rate.a_calendar_day(calendar) * horizon);
    let building = together.build.as_ref().map_or(0.0, |build| answers.mean_days(build));
    let living = over_horizon(together.maintain.as_ref()) + over_horizon(together.coordinate.as_ref());
    let living_apart = apart.map_or(0.0, |(_, option)| over_horizon(option.maintain.as_ref()));
    let (cost, saves) = (building + adopting + living, alone + living_apart);
    if cost <= saves {
        return None;
    }
    let days = |days: f64| format!("{days:.0}");
    let message = format!(
        "`{id}` takes {} person-days ({} to build, {} to adopt, {} to keep over {}), going apart {} ({} and {})",
        days(cost),
        days(building),
        days(adopting),
        days(living),
        settings.horizon,
        days(saves),
        days(alone),
        days(living_apart),
    );
    let at = Address::field(&proposal.id, format!("option.{id}"));
    let advice = "do the adopters' part yourself, make it smaller, or leave them apart";
    let fix = match apart {
        Some((apart, _)) => Fix::lines(advice, [format!("chosen = \"{apart}\"")]),
        None => Fix::advice(advice),
    };
    Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix))
}
