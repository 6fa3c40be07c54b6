//! The exceptions that the rules name: each is left alone for its reason.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Checked, check_text};

fn codes(checked: &Checked) -> Vec<String> {
    let findings = checked.report.findings.iter();
    findings.map(|finding| finding.code.to_string()).filter(|code| code != "K018").collect()
}

/// A plan of checkout with one ask to payments, and what stands in the ask and behind it.
fn plan(ask: &str, behind: &str) -> String {
    format!(
        r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.wire-up]
for = "one-tap"

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
gates = "wire-up"
{ask}
{behind}
"#
    )
}

fn with(ask: &str, behind: &str, others: &[(&str, &str)]) -> Checked {
    let plan = plan(ask, behind);
    let mut files = vec![("checkout/one-tap.kedge.toml", plan.as_str())];
    files.extend_from_slice(others);
    check_text(&files)
}

const ASKED: &str = "asked = { on = 2026-10-02 }";
const WITHOUT: &str = "[[ask.reusable-token.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n";
const HACK: &str = "[[ask.reusable-token.fallback]]\nkind = \"hack\"\ncreate = \"1w\"\n";

#[test]
fn what_has_landed_or_is_started_or_closed_needs_no_fallback() {
    assert_eq!(codes(&with(ASKED, "", &[])), ["K101"]);
    let landed =
        "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-05\nsays = \"landed\"\n";
    assert_eq!(codes(&with(ASKED, "", &[("payments/answers.kedge.toml", landed)])), [""; 0]);
    let started = plan(ASKED, "").replace("for = \"one-tap\"", "for = \"one-tap\"\nstarted = 2026-10-05");
    assert_eq!(codes(&check_text(&[("checkout/one-tap.kedge.toml", &started)])), [""; 0]);
    let closed = plan(ASKED, "").replace("team = \"checkout\"", "team = \"checkout\"\nclosed = 2026-10-05");
    assert_eq!(codes(&check_text(&[("checkout/one-tap.kedge.toml", &closed)])), [""; 0]);
}

#[test]
fn a_withdrawn_ask_that_still_gates_something_needs_a_fallback_and_nothing_else() {
    assert_eq!(codes(&with("withdrawn = 2026-10-05", "", &[])), ["K101"]);
    assert_eq!(codes(&with("withdrawn = 2026-10-05", WITHOUT, &[])), [""; 0]);
}

#[test]
fn later_facts_are_not_known() {
    let landed =
        "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-15\nsays = \"landed\"\n";
    assert_eq!(codes(&with(ASKED, "", &[("payments/answers.kedge.toml", landed)])), ["K101"]);
}

#[test]
fn an_open_host_is_a_way_on_of_one_s_own() {
    let away = "[[ask.reusable-token.fallback]]\nkind = \"away-team\"\ncreate = \"1w\"\n";
    assert_eq!(codes(&with(ASKED, away, &[])), ["K102"]);
    let open = "team = \"payments\"\ntitle = \"Payments\"\nkind = \"stream\"\n[away-teams]\nmerge = \"open\"\n\
         norms = \"visitors.md\"\nguide = \"ana\"\n";
    assert_eq!(codes(&with(ASKED, away, &[("payments/team.kedge.toml", open)])), [""; 0]);
}

#[test]
fn unread_is_measured_by_the_team_s_own_turnaround_in_its_own_working_days() {
    let team = |more: &str| format!("team = \"payments\"\ntitle = \"Payments\"\nkind = \"stream\"\n{more}\n");
    let check = |more: &str| codes(&with(ASKED, WITHOUT, &[("payments/team.kedge.toml", &team(more))]));
    // From Friday the 2nd to Wednesday the 14th are eight working days.
    assert_eq!(check(""), [""; 0], "a team that states no turnaround is not measured by one");
    assert_eq!(check("turnaround = \"7d\""), ["K105"]);
    assert_eq!(check("turnaround = \"8d\""), [""; 0]);
    assert_eq!(check("turnaround = \"7d\"\nholidays = [2026-10-12]"), [""; 0]);
    let host =
        "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-05\nhost = \"unable\"\n";
    let files =
        [("payments/team.kedge.toml", &*team("turnaround = \"7d\"")), ("payments/answers.kedge.toml", host)];
    assert_eq!(codes(&with(ASKED, WITHOUT, &files)), ["K105"], "a word on visitors is no answer to the ask");
}

#[test]
fn a_hack_is_left_alone_where_the_host_is_unable_or_it_has_been_taken() {
    let team = "team = \"payments\"\ntitle = \"Payments\"\nkind = \"stream\"\ntakes-asks = [\"away-team-host\"]\n\
         [away-teams]\nnorms = \"visitors.md\"\nguide = \"ana\"\n";
    let team = ("payments/team.kedge.toml", team);
    assert_eq!(codes(&with(ASKED, HACK, &[team])), ["K107"]);
    assert_eq!(codes(&with(ASKED, &format!("{HACK}taken = 2026-10-05\n"), &[team])), [""; 0]);
    let unable =
        "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-05\nhost = \"unable\"\n";
    assert_eq!(codes(&with(ASKED, HACK, &[team, ("payments/answers.kedge.toml", unable)])), [""; 0]);
    assert_eq!(codes(&with(ASKED, WITHOUT, &[team])), [""; 0], "a descope is no hack");
}

#[test]
fn needs_that_are_kept_apart_and_asks_of_one_team_are_not_told_as_one() {
    let other = |team: &str, area: &str| {
        format!(
            "team = \"{team}\"\n[outcome.o]\ndue = 2026-12-10\n[ask.flag]\nto = \"payments\"\nwhat = \"The reusable flag \
             for tokens\"\narea = \"{area}\"\nasked = {{ on = 2026-10-02 }}\ngates = \"o\"\n\
             [[ask.flag.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n"
        )
    };
    let ours = format!("{ASKED}\narea = \"Card tokens\"");
    let theirs = other("returns", "card tokens");
    // Three words of five are the same: enough in one area.
    assert_eq!(codes(&with(&ours, WITHOUT, &[("returns/r.kedge.toml", &theirs)])), ["K108"]);
    let apart = "team = \"payments\"\n[need.two]\nwhat = \"Flags\"\napart = [\"checkout/reusable-token\", \
                 \"returns/flag\"]\non = 2026-10-05\n";
    let files = [("returns/r.kedge.toml", &*theirs), ("payments/answers.kedge.toml", apart)];
    assert_eq!(codes(&with(&ours, WITHOUT, &files)), [""; 0]);
    let elsewhere = other("returns", "refunds");
    assert_eq!(
        codes(&with(&ours, WITHOUT, &[("returns/r.kedge.toml", &elsewhere)])),
        [""; 0],
        "three words say little"
    );
    let same_team = other("checkout", "card tokens");
    assert_eq!(codes(&with(&ours, WITHOUT, &[("checkout/r.kedge.toml", &same_team)])), [""; 0]);
}

#[test]
fn teams_that_wait_for_each_other_without_a_named_item_are_noted() {
    let back = "team = \"payments\"\n[outcome.wallets]\ndue = 2026-12-10\n[ask.sheet]\nto = \"checkout\"\nwhat = \"Room for \
                a button\"\nasked = { on = 2026-10-02 }\ngates = \"wallets\"\n[[ask.sheet.fallback]]\nkind = \
                \"do-without\"\nkeeps = \"60%\"\n";
    let checked = with(ASKED, WITHOUT, &[("payments/wallets.kedge.toml", back)]);
    assert_eq!(codes(&checked), ["K109"]);
    let finding = checked.report.findings.iter().find(|finding| finding.code.number() == 109).unwrap();
    assert_eq!(finding.severity.word(), "note");
    assert_eq!(
        finding.message,
        "teams wait for each other, and no answer names the item that delivers: `checkout/reusable-token` on payments and \
         `payments/sheet` on checkout"
    );
}

#[test]
fn a_counter_offer_or_a_late_promise_with_a_live_hack_is_nobody_s_fault() {
    let late = "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-05\nsays = \"committed\"\nby = \
                2026-10-09\n";
    let late = ("payments/answers.kedge.toml", late);
    assert_eq!(codes(&with(ASKED, HACK, &[late])), ["K112"]);
    let live =
        format!("{HACK}migrate = \"1w\"\nexpires = 2026-12-18\ntaken = 2026-10-05\nlive = 2026-10-08\n");
    assert_eq!(codes(&with(ASKED, &live, &[late])), [""; 0]);
}

#[test]
fn policy_on_what_keeps_files_from_being_read_is_told_to_do_nothing() {
    let settings = "name = \"Harbour\"\n[severities]\nK006 = \"off\"\n";
    assert_eq!(codes(&check_text(&[("kedge.toml", settings)])), ["K020"]);
}

#[test]
fn a_broken_reference_is_told_on_both_sides() {
    let mine = "team = \"checkout\"\ntitle = \"Checkout\"\nkind = \"stream\"\n";
    let answers = "team = \"payments\"\n[[answer.\"checkout/reusable-tokens\"]]\non = 2026-10-05\nsays = \"declined\"\n";
    let files = [("checkout/team.kedge.toml", mine), ("payments/answers.kedge.toml", answers)];
    let checked = with(ASKED, WITHOUT, &files);
    assert_eq!(codes(&checked), ["K015"]);
    let finding = checked.report.findings.iter().find(|finding| finding.code.number() == 15).unwrap();
    assert_eq!(
        finding.message,
        "`checkout/reusable-tokens` is not there, or not any more: this should be about an ask"
    );
    assert!(finding.fix.as_ref().unwrap().advice.contains("checkout/reusable-token`"));
    assert_eq!(finding.team.as_ref().unwrap().as_str(), "payments");
    let other = finding.related[0].place.as_ref().unwrap();
    assert_eq!(&*other.file, "checkout/team.kedge.toml");
}

/// What is found of a live fallback with these keys, as of 14 October 2026; the ask has not landed.
fn of_a_hack(rest: &str) -> Checked {
    with(ASKED, &format!("[[ask.reusable-token.fallback]]\n{rest}\n"), &[])
}

#[test]
fn interest_is_reckoned_from_the_day_it_went_live_and_compared_in_one_unit() {
    let hack = |more: &str| {
        of_a_hack(&format!(
            "kind = \"hack\"\ncreate = \"1w\"\nexpires = 2026-12-18\ntaken = 2026-05-01\nlive = 2026-05-14\n{more}"
        ))
    };
    // 153 days at two days a month of 365.25/12 are 10.05 person-days.
    assert_eq!(codes(&hack("maintain = \"2d/month\"\nmigrate = \"11d\"")), [""; 0]);
    let overpaid = hack("maintain = \"2d/month\"\nmigrate = \"2w\"");
    assert_eq!(codes(&overpaid), ["K304"]);
    let finding = overpaid.report.findings.iter().find(|finding| finding.code.number() == 304).unwrap();
    assert_eq!(
        finding.message,
        "keeping the hack behind `reusable-token` has cost more than leaving it: 153 days at 2d/month are 10.1 person-days, \
         leaving takes 10 person-days (2w)"
    );
    assert_eq!(
        codes(&hack("maintain = \"2d/month\"")),
        ["K301"],
        "with no way out there is nothing to compare with"
    );
}

#[test]
fn a_fee_is_money_and_needs_the_price_of_a_person_week() {
    let bought = "kind = \"buy\"\nfee = \"500/week\"\nmigrate = \"2w\"\nexpires = 2026-12-18\ntaken = 2026-05-01\nlive = \
                  2026-05-14\n";
    assert_eq!(codes(&of_a_hack(bought)), [""; 0], "nobody says what a person's week costs");
    let plan = plan(ASKED, &format!("[[ask.reusable-token.fallback]]\n{bought}"));
    let team = |id: &str| format!("team = \"{id}\"\nkind = \"stream\"\n");
    let priced = |week: &str| {
        codes(&check_text(&[
            ("kedge.toml", &format!("name = \"Shop\"\nperson-week = \"{week}\"\n")),
            ("checkout/team.kedge.toml", &team("checkout")),
            ("payments/team.kedge.toml", &team("payments")),
            ("checkout/one-tap.kedge.toml", &plan),
        ]))
    };
    // 153 days at 500 a week are 10.9k; two weeks are 8k or 12k.
    assert_eq!(priced("4k"), ["K304"]);
    assert_eq!(priced("6k"), [""; 0]);
}

#[test]
fn a_descope_for_good_is_no_debt_and_one_of_a_closed_plan_is() {
    let descope = "kind = \"descope\"\nkeeps = \"50%\"\ntaken = 2026-05-01\nlive = 2026-05-01\n";
    assert_eq!(codes(&of_a_hack(descope)), [""; 0]);
    let hack = "[[ask.reusable-token.fallback]]\nkind = \"hack\"\ntaken = 2026-05-01\nlive = 2026-05-14\n";
    let closed = plan(ASKED, hack).replace("team = \"checkout\"", "team = \"checkout\"\nclosed = 2026-10-05");
    assert_eq!(codes(&check_text(&[("checkout/one-tap.kedge.toml", &closed)])), ["K301"]);
}

#[test]
fn asks_that_an_import_took_over_have_been_asked_somewhere_and_are_told_once() {
    let own = plan("", WITHOUT);
    assert_eq!(codes(&check_text(&[("checkout/one-tap.kedge.toml", &own)])), ["K106"]);
    let taken_over = plan("origin = \"SHOP-12\"", WITHOUT)
        + "\n[ask.second]\nto = \"payments\"\nwhat = \"A receipt\"\ngates = \"wire-up\"\norigin = \"SHOP-13\"\n\
           [[ask.second.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n";
    let checked = check_text(&[("checkout/one-tap.kedge.toml", &taken_over)]);
    let findings: Vec<_> = checked.report.findings.iter().filter(|it| it.code.number() == 106).collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity.word(), "note");
    assert_eq!(
        findings[0].message,
        "2 asks of checkout were taken over from where they were asked, and none says when that was"
    );
}

#[test]
fn past_dates_that_an_import_took_over_are_told_once_for_their_plan() {
    let outcome = |id: &str, due: &str, origin: &str| format!("[outcome.{id}]\ndue = {due}\n{origin}\n");
    let past = |outcomes: &[String]| -> Vec<String> {
        let text = format!("team = \"checkout\"\n{}", outcomes.concat());
        let findings = check_text(&[("checkout/jira.kedge.toml", &text)]).report.findings;
        findings.iter().filter(|it| it.code.number() == 210).map(|it| it.message.clone()).collect()
    };
    let from = |at: &str| format!("origin = \"jira:SHOP-{at}\"");
    let own = [outcome("b", "2026-10-01", ""), outcome("c", "2026-09-01", "")];
    assert_eq!(past(&own).len(), 2, "what people wrote here is mended here, one by one");
    let one = [outcome("b", "2026-10-01", &from("1")), outcome("c", "2026-11-02", &from("2"))];
    assert_eq!(past(&one), ["`b` was due 2026-10-01, and is neither live nor dropped"]);
    let several = [outcome("b", "2026-10-01", &from("1")), outcome("c", "2026-09-01", &from("2"))];
    assert_eq!(
        past(&several),
        [
            "2 outcomes that `jira` took over were due before today, and are neither live nor dropped: `c` longest, since \
          2026-09-01"
        ]
    );
    let mixed = [several.concat(), outcome("d", "2026-10-02", "")];
    assert_eq!(past(&mixed).len(), 2);
}

#[test]
fn a_plan_that_the_council_ranks_and_that_nothing_else_carries_is_a_note() {
    let two = plan(ASKED, "").replace(
        "[work.wire-up]\nfor = \"one-tap\"",
        "[outcome.guests]\ndue = 2026-12-10\n\n[work.wire-up]\nfor = [\"one-tap\", \"guests\"]",
    );
    let at = |code: u16, checked: &Checked| {
        let finding = checked.report.findings.iter().find(|finding| finding.code.number() == code)?;
        Some((finding.severity.word().to_owned(), finding.message.clone()))
    };
    let plain = check_text(&[("checkout/one-tap.kedge.toml", &two)]);
    let message =
        "nothing of `one-tap` stands, of 2 outcomes: `reusable-token` has no way on that keeps anything";
    assert_eq!(at(201, &plain), Some(("warning".into(), message.into())));
    let council = ("council.kedge.toml", "team = \"council\"\nrank = [\"checkout/reusable-token\"]\n");
    let ranked = check_text(&[council, ("checkout/one-tap.kedge.toml", &two)]);
    assert_eq!(at(201, &ranked).map(|(severity, _)| severity), Some("note".into()));
    // One outcome, of which the ask itself tells why: once is enough.
    let one = plan(ASKED, "");
    assert_eq!(codes(&check_text(&[("checkout/one-tap.kedge.toml", &one)])), ["K101"]);
}

#[test]
fn outcomes_of_two_teams_are_told_unless_they_have_met() {
    let outcome = |team: &str, id: &str, rest: &str| {
        format!(
            "team = \"{team}\"\nperiod = \"2026-Q4\"\n[outcome.{id}]\ntitle = \"Customers keep lists of products they \
             like\"\n[work.w]\nfor = \"{id}\"\n{rest}"
        )
    };
    let mine = outcome("search", "lists", "");
    let check = |theirs: &str, more: &[(&str, &str)]| {
        let mut files = vec![("search/a.kedge.toml", &*mine), ("loyalty/b.kedge.toml", theirs)];
        files.extend_from_slice(more);
        codes(&check_text(&files))
    };
    assert_eq!(check(&outcome("loyalty", "wishes", ""), &[]), ["K204"]);
    let later = outcome("loyalty", "wishes", "").replace("2026-Q4", "2027-Q1");
    assert_eq!(check(&later, &[]), [""; 0], "one may carry the other on");
    let asks = "[ask.a]\nto = \"search\"\nwhat = \"The list's page\"\nasked = { on = 2026-10-02 }\ngates = \"wishes\"\n\
                [[ask.a.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n";
    assert_eq!(check(&outcome("loyalty", "wishes", asks), &[]), [""; 0]);
    let council = "team = \"council\"\nrank = [\"lists\"]\n[initiative.lists]\ntitle = \"Lists\"\nkind = \"critical-project\"\n\
                   sponsor = \"ines\"\noutcomes = [\"search/lists\", \"loyalty/wishes\"]\n[person.ines]\nroles = [\"sponsor\"]\n";
    assert_eq!(check(&outcome("loyalty", "wishes", ""), &[("council.kedge.toml", council)]), [""; 0]);
}

#[test]
fn a_title_that_everybody_uses_tells_nothing_apart() {
    let files: Vec<(String, String)> = (0..40)
        .map(|team| {
            let text = format!(
                "team = \"t{team}\"\n[outcome.o]\ntitle = \"What customers get in spring\"\n[work.w]\nfor = \"o\"\n"
            );
            (format!("t{team}/spring.kedge.toml"), text)
        })
        .collect();
    let all = |number: usize| {
        let files: Vec<(&str, &str)> =
            files.iter().take(number).map(|(path, text)| (&**path, &**text)).collect();
        codes(&check_text(&files))
    };
    assert_eq!(all(3), ["K204"], "three are one finding");
    assert_eq!(all(40), [""; 0]);
}
