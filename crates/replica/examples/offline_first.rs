//! A shopping list on two devices that are seldom on line: all write, any time, and nothing is lost.
//!
//! `cargo run -p kedge-replica --example offline_first`

use kedge_replica::{AuthorId, Change, Contract, Contracts, MemoryStore, Merge, Millis, Replica, Settings};
use std::time::SystemTime;

type Device = Replica<MemoryStore>;

fn now() -> Millis {
    SystemTime::now().into()
}

async fn device() -> Result<Device, Box<dyn std::error::Error>> {
    let list = Contract::merged("list")
        .field("name", Merge::LastWriter)
        .field("note", Merge::KeepBoth)
        .field("shops", Merge::Set)
        .field("pieces", Merge::Counter);
    let mut author = [0; 16];
    getrandom::fill(&mut author)?;
    let contracts = Contracts::new([list.build()?])?;
    Ok(Replica::open(MemoryStore::new(), AuthorId::new(author), contracts, Settings::default()).await?)
}

/// What the one lacks comes from the other. Over a network the bytes would travel; doing it twice does no harm.
async fn sync(to: &mut Device, from: &mut Device) -> Result<(), Box<dyn std::error::Error>> {
    let answer = from.answer(now(), &to.pull("list")?).await?;
    to.receive(now(), &answer).await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut phone, mut tablet) = (device().await?, device().await?);
    phone
        .write(
            now(),
            &Change::to("list", "milk").set("name", "Milk").add("shops", "corner").count("pieces", 2),
        )
        .await?;
    sync(&mut tablet, &mut phone).await?;

    // Both are off line, and both go on.
    phone.write(now(), &Change::to("list", "milk").count("pieces", 1).keep("note", "the blue one")).await?;
    tablet.write(now(), &Change::to("list", "milk").count("pieces", 3).keep("note", "oat, please")).await?;
    tablet.write(now(), &Change::to("list", "milk").add("shops", "market")).await?;

    sync(&mut tablet, &mut phone).await?;
    sync(&mut phone, &mut tablet).await?;
    for device in [&mut phone, &mut tablet] {
        let milk = device.read("list", "milk").await?.ok_or("no milk")?;
        assert_eq!(milk.count("pieces"), 6);
        assert_eq!(milk.set("shops"), [&"corner".into(), &"market".into()]);
        // Two notes that did not know of each other: a conflict is something to read, not something that is lost.
        assert_eq!(milk.kept("note").len(), 2);
        println!("{} pieces, notes: {:?}", milk.count("pieces"), milk.kept("note"));
    }

    // Whoever writes the note next, having seen both, decides.
    phone.write(now(), &Change::to("list", "milk").keep("note", "oat, the blue one")).await?;
    sync(&mut tablet, &mut phone).await?;
    let milk = tablet.read("list", "milk").await?.ok_or("no milk")?;
    assert_eq!(milk.kept("note"), [&"oat, the blue one".into()]);
    println!("note: {:?}", milk.kept("note"));
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
