//! What a person counts in ten goals of the Rust project, against what the reader counts.
//!
//! The figures were written down by reading the Markdown, before the reader was run for the first time. How the ten
//! were chosen: all `.md` files of a period's folder in byte order of their names, counted from one; of 2025h2 (46
//! files) every ninth from the fifth, of 2026 (93 files) every eighteenth from the ninth. All ten are goals.
//!
//! How they were counted. One goal is one file with a metadata table and a status. A work row is a row of a task table
//! that does not ask a team for something. Each team named by a `![Team][]` row is one ask, and each row of a team
//! table is one. Everything else that Markdown takes for a row of a table, and that is not metadata, counts as not
//! taken: milestones, help wanted, funding, tables in the prose. One figure was changed after the first run: Markdown
//! takes a link definition right below a table for a row, and it was counted as one not taken; the reader heeds it as
//! the link that its author meant. Two figures were changed again when rows of "Discussion and moral support" were found to
//! make wrong findings: no goal stops for want of it, so they are rows not taken.

use kedge_exchange::rust_goals::read_goal;

mod data;

/// One file and what a person found in it.
struct Counted {
    file: &'static str,
    metadata: usize,
    work: usize,
    asks: usize,
    not_taken: usize,
}

const fn counted(file: &'static str, metadata: usize, work: usize, asks: usize, not_taken: usize) -> Counted {
    Counted { file, metadata, work, asks, not_taken }
}

const BY_HAND: [Counted; 10] = [
    // Three implementations and the mentorship are work; two rows ask types.
    counted("2025h2/a-mir-formality.md", 5, 4, 2, 0),
    // Two rows ask: compiler, compiler and opsem. A third asks both for "Discussion and moral support".
    counted("2025h2/comprehensive-niche-checks.md", 6, 1, 3, 1),
    // The dedicated reviewer is a person, not a team, so that row is work. One row is moral support.
    counted("2025h2/in-place-initialization.md", 6, 4, 1, 1),
    // Nineteen milestones. The link definition glued to the metadata table is no row, though Markdown takes it for one.
    counted("2025h2/polonius.md", 6, 2, 1, 19),
    counted("2025h2/rustdoc-doc-cfg.md", 6, 3, 1, 0),
    // Owners in italics without an @.
    counted("2026/bf16.md", 4, 7, 2, 0),
    // One owner is "Various".
    counted("2026/experimental-language-specification.md", 6, 7, 3, 0),
    // Three rows of work wanted by anybody, and the same three again under "Help wanted".
    counted("2026/libtest-json.md", 4, 3, 3, 3),
    counted("2026/reflection-and-comptime.md", 12, 4, 4, 0),
    counted("2026/stabilize-cargo-sbom.md", 6, 5, 1, 3),
];

#[test]
fn five_goals_of_each_period_were_counted() {
    for period in ["2025h2/", "2026/"] {
        assert_eq!(BY_HAND.iter().filter(|counted| counted.file.starts_with(period)).count(), 5);
    }
    let rows: usize = BY_HAND.iter().map(|one| one.metadata + one.work + one.asks + one.not_taken).sum();
    // One row of moral support asks two teams, and was two asks before.
    assert_eq!(rows, 149);
}

#[test]
fn the_reader_counts_what_a_person_counts() {
    let files = data::goals();
    for counted in &BY_HAND {
        let source = files.iter().find(|source| source.path == counted.file).expect(counted.file);
        let reading = read_goal(source);
        let goal = reading.goal.expect(counted.file);
        let found = (goal.metadata.len(), goal.tasks.len(), goal.asks.len(), reading.rows_not_taken.len());
        let by_hand = (counted.metadata, counted.work, counted.asks, counted.not_taken);
        assert_eq!(found, by_hand, "{}: metadata, work, asks, not taken", counted.file);
    }
}
