//! Files and folders on two sides of a border that always change together.
//!
//! Pairs of files are many: only files that are in the tree and changed often enough are paired, and only in commits that
//! are not too large, as the classic history-mining tools do. Both limits stand beside the result.

use crate::coupling::{Every, Newest, Shown};
use crate::history::{History, PathIndex};
use crate::ownership::Ownership;
use crate::repository::SurveyError;
use crate::selection::Selected;
use crate::tree::Tree;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A commit with more files than this pairs none of them: the classic tools' limit.
pub const MOST_FILES: usize = 30;
/// Files that changed less often are not paired.
pub const LEAST_CHANGES: u32 = 5;
/// So many pairs are listed, and the one that was asked for.
pub const LISTED: usize = 200;
/// Pairs that met less often are not listed.
pub const LEAST_TOGETHER: u64 = 3;

/// Two files, or two folders, with no owner in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Together {
    /// The one, first by name.
    pub one: String,
    /// Who owns it.
    pub owners_of_one: Vec<String>,
    /// The other.
    pub other: String,
    /// Who owns it.
    pub owners_of_other: Vec<String>,
    /// Commits that touch the one.
    pub commits_of_one: u32,
    /// Commits that touch the other.
    pub commits_of_other: u32,
    /// Commits that touch both.
    pub together: u64,
    /// `together` in hundredths of the mean of the two counts.
    pub degree: f64,
    /// The newest of those commits.
    pub shown_by: Vec<Shown>,
}

/// What changes together across borders, and what was not looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AcrossBorders {
    /// Pairs of files; the highest degree first.
    pub files: Vec<Together>,
    /// How many pairs of files met often enough, of which those are the first.
    pub pairs_of_files: u64,
    /// Pairs of folders.
    pub folders: Vec<Together>,
    /// How many pairs of folders met often enough.
    pub pairs_of_folders: u64,
    /// Commits that were too large to pair files in.
    pub too_large: u64,
}

/// One kind of thing that is paired.
#[derive(Default)]
struct Things {
    names: Vec<String>,
    number: HashMap<String, u32>,
    /// Of each path of the history, its thing.
    of_path: Vec<Option<u32>>,
    changes: Vec<u32>,
}

impl Things {
    fn of(history: &History, tree: &Tree, name: fn(&str) -> &str) -> Self {
        let here: HashSet<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
        let mut things = Self::default();
        for path in history.names.paths() {
            let thing = here.contains(path.as_str()).then(|| {
                let name = name(path);
                things.number.get(name).copied().unwrap_or_else(|| {
                    let number = things.names.len() as u32;
                    things.names.push(name.to_owned());
                    things.number.insert(name.to_owned(), number);
                    number
                })
            });
            things.of_path.push(thing);
        }
        things.changes = vec![0; things.names.len()];
        things
    }

    fn name(&self, thing: u32) -> &str {
        &self.names[thing as usize]
    }

    /// Two things by number, the lower first.
    fn pair(&self, pair: &Together) -> Option<(u32, u32)> {
        let (one, other) = (self.number.get(&pair.one)?, self.number.get(&pair.other)?);
        Some((*one.min(other), *one.max(other)))
    }

    fn touched(&self, paths: &[PathIndex]) -> Vec<u32> {
        let of = |path: &PathIndex| self.of_path.get(path.0 as usize).copied().flatten();
        let mut touched: Vec<u32> = paths.iter().filter_map(of).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Finds them in three passes: which change often, which of those change together, and the commits of those pairs that are
/// listed. Pairs are many, and memory holds no more of each than its count.
pub(crate) fn find(
    history: &History,
    tree: &Tree,
    selected: &mut Selected<'_>,
    ownership: &mut Ownership,
    every: Option<&Every>,
) -> Result<AcrossBorders, SurveyError> {
    let mut across = AcrossBorders::default();
    let mut kinds = [Things::of(history, tree, |path| path), Things::of(history, tree, folder)];
    let mut paths = Vec::new();
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        for things in &mut kinds {
            for thing in things.touched(&paths) {
                things.changes[thing as usize] += 1;
            }
        }
    })?;
    // Folders are owned by whoever owns a file that lies in them.
    let mut owners: [Vec<Vec<String>>; 2] =
        [vec![Vec::new(); kinds[0].names.len()], vec![Vec::new(); kinds[1].names.len()]];
    for (place, path) in history.names.paths().iter().enumerate() {
        if kinds[0].of_path[place].is_none() {
            continue;
        }
        let found = ownership.of(PathIndex(place as u32), path, i64::MAX);
        let found: Vec<String> =
            found.iter().map(|owner| ownership.owners()[owner.0 as usize].clone()).collect();
        for (kind, owners) in kinds.iter().zip(&mut owners) {
            if let Some(thing) = kind.of_path[place] {
                owners[thing as usize].extend(found.iter().cloned());
            }
        }
    }
    for owner in owners.iter_mut().flatten() {
        owner.sort();
        owner.dedup();
    }
    let mut counts: [HashMap<(u32, u32), u32>; 2] = Default::default();
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        if paths.len() > MOST_FILES {
            across.too_large += 1;
            return;
        }
        for ((things, owners), counts) in kinds.iter().zip(&owners).zip(&mut counts) {
            let mut touched = things.touched(&paths);
            touched.retain(|thing| {
                things.changes[*thing as usize] >= LEAST_CHANGES && !owners[*thing as usize].is_empty()
            });
            for (place, one) in touched.iter().enumerate() {
                for other in &touched[place + 1..] {
                    let apart =
                        !owners[*one as usize].iter().any(|owner| owners[*other as usize].contains(owner));
                    if apart {
                        *counts.entry((*one, *other)).or_default() += 1;
                    }
                }
            }
        }
    })?;
    let mut wanted: Vec<HashMap<(u32, u32), Newest>> = Vec::new();
    for (place, counts) in counts.into_iter().enumerate() {
        let (found, of) = listed(counts, &kinds[place], &owners[place], every);
        let newest =
            |pair: &Together| Newest::of(every.is_some_and(|every| every.is_pair(&pair.one, &pair.other)));
        wanted.push(found.iter().filter_map(|pair| Some((kinds[place].pair(pair)?, newest(pair)))).collect());
        if place == 0 {
            (across.files, across.pairs_of_files) = (found, of);
        } else {
            (across.folders, across.pairs_of_folders) = (found, of);
        }
    }
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        if paths.len() > MOST_FILES {
            return;
        }
        for (things, wanted) in kinds.iter().zip(&mut wanted) {
            let touched = things.touched(&paths);
            for (place, one) in touched.iter().enumerate() {
                for other in &touched[place + 1..] {
                    if let Some(newest) = wanted.get_mut(&(*one, *other)) {
                        newest.note(commit, Vec::new);
                    }
                }
            }
        }
    })?;
    for ((things, wanted), found) in
        kinds.iter().zip(&mut wanted).zip([&mut across.files, &mut across.folders])
    {
        for pair in found {
            let newest = things.pair(pair).and_then(|pair| wanted.remove(&pair));
            pair.shown_by = newest.map(Newest::shown).unwrap_or_default();
        }
    }
    Ok(across)
}

/// The first of the pairs that met often enough, and the one that is asked for; and how many they are in all.
fn listed(
    counts: HashMap<(u32, u32), u32>,
    things: &Things,
    owners: &[Vec<String>],
    every: Option<&Every>,
) -> (Vec<Together>, u64) {
    let often = counts.into_iter().filter(|(_, times)| u64::from(*times) >= LEAST_TOGETHER);
    let mut found: Vec<(f64, u32, u32, u32)> = often
        .map(|((a, b), times)| {
            let (a, b) = if things.name(a) <= things.name(b) { (a, b) } else { (b, a) };
            let of_both = things.changes[a as usize] + things.changes[b as usize];
            (200.0 * f64::from(times) / f64::from(of_both), times, a, b)
        })
        .collect();
    found.sort_by(|one, two| {
        let names = |(_, _, a, b): &(f64, u32, u32, u32)| (things.name(*a), things.name(*b));
        two.0.total_cmp(&one.0).then(two.1.cmp(&one.1)).then_with(|| names(one).cmp(&names(two)))
    });
    let of = found.len() as u64;
    let is_asked = |a, b| every.is_some_and(|every| every.is_pair(things.name(a), things.name(b)));
    let asked = found.iter().skip(LISTED).find(|(_, _, a, b)| is_asked(*a, *b)).copied();
    found.truncate(LISTED);
    found.extend(asked);
    let pair = |(degree, times, a, b): (f64, u32, u32, u32)| Together {
        one: things.name(a).to_owned(),
        owners_of_one: owners[a as usize].clone(),
        other: things.name(b).to_owned(),
        owners_of_other: owners[b as usize].clone(),
        commits_of_one: things.changes[a as usize],
        commits_of_other: things.changes[b as usize],
        together: u64::from(times),
        degree,
        shown_by: Vec::new(),
    };
    (found.into_iter().map(pair).collect(), of)
}
