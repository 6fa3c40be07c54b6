//! How far teams have come with agreeing: the stage of a contract or a proposal, and what each team has said to it.

use kedge_model::{
    Contract, Dataset, Date, Effort, Organisation, Proposal, Signature, SignedThing, Signs, TeamId,
};
use serde::Serialize;

/// Where a contract or a proposal stands. It is derived from the dates of whoever wrote it and from what the others have
/// signed; nobody writes it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "stage")]
pub enum Stage {
    /// Written down, and nobody is asked to sign.
    Draft,
    /// Open for signatures.
    Open {
        /// Since when.
        since: Date,
    },
    /// Everybody who is to sign has signed.
    Signed {
        /// Since the last of them.
        since: Date,
    },
    /// In force: a contract since its date, a proposal since the last adopter had adopted it.
    Adopted {
        /// Since when.
        since: Date,
    },
    /// Given up.
    Retired {
        /// When.
        on: Date,
    },
}

impl Stage {
    /// The stage in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open { .. } => "open",
            Self::Signed { .. } => "signed",
            Self::Adopted { .. } => "adopted",
            Self::Retired { .. } => "retired",
        }
    }

    /// Since when it has been so; a draft has no date.
    pub fn since(self) -> Option<Date> {
        match self {
            Self::Draft => None,
            Self::Open { since } | Self::Signed { since } | Self::Adopted { since } => Some(since),
            Self::Retired { on } => Some(on),
        }
    }

    /// The stage in words, with its day.
    pub fn in_words(self, as_of: Date) -> String {
        match self {
            Self::Draft => "a draft".into(),
            Self::Open { since } => format!("open for signatures since {}", since.in_words(as_of)),
            Self::Signed { since } => format!("signed by all since {}", since.in_words(as_of)),
            Self::Adopted { since } => format!("adopted since {}", since.in_words(as_of)),
            Self::Retired { on } => format!("given up on {}", on.in_words(as_of)),
        }
    }
}

/// What a team has said to a contract or a proposal, by its latest word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// Who.
    pub team: TeamId,
    /// What.
    #[serde(flatten)]
    pub word: SaidWord,
    /// Its own price of joining, where it has stated one.
    pub adopt: Option<Effort>,
    /// Its own price of going alone, where it has stated one.
    pub alone: Option<Effort>,
    /// The day on which it had adopted it, unless it has left it since.
    pub adopted: Option<Date>,
}

/// The word itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "says")]
pub enum SaidWord {
    /// Nothing yet, to this version.
    Silent {
        /// Since it was opened; nothing while it is a draft.
        since: Option<Date>,
        /// An earlier version that it has signed.
        signed_before: Option<u32>,
    },
    /// It is weighing it.
    Considering {
        /// Since when.
        since: Date,
    },
    /// It has signed.
    Signed {
        /// When.
        on: Date,
    },
    /// It has declined.
    Declined {
        /// When.
        on: Date,
    },
}

impl SaidWord {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Silent { .. } => "silent",
            Self::Considering { .. } => "considering",
            Self::Signed { .. } => "signed",
            Self::Declined { .. } => "declined",
        }
    }

    /// Since when it is so.
    pub fn since(self) -> Option<Date> {
        match self {
            Self::Silent { since, .. } => since,
            Self::Considering { since } => Some(since),
            Self::Signed { on } | Self::Declined { on } => Some(on),
        }
    }

    /// Whether it has signed.
    pub fn has_signed(self) -> bool {
        matches!(self, Self::Signed { .. })
    }

    /// What it says, in words with its day.
    pub fn in_words(self, as_of: Date) -> String {
        match self {
            Self::Silent { since: None, .. } => "not asked yet".into(),
            Self::Silent { since: Some(since), signed_before: Some(version) } => {
                format!("signed version {version}; silent since {}", since.in_words(as_of))
            }
            Self::Silent { since: Some(since), signed_before: None } => {
                format!("silent since {}", since.in_words(as_of))
            }
            Self::Considering { since } => format!("considering since {}", since.in_words(as_of)),
            Self::Signed { on } => format!("signed on {}", on.in_words(as_of)),
            Self::Declined { on } => format!("declined on {}", on.in_words(as_of)),
        }
    }
}

/// What a team last said to a contract or proposal, of whatever version.
pub fn latest_signature<'a>(
    organisation: &'a Organisation,
    under: &SignedThing,
    team: &TeamId,
) -> Option<&'a Signature> {
    let log = organisation.signature_log(under, team)?;
    log.entries.iter().max_by_key(|entry| (entry.version, entry.on))
}

/// What a team says: to a version, where versions count, since it was opened.
pub fn said(
    organisation: &Organisation,
    under: &SignedThing,
    version: Option<u32>,
    opened: Option<Date>,
    team: &TeamId,
) -> Said {
    let latest = latest_signature(organisation, under, team);
    let of_this = latest.filter(|it| it.version.is_none() || version.is_none() || it.version >= version);
    let word = match of_this.map(|it| (it.says, it.on)) {
        Some((Signs::Signed, on)) => SaidWord::Signed { on },
        Some((Signs::Declined, on)) => SaidWord::Declined { on },
        Some((Signs::Considering, since)) => SaidWord::Considering { since },
        None => SaidWord::Silent {
            since: opened,
            signed_before: latest.filter(|it| it.says == Signs::Signed).and_then(|it| it.version),
        },
    };
    Said {
        team: team.clone(),
        word,
        adopt: of_this.and_then(|it| it.adopt.clone()),
        alone: of_this.and_then(|it| it.alone.clone()),
        adopted: of_this.filter(|it| it.retired.is_none()).and_then(|it| it.adopted),
    }
}

/// What those say who are to sign the contract of a dataset: whoever writes it beside its owner.
pub fn contract_signatures(organisation: &Organisation, dataset: &Dataset, contract: &Contract) -> Vec<Said> {
    let under = SignedThing::Contract(dataset.id.clone());
    let opened = contract.opened.or(contract.adopted);
    crate::datasets::writers(dataset)
        .into_iter()
        .filter(|team| *team != dataset.id.team())
        .map(|team| said(organisation, &under, Some(contract.version), opened, team))
        .collect()
}

/// Where a contract stands, with what its writers say.
pub fn contract_stage(contract: &Contract, signatures: &[Said]) -> Stage {
    if let Some(on) = contract.retired {
        return Stage::Retired { on };
    }
    if let Some(since) = contract.adopted {
        return Stage::Adopted { since };
    }
    let Some(opened) = contract.opened else { return Stage::Draft };
    open_or_signed(opened, signatures)
}

/// What the adopters of a proposal say; its author, where it is one of them, has signed by opening it.
pub fn proposal_signatures(organisation: &Organisation, proposal: &Proposal) -> Vec<Said> {
    let under = SignedThing::Proposal(proposal.id.clone());
    let says = |team: &TeamId| {
        let mut said = said(organisation, &under, None, proposal.opened, team);
        if let (SaidWord::Silent { .. }, Some(on)) = (said.word, proposal.opened)
            && team == proposal.id.team()
        {
            said.word = SaidWord::Signed { on };
        }
        said
    };
    proposal.adopters.iter().map(says).collect()
}

/// Where a proposal stands, with what its adopters say. One that chooses to stay apart is in force once all have signed.
pub fn proposal_stage(proposal: &Proposal, signatures: &[Said]) -> Stage {
    if let Some(on) = proposal.retired {
        return Stage::Retired { on };
    }
    let Some(opened) = proposal.opened else { return Stage::Draft };
    if let (true, Stage::Signed { since }) = (proposal.stays_apart(), open_or_signed(opened, signatures)) {
        // There is nothing to adopt: it holds once all have said so.
        return Stage::Adopted { since };
    }
    let adopted: Option<Vec<Date>> = signatures.iter().map(|said| said.adopted).collect();
    match adopted.and_then(|days| days.into_iter().max()) {
        Some(since) => Stage::Adopted { since },
        None => open_or_signed(opened, signatures),
    }
}

fn open_or_signed(opened: Date, signatures: &[Said]) -> Stage {
    let signed: Option<Vec<Date>> = signatures
        .iter()
        .map(|said| if let SaidWord::Signed { on } = said.word { Some(on) } else { None })
        .collect();
    match signed {
        Some(days) => Stage::Signed { since: days.into_iter().fold(opened, Date::max) },
        None => Stage::Open { since: opened },
    }
}
