//! Borders: ownership beside what changes together, teams by layer, services that change together and share data.

use crate::code_parts::{CodePage, LISTED, at, commits, file as file_of, more, not_read, ways, whose};
use crate::shell::{Frame, Section, headline, page};
use crate::table::{Column, Row, table};
use crate::words;
use kedge_survey::borders::{Borders, LayerPair, Layering, ServicePair, Together};
use kedge_survey::{BordersFound, Survey};
use maud::{Markup, html};

/// The page of the borders in all surveys.
pub fn code_borders(frame: &Frame<'_>, surveys: &[Survey]) -> Markup {
    let read: Vec<(&Survey, &BordersFound)> =
        surveys.iter().filter_map(|survey| Some((survey, survey.borders.as_ref()?))).collect();
    let moved: usize = read
        .iter()
        .filter_map(|(_, found)| found.ownership.as_ref())
        .map(|found| found.elsewhere.len())
        .sum();
    let answer = if read.is_empty() {
        "No repository has been laid beside its borders.".to_owned()
    } else if moved == 0 {
        "No folder’s files change mostly with what somebody else owns.".to_owned()
    } else {
        format!(
            "Files of {} change among what somebody else owns.",
            words::number_of(moved, "folder", "folders")
        )
    };
    let main = html! {
        (headline(&html! { "Borders" }, &answer, &html! {
            "Whether ownership runs where the code changes together, in the histories of "
            (words::number_of(read.len(), "repository", "repositories")) ". What to do about it is not said here."
        }))
        (ways(CodePage::Borders))
        @if read.is_empty() {
            (not_read(
                surveys,
                "A border that much change crosses costs two teams at each change.",
                "A survey lays ownership beside the communities that change together, and counts layers and services.",
            ))
        }
        @for (survey, found) in read { (section(survey, found)) }
    };
    page(frame, Some(Section::Code), "Borders", &main)
}

fn section(survey: &Survey, found: &BordersFound) -> Markup {
    html! {
        section {
            h2 id=(survey.repository) { (survey.repository) }
            @match &found.ownership {
                Some(ownership) => { (beside(survey, ownership)) }
                None => { p { "Nothing says who owns what in it: there is no border to lay beside anything." } }
            }
            @if let Some(layers) = &found.layers { (layered(survey, layers)) }
            (services(survey, found))
        }
    }
}

fn beside(survey: &Survey, found: &Borders) -> Markup {
    let rows: Vec<Row> = found
        .elsewhere
        .iter()
        .take(LISTED)
        .map(|one| {
            Row::new(vec![
                html! {
                    code.long { (if one.folder.is_empty() { "(the top)" } else { &one.folder }) }
                    (commits(survey, &one.shown_by, one.commits as u64))
                    details {
                        summary { (words::capital(&words::number_of(one.files.len(), "file", "files"))) }
                        ul.plain { @for file in &one.files { li { (file_of(survey, file)) } } }
                    }
                },
                html! { (whose(&one.owners)) },
                html! { (whose(&one.mostly)) },
                html! { (one.files.len()) " of " (one.of) },
                html! { (format!("{:.1}", one.with_others)) },
                html! { (format!("{:.1}", one.with_own)) },
            ])
        })
        .collect();
    html! {
        p {
            "Of all that changes together beyond chance, ownership keeps together a modularity of "
            b { (format!("{:.2}", found.by_owners)) } "; the best division found keeps " b { (format!("{:.2}", found.by_change)) } ". "
            "The nearer the two, the better ownership fits."
        }
        p.foot {
            (words::capital(&words::number_of(found.nodes, "file", "files"))) " and " (words::number_of(found.pairs, "pair", "pairs"))
            " of them in " (words::number_of(found.commits, "commit", "commits")) " of " (found.most_files) " files or fewer; "
            (words::number_of(found.communities.len(), "community", "communities")) ". Left out: "
            (words::number_of(found.large, "larger commit", "larger commits")) ", "
            (words::number_of(found.seldom, "pair", "pairs")) " that met less than " (found.options.least_together) " times, "
            (found.by_chance) " no more often than chance has it, " (words::number_of(found.unowned, "file", "files")) " that nobody owns."
        }
        h3 { "What changes among what somebody else owns" }
        @if rows.is_empty() { p { "Nothing." } } @else {
            (table(
                "Folders that change with what somebody else owns",
                &[
                    Column::head("Folder"),
                    Column::text("Whose"),
                    Column::text("Changes with what these own"),
                    Column::figure("Files"),
                    Column::figure("With them"),
                    Column::figure("With its own"),
                ],
                &[],
                &rows,
            ))
            p.foot { "With them and with its own: commits beyond what chance would give." }
        }
        (more(found.elsewhere.len(), rows.len()))
    }
}

fn is_above(together: &Together) -> bool {
    together.lift.is_some_and(|lift| lift > 1.0)
}

fn against_chance(together: &Together) -> [Markup; 3] {
    [
        html! { (together.together) },
        html! { (format!("{:.1}", together.expected)) },
        html! { (together.left) ", " (together.right) },
    ]
}

fn layered(survey: &Survey, found: &Layering) -> Markup {
    let above: Vec<&LayerPair> = found.pairs.iter().filter(|pair| is_above(&pair.together)).collect();
    let rows: Vec<Row> = above
        .iter()
        .take(LISTED)
        .map(|pair| {
            let [together, expected, each] = against_chance(&pair.together);
            Row::new(vec![
                html! {
                    b { (pair.owners.0) } " " small { (pair.layers.0) } " and " b { (pair.owners.1) } " " small { (pair.layers.1) }
                    (commits(survey, &pair.shown_by, pair.together.together as u64))
                },
                together,
                expected,
                each,
                html! { (pair.quarters) " of " (pair.of_quarters) },
            ])
        })
        .collect();
    let mostly = found.owners.iter().filter(|one| one.mostly.is_some()).count();
    html! {
        h3 { "Teams by layer that change together" }
        p.foot {
            (mostly) " of " (found.owners.len()) " owners with " (format!("{:.0} %", found.mostly * 100.0))
            " of what they own in one layer; "
            (words::number_of(found.pairs.len(), "pair", "pairs")) " of different layers met, " (above.len())
            " more often than chance has it."
        }
        @if !rows.is_empty() {
            (table(
                "Teams by layer",
                &[
                    Column::head("Owners"),
                    Column::figure("Together"),
                    Column::figure("By chance"),
                    Column::figure("Commits of each"),
                    Column::figure("Quarters"),
                ],
                &[],
                &rows,
            ))
        }
        (more(above.len(), rows.len()))
    }
}

fn services(survey: &Survey, found: &BordersFound) -> Markup {
    let above: Vec<&ServicePair> =
        found.services.pairs.iter().filter(|pair| is_above(&pair.together)).collect();
    let rows: Vec<Row> = above
        .iter()
        .take(LISTED)
        .map(|pair| {
            let [together, expected, each] = against_chance(&pair.together);
            Row::new(vec![
                html! {
                    code.long { (pair.services.0) } " and " code.long { (pair.services.1) }
                    (commits(survey, &pair.shown_by, pair.together.together as u64))
                },
                together,
                expected,
                each,
                html! { (format!("{:.0} %", pair.of_the_smaller * 100.0)) },
                data(survey, found, pair),
            ])
        })
        .collect();
    html! {
        h3 { "Services that change together, and the data they share" }
        p.foot {
            (words::capital(&words::number_of(found.services.services.len(), "service", "services"))) ", "
            @if found.services_declared { "as the plans name them; " }
            @else { "each a folder with a manifest or a Dockerfile, since the plans name none here; " }
            (words::number_of(found.services.pairs.len(), "pair", "pairs")) " met " (found.services.least) " times or more, "
            (above.len()) " more often than chance has it; " (found.services.seldom) " met less often."
        }
        @if !rows.is_empty() {
            (table(
                "Services that change together",
                &[
                    Column::head("Services"),
                    Column::figure("Together"),
                    Column::figure("By chance"),
                    Column::figure("Commits of each"),
                    Column::figure("Of the smaller's"),
                    Column::text("Data that both use"),
                ],
                &[],
                &rows,
            ))
        }
        (more(above.len(), rows.len()))
    }
}

fn data(survey: &Survey, found: &BordersFound, pair: &ServicePair) -> Markup {
    let Some(shared) = &found.shared else { return html! { "not read" } };
    let shared: Vec<_> = shared.iter().filter(|it| it.services == pair.services).collect();
    let does = |writes: bool| if writes { "writes" } else { "reads" };
    html! {
        @if shared.is_empty() { "none" } @else {
            (kedge_model::listed(shared.iter().take(4).map(|it| it.data.as_str())))
            @if shared.len() > 4 { " and " (shared.len() - 4) " more" }
            details {
                summary { "Where" }
                ul.plain { @for one in shared {
                    li {
                        b { (one.data) } " " small { (does(one.writes.0)) } " " (at(survey, &one.shown_by.0.0, one.shown_by.0.1))
                        " " small { (does(one.writes.1)) } " " (at(survey, &one.shown_by.1.0, one.shown_by.1.1))
                    }
                } }
            }
        }
    }
}
