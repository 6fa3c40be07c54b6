//! SQL in strings, and strings that name a procedure.

use super::classes::Class;
use super::lex::{Code, Text};
use crate::data::act::{Act, Kind};
use crate::data::facts::{Fact, Facts, Subject};
use crate::data::found::How;
use crate::data::name::Name;
use crate::data::sql;

/// Longer strings hold no SQL that a person wrote.
const LONGEST: usize = 1 << 20;

/// Adds what the strings of a file do.
pub(super) fn read(code: &Code<'_>, classes: &[Class<'_>], facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        let Some(string) = code.string(at) else { continue };
        if string.text.len() > LONGEST {
            continue;
        }
        if let Some(is_sure) = is_sql(&string.text) {
            let reading = sql::read(&string.text);
            facts.add_sql(&reading, Some(How::InCode), !is_sure, |at| string.line(at));
        } else if let Some(name) = procedure(code, at, string) {
            let line = code.line(at);
            if name.has_hole() {
                let is_within = |class: &&Class<'_>| class.body.contains(&at);
                // The table that a class keeps is put into the names of its procedures.
                let is_table = string.holes.last().is_some_and(|hole| hole.to_lowercase().contains("table"));
                if let Some(class) = classes.iter().rev().find(is_within).filter(|_| is_table) {
                    class.procedures.borrow_mut().push((name.as_str().to_owned(), line));
                }
                continue;
            }
            let written = string.text.replace(sql::HOLE, "…");
            let subject = Subject::Routine(name);
            let kind = Some(Kind::Procedure);
            facts.facts.push(Fact {
                subject,
                act: Act::Call,
                kind,
                written,
                line,
                how: How::ByName,
                within: None,
                only_if_defined: true,
            });
        }
    }
}

/// The name, if a string is nothing but one, and where it stands lets it name a procedure: in brackets, with a schema,
/// or as what is executed. Whether there is such a procedure is for others to say.
fn procedure(code: &Code<'_>, at: usize, string: &Text) -> Option<Name> {
    let text = string.text.trim();
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '.' | '[' | ']' | sql::HOLE);
    if text.len() < 3
        || text.len() > 200
        || !text.chars().all(fits)
        || text.starts_with('.')
        || text.ends_with('.')
    {
        return None;
    }
    let is_call = at >= 2 && code.is_sign(at - 1, b'(') && {
        let mut name = at - 2;
        // `Query<User>("…")`
        while name > 0 && code.word(name).is_empty() && at - name < 12 && !code.is_sign(name, b';') {
            name -= 1;
        }
        let candidates = [code.word(name), code.word(at.saturating_sub(2))];
        let mut back = at.saturating_sub(12)..at;
        candidates.iter().any(|word| executes(word)) || back.any(|at| executes(code.word(at)))
    };
    (text.starts_with('[') || text.contains("].[") || is_call || text.contains('_'))
        .then(|| Name::parse(text))
        .flatten()
}

fn executes(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    [
        "execute",
        "query",
        "sqlcommand",
        "preparecall",
        "callproc",
        "storedprocedure",
        "fromsql",
        "rpc",
        "procedure",
    ]
    .iter()
    .any(|verb| lower.starts_with(verb))
}

/// Whether a string is SQL: `Some(true)` if it surely is, `Some(false)` if it may be prose.
pub(super) fn is_sql(text: &str) -> Option<bool> {
    let mut rest = text.trim_start_matches(|sign: char| sign.is_whitespace() || matches!(sign, '(' | ';'));
    while let Some(comment) = rest.strip_prefix("--") {
        rest = comment.split_once('\n').map_or("", |(_, next)| next).trim_start();
    }
    let written: &str =
        rest.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').next().unwrap_or_default();
    if written.len() < 2 || written.len() > 12 || rest.len() < 8 {
        return None;
    }
    let first = written.to_ascii_uppercase();
    let mut words = rest[written.len()..].split_whitespace();
    let next = words.next().unwrap_or_default();
    let second = next.to_ascii_uppercase();
    let third = words.next().unwrap_or_default().to_ascii_uppercase();
    let has = |word: &str| has_word(rest, word);
    let is_shaped = match first.as_str() {
        "SELECT" | "DELETE" => has("FROM"),
        "WITH" => has("AS") && (has("SELECT") || has("DELETE") || has("UPDATE") || has("INSERT")),
        "INSERT" => {
            matches!(second.as_str(), "INTO" | "IGNORE" | "OR" | "OVERWRITE") || next.starts_with('[')
        }
        "REPLACE" => second == "INTO",
        "UPDATE" => has("SET") && !next.is_empty(),
        "MERGE" => has("USING"),
        "TRUNCATE" => second == "TABLE",
        "EXEC" | "EXECUTE" | "CALL" => {
            !next.is_empty()
                && next.chars().all(|sign| sign.is_alphanumeric() || "_.[]()@:?\u{fffc}\"`".contains(sign))
                && (next.contains(['_', '.', '[', '(']) || first == "EXEC")
        }
        "CREATE" | "ALTER" | "DROP" => {
            let is_object = |word: &str| {
                matches!(
                    word,
                    "TABLE"
                        | "VIEW"
                        | "PROC"
                        | "PROCEDURE"
                        | "FUNCTION"
                        | "TRIGGER"
                        | "TEMP"
                        | "TEMPORARY"
                        | "MATERIALIZED"
                )
            };
            is_object(&second) || second == "OR" && matches!(third.as_str(), "REPLACE" | "ALTER")
        }
        "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" => {
            matches!(second.as_str(), "JOIN" | "OUTER" | "APPLY")
        }
        "JOIN" => has("ON") || has("USING"),
        "FROM" => written == "FROM" && !next.is_empty(),
        "WHERE" | "AND" | "OR" | "EXISTS" | "NOT" | "IN" | "UNION" | "SET" | "COALESCE" | "HAVING" => {
            rest.contains("SELECT") && rest.contains("FROM")
        }
        "BEGIN" | "DECLARE" | "IF" | "DO" | "LOCK" => {
            ["INSERT INTO", "DELETE FROM", "UPDATE ", "SELECT "].iter().any(|verb| rest.contains(verb))
        }
        "COPY" => has("FROM") || has("TO"),
        _ => false,
    };
    if !is_shaped {
        return None;
    }
    let is_loud = written == first && (second.is_empty() || !is_prose(next));
    let has_signs = rest.contains(['=', '*', '?', '$', '@', '`', '['])
        || rest.contains("%s")
        || rest.contains("($")
        || rest.contains(" :");
    let is_quiet = written.chars().all(|sign| sign.is_ascii_lowercase());
    Some(is_loud || is_quiet && has_signs)
}

/// Whether a text holds a word, in upper or lower case.
fn has_word(text: &str, word: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    bytes.windows(word.len()).enumerate().any(|(at, window)| {
        window.eq_ignore_ascii_case(word.as_bytes())
            && !is_letter(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_letter(bytes.get(at + word.len()))
    })
}

fn is_prose(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "this"
            | "that"
            | "your"
            | "our"
            | "my"
            | "all"
            | "any"
            | "one"
            | "some"
            | "from"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_told_from_prose() {
        for sql in [
            "SELECT id FROM users",
            "  select * from users where id = ?",
            "-- all of them\nSELECT 1 FROM a",
            "WITH x AS (SELECT 1) SELECT * FROM x",
            "INSERT INTO a (b) VALUES ($1)",
            "UPDATE t SET b = 1",
            "(SELECT count(*) FROM feeds WHERE a = $1)",
            "INNER JOIN feeds f ON f.id = e.feed_id",
            "EXEC [dbo].[User_Create] @Id",
            "CREATE TABLE a (b int)",
        ] {
            assert_eq!(is_sql(sql), Some(true), "{sql}");
        }
        for doubtful in
            ["delete the row from the list", "Select an item from the list", "update settings and set them"]
        {
            assert_eq!(is_sql(doubtful), Some(false), "{doubtful}");
        }
        for prose in [
            "Update your profile",
            "with love",
            "created",
            "Insert coin",
            "call me",
            "from here",
            "userId",
            "Drop files",
        ] {
            assert_eq!(is_sql(prose), None, "{prose}");
        }
    }
}
