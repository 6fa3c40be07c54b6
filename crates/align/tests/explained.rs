//! The page that explains three problems of the example says what is worked out from its files.
//!
//! `KEDGE_WRITE_DOCS=1 cargo nextest run -p kedge-align` writes its figures anew.
#![allow(clippy::unwrap_used)]

use kedge_align::price::{Price, PriceInput, Sampling, TeamsToPay, weeks_of};
use kedge_align::problems::{Verdict, problems};
use kedge_model::{Calendar, Date, WorkDays};
use std::fmt::Write as _;
use std::path::Path;

const BEGIN: &str = "<!-- figures ";
const END: &str = "<!-- end -->";

/// Both sums, part by part, and where the lines cross.
fn arithmetic(price: &Price, calendar: &Calendar) -> String {
    let weeks = |days: f64| weeks_of(WorkDays(days), calendar);
    let sum = |is: &dyn Fn(&PriceInput) -> bool| -> f64 {
        price.figures.iter().filter(|figure| is(&figure.input)).map(|figure| figure.mean.0).sum()
    };
    let part = |name: &str, is: &dyn Fn(&PriceInput) -> bool| format!("{} {name}", weeks(sum(is)));
    let apart = [
        part("going alone", &|it| matches!(it, PriceInput::Alone(_))),
        part("keeping one’s own", &|it| matches!(it, PriceInput::Upkeep(_))),
    ];
    let together = [
        part("building", &|it| *it == PriceInput::Build),
        part("adopting", &|it| matches!(it, PriceInput::Adopt(_))),
        part("keeping", &|it| *it == PriceInput::Maintain),
        part("agreeing", &|it| *it == PriceInput::Coordinate),
    ];
    let mut out = String::new();
    writeln!(out, "    apart    = {} = {}", apart.join(" + "), weeks(price.apart.mean.0)).unwrap();
    writeln!(out, "    together = {} = {}", together.join(" + "), weeks(price.together.mean.0)).unwrap();
    // The lines are straight: what one team more saves, and what is spent whoever joins.
    let saving = |at: f64| {
        let point = price.teams_curve.iter().find(|point| (point.at - at).abs() < 1e-9).unwrap();
        point.apart.mean.0 - point.together.mean.0
    };
    let each = saving(3.0) - saving(2.0);
    let fixed = 3.0 * each - saving(3.0);
    match price.by_teams {
        TeamsToPay::From { exact, teams } => {
            assert!((fixed / each - exact).abs() < 1e-9);
            writeln!(
                out,
                "    crossing = {} spent whoever joins / {} saved by each = {exact:.1}, so {teams} teams",
                weeks(fixed),
                weeks(each)
            )
            .unwrap();
        }
        _ => writeln!(
            out,
            "    crossing = none: {} is spent whoever joins, and each that joins saves {}",
            weeks(fixed),
            weeks(each)
        )
        .unwrap(),
    }
    out
}

#[test]
fn the_page_says_what_is_worked_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let as_of: Date = "2026-10-14".parse().unwrap();
    let known =
        kedge_files::load_folder(&root.join("examples/harbour")).unwrap().organisation.known_on(as_of);
    let calendar = known.settings().calendar.clone();
    let found = problems(&known, None, as_of, Sampling::default());
    let verdict = |name: &str| &found.problem(name).unwrap().verdict;
    assert!(matches!(verdict("payments/one-ledger"), Verdict::Pays { .. }));
    assert!(matches!(verdict("messages/one-template"), Verdict::Apart));
    assert!(matches!(verdict("catalog/row-locks"), Verdict::PaysFrom { teams: 3, .. }));

    let path = root.join("docs/aligning-prices.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut written = String::new();
    let mut rest = page.as_str();
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after.split_once(" -->").unwrap();
        let (_, after) = after.split_once(END).unwrap();
        let problem = found.problem(name).unwrap();
        let (_, price) = problem.best().unwrap();
        write!(
            written,
            "{before}{BEGIN}{name} -->\n\n{}\nIn person-weeks. {}\n\n{END}",
            arithmetic(price, &calendar),
            problem.sentence(&calendar)
        )
        .unwrap();
        rest = after;
    }
    written += rest;
    if std::env::var_os("KEDGE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &written).unwrap();
        return;
    }
    assert!(
        page == written,
        "docs/aligning-prices.md is stale: KEDGE_WRITE_DOCS=1 cargo nextest run -p kedge-align"
    );
}
