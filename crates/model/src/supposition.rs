//! What is supposed for a what-if, as people say it: `answer checkout/reusable-token committed by 2026-11-20`.
//!
//! One sentence is one [`Act`]. It begins with the verb that records the act; what follows is what the act needs, in the
//! order in which one would say it. A bare name stands for the one thing that has it. Acts of a later day are decisions:
//! `take checkout/reusable-token hack on 2026-11-02` plans to take it then, and `land … on` supposes that it will.

mod grammar;
mod reading;

use crate::{Act, Change, Date, Finding, Organisation, listed};
use serde::Serialize;
use std::fmt;

/// One sentence, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Supposition {
    /// The sentence as it was said.
    pub sentence: String,
    /// What it means.
    pub act: Act,
    /// The same in words that follow “with”: “payments committed to checkout/reusable-token by 20 November”.
    pub words: String,
}

/// Several sentences, each understood in the organisation that the ones before it leave.
#[derive(Clone, Debug)]
pub struct Supposed {
    /// The sentences, in order.
    pub suppositions: Vec<Supposition>,
    /// What they change, in order.
    pub changes: Vec<Change>,
    /// The organisation with all of them.
    pub organisation: Organisation,
}

impl Supposed {
    /// All of it in words that follow “with”.
    pub fn words(&self) -> String {
        if self.suppositions.is_empty() {
            return "nothing changed".into();
        }
        listed(self.suppositions.iter().map(|it| it.words.as_str()))
    }
}

/// Why a sentence cannot be understood, or what it says cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct SuppositionError {
    /// The sentence.
    pub sentence: String,
    /// The word at fault; `None` where the whole sentence is, or where it ends too early.
    pub at: Option<Box<WordAt>>,
    /// What is wrong, in one sentence without a full stop.
    pub cause: String,
    /// What could stand there, in words of the language or as `DATE`, `ASK` …; empty where the cause says it all.
    pub expected: Vec<String>,
    /// What was probably meant.
    pub nearest: Option<String>,
}

/// A word of a sentence and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WordAt {
    /// The word.
    pub word: String,
    /// Which word of the sentence, from 1.
    pub number: usize,
    /// Where it begins, in bytes from the start of the sentence.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

impl fmt::Display for SuppositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "word {} of `{}`: {}", at.number, self.sentence, self.cause)?,
            None => write!(f, "`{}`: {}", self.sentence, self.cause)?,
        }
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl SuppositionError {
    /// What to write instead, where that can be said.
    pub fn advice(&self) -> Option<String> {
        if let Some(nearest) = &self.nearest {
            return Some(format!("did you mean `{nearest}`?"));
        }
        match &self.expected[..] {
            [] => None,
            [one] if self.at.is_none() => Some(format!("add {one}")),
            [one] => Some(format!("write {one} there")),
            [first @ .., last] => Some(format!("{} or {last} can stand there", first.join(", "))),
        }
    }

    fn whole(sentence: &str, cause: String) -> Self {
        Self { sentence: sentence.into(), at: None, cause, expected: Vec::new(), nearest: None }
    }

    /// The findings that forbid what a sentence says.
    pub fn refused(sentence: &str, findings: &[Finding]) -> Self {
        let Some(first) = findings.first() else { return Self::whole(sentence, "this cannot be".into()) };
        let advice = first.fix.as_ref().map(|fix| format!(" ({})", fix.advice)).unwrap_or_default();
        Self::whole(sentence, format!("this cannot be: {}{advice}", first.message))
    }
}

impl Supposition {
    /// What the sentence means, said on the morning of `on`.
    ///
    /// # Errors
    /// When a word is not one that can stand in its place, or names nothing; the error says which word, where, and what
    /// could stand there.
    pub fn parse(sentence: &str, organisation: &Organisation, on: Date) -> Result<Self, SuppositionError> {
        let (act, words) = grammar::sentence(sentence, organisation, on)?;
        Ok(Self { sentence: sentence.trim().to_owned(), act, words })
    }

    /// One example of each kind of sentence, for help.
    pub const EXAMPLES: [&'static str; 15] = [
        "answer checkout/reusable-token committed by 2026-11-20",
        "answer checkout/reusable-token host welcome",
        "land checkout/reusable-token on 2026-11-09",
        "accept checkout/edge-latency",
        "withdraw checkout/step-up",
        "take checkout/reusable-token hack on 2026-11-02",
        "rank checkout/reusable-token first",
        "rank payments wallets checkout/reusable-token instalments",
        "people payments 6",
        "move 1 from search to payments",
        "focus payments 80%",
        "effort checkout/wire-up 2w, rarely over 4w",
        "due checkout/one-tap 2026-12-17",
        "done checkout/sheet",
        "drop checkout/risk-rules",
    ];
}

impl Organisation {
    /// What several sentences mean together, said on the morning of `on`: each is understood where the ones before hold.
    ///
    /// # Errors
    /// The first sentence that cannot be understood, or that breaks what must hold of an organisation.
    pub fn suppose<S: AsRef<str>>(&self, sentences: &[S], on: Date) -> Result<Supposed, SuppositionError> {
        let mut supposed =
            Supposed { suppositions: Vec::new(), changes: Vec::new(), organisation: self.clone() };
        for sentence in sentences {
            let sentence = sentence.as_ref();
            let supposition = Supposition::parse(sentence, &supposed.organisation, on)?;
            let changes = supposition
                .act
                .changes(&supposed.organisation)
                .map_err(|error| SuppositionError::whole(&supposition.sentence, error.to_string()))?;
            supposed.organisation = supposed
                .organisation
                .with(&changes)
                .map_err(|findings| SuppositionError::refused(&supposition.sentence, &findings))?;
            supposed.changes.extend(changes);
            supposed.suppositions.push(supposition);
        }
        Ok(supposed)
    }
}
