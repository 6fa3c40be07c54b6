//! One fact, three ways: what the last import wrote, what stands there, what the source says.

use super::Kept;
use kedge_model::{AnswerLog, Ask, Dataset, Fact, FactId, Meta, Outcome, Plan, Settings, Team, Work};
use serde::Serialize;
use std::collections::BTreeMap;

/// Merges the fields of one fact, and remembers what became of them.
pub(super) struct Fields {
    fact: FactId,
    /// Whether an earlier import wrote the fact.
    written: bool,
    pub(super) changed: Vec<&'static str>,
    pub(super) kept: Vec<Kept>,
}

impl Fields {
    pub(super) fn new(fact: FactId, written: bool) -> Self {
        Self { fact, written, changed: Vec::new(), kept: Vec::new() }
    }

    fn why(&self, in_source_too: bool) -> &'static str {
        match (self.written, in_source_too) {
            (false, _) => "was written here before the first import",
            (true, false) => "was changed here",
            (true, true) => "was changed here, and since then in the source too",
        }
    }

    fn keep<T: Serialize>(&mut self, field: &'static str, here: &T, source: &T, in_source_too: bool) {
        let json = |value: &T| serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
        let why = self.why(in_source_too);
        let (here, source) = (json(here), json(source));
        self.kept.push(Kept { fact: self.fact.clone(), field: Some(field), here, source, why });
    }

    fn one<T: Clone + PartialEq + Serialize>(
        &mut self,
        field: &'static str,
        base: &T,
        now: &T,
        new: &T,
    ) -> T {
        if now == new {
            return now.clone();
        }
        if now == base {
            self.changed.push(field);
            return new.clone();
        }
        // At the first import, what the source leaves open is no news.
        if self.written || base != new {
            self.keep(field, now, new, base != new);
        }
        now.clone()
    }

    fn list<T: Clone + PartialEq + Serialize>(
        &mut self,
        field: &'static str,
        base: &[T],
        now: &[T],
        new: &[T],
    ) -> Vec<T> {
        if now == new || base == new {
            if base != now && base.iter().any(|entry| new.contains(entry) && !now.contains(entry)) {
                self.keep(field, &now, &new, false);
            }
            return now.to_vec();
        }
        let mut after: Vec<T> =
            now.iter().filter(|entry| new.contains(entry) || !base.contains(entry)).cloned().collect();
        after.extend(new.iter().filter(|entry| !base.contains(entry) && !now.contains(entry)).cloned());
        if after != now {
            self.changed.push(field);
        }
        if base.iter().any(|entry| new.contains(entry) && !now.contains(entry)) {
            self.keep(field, &now, &new, true);
        }
        after
    }

    fn map<K: Clone + Ord, V: Clone + PartialEq + Serialize>(
        &mut self,
        field: &'static str,
        base: &BTreeMap<K, V>,
        now: &BTreeMap<K, V>,
        new: &BTreeMap<K, V>,
    ) -> BTreeMap<K, V> {
        let mut after = now.clone();
        for (key, value) in new {
            match (base.get(key), now.get(key)) {
                (None, None) => {
                    after.insert(key.clone(), value.clone());
                }
                (base, Some(now)) if now != value => {
                    if base == Some(now) {
                        after.insert(key.clone(), value.clone());
                    } else {
                        self.keep(field, now, value, base != Some(value));
                    }
                }
                _ => {}
            }
        }
        if &after != now {
            self.changed.push(field);
        }
        after
    }

    fn meta(&mut self, base: &Meta, now: &Meta, new: &Meta) -> Meta {
        // A fact has one origin; what was there before the first import keeps its own, if it says one.
        let origin = match &now.origin {
            Some(origin) if base.origin.as_ref() != Some(origin) => Some(origin.clone()),
            _ => new.origin.clone(),
        };
        if origin != now.origin {
            self.changed.push("origin");
        }
        let see = self.list("see", &base.see, &now.see, &new.see);
        Meta { silence: now.silence.clone(), see, origin }
    }

    /// The fact as it will be. Without a `base` the facts that stand there are people's: only what they leave open is
    /// filled in.
    pub(super) fn merged(&mut self, base: Option<&Fact>, now: &Fact, new: &Fact) -> Fact {
        match (base, now, new) {
            (Some(Fact::Team(base)), Fact::Team(now), Fact::Team(new)) => self.team(base, now, new).into(),
            (_, Fact::Team(now), Fact::Team(new)) => {
                self.team(&Team::new(new.id.clone(), new.kind.clone()), now, new).into()
            }
            (Some(Fact::Plan(base)), Fact::Plan(now), Fact::Plan(new)) => self.plan(base, now, new).into(),
            (_, Fact::Plan(now), Fact::Plan(new)) => self.plan(&Plan::new(new.id.clone()), now, new).into(),
            (Some(Fact::Outcome(base)), Fact::Outcome(now), Fact::Outcome(new)) => {
                self.outcome(base, now, new).into()
            }
            (_, Fact::Outcome(now), Fact::Outcome(new)) => {
                self.outcome(&Outcome::new(new.id.clone(), new.plan.clone()), now, new).into()
            }
            (Some(Fact::Work(base)), Fact::Work(now), Fact::Work(new)) => self.work(base, now, new).into(),
            (_, Fact::Work(now), Fact::Work(new)) => {
                self.work(&Work::new(new.id.clone(), new.plan.clone()), now, new).into()
            }
            (Some(Fact::Ask(base)), Fact::Ask(now), Fact::Ask(new)) => self.ask(base, now, new).into(),
            (_, Fact::Ask(now), Fact::Ask(new)) => self.ask(&blank_ask(new), now, new).into(),
            (Some(Fact::Dataset(base)), Fact::Dataset(now), Fact::Dataset(new)) => {
                self.dataset(base, now, new).into()
            }
            (_, Fact::Dataset(now), Fact::Dataset(new)) => self.dataset(&blank_dataset(new), now, new).into(),
            (base, Fact::Answers(now), Fact::Answers(new)) => {
                let none = AnswerLog { entries: Vec::new(), ..(**new).clone() };
                let base = match base {
                    Some(Fact::Answers(base)) => base,
                    _ => &none,
                };
                let entries = self.list("entries", &base.entries, &now.entries, &new.entries);
                AnswerLog { entries, ..(**now).clone() }.into()
            }
            (base, Fact::Settings(now), Fact::Settings(new)) => {
                let none = Settings { name: new.name.clone(), ..Settings::default() };
                let base = match base {
                    Some(Fact::Settings(base)) => base,
                    _ => &none,
                };
                let repositories =
                    self.map("repositories", &base.repositories, &now.repositories, &new.repositories);
                Settings { repositories, ..(**now).clone() }.into()
            }
            (Some(base), now, new) if base == now => new.clone(),
            (_, now, _) => now.clone(),
        }
    }
}

/// Merges the fields that imports write; all others are people's and stay.
macro_rules! merges {
    ($($name:ident: $noun:ty { one: [$($one:ident),*], list: [$($list:ident),*], map: [$($map:ident),*] })*) => {
        impl Fields {$(
            fn $name(&mut self, base: &$noun, now: &$noun, new: &$noun) -> $noun {
                let mut after = now.clone();
                $(after.$one = self.one(stringify!($one), &base.$one, &now.$one, &new.$one);)*
                $(after.$list = self.list(stringify!($list), &base.$list, &now.$list, &new.$list);)*
                $(after.$map = self.map(stringify!($map), &base.$map, &now.$map, &new.$map);)*
                after.meta = self.meta(&base.meta, &now.meta, &new.meta);
                after
            }
        )*}
    };
}

merges! {
    team: Team {
        one: [title, kind, stated_people, turnaround, channel, cannot_help, away_teams],
        list: [handles, owns],
        map: [persons, services, self_services]
    }
    plan: Plan { one: [title, period, closed], list: [], map: [] }
    outcome: Outcome {
        one: [plan, title, claim, value_from, late_cost, due, kpi, stakeholder, live, dropped],
        list: [],
        map: []
    }
    work: Work {
        one: [plan, title, effort, crew, not_before, started, left, done, dropped],
        list: [serves, after, who],
        map: []
    }
    ask: Ask { one: [plan, to, what, why, wanted, effort, withdrawn], list: [asked, gates], map: [] }
    dataset: Dataset {
        one: [title, unowned, contract],
        list: [places, writers, readers],
        map: [invariants, operations]
    }
}

fn blank_dataset(new: &Dataset) -> Dataset {
    Dataset {
        id: new.id.clone(),
        title: None,
        unowned: false,
        places: Vec::new(),
        writers: Vec::new(),
        readers: Vec::new(),
        invariants: BTreeMap::new(),
        operations: BTreeMap::new(),
        contract: None,
        meta: Meta::default(),
    }
}

fn blank_ask(new: &Ask) -> Ask {
    Ask {
        why: None,
        asked: Vec::new(),
        wanted: None,
        effort: None,
        gates: Vec::new(),
        withdrawn: None,
        meta: Meta::default(),
        ..new.clone()
    }
}
