//! The last check by structure, kept so that the one after an edit looks again only at what that edit can reach.

use kedge_check::{Answers, Checked, Report};
use kedge_files::Sources;
use kedge_floor::ByTeam;
use kedge_model::{Date, Finding, Organisation};
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
}

impl LastCheck {
    /// The report of the rules that need no forecast.
    pub(crate) fn report(
        &self,
        written: &Organisation,
        as_of: Date,
        notes: &[Finding],
        sources: &Sources,
    ) -> Report {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = kept.as_ref().filter(|last| last.as_of == as_of);
        let known = written.known_on_after(as_of, last.map(|last| (&last.written, &last.known)));
        let reached = last.and_then(|last| written.reached_since(&last.written));
        let standing = match last {
            Some(last) => last.standing.again(&known, reached.as_ref()),
            None => ByTeam::of(&known),
        };
        let ledger = kedge_decide::ledger_as_known(&known, as_of);
        let answers = Answers::by_team(written, &known, as_of, &standing).with_ledger(&ledger);
        let (checked, report) = match last {
            Some(last) => last.checked.again(&answers, notes, sources),
            None => Checked::new(&answers, notes, sources),
        };
        *kept = Some(Last { as_of, written: written.clone(), known, standing, checked });
        report
    }
}
