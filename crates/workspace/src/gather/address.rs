//! Where a source is, looked at before git sees it: addresses, revisions and folders that are what they seem.

use crate::git::GitError;
use std::fmt::Write as _;
use std::path::Path;

/// A URL as it may be shown: without a password.
pub(crate) fn without_secret(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match host.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => {
            let name = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{name}@{host}{path}")
        }
        // A name alone may be a token too, over HTTP.
        Some((_, host)) if scheme != "ssh" => format!("{scheme}://{host}{path}"),
        _ => url.to_owned(),
    }
}

/// Looks at a URL before git does: `https`, `ssh` and `file`, and `user@host:path`, which is ssh.
pub(crate) fn checked_url(url: &str) -> Result<(), GitError> {
    let wrong = || GitError::Url(without_secret(url));
    let plain = !url.is_empty()
        && !url.starts_with('-')
        && !url.chars().any(|it| it.is_control() || it.is_whitespace());
    if !plain || url.contains("::") {
        return Err(wrong());
    }
    let host_is_name = |host: &str| {
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        !host.is_empty() && !host.starts_with('-')
    };
    if let Some((scheme, rest)) = url.split_once("://") {
        let host = rest.split('/').next().unwrap_or_default();
        return match scheme {
            "https" | "ssh" if host_is_name(host) && !host.starts_with('-') => Ok(()),
            "file" if rest.starts_with('/') => Ok(()),
            _ => Err(wrong()),
        };
    }
    match url.split_once(':') {
        Some((host, path))
            if host.contains('@')
                && host_is_name(host)
                && !host.contains('/')
                && !path.is_empty()
                && !path.starts_with('-') =>
        {
            Ok(())
        }
        _ => Err(wrong()),
    }
}

/// Looks at a revision before git does: a name, a tag or a commit, and nothing that git computes.
pub(crate) fn checked_rev(rev: &str) -> Result<(), GitError> {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '/' | '-' | '+' | '@');
    let good = !rev.is_empty()
        && !rev.starts_with(['-', '+', '.', '/'])
        && !rev.ends_with(['/', '.'])
        && !rev.contains("..")
        && !rev.contains("@{")
        && rev.len() <= 200
        && rev.chars().all(plain);
    if good { Ok(()) } else { Err(GitError::Name(rev.to_owned())) }
}

/// The folder within a repository, without `.` and slashes around; never out of it.
pub(crate) fn checked_under(under: Option<&str>) -> Result<String, GitError> {
    let Some(under) = under else { return Ok(String::new()) };
    let mut parts = Vec::new();
    for part in under.split('/') {
        match part {
            "" | "." => {}
            ".." | ".git" => return Err(GitError::Under(under.to_owned())),
            part if part.chars().any(|it| it.is_control() || matches!(it, '\\' | ':')) => {
                return Err(GitError::Under(under.to_owned()));
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The URL of a folder on this machine.
pub(crate) fn file_url(folder: &Path) -> Result<String, GitError> {
    let text = folder.to_str().filter(|text| text.starts_with('/'));
    let text = text.ok_or_else(|| GitError::Url(folder.display().to_string()))?;
    let mut url = String::from("file://");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_would_take_for_its_own_is_refused() {
        for url in [
            "--upload-pack=touch /tmp/x",
            "ext::sh -c touch% /tmp/x",
            "ssh://-oProxyCommand=touch/x",
            "ssh://me@-oProxyCommand=x/y",
            "-oProxyCommand=x@host:path",
            "me@-host:path",
            "me@host:-path",
            "http://example.org/a.git",
            "git://example.org/a.git",
            "file://host/path",
            "fd::17",
            "/etc",
            "../a",
            "https://",
            "https://example.org/a b",
            "https://example.org/\n",
            "",
        ] {
            assert!(checked_url(url).is_err(), "{url}");
        }
        for url in [
            "https://git.example/shop/payments.git",
            "ssh://git@git.example:2222/payments",
            "git@git.example:shop/payments.git",
            "file:///srv/git/payments.git",
        ] {
            assert_eq!(checked_url(url), Ok(()), "{url}");
        }
        for rev in [
            "-x",
            "--upload-pack=x",
            "a..b",
            "a:b",
            "HEAD^",
            "main~1",
            "+main",
            "a b",
            "",
            "a\n",
            "@{-1}",
            "*",
        ] {
            assert!(checked_rev(rev).is_err(), "{rev}");
        }
        for rev in ["main", "v1.2.0", "team/payments", "5f3c2d1", "release-2026+1"] {
            assert_eq!(checked_rev(rev), Ok(()), "{rev}");
        }
        for under in ["../x", "a/../b", "a/.git", "a:b", "a\\b"] {
            assert!(checked_under(Some(under)).is_err(), "{under}");
        }
        assert_eq!(checked_under(Some("./plans//q4/")), Ok("plans/q4".to_owned()));
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(without_secret("https://me:s3cret@git.example/a.git"), "https://me@git.example/a.git");
        assert_eq!(without_secret("https://t0ken@git.example/a.git"), "https://git.example/a.git");
        assert_eq!(without_secret("ssh://git@git.example/a.git"), "ssh://git@git.example/a.git");
        assert_eq!(without_secret("git@git.example:a.git"), "git@git.example:a.git");
    }
}
