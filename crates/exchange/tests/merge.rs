//! Laws of a repeated import.
#![allow(clippy::unwrap_used)]

use kedge_exchange::{Merge, SourceFile, jira, merge, rust_goals};
use kedge_model::{Change, Fact, FactId, Organisation, Scope, Work};
use proptest::prelude::*;
use std::fmt::Write as _;

/// One issue: its number, project, title, seconds, what it is part of and waits for.
#[derive(Clone, Debug)]
struct Row {
    project: usize,
    title: String,
    seconds: u32,
    epic: bool,
    parent: usize,
    blockers: Vec<usize>,
    resolved: bool,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        0usize..3,
        "[a-c]{0,2}",
        0u32..3,
        any::<bool>(),
        0usize..9,
        prop::collection::vec(0usize..9, 0..3),
        any::<bool>(),
    )
        .prop_map(|(project, title, days, epic, parent, blockers, resolved)| Row {
            project,
            title,
            seconds: days * 28_800,
            epic,
            parent,
            blockers,
            resolved,
        });
    prop::collection::vec(row, 1..9)
}

fn draft_of(rows: &[Row]) -> Vec<Fact> {
    let key =
        |at: usize| format!("{}-{}", ["A", "B", "C"][rows.get(at).map_or(0, |row| row.project)], at + 1);
    let mut export = String::from(
        "Issue key,Summary,Issue Type,Original estimate,Resolved,Parent key,Inward issue link (Blocks),Inward issue link (Blocks)\n",
    );
    for (at, row) in rows.iter().enumerate() {
        let blocker = |place: usize| row.blockers.get(place).map_or(String::new(), |at| key(*at));
        let _ = writeln!(
            export,
            "{},{},{},{},{},{},{},{}",
            key(at),
            row.title,
            if row.epic { "Epic" } else { "Story" },
            row.seconds,
            if row.resolved { "2026-10-02" } else { "" },
            key(row.parent),
            blocker(0),
            blocker(1)
        );
    }
    jira::draft(&[SourceFile::new("a.csv", export)], &jira::Options::default()).facts()
}

fn empty() -> Organisation {
    Organisation::build(Scope::Whole, Vec::new()).unwrap()
}

/// The organisation after the import, and the record of it.
fn imported(facts: &[Fact], last: &[Fact], now: &Organisation) -> (Organisation, Merge) {
    let merge = merge(facts, last, now);
    let after = now.with(&merge.changes);
    assert!(after.is_ok(), "{:?}", after.err());
    (after.unwrap(), merge)
}

fn first_work(organisation: &Organisation) -> Option<Work> {
    organisation.work().next().cloned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_import_twice_is_an_import_once(rows in rows()) {
        let facts = draft_of(&rows);
        let (once, first) = imported(&facts, &[], &empty());
        let (twice, second) = imported(&facts, &first.record, &once);
        prop_assert_eq!(&second.changes, &[]);
        prop_assert_eq!(twice.facts_in_order(), once.facts_in_order());
        prop_assert_eq!(&second.record, &first.record);
        prop_assert!(second.report.kept.is_empty() && second.report.gone.is_empty());
        // Also where nobody knows what the first one wrote.
        let (again, third) = imported(&facts, &[], &once);
        prop_assert_eq!(again.facts_in_order(), once.facts_in_order());
        prop_assert!(third.report.kept.is_empty());
    }

    #[test]
    fn what_people_edit_or_take_out_stays_whatever_the_source_says_next(before in rows(), after in rows()) {
        let (once, first) = imported(&draft_of(&before), &[], &empty());
        let Some(mut edited) = first_work(&once) else { return Ok(()) };
        edited.title = Some("Ours".into());
        edited.crew = 3;
        edited.effort = Some("7w".parse().unwrap());
        let id = edited.id.clone();
        let mine = Work { id: kedge_model::WorkId::new(id.team().clone(), "ours".parse().unwrap()), ..edited.clone() };
        let mut changes: Vec<Change> = vec![edited.clone().into(), mine.clone().into()];
        let out = once.asks().next().map(|ask| FactId::Ask(ask.id.clone()));
        changes.extend(out.clone().map(Change::Remove));
        let by_hand = once.with(&changes).unwrap();
        let (twice, second) = imported(&draft_of(&after), &first.record, &by_hand);
        let kept = twice.work_item(&id).unwrap();
        prop_assert_eq!(&kept.title, &edited.title);
        prop_assert_eq!(&kept.effort, &edited.effort);
        prop_assert_eq!(kept.crew, 3);
        prop_assert_eq!(twice.work_item(&mine.id), Some(&mine));
        if let Some(out) = out {
            prop_assert!(twice.fact(&out).is_none(), "{} came back", out);
        }
        // Nothing is ever removed.
        for fact in by_hand.facts_in_order() {
            prop_assert!(twice.fact(&fact.id()).is_some());
        }
        // And the next one changes nothing more.
        let (_, third) = imported(&draft_of(&after), &second.record, &twice);
        prop_assert_eq!(&third.changes, &[]);
        let what = |merge: &Merge| -> Vec<_> {
            merge.report.kept.iter().map(|kept| (kept.fact.clone(), kept.field)).collect()
        };
        prop_assert_eq!(what(&third), what(&second));
        prop_assert!(third.report.gone.iter().all(|gone| second.report.gone.contains(gone)));
    }

    #[test]
    fn what_nobody_touched_follows_the_source(before in rows(), after in rows()) {
        let (once, first) = imported(&draft_of(&before), &[], &empty());
        let facts = draft_of(&after);
        let (twice, second) = imported(&facts, &first.record, &once);
        let refused: Vec<&FactId> = second.report.kept.iter().map(|kept| &kept.fact).collect();
        for fact in &facts {
            let (Fact::Work(source), Some(Fact::Work(here))) = (fact, twice.fact(&fact.id())) else { continue };
            if refused.contains(&&fact.id()) {
                continue;
            }
            prop_assert_eq!(&here.title, &source.title);
            prop_assert_eq!(&here.effort, &source.effort);
            prop_assert_eq!(&here.done, &source.done);
        }
    }
}

#[test]
fn a_fact_that_people_renamed_is_found_by_its_origin() {
    let row = |title: &str| format!("Key,Summary,Issue Type\nA-1,{title},Story\n");
    let draft =
        |title: &str| jira::draft(&[SourceFile::new("a.csv", row(title))], &jira::Options::default()).facts();
    let (once, first) = imported(&draft("before"), &[], &empty());
    let mut renamed = first_work(&once).unwrap();
    let was = renamed.id.clone();
    renamed.id = kedge_model::WorkId::new(was.team().clone(), "sheet".parse().unwrap());
    let id = renamed.id.clone();
    let by_hand = once.with(&[Change::Remove(FactId::Work(was.clone())), renamed.into()]).unwrap();
    let (twice, _) = imported(&draft("after"), &first.record, &by_hand);
    assert_eq!(twice.work_item(&id).unwrap().title.as_deref(), Some("after"));
    assert!(twice.work_item(&was).is_none());
}

/// Found by fuzzing: two projects whose names come out the same, of which the first was not in the source before.
#[test]
fn a_team_that_is_new_does_not_take_the_name_of_one_that_is_there() {
    let export = |rows: &str| {
        let text = format!("Issue key,Summary,Issue Type,Project key,Outward issue link (Blocks)\n{rows}");
        jira::draft(&[SourceFile::new("a.csv", text)], &jira::Options::default()).facts()
    };
    let before = export("WEB-1,a,Epic,WEB,\n");
    let after = export("OTHER-1,b,Epic,-WEB,WEB-1\nWEB-1,a,Epic,WEB,\n");
    let (now, first) = imported(&before, &[], &empty());
    let (then, second) = imported(&after, &first.record, &now);
    let teams = |of: &Organisation| {
        of.teams().map(|team| (team.meta.origin.clone().unwrap(), team.id.to_string())).collect::<Vec<_>>()
    };
    let web = teams(&now).pop().unwrap();
    assert!(teams(&then).contains(&web), "{web:?} {:?}", teams(&then));
    assert_eq!(then.teams().count(), 2);
    assert_eq!(then.asks().count(), 1);
    let (again, third) = imported(&after, &second.record, &then);
    assert_eq!((again.teams().count(), third.changes), (2, Vec::new()));
}

/// Found by fuzzing: two issues whose keys come out as the same name, of which one was not in the source before.
#[test]
fn a_work_item_that_is_new_does_not_take_the_name_of_one_that_is_there() {
    let export = |rows: &[&str]| {
        let text = format!("Issue key,Summary,Issue Type,Project key\n{}", rows.concat());
        jira::draft(&[SourceFile::new("a.csv", text)], &jira::Options::default()).facts()
    };
    let (one, other) = ("WEB-3,Sheet,Story,WEB\n", "WEB--3,Text,Story,WEB\n");
    let titles = |of: &Organisation| {
        let of = of.work().map(|work| (work.id.to_string(), work.title.clone().unwrap()));
        of.collect::<std::collections::BTreeMap<_, _>>()
    };
    for (was, came) in [(one, other), (other, one)] {
        for order in [[was, came], [came, was]] {
            let (now, first) = imported(&export(&[was]), &[], &empty());
            let after = export(&order);
            let (then, second) = imported(&after, &first.record, &now);
            let (before, both) = (titles(&now), titles(&then));
            assert_eq!((before.len(), both.len()), (1, 2), "{both:?}");
            assert!(before.iter().all(|(id, title)| both.get(id) == Some(title)), "{before:?} {both:?}");
            let (again, third) = imported(&after, &second.record, &then);
            assert_eq!((titles(&again), third.changes), (both.clone(), Vec::new()));
            // Gone for a week and back.
            let (without, fourth) = imported(&export(&[came]), &third.record, &again);
            let (back, fifth) = imported(&after, &fourth.record, &without);
            assert_eq!((titles(&back), fifth.changes), (both, Vec::new()));
            // One that people took out stays out, and takes nothing with it.
            let out = then.work().next().unwrap().id.clone();
            let by_hand = then.with(&[Change::Remove(FactId::Work(out))]).unwrap();
            let (kept, sixth) = imported(&after, &second.record, &by_hand);
            assert_eq!((titles(&kept), sixth.changes), (titles(&by_hand), Vec::new()));
        }
    }
}

/// Found by fuzzing: a row stands where another one stood the week before.
#[test]
fn a_row_of_a_goal_that_moved_is_still_that_row() {
    let goal = |rows: &str| {
        let text = format!(
            "# Faster\n\n| Metadata | |\n|--|--|\n| Status | Accepted |\n| Point of contact | @mira |\n\n\
             ## Ownership and team asks\n\n| Task | Owner(s) or team(s) | Notes |\n|--|--|--|\n{rows}"
        );
        rust_goals::draft(&[SourceFile::new("2026/faster.md", text)], &[]).facts()
    };
    let before = goal("| Measure | @mira | |\n| Design | @ana | |\n| Review | ![Team][] [lang] | |\n");
    let after = goal("| Design | @ana | |\n| Review | ![Team][] [lang] | |\n| Measure | @mira | |\n");
    let (now, first) = imported(&before, &[], &empty());
    // What people renamed follows its own row too.
    let mut design = now.work().find(|work| work.title.as_deref() == Some("Design")).unwrap().clone();
    let was = design.id.clone();
    design.id = kedge_model::WorkId::new(was.team().clone(), "drawing".parse().unwrap());
    let now = now.with(&[Change::Remove(FactId::Work(was)), design.into()]).unwrap();
    let (then, second) = imported(&after, &first.record, &now);
    assert_eq!((&second.changes, &second.report.gone), (&Vec::new(), &Vec::new()));
    assert_eq!((then.work().count(), then.asks().count()), (2, 1));
}
