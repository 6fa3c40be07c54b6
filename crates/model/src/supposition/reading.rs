//! The words of a sentence, read one after the other, with the errors that name them.

use super::{SuppositionError, WordAt};
use crate::{AskId, Date, Effort, Organisation, Reference, TeamId, nearest};
use std::str::FromStr;

/// Longer sentences are not read: nobody says them.
const LONGEST: usize = 2_000;

/// Longer words are not compared with known ones: no name is that long.
const LONGEST_NAME: usize = 201;

/// A sentence that is being read.
pub(super) struct Reading<'a> {
    pub(super) sentence: &'a str,
    pub(super) organisation: &'a Organisation,
    words: Vec<Word<'a>>,
    at: usize,
}

#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    from: usize,
    to: usize,
}

impl<'a> Reading<'a> {
    /// Splits at white space; `'…'` and `"…"` hold a text together.
    pub(super) fn new(sentence: &'a str, organisation: &'a Organisation) -> Result<Self, SuppositionError> {
        let whole = |cause: String, shown: &str| Err(SuppositionError::whole(shown, cause));
        if sentence.len() > LONGEST {
            let shown: String = sentence.chars().take(40).chain(['…']).collect();
            return whole(format!("a sentence has at most {LONGEST} characters"), &shown);
        }
        let sentence = sentence.trim();
        let mut words = Vec::new();
        let mut rest = sentence.char_indices().peekable();
        while let Some((from, first)) = rest.next() {
            if first.is_whitespace() {
                continue;
            }
            if first == '\'' || first == '"' {
                let begins = from + 1;
                let Some((end, _)) = rest.by_ref().find(|(_, c)| *c == first) else {
                    return whole(format!("the text that begins with {first} does not end"), sentence);
                };
                words.push(Word { text: &sentence[begins..end], from: begins, to: end });
                continue;
            }
            let mut to = from + first.len_utf8();
            while let Some((at, c)) = rest.next_if(|(_, c)| !c.is_whitespace()) {
                to = at + c.len_utf8();
            }
            words.push(Word { text: &sentence[from..to], from, to });
        }
        Ok(Self { sentence, organisation, words, at: 0 })
    }

    /// Whether all words are read.
    pub(super) fn ended(&self) -> bool {
        self.at >= self.words.len()
    }

    /// The next word, unread.
    pub(super) fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).map(|word| word.text)
    }

    /// The word after the next, unread.
    pub(super) fn peek_second(&self) -> Option<&'a str> {
        self.words.get(self.at + 1).map(|word| word.text)
    }

    /// The next word; `expected` is what could stand there.
    pub(super) fn word(&mut self, expected: &[&str]) -> Result<&'a str, SuppositionError> {
        let Some(word) = self.words.get(self.at) else {
            let what = expected.first().copied().unwrap_or("more");
            let cause = match expected {
                [_] | [] => format!("it ends where {what} should stand"),
                _ => "it ends too early".into(),
            };
            let expected =
                if expected.len() > 1 { expected.iter().map(ToString::to_string).collect() } else { vec![] };
            let sentence = self.sentence.to_owned();
            return Err(SuppositionError { sentence, at: None, cause, expected, nearest: None });
        };
        self.at += 1;
        Ok(word.text)
    }

    /// An error about the word read last.
    pub(super) fn error(&self, cause: String, expected: &[&str]) -> SuppositionError {
        let place = self.at.saturating_sub(1);
        SuppositionError {
            sentence: self.sentence.to_owned(),
            at: self.words.get(place).map(|word| {
                Box::new(WordAt {
                    word: word.text.to_owned(),
                    number: place + 1,
                    from: word.from,
                    to: word.to,
                })
            }),
            cause,
            expected: expected.iter().map(ToString::to_string).collect(),
            nearest: None,
        }
    }

    /// One of these words, with or without the dashes of an option.
    pub(super) fn keyword(&mut self, known: &[&'static str]) -> Result<&'static str, SuppositionError> {
        let word = self.word(known)?;
        let bare = word.trim_start_matches("--");
        if let Some(found) = known.iter().find(|known| **known == bare) {
            return Ok(found);
        }
        let near = near(bare, known.iter().copied());
        let expected: Vec<&str> = if near.is_some() { Vec::new() } else { known.to_vec() };
        let error = self.error(format!("`{word}` cannot stand here"), &expected);
        Err(SuppositionError { nearest: near, ..error })
    }

    /// Reads the word if it is the next, with or without the dashes of an option.
    pub(super) fn skip(&mut self, word: &str) -> bool {
        let is_next = self.peek().is_some_and(|next| next.trim_start_matches("--") == word);
        self.at += usize::from(is_next);
        is_next
    }

    /// Refuses what is left over.
    pub(super) fn end(&mut self) -> Result<(), SuppositionError> {
        match self.peek() {
            None => Ok(()),
            Some(word) => {
                self.at += 1;
                Err(self.error(format!("nothing can follow here, but `{word}` does"), &[]))
            }
        }
    }

    /// A value that has a text form of its own.
    pub(super) fn value<T: FromStr<Err = crate::LiteralError>>(
        &mut self,
        what: &str,
    ) -> Result<T, SuppositionError> {
        let word = self.word(&[what])?;
        word.parse().map_err(|error: crate::LiteralError| self.error(error.to_string(), &[]))
    }

    pub(super) fn date(&mut self) -> Result<Date, SuppositionError> {
        let word = self.word(&["a date such as 2026-11-20"])?;
        word.parse().map_err(|error: crate::LiteralError| self.error(error.to_string(), &[]))
    }

    pub(super) fn count(&mut self, what: &str) -> Result<u32, SuppositionError> {
        let word = self.word(&[what])?;
        word.parse::<u32>().ok().filter(|count| *count <= 100_000).ok_or_else(|| {
            self.error(format!("`{word}` is not a number of people"), &["a whole number such as 2"])
        })
    }

    /// An effort, which is all that is left.
    pub(super) fn effort(&mut self) -> Result<Effort, SuppositionError> {
        const WHAT: &str = "an effort such as 2w, or 2w, rarely over 4w,";
        self.word(&[WHAT])?;
        let words = &self.words[self.at - 1..];
        let text = words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        let effort = text
            .parse()
            .map_err(|error: crate::LiteralError| self.error(error.cause, &["2w", "2w, rarely over 4w"]))?;
        self.at = self.words.len();
        Ok(effort)
    }

    /// A team that has a file.
    pub(super) fn team(&mut self) -> Result<TeamId, SuppositionError> {
        let word = self.word(&["a team"])?;
        let mut known = self.organisation.teams().map(|team| &team.id);
        if let Some(team) = known.clone().find(|team| team.as_str() == word) {
            return Ok(team.clone());
        }
        let error = self.error(format!("`{word}` names no team"), &[]);
        let nearest = near(word, known.by_ref().map(TeamId::as_str));
        Err(SuppositionError { nearest, ..error })
    }

    pub(super) fn ask(&mut self) -> Result<AskId, SuppositionError> {
        let known: Vec<&Reference> = self.organisation.asks().map(|ask| ask.id.reference()).collect();
        self.reference("ask", &known, None).map(AskId::from)
    }

    /// One of these things, by its whole name, or by its bare name where only one has it; `own` team's go first.
    pub(super) fn reference(
        &mut self,
        noun: &str,
        known: &[&Reference],
        own: Option<&TeamId>,
    ) -> Result<Reference, SuppositionError> {
        let word = self.word(&[noun_with_article(noun).as_str()])?;
        let mut found: Vec<&Reference> = known
            .iter()
            .copied()
            .filter(|it| match word.split_once('/') {
                Some((team, id)) => it.team.as_str() == team && it.id.as_str() == id,
                None => it.id.as_str() == word,
            })
            .collect();
        // Work and an ask of one team may share a name: the caller knows which goes first.
        found.dedup();
        let of_own = || found.iter().copied().find(|it| own == Some(&it.team));
        match found[..] {
            [only] => return Ok(only.clone()),
            [] => {}
            _ => {
                if let Some(own) = of_own() {
                    return Ok(own.clone());
                }
                let names: Vec<String> = found.iter().map(ToString::to_string).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                return Err(self.error(format!("several are called `{word}`"), &names));
            }
        }
        let error = self.error(format!("`{word}` names no {noun}"), &[]);
        if word.len() > LONGEST_NAME {
            return Err(error);
        }
        let names: Vec<String> = known.iter().map(ToString::to_string).collect();
        let nearest = near(word, names.iter().map(String::as_str)).or_else(|| {
            let bare = near(word, known.iter().map(|it| it.id.as_str()))?;
            known.iter().find(|it| it.id.as_str() == bare).map(ToString::to_string)
        });
        Err(SuppositionError { nearest, ..error })
    }
}

fn near<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    if word.len() > LONGEST_NAME {
        return None;
    }
    nearest(word, known).map(str::to_owned)
}

fn noun_with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}
