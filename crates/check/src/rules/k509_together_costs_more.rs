//! K509: a common answer that costs its adopters more than it saves them.

use super::prelude::*;
use kedge_align::price::declared;
use kedge_model::{Proposal, WorkDays};

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
                over the organisation's horizon, against what going alone takes each adopter and its upkeep of that. A team's own \
                price, in its signature or in the answer of its own that it has made, comes before the proposal's. Teams that \
                declined are left out. Efforts are added as means. Where a price of adopting or of going alone is missing \
                nothing is said. What its author saves is counted where it is an adopter too, with what going alone takes it.",
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
maintain = "1h/quarter"
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
maintain = "1h/quarter"
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
    let price = declared(&answers.known, proposal)?;
    if price.together() <= price.going_apart() {
        return None;
    }
    let id = price.option;
    let days = |days: WorkDays| format!("{:.0}", days.0);
    let mut message = format!(
        "`{id}` takes {} person-days ({} to build, {} to adopt, {} to keep over {}), going apart {} ({} and {})",
        days(price.together()),
        days(price.build),
        days(price.adopting),
        days(price.living),
        answers.known.settings().horizon,
        days(price.going_apart()),
        days(price.alone),
        days(price.living_apart),
    );
    if !price.loses.is_empty() {
        let loses = price.loses.iter().map(|(team, loss)| format!("{team} {}", days(*loss)));
        message.push_str("; it costs ");
        message.push_str(&listed(loses));
        message.push_str(" more than it saves them");
    }
    let at = Address::field(&proposal.id, format!("option.{id}"));
    let advice = "do the adopters' part yourself, make it smaller, or leave them apart";
    let fix = match price.apart {
        Some(apart) => Fix::lines(advice, [format!("chosen = \"{apart}\"")]),
        None => Fix::advice(advice),
    };
    Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix))
}
