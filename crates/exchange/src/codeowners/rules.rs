//! The rules of a CODEOWNERS file, and who owns a path by them: the code hosts' semantics, in the one place that
//! everything which asks uses.
//!
//! GitHub: the last rule that matches decides; its owners own together; a rule without owners clears. Patterns are those
//! of `.gitignore`, case-sensitive, without `!` and without `[a-z]`. `# …` behind a rule is a comment.
//!
//! GitLab differs, and is read so: sections (`[Name]`, `^[Optional]`, `[Name][2]`) decide apart, each by its last rule
//! that matches; owners behind a section's head are those of its rules that name none; `!pattern` takes a path out of
//! its section; a pattern without a leading `/` matches at any depth even with a `/` in it, and only one with a trailing
//! `/` (or `**`) reaches below a folder; there are no comments behind a rule.
//!
//! Sources: docs.github.com, "About code owners"; docs.gitlab.com, "Code Owners syntax".

use super::index::Index;
use std::collections::BTreeMap;
use std::fmt;

/// Whose semantics hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// github.com and GitHub Enterprise.
    GitHub,
    /// gitlab.com and GitLab of one's own.
    GitLab,
}

impl Host {
    /// Where the host looks for the file, in order; the first that is there is used.
    pub fn places(self) -> [&'static str; 3] {
        match self {
            Self::GitHub => [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
            Self::GitLab => ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        }
    }

    /// The host that a text is written for: sections are GitLab's.
    pub fn of(path: &str, text: &str) -> Self {
        let has_sections = text.lines().any(|line| section_of(line.trim()).is_some());
        if has_sections || path.contains(".gitlab") { Self::GitLab } else { Self::GitHub }
    }
}

/// One who owns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// `@organisation/team`; on GitLab a group or subgroup.
    Team(String),
    /// `@name`: a person, or on GitLab perhaps a group at the top.
    Name(String),
    /// An address.
    Email(String),
    /// GitLab's `@@maintainer`.
    Role(String),
}

impl Owner {
    fn read(word: &str) -> Option<Self> {
        let plain = |text: &str, more: &[char]| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.') || more.contains(&c))
        };
        if let Some(role) = word.strip_prefix("@@") {
            return plain(role, &[]).then(|| Self::Role(role.to_owned()));
        }
        if let Some(name) = word.strip_prefix('@') {
            return match name.split_once('/') {
                Some((organisation, team)) if plain(organisation, &[]) && plain(team, &['/']) => {
                    Some(Self::Team(name.to_owned()))
                }
                None if plain(name, &[]) => Some(Self::Name(name.to_owned())),
                _ => None,
            };
        }
        let (name, domain) = word.split_once('@')?;
        (!name.is_empty() && domain.contains('.') && !domain.contains('@'))
            .then(|| Self::Email(word.to_owned()))
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Team(name) | Self::Name(name) => write!(f, "@{name}"),
            Self::Email(address) => f.write_str(address),
            Self::Role(role) => write!(f, "@@{role}"),
        }
    }
}

/// One line that says who owns what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Counted from one.
    pub line: usize,
    /// The pattern as it stands there, escapes and all.
    pub pattern: String,
    /// The same as globs in which `**` alone crosses folders, relative to the repository's top.
    pub globs: Vec<String>,
    /// Who owns what matches, together; empty where the rule clears.
    pub owners: Vec<Owner>,
    /// GitLab's section; `None` outside of one and on GitHub.
    pub section: Option<String>,
    /// GitLab's `!`: what matches is in no rule of the section.
    pub excludes: bool,
}

/// A CODEOWNERS file, read.
#[derive(Clone, Debug)]
pub struct CodeOwners {
    rules: Vec<Rule>,
    skipped: Vec<(usize, String, &'static str)>,
    index: Index,
}

impl CodeOwners {
    /// Reads a file. Lines that the host would pass over are in [`CodeOwners::skipped`].
    ///
    /// ```
    /// use kedge_exchange::codeowners::{CodeOwners, Host};
    /// let owners = CodeOwners::read("*.js @acme/web # scripts\n/apps/ @acme/apps @mira\n/apps/legacy\n", Host::GitHub);
    /// let of = |path| owners.owners(path).iter().map(ToString::to_string).collect::<Vec<_>>();
    /// assert_eq!(of("lib/a.js"), ["@acme/web"]);
    /// assert_eq!(of("apps/a.js"), ["@acme/apps", "@mira"]);
    /// assert!(of("apps/legacy/a.js").is_empty());
    /// ```
    pub fn read(text: &str, host: Host) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        let mut skipped = Vec::new();
        let mut section: Option<(String, Vec<Owner>)> = None;
        for (at, line) in text.lines().enumerate() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if host == Host::GitLab
                && let Some((name, rest)) = section_of(trimmed)
            {
                section =
                    Some((name.to_lowercase(), rest.split_whitespace().filter_map(Owner::read).collect()));
                continue;
            }
            match rule(at + 1, trimmed, host, section.as_ref()) {
                Ok(rule) => rules.push(rule),
                Err(reason) => skipped.push((at + 1, trimmed.to_owned(), reason)),
            }
        }
        let index = Index::of(rules.iter().map(|rule| &rule.globs[..]));
        Self { rules, skipped, index }
    }

    /// The rules in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Lines that are no rules: their number, text and why.
    pub fn skipped(&self) -> &[(usize, String, &'static str)] {
        &self.skipped
    }

    /// Every rule whose pattern matches the path of a file, in the order of the file. `/` parts folders; the path is
    /// relative to the repository's top.
    pub fn matching(&self, path: &str) -> Vec<&Rule> {
        let path = path.trim_start_matches('/');
        self.index.matching(path).into_iter().filter_map(|at| self.rules.get(at)).collect()
    }

    /// The rules that decide who owns a file: the last that matches, on GitLab the last of each section.
    pub fn deciding(&self, path: &str) -> Vec<&Rule> {
        let mut last: BTreeMap<Option<&str>, &Rule> = BTreeMap::new();
        let matching = self.matching(path);
        for rule in &matching {
            last.insert(rule.section.as_deref(), rule);
        }
        let excluded: Vec<Option<&str>> =
            matching.iter().filter(|rule| rule.excludes).map(|rule| rule.section.as_deref()).collect();
        let mut deciding: Vec<&Rule> = last
            .into_iter()
            .filter(|(section, _)| !excluded.contains(section))
            .map(|(_, rule)| rule)
            .collect();
        deciding.sort_by_key(|rule| rule.line);
        deciding
    }

    /// Who owns a file, each once; empty where nobody does.
    pub fn owners(&self, path: &str) -> Vec<&Owner> {
        let mut owners: Vec<&Owner> = Vec::new();
        for owner in self.deciding(path).into_iter().flat_map(|rule| &rule.owners) {
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        owners
    }
}

/// GitLab's head of a section: its name, and what stands behind it.
fn section_of(line: &str) -> Option<(&str, &str)> {
    let inner = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (name, rest) = inner.split_once(']')?;
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((count, rest)) if count.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => rest,
    };
    // A pattern may begin with a bracket; a head is followed by nothing but owners.
    let owners_only = rest.split_whitespace().all(|word| Owner::read(word).is_some());
    (!name.trim().is_empty() && owners_only && !rest.starts_with(['*', '/', '.']))
        .then_some((name.trim(), rest))
}

fn rule(
    line: usize,
    text: &str,
    host: Host,
    section: Option<&(String, Vec<Owner>)>,
) -> Result<Rule, &'static str> {
    let (pattern, rest) = split_pattern(text);
    let (pattern, excludes) = match pattern.strip_prefix('!') {
        Some(_) if host == Host::GitHub => return Err("begins with `!`, which GitHub does not read"),
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    if host == Host::GitHub && pattern.starts_with("\\#") {
        return Err("begins with an escaped `#`, which GitHub does not read");
    }
    if host == Host::GitHub && has_range(pattern) {
        return Err("has a range of characters in brackets, which GitHub does not read");
    }
    let mut owners = Vec::new();
    for word in rest.split_whitespace() {
        if host == Host::GitHub && word.starts_with('#') {
            break;
        }
        match Owner::read(word) {
            Some(owner) => owners.push(owner),
            // GitLab takes the names out of a line and passes over all else; GitHub passes over the line.
            None if host == Host::GitLab => {}
            None => {
                return Err("names an owner that is neither `@name`, `@organisation/team` nor an address");
            }
        }
    }
    if owners.is_empty()
        && let Some((_, defaults)) = section
    {
        owners.clone_from(defaults);
    }
    let globs = globs(pattern, host);
    if globs.is_empty() {
        return Err("has a pattern that names nothing");
    }
    let section = section.map(|(name, _)| name.clone());
    Ok(Rule { line, pattern: pattern.to_owned(), globs, owners, section, excludes })
}

/// The pattern, which ends with the first space that is not escaped.
fn split_pattern(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && !escaped {
            return text.split_at(at);
        }
        escaped = c == '\\' && !escaped;
    }
    (text, "")
}

fn has_range(pattern: &str) -> bool {
    let mut escaped = false;
    for c in pattern.chars() {
        if c == '[' && !escaped {
            return true;
        }
        escaped = c == '\\' && !escaped;
    }
    false
}

/// A pattern as globs in which `*` stays within a folder and `**` as a whole part crosses folders.
fn globs(pattern: &str, host: Host) -> Vec<String> {
    let below = pattern.ends_with('/');
    let rooted = pattern.starts_with('/');
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    let Some(last) = parts.last() else {
        // `/` alone is the whole repository.
        return if below { vec!["**".to_owned()] } else { Vec::new() };
    };
    // A pattern with a folder in it is one from the top; on GitLab only one that begins there.
    let anchored = rooted || (host == Host::GitHub && parts.len() > 1);
    let mut glob = String::new();
    if !anchored && parts.first() != Some(&"**") {
        glob.push_str("**/");
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            glob.push('/');
        }
        if *part == "**" { glob.push_str("**") } else { escape_into(&mut glob, part) }
    }
    if below {
        return vec![format!("{glob}/**")];
    }
    // `docs/*` is what lies in the folder itself; anything else may be a folder, and then is all below it too.
    let reaches_below = match host {
        Host::GitHub => *last != "**" && !(*last == "*" && parts.len() > 1),
        Host::GitLab => false,
    };
    if *last == "*" && parts.len() == 1 && !rooted {
        return vec!["**".to_owned()];
    }
    if reaches_below { vec![format!("{glob}/**"), glob] } else { vec![glob] }
}

/// A part of a pattern with what globs would read otherwise escaped. `*` and `?` mean the same in both.
fn escape_into(glob: &mut String, part: &str) {
    let mut chars = part.chars();
    let mut star = false;
    while let Some(c) = chars.next() {
        match c {
            // Within a part, several are one.
            '*' => {
                if !star {
                    glob.push('*');
                }
                star = true;
                continue;
            }
            '\\' => {
                let next = chars.next().unwrap_or('\\');
                glob.push('\\');
                glob.push(next);
            }
            '{' | '}' | '[' | ']' | ',' | '!' => {
                glob.push('\\');
                glob.push(c);
            }
            c => glob.push(c),
        }
        star = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, host: Host, path: &str) -> String {
        let owners = CodeOwners::read(text, host);
        owners.owners(path).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Each form that docs.github.com, "About code owners", documents, in its order.
    #[test]
    fn each_form_that_github_documents() {
        let text = "\
*       @pilot @warden
*.ts    @rigger # whoever can
*.rs ropes@example.com
*.csv @harbour/clerks
/tide/logs/ @almanac
notes/* notes@example.com
cranes/ @lifter
/notes/ @almanac
/tools/ @almanac @lifter
**/logs @lifter
/cranes/ @lifter
/cranes/rented
";
        let owner = |path| of(text, Host::GitHub, path);
        assert_eq!(owner("README.md"), "@pilot @warden");
        assert_eq!(owner("lib/deep/a.ts"), "@rigger");
        assert_eq!(owner("a.TS"), "@pilot @warden", "case counts");
        assert_eq!(owner("a.rs"), "ropes@example.com");
        assert_eq!(owner("lists/a.csv"), "@harbour/clerks");
        assert_eq!(owner("tide/logs/deep/x"), "@lifter", "`**/logs` stands later");
        assert_eq!(owner("notes/first.md"), "@almanac", "`/notes/` stands later");
        assert_eq!(owner("x/cranes/y"), "@lifter");
        assert_eq!(owner("tools/run"), "@almanac @lifter");
        assert_eq!(owner("a/b/logs/x/y"), "@lifter");
        assert_eq!(owner("cranes/own/x"), "@lifter");
        assert_eq!(owner("cranes/rented"), "");
        assert_eq!(owner("cranes/rented/x"), "", "a rule without owners clears");
        let notes = "notes/* @a\n";
        assert_eq!(of(notes, Host::GitHub, "notes/first.md"), "@a");
        assert_eq!(of(notes, Host::GitHub, "notes/winter/ice.md"), "");
        assert_eq!(of(notes, Host::GitHub, "x/notes/a.md"), "", "a slash within anchors");
    }

    #[test]
    fn spaces_brackets_braces_and_lines_that_github_passes_over() {
        assert_eq!(of("/my\\ docs/ @a\n", Host::GitHub, "my docs/x"), "@a");
        assert_eq!(of("/a{b,c}.txt @a\n", Host::GitHub, "a{b,c}.txt"), "@a");
        assert_eq!(of("/a{b,c}.txt @a\n", Host::GitHub, "ab.txt"), "");
        let owners = CodeOwners::read("!x @a\n[ab].txt @a\n* a b\n\\#x @a\n  # nothing\n", Host::GitHub);
        assert_eq!(owners.skipped().iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(owners.rules(), []);
    }

    /// To docs.gitlab.com, "Code Owners syntax".
    #[test]
    fn sections_of_gitlab_decide_apart() {
        let text = "\
* @warden
[Who reads]
LOG.md @tamsin @odile
watch/LOG.md @jon
^[Papers][2] @clerks
papers/
LOG.md @scribe
[Soundings] @gauge
depth/raw/
maps/raw/legend.md @drawing
!depth/raw/spare/
";
        let owner = |path| of(text, Host::GitLab, path);
        assert_eq!(Host::of("CODEOWNERS", text), Host::GitLab);
        assert_eq!(owner("LOG.md"), "@warden @tamsin @odile @scribe");
        assert_eq!(owner("x/watch/LOG.md"), "@warden @jon @scribe", "any depth without a leading slash");
        assert_eq!(owner("papers/a/b.md"), "@warden @clerks");
        assert_eq!(owner("depth/raw/x"), "@warden @gauge");
        assert_eq!(owner("depth/raw/spare/x"), "@warden");
        assert_eq!(owner("maps/raw/legend.md"), "@warden @drawing");
        assert_eq!(of("/maps @a\n", Host::GitLab, "maps/x"), "", "only a trailing slash reaches below");
        assert_eq!(of("/maps @a\n", Host::GitHub, "maps/x"), "@a");
    }

    /// Matching by trying every way: slow, and written from the description alone.
    fn by_hand(pattern: &[u8], path: &[u8]) -> bool {
        match (pattern.first(), path.first()) {
            (None, None) => true,
            (Some(b'*'), _) => {
                by_hand(&pattern[1..], path)
                    || path.first().is_some_and(|c| *c != b'/' && by_hand(pattern, &path[1..]))
            }
            (Some(b'?'), Some(c)) => *c != b'/' && by_hand(&pattern[1..], &path[1..]),
            (Some(p), Some(c)) => p == c && by_hand(&pattern[1..], &path[1..]),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn a_rooted_pattern_matches_a_file_or_all_below_it(pattern in "[ab?*]{1,4}(/[ab?*]{1,3}){0,2}", path in "[ab]{1,3}(/[ab]{1,3}){0,3}") {
            prop_assume!(!pattern.contains("**") && !pattern.ends_with('*'));
            let owners = CodeOwners::read(&format!("/{pattern} @a\n"), Host::GitHub);
            let folders = path.match_indices('/').map(|(at, _)| &path[..at]).chain([path.as_str()]);
            let expected = folders.into_iter().any(|prefix| by_hand(pattern.as_bytes(), prefix.as_bytes()));
            prop_assert_eq!(!owners.owners(&path).is_empty(), expected, "{} {}", pattern, path);
        }

        #[test]
        fn any_text_is_read(text in "([\\[\\]{}!*?/a@#\\\\ ,^.-]|\n){0,60}", path in "[a/]{0,6}", lab in any::<bool>()) {
            let owners = CodeOwners::read(&text, if lab { Host::GitLab } else { Host::GitHub });
            let _ = owners.owners(&path);
        }
    }

    /// So many patterns once grew too large for the set that they were put in, which then matched nothing.
    #[test]
    fn twenty_thousand_rules_with_wildcards_all_hold() {
        let two = |at: usize| {
            [format!("/services/area{at}/src/*/handlers_{at}/*.go @o/t{}", at % 50), format!("*.e{at} @o/e")]
        };
        let text = (0..20_000).flat_map(two).collect::<Vec<_>>().join("\n");
        let owners = CodeOwners::read(&text, Host::GitHub);
        assert_eq!(owners.rules().len(), 40_000);
        for at in [0, 7, 19_999] {
            let path = format!("services/area{at}/src/x/handlers_{at}/y.go");
            assert_eq!(
                owners.owners(&path).iter().map(ToString::to_string).collect::<Vec<_>>(),
                [format!("@o/t{}", at % 50)]
            );
            assert_eq!(owners.owners(&format!("a/b/c.e{at}")).len(), 1);
        }
    }
}
