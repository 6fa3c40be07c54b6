//! SQL as tokens, of any dialect, from any text: nothing is an error, and it takes one pass.

/// Stands in the text of a string for what the code puts in at run time: `{table}` of `$"select 1 from {table}"`.
pub(crate) const HOLE: char = '\u{fffc}';

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a name that is not quoted.
    Word,
    /// A name in `"…"`, `[…]` or `` `…` ``. Its range is what stands between.
    Quoted,
    /// `'…'`, `N'…'`. Its range is what stands between.
    String,
    /// `$$…$$` or `$tag$…$tag$`: the body of a routine, most often. Its range is what stands between.
    Body,
    /// `@name`, `#name`, `:name`, `$1`, `?`: not a table that stays.
    Variable,
    /// A number.
    Number,
    /// Anything else, one character.
    Sign(u8),
}

/// A piece of SQL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn text<'t>(&self, sql: &'t str) -> &'t str {
        sql.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn is_sign(&self, sign: u8) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

fn is_word(byte: u8) -> bool {
    // What is not ASCII is a letter: tables may be called as their users speak, and a hole is a part of a name.
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// All tokens of a text. Comments are left out.
pub(crate) fn tokens(sql: &str) -> Vec<Token> {
    let bytes = sql.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut tokens = Vec::new();
    let mut unclosed = Unclosed::default();
    let mut here = 0;
    while here < bytes.len() {
        let byte = at(here);
        let start = here;
        let mut push = |kind, start, end| tokens.push(Token { kind, start, end });
        match byte {
            b'-' if at(here + 1) == b'-' => here = line_end(bytes, here),
            // `#` begins a comment in MySQL and a temporary table in T-SQL. A name follows at once only in the latter.
            b'#' if !is_word(at(here + 1)) && at(here + 1) != b'#' => here = line_end(bytes, here),
            b'/' if at(here + 1) == b'*' => {
                here = unclosed.find(bytes, here + 2, b"*/").map_or(bytes.len(), |end| end + 2);
            }
            b'\'' => {
                let end = string_end(bytes, here + 1, b'\'');
                push(Kind::String, here + 1, end);
                here = end + 1;
            }
            b'"' | b'`' => {
                let end = string_end(bytes, here + 1, byte);
                push(Kind::Quoted, here + 1, end);
                here = end + 1;
            }
            b'[' if is_name_in_brackets(bytes, here) => {
                let end =
                    bytes[here..].iter().position(|byte| *byte == b']').map_or(bytes.len(), |end| here + end);
                push(Kind::Quoted, here + 1, end);
                here = end + 1;
            }
            b'$' => {
                let mut tag = here + 1;
                while is_word(at(tag)) {
                    tag += 1;
                }
                if at(tag) == b'$' && !at(here + 1).is_ascii_digit() {
                    let mark = &bytes[here..=tag];
                    let end = unclosed.find(bytes, tag + 1, mark);
                    push(Kind::Body, tag + 1, end.unwrap_or(bytes.len()));
                    here = end.map_or(bytes.len(), |end| end + mark.len());
                } else {
                    push(Kind::Variable, here, tag);
                    here = tag;
                }
            }
            b'@' | b'#' => {
                here += 1;
                while is_word(at(here)) || matches!(at(here), b'@' | b'#') {
                    here += 1;
                }
                push(Kind::Variable, start, here);
            }
            // `:name`, but neither `a::text` nor `:=`.
            b':' if is_word(at(here + 1)) && (here == 0 || at(here - 1) != b':') => {
                here += 1;
                while is_word(at(here)) {
                    here += 1;
                }
                push(Kind::Variable, start, here);
            }
            b'?' => {
                here += 1;
                push(Kind::Variable, start, here);
            }
            b'0'..=b'9' => {
                while is_word(at(here)) || (at(here) == b'.' && at(here + 1).is_ascii_digit()) {
                    here += 1;
                }
                push(Kind::Number, start, here);
            }
            _ if is_word(byte) => {
                // `$` and `#` may stand within a name.
                while is_word(at(here)) || (matches!(at(here), b'$' | b'#') && is_word(at(here + 1))) {
                    here += 1;
                }
                // `N'…'`, `E'…'`: the letter belongs to the string.
                if !(here == start + 1 && at(here) == b'\'') {
                    push(Kind::Word, start, here);
                }
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    push(Kind::Sign(byte), here, here + 1);
                }
                here += 1;
            }
        }
    }
    tokens
}

/// So many kinds of beginnings without an end, and the text is not SQL.
const MOST_UNCLOSED: usize = 16;

/// Remembers what is not found further on, so that a text full of beginnings without ends is still read in one pass.
#[derive(Default)]
struct Unclosed(Vec<Vec<u8>>);

impl Unclosed {
    fn find(&mut self, bytes: &[u8], from: usize, mark: &[u8]) -> Option<usize> {
        if self.0.len() >= MOST_UNCLOSED || self.0.iter().any(|missing| missing == mark) {
            return None;
        }
        let found =
            bytes.get(from..)?.windows(mark.len()).position(|window| window == mark).map(|at| from + at);
        if found.is_none() {
            self.0.push(mark.to_vec());
        }
        found
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| from + end)
}

/// Where a string ends; its quote doubled, or behind a backslash before more of the string, is a part of it.
fn string_end(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut here = from;
    while here < bytes.len() {
        if bytes[here] == quote {
            let next = bytes.get(here + 1).copied();
            let is_escaped = bytes[here - 1] == b'\\' && here > from && next.is_some_and(is_word);
            if next == Some(quote) {
                here += 1;
            } else if !is_escaped {
                return here;
            }
        }
        here += 1;
    }
    bytes.len()
}

/// `[dbo]` is a name; `[1]` and `['a']` are not.
fn is_name_in_brackets(bytes: &[u8], at: usize) -> bool {
    let inside = &bytes[at + 1..];
    let first = inside.first().copied().unwrap_or(0);
    if !(is_word(first) || first == b'#' || first == b'$') || first.is_ascii_digit() {
        return false;
    }
    // Names are at most 128 characters long in T-SQL.
    inside
        .iter()
        .take(520)
        .find(|byte| matches!(**byte, b']' | b'[' | b'\n' | b'\''))
        .is_some_and(|byte| *byte == b']')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(sql: &str) -> Vec<String> {
        tokens(sql)
            .iter()
            .map(|token| match token.kind {
                Kind::Word => token.text(sql).to_owned(),
                Kind::Quoted => format!("<{}>", token.text(sql)),
                Kind::String => format!("'{}'", token.text(sql)),
                Kind::Body => format!("$${}$$", token.text(sql)),
                Kind::Variable | Kind::Number | Kind::Sign(_) => format!("~{}", token.text(sql)),
            })
            .collect()
    }

    #[test]
    fn names_strings_and_comments_of_every_dialect_are_told_apart() {
        assert_eq!(
            shown("[dbo].[User] -- from x\n`a` \"b\" /* c */ d"),
            ["<dbo>", "~.", "<User>", "<a>", "<b>", "d"]
        );
        assert_eq!(shown("N'it''s' 'a;b' E'x'"), ["'it''s'", "'a;b'", "'x'"]);
        assert_eq!(
            shown("$$ begin $$ $f$a $$ b$f$ $1 @p #t :name a::text"),
            ["$$ begin $$", "$$a $$ b$$", "~$1", "~@p", "~#t", "~:name", "a", "~:", "~:", "text"]
        );
        assert_eq!(shown("# a comment\nx array[1]"), ["x", "array", "~[", "~1", "~]"]);
    }

    #[test]
    fn what_is_opened_and_never_closed_takes_one_pass() {
        for unclosed in ["/*", "$a$ $b$ ", "'", "[", "$$ "] {
            let sql = unclosed.repeat(200_000);
            let _ = tokens(&sql);
        }
    }

    proptest! {
        #[test]
        fn any_text_yields_tokens_that_lie_in_it_in_order(sql in "\\PC{0,60}|[\\[\\]'\"`$a.;#@:/*\n-]{0,60}") {
            let mut last = 0;
            for token in tokens(&sql) {
                prop_assert!(token.start >= last && token.end >= token.start && token.end <= sql.len());
                prop_assert!(sql.get(token.start..token.end).is_some());
                last = token.start;
            }
        }
    }
}
