//! What sentences would do: read in the organisation as it is, and compared with it. Nothing is written.

use crate::answers::Answers;
use kedge_forecast::WhatIf;
use kedge_model::{PlanId, SuppositionError};
use serde::Serialize;

/// The effect of what was supposed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The answer in a sentence.
    pub sentence: String,
    /// What was supposed, in words that follow “with”.
    pub with: String,
    /// The sentences, in order.
    pub suppositions: Vec<String>,
    /// Before, after, and the difference with its error.
    #[serde(flatten)]
    pub what_if: WhatIf,
}

impl Answers {
    /// What these sentences would do to the whole organisation; the sentence of the answer is about `plan` where one is in
    /// view. The first call runs the organisation as it is; what follows only what a change can touch.
    ///
    /// # Errors
    /// The first sentence that cannot be understood, or that cannot be.
    pub fn what_if<S: AsRef<str>>(
        &self,
        sentences: &[S],
        plan: Option<&PlanId>,
    ) -> Result<Effect, SuppositionError> {
        let supposed = self.organisation.suppose(sentences, self.as_of)?;
        let what_if = self.forecaster().what_if(&supposed.changes).map_err(|findings| {
            // It was an organisation with all that is dated later; should it not be one as known today, that is said.
            SuppositionError::refused(&supposed.words(), &findings)
        })?;
        let with = supposed.words();
        Ok(Effect {
            sentence: what_if.sentence(&with, plan),
            with,
            suppositions: supposed.suppositions.into_iter().map(|it| it.sentence).collect(),
            what_if,
        })
    }
}
