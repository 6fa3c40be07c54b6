//! K106: an ask that is written down, and that nobody has made.

use super::prelude::*;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(106),
        name: "never-asked",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask that something waits for, with no `asked` and no answer. What an import took over (`origin`) stands where the \
                other team can read it, so it has been asked; when, nobody knows. That is told as a note, once for each \
                asking team.",
        why: "Say what you want and how much it matters, and make sure they understand. A line in your own file reaches nobody.",
        source: "Independent executor model, rubick.com/independent-executor-model",
        failing: &[Sheet {
            path: "messages/back-in-stock.kedge.toml",
            text: r#"team = "messages"

[outcome.back-in-stock]
due = 2026-12-11

[ask.consent-flag]
to    = "identity"
what  = "One flag for what a customer agreed to be told"
gates = "back-in-stock"

[[ask.consent-flag.fallback]]
kind  = "do-without"
keeps = "80%"
"#,
        }],
        passing: &[Sheet {
            path: "messages/back-in-stock.kedge.toml",
            text: r#"team = "messages"

[outcome.back-in-stock]
due = 2026-12-11

[ask.consent-flag]
to    = "identity"
what  = "One flag for what a customer agreed to be told"
asked = { on = 2026-10-14, how = "brief in #identity" }
gates = "back-in-stock"

[[ask.consent-flag.fallback]]
kind  = "do-without"
keeps = "80%"
"#,
        }],
        fix: "Ask, and write down when and how, once it is true:\n\n```toml\nasked = { on = 2026-10-14, how = \"brief in \
              #identity\" }\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut taken_over: BTreeMap<&TeamId, Vec<&Ask>> = BTreeMap::new();
    for ask in answers.in_play().filter(|ask| *answers.state(ask) == AskState::NeverAsked) {
        if ask.meta.origin.is_some() {
            taken_over.entry(ask.id.team()).or_default().push(ask);
            continue;
        }
        let message = format!("nobody has asked {} for `{}`", ask.to, ask.id.id());
        let how = match answers.known.team(&ask.to).and_then(|team| team.channel.as_deref()) {
            Some(channel) => format!("brief in {channel}"),
            None => "how it was asked".into(),
        };
        findings.push(Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(&ask.id), message).with_fix(Fix::lines(
            "ask, and write down when and how, once it is true",
            [format!("asked = {{ on = {}, how = {} }}", answers.as_of, quoted(&how))],
        )));
    }
    findings.extend(taken_over.values().filter_map(|asks| undated(asks)));
    findings
}

/// Asks of one team that were made somewhere else, on days that nobody wrote down.
fn undated(asks: &[&Ask]) -> Option<Finding> {
    let first = asks.first()?;
    let message = match asks.len() {
        1 => format!("`{}` was taken over from where it was asked, and nobody says when that was", first.id.id()),
        number => format!(
            "{number} asks of {} were taken over from where they were asked, and none says when that was",
            first.id.team()
        ),
    };
    let advice = "how long they have lain is not known: write down `asked` for those that matter";
    Some(Finding::at(RULE.doc.code, Severity::Note, Address::of(&first.id), message).with_fix(Fix::advice(advice)))
}
