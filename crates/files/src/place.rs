//! Byte ranges of a text as lines and columns.

use kedge_model::Place;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a file's text.
pub(crate) type Span = Range<usize>;

/// The place of a span: lines and columns from 1, columns in characters. A span that lies outside the text or within a
/// character is moved to the nearest boundary before it.
pub(crate) fn place(file: &Arc<str>, text: &str, span: &Span) -> Place {
    let (line, column) = position(text, span.start);
    let (end_line, end_column) = position(text, span.end.max(span.start));
    Place { file: file.clone(), line, column, end_line, end_column }
}

fn position(text: &str, offset: usize) -> (u32, u32) {
    let offset = boundary(text, offset);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    // A byte order mark is not a character that anybody sees.
    let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
    (line as u32, column as u32)
}

/// The offset itself, or the nearest character boundary before it.
pub(crate) fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The text in a span, moved to character boundaries.
pub(crate) fn slice<'a>(text: &'a str, span: &Span) -> &'a str {
    let (start, end) = (boundary(text, span.start), boundary(text, span.end));
    if start <= end { &text[start..end] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "é = 1\r\nab = \"ü\"\n";
        let file: Arc<str> = "x".into();
        let at = text.find('ü').unwrap();
        let place = place(&file, text, &(at..at + 2));
        assert_eq!((place.line, place.column, place.end_column), (2, 7, 8));
        assert_eq!(super::place(&file, text, &(1..900)).end_line, 3);
    }
}
