//! Bytes to text: UTF-8 with or without a mark, UTF-16 with one.

/// Why a file's bytes are not read as text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Neither UTF-8 nor marked as UTF-16. Which of the older encodings it is cannot be told.
    #[error("is not UTF-8 text, first in line {line}: save it again as UTF-8")]
    Unknown {
        /// The first line that is not, counted from one.
        line: usize,
    },
    /// Marked as UTF-16, and broken.
    #[error("is marked as UTF-16 and is not: save it again as UTF-8")]
    BrokenUtf16,
}

/// The text of a file. A byte order mark is left out.
///
/// UTF-8 is what every source that is known writes; spreadsheets also save "Unicode text", which is UTF-16 with a mark.
/// Windows-1252 and other encodings of one byte are not read, since nothing in a file says which it is.
///
/// # Errors
/// See [`NotText`].
///
/// ```
/// use kedge_exchange::text;
/// assert_eq!(text(b"\xEF\xBB\xBFKey;Name").unwrap(), "Key;Name");
/// assert_eq!(text(b"\xFF\xFEK\0").unwrap(), "K");
/// assert!(text(b"Caf\xE9").unwrap_err().to_string().contains("line 1"));
/// ```
pub fn text(bytes: &[u8]) -> Result<String, NotText> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, left) = rest.as_chunks::<2>();
        if !left.is_empty() {
            return Err(NotText::BrokenUtf16);
        }
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
            .collect::<Result<String, _>>()
            .map_err(|_| NotText::BrokenUtf16)
    };
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        NotText::Unknown { line: good.split(|byte| *byte == b'\n').count() }
    })
}
