//! Findings: what was found, where, and the lines that mend it.

use crate::{link, shell};
use kedge_model::{Finding, Locate, Severity};
use maud::{Markup, html};

/// Findings in the order given, each with its place and its fix.
pub(crate) fn findings(findings: &[Finding], files: &dyn Locate) -> Markup {
    html! {
        @for finding in findings {
            (one(finding, files))
        }
    }
}

/// One finding.
pub(crate) fn one(finding: &Finding, files: &dyn Locate) -> Markup {
    html! {
        div.finding {
            p {
                span class=(format!("weight {}", finding.severity.word())) { (finding.severity.word()) }
                " " a href=(link::code(finding.code)) { (finding.code) } " "
                (shell::prose(&crate::words::sentence(&finding.message)))
            }
            @if let Some(place) = finding.place(files) {
                p { small { code { (place) } } }
            }
            @for (subject, how) in &finding.related {
                p { small {
                    (how) ": "
                    @match subject {
                        kedge_model::Subject::Place(place) => code { (place) },
                        kedge_model::Subject::Address(address) => code {
                            (files.locate(address).map_or_else(|| address.to_string(), |place| place.to_string()))
                        },
                    }
                } }
            }
            @if let Some(fix) = &finding.fix {
                p { (shell::prose(&crate::words::sentence(&fix.advice))) }
                @if !fix.lines.is_empty() {
                    pre tabindex="0" { code { (fix.lines.join("\n")) } }
                }
            }
        }
    }
}

/// `1 error, 2 warnings`, the weightiest first; empty where there are none.
pub(crate) fn tally(findings: &[Finding]) -> String {
    [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| {
            let count = findings.iter().filter(|it| it.severity == severity).count();
            let word = severity.word();
            (count > 0).then(|| crate::words::counted(count, word, &format!("{word}s")))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// One line on the overview, with the way to the page.
pub(crate) fn summary(findings: &[Finding]) -> Markup {
    html! {
        p.foot {
            @if findings.is_empty() {
                "The checks find nothing."
            } @else {
                "The checks find " a href=(link::CHECKS) { (tally(findings)) } "."
            }
        }
    }
}
