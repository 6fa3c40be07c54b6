//! Names of data: as they are written, and as they are compared.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A name as it is compared: without quotes, in lower case, and without the schema where it is the one that a database
/// uses when none is said (`dbo`, `public`, `main`). So `[dbo].[User]`, `"user"` and `public.User` are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

/// Schemas that need not be said: of SQL Server, PostgreSQL and SQLite.
const DEFAULT_SCHEMAS: [&str; 3] = ["dbo", "public", "main"];

/// Schemas in which databases keep what they know of themselves.
const SYSTEM_SCHEMAS: [&str; 6] =
    ["information_schema", "pg_catalog", "sys", "performance_schema", "pg_temp", "mysql"];

impl Name {
    /// From the parts of a qualified name, outermost first: a database before the schema does not count. `None` if
    /// there is nothing to name.
    pub(crate) fn of<'p>(parts: impl IntoIterator<Item = &'p str>) -> Option<Self> {
        let parts: Vec<&str> = parts.into_iter().collect();
        let (last, before) = parts.split_last()?;
        if last.is_empty() {
            return None;
        }
        let schema = before.last().copied().unwrap_or_default();
        let is_default = DEFAULT_SCHEMAS.iter().any(|known| known.eq_ignore_ascii_case(schema));
        // A schema that the code puts in at run time is not known; nearly always it is the usual one.
        let name = if schema.is_empty() || is_default || schema.contains(super::sql::HOLE) {
            last.to_lowercase()
        } else {
            format!("{}.{}", schema.to_lowercase(), last.to_lowercase())
        };
        Some(Self(name))
    }

    /// Of a text that may be qualified and quoted, such as `[dbo].[User]`.
    pub fn parse(text: &str) -> Option<Self> {
        let unquoted: Vec<&str> = text
            .split('.')
            .map(|part| part.trim().trim_matches(|sign| matches!(sign, '[' | ']' | '"' | '`' | '\'')))
            .collect();
        Self::of(unquoted)
    }

    /// Of a topic or a queue: as it is, for its dots are no schema and its case counts.
    pub(crate) fn message(name: &str) -> Option<Self> {
        (!name.is_empty()).then(|| Self(name.to_owned()))
    }

    /// As it is compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without its schema.
    pub fn last(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or(&self.0)
    }

    /// Whether a database keeps it for itself.
    pub(crate) fn is_of_the_system(&self) -> bool {
        let schema = self.0.split_once('.').map_or("", |(schema, _)| schema);
        SYSTEM_SCHEMAS.contains(&schema)
            || ["pg_", "sqlite_"].iter().any(|start| self.0.starts_with(start))
            || matches!(self.0.as_str(), "dual" | "sysobjects" | "syscolumns" | "sysindexes")
    }

    /// Whether a part of it is only known at run time.
    pub(crate) fn has_hole(&self) -> bool {
        self.0.contains(super::sql::HOLE)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_has_one_name_however_it_is_written() {
        for written in ["[dbo].[User]", "User", "\"user\"", "public.user", "`USER`", "Vault.dbo.User"] {
            assert_eq!(Name::parse(written).map(|name| name.0), Some("user".to_owned()), "{written}");
        }
        assert_eq!(Name::parse("billing.Invoice").map(|name| name.0), Some("billing.invoice".to_owned()));
        assert_eq!(Name::parse(""), None);
    }

    #[test]
    fn what_a_database_keeps_for_itself_is_none_of_ours() {
        assert!(Name::parse("information_schema.columns").is_some_and(|name| name.is_of_the_system()));
        assert!(Name::parse("sys.tables").is_some_and(|name| name.is_of_the_system()));
        assert!(!Name::parse("systems").is_some_and(|name| name.is_of_the_system()));
    }
}
