//! What is at home elsewhere and read here: from where, and how old that is.

use crate::shell::Frame;
use kedge_model::{Address, Date, FactId, TeamId, listed};
use maud::{Markup, html};

/// What one source held when it was read last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCopy {
    /// The source's name, as it stands before the colon in a file's path.
    pub source: String,
    /// Where it is, without secrets.
    pub location: String,
    /// The commit that was read; `None` of a folder.
    pub commit: Option<String>,
    /// The day on which it was read.
    pub on: Date,
    /// How long ago that is, in words.
    pub ago: String,
    /// The same in days.
    pub days: i64,
}

/// So many digits of a commit are shown.
const COMMIT: usize = 9;

/// Says on every page that some of it is of another day; nothing where all was read today.
pub(crate) fn notice(frame: &Frame<'_>) -> Markup {
    let old: Vec<&ReadCopy> = frame.copies.iter().filter(|copy| copy.days > 0).collect();
    let oldest = old.iter().max_by_key(|copy| copy.days);
    html! {
        @if let Some(oldest) = oldest {
            p.notice role="status" {
                span {
                    "What " (listed(old.iter().map(|copy| copy.source.as_str()))) " "
                    @if old.len() == 1 { "holds" } @else { "hold" }
                    " is a copy, read on " time datetime=(oldest.on) { (oldest.on.in_words(frame.as_of)) } ", " (oldest.ago)
                    @if old.len() > 1 { ", or later" }
                    ". " code { "kedge gather" } " reads it again."
                }
            }
        }
    }
}

/// Where a team is at home, if that is elsewhere, as an entry of its facts.
pub(crate) fn home(frame: &Frame<'_>, team: &TeamId) -> Markup {
    let place = frame.files.locate(&Address::of(FactId::Team(team.clone())));
    let copy = place.and_then(|place| {
        let (source, _) = place.file.split_once(':')?;
        frame.copies.iter().find(|copy| copy.source == source)
    });
    html! {
        @if let Some(copy) = copy {
            dt { "At home in" }
            dd {
                (copy.location)
                @if let Some(commit) = &copy.commit { ", commit " code { (commit.get(..COMMIT).unwrap_or(commit)) } }
                "; read on " time datetime=(copy.on) { (copy.on.in_words(frame.as_of)) } ", " (copy.ago)
            }
        }
    }
}
