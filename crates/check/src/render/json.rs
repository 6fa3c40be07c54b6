//! A report as JSON.

use crate::report::Report;

/// The report as indented JSON, without a final newline.
///
/// Stable: keys are only ever added. The top level has `as_of`, `summary` (`errors`, `warnings`, `notes`, `silenced`,
/// `not_run`), `findings`, `silenced` and `not_run`. A finding has `code`, `rule`, `severity` (`note`, `warning`,
/// `error`), `message`, then, where it is in a file, `file`, `line`, `column`, `end_line`, `end_column` (from 1, columns
/// in characters, the end just past the last), `about`, `team`, `fix` (`advice`, `lines`) and `related` (places with a
/// `message`). A silenced one has `why` and `until` besides. Findings are sorted by file, line, column and code.
pub fn json(report: &Report) -> String {
    // Only strings, numbers and lists go in, so that writing it cannot fail; were that ever wrong, the empty object says
    // at least that there is no report.
    serde_json::to_string_pretty(report).unwrap_or_else(|_| "{}".into())
}
