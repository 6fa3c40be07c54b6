//! Severities by policy and stage, silences, and the two renderers.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_check::{Style, human, json};
use kedge_model::Severity;
use support::{Checked, check_text};

/// An ask without fallback: K101, and in a lone file K018.
const LONE: &str = r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"
"#;

fn lone(text: &str) -> Checked {
    check_text(&[("checkout/one-tap.kedge.toml", text)])
}

fn whole(settings: &str, plan: &str) -> Checked {
    check_text(&[
        ("kedge.toml", &format!("name = \"Harbour\"\n{settings}")),
        ("checkout/team.kedge.toml", "team = \"checkout\"\ntitle = \"Checkout\"\nkind = \"stream\"\n"),
        ("payments/team.kedge.toml", "team = \"payments\"\ntitle = \"Payments\"\nkind = \"stream\"\n"),
        ("checkout/one-tap.kedge.toml", plan),
    ])
}

fn found(checked: &Checked) -> Vec<String> {
    checked
        .report
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.severity.word(), finding.code))
        .collect()
}

#[test]
fn a_plan_without_a_way_on_is_an_error_and_a_descope_mends_it() {
    let checked = lone(LONE);
    assert_eq!(found(&checked), ["error K101", "note K018"]);
    assert_eq!(checked.report.exit_code(), 1);
    let mended =
        lone(&format!("{LONE}\n[[ask.reusable-token.fallback]]\nkind = \"descope\"\nkeeps = \"60%\"\n"));
    assert_eq!(found(&mended), ["note K018"]);
    assert_eq!(mended.report.exit_code(), 0);
}

#[test]
fn policy_sets_severities_and_switches_rules_off() {
    assert_eq!(found(&whole("", LONE)), ["error K101"]);
    assert_eq!(found(&whole("[severities]\nK101 = \"warning\"\n", LONE)), ["warning K101"]);
    let off = whole("[severities]\nK101 = \"off\"\n", LONE);
    assert!(off.report.findings.is_empty());
    assert!(
        off.report.not_run.iter().all(|rule| rule.code.number() != 101),
        "off is not the same as not run"
    );
    assert_eq!(found(&whole("[severities]\nK999 = \"off\"\nK101 = \"off\"\n", LONE)), ["note K020"]);
}

#[test]
fn the_council_s_yes_makes_it_a_note_and_policy_does_not_make_that_louder() {
    let council = ("council.kedge.toml", "team = \"council\"\nrank = [\"checkout/reusable-token\"]\n");
    let plan = ("checkout/one-tap.kedge.toml", LONE);
    assert_eq!(found(&check_text(&[council, plan])), ["note K101", "note K018"]);
    let settings = ("kedge.toml", "name = \"Harbour\"\n[severities]\nK101 = \"warning\"\n");
    let checkout =
        ("checkout/team.kedge.toml", "team = \"checkout\"\ntitle = \"Checkout\"\nkind = \"stream\"\n");
    let payments =
        ("payments/team.kedge.toml", "team = \"payments\"\ntitle = \"Payments\"\nkind = \"stream\"\n");
    assert_eq!(found(&check_text(&[settings, council, checkout, payments, plan])), ["note K101"]);
}

#[test]
fn a_silence_takes_a_finding_out_and_keeps_it_listed_with_its_reason() {
    let on_the_ask = LONE.replace(
        "gates = \"one-tap\"",
        "gates = \"one-tap\"\nsilence = { K101 = \"We ship on the day whatever happens\" }",
    );
    let checked = whole("", &on_the_ask);
    assert!(checked.report.findings.is_empty());
    assert_eq!(checked.report.silenced.len(), 1);
    assert_eq!(checked.report.silenced[0].why, "We ship on the day whatever happens");
    assert_eq!(checked.report.exit_code(), 0);

    let at_the_top =
        LONE.replace("team = \"checkout\"", "team = \"checkout\"\nsilence = { K101 = \"A trial\" }");
    assert_eq!(whole("", &at_the_top).report.silenced.len(), 1);
}

#[test]
fn a_silence_ends_on_its_last_day() {
    let until = |date: &str| {
        LONE.replace(
            "gates = \"one-tap\"",
            &format!(
                "gates = \"one-tap\"\nsilence = {{ K101 = {{ why = \"Ana is away\", until = {date} }} }}"
            ),
        )
    };
    let holds = whole("", &until("2026-10-14"));
    assert_eq!((holds.report.findings.len(), holds.report.silenced.len()), (0, 1));
    assert_eq!(found(&whole("", &until("2026-10-13"))), ["error K101", "note K020"]);
}

#[test]
fn a_silence_that_does_nothing_is_told_and_can_be_silenced() {
    let idle = LONE.replace("gates = \"one-tap\"", "gates = \"one-tap\"\nsilence = { K106 = \"Later\" }");
    assert_eq!(found(&whole("", &idle)), ["error K101", "note K020"]);
    let twice = idle.replace("K106 = \"Later\"", "K106 = \"Later\", K020 = \"We know\"");
    let checked = whole("", &twice);
    assert_eq!(found(&checked), ["error K101"]);
    assert_eq!(checked.report.silenced.len(), 1);
    // Of a rule that could not run nobody knows whether its silence does anything.
    let unknown = LONE.replace("gates = \"one-tap\"", "gates = \"one-tap\"\nsilence = { K103 = \"Later\" }");
    assert_eq!(found(&whole("", &unknown)), ["error K101"]);
}

#[test]
fn a_silence_at_the_top_of_answers_is_told_once() {
    let answers = r#"team = "payments"
silence = { K017 = "We work on Saturdays" }

[[answer."checkout/reusable-token"]]
on   = 2026-10-06
says = "committed"
by   = 2026-11-20

[[answer."checkout/reusable-token"]]
on   = 2026-10-07
says = "committed"
by   = 2026-11-23
"#;
    let checked = |text: &str| {
        check_text(&[("checkout/one-tap.kedge.toml", LONE), ("payments/answers.kedge.toml", text)])
    };
    assert_eq!(found(&checked(answers)), ["error K101", "note K020"]);
    let used = checked(&answers.replace("2026-11-20", "2026-11-21"));
    assert_eq!(found(&used), ["error K101"]);
    assert_eq!(used.report.silenced.len(), 1);
}

#[test]
fn what_cannot_be_read_is_reported_with_its_line() {
    let checked = lone("team = \"checkout\"\n\n[work.sheet]\nefort = \"3w\"\n");
    assert_eq!(checked.report.as_of, None);
    assert_eq!(checked.report.worst(), Some(Severity::Error));
    insta::assert_snapshot!(human(&checked.report, &checked, Style::default()));
}

#[test]
fn the_text_shows_silenced_findings_where_that_is_asked_for() {
    let text = LONE.replace("gates = \"one-tap\"", "gates = \"one-tap\"\nsilence = { K101 = \"A trial\" }");
    let checked = lone(&text);
    insta::assert_snapshot!(human(&checked.report, &checked, Style { silenced: true, ..Style::default() }));
    insta::assert_snapshot!(json(&checked.report));
    let coloured = human(&checked.report, &checked, Style { colours: true, ..Style::default() });
    assert!(coloured.contains("\u{1b}["));
    let without_sources = human(&checked.report, &(), Style::default());
    assert!(without_sources.contains("checkout/one-tap.kedge.toml:7"));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let checked = lone("team = \"checkout\"\n\n[work.sheet]\n\"ef\\u001b[31mort\" = \"3w\"\n");
    let text = human(&checked.report, &checked, Style::default());
    assert!(!text.contains('\u{1b}'), "{text}");
}
