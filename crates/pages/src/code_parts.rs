//! What the pages about code have in common: the way from one to the next, and what to say where a part was not read.

use crate::link;
use crate::shell::empty;
use kedge_survey::Survey;
use kedge_survey::coupling::Shown;
use maud::{Markup, html};

/// So many rows are listed; `kedge survey --all` and its tables have all.
pub(crate) const LISTED: usize = 25;
/// So many places are listed behind a number.
pub(crate) const PLACES: usize = 40;

/// The pages about code, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodePage {
    History,
    Data,
    Duplicates,
    Borders,
}

/// The way to the other pages about code.
pub(crate) fn ways(here: CodePage) -> Markup {
    let pages = [
        (CodePage::History, "Who with whom", link::CODE),
        (CodePage::Data, "Data", link::CODE_DATA),
        (CodePage::Duplicates, "Duplicates", link::CODE_DUPLICATES),
        (CodePage::Borders, "Borders", link::CODE_BORDERS),
    ];
    html! {
        nav aria-label="What the code says" {
            @for (page, name, address) in pages {
                a href=(address) aria-current=[(page == here).then_some("page")] { (name) }
            }
        }
    }
}

/// Where no survey has read the part.
pub(crate) fn not_read(surveys: &[Survey], why: &str, what: &str) -> Markup {
    let command = if surveys.is_empty() { "kedge survey PATH" } else { "kedge survey" };
    empty(why, what, Some(command))
}

/// `checkout, payments`, or nobody.
pub(crate) fn whose(owners: &[String]) -> String {
    if owners.is_empty() { "nobody".into() } else { owners.join(", ") }
}

/// `src/Api/Cart.cs:12`, which may break anywhere; it opens on the code host where that is known.
pub(crate) fn at(survey: &Survey, file: &str, line: u32) -> Markup {
    let text = html! { code.long { (file) ":" (line) } };
    open(survey.file_pages.as_ref().map(|pages| pages.line(file, line)), &text)
}

/// `src/Api/Cart.cs:12–40`, likewise.
pub(crate) fn lines(survey: &Survey, file: &str, (first, last): (u32, u32)) -> Markup {
    let text = html! { code.long { (file) ":" (first) "–" (last) } };
    open(survey.file_pages.as_ref().map(|pages| pages.line(file, first)), &text)
}

/// A file, likewise.
pub(crate) fn file(survey: &Survey, file: &str) -> Markup {
    open(survey.file_pages.as_ref().map(|pages| pages.file(file)), &html! { code.long { (file) } })
}

fn open(page: Option<String>, text: &Markup) -> Markup {
    html! {
        @match page {
            Some(page) => a href=(page) rel="noreferrer" { (text) },
            None => (text),
        }
    }
}

/// The commits behind a number, folded away; each opens on the code host where that is known.
pub(crate) fn commits(survey: &Survey, shown: &[Shown], of: u64) -> Markup {
    if shown.is_empty() {
        return html! {};
    }
    html! {
        details {
            summary { @if (shown.len() as u64) < of { "The newest " (shown.len()) " of " (of) " commits" } @else { (crate::words::capital(&crate::words::number_of(shown.len(), "commit", "commits"))) } }
            ul.plain { @for commit in shown {
                @let short = commit.commit.chars().take(12).collect::<String>();
                li {
                    (commit.on) " "
                    (open(survey.commit_page.as_ref().map(|page| format!("{page}{}", commit.commit)), &html! { code { (short) } }))
                    @for file in &commit.files { " " small.long { (file) } }
                    @if commit.touched as usize > commit.files.len() { " " small { "of " (commit.touched) " files" } }
                }
            } }
            @if (shown.len() as u64) < of { p.foot { "All of them: " code { "kedge survey --show" } " with what stands above." } }
        }
    }
}

/// What is not shown, counted.
pub(crate) fn more(of: usize, shown: usize) -> Markup {
    html! {
        @if of > shown {
            p.foot { "And " (of - shown) " more; " code { "kedge survey --all" } " lists them, " code { "--csv FOLDER" } " writes tables of all." }
        }
    }
}
