//! What teams say to each other beside a plan or an ask.
//!
//! A comment decides nothing: no answer, no rule and no forecast reads it. That is why the plan language has none, and an
//! answer is recorded as an answer. Comments are kept where an organisation is kept in a store.

use crate::id::{AskId, PlanId, TeamId};
use crate::literal::LiteralError;
use crate::{Date, Organisation};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest text of a comment, in characters: more is a document, and has a place of its own to be linked from here.
pub const LONGEST_COMMENT: usize = 4_000;

/// What a comment is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A plan.
    Plan(PlanId),
    /// An ask.
    Ask(AskId),
}

impl About {
    /// Whether the organisation has it.
    pub fn is_in(&self, organisation: &Organisation) -> bool {
        match self {
            Self::Plan(plan) => organisation.plan(plan).is_some(),
            Self::Ask(ask) => organisation.ask(ask).is_some(),
        }
    }
}

/// `plan checkout/one-tap`, `ask checkout/reusable-token`.
///
/// ```
/// use kedge_model::About;
/// let about: About = "ask checkout/reusable-token".parse()?;
/// assert_eq!(about.to_string(), "ask checkout/reusable-token");
/// assert!("checkout".parse::<About>().is_err());
/// # Ok::<(), kedge_model::LiteralError>(())
/// ```
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(plan) => write!(f, "plan {plan}"),
            Self::Ask(ask) => write!(f, "ask {ask}"),
        }
    }
}

impl FromStr for About {
    type Err = LiteralError;

    fn from_str(text: &str) -> Result<Self, LiteralError> {
        match text.split_once(' ') {
            Some(("plan", plan)) => Ok(Self::Plan(plan.parse()?)),
            Some(("ask", ask)) => Ok(Self::Ask(ask.parse()?)),
            _ => Err(LiteralError::new(format!(
                "`{text}` is nothing that is commented on: write `ask TEAM/ASK` or `plan TEAM/PLAN`"
            ))),
        }
    }
}

/// What a team said of a plan or an ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What it is about.
    #[serde(with = "in_words")]
    pub about: About,
    /// The team that says it.
    #[serde(with = "in_words")]
    pub by: TeamId,
    /// The day on which it was said.
    #[serde(with = "in_words")]
    pub on: Date,
    /// What it says: one text, or as many as were written at several places without seeing each other.
    pub texts: Vec<String>,
}

impl Comment {
    /// A comment with one text, without the space around it.
    ///
    /// # Errors
    /// The text is empty, longer than [`LONGEST_COMMENT`], or has characters that no screen shows.
    pub fn new(about: About, by: TeamId, on: Date, text: &str) -> Result<Self, LiteralError> {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        let length = text.chars().count();
        if length == 0 {
            return Err(LiteralError::new("a comment says something".to_owned()));
        }
        if length > LONGEST_COMMENT {
            return Err(LiteralError::new(format!(
                "a comment has at most {LONGEST_COMMENT} characters, this one {length}: put it where it can be linked from here"
            )));
        }
        if let Some(unseen) = text.chars().find(|it| it.is_control() && *it != '\n' && *it != '\t') {
            return Err(LiteralError::new(format!(
                "a comment is text that can be read, without the character {unseen:?}"
            )));
        }
        Ok(Self { about, by, on, texts: vec![text] })
    }
}

/// A comment with the name under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptComment {
    /// Its name: what `kedge comment --remove` takes.
    pub id: String,
    /// The comment.
    #[serde(flatten)]
    pub comment: Comment,
}

/// Values as they are written.
mod in_words {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::fmt::Display;
    use std::str::FromStr;

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Result<Comment, LiteralError> {
        let about = "ask checkout/reusable-token".parse()?;
        Comment::new(about, "payments".parse()?, "2026-10-14".parse()?, text)
    }

    #[test]
    fn a_comment_is_text_that_can_be_read() {
        assert_eq!(comment(" a\r\nb ").unwrap().texts, ["a\nb"]);
        for (text, why) in [("  \n", "says something"), ("bell\u{7}", "can be read")] {
            assert!(comment(text).unwrap_err().to_string().contains(why));
        }
        assert!(comment(&"ß".repeat(LONGEST_COMMENT)).is_ok());
        assert!(comment(&"ß".repeat(LONGEST_COMMENT + 1)).unwrap_err().to_string().contains("at most"));
    }
}
