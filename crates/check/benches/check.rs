//! How long the structural rules take on 1,000 teams, 50,000 work items and 10,000 asks with thousands of findings.
//!
//! Prints `check.whole_ms`: from the organisation in memory to the report, that is, what was known on the day, what stands,
//! every rule that needs no forecast, each finding with its place, severities, silences, in order. And `check.vs_parse`:
//! that over the time to read the same files, which are in memory too, into an organisation. Medians of several runs.
//! `cargo bench -p kedge-check --bench check`
#![allow(clippy::unwrap_used)]

#[path = "../../files/benches/large/mod.rs"]
mod large;

use kedge_check::{Answers, EXAMPLES_AS_OF, Report, check};
use kedge_files::{Loaded, read};
use kedge_floor::standing_as_known;
use kedge_model::Date;
use large::{PLANS, TEAMS, WORK, median};

fn main() {
    let files = large::files();
    let as_of: Date = EXAMPLES_AS_OF.parse().unwrap();
    let parse = median(|| files.clone(), |files| read(files, None).unwrap());
    let whole = median(|| read(files.clone(), None).unwrap(), |loaded| (report(&loaded, as_of), loaded));
    let loaded = read(files, None).unwrap();
    assert_eq!(loaded.organisation.work().len(), TEAMS * PLANS * WORK);
    assert_eq!(loaded.organisation.asks().len(), TEAMS * PLANS * 2);
    let summary = report(&loaded, as_of).summary;
    eprintln!(
        "{} warnings and {} notes; reading takes {:.0} ms",
        summary.warnings,
        summary.notes,
        parse * 1e3
    );
    println!("check.whole_ms {:.0} ms", whole * 1e3);
    println!("check.vs_parse {:.2} ratio", whole / parse);
}

fn report(loaded: &Loaded, as_of: Date) -> Report {
    let known = loaded.organisation.known_on(as_of);
    let standing = standing_as_known(&known, as_of);
    let answers = Answers::with_known(&loaded.organisation, &known, as_of, &standing);
    check(&answers, &loaded.notes, &loaded.sources)
}
