//! What local order costs: the orders side by side, the swaps that win most, the best order and the lines that adopt it.

use crate::shell::{Frame, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_decide::order::{amount, differs, order_headline, order_name, rank_line, swap_sentence, weeks};
use kedge_forecast::order::{OrderComparison, OrderForecast, OrderKind, OrderValue, Place, RankLine, Swaps};
use maud::{Markup, html};

/// The section of the council's page; where the answer is not there yet, that it is being worked out.
pub(crate) fn section(frame: &Frame<'_>, order: Option<&OrderForecast>) -> Markup {
    html! {
        h2 #order { "What local order costs" }
        @match order {
            None => p.soft role="status" { "The search for a better order is running. This page shows it when it has ended." }
            Some(answer) => {
                p { b { (order_headline(answer)) } }
                @match answer {
                    OrderForecast::Compared(comparison) => (compared(frame, comparison)),
                    OrderForecast::NoValue => p.soft { "A line like " code { "value = \"40k/week\"" } " under an outcome says what it is worth; then this says which order wins most." },
                    OrderForecast::TooLittleData(lacks) => p {
                        @for lack in lacks { (prose(&words::sentence(&say::lack(lack)))) " " }
                        "With that, this says which order wins most."
                    },
                    OrderForecast::NothingToOrder => {},
                }
            }
        }
    }
}

fn compared(frame: &Frame<'_>, comparison: &OrderComparison) -> Markup {
    html! {
        (table(
            "Orders of work, against each team's own rank",
            &[Column::head("Order"), Column::picture("Wins over own ranks"), Column::figure("Wins"), Column::figure("Net value")],
            &[],
            &orders(comparison),
        ))
        p.foot {
            "Net value of the whole organisation, every plan as planned, on the same random numbers; the thin line is two standard errors either way. "
            (comparison.trials) " trials; the search tried " (words::counted(comparison.search.tried as usize, "order", "orders"))
            " on " (comparison.search.trials) " others. "
            @if comparison.search.cut_short { "The search stopped with more to try. " }
            "An order stays as it is through a trial and through all of them."
        }
        @if let Some(found) = &comparison.swaps { (swaps(frame, comparison, found)) }
        (best(frame, comparison))
    }
}

fn orders(comparison: &OrderComparison) -> Vec<Row> {
    let reach = |order: &OrderValue| (order.over_local.mean.amount(), 2.0 * order.over_local.error.amount());
    let ends = comparison.orders.iter().map(reach);
    let low = ends.clone().map(|(mean, error)| mean - error).fold(0.0, f64::min);
    let high = ends.map(|(mean, error)| mean + error).fold(0.0, f64::max);
    let at = |x: f64| format!("{:.1}%", if high > low { (x - low) / (high - low) * 100.0 } else { 0.0 });
    let row = |order: &OrderValue| {
        let (mean, error) = reach(order);
        let name = words::capital(order_name(order.kind));
        let wins =
            if order.kind == OrderKind::Local { "–".into() } else { words::signed(order.over_local.mean) };
        Row::new(vec![
            html! { @if order.kind == comparison.best { b { (name) } } @else { (name) } },
            html! {
                svg width="100%" height="18" role="img" aria-label=(format!("{name}: {wins}")) {
                    line.axis-line x1=(at(0.0)) x2=(at(0.0)) y1="0" y2="18" {}
                    rect.hatched x=(at(mean.min(0.0))) y="4" width=(format!("{:.1}%", if high > low { mean.abs() / (high - low) * 100.0 } else { 0.0 })) height="10" rx="3" {}
                    line.p80 x1=(at(mean - error)) x2=(at(mean + error)) y1="9" y2="9" {}
                }
            },
            detailed(
                &format!("order-{}", order.kind as usize),
                &wins,
                &format!(
                    "± {}: two standard errors, by {} trials",
                    (order.over_local.error * 2.0).rounded(),
                    comparison.trials
                ),
            ),
            html! { (order.net.mean.rounded()) },
        ])
    };
    comparison.orders.iter().map(row).collect()
}

fn swaps(frame: &Frame<'_>, comparison: &OrderComparison, found: &Swaps) -> Markup {
    let cost = comparison.recorded_costs.net;
    let number = if found.swaps.len() == 1 { "One swap wins " } else { "Two swaps win " };
    // Of two swaps in one rank the second line holds both.
    let last = |index: usize, team| found.swaps[index + 1..].iter().all(|later| &later.line.team != team);
    html! {
        h3 { (number) (amount(found.together)) " of the " (cost.mean.rounded()) " that the order as recorded costs" }
        ol {
            @for swap in &found.swaps {
                li { (prose(&words::capital(&swap_sentence(frame.organisation, swap)))) ": wins " b { (amount(swap.gain)) } "." }
            }
        }
        @for (index, swap) in found.swaps.iter().enumerate() {
            @if last(index, &swap.line.team) { (line(&swap.line)) }
        }
    }
}

fn line(line: &RankLine) -> Markup {
    let (path, text) = rank_line(line);
    html! { p.soft { (path) } pre { code { (text) } } }
}

fn best(frame: &Frame<'_>, comparison: &OrderComparison) -> Markup {
    let titles = [
        Column::figure("Place"),
        Column::head("Outcome"),
        Column::figure("A week of delay"),
        Column::figure("Work left"),
        Column::figure("By cost over effort"),
        Column::figure("P80"),
        Column::figure("Sooner than recorded"),
    ];
    let rows: Vec<Row> =
        comparison.places.iter().enumerate().map(|(at, place)| row(frame, comparison, at, place)).collect();
    let unvalued: Vec<String> = comparison.unvalued.iter().map(|id| format!("`{id}`")).collect();
    html! {
        h3 { "The best order" @if comparison.best != OrderKind::Found { ": " (order_name(comparison.best)) } }
        p {
            "An outcome stands where it does for what a week of its delay costs and the work it still needs, in all teams. "
            "Where the place differs from the one by cost over effort, trials of the whole organisation say so."
        }
        (table("The best order", &titles, &[], &rows))
        @if !unvalued.is_empty() {
            p.foot { "Without a value, so behind all these, as ranked now: " (prose(&kedge_model::listed(&unvalued))) "." }
        }
        @if !comparison.lacks.is_empty() {
            p.foot { "Left out: " @for lack in &comparison.lacks { (prose(&words::sentence(&say::lack(lack)))) " " } }
        }
        @if let Some(adoption) = &comparison.adoption {
            details {
                summary { "The lines that adopt it: they win " (amount(adoption.gain)) }
                @for one in &adoption.lines { (line(one)) }
                @if !adoption.no_longer_spared.is_empty() {
                    @let asks: Vec<String> = adoption.no_longer_spared.iter().map(|ask| format!("`{ask}`")).collect();
                    p { "No longer in the council's rank, so not spared from shifts in priority: " (prose(&kedge_model::listed(&asks))) "." }
                }
            }
        }
    }
}

fn row(frame: &Frame<'_>, comparison: &OrderComparison, at: usize, place: &Place) -> Row {
    let outcome = frame.organisation.outcome(&place.outcome);
    let p80 = comparison.order(comparison.best).and_then(|order| {
        let dates = order.outcomes.iter().find(|it| it.outcome == place.outcome)?;
        Some((say::when(dates.p80.at, frame.as_of), say::known(dates.p80, frame.as_of, comparison.trials)))
    });
    let sooner = comparison.recorded_costs.outcomes.iter().find(|it| it.outcome == place.outcome);
    Row::new(vec![
        html! { (at + 1) },
        html! {
            @match outcome {
                Some(outcome) => a href=(link::plan(&outcome.plan)) { (prose(outcome.name())) },
                None => code { (place.outcome) },
            }
            small { (words::capital(say::team(frame.organisation, place.outcome.team()))) }
        },
        html! { (place.cost_of_delay.rounded()) @if !place.confirmed { small { "claimed" } } },
        html! { (weeks(place.weeks_left)) },
        html! { (place.by_cost_of_delay) },
        match p80 {
            Some((day, known)) => detailed(&format!("order-p80-{at}"), &day, &known),
            None => html! { span.soft { "–" } },
        },
        match sooner.filter(|it| differs(it.weeks)) {
            Some(it) => detailed(
                &format!("order-sooner-{at}"),
                &weeks(it.weeks.mean),
                &format!(
                    "± {}: two standard errors, by {} trials",
                    weeks(it.weeks.error * 2.0),
                    comparison.trials
                ),
            ),
            None => html! { span.soft { "–" } },
        },
    ])
}
