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
use serde::{Deserialize, Serialize};
use statrs::distribution::{DiscreteCDF, Hypergeometric};
use statrs::statistics::{Max, Min};
use std::collections::{BTreeMap, HashMap};

/// So many commits are named beside each number, the newest.
pub const SHOWN: usize = 20;
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

/// A commit that shows a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shown {
    /// The day it was written on, UTC.
    pub on: String,
    /// Its full name.
    pub commit: String,
    /// Of the paths that it touched, one on each side of what it shows.
    pub files: Vec<String>,
    /// How many paths it touched in all: a commit of hundreds says little about any two of them.
    #[serde(default)]
    pub touched: u64,
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

/// Commits by the day since 1970 on which they were written, UTC.
#[derive(Default)]
struct ByDay(BTreeMap<i64, u64>);

impl ByDay {
    fn note(&mut self, commit: &Commit) {
        *self.0.entry(commit.written.div_euclid(86_400)).or_default() += 1;
    }

    fn since(&self, day: i64) -> u64 {
        self.0.range(day..).map(|(_, count)| count).sum()
    }

    fn by_year(&self) -> BTreeMap<i32, u64> {
        let mut years = BTreeMap::new();
        for (at, count) in &self.0 {
            let year = day(at * 86_400).split('-').next().and_then(|year| year.parse().ok()).unwrap_or(0);
            *years.entry(year).or_default() += count;
        }
        years
    }
}

/// Whether an owner is meant by a name: its own, or that without the organisation on the code host.
///
/// ```
/// use kedge_survey::coupling::is_called;
/// assert!(is_called("@acme/web", "@acme/web") && is_called("@acme/web", "web") && !is_called("@acme/web", "eb"));
/// ```
pub fn is_called(owner: &str, name: &str) -> bool {
    let short = owner.strip_prefix('@').and_then(|owner| owner.split_once('/'));
    owner == name || short.is_some_and(|(_, short)| short == name)
}

/// How owners' files are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting<'a> {
    /// Otherwise a commit that touches files of both counts, whoever else owns them.
    pub(crate) strict: bool,
    /// The pair of owners of which every commit is named, not only the newest.
    pub(crate) every: Option<&'a (String, String)>,
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
        let mut sets: Vec<_> = paths
            .iter()
            .map(|path| ownership.of(*path, history.names.path(*path), commit.committed))
            .filter(|owners| !owners.is_empty())
            .collect();
        sets.sort_unstable();
        sets.dedup();
        let mut touched: Vec<OwnerIndex> = sets.iter().flat_map(|owners| owners.iter().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        if touched.is_empty() {
            nobody_owns += 1;
            return;
        }
        counted += 1;
        let is_large = commit.touched.len() > LARGE;
        large += u64::from(is_large);
        all.note(commit);
        for owner in &touched {
            let place = owner.0 as usize;
            if commits_of.len() <= place {
                commits_of.resize(place + 1, 0);
            }
            commits_of[place] += 1;
        }
        if touched.len() > MOST_OWNERS {
            too_many_owners += 1;
            return;
        }
        for (place, one) in touched.iter().enumerate() {
            for other in &touched[place + 1..] {
                let own = |of: &OwnerIndex, not: &OwnerIndex| {
                    sets.iter().any(|owners| owners.contains(of) && !owners.contains(not))
                };
                let (ones, others) = (own(one, other), own(other, one));
                if strict && !ones {
                    *shared_only.entry((*one, *other)).or_default() += 1;
                }
                if strict && !others {
                    *shared_only.entry((*other, *one)).or_default() += 1;
                }
                let meeting = meetings.entry((*one, *other)).or_insert_with(|| {
                    let names = ownership.owners();
                    let (one, other) = (&names[one.0 as usize], &names[other.0 as usize]);
                    let every = counting.every.is_some_and(|(a, b)| {
                        (is_called(one, a) && is_called(other, b))
                            || (is_called(one, b) && is_called(other, a))
                    });
                    let newest = if every { Newest::every() } else { Newest::default() };
                    Meeting { together: 0, large: 0, only_joint: 0, by_day: ByDay::default(), newest }
                });
                if strict && !(ones && others) {
                    meeting.only_joint += 1;
                    continue;
                }
                meeting.together += 1;
                meeting.large += u64::from(is_large);
                meeting.by_day.note(commit);
                meeting.newest.note(commit, || {
                    let mut own_file = |of: &OwnerIndex, not: &OwnerIndex| {
                        let is_own = |path: &&PathIndex| {
                            let owners = ownership.of(**path, history.names.path(**path), commit.committed);
                            owners.contains(of) && (!strict || !owners.contains(not))
                        };
                        paths.iter().find(is_own).map(|path| history.names.path(*path).to_owned())
                    };
                    [own_file(one, other), own_file(other, one)].into_iter().flatten().collect()
                });
            }
        }
    })?;
    selected.left_out.nobody_owns = nobody_owns;
    selected.left_out.too_many_owners = too_many_owners;
    let names = ownership.owners();
    commits_of.resize(names.len(), 0);
    let recent_from = all.0.keys().next_back().map_or(0, |last| last - RECENT + 1);
    let recent = all.since(recent_from);
    let mut coupling = Coupling {
        counted,
        large,
        by_year: all.by_year(),
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

/// The newest commits of a number, the newest first.
pub(crate) struct Newest {
    most: usize,
    noted: Vec<Noted>,
}

impl Default for Newest {
    fn default() -> Self {
        Self { most: SHOWN, noted: Vec::new() }
    }
}

struct Noted {
    written: i64,
    commit: String,
    files: Vec<String>,
    touched: u64,
}

impl Newest {
    /// Keeps all of them.
    fn every() -> Self {
        Self { most: usize::MAX, noted: Vec::new() }
    }

    /// Keeps a commit if it is one of the newest, with the files that show why.
    pub(crate) fn note(&mut self, commit: &Commit, files: impl FnOnce() -> Vec<String>) {
        let key = (commit.written, commit.id.as_str());
        let place = self.noted.partition_point(|noted| (noted.written, noted.commit.as_str()) > key);
        if place < self.most {
            let noted = Noted {
                written: commit.written,
                commit: commit.id.clone(),
                files: files(),
                touched: commit.touched.len() as u64,
            };
            self.noted.insert(place, noted);
            self.noted.truncate(self.most);
        }
    }

    pub(crate) fn shown(self) -> Vec<Shown> {
        let shown =
            |Noted { written, commit, files, touched }| Shown { on: day(written), commit, files, touched };
        self.noted.into_iter().map(shown).collect()
    }
}

/// How often something was seen, with the newest commits that show it.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) times: u64,
    pub(crate) newest: Newest,
}

impl Seen {
    pub(crate) fn note(&mut self, commit: &Commit, files: impl FnOnce() -> Vec<String>) {
        self.times += 1;
        self.newest.note(commit, files);
    }
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
        by_year: by_day.by_year(),
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
