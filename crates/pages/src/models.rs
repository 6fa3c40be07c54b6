//! The coordination models: when to use each, when not, what must be true, what it costs, how it goes wrong.

use crate::shell::{Frame, headline, page};
use kedge_decide::models::MODELS;
use maud::{Markup, html};

/// The page about the ways in which work gets done that crosses the border of a team.
pub fn models(frame: &Frame<'_>) -> Markup {
    let main = html! {
        (headline(
            &html! { "Coordination models" },
            "Say what you want, never expect it, always have a way on.",
            &html! {
                "First do it in the right place, else work round it, else do something else. These are the ways in which work gets done across teams all the same, in the order in which they are weighed for an ask."
            },
        ))
        @for model in MODELS {
            h2 id=(model.anchor()) { (model.title) }
            p { (model.what) }
            dl.facts {
                @for (term, list) in [
                    ("When to use it", model.when),
                    ("When not", model.when_not),
                    ("What must be true first", model.must_be_true),
                    ("Warning signs", model.warning_signs),
                ] {
                    dt { (term) }
                    dd { ul.plain { @for item in list { li { (item) } } } }
                }
                dt { "What it costs" }
                dd { (model.cost) }
                dt { "Source" }
                dd.soft { (model.source) @if model.weak { ": second-hand, or one person's judgement" } }
            }
        }
    };
    page(frame, None, "Coordination models", &main)
}
