//! How long to wait before trying again.

use std::time::Duration;

/// The pause before try `attempt` (the first repetition is 1): drawn evenly between nothing and what doubles from try to try
/// up to `longest`, so that clients that failed together do not come back together ("full jitter": Brooker, *Exponential
/// Backoff And Jitter*, AWS Architecture Blog, 2015). `random` is drawn evenly from all 64-bit numbers.
pub fn pause(attempt: u32, first: Duration, longest: Duration, random: u64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let most = first.saturating_mul(1 << doublings).min(longest);
    // The upper half of a product of 128 bits: evenly spread over what it is multiplied with.
    let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(((u128::from(nanos) * u128::from(random)) >> 64) as u64)
}
