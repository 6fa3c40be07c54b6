//! The replica behind a store, and what runs it: one thread asks it, one thing at a time.

use super::comments::{self, COMMENTS};
use super::engine::Engine;
use super::history::{last_that_stands, written};
use super::place::Place;
use super::{
    COPIES, COUNCIL, NotWritten, PLANS, STEPS, StoreTrouble, Written, collection, contracts, is_store,
};
use crate::journal::{Step, edits_in_json};
use kedge_files::{Edit, SourceText};
use kedge_model::{Comment, Date, KeptComment};
use kedge_replica::{AuthorId, Change, Error, Expected, Millis, Replica, Settings, Store as _, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// The replica, and what runs it.
pub(super) struct Held {
    runtime: tokio::runtime::Runtime,
    path: PathBuf,
    place: Place,
    author: AuthorId,
    /// `None` once the store has failed, until the next question opens it again.
    replica: Option<Replica<Engine>>,
    /// The number of the last write, once it was looked for: nobody else writes while the replica is held, and the history
    /// grows long.
    last: Option<u64>,
    /// How often the store was opened again.
    opened_again: Arc<AtomicU64>,
}

/// Where a write stands among the steps.
fn key(number: u64) -> String {
    format!("{number:012}")
}

/// Why a store failed that is opened again by whoever asks next.
fn reason(trouble: &StoreTrouble) -> String {
    match trouble {
        StoreTrouble::Replica(Error::Store(StoreError::Full)) => "no room is left for it".to_owned(),
        StoreTrouble::Replica(Error::Store(why)) => why.to_string(),
        other => other.to_string(),
    }
}

fn now() -> Millis {
    SystemTime::now().into()
}

/// A replica of Kedge in this place; a new one, if so wanted and none is there.
async fn open(place: &Place, path: &Path, new: bool) -> Result<Replica<Engine>, StoreTrouble> {
    if !new && !is_store(path) {
        return Err(StoreTrouble::NotAStore(path.to_owned()));
    }
    let mut store = Engine::open(place, path, new).await?;
    let author = match store.open().await? {
        Some(_) if new => return Err(StoreTrouble::There(path.to_owned())),
        Some(stored) => stored.memory.author,
        None if new => {
            let mut author = [0; 16];
            getrandom::fill(&mut author).map_err(|error| StoreTrouble::System(error.to_string()))?;
            AuthorId::new(author)
        }
        None => return Err(StoreTrouble::NotAStore(path.to_owned())),
    };
    Ok(Replica::open(store, author, contracts(author)?, Settings::default()).await?)
}

impl Held {
    pub(super) fn open(path: &Path, new: bool, opened_again: Arc<AtomicU64>) -> Result<Self, StoreTrouble> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreTrouble::System(error.to_string()))?;
        let place = Place::of(path)?;
        let replica = runtime.block_on(open(&place, path, new))?;
        let author = replica.core().author();
        let replica = Some(replica);
        Ok(Self { runtime, path: path.to_owned(), place, author, replica, last: None, opened_again })
    }

    pub(super) fn close(mut self) {
        self.let_go();
    }

    fn let_go(&mut self) {
        if let Some(replica) = self.replica.take() {
            // What was acknowledged is on the disk already; closing only writes the log back into a file, or ends a session.
            let _ = self.runtime.block_on(replica.into_store().close());
        }
    }

    /// Asks the replica. A store that failed, as when the server of its database went away, is opened again by the next
    /// question, not by this one: what was asked may have been done or not.
    fn on<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut Replica<Engine>) -> Result<T, Error>,
    ) -> Result<T, StoreTrouble> {
        if self.replica.is_none() {
            let replica = self.runtime.block_on(open(&self.place, &self.path, false))?;
            if replica.core().author() != self.author {
                return Err(StoreTrouble::Another(self.path.clone()));
            }
            self.replica = Some(replica);
            // Somebody else may have held it meanwhile.
            self.last = None;
            self.opened_again.fetch_add(1, Ordering::Relaxed);
        }
        let Some(replica) = &mut self.replica else { return Err(StoreTrouble::Closed) };
        let answer = self.runtime.block_on(question(replica));
        if let Err(Error::Store(_) | Error::Reopen) = &answer {
            self.let_go();
        }
        answer.map_err(|error| match error {
            Error::Store(StoreError::SessionEnded(why)) => {
                StoreTrouble::Unreachable { path: self.path.clone(), why }
            }
            other => other.into(),
        })
    }

    /// Whether the store answers, and is still held here.
    pub(super) fn is_held(&mut self) -> Result<(), StoreTrouble> {
        self.on(async |replica| replica.read(COUNCIL, "kedge.toml").await).map(drop)
    }

    /// What tells this store from every other.
    pub(super) fn author(&self) -> String {
        self.author.to_string()
    }

    pub(super) fn texts(&mut self) -> Result<Vec<SourceText>, StoreTrouble> {
        self.texts_in(&[COUNCIL, PLANS])
    }

    pub(super) fn copies(&mut self) -> Result<Vec<SourceText>, StoreTrouble> {
        self.texts_in(&[COPIES])
    }

    fn texts_in(&mut self, collections: &[&str]) -> Result<Vec<SourceText>, StoreTrouble> {
        let mut texts = Vec::new();
        for collection in collections {
            for (address, record) in self.on(async |replica| replica.list(collection).await)? {
                let path = address.key.to_string();
                let text = record.text("text").ok_or_else(|| StoreTrouble::Record(path.clone()))?.to_owned();
                texts.push(SourceText { path, text });
            }
        }
        texts.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(texts)
    }

    pub(super) fn comments(&mut self) -> Result<Vec<KeptComment>, StoreTrouble> {
        let records = self.on(async |replica| replica.list(COMMENTS).await)?;
        let of = records.iter().map(|(address, record)| comments::of(address.key.as_str(), record));
        of.filter_map(Result::transpose).collect()
    }

    pub(super) fn comment(
        &mut self,
        what: String,
        comment: &Comment,
        on: Date,
    ) -> Result<String, NotWritten> {
        // Named by the write that makes it, and, since other stores count too, by this one.
        let author: String = self.author().chars().take(8).collect();
        let id = format!("{:06}-{author}", self.next_number()?);
        let after = Some(comments::text(comment)?);
        let edits = vec![Edit { path: comments::path(&id), before: None, after }];
        self.write(&Step { what, on, edits }, None)?;
        Ok(id)
    }

    pub(super) fn remove_comment(&mut self, id: &str, on: Date) -> Result<Comment, NotWritten> {
        let kept = self.comments()?.into_iter().find(|it| it.id == id);
        let comment = kept.ok_or_else(|| NotWritten::NoComment(id.to_owned()))?.comment;
        let before = Some(comments::text(&comment)?);
        let edits = vec![Edit { path: comments::path(id), before, after: None }];
        let what = format!("removed the comment of {} on {}", comment.by, comment.about);
        self.write(&Step { what, on, edits }, None)?;
        Ok(comment)
    }

    fn next_number(&mut self) -> Result<u64, StoreTrouble> {
        let last = match self.last {
            Some(last) => last,
            None => self.history()?.last().map_or(0, |last| last.number),
        };
        self.last = Some(last);
        Ok(last + 1)
    }

    /// The text at a path, and the version that a write goes over where that is asked for.
    fn text_at(&mut self, path: &str) -> Result<(Option<String>, Expected), StoreTrouble> {
        let absent = (None, Expected::Absent);
        if let Some(id) = comments::id_at(path) {
            let Some(record) = self.on(async |replica| replica.read(COMMENTS, id).await)? else {
                return Ok(absent);
            };
            let comment = comments::of(id, &record)?;
            let text = comment.map(|it| comments::text(&it.comment)).transpose()?;
            return Ok((text, Expected::Anything));
        }
        let Some(record) = self.on(async |replica| replica.read(collection(path), path).await)? else {
            return Ok(absent);
        };
        let expected = record.version().map_or(Expected::Absent, Expected::Version);
        Ok((record.text("text").map(str::to_owned), expected))
    }

    pub(super) fn history(&mut self) -> Result<Vec<Written>, StoreTrouble> {
        let records = self.on(async |replica| replica.list(STEPS).await)?;
        let mut steps = records
            .into_iter()
            .map(|(address, record)| {
                let key = address.key.to_string();
                written(&key, &record).ok_or(StoreTrouble::Record(key))
            })
            .collect::<Result<Vec<_>, _>>()?;
        steps.sort_by_key(|it| it.number);
        Ok(steps)
    }

    pub(super) fn write(&mut self, step: &Step, takes_back: Option<u64>) -> Result<(), NotWritten> {
        let number = self.next_number()?;
        let mut change = Change::to(STEPS, &key(number))
            .expecting(Expected::Absent)
            .set("what", step.what.as_str())
            .set("on", step.on.to_string())
            .set("edits", edits_in_json(&step.edits).to_string());
        if let Some(takes_back) = takes_back.and_then(|it| i64::try_from(it).ok()) {
            change = change.set("takes-back", takes_back);
        }
        for edit in &step.edits {
            let (here, expected) = self.text_at(&edit.path)?;
            if here != edit.before {
                return Err(NotWritten::Changed(edit.path.clone()));
            }
            change = match (comments::id_at(&edit.path), &edit.after) {
                (Some(id), after) => comments::set(change.and(COMMENTS, id), &edit.path, after.as_deref())?,
                (None, Some(text)) => change
                    .and(collection(&edit.path), &edit.path)
                    .expecting(expected)
                    .set("text", text.as_str()),
                (None, None) => change.and(collection(&edit.path), &edit.path).expecting(expected).delete(),
            };
        }
        let written = self.on(async |replica| replica.write(now(), &change).await);
        match written {
            Ok(_) => {}
            // The answer was lost, and perhaps nothing else.
            Err(why @ (StoreTrouble::Replica(Error::Store(_)) | StoreTrouble::Unreachable { .. })) => {
                match self.step_at(number) {
                    Ok(stored) if stored.as_ref().is_some_and(|stored| stored.step == *step) => {}
                    Ok(_) => return Err(NotWritten::Lost(reason(&why))),
                    Err(_) => return Err(NotWritten::NotKnown(reason(&why))),
                }
            }
            Err(other) => return Err(other.into()),
        }
        self.last = Some(number);
        Ok(())
    }

    fn step_at(&mut self, number: u64) -> Result<Option<Written>, StoreTrouble> {
        let key = key(number);
        let record = self.on(async |replica| replica.read(STEPS, &key).await)?;
        record.map(|record| written(&key, &record).ok_or(StoreTrouble::Record(key))).transpose()
    }

    pub(super) fn undo(&mut self, only: Option<u64>, on: Date) -> Result<Step, NotWritten> {
        let history = self.history()?;
        let last = last_that_stands(&history).ok_or(NotWritten::Nothing)?;
        if only.is_some_and(|only| only != last.number) {
            return Err(NotWritten::Later { what: last.step.what.clone() });
        }
        // Texts that were read since belong to where the write says that they are at home.
        if last.moved_copies() && history.iter().any(|it| it.number > last.number && it.is_a_reading()) {
            return Err(NotWritten::ReadSince { what: last.step.what.clone() });
        }
        let back = |edit: &Edit| Edit {
            path: edit.path.clone(),
            before: edit.after.clone(),
            after: edit.before.clone(),
        };
        let edits = last.step.edits.iter().rev().map(back).collect();
        let step = Step { what: format!("took back: {}", last.step.what), on, edits };
        self.write(&step, Some(last.number))?;
        Ok(last.step.clone())
    }
}
