//! What must not be seen: odds of an ask where they are not at home, and lists that rank teams or people.

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whose an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Team(String),
    Ask(String),
    Everybody,
}

/// The odds of one ask: how likely it is to be taken up, to land, and its fallbacks to be accepted.
#[derive(Clone, Debug)]
pub(crate) struct Odds {
    pub(crate) ask: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// As fractions, to the last bit.
    pub(crate) chances: Vec<f64>,
}

impl Odds {
    pub(crate) fn may_be_in(&self, of: &Of) -> bool {
        match of {
            Of::Team(team) => &self.from == team || &self.to == team,
            Of::Ask(ask) => &self.ask == ask,
            Of::Everybody => false,
        }
    }

    /// As people would read them: `53%`, `53 %`, `53 of 100`.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        let cases = self.chances.iter().map(|chance| (chance * 100.0).round() as u32);
        cases
            .filter(|cases| (1..100).contains(cases))
            .flat_map(|cases| [format!("{cases}%"), format!("{cases} %"), format!("{cases} of 100")])
            .collect()
    }
}

/// Keys under which odds are written in JSON.
const KEYS: [&str; 8] =
    ["taken_up", "lands", "lands_by", "by_wanted", "by_needed", "accepted", "odds", "chance_by_wanted"];

/// Keys under which other chances and shares stand: of an outcome to be on time, of a value that is kept, of a week that is
/// filled; and what the stewards assume of everybody. One of them may come to the same fraction as an odd.
const OTHERS: [&str; 12] = [
    "assume",
    "by_due",
    "filled",
    "keeps",
    "later",
    "live",
    "on_time",
    "other_work",
    "p80",
    "share",
    "sooner",
    "starved",
];

/// The leaks in a JSON document. In what is everybody's: odds under their keys, and any number that is a chance of an ask.
/// In what is somebody's: odds of an ask that is not theirs.
pub(crate) fn leaks_in_json(document: &Value, of: &Of, odds: &[Odds]) -> Vec<String> {
    let chances: BTreeMap<u64, &str> = odds
        .iter()
        .flat_map(|it| it.chances.iter().map(move |chance| (chance.to_bits(), it.ask.as_str())))
        .collect();
    let mut leaks = Vec::new();
    let mut queue = vec![(String::new(), document, false)];
    while let Some((path, value, other)) = queue.pop() {
        match value {
            Value::Object(fields) => {
                // From here on it is about this ask.
                let about = fields.get("ask").and_then(Value::as_str);
                let about = about.and_then(|ask| odds.iter().find(|it| it.ask == ask));
                let theirs = *of != Of::Everybody && about.is_none_or(|it| it.may_be_in(of));
                for (key, value) in fields {
                    // A day on which a counter-offer was accepted is a fact, and no chance.
                    if !theirs && KEYS.contains(&key.as_str()) && !value.is_null() && !value.is_string() {
                        leaks.push(format!("{path}.{key}: {}", short(&value.to_string())));
                    }
                    queue.push((format!("{path}.{key}"), value, other || OTHERS.contains(&key.as_str())));
                }
            }
            Value::Array(items) => {
                leaks.extend(ranking(&path, items));
                queue.extend(items.iter().enumerate().map(|(at, it)| (format!("{path}[{at}]"), it, other)));
            }
            Value::Number(number) if *of == Of::Everybody && !other => {
                if let Some(ask) = number.as_f64().and_then(|number| chances.get(&number.to_bits())) {
                    leaks.push(format!("{path}: {number}, a chance of {ask}"));
                }
            }
            _ => {}
        }
    }
    leaks
}

/// A list of teams or people, each with figures, in any order but that of their names.
fn ranking(path: &str, items: &[Value]) -> Option<String> {
    let names = |key: &str| -> Option<Vec<&str>> {
        items.iter().map(|item| item.as_object()?.get(key)?.as_str()).collect()
    };
    let of_one_thing = items
        .iter()
        .all(|item| ["ask", "plan", "outcome", "work", "code"].iter().all(|key| item.get(*key).is_none()));
    let mut names = names("team").or_else(|| names("person"))?;
    // The council is no team among others.
    names.retain(|name| *name != "council");
    let ordered = names.windows(2).all(|two| two[0] <= two[1]);
    (items.len() > 2 && of_one_thing && !ordered).then(|| format!("{path} ranks {names:?}"))
}

/// The leaks in a page: a block that names an ask which is not the page's own, with a chance of it.
pub(crate) fn leaks_in_page(page: &str, of: &Of, odds: &[Odds]) -> Vec<String> {
    let document = Html::parse_document(page);
    let blocks = Selector::parse("tr, li, p, dd, h1, h2, h3, figcaption, summary, textarea").unwrap();
    let mut leaks = Vec::new();
    for block in document.select(&blocks) {
        let text = text_of(block);
        leaks.extend(leaks_in_text(&text, of, odds));
    }
    let link = Selector::parse("a[href]").unwrap();
    for table in document.select(&Selector::parse("table").unwrap()) {
        let heads: Vec<Option<String>> = table
            .select(&Selector::parse("tbody th.head").unwrap())
            .map(|head| {
                let first = head.select(&link).next().filter(|it| it.prev_sibling().is_none())?;
                Some(first.value().attr("href")?.strip_prefix("/teams/")?.to_owned())
            })
            .collect();
        let teams: Option<Vec<String>> = heads.into_iter().collect();
        // A team signs what the file says that it must: the order of a contract's writers, then who else signed.
        let signatures =
            table.select(&Selector::parse("caption").unwrap()).any(|it| text_of(it) == "Signatures");
        if let Some(teams) = teams
            && teams.len() > 2
            && !signatures
            && !teams.is_sorted()
        {
            leaks.push(format!("a table ranks {teams:?}"));
        }
    }
    leaks
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ")
}

/// The leaks in a line or paragraph that people read.
pub(crate) fn leaks_in_text(text: &str, of: &Of, odds: &[Odds]) -> Vec<String> {
    // What a way on keeps of a value, and how much of a value stands, are no chances.
    let mut said = text.to_owned();
    for keeps in ["keeps ", "stands at ", "Keeps ", "(1 − "] {
        let parts: Vec<&str> = said.split(keeps).collect();
        let rest = |part: &str| {
            part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '%').to_owned()
        };
        said = parts
            .iter()
            .enumerate()
            .map(|(at, part)| if at == 0 { (*part).to_owned() } else { rest(part) })
            .collect();
    }
    odds.iter()
        .filter(|it| !it.may_be_in(of) && said.contains(&it.ask))
        .flat_map(|it| {
            let is_said = |word: &String| {
                said.match_indices(word.as_str()).any(|(at, _)| {
                    !said[..at].ends_with(|before: char| before.is_ascii_digit() || before == '.')
                })
            };
            it.words()
                .into_iter()
                .filter(is_said)
                .map(|word| format!("{}: {word} in {:?}", it.ask, short(text)))
        })
        .collect()
}

fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(240).collect()
}
