//! Which sources are somebody's own work: not generated, not taken over from elsewhere.

use crate::generated::{is_generated, is_vendored};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Tests, by the names that test runners look for and custom gives.
const TESTS: &[&str] = &[
    "**/{test,tests,spec,specs,__tests__,testing,testdata,fixtures,e2e,cypress}/**",
    "**/*.{Test,Tests,test,tests,IntegrationTest,IntegrationTests,UnitTests,Specs}/**",
    "**/*{_test,_tests,_spec,.test,.spec,.cy}.*",
    "**/*{Test,Tests,Spec}.{cs,java,kt,kts,scala,groovy,php,swift}",
    "**/test_*.py",
    "**/conftest.py",
];

/// Steps of a schema: each repeats what it changes, and stays as it was written.
const MIGRATIONS: &[&str] = &[
    "**/{migrations,Migrations,migration,migrate,DbScripts,DbScripts_*,db-scripts}/**",
    "**/*{Migrations,migrations}/**",
];

/// Why a source was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Made by a tool: by its name or by what stands at its top.
    Generated,
    /// Lies in a folder for other people's code.
    Vendored,
    /// Larger than the limit.
    TooLarge,
    /// Not text.
    Binary,
    /// Its object is not in this clone.
    Missing,
    /// A manifest that does not follow its format.
    Unreadable,
    /// The limit on all tokens together was reached before it.
    BeyondLimit,
}

/// A file that was not counted, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its path.
    pub file: String,
    /// Why.
    pub why: Why,
}

/// What a place is for. Copies among tests or migrations are another matter than copies in what runs, so they are told
/// apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What runs.
    Code,
    /// A test, or what only tests use.
    Test,
    /// A step of a schema.
    Migration,
}

/// Tells files apart by their names.
#[derive(Debug)]
pub(crate) struct Names {
    tests: GlobSet,
    migrations: GlobSet,
}

impl Names {
    /// The one there is.
    pub(crate) fn all() -> &'static Self {
        static NAMES: LazyLock<Names> =
            LazyLock::new(|| Names { tests: set(TESTS), migrations: set(MIGRATIONS) });
        &NAMES
    }

    /// Why a file of this name is left out; none if it is not.
    pub(crate) fn left_out(path: &str) -> Option<Why> {
        if is_vendored(path) {
            return Some(Why::Vendored);
        }
        is_generated(path).then_some(Why::Generated)
    }

    /// What it is for.
    pub(crate) fn kind(&self, path: &str) -> Kind {
        if self.tests.is_match(path) {
            Kind::Test
        } else if self.migrations.is_match(path) {
            Kind::Migration
        } else {
            Kind::Code
        }
    }
}

fn set(patterns: &[&str]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(
            GlobBuilder::new(pattern)
                .literal_separator(true)
                .build()
                .expect("the tables of this file hold globs"),
        );
    }
    set.build().expect("the tables of this file hold globs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_their_names() {
        let names = Names::all();
        assert_eq!(Names::left_out("src/Api/Startup.cs"), None);
        assert_eq!(Names::left_out("a/20200101_First.Designer.cs"), Some(Why::Generated));
        assert_eq!(Names::left_out("proto/shop_pb2.py"), Some(Why::Generated));
        assert_eq!(Names::left_out("vendor/github.com/x/y.go"), Some(Why::Vendored));
        assert_eq!(names.kind("src/Api/Startup.cs"), Kind::Code);
        assert_eq!(names.kind("src/contest/latest.go"), Kind::Code);
        assert_eq!(names.kind("pkg/store/store_test.go"), Kind::Test);
        assert_eq!(names.kind("test/Core.Test/Startup.cs"), Kind::Test);
        assert_eq!(names.kind("web/src/cart.spec.ts"), Kind::Test);
        assert_eq!(names.kind("db/migrate/2020_first.rb"), Kind::Migration);
        assert_eq!(names.kind("util/PostgresMigrations/X.cs"), Kind::Migration);
    }
}
