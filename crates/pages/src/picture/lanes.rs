//! Who does what when: a lane for each who takes part, time from top to bottom, a number at each step.

use maud::{Markup, html};

/// One step.
#[derive(Clone, Debug)]
pub struct LaneStep {
    /// Which lane, from 0.
    pub lane: usize,
    /// What is done, in a word or two.
    pub label: String,
    /// What is done, in full: its name for those who do not see the picture.
    pub title: String,
    /// Where the step is told in full.
    pub href: String,
}

/// So wide is a lane, so high a step, in units of the picture; text is 13 of them high.
const WIDE: usize = 170;
const HIGH: usize = 40;
const TOP: usize = 44;

/// The picture. `end` is what is wrong at the end, in a few words.
pub fn lanes(caption: &str, names: &[String], steps: &[LaneStep], end: &str) -> Markup {
    let width = WIDE * names.len().max(1);
    let bottom = TOP + HIGH * steps.len();
    let centre = |lane: usize| WIDE * lane + 24;
    let level = |step: usize| TOP + HIGH * step + HIGH / 2;
    html! {
        figure.interleaving {
            svg viewBox={ "0 0 " (width) " " (bottom + 36) } role="group" aria-label=(caption) {
                @for (lane, name) in names.iter().enumerate() {
                    line.grid x1=(centre(lane)) x2=(centre(lane)) y1=(TOP - 8) y2=(bottom) {}
                    text x=(centre(lane).saturating_sub(20)) y="22" class="who" { (name) }
                }
                @for (at, two) in steps.windows(2).enumerate() {
                    line.then x1=(centre(two[0].lane)) y1=(level(at)) x2=(centre(two[1].lane)) y2=(level(at + 1)) {}
                }
                @for (at, step) in steps.iter().enumerate() {
                    a href=(step.href) aria-label={ "Step " (at + 1) ": " (step.title) } {
                        circle cx=(centre(step.lane)) cy=(level(at)) r="12" {}
                        text.number x=(centre(step.lane)) y=(level(at) + 5) text-anchor="middle" { (at + 1) }
                        text x=(centre(step.lane) + 18) y=(level(at) + 5) { (step.label) }
                    }
                }
                text.late x="4" y=(bottom + 24) { "→ " (end) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_a_link_with_a_name_and_stands_in_its_lane() {
        let step = |lane, label: &str| LaneStep {
            lane,
            label: label.into(),
            title: format!("{label} points"),
            href: format!("#step-{lane}"),
        };
        let names = ["loyalty".to_owned(), "returns".to_owned()];
        let drawn =
            lanes("An example", &names, &[step(0, "reads"), step(1, "takes 1")], "below 0").into_string();
        assert_eq!(drawn.matches("<a ").count(), 2);
        assert!(drawn.contains("aria-label=\"Step 2: takes 1 points\""));
        assert!(drawn.contains("viewBox=\"0 0 340 160\""), "{drawn}");
        assert!(drawn.contains("→ below 0"));
    }
}
