//! A catalogue in one process and a shop in another: the shop keeps a copy, takes orders while the catalogue is away, and
//! claims order numbers at their home, which is the catalogue's.
//!
//! `cargo run -p kedge-replica --features http --example catalogue_over_http` starts both.

use kedge_replica::transport::http::{
    HttpError, HttpPeer, HttpSettings, Session, Surroundings, Written, router,
};
use kedge_replica::{AuthorId, Change, Contracts, Expected, Peers, Replica, Settings, SqliteStore};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const CATALOGUE: u8 = 1;
const SHOP: u8 = 2;

const CONTRACTS: &str = r#"
[collection.catalogue]
consistency = "owned"
stale-after = "5m"
fields = { title = "last-writer", price = "last-writer" }

[collection.orders]
consistency = "merged"
fields = { count = "counter" }

[collection.numbers]
consistency = "serial"
home = "01010101010101010101010101010101"
fields = { shop = "last-writer" }
"#;

/// What each side grants the other. In a service: a file that nobody else can read, with a secret that was drawn at random.
const AT_CATALOGUE: &str = r#"
[peer.shop]
secret = "6b656467652d6b656467652d6b656467"
authors = ["02020202020202020202020202020202"]
collection.catalogue = { reads = "all" }
collection.orders = { reads = "all", writes = true }
collection.numbers = { reads = "all", writes = true }
"#;

const AT_SHOP: &str = r#"
[peer.catalogue]
secret = "6b656467652d6b656467652d6b656467"
authors = ["01010101010101010101010101010101"]
collection.catalogue = { writes = true }
collection.orders = { reads = "all", relays = "all" }
collection.numbers = { relays = "all" }
"#;

type Failed = Box<dyn std::error::Error>;
type Shared = Arc<tokio::sync::Mutex<Replica<SqliteStore>>>;

fn surroundings() -> Surroundings {
    Surroundings::new(
        || SystemTime::now().into(),
        |bytes| getrandom::fill(bytes).expect("the system has random bytes"),
    )
}

async fn open(path: &Path, author: u8) -> Result<Shared, Failed> {
    let store = SqliteStore::open(path).await?;
    let contracts = Contracts::from_toml(CONTRACTS)?;
    let replica = Replica::open(store, AuthorId::new([author; 16]), contracts, Settings::default()).await?;
    Ok(Arc::new(tokio::sync::Mutex::new(replica)))
}

/// The process of the catalogue: says where it listens, and serves until it is ended.
async fn catalogue(path: &Path) -> Result<(), Failed> {
    let replica = open(path, CATALOGUE).await?;
    let change = Change::to("catalogue", "anchor").set("title", "Kedge anchor").set("price", 900);
    replica.lock().await.write(SystemTime::now().into(), &change).await?;
    let peers = Peers::from_toml(AT_CATALOGUE)?;
    let service = router(replica, peers, surroundings(), HttpSettings::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/replica", listener.local_addr()?);
    axum::serve(listener, axum::Router::new().nest("/replica", service)).await?;
    Ok(())
}

fn shops_view(url: &str) -> Result<HttpPeer, Failed> {
    let peers = Peers::from_toml(AT_SHOP)?;
    let peer = peers.get("catalogue").ok_or("no such peer")?.clone();
    let settings = HttpSettings { attempts: 2, connect: Duration::from_secs(1), ..HttpSettings::default() };
    Ok(HttpPeer::new(url, "shop", peer, surroundings(), settings)?)
}

/// The process of the shop, while the catalogue runs and after it was killed.
async fn shop(path: &Path, url: &str, kill: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    let replica = open(path, SHOP).await?;
    let catalogue = shops_view(url)?;
    catalogue.sync(&replica).await?;
    let now = || SystemTime::now().into();
    let owner = AuthorId::new([CATALOGUE; 16]);
    let (anchor, age) = replica.lock().await.read_copy(now(), "catalogue", owner, "anchor").await?;
    println!("{:?}, {age:?}", anchor.and_then(|anchor| anchor.text("title").map(str::to_owned)));

    // An order number that nobody else has: asked for at the home.
    let mut session = Session::new(&surroundings());
    let claim =
        |number: &str| Change::to("numbers", number).expecting(Expected::Absent).set("shop", "harbour");
    let written = catalogue.write(&session.next(&claim("1001"))?).await?;
    assert!(matches!(written, Written::Now(_)));
    let taken = catalogue.write(&session.next(&claim("1001"))?).await;
    println!("{}", taken.expect_err("it is taken"));

    kill()?;
    // What is merged goes on without the other; what is serial is refused, and says so.
    replica.lock().await.write(now(), &Change::to("orders", "anchor").count("count", 2)).await?;
    let refused = catalogue.write(&session.next(&claim("1002"))?).await;
    assert!(matches!(refused, Err(HttpError::HomeUnreachable { .. })));
    println!("{}", refused.expect_err("it is away"));
    assert!(catalogue.sync(&replica).await.is_err());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    if let Some(file) = std::env::var_os("CATALOGUE_FILE") {
        return catalogue(Path::new(&file)).await;
    }
    let folder = tempfile::tempdir()?;
    // As a test this program is a test's, and is told to be that one again.
    let again: &[&str] = if cfg!(test) { &["it_runs", "--exact", "--nocapture"] } else { &[] };
    let mut other = Command::new(std::env::current_exe()?)
        .args(again)
        .env("CATALOGUE_FILE", folder.path().join("catalogue.db"))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(other.stdout.take().ok_or("no output")?).lines();
    let url = loop {
        let line = lines.next().ok_or("the other process ended")??;
        if line.starts_with("http://") {
            break line;
        }
    };
    let kill = || {
        other.kill()?;
        other.wait()?;
        Ok(())
    };
    shop(&folder.path().join("shop.db"), &url, kill).await
}

#[test]
fn it_runs() {
    main().unwrap();
}
