//! Words that are known, and what a run of tokens looks like.

use super::super::parse;
use super::super::tokens::{Kind as Piece, Token};

/// For each token that opens a parenthesis, the one that closes it; the end for one that is never closed.
pub(super) fn closes(tokens: &[Token]) -> Vec<usize> {
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

/// How deep the parentheses go, and how long chains of operators may be.
pub(super) fn shape(tokens: &[Token], sql: &str) -> parse::Shape {
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
pub(super) fn is_reserved(word: &str) -> bool {
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
pub(super) fn is_builtin(name: &str) -> bool {
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
