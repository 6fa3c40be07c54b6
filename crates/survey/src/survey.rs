//! A survey of one repository: everything that was counted in it, with how it was counted.

use crate::areas::{self, Areas};
use crate::away::{self, Away};
use crate::coupling::{self, Counting, Coupling, Every};
use crate::files_together::{self, AcrossBorders};
use crate::found::{BordersFound, DataFound, Finding, OwnTables, Parts};
use crate::history::{History, Step, Unreadable, Walk};
use crate::origin::{FilePages, Origin};
use crate::ownership::{Known, Ownership, Said, When};
use crate::people::{Members, People};
use crate::repository::{Repository, SurveyError};
use crate::selection::{LeftOut, Selected, Selection, day};
use crate::sources::Sources;
use crate::tree::Tree;
use crate::twice::Twice;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::thread;

/// The form of [`Survey`] as JSON; grows whenever something in it changes its meaning or goes away.
pub const SCHEMA: u32 = 4;
/// So many commits, rules and lines that could not be used are named; all are counted.
const NAMED: usize = 100;

/// What is asked of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How its history is walked.
    pub walk: Walk,
    /// Which commits count.
    pub selection: Selection,
    /// At which moment ownership is asked for.
    pub when: When,
    /// Where it is said; the first place that says anything where absent.
    pub said: Option<Said>,
    /// Whether a commit also couples two owners that meet in it only in files that both own. Default: it does not.
    pub loose: bool,
    /// A number of which every commit is named, not only the newest.
    pub every: Option<Every>,
    /// What is asked beside the history.
    pub parts: Parts,
    /// Tables of the user's own.
    pub own: OwnTables,
}

/// What a survey is doing, for whoever waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading commits of git.
    ReadingCommits,
    /// Reading sources for the data that they write and read.
    ReadingData,
    /// Reading sources for what is there twice.
    ReadingDuplicates,
}

impl Doing {
    /// In words: `reading commits`.
    pub fn words(self) -> &'static str {
        match self {
            Self::ReadingCommits => "reading commits",
            Self::ReadingData => "reading sources for data",
            Self::ReadingDuplicates => "reading sources for duplicates",
        }
    }
}

/// How far a survey has come with what it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What.
    pub doing: Doing,
    /// Commits or files read of git so far; what was kept from before is not among them.
    pub done: u64,
    /// Commits or files to be read of git.
    pub of: u64,
}

/// How a history was counted, beside every number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct How {
    /// Only along first parents, each merge one change.
    pub first_parent: bool,
    /// Whether moved files were followed.
    pub renames: bool,
    /// Whether files that both own couple them.
    pub loose: bool,
    /// Ownership as it is now, or as it was.
    pub ownership: When,
    /// Where ownership was read from; absent where nothing says it.
    pub said: Option<Said>,
    /// What was left out.
    pub selection: Selection,
}

/// What was read, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reading {
    /// Commits read.
    pub commits: u64,
    /// The day of the first, UTC.
    pub from: Option<String>,
    /// The day of the last, UTC.
    pub until: Option<String>,
    /// Whether the clone is shallow: what came before is not here.
    pub shallow: bool,
    /// Commits at the edge of a shallow clone: what they changed is not known.
    pub cut_off: u64,
    /// Commits that could not be read because objects are missing.
    pub unreadable: u64,
    /// The first of them, with what git said.
    pub unreadable_named: Vec<(String, String)>,
    /// Links, submodules and files with names that are not UTF-8: not read.
    pub passed_over: u64,
    /// Lines that say who owns something and are not read, with why.
    pub ownership_skipped: Vec<String>,
    /// Rules of CODEOWNERS that match no file.
    pub ownership_unused: Vec<String>,
    /// Folders at the revision whose objects are not here: what lies in them is not known.
    #[serde(default)]
    pub folders_missing: Vec<String>,
}

/// All that was counted in one repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Survey {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What the repository is called.
    pub repository: String,
    /// The commit it was surveyed at.
    pub commit: String,
    /// That commit's day, UTC.
    pub on: String,
    /// What stands before a commit's name in the address of its page on the code host; absent where that is not known.
    pub commit_page: Option<String>,
    /// Where the pages of its files are, as they are at that commit; absent where that is not known.
    #[serde(default)]
    pub file_pages: Option<FilePages>,
    /// How it was counted.
    pub how: How,
    /// What was read.
    pub reading: Reading,
    /// What was left out of counting.
    pub left_out: LeftOut,
    /// Whose files change together.
    pub coupling: Coupling,
    /// Which areas do.
    pub areas: Areas,
    /// Files and folders that change together across borders.
    pub across_borders: AcrossBorders,
    /// Who changes what.
    pub away: Away,
    /// Data with who writes and reads it; absent where it was not asked for. Ownership in this and all that follows is as it
    /// is at the commit, whatever [`How::ownership`] says.
    pub data: Option<DataFound>,
    /// What is there twice; absent where it was not asked for.
    pub duplicates: Option<Twice>,
    /// Borders, layers and services; absent where they were not asked for.
    pub borders: Option<BordersFound>,
}

impl Survey {
    /// Surveys a repository, keeping its history in the file `cache` for the next time, and what was read of its sources
    /// beside it.
    ///
    /// # Errors
    /// If git cannot be run, or breaks off. What is merely missing is told in the survey.
    pub fn of(
        repository: &Repository,
        name: &str,
        asked: &Asked,
        known: &Known,
        members: &Members,
        cache: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, SurveyError> {
        let mut step =
            |Step { done, of }: Step| progress(Progress { doing: Doing::ReadingCommits, done, of });
        let history = History::read(repository, asked.walk, cache, &mut step)?;
        let tree = Tree::of(repository)?;
        let people = People::read(repository, &history.names)?;
        let mut ownership = Ownership::read(repository, &tree, &history, known, asked.said, asked.when)?;
        let said = || known.url.as_deref().and_then(Origin::of);
        let origin = repository.origin().cloned().or_else(said);
        let mut survey = Self {
            schema: SCHEMA,
            repository: name.to_owned(),
            commit: repository.head().to_owned(),
            on: String::new(),
            commit_page: origin.as_ref().and_then(Origin::commit),
            file_pages: origin.as_ref().and_then(|origin| origin.files(repository.head())),
            how: How {
                first_parent: asked.walk.first_parent,
                renames: asked.walk.renames,
                loose: asked.loose,
                ownership: ownership.as_ref().map_or(asked.when, Ownership::when),
                said: ownership.as_ref().map(Ownership::said),
                selection: asked.selection.clone(),
            },
            reading: reading(repository, &history, &tree),
            left_out: LeftOut::default(),
            coupling: Coupling::default(),
            areas: Areas::default(),
            across_borders: AcrossBorders::default(),
            away: Away::default(),
            data: None,
            duplicates: None,
            borders: None,
        };
        survey.on = survey.reading.until.clone().unwrap_or_default();
        if let Some(ownership) = &ownership {
            survey.reading.ownership_skipped = ownership.skipped().iter().take(NAMED).cloned().collect();
            survey.reading.ownership_unused = ownership.unused(&tree).into_iter().take(NAMED).collect();
        }
        let now = |ownership: &mut Ownership| {
            tree.files.iter().map(|file| (file.path.clone(), ownership.now(&file.path))).collect()
        };
        let finding = Finding {
            sources: Sources { repository, tree: &tree, kept: Some(cache) },
            owned: ownership.as_mut().map(now),
            own: &asked.own,
        };
        let counting = Count { history: &history, tree: &tree, people: &people, members, asked };
        // What the history says is counted while the sources are read.
        let counted = thread::scope(|scope| {
            let counting = scope.spawn(|| {
                let counted = ownership.map(|ownership| counting.all(ownership)).transpose()?;
                let borders =
                    asked.parts.borders.then(|| finding.borders(&history, &people, asked)).transpose()?;
                Result::<_, SurveyError>::Ok((counted, borders))
            });
            if asked.parts.data {
                survey.data = Some(finding.data(progress)?);
            }
            if asked.parts.duplicates {
                survey.duplicates = Some(finding.duplicates(progress)?);
            }
            counting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        let (counted, borders) = counted?;
        if let Some(counted) = counted {
            (survey.left_out, survey.coupling, survey.areas) =
                (counted.left_out, counted.coupling, counted.areas);
            (survey.across_borders, survey.away) = (counted.across_borders, counted.away);
        }
        survey.borders = borders.map(|borders| borders.with(survey.data.as_ref()));
        Ok(survey)
    }
}

/// What the history is counted by.
struct Count<'c> {
    history: &'c History,
    tree: &'c Tree,
    people: &'c People,
    members: &'c Members,
    asked: &'c Asked,
}

/// What is counted of it, where anybody owns anything.
struct Counted {
    left_out: LeftOut,
    coupling: Coupling,
    areas: Areas,
    across_borders: AcrossBorders,
    away: Away,
}

impl Count<'_> {
    fn all(&self, mut ownership: Ownership) -> Result<Counted, SurveyError> {
        let Self { history, tree, people, members, asked } = *self;
        let ownership = &mut ownership;
        let members = members.and_groups(ownership);
        // Who owned a file as it was is asked of the name that it had then.
        let select = || match asked.when {
            When::Now => Selected::new(&asked.selection, people, history),
            When::Then => Ok(Selected::as_they_were(&asked.selection, people, history)),
        };
        let counting = Counting { strict: !asked.loose, every: asked.every.as_ref(), shows: true };
        let mut selected = select()?;
        let coupling = coupling::count(history, &mut selected, ownership, counting)?;
        let within = areas::In { history, people, members: &members, counting };
        let areas = areas::count(within, &select, ownership)?;
        let mut now = Selected::new(&asked.selection, people, history)?;
        let across_borders = files_together::find(history, tree, &mut now, ownership, counting.every)?;
        let away = away::count(history, &mut select()?, ownership, people, &members)?;
        Ok(Counted { left_out: selected.left_out, coupling, areas, across_borders, away })
    }
}

fn reading(repository: &Repository, history: &History, tree: &Tree) -> Reading {
    let days = history.times.0;
    let named = |Unreadable { commit, said }: &Unreadable| (commit.clone(), said.clone());
    Reading {
        commits: history.commits,
        from: days.map(|(first, _)| day(first)),
        until: days.map(|(_, last)| day(last)),
        shallow: repository.is_shallow(),
        cut_off: history.cut_off,
        unreadable: history.unreadable.len() as u64,
        unreadable_named: history.unreadable.iter().take(NAMED).map(named).collect(),
        passed_over: tree.passed_over.len() as u64,
        folders_missing: tree.missing.iter().take(NAMED).cloned().collect(),
        ..Reading::default()
    }
}
