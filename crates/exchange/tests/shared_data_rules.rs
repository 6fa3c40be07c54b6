//! The reader on every goal there is: nothing is lost, nothing is invented, and what comes out is an organisation.

use kedge_exchange::rust_goals::{draft, read_goal};
use kedge_exchange::{Draft, SourceFile};
use kedge_model::{Change, Fact, Organisation, Scope, TeamKind};
use std::collections::BTreeSet;

mod data;

/// Lines that a person sees as rows of tables: those that begin with a bar, outside code and comments, but for rules
/// and the headers above them.
fn rows_by_eye(text: &str) -> BTreeSet<usize> {
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' '])).collect();
    let is_rule = |line: &str| {
        line.starts_with('|') && line.contains('-') && line.trim_end().chars().all(|c| "|-: ".contains(c))
    };
    let mut rows = BTreeSet::new();
    let (mut in_code, mut in_comment) = (false, false);
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        in_comment |= line.starts_with("<!--");
        let below = lines.get(at + 1).copied().unwrap_or_default();
        if line.starts_with('|') && !in_code && !in_comment && !is_rule(line) && !is_rule(below) {
            rows.insert(at + 1);
        }
        in_comment &= !line.contains("-->");
    }
    rows
}

#[test]
fn every_row_is_accounted_for_once() {
    let files = data::goals();
    let mut sum = 0;
    for source in &files {
        let reading = read_goal(source);
        let not_taken: Vec<usize> = reading.rows_not_taken.iter().map(|row| row.line).collect();
        let (mut metadata, mut work, mut asks) = (Vec::new(), Vec::new(), Vec::new());
        if let Ok(goal) = &reading.goal {
            metadata.extend(goal.metadata.iter().map(|field| field.line));
            work.extend(goal.tasks.iter().map(|task| task.line));
            asks.extend(goal.asks.iter().map(|ask| ask.line));
            asks.dedup();
        }
        // A row that both names people and asks a team is work and an ask; it is one row.
        asks.retain(|line| !work.contains(line));
        let all: Vec<usize> = [metadata, work, asks, not_taken].concat();
        let once: BTreeSet<usize> = all.iter().copied().collect();
        assert_eq!(all.len(), once.len(), "{}: a row is in two places", source.path);
        assert_eq!(once, rows_by_eye(&source.text), "{}: rows found, rows there", source.path);
        sum += all.len();
    }
    println!("{sum} rows in {} files", files.len());
    assert!(sum > 1_000);
}

#[test]
fn the_draft_holds_what_the_files_hold() {
    let files = data::goals();
    let found = draft(&files, &[]);
    let (mut goals, mut work, mut asks, mut not_taken) = (0, 0, 0, 0);
    for reading in files.iter().map(read_goal) {
        not_taken += reading.rows_not_taken.len();
        if let Ok(goal) = reading.goal {
            goals += 1;
            work += goal.tasks.len();
            asks += goal.asks.len();
        }
    }
    let counts = found.counts();
    assert_eq!((counts.plans, counts.outcomes), (goals, goals));
    assert_eq!((counts.work, counts.asks, counts.rows_not_taken), (work, asks, not_taken));
    assert_eq!(counts.files_not_taken, files.len() - goals);
}

fn facts(draft: &Draft) -> Vec<Fact> {
    let put = |change: &Change| match change {
        Change::Put(fact) => fact.clone(),
        Change::Remove(id) => panic!("an import removes nothing, and here it removes {id}"),
    };
    draft.changes.iter().map(put).collect()
}

#[test]
fn the_draft_is_an_organisation_with_and_without_the_list_of_teams() {
    let files = data::goals();
    let listed = data::teams();
    for teams in [&[][..], &listed] {
        let draft = draft(&files, teams);
        let organisation = Organisation::build(Scope::Whole, facts(&draft))
            .unwrap_or_else(|findings| panic!("{} findings, first {:?}", findings.len(), findings.first()));
        assert_eq!(organisation.plans().count(), draft.counts().plans);
    }
}

#[test]
fn nothing_is_invented() {
    let files = data::goals();
    for fact in facts(&draft(&files, &data::teams())) {
        assert!(fact.meta().is_some_and(|meta| meta.origin.is_some()), "{}: without its origin", fact.id());
        match &fact {
            Fact::Team(team) => {
                assert_eq!(team.capacity(), None, "{}: volunteers are no known capacity", team.id);
                assert!(matches!(team.kind, TeamKind::Stream | TeamKind::External { .. }));
            }
            Fact::Plan(plan) => assert!(plan.period.is_some() && plan.closed.is_none()),
            Fact::Outcome(outcome) => {
                assert!(outcome.claim.is_none() && outcome.due.is_none() && outcome.stakeholder.is_none());
            }
            Fact::Work(work) => {
                assert!(work.effort.is_none() && work.after.is_empty() && work.who.is_empty());
                assert!(work.started.is_none() && work.done.is_none());
            }
            Fact::Ask(ask) => {
                assert!(ask.effort.is_none() && ask.wanted.is_none() && ask.asked.is_empty());
                assert!(ask.fallbacks.is_empty() && ask.odds.is_none());
                assert_ne!(&ask.to, ask.id.team(), "{}: asks its own team", ask.id);
            }
            other => panic!("{} comes from nowhere in the source", other.id()),
        }
    }
}

#[test]
fn names_stay_the_same_at_every_import() {
    let files = data::goals();
    let teams = data::teams();
    let all = draft(&files, &teams);
    let mut turned = files.clone();
    turned.reverse();
    assert_eq!(draft(&turned, &teams), all, "the order of the files does not matter");

    let one: Vec<SourceFile> = files.into_iter().filter(|source| source.path.starts_with("2026/")).collect();
    let names =
        |draft: &Draft| draft.changes.iter().map(|change| change.fact().to_string()).collect::<BTreeSet<_>>();
    assert!(
        names(&draft(&one, &teams)).is_subset(&names(&all)),
        "a period alone has the names it has among others"
    );
}

#[test]
fn files_cut_anywhere_are_read() {
    let files = data::goals();
    for source in &files {
        let step = (source.text.len() / 24).max(1);
        for at in (0..source.text.len()).step_by(step) {
            let mut text = source.text.clone();
            let at = (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
            text.truncate(at);
            let _ = read_goal(&SourceFile::new(source.path.clone(), text));
        }
    }
}
