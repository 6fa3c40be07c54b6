//! What each keyword means, and the statements that are neither writes nor definitions.

use super::super::tokens::Kind as Piece;
use super::words::is_reserved;
use super::{Frame, Scanner, Verb};
use crate::data::act::{Act, Kind};

impl Scanner<'_, '_> {
    pub(super) fn word_step(&mut self, here: usize) -> usize {
        let word = self.word(here);
        let previous = if here == 0 { String::new() } else { self.word(here - 1) };
        match word.as_str() {
            "GO" if self.is_alone(here) => {
                self.end_statement(here);
                self.end_routine();
                return here + 1;
            }
            "CREATE" | "ALTER" | "DROP" => return self.definition(here, &word),
            "WITH" if !self.is_sign(here + 1, b'(') => {
                self.common_tables(here + 1);
                if self.frames.len() == 1 && self.statement.is_none() {
                    self.statement = Some((here, self.out.mentions.len()));
                }
                return here + 1;
            }
            "SELECT" => {
                // `INSERT INTO … SELECT`: one statement.
                self.begin(Verb::Select, here);
                return here + 1;
            }
            "INSERT" | "REPLACE" => return self.insert(here, &previous),
            "INTO" => return self.into(here),
            "UPDATE" => return self.update(here, &previous),
            "DELETE" => return self.delete(here, &previous),
            "MERGE" if !self.is_sign(here + 1, b'(') => {
                let at = if self.is_word(here + 1, &["INTO"]) { here + 2 } else { here + 1 };
                if let Some(name) = self.name(at) {
                    self.begin(Verb::Merge, here);
                    let next = name.next;
                    self.push(Act::Merge, None, name);
                    return self.alias(next).1;
                }
            }
            "TRUNCATE" if !self.is_sign(here + 1, b'(') => {
                let mut at = if self.is_word(here + 1, &["TABLE"]) { here + 2 } else { here + 1 };
                at = if self.is_word(at, &["ONLY"]) { at + 1 } else { at };
                self.begin(Verb::Other, here);
                while let Some(name) = self.name(at) {
                    at = name.next;
                    self.push(Act::Truncate, None, name);
                    if !self.is_sign(at, b',') {
                        break;
                    }
                    at += 1;
                }
                return at;
            }
            "EXEC" | "EXECUTE" | "CALL" | "PERFORM" => return self.call(here, &word),
            "COPY" => return self.copy(here),
            "GRANT" | "REVOKE" | "DENY" => {
                self.end_statement(here);
                // `GRANT SELECT ON table TO role`: rights, not uses.
                return (here..self.tokens.len())
                    .find(|at| self.is_sign(*at, b';') || self.is_word(*at, &["GO"]) && self.is_alone(*at))
                    .unwrap_or(self.tokens.len());
            }
            "FETCH" | "SHOW" => self.frame().verb = Verb::Other,
            "FROM" => {
                let is_distinct =
                    previous == "DISTINCT" && here > 1 && self.is_word(here - 2, &["IS", "NOT"]);
                let frame = self.frame();
                if frame.verb == Verb::Other
                    || is_distinct
                    || (frame.is_call_with_from && frame.verb == Verb::None)
                {
                    frame.verb = if frame.verb == Verb::Other { Verb::None } else { frame.verb };
                    return here + 1;
                }
                (frame.in_tables, frame.expect) = (true, Some(Act::Select));
                return here + 1;
            }
            "JOIN" | "APPLY" | "STRAIGHT_JOIN" => {
                let frame = self.frame();
                (frame.in_tables, frame.expect) = (true, Some(Act::Join));
                return here + 1;
            }
            "USING" => {
                let frame = self.frame();
                if matches!(frame.verb, Verb::Delete | Verb::Merge) && !self.is_sign(here + 1, b'(')
                    || frame_is_merge(self.frames.last())
                {
                    let frame = self.frame();
                    (frame.in_tables, frame.expect) = (true, Some(Act::Join));
                }
                return here + 1;
            }
            "WHERE" | "GROUP" | "HAVING" | "ORDER" | "LIMIT" | "OFFSET" | "UNION" | "EXCEPT"
            | "INTERSECT" | "SET" | "VALUES" | "RETURNING" | "WINDOW" | "OPTION" | "WHEN" => {
                let frame = self.frame();
                (frame.in_tables, frame.expect) = (false, None);
                return here + 1;
            }
            "ON" => {
                self.frame().expect = None;
                return here + 1;
            }
            "BEGIN"
                if !self.is_word(here + 1, &["TRAN", "TRANSACTION", "WORK", "DISTRIBUTED"])
                    && !self.is_sign(here + 1, b';') =>
            {
                if self.routine != self.outer || self.outer.is_some() {
                    self.begins += 1;
                }
                self.end_statement(here);
                return here + 1;
            }
            "CASE" if previous != "END" && self.begins > 0 => self.begins += 1,
            "END" if !self.is_word(here + 1, &["IF", "LOOP", "WHILE", "REPEAT", "FOR"]) => {
                self.begins = self.begins.saturating_sub(1);
            }
            "DECLARE" | "IF" | "WHILE" | "THEN" | "LOOP" | "PRINT" | "RETURN" | "ELSE"
                if self.frames.len() == 1 && !matches!(self.frame().verb, Verb::Merge) =>
            {
                // Between statements that need no semicolon. Within an expression nothing is lost by it.
                if self.frame().targets.is_empty() && self.frame().verb != Verb::Select {
                    self.end_statement(here);
                }
            }
            "LATERAL" | "ONLY" | "TABLE" => return here + 1,
            _ => return if is_reserved(&word) { here + 1 } else { self.name_step(here) },
        }
        here + 1
    }

    /// Whether a word stands alone in its line.
    pub(super) fn is_alone(&self, here: usize) -> bool {
        let (token, bytes) = (self.tokens[here], self.sql.as_bytes());
        let before = bytes[..token.start].iter().rev().take(40).find(|byte| !matches!(**byte, b' ' | b'\t'));
        // The count after GO says how often the batch runs.
        let count = |byte: &&u8| !(matches!(**byte, b' ' | b'\t' | b'\r' | b';') || byte.is_ascii_digit());
        let after = bytes[token.end..].iter().take(40).find(count);
        before.is_none_or(|byte| *byte == b'\n') && after.is_none_or(|byte| *byte == b'\n')
    }

    /// `WITH a AS (…), b (x) AS (…)`: these names hold only here.
    pub(super) fn common_tables(&mut self, mut at: usize) {
        if self.is_word(at, &["RECURSIVE"]) {
            at += 1;
        }
        // As many as anybody writes by hand, so that no text makes this slow.
        for _ in 0..60 {
            let Some(token) =
                self.tokens.get(at).filter(|token| matches!(token.kind, Piece::Word | Piece::Quoted))
            else {
                return;
            };
            let name = token.text(self.sql).to_lowercase();
            at += 1;
            if self.is_sign(at, b'(') {
                at = self.past(at);
            }
            if !self.is_word(at, &["AS"]) {
                return;
            }
            at += 1;
            while self.is_word(at, &["NOT", "MATERIALIZED"]) {
                at += 1;
            }
            if !self.is_sign(at, b'(') {
                return;
            }
            self.local.insert(name);
            at = self.past(at);
            if !self.is_sign(at, b',') {
                return;
            }
            at += 1;
        }
    }

    pub(super) fn call(&mut self, here: usize, word: &str) -> usize {
        let mut at = here + 1;
        if word.starts_with("EXEC") {
            if self.is_word(at, &["FUNCTION", "PROCEDURE", "IMMEDIATE"]) {
                at += 1;
            } else if self.is_word(at, &["AS", "ON"]) {
                return here + 1;
            }
        }
        // `EXEC @result = procedure`
        if self.tokens.get(at).is_some_and(|token| token.kind == Piece::Variable)
            && self.is_sign(at + 1, b'=')
        {
            at += 2;
        }
        // SQL that is put together at run time: `EXEC('…')`, `EXECUTE '…'`, `EXEC sp_executesql N'…'`.
        let text = if self.is_sign(at, b'(') { at + 1 } else { at };
        let text = if self.is_word(text, &["SP_EXECUTESQL", "FORMAT"]) {
            if self.is_sign(text + 1, b'(') { text + 2 } else { text + 1 }
        } else {
            text
        };
        if let Some(token) =
            self.tokens.get(text).copied().filter(|token| matches!(token.kind, Piece::String | Piece::Body))
        {
            self.read_within(token);
            return text + 1;
        }
        let Some(name) = self.name(at) else { return here + 1 };
        // `INSERT INTO t EXEC procedure` is still the insert's.
        if self.frame().verb != Verb::Insert {
            self.settle();
            self.frame().verb = Verb::Other;
        }
        let next = name.next;
        // A keyword in prose: «call me».
        if word == "CALL"
            && !self.is_sign(next, b'(')
            && name.parts == 1
            && !self.is_sign(next, b';')
            && next < self.tokens.len()
        {
            return next;
        }
        self.push(Act::Call, Some(Kind::Procedure), name);
        next
    }

    /// `COPY table FROM stdin` and the rows that follow in a dump, which are none of ours.
    pub(super) fn copy(&mut self, here: usize) -> usize {
        let Some(name) = self.name(here + 1) else { return here + 1 };
        let mut at = name.next;
        if self.is_sign(at, b'(') {
            at = self.past(at);
        }
        let act = match self.word(at).as_str() {
            "FROM" => Act::Insert,
            "TO" => Act::Select,
            _ => return here + 1,
        };
        self.push(act, None, name);
        if act == Act::Insert && self.is_word(at + 1, &["STDIN"]) {
            let from = self.tokens.get(at + 1).map_or(self.sql.len(), |token| token.end);
            let end = if self.no_end_of_rows {
                None
            } else {
                self.sql.get(from..).and_then(|rest| rest.find("\n\\."))
            };
            if let Some(end) = end {
                let end = from + end + 3;
                return self.tokens.partition_point(|token| token.start < end);
            }
            self.no_end_of_rows = true;
        }
        at + 1
    }
}

fn frame_is_merge(frame: Option<&Frame>) -> bool {
    frame.is_some_and(|frame| frame.verb == Verb::Merge)
}
