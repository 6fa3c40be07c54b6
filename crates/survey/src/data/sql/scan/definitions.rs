//! `CREATE`, `ALTER` and `DROP`: what is defined, and how far the body of a routine goes.

use super::super::Routine;
use super::super::tokens::Kind as Piece;
use super::Scanner;
use crate::data::act::{Act, Kind};

impl Scanner<'_, '_> {
    /// `CREATE`, `ALTER` or `DROP`.
    pub(super) fn definition(&mut self, here: usize, word: &str) -> usize {
        let mut at = here + 1;
        let mut is_temporary = false;
        loop {
            match self.word(at).as_str() {
                "OR" => at += 2,
                "TEMP" | "TEMPORARY" => {
                    is_temporary = true;
                    at += 1;
                }
                "GLOBAL" | "LOCAL" | "UNLOGGED" | "MATERIALIZED" | "RECURSIVE" | "FORCE" | "EDITIONABLE"
                | "VIRTUAL" | "FOREIGN" | "EXTERNAL" | "CONSTRAINT" | "AGGREGATE" => at += 1,
                // `CREATE DEFINER=`root`@`localhost` PROCEDURE`, `SQL SECURITY DEFINER`, `ALGORITHM=MERGE`.
                "DEFINER" | "ALGORITHM" | "SQL" | "SECURITY" | "INVOKER" | "MERGE" | "UNDEFINED"
                | "TEMPTABLE" => {
                    at += 1;
                    while self.tokens.get(at).is_some_and(|token| {
                        matches!(token.kind, Piece::Sign(b'=' | b'@') | Piece::Quoted | Piece::Variable)
                    }) {
                        at += 1;
                    }
                }
                _ => break,
            }
            if at > here + 24 {
                return here + 1;
            }
        }
        let kind = match self.word(at).as_str() {
            "TABLE" => Kind::Table,
            "VIEW" => Kind::View,
            "PROC" | "PROCEDURE" => Kind::Procedure,
            "FUNCTION" => Kind::Function,
            "TRIGGER" => Kind::Trigger,
            _ => {
                // An index, a type, a user: none of ours, and no list of tables either.
                return here + 1;
            }
        };
        if self.frames.len() == 1 && self.begins == 0 {
            self.end_statement(here);
        }
        at += 1;
        if self.is_word(at, &["IF"]) {
            at += if self.is_word(at + 1, &["NOT"]) { 3 } else { 2 };
        }
        at = if self.is_word(at, &["ONLY"]) { at + 1 } else { at };
        let act = match word {
            "ALTER" if kind == Kind::Table => Act::Alter,
            // `ALTER PROCEDURE p AS …` defines it anew.
            "CREATE" | "ALTER" => Act::Create,
            _ => Act::Drop,
        };
        let Some(name) = self.name(at) else { return at };
        at = name.next;
        if is_temporary {
            self.local.insert(name.mention.as_str().to_owned());
            return at;
        }
        if act == Act::Drop {
            let mut name = Some(name);
            while let Some(one) = name {
                at = one.next;
                self.push(act, Some(kind), one);
                name = if self.is_sign(at, b',') { self.name(at + 1) } else { None };
            }
            return at;
        }
        if kind == Kind::Table {
            self.push(act, Some(kind), name);
            return at;
        }
        if self.routine != self.outer {
            self.end_routine();
        }
        let routine = Routine { name: name.mention.clone(), kind };
        let in_brackets = name.written.starts_with('[');
        self.push(Act::Create, Some(kind), name);
        self.routine = Some(self.out.routines.len());
        self.out.routines.push(routine);
        self.saw_body = kind == Kind::View;
        self.to_batch_end = kind != Kind::View
            && (in_brackets
                || self.tokens[at..]
                    .iter()
                    .take(3)
                    .any(|token| token.kind == Piece::Variable && token.text(self.sql).starts_with('@')));
        if kind == Kind::Trigger {
            // `AFTER INSERT OR UPDATE ON table`: when, not what.
            let end = (at..self.tokens.len().min(at + 60)).find(|at| {
                self.is_word(*at, &["AS", "BEGIN", "EXECUTE", "EACH", "WHEN"]) || self.is_sign(*at, b';')
            });
            return end.unwrap_or(at);
        }
        at
    }
}
