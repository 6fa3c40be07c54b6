//! On which real data each rule has fired. Examples made to show a rule prove that it can fire, not that it is of use; a rule
//! that is not in this table is *untried*, and its page says so.
//!
//! `tests/shared_data_fires.rs` counts anew and fails where this table says something else.

use kedge_model::Code;

const GOALS_2025H2: &str = "the Rust project's goals of 2025H2";
const GOALS_2026: &str = "the Rust project's goals of 2026";

/// Each rule that has fired, with the data on which it has.
const TRIED: &[(u16, &[&str])] = &[
    (101, &[GOALS_2025H2, GOALS_2026]),
    (106, &[GOALS_2025H2, GOALS_2026]),
    (202, &[GOALS_2025H2, GOALS_2026]),
    (210, &[GOALS_2025H2]),
    (412, &[GOALS_2026]),
];

/// The real data on which a rule has fired; empty where it is untried.
pub fn tried_on(code: Code) -> &'static [&'static str] {
    TRIED.iter().find(|(number, _)| *number == code.number()).map_or(&[], |(_, data)| *data)
}
