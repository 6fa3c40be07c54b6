//! The server over real sockets: whom it answers, what it serves, how it ends.
#![allow(clippy::unwrap_used)]

use kedge_server::Server;
use kedge_workspace::{AsOf, Options, Workspace, make_store};
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

const PLAN: &str = r#"team   = "checkout"
title  = "One-tap checkout"
period = "2026-Q4"

[outcome.one-tap]
value = "40k/week"
due   = 2026-12-10

[work.wire-up]
for    = "one-tap"
effort = "1w, rarely over 2w"

[ask.reusable-token]
to     = "payments"
what   = "A `reusable` flag <b>on</b> POST /tokens"
asked  = { on = 2026-10-02, how = "brief" }
gates  = "wire-up"

[[ask.reusable-token.fallback]]
kind     = "hack"
what     = "Our own vault table"
create   = "2w, rarely over 3w"
maintain = "2d/month"
migrate  = "1w, rarely over 2w"
keeps    = "90%"
"#;

struct Running {
    port: u16,
    file: PathBuf,
    workspace: Workspace,
    end: oneshot::Sender<()>,
    serving: tokio::task::JoinHandle<Result<(), kedge_server::ServeError>>,
    _folder: tempfile::TempDir,
}

async fn running() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one-tap.kedge.toml");
    std::fs::write(&file, PLAN).unwrap();
    serving(folder, file).await
}

/// The same in a store, with its two teams.
async fn running_store() -> Running {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("kedge.toml", "name = \"Shop\"\n"),
        ("checkout/team.kedge.toml", "team = \"checkout\"\nkind = \"stream\"\n"),
        ("checkout/one-tap.kedge.toml", PLAN),
        ("payments/team.kedge.toml", "team = \"payments\"\nkind = \"stream\"\n"),
    ] {
        let path = folder.path().join("plans").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let file = folder.path().join("shop.store");
    drop(make_store(&file, &folder.path().join("plans"), "2026-10-01".parse().unwrap()).unwrap());
    serving(folder, file).await
}

async fn serving(folder: tempfile::TempDir, file: PathBuf) -> Running {
    let as_of = AsOf::On("2026-10-14".parse().unwrap());
    let workspace = Workspace::open(&file, Options { as_of, seed: 1, trials: Some(200) }).unwrap();
    let server = Server::bind(workspace.clone(), 0).await.unwrap();
    let port = server.address().port;
    let (end, ended) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async move {
        let _ = ended.await;
    }));
    Running { port, file, workspace, end, serving, _folder: folder }
}

impl Running {
    /// Sends the request as it stands and returns the whole answer. `{host}` stands for our own name and port.
    async fn ask(&self, request: &str) -> String {
        let request = request.replace("{host}", &format!("localhost:{}", self.port)).replace('\n', "\r\n");
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        tokio::time::timeout(Duration::from_mins(1), read).await.unwrap().unwrap();
        String::from_utf8(answer).unwrap()
    }

    async fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\nhost: {{host}}\nconnection: close\n\n")).await
    }

    async fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        self.ask(&format!(
            "POST {path} HTTP/1.1\nhost: {{host}}\nconnection: close\ncontent-type: application/x-www-form-urlencoded\n\
             content-length: {length}\n{headers}\n{body}"
        ))
        .await
    }

    async fn token(&self) -> String {
        let page = self.get("/asks/checkout/reusable-token").await;
        let at = page.find("name=\"token\" value=\"").unwrap() + "name=\"token\" value=\"".len();
        page[at..at + 32].to_owned()
    }

    async fn end(self) {
        self.end.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(10), self.serving).await.unwrap().unwrap().unwrap();
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_answers_are_served() {
    let server = running().await;
    for path in [
        "/",
        "/plans",
        "/plans/checkout/one-tap",
        "/asks",
        "/asks/checkout/reusable-token",
        "/teams",
        "/teams/payments",
        "/council",
        "/council?move=council/doorstep&to=first",
        "/queue",
        "/queue/payments",
        "/queue/payments?move=checkout/reusable-token&to=last",
        "/queue/payments?move=nobody/none&before=checkout/reusable-token",
        "/hacks",
        "/review",
        "/review?quarter=2026-H2",
        "/align",
        "/align/datasets",
        "/align/problems",
        "/align/services",
        "/align/drift",
        "/align/borders",
        "/checks",
        "/find",
        "/trial/checkout/one-tap?policy=alone&trial=3",
        "/kedge.css",
        "/kedge.js",
        "/kedge.svg",
        "/api/version",
        "/api/standing",
        "/api/forecast",
        "/api/next",
        "/api/brief/checkout/reusable-token",
        "/api/inbox/payments",
        "/api/review",
        "/api/hacks",
        "/api/hacks?team=checkout",
        "/api/queue",
        "/api/queue?team=payments",
        "/api/council",
        "/api/align",
        "/api/align/proposals",
        "/api/align/datasets",
        "/api/align/problems",
        "/api/align/services",
        "/api/align/drift",
        "/api/align/borders",
        "/api/checks",
        "/api/plans/checkout/one-tap",
        "/api/asks/checkout/reusable-token",
        "/api/trial/checkout/one-tap",
    ] {
        let answer = server.get(path).await;
        assert_eq!(status(&answer), "200", "{path}: {answer}");
        for header in [
            "content-security-policy: default-src 'none';",
            "x-content-type-options: nosniff",
            "x-frame-options: DENY",
        ] {
            assert!(answer.contains(header), "{path} has no {header}");
        }
        assert!(!answer.contains("access-control-allow"), "{path}");
    }
    for path in [
        "/plans/checkout/none",
        "/plans/Checkout/..%2f..%2fetc",
        "/asks/a/b",
        "/teams/nobody",
        "/align/datasets/catalog/none",
        "/align/datasets/in/shop/none",
        "/align/proposals/payments/none",
        "/align/problems/payments/none",
        "/nothing",
        "/trial/checkout/one-tap?policy=hope",
        "/api/plans/checkout/none",
        "/api/hacks?team=nobody",
        "/queue/nobody",
        "/api/queue?team=nobody",
        "/api/inbox/nobody",
        "/api/review?quarter=soon",
        "/api/brief/checkout/none",
    ] {
        assert_eq!(status(&server.get(path).await), "404", "{path}");
    }
    // What people write is text on the page, never markup.
    let page = server.get("/asks/checkout/reusable-token").await;
    assert!(page.contains("&lt;b&gt;on&lt;/b&gt;") && !page.contains("<b>on</b>"));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_prints_the_types_of_the_answers() {
    let server = running().await;
    let body = |answer: String| answer.split("\r\n\r\n").nth(1).unwrap().to_owned();
    let answers = server.workspace.snapshot().answers.unwrap();
    let standing: serde_json::Value = serde_json::from_str(&body(server.get("/api/standing").await)).unwrap();
    assert_eq!(standing, serde_json::to_value(&*answers.standing).unwrap());
    let plan: serde_json::Value =
        serde_json::from_str(&body(server.get("/api/plans/checkout/one-tap").await)).unwrap();
    assert_eq!(plan["plan"], "checkout/one-tap");
    assert_eq!(plan["policies"][0]["policy"], "as-planned");
    assert_eq!(plan["precision"], serde_json::Value::Null);
    // To be known to a day it takes more than the 200 trials that the workspace was opened with.
    let precise = server.get("/api/plans/checkout/one-tap?precision=1d").await;
    let precise: serde_json::Value = serde_json::from_str(&body(precise)).unwrap();
    assert_eq!(precise["precision"]["working_days"], 1);
    assert_eq!(precise["precision"]["open"], serde_json::json!([]));
    let p80 = &precise["policies"][0]["outcomes"][0]["live"]["spread"]["p80"];
    assert!(p80["within"].as_u64().unwrap() <= 1, "{p80}");
    assert!(p80["from"]["on"].is_string() && p80["to"]["on"].is_string(), "{p80}");
    for wrong in ["soon", "1h", "0d", "-1d"] {
        let answer = server.get(&format!("/api/plans/checkout/one-tap?precision={wrong}")).await;
        assert_eq!(status(&answer), "400", "{wrong}: {answer}");
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_other_sites_are_refused() {
    let server = running().await;
    let port = server.port;
    for (request, expected) in [
        (format!("GET / HTTP/1.1\nhost: evil.example:{port}\nconnection: close\n\n"), "421"),
        ("GET / HTTP/1.1\nhost: localhost\nconnection: close\n\n".to_owned(), "421"),
        (
            "GET /api/standing HTTP/1.1\nhost: {host}\nconnection: close\nsec-fetch-site: cross-site\nsec-fetch-mode: cors\n\n"
                .to_owned(),
            "403",
        ),
    ] {
        let answer = server.ask(&request).await;
        assert_eq!(status(&answer), expected, "{request}");
        assert!(!answer.contains("One-tap"), "nothing is told");
    }
    let token = server.token().await;
    let take = format!("token={token}&act=take&ask=checkout%2Freusable-token&fallback=hack");
    let without = "token=&act=take&ask=checkout%2Freusable-token&fallback=hack";
    let foreign = "origin: http://evil.example\n";
    assert_eq!(status(&server.post("/act", foreign, &take).await), "403", "another site that knew the token");
    assert_eq!(status(&server.post("/act", "", without).await), "403", "no token");
    assert_eq!(status(&server.post("/undo", "", "token=0").await), "403");
    assert_eq!(std::fs::read_to_string(&server.file).unwrap(), PLAN, "nothing was written");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_supposed_shows_its_effect_and_is_not_written() {
    let server = running().await;
    let before = std::fs::read_to_string(&server.file).unwrap();
    let post = async |body: &str| server.post("/api/what-if?plan=checkout/one-tap", "", body).await;
    let answer = post(r#"["answer checkout/reusable-token declined"]"#).await;
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(answer.contains(r#""sentence":"With checkout/reusable-token declined by "#), "{answer}");
    let wrong = post(r#"["answer checkout/reusable-token commited by 2026-11-20"]"#).await;
    assert_eq!(status(&wrong), "422", "{wrong}");
    assert!(wrong.contains(r#""nearest":"committed""#) && wrong.contains(r#""number":3"#), "{wrong}");
    assert_eq!(status(&post("nothing").await), "400");
    let elsewhere = server.post("/api/what-if", "origin: http://evil.example\n", "[]").await;
    assert_eq!(status(&elsewhere), "403");
    assert_eq!(std::fs::read_to_string(&server.file).unwrap(), before);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_are_written_into_the_file_and_taken_back() {
    let server = running().await;
    let token = server.token().await;
    let ours = format!(
        "origin: http://localhost:{0}\nreferer: http://localhost:{0}/asks/checkout/reusable-token\n",
        server.port
    );
    let take = format!("token={token}&act=take&ask=checkout%2Freusable-token&fallback=hack");
    let answer = server.post("/act", &ours, &take).await;
    assert_eq!(status(&answer), "303", "{answer}");
    assert!(answer.contains("location: /asks/checkout/reusable-token"));
    let written = std::fs::read_to_string(&server.file).unwrap();
    assert!(written.contains("2026-10-14") && written != PLAN, "{written}");
    assert!(server.get("/").await.contains("was started on 2026-10-14"));
    let again = server.post("/act", &ours, &take).await;
    assert_eq!(status(&again), "409", "it is taken already: {again}");
    let wrong = format!("token={token}&act=answer&ask=checkout%2Freusable-token&says=committed");
    assert_eq!(status(&server.post("/act", &ours, &wrong).await), "422", "a commitment without a day");
    assert_eq!(status(&server.post("/undo", &ours, &format!("token={token}")).await), "303");
    assert_eq!(std::fs::read_to_string(&server.file).unwrap(), PLAN);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_served_with_what_was_said_and_its_history() {
    let server = running_store().await;
    let token = server.token().await;
    let ours = format!("origin: http://localhost:{0}\nreferer: http://localhost:{0}/history\n", server.port);
    let post = async |path: &str, body: &str| {
        let answer = server.post(path, &ours, &format!("token={token}&{body}")).await;
        (status(&answer).to_owned(), answer)
    };
    let comment = "act=comment&about=ask+checkout%2Freusable-token&team=payments&text=Ready+on+Monday.";
    assert_eq!(post("/act", comment).await.0, "303");
    assert!(server.get("/asks/checkout/reusable-token").await.contains("Ready on Monday."));
    let take = "act=take&ask=checkout%2Freusable-token&fallback=hack";
    assert_eq!(post("/act", take).await.0, "303");

    let page = server.get("/history").await;
    assert!(page.contains("Three writes.") && page.contains("href=\"/history/3\""), "{page}");
    let undone = |page: &str| -> Vec<String> {
        page.split("name=\"number\" value=\"")
            .skip(1)
            .map(|it| it.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(undone(&page), ["3"], "only the last can be taken back");
    assert!(!page.contains(">Older</a>"), "{page}");
    assert!(server.get("/").await.contains("href=\"/history\""), "every page leads to it");
    let write = server.get("/history/3").await;
    assert!(write.contains("<ins>+ ") && write.contains("2026-10-14"), "{write}");
    assert_eq!(undone(&write), ["3"]);
    assert!(
        write.contains("href=\"/history/2\">Write before</a>") && !write.contains(">Next write</a>"),
        "{write}"
    );
    let earlier = server.get("/history/2").await;
    assert!(
        earlier.contains("href=\"/history/3\">Next write</a>") && undone(&earlier).is_empty(),
        "{earlier}"
    );
    assert_eq!(status(&server.get("/history/9").await), "404");
    let of_payments = server.get("/history?of=payments%2F").await;
    assert!(of_payments.contains("One write in payments/."), "{of_payments}");
    let before = server.get("/api/history?before=3").await;
    assert!(before.contains("\"number\": 2") || before.contains("\"number\":2"), "{before}");
    assert!(!before.contains("was started"), "{before}");

    // Only what was looked at is taken back.
    let (refused, why) = post("/undo", "number=2").await;
    assert_eq!(refused, "409");
    assert!(why.contains("was written since"), "{why}");
    assert_eq!(post("/undo", "number=3").await.0, "303");
    let page = server.get("/history").await;
    assert!(page.contains("taken back by <a href=\"/history/4\">write 4</a>"), "{page}");
    assert_eq!(undone(&page), ["2"]);
    assert_eq!(post("/undo", "number=2").await.0, "303");
    assert!(!server.get("/asks/checkout/reusable-token").await.contains("Ready on Monday."));
    assert_eq!(post("/undo", "number=1").await.0, "409", "the store itself stays");

    // A hundred on a page, and those before behind a link.
    for number in 0..120 {
        let about = "ask checkout/reusable-token".parse().unwrap();
        server.workspace.comment(about, "payments".parse().unwrap(), &format!("Day {number}.")).unwrap();
    }
    let newest = server.get("/history").await;
    let writes = |page: &str| page.matches("<small>write ").count();
    assert_eq!((writes(&newest), newest.contains("125 writes.")), (100, true), "{newest}");
    assert!(newest.contains("href=\"/history?before=26&amp;of=\">Older</a>"), "{newest}");
    let older = server.get("/history?before=26&of=").await;
    assert_eq!((writes(&older), older.contains(">Older</a>")), (25, false), "{older}");
    server.end().await;

    let files = running().await;
    assert!(files.get("/history").await.contains("The history is with the files."));
    let undo = format!("token={}&number=1", files.token().await);
    assert_eq!(
        status(&files.post("/undo", &format!("origin: http://localhost:{}\n", files.port), &undo).await),
        "409"
    );
    files.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_tell_the_version_and_end_with_the_server() {
    let server = running().await;
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    let request = format!("GET /events HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", server.port);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = String::new();
    let mut buffer = [0_u8; 4096];
    let mut hear = async |heard: &mut String, wanted: usize| {
        while heard.matches("event: version").count() < wanted {
            let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut buffer))
                .await
                .unwrap()
                .unwrap();
            assert!(read > 0, "the stream ended early: {heard}");
            heard.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    };
    hear(&mut heard, 1).await;
    std::fs::write(&server.file, PLAN.replace("2026-12-10", "2026-12-17")).unwrap();
    server.workspace.refresh().unwrap();
    hear(&mut heard, 2).await;
    assert!(heard.contains("text/event-stream"));
    // An open stream does not keep the server from ending.
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_load_are_told_and_the_old_answer_stays() {
    let server = running().await;
    std::fs::write(&server.file, PLAN.replace("title  =", "titel  =")).unwrap();
    server.workspace.refresh().unwrap();
    let page = server.get("/").await;
    assert!(page.contains("The files do not load as they are now.") && page.contains("title"), "{page}");
    assert!(page.contains("a week stands"), "the answer from before");
    assert!(!page.contains("name=\"token\""), "nothing can be recorded meanwhile");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_gives_way_to_the_next() {
    let first = running().await;
    let second = Server::bind(first.workspace.clone(), first.port).await.unwrap();
    let address = second.address();
    assert!(address.port > first.port);
    assert_eq!(
        address.to_string(),
        format!("http://localhost:{}/ (port {} is taken)", address.port, first.port)
    );
    first.end().await;
}
