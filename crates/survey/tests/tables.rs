//! Who writes and who reads, against labels that people gave to public repositories.
//!
//! The repositories are no part of this project. Name clones by `KEDGE_CLONE_BITWARDEN` and `KEDGE_CLONE_MINIFLUX`; without
//! them the tests skip and say so. `cargo run -p kedge-survey --example tables -- CLONE LABELS --apart` shows more.
#![allow(clippy::unwrap_used)]

#[path = "labels/measure.rs"]
mod measure;

use kedge_survey::Repository;
use kedge_survey::data::{Options, survey_of};
use kedge_survey::tree::Tree;
use measure::{Labels, Measured, Score};
use std::path::Path;

/// Measures, if there is a clone.
fn measured(variable: &str, labels: &str) -> Option<Measured> {
    let Some(clone) = std::env::var_os(variable) else {
        eprintln!("skipped: {variable} names no clone");
        return None;
    };
    let labels = Labels::read(labels);
    assert!(labels.tables() >= 15);
    let repository = Repository::open(Path::new(&clone), &labels.commit).unwrap();
    let tree = Tree::of(&repository).unwrap();
    let measured = labels.measure(&survey_of(&repository, &tree, &Options::default()).unwrap());
    eprintln!("{measured}{}", measured.apart.join("\n"));
    Some(measured)
}

fn score(measured: &Measured, side: &str) -> Score {
    measured.sides.iter().find(|(name, _)| name == side).map(|(_, score)| *score).unwrap()
}

#[test]
fn sql_server_dapper_and_entity_framework() {
    for labels in [include_str!("labels/bitwarden-server.tsv"), include_str!("labels/bitwarden-server-2.tsv")]
    {
        let Some(measured) = measured("KEDGE_CLONE_BITWARDEN", labels) else { return };
        for side in ["writes", "reads"] {
            let score = score(&measured, side);
            assert!(score.precision() >= 0.95 && score.recall() >= 0.9, "{side}: {score:?}");
        }
    }
}

#[test]
fn sql_in_strings_of_go() {
    let Some(measured) = measured("KEDGE_CLONE_MINIFLUX", include_str!("labels/miniflux.tsv")) else {
        return;
    };
    for side in ["writes", "reads"] {
        let score = score(&measured, side);
        assert!(score.precision() >= 0.99 && score.recall() >= 0.99, "{side}: {score:?}");
    }
}
