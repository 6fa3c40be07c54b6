//! The shared problems of the example: one that pays, one that does not, one that pays from the third team on.
#![allow(clippy::unwrap_used)]

use kedge_align::price::{Sampling, weeks_of};
use kedge_align::problems::{Problem, Problems, problems};
use kedge_model::{Date, Organisation};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

static HARBOUR: LazyLock<Organisation> = LazyLock::new(|| {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    let as_of: Date = "2026-10-14".parse().unwrap();
    kedge_files::load_folder(folder).unwrap().organisation.known_on(as_of)
});

fn harbour() -> Problems {
    problems(&HARBOUR, None, "2026-10-14".parse().unwrap(), Sampling::default())
}

fn shown(problem: &Problem) -> String {
    let settings = HARBOUR.settings();
    let calendar = &settings.calendar;
    let near = "2026-10-14".parse().unwrap();
    let mut out = format!("{}: {}\n  {}\n", problem.id, problem.title, problem.sentence(calendar));
    for found in &problem.found {
        writeln!(out, "  found: {}", found.in_words(near)).unwrap();
    }
    for way in &problem.ways {
        let Some(price) = way.priced.price() else {
            writeln!(out, "  {}: {:?}", way.id, way.priced).unwrap();
            continue;
        };
        writeln!(out, "  {}: {}", way.id, price.in_words(calendar)).unwrap();
        for figure in &price.figures {
            let (what, weeks) = (figure.input.in_words(), weeks_of(figure.mean, calendar));
            writeln!(out, "    {what}: {} → {weeks} ({})", figure.stated, figure.source.detail()).unwrap();
        }
        writeln!(out, "    unsaid: {:?}", price.unsaid).unwrap();
        let range = |range: &kedge_align::price::Range| {
            [range.p10, range.p50, range.p90].map(|it| weeks_of(it, calendar)).join(" ")
        };
        writeln!(out, "    apart {}, together {}", range(&price.apart), range(&price.together)).unwrap();
        writeln!(out, "    teams: {}", price.by_teams.in_words()).unwrap();
        writeln!(out, "    time: {}", price.by_time.in_words()).unwrap();
        if let Some(hinge) = &price.hinge {
            writeln!(out, "    hangs on {}", hinge.in_words(calendar)).unwrap();
        }
        for share in &price.shares {
            let [saves, takes] = [share.saves, share.takes_on].map(|it| weeks_of(it, calendar));
            writeln!(out, "    {}: saves {saves}, takes on {takes}", share.team).unwrap();
        }
    }
    out
}

#[test]
fn the_problems_of_the_example() {
    let found = harbour();
    let mut out = format!("{}\n", found.headline());
    for problem in &found.problems {
        writeln!(out, "\n[{}]", problem.verdict.in_words()).unwrap();
        out += &shown(problem);
    }
    insta::assert_snapshot!(out);
}
