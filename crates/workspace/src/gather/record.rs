//! What was gathered last: kept whole in `.kedge/gathered.json`.

use kedge_files::SourceText;
use kedge_model::{Date, Location};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const VERSION: u32 = 1;

/// What was gathered last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) version: u32,
    /// In a part: the whole's own files, first.
    pub(crate) whole: Option<Kept>,
    /// The sources, in the order of `kedge.toml`.
    pub(crate) sources: Vec<Kept>,
}

/// One source as it was kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) name: String,
    /// `git` or `path`, and where, without secrets.
    pub(crate) location: String,
    pub(crate) rev: Option<String>,
    pub(crate) under: Option<String>,
    /// Of git: what the revision was.
    pub(crate) commit: Option<String>,
    /// The day on which it was fetched.
    pub(crate) on: String,
    pub(crate) files: Vec<(String, String)>,
    /// What is no text of the plan language though it is named like one: path and reason.
    pub(crate) unreadable: Vec<(String, String)>,
    /// Links and submodules, which are not followed.
    pub(crate) passed_over: Vec<String>,
}

/// One source as it was gathered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatheredSource {
    /// Its name, as it stands before the colon in a file's path.
    pub name: String,
    /// Where it is, without secrets.
    pub location: String,
    /// The revision that was asked for; its default branch where absent.
    pub rev: Option<String>,
    /// The commit that this was; `None` of a folder.
    pub commit: Option<String>,
    /// How old it is.
    #[serde(flatten)]
    pub age: Option<Age>,
    /// How many files of the plan language it holds.
    pub files: usize,
    /// Links and submodules, which are not followed.
    pub passed_over: Vec<String>,
}

/// When something was gathered, seen from a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Age {
    /// The day on which it was gathered.
    pub on: Date,
    /// Days since then, not negative.
    pub days: i64,
}

impl GatheredSource {
    /// Where it is, in words: its address or folder, without secrets.
    pub fn place(&self) -> &str {
        self.location.split_once(' ').map_or(self.location.as_str(), |(_, place)| place)
    }
}

impl Age {
    pub(crate) fn of(on: Date, today: Date) -> Self {
        Self { on, days: today.days_since(on).max(0) }
    }

    /// As people say it: `today`, `3 days ago`.
    pub fn words(self) -> String {
        match self.days {
            0 => "today".into(),
            1 => "yesterday".into(),
            days => format!("{days} days ago"),
        }
    }
}

impl Kept {
    pub(crate) fn texts(&self) -> Vec<SourceText> {
        let text = |(path, text): &(String, String)| SourceText {
            path: format!("{}:{path}", self.name),
            text: text.clone(),
        };
        self.files.iter().map(text).collect()
    }

    pub(crate) fn date(&self) -> Option<Date> {
        self.on.parse().ok()
    }

    pub(crate) fn shown(&self, today: Date) -> GatheredSource {
        GatheredSource {
            name: self.name.clone(),
            location: self.location.clone(),
            rev: self.rev.clone(),
            commit: self.commit.clone(),
            age: self.date().map(|on| Age::of(on, today)),
            files: self.files.len(),
            passed_over: self.passed_over.clone(),
        }
    }

    /// Whether this is what is now asked for.
    pub(crate) fn is(&self, location: &Location, rev: Option<&str>, under: Option<&str>) -> bool {
        self.location == said(location) && self.rev.as_deref() == rev && self.under.as_deref() == under
    }
}

/// Where something is, as it may be written down and shown: a password in a URL is left out.
pub(crate) fn said(location: &Location) -> String {
    match location {
        Location::Path(path) => format!("path {path}"),
        Location::Git(url) => format!("git {}", super::address::without_secret(url)),
    }
}

fn file(root: &Path) -> PathBuf {
    root.join(".kedge").join("gathered.json")
}

/// What was gathered last below `root`; `None` where nothing was, or it cannot be read.
pub(crate) fn read(root: &Path) -> Option<Record> {
    let record: Record = serde_json::from_str(&fs::read_to_string(file(root)).ok()?).ok()?;
    (record.version == VERSION).then_some(record)
}

/// When what was gathered last was written, for whoever watches.
pub(crate) fn written(root: &Path) -> Option<(u64, std::time::SystemTime)> {
    let about = fs::metadata(file(root)).ok()?;
    Some((about.len(), about.modified().ok()?))
}

/// Keeps it, in place of what was there: whole, or not at all.
pub(crate) fn keep(root: &Path, mut record: Record) -> io::Result<()> {
    record.version = VERSION;
    let path = file(root);
    let folder = root.join(".kedge");
    make_folder(&folder)?;
    let temporary = folder.join("gathered.json.writing");
    fs::write(&temporary, serde_json::to_string(&record)?)?;
    fs::rename(temporary, path)
}

/// The folder for what is this machine's and not the repository's.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(".gitignore"), "*\n")
}
