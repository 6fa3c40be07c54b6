//! A light reader of sources into tokens: enough to tell names, literals and the rest apart, and no grammar.
//!
//! Names become one symbol, numbers one, strings one, so that a copy with other names reads the same. What the name was is
//! kept beside it. Comments, and statements that only import, are no tokens.

use super::keywords::{BRACES, PYTHON, RUBY, SQL};
use serde::{Deserialize, Serialize};

/// Languages whose tokens can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Family {
    /// C, C++, C#, Java, Kotlin, Scala, Go, Rust, JavaScript, TypeScript, Swift, PHP, Dart, Groovy.
    Braces,
    Python,
    Ruby,
    Sql,
}

/// Languages, as far as they write tokens otherwise than their relatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// C, C++, Objective-C, Swift, PHP: `#` begins a line for the preprocessor or a comment.
    C,
    /// `@"…"` ends at the next `"` that is not doubled, and there is a preprocessor.
    CSharp,
    /// Java, Kotlin, Scala, Groovy, Dart.
    Java,
    /// JavaScript, TypeScript, Go: `` ` `` begins a string over several lines.
    Script,
    /// `'` begins a character or a lifetime, not a string of any length.
    Rust,
    Python,
    Ruby,
    Sql,
}

impl Language {
    /// By the ending of a path; none if it is of no language that is read.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?;
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending {
            "c" | "h" | "cc" | "cpp" | "cxx" | "hh" | "hpp" | "hxx" | "m" | "mm" | "swift" | "php" => Self::C,
            "cs" => Self::CSharp,
            "java" | "kt" | "kts" | "scala" | "groovy" | "gradle" | "dart" => Self::Java,
            "go" | "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" => Self::Script,
            "rs" => Self::Rust,
            "py" | "pyi" => Self::Python,
            "rb" | "rake" => Self::Ruby,
            "sql" | "psql" | "pgsql" | "ddl" => Self::Sql,
            _ => return None,
        })
    }

    /// Whose tokens it has.
    pub(crate) fn family(self) -> Family {
        match self {
            Self::C | Self::CSharp | Self::Java | Self::Script | Self::Rust => Family::Braces,
            Self::Python => Family::Python,
            Self::Ruby => Family::Ruby,
            Self::Sql => Family::Sql,
        }
    }
}

/// Any name.
pub(crate) const NAME: u16 = 0;
/// Any number.
pub(crate) const NUMBER: u16 = 1;
/// Any string or character.
pub(crate) const STRING: u16 = 2;
/// A single sign is this and its byte.
const SIGN: u16 = 256;
/// A keyword is this and its place in the table of its family.
const KEYWORD: u16 = 1_024;
// Two signs that are one operator are the number of their two bytes; the smallest, `!` twice, is 0x2121 and so above all
// keywords.

/// Operators of two signs.
const PAIRS: &[&[u8; 2]] = &[
    b"==", b"!=", b"<=", b">=", b"=>", b"->", b"&&", b"||", b"++", b"--", b"+=", b"-=", b"*=", b"/=", b"::",
    b"??", b"?.", b":=", b"<<", b"**", b"//", b"<>",
];

/// A source as tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// What each is, with names and literals made one.
    pub(crate) symbols: Vec<u16>,
    /// What it is called or says, as a digest; 0 for what is no name and no literal.
    pub(crate) names: Vec<u32>,
    /// For each line that has a token: its number, from 1, and its first token.
    pub(super) lines: Vec<(u32, u32)>,
}

impl Tokens {
    pub(crate) fn len(&self) -> usize {
        self.symbols.len()
    }

    /// The line, from 1, on which a token begins.
    pub(crate) fn line(&self, token: usize) -> u32 {
        let after = self.lines.partition_point(|(_, first)| *first as usize <= token);
        self.lines.get(after.wrapping_sub(1)).map_or(1, |(line, _)| *line)
    }
}

/// Reads a source.
pub(crate) fn read(text: &str, language: Language) -> Tokens {
    let mut reader = Reader { text: text.as_bytes(), at: 0, line: 1, language, tokens: Tokens::default() };
    reader.run();
    reader.tokens
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    language: Language,
    tokens: Tokens,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.text[self.at..].starts_with(with)
    }

    fn push(&mut self, symbol: u16, name: u32, line: u32) {
        if self.tokens.lines.last().is_none_or(|(last, _)| *last != line) {
            self.tokens.lines.push((line, self.tokens.symbols.len() as u32));
        }
        self.tokens.symbols.push(symbol);
        self.tokens.names.push(name);
    }

    /// On by so many bytes, over the line ends between.
    #[allow(clippy::naive_bytecount)] // A few bytes at a time.
    fn advance(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        self.line += self.text[self.at..end].iter().filter(|byte| **byte == b'\n').count() as u32;
        self.at = end;
    }

    /// On to the end of the line, which stays.
    fn skip_line(&mut self) {
        while self.at < self.text.len() && self.text[self.at] != b'\n' {
            self.at += 1;
        }
    }

    /// On past the next such bytes, or to the end.
    fn past(&mut self, end: &[u8]) {
        while self.at < self.text.len() && !self.starts(end) {
            self.advance(1);
        }
        self.advance(end.len());
    }

    fn run(&mut self) {
        let mut fresh_line = true;
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            match byte {
                b'\n' => {
                    self.advance(1);
                    fresh_line = true;
                    continue;
                }
                _ if byte.is_ascii_whitespace() => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            if self.comment(byte, fresh_line) || (fresh_line && self.import()) {
                continue;
            }
            fresh_line = false;
            if self.string(byte) {
                continue;
            }
            let (start, line) = (self.at, self.line);
            if byte.is_ascii_digit() {
                while self.peek(0).is_ascii_alphanumeric()
                    || self.peek(0) == b'_'
                    || (self.peek(0) == b'.' && self.peek(1).is_ascii_digit())
                {
                    self.at += 1;
                }
                self.push(NUMBER, digest(&self.text[start..self.at]), line);
            } else if is_letter(byte) {
                while is_letter(self.peek(0)) || self.peek(0).is_ascii_digit() {
                    self.at += 1;
                }
                let word = &self.text[start..self.at];
                let (symbol, name) = self.word(word);
                self.push(symbol, name, line);
            } else {
                let pair = [byte, self.peek(1)];
                if PAIRS.contains(&&pair) {
                    self.push(u16::from_be_bytes(pair), 0, line);
                    self.at += 2;
                } else {
                    self.push(SIGN + u16::from(byte), 0, line);
                    self.at += 1;
                }
            }
        }
    }

    fn word(&self, word: &[u8]) -> (u16, u32) {
        let keyword = |table: &[&str], word: &[u8]| {
            table
                .binary_search_by(|known| known.as_bytes().cmp(word))
                .ok()
                .map(|place| KEYWORD + place as u16)
        };
        match self.language.family() {
            Family::Braces => {
                keyword(BRACES, word).map_or_else(|| (NAME, digest(word)), |symbol| (symbol, 0))
            }
            Family::Python => {
                keyword(PYTHON, word).map_or_else(|| (NAME, digest(word)), |symbol| (symbol, 0))
            }
            Family::Ruby => keyword(RUBY, word).map_or_else(|| (NAME, digest(word)), |symbol| (symbol, 0)),
            Family::Sql => {
                let upper = word.to_ascii_uppercase();
                keyword(SQL, &upper).map_or_else(|| (NAME, digest(&upper)), |symbol| (symbol, 0))
            }
        }
    }

    /// Passes over a comment, or a line that is none of the language's own; whether there was one.
    fn comment(&mut self, byte: u8, fresh_line: bool) -> bool {
        match (self.language.family(), byte) {
            (Family::Braces, b'/') if self.peek(1) == b'/' => self.skip_line(),
            (Family::Braces | Family::Sql, b'/') if self.peek(1) == b'*' => {
                self.advance(2);
                self.past(b"*/");
            }
            (Family::Braces, b'#')
                if matches!(self.language, Language::C | Language::CSharp)
                    && fresh_line
                    && self.peek(1) != b'[' =>
            {
                self.skip_line();
            }
            (Family::Sql, b'-') if self.peek(1) == b'-' => self.skip_line(),
            (Family::Python | Family::Ruby, b'#') => self.skip_line(),
            (Family::Ruby, b'=') if fresh_line && self.starts(b"=begin") => self.past(b"\n=end"),
            _ => return false,
        }
        true
    }

    /// Reads a string; whether there was one.
    fn string(&mut self, byte: u8) -> bool {
        let (start, line) = (self.at, self.line);
        match (self.language.family(), byte) {
            (Family::Braces | Family::Python, b'"') if self.starts(b"\"\"\"") => {
                self.advance(3);
                self.past(b"\"\"\"");
            }
            (Family::Python, b'\'') if self.starts(b"'''") => {
                self.advance(3);
                self.past(b"'''");
            }
            (Family::Braces, b'@') if self.language == Language::CSharp && self.peek(1) == b'"' => {
                self.at += 2;
                self.quoted(b'"', Escape::Doubled, true);
            }
            (Family::Braces, b'`') if self.language == Language::Script => {
                self.at += 1;
                self.quoted(b'`', Escape::Backslash, true);
            }
            (Family::Braces, b'\'') if self.language == Language::Rust => {
                // A character is closed again at once; a lifetime is not.
                let escaped = self.peek(1) == b'\\';
                let close = (2..=if escaped { 12 } else { 5 }).find(|ahead| self.peek(*ahead) == b'\'');
                if let Some(close) = close.filter(|close| escaped || !is_letter(self.peek(1)) || *close == 2)
                {
                    self.advance(close + 1);
                } else {
                    self.at += 1;
                    while is_letter(self.peek(0)) || self.peek(0).is_ascii_digit() {
                        self.at += 1;
                    }
                    self.push(NAME, digest(&self.text[start..self.at]), line);
                    return true;
                }
            }
            (Family::Braces | Family::Python | Family::Ruby, b'"' | b'\'') => {
                self.at += 1;
                self.quoted(byte, Escape::Backslash, false);
            }
            (Family::Sql, b'\'') => {
                self.at += 1;
                self.quoted(b'\'', Escape::Doubled, true);
            }
            (Family::Sql, b'"' | b'`' | b'[') => {
                // A name in quotes.
                let end = if byte == b'[' { b']' } else { byte };
                self.at += 1;
                self.quoted(end, Escape::Doubled, false);
                let inner = self.text[start..self.at].trim_ascii();
                let inner = inner.get(1..inner.len().saturating_sub(1)).unwrap_or_default();
                self.push(NAME, digest(&inner.to_ascii_uppercase()), line);
                return true;
            }
            _ => return false,
        }
        self.push(STRING, digest(&self.text[start..self.at]), line);
        true
    }

    /// On past the closing quote; one that does not come ends with the line, where it may not go over several.
    fn quoted(&mut self, end: u8, escape: Escape, lines: bool) {
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            if byte == b'\\' && matches!(escape, Escape::Backslash) {
                self.advance(2);
            } else if byte == end {
                self.at += 1;
                if matches!(escape, Escape::Doubled) && self.peek(0) == end {
                    self.at += 1;
                    continue;
                }
                return;
            } else if byte == b'\n' && !lines {
                return;
            } else {
                self.advance(1);
            }
        }
    }

    /// Passes over a statement that only names what other files hold: alike everywhere, and no work of its own.
    fn import(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let line_end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..line_end];
        let first = line.split(|byte| !is_letter(*byte)).next().unwrap_or_default();
        // The word is over there, and is no call and no member.
        if line.get(first.len()).is_some_and(|next| !b" \t\"'{(\r".contains(next)) {
            return false;
        }
        match (self.language.family(), first) {
            (Family::Braces, b"import" | b"package") | (Family::Python, b"import" | b"from") => {
                if line.starts_with(b"import(") {
                    return false;
                }
                self.past_statement();
                true
            }
            (Family::Braces, b"using" | b"namespace" | b"use") => {
                // `using (…)`, `using var x = …` and `namespace x {` are more than that.
                if line.contains(&b'(')
                    || line.starts_with(b"using var ")
                    || line.contains(&b'{') && first != b"use"
                {
                    return false;
                }
                self.past_statement();
                true
            }
            (Family::Ruby, b"require" | b"require_relative") => {
                self.skip_line();
                true
            }
            _ => false,
        }
    }

    /// On to the end of the line on which all brackets are closed again.
    fn past_statement(&mut self) {
        let mut open = 0_i32;
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'(' | b'{' => open += 1,
                b')' | b'}' => open -= 1,
                b'\n' if open <= 0 => return,
                _ => {}
            }
            self.advance(1);
        }
    }
}

#[derive(Clone, Copy)]
enum Escape {
    Backslash,
    Doubled,
}

/// Everything beyond ASCII is taken as letters.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// FNV-1a, 32 bits, never 0 (Fowler, Noll, Vo; the constants are theirs).
fn digest(bytes: &[u8]) -> u32 {
    let mut digest = 0x811c_9dc5_u32;
    for byte in bytes {
        digest = (digest ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    digest.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(path: &str, text: &str) -> Vec<u16> {
        read(text, Language::of(path).unwrap()).symbols
    }

    #[test]
    fn tables_are_in_order_for_the_search() {
        for table in [BRACES, PYTHON, RUBY, SQL] {
            assert!(table.is_sorted());
        }
    }

    #[test]
    fn names_and_literals_do_not_matter_and_the_rest_does() {
        let one = symbols("a.cs", "var total = price * 3; // three\nSay(\"three\", 'x');");
        assert_eq!(one, symbols("a.cs", "var sum=amount*4.5 ;\n/* no */ Tell(\"fo\\\"ur\", '\\'');"));
        assert_ne!(one, symbols("a.cs", "var total = price + 3; Say(\"three\", 'x');"));
    }

    #[test]
    fn each_language_has_its_quotes_and_comments() {
        let [name, string, number] = [NAME, STRING, NUMBER];
        let sign = |sign: u8| SIGN + u16::from(sign);
        assert_eq!(symbols("a.rs", "'a 'x' '\\n' b"), [name, string, string, name]);
        assert_eq!(symbols("a.cs", "@\"a\"\"\\\" b \"\"\"x \" y\"\"\" c"), [string, name, string, name]);
        assert_eq!(symbols("a.ts", "`a\n${b}` c"), [string, name]);
        assert_eq!(symbols("a.py", "'''a\n''' # b\n'c\n1_000"), [string, string, number]);
        assert_eq!(symbols("a.rb", "=begin\nx\n=end\ny"), [name]);
        assert_eq!(
            symbols("a.sql", "[a b].\"c\" -- d\n'it''s' /* x */ 1"),
            [name, sign(b'.'), name, string, number]
        );
        assert_eq!(symbols("a.sql", "SELECT x"), symbols("a.sql", "select y"));
    }

    #[test]
    fn imports_are_no_tokens() {
        assert!(symbols("a.cs", "using A.B;\nnamespace C;\n#region x\n").is_empty());
        assert!(!symbols("a.cs", "using (var x = y) { }").is_empty());
        assert!(symbols("a.ts", "import {\n  a,\n  b,\n} from 'c';\n").is_empty());
        assert!(symbols("a.go", "package a\nimport (\n\t\"b\"\n\tc \"d\"\n)\n").is_empty());
        assert!(symbols("a.py", "from a import (\n  b,\n  c)\nimport d\n").is_empty());
        assert!(symbols("a.rs", "use a::{\n    b, c};\n").is_empty());
        assert!(!symbols("a.py", "important = 1").is_empty());
    }

    #[test]
    fn a_token_knows_its_line() {
        let tokens = read("a\n\n/* \n */ b c\n'''", Language::of("a.ts").unwrap());
        assert_eq!((0..3).map(|token| tokens.line(token)).collect::<Vec<_>>(), [1, 4, 4]);
    }
}
