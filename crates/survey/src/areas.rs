//! The same counts by area: the pattern of `owns`, the rule of CODEOWNERS, or the folder that decides who owns a file.
//!
//! Owners say between whom there is something to talk about; areas say about what.

use crate::away;
use crate::coupling::{self, Counting, Direction, Pair, Shown};
use crate::history::History;
use crate::ownership::Ownership;
use crate::people::{Members, People};
use crate::repository::SurveyError;
use crate::selection::Selected;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// So many pairs of areas are listed; all are counted.
pub const LISTED: usize = 200;

/// Commits by a team's people in an area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct By {
    /// The team of the author.
    pub team: String,
    /// How many commits.
    pub commits: u64,
    /// The newest of them.
    pub shown_by: Vec<Shown>,
}

/// How much one area changed, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AreaCount {
    /// The pattern, rule or folder, as it stands in its file.
    pub area: String,
    /// Who owns it; with ownership as it was, everybody who ever did.
    pub owners: Vec<String>,
    /// Commits, of those counted, that touch it.
    pub commits: u64,
    /// By the team of the author, as far as that is known; the most commits first.
    pub by: Vec<By>,
}

/// Which areas change together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Areas {
    /// Each area that was touched, the most changed first.
    pub areas: Vec<AreaCount>,
    /// Pairs of areas with no owner in common, counted as pairs of owners are; those above chance and the most often first.
    /// At most [`LISTED`], and the one that was asked for.
    pub pairs: Vec<Pair>,
    /// How many such pairs lie above chance, of which those listed are the first.
    pub above: u64,
    /// How many neither.
    pub as_chance: u64,
    /// How many below.
    pub below: u64,
    /// Commits that touched more areas than couple anything.
    pub too_wide: u64,
}

/// What is counted in.
#[derive(Clone, Copy)]
pub(crate) struct In<'h> {
    pub(crate) history: &'h History,
    pub(crate) people: &'h People,
    pub(crate) members: &'h Members,
    pub(crate) counting: Counting<'h>,
}

/// Counts areas. `select` gives the selection anew for each pass.
pub(crate) fn count<'s>(
    within: In<'_>,
    select: &dyn Fn() -> Result<Selected<'s>, SurveyError>,
    ownership: &mut Ownership,
) -> Result<Areas, SurveyError> {
    let In { history, people, members, counting } = within;
    let mut by_area = ownership.by_area();
    let mut selected = select()?;
    // Areas are many, and only the first of their pairs are listed: their commits are named in a second pass.
    let later = Counting { shows: false, ..counting };
    let coupling = coupling::count(history, &mut selected, &mut by_area, later)?;
    let mut visits: BTreeMap<String, Vec<By>> = BTreeMap::new();
    for visit in away::count(history, &mut select()?, &mut by_area, people, members)?.visits {
        let by = By { team: visit.team, commits: visit.commits, shown_by: visit.shown_by };
        visits.entry(visit.owner).or_default().push(by);
    }
    let owners = owners(history, &mut select()?, ownership, &mut by_area)?;
    let of = |area: &str| owners.get(area).cloned().unwrap_or_default();
    let mut areas = Areas { too_wide: selected.left_out.too_many_owners, ..Areas::default() };
    areas.areas = coupling
        .owners
        .into_iter()
        .map(|counted| AreaCount {
            owners: of(&counted.owner).into_iter().collect(),
            by: visits.remove(&counted.owner).unwrap_or_default(),
            area: counted.owner,
            commits: counted.commits,
        })
        .collect();
    areas.pairs = coupling.pairs;
    areas.pairs.retain(|pair| of(&pair.one).is_disjoint(&of(&pair.other)));
    let lying = |direction| areas.pairs.iter().filter(|pair| pair.direction == direction).count() as u64;
    (areas.above, areas.as_chance, areas.below) =
        (lying(Direction::AboveChance), lying(Direction::AsChance), lying(Direction::BelowChance));
    let is_asked = |pair: &Pair| counting.every.is_some_and(|every| every.is_pair(&pair.one, &pair.other));
    let asked = areas.pairs.iter().skip(LISTED).find(|pair| is_asked(pair)).cloned();
    areas.pairs.truncate(LISTED);
    areas.pairs.extend(asked);
    coupling::show(history, &mut select()?, &mut by_area, counting, &mut areas.pairs)?;
    Ok(areas)
}

/// The owners of each area that a commit touched.
fn owners(
    history: &History,
    selected: &mut Selected<'_>,
    ownership: &mut Ownership,
    by_area: &mut Ownership,
) -> Result<BTreeMap<String, BTreeSet<String>>, SurveyError> {
    let mut seen = BTreeSet::new();
    let mut paths = Vec::new();
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        for path in &paths {
            let name = history.names.path(*path);
            let owners = ownership.of(*path, name, commit.committed);
            for area in by_area.of(*path, name, commit.committed).iter() {
                seen.extend(owners.iter().map(|owner| (*area, *owner)));
            }
        }
    })?;
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (area, owner) in seen {
        let area = &by_area.owners()[area.0 as usize];
        let of = owners.entry(area.clone()).or_default();
        match ownership.owners_of_area(area) {
            // Patterns of the plans overlap: a path's owners are those of all that hold it.
            Some(own) => of.extend(own),
            None => {
                of.insert(ownership.owners()[owner.0 as usize].clone());
            }
        }
    }
    Ok(owners)
}
