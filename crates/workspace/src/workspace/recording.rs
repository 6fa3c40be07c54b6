//! Recording into a workspace, and taking it back: all of it or nothing.

use super::Workspace;
use crate::answers::Answers;
use crate::clock::AsOf;
use crate::disk::{self, WriteError};
use crate::journal::{self, Step, UndoError};
use crate::store::is_copy_of;
use kedge_files::{Edit, SourceText, Sources, settings_in, speaks_for};
use kedge_model::{Change, Finding, Scope, Severity, TeamId};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

/// What was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// The files, before and after.
    pub edits: Vec<Edit>,
    /// Whether it can be undone; `false` where the list of what was done could not be written.
    pub undoable: bool,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The organisation would be wrong.
    #[error("this cannot be: {}", first(.0))]
    Refused(Vec<Finding>),
    /// The files cannot be read as they are.
    #[error("the plans have errors, so nothing was recorded; mend them first: `kedge check` lists them")]
    Trouble,
    /// The file that would change has errors.
    #[error("{path} has errors, so nothing was recorded; mend them first: `kedge check` lists them")]
    Faulty {
        /// The file.
        path: String,
    },
    /// The change cannot be written into the files.
    #[error("this cannot be written into the plan files: {0}")]
    Apply(String),
    /// A new file of a team that has its files in a source.
    #[error(
        "the files of team `{team}` are in the source `{source_name}` (`holds` in kedge.toml), not here: write it there"
    )]
    HeldElsewhere {
        /// The team.
        team: TeamId,
        /// The source.
        source_name: String,
    },
    /// The files are a copy of a store.
    #[error(
        "these files are a copy of {}, where the facts have their home: record it there (`--in {}`), or edit the files and bring \
         them home with `kedge store take`", .0.display(), crate::typed(.0)
    )]
    Copy(PathBuf),
    /// The disk refused, or a file changed meanwhile.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn first(findings: &[Finding]) -> String {
    let Some(finding) = findings.first() else { return "unknown".into() };
    let fix = finding.fix.as_ref().map(|fix| format!(" ({})", fix.advice)).unwrap_or_default();
    format!("{}{fix}", finding.message)
}

/// The files in which the errors are.
fn faulty(findings: &[Finding], sources: &Sources) -> BTreeSet<String> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter_map(|finding| Some(finding.place(sources)?.file.to_string())).collect()
}

fn refuse_touching(apart: &[String], edits: &[Edit]) -> Result<(), RecordError> {
    match edits.iter().find(|edit| apart.contains(&edit.path)) {
        Some(edit) => Err(RecordError::Faulty { path: edit.path.clone() }),
        None => Ok(()),
    }
}

impl Workspace {
    /// What a change starts from: the newest answers; where some files have errors, the answers to the others, with the
    /// names of those left aside. One team's mistake stops nobody else from recording.
    ///
    /// # Errors
    /// When the other files do not make an organisation without them.
    pub fn to_record(&self) -> Result<(Arc<Answers>, Vec<String>), RecordError> {
        let snapshot = self.snapshot();
        let Some(trouble) = &snapshot.trouble else {
            return snapshot.answers.map(|answers| (answers, Vec::new())).ok_or(RecordError::Trouble);
        };
        let apart = faulty(&trouble.findings, &trouble.sources);
        let files = trouble
            .sources
            .files()
            .filter(|path| !apart.contains(*path))
            .filter_map(|path| {
                Some(SourceText { path: path.to_owned(), text: trouble.sources.text(path)?.to_owned() })
            })
            .collect();
        // What the files left aside hold is missing, so teams without a file must not count as errors.
        let loaded = kedge_files::read(files, Some(Scope::Partial)).map_err(|_| RecordError::Trouble)?;
        Ok((Arc::new(self.answers_to(loaded)), apart.into_iter().collect()))
    }

    /// The edits that would record the changes, without writing them.
    ///
    /// # Errors
    /// When the organisation would be wrong, or a file that the changes touch has errors.
    pub fn preview(&self, changes: &[Change]) -> Result<Vec<Edit>, RecordError> {
        let (answers, apart) = self.to_record()?;
        // What is missing may stand in a file that was left aside; then that file is what to mend.
        let refused =
            |findings| if apart.is_empty() { RecordError::Refused(findings) } else { RecordError::Trouble };
        answers.organisation.with(changes).map_err(refused)?;
        let edits = kedge_files::apply(&answers.sources, changes)
            .map_err(|error| RecordError::Apply(error.to_string()))?;
        refuse_touching(&apart, &edits)?;
        self.refuse_elsewhere(&edits)?;
        Ok(edits)
    }

    /// Writes the changes into the plan files: all of them or none. `what` says it in words, for undo.
    ///
    /// # Errors
    /// When the organisation would be wrong, the files have errors or were changed meanwhile, or the disk refuses. Then
    /// nothing has changed.
    pub fn record(&self, what: &str, changes: &[Change]) -> Result<Recorded, RecordError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let edits = self.preview(changes)?;
        self.write(what, edits)
    }

    /// The same for edits that are there as text: a template, say. The files must still read as an organisation with them.
    ///
    /// # Errors
    /// As [`Workspace::record`].
    pub fn record_edits(&self, what: &str, edits: Vec<Edit>) -> Result<Recorded, RecordError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (answers, apart) = self.to_record()?;
        refuse_touching(&apart, &edits)?;
        self.refuse_elsewhere(&edits)?;
        let changed = |path: &str| edits.iter().any(|edit| edit.path == path);
        let files =
            answers
                .sources
                .files()
                .filter(|path| !changed(path))
                .filter_map(|path| {
                    Some(SourceText { path: path.to_owned(), text: answers.sources.text(path)?.to_owned() })
                })
                .chain(edits.iter().filter_map(|edit| {
                    Some(SourceText { path: edit.path.clone(), text: edit.after.clone()? })
                }));
        kedge_files::read(files.collect(), Some(answers.organisation.scope()))
            .map_err(|failed| RecordError::Refused(failed.findings))?;
        self.write(what, edits)
    }

    /// Writes what mends files, which need not make an organisation before or after.
    pub(crate) fn write_mended(&self, what: &str, edits: Vec<Edit>) -> Result<Recorded, RecordError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(what, edits)
    }

    /// What is in another repository is its teams' to change.
    fn refuse_elsewhere(&self, edits: &[Edit]) -> Result<(), RecordError> {
        let lies = self.lies();
        for edit in edits {
            lies.ground.place(&edit.path)?;
        }
        // From the file itself: a source that holds a team without any file yet is an error, and errors are left aside.
        let text = match &self.inner.store {
            Some(store) => {
                let texts = store.texts().map_err(|trouble| WriteError::Store(trouble.to_string()))?;
                texts.into_iter().find(|it| it.path == "kedge.toml").map(|it| it.text).unwrap_or_default()
            }
            None => std::fs::read_to_string(self.inner.root.join("kedge.toml")).unwrap_or_default(),
        };
        let (None, Some(settings)) = (&lies.here, settings_in(&text)) else { return Ok(()) };
        let sources = &settings.sources;
        let names = crate::gather::names_of(sources);
        let new = edits
            .iter()
            .filter(|edit| edit.before.is_none() && crate::gather::source_of(&edit.path).is_none());
        for edit in new {
            let Some(text) = edit.after.clone() else { continue };
            let Some((team, _)) = speaks_for(&SourceText { path: edit.path.clone(), text }) else { continue };
            let held = sources.iter().zip(&names).find(|(source, _)| source.holds.contains(&team));
            if let Some((_, name)) = held {
                return Err(RecordError::HeldElsewhere { team, source_name: name.clone() });
            }
        }
        Ok(())
    }

    fn write(&self, what: &str, edits: Vec<Edit>) -> Result<Recorded, RecordError> {
        if edits.is_empty() {
            // The files say so already: there is nothing to take back.
            return Ok(Recorded { edits, undoable: false });
        }
        let on = AsOf::Today.date("UTC");
        let step = Step { what: what.to_owned(), on, edits: edits.clone() };
        if let Some(store) = &self.inner.store {
            // What is a read copy is written where its home is.
            let ground = self.lies().ground;
            edits.iter().try_for_each(|edit| ground.place(&edit.path).map(drop))?;
            store.write(step).map_err(WriteError::from)?;
            let _ = self.read_locked();
            return Ok(Recorded { edits, undoable: true });
        }
        if let Some(store) = is_copy_of(&self.inner.root) {
            return Err(RecordError::Copy(store));
        }
        disk::write_on(&self.lies().ground, &edits)?;
        let undoable = journal::remember(&self.inner.root, step).is_ok();
        // The files are written; should they be gone already, the next refresh says so.
        let _ = self.read_locked();
        Ok(Recorded { edits, undoable })
    }

    /// Drops the last thing recorded from what can be undone, and leaves the files as they are.
    ///
    /// # Errors
    /// When there is nothing, or the list cannot be written.
    pub fn forget_last_step(&self) -> Result<Step, UndoError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.inner.store.is_some() {
            return Err(UndoError::Store("a store forgets nothing: its history stays whole".into()));
        }
        journal::forget(&self.inner.root)
    }

    /// Takes back the last thing recorded.
    ///
    /// # Errors
    /// When there is nothing, or its files were changed since.
    pub fn undo(&self) -> Result<Step, UndoError> {
        self.take_back(None)
    }

    /// Takes back the last thing recorded; of a store only if it is the write of this number, where it is said.
    pub(crate) fn take_back(&self, only: Option<u64>) -> Result<Step, UndoError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let step = match &self.inner.store {
            Some(store) => store.undo(only, AsOf::Today.date("UTC"))?,
            None => journal::undo(&self.lies().ground)?,
        };
        let _ = self.read_locked();
        if self.is_store() {
            // It may have been a comment, which no reading of the texts tells of.
            self.answer_ready();
        }
        Ok(step)
    }
}
