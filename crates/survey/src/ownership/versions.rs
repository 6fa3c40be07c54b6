//! Files that say who owns what, as they are now, or as they were at any moment of the history.

use super::When;
use crate::git::{Conversation, git};
use crate::history::{History, How, PathIndex};
use crate::repository::{Repository, SurveyError};
use crate::selection::day;
use crate::tree::{Contents, Tree};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

/// No such file is longer: GitHub reads none above 3 MB.
pub(super) const MOST: u64 = 4 << 20;

/// What the files say, by path and moment.
pub(super) struct Versions<T> {
    /// Per path, from which moment on it says what; `None` where it was taken out.
    files: BTreeMap<String, Vec<(i64, Option<T>)>>,
    /// When any of them changed.
    changes: Vec<i64>,
    /// Files that say nothing because they could not be read, with why.
    pub(super) unread: Vec<String>,
}

impl<T> Versions<T> {
    pub(super) fn read(
        repository: &Repository,
        tree: &Tree,
        history: &History,
        when: When,
        is_one: impl Fn(&str) -> bool,
        mut parse: impl FnMut(&str, &str) -> T,
    ) -> Result<Self, SurveyError> {
        let mut files: BTreeMap<String, Vec<(i64, Option<T>)>> = BTreeMap::new();
        let mut unread = Vec::new();
        if when == When::Then {
            let mut changes = Vec::new();
            let wanted: Vec<bool> = history.names.paths().iter().map(|path| is_one(path)).collect();
            history.each(|commit| {
                for touched in &commit.touched {
                    let mut note = |path: PathIndex, gone| {
                        if wanted.get(path.0 as usize) == Some(&true) {
                            changes.push((commit.committed, commit.id.clone(), path, gone));
                        }
                    };
                    if let How::Renamed { from } = touched.how {
                        note(from, true);
                    }
                    note(touched.path, touched.how == How::Deleted);
                }
            })?;
            changes.sort_unstable_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
            let names: Vec<String> = changes
                .iter()
                .map(|(_, commit, path, _)| format!("{commit}:{}", history.names.path(*path)))
                .collect();
            let texts = texts(repository, &names).map_err(|error| repository.broke_off(&error))?;
            for ((at, _, path, gone), text) in changes.into_iter().zip(texts) {
                let path = history.names.path(path);
                if text.is_none() && !gone {
                    unread.push(format!("{path} as it was at {}: it is not here, or too long", day(at)));
                }
                let said = text.filter(|_| !gone).map(|text| parse(path, &text));
                files.entry(path.to_owned()).or_default().push((at, said));
            }
        } else {
            tree.read(
                repository,
                MOST,
                |file| is_one(&file.path),
                |file, contents| {
                    let why = match contents {
                        Contents::Text(text) => {
                            let said = Some(parse(&file.path, &text));
                            files.insert(file.path.clone(), vec![(i64::MIN, said)]);
                            return;
                        }
                        Contents::Missing => "its object is not here".to_owned(),
                        Contents::Binary => "it is not text".to_owned(),
                        Contents::TooLarge(size) => format!("{size} bytes are too many"),
                    };
                    unread.push(format!("{}: {why}", file.path));
                },
            )?;
        }
        let mut changes: Vec<i64> = files.values().flatten().map(|(at, _)| *at).collect();
        changes.sort_unstable();
        changes.dedup();
        Ok(Self { files, changes, unread })
    }

    /// What a file said at a moment.
    pub(super) fn at(&self, path: &str, at: i64) -> Option<&T> {
        let versions = self.files.get(path)?;
        let later = versions.partition_point(|(from, _)| *from <= at);
        versions.get(later.checked_sub(1)?)?.1.as_ref()
    }

    /// Between which changes a moment lies: at two moments of the same number all files say the same.
    pub(super) fn epoch(&self, at: i64) -> usize {
        self.changes.partition_point(|change| *change <= at)
    }
}

/// The texts of these objects, where they are here and not too long.
fn texts(repository: &Repository, names: &[String]) -> io::Result<Vec<Option<String>>> {
    let mut command = git(repository.git_dir());
    command.args(["cat-file", "--batch"]);
    let mut conversation = Conversation::start(command)?;
    let mut texts = Vec::with_capacity(names.len());
    for name in names {
        // A name that could not be asked for in one line.
        if name.contains('\n') {
            texts.push(None);
            continue;
        }
        writeln!(conversation.ask, "{name}")?;
        conversation.ask.flush()?;
        let mut head = String::new();
        conversation.answer.read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size.filter(|_| !head.trim_end().ends_with(" missing")) else {
            texts.push(None);
            continue;
        };
        let mut bytes = Vec::new();
        let mut of = (&mut conversation.answer).take(size.min(MOST));
        of.read_to_end(&mut bytes)?;
        io::copy(&mut (&mut conversation.answer).take(size - bytes.len() as u64 + 1), &mut io::sink())?;
        texts.push((size <= MOST).then(|| String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(texts)
}
