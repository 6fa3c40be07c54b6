//! A team signs a proposal or a contract, weighs it or declines it.

use super::{ActError, unknown};
use crate::{Change, Date, Effort, Meta, Organisation, Signature, SignatureLog, SignedThing, Signs, TeamId};

/// A word under a proposal or a contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// Under what.
    pub under: SignedThing,
    /// Who says it.
    pub by: TeamId,
    /// When.
    pub on: Date,
    /// What.
    pub says: Signs,
    /// The team's own price of joining.
    pub adopt: Option<Effort>,
    /// The team's own price of going alone.
    pub alone: Option<Effort>,
}

/// The changes that write it down; of a contract the version is the one that is there.
pub(super) fn sign(organisation: &Organisation, sign: &Sign) -> Result<Vec<Change>, ActError> {
    let Sign { under, by, on, says, adopt, alone } = sign;
    let refused = |why: String| Err(ActError::Refused(why));
    let (version, opened, retired, has_a_say) = match under {
        SignedThing::Proposal(id) => {
            let known = || organisation.proposals().map(|it| it.id.reference());
            let Some(proposal) = organisation.proposal(id) else {
                return Err(unknown("proposal", id.reference(), known()));
            };
            let has_a_say = proposal.adopters.contains(by) || id.team() == by;
            (None, proposal.opened, proposal.retired, has_a_say)
        }
        SignedThing::Contract(id) => {
            let known = || organisation.datasets().map(|it| it.id.reference());
            let Some(dataset) = organisation.dataset(id) else {
                return Err(unknown("dataset", id.reference(), known()));
            };
            let Some(contract) = &dataset.contract else {
                return refused(format!("`{id}` has no contract to sign"));
            };
            if id.team() == by {
                return refused(format!("{by} wrote the contract of `{id}`, and signs it by opening it"));
            }
            let writes =
                dataset.writers.contains(by) || dataset.operations.values().any(|it| &it.writer == by);
            let opened = contract.opened.or(contract.adopted);
            (Some(contract.version), opened, contract.retired, writes || dataset.readers.contains(by))
        }
    };
    if !has_a_say {
        return refused(format!("{by} has no part in `{under}`: nothing names it there"));
    }
    match opened {
        Some(opened) if opened <= *on => {}
        Some(opened) => return refused(format!("`{under}` is open only from {opened}")),
        None => return refused(format!("`{under}` is a draft: whoever wrote it opens it first")),
    }
    if let Some(retired) = retired.filter(|retired| retired <= on) {
        return refused(format!("`{under}` was given up on {retired}"));
    }
    let mut log = organisation.signature_log(under, by).cloned().unwrap_or_else(|| SignatureLog {
        by: by.clone(),
        under: under.clone(),
        entries: Vec::new(),
    });
    log.entries.push(Signature {
        version,
        on: *on,
        says: *says,
        adopt: adopt.clone(),
        alone: alone.clone(),
        adopted: None,
        retired: None,
        meta: Meta::default(),
    });
    Ok(vec![log.into()])
}
