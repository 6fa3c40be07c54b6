//! Asks in a list: what hangs on each, its odds, the way on; and the detours that were taken.

use crate::shell::{Frame, Section, empty, headline, page, prose};
use crate::source::sourced;
use crate::table::{Column, Row, table};
use crate::ways::progress;
use crate::{link, say, words};
use kedge_floor::{Opens, Standing, Status};
use kedge_forecast::{AskForecast, DecideBy, Forecast, LandsBy};
use kedge_model::{Ask, AskId, AskState, Date, Money, Probability, Share};
use maud::{Markup, html};

/// Asks are listed up to here; the rest is found by name.
const LISTED: usize = 500;

/// An open ask with what hangs on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighed<'a> {
    ask: &'a AskId,
    /// Value a week that is lost if it never lands, its fallbacks being taken; `None` where nobody said a value.
    at_stake: Option<Money>,
    /// Cases in which an outcome waits for it last of all.
    waits: Option<Probability>,
}

impl<'a> Weighed<'a> {
    /// Which ask.
    pub(crate) fn ask(&self) -> &'a AskId {
        self.ask
    }
}

/// The open asks that hold up anything, the weightiest first.
pub(crate) fn by_weight<'a>(standing: &'a Standing, forecast: Option<&Forecast>) -> Vec<Weighed<'a>> {
    let mut asks: Vec<Weighed<'a>> = standing
        .asks
        .iter()
        .filter_map(|it| {
            let held = || {
                standing
                    .outcomes
                    .iter()
                    .filter(|outcome| outcome.status == Status::Planned)
                    .flat_map(|outcome| outcome.holds.iter().map(move |hold| (outcome, hold)))
                    .filter(|(_, hold)| hold.ask == it.ask)
            };
            held().next()?;
            let lost = |(outcome, hold): (&kedge_floor::OutcomeStanding, &kedge_floor::Hold)| {
                outcome.worth.map(|worth| worth.a_week * hold.keeps.complement().get())
            };
            let at_stake = held().filter_map(lost).reduce(|a, b| a + b);
            let waits = forecast
                .and_then(|forecast| forecast.plan(&it.plan)?.ask(&it.ask))
                .map(|ask| ask.waits.share);
            Some(Weighed { ask: &it.ask, at_stake, waits })
        })
        .collect();
    let money = |weighed: &Weighed<'_>| weighed.at_stake.map_or(0.0, Money::amount);
    let waits = |weighed: &Weighed<'_>| weighed.waits.map_or(0.0, Probability::get);
    asks.sort_by(|a, b| {
        money(b)
            .total_cmp(&money(a))
            .then_with(|| waits(b).total_cmp(&waits(a)))
            .then_with(|| a.ask.cmp(b.ask))
    });
    asks
}

/// Who reads a list of asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The team that asks, or is asked: it sees how likely each is to land.
    Between,
    /// Everybody: the odds of a team are not theirs to see, nor how often an outcome waits for it, which follows from them.
    Everybody,
}

/// Asks in a table: who is asked, where it stands, the way on, what hangs on it; its odds for those whom they concern.
pub(crate) fn table_of(
    frame: &Frame<'_>,
    asks: &[Weighed<'_>],
    forecast: Option<&Forecast>,
    reader: Reader,
) -> Markup {
    let between = reader == Reader::Between;
    let mut columns = vec![Column::head("Ask"), Column::text("Asked of")];
    columns.extend(between.then_some(Column::figure("Lands as wanted")));
    columns.extend([Column::text("Way on"), Column::figure("Decide by")]);
    columns.extend(between.then_some(Column::figure("Waits for it")));
    columns.push(Column::figure("Lost without it"));
    let rows: Vec<Row> = asks
        .iter()
        .filter_map(|weighed| {
            Some(row(frame, weighed, forecast, frame.organisation.ask(weighed.ask)?, between))
        })
        .collect();
    table("Open asks", &columns, &[], &rows)
}

fn row(
    frame: &Frame<'_>,
    weighed: &Weighed<'_>,
    forecast: Option<&Forecast>,
    ask: &Ask,
    between: bool,
) -> Row {
    let organisation = frame.organisation;
    let of_ask = forecast.and_then(|forecast| forecast.plan(&ask.plan)?.ask(&ask.id));
    let state = organisation.ask_state(ask);
    let none = || html! { span.soft { "–" } };
    let way_on = organisation.first_self_reliant(ask).and_then(|at| ask.fallbacks.get(at));
    let mut cells = vec![
        html! { a href=(link::ask(&ask.id)) { (ask.id) } small { (prose(&ask.what)) } },
        html! { (words::capital(say::team(organisation, &ask.to))) small { (say::ask_state(&state, frame.as_of)) } },
    ];
    if between {
        cells.push(of_ask.and_then(odds).unwrap_or_else(none));
    }
    cells.extend([
        match way_on {
            Some(fallback) => {
                html! { (prose(&say::fallback(organisation, ask, fallback))) small { (keeps(fallback.keeps)) } }
            }
            None if ask.fallbacks.is_empty() => html! { span.late { "none" } },
            None => html! { span.late { "only ways that lean on others" } },
        },
        match of_ask.map(|of_ask| &of_ask.decide_by) {
            Some(decide_by) => decide_by_words(decide_by, frame.as_of),
            None => none(),
        },
    ]);
    if between {
        cells.push(weighed.waits.map_or_else(none, |waits| html! { (words::percent(waits)) }));
    }
    cells.push(match weighed.at_stake {
        Some(money) if money > Money::ZERO => html! { (money.rounded()) "/week" },
        Some(_) => html! { "0" },
        None => none(),
    });
    Row::new(cells)
}

/// The chance to land by the wanted day, with its source; what else decides it where there is no such chance.
fn odds(ask: &AskForecast) -> Option<Markup> {
    let id = format!("odds-{}", ask.ask);
    match &ask.lands_by {
        LandsBy::Landed(_) => return Some(html! { "landed" }),
        LandsBy::Dead => return Some(html! { span.late { "never" } }),
        _ => {}
    }
    let chance = ask.by_wanted?;
    Some(match ask.sources.first() {
        Some(source) => sourced(&id, &words::percent(chance.share), source),
        None => html! { (words::percent(chance.share)) },
    })
}

fn keeps(keeps: Share) -> String {
    if keeps == Share::ONE { "keeps all of it".into() } else { format!("keeps {}", words::share(keeps)) }
}

fn decide_by_words(decide_by: &DecideBy, as_of: Date) -> Markup {
    html! {
        @match decide_by {
            DecideBy::On(day) => (words::short_day(*day, as_of)),
            DecideBy::TooLate { .. } => span.late { "too late" },
            DecideBy::NoDue => span.soft { "no due date" },
            DecideBy::NoFallback => span.late { "no way on" },
            DecideBy::Taken => span.stands { "taken" },
            DecideBy::NotNeeded => span.soft { "–" },
            DecideBy::TooLittleData(_) => span.soft { "too little data" },
        }
    }
}

/// Every open ask, and those that are settled.
pub fn asks(frame: &Frame<'_>, standing: &Standing, forecast: Option<&Forecast>) -> Markup {
    let organisation = frame.organisation;
    let open = by_weight(standing, None);
    let settled: Vec<&Ask> =
        organisation.asks().filter(|ask| !open.iter().any(|weighed| weighed.ask == &ask.id)).collect();
    let unanswered = open
        .iter()
        .filter_map(|weighed| organisation.ask(weighed.ask))
        .filter(|ask| matches!(organisation.ask_state(ask), AskState::Unanswered { .. }))
        .count();
    let no_way_on = open
        .iter()
        .filter(|weighed| {
            standing.ask(weighed.ask).is_some_and(|it| matches!(it.opens, Opens::Nothing { .. }))
        })
        .count();
    let answer = match (open.len(), no_way_on) {
        (0, _) => "Nothing waits for another team.".to_owned(),
        (open, 0) => format!(
            "{}, each with a way on.",
            words::capital(&words::number_of(open, "open ask", "open asks"))
        ),
        (open, lost) => format!(
            "{}, {} without a way on.",
            words::capital(&words::number_of(open, "open ask", "open asks")),
            words::number(lost)
        ),
    };
    let settled_rows: Vec<Row> = settled
        .iter()
        .take(LISTED)
        .map(|ask| {
            Row::new(vec![
                html! { a href=(link::ask(&ask.id)) { (ask.id) } small { (prose(&ask.what)) } },
                html! { (words::capital(say::team(organisation, &ask.to))) },
                html! { (words::capital(&say::ask_state(&organisation.ask_state(ask), frame.as_of))) },
            ])
        })
        .collect();
    let main = html! {
        (headline(&html! { "Asks" }, &answer, &html! {
            @if unanswered > 0 { (words::capital(&words::number(unanswered))) " without an answer yet. " }
            "An answer is evidence for the odds, never a guarantee; a way on is what makes a plan stand."
        }))
        @if open.is_empty() && settled.is_empty() {
            (empty("There is no ask in these files.", "An ask says what a plan waits for, from whom, and what is done if it never comes.", Some("kedge new ask TEAM/ASK --to TEAM --gates WORK")))
        }
        @if !open.is_empty() {
            (table_of(frame, &open[..open.len().min(LISTED)], forecast, Reader::Everybody))
            @if open.len() > LISTED { p { "And " (open.len() - LISTED) " more, on which less hangs: " a href=(link::FIND) { "find one by name" } "." } }
            p.foot { "Lost without it: value a week that the way on does not keep. How likely an ask is to land stands on its own page, for who asks and who is asked." }
        }
        (detours(frame))
        @if !settled_rows.is_empty() {
            h2 { "Settled, or holding nothing up" }
            (table("Asks that hold nothing up", &[Column::head("Ask"), Column::text("Asked of"), Column::text("State")], &[], &settled_rows))
        }
    };
    page(frame, Some(Section::Asks), "Asks", &main)
}

/// Fallbacks that were taken and are there: each is a debt with an age, a price and a way out.
fn detours(frame: &Frame<'_>) -> Markup {
    let organisation = frame.organisation;
    let as_of = frame.as_of;
    let rows: Vec<Row> = organisation
        .asks()
        .flat_map(|ask| ask.fallbacks.iter().filter(|it| it.is_live() || it.is_running()).map(move |it| (ask, it)))
        .take(LISTED)
        .map(|(ask, fallback)| {
            let landed = organisation.ask_state(ask).is_open();
            Row::new(vec![
                html! {
                    b { (prose(&say::fallback(organisation, ask, fallback))) }
                    small { (say::team(organisation, ask.id.team())) ", for " a href=(link::ask(&ask.id)) { (ask.id) } }
                },
                html! {
                    (progress(fallback, as_of).unwrap_or_default())
                    @if landed { small.stands { "what it stands in for has landed: it can be left" } }
                },
                html! { (words::share(fallback.keeps)) },
                html! {
                    @match &fallback.migrate {
                        Some(migrate) => (migrate),
                        None => span.late[!fallback.kind.is_immediate()] { "no way out" },
                    }
                },
                html! {
                    @match fallback.expires {
                        Some(day) => span.late[day < as_of] { (day.short(as_of)) },
                        None => span.soft { "–" },
                    }
                },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #detours { "Detours taken" }
            (table(
                "Fallbacks that were taken",
                &[
                    Column::head("Detour"),
                    Column::text("State"),
                    Column::figure("Keeps"),
                    Column::figure("To leave"),
                    Column::figure("Expires"),
                ],
                &[],
                &rows,
            ))
        }
    }
}
