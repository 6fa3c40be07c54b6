//! The ledger of hacks against sums done by hand.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Balance, BreakEven, Ledger, ledger};
use kedge_files::{SourceText, read};
use kedge_model::{Date, Money, WorkDays};

fn of(settings: &str, fallback: &str, as_of: &str) -> Ledger {
    let text = |path: &str, text: String| SourceText { path: path.into(), text };
    let team =
        |id: &str| text(&format!("{id}/team.kedge.toml"), format!("team = \"{id}\"\nkind = \"stream\"\n"));
    let plan = format!(
        "team = \"search\"\n[outcome.o]\n[ask.feed]\nto = \"catalog\"\nwhat = \"A feed\"\ngates = \"o\"\n\
         [[ask.feed.fallback]]\n{fallback}\n"
    );
    let answers = "team = \"catalog\"\n[[answer.\"search/feed\"]]\non = 2026-10-07\nsays = \"landed\"\n";
    let files = vec![
        text("kedge.toml", format!("name = \"Shop\"\n{settings}")),
        team("search"),
        team("catalog"),
        text("search/spring.kedge.toml", plan),
        text("catalog/answers.kedge.toml", answers.into()),
    ];
    let organisation =
        read(files, None).unwrap_or_else(|failed| panic!("{:#?}", failed.findings)).organisation;
    ledger(&organisation, as_of.parse().unwrap())
}

const HACK: &str =
    "kind = \"hack\"\nmaintain = \"2d/month\"\nmigrate = \"4d\"\ntaken = 2026-05-11\nlive = 2026-05-29";

#[test]
fn interest_is_counted_by_the_day_from_the_day_it_went_live() {
    let on = |day: &str| of("", HACK, day);
    assert_eq!(on("2026-05-28").hacks.len(), 0, "not live yet");
    let first = on("2026-05-29");
    assert_eq!((first.hacks[0].age_days, first.hacks[0].interest_paid), (0, WorkDays(0.0)));
    // 138 days at 2 days each 365.25/12 days.
    let later = on("2026-10-14");
    let hack = &later.hacks[0];
    assert_eq!(hack.age_days, 138);
    assert!((hack.interest_paid.0 - 138.0 * 24.0 / 365.25).abs() < 1e-9);
    assert_eq!(hack.can_be_left_since(), Some("2026-10-07".parse::<Date>().unwrap()));
    assert!(
        matches!(hack.balance, Balance::Effort { leaving: WorkDays(days), .. } if (days - 4.0).abs() < 1e-9)
    );
    assert!(hack.balance.is_overpaid());
    assert!(!on("2026-07-01").hacks[0].balance.is_overpaid(), "33 days are 2.2 person-days");
    assert_eq!(on("2026-10-06").hacks[0].can_be_left_since(), None, "it has not landed yet");
}

#[test]
fn what_was_left_or_settled_for_good_is_no_debt() {
    assert_eq!(of("", &format!("{HACK}\nmigrated = 2026-10-13"), "2026-10-14").hacks.len(), 0);
    let descope = "kind = \"descope\"\nkeeps = \"60%\"\ntaken = 2026-05-29\nlive = 2026-05-29";
    assert_eq!(of("", descope, "2026-10-14").hacks.len(), 0);
    let with_a_way_back = format!("{descope}\nmigrate = \"1w\"");
    assert_eq!(of("", &with_a_way_back, "2026-10-14").hacks.len(), 1);
}

#[test]
fn fees_are_weighed_in_money_where_a_person_week_has_a_price() {
    let bought = "kind = \"buy\"\nfee = \"700/week\"\nmaintain = \"2d/month\"\nmigrate = \"1w\"\ntaken = 2026-05-11\nlive = \
                  2026-05-29";
    let unpriced = of("", bought, "2026-10-14");
    assert_eq!(unpriced.hacks[0].balance, Balance::NotComparable);
    assert_eq!(unpriced.hacks[0].fees_paid, Money::new(13_800.0), "138 days at 100 a day");
    let priced = of("person-week = \"5k\"\n", bought, "2026-10-14");
    let Balance::Money { paid, leaving } = priced.hacks[0].balance else { panic!("{:?}", priced.hacks[0]) };
    assert!((paid.amount() - (13_800.0 + 1_000.0 * 138.0 * 24.0 / 365.25)).abs() < 1e-6);
    assert!((leaving.amount() - 5_000.0).abs() < 1e-9);
    let endless = of("", &bought.replace("migrate = \"1w\"\n", ""), "2026-10-14");
    assert_eq!(endless.hacks[0].balance, Balance::NoWayOut);
}

#[test]
fn break_even_is_leaving_over_what_a_day_of_keeping_costs() {
    let of = |settings: &str, fallback: &str| of(settings, fallback, "2026-10-14").hacks[0].break_even;
    // 4 days to leave at 2 days a month: two months of 30.4375 days, so on the 61st day after 29 May.
    let on = "2026-07-29".parse::<Date>().unwrap();
    assert_eq!(of("", HACK), BreakEven::After { days: 61, on });
    assert_eq!(of("", &HACK.replace("maintain = \"2d/month\"\n", "")), BreakEven::Never);
    assert_eq!(of("", &HACK.replace("migrate = \"4d\"\n", "")), BreakEven::NoWayOut);
    let bought =
        "kind = \"buy\"\nfee = \"700/week\"\nmigrate = \"1w\"\ntaken = 2026-05-11\nlive = 2026-05-29";
    assert_eq!(of("currency = \"EUR\"", bought), BreakEven::NotComparable);
    // A week of a person, 3.5k, at 100 a day: 35 days.
    let on = "2026-07-03".parse::<Date>().unwrap();
    let priced = of("currency = \"EUR\"\nperson-week = \"3.5k\"", bought);
    assert_eq!(priced, BreakEven::After { days: 35, on });
}

#[test]
fn the_headline_says_what_they_cost_and_which_can_be_left() {
    let calendar = kedge_model::Calendar::default();
    let headline = |fallback: &str, day: &str| of("", fallback, day).headline(&calendar);
    assert_eq!(headline(HACK, "2026-10-14"), "One detour costs 2 person-days a month; it can be left now.");
    assert_eq!(
        headline(HACK, "2026-10-06"),
        "One detour costs 2 person-days a month; what it waits for has not landed."
    );
    assert_eq!(headline(HACK, "2026-05-28"), "No detour is in place.");
}
