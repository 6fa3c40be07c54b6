//! A report as annotations of GitHub Actions: workflow commands, a line each.
//!
//! docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

use super::Within;
use super::human::summary;
use crate::report::{Report, Reported};
use kedge_model::{Fix, Severity};
use std::cmp::Reverse;
use std::fmt::Write;

/// The report as workflow commands, the heaviest first, since GitHub shows only the first ten of each weight that a step
/// prints; then the last line of the report for people.
pub fn github(report: &Report, within: Within<'_>) -> String {
    let mut findings: Vec<&Reported> = report.findings.iter().map(AsRef::as_ref).collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let mut out = String::new();
    for finding in findings {
        command(&mut out, finding, within);
    }
    out.push_str(&summary(report));
    out.push('\n');
    out
}

fn command(out: &mut String, finding: &Reported, within: Within<'_>) {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let _ = write!(out, "::{level} ");
    if let Some(place) = &finding.place {
        let _ = write!(out, "file={},line={}", property(&within.path(&place.file)), place.line);
        if place.end_line == place.line {
            let _ = write!(out, ",col={},endColumn={}", place.column, place.end_column);
        } else {
            let _ = write!(out, ",endLine={}", place.end_line);
        }
        out.push(',');
    }
    let title = format!("{} {}", finding.code, finding.rule);
    let _ = write!(out, "title={}::", property(title.trim()));
    out.push_str(&data(&finding.message));
    if let Some(Fix { advice, lines, .. }) = &finding.fix {
        let _ = write!(out, "%0A{}", data(advice));
        for line in lines {
            let _ = write!(out, "%0A  {}", data(line));
        }
    }
    out.push('\n');
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_the_command_or_begins_another() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a,b: c%\n"), "a%2Cb%3A c%25%0A");
    }
}
