//! Open Data Contracts: what Kedge writes it reads back whole, and of others' contracts nothing is lost in silence.
#![allow(clippy::unwrap_used)]

#[path = "odcs/any.rs"]
mod any_dataset;

use any_dataset::{dataset, organisation};
use kedge_exchange::odcs::{Options, Status, document, draft};
use kedge_exchange::{Draft, SourceFile, merge};
use kedge_model::{
    Contract, ContractKind, Dataset, Fact, Invariant, InvariantKind, Meta, Organisation, Scope,
};
use proptest::prelude::*;
use std::path::Path;

fn from_file(options: &Options) -> Draft {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/odcs/orders.odcs.yaml");
    draft(&[SourceFile::new("orders.odcs.yaml", std::fs::read_to_string(path).unwrap())], options)
}

fn datasets(draft: &Draft) -> Vec<Dataset> {
    let facts = draft.facts().into_iter();
    facts.filter_map(|fact| if let Fact::Dataset(it) = fact { Some((*it).clone()) } else { None }).collect()
}

#[test]
fn others_contracts_are_taken_as_far_as_they_say_it() {
    let draft = from_file(&Options { team: Some("desk".parse().unwrap()), roles_are_teams: true });
    insta::assert_snapshot!("taken", as_lines(&draft));
    insta::assert_snapshot!("told", draft.summary(9));
}

/// The datasets as lines, without the plan language, which this crate does not know.
fn as_lines(draft: &Draft) -> String {
    let lines = datasets(draft).into_iter().map(|it| serde_json::to_string_pretty(&it).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn roles_and_owners_are_not_guessed() {
    let draft = from_file(&Options::default());
    assert!(datasets(&draft).iter().all(|it| it.writers.is_empty() && it.readers.is_empty()));
    assert!(draft.fields_not_taken.iter().any(|it| it.field == "roles" && it.rows == 2));
    let unowned = draft.rows_not_taken.iter().find(|it| it.text == "customers").unwrap();
    assert!(unowned.reason.contains("--team NAME"), "{unowned:?}");
    // Whom it belongs to is not known, so that what points at it leads nowhere, and that is said.
    assert!(draft.rows_not_taken.iter().any(|it| it.reason.contains("none of these files")), "{draft:?}");
}

/// What a file of Kedge's says of a dataset: all of it but what only Kedge's own files say.
fn as_exchanged(dataset: &Dataset) -> Dataset {
    let mut dataset = dataset.clone();
    // A title that is nothing, or the name itself, is none; texts are trimmed, as those of any YAML.
    dataset.title = dataset.title.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    dataset.meta = Meta::default();
    dataset
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(dataset in dataset()) {
        let organisation = organisation(&dataset);
        let text = document(&organisation, &dataset, Status::Proposed).unwrap();
        let draft = draft(&[SourceFile::new("one.odcs.yaml", text.clone())], &Options::default());
        prop_assert_eq!(&draft.rows_not_taken, &[], "{}", text);
        let read = datasets(&draft);
        prop_assert_eq!(read.len(), 1, "{}", text);
        let mut read = as_exchanged(&read[0]);
        if dataset.contract.is_none() {
            prop_assert_eq!(&read.contract, &None);
        }
        if dataset.title.is_none() {
            read.title = None;
        }
        prop_assert_eq!(read, as_exchanged(&dataset), "{}", text);
        // Brought into the organisation that it came from, nothing changes but that its origin is known.
        let brought = merge(&draft.facts(), &[], &organisation);
        let again = organisation.with(&brought.changes).unwrap();
        let now = again.dataset(&dataset.id).unwrap();
        prop_assert_eq!(as_exchanged(now), as_exchanged(&dataset));
        prop_assert_eq!(merge(&draft.facts(), &brought.record, &again).changes, vec![]);
    }
}

#[test]
fn what_leads_nowhere_is_left_out_and_told() {
    let mut dataset = Dataset {
        id: "owner/stock-level".parse().unwrap(),
        title: None,
        unowned: false,
        places: Vec::new(),
        writers: vec!["owner".parse().unwrap(), "third".parse().unwrap()],
        readers: Vec::new(),
        invariants: [].into(),
        operations: [].into(),
        contract: None,
        meta: Meta::default(),
    };
    let reference = Invariant {
        kind: InvariantKind::Reference,
        fields: vec!["product".into()],
        to: Some("other/thing".parse::<kedge_model::DatasetId>().unwrap().into()),
        min: None,
        max: None,
        chosen: false,
        meta: Meta::default(),
    };
    dataset.invariants.insert("there".parse().unwrap(), reference);
    dataset.contract = Some(Contract {
        kind: ContractKind::Serial { home: "owner/stock".parse().unwrap() },
        version: 2,
        staleness: None,
        transport: None,
        opened: None,
        adopted: None,
        retired: None,
        meta: Meta::default(),
    });
    let text = document(&organisation(&dataset), &dataset, Status::Draft).unwrap();
    let draft = draft(&[SourceFile::new("one.odcs.yaml", text)], &Options::default());
    let empty = Organisation::build(Scope::Whole, Vec::new()).unwrap();
    let brought = merge(&draft.facts(), &[], &empty);
    let fields: Vec<_> = brought.report.kept.iter().map(|it| (it.field, it.why)).collect();
    assert_eq!(
        fields,
        [
            (Some("invariants"), "points at a dataset that is not here"),
            (Some("contract"), "its home is not a service here: declare the service, and import again"),
        ]
    );
    let now = empty.with(&brought.changes).unwrap();
    let there = now.dataset(&dataset.id).unwrap();
    assert_eq!((there.contract.is_none(), there.invariants.len(), there.writers.len()), (true, 0, 2));
}

#[test]
fn what_somebody_broke_by_hand_is_told_and_the_rest_is_taken() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/odcs/orders.odcs.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let broken = "customProperties:\n  - property: kedgeContract\n    value: { kind: owned, opened: 2026-10-14, adopted: 2026-01-12 }\n";
    let first = text.split("---\n").next().unwrap();
    for (broken, why) in [
        (broken.to_owned(), "cannot be read: `adopted` (2026-01-12) comes before `opened` (2026-10-14)"),
        (
            broken.replace("owned", "shared"),
            "cannot be read: `shared` is none of `owned`, `merged` and `serial`",
        ),
        (broken.replace("owned", "serial"), "cannot be read: is serial and has no `home`"),
        (broken.replace("2026-01-12", "soon"), "cannot be read: `soon` is not a day"),
    ] {
        let draft =
            draft(&[SourceFile::new("one.odcs.yaml", format!("{first}{broken}"))], &Options::default());
        assert!(draft.rows_not_taken.iter().any(|it| it.reason == why), "{why}\n{:?}", draft.rows_not_taken);
        assert_eq!(datasets(&draft).len(), 2);
    }
}
