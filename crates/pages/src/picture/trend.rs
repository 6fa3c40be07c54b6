//! Standing over time: a column a week, solid what stood, hatched what leaned on others.

use super::at;
use maud::{Markup, html};

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The day under it: `5 Oct`.
    pub day: String,
    /// What stood.
    pub stands: f64,
    /// What was planned; not less than nothing.
    pub planned: f64,
}

/// How high the columns are, in pixels.
const HEIGHT: f64 = 110.0;

/// The columns, all on one scale; `label` says the same in words.
pub fn trend(columns: &[Column], label: &str) -> Markup {
    let most = columns.iter().map(|column| column.planned).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    // A quarter has thirteen weeks: those that are still to come are left blank.
    let width = 100.0 / columns.len().max(13) as f64;
    // Labels under every column of a quarter would touch on a phone.
    let every = columns.len().max(13).div_ceil(5);
    let high = |value: f64| format!("{:.1}", (value / most * HEIGHT).clamp(0.0, HEIGHT));
    let top = |value: f64| format!("{:.1}", HEIGHT - (value / most * HEIGHT).clamp(0.0, HEIGHT));
    html! {
        svg width="100%" height="130" role="img" aria-label=(label) {
            line.axis-line x1="0" x2="100%" y1="110" y2="110" {}
            @for (index, column) in columns.iter().enumerate() {
                @let left = index as f64 * width;
                rect.hatched x=(at(left)) y=(top(column.planned)) width=(at(width * 0.8)) height=(high(column.planned - column.stands)) {}
                rect.solid x=(at(left)) y=(top(column.stands)) width=(at(width * 0.8)) height=(high(column.stands)) {}
                @if index % every == 0 { text.soft x=(at(left)) y="126" { (column.day) } }
            }
        }
    }
}
