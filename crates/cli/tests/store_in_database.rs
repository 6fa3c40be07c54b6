//! An organisation in a database: every verb on it, and several processes that serve it, one at a time.
#![allow(clippy::unwrap_used)]

mod harbour;
mod served;
#[path = "../../replica/tests/servers/mod.rs"]
mod servers;

use harbour::Harbour;
use served::{Serving, get};
use servers::Postgres;
use std::process::Command;
use std::time::{Duration, Instant};

fn server() -> Option<Postgres> {
    if let Some(why) = Postgres::missing() {
        println!("{why}");
        return None;
    }
    Some(Postgres::start(&[]))
}

/// One that serves, or waits to.
fn serve(harbour: &Harbour, store: &str) -> Serving {
    Serving::start(
        Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args([
                "serve",
                "--store",
                store,
                "--wait",
                "--port",
                "0",
                "--as-of",
                "2026-10-14",
                "--trials",
                "100",
            ])
            .current_dir(harbour.path(".")),
    )
}

#[track_caller]
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what} did not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn every_verb_works_on_a_database_as_on_a_file() {
    let Some(server) = server() else { return };
    let harbour = Harbour::new("100");
    let store = format!("{}&schema=harbour", server.url());
    let store = store.as_str();
    let none = harbour.refused(&["store", "history", store]);
    assert!(none.contains("is not a store of Kedge") && none.contains("kedge store make"), "{none}");
    let made = harbour.fine(&["store", "make", store, "--from", "."]);
    assert!(made.contains(&format!("kedge serve --store '{store}'")), "{made}");
    for verb in [&["check", "--fast"][..], &["align"], &["queue"], &["inbox", "payments"], &["hacks"]] {
        let (in_files, in_store) = (harbour.run(verb), harbour.run(&[verb, &["--in", store]].concat()));
        assert_eq!(in_files.status.code(), in_store.status.code(), "{verb:?}");
        assert_eq!(String::from_utf8(in_files.stdout), String::from_utf8(in_store.stdout), "{verb:?}");
    }
    let said = harbour.fine(&["answer", "loyalty/ledger-events", "declined", "--in", store]);
    assert!(said.contains(&format!("`kedge undo --in '{store}'` takes it back.")), "{said}");
    let said =
        harbour.fine(&["comment", "checkout/reusable-token", "Ready.", "--by", "payments", "--in", store]);
    assert!(said.contains("payments"), "{said}");
    harbour.fine(&["store", "files", store, "--out", "copy"]);
    assert!(harbour.text("copy/payments/answers.kedge.toml").contains("declined"));
    let text =
        harbour.text("copy/payments/answers.kedge.toml").replace("declined", "committed by 2026-11-20");
    std::fs::write(harbour.path("copy/payments/answers.kedge.toml"), text).unwrap();
    harbour.fine(&["store", "take", store, "--from", "copy", "--dry-run"]);
    harbour.fine(&["store", "home", store]);
    // The long address, said once.
    let undone = harbour.run_with(&[("KEDGE_IN", store)], &["undo"]);
    assert!(undone.status.success(), "{}", String::from_utf8_lossy(&undone.stderr));
    assert_eq!(harbour.json(&["store", "history", store]).as_array().unwrap().len(), 4);
    for (arguments, why) in [
        (&["store", "make", store, "--from", "."][..], "is there already"),
        (&["check", "--in", "postgres://kedge:x@localhost/plans"], "PGPASSWORD or ~/.pgpass"),
        (&["check", "--in", "postgres://localhost:1/plans"], "localhost:1/plans cannot be reached"),
        (&["check", "--in", &format!("{}x", server.url())], "cannot be reached"),
        (&["check", "--in", &server.url().replace("/postgres?", "/nothing?")], "cannot be opened"),
        (&["serve", "--wait"], "--store"),
    ] {
        let said = harbour.refused(arguments);
        assert!(said.contains(why), "{arguments:?}\n{said}");
    }
    // A database lies in no folder, not even in this one.
    let source =
        format!("{}\n[[source]]\npath = \"../risk\"\nholds = [\"risk\"]\n", harbour.text("kedge.toml"));
    std::fs::write(harbour.path("kedge.toml"), source).unwrap();
    let other = format!("{}&schema=other", server.url());
    let refused = harbour.refused(&["store", "make", &other, "--from", "."]);
    assert!(refused.contains("could not be found again from another folder"), "{refused}");
}

#[test]
fn of_several_that_serve_a_database_one_does_and_the_next_takes_its_place() {
    let Some(mut server) = server() else { return };
    let harbour = Harbour::new("100");
    let store = format!("{}&schema=harbour", server.url());
    harbour.fine(&["store", "make", &store, "--from", "."]);
    let mut first = serve(&harbour, &store);
    let at_first = first.address();
    let mut second = serve(&harbour, &store);
    let waits = second.says();
    assert!(waits.contains(&format!("is held by `kedge, process {}`", first.process())), "{waits}");
    let refused = harbour.refused(&["check", "--in", &store]);
    assert!(refused.contains("ask that one, or stop it first"), "{refused}");
    let refused = harbour.refused(&["serve", "--store", &store]);
    assert!(refused.contains("`--wait` waits until it has ended"), "{refused}");
    assert!(get(&at_first, "/").contains("HTTP/1.1 200"));
    first.kill();
    let at_second = second.address();
    assert!(get(&at_second, "/api/standing").contains("HTTP/1.1 200"));

    // The database goes away: its pages say so, and follow when it is back.
    server.kill();
    until("the notice", || get(&at_second, "/").contains("The store does not answer."));
    let api = get(&at_second, "/api/standing");
    assert!(api.contains("HTTP/1.1 503") && api.contains("the store does not answer"), "{api}");
    server.restart();
    until("the end of the notice", || !get(&at_second, "/").contains("The store does not answer."));
    assert!(get(&at_second, "/api/standing").contains("HTTP/1.1 200"));
}
