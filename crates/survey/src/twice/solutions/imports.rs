//! What a source imports, line by line: enough to tell which package it is, and no grammar.

use super::Ecosystem;

/// The ecosystem whose packages a source imports, by its ending.
pub(super) fn ecosystem_of(path: &str) -> Option<Ecosystem> {
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match ending {
        "rs" => Ecosystem::Cargo,
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "vue" | "svelte" => Ecosystem::Npm,
        "py" => Ecosystem::Python,
        "go" => Ecosystem::Go,
        "java" | "kt" | "kts" | "scala" | "groovy" => Ecosystem::Maven,
        "cs" | "cshtml" | "razor" => Ecosystem::Nuget,
        "rb" | "rake" => Ecosystem::Ruby,
        "php" => Ecosystem::Composer,
        _ => return None,
    })
}

/// The imports of a source, each with its line from 1. What is used by its full path without an import is not seen.
pub(super) fn read(ecosystem: Ecosystem, text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    // Within the brackets of Go's `import (`.
    let mut block = false;
    for (at, line) in text.lines().enumerate() {
        let line_number = at as u32 + 1;
        let line = line.trim();
        let mut add = |import: &str| {
            // Given back as a part of the text.
            if let Some(start) = line.find(import).filter(|_| !import.is_empty()) {
                found.push((line_number, &line[start..start + import.len()]));
            }
        };
        match ecosystem {
            Ecosystem::Cargo => {
                let line = line.strip_prefix("pub ").unwrap_or(line);
                let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
                let used = line.strip_prefix("use ").or_else(|| line.strip_prefix("extern crate "));
                add(word(used.unwrap_or_default().trim_start_matches("::"), ""));
            }
            Ecosystem::Npm => {
                quoted_after(line, &["from ", "from", "import ", "require(", "import("], &mut add);
            }
            Ecosystem::Python => {
                if let Some(from) = line.strip_prefix("from ") {
                    add(word(from.trim_start(), "."));
                } else if let Some(list) = line.strip_prefix("import ") {
                    for import in list.split('#').next().unwrap_or_default().split(',') {
                        add(word(import.trim_start(), "."));
                    }
                }
            }
            Ecosystem::Go => {
                if line.starts_with("import (") {
                    block = true;
                } else if block && line.starts_with(')') {
                    block = false;
                } else if block || line.starts_with("import ") {
                    let quoted = line.split('"').nth(1).filter(|_| !line.starts_with("//"));
                    add(quoted.unwrap_or_default());
                }
            }
            Ecosystem::Maven => {
                let used = line.strip_prefix("import ").unwrap_or_default().trim_start();
                add(word(used.strip_prefix("static ").unwrap_or(used), ".").trim_end_matches('.'));
            }
            Ecosystem::Nuget => {
                let used = line.strip_prefix('@').unwrap_or(line);
                let used = used.strip_prefix("global ").unwrap_or(used);
                let used = used.strip_prefix("using ").unwrap_or_default().trim_start();
                let used = used.strip_prefix("static ").unwrap_or(used);
                // `using X = A.B;`, and neither `using (…)` nor `using var x = …`.
                let used = match used.split_once('=') {
                    Some((name, rest)) if !name.trim().contains(' ') => rest.trim_start(),
                    Some(_) => "",
                    None => used,
                };
                let name = word(used, ".");
                if matches!(used[name.len()..].trim_start().bytes().next(), None | Some(b';')) {
                    add(name);
                }
            }
            Ecosystem::Ruby => {
                if line.starts_with("require ") || line.starts_with("require(") {
                    quoted_after(line, &["require ", "require("], &mut add);
                }
            }
            Ecosystem::Composer => {
                let used = line.strip_prefix("use ").unwrap_or_default().trim_start();
                let used = used.strip_prefix("function ").unwrap_or(used);
                add(word(used.trim_start_matches('\\'), "\\").trim_end_matches('\\'));
            }
        }
    }
    found
}

/// The letters, digits and `_` that a text begins with, and these signs.
fn word<'a>(text: &'a str, signs: &str) -> &'a str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && !signs.contains(c));
    &text[..end.unwrap_or(text.len())]
}

/// What stands in quotes right behind one of these.
fn quoted_after(line: &str, before: &[&str], add: &mut dyn FnMut(&str)) {
    if line.starts_with("//") || line.starts_with('*') || line.starts_with('#') {
        return;
    }
    let mut last = 0;
    for before in before {
        for (at, _) in line.match_indices(before) {
            let rest = &line[at + before.len()..];
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let Some(inner) = rest[1..].split(quote).next() else { continue };
            // `from ` and `import ` may lead to the same quote.
            let place = at + before.len();
            if place != last {
                last = place;
                add(inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(path: &str, text: &str) -> Vec<String> {
        let found = read(ecosystem_of(path).unwrap(), text);
        found.into_iter().map(|(line, import)| format!("{line} {import}")).collect()
    }

    #[test]
    fn each_language_has_its_imports() {
        assert_eq!(
            imports("a.rs", "use reqwest::Client;\npub(crate) use ::log as l;\nlet used = 1;\n"),
            ["1 reqwest", "2 log"]
        );
        assert_eq!(
            imports(
                "a.ts",
                "import {\n  a,\n} from 'axios';\nimport \"dotenv/config\";\nconst x = require('got');\n// import 'no'\n\
                 const y = await import('ky');\nexport * from \"./own\";"
            ),
            ["3 axios", "4 dotenv/config", "5 got", "7 ky", "8 ./own"]
        );
        assert_eq!(
            imports(
                "a.py",
                "from google.cloud import storage\nimport os, requests as r # x\nimportant = 1\n"
            ),
            ["1 google.cloud", "2 os", "2 requests"]
        );
        assert_eq!(
            imports(
                "a.go",
                "import \"fmt\"\nimport (\n\tr \"github.com/x/y/v2\"\n\t// \"no\"\n)\nvar a = \"b\"\n"
            ),
            ["1 fmt", "3 github.com/x/y/v2"]
        );
        assert_eq!(
            imports("A.java", "import static org.quartz.JobBuilder.*;\n"),
            ["1 org.quartz.JobBuilder"]
        );
        assert_eq!(
            imports(
                "A.cs",
                "global using Polly;\nusing static A.B;\nusing X = C.D;\nusing var x = E.F();\nusing (var y = z)\n\
                 using var a = G;\nusing IDisposable b = H.I();\n"
            ),
            ["1 Polly", "2 A.B", "3 C.D"]
        );
        assert_eq!(
            imports("a.rb", "require 'sidekiq'\nrequired = 'x'\nrequire_relative 'own'\n"),
            ["1 sidekiq"]
        );
        assert_eq!(imports("a.php", "use GuzzleHttp\\Client;\n"), ["1 GuzzleHttp\\Client"]);
    }
}
