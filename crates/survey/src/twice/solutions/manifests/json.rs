//! `package.json` and `composer.json`: checked by a reader of JSON, then gone through for the lines of the keys.

use super::{Ecosystem, Package, Role};
use serde::de::IgnoredAny;

/// `package.json` of npm. Peers and what is optional run as well.
pub(super) fn npm(text: &str) -> Option<Vec<Package>> {
    packages(text, Ecosystem::Npm, |section| match section {
        "dependencies" | "optionalDependencies" | "peerDependencies" => Some(Role::Runtime),
        "devDependencies" => Some(Role::Development),
        _ => None,
    })
}

/// `composer.json`.
pub(super) fn composer(text: &str) -> Option<Vec<Package>> {
    packages(text, Ecosystem::Composer, |section| match section {
        "require" => Some(Role::Runtime),
        "require-dev" => Some(Role::Development),
        _ => None,
    })
}

/// The keys of those objects at the top that have a role.
fn packages(text: &str, ecosystem: Ecosystem, role: impl Fn(&str) -> Option<Role>) -> Option<Vec<Package>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut found = Vec::new();
    let (mut depth, mut line, mut at) = (0_usize, 1_u32, 0);
    let bytes = text.as_bytes();
    // The key at the top under which this is.
    let mut section = None;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => line += 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let end = (at + 1).min(bytes.len());
                let is_key = text[end..].trim_start().starts_with(':');
                let said = || serde_json::from_str::<String>(&text[start..end]).ok();
                if is_key && depth == 1 {
                    section = said().and_then(|name| role(&name));
                } else if is_key
                    && depth == 2
                    && let (Some(role), Some(package)) = (section, said())
                {
                    found.push(Package { ecosystem, name: package, line, role });
                }
            }
            _ => {}
        }
        at += 1;
    }
    Some(found)
}
