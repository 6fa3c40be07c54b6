//! How often each rule fires on real data, and whether a person who reads that data agrees.
#![allow(clippy::unwrap_used)]

mod inputs;

use inputs::{REAL, goal, table};
use kedge_check::{RULES, Report, tried_on};

fn reports() -> Vec<Report> {
    REAL.iter().map(inputs::Real::report).collect()
}

fn fires(report: &Report, code: kedge_model::Code) -> bool {
    report.findings.iter().any(|finding| finding.code == code)
}

#[test]
fn each_rule_on_real_data() {
    let reports = reports();
    let columns: Vec<(&str, &Report)> = REAL.iter().map(|real| real.short).zip(&reports).collect();
    insta::assert_snapshot!(table(&columns));
    for rule in RULES {
        let mut fired: Vec<&str> = REAL
            .iter()
            .zip(&reports)
            .filter(|(_, it)| fires(it, rule.doc.code))
            .map(|(it, _)| it.name)
            .collect();
        fired.dedup();
        assert_eq!(
            tried_on(rule.doc.code),
            fired,
            "{}: src/tried.rs says on which real data it has fired, and that is not so",
            rule.doc.code
        );
    }
}

/// A finding, what the source says, and what a person who reads the goal thinks of it.
struct Judged {
    /// Which of the real data, by its place.
    data: usize,
    /// What the rule says.
    message: &'static str,
    /// The goal's file, and words of it on which the judgement rests.
    says: (&'static str, &'static str),
    /// Why it is right, or wrong.
    because: &'static str,
}

const fn judged(
    data: usize,
    message: &'static str,
    says: (&'static str, &'static str),
    because: &'static str,
) -> Judged {
    Judged { data, message, says, because }
}

/// Findings that a person who reads the goals agrees with. They were chosen by reading the goals' Markdown, not by the
/// rules: the question was each time what would happen if the other side did not deliver.
///
/// Half are K101, and no more than five rules are among them, since no more fire on this data (see the table of counts):
/// goals state no effort, value, date, rank, fallback, contract or answer, which is what the others look at.
const RIGHT: [Judged; 14] = [
    judged(
        0,
        "`cargo-script-2025h2-lang-stabilization-decision` has no fallback: if lang does not deliver, `cargo-script-2025h2` stops",
        ("2025h2/cargo-script.md", "# Stabilize cargo-script"),
        "The goal is to stabilise; only the lang team can decide that, and the goal names nothing that ships without it",
    ),
    judged(
        0,
        "`build-std-2025h2-libs-rfc-decision` has no fallback: if libs does not deliver, `build-std-2025h2` stops",
        ("2025h2/build-std.md", "Author RFC"),
        "Three teams must each accept one RFC before anything is implemented; one that is silent holds all of it up",
    ),
    judged(
        0,
        "`evolving-traits-2025h2-libs-api-stabilization-decision` has no fallback: if libs-api does not deliver, \
         `evolving-traits-2025h2` stops",
        ("2025h2/evolving-traits.md", "Unblocked by new `Receiver` API."),
        "The second decision waits for the first, by the goal's own note: without libs-api there is nothing for lang to decide",
    ),
    judged(
        2,
        "`mirroring-2026-infra` has no fallback: if infra does not deliver, `mirroring-2026` stops",
        ("2026/mirroring.md", "Critical for setting up the signing pipeline and Azure deployment."),
        "The goal itself calls it critical, and says nothing of where else the mirror could stand",
    ),
    judged(
        2,
        "`expansion-time-evaluation-2026-compiler` has no fallback: if compiler does not deliver, \
         `expansion-time-evaluation-2026` stops",
        (
            "2026/expansion-time-evaluation.md",
            "Significant refactoring of the resolver, reviews from @petrochenkov",
        ),
        "A large refactoring in the compiler team's code hangs on the reviews of one named person",
    ),
    judged(
        2,
        "`user-research-team-2026-leadership-council` has no fallback: if leadership-council does not deliver, \
         `user-research-team-2026` stops",
        ("2026/user-research-team.md", "Org decision to establish team, ongoing coordination"),
        "A team cannot found itself; half of the goal's rows are owned by the team that is to be founded",
    ),
    judged(
        2,
        "`stabilize-fls-releases-2026-fls-ship-fls-1-93-through-1-101` has no fallback: if fls does not deliver, \
         `stabilize-fls-releases-2026` stops",
        ("2026/stabilize-fls-releases.md", "Ship FLS 1.93 through 1.101"),
        "The outcome is nine releases on time, and another team makes all of them",
    ),
    judged(
        1,
        "the period of `const-generics-2025h2` ended on 2025-12-31, and 1 outcome is neither live nor dropped",
        ("2026/const-generics.md", "const"),
        "The goal goes on as one of 2026, and the file of 2025H2 still says what it said on its first day",
    ),
    judged(
        0,
        "none of 41 outcomes names a measure that it moves, or somebody who wants it",
        ("2025h2/polonius.md", "| Metadata"),
        "The metadata has contacts, champions and links; a goal's worth is told in prose, and no number would show that it came",
    ),
    judged(
        2,
        "197 asks of contributors were taken over from where they were asked, and none says when that was",
        ("2026/README.md", "Goal proposals were collected during the month of January."),
        "The goals are published, so the teams were asked; but a month for all of them is all that the source gives",
    ),
    judged(
        2,
        "42 of the 75 plans of other teams ask lang for something: its queue grows with the number of plans, not with its people",
        ("2026/field-projections.md", "Aiming for two design meetings; large language feature"),
        "Design meetings and decisions of one team are asked for by more than half of the goals, and no goal brings it people",
    ),
    judged(
        2,
        "42 of the 74 plans of other teams ask compiler for something: its queue grows with the number of plans, not with its people",
        ("2026/manually-drop-attr.md", "Implementation reviews (@oli-obk will review Proposal 2)"),
        "Most of these asks are reviews, and they meet in the same few people: this reviewer also owns or champions a dozen goals",
    ),
    judged(
        1,
        "the period of `rustdoc-team-charter-2025h2` ended on 2025-12-31, and 1 outcome is neither live nor dropped",
        ("2025h2/rustdoc-team-charter.md", "Proposed"),
        "It is not among the goals of 2026, and its file still says what it proposed: whether the charter came is not told",
    ),
    judged(
        0,
        "`polonius-2025h2-types-standard-reviews` was taken over from where it was asked, and nobody says when that was",
        ("2025h2/polonius.md", "@jackh726, @matthewjasper"),
        "Two reviewers are named and no day is: whether they have known for a week or for months cannot be told",
    ),
];

/// Findings that a person does not agree with. The words that make them wrong are prose, which no rule understands;
/// silencing them with that reason, or a `do-without` that keeps all, is the way on.
const WRONG: [Judged; 4] = [
    judged(
        2,
        "`high-level-ml-2026-lang` has no fallback: if lang does not deliver, `high-level-ml-2026` stops",
        ("2026/high-level-ml.md", "Non-blocking, since we are not rushing stabilization."),
        "The goal says itself that it does not wait for this",
    ),
    judged(
        2,
        "`interop-f80-f128-2026-libs-api` has no fallback: if libs-api does not deliver, `interop-f80-f128-2026` stops",
        ("2026/interop-f80-f128.md", "Just a vibe check on the names and minimal APIs"),
        "Names can be changed until they are stable",
    ),
    judged(
        2,
        "`improve-cg-clif-performance-2026-cargo` has no fallback: if cargo does not deliver, \
         `improve-cg-clif-performance-2026` stops",
        ("2026/improve-cg_clif-performance.md", "For now we're just prototyping"),
        "It is asked only in case the prototype leads there",
    ),
    judged(
        0,
        "`production-ready-cranelift-2025h2-compiler-dedicated-reviewer` has no fallback: if compiler does not deliver, \
         `production-ready-cranelift-2025h2` stops",
        ("2025h2/production-ready-cranelift.md", "While not strictly required"),
        "A dedicated reviewer would help; standard reviews are asked for beside it",
    ),
];

#[test]
fn ten_findings_that_a_person_agrees_with_and_the_wrong_ones_that_were_seen() {
    let reports = reports();
    for judged in RIGHT.iter().chain(&WRONG) {
        let found = reports[judged.data].findings.iter().any(|finding| finding.message == judged.message);
        let near: Vec<&str> = reports[judged.data]
            .findings
            .iter()
            .map(|finding| finding.message.as_str())
            .filter(|message| message.split('`').nth(1) == judged.message.split('`').nth(1))
            .take(20)
            .collect();
        assert!(found, "not found: {}\n{near:#?}", judged.message);
        let (file, words) = judged.says;
        assert!(goal(file).contains(words), "{file} does not say: {words}");
        assert!(!judged.because.is_empty());
    }
    // What made most findings wrong once is not told any more: asks for goodwill alone, whose rows are not taken, and
    // "nobody has asked" of goals that are published.
    for report in &reports {
        for finding in &report.findings {
            assert!(!finding.message.contains("moral-support"), "{}", finding.message);
            assert!(!finding.message.contains("nobody has asked"), "{}", finding.message);
        }
        assert!(report.findings.iter().filter(|finding| finding.rule == "never-asked").count() < 10);
    }
}
