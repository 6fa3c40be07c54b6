//! JSON: the facts and what is known of them, in one documented envelope.
//!
//! What is inside are the types that `--json` prints and the API returns; this module only wraps them, says which day and
//! view they are of, and gives the wrapping a version. [`VERSION`] goes up when a reader of the old form would
//! misunderstand the new one; keys may be added without.

use super::{Extract, View};
use kedge_model::{Date, Fact, FactId};
use serde::Serialize;

/// The version of the envelope.
pub const VERSION: u32 = 1;

/// The JSON Schema (draft 2020-12) of what [`envelope`] writes, with the facts and answers in it.
///
/// A text beside this file and not derived: the answers are of crates that this one does not know. A validator that is not
/// ours holds real exports against it in the tests of `kedge-workspace`, where a key that it does not name is an error too.
pub const SCHEMA: &str = include_str!("export.schema.json");

/// What the file is.
#[derive(Debug, Serialize)]
struct Envelope<'a, S, F> {
    /// Always `export`: what makes the file known for what it is.
    kedge: &'static str,
    /// [`VERSION`].
    version: u32,
    /// The organisation's name.
    organisation: &'a str,
    /// The day as known on which everything is told.
    as_of: Date,
    /// `whole`, `team NAME` or `plan TEAM/NAME`.
    view: String,
    /// The facts shown, in the order of their files; each under the word of its kind.
    facts: Vec<Fact>,
    /// What stands, exact.
    standing: S,
    /// What is forecast, with its sources; `null` where none was asked for.
    forecast: Option<F>,
}

/// The envelope as text, with the answers in it.
///
/// # Errors
/// When an answer cannot be written as JSON, which those of Kedge all can.
pub fn envelope<S: Serialize, F: Serialize>(
    extract: &Extract<'_>,
    standing: S,
    forecast: Option<F>,
) -> Result<String, serde_json::Error> {
    let envelope = Envelope {
        kedge: "export",
        version: VERSION,
        organisation: &extract.organisation().settings().name,
        as_of: extract.as_of(),
        view: match extract.view() {
            View::Whole => "whole".into(),
            View::Team(team) => format!("team {team}"),
            View::Plan(plan) => format!("plan {plan}"),
        },
        facts: extract.facts(),
        standing,
        forecast,
    };
    let mut text = serde_json::to_string_pretty(&envelope)?;
    text.push('\n');
    Ok(text)
}

impl Extract<'_> {
    /// The facts that the view shows: of a team what it writes and what it is asked with its answers, of a plan its own.
    fn facts(&self) -> Vec<Fact> {
        let mut facts = self.organisation().facts_in_order();
        let asked = |id: &kedge_model::AskId| self.asks().any(|ask| &ask.id == id);
        facts.retain(|fact| match self.view() {
            View::Whole => true,
            View::Team(team) => match fact.id() {
                FactId::Settings => false,
                FactId::Ask(id) => asked(&id),
                FactId::Answers { by, to } => {
                    &by == team || matches!(&to, kedge_model::AnswerTo::Ask(ask) if asked(ask))
                }
                id => id.writer().as_ref() == Some(team),
            },
            View::Plan(plan) => match fact {
                Fact::Plan(it) => &it.id == plan,
                Fact::Outcome(it) => &it.plan == plan,
                Fact::Work(it) => &it.plan == plan,
                Fact::Ask(it) => &it.plan == plan,
                Fact::Answers(it) => {
                    matches!(&it.to, kedge_model::AnswerTo::Ask(ask) if asked(ask))
                }
                _ => false,
            },
        });
        if *self.view() == View::Whole {
            for fact in &mut facts {
                if let Fact::Ask(ask) = fact {
                    let mut plain = (**ask).clone();
                    // What a team thinks of another's odds is between the two.
                    plain.odds = None;
                    plain.fallbacks.iter_mut().for_each(|fallback| fallback.odds = None);
                    *fact = plain.into();
                }
            }
        }
        facts
    }
}
