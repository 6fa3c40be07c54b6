//! Code of any of the languages as tokens: words, signs and strings. Comments are left out.
//!
//! One lexer for all, with what differs in a table: how comments begin, which strings there are, and how a value is put
//! into a string. It takes one pass over any text.

mod lexer;

use crate::data::sql::HOLE;

/// The languages that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    CSharp,
    Java,
    Kotlin,
    Python,
    Ruby,
    Go,
    /// TypeScript and JavaScript.
    Script,
    Rust,
    Php,
    Prisma,
}

impl Language {
    /// By the end of a path.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let (_, end) = path.rsplit_once('.')?;
        Some(match end {
            "cs" => Self::CSharp,
            "java" | "scala" | "groovy" => Self::Java,
            "kt" | "kts" => Self::Kotlin,
            "py" => Self::Python,
            "rb" | "rake" => Self::Ruby,
            "go" => Self::Go,
            "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" => Self::Script,
            "rs" => Self::Rust,
            "php" => Self::Php,
            "prisma" => Self::Prisma,
            _ => return None,
        })
    }

    fn has_hash_comments(self) -> bool {
        matches!(self, Self::Python | Self::Ruby | Self::Php)
    }

    fn has_slash_comments(self) -> bool {
        !matches!(self, Self::Python | Self::Ruby)
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A name or a keyword.
    Word,
    /// The string at this place in [`Code::strings`].
    String(usize),
    /// One character.
    Sign(u8),
}

/// A piece of code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) piece: Piece,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// From 1.
    pub(crate) line: u32,
}

/// What stands between quotes.
#[allow(clippy::struct_field_names, reason = "a text has a text")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    /// Without quotes, escapes undone, and [`HOLE`] where a value is put in.
    pub(crate) text: String,
    /// Where in the text which line of the file begins.
    lines: Vec<(usize, u32)>,
    /// What the holes say.
    pub(crate) holes: Vec<String>,
}

impl Text {
    /// The line of the file on which a byte of the text stands.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let index = self.lines.partition_point(|(start, _)| *start <= at);
        index
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .or(self.lines.first())
            .map_or(1, |(_, line)| *line)
    }

    fn add(&mut self, sign: char, line: u32) {
        if self.lines.last().is_none_or(|(_, last)| *last != line) {
            self.lines.push((self.text.len(), line));
        }
        self.text.push(sign);
    }

    fn hole(&mut self, inside: &str, line: u32) {
        self.add(HOLE, line);
        self.holes.push(inside.trim().to_owned());
    }

    fn append(&mut self, other: &Self) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.lines.extend(other.lines.iter().map(|(at, line)| (at + start, *line)));
        self.holes.extend(other.holes.iter().cloned());
    }
}

/// Code as tokens.
pub(crate) struct Code<'t> {
    pub(crate) text: &'t str,
    pub(crate) language: Language,
    pub(crate) tokens: Vec<Token>,
    pub(crate) strings: Vec<Text>,
    /// For each token that opens `(`, `[` or `{`, the one that closes it; for the others, themselves.
    pub(crate) closes: Vec<usize>,
}

impl<'t> Code<'t> {
    /// Reads code.
    pub(crate) fn read(text: &'t str, language: Language) -> Self {
        let (tokens, mut strings) = lexer::lex(text, language);
        let tokens = joined(&tokens, &mut strings, text, language);
        let closes = closes(&tokens);
        Self { text, language, tokens, strings, closes }
    }

    /// The word at a token; empty if it is none.
    pub(crate) fn word(&self, at: usize) -> &'t str {
        match self.tokens.get(at) {
            Some(token) if token.piece == Piece::Word => {
                self.text.get(token.start..token.end).unwrap_or_default()
            }
            _ => "",
        }
    }

    pub(crate) fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.piece == Piece::Sign(sign))
    }

    /// The string at a token.
    pub(crate) fn string(&self, at: usize) -> Option<&Text> {
        match self.tokens.get(at)?.piece {
            Piece::String(index) => self.strings.get(index),
            _ => None,
        }
    }

    pub(crate) fn line(&self, at: usize) -> u32 {
        self.tokens.get(at).map_or(1, |token| token.line)
    }

    /// Past what a token opens.
    pub(crate) fn past(&self, at: usize) -> usize {
        self.closes.get(at).map_or(self.tokens.len(), |close| close + 1).min(self.tokens.len()).max(at + 1)
    }

    /// Past `<…>` of types, if there is one here.
    pub(crate) fn past_types(&self, at: usize) -> usize {
        if !self.is_sign(at, b'<') {
            return at;
        }
        let mut depth = 0i32;
        for index in at..self.tokens.len().min(at + 60) {
            match self.tokens[index].piece {
                Piece::Sign(b'<') => depth += 1,
                Piece::Sign(b'>') => {
                    depth -= 1;
                    if depth == 0 {
                        return index + 1;
                    }
                }
                Piece::Word | Piece::Sign(b',' | b'.' | b'?' | b'[' | b']' | b'*' | b':' | b'(' | b')') => {}
                _ => return at,
            }
        }
        at
    }

    /// The last words of the types in `<…>`: `Bit.Core.User` is `User`.
    pub(crate) fn types(&self, at: usize) -> Vec<&'t str> {
        let end = self.past_types(at);
        let mut types = Vec::new();
        let mut depth = 0;
        let mut last = "";
        for index in at..end {
            match self.tokens[index].piece {
                Piece::Sign(b'<') => depth += 1,
                Piece::Sign(b'>') => depth -= 1,
                Piece::Sign(b',') if depth == 1 => types.push(std::mem::take(&mut last)),
                Piece::Word if depth == 1 => last = self.word(index),
                _ => {}
            }
        }
        if !last.is_empty() {
            types.push(last);
        }
        types
    }
}

fn closes(tokens: &[Token]) -> Vec<usize> {
    let mut closes: Vec<usize> = (0..tokens.len()).collect();
    let mut open: Vec<(usize, u8)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.piece {
            Piece::Sign(sign @ (b'(' | b'[' | b'{')) => open.push((index, sign)),
            Piece::Sign(sign @ (b')' | b']' | b'}')) => {
                let wanted = match sign {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                if open.last().is_some_and(|(_, opened)| *opened == wanted)
                    && let Some((begin, _)) = open.pop()
                {
                    closes[begin] = index;
                }
            }
            _ => {}
        }
    }
    closes
}

/// Strings that the code puts together become one: `"a" + "b"`, `"a" "b"`, and `"a" + name + "b"` with a hole.
fn joined(tokens: &[Token], strings: &mut [Text], text: &str, language: Language) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let sign = |at: usize, wanted: u8| tokens.get(at).is_some_and(|token| token.piece == Piece::Sign(wanted));
    let string = |at: usize| match tokens.get(at).map(|token| token.piece) {
        Some(Piece::String(index)) => Some(index),
        _ => None,
    };
    let plus = if language == Language::Php { b'.' } else { b'+' };
    let mut here = 0;
    while here < tokens.len() {
        let Some(first) = string(here) else {
            out.push(tokens[here]);
            here += 1;
            continue;
        };
        let mut end = here + 1;
        loop {
            if let Some(next) = string(end).filter(|_| matches!(language, Language::Python | Language::Ruby))
            {
                append(strings, first, next);
                end += 1;
            } else if sign(end, plus) && string(end + 1).is_some() {
                if let Some(next) = string(end + 1) {
                    append(strings, first, next);
                }
                end += 2;
            } else if sign(end, plus) && !sign(end + 1, b'=') {
                // What is put in: words, dots and calls, up to the next plus before another string.
                let Some(after) = operand_end(tokens, end + 1)
                    .filter(|after| sign(*after, plus) && string(*after + 1).is_some())
                else {
                    break;
                };
                let inside = tokens
                    .get(end + 1)
                    .zip(tokens.get(after - 1))
                    .and_then(|(from, to)| text.get(from.start..to.end));
                let line = tokens[end].line;
                if let Some(into) = strings.get_mut(first) {
                    into.hole(inside.unwrap_or_default(), line);
                }
                end = after;
            } else {
                break;
            }
        }
        out.push(Token { end: tokens[end - 1].end, ..tokens[here] });
        here = end;
    }
    out
}

fn append(strings: &mut [Text], to: usize, from: usize) {
    let Some(from) = strings.get_mut(from).map(std::mem::take) else { return };
    if let Some(to) = strings.get_mut(to) {
        to.append(&from);
    }
}

/// Where an operand of words, dots and balanced parentheses ends; it is short.
fn operand_end(tokens: &[Token], from: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from).take(24) {
        match token.piece {
            Piece::Word | Piece::String(_) if depth > 0 || token.piece == Piece::Word => {}
            Piece::Sign(b'.' | b':' | b'-' | b'>' | b'!') => {}
            Piece::Sign(b'(' | b'[') => depth += 1,
            Piece::Sign(b')' | b']') if depth > 0 => depth -= 1,
            Piece::Sign(b',' | b'$' | b'@') if depth > 0 => {}
            _ => return (depth == 0 && at > from).then_some(at),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strings(text: &str, language: Language) -> Vec<String> {
        let code = Code::read(text, language);
        let in_order = (0..code.tokens.len()).filter_map(|at| code.string(at));
        in_order.map(|string| string.text.replace(HOLE, "_")).collect()
    }

    #[test]
    fn strings_of_every_language_are_read() {
        use Language as L;
        assert_eq!(
            strings(r#"a("x\"y", @"c:\d""e", $"[{Schema}].[A]", $@"f{{g}}"); // "no""#, L::CSharp),
            ["x\"y", "c:\\d\"e", "[_].[A]", "f{g}}"]
        );
        assert_eq!(strings("var s = $\"\"\"\n select 1\n \"\"\";", L::CSharp), ["\n select 1\n "]);
        assert_eq!(strings("s = \"\"\"\n a\n\"\"\" + 'c' // don't", L::Java), ["\n a\n"]);
        assert_eq!(strings("val s = \"a $b ${c.d} e\"", L::Kotlin), ["a _ _ e"]);
        assert_eq!(strings("x = f'a {b} c' \"d\"  # it's\ny = r'''e\n'''", L::Python), ["a _ cd", "e\n"]);
        assert_eq!(
            strings("a = \"b #{c} d\"\nx = <<~SQL.squish\n  select #{y}\nSQL\nz = 'w'", L::Ruby),
            ["b _ d", "  select _\n", "w"]
        );
        assert_eq!(strings("a := `b\nc` + \"d\" + fmt.Sprint(1) + `e`; r := 'x'", L::Go), ["b\ncd_e"]);
        assert_eq!(strings("a(`b ${c} d`, 'e', \"f\" + g)", L::Script), ["b _ d", "e", "f"]);
        assert_eq!(
            strings("fn a<'b>(c: &'b str) { d(r#\"e \"f\" \"#, \"g\\\n   h\") }", L::Rust),
            ["e \"f\" ", "g    h"]
        );
        assert_eq!(
            strings("$a = \"b $c {$d->e}\" . 'f';\n$x = <<<SQL\nselect 1\nSQL;", L::Php),
            ["b _ _f", "select 1\n"]
        );
    }

    #[test]
    fn each_byte_of_a_string_knows_its_line() {
        let text = "a\nb = `one\ntwo` + x +\n \"three\"";
        let code = Code::read(text, Language::Go);
        let string = (0..code.tokens.len()).find_map(|at| code.string(at)).unwrap();
        let line = |word: &str| string.line(string.text.find(word).unwrap());
        assert_eq!((line("one"), line("two"), line("three")), (2, 3, 4));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_lines_are_lines(text in "\\PC{0,40}|[\"'`${}#\\\\@<~a\n/*%q(]{0,60}") {
            use Language as L;
            for language in [L::CSharp, L::Java, L::Kotlin, L::Python, L::Ruby, L::Go, L::Script, L::Rust, L::Php] {
                let code = Code::read(&text, language);
                for token in &code.tokens {
                    let line = text.get(..token.start).unwrap().split('\n').count();
                    // A string begins after its quote, or at its heredoc's sign.
                    prop_assert_eq!(token.line as usize, line, "{:?} {:?}", language, token);
                }
            }
        }
    }
}
