//! Files that change with everything and couple nothing: manifests, lock files, changelogs, generated code.
//!
//! Releases and updates of dependencies touch them all over a repository at once. In one public monorepo 416 of 560
//! commits across teams touched nothing else.

use crate::generated::{is_generated, is_vendored};
use serde::{Deserialize, Serialize};

/// Why a path says nothing about who depends on whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routine {
    /// Names a package, its version and what it depends on.
    Manifest,
    /// The exact versions of what it depends on.
    LockFile,
    /// What changed in each release.
    Changelog,
    /// Written by a program, or taken over from elsewhere.
    Generated,
}

use Routine::{Changelog, Generated, LockFile, Manifest};

/// By the whole name of the file, in lower case.
const NAMES: &[(&str, Routine)] = &[
    ("build.gradle", Manifest),
    ("build.gradle.kts", Manifest),
    ("bun.lock", LockFile),
    ("cargo.lock", LockFile),
    ("cargo.toml", Manifest),
    ("changelog", Changelog),
    ("changelog.md", Changelog),
    ("changelog.rst", Changelog),
    ("changes.md", Changelog),
    ("composer.json", Manifest),
    ("composer.lock", LockFile),
    ("directory.build.props", Manifest),
    ("directory.packages.props", Manifest),
    ("gemfile", Manifest),
    ("gemfile.lock", LockFile),
    ("global.json", Manifest),
    ("go.mod", Manifest),
    ("go.sum", LockFile),
    ("go.work", Manifest),
    ("go.work.sum", LockFile),
    ("history.md", Changelog),
    ("mix.exs", Manifest),
    ("mix.lock", LockFile),
    ("npm-shrinkwrap.json", LockFile),
    ("package-lock.json", LockFile),
    ("package.json", Manifest),
    ("packages.lock.json", LockFile),
    ("pipfile", Manifest),
    ("pipfile.lock", LockFile),
    ("pnpm-lock.yaml", LockFile),
    ("poetry.lock", LockFile),
    ("pom.xml", Manifest),
    ("pyproject.toml", Manifest),
    ("releases.md", Changelog),
    ("requirements.txt", Manifest),
    ("setup.cfg", Manifest),
    ("uv.lock", LockFile),
    ("version", Manifest),
    ("version.txt", Manifest),
    ("yarn.lock", LockFile),
];

/// By the end of the file's name, in lower case.
const ENDINGS: &[(&str, Routine)] = &[
    (".csproj", Manifest),
    (".fsproj", Manifest),
    (".gemspec", Manifest),
    (".nuspec", Manifest),
    (".vbproj", Manifest),
];

/// Why a path is left out of counting, if it is.
pub fn routine(path: &str) -> Option<Routine> {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let by_name = NAMES.iter().find(|(it, _)| *it == name);
    let by_ending = || ENDINGS.iter().find(|(it, _)| name.ends_with(it));
    let is_nobodys = || is_generated(path) || is_vendored(path);
    by_name.or_else(by_ending).map(|(_, kind)| *kind).or_else(|| is_nobodys().then_some(Generated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_releases_touch_is_told_from_code() {
        assert_eq!(routine("apps/web/package.json"), Some(Manifest));
        assert_eq!(routine("src/Api/packages.lock.json"), Some(LockFile));
        assert_eq!(routine("CHANGELOG.md"), Some(Changelog));
        assert_eq!(routine("src/Migrations/20240101_Add.Designer.cs"), Some(Generated));
        assert_eq!(routine("go/vendor/x/y.go"), Some(Generated));
        assert_eq!(routine("src/vendor.rs"), None);
        assert_eq!(routine("src/package.rs"), None);
    }
}
