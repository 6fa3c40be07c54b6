//! Replicas that hear each other over a real NATS server: what each wrote arrives everywhere and counts once, whatever was
//! published twice, kept too short, lost by the server, too large for it, or not what it says.
#![allow(clippy::unwrap_used)]

mod peers;
#[path = "../servers/mod.rs"]
mod servers;

use async_nats::HeaderMap;
use async_nats::jetstream::{self, stream};
use kedge_replica::transport::nats::{NatsError, NatsLink, NatsOptions, NatsPeers, Noticed};
use kedge_replica::{
    Age, AuthorId, Change, Contract, Contracts, Error, Event, Expected, MemoryStore, Merge, Replica,
    Settings, SqliteStore, Store, WriteError,
};
use servers::Nats;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks").field("votes", Merge::Counter).field("text", Merge::LastWriter);
    let prices = Contract::owned("prices", Duration::from_mins(1)).field("price", Merge::LastWriter);
    let names = Contract::serial("names", author(1)).field("account", Merge::LastWriter);
    Contracts::new([tasks, prices, names].map(|one| one.build().unwrap())).unwrap()
}

fn server() -> Option<Nats> {
    if let Some(why) = Nats::missing() {
        println!("{why}");
        return None;
    }
    Some(Nats::start(Ipv4Addr::LOCALHOST))
}

/// A replica, and its link while it has one.
struct Place<S> {
    replica: Arc<Mutex<Replica<S>>>,
    noticed: Arc<std::sync::Mutex<Vec<Noticed>>>,
    link: Option<JoinHandle<()>>,
    ahead: Duration,
    peers: Option<NatsPeers>,
}

impl Place<MemoryStore> {
    async fn new(number: u8) -> Self {
        Self::on(MemoryStore::new(), number).await
    }
}

/// Two replicas that are linked.
async fn two_linked(server: &Nats) -> (Place<MemoryStore>, Place<MemoryStore>) {
    let (mut one, mut two) = (Place::new(1).await, Place::new(2).await);
    one.link(server);
    two.link(server);
    (one, two)
}

impl<S: Store + Send + 'static> Place<S> {
    async fn on(store: S, number: u8) -> Self {
        let replica = Replica::open(store, author(number), contracts(), Settings::default()).await.unwrap();
        let noticed = Arc::default();
        Self {
            replica: Arc::new(Mutex::new(replica)),
            noticed,
            link: None,
            ahead: Duration::ZERO,
            peers: None,
        }
    }

    /// Stays linked, whatever becomes of the server.
    fn link(&mut self, server: &Nats) {
        let (replica, noticed) = (Arc::clone(&self.replica), Arc::clone(&self.noticed));
        let (url, ahead, peers) = (server.url(), self.ahead, self.peers.clone());
        self.link = Some(tokio::spawn(async move {
            loop {
                let now = move || (SystemTime::now() + ahead).into();
                let notice = |one| noticed.lock().unwrap().push(one);
                let run = async {
                    let client = async_nats::connect(&url).await;
                    let client = client
                        .map_err(|why| NatsError::Nats { doing: "connecting", why: why.to_string() })?;
                    let options = NatsOptions {
                        heartbeat: Duration::from_millis(50),
                        patience: Duration::from_secs(2),
                        peers: peers.clone(),
                        ..NatsOptions::default()
                    };
                    let link = NatsLink::open(client, &replica, options).await?;
                    link.run(&replica, now, notice).await
                };
                let Err(error) = run.await;
                println!("the link ended: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }));
    }

    async fn unlink(&mut self) {
        if let Some(link) = self.link.take() {
            link.abort();
            link.await.ok();
        }
    }

    async fn write(&self, change: Change) {
        self.replica.lock().await.write(SystemTime::now().into(), &change).await.unwrap();
    }

    async fn vote(&self, times: usize) {
        for _ in 0..times {
            self.write(Change::to("tasks", "a").count("votes", 1)).await;
        }
    }

    async fn votes(&self) -> i128 {
        self.replica.lock().await.read("tasks", "a").await.unwrap().map_or(0, |record| record.count("votes"))
    }

    async fn come_to(&self, votes: i128) {
        let begun = Instant::now();
        while self.votes().await != votes {
            let said = self.noticed.lock().unwrap().clone();
            assert!(begun.elapsed() < Duration::from_mins(1), "{} of {votes}; {said:?}", self.votes().await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn until(&self, what: impl Fn(&Noticed) -> bool) {
        let begun = Instant::now();
        while !self.noticed.lock().unwrap().iter().any(&what) {
            assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", self.noticed.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn raw(server: &Nats) -> jetstream::Context {
    jetstream::new(async_nats::connect(server.url()).await.unwrap())
}

/// So many events are in the stream.
async fn kept(server: &Nats, stream: &str) -> u64 {
    raw(server).await.get_stream(stream).await.unwrap().get_info().await.unwrap().state.messages
}

#[tokio::test]
async fn what_was_written_arrives_once_though_the_reader_was_away() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db");
    let mut one = Place::new(1).await;
    let mut two = Place::on(SqliteStore::open(&path).await.unwrap(), 2).await;
    let mut three = Place::new(3).await;
    one.link(&server);
    two.link(&server);
    three.link(&server);
    one.vote(40).await;
    two.vote(40).await;
    two.come_to(80).await;
    three.come_to(80).await;
    // Away, and back with what it had stored.
    two.unlink().await;
    drop(two);
    one.vote(40).await;
    three.vote(40).await;
    one.come_to(160).await;
    let mut two = Place::on(SqliteStore::open(&path).await.unwrap(), 2).await;
    assert_eq!(two.votes().await, 80);
    two.vote(1).await;
    two.link(&server);
    for place in [&one, &three] {
        place.come_to(161).await;
    }
    two.come_to(161).await;
    assert_eq!(kept(&server, "replica-tasks").await, 161);
    assert!(two.noticed.lock().unwrap().iter().all(|one| !matches!(one, Noticed::Asked { .. })));

    // The other contracts come by the same way: copies know their age, a home moves.
    one.write(Change::to("prices", "p").set("price", 7)).await;
    one.write(Change::to("names", "ada").expecting(Expected::Absent).set("account", 1)).await;
    one.replica.lock().await.hand_over(SystemTime::now().into(), "names", author(2)).await.unwrap();
    let begun = Instant::now();
    loop {
        let mut two = two.replica.lock().await;
        let price = two.read_copy(SystemTime::now().into(), "prices", author(1), "p").await.unwrap();
        let fresh = matches!(price.1, Age::Copy { age, stale: false } if age < Duration::from_secs(5));
        let take = Change::to("names", "ada").expecting(Expected::Absent).set("account", 2);
        let taken = two.write(SystemTime::now().into(), &take).await;
        if price.0.is_some() && fresh && matches!(taken, Err(Error::Write(WriteError::Changed { .. }))) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{price:?} {taken:?}");
        drop(two);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_published_twice_counts_once() {
    let Some(server) = server() else { return };
    let jetstream = raw(&server).await;
    // Two events in a row of one name are one to the server for a tenth of a second only.
    let made = stream::Config {
        name: "replica-tasks".to_owned(),
        subjects: vec!["replica.events.tasks.*".to_owned()],
        duplicate_window: Duration::from_millis(100),
        ..stream::Config::default()
    };
    jetstream.create_stream(made).await.unwrap();
    let (mut one, two) = two_linked(&server).await;
    one.vote(3).await;
    two.come_to(3).await;
    let events = one.replica.lock().await.events("tasks", &[].into_iter().collect(), 9).await.unwrap().0;
    let publish = |event: Event| {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", event.dot().to_string());
        let subject = format!("replica.events.tasks.{}", event.author);
        let jetstream = jetstream.clone();
        async move {
            jetstream
                .publish_with_headers(subject, headers, event.encode().into())
                .await
                .unwrap()
                .await
                .unwrap()
        }
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!publish(events[1].clone()).await.duplicate);
    assert!(publish(events[1].clone()).await.duplicate);
    assert!(!publish(events[0].clone()).await.duplicate);
    one.vote(1).await;
    two.come_to(4).await;
    // Twice over again with a new link, which begins at the last that is in the stream: that is the first, just now.
    one.unlink().await;
    one.link(&server);
    one.vote(1).await;
    two.come_to(5).await;
    assert_eq!(one.votes().await, 5);
}

#[tokio::test]
async fn who_lost_its_place_in_the_stream_is_sent_the_state() {
    let Some(server) = server() else { return };
    // It keeps five events.
    let made = stream::Config {
        name: "replica-tasks".to_owned(),
        subjects: vec!["replica.events.tasks.*".to_owned()],
        max_messages: 5,
        ..stream::Config::default()
    };
    raw(&server).await.create_stream(made).await.unwrap();
    let (one, mut two) = two_linked(&server).await;
    one.vote(3).await;
    two.come_to(3).await;
    two.unlink().await;
    two.vote(1).await;
    one.vote(30).await;
    let seen = one.replica.lock().await.core().log("tasks").unwrap().seen.clone();
    one.replica.lock().await.compact("tasks", &seen).await.unwrap();
    two.link(&server);
    two.come_to(34).await;
    one.come_to(34).await;
    two.until(|one| matches!(one, Noticed::Asked { state: true, .. })).await;
    // A newcomer, for whom nothing is in the stream at all.
    raw(&server).await.get_stream("replica-tasks").await.unwrap().purge().await.unwrap();
    let mut three = Place::new(3).await;
    three.link(&server);
    three.come_to(34).await;
    three.vote(1).await;
    one.come_to(35).await;
}

#[tokio::test]
async fn a_server_may_die_and_may_lose_everything() {
    let Some(mut server) = server() else { return };
    let (one, two) = two_linked(&server).await;
    one.vote(5).await;
    two.come_to(5).await;
    server.kill_and_restart();
    one.vote(5).await;
    two.vote(5).await;
    one.come_to(15).await;
    two.come_to(15).await;
    server.lose_everything();
    one.vote(5).await;
    two.vote(5).await;
    one.come_to(25).await;
    two.come_to(25).await;
    let mut three = Place::new(3).await;
    three.link(&server);
    three.come_to(25).await;
}

#[tokio::test]
async fn what_is_too_large_for_the_server_arrives_in_parts() {
    let Some(server) = server() else { return };
    let (one, two) = two_linked(&server).await;
    one.vote(1).await;
    let large = "⚓".repeat(1 << 20);
    one.write(Change::to("tasks", "a").set("text", large.as_str()).count("votes", 1)).await;
    one.vote(1).await;
    two.come_to(3).await;
    let record = two.replica.lock().await.read("tasks", "a").await.unwrap().unwrap();
    assert_eq!(record.text("text"), Some(large.as_str()));
    one.until(|one| matches!(one, Noticed::TooLarge { event, .. } if event.sequence == 2)).await;
}

#[tokio::test]
async fn what_is_not_what_it_says_is_passed_over() {
    let Some(server) = server() else { return };
    let (one, two) = two_linked(&server).await;
    one.vote(1).await;
    two.come_to(1).await;
    let mut event =
        one.replica.lock().await.events("tasks", &[].into_iter().collect(), 9).await.unwrap().0.remove(0);
    event.sequence = 2;
    let jetstream = raw(&server).await;
    let publish = |subject: String, bytes: Vec<u8>| {
        let jetstream = jetstream.clone();
        async move { jetstream.publish(subject, bytes.into()).await.unwrap().await.unwrap() }
    };
    publish(format!("replica.events.tasks.{}", author(5)), event.encode()).await;
    publish(format!("replica.events.tasks.{}", author(1)), b"KRP nonsense".to_vec()).await;
    let client = async_nats::connect(server.url()).await.unwrap();
    client.publish(format!("replica.heads.tasks.{}", author(5)), "nonsense".into()).await.unwrap();
    client.publish(format!("replica.pull.tasks.{}", author(1)), "nonsense".into()).await.unwrap();
    two.until(|one| matches!(one, Noticed::Refused { why, .. } if why.contains(&author(1).to_string())))
        .await;
    two.until(|one| matches!(one, Noticed::Refused { why, .. } if !why.contains(&author(1).to_string())))
        .await;
    one.vote(2).await;
    two.come_to(3).await;
}

/// Held back until its time has come, without stopping the rest; nothing is dropped.
#[tokio::test]
async fn events_from_the_future_are_sent_again() {
    let Some(server) = server() else { return };
    let mut early = Place::new(1).await;
    early.ahead = Duration::from_secs(62);
    let mut two = Place::new(2).await;
    let mut three = Place::new(3).await;
    early.link(&server);
    two.link(&server);
    three.link(&server);
    let ahead = (SystemTime::now() + early.ahead).into();
    early.replica.lock().await.write(ahead, &Change::to("tasks", "a").count("votes", 100)).await.unwrap();
    two.until(|one| matches!(one, Noticed::Held { .. })).await;
    three.vote(1).await;
    two.come_to(1).await;
    two.come_to(101).await;
}

#[tokio::test]
async fn a_store_that_was_set_back_notices_it_by_its_own_events() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("replica.db"), folder.path().join("backup.db"));
    let mut one = Place::on(SqliteStore::open(&path).await.unwrap(), 1).await;
    one.vote(1).await;
    let replica = Arc::into_inner(one.replica).unwrap().into_inner();
    replica.into_store().close().await.unwrap();
    std::fs::copy(&path, &backup).unwrap();
    one = Place::on(SqliteStore::open(&path).await.unwrap(), 1).await;
    one.vote(1).await;
    one.link(&server);
    one.until(|one| matches!(one, Noticed::Published { .. })).await;
    one.unlink().await;
    drop(one);
    let mut one = Place::on(SqliteStore::open(&backup).await.unwrap(), 1).await;
    one.link(&server);
    let begun = Instant::now();
    while one.votes().await != 2 {
        assert!(begun.elapsed() < Duration::from_mins(1));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let change = Change::to("tasks", "a").count("votes", 1);
    let refused = one.replica.lock().await.write(SystemTime::now().into(), &change).await;
    assert!(matches!(refused, Err(Error::Write(WriteError::SetBack(_)))), "{refused:?}");
}

#[tokio::test]
async fn a_prefix_is_letters_and_digits() {
    let Some(server) = server() else { return };
    let one = Place::new(1).await;
    let client = async_nats::connect(server.url()).await.unwrap();
    let options = NatsOptions { prefix: "a.b".to_owned(), ..NatsOptions::default() };
    let refused = NatsLink::open(client, &one.replica, options).await.unwrap_err().to_string();
    assert!(refused.contains("`a.b` cannot begin subjects"), "{refused}");
}
