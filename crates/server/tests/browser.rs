//! The pages in a real browser: Debian's Chromium, driven over `WebDriver`.
//!
//! `scripts/test` leaves this file out, saying so, where there is no chromedriver.
#![allow(clippy::unwrap_used)]

#[path = "browser/records.rs"]
mod records;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use kedge_server::Server;
use kedge_workspace::{AsOf, Options, Watch, Workspace};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::sync::oneshot;

/// The tabulator key, as `WebDriver` writes it.
const TAB: char = '\u{E004}';

/// Ends the driver, and with it the browser, also where the test fails.
struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        // A port that was free a moment ago: chromedriver takes no 0.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed; `scripts/test` sees to it");
        Self { child, port }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn browser(driver: &Driver, profile: &Path) -> Client {
    let options = json!({
        "goog:chromeOptions": { "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            format!("--user-data-dir={}", profile.display()),
        ] },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(capabilities) = options else { unreachable!() };
    let address = format!("http://127.0.0.1:{}", driver.port);
    for _ in 0..100 {
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        if let Ok(client) = builder.capabilities(capabilities.clone()).connect(&address).await {
            return client;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("chromedriver does not answer on {address}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a script says; in one go, since the page may swap what it shows between two commands.
async fn says(client: &Client, script: &str) -> Value {
    client.execute(script, vec![]).await.unwrap()
}

async fn headline(client: &Client) -> String {
    says(client, "return document.querySelector('h1').innerText")
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Clicks as a person does, again where the page was swapped under the pointer.
async fn click(client: &Client, what: Locator<'_>) {
    for _ in 0..20 {
        let clicked = match client.find(what).await {
            Ok(element) => element.click().await,
            Err(error) => Err(error),
        };
        if clicked.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what:?} cannot be clicked");
}

/// Presses keys one after the other, whatever has the focus; `held` stays down meanwhile.
async fn press(client: &Client, held: Option<Key>, keys: &str) {
    let mut actions = KeyActions::new("keyboard".into());
    if let Some(held) = held {
        actions = actions.then(KeyAction::Down { value: held.into() });
    }
    for key in keys.chars() {
        actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
    }
    if let Some(held) = held {
        actions = actions.then(KeyAction::Up { value: held.into() });
    }
    client.perform_actions(actions).await.unwrap();
}

async fn focused(client: &Client) -> String {
    says(client, "return document.activeElement.innerText")
        .await
        .as_str()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Asks the page again and again until it is so; pages that swap their answer may lose an element in between.
async fn until(client: &Client, what: &str, script: &str) {
    for _ in 0..300 {
        if client.execute(script, vec![]).await.is_ok_and(|value| value == json!(true)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let now = client.execute("return document.querySelector('main').innerText.slice(0, 600)", vec![]).await;
    panic!("{what} did not come to be; the page says: {now:?}");
}

async fn width(client: &Client, pixels: u32, dark: bool) {
    let cdp = |command: &str, parameters: Value| json!({ "cmd": command, "params": parameters });
    for body in [
        cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": pixels < 600 }),
        ),
        cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } }] }),
        ),
    ] {
        client.issue_cmd(Chromium("goog/cdp/execute", body)).await.unwrap();
    }
}

/// A command that only Chromium's driver knows.
#[derive(Debug)]
struct Chromium(&'static str, Value);

impl fantoccini::wd::WebDriverCompatibleCommand for Chromium {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

/// The form is opened, filled and sent with keys alone; what is being typed outlives a newer answer.
async fn an_inbox_is_answered_by_keyboard_on_a_phone(client: &Client, base: &str, plans: &Path) {
    width(client, 360, false).await;
    client.goto(&format!("{base}/teams/payments")).await.unwrap();
    let row = "document.querySelector('#inbox-loyalty-ledger-events')";
    says(client, &format!("{row}.querySelector('summary').focus()")).await;
    press(client, None, &char::from(Key::Enter).to_string()).await;
    until(client, "the form", &format!("return {row}.querySelector('details').open")).await;
    press(client, None, &TAB.to_string()).await;
    until(client, "the first field", "return document.activeElement.name === 'says'").await;
    press(client, None, "dec").await;
    until(client, "the choice", "return document.activeElement.value === 'declined'").await;
    says(client, &format!("{row}.querySelector('[name=why]').focus()")).await;
    press(client, None, "no hands").await;
    // Meanwhile another file is saved, and the page shows what follows from it.
    let version = says(client, "return Number(document.getElementById('answer').dataset.version)").await;
    let other = plans.join("payments/wallets.kedge.toml");
    let before = std::fs::read_to_string(&other).unwrap();
    std::fs::write(&other, before.replace("45k/week", "44k/week")).unwrap();
    until(
        client,
        "the newer answer",
        &format!("return Number(document.getElementById('answer').dataset.version) > {version} && document.querySelector('#inbox-payments-wallets').innerText.includes('44k')"),
    )
    .await;
    let kept = format!(
        "return {row}.querySelector('[name=why]').value === 'no hands' && {row}.querySelector('[name=says]').value === 'declined' && document.activeElement.name === 'why'"
    );
    until(client, "what was typed", &kept).await;
    press(client, None, &char::from(Key::Enter).to_string()).await;
    until(client, "the undo", "return document.querySelector('form.notice button')?.innerText === 'Undo'")
        .await;
    let answers = plans.join("payments/answers.kedge.toml");
    let written = std::fs::read_to_string(&answers).unwrap();
    assert!(written.contains("declined") && written.contains("no hands"), "{written}");
    click(client, Locator::Css("form.notice button")).await;
    until(client, "undone", "return !document.querySelector('form.notice')").await;
    assert!(!std::fs::read_to_string(&answers).unwrap().contains("no hands"));
    std::fs::write(&other, before).unwrap();
}

/// The review as a file: no server, no network, on a phone, in the dark, with its tables as wide as the screen.
async fn the_review_is_a_file_that_needs_nothing_else(client: &Client, folder: &Path, plans: &Path) {
    let as_of = AsOf::On("2026-10-14".parse().unwrap());
    let workspace = Workspace::open(plans, Options { as_of, seed: 1, trials: Some(100) }).unwrap();
    let answers = workspace.snapshot().answers.unwrap();
    let file = folder.join("review.html");
    std::fs::write(&file, kedge_server::review_file(&answers, &answers.review(None).unwrap())).unwrap();
    for (pixels, dark) in [(1280, false), (360, true)] {
        width(client, pixels, dark).await;
        client.goto(&format!("file://{}", file.display())).await.unwrap();
        assert!(headline(client).await.starts_with("2026-Q4 so far: standing went from"));
        let fetched = says(client, "return performance.getEntriesByType('resource').length").await;
        assert_eq!(fetched, json!(0), "it asks for nothing else");
        let fits = says(client, "return document.documentElement.scrollWidth <= innerWidth").await;
        assert_eq!(fits, json!(true), "at {pixels} nothing is wider than the screen");
        let paper = says(client, "return getComputedStyle(document.body).backgroundColor").await;
        assert_eq!(paper == json!("rgb(15, 21, 29)"), dark);
    }
    // Nothing in it has to be clicked: what is said on focus elsewhere is said here, and no link leads nowhere.
    let links =
        says(client, "return [...document.querySelectorAll('a[href], button')].map(it => it.outerHTML)")
            .await;
    assert!(links.as_array().unwrap().iter().all(|it| it.as_str().unwrap().contains("href=\"#")), "{links}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_reads_follows_and_edits() {
    let folder = tempfile::tempdir().unwrap();
    let plans = folder.path().join("harbour");
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour")), &plans);
    let as_of = AsOf::On("2026-10-14".parse().unwrap());
    let workspace = Workspace::open(&plans, Options { as_of, seed: 1, trials: Some(500) }).unwrap();
    let watch = Watch::start(&workspace);
    let server = Server::bind(workspace, 0).await.unwrap();
    let base = format!("http://localhost:{}", server.address().port);
    let (end, ended) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async move {
        let _ = ended.await;
    }));
    let driver = Driver::start();
    let client = browser(&driver, &folder.path().join("profile")).await;

    // The overview answers first, and its dates follow without a reload.
    width(&client, 1280, false).await;
    client.goto(&base).await.unwrap();
    assert!(headline(&client).await.contains("a week stands, even if no other team delivers."));
    until(
        &client,
        "the dates of the overview",
        "return document.querySelectorAll('td.picture svg').length > 10",
    )
    .await;

    // A link leads to a plan, whose policies are drawn.
    click(&client, Locator::LinkText("One-tap checkout")).await;
    assert!(client.current_url().await.unwrap().path().ends_with("/plans/checkout/one-tap"));
    until(
        &client,
        "the policies",
        "return document.querySelectorAll('.timeline .lane .track svg rect').length >= 4",
    )
    .await;
    assert!(headline(&client).await.starts_with("Live by 10 December in "));

    // By keyboard alone: the skip link first, then the sections; what has the focus is seen to have it.
    says(&client, "document.activeElement.blur()").await;
    press(&client, None, &TAB.to_string()).await;
    assert_eq!(focused(&client).await, "Skip to the answer");
    let mut reached = Vec::new();
    for _ in 0..12 {
        press(&client, None, &TAB.to_string()).await;
        reached.push(focused(&client).await);
    }
    for section in ["Overview", "Plans", "Asks", "Teams", "Council", "Align", "Checks"] {
        assert!(reached.iter().any(|name| name == section), "{section} is not reached by Tab: {reached:?}");
    }
    assert_eq!(
        says(&client, "return getComputedStyle(document.activeElement).outlineStyle").await,
        json!("solid")
    );

    // Where a number comes from shows on focus.
    says(&client, "document.querySelector('.card .source button').focus()").await;
    let shown =
        "return getComputedStyle(document.querySelector('.card .source [role=tooltip]')).display === 'block'";
    until(&client, "the source on focus", shown).await;

    // An edit of the file shows on the page, with the scroll where it was.
    says(&client, "window.scrollTo(0, 300); window.was = performance.timeOrigin").await;
    let file = plans.join("checkout/one-tap.kedge.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, before.replace("due         = 2026-12-10", "due         = 2026-12-17")).unwrap();
    until(&client, "the new date", "return document.querySelector('h1').innerText.includes('17 December')")
        .await;
    let same = client
        .execute("return window.was === performance.timeOrigin && window.scrollY === 300", vec![])
        .await;
    assert_eq!(same.unwrap(), json!(true), "the page was not loaded anew, and did not jump");

    // A file that does not load: the finding is shown, the old answer is grey. Mended, all is as before.
    std::fs::write(&file, before.replace("title  = \"One-tap checkout\"", "titel  = \"One-tap checkout\""))
        .unwrap();
    until(
        &client,
        "the finding",
        "return /title/.test(document.querySelector('.failed')?.innerText ?? '') && !!document.querySelector('.answer.old h1')",
    )
    .await;
    std::fs::write(&file, &before).unwrap();
    until(&client, "the mended answer", "return !document.querySelector('.failed') && document.querySelector('h1').innerText.includes('10 December')").await;

    // What is recorded from the page is written into the file, and undone from it.
    client.goto(&format!("{base}/asks/checkout/edge-latency")).await.unwrap();
    click(&client, Locator::XPath("//button[.='Accept the offer']")).await;
    until(&client, "the undo", "return document.querySelector('form.notice button')?.innerText === 'Undo'")
        .await;
    assert!(std::fs::read_to_string(&file).unwrap().contains("accepted"));
    click(&client, Locator::Css("form.notice button")).await;
    until(&client, "undone", "return !document.querySelector('form.notice')").await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);

    an_inbox_is_answered_by_keyboard_on_a_phone(&client, &base, &plans).await;
    width(&client, 1280, false).await;
    records::is_written_and_undone(&client, &base, &plans).await;

    // The palette finds a page by a part of its name.
    client.goto(&base).await.unwrap();
    press(&client, Some(Key::Control), "k").await;
    until(&client, "the palette", "return document.activeElement.type === 'search'").await;
    press(&client, None, "passkeys every").await;
    press(&client, None, &char::from(Key::Enter).to_string()).await;
    until(&client, "the plan found", "return location.pathname === '/plans/identity/passkeys'").await;

    // On a phone nothing is wider than the screen; in the dark the page is dark.
    for path in [
        "/",
        "/plans",
        "/plans/checkout/one-tap",
        "/asks",
        "/asks/checkout/step-up",
        "/teams/payments",
        "/teams/web-guild",
        "/queue",
        "/queue/payments",
        "/queue/payments?move=loyalty/ledger-events&to=first",
        "/council",
        "/hacks",
        "/align",
        "/align/datasets",
        "/align/datasets/catalog/stock-level",
        "/align/proposals/payments/one-ledger",
        "/align/problems",
        "/align/problems/catalog/row-locks",
        "/align/drift",
        "/align/borders",
        "/review",
        "/checks",
        "/find",
    ] {
        width(&client, 360, true).await;
        client.goto(&format!("{base}{path}")).await.unwrap();
        let wide = says(&client, "return document.documentElement.scrollWidth").await;
        assert_eq!(wide, json!(360), "{path}");
        let paper = says(&client, "return getComputedStyle(document.body).backgroundColor").await;
        assert_eq!(paper, json!("rgb(15, 21, 29)"), "{path}");
    }

    the_review_is_a_file_that_needs_nothing_else(&client, folder.path(), &plans).await;

    // Nobody complained: no script error, nothing that the policy for content forbade, nothing missing.
    let log = client.issue_cmd(Chromium("se/log", json!({ "type": "browser" }))).await.unwrap();
    assert_eq!(log, json!([]), "the console is clean");

    client.close().await.unwrap();
    end.send(()).unwrap();
    serving.await.unwrap().unwrap();
    drop(watch);
}
