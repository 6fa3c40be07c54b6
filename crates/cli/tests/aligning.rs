//! The blocks of `docs/aligning.md` are what the command prints; where `KEDGE_WRITE_DOCS` is set they are written anew. And a
//! signature is written, and taken back.
#![allow(clippy::unwrap_used)]

mod console;
mod harbour;

use console::{made, root};
use std::process::Command;

#[test]
fn the_page_shows_what_the_command_prints() {
    let path = root().join("docs/aligning.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (text, blocks) = made(&page);
    if std::env::var_os("KEDGE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    } else {
        assert!(
            page == text,
            "docs/aligning.md is stale; KEDGE_WRITE_DOCS=1 cargo nextest run -p kedge --test aligning writes its blocks anew"
        );
    }
    assert!(blocks.len() >= 3, "{blocks:?}");
}

#[test]
fn a_signature_is_written_where_the_team_writes_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    harbour::copy(&root().join("examples/harbour"), folder.path());
    let kedge = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args(arguments)
            .args(["--as-of", "2026-10-14"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let waits = || kedge(&["align", "proposals", "one-ledger"]).1;
    assert!(waits().contains("loyalty/answers.kedge.toml"), "{}", waits());
    let sign = ["sign", "payments/one-ledger", "--as", "loyalty", "--adopt", "1w", "--alone", "2w"];
    let (code, said) = kedge(&sign);
    assert_eq!(code, Some(0), "{said}");
    let written = std::fs::read_to_string(folder.path().join("loyalty/answers.kedge.toml")).unwrap();
    assert!(written.contains("proposal = \"payments/one-ledger\"") && written.contains("adopt"), "{written}");
    assert!(!waits().contains("loyalty: sign it"), "{}", waits());
    assert_eq!(kedge(&["undo"]).0, Some(0));
    assert!(waits().contains("loyalty: sign it"), "{}", waits());
    // Who has no part in it, or wrote it, cannot sign it.
    for (arguments, why) in [
        (&["sign", "payments/one-ledger", "--as", "search"][..], "has no part"),
        (&["sign", "catalog/stock-level", "--as", "catalog"], "wrote the contract"),
        (&["sign", "payments/one-ledgr", "--as", "loyalty"], "did you mean"),
    ] {
        let (code, said) = kedge(arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}
