//! An organisation in which every feature of the forecast is on, as plan files: all kinds of effort, progress, answer
//! and fallback, calendars, absences and loans, shifts, joined needs, ranks of teams and of the council.
//!
//! Its teams have about as many people and items as those of the reference organisation, so that the time per
//! completion can be compared.

use std::fmt::Write as _;

/// The date on which its facts are known.
pub const AS_OF: &str = "2026-10-14";

/// Items of each plan, apart from the one that others asked for.
const ITEMS: usize = 20;
/// How far away, in the row of teams, the teams are that each team's asks go to.
const ASKED: [usize; 3] = [1, 7, 29];

/// The files of an organisation with so many teams that plan, by path; at least 30.
pub fn files(teams: usize) -> Vec<(String, String)> {
    let mut files =
        vec![("kedge.toml".into(), SETTINGS.into()), ("council.kedge.toml".into(), council(teams))];
    let mut answers: Vec<String> = (0..teams).map(|team| format!("team = \"{}\"\n", name(team))).collect();
    for team in 0..teams {
        files.push((format!("{}/team.kedge.toml", name(team)), profile(team, teams)));
        files.push((format!("{}/plan.kedge.toml", name(team)), plan(team, teams)));
        for (ask, distance) in ASKED.into_iter().enumerate() {
            answer(&mut answers[(team + distance) % teams], team, ask);
        }
        if team % 4 == 3 {
            let asks =
                [0, 1].map(|ask| format!("\"{}/ask-{ask}\"", name((team + teams - ASKED[ask]) % teams)));
            let _ = write!(
                answers[team],
                "\n[need.shared]\nwhat   = \"One thing for two teams\"\nasks   = [{}]\non     = 2026-10-07\n\
                 effort = \"4d, rarely over 8d\"\n",
                asks.join(", ")
            );
        }
    }
    for (team, text) in answers.into_iter().enumerate() {
        files.push((format!("{}/answers.kedge.toml", name(team)), text));
    }
    files.extend(others(teams));
    files
}

fn name(team: usize) -> String {
    format!("team-{team:03}")
}

/// What kind of ask it is, out of twelve, which decides its answer and its fallbacks; all are spread over all teams.
fn kind(team: usize, ask: usize) -> usize {
    (team * ASKED.len() + ask) % 12
}

const SETTINGS: &str = r#"language    = 1
name        = "Everything"
currency    = "EUR"
person-week = "4k"
horizon     = "26w"

[calendar]
holidays = [2026-12-25, 2026-12-28, 2027-01-01, 2027-03-29]

[assume]
shifts      = "1/quarter"
guide-share = "20%"
"#;

fn council(teams: usize) -> String {
    let mut text = String::from("team = \"council\"\nrank = [\"first\", \"second\"");
    for team in (0..teams).step_by(10) {
        let _ = write!(text, ", \"{}/ask-0\"", name(team));
    }
    text.push_str("]\n\n[person.sponsor]\nname  = \"The sponsor\"\nroles = [\"sponsor\", \"stakeholder\"]\n");
    for (initiative, from) in [("first", 0), ("second", 5)] {
        let outcomes = (from..teams).step_by(10).map(|team| format!("\"{}/main\"", name(team)));
        let outcomes = outcomes.collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "\n[initiative.{initiative}]\ntitle    = \"The {initiative}\"\noutcomes = [{outcomes}]\n\
             sponsor  = \"sponsor\"\n",
        );
    }
    text
}

fn profile(team: usize, teams: usize) -> String {
    let mut text = format!(
        "team       = \"{}\"\nkind       = \"{}\"\npeople     = {}\nfocus      = \"{}%\"\n\
         takes-asks = [\"independent\", \"away-team-host\"]\nrank       = [\"main\", \"{}/ask-1\", \"other\"]\n",
        name(team),
        if team.is_multiple_of(10) { "platform" } else { "stream" },
        3 + team % 3,
        100 - team % 3 * 10,
        name((team + teams - ASKED[1]) % teams),
    );
    let mut on = |every: usize, rest: usize, more: &str| {
        if team % every == rest {
            text.push_str(more);
        }
    };
    on(4, 0, "other-work = \"20%\"\n");
    on(5, 0, "shifts     = \"2/quarter\"\n");
    on(8, 0, "holidays   = [2026-11-11, 2026-12-24]\n");
    on(
        1,
        0,
        "\n[person.lead]\nroles = [\"lead\"]\n\n[person.guide]\nroles = [\"integrator\"]\n\n[person.guest]\n",
    );
    on(2, 0, "\n[[absence]]\nwho   = \"guide\"\nfrom  = 2026-11-02\nuntil = 2026-11-13\n");
    on(6, 0, "\n[[absence]]\nfrom  = 2026-12-21\nuntil = 2026-12-31\nshare = \"50%\"\n");
    on(20, 3, "\n[[loan]]\nwho   = \"guest\"\nto    = \"crew\"\nfrom  = 2026-10-05\nuntil = 2026-12-18\n");
    let embedded = format!(
        "\n[[loan]]\nwho   = \"guest\"\nto    = \"{}\"\nkind  = \"embed\"\nshare = \"50%\"\nfrom  = 2026-11-02\n\
         until = 2026-11-30\n",
        name((team + 1) % teams)
    );
    on(20, 13, &embedded);
    on(3, 0, "\n[away-teams]\nmerge = \"open\"\nguide = \"guide\"\n");
    on(3, 1, "\n[away-teams]\nmerge = \"host\"\nguide = \"guide\"\n");
    text
}

fn plan(team: usize, teams: usize) -> String {
    let mut text = format!(
        "team   = \"{}\"\nperiod = \"2026-Q4\"\n\n\
         [outcome.main]\nvalue     = \"{}k/week\"\ndue       = 2026-12-{:02}\nlate-cost = \"20k\"\ncombine   = \"{}\"\n\n\
         [outcome.other]\nvalue      = \"5k/week\"\nvalue-from = 2027-01-04\nlate-cost  = \"1k/week\"\n\n\
         [work.for-others]\neffort = \"3d, rarely over 7d\"\n",
        name(team),
        10 + team % 40,
        4 + team % 15,
        if team.is_multiple_of(2) { "product" } else { "least" },
    );
    for item in 0..ITEMS {
        work(&mut text, team, item);
    }
    for ask in 0..ASKED.len() {
        let kind = kind(team, ask);
        let _ = write!(
            text,
            "\n[ask.ask-{ask}]\nto     = \"{}\"\nwhat   = \"A part of theirs\"\nwanted = 2026-11-{:02}\n\
             asked  = {{ on = 2026-09-{:02}, how = \"brief\" }}\neffort = \"3d, rarely over 6d\"\n\
             gates  = [{}]\n{}",
            name((team + ASKED[ask]) % teams),
            2 + team % 25,
            7 + team % 20,
            ["\"item-9\"", "\"item-14\", \"item-17\"", "\"main\""][ask],
            match kind {
                2 => "accepted = 2026-10-12\n",
                7 => "odds   = { taken-up = \"60%\", median = \"45d\" }\n",
                10 => "until  = 2026-11-30\n",
                _ => "",
            }
        );
        if kind == 11 && team.is_multiple_of(8) {
            let _ = write!(
                text,
                "\n[[ask.ask-{ask}.returned]]\non  = 2026-10-08\nwhy = \"It fails under load\"\n"
            );
        }
        for fallback in fallbacks(kind) {
            let _ = write!(text, "\n[[ask.ask-{ask}.fallback]]\n{fallback}");
        }
    }
    text
}

fn work(text: &mut String, team: usize, item: usize) {
    // As in the reference organisation: after none, one or two earlier ones.
    let after = match (team * 7 + item * 5) % 3 {
        1 if item > 0 => format!("\"item-{}\"", item / 2),
        2 if item > 1 => format!("\"item-{}\", \"item-{}\"", item - 1, item / 3),
        _ => String::new(),
    };
    let days = 1 + (team * 13 + item * 11) % 9;
    let effort = match item % 5 {
        0 => format!("\"{days}d\""),
        1 => format!("{{ least = \"{}h\", likely = \"{days}d\", most = \"{}d\" }}", days * 4, days * 3),
        2 => format!("[\"{days}d\", \"{}d\", \"{}d\", \"{}h\"]", days + 1, days * 2, days * 6),
        _ => format!("\"{days}d, rarely over {}d\"", days * 2 + 1),
    };
    let more = match item {
        0 if team.is_multiple_of(3) => "started    = 2026-10-01\ndone       = 2026-10-09\n",
        0 => "started    = 2026-10-12\n",
        3 if team.is_multiple_of(2) => {
            "started    = 2026-10-05\nleft       = { on = 2026-10-13, effort = \"2d, rarely over 4d\" }\n"
        }
        8 => "crew       = 2\n",
        11 => "not-before = 2026-11-02\n",
        _ => "",
    };
    let serves = if item % 3 == 2 { "other" } else { "main" };
    let _ = write!(
        text,
        "\n[work.item-{item}]\nfor        = \"{serves}\"\nafter      = [{after}]\neffort     = {effort}\n{more}",
    );
}

/// The chain of fallbacks of an ask of that kind: every kind somewhere, one hack live and one being made.
fn fallbacks(kind: usize) -> Vec<String> {
    let hack = |more: &str| {
        format!(
            "kind     = \"hack\"\ncreate   = \"4d, rarely over 8d\"\nmaintain = \"2d/month\"\n\
             migrate  = \"2d, rarely over 5d\"\nkeeps    = \"90%\"\n{more}"
        )
    };
    let away =
        || String::from("kind   = \"away-team\"\nsend   = \"lead\"\ncreate = \"3d, rarely over 8d\"\n");
    let buy = || {
        String::from(
            "kind    = \"buy\"\nprice   = \"5k\"\nfee     = \"100/week\"\nlead    = \"14d\"\n\
             create  = \"2d, rarely over 4d\"\nmigrate = \"2d, rarely over 4d\"\n",
        )
    };
    let recreate = || {
        String::from(
            "kind     = \"recreate\"\ncreate   = \"5d, rarely over 9d\"\nmaintain = \"1d/month\"\n\
             migrate  = \"1d, rarely over 3d\"\nskips    = \"item-5\"\n",
        )
    };
    let by = |kind: &str, team: &str| {
        format!("kind   = \"{kind}\"\nwith   = \"{team}\"\ncreate = \"3d, rarely over 6d\"\n")
    };
    let less = |kind: &str| format!("kind  = \"{kind}\"\nkeeps = \"80%\"\n");
    match kind {
        0 => vec![away(), hack("")],
        1 => vec![hack("taken    = 2026-09-28\nlive     = 2026-10-09\n")],
        2 => vec![hack("taken    = 2026-10-08\n")],
        3 => vec![by("tiger-team", "squad"), recreate()],
        4 => vec![by("community", "guild"), less("do-without")],
        5 => vec![String::from("kind = \"escalate\"\n"), less("descope")],
        6 => vec![buy()],
        7 => vec![away(), buy(), less("do-without")],
        8 => vec![recreate()],
        9 => vec![hack("start    = 2026-11-02\n")],
        10 => vec![hack("start    = \"now\"\n")],
        _ => Vec::new(),
    }
}

fn answer(text: &mut String, asker: usize, ask: usize) {
    let mut say = |entry: &str| {
        let _ = write!(text, "\n[[answer.\"{}/ask-{ask}\"]]\non    = 2026-10-06\n{entry}", name(asker));
    };
    match kind(asker, ask) {
        0 => {
            say("says  = \"considering\"\nuntil = 2026-11-06\n");
            say("host  = \"welcome\"\nguide = \"guide\"\n");
        }
        2 => say("says  = \"countered\"\noffer = \"Half of it\"\nby    = 2026-11-20\n"),
        3 => say("says  = \"committed\"\nby    = 2026-11-13\nwork  = \"for-others\"\n"),
        4 => say("says  = \"committed\"\nby    = 2026-11-20\neffort = \"2d, rarely over 5d\"\n"),
        5 => say("says  = \"declined\"\n"),
        8 => say("says  = \"committed\"\nby    = 2026-12-04\n"),
        11 => say("says  = \"landed\"\n"),
        _ => {}
    }
}

/// Those who plan nothing: a tiger team, a community, a task force.
fn others(teams: usize) -> Vec<(String, String)> {
    let members = (0..teams).step_by(4).map(|team| format!("\"{}\"", name(team)));
    let wants = (3..teams).step_by(20).map(|team| format!("{{ team = \"{}\", people = 1 }}", name(team)));
    let listed = |all: Vec<String>| all.join(", ");
    vec![
        ("squad/team.kedge.toml".into(), "team   = \"squad\"\nkind   = \"tiger\"\npeople = 3\n".into()),
        (
            "guild/team.kedge.toml".into(),
            format!(
                "team    = \"guild\"\nkind    = \"community\"\nmembers = [{}]\n",
                listed(members.collect())
            ),
        ),
        (
            "crew/team.kedge.toml".into(),
            format!(
                "team        = \"crew\"\nkind        = \"task-force\"\nfor         = \"council/first\"\n\
                 time        = \"full\"\nstarts      = 2026-10-05\nends        = 2026-12-18\nwants       = [{}]\n\
                 later-owner = \"{}\"\n",
                listed(wants.collect()),
                name(0)
            ),
        ),
    ]
}
