//! The tolerant reader of SQL: tokens in, what is written and read out.
//!
//! It follows parentheses and, within each pair, the verb of the statement, its list of tables and their other names.
//! It does not check grammar: what it does not know it passes over.

use super::parse;
use super::tokens::{Kind as Piece, Token, tokens};
use super::{Mention, Reading, Routine};
use crate::data::act::{Act, Kind};
use crate::data::name::Name;
use std::collections::{HashMap, HashSet};

/// SQL in a string in a body in SQL: deeper than this, nobody follows.
const DEEPEST: usize = 3;

/// Reads a text.
pub(super) fn read(sql: &str) -> Reading {
    let mut out = Reading::default();
    Scanner::new(sql, 0, 0, None, &mut out).run();
    out
}

/// A file with more statements is a dump: the parser is slow, and would say of the rest what the tokens say.
const MOST_ASKED: usize = 2_000;

/// What a statement, or a part of one in parentheses, is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Verb {
    #[default]
    None,
    Select,
    Insert,
    Update,
    Delete,
    Merge,
    /// `FETCH … FROM cursor`, `SHOW … FROM`: what follows is no table.
    Other,
}

/// One pair of parentheses, or the statement itself.
#[derive(Debug, Default)]
struct Frame {
    verb: Verb,
    /// Whether a list of tables is under way, where a comma brings the next.
    in_tables: bool,
    /// What comes next is a table, and what happens to it.
    expect: Option<Act>,
    /// What is to be changed, perhaps under the other name that it gets in the list of tables.
    targets: Vec<Mention>,
    /// Other names, in lower case, of the mentions.
    aliases: HashMap<String, usize>,
    /// The tables that are read in this statement.
    reads: Vec<usize>,
    /// `EXTRACT(… FROM …)` and the like.
    is_call_with_from: bool,
}

/// A name as it was read.
struct Named {
    mention: Name,
    written: String,
    at: usize,
    next: usize,
    parts: usize,
}

struct Scanner<'t, 'o> {
    sql: &'t str,
    tokens: Vec<Token>,
    /// For each token that opens a parenthesis, the one that closes it.
    closes: Vec<usize>,
    /// No end of the rows of a dump was found.
    no_end_of_rows: bool,
    /// Where this text begins in the whole.
    base: usize,
    depth: usize,
    out: &'o mut Reading,
    frames: Vec<Frame>,
    /// Names that only hold within: common table expressions and temporary tables.
    local: HashSet<String>,
    routine: Option<usize>,
    /// What was given by whoever reads a body.
    outer: Option<usize>,
    /// The routine lasts to the end of its batch.
    to_batch_end: bool,
    saw_body: bool,
    begins: usize,
    /// The statement under way: its first token, and how many mentions there were before it.
    statement: Option<(usize, usize)>,
    /// How many statements the parser was given.
    asked: usize,
}

impl<'t, 'o> Scanner<'t, 'o> {
    fn new(sql: &'t str, base: usize, depth: usize, outer: Option<usize>, out: &'o mut Reading) -> Self {
        let tokens = tokens(sql);
        Self {
            sql,
            closes: closes(&tokens),
            tokens,
            no_end_of_rows: false,
            base,
            depth,
            out,
            frames: vec![Frame::default()],
            local: HashSet::new(),
            routine: outer,
            outer,
            to_batch_end: false,
            saw_body: false,
            begins: 0,
            statement: None,
            asked: 0,
        }
    }

    fn run(mut self) {
        let mut here = 0;
        while here < self.tokens.len() {
            here = self.step(here).max(here + 1);
        }
        self.end_statement(self.tokens.len());
    }

    /// The word at an index, in upper case; empty if there is none.
    fn word(&self, at: usize) -> String {
        match self.tokens.get(at) {
            Some(token) if token.kind == Piece::Word && token.end - token.start <= 20 => {
                token.text(self.sql).to_ascii_uppercase()
            }
            _ => String::new(),
        }
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            token.kind == Piece::Word
                && words.iter().any(|word| token.text(self.sql).eq_ignore_ascii_case(word))
        })
    }

    fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_sign(sign))
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Reads on from a token and says where to go on.
    fn step(&mut self, here: usize) -> usize {
        let token = self.tokens[here];
        match token.kind {
            Piece::Sign(b'(') => {
                let expects = self.frame().expect.take();
                let is_call_with_from = here > 0
                    && self.is_word(here - 1, &["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION"]);
                let mut inner = Frame { is_call_with_from, ..Frame::default() };
                if expects.is_some() && !self.is_word(here + 1, &["SELECT", "WITH", "VALUES"]) {
                    inner.in_tables = true;
                    inner.expect = expects;
                }
                // No statement has so many; what has is read as if they were flat.
                if self.frames.len() < 2_000 {
                    self.frames.push(inner);
                }
                here + 1
            }
            Piece::Sign(b')') => {
                if self.frames.len() > 1 {
                    self.settle();
                    self.frames.pop();
                }
                here + 1
            }
            Piece::Sign(b',') => {
                let frame = self.frame();
                if frame.in_tables {
                    frame.expect = Some(Act::Join);
                }
                here + 1
            }
            Piece::Sign(b';') => {
                self.end_statement(here);
                if self.routine != self.outer && self.begins == 0 && (self.saw_body || !self.to_batch_end) {
                    self.end_routine();
                }
                here + 1
            }
            Piece::Body => {
                self.saw_body = true;
                self.read_within(token);
                here + 1
            }
            Piece::Word => self.word_step(here),
            Piece::Quoted => self.name_step(here),
            Piece::Variable => {
                self.frame().expect = None;
                here + 1
            }
            _ => here + 1,
        }
    }

    fn read_within(&mut self, token: Token) {
        if self.depth >= DEEPEST {
            return;
        }
        let text = token.text(self.sql);
        let mut inner = Scanner::new(text, self.base + token.start, self.depth + 1, self.routine, self.out);
        inner.local = std::mem::take(&mut self.local);
        inner.run();
    }

    /// A name where a table is expected, or a function that is called.
    fn name_step(&mut self, here: usize) -> usize {
        let Some(name) = self.name(here) else { return here + 1 };
        let is_call = self.is_sign(name.next, b'(');
        let expect = self.frame().expect.take();
        if let Some(act) = expect {
            let next = name.next;
            let index = self.out.mentions.len();
            let own = name.mention.last().to_owned();
            let pushed = self.push(if is_call { Act::Call } else { act }, None, name);
            if is_call {
                return next;
            }
            let (alias, after) = self.alias(next);
            if pushed {
                let frame = self.frame();
                if act.is_read() {
                    frame.reads.push(index);
                }
                frame.aliases.insert(alias.unwrap_or(own), index);
            }
            return after;
        }
        if is_call && (name.parts > 1 || !is_builtin(name.mention.last())) {
            let next = name.next;
            self.push(Act::Call, Some(Kind::Function), name);
            return next;
        }
        name.next
    }

    /// The other name that a table gets, in lower case, and where to go on.
    fn alias(&self, at: usize) -> (Option<String>, usize) {
        let at = if self.is_word(at, &["AS"]) { at + 1 } else { at };
        match self.tokens.get(at) {
            Some(token) if token.kind == Piece::Quoted => (Some(token.text(self.sql).to_lowercase()), at + 1),
            Some(token) if token.kind == Piece::Word && !is_reserved(&self.word(at)) => {
                (Some(token.text(self.sql).to_lowercase()), at + 1)
            }
            _ => (None, at),
        }
    }

    /// A name that may be qualified. Variables and what is reserved are none.
    fn name(&self, at: usize) -> Option<Named> {
        let first = self.tokens.get(at)?;
        if !(first.kind == Piece::Quoted || first.kind == Piece::Word && !is_reserved(&self.word(at))) {
            return None;
        }
        let mut parts = vec![first.text(self.sql)];
        let mut next = at + 1;
        let mut end = first.end;
        while self.is_sign(next, b'.') && parts.len() < 5 {
            match self.tokens.get(next + 1) {
                // `database..table`
                Some(token) if token.is_sign(b'.') => next += 1,
                Some(token) if matches!(token.kind, Piece::Word | Piece::Quoted) => {
                    parts.push(token.text(self.sql));
                    end = token.end;
                    next += 2;
                }
                _ => break,
            }
        }
        let quoted = usize::from(first.kind == Piece::Quoted);
        let ended_quoted = self.tokens.get(next - 1).is_some_and(|last| last.kind == Piece::Quoted);
        let range = first.start.saturating_sub(quoted)..(end + usize::from(ended_quoted)).min(self.sql.len());
        let written = self.sql.get(range).unwrap_or_default().split_whitespace().collect::<String>();
        let count = parts.len();
        Some(Named { mention: Name::of(parts)?, written, at: self.base + first.start, next, parts: count })
    }

    /// Notes what happens to a name; says whether it counts.
    fn push(&mut self, act: Act, kind: Option<Kind>, name: Named) -> bool {
        if !self.counts(&name.mention) {
            return false;
        }
        self.out.mentions.push(Mention {
            act,
            kind,
            name: name.mention,
            written: name.written,
            at: name.at,
            within: self.routine,
            parsed: false,
        });
        true
    }

    /// Whether a name is one of the database's users' own, and of more than this statement.
    fn counts(&self, name: &Name) -> bool {
        // The rows that a trigger sees.
        let is_trigger = self.routine.and_then(|at| self.out.routines.get(at)).map(|routine| routine.kind);
        let is_row = is_trigger == Some(Kind::Trigger)
            && matches!(name.as_str(), "inserted" | "deleted" | "new" | "old");
        !name.is_of_the_system() && !self.local.contains(name.as_str()) && !is_row
    }

    /// What is to be changed gets its real name; where it stands among the tables, it is not read.
    fn settle(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        let targets = std::mem::take(&mut frame.targets);
        let aliases = std::mem::take(&mut frame.aliases);
        let reads = std::mem::take(&mut frame.reads);
        (frame.in_tables, frame.expect) = (false, None);
        for target in targets {
            let unqualified = target.name.last() == target.name.as_str();
            let by_alias = aliases.get(target.name.as_str()).filter(|_| unqualified).copied();
            let place = by_alias.or_else(|| {
                reads.iter().copied().find(|at| {
                    self.out.mentions.get(*at).is_some_and(|mention| mention.name == target.name)
                        && aliases.get(target.name.last()) == Some(at)
                })
            });
            match place.and_then(|at| self.out.mentions.get_mut(at)) {
                Some(mention) => mention.act = target.act,
                None => self.out.mentions.push(target),
            }
        }
    }

    /// A statement ends before a token.
    fn end_statement(&mut self, end: usize) {
        while self.frames.len() > 1 {
            self.settle();
            self.frames.pop();
        }
        self.settle();
        *self.frame() = Frame::default();
        let Some((start, before)) = self.statement.take() else { return };
        let (Some(first), Some(last)) =
            (self.tokens.get(start), end.checked_sub(1).and_then(|at| self.tokens.get(at)))
        else {
            return;
        };
        let range = first.start..(last.end + usize::from(matches!(last.kind, Piece::Quoted | Piece::String)));
        let Some(text) = self.sql.get(range) else { return };
        self.asked += 1;
        if self.asked > MOST_ASKED {
            return;
        }
        let shape = shape(&self.tokens[start..end], self.sql);
        if let Some(found) = parse::statement(text, shape) {
            let kept: Vec<Mention> = self
                .out
                .mentions
                .drain(before..)
                .filter(|mention| !(mention.act.is_write() || mention.act.is_read()))
                .collect();
            self.out.mentions.extend(kept);
            let (base, within) = (self.base + first.start, self.routine);
            for mut mention in found {
                mention.at += base;
                mention.within = within;
                if self.counts(&mention.name) {
                    self.out.mentions.push(mention);
                }
            }
        }
    }

    fn end_routine(&mut self) {
        self.routine = self.outer;
        (self.begins, self.saw_body, self.to_batch_end) = (0, false, false);
        self.local.clear();
    }

    /// A verb begins: what came before in this pair of parentheses is settled.
    fn begin(&mut self, verb: Verb, here: usize) {
        self.settle();
        if self.frames.len() == 1 && self.statement.is_none() {
            self.statement = Some((here, self.out.mentions.len()));
        }
        self.frame().verb = verb;
    }

    /// Whether a word stands alone in its line.
    fn is_alone(&self, here: usize) -> bool {
        let (token, bytes) = (self.tokens[here], self.sql.as_bytes());
        let before = bytes[..token.start].iter().rev().take(40).find(|byte| !matches!(**byte, b' ' | b'\t'));
        // The count after GO says how often the batch runs.
        let count = |byte: &&u8| !(matches!(**byte, b' ' | b'\t' | b'\r' | b';') || byte.is_ascii_digit());
        let after = bytes[token.end..].iter().take(40).find(count);
        before.is_none_or(|byte| *byte == b'\n') && after.is_none_or(|byte| *byte == b'\n')
    }

    fn word_step(&mut self, here: usize) -> usize {
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

    /// `WITH a AS (…), b (x) AS (…)`: these names hold only here.
    fn common_tables(&mut self, mut at: usize) {
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

    /// Past the parenthesis that closes the one here.
    fn past(&self, at: usize) -> usize {
        self.closes.get(at).map_or(self.tokens.len(), |close| close + 1).min(self.tokens.len())
    }

    fn insert(&mut self, here: usize, previous: &str) -> usize {
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
    fn into(&mut self, here: usize) -> usize {
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

    fn update(&mut self, here: usize, previous: &str) -> usize {
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

    fn delete(&mut self, here: usize, previous: &str) -> usize {
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

    fn call(&mut self, here: usize, word: &str) -> usize {
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
    fn copy(&mut self, here: usize) -> usize {
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

    /// `CREATE`, `ALTER` or `DROP`.
    fn definition(&mut self, here: usize, word: &str) -> usize {
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

/// For each token that opens a parenthesis, the one that closes it; the end for one that is never closed.
fn closes(tokens: &[Token]) -> Vec<usize> {
    let mut closes = vec![tokens.len(); tokens.len()];
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Piece::Sign(b'(') => open.push(index),
            Piece::Sign(b')') => {
                if let Some(begin) = open.pop() {
                    closes[begin] = index;
                }
            }
            _ => {}
        }
    }
    closes
}

fn frame_is_merge(frame: Option<&Frame>) -> bool {
    frame.is_some_and(|frame| frame.verb == Verb::Merge)
}

/// How deep the parentheses go, and how long chains of operators may be.
fn shape(tokens: &[Token], sql: &str) -> parse::Shape {
    const OPERATORS: [&str; 12] = [
        "AND",
        "OR",
        "NOT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "CASE",
        "LIKE",
        "IN",
        "IS",
        "BETWEEN",
        "INTERVAL",
    ];
    let mut depth = 0usize;
    let mut shape = parse::Shape::default();
    for token in tokens {
        match token.kind {
            Piece::Sign(b'(') => depth += 1,
            Piece::Sign(b')') => depth = depth.saturating_sub(1),
            Piece::Sign(b',' | b'.' | b';') => {}
            Piece::Sign(_) => shape.operators += 1,
            Piece::Word => {
                let text = token.text(sql);
                shape.operators +=
                    usize::from(OPERATORS.iter().any(|operator| operator.eq_ignore_ascii_case(text)));
            }
            _ => {}
        }
        shape.nesting = shape.nesting.max(depth);
    }
    shape
}

/// Words that are no name unless they are quoted: those that may follow a table, and those that begin a clause.
fn is_reserved(word: &str) -> bool {
    const RESERVED: &[&str] = &[
        "ALL",
        "AND",
        "ANY",
        "APPLY",
        "AS",
        "ASC",
        "BEGIN",
        "BETWEEN",
        "BY",
        "CASE",
        "CREATE",
        "CROSS",
        "DECLARE",
        "DEFAULT",
        "DELETE",
        "DESC",
        "DISTINCT",
        "DO",
        "DROP",
        "ELSE",
        "END",
        "EXCEPT",
        "EXEC",
        "EXECUTE",
        "EXISTS",
        "FETCH",
        "FOR",
        "FORCE",
        "FROM",
        "FULL",
        "GO",
        "GROUP",
        "HAVING",
        "IF",
        "IGNORE",
        "IN",
        "INNER",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "JOIN",
        "LATERAL",
        "LEFT",
        "LIKE",
        "LIMIT",
        "NATURAL",
        "NOT",
        "NULL",
        "OFFSET",
        "ON",
        "ONLY",
        "OPTION",
        "OR",
        "ORDER",
        "OUTER",
        "OUTPUT",
        "OVER",
        "PARTITION",
        "QUALIFY",
        "RETURNING",
        "RIGHT",
        "SELECT",
        "SET",
        "STRAIGHT_JOIN",
        "TABLE",
        "TABLESAMPLE",
        "THEN",
        "TOP",
        "TRUNCATE",
        "UNION",
        "UPDATE",
        "USE",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WHILE",
        "WINDOW",
        "WITH",
    ];
    RESERVED.binary_search(&word).is_ok()
}

/// Functions that every database brings along, as far as they are called often.
fn is_builtin(name: &str) -> bool {
    const BUILTIN: &[&str] = &[
        "abs",
        "array_agg",
        "avg",
        "cast",
        "coalesce",
        "concat",
        "convert",
        "count",
        "dateadd",
        "datediff",
        "decimal",
        "getdate",
        "getutcdate",
        "ifnull",
        "isnull",
        "json_value",
        "len",
        "length",
        "lower",
        "max",
        "min",
        "newid",
        "now",
        "nullif",
        "nvarchar",
        "replace",
        "round",
        "row_number",
        "substring",
        "sum",
        "trim",
        "try_convert",
        "upper",
        "varbinary",
        "varchar",
    ];
    BUILTIN.binary_search(&name).is_ok()
}
