//! An organisation kept in a store: made of files, every verb on it, its history, and a day's files.
#![allow(clippy::unwrap_used)]

mod harbour;

use harbour::Harbour;

#[test]
fn every_verb_works_on_a_store_as_on_files() {
    let harbour = Harbour::new("100");
    let made = harbour.fine(&["store", "make", "harbour.store", "--from", "."]);
    assert!(made.contains("kedge serve --store harbour.store"), "{made}");
    for verb in [&["check", "--fast"][..], &["align"], &["queue"], &["inbox", "payments"], &["hacks"]] {
        let (in_files, in_store) =
            (harbour.run(verb), harbour.run(&[verb, &["--in", "harbour.store"]].concat()));
        assert_eq!(in_files.status.code(), in_store.status.code(), "{verb:?}");
        assert_eq!(String::from_utf8(in_files.stdout), String::from_utf8(in_store.stdout), "{verb:?}");
    }

    // Recorded there, the files stay as they are; it is taken back as a step of its own, and nothing is forgotten.
    let before = harbour.text("payments/answers.kedge.toml");
    let answer = ["answer", "loyalty/ledger-events", "declined", "--in", "harbour.store"];
    harbour.fine(&answer);
    assert_eq!(harbour.text("payments/answers.kedge.toml"), before);
    harbour.fine(&["undo", "--in", "harbour.store"]);
    let history = harbour.json(&["store", "history", "harbour.store"]);
    let told: Vec<_> =
        history.as_array().unwrap().iter().map(|it| (&it["number"], &it["takes_back"])).collect();
    assert_eq!(serde_json::json!(told), serde_json::json!([[3, 2], [2, null], [1, null]]));
    assert!(harbour.refused(&["undo", "--in", "harbour.store"]).contains("nothing to undo"));
    let of = harbour.fine(&["store", "history", "harbour.store", "--of", "payments/answers"]);
    assert_eq!(of.lines().count(), 3, "{of}");

    // The files as they were, into a folder of their own.
    harbour.fine(&["store", "files", "harbour.store", "--out", "copy", "--on", "2026-10-14"]);
    assert_eq!(harbour.text("copy/payments/answers.kedge.toml"), before);
    assert!(harbour.refused(&["store", "files", "harbour.store", "--out", "copy"]).contains("is not empty"));

    harbour.fine(&["export", "odcs", "--output", "contracts"]);
    for (arguments, why) in [
        (&["store", "make", "harbour.store", "--from", "."][..], "is there already"),
        (&["store", "history", "kedge.toml"], "is not a store of Kedge"),
        (&["serve", "--store", "none.store"], "kedge store make none.store"),
        (&["store", "make", "new.store", "--from", "nowhere"], "nowhere"),
        (&["import", "odcs", "contracts", "--out", "harbour.store"], "imports go into folders"),
    ] {
        let said = harbour.refused(arguments);
        assert!(said.contains(why), "{arguments:?}\n{said}");
        assert!(!harbour.path("new.store").exists());
    }
}
