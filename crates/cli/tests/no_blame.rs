//! No blame: the odds of a team are seen by that team and by those who ask it, and nowhere else; and nothing ranks teams or
//! people.
//!
//! Every address that the server has, every export and every verb is read on the example. Whose odds are in it is found by
//! the numbers themselves: with an odd number of trials each chance is a fraction that nothing else comes to. A page is *of*
//! somebody where its address says so: of a team (its page, its plans and trials, its inbox), or of an ask, whose page is
//! read by who asks, who is asked, and who is asked to step in. All else is everybody's.
#![allow(clippy::unwrap_used)]

mod harbour;
#[path = "no_blame/leaks.rs"]
mod leaks;

use harbour::copy;
use leaks::{Odds, Of, leaks_in_json, leaks_in_page, leaks_in_text};
use scraper::{Html, Selector};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// Trials of this test: a prime, so that a chance of so many in 997 has a fraction of its own.
const TRIALS: &str = "997";
const AS_OF: &str = "2026-10-14";

/// What teams are assumed to take up, as no other number on the pages is.
const TAKE_UP: &str =
    "take-up = { none = \"53%\", considering = \"62%\", countered = \"71%\", committed = \"88%\" }";

/// The example with odds that are told from all other numbers, served.
struct Harbour {
    folder: TempDir,
    server: Child,
    port: u16,
    /// Held open: a command whose reader has gone ends, as others do.
    _said: Lines<BufReader<ChildStdout>>,
}

impl Drop for Harbour {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Harbour {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour"), folder.path());
        let settings = folder.path().join("kedge.toml");
        let text = fs::read_to_string(&settings).unwrap();
        fs::write(&settings, text.replace("[assume]\n", &format!("[assume]\n{TAKE_UP}\n"))).unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args(["serve", ".", "--port", "0", "--as-of", AS_OF, "--trials", TRIALS])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
        let opened =
            said.by_ref().map(Result::unwrap).find(|line| line.contains("http://localhost:")).unwrap();
        let port = opened.split("localhost:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        Self { folder, server, port, _said: said }
    }

    /// What stands at an address.
    fn get(&self, path: &str) -> String {
        self.request(&format!(
            "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
            self.port
        ))
    }

    fn post(&self, path: &str, body: &str) -> String {
        let length = body.len();
        self.request(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}",
            self.port
        ))
    }

    fn request(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{request}\n{head}");
        body.to_owned()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args(arguments)
            .args(["--as-of", AS_OF])
            .current_dir(self.folder.path())
            .env("COLUMNS", "140")
            .output()
            .unwrap();
        let code = output.status.code();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(code, Some(0 | 1)), "kedge {arguments:?}: {err}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The odds of every ask, from the one place where each is at home: the forecast of its plan.
fn all_odds(harbour: &Harbour, plans: &[String]) -> Vec<Odds> {
    let mut odds = Vec::new();
    for plan in plans {
        let forecast: Value = serde_json::from_str(&harbour.get(&format!("/api/plans/{plan}"))).unwrap();
        for ask in forecast["asks"].as_array().unwrap() {
            let name = ask["ask"].as_str().unwrap().to_owned();
            let mut chances = vec![
                &ask["taken_up"]["chance"],
                &ask["by_wanted"]["share"],
                &ask["by_needed"]["share"],
                &ask["lands"]["spread"]["never"]["share"],
            ];
            let accepted = ask["fallbacks"].as_array().unwrap().iter().map(|it| &it["accepted"]["chance"]);
            chances.extend(accepted);
            odds.push(Odds {
                from: name.split('/').next().unwrap().to_owned(),
                to: ask["to"].as_str().unwrap().to_owned(),
                // Never and always are told by what is known, not by odds.
                chances: chances
                    .into_iter()
                    .filter_map(Value::as_f64)
                    .filter(|chance| *chance > 0.0 && *chance < 1.0)
                    .collect(),
                ask: name,
            });
        }
    }
    odds
}

/// Whose the page at an address is.
fn owner(path: &str) -> Of {
    let path = path.split(['?', '#']).next().unwrap();
    let parts: Vec<&str> = path.trim_start_matches("/api").trim_start_matches('/').split('/').collect();
    match parts[..] {
        ["teams" | "inbox", team] | ["plans" | "trial", team, _] | ["plans", team, _, "losses"] => {
            Of::Team(team.into())
        }
        // A brief goes where others read it too, so it is everybody's though it is about an ask.
        ["asks", team, ask] => Of::Ask(format!("{team}/{ask}")),
        _ => Of::Everybody,
    }
}

/// The addresses that the server answers, as its source lists them: `/plans/{team}/{plan}`.
fn routes() -> Vec<String> {
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let source = fs::read_to_string(crates.join("server/src/routes.rs")).unwrap();
    let links = fs::read_to_string(crates.join("pages/src/link.rs")).unwrap();
    let constant = |name: &str| {
        let line = links.lines().find(|line| line.starts_with(&format!("pub const {name}:"))).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    };
    let routes = source.split(".route(").skip(1).map(|rest| {
        let first = rest.trim_start().split(',').next().unwrap().trim();
        match first.strip_prefix("link::") {
            Some(name) => constant(name),
            None => first.trim_matches('"').to_owned(),
        }
    });
    routes.collect()
}

fn fits(route: &str, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap();
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(a, b)| a.starts_with('{') || a == b)
}

#[test]
fn odds_are_between_two_teams_and_nothing_ranks_anybody() {
    let harbour = Harbour::new();
    let export: Value = serde_json::from_str(&harbour.get("/api/standing")).unwrap();
    let names = |key: &str, name: &str| -> Vec<String> {
        export[key].as_array().unwrap().iter().map(|it| it[name].as_str().unwrap().to_owned()).collect()
    };
    let (plans, asks) = (names("plans", "plan"), names("asks", "ask"));
    let odds = all_odds(&harbour, &plans);
    assert!(odds.len() > 20 && odds.iter().map(|it| it.chances.len()).sum::<usize>() > 60, "{odds:#?}");
    let found = every_page(&harbour, &odds, &plans, &asks);
    let found = [found, every_verb(&harbour, &odds, &plans, &asks), every_export(&harbour, &odds)].concat();
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
    it_can_fail(&harbour, &odds);
}

/// Every address of the server.
fn every_page(harbour: &Harbour, odds: &[Odds], plans: &[String], asks: &[String]) -> Vec<String> {
    // Asked for in this order, what takes long is there when the pages are read.
    let mut paths: Vec<String> = vec!["/api/forecast".into(), "/api/order".into()];
    paths.extend(asks.iter().flat_map(|ask| [format!("/api/asks/{ask}"), format!("/api/brief/{ask}")]));
    let teams: Vec<String> = {
        let find = Html::parse_document(&harbour.get("/find"));
        let links = Selector::parse("#places a").unwrap();
        let hrefs = find.select(&links).filter_map(|it| it.value().attr("href"));
        let pages: BTreeSet<String> = hrefs.map(|href| href.split('#').next().unwrap().to_owned()).collect();
        paths.extend(pages.iter().cloned());
        pages.iter().filter_map(|page| Some(page.strip_prefix("/teams/")?.to_owned())).collect()
    };
    paths.extend(
        teams.iter().flat_map(|team| [format!("/api/inbox/{team}"), format!("/api/hacks?team={team}")]),
    );
    paths.extend(teams.iter().flat_map(|team| [format!("/queue/{team}"), format!("/api/queue?team={team}")]));
    // What a move would do, as data and then on the page.
    paths.extend([
        "/api/queue/move?line=fulfil/slot-fee&to=first".into(),
        "/queue/payments?move=fulfil/slot-fee&to=first".into(),
        "/api/council/move?line=council/doorstep&to=first".into(),
        "/council?move=council/doorstep&to=first".into(),
    ]);
    // A dataset that is declared nowhere needs a survey, which this example has not.
    paths.push("/api/align/datasets/catalog/stock-level".into());
    paths.extend(
        ["/align/problems/catalog/row-locks", "/api/align/problems/catalog/row-locks"].map(String::from),
    );
    for plan in plans {
        let of_plan = ["/api/plans/", "/trial/", "/api/trial/"].map(|start| format!("{start}{plan}"));
        paths.extend(of_plan);
        paths.push(format!("/api/plans/{plan}/losses"));
    }
    let single = routes().into_iter().filter(|route| !route.contains('{'));
    let fixed = [
        "/events",
        "/act",
        "/undo",
        "/api/what-if",
        "/api/queue/move",
        "/api/council/move",
        "/kedge.css",
        "/kedge.js",
        "/kedge.svg",
        "/data",
        "/align/datasets/in/{repository}/{data}",
        // Of a store, which this example is not; there it shows texts of the plan language and nothing worked out.
        "/history/{number}",
    ];
    paths.extend(single.filter(|route| !fixed.contains(&route.as_str())));
    for route in routes() {
        let walked = fixed.contains(&route.as_str()) || paths.iter().any(|path| fits(&route, path));
        assert!(walked, "{route} is an address that this test does not read: say above what stands there");
    }
    let mut leaks = Vec::new();
    for path in &paths {
        // An ask that is settled has no ways on to weigh, so that address is empty.
        let body = if path.starts_with("/api/asks/") {
            harbour.request_if_there(path).unwrap_or_else(|| "null".into())
        } else {
            harbour.get(path)
        };
        let of = owner(path);
        let found = if path.starts_with("/api/") {
            leaks_in_json(&serde_json::from_str(&body).unwrap(), &of, odds)
        } else {
            leaks_in_page(&body, &of, odds)
        };
        leaks.extend(found.into_iter().map(|leak| format!("{path}: {leak}")));
    }
    let supposed = r#"["answer checkout/reusable-token declined"]"#;
    let effect: Value = serde_json::from_str(&harbour.post("/api/what-if", supposed)).unwrap();
    leaks.extend(leaks_in_json(&effect, &Of::Everybody, odds));
    leaks
}

impl Harbour {
    fn request_if_there(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n", self.port);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        head.starts_with("HTTP/1.1 200").then(|| body.to_owned())
    }
}

/// Every verb, for people and as JSON.
fn every_verb(harbour: &Harbour, odds: &[Odds], plans: &[String], asks: &[String]) -> Vec<String> {
    // Verbs that write, or whose answers know of no odds: those about the program itself, and the survey, which reads the
    // repositories of code.
    let silent = [
        "init",
        "new",
        "answer",
        "asked",
        "accept",
        "withdraw",
        "take",
        "land",
        "done",
        "confirm",
        "sign",
        "comment",
        "undo",
        "explain",
        "schema",
        "import",
        "export",
        "gather",
        "survey",
        "serve",
        "store",
        "completions",
        "help",
    ];
    let everybody =
        |arguments: &[&str]| (arguments.iter().map(ToString::to_string).collect::<Vec<_>>(), Of::Everybody);
    let trials = ["--trials", TRIALS];
    let with = |verb: &[&str]| everybody(&[verb, &trials[..]].concat());
    let mut runs = vec![
        with(&["check"]),
        with(&["forecast"]),
        with(&["forecast", "--with", "answer checkout/reusable-token declined"]),
        with(&["order"]),
        with(&["next"]),
        everybody(&["hacks"]),
        everybody(&["review"]),
        everybody(&["queue"]),
        everybody(&["align"]),
        everybody(&["align", "datasets"]),
        everybody(&["align", "proposals"]),
        everybody(&["align", "proposals", "payments/one-ledger"]),
        everybody(&["align", "datasets", "catalog/stock-level"]),
        everybody(&["align", "problems"]),
        everybody(&["align", "problems", "catalog/row-locks"]),
        everybody(&["align", "services"]),
        everybody(&["align", "drift"]),
        everybody(&["align", "drift", "platform"]),
        everybody(&["align", "borders"]),
        everybody(&["align", "borders", "payments"]),
        with(&["queue", "move", "fulfil/slot-fee", "--first"]),
        with(&["council"]),
        with(&["council", "move", "doorstep", "--first"]),
    ];
    let team_of = |name: &str| Of::Team(name.split('/').next().unwrap().to_owned());
    let few = |names: &[String]| names.iter().step_by(7).cloned().collect::<Vec<_>>();
    for plan in few(plans) {
        runs.push((vec!["forecast".into(), plan.clone(), "--trials".into(), TRIALS.into()], team_of(&plan)));
    }
    for ask in few(asks) {
        runs.push((vec!["brief".into(), ask.clone(), "--trials".into(), TRIALS.into()], Of::Everybody));
    }
    let decided = "checkout/reusable-token".to_owned();
    runs.push((vec!["decide".into(), decided.clone(), "--trials".into(), TRIALS.into()], Of::Ask(decided)));
    for team in ["payments", "platform", "checkout"] {
        runs.push((vec!["inbox".into(), team.into()], Of::Team(team.into())));
    }
    let help = harbour.run(&["--help"]);
    let verbs = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| line.starts_with("  "));
    for verb in
        verbs.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next())
    {
        let known = silent.contains(&verb) || runs.iter().any(|(arguments, _)| arguments[0] == verb);
        assert!(known, "`kedge {verb}` is a verb that this test does not run: say above whose its answer is");
    }
    let mut leaks = Vec::new();
    for (arguments, of) in &runs {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let json: Value =
            serde_json::from_str(&harbour.run(&[&arguments[..], &["--json"]].concat())).unwrap();
        let mut found = leaks_in_json(&json, of, odds);
        found.extend(harbour.run(&arguments).lines().flat_map(|line| leaks_in_text(line, of, odds)));
        leaks.extend(found.into_iter().map(|leak| format!("kedge {}: {leak}", arguments.join(" "))));
    }
    let file = harbour.folder.path().join("review.html");
    harbour.run(&["review", "--html", file.to_str().unwrap()]);
    leaks.extend(leaks_in_page(&fs::read_to_string(file).unwrap(), &Of::Everybody, odds));
    leaks
}

/// Every export, of the whole and of one team.
fn every_export(harbour: &Harbour, odds: &[Odds]) -> Vec<String> {
    let formats = [
        &["csv", "--table", "asks"][..],
        &["csv", "--table", "outcomes"],
        &["csv", "--table", "work"],
        &["csv", "--table", "hacks"],
        &["json"],
        &["ics"],
        &["mermaid"],
        &["dot"],
        &["markdown"],
        &["odcs"],
    ];
    let mut leaks = Vec::new();
    for format in formats {
        for (of, more) in [(Of::Everybody, &[][..]), (Of::Team("payments".into()), &["--team", "payments"])] {
            let text = harbour.run(&[&["export"], format, more, &["--trials", TRIALS]].concat());
            let found: Vec<String> = if format[0] == "json" {
                leaks_in_json(&serde_json::from_str(&text).unwrap(), &of, odds)
            } else {
                // In a table of numbers a chance stands as a fraction.
                let fractions = odds.iter().filter(|it| !it.may_be_in(&of)).flat_map(|it| {
                    it.chances.iter().map(|chance| format!("{chance}")).filter(|chance| chance.len() > 6)
                });
                let said = fractions.filter(|chance| text.contains(chance.as_str()));
                said.chain(text.lines().flat_map(|line| leaks_in_text(line, &of, odds))).collect()
            };
            leaks.extend(found.into_iter().map(|leak| format!("kedge export {}: {leak}", format.join(" "))));
        }
    }
    leaks
}

/// What was found to be clean above, with a leak planted in it, is found out.
fn it_can_fail(harbour: &Harbour, odds: &[Odds]) {
    let one = odds.iter().find(|it| it.ask == "checkout/reusable-token").unwrap();
    let word = one.words().into_iter().find(|word| word.ends_with("of 100")).unwrap();
    let page = harbour.get("/asks");
    assert!(leaks_in_page(&page, &Of::Everybody, odds).is_empty());
    for planted in [
        format!("<p>{} lands in {word} cases.</p>", one.ask),
        format!(
            "<table><tr><td><a href=\"/asks/{0}\">{0}</a></td><td>{1}</td></tr></table>",
            one.ask,
            word.replace(" of 100", "%")
        ),
    ] {
        let leaky = page.replace("</main>", &format!("{planted}</main>"));
        assert!(!leaks_in_page(&leaky, &Of::Everybody, odds).is_empty(), "{planted} was not found");
        let others = Of::Ask("checkout/step-up".into());
        assert!(
            !leaks_in_page(&leaky, &others, odds).is_empty(),
            "{planted} was not found on another ask's page"
        );
        assert!(leaks_in_page(&leaky, &Of::Team("payments".into()), odds).is_empty(), "it is theirs to see");
    }
    // The forecast of a plan, odds and all, is no answer for everybody; nor is one number of it without its key.
    let plan: Value = serde_json::from_str(&harbour.get("/api/plans/checkout/one-tap")).unwrap();
    assert!(leaks_in_json(&plan, &Of::Team("checkout".into()), odds).is_empty());
    assert!(leaks_in_json(&plan, &Of::Everybody, odds).len() > 10);
    assert!(!leaks_in_json(&plan, &Of::Team("search".into()), odds).is_empty());
    let bare = serde_json::json!({ "asks": [{ "likely": one.chances.iter().max_by(|a, b| a.total_cmp(b)).unwrap() }] });
    assert_eq!(leaks_in_json(&bare, &Of::Everybody, odds).len(), 1);
    let row = |team: &str| {
        format!("<tr><th class=\"head\"><a href=\"/teams/{team}\">{team}</a></th><td>1</td></tr>")
    };
    let table = |teams: [&str; 3]| {
        format!("<table><caption>Teams</caption><tbody>{}</tbody></table>", teams.map(row).concat())
    };
    assert!(leaks_in_page(&table(["catalog", "payments", "search"]), &Of::Everybody, odds).is_empty());
    assert_eq!(leaks_in_page(&table(["payments", "catalog", "search"]), &Of::Everybody, odds).len(), 1);
    let ranked = serde_json::json!([{ "team": "b", "share": 1 }, { "team": "c", "share": 2 }, { "team": "a", "share": 3 }]);
    assert_eq!(leaks_in_json(&ranked, &Of::Everybody, odds).len(), 1);
}
