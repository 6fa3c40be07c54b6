//! Measures who writes and who reads what against labels that were given by hand: precision is the share of what the
//! reader says that the labels say too, recall the share of what the labels say that the reader says too.

use kedge_survey::data::{DataSurvey, Use};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Labels of one repository.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// The commit at which they hold.
    pub(crate) commit: String,
    /// Pairs of table and path that were looked at, where not all were.
    looked_at: BTreeSet<(String, String)>,
    /// Paths that begin so were all looked at, for all of the tables.
    closed: Vec<String>,
    tables: BTreeSet<String>,
    /// What was found: table, path, label.
    said: BTreeSet<(String, String, String)>,
}

impl Labels {
    /// Reads a file of labels.
    pub(crate) fn read(text: &str) -> Self {
        let mut labels = Self::default();
        for line in text.lines() {
            if let Some(commit) = line.strip_prefix("# commit: ") {
                commit.trim().clone_into(&mut labels.commit);
            }
            match line.split('\t').collect::<Vec<_>>().as_slice() {
                ["@closed", path] => labels.closed.push((*path).to_owned()),
                ["@table", table] => {
                    labels.tables.insert(table.to_lowercase());
                }
                [table, path, label] => {
                    let table = table.to_lowercase();
                    labels.tables.insert(table.clone());
                    labels.looked_at.insert((table.clone(), (*path).to_owned()));
                    labels.said.insert((table, (*path).to_owned(), (*label).to_owned()));
                }
                _ => {}
            }
        }
        labels
    }

    /// How many tables there are labels for.
    pub(crate) fn tables(&self) -> usize {
        self.tables.len()
    }

    fn covers(&self, table: &str, path: &str) -> bool {
        self.looked_at.contains(&(table.to_owned(), path.to_owned()))
            || self.tables.contains(table) && self.closed.iter().any(|start| path.starts_with(start.as_str()))
    }

    /// Sets what was found beside the labels.
    pub(crate) fn measure(&self, survey: &DataSurvey) -> Measured {
        let mut measured = Measured::default();
        for (side, direct, through) in [(0, "writes", "writes-through"), (1, "reads", "reads-through")] {
            let mut found: [BTreeSet<(String, String)>; 2] = Default::default();
            let mut hows: BTreeMap<(String, String), (String, u32)> = BTreeMap::new();
            for table in &self.tables {
                let Some(object) = survey.object(table) else { continue };
                let uses: &[Use] = if side == 0 { &object.writers } else { &object.readers };
                for one in uses.iter().filter(|one| self.covers(table, &one.path)) {
                    let pair = (table.clone(), one.path.clone());
                    found[usize::from(one.is_indirect())].insert(pair.clone());
                    let how = (format!("{:?}", one.how), one.line);
                    hows.entry(pair).or_insert(how);
                }
            }
            let labelled = |label: &str| -> BTreeSet<(String, String)> {
                let of = self.said.iter().filter(|(_, _, said)| said == label);
                of.map(|(table, path, _)| (table.clone(), path.clone())).collect()
            };
            let [found_direct, found_through] = found;
            let (said_direct, said_through) = (labelled(direct), labelled(through));
            // What is done here is not also looked for behind a procedure.
            let found_through: BTreeSet<_> = found_through.difference(&found_direct).cloned().collect();
            let all = |one: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>| {
                one.union(other).cloned().collect()
            };
            let all_found: BTreeSet<_> = all(&found_direct, &found_through);
            let all_said: BTreeSet<_> = all(&said_direct, &said_through);
            measured.sides.push((direct.to_owned(), Score::of(&all_found, &all_said)));
            measured.sides.push((format!("{direct}, right there"), Score::of(&found_direct, &said_direct)));
            if !said_through.is_empty() || !found_through.is_empty() {
                measured.sides.push((through.to_owned(), Score::of(&found_through, &said_through)));
            }
            for (pair, (how, _)) in &hows {
                let count = measured.by_how.entry(how.clone()).or_default();
                count.1 += 1;
                count.0 += usize::from(all_said.contains(pair));
            }
            for (table, path) in all_found.difference(&all_said) {
                let (how, line) = hows.get(&(table.clone(), path.clone())).cloned().unwrap_or_default();
                measured
                    .apart
                    .push(format!("found, not labelled: {table} {direct} {path} ({how}, line {line})"));
            }
            for (table, path) in all_said.difference(&all_found) {
                measured.apart.push(format!("labelled, not found: {table} {direct} {path}"));
            }
        }
        measured
    }
}

/// Counts, and what follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    /// Both say it.
    pub(crate) both: usize,
    /// What the reader says.
    pub(crate) found: usize,
    /// What the labels say.
    pub(crate) labelled: usize,
}

impl Score {
    fn of(found: &BTreeSet<(String, String)>, labelled: &BTreeSet<(String, String)>) -> Self {
        Self { both: found.intersection(labelled).count(), found: found.len(), labelled: labelled.len() }
    }

    /// The share of what was found that is so.
    pub(crate) fn precision(self) -> f64 {
        if self.found == 0 { 1.0 } else { self.both as f64 / self.found as f64 }
    }

    /// The share of what is so that was found.
    pub(crate) fn recall(self) -> f64 {
        if self.labelled == 0 { 1.0 } else { self.both as f64 / self.labelled as f64 }
    }
}

/// What came out.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// By side.
    pub(crate) sides: Vec<(String, Score)>,
    /// By how the first use of a file was told: those that are labelled, of those found.
    pub(crate) by_how: BTreeMap<String, (usize, usize)>,
    /// Where the two differ.
    pub(crate) apart: Vec<String>,
}

impl fmt::Display for Measured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (side, score) in &self.sides {
            writeln!(
                out,
                "{side:24} precision {:.3} ({}/{})   recall {:.3} ({}/{})",
                score.precision(),
                score.both,
                score.found,
                score.recall(),
                score.both,
                score.labelled
            )?;
        }
        for (how, (labelled, found)) in &self.by_how {
            writeln!(out, "told by {how:15} {labelled}/{found}")?;
        }
        Ok(())
    }
}
