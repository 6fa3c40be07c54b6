//! All pairs of asks to one team, of a goal of 2025h2 and of the goal of 2026 that names the same tracking issue, that are
//! not among the forty: would somebody who reads both put them on one line?
//!
//! They were labelled before the code that joins what is carried on was written, by the person who wrote it: of the forty,
//! what was missed was mostly of this kind. So they say how it does on what it was made for, and no more.

use crate::pairs::{Pair, one, two};

/// All thirty-five.
pub(crate) const CARRIED_ON: [Pair; 35] = [
    one(
        "compiler/a-mir-formality-2025h2-types-standard-reviews",
        "contributors/a-mir-formality-2026-types",
        "reviews of work on the same model, carried on",
    ),
    two(
        "compiler/a-mir-formality-2025h2-types-dedicated-reviewer",
        "contributors/a-mir-formality-2026-types",
        "somebody for one implementation; the later ask is for opinions on the whole",
    ),
    one(
        "contributors/autoreborrow-traits-2025h2-compiler-standard-reviews",
        "contributors/reborrow-traits-2026-compiler",
        "reviews of the same change, carried on",
    ),
    one(
        "contributors/autoreborrow-traits-2025h2-lang-lang-team-experiment",
        "contributors/reborrow-traits-2026-lang",
        "support of the same experiment, carried on",
    ),
    two(
        "contributors/build-std-2025h2-libs-design-meeting",
        "contributors/build-std-2026-libs",
        "a meeting on a first draft; the later ask is for reviews of what came of it",
    ),
    two(
        "contributors/build-std-2025h2-compiler-design-meeting",
        "contributors/build-std-2026-compiler",
        "a meeting on a first draft; the later ask is for reviews of what came of it",
    ),
    one(
        "contributors/build-std-2025h2-libs-rfc-decision",
        "contributors/build-std-2026-libs",
        "to decide on the proposals and to review them is one piece of the same team's attention",
    ),
    one(
        "contributors/build-std-2025h2-compiler-rfc-decision",
        "contributors/build-std-2026-compiler",
        "to decide on the proposals and to review them is one piece of the same team's attention",
    ),
    one(
        "contributors/build-std-2025h2-cargo-standard-reviews",
        "contributors/build-std-2026-cargo",
        "reviews of what implements the same proposals, carried on",
    ),
    one(
        "contributors/build-std-2025h2-libs-standard-reviews",
        "contributors/build-std-2026-libs",
        "reviews of what implements the same proposals, carried on",
    ),
    one(
        "contributors/cargo-script-2025h2-compiler-standard-reviews",
        "contributors/cargo-script-2026-compiler",
        "reviews of changes for the same feature, carried on",
    ),
    two(
        "contributors/ergonomic-rc-2025h2-lang-design-meeting",
        "contributors/ergonomic-rc-2026-lang",
        "meetings; the later ask does not say what it is for",
    ),
    two(
        "contributors/ergonomic-rc-2025h2-lang-rfc-decision",
        "contributors/ergonomic-rc-2026-lang",
        "a decision; the later ask does not say what it is for",
    ),
    one(
        "contributors/field-projections-2025h2-lang-design-meeting",
        "contributors/field-projections-2026-lang",
        "meetings on the same design, carried on",
    ),
    two(
        "contributors/field-projections-2025h2-lang-lang-team-experiment",
        "contributors/field-projections-2026-lang",
        "leave to begin; the later ask is for meetings on the design",
    ),
    two(
        "contributors/in-place-initialization-2025h2-lang-design-meeting",
        "contributors/in-place-init-2026-lang",
        "meetings; the later ask is for a decision on a proposal",
    ),
    one(
        "contributors/interop-problem-map-2025h2-lang-standard-reviews",
        "contributors/interop-problem-map-2026-lang",
        "reviews of the same statement, carried on",
    ),
    one(
        "contributors/interop-problem-map-2025h2-compiler-standard-reviews",
        "contributors/interop-problem-map-2026-compiler",
        "reviews of the same statement, carried on",
    ),
    one(
        "contributors/interop-problem-map-2025h2-opsem-standard-reviews",
        "contributors/interop-problem-map-2026-opsem",
        "reviews of the same statement, carried on",
    ),
    one(
        "contributors/mir-move-elimination-2025h2-opsem-design-meeting",
        "contributors/mir-move-elimination-2026-opsem",
        "the meeting on the same design, carried on",
    ),
    one(
        "contributors/mir-move-elimination-2025h2-wg-mir-opt-design-meeting",
        "contributors/mir-move-elimination-2026-wg-mir-opt",
        "the meeting on the same design, carried on",
    ),
    one(
        "contributors/mir-move-elimination-2025h2-lang-rfc-decision",
        "contributors/mir-move-elimination-2026-lang",
        "the decision on the same proposal, carried on",
    ),
    one(
        "contributors/mir-move-elimination-2025h2-compiler-rfc-decision",
        "contributors/mir-move-elimination-2026-compiler",
        "the decision on the same proposal, carried on",
    ),
    one(
        "contributors/next-solver-2025h2-types-standard-reviews",
        "contributors/next-solver-2026-types",
        "reviews of the same work, carried on",
    ),
    one(
        "contributors/pin-ergonomics-2025h2-lang-design-meeting",
        "contributors/pin-ergonomics-2026-lang",
        "the meeting on the same design, carried on",
    ),
    one(
        "wg-polonius/polonius-2025h2-types-standard-reviews",
        "contributors/polonius-2026-types",
        "reviews of the same work by the same people, carried on",
    ),
    one(
        "contributors/reflection-and-comptime-2025h2-lang-lang-team-experiment",
        "contributors/reflection-and-comptime-2026-lang",
        "support of the same experiment, carried on",
    ),
    one(
        "contributors/reflection-and-comptime-2025h2-compiler-standard-reviews",
        "contributors/reflection-and-comptime-2026-compiler",
        "reviews of the same change, carried on",
    ),
    one(
        "contributors/reflection-and-comptime-2025h2-lang-design-meeting",
        "contributors/reflection-and-comptime-2026-lang",
        "the meeting on the same design, carried on",
    ),
    two(
        "contributors/rust-for-linux-compiler-2025h2-compiler-stabilization-decision",
        "contributors/rust-for-linux-compiler-features-2026-compiler",
        "a decision; the later ask is for reviews and meetings",
    ),
    two(
        "contributors/scalable-vectors-2025h2-types-dedicated-reviewer",
        "contributors/scalable-vectors-2026-types",
        "a review of one part; the later ask is for leave to stabilise",
    ),
    one(
        "contributors/scalable-vectors-2025h2-compiler-standard-reviews",
        "contributors/scalable-vectors-2026-compiler",
        "reviews of the same change, carried on",
    ),
    two(
        "contributors/scalable-vectors-2025h2-lang-rfc-decision",
        "contributors/scalable-vectors-2026-lang",
        "decisions on two proposals",
    ),
    one(
        "contributors/stabilization-of-sanitizer-support-2025h2-compiler-standard-reviews",
        "contributors/stabilization-of-sanitizer-support-2026-compiler",
        "reviews of the same change, carried on",
    ),
    one(
        "contributors/stabilization-of-sanitizer-support-2025h2-project-exploit-mitigations-dedicated-revie",
        "contributors/stabilization-of-sanitizer-support-2026-project-exploit-mitigations",
        "somebody who reviews the same change, carried on",
    ),
];
