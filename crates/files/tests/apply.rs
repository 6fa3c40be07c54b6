//! Changes written down say what they say, and nothing else is touched.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

use kedge_files::{Edit, Loaded, SourceText, apply, load_folder, read};
use kedge_model::*;
use std::collections::BTreeMap;
use std::path::Path;

fn harbour() -> Loaded {
    load_folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"))).unwrap()
}

fn texts(loaded: &Loaded) -> BTreeMap<String, String> {
    let sources = &loaded.sources;
    sources.files().map(|path| (path.to_owned(), sources.text(path).unwrap().to_owned())).collect()
}

fn edited(texts: &BTreeMap<String, String>, edits: &[Edit]) -> BTreeMap<String, String> {
    let mut texts = texts.clone();
    for edit in edits {
        assert_eq!(texts.get(&edit.path), edit.before.as_ref());
        match &edit.after {
            Some(text) => texts.insert(edit.path.clone(), text.clone()),
            None => texts.remove(&edit.path),
        };
    }
    texts
}

fn load(texts: &BTreeMap<String, String>) -> Loaded {
    let files =
        texts.iter().map(|(path, text)| SourceText { path: path.clone(), text: text.clone() }).collect();
    read(files, None).unwrap_or_else(|failed| {
        let said: Vec<String> = failed
            .findings
            .iter()
            .map(|it| format!("{:?} {} {}", it.place(&failed.sources), it.code, it.message))
            .collect();
        panic!("{}", said.join("\n"))
    })
}

fn facts(organisation: &Organisation) -> BTreeMap<FactId, Fact> {
    organisation.facts_in_order().into_iter().map(|fact| (fact.id(), fact)).collect()
}

fn assert_same(found: &Organisation, wanted: &Organisation) {
    let (found, wanted) = (facts(found), facts(wanted));
    for (id, fact) in &wanted {
        assert_eq!(found.get(id), Some(fact), "{id}");
    }
    assert_eq!(found.len(), wanted.len());
}

/// Applies, reads again, compares with the model's own answer, and goes back.
fn round(loaded: &Loaded, changes: &[Change]) -> Option<(BTreeMap<String, String>, Vec<Edit>)> {
    let after = loaded.organisation.with(changes).ok()?;
    let edits = apply(&loaded.sources, changes).unwrap_or_else(|error| panic!("{error}: {changes:#?}"));
    let written = edited(&texts(loaded), &edits);
    let read = load(&written);
    assert_same(&read.organisation, &after);
    let back = apply(&read.sources, &loaded.organisation.inverse(changes)).unwrap();
    let restored = load(&edited(&written, &back));
    assert_same(&restored.organisation, &loaded.organisation);
    Some((written, edits))
}

/// The lines that are only comments.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.trim_start().starts_with('#')).collect()
}

#[test]
fn putting_what_is_there_changes_nothing() {
    let loaded = harbour();
    let changes: Vec<Change> = loaded.organisation.facts_in_order().into_iter().map(Change::Put).collect();
    assert_eq!(apply(&loaded.sources, &changes).unwrap(), []);
}

#[test]
fn every_fact_of_harbour_can_go_and_come_back() {
    let loaded = harbour();
    let mut gone = 0;
    for fact in loaded.organisation.facts_in_order() {
        let mut changes = vec![Change::Remove(fact.id())];
        if fact.id() == FactId::Council {
            let refused = apply(&loaded.sources, &changes).unwrap_err();
            assert!(refused.to_string().contains("remove those first"));
            continue;
        }
        if let Fact::Plan(plan) = &fact {
            // A plan goes with all that is in it.
            let parts = loaded.organisation.parts(&plan.id);
            changes.extend(parts.outcomes.iter().map(|id| Change::Remove(id.into())));
            changes.extend(parts.work.iter().map(|id| Change::Remove(id.into())));
            changes.extend(parts.asks.iter().map(|id| Change::Remove(id.into())));
        }
        gone += usize::from(round(&loaded, &changes).is_some_and(|(texts, edits)| {
            assert!(edits.len() <= 1);
            for edit in edits {
                let Some(after) = edit.after else { continue };
                // Two empty lines in a row, or at the end, would be a scar.
                assert!(!after.contains("\n\n\n"), "{after}");
                assert!(!after.ends_with("\n\n"), "{after}");
            }
            !texts.is_empty()
        }));
    }
    assert!(gone > 60, "{gone}");
}

/// The one fact with what the other says, as far as that makes sense.
fn saying(fact: &Fact, other: &Fact) -> Option<Change> {
    Some(match (fact, other) {
        (Fact::Outcome(a), Fact::Outcome(b)) => {
            Outcome { id: a.id.clone(), plan: a.plan.clone(), ..(**b).clone() }.into()
        }
        (Fact::Work(a), Fact::Work(b)) => Work {
            id: a.id.clone(),
            plan: a.plan.clone(),
            serves: a.serves.clone(),
            after: Vec::new(),
            ..(**b).clone()
        }
        .into(),
        (Fact::Ask(a), Fact::Ask(b)) => {
            let mut fallbacks = b.fallbacks.clone();
            for fallback in &mut fallbacks {
                fallback.skips.clear();
            }
            Ask { id: a.id.clone(), plan: a.plan.clone(), gates: a.gates.clone(), fallbacks, ..(**b).clone() }
                .into()
        }
        (Fact::Team(a), Fact::Team(b)) => {
            let mut services = b.services.clone();
            for (name, service) in &mut services {
                service.id = ServiceId::new(a.id.clone(), name.clone());
            }
            Team { id: a.id.clone(), services, rank: Vec::new(), ..(**b).clone() }.into()
        }
        (Fact::Plan(a), Fact::Plan(b)) => Plan { id: a.id.clone(), ..(**b).clone() }.into(),
        (Fact::Dataset(a), Fact::Dataset(b)) => Dataset { id: a.id.clone(), ..(**b).clone() }.into(),
        (Fact::Answers(a), Fact::Answers(b)) => {
            let mut entries = b.entries.clone();
            for entry in &mut entries {
                if let Word::Says { work, .. } = &mut entry.word {
                    *work = None;
                }
            }
            AnswerLog { by: a.by.clone(), to: a.to.clone(), entries }.into()
        }
        _ => return None,
    })
}

#[test]
fn every_fact_can_say_what_another_says() {
    let loaded = harbour();
    let all = loaded.organisation.facts_in_order();
    let mut changed = 0;
    for (index, fact) in all.iter().enumerate() {
        for other in all.iter().cycle().skip(index + 1).step_by(7).take(2) {
            let Some(put) = saying(fact, other) else { continue };
            let Some((_, edits)) = round(&loaded, std::slice::from_ref(&put)) else { continue };
            changed += 1;
            for edit in edits {
                let (before, after) = (edit.before.unwrap(), edit.after.unwrap());
                // A fallback or a person that goes takes its comments along; nothing else loses one.
                if !matches!(put, Change::Put(Fact::Ask(_) | Fact::Team(_) | Fact::Dataset(_))) {
                    assert_eq!(comments(&before), comments(&after));
                }
                assert!(!after.contains("\n\n\n"), "{after}");
            }
        }
    }
    assert!(changed > 60, "{changed}");
}

const PLAN: &str = include_str!("design/one-tap.kedge.toml");

fn alone(text: &str) -> Loaded {
    load(&BTreeMap::from([("checkout/one-tap.kedge.toml".to_owned(), text.to_owned())]))
}

fn lines_that_changed(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    let mut said = String::new();
    let mut next = 0;
    for line in &after {
        if let Some(offset) = before[next.min(before.len())..].iter().position(|other| other == line) {
            for gone in &before[next..next + offset] {
                said += &format!("-{gone}\n");
            }
            next += offset + 1;
        } else {
            said += &format!("+{line}\n");
        }
    }
    for gone in &before[next..] {
        said += &format!("-{gone}\n");
    }
    said
}

fn act(loaded: &Loaded, act: &Act) -> String {
    let changes = act.changes(&loaded.organisation).unwrap();
    let (_, edits) = round(loaded, &changes).unwrap();
    edits
        .iter()
        .map(|edit| {
            let before = edit.before.clone().unwrap_or_default();
            format!(
                "{}\n{}",
                edit.path,
                lines_that_changed(&before, edit.after.as_deref().unwrap_or_default())
            )
        })
        .collect()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn what_people_record_is_a_line_or_two() {
    let loaded = alone(PLAN);
    let work: WorkId = "checkout/sheet".parse().unwrap();
    let ask: AskId = "checkout/reusable-token".parse().unwrap();
    let mut said = act(&loaded, &Act::Started { work: work.clone(), on: date("2026-10-05") });
    said += &act(&loaded, &Act::Asked { ask: ask.clone(), on: date("2026-10-20"), how: None });
    said += &act(&loaded, &Act::Stance { ask: ask.clone(), fallback: None, start: Stance::Now });
    let hack = Some("hack".parse().unwrap());
    said += &act(&loaded, &Act::Take { ask: ask.clone(), fallback: hack, on: date("2026-10-21") });
    said += &act(&loaded, &Act::Withdraw { ask: ask.clone(), on: date("2026-10-22") });
    let says = Says::Committed { by: date("2026-11-20") };
    said +=
        &act(&loaded, &Act::Answer { ask, by: None, on: date("2026-10-06"), says, work: None, why: None });
    insta::assert_snapshot!(said);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_stay() {
    let text = format!("\u{feff}{}", PLAN.replace('\n', "\r\n"));
    let loaded = alone(&text);
    let work: WorkId = "checkout/sheet".parse().unwrap();
    let changes = Act::Started { work, on: date("2026-10-05") }.changes(&loaded.organisation).unwrap();
    let edits = apply(&loaded.sources, &changes).unwrap();
    let after = edits[0].after.clone().unwrap();
    assert_eq!(after.replace("started = 2026-10-05\r\n", ""), text);
    assert!(after.starts_with('\u{feff}') && !after.replace("\r\n", "").contains('\n'));
}

#[test]
fn other_ways_to_write_toml_are_changed_in_place_too() {
    for text in [
        "team = \"checkout\"\noutcome = { tap = { } } # one\nwork = { sheet = { for = \"tap\" } }\n",
        "team = \"checkout\"\n[outcome]\ntap = {}\n[work]\nsheet = { for = \"tap\" } # mine\n",
        "team = \"checkout\"\noutcome.tap.due = 2026-12-01\nwork.sheet.for = \"tap\"   # mine\n",
        "team = \"checkout\"\n[outcome.tap]\n[work.sheet]\nfor = [ # several\n \"tap\" ]\nleft.on = 2026-10-10\nleft.effort = \"2w\"",
        "team = \"checkout\"\n[outcome.tap]\n[work.sheet]\nfor = \"tap\"\n[work.sheet.left]\n# how much\non = 2026-10-10\neffort = \"2w\"",
    ] {
        let loaded = alone(text);
        let work = loaded.organisation.work().next().unwrap().clone();
        let left = Some(Left { on: date("2026-10-12"), effort: "1w".parse().unwrap() });
        let changed = Work { left, started: Some(date("2026-10-01")), crew: 2, ..work };
        let (texts, _) = round(&loaded, &[changed.into()]).unwrap();
        let after = &texts["checkout/one-tap.kedge.toml"];
        assert_eq!(text.contains("# mine"), after.contains("# mine"), "{after}");
    }
}

#[test]
fn a_new_thing_finds_its_home() {
    let loaded = harbour();
    let plan = PlanId::new("search".parse().unwrap(), "autumn".parse().unwrap());
    let id = OutcomeId::new("search".parse().unwrap(), "more".parse().unwrap());
    let outcome = loaded.organisation.outcomes().next().unwrap();
    let outcome = Outcome { id, plan: plan.clone(), kpi: None, stakeholder: None, ..outcome.clone() };
    let head = Plan { id: plan, title: None, period: None, closed: None, meta: Meta::default() };
    let team = Team::new("cellar".parse().unwrap(), TeamKind::Stream);
    // The part before its plan: the order of changes does not matter.
    let (_, edits) = round(&loaded, &[outcome.into(), head.into(), team.into()]).unwrap();
    let new: Vec<String> =
        edits.iter().map(|edit| format!("# {}\n{}", edit.path, edit.after.as_deref().unwrap())).collect();
    insta::assert_snapshot!(new.join("\n"));
}

#[test]
fn a_landing_that_becomes_another_word_loses_its_date() {
    // The day of landing is written, though it is the day of the answer; nobody else may say it.
    let told = "team = \"billing\"\n\n# late\n[[answer.\"shop/invoices\"]]\non    = 2026-10-07\nsays  = \"landed\"\nsince = 2026-10-07\n";
    let load =
        |text: &str| load(&BTreeMap::from([("billing/answers.kedge.toml".to_owned(), text.to_owned())]));
    let landed = load(told);
    let considering = load(&told.replace("\"landed\"\nsince = 2026-10-07", "\"considering\""));
    let answers = |loaded: &Loaded| {
        loaded.organisation.facts_in_order().into_iter().find(|fact| matches!(fact, Fact::Answers(_)))
    };
    let change = Change::Put(answers(&considering).unwrap());
    let (written, _) = round(&landed, &[change]).unwrap();
    let text = written.values().next().unwrap();
    assert!(text.contains("# late") && text.contains("considering") && !text.contains("since"), "{text}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..Default::default() })]

    /// Several changes at once, in any mixture that the model allows: files say afterwards what the model says, and
    /// going back restores every fact.
    #[test]
    fn changes_together_say_what_the_model_says(
        picks in proptest::collection::vec((0usize..400, 0usize..400, 0u8..4), 1..9)
    ) {
        let loaded = harbour();
        let all = loaded.organisation.facts_in_order();
        let mut changes: Vec<Change> = Vec::new();
        for (one, other, how) in picks {
            let fact = &all[one % all.len()];
            let change = if how == 0 && !matches!(fact, Fact::Plan(_) | Fact::Council(_)) {
                Some(Change::Remove(fact.id()))
            } else {
                (0..all.len()).find_map(|step| saying(fact, &all[(other + step) % all.len()]))
            };
            let Some(change) = change else { continue };
            changes.push(change);
            // Only what the model allows is written.
            if loaded.organisation.with(&changes).is_err() {
                changes.pop();
            }
        }
        proptest::prop_assert!(round(&loaded, &changes).is_some());
    }
}
