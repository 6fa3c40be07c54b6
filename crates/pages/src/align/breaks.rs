//! What breaks today, as a picture and step by step; the contract that fits, and what it costs.

use crate::picture::{LaneStep, lanes};
use crate::shell::prose;
use crate::table::{Column, Row, table};
use crate::words;
use kedge_align::datasets::ContractStanding;
use kedge_align::declared::{Break, Tried};
use kedge_align::interleaving::{Held, ShownStep};
use kedge_align::proposed::{Proposed, ProposedKind};
use maud::{Markup, html};

/// What breaks as it is.
pub(super) fn breaks(tried: &Tried, assumed: bool, contract: Option<&ContractStanding>) -> Markup {
    html! {
        h2 #today { "What breaks today" }
        @if let Some(contract) = contract.filter(|it| it.contract.adopted.is_none()) {
            p.foot { "The contract is " (contract.stage.word()) ", and not in force: nothing orders the writes yet." }
        }
        @if assumed {
            p.foot { "No operation is declared. Assumed is what is written most: each team reads a row, changes it and saves it." }
        }
        @if tried.breaks.is_empty() {
            p {
                "Nothing that was tried: " (counted(tried)) "."
                @if contract.is_some() { " The contract keeps what must hold, as long as everybody keeps the contract." }
            }
        }
        @for (at, one) in tried.breaks.iter().enumerate() { (example(at, one)) }
    }
}

fn counted(tried: &Tried) -> String {
    let noun = if tried.combinations == 1 { "combination" } else { "combinations" };
    let rest = if tried.unfinished > 0 {
        format!(", {} of them not to the end", tried.unfinished)
    } else {
        String::new()
    };
    format!("{} interleavings of {} {noun} of operations{rest}", tried.interleavings, tried.combinations)
}

fn example(at: usize, one: &Break) -> Markup {
    let example = &one.example;
    let names: Vec<String> = example.lanes.iter().map(|lane| lane.who.clone()).collect();
    let id = |step: usize| format!("break-{}-step-{}", at + 1, step + 1);
    let steps: Vec<LaneStep> = example
        .steps
        .iter()
        .enumerate()
        .map(|(place, step)| LaneStep {
            lane: step.lane,
            label: label(step),
            title: step.in_words(),
            href: format!("#{}", id(place)),
        })
        .collect();
    let caption = format!("{}: who does what, from top to bottom", words::capital(example.anomaly.name()));
    let rows: Vec<Row> = example
        .steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let lane = example.lanes.get(step.lane);
            Row::new(vec![
                html! { (place + 1) ". " (lane.map_or("", |lane| lane.who.as_str())) @if let Some(lane) = lane { small { (lane.operation) } } },
                html! { (words::sentence(&step.in_words())) },
                html! { (held(&step.holds)) },
            ])
            .id(id(place))
        })
        .collect();
    html! {
        h3 {
            (words::capital(example.anomaly.name()))
            @if let Some(invariant) = &one.invariant { " " span.soft { "against " code { (invariant) } } }
        }
        p { (words::sentence(&example.wrong)) }
        (lanes(&caption, &names, &steps, example.anomaly.name()))
        p.foot { "At the start, " (held(&example.start)) "." }
        (table(&caption, &[Column::head("Who"), Column::text("Does"), Column::text("Then there is")], &[], &rows))
    }
}

/// What a place holds; all on one line where there is one place.
fn held(holds: &[Held]) -> Markup {
    html! {
        @for one in holds {
            @if holds.len() > 1 { div { small { (one.place) } " " (one.in_words()) } } @else { (one.in_words()) }
        }
    }
}

/// The step in a word or two, for the picture.
fn label(step: &ShownStep) -> String {
    if step.stops.is_some() {
        return "stops".into();
    }
    let wrote = ["saves", "sets", "adds", "takes", "puts", "deletes"];
    let first = |words: &String| words.split(' ').next().unwrap_or_default().to_owned();
    let does = step.does.iter().rev().map(first).find(|word| wrote.contains(&word.as_str()));
    does.or_else(|| step.does.first().map(first)).unwrap_or_default()
}

/// The contract that fits.
pub(super) fn contract_that_fits(proposed: &Proposed) -> Markup {
    html! {
        h2 #proposed { "The contract that fits" }
        p {
            b { (proposed.kind.word()) }
            @match &proposed.kind {
                ProposedKind::Owned { by } => { ": " (by) " writes, the others ask it or read a copy" },
                ProposedKind::Merged { merge } => { ": " @for (at, (field, merge)) in merge.iter().enumerate() { @if at > 0 { ", " } code { (field) } " by " (word(*merge)) } },
                ProposedKind::Serial { home: Some(home) } => { ": one at a time, decided at " code { (home) } },
                ProposedKind::Serial { home: None } => { ": one at a time, at a service that is still to be named" },
            }
            ". " (prose(&words::sentence(&proposed.why)))
        }
        dl.facts {
            dt { "Cut off" } dd { (proposed.cut_off) }
            dt { "Delay" } dd { (proposed.delay) }
            @if let Some(otherwise) = &proposed.otherwise { dt { "Otherwise" } dd { (prose(otherwise)) } }
            @for it in &proposed.not_kept { dt { "Not kept" } dd { code { (it.invariant) } ": " (prose(&it.why)) ". " (prose(&words::sentence(&it.instead))) } }
            dt { "Tried" }
            dd {
                @if proposed.checked.breaks.is_empty() { "nothing breaks under it in " (counted(&proposed.checked)) }
                @else { (words::number_of(proposed.checked.breaks.len(), "thing", "things")) " still breaks under it" }
            }
        }
    }
}

fn word(merge: kedge_model::FieldMerge) -> &'static str {
    use kedge_model::FieldMerge::{AddWins, KeepBoth, LastWriter, Max, Min, Sum};
    match merge {
        LastWriter => "the last writer",
        KeepBoth => "keeping both",
        AddWins => "keeping what is added",
        Sum => "adding up",
        Max => "the greatest",
        Min => "the least",
    }
}
