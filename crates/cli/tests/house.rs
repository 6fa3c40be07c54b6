//! The house stands as ARCHITECTURE.md draws it: which crate may import which.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each crate with the crates of this workspace that it may import. An arrow that is not here is a defect of the code,
/// or a decision to be written into ARCHITECTURE.md first.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("files", &["model"]),
    ("exchange", &["model"]),
    ("survey", &["model", "exchange"]),
    ("floor", &["model"]),
    ("forecast", &["model", "floor"]),
    ("decide", &["model", "floor", "forecast"]),
    ("align", &["model", "forecast", "decide"]),
    ("replica", &[]),
    ("check", &["model", "floor", "forecast", "decide", "align"]),
    (
        "workspace",
        &["model", "files", "exchange", "survey", "floor", "forecast", "decide", "align", "check", "replica"],
    ),
    ("pages", &["model", "survey", "floor", "forecast", "decide", "align", "check"]),
    ("server", &["model", "floor", "forecast", "decide", "align", "check", "workspace", "pages"]),
    (
        "cli",
        &[
            "model",
            "files",
            "exchange",
            "survey",
            "floor",
            "forecast",
            "decide",
            "align",
            "check",
            "workspace",
            "server",
        ],
    ),
];

fn imports(manifest: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(manifest).unwrap();
    let dependencies = text.split("[dependencies]").nth(1).unwrap_or_default();
    let dependencies = dependencies.split("\n[").next().unwrap_or_default();
    dependencies
        .lines()
        .filter_map(|line| line.strip_prefix("kedge-"))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn crates_import_only_along_the_arrows() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut found = 0;
    for entry in std::fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let may = allowed.get(name.as_str()).unwrap_or_else(|| panic!("crate `{name}` is not on the map"));
        for import in imports(&folder.join("Cargo.toml")) {
            assert!(may.contains(&import.as_str()), "crate `{name}` may not import `{import}`");
            found += 1;
        }
    }
    assert!(found > 20, "the manifests were not read: {found} arrows found");
}

#[test]
fn the_core_never_touches_disk_network_or_clock() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for name in ["model", "exchange", "floor", "forecast", "decide", "align", "check", "pages", "replica"] {
        let mut folders = vec![crates.join(name).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                // A replica's core does no I/O. Its store, its command and the conversion from a caller's time stand beside it.
                let beside = ["replica/src/bin", "replica/src/store", "replica/src/system_time.rs"];
                if beside.iter().any(|part| path.to_string_lossy().replace('\\', "/").contains(part)) {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                // Unit tests at a file's end may read fixtures.
                let code = text.split("#[cfg(test)]").next().unwrap();
                for forbidden in
                    ["std::fs", "std::net", "SystemTime", "Instant::now", "Zoned::now", "std::env::"]
                {
                    let used = code
                        .lines()
                        .any(|line| line.contains(forbidden) && !line.trim_start().starts_with("//"));
                    assert!(!used, "{} uses {forbidden}", path.display());
                }
            }
        }
    }
}
