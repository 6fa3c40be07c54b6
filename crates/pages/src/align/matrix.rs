//! Datasets by the teams that write them.

use super::dataset::address;
use crate::say;
use crate::shell::Frame;
use kedge_align::datasets::{DatasetEntry, Datasets};
use kedge_model::TeamId;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// So many datasets stand in the matrix, those of several teams first: more cannot be read. The list has all.
const ROWS: usize = 40;

/// The matrix: a row for each dataset, a column for each team that writes one of them.
pub(super) fn matrix(frame: &Frame<'_>, datasets: &Datasets) -> Markup {
    let shown: Vec<&DatasetEntry> = datasets.datasets.iter().take(ROWS).collect();
    let teams: BTreeSet<&TeamId> = shown.iter().flat_map(|entry| &entry.writers).map(|it| &it.team).collect();
    html! {
        div.matrix-box tabindex="0" role="region" aria-label="Datasets by the teams that write them" {
            table.matrix.uses {
                caption { "W writes, R reads; a shaded one writes beside others" }
                thead {
                    tr {
                        th scope="col" { "Dataset" }
                        @for team in &teams { th scope="col" { (say::team(frame.organisation, team)) } }
                    }
                }
                tbody {
                    @for entry in &shown {
                        tr {
                            th scope="row" { a href=(address(entry)) { (entry.shown()) } }
                            @for team in &teams { (cell(entry, team)) }
                        }
                    }
                }
            }
        }
        @if datasets.datasets.len() > ROWS {
            p.foot { (datasets.datasets.len() - ROWS) " more are in the list." }
        }
    }
}

fn cell(entry: &DatasetEntry, team: &TeamId) -> Markup {
    let writes = entry.writers.iter().any(|it| &it.team == team);
    let reads = entry.readers.iter().any(|it| &it.team == team);
    html! {
        @match (writes, reads) {
            (true, true) => td.above[entry.is_shared()] { abbr title="writes and reads" { "W R" } },
            (true, false) => td.above[entry.is_shared()] { abbr title="writes" { "W" } },
            (false, true) => td { abbr title="reads" { "R" } },
            (false, false) => td {},
        }
    }
}
