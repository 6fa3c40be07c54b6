//! The datasets in a list, and one of them whole.

use super::breaks;
use super::signatures::signatures;
use crate::shell::{Frame, Section, dotted, headline, page};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::datasets::{DatasetEntry, Datasets, TeamUse};
use kedge_model::{ContractKind, Invariant, InvariantKind};
use maud::{Markup, html};

/// The page of a dataset, declared or found.
pub(super) fn address(entry: &DatasetEntry) -> String {
    match (&entry.declared, entry.found.first()) {
        (Some(id), _) => link::dataset(id),
        (None, Some(found)) => link::found_dataset(found.repository.as_str(), &found.data),
        (None, None) => link::ALIGN_DATASETS.to_owned(),
    }
}

/// Every dataset.
pub fn align_datasets(frame: &Frame<'_>, datasets: &Datasets) -> Markup {
    let organisation = frame.organisation;
    let rows: Vec<Row> = datasets
        .datasets
        .iter()
        .map(|entry| {
            let writers: Vec<&str> =
                entry.writers.iter().map(|it| say::team(organisation, &it.team)).collect();
            Row::new(vec![
                html! { a href=(address(entry)) { (entry.shown()) } small { code { (entry.name) } } },
                html! { @match &entry.owner { Some(owner) => (say::team(organisation, owner)), None => span.late { "nobody" } } },
                html! { (kedge_model::listed(&writers)) },
                html! {
                    @match &entry.contract {
                        Some(contract) => { (contract.contract.kind.word()) small { (contract.stage.in_words(frame.as_of)) } },
                        None if entry.is_shared() => span.late { "none" },
                        None => span.soft { "none needed" },
                    }
                },
                html! {
                    @match entry.today.as_ref().and_then(|today| today.breaks.first()) {
                        Some(first) => span.late { (first.example.anomaly.name()) },
                        None => span.soft { "–" },
                    }
                },
                html! { @match &entry.proposed { Some(proposed) => (proposed.kind.word()), None => span.soft { "–" } } },
            ])
        })
        .collect();
    let main = html! {
        (headline(&html! { a href=(link::ALIGN) { "Align" } " · data" }, &datasets.headline(), &html! {
            @if datasets.surveyed { "Declared in plans, or found in code by a survey." }
            @else { "Declared in plans. No survey has looked for data in code: " code { "kedge survey" } " adds what nobody has declared." }
        }))
        @if rows.is_empty() { p { "There is none." } } @else {
            (table(
                "Datasets",
                &[Column::head("Dataset"), Column::text("Owner"), Column::text("Written by"), Column::text("Contract"), Column::text("Breaks today"), Column::text("Fits")],
                &[],
                &rows,
            ))
        }
    };
    page(frame, Some(Section::Align), "Datasets", &main)
}

/// One dataset.
pub fn align_dataset(frame: &Frame<'_>, entry: &DatasetEntry) -> Markup {
    let organisation = frame.organisation;
    let owner = match &entry.owner {
        Some(owner) => format!("owned by {}", say::team(organisation, owner)),
        None => "nobody owns it".to_owned(),
    };
    let main = html! {
        (headline(
            &html! { a href=(link::ALIGN) { "Align" } " · " a href=(link::ALIGN_DATASETS) { "data" } },
            entry.shown(),
            &dotted(&[html! { code { (entry.name) } }, html! { (owner) }]),
        ))
        dl.facts {
            dt { "Written by" } dd { (uses(frame, &entry.writers)) }
            @if !entry.readers.is_empty() { dt { "Read by" } dd { (uses(frame, &entry.readers)) } }
            @for found in &entry.found {
                dt { "In code" } dd { (found.kind) " " code { (found.data) } " of " (found.repository) @for file in &found.defined_in { small { code { (file) } } } }
            }
            dt { "Contract" }
            dd {
                @match &entry.contract {
                    None => @if entry.is_shared() { span.late { "none" } } @else { "none needed: one writer" },
                    Some(standing) => {
                        b { (standing.contract.kind.word()) } ", version " (standing.contract.version)
                        @if let ContractKind::Serial { home } = &standing.contract.kind { ", decided at " (home.id()) }
                        @if let Some(staleness) = standing.contract.staleness { ", copies at most " (staleness) " old" }
                        ", " (standing.stage.in_words(frame.as_of))
                    },
                }
            }
        }
        @if let Some(standing) = &entry.contract {
            @let under = format!("contract {}", entry.name);
            (signatures(frame, &standing.signatures, Some(&under)))
        }
        (must_hold(entry))
        @if let Some(today) = &entry.today { (breaks::breaks(today, entry.assumed, entry.contract.as_ref())) }
        @if let Some(proposed) = &entry.proposed { (breaks::contract_that_fits(proposed)) }
    };
    page(frame, Some(Section::Align), entry.shown(), &main)
}

/// What must hold, against what is done: what survives without coordination, and why.
fn must_hold(entry: &DatasetEntry) -> Markup {
    let rows: Vec<Row> = entry
        .invariants
        .iter()
        .map(|one| {
            Row::new(vec![
                html! { b { (one.id) } small { (invariant(&one.invariant)) } },
                html! {
                    @for it in &one.operations {
                        div {
                            (it.operation) " of " (it.writer) ": "
                            @if it.survival.survives { span.stands { "needs nobody" } } @else { span.late { "needs agreement" } }
                            small { " " (it.survival.why) }
                        }
                    }
                    @if one.operations.is_empty() { span.soft { "nothing that is declared touches it" } }
                },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #must-hold { "What must hold" }
            (table("What must hold, against what is done", &[Column::head("Rule"), Column::text("What is done")], &[], &rows))
            p.foot { "What survives a merge needs no coordination (Bailis et al., Coordination Avoidance in Database Systems, 2014, table 2)." }
        }
    }
}

/// The teams on one side, each with what it does and where.
fn uses(frame: &Frame<'_>, uses: &[TeamUse]) -> Markup {
    html! {
        @for one in uses {
            div {
                a href=(link::team(&one.team)) { (words::capital(say::team(frame.organisation, &one.team))) }
                @let operations: Vec<&str> = one.operations.iter().map(kedge_model::Slug::as_str).collect();
                @if !operations.is_empty() { " " span.soft { (kedge_model::listed(&operations)) } }
                @for place in one.shown_by.iter().take(1) {
                    " " small { code.long { (place.file) @if let Some(line) = place.line { ":" (line) } } }
                }
            }
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
        format!("{kind}: {}", kedge_model::listed(&invariant.fields))
    }
}
