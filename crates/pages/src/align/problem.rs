//! One shared problem: where it was found, what one answer takes against going apart, and where the two cross.

use crate::picture::{BreakEven, BreakEvenPoint, break_even};
use crate::shell::{Frame, Section, headline, page, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::price::{CurvePoint, Price, Range, TeamsToPay, TimeToPay, weeks_of};
use kedge_align::problems::{Found, Problem, Way};
use kedge_model::{Calendar, WorkDays};
use maud::{Markup, html};

/// One problem.
pub fn align_problem(frame: &Frame<'_>, problem: &Problem) -> Markup {
    let calendar = &frame.organisation.settings().calendar;
    let best = problem.best();
    let main = html! {
        (headline(
            &html! { a href=(link::ALIGN) { "Align" } " · " a href=(link::ALIGN_PROBLEMS) { "shared problems" } },
            &format!("{}: {}.", problem.title, problem.verdict.in_words()),
            &html! { (prose(&problem.sentence(calendar))) },
        ))
        @if let Some((_, price)) = best { (pictures(price, calendar)) }
        h2 #found { "Where it was found" }
        ul.plain { @for found in &problem.found { li { (found_in(frame, found)) } } }
        @if problem.ways.iter().any(|way| way.priced.price().is_some()) {
            h2 #ways { "One answer against going apart" }
            (ways(problem, calendar))
        }
        @if let Some((way, price)) = best {
            h2 #figures { "The figures of " (prose(&way.name())) }
            (figures(price, calendar))
            h2 #shares { "What it means for each team" }
            (shares(frame, price, calendar))
        }
    };
    page(frame, Some(Section::Align), &problem.title, &main)
}

fn pictures(price: &Price, calendar: &Calendar) -> Markup {
    let by_teams = match price.by_teams {
        TeamsToPay::From { exact, teams } => Some((exact, format!("pays from {teams} teams on"))),
        TeamsToPay::UpTo { exact, teams } => Some((exact, format!("pays up to {teams} teams"))),
        TeamsToPay::Any | TeamsToPay::Never => None,
    };
    let by_time = match price.by_time {
        TimeToPay::After { weeks } => Some((weeks, format!("has paid after {weeks:.0} weeks"))),
        TimeToPay::Until { weeks } => Some((weeks, format!("pays for {weeks:.0} weeks"))),
        TimeToPay::AtOnce | TimeToPay::Never => None,
    };
    let teams = BreakEven {
        points: points(&price.teams_curve, calendar),
        ticks: price.teams_curve.iter().map(|it| (it.at, team_tick(it.at))).collect(),
        crosses: by_teams,
    };
    let time = BreakEven {
        points: points(&price.time_curve, calendar),
        ticks: vec![
            (0.0, "built".into()),
            (price.horizon_weeks, format!("{:.0} weeks on", price.horizon_weeks)),
        ],
        crosses: by_time,
    };
    html! {
        div.pair {
            figure {
                figcaption { "By the number of teams, over " (format!("{:.0}", price.horizon_weeks)) " weeks" }
                (break_even(&teams, &teams_label(price, calendar)))
            }
            figure {
                figcaption { "By time, with the " (price.adopters.len()) " teams named" }
                (break_even(&time, &time_label(price, calendar)))
            }
        }
        p.foot {
            "Solid: each on its own. Hatched: one answer for all. Lines are medians, of ten cases eight lie within the band. It pays "
            (price.by_teams.in_words()) ", and " (price.by_time.in_words()) "."
            @if let Some(hinge) = &price.hinge { " It hangs most on " (hinge.in_words(calendar)) "." }
        }
    }
}

fn team_tick(teams: f64) -> String {
    if (teams - 1.0).abs() < 0.5 { "1 team".into() } else { format!("{teams:.0}") }
}

fn points(curve: &[CurvePoint], calendar: &Calendar) -> Vec<BreakEvenPoint> {
    let weeks = |range: &Range| [range.p10, range.p50, range.p90].map(|days| days.0 / calendar.days_a_week());
    let point = |it: &CurvePoint| BreakEvenPoint {
        at: it.at,
        apart: weeks(&it.apart),
        together: weeks(&it.together),
    };
    curve.iter().map(point).collect()
}

/// The picture in words, for who does not see it.
fn teams_label(price: &Price, calendar: &Calendar) -> String {
    let said = price.teams_curve.iter().map(|it| {
        let [apart, together] = [it.apart.mean, it.together.mean].map(|days| weeks_of(days, calendar));
        format!("{}: apart {apart}, together {together}", team_tick(it.at))
    });
    format!("Person-weeks by the number of teams. {}", said.collect::<Vec<_>>().join("; "))
}

fn time_label(price: &Price, calendar: &Calendar) -> String {
    let said = price.time_curve.iter().step_by(4).map(|it| {
        let [apart, together] = [it.apart.mean, it.together.mean].map(|days| weeks_of(days, calendar));
        format!("after {:.0} weeks: apart {apart}, together {together}", it.at)
    });
    format!("Person-weeks by time. {}", said.collect::<Vec<_>>().join("; "))
}

fn found_in(frame: &Frame<'_>, found: &Found) -> Markup {
    let organisation = frame.organisation;
    html! {
        @match found {
            Found::Proposal { proposal, problem } => {
                a href=(link::proposal(proposal)) { (proposal) } ": " (prose(problem))
            }
            Found::Asks { to, asks, because } => {
                "Asked of " a href=(link::team(to)) { (say::team(organisation, to)) } ": "
                @for (at, ask) in asks.iter().enumerate() { @if at > 0 { ", " } a href=(link::ask(ask)) { (ask) } }
                @if !because.is_empty() { small { (because) } }
            }
            Found::OwnAnswer { ask, .. } => {
                a href=(link::ask(ask)) { (prose(&found.in_words(frame.as_of))) }
            }
            Found::Code { shown_by, .. } => {
                (words::capital(&found.in_words(frame.as_of)))
                @for place in shown_by.iter().take(3) {
                    small {
                        code { (place.repository) ":" (place.file) @if let Some(line) = place.line { ":" (line) } }
                        " at " code { (place.commit) }
                    }
                }
            }
        }
    }
}

fn ways(problem: &Problem, calendar: &Calendar) -> Markup {
    let rows: Vec<Row> = problem.ways.iter().map(|way| way_row(problem, way, calendar)).collect();
    html! {
        (table(
            "Ways to one answer",
            &[
                Column::head("Way"),
                Column::figure("Apart"),
                Column::figure("Together"),
                Column::figure("Pays in"),
                Column::text("With teams"),
                Column::text("After"),
            ],
            &[],
            &rows,
        ))
        p.foot { "Person-weeks: the mean, and between which of ten cases eight lie. Pays in: cases of 100." }
    }
}

fn way_row(problem: &Problem, way: &Way, calendar: &Calendar) -> Row {
    let is_best = problem.best().is_some_and(|(best, _)| best.id == way.id);
    let head = html! { @if is_best { b { (prose(&words::capital(&way.what))) } } @else { (prose(&words::capital(&way.what))) } @if !way.is_asked { small { code { (way.id) } } } };
    let Some(price) = way.priced.price() else {
        let soft = || html! { span.soft { "–" } };
        return Row::new(vec![
            head,
            soft(),
            soft(),
            soft(),
            html! { span.soft { "not enough known" } },
            soft(),
        ]);
    };
    Row::new(vec![
        head,
        range(&price.apart, calendar),
        range(&price.together, calendar),
        html! { (price.cases_in_words()) },
        html! { (price.by_teams.in_words()) },
        html! { (price.by_time.in_words()) },
    ])
}

fn range(range: &Range, calendar: &Calendar) -> Markup {
    let [mean, low, high] = [range.mean, range.p10, range.p90].map(|days| weeks_of(days, calendar));
    html! { (mean) @if low != high { small { (low) " to " (high) } } }
}

fn figures(price: &Price, calendar: &Calendar) -> Markup {
    let rows: Vec<Row> = price
        .figures
        .iter()
        .enumerate()
        .map(|(at, figure)| {
            let detail = format!("{}: {}", words::capital(figure.source.word()), figure.source.detail());
            Row::new(vec![
                html! { (words::capital(&figure.input.in_words())) },
                html! { (figure.stated) },
                html! { (detailed(&format!("figure-{at}"), &weeks_of(figure.mean, calendar), &detail)) },
                html! { span.soft { (figure.source.word()) } },
            ])
        })
        .collect();
    let unsaid: Vec<String> = price.unsaid.iter().map(kedge_align::price::PriceInput::in_words).collect();
    html! {
        (table(
            "Figures",
            &[Column::head("Figure"), Column::text("As stated"), Column::figure("Person-weeks"), Column::text("From")],
            &[],
            &rows,
        ))
        @if !unsaid.is_empty() { p.foot { "Nobody says, and counted as nothing: " (unsaid.join("; ")) "." } }
    }
}

fn shares(frame: &Frame<'_>, price: &Price, calendar: &Calendar) -> Markup {
    let loses: Vec<_> = price.fans_out_to().collect();
    let lost: f64 = loses.iter().map(|share| -share.gains().0).sum();
    let rows: Vec<Row> = price
        .shares
        .iter()
        .map(|share| {
            Row::new(vec![
                html! { a href=(link::team(&share.team)) { (words::capital(say::team(frame.organisation, &share.team))) } },
                html! { (weeks_of(share.saves, calendar)) },
                html! { (weeks_of(share.takes_on, calendar)) },
                html! { (weeks_of(share.gains(), calendar)) },
            ])
        })
        .collect();
    html! {
        (table(
            "What it means for each team",
            &[Column::head("Team"), Column::figure("Saves"), Column::figure("Takes on"), Column::figure("Gains")],
            &[],
            &rows,
        ))
        p.foot {
            "Person-weeks, on average. Who builds it takes on building, keeping and agreeing. "
            @if loses.is_empty() { "No adopter takes on more than it saves." } @else {
                "Its cost fans out: " (words::number_of(loses.len(), "adopter takes", "adopters take")) " on more than "
                @if loses.len() == 1 { "it saves" } @else { "they save" }
                ", " (weeks_of(WorkDays(lost), calendar)) " together. Do their part for them, make it smaller, or leave them apart."
            }
        }
    }
}
