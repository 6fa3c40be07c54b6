//! What a change brought in: a report beside an earlier one.

use crate::fingerprint::identity;
use crate::report::{Report, Reported};
use kedge_model::codes;
use serde::Serialize;
use std::collections::HashMap;

/// What became of the findings of an earlier state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Since {
    /// What the earlier state is called.
    pub revision: String,
    /// How many findings that count were there and are not any more.
    pub resolved: usize,
    /// How many were there and still are; they are not listed.
    pub kept: usize,
    /// Whether the plans could be read then. Where they could not, no rule ran on them, and all that is found now is new.
    pub readable: bool,
}

impl Report {
    /// Only what counts now and did not at the earlier state, by what [`fingerprints`](crate::fingerprints) are made of.
    /// Where several findings are the same but for their order, the last are the new ones. Silenced findings are left as
    /// they are; one that is no longer silenced is new.
    #[must_use]
    pub fn since(&self, earlier: &Self, revision: &str) -> Self {
        let mut before: HashMap<u64, usize> = HashMap::new();
        // Where no rule ran, nothing that rules found is resolved.
        let compared = |finding: &Reported| self.as_of.is_some() || finding.code <= codes::UNREADABLE;
        for finding in earlier.findings.iter().filter(|finding| compared(finding)) {
            *before.entry(identity(finding)).or_default() += 1;
        }
        let mut is_new = |finding: &Reported| match before.get_mut(&identity(finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        let new = self.findings.iter().filter(|finding| is_new(finding)).cloned().collect();
        let mut report = Self::new(self.as_of, new, self.silenced.clone(), self.not_run.clone());
        let kept = self.findings.len() - report.findings.len();
        let resolved = before.values().sum();
        report.since =
            Some(Since { revision: revision.to_owned(), resolved, kept, readable: earlier.as_of.is_some() });
        report
    }
}
