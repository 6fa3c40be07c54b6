//! The queue: which asks are one need, in what order they are worth doing, and what a reorder would change.

use crate::shell::{Frame, Section, act, empty, headline, page, prose, token};
use crate::source::{anchor, detailed};
use crate::table::{Column, Row, table};
use crate::{link, reorder, say, words};
use kedge_decide::{Basis, Joined, Moved, Queue, QueueLine, near_in_words};
use kedge_model::{Money, TeamId};
use maud::{Markup, html};

/// Lines are listed up to here; a team's own page, or `kedge queue`, has the rest.
const LISTED: usize = 200;

/// Why a move cannot be shown, or what it does as far as it was asked for.
#[derive(Debug)]
pub enum Preview<'a, T> {
    /// Nothing was asked for.
    None,
    /// It is being worked out.
    Awaited,
    /// It cannot be.
    Refused(&'a str),
    /// What it does.
    Done(&'a T),
}

// Not derived: what it points at need not be copied for it to be.
impl<T> Clone for Preview<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Preview<'_, T> {}

/// The page of all queues, or of one team's.
pub fn queue(frame: &Frame<'_>, queue: &Queue, moved: Preview<'_, Moved>) -> Markup {
    let organisation = frame.organisation;
    let several = queue.lines.iter().filter(|line| line.asks.len() > 1).count();
    let above = match &queue.team {
        None => html! { "Queue" },
        Some(team) => html! {
            a href=(link::QUEUE) { "Queue" } " of "
            a href=(link::team(team)) { (words::capital(say::team(organisation, team))) }
        },
    };
    let main = html! {
        (headline(&above, &queue.headline(organisation), &html! {
            "Each line is one need. It stands where it does for the confirmed value that is lost without it, over the work that it takes; claims stand beside and do not count."
            @if several > 0 { " " (words::capital(&words::number_of(several, "line joins", "lines join"))) " several asks." }
        }))
        @if queue.lines.is_empty() {
            (empty(
                "Nothing that was asked is still open.",
                "An open ask that something waits for stands here, with what is lost without it.",
                Some("kedge new ask TEAM/PLAN ID"),
            ))
        } @else {
            @match &queue.team {
                None => (by_team(frame, queue)),
                Some(team) => (preview(frame, team, moved)),
            }
            h2 #worth { "By what is lost without it, for the work it takes" }
            (listed(frame, queue))
            p.foot {
                "Lost a week: of the outcomes that wait for it, while none of its asks lands, with their fallbacks taken and all else there. "
                "Work: its mean is counted. Now: its place among what that team is asked, in the team’s order and the council’s."
            }
            @if let Some(team) = &queue.team { (in_order(frame, queue, team)) }
        }
    };
    let title = queue
        .team
        .as_ref()
        .map_or_else(|| "Queue".to_owned(), |team| format!("Queue of {}", say::team(organisation, team)));
    page(frame, Some(Section::Queue), &title, &main)
}

/// The teams that are asked for anything, by name: nobody is ranked.
fn by_team(frame: &Frame<'_>, queue: &Queue) -> Markup {
    let mut teams: Vec<&TeamId> = queue.lines.iter().map(|line| &line.to).collect();
    teams.sort();
    teams.dedup();
    html! {
        details open[teams.len() <= 24] {
            summary { "One team’s queue, where its order can be changed" }
            p {
                @for (index, team) in teams.iter().enumerate() {
                    @if index > 0 { " · " }
                    a href=(link::queue_of(team)) { (words::capital(say::team(frame.organisation, team))) }
                }
            }
        }
    }
}

fn listed(frame: &Frame<'_>, queue: &Queue) -> Markup {
    let rows: Vec<Row> = queue.lines.iter().take(LISTED).map(|line| row(frame, queue, line)).collect();
    html! {
        (table(
            "What is asked, the first to do first",
            &[
                Column::figure("Place"),
                Column::head("Need"),
                Column::text("Why it stands here"),
                Column::figure("Lost a week"),
                Column::figure("Work"),
                Column::figure("For a week of it"),
                Column::figure("Now"),
            ],
            &[],
            &rows,
        ))
        @if queue.lines.len() > LISTED {
            p.foot { "And " (queue.lines.len() - LISTED) " more; " code { "kedge queue --lines " (queue.lines.len()) } " lists all." }
        }
    }
}

fn row(frame: &Frame<'_>, queue: &Queue, line: &QueueLine) -> Row {
    let organisation = frame.organisation;
    let id = anchor(&line.name.to_string());
    Row::new(vec![
        html! { (line.place) },
        html! {
            (prose(&words::capital(&line.what)))
            small {
                @for (index, asked) in line.asks.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(link::ask(&asked.ask)) { (asked.ask) }
                }
                @if queue.team.is_none() { ", of " a href=(link::queue_of(&line.to)) { (say::team(organisation, &line.to)) } }
            }
        },
        html! {
            small {
                (words::capital(&line.sum())) @if let Some(claimed) = line.claimed_beside() { "; " (claimed) } "."
            }
            @if let Some(why) = line.why_joined(organisation) { (joined(frame, line, &why)) }
        },
        match line.basis {
            Basis::Worth { .. } | Basis::EffortUnknown => html! { (line.confirmed.rounded()) },
            Basis::NothingConfirmed { .. } if line.claimed != Money::ZERO => {
                html! { span.soft { (line.claimed.rounded()) } small { "claimed" } }
            }
            Basis::NothingConfirmed { .. } => html! { span.soft { "–" } },
        },
        match &line.effort {
            Some(effort) => detailed(
                &format!("work-{id}"),
                &effort.estimate.to_string(),
                &format!("By {}", effort.source.detail()),
            ),
            None => html! { span.soft { "not said" } },
        },
        match line.basis {
            Basis::Worth { per_week } => html! { b { (per_week.rounded()) } },
            Basis::EffortUnknown => html! { span.soft { "not known" } },
            Basis::NothingConfirmed { .. } => html! { span.soft { "–" } },
        },
        html! {
            (line.recorded)
            @if let Some(place) = line.council { small { "the council’s " (place) } }
        },
    ])
}

/// Why asks are on one line, with what changes that.
fn joined(frame: &Frame<'_>, line: &QueueLine, why: &str) -> Markup {
    let names: Vec<String> = line.asks.iter().map(|it| it.ask.to_string()).collect();
    let reads = !matches!(&line.joined, Joined::Said { reads, .. } if reads.is_empty());
    html! {
        details #{"joined-" (anchor(&line.name.to_string()))} {
            summary { "Why these are on one line" }
            p { small { (prose(why)) } }
            div.acts {
                @if reads {
                    (act(frame, "They are one need", "Writes it among the answers of the asked team: one piece of work opens them all", false, &[
                        ("act", "join".into()),
                        ("ask", names.join(",")),
                    ]))
                }
                @for ask in &line.asks {
                    (act(frame, &format!("{} is another", ask.ask), "Takes it off this line, in the file of the asked team", false, &[
                        ("act", "split".into()),
                        ("ask", ask.ask.to_string()),
                    ]))
                }
            }
        }
    }
}

/// The team's order as recorded, with what moves a line in it.
fn in_order(frame: &Frame<'_>, queue: &Queue, team: &TeamId) -> Markup {
    let lines = queue.as_recorded(team);
    let address = link::queue_of(team);
    let name = |line: &QueueLine| words::capital(&line.what);
    let rows: Vec<Row> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let up = at.checked_sub(1).and_then(|at| lines.get(at)).map(|other| ("before", other));
            let down = lines.get(at + 1).map(|other| ("after", other));
            let by_worth = lines.iter().filter(|other| other.place < line.place).count() + 1;
            Row::new(vec![
                html! { (line.recorded) },
                html! { (prose(&name(line))) small { code { (line.name) } } },
                html! { (by_worth) },
                html! {
                    @if line.council.is_some() {
                        small { "the council ranks it" }
                    } @else {
                        div.acts {
                            @for (side, other) in [up, down].into_iter().flatten() {
                                @if other.council.is_none() {
                                    (reorder::step(&address, &line.name, side, &other.name))
                                }
                            }
                        }
                    }
                },
            ])
        })
        .collect();
    html! {
        h2 #order { "In its order now" }
        (table(
            "In its order now",
            &[Column::figure("Now"), Column::head("Need"), Column::figure("By worth"), Column::act("Move")],
            &[],
            &rows,
        ))
        @if lines.len() > 2 {
            form.answer-form method="get" action=(address) {
                @let own: Vec<_> = lines.iter().filter(|it| it.council.is_none()).collect();
                label { "Put " select name="move" { @for (at, line) in own.iter().enumerate() { option value=(line.name) selected[at + 1 == own.len()] { (line.name) } } } }
                label { "before " select name="before" { @for line in &own { option value=(line.name) { (line.name) } } } }
                button type="submit" { "Show what it does" }
            }
        }
        @if lines.len() > 1 && let Some(writing) = frame.writing {
            form.answer-form method="post" action=(link::ACT) {
                (token(writing))
                input type="hidden" name="act" value="join";
                label { "One need: " select name="line" { @for line in &lines { option value=(line.name) { (line.name) } } } }
                label { "and " select name="beside" { @for (at, line) in lines.iter().enumerate() { option value=(line.name) selected[at == 1] { (line.name) } } } }
                button type="submit" title="Writes it among the answers of the asked team: one piece of work opens them all" { "Join them" }
            }
        }
        p.foot { "A move is shown before it is made. Accepted, it is written into the rank of " (say::team(frame.organisation, team)) ", and can be undone." }
    }
}

/// What a move does, with the button that makes it.
fn preview(frame: &Frame<'_>, team: &TeamId, moved: Preview<'_, Moved>) -> Markup {
    let address = link::queue_of(team);
    html! {
        @match moved {
            Preview::None => {},
            Preview::Awaited => (reorder::awaited()),
            Preview::Refused(why) => (reorder::refused(&address, why)),
            Preview::Done(moved) => section.preview #preview aria-label="What the move does" {
                h2 { (prose(&moved.sentence)) }
                (reorder::order(frame, &moved.moving.order, &moved.moving.line))
                (reorder::effect(frame, &moved.effect))
                @if let Some(near) = near_in_words(frame.organisation, moved) {
                    p.foot { (near) " What teams further away do to them comes in by the odds of their asks alone, and nobody decides anew." }
                }
                (reorder::accept(frame, &address, &moved.moving.line, &moved.moving.to, ("queue-order", "Writes the new rank into the team’s file")))
            }
        }
    }
}
