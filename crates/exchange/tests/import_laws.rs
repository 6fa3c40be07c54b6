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

/// Keys of a contract, each with something that it can hold, right or wrong.
const CONTRACT: [&str; 26] = [
    "id: a/t\n",
    "id: 7\n",
    "name: T\n",
    "version: 3.1\n",
    "version: x\n",
    "status: active\n",
    "team: {name: a}\n",
    "team: {name: b}\n",
    "team: [{username: m}]\n",
    "roles: [{role: a, access: write}, {role: b, access: read}, {role: 'é', access: readwrite}, {role: [], access: {}}]\n",
    "servers: [{server: s, type: api}, {type: custom, customProperties: [{property: kedgeTransport, value: nats}]}, 3]\n",
    "schema: [{name: t, properties: [{name: x, unique: true, primaryKey: true}, {name: y, primaryKey: true}]}, {name: t}]\n",
    "schema: [{id: i, name: t, properties: [{name: x, relationships: [{to: t.x}, {to: 'schema/i/properties/x'}, {to: []}]}]}]\n",
    "schema: [{name: t, properties: [{name: n, logicalTypeOptions: {minimum: 9223372036854775807, exclusiveMinimum: 9223372036854775807, maximum: -1.5}}]}]\n",
    "schema: [{name: t, relationships: [{from: [t.a, t.b], to: [u.a, u.b]}]}, {name: u, properties: [{name: a, properties: [{name: b}]}]}]\n",
    "schema: [{name: council}, {name: ''}, {}, null]\n",
    "schema: [{name: t, customProperties: [{property: kedgeInvariants, value: {r: {kind: reference, to: a/t}, u: {kind: unique, fields: [x]}}}]}]\n",
    "schema: [{name: t, customProperties: [{property: kedgeOperations, value: {o: {writer: c, does: set}}}, {property: kedgeInvariants, value: 1}]}]\n",
    "slaProperties: [{property: latency, value: 4, unit: d}, {property: ly, value: -1, unit: h, element: t.x}, {property: LATENCY, value: 1e300, unit: w}]\n",
    "customProperties: [{property: kedgeDataset, value: a/t}]\n",
    "customProperties: [{property: kedgeDataset, value: b/other}, {property: kedgePlaces, value: ['r:**', 1]}, {property: kedgeUnowned, value: true}]\n",
    "customProperties: [{property: kedgeContract, value: {kind: serial, home: a/s}}]\n",
    "customProperties: [{property: kedgeContract, value: {kind: merged, merge: {x: sum}, opened: 2026-01-02, adopted: 2026-01-01}}]\n",
    "authoritativeDefinitions: [{url: 'https://a.example', type: x}, {type: y}]\n",
    "price: {priceAmount: 1}\n",
    "tags: []\n",
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
    fn any_mixture_of_contracts(documents in prop::collection::vec(prop::collection::btree_map("[a-z]{1,2}", prop::sample::select(&CONTRACT[..]), 0..9), 0..4)) {
        let contract = |parts: &std::collections::BTreeMap<String, &str>| {
            let mut keys = std::collections::BTreeSet::new();
            // Each key once: a document with two of one key is not YAML.
            let parts = parts.values().filter(|part| keys.insert(part.split(':').next()));
            parts.fold("kind: DataContract\napiVersion: v3.1.0\n".to_owned(), |text, part| text + part)
        };
        let text = documents.iter().map(contract).collect::<Vec<_>>().join("---\n");
        for draft in each(&text, "contracts.yaml") {
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
