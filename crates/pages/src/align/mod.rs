//! Where agreement is cheaper than independence: the overview of it, the datasets, the proposals.

mod borders;
mod breaks;
mod dataset;
mod drift;
mod matrix;
mod problem;
mod problems;
mod proposal;
mod services;
mod signatures;

pub use borders::align_borders;
pub use dataset::{align_dataset, align_datasets};
pub use drift::align_drift;
pub use problem::align_problem;
pub use problems::align_problems;
pub use proposal::align_proposal;
pub use services::align_services;

use crate::shell::{Frame, Section, dotted, empty, headline, page, prose};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::datasets::Datasets;
use kedge_align::problems::Problems;
use kedge_align::proposals::Proposals;
use kedge_align::summary::Summary;
use maud::{Markup, html};

/// The overview: how many of each there are, what wants doing, and the ways to the parts.
pub fn align(
    frame: &Frame<'_>,
    summary: &Summary,
    datasets: &Datasets,
    proposals: &Proposals,
    problems: &Problems,
) -> Markup {
    let main = html! {
        (headline(&html! { "Align" }, &datasets.headline(), &html! {
            "Autonomy is the default; agreement is bought where it pays. What several teams write stays right only by agreement."
        }))
        @if datasets.datasets.is_empty() && proposals.proposals.is_empty() {
            (empty(
                "There is no dataset and no proposal in these files.",
                "A dataset says who writes and reads it and what must hold; a proposal is one answer to a problem that several teams have.",
                Some("kedge new dataset TEAM/DATASET\nkedge new proposal TEAM/PROPOSAL"),
            ))
        }
        (parts())
        @if !summary.wants.is_empty() {
            h2 { "What wants doing" }
            ul.plain {
                @for want in &summary.wants {
                    li { a href=(address(datasets, proposals, &want.about)) { (prose(&words::sentence(&want.what))) } }
                }
            }
        }
        @if !datasets.datasets.is_empty() {
            h2 #datasets { "Data" }
            (matrix::matrix(frame, datasets))
            p { a href=(link::ALIGN_DATASETS) { "Every dataset, with its contract" } }
        }
        @if !problems.problems.is_empty() {
            h2 #problems { "Shared problems" }
            p { (prose(&problems.headline())) }
            p { a href=(link::ALIGN_PROBLEMS) { "Every problem, with both prices" } }
        }
        (proposal_rows(frame, proposals))
    };
    page(frame, Some(Section::Align), "Align", &main)
}

/// The ways to the parts.
fn parts() -> Markup {
    let parts: Vec<Markup> =
        link::ABOUT_ALIGN.iter().map(|(address, name)| html! { a href=(address) { (name) } }).collect();
    html! { p { (dotted(&parts)) } }
}

/// The page of what a want is about.
fn address(datasets: &Datasets, proposals: &Proposals, name: &str) -> String {
    let proposal = || proposals.named(name).map(|it| link::proposal(&it.id));
    let dataset = datasets.whole(name).map(dataset::address);
    dataset.or_else(proposal).unwrap_or_else(|| link::ALIGN.to_owned())
}

/// Every proposal, with its stage, how many have signed and what it waits for.
fn proposal_rows(frame: &Frame<'_>, proposals: &Proposals) -> Markup {
    let rows: Vec<Row> = proposals
        .proposals
        .iter()
        .map(|proposal| {
            let signed = proposal.signatures.iter().filter(|said| said.word.has_signed()).count();
            Row::new(vec![
                html! {
                    a href=(link::proposal(&proposal.id)) { (proposal.title) }
                    small { "proposal of " (say::team(frame.organisation, proposal.id.team())) }
                },
                html! { (words::capital(&proposal.stage.in_words(frame.as_of))) },
                html! { (signed) " of " (proposal.signatures.len()) },
                html! { (words::capital(&proposal.waits_for)) },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #proposals { "Proposals" }
            (table(
                "Proposals",
                &[Column::head("Proposal"), Column::text("Stage"), Column::figure("Signed"), Column::text("Waits for")],
                &[],
                &rows,
            ))
        }
    }
}
