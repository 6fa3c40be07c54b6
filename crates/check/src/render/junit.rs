//! A report as JUnit's XML, which most servers that run tests show.
//!
//! There is no standard; what is written is what the readers have in common: github.com/testmoapp/junitxml. A few lines of
//! our own, since all that a library would do for them is to escape text.

use super::Within;
use crate::report::{Report, Reported};
use kedge_model::{Place, Severity};
use std::fmt::Write;

/// The report as JUnit's XML: a test case for each finding, failed where it is an error, skipped with the reason where it is
/// silenced, else passed with its text as output; a case for each rule that did not run, skipped; and one that passes where
/// there is nothing else.
pub fn junit(report: &Report, within: Within<'_>) -> String {
    let mut cases = String::new();
    for finding in &report.findings {
        let text = text(finding, within);
        let inside = match finding.severity {
            Severity::Error => format!(
                "<failure message=\"{}\" type=\"{}\">{}</failure>",
                escaped(&finding.message),
                finding.code,
                escaped(&text)
            ),
            Severity::Warning | Severity::Note => format!("<system-out>{}</system-out>", escaped(&text)),
        };
        case(&mut cases, finding, within, &inside);
    }
    for silenced in &report.silenced {
        let inside = format!("<skipped message=\"{}\"/>", escaped(&format!("silenced: {}", silenced.why)));
        case(&mut cases, &silenced.finding, within, &inside);
    }
    for rule in &report.not_run {
        let needs: Vec<&str> = rule.needs.iter().map(|need| need.word()).collect();
        let _ = writeln!(
            cases,
            "    <testcase classname=\"kedge\" name=\"{} {}\"><skipped message=\"not run: it needs {}\"/></testcase>",
            rule.code,
            escaped(rule.rule),
            needs.join(" and ")
        );
    }
    let summary = report.summary;
    let skipped = summary.silenced + summary.not_run;
    let mut tests = report.findings.len() + skipped;
    if report.findings.is_empty() {
        tests += 1;
        cases.push_str("    <testcase classname=\"kedge\" name=\"nothing found\"/>\n");
    }
    let counts =
        format!("tests=\"{tests}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\"", summary.errors);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"kedge check\" {counts}>\n\
         {cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(out: &mut String, finding: &Reported, within: Within<'_>, inside: &str) {
    let place = finding.place.as_ref().map(|place| within.path(&place.file));
    let about = finding.about.as_deref().unwrap_or(&finding.message);
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\"",
        escaped(place.as_deref().unwrap_or("kedge")),
        escaped(&format!("{} {}: {about}", finding.code, finding.rule))
    );
    if let (Some(file), Some(Place { line, .. })) = (&place, &finding.place) {
        let _ = write!(out, " file=\"{}\" line=\"{line}\"", escaped(file));
    }
    let _ = writeln!(out, ">{inside}</testcase>");
}

fn text(finding: &Reported, within: Within<'_>) -> String {
    let mut text = format!("{}: {}\n", finding.severity.word(), finding.message);
    if let Some(place) = &finding.place {
        let _ = writeln!(text, "{}:{}:{}", within.path(&place.file), place.line, place.column);
    }
    for related in &finding.related {
        let _ = writeln!(text, "{}", related.message);
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(text, "{}", fix.advice);
        for line in &fix.lines {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// Text for an attribute or between tags. Characters that XML 1.0 cannot have become the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
