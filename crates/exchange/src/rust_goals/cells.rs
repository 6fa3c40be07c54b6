//! The conventions inside a cell: accounts, teams, markers, placeholders, ticks and links.

use super::markdown::{Cell, Kind};

/// Who a row says will do it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// Accounts on the code host, without the `@`.
    pub handles: Vec<String>,
    /// Other names, as written: groups, companies, accounts without an `@`.
    pub names: Vec<String>,
    /// Whether the row looks for somebody.
    pub help_wanted: bool,
}

impl Owners {
    /// Whether somebody other than accounts may do it: a group, a company, whoever is found.
    pub fn is_open(&self) -> bool {
        self.help_wanted || !self.names.is_empty() || self.handles.is_empty()
    }
}

/// A team as a row names it: `types` of `[types]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedTeam(pub String);

/// The teams that the owner cell of a task asks.
pub(super) struct Asked {
    pub(super) teams: Vec<AskedTeam>,
    /// Whether the cell carries the marker `![Team][]`.
    pub(super) marked: bool,
}

/// The first cell of a task.
pub(super) struct TaskTitle {
    pub(super) title: String,
    /// Whether it begins with `↳`.
    pub(super) below: bool,
    /// Whether it is ticked or struck out.
    pub(super) done: bool,
}

/// Words that stand where an owner should and name nobody. The template writes `*owner*`.
const PLACEHOLDERS: [&str; 11] =
    ["", "?", "tbd", "owner", "n/a", "none", "various", "help wanted", "help needed", "others", "goal owner"];

/// Accounts that a cell names with an `@`, in order, each once.
pub(super) fn handles(cell: &Cell) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in
        cell.pieces.iter().filter(|piece| matches!(piece.kind, Kind::Text | Kind::Link(_) | Kind::Reference))
    {
        let mut before = ' ';
        for (at, c) in piece.text.char_indices() {
            // `a@b` is an address, not an account.
            if c == '@' && !before.is_alphanumeric() {
                let name: String = piece.text[at + 1..]
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                    .collect();
                let name = name.trim_end_matches('-').to_owned();
                if !name.is_empty() && !found.contains(&name) {
                    found.push(name);
                }
            }
            before = c;
        }
    }
    found
}

/// Who does the task whose owner cell this is.
pub(super) fn owners(cell: &Cell) -> Owners {
    let mut rest = String::new();
    for piece in &cell.pieces {
        match piece.kind {
            Kind::Image | Kind::Reference => rest.push(','),
            Kind::Text | Kind::Code | Kind::Link(_) => rest.push_str(&piece.text),
        }
    }
    for word in [" and ", " or ", " + ", " & ", " et al."] {
        rest = rest.replace(word, ",");
    }
    let names = rest
        .split([',', ';', '/'])
        .map(|name| name.trim_matches(|c: char| c.is_whitespace() || "[]()*`_.".contains(c)))
        .filter(|name| !name.contains('@') && !PLACEHOLDERS.contains(&name.to_ascii_lowercase().as_str()))
        .map(str::to_owned)
        .collect();
    let wanted = |name: &str| cell.has_marker(name) || cell.plain().eq_ignore_ascii_case(name);
    Owners {
        handles: handles(cell),
        names,
        help_wanted: ["help wanted", "heap wanted", "help needed"].into_iter().any(wanted),
    }
}

/// The teams that an owner cell asks: `![Team][] [cargo], [types]`, and the common slips `![Team] [cargo]`,
/// `[Team][] [cargo]`, `![Team][] cargo` and a bare `[cargo]`.
pub(super) fn asked_teams(cell: &Cell) -> Asked {
    let is_marker = |text: &str| text.eq_ignore_ascii_case("team");
    let marked = cell.has_marker("team") || cell.references().any(is_marker);
    let mut teams = teams_in(cell.references().filter(|text| !is_marker(text)));
    if marked && teams.is_empty() {
        let plain: String =
            cell.pieces.iter().filter(|piece| piece.kind == Kind::Text).map(|piece| &*piece.text).collect();
        teams = teams_in(plain.split(',').map(str::trim).filter(|name| is_team_name(name)));
    }
    Asked { teams, marked }
}

/// The teams of a row of a team table: in brackets, or bare.
pub(super) fn teams_of_ask(cell: &Cell) -> Vec<AskedTeam> {
    let teams = teams_in(cell.references());
    if !teams.is_empty() {
        return teams;
    }
    let plain = cell.plain();
    teams_in(plain.split(',').map(str::trim).filter(|name| is_team_name(name)))
}

fn teams_in<'a>(names: impl Iterator<Item = &'a str>) -> Vec<AskedTeam> {
    let mut teams: Vec<AskedTeam> = Vec::new();
    for name in names.filter(|name| name.chars().any(char::is_alphanumeric) && !name.starts_with('^')) {
        let team = AskedTeam(name.to_owned());
        if !teams.contains(&team) {
            teams.push(team);
        }
    }
    teams
}

/// Whether a bare word may be a team's name.
fn is_team_name(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ' | '#'))
        && text.split_whitespace().count() <= 3
}

/// A task's own words, without the `↳` and the tick box before them.
pub(super) fn task_title(cell: &Cell) -> TaskTitle {
    let plain = cell.plain();
    let mut text = plain.trim_start();
    let below = text.starts_with('↳');
    text = text.trim_start_matches(['↳', ' ']);
    let mut done = cell.is_struck();
    // A ticked box comes as a reference named `x`, an empty one as text.
    let first = cell.references().next();
    if let Some(rest) = text.strip_prefix("[ ]") {
        text = rest;
    } else if let Some(rest) = text.strip_prefix(['x', 'X']).filter(|_| matches!(first, Some("x" | "X"))) {
        done = true;
        text = rest;
    }
    let text = text.trim();
    let title = if text.chars().any(char::is_alphanumeric) { text.to_owned() } else { String::new() };
    TaskTitle { title, below, done }
}

/// Whether the row says that it is done: the marker `![Complete][]` in its notes, or nothing but that word.
pub(super) fn is_complete(owner: &Cell, notes: &[&Cell]) -> bool {
    let said = |cell: &Cell| {
        let word = cell.plain().to_ascii_lowercase();
        cell.has_marker("complete")
            || cell.has_marker("completed")
            || cell.has_marker("done")
            || matches!(word.as_str(), "done" | "complete" | "completed")
    };
    said(owner) || notes.iter().any(|cell| said(cell))
}

/// The texts of several cells as one.
pub(super) fn joined(cells: &[&Cell]) -> String {
    let texts: Vec<String> = cells.iter().map(|cell| cell.plain()).filter(|text| !text.is_empty()).collect();
    texts.join("; ")
}

/// A support level in the spelling of the goals' own guide; any other word as it stands.
pub(super) fn level(text: &str) -> String {
    let known = ["Vibes", "Small", "Medium", "Large"];
    known
        .into_iter()
        .find(|word| word.eq_ignore_ascii_case(text))
        .map_or_else(|| text.to_owned(), str::to_owned)
}

/// Addresses, in order, each once.
#[derive(Default)]
pub(super) struct Links(Vec<String>);

impl Links {
    /// With those of a cell: links the file defines, bare addresses, and what the goals' publisher makes links of:
    /// `[owner/repository#1]` and `[RFC #1]`.
    pub(super) fn and(mut self, cell: &Cell) -> Self {
        for piece in &cell.pieces {
            match &piece.kind {
                Kind::Link(address) => self.add(address.clone()),
                Kind::Reference => {
                    if let Some(address) = published(&piece.text) {
                        self.add(address);
                    }
                }
                Kind::Text => {
                    for word in piece.text.split_whitespace() {
                        let word = word.trim_matches(|c: char| "<>(),;.".contains(c));
                        self.add(word.to_owned());
                    }
                }
                Kind::Code | Kind::Image => {}
            }
        }
        self
    }

    fn add(&mut self, address: String) {
        let whole = address.starts_with("https://") || address.starts_with("http://");
        if whole && !self.0.contains(&address) {
            self.0.push(address);
        }
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.0
    }
}

/// The address behind `owner/repository#1` or `RFC #1`.
fn published(text: &str) -> Option<String> {
    let (name, number) = text.trim().split_once('#')?;
    let name = name.trim();
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    if name.eq_ignore_ascii_case("rfc") {
        return Some(format!("https://github.com/rust-lang/rfcs/pull/{number}"));
    }
    let (owner, repository) = name.split_once('/')?;
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    (plain(owner) && plain(repository))
        .then(|| format!("https://github.com/{owner}/{repository}/issues/{number}"))
}
