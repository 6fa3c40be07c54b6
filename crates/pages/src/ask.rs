//! One ask: where it stands, its odds, what starting the detour is worth, what was said, and what can be recorded.

use crate::answer::answer_form;
use crate::picture::{Crossing, Curve, Landing, Mark, OnTime, crossing, curve, on_time};
use crate::shell::{Frame, Section, act, dotted, headline, page, prose};
use crate::source::{anchor, detailed, sourced};
use crate::ways::{chain, heading, ways};
use crate::{brief, comments, link, losses, next, say, words};
use kedge_decide::{Brief, Decision, Next};
use kedge_floor::Standing;
use kedge_forecast::{
    Amount, AskForecast, BestStart, Certainty, Dates, DecideBy, LandsBy, NeededBy, PlanForecast,
};
use kedge_model::{
    About, Ask, AskId, AskState, Date, Fallback, HostState, Money, NeedRelation, Organisation, Probability,
    Word,
};
use maud::{Markup, html};

/// The page of one ask: what to do about it, for who asks; what a "no" costs, for who is asked.
pub fn ask_page(
    frame: &Frame<'_>,
    standing: &Standing,
    plan: Option<&PlanForecast>,
    decision: Option<&Decision>,
    brief: Option<&Brief>,
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
            @if let Some(decision) = decision {
                " " (prose(&decision.why))
                @if let Some(turns) = decision.turns() { " " (prose(turns)) }
            }
        }))
        (section(frame, standing, plan, decision, ask, false))
        @if !items.is_empty() { (next::list(frame, "What wants doing", &items, next.timed, 5)) }
        @if !state.is_open() { (brief::section(frame, brief)) }
        (answers(frame, ask))
        (comments::section(frame, &About::Ask(ask.id.clone())))
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
        @let figures = [start_figure(frame, of_ask, ask), crossing_figure(frame, decision.filter(|_| !titled), ask), on_time_figure(frame, of_ask, ask)];
        div.pair {
            // Beside others on a plan's page one picture is enough: what a start is worth, else how likely it keeps the date.
            @if titled {
                @if let Some(figure) = figures.iter().flatten().next() { (figure) }
            } @else if figures.iter().any(Option::is_some) {
                div.figures { @for figure in figures.iter().flatten() { (figure) } }
            }
            (card(frame, standing, of_ask, ask))
        }
        @if !ask.fallbacks.is_empty() { (chain(frame, standing, of_ask, ask, titled)) }
        @if let Some(decision) = decision {
            (ways(frame, decision, ask, titled))
            @if !titled { (losses::of_ask(frame, &decision.losses)) }
        }
    }
}

/// Working round it now against waiting, by when it lands.
fn crossing_figure(frame: &Frame<'_>, decision: Option<&Decision>, ask: &Ask) -> Option<Markup> {
    let found = decision?.hack_or_wait.as_ref()?;
    let name = ask
        .fallbacks
        .iter()
        .find(|fallback| fallback.id == found.fallback)
        .map(|fallback| say::fallback(frame.organisation, ask, fallback))?;
    let band = |band: &kedge_decide::Band| [band.p10, band.p50, band.p90];
    let landings: Vec<Landing> = found
        .points
        .iter()
        .map(|point| Landing {
            day: point.from.zip(point.to).map(|(from, to)| from.plus_days(to.days_since(from) / 2)),
            lost: band(&point.balance.lost),
            costs: band(&point.balance.costs),
        })
        .collect();
    let trials = found.overall.trials;
    let never = found.points.iter().find(|point| point.from.is_none());
    let never = never.map(|point| Probability::clamped(point.balance.trials as f64 / trials.max(1) as f64));
    let drawn = Crossing { landings, worth_it_from: found.worth_it_from, never };
    if drawn.landings.iter().filter(|landing| landing.day.is_some()).count() < 2 {
        return None;
    }
    let label = format!("What is lost by waiting against what “{name}” costs, by when the ask lands.");
    Some(html! {
        figure {
            (crossing(&drawn, &label))
            figcaption {
                "By the day it lands: hatched, the value lost by waiting; solid, what “" (prose(&name))
                "” costs if it is started now: to make, to keep and to leave. The lines are medians, the bands hold eight cases of ten. "
                (prose(&found.sentence)) " " (trials) " trials."
            }
        }
    })
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

/// The chance on time by the day on which the detour starts, if the ask never lands: the curve behind decide-by.
fn on_time_figure(frame: &Frame<'_>, of_ask: Option<&AskForecast>, ask: &Ask) -> Option<Markup> {
    let of_ask = of_ask?;
    let found = of_ask.on_time_by_start.as_ref().filter(|found| found.points.len() > 1)?;
    let name = standing_fallback(frame.organisation, ask)
        .map_or_else(|| "the detour".to_owned(), |fallback| say::fallback(frame.organisation, ask, fallback));
    let drawn = OnTime {
        points: found
            .points
            .iter()
            .map(|point| (point.date, point.on_time.share, point.on_time.error))
            .collect(),
        wanted: found.confidence,
        decide_by: of_ask
            .decide_by
            .date()
            .map(|day| Mark { day, name: format!("decide-by {}", words::short_day(day, frame.as_of)) }),
    };
    let trials = found.points.first()?.on_time.trials;
    let label = format!("The chance on time if nobody else delivers, by the day on which “{name}” starts.");
    let open = match (of_ask.decide_by.date(), found.from, found.to) {
        (Some(_), Some(from), Some(to)) if from != to => Some(format!(
            " Decide-by is known to lie from {} to {}.",
            words::short_day(from, frame.as_of),
            words::short_day(to, frame.as_of)
        )),
        _ => None,
    };
    Some(html! {
        figure {
            (on_time(&drawn, &label))
            figcaption {
                "Chance on time if no ask of the plan lands, by the day on which “" (prose(&name)) "” starts; the line across is the confidence wanted. The band is two standard errors; "
                (trials) " trials a day."
                @if let Some(open) = open { (open) }
            }
        }
    })
}

/// What it would be worth to know, how often the plan waits for it, and what dropping it comes to.
fn worth_sentences(of_ask: &AskForecast) -> Markup {
    let error = |amount: Amount| Money::new(2.0 * amount.error.amount()).rounded();
    let id = |what: &str| format!("{what}-{}", of_ask.ask);
    html! {
        @if !matches!(of_ask.lands, Dates::Happened(_)) {
            p {
                "The plan waits for it last in "
                (detailed(&id("waits"), &words::cases(of_ask.waits.share), &format!("{}, by {} trials", words::cases_within(of_ask.waits), of_ask.waits.trials)))
                "."
            }
        }
        @match &of_ask.certainty {
            Certainty::Worth { amount, trials } if amount.mean.amount() > 2.0 * amount.error.amount() => p {
                "To know today whether and when it lands would be worth "
                b { (detailed(&id("certainty"), &amount.mean.rounded(), &format!("± {}: the best start for each landing, less the best start without knowing; {trials} trials", error(*amount)))) }
                "."
            },
            Certainty::Worth { amount, .. } if amount.error.amount() < 0.5 => p.soft {
                "To know today when it lands would change nothing."
            },
            Certainty::Worth { amount, trials } => p.soft {
                "To know today when it lands is worth less than "
                (detailed(&id("certainty"), &(amount.mean + Money::new(2.0 * amount.error.amount())).rounded(), &format!("{trials} trials do not tell it from nothing")))
                ", if anything."
            },
            Certainty::TooLittleData(_) => p.soft { "What it would be worth to know today when it lands: too little data." },
            Certainty::Nothing | Certainty::NotSearched | Certainty::NoValue => {},
        }
    }
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
            @if let Some(of_ask) = of_ask {
                (odds_sentences(frame, of_ask, ask))
                (worth_sentences(of_ask))
            }
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
            NeededBy::On(day) => p {
                "Needed by " b { (needed_day(of_ask, *day, as_of)) } ", the last useful day"
                @if let Some(chance) = of_ask.by_needed {
                    "; it lands by then in " (detailed(&format!("needed-{}", ask.id), &words::cases(chance.share), &format!("{}, by {} trials", words::cases_within(chance), chance.trials)))
                }
                "."
            },
            NeededBy::Passed { working_days } => p.late { "It was needed " (words::counted(*working_days as usize, "working day", "working days")) " ago for what follows to be on time." },
            _ => {},
        }
        @match &of_ask.decide_by {
            DecideBy::On(day) => p { "Decide by " b { (words::day(*day, as_of)) } ": later starts of the fallback miss the date." },
            DecideBy::TooLate { weeks: Some(weeks) } => p.late { "Too late by " (kedge_forecast::in_weeks(*weeks)) ": start now, cut scope or move the date." },
            DecideBy::TooLate { weeks: None } => p.late { "The date is not reached with the confidence wanted: cut scope or move it." },
            DecideBy::NoDue => p.soft { "No dated outcome waits for it, so there is no day by which to decide." },
            _ => {},
        }
    }
}

/// The day by which an ask is needed, with how far it may be off.
fn needed_day(of_ask: &AskForecast, day: Date, as_of: Date) -> Markup {
    let text = day.in_words(as_of);
    match of_ask.needed_by_within {
        None => html! { (text) },
        Some(0) => detailed(
            &format!("needed-by-{}", of_ask.ask),
            &text,
            "Known to the day: due, less P80 of what follows",
        ),
        Some(days) => detailed(
            &format!("needed-by-{}", of_ask.ask),
            &text,
            &format!(
                "± {} of sampling: due, less P80 of what follows",
                words::counted(days as usize, "working day", "working days")
            ),
        ),
    }
}

/// What can be recorded about an ask, from the page.
fn record(frame: &Frame<'_>, ask: &Ask, state: &AskState) -> Markup {
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
        (answer_form(frame, &ask.id.to_string(), std::slice::from_ref(&ask.id), None, Some(frame.organisation.host_state(ask, &ask.to))))
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
        let how = asked.how.as_deref();
        (asked.on, html! { "Asked" @if let Some(how) = how { ": " (brief::channel(how)) } "." })
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
