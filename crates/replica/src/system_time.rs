//! From the system's notion of time to ours. It converts what a caller has read off a clock, and reads none.

use crate::Millis;
use std::time::{SystemTime, UNIX_EPOCH};

impl From<SystemTime> for Millis {
    /// A time before 1970 is taken as 1970.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::new(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}
