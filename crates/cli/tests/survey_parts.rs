//! `kedge survey` on a small repository whose answers are known: data, duplicates, borders, what is kept, what the rules say.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Takes the stock of an article down, with a retry, and writes a receipt.
const TAKE: &str = r#"
async function take(article, wanted) {
  for (let attempt = 0; attempt < 5; attempt++) {
    const stock = await stocks.read(article);
    if (stock === null || stock.left < wanted) {
      return { taken: 0, why: "too few" };
    }
    stock.left -= wanted;
    try {
      await stocks.write(stock);
      break;
    } catch (error) {
      if (!(error instanceof Conflict)) {
        throw error;
      }
      await sleep(100 * attempt);
    }
  }
  const price = wanted * (await prices.of(article));
  const receipt = { article, wanted, price, on: clock.today() };
  if (price > limits.largest && !receipt.approved) {
    await approvals.ask(receipt, { by: "finance", until: clock.in(2, "days") });
  } else {
    receipts.push(receipt);
  }
  const lines = receipts.filter((one) => one.on === clock.today()).map((one) => one.price);
  return { taken: wanted, sum: lines.reduce((sum, line) => sum + line, 0), why: null };
}
"#;

/// The same under other names.
fn renamed() -> String {
    let names = [
        ("take", "spend"),
        ("article", "card"),
        ("wanted", "points"),
        ("stocks", "cards"),
        ("stock", "account"),
        ("attempt", "round"),
        ("receipts", "slips"),
        ("receipt", "slip"),
        ("prices", "values"),
        ("price", "worth"),
        ("lines", "worths"),
        ("line", "one"),
    ];
    names.iter().fold(TAKE.to_owned(), |text, (old, new)| text.replace(old, new))
}

/// A folder with plans, and beside them the repository that they speak of.
struct Shop(TempDir);

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shop = Self(folder);
        shop.write("kedge.toml", "name = \"Shop\"\n\n[repository.shop]\npath = \"code\"\n");
        let team = |team: &str, title: &str, owns: &str, service: &str| {
            format!(
                "team  = \"{team}\"\ntitle = \"{title}\"\nkind  = \"stream\"\nowns  = [\"shop:{owns}/**\"]\n\n\
                 [service.{service}]\npaths = [\"shop:{owns}/**\"]\n"
            )
        };
        shop.write("checkout/team.kedge.toml", &team("checkout", "Checkout", "basket", "basket"));
        shop.write("loyalty/team.kedge.toml", &team("loyalty", "Loyalty", "loyalty", "points"));
        let code = shop.0.path().join("code");
        let git = |args: &[&str]| {
            let mut git = Command::new("git");
            git.args(args).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
            git
        };
        assert!(git(&["init", "--quiet", "--initial-branch=main"]).arg(&code).status().unwrap().success());
        let mut import =
            git(&["fast-import", "--quiet"]).current_dir(&code).stdin(Stdio::piped()).spawn().unwrap();
        import.stdin.take().unwrap().write_all(history().as_bytes()).unwrap();
        assert!(import.wait().unwrap().success());
        shop
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.0.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("COLUMNS", "100")
            .output()
            .unwrap()
    }

    #[track_caller]
    fn fine(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "kedge {arguments:?}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.fine(&[arguments, &["--json"]].concat())).unwrap()
    }

    fn survey(&self, arguments: &[&str]) -> Value {
        self.json(&[&["survey"], arguments].concat())[0].clone()
    }

    fn kept(&self) -> &Path {
        self.0.path()
    }
}

/// One commit that brings everything and touches more than twenty files, then a hundred: twenty that touch
/// `basket/points/spend.py` and `loyalty/rules.py`, ten within each of the two, sixty beside them.
fn history() -> String {
    let mut stream = String::new();
    let mut day = 0;
    let mut commit = |files: &[(String, String)]| {
        day += 1;
        let seconds = 1_767_225_600 + day * 86_400; // From 2026-01-02.
        let who = format!("Ada <ada@acme.example> {seconds} +0000");
        let message = format!("Day {day}");
        write!(
            stream,
            "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}\n",
            message.len()
        )
        .unwrap();
        for (path, text) in files {
            write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
        }
    };
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let insert =
        "def add(db, line):\n    db.execute(\"INSERT INTO basket_line (sku, price) VALUES (?, ?)\", line)\n";
    let update = "def discount(db, by):\n    db.execute(\"UPDATE basket_line SET price = price - ?\", by)\n";
    let mut first = vec![
        file("db/basket_line.sql", "CREATE TABLE basket_line (sku text, price integer);\n"),
        file("basket/add.py", insert),
        file("loyalty/discount.py", update),
        file("basket/package.json", "{ \"dependencies\": {\n  \"axios\": \"^1\" } }\n"),
        file("loyalty/package.json", "{ \"dependencies\": {\n  \"got\": \"^14\" } }\n"),
        file("basket/take.js", TAKE),
        file("loyalty/spend.js", &renamed()),
    ];
    first.extend((0..25).map(|at| file(&format!("docs/{at}.md"), "nobody's\n")));
    commit(&first);
    for at in 0..20 {
        let text = format!("# {at}\n");
        commit(&[file("basket/points/spend.py", &text), file("loyalty/rules.py", &text)]);
    }
    for at in 0..10 {
        let text = format!("## {at}\n");
        commit(&[file("basket/price.py", &text), file("basket/tax.py", &text)]);
        commit(&[file("loyalty/rules.py", &text), file("loyalty/levels.py", &text)]);
    }
    for at in 0..60 {
        commit(&[file("docs/0.md", &format!("{at}\n"))]);
    }
    stream
}

#[test]
fn each_part_has_the_answers_that_are_known() {
    let shop = Shop::new();
    let found = shop.survey(&[]);
    assert_eq!(found["schema"], 4);
    // Data: one table, written by both, each with its line.
    let data = &found["data"];
    assert_eq!(data["by-owner"].as_array().unwrap().len(), 1);
    let table = &data["by-owner"][0];
    assert_eq!((&table["shown"], &table["writing-areas"]), (&"basket_line".into(), &2.into()));
    let writes: Vec<(&str, u64, &str)> = data["found"]["objects"][0]["writers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["path"].as_str().unwrap(), one["line"].as_u64().unwrap(), one["act"].as_str().unwrap())
        })
        .collect();
    assert_eq!(writes, [("basket/add.py", 2, "insert"), ("loyalty/discount.py", 2, "update")]);
    // Duplicates: two clients in one language, and one piece of code under two sets of names.
    let duplicates = &found["duplicates"];
    let problem = &duplicates["solutions"]["capabilities"][0];
    assert_eq!((&problem["capability"], &problem["distinct"]), (&"HTTP client".into(), &2.into()));
    let groups = duplicates["copies"]["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1, "{groups:?}");
    assert_eq!(groups[0]["owners"], serde_json::json!(["checkout", "loyalty"]));
    // Borders: `basket/points` changes with what loyalty owns and with nothing of checkout's.
    let ownership = &found["borders"]["ownership"];
    let counted = |key: &str| ownership[key].as_u64().unwrap();
    assert_eq!((counted("commits"), counted("large"), counted("nodes")), (100, 1, 5));
    let moves = ownership["elsewhere"].as_array().unwrap();
    assert_eq!(moves.len(), 1);
    assert_eq!((&moves[0]["folder"], &moves[0]["mostly"][0]), (&"basket/points".into(), &"loyalty".into()));
    // 20 together, of 20 and 30 in 100.
    assert!((moves[0]["with-others"].as_f64().unwrap() - 14.0).abs() < 1e-9);
    assert_eq!((&moves[0]["commits"], moves[0]["shown-by"].as_array().unwrap().len()), (&20.into(), 20));
    let pair = &found["borders"]["services"]["pairs"][0];
    assert_eq!(pair["services"], serde_json::json!(["checkout/basket", "loyalty/points"]));
    assert_eq!((&pair["together"]["together"], &pair["together"]["expected"]), (&20.into(), &9.0.into()));
    assert_eq!(found["borders"]["shared"][0]["data"], "basket_line");
}

#[test]
fn what_people_read() {
    let shop = Shop::new();
    insta::assert_snapshot!(shop.fine(&["survey", "--only", "data,duplicates,borders"]));
    insta::assert_snapshot!(shop.fine(&["survey", "--show", "basket_line"]));
    insta::assert_snapshot!(shop.fine(&["survey", "--show", "http client"]));
    let services = shop.fine(&["survey", "--show", "loyalty/points, checkout/basket"]);
    assert!(
        services.starts_with("shop: 20 commits that touch checkout/basket and loyalty/points\n"),
        "{services}"
    );
    assert!(
        services.contains("30 commits of the one, 30 of the other, of N = 100; 9.0 by chance."),
        "{services}"
    );
    assert_eq!(services.matches("2026-").count(), 20, "{services}");
    let folder = shop.fine(&["survey", "--show", "basket/points/"]);
    assert!(
        folder.starts_with("shop: 20 commits that touch basket/points of checkout and files of loyalty\n"),
        "{folder}"
    );
    let refused = shop.run(&["survey", "--show", "basket_lime"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains(
            "no data, no problem and no folder that changes with others' files is called `basket_lime`"
        ),
        "{said}"
    );
    assert!(said.contains("did you mean `basket_line`?"), "{said}");
}

#[test]
fn the_second_time_the_same_is_found_from_what_was_kept() {
    let shop = Shop::new();
    let first = shop.survey(&[]);
    let folder = shop.kept().join(".kedge/survey");
    let data = folder.join("shop.data");
    let before = fs::read(&data).unwrap();
    assert_eq!(shop.survey(&[]), first);
    assert_eq!(fs::read(&data).unwrap(), before, "nothing new was kept");
    // What was cut off, or is another reader's, is read again.
    fs::write(&data, &before[..before.len() - 7]).unwrap();
    assert_eq!(shop.survey(&[]), first);
    assert_eq!(fs::read(&data).unwrap().len(), before.len());
    fs::write(&data, "kedge data of another reader\n and what it kept").unwrap();
    assert_eq!(shop.survey(&[]), first);
    assert_eq!(fs::read(&data).unwrap().len(), before.len());
}

#[test]
fn parts_that_are_not_asked_for_stay_where_they_are_of_the_same_commit() {
    let shop = Shop::new();
    shop.fine(&["survey"]);
    let kept = || -> Value {
        serde_json::from_str(&fs::read_to_string(shop.kept().join(".kedge/survey/shop.json")).unwrap())
            .unwrap()
    };
    let whole = kept();
    let partly = shop.run(&["survey", "--only", "data"]);
    assert_eq!(String::from_utf8_lossy(&partly.stderr), "");
    assert_eq!(kept(), whole);
    let partly = shop.run(&["survey", "--only", "data", "--at", "HEAD~1"]);
    let said = String::from_utf8_lossy(&partly.stderr).into_owned();
    assert!(said.contains("has no duplicates, borders: `kedge survey` without --only reads all"), "{said}");
    assert!(kept()["borders"].is_null() && !kept()["data"].is_null());
    let report = shop.run(&["check", "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let not_run: Vec<&str> =
        report["not_run"].as_array().unwrap().iter().map(|rule| rule["code"].as_str().unwrap()).collect();
    assert_eq!(not_run, ["K510", "K512", "K605", "K606"]);
}

#[test]
fn the_rules_speak_of_what_was_found() {
    let shop = Shop::new();
    let last = |output: Output| String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned();
    let before = last(shop.run(&["check"]));
    assert!(before.ends_with("8 rules not run: they need evidence (`kedge survey`)"), "{before}");
    shop.fine(&["survey"]);
    let report = shop.run(&["check", "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let of_code: Vec<String> = findings
        .filter(|finding| {
            let code = finding["code"].as_str().unwrap();
            code.starts_with("K51") && code != "K511" || code.starts_with("K60")
        })
        .map(|finding| {
            let message = finding["message"].as_str().unwrap();
            // Names of commits are long, and say nothing here.
            let message = message.split(" at ").next().unwrap();
            format!("{} {message}", finding["code"].as_str().unwrap())
        })
        .collect();
    insta::assert_snapshot!(of_code.join("\n"));
}

#[test]
fn tables_have_a_row_for_each_place() {
    let shop = Shop::new();
    shop.fine(&["survey", "--csv", "tables"]);
    let table = |name: &str| fs::read_to_string(shop.kept().join("tables").join(name)).unwrap();
    assert_eq!(
        table("data.csv"),
        "entity,kind,writing-areas,reading-areas,writers,readers,writes-without-owner,reads-without-owner\n\
         basket_line,table,2,0,checkout loyalty,,0,0\n"
    );
    assert_eq!(
        table("data-uses.csv").lines().skip(1).collect::<Vec<_>>(),
        [
            "basket_line,table,defines,create,db/basket_line.sql,1,,basket_line,scanned,high,",
            "basket_line,table,writes,insert,basket/add.py,2,,basket_line,in-code,middle,checkout",
            "basket_line,table,writes,update,loyalty/discount.py,2,,basket_line,in-code,middle,loyalty",
        ]
    );
    assert_eq!(table("solutions.csv").lines().count(), 3);
    assert_eq!(table("copies.csv").lines().count(), 3);
    assert_eq!(table("moves.csv").lines().count(), 2);
    assert!(
        table("service-coupling.csv")
            .contains("checkout/basket,loyalty/points,0.667,basket_line,20,30,30,100,9.000")
    );
    assert!(table("service-data.csv").contains("basket/add.py:2,loyalty/discount.py:2"));
}

#[test]
fn own_tables_of_capabilities_and_layers_are_read() {
    let shop = Shop::new();
    shop.write(
        "capabilities.toml",
        "[[solution]]\ncapability = \"calls\"\nname = \"Ours\"\nnpm = [\"axios\"]\n\n\
         [[solution]]\ncapability = \"HTTP client\"\nname = \"Got\"\nnpm = [\"@acme/got\"]\n",
    );
    shop.write("layers.toml", "[[layer]]\nname = \"shop floor\"\npatterns = [\"basket/**\"]\n");
    let found = shop.survey(&[]);
    let capabilities = found["duplicates"]["solutions"]["capabilities"].as_array().unwrap();
    assert!(capabilities.iter().any(|one| one["capability"] == "calls"), "{capabilities:?}");
    let owners = found["borders"]["layers"]["owners"].as_array().unwrap();
    assert_eq!(owners[0]["mostly"], "shop floor");
    shop.write("odd.toml", "[[solution]]\ncapability = \"queue\"\nnmp = []\n");
    let refused = shop.run(&["survey", "--capabilities", "odd.toml"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("line 3") && said.contains("docs/surveys.md"), "{said}");
    let refused = shop.run(&["survey", "--layers", "nowhere.toml"]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("nowhere.toml cannot be read"));
}

/// A third team has the same code: one problem with three teams, not three with two each.
#[test]
fn code_that_three_teams_have_is_one_problem() {
    let shop = Shop::new();
    let plan = "team = \"returns\"\ntitle = \"Returns\"\nkind = \"stream\"\nowns = [\"shop:returns/**\"]\n";
    shop.write("returns/team.kedge.toml", plan);
    shop.write("code/returns/give.js", &renamed().replace("spend", "give").replace("points", "parcels"));
    for git in [
        &["reset", "--quiet"][..],
        &["add", "returns"],
        &["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "commit", "-q", "-m", "Returns"],
    ] {
        let done = Command::new("git").args(git).current_dir(shop.0.path().join("code")).status().unwrap();
        assert!(done.success());
    }
    shop.fine(&["survey"]);
    let report: Value = serde_json::from_slice(&shop.run(&["check", "--json"]).stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let messages: Vec<&str> =
        findings.filter(|it| it["code"] == "K510").map(|it| it["message"].as_str().unwrap()).collect();
    let copied: Vec<&&str> = messages.iter().filter(|it| it.contains("nearly the same code")).collect();
    let [copied] = copied.as_slice() else { panic!("{report:#}") };
    assert!(
        copied.starts_with("nearly the same code (")
            && copied.contains("in 3 places) in 3 ways: basket/take.js:2-28 (checkout), loyalty/spend.js:2-28 (loyalty) and returns/give.js:2-28 (returns)"),
        "{copied}"
    );
}
