//! Manifests that are read line by line.

use super::toml::requirement;
use super::{Ecosystem, Package, Role, is_for_development};

/// Lines with their numbers, from 1.
fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line))
}

/// `requirements.txt`: options, paths and addresses are passed over.
pub(super) fn requirements(text: &str) -> Vec<Package> {
    requirements_for(text, Role::Runtime)
}

/// The same under a name that says that it does not run.
pub(super) fn requirements_for_development(text: &str) -> Vec<Package> {
    requirements_for(text, Role::Development)
}

fn requirements_for(text: &str, role: Role) -> Vec<Package> {
    let found = numbered(text).filter_map(|(line, said)| {
        let package = requirement(said.split('#').next()?)?.to_owned();
        Some(Package { ecosystem: Ecosystem::Python, name: package, line, role })
    });
    found.collect()
}

/// `setup.cfg`: `install_requires` and the extras.
pub(super) fn setup_cfg(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    let (mut section, mut role) = ("", None);
    for (line, said) in numbered(text) {
        let trimmed = said.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let value = if said.starts_with([' ', '\t']) {
            trimmed
        } else if let Some(name) = trimmed.strip_prefix('[') {
            (section, role) = (name.trim_end_matches(']'), None);
            continue;
        } else {
            let (key, value) = trimmed.split_once('=').unwrap_or((trimmed, ""));
            role = match (section, key.trim()) {
                ("options", "setup_requires" | "tests_require") => Some(Role::Development),
                ("options.extras_require", name) if is_for_development(name) => Some(Role::Development),
                ("options", "install_requires") | ("options.extras_require", _) => Some(Role::Runtime),
                _ => None,
            };
            value.trim()
        };
        if let (Some(role), Some(package)) = (role, requirement(value)) {
            found.push(Package { ecosystem: Ecosystem::Python, name: package.to_owned(), line, role });
        }
    }
    found
}

/// `go.mod`: what is marked as indirect is somebody else's need.
pub(super) fn go_mod(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    let mut block = false;
    for (line, said) in numbered(text) {
        let said = said.trim();
        if block && said.starts_with(')') {
            block = false;
            continue;
        }
        let required = match said.strip_prefix("require") {
            Some(rest) if rest.trim_start().starts_with('(') => {
                block = true;
                continue;
            }
            Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
            _ if block => said,
            _ => continue,
        };
        if required.starts_with("//") || required.contains("// indirect") {
            continue;
        }
        if let Some(package) = required.split_whitespace().next() {
            let package = package.trim_matches('"').to_owned();
            found.push(Package { ecosystem: Ecosystem::Go, name: package, line, role: Role::Runtime });
        }
    }
    found
}

/// Group and name of coordinates such as `org.jooq:jooq:3.19`.
pub(super) fn coordinates(text: &str) -> Option<String> {
    let mut parts = text.split(':');
    let (group, name) = (parts.next()?, parts.next()?);
    let is_plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    (is_plain(group) && is_plain(name)).then(|| format!("{group}:{name}"))
}

/// Gradle's build files: coordinates in quotes behind the name of a configuration. What a version catalogue or a variable
/// stands for is not resolved.
pub(super) fn gradle(text: &str) -> Vec<Package> {
    let found = numbered(text).filter_map(|(line, said)| {
        let said = said.trim();
        let configuration = said.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let lower = configuration.to_ascii_lowercase();
        let known =
            ["implementation", "api", "compile", "compileonly", "runtimeonly", "runtime", "kapt", "ksp"];
        if !known.iter().any(|name| lower.ends_with(name)) {
            return None;
        }
        let package = said.split(['"', '\'']).skip(1).step_by(2).find_map(coordinates)?;
        let role = if lower.contains("test") { Role::Development } else { Role::Runtime };
        Some(Package { ecosystem: Ecosystem::Maven, name: package, line, role })
    });
    found.collect()
}

/// `Gemfile` and `*.gemspec`.
pub(super) fn gemfile(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    // Whether each block that is open is one of groups that do not run.
    let mut blocks: Vec<bool> = Vec::new();
    for (line, said) in numbered(text) {
        let said = said.split('#').next().unwrap_or_default().trim();
        if said == "end" {
            blocks.pop();
        } else if said.ends_with(" do") || said.contains(" do |") || said.starts_with("if ") {
            blocks.push(said.starts_with("group ") && does_not_run(said));
        }
        let declared =
            said.strip_prefix("gem ").or_else(|| said.strip_prefix("gem(")).map(|rest| (rest, false));
        let declared = declared.or_else(|| {
            let (call, development) = [
                ("add_development_dependency", true),
                ("add_runtime_dependency", false),
                ("add_dependency", false),
            ]
            .into_iter()
            .find(|(call, _)| said.contains(call))?;
            Some((said.split(call).nth(1)?, development))
        });
        let Some((rest, development)) = declared else { continue };
        let Some(package) = rest.split(['"', '\'']).nth(1) else { continue };
        let is_option = rest.contains("group:") || rest.contains("groups:") || rest.contains(":group =>");
        let aside = development || blocks.contains(&true) || (is_option && does_not_run(rest));
        let role = if aside { Role::Development } else { Role::Runtime };
        found.push(Package { ecosystem: Ecosystem::Ruby, name: package.to_owned(), line, role });
    }
    found
}

/// Whether all the groups that a line names are for development or tests.
fn does_not_run(line: &str) -> bool {
    let groups = line.split(':').skip(1).filter_map(|rest| {
        let name = rest.trim_start().split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
        (!name.is_empty()).then_some(name)
    });
    let groups: Vec<&str> = groups.filter(|name| !matches!(*name, "group" | "groups" | "require")).collect();
    !groups.is_empty() && groups.iter().all(|group| is_for_development(group))
}
