//! What must hold of any input at all: no panic, and what is taken makes an organisation that the same source, read
//! again, leaves as it is.
#![allow(clippy::unwrap_used)]

use kedge_exchange::{
    Draft, SourceFile, backstage, codeowners, github, jira, kep, linear, mapped, merge, odcs, text,
};
use kedge_model::{Organisation, Scope};
use proptest::prelude::*;

fn holds(draft: &Draft) -> Result<(), TestCaseError> {
    let facts = draft.facts();
    prop_assert_eq!(facts.len(), draft.changes.len());
    let empty = Organisation::build(Scope::Whole, Vec::new()).unwrap();
    let first = merge(&facts, &[], &empty);
    let once = match empty.with(&first.changes) {
        Ok(once) => once,
        Err(findings) => return Err(TestCaseError::fail(format!("{:?}", findings.first()))),
    };
    prop_assert_eq!(merge(&facts, &first.record, &once).changes, Vec::new());
    for row in &draft.rows_not_taken {
        prop_assert!(!row.reason.is_empty());
    }
    let _ = draft.summary(3);
    Ok(())
}

fn each(text: &str, path: &str) -> Vec<Draft> {
    let source = [SourceFile::new(path, text)];
    let mapping = "[columns]\ntitle = \"Title\"\nteam = \"Team\"\nkey = \"ID\"\nafter = \"Blocked by\"\nasks = \"Project\"\n\
                   parent = \"Parent issue\"\nkind = \"Status\"\n[kinds]\noutcome = \"Epic\"\n";
    let mapping = mapped::Mapping::read(mapping).unwrap();
    let options = codeowners::Options { repository: "r".parse().unwrap(), host: None, files: None };
    let label = github::Options {
        team_label: Some("t".into()),
        repository: Some("a/b".into()),
        ..Default::default()
    };
    vec![
        jira::draft(&source, &jira::Options { days_per_point: Some(0.5), ..Default::default() }),
        github::draft(&source, &github::Options::default()),
        github::draft(&source, &label),
        linear::draft(&source, &linear::Options { days_per_point: Some(2.0), ..Default::default() }),
        mapped::draft(&source, &mapping, "team"),
        backstage::draft(&source, &backstage::Options { repository: Some("r".parse().unwrap()) }),
        codeowners::draft(&source[0], &options),
        odcs::draft(&source, &odcs::Options { team: Some("t".parse().unwrap()), roles_are_teams: true }),
        kep::draft(&source, Some(&source[0]), &kep::Options::default()),
    ]
}

const JIRA: &str = "Issue key,Summary,Issue Type,Project key,Resolved,Parent id,Issue id,Resolution,Inward issue link \
                    (Blocks),Outward issue link (Blocks),Original estimate\n";
const LINEAR: &str = "ID,Team,Title,Status,Project,Parent issue,Blocked by,Completed,Canceled,Estimate\n";

/// Rows of few words, so that they refer to each other.
fn rows(width: usize) -> impl Strategy<Value = String> {
    let cell = prop::sample::select(
        &[
            "A-1",
            "A-2",
            "B-1",
            "B-2",
            "C-3",
            "A",
            "B",
            "Epic",
            "Story",
            "1",
            "2",
            "2026-10-02",
            "",
            "",
            "é,;",
            "Duplicate",
        ][..],
    );
    let row = prop::collection::vec(cell, width)
        .prop_map(|cells| cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(","));
    prop::collection::vec(row, 0..9).prop_map(|rows| rows.join("\n"))
}

const YAML: [&str; 24] = [
    "---\n",
    "apiVersion: backstage.io/v1alpha1\n",
    "kind: Group\n",
    "kind: User\n",
    "kind: Component\n",
    "kind: API\n",
    "metadata:\n  name: a\n",
    "metadata:\n  name: b\n  namespace: x\n",
    "spec:\n",
    "  owner: a\n",
    "  owner: x/b\n",
    "  memberOf: [a]\n",
    "  memberOf: [x/b, a]\n",
    "  members: [a, user:x/b]\n",
    "  children: [b]\n",
    "  parent: a\n",
    "  dependsOn: [component:a]\n",
    "owning-sig: sig-a\n",
    "title: T\n",
    "status: implementable\n",
    "stage: beta\n",
    "milestone: {alpha: v1.2, beta: v1.3}\n",
    "sigs: [{dir: sig-a, name: A}]\n",
    "kep-number: 1\n",
];

const JSON: [&str; 14] = [
    "{\"number\":1,\"title\":\"a\",\"url\":\"https://github.com/o/r/issues/1\",\"blockedBy\":[2],\"body\":\"- [ ] #2\\n- [ ] o/s#1\"}",
    "{\"number\":2,\"title\":\"b\",\"html_url\":\"https://github.com/o/r/issues/2\",\"blocked_by\":[1,{\"number\":9,\"url\":\"https://github.com/o/s/issues/9\"}],\"parent\":1}",
    "{\"number\":1,\"title\":\"c\",\"url\":\"https://github.com/o/s/issues/1\",\"state\":\"CLOSED\",\"closedAt\":\"2026-10-02T\",\"labels\":[\"tx\"]}",
    "{\"number\":1,\"title\":\"c\",\"labels\":[\"t\",\"ty\",\"tz\"],\"milestone\":{\"title\":\"m\",\"number\":3}}",
    "{\"number\":3,\"title\":\"d\",\"parent\":{\"number\":3},\"subIssues\":{\"nodes\":[{\"number\":3},null]}}",
    "{\"pageInfo\":{\"hasNextPage\":true},\"nodes\":",
    "[",
    "]",
    "{",
    "}",
    ",",
    "null",
    "\"x\":",
    "1",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_text_or_not(bytes in any::<Vec<u8>>()) {
        let _ = text(&bytes);
    }

    #[test]
    fn any_text_gives_an_organisation(text in any::<String>(), path in any::<String>()) {
        for draft in each(&text, &path) {
            holds(&draft)?;
        }
    }

    #[test]
    fn tables_whose_rows_refer_to_each_other(issues in rows(11), linear in rows(10)) {
        for draft in each(&format!("{JIRA}{issues}"), "a.csv").iter().chain(&each(&format!("{LINEAR}{linear}"), "b.csv")) {
            holds(draft)?;
        }
    }

    #[test]
    fn any_mixture_of_entities(parts in prop::collection::vec(prop::sample::select(&YAML[..]), 0..30)) {
        for draft in each(&parts.concat(), "keps/1-a/kep.yaml") {
            holds(&draft)?;
        }
    }

    #[test]
    fn any_mixture_of_issues(parts in prop::collection::vec(prop::sample::select(&JSON[..5]), 0..6), noise in prop::collection::vec(prop::sample::select(&JSON[..]), 0..6)) {
        for text in [format!("[{}]", parts.join(",")), noise.concat()] {
            for draft in each(&text, "a.json") {
                holds(&draft)?;
            }
        }
    }

    #[test]
    fn any_mapping_is_read_or_refused(text in "[\\[\\]a-z=\" \n]{0,60}") {
        let _ = mapped::Mapping::read(&text);
    }
}
