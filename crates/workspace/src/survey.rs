//! Surveys of an organisation's repositories: made when asked for, kept in `.kedge/survey`, read when the plans are opened.
//!
//! A repository's history is kept beside its survey, so that the next reading is of what is new.

use kedge_model::{
    AreaHistory, CoChange, CodeEvidence, Evidence, Location, Organisation, Part, Slug, TeamId,
};
use kedge_survey::borders::Service;
use kedge_survey::coupling::Shown;
use kedge_survey::ownership::{Area, Known, Said};
use kedge_survey::people::Members;
use kedge_survey::{Asked, Origin, Progress, Repository, SCHEMA, Survey, SurveyError};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A repository to be surveyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyTarget {
    /// What it is called: in an organisation its name in `kedge.toml`, else that of its folder.
    pub name: String,
    /// Where it is on this machine.
    pub path: PathBuf,
    /// The revision.
    pub rev: String,
    /// Whether `kedge.toml` calls it so; two folders may be called the same.
    pub named: bool,
}

/// Why there is no survey.
#[derive(Debug, thiserror::Error)]
pub enum SurveyFailure {
    /// The repository cannot be surveyed.
    #[error(transparent)]
    Survey(#[from] SurveyError),
    /// There are no files of groups.
    #[error("{0}: {1}; name the file sigs.yaml, or a clone of the repository that holds the groups")]
    NoGroups(PathBuf, String),
    /// A table of the user's own cannot be read.
    #[error("{0} cannot be read: {1}")]
    Read(PathBuf, std::io::Error),
    /// Nothing can be kept in the folder.
    #[error("{0} cannot be written: {1}")]
    Write(PathBuf, std::io::Error),
}

/// Where surveys of an organisation are kept.
pub fn survey_folder(root: &Path) -> PathBuf {
    root.join(".kedge").join("survey")
}

/// The repositories of an organisation that are on this machine, and the names of those that are named by URL alone.
pub fn survey_targets(root: &Path, organisation: &Organisation) -> (Vec<SurveyTarget>, Vec<String>) {
    let mut targets = Vec::new();
    let mut elsewhere = Vec::new();
    for (name, repository) in &organisation.settings().repositories {
        match &repository.location {
            Location::Path(path) => targets.push(SurveyTarget {
                name: name.to_string(),
                path: root.join(path),
                rev: repository.rev.clone().unwrap_or_else(|| "HEAD".into()),
                named: true,
            }),
            Location::Git(_) => elsewhere.push(name.to_string()),
        }
    }
    (targets, elsewhere)
}

/// A repository by its path, or its name in `kedge.toml`, on the command line: called as `kedge.toml` calls it, if it does, else as its folder.
pub fn survey_target(
    root: &Path,
    organisation: Option<&Organisation>,
    path: &Path,
    rev: Option<&str>,
) -> SurveyTarget {
    // A name of kedge.toml, where there is no folder of that name.
    if !path.exists()
        && let Some(organisation) = organisation
        && let Some(mut target) =
            survey_targets(root, organisation).0.into_iter().find(|target| Path::new(&target.name) == path)
    {
        if let Some(rev) = rev {
            rev.clone_into(&mut target.rev);
        }
        return target;
    }
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let origin = || Repository::open(path, "HEAD").ok().and_then(|repository| repository.origin().cloned());
    let origin = organisation.and_then(|_| origin());
    let known = organisation.into_iter().flat_map(|organisation| &organisation.settings().repositories).find(
        |(_, repository)| match &repository.location {
            Location::Path(known) => real(&root.join(known)) == real(path),
            // A clone of what kedge.toml names by its URL.
            Location::Git(url) => origin.is_some() && Origin::of(url) == origin,
        },
    );
    if let Some((name, repository)) = known {
        let rev = rev.map(str::to_owned).or_else(|| repository.rev.clone()).unwrap_or_else(|| "HEAD".into());
        return SurveyTarget { name: name.to_string(), path: path.to_owned(), rev, named: true };
    }
    let folder = real(path);
    let folder =
        folder.file_name().map_or_else(|| "repository".into(), |name| name.to_string_lossy().into_owned());
    let name = folder.trim_end_matches(".git").to_lowercase();
    let name: String = name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
    let name = name.trim_matches('-');
    let name = if name.is_empty() { "repository" } else { name };
    let rev = rev.unwrap_or("HEAD").to_owned();
    SurveyTarget { name: name.to_owned(), path: path.to_owned(), rev, named: false }
}

/// The files of groups at a path: `sigs.yaml` by itself, or a clone of a repository that holds it or the Rust project's
/// teams, of which its newest commit is read.
///
/// # Errors
/// If there is no such file, or nothing of the kind in the clone.
pub fn rosters(path: &Path) -> Result<Vec<(String, String)>, SurveyFailure> {
    if !path.is_dir() {
        let text = fs::read_to_string(path);
        let text = text.map_err(|error| SurveyFailure::NoGroups(path.to_owned(), error.to_string()))?;
        return Ok(vec![("sigs.yaml".into(), text)]);
    }
    let repository = Repository::open(path, "HEAD")?;
    let found = kedge_survey::ownership::rosters(&repository)?;
    if found.is_empty() {
        let why = "it holds neither sigs.yaml nor teams/*.toml".to_owned();
        return Err(SurveyFailure::NoGroups(path.to_owned(), why));
    }
    Ok(found)
}

/// Surveys a repository, with what the organisation says of its teams and the files of groups from elsewhere, and keeps
/// its history in `folder`.
///
/// # Errors
/// If the repository cannot be read, or the folder not be written in.
pub fn survey(
    target: &SurveyTarget,
    organisation: Option<&Organisation>,
    groups: &[(String, String)],
    asked: &Asked,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Survey, SurveyFailure> {
    fs::create_dir_all(folder).map_err(|error| SurveyFailure::Write(folder.to_owned(), error))?;
    let repository = Repository::open(&target.path, &target.rev)?;
    let (mut known, members) = organisation.map(|it| says(it, &target.name)).unwrap_or_default();
    known.url = organisation.and_then(|organisation| url_of(organisation, &target.name));
    let said = || known.url.as_deref().and_then(Origin::of);
    let origin = repository.origin().cloned().or_else(said);
    known.repository = origin.map_or_else(|| target.name.clone(), |origin| origin.name);
    known.rosters = groups.to_vec();
    let cache = folder.join(cache_name(target, &repository));
    let mut asked = asked.clone();
    if let Some(organisation) = organisation {
        asked.own.services = services(organisation, &target.name);
    }
    Ok(Survey::of(&repository, &target.name, &asked, &known, &members, &cache, progress)?)
}

/// Where a repository is by `kedge.toml`, if that says so.
fn url_of(organisation: &Organisation, name: &str) -> Option<String> {
    let mut repositories = organisation.settings().repositories.iter();
    let (_, repository) = repositories.find(|(known, _)| known.as_str() == name)?;
    match &repository.location {
        Location::Git(url) => Some(url.clone()),
        Location::Path(_) => None,
    }
}

/// What the cache of a repository's history is called.
fn cache_name(target: &SurveyTarget, repository: &Repository) -> String {
    if target.named {
        return format!("{}.history", target.name);
    }
    let mut hasher = std::hash::DefaultHasher::new();
    repository.git_dir().hash(&mut hasher);
    format!("{}-{:08x}.history", target.name, hasher.finish() as u32)
}

/// The services of the plans that have files in a repository, each called as it is everywhere: `checkout/basket`.
fn services(organisation: &Organisation, repository: &str) -> Vec<Service> {
    let mut services = Vec::new();
    for (id, service) in organisation.teams().flat_map(|team| &team.services) {
        let here = service.paths.iter().filter_map(|path| path.split_once(':'));
        let globs: Vec<String> =
            here.filter(|(of, _)| *of == repository).map(|(_, glob)| glob.trim().to_owned()).collect();
        if !globs.is_empty() {
            services.push(Service { name: format!("{}/{id}", service.id.team()), globs });
        }
    }
    services
}

/// Keeps a survey in `folder`, for the rules and the pages. Parts that it was not asked for stay as they were, where they are
/// of the same commit and counted the same way; else they are not kept. Gives the parts that are not there in the end, in
/// words.
///
/// # Errors
/// If the folder cannot be written in.
pub fn keep_survey(survey: &Survey, folder: &Path) -> Result<Vec<&'static str>, SurveyFailure> {
    let file = folder.join(format!("{}.json", survey.repository));
    let mut whole = std::borrow::Cow::Borrowed(survey);
    if !missing_parts(survey).is_empty()
        && let Ok(before) = read_survey(&file)
        && (&before.commit, &before.how) == (&survey.commit, &survey.how)
    {
        let whole = whole.to_mut();
        whole.data = whole.data.take().or(before.data);
        whole.duplicates = whole.duplicates.take().or(before.duplicates);
        whole.borders = whole.borders.take().or(before.borders);
    }
    let text = serde_json::to_string_pretty(&whole).map_err(std::io::Error::from);
    let beside = folder.join(format!("{}.json.new", survey.repository));
    // Whole or not at all: a reader never sees half of it.
    text.and_then(|text| fs::write(&beside, text + "\n"))
        .and_then(|()| fs::rename(&beside, &file))
        .map_err(|error| SurveyFailure::Write(file.clone(), error))?;
    Ok(missing_parts(&whole))
}

fn missing_parts(survey: &Survey) -> Vec<&'static str> {
    let parts = [
        ("data", survey.data.is_none()),
        ("duplicates", survey.duplicates.is_none()),
        ("borders", survey.borders.is_none()),
    ];
    parts.into_iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| name).collect()
}

/// A file of capabilities or layers that a survey reads by: the one that is named, else the one of that name beside the
/// plans, where there is one.
///
/// # Errors
/// If one is named that cannot be read.
pub fn own_table(root: &Path, named: Option<&Path>, name: &str) -> Result<Option<String>, SurveyFailure> {
    let (file, is_named) = match named {
        Some(file) => (file.to_owned(), true),
        None => (root.join(name), false),
    };
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if !is_named && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SurveyFailure::Read(file, error)),
    }
}

/// The surveys of an organisation's repositories that are kept, as they were read.
#[derive(Debug, Default)]
pub struct Surveys {
    /// By repository.
    pub all: Vec<Survey>,
    /// Files that are none, with why.
    pub unreadable: Vec<String>,
    /// What can be seen of the files without reading them.
    seen: u64,
}

impl Surveys {
    /// Those of an organisation's folder: the same ones where none of the files has changed.
    pub(crate) fn again(self: &Arc<Self>, root: &Path) -> Arc<Self> {
        let seen = seen(root);
        if seen == self.seen {
            return Arc::clone(self);
        }
        let (all, unreadable) = kept_surveys(root);
        Arc::new(Self { all, unreadable, seen })
    }

    /// A number that is another for other surveys.
    pub(crate) fn digest(&self) -> u64 {
        self.seen
    }
}

/// Whether a file is a survey that is kept, by its path.
pub(crate) fn is_kept(path: &Path) -> bool {
    let in_folder = path.parent().is_some_and(|folder| folder.ends_with(".kedge/survey"));
    in_folder && path.extension().is_some_and(|it| it == "json")
}

/// Names, sizes and times of the files of surveys.
pub(crate) fn seen(root: &Path) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    for file in files(root) {
        let meta = fs::metadata(&file).ok();
        (&file, meta.as_ref().map(fs::Metadata::len), meta.and_then(|meta| meta.modified().ok()))
            .hash(&mut hasher);
    }
    hasher.finish()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(survey_folder(root)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|file| file.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    files
}

/// The surveys that are kept in an organisation's folder, by name, and those that cannot be read, with why.
fn kept_surveys(root: &Path) -> (Vec<Survey>, Vec<String>) {
    let (mut surveys, mut unreadable) = (Vec::new(), Vec::new());
    for file in files(root) {
        match read_survey(&file) {
            Ok(survey) => surveys.push(survey),
            Err(why) => unreadable.push(format!("{}: {why}", file.display())),
        }
    }
    (surveys, unreadable)
}

/// A survey that was kept.
fn read_survey(file: &Path) -> Result<Survey, String> {
    #[derive(serde::Deserialize)]
    struct Form {
        schema: u32,
    }
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let again = "`kedge survey` makes it again";
    let form: Form = serde_json::from_str(&text).map_err(|error| format!("{error}: {again}"))?;
    if form.schema != SCHEMA {
        return Err(format!("its form is {}, not {SCHEMA}: {again}", form.schema));
    }
    serde_json::from_str(&text).map_err(|error| format!("{error}: {again}"))
}

/// What the plans say of the owners in a repository, and of people.
fn says(organisation: &Organisation, repository: &str) -> (Known, Members) {
    let mut known = Known::default();
    let mut members = Members::default();
    for team in organisation.teams() {
        for area in &team.owns {
            if let Some((of, glob)) = area.split_once(':')
                && of == repository
            {
                known.areas.push(Area { owner: team.id.to_string(), glob: glob.trim().to_owned() });
            }
        }
        for handle in &team.handles {
            let handle = handle.trim().to_lowercase();
            known.called.insert(format!("@{}", handle.trim_start_matches('@')), team.id.to_string());
            known.called.insert(handle, team.id.to_string());
        }
        for (id, person) in &team.persons {
            let names =
                person.git.iter().map(String::as_str).chain(person.name.as_deref()).chain([id.as_str()]);
            for name in names {
                members.add(name, team.id.as_str());
            }
        }
    }
    (known, members)
}

/// Pairs of teams between which an ask is open or was ever made.
pub fn declared(organisation: &Organisation) -> BTreeSet<(String, String)> {
    organisation.asks().map(|ask| (ask.id.team().to_string(), ask.to.to_string())).collect()
}

/// What surveys say about the teams of an organisation, for the rules.
pub fn evidence(organisation: &Organisation, surveys: &[Survey]) -> CodeEvidence {
    let mut evidence = CodeEvidence::default();
    for survey in surveys {
        let Ok(repository) = Slug::new(&survey.repository) else { continue };
        let team = |name: &str| {
            let team = name.parse::<TeamId>().ok()?;
            organisation.team(&team).map(|_| team)
        };
        let places = |shown: &[Shown], shows: &dyn Fn() -> String| -> Vec<Evidence> {
            let place = |it: &Shown| {
                Some(Evidence {
                    repository: repository.clone(),
                    file: it.files.first().cloned().unwrap_or_default(),
                    line: None,
                    commit: it.commit.clone(),
                    on: it.on.parse().ok()?,
                    shows: shows(),
                })
            };
            shown.iter().filter_map(place).collect()
        };
        for pair in &survey.coupling.pairs {
            let (Some(one), Some(other)) = (team(&pair.one), team(&pair.other)) else { continue };
            let shows = || format!("touches files of {one} and of {other}");
            evidence.co_changes.push(CoChange {
                shown_by: places(&pair.shown_by, &shows),
                one: Part::Team(one.clone()),
                other: Part::Team(other.clone()),
                together: whole(pair.together),
                expected: pair.expected,
                of: whole(survey.coupling.counted),
            });
        }
        evidence.areas.extend(area_histories(organisation, survey, &places));
    }
    crate::evidence::add_parts(organisation, surveys, &mut evidence);
    evidence
}

/// Commits as evidence, with what they show.
type Places<'a> = dyn Fn(&[Shown], &dyn Fn() -> String) -> Vec<Evidence> + 'a;

/// Who changed what: by area where the plans declare areas, else by owner.
fn area_histories(organisation: &Organisation, survey: &Survey, places: &Places<'_>) -> Vec<AreaHistory> {
    let team = |name: &str| name.parse::<TeamId>().ok().filter(|team| organisation.team(team).is_some());
    let mut histories: BTreeMap<(TeamId, String), AreaHistory> = BTreeMap::new();
    let mut note = |owner: &TeamId, area: String, by: &TeamId, commits: u64, shown: &[Shown]| {
        let history = histories.entry((owner.clone(), area.clone())).or_insert_with(|| AreaHistory {
            area,
            owner: owner.clone(),
            commits: BTreeMap::new(),
            shown_by: Vec::new(),
        });
        let shows = || format!("a change by {by} in what {owner} owns");
        history.shown_by.extend(places(shown, &shows));
        history.commits.insert(by.clone(), whole(commits));
    };
    if survey.how.said == Some(Said::Areas) {
        for area in &survey.areas.areas {
            for owner in area.owners.iter().filter_map(|owner| team(owner)) {
                for visit in &area.by {
                    let Some(by) = team(&visit.team) else { continue };
                    let shown = as_owned(organisation, &owner, &survey.repository, &area.area);
                    note(&owner, shown, &by, visit.commits, &visit.shown_by);
                }
            }
        }
    } else {
        for visit in &survey.away.visits {
            let (Some(owner), Some(by)) = (team(&visit.owner), team(&visit.team)) else { continue };
            note(&owner, format!("{}:**", survey.repository), &by, visit.commits, &visit.shown_by);
        }
    }
    histories.into_values().collect()
}

/// A pattern as it stands in `owns` of its team.
fn as_owned(organisation: &Organisation, team: &TeamId, repository: &str, glob: &str) -> String {
    let owns = organisation.team(team).map(|team| team.owns.as_slice()).unwrap_or_default();
    let is_it =
        |area: &&String| area.split_once(':').is_some_and(|(of, it)| of == repository && it.trim() == glob);
    owns.iter().find(is_it).cloned().unwrap_or_else(|| format!("{repository}:{glob}"))
}

/// More than fits is as much as fits: nobody makes four thousand million commits.
fn whole(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
