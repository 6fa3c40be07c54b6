//! The tables of one Markdown file, each row with its line, its source text and its cells taken apart.
//!
//! Markdown decides what a table is, by way of `pulldown-cmark`. Two kinds of row it would lose without a word are
//! kept here: lines that look like a row but stand in no table, and cells beyond the last column.

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// What a goal file holds beside its prose.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The first heading of level one.
    pub(super) title: Option<String>,
    /// Every table, in order.
    pub(super) tables: Vec<Table>,
    /// Lines that begin like a table row and that Markdown takes for prose.
    pub(super) stray_rows: Vec<StrayRow>,
}

/// A table under its heading.
#[derive(Debug)]
pub(super) struct Table {
    /// The nearest heading above it, of any level but the first.
    pub(super) heading: Option<String>,
    /// Whether it stands in a quotation, as the template's instructions do.
    pub(super) quoted: bool,
    pub(super) header: Vec<Cell>,
    pub(super) rows: Vec<Row>,
}

/// A row below the header.
#[derive(Debug)]
pub(super) struct Row {
    /// Counted from one.
    pub(super) line: usize,
    /// As it stands in the file, without surrounding blanks.
    pub(super) text: String,
    /// As many as the header has.
    pub(super) cells: Vec<Cell>,
    /// Whether there is text beyond the last column, which Markdown drops.
    pub(super) overfull: bool,
}

/// A line that only looks like a row.
#[derive(Debug)]
pub(super) struct StrayRow {
    pub(super) line: usize,
    pub(super) text: String,
}

/// The inside of a cell, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) pieces: Vec<Piece>,
}

/// A run of one kind within a cell.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Between `~~` and `~~`.
    pub(super) struck: bool,
}

/// What a [`Piece`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Code,
    /// `![text][]`: the goals use images without a source as markers.
    Image,
    /// `[text]` or `[text][]` that the file does not define: a team, or something that the publisher links.
    Reference,
    /// A link that the file does define.
    Link(String),
}

impl Cell {
    /// The text that a reader sees, without markers, emphasis and link targets; code keeps its backticks.
    pub(super) fn plain(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece.kind {
                Kind::Image => {}
                Kind::Reference if piece.text.starts_with('^') => {}
                Kind::Code => {
                    text.push('`');
                    text.push_str(&piece.text);
                    text.push('`');
                }
                Kind::Text | Kind::Reference | Kind::Link(_) => text.push_str(&piece.text),
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether nothing can be seen in it.
    pub(super) fn is_blank(&self) -> bool {
        self.pieces.iter().all(|piece| piece.text.trim().is_empty())
    }

    /// Whether all that can be read in it is struck out.
    pub(super) fn is_struck(&self) -> bool {
        let mut seen =
            self.pieces.iter().filter(|piece| piece.kind != Kind::Image && !piece.text.trim().is_empty());
        seen.clone().next().is_some() && seen.all(|piece| piece.struck)
    }

    /// Whether it carries the marker `![name][]`, in any case.
    pub(super) fn has_marker(&self, name: &str) -> bool {
        self.pieces
            .iter()
            .any(|piece| piece.kind == Kind::Image && piece.text.trim().eq_ignore_ascii_case(name))
    }

    /// Texts of `[text]` that the file does not define.
    pub(super) fn references(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter(|piece| piece.kind == Kind::Reference).map(|piece| piece.text.trim())
    }
}

/// Reads a file. Any text at all is fine: what is no table is prose.
pub(super) fn read(source: &str) -> Document {
    let lines = Lines::mended(source);
    let source = lines.text.as_str();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    // Taking every undefined reference for a link makes `[types]` one piece instead of three.
    let named =
        |link: BrokenLink<'_>| Some((CowStr::from(link.reference.into_string()), CowStr::Borrowed("")));
    let events = Parser::new_with_broken_link_callback(source, options, Some(named)).into_offset_iter();

    let mut document = Document::default();
    let mut covered: Vec<Range<usize>> = Vec::new();
    let mut open = Open::default();
    let mut heading: Option<String> = None;
    let mut quotes = 0_usize;
    let mut table: Option<Table> = None;
    let mut row: Option<Row> = None;
    let mut cells_end = 0;

    for (event, range) in events {
        match event {
            Event::Start(Tag::BlockQuote(_)) => quotes += 1,
            Event::End(TagEnd::BlockQuote(_)) => quotes = quotes.saturating_sub(1),
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => covered.push(range),
            Event::End(TagEnd::Heading(level)) => {
                let text = open.end().plain();
                if level == pulldown_cmark::HeadingLevel::H1 && document.title.is_none() {
                    document.title = Some(text);
                } else {
                    heading = Some(text);
                }
            }
            Event::Start(Tag::Table(_)) => {
                covered.push(range);
                table = Some(Table {
                    heading: heading.clone(),
                    quoted: quotes > 0,
                    header: Vec::new(),
                    rows: Vec::new(),
                });
            }
            Event::End(TagEnd::Table) => document.tables.extend(table.take()),
            Event::Start(Tag::TableRow) => {
                row = Some(Row {
                    line: lines.at(range.start),
                    text: source.get(range).unwrap_or_default().trim().to_owned(),
                    cells: Vec::new(),
                    overfull: false,
                });
            }
            Event::End(TagEnd::TableRow) => {
                if let (Some(table), Some(mut row)) = (&mut table, row.take()) {
                    let rest = source.get(cells_end..range.end).unwrap_or_default();
                    row.overfull = !rest.trim_matches(|c: char| c == '|' || c.is_whitespace()).is_empty();
                    table.rows.push(row);
                }
            }
            Event::Start(Tag::Heading { .. } | Tag::TableCell) => open.begin(),
            Event::End(TagEnd::TableCell) => {
                let cell = open.end();
                if let Some(row) = &mut row {
                    row.cells.push(cell);
                    cells_end = range.end;
                } else if let Some(table) = &mut table {
                    table.header.push(cell);
                }
            }
            other => open.take(other),
        }
    }

    for (line, text, start) in lines.iter() {
        let seen = text.trim_start_matches(['>', ' ', '\t']);
        let start = start + (text.len() - seen.len());
        let seen = seen.trim_end();
        let rule = seen.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
        if seen.starts_with('|') && !rule && !covered.iter().any(|range| range.contains(&start)) {
            document.stray_rows.push(StrayRow { line, text: seen.to_owned() });
        }
    }
    document
}

/// The cell or heading that is being read.
#[derive(Default)]
struct Open {
    cell: Option<Cell>,
    struck: usize,
    /// Links and images that are open, the innermost last.
    kinds: Vec<Kind>,
}

impl Open {
    fn begin(&mut self) {
        self.cell = Some(Cell::default());
        self.struck = 0;
        self.kinds.clear();
    }

    fn end(&mut self) -> Cell {
        self.cell.take().unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, text: &str) {
        let struck = self.struck > 0;
        if let Some(cell) = &mut self.cell {
            match cell.pieces.last_mut() {
                Some(last) if last.kind == kind && kind == Kind::Text && last.struck == struck => {
                    last.text.push_str(text);
                }
                _ => cell.pieces.push(Piece { kind, text: text.to_owned(), struck }),
            }
        }
    }

    /// Adds text to the link or image that is open, or starts a piece of its own.
    fn text(&mut self, kind: Kind, text: &str) {
        if self.kinds.is_empty() {
            self.push(kind, text);
        } else if let Some(last) = self.cell.as_mut().and_then(|cell| cell.pieces.last_mut()) {
            last.text.push_str(text);
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.text(Kind::Text, &text),
            Event::Code(text) => self.text(Kind::Code, &text),
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) => self.text(Kind::Text, " "),
            Event::Start(Tag::Strikethrough) => self.struck += 1,
            Event::End(TagEnd::Strikethrough) => self.struck = self.struck.saturating_sub(1),
            Event::Start(Tag::Image { .. }) => self.nest(Kind::Image),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => self.nest(match link_type {
                LinkType::ReferenceUnknown | LinkType::CollapsedUnknown | LinkType::ShortcutUnknown => {
                    Kind::Reference
                }
                _ => Kind::Link(dest_url.into_string()),
            }),
            Event::End(TagEnd::Image | TagEnd::Link) => {
                self.kinds.pop();
            }
            _ => {}
        }
    }

    fn nest(&mut self, kind: Kind) {
        // A link around an image keeps the link's kind: one piece is enough.
        if self.kinds.is_empty() {
            self.push(kind.clone(), "");
        }
        self.kinds.push(kind);
    }
}

/// A text whose tables Markdown can read, and the line of the file that each of its lines comes from.
///
/// Four slips of the hand lose rows or links and are common enough to mend: a rule below the header with another
/// number of columns, an empty line between two rows, a table right below a list or a paragraph, and a link definition
/// right below a table.
struct Lines {
    text: String,
    /// For each line of `text`, where it begins and its number in the file, counted from one.
    starts: Vec<(usize, usize)>,
}

impl Lines {
    fn mended(source: &str) -> Self {
        let lines: Vec<&str> = source.split('\n').collect();
        let mut mended =
            Self { text: String::with_capacity(source.len()), starts: Vec::with_capacity(lines.len()) };
        // The last line that was kept, where it begins like a row.
        let mut row_above: Option<&str> = None;
        let mut at = 0;
        while let Some(&line) = lines.get(at) {
            let bare = line.trim();
            if bare.is_empty() && row_above.is_some() {
                let next = (at + 1..lines.len()).find(|&next| !lines[next].trim().is_empty());
                let goes_on = next.is_some_and(|next| {
                    is_row(lines[next]) && !lines.get(next + 1).is_some_and(|below| is_rule(below))
                });
                if let (true, Some(next)) = (goes_on, next) {
                    at = next;
                    continue;
                }
            }
            let begins_table = is_row(line) && lines.get(at + 1).is_some_and(|below| is_rule(below));
            let glued_table =
                begins_table && row_above.is_none() && at > 0 && !lines[at - 1].trim().is_empty();
            if glued_table || (row_above.is_some() && is_link_definition(bare)) {
                mended.push(at, "");
            }
            let columns = row_above.filter(|_| is_rule(line)).map(columns);
            match columns {
                Some(columns) if columns != self::columns(line) => mended.push(at, &"|-".repeat(columns)),
                _ => mended.push(at, line),
            }
            row_above =
                (is_row(line) && !is_rule(line)).then_some(line).or(row_above.filter(|_| is_rule(line)));
            at += 1;
        }
        mended
    }

    fn push(&mut self, index: usize, line: &str) {
        if !self.starts.is_empty() {
            self.text.push('\n');
        }
        self.starts.push((self.text.len(), index + 1));
        self.text.push_str(line);
    }

    /// The line of a byte in the file.
    fn at(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|&(start, _)| start <= offset);
        after.checked_sub(1).and_then(|index| self.starts.get(index)).map_or(1, |&(_, line)| line)
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &str, usize)> {
        self.text.split('\n').zip(&self.starts).map(|(text, &(start, line))| (line, text, start))
    }
}

/// Whether a line is `[name]: address`.
fn is_link_definition(line: &str) -> bool {
    line.strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"))
        .is_some_and(|(name, rest)| !name.contains(']') && rest.trim_start().contains("://"))
}

/// Whether a line begins as a row does.
fn is_row(line: &str) -> bool {
    line.trim_start().starts_with('|')
}

/// Whether a line is the rule between a header and its rows.
fn is_rule(line: &str) -> bool {
    is_row(line)
        && line.contains('-')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':') || c.is_whitespace())
}

/// How many cells a row has.
fn columns(line: &str) -> usize {
    let line = line.trim();
    let mut bars = 0;
    let mut escaped = false;
    for c in line.chars() {
        bars += usize::from(c == '|' && !escaped);
        escaped = c == '\\' && !escaped;
    }
    // A bar at either end parts nothing.
    let ends = usize::from(line.starts_with('|')) + usize::from(line.len() > 1 && line.ends_with('|'));
    (bars + 1).saturating_sub(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_row(cells: &str) -> Row {
        let document = read(&format!("# T\n\n| A | B |\n|---|---|\n{cells}\n"));
        document.tables.into_iter().flat_map(|table| table.rows).next().expect("one row")
    }

    #[test]
    fn undefined_references_are_pieces_of_their_own() {
        let row = only_row("| ![Team][] [types], [lang][] | ~~gone~~ |");
        assert!(row.cells[0].has_marker("team"));
        assert_eq!(row.cells[0].references().collect::<Vec<_>>(), ["types", "lang"]);
        assert!(row.cells[1].is_struck());
        assert_eq!(row.line, 5);
    }

    #[test]
    fn a_defined_link_is_not_a_reference() {
        let document =
            read("| A | B |\n|---|---|\n| [RustNL] | `a` *b* [c](d) |\n\n[RustNL]: https://rustnl.org\n");
        let row = &document.tables[0].rows[0];
        assert_eq!(row.cells[0].references().count(), 0);
        assert_eq!(row.cells[0].pieces[0].kind, Kind::Link("https://rustnl.org".into()));
        assert_eq!(row.cells[1].plain(), "`a` b c");
    }

    #[test]
    fn what_markdown_would_drop_is_seen() {
        assert!(only_row("| a | b | c |").overfull);
        assert!(!only_row("| a | b |").overfull);
        assert!(!only_row("| a |").overfull);
        let document = read("# T\n\n| A | B |\n\ntext\n| x | y |\n");
        assert!(document.tables.is_empty());
        assert_eq!(document.stray_rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn slips_that_lose_tables_are_mended() {
        let lines = |text: &str| {
            let document = read(text);
            assert!(document.stray_rows.is_empty(), "{document:?}");
            document
                .tables
                .iter()
                .map(|table| table.rows.iter().map(|row| row.line).collect())
                .collect::<Vec<Vec<_>>>()
        };
        assert_eq!(lines("| A | B |\n|---|\n| x | y |\n"), [[3]], "a short rule");
        assert_eq!(lines("| A | B |\n|--|--|--|\n| x | y |\n"), [[3]], "a long rule");
        assert_eq!(lines("| A | B |\n|--|--|\n| x | y |\n\n\n| z | y |\n\nend"), [[3, 6]], "an empty line");
        assert_eq!(lines("* list\n  text\n| A | B |\n|--|--|\n| x | y |\n"), [[5]], "a table below a list");
        assert_eq!(
            lines("| A | B |\n|--|--|\n| x | y |\n\n| C | D |\n|--|--|\n| z | y |\n"),
            [[3], [7]],
            "two tables stay two"
        );
        let document = read("| A | B |\n|--|--|\n| x | [y] |\n[y]: https://example.org\n");
        assert_eq!(document.tables[0].rows.len(), 1, "a link definition is no row");
        assert_eq!(
            document.tables[0].rows[0].cells[1].pieces[0].kind,
            Kind::Link("https://example.org".into())
        );
    }

    #[test]
    fn code_and_comments_hold_no_rows() {
        let document = read("```\n| a | b |\n```\n\n<!--\n| c | d |\n-->\n\n    | e |\n");
        assert!(document.tables.is_empty() && document.stray_rows.is_empty(), "{document:?}");
    }
}
