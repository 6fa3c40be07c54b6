//! What manifests declare, each package with its line.

mod json;
mod lines;
mod toml;
mod xml;

use super::{Ecosystem, Role};
use serde::{Deserialize, Serialize};

/// A package that a manifest declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::twice) struct Package {
    pub(super) ecosystem: Ecosystem,
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) role: Role,
}

/// How a manifest is read.
#[derive(Clone, Copy)]
enum Reader {
    /// As a whole; none if it does not follow its format.
    Whole(fn(&str) -> Option<Vec<Package>>),
    /// Line by line: a line that is of no known form is passed over.
    Lines(fn(&str) -> Vec<Package>),
}

/// The reader of a file of this name.
fn reader(path: &str) -> Option<Reader> {
    let name = path.rsplit('/').next()?;
    let folder = path.strip_suffix(name).unwrap_or_default().trim_end_matches('/');
    let has_ending = |endings: &[&str]| {
        name.rsplit_once('.')
            .is_some_and(|(_, ending)| endings.contains(&ending.to_ascii_lowercase().as_str()))
    };
    let requirements = has_ending(&["txt", "in"])
        && (name.starts_with("requirements")
            || name.ends_with("requirements.txt")
            || folder.ends_with("requirements"));
    Some(match name {
        "Cargo.toml" => Reader::Whole(toml::cargo),
        "package.json" => Reader::Whole(json::npm),
        "composer.json" => Reader::Whole(json::composer),
        "pyproject.toml" => Reader::Whole(toml::pyproject),
        "Pipfile" => Reader::Whole(toml::pipfile),
        "setup.cfg" => Reader::Lines(lines::setup_cfg),
        "go.mod" => Reader::Lines(lines::go_mod),
        "pom.xml" => Reader::Whole(xml::pom),
        "build.gradle" | "build.gradle.kts" => Reader::Lines(lines::gradle),
        "libs.versions.toml" => Reader::Whole(toml::version_catalogue),
        "packages.config" => Reader::Whole(xml::packages_config),
        "Gemfile" | "gems.rb" => Reader::Lines(lines::gemfile),
        _ if requirements && is_for_development(path) => Reader::Lines(lines::requirements_for_development),
        _ if requirements => Reader::Lines(lines::requirements),
        _ if has_ending(&["csproj", "fsproj", "vbproj"]) => Reader::Whole(xml::dotnet),
        _ if name.starts_with("Directory.") && has_ending(&["props", "targets"]) => {
            Reader::Whole(xml::dotnet)
        }
        _ if has_ending(&["gemspec"]) => Reader::Lines(lines::gemfile),
        _ => return None,
    })
}

/// Whether a file of this name is a manifest that is read.
pub(super) fn is_manifest(path: &str) -> bool {
    reader(path).is_some()
}

/// Reads a manifest; none if it does not follow its format.
pub(super) fn read(path: &str, text: &str) -> Option<Vec<Package>> {
    match reader(path)? {
        Reader::Whole(read) => read(text),
        Reader::Lines(read) => Some(read(text)),
    }
}

/// Names that custom gives to sets of packages which do not run: of a group, an extra, a file.
fn is_for_development(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["dev", "test", "lint", "doc", "typing", "bench", "ci", "build"].iter().any(|word| {
        name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
            part.strip_prefix(word).is_some_and(|rest| {
                matches!(rest, "" | "s" | "elop" | "elopment" | "ing" | "er" | "mark" | "marks")
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each package as `line name`, with a mark for what does not run.
    fn shown(path: &str, text: &str) -> Vec<String> {
        let mut list = read(path, text).unwrap();
        list.sort_by_key(|one| one.line);
        let mark = |role| match role {
            Role::Runtime => "",
            Role::Development => " (development)",
            Role::Version => " (version)",
        };
        list.iter().map(|one| format!("{} {}{}", one.line, one.name, mark(one.role))).collect()
    }

    #[test]
    fn cargo() {
        let text = "[package]\nname = \"a\"\n\n[dependencies]\nlog = \"0.4\"\nweb = { package = \"reqwest\", version = \
                    \"0.12\" }\n\n[dependencies.sqlx]\nversion = \"0.8\"\n[dev-dependencies]\nureq = \"3\"\n\
                    [target.'cfg(unix)'.dependencies]\nredis.workspace = true\n[workspace.dependencies]\nmoka = \"1\"\n";
        assert_eq!(
            shown("x/Cargo.toml", text),
            ["5 log", "6 reqwest", "8 sqlx", "11 ureq (development)", "13 redis", "15 moka (version)"]
        );
        assert_eq!(read("Cargo.toml", "[dependencies\n"), None);
    }

    #[test]
    fn npm_and_composer() {
        let text = "{\n\t\"name\": \"express\",\n\t\"dependencies\": {\n\t\t\"axios\": \"^1\",\n\t\t\"@sentry/node\": {\"a\": \
                    \"b\"}\n\t},\n\t\"devDependencies\": {\"got\": \"1\"},\n\t\"x\": {\"dependencies\": {\"ky\": \"1\"}}\n}\n";
        assert_eq!(shown("package.json", text), ["4 axios", "5 @sentry/node", "7 got (development)"]);
        assert_eq!(read("package.json", "{\"dependencies\": {"), None);
        let text = "{\"require\": {\n\"guzzlehttp/guzzle\": \"7\", \"php\": \"8\"},\n\"require-dev\": {\"a/b\": \"1\"}}";
        assert_eq!(shown("composer.json", text), ["2 guzzlehttp/guzzle", "2 php", "3 a/b (development)"]);
    }

    #[test]
    fn python() {
        let text = "# all\nrequests[socks]>=2 ; python_version < '4'\n-r other.txt\n\nDjango==5.0 # web\n./local\n\
                    git+https://x/y.git\n";
        assert_eq!(shown("requirements.txt", text), ["2 requests", "5 Django"]);
        assert_eq!(shown("requirements/test.txt", "pytest\n"), ["1 pytest (development)"]);
        assert_eq!(shown("requirements-dev.txt", "black\n"), ["1 black (development)"]);
        let text = "[project]\ndependencies = [\n  \"httpx>=0.2\",\n  \"celery[redis]\",\n]\n[project.optional-dependencies]\n\
                    fast = [\"orjson\"]\ntest = [\"tenacity\"]\n[dependency-groups]\nlint = [\"ruff\", {include-group = \
                    \"test\"}]\n[tool.poetry.dependencies]\npython = \"^3\"\nloguru = \"1\"\n\
                    [tool.poetry.group.dev.dependencies]\nfilelock = \"3\"\n";
        assert_eq!(
            shown("pyproject.toml", text),
            [
                "3 httpx",
                "4 celery",
                "7 orjson",
                "8 tenacity (development)",
                "10 ruff (development)",
                "12 python",
                "13 loguru",
                "15 filelock (development)"
            ]
        );
        let text = "[metadata]\nname = x\n[options]\ninstall_requires =\n    requests>=1\n    # no\n    attrs\npackages = \
                    find:\n[options.extras_require]\ntest =\n    pytest\n";
        assert_eq!(shown("setup.cfg", text), ["5 requests", "7 attrs", "11 pytest (development)"]);
        assert_eq!(
            shown("Pipfile", "[packages]\nflask = \"*\"\n[dev-packages]\nblack = \"*\"\n"),
            ["2 flask", "4 black (development)"]
        );
    }

    #[test]
    fn go() {
        let text = "module a\n\ngo 1.22\nrequire github.com/x/y v1.0.0\nrequire (\n\tgo.uber.org/zap v1 // why\n\
                    \tgolang.org/x/sys v0 // indirect\n)\nreplace a => b v1\n";
        assert_eq!(shown("svc/go.mod", text), ["4 github.com/x/y", "6 go.uber.org/zap"]);
    }

    #[test]
    fn maven_and_gradle() {
        let text = "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n<dependencyManagement><dependencies>\n<dependency>\
                    <groupId>io.jsonwebtoken</groupId><artifactId>jjwt</artifactId></dependency></dependencies>\
                    </dependencyManagement>\n<dependencies>\n<dependency>\n <groupId>org.jooq</groupId>\n \
                    <artifactId>jooq</artifactId>\n</dependency>\n<dependency><groupId>junit</groupId><artifactId>junit\
                    </artifactId><scope>test</scope></dependency>\n</dependencies></project>";
        assert_eq!(
            shown("pom.xml", text),
            ["3 io.jsonwebtoken:jjwt (version)", "5 org.jooq:jooq", "9 junit:junit (development)"]
        );
        let text = "dependencies {\n  implementation 'org.jooq:jooq:3.19'\n  testImplementation(\"org.a:b:1\")\n  \
                    api platform('c.d:e:1')\n  implementation libs.gson\n  // implementation 'f:g:1'\n}\n";
        assert_eq!(
            shown("app/build.gradle", text),
            ["2 org.jooq:jooq", "3 org.a:b (development)", "4 c.d:e"]
        );
        let text = "[libraries]\ngson = { module = \"com.google.code.gson:gson\", version = \"2\" }\na = \"b:c:1\"\nd = { \
                    group = \"e\", name = \"f\" }\n";
        assert_eq!(
            shown("gradle/libs.versions.toml", text),
            ["2 com.google.code.gson:gson (version)", "3 b:c (version)", "4 e:f (version)"]
        );
    }

    #[test]
    fn dotnet() {
        let text = "<Project Sdk=\"Microsoft.NET.Sdk\">\n  <ItemGroup>\n    <PackageReference Include=\"Dapper\" \
                    Version=\"2\" />\n    <PackageReference Include=\"Polly\">\n      <Version>8</Version>\n    \
                    </PackageReference>\n  </ItemGroup>\n</Project>";
        assert_eq!(shown("a/A.csproj", text), ["3 Dapper", "4 Polly"]);
        let with_runner = text.replace("Polly", "Microsoft.NET.Test.Sdk");
        assert_eq!(
            shown("a/A.csproj", &with_runner),
            ["3 Dapper (development)", "4 Microsoft.NET.Test.Sdk (development)"]
        );
        let text =
            "<Project><ItemGroup>\n<PackageVersion Include=\"Dapper\" Version=\"2\" /></ItemGroup></Project>";
        assert_eq!(shown("Directory.Packages.props", text), ["2 Dapper (version)"]);
        assert_eq!(
            shown("packages.config", "<packages>\n<package id=\"NLog\" version=\"5\" /></packages>"),
            ["2 NLog"]
        );
        assert_eq!(read("a/A.csproj", "<Project>"), None);
    }

    #[test]
    fn ruby() {
        let text = "source 'https://rubygems.org'\ngem 'rails', '~> 7'\ngroup :development, :test do\n  gem \"dotenv\"\nend\n\
                    gem 'faraday', group: :test\ngroup :production do\n  gem 'dalli'\nend\n";
        assert_eq!(
            shown("Gemfile", text),
            ["2 rails", "4 dotenv (development)", "6 faraday (development)", "8 dalli"]
        );
        let text = "Gem::Specification.new do |s|\n  s.add_dependency 'oj', '3'\n  s.add_development_dependency(\"bunny\")\nend\n";
        assert_eq!(shown("x.gemspec", text), ["2 oj", "3 bunny (development)"]);
    }

    #[test]
    fn other_files_are_no_manifests() {
        for path in ["Cargo.lock", "a/package-lock.json", "notes.txt", "a.props", "requirements.md"] {
            assert!(!is_manifest(path), "{path}");
        }
    }
}
