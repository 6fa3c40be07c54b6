//! What people get told about the mistakes they make: cause, place and fix, all at once.
#![allow(clippy::unwrap_used)]

use kedge_files::{Failed, SourceText, read};
use std::fmt::Write as _;

fn fails(files: &[(&str, &str)]) -> Failed {
    let files =
        files.iter().map(|(path, text)| SourceText { path: (*path).into(), text: (*text).into() }).collect();
    read(files, None).err().unwrap_or_else(|| panic!("these load"))
}

fn told(failed: &Failed) -> String {
    let mut text = String::new();
    for finding in &failed.findings {
        let place = finding.place(&failed.sources).unwrap();
        let _ = writeln!(text, "  {place} {} {}", finding.code, finding.message);
        let fix = finding.fix.as_ref().unwrap_or_else(|| panic!("no fix: {finding:?}"));
        let _ = writeln!(text, "    fix: {}", fix.advice);
        for line in &fix.lines {
            let _ = writeln!(text, "      {line}");
        }
    }
    text
}

/// One mistake in a plan file: the lines behind `team = "checkout"`.
const PLAN: &[(&str, &str)] = &[
    ("an effort without quotes", "[work.a]\neffort = 3w"),
    ("an effort with a spread, without quotes", "[work.a]\neffort = 3w, rarely over 6w"),
    (
        "a share without quotes",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"descope\"\nkeeps = 90%",
    ),
    (
        "a share as a number",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"descope\"\nkeeps = 0.9",
    ),
    ("money without quotes", "[outcome.a]\nvalue = 40k/week"),
    ("money without per what", "[outcome.a]\nvalue = \"40k\""),
    ("a date in quotes", "[outcome.a]\ndue = \"2026-12-10\""),
    ("a date with a time", "[outcome.a]\ndue = 2026-12-10T17:00:00Z"),
    ("a date that is none", "[outcome.a]\ndue = 2026-02-30"),
    ("a date the other way round", "[outcome.a]\ndue = 10-12-2026"),
    ("a range that reads two ways", "[work.a]\neffort = \"3w to 6w\""),
    ("an effort without a unit", "[work.a]\neffort = \"3\""),
    ("an effort in months", "[work.a]\neffort = \"2 months\""),
    ("an effort that is a number", "[work.a]\neffort = 3"),
    (
        "three points that do not rise",
        "[work.a]\neffort = { least = \"3w\", likely = \"2w\", most = \"6w\" }",
    ),
    ("two points", "[work.a]\neffort = { least = \"1w\", most = \"6w\" }"),
    ("a key with a slip", "[work.a]\nefort = \"3w\""),
    ("a key of another table", "[work.a]\nvalue = \"40k/week\""),
    ("a key of another file", "takes-asks = [\"none\"]"),
    (
        "a key of the table above",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"hack\"\nwanted = 2026-11-11",
    ),
    ("a key of the file's top", "[outcome.o]\nperiod = \"2026-Q4\""),
    ("a table with a slip", "[outcomes.o]\ntitle = \"x\""),
    ("a table of another file", "[dataset.o]"),
    ("a table without a name", "[outcome]\ntitle = \"x\""),
    ("a name in capitals", "[outcome.OneTap]"),
    (
        "single brackets",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[ask.b.fallback]\nkind = \"hack\"",
    ),
    ("double brackets", "[[work.a]]\neffort = \"1w\""),
    ("an ask with nothing in it", "[ask.b]"),
    ("an ask of nobody", "[outcome.o]\n[ask.b]\nwhat = \"y\"\ngates = \"o\""),
    ("an ask that gates nothing", "[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = []"),
    (
        "an ask that gates what is not there",
        "[work.sheet]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"shet\"",
    ),
    (
        "a kind that is none",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"hck\"",
    ),
    (
        "a descope that keeps what",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"descope\"",
    ),
    (
        "a hack with a vendor",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"hack\"\nvendor = \"z\"",
    ),
    (
        "a share over all",
        "[outcome.o]\n[ask.b]\nto = \"x\"\nwhat = \"y\"\ngates = \"o\"\n[[ask.b.fallback]]\nkind = \"descope\"\nkeeps = \"110%\"",
    ),
    ("work after another team's", "[work.a]\nafter = \"payments/flag\""),
    ("work after itself", "[work.a]\nafter = \"b\"\n[work.b]\nafter = \"a\""),
    ("work for nothing", "[outcome.one-tap]\n[work.a]\nfor = \"one-tab\""),
    ("a key twice", "[work.a]\neffort = \"1w\"\neffort = \"2w\""),
    ("a table twice", "[work.a]\n[work.b]\n[work.a]"),
    ("one name for two things", "[outcome.a]\n[work.a]"),
    ("a quarter that is none", "period = \"Q4 2026\""),
    ("half a period", "from = 2026-10-01"),
    ("a period backwards", "from = 2026-10-01\nuntil = 2026-09-01"),
    ("a period twice", "period = \"2026-Q4\"\nfrom = 2026-10-01\nuntil = 2026-10-30"),
    ("quotes not closed", "[work.a]\ntitle = \"The sheet\neffort = \"1w\""),
    ("a header not closed", "[work.a\neffort = \"1w\""),
    ("a list not closed", "[work.a]\nafter = [\"b\"\n[work.b]"),
    ("a key of two words", "[work.a]\nnot before = 2026-10-01"),
    ("nobody works", "[work.a]\ncrew = 0"),
    ("a crew in quotes", "[work.a]\ncrew = \"2\""),
    ("two currencies", "[outcome.a]\nvalue = \"40k EUR/week\"\n[outcome.b]\nvalue = \"40k USD/week\""),
    ("a rule that is none", "[work.a]\nsilence = { K12 = \"no\" }"),
    ("a silence without a reason", "[work.a]\nsilence = { K302 = { until = 2026-12-01 } }"),
    ("done before begun", "[work.a]\nstarted = 2026-10-10\ndone = 2026-10-01"),
    ("an empty text", "title = \"\""),
    ("a colon for an equals sign", "title: \"x\""),
];

#[test]
fn mistakes_in_a_plan() {
    let mut text = String::new();
    for (name, lines) in PLAN {
        let file = format!("team = \"checkout\"\n{lines}\n");
        let failed = fails(&[("checkout/tap.kedge.toml", &file)]);
        let _ = writeln!(text, "{name}\n{}", told(&failed));
    }
    insta::assert_snapshot!(text);
}

/// Mistakes that several files make together, or other kinds of files.
const FOLDERS: &[(&str, &[(&str, &str)])] = &[
    ("no team", &[("checkout/tap.kedge.toml", "[outcome.a]\n")]),
    ("another folder", &[("checkout/tap.kedge.toml", "team = \"chekout\"\n")]),
    ("the council's name", &[("council.kedge.toml", "team = \"checkout\"\nrank = []\n")]),
    ("a file name that is no name", &[("checkout/One Tap.kedge.toml", "team = \"checkout\"\n")]),
    ("an empty file", &[("checkout/tap.kedge.toml", "")]),
    (
        "one thing in two files",
        &[
            ("checkout/a.kedge.toml", "team = \"checkout\"\n[work.x]\n"),
            ("checkout/b.kedge.toml", "team = \"checkout\"\n\n[work.x]\n"),
        ],
    ),
    (
        "a team that nobody knows",
        &[
            ("kedge.toml", "name = \"Shop\"\n"),
            ("payments/team.kedge.toml", "team = \"payments\"\nkind = \"stream\"\n"),
            ("checkout/team.kedge.toml", "team = \"checkout\"\nkind = \"stream\"\n"),
            (
                "checkout/tap.kedge.toml",
                "team = \"checkout\"\n[outcome.o]\n[ask.b]\nto = \"paymnets\"\nwhat = \"y\"\ngates = \"o\"\n",
            ),
        ],
    ),
    (
        "an answer that says nothing, too much, and the wrong things",
        &[(
            "payments/answers.kedge.toml",
            "team = \"payments\"\n[[answer.\"checkout/token\"]]\non = 2026-10-06\n\
             [[answer.\"checkout/token\"]]\non = 2026-10-07\nsays = \"committed\"\nhost = \"welcome\"\n\
             [[answer.\"checkout/token\"]]\non = 2026-10-08\nsays = \"declined\"\nby = 2026-11-20\n\
             [answer.\"checkout/other\"]\non = 2026-10-08\nsays = \"declined\"\n",
        )],
    ),
    (
        "a team that does not fit its kind",
        &[
            ("kedge.toml", "name = \"Shop\"\n"),
            (
                "crew/team.kedge.toml",
                "team = \"crew\"\nkind = \"task-force\"\nmembers = [\"crew\"]\nturnaround = \"a week\"\n",
            ),
        ],
    ),
    (
        "settings",
        &[(
            "kedge.toml",
            "language = 2\nname = 7\nconfidence = 80%\nspread = \"3x\"\n[calendar]\ndays = [\"monday\"]\nfirst-month = 13\n\
             [severities]\nK101 = \"fatal\"\n[measure.x]\ntitle = \"X\"\n[repository.shop]\n[assume]\nsilence = { K101 = \"x\" }\n",
        )],
    ),
    (
        "data",
        &[(
            "shop/data.kedge.toml",
            "team = \"shop\"\n[dataset.d]\nwhere = \"catalog/**\"\n[dataset.d.contract]\nkind = \"serial\"\nversion = 0\n\
             [dataset.d.invariant.i]\nkind = \"unique\"\nfield = \"a\"\nfields = [\"a\", \"b\"]\n",
        )],
    ),
    (
        "a plan that its name makes a data file",
        &[("shop/database-move.kedge.toml", "team = \"shop\"\nperiod = \"2026-Q4\"\n[work.a]\n")],
    ),
    (
        "errors in several files, and what follows from them left out",
        &[
            ("kedge.toml", "name = \"Shop\"\n"),
            ("payments/team.kedge.toml", "team = \"payments\"\nkind = \"strem\"\n"),
            ("checkout/team.kedge.toml", "team = \"checkout\"\nkind = \"stream\"\n"),
            (
                "checkout/tap.kedge.toml",
                "team = \"checkout\"\n[work.a]\neffort = 3w\ndue = 2026-10-01\n[work.b]\nafter = \"a\"\n\
                 [ask.c]\nto = \"payments\"\nwhat = \"x\"\ngates = \"b\"\nwanted = \"soon\"\n",
            ),
        ],
    ),
];

#[test]
fn mistakes_in_a_folder() {
    let mut text = String::new();
    for (name, files) in FOLDERS {
        let _ = writeln!(text, "{name}\n{}", told(&fails(files)));
    }
    insta::assert_snapshot!(text);
}
