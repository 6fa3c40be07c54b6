//! The map from packages to the problems they solve.

use super::Ecosystem;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The map that comes with Kedge.
const SHIPPED: &str = include_str!("capabilities.toml");

/// A map that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the map of capabilities cannot be read: {0}")]
pub struct MapError(String);

/// Which package solves which problem.
#[derive(Clone, Debug)]
pub struct Map {
    entries: Vec<Entry>,
    index: BTreeMap<Ecosystem, Index>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    solution: Vec<Entry>,
}

/// One solution of one problem.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) capability: String,
    pub(super) name: String,
    #[serde(default)]
    cargo: Vec<Package>,
    #[serde(default)]
    npm: Vec<Package>,
    #[serde(default)]
    python: Vec<Package>,
    #[serde(default)]
    go: Vec<Package>,
    #[serde(default)]
    maven: Vec<Package>,
    #[serde(default)]
    nuget: Vec<Package>,
    #[serde(default)]
    ruby: Vec<Package>,
    #[serde(default)]
    composer: Vec<Package>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Package {
    Name(String),
    Imported { package: String, imports: Vec<String> },
}

impl Entry {
    fn packages(&self) -> [(Ecosystem, &[Package]); 8] {
        [
            (Ecosystem::Cargo, &self.cargo),
            (Ecosystem::Npm, &self.npm),
            (Ecosystem::Python, &self.python),
            (Ecosystem::Go, &self.go),
            (Ecosystem::Maven, &self.maven),
            (Ecosystem::Nuget, &self.nuget),
            (Ecosystem::Ruby, &self.ruby),
            (Ecosystem::Composer, &self.composer),
        ]
    }
}

/// Where to look a package or an import of one ecosystem up. Each leads to places in the list of entries.
#[derive(Clone, Debug, Default)]
struct Index {
    packages: Names,
    imports: Names,
}

#[derive(Clone, Debug, Default)]
struct Names {
    whole: BTreeMap<String, Vec<usize>>,
    /// What a name begins with.
    beginnings: BTreeMap<String, Vec<usize>>,
}

impl Names {
    /// `*` at the end stands for anything.
    fn add(&mut self, pattern: &str, entry: usize) {
        let (names, key) = match pattern.strip_suffix('*') {
            Some(beginning) => (&mut self.beginnings, beginning),
            None => (&mut self.whole, pattern),
        };
        let entries = names.entry(key.to_owned()).or_default();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }

    /// The entries of the longest pattern that fits a name, or, with `below`, one above it.
    fn find(&self, name: &str, below: bool) -> &[usize] {
        let whole = if below {
            let ends = name.char_indices().rev().filter(|(_, c)| matches!(c, '.' | '/' | ':' | '\\'));
            let above = ends.map(|(end, _)| &name[..end]);
            std::iter::once(name).chain(above).find_map(|name| self.whole.get_key_value(name))
        } else {
            self.whole.get_key_value(name)
        };
        let beginning = (1..=name.len())
            .rev()
            .filter(|end| name.is_char_boundary(*end))
            .find_map(|end| self.beginnings.get_key_value(&name[..end]));
        match (whole, beginning) {
            (Some((whole, entries)), Some((beginning, _))) if whole.len() >= beginning.len() => entries,
            (_, Some((_, entries))) | (Some((_, entries)), None) => entries,
            (None, None) => &[],
        }
    }
}

impl Map {
    /// The map that comes with Kedge.
    pub fn shipped() -> Self {
        Self::of(read(SHIPPED).expect("the map that comes with Kedge is read in its tests"))
    }

    /// This map, with the entries of a text in the same form. One with the capability and the name of an entry that is here
    /// takes its place.
    ///
    /// # Errors
    /// If the text is not TOML or not of that form; the message names the line.
    pub fn with(self, text: &str) -> Result<Self, MapError> {
        let more = read(text)?;
        let mut entries = self.entries;
        entries
            .retain(|old| !more.iter().any(|new| new.capability == old.capability && new.name == old.name));
        entries.extend(more);
        Ok(Self::of(entries))
    }

    fn of(entries: Vec<Entry>) -> Self {
        let mut index: BTreeMap<Ecosystem, Index> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            for (ecosystem, packages) in entry.packages() {
                let index = index.entry(ecosystem).or_default();
                for package in packages {
                    let (name, imports) = match package {
                        Package::Name(name) => (name, guess(ecosystem, name)),
                        Package::Imported { package, imports } => (package, imports.clone()),
                    };
                    index.packages.add(&ecosystem.normal(name), at);
                    for import in imports {
                        index.imports.add(&import, at);
                    }
                }
            }
        }
        Self { entries, index }
    }

    /// What a package solves.
    pub(super) fn of_package(&self, ecosystem: Ecosystem, package: &str) -> impl Iterator<Item = usize> {
        // A module of Go may have its major version at the end.
        let below = ecosystem == Ecosystem::Go;
        let found = self
            .index
            .get(&ecosystem)
            .map_or(&[][..], |index| index.packages.find(&ecosystem.normal(package), below));
        found.iter().copied()
    }

    /// What an import uses.
    pub(super) fn of_import(&self, ecosystem: Ecosystem, import: &str) -> impl Iterator<Item = usize> {
        let found = self.index.get(&ecosystem).map_or(&[][..], |index| index.imports.find(import, true));
        found.iter().copied()
    }

    pub(super) fn entry(&self, at: usize) -> &Entry {
        &self.entries[at]
    }
}

fn read(text: &str) -> Result<Vec<Entry>, MapError> {
    toml::from_str::<File>(text).map(|file| file.solution).map_err(|error| MapError(error.to_string()))
}

/// What a source writes to use a package, if the map does not say.
fn guess(ecosystem: Ecosystem, package: &str) -> Vec<String> {
    match ecosystem {
        Ecosystem::Cargo => vec![package.replace('-', "_")],
        Ecosystem::Npm | Ecosystem::Go | Ecosystem::Nuget => vec![package.to_owned()],
        Ecosystem::Python => vec![package.to_lowercase().replace('-', "_")],
        Ecosystem::Maven => package.split(':').next().map(str::to_owned).into_iter().collect(),
        Ecosystem::Ruby => vec![package.to_owned(), package.replace('-', "/")],
        Ecosystem::Composer => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(map: &Map, found: impl Iterator<Item = usize>) -> Vec<String> {
        found.map(|at| format!("{}: {}", map.entry(at).capability, map.entry(at).name)).collect()
    }

    #[test]
    fn the_map_that_comes_with_kedge_is_whole() {
        let map = Map::shipped();
        for entry in &map.entries {
            let packages: usize = entry.packages().iter().map(|(_, packages)| packages.len()).sum();
            assert!(packages > 0, "{}: {} has no package", entry.capability, entry.name);
            let same = |other: &&Entry| other.capability == entry.capability && other.name == entry.name;
            assert_eq!(map.entries.iter().filter(same).count(), 1, "{} stands twice", entry.name);
        }
    }

    #[test]
    fn the_longest_pattern_decides() {
        let map = Map::shipped();
        let package = |ecosystem, package| names(&map, map.of_package(ecosystem, package));
        assert_eq!(package(Ecosystem::Nuget, "serilog.sinks.console"), ["logging: Serilog"]);
        assert_eq!(package(Ecosystem::Go, "github.com/redis/go-redis/v9"), ["cache: Redis"]);
        assert_eq!(package(Ecosystem::Python, "Flask_SQLAlchemy"), ["database access: SQLAlchemy"]);
        assert_eq!(
            package(Ecosystem::Ruby, "rails"),
            ["database access: Active Record", "web framework: Rails"]
        );
        assert!(package(Ecosystem::Npm, "left-pad").is_empty());
        let import = |ecosystem, import| names(&map, map.of_import(ecosystem, import));
        assert_eq!(
            import(Ecosystem::Nuget, "Azure.Messaging.ServiceBus.Administration"),
            ["queue: Azure Service Bus"]
        );
        assert_eq!(import(Ecosystem::Npm, "@sentry/node"), ["error reporting: Sentry"]);
        assert_eq!(import(Ecosystem::Maven, "io.ktor.client.HttpClient"), ["HTTP client: Ktor client"]);
        assert_eq!(import(Ecosystem::Python, "django.db.models"), ["database access: Django ORM"]);
        assert_eq!(import(Ecosystem::Python, "django.urls"), ["web framework: Django"]);
        assert!(import(Ecosystem::Go, "github.com/redis/go-redis-like").is_empty());
    }

    #[test]
    fn users_add_and_replace() {
        let map = Map::shipped()
            .with(
                "[[solution]]\ncapability = \"queue\"\nname = \"Ours\"\nnpm = [\"@acme/queue\"]\n\n[[solution]]\n\
                 capability = \"logging\"\nname = \"Serilog\"\nnuget = [\"Acme.Logging\"]\n",
            )
            .unwrap();
        let package = |ecosystem, package| names(&map, map.of_package(ecosystem, package));
        assert_eq!(package(Ecosystem::Npm, "@acme/queue"), ["queue: Ours"]);
        assert_eq!(package(Ecosystem::Nuget, "Acme.Logging"), ["logging: Serilog"]);
        assert!(package(Ecosystem::Nuget, "Serilog").is_empty());
        let odd = Map::shipped().with("[[solution]]\ncapability = \"queue\"\nnmp = []\n").unwrap_err();
        assert!(odd.to_string().contains("line 3"), "{odd}");
    }
}
