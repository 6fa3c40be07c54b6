//! Data, and from whose code it is written and read: what is written from several areas comes first.

use crate::code_parts::{CodePage, LISTED, PLACES, at, more, not_read, ways};
use crate::shell::{Frame, Section, headline, page};
use crate::table::{Column, Row, table};
use crate::words;
use kedge_survey::data::{Confidence, OwnedData, Use};
use kedge_survey::{DataFound, Survey, word};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The page of the data in all surveys.
pub fn code_data(frame: &Frame<'_>, surveys: &[Survey]) -> Markup {
    let read: Vec<(&Survey, &DataFound)> =
        surveys.iter().filter_map(|survey| Some((survey, survey.data.as_ref()?))).collect();
    let several: usize = read.iter().map(|(_, data)| written_from_several(data).count()).sum();
    let all: usize = read.iter().map(|(_, data)| data.by_owner.len()).sum();
    let answer = if read.is_empty() {
        "No repository has been read for its data.".to_owned()
    } else {
        format!(
            "{} of {} written from more than one team's code.",
            words::capital(&words::number(several)),
            if several == 1 {
                format!("{all} tables and topics is")
            } else {
                format!("{all} tables and topics are")
            },
        )
    };
    let main = html! {
        (headline(&html! { "Data in code" }, &answer, &html! {
            "Tables, views, topics and queues in the sources of " (words::number_of(read.len(), "repository", "repositories"))
            ", as they are now. An area is what the same owners own; tests, migrations and generated code do not count."
        }))
        (ways(CodePage::Data))
        @if read.is_empty() {
            (not_read(
                surveys,
                "What several teams write, each of them can break, and no plan may say so.",
                "A survey reads SQL, migrations, SQL in code, models of ORMs, topics and queues: who writes each, who reads it, with file and line.",
            ))
        }
        @for (survey, data) in read { (section(survey, data)) }
    };
    page(frame, Some(Section::Code), "Data in code", &main)
}

fn written_from_several(data: &DataFound) -> impl Iterator<Item = &OwnedData> {
    data.by_owner.iter().filter(|one| one.writing_areas > 1)
}

fn section(survey: &Survey, data: &DataFound) -> Markup {
    let several: Vec<&OwnedData> = written_from_several(data).collect();
    let short: String = survey.commit.chars().take(10).collect();
    let rows: Vec<Row> = several
        .iter()
        .take(LISTED)
        .map(|one| {
            Row::new(vec![
                html! { b { (one.shown) } " " small { (word(one.kind)) } (defined(survey, data, one)) },
                html! { (one.writing_areas) },
                html! { (one.reading_areas) },
                side(survey, data, one, &one.writers, true),
                side(survey, data, one, &one.readers, false),
            ])
        })
        .collect();
    let nobody = data.by_owner.iter().filter(|one| one.writing_areas == 0).count();
    html! {
        section {
            h2 id=(survey.repository) { (survey.repository) }
            p {
                (words::capital(&words::number_of(data.by_owner.len(), "table, view, topic or queue", "tables, views, topics and queues")))
                " in " (words::number_of(data.found.files as usize, "file", "files")) ", at " code { (short) } ": "
                (several.len()) " written from more than one area, " (data.by_owner.len() - several.len() - nobody) " from one, "
                (nobody) " from none that anybody owns."
            }
            (left_out(data))
            @if rows.is_empty() { p { "Nothing is written from more than one area." } } @else {
                (table(
                    "Data written from more than one area",
                    &[
                        Column::head("Data"),
                        Column::figure("Areas that write"),
                        Column::figure("Areas that read"),
                        Column::text("Who writes"),
                        Column::text("Who reads"),
                    ],
                    &[],
                    &rows,
                ))
            }
            (more(several.len(), rows.len()))
        }
    }
}

fn left_out(data: &DataFound) -> Markup {
    let found = &data.found;
    let writes =
        || found.objects.iter().filter(|object| !object.kind.is_routine()).flat_map(|it| &it.writers);
    let of = |confidence| writes().filter(|one| one.confidence == confidence).count();
    let files: usize = found.left_out.values().map(|left| left.files as usize).sum();
    html! {
        p.foot {
            "Of " (words::number_of(writes().count(), "write", "writes")) " " (of(Confidence::High))
            " are sure (statements and definitions), " (of(Confidence::Middle)) " likely (in strings and calls of code), "
            (of(Confidence::Low)) " by convention alone. "
            (words::capital(&words::number_of(files, "file", "files"))) " of tests, migrations, others and generators left out"
            @if !found.too_large.is_empty() { ", " (words::number_of(found.too_large.len(), "file", "files")) " too large" }
            @if !found.missing.is_empty() { ", " (words::number_of(found.missing.len(), "file", "files")) " missing in this clone" }
            "."
        }
    }
}

fn defined(survey: &Survey, data: &DataFound, one: &OwnedData) -> Markup {
    let object = data.object(one);
    let last = object.and_then(|object| object.definitions.first());
    html! {
        @match last {
            Some(definition) => { small { "defined in " (at(survey, &definition.path, definition.line)) } }
            None => { small { "defined nowhere here" } }
        }
    }
}

/// The owners on one side with a place of each, and all places folded away.
fn side(
    survey: &Survey,
    data: &DataFound,
    one: &OwnedData,
    owners: &BTreeMap<String, Vec<String>>,
    writes: bool,
) -> Markup {
    let mut by_files: Vec<(&String, &Vec<String>)> = owners.iter().collect();
    by_files.sort_by_key(|(owner, files)| (std::cmp::Reverse(files.len()), *owner));
    let object = data.object(one);
    let uses: &[Use] = object
        .map_or(&[], |object| if writes { object.writers.as_slice() } else { object.readers.as_slice() });
    html! {
        @for (owner, files) in by_files {
            div {
                b { (owner) } " " small { (words::number_of(files.len(), "file", "files")) }
                @if let Some(place) = if writes { data.write_of(one, owner) } else { data.read_of(one, owner) } {
                    " " (at(survey, &place.path, place.line))
                }
            }
        }
        details {
            summary { (words::capital(&words::number_of(uses.len(), "place", "places"))) }
            ul.plain { @for place in uses.iter().take(PLACES) {
                li {
                    (at(survey, &place.path, place.line)) " " small {
                        (word(place.act))
                        @if let Some(via) = place.via.first() { " through " (via) }
                        ", " (word(place.confidence)) " confidence"
                    }
                }
            } }
            @if uses.len() > PLACES {
                p.foot { "And " (uses.len() - PLACES) " more; " code { "kedge survey --show " (one.shown) } " lists every place." }
            }
        }
    }
}
