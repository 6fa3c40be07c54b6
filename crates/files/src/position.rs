//! Spots in a text, as editors count them.

use crate::apply::Edit;
use crate::place::boundary;
use kedge_model::Place;
use std::ops::Range;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Characters (Unicode scalar values), as in a [`Place`].
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// Units of UTF-16, as in the Language Server Protocol where nothing else is agreed on.
    Utf16,
}

/// A spot in a text. Line and column count from 0, as editors do, while a [`Place`] counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A stretch of a text, in bytes, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What goes.
    pub range: Range<usize>,
    /// What comes.
    pub text: String,
}

impl Columns {
    fn width(self, c: char) -> usize {
        match self {
            Self::Characters => 1,
            Self::Bytes => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }

    /// The spot of a byte of the text; of one within a character or past the end, the nearest before it.
    pub fn position(self, text: &str, offset: usize) -> Position {
        let before = &text[..boundary(text, offset)];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count();
        let column: usize = before[start..].chars().map(|c| self.width(c)).sum();
        Position { line: line as u32, column: column as u32 }
    }

    /// The byte of a spot. One past the end of its line, or within a character, is moved to where that ends or begins;
    /// `None` where there is no such line.
    pub fn offset(self, text: &str, position: Position) -> Option<usize> {
        let start = match position.line.checked_sub(1) {
            None => 0,
            Some(before) => text.match_indices('\n').nth(before as usize)?.0 + 1,
        };
        let line = text[start..].split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut column = 0;
        for (at, c) in line.char_indices() {
            column += self.width(c);
            if column > position.column as usize {
                return Some(start + at);
            }
        }
        Some(start + line.len())
    }
}

/// The bytes of a place in its file's text; `None` where the text has no such lines.
pub fn range(text: &str, place: &Place) -> Option<Range<usize>> {
    // A byte order mark at the beginning is no column of a place.
    let mark = |line: u32| u32::from(line == 1 && text.starts_with('\u{feff}'));
    let at = |line: u32, column: u32| {
        let column = column.checked_sub(1)? + mark(line);
        Columns::Characters.offset(text, Position { line: line.checked_sub(1)?, column })
    };
    let (start, end) = (at(place.line, place.column)?, at(place.end_line, place.end_column)?);
    (start <= end).then_some(start..end)
}

impl Edit {
    /// The one stretch in which the texts differ; `None` where they are the same, or the file is new or goes.
    pub fn text_edit(&self) -> Option<TextEdit> {
        let (before, after) = (self.before.as_deref()?, self.after.as_deref()?);
        if before == after {
            return None;
        }
        let same = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
        // Both texts are the same up to there, so it is within a character in both or in neither.
        let start = boundary(before, same).min(boundary(after, same));
        let (left, new) = (&before[start..], &after[start..]);
        let tail: usize = left
            .chars()
            .rev()
            .zip(new.chars().rev())
            .take_while(|(a, b)| a == b)
            .map(|(c, _)| c.len_utf8())
            .sum();
        Some(TextEdit { range: start..before.len() - tail, text: new[..new.len() - tail].to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_what_each_side_counts() {
        let text = "a = 1\r\né𝄞x = 2\n";
        let at = text.find('x').unwrap();
        let column = |columns: Columns| columns.position(text, at);
        assert_eq!(column(Columns::Characters), Position { line: 1, column: 2 });
        assert_eq!(column(Columns::Utf16), Position { line: 1, column: 3 });
        assert_eq!(column(Columns::Bytes), Position { line: 1, column: 6 });
        // Within the pair of units of one character, and past a line that ends as on Windows.
        assert_eq!(Columns::Utf16.offset(text, Position { line: 1, column: 2 }), text.find('𝄞'));
        assert_eq!(Columns::Utf16.offset(text, Position { line: 0, column: 99 }), Some(5));
        assert_eq!(Columns::Utf16.offset(text, Position { line: 9, column: 0 }), None);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a-cé𝄞\n]{0,40}", offset in 0usize..60) {
            let offset = boundary(&text, offset);
            for columns in [Columns::Characters, Columns::Bytes, Columns::Utf16] {
                prop_assert_eq!(columns.offset(&text, columns.position(&text, offset)), Some(offset));
            }
        }

        #[test]
        fn the_stretch_makes_the_one_text_the_other(before in "[ab𝄞é\n]{0,12}", after in "[ab𝄞é\n]{0,12}") {
            let edit = Edit { path: "x".into(), before: Some(before.clone()), after: Some(after.clone()) };
            let mut text = before.clone();
            if let Some(TextEdit { range, text: with }) = edit.text_edit() {
                text.replace_range(range, &with);
            }
            prop_assert_eq!(text, after);
        }
    }
}
