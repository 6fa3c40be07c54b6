//! Whose files change together: the map, the matrix, and under both the pairs with their commits, to which they lead.

use crate::code_parts::commits;
use crate::picture::{Coupled, Line, Node, coupled};
use crate::table::{Column, Row, table};
use crate::words;
use kedge_survey::Survey;
use kedge_survey::coupling::{Direction, LARGE, Pair, RECENT, Trend};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many owners stand in the map and the matrix, those whose files change most: more cannot be read.
const IN_MATRIX: usize = 16;
/// So many pairs are listed besides those in the matrix; `kedge survey --all` has all.
const LISTED: usize = 25;

/// Everything between owners, and between areas. `declared` are pairs of teams with an ask between them.
pub(crate) fn couplings(survey: &Survey, declared: &BTreeSet<(String, String)>) -> Markup {
    let shown = Owners::of(survey);
    let is_above = |pair: &&Pair| pair.direction == Direction::AboveChance;
    let pairs = &survey.coupling.pairs;
    let is_drawn = |pair: &Pair| {
        shown.place.contains_key(pair.one.as_str()) && shown.place.contains_key(pair.other.as_str())
    };
    let above: Vec<&Pair> = pairs.iter().filter(is_above).collect();
    let listed: Vec<&Pair> = above
        .iter()
        .enumerate()
        .filter(|(place, pair)| *place < LISTED || is_drawn(pair))
        .map(|(_, pair)| *pair)
        .collect();
    let others: Vec<&Pair> = pairs.iter().filter(|pair| !is_above(pair) && is_drawn(pair)).collect();
    let missing = pairs.len() - listed.len() - others.len();
    html! {
        (map(survey, &shown, declared))
        (matrix(survey, &shown))
        h3 { "Above chance" }
        @if above.is_empty() { p { "No pair of owners." } } @else { (rows(survey, &shown, "Pairs above chance", &listed)) }
        @if !others.is_empty() {
            details {
                summary { (words::capital(&words::number_of(others.len(), "pair", "pairs"))) " as chance has it, or below" }
                (rows(survey, &shown, "Pairs as chance has it, or below", &others))
            }
        }
        p.foot {
            "A large commit touches more than " (LARGE) " files (" code { "--most-files" } " leaves such out): a sweep through the repository says little about any two in it. By chance: the product of the two counts, over N = " (survey.coupling.counted) "; above and below by Fisher’s exact test. The trend sets the last " (RECENT) " days"
            @if let Some(from) = &survey.coupling.recent_from { ", from " (from) "," }
            " against all. "
            @if missing > 0 { (words::capital(&words::number_of(missing, "more pair", "more pairs"))) " of other owners: " code { "kedge survey --all" } ". " }
            @if survey.coupling.never_met > 0 { (words::capital(&words::number_of(survey.coupling.never_met as usize, "pair", "pairs"))) " never met." }
        }
        (areas(survey))
    }
}

/// The owners that are drawn, by their places.
struct Owners<'s> {
    names: Vec<&'s str>,
    place: HashMap<&'s str, usize>,
    /// What all owners' names begin with: the organisation on the code host.
    prefix: &'s str,
}

impl<'s> Owners<'s> {
    fn of(survey: &'s Survey) -> Self {
        let all = || survey.coupling.owners.iter().map(|it| it.owner.as_str());
        let prefix = all().next().and_then(|first| Some(&first[..=first.find('/')?])).unwrap_or("");
        let prefix = if all().all(|owner| owner.starts_with(prefix)) { prefix } else { "" };
        let names: Vec<&str> = all().take(IN_MATRIX).collect();
        let place = names.iter().enumerate().map(|(place, name)| (*name, place)).collect();
        Self { names, place, prefix }
    }

    fn short<'n>(&self, name: &'n str) -> &'n str {
        name.strip_prefix(self.prefix).unwrap_or(name)
    }
}

/// What a pair's row is called, so that the map and the matrix lead to it.
fn id(survey: &Survey, pair: &Pair) -> String {
    let plain = |text: &str| -> String {
        text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect()
    };
    format!("pair-{}-{}-{}", plain(&survey.repository), plain(&pair.one), plain(&pair.other))
}

fn map(survey: &Survey, shown: &Owners<'_>, declared: &BTreeSet<(String, String)>) -> Markup {
    let is_declared = |one: &str, other: &str| {
        let both = |one: &str, other: &str| declared.contains(&(one.to_owned(), other.to_owned()));
        both(one, other) || both(other, one)
    };
    let mut lines = Vec::new();
    let mut coupled_pairs = BTreeSet::new();
    for pair in survey.coupling.pairs.iter().filter(|pair| pair.direction == Direction::AboveChance) {
        let (Some(one), Some(other)) =
            (shown.place.get(pair.one.as_str()), shown.place.get(pair.other.as_str()))
        else {
            continue;
        };
        coupled_pairs.insert((*one, *other));
        lines.push(Line {
            between: [*one, *other],
            weight: pair.together,
            is_declared: is_declared(&pair.one, &pair.other),
            title: title(shown, pair),
            leads_to: format!("#{}", id(survey, pair)),
        });
    }
    if shown.names.len() < 2 || lines.is_empty() {
        return html! {};
    }
    let commits: BTreeMap<&str, u64> =
        survey.coupling.owners.iter().map(|it| (it.owner.as_str(), it.commits)).collect();
    let nodes: Vec<Node> = shown
        .names
        .iter()
        .map(|name| Node {
            name: shown.short(name).to_owned(),
            weight: commits.get(name).copied().unwrap_or(0),
        })
        .collect();
    let hidden = lines.iter().filter(|line| !line.is_declared).count();
    html! {
        h3 { "Map" }
        p.figure-title {
            "A line joins two owners whose files change together more often than chance has it; the thicker, the more commits. "
            @if hidden == lines.len() { "No ask is declared between any of them, so all are broken." }
            @else { "Broken where no ask is declared between them: " (words::number_of(hidden, "pair", "pairs")) "." }
        }
        (coupled(&Coupled { nodes, lines }, &format!("Owners of {} whose files change together", survey.repository)))
    }
}

/// Owners by owners: each cell the commits that touch both, with its direction as its shade and in words.
fn matrix(survey: &Survey, shown: &Owners<'_>) -> Markup {
    let owners = &shown.names;
    let mut pairs: HashMap<(&str, &str), &Pair> = HashMap::new();
    for pair in &survey.coupling.pairs {
        pairs.insert((&pair.one, &pair.other), pair);
        pairs.insert((&pair.other, &pair.one), pair);
    }
    if owners.len() < 2 {
        return html! {};
    }
    html! {
        h3 { "Who with whom" }
        div.matrix-box tabindex="0" role="region" aria-label="Owners by owners" {
            table.matrix {
                caption { "Commits that touch files of both; each leads to them. Shaded: more than chance has it; struck: fewer." }
                thead { tr {
                    th scope="col" { "" }
                    @for (place, owner) in owners.iter().enumerate() { th scope="col" { abbr title=(owner) { (place + 1) } } }
                } }
                tbody { @for (place, one) in owners.iter().enumerate() { tr {
                    th scope="row" { span.figure { (place + 1) } " " (shown.short(one)) }
                    @for other in owners {
                        @match pairs.get(&(*one, *other)) {
                            _ if one == other => { td.self { "" } }
                            Some(pair) => {
                                td class=(class(pair.direction)) { a href=(format!("#{}", id(survey, pair))) title=(title(shown, pair)) aria-label=(title(shown, pair)) { (pair.together) } }
                            }
                            None => { td { "" } }
                        }
                    }
                } } }
            }
        }
        @if survey.coupling.owners.len() > IN_MATRIX {
            p.foot { "The " (IN_MATRIX) " of " (survey.coupling.owners.len()) " owners whose files change most." }
        }
        @if !shown.prefix.is_empty() { p.foot { "All owners are of " code { (shown.prefix) } ", which is left out of their names." } }
    }
}

fn class(direction: Direction) -> &'static str {
    match direction {
        Direction::AboveChance => "above",
        Direction::AsChance => "as",
        Direction::BelowChance => "below",
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::AboveChance => "more than chance has it",
        Direction::AsChance => "as chance has it",
        Direction::BelowChance => "fewer than chance has it",
    }
}

fn title(shown: &Owners<'_>, pair: &Pair) -> String {
    format!(
        "{} and {}: {} together, {:.1} by chance, {}",
        shown.short(&pair.one),
        shown.short(&pair.other),
        pair.together,
        pair.expected,
        way(pair.direction)
    )
}

fn trend(pair: &Pair) -> &'static str {
    match pair.trend {
        Trend::Rising => "rising",
        Trend::Steady => "steady",
        Trend::Falling => "falling",
    }
}

fn rows(survey: &Survey, shown: &Owners<'_>, caption: &str, pairs: &[&Pair]) -> Markup {
    let rows: Vec<Row> = pairs
        .iter()
        .map(|pair| {
            Row::new(vec![
                html! {
                    b { (shown.short(&pair.one)) } " and " b { (shown.short(&pair.other)) }
                    @if pair.direction != Direction::AboveChance { ", " (way(pair.direction)) }
                    (commits(survey, &pair.shown_by, pair.together))
                },
                html! { (pair.together) @if pair.large > 0 { br; small { (pair.large) " in large commits" } } @if pair.only_joint > 0 { br; small { (pair.only_joint) " jointly" } } },
                html! { (format!("{:.1}", pair.expected)) },
                html! { (format!("{:.2}", pair.lift)) },
                html! { (format!("{:.0} %", pair.degree)) },
                html! { (pair.commits_of_one) ", " (pair.commits_of_other) },
                html! { (trend(pair)) br; small { (pair.recent) " in the last year" } },
            ])
            .id(id(survey, pair))
        })
        .collect();
    let columns = [
        Column::head("Owners"),
        Column::figure("Together"),
        Column::figure("By chance"),
        Column::figure("Lift"),
        Column::figure("Degree"),
        Column::figure("Commits of each"),
        Column::figure("Trend"),
    ];
    table(caption, &columns, &[], &rows)
}

/// Areas across borders, where there are more of them than owners.
fn areas(survey: &Survey) -> Markup {
    let areas = &survey.areas;
    let above: Vec<&Pair> =
        areas.pairs.iter().filter(|pair| pair.direction == Direction::AboveChance).take(LISTED).collect();
    if above.is_empty() || areas.areas.len() <= survey.coupling.owners.len() {
        return html! {};
    }
    let owners: HashMap<&str, String> =
        areas.areas.iter().map(|it| (it.area.as_str(), it.owners.join(", "))).collect();
    let whose = |area: &str| owners.get(area).cloned().unwrap_or_default();
    let rows: Vec<Row> = above
        .iter()
        .map(|pair| {
            Row::new(vec![
                html! {
                    span.long { (pair.one) } " " small { (whose(&pair.one)) } br;
                    span.long { (pair.other) } " " small { (whose(&pair.other)) }
                    (commits(survey, &pair.shown_by, pair.together))
                },
                html! { (pair.together) },
                html! { (format!("{:.1}", pair.expected)) },
                html! { (format!("{:.2}", pair.lift)) },
                html! { (pair.commits_of_one) ", " (pair.commits_of_other) },
            ])
        })
        .collect();
    let columns = [
        Column::head("Areas, and whose"),
        Column::figure("Together"),
        Column::figure("By chance"),
        Column::figure("Lift"),
        Column::figure("Commits of each"),
    ];
    html! {
        h3 { "Which areas" }
        (table("Areas above chance", &columns, &[], &rows))
        p.foot {
            "The first " (rows.len()) " of " (words::number_of(areas.above as usize, "pair", "pairs")) " of areas above chance; "
            (areas.as_chance) " as chance has it, " (areas.below) " below it."
        }
    }
}
