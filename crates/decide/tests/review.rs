//! The quarter, with sums done by hand, and the history that is not there.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Review, Trend, quarter_of, review};
use kedge_files::{SourceText, read};
use kedge_model::{Date, Organisation};

const PLAN: &str = r#"
team   = "search"
period = "2026-Q4"

[outcome.found]
title = "What is there is found"
value = "10k/week"

[outcome.fast]
title = "Found in no time"
value = "30k/week"

[ask.feed]
to    = "catalog"
what  = "A feed"
gates = "found"
ASKED
[[ask.feed.fallback]]
kind     = "hack"
what     = "Read the pages"
create   = { least = "1w", likely = "2w", most = "3w" }
maintain = "2d/month"
migrate  = "4d"
keeps    = "60%"
TAKEN
"#;

fn organisation(asked: &str, taken: &str, answers: &str) -> Organisation {
    let file = |path: &str, text: &str| SourceText { path: path.into(), text: text.into() };
    let team = |id: &str| format!("team = \"{id}\"\nkind = \"stream\"\n");
    let mut files = vec![
        file("kedge.toml", "name = \"Shop\"\n"),
        file("search/team.kedge.toml", &team("search")),
        file("catalog/team.kedge.toml", &team("catalog")),
        file("search/plan.kedge.toml", &PLAN.replace("ASKED", asked).replace("TAKEN", taken)),
    ];
    if !answers.is_empty() {
        files.push(file("catalog/answers.kedge.toml", &format!("team = \"catalog\"\n{answers}")));
    }
    read(files, None).unwrap_or_else(|failed| panic!("{:#?}", failed.findings)).organisation
}

fn of(organisation: &Organisation, quarter: &str, as_of: &str) -> Review {
    review(organisation, Some(quarter), as_of.parse().unwrap()).unwrap()
}

fn shares(review: &Review) -> Vec<String> {
    let points = review.trend.points().iter();
    points.map(|it| format!("{} {:.0}%", it.on, it.number.fraction().unwrap() * 100.0)).collect()
}

const LANDED: &str = "[[answer.\"search/feed\"]]\non = 2026-10-20\nsays = \"landed\"\n";
const ASKED: &str = "asked = { on = 2026-10-05, how = \"brief\" }";
const TAKEN: &str = "taken = 2026-10-08\nlive = 2026-10-12";

#[test]
fn standing_is_what_was_known_on_each_day_and_starts_with_the_first() {
    let shop = organisation(ASKED, "", LANDED);
    // 60 % of 10k and all of 30k: 36k of 40k, until the feed lands. Nothing is dated before 5 October.
    let weeks = ["2026-10-05 90%", "2026-10-12 90%", "2026-10-19 90%", "2026-10-25 100%"];
    assert_eq!(shares(&of(&shop, "2026-Q4", "2026-10-25")), weeks);
    let Trend::Known { since, dated, .. } = of(&shop, "2026-Q4", "2026-10-25").trend else { panic!() };
    assert_eq!((since.to_string().as_str(), dated), ("2026-10-05", 2));
    // Seen from the middle, what comes later is not known.
    assert_eq!(shares(&of(&shop, "2026-Q4", "2026-10-12")), ["2026-10-05 90%", "2026-10-12 90%"]);
    assert!(of(&shop, "2026-Q4", "2026-10-12").asks.landed.is_empty());
    // A quarter that is over ends on its last day.
    let over = of(&shop, "2026-Q4", "2027-02-01");
    assert_eq!((over.until.to_string().as_str(), over.running), ("2026-12-31", false));
    assert_eq!(shares(&over).last().unwrap(), "2026-12-31 100%");
    assert!(over.headline().starts_with("2026-Q4: standing went from 90% to 100%"), "{}", over.headline());
}

#[test]
fn where_there_is_no_history_it_says_so() {
    let undated = organisation("", "", "");
    let review = of(&undated, "2026-Q4", "2026-10-25");
    assert_eq!(review.trend, Trend::NothingDated);
    assert!(review.trend.caution(review.until).contains("no history"));
    assert_eq!(
        review.headline(),
        "2026-Q4 so far: 90% of what is planned stands. No outcomes went live and no asks landed."
    );
    let dated = organisation(ASKED, "", LANDED);
    assert_eq!(of(&dated, "2026-Q3", "2026-10-25").trend, Trend::NothingDated);
    assert_eq!(of(&dated, "2027-Q1", "2026-10-25").trend, Trend::Ahead);
    assert!(kedge_decide::review(&dated, Some("soon"), "2026-10-25".parse().unwrap()).is_err());
}

#[test]
fn what_the_asks_gave_and_what_the_detours_cost() {
    let shop = organisation(ASKED, TAKEN, LANDED);
    let review = of(&shop, "2026-Q4", "2026-10-25");
    let asks = &review.asks;
    assert_eq!((asks.asked, asks.answered, asks.open, asks.landed.len()), (1, 1, 0, 1));
    // The evening before it landed, 40 % of 10k hung on it.
    assert!((asks.landed[0].gave.claimed.amount() - 4_000.0).abs() < 1e-6, "{:?}", asks.landed[0]);
    // A triangle from one to three weeks has its mean at ten days; 14 days from 12 to 25 October at 2 days a month.
    assert!((asks.making.0 - 10.0).abs() < 1e-9, "{:?}", asks.making);
    assert!((asks.upkeep.0 - 14.0 * 2.0 / (365.25 / 12.0)).abs() < 1e-9, "{:?}", asks.upkeep);
    assert_eq!((review.debts.hacks.len(), review.debts_before), (1, 0));
    assert!(review.debts.hacks[0].can_be_left_since.is_some());
    // The quarter after, it is an old debt, and the next days of upkeep are that quarter's.
    let next = of(&shop, "2027-Q1", "2027-01-10");
    assert_eq!((next.asks.taken.len(), next.debts_before), (0, 1));
    assert!((next.asks.upkeep.0 - 10.0 * 2.0 / (365.25 / 12.0)).abs() < 1e-9, "{:?}", next.asks.upkeep);
}

#[test]
fn a_day_lies_in_one_quarter_whatever_the_first_month() {
    let day: Date = "2026-02-10".parse().unwrap();
    assert_eq!(quarter_of(day, 1).unwrap().0, "2026-Q1");
    // Of a year that begins in April, February is in the fourth quarter of the year before.
    assert_eq!(quarter_of(day, 4).unwrap().0, "2025-Q4");
    for first_month in 1..=12 {
        for step in 0..52 {
            let day = day.plus_days(7 * step);
            assert!(quarter_of(day, first_month).unwrap().1.contains(day));
        }
    }
}
