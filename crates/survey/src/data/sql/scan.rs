//! The tolerant reader of SQL: tokens in, what is written and read out.
//!
//! It follows parentheses and, within each pair, the verb of the statement, its list of tables and their other names.
//! It does not check grammar: what it does not know it passes over.

mod clauses;
mod definitions;
mod words;
mod writes;

use self::words::{closes, is_builtin, is_reserved, shape};
use super::parse;
use super::tokens::{Kind as Piece, Token, tokens};
use super::{Mention, Reading};
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

    /// Past the parenthesis that closes the one here.
    fn past(&self, at: usize) -> usize {
        self.closes.get(at).map_or(self.tokens.len(), |close| close + 1).min(self.tokens.len())
    }
}
