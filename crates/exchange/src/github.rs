//! GitHub: issues as JSON, in the shapes of the REST interface, of GraphQL and of `gh issue list --json`.
//!
//! A file may hold a list of issues, pages of such lists, or an answer of GraphQL with issues anywhere in it; one issue
//! alone too. Names in both spellings (`closed_at`, `closedAt`) and lists in both forms (`[…]`, `{ "nodes": […] }`) are
//! read. REST gives dependencies and sub-issues apart from the issue: put them into it as `blocked_by`, `blocking` and
//! `sub_issues`, or ask GraphQL, which gives all at once.
//!
//! | in the JSON | in the draft |
//! | --- | --- |
//! | a repository, or a label that begins as it is said | a team with one plan |
//! | an issue that has parts (sub-issues, or issues in its task list) and is none | an outcome, due with its milestone |
//! | a milestone with issues that are part of nothing else | an outcome of each team that has such issues |
//! | any other issue | a work item |
//! | `blockedBy`, `blocking` | `after`, or an ask where it crosses teams |
//! | a part in another team | an ask that gates the outcome |
//! | closed as completed; closed as not planned or duplicate | `done`, `live`; `dropped` |
//! | assignees, other labels, texts, steps of task lists that are no issues | nothing; `see` leads back |
//! | a pull request | a row not taken |

use crate::dates::day;
use crate::draft::Fields;
use crate::tracker::{self, End, Group, Holder, Issue, Tracker};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::Date;
use pulldown_cmark::{Event, Options as Markdown, Parser, Tag, TagEnd};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the JSON does not say and whoever imports may.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The import's name, which its plans get. `github` where it is empty.
    pub name: String,
    /// `owner/name` of issues that do not say where they are from.
    pub repository: Option<String>,
    /// How the labels begin that name the team: `team/`. Issues without one are their repository's.
    pub team_label: Option<String>,
}

/// Turns files of issues into a draft.
///
/// ```
/// use kedge_exchange::{SourceFile, github};
/// let json = r#"[
///   { "number": 1, "title": "One-tap", "state": "OPEN", "url": "https://github.com/acme/shop/issues/1",
///     "blockedBy": { "nodes": [{ "number": 7, "url": "https://github.com/acme/pay/issues/7" }] } }
/// ]"#;
/// let draft = github::draft(&[SourceFile::new("issues.json", json)], &github::Options::default());
/// let counts = draft.counts();
/// assert_eq!((counts.teams, counts.work, counts.asks, counts.rows_not_taken), (2, 1, 1, 0));
/// ```
pub fn draft(sources: &[SourceFile], options: &Options) -> Draft {
    let mut draft = Draft::default();
    let mut reading = Reading {
        options,
        fields: Fields::default(),
        issues: BTreeMap::new(),
        order: Vec::new(),
        taken: BTreeSet::new(),
    };
    for source in sources {
        let value: Value = match serde_json::from_str(&source.text) {
            Ok(value) => value,
            Err(error) => {
                let reason = format!("is not JSON: {error}");
                draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
                continue;
            }
        };
        let before = reading.order.len();
        reading.find(&value, source, &mut draft);
        if reading.order.len() == before && draft.rows_not_taken.is_empty() {
            let reason = "holds no issues: none of its objects has a `number` and a `title`".to_owned();
            draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
        }
    }
    let Reading { fields, mut issues, order, .. } = reading;
    let parts: BTreeSet<String> = issues.values().flat_map(|issue| issue.parents.iter().cloned()).collect();
    for (key, issue) in &issues {
        if let Some(parent) = issue.parents.first().filter(|_| issue.team.is_empty()) {
            let file = issues.get(parent).map_or("", |parent| parent.file.as_str());
            let reason = "is part of an issue that is taken, and is not in the source itself";
            draft.rows_not_taken.push(RowNotTaken::new(file, 0, &format!("{key}, part of {parent}"), reason));
        }
    }
    for issue in issues.values_mut() {
        issue.is_outcome = issue.parents.is_empty() && parts.contains(&issue.key);
    }
    let mut holders: BTreeMap<String, Holder> = BTreeMap::new();
    let by_label = options.team_label.is_some();
    for issue in issues.values() {
        if let Some((_, name)) = issue.team.rsplit_once('/')
            && !name.is_empty()
        {
            let title = Some(issue.team.clone());
            holders.insert(issue.team.clone(), Holder { words: name.to_owned(), title, see: Vec::new() });
        }
    }
    let repository_of = |key: &str| {
        let repository = key.rsplit_once('#')?.0;
        // Where labels name the teams, an issue that nobody sees has none that could be read.
        (!by_label).then(|| repository.to_owned())
    };
    for issue in issues.values() {
        for key in &issue.blocked_by {
            if let Some(repository) = repository_of(key)
                && let Some((_, name)) = repository.rsplit_once('/')
            {
                let words = name.to_owned();
                holders.entry(repository.clone()).or_insert(Holder {
                    words,
                    title: Some(repository),
                    see: Vec::new(),
                });
            }
        }
    }
    let tracker = Tracker {
        format: "github",
        name: if options.name.is_empty() { "github" } else { &options.name },
        title: "GitHub issues".to_owned(),
        holders,
        holder_of: &repository_of,
        issues: order.iter().filter_map(|key| issues.remove(key)).collect(),
    };
    tracker::draft(tracker, &mut draft);
    draft.fields_not_taken = fields.done();
    draft.rows_not_taken.sort();
    draft
}

struct Reading<'a> {
    options: &'a Options,
    fields: Fields,
    issues: BTreeMap<String, Issue>,
    order: Vec<String>,
    taken: BTreeSet<String>,
}

/// The first of the names that holds something.
fn get<'v>(value: &'v Value, names: &[&str]) -> &'v Value {
    names.iter().filter_map(|name| value.get(name)).find(|value| !value.is_null()).unwrap_or(&Value::Null)
}

fn text<'v>(value: &'v Value, names: &[&str]) -> &'v str {
    get(value, names).as_str().unwrap_or("").trim()
}

/// A list, bare or as a connection of GraphQL.
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(entries) => entries.iter().collect(),
        Value::Object(_) => match (value.get("nodes"), value.get("edges")) {
            (Some(Value::Array(nodes)), _) => nodes.iter().filter(|node| !node.is_null()).collect(),
            (_, Some(Value::Array(edges))) => edges.iter().filter_map(|edge| edge.get("node")).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn date(value: &Value, names: &[&str]) -> Option<Date> {
    day(text(value, names), None)
}

/// `owner/name` in an address of a repository or something in it, of the site or its interface, on any host.
fn repository_in(address: &str) -> Option<String> {
    let path = address.split_once("://")?.1;
    let mut parts = path.split('/').skip(1).skip_while(|part| matches!(*part, "api" | "v3" | "repos"));
    let (owner, name) = (parts.next()?, parts.next()?);
    let plain = |text: &str| {
        !text.trim_matches('.').is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (plain(owner) && plain(name)).then(|| format!("{owner}/{name}"))
}

/// The number in an address of an issue.
fn number_in(address: &str) -> Option<u64> {
    let rest = address.split_once("/issues/")?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

fn repository_of(value: &Value) -> Option<String> {
    let stated = text(get(value, &["repository"]), &["nameWithOwner", "full_name"]);
    if stated.contains('/') {
        return Some(stated.to_owned());
    }
    repository_in(text(value, &["repository_url"]))
        .or_else(|| repository_in(text(value, &["html_url", "url"])))
}

/// What another issue is called, seen from one of `repository`.
fn key_of(value: &Value, repository: &str) -> Option<String> {
    match value {
        Value::Number(number) => Some(format!("{repository}#{}", number.as_u64()?)),
        Value::String(address) => Some(format!("{}#{}", repository_in(address)?, number_in(address)?)),
        Value::Object(_) => {
            let own = repository_of(value);
            let number = get(value, &["number"]).as_u64()?;
            Some(format!("{}#{number}", own.as_deref().unwrap_or(repository)))
        }
        _ => None,
    }
}

impl Reading<'_> {
    /// Every issue in a value, wherever it lies.
    fn find(&mut self, value: &Value, source: &SourceFile, draft: &mut Draft) {
        match value {
            Value::Array(entries) => entries.iter().for_each(|entry| self.find(entry, source, draft)),
            Value::Object(members) => {
                let is_issue =
                    members.get("number").is_some_and(Value::is_u64) && members.contains_key("title");
                if is_issue {
                    self.issue(value, source, draft);
                    return;
                }
                if let Some(Value::Array(errors)) = members.get("errors")
                    && let Some(first) = errors.first()
                {
                    draft.notes.push(format!("{}: GraphQL says: {}", source.path, text(first, &["message"])));
                }
                if members.get("hasNextPage") == Some(&Value::Bool(true)) {
                    draft.notes.push(format!(
                        "{}: a list goes on where this file ends; ask for all pages (`gh api graphql --paginate`).",
                        source.path
                    ));
                }
                members.values().for_each(|member| self.find(member, source, draft));
            }
            _ => {}
        }
    }

    fn issue(&mut self, value: &Value, source: &SourceFile, draft: &mut Draft) {
        let number = get(value, &["number"]).as_u64().unwrap_or(0);
        let title = text(value, &["title"]);
        let shown = format!("#{number} {title}");
        let mut refuse = |reason: &str| {
            draft.rows_not_taken.push(RowNotTaken::new(&source.path, 0, &shown, reason));
        };
        let is_pull = value.get("pull_request").is_some_and(|it| !it.is_null())
            || text(value, &["__typename"]) == "PullRequest"
            || text(value, &["html_url", "url"]).contains("/pull/");
        if is_pull {
            return refuse("is a pull request");
        }
        let Some(repository) = repository_of(value).or_else(|| self.options.repository.clone()) else {
            return refuse(
                "does not say which repository it is of: ask for `url` too, or say `--repository OWNER/NAME`",
            );
        };
        let labels: Vec<&str> = list(get(value, &["labels"]))
            .into_iter()
            .map(|label| label.as_str().unwrap_or_else(|| text(label, &["name"])))
            .collect();
        let team = match &self.options.team_label {
            None => repository.clone(),
            Some(prefix) => {
                let teams: BTreeSet<&str> = labels
                    .iter()
                    .filter_map(|label| label.strip_prefix(prefix.as_str()))
                    .filter(|team| !team.trim().is_empty())
                    .collect();
                match teams.first() {
                    Some(_) if teams.len() > 1 => return refuse("has the labels of several teams"),
                    Some(team) => (*team).trim().to_owned(),
                    None => repository.clone(),
                }
            }
        };
        let key = format!("{repository}#{number}");
        let name = repository.rsplit('/').next().unwrap_or(&repository);
        let keys = |names: &[&str]| -> Vec<String> {
            list(get(value, names)).into_iter().filter_map(|other| key_of(other, &repository)).collect()
        };
        let (listed, steps) = in_task_lists(text(value, &["body"]), &repository);
        let parts: BTreeSet<String> = keys(&["subIssues", "sub_issues"])
            .into_iter()
            .chain(keys(&["trackedIssues"]))
            .chain(listed)
            .collect();
        let parents: Vec<String> = key_of(get(value, &["parent", "parent_issue_url"]), &repository)
            .into_iter()
            .chain(keys(&["trackedInIssues"]))
            .collect();
        self.count(value, &labels, steps, &parts);
        let issue = Issue {
            file: source.path.clone(),
            line: 0,
            text: shown.clone(),
            key: key.clone(),
            words: format!("{name}-{number}"),
            team,
            title: title.to_owned(),
            parents,
            group: milestone(get(value, &["milestone"]), &repository),
            blocked_by: keys(&["blockedBy", "blocked_by"]),
            blocks: keys(&["blocking"]),
            end: end(value),
            see: see(value),
            ..Issue::default()
        };
        self.put(issue, &parts);
    }

    /// Takes an issue in. One that another's list of parts mentioned before is there without anything known but that.
    fn put(&mut self, issue: Issue, parts: &BTreeSet<String>) {
        let key = issue.key.clone();
        if self.taken.insert(key.clone()) {
            let known = self.issues.remove(&key).map(|known| known.parents).unwrap_or_default();
            let mut issue = issue;
            issue.parents.extend(known);
            self.issues.insert(key.clone(), issue);
            self.order.push(key.clone());
        }
        for part in parts.iter().filter(|part| **part != key) {
            let known = self.issues.entry(part.clone()).or_default();
            if known.key.is_empty() {
                known.key.clone_from(part);
            }
            if !known.parents.contains(&key) {
                known.parents.push(key.clone());
            }
        }
    }

    fn count(&mut self, value: &Value, labels: &[&str], steps: usize, parts: &BTreeSet<String>) {
        let fields = &mut self.fields;
        if !list(get(value, &["assignees"])).is_empty() {
            fields.add("assignees", "a person counts as capacity, and how much of whose time is not said");
        }
        let prefix = self.options.team_label.as_deref();
        if labels.iter().any(|label| prefix.is_none_or(|prefix| !label.starts_with(prefix))) {
            fields.add("labels", "have no place in a plan; `see` leads back to them");
        }
        if steps > 0 {
            fields.add("task list", "its steps are no issues, so that nobody says when one is done");
        }
        let summed = |names: &[&str], key: &str| get(get(value, names), &[key]).as_u64().unwrap_or(0);
        let waits = summed(&["issue_dependencies_summary", "issueDependenciesSummary"], "total_blocked_by")
            .max(summed(&["issueDependenciesSummary"], "totalBlockedBy"));
        if waits > 0 && get(value, &["blockedBy", "blocked_by"]).is_null() {
            fields.add(
                "issue_dependencies_summary",
                "says how many it waits for, and not which: ask for `blockedBy`",
            );
        }
        let total = summed(&["sub_issues_summary", "subIssuesSummary"], "total");
        if total > parts.len() as u64 {
            fields.add(
                "sub_issues_summary",
                "says how many parts there are, and not all are listed: ask for `subIssues`",
            );
        }
    }
}

fn see(value: &Value) -> Vec<String> {
    let address = text(value, &["html_url", "url"]);
    if address.starts_with("https://") && !address.contains("//api.") {
        vec![address.to_owned()]
    } else {
        Vec::new()
    }
}

fn end(value: &Value) -> End {
    if !text(value, &["state"]).eq_ignore_ascii_case("closed")
        && get(value, &["closed"]) != &Value::Bool(true)
    {
        return End::Open;
    }
    let Some(on) = date(value, &["closedAt", "closed_at"]) else { return End::Undated };
    let reason = text(value, &["stateReason", "state_reason"]).to_lowercase();
    match reason.as_str() {
        "not_planned" => End::Dropped(on, Some("closed as not planned".to_owned())),
        "duplicate" => End::Dropped(on, Some("closed as duplicate".to_owned())),
        _ => End::Done(on),
    }
}

fn milestone(value: &Value, repository: &str) -> Option<Group> {
    let title = text(value, &["title"]);
    let number = get(value, &["number"]).as_u64();
    if title.is_empty() && number.is_none() {
        return None;
    }
    let own = repository_of(value);
    let repository = own.as_deref().unwrap_or(repository);
    let key = number.map_or_else(|| title.to_owned(), |number| number.to_string());
    Some(Group {
        key: format!("{repository} milestone {key}"),
        title: title.to_owned(),
        due: date(value, &["dueOn", "due_on"]),
        live: date(value, &["closedAt", "closed_at"]),
        see: see(value),
    })
}

/// The issues that a text's task lists begin entries with, and how many entries name none.
fn in_task_lists(body: &str, repository: &str) -> (Vec<String>, usize) {
    if !body.contains("[ ]") && !body.contains("[x]") && !body.contains("[X]") {
        return (Vec::new(), 0);
    }
    let (mut keys, mut steps) = (Vec::new(), 0);
    let mut entry: Option<String> = None;
    let mut close = |entry: &mut Option<String>| {
        if let Some(words) = entry.take() {
            match reference(words.trim(), repository) {
                Some(key) => keys.push(key),
                None => steps += 1,
            }
        }
    };
    for event in Parser::new_ext(body, Markdown::ENABLE_TASKLISTS) {
        match event {
            Event::TaskListMarker(_) => {
                close(&mut entry);
                entry = Some(String::new());
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let Some(words) = entry.as_mut()
                    && words.trim().is_empty()
                {
                    words.push_str(&dest_url);
                    words.push(' ');
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(words) = entry.as_mut() {
                    words.push_str(&text);
                }
            }
            Event::Start(Tag::List(_) | Tag::Item) | Event::End(TagEnd::Item) => close(&mut entry),
            _ => {}
        }
    }
    close(&mut entry);
    (keys, steps)
}

/// The issue that words begin with: `#12`, `owner/name#12`, `GH-12` or an address.
fn reference(words: &str, repository: &str) -> Option<String> {
    let first =
        words.split(|c: char| c.is_whitespace() || c == ',').next()?.trim_end_matches([':', '.', ')']);
    if first.contains("://") {
        return Some(format!("{}#{}", repository_in(first)?, number_in(first)?));
    }
    let digits =
        |text: &str| !text.is_empty() && text.len() < 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = first.strip_prefix("GH-") {
        return digits(number).then(|| format!("{repository}#{number}"));
    }
    let (other, number) = first.split_once('#')?;
    let repository = match other.split_once('/') {
        Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/') => other,
        None if other.is_empty() => repository,
        _ => return None,
    };
    digits(number).then(|| format!("{repository}#{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_lists_name_issues_in_every_spelling() {
        let body = "Plan:\n- [ ] #12\n- [x] acme/pay#7: tokens\n- [ ] https://github.com/acme/ops/issues/3\n\
                    - [ ] [the vault](https://ghe.acme.org/acme/pay/issues/8)\n- [ ] write docs, see #99\n- GH-5\n\
                    - [ ] GH-5\n\n```\n- [ ] #100\n```\n  - plain #101\n";
        let (keys, steps) = in_task_lists(body, "acme/shop");
        assert_eq!(keys, ["acme/shop#12", "acme/pay#7", "acme/ops#3", "acme/pay#8", "acme/shop#5"]);
        assert_eq!(steps, 1);
    }

    #[test]
    fn repositories_are_in_addresses_of_any_host() {
        for address in [
            "https://github.com/acme/shop/issues/1",
            "https://api.github.com/repos/acme/shop/issues/1",
            "https://ghe.acme.org/api/v3/repos/acme/shop/issues/1",
            "https://ghe.acme.org/acme/shop/issues/1#comment",
        ] {
            assert_eq!(repository_in(address).as_deref(), Some("acme/shop"), "{address}");
            assert_eq!(number_in(address), Some(1), "{address}");
        }
        assert_eq!(repository_in("https://github.com/../../etc"), None);
        assert_eq!(repository_in("mailto:x"), None);
    }
}
