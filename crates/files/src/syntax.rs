//! From text to TOML, with every syntax error of the file at once.

use crate::place::{Span, slice};
use crate::reading::Reading;
use kedge_model::{Fix, codes};
use toml::de::DeTable;

/// In longer texts only the first syntax error is told: a file of nothing but errors would take its size many times over.
const LONGEST_WITH_EVERY_ERROR: usize = 256 << 10;

/// Parses the text; what is not TOML becomes findings, and the rest is still read.
pub(crate) fn parse<'a>(reading: &mut Reading<'a>) -> toml::Spanned<DeTable<'a>> {
    let (table, errors) = if reading.text.len() <= LONGEST_WITH_EVERY_ERROR {
        DeTable::parse_recoverable(reading.text)
    } else {
        match DeTable::parse(reading.text) {
            Ok(table) => (table, Vec::new()),
            Err(error) => (toml::Spanned::new(0..0, DeTable::new()), vec![error]),
        }
    };
    // One slip on a line makes several errors there; the one about an unquoted value explains the others.
    let mut told: Vec<(usize, bool)> = Vec::new();
    let line_of =
        |span: &Span| reading.text[..crate::place::boundary(reading.text, span.start)].matches('\n').count();
    let mut errors: Vec<(Span, usize, bool, String)> = errors
        .into_iter()
        .take(1000)
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let line = if told.len() < 1000 { line_of(&span) } else { 0 };
            let unquoted = is_unquoted(reading.text, &span, error.message());
            told.push((line, unquoted));
            (span, line, unquoted, error.message().to_owned())
        })
        .collect();
    errors.sort_by_key(|(span, line, unquoted, _)| (*line, !*unquoted, span.start));
    errors.dedup_by_key(|(_, line, _, _)| *line);
    for (span, _, unquoted, message) in errors {
        let duplicate = message.starts_with("duplicate key");
        if !unquoted && !duplicate {
            reading.whole = false;
        }
        let (span, message, fix) = explained(reading.text, &span, unquoted, &message);
        let code = if duplicate { codes::WRITTEN_TWICE } else { codes::NOT_TOML };
        reading.syntax_error(code, &span, message, fix);
        reading.broken.push(span);
    }
    table
}

/// Whether the error is about a value that only lacks its quotes.
fn is_unquoted(text: &str, span: &Span, message: &str) -> bool {
    let bare = value_at(text, span);
    let quotable = message.starts_with("string values must be quoted")
        || message.starts_with("invalid float")
        || message.starts_with("invalid integer")
        || message.starts_with("invalid boolean")
        || message.starts_with("unexpected key or value");
    quotable && bare.is_some_and(|(value, _)| !value.is_empty())
}

/// The unquoted value of the line on which the span begins: what stands between `=` and a comment or the line's end.
fn value_at<'a>(text: &'a str, span: &Span) -> Option<(&'a str, Span)> {
    let start = crate::place::boundary(text, span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = &text[line_start..line_end];
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.len() > 400 {
        return None;
    }
    let equals = line.find('=')?;
    let value = &line[equals + 1..];
    let value = value.split('#').next().unwrap_or(value);
    if value.contains(['"', '\'', '[', '{', ']', '}', '=', '\\']) || value.contains(char::is_control) {
        return None;
    }
    let from = line_start + equals + 1 + (value.len() - value.trim_start().len());
    let value = value.trim();
    Some((value, from..from + value.len()))
}

fn explained(text: &str, span: &Span, unquoted: bool, message: &str) -> (Span, String, Fix) {
    if unquoted && let Some((value, at)) = value_at(text, span) {
        let message = format!("`{value}` needs quotes: text, efforts, money and shares are quoted");
        let quoted = format!("\"{value}\"");
        return (at, message, Fix::advice(format!("write `{quoted}`")).replacing(quoted));
    }
    if message.starts_with("duplicate key") {
        let name = slice(text, span);
        return (
            span.clone(),
            format!("`{name}` is written twice"),
            Fix::advice("keep the one that is right and delete the other, or give one of them another name"),
        );
    }
    let fix = if message.starts_with("string values must be quoted") {
        "write a value behind `=`, text in quotes"
    } else if message.contains("invalid date") || message.contains("invalid time") {
        "write a date as `2026-12-10`: year, month, day, without quotes and without a time"
    } else if message.contains("basic string") || message.contains("literal string") {
        "close the quotes on the same line"
    } else if message.contains("unclosed table") {
        "close the header: `[work.sheet]`"
    } else if message.contains("unclosed array") {
        "close the list with `]`"
    } else if message.contains("unclosed inline table") {
        "close the braces with `}`"
    } else if message.contains("missing comma") {
        "put a comma between the entries, and close the list with `]`"
    } else if message.contains("unquoted key") && slice(text, span).starts_with(':') {
        "write `=` between a key and its value"
    } else if message.contains("key with no value") {
        "write `KEY = VALUE`; a key of several words is joined by hyphens"
    } else if message.contains("newline") {
        "put each key on a line of its own; text with quotes in it goes in \"…\""
    } else if message.contains("recurse") || message.contains("recursion") {
        "nothing in the plan language is nested so deep: flatten it"
    } else if message.contains("keys cannot be empty") {
        "write a key in front of `=`"
    } else {
        "correct the TOML here; https://toml.io/en/v1.0.0 has every form"
    };
    (span.clone(), format!("this is not TOML: {message}"), Fix::advice(fix))
}
