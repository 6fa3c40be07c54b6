//! Where the teams of an organisation in a store are at home, and how one moves.
//!
//! ```text
//! bring home:  [[source]] ─read again─▶ its texts ─▶ the store's;  kedge.toml without it;  the read copy goes
//! give a home: the store's texts ─▶ files in a folder, and a read copy of them;  kedge.toml with [[source]]
//! ```
//!
//! Either is one write: all of it or nothing, in the history, and undone like any other. A source is brought home whole, with
//! all the teams that it speaks for. What the council writes stays where the store is, which decides it one at a time.

use super::read_copies::{edits_between, texts as as_texts};
use super::{COUNCIL, Held, NotWritten, Store, StoreTrouble, collection, copies, written_here};
use crate::clock::AsOf;
use crate::disk::{self, WriteError};
use crate::gather::{self, GatherError, GatheredSource, Kept, Record, names_of, said, source_of};
use crate::journal::Step;
use crate::workspace::{RecordError, Workspace};
use kedge_files::{Edit, Overlay, SourceText, Sources, apply, speaks_for};
use kedge_model::{Change, Date, Fact, Location, Meta, Settings, SourceFolder, TeamId, listed};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A team, and where what it writes is at home.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    /// The team.
    pub team: TeamId,
    /// The source of which the store holds a read copy; `None` where the store is the home.
    pub elsewhere: Option<GatheredSource>,
}

/// What moving came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The teams that have a new home.
    pub teams: Vec<TeamId>,
    /// Where the old home is, or the new one, without secrets.
    pub place: String,
    /// The texts of the store, before and after.
    pub edits: Vec<Edit>,
}

/// Why nobody moved. Everything is as it was.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The organisation is in files.
    #[error("{} is not a store: in files, each team is at home where its files lie", .0.display())]
    InFiles(PathBuf),
    /// Nothing here speaks for such a team.
    #[error("no file speaks for a team `{0}`")]
    NoTeam(TeamId),
    /// It is at home in the store.
    #[error("{0} is at home in the store already")]
    Here(TeamId),
    /// It is at home elsewhere.
    #[error("{team} is at home in {place} already")]
    Elsewhere {
        /// The team.
        team: TeamId,
        /// Where.
        place: String,
    },
    /// What it writes is the council's.
    #[error("what {0} writes is decided one at a time, which the store sees to: it stays there")]
    Council(TeamId),
    /// There is a text in the way.
    #[error("{0} would be there twice, so {1} stays where it is: rename one of the two")]
    There(String, TeamId),
    /// A plan file of the old home is none that can be read, and would be left behind.
    #[error("{path} cannot be read ({why}), so {team} stays where it is: mend or remove it there")]
    Unreadable {
        /// The team.
        team: TeamId,
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The new home is not empty.
    #[error("{} is not empty", .0.display())]
    Taken(PathBuf),
    /// The old home cannot be read, or holds what it should not.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// The organisation would be wrong, or has errors.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The files of the new home cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
    /// The store does not take it.
    #[error(transparent)]
    NotWritten(#[from] NotWritten),
}

/// The teams for which files speak, and for each the source that its files are in, if they are not here.
fn homes_in(sources: &Sources) -> BTreeMap<TeamId, Option<String>> {
    let team = |path: &str| {
        let text = sources.text(path)?.to_owned();
        let (team, _) = speaks_for(&SourceText { path: path.to_owned(), text })?;
        Some((team, source_of(path).map(|(source, _)| source.to_owned())))
    };
    sources.files().filter_map(team).collect()
}

/// Where a text of a source goes in the store: into the folder of the team that it speaks for.
fn path_here(inside: &str, text: &str, team: &TeamId) -> String {
    let file = SourceText { path: inside.to_owned(), text: text.to_owned() };
    let team = speaks_for(&file).map_or_else(|| team.clone(), |(team, _)| team);
    let folder = format!("{team}/");
    if inside.starts_with(&folder) { inside.to_owned() } else { folder + inside }
}

/// The copies of these sources among those that were kept, under the names that they have now.
fn still_read(before: &Record, settings: &Settings) -> Record {
    let copy = |(source, name): (&SourceFolder, String)| {
        let is = |kept: &&Kept| kept.is(&source.location, source.rev.as_deref(), source.under.as_deref());
        before.sources.iter().find(is).map(|kept| Kept { name, ..kept.clone() })
    };
    let sources = settings.sources.iter().zip(names_of(&settings.sources)).filter_map(copy).collect();
    Record { sources, ..Record::default() }
}

/// A folder from the root on, links followed as far as it is there: a copy of the store lies elsewhere, and finds it too.
fn whole(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let real = |there: &Path| {
        Some(std::fs::canonicalize(there).ok()?.join(absolute.strip_prefix(there).unwrap_or(Path::new(""))))
    };
    absolute.ancestors().find_map(real).unwrap_or_else(|| absolute.clone())
}

/// The day of what is read and written now.
fn today() -> Date {
    AsOf::Today.date("UTC")
}

/// A move that is ready to be written.
struct Move {
    settings: Settings,
    /// The read copies from then on.
    copies: Record,
    /// The texts that come and go.
    texts: Vec<Edit>,
}

impl Store {
    fn copies_as_texts(&self) -> Result<Vec<SourceText>, StoreTrouble> {
        self.ask(Held::copies)?
    }
}

impl Workspace {
    fn store_or_refuse(&self) -> Result<&Store, HomeError> {
        self.store().ok_or_else(|| HomeError::InFiles(self.path().to_owned()))
    }

    /// Where each team is at home for which a file speaks, in the order of their names.
    ///
    /// # Errors
    /// The organisation is not in a store, or its texts have errors.
    pub fn homes(&self) -> Result<Vec<Home>, HomeError> {
        self.store_or_refuse()?;
        let (answers, _) = self.to_record()?;
        let gathered = self.gathered();
        let home = |(team, source): (TeamId, Option<String>)| Home {
            team,
            elsewhere: source.and_then(|name| gathered.iter().find(|it| it.name == name).cloned()),
        };
        Ok(homes_in(&answers.sources).into_iter().map(home).collect())
    }

    /// Makes the store the home of a team that has its files in a source, and of all others for which that source speaks: its
    /// texts, as they are there now, are the store's from then on. `offline` takes them as they were read last. The files in
    /// the source stay as they are, and nobody reads them any more.
    ///
    /// # Errors
    /// See [`HomeError`].
    pub fn bring_home(
        &self,
        team: &TeamId,
        offline: bool,
        dry_run: bool,
        tell: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Moved, HomeError> {
        let store = self.store_or_refuse()?;
        let (answers, _) = self.to_record()?;
        let homes = homes_in(&answers.sources);
        let name = match homes.get(team) {
            None => return Err(HomeError::NoTeam(team.clone())),
            Some(None) => return Err(HomeError::Here(team.clone())),
            Some(Some(name)) => name,
        };
        let mut settings = answers.organisation.settings().clone();
        let at = names_of(&settings.sources).iter().position(|it| it == name);
        let source = at.map(|at| settings.sources.remove(at));
        let source = source.ok_or_else(|| HomeError::NoTeam(team.clone()))?;
        let before = store.read_copies()?;
        let as_read = || before.sources.iter().find(|kept| kept.name == *name).cloned();
        let kept = if offline { as_read() } else { self.read_now(&source, tell)? };
        let kept = kept.ok_or(GatherError::NeverGathered)?;
        if let Some((path, why)) = kept.unreadable.first().cloned() {
            return Err(HomeError::Unreadable { team: team.clone(), path: format!("{name}:{path}"), why });
        }
        let mut texts: Vec<Edit> = Vec::new();
        let mut teams = BTreeSet::from([team.clone()]);
        for (inside, text) in kept.files.iter().filter(|(inside, _)| inside != "kedge.toml") {
            let path = path_here(inside, text, team);
            let file = SourceText { path: path.clone(), text: text.clone() };
            teams.extend(speaks_for(&file).map(|(team, _)| team));
            let is_taken = |it: &Edit| it.path == path;
            if answers.sources.text(&path).is_some() || texts.iter().any(is_taken) {
                return Err(HomeError::There(path, team.clone()));
            }
            texts.push(Edit { path, before: None, after: Some(text.clone()) });
        }
        let copies = still_read(&before, &settings);
        let place = kept.shown(today()).place().to_owned();
        let teams: Vec<TeamId> = teams.into_iter().collect();
        let edits = self.edits_of(store, &answers.sources, Move { settings, copies, texts })?;
        if !dry_run {
            let names = listed(teams.iter().map(ToString::to_string));
            let what = format!("brought {names} home from {place}");
            store.write(Step { what, on: today(), edits: edits.clone() })?;
            // What was opened is a store, which is there as long as it is open.
            let _ = self.refresh();
        }
        Ok(Moved { teams, place, edits })
    }

    /// Gives a team that is at home in the store a home of its own: a new folder with its files, of which the store holds a
    /// read copy from then on.
    ///
    /// # Errors
    /// See [`HomeError`].
    pub fn give_home(&self, team: &TeamId, folder: &Path, dry_run: bool) -> Result<Moved, HomeError> {
        let store = self.store_or_refuse()?;
        let (answers, _) = self.to_record()?;
        match homes_in(&answers.sources).get(team) {
            None => return Err(HomeError::NoTeam(team.clone())),
            Some(None) => {}
            Some(Some(source)) => {
                let gathered = self.gathered().into_iter().find(|it| it.name == *source);
                let place = gathered.map_or_else(|| source.clone(), |it| it.place().to_owned());
                return Err(HomeError::Elsewhere { team: team.clone(), place });
            }
        }
        let place = whole(folder).display().to_string();
        if !copies::is_empty(folder) {
            return Err(HomeError::Taken(folder.to_owned()));
        }
        let is_theirs = |text: &SourceText| speaks_for(text).is_some_and(|(it, _)| it == *team);
        let theirs: Vec<SourceText> = store.texts()?.into_iter().filter(is_theirs).collect();
        if theirs.iter().any(|it| collection(&it.path) == COUNCIL) {
            return Err(HomeError::Council(team.clone()));
        }
        let mut settings = answers.organisation.settings().clone();
        settings.sources.push(SourceFolder {
            location: Location::Path(place.clone()),
            rev: None,
            under: None,
            holds: vec![team.clone()],
            meta: Meta::default(),
        });
        let mut copies = still_read(&store.read_copies()?, &settings);
        let name = names_of(&settings.sources).pop();
        if let (Some(name), Some(source)) = (name, settings.sources.last()) {
            copies.sources.push(Kept {
                name,
                location: said(&source.location),
                rev: None,
                under: None,
                commit: None,
                on: today().to_string(),
                files: theirs.iter().map(|it| (it.path.clone(), it.text.clone())).collect(),
                unreadable: Vec::new(),
                passed_over: Vec::new(),
            });
        }
        let gone =
            |it: &SourceText| Edit { path: it.path.clone(), before: Some(it.text.clone()), after: None };
        let texts = theirs.iter().map(gone).collect();
        let edits = self.edits_of(store, &answers.sources, Move { settings, copies, texts })?;
        if !dry_run {
            let new = |it: SourceText| Edit { path: it.path, before: None, after: Some(it.text) };
            let files: Vec<Edit> = theirs.into_iter().map(new).collect();
            disk::write(folder, &files)?;
            let what = format!("gave {team} a home of its own in {place}");
            if let Err(refused) = store.write(Step { what, on: today(), edits: edits.clone() }) {
                let back = |it: Edit| Edit { path: it.path, before: it.after, after: None };
                // The folder was empty: what stays in it if this fails too is no harm to the store.
                let _ = disk::write(folder, &files.into_iter().map(back).collect::<Vec<_>>());
                return Err(refused.into());
            }
            let _ = self.refresh();
        }
        Ok(Moved { teams: vec![team.clone()], place, edits })
    }

    /// A source as it is now.
    fn read_now(
        &self,
        source: &SourceFolder,
        tell: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Option<Kept>, GatherError> {
        let alone = Settings { sources: vec![source.clone()], ..Settings::default() };
        let (record, _) = gather::gather_for(self.root(), &alone, Record::default(), today(), false, tell)?;
        Ok(record.sources.into_iter().next())
    }

    /// What a move does to the texts of the store, if the organisation can be read afterwards.
    fn edits_of(&self, store: &Store, sources: &Sources, to: Move) -> Result<Vec<Edit>, HomeError> {
        let change = Change::Put(Fact::Settings(to.settings.into()));
        let settings = apply(sources, &[change]).map_err(|error| RecordError::Apply(error.to_string()))?;
        let copies = edits_between(store.copies_as_texts()?, as_texts(&to.copies)?);
        let mut edits = settings;
        edits.extend(to.texts);
        let mut texts: BTreeMap<String, String> =
            written_here(store.texts()?).into_iter().map(|it| (it.path, it.text)).collect();
        for Edit { path, after, .. } in &edits {
            match after {
                Some(text) => drop(texts.insert(path.clone(), text.clone())),
                None => drop(texts.remove(path)),
            }
        }
        let texts = texts.into_iter().map(|(path, text)| SourceText { path, text }).collect();
        let held = &mut gather::Held::default();
        let read = gather::open_texts(texts, &to.copies, self.root(), today(), &Overlay::new(), held);
        read.loaded.map_err(|failed| RecordError::Refused(failed.findings))?;
        edits.extend(copies);
        Ok(edits)
    }
}
