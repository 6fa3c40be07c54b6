//! Real processes on PostgreSQL, SQLite and NATS that are cut off, killed and started again at random moments, while clients
//! write and read at each: what the clients saw is checked for what each contract promises, and nothing acknowledged is lost.
//!
//! Three replicas: one on PostgreSQL, which is the home of the serial collection and is run by two processes, one of which
//! holds it; one on another schema; one on a file of SQLite. Each process is in a network namespace of its own, so that its
//! cable can be cut; without the right to make namespaces the test says so, and processes are killed only.
//!
//! Half a minute; `KEDGE_CLUSTER_SECONDS=600 KEDGE_CLUSTER_SEED=7 cargo nextest run -p kedge-replica --test cluster` longer, and
//! with other faults. Times differ from run to run, so a seed gives the same faults, not the same history.
#![allow(clippy::unwrap_used)]

mod clients;
mod network;
mod node;
mod servers;

use clients::{client, serial_client};
use kedge_replica::Planted;
use kedge_replica::checker::{History, Operation, What, check_contracts};
use network::Namespace;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// The process that is killed and cut off: only where the other test has started it.
#[tokio::test]
async fn node_process() {
    node::run().await;
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

/// How a process was opened last: what it had written then.
#[derive(Clone, Default)]
struct Opened {
    times: u64,
    node: usize,
    incarnation: u64,
    number: u64,
    seen: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Running {
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    incarnation: u64,
}

/// All processes, and what they say.
struct Cluster {
    setups: Vec<Value>,
    spaces: Vec<Option<Namespace>>,
    running: Vec<Mutex<Running>>,
    opened: BTreeMap<u64, watch::Sender<Opened>>,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    next: Mutex<u64>,
    begun: Instant,
    history: Mutex<Vec<Operation>>,
}

impl Cluster {
    fn author(&self, node: usize) -> u64 {
        self.setups[node]["author"].as_u64().unwrap()
    }

    fn start(self: &Arc<Self>, node: usize) {
        let program = std::env::current_exe().unwrap();
        let mut command = if let Some(space) = &self.spaces[node] {
            space.command(&program)
        } else {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL"]).arg(&program);
            command
        };
        let command = command.args(["--exact", "node_process", "--nocapture"]);
        let command = command.env(node::SETUP, self.setups[node].to_string());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut running = self.running[node].lock().unwrap();
        running.incarnation += 1;
        running.stdin = child.stdin.take();
        running.child = Some(child);
        let (cluster, incarnation) = (Arc::clone(self), running.incarnation);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(said) = line.strip_prefix('@') {
                    cluster.hear(node, incarnation, &serde_json::from_str(said).unwrap());
                }
            }
        });
    }

    fn hear(&self, node: usize, incarnation: u64, said: &Value) {
        if std::env::var("KEDGE_CLUSTER_TALK").is_ok() {
            println!("{:?} node {node}.{incarnation}: {said}", self.begun.elapsed());
        }
        if let Some(number) = said["open"].as_u64() {
            let seen = serde_json::from_value(said["seen"].clone()).unwrap();
            self.opened[&self.author(node)].send_modify(|opened| {
                *opened = Opened { times: opened.times + 1, node, incarnation, number, seen };
            });
        } else if let Some(id) = said["id"].as_u64()
            && let Some(waiter) = self.waiting.lock().unwrap().remove(&id)
        {
            waiter.send(said.clone()).ok();
        }
    }

    fn kill(&self, node: usize) {
        let mut running = self.running[node].lock().unwrap();
        running.stdin = None;
        if let Some(mut child) = running.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends a command to a process as it was opened; its answer comes, or never.
    fn tell(&self, to: &Opened, mut command: Value) -> oneshot::Receiver<Value> {
        let id = {
            let mut next = self.next.lock().unwrap();
            *next += 1;
            *next
        };
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, sender);
        (command["id"], command["open"]) = (id.into(), to.number.into());
        let mut running = self.running[to.node].lock().unwrap();
        if running.incarnation == to.incarnation
            && let Some(stdin) = &mut running.stdin
        {
            // Who is just being killed does not hear it.
            writeln!(stdin, "{command}").and_then(|()| stdin.flush()).ok();
        }
        receiver
    }

    fn now(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_micros()).unwrap()
    }

    fn record(&self, process: &str, collection: &str, key: &str, what: What, start: i64, end: Option<i64>) {
        let (process, collection, key) = (process.to_owned(), collection.to_owned(), key.to_owned());
        self.history.lock().unwrap().push(Operation { process, collection, key, what, start, end });
    }
}

/// What goes wrong, until then.
async fn faults(
    cluster: &Arc<Cluster>,
    postgres: &mut servers::Postgres,
    nats: &mut servers::Nats,
    until: Instant,
    bug: Option<Planted>,
) -> BTreeMap<&'static str, u64> {
    let mut random = Random(cluster.setups[0]["seed"].as_u64().unwrap());
    let mut done = BTreeMap::new();
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(300 + random.below(900))).await;
        let node = usize::try_from(random.below(cluster.setups.len() as u64)).unwrap();
        let kind = match (random.below(16), &cluster.spaces[node]) {
            // What that bug loses, nothing else does.
            _ if bug == Some(Planted::AcknowledgedBeforeDurable) => {
                postgres.kill_and_restart();
                "PostgreSQL killed"
            }
            (0, _) => {
                nats.kill_and_restart();
                "NATS killed"
            }
            (1, _) => {
                postgres.kill_and_restart();
                "PostgreSQL killed"
            }
            (2..9, Some(space)) => {
                space.cut();
                tokio::time::sleep(Duration::from_millis(100 + random.below(100) * random.below(90))).await;
                space.mend();
                "process cut off"
            }
            _ => {
                cluster.kill(node);
                tokio::time::sleep(Duration::from_millis(random.below(800))).await;
                cluster.start(node);
                "process killed"
            }
        };
        *done.entry(kind).or_insert(0) += 1;
    }
    done
}

/// The state of each replica, once they have all heard the same.
async fn states(cluster: &Arc<Cluster>) -> Result<Vec<Value>, String> {
    let begun = Instant::now();
    loop {
        let mut states = Vec::new();
        for opened in cluster.opened.values() {
            let at = opened.borrow().clone();
            let command = json!({"do": "state", "collection": "", "key": "", "field": ""});
            let answer = tokio::time::timeout(Duration::from_secs(3), cluster.tell(&at, command)).await;
            states.push(answer.ok().and_then(Result::ok));
        }
        let states: Vec<Value> = states.into_iter().flatten().collect();
        if states.len() == 3 && states.iter().all(|state| state["seen"] == states[0]["seen"]) {
            let same = states.iter().all(|state| state["records"] == states[0]["records"]);
            let differ = || format!("replicas that have heard the same differ: {states:#?}");
            return if same { Ok(states) } else { Err(differ()) };
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "they do not hear each other: {states:#?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

fn seed() -> u64 {
    setting("KEDGE_CLUSTER_SEED", 20_261_122)
}

#[tokio::test]
async fn what_clients_saw_keeps_every_contract() {
    if can_run() {
        trial(setting("KEDGE_CLUSTER_SECONDS", 30), None).await.unwrap();
    }
}

/// The server says that a write is done before it is on the disk, and is killed with its machine's memory of it.
#[tokio::test]
async fn planted_acknowledged_before_durable_is_caught() {
    is_caught(Planted::AcknowledgedBeforeDurable, "has lost writes").await;
}

#[tokio::test]
async fn planted_non_commutative_merge_is_caught() {
    is_caught(Planted::NonCommutativeMerge, "have heard the same differ").await;
}

/// A planted bug is caught for what it is, within three trials.
async fn is_caught(bug: Planted, expected: &str) {
    if !can_run() {
        return;
    }
    for _ in 0..3 {
        if let Err(wrong) = trial(8, Some(bug)).await {
            println!("{bug:?} is caught: {}", wrong.chars().take(300).collect::<String>());
            assert!(wrong.contains(expected), "{wrong}");
            return;
        }
    }
    panic!("{bug:?} is not caught in three trials");
}

#[test]
fn what_a_killed_run_left_behind_goes() {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let name = format!("kedge-{}-3", child.id());
    match Namespace::of(child.id(), 3) {
        Ok(left) => std::mem::forget(left),
        Err(why) => return println!("skipped: there are no network namespaces here ({why})"),
    }
    let mine = Namespace::new(9).unwrap();
    assert!(Namespace::all().unwrap().contains(&name));
    Namespace::clean_up().unwrap();
    let all = Namespace::all().unwrap();
    assert!(!all.contains(&name), "{all:?}");
    assert!(all.contains(&format!("kedge-{}-9", std::process::id())), "{all:?}");
    drop(mine);
}

fn can_run() -> bool {
    let missing = servers::Postgres::missing().or(servers::Nats::missing());
    missing.inspect(|why| println!("{why}")).is_none()
}

/// Faults for so long; what is wrong then.
async fn trial(seconds: u64, bug: Option<Planted>) -> Result<(), String> {
    let seed = seed();
    let folder = tempfile::tempdir().unwrap();
    let anywhere = [Ipv4Addr::UNSPECIFIED];
    // A server that need not wait for the disk gets to it by itself every fifth of a second, if nothing else is said.
    let mut postgres = servers::Postgres::start_with(&anywhere, &["wal_writer_delay=10s"]);
    let mut nats = servers::Nats::start(Ipv4Addr::UNSPECIFIED);

    let spaces =
        Namespace::clean_up().and_then(|()| (0..4).map(Namespace::new).collect::<Result<Vec<_>, _>>());
    let spaces: Vec<Option<Namespace>> = match spaces {
        Ok(spaces) => spaces.into_iter().map(Some).collect(),
        Err(why) => {
            println!("skipped: cutting processes off, since there are no network namespaces here ({why})");
            (0..4).map(|_| None).collect()
        }
    };
    // The replica of author 1 is run by two processes; clocks are apart.
    let setups = [1_u64, 1, 2, 3].iter().enumerate().map(|(number, author)| {
        let address = spaces[number].as_ref().map_or(Ipv4Addr::LOCALHOST, |space| space.here);
        let store = match author {
            3 => folder.path().join("replica.db").to_str().unwrap().to_owned(),
            _ => postgres.url_at(address),
        };
        let skew = [0, 0, 17_000, 31_000][number];
        let bug = bug.map(|bug| format!("{bug:?}"));
        json!({
            "author": author, "store": store, "nats": nats.url_at(address), "skew": skew, "seed": seed, "bug": bug,
        })
    });
    let cluster = Arc::new(Cluster {
        setups: setups.collect(),
        spaces,
        running: (0..4).map(|_| Mutex::default()).collect(),
        opened: (1..=3).map(|author| (author, watch::Sender::new(Opened::default()))).collect(),
        waiting: Mutex::default(),
        next: Mutex::default(),
        begun: Instant::now(),
        history: Mutex::default(),
    });
    for node in 0..4 {
        cluster.start(node);
    }
    let ended = observe(&cluster, &mut postgres, &mut nats, folder.path(), seconds, bug).await;
    for node in 0..4 {
        cluster.kill(node);
    }
    ended
}

/// What a task came to, or with what it panicked.
async fn come_to<T>(task: JoinHandle<T>) -> Result<T, String> {
    task.await.map_err(|error| match error.try_into_panic() {
        Ok(said) => said.downcast::<String>().map_or_else(|_| "a client panicked".to_owned(), |said| *said),
        Err(error) => error.to_string(),
    })
}

async fn observe(
    cluster: &Arc<Cluster>,
    postgres: &mut servers::Postgres,
    nats: &mut servers::Nats,
    folder: &Path,
    seconds: u64,
    bug: Option<Planted>,
) -> Result<(), String> {
    let seed = seed();
    let until = Instant::now() + Duration::from_secs(seconds);
    let clients: Vec<_> =
        (1..=3).map(|author| tokio::spawn(client(Arc::clone(cluster), author, until))).collect();
    let serial: Vec<_> =
        (1..=3).map(|author| tokio::spawn(serial_client(Arc::clone(cluster), author, until))).collect();
    let done = faults(cluster, postgres, nats, until, bug).await;
    let (mut votes, mut sequences, mut at_home) = (0, Vec::new(), 0);
    for one in clients {
        let told = come_to(one).await?;
        votes += told.votes;
        sequences.push(told.sequences);
    }
    for one in serial {
        at_home += come_to(one).await?;
    }
    let states = states(cluster).await?;
    if states[0]["votes"].as_i64() != Some(votes) {
        return Err(format!(
            "{votes} votes were written and known to be, {} are counted",
            states[0]["votes"]
        ));
    }
    for (number, state) in states.iter().enumerate() {
        for record in state["records"].as_array().unwrap() {
            let (collection, key) = (record[0].as_str().unwrap(), format!("{}{}", record[1], record[2]));
            let (what, now) = (What::Final { value: record[3].clone() }, cluster.now());
            cluster.record(&format!("end of replica {}", number + 1), collection, &key, what, now, Some(now));
        }
    }
    let terms = cluster.opened[&1].borrow().times;
    println!(
        "seed {seed}, {seconds} s: {done:?}; the home was held {terms} times, and answered {at_home} times"
    );
    println!("written and known to be: {sequences:?}");

    let mut operations = std::mem::take(&mut *cluster.history.lock().unwrap());
    operations.sort_by_key(|operation| operation.start);
    println!("{} operations", operations.len());
    let lines = operations.iter().map(|operation| serde_json::to_string(operation).unwrap() + "\n");
    let (history, contracts) = (folder.join("history.jsonl"), folder.join("contracts.toml"));
    std::fs::write(&history, lines.collect::<String>()).unwrap();
    std::fs::write(&contracts, node::contracts().to_toml()).unwrap();
    let found = check_contracts(&History::new(operations), &node::contracts());
    if !found.is_empty() {
        let kept = std::env::temp_dir().join(format!("kedge-cluster-{seed}.jsonl"));
        std::fs::copy(&history, &kept).unwrap();
        let said: String = found.iter().map(ToString::to_string).collect();
        return Err(format!("seed {seed}, the history is in {}:\n{said}", kept.display()));
    }
    // And the command that people run says so, too.
    let command = Command::new(env!("CARGO_BIN_EXE_replica"))
        .args(["check", history.to_str().unwrap(), "--contracts", contracts.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&command.stdout), "kept\n");
    Ok(())
}
