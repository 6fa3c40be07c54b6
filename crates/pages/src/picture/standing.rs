//! What stands beside what leans: one bar, and in words at its ends.

use super::at;
use kedge_model::Share;
use maud::{Markup, html};

/// The bar: `stands` of it solid. The labels say what each part is; a part that is nothing has no label.
pub fn standing_bar(stands: Share, solid: &str, hatched: &str) -> Markup {
    let part = stands.get() * 100.0;
    // Two pixels of paper between the parts, as far as both are there.
    let gap = if part > 0.0 && part < 100.0 { 0.25 } else { 0.0 };
    let label = [(solid, stands > Share::ZERO), (hatched, stands < Share::ONE)]
        .into_iter()
        .filter_map(|(text, there)| there.then_some(text))
        .collect::<Vec<_>>();
    html! {
        svg width="100%" height="24" role="img" aria-label=(kedge_model::listed(&label)) {
            @if stands > Share::ZERO {
                rect.solid x="0" y="2" width=(at(part)) height="20" rx="3" {}
            }
            @if stands < Share::ONE {
                rect.hatched x=(at(part + gap)) y="2" width=(at(100.0 - part - gap)) height="20" rx="3" {}
            }
        }
        p.ends aria-hidden="true" {
            @if stands > Share::ZERO { span { (solid) } }
            @if stands < Share::ONE { span.last { (hatched) } }
        }
    }
}
