//! Where a clone came from: the page of a commit on its code host, and what the repository is called there.

use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// A repository on a host, by the URL that it was cloned from. Names and passwords in the URL are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    host: String,
    /// What it is called there: `acme/shop`.
    pub name: String,
}

impl Origin {
    /// Reads the URL of a remote, in any of the forms that git takes; `None` for a path on this machine.
    ///
    /// ```
    /// use kedge_survey::Origin;
    /// let origin = Origin::of("git@github.com:acme/shop.git").unwrap();
    /// assert_eq!(origin.name, "acme/shop");
    /// assert_eq!(origin.commit().as_deref(), Some("https://github.com/acme/shop/commit/"));
    /// assert_eq!(Origin::of("../shop"), None);
    /// ```
    pub fn of(url: &str) -> Option<Self> {
        let url = url.trim();
        let rest = if let Some((scheme, rest)) = url.split_once("://") {
            if !matches!(scheme, "https" | "http" | "ssh" | "git" | "git+ssh") {
                return None;
            }
            rest.to_owned()
        } else {
            // `git@host:acme/shop`, and not `C:\\shop`, `./a:b` or `/srv/a:b`.
            let (host, path) = url.split_once(':')?;
            if host.contains(['/', '\\']) || !host.contains('.') {
                return None;
            }
            format!("{host}/{path}")
        };
        let (host, path) = rest.split_once('/')?;
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host).to_lowercase();
        let name = path.trim_matches('/').trim_end_matches(".git");
        let plain = |text: &str, more: &[char]| {
            !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || more.contains(&it))
        };
        let is_name = plain(name, &['/', '-', '_', '.', '~']) && name.contains('/') && !name.contains("..");
        (plain(&host, &['.', '-']) && is_name).then(|| Self { host, name: name.to_owned() })
    }

    /// What stands before a commit's name in the address of its page; `None` for hosts whose pages are not known.
    pub fn commit(&self) -> Option<String> {
        let Self { host, name } = self;
        let is = |kind: &str| host.split('.').any(|part| part == kind);
        let between = if is("github") || is("codeberg") || is("gitea") || is("forgejo") {
            "commit"
        } else if is("gitlab") {
            "-/commit"
        } else if is("bitbucket") {
            "commits"
        } else {
            return None;
        };
        Some(format!("https://{host}/{name}/{between}/"))
    }

    /// Where the pages of files at a commit are; `None` for hosts whose pages are not known.
    ///
    /// ```
    /// use kedge_survey::Origin;
    /// let pages = Origin::of("https://codeberg.org/acme/shop").unwrap().files("0123abc").unwrap();
    /// assert_eq!(pages.line("a b/c#.sql", 7), "https://codeberg.org/acme/shop/src/commit/0123abc/a%20b/c%23.sql#L7");
    /// ```
    pub fn files(&self, commit: &str) -> Option<FilePages> {
        let Self { host, name } = self;
        let is = |kind: &str| host.split('.').any(|part| part == kind);
        let (between, line) = if is("github") {
            ("blob", "#L")
        } else if is("codeberg") || is("gitea") || is("forgejo") {
            ("src/commit", "#L")
        } else if is("gitlab") {
            ("-/blob", "#L")
        } else if is("bitbucket") {
            ("src", "#lines-")
        } else {
            return None;
        };
        Some(FilePages {
            before: format!("https://{host}/{name}/{between}/{commit}/"),
            line: line.to_owned(),
        })
    }
}

/// How the address of a file's page on a code host is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePages {
    /// What stands before the path.
    pub before: String,
    /// What stands between the path and a line.
    pub line: String,
}

impl FilePages {
    /// The page of a file.
    pub fn file(&self, path: &str) -> String {
        let mut address = self.before.clone();
        for byte in path.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                address.push(char::from(byte));
            } else {
                let _ = write!(address, "%{byte:02X}");
            }
        }
        address
    }

    /// The page of a file at a line.
    pub fn line(&self, path: &str, line: u32) -> String {
        format!("{}{}{line}", self.file(path), self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_git_takes_and_nothing_that_is_none() {
        let page = |url: &str| Origin::of(url).and_then(|it| it.commit());
        let github = Some("https://github.com/acme/shop/commit/".to_owned());
        for url in [
            "https://github.com/acme/shop",
            "https://github.com/acme/shop.git\n",
            "https://token:secret@github.com/acme/shop.git/",
            "ssh://git@github.com:22/acme/shop.git",
            "git@github.com:acme/shop.git",
        ] {
            assert_eq!(page(url), github, "{url}");
        }
        assert_eq!(
            page("https://gitlab.acme.example/a/b/c.git").as_deref(),
            Some("https://gitlab.acme.example/a/b/c/-/commit/")
        );
        assert_eq!(page("git@bitbucket.org:a/b").as_deref(), Some("https://bitbucket.org/a/b/commits/"));
        let file = |url: &str| Origin::of(url).and_then(|it| it.files("c0")).map(|it| it.line("a/b.rs", 2));
        for (url, address) in [
            ("git@github.com:acme/shop.git", "https://github.com/acme/shop/blob/c0/a/b.rs#L2"),
            ("https://gitlab.com/a/b/c", "https://gitlab.com/a/b/c/-/blob/c0/a/b.rs#L2"),
            ("https://gitea.acme.example/a/b", "https://gitea.acme.example/a/b/src/commit/c0/a/b.rs#L2"),
            ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b/src/c0/a/b.rs#lines-2"),
        ] {
            assert_eq!(file(url).as_deref(), Some(address));
        }
        assert_eq!(file("https://git.acme.example/a/b"), None);
        // A host whose pages are not known has a name all the same.
        assert_eq!(page("https://git.acme.example/a/b"), None);
        assert_eq!(Origin::of("https://git.acme.example/a/b").unwrap().name, "a/b");
        for url in [
            "",
            "shop",
            "/srv/git:x/shop",
            "file:///srv/shop",
            "C:\\work\\shop",
            "../a/b",
            "javascript://x/y",
            "https://github.com/\"><script>/x",
            "https://evil\"x/a/b",
            "https://github.com/../..",
            "host:a/b",
        ] {
            assert_eq!(Origin::of(url), None, "{url}");
        }
    }
}
