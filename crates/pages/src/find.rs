//! Every page by name: what the palette filters, and a page of links for those without a script.

use crate::shell::{Frame, Section, headline, page};
use crate::{link, say, shell};
use maud::{Markup, html};

/// The page.
pub fn find(frame: &Frame<'_>) -> Markup {
    let organisation = frame.organisation;
    let entry = |address: String, name: &str, what: &str| {
        html! { li { a href=(address) { (shell::prose(name)) " " small { (what) } } } }
    };
    let main = html! {
        (headline(&html! { "Find" }, "Every page, by name.", &html! { "With the keyboard: Ctrl K on any page, then type." }))
        ul.plain #places {
            @for section in Section::ALL { (entry(section.address().to_owned(), section.name(), "section")) }
            (entry(link::HISTORY.to_owned(), "History", "what was written"))
            @for (address, name) in link::ABOUT_CODE { (entry(address.to_owned(), name, "code")) }
            @for (address, name) in link::ABOUT_ALIGN { (entry(address.to_owned(), name, "align")) }
            @for plan in organisation.plans() {
                (entry(link::plan(&plan.id), plan.name(), &format!("plan of {}", say::team(organisation, plan.id.team()))))
            }
            @for ask in organisation.asks() {
                (entry(link::ask(&ask.id), &ask.id.to_string(), &format!("ask to {}", say::team(organisation, &ask.to))))
            }
            @for team in organisation.teams() { (entry(link::team(&team.id), team.name(), "team")) }
            @for initiative in organisation.initiatives() { (entry(link::initiative(&initiative.id), &initiative.title, "initiative")) }
            @for dataset in organisation.datasets() {
                (entry(link::dataset(&dataset.id), dataset.title.as_deref().unwrap_or(dataset.id.id().as_str()), "dataset"))
            }
            @for proposal in organisation.proposals() { (entry(link::proposal(&proposal.id), &proposal.title, "proposal")) }
        }
    };
    page(frame, None, "Find", &main)
}
