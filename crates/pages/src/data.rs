//! Data that more than one team writes, and the proposals of one answer for several teams.

use crate::shell::{Frame, Section, dotted, empty, headline, page, prose};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_model::{
    ContractKind, Dataset, Date, Invariant, InvariantKind, Organisation, Proposal, Signature, SignedThing,
    Signs, SolutionKind, TeamId,
};
use maud::{Markup, html};

/// Datasets and proposals.
pub fn data(frame: &Frame<'_>) -> Markup {
    let organisation = frame.organisation;
    let shared = organisation.datasets().filter(|dataset| dataset.writers.len() > 1).count();
    let without = organisation
        .datasets()
        .filter(|dataset| {
            dataset.writers.len() > 1
                && dataset.contract.as_ref().is_none_or(|contract| contract.retired.is_some())
        })
        .count();
    let answer = match (organisation.datasets().len(), shared) {
        (0, _) => "No dataset is declared.".to_owned(),
        (_, 0) => "Every dataset has one writer.".to_owned(),
        (all, shared) => format!(
            "{} of {} {} written by more than one team.",
            words::capital(&words::number(shared)),
            words::number_of(all, "dataset", "datasets"),
            if shared == 1 { "is" } else { "are" }
        ),
    };
    let main = html! {
        (headline(&html! { "Data and proposals" }, &answer, &html! {
            @if without > 0 { (words::capital(&words::number(without))) " of them without a contract that says how it stays right." }
            @else if shared > 0 { "Each has a contract that says how it stays right; below is who has signed it." }
            @else { "Data written from several places stays right only by agreement." }
        }))
        @if organisation.datasets().len() == 0 && organisation.proposals().len() == 0 {
            (empty(
                "There is no dataset and no proposal in these files.",
                "A dataset says who writes and reads it and what must hold; a proposal is one answer to a problem that several teams have.",
                Some("kedge new dataset TEAM/DATASET\nkedge new proposal TEAM/PROPOSAL"),
            ))
        }
        @for dataset in organisation.datasets() { (dataset_section(frame, dataset)) }
        @for proposal in organisation.proposals() { (proposal_section(frame, proposal)) }
    };
    page(frame, Some(Section::Data), "Data", &main)
}

fn team_names<'a>(organisation: &'a Organisation, teams: &'a [TeamId]) -> Vec<&'a str> {
    teams.iter().map(|id| say::team(organisation, id)).collect()
}

fn dataset_section(frame: &Frame<'_>, dataset: &Dataset) -> Markup {
    let organisation = frame.organisation;
    let owner = if dataset.unowned {
        "nobody owns it".to_owned()
    } else {
        format!("owned by {}", say::team(organisation, dataset.id.team()))
    };
    let rules: Vec<String> =
        dataset.invariants.iter().map(|(id, rule)| format!("{id} ({})", invariant(rule))).collect();
    html! {
        h2 #{"dataset-" (dataset.id.team()) "-" (dataset.id.id())} {
            (dataset.title.as_deref().unwrap_or(dataset.id.id().as_str())) " "
            span.soft { (dotted(&[html! { code { (dataset.id) } }, html! { (owner) }])) }
        }
        dl.facts {
            dt { "Written by" } dd { (words::list(&team_names(organisation, &dataset.writers))) }
            @if !dataset.readers.is_empty() { dt { "Read by" } dd { (words::list(&team_names(organisation, &dataset.readers))) } }
            @if !rules.is_empty() { dt { "Must hold" } dd { (words::list(&rules)) } }
            @if !dataset.operations.is_empty() {
                dt { "Done to it" }
                dd {
                    @let operations: Vec<String> = dataset.operations.iter().map(|(id, operation)| format!("{id} by {}", say::team(organisation, &operation.writer))).collect();
                    (words::list(&operations))
                }
            }
            dt { "Contract" }
            dd {
                @match &dataset.contract {
                    None => @if dataset.writers.len() > 1 { span.late { "none" } } @else { "none needed: one writer" },
                    Some(contract) => {
                        b { (contract.kind.word()) } ", version " (contract.version)
                        @if let ContractKind::Serial { home } = &contract.kind { ", decided at " (home.id()) }
                        @if let Some(staleness) = contract.staleness { ", copies at most " (staleness) " old" }
                        ", " (state(contract.opened, contract.adopted, contract.retired, frame.as_of))
                    },
                }
            }
        }
        // A dataset that only its owner writes needs nobody's signature.
        @if let Some(contract) = &dataset.contract
            && dataset.writers.iter().any(|team| team != dataset.id.team())
        {
            (signatures(frame, &SignedThing::Contract(dataset.id.clone()), &dataset.writers, Some(contract.version)))
        }
    }
}

fn invariant(invariant: &Invariant) -> String {
    let kind = match invariant.kind {
        InvariantKind::Unique => "unique",
        InvariantKind::Reference => "reference",
        InvariantKind::Balance => "balance",
        InvariantKind::Monotone => "never goes back",
        InvariantKind::PerRow => "of each row",
    };
    if invariant.fields.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}: {}", words::list(&invariant.fields))
    }
}

fn state(opened: Option<Date>, adopted: Option<Date>, retired: Option<Date>, as_of: Date) -> String {
    match (opened, adopted, retired) {
        (_, _, Some(on)) => format!("retired on {}", on.in_words(as_of)),
        (_, Some(on), _) => format!("in force since {}", on.in_words(as_of)),
        (Some(on), ..) => format!("open for signatures since {}", on.in_words(as_of)),
        _ => "a draft".into(),
    }
}

/// What each team that should sign has said, latest word only.
fn signatures(frame: &Frame<'_>, under: &SignedThing, expected: &[TeamId], version: Option<u32>) -> Markup {
    let organisation = frame.organisation;
    let latest = |team: &TeamId| {
        organisation.signatures_under(under).find(|log| &log.by == team).and_then(|log| {
            log.entries.iter().filter(|it| version.is_none() || it.version == version).max_by_key(|it| it.on)
        })
    };
    let mut teams: Vec<&TeamId> = expected.iter().collect();
    teams.extend(
        organisation.signatures_under(under).map(|log| &log.by).filter(|team| !expected.contains(team)),
    );
    let rows: Vec<Row> = teams
        .into_iter()
        .map(|team| {
            let signature = latest(team);
            let price = |effort: fn(&Signature) -> Option<&kedge_model::Effort>| match signature.and_then(effort) {
                Some(effort) => html! { (effort) },
                None => html! { span.soft { "–" } },
            };
            Row::new(vec![
                html! { a href=(link::team(team)) { (words::capital(say::team(organisation, team))) } },
                html! {
                    @match signature {
                        None if matches!(under, SignedThing::Contract(dataset) if dataset.team() == team) => "wrote it",
                        None => span.soft { "has not said" },
                        Some(signature) => {
                            @match signature.says {
                                Signs::Considering => "considering",
                                Signs::Signed => span.stands { "signed" },
                                Signs::Declined => "declined",
                            }
                            small { (signature.on.in_words(frame.as_of)) @if let Some(on) = signature.adopted { ", adopted " (on.in_words(frame.as_of)) } }
                        },
                    }
                },
                price(|signature| signature.adopt.as_ref()),
                price(|signature| signature.alone.as_ref()),
            ])
        })
        .collect();
    html! {
        (table(
            "Signatures",
            &[Column::head("Team"), Column::text("Says"), Column::text("To join"), Column::text("To go alone")],
            &[],
            &rows,
        ))
    }
}

fn proposal_section(frame: &Frame<'_>, proposal: &Proposal) -> Markup {
    let organisation = frame.organisation;
    let rows: Vec<Row> = proposal
        .options
        .iter()
        .map(|(id, option)| {
            let effort = |effort: &Option<kedge_model::Effort>| match effort {
                Some(effort) => html! { (effort) },
                None => html! { span.soft { "–" } },
            };
            Row::new(vec![
                html! {
                    b { (prose(option.what.as_deref().unwrap_or(id.as_str()))) }
                    small { (solution(option.kind)) @if proposal.chosen.as_ref() == Some(id) { " · " span.stands { "chosen" } } }
                },
                effort(&option.build),
                effort(&option.adopt),
                effort(&option.alone),
                html! { @match &option.maintain { Some(rate) => (rate), None => span.soft { "–" } } },
            ])
        })
        .collect();
    html! {
        h2 #{"proposal-" (proposal.id.team()) "-" (proposal.id.id())} {
            (proposal.title) " "
            span.soft { (dotted(&[
                html! { "proposal of " (say::team(organisation, proposal.id.team())) },
                html! { (state(proposal.opened, None, proposal.retired, frame.as_of)) },
            ])) }
        }
        p { (prose(&words::sentence(&proposal.problem))) }
        @if !proposal.settles.is_empty() || proposal.dataset.is_some() {
            p {
                @if !proposal.settles.is_empty() {
                    "It would settle "
                    @for (index, ask) in proposal.settles.iter().enumerate() { @if index > 0 { ", " } a href=(link::ask(ask)) { (ask) } }
                    ". "
                }
                @if let Some(dataset) = &proposal.dataset { "It is about " a href=(link::dataset(dataset)) { (dataset) } "." }
            }
        }
        @if !rows.is_empty() {
            (table(
                "Options",
                &[Column::head("Option"), Column::text("To build"), Column::text("To join"), Column::text("To go alone"), Column::text("To keep")],
                &[],
                &rows,
            ))
        }
        (signatures(frame, &SignedThing::Proposal(proposal.id.clone()), &proposal.adopters, None))
    }
}

fn solution(kind: SolutionKind) -> &'static str {
    match kind {
        SolutionKind::Library => "library",
        SolutionKind::Service => "service",
        SolutionKind::Protocol => "protocol",
        SolutionKind::Pattern => "pattern",
        SolutionKind::Apart => "leave them apart",
    }
}
