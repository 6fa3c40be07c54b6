//! Which owners' files change together, set against chance.
//!
//! A pair is counted strictly: a commit couples A and B if it touches a file that is A's and not B's, and another that is
//! B's and not A's. A commit in which they meet only in files that both own is counted apart.
//!
//! Beside each count stands what chance would give: if commits that touch A's own files and commits that touch B's fell
//! independently among the N that were counted, a·b/N of them would touch both. Their number is then hypergeometric
//! (Fisher's exact test; R. A. Fisher, "Statistical Methods for Research Workers", 1934), and a count is *above chance* where
//! it, or more, had a chance of less than one in forty; *below* likewise. The pair with the highest count of all can lie
//! below chance, and one commit alone is seldom above it.

use crate::history::{Commit, History, PathIndex};
use crate::ownership::{OwnerIndex, Ownership};
use crate::repository::SurveyError;
use crate::selection::{Selected, day};
pub use crate::shown::{Every, SHOWN, Shown, is_called};
pub(crate) use crate::shown::{Newest, Seen};
use serde::{Deserialize, Serialize};
use statrs::distribution::{DiscreteCDF, Hypergeometric};
use statrs::statistics::{Max, Min};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A commit that touches files of more owners couples none of them: it is a change of the whole repository.
pub const MOST_OWNERS: usize = 200;
/// Where there are more owners, pairs that never met are counted and not gone through.
const MOST_LISTED: usize = 1_000;
/// A commit that touches more files is marked as large: what sweeps through a repository says little about any two in it.
/// The classic history-mining tools' limit.
pub const LARGE: usize = 30;
/// Days that are looked back on for a trend.
pub const RECENT: i64 = 365;
/// Below this a count is not put down to chance: the usual one in twenty, on two sides.
pub const BY_CHANCE: f64 = 0.025;

/// How a count compares with chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// So many or more had a chance of less than one in forty.
    AboveChance,
    /// Neither.
    AsChance,
    /// So few or fewer had a chance of less than one in forty.
    BelowChance,
}

/// Whether a number grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trend {
    /// So many or more of the commits in the last [`RECENT`] days had a chance of less than one in forty.
    Rising,
    /// Neither.
    #[default]
    Steady,
    /// So few or fewer had a chance of less than one in forty.
    Falling,
}

/// How much one owner's files changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerCount {
    /// The owner.
    pub owner: String,
    /// Commits, of those counted, that touch a file of its.
    pub commits: u64,
}

/// Two owners whose files were changed in the same commits, or might have been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pair {
    /// The one, first by name.
    pub one: String,
    /// The other.
    pub other: String,
    /// Commits that touch a file of the one's and not the other's.
    pub commits_of_one: u64,
    /// Commits that touch a file of the other's and not the one's.
    pub commits_of_other: u64,
    /// Commits that do both.
    pub together: u64,
    /// Those of them that touch more than [`LARGE`] files; `--most-files` leaves such commits out.
    pub large: u64,
    /// Commits in which they meet only in files that both own.
    pub only_joint: u64,
    /// How many would do both by chance: the product of the two counts over all that were counted.
    pub expected: f64,
    /// `together` over `expected`.
    pub lift: f64,
    /// Which way that lies.
    pub direction: Direction,
    /// `together` in hundredths of the mean of the two counts: the degree of the classic history-mining tools.
    pub degree: f64,
    /// `together` by the year of the commit.
    pub by_year: BTreeMap<i32, u64>,
    /// Those of them in the last [`RECENT`] days.
    pub recent: u64,
    /// Whether those are more or fewer than the share of all commits that fell into those days would give: Fisher's exact
    /// test again.
    pub trend: Trend,
    /// The newest of those commits.
    pub shown_by: Vec<Shown>,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coupling {
    /// N: commits that touch anything that somebody owns, without those left out.
    pub counted: u64,
    /// Those of N that touch more than [`LARGE`] files.
    pub large: u64,
    /// N by the year of the commit.
    pub by_year: BTreeMap<i32, u64>,
    /// The first day of the last [`RECENT`] up to the newest commit counted.
    pub recent_from: Option<String>,
    /// Those of N that are of that day or later.
    pub recent: u64,
    /// Each owner, the most changed first.
    pub owners: Vec<OwnerCount>,
    /// Every pair that met, and every pair that chance alone would have had meet; above chance and most often first.
    pub pairs: Vec<Pair>,
    /// Pairs that never met where chance would have had less than one commit: not listed.
    pub never_met: u64,
}

struct Meeting {
    together: u64,
    large: u64,
    only_joint: u64,
    by_day: ByDay,
    newest: Newest,
}

/// Commits by when they were written, UTC.
#[derive(Default)]
struct ByDay {
    years: BTreeMap<i32, u64>,
    /// By the day since 1970; those of the last [`RECENT`] up to the newest, and no more however long the history is.
    days: BTreeMap<i64, u64>,
}

/// The day of a commit since 1970, and its year.
#[derive(Clone, Copy)]
struct Written {
    day: i64,
    year: i32,
}

impl Written {
    fn of(commit: &Commit) -> Self {
        let year = day(commit.written).split('-').next().and_then(|year| year.parse().ok()).unwrap_or(0);
        Self { day: commit.written.div_euclid(86_400), year }
    }
}

impl ByDay {
    fn note(&mut self, Written { day, year }: Written) {
        *self.years.entry(year).or_default() += 1;
        let last = self.last().unwrap_or(day).max(day);
        if day > last - RECENT {
            *self.days.entry(day).or_default() += 1;
        }
        while let Some(first) = self.days.first_entry()
            && *first.key() <= last - RECENT
        {
            first.remove();
        }
    }

    fn last(&self) -> Option<i64> {
        self.days.keys().next_back().copied()
    }

    /// How many were written since a day, no further back than [`RECENT`] days before the newest.
    fn since(&self, day: i64) -> u64 {
        self.days.range(day..).map(|(_, count)| count).sum()
    }
}

/// How owners' files are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting<'a> {
    /// Otherwise a commit that touches files of both counts, whoever else owns them.
    pub(crate) strict: bool,
    /// A pair of which every commit is named, not only the newest.
    pub(crate) every: Option<&'a Every>,
    /// Whether commits are named at all; else [`show`] names those of the pairs that are listed, so that memory need not
    /// hold those of all.
    pub(crate) shows: bool,
}

impl Counting<'_> {
    fn newest(&self, one: &str, other: &str) -> Newest {
        Newest::of(self.every.is_some_and(|every| every.is_pair(one, other)))
    }
}

/// Whose files a commit touched.
struct Touched {
    /// The owners of each file, each set of owners once.
    sets: Vec<Arc<[OwnerIndex]>>,
    /// All of them.
    owners: Vec<OwnerIndex>,
}

impl Touched {
    fn of(commit: &Commit, paths: &[PathIndex], history: &History, ownership: &mut Ownership) -> Self {
        let owners =
            paths.iter().map(|path| ownership.of(*path, history.names.path(*path), commit.committed));
        let mut sets: Vec<_> = owners.filter(|owners| !owners.is_empty()).collect();
        sets.sort_unstable();
        sets.dedup();
        let mut owners: Vec<OwnerIndex> = sets.iter().flat_map(|owners| owners.iter().copied()).collect();
        owners.sort_unstable();
        owners.dedup();
        Self { sets, owners }
    }

    /// Whether it touched a file of the one's that is not the other's.
    fn own(&self, of: OwnerIndex, not: OwnerIndex) -> bool {
        self.sets.iter().any(|owners| owners.contains(&of) && !owners.contains(&not))
    }
}

/// Of the paths that a commit touched, the first on each side.
fn sides(
    commit: &Commit,
    paths: &[PathIndex],
    [one, other]: [OwnerIndex; 2],
    strict: bool,
    history: &History,
    ownership: &mut Ownership,
) -> Vec<String> {
    let mut own_file = |of: OwnerIndex, not: OwnerIndex| {
        let is_own = |path: &&PathIndex| {
            let owners = ownership.of(**path, history.names.path(**path), commit.committed);
            owners.contains(&of) && (!strict || !owners.contains(&not))
        };
        paths.iter().find(is_own).map(|path| history.names.path(*path).to_owned())
    };
    [own_file(one, other), own_file(other, one)].into_iter().flatten().collect()
}

/// Counts how often owners' files change together.
///
/// # Errors
/// If the history's cache cannot be read any more.
pub(crate) fn count(
    history: &History,
    selected: &mut Selected<'_>,
    ownership: &mut Ownership,
    counting: Counting<'_>,
) -> Result<Coupling, SurveyError> {
    let strict = counting.strict;
    let mut counted = 0;
    let mut all = ByDay::default();
    let mut too_many_owners = 0;
    let mut large = 0;
    let mut nobody_owns = 0;
    let mut commits_of: Vec<u64> = Vec::new();
    let mut meetings: BTreeMap<(OwnerIndex, OwnerIndex), Meeting> = BTreeMap::new();
    // Commits that touch the first's files, but only such as the second owns too.
    let mut shared_only: HashMap<(OwnerIndex, OwnerIndex), u64> = HashMap::new();
    let mut paths = Vec::new();
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        if paths.is_empty() {
            return;
        }
        let touched = Touched::of(commit, &paths, history, ownership);
        if touched.owners.is_empty() {
            nobody_owns += 1;
            return;
        }
        counted += 1;
        let is_large = commit.touched.len() > LARGE;
        large += u64::from(is_large);
        let written = Written::of(commit);
        all.note(written);
        for owner in &touched.owners {
            let place = owner.0 as usize;
            if commits_of.len() <= place {
                commits_of.resize(place + 1, 0);
            }
            commits_of[place] += 1;
        }
        if touched.owners.len() > MOST_OWNERS {
            too_many_owners += 1;
            return;
        }
        for (place, one) in touched.owners.iter().copied().enumerate() {
            for other in touched.owners[place + 1..].iter().copied() {
                let (ones, others) = (touched.own(one, other), touched.own(other, one));
                if strict && !ones {
                    *shared_only.entry((one, other)).or_default() += 1;
                }
                if strict && !others {
                    *shared_only.entry((other, one)).or_default() += 1;
                }
                let meeting = meetings.entry((one, other)).or_insert_with(|| {
                    let names = ownership.owners();
                    let newest = counting.newest(&names[one.0 as usize], &names[other.0 as usize]);
                    Meeting { together: 0, large: 0, only_joint: 0, by_day: ByDay::default(), newest }
                });
                if strict && !(ones && others) {
                    meeting.only_joint += 1;
                    continue;
                }
                meeting.together += 1;
                meeting.large += u64::from(is_large);
                meeting.by_day.note(written);
                if counting.shows {
                    let files = || sides(commit, &paths, [one, other], strict, history, ownership);
                    meeting.newest.note(commit, files);
                }
            }
        }
    })?;
    selected.left_out.nobody_owns = nobody_owns;
    selected.left_out.too_many_owners = too_many_owners;
    let names = ownership.owners();
    commits_of.resize(names.len(), 0);
    let recent_from = all.last().map_or(0, |last| last - RECENT + 1);
    let recent = all.since(recent_from);
    let mut coupling = Coupling {
        counted,
        large,
        by_year: all.years,
        recent_from: (counted > 0).then(|| day(recent_from * 86_400)),
        recent,
        ..Coupling::default()
    };
    let frame = Frame { counted, recent, recent_from };
    let alone = |(one, other): (OwnerIndex, OwnerIndex)| {
        commits_of[one.0 as usize] - shared_only.get(&(one, other)).copied().unwrap_or(0)
    };
    let mut take = |key: (OwnerIndex, OwnerIndex), meeting: Option<Meeting>| {
        let counts = [alone(key), alone((key.1, key.0))];
        let names = [&names[key.0.0 as usize], &names[key.1.0 as usize]];
        coupling.pairs.extend(pair(names, counts, &frame, meeting));
    };
    if names.len() > MOST_LISTED {
        for (key, meeting) in meetings {
            take(key, Some(meeting));
        }
    } else {
        for one in 0..names.len() {
            for other in one + 1..names.len() {
                let key = (OwnerIndex(one as u32), OwnerIndex(other as u32));
                take(key, meetings.remove(&key));
            }
        }
    }
    let of = names.len() as u64;
    coupling.never_met = of * of.saturating_sub(1) / 2 - coupling.pairs.len() as u64;
    coupling.pairs.sort_by(|a, b| {
        (a.direction, b.together)
            .cmp(&(b.direction, a.together))
            .then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other)))
    });
    coupling.owners = names
        .iter()
        .zip(commits_of)
        .filter(|(_, commits)| *commits > 0)
        .map(|(owner, commits)| OwnerCount { owner: owner.clone(), commits })
        .collect();
    coupling.owners.sort_by(|a, b| b.commits.cmp(&a.commits).then_with(|| a.owner.cmp(&b.owner)));
    Ok(coupling)
}

/// Names the commits of these pairs, which were counted without.
///
/// # Errors
/// If the history's cache cannot be read any more.
pub(crate) fn show(
    history: &History,
    selected: &mut Selected<'_>,
    ownership: &mut Ownership,
    counting: Counting<'_>,
    pairs: &mut [Pair],
) -> Result<(), SurveyError> {
    let number: HashMap<&str, OwnerIndex> =
        ownership.owners().iter().zip(0..).map(|(name, at)| (name.as_str(), OwnerIndex(at))).collect();
    let mut wanted: HashMap<(OwnerIndex, OwnerIndex), (usize, Newest)> = HashMap::new();
    for (place, pair) in pairs.iter().enumerate() {
        if let (Some(one), Some(other)) = (number.get(pair.one.as_str()), number.get(pair.other.as_str())) {
            let newest = counting.newest(&pair.one, &pair.other);
            wanted.insert((*one.min(other), *one.max(other)), (place, newest));
        }
    }
    let listed: HashSet<OwnerIndex> = wanted.keys().flat_map(|(one, other)| [*one, *other]).collect();
    let strict = counting.strict;
    let mut paths = Vec::new();
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        let mut touched = Touched::of(commit, &paths, history, ownership);
        if touched.owners.len() > MOST_OWNERS {
            return;
        }
        touched.owners.retain(|owner| listed.contains(owner));
        for (place, one) in touched.owners.iter().copied().enumerate() {
            for other in touched.owners[place + 1..].iter().copied() {
                let Some((_, newest)) = wanted.get_mut(&(one, other)) else { continue };
                if !strict || (touched.own(one, other) && touched.own(other, one)) {
                    let files = || sides(commit, &paths, [one, other], strict, history, ownership);
                    newest.note(commit, files);
                }
            }
        }
    })?;
    for (place, newest) in wanted.into_values() {
        pairs[place].shown_by = newest.shown();
    }
    Ok(())
}

/// What a pair is counted among.
struct Frame {
    counted: u64,
    recent: u64,
    recent_from: i64,
}

fn pair(names: [&String; 2], [a, b]: [u64; 2], frame: &Frame, meeting: Option<Meeting>) -> Option<Pair> {
    let n = frame.counted;
    let expected = if n == 0 { 0.0 } else { a as f64 * b as f64 / n as f64 };
    let Meeting { together, large, only_joint, by_day, newest } = match meeting {
        Some(meeting) => meeting,
        None if expected < 1.0 => return None,
        None => Meeting {
            together: 0,
            large: 0,
            only_joint: 0,
            by_day: ByDay::default(),
            newest: Newest::default(),
        },
    };
    let recent = by_day.since(frame.recent_from);
    let trend = match direction(recent, [together, frame.recent], n) {
        Direction::AboveChance => Trend::Rising,
        Direction::AsChance => Trend::Steady,
        Direction::BelowChance => Trend::Falling,
    };
    let (a_first, one, other) =
        if names[0] <= names[1] { (true, names[0], names[1]) } else { (false, names[1], names[0]) };
    let mean = (a + b) as f64 / 2.0;
    Some(Pair {
        one: one.clone(),
        other: other.clone(),
        commits_of_one: if a_first { a } else { b },
        commits_of_other: if a_first { b } else { a },
        together,
        large,
        only_joint,
        expected,
        lift: if expected > 0.0 { together as f64 / expected } else { 0.0 },
        direction: direction(together, [a, b], n),
        degree: if mean > 0.0 { 100.0 * together as f64 / mean } else { 0.0 },
        by_year: by_day.years,
        recent,
        trend,
        shown_by: newest.shown(),
    })
}

/// How likely chance is to give a count as far from its mean as this one: of `n` commits `a` do the one and `b` the other,
/// and `together` do both. `None` where chance could give no other count.
fn tails(together: u64, [a, b]: [u64; 2], n: u64) -> Option<(f64, f64)> {
    let chance = Hypergeometric::new(n, a, b).ok().filter(|chance| chance.min() < chance.max())?;
    let or_more = together.checked_sub(1).map_or(1.0, |fewer| chance.sf(fewer));
    Some((chance.cdf(together), or_more))
}

/// How a count of commits that do both compares with chance, where `a` and `b` of `n` do the one and the other.
pub fn direction(together: u64, counts: [u64; 2], n: u64) -> Direction {
    match tails(together, counts, n) {
        Some((_, or_more)) if or_more < BY_CHANCE => Direction::AboveChance,
        Some((or_fewer, _)) if or_fewer < BY_CHANCE => Direction::BelowChance,
        _ => Direction::AsChance,
    }
}
