//! How often each rule fires on real data.
#![allow(clippy::unwrap_used)]

mod inputs;

use inputs::{nowhere, report, rust_goals_of, table};

#[test]
fn look() {
    for (period, day) in [("2025h2", "2025-10-01"), ("2026", "2026-06-01")] {
        let organisation = rust_goals_of(period);
        let report = report(&organisation, &[], &nowhere(), day.parse().unwrap());
        println!("{}", table(&[(period, &report)]));
        for finding in &report.findings {
            if finding.code.number() != 101 && finding.code.number() != 106 {
                println!(
                    "{} {} [{}]",
                    finding.code,
                    finding.message,
                    finding.about.clone().unwrap_or_default()
                );
                for related in &finding.related {
                    println!("      {}", related.message);
                }
            }
        }
    }
}
