//! Rules that compare teams with each other: a share of each team, gathered as near rules are, and what all shares say.

use crate::answers::Answers;
use kedge_model::{Finding, TeamId};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A rule that compares teams with each other.
pub(crate) trait Together: Sync + fmt::Debug {
    /// What the rule wants to know of the team that is looked at. For what it may look up see
    /// [`Run::Near`](crate::rule::Run::Near).
    fn share(&self, here: &Answers<'_>) -> Share;

    /// What the shares of all teams, by name, say together.
    fn told(&self, answers: &Answers<'_>, shares: &[(&TeamId, &Share)]) -> Vec<Finding>;

    /// Whether two shares are the same.
    fn is_same(&self, one: &Share, other: &Share) -> bool;

    /// Whether shares alone decide such a finding to the word, so that it need not be told again while they are the same.
    fn is_to_the_word(&self, finding: &Finding) -> bool;
}

/// What a rule wants to know of one team.
pub(crate) type Share = Arc<dyn Any + Send + Sync>;

/// What the shares of all teams, by name, say together.
pub(crate) type Told<S> = fn(&Answers<'_>, &[(&TeamId, &S)]) -> Vec<Finding>;

/// A rule that compares teams by shares of this type.
pub(crate) struct Compared<S> {
    /// The share of the team that is looked at.
    pub(crate) share: fn(&Answers<'_>) -> S,
    /// What the shares of all teams say, by team. Nothing else decides it but the settings, the scope and the day; where a
    /// finding needs more words, they come from the organisation.
    pub(crate) told: Told<S>,
    /// Whether the shares decide such a finding to the word.
    pub(crate) to_the_word: fn(&Finding) -> bool,
}

impl<S> fmt::Debug for Compared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compared").finish_non_exhaustive()
    }
}

impl<S: Any + Send + Sync + PartialEq> Together for Compared<S> {
    fn share(&self, here: &Answers<'_>) -> Share {
        Arc::new((self.share)(here))
    }

    fn told(&self, answers: &Answers<'_>, shares: &[(&TeamId, &Share)]) -> Vec<Finding> {
        let shares: Vec<(&TeamId, &S)> =
            shares.iter().filter_map(|(team, share)| Some((*team, share.downcast_ref()?))).collect();
        (self.told)(answers, &shares)
    }

    fn is_same(&self, one: &Share, other: &Share) -> bool {
        one.downcast_ref::<S>() == other.downcast_ref::<S>()
    }

    fn is_to_the_word(&self, finding: &Finding) -> bool {
        (self.to_the_word)(finding)
    }
}
