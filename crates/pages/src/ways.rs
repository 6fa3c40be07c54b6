//! The ways on from an ask: the chain of its fallbacks, and all ways side by side with the arithmetic shown.

use crate::shell::{Frame, act, dotted, prose};
use crate::source::{anchor, detailed, sourced};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_decide::models::Model;
use kedge_decide::{Costs, Criterion, Decision, Way, WayOn};
use kedge_floor::Standing;
use kedge_forecast::AskForecast;
use kedge_model::{Ask, Date, Fallback};
use maud::{Markup, html};

/// The chain of fallbacks: what each costs, keeps and how often it is taken.
pub(crate) fn chain(
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
pub(crate) fn progress(fallback: &Fallback, as_of: Date) -> Option<String> {
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
pub(crate) fn heading(way: &WayOn) -> String {
    way.what.clone()
}

/// The ways on side by side, with the arithmetic shown; `titled` beside others on a plan's page, in short.
pub(crate) fn ways(frame: &Frame<'_>, decision: &Decision, ask: &Ask, titled: bool) -> Markup {
    let none = || html! { span.soft { "–" } };
    let unit = decision.unit;
    let rows: Vec<Row> = decision
        .ways
        .iter()
        .enumerate()
        .filter(|(_, way)| is_weighed(way))
        .map(|(at, way)| {
            let first = decision.recommended == Some(at);
            Row::new(vec![
                html! {
                    b { (prose(&heading(way))) }
                    @if let Some(costs) = costs_words(&way.costs) { small { (costs) } }
                    @for same in &way.same { small { "comes to the same in every trial: " (prose(same)) } }
                    small { (conditions(way)) }
                },
                way.on_time.map_or_else(none, |chance| html! { (words::percent(chance.share)) }),
                way.net.map_or_else(none, |net| html! { (unit.print(net.mean)) }),
                match way.against_plan {
                    _ if way.as_planned => html! { "0" small { "as planned" } },
                    Some(gain) => {
                        let count = unit.count(gain.mean);
                        html! {
                            span.stands[count > 0].late[count < 0] { (unit.print_signed(count)) }
                            small { "± " (unit.print_count(unit.error(gain.error))) }
                        }
                    }
                    None => none(),
                },
                html! {
                    @match &way.person_weeks {
                        Some(weeks) => (format!("{:.1} weeks", weeks.mean)),
                        None => (none()),
                    }
                },
                match &way.costs_them {
                    Some((effort, source)) => detailed(
                        &format!("them-{}-{at}", ask.id),
                        &effort.to_string(),
                        &format!("{}: {}", words::capital(source.word()), source.detail()),
                    ),
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
                Column::figure("Net value"),
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
            @if let Some(turns) = decision.turns() { " " (prose(turns)) }
            " "
            @match decision.criterion {
                Criterion::NetValue => { "Recommended is the highest net value that nothing rules out and that gains more than its error. " },
                Criterion::OnTime => { "Nobody has said what the outcomes are worth, so the chance of being on time decides. " },
                Criterion::Nothing => {},
            }
            (decision.trials) " trials, all ways on the same random numbers; ± is two standard errors."
        }
        @if !titled {
            @if let Some(sought) = decision.sought_in_words() {
                details {
                    summary { "What was moved to find what turns it" }
                    p { small { (prose(&sought)) " Everything else stays as it is, and so do the random numbers. What would have to change by more than the nearest that is known is not looked for." } }
                }
            }
            (reckonings(decision))
            (others(decision))
        }
    }
}

/// Whether there are figures for it.
fn is_weighed(way: &WayOn) -> bool {
    way.on_time.is_some() || way.net.is_some() || way.person_weeks.is_some()
}

/// How each net value comes about, such that it can be reckoned again.
fn reckonings(decision: &Decision) -> Markup {
    let unit = decision.unit;
    let reckoned = || decision.ways.iter().filter_map(|way| Some((way, way.reckoning.as_ref()?)));
    html! {
        @if reckoned().next().is_some() {
            details {
                summary { "How each net value is reckoned" }
                ul.plain {
                    @for (way, reckoning) in reckoned() {
                        li {
                            b { (prose(&heading(way))) }
                            br;
                            (reckoning.in_words()) "."
                            @if let Some(elsewhere) = way.elsewhere && unit.count(elsewhere.mean) != 0 {
                                " Beside it, the plans of other teams: " (unit.print_signed(unit.count(elsewhere.mean)))
                                " ± " (unit.print_count(unit.error(elsewhere.error))) "."
                            }
                        }
                    }
                }
                p { small { "Weeks are means over the trials, to a hundredth; a week at a share of the value counts as that share of one. Everything else follows from them as it stands here." } }
            }
        }
    }
}

/// The ways without figures, and what they lack.
fn others(decision: &Decision) -> Markup {
    let without = || decision.ways.iter().filter(|way| !is_weighed(way));
    html! {
        @if without().next().is_some() {
            details {
                summary { "Other ways, and what they lack" }
                ul.plain {
                    @for way in without() {
                        li {
                            b { (prose(&heading(way))) }
                            ": "
                            @match (&way.ruled_out, &way.unweighed) {
                                (Some(out), _) => { "ruled out: " (prose(out)) "." },
                                (None, Some(lacks)) => { (prose(lacks)) "." },
                                (None, None) => "too little data.",
                            }
                            @if let Some(model) = way.model {
                                " " a href=(link::model(Model::of(model))) { (Model::of(model).title) }
                                @if way.ruled_out.is_none() { ": " (Model::of(model).in_short()) "." }
                            }
                            @if way.ruled_out.is_none() && !way.preconditions.is_empty() { small { (conditions(way)) } }
                        }
                    }
                }
            }
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
            Some(true) => html! { (prose(&it.what)) @if let Some(said) = &it.said { ": " (prose(said)) } },
            Some(false) => html! { span.late { "not so: " (prose(&it.what)) } },
            None => match &it.said {
                Some(said) => html! { (prose(&it.what)) ": " (said) },
                None => html! { "open: " (prose(&it.what)) },
            },
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
    let unit = decision.unit;
    let effect = match (way.on_time, way.against_plan) {
        (Some(chance), Some(gain)) => {
            format!(
                "On time in {}; {} against the plan as it is",
                words::cases(chance.share),
                unit.print_signed(unit.count(gain.mean))
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
                Way::Hedge { fallback, entry: 0, .. } => {
                    (record("Choose", format!("Records the decision to wait until decide-by. {effect}"), "stance", vec![("fallback", fallback.to_string()), ("start", "decide-by".into())]))
                },
                // That those before it are passed over is said by a day: decide-by is what holds of all of them anyway.
                Way::Hedge { fallback, on, .. } => {
                    (record("Choose", format!("Records the decision to start on {}, its decide-by, if it has not landed. {effect}", on.in_words(frame.as_of)), "stance", vec![("fallback", fallback.to_string()), ("start", on.to_string())]))
                },
                Way::Drop => (record("Withdraw", "Records that the ask is withdrawn".into(), "withdraw", vec![])),
                Way::AcceptOffer => (record("Accept it", format!("Records that the offer was accepted today. {effect}"), "accept", vec![])),
                Way::SelfService { .. }
                | Way::GoOn { .. }
                | Way::Unplanned { .. }
                | Way::TaskForce { .. }
                | Way::Raise
                | Way::AsPlanned
                | Way::Wait => {},
            }
        }
    }
}
