//! Where files went: a file's past under the name that it has now.

use super::{History, How, PathIndex};
use crate::repository::SurveyError;
use std::collections::HashMap;

/// More moves in a row than any file has seen; what goes on beyond was moved in a circle within one moment.
const MOST_MOVES: usize = 100;

/// The moves of a history's files; none where renames were not followed.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    /// By the path that was left: when, and where to, in order of time.
    from: HashMap<PathIndex, Vec<(i64, PathIndex)>>,
}

impl Moves {
    pub(crate) fn of(history: &History) -> Result<Self, SurveyError> {
        let mut moves = Self::default();
        if !history.renames {
            return Ok(moves);
        }
        history.each(|commit| {
            for touched in &commit.touched {
                if let How::Renamed { from } = touched.how {
                    moves.from.entry(from).or_default().push((commit.committed, touched.path));
                }
            }
        })?;
        for moved in moves.from.values_mut() {
            moved.sort_unstable();
        }
        Ok(moves)
    }

    /// Where a file lies now that lay at `path` at a moment (seconds since 1970). A path that was left and used again is
    /// two files.
    pub(crate) fn now(&self, path: PathIndex, at: i64) -> PathIndex {
        let (mut path, mut at) = (path, at);
        for _ in 0..MOST_MOVES {
            let next = self.from.get(&path).and_then(|moved| {
                let later = moved.partition_point(|(when, _)| *when < at);
                moved.get(later)
            });
            let Some((when, to)) = next else { break };
            (path, at) = (*to, *when);
        }
        path
    }
}
