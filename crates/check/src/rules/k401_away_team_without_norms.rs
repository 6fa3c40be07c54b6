//! K401: a team that takes visitors and does not say how.

use super::prelude::*;
use kedge_model::{TakesAsks, Word};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(401),
        name: "away-team-without-norms",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team that hosts away teams, or to which an ask's away team is to go, and that names no document with its \
                norms. Where only the guide is missing it is a note. Hosts that have said they are unable, and external \
                ones, are left out; a guide named in the answer to the ask counts.",
        why: "The visitors own the plan and the deadline, the hosts the architecture and the quality bar. Without norms both \
              find out in the review what the other meant; without a guide nobody answers the first question.",
        source: "Away team model, rubick.com: it needs norms and ideally a guide (how Amazon does it, as two former engineers \
                 describe it: weak)",
        failing: &[Sheet {
            path: "payments/team.kedge.toml",
            text: r#"team       = "payments"
title      = "Payments"
kind       = "stream"
takes-asks = ["away-team-host"]
"#,
        }],
        passing: &[Sheet {
            path: "payments/team.kedge.toml",
            text: r#"team       = "payments"
title      = "Payments"
kind       = "stream"
takes-asks = ["away-team-host"]

[person.ana]

[away-teams]
norms = "https://wiki.harbour.example/payments/visitors"
guide = "ana"
"#,
        }],
        fix: "The host writes down what visitors may do and who helps them, and names both in its `team.kedge.toml`:\n\n```toml\n\
              [away-teams]\nnorms = \"https://wiki.harbour.example/payments/visitors\"\nguide = \"ana\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    // Whom each host would have: the asks with an away team that is still to come.
    let mut expected: BTreeMap<&TeamId, Vec<&Ask>> = BTreeMap::new();
    for ask in answers.known.asks() {
        for fallback in &ask.fallbacks {
            if let FallbackKind::AwayTeam { with, .. } = &fallback.kind {
                let host = with.as_ref().unwrap_or(&ask.to);
                let is_over = fallback.live.is_some() || fallback.stopped.is_some();
                if !is_over
                    && answers.known.host_state(ask, host) != HostState::Unable
                    && answers.is_in_play(ask)
                {
                    expected.entry(host).or_default().push(ask);
                }
            }
        }
    }
    let mut findings = Vec::new();
    for team in answers.own_teams() {
        let visitors = expected.get(&team.id).map_or(&[][..], Vec::as_slice);
        let offers = team.takes_asks.contains(&TakesAsks::AwayTeamHost) || team.away_teams.is_some();
        if !offers && visitors.is_empty() {
            continue;
        }
        let stated = team.away_teams.as_ref();
        let has_norms = stated.is_some_and(|it| it.norms.is_some());
        let has_guide = stated.is_some_and(|it| it.guide.is_some())
            || (!visitors.is_empty() && visitors.iter().all(|ask| names_a_guide(answers, ask, &team.id)));
        let (severity, lacks) = match (has_norms, has_guide) {
            (true, true) => continue,
            (false, false) => (RULE.doc.severity, "neither norms nor a guide"),
            (false, true) => (RULE.doc.severity, "no norms"),
            (true, false) => (Severity::Note, "no guide"),
        };
        let who = if visitors.is_empty() {
            "hosts away teams".to_owned()
        } else {
            format!("is to host an away team for {}", listed(visitors.iter().map(|ask| format!("`{}`", ask.id))))
        };
        let message = format!("{} {who} and names {lacks}", team.id);
        let at = if stated.is_some() { "away-teams" } else { "takes-asks" };
        let mut lines = Vec::new();
        if stated.is_none() {
            lines.push("[away-teams]".to_owned());
        }
        if !has_norms {
            lines.push("# norms = \"where it is written what visitors may do\"".to_owned());
        }
        if !has_guide {
            lines.push("# guide = \"who answers their questions\"".to_owned());
        }
        findings.push(
            Finding::at(RULE.doc.code, severity, Address::field(&team.id, at), message)
                .with_fix(Fix::lines(format!("say it in the file of {}", team.id), lines)),
        );
    }
    findings
}

/// Whether the host's welcome to this ask says who guides.
fn names_a_guide(answers: &Answers<'_>, ask: &Ask, host: &TeamId) -> bool {
    let log = answers.known.answer_log(&AnswerTo::Ask(ask.id.clone()), host);
    log.is_some_and(|log| {
        log.entries.iter().any(|entry| matches!(&entry.word, Word::Host { guide: Some(_), .. }))
    })
}
