//! What a plan consists of: its outcomes and its work, in tables.

use crate::shell::{Frame, prose};
use crate::table::{Column, Row, table};
use crate::{link, words};
use kedge_floor::OutcomeStanding;
use kedge_model::{AskId, Date, Outcome, Plan, Work};
use maud::{Markup, html};

pub(crate) fn outcomes(frame: &Frame<'_>, outcomes: &[&OutcomeStanding]) -> Markup {
    let organisation = frame.organisation;
    let rows: Vec<Row> = outcomes
        .iter()
        .filter_map(|standing| {
            let outcome: &Outcome = organisation.outcome(&standing.outcome)?;
            let measure = outcome.kpi.as_ref().map(|kpi| {
                let title = organisation.settings().measures.get(&kpi.measure).map(|measure| measure.title.as_str());
                format!("{}: {}", title.unwrap_or(kpi.measure.as_str()), kpi.change)
            });
            Some(Row::new(vec![
                html! {
                    b { (prose(outcome.name())) }
                    small {
                        @for id in organisation.initiatives_of(&outcome.id) {
                            a href=(link::initiative(id)) { (organisation.initiative(id).map_or(id.id().as_str(), |it| it.title.as_str())) } " "
                        }
                    }
                },
                html! {
                    @match measure { Some(measure) => (measure), None => span.soft { "no measure said" } }
                    @if let Some(observed) = &outcome.observed { small { "Seen on " (observed.on.short(frame.as_of)) ": " (observed.change) } }
                },
                html! { @match &outcome.stakeholder { Some(person) => (person.id()), None => span.soft { "nobody" } } },
                html! {
                    @match standing.worth { Some(worth) => { (worth.a_week.rounded()) "/week" small { @if worth.confirmed { "confirmed" } @else { "claimed" } } }, None => span.soft { "–" } }
                },
                html! { @match organisation.due(outcome) { Some(due) => (due.short(frame.as_of)), None => span.soft { "–" } } },
                html! { (words::share(standing.share)) },
            ]))
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #outcomes { "Outcomes" }
            (table(
                "Outcomes",
                &[
                    Column::head("Outcome"),
                    Column::text("Moves"),
                    Column::text("For"),
                    Column::figure("Worth"),
                    Column::figure("Due"),
                    Column::figure("Stands at"),
                ],
                &[],
                &rows,
            ))
        }
    }
}

pub(crate) fn work(frame: &Frame<'_>, plan: &Plan) -> Markup {
    let organisation = frame.organisation;
    let team = plan.id.team();
    let work: Vec<&Work> =
        organisation.parts(&plan.id).work.iter().filter_map(|id| organisation.work_item(id)).collect();
    let rows: Vec<Row> = work
        .iter()
        .map(|work| {
            let after: Vec<String> = work.after.iter().map(|id| id.reference().short_for(team)).collect();
            let gated: Vec<&AskId> = organisation.gating(work.id.reference()).iter().collect();
            Row::new(vec![
                html! { b { (prose(work.name())) } small { code { (work.id.id()) } } },
                html! {
                    @if after.is_empty() { span.soft { "–" } } @else { (kedge_model::listed(&after)) }
                    @for ask in gated { small { "waits for " a href=(link::ask(ask)) { (ask.id()) } } }
                },
                html! {
                    @match (&work.left, &work.effort) {
                        (Some(left), _) if work.done.is_none() => { (left.effort) " left" small { "said on " (left.on.short(frame.as_of)) } },
                        (_, Some(effort)) => (effort),
                        _ => span.soft { "no effort said" },
                    }
                    @if work.crew > 1 { small { (words::counted(work.crew as usize, "person", "people")) " together" } }
                },
                html! { (work_state(work, frame.as_of)) },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #work { "Work" }
            (table("Work", &[Column::head("Item"), Column::text("After"), Column::text("Effort"), Column::text("State")], &[], &rows))
        }
    }
}

fn work_state(work: &Work, as_of: Date) -> String {
    match (work.dropped, work.done, work.started) {
        (Some(on), ..) => format!("dropped on {}", on.short(as_of)),
        (_, Some(on), _) => format!("done on {}", on.short(as_of)),
        (_, _, Some(on)) => format!("started on {}", on.short(as_of)),
        _ => match work.not_before {
            Some(day) if day > as_of => format!("not before {}", day.short(as_of)),
            _ => "to do".into(),
        },
    }
}
