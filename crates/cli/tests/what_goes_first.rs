//! What goes first, as people use it: the queue and the council's rank, moved, joined and split, and taken back.
#![allow(clippy::unwrap_used)]

mod harbour;

use harbour::Harbour;

#[test]
fn the_queue_of_payments() {
    let harbour = Harbour::new("120");
    insta::assert_snapshot!(harbour.fine(&["queue", "payments"]));
    // The lines are the same as data, whoever's queue it is.
    let all = harbour.json(&["queue"]);
    let own = harbour.json(&["queue", "payments"]);
    let names = |queue: &serde_json::Value| -> Vec<String> {
        let lines = queue["lines"].as_array().unwrap().iter().filter(|line| line["to"] == "payments");
        lines.map(|line| line["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&all), names(&own));
}

#[test]
fn a_move_is_shown_then_written_then_taken_back() {
    let harbour = Harbour::new("120");
    let before = harbour.text("payments/team.kedge.toml");
    let there = ["queue", "move", "loyalty/ledger-events", "--before", "checkout/reusable-token"];
    let shown = harbour.fine(&[&there[..], &["--trials", "400"]].concat());
    assert_eq!(harbour.text("payments/team.kedge.toml"), before, "a preview writes nothing");
    insta::assert_snapshot!(shown);
    harbour.fine(&[&there[..], &["--accept"]].concat());
    let after = harbour.text("payments/team.kedge.toml");
    assert!(
        after.contains(
            r#"rank       = ["wallets", "stored-value", "loyalty/ledger-events", "checkout/reusable-token", "instalments"]"#
        ),
        "{after}"
    );
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("payments/team.kedge.toml"), before);
    let other =
        harbour.refused(&["queue", "move", "loyalty/ledger-events", "--before", "peak-crew/order-queue"]);
    assert!(other.contains("each works in its own order"), "{other}");
}

#[test]
fn needs_are_joined_and_split_by_hand() {
    let harbour = Harbour::new("120");
    let before = harbour.text("payments/answers.kedge.toml");
    harbour.fine(&["queue", "join", "loyalty/ledger-events", "checkout/gift-ledger"]);
    let joined = harbour.text("payments/answers.kedge.toml");
    assert!(joined.contains(r#""loyalty/ledger-events""#) && joined != before, "{joined}");
    let queue = harbour.json(&["queue", "payments"]);
    let line = queue["lines"].as_array().unwrap().iter().find(|line| line["name"] == "payments/stored-value");
    assert_eq!(line.unwrap()["asks"].as_array().unwrap().len(), 3);
    harbour.fine(&["queue", "split", "loyalty/ledger-events"]);
    let queue = harbour.json(&["queue", "payments"]);
    let line = queue["lines"].as_array().unwrap().iter().find(|line| line["name"] == "loyalty/ledger-events");
    assert_eq!(line.unwrap()["joined"], "alone");
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("payments/answers.kedge.toml"), joined);
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("payments/answers.kedge.toml"), before);

    // Two asks that read alike are on one line until somebody says that they are two.
    let platform = harbour.text("platform/answers.kedge.toml");
    let with = |queue: &serde_json::Value| {
        let asks = |line: &serde_json::Value| line["asks"].as_array().unwrap().clone();
        let mut lines = queue["lines"].as_array().unwrap().iter().map(asks);
        lines.find(|asks| asks.iter().any(|it| it["ask"] == "messages/shop-events")).unwrap().len()
    };
    assert_eq!(with(&harbour.json(&["queue", "platform"])), 2);
    harbour.fine(&["queue", "split", "search/click-events"]);
    assert_eq!(with(&harbour.json(&["queue", "platform"])), 1);
    assert!(harbour.text("platform/answers.kedge.toml").contains("apart"));
    harbour.fine(&["queue", "join", "search/click-events", "messages/shop-events"]);
    assert_eq!(with(&harbour.json(&["queue", "platform"])), 2);
    harbour.fine(&["undo"]);
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("platform/answers.kedge.toml"), platform);
}

#[test]
fn the_council_and_its_rank() {
    let harbour = Harbour::new("120");
    insta::assert_snapshot!(harbour.fine(&["council", "--trials", "400"]));
    let before = harbour.text("council.kedge.toml");
    let there = ["council", "move", "doorstep", "--before", "peak"];
    insta::assert_snapshot!(harbour.fine(&[&there[..], &["--trials", "400"]].concat()));
    assert_eq!(harbour.text("council.kedge.toml"), before, "a preview writes nothing");
    harbour.fine(&[&there[..], &["--accept"]].concat());
    assert!(
        harbour
            .text("council.kedge.toml")
            .contains(r#"rank = ["doorstep", "peak", "peak-crew/order-queue"]"#)
    );
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("council.kedge.toml"), before);
    let wrong = harbour.refused(&["council", "move", "doorstep", "--before", "fulfil/geo-cache"]);
    assert!(wrong.contains("is not in the council's rank"), "{wrong}");
}
