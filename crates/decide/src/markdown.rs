//! People's words inside Markdown: text stays text, whatever it looks like.

/// The text as one line of Markdown that reads as it is written: nothing in it begins a heading, a list, a link or a tag,
/// and nothing ends the block that it stands in. What stands between backticks stays code.
///
/// White space of any kind becomes one space; control characters, and those that turn the direction of writing, go. What a
/// tracker makes of plain text (`https://…`, `@name`, `#12`) is the tracker's affair.
pub(crate) fn inline(text: &str) -> String {
    let unseen = |letter: &char| {
        (letter.is_control() && !letter.is_whitespace())
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let seen: String = text.chars().filter(|letter| !unseen(letter)).collect();
    let words = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line = String::with_capacity(words.len() + 16);
    let mut rest = words.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        escape(before, &mut line);
        if let Some((code, behind)) = after.split_once('`').filter(|(code, _)| !code.trim().is_empty()) {
            line.push('`');
            line.push_str(code.trim());
            line.push('`');
            rest = behind;
        } else {
            // A backtick that opens nothing is a backtick.
            line.push_str("\\`");
            rest = after;
        }
        // Two spans of code that touch would read as one with a longer fence.
        if rest.starts_with('`') {
            line.push(' ');
        }
    }
    escape(rest, &mut line);
    line
}

fn escape(text: &str, line: &mut String) {
    let begins = line.is_empty();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    for (at, letter) in text.char_indices() {
        let special = match letter {
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '^' | '{' | '}' | '#' => true,
            // These mean something only where a line begins: a list, a line under a heading.
            '-' | '+' | '=' | ':' => begins && at == 0,
            '.' | ')' => begins && at == digits && digits > 0,
            _ => false,
        };
        if special {
            line.push('\\');
        }
        line.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// The text that a reader of Markdown sees of a document that should be one paragraph of plain words and code; what
    /// else there is, otherwise.
    fn seen(markdown: &str) -> Result<String, String> {
        let mut text = String::new();
        let mut paragraphs = 0;
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Start(Tag::Paragraph) => paragraphs += 1,
                Event::End(TagEnd::Paragraph) => {}
                Event::Text(part) => text.push_str(&part),
                Event::Code(code) => text.extend(["`", &*code, "`"]),
                other => return Err(format!("{other:?} in {markdown:?}")),
            }
        }
        if paragraphs > 1 { Err(format!("{paragraphs} paragraphs of {markdown:?}")) } else { Ok(text) }
    }

    #[test]
    fn what_looks_like_markdown_is_read_as_text() {
        for text in [
            "# A heading",
            "1. a list",
            "12) a list",
            "- a list",
            "+ a list",
            "> a quotation",
            "=== ---",
            "---",
            "***",
            "~~~",
            "[a link](https://example.org) and ![a picture](x)",
            "<b>bold</b> <script>alert(1)</script> <!-- a comment -->",
            "<https://example.org>",
            "**bold** _slanted_ ~~struck~~",
            "&lt;b&gt; &#35;",
            "| a | b |",
            "a \\ b \\* c",
            "[^1] and [^1]: a note",
            "$x$ and ^y^",
            ": a definition",
            "{% raw %}",
        ] {
            assert_eq!(seen(&inline(text)).as_deref(), Ok(text));
            assert_eq!(seen(&format!("Why: {}", inline(text))).as_deref(), Ok(&*format!("Why: {text}")));
        }
        assert_eq!(inline("a\n\n# b\r\n\u{2028}c\u{202e}d\u{0}"), "a \\# b cd");
    }

    #[test]
    fn code_stays_code() {
        assert_eq!(inline("A `reusable` flag on POST /tokens"), "A `reusable` flag on POST /tokens");
        assert_eq!(seen(&inline("a `x*y` b ` c")).as_deref(), Ok("a `x*y` b ` c"));
        assert_eq!(seen(&inline("`<b>`")).as_deref(), Ok("`<b>`"));
    }

    proptest! {
        /// Whatever people write stays inside its paragraph, and is read back as it was written.
        #[test]
        fn nothing_breaks_out(text in r"[ab1 \\`*_\[\]()<>#+\-.!|~&:=@/$^{}\n]{0,24}") {
            let read = seen(&inline(&text)).map_err(TestCaseError::fail)?;
            let plain = |text: &str| text.chars().filter(|it| !it.is_whitespace()).collect::<String>();
            prop_assert_eq!(plain(&read), plain(&text));
        }
    }
}
