//! Mermaid: who waits for whom, as a flowchart for a wiki or an issue.
//!
//! Solid is what stands without the other team, dashed what leans on it. Ids are numbered and names are quoted labels in
//! which every sign that Mermaid could read as its own is written as a character reference, so that any name is safe.

use super::Extract;
use super::waits::{legend, waits};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The flowchart.
pub fn flowchart(extract: &Extract<'_>) -> String {
    let graph = waits(extract);
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "flowchart LR");
    let _ = writeln!(text, "  accTitle: {}", line(&extract.title()));
    let _ = writeln!(text, "  accDescr: {}", line(&legend(extract)));
    let numbers: BTreeMap<_, _> = graph.teams.keys().enumerate().map(|(at, team)| (*team, at)).collect();
    for (team, name) in &graph.teams {
        let _ = writeln!(text, "  t{}[\"{}\"]", numbers[team], label(name));
    }
    for wait in &graph.waits {
        let names: Vec<String> = wait.label().iter().map(|name| label(name)).collect();
        let arrow = if wait.stands { "-->" } else { "-.->" };
        let (from, to) = (numbers[wait.from], numbers[wait.to]);
        let _ = writeln!(text, "  t{from} {arrow}|\"{}\"| t{to}", names.join("<br/>"));
    }
    text
}

/// A text as a quoted label: letters, digits and blanks as they are, everything else as `#NUMBER;`.
fn label(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || matches!(letter, ' ' | ',' | '.' | '(' | ')' | '/') {
            safe.push(letter);
        } else if letter.is_control() {
            safe.push(' ');
        } else if letter == '-' && !safe.ends_with('-') {
            safe.push(letter);
        } else {
            let _ = write!(safe, "#{};", u32::from(letter));
        }
    }
    // An empty label is none to Mermaid.
    if safe.trim().is_empty() { "#8203;".into() } else { safe }
}

/// A text as the rest of a line.
fn line(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_control() || matches!(it, '#' | ';' | '%' | '{' | '}') { ' ' } else { it })
        .collect()
}
