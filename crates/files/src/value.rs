//! From a TOML value to a typed one, or a finding that says what was wanted there and how to write it.

// What is wanted stands beside what was found: one `match` for each type reads best.
#![allow(clippy::single_match_else, clippy::match_same_arms)]

use crate::language::{Key, Noun, Type};
use crate::node::Value;
use crate::place::{Span, slice};
use crate::reading::Reading;
use crate::recognise::braces;
use kedge_model::{Code, Date, Fix, LiteralError, Reference, Slug, Stance, TeamId, WorkTime, codes, nearest};
use std::str::FromStr;
use toml::Spanned;
use toml::de::DeValue;

const BAD: Code = codes::BAD_VALUE;

/// The longest text that is read, in bytes.
const LONGEST_TEXT: usize = 20_000;

/// The longest list that is read.
const MOST_ENTRIES: usize = 20_000;

/// Reads the value of a key; what is not what the language wants there is a finding.
pub(crate) fn read(
    reading: &mut Reading<'_>,
    key: &Key,
    kind: &'static Type,
    value: &Spanned<DeValue<'_>>,
) -> Option<Value> {
    let span = value.span();
    match kind {
        Type::Date => date(reading, key, value).map(Value::Date),
        Type::Start => match value.get_ref() {
            DeValue::String(text) if text == "now" => Some(Value::Start(Stance::Now)),
            _ => date(reading, key, value).map(|date| Value::Start(Stance::On(date))),
        },
        Type::Whole(least, most) => match value.get_ref() {
            DeValue::Integer(number) => {
                let found = i64::from_str_radix(number.as_str(), number.radix()).ok();
                match found.filter(|number| (least..=most).contains(&number)) {
                    Some(number) => Some(Value::Whole(number)),
                    None => {
                        let bounds = bounds(*least, *most);
                        let shown = shortened(slice(reading.text, &span));
                        let message = format!("`{} = {shown}` is out of range", key.name);
                        reading.error(
                            BAD,
                            &span,
                            message,
                            Fix::advice(format!("write a whole number {bounds}")),
                        );
                        None
                    }
                }
            }
            _ => wrong(reading, key, value, "a whole number", "write it without quotes and without a point"),
        },
        Type::Number(least, most) => {
            let number = match value.get_ref() {
                DeValue::Integer(number) => {
                    i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number as f64)
                }
                DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
                _ => return wrong(reading, key, value, "a number", "write it without quotes: `1.5`"),
            };
            match number.filter(|number| (least..=most).contains(&number)) {
                Some(number) => Some(Value::Number(number)),
                None => {
                    let shown = shortened(slice(reading.text, &span));
                    let message = format!("`{} = {shown}` is out of range", key.name);
                    reading.error(
                        BAD,
                        &span,
                        message,
                        Fix::advice(format!("write a number from {least} to {most}")),
                    );
                    None
                }
            }
        }
        Type::Truth => match value.get_ref() {
            DeValue::Boolean(truth) => Some(Value::Truth(*truth)),
            _ => wrong(reading, key, value, "`true` or `false`", "write it without quotes"),
        },
        Type::List(of) => list(reading, key, of, value),
        Type::Filled(of) => {
            let found = list(reading, key, of, value)?;
            if matches!(value.get_ref(), DeValue::Array(array) if array.is_empty()) {
                let message = format!("`{}` names nothing", key.name);
                reading.error(BAD, &span, message, Fix::advice("name at least one"));
                return None;
            }
            Some(found)
        }
        Type::Table(table) => match value.get_ref() {
            DeValue::Table(raw) => Some(Value::Table(Box::new(braces(reading, table, raw, &span)))),
            _ => {
                let example = example(kind);
                wrong(reading, key, value, "a table in braces", &format!("write `{} = {example}`", key.name))
            }
        },
        Type::Tables(table) => match value.get_ref() {
            DeValue::Table(raw) => Some(Value::Tables(vec![braces(reading, table, raw, &span)])),
            DeValue::Array(array) => {
                let mut nodes = Vec::with_capacity(array.len().min(MOST_ENTRIES));
                for one in array.iter().take(MOST_ENTRIES) {
                    match one.get_ref() {
                        DeValue::Table(raw) => nodes.push(braces(reading, table, raw, &one.span())),
                        _ => {
                            let example = example(kind);
                            wrong::<()>(
                                reading,
                                key,
                                one,
                                "a table in braces",
                                &format!("write `{example}`"),
                            );
                        }
                    }
                }
                Some(Value::Tables(nodes))
            }
            _ => {
                let example = example(kind);
                wrong(reading, key, value, "a table in braces", &format!("write `{} = {example}`", key.name))
            }
        },
        Type::TextOrTable(table) => match value.get_ref() {
            DeValue::Table(raw) => Some(Value::Table(Box::new(braces(reading, table, raw, &span)))),
            _ => text(reading, key, value).map(Value::Text),
        },
        Type::Effort => effort(reading, key, value),
        _ => {
            let DeValue::String(found) = value.get_ref() else {
                let wanted = wanted(kind);
                let fix = quoted_fix(reading, kind, &span);
                return wrong(reading, key, value, wanted, &fix);
            };
            literal(reading, kind, found, &span)
        }
    }
}

/// Values that are one text.
fn literal(reading: &mut Reading<'_>, kind: &'static Type, found: &str, span: &Span) -> Option<Value> {
    let read = match kind {
        Type::Text | Type::Period => {
            if found.trim().is_empty() {
                Err(LiteralError::new("this text is empty").fix("write it, or leave the key out"))
            } else if found.len() > LONGEST_TEXT {
                Err(LiteralError::new(format!("this text has {} characters", found.chars().count()))
                    .fix(format!("write at most {LONGEST_TEXT}, and link to the rest with `see`")))
            } else {
                Ok(Value::Text(found.to_owned()))
            }
        }
        Type::EffortRate => found.parse().map(Value::EffortRate),
        Type::Money => found.parse().map(Value::Money),
        Type::MoneyRate => found.parse().map(Value::MoneyRate),
        Type::LateCost => found.parse().map(Value::LateCost),
        Type::CountRate => found.parse().map(Value::CountRate),
        Type::Share => found.parse().map(Value::Share),
        Type::WorkTime => found.parse().map(Value::WorkTime),
        Type::ClockTime => found.parse().map(Value::ClockTime),
        Type::Spread => spread(found).map(Value::Spread),
        Type::Currency => currency(found).map(Value::Text),
        Type::Pattern => pattern(found).map(Value::Text),
        Type::Team => TeamId::from_str(found).map(Value::Team),
        Type::Name => Slug::new(found).map(Value::Name),
        Type::Reference(noun) => reference(reading, *noun, found).map(Value::Reference),
        Type::Word(words) => word(words, found).map(Value::Word),
        // All other types are read where the TOML value is at hand.
        _ => return None,
    };
    match read {
        Ok(value) => Some(value),
        Err(error) => {
            let otherwise = format!("write `{}`", example(kind));
            reading.literal(span, shorter(error), &otherwise);
            None
        }
    }
}

/// The error with what it quotes from the file cut to a readable length.
fn shorter(error: LiteralError) -> LiteralError {
    LiteralError { cause: shortened(&error.cause), fix: error.fix.map(|fix| shortened(&fix)) }
}

/// The first part of a text, where it is long, without control characters.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN: usize = 160;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    if text.chars().nth(SHOWN).is_none() {
        return text.chars().map(clean).collect();
    }
    text.chars().take(SHOWN).map(clean).chain(['…']).collect()
}

fn reference(reading: &Reading<'_>, noun: Noun, found: &str) -> Result<Reference, LiteralError> {
    if noun.is_councils() {
        Reference::parse(found, &TeamId::council())
    } else {
        Reference::parse(found, &reading.own)
    }
}

fn word(words: &'static [&'static str], found: &str) -> Result<&'static str, LiteralError> {
    words.iter().find(|word| **word == found).copied().ok_or_else(|| {
        let error = LiteralError::new(format!("`{found}` is not a word that is known here"));
        error.fix(match nearest(found, words.iter().copied()) {
            Some(nearest) => format!("did you mean `\"{nearest}\"`?"),
            None => format!("write {}", one_of(words)),
        })
    })
}

/// `a`, `b` or `c`.
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn pattern(found: &str) -> Result<String, LiteralError> {
    match found.split_once(':') {
        Some((repository, glob)) if Slug::new(repository).is_ok() && !glob.trim().is_empty() => {
            Ok(found.to_owned())
        }
        _ => Err(LiteralError::new(format!("`{found}` is not a file pattern")).fix(
            "write the repository's name of `kedge.toml`, a colon and the path: `\"shop:checkout/**\"`",
        )),
    }
}

/// A currency as amounts may name it.
fn currency(found: &str) -> Result<String, LiteralError> {
    match format!("1 {found}").parse::<kedge_model::Price>() {
        Ok(price) if price.currency.as_ref().is_some_and(|currency| currency.as_str() == found) => {
            Ok(found.to_owned())
        }
        _ => Err(LiteralError::new(format!("`{found}` is not a currency"))
            .fix("write its code, `\"EUR\"`, or its sign, `\"€\"`")),
    }
}

fn spread(found: &str) -> Result<f64, LiteralError> {
    let error = || LiteralError::new(format!("`{found}` is not a spread")).fix("write `\"rarely over 2x\"`");
    let factor =
        found.strip_prefix("rarely over ").and_then(|rest| rest.strip_suffix('x')).ok_or_else(error)?;
    let plain =
        !factor.is_empty() && factor.len() < 12 && factor.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let factor: f64 = plain.then(|| factor.parse().ok()).flatten().ok_or_else(error)?;
    if (1.0..=100.0).contains(&factor) {
        Ok(factor)
    } else {
        Err(LiteralError::new(format!("`{found}` is out of range")).fix("write a factor from 1 to 100"))
    }
}

fn text(reading: &mut Reading<'_>, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(found) => match literal(reading, &Type::Text, found, &value.span()) {
            Some(Value::Text(found)) => Some(found),
            _ => None,
        },
        _ => {
            let fix = quoted_fix(reading, &Type::Text, &value.span());
            wrong(reading, key, value, "text", &fix)
        }
    }
}

fn date(reading: &mut Reading<'_>, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<Date> {
    let span = value.span();
    match value.get_ref() {
        DeValue::Datetime(found) => {
            let date = found.date.and_then(|date| {
                Date::new(i16::try_from(date.year).ok()?, date.month.cast_signed(), date.day.cast_signed())
            });
            match (date, found.time.is_some() || found.offset.is_some()) {
                (Some(date), false) => Some(date),
                (Some(date), true) => {
                    let message = format!("`{}` is a day: a date has no time here", key.name);
                    reading.error(BAD, &span, message, Fix::advice(format!("write `{} = {date}`", key.name)));
                    None
                }
                (None, _) => {
                    let message = format!("`{}` is a day, and this is none", key.name);
                    reading.error(BAD, &span, message, Fix::advice("write it as `2026-12-10`"));
                    None
                }
            }
        }
        DeValue::String(text) => {
            let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
            let fix = match day {
                Some(day) => format!("write `{} = {day}`", key.name),
                None => format!("write `{} = 2026-12-10`", key.name),
            };
            let message = match day {
                Some(_) => format!("`{}` is a date: dates have no quotes", key.name),
                None => format!("`{}` wants a date, not the text `{}`", key.name, shortened(text)),
            };
            reading.error(BAD, &span, message, Fix::advice(fix));
            None
        }
        _ => wrong(reading, key, value, "a date", &format!("write `{} = 2026-12-10`", key.name)),
    }
}

fn list(
    reading: &mut Reading<'_>,
    key: &Key,
    of: &'static Type,
    value: &Spanned<DeValue<'_>>,
) -> Option<Value> {
    match value.get_ref() {
        DeValue::Array(array) => {
            if array.len() > MOST_ENTRIES {
                let message = format!("`{}` lists {} things", key.name, array.len());
                reading.error(
                    BAD,
                    &value.span(),
                    message,
                    Fix::advice(format!("list at most {MOST_ENTRIES}")),
                );
                return None;
            }
            Some(Value::List(array.iter().filter_map(|one| read(reading, key, of, one)).collect()))
        }
        _ => read(reading, key, of, value).map(|one| Value::List(vec![one])),
    }
}

fn effort(reading: &mut Reading<'_>, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
    use kedge_model::Effort;
    let span = value.span();
    let read = match value.get_ref() {
        DeValue::String(text) => text.parse::<Effort>(),
        DeValue::Array(array) => {
            let mut past: Vec<WorkTime> = Vec::with_capacity(array.len().min(MOST_ENTRIES));
            for one in array.iter().take(MOST_ENTRIES) {
                match one.get_ref() {
                    DeValue::String(text) => match text.parse() {
                        Ok(time) => past.push(time),
                        Err(error) => {
                            reading.literal(&one.span(), shorter(error), "write it as `\"3w\"`");
                            return None;
                        }
                    },
                    _ => {
                        return wrong(
                            reading,
                            key,
                            one,
                            "working time",
                            "write what such things took: `[\"2w\", \"11d\"]`",
                        );
                    }
                }
            }
            if past.is_empty() {
                Err(LiteralError::new("a history with nothing in it says nothing").fix("leave the key out"))
            } else {
                Ok(Effort::History(past))
            }
        }
        DeValue::Table(table) => return range(reading, key, table, &span),
        _ => {
            let fix = quoted_fix(reading, &Type::Effort, &span);
            return wrong(reading, key, value, "an effort", &fix);
        }
    };
    match read {
        Ok(effort) => Some(Value::Effort(effort)),
        Err(error) => {
            reading.literal(&span, shorter(error), "write `\"3w, rarely over 6w\"`");
            None
        }
    }
}

/// `{ least, likely, most }`.
fn range(reading: &mut Reading<'_>, key: &Key, table: &toml::de::DeTable<'_>, span: &Span) -> Option<Value> {
    use kedge_model::{Calendar, Effort};
    const PARTS: [&str; 3] = ["least", "likely", "most"];
    const ADVICE: &str = "write `{ least = \"2w\", likely = \"3w\", most = \"6w\" }`";
    for name in table.keys() {
        if !PARTS.contains(&&**name.get_ref()) {
            let message = format!("`{}` is not part of an effort", shortened(name.get_ref()));
            reading.error(codes::UNKNOWN_KEY, &name.span(), message, Fix::advice(ADVICE));
            return None;
        }
    }
    let mut times = [WorkTime::ZERO; 3];
    for (time, part) in times.iter_mut().zip(PARTS) {
        match table.get(part) {
            Some(value) => match value.get_ref() {
                DeValue::String(text) => match text.parse() {
                    Ok(read) => *time = read,
                    Err(error) => {
                        reading.literal(&value.span(), shorter(error), ADVICE);
                        return None;
                    }
                },
                _ => return wrong(reading, key, value, "working time", ADVICE),
            },
            None => {
                let message = format!("an effort in three points lacks `{part}`");
                reading.error(codes::MISSING_KEY, span, message, Fix::advice(ADVICE));
                return None;
            }
        }
    }
    let [least, likely, most] = times;
    let calendar = Calendar::default();
    let ordered =
        least.days(&calendar) <= likely.days(&calendar) && likely.days(&calendar) <= most.days(&calendar);
    if !ordered {
        let message = format!("{least}, {likely}, {most}: these do not rise");
        reading.error(BAD, span, message, Fix::advice("put the least first and the most last"));
        return None;
    }
    Some(Value::Effort(Effort::Range { least, likely, most }))
}

fn wrong<T>(
    reading: &mut Reading<'_>,
    key: &Key,
    value: &Spanned<DeValue<'_>>,
    wanted: &str,
    fix: &str,
) -> Option<T> {
    let found = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let message = format!("`{}` wants {wanted}, not {found}", key.name);
    reading.error(BAD, &value.span(), message, Fix::advice(fix));
    None
}

/// The same value in quotes where that could be meant, else an example.
fn quoted_fix(reading: &Reading<'_>, kind: &'static Type, span: &Span) -> String {
    let written = slice(reading.text, span);
    let plain = written.len() < 40 && !written.contains(['"', '\'', '[', '{', '\n']);
    let quotable = matches!(kind, Type::Text | Type::Money) || matches!(kind, Type::Name | Type::Team);
    if plain && quotable { format!("write `\"{written}\"`") } else { format!("write `{}`", example(kind)) }
}

/// What a type is called in an error.
pub(crate) fn wanted(kind: &Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Date => "a date",
        Type::Start => "`\"now\"` or a date",
        Type::Period => "a period",
        Type::Effort => "an effort",
        Type::EffortRate => "an effort rate",
        Type::Money => "an amount of money",
        Type::MoneyRate => "a money rate",
        Type::LateCost => "money, once or a rate",
        Type::CountRate => "a rate",
        Type::Share => "a share",
        Type::WorkTime => "working time",
        Type::ClockTime => "clock time",
        Type::Spread => "a spread",
        Type::Currency => "a currency",
        Type::Whole(..) => "a whole number",
        Type::Number(..) => "a number",
        Type::Truth => "`true` or `false`",
        Type::Pattern => "a file pattern",
        Type::Team => "a team",
        Type::Name => "a name",
        Type::Reference(noun) => noun.words(),
        Type::Word(_) => "a word",
        Type::List(_) | Type::Filled(_) => "a list",
        Type::Table(_) | Type::Tables(_) => "a table in braces",
        Type::TextOrTable(_) => "text",
    }
}

/// How a value of the type is written.
pub(crate) fn example(kind: &Type) -> String {
    match kind {
        Type::Text => "\"…\"".into(),
        Type::Date => "2026-12-10".into(),
        Type::Start => "\"now\"".into(),
        Type::Period => "\"2026-Q4\"".into(),
        Type::Effort => "\"3w, rarely over 6w\"".into(),
        Type::EffortRate => "\"2d/month\"".into(),
        Type::Money | Type::LateCost => "\"40k\"".into(),
        Type::MoneyRate => "\"40k/week\"".into(),
        Type::CountRate => "\"1/month\"".into(),
        Type::Share => "\"90%\"".into(),
        Type::WorkTime => "\"5d\"".into(),
        Type::ClockTime => "\"14d\"".into(),
        Type::Spread => "\"rarely over 2x\"".into(),
        Type::Currency => "\"EUR\"".into(),
        Type::Whole(least, _) => (*least).max(1).to_string(),
        Type::Number(least, _) => (*least).max(1.0).to_string(),
        Type::Truth => "true".into(),
        Type::Pattern => "\"shop:checkout/**\"".into(),
        Type::Team => "\"payments\"".into(),
        Type::Name => "\"name\"".into(),
        Type::Reference(_) => "\"team/id\"".into(),
        Type::Word(words) => format!("\"{}\"", words.first().copied().unwrap_or_default()),
        Type::List(of) | Type::Filled(of) => format!("[{}]", example(of)),
        Type::Table(table) | Type::Tables(table) | Type::TextOrTable(table) => {
            let needed = table.keys.iter().filter(|key| key.need != crate::language::Need::Optional);
            let mut parts: Vec<String> =
                needed.map(|key| format!("{} = {}", key.name, example(&key.kind))).collect();
            if parts.is_empty() {
                let first = table.keys.first().or(table.any);
                parts.extend(first.map(|key| format!("{} = {}", key.name, example(&key.kind))));
            }
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

fn bounds(least: i64, most: i64) -> String {
    match (least, most) {
        (i64::MIN, _) => "that fits 64 bits".into(),
        (least, most) if least == most => format!("that is {least}"),
        (least, most) => format!("from {least} to {most}"),
    }
}
