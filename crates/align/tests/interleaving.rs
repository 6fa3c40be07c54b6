//! The search finds the classic anomalies, finds nothing where a contract forbids them, and agrees with an enumeration that
//! knows nothing of it.
#![allow(clippy::unwrap_used)]

use kedge_align::interleaving::{
    Anomaly, Breach, Condition, Example, Holds, Program, Read, Regime, RowId, Rows, Rule, Scenario, Step, To,
    Value, Verdict, Write, search,
};
use kedge_model::FieldMerge;
use std::collections::BTreeMap;

const MOST: usize = 200_000;

fn account() -> RowId {
    RowId::new("account", "1")
}

fn read(row: &RowId, field: &str) -> Step {
    Step::Read(Read::Cell(row.field(field)))
}

fn add(row: &RowId, field: &str, by: i64) -> Step {
    Step::Write(Write::Add { cell: row.field(field), by })
}

/// Reads a number and saves it with so much more.
fn read_then_set(who: &str, by: i64) -> Program {
    let cell = account().field("points");
    let save = Write::Save { cell: cell.clone(), to: To::SeenPlus(cell, by) };
    let there = Condition::There(Read::Row(account()));
    let steps =
        [Step::Read(Read::Row(account())), Step::Check(there), read(&account(), "points"), Step::Write(save)];
    Program::new(who, "correct", steps)
}

/// Takes from a number, if enough is there.
fn spend(who: &str, amount: i64) -> Program {
    let enough = Condition::AtLeast { of: vec![account().field("points")], plus: -amount, least: 0 };
    let steps = [read(&account(), "points"), Step::Check(enough), add(&account(), "points", -amount)];
    Program::new(who, "spend", steps)
}

/// Puts a row of its own there with a name, if nobody has it.
fn choose(who: &str, name: &str) -> Program {
    let free = Read::Any { dataset: "account".into(), field: "name".into(), value: Value::text(name) };
    let row = RowId::new("account", format!("of {who}"));
    let insert = Write::Insert { row, fields: vec![("name".into(), Value::text(name))] };
    let steps = [Step::Read(free.clone()), Step::Check(Condition::NotThere(free)), Step::Write(insert)];
    Program::new(who, "choose a name", steps)
}

fn delete(who: &str) -> Program {
    Program::new(who, "delete", [Step::Write(Write::Remove { row: account() })])
}

/// Sets a number, if that is no less than it was.
fn raise(who: &str, to: i64) -> Program {
    let cell = account().field("points");
    let no_less = Condition::AtMost { of: vec![cell.clone()], plus: 0, most: to };
    let set = Write::Set { cell, to: To::Value(Value::Number(to)) };
    Program::new(who, "raise", [read(&account(), "points"), Step::Check(no_less), Step::Write(set)])
}

/// Goes off call, if another is on call: the doctors of the literature.
fn off_call(who: &str, field: &str) -> Program {
    let on = ["day", "night"].map(|field| account().field(field));
    let another = Condition::AtLeast { of: on.to_vec(), plus: -1, least: 1 };
    let reads = on.map(|cell| Step::Read(Read::Cell(cell)));
    let set = Write::Set { cell: account().field(field), to: To::Value(Value::Number(0)) };
    Program::new(who, "off call", reads.into_iter().chain([Step::Check(another), Step::Write(set)]))
}

fn one_point() -> Rows {
    Rows::default().with(account(), [("points", Value::Number(1))])
}

fn both_on() -> Rows {
    Rows::default().with(account(), [("day", Value::Number(1)), ("night", Value::Number(1))])
}

fn at_least_nothing() -> Holds {
    Holds::AtLeast { dataset: "account".into(), field: "points".into(), least: 0 }
}

fn never_down() -> Holds {
    Holds::NeverDown { dataset: "account".into(), field: "points".into() }
}

fn one_name() -> Holds {
    Holds::Unique { dataset: "account".into(), field: "name".into() }
}

fn somebody() -> Holds {
    Holds::Together { dataset: "account".into(), fields: vec!["day".into(), "night".into()], least: 1 }
}

fn merged(fields: &[(&str, FieldMerge)]) -> Regime {
    Regime::Merged(fields.iter().map(|(field, merge)| ((*field).to_owned(), *merge)).collect())
}

fn run(start: Rows, programs: Vec<Program>, rules: &[&dyn Rule], regime: Regime) -> Verdict {
    let regimes = BTreeMap::from([("account".to_owned(), regime)]);
    search(&Scenario { start, programs, regimes, rules: rules.to_vec(), losses: true }, MOST)
}

#[track_caller]
fn broken(verdict: Verdict) -> Example {
    match verdict {
        Verdict::Broken(example) => *example,
        other => panic!("nothing was found: {other:?}"),
    }
}

fn home() -> Regime {
    Regime::AtHome("accounts".into())
}

/// Each anomaly: what is there, what is done, what must hold.
fn classics() -> Vec<(Anomaly, Rows, Vec<Program>, Option<Holds>)> {
    let two = |of: fn(&str) -> Program| vec![of("loyalty"), of("returns")];
    vec![
        (Anomaly::LostUpdate, one_point(), two(|who| read_then_set(who, 2)), None),
        (Anomaly::DoubleSpend, one_point(), two(|who| spend(who, 1)), Some(at_least_nothing())),
        (Anomaly::DuplicateName, Rows::default(), two(|who| choose(who, "ada")), Some(one_name())),
        (Anomaly::LostDelete, one_point(), vec![read_then_set("loyalty", 2), delete("returns")], None),
        (Anomaly::WentBack, one_point(), vec![raise("loyalty", 2), raise("returns", 3)], Some(never_down())),
        (
            Anomaly::WriteSkew,
            both_on(),
            vec![off_call("loyalty", "day"), off_call("returns", "night")],
            Some(somebody()),
        ),
    ]
}

#[test]
fn without_a_contract_each_classic_anomaly_is_found() {
    for (anomaly, start, programs, rule) in classics() {
        let rules: Vec<&dyn Rule> = rule.iter().map(|rule| rule as &dyn Rule).collect();
        let example = broken(run(start, programs, &rules, Regime::Unordered));
        assert_eq!(example.anomaly, anomaly, "{example:#?}");
    }
}

#[test]
fn at_a_home_nothing_is_found() {
    for (anomaly, start, programs, rule) in classics() {
        let rules: Vec<&dyn Rule> = rule.iter().map(|rule| rule as &dyn Rule).collect();
        let verdict = run(start, programs, &rules, home());
        assert!(matches!(verdict, Verdict::Kept(_)), "{anomaly:?}: {verdict:?}");
    }
}

#[test]
fn it_makes_no_difference_who_is_named_first() {
    for (anomaly, start, mut programs, rule) in classics() {
        let rules: Vec<&dyn Rule> = rule.iter().map(|rule| rule as &dyn Rule).collect();
        let one = broken(run(start.clone(), programs.clone(), &rules, Regime::Unordered));
        programs.reverse();
        let other = broken(run(start, programs, &rules, Regime::Unordered));
        assert_eq!((one.anomaly, one.steps.len()), (other.anomaly, other.steps.len()), "{anomaly:?}");
    }
}

#[test]
fn a_double_spend_is_shown_step_by_step() {
    let example = broken(run(
        one_point(),
        vec![spend("loyalty", 1), spend("returns", 1)],
        &[&at_least_nothing()],
        Regime::Unordered,
    ));
    insta::assert_snapshot!(shown(&example));
}

#[test]
fn on_copies_a_double_spend_shows_when_one_hears_of_the_other() {
    let sum = merged(&[("points", FieldMerge::Sum)]);
    let example =
        broken(run(one_point(), vec![spend("loyalty", 1), spend("returns", 1)], &[&at_least_nothing()], sum));
    insta::assert_snapshot!(shown(&example));
}

#[test]
fn a_lost_update_is_shown_step_by_step() {
    let example = broken(run(
        one_point(),
        vec![read_then_set("loyalty", 2), read_then_set("returns", 5)],
        &[],
        Regime::Unordered,
    ));
    insta::assert_snapshot!(shown(&example));
}

/// An example as text.
fn shown(example: &Example) -> String {
    use std::fmt::Write as _;
    let held = |holds: &[kedge_align::interleaving::Held]| {
        let held = holds.iter().map(|held| format!("{}: {}", held.place, held.in_words()));
        held.collect::<Vec<_>>().join(" | ")
    };
    let mut text = format!("{}\n{}\n", example.anomaly.name(), held(&example.start));
    for step in &example.steps {
        let who = &example.lanes[step.lane].who;
        writeln!(text, "{who}: {}\n    {}", step.in_words(), held(&step.holds)).unwrap();
    }
    writeln!(text, "{}", example.wrong).unwrap();
    text
}

#[test]
fn merges_keep_what_commutes_and_lose_what_does_not() {
    let add = |who: &str, by| Program::new(who, "add", [add(&account(), "points", by)]);
    let verdict =
        |programs: Vec<Program>, merge| run(one_point(), programs, &[], merged(&[("points", merge)]));
    let kept = |verdict| matches!(verdict, Verdict::Kept(_));
    // Increments add up, in whatever order they are heard; for the last writer alone they do not.
    assert!(kept(verdict(vec![add("a", 1), add("b", 2), add("c", 4)], FieldMerge::Sum)));
    assert!(!kept(verdict(vec![add("a", 1), add("b", 2)], FieldMerge::LastWriter)));
    // What is read and then set loses what came in between, unless both are kept.
    assert!(!kept(verdict(vec![read_then_set("a", 1), read_then_set("b", 2)], FieldMerge::LastWriter)));
    assert!(kept(verdict(vec![read_then_set("a", 1), read_then_set("b", 2)], FieldMerge::KeepBoth)));
    // Set blindly, one of them is last, as it would be anyway.
    let set = |who: &str, to: &str| {
        let set = Write::Set { cell: account().field("points"), to: To::Value(Value::text(to)) };
        Program::new(who, "set", [Step::Write(set)])
    };
    assert!(kept(verdict(vec![set("a", "x"), set("b", "y")], FieldMerge::LastWriter)));
    assert!(kept(verdict(vec![set("a", "x"), set("b", "y"), set("c", "z")], FieldMerge::AddWins)));
    // A number that only rises never goes back where the greatest wins, and does where the last does.
    let raises = || vec![raise("a", 2), raise("b", 3)];
    let rules: [&dyn Rule; 1] = [&never_down()];
    assert!(kept(run(one_point(), raises(), &rules, merged(&[("points", FieldMerge::Max)]))));
    assert!(!kept(run(one_point(), raises(), &rules, merged(&[("points", FieldMerge::LastWriter)]))));
}

/// What points at a row of another dataset, and what deletes that row.
fn reference_and_delete() -> Vec<Program> {
    let product = RowId::new("product", "p");
    let there = Read::Row(product.clone());
    let insert =
        Write::Insert { row: RowId::new("stock", "1"), fields: vec![("product".into(), Value::text("p"))] };
    let used = Read::Any { dataset: "stock".into(), field: "product".into(), value: Value::text("p") };
    vec![
        Program::new(
            "fulfil",
            "count",
            [Step::Read(there.clone()), Step::Check(Condition::There(there)), Step::Write(insert)],
        ),
        Program::new(
            "catalog",
            "delist",
            [
                Step::Read(used.clone()),
                Step::Check(Condition::NotThere(used)),
                Step::Write(Write::Remove { row: product }),
            ],
        ),
    ]
}

#[test]
fn a_reference_dangles_unless_both_are_decided_at_one_home() {
    let rule = Holds::Reference { dataset: "stock".into(), field: "product".into(), to: "product".into() };
    let run = |stock: Regime, product: Regime| {
        let start = Rows::default().with::<String>(RowId::new("product", "p"), []);
        let regimes = BTreeMap::from([("stock".to_owned(), stock), ("product".to_owned(), product)]);
        search(
            &Scenario { start, programs: reference_and_delete(), regimes, rules: vec![&rule], losses: true },
            MOST,
        )
    };
    let at = |home: &str| Regime::AtHome(home.into());
    for (stock, product) in [
        (Regime::Unordered, Regime::Unordered),
        (at("stock"), at("products")),
        (merged(&[]), merged(&[])),
        (merged(&[]), at("products")),
    ] {
        let found = broken(run(stock.clone(), product.clone()));
        assert_eq!(found.anomaly, Anomaly::DanglingReference, "{stock:?} {product:?}");
    }
    assert!(matches!(run(at("shop"), at("shop")), Verdict::Kept(_)));
}

/// A rule and an operation that nothing but this test knows: money moves between accounts, and none comes or goes.
struct SameTotal;

impl Rule for SameTotal {
    fn broken(&self, before: &Rows, after: &Rows) -> Option<Breach> {
        let total = |rows: &Rows| -> i64 {
            rows.column("account", "points").filter_map(|(_, value)| value.number()).sum()
        };
        (total(before) != total(after)).then(|| Breach {
            anomaly: Anomaly::Other,
            words: format!("the total went from {} to {}", total(before), total(after)),
        })
    }
}

#[test]
fn an_operation_and_a_rule_of_ones_own_work() {
    let (one, other) = (RowId::new("account", "1"), RowId::new("account", "2"));
    let transfer = |who: &str| {
        let (one, other) = (one.field("points"), other.field("points"));
        let enough = Condition::AtLeast { of: vec![one.clone()], plus: -1, least: 0 };
        let set = |cell: &kedge_align::interleaving::Cell, by| {
            Step::Write(Write::Set { cell: cell.clone(), to: To::SeenPlus(cell.clone(), by) })
        };
        let reads = [Step::Read(Read::Cell(one.clone())), Step::Read(Read::Cell(other.clone()))];
        Program::new(
            who,
            "transfer",
            reads.into_iter().chain([Step::Check(enough), set(&one, -1), set(&other, 1)]),
        )
    };
    let start = Rows::default()
        .with(one.clone(), [("points", Value::Number(5))])
        .with(other.clone(), [("points", Value::Number(5))]);
    let programs = || vec![transfer("bank"), transfer("shop")];
    // One reads between the two writes of the other: a point is gone.
    let found = broken(run(start.clone(), programs(), &[&SameTotal], Regime::Unordered));
    assert_eq!((found.anomaly, found.steps.len()), (Anomaly::Other, 8), "{}", shown(&found));
    // Without the rule, one of two transfers has no effect.
    let found = broken(run(start.clone(), programs(), &[], Regime::Unordered));
    assert_eq!(found.anomaly, Anomaly::LostUpdate, "{}", shown(&found));
    assert!(matches!(run(start, programs(), &[&SameTotal], home()), Verdict::Kept(_)));
}

#[test]
fn the_shortest_example_is_found_and_the_one_with_the_fewest_changes_of_who_acts() {
    let example = broken(run(
        one_point(),
        vec![spend("loyalty", 1), spend("returns", 1), spend("payments", 1)],
        &[&at_least_nothing()],
        Regime::Unordered,
    ));
    // Two read, two take: the third has no part in it.
    assert_eq!(example.steps.len(), 4);
    let changes = example.steps.windows(2).filter(|two| two[0].lane != two[1].lane).count();
    assert_eq!(changes, 2);
}

#[test]
fn a_search_that_is_cut_off_says_so() {
    let many = |who: &str| Program::new(who, "many", (0..6).map(|_| add(&account(), "points", 1)));
    let programs = vec![many("a"), many("b"), many("c")];
    let regimes = BTreeMap::new();
    let verdict =
        search(&Scenario { start: one_point(), programs, regimes, rules: Vec::new(), losses: true }, 50);
    assert!(matches!(verdict, Verdict::Unfinished(_)), "{verdict:?}");
}
