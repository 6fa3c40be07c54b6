//! Teams that each own one layer and change together: frontend, backend and database, told by kind of file and folder.

use super::changes::{Changes, Together};
use crate::coupling::{Every, Seen, Shown};
use crate::repository::SurveyError;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The table that comes with Kedge.
const SHIPPED: &str = include_str!("layers.toml");

/// From this share of the files that are of any layer an owner's layer is that one. Our own choice.
pub const MOSTLY: f64 = 0.8;

/// A table of layers that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the table of layers cannot be read: {0}")]
pub struct LayersError(String);

/// Which layer a file belongs to.
#[derive(Clone, Debug)]
pub struct Layers(Vec<(String, GlobSet)>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    layer: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    name: String,
    patterns: Vec<String>,
}

impl Layers {
    /// The table that comes with Kedge.
    pub fn shipped() -> Self {
        Self::read(SHIPPED).expect("the table that comes with Kedge is read in its tests")
    }

    /// A table in the same form.
    ///
    /// # Errors
    /// If it is not TOML, not of that form, or a pattern is no glob.
    pub fn read(text: &str) -> Result<Self, LayersError> {
        let file: File = toml::from_str(text).map_err(|error| LayersError(error.to_string()))?;
        let layers = file.layer.into_iter().map(|layer| {
            let mut set = GlobSetBuilder::new();
            for pattern in &layer.patterns {
                let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
                set.add(glob.map_err(|error| LayersError(error.to_string()))?);
            }
            Ok((layer.name, set.build().map_err(|error| LayersError(error.to_string()))?))
        });
        layers.collect::<Result<_, _>>().map(Self)
    }

    /// The layer of a path, if it is of one.
    pub fn of(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(_, set)| set.is_match(path)).map(|(name, _)| name.as_str())
    }
}

/// Owners by layer, and those of different layers that change together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Layering {
    /// From this share of files an owner's layer is that one.
    pub mostly: f64,
    /// Each owner with the layers of what it owns.
    pub owners: Vec<OwnerLayers>,
    /// Pairs of owners whose layers differ and that were together at least once; those first that exceed chance by most.
    pub pairs: Vec<LayerPair>,
}

/// The layers of what somebody owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnerLayers {
    /// Who.
    pub owner: String,
    /// Files by layer.
    pub files: BTreeMap<String, usize>,
    /// Files of no layer.
    pub other: usize,
    /// The layer that most of the files are of, if there is such.
    pub mostly: Option<String>,
}

/// Two owners of different layers that change together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LayerPair {
    /// The owners, in order.
    pub owners: (String, String),
    /// Their layers.
    pub layers: (String, String),
    /// How often. A commit touches both if one of its files is the one's and not the other's, and another the other way
    /// round.
    pub together: Together,
    /// In so many quarters of the year they were together …
    pub quarters: usize,
    /// … of so many from the first commit counted to the last.
    pub of_quarters: usize,
    /// The newest of these commits, each with a file of either side.
    pub shown_by: Vec<Shown>,
}

/// Counts layers over `files`, all that exist, and changes over `changes`. Of `every` all commits are named.
///
/// # Errors
/// If the history cannot be read any more.
pub fn layering<'a>(
    layers: &Layers,
    files: impl IntoIterator<Item = &'a str>,
    changes: &Changes<'_>,
    owners: &dyn Fn(&str) -> Vec<String>,
    every: Option<&Every>,
) -> Result<Layering, SurveyError> {
    let mut counted: BTreeMap<String, (BTreeMap<String, usize>, usize)> = BTreeMap::new();
    for path in files {
        let layer = layers.of(path);
        for owner in owners(path) {
            let (of_layers, other) = counted.entry(owner).or_default();
            match layer {
                Some(layer) => *of_layers.entry(layer.to_owned()).or_default() += 1,
                None => *other += 1,
            }
        }
    }
    let owner_layers: Vec<OwnerLayers> = counted
        .into_iter()
        .map(|(owner, (files, other))| {
            let all: usize = files.values().sum();
            let mostly = files.iter().find(|(_, count)| **count as f64 >= MOSTLY * all as f64);
            let mostly = mostly.map(|(layer, _)| layer.clone());
            OwnerLayers { owner, files, other, mostly }
        })
        .collect();
    let layer_of: BTreeMap<&str, &str> =
        owner_layers.iter().filter_map(|one| Some((one.owner.as_str(), one.mostly.as_deref()?))).collect();

    let owned: Vec<BTreeSet<String>> =
        changes.files().iter().map(|path| owners(path).into_iter().collect()).collect();
    let mut single: BTreeMap<&str, usize> = BTreeMap::new();
    let mut pairs: BTreeMap<(&str, &str), (Seen, BTreeSet<i64>)> = BTreeMap::new();
    changes.each(|change| {
        let sets: BTreeSet<&BTreeSet<String>> =
            change.files.iter().map(|file| &owned[*file as usize]).collect();
        let all: BTreeSet<&str> = sets.iter().flat_map(|set| set.iter().map(String::as_str)).collect();
        for (at, one) in all.iter().copied().enumerate() {
            *single.entry(one).or_default() += 1;
            for two in all.iter().copied().skip(at + 1) {
                let differ = layer_of.get(one).zip(layer_of.get(two)).is_some_and(|(one, two)| one != two);
                let has = |with: &str, without: &str| {
                    sets.iter().any(|set| set.contains(with) && !set.contains(without))
                };
                if differ && has(one, two) && has(two, one) {
                    let (seen, quarters) = pairs.entry((one, two)).or_insert_with(|| {
                        let every = every.is_some_and(|every| every.is_pair(one, two));
                        (Seen::of(every), BTreeSet::new())
                    });
                    let of = |with: &'_ str, without: &'_ str| {
                        let (with, without) = (with.to_owned(), without.to_owned());
                        let owned = &owned;
                        move |file: u32| {
                            let owners = &owned[file as usize];
                            owners.contains(&with) && !owners.contains(&without)
                        }
                    };
                    let sides = || changes.of_sides(change.files, [&of(one, two), &of(two, one)]);
                    seen.note_change(&change, sides);
                    quarters.insert(quarter(change.written));
                }
            }
        }
    })?;
    let of_quarters =
        changes.written().map_or(0, |(first, last)| (quarter(last) - quarter(first) + 1) as usize);
    let mut pairs: Vec<LayerPair> = pairs
        .into_iter()
        .map(|((one, two), (Seen { times, newest }, quarters))| LayerPair {
            owners: (one.to_owned(), two.to_owned()),
            layers: (layer_of[one].to_owned(), layer_of[two].to_owned()),
            together: Together::new(changes.commits(), single[one], single[two], times as usize),
            quarters: quarters.len(),
            of_quarters,
            shown_by: newest.shown(),
        })
        .collect();
    let excess = |pair: &LayerPair| pair.together.together as f64 - pair.together.expected;
    pairs.sort_by(|a, b| excess(b).total_cmp(&excess(a)).then_with(|| a.owners.cmp(&b.owners)));
    Ok(Layering { mostly: MOSTLY, owners: owner_layers, pairs })
}

/// The quarter of a moment, counted from the year 0; a moment that no calendar has falls into the first.
fn quarter(written: i64) -> i64 {
    let date = jiff::Timestamp::from_second(written).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    i64::from(date.year()) * 4 + i64::from((date.month() - 1) / 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_of_layers_by_kind_and_folder() {
        let layers = Layers::shipped();
        assert_eq!(layers.of("web/src/Cart.tsx"), Some("frontend"));
        assert_eq!(layers.of("apps/client/src/cart.ts"), Some("frontend"));
        assert_eq!(layers.of("apps/server/src/cart.ts"), Some("backend"));
        assert_eq!(layers.of("lib/cart.ts"), None);
        assert_eq!(layers.of("src/Api/Cart.cs"), Some("backend"));
        assert_eq!(layers.of("src/Sql/dbo/Cart.sql"), Some("database"));
        assert_eq!(layers.of("util/PostgresMigrations/X.cs"), Some("database"));
        assert_eq!(layers.of("README.md"), None);
    }

    #[test]
    fn an_own_table_takes_the_place() {
        let layers = Layers::read("[[layer]]\nname = \"firmware\"\npatterns = [\"fw/**\"]\n").unwrap();
        assert_eq!(layers.of("fw/a.c"), Some("firmware"));
        assert_eq!(layers.of("a.sql"), None);
        assert!(Layers::read("[[layer]]\nname = \"x\"\npatterns = [\"[\"]\n").is_err());
    }

    #[test]
    fn quarters_follow_each_other() {
        let first = quarter(1_767_225_600); // 2026-01-01
        assert_eq!(first, 2026 * 4);
        assert_eq!(quarter(1_767_225_599), first - 1);
        assert_eq!(quarter(1_767_225_600 + 90 * 86_400), first + 1);
    }
}
