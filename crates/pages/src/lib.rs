//! Pages: answers as HTML and SVG.
//!
//! Data takes one path: an answer of floor, forecast, decide or check comes in, with the [`Frame`] that every page shares;
//! [`words`] makes its sentence, [`picture`] its picture, and out comes markup. The grammar of all of them: *solid is what
//! stands, hatched is what leans on others*; the headline is the answer; under it what decides it, the picture, the
//! actions beside what they act on, the table.
//!
//! This crate is pure. It never sees a request, holds no state, reads no clock and computes no answer. The stylesheet and
//! the script are one file each and come with it; a page loads nothing else.

// Both arms of such a match are markup, and read best side by side.
#![allow(clippy::single_match_else)]

mod align;
mod answer;
mod ask;
mod ask_list;
mod brief;
mod checks;
mod claims;
mod code;
mod code_borders;
mod code_data;
mod code_duplicates;
mod code_parts;
mod comments;
mod council;
mod council_rank;
mod couplings;
mod drawn;
mod find;
mod hacks;
mod hangs_on;
mod history;
mod inbox;
pub mod link;
mod losses;
mod models;
mod next;
mod order;
mod overview;
pub mod picture;
mod plan;
mod plan_parts;
mod queue;
mod read_copy;
mod reorder;
mod replay;
mod review;
mod say;
mod shell;
mod source;
mod states;
mod style;
mod table;
mod team;
mod tokens;
mod ways;
pub mod words;

pub use align::{
    align, align_borders, align_dataset, align_datasets, align_drift, align_problem, align_problems,
    align_proposal, align_services,
};
pub use ask::ask_page;
pub use ask_list::asks;
pub use checks::checks;
pub use code::code;
pub use code_borders::code_borders;
pub use code_data::code_data;
pub use code_duplicates::code_duplicates;
pub use council::{CouncilAnswers, council};
pub use find::find;
pub use hacks::hacks;
pub use history::{TextBetween, WRITES_ON_A_PAGE, Write, Writes, history, write};
pub use models::models;
pub use overview::{Answers, overview};
pub use plan::{PlanAnswers, plan, plans};
pub use queue::{Preview, queue};
pub use read_copy::ReadCopy;
pub use replay::{policy_word, replay};
pub use review::{review, review_file};
pub use shell::{Frame, Freshness, Section, Writing, act, icon, page};
pub use source::{detailed, sourced};
pub use states::{never_loaded, not_found, refused};
pub use style::{SCRIPT, stylesheet};
pub use table::{Column, Row, table};
pub use team::{TeamAnswers, team, teams};
pub use tokens::{TOKENS, Token};
