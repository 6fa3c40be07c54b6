//! `kedge survey`: what the histories and the sources of repositories say about who depends on whom.

mod found;
mod history;
mod shown;

use super::{nearest_organisation, options, print_json, whole_organisation};
use crate::arguments::{Common, OwnersChoice, Part, Survey as Arguments};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone, say};
use kedge_model::Organisation;
use kedge_survey::coupling::Every;
use kedge_survey::history::Walk;
use kedge_survey::ownership::{Said, When};
use kedge_survey::{Asked, OwnTables, Parts, Progress, Selection, Survey, SurveyError, tables};
use kedge_workspace::survey::{
    SurveyFailure, SurveyTarget, keep_survey, own_table, rosters, survey, survey_folder, survey_target,
    survey_targets,
};
use kedge_workspace::{Answers, Workspace};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So many of each are listed.
const LISTED: usize = 20;

/// Surveys, keeps what it found where there is an organisation, and prints it.
pub(crate) fn run(common: &Common, terminal: Terminal, arguments: &Arguments) -> Result<Exit, Failure> {
    let root = match common.folder.as_deref() {
        Some(path) => whole_organisation(path),
        None => nearest_organisation()?,
    };
    let answers = organisation(common, &root)?;
    let organisation = answers.as_deref().map(|answers| &answers.organisation);
    let targets = targets(arguments, &root, organisation)?;
    let kept = organisation.map(|_| survey_folder(&root));
    let folder = cache_folder(arguments, kept.as_deref())?;
    let asked = asked(common, arguments, &root)?;
    let groups = arguments.groups.as_deref().map(rosters).transpose().map_err(|error| failure(&error))?;
    let groups = groups.unwrap_or_default();
    let mut surveys = Vec::new();
    for target in &targets {
        let found = terminal
            .while_doing(|tell| {
                let mut told = |at: Progress| tell(at.doing.words(), at.done, at.of);
                survey(target, organisation, &groups, &asked, &folder, &mut told)
            })
            .map_err(|error| failure(&error))?;
        if let Some(kept) = &kept {
            std::fs::create_dir_all(kept)?;
            let missing = keep_survey(&found, kept).map_err(|error| failure(&error))?;
            if !missing.is_empty() {
                eprintln!(
                    "note: what is kept of {} for the rules and the pages has no {}: `kedge survey` without --only reads all",
                    found.repository,
                    missing.join(", ")
                );
            }
        }
        surveys.push(found);
    }
    if let Some(folder) = &arguments.csv {
        write_tables(&surveys, folder)?;
    }
    if common.json {
        print_json(&surveys)?;
        return Ok(Exit::Fine);
    }
    for (place, survey) in surveys.iter().enumerate() {
        if place > 0 {
            say!();
        }
        match &arguments.show {
            Some(what) => match every(what)? {
                Every::Pair(one, other) => shown::print_pair(survey, &[one, other], terminal)?,
                Every::Folder(name) => shown::print_one(survey, &name, terminal)?,
            },
            None => print(survey, organisation, arguments, terminal),
        }
    }
    Ok(Exit::Fine)
}

/// The organisation, where there is one; a lone repository needs none.
fn organisation(common: &Common, root: &Path) -> Result<Option<Arc<Answers>>, Failure> {
    if !root.join("kedge.toml").is_file() {
        return Ok(None);
    }
    let workspace = Workspace::open(root, options(common, None)).map_err(super::open_failure)?;
    let snapshot = workspace.snapshot();
    match (snapshot.answers, snapshot.trouble) {
        (Some(answers), None) => Ok(Some(answers)),
        _ => Err(Failure::new("the plans have errors, so it is not known whose code is whose")
            .hint("`kedge check` lists them")),
    }
}

fn targets(
    arguments: &Arguments,
    root: &Path,
    organisation: Option<&Organisation>,
) -> Result<Vec<SurveyTarget>, Failure> {
    if !arguments.repositories.is_empty() {
        let target = |path: &PathBuf| survey_target(root, organisation, path, arguments.at.as_deref());
        return Ok(arguments.repositories.iter().map(target).collect());
    }
    let (mut targets, elsewhere) = organisation.map(|it| survey_targets(root, it)).unwrap_or_default();
    if targets.is_empty() {
        let failure = Failure::new("there is nothing to survey: no repository is named");
        return Err(match elsewhere.as_slice() {
            [] => failure
                .hint("`kedge survey PATH` names one; `[repository.ID]` with `path` in kedge.toml for good"),
            [name, ..] => failure.hint(format!(
                "{name} has only a URL in kedge.toml: clone it, then `kedge survey PATH`, or give it a `path`"
            )),
        });
    }
    if let Some(rev) = &arguments.at {
        for target in &mut targets {
            target.rev.clone_from(rev);
        }
    }
    for name in elsewhere {
        eprintln!(
            "note: {name} has only a URL in kedge.toml and is not surveyed: clone it and name its path"
        );
    }
    Ok(targets)
}

/// Where histories are kept: beside the surveys, else where this system keeps what can be made again.
fn cache_folder(arguments: &Arguments, kept: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = arguments.cache.as_deref().or(kept) {
        return Ok(folder.to_owned());
    }
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let caches = caches.ok_or_else(|| {
        Failure::new("there is no folder to keep the history in: HOME is not set")
            .hint("name one with --cache FOLDER")
    })?;
    Ok(caches.join("kedge").join("survey"))
}

fn asked(common: &Common, arguments: &Arguments, root: &Path) -> Result<Asked, Failure> {
    let day = |date: kedge_model::Date| date.to_string();
    let wants = |part: Part| arguments.only.is_empty() || arguments.only.contains(&part);
    let table = |named: &Option<PathBuf>, name| {
        own_table(root, named.as_deref(), name).map_err(|error| failure(&error))
    };
    Ok(Asked {
        parts: Parts {
            data: wants(Part::Data),
            duplicates: wants(Part::Duplicates),
            borders: wants(Part::Borders),
        },
        own: OwnTables {
            capabilities: table(&arguments.capabilities, "capabilities.toml")?,
            layers: table(&arguments.layers, "layers.toml")?,
            services: Vec::new(),
        },
        walk: Walk { first_parent: arguments.first_parent, renames: arguments.renames },
        selection: Selection {
            programs: arguments.programs,
            routine: arguments.routine,
            most_files: arguments.most_files,
            from: arguments.from.map(day),
            until: arguments.until.or(common.as_of).map(day),
        },
        when: if arguments.then { When::Then } else { When::Now },
        said: arguments.owners.map(|owners| match owners {
            OwnersChoice::Areas => Said::Areas,
            OwnersChoice::Codeowners => Said::Codeowners,
            OwnersChoice::Owners => Said::Owners,
            OwnersChoice::Catalogue => Said::Catalogue,
            OwnersChoice::Sigs => Said::Sigs,
            OwnersChoice::RustTeams => Said::RustTeams,
        }),
        loose: arguments.loose,
        every: arguments.show.as_deref().map(every).transpose()?,
    })
}

/// What every commit is named of: a pair, or a folder.
fn every(what: &str) -> Result<Every, Failure> {
    match what.split(',').map(str::trim).collect::<Vec<_>>().as_slice() {
        [folder] => Ok(Every::Folder((*folder).to_owned())),
        [one, other] => Ok(Every::Pair((*one).to_owned(), (*other).to_owned())),
        _ => {
            Err(Failure::new(format!("`{what}` names more than two"))
                .hint("write `--show checkout,payments`"))
        }
    }
}

fn failure(error: &SurveyFailure) -> Failure {
    let hint = match error {
        SurveyFailure::Survey(SurveyError::BrokeOff { .. }) => {
            Some("`git fsck` in the repository says what is wrong")
        }
        SurveyFailure::Write(..) => Some("name another folder with --cache FOLDER"),
        SurveyFailure::Survey(SurveyError::Table(_)) => {
            Some("docs/surveys.md says how tables of capabilities and layers are written")
        }
        SurveyFailure::Read(..) => Some("name a file with --capabilities or --layers"),
        SurveyFailure::Survey(_) | SurveyFailure::NoGroups(..) => None,
    };
    let failure = Failure::new(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn write_tables(surveys: &[Survey], folder: &Path) -> Result<(), Failure> {
    for survey in surveys {
        let folder = if surveys.len() > 1 { folder.join(&survey.repository) } else { folder.to_owned() };
        std::fs::create_dir_all(&folder)?;
        for table in tables::tables(survey) {
            let text = table.csv().map_err(Failure::new)?;
            std::fs::write(folder.join(table.file), text)?;
        }
    }
    Ok(())
}

pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn print(survey: &Survey, organisation: Option<&Organisation>, arguments: &Arguments, terminal: Terminal) {
    let reading = &survey.reading;
    let short: String = survey.commit.chars().take(10).collect();
    let dates = match (&reading.from, &reading.until) {
        (Some(from), Some(until)) => format!(" from {from} to {until}"),
        _ => String::new(),
    };
    let title = format!(
        "{}: {}{dates}, at {short}",
        survey.repository,
        counted(reading.commits, "commit", "commits")
    );
    say!("{}", terminal.paint(Tone::Strong, title));
    for note in history::notes(survey) {
        say!("{} {note}", terminal.paint(Tone::Leans, "note:"));
    }
    if arguments.only.is_empty() || arguments.only.contains(&Part::History) {
        history::print(survey, organisation, arguments.all, terminal);
    }
    found::print(survey, arguments.all, terminal);
}
