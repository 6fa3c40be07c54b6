//! The overview: how much stands, what decides the rest, what wants a decision this week.

use crate::ask_list::Reader;
use crate::picture::{Axis, spread_bar, standing_bar};
use crate::shell::{Frame, Section, dotted, empty, headline, page, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{ask_list, checks, drawn, link, next, say, words};
use kedge_check::Report;
use kedge_decide::Next;
use kedge_floor::{Basis, OutcomeStanding, Standing, StandingNumber, Status};
use kedge_forecast::{Dates, Forecast, PlanForecast, Policy};
use kedge_model::{AskId, Date, Money, Organisation, Probability, Share, TeamId};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// The answers that the overview shows.
#[derive(Clone, Copy)]
pub struct Answers<'a> {
    /// What stands.
    pub standing: &'a Standing,
    /// When; `None` while it is being worked out.
    pub forecast: Option<&'a Forecast>,
    /// What wants doing.
    pub next: &'a Next,
    /// What the rules found; `None` while it is being worked out.
    pub report: Option<&'a Report>,
}

/// Outcomes are listed up to here; the rest has a page.
const PLANS: usize = 30;
/// What does not stand is listed up to here; the pages of its plans have the rest.
const LEANING: usize = 15;
/// Asks that matter most are listed up to here; the rest has a page.
const ASKS: usize = 8;
/// Things of this week are listed up to here.
const WEEK: usize = 7;

/// The overview's page.
pub fn overview(frame: &Frame<'_>, answers: &Answers<'_>) -> Markup {
    let organisation = frame.organisation;
    if organisation.plans().len() == 0 {
        return page(frame, Some(Section::Overview), "Overview", &nothing_planned(organisation));
    }
    let number = &answers.standing.organisation;
    let main = html! {
        (headline(&html! { "Standing" }, &number.sentence(), &lede(organisation, answers)))
        (standing_figure(number))
        (next::this_week(frame, answers.next, WEEK))
        (plans(frame, answers, PLANS))
        (not_standing(frame, answers.standing))
        (asks(frame, answers))
        @if let Some(report) = answers.report {
            (checks::summary(report))
        }
    };
    page(frame, Some(Section::Overview), "Overview", &main)
}

fn nothing_planned(organisation: &Organisation) -> Markup {
    let command = if organisation.teams().len() == 0 {
        "kedge new team TEAM\nkedge new plan TEAM/PLAN"
    } else {
        "kedge new plan TEAM/PLAN"
    };
    html! {
        (headline(
            &html! { "Standing" },
            "Nothing is planned yet.",
            &html! { "Once there is a plan, this page says how much of it stands if no other team delivers, and what to do about the rest." },
        ))
        (empty(
            "There is no plan in these files.",
            "A plan says what a team means to ship, by when, and what it asks of others. This page follows as you write.",
            Some(command),
        ))
    }
}

/// What decides the rest, in one or two sentences.
fn lede(organisation: &Organisation, answers: &Answers<'_>) -> Markup {
    let standing = answers.standing;
    let deciding: BTreeSet<&AskId> = planned(standing)
        .flat_map(|outcome| &outcome.holds)
        .filter(|hold| hold.keeps < Share::ONE)
        .map(|hold| &hold.ask)
        .collect();
    let blocked: Vec<&OutcomeStanding> =
        planned(standing).filter(|outcome| outcome.lost_to().next().is_some()).collect();
    let on: BTreeSet<&TeamId> = blocked
        .iter()
        .flat_map(|outcome| outcome.lost_to())
        .filter_map(|id| organisation.ask(id).map(|ask| &ask.to))
        .collect();
    let soon = next::pressing(answers.next);
    let mut sentences = Vec::new();
    match deciding.len() {
        0 => sentences.push("No ask takes anything away from it.".to_owned()),
        1 => sentences.push("One ask decides the rest.".to_owned()),
        count => sentences.push(format!("{} asks decide the rest.", words::capital(&words::number(count)))),
    }
    if soon > 0 {
        let verb = if soon == 1 { "thing wants" } else { "things want" };
        sentences.push(format!("{} {verb} a decision this week.", words::capital(&words::number(soon))));
    }
    if !blocked.is_empty() {
        let teams: Vec<&str> = on.iter().map(|id| say::team(organisation, id)).collect();
        sentences.push(format!(
            "{} {} no way on without {}.",
            words::capital(&words::number_of(blocked.len(), "outcome", "outcomes")),
            if blocked.len() == 1 { "has" } else { "have" },
            if teams.len() > 3 {
                format!("{} other teams", words::number(teams.len()))
            } else {
                kedge_model::listed(&teams)
            },
        ));
    }
    html! { (sentences.join(" ")) }
}

fn planned(standing: &Standing) -> impl Iterator<Item = &OutcomeStanding> {
    standing.outcomes.iter().filter(|outcome| outcome.status == Status::Planned)
}

/// The bar of what stands, with claims told apart from what was confirmed.
pub(crate) fn standing_figure(number: &StandingNumber) -> Markup {
    let Some(fraction) = number.fraction() else { return html! {} };
    let (solid, hatched) = match number.basis() {
        Basis::Value => {
            let total = number.total();
            (
                format!("stands without anyone else: {}", words::a_week(total.stands)),
                format!("leans on others: {}", words::a_week(total.planned - total.stands)),
            )
        }
        Basis::Outcomes | Basis::Nothing => {
            let outcomes = number.outcomes();
            (
                format!(
                    "stand without anyone else: {}",
                    words::counted(outcomes.whole, "outcome", "outcomes")
                ),
                format!(
                    "lean on others, in whole or in part: {}",
                    words::counted(outcomes.planned - outcomes.whole, "outcome", "outcomes")
                ),
            )
        }
    };
    html! {
        figure {
            (standing_bar(Share::clamped(fraction), &solid, &hatched))
            @if number.basis() == Basis::Value && number.claimed.planned != Money::ZERO {
                figcaption {
                    @if number.confirmed.planned == Money::ZERO {
                        "All of it is a claim: no stakeholder and no council has confirmed it yet."
                    } @else {
                        "Confirmed by stakeholders or the council: "
                        (number.confirmed.stands.rounded()) " of " (words::a_week(number.confirmed.planned))
                        " stands. Claimed by teams: "
                        (number.claimed.stands.rounded()) " of " (words::a_week(number.claimed.planned)) "."
                    }
                }
            }
        }
    }
}

/// The axis that all plans share.
fn axis(as_of: Date, forecast: Option<&Forecast>) -> Axis {
    let spreads = || {
        forecast
            .into_iter()
            .flat_map(|forecast| &forecast.plans)
            .filter_map(|plan| plan.policy(Policy::AsPlanned))
            .flat_map(|policy| &policy.outcomes)
    };
    let near = spreads().flat_map(|outcome| {
        [outcome.due.filter(|due| *due >= as_of), outcome.live.spread().and_then(|spread| spread.p50.date())]
    });
    let all = spreads()
        .filter_map(|outcome| outcome.live.spread())
        .flat_map(|spread| drawn::spread(spread).days().collect::<Vec<_>>());
    Axis::fitting(as_of, near.flatten(), all)
}

pub(crate) fn plans(frame: &Frame<'_>, answers: &Answers<'_>, most: usize) -> Markup {
    let axis = axis(frame.as_of, answers.forecast);
    let mut outcomes: Vec<&OutcomeStanding> = answers
        .standing
        .outcomes
        .iter()
        .filter(|outcome| !matches!(outcome.status, Status::Dropped { .. }))
        .collect();
    // The most valuable first, outcomes of one plan together under the best of them; those without a value last.
    let mut value: BTreeMap<_, f64> = BTreeMap::new();
    for outcome in &outcomes {
        *value.entry(&outcome.plan).or_default() += outcome.worth.map_or(0.0, |worth| worth.a_week.amount());
    }
    outcomes.sort_by(|a, b| value[&b.plan].total_cmp(&value[&a.plan]).then_with(|| a.plan.cmp(&b.plan)));
    let more = outcomes.len().saturating_sub(most);
    outcomes.truncate(most);
    let rows: Vec<Row> = outcomes.iter().map(|outcome| plan_row(frame, answers, axis, outcome)).collect();
    let timed = answers.forecast.is_some_and(|forecast| {
        forecast
            .plans
            .iter()
            .flat_map(|plan| &plan.policies)
            .flat_map(|policy| &policy.outcomes)
            .any(|it| it.live.spread().is_some())
    });
    let heading =
        html! { div.with-share { (axis.few_labels()) span.unseen { "As planned: P10–P90, median, due" } } };
    html! {
        h2 #plans { "Plans" }
        @if answers.forecast.is_none() { p.soft role="status" { "The dates are being worked out. What stands is known without them." } }
        (table(
            "Plans, with when each comes as planned",
            &[
                Column::head("Plan"),
                Column::picture("As planned: P10–P90, median, due"),
                Column::figure("On time"),
                Column::figure("Alone"),
                Column::figure("Stands at"),
            ],
            &if timed { vec![(1, heading)] } else { Vec::new() },
            &rows,
        ))
        @if more > 0 { p { a href=(link::PLANS) { (words::capital(&words::number(more))) " more" } } }
        p.foot {
            "Solid: stands alone. Hatched: leans on others. Bars reach from P10 to P90; the thick line is the median, the thin one P80, the red one the due date. ∞ is the share of cases in which it never comes."
            @if let Some(forecast) = answers.forecast {
                " " (forecast.trials) " trials; a chance is known to within one case of 100."
            }
        }
    }
}

fn plan_row(frame: &Frame<'_>, answers: &Answers<'_>, axis: Axis, outcome: &OutcomeStanding) -> Row {
    let organisation = frame.organisation;
    let plan = answers.forecast.and_then(|forecast| forecast.plan(&outcome.plan));
    let of_plan = answers.standing.outcomes_of(&outcome.plan).count();
    let as_planned = plan.and_then(|plan| plan.policy(Policy::AsPlanned));
    let alone = plan.and_then(|plan| plan.policy(Policy::Alone));
    let confidence = organisation.settings().confidence.get();
    Row::new(vec![
        html! {
            a href=(link::plan(&outcome.plan)) { (prose(say::plan(organisation, &outcome.plan))) }
            small { (facts(organisation, plan, outcome, of_plan > 1, frame.as_of)) }
        },
        picture_cell(answers.standing, outcome, plan, axis),
        match say::on_time(as_planned, &outcome.outcome) {
            Some(chance) => {
                html! { span.late[chance.share == Probability::ZERO] { (words::percent(chance.share)) } }
            }
            None => html! { span.soft { "–" } },
        },
        match say::on_time(alone, &outcome.outcome) {
            Some(chance) => html! {
                span.stands[chance.share.get() >= confidence].late[chance.share == Probability::ZERO] { (words::percent(chance.share)) }
            },
            None => html! { span.soft { "–" } },
        },
        match outcome.status {
            Status::Planned => {
                html! { span.late[outcome.share == Share::ZERO] { (words::share(outcome.share)) } }
            }
            _ => html! { "live" },
        },
    ])
}

/// The small facts under a plan's name: team, outcome, value, asks, decide-by.
fn facts(
    organisation: &Organisation,
    plan: Option<&PlanForecast>,
    outcome: &OutcomeStanding,
    named: bool,
    as_of: Date,
) -> Markup {
    let mut facts = vec![
        html! { a.soft href=(link::team(outcome.plan.team())) { (say::team(organisation, outcome.plan.team())) } },
    ];
    if named {
        facts.push(html! { (prose(&outcome.name)) });
    }
    if let Some(worth) = outcome.worth {
        let claim = if worth.confirmed { "" } else { " claimed" };
        facts.push(html! { (worth.a_week.rounded()) "/week" (claim) });
    }
    let lost = outcome.lost_to().count();
    let asks = outcome.holds.len();
    if outcome.status == Status::Planned {
        let backed = match (asks, lost) {
            (0, _) => "no open asks".to_owned(),
            (_, 0) => format!("{}, backed", words::counted(asks, "ask", "asks")),
            (_, 1) => format!("{}, one with no way on", words::counted(asks, "ask", "asks")),
            (_, lost) => {
                format!("{}, {} with no way on", words::counted(asks, "ask", "asks"), words::number(lost))
            }
        };
        facts.push(html! { span.late[lost > 0] { (backed) } });
    }
    let first = plan
        .into_iter()
        .flat_map(|plan| &plan.asks)
        .filter(|ask| outcome.holds.iter().any(|hold| hold.ask == ask.ask))
        .filter_map(|ask| ask.decide_by.date())
        .min();
    if let Some(day) = first {
        facts.push(html! { "decide by " (words::short_day(day, as_of)) });
    }
    dotted(&facts)
}

/// The bar of an outcome as planned, with its share of never; or why there is none.
fn picture_cell(
    standing: &Standing,
    outcome: &OutcomeStanding,
    plan: Option<&PlanForecast>,
    axis: Axis,
) -> Markup {
    let policy = plan.and_then(|plan| plan.policy(Policy::AsPlanned));
    let forecast = policy.and_then(|policy| policy.outcomes.iter().find(|it| it.outcome == outcome.outcome));
    match forecast.map(|forecast| (&forecast.live, forecast.due)) {
        None => {
            html! { small { @if let Status::Delivered { on } = outcome.status { "live since " (on.short(axis.from())) } } }
        }
        Some((Dates::Happened(date), _)) => html! { small { "live since " (date.short(axis.from())) } },
        Some((Dates::TooLittleData(lacks), _)) => {
            let missing: Vec<String> = lacks.iter().map(say::lack).collect();
            detailed(
                &format!("lack-{}", outcome.outcome),
                "too little data",
                &words::sentence(&kedge_model::listed(&missing).replace('`', "")),
            )
        }
        Some((Dates::Spread(spread), due)) => html! {
            div.with-share {
                (spread_bar(axis, &drawn::spread(spread), drawn::texture(standing, outcome, Policy::AsPlanned), due, 28, 12))
                span.never {
                    @if spread.never.share > Probability::ZERO { "∞ " (words::percent(spread.never.share)) }
                }
            }
        },
    }
}

/// What does not stand, the dearest first, and why.
fn not_standing(frame: &Frame<'_>, standing: &Standing) -> Markup {
    let mut outcomes: Vec<&OutcomeStanding> =
        planned(standing).filter(|outcome| outcome.share < Share::ONE).collect();
    let lost = |outcome: &OutcomeStanding| {
        outcome.worth.map_or(0.0, |worth| worth.a_week.amount() * outcome.share.complement().get())
    };
    outcomes.sort_by(|a, b| {
        (a.share > Share::ZERO).cmp(&(b.share > Share::ZERO)).then_with(|| lost(b).total_cmp(&lost(a)))
    });
    let more = outcomes.len().saturating_sub(LEANING);
    outcomes.truncate(LEANING);
    let rows: Vec<Row> = outcomes
        .iter()
        .map(|outcome| {
            Row::new(vec![
                html! {
                    a href=(link::plan(&outcome.plan)) { (prose(&outcome.name)) }
                    small { (say::team(frame.organisation, outcome.plan.team())) }
                },
                html! { (prose(&outcome.sentence(frame.as_of))) },
                html! { (words::share(outcome.share)) },
                html! {
                    @match outcome.worth {
                        Some(worth) => (words::a_week(worth.a_week * outcome.share.complement().get())),
                        None => span.soft { "no value said" },
                    }
                },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #leans { "What does not stand, and why" }
            (table(
                "Outcomes that do not stand whole",
                &[Column::head("Outcome"), Column::text("Why"), Column::figure("Stands at"), Column::figure("Leans on others")],
                &[],
                &rows,
            ))
            @if more > 0 { p.foot { "And " (words::number(more)) " more, of less value: see " a href=(link::PLANS) { "the plans" } "." } }
        }
    }
}

/// The asks on which most hangs: value that would be lost. No odds: everybody reads this page.
fn asks(frame: &Frame<'_>, answers: &Answers<'_>) -> Markup {
    let mut asks = ask_list::by_weight(answers.standing, None);
    let more = asks.len().saturating_sub(ASKS);
    asks.truncate(ASKS);
    html! {
        @if !asks.is_empty() {
            h2 #asks { "The asks that matter most" }
            (ask_list::table_of(frame, &asks, answers.forecast, Reader::Everybody))
            @if more > 0 {
                p.foot { a href=(link::ASKS) { "All " (more + ASKS) " open asks" } }
            }
        }
    }
}
