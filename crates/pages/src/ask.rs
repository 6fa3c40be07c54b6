//! Asks: the list, and for one ask what to do about it, with the ways on side by side.

use crate::picture::{Curve, Mark, curve};
use crate::shell::{Frame, Section, act, dotted, empty, headline, page, prose, token};
use crate::source::{anchor, detailed, sourced};
use crate::table::{Column, Row, table};
use crate::{link, next, say, words};
use kedge_decide::{Costs, Criterion, Decision, Next, Way, WayOn};
use kedge_floor::{Opens, Standing, Status};
use kedge_forecast::{AskForecast, BestStart, DecideBy, Forecast, LandsBy, NeededBy, PlanForecast};
use kedge_model::{
    Ask, AskId, AskState, Date, Fallback, HostState, Money, NeedRelation, Organisation, Probability, Share,
    Word,
};
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

/// Asks in a table: who is asked, where it stands, its odds, the way on, what hangs on it.
pub(crate) fn table_of(frame: &Frame<'_>, asks: &[Weighed<'_>], forecast: Option<&Forecast>) -> Markup {
    let rows: Vec<Row> = asks
        .iter()
        .filter_map(|weighed| Some(row(frame, weighed, forecast, frame.organisation.ask(weighed.ask)?)))
        .collect();
    table(
        "Open asks",
        &[
            Column::head("Ask"),
            Column::text("Asked of"),
            Column::figure("Lands as wanted"),
            Column::text("Way on"),
            Column::figure("Decide by"),
            Column::figure("Waits for it"),
            Column::figure("Lost without it"),
        ],
        &[],
        &rows,
    )
}

fn row(frame: &Frame<'_>, weighed: &Weighed<'_>, forecast: Option<&Forecast>, ask: &Ask) -> Row {
    let organisation = frame.organisation;
    let of_ask = forecast.and_then(|forecast| forecast.plan(&ask.plan)?.ask(&ask.id));
    let state = organisation.ask_state(ask);
    let none = || html! { span.soft { "–" } };
    let way_on = organisation.first_self_reliant(ask).and_then(|at| ask.fallbacks.get(at));
    Row::new(vec![
        html! { a href=(link::ask(&ask.id)) { (ask.id) } small { (prose(&ask.what)) } },
        html! { (words::capital(say::team(organisation, &ask.to))) small { (say::ask_state(&state, frame.as_of)) } },
        match of_ask {
            Some(of_ask) => odds(of_ask).unwrap_or_else(none),
            None => none(),
        },
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
        weighed.waits.map_or_else(none, |waits| html! { (words::percent(waits)) }),
        match weighed.at_stake {
            Some(money) if money > Money::ZERO => html! { (money.rounded()) "/week" },
            Some(_) => html! { "0" },
            None => none(),
        },
    ])
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
    let open = by_weight(standing, forecast);
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
            (table_of(frame, &open[..open.len().min(LISTED)], forecast))
            @if open.len() > LISTED { p { "And " (open.len() - LISTED) " more, on which less hangs: " a href=(link::FIND) { "find one by name" } "." } }
            p.foot { "Waits for it: the cases in which an outcome of the plan waits for this ask last of all. Lost without it: value a week that the way on does not keep." }
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

/// The page of one ask: what to do about it, for who asks; what a "no" costs, for who is asked.
pub fn ask_page(
    frame: &Frame<'_>,
    standing: &Standing,
    plan: Option<&PlanForecast>,
    decision: Option<&Decision>,
    next: &Next,
    ask: &Ask,
) -> Markup {
    let organisation = frame.organisation;
    let state = organisation.ask_state(ask);
    let to = say::team(organisation, &ask.to);
    let answer = match decision.and_then(Decision::recommendation) {
        _ if state.is_open() => {
            format!("{}.", words::capital(&format!("{to}: {}", say::ask_state(&state, frame.as_of))))
        }
        Some(way) => words::sentence(&heading(way)),
        None => standing.ask(&ask.id).map_or_else(
            || words::sentence(&say::ask_state(&state, frame.as_of)),
            |it| it.sentence(frame.as_of),
        ),
    };
    let above = dotted(&[
        html! { a href=(link::team(ask.id.team())) { (words::capital(say::team(organisation, ask.id.team()))) } " asks " a href=(link::team(&ask.to)) { (to) } },
        html! { "for " a href=(link::plan(&ask.plan)) { (prose(say::plan(organisation, &ask.plan))) } },
    ]);
    let items: Vec<_> = next.items.iter().filter(|item| item.ask == ask.id).collect();
    let main = html! {
        (headline(&above, &answer, &html! {
            b { (prose(&ask.what)) }
            @if let Some(why) = &ask.why { ". " (prose(&words::sentence(why))) }
            @if let Some(decision) = decision { " " (prose(&decision.why)) }
        }))
        (section(frame, standing, plan, decision, ask, false))
        @if !items.is_empty() { (next::list(frame, "What wants doing", &items, next.timed, 5)) }
        (answers(frame, ask))
    };
    page(frame, Some(Section::Asks), &ask.id.to_string(), &main)
}

/// An ask within a page: its worth by start, its odds and chain, its ways on.
pub(crate) fn section(
    frame: &Frame<'_>,
    standing: &Standing,
    plan: Option<&PlanForecast>,
    decision: Option<&Decision>,
    ask: &Ask,
    titled: bool,
) -> Markup {
    let organisation = frame.organisation;
    let of_ask = plan.and_then(|plan| plan.ask(&ask.id));
    html! {
        @if titled {
            h2 id=(format!("ask-{}", anchor(&ask.id.to_string()))) {
                a href=(link::ask(&ask.id)) { (ask.id) }
                " " span.soft { "to " (say::team(organisation, &ask.to)) " · " (prose(&ask.what)) }
            }
        }
        div.pair {
            @if let Some(figure) = start_figure(frame, of_ask, ask) { (figure) }
            (card(frame, standing, of_ask, ask))
        }
        @if !ask.fallbacks.is_empty() { (chain(frame, standing, of_ask, ask, titled)) }
        @if let Some(decision) = decision { (ways(frame, decision, ask, titled)) }
    }
}

/// What starting the detour is worth, by the day it starts.
fn start_figure(frame: &Frame<'_>, of_ask: Option<&AskForecast>, ask: &Ask) -> Option<Markup> {
    let of_ask = of_ask?;
    let BestStart::On { date, curve: starts, trials, .. } = &of_ask.best_start else { return None };
    // Against starting at decide-by, or, where there is none, against the latest start that was tried.
    let reference = of_ask
        .decide_by
        .date()
        .and_then(|day| starts.iter().rev().find(|start| start.date <= day))
        .or(starts.last())?;
    let base = reference.behind_best.mean;
    let points: Vec<_> = starts
        .iter()
        .map(|start| (start.date, start.behind_best.mean - base, start.behind_best.error))
        .collect();
    if points.len() < 2 {
        return None;
    }
    let name = standing_fallback(frame.organisation, ask)
        .map_or_else(|| "the detour".to_owned(), |fallback| say::fallback(frame.organisation, ask, fallback));
    let drawn = Curve {
        points,
        best: Some(Mark {
            day: *date,
            name: format!("best start: {}", words::short_day(*date, frame.as_of)),
        }),
        decide_by: of_ask
            .decide_by
            .date()
            .map(|day| Mark { day, name: format!("decide-by {}", words::short_day(day, frame.as_of)) }),
    };
    let label = format!(
        "What starting “{name}” is worth, by the day it starts. The best start is {}.",
        words::day(*date, frame.as_of)
    );
    Some(html! {
        figure {
            (curve(&drawn, &label))
            figcaption {
                "Worth of starting “" (prose(&name)) "”, by the day it starts, against starting it "
                @if of_ask.decide_by.date().is_some() { "at decide-by" } @else { "last" }
                ". The band is two standard errors; " (trials) " trials a day."
            }
        }
    })
}

fn standing_fallback<'a>(organisation: &Organisation, ask: &'a Ask) -> Option<&'a Fallback> {
    ask.fallbacks.get(organisation.first_self_reliant(ask)?)
}

/// Where it stands, its odds, what is lost, and what can be recorded about it.
fn card(frame: &Frame<'_>, standing: &Standing, of_ask: Option<&AskForecast>, ask: &Ask) -> Markup {
    let organisation = frame.organisation;
    let as_of = frame.as_of;
    let state = organisation.ask_state(ask);
    let to = words::capital(say::team(organisation, &ask.to));
    html! {
        div.card {
            p {
                b {
                    @if state == AskState::NeverAsked { "Nobody has asked " (to) " yet." } @else { (to) ": " (say::ask_state(&state, as_of)) "." }
                }
                @if let AskState::Countered { offer, by, .. } = &state {
                    " The offer: " (prose(&words::sentence(offer)))
                    @if let Some(by) = by { " By " (by.in_words(as_of)) "." }
                }
                @if let Some(wanted) = ask.wanted { " Wanted by " (wanted.in_words(as_of)) "." }
            }
            @if let Some(of_ask) = of_ask { (odds_sentences(frame, of_ask, ask)) }
            @if let Some(it) = standing.ask(&ask.id) { p { (prose(&it.sentence(as_of))) } }
            @if let Some(need) = organisation.need_of(&ask.id) && let NeedRelation::Joins(asks) = &need.relation {
                @let others: Vec<&AskId> = asks.iter().filter(|other| *other != &ask.id).collect();
                @if !others.is_empty() {
                    p {
                        (to) " counts it as one need with "
                        @for (at, other) in others.iter().enumerate() {
                            @if at > 0 { ", " }
                            a href=(link::ask(other)) { (other) }
                        }
                        ": " (prose(&words::sentence(&need.what))) " One piece of work opens them all."
                    }
                }
            }
            @match organisation.host_state(ask, &ask.to) {
                HostState::Welcome => p { (to) " would welcome people of ours to do it there." },
                HostState::Unable => p { (to) " cannot have people of ours do it there." },
                HostState::Unknown => {},
            }
            @if let Some(effort) = &ask.effort {
                p.soft { "It would take " (to) " about " (detailed(&format!("effort-{}", ask.id), &effort.to_string(), &format!("Assumption: the guess of {}, who asks", say::team(organisation, ask.id.team())))) "." }
            }
            (record(frame, ask, &state))
        }
    }
}

fn odds_sentences(frame: &Frame<'_>, of_ask: &AskForecast, ask: &Ask) -> Markup {
    let as_of = frame.as_of;
    let id = format!("card-odds-{}", ask.id);
    html! {
        @match &of_ask.lands_by {
            LandsBy::Landed(_) => {},
            LandsBy::Dead => p.late { "It will not land as things are said to be: its fallback starts today under every policy but wait." },
            _ => {
                @if let (Some(chance), Some(wanted)) = (of_ask.by_wanted, ask.wanted) {
                    p {
                        "Lands by " (wanted.in_words(as_of)) " in " b {
                            @match of_ask.sources.first() {
                                Some(source) => (sourced(&id, &words::cases(chance.share), source)),
                                None => (words::cases(chance.share)),
                            }
                        }
                        "."
                        @if let Some(taken) = &of_ask.taken_up {
                            " It is ever taken up in " (sourced(&format!("taken-{}", ask.id), &words::cases(taken.chance), &taken.source)) "."
                        }
                    }
                }
                @match &of_ask.lands_by {
                    LandsBy::Item(work) => p { "It lands when " code { (work) } " of theirs is done." },
                    LandsBy::Queue { filled } => p { "It goes through their queue, which is filled to " (words::percent(Probability::clamped(*filled))) @if *filled > 1.0 { " and more" } "." },
                    _ => {},
                }
            }
        }
        @match &of_ask.needed_by {
            NeededBy::On(day) => p { "Needed by " b { (day.in_words(as_of)) } ", the last useful day." },
            NeededBy::Passed { working_days } => p.late { "It was needed " (words::counted(*working_days as usize, "working day", "working days")) " ago for what follows to be on time." },
            _ => {},
        }
        @match &of_ask.decide_by {
            DecideBy::On(day) => p { "Decide by " b { (words::day(*day, as_of)) } ": later starts of the fallback miss the date." },
            DecideBy::TooLate { weeks: Some(weeks) } => p.late { "Too late by " (format!("{weeks:.1}")) " weeks: start now, cut scope or move the date." },
            DecideBy::TooLate { weeks: None } => p.late { "The date is not reached with the confidence wanted: cut scope or move it." },
            DecideBy::NoDue => p.soft { "No dated outcome waits for it, so there is no day by which to decide." },
            _ => {},
        }
    }
}

/// What can be recorded about an ask, from the page.
fn record(frame: &Frame<'_>, ask: &Ask, state: &AskState) -> Markup {
    let Some(writing) = frame.writing else { return html! {} };
    let named = |act: &str| vec![("act", act.to_owned()), ("ask", ask.id.to_string())];
    if state.is_open() {
        return html! {};
    }
    html! {
        div.acts {
            @if matches!(state, AskState::NeverAsked) {
                (act(frame, "It is asked", "Records that it was asked today", true, &named("asked")))
            }
            @if matches!(state, AskState::Countered { .. }) {
                (act(frame, "Accept the offer", "Records that the counter-offer was accepted today", true, &named("accept")))
            }
            (act(frame, "It landed", "Records that it landed today", false, &named("land")))
        }
        details #{"answer-" (anchor(&ask.id.to_string()))} {
            summary { "Record an answer" }
            form.answer-form method="post" action=(link::ACT) {
                (token(writing))
                input type="hidden" name="act" value="answer";
                input type="hidden" name="ask" value=(ask.id);
                label { "They say " select name="says" {
                    option value="considering" { "considering" }
                    option value="committed" { "committed" }
                    option value="countered" { "countered" }
                    option value="declined" { "declined" }
                    option value="dropped" { "dropped" }
                } }
                label { "by " input type="date" name="by"; }
                label { "offer " input type="text" name="offer"; }
                label { "why " input type="text" name="why"; }
                button type="submit" { "Record it" }
            }
            p { small { "The asked team alone writes its answers: record one for them only when they have said it. Committed needs the day; countered needs the offer." } }
        }
    }
}

/// The chain of fallbacks: what each costs, keeps and how often it is taken.
fn chain(
    frame: &Frame<'_>,
    standing: &Standing,
    of_ask: Option<&AskForecast>,
    ask: &Ask,
    titled: bool,
) -> Markup {
    let as_of = frame.as_of;
    let rows: Vec<Row> = ask
        .fallbacks
        .iter()
        .map(|fallback| {
            let forecast = of_ask.and_then(|it| it.fallbacks.iter().find(|one| one.fallback == fallback.id));
            let link = standing.ask(&ask.id).and_then(|it| it.chain.iter().find(|link| link.id == fallback.id));
            let role = link.map(|link| match &link.role {
                kedge_floor::Role::Opens => "stands".to_owned(),
                kedge_floor::Role::Leans { on } => format!("leans on {}", say::team(frame.organisation, on)),
                kedge_floor::Role::PassedOver => "passed over".to_owned(),
                kedge_floor::Role::Behind => "stands, behind".to_owned(),
            });
            let leans = link.is_some_and(|link| matches!(link.role, kedge_floor::Role::Leans { .. }));
            Row::new(vec![
                html! {
                    b { (prose(&say::fallback(frame.organisation, ask, fallback))) }
                    small { (fallback.kind.word()) @if let Some(role) = &role { " · " span.leans[leans].stands[!leans] { (role) } } }
                },
                html! { (progress(fallback, as_of).or_else(|| costs_words(&costs(fallback))).unwrap_or_else(|| {
                        if fallback.kind.is_immediate() { "nothing to make" } else { "nothing said" }.to_owned()
                    })) },
                html! { (words::share(fallback.keeps)) },
                html! {
                    @match forecast.and_then(|it| it.accepted.as_ref()) {
                        Some(odds) => (sourced(&format!("yes-{}-{}", ask.id, fallback.id), &words::percent(odds.chance), &odds.source)),
                        None => span.soft { "–" },
                    }
                },
                html! {
                    @match forecast.and_then(|it| it.decide_by) {
                        Some(day) => (words::short_day(day, as_of)),
                        None => span.soft { "–" },
                    }
                },
                html! {
                    @match forecast { Some(it) => (words::percent(it.taken.share)), None => span.soft { "–" } }
                },
            ])
        })
        .collect();
    html! {
        @if titled { h3 { "If it does not land" } } @else { h2 { "If it does not land" } }
        (table(
            "Fallbacks, in order",
            &[
                Column::head("Fallback"),
                Column::text("Costs"),
                Column::figure("Keeps"),
                Column::figure("They say yes"),
                Column::figure("Decide by"),
                Column::figure("Taken"),
            ],
            &[],
            &rows,
        ))
    }
}

/// How far a fallback is; nothing for one that was not taken.
fn progress(fallback: &Fallback, as_of: Date) -> Option<String> {
    let day = |date: Date| date.in_words(as_of);
    if let Some(migrated) = fallback.migrated {
        return Some(format!("left on {}", day(migrated)));
    }
    if let Some(stopped) = fallback.stopped {
        return Some(format!("stopped on {}", day(stopped)));
    }
    if let Some(live) = fallback.live {
        let keep = fallback.maintain.map_or_else(String::new, |rate| format!("; keeping it takes {rate}"));
        return Some(format!("in place since {}{keep}", day(live)));
    }
    fallback.taken.map(|taken| format!("under way since {}", day(taken)))
}

fn costs(fallback: &Fallback) -> Costs {
    let purchase = match &fallback.kind {
        kedge_model::FallbackKind::Buy(purchase) => Some(purchase),
        _ => None,
    };
    Costs {
        create: fallback.create.clone(),
        maintain: fallback.maintain,
        migrate: fallback.migrate.clone(),
        keeps: None,
        price: purchase.and_then(|purchase| purchase.price.clone()),
        fee: purchase.and_then(|purchase| purchase.fee.clone()),
    }
}

/// `2w, rarely over 3w to make; 2d/month to keep; 1w to leave`.
fn costs_words(costs: &Costs) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(create) = &costs.create {
        parts.push(format!("{create} to make"));
    }
    if let Some(price) = &costs.price {
        parts.push(format!("{price} to buy"));
    }
    if let Some(fee) = &costs.fee {
        parts.push(format!("{fee} to use"));
    }
    if let Some(maintain) = &costs.maintain {
        parts.push(format!("{maintain} to keep"));
    }
    if let Some(migrate) = &costs.migrate {
        parts.push(format!("{migrate} to leave"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What a way on is called: its heading, with how it happens if nobody decides anything else.
fn heading(way: &WayOn) -> String {
    way.what.clone()
}

/// The ways on side by side, with the arithmetic shown.
fn ways(frame: &Frame<'_>, decision: &Decision, ask: &Ask, titled: bool) -> Markup {
    let money = decision.ways.iter().any(|way| way.net.is_some());
    let none = || html! { span.soft { "–" } };
    let rows: Vec<Row> = decision
        .ways
        .iter()
        .enumerate()
        .map(|(at, way)| {
            let first = decision.recommended == Some(at);
            let against = way.against_plan.map(|amount| amount.mean);
            Row::new(vec![
                html! {
                    b { (prose(&heading(way))) }
                    small { (conditions(way)) }
                },
                way.on_time.map_or_else(none, |chance| html! { (words::percent(chance.share)) }),
                match (against, money) {
                    _ if way.as_planned => html! { "0" small { "as planned" } },
                    (Some(gain), true) => html! {
                        span.stands[gain.amount() >= 0.5].late[gain.amount() <= -0.5] { (words::signed(gain)) }
                        @if let Some(amount) = way.against_plan { small { "± " (Money::new(2.0 * amount.error.amount()).rounded()) } }
                    },
                    _ => none(),
                },
                html! {
                    @match &way.person_weeks {
                        Some(weeks) => (format!("{:.1} weeks", weeks.mean)),
                        None => (none()),
                    }
                    @if let Some(costs) = costs_words(&way.costs) { small { (costs) } }
                },
                match &way.costs_them {
                    Some((effort, source)) => {
                        detailed(&format!("them-{}-{at}", ask.id), &effort.to_string(), &format!("{}: {}", words::capital(source.word()), source.detail()))
                    }
                    None => none(),
                },
                choice(frame, decision, ask, way, first),
            ])
        })
        .collect();
    html! {
        @let id = format!("ways-{}", anchor(&ask.id.to_string()));
        @if titled { h3 id=(id) { "Ways on" } } @else { h2 id=(id) { "Ways on" } }
        (table(
            "Ways on, side by side",
            &[
                Column::head("Way on"),
                Column::figure("On time"),
                Column::figure("Against plan"),
                Column::figure("Work of ours"),
                Column::figure("Costs them"),
                Column::act("Choose"),
            ],
            &[],
            &rows,
        ))
        p.foot {
            (prose(&words::sentence(&decision.why)))
            " "
            @match decision.criterion {
                Criterion::NetValue => { "Recommended is the way with the highest expected net value. " },
                Criterion::OnTime => { "Nobody has said what the outcomes are worth, so the chance of being on time decides. " },
                Criterion::Nothing => {},
            }
            (decision.trials) " trials, all ways on the same random numbers."
        }
    }
}

fn conditions(way: &WayOn) -> Markup {
    if let Some(why) = &way.ruled_out {
        return html! { span.late { "ruled out: " (prose(why)) } };
    }
    let facts: Vec<Markup> = way
        .preconditions
        .iter()
        .map(|it| match it.met {
            Some(true) => html! { (prose(&it.what)) },
            Some(false) => html! { span.late { "not so: " (prose(&it.what)) } },
            None => html! { "open: " (prose(&it.what)) },
        })
        .collect();
    dotted(&facts)
}

fn choice(frame: &Frame<'_>, decision: &Decision, ask: &Ask, way: &WayOn, recommended: bool) -> Markup {
    let record = |label: &str, effect: String, act_name: &str, fields: Vec<(&'static str, String)>| {
        let mut all = vec![("act", act_name.to_owned()), ("ask", ask.id.to_string())];
        all.extend(fields);
        act(frame, label, &effect, recommended, &all)
    };
    let effect = match (way.on_time, way.against_plan) {
        (Some(chance), Some(gain)) => {
            format!(
                "On time in {}; {} against the plan as it is",
                words::cases(chance.share),
                words::signed(gain.mean)
            )
        }
        (Some(chance), None) => format!("On time in {}", words::cases(chance.share)),
        _ => String::new(),
    };
    html! {
        @if recommended { span.stands.recommended { "✓ Recommended" } " " }
        @if way.ruled_out.is_none() && !way.as_planned {
            @match &way.way {
                Way::Start { fallback, on, .. } if *on <= decision.as_of => {
                    (record("Start it", format!("Records that it was started today. {effect}"), "take", vec![("fallback", fallback.to_string())]))
                },
                Way::Start { fallback, on, .. } => {
                    (record("Choose", format!("Records the decision to start on {}. {effect}", on.in_words(frame.as_of)), "stance", vec![("fallback", fallback.to_string()), ("start", on.to_string())]))
                },
                Way::Hedge { fallback, .. } => {
                    (record("Choose", format!("Records the decision to wait until decide-by. {effect}"), "stance", vec![("fallback", fallback.to_string()), ("start", "decide-by".into())]))
                },
                Way::Drop => (record("Withdraw", "Records that the ask is withdrawn".into(), "withdraw", vec![])),
                Way::Wait => {},
            }
        }
    }
}

/// All that was said about it, newest first.
fn answers(frame: &Frame<'_>, ask: &Ask) -> Markup {
    let as_of = frame.as_of;
    let mut lines: Vec<(Date, Markup)> = frame
        .organisation
        .answers_to(ask)
        .map(|answer| {
            let said = match &answer.word {
                Word::Says { says, effort, instead, .. } => html! {
                    (words::capital(say::team(frame.organisation, &ask.to))) " said " b { (says.word()) }
                    @if let Some(effort) = effort { ", and that it takes " (effort) }
                    "."
                    @if let Some(instead) = instead { " Instead: " (prose(&words::sentence(instead))) }
                },
                Word::Host { host, .. } => html! {
                    (words::capital(say::team(frame.organisation, &ask.to)))
                    @match host {
                        kedge_model::Host::Welcome => { " would welcome an away team." }
                        kedge_model::Host::Unable => { " cannot host an away team." }
                    }
                },
            };
            (
                answer.on,
                html! { (said) @if let Some(why) = &answer.why { " " (prose(&words::sentence(why))) } },
            )
        })
        .collect();
    lines.extend(ask.asked.iter().map(|asked| {
        let how = asked.how.as_deref().map_or_else(String::new, |how| format!(": {how}"));
        (asked.on, html! { "Asked" (how) "." })
    }));
    lines.extend(
        ask.returned
            .iter()
            .map(|returned| (returned.on, html! { "Given back: " (prose(&words::sentence(&returned.why))) })),
    );
    lines.extend(ask.revised.map(|on| (on, html! { "The ask was changed; earlier answers are void." })));
    lines.extend(ask.accepted.map(|on| (on, html! { "The counter-offer was accepted." })));
    lines.sort_by_key(|(on, _)| std::cmp::Reverse(*on));
    html! {
        h2 { "What was said" }
        @if lines.is_empty() { p.soft { "Nothing yet." } }
        ol.log {
            @for (on, line) in &lines {
                li { time datetime=(on) { (on.short(as_of)) } span { (line) } }
            }
        }
    }
}
