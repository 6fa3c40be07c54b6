//! Where a store is: a file, or a schema of a `PostgreSQL` database.

use super::StoreTrouble;
use std::path::{Path, PathBuf};

/// How a database is told from a file.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// The schema that is meant where none is named.
const SCHEMA: &str = "kedge";

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    File(PathBuf),
    /// A database, by its address, and the schema in it.
    Database {
        address: String,
        schema: String,
    },
}

/// Whether this names a database, not a file.
pub(super) fn is_database(path: &Path) -> bool {
    path.to_str().is_some_and(|text| SCHEMES.iter().any(|scheme| text.starts_with(scheme)))
}

impl Place {
    /// The place that is written so.
    pub(super) fn of(path: &Path) -> Result<Self, StoreTrouble> {
        let Some(text) = path.to_str().filter(|_| is_database(path)) else {
            return Ok(Self::File(path.to_owned()));
        };
        let (before, after) = text.split_once('?').unwrap_or((text, ""));
        let (_, rest) = before.split_once("://").unwrap_or_default();
        let user = rest.split('/').next().and_then(|host| host.rsplit_once('@')).map(|(user, _)| user);
        let is_password = |setting: &&str| setting.split('=').next() == Some("password");
        if user.is_some_and(|user| user.contains(':')) || after.split('&').any(|it| is_password(&it)) {
            // It would stand in every message, and in the history of the shell.
            return Err(StoreTrouble::Password);
        }
        let mut schemas = after.split('&').filter_map(|setting| setting.strip_prefix("schema="));
        let schema = schemas.next_back().filter(|it| !it.is_empty()).unwrap_or(SCHEMA).to_owned();
        let others: Vec<&str> =
            after.split('&').filter(|it| !it.is_empty() && !it.starts_with("schema=")).collect();
        let address =
            if others.is_empty() { before.to_owned() } else { format!("{before}?{}", others.join("&")) };
        Ok(Self::Database { address, schema })
    }
}

/// The folder from which paths of sources are told; a database lies in none.
pub(crate) fn folder_of(store: &Path) -> &Path {
    let folder = if is_database(store) { None } else { store.parent() };
    folder.filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
