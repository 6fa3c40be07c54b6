//! The files of an organisation held as they were read, so that an edit reads only what it touches.

use crate::language::FileKind;
use crate::place::{Span, place};
use crate::read::{Failed, FileRead, Loaded, SourceText, read_file};
use crate::sources::{Homes, SourceFile, Sources};
use kedge_model::{Address, Assembly, Fact, FactId, Finding, Fix, Scope, Severity, Subject, TeamId, codes};
use rayon::prelude::*;
use std::collections::btree_map::OccupiedEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reads the files of an organisation, and after each edit only what it touches: that file, and what of the whole hangs on
/// what its team has written. What it then says is what reading everything would say.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Those of the plan language, the settings first.
    files: BTreeMap<Key, Arc<FileRead>>,
    /// The files of each writer; of the stewards (`None`) the settings.
    by_writer: BTreeMap<Option<TeamId>, BTreeSet<Key>>,
    /// Facts that stand in another file too.
    twice: BTreeMap<Option<TeamId>, Vec<Twice>>,
    /// The scope that was asked for.
    asked: Option<Scope>,
    /// What was wrong already where the files were found.
    found: Vec<Finding>,
    sources: Sources,
    assembly: Assembly,
}

/// A file among the others: whether it comes after the settings, and its path.
type Key = (bool, Arc<str>);

/// A fact that stands in an earlier file too.
#[derive(Clone, Debug)]
struct Twice {
    file: Arc<SourceFile>,
    span: Span,
    fact: FactId,
}

/// What the files of one writer say together.
#[derive(Default)]
struct OfWriter {
    facts: Vec<Fact>,
    homes: Homes,
    twice: Vec<Twice>,
}

fn is_settings(path: &str) -> bool {
    crate::language::inside(path) == "kedge.toml"
}

fn key_of(path: &str) -> Key {
    (!is_settings(path), path.into())
}

impl Reader {
    /// Reads files, with what was wrong with them already: findings that are errors, so that nothing is loaded where there
    /// is one. For `scope` see [`read`](crate::read).
    pub fn new(files: Vec<SourceText>, scope: Option<Scope>, found: Vec<Finding>) -> Self {
        let mut texts: BTreeMap<Key, SourceText> = BTreeMap::new();
        for file in files.into_iter().filter(|file| FileKind::of(&file.path).is_some()) {
            texts.entry(key_of(&file.path)).or_insert(file);
        }
        Self::of(texts, &BTreeMap::new(), scope, found)
    }

    /// Reads texts, but for those that were read before and have not changed.
    fn of(
        mut texts: BTreeMap<Key, SourceText>,
        before: &BTreeMap<Key, Arc<FileRead>>,
        asked: Option<Scope>,
        found: Vec<Finding>,
    ) -> Self {
        // Where quarters begin is said in the settings: they are read first.
        let mut files: BTreeMap<Key, Arc<FileRead>> = BTreeMap::new();
        let settings = texts.first_entry().filter(|entry| !entry.key().0).map(OccupiedEntry::remove_entry);
        let has_settings = settings.is_some();
        let mut first_month = 1;
        if let Some((key, text)) = settings {
            let read = read_file(FileKind::Settings, text, first_month);
            if let Some((_, Fact::Settings(found))) = read.facts.first() {
                first_month = found.calendar.first_month;
            }
            files.insert(key, Arc::new(read));
        }
        let texts: Vec<(Key, SourceText)> = texts.into_iter().collect();
        let read: Vec<(Key, Arc<FileRead>)> = texts
            .into_par_iter()
            .filter_map(|(key, text)| {
                let same =
                    |read: &&Arc<FileRead>| *read.file.text == text.text && read.first_month == first_month;
                if let Some(read) = before.get(&key).filter(same) {
                    return Some((key, read.clone()));
                }
                let read = read_file(FileKind::of(&text.path)?, text, first_month);
                Some((key, Arc::new(read)))
            })
            .collect();
        files.extend(read);
        let mut by_writer: BTreeMap<Option<TeamId>, BTreeSet<Key>> = BTreeMap::new();
        for (key, file) in &files {
            for writer in file.writers() {
                by_writer.entry(writer).or_default().insert(key.clone());
            }
        }
        let writers: Vec<(Option<TeamId>, OfWriter)> = by_writer
            .par_iter()
            .map(|(writer, keys)| (writer.clone(), of_writer(&files, keys, writer.as_ref())))
            .collect();
        let (mut homes, mut twice, mut facts) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for (writer, of_writer) in writers {
            facts.extend(of_writer.facts);
            homes.insert(writer.clone(), Arc::new(of_writer.homes));
            if !of_writer.twice.is_empty() {
                twice.insert(writer, of_writer.twice);
            }
        }
        let scope = asked.unwrap_or(if has_settings { Scope::Whole } else { Scope::Partial });
        let sources = Sources {
            files: Arc::new(files.values().map(|it| (it.file.path.clone(), it.file.clone())).collect()),
            homes: Arc::new(homes),
            first_month,
        };
        Self { files, by_writer, twice, asked, found, sources, assembly: Assembly::new(scope, facts) }
    }

    /// Takes these for all the files there are: reads those that are new or have another text.
    pub fn read_again(&mut self, files: Vec<SourceText>, scope: Option<Scope>, found: Vec<Finding>) {
        let mut texts: BTreeMap<Key, SourceText> = BTreeMap::new();
        for file in files.into_iter().filter(|file| FileKind::of(&file.path).is_some()) {
            texts.entry(key_of(&file.path)).or_insert(file);
        }
        let is_same = |key: &Key, text: &SourceText| {
            self.files.get(key).is_some_and(|read| *read.file.text == text.text)
        };
        let gone = self.files.keys().filter(|key| !texts.contains_key(*key)).cloned();
        let mut changed: BTreeMap<Key, Option<String>> = gone.map(|key| (key, None)).collect();
        let other = texts.iter().filter(|(key, text)| !is_same(key, text));
        changed.extend(other.map(|(key, text)| (key.clone(), Some(text.text.clone()))));
        if scope == self.asked && changed.keys().all(|(after_settings, _)| *after_settings) {
            self.found = found;
            self.take(changed);
        } else {
            *self = Self::of(texts, &self.files, scope, found);
        }
    }

    /// Takes this text for that of a file, which may be new; with `None` the file is gone. A file that is not of the plan
    /// language is passed over.
    pub fn edit(&mut self, path: &str, text: Option<String>) {
        if FileKind::of(path).is_none() {
            return;
        }
        if !is_settings(path) {
            self.take(BTreeMap::from([(key_of(path), text)]));
            return;
        }
        let files = self.files.values().filter(|read| &*read.file.path != path);
        let mut files: Vec<SourceText> = files.map(|read| read.file.source_text()).collect();
        files.extend(text.map(|text| SourceText { path: path.to_owned(), text }));
        self.read_again(files, self.asked, self.found.clone());
    }

    /// Reads what has changed, none of it settings.
    fn take(&mut self, changed: BTreeMap<Key, Option<String>>) {
        if changed.is_empty() {
            return;
        }
        let first_month = self.sources.first_month;
        let mut writers: BTreeSet<Option<TeamId>> = BTreeSet::new();
        let sources = Arc::make_mut(&mut self.sources.files);
        for (key, text) in changed {
            if let Some(before) = self.files.remove(&key) {
                sources.remove(&before.file.path);
                for writer in before.writers() {
                    if let Some(keys) = self.by_writer.get_mut(&writer) {
                        keys.remove(&key);
                    }
                    writers.insert(writer);
                }
            }
            let (Some(text), Some(kind)) = (text, FileKind::of(&key.1)) else { continue };
            let read = read_file(kind, SourceText { path: key.1.to_string(), text }, first_month);
            for writer in read.writers() {
                self.by_writer.entry(writer.clone()).or_default().insert(key.clone());
                writers.insert(writer);
            }
            sources.insert(read.file.path.clone(), read.file.clone());
            self.files.insert(key, Arc::new(read));
        }
        let homes = Arc::make_mut(&mut self.sources.homes);
        let mut facts = BTreeMap::new();
        for writer in writers {
            let keys = self.by_writer.get(&writer);
            let of_writer =
                keys.map(|keys| of_writer(&self.files, keys, writer.as_ref())).unwrap_or_default();
            self.twice.remove(&writer);
            if !of_writer.twice.is_empty() {
                self.twice.insert(writer.clone(), of_writer.twice);
            }
            if keys.is_none_or(BTreeSet::is_empty) {
                self.by_writer.remove(&writer);
                homes.remove(&writer);
            } else {
                homes.insert(writer.clone(), Arc::new(of_writer.homes));
            }
            facts.insert(writer, of_writer.facts);
        }
        self.assembly.replace(facts);
    }

    /// The path of every file that is held, the settings first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(|(_, path)| path.as_ref())
    }

    /// The organisation, as the files say now.
    ///
    /// # Errors
    /// Everything that is wrong in any of the files, and with them together; then nothing is loaded.
    pub fn loaded(&self) -> Result<Loaded, Failed> {
        let mut findings = self.found.clone();
        let mut failed_teams: BTreeMap<Option<TeamId>, bool> = BTreeMap::new();
        for read in self.files.values() {
            if !read.findings.is_empty() {
                let heads = matches!(read.file.kind, FileKind::Team);
                *failed_teams.entry(read.file.own.clone()).or_default() |= heads;
                findings.extend(read.findings.iter().cloned());
            }
            if read.suppressed > 0 && findings.is_empty() {
                findings.push(unreadable(&read.file));
            }
        }
        findings.extend(self.twice.values().flatten().map(written_twice));
        let organisation = match self.assembly.organisation() {
            Some(organisation) if findings.is_empty() => organisation.clone(),
            _ => return Err(self.failed(findings, &failed_teams)),
        };
        Ok(Loaded { organisation, sources: self.sources.clone(), notes: Vec::new() })
    }

    fn failed(&self, mut findings: Vec<Finding>, failed_teams: &BTreeMap<Option<TeamId>, bool>) -> Failed {
        // Where a file could not be read whole, what refers into it is not to blame.
        let unreadable_names = findings.iter().any(|finding| finding.code == codes::UNREADABLE);
        let any_failed = !findings.is_empty();
        let team_failed = any_failed
            && (unreadable_names
                || failed_teams.contains_key(&None)
                || failed_teams.values().any(|head| *head));
        let together = self.assembly.findings().filter(|finding| match finding.code {
            code if code == codes::UNKNOWN_TEAM => !team_failed,
            code if code == codes::UNKNOWN_REFERENCE || code == codes::AFTER_ANOTHER_TEAM => {
                !any_failed || (!unreadable_names && !failed_teams.contains_key(&finding.team))
            }
            _ => true,
        });
        findings.extend(together.cloned());
        let sources = self.sources.clone();
        findings.sort_by_cached_key(|finding| finding.place(&sources));
        findings.dedup();
        Failed { findings, sources }
    }
}

/// Puts the files of one writer together: each fact once, in their order.
fn of_writer(
    files: &BTreeMap<Key, Arc<FileRead>>,
    keys: &BTreeSet<Key>,
    writer: Option<&TeamId>,
) -> OfWriter {
    let mut together = OfWriter::default();
    for read in keys.iter().filter_map(|key| files.get(key)) {
        for (span, fact) in read.facts.iter().filter(|(_, fact)| fact.writer() == writer) {
            match together.homes.entry(fact.id()) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(read.file.clone());
                    together.facts.push(fact.clone());
                }
                std::collections::hash_map::Entry::Occupied(entry) => {
                    let fact = entry.key().clone();
                    together.twice.push(Twice { file: read.file.clone(), span: span.clone(), fact });
                }
            }
        }
    }
    together
}

fn written_twice(twice: &Twice) -> Finding {
    let Twice { file, span, fact } = twice;
    let here = place(&file.path, &file.text, span);
    let message = format!("{fact} is written in another file too");
    let mut finding = Finding::in_file(codes::WRITTEN_TWICE, Severity::Error, here, message)
        .with_fix(Fix::advice(
            "keep the one that is right and delete the other, or give one of them another name",
        ))
        .with_related(Subject::Address(Address::of(fact.clone())), "the other");
    finding.team = fact.writer();
    finding
}

fn unreadable(file: &SourceFile) -> Finding {
    let place = place(&file.path, &file.text, &(0..0));
    let message = "it cannot be read, and nothing more can be said of it".to_owned();
    Finding::in_file(codes::UNREADABLE, Severity::Error, place, message)
        .with_fix(Fix::advice("write it anew"))
}
