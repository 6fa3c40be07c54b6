//! Why a command ends early: one error with its kind, its hint and its exit code.

use std::fmt;

/// The exit codes of `kedge`, kept like promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// Something was found.
    Findings = 1,
    /// Bad usage or input.
    BadInput = 2,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Bad usage or input: what is wrong and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is wrong, in whole lines.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

macro_rules! from_error {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error)
            }
        }
    )*};
}
from_error!(kedge_model::ActError, std::io::Error, serde_json::Error);

impl From<kedge_model::SuppositionError> for Failure {
    fn from(error: kedge_model::SuppositionError) -> Self {
        let advice = error.advice();
        let place = match &error.at {
            Some(at) => format!("word {} of `{}`", at.number, error.sentence),
            None => format!("`{}`", error.sentence),
        };
        let failure = Self::new(format!("{place}: {}", error.cause));
        match advice {
            Some(advice) => failure.hint(advice),
            None => failure,
        }
    }
}

impl From<kedge_model::LiteralError> for Failure {
    fn from(error: kedge_model::LiteralError) -> Self {
        let failure = Self::new(&error.cause);
        match error.fix {
            Some(fix) => failure.hint(fix),
            None => failure,
        }
    }
}
