//! Pictures as SVG, drawn from plain dates and shares. *Solid is what stands; hatched is what leans on others.*
//!
//! Bars lie along the page, so their positions are percentages and their heights pixels: a picture keeps its text and its
//! hatching at one size from a phone to a wall.

mod axis;
mod bands;
mod break_even;
mod coupled;
mod crossing;
mod curve;
mod lanes;
mod on_time;
mod spread;
mod standing;
mod timeline;
mod trend;

pub use axis::Axis;
pub use break_even::{BreakEven, BreakEvenPoint, break_even};
pub use coupled::{Coupled, Line, Node, coupled};
pub use crossing::{Crossing, Landing, crossing};
pub use curve::{Curve, Mark, curve};
pub use lanes::{LaneStep, lanes};
pub use on_time::{OnTime, on_time};
pub use spread::{Spread, Texture, spread_bar};
pub use standing::standing_bar;
pub use timeline::{Lane, timeline};
pub use trend::{Column as TrendColumn, trend};

use maud::{Markup, html};

/// The hatching that every page defines once.
pub(crate) fn definitions() -> Markup {
    html! {
        svg.definitions width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern id="leaning" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.leaning-ground width="6" height="6" {}
                    line.leaning-stroke x1="0" y1="0" x2="0" y2="6" {}
                }
            }
        }
    }
}

/// A position along the picture.
fn at(percent: f64) -> String {
    let text = format!("{percent:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}%")
}
