//! The blocks of `docs/aligning.md` are what the command prints; where `KEDGE_WRITE_DOCS` is set they are written anew. And a
//! signature is written, and taken back.
#![allow(clippy::unwrap_used)]

mod console;
mod harbour;

use console::blocks_of;
use harbour::Harbour;

#[test]
fn the_page_shows_what_the_command_prints() {
    let blocks = blocks_of("aligning.md", "aligning");
    assert!(blocks.len() >= 3, "{blocks:?}");
}

#[test]
fn a_signature_is_written_where_the_team_writes_and_taken_back() {
    let harbour = Harbour::new("100");
    let waits = || harbour.fine(&["align", "proposals", "one-ledger"]);
    assert!(waits().contains("loyalty/answers.kedge.toml"), "{}", waits());
    harbour.fine(&["sign", "payments/one-ledger", "--as", "loyalty", "--adopt", "1w", "--alone", "2w"]);
    let written = harbour.text("loyalty/answers.kedge.toml");
    assert!(written.contains("proposal = \"payments/one-ledger\"") && written.contains("adopt"), "{written}");
    assert!(!waits().contains("loyalty: sign it"), "{}", waits());
    harbour.fine(&["undo"]);
    assert!(waits().contains("loyalty: sign it"), "{}", waits());
    // Who has no part in it, or wrote it, cannot sign it.
    for (arguments, why) in [
        (&["sign", "payments/one-ledger", "--as", "search"][..], "has no part"),
        (&["sign", "catalog/stock-level", "--as", "catalog"], "wrote the contract"),
        (&["sign", "payments/one-ledgr", "--as", "loyalty"], "did you mean"),
    ] {
        let said = harbour.refused(arguments);
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn what_people_read() {
    let harbour = Harbour::new("100");
    for (name, arguments) in [
        ("problems", &["align", "problems"][..]),
        ("a_problem", &["align", "problems", "payments/one-ledger"]),
        ("proposals", &["align", "proposals"]),
        ("drift", &["align", "drift"]),
        ("borders", &["align", "borders"]),
        ("services", &["align", "services"]),
        ("a_contract", &["export", "odcs", "--dataset", "stock-level"]),
    ] {
        let printed = harbour.fine(arguments);
        let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(name, lines.join("\n"));
    }
}

#[test]
fn contracts_go_out_and_come_back_whole() {
    let harbour = Harbour::new("100");
    let datasets = |harbour: &Harbour| harbour.json(&["align", "datasets"]);
    let before = datasets(&harbour);
    let written = harbour.fine(&["export", "odcs", "--output", "contracts"]);
    assert!(written.contains("contracts/catalog/stock-level.odcs.yaml"), "{written}");
    // Into the organisation that they came from: nothing changes but that each says where it came from.
    let report = harbour.json(&["import", "odcs", "contracts"]);
    assert_eq!(report["report"]["added"], serde_json::json!([]), "{report}");
    for changed in report["report"]["changed"].as_array().unwrap() {
        assert_eq!(changed["fields"], serde_json::json!(["origin"]), "{changed}");
    }
    assert_eq!(datasets(&harbour), before);
    // Again: nothing at all.
    let report = harbour.json(&["import", "odcs", "contracts"]);
    assert_eq!(report["report"]["changed"], serde_json::json!([]), "{report}");
    // Somebody edits a contract outside: the plan follows, and says so.
    let file = harbour.path("contracts/catalog/product.odcs.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("value: 5.0", "value: 2").replace("value: 5\n", "value: 2\n"))
        .unwrap();
    harbour.fine(&["import", "odcs", "contracts"]);
    assert!(
        harbour.text("catalog/data.kedge.toml").contains("\"2min\""),
        "{}",
        harbour.text("catalog/data.kedge.toml")
    );
    harbour.fine(&["undo"]);
    assert!(!harbour.text("catalog/data.kedge.toml").contains("\"2min\""));
    // What cannot be exported so is said.
    assert!(harbour.refused(&["export", "odcs", "--dataset", "produkt"]).contains("there is no dataset"));
    assert!(harbour.refused(&["export", "csv", "--dataset", "product"]).contains("kedge export odcs"));
    assert!(
        harbour.refused(&["export", "odcs", "--plan", "checkout/one-tap"]).contains("a plan has no datasets")
    );
}
