//! The last check by structure, kept so that the one after an edit looks again only at what that edit can reach.

use kedge_check::{Answers, Checked, Report};
use kedge_files::Sources;
use kedge_floor::ByTeam;
use kedge_model::{CodeEvidence, Date, Finding, Organisation};
use std::sync::{Mutex, PoisonError};

/// Shared by the answers to all states of one organisation. Which of them asks first does not matter: a check goes on from
/// whichever was made last, and says what a check of everything would say.
#[derive(Debug, Default)]
pub(crate) struct LastCheck(Mutex<Option<Last>>);

#[derive(Debug)]
struct Last {
    as_of: Date,
    written: Organisation,
    known: Organisation,
    standing: ByTeam,
    checked: Checked,
    /// Which surveys of code it saw.
    surveys: Option<u64>,
}

impl LastCheck {
    /// The report of the rules that need no forecast. `evidence` is what was found in code, with a number that is another for
    /// other surveys.
    pub(crate) fn report(
        &self,
        written: &Organisation,
        as_of: Date,
        evidence: Option<(u64, &CodeEvidence)>,
        notes: &[Finding],
        sources: &Sources,
    ) -> Report {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let surveys = evidence.map(|(surveys, _)| surveys);
        let last = kept.as_ref().filter(|last| last.as_of == as_of && last.surveys == surveys);
        let known = written.known_on_after(as_of, last.map(|last| (&last.written, &last.known)));
        let reached = last.and_then(|last| written.reached_since(&last.written));
        let standing = match last {
            Some(last) => last.standing.again(&known, reached.as_ref()),
            None => ByTeam::of(&known),
        };
        let ledger = kedge_decide::ledger_as_known(&known, as_of);
        let mut answers = Answers::by_team(written, &known, as_of, &standing).with_ledger(&ledger);
        if let Some((_, evidence)) = evidence {
            answers = answers.with_evidence(evidence);
        }
        let (checked, report) = match last {
            Some(last) => last.checked.again(&answers, notes, sources),
            None => Checked::new(&answers, notes, sources),
        };
        *kept = Some(Last { as_of, written: written.clone(), known, standing, checked, surveys });
        report
    }
}
