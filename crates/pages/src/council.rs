//! The council: what is ranked, and the initiatives with the outcomes that each is made of.

use crate::queue::Preview;
use crate::shell::{Frame, Section, dotted, empty, headline, page, prose};
use crate::source::anchor;
use crate::table::{Column, Row, table};
use crate::{council_rank, link, order, say, words};
use kedge_decide::{Council, CouncilMoved, Inbox};
use kedge_floor::{Standing, StandingNumber};
use kedge_forecast::{Forecast, OrderForecast, Policy};
use kedge_model::{
    Direction, Initiative, InitiativeKind, Measure, Organisation, OutcomeId, PersonId, Slug, Stage,
};
use maud::{Markup, html};

/// What the council's page shows.
#[derive(Clone, Copy, Debug)]
pub struct CouncilAnswers<'a> {
    /// What stands.
    pub standing: &'a Standing,
    /// When, where that is there.
    pub forecast: Option<&'a Forecast>,
    /// What is ranked, where confidence ends, and what the council should know.
    pub council: &'a Council,
    /// What a move in the rank would do, where one was asked for.
    pub moved: Preview<'a, CouncilMoved>,
    /// What waits for the council's yes.
    pub inbox: Option<&'a Inbox>,
    /// What local order costs; `None` while it is being worked out.
    pub local_order: Option<&'a OrderForecast>,
}

/// The council's page.
pub fn council(frame: &Frame<'_>, answers: &CouncilAnswers<'_>) -> Markup {
    let &CouncilAnswers { standing, forecast, council: view, moved, inbox, local_order } = answers;
    let organisation = frame.organisation;
    let council = organisation.council();
    let rank = &council.rank;
    let mut initiatives: Vec<&Initiative> = organisation.initiatives().collect();
    initiatives
        .sort_by_key(|it| (organisation.council_rank(it.id.reference()).unwrap_or(usize::MAX), &it.id));
    let unranked = view.unranked.len();
    let answer = view.headline();
    let main = html! {
        (headline(&html! { "Council" }, &answer, &html! {
            "What is ranked goes before every team's own order, in all of them. "
            @if unranked > 0 { (words::capital(&words::number_of(unranked, "initiative", "initiatives"))) " without a rank." }
        }))
        @if rank.is_empty() && initiatives.is_empty() {
            (empty(
                "There is no initiative in these files.",
                "An initiative holds outcomes of several teams under one name, and the council ranks it.",
                Some("kedge new initiative ID"),
            ))
        }
        (council_rank::preview(frame, moved))
        @if !rank.is_empty() || !initiatives.is_empty() { (council_rank::order(frame, view)) }
        @if let Some(inbox) = inbox { (crate::inbox::of_council(frame, inbox)) }
        (council_rank::strain(frame, view))
        (council_rank::claims(frame, view))
        (order::section(frame, local_order))
        @for initiative in initiatives { (section(frame, standing, forecast, initiative)) }
        @if !council.persons.is_empty() {
            h2 #people { "Who holds what across teams" }
            dl.facts {
                @for (id, person) in &council.persons {
                    dt { (person.name.as_deref().unwrap_or(id.as_str())) }
                    dd {
                        @let roles: Vec<&str> = person.roles.iter().map(|role| say::role(*role)).collect();
                        (kedge_model::listed(&roles))
                    }
                }
            }
        }
        (settings(organisation))
    };
    page(frame, Some(Section::Council), "Council", &main)
}

/// What holds for the whole organisation, as the stewards set it, defaults included.
fn settings(organisation: &Organisation) -> Markup {
    let settings = organisation.settings();
    let assume = &settings.assume;
    let stage = match settings.stage {
        Stage::Searching => "searching",
        Stage::Scaling => "scaling",
        Stage::Mature => "mature",
    };
    let days: Vec<&str> = settings.calendar.days.iter().map(|day| day.short()).collect();
    let holidays: Vec<String> = settings.calendar.holidays.iter().map(ToString::to_string).collect();
    let measures: Vec<String> = settings.measures.values().map(measure).collect();
    let repositories: Vec<&str> = settings.repositories.keys().map(Slug::as_str).collect();
    html! {
        h2 #settings { "What holds for everybody" }
        dl.facts {
            dt { "Stage" } dd { (stage) }
            @if let Some(steward) = &settings.steward { dt { "Owner of the dependency problem" } dd { (person(organisation, &PersonId::from(steward.clone()))) } }
            dt { "On time means" } dd { "in " (settings.confidence) " of cases or more" }
            dt { "Value counts for" } dd { (settings.horizon) " after an outcome is due" @if let Some(currency) = &settings.currency { ", in " (currency) } }
            dt { "A person's week" } dd { @match &settings.person_week { Some(price) => (price), None => "has no price: weeks are not turned into money" } }
            dt { "Working days" } dd { (kedge_model::listed(&days)) ", " (settings.calendar.hours) " hours" @if !holidays.is_empty() { "; not on " (kedge_model::listed(&holidays)) } }
            dt { "Taken for granted" }
            dd {
                "other work " (assume.other_work) " of a team's time, priorities shift " (assume.shifts) ", an ask is ever taken up in "
                (assume.take_up.none) " of cases without an answer and " (assume.take_up.committed) " when committed"
            }
            @if !measures.is_empty() { dt { "Measures" } dd { (kedge_model::listed(&measures)) } }
            @if !repositories.is_empty() { dt { "Repositories" } dd { (kedge_model::listed(&repositories)) } }
        }
    }
}

fn measure(measure: &Measure) -> String {
    let better = match measure.better {
        Direction::Up => "more",
        Direction::Down => "less",
    };
    format!("{} ({better} is better)", measure.title)
}

fn section(
    frame: &Frame<'_>,
    standing: &Standing,
    forecast: Option<&Forecast>,
    initiative: &Initiative,
) -> Markup {
    let organisation = frame.organisation;
    let parts: Vec<_> = initiative.outcomes.iter().filter_map(|id| standing.outcome(id)).collect();
    let number = StandingNumber::of(parts.iter().copied());
    let mut facts = vec![html! {
        @match initiative.kind {
            InitiativeKind::Program => { "program" }
            InitiativeKind::CriticalProject => { "critical project" }
        }
    }];
    match organisation.council_rank(initiative.id.reference()) {
        Some(rank) => facts.push(html! { "rank " (rank + 1) }),
        None => facts.push(html! { "not ranked" }),
    }
    if let Some(sponsor) = &initiative.sponsor {
        facts.push(html! { "sponsor " (person(organisation, sponsor)) });
    }
    if let Some(manager) = &initiative.program_manager {
        facts.push(html! { "run by " (person(organisation, manager)) });
    }
    let rows: Vec<Row> =
        initiative.outcomes.iter().map(|id| outcome_row(frame, standing, forecast, id)).collect();
    html! {
        h2 id=(anchor(initiative.id.id().as_str())) { (initiative.title) " " span.soft { (dotted(&facts)) } }
        p { (number.sentence()) }
        (table(
            &format!("Outcomes of {}", initiative.title),
            &[
                Column::head("Outcome"),
                Column::text("Team"),
                Column::figure("Worth"),
                Column::figure("Due"),
                Column::figure("On time"),
                Column::figure("Stands at"),
            ],
            &[],
            &rows,
        ))
    }
}

fn outcome_row(frame: &Frame<'_>, standing: &Standing, forecast: Option<&Forecast>, id: &OutcomeId) -> Row {
    let organisation = frame.organisation;
    let none = || html! { span.soft { "–" } };
    let outcome = organisation.outcome(id);
    let stands = standing.outcome(id);
    let on_time = outcome
        .and_then(|outcome| say::on_time(forecast?.plan(&outcome.plan)?.policy(Policy::AsPlanned), id));
    Row::new(vec![
        match outcome {
            Some(outcome) => html! { a href=(link::plan(&outcome.plan)) { (prose(outcome.name())) } },
            None => html! { code { (id) } small { "not in these files" } },
        },
        html! { a href=(link::team(id.team())) { (words::capital(say::team(organisation, id.team()))) } },
        match stands.and_then(|it| it.worth) {
            Some(worth) => {
                html! { (worth.a_week.rounded()) "/week" @if !worth.confirmed { small { "claimed" } } }
            }
            None => none(),
        },
        match outcome.and_then(|outcome| organisation.due(outcome)) {
            Some(due) => html! { (due.short(frame.as_of)) },
            None => none(),
        },
        on_time.map_or_else(none, |chance| html! { (words::percent(chance.share)) }),
        stands.map_or_else(none, |it| html! { (words::share(it.share)) }),
    ])
}

pub(crate) fn person(organisation: &Organisation, id: &PersonId) -> String {
    let persons = if id.team().is_council() {
        Some(&organisation.council().persons)
    } else {
        organisation.team(id.team()).map(|team| &team.persons)
    };
    persons
        .and_then(|persons| persons.get(id.id()))
        .and_then(|person| person.name.clone())
        .unwrap_or_else(|| id.id().to_string())
}
