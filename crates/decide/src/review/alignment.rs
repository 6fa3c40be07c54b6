//! What teams came to agree on in a quarter: contracts of shared data, proposals, signatures.

use crate::sentence::{quoted, team_name, upper_first};
use kedge_model::{Contract, Date, Organisation, Period, SignedThing, Signs};
use serde::Serialize;

/// Data and answers that teams have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Alignment {
    /// Datasets that more than one team writes.
    pub shared: usize,
    /// Those of them with a contract in force.
    pub in_force: usize,
    /// Those with a contract that is open for signatures, or a draft.
    pub to_sign: usize,
    /// Those without one.
    pub without: usize,
    /// Proposals that are open.
    pub proposals_open: usize,
    /// What happened in the quarter, by day.
    pub events: Vec<AlignmentEvent>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AlignmentEvent {
    /// When.
    pub on: Date,
    /// What, in a sentence.
    pub what: String,
}

impl Alignment {
    /// Where it stands, in a sentence.
    pub fn sentence(&self) -> String {
        if self.shared == 0 {
            return "No dataset is written by more than one team.".into();
        }
        let noun = if self.shared == 1 { "dataset is" } else { "datasets are" };
        format!(
            "{} {noun} written by more than one team: {} with a contract in force, {} with one to sign, {} without.",
            self.shared, self.in_force, self.to_sign, self.without
        )
    }
}

pub(super) fn alignment(known: &Organisation, period: Period) -> Alignment {
    let mut found = Alignment::default();
    let mut event = |on: Option<Date>, what: String| {
        if let Some(on) = on.filter(|on| period.contains(*on)) {
            found.events.push(AlignmentEvent { on, what });
        }
    };
    for dataset in known.datasets() {
        let name = quoted(dataset.title.as_deref().unwrap_or(dataset.id.id().as_str()));
        if let Some(contract) = &dataset.contract {
            event(contract.opened, format!("The contract of {name} was opened for signatures."));
            event(contract.adopted, format!("The contract of {name} came into force."));
            event(contract.retired, format!("The contract of {name} was retired."));
        }
    }
    for proposal in known.proposals() {
        event(proposal.opened, format!("The proposal {} was opened.", quoted(&proposal.title)));
        event(proposal.retired, format!("The proposal {} was given up.", quoted(&proposal.title)));
    }
    for log in known.signature_logs() {
        let who = upper_first(&team_name(known, &log.by));
        let what = match &log.under {
            SignedThing::Proposal(id) => {
                known.proposal(id).map_or_else(|| id.to_string(), |it| it.title.clone())
            }
            SignedThing::Contract(id) => known
                .dataset(id)
                .and_then(|it| it.title.clone())
                .map_or_else(|| format!("the contract of {id}"), |title| format!("the contract of {title}")),
        };
        for entry in &log.entries {
            let said = match entry.says {
                Signs::Signed => format!("{who} signed {}.", quoted(&what)),
                Signs::Declined => format!("{who} declined {}.", quoted(&what)),
                Signs::Considering => format!("{who} began to weigh {}.", quoted(&what)),
            };
            event(Some(entry.on), said);
            event(entry.adopted, format!("{who} adopted {}.", quoted(&what)));
        }
    }
    for dataset in known.datasets().filter(|dataset| dataset.writers.len() > 1) {
        found.shared += 1;
        match &dataset.contract {
            Some(Contract { retired: Some(_), .. }) | None => found.without += 1,
            Some(Contract { adopted: Some(_), .. }) => found.in_force += 1,
            Some(_) => found.to_sign += 1,
        }
    }
    found.proposals_open =
        known.proposals().filter(|proposal| proposal.opened.is_some() && proposal.retired.is_none()).count();
    found.events.sort();
    found
}
