//! The organisation's settings.

use super::plan::probability;
use super::{decode_meta, encode_meta, named, unless};
use crate::node::{Node, Value, code};
use kedge_model::{
    Assume, Calendar, Currency, Direction, Leaning, Level, Location, Measure, PartOf, Probability,
    Repository, Settings, Severity, Share, SourceFolder, Stage, Tails, TakeUp, Weekday,
};

pub(super) fn decode(node: &Node) -> Option<Settings> {
    let default = Settings::default();
    let mut settings = Settings {
        name: node.text("name")?,
        currency: node.text("currency").map(|text| Currency::from(text.as_str())),
        time_zone: node.text("time-zone").unwrap_or(default.time_zone),
        stage: match node.word("stage") {
            Some("searching") => Stage::Searching,
            Some("mature") => Stage::Mature,
            _ => Stage::Scaling,
        },
        horizon: node.work_time("horizon").unwrap_or(default.horizon),
        confidence: node.share("confidence").unwrap_or(default.confidence),
        person_week: node.money("person-week"),
        spread: node.spread("spread").unwrap_or(default.spread),
        steward: node.reference("steward"),
        meta: decode_meta(node),
        ..Settings::default()
    };
    if let Some(node) = node.one("calendar") {
        settings.calendar = calendar(node);
    }
    if let Some(node) = node.one("assume") {
        settings.assume = assume(node);
    }
    if let Some(node) = node.one("severities") {
        for entry in &node.entries {
            let (Some(code), Some(Value::Word(word))) = (code(entry), &entry.value) else { continue };
            let level = match *word {
                "off" => Level::Off,
                "note" => Level::At(Severity::Note),
                "warning" => Level::At(Severity::Warning),
                _ => Level::At(Severity::Error),
            };
            settings.severities.insert(code, level);
        }
    }
    for (name, node) in named(node, "measure") {
        let (Some(title), Some(better)) = (node.text("title"), node.word("better")) else { continue };
        let better = if better == "up" { Direction::Up } else { Direction::Down };
        let measure = Measure { title, unit: node.text("unit"), better, meta: decode_meta(node) };
        settings.measures.insert(name, measure);
    }
    for (name, node) in named(node, "repository") {
        let Some(location) = location(node) else { continue };
        let repository = Repository {
            location,
            rev: node.text("rev"),
            codeowners: node.text("codeowners"),
            meta: decode_meta(node),
        };
        settings.repositories.insert(name, repository);
    }
    for node in node.list("source") {
        let Some(location) = location(node) else { continue };
        settings.sources.push(SourceFolder {
            location,
            rev: node.text("rev"),
            under: node.text("under"),
            holds: node.teams("holds"),
            meta: decode_meta(node),
        });
    }
    settings.part_of = node.braces("part-of").and_then(|node| {
        Some(PartOf { location: location(node)?, rev: node.text("rev"), under: node.text("under") })
    });
    Some(settings)
}

fn location(node: &Node) -> Option<Location> {
    node.text("path").map(Location::Path).or_else(|| node.text("git").map(Location::Git))
}

fn calendar(node: &Node) -> Calendar {
    let default = Calendar::default();
    let mut days = node.words("days", |word| word.parse::<Weekday>().ok());
    days.sort_unstable();
    days.dedup();
    Calendar {
        days: if days.is_empty() { default.days } else { days },
        hours: node.number("hours").unwrap_or(default.hours),
        first_month: node
            .whole("first-month")
            .and_then(|month| u8::try_from(month).ok())
            .unwrap_or(default.first_month),
        holidays: node.dates("holidays"),
    }
}

fn assume(node: &Node) -> Assume {
    let default = Assume::default();
    let take_up = node.braces("take-up").map_or(default.take_up, |node| {
        let of = |name, otherwise| chance(node, name, otherwise);
        let default = TakeUp::default();
        TakeUp {
            none: of("none", default.none),
            considering: of("considering", default.considering),
            countered: of("countered", default.countered),
            committed: of("committed", default.committed),
        }
    });
    let leaning = node.braces("leaning").map_or(default.leaning, |node| {
        let of = |name, otherwise| chance(node, name, otherwise);
        let default = Leaning::default();
        Leaning {
            welcome: of("welcome", default.welcome),
            unknown: of("unknown", default.unknown),
            escalate: of("escalate", default.escalate),
            tiger_team: of("tiger-team", default.tiger_team),
            community: of("community", default.community),
        }
    });
    Assume {
        other_work: node.share("other-work").unwrap_or(default.other_work),
        guide_share: node.share("guide-share").unwrap_or(default.guide_share),
        shifts: node.count_rate("shifts").unwrap_or(default.shifts),
        dropped: node.share("dropped").unwrap_or(default.dropped),
        tails: if node.word("tails") == Some("thin") { Tails::Thin } else { Tails::Fat },
        plan_factor: node.number("plan-factor").unwrap_or(default.plan_factor),
        organisation_factor: node.number("organisation-factor").unwrap_or(default.organisation_factor),
        take_up,
        leaning,
    }
}

fn chance(node: &Node, name: &str, otherwise: Probability) -> Probability {
    node.share(name).map_or(otherwise, probability)
}

pub(super) fn encode(it: &Settings, file: &mut Node) {
    let default = Settings::default();
    file.set("name", Some(it.name.clone()));
    file.set("currency", it.currency.as_ref().map(|currency| currency.as_str().to_owned()));
    file.set("time-zone", unless(&it.time_zone, &default.time_zone));
    file.set(
        "stage",
        match it.stage {
            Stage::Searching => Some("searching"),
            Stage::Scaling => None,
            Stage::Mature => Some("mature"),
        },
    );
    file.set("horizon", unless(&it.horizon, &default.horizon));
    file.set("confidence", unless(&it.confidence, &default.confidence));
    file.set("person-week", it.person_week.clone());
    file.set("spread", unless(&it.spread, &default.spread).map(Value::Spread));
    file.set("steward", it.steward.clone());
    if let Some(part_of) = &it.part_of {
        let mut braces = file.behind("part-of");
        encode_location(&part_of.location, &mut braces);
        braces.set("rev", part_of.rev.clone());
        braces.set("under", part_of.under.clone());
        file.set("part-of", Some(braces));
    }
    encode_meta(&it.meta, file);
    encode_calendar(&it.calendar, file);
    encode_assume(&it.assume, file);
    if !it.severities.is_empty() {
        let mut node = file.inside("severities");
        for (code, level) in &it.severities {
            let word = match level {
                Level::Off => "off",
                Level::At(severity) => severity.word(),
            };
            node.set(&code.to_string(), Some(word));
        }
        file.push("severities", "", node);
    }
    for (id, it) in &it.measures {
        let mut node = file.inside("measure");
        node.set("title", Some(it.title.clone()));
        node.set("unit", it.unit.clone());
        node.set("better", Some(if it.better == Direction::Up { "up" } else { "down" }));
        encode_meta(&it.meta, &mut node);
        file.push("measure", id.as_str(), node);
    }
    for (id, it) in &it.repositories {
        let mut node = file.inside("repository");
        encode_location(&it.location, &mut node);
        node.set("rev", it.rev.clone());
        node.set("codeowners", it.codeowners.clone());
        encode_meta(&it.meta, &mut node);
        file.push("repository", id.as_str(), node);
    }
    for it in &it.sources {
        let mut node = file.inside("source");
        encode_location(&it.location, &mut node);
        node.set("rev", it.rev.clone());
        node.set("under", it.under.clone());
        node.set_list("holds", it.holds.iter().cloned());
        encode_meta(&it.meta, &mut node);
        file.push("source", "", node);
    }
}

fn encode_location(location: &Location, node: &mut Node) {
    match location {
        Location::Path(path) => node.set("path", Some(path.clone())),
        Location::Git(url) => node.set("git", Some(url.clone())),
    }
}

fn encode_calendar(it: &Calendar, file: &mut Node) {
    let default = Calendar::default();
    let mut node = file.inside("calendar");
    if it.days != default.days {
        node.set_list("days", it.days.iter().map(|day| day.short()));
    }
    node.set("hours", unless(&it.hours, &default.hours).map(Value::Number));
    node.set("first-month", unless(&it.first_month, &default.first_month).map(i64::from));
    node.set_list("holidays", it.holidays.iter().copied());
    if !node.entries.is_empty() {
        file.push("calendar", "", node);
    }
}

fn encode_assume(it: &Assume, file: &mut Node) {
    let default = Assume::default();
    let mut node = file.inside("assume");
    node.set("other-work", unless(&it.other_work, &default.other_work));
    node.set("guide-share", unless(&it.guide_share, &default.guide_share));
    node.set("shifts", unless(&it.shifts, &default.shifts));
    node.set("dropped", unless(&it.dropped, &default.dropped));
    node.set("tails", (it.tails == Tails::Thin).then_some("thin"));
    node.set("plan-factor", unless(&it.plan_factor, &default.plan_factor).map(Value::Number));
    node.set(
        "organisation-factor",
        unless(&it.organisation_factor, &default.organisation_factor).map(Value::Number),
    );
    let share = |value: &Probability, default: &Probability| {
        unless(value, default).map(|chance| Share::clamped(chance.get()))
    };
    let mut braces = node.behind("take-up");
    let (is, was) = (&it.take_up, &default.take_up);
    braces.set("none", share(&is.none, &was.none));
    braces.set("considering", share(&is.considering, &was.considering));
    braces.set("countered", share(&is.countered, &was.countered));
    braces.set("committed", share(&is.committed, &was.committed));
    node.set("take-up", (!braces.entries.is_empty()).then_some(braces));
    let mut braces = node.behind("leaning");
    let (is, was) = (&it.leaning, &default.leaning);
    braces.set("welcome", share(&is.welcome, &was.welcome));
    braces.set("unknown", share(&is.unknown, &was.unknown));
    braces.set("escalate", share(&is.escalate, &was.escalate));
    braces.set("tiger-team", share(&is.tiger_team, &was.tiger_team));
    braces.set("community", share(&is.community, &was.community));
    node.set("leaning", (!braces.entries.is_empty()).then_some(braces));
    if !node.entries.is_empty() {
        file.push("assume", "", node);
    }
}
