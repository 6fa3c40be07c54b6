//! The one pass over the text of a file.

use super::{Language, Piece, Text, Token};

/// The tokens and the strings of a text.
pub(super) fn lex(text: &str, language: Language) -> (Vec<Token>, Vec<Text>) {
    let (tokens, strings) = (Vec::new(), Vec::new());
    let mut lexer = Lexer { bytes: text.as_bytes(), text, language, here: 0, line: 1, tokens, strings };
    lexer.run();
    (lexer.tokens, lexer.strings)
}

struct Lexer<'t> {
    bytes: &'t [u8],
    text: &'t str,
    language: Language,
    here: usize,
    line: u32,
    tokens: Vec<Token>,
    strings: Vec<Text>,
}

/// How a string is written.
struct Quoting<'q> {
    /// What ends it.
    end: &'q [u8],
    /// Whether a backslash takes away the meaning of what follows.
    escapes: bool,
    /// Whether the quote doubled stands for itself.
    doubled: bool,
    /// Whether it may go on in the next line.
    lines: bool,
    /// How a value is put in.
    put_in: PutIn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PutIn {
    Never,
    /// `{value}`, and `{{` for a brace.
    Braces,
    /// `${value}`, and `$value` of Kotlin and PHP.
    Dollar,
    /// `#{value}`
    Hash,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl Lexer<'_> {
    fn at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.here + ahead).copied().unwrap_or(0)
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes[self.here.min(self.bytes.len())..].starts_with(with)
    }

    fn run(&mut self) {
        use Language as L;
        while self.here < self.bytes.len() {
            let byte = self.at(0);
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.here += 1;
                }
                b'#' if self.language.has_hash_comments()
                    && !(self.language == L::Php && self.at(1) == b'[') =>
                {
                    self.past_line();
                }
                b'/' if self.language.has_slash_comments() && self.at(1) == b'/' => self.past_line(),
                b'/' if self.language.has_slash_comments() && self.at(1) == b'*' => self.past_comment(),
                // Directives of C#: `#region don't`.
                b'#' if self.language == L::CSharp => self.past_line(),
                b'"' | b'\'' => self.quote(byte),
                b'`' if matches!(self.language, L::Go | L::Script) => self.quote(byte),
                b'<' if matches!(self.language, L::Ruby) && self.starts(b"<<~")
                    || self.starts(b"<<-") && self.language == L::Ruby =>
                {
                    self.heredoc(3);
                }
                b'<' if self.language == L::Php && self.starts(b"<<<") => self.heredoc(3),
                b'%' if self.language == L::Ruby
                    && matches!(self.at(1), b'q' | b'Q')
                    && matches!(self.at(2), b'(' | b'{' | b'[') =>
                {
                    let end = match self.at(2) {
                        b'(' => b")",
                        b'{' => b"}",
                        _ => b"]",
                    };
                    let put_in = if self.at(1) == b'Q' { PutIn::Hash } else { PutIn::Never };
                    self.here += 3;
                    self.string(&Quoting { end, escapes: true, doubled: false, lines: true, put_in });
                }
                _ if is_word(byte) => self.word(),
                _ => {
                    if !byte.is_ascii_whitespace() {
                        self.push(Piece::Sign(byte), self.here, self.here + 1, self.line);
                    }
                    self.here += 1;
                }
            }
        }
    }

    fn push(&mut self, piece: Piece, start: usize, end: usize, line: u32) {
        self.tokens.push(Token { piece, start, end, line });
    }

    fn past_line(&mut self) {
        while self.here < self.bytes.len() && self.at(0) != b'\n' {
            self.here += 1;
        }
    }

    fn past_comment(&mut self) {
        self.here += 2;
        while self.here < self.bytes.len() && !self.starts(b"*/") {
            self.line += u32::from(self.at(0) == b'\n');
            self.here += 1;
        }
        self.here += 2;
    }

    fn word(&mut self) {
        let start = self.here;
        while is_word(self.at(0)) && self.here < self.bytes.len() {
            self.here += 1;
        }
        let word = &self.bytes[start..self.here];
        let quote = self.at(0);
        // Letters before a string belong to it: `f"…"`, `r#"…"#`.
        if word.len() <= 2 && matches!(quote, b'"' | b'\'') {
            let lower = word.to_ascii_lowercase();
            if self.language == Language::Python && lower.iter().all(|letter| b"rbfut".contains(letter)) {
                return self.python(quote, lower.contains(&b'r'), lower.contains(&b'f'));
            }
            if self.language == Language::Rust && matches!(word, b"r" | b"br" | b"cr") && quote == b'"' {
                self.here += 1;
                return self.string(&Quoting {
                    end: b"\"",
                    escapes: false,
                    doubled: false,
                    lines: true,
                    put_in: PutIn::Never,
                });
            }
            if self.language == Language::Rust && matches!(word, b"b" | b"c") && quote == b'"' {
                return self.quote(quote);
            }
        }
        if self.language == Language::Rust && matches!(word, b"r" | b"br" | b"cr") && quote == b'#' {
            let mut hashes = 0;
            while self.at(hashes) == b'#' {
                hashes += 1;
            }
            if self.at(hashes) == b'"' && hashes < 20 {
                let end: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
                self.here += hashes + 1;
                return self.string(&Quoting {
                    end: &end,
                    escapes: false,
                    doubled: false,
                    lines: true,
                    put_in: PutIn::Never,
                });
            }
        }
        self.push(Piece::Word, start, self.here, self.line);
    }

    fn python(&mut self, quote: u8, raw: bool, format: bool) {
        let three = [quote; 3];
        let is_long = self.starts(&three);
        let end: &[u8] = if is_long { &three } else { &three[..1] };
        self.here += end.len();
        let put_in = if format { PutIn::Braces } else { PutIn::Never };
        self.string(&Quoting { end, escapes: !raw, doubled: false, lines: is_long, put_in });
    }

    fn quote(&mut self, quote: u8) {
        use Language as L;
        let three = [quote; 3];
        match self.language {
            L::Python => self.python(quote, false, false),
            L::CSharp => self.c_sharp(quote),
            L::Java | L::Kotlin if quote == b'"' && self.starts(&three) => {
                self.here += 3;
                let put_in = if self.language == L::Kotlin { PutIn::Dollar } else { PutIn::Never };
                self.string(&Quoting {
                    end: &three,
                    escapes: self.language == L::Java,
                    doubled: false,
                    lines: true,
                    put_in,
                });
            }
            L::Go if quote == b'`' => {
                self.here += 1;
                self.string(&Quoting {
                    end: b"`",
                    escapes: false,
                    doubled: false,
                    lines: true,
                    put_in: PutIn::Never,
                });
            }
            L::Script if quote == b'`' => {
                self.here += 1;
                self.string(&Quoting {
                    end: b"`",
                    escapes: true,
                    doubled: false,
                    lines: true,
                    put_in: PutIn::Dollar,
                });
            }
            // A character, or a lifetime of Rust.
            L::Java | L::Kotlin | L::Go | L::Rust | L::Prisma if quote == b'\'' => self.character(),
            _ => {
                self.here += 1;
                let put_in = match (self.language, quote) {
                    (L::Kotlin | L::Php, b'"') => PutIn::Dollar,
                    (L::Ruby, b'"') => PutIn::Hash,
                    _ => PutIn::Never,
                };
                let lines = matches!(self.language, L::Ruby | L::Php | L::Rust);
                self.string(&Quoting { end: &[quote], escapes: true, doubled: false, lines, put_in });
            }
        }
    }

    /// `"…"`, `@"…"`, `$"…"`, `$@"…"`, `"""…"""`, `$"""…"""`; the signs before it were read as such.
    fn c_sharp(&mut self, quote: u8) {
        if quote != b'"' {
            return self.character();
        }
        let (mut verbatim, mut dollars) = (false, 0);
        while let Some(Token { piece: Piece::Sign(sign @ (b'@' | b'$')), end, .. }) =
            self.tokens.last().copied()
        {
            // Each sign directly before what was read last.
            if end + usize::from(verbatim) + dollars != self.here {
                break;
            }
            if sign == b'@' {
                verbatim = true;
            } else {
                dollars += 1;
            }
            self.tokens.pop();
        }
        let put_in = if dollars > 0 { PutIn::Braces } else { PutIn::Never };
        let mut quotes = 0;
        while self.at(quotes) == b'"' {
            quotes += 1;
        }
        if quotes >= 3 && !verbatim {
            let end = vec![b'"'; quotes.min(20)];
            self.here += quotes;
            return self.string(&Quoting { end: &end, escapes: false, doubled: false, lines: true, put_in });
        }
        self.here += 1;
        self.string(&Quoting { end: b"\"", escapes: !verbatim, doubled: verbatim, lines: verbatim, put_in });
    }

    fn character(&mut self) {
        // `'a'`, `'\n'`, `'\''`; a lifetime has no second quote near.
        let ahead = if self.at(1) == b'\\' { 3 } else { 2 };
        let end = (ahead..ahead + 9).find(|end| self.at(*end) == b'\'');
        let has_break = end.is_some_and(|end| {
            let is_far = end > 2;
            (1..end).any(|at| self.at(at) == b'\n' || is_far && matches!(self.at(at), b' ' | b',' | b'>'))
        });
        self.here += match end {
            Some(end) if !has_break => end + 1,
            _ => 1,
        };
    }

    /// `<<~SQL` or `<<<SQL`: the text begins in the next line and ends before a line with the tag alone.
    fn heredoc(&mut self, skip: usize) {
        let start = self.here;
        let mut at = self.here + skip;
        while matches!(self.bytes.get(at), Some(b' ' | b'"' | b'\'' | b'`')) {
            at += 1;
        }
        let tag_start = at;
        while self.bytes.get(at).is_some_and(|byte| is_word(*byte)) {
            at += 1;
        }
        let tag = &self.text.as_bytes()[tag_start..at];
        if tag.is_empty() || tag[0].is_ascii_digit() {
            self.push(Piece::Sign(b'<'), start, start + 1, self.line);
            self.here += 1;
            return;
        }
        // What follows in the same line (`.squish, id)`) is passed over: nothing in it is a string, nearly always.
        let Some(begin) = self.bytes[at..].iter().position(|byte| *byte == b'\n').map(|end| at + end + 1)
        else {
            self.here = self.bytes.len();
            return;
        };
        let mut line = self.line + 1;
        let mut text = Text::default();
        let mut end = begin;
        while end < self.bytes.len() {
            let next = self.bytes[end..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(self.bytes.len(), |at| end + at + 1);
            let content = self.text.get(end..next).unwrap_or_default();
            let trimmed = content.trim().trim_end_matches([';', ')', ',']).as_bytes();
            if trimmed == tag {
                end = next;
                line += 1;
                break;
            }
            let mut rest = content;
            while let Some(at) = rest.find("#{").filter(|_| self.language == Language::Ruby) {
                rest[..at].chars().for_each(|sign| text.add(sign, line));
                let close = rest[at..].find('}').map_or(rest.len(), |close| at + close + 1);
                text.hole(rest[at..close].trim_start_matches("#{").trim_end_matches('}'), line);
                rest = &rest[close..];
            }
            rest.chars().for_each(|sign| text.add(sign, line));
            line += 1;
            end = next;
        }
        self.strings.push(text);
        let index = self.strings.len() - 1;
        let first = self.line;
        self.push(Piece::String(index), start, end.min(self.bytes.len()), first);
        (self.here, self.line) = (end, line);
    }

    /// The inside of a string, from after its quote.
    fn string(&mut self, quoting: &Quoting<'_>) {
        let (start, first) = (self.here, self.line);
        let mut text = Text::default();
        while self.here < self.bytes.len() {
            if self.starts(quoting.end) {
                if quoting.doubled && self.bytes[self.here + quoting.end.len()..].starts_with(quoting.end) {
                    text.add('"', self.line);
                    self.here += 2 * quoting.end.len();
                    continue;
                }
                break;
            }
            let byte = self.at(0);
            match byte {
                b'\\' if quoting.escapes => {
                    let sign = match self.at(1) {
                        b'n' | b'r' | b't' => '\n',
                        b'\n' => {
                            self.line += 1;
                            ' '
                        }
                        other if other.is_ascii() => char::from(other),
                        _ => ' ',
                    };
                    text.add(sign, self.line);
                    self.here += if self.at(1).is_ascii() { 2 } else { 1 };
                }
                b'\n' if !quoting.lines => break,
                b'{' if quoting.put_in == PutIn::Braces => {
                    if self.at(1) == b'{' {
                        text.add('{', self.line);
                        self.here += 2;
                    } else {
                        self.hole(1, &mut text);
                    }
                }
                b'$' if quoting.put_in == PutIn::Dollar && self.at(1) == b'{' => self.hole(2, &mut text),
                b'#' if quoting.put_in == PutIn::Hash && self.at(1) == b'{' => self.hole(2, &mut text),
                b'{' if quoting.put_in == PutIn::Dollar
                    && self.language == Language::Php
                    && self.at(1) == b'$' =>
                {
                    self.hole(1, &mut text);
                }
                b'$' if quoting.put_in == PutIn::Dollar
                    && self.language != Language::Script
                    && (self.at(1).is_ascii_alphabetic() || self.at(1) == b'_') =>
                {
                    let mut end = 1;
                    while is_word(self.at(end)) {
                        end += 1;
                    }
                    let inside = self.text.get(self.here + 1..self.here + end).unwrap_or_default().to_owned();
                    text.hole(&inside, self.line);
                    self.here += end;
                }
                _ => {
                    let sign = self.text.get(self.here..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
                    text.add(sign, self.line);
                    self.line += u32::from(byte == b'\n');
                    self.here += sign.len_utf8();
                }
            }
        }
        let end = self.here.min(self.bytes.len());
        self.here =
            (end + if self.starts(quoting.end) { quoting.end.len() } else { 0 }).min(self.bytes.len());
        self.strings.push(text);
        self.push(Piece::String(self.strings.len() - 1), start, end, first);
    }

    /// A value that is put in, to its closing brace. A string within it may hold braces; that far nobody goes.
    fn hole(&mut self, skip: usize, text: &mut Text) {
        let (start, line) = (self.here + skip, self.line);
        let mut depth = 1;
        self.here += skip;
        while self.here < self.bytes.len() && depth > 0 {
            match self.at(0) {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'\n' => self.line += 1,
                _ => {}
            }
            self.here += 1;
        }
        let end = self.here.saturating_sub(1).max(start).min(self.bytes.len());
        text.hole(self.text.get(start.min(end)..end).unwrap_or_default(), line);
    }
}
