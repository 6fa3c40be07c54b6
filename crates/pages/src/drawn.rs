//! From answers to pictures: spreads and textures.

use crate::picture;
use kedge_floor::{AskStanding, How, Opens, OutcomeStanding, Standing};
use kedge_forecast::{Policy, Spread};
use kedge_model::Share;

/// The quantiles of a forecast as a picture takes them.
pub(crate) fn spread(spread: &Spread) -> picture::Spread {
    picture::Spread {
        p10: spread.p10.date(),
        p50: spread.p50.date(),
        p80: spread.p80.date(),
        p90: spread.p90.date(),
        never: spread.never.share,
    }
}

/// What an outcome's bar is made of: solid where no date in it waits for another team.
///
/// *As planned*, *wait* and *hedge* lean on every ask that is still open and has no fallback in place. *Start now* and
/// *alone* stand as far as the outcome does.
pub(crate) fn texture(standing: &Standing, outcome: &OutcomeStanding, policy: Policy) -> picture::Texture {
    let in_place = |ask: Option<&AskStanding>| {
        ask.is_some_and(|ask| matches!(ask.opens, Opens::Fallback { how: How::Live | How::Running, .. }))
    };
    let stands = match policy {
        Policy::StartNow | Policy::Alone => outcome.share > Share::ZERO,
        Policy::AsPlanned | Policy::Wait | Policy::Hedge => {
            outcome.holds.iter().all(|hold| in_place(standing.ask(&hold.ask)))
        }
    };
    if stands { picture::Texture::Solid } else { picture::Texture::Hatched }
}
