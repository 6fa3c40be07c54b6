//! Teams: the list, and for one team what is asked of it, what it waits for, and who it is.

use crate::ask_list::Reader;
use crate::overview::standing_figure;
use crate::shell::{Frame, Section, dotted, empty, headline, page, prose};
use crate::table::{Column, Row, table};
use crate::{ask_list, checks, hacks, inbox, link, next, read_copy, say, words};
use kedge_check::Report;
use kedge_decide::{Inbox, Ledger, Next};
use kedge_floor::{Basis, Standing, StandingNumber};
use kedge_forecast::Forecast;
use kedge_model::{Ask, NeedRelation, Organisation, TakesAsks, Team, TeamKind};
use maud::{Markup, html};

/// Every team.
pub fn teams(frame: &Frame<'_>, standing: &Standing) -> Markup {
    let organisation = frame.organisation;
    let count = organisation.teams().len();
    let rows: Vec<Row> = organisation
        .teams()
        .map(|team| {
            let asked = organisation.asked_of(&team.id).iter().filter_map(|id| organisation.ask(id)).filter(|ask| is_open(organisation, ask)).count();
            let asks = organisation.asks().filter(|ask| ask.id.team() == &team.id && is_open(organisation, ask)).count();
            Row::new(vec![
                html! { a href=(link::team(&team.id)) { (words::capital(team.name())) } small { (kind(&team.kind)) } },
                html! { @match team.capacity() { Some(people) => (people_words(people)), None => span.soft { "unknown" } } },
                html! { (takes(team)) },
                html! { (organisation.plans_of(&team.id).filter(|plan| plan.closed.is_none()).count()) },
                html! { (asked) },
                html! { (asks) },
                html! { (stands(standing.team(&team.id).map(|it| &it.number))) },
            ])
        })
        .collect();
    let main = html! {
        (headline(&html! { "Teams" }, &format!("{}.", words::capital(&words::number_of(count, "team", "teams"))), &html! {
            "What each has promised to itself, what it is asked, and what it waits for. Nothing here ranks teams."
        }))
        @if rows.is_empty() {
            (empty("There is no team in these files.", "A team has people, plans, and a way in which it takes asks.", Some("kedge new team TEAM")))
        } @else {
            (table(
                "Teams",
                &[
                    Column::head("Team"),
                    Column::figure("People"),
                    Column::text("Takes asks"),
                    Column::figure("Plans"),
                    Column::figure("Asked of it"),
                    Column::figure("It asks"),
                    Column::figure("Stands"),
                ],
                &[],
                &rows,
            ))
        }
    };
    page(frame, Some(Section::Teams), "Teams", &main)
}

fn is_open(organisation: &Organisation, ask: &Ask) -> bool {
    let state = organisation.ask_state(ask);
    !state.is_open()
        && !matches!(state, kedge_model::AskState::Withdrawn { .. })
        && organisation.plan(&ask.plan).is_some_and(|plan| plan.closed.is_none())
}

fn people_words(people: f64) -> String {
    let text = format!("{people:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

fn stands(number: Option<&StandingNumber>) -> Markup {
    html! {
        @match number.map(|number| (number.basis(), number)) {
            Some((Basis::Value, number)) => {
                (number.total().stands.rounded()) " of " (number.total().planned.rounded()) "/week"
            },
            Some((Basis::Outcomes, number)) => {
                (number.outcomes().whole) " of " (words::counted(number.outcomes().planned, "outcome", "outcomes"))
            },
            _ => span.soft { "–" },
        }
    }
}

fn kind(kind: &TeamKind) -> String {
    match kind {
        TeamKind::TaskForce(force) => format!("task force for {}", force.initiative.id()),
        other => other.word().replace('-', " "),
    }
}

fn takes(team: &Team) -> String {
    let words: Vec<&str> = team
        .takes_asks
        .iter()
        .map(|way| match way {
            TakesAsks::Independent => "weighs them",
            TakesAsks::ServiceProvider => "does them",
            TakesAsks::SelfService => "self-service",
            TakesAsks::AwayTeamHost => "hosts away teams",
            TakesAsks::None => "takes none",
        })
        .collect();
    if words.is_empty() { "not said".into() } else { words.join(", ") }
}

/// The answers that a team's page shows.
#[derive(Clone, Copy)]
pub struct TeamAnswers<'a> {
    /// What stands.
    pub standing: &'a Standing,
    /// When; `None` while it is being worked out.
    pub forecast: Option<&'a Forecast>,
    /// What wants doing.
    pub next: &'a Next,
    /// What is asked of it, beside its own work.
    pub inbox: Option<&'a Inbox>,
    /// The team's detours.
    pub ledger: &'a Ledger,
    /// What the rules found; `None` while it is being worked out.
    pub report: Option<&'a Report>,
}

/// One team: what is asked of it, beside what it waits for.
pub fn team(frame: &Frame<'_>, answers: &TeamAnswers<'_>, team: &Team) -> Markup {
    let TeamAnswers { standing, forecast, next, inbox, ledger, report } = *answers;
    let organisation = frame.organisation;
    let asked: Vec<&Ask> = organisation
        .asked_of(&team.id)
        .iter()
        .filter_map(|id| organisation.ask(id))
        .filter(|ask| is_open(organisation, ask))
        .collect();
    let waiting = ask_list::by_weight(standing, forecast);
    let own: Vec<_> = waiting.iter().filter(|weighed| weighed.ask().team() == &team.id).copied().collect();
    let number = standing.team(&team.id).map(|it| &it.number);
    let items: Vec<_> = next.items.iter().filter(|item| item.team == team.id).collect();
    let name = words::capital(team.name());
    let answer = match number.filter(|number| number.basis() != Basis::Nothing) {
        Some(number) => number.sentence(),
        None => format!("{name} has no open plan."),
    };
    let mut facts = vec![html! { (name) }, html! { (kind(&team.kind)) }];
    if let Some(people) = team.capacity() {
        facts.push(html! { (people_words(people)) " people" });
    }
    if let Some(channel) = &team.channel {
        facts.push(html! { (channel) });
    }
    let main = html! {
        (headline(&dotted(&facts), &answer, &html! {
            (words::capital(&words::number_of(asked.len(), "open ask", "open asks"))) " of it; it waits for " (words::number_of(own.len(), "answer", "answers")) " of others."
        }))
        @if let Some(number) = number { (standing_figure(number)) }
        @if !items.is_empty() { (next::list(frame, "What wants doing", &items, next.timed, 8)) }
        @if let Some(inbox) = inbox { (inbox::section(frame, inbox)) }
        @if !own.is_empty() {
            h2 #waits { "What " (name) " waits for" }
            (ask_list::table_of(frame, &own, forecast, Reader::Between))
        }
        (hacks::of_team(frame, ledger))
        (needs(frame, team))
        (plans(frame, standing, team))
        (how_it_works(frame, forecast, team))
        @if let Some(report) = report { (checks::list("What the checks say", &checks::of_team(report, &team.id))) }
    };
    page(frame, Some(Section::Teams), &name, &main)
}

/// Which asks the team takes as one, and which look alike and are not.
fn needs(frame: &Frame<'_>, team: &Team) -> Markup {
    let rows: Vec<Row> = frame
        .organisation
        .needs()
        .filter(|need| need.id.team() == &team.id)
        .map(|need| {
            let (how, asks) = match &need.relation {
                NeedRelation::Joins(asks) => ("one need", asks),
                NeedRelation::KeepsApart(asks) => ("kept apart", asks),
            };
            Row::new(vec![
                html! { b { (prose(&need.what)) } small { code { (need.id.id()) } } },
                html! {
                    (how) ": "
                    @for (at, ask) in asks.iter().enumerate() { @if at > 0 { ", " } a href=(link::ask(ask)) { (ask) } }
                },
                html! { @match &need.effort { Some(effort) => (effort), None => span.soft { "not said" } } },
                html! { @match &need.work { Some(work) => code { (work.id()) }, None => span.soft { "not planned" } } },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #needs { "Asks taken together" }
            (table("Needs", &[Column::head("Need"), Column::text("Asks"), Column::text("Effort"), Column::text("Work")], &[], &rows))
        }
    }
}

fn plans(frame: &Frame<'_>, standing: &Standing, team: &Team) -> Markup {
    let rows: Vec<Row> = frame
        .organisation
        .plans_of(&team.id)
        .map(|plan| {
            Row::new(vec![
                html! { a href=(link::plan(&plan.id)) { (prose(plan.name())) } },
                html! {
                    @match (plan.closed, plan.period) {
                        (Some(closed), _) => { "closed on " (closed.short(frame.as_of)) },
                        (None, Some(period)) => { (period.from().short(frame.as_of)) " to " (period.until().short(frame.as_of)) },
                        (None, None) => span.soft { "no period" },
                    }
                },
                html! { (stands(standing.plan(&plan.id).map(|it| &it.number))) },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #plans { "Plans" }
            (table("Plans", &[Column::head("Plan"), Column::text("Period"), Column::figure("Stands")], &[], &rows))
        }
    }
}

/// How the team takes asks, who is in it, what it offers and owns.
fn how_it_works(frame: &Frame<'_>, forecast: Option<&Forecast>, team: &Team) -> Markup {
    let organisation = frame.organisation;
    let persons: Vec<String> = team
        .persons
        .iter()
        .map(|(id, person)| {
            let roles: Vec<&str> = person.roles.iter().map(|role| say::role(*role)).collect();
            let name = person.name.as_deref().unwrap_or(id.as_str());
            if roles.is_empty() { name.to_owned() } else { format!("{name} ({})", roles.join(", ")) }
        })
        .collect();
    let filled = forecast
        .and_then(|forecast| forecast.teams.iter().find(|it| it.team == team.id))
        .and_then(|it| it.filled);
    html! {
        h2 #about { "How it works" }
        dl.facts {
            (read_copy::home(frame, &team.id))
            dt { "Takes asks" } dd { (takes(team)) @if let Some(turnaround) = team.turnaround { "; reads them within " (turnaround) } }
            @if let Some(filled) = filled { dt { "Queue" } dd { "filled to " (format!("{:.0}%", filled * 100.0)) " of its time by its own items and other work" } }
            @if !persons.is_empty() { dt { "People" } dd { (kedge_model::listed(&persons)) } }
            @if let Some(cannot) = &team.cannot_help { dt { "When it cannot help" } dd { (prose(cannot)) } }
            @if let Some(away) = &team.away_teams {
                dt { "Away teams" }
                dd {
                    @if team.merges_openly() { "visitors may merge" } @else { "the host merges" }
                    @if let Some(fits) = &away.fits { ". Fits: " (prose(&words::sentence(fits))) }
                    @if let Some(norms) = &away.norms { " " @if norms.starts_with("https://") { a href=(norms) rel="noreferrer" { "Norms" } } @else { (norms) } }
                }
            }
            @for service in team.self_services.values() { dt { "Self-service" } dd { (prose(&service.what)) ": " (prose(&service.how)) } }
            @for service in team.services.values() {
                dt { "Service" }
                dd {
                    (service.title.as_deref().unwrap_or(service.id.id().as_str()))
                    @if let Some(apart) = &service.why_apart { small { " apart because of " (because(apart.because)) ": " (prose(&apart.why)) } }
                }
            }
            @if !team.owns.is_empty() { dt { "Owns" } dd { @for pattern in &team.owns { code { (pattern) } " " } } }
            @match &team.kind {
                TeamKind::TaskForce(force) => {
                    dt { "For" } dd { a href=(link::initiative(&force.initiative)) { (organisation.initiative(&force.initiative).map_or(force.initiative.id().as_str(), |it| it.title.as_str())) } }
                    dt { "From, to" } dd { (force.starts.in_words(frame.as_of)) " to " (force.ends.in_words(frame.as_of)) ", " @if force.full_time { "full time" } @else { "part time" } }
                    dt { "Afterwards" } dd { (say::team(organisation, &force.later_owner)) " owns the result" }
                },
                TeamKind::Community { members, topics } => {
                    dt { "Members" } dd { (kedge_model::listed(members.iter().map(|id| say::team(organisation, id)))) }
                    @if !topics.is_empty() { dt { "Topics" } dd { (kedge_model::listed(topics)) } }
                },
                TeamKind::External { kept_by, contact } => {
                    @if let Some(keeper) = kept_by { dt { "Kept by" } dd { (say::team(organisation, keeper)) } }
                    @if let Some(contact) = contact { dt { "Contact" } dd { (contact) } }
                },
                _ => {},
            }
            @for absence in &team.absences {
                dt { "Away" }
                dd { (absence.who.as_ref().map_or("everybody", |who| who.id().as_str())) ", " (absence.from.short(frame.as_of)) " to " (absence.until.short(frame.as_of)) }
            }
            @for loan in &team.loans {
                dt { @if loan.embed { "Embeds" } @else { "Lends" } }
                dd { (loan.who.id()) " to " (say::team(organisation, &loan.to)) ", " (loan.from.short(frame.as_of)) " to " (loan.until.short(frame.as_of)) }
            }
        }
    }
}

fn because(because: kedge_model::Because) -> &'static str {
    match because {
        kedge_model::Because::Load => "load",
        kedge_model::Because::Availability => "availability",
        kedge_model::Because::Law => "law",
        kedge_model::Because::Team => "team",
    }
}
