//! Whatever contract is proposed, the search finds nothing under it; and what the table says of merging, the search says too.
#![allow(clippy::unwrap_used)]

use kedge_align::confluence::{Case, OPERATIONS, survival};
use kedge_align::declared::{regime_as_written, tried};
use kedge_align::proposed::{ProposedKind, proposed};
use kedge_files::{SourceText, read};
use kedge_model::{ContractKind, Dataset, Does, FieldMerge, Organisation};
use proptest::prelude::*;
use std::fmt::Write as _;

const WORDS: [&str; 7] =
    ["insert", "insert-if-absent", "set", "read-then-set", "increment", "decrement", "delete"];

fn organisation(data: &str) -> Organisation {
    let team = |team: &str, text: &str| SourceText {
        path: format!("{team}/team.kedge.toml"),
        text: format!("team = \"{team}\"\nkind = \"stream\"\n{text}"),
    };
    let files = vec![
        SourceText { path: "kedge.toml".into(), text: "name = \"Shop\"\n".into() },
        team("checkout", "[service.baskets]\npaths = [\"shop:**\"]\n"),
        team("loyalty", ""),
        team("returns", ""),
        SourceText { path: "checkout/data.kedge.toml".into(), text: format!("team = \"checkout\"\n{data}") },
    ];
    match read(files, None) {
        Ok(loaded) => loaded.organisation,
        Err(failed) => panic!("{:#?}\n{data}", failed.findings),
    }
}

fn dataset(organisation: &Organisation) -> &Dataset {
    organisation.datasets().find(|it| it.id.id().as_str() == "stock").unwrap()
}

/// A case as an invariant of the field `on-hand`.
fn invariant(case: Case) -> &'static str {
    match case {
        Case::UniqueChosen => "kind = \"unique\"\nfield = \"on-hand\"\nchosen = true\n",
        Case::UniqueGenerated => "kind = \"unique\"\nfield = \"on-hand\"\n",
        Case::Reference => "kind = \"reference\"\nfield = \"on-hand\"\nto = \"product\"\n",
        Case::AtLeast => "kind = \"balance\"\nfield = \"on-hand\"\nmin = 0\n",
        Case::AtMost => "kind = \"balance\"\nfield = \"on-hand\"\nmax = 9\n",
        Case::Monotone => "kind = \"monotone\"\nfield = \"on-hand\"\n",
        Case::OneField => "kind = \"per-row\"\nfield = \"on-hand\"\n",
        Case::SeveralFields => "kind = \"per-row\"\nfields = [\"on-hand\", \"reserved\"]\n",
    }
}

fn with_products(deletes: bool) -> String {
    let mut text = "[dataset.product]\nwriters = [\"checkout\"]\n".to_owned();
    if deletes {
        text += "[dataset.product.operation.delist]\nwriter = \"loyalty\"\ndoes = \"delete\"\n";
    }
    text
}

/// Each line of the table: two teams do it on copies that merge, and the invariant is kept exactly where the table says so.
#[test]
fn the_table_of_what_survives_a_merge_is_what_the_search_finds() {
    let mut tried_lines = 0;
    for case in kedge_align::confluence::CASES {
        for (does, word) in OPERATIONS.into_iter().zip(WORDS) {
            // What breaks the rule by itself is no operation that keeps it alone.
            if (case, does) == (Case::Monotone, Does::Decrement) {
                continue;
            }
            for merge in [FieldMerge::LastWriter, FieldMerge::Sum, FieldMerge::Max] {
                // A counter counts where changes add up: that is what the table is about.
                let counts = matches!(does, Does::Increment | Does::Decrement);
                if counts && merge != FieldMerge::Sum && case != Case::Monotone {
                    continue;
                }
                // One rule stands for those of several fields, and it has a lower bound: what rises, or keeps the greatest,
                // cannot break it. The table answers for every such rule, and so is stricter there.
                let rises = does == Does::Increment || merge == FieldMerge::Max;
                if case == Case::SeveralFields && rises {
                    continue;
                }
                let merge_word = match merge {
                    FieldMerge::Sum => "sum",
                    FieldMerge::Max => "max",
                    _ => "last-writer",
                };
                let other = if case == Case::SeveralFields { "reserved" } else { "on-hand" };
                let text = format!(
                    "{}[dataset.stock]\nwriters = [\"checkout\", \"loyalty\"]\n[dataset.stock.invariant.rule]\n{}\
                     [dataset.stock.operation.one]\nwriter = \"checkout\"\ndoes = \"{word}\"\nfield = \"on-hand\"\n\
                     [dataset.stock.operation.other]\nwriter = \"loyalty\"\ndoes = \"{word}\"\nfield = \"{other}\"\n\
                     [dataset.stock.contract]\nkind = \"merged\"\nversion = 1\nmerge = {{ on-hand = \"{merge_word}\", reserved = \"{merge_word}\" }}\n",
                    with_products(false),
                    invariant(case)
                );
                let organisation = organisation(&text);
                let dataset = dataset(&organisation);
                let kind = &dataset.contract.as_ref().unwrap().kind;
                let found = tried(&organisation, dataset, Some(kind), &regime_as_written);
                let broken = found.breaks.iter().any(|it| it.invariant.is_some());
                let says = survival(case, does, merge);
                assert_eq!(!broken, says.survives, "{case:?} {word} {merge_word}: {says:?}\n{found:#?}");
                tried_lines += 1;
            }
        }
    }
    assert!(tried_lines > 90, "{tried_lines}");
}

#[test]
fn a_target_that_is_deleted_from_is_kept_only_where_both_are_decided_at_one_home() {
    let text = |product: &str, stock: &str| {
        format!(
            "{}{product}[dataset.stock]\nwriters = [\"checkout\", \"loyalty\"]\n[dataset.stock.invariant.rule]\n{}\
             [dataset.stock.operation.one]\nwriter = \"checkout\"\ndoes = \"insert\"\nfield = \"on-hand\"\n{stock}",
            with_products(true),
            invariant(Case::Reference)
        )
    };
    let serial = |of: &str, home: &str| {
        format!("[dataset.{of}.contract]\nkind = \"serial\"\nversion = 1\nhome = \"{home}\"\n")
    };
    for (product, stock, broken) in [
        (String::new(), String::new(), true),
        (serial("product", "baskets"), serial("stock", "baskets"), false),
        (
            serial("product", "baskets"),
            "[dataset.stock.contract]\nkind = \"owned\"\nversion = 1\n".into(),
            true,
        ),
    ] {
        let organisation = organisation(&text(&product, &stock));
        let dataset = dataset(&organisation);
        let kind = dataset.contract.as_ref().map(|it| &it.kind);
        let found = tried(&organisation, dataset, kind, &regime_as_written);
        assert_eq!(!found.breaks.is_empty(), broken, "{product}{stock}{found:#?}");
        if let Some(ContractKind::Serial { .. }) = kind {
            assert!(proposed(&organisation, dataset).unwrap().not_kept.is_empty());
        }
    }
}

/// A dataset with a few invariants and operations of two or three teams.
fn random() -> impl Strategy<Value = String> {
    let cases = prop::sample::subsequence(kedge_align::confluence::CASES.to_vec(), 0..3);
    let operation = (
        prop::sample::select(vec!["checkout", "loyalty", "returns"]),
        prop::sample::select(WORDS.to_vec()),
        prop::option::of(prop::sample::select(vec!["on-hand", "reserved"])),
    );
    let operations = prop::collection::vec(operation, 0..4);
    (cases, operations, any::<bool>(), any::<bool>()).prop_map(|(cases, operations, unowned, deletes)| {
        let mut text = with_products(deletes);
        writeln!(text, "[dataset.stock]\nunowned = {unowned}\nwriters = [\"checkout\", \"loyalty\"]")
            .unwrap();
        for (at, case) in cases.into_iter().enumerate() {
            write!(text, "[dataset.stock.invariant.rule-{at}]\n{}", invariant(case)).unwrap();
        }
        for (at, (writer, does, field)) in operations.into_iter().enumerate() {
            writeln!(text, "[dataset.stock.operation.does-{at}]\nwriter = \"{writer}\"\ndoes = \"{does}\"")
                .unwrap();
            if let Some(field) = field {
                writeln!(text, "field = \"{field}\"").unwrap();
            }
        }
        text
    })
}

/// A count meanwhile does not deceive whoever sets a field that it has looked at.
#[test]
fn a_rule_of_two_fields_holds_at_a_home_where_one_is_counted_too() {
    let text = "[dataset.product]\nwriters = [\"checkout\"]\n[dataset.stock]\nwriters = [\"checkout\", \"loyalty\"]\n\
                [dataset.stock.invariant.rule-0]\nkind = \"per-row\"\nfields = [\"on-hand\", \"reserved\"]\n\
                [dataset.stock.operation.does-0]\nwriter = \"checkout\"\ndoes = \"set\"\nfield = \"on-hand\"\n\
                [dataset.stock.operation.does-1]\nwriter = \"checkout\"\ndoes = \"set\"\nfield = \"reserved\"\n\
                [dataset.stock.operation.does-2]\nwriter = \"checkout\"\ndoes = \"increment\"\nfield = \"on-hand\"\n";
    let organisation = organisation(text);
    let proposed = proposed(&organisation, dataset(&organisation)).unwrap();
    assert_eq!(proposed.checked.breaks, [], "{proposed:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn under_the_contract_that_is_proposed_the_search_finds_nothing(text in random()) {
        let organisation = organisation(&text);
        let dataset = dataset(&organisation);
        let proposed = proposed(&organisation, dataset).unwrap();
        // What the proposal says that it cannot keep may break; nothing else does.
        let said: Vec<_> = proposed.not_kept.iter().map(|it| Some(it.invariant.clone())).collect();
        let silent: Vec<_> = proposed.checked.breaks.iter().filter(|it| !said.contains(&it.invariant)).collect();
        prop_assert!(silent.is_empty(), "{:#?}\n{}", proposed, text);
        prop_assert_eq!(proposed.checked.unfinished, 0);
        // Nobody's is nobody's to own.
        let owned = matches!(proposed.kind, ProposedKind::Owned { .. });
        prop_assert!(!(dataset.unowned && owned));
    }
}
