//! When a plan comes, one lane a policy, over one axis with the due date.

use super::{Axis, Spread, Texture, at, spread_bar};
use kedge_model::Date;
use maud::{Markup, html};

/// One lane: a policy, or a plan.
#[derive(Clone, Debug)]
pub struct Lane {
    /// What it is called.
    pub name: String,
    /// What is done under it, in a few words.
    pub what: String,
    /// When it comes; `None` where too little is known, which the lane then says.
    pub spread: Option<Spread>,
    /// What its bar is made of.
    pub texture: Texture,
    /// The chance to be on time, in words; empty where there is no due date.
    pub on_time: String,
    /// `never in 4%`; empty where it always comes.
    pub never: String,
}

/// The lanes over their axis. Names and figures are text of the page; on a phone they stand above their bar.
pub fn timeline(axis: Axis, due: Option<Date>, lanes: &[Lane]) -> Markup {
    html! {
        div.timeline {
            div.lane.scale {
                span.lane-name {}
                div.track { (axis.labels()) }
                span.lane-figure {}
            }
            @for lane in lanes {
                div.lane {
                    p.lane-name { b { (lane.name) } " " small { (lane.what) } }
                    div.track {
                        @match &lane.spread {
                            Some(spread) => (spread_bar(axis, spread, lane.texture, due, 46, 22)),
                            None => p.unknown { "too little data" },
                        }
                    }
                    p.lane-figure {
                        @if !lane.on_time.is_empty() { span { (lane.on_time) } }
                        @if !lane.never.is_empty() { " " small.late { (lane.never) } }
                    }
                }
            }
            @if let Some(due) = due {
                div.lane.scale {
                    span.lane-name {}
                    div.track {
                        svg width="100%" height="20" role="presentation" {
                            @let position = axis.position(due.plus_days(1));
                            @let (x, anchor) = if position > 88.0 {
                                (position.min(100.0), "end")
                            } else if position < 12.0 {
                                (position.max(0.0), "start")
                            } else {
                                (position, "middle")
                            };
                            text.late x=(at(x)) y="14" text-anchor=(anchor) {
                                @if position < 0.0 { "← " }
                                "due " (due.short(axis.from()))
                                @if position > 100.0 { " →" }
                            }
                        }
                    }
                    span.lane-figure {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kedge_model::Probability;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn what_never_comes_is_an_arrow_and_has_no_line() {
        let spread = Spread {
            p10: Some(date("2026-11-10")),
            p50: Some(date("2027-01-04")),
            p80: None,
            p90: None,
            never: Probability::percent(40),
        };
        let axis = Axis::new(date("2026-10-01"), date("2027-02-01"));
        let lane = Lane {
            name: "Wait".into(),
            what: "never take the fallback".into(),
            spread: Some(spread),
            texture: Texture::Hatched,
            on_time: "40% on time".into(),
            never: "never in 40%".into(),
        };
        let drawn = timeline(axis, Some(date("2026-12-10")), &[lane]).into_string();
        assert!(drawn.contains("class=\"median\""));
        assert!(!drawn.contains("class=\"p80\""));
        assert!(drawn.contains("viewBox=\"0 0 10 22\""), "an arrow at the edge");
        assert!(drawn.contains("never in 40 of 100 cases"));
        assert!(drawn.contains("due 10 Dec"));
    }
}
