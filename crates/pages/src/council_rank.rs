//! The council's rank: its order with the line where confidence ends, what moves it, who runs the programs, who has nothing
//! left, and the values that wait to be confirmed.

use crate::queue::Preview;
use crate::shell::{Frame, prose};
use crate::source::{anchor, detailed};
use crate::table::{Column, Row, table};
use crate::{link, reorder, say, words};
use kedge_decide::{Council, CouncilMoved, Ranked, RankedKind, consumed_in_words};
use kedge_model::{AskId, InitiativeId, Money, Organisation, PersonId};
use maud::{Markup, html};

/// Claims are listed up to here; `kedge council --json` has all.
const CLAIMS: usize = 40;

/// The order, with what moves something in it.
pub(crate) fn order(frame: &Frame<'_>, council: &Council) -> Markup {
    let mut rows = Vec::new();
    for (at, ranked) in council.ranked.iter().enumerate() {
        if council.confident == Some(at) {
            rows.push(line(council));
        }
        rows.push(row(frame, council, at, ranked));
    }
    html! {
        h2 #rank { "In this order" }
        (table(
            "The council’s order",
            &[
                Column::figure("Rank"),
                Column::head("What"),
                Column::text("Run by"),
                Column::figure("Confirmed a week"),
                Column::figure("Least likely on time"),
                Column::act("Move"),
            ],
            &[],
            &rows,
        ))
        p.foot {
            "Confidence ends before the first whose least likely outcome is on time in fewer than " (council.confidence)
            " of cases: as a whole it is no likelier than that outcome. "
            @if council.confident.is_none() { "The forecast is being worked out; the line is drawn when it is there." }
        }
        (add(frame, council))
    }
}

/// The line where confidence ends, as a row of its own.
fn line(council: &Council) -> Row {
    let before = council.ranked.iter().any(|it| it.on_time.is_some());
    Row::new(vec![
        html! {},
        html! { span.late { "Confidence ends here" } @if !before { small { "nothing above can be dated" } } },
        html! {},
        html! {},
        html! {},
        html! {},
    ])
    .id("confidence".into())
}

fn row(frame: &Frame<'_>, council: &Council, at: usize, ranked: &Ranked) -> Row {
    let organisation = frame.organisation;
    let none = || html! { span.soft { "–" } };
    let neighbour = |at: Option<usize>| at.and_then(|at| council.ranked.get(at));
    let up = neighbour(at.checked_sub(1)).map(|other| ("before", other));
    let down = neighbour(at.checked_add(1)).map(|other| ("after", other));
    let initiative = organisation.initiative(&InitiativeId::from(ranked.name.clone()));
    let ask = AskId::from(ranked.name.clone());
    Row::new(vec![
        html! { (ranked.place) },
        html! {
            @match initiative {
                Some(initiative) => a href=(link::initiative(&initiative.id)) { (ranked.title) },
                None if organisation.ask(&ask).is_some() => a href=(link::ask(&ask)) { (ask) },
                None => code { (ranked.name) },
            }
            small {
                @match ranked.kind {
                    RankedKind::Program => "program",
                    RankedKind::CriticalProject => "critical project",
                    RankedKind::Ask => "ask: the council’s yes",
                }
            }
        },
        html! {
            @match (&ranked.program_manager, ranked.kind) {
                (Some(manager), _) => (person(organisation, manager)),
                (None, RankedKind::Program) => span.late { "nobody" },
                (None, _) => (none()),
            }
        },
        html! {
            @if ranked.confirmed != Money::ZERO { (ranked.confirmed.rounded()) } @else { (none()) }
            @if ranked.claimed != Money::ZERO { small { "and " (ranked.claimed.rounded()) " claimed" } }
        },
        match ranked.on_time {
            Some(chance) => detailed(
                &format!("ranked-{}", anchor(&ranked.name.to_string())),
                &words::percent(chance.share),
                &format!("{}, by {} trials", words::cases_within(chance), chance.trials),
            ),
            None => none(),
        },
        html! {
            div.acts {
                @for (side, other) in [up, down].into_iter().flatten() {
                    (reorder::step(link::COUNCIL, &ranked.name, side, &other.name))
                }
            }
        },
    ])
}

/// What brings an initiative into the rank.
fn add(frame: &Frame<'_>, council: &Council) -> Markup {
    html! {
        @if !council.unranked.is_empty() {
            form.answer-form method="get" action=(link::COUNCIL) {
                label { "Not ranked: " select name="move" {
                    @for id in &council.unranked {
                        option value=(id) { (frame.organisation.initiative(id).map_or(id.id().as_str(), |it| it.title.as_str())) }
                    }
                } }
                input type="hidden" name="to" value="last";
                button type="submit" { "Show what ranking it does" }
            }
        }
    }
}

/// What a move does, with the button that makes it.
pub(crate) fn preview(frame: &Frame<'_>, moved: Preview<'_, CouncilMoved>) -> Markup {
    html! {
        @match moved {
            Preview::None => {},
            Preview::Awaited => (reorder::awaited()),
            Preview::Refused(why) => (reorder::refused(link::COUNCIL, why)),
            Preview::Done(moved) => section.preview #preview aria-label="What the move does" {
                h2 { (prose(&moved.sentence)) }
                (reorder::order(frame, &moved.moving.order, &moved.moving.name))
                (reorder::effect(frame, &moved.effect))
                (reorder::accept(frame, link::COUNCIL, &moved.moving.name, &moved.moving.to, ("council-order", "Writes the new rank into council.kedge.toml")))
            }
        }
    }
}

/// Programs against those who can run them, and the teams that the first three take whole.
pub(crate) fn strain(frame: &Frame<'_>, council: &Council) -> Markup {
    let organisation = frame.organisation;
    let managers: Vec<String> = council.managers.iter().map(|it| person(organisation, it)).collect();
    let over = council.programs_too_many();
    html! {
        @if !council.ranked.is_empty() {
            h2 #strain { "Who runs it, and who has nothing left" }
            dl.facts {
                dt { "Programs" }
                dd {
                    (words::capital(&words::number_of(council.programs.len(), "is ranked", "are ranked"))) ", and "
                    @match managers.len() {
                        0 => "nobody is there to run one",
                        1 => { "one person can run one: " (managers[0]) },
                        count => { (words::number(count)) " can run one: " (kedge_model::listed(&managers)) },
                    }
                    "." @if over > 0 { " " span.late { (words::capital(&words::number(over))) " too many." } }
                }
                dt { "Wholly taken" }
                dd {
                    @if council.consumed.is_empty() { "No team is wholly taken by two or three of the first three." }
                    @for consumed in &council.consumed {
                        p { a href=(link::team(&consumed.team)) { (words::capital(say::team(organisation, &consumed.team))) } ": " (consumed_in_words(organisation, consumed)) "." }
                    }
                }
            }
        }
    }
}

/// The values that nobody has confirmed, each with what confirms it.
pub(crate) fn claims(frame: &Frame<'_>, council: &Council) -> Markup {
    let organisation = frame.organisation;
    let rows: Vec<Row> = council
        .claims
        .iter()
        .take(CLAIMS)
        .map(|claim| {
            Row::new(vec![
                html! {
                    (prose(&claim.title))
                    small { (words::capital(say::team(organisation, claim.outcome.team()))) ", " code { (claim.outcome.id()) } }
                },
                html! { (claim.value.a_week().rounded()) },
                html! {
                    @match &claim.stakeholder { Some(who) => (person(organisation, who)), None => span.late { "nobody named" } }
                },
                match organisation.outcome(&claim.outcome) {
                    Some(outcome) => crate::answer::confirm_form(frame, outcome),
                    None => html! { code { (claim.command) } },
                },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 #claims { "Claims that wait for confirmation" }
            p { "A value is its team’s claim until its stakeholder or the council confirms it. Until then it is shown, and ranks nothing." }
            (table(
                "Claims that wait for confirmation",
                &[Column::head("Outcome"), Column::figure("Claimed a week"), Column::text("Stakeholder"), Column::act("Confirm")],
                &[],
                &rows,
            ))
            @if council.claims.len() > CLAIMS { p.foot { "And " (council.claims.len() - CLAIMS) " more; " code { "kedge council --json" } " has all." } }
        }
    }
}

fn person(organisation: &Organisation, id: &PersonId) -> String {
    crate::council::person(organisation, id)
}
