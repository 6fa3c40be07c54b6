//! Manifests in TOML.

use super::{Ecosystem, Package, Role, is_for_development};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is declared at an offset of the text.
struct Lines<'a> {
    text: &'a str,
    ecosystem: Ecosystem,
    found: Vec<Package>,
}

impl Lines<'_> {
    fn add(&mut self, package: &str, at: usize, role: Role) {
        let line =
            self.text.as_bytes()[..at.min(self.text.len())].split(|byte| *byte == b'\n').count() as u32;
        self.found.push(Package { ecosystem: self.ecosystem, name: package.to_owned(), line, role });
    }

    /// A table whose keys are packages.
    fn keys(&mut self, table: Option<&DeTable<'_>>, role: Role) {
        for (key, value) in table.into_iter().flatten() {
            let renamed = value.get_ref().as_table().and_then(|table| string(table, "package"));
            self.add(renamed.unwrap_or(key.get_ref()), key.span().start, role);
        }
    }

    /// A list of requirements of Python.
    fn list(&mut self, list: Option<&Spanned<DeValue<'_>>>, role: Role) {
        for item in list.and_then(|list| list.get_ref().as_array()).into_iter().flatten() {
            if let Some(package) = item.get_ref().as_str().and_then(requirement) {
                self.add(package, item.span().start, role);
            }
        }
    }
}

fn string<'a>(table: &'a DeTable<'_>, key: &str) -> Option<&'a str> {
    table.get(key)?.get_ref().as_str()
}

fn within<'a, 'b>(table: &'a DeTable<'b>, keys: &[&str]) -> Option<&'a DeTable<'b>> {
    keys.iter().try_fold(table, |table, key| table.get(*key)?.get_ref().as_table())
}

/// The name at the front of a requirement of Python, such as `requests[socks]>=2`; none if it is a path or an address.
pub(super) fn requirement(text: &str) -> Option<&str> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_address = rest.starts_with(['/', ':', '+', '\\']);
    (is_name && !is_address).then_some(name)
}

fn start(text: &str, ecosystem: Ecosystem) -> Option<(Spanned<DeTable<'_>>, Lines<'_>)> {
    let table = DeTable::parse(text).ok()?;
    Some((table, Lines { text, ecosystem, found: Vec::new() }))
}

/// `Cargo.toml`.
pub(super) fn cargo(text: &str) -> Option<Vec<Package>> {
    let (table, mut lines) = start(text, Ecosystem::Cargo)?;
    let table = table.get_ref();
    let mut sections = |table: &DeTable<'_>| {
        lines.keys(within(table, &["dependencies"]), Role::Runtime);
        lines.keys(within(table, &["dev-dependencies"]), Role::Development);
        lines.keys(within(table, &["build-dependencies"]), Role::Development);
    };
    sections(table);
    for (_, target) in within(table, &["target"]).into_iter().flatten() {
        if let Some(target) = target.get_ref().as_table() {
            sections(target);
        }
    }
    lines.keys(within(table, &["workspace", "dependencies"]), Role::Version);
    Some(lines.found)
}

/// `pyproject.toml`: the standard's tables and Poetry's.
pub(super) fn pyproject(text: &str) -> Option<Vec<Package>> {
    let (table, mut lines) = start(text, Ecosystem::Python)?;
    let table = table.get_ref();
    let role = |name: &str| if is_for_development(name) { Role::Development } else { Role::Runtime };
    if let Some(project) = within(table, &["project"]) {
        lines.list(project.get("dependencies"), Role::Runtime);
        for (name, list) in within(project, &["optional-dependencies"]).into_iter().flatten() {
            lines.list(Some(list), role(name.get_ref()));
        }
    }
    // Groups are never part of what is installed (PEP 735).
    for (_, list) in within(table, &["dependency-groups"]).into_iter().flatten() {
        lines.list(Some(list), Role::Development);
    }
    if let Some(poetry) = within(table, &["tool", "poetry"]) {
        lines.keys(within(poetry, &["dependencies"]), Role::Runtime);
        lines.keys(within(poetry, &["dev-dependencies"]), Role::Development);
        for (name, group) in within(poetry, &["group"]).into_iter().flatten() {
            let list = group.get_ref().as_table().and_then(|group| within(group, &["dependencies"]));
            lines.keys(list, role(name.get_ref()));
        }
    }
    Some(lines.found)
}

/// `Pipfile`.
pub(super) fn pipfile(text: &str) -> Option<Vec<Package>> {
    let (table, mut lines) = start(text, Ecosystem::Python)?;
    lines.keys(within(table.get_ref(), &["packages"]), Role::Runtime);
    lines.keys(within(table.get_ref(), &["dev-packages"]), Role::Development);
    Some(lines.found)
}

/// Gradle's version catalogue: it gives versions, and build files choose from it.
pub(super) fn version_catalogue(text: &str) -> Option<Vec<Package>> {
    let (table, mut lines) = start(text, Ecosystem::Maven)?;
    for (key, library) in within(table.get_ref(), &["libraries"]).into_iter().flatten() {
        let module = match library.get_ref() {
            DeValue::String(text) => super::lines::coordinates(text),
            DeValue::Table(library) => match (string(library, "group"), string(library, "name")) {
                (Some(group), Some(name)) => Some(format!("{group}:{name}")),
                _ => string(library, "module").map(str::to_owned),
            },
            _ => None,
        };
        if let Some(module) = module {
            lines.add(&module, key.span().start, Role::Version);
        }
    }
    Some(lines.found)
}
