//! Tables of text: CSV with whatever stands between the cells, columns found by name, names that repeat.

use csv::{ReaderBuilder, Trim};
use std::collections::BTreeSet;

/// A table, and where its rows stand.
#[derive(Debug)]
pub(crate) struct Table {
    /// The first row, without space around.
    pub(crate) header: Vec<String>,
    /// The rows that have as many cells as the header.
    pub(crate) rows: Vec<Row>,
    /// Rows that do not: their line, their text, why.
    pub(crate) broken: Vec<(usize, String, String)>,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line on which it begins, counted from one.
    pub(crate) line: usize,
    cells: Vec<String>,
}

/// The places of one name in the header: trackers repeat a column for each value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns(Vec<usize>);

impl Columns {
    pub(crate) fn is_there(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn places(&self) -> &[usize] {
        &self.0
    }

    /// These and the others.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0.into_iter().filter(|at| !self.0.contains(at)).collect::<Vec<_>>());
        self
    }
}

impl Row {
    /// The cell at a place, without space around; empty where there is none.
    pub(crate) fn at(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |cell| cell.trim())
    }

    /// The first cell of the columns that holds something; empty where none does.
    pub(crate) fn first(&self, columns: &Columns) -> &str {
        columns.0.iter().map(|place| self.at(*place)).find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// Every cell of the columns that holds something.
    pub(crate) fn all<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = &'a str> {
        columns.0.iter().map(|place| self.at(*place)).filter(|cell| !cell.is_empty())
    }

    /// The row as one line of text, for reports.
    pub(crate) fn text(&self) -> String {
        let cells: Vec<&str> =
            self.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let text: String = cells.join(" | ").split_whitespace().collect::<Vec<_>>().join(" ");
        text
    }
}

impl Table {
    /// Reads a table. What stands between the cells is what the first row shows: a comma, a semicolon or a tab, or what
    /// a line `sep=;` before it says, as spreadsheets write it.
    pub(crate) fn read(text: &str) -> Self {
        let mut text = text.trim_start_matches('\u{feff}');
        let mut before = 0;
        let mut separator = None;
        if let Some(rest) = text.strip_prefix("sep=") {
            let line = rest.lines().next().unwrap_or_default();
            if let [mark] = line.as_bytes() {
                separator = Some(*mark);
                text = rest.get(line.len()..).unwrap_or_default().trim_start_matches(['\r', '\n']);
                before = 1;
            }
        }
        let separator = separator.unwrap_or_else(|| separator_of(text));
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .trim(Trim::None)
            .from_reader(text.as_bytes());
        let mut header: Vec<String> = Vec::new();
        let (mut rows, mut broken) = (Vec::new(), Vec::new());
        for record in reader.records() {
            // The bytes are text and lengths may differ, so that nothing is left that could be an error.
            let Ok(record) = record else { continue };
            // The reader says where it was when the record began, blank lines before it included.
            let mut line = before + record.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1));
            let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
            let rest = text.get(start..).unwrap_or_default();
            line += rest
                .len()
                .checked_sub(rest.trim_start_matches(['\r', '\n']).len())
                .map_or(0, |skipped| rest.get(..skipped).unwrap_or_default().matches('\n').count());
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if header.is_empty() {
                header = cells.iter().map(|cell| cell.trim().to_owned()).collect();
                continue;
            }
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let row = Row { line, cells };
            // Empty cells behind the last column are what spreadsheets leave; missing ones are what they cut off.
            let full = row.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1);
            if full > header.len() {
                let why = format!("has {full} cells where the first row has {}", header.len());
                broken.push((row.line, row.text(), why));
            } else {
                rows.push(row);
            }
        }
        Self { header, rows, broken }
    }

    /// The columns of any of these names, in any case.
    pub(crate) fn columns(&self, names: &[&str]) -> Columns {
        let is_it = |title: &String| names.iter().any(|name| title.to_lowercase() == name.to_lowercase());
        Columns(self.header.iter().enumerate().filter(|(_, title)| is_it(title)).map(|(at, _)| at).collect())
    }

    /// In how many rows the columns hold something.
    pub(crate) fn filled(&self, columns: &Columns) -> usize {
        self.rows.iter().filter(|row| row.all(columns).next().is_some()).count()
    }

    /// The columns that hold something and are not among those that are read, each title once, and in how many rows.
    pub(crate) fn unread(&self, read: &BTreeSet<usize>) -> Vec<(&str, usize)> {
        let mut seen = BTreeSet::new();
        let titles =
            self.header.iter().enumerate().filter(|(at, _)| !read.contains(at)).map(|(_, title)| title);
        titles
            .filter(|title| seen.insert(title.to_lowercase()))
            .map(|title| (title.as_str(), self.filled(&self.columns(&[title]))))
            .filter(|(_, rows)| *rows > 0)
            .collect()
    }

    /// The titles of the columns, each once, for a message about one that is missing.
    pub(crate) fn titles(&self) -> String {
        let mut titles: Vec<&str> = Vec::new();
        for title in &self.header {
            if !title.is_empty() && !titles.contains(&title.as_str()) {
                titles.push(title);
            }
        }
        let shown = titles.iter().take(60).map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ");
        match titles.len() {
            0 => "it has none".to_owned(),
            count if count > 60 => format!("it has {shown} and {} more", count - 60),
            _ => format!("it has {shown}"),
        }
    }
}

/// The mark that parts the first row into most cells.
fn separator_of(text: &str) -> u8 {
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                for (mark, count) in &mut counts {
                    *count += usize::from(byte == *mark);
                }
            }
            _ => {}
        }
    }
    let [mut best, rest @ ..] = counts;
    for other in rest {
        if other.1 > best.1 {
            best = other;
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeated_columns_lines_within_cells_and_other_separators() {
        let table = Table::read("Key,Link,\"A, b\",Link\n\nA-1,X,\"two\nlines\",Y\nA-2,,,\nA-3,,,,,extra\n");
        assert_eq!(table.header, ["Key", "Link", "A, b", "Link"]);
        let links = table.columns(&["link"]);
        assert_eq!(table.rows[0].all(&links).collect::<Vec<_>>(), ["X", "Y"]);
        assert_eq!((table.rows[0].line, table.rows[1].line), (3, 5));
        assert_eq!(table.rows[0].text(), "A-1 | X | two lines | Y");
        assert_eq!(table.broken.len(), 1);
        assert!(table.broken[0].2.contains("6 cells where the first row has 4"));
        let table = Table::read("sep=;\r\nKey;\"Title, long\"\r\nA-1;x\r\n");
        assert_eq!(table.header, ["Key", "Title, long"]);
        assert_eq!((table.rows[0].line, table.rows[0].at(1)), (3, "x"));
        assert_eq!(Table::read("a\tb\n1\t2").header, ["a", "b"]);
        assert_eq!(Table::read("").titles(), "it has none");
    }

    proptest! {
        #[test]
        fn any_text_is_a_table(text in any::<String>()) {
            let table = Table::read(&text);
            for row in &table.rows {
                prop_assert!(row.line >= 1);
            }
        }
    }
}
