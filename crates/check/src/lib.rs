//! What in these plans another team can stop: the rules, and the reports on what they found.
//!
//! ```text
//! Organisation + Standing (+ Forecast) ──rules──▶ Finding… ──policy, silences──▶ Report ──▶ text, JSON, exit code
//! ```
//!
//! Each rule is one file under `rules/`: its code, its reason with the source, a passing and a failing example, and the
//! function that reads the answers. [`RULES`] is the one table of them. What [`explain`] gives for a code is what
//! `kedge explain` prints, and what the page of rules is generated from. Rules `K001` to `K014` are raised where files are
//! read and the organisation is built; they are in the table for their documentation.
//!
//! A rule reads answers that are already computed and computes none: what stands comes from `kedge-floor`, dates from
//! `kedge-forecast`. Where an answer is not there, the rules that need it are reported as not run. Severities follow the
//! organisation's policy; a silence written into the plans takes a finding out of the list and into another one, with its
//! reason.
//!
//! This crate never reads a file: where a fact stands is asked of [`Locate`](kedge_model::Locate), and source lines of
//! [`Texts`].

mod answers;
mod checked;
mod datasets;
mod document;
mod evidence;
mod fingerprint;
mod mend;
mod people;
mod policy;
mod render;
mod report;
mod rule;
mod rules;
mod since;
mod together;
mod tried;

pub use answers::Answers;
pub use checked::{Checked, check};
pub use document::{explain_markdown, rules_markdown};
pub use fingerprint::fingerprints;
pub use mend::{may_be_mended, safe_changes};
pub use render::{Style, Texts, Within, github, human, json, junit, sarif};
pub use report::{NotRun, Related, Report, Reported, Silenced, Summary};
pub use rule::{EXAMPLES_AS_OF, Group, Need, Rule, RuleDoc, Sheet};
pub use rules::{RULES, explain};
pub use since::Since;
pub use tried::tried_on;
