//! A small repository with everything that the pages about code show, surveyed with all parts.

use kedge_survey::ownership::Known;
use kedge_survey::people::Members;
use kedge_survey::{Asked, Repository, Survey};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Waits for a parcel, tells of it, and gives up after a while.
const WAIT: &str = r#"
async function wait(parcel, limit) {
  let asked = 0;
  while (asked < limit) {
    const state = await carrier.state(parcel.number);
    if (state.kind === "lost") {
      throw new Lost(parcel.number, state.since);
    }
    if (state.kind === "delivered") {
      parcel.arrived = state.on;
      await mails.send(parcel.buyer, { kind: "arrived", number: parcel.number });
      return parcel;
    }
    asked += 1;
    await clock.sleep(1000 * asked);
  }
  const days = calendar.between(parcel.sent, clock.today());
  if (days > parcel.promised && !parcel.told) {
    await mails.send(parcel.buyer, { kind: "late", days, number: parcel.number });
    parcel.told = true;
  }
  const open = await parcels.filter((one) => one.arrived === null).map((one) => one.number);
  return { parcel, open: open.length, late: days > parcel.promised, asked };
}
"#;

/// Two owners, `orders/` and `parcels/`, and a third one that is apart. The two write one table, have two clients for HTTP, one function under two sets of names,
/// are two services, and `orders/labels/` changes with what parcels own.
fn history() -> String {
    let mut script = String::new();
    let mut moment = 1_735_689_600; // 2025-01-01
    let mut commit = |script: &mut String, files: &[(&str, &str)]| {
        moment += 86_400;
        let _ = write!(
            script,
            "commit refs/heads/main\ncommitter Ada <ada@acme.example> {moment} +0000\ndata 0\n"
        );
        for (path, text) in files {
            let _ = write!(script, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
    };
    let renamed =
        ["parcel", "wait", "carrier", "state", "mails"].iter().fold(WAIT.to_owned(), |text, name| {
            text.replace(name, &format!("{}ed", name.chars().rev().collect::<String>()))
        });
    let insert =
        "def add(db, id):\n    db.execute(\"insert into shipment (id, state) values (%s, 'new')\", (id,))\n";
    let update =
        "def send(db, id):\n    db.execute(\"update shipment set state = 'sent' where id = %s\", (id,))\n";
    commit(
        &mut script,
        &[
            ("CODEOWNERS", "/orders/ @acme/orders\n/parcels/ @acme/parcels\n/docs/ @acme/docs\n"),
            ("db/schema.sql", "create table shipment (id int primary key, state text);\n"),
            ("orders/package.json", "{\n  \"dependencies\": {\n    \"axios\": \"1\"\n  }\n}\n"),
            ("parcels/package.json", "{\n  \"dependencies\": {\n    \"got\": \"1\"\n  }\n}\n"),
            ("orders/add.py", insert),
            ("parcels/send it#.py", update),
            ("orders/wait.js", &renamed),
            ("parcels/wait.js", WAIT),
        ],
    );
    for number in 0..12 {
        let (text, again) = (format!("size = {number}\n"), format!("size = -{number}\n"));
        commit(&mut script, &[("orders/labels/size.py", text.as_str()), ("parcels/weigh.py", text.as_str())]);
        commit(&mut script, &[("orders/basket.py", text.as_str()), ("orders/prices.py", text.as_str())]);
        commit(&mut script, &[("parcels/weigh.py", again.as_str()), ("parcels/route.py", text.as_str())]);
        for page in ["docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"] {
            commit(&mut script, &[(page, text.as_str())]);
        }
    }
    script
}

/// The survey, as if the repository were at this URL.
pub(crate) fn surveyed(url: Option<&str>) -> Survey {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("post");
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.args(args).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git
    };
    assert!(
        git(&["init", "--quiet", "--bare", "--initial-branch=main"]).arg(&path).status().unwrap().success()
    );
    let mut import =
        git(&["fast-import", "--quiet"]).current_dir(&path).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(history().as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    let repository = Repository::open(&path, "HEAD").unwrap();
    let known = Known { url: url.map(str::to_owned), ..Known::default() };
    let cache = folder.path().join("history");
    Survey::of(&repository, "post", &Asked::default(), &known, &Members::default(), &cache, &mut |_| {})
        .unwrap()
}
