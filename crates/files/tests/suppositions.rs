//! Sentences of a what-if, understood in the example organisation.
#![allow(clippy::unwrap_used)]

use kedge_files::{SourceText, load_folder, read};
use kedge_model::{Change, Date, Organisation, Supposition};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

static HARBOUR: LazyLock<Organisation> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let Ok(loaded) = load_folder(&folder) else { panic!("the example does not load") };
    loaded.organisation
});

fn today() -> Date {
    "2026-10-14".parse().unwrap()
}

/// What each sentence is taken to say, and the facts that it changes.
#[test]
fn every_example_is_understood() {
    let mut told = String::new();
    for sentence in Supposition::EXAMPLES {
        let supposed = HARBOUR.suppose(&[sentence], today()).unwrap_or_else(|error| panic!("{error}"));
        let facts: Vec<String> = supposed.changes.iter().map(|change| change.fact().to_string()).collect();
        writeln!(told, "{sentence}\n  with {}\n  changes {}", supposed.words(), facts.join(", ")).unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_mistake_names_the_word_its_place_and_what_could_stand_there() {
    let mut told = String::new();
    for sentence in [
        "",
        "anwser checkout/reusable-token committed by 2026-11-20",
        "answer checkout/reusable-tokn committed by 2026-11-20",
        "answer checkout/reusable-token commited by 2026-11-20",
        "answer checkout/reusable-token committed",
        "answer checkout/reusable-token committed by",
        "answer checkout/reusable-token committed by 20.11.2026",
        "answer checkout/reusable-token committed by 2026-11-20 work flagg",
        "answer checkout/reusable-token committed by 2026-11-20 or so",
        "answer checkout/reusable-token countered offer 'half of it",
        "take checkout/reusable-token hak",
        "take checkout/step-up hack",
        "take checkout/reusable-token hack on",
        "rank checkout/reusable-token frist",
        "rank checkout/reusable-token before search/facets",
        "rank payments wallets wallets",
        "rank payments search/facets",
        "rank payments",
        "people paymnts 6",
        "people payments six",
        "move 9 from search to payments",
        "move 1 from web-guild to payments",
        "focus payments 800%",
        "effort checkout/wire-up 2 to 4 weeks",
        "effort checkout/wire-up",
        "due checkout/wire-up 2026-12-17",
        "due checkout/one-tap soon",
        "done checkout/sheet on 2026-12-01",
        "drop checkout/nothing-of-the-kind",
        "accept checkout/reusable-token",
        "land checkout/reusable-token on 2026-11-09 at noon",
    ] {
        let error = HARBOUR.suppose(&[sentence], today()).unwrap_err();
        writeln!(told, "{error}").unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_sentence_is_understood_where_the_ones_before_it_hold() {
    let both = ["rank checkout/reusable-token first", "rank payments/wallets before checkout/reusable-token"];
    let supposed = HARBOUR.suppose(&both, today()).unwrap();
    let rank = &supposed.organisation.team(&"payments".parse().unwrap()).unwrap().rank;
    let names: Vec<String> = rank.iter().map(ToString::to_string).collect();
    assert_eq!(names[..2], ["payments/wallets", "checkout/reusable-token"]);
    assert_eq!(
        supposed.words(),
        "checkout/reusable-token first in the order of Payments and payments/wallets before \
         checkout/reusable-token in the order of Payments"
    );
    assert!(HARBOUR.suppose(&["drop checkout/sheet", "done checkout/sheet"], today()).is_ok());
    assert!(HARBOUR.suppose(&["done checkout/sheet", "drop checkout/sheet"], today()).is_err());
}

#[test]
fn an_outcome_goes_with_what_serves_nothing_else() {
    let supposed = HARBOUR.suppose(&["drop checkout/one-tap"], today()).unwrap();
    let mut facts: Vec<String> = supposed.changes.iter().map(|change| change.fact().to_string()).collect();
    facts.sort();
    // The hook in the basket price is for Loyalty, and stays.
    assert_eq!(
        facts,
        [
            "ask checkout/edge-latency",
            "ask checkout/reusable-token",
            "ask checkout/step-up",
            "outcome checkout/one-tap",
            "work checkout/risk-rules",
            "work checkout/sheet",
            "work checkout/wire-up",
        ]
    );
}

#[test]
fn acts_of_a_later_day_are_decisions() {
    let later = HARBOUR.suppose(&["take checkout/reusable-token hack on 2026-11-02"], today()).unwrap();
    let ask = later.organisation.ask(&"checkout/reusable-token".parse().unwrap()).unwrap();
    assert!(ask.fallbacks.iter().all(|fallback| fallback.taken.is_none()));
    let now = HARBOUR.suppose(&["kedge take checkout/reusable-token hack"], today()).unwrap();
    let ask = now.organisation.ask(&"checkout/reusable-token".parse().unwrap()).unwrap();
    assert_eq!(ask.fallbacks[1].taken, Some(today()));
}

#[test]
fn a_bare_name_is_enough_where_only_one_thing_has_it() {
    let bare = HARBOUR.suppose(&["answer reusable-token --by 2026-11-20 committed"], today());
    assert!(bare.is_err(), "the word comes first, as in a sentence");
    let bare = HARBOUR.suppose(&["answer reusable-token committed --by 2026-11-20"], today()).unwrap();
    let full = HARBOUR.suppose(&["answer checkout/reusable-token committed by 2026-11-20"], today()).unwrap();
    assert_eq!(bare.changes, full.changes);
    let two = "team = 'a'\n[outcome.x]\n[work.y]\nfor = 'x'\neffort = '1w'\n";
    let files = ["a", "b"].map(|team| SourceText {
        path: format!("{team}/p.kedge.toml"),
        text: two.replace("'a'", &format!("'{team}'")),
    });
    let Ok(loaded) = read(files.into(), None) else { panic!("the two plans do not load") };
    let error = loaded.organisation.suppose(&["drop y"], today()).unwrap_err();
    assert_eq!(error.to_string(), "word 2 of `drop y`: several are called `y`; a/y or b/y can stand there");
}

fn any_word() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "answer",
        "take",
        "land",
        "rank",
        "people",
        "move",
        "focus",
        "effort",
        "due",
        "drop",
        "done",
        "accept",
        "committed",
        "landed",
        "countered",
        "host",
        "welcome",
        "first",
        "before",
        "after",
        "by",
        "on",
        "now",
        "from",
        "to",
        "work",
        "council",
        "checkout/reusable-token",
        "reusable-token",
        "checkout/one-tap",
        "one-tap",
        "checkout/sheet",
        "payments",
        "checkout",
        "hack",
        "2026-11-20",
        "9999-12-31",
        "2w,",
        "rarely",
        "over",
        "4w",
        "80%",
        "0",
        "3",
        "4294967296",
        "--by",
        "'",
        "\"",
        "/",
        "a/b/c",
        "–",
        "\u{feff}",
    ];
    prop_oneof![4 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => ".{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever is typed is understood or refused with the word and its place; nothing panics, and no change breaks what
    /// must hold.
    #[test]
    fn whatever_is_typed_is_understood_or_refused(words in prop::collection::vec(any_word(), 0..8)) {
        let sentence = words.join(" ");
        match HARBOUR.suppose(&[&sentence], today()) {
            Ok(supposed) => {
                let back = HARBOUR.inverse(&supposed.changes);
                let again: Vec<Change> = supposed.organisation.with(&back).unwrap().inverse(&[]);
                prop_assert!(again.is_empty());
            }
            Err(error) => {
                prop_assert!(!error.cause.is_empty());
                if let Some(at) = &error.at {
                    prop_assert_eq!(&error.sentence[at.from..at.to], &at.word);
                }
            }
        }
    }
}
