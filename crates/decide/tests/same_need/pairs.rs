//! Forty pairs of asks from the Rust project's goals, labelled by a person: would somebody who reads both put them on one
//! line?
//!
//! How they were chosen. The goals of 2025h2 and 2026 were imported together. Pairs of asks of one plan were left out: a
//! plan that asks twice means two things. The others were put into five groups, each pair into the first that fits, and
//! from each group pairs were drawn with Python's `random.Random(seed).sample`, the groups in this order and their pairs in
//! the order of their names:
//!
//! - 14 to one team, of a goal and of the goal that carries it on in the next period: mostly what a person joins, with
//!   other kinds of help to the same goal as near misses;
//! - 14 to one team that have in common a word which at most five asks use: alike by their words;
//! - 4 to one team that say exactly the same about different goals;
//! - 4 to one team that have none of this;
//! - 4 to different teams that have such a rare word in common.
//!
//! Twenty-eight of them were drawn with the seed 20261122 and labelled before the code ran on anything. The other twelve of
//! that draw were of asks for general support, which the import then stopped taking as asks; in their place twelve were
//! drawn from the same groups with the seed 20261123. These were labelled after the code had run on the others, before it
//! was asked about them.
//!
//! How they were labelled. By reading the asks and the goals that they belong to. Joined means that one piece of the asked
//! team's work would answer both: the same thing, and the same kind of help with it.

/// Two asks, whether a person would join them, and why.
pub(crate) struct Pair {
    /// Their names.
    pub(crate) asks: (&'static str, &'static str),
    /// Whether they are one need.
    pub(crate) joined: bool,
    /// Why, or why not.
    pub(crate) because: &'static str,
}

pub(crate) const fn one(a: &'static str, b: &'static str, because: &'static str) -> Pair {
    Pair { asks: (a, b), joined: true, because }
}

pub(crate) const fn two(a: &'static str, b: &'static str, because: &'static str) -> Pair {
    Pair { asks: (a, b), joined: false, because }
}

/// All forty.
pub(crate) const PAIRS: [Pair; 40] = [
    // Of a goal and of the one that carries it on.
    two(
        "contributors/build-std-2025h2-cargo-design-meeting",
        "contributors/build-std-2026-cargo",
        "a meeting on a first draft; the later ask is for reviews of what came of it and of code",
    ),
    one(
        "contributors/build-std-2025h2-cargo-rfc-decision",
        "contributors/build-std-2026-cargo",
        "to decide on the proposals and to review them is one piece of the same team's attention",
    ),
    one(
        "contributors/build-std-2025h2-compiler-standard-reviews",
        "contributors/build-std-2026-compiler",
        "reviews of the same proposals and of what implements them, carried on",
    ),
    one(
        "contributors/cargo-script-2025h2-lang-stabilization-decision",
        "contributors/cargo-script-2026-lang",
        "the decision on stabilising the same feature, carried on",
    ),
    two(
        "contributors/const-generics-2025h2-lang-design-meeting",
        "contributors/const-generics-2026-lang",
        "a meeting on one design; the later ask is for decisions on what was built",
    ),
    one(
        "contributors/ergonomic-rc-2025h2-compiler-standard-reviews",
        "contributors/ergonomic-rc-2026-compiler",
        "reviews of the same experiment, carried on",
    ),
    two(
        "contributors/next-solver-2025h2-types-fcp-decision-s",
        "contributors/next-solver-2026-types",
        "decisions on refactorings on the way; the later ask is for the decision at its end",
    ),
    one(
        "contributors/pin-ergonomics-2025h2-compiler-standard-reviews",
        "contributors/pin-ergonomics-2026-compiler",
        "reviews of the same experiment, carried on",
    ),
    two(
        "contributors/scalable-vectors-2025h2-compiler-lang-team-experiment",
        "contributors/scalable-vectors-2026-compiler",
        "leave to begin; the later ask is for reviews of what was begun",
    ),
    one(
        "contributors/scalable-vectors-2025h2-lang-rfc-decision-2",
        "contributors/scalable-vectors-2026-lang",
        "the decision on the same proposal, carried on",
    ),
    one(
        "contributors/stabilization-of-sanitizer-support-2025h2-bootstrap-dedicated-reviewer",
        "contributors/stabilization-of-sanitizer-support-2026-bootstrap",
        "somebody who reviews the same change, carried on",
    ),
    one(
        "contributors/stabilization-of-sanitizer-support-2025h2-compiler-stabilization-decision",
        "contributors/stabilization-of-sanitizer-support-2026-compiler",
        "the decision to stabilise the same support, carried on",
    ),
    two(
        "contributors/unsafe-fields-2025h2-lang-design-meeting",
        "contributors/unsafe-fields-2026-lang",
        "a meeting on the design; the later ask is for leave to stabilise",
    ),
    two(
        "contributors/unsafe-fields-2025h2-lang-rfc-decision",
        "contributors/unsafe-fields-2026-lang",
        "a decision on the proposal; the later ask is for leave to stabilise",
    ),
    // To one team, with a rare word in common.
    two(
        "contributors/autoreborrow-traits-2025h2-compiler-standard-reviews",
        "contributors/gcc-backend-tests-2025h2-compiler-standard-reviews",
        "different changes; both only happen to be reviews",
    ),
    two(
        "contributors/cargo-script-2025h2-lang-docs-review-revise-reference-pr",
        "contributors/rust-for-linux-language-2025h2-lang-docs-review-revise-reference-pr",
        "a chapter on one feature and a chapter on another",
    ),
    two(
        "contributors/codegen-retags-2025h2-compiler-dedicated-reviewer",
        "contributors/field-projections-2026-compiler",
        "different changes; both only look for help",
    ),
    two(
        "contributors/codegen-retags-2025h2-compiler-dedicated-reviewer",
        "contributors/overloading-for-ffi-2026-compiler",
        "different changes to different parts",
    ),
    two(
        "contributors/codegen-retags-2025h2-compiler-dedicated-reviewer",
        "contributors/production-ready-cranelift-2025h2-compiler-standard-reviews",
        "reviews of different changes to one component; knowing it helps with both, but doing one does nothing for the other",
    ),
    two(
        "contributors/const-traits-2026-lang",
        "contributors/safe-unsafe-for-safety-critical-2026-lang",
        "decisions on one feature; opinions on documentation",
    ),
    two(
        "contributors/ergonomic-rc-2025h2-lang-design-meeting",
        "contributors/field-projections-2026-lang",
        "meetings on two features",
    ),
    one(
        "contributors/evolving-traits-2025h2-lang-stabilization-decision",
        "contributors/rust-for-linux-language-2025h2-lang-stabilization-decision",
        "both want the decision on the same feature",
    ),
    two(
        "contributors/field-projections-2025h2-lang-design-meeting",
        "contributors/tail-call-loop-match-2026-lang",
        "meetings on one feature; a question about another",
    ),
    two(
        "contributors/in-place-init-2026-lang",
        "contributors/scalable-vectors-2025h2-lang-rfc-decision",
        "two proposals",
    ),
    two(
        "contributors/interop-f80-f128-2026-libs-api",
        "contributors/scalable-vectors-2026-libs-api",
        "names of one set of types; another set of functions",
    ),
    two(
        "contributors/library-trait-evolution-experiment-2026-lang",
        "contributors/tail-call-loop-match-2026-lang",
        "meetings on two features",
    ),
    two(
        "contributors/mcdc-coverage-support-2026-infra",
        "contributors/rustc-perf-improvements-2025h2-infra-deploy-to-production",
        "testing of one feature; machines for measuring",
    ),
    two(
        "contributors/move-trait-2026-lang",
        "contributors/safe-unsafe-for-safety-critical-2026-lang",
        "a session on one feature; questions on documentation",
    ),
    // To one team, with the same text.
    two(
        "contributors/build-std-2025h2-compiler-standard-reviews",
        "contributors/codegen-retags-2025h2-compiler-standard-reviews",
        "the same words about two changes",
    ),
    two(
        "contributors/codegen-retags-2025h2-compiler-standard-reviews",
        "contributors/relink-dont-rebuild-2025h2-compiler-standard-reviews",
        "the same words about two changes",
    ),
    two(
        "contributors/libtest-json-2026-cargo",
        "contributors/pub-priv-2026-cargo",
        "the same words about two features",
    ),
    two(
        "contributors/pin-ergonomics-2025h2-compiler-standard-reviews",
        "contributors/stabilization-of-sanitizer-support-2025h2-compiler-standard-reviews",
        "the same words about two changes",
    ),
    // To one team.
    two(
        "contributors/aarch64-pointer-authentication-pauthtest-2026-compiler",
        "contributors/improve-cg-clif-performance-2026-compiler",
        "two changes",
    ),
    two(
        "contributors/fls-up-to-date-capabilities-2025h2-lang-standard-reviews",
        "contributors/scalable-vectors-2025h2-lang-rfc-decision-2",
        "a document's upkeep; a decision on a proposal",
    ),
    two(
        "contributors/interop-problem-map-2025h2-lang-standard-reviews",
        "contributors/pin-ergonomics-2025h2-lang-design-meeting",
        "a review of a statement; a meeting on a feature",
    ),
    two(
        "contributors/overloading-for-ffi-2026-compiler",
        "contributors/reborrow-traits-2026-compiler",
        "two features",
    ),
    // To different teams, with a rare word in common.
    two(
        "contributors/autoreborrow-traits-2025h2-compiler-standard-reviews",
        "contributors/gcc-backend-tests-2025h2-infra-standard-reviews",
        "another team, another change",
    ),
    two(
        "contributors/codegen-retags-2025h2-opsem-dedicated-reviewer",
        "contributors/stabilize-fls-releases-2026-fls-ship-fls-1-93-through-1-101",
        "another team, another thing",
    ),
    two(
        "contributors/const-traits-2026-types",
        "contributors/scalable-vectors-2026-lang",
        "another team, another feature",
    ),
    two(
        "contributors/interop-f80-f128-2026-compiler",
        "contributors/safe-unsafe-for-safety-critical-2026-libs-api",
        "another team, another thing",
    ),
];
