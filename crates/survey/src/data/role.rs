//! What a file is there for: only what runs in production writes and reads in production.

use crate::generated::{is_generated, is_signed, is_vendored};
use serde::{Deserialize, Serialize};

/// What a file is there for. Told by its path, and for what is generated also by its first lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It runs in production, for all that its path says.
    Production,
    /// It changes a schema, and the data with it, once: `migrations/…`, `db/migrate/…`, `V12__add.sql`. Its
    /// definitions count; what it writes and reads is left out unless it is asked for.
    Migration,
    /// A test, a fixture, an example or a benchmark.
    Test,
    /// Somebody else's code, kept here: `vendor/…`, `node_modules/…`.
    Vendored,
    /// Written by a program, as its path or its head says.
    Generated,
}

impl Role {
    /// Of the file at a path, with this text.
    pub fn of(path: &str, text: &str) -> Self {
        let lower = path.to_lowercase();
        let folders: Vec<&str> = lower.split('/').collect();
        let (file, folders) = folders.split_last().unwrap_or((&"", &[]));
        if is_vendored(path) {
            return Self::Vendored;
        }
        if is_test(path, file, folders) {
            return Self::Test;
        }
        if is_generated(path) || is_signed(text) {
            return Self::Generated;
        }
        if is_migration(file, folders) {
            return Self::Migration;
        }
        Self::Production
    }
}

const TESTS: [&str; 22] = [
    "test",
    "tests",
    "testing",
    "spec",
    "specs",
    "__tests__",
    "__mocks__",
    "mocks",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "fixture",
    "e2e",
    "integrationtests",
    "integration-tests",
    "unittests",
    "examples",
    "example",
    "benches",
    "benchmarks",
    "perf",
];

fn is_test(path: &str, file: &str, folders: &[&str]) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    // `Api.Tests`, `Core.Test`, `infrastructure.integrationtest`.
    let project = |folder: &&str| {
        folder
            .rsplit(['.', '-', '_'])
            .next()
            .is_some_and(|last| TESTS.contains(&last) || last.ends_with("tests"))
            && folder.contains(['.', '-', '_'])
            || folder.ends_with("integrationtest")
    };
    let original = path.rsplit('/').next().unwrap_or_default();
    let original = original.split('.').next().unwrap_or_default();
    folders.iter().any(|folder| TESTS.contains(folder) || project(folder))
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem.starts_with("test_")
        || original.ends_with("Test")
        || original.ends_with("Tests")
        || original.ends_with("Spec")
        || file.contains(".test.")
        || file.contains(".spec.")
        || file == "conftest.py"
}

fn is_migration(file: &str, folders: &[&str]) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    folders.iter().any(|folder| {
        matches!(
            *folder,
            "migrations"
                | "migration"
                | "migrate"
                | "old_migrations"
                | "dbscripts"
                | "changelogs"
                | "flyway"
                | "liquibase"
        ) || folder.ends_with("migrations")
            || folder.starts_with("dbscripts_")
    }) || matches!(stem, "migrations" | "migration")
        || is_flyway(file)
        || file.ends_with(".up.sql")
        || file.ends_with(".down.sql")
}

/// `V12__add_column.sql`, `R__views.sql`.
fn is_flyway(file: &str) -> bool {
    // The path is in lower case here.
    let Some((version, _)) = file.strip_suffix(".sql").and_then(|stem| stem.split_once("__")) else {
        return false;
    };
    let mut signs = version.chars();
    let first = signs.next();
    match first {
        Some('v' | 'u') => {
            version.len() > 1 && signs.all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | '_'))
        }
        Some('r') => version.len() == 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is_there_for() {
        for (path, role) in [
            ("src/Api/Users.cs", Role::Production),
            ("src/Sql/dbo/Tables/User.sql", Role::Production),
            ("src/contest/latest.py", Role::Production),
            ("test/Api.Test/UsersTests.cs", Role::Test),
            ("src/Api.Tests/Users.cs", Role::Test),
            ("src/Infrastructure.IntegrationTest/Users.cs", Role::Test),
            ("internal/storage/entry_test.go", Role::Test),
            ("app/users.spec.ts", Role::Test),
            ("tests.py", Role::Production),
            ("spec/models/user_spec.rb", Role::Test),
            ("vendor/github.com/lib/pq/conn.go", Role::Vendored),
            ("db/migrate/2024_add_users.rb", Role::Migration),
            ("util/Migrator/DbScripts/2024-01-01_00_User.sql", Role::Migration),
            ("util/PostgresMigrations/Migrations/2024_Init.cs", Role::Migration),
            ("util/PostgresMigrations/Migrations/2024_Init.Designer.cs", Role::Generated),
            ("internal/database/migrations.go", Role::Migration),
            ("sql/V1_2__users.sql", Role::Migration),
            ("sql/views__users.sql", Role::Production),
        ] {
            assert_eq!(Role::of(path, ""), role, "{path}");
        }
    }

    #[test]
    fn a_head_says_that_a_program_wrote_a_file() {
        assert_eq!(Role::of("a.go", "// Code generated by sqlc. DO NOT EDIT.\npackage a"), Role::Generated);
        assert_eq!(Role::of("a.go", "package a\n// not code that was generated"), Role::Production);
    }
}
