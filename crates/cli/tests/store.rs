//! An organisation kept in a store: made of files, every verb on it, its history, and a day's files.
#![allow(clippy::unwrap_used)]

mod harbour;
mod served;

use harbour::Harbour;
use served::{Serving, get, post};
use std::process::Command;

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
    let said = harbour.fine(&answer);
    assert!(said.contains("`kedge undo --in harbour.store` takes it back."), "{said}");
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
    harbour.fine(&["store", "files", "harbour.store", "--out", "copy"]);
    assert!(harbour.refused(&["store", "files", "harbour.store", "--out", "."]).contains("is not empty"));

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

#[test]
fn teams_talk_beside_plans_and_asks() {
    let harbour = Harbour::new("100");
    harbour.fine(&["store", "make", "harbour.store", "--from", "."]);
    let said = |more: &[&'static str]| [&["comment"], more, &["--in", "harbour.store"]].concat();
    assert_eq!(harbour.fine(&said(&[])), "Nothing was said.\n");
    let kept = harbour.fine(&said(&["reusable-token", "Ready\non Monday.", "--by", "payments"]));
    assert!(kept.starts_with("Kept: payments on ask checkout/reusable-token (000002-"), "{kept}");
    harbour.fine(&said(&["plan returns/self-return", "Well done.", "--by", "council"]));
    let all = harbour.json(&said(&[]));
    assert_eq!(all[0]["about"], "ask checkout/reusable-token");
    assert_eq!(all[1]["texts"], serde_json::json!(["Well done."]));
    let one = harbour.fine(&said(&["reusable-token"]));
    assert!(one.contains("payments  000002-") && one.contains("\n  Ready\n  on Monday.\n"), "{one}");
    let name = all[0]["id"].as_str().unwrap();
    let removed = harbour.fine(&["comment", "--remove", name, "--in", "harbour.store"]);
    assert!(removed.contains("what payments said on ask checkout/reusable-token"), "{removed}");
    assert_eq!(harbour.fine(&said(&["reusable-token"])), "Nothing was said on it.\n");
    assert!(harbour.fine(&["undo", "--in", "harbour.store"]).contains("removed the comment of payments"));
    assert!(harbour.fine(&said(&["reusable-token"])).contains("Ready"));
    for (arguments, why) in [
        (said(&["nothing", "?", "--by", "payments"]), "there is no plan or ask `nothing`"),
        (said(&["reusable-token", "?", "--by", "payment"]), "did you mean `payments`?"),
        (said(&["reusable-token", "?"]), "--by"),
        (said(&["--remove", "x"]), "there is no comment `x`"),
        (vec!["comment"], "kedge store make FILE"),
    ] {
        let said = harbour.refused(&arguments);
        assert!(said.contains(why), "{arguments:?}\n{said}");
    }
}

#[test]
fn a_copy_is_read_and_what_is_edited_in_it_comes_home() {
    let harbour = Harbour::new("100");
    harbour.fine(&["store", "make", "harbour.store", "--from", "."]);
    harbour.fine(&["store", "files", "harbour.store", "--out", "copy"]);
    let take =
        |more: &[&'static str]| [&["store", "take", "harbour.store", "--from", "copy"][..], more].concat();
    assert_eq!(harbour.fine(&take(&[])), "Nothing was edited in copy.\n");

    // Nothing records into a copy, and it says where to go.
    let said = harbour.refused(&["answer", "loyalty/ledger-events", "declined", "--in", "copy"]);
    assert!(said.contains("are a copy of") && said.contains("harbour.store"), "{said}");

    // Edited by hand it is not overwritten; what was edited is one write over what it was made from.
    let path = "copy/checkout/team.kedge.toml";
    let before = harbour.text(path);
    std::fs::write(harbour.path(path), format!("{before}# said by hand\n")).unwrap();
    let refresh = ["store", "files", "harbour.store", "--out", "copy"];
    assert!(harbour.refused(&refresh).contains("checkout/team.kedge.toml was edited in the copy"));
    let would = harbour.fine(&take(&["--dry-run"]));
    assert!(would.contains("Would take:") && would.contains("+ # said by hand"), "{would}");
    harbour.fine(&take(&[]));
    let history = harbour.fine(&["store", "history", "harbour.store"]);
    assert!(history.lines().next().unwrap().contains("took what was edited in copy"), "{history}");
    assert_eq!(harbour.fine(&take(&[])), "Nothing was edited in copy.\n");

    // Where both sides changed one text, nothing is taken; where they changed others, both stay.
    harbour.fine(&["answer", "loyalty/ledger-events", "declined", "--in", "harbour.store"]);
    let answers = "copy/payments/answers.kedge.toml";
    let text = harbour.text(answers);
    std::fs::write(harbour.path(answers), format!("{text}# too\n")).unwrap();
    let refused = harbour.refused(&take(&[]));
    assert!(refused.contains("payments/answers.kedge.toml changed since it was read"), "{refused}");
    std::fs::write(harbour.path(answers), text).unwrap();
    std::fs::write(harbour.path(path), &before).unwrap();
    harbour.fine(&take(&[]));
    assert!(harbour.text(answers).contains("declined"));
    assert_eq!(harbour.text(path), before);

    // What would be no organisation stays outside, and so does what is no copy of this store, or one of the past.
    std::fs::write(harbour.path(path), "nam = 1\n").unwrap();
    assert!(harbour.refused(&take(&[])).contains("cannot be"));
    assert!(
        harbour
            .refused(&["store", "take", "harbour.store", "--from", "."])
            .contains("is not a copy of harbour.store")
    );
    harbour.fine(&["store", "files", "harbour.store", "--out", "then", "--on", "2026-10-01"]);
    assert!(
        harbour
            .refused(&["store", "take", "harbour.store", "--from", "then"])
            .contains("as it was on 2026-10-01")
    );
}

#[test]
fn a_team_at_home_elsewhere_is_read_into_the_store() {
    let harbour = Harbour::new("100");
    // Payments moves out into a folder of its own, beside the others'.
    let plans = harbour.path("plans");
    std::fs::create_dir(&plans).unwrap();
    for entry in std::fs::read_dir(harbour.path(".")).unwrap() {
        let name = entry.unwrap().file_name();
        let name = name.to_str().unwrap();
        if !["plans", "payments", ".kedge", "README.md"].contains(&name) {
            std::fs::rename(harbour.path(name), plans.join(name)).unwrap();
        }
    }
    let settings =
        harbour.text("plans/kedge.toml") + "\n[[source]]\npath = \"../payments\"\nholds = [\"payments\"]\n";
    std::fs::write(plans.join("kedge.toml"), settings).unwrap();

    let beside = harbour.refused(&["store", "make", "harbour.store", "--from", "plans"]);
    assert!(beside.contains("`../payments` is named from plans"), "{beside}");
    harbour.fine(&["store", "make", "plans/harbour.store", "--from", "plans"]);
    let store = ["--in", "plans/harbour.store"];
    let with = |arguments: &[&'static str]| [arguments, &store].concat();
    assert_eq!(
        harbour.json(&with(&["inbox", "payments"])),
        harbour.json(&["inbox", "payments", "--in", "plans"])
    );
    let refused = harbour.refused(&with(&["answer", "loyalty/ledger-events", "declined"]));
    assert!(
        refused.contains("has its home in the source `payments`") && refused.contains("kedge gather"),
        "{refused}"
    );

    // Said at home, it is here once it is read again.
    harbour.fine(&["answer", "loyalty/ledger-events", "declined", "--in", "plans"]);
    let gathered = harbour.fine(&with(&["gather"]));
    assert!(gathered.contains("payments") && gathered.contains("as it lies"), "{gathered}");
    let history = harbour.fine(&["store", "history", "plans/harbour.store"]);
    assert!(history.lines().next().unwrap().contains("read payments"), "{history}");
    assert!(harbour.refused(&with(&["undo"])).contains("nothing to undo"));
    let offline = harbour.fine(&with(&["gather", "--offline"]));
    assert!(offline.contains("payments"), "{offline}");
}

#[test]
fn a_team_moves_out_of_the_store_and_back() {
    let harbour = Harbour::new("100");
    harbour.fine(&["store", "make", "harbour.store", "--from", "."]);
    let home = |more: &[&'static str]| [&["store", "home", "harbour.store"][..], more].concat();
    let all = harbour.fine(&home(&[]));
    assert!(all.lines().skip(2).all(|line| line.contains("this store")), "{all}");
    let standing = || harbour.json(&["queue", "--in", "harbour.store"]);
    let before = standing();

    let would = harbour.fine(&home(&["payments", "--to", "payments-plans", "--dry-run"]));
    let place =
        std::fs::canonicalize(harbour.path(".")).unwrap().join("payments-plans").display().to_string();
    assert!(would.starts_with(&format!("Would move: payments, from this store to {place}\n")), "{would}");
    assert!(would.contains("+ holds = [\"payments\"]"), "{would}");
    assert!(!harbour.path("payments-plans").exists());
    let moved = harbour.fine(&home(&["payments", "--to", "payments-plans"]));
    assert!(moved.contains("`kedge gather --in harbour.store` reads it again."), "{moved}");
    assert!(moved.contains("`kedge undo --in harbour.store` takes it back."), "{moved}");
    assert_eq!(standing(), before);
    let one = harbour.json(&home(&["payments"]));
    assert_eq!(
        (&one[0]["here"], &one[0]["elsewhere"]["location"]),
        (&false.into(), &format!("path {place}").into())
    );
    let answers = "payments-plans/payments/answers.kedge.toml";
    assert_eq!(harbour.text(answers), harbour.text("payments/answers.kedge.toml"));
    let said = harbour.refused(&["answer", "loyalty/ledger-events", "declined", "--in", "harbour.store"]);
    assert!(said.contains("payments-plans"), "{said}");

    // There its own words are recorded, seen from a copy of the store; the store reads them, and takes them home.
    harbour.fine(&["store", "files", "harbour.store", "--out", "copy"]);
    let part = "name = \"Payments\"\npart-of = { path = \"../copy\" }\n";
    std::fs::write(harbour.path("payments-plans/kedge.toml"), part).unwrap();
    harbour.fine(&["gather", "--in", "payments-plans"]);
    harbour.fine(&["answer", "loyalty/ledger-events", "declined", "--in", "payments-plans"]);
    harbour.fine(&["gather", "--in", "harbour.store"]);
    assert_ne!(standing(), before);
    harbour.fine(&["undo", "--in", "payments-plans"]);

    let back = harbour.fine(&home(&["payments", "--here"]));
    assert!(back.starts_with(&format!("Moved: payments, from {place} into this store\n")), "{back}");
    assert_eq!(standing(), before);
    harbour.fine(&["answer", "loyalty/ledger-events", "declined", "--in", "harbour.store"]);
    let history = harbour.fine(&["store", "history", "harbour.store"]);
    assert!(history.contains(&format!("brought payments home from {place}")), "{history}");
    assert!(history.contains(&format!("gave payments a home of its own in {place}")), "{history}");

    for (arguments, why) in [
        (home(&["payments", "--here"]), "payments is at home in the store already"),
        (home(&["payment"]), "did you mean `payments`?"),
        (home(&["payments", "--to", "payments-plans"]), "payments-plans is not empty"),
        (home(&["council", "--to", "elsewhere"]), "it stays there"),
        (home(&["--here"]), "<TEAM>"),
        (vec!["store", "home", "kedge.toml"], "is not a store of Kedge"),
    ] {
        let said = harbour.refused(&arguments);
        assert!(said.contains(why), "{arguments:?}\n{said}");
    }
}

/// While the system lets it write no file, which is taken back and given again with `prlimit`.
#[test]
fn a_store_that_cannot_be_written_says_so_and_goes_on_once_it_can() {
    let harbour = Harbour::new("100");
    harbour.fine(&["store", "make", "harbour.store", "--from", "."]);
    let serve =
        "trap '' XFSZ; exec \"$0\" serve --store harbour.store --port 0 --as-of 2026-10-14 --trials 100";
    let mut server = Serving::start(
        Command::new("sh").args(["-c", serve, env!("CARGO_BIN_EXE_kedge")]).current_dir(harbour.path(".")),
    );
    let process = server.process();
    let limit = |size: &str| {
        let set = Command::new("prlimit").args(["--pid", &process, size]).status().unwrap();
        assert!(set.success());
    };
    let address = server.address();
    let page = get(&address, "/asks/checkout/reusable-token");
    let token = page.split_once("name=\"token\" value=\"").unwrap().1.split('"').next().unwrap();
    let comment = |text: &str| {
        let about = "act=comment&about=ask+checkout%2Freusable-token&team=payments";
        post(&address, "/act", &format!("token={token}&{about}&text={text}"))
    };
    assert!(comment("first").starts_with("HTTP/1.1 303"));
    limit("--fsize=1:unlimited");
    for _ in 0..2 {
        let refused = comment("second");
        assert!(refused.starts_with("HTTP/1.1 409"), "{refused}");
        assert!(refused.contains("The store failed ("), "{refused}");
    }
    limit("--fsize=unlimited:unlimited");
    let (mut said, mut tries) = (comment("third"), 0);
    // The first to ask opens it again.
    while !said.starts_with("HTTP/1.1 303") && tries < 3 {
        (said, tries) = (comment("third"), tries + 1);
    }
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
    let comments = get(&address, "/api/comments");
    assert!(comments.contains("\"first\"") && comments.contains("\"third\""), "{comments}");
    assert!(!comments.contains("\"second\""), "{comments}");
}
