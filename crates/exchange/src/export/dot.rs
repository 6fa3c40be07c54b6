//! Graphviz DOT: who waits for whom.
//!
//! Solid is what stands without the other team, dashed what leans on it. Every id and label is a double-quoted string
//! (never an HTML-like label, which could hold markup), escaped as the language says.

use super::Extract;
use super::waits::{legend, waits};
use std::fmt::Write as _;

/// The graph.
pub fn graph(extract: &Extract<'_>) -> String {
    let graph = waits(extract);
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "digraph {} {{", quoted(&extract.title()));
    let _ = writeln!(text, "  charset=\"UTF-8\";");
    let _ = writeln!(text, "  label={};", quoted(&legend(extract)));
    let _ = writeln!(text, "  rankdir=LR;");
    let _ = writeln!(text, "  node [shape=box];");
    for (team, name) in &graph.teams {
        let _ = writeln!(text, "  {} [label={}];", quoted(team.as_str()), quoted(name));
    }
    for wait in &graph.waits {
        let _ = writeln!(
            text,
            "  {} -> {} [label={}, style={}];",
            quoted(wait.from.as_str()),
            quoted(wait.to.as_str()),
            quoted(&wait.label().join("\n")),
            if wait.stands { "solid" } else { "dashed" }
        );
    }
    text.push_str("}\n");
    text
}

/// A double-quoted string. The language itself knows one escape, `\"`; labels know `\\` and `\n` besides, and entities
/// (`&amp;`), so those are written as what they show as.
fn quoted(text: &str) -> String {
    let mut safe = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => safe.push_str("\\\""),
            '\\' => safe.push_str("\\\\"),
            '\n' => safe.push_str("\\n"),
            '&' => safe.push_str("&amp;"),
            '\t' => safe.push(' '),
            // Nothing that a line of text could hold; Graphviz stops reading at a zero.
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe.push('"');
    safe
}
