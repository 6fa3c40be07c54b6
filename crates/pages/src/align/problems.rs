//! The problems that several teams solve each for themselves, in a list.

use crate::shell::{Frame, Section, empty, headline, page};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::price::weeks_of;
use kedge_align::problems::{Problem, Problems, Verdict};
use maud::{Markup, html};

/// The list.
pub fn align_problems(frame: &Frame<'_>, problems: &Problems) -> Markup {
    let main = html! {
        (headline(&html! { a href=(link::ALIGN) { "Align" } " · shared problems" }, &problems.headline(), &html! {
            "Found in proposals, in asks that are one need, in what teams made of their own instead"
            @if problems.code_is_read { ", and in code." }
            @else { ". No survey has looked for what code solves twice: " code { "kedge survey" } " adds that." }
        }))
        @if problems.problems.is_empty() {
            (empty(
                "Nothing is known that several teams solve each for themselves.",
                "Where asks of several teams are one need, or somebody proposes one answer, this page says what it takes against going apart.",
                Some("kedge new proposal TEAM/PROPOSAL"),
            ))
        } @else {
            (listed(frame, problems))
        }
    };
    page(frame, Some(Section::Align), "Shared problems", &main)
}

fn listed(frame: &Frame<'_>, problems: &Problems) -> Markup {
    let rows: Vec<Row> = problems.problems.iter().map(|problem| row(frame, problem)).collect();
    let horizon = problems.problems.iter().find_map(|problem| Some(problem.best()?.1.horizon_weeks));
    html! {
        (table(
            "Shared problems",
            &[
                Column::head("Problem"),
                Column::text("Teams"),
                Column::text("What follows"),
                Column::figure("Apart"),
                Column::figure("Together"),
                Column::figure("Pays in"),
            ],
            &[],
            &rows,
        ))
        p.foot {
            "Apart and together: person-weeks"
            @if let Some(weeks) = horizon { " over " (format!("{weeks:.0}")) " weeks" }
            ", on average. Pays in: the cases of 100 in which together takes less. What is left apart by decision: "
            (problems.counts.decided_apart) "."
        }
    }
}

fn row(frame: &Frame<'_>, problem: &Problem) -> Row {
    let calendar = &frame.organisation.settings().calendar;
    let teams: Vec<&str> = problem.teams.iter().map(|team| say::team(frame.organisation, team)).collect();
    let soft = || html! { span.soft { "–" } };
    let [apart, together, pays] = problem.best().map_or([soft(), soft(), soft()], |(_, price)| {
        [
            weeks_of(price.apart.mean, calendar),
            weeks_of(price.together.mean, calendar),
            price.cases_in_words(),
        ]
        .map(|figure| html! { (figure) })
    });
    Row::new(vec![
        html! { a href=(link::problem(&problem.id)) { (problem.title) } small { code { (problem.id) } } },
        html! { (words::capital(&kedge_model::listed(&teams))) },
        html! { span.stands[matches!(problem.verdict, Verdict::Pays { .. })] { (words::capital(&problem.verdict.in_words())) } },
        apart,
        together,
        pays,
    ])
}
