//! What was written into the store in which the organisation is kept: every write, and one with what it changed.

use crate::shell::{Frame, empty, headline, page, prose, token};
use crate::table::{Column, Row, table};
use crate::{link, words};
use kedge_model::Date;
use maud::{Markup, html};
use similar::{ChangeTag, TextDiff};

/// So many writes stand on a page.
pub const WRITES_ON_A_PAGE: usize = 100;
/// So many texts are named beside a write.
const NAMED: usize = 3;
/// Of one write so many lines are shown; `kedge store history --json` has all.
const LINES: usize = 2_000;

/// One write.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// Counted from one, the first.
    pub number: u64,
    /// Its day.
    pub on: Date,
    /// What it did, in words.
    pub what: &'a str,
    /// The texts that it changed.
    pub texts: &'a [TextBetween<'a>],
    /// The write that took it back.
    pub taken_back_by: Option<u64>,
    /// Whether it is the one that undo takes back.
    pub is_next_to_undo: bool,
}

/// A text before and after a write.
#[derive(Clone, Copy, Debug)]
pub struct TextBetween<'a> {
    /// Its path, as it would be called as a file.
    pub path: &'a str,
    /// Before; `None` where it was not there.
    pub before: Option<&'a str>,
    /// Afterwards; `None` where it is gone.
    pub after: Option<&'a str>,
}

/// Some of the writes, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct Writes<'a> {
    /// Those on this page: at most [`WRITES_ON_A_PAGE`].
    pub shown: &'a [Write<'a>],
    /// Of how many in all.
    pub all: usize,
    /// Only those that changed texts whose path begins so.
    pub of: &'a str,
    /// Whether there are older ones than these.
    pub older: bool,
}

/// The page of all writes; `None` where the organisation is in files.
pub fn history(frame: &Frame<'_>, writes: Option<&Writes<'_>>) -> Markup {
    let above = html! { "History" };
    let main = match writes {
        None => html! {
            (headline(&above, "The history is with the files.", &html! {
                "This organisation is in a folder of files: the repository that holds them knows who changed what and when."
            }))
            (empty(
                "No store is open.",
                "An organisation in a store has its whole history here: each write, what it changed, and its undo.",
                Some("kedge store make FILE --from DIR\nkedge serve --store FILE"),
            ))
        },
        Some(writes) => listed(frame, &above, writes),
    };
    page(frame, None, "History", &main)
}

fn listed(frame: &Frame<'_>, above: &Markup, writes: &Writes<'_>) -> Markup {
    let count = words::capital(&words::number_of(writes.all, "write", "writes"));
    let answer =
        if writes.of.is_empty() { format!("{count}.") } else { format!("{count} in {}.", writes.of) };
    let rows: Vec<Row> = writes.shown.iter().map(|write| row(frame, write)).collect();
    html! {
        (headline(above, &answer, &html! {
            "What was written into the store, the newest first. Nothing is forgotten: what is taken back stays, with the write that took it back."
        }))
        form.narrow method="get" action=(link::HISTORY) {
            label { "Only texts that begin with " input name="of" value=(writes.of) placeholder="payments/" autocomplete="off"; }
            " " button type="submit" { "Show" }
            @if !writes.of.is_empty() { " " a href=(link::HISTORY) { "All" } }
        }
        @if rows.is_empty() {
            (empty("Nothing was written there.", "A path begins with the team that writes it, as in payments/answers.", None))
        } @else {
            (table(
                "Writes",
                &[Column::head("What"), Column::text("When"), Column::text("Texts"), Column::act("Undo")],
                &[],
                &rows,
            ))
        }
        @if let (true, Some(last)) = (writes.older, writes.shown.last()) {
            p.acts { a.button href=(link::history_before(last.number, writes.of)) { "Older" } }
        }
        p.foot {
            "The whole as it was on a day: " code { "kedge store files STORE --on DATE --out DIR" } " writes it, and any verb reads it there."
        }
    }
}

fn row(frame: &Frame<'_>, write: &Write<'_>) -> Row {
    Row::new(vec![
        html! {
            a href=(link::write(write.number)) { (prose(&words::capital(write.what))) }
            small {
                "write " (write.number)
                @if let Some(by) = write.taken_back_by { ", " (taken_back(by)) }
            }
        },
        html! { time datetime=(write.on) { (write.on.short(frame.as_of)) } },
        html! {
            @for (place, text) in write.texts.iter().take(NAMED).enumerate() {
                @if place > 0 { ", " }
                code { (text.path) }
            }
            @if write.texts.len() > NAMED { " and " (write.texts.len() - NAMED) " more" }
        },
        undo(frame, write),
    ])
}

fn taken_back(by: u64) -> Markup {
    html! { "taken back by " a href=(link::write(by)) { "write " (by) } }
}

/// The button that takes it back, where that is what undo does.
fn undo(frame: &Frame<'_>, write: &Write<'_>) -> Markup {
    html! {
        @if let (true, Some(writing)) = (write.is_next_to_undo, frame.writing) {
            form method="post" action=(link::UNDO) {
                (token(writing))
                input type="hidden" name="number" value=(write.number);
                button type="submit" title="Writes the texts as they were before; both writes stay in the history" { "Undo" }
            }
        }
    }
}

/// The page of one write: what it changed, line by line.
pub fn write(frame: &Frame<'_>, write: &Write<'_>, has_later: bool) -> Markup {
    let title = format!("Write {}", write.number);
    let mut left = LINES;
    let main = html! {
        (headline(
            &html! { a href=(link::HISTORY) { "History" } " · write " (write.number) },
            &words::sentence(write.what),
            &html! {
                "Written on " time datetime=(write.on) { (write.on.in_words(frame.as_of)) } ", in "
                (words::number_of(write.texts.len(), "text", "texts")) "."
                @if let Some(by) = write.taken_back_by { " It was " (taken_back(by)) "." }
            },
        ))
        div.acts {
            @if write.number > 1 { a.button href=(link::write(write.number - 1)) { "Write before" } }
            @if has_later { a.button href=(link::write(write.number + 1)) { "Next write" } }
            (undo(frame, write))
        }
        @for text in write.texts {
            h2 { code { (text.path) } @match (text.before, text.after) {
                (None, _) => span.soft { " new" },
                (_, None) => span.soft { " gone" },
                _ => {},
            } }
            (between(text, &mut left))
        }
        @if left == 0 { p.foot { "And more lines: " code { "kedge store history STORE --json" } " has all." } }
    };
    page(frame, None, &title, &main)
}

/// The lines that differ, as far as there is room for them.
fn between(text: &TextBetween<'_>, left: &mut usize) -> Markup {
    let (before, after) = (text.before.unwrap_or_default(), text.after.unwrap_or_default());
    let differences = TextDiff::from_lines(before, after);
    let changes: Vec<_> =
        differences.iter_all_changes().filter(|it| it.tag() != ChangeTag::Equal).take(*left).collect();
    *left -= changes.len();
    html! {
        pre.difference tabindex="0" {
            @for change in changes {
                @let line = change.value().trim_end_matches(['\r', '\n']);
                @if change.tag() == ChangeTag::Delete { del { "- " (line) "\n" } } @else { ins { "+ " (line) "\n" } }
            }
        }
    }
}
