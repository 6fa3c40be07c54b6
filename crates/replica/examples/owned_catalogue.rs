//! A catalogue that one service writes and others read from a copy of their own, knowing how old it is.
//!
//! `cargo run -p kedge-replica --example owned_catalogue`

use kedge_replica::{Age, AuthorId, Change, Contracts, Millis, Replica, Settings, SqliteStore};
use std::path::Path;
use std::time::Duration;

const CONTRACTS: &str = r#"
[collection.catalogue]
consistency = "owned"
stale-after = "5m"

[collection.catalogue.fields]
title = { merge = "last-writer", holds = "text" }
price = { merge = "last-writer", holds = "integer" }
"#;

async fn open(path: &Path, author: u8) -> Result<Replica<SqliteStore>, Box<dyn std::error::Error>> {
    let contracts = Contracts::from_toml(CONTRACTS)?;
    let store = SqliteStore::open(path).await?;
    // In a service: 16 random bytes at the first start; the store remembers them.
    Ok(Replica::open(store, AuthorId::new([author; 16]), contracts, Settings::default()).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut catalogue = open(&folder.path().join("catalogue.db"), 1).await?;
    let mut shop = open(&folder.path().join("shop.db"), 2).await?;
    let owner = catalogue.core().author();

    // The clock is an argument: here it is noon, and then some minutes later.
    let noon = Millis::new(1_763_812_800_000);
    let change = Change::to("catalogue", "anchor").set("title", "Kedge anchor").set("price", 900);
    catalogue.write(noon, &change).await?;
    let answer = catalogue.answer(noon, &shop.pull("catalogue")?).await?;
    shop.receive(noon, &answer).await?;

    let (anchor, age) =
        shop.read_copy(noon.after(Duration::from_mins(4)), "catalogue", owner, "anchor").await?;
    assert_eq!(anchor.and_then(|anchor| anchor.value("price")?.as_integer()), Some(900));
    assert_eq!(age, Age::Copy { age: Duration::from_mins(4), stale: false });

    // Nothing was heard for longer than the contract allows: the copy is still there, and says so.
    let (anchor, age) =
        shop.read_copy(noon.after(Duration::from_mins(6)), "catalogue", owner, "anchor").await?;
    assert_eq!(age, Age::Copy { age: Duration::from_mins(6), stale: true });
    println!("{:?}, {age:?}", anchor.and_then(|anchor| anchor.text("title").map(str::to_owned)));

    // What the shop writes under the same key is a record of its own: nobody can write another's.
    shop.write(noon, &Change::to("catalogue", "anchor").set("price", 1)).await?;
    let answer = shop.answer(noon, &catalogue.pull("catalogue")?).await?;
    catalogue.receive(noon, &answer).await?;
    let anchor = catalogue.read("catalogue", "anchor").await?.ok_or("no anchor")?;
    assert_eq!(anchor.value("price"), Some(&900.into()));
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
