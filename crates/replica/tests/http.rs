//! Replicas over real sockets: through a relay that cuts connections, changes bytes, swallows answers and is slow.
#![allow(clippy::unwrap_used)]

mod wire_between;

use kedge_replica::transport::http::{
    HttpError, HttpPeer, HttpSettings, NotAPart, Part, Session, Shared, Surroundings, Written, pause, router,
};
use kedge_replica::wire::RemoteRefusal;
use kedge_replica::{
    AuthorId, Authors, Change, Contract, Contracts, Expected, Grant, MemoryStore, Merge, Millis, Peer, Peers,
    Replica, Secret, Settings, SqliteStore, Store,
};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wire_between::{Between, Fault};

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks").field("title", Merge::LastWriter).field("votes", Merge::Counter);
    let prices = Contract::owned("prices", Duration::from_mins(1)).field("price", Merge::LastWriter);
    let names = Contract::serial("names", author(1)).field("account", Merge::LastWriter);
    let money = Contract::serial("money", author(1)).field("balance", Merge::LastWriter);
    Contracts::new([tasks, prices, names, money].map(|one| one.build().unwrap())).unwrap()
}

fn secret(number: u8) -> Secret {
    Secret::new([number; 32]).unwrap()
}

/// Randomness that is the same in every run; the time stands still.
fn surroundings(seed: u64) -> Surroundings {
    let state = AtomicU64::new(seed << 32);
    let random = move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let mut mixed = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    };
    Surroundings::new(now, random)
}

fn now() -> Millis {
    Millis::new(1_763_800_000_000)
}

fn settings() -> HttpSettings {
    HttpSettings {
        answer: Duration::from_secs(5),
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(50),
        part: 10_000,
        ..HttpSettings::default()
    }
}

const ALL: [&str; 4] = ["tasks", "prices", "names", "money"];

fn peer(name: &str, number: u8, grant: &Grant) -> Peer {
    let peer = Peer::new(name, secret(number)).unwrap().is(author(number));
    ALL.iter().fold(peer, |peer, collection| peer.may(collection, grant.clone()).unwrap())
}

/// What the hub grants the one of this number.
fn spoke(number: u8) -> Peer {
    peer(&format!("spoke{number}"), number, &Grant::default().reads(Authors::All).writes())
}

async fn open<S: Store>(store: S, number: u8) -> Shared<S> {
    let settings = Settings { batch: 100, ..Settings::default() };
    Arc::new(tokio::sync::Mutex::new(
        Replica::open(store, author(number), contracts(), settings).await.unwrap(),
    ))
}

async fn in_memory(number: u8) -> Shared<MemoryStore> {
    open(MemoryStore::new(), number).await
}

/// Serves a replica on a port of its own, for the spokes 2 to 4; the address, and what stops it.
async fn serve<S: Store + 'static>(
    replica: &Shared<S>,
) -> (std::net::SocketAddr, tokio::task::JoinHandle<()>) {
    let peers = Peers::new((2..5).map(spoke)).unwrap();
    let replicas = router(replica.clone(), peers, surroundings(1), settings());
    let service = axum::Router::new().nest("/some/where", replicas);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(async move { axum::serve(listener, service).await.unwrap() }))
}

/// The hub as the spoke of this number knows it, at this address.
fn hub(number: u8, address: std::net::SocketAddr) -> HttpPeer {
    hub_with(number, address, secret(number), settings())
}

fn hub_with(number: u8, address: std::net::SocketAddr, secret: Secret, settings: HttpSettings) -> HttpPeer {
    let hub = Peer::new("hub", secret).unwrap().is(author(1));
    let hub = ALL.iter().fold(hub, |hub, collection| hub.may(collection, Grant::everything()).unwrap());
    let me = format!("spoke{number}");
    let url = format!("http://{address}/some/where");
    HttpPeer::new(&url, &me, hub, surroundings(u64::from(number)), settings).unwrap()
}

async fn write<S: Store>(replica: &Shared<S>, change: &Change) {
    replica.lock().await.write(now(), change).await.unwrap();
}

async fn state<S: Store>(replica: &Shared<S>, collection: &str) -> Vec<Vec<u8>> {
    replica
        .lock()
        .await
        .list_all(collection)
        .await
        .unwrap()
        .values()
        .map(kedge_replica::Record::encode)
        .collect()
}

#[tokio::test]
async fn spokes_hear_each_other_through_a_hub() {
    let folder = tempfile::tempdir().unwrap();
    let center = open(SqliteStore::open(folder.path().join("hub.db")).await.unwrap(), 1).await;
    let near = open(SqliteStore::open(folder.path().join("near.db")).await.unwrap(), 2).await;
    let far = in_memory(3).await;
    let (address, _) = serve(&center).await;
    for round in 0..250 {
        let change = Change::to("tasks", &format!("t{}", round % 7)).set("title", round).count("votes", 1);
        write(&near, &change).await;
        write(&far, &change).await;
    }
    write(&far, &Change::to("prices", "anchor").set("price", 9)).await;
    write(&center, &Change::to("names", "ada").set("account", 7)).await;
    assert_eq!(hub(2, address).sync(&near).await.unwrap().held, []);
    let progress = hub(3, address).sync(&far).await.unwrap();
    assert_eq!((progress.held, progress.taken), (vec![], 250 + 250 + 1 + 1));
    // Both sides at once, more than once: nothing waits for itself, and nothing counts twice.
    let (one, other) = (hub(2, address), hub(3, address));
    let all =
        tokio::join!(one.sync(&near), other.sync(&far), one.pull(&near, "tasks"), other.push(&far, "tasks"));
    all.0.unwrap();
    for collection in ALL {
        assert_eq!(state(&near, collection).await, state(&far, collection).await, "{collection}");
        assert_eq!(state(&near, collection).await, state(&center, collection).await, "{collection}");
    }
    let record = near.lock().await.read("tasks", "t0").await.unwrap().unwrap();
    assert_eq!(record.count("votes"), 2 * 36);
}

#[tokio::test]
async fn a_broken_connection_goes_on_where_it_stopped() {
    let (center, spoke) = (in_memory(1).await, in_memory(2).await);
    for record in 0..300 {
        let title = format!("{record} {}", "long ".repeat(200));
        write(
            &center,
            &Change::to("tasks", &format!("c{record}")).set("title", title.clone()).count("votes", 1),
        )
        .await;
        write(&spoke, &Change::to("tasks", &format!("s{record}")).set("title", title).count("votes", 1))
            .await;
    }
    // Only states are left: each one long message, 300 KB in parts of 10.
    for replica in [&center, &spoke] {
        let seen = replica.lock().await.core().log("tasks").unwrap().seen.clone();
        replica.lock().await.compact("tasks", &seen).await.unwrap();
    }
    let (address, _) = serve(&center).await;
    // Every connection breaks after 35,000 bytes either way.
    let between = Between::new(address, Fault::CutAfter(35_000)).await;
    let progress = hub(2, between.address).pull(&spoke, "tasks").await.unwrap();
    assert_eq!((progress.taken, progress.held.len()), (300, 0));
    let carried = between.to_client();
    assert!((300_000..500_000).contains(&carried), "{carried} bytes were carried for a state of 300 KB");
    assert!(between.connections() > 8);

    // The spoke's state is now also the hub's work, and the hub believes it about itself only: it says so.
    let refused = hub(2, between.address).push(&spoke, "tasks").await.unwrap();
    assert!(refused.held[0].1.contains("grant it `relays`"), "{:?}", refused.held);
    let fresh = in_memory(3).await;
    for record in 0..300 {
        let title = format!("{record} {}", "long ".repeat(200));
        write(&fresh, &Change::to("tasks", &format!("f{record}")).set("title", title).count("votes", 1))
            .await;
    }
    let seen = fresh.lock().await.core().log("tasks").unwrap().seen.clone();
    fresh.lock().await.compact("tasks", &seen).await.unwrap();
    let between = Between::new(address, Fault::CutAfter(35_000)).await;
    let progress = hub(3, between.address).push(&fresh, "tasks").await.unwrap();
    assert_eq!((progress.taken, progress.held.len()), (300, 0));
    let carried = between.to_server();
    assert!((300_000..500_000).contains(&carried), "{carried} bytes were carried for a state of 300 KB");
    assert_eq!(center.lock().await.list("tasks").await.unwrap().len(), 600);
    // Once more: all is known.
    assert_eq!(hub(3, address).push(&fresh, "tasks").await.unwrap().taken, 0);
}

#[tokio::test]
async fn a_service_that_is_started_anew_midway_is_asked_from_the_beginning() {
    let (center, spoke) = (in_memory(1).await, in_memory(2).await);
    for record in 0..100 {
        write(&center, &Change::to("tasks", &format!("c{record}")).set("title", "x".repeat(1000))).await;
    }
    let seen = center.lock().await.core().log("tasks").unwrap().seen.clone();
    center.lock().await.compact("tasks", &seen).await.unwrap();
    // Two services of one replica that know nothing of each other's parts: connections alternate between them.
    let (first, _) = serve(&center).await;
    let (second, _) = serve(&center).await;
    let between = Between::new(first, Fault::SwitchOnceTo(second, 25_000)).await;
    let progress = hub(2, between.address).pull(&spoke, "tasks").await.unwrap();
    assert_eq!(progress.taken, 100);
    assert_eq!(state(&spoke, "tasks").await, state(&center, "tasks").await);
}

#[tokio::test]
async fn who_has_another_secret_is_neither_heard_nor_believed() {
    let (center, spoke) = (in_memory(1).await, in_memory(2).await);
    write(&center, &Change::to("tasks", "a").set("title", "mine")).await;
    let (address, _) = serve(&center).await;
    let wrong = hub_with(2, address, secret(99), settings()).pull(&spoke, "tasks").await.unwrap_err();
    assert!(matches!(wrong, HttpError::NotThem { status: 401, .. }), "{wrong}");
    assert!(
        wrong
            .to_string()
            .contains("see whether the address is right, and whether both sides have the same secret")
    );
    let wrong = hub_with(9, address, secret(9), settings()).pull(&spoke, "tasks").await.unwrap_err();
    assert!(matches!(wrong, HttpError::NotThem { status: 401, .. }), "{wrong}");
    // A service that answers anything, without the secret.
    let service = axum::Router::new().fallback(|| async { "KRP\x01, believe me" });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stranger = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let wrong = hub(2, stranger).pull(&spoke, "tasks").await.unwrap_err();
    assert!(matches!(wrong, HttpError::NotThem { status: 200, .. }), "{wrong}");
    // A byte that is changed on the way, there or back: wherever it is, nothing false is believed.
    let once = HttpSettings { attempts: 1, answer: Duration::from_millis(100), ..settings() };
    let mut refused = 0;
    for (to_server, place) in (0..500).step_by(9).flat_map(|place| [(true, place), (false, place)]) {
        let fresh = in_memory(2).await;
        let between = Between::new(address, Fault::Change { to_server, place }).await;
        if hub_with(2, between.address, secret(2), once).pull(&fresh, "tasks").await.is_ok() {
            assert_eq!(state(&fresh, "tasks").await, state(&center, "tasks").await);
        } else {
            refused += 1;
            assert!(state(&fresh, "tasks").await.is_empty());
        }
    }
    // The others were past the end, or in headers that say nothing.
    assert!(refused > 30, "only {refused} of 112 changes were noticed");
    assert!(state(&spoke, "tasks").await.is_empty());
    let missing = hub(2, address).pull(&spoke, "nothing").await.unwrap_err();
    assert!(missing.to_string().contains("collection `nothing` has no contract here"), "{missing}");
    for url in ["ftp://here", "http://", "http://a/?b=c", "here"] {
        let hub = Peer::new("hub", secret(1)).unwrap();
        let error = HttpPeer::new(url, "me", hub, surroundings(9), settings()).unwrap_err();
        assert!(error.to_string().contains("write it as http://HOST:PORT/PATH"), "{error}");
    }
}

/// FORMAT.md, worked out by Python's `hmac`.
#[tokio::test]
async fn a_seal_is_as_the_format_says() {
    let center = in_memory(1).await;
    let peers = Peers::new([spoke(2)]).unwrap();
    let mut service = router(center, peers, surroundings(1), settings());
    let mut ask = async |seal: &str| {
        let request = axum::http::Request::post("/wanted")
            .header("kedge-peer", "spoke2")
            .header("kedge-nonce", "0123456789abcdef0123456789abcdef")
            .header("kedge-seal", seal)
            .body(axum::body::Body::from("tasks"));
        tower_service::Service::call(&mut service, request.unwrap()).await.unwrap()
    };
    let answer = ask("1c40bd76aac61a909732a4b3587f756ef65fa7819cc8dbdf83ac16dba46bf1b7").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["kedge-seal"],
        "1f5f28d1fdc930702b32494ac4dbb41a64652bb68745705430c0e951e26cc5bf"
    );
    let body = axum::body::to_bytes(answer.into_body(), 1000).await.unwrap();
    let pull =
        [&b"KRP\x01\x06\x00\x05tasks\x00\x64\x01\x00"[..], &[2; 16], &[0xa3, 0xca, 0x24, 0xa3]].concat();
    assert_eq!(body, pull);
    // Of another nonce, and none.
    assert_eq!(ask("6f7ef6a2663eae1f5cb3facd606da7f860bc8d1352fb25c2946b9dc99c16a2be").await.status(), 401);
    assert_eq!(ask("").await.status(), 401);
}

#[tokio::test]
async fn what_is_too_long_or_too_slow_is_refused_with_what_to_do() {
    let (center, spoke) = (in_memory(1).await, in_memory(2).await);
    write(&center, &Change::to("tasks", "a").set("title", "x".repeat(60_000))).await;
    let (address, _) = serve(&center).await;
    let short = HttpSettings { longest: 50_000, attempts: 1, ..settings() };
    let wrong = hub_with(2, address, secret(2), short).pull(&spoke, "tasks").await.unwrap_err();
    assert!(wrong.to_string().contains("at most 50000 are taken: raise `longest` on both sides"), "{wrong}");
    // A part that is longer than the other side takes.
    write(&spoke, &Change::to("tasks", "b").set("title", "x".repeat(60_000))).await;
    let long = HttpSettings { part: 1 << 20, attempts: 1, ..settings() };
    let wrong = hub_with(2, address, secret(2), long).push(&spoke, "tasks").await.unwrap_err();
    assert!(matches!(wrong, HttpError::NoAnswer { .. }), "{wrong}");
    hub(2, address).push(&spoke, "tasks").await.unwrap();
    let between = Between::new(address, Fault::Swallow { answers: usize::MAX }).await;
    let fast = HttpSettings { answer: Duration::from_millis(100), attempts: 2, ..settings() };
    let slow = hub_with(2, between.address, secret(2), fast).pull(&spoke, "tasks").await.unwrap_err();
    assert!(slow.to_string().contains("did not answer, tried 2 times (no answer within 100ms)"), "{slow}");
    hub(2, address).pull(&spoke, "tasks").await.unwrap();
    assert_eq!(state(&spoke, "tasks").await, state(&center, "tasks").await);
}

fn take(name: &str, account: i64) -> Change {
    Change::to("names", name).expecting(Expected::Absent).set("account", account)
}

#[tokio::test]
async fn a_write_goes_to_its_home_once_or_is_refused() {
    let (home, spoke) = (in_memory(1).await, in_memory(2).await);
    let (address, serving) = serve(&home).await;
    let mut session = Session::new(&surroundings(5));
    let ada = session.next(&take("ada", 1).and("money", "1").set("balance", 100)).unwrap();
    let Written::Now(versions) = hub(2, address).write(&ada).await.unwrap() else { panic!("earlier") };
    assert_eq!(versions.len(), 2);
    assert_eq!(hub(2, address).write(&ada).await.unwrap(), Written::Earlier);
    hub(2, address).pull(&spoke, "names").await.unwrap();
    let record = spoke.lock().await.read("names", "ada").await.unwrap().unwrap();
    assert_eq!(Some(versions[1].1), record.version());

    // The first answers are lost: it is tried again, and applied once.
    let between = Between::new(address, Fault::Swallow { answers: 2 }).await;
    let fast = HttpSettings { answer: Duration::from_millis(150), ..settings() };
    let bob = session.next(&take("bob", 2).and("money", "1").set("balance", 50)).unwrap();
    let written = hub_with(2, between.address, secret(2), fast).write(&bob).await.unwrap();
    assert_eq!(written, Written::Earlier);
    let seen = home.lock().await.core().log("names").unwrap().seen.of(author(1));
    assert_eq!(seen, 2, "two writes, two events");

    // No answer at all: not known, until it is sent again.
    let between = Between::new(address, Fault::Swallow { answers: usize::MAX }).await;
    let cleo = session.next(&take("cleo", 3)).unwrap();
    let unknown =
        hub_with(2, between.address, secret(2), HttpSettings { attempts: 2, ..fast }).write(&cleo).await;
    let unknown = unknown.unwrap_err();
    assert!(matches!(unknown, HttpError::NotKnown { .. }), "{unknown}");
    assert!(unknown.to_string().contains("send the same write again, it is applied once"), "{unknown}");
    assert_eq!(hub(2, address).write(&cleo).await.unwrap(), Written::Earlier);

    // Refused by what is there, and all of it.
    let again = session
        .next(
            &Change::to("money", "1")
                .set("balance", 0)
                .and("names", "ada")
                .expecting(Expected::Absent)
                .set("account", 9),
        )
        .unwrap();
    let refused = hub(2, address).write(&again).await.unwrap_err();
    let HttpError::Write(RemoteRefusal::Changed { key, found, .. }) = refused else { panic!("{refused}") };
    assert_eq!((key.as_str(), found), ("ada", Some(versions[1].1)));
    let balance = home.lock().await.read("money", "1").await.unwrap().unwrap();
    assert_eq!(balance.value("balance"), Some(&50.into()));
    // By who asks.
    let write = session.next(&Change::to("tasks", "t").set("title", "as the home?")).unwrap();
    let refused = hub(2, address).write(&write).await.unwrap_err().to_string();
    assert!(refused.contains("collection `tasks` is not serial"), "{refused}");
    assert!(session.next(&take("dora", 4).send("topic", "key", "body")).is_err());

    // The home is away.
    serving.abort();
    let _ = serving.await;
    let dora = session.next(&take("dora", 4)).unwrap();
    let away = hub_with(2, address, secret(2), HttpSettings { attempts: 2, ..settings() }).write(&dora).await;
    let away = away.unwrap_err();
    assert!(matches!(away, HttpError::HomeUnreachable { attempts: 2, .. }), "{away}");
    assert!(away.to_string().contains("the write is refused, and nothing of it written"), "{away}");
}

/// Clients that add to one balance by compare-and-set, through a network that loses every second answer, lose nothing.
#[tokio::test]
async fn clients_that_compare_and_set_lose_nothing() {
    let home = in_memory(1).await;
    let (address, _) = serve(&home).await;
    write(&home, &Change::to("money", "1").set("balance", 0)).await;
    let client = async |number: u8| {
        let between = Between::new(address, Fault::SwallowEverySecond).await;
        let fast = HttpSettings { answer: Duration::from_millis(200), attempts: 20, ..settings() };
        let (copy, hub) = (in_memory(number).await, hub_with(number, between.address, secret(number), fast));
        let mut session = Session::new(&surroundings(u64::from(number) + 70));
        let mut added = 0;
        while added < 5 {
            hub.pull(&copy, "money").await.unwrap();
            let record = copy.lock().await.read("money", "1").await.unwrap().unwrap();
            let balance = record.value("balance").and_then(kedge_replica::Value::as_integer).unwrap();
            let change = Change::to("money", "1")
                .expecting(Expected::Version(record.version().unwrap()))
                .set("balance", balance + 1);
            match hub.write(&session.next(&change).unwrap()).await {
                Ok(_) => added += 1,
                Err(HttpError::Write(RemoteRefusal::Changed { .. })) => {}
                Err(other) => panic!("{other}"),
            }
        }
    };
    tokio::join!(client(2), client(3), client(4));
    let record = home.lock().await.read("money", "1").await.unwrap().unwrap();
    assert_eq!(record.value("balance"), Some(&15.into()));
    assert_eq!(home.lock().await.core().log("money").unwrap().seen.of(author(1)), 16);
}

proptest! {
    #[test]
    fn parts_are_read_as_they_are_written(from in 0..1000u64, more in any::<u32>(), digest in any::<[u8; 32]>(), text in "[0-9a-f/+ ]{0,80}") {
        let part = Part { from, length: from + u64::from(more), digest };
        prop_assert_eq!(part.to_string().parse(), Ok(part));
        prop_assert_eq!(part.to_string().to_uppercase().parse::<Part>().is_ok(), part.to_string() == part.to_string().to_uppercase());
        prop_assert_eq!(format!("0{part}").parse::<Part>(), Err(NotAPart));
        if let Ok(part) = text.parse::<Part>() {
            prop_assert_eq!(part.to_string(), text);
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_are_spread(attempt in 0..100u32, first in 0..10_000u64, longest in 0..100_000u64, random in any::<u64>()) {
        let (first, longest) = (Duration::from_millis(first), Duration::from_millis(longest));
        let most = first.saturating_mul(1 << attempt.saturating_sub(1).min(31)).min(longest);
        prop_assert!(pause(attempt, first, longest, random) <= most);
        prop_assert_eq!(pause(attempt, first, longest, 0), Duration::ZERO);
        let half = pause(attempt, first, longest, u64::MAX / 2 + 1);
        prop_assert!(half.abs_diff(most / 2) <= Duration::from_nanos(1));
    }
}
