//! `INSERT`, `UPDATE` and `DELETE`, in what each dialect makes of them.

use super::super::tokens::Kind as Piece;
use super::{Scanner, Verb};
use crate::data::act::Act;

impl Scanner<'_, '_> {
    pub(super) fn insert(&mut self, here: usize, previous: &str) -> usize {
        // `THEN INSERT` of a merge, `AFTER INSERT` of a trigger, `INSERT(…)` and `REPLACE(…)`, which are functions.
        if matches!(previous, "THEN" | "ON" | "AFTER" | "FOR" | "OR" | "BEFORE" | "OF")
            && self.frame().verb == Verb::Merge
            || self.is_sign(here + 1, b'(')
        {
            return here + 1;
        }
        let mut at = here + 1;
        if self.is_word(at, &["OR"]) {
            at += 2;
        }
        while self.is_word(
            at,
            &["IGNORE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "INTO", "OVERWRITE", "TABLE", "TOP"],
        ) {
            at += 1;
            if self.is_sign(at, b'(') {
                at = self.past(at);
            }
        }
        let said_into = at > here + 1;
        if self.is_word(here, &["REPLACE"]) && !said_into {
            return here + 1;
        }
        match self.name(at) {
            // Without INTO only what is followed by columns, values or a query.
            Some(name)
                if said_into
                    || self.is_sign(name.next, b'(')
                    || self.is_word(
                        name.next,
                        &["VALUES", "SELECT", "DEFAULT", "EXEC", "EXECUTE", "FROM", "WITH", "OUTPUT"],
                    ) =>
            {
                self.begin(Verb::Insert, here);
                let next = name.next;
                self.push(Act::Insert, None, name);
                self.alias(next).1.max(next)
            }
            Some(_) => here + 1,
            // Into a variable or a temporary table.
            None => {
                self.begin(Verb::Insert, here);
                at
            }
        }
    }

    /// `OUTPUT … INTO table`, `SELECT … INTO table`.
    pub(super) fn into(&mut self, here: usize) -> usize {
        let Some(name) = self.name(here + 1) else { return here + 1 };
        let next = name.next;
        let verb = self.frame().verb;
        let is_output =
            matches!(verb, Verb::Insert | Verb::Update | Verb::Delete | Verb::Merge) && name.parts > 1;
        // Where a procedure may also select into a variable, only a qualified name is a table for sure.
        if is_output || verb == Verb::Select && name.parts > 1 {
            self.push(Act::Insert, None, name);
        }
        next
    }

    pub(super) fn update(&mut self, here: usize, previous: &str) -> usize {
        let is_clause = matches!(previous, "FOR" | "DO" | "KEY" | "AFTER" | "BEFORE" | "OF")
            || previous == "THEN" && self.frame().verb == Verb::Merge
            || self.is_sign(here + 1, b'(')
            || self.is_word(here + 1, &["STATISTICS", "OF"]);
        if is_clause {
            return here + 1;
        }
        let mut at = here + 1;
        if self.is_word(at, &["OR"]) {
            at += 2;
        }
        while self.is_word(at, &["TOP", "ONLY", "IGNORE", "LOW_PRIORITY"]) {
            at += 1;
            if self.is_sign(at, b'(') {
                at = self.past(at);
            }
        }
        let Some(name) = self.name(at) else { return here + 1 };
        let (alias, after) = self.alias(name.next);
        // Hints: `WITH (ROWLOCK)`.
        let mut set = after;
        if self.is_word(set, &["WITH"]) && self.is_sign(set + 1, b'(') {
            set = self.past(set + 1);
        }
        let joins =
            self.is_word(set, &["JOIN", "INNER", "LEFT", "RIGHT", "CROSS"]) || self.is_sign(set, b',');
        if !self.is_word(set, &["SET"]) && !joins {
            return here + 1;
        }
        self.begin(Verb::Update, here);
        let before = self.out.mentions.len();
        let own = name.mention.last().to_owned();
        if self.push(Act::Update, None, name)
            && let Some(target) = self.out.mentions.pop()
        {
            if joins {
                // `UPDATE a JOIN b … SET a.x`: which of them is changed stands in SET. The first one, nearly always.
                self.out.mentions.push(target);
                self.frame().aliases.insert(alias.unwrap_or(own), before);
                self.frame().in_tables = true;
            } else {
                self.frame().targets.push(target);
            }
        }
        set
    }

    pub(super) fn delete(&mut self, here: usize, previous: &str) -> usize {
        // `SET NOCOUNT ON` may stand before a statement, `ON DELETE CASCADE` is a clause.
        let is_reference = previous == "ON" && self.is_word(here + 1, &["CASCADE", "SET", "NO", "RESTRICT"]);
        let is_clause = is_reference
            || matches!(previous, "AFTER" | "BEFORE" | "OF" | "OR" | "FOR")
            || previous == "THEN" && self.frame().verb == Verb::Merge
            || self.is_sign(here + 1, b'(');
        if is_clause {
            return here + 1;
        }
        let mut at = here + 1;
        while self.is_word(at, &["TOP", "LOW_PRIORITY", "QUICK", "IGNORE"]) {
            at += 1;
            if self.is_sign(at, b'(') {
                at = self.past(at);
            }
        }
        let mut targets = Vec::new();
        let said_from = self.is_word(at, &["FROM"]);
        at = if said_from { at + 1 } else { at };
        at = if self.is_word(at, &["ONLY"]) { at + 1 } else { at };
        while let Some(name) = self.name(at) {
            at = name.next;
            targets.push(name);
            if said_from || !self.is_sign(at, b',') {
                break;
            }
            at += 1;
        }
        let ends = at >= self.tokens.len()
            || self.is_sign(at, b';')
            || self.is_sign(at, b')')
            || self.tokens.get(at).is_some_and(|token| token.kind == Piece::Word);
        if targets.is_empty() && !said_from || !ends {
            return here + 1;
        }
        self.begin(Verb::Delete, here);
        let (alias, after) = if said_from { self.alias(at) } else { (None, at) };
        // `DELETE FROM a JOIN b` of MySQL names its target in the list; so does the second FROM of T-SQL.
        for name in targets {
            if self.push(Act::Delete, None, name)
                && let Some(target) = self.out.mentions.pop()
            {
                if let Some(alias) = &alias {
                    let index = self.out.mentions.len();
                    self.out.mentions.push(target);
                    self.frame().aliases.insert(alias.clone(), index);
                } else {
                    self.frame().targets.push(target);
                }
            }
        }
        after
    }
}
