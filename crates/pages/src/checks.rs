//! Findings: what was found, where, and the lines that mend it.

use crate::shell::{Frame, Section, empty, headline, page, prose};
use crate::{link, words};
use kedge_check::{Report, Reported};
use kedge_model::{Code, Finding, Fix, Locate, Place, Severity, Subject};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// A finding as it is shown, whoever found it.
struct Shown<'a> {
    code: Code,
    severity: Severity,
    message: &'a str,
    place: Option<Place>,
    related: Vec<(Option<Place>, &'a str)>,
    fix: Option<&'a Fix>,
}

/// Findings of reading, in the order given, each with its place and its fix.
pub(crate) fn raised(findings: &[Finding], files: &dyn Locate) -> Markup {
    let place = |subject: &Subject| match subject {
        Subject::Place(place) => Some(place.clone()),
        Subject::Address(address) => files.locate(address),
    };
    html! {
        @for finding in findings {
            (shown(&Shown {
                code: finding.code,
                severity: finding.severity,
                message: &finding.message,
                place: finding.place(files),
                related: finding.related.iter().map(|(subject, how)| (place(subject), how.as_str())).collect(),
                fix: finding.fix.as_ref(),
            }))
        }
    }
}

/// One finding of the rules.
pub(crate) fn reported(finding: &Reported) -> Markup {
    shown(&Shown {
        code: finding.code,
        severity: finding.severity,
        message: &finding.message,
        place: finding.place.clone(),
        related: finding
            .related
            .iter()
            .map(|related| (related.place.clone(), related.message.as_str()))
            .collect(),
        fix: finding.fix.as_ref(),
    })
}

fn shown(finding: &Shown<'_>) -> Markup {
    html! {
        div.finding {
            p {
                span class=(format!("weight {}", finding.severity.word())) { (finding.severity.word()) }
                " " (finding.code) " "
                (prose(&words::sentence(finding.message)))
            }
            @if let Some(place) = &finding.place {
                p { small { code { (place) } } }
            }
            @for (place, how) in &finding.related {
                p { small { (prose(&words::sentence(how))) @if let Some(place) = place { " " code { (place) } } } }
            }
            @if let Some(fix) = finding.fix {
                p { (prose(&words::sentence(&fix.advice))) }
                @if !fix.lines.is_empty() {
                    pre tabindex="0" { code { (fix.lines.join("\n")) } }
                }
            }
        }
    }
}

/// `1 error, 2 warnings`, the weightiest first; empty where there are none.
fn tally(report: &Report) -> String {
    [
        (report.summary.errors, "error", "errors"),
        (report.summary.warnings, "warning", "warnings"),
        (report.summary.notes, "note", "notes"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| words::counted(count, one, many))
    .collect::<Vec<_>>()
    .join(", ")
}

/// One line on the overview, with the way to the page.
pub(crate) fn summary(report: &Report) -> Markup {
    html! {
        p.foot {
            @if report.findings.is_empty() {
                "The checks find nothing."
            } @else {
                "The checks find " a href=(link::CHECKS) { (tally(report)) } "."
            }
        }
    }
}

/// What the rules found, the weightiest first, rule by rule.
pub fn checks(frame: &Frame<'_>, report: &Report) -> Markup {
    let answer = match (report.summary.errors, report.findings.len()) {
        (0, 0) => "The checks find nothing: no other team can stop these plans without a way on.".to_owned(),
        (0, _) => format!("No errors. The checks find {}.", tally(report)),
        (errors, _) => format!(
            "{} to mend: places where another team, or the file itself, can stop a plan.",
            words::capital(&words::number_of(errors, "error", "errors"))
        ),
    };
    let mut rules: BTreeMap<(std::cmp::Reverse<Severity>, Code), Vec<&Reported>> = BTreeMap::new();
    for finding in &report.findings {
        rules.entry((std::cmp::Reverse(finding.severity), finding.code)).or_default().push(finding);
    }
    let mut anchored = std::collections::BTreeSet::new();
    let main = html! {
        (headline(&html! { "Checks" }, &answer, &html! {
            @if !report.findings.is_empty() { (words::capital(&tally(report))) ". Each says where, and gives the lines that mend it. " }
            "The same report as " code { "kedge check" } "."
        }))
        @if report.findings.is_empty() && report.not_run.is_empty() {
            (empty("There is nothing to mend.", "New findings come up here as files change.", None))
        }
        @for ((severity, code), findings) in &rules {
            @let first = anchored.insert(*code);
            section.rule id=[first.then(|| code.to_string())] {
                h2 {
                    span class=(format!("weight {}", severity.0.word())) { (code) } " "
                    (words::capital(&findings.first().map_or("", |finding| finding.rule).replace('-', " ")))
                    " " span.soft { (words::counted(findings.len(), "place", "places")) }
                }
                @if let Some(rule) = kedge_check::explain(*code) { p.soft { (prose(rule.finds)) " " (prose(rule.why)) } }
                @for finding in findings { (reported(finding)) }
            }
        }
        @if !report.silenced.is_empty() {
            h2 { "Silenced, with the reason given" }
            ul.plain {
                @for silenced in &report.silenced {
                    li {
                        (silenced.finding.code) " " (prose(&words::sentence(&silenced.finding.message)))
                        small { " " (prose(&words::sentence(&silenced.why))) @if let Some(until) = silenced.until { " Until " (until.in_words(frame.as_of)) "." } }
                    }
                }
            }
        }
        @if !report.not_run.is_empty() {
            h2 { "Not run" }
            p.soft { "These rules need an answer that is not there yet; they run as soon as it is." }
            ul.plain { @for rule in &report.not_run { li { (rule.code) " " (rule.rule) } } }
        }
    };
    page(frame, Some(Section::Checks), "Checks", &main)
}

/// The findings in the file that a plan is written in.
pub(crate) fn in_file<'a>(report: &'a Report, file: &str) -> Vec<&'a Reported> {
    let findings = report.findings.iter().map(AsRef::as_ref);
    findings
        .filter(|finding: &&Reported| finding.place.as_ref().is_some_and(|place| &*place.file == file))
        .collect()
}

/// The findings that a team can mend.
pub(crate) fn of_team<'a>(report: &'a Report, team: &kedge_model::TeamId) -> Vec<&'a Reported> {
    let findings = report.findings.iter().map(AsRef::as_ref);
    findings.filter(|finding: &&Reported| finding.team.as_ref() == Some(team)).collect()
}

/// Findings under a heading; nothing where there are none.
pub(crate) fn list(title: &str, findings: &[&Reported]) -> Markup {
    html! {
        @if !findings.is_empty() {
            h2 #findings { (title) }
            @for finding in findings { (reported(finding)) }
        }
    }
}
