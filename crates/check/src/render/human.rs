//! A report for people: each finding with its source lines, what to do, and a last line that sums up.

use super::Texts;
use crate::report::{Report, Reported, Summary};
use crate::rule::Need;
use crate::since::Since;
use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DEFAULT_TERM_WIDTH,
};
use kedge_model::{Place, Severity};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

/// How the text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With colours; `NO_COLOR` and whether it is a terminal are the caller's to ask.
    pub colours: bool,
    /// With every silenced finding and its reason; otherwise they are only counted.
    pub silenced: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Style {
    /// No colours, silenced findings counted, the usual width.
    fn default() -> Self {
        Self { colours: false, silenced: false, width: DEFAULT_TERM_WIDTH }
    }
}

/// Lines longer than this, in characters, are not shown.
const LONGEST_LINE: usize = 400;

/// Most lines that are shown of one place.
const MOST_LINES: u32 = 12;

/// The report as text.
pub fn human(report: &Report, texts: &dyn Texts, style: Style) -> String {
    let renderer = if style.colours { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&renderer.render(&[group(finding, texts, None)]));
        out.push_str("\n\n");
    }
    if style.silenced {
        for silenced in &report.silenced {
            let until = silenced.until.map(|until| format!(" (until {until})")).unwrap_or_default();
            let why = format!("silenced{until}: {}", silenced.why);
            out.push_str(&renderer.render(&[group(&silenced.finding, texts, Some(&why))]));
            out.push_str("\n\n");
        }
    }
    out.push_str(&summary(report));
    out.push('\n');
    out
}

fn group<'a>(finding: &'a Reported, texts: &'a dyn Texts, silenced: Option<&str>) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(plain(&finding.message)).id(finding.code.to_string()));
    if let Some(place) = &finding.place {
        group = match lines(place, texts) {
            Some((text, span)) => group.element(
                Snippet::source(text)
                    .line_start(place.line as usize)
                    .path(place.file.as_ref())
                    .annotation(AnnotationKind::Primary.span(span)),
            ),
            None => group.element(origin(place)),
        };
    }
    for related in &finding.related {
        group = match related.place.as_ref().map(|place| (place, lines(place, texts))) {
            Some((place, Some((text, span)))) => group.element(
                Snippet::source(text)
                    .line_start(place.line as usize)
                    .path(place.file.as_ref())
                    .annotation(AnnotationKind::Context.span(span).label(plain(&related.message))),
            ),
            Some((place, None)) => {
                group.element(Level::NOTE.message(format!("{place}: {}", plain(&related.message))))
            }
            None => group.element(Level::NOTE.message(plain(&related.message))),
        };
    }
    if let Some(fix) = &finding.fix {
        let mut text = plain(&fix.advice);
        for line in &fix.lines {
            text.push_str("\n  ");
            text.push_str(&plain(line));
        }
        group = group.element(Level::HELP.message(text));
    }
    match silenced {
        Some(why) => group.element(Level::NOTE.message(plain(why))),
        None => group,
    }
}

fn origin(place: &Place) -> Origin<'_> {
    Origin::path(place.file.as_ref()).line(place.line as usize).char_column(place.column as usize)
}

/// The lines of the place, and the stretch of them that it is, in bytes.
fn lines<'a>(place: &Place, texts: &'a dyn Texts) -> Option<(&'a str, Range<usize>)> {
    let text = texts.text(&place.file)?;
    let first = place.line.max(1);
    let last = place.end_line.max(first).min(first + MOST_LINES - 1);
    let start = line_start(text, first)?;
    let end = line_start(text, last).map(|at| at + text[at..].find('\n').unwrap_or(text.len() - at))?;
    let shown = &text[start..end];
    if shown.lines().any(|line| line.chars().count() > LONGEST_LINE || line.chars().any(is_unprintable)) {
        return None;
    }
    let from = offset(shown, 0, place.column);
    let to = if place.end_line <= last {
        offset(shown, line_start(shown, place.end_line.max(first) - first + 1)?, place.end_column)
    } else {
        shown.len()
    };
    Some((shown, from..to.max(from)))
}

/// Where a line begins, in bytes; lines count from 1.
fn line_start(text: &str, line: u32) -> Option<usize> {
    match line.checked_sub(2) {
        None => Some(0),
        Some(before) => text.match_indices('\n').nth(before as usize).map(|(at, _)| at + 1),
    }
}

/// The byte of a column, counted in characters from 1, in the line that begins at `start`.
fn offset(text: &str, start: usize, column: u32) -> usize {
    let line = text[start..].lines().next().unwrap_or("");
    let within = line.char_indices().nth(column.saturating_sub(1) as usize).map_or(line.len(), |(at, _)| at);
    start + within
}

/// Control characters of a file or a name never reach a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if is_unprintable(c) { '\u{fffd}' } else { c }).collect()
}

fn is_unprintable(c: char) -> bool {
    c.is_control() && c != '\t' && c != '\r' && c != '\n'
}

/// `3 errors, 2 warnings, 1 note; 1 silenced; 2 rules not run: they need evidence (`kedge survey`) and timing`.
pub(super) fn summary(report: &Report) -> String {
    let Summary { errors, warnings, notes, silenced, not_run } = report.summary;
    let counted = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    };
    let mut parts = Vec::new();
    for (number, noun) in [(errors, "error"), (warnings, "warning"), (notes, "note")] {
        if number > 0 {
            parts.push(counted(number, noun));
        }
    }
    let mut text = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
    if silenced > 0 {
        let _ = write!(text, "; {silenced} silenced");
    }
    if not_run > 0 {
        let needs = report.not_run.iter().flat_map(|rule| rule.needs.iter().map(|need| need.word()));
        let needs: BTreeSet<&str> = needs.collect();
        // Evidence is there only where somebody has asked for it, so its verb is named.
        let how = |need: &str| if need == Need::Evidence.word() { " (`kedge survey`)" } else { "" };
        let needs: Vec<String> = needs.into_iter().map(|need| format!("{need}{}", how(need))).collect();
        let verb = if not_run == 1 { "it needs" } else { "they need" };
        let _ = write!(text, "; {} not run: {verb} {}", counted(not_run, "rule"), needs.join(" and "));
    }
    if let Some(Since { revision, resolved, kept, readable }) = &report.since {
        let _ = write!(text, "; since {revision}: {resolved} resolved, {kept} there before and not shown");
        if !readable {
            text.push_str(" (the plans had errors then, so no rule ran on them)");
        }
    }
    text
}
