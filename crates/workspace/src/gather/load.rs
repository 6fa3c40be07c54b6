//! From a folder and what was gathered last to one organisation. Never uses the network.

use super::address::checked_under;
use super::claims::{self, Origin};
use super::record::{self, GatheredSource, Kept, Record};
use super::{Ground, names_of, source_of};
use crate::store::is_copy_of;
use kedge_files::{
    Failed, FileKind, Found, Links, LoadError, Loaded, Overlay, Reader, SourceText, find, load_folder_with,
    settings_in, speaks_for,
};
use kedge_model::{
    Address, Date, FactId, Finding, Fix, Location, Place, Scope, Settings, Severity, SourceFolder, Subject,
    TeamId, codes,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What was opened, and how it lies.
pub(crate) struct Opened {
    /// The organisation, or what is wrong.
    pub(crate) loaded: Result<Loaded, Failed>,
    /// In a part: the teams that live here, whom alone reports are for.
    pub(crate) here: Option<BTreeSet<TeamId>>,
    /// In a part: files of others that have errors and were left aside.
    pub(crate) aside: Vec<String>,
    /// What was fetched, and when.
    pub(crate) gathered: Vec<GatheredSource>,
    /// Where files are written.
    pub(crate) ground: Ground,
}

/// The files as they were read last, so that only those are read again that have changed.
#[derive(Debug, Default)]
pub(crate) struct Held {
    reader: Option<Reader>,
    /// Whether they are all of one folder and all could be found: then one text alone can be read again.
    lies_plain: bool,
}

impl Held {
    fn read(
        &mut self,
        files: Vec<SourceText>,
        scope: Option<Scope>,
        findings: Vec<Finding>,
    ) -> Result<Loaded, Failed> {
        let reader = match self.reader.take() {
            Some(mut reader) => {
                reader.read_again(files, scope, findings);
                reader
            }
            None => Reader::new(files, scope, findings),
        };
        self.reader.insert(reader).loaded()
    }

    /// Takes a text for that of one file and looks at nothing else on disk; `None` where that does not do: another file or
    /// folder may be needed.
    pub(crate) fn edit(&mut self, file: &str, text: &str) -> Option<Result<Loaded, Failed>> {
        let alone = self.lies_plain && file != "kedge.toml" && source_of(file).is_none();
        let reader = self.reader.as_mut().filter(|_| alone && FileKind::of(file).is_some())?;
        reader.edit(file, Some(text.to_owned()));
        Some(reader.loaded())
    }
}

/// Opens a folder or a lone file.
pub(crate) fn open(
    path: &Path,
    root: &Path,
    today: Date,
    overlay: &Overlay,
    held: &mut Held,
) -> Result<Opened, LoadError> {
    held.lies_plain = false;
    let plain = |loaded| Opened {
        loaded,
        here: None,
        aside: Vec::new(),
        gathered: Vec::new(),
        ground: Ground::only(root),
    };
    if path.is_file() {
        return Ok(plain(or_failed(load_folder_with(path, overlay))?));
    }
    let found = find(path, Links::Follow, &overlay_of(overlay, None))?;
    // In a copy of a store every source is as the store had it.
    let reading = if is_copy_of(root).is_some() { Reading::Kept } else { Reading::Live };
    let record = || record::read(root).unwrap_or_default();
    let settings = found.files.iter().find(|file| file.path == "kedge.toml");
    match settings.and_then(|file| settings_in(&file.text)) {
        Some(settings) if settings.part_of.is_some() => Ok(part(found, &settings, root, today, held)),
        Some(settings) if !settings.sources.is_empty() => {
            Ok(whole(found, &settings, &record(), reading, root, today, overlay, held))
        }
        _ => {
            let all_found = found.findings.is_empty();
            let loaded = held.read(found.files, None, found.findings);
            held.lies_plain = all_found;
            Ok(plain(loaded))
        }
    }
}

/// Opens texts that lie in no folder, and what was read last of the sources that they name.
pub(crate) fn open_texts(
    mut texts: Vec<SourceText>,
    record: &Record,
    root: &Path,
    today: Date,
    overlay: &Overlay,
    held: &mut Held,
) -> Opened {
    for (path, text) in overlay {
        match texts.iter_mut().find(|it| it.path == *path) {
            Some(known) => text.clone_into(&mut known.text),
            None => texts.push(SourceText { path: path.clone(), text: text.clone() }),
        }
    }
    let settings = texts.iter().find(|it| it.path == "kedge.toml").and_then(|it| settings_in(&it.text));
    if let Some(settings) = settings.filter(|it| !it.sources.is_empty()) {
        held.lies_plain = false;
        let found = Found { files: texts, findings: Vec::new(), passed_over: Vec::new() };
        return whole(found, &settings, record, Reading::Kept, root, today, overlay, held);
    }
    let loaded = held.read(texts, None, Vec::new());
    held.lies_plain = true;
    Opened { loaded, here: None, aside: Vec::new(), gathered: Vec::new(), ground: Ground::only(root) }
}

fn or_failed(loaded: Result<Loaded, LoadError>) -> Result<Result<Loaded, Failed>, LoadError> {
    match loaded {
        Ok(loaded) => Ok(Ok(loaded)),
        Err(LoadError::Failed(failed)) => Ok(Err(failed)),
        Err(other) => Err(other),
    }
}

/// Whether a source is read as it lies on this disk, without being fetched.
pub(crate) fn is_live(source: &SourceFolder) -> bool {
    matches!(source.location, Location::Path(_)) && source.rev.is_none()
}

/// The folder of a source that lies on this disk.
pub(crate) fn folder(root: &Path, location: &Location, under: Option<&str>) -> Option<PathBuf> {
    let Location::Path(path) = location else { return None };
    let under = checked_under(under).ok()?;
    let folder = root.join(path);
    Some(if under.is_empty() { folder } else { folder.join(under) })
}

/// The texts from memory that are of this source, or of the folder itself.
fn overlay_of(overlay: &Overlay, name: Option<&str>) -> Overlay {
    let inside = |path: &str| match (source_of(path), name) {
        (None, None) => Some(path.to_owned()),
        (Some((source, inside)), Some(name)) if source == name => Some(inside.to_owned()),
        _ => None,
    };
    overlay.iter().filter_map(|(path, text)| Some((inside(path)?, text.clone()))).collect()
}

/// How sources are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Folders on this disk as they lie, the others as they were kept.
    Live,
    /// All as they were kept.
    Kept,
}

#[allow(clippy::too_many_arguments)] // Each is a place that texts come from, or how.
fn whole(
    found: Found,
    settings: &Settings,
    record: &Record,
    reading: Reading,
    root: &Path,
    today: Date,
    overlay: &Overlay,
    held: &mut Held,
) -> Opened {
    let names = names_of(&settings.sources);
    let mut findings = found.findings;
    let mut ground = Ground::only(root);
    let mut gathered = Vec::new();
    let mut origins = vec![Origin { name: None, holds: Vec::new(), files: found.files }];
    for (at, (source, name)) in settings.sources.iter().zip(&names).enumerate() {
        let wrong = |key: &str, message: String, fix: &str| {
            let address = Address::field(FactId::Settings, format!("source[{at}].{key}"));
            Finding::at(codes::UNREADABLE, Severity::Error, address, message).with_fix(Fix::advice(fix))
        };
        if let Err(error) = checked_under(source.under.as_deref()) {
            findings.push(wrong("under", error.to_string(), "name a folder within it: `plans`"));
            continue;
        }
        let files = if reading == Reading::Live && is_live(source) {
            let Some(folder) = folder(root, &source.location, source.under.as_deref()) else { continue };
            match find(&folder, Links::Inside, &overlay_of(overlay, Some(name))) {
                Ok(found) => {
                    findings.extend(found.findings.into_iter().map(|it| moved(it, name)));
                    ground.sources.insert(name.clone(), folder);
                    found.files.into_iter().map(|it| named(it, name)).collect()
                }
                Err(error) => {
                    let fix = "correct `path`, or bring the folder there";
                    findings.push(wrong("path", format!("source `{name}` cannot be read: {error}"), fix));
                    continue;
                }
            }
        } else {
            let kept = record.sources.iter().find(|kept| {
                kept.name == *name
                    && kept.is(&source.location, source.rev.as_deref(), source.under.as_deref())
            });
            let Some(kept) = kept else {
                let key = match source.location {
                    Location::Git(_) => "git",
                    Location::Path(_) if source.rev.is_some() => "rev",
                    Location::Path(_) => "path",
                };
                let message = format!("source `{name}` is not gathered yet");
                findings.push(wrong(key, message, "run `kedge gather`"));
                continue;
            };
            findings.extend(unreadable(kept));
            gathered.push(kept.shown(today));
            kept.texts()
        };
        origins.push(Origin { name: Some(name.clone()), holds: source.holds.clone(), files });
    }
    findings.extend(claims::check(&mut origins, settings, &names));
    let files = origins.into_iter().flat_map(|origin| origin.files).collect();
    let loaded = held.read(files, Some(Scope::Whole), findings);
    Opened { loaded, here: None, aside: Vec::new(), gathered, ground }
}

fn named(file: SourceText, name: &str) -> SourceText {
    SourceText { path: format!("{name}:{}", file.path), text: file.text }
}

/// A finding of a file of a source, under the name that the file has here.
fn moved(mut finding: Finding, name: &str) -> Finding {
    if let Subject::Place(place) = &mut finding.subject {
        place.file = format!("{name}:{}", place.file).into();
    }
    finding
}

fn unreadable(kept: &Kept) -> Vec<Finding> {
    let finding = |(path, why): &(String, String)| {
        let file = format!("{}:{path}", kept.name);
        let place = Place { file: file.as_str().into(), line: 1, column: 1, end_line: 1, end_column: 1 };
        Finding::in_file(codes::UNREADABLE, Severity::Error, place, format!("this file was not read: {why}"))
            .with_fix(Fix::advice("mend it there, then run `kedge gather`"))
    };
    kept.unreadable.iter().map(finding).collect()
}

/// One team's repository: its own files as they are, everybody else's as last gathered.
fn part(found: Found, settings: &Settings, root: &Path, today: Date, held: &mut Held) -> Opened {
    let here: BTreeSet<TeamId> = found.files.iter().filter_map(speaks_for).map(|(team, _)| team).collect();
    let ground = Ground::only(root);
    let record = record::read(root).filter(|record| is_of(record, settings));
    let Some(Record { whole: Some(whole), sources, .. }) = record else {
        // Nothing of the others is known yet: the teams here are a part, as a lone file is.
        let loaded = held.read(found.files, Some(Scope::Partial), found.findings);
        return Opened { loaded, here: Some(here), aside: Vec::new(), gathered: Vec::new(), ground };
    };
    let gathered: Vec<GatheredSource> =
        std::iter::once(&whole).chain(&sources).map(|kept| kept.shown(today)).collect();
    let whole_settings = format!("{}:kedge.toml", whole.name);
    let mut files: Vec<SourceText> = std::iter::once(&whole).chain(&sources).flat_map(Kept::texts).collect();
    files.retain(|file| match speaks_for(file) {
        // What is here is newer than what was gathered of it.
        Some((team, _)) => !here.contains(&team),
        None => file.path == whole_settings || !file.path.ends_with(":kedge.toml"),
    });
    files.extend(found.files.into_iter().filter(|file| file.path != "kedge.toml"));
    let opened = |loaded, aside| Opened {
        loaded,
        here: Some(here.clone()),
        aside,
        gathered: gathered.clone(),
        ground,
    };
    let failed = match held.read(files.clone(), Some(Scope::Whole), found.findings.clone()) {
        Ok(loaded) => return opened(Ok(loaded), Vec::new()),
        Err(failed) => failed,
    };
    let file_of = |finding: &Finding| finding.place(&failed.sources).map(|place| place.file.to_string());
    let own: Vec<Finding> = failed
        .findings
        .iter()
        .filter(|it| file_of(it).is_some_and(|file| source_of(&file).is_none()))
        .cloned()
        .collect();
    if !own.is_empty() {
        return opened(Err(Failed { findings: own, sources: failed.sources }), Vec::new());
    }
    // Others' mistakes stop nobody here: their files are left aside, and teams that are missing then are no errors.
    let aside: BTreeSet<String> = failed.findings.iter().filter_map(file_of).collect();
    files.retain(|file| !aside.contains(&file.path));
    let loaded = held.read(files, Some(Scope::Partial), Vec::new());
    opened(loaded, aside.into_iter().collect())
}

/// Whether what was gathered last is of the whole that is named now.
pub(crate) fn is_of(record: &Record, settings: &Settings) -> bool {
    let (Some(whole), Some(part_of)) = (&record.whole, &settings.part_of) else { return false };
    whole.is(&part_of.location, part_of.rev.as_deref(), part_of.under.as_deref())
}
