//! The rules on how teams work together: what each must see, and when it must stay silent.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

mod support;

use support::{Checked, check_text};

/// The codes found, those of the files' own gaps left out.
fn codes(checked: &Checked) -> Vec<String> {
    let findings = checked.report.findings.iter();
    findings.map(|finding| finding.code.to_string()).filter(|code| code.starts_with("K4")).collect()
}

fn check(files: &[(&str, &str)]) -> Vec<String> {
    let checked = check_text(files);
    assert!(checked.report.as_of.is_some(), "{:#?}", checked.report.findings);
    codes(&checked)
}

const NONE: [&str; 0] = [];

/// A team's file.
fn team(id: &str, more: &str) -> String {
    format!("team = \"{id}\"\ntitle = \"{id}\"\nkind = \"stream\"\n{more}\n")
}

/// A plan of one outcome and one ask that gates it.
fn asking(team: &str, to: &str, ask: &str, fallback: &str) -> String {
    format!(
        "team = \"{team}\"\n[outcome.o]\ndue = 2026-12-10\n[ask.{ask}]\nto = \"{to}\"\nwhat = \"{ask} of {team}\"\n\
         asked = {{ on = 2026-10-05 }}\ngates = \"o\"\n{fallback}\n"
    )
}

const AWAY: &str = "[[ask.flag.fallback]]\nkind = \"away-team\"\ncreate = \"1w\"\n";
const WITHOUT: &str = "[[ask.flag.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n";

#[test]
fn a_host_without_norms_is_told_where_visitors_are_to_come_or_are_offered_a_place() {
    let plan = asking("checkout", "payments", "flag", &format!("{AWAY}{WITHOUT}"));
    let with = |team: &str, answers: &str| {
        check(&[
            ("checkout/p.kedge.toml", &plan),
            ("payments/team.kedge.toml", team),
            ("payments/answers.kedge.toml", answers),
        ])
    };
    let quiet = "team = \"payments\"\n";
    assert_eq!(with(&team("payments", ""), quiet), ["K401"], "an away team is to go there");
    let norms = team("payments", "[person.ana]\n[away-teams]\nnorms = \"n\"\nguide = \"ana\"");
    assert_eq!(with(&norms, quiet), NONE);
    let unable = "team = \"payments\"\n[[answer.\"checkout/flag\"]]\non = 2026-10-06\nhost = \"unable\"\n";
    assert_eq!(with(&team("payments", ""), unable), NONE, "nobody comes");
    let without_guide = team("payments", "[person.ana]\n[away-teams]\nnorms = \"n\"");
    assert_eq!(with(&without_guide, quiet), ["K401"]);
    let guided = "team = \"payments\"\n[[answer.\"checkout/flag\"]]\non = 2026-10-06\nhost = \"welcome\"\nguide = \"ana\"\n";
    assert_eq!(with(&without_guide, guided), NONE, "the welcome names the guide");
}

#[test]
fn a_missing_guide_alone_is_a_note() {
    let only_norms = team("payments", "[away-teams]\nnorms = \"n\"");
    let checked = check_text(&[("payments/team.kedge.toml", &only_norms)]);
    let finding = checked.report.findings.iter().find(|finding| finding.code.number() == 401).unwrap();
    assert_eq!(finding.severity.word(), "note");
    assert_eq!(finding.message, "payments hosts away teams and names no guide");
}

#[test]
fn nothing_is_asked_of_a_host_that_is_not_here() {
    let plan = asking("checkout", "payments", "flag", &format!("{AWAY}{WITHOUT}"));
    assert_eq!(check(&[("checkout/p.kedge.toml", &plan)]), NONE);
    let outside = "team = \"payments\"\ntitle = \"P\"\nkind = \"external\"\nkept-by = \"checkout\"\ntakes-asks = [\"away-team-host\"]\n";
    assert_eq!(check(&[("checkout/p.kedge.toml", &plan), ("payments/team.kedge.toml", outside)]), NONE);
}

#[test]
fn an_away_team_is_large_from_the_ninth_decile_up() {
    let with = |create: &str, more: &str| {
        let away = format!("[[ask.flag.fallback]]\nkind = \"away-team\"\ncreate = {create}\n{more}{WITHOUT}");
        check(&[("checkout/p.kedge.toml", &asking("checkout", "payments", "flag", &away))])
    };
    assert_eq!(with("\"3w, rarely over 6w\"", ""), NONE);
    assert_eq!(with("\"3w, rarely over 7w\"", ""), ["K402"]);
    assert_eq!(with("\"3w\"", ""), NONE, "a lone median doubles: six weeks");
    assert_eq!(with("\"4w\"", ""), ["K402"]);
    assert_eq!(with("{ least = \"1w\", likely = \"2w\", most = \"8w\" }", ""), ["K402"]);
    assert_eq!(with("[\"2w\", \"8w\"]", ""), ["K402"]);
    assert_eq!(with("\"9w\"", "taken = 2026-08-03\nlive = 2026-10-02\n"), NONE, "it is there");
}

fn task_force(id: &str, more: &str) -> String {
    format!(
        "team = \"{id}\"\ntitle = \"{id}\"\nkind = \"task-force\"\nfor = \"council/peak\"\nwants = [{{ team = \"checkout\", people = 1 }}]\n\
         later-owner = \"platform\"\n{more}\n"
    )
}

const FULL: &str = "time = \"full\"\nstarts = 2026-10-05\nends = 2026-11-13";
const PEAK: &str = "team = \"crew\"\n[outcome.up]\ndue = 2026-11-13\n";

fn council(rank: &str, more: &str) -> String {
    format!("team = \"council\"\nrank = [{rank}]\n[person.wim]\nroles = [\"sponsor\"]\n{more}\n")
}

#[test]
fn a_task_force_wants_a_rank_and_a_sponsor_while_it_lives() {
    let initiative =
        "[initiative.peak]\ntitle = \"Peak\"\nkind = \"critical-project\"\noutcomes = [\"crew/up\"]\n";
    let with = |force: &str, council: &str| {
        check(&[
            ("crew/team.kedge.toml", force),
            ("crew/p.kedge.toml", PEAK),
            ("council.kedge.toml", council),
        ])
    };
    let force = task_force("crew", FULL);
    assert_eq!(with(&force, &council("", initiative)), ["K403", "K403"]);
    let sponsored = format!("{initiative}sponsor = \"wim\"\n");
    assert_eq!(with(&force, &council("", &sponsored)), ["K403"]);
    assert_eq!(with(&force, &council("\"peak\"", &sponsored)), NONE);
    let over = task_force("crew", "time = \"full\"\nstarts = 2026-08-03\nends = 2026-09-11");
    let live = "team = \"crew\"\n[outcome.up]\ndue = 2026-09-11\nlive = 2026-09-10\n";
    let files = [
        ("crew/team.kedge.toml", over.as_str()),
        ("crew/p.kedge.toml", live),
        ("council.kedge.toml", &*council("", initiative)),
    ];
    assert_eq!(check(&files), NONE, "it is over, and so is its outcome");
    assert_eq!(with(&over, &council("", initiative)), ["K404"], "it is over, and its outcome is not");
}

#[test]
fn a_task_force_hands_over_to_somebody_who_stays() {
    let with = |owner: &str, others: &[(&str, &str)]| {
        let force = task_force("crew", FULL)
            .replace("later-owner = \"platform\"", &format!("later-owner = \"{owner}\""));
        let mut files = vec![("crew/team.kedge.toml", force.as_str())];
        files.extend_from_slice(others);
        check(&files)
    };
    assert_eq!(with("platform", &[]), NONE, "not known here, so nothing is said");
    assert_eq!(with("crew", &[]), ["K404"]);
    let guild = "team = \"guild\"\ntitle = \"G\"\nkind = \"community\"\nmembers = [\"checkout\"]\n";
    assert_eq!(with("guild", &[("guild/team.kedge.toml", guild)]), ["K404"]);
    assert_eq!(with("search", &[("search/team.kedge.toml", &team("search", ""))]), NONE);
}

#[test]
fn one_task_force_after_the_other_is_the_structure() {
    let force = |id: &str, from: &str, until: &str| {
        task_force(id, &format!("time = \"full\"\nstarts = {from}\nends = {until}"))
    };
    let with = |lives: &[(&str, &str)]| {
        let files: Vec<(String, String)> = lives
            .iter()
            .enumerate()
            .map(|(at, (from, until))| {
                (format!("crew-{at}/team.kedge.toml"), force(&format!("crew-{at}"), from, until))
            })
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        check(&files)
    };
    let spring = ("2026-04-06", "2026-06-26");
    let summer = ("2026-07-06", "2026-09-25");
    let autumn = ("2026-10-05", "2026-11-27");
    assert_eq!(with(&[spring, summer, autumn]), ["K405"]);
    assert_eq!(with(&[spring, autumn]), NONE, "there was a pause");
    assert_eq!(with(&[spring, summer]), NONE, "there is none now");
    assert_eq!(with(&[("2026-03-02", "2026-12-18")]), ["K405"], "one that goes on for ever");
}

#[test]
fn a_part_time_task_force_is_told_until_it_ends() {
    let with = |life: &str| {
        check(&[("crew/team.kedge.toml", &task_force("crew", &format!("time = \"part\"\n{life}")))])
    };
    assert_eq!(with("starts = 2026-10-05\nends = 2026-11-13"), ["K406"]);
    assert_eq!(with("starts = 2026-08-03\nends = 2026-09-11"), NONE);
}

#[test]
fn programs_want_a_rank_and_a_manager_each() {
    let plan = "team = \"shop\"\n[outcome.a]\ndue = 2026-12-10\n[outcome.b]\ndue = 2026-12-10\n";
    let with = |rank: &str, more: &str, plan: &str| {
        check(&[("shop/p.kedge.toml", plan), ("council.kedge.toml", &council(rank, more))])
    };
    let one = "[initiative.a]\ntitle = \"A\"\noutcomes = [\"shop/a\"]\nprogram-manager = \"petra\"\n[person.petra]\nroles = [\"program-manager\"]\n";
    let two = format!("{one}[initiative.b]\ntitle = \"B\"\noutcomes = [\"shop/b\"]\n");
    assert_eq!(with("\"a\"", one, plan), NONE);
    assert_eq!(with("", one, plan), ["K407"]);
    assert_eq!(with("\"a\", \"b\"", &two, plan), ["K408"]);
    let critical = format!("{two}kind = \"critical-project\"\n");
    assert_eq!(with("\"a\", \"b\"", &critical, plan), NONE, "a critical project needs none");
    let done = plan.replace("[outcome.b]\n", "[outcome.b]\nlive = 2026-10-01\n");
    assert_eq!(with("\"a\", \"b\"", &two, &done), NONE, "the second is over");
    let dropped = plan.replace("[outcome.a]\n", "[outcome.a]\ndropped = 2026-10-01\n");
    assert_eq!(with("", one, &dropped), NONE, "what is over needs no rank");
    let shared =
        two.replace("outcomes = [\"shop/b\"]\n", "outcomes = [\"shop/b\"]\nprogram-manager = \"petra\"\n");
    assert_eq!(with("\"a\", \"b\"", &shared, plan), ["K408"], "one person, two programs");
}

#[test]
fn an_integrator_is_wanted_where_people_are_listed_and_asked() {
    let plan = asking("checkout", "payments", "flag", WITHOUT);
    let with = |more: &str| {
        check(&[("checkout/p.kedge.toml", &plan), ("payments/team.kedge.toml", &team("payments", more))])
    };
    let two = "[person.ana]\nroles = [\"lead\"]\n[person.ravi]\n";
    assert_eq!(with(two), ["K409"]);
    assert_eq!(with("[person.ana]\nroles = [\"lead\", \"integrator\"]\n[person.ravi]\n"), NONE);
    assert_eq!(with(""), NONE, "nobody is listed");
    assert_eq!(with("[person.ana]\n"), NONE, "the only one weighs by themselves");
    assert_eq!(with(&format!("takes-asks = [\"none\"]\n{two}")), NONE);
    let files = [("payments/team.kedge.toml", &*team("payments", two))];
    assert_eq!(check(&files), NONE, "nobody asks");
    let central = council("", "[person.ines]\nroles = [\"integrator\"]\n");
    let payments = team("payments", two);
    let files = [
        ("checkout/p.kedge.toml", &*plan),
        ("payments/team.kedge.toml", &payments),
        ("council.kedge.toml", &central),
    ];
    assert_eq!(check(&files), NONE, "the council has one for all");
}

/// Two asks to payments, worth 40k and 20k confirmed, and an own outcome worth `own`.
fn ranked(rank: &str, own: &str, effort: &str, answers: &str) -> Vec<String> {
    let payments = team("payments", &format!("rank = [{rank}]"));
    let wallets = "team = \"payments\"\n[outcome.wallets]\ndue = 2026-12-10\n[work.w]\nfor = \"wallets\"\neffort = \"2w\"\n";
    let asks = |team: &str| {
        asking(team, "payments", "flag", "").replace("gates =", &format!("{effort}\ngates ="))
            + "[[ask.flag.fallback]]\nkind = \"do-without\"\nkeeps = \"0%\"\n"
    };
    let confirm = |what: &str, value: &str| {
        format!("[[confirm]]\noutcome = \"{what}\"\nvalue = \"{value}\"\non = 2026-10-01\nwho = \"wim\"\n")
    };
    let confirmed =
        format!("{}{}{}", confirm("checkout/o", "40k/week"), confirm("returns/o", "20k/week"), own);
    let answers = if answers.is_empty() { "team = \"payments\"\n".to_owned() } else { answers.to_owned() };
    check(&[
        ("payments/team.kedge.toml", &payments),
        ("payments/p.kedge.toml", wallets),
        ("payments/answers.kedge.toml", &answers),
        ("checkout/p.kedge.toml", &asks("checkout")),
        ("returns/p.kedge.toml", &asks("returns")),
        ("council.kedge.toml", &council("", &confirmed)),
    ])
}

#[test]
fn own_work_first_compares_confirmed_values_and_nothing_else() {
    let own =
        "[[confirm]]\noutcome = \"payments/wallets\"\nvalue = \"10k/week\"\non = 2026-10-01\nwho = \"wim\"\n";
    assert_eq!(ranked("\"wallets\"", own, "", ""), ["K410"]);
    assert_eq!(ranked("\"wallets\"", "", "", ""), NONE, "what the own work is worth, nobody confirmed");
    assert_eq!(ranked("", own, "", ""), NONE, "no rank is written");
    assert_eq!(ranked("\"wallets\"", &own.replace("10k", "50k"), "", ""), NONE);
    assert_eq!(ranked("\"checkout/flag\", \"wallets\"", own, "", ""), NONE, "one alone is no habit");
    assert_eq!(
        ranked("\"wallets\"", own, "effort = \"30w\"", ""),
        NONE,
        "worth less for each week of their time"
    );
    assert_eq!(ranked("\"wallets\"", own, "effort = \"1w\"", ""), ["K410"]);
    let promised = "team = \"payments\"\n[[answer.\"returns/flag\"]]\non = 2026-10-06\nsays = \"committed\"\nby = 2026-11-06\n";
    assert_eq!(ranked("\"wallets\"", own, "", promised), NONE, "what is promised is on its way");
}

#[test]
fn an_embed_wants_room() {
    let with = |people: u32, loan: &str| {
        let search =
            team("search", &format!("[person.lena]\n[[loan]]\nwho = \"lena\"\nto = \"platform\"\n{loan}"));
        check(&[
            ("search/team.kedge.toml", &search),
            ("platform/team.kedge.toml", &team("platform", &format!("people = {people}"))),
        ])
    };
    let embed = "kind = \"embed\"\nfrom = 2026-10-05\nuntil = 2026-12-18";
    assert_eq!(with(8, embed), ["K411"]);
    assert_eq!(with(7, embed), NONE);
    assert_eq!(with(8, "from = 2026-10-05\nuntil = 2026-12-18"), NONE, "a loan is no embed");
    assert_eq!(with(8, "kind = \"embed\"\nfrom = 2026-07-05\nuntil = 2026-09-18"), NONE, "it is over");
}

#[test]
fn a_bottleneck_grows_faster_than_its_people() {
    let asks = |dates: &[&str]| {
        let mut plan = String::from("team = \"checkout\"\n[outcome.o]\ndue = 2026-12-10\n");
        for (at, on) in dates.iter().enumerate() {
            plan += &format!(
                "[ask.a{at}]\nto = \"platform\"\nwhat = \"w{at}\"\nasked = {{ on = {on} }}\ngates = \"o\"\n\
                 [[ask.a{at}.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n"
            );
        }
        plan
    };
    let with = |dates: &[&str], people: &str, answers: &str| {
        check(&[
            ("checkout/p.kedge.toml", &asks(dates)),
            ("platform/team.kedge.toml", &team("platform", people)),
            ("platform/answers.kedge.toml", answers),
        ])
    };
    let quiet = "team = \"platform\"\n";
    let grown = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-09-07", "2026-09-08"];
    assert_eq!(with(&grown, "people = 6", quiet), ["K412"]);
    assert_eq!(with(&grown[..4], "people = 6", quiet), NONE, "a third more is no trend");
    assert_eq!(with(&grown[2..], "people = 6", quiet), NONE, "too few then to compare with");
    assert_eq!(with(&grown, "", quiet), NONE, "its people are not known");
    let landed = "team = \"platform\"\n[[answer.\"checkout/a0\"]]\non = 2026-09-14\nsays = \"landed\"\n";
    assert_eq!(with(&grown, "people = 6", landed), NONE, "one has landed since");
    let hired = "[person.a]\nroles = [\"integrator\"]\n[person.b]\n[person.c]\nfrom = 2026-09-01\n[person.d]\nfrom = 2026-09-01\n";
    assert_eq!(with(&grown, hired, quiet), NONE, "its people have doubled");
}

#[test]
fn what_most_plans_ask_for_grows_with_their_number() {
    let with = |needing: usize, others: usize, more: &str| {
        let mut files = vec![("platform/team.kedge.toml".to_owned(), team("platform", ""))];
        for at in 0..needing + others {
            let id = format!("t{at}");
            let to = if at < needing { "platform" } else { "t0" };
            let plan = asking(&id, to, "flag", WITHOUT).replace("asked =", &format!("{more}asked ="));
            files.push((format!("{id}/p.kedge.toml"), plan));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        check(&files)
    };
    assert_eq!(with(6, 6, ""), ["K412"]);
    assert_eq!(with(6, 7, ""), NONE, "less than half of them");
    assert_eq!(with(5, 0, ""), NONE, "a handful");
    assert_eq!(with(6, 0, "withdrawn = 2026-10-10\n"), NONE, "nobody wants it any more");
}

#[test]
fn a_team_is_taken_whole_by_two_of_the_first_initiatives() {
    let with = |work: &str, rank: &str, second: &str| {
        let plan = format!(
            "team = \"shop\"\n[outcome.a]\ndue = 2026-12-10\n[outcome.b]\ndue = 2026-12-10\n[outcome.c]\ndue = 2026-12-10\n{work}"
        );
        let initiatives = format!(
            "[initiative.one]\ntitle = \"1\"\nkind = \"critical-project\"\noutcomes = [\"shop/a\"]\n\
             [initiative.two]\ntitle = \"2\"\nkind = \"critical-project\"\noutcomes = [\"{second}\"]\n"
        );
        check(&[
            ("shop/team.kedge.toml", &team("shop", "")),
            ("shop/p.kedge.toml", &plan),
            ("other/p.kedge.toml", "team = \"other\"\n[outcome.b]\ndue = 2026-12-10\n"),
            ("council.kedge.toml", &council(rank, &initiatives)),
        ])
    };
    let both = "\"one\", \"two\"";
    let taken = "[work.x]\nfor = \"a\"\neffort = \"3w\"\n[work.y]\nfor = \"b\"\neffort = \"3w\"\n";
    assert_eq!(with(taken, both, "shop/b"), ["K414"]);
    assert_eq!(with(taken, "\"one\"", "shop/b"), NONE, "one of them is not ranked");
    assert_eq!(with(taken, both, "other/b"), NONE, "one aim is no conflict");
    let own = format!("{taken}[work.z]\nfor = \"c\"\neffort = \"1w\"\n");
    assert_eq!(with(&own, both, "shop/b"), NONE, "a week is left");
    let hardly = format!("{taken}[work.z]\nfor = \"c\"\neffort = \"1h\"\n");
    assert_eq!(with(&hardly, both, "shop/b"), ["K414"], "an hour is not");
    let unknown = "[work.x]\nfor = \"a\"\n[work.y]\nfor = \"b\"\n[work.z]\nfor = \"c\"\n";
    assert_eq!(with(unknown, both, "shop/b"), NONE, "one item in three, where efforts are missing");
    assert_eq!(with("", both, "shop/b"), NONE, "without work, outcomes count: one of three is its own");
}

#[test]
fn the_first_initiative_hoards_only_where_others_are_ranked_after_it() {
    let with = |rank: &str, first: &str, more: &str| {
        let mut plan = String::from("team = \"shop\"\n");
        let mut initiatives = String::new();
        for id in ["a", "b", "c"] {
            let effort = if id == "a" { first } else { "2w" };
            plan += &format!(
                "[outcome.{id}]\ndue = 2026-12-10\n[work.w{id}]\nfor = \"{id}\"\neffort = \"{effort}\"\n{more}"
            );
            initiatives += &format!(
                "[initiative.{id}]\ntitle = \"I\"\nkind = \"critical-project\"\noutcomes = [\"shop/{id}\"]\n"
            );
        }
        check(&[("shop/p.kedge.toml", &plan), ("council.kedge.toml", &council(rank, &initiatives))])
    };
    let all = "\"a\", \"b\", \"c\"";
    assert_eq!(with(all, "5w", ""), ["K417"]);
    assert_eq!(with(all, "4w", ""), NONE, "half is not more than half");
    assert_eq!(with("\"a\", \"b\"", "5w", ""), NONE, "two are ranked");
    assert_eq!(with("\"b\", \"a\", \"c\"", "5w", ""), NONE, "it is not the first");
    assert_eq!(with(all, "5w", "done = 2026-10-02\n"), NONE, "nothing is left to do");
}

#[test]
fn a_donor_lends_what_is_wanted_while_the_task_force_runs() {
    let with = |wanted: u32, life: &str, loan: &str| {
        let crew = task_force("crew", life).replace("people = 1", &format!("people = {wanted}"));
        let donor = team("checkout", &format!("[person.elif]\n{loan}"));
        check(&[("crew/team.kedge.toml", &crew), ("checkout/team.kedge.toml", &donor)])
    };
    let lent = "[[loan]]\nwho = \"elif\"\nto = \"crew\"\nfrom = 2026-10-05\nuntil = 2026-11-13\n";
    assert_eq!(with(1, FULL, ""), ["K418"]);
    assert_eq!(with(1, FULL, lent), NONE);
    assert_eq!(with(2, FULL, lent), ["K418"], "two are wanted");
    assert_eq!(with(1, FULL, &lent.replace("2026-11-13", "2026-10-09")), ["K418"], "they are back already");
    let later = "time = \"full\"\nstarts = 2026-11-02\nends = 2026-12-11";
    assert_eq!(with(1, later, ""), NONE, "it has not begun");
    assert_eq!(check(&[("crew/team.kedge.toml", &task_force("crew", FULL))]), NONE, "the donor is not here");
}

#[test]
fn a_self_service_is_for_more_than_one() {
    let identity =
        team("identity", "takes-asks = [\"self-service\"]\n[self-service.roles]\nwhat = \"w\"\nhow = \"h\"");
    let served = |team: &str, number: usize| {
        let mut plan = format!("team = \"{team}\"\n[outcome.o]\ndue = 2026-12-10\n");
        for at in 0..number {
            plan += &format!(
                "[ask.a{at}]\nto = \"identity\"\nwhat = \"w\"\nasked = {{ on = 2026-09-28 }}\ngates = \"o\"\n\
                 served = {{ on = 2026-10-01, self-service = \"identity/roles\" }}\n"
            );
        }
        plan
    };
    let with = |first: usize, second: usize| {
        check(&[
            ("identity/team.kedge.toml", &identity),
            ("fulfil/p.kedge.toml", &served("fulfil", first)),
            ("returns/p.kedge.toml", &served("returns", second)),
        ])
    };
    assert_eq!(with(3, 0), ["K415"]);
    assert_eq!(with(2, 0), NONE, "it is young");
    assert_eq!(with(3, 1), NONE);
}
