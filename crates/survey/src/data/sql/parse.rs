//! The full parser (`sqlparser`), for statements that stand alone.

use super::Mention;
use crate::data::act::Act;
use crate::data::name::Name;
use sqlparser::ast::{
    Delete, FromTable, Ident, ObjectName, ObjectNamePart, Query, SetExpr, Spanned, Statement, TableFactor,
    TableObject, TableWithJoins, UpdateTableFromKind, Visit, Visitor,
};
use sqlparser::dialect::{Dialect, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect};
use sqlparser::parser::Parser;
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

/// Longer statements are the tolerant reader's alone: what is so long is a dump of rows.
const LONGEST: usize = 64 * 1024;

/// The parser tries one reading of a parenthesis after the other, so that each level may double its work.
const DEEPEST: usize = 8;

/// Each operator of a chain makes the parser's tree a level deeper, and whoever walks a deep tree needs a deep stack.
const MOST_OPERATORS: usize = 100;

/// How deep the parser may call itself: its frames are large.
const RECURSION: usize = 18;

/// How a statement is built, as far as it matters to who parses it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// Parentheses within parentheses.
    pub(super) nesting: usize,
    /// Operators.
    pub(super) operators: usize,
}

/// What a statement writes and reads, if the parser understands it.
pub(super) fn statement(sql: &str, shape: Shape) -> Option<Vec<Mention>> {
    let is_odd = shape.nesting > DEEPEST || shape.operators > MOST_OPERATORS;
    if sql.len() > LONGEST || is_odd || sql.contains(super::HOLE) {
        return None;
    }
    let dialect: &dyn Dialect = if sql.contains('[') && !sql.contains("[]") {
        &MsSqlDialect {}
    } else if sql.contains('`') {
        &MySqlDialect {}
    } else if sql.contains("::") || sql.contains('$') {
        &PostgreSqlDialect {}
    } else {
        &GenericDialect {}
    };
    let statements = Parser::new(dialect)
        .with_recursion_limit(RECURSION)
        .try_with_sql(sql)
        .ok()?
        .parse_statements()
        .ok()?;
    let understood = statements.iter().all(|statement| {
        matches!(
            statement,
            Statement::Query(_)
                | Statement::Insert(_)
                | Statement::Update(_)
                | Statement::Delete(_)
                | Statement::Merge(_)
        )
    });
    if statements.is_empty() || !understood {
        return None;
    }
    let mut found = Found::default();
    for statement in &statements {
        let _ = statement.visit(&mut found);
    }
    Some(found.mentions(&Lines::of(sql)))
}

/// Where lines begin, to turn the parser's lines and columns into bytes.
struct Lines<'t> {
    sql: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(sql: &'t str) -> Self {
        let starts = std::iter::once(0).chain(sql.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { sql, starts }
    }

    fn offset(&self, line: u64, column: u64) -> usize {
        let start = usize::try_from(line)
            .ok()
            .and_then(|line| line.checked_sub(1))
            .and_then(|line| self.starts.get(line));
        let Some(start) = start.copied() else { return 0 };
        let skip = usize::try_from(column).unwrap_or(1).saturating_sub(1);
        // No line of a statement is longer than the statement, which is short.
        self.sql[start..].char_indices().nth(skip).map_or(start, |(at, _)| start + at)
    }
}

/// A table as the parser gives it.
struct Table {
    name: ObjectName,
    alias: Option<String>,
    is_first: bool,
}

/// Tables by the names that a statement gives them.
type Aliases = Vec<(String, ObjectName)>;

/// What a statement does, before names are settled.
#[derive(Default)]
struct Found {
    /// Names of common table expressions.
    local: HashSet<String>,
    /// By line and column.
    reads: BTreeMap<(u64, u64), Table>,
    /// What is changed, with the tables among which it may stand under another name.
    writes: Vec<(Act, ObjectName, Aliases)>,
}

impl Found {
    fn mentions(self, lines: &Lines<'_>) -> Vec<Mention> {
        let mut out = Vec::new();
        // What is changed is not read where it stands.
        let mut targets: HashSet<(u64, u64)> = HashSet::new();
        let push = |act, name: &ObjectName, out: &mut Vec<Mention>| {
            let Some(mention) = mention(act, name, lines) else { return };
            if !(self.local.contains(mention.name.as_str()) && name.0.len() == 1) {
                out.push(mention);
            }
        };
        for (act, name, among) in &self.writes {
            let short = if name.0.len() == 1 { last(name) } else { String::new() };
            // Under its other name, or, in a list that names it again, under its own.
            let own =
                Name::of(name.0.iter().filter_map(ObjectNamePart::as_ident).map(|part| part.value.as_str()));
            let is_it = |(alias, real): &&(String, ObjectName)| {
                let of_real =
                    real.0.iter().filter_map(ObjectNamePart::as_ident).map(|part| part.value.as_str());
                *alias == short || *alias == last(name) && Name::of(of_real) == own
            };
            let real = among.iter().find(is_it).map_or(name, |(_, real)| real);
            for place in [name, real] {
                let start = place.span().start;
                targets.insert((start.line, start.column));
            }
            push(*act, real, &mut out);
        }
        for (place, table) in &self.reads {
            if !targets.contains(place) {
                push(if table.is_first { Act::Select } else { Act::Join }, &table.name, &mut out);
            }
        }
        out
    }

    fn read(&mut self, table: Table) {
        let start = table.name.span().start;
        self.reads.entry((start.line, start.column)).or_insert(table);
    }

    /// A list of tables: the first is selected from, the others are joined.
    fn list(&mut self, tables: &[TableWithJoins], mut is_first: bool) {
        for one in tables {
            for factor in std::iter::once(&one.relation).chain(one.joins.iter().map(|join| &join.relation)) {
                if let Some(table) = named(factor) {
                    self.read(Table { is_first, ..table });
                }
                is_first = false;
            }
        }
    }

    fn among(tables: &[TableWithJoins]) -> Vec<(String, ObjectName)> {
        let factors = tables.iter().flat_map(|one| {
            std::iter::once(&one.relation).chain(one.joins.iter().map(|join| &join.relation))
        });
        factors
            .filter_map(|factor| {
                named(factor).map(|table| (table.alias.unwrap_or_else(|| last(&table.name)), table.name))
            })
            .collect()
    }
}

fn named(factor: &TableFactor) -> Option<Table> {
    match factor {
        TableFactor::Table { name, alias, args: None, .. } => Some(Table {
            name: name.clone(),
            alias: alias.as_ref().map(|alias| alias.name.value.to_lowercase()),
            is_first: true,
        }),
        _ => None,
    }
}

fn last(name: &ObjectName) -> String {
    name.0
        .last()
        .and_then(ObjectNamePart::as_ident)
        .map(|ident| ident.value.to_lowercase())
        .unwrap_or_default()
}

fn mention(act: Act, name: &ObjectName, lines: &Lines<'_>) -> Option<Mention> {
    let parts: Option<Vec<&Ident>> = name.0.iter().map(ObjectNamePart::as_ident).collect();
    let parts = parts?;
    if parts.iter().any(|part| part.value.starts_with(['@', '#', ':', '?', '$'])) {
        return None;
    }
    let start = name.span().start;
    Some(Mention {
        act,
        kind: None,
        name: Name::of(parts.iter().map(|part| part.value.as_str()))?,
        written: name.to_string(),
        at: lines.offset(start.line, start.column),
        within: None,
        parsed: true,
    })
}

impl Visitor for Found {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.local.insert(table.alias.name.value.to_lowercase());
        }
        if let SetExpr::Table(table) = query.body.as_ref()
            && let Some(name) = &table.table_name
        {
            self.read(Table { name: ObjectName::from(vec![Ident::new(name)]), alias: None, is_first: true });
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &sqlparser::ast::Select) -> ControlFlow<()> {
        self.list(&select.from, true);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let Some(table) = named(factor) {
            self.read(table);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => {
                if let TableObject::TableName(name) = &insert.table {
                    self.writes.push((Act::Insert, name.clone(), Vec::new()));
                }
            }
            Statement::Update(update) => {
                let mut among = match &update.from {
                    Some(UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables)) => {
                        self.list(tables, true);
                        Self::among(tables)
                    }
                    None => Vec::new(),
                };
                self.list(std::slice::from_ref(&update.table), true);
                // `UPDATE t AS a SET …`: the alias belongs to the target itself.
                if let Some(table) = named(&update.table.relation) {
                    if table.alias.is_some() {
                        among.clear();
                    }
                    self.writes.push((Act::Update, table.name, among));
                }
            }
            Statement::Delete(delete) => self.delete(delete),
            Statement::Merge(merge) => {
                if let Some(source) = named(&merge.source) {
                    self.read(Table { is_first: false, ..source });
                }
                if let Some(table) = named(&merge.table) {
                    self.writes.push((Act::Merge, table.name, Vec::new()));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Found {
    fn delete(&mut self, delete: &Delete) {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        self.list(delete.using.as_deref().unwrap_or_default(), false);
        if delete.tables.is_empty() {
            for one in from {
                if let Some(table) = named(&one.relation) {
                    self.writes.push((Act::Delete, table.name, Vec::new()));
                }
            }
        } else {
            let among = Self::among(from);
            for name in &delete.tables {
                self.writes.push((Act::Delete, name.clone(), among.clone()));
            }
        }
    }
}
