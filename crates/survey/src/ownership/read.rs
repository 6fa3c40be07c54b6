//! Reading the files that say who owns what: from the repository, at its revision or at every one, and those handed in.

use super::deepest::Deepest;
use super::prow::{self, Prow, Says};
use super::roster::Roster;
use super::rust_teams::{self, RustTeams};
use super::sigs::Sigs;
use super::versions::Versions;
use super::{Area, Known, Said, When, catalogue};
use crate::history::History;
use crate::repository::{Repository, SurveyError};
use crate::tree::{Contents, Tree};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use kedge_exchange::codeowners::{CodeOwners, Host};

/// What decides.
pub(super) enum Rules {
    Areas { set: GlobSet, areas: Vec<Area> },
    Codeowners(Versions<CodeOwners>),
    Prow(Versions<Prow>),
    Catalogue(Versions<Vec<String>>),
    Deepest { file: &'static str, versions: Versions<Deepest>, handed: Deepest },
}

/// Groups that were read on the way.
#[derive(Default)]
pub(super) struct Read {
    pub(super) skipped: Vec<String>,
    pub(super) roster: Roster,
}

/// The areas of the plans; patterns that cannot be read are skipped, each with why.
pub(super) fn areas(areas: &[Area], skipped: &mut Vec<String>) -> Rules {
    let mut builder = GlobSetBuilder::new();
    let mut read = Vec::new();
    for area in areas {
        match GlobBuilder::new(&area.glob).literal_separator(true).build() {
            Ok(glob) => {
                builder.add(glob);
                read.push(area.clone());
            }
            Err(error) => skipped.push(format!("`{}` of {}: {error}", area.glob, area.owner)),
        }
    }
    match builder.build() {
        Ok(set) => Rules::Areas { set, areas: read },
        Err(error) => {
            skipped.push(format!("the areas together: {error}"));
            Rules::Areas { set: GlobSet::empty(), areas: Vec::new() }
        }
    }
}

/// No more files of groups are read.
const MOST_FILES: usize = 20_000;

/// The files of groups that a repository holds at its revision, for [`Known::rosters`] of another.
///
/// # Errors
/// If the repository cannot be read.
pub fn rosters(repository: &Repository) -> Result<Vec<(String, String)>, SurveyError> {
    let tree = Tree::of(repository)?;
    let mut found = Vec::new();
    let is_one = |path: &str| path == "sigs.yaml" || rust_teams::is_one(path);
    tree.read(
        repository,
        super::versions::MOST,
        |file| is_one(&file.path),
        |file, contents| {
            if let Contents::Text(text) = contents
                && found.len() < MOST_FILES
            {
                found.push((file.path.clone(), text));
            }
        },
    )?;
    Ok(found)
}

/// What was handed in, as far as it is about the repository.
pub(super) struct Handed {
    pub(super) sigs: Option<(Sigs, Deepest)>,
    pub(super) teams: Option<(RustTeams, Deepest)>,
}

impl Handed {
    pub(super) fn read(known: &Known, skipped: &mut Vec<String>) -> Self {
        let sigs = known.rosters.iter().find(|(path, _)| path == "sigs.yaml").map(|(path, text)| {
            let sigs = Sigs::read(text, &mut |why| skipped.push(format!("{path}: {why}")));
            let areas = Deepest::new(sigs.folders(&known.repository, false), &mut |why| skipped.push(why));
            if areas.is_empty() {
                skipped.push(format!("{path}: no group has a subproject in `{}`", known.repository));
            }
            (sigs, areas)
        });
        let files: Vec<(&str, &str)> = known
            .rosters
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .filter(|(path, _)| rust_teams::is_one(path))
            .collect();
        let teams = (!files.is_empty()).then(|| {
            let teams = RustTeams::read(files, &mut |why| skipped.push(why));
            let areas = Deepest::new(teams.whole(&known.repository), &mut |why| skipped.push(why));
            if areas.is_empty() {
                skipped.push(format!("repos/: no team may write to `{}`", known.repository));
            }
            (teams, areas)
        });
        Self { sigs, teams }
    }

    /// Whether it gives this repository to more than one.
    pub(super) fn divides(&self, said: Said) -> bool {
        match said {
            Said::Sigs => self.sigs.as_ref().is_some_and(|(_, areas)| areas.divides()),
            // Without its own file, all teams that may write own all of it together.
            Said::RustTeams => self.says(said),
            _ => false,
        }
    }

    pub(super) fn says(&self, said: Said) -> bool {
        match said {
            Said::Sigs => self.sigs.as_ref().is_some_and(|(_, areas)| !areas.is_empty()),
            Said::RustTeams => self.teams.as_ref().is_some_and(|(_, areas)| !areas.is_empty()),
            _ => false,
        }
    }
}

/// Where the files of a repository are read from.
pub(super) struct Files<'r> {
    pub(super) repository: &'r Repository,
    pub(super) tree: &'r Tree,
    pub(super) history: &'r History,
    pub(super) said: Said,
    pub(super) when: When,
}

impl Files<'_> {
    fn versions<T>(
        &self,
        skipped: &mut Vec<String>,
        mut parse: impl FnMut(&str, &str, &mut dyn FnMut(String)) -> T,
    ) -> Result<Versions<T>, SurveyError> {
        let mut told = Vec::new();
        let parse = |path: &str, text: &str| {
            // What earlier states say wrongly is nobody's to mend.
            let mut tell = |why: String| {
                if self.when == When::Now {
                    told.push(format!("{path}: {why}"));
                }
            };
            parse(path, text, &mut tell)
        };
        let is_one = |path: &str| self.said.file(path);
        let versions = Versions::read(self.repository, self.tree, self.history, self.when, is_one, parse)?;
        skipped.append(&mut told);
        skipped.extend(versions.unread.iter().cloned());
        Ok(versions)
    }

    pub(super) fn rules(&self, known: &Known, handed: Handed, read: &mut Read) -> Result<Rules, SurveyError> {
        let Read { skipped, roster } = read;
        Ok(match self.said {
            Said::Areas => areas(&known.areas, skipped),
            Said::Codeowners => Rules::Codeowners(self.versions(skipped, |path, text, tell| {
                let read = CodeOwners::read(text, Host::of(path, text));
                for (line, _, why) in read.skipped() {
                    tell(format!("line {line} {why}"));
                }
                read
            })?),
            Said::Owners => Rules::Prow(self.versions(skipped, |path, text, tell| {
                if path != "OWNERS_ALIASES" {
                    return Prow::Owners(prow::Owners::read(text, tell));
                }
                let aliases = prow::aliases(text).unwrap_or_else(|why| {
                    tell(why);
                    Roster::default()
                });
                let names = aliases.groups.iter().map(|group| group.name.to_lowercase()).collect();
                *roster = aliases;
                Prow::Aliases(names)
            })?),
            Said::Catalogue => {
                Rules::Catalogue(self.versions(skipped, |_, text, tell| catalogue::owners(text, tell))?)
            }
            Said::Sigs => {
                let versions = self.versions(skipped, |_, text, tell| {
                    let sigs = Sigs::read(text, tell);
                    let folders = sigs.folders(&known.repository, true);
                    *roster = sigs.roster;
                    Deepest::new(folders, tell)
                })?;
                let handed = handed.sigs.map(|(sigs, areas)| {
                    roster.groups.extend(sigs.roster.groups);
                    areas
                });
                Rules::Deepest { file: "sigs.yaml", versions, handed: handed.unwrap_or_default() }
            }
            Said::RustTeams => {
                let (teams, handed) = handed.teams.unwrap_or_default();
                let versions =
                    self.versions(skipped, |_, text, tell| Deepest::new(teams.assigned(text, tell), tell))?;
                roster.groups.extend(teams.roster.groups);
                Rules::Deepest { file: "triagebot.toml", versions, handed }
            }
        })
    }
}

/// The folders above a path, the nearest first; the top is the empty one.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let up = |folder: &str| folder.rsplit_once('/').map_or("", |(above, _)| above).len();
    let first = up(path);
    std::iter::successors(Some(&path[..first]), move |folder| {
        (!folder.is_empty()).then(|| &folder[..up(folder)])
    })
}

fn file_in(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The nearest folder above a path whose OWNERS names a group, with it; else the nearest that names people.
pub(super) fn prow_nearest(versions: &Versions<Prow>, path: &str, at: i64) -> Option<(String, Vec<String>)> {
    let aliases = match versions.at("OWNERS_ALIASES", at) {
        Some(Prow::Aliases(names)) => Some(names),
        _ => None,
    };
    let mut people = None;
    for folder in above(path) {
        let Some(Prow::Owners(owners)) = versions.at(&file_in(folder, "OWNERS"), at) else { continue };
        let from_here = path.get(folder.len()..).unwrap_or(path).trim_start_matches('/');
        match owners.of(from_here, aliases) {
            Says::Groups(groups) => return Some((folder.to_owned(), groups)),
            Says::People(names) if people.is_none() => people = Some((folder.to_owned(), names)),
            Says::People(_) | Says::Nothing => {}
        }
        if owners.stops {
            break;
        }
    }
    people
}

/// The nearest folder above a path whose component has an owner, with them.
pub(super) fn catalogue_nearest(
    versions: &Versions<Vec<String>>,
    path: &str,
    at: i64,
) -> Option<(String, Vec<String>)> {
    above(path).find_map(|folder| {
        ["catalog-info.yaml", "catalog-info.yml"].iter().find_map(|name| {
            let owners = versions.at(&file_in(folder, name), at).filter(|owners| !owners.is_empty())?;
            Some((folder.to_owned(), owners.clone()))
        })
    })
}

/// Reads any text as each kind of file that says who owns what, and asks who owns some paths by it: how many owners were
/// found and lines told of. For fuzzing: whatever the text, this ends, and soon.
#[doc(hidden)]
pub fn read_as_each(text: &str, paths: &[&str]) -> usize {
    let mut told = 0;
    let mut tell = |_: String| told += 1;
    let aliases = prow::aliases(text).unwrap_or_default();
    let names = aliases.groups.iter().map(|group| group.name.to_lowercase()).collect();
    let owners = prow::Owners::read(text, &mut tell);
    let mut found = aliases.of_one_group().len() + catalogue::owners(text, &mut tell).len();
    let sigs = Sigs::read(text, &mut tell);
    let teams = RustTeams::read(
        [("teams/a.toml", text), ("people/a.toml", text), ("repos/a/a.toml", text)],
        &mut tell,
    );
    let here = Deepest::new(sigs.folders("acme/shop", true), &mut tell);
    let elsewhere = Deepest::new(sigs.folders("shop", false), &mut tell);
    let assigned = Deepest::new(teams.assigned(text, &mut tell), &mut tell);
    let whole = Deepest::new(teams.whole("acme/shop"), &mut tell);
    for path in paths {
        found += match owners.of(path, Some(&names)) {
            Says::Groups(names) | Says::People(names) => names.len(),
            Says::Nothing => 0,
        };
        for areas in [&here, &elsewhere, &assigned, &whole] {
            let deciding = areas.of(path);
            // As deep ones together, never one within another.
            assert!(deciding.windows(2).all(|two| two[0].depth == two[1].depth));
            found += deciding.iter().map(|folder| folder.owners.len()).sum::<usize>();
        }
    }
    found + told
}
