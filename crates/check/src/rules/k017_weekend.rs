//! K017: a planned date on a day on which nobody works.

use super::prelude::*;
use kedge_model::{Says, Stance, Word};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(17),
        name: "weekend",
        group: Group::Files,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A date to come that falls on a weekend: a due or wanted date, a `not-before`, the start of a fallback, the day a \
                team promises something for. Which days are working days is in `[calendar]`. Past dates, and periods, may \
                fall on any day.",
        why: "Due means the end of that day, and the work ends on the working day before. Most often the date is mistyped.",
        source: "The plan language: a weekend is noted",
        failing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-12

[work.sheet]
for = "one-tap"
"#,
        }],
        passing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-11

[work.sheet]
for = "one-tap"
"#,
        }],
        fix: "Write the working day that is meant:\n\n```toml\ndue = 2026-12-11\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let calendar = &answers.written.settings().calendar;
    let mut findings = Vec::new();
    let mut see = |at: Address, key: &str, date: Option<Date>| {
        let Some(date) = date.filter(|date| *date >= answers.as_of && !calendar.works_on(date.weekday())) else {
            return;
        };
        let before = answers.working_day_before(date);
        let message = format!("`{key}` is {date}, a {:?}", date.weekday());
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                .with_fix(Fix::lines("write the working day that is meant", [format!("{key} = {before}")])),
        );
    };
    for outcome in answers.written_part().outcomes().filter(|it| answers.is_current(&it.plan)) {
        see(Address::field(&outcome.id, "due"), "due", outcome.due);
    }
    for work in answers.written_part().work().filter(|it| answers.is_current(&it.plan)) {
        see(Address::field(&work.id, "not-before"), "not-before", work.not_before);
    }
    for ask in answers.written_part().asks().filter(|it| answers.is_current(&it.plan)) {
        see(Address::field(&ask.id, "wanted"), "wanted", ask.wanted);
        for (place, fallback) in ask.fallbacks.iter().enumerate() {
            if let Stance::On(date) = fallback.start {
                see(Address::field(&ask.id, format!("fallback[{place}].start")), "start", Some(date));
            }
        }
    }
    for log in answers.written_part().answer_logs() {
        for (place, entry) in log.entries.iter().enumerate() {
            if let Word::Says { says: Says::Committed { by }, .. } = &entry.word {
                let fact = FactId::Answers { by: log.by.clone(), to: log.to.clone() };
                see(Address::field(fact, format!("[{place}].by")), "by", Some(*by));
            }
        }
    }
    findings
}
