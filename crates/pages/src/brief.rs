//! The brief on the ask's page: what the asked team reads, to copy into an issue, and the note that it was sent.

use crate::answer::sent_form;
use crate::shell::Frame;
use crate::source::anchor;
use kedge_decide::Brief;
use maud::{Markup, html};

/// The section of the ask's page; `None` while what a "no" costs is being worked out.
pub(crate) fn section(frame: &Frame<'_>, brief: Option<&Brief>) -> Markup {
    html! {
        h2 #brief { "The brief" }
        @match brief {
            None => p.soft role="status" { "What a “no” costs is being worked out; the brief follows." },
            Some(brief) => {
                @let id = format!("brief-{}", anchor(&brief.ask.to_string()));
                p {
                    "What " (brief.asked_team) " reads: what, why, by when, what a “no” costs, what is done instead. There are no odds in it. "
                    @match brief.asked.last() {
                        Some(asked) => {
                            "Sent on " (asked.on.in_words(frame.as_of))
                            @if let Some(how) = &asked.how { ": " (channel(how)) }
                            "."
                        },
                        None => "Nothing says that it was sent.",
                    }
                }
                details #{(id) "-whole"} {
                    summary { "Read it as Markdown, for an issue" }
                    label {
                        span.unseen { "The brief of " (brief.ask) " as Markdown" }
                        textarea id=(id) readonly rows="20" { (brief.markdown) }
                    }
                }
                div.acts {
                    button.first type="button" data-copy=(id) { "Copy it" }
                    (sent_form(frame, &brief.ask))
                }
            },
        }
    }
}

/// A channel as text; an address of the web as a link.
pub(crate) fn channel(how: &str) -> Markup {
    let address =
        how.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"));
    html! {
        @match address.and_then(|address| how.split_once(address).map(|(before, after)| (before, address, after))) {
            Some((before, address, after)) => { (before) a href=(address) rel="noreferrer" { (address.split_once("://").map_or(address, |(_, rest)| rest)) } (after) },
            None => (how),
        }
    }
}
