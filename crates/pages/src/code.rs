//! What the code says: whose files change together, against chance, and the commits behind every number.

use crate::code_parts::{CodePage, commits, file, ways};
use crate::couplings::couplings;
use crate::shell::{Frame, Section, empty, headline, page};
use crate::table::{Column, Row, table};
use crate::words;
use kedge_survey::Survey;
use kedge_survey::congruence::Congruence;
use kedge_survey::coupling::{Direction, Pair};
use kedge_survey::files_together::Together;
use kedge_survey::ownership::{Said, When};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// So many files are listed; `kedge survey --json` has all.
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
                (couplings(survey, declared))
                (across(survey))
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
        "Ownership by {place}, {when}. N is {} that touch what somebody owns; left out are {} by programs, {} of nothing but \
         manifests, lock files, changelogs and generated files, and {} of nothing that anybody owns{}.",
        words::number_of(survey.coupling.counted as usize, "commit", "commits"),
        survey.left_out.programs,
        survey.left_out.routine,
        survey.left_out.nobody_owns,
        match survey.how.selection.most_files {
            Some(most) => format!(", and {} of more than {most} files", survey.left_out.too_many_files),
            None => String::new(),
        }
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
    if let Some(first) = reading.folders_missing.first() {
        notes.push(format!("Folders that are not in this clone are left out, such as {first}."));
    }
    if let Some(first) = reading.ownership_skipped.first() {
        let count = words::number_of(reading.ownership_skipped.len(), "line", "lines");
        notes.push(format!("{} on ownership cannot be read, such as {first}.", words::capital(&count)));
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

fn across(survey: &Survey) -> Markup {
    let files: &[Together] = &survey.across_borders.files;
    let rows: Vec<Row> = files
        .iter()
        .take(LISTED)
        .map(|pair| {
            Row::new(vec![
                html! { (file(survey, &pair.one)) br; (file(survey, &pair.other)) (commits(survey, &pair.shown_by, pair.together)) },
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
                    (kedge_model::listed(congruence.imagined.iter().take(LISTED).map(|(one, other)| format!("{one} and {other}")))) "." }
            }
        }
    }
}
