//! Coordination that the code requires, against coordination that is declared.
//!
//! After Cataldo, Herbsleb and Carley, "Socio-technical congruence", ESEM 2008: coordination required is task assignment ×
//! task dependency × task assignment transposed, the diagonal ignored; congruence is the share of it that actual
//! coordination meets. Here a team is assigned the files that it owns, files depend on each other where they change
//! together, and what is declared are the asks between teams. What two teams require of each other is then the number of
//! commits that touch the own files of both.

use crate::coupling::{Direction, Pair};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How much of what the code requires is declared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Congruence {
    /// Pairs above chance.
    pub required: u64,
    /// Those of them between which something is declared.
    pub met: u64,
    /// Commits of all pairs above chance.
    pub commits_required: u64,
    /// Commits of those between which something is declared.
    pub commits_met: u64,
    /// Pairs above chance between which nothing is declared: hidden dependencies. Most commits first.
    pub hidden: Vec<(String, String)>,
    /// Declared pairs whose files were never above chance: imagined dependencies, or new ones.
    pub imagined: Vec<(String, String)>,
}

impl Congruence {
    /// The share of required commits that is met, from 0 to 1; `None` where nothing is required.
    pub fn share(&self) -> Option<f64> {
        (self.commits_required > 0).then(|| self.commits_met as f64 / self.commits_required as f64)
    }

    /// Compares the pairs of a coupling with declared pairs, in either order.
    ///
    /// ```
    /// use kedge_survey::congruence::Congruence;
    /// let nothing = Congruence::of(&[], &[("web".into(), "pay".into())].into());
    /// assert_eq!((nothing.share(), nothing.imagined.len()), (None, 1));
    /// ```
    pub fn of(pairs: &[Pair], declared: &BTreeSet<(String, String)>) -> Self {
        let is_declared = |pair: &Pair| {
            declared.contains(&(pair.one.clone(), pair.other.clone()))
                || declared.contains(&(pair.other.clone(), pair.one.clone()))
        };
        let mut required: Vec<&Pair> =
            pairs.iter().filter(|pair| pair.direction == Direction::AboveChance).collect();
        required.sort_by_key(|pair| (std::cmp::Reverse(pair.together), &pair.one, &pair.other));
        let (met, hidden): (Vec<&Pair>, Vec<&Pair>) = required.iter().partition(|pair| is_declared(pair));
        let names = |pair: &&Pair| (pair.one.clone(), pair.other.clone());
        let above: BTreeSet<(String, String)> = required.iter().map(names).collect();
        let imagined = declared
            .iter()
            .filter(|(one, other)| one != other)
            .map(|(one, other)| if one <= other { (one, other) } else { (other, one) })
            .map(|(one, other)| (one.clone(), other.clone()))
            .filter(|pair| !above.contains(pair))
            .collect::<BTreeSet<_>>();
        Self {
            required: required.len() as u64,
            met: met.len() as u64,
            commits_required: required.iter().map(|pair| pair.together).sum(),
            commits_met: met.iter().map(|pair| pair.together).sum(),
            hidden: hidden.iter().map(names).collect(),
            imagined: imagined.into_iter().collect(),
        }
    }
}
