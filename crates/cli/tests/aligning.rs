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
