//! The pages where there is no answer: files that never loaded, a name that is not there, an act that was refused.

use crate::shell::ANCHOR;
use crate::{checks, link, picture, words};
use kedge_model::{Finding, Locate};
use maud::{DOCTYPE, Markup, html};

/// A page without an organisation behind it: no sections, since there is nothing in them.
fn bare(title: &str, version: u64, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Kedge" }
                link rel="icon" type="image/svg+xml" href=(link::ICON);
                link rel="stylesheet" href=(link::STYLE);
                script src=(link::SCRIPT) defer {}
            }
            body {
                a.skip href="#answer" { "Skip to the answer" }
                (picture::definitions())
                header {
                    a.brand href=(link::OVERVIEW) {
                        svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" { path d=(ANCHOR) {} }
                        " Kedge"
                    }
                }
                main #answer tabindex="-1" data-version=(version) { div.answer { (main) } }
                p #live-status role="status" class="unseen" {}
                dialog #palette aria-label="Find a page" {}
            }
        }
    }
}

/// The files never loaded: what is wrong with them, and that this page follows.
pub fn never_loaded(findings: &[Finding], files: &dyn Locate, version: u64) -> Markup {
    let main = html! {
        h1 { "These files do not load: " (words::number_of(findings.len(), "place", "places")) " to mend." }
        p.lede { "Nothing was changed. Save a file and this page follows." }
        (checks::raised(findings, files))
    };
    bare("Files that do not load", version, &main)
}

/// A page for a name or an address that is not there.
pub fn not_found(what: &str, version: u64) -> Markup {
    let main = html! {
        h1 { "There is no such page." }
        p.lede { (words::sentence(what)) " It may have been renamed in the files." }
        p { a href=(link::FIND) { "Every page by name" } " · " a href=(link::OVERVIEW) { "Overview" } }
    };
    bare("No such page", version, &main)
}

/// An act that was not recorded: why, that nothing changed, and the way back.
pub fn refused(why: &str, back: &str, version: u64) -> Markup {
    let main = html! {
        h1 { "That was not recorded." }
        p.lede { (words::sentence(why)) " Nothing has changed." }
        p { a href=(back) { "Back" } }
    };
    bare("Not recorded", version, &main)
}
