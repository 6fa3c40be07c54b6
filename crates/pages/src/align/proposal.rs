//! One proposal: the problem, the options, who signs.

use super::signatures::signatures;
use crate::shell::{Frame, Section, headline, page, prose};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::proposals::ProposalStanding;
use kedge_model::{Proposal, SolutionKind};
use maud::{Markup, html};

/// One proposal.
pub fn align_proposal(frame: &Frame<'_>, proposal: &Proposal, standing: &ProposalStanding) -> Markup {
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
    let main = html! {
        (headline(
            &html! { a href=(link::ALIGN) { "Align" } " · proposal of " (say::team(organisation, proposal.id.team())) },
            &proposal.title,
            &html! { (prose(&words::sentence(&proposal.problem))) " It is " (standing.stage.in_words(frame.as_of)) ". It waits for " (standing.waits_for) "." },
        ))
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
        h2 { "Who signs" }
        (signatures(frame, &standing.signatures, Some(&format!("proposal {}", proposal.id))))
        @if !standing.next.is_empty() {
            h2 { "Next" }
            @for step in &standing.next {
                p { (words::capital(say::team(organisation, &step.who))) ": " (step.what) ", in " code { (step.file) } }
                pre { code { (step.lines.join("\n")) } }
            }
        }
    };
    page(frame, Some(Section::Align), &proposal.title, &main)
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
