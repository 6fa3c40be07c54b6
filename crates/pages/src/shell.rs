//! The frame of every page: head, sections, the skip link, the notice above the answer, the palette.

use crate::read_copy::{self, ReadCopy};
use crate::{link, picture, words};
use kedge_model::{Date, Finding, KeptComment, Locate, Organisation};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What every page knows beside its answer.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The organisation that is shown.
    pub organisation: &'a Organisation,
    /// The day that the answers are for.
    pub as_of: Date,
    /// Counts up with every change; the script asks for the page again when it moves.
    pub version: u64,
    /// Whether the answer is of the files as they are.
    pub freshness: Freshness<'a>,
    /// What may be recorded from the page; `None` where it can only be read.
    pub writing: Option<Writing<'a>>,
    /// Where facts are written, for file and line beside them.
    pub files: &'a dyn Locate,
    /// What teams say beside plans and asks; `None` where nobody can.
    pub comments: Option<&'a [KeptComment]>,
    /// What is at home elsewhere and was read here.
    pub copies: &'a [ReadCopy],
}

/// Whether the answer is of the files as they are.
#[derive(Clone, Copy)]
pub enum Freshness<'a> {
    /// It is.
    Fresh,
    /// The files changed and the new answer is being worked out.
    Stale,
    /// The files changed and do not load: the answer is of before.
    Failed {
        /// Why they do not load.
        findings: &'a [Finding],
        /// The files as they are, for the places in the findings.
        files: &'a dyn Locate,
    },
    /// The store does not answer, for this reason: the answer is of before.
    OutOfReach(&'a str),
}

impl Freshness<'_> {
    fn is_of_before(self) -> bool {
        !matches!(self, Self::Fresh)
    }
}

/// What a page needs in order to record something.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// The token of this run, sent with every act.
    pub token: &'a str,
    /// What the last act did, in words, where it can be undone.
    pub done: Option<&'a str>,
}

/// The sections, in the order of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Section {
    Overview,
    Plans,
    Asks,
    Queue,
    Teams,
    Council,
    Hacks,
    Align,
    Review,
    Code,
    Checks,
}

impl Section {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Overview,
        Self::Plans,
        Self::Asks,
        Self::Queue,
        Self::Teams,
        Self::Council,
        Self::Hacks,
        Self::Align,
        Self::Review,
        Self::Code,
        Self::Checks,
    ];

    fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("Overview", link::OVERVIEW),
            Self::Plans => ("Plans", link::PLANS),
            Self::Asks => ("Asks", link::ASKS),
            Self::Queue => ("Queue", link::QUEUE),
            Self::Teams => ("Teams", link::TEAMS),
            Self::Council => ("Council", link::COUNCIL),
            Self::Hacks => ("Hacks", link::HACKS),
            Self::Align => ("Align", link::ALIGN),
            Self::Review => ("Review", link::REVIEW),
            Self::Code => ("Code", link::CODE),
            Self::Checks => ("Checks", link::CHECKS),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    /// Its address.
    pub fn address(self) -> &'static str {
        self.entry().1
    }
}

/// The kedge of the name: ring, stock, shank, arms.
pub(crate) const ANCHOR: &str =
    "M8 1.2a1.9 1.9 0 1 0 .01 0M8 5v9.5M5 7h6M2.2 9.4c.4 3.2 2.8 5.1 5.8 5.1s5.4-1.9 5.8-5.1";

/// The picture in the browser's tab.
pub fn icon() -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><path d=\"{ANCHOR}\" fill=\"none\" \
         stroke=\"#0f6e66\" stroke-width=\"1.6\" stroke-linecap=\"round\"/></svg>"
    )
}

/// A whole page. `title` is what the browser's tab says before the organisation's name.
pub fn page(frame: &Frame<'_>, section: Option<Section>, title: &str, main: &Markup) -> Markup {
    let name = organisation_name(frame.organisation);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (name) }
                link rel="icon" type="image/svg+xml" href=(link::ICON);
                link rel="stylesheet" href=(link::STYLE);
                script src=(link::SCRIPT) defer {}
            }
            body {
                a.skip href="#answer" { "Skip to the answer" }
                (picture::definitions())
                header {
                    a.brand href=(link::OVERVIEW) {
                        svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
                            path d=(ANCHOR) {}
                        }
                        " " (name)
                    }
                    nav aria-label="Sections" {
                        @for entry in Section::ALL {
                            a href=(entry.address()) aria-current=[(section == Some(entry)).then_some("page")] { (entry.name()) }
                        }
                    }
                    p.as-of {
                        "as of " time datetime=(frame.as_of) { (frame.as_of.day()) " " (frame.as_of.month_name()) " " (frame.as_of.year()) }
                        @if frame.comments.is_some() { a.find href=(link::HISTORY) { "History" } }
                        a.find href=(link::FIND) aria-keyshortcuts="Control+K" { "Find " kbd { "Ctrl K" } }
                    }
                }
                main #answer tabindex="-1" data-version=(frame.version) {
                    (notices(frame))
                    div.answer.old[frame.freshness.is_of_before()] {
                        (main)
                    }
                }
                p #live-status role="status" class="unseen" {}
                dialog #palette aria-label="Find a page" {}
            }
        }
    }
}

/// The organisation's name; a lone file has none.
pub(crate) fn organisation_name(organisation: &Organisation) -> &str {
    match organisation.settings().name.as_str() {
        "" => "Kedge",
        name => name,
    }
}

fn notices(frame: &Frame<'_>) -> Markup {
    html! {
        @match frame.freshness {
            Freshness::Fresh => {}
            Freshness::Stale => {
                p.notice role="status" { "The files have changed. This is the answer from before; the new one is being worked out." }
            }
            Freshness::Failed { findings, files } => {
                section.notice.failed role="alert" aria-label="The files do not load" {
                    p {
                        b { "The files do not load as they are now." }
                        " Below is the answer from before, still whole. Nothing was lost; mend "
                        (words::number_of(findings.len(), "place", "places"))
                        " and this page follows."
                    }
                    (crate::checks::raised(findings, files))
                }
            }
            Freshness::OutOfReach(why) => {
                section.notice.failed role="alert" aria-label="The store does not answer" {
                    p {
                        b { "The store does not answer." }
                        " Below is the answer from before. Nothing was lost, and nothing can be recorded until it answers again; this page \
                         follows. "
                        (words::sentence(why))
                    }
                }
            }
        }
        (read_copy::notice(frame))
        @if let Some(writing) = frame.writing && let Some(done) = writing.done {
            form.notice method="post" action=(link::UNDO) {
                (token(writing))
                p role="status" { (words::sentence(done)) }
                button type="submit" { "Undo" }
            }
        }
    }
}

/// The run's token, as every form that records something carries it.
pub(crate) fn token(writing: Writing<'_>) -> Markup {
    html! { input type="hidden" name="token" value=(writing.token); }
}

/// A button that records one act, as a form of its own; nothing where the page can only be read.
///
/// `fields` are the act's keys and values; `effect` says beforehand what it does.
pub fn act(frame: &Frame<'_>, label: &str, effect: &str, first: bool, fields: &[(&str, String)]) -> Markup {
    html! {
        @if let Some(writing) = frame.writing {
            form method="post" action=(link::ACT) {
                (token(writing))
                @for (name, value) in fields {
                    input type="hidden" name=(name) value=(value);
                }
                button.first[first] type="submit" title=(effect) { (label) }
            }
        }
    }
}

/// The words above a headline, the headline, and the line under it.
pub(crate) fn headline(above: &Markup, answer: &str, lede: &Markup) -> Markup {
    html! {
        p.above { (above) }
        h1 { (answer) }
        p.lede { (lede) }
    }
}

/// What stands where there is nothing yet: what is missing, what it would tell, and the one command that fills it.
pub(crate) fn empty(missing: &str, tells: &str, command: Option<&str>) -> Markup {
    html! {
        section.empty {
            p { b { (missing) } " " (tells) }
            @if let Some(command) = command {
                pre { code { (command) } }
            }
        }
    }
}

/// Text with `code` between backticks.
pub(crate) fn prose(text: &str) -> Markup {
    let mut parts = text.split('`');
    html! {
        (parts.next().unwrap_or_default())
        @for (index, part) in parts.enumerate() {
            @if index % 2 == 0 { code { (part) } } @else { (part) }
        }
    }
}

/// The separator between small facts on one line.
pub(crate) fn dotted(facts: &[Markup]) -> Markup {
    html! {
        @for (index, fact) in facts.iter().enumerate() {
            @if index > 0 { (PreEscaped(" · ")) }
            (fact)
        }
    }
}
