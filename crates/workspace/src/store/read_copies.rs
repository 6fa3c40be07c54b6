//! Read copies in a store: what teams write whose home is elsewhere (`[[source]]` in kedge.toml), as it was read last.
//!
//! Each text is kept under `SOURCE:PATH`; under `SOURCE:` stands where it is from, at which commit and on which day. Nothing
//! here writes them but reading them again, whole or not at all.

use super::{NotWritten, Store, StoreTrouble, Written};
use crate::clock::AsOf;
use crate::gather::{self, GatherError, Gathering, Kept, Record, source_of};
use crate::journal::Step;
use crate::workspace::Workspace;
use kedge_files::{Edit, SourceText, settings_in};
use kedge_model::Date;
use std::collections::BTreeMap;
use std::time::Duration;

/// How old a copy may be before its reader is told.
pub(super) const OLDEST: Duration = Duration::from_hours(24);

/// Whether a text with this path is at home elsewhere.
pub(super) fn is_one(path: &str) -> bool {
    source_of(path).is_some()
}

/// What was read, as texts.
pub(super) fn texts(record: &Record) -> Result<Vec<SourceText>, StoreTrouble> {
    let mut texts = Vec::new();
    for kept in &record.sources {
        let about = Kept { files: Vec::new(), ..kept.clone() };
        let text = serde_json::to_string_pretty(&about).map_err(|it| StoreTrouble::System(it.to_string()))?;
        texts.push(SourceText { path: format!("{}:", kept.name), text });
        texts.extend(kept.texts());
    }
    Ok(texts)
}

/// What was read, from its texts.
pub(super) fn record(texts: Vec<SourceText>) -> Result<Record, StoreTrouble> {
    let mut sources: BTreeMap<String, Kept> = BTreeMap::new();
    let mut files = Vec::new();
    for SourceText { path, text } in texts {
        match source_of(&path) {
            Some((name, "")) => {
                let kept = serde_json::from_str(&text).map_err(|_| StoreTrouble::Record(path.clone()))?;
                sources.insert(name.to_owned(), kept);
            }
            Some((name, inside)) => files.push((name.to_owned(), inside.to_owned(), text)),
            None => {}
        }
    }
    for (name, inside, text) in files {
        let kept = sources.get_mut(&name).ok_or_else(|| StoreTrouble::Record(format!("{name}:{inside}")))?;
        kept.files.push((inside, text));
    }
    Ok(Record { sources: sources.into_values().collect(), ..Record::default() })
}

/// What makes the one set of texts the other.
pub(super) fn edits_between(before: Vec<SourceText>, after: Vec<SourceText>) -> Vec<Edit> {
    let mut before: BTreeMap<String, String> = before.into_iter().map(|it| (it.path, it.text)).collect();
    let mut edits = Vec::new();
    for SourceText { path, text } in after {
        let held = before.remove(&path);
        if held.as_ref() != Some(&text) {
            edits.push(Edit { path, before: held, after: Some(text) });
        }
    }
    edits.extend(before.into_iter().map(|(path, text)| Edit { path, before: Some(text), after: None }));
    edits
}

impl Store {
    /// The sources of which it holds a read copy, by name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn read_of(&self) -> Result<Vec<String>, StoreTrouble> {
        Ok(self.read_copies()?.sources.into_iter().map(|it| it.name).collect())
    }

    /// What was read last of teams that are at home elsewhere.
    pub(crate) fn read_copies(&self) -> Result<Record, StoreTrouble> {
        record(self.ask(super::Held::copies)??)
    }

    /// The same as it was when the copy of the store was, of this day or this write.
    pub(super) fn read_copies_before(
        &self,
        is_later: impl Fn(&Written) -> bool,
    ) -> Result<Record, StoreTrouble> {
        record(self.all_before(is_later)?)
    }

    /// Takes what was read now in place of what was read before, as one write. Says whether there was anything new.
    fn keep_copies(&self, now: &Record, on: Date) -> Result<bool, NotWritten> {
        let edits = edits_between(self.ask(super::Held::copies)??, texts(now)?);
        if edits.is_empty() {
            return Ok(false);
        }
        let names: Vec<&str> = now.sources.iter().map(|it| it.name.as_str()).collect();
        self.write(Step { what: format!("read {}", names.join(", ")), on, edits })?;
        Ok(true)
    }
}

impl Workspace {
    /// Reads the sources of an organisation that is in a store again, and keeps what they hold: all of it, or nothing. `tell`
    /// hears each source's name, which it is, and of how many. `offline` only tells what was read before.
    ///
    /// # Errors
    /// The organisation is not in a store or names no source, one cannot be had that was never read, or the store fails.
    pub fn gather(
        &self,
        offline: bool,
        tell: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Gathering, GatherError> {
        let Some(store) = self.store() else {
            return gather::gather(self.root(), AsOf::Today.date("UTC"), offline, tell);
        };
        let on = AsOf::Today.date("UTC");
        let trouble = |trouble: StoreTrouble| GatherError::Store(trouble.into());
        let texts = store.texts().map_err(trouble)?;
        let settings = texts.iter().find(|it| it.path == "kedge.toml");
        let settings = settings.and_then(|it| settings_in(&it.text)).ok_or(GatherError::NoSources)?;
        let before = store.read_copies().map_err(trouble)?;
        let (record, gathering) = gather::gather_for(self.root(), &settings, before, on, offline, tell)?;
        if !offline && store.keep_copies(&record, on)? {
            // What was opened is a store, which is there as long as it is open.
            let _ = self.refresh();
        }
        Ok(gathering)
    }
}
