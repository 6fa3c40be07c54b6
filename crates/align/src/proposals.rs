//! The way to agreement: each proposal with its stage, who has signed and who is missing, what each would pay, and the next step.

use crate::agreement::{Said, SaidWord, Stage, proposal_signatures, proposal_stage};
use kedge_model::{AskId, DatasetId, Date, Effort, Organisation, Proposal, ProposalId, Slug, TeamId};
use serde::Serialize;

/// Every proposal, as it was known on a day: those that wait for somebody first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposals {
    /// The day.
    pub as_of: Date,
    /// The proposals: open, signed, drafts, adopted, given up; the oldest first.
    pub proposals: Vec<ProposalStanding>,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProposalStanding {
    /// Its author and name.
    pub id: ProposalId,
    /// What people call it.
    pub title: String,
    /// The problem it would solve.
    pub problem: String,
    /// The asks that it would settle.
    pub settles: Vec<AskId>,
    /// The dataset that it is about.
    pub dataset: Option<DatasetId>,
    /// The option that is chosen.
    pub chosen: Option<Slug>,
    /// Where it stands.
    #[serde(flatten)]
    pub stage: Stage,
    /// What its adopters say, by name.
    pub signatures: Vec<Said>,
    /// What it waits for, in a sentence.
    pub waits_for: String,
    /// What is to be written next, by whom.
    pub next: Vec<NextStep>,
}

/// Lines to add to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// Who writes them.
    pub who: TeamId,
    /// What they say.
    pub what: String,
    /// The file that they go to, in the organisation's folder.
    pub file: String,
    /// The lines.
    pub lines: Vec<String>,
}

impl Proposals {
    /// The one of this name: whole, or without its team where that is enough.
    pub fn named(&self, name: &str) -> Option<&ProposalStanding> {
        self.proposals.iter().find(|it| it.id.to_string() == name).or_else(|| {
            let mut all = self.proposals.iter().filter(|it| it.id.id().as_str() == name);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// How many there are and how many wait, in a sentence.
    pub fn headline(&self) -> String {
        let waiting = self.proposals.iter().filter(|it| it.stage.is_on_its_way()).count();
        match (self.proposals.len(), waiting) {
            (0, _) => "There is no proposal.".into(),
            (1, 0) => "One proposal, which waits for nobody.".into(),
            (1, _) => "One proposal, which waits for somebody.".into(),
            (all, waiting) => format!("{waiting} of {all} proposals wait for somebody."),
        }
    }
}

impl Stage {
    /// Whether something is still to be done before it holds.
    pub fn is_on_its_way(self) -> bool {
        !matches!(self, Self::Adopted { .. } | Self::Retired { .. })
    }

    fn order(self) -> u8 {
        match self {
            Self::Open { .. } => 0,
            Self::Signed { .. } => 1,
            Self::Draft => 2,
            Self::Adopted { .. } => 3,
            Self::Retired { .. } => 4,
        }
    }
}

/// Every proposal. `organisation` is as it was known on the day.
pub fn proposals(organisation: &Organisation, as_of: Date) -> Proposals {
    let mut proposals: Vec<ProposalStanding> =
        organisation.proposals().map(|proposal| standing(organisation, proposal, as_of)).collect();
    proposals.sort_by_key(|it| (it.stage.order(), it.stage.since(), it.id.clone()));
    Proposals { as_of, proposals }
}

fn standing(organisation: &Organisation, proposal: &Proposal, as_of: Date) -> ProposalStanding {
    let mut signatures = proposal_signatures(organisation, proposal);
    signatures.sort_by(|a, b| a.team.cmp(&b.team));
    let stage = proposal_stage(proposal, &signatures);
    ProposalStanding {
        id: proposal.id.clone(),
        title: proposal.title.clone(),
        problem: proposal.problem.clone(),
        settles: proposal.settles.clone(),
        dataset: proposal.dataset.clone(),
        chosen: proposal.chosen.clone(),
        stage,
        waits_for: waits_for(proposal, stage, &signatures, as_of),
        next: next(proposal, stage, &signatures, as_of),
        signatures,
    }
}

fn waits_for(proposal: &Proposal, stage: Stage, signatures: &[Said], as_of: Date) -> String {
    let names = |of: &dyn Fn(&Said) -> bool| {
        let names: Vec<String> =
            signatures.iter().filter(|said| of(said)).map(|said| said.team.to_string()).collect();
        names.join(", ")
    };
    match stage {
        Stage::Draft => format!("{} to open it for signatures", proposal.id.team()),
        Stage::Open { .. } => {
            let words: Vec<String> = signatures
                .iter()
                .filter(|said| !said.word.has_signed())
                .map(|said| format!("{} ({})", said.team, said.word.in_words(as_of)))
                .collect();
            format!("the word of {}", words.join(", "))
        }
        Stage::Signed { .. } => format!("{} to adopt it", names(&|said| said.adopted.is_none())),
        Stage::Adopted { .. } => "nobody".into(),
        Stage::Retired { .. } => "nothing: it is given up".into(),
    }
}

/// The lines that bring it on; of an open one, those of each who has not signed or declined.
fn next(proposal: &Proposal, stage: Stage, signatures: &[Said], as_of: Date) -> Vec<NextStep> {
    let author = proposal.id.team();
    let answers = |said: &Said, what: String, lines: Vec<String>| NextStep {
        who: said.team.clone(),
        what,
        file: format!("{}/answers.kedge.toml", said.team),
        lines,
    };
    // Where a team has stated no price of its own, the option says what one adopter pays; nothing is made up.
    let option = proposal.chosen.as_ref().and_then(|chosen| proposal.options.get(chosen));
    let apart = proposal.options.values().find_map(|option| option.alone.clone());
    let price = |key: &str, own: &Option<Effort>, of_option: Option<Effort>| {
        let price = own.clone().or(of_option)?;
        Some(format!("{key:<8} = \"{price}\""))
    };
    let sign = |said: &Said| {
        let mut lines = vec![
            "[[sign]]".to_owned(),
            format!("proposal = \"{}\"", proposal.id),
            format!("on       = {as_of}"),
            "says     = \"signed\"".to_owned(),
        ];
        lines.extend(price("adopt", &said.adopt, option.and_then(|option| option.adopt.clone())));
        lines.extend(price("alone", &said.alone, apart.clone()));
        lines
    };
    match stage {
        Stage::Draft => vec![NextStep {
            who: author.clone(),
            what: "open it for signatures".into(),
            file: format!("{author}/proposal.kedge.toml"),
            lines: vec![format!("[proposal.{}]", proposal.id.id()), format!("opened = {as_of}")],
        }],
        Stage::Open { .. } => signatures
            .iter()
            .filter(|said| matches!(said.word, SaidWord::Silent { .. } | SaidWord::Considering { .. }))
            .map(|said| answers(said, "sign it, or decline it, with its own prices".into(), sign(said)))
            .collect(),
        Stage::Signed { .. } => signatures
            .iter()
            .filter(|said| said.adopted.is_none())
            .map(|said| {
                answers(
                    said,
                    "say when it has adopted it, in its signature".into(),
                    vec![format!("adopted  = {as_of}")],
                )
            })
            .collect(),
        Stage::Adopted { .. } | Stage::Retired { .. } => Vec::new(),
    }
}
