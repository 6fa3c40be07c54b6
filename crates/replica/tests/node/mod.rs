//! A process with a replica: its store, its link over NATS, and, while it holds the home, an ear for writes to serial
//! collections. It is told what to do line by line and says what came of it; whenever its store fails it opens it again.

use kedge_replica::transport::nats::{NatsLink, NatsOptions};
use kedge_replica::wire::{RemoteRefusal, RemoteWrite, WriteAnswer};
use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Dot, Error, Expected, Hold, Merge, Millis, Peers, Planted,
    PostgresStore, PostgresStoreOptions, Record, Replica, Settings, SqliteStore, Store, StoreError,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::{Mutex, mpsc};

pub(crate) const SETUP: &str = "KEDGE_CLUSTER_NODE";

/// After so long without a word a server or client is given up.
const SILENCE: Duration = Duration::from_secs(2);

pub(crate) fn author(number: u64) -> AuthorId {
    AuthorId::new([u8::try_from(number).unwrap(); 16])
}

pub(crate) fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks")
        .field("text", Merge::LastWriter)
        .field("notes", Merge::KeepBoth)
        .field("votes", Merge::Counter);
    let prices = Contract::owned("prices", Duration::from_mins(1)).field("price", Merge::LastWriter);
    let names = Contract::serial("names", author(1)).field("value", Merge::LastWriter);
    Contracts::new([tasks, prices, names].map(|one| one.build().unwrap())).unwrap()
}

pub(crate) const COLLECTIONS: [&str; 3] = ["tasks", "prices", "names"];

const CLIENTS: &str = r#"
[peer.clients]
secret = "00112233445566778899aabbccddeeff"
authors = ["fefefefefefefefefefefefefefefefe"]

[peer.clients.collection.names]
reads = "all"
writes = true
"#;

fn say(what: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n@{what}").unwrap();
    out.flush().unwrap();
}

/// Runs as the environment says; does nothing where it says nothing.
pub(crate) async fn run() {
    let Ok(setup) = std::env::var(SETUP) else { return };
    let setup: Value = serde_json::from_str(&setup).unwrap();
    let store = setup["store"].as_str().unwrap().to_owned();
    if store.starts_with("postgres:") {
        let schema = format!("author-{}", setup["author"]);
        let hold = Hold::Wait(Duration::from_mins(10));
        let durable = bug(&setup) != Some(Planted::AcknowledgedBeforeDurable);
        let options = PostgresStoreOptions {
            schema,
            hold,
            silence: SILENCE,
            durable,
            ..PostgresStoreOptions::default()
        };
        serve(&setup, async || PostgresStore::open_with(&store, &options).await).await;
    } else {
        serve(&setup, async || SqliteStore::open(&store).await).await;
    }
}

/// The bug that is planted in it, if one is.
fn bug(setup: &Value) -> Option<Planted> {
    let name = setup["bug"].as_str()?;
    Some(Planted::ALL.into_iter().find(|bug| format!("{bug:?}") == name).unwrap())
}

async fn serve<S: Store + 'static>(setup: &Value, open: impl AsyncFn() -> Result<S, StoreError>) {
    let (told, mut commands) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            told.send(serde_json::from_str::<Value>(&line).unwrap()).ok();
        }
    });
    let skew = Duration::from_millis(setup["skew"].as_u64().unwrap());
    let now = move || Millis::from(SystemTime::now() + skew);
    let mut session = [0; 16];
    getrandom::fill(&mut session).unwrap();
    let mut writes = 0;
    for opened in 1_u64.. {
        let mut replica = loop {
            let replica = async {
                let author = author(setup["author"].as_u64().unwrap());
                Replica::open(open().await?, author, contracts(), Settings::default()).await
            };
            match replica.await {
                Ok(replica) => break replica,
                Err(error) => say(&json!({"note": error.to_string()})),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        if let Some(bug) = bug(setup) {
            replica.plant(bug);
        }
        let seen = |name| {
            let core = replica.core();
            core.log(name).map_or(0, |log| log.seen.of(core.author()))
        };
        let seen: BTreeMap<&str, u64> = COLLECTIONS.iter().map(|name| (*name, seen(name))).collect();
        say(&json!({"open": opened, "seen": seen}));
        let replica = Arc::new(Mutex::new(replica));
        let client = Arc::new(Mutex::new(None));
        let url = setup["nats"].as_str().unwrap().to_owned();
        // A task of its own: one that waits for the replica must not keep another from giving it back.
        let mut linked = tokio::spawn(link(url, Arc::clone(&replica), Arc::clone(&client), now));
        loop {
            let command = tokio::select! {
                ended = &mut linked => { ended.unwrap(); break }
                command = commands.recv() => command,
            };
            let Some(command) = command else { return };
            // What was meant for an earlier opening was given up there.
            if command["open"] != opened {
                continue;
            }
            if command["do"] == "home" {
                // Elsewhere, and that may take its time.
                writes += 1;
                let client = client.lock().await.clone();
                tokio::spawn(async move { say(&at_home(client, session, writes, &command).await) });
                continue;
            }
            match here(&replica, now(), &command).await {
                Ok(mut answer) => {
                    answer["id"] = command["id"].clone();
                    say(&answer);
                }
                Err(error) => {
                    say(&json!({"note": error.to_string()}));
                    break;
                }
            }
        }
        // Its session ends before another begins.
        if !linked.is_finished() {
            linked.abort();
            linked.await.ok();
        }
    }
}

fn key(command: &Value, name: &str) -> String {
    command[name].as_str().unwrap().to_owned()
}

/// What is done at this replica.
async fn here<S: Store>(replica: &Mutex<Replica<S>>, now: Millis, command: &Value) -> Result<Value, Error> {
    let mut replica = replica.lock().await;
    let (collection, record, field) =
        (key(command, "collection"), key(command, "key"), key(command, "field"));
    let value = command["value"].as_i64();
    match command["do"].as_str().unwrap() {
        "write" => {
            let change = Change::to(&collection, &record);
            let change = match field.as_str() {
                "notes" => change.keep(&field, value.unwrap()),
                "votes" => change.count(&field, value.unwrap()),
                _ => change.set(&field, value.unwrap()),
            };
            let dots = replica.write(now, &change).await?;
            Ok(json!({"sequence": dots[0].sequence}))
        }
        "read" => {
            let owner = command["owner"].as_u64().map(author);
            let found = match owner.filter(|owner| *owner != replica.core().author()) {
                Some(owner) => replica.read_copy(now, &collection, owner, &record).await?.0,
                None => replica.read(&collection, &record).await?,
            };
            Ok(json!({"value": integer(found.as_ref(), &field), "values": kept(found.as_ref(), &field)}))
        }
        _ => {
            let (mut records, mut seen, mut votes) = (Vec::new(), Vec::new(), 0);
            for name in COLLECTIONS {
                for (address, one) in replica.list_all(name).await? {
                    votes += one.count("votes");
                    records.push(json!([
                        name,
                        format!("{:?}", address.owner),
                        address.key.as_str(),
                        format!("{:02x?}", one.encode())
                    ]));
                }
                let log = replica.core().log(name).unwrap();
                seen.push(
                    log.seen.iter().map(|(author, upto)| format!("{author}:{upto}")).collect::<Vec<_>>(),
                );
            }
            Ok(json!({"records": records, "seen": seen, "votes": i64::try_from(votes).unwrap()}))
        }
    }
}

fn integer(record: Option<&Record>, field: &str) -> Value {
    record.and_then(|record| record.value(field)?.as_integer()).map_or(Value::Null, Value::from)
}

fn kept(record: Option<&Record>, field: &str) -> Vec<i64> {
    let values = record.map(|record| record.kept(field)).unwrap_or_default();
    values.into_iter().filter_map(kedge_replica::Value::as_integer).collect()
}

async fn read_serial<S: Store>(replica: &mut Replica<S>, key: &str) -> Result<Value, Error> {
    let found = replica.read("names", key).await?;
    let version = found.as_ref().and_then(Record::version);
    let version = version.map(|dot| json!([dot.author.to_string(), dot.sequence]));
    Ok(json!({"value": integer(found.as_ref(), "value"), "version": version}))
}

/// What is done at the home: once, though it is sent again where no answer comes.
async fn at_home(
    client: Option<async_nats::Client>,
    session: [u8; 16],
    number: u64,
    command: &Value,
) -> Value {
    let unknown = json!({"id": command["id"], "unknown": true});
    let Some(client) = client else { return json!({"id": command["id"], "not sent": true}) };
    let (subject, bytes) = if command["value"].is_null() {
        ("home.read", key(command, "key").into_bytes())
    } else {
        let expected = command["version"].as_array().map_or(Expected::Absent, |version| {
            Expected::Version(Dot {
                author: version[0].as_str().unwrap().parse().unwrap(),
                sequence: version[1].as_u64().unwrap(),
            })
        });
        let change = Change::to("names", &key(command, "key")).expecting(expected);
        let change = change.set("value", command["value"].as_i64().unwrap());
        ("home.write", RemoteWrite { session, number, change }.encode())
    };
    for _ in 0..2 {
        let asked = tokio::time::timeout(SILENCE, client.request(subject, bytes.clone().into())).await;
        let Ok(Ok(answer)) = asked else { continue };
        let mut said = if subject == "home.read" {
            serde_json::from_slice(&answer.payload).unwrap()
        } else {
            match WriteAnswer::decode(&answer.payload).unwrap() {
                WriteAnswer::Written(_) | WriteAnswer::Earlier => json!({"ok": true}),
                WriteAnswer::Refused(RemoteRefusal::Changed { .. }) => json!({"ok": false}),
                WriteAnswer::Refused(other) => panic!("{other}"),
            }
        };
        said["id"] = command["id"].clone();
        return said;
    }
    unknown
}

/// Stays linked, whatever becomes of the server; ends only when the replica must be opened again.
async fn link<S: Store>(
    url: String,
    replica: Arc<Mutex<Replica<S>>>,
    shared: Arc<Mutex<Option<async_nats::Client>>>,
    now: impl Fn() -> Millis + Copy,
) {
    loop {
        let ended: Result<(), String> = async {
            let options = async_nats::ConnectOptions::new()
                .ping_interval(Duration::from_millis(500))
                .connection_timeout(SILENCE)
                .request_timeout(Some(SILENCE));
            let client = options.connect(&url).await.map_err(|error| error.to_string())?;
            *shared.lock().await = Some(client.clone());
            let options = NatsOptions { heartbeat: Duration::from_millis(200), patience: SILENCE, ..NatsOptions::default() };
            let link = NatsLink::open(client.clone(), &replica, options).await.map_err(|error| error.to_string())?;
            let ended = tokio::select! {
                linked = link.run(&replica, now, |_| ()) => linked.map(|_| ()).map_err(|error| error.to_string()),
                home = home(&client, &replica, now) => home,
            };
            ended
        }
        .await;
        *shared.lock().await = None;
        if let Err(why) = ended {
            say(&json!({"note": why}));
        }
        // A store that failed fails again.
        let again = replica.lock().await.list("names").await;
        if again.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Writes to the serial collection, where this is its home.
async fn home<S: Store>(
    client: &async_nats::Client,
    replica: &Mutex<Replica<S>>,
    now: impl Fn() -> Millis,
) -> Result<(), String> {
    use futures_util::StreamExt as _;
    if replica.lock().await.core().author() != author(1) {
        return std::future::pending().await;
    }
    let peers = Peers::from_toml(CLIENTS).unwrap();
    let peer = peers.get("clients").unwrap();
    let mut asked = client.subscribe("home.*").await.map_err(|error| error.to_string())?;
    while let Some(message) = asked.next().await {
        let Some(reply) = message.reply else { continue };
        let mut replica = replica.lock().await;
        let answer = if message.subject.as_str() == "home.read" {
            let key = String::from_utf8(message.payload.to_vec()).unwrap();
            let found = read_serial(&mut replica, &key).await.map_err(|error| error.to_string())?;
            found.to_string().into_bytes()
        } else {
            let write = RemoteWrite::decode(&message.payload).unwrap();
            replica.write_for(now(), peer, &write).await.map_err(|error| error.to_string())?.encode()
        };
        client.publish(reply, answer.into()).await.map_err(|error| error.to_string())?;
    }
    Err("the connection is closed".to_owned())
}
