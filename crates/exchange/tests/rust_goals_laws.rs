//! What must hold of any input at all.

use kedge_exchange::rust_goals::draft;
use kedge_exchange::{Draft, SourceFile};
use kedge_model::{Change, Fact, Organisation, Scope};
use proptest::prelude::*;

/// Pieces that goals are made of, in any order: tables begun and broken off, markers, ticks, comments.
const PIECES: [&str; 44] = [
    "# Title\n",
    "## Ownership and team asks\n",
    "#### Part\n",
    "\n",
    "\r\n",
    "| Metadata | |\n",
    "|:--|--|\n",
    "|---|\n",
    "|-|-|-|\n",
    "| Status | Accepted |\n",
    "| Point of contact | @mira |\n",
    "| Timespan | 2026-2028 |\n",
    "| Task | Owner(s) or team(s) | Notes |\n",
    "| Team | Support level | Notes |\n",
    "| Do it | @mira, @ana | |\n",
    "| ↳ [x] part | | |\n",
    "| ~~gone~~ | | ![Complete][] |\n",
    "| Review | ![Team][] [cargo], [types][] | |\n",
    "| [lang] | Small | |\n",
    "| [compiler] | | |\n",
    "| ",
    " |",
    "![Team][]",
    "[cargo]",
    "[cargo",
    "@",
    "~~",
    "`",
    "**",
    "<!--",
    "-->",
    "```\n",
    "> ",
    "* ",
    "    ",
    "[x]: https://example.org\n",
    "[rust-lang/rust#1]",
    "\\|",
    "é",
    "↳",
    "\u{0}",
    "\u{feff}",
    "<br>",
    "[^1]",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

fn builds(draft: &Draft) -> Result<(), TestCaseError> {
    let facts: Vec<Fact> = draft
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Put(fact) => Some(fact.clone()),
            Change::Remove(_) => None,
        })
        .collect();
    prop_assert_eq!(facts.len(), draft.changes.len());
    if let Err(findings) = Organisation::build(Scope::Whole, facts) {
        return Err(TestCaseError::fail(format!("{:?}", findings.first())));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_an_organisation(goal in any::<String>(), path in any::<String>(), team in any::<String>()) {
        builds(&draft(&[SourceFile::new(path.clone(), goal)], &[SourceFile::new(path, team)]))?;
    }

    #[test]
    fn any_mixture_of_what_goals_are_made_of_gives_an_organisation(
        goals in prop::collection::vec(("(2026|2025h2|drafts|)", "[a-c_.]{0,3}(team|data)?", soup()), 1..4),
    ) {
        let files: Vec<SourceFile> =
            goals.into_iter().map(|(folder, name, text)| SourceFile::new(format!("{folder}/{name}.md"), text)).collect();
        let teams = [SourceFile::new("teams/cargo.toml", "name = \"cargo\"\n[people]\nleads = [\"mira\"]\nmembers = [\"ana\"]\n")];
        let found = draft(&files, &teams);
        builds(&found)?;
        for row in &found.rows_not_taken {
            prop_assert!(!row.reason.is_empty() && row.line >= 1);
        }
    }
}

#[test]
fn a_row_of_ten_megabytes_is_read() {
    let goal = format!(
        "# T\n\n| Metadata | |\n|--|--|\n| Status | {} |\n\n| Task | Owner(s) | Notes |\n|--|--|--|\n| {} | @mira | |\n",
        "Accepted".repeat(10),
        "do it ".repeat(1_700_000)
    );
    let found = draft(&[SourceFile::new("2026/long.md", goal)], &[]);
    assert_eq!(found.counts().work, 1);
}

/// Found by fuzzing: the name of the team for goals that no team owns is one that a goal may ask, too.
#[test]
fn a_team_that_is_asked_and_called_contributors_is_another_than_that_of_goals_without_a_team() {
    let goal = "# T\n\n| Metadata | |\n|--|--|\n| Status | Accepted |\n\n| Task | Owner(s) | Notes |\n|--|--|--|\n\
                | Review | ![Team][] [contributors], [contributors-to-goals] | |\n";
    let found = draft(&[SourceFile::new("2026/a.md", goal)], &[]);
    builds(&found).unwrap();
    let counts = found.counts();
    assert_eq!((counts.teams, counts.plans, counts.asks), (3, 1, 2));
}
