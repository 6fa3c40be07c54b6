//! What is there twice: problems with several answers, and nearly the same code on both sides of a border.

use crate::code_parts::{CodePage, LISTED, PLACES, at, lines, more, not_read, ways, whose};
use crate::shell::{Frame, Section, headline, page};
use crate::table::{Column, Row, table};
use crate::words;
use kedge_survey::twice::copies::Group;
use kedge_survey::twice::solutions::{Capability, Solution};
use kedge_survey::twice::{Kind, Twice};
use kedge_survey::{Survey, word};
use maud::{Markup, html};

/// The page of what is there twice in all surveys.
pub fn code_duplicates(frame: &Frame<'_>, surveys: &[Survey]) -> Markup {
    let read: Vec<(&Survey, &Twice)> =
        surveys.iter().filter_map(|survey| Some((survey, survey.duplicates.as_ref()?))).collect();
    let problems: usize = read.iter().map(|(_, found)| several(found).count()).sum();
    let groups: usize = read.iter().map(|(_, found)| in_code(found).count()).sum();
    let answer = if read.is_empty() {
        "No repository has been read for what is there twice.".to_owned()
    } else {
        format!(
            "{} with more than one answer, and {} nearly the same on both sides of a border.",
            words::capital(&words::number_of(problems, "problem", "problems")),
            words::number_of(groups, "piece of code", "pieces of code"),
        )
    };
    let main = html! {
        (headline(&html! { "Duplicates" }, &answer, &html! {
            "In the manifests and sources of " (words::number_of(read.len(), "repository", "repositories"))
            ", as they are now. Two answers may be right: then a proposal says so, with " code { "apart" } " as its option."
        }))
        (ways(CodePage::Duplicates))
        @if read.is_empty() {
            (not_read(
                surveys,
                "Each team takes what is near. Together they may pay for one thing several times.",
                "A survey maps manifests and imports to the problems they solve, and compares code across borders, whatever its names.",
            ))
        }
        @for (survey, found) in read { (section(survey, found)) }
    };
    page(frame, Some(Section::Code), "Duplicates", &main)
}

fn several(found: &Twice) -> impl Iterator<Item = &Capability> {
    found.solutions.capabilities.iter().filter(|one| one.within_one_ecosystem > 1)
}

fn in_code(found: &Twice) -> impl Iterator<Item = &Group> {
    found.copies.groups.iter().filter(|group| group.kind == Kind::Code)
}

fn section(survey: &Survey, found: &Twice) -> Markup {
    let short: String = survey.commit.chars().take(10).collect();
    let problems: Vec<Row> = several(found)
        .take(LISTED)
        .map(|one| {
            Row::new(vec![
                html! { b { (one.capability) } },
                html! { (one.within_one_ecosystem) },
                html! { @for solution in &one.solutions { (answer(survey, solution)) } },
            ])
        })
        .collect();
    let groups: Vec<Row> = in_code(found).take(LISTED).map(|group| row(survey, group)).collect();
    let copies = &found.copies;
    let of = |kind: Kind| copies.groups.iter().filter(|group| group.kind == kind).count();
    html! {
        section {
            h2 id=(survey.repository) { (survey.repository) }
            p {
                (words::capital(&words::number_of(found.solutions.manifests, "manifest", "manifests"))) ", "
                (words::number_of(found.solutions.sources, "source", "sources")) ", at " code { (short) } "."
            }
            h3 { "Problems with more than one answer" }
            @if problems.is_empty() { p { "None has two answers in one language that anybody owns." } } @else {
                (table(
                    "Problems with more than one answer",
                    &[Column::head("Problem"), Column::figure("Answers"), Column::text("Who has which")],
                    &[],
                    &problems,
                ))
            }
            (more(several(found).count(), problems.len()))
            p.foot {
                (words::capital(&words::number_of(found.solutions.capabilities.len(), "problem", "problems")))
                " of the table of capabilities; a package that is not in it is not counted."
            }
            h3 { "Nearly the same code on both sides of a border" }
            @if groups.is_empty() { p { "None in what runs." } } @else {
                (table(
                    "Nearly the same code",
                    &[
                        Column::head("Where"),
                        Column::figure("Tokens repeated"),
                        Column::figure("Alike"),
                        Column::text("Whose"),
                    ],
                    &[],
                    &groups,
                ))
            }
            (more(in_code(found).count(), groups.len()))
            p.foot {
                (words::capital(&words::number_of(copies.files, "file", "files"))) " of " (copies.tokens) " tokens compared, from "
                (copies.options.tokens) " tokens on with " (format!("{:.0} %", copies.options.similarity * 100.0)) " of them in common; "
                (of(Kind::Test)) " more groups with tests, " (of(Kind::Migration)) " with migrations. Not compared: "
                (words::number_of(copies.unowned, "source", "sources")) " that nobody owns, "
                (words::number_of(found.passed_over.len(), "file", "files")) " generated, of others, too large or unreadable."
            }
        }
    }
}

fn answer(survey: &Survey, solution: &Solution) -> Markup {
    let declared = solution.declared.iter().map(|it| (it.file.as_str(), it.line, word(it.role), &it.owners));
    let imported = solution.imported.iter().map(|it| (it.file.as_str(), it.line, word(it.kind), &it.owners));
    let places: Vec<_> = declared.chain(imported).collect();
    html! {
        div { b { (solution.name) } " "
            @if solution.owners.is_empty() { small { "nobody's in what runs" } } @else { (kedge_model::listed(&solution.owners)) }
        }
        details {
            summary { (words::capital(&words::number_of(places.len(), "place", "places"))) }
            ul.plain { @for (file, line, role, owners) in places.iter().take(PLACES) {
                li { (at(survey, file, *line)) " " small { (role) ", " (whose(owners)) } }
            } }
            @if places.len() > PLACES { p.foot { "And " (places.len() - PLACES) " more." } }
        }
    }
}

fn row(survey: &Survey, group: &Group) -> Row {
    let alike = group.pairs.first().map_or(0.0, |pair| pair.similarity);
    Row::new(vec![
        html! {
            @for place in group.places.iter().take(4) {
                div { (lines(survey, &place.file, place.lines)) }
            }
            @if group.places.len() > 4 {
                details {
                    summary { (words::capital(&words::number_of(group.places.len() - 4, "more place", "more places"))) }
                    ul.plain { @for place in group.places.iter().skip(4) {
                        li { (lines(survey, &place.file, place.lines)) " " small { (whose(&place.owners)) } }
                    } }
                }
            }
        },
        html! { (group.repeated) },
        html! { (format!("{:.0} %", alike * 100.0)) },
        html! { (kedge_model::listed(&group.owners)) },
    ])
}
