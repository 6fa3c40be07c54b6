//! A number with where it comes from: a dotted underline, the word beside it, the detail on hover and on focus.

use kedge_model::Source;
use maud::{Markup, html};

/// The number as text with its source. `id` is unique on the page.
///
/// The detail is text of the page that a style shows on hover and on focus, so it needs no script and is read out as the
/// description of the number.
pub fn sourced(id: &str, number: &str, source: &Source) -> Markup {
    html! {
        (detailed(id, number, &format!("{}: {}", crate::words::capital(source.word()), source.detail())))
        " " small.soft { (source.word()) }
    }
}

/// Text with a detail that shows on hover and on focus, without a word beside it.
pub fn detailed(id: &str, text: &str, detail: &str) -> Markup {
    let id = format!("source-{}", anchor(id));
    html! {
        span.source {
            button type="button" aria-describedby=(id) { (text) }
            span role="tooltip" id=(id) { (detail) }
        }
    }
}

/// A name as part of an element's id: everything but letters, digits and hyphens becomes a hyphen.
pub(crate) fn anchor(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
