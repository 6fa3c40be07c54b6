//! What pages record: each button and form writes the file that it should and no other, and is undone to the byte.

use super::{click, until};
use fantoccini::{Client, Locator};
use std::collections::BTreeMap;
use std::path::Path;

/// One thing that can be recorded from a page.
struct Recorded {
    /// The page, from the root.
    page: &'static str,
    /// A condition on a form as the page's script sees it: the first form that fits is filled and sent.
    form: &'static str,
    /// Fields and what is typed into them.
    fields: &'static [(&'static str, &'static str)],
    /// The one file that is written.
    file: &'static str,
    /// What it says then more often than before.
    says: &'static [&'static str],
}

const fn one(
    page: &'static str,
    form: &'static str,
    fields: &'static [(&'static str, &'static str)],
    file: &'static str,
    says: &'static [&'static str],
) -> Recorded {
    Recorded { page, form, fields, file, says }
}

const ALL: [Recorded; 16] = [
    // Who asks.
    one(
        "/asks/checkout/reusable-token",
        "f.act.value === 'take'",
        &[],
        "checkout/one-tap.kedge.toml",
        &["taken", "2026-10-14"],
    ),
    one(
        "/asks/checkout/reusable-token",
        "f.act.value === 'stance'",
        &[],
        "checkout/one-tap.kedge.toml",
        &["start"],
    ),
    one(
        "/asks/checkout/reusable-token",
        "f.act.value === 'withdraw'",
        &[],
        "checkout/one-tap.kedge.toml",
        &["withdrawn", "2026-10-14"],
    ),
    one(
        "/asks/checkout/reusable-token",
        "f.act.value === 'asked'",
        &[("how", "https://tracker.example/issues/7")],
        "checkout/one-tap.kedge.toml",
        &["https://tracker.example/issues/7"],
    ),
    one(
        "/asks/checkout/edge-latency",
        "f.act.value === 'accept'",
        &[],
        "checkout/one-tap.kedge.toml",
        &["accepted"],
    ),
    one(
        "/hacks",
        "f.act.value === 'migrated'",
        &[],
        "search/typo-tolerant.kedge.toml",
        &["migrated", "2026-10-14"],
    ),
    // Who is asked.
    one(
        "/asks/checkout/reusable-token",
        "f.act.value === 'land'",
        &[],
        "payments/answers.kedge.toml",
        &["landed"],
    ),
    one(
        "/asks/checkout/step-up",
        "f.act.value === 'answer'",
        &[("says", "committed"), ("by", "2026-11-20")],
        "identity/answers.kedge.toml",
        &["committed"],
    ),
    one(
        "/teams/payments",
        "f.act.value === 'answer' && f.ask.value.includes('gift-ledger,')",
        &[("says", "declined"), ("why", "no hands before January")],
        "payments/answers.kedge.toml",
        &["no hands before January"],
    ),
    one(
        "/teams/payments",
        "f.act.value === 'host' && f.host.value === 'unable' && f.ask.value === 'fulfil/slot-fee'",
        &[],
        "payments/answers.kedge.toml",
        &["unable"],
    ),
    one(
        "/teams/web-guild",
        "f.act.value === 'answer' && f.ask.value === 'checkout/edge-latency'",
        &[("says", "committed"), ("by", "2026-11-06")],
        "web-guild/answers.kedge.toml",
        &["checkout/edge-latency"],
    ),
    // Who integrates.
    one(
        "/queue/payments?move=loyalty/ledger-events&to=first",
        "f.act.value === 'queue-order'",
        &[],
        "payments/team.kedge.toml",
        &["loyalty/ledger-events"],
    ),
    one(
        "/queue/payments",
        "f.act.value === 'join' && f.line",
        &[("line", "loyalty/ledger-events"), ("beside", "fulfil/slot-fee")],
        "payments/answers.kedge.toml",
        &["loyalty/ledger-events", "fulfil/slot-fee"],
    ),
    one(
        "/queue/payments",
        "f.act.value === 'split' && f.ask.value === 'returns/store-credit'",
        &[],
        "payments/answers.kedge.toml",
        &[],
    ),
    // Who ranks.
    one(
        "/council?move=doorstep&to=first",
        "f.act.value === 'council-order'",
        &[],
        "council.kedge.toml",
        &["[\"doorstep\", "],
    ),
    one(
        "/council",
        "f.act.value === 'confirm' && f.outcome.value === 'payments/wallets'",
        &[("value", "30k/week"), ("who", "council/wim")],
        "council.kedge.toml",
        &["30k/week"],
    ),
];

/// Every plan file with its text.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.to_string_lossy().ends_with(".kedge.toml") {
                let name = entry.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                all.insert(name, std::fs::read_to_string(&entry).unwrap());
            }
        }
    }
    all
}

/// Each is recorded as a person does it, found in its file and in no other, and undone.
pub(crate) async fn is_written_and_undone(client: &Client, base: &str, plans: &Path) {
    for Recorded { page, form, fields, file, says } in &ALL {
        let what = format!("{page}: {form}");
        let before = texts(plans);
        client.goto(&format!("{base}{page}")).await.unwrap();
        let find = format!("[...document.forms].find(f => f.act && ({form}))");
        until(client, &what, &format!("return !!{find}")).await;
        // Filled and sent in one go: the page may swap what it shows between two commands.
        let typed: Vec<String> =
            fields.iter().map(|(field, value)| format!("f['{field}'].value = '{value}';")).collect();
        let typed = typed.concat();
        let send = format!("const f = {find}; {typed} f.querySelector('button').click(); return true");
        until(client, &what, &send).await;
        until(client, &what, "return document.querySelector('form.notice button')?.innerText === 'Undo'")
            .await;
        let after = texts(plans);
        let changed: Vec<&String> =
            after.iter().filter(|(name, text)| before.get(*name) != Some(text)).map(|it| it.0).collect();
        assert_eq!(changed, [file], "{what}");
        let old = before.get(*file).map(String::as_str).unwrap_or_default();
        for said in *says {
            let often = |text: &str| text.matches(said).count();
            assert!(often(&after[*file]) > often(old), "{what}: {said} is not new in {}", after[*file]);
        }
        click(client, Locator::Css("form.notice button")).await;
        until(client, &what, "return !document.querySelector('form.notice')").await;
        assert_eq!(texts(plans), before, "{what}: undone");
    }
}
