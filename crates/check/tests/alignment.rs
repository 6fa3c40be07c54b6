//! The rules on shared data and shared solutions: what each must see, and when it must stay silent.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

mod support;

use support::{Checked, check_surveyed, check_text};

fn codes(checked: &Checked) -> Vec<String> {
    assert!(checked.report.as_of.is_some(), "{:#?}", checked.report.findings);
    let findings = checked.report.findings.iter();
    findings.map(|finding| finding.code.to_string()).filter(|code| code.starts_with("K5")).collect()
}

fn check(files: &[(&str, &str)]) -> Vec<String> {
    codes(&check_text(files))
}

const NONE: [&str; 0] = [];

fn dataset(more: &str) -> String {
    format!("team = \"catalog\"\n[dataset.stock]\n{more}\n")
}

const TWO: &str = "writers = [\"catalog\", \"returns\"]\n";

#[test]
fn two_writers_want_a_contract_and_a_proposal_is_on_its_way_to_one() {
    let with = |more: &str| check_text(&[("catalog/data.kedge.toml", &dataset(more))]);
    assert_eq!(codes(&with(TWO)), ["K501"]);
    assert_eq!(codes(&with("writers = [\"returns\"]\n")), NONE, "one writer, whoever it is");
    let operation = "writers = [\"catalog\"]\n[dataset.stock.operation.back]\nwriter = \"returns\"\ndoes = \"increment\"\nfield = \"n\"\n";
    assert_eq!(codes(&with(operation)), ["K501"], "who writes is in the operations too");
    let given_up = format!(
        "{TWO}[dataset.stock.contract]\nkind = \"serial\"\nhome = \"s\"\nversion = 3\nretired = 2026-09-01\n"
    );
    let service = "team = \"catalog\"\ntitle = \"C\"\nkind = \"stream\"\n[service.s]\npaths = [\"a:b/**\"]\n";
    let checked =
        check_text(&[("catalog/data.kedge.toml", &dataset(&given_up)), ("catalog/team.kedge.toml", service)]);
    assert_eq!(codes(&checked), ["K501"]);
    let fix = checked.report.findings.iter().find(|it| it.code.number() == 501).unwrap().fix.clone().unwrap();
    assert!(fix.lines.contains(&"version = 4".to_owned()), "{fix:?}");
    let proposal = "team = \"catalog\"\n[proposal.p]\ntitle = \"T\"\nproblem = \"P\"\ndataset = \"stock\"\nadopters = [\"returns\"]\nopened = 2026-10-01\n";
    let checked =
        check_text(&[("catalog/data.kedge.toml", &dataset(TWO)), ("catalog/proposal.kedge.toml", proposal)]);
    let finding = checked.report.findings.iter().find(|it| it.code.number() == 501).unwrap();
    assert_eq!(finding.severity.word(), "note");
}

#[test]
fn a_searching_organisation_gets_no_alignment_error() {
    let files = [
        ("kedge.toml", "name = \"Pier\"\nstage = \"searching\"\n"),
        ("catalog/team.kedge.toml", "team = \"catalog\"\ntitle = \"C\"\nkind = \"stream\"\n"),
        ("returns/team.kedge.toml", "team = \"returns\"\ntitle = \"R\"\nkind = \"stream\"\n"),
        ("catalog/data.kedge.toml", &*dataset(TWO)),
    ];
    let checked = check_text(&files);
    assert_eq!(codes(&checked), ["K501"]);
    assert_eq!(checked.report.summary.errors, 0);
    let scaling =
        files.map(|(path, text)| (path, if path == "kedge.toml" { "name = \"Pier\"\n" } else { text }));
    assert_eq!(check_text(&scaling).report.summary.errors, 1);
}

/// A merged contract opened on a day, and what returns has said to it.
fn signed(opened: &str, team: &str, said: &str) -> Vec<String> {
    let data = dataset(&format!(
        "{TWO}[dataset.stock.contract]\nkind = \"merged\"\nversion = 2\nmerge = {{ n = \"sum\" }}\n{opened}"
    ));
    let team = format!("team = \"returns\"\ntitle = \"R\"\nkind = \"stream\"\n{team}");
    let answers = format!("team = \"returns\"\n{said}");
    check(&[
        ("catalog/data.kedge.toml", &data),
        ("returns/team.kedge.toml", &team),
        ("returns/answers.kedge.toml", &answers),
    ])
}

#[test]
fn a_writer_signs_within_its_turnaround() {
    let says = |version: u32, on: &str, word: &str| {
        format!("[[sign]]\ncontract = \"catalog/stock\"\nversion = {version}\non = {on}\nsays = \"{word}\"\n")
    };
    let opened = "opened = 2026-10-01";
    assert_eq!(signed(opened, "", ""), ["K502"]);
    assert_eq!(signed("", "", ""), NONE, "a draft");
    assert_eq!(signed(opened, "turnaround = \"20d\"", ""), NONE, "it has time");
    assert_eq!(signed(opened, "turnaround = \"5d\"", ""), ["K502"]);
    assert_eq!(signed(opened, "", &says(2, "2026-10-05", "signed")), NONE);
    assert_eq!(signed(opened, "", &says(1, "2026-10-05", "signed")), ["K502"], "an earlier version");
    assert_eq!(signed(opened, "", &says(2, "2026-10-05", "considering")), ["K502"]);
    assert_eq!(signed(opened, "", &says(2, "2026-10-15", "signed")), ["K502"], "that is tomorrow");
    assert_eq!(signed(opened, "", &says(2, "2026-10-05", "declined")), ["K503"]);
    let changed = says(2, "2026-10-05", "declined") + &says(2, "2026-10-07", "signed");
    assert_eq!(signed(opened, "", &changed), NONE, "the latest word counts");
    assert_eq!(
        signed(opened, "", &says(1, "2026-10-05", "declined")),
        ["K502"],
        "they have not said no to this one"
    );
}

#[test]
fn who_is_told_is_who_can_sign() {
    let data = dataset(&format!(
        "{TWO}[dataset.stock.contract]\nkind = \"merged\"\nversion = 2\nmerge = {{ n = \"sum\" }}\nopened = 2026-10-01"
    ));
    let checked = check_text(&[("catalog/data.kedge.toml", &data)]);
    let finding = checked.report.findings.iter().find(|it| it.code.number() == 502).unwrap();
    assert_eq!(finding.team.as_ref().unwrap().as_str(), "returns");
    assert_eq!(
        finding.message,
        "returns writes `catalog/stock` and has not signed version 2 of its contract: it has said nothing"
    );
}

/// Operations on `n`: who does what.
fn operations(of: &[(&str, &str)]) -> String {
    of.iter()
        .enumerate()
        .map(|(at, (who, does))| {
            format!("[dataset.stock.operation.o{at}]\nwriter = \"{who}\"\ndoes = \"{does}\"\nfield = \"n\"\n")
        })
        .collect()
}

const MERGED: &str = "[dataset.stock.contract]\nkind = \"merged\"\nversion = 1\nmerge = { n = \"last-writer\", m = \"last-writer\" }\n";
const SERIAL: &str = "[dataset.stock.contract]\nkind = \"serial\"\nversion = 1\nhome = \"s\"\n";
const SERVICE: &str =
    "team = \"catalog\"\ntitle = \"C\"\nkind = \"stream\"\n[service.s]\npaths = [\"a:b/**\"]\n";

/// The table of Bailis et al. 2014 (table 2), row by row: an invariant, an operation, and whether several writers that
/// nobody orders keep it. `materialised views`, `secondary indexing` and sizes of collections are not in the language.
#[test]
fn what_a_merge_keeps_is_what_the_published_table_says() {
    let rows = [
        // Attribute equality and inequality, any operation: kept.
        ("kind = \"per-row\"\nfield = \"n\"", "set", true),
        // Uniqueness, choose a specific value: not kept. Choose some value: kept.
        ("kind = \"unique\"\nfield = \"n\"\nchosen = true", "insert", false),
        ("kind = \"unique\"\nfield = \"n\"\nchosen = true", "set", false),
        ("kind = \"unique\"\nfield = \"n\"", "insert", true),
        // Foreign key, insert: kept. (Delete is a row of its own test.)
        ("kind = \"reference\"\nfield = \"n\"\nto = \"product\"", "insert", true),
        // > by increment: kept; > by decrement: not. < the other way round.
        ("kind = \"balance\"\nfield = \"n\"\nmin = 0", "increment", true),
        ("kind = \"balance\"\nfield = \"n\"\nmin = 0", "decrement", false),
        ("kind = \"balance\"\nfield = \"n\"\nmax = 9", "increment", false),
        ("kind = \"balance\"\nfield = \"n\"\nmax = 9", "decrement", true),
    ];
    for (invariant, does, kept) in rows {
        let of = |contract: &str| {
            let more = format!(
                "{TWO}[dataset.stock.invariant.i]\n{invariant}\n{}{contract}\n[dataset.product]\nwriters = [\"catalog\"]\n",
                operations(&[("catalog", does), ("returns", does)])
            );
            check(&[("catalog/data.kedge.toml", &dataset(&more)), ("catalog/team.kedge.toml", SERVICE)])
        };
        let merged: &[&str] = if kept { &[] } else { &["K505"] };
        assert_eq!(of(MERGED), merged, "{invariant} under {does}");
        assert_eq!(of(SERIAL), NONE, "one at a time keeps {invariant} under {does}");
    }
}

#[test]
fn a_reference_to_what_is_deleted_holds_only_where_both_are_decided_in_one_place() {
    let with = |own: &str, target: &str, delete: &str| {
        let text = format!(
            "team = \"catalog\"\n[dataset.stock]\nwriters = [\"catalog\"]\n[dataset.stock.invariant.i]\nkind = \"reference\"\nfield = \"n\"\n\
             to = \"product\"\n{own}[dataset.product]\nwriters = [\"catalog\"]\n{delete}{target}"
        );
        let service = format!(
            "{SERVICE}why-apart = {{ because = \"load\", why = \"w\" }}\n[service.t]\npaths = [\"a:c/**\"]\nwhy-apart = {{ because = \"load\", why = \"w\" }}\n"
        );
        check(&[("catalog/data.kedge.toml", &text), ("catalog/team.kedge.toml", &service)])
    };
    let delete = "[dataset.product.operation.d]\nwriter = \"catalog\"\ndoes = \"delete\"\n";
    let serial_at = |set: &str, home: &str| {
        format!("[dataset.{set}.contract]\nkind = \"serial\"\nversion = 1\nhome = \"{home}\"\n")
    };
    let owned = |set: &str| format!("[dataset.{set}.contract]\nkind = \"owned\"\nversion = 1\n");
    assert_eq!(with(&serial_at("stock", "s"), &serial_at("product", "s"), delete), NONE, "one home");
    assert_eq!(with(&serial_at("stock", "s"), &serial_at("product", "t"), delete), ["K505"], "two homes");
    assert_eq!(with(&serial_at("stock", "s"), &owned("product"), delete), ["K505"]);
    assert_eq!(with(&owned("stock"), &owned("product"), delete), NONE, "one owner orders both");
    assert_eq!(with(&serial_at("stock", "s"), &serial_at("product", "t"), ""), NONE, "nothing is deleted");
}

#[test]
fn fields_that_merge_apart_are_no_row_any_more() {
    let with = |fields: &str, second: &str| {
        let more = format!(
            "{TWO}[dataset.stock.invariant.i]\nkind = \"per-row\"\nfields = {fields}\n{MERGED}{}[dataset.stock.operation.m]\nwriter = \"{second}\"\ndoes = \"set\"\nfield = \"m\"\n",
            operations(&[("catalog", "set")])
        );
        check(&[("catalog/data.kedge.toml", &dataset(&more))])
    };
    assert_eq!(with("[\"n\", \"m\"]", "returns"), ["K505"]);
    assert_eq!(with("[\"n\"]", "returns"), NONE);
    assert_eq!(with("[\"n\", \"m\"]", "catalog"), NONE, "one team sets both");
}

#[test]
fn a_field_that_only_grows_needs_a_merge_that_knows_it() {
    let with = |merge: &str| {
        let more = format!(
            "{TWO}[dataset.stock.invariant.i]\nkind = \"monotone\"\nfield = \"n\"\n{}{}",
            operations(&[("catalog", "set"), ("returns", "set")]),
            MERGED.replace("n = \"last-writer\"", &format!("n = \"{merge}\""))
        );
        check(&[("catalog/data.kedge.toml", &dataset(&more))])
    };
    assert_eq!(with("last-writer"), ["K505"]);
    assert_eq!(with("max"), NONE);
}

#[test]
fn one_writer_breaks_nothing_by_itself() {
    let more = format!(
        "writers = [\"catalog\"]\n[dataset.stock.invariant.i]\nkind = \"balance\"\nfield = \"n\"\nmin = 0\n{MERGED}{}",
        operations(&[("catalog", "decrement")])
    );
    assert_eq!(check(&[("catalog/data.kedge.toml", &dataset(&more))]), NONE);
}

#[test]
fn counting_and_setting_one_field_is_told_where_nobody_orders_it() {
    let with = |contract: &str, of: &[(&str, &str)]| {
        let more = format!("{TWO}{}{contract}", operations(of));
        check(&[("catalog/data.kedge.toml", &dataset(&more)), ("catalog/team.kedge.toml", SERVICE)])
    };
    let mixed = [("catalog", "increment"), ("returns", "read-then-set")];
    assert_eq!(with(MERGED, &mixed), ["K504"]);
    assert_eq!(with(SERIAL, &mixed), NONE);
    assert_eq!(
        with(MERGED, &[("catalog", "increment"), ("catalog", "set"), ("returns", "increment")]),
        ["K504"]
    );
    assert_eq!(
        with(MERGED, &[("catalog", "increment"), ("catalog", "set")]),
        NONE,
        "one team knows what it does"
    );
    assert_eq!(with(MERGED, &[("catalog", "increment"), ("returns", "decrement")]), NONE);
}

#[test]
fn one_place_has_one_owner() {
    let at = |team: &str, place: &str| {
        format!("team = \"{team}\"\n[dataset.d]\nwhere = [\"{place}\"]\nwriters = [\"{team}\"]\n")
    };
    let with = |one: &str, other: &str| {
        check(&[
            ("catalog/data.kedge.toml", &at("catalog", one)),
            ("returns/data.kedge.toml", &at("returns", other)),
        ])
    };
    assert_eq!(with("shop:stock/**", "shop:stock/**"), ["K504"]);
    assert_eq!(with("shop:stock/**", "shop:returns/**"), NONE);
}

#[test]
fn owned_is_for_one_writer() {
    let with = |writers: &str| {
        let more = format!("writers = {writers}\n[dataset.stock.contract]\nkind = \"owned\"\nversion = 1\n");
        check(&[("catalog/data.kedge.toml", &dataset(&more))])
    };
    assert_eq!(with("[\"catalog\", \"returns\"]"), ["K506"]);
    assert_eq!(with("[\"catalog\"]"), NONE);
}

#[test]
fn a_need_wants_one_answer_unless_apart_is_the_answer() {
    let plan = |team: &str, fallback: &str| {
        format!(
            "team = \"{team}\"\n[outcome.o]\ndue = 2026-12-10\n[ask.a]\nto = \"payments\"\nwhat = \"w\"\nasked = {{ on = 2026-10-01 }}\ngates = \"o\"\n\
             [[ask.a.fallback]]\n{fallback}\n"
        )
    };
    let need = "team = \"payments\"\n[need.n]\nwhat = \"w\"\nasks = [\"checkout/a\", \"returns/a\"]\non = 2026-10-02\n";
    let with = |one: &str, other: &str, proposal: &str| {
        check(&[
            ("checkout/p.kedge.toml", &plan("checkout", one)),
            ("returns/p.kedge.toml", &plan("returns", other)),
            ("payments/answers.kedge.toml", need),
            ("payments/proposal.kedge.toml", proposal),
        ])
    };
    let none = "team = \"payments\"\n";
    let taken = "kind = \"hack\"\ncreate = \"1w\"\ntaken = 2026-10-05";
    assert_eq!(with(taken, taken, none), ["K507"]);
    assert_eq!(with(taken, "kind = \"hack\"\ncreate = \"1w\"", none), NONE, "one is only planned");
    assert_eq!(
        with(taken, "kind = \"do-without\"\nkeeps = \"50%\"\ntaken = 2026-10-05", none),
        NONE,
        "one goes without"
    );
    let left =
        "kind = \"hack\"\ncreate = \"1w\"\ntaken = 2026-10-01\nlive = 2026-10-02\nmigrated = 2026-10-09";
    assert_eq!(with(taken, left, none), NONE, "one is left");
    let proposal = "team = \"payments\"\n[proposal.p]\ntitle = \"T\"\nproblem = \"P\"\nsettles = [\"checkout/a\", \"returns/a\"]\nadopters = [\"checkout\", \"returns\"]\n";
    assert_eq!(with(taken, taken, proposal), NONE, "it is compared");
    assert_eq!(with(taken, taken, &format!("{proposal}retired = 2026-10-07\n")), ["K507"]);
}

#[test]
fn two_proposals_for_one_thing_are_told_once() {
    let proposal = |team: &str, problem: &str, more: &str| {
        format!(
            "team = \"{team}\"\n[proposal.p]\ntitle = \"T\"\nproblem = \"{problem}\"\nadopters = [\"checkout\"]\n{more}\n"
        )
    };
    let with = |one: &str, other: &str| {
        check(&[
            ("loyalty/proposal.kedge.toml", one),
            ("payments/proposal.kedge.toml", other),
            ("payments/data.kedge.toml", "team = \"payments\"\n[dataset.ledger]\nwriters = [\"payments\"]\n"),
        ])
    };
    let problem = "Balances are rounded in three ways";
    assert_eq!(
        with(
            &proposal("loyalty", problem, ""),
            &proposal("payments", "In three ways, balances are rounded", "")
        ),
        ["K508"]
    );
    assert_eq!(
        with(&proposal("loyalty", problem, ""), &proposal("payments", "Mails are sent from four places", "")),
        NONE
    );
    let same = "dataset = \"payments/ledger\"";
    assert_eq!(
        with(&proposal("loyalty", "Rounding", same), &proposal("payments", "Reconciling", same)),
        ["K508"]
    );
    let over = format!("{same}\nretired = 2026-10-01");
    assert_eq!(with(&proposal("loyalty", problem, &over), &proposal("payments", problem, same)), NONE);
}

#[test]
fn together_is_priced_against_apart_with_everybody_s_own_prices() {
    let with = |adopt: &str, alone: &str, more: &str, signed: &str| {
        let proposal = format!(
            "team = \"payments\"\n[proposal.p]\ntitle = \"T\"\nproblem = \"P\"\nadopters = [\"checkout\", \"returns\"]\n{more}\n[proposal.p.option.service]\nkind = \"service\"\n\
             build = [\"1w\"]\n{adopt}\n[proposal.p.option.apart]\nkind = \"apart\"\n{alone}\n"
        );
        check_text(&[
            ("payments/proposal.kedge.toml", &proposal),
            ("checkout/answers.kedge.toml", &format!("team = \"checkout\"\n{signed}")),
        ])
    };
    // Histories of one have that mean: 5 + 2 × 5 = 15 days against 2 × 7 = 14.
    let checked = with("adopt = [\"5d\"]", "alone = [\"7d\"]", "", "");
    assert_eq!(codes(&checked), ["K509"]);
    let finding = checked.report.findings.iter().find(|it| it.code.number() == 509).unwrap();
    assert_eq!(
        finding.message,
        "`service` takes 15 person-days (5 to build, 10 to adopt, 0 to keep over 52w), going apart 14 (14 and 0)"
    );
    assert_eq!(codes(&with("adopt = [\"5d\"]", "alone = [\"8d\"]", "", "")), NONE, "15 against 16");
    assert_eq!(
        codes(&with("adopt = [\"5d\"]", "alone = [\"7d\"]\nmaintain = \"1d/month\"", "", "")),
        NONE,
        "and upkeep"
    );
    assert_eq!(codes(&with("", "alone = [\"7d\"]", "", "")), NONE, "nobody said what adopting takes");
    assert_eq!(codes(&with("adopt = [\"5d\"]", "alone = [\"7d\"]", "chosen = \"apart\"", "")), NONE);
    let own = "[[sign]]\nproposal = \"payments/p\"\non = 2026-10-05\nsays = \"signed\"\nadopt = [\"3d\"]\n";
    assert_eq!(
        codes(&with("adopt = [\"5d\"]", "alone = [\"7d\"]", "", own)),
        NONE,
        "checkout needs three days only: 13"
    );
}

#[test]
fn services_of_one_team_say_why_they_are_apart() {
    let with = |services: &str| {
        check(&[(
            "catalog/team.kedge.toml",
            &format!("team = \"catalog\"\ntitle = \"C\"\nkind = \"stream\"\n{services}"),
        )])
    };
    let one = "[service.a]\npaths = [\"r:a/**\"]\n";
    assert_eq!(with(one), NONE, "there is nothing to be apart from");
    assert_eq!(
        with(&format!(
            "{one}[service.b]\npaths = [\"r:b/**\"]\nwhy-apart = {{ because = \"law\", why = \"w\" }}\n"
        )),
        ["K511"]
    );
}

/// A survey of one co-change between two services.
fn together(one: &str, other: &str, together: u32, expected: f64) -> String {
    format!(
        "{{\"co_changes\": [{{\"one\": {{\"service\": \"{one}\"}}, \"other\": {{\"service\": \"{other}\"}}, \"together\": {together}, \
         \"expected\": {expected:?}, \"of\": 400, \"shown_by\": []}}], \"areas\": [], \"problems\": []}}"
    )
}

#[test]
fn coupling_is_more_than_chance_and_shared_data() {
    let team = |id: &str, why: &str| {
        (
            format!("{id}/team.kedge.toml"),
            format!(
                "team = \"{id}\"\ntitle = \"T\"\nkind = \"stream\"\n[service.s]\npaths = [\"r:{id}/**\"]\n{why}\n"
            ),
        )
    };
    let shared = "team = \"a\"\n[dataset.d]\nwriters = [\"a\", \"b\"]\n[dataset.d.contract]\nkind = \"merged\"\nversion = 1\nmerge = { f = \"max\" }\n";
    let with = |why: &str, data: &str, number: u32, expected: f64| {
        let (a, b) = (team("a", why), team("b", ""));
        let files = [(&*a.0, &*a.1), (&*b.0, &*b.1), ("a/data.kedge.toml", data)];
        codes(&check_surveyed(&files, &together("a/s", "b/s", number, expected)))
    };
    assert_eq!(with("", shared, 31, 9.2), ["K512"]);
    assert_eq!(with("", shared, 9, 1.0), NONE, "too few to say");
    assert_eq!(with("", shared, 31, 20.0), NONE, "chance explains most of it");
    assert_eq!(with("", "team = \"a\"\n", 31, 9.2), NONE, "no data in common");
    assert_eq!(
        with("why-apart = { because = \"law\", why = \"w\" }", shared, 31, 9.2),
        NONE,
        "there is a reason"
    );
}

#[test]
fn without_a_survey_the_rules_on_code_say_that_they_did_not_run() {
    let report = check_text(&[("catalog/data.kedge.toml", &dataset("writers = [\"catalog\"]"))]).report;
    let not_run: Vec<(String, &str)> = report
        .not_run
        .iter()
        .filter(|rule| rule.code.number() >= 500)
        .map(|rule| (rule.code.to_string(), rule.needs[0].word()))
        .collect();
    let evidence = |code: &str| (code.to_owned(), "evidence");
    assert_eq!(not_run, ["K510", "K512", "K513", "K514", "K603", "K604", "K605", "K606"].map(evidence));
}
