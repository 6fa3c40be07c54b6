//! What the code says: whose files change together, against chance, and the commits behind every number.

use crate::code_parts::{CodePage, ways};
use crate::shell::{Frame, Section, empty, headline, page};
use crate::table::{Column, Row, table};
use crate::words;
use kedge_survey::Survey;
use kedge_survey::congruence::Congruence;
use kedge_survey::coupling::{Direction, Pair, Shown};
use kedge_survey::files_together::Together;
use kedge_survey::ownership::{Said, When};
use maud::{Markup, html};
use std::collections::{BTreeSet, HashMap};

/// So many owners stand in the matrix, those whose files change most: more cannot be read.
const IN_MATRIX: usize = 16;
/// So many pairs and files are listed; `kedge survey --all` has all.
const LISTED: usize = 25;

/// The page of all surveys. `declared` are pairs of teams with an ask between them.
pub fn code(frame: &Frame<'_>, surveys: &[Survey], declared: &BTreeSet<(String, String)>) -> Markup {
    let above = |survey: &Survey| {
        survey.coupling.pairs.iter().filter(|pair| pair.direction == Direction::AboveChance).count()
    };
    let pairs: usize = surveys.iter().map(above).sum();
    let answer = if surveys.is_empty() {
        "No repository has been surveyed.".to_owned()
    } else {
        format!(
            "{} changed together more often than chance has it.",
            words::capital(&words::number_of(pairs, "pair of owners", "pairs of owners"))
        )
    };
    let main = html! {
        (headline(&html! { "Code" }, &answer, &html! {
            "Counted in the histories of " (words::number_of(surveys.len(), "repository", "repositories")) ". A number of commits means nothing by itself: beside it stands what chance would give."
        }))
        (ways(CodePage::History))
        @if surveys.is_empty() {
            (empty(
                "Plans say who depends on whom as people believe it; a history says it as it is.",
                "A survey counts whose files change together. Name the repositories in kedge.toml, or on the command line.",
                Some("kedge survey PATH"),
            ))
        }
        @for survey in surveys { (section(survey, declared)) }
    };
    page(frame, Some(Section::Code), "Code", &main)
}

fn section(survey: &Survey, declared: &BTreeSet<(String, String)>) -> Markup {
    let pairs = &survey.coupling.pairs;
    let above: Vec<&Pair> = pairs.iter().filter(|pair| pair.direction == Direction::AboveChance).collect();
    let short: String = survey.commit.chars().take(10).collect();
    html! {
        section {
            h2 id=(survey.repository) { (survey.repository) }
            p {
                (words::number_of(survey.reading.commits as usize, "commit", "commits"))
                @if let (Some(from), Some(until)) = (&survey.reading.from, &survey.reading.until) { " from " (from) " to " (until) }
                ", at " code { (short) } ". " (how(survey))
            }
            @for note in notes(survey) { p.foot { (note) } }
            @if survey.how.said.is_some() {
                (matrix(survey))
                h3 { "Above chance" }
                @if above.is_empty() { p { "No pair of owners." } } @else { (listed(&above)) }
                @if above.len() > LISTED { p.foot { "And " (above.len() - LISTED) " more; " code { "kedge survey --all" } " lists every pair." } }
                (across(&survey.across_borders.files))
                (against(pairs, declared))
            }
        }
    }
}

fn how(survey: &Survey) -> String {
    let Some(said) = survey.how.said else {
        return "Nothing says who owns what in it, so nothing is counted between teams.".into();
    };
    let place = if said == Said::Areas { "what the teams say they own" } else { said.shown() };
    let when = match survey.how.ownership {
        When::Now => "as it is now",
        When::Then => "as it was at each commit",
    };
    format!(
        "Ownership by {place}, {when}. Of {} that touch what somebody owns; {} by programs and {} of nothing but manifests, \
         lock files, changelogs and generated files are left out.",
        words::number_of(survey.coupling.counted as usize, "commit", "commits"),
        survey.left_out.programs,
        survey.left_out.routine
    )
}

fn notes(survey: &Survey) -> Vec<String> {
    let reading = &survey.reading;
    let mut notes = Vec::new();
    if reading.shallow {
        notes.push("The clone is shallow: what came before is not here.".to_owned());
    }
    if reading.unreadable > 0 {
        let count = words::number_of(reading.unreadable as usize, "commit", "commits");
        notes.push(format!("{} could not be read, since objects are missing.", words::capital(&count)));
    }
    if let Some(first) = reading.ownership_unused.first() {
        let count = words::number_of(
            reading.ownership_unused.len(),
            "rule of ownership matches",
            "rules of ownership match",
        );
        notes.push(format!("{} no file, such as {first}.", words::capital(&count)));
    }
    notes
}

/// Owners by owners: each cell the commits that touch both, with its direction as its shade and in words.
fn matrix(survey: &Survey) -> Markup {
    let owners: Vec<&str> =
        survey.coupling.owners.iter().take(IN_MATRIX).map(|it| it.owner.as_str()).collect();
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
                caption { "Commits that touch files of both. Shaded: more than chance has it; struck: fewer." }
                thead { tr {
                    th scope="col" { "" }
                    @for (place, owner) in owners.iter().enumerate() { th scope="col" { abbr title=(owner) { (place + 1) } } }
                } }
                tbody { @for (place, one) in owners.iter().enumerate() { tr {
                    th scope="row" { span.figure { (place + 1) } " " (one) }
                    @for other in &owners {
                        @match pairs.get(&(*one, *other)) {
                            _ if one == other => { td.self { "" } }
                            Some(pair) => {
                                td class=(class(pair.direction)) title=(title(pair)) { (pair.together) }
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
    }
}

fn class(direction: Direction) -> &'static str {
    match direction {
        Direction::AboveChance => "above",
        Direction::AsChance => "as",
        Direction::BelowChance => "below",
    }
}

fn title(pair: &Pair) -> String {
    let way = match pair.direction {
        Direction::AboveChance => "more than chance has it",
        Direction::AsChance => "as chance has it",
        Direction::BelowChance => "fewer than chance has it",
    };
    format!(
        "{} and {}: {} together, {:.1} by chance, {way}",
        pair.one, pair.other, pair.together, pair.expected
    )
}

fn listed(pairs: &[&Pair]) -> Markup {
    let rows: Vec<Row> = pairs
        .iter()
        .take(LISTED)
        .map(|pair| {
            Row::new(vec![
                html! { b { (pair.one) } " and " b { (pair.other) } (commits(&pair.shown_by, pair.together)) },
                html! { (pair.together) },
                html! { (format!("{:.1}", pair.expected)) },
                html! { (format!("{:.2}", pair.lift)) },
                html! { (pair.commits_of_one) ", " (pair.commits_of_other) },
            ])
        })
        .collect();
    table(
        "Pairs above chance",
        &[
            Column::head("Owners"),
            Column::figure("Together"),
            Column::figure("By chance"),
            Column::figure("Lift"),
            Column::figure("Commits of each"),
        ],
        &[],
        &rows,
    )
}

/// The commits behind a number, folded away.
fn commits(shown: &[Shown], of: u64) -> Markup {
    html! {
        details {
            summary { @if (shown.len() as u64) < of { "The newest " (shown.len()) " of " (of) " commits" } @else { (words::capital(&words::number_of(shown.len(), "commit", "commits"))) } }
            ul.plain { @for commit in shown {
                li { (commit.on) " " code { (commit.commit.chars().take(12).collect::<String>()) }
                    @for file in &commit.files { " " small.long { (file) } } }
            } }
        }
    }
}

fn across(files: &[Together]) -> Markup {
    let rows: Vec<Row> = files
        .iter()
        .take(LISTED)
        .map(|pair| {
            Row::new(vec![
                html! { span.long { (pair.one) } br; span.long { (pair.other) } (commits(&pair.shown_by, pair.together)) },
                html! { span.long { (pair.owners_of_one.join(", ")) } br; span.long { (pair.owners_of_other.join(", ")) } },
                html! { (pair.together) },
                html! { (pair.commits_of_one) ", " (pair.commits_of_other) },
                html! { (format!("{:.0} %", pair.degree)) },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Files that change together across a border" }
            (table(
                "Files across borders",
                &[
                    Column::head("Files"),
                    Column::text("Whose"),
                    Column::figure("Together"),
                    Column::figure("Commits of each"),
                    Column::figure("Degree"),
                ],
                &[],
                &rows,
            ))
        }
    }
}

fn against(pairs: &[Pair], declared: &BTreeSet<(String, String)>) -> Markup {
    let congruence = Congruence::of(pairs, declared);
    html! {
        @if let Some(share) = congruence.share() {
            h3 { "Against the asks" }
            p {
                (congruence.met) " of " (words::number_of(congruence.required as usize, "pair", "pairs")) " above chance "
                (if congruence.met == 1 { "has" } else { "have" }) " an ask between them: " (format!("{:.0} %", share * 100.0)) " of the commits that couple owners."
            }
            @if !congruence.imagined.is_empty() {
                p { "An ask, and files that do not change together: "
                    (words::list(&congruence.imagined.iter().take(LISTED).map(|(one, other)| format!("{one} and {other}")).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>())) "." }
            }
        }
    }
}
