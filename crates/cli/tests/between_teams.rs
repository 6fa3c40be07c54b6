//! What teams ask of each other, as people use it: the brief and its note, the inbox, a confirmation, the detours.
#![allow(clippy::unwrap_used)]

mod harbour;

use harbour::Harbour;

#[test]
fn a_brief_is_markdown_and_that_it_was_sent_is_noted_and_taken_back() {
    let harbour = Harbour::new("100");
    let brief = harbour.fine(&["brief", "reusable-token", "--trials", "400"]);
    assert!(brief.starts_with("# Checkout asks Payments: A `reusable` flag on POST /tokens\n"), "{brief}");
    assert!(brief.contains("## What a “no” costs") && brief.contains("Mira could come"), "{brief}");
    let json = harbour.json(&["brief", "reusable-token", "--trials", "400"]);
    assert_eq!(json["markdown"], brief);
    let file = "checkout/one-tap.kedge.toml";
    let before = harbour.text(file);
    let sent = ["brief", "checkout/reusable-token", "--sent", "https://tracker.example/issues/12"];
    harbour.fine(&[&sent[..], &["--dry-run"]].concat());
    assert_eq!(harbour.text(file), before, "a dry run writes nothing");
    harbour.fine(&sent);
    let after = harbour.text(file);
    let added: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    assert!(
        added
            .iter()
            .any(|line| line.contains("2026-10-14") && line.contains("https://tracker.example/issues/12")),
        "{added:?}"
    );
    for comment in before.lines().filter(|line| line.starts_with('#') || line.contains("   # ")) {
        assert!(after.contains(comment), "{comment:?} is gone");
    }
    assert!(
        harbour.fine(&["check", "checkout/one-tap.kedge.toml", "--fast"]).is_empty() || !after.is_empty()
    );
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text(file), before);
    assert!(harbour.refused(&["brief", "reusable-token", "--sent", " "]).contains("where"));
    assert!(harbour.refused(&["brief", "reusable-token", "--dry-run"]).contains("--sent"));
    assert!(harbour.refused(&["brief", "reusable-tokn"]).contains("reusable-token"));
}

#[test]
fn a_value_is_confirmed_by_its_stakeholder_or_the_council_and_by_nobody_else() {
    let harbour = Harbour::new("100");
    let before = harbour.text("council.kedge.toml");
    let confirm = ["confirm", "payments/wallets", "--value", "30k/week", "--who", "council/wim"];
    harbour.fine(&confirm);
    let after = harbour.text("council.kedge.toml");
    assert!(after.contains("outcome = \"payments/wallets\"") && after.contains("\"30k/week\""), "{after}");
    assert!(after.contains("# Fulfil raised this after Platform had said no."), "comments stay");
    // From now on it ranks: 30k over the weeks that are left.
    let inbox = harbour.json(&["inbox", "payments"]);
    let wallets =
        inbox["items"].as_array().unwrap().iter().find(|it| it["subject"]["own"] == "payments/wallets");
    assert!(wallets.unwrap()["confirmed_a_week"].as_f64().unwrap() > 0.0);
    assert_eq!(inbox["ranked"], 4);
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("council.kedge.toml"), before);
    for (who, why) in [
        ("payments/marta", "is of the team that claims it"),
        ("checkout/mira", "is not the stakeholder"),
        ("council/wimm", "did you mean `council/wim`"),
        ("council/theodora", "`[person.theodora]` in council.kedge.toml"),
        ("checkout/theodora", "`[person.theodora]` in checkout/team.kedge.toml"),
    ] {
        let said = harbour.refused(&["confirm", "payments/wallets", "--value", "30k/week", "--who", who]);
        assert!(said.contains(why), "{who}: {said}");
    }
    // The stakeholder of another team's outcome writes into her own team's file.
    let before = harbour.text("checkout/answers.kedge.toml");
    let dana = ["confirm", "search/typo-tolerant", "--value", "14k/week", "--who", "checkout/dana"];
    harbour.fine(&dana);
    assert_ne!(harbour.text("checkout/answers.kedge.toml"), before);
    assert!(harbour.text("checkout/answers.kedge.toml").contains("# the team claims 55k"), "comments stay");
}

#[test]
fn an_inbox_says_what_ranks_it_what_a_no_costs_and_what_to_type() {
    let harbour = Harbour::new("100");
    let text = harbour.fine(&["inbox", "payments"]);
    for said in [
        "Payments has 6 asks of others and 2 outcomes of its own",
        " 1  An event for each booking that touches a customer's money  19k a week of work",
        "There is no way on without it.",
        "Not ranked: no confirmed worth, or no guess of the effort.",
        "→ kedge answer loyalty/ledger-events committed --by …",
        "kedge answer TEAM/ASK considering --until DATE",
        "Its worth is a claim that nobody has confirmed.",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(harbour.refused(&["inbox", "payment"]).contains("payments"));
}

#[test]
fn hacks_say_what_they_cost_and_which_can_be_left() {
    let harbour = Harbour::new("100");
    let text = harbour.fine(&["hacks"]);
    assert!(
        text.starts_with("3 detours cost 4 person-days and 2.6k a month; 1 can be left now.\n"),
        "{text}"
    );
    assert!(text.contains("→ kedge done search/attribute-feed hack --migrated"), "{text}");
    harbour.fine(&["done", "search/attribute-feed", "hack", "--migrated"]);
    assert_eq!(harbour.json(&["hacks", "search"])["hacks"].as_array().unwrap().len(), 1);
    assert_eq!(harbour.fine(&["hacks", "payments"]), "No detour is in place.\n");
}

#[test]
fn asks_that_are_one_need_are_answered_in_one_step_and_taken_back_as_one() {
    let harbour = Harbour::new("100");
    let file = "payments/answers.kedge.toml";
    let before = harbour.text(file);
    let no = ["answer", "payments/stored-value", "declined", "--why", "no hands before January"];
    let shown = harbour.fine(&[&no[..], &["--dry-run"]].concat());
    assert!(shown.contains("checkout/gift-ledger and returns/store-credit: declined"), "{shown}");
    assert_eq!(harbour.text(file), before, "a dry run writes nothing");
    harbour.fine(&no);
    let after = harbour.text(file);
    assert_eq!(after.matches("no hands before January").count(), 2, "{after}");
    let state = |ask: &str| harbour.json(&["brief", ask, "--trials", "200"])["state"].clone();
    assert_eq!(state("checkout/gift-ledger"), state("returns/store-credit"));
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text(file), before, "both are taken back at once");
    // One of them by its own name is answered alone, and it is said that there are others.
    let one = harbour.fine(&["answer", "checkout/gift-ledger", "declined"]);
    assert!(one.contains("one need with returns/store-credit: --line"), "{one}");
    harbour.fine(&["undo"]);
    // What the queue reads as one need is a line too, though nobody has said so.
    let line = ["answer", "messages/shop-events", "considering", "--until", "2026-10-21", "--line"];
    let line = harbour.fine(&line);
    assert!(line.contains("messages/shop-events and search/click-events: considering"), "{line}");
    harbour.fine(&["undo"]);
    // All or nothing: an answer that cannot be given to one is given to none.
    let early = ["answer", "payments/stored-value", "committed", "--by", "2026-10-01"];
    assert!(harbour.refused(&early).contains("earlier"));
    assert_eq!(harbour.text(file), before);
}

#[test]
fn a_need_lands_for_all_its_asks_and_a_line_for_all_on_it() {
    let harbour = Harbour::new("100");
    let file = "payments/answers.kedge.toml";
    let before = harbour.text(file);
    let landed = harbour.fine(&["land", "payments/stored-value"]);
    assert!(landed.contains("checkout/gift-ledger and returns/store-credit"), "{landed}");
    for ask in ["checkout/gift-ledger", "returns/store-credit"] {
        assert_eq!(harbour.json(&["brief", ask, "--trials", "200"])["state"]["state"], "landed", "{ask}");
    }
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text(file), before, "both are taken back at once");
    let one = harbour.fine(&["land", "checkout/gift-ledger"]);
    assert!(one.contains("one need with returns/store-credit: --line"), "{one}");
    harbour.fine(&["undo"]);
    let line = harbour.fine(&["land", "messages/shop-events", "--line"]);
    assert!(line.contains("messages/shop-events and search/click-events"), "{line}");
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text(file), before);
}

#[test]
fn a_team_that_a_fallback_leans_on_reads_it_and_says_yes_or_no() {
    let harbour = Harbour::new("100");
    let inbox = harbour.fine(&["inbox", "web-guild"]);
    assert!(inbox.contains("fallbacks of others that need its yes"), "{inbox}");
    assert!(inbox.contains("Move the sheet's static half to the content network"), "{inbox}");
    let yes = ["answer", "checkout/edge-latency", "committed", "--by", "2026-11-06", "--as", "web-guild"];
    harbour.fine(&yes);
    let said = harbour.text("web-guild/answers.kedge.toml");
    assert!(said.contains("checkout/edge-latency") && said.contains("2026-11-06"), "{said}");
    assert!(harbour.fine(&["inbox", "web-guild"]).contains("committed by 6 November"));
    harbour.fine(&["undo"]);
    assert!(!harbour.fine(&["inbox", "web-guild"]).contains("committed by 6 November"));
    // The council, too, and nobody whose yes is not wanted.
    assert!(harbour.fine(&["inbox", "council"]).contains("returns/order-history"));
    harbour.fine(&["answer", "returns/order-history", "declined", "--as", "council"]);
    assert!(!harbour.fine(&["inbox", "council"]).contains("returns/order-history"));
    harbour.fine(&["undo"]);
    let other = ["answer", "checkout/edge-latency", "declined", "--as", "search"];
    assert!(harbour.refused(&other).contains("no fallback of it needs a yes from search"));
}
