//! The rules on teams and code: what each must see, and when it must stay silent.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

mod support;

use support::{Checked, check_surveyed, check_text};

fn codes(checked: &Checked) -> Vec<String> {
    assert!(checked.report.as_of.is_some(), "{:#?}", checked.report.findings);
    let findings = checked.report.findings.iter();
    findings.map(|finding| finding.code.to_string()).filter(|code| code.starts_with("K6")).collect()
}

const NONE: [&str; 0] = [];

fn team(id: &str, more: &str) -> String {
    format!("team = \"{id}\"\ntitle = \"{id}\"\nkind = \"stream\"\n{more}\n")
}

/// Outcomes of one team, of which the first so many wait for another.
fn waiting(team: &str, to: &str, outcomes: usize, asks: usize) -> String {
    let mut plan = format!("team = \"{team}\"\n");
    for at in 0..outcomes {
        plan += &format!("[outcome.o{at}]\ndue = 2026-12-10\n[work.w{at}]\nfor = \"o{at}\"\n");
    }
    for at in 0..asks {
        plan += &format!(
            "[ask.a{at}]\nto = \"{to}\"\nwhat = \"w{at}\"\nasked = {{ on = 2026-10-05 }}\ngates = \"w{at}\"\n\
             [[ask.a{at}.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n"
        );
    }
    plan
}

#[test]
fn layers_are_told_by_their_names_and_by_what_waits() {
    let with = |one: &str, other: &str, outcomes: usize, asks: usize| {
        codes(&check_text(&[
            (&format!("{one}/team.kedge.toml"), &team(one, "")),
            (&format!("{other}/team.kedge.toml"), &team(other, "")),
            (&format!("{one}/p.kedge.toml"), &waiting(one, other, outcomes, asks)),
        ]))
    };
    assert_eq!(with("shop-frontend", "shop-backend", 4, 3), ["K601"]);
    assert_eq!(with("front-end", "api", 3, 3), ["K601"]);
    assert_eq!(with("mobile", "web", 3, 3), NONE, "both are what people see");
    assert_eq!(with("checkout", "payments", 3, 3), NONE, "these are no layers");
    assert_eq!(with("shop-frontend", "shop-backend", 2, 2), NONE, "two are no habit");
    assert_eq!(with("shop-frontend", "shop-backend", 7, 3), NONE, "most of them do not wait");
    assert_eq!(with("backend", "frontend", 3, 3), ["K601"], "the other way round as well");
    assert_eq!(with("web-server", "backend", 3, 3), NONE, "a name that says both says neither");
}

/// A whole organisation of teams with so many people each.
fn sized(settings: &str, people: &[u32], more: &str, council: &str) -> Vec<String> {
    let mut files = vec![
        ("kedge.toml".to_owned(), format!("name = \"Pier\"\n{settings}")),
        ("council.kedge.toml".into(), council.into()),
    ];
    for (at, people) in people.iter().enumerate() {
        let id = format!("t{at}");
        files.push((format!("{id}/team.kedge.toml"), team(&id, &format!("people = {people}\n{more}"))));
    }
    if people.len() > 1 {
        files.push(("t0/p.kedge.toml".into(), waiting("t0", "t1", 1, 1)));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    codes(&check_text(&files))
}

#[test]
fn a_size_calls_for_a_shape() {
    let no_council = "team = \"council\"\nrank = []\n";
    assert_eq!(sized("", &[14], "owns = [\"r:**\"]", no_council), ["K602"], "one team");
    assert_eq!(sized("", &[9], "", no_council), NONE, "not yet");
    assert_eq!(sized("", &[7, 7], "", no_council), ["K602"], "nobody owns anything");
    assert_eq!(sized("", &[7, 7], "owns = [\"r:**\"]", no_council), NONE);
    assert_eq!(sized("", &[10, 10, 10], "", no_council), NONE, "between the zones");
    let fifty = [10, 10, 10, 10, 10];
    assert_eq!(sized("", &fifty, "", no_council), ["K602"]);
    let ranked = "team = \"council\"\nrank = [\"t0/a0\"]\n[person.ines]\n";
    let shaped = "takes-asks = [\"independent\"]";
    assert_eq!(sized("steward = \"council/ines\"\n", &fifty, shaped, ranked), NONE);
    assert_eq!(sized("", &fifty, shaped, ranked), ["K602"], "nobody owns the dependency problem");
    assert_eq!(
        sized("steward = \"council/ines\"\n", &fifty, "", ranked),
        ["K602"],
        "no way of taking asks is stated"
    );
    assert_eq!(sized("", &[20, 20, 20, 20], "", no_council), NONE, "past it");
}

#[test]
fn of_a_part_or_of_unknown_sizes_nothing_is_said() {
    let alone = team("everybody", "people = 14");
    assert_eq!(
        codes(&check_text(&[("everybody/team.kedge.toml", &alone)])),
        NONE,
        "the rest may be elsewhere"
    );
    let unknown = team("others", "");
    let files = [
        ("kedge.toml", "name = \"Pier\"\n"),
        ("everybody/team.kedge.toml", &*alone),
        ("others/team.kedge.toml", &*unknown),
    ];
    assert_eq!(codes(&check_text(&files)), NONE);
}

#[test]
fn code_that_changes_together_wants_an_ask_or_an_agreement() {
    let survey = |together: u32, expected: f64| {
        format!(
            "{{\"co_changes\": [{{\"one\": {{\"team\": \"a\"}}, \"other\": {{\"team\": \"b\"}}, \"together\": {together}, \"expected\": {expected:?}, \
             \"of\": 400, \"shown_by\": []}}], \"areas\": [], \"problems\": []}}"
        )
    };
    let with = |more: (&str, &str), survey: &str| {
        let (a, b) = (team("a", ""), team("b", ""));
        codes(&check_surveyed(&[("a/team.kedge.toml", &a), ("b/team.kedge.toml", &b), more], survey))
    };
    let nothing = ("a/data.kedge.toml", "team = \"a\"\n");
    assert_eq!(with(nothing, &survey(31, 9.2)), ["K603"]);
    assert_eq!(with(nothing, &survey(31, 25.0)), NONE, "by chance");
    assert_eq!(with(("b/p.kedge.toml", &waiting("b", "a", 1, 1)), &survey(31, 9.2)), NONE, "an ask says it");
    let closed = waiting("b", "a", 1, 1).replace("team = \"b\"\n", "team = \"b\"\nclosed = 2026-09-30\n");
    assert_eq!(with(("b/p.kedge.toml", &closed), &survey(31, 9.2)), ["K603"], "that was last quarter's");
    let read = "team = \"a\"\n[dataset.d]\nwriters = [\"a\"]\nreaders = [\"b\"]\n";
    assert_eq!(with(("a/data.kedge.toml", read), &survey(31, 9.2)), NONE, "a dataset says it");
    let proposal = "team = \"a\"\n[proposal.p]\ntitle = \"T\"\nproblem = \"P\"\nadopters = [\"b\"]\n";
    assert_eq!(with(("a/proposal.kedge.toml", proposal), &survey(31, 9.2)), NONE, "a proposal says it");
}

#[test]
fn history_contradicts_an_owner_only_with_enough_of_it() {
    let with = |owns: &str, commits: &str| {
        let survey = format!(
            "{{\"co_changes\": [], \"areas\": [{{\"owner\": \"a\", \"area\": \"r:x/**\", \"commits\": {commits}, \"shown_by\": []}}], \"problems\": []}}"
        );
        codes(&check_surveyed(&[("a/team.kedge.toml", &team("a", owns))], &survey))
    };
    let owns = "owns = [\"r:x/**\"]";
    assert_eq!(with(owns, "{\"a\": 9, \"b\": 38}"), ["K604"]);
    assert_eq!(with(owns, "{\"b\": 38}"), ["K604"], "the owner was never there");
    assert_eq!(with(owns, "{\"a\": 20, \"b\": 38}"), NONE, "a third is its own");
    assert_eq!(with(owns, "{\"a\": 2, \"b\": 12}"), NONE, "too few to say");
    assert_eq!(with(owns, "{\"a\": 9, \"b\": 8, \"c\": 8, \"d\": 8}"), NONE, "nobody does more there");
    assert_eq!(with("owns = [\"r:y/**\"]", "{\"a\": 9, \"b\": 38}"), NONE, "it is given away already");
}
