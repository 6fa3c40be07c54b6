//! A forecaster of the organisation with something changed.

use super::Forecaster;
use crate::options::Options;
use kedge_model::{AskId, Change, Finding};
use std::collections::BTreeMap;

impl Forecaster {
    /// The forecaster of the organisation with these changes, on the same day and the same random numbers. Decide-bys that
    /// the changes cannot touch are taken over, the others found again when they are asked for.
    ///
    /// # Errors
    /// When the organisation would break what must hold of one: every finding.
    pub fn supposing(&self, changes: &[Change]) -> Result<Forecaster, Vec<Finding>> {
        let after = self.with(changes)?;
        after.take_over_from(self);
        Ok(after)
    }

    /// The same for changes that are about one ask alone: the decide-bys of all other asks stay as they are. They are the
    /// days that people go by, and what is weighed is this ask.
    ///
    /// # Errors
    /// When the organisation would break what must hold of one: every finding.
    pub fn supposing_about(&self, ask: &AskId, changes: &[Change]) -> Result<Forecaster, Vec<Finding>> {
        self.supposing_in(ask, changes, self.options)
    }

    /// The same with other numbers of trials: to look where something is, before it is found in all of them.
    ///
    /// # Errors
    /// When the organisation would break what must hold of one: every finding.
    pub fn supposing_in(
        &self,
        ask: &AskId,
        changes: &[Change],
        options: Options,
    ) -> Result<Forecaster, Vec<Finding>> {
        let organisation = self.compiled.organisation.with(changes)?;
        let after = Forecaster::new(&organisation, options);
        let before: BTreeMap<&AskId, u32> =
            self.compiled.asks.iter().zip(0..).map(|(facts, index)| (&facts.id, index)).collect();
        for (facts, cell) in after.compiled.asks.iter().zip(&after.decide_bys) {
            if let Some(&index) = before.get(&facts.id).filter(|_| &facts.id != ask) {
                // Nobody else knows this forecaster yet, so it is not set.
                let _ = cell.set(self.decide_by(index).clone());
            }
        }
        Ok(after)
    }

    fn with(&self, changes: &[Change]) -> Result<Forecaster, Vec<Finding>> {
        let organisation = self.compiled.organisation.with(changes)?;
        Ok(Forecaster::new(&organisation, self.options))
    }
}
