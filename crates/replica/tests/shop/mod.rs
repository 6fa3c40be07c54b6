//! What the tests of stores keep: a collection of each kind.
#![allow(unreachable_pub)]

use kedge_replica::{
    Address, AuthorId, Change, Contract, Contracts, Key, Merge, Millis, Replica, Store, VersionVector,
};
use std::time::Duration;

pub fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

pub fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks")
        .field("title", Merge::LastWriter)
        .field("notes", Merge::KeepBoth)
        .field("labels", Merge::Set)
        .field("votes", Merge::Counter);
    let prices = Contract::owned("prices", Duration::from_mins(1)).field("price", Merge::LastWriter);
    let names = Contract::serial("names", author(1)).field("account", Merge::LastWriter);
    Contracts::new([tasks, prices, names].map(|one| one.build().unwrap())).unwrap()
}

/// That a replica of author 1 reads as the store of a released version did when it was dumped, and goes on. From version 2 on
/// there is a long record, of which one event says all.
#[allow(dead_code)]
pub async fn reads_as_released<S: Store>(replica: &mut Replica<S>, version: u64) {
    assert_eq!(replica.core().author(), author(1));
    let record = replica.read("tasks", "a").await.unwrap().unwrap();
    assert_eq!((record.text("title"), record.count("votes")), (Some("Buy milk"), 3));
    assert_eq!(record.set("labels"), [&"home".into()]);
    let b = Address { owner: None, key: Key::new("b").unwrap() };
    assert!(replica.list_all("tasks").await.unwrap()[&b].is_deleted());
    assert_eq!(replica.due(9).await.unwrap()[0].message.draft.body, b"hello");
    let long = "Weigh anchor. ".repeat(40);
    let events = if version == 1 { 3 } else { 4 };
    assert_eq!(replica.events("tasks", &VersionVector::new(), 9).await.unwrap().0.len(), events);
    let now = Millis::new(1_000_100);
    if version == 1 {
        replica.write(now, &Change::to("tasks", "long").set("title", long.as_str())).await.unwrap();
    }
    for _ in 0..2 {
        let record = replica.read("tasks", "long").await.unwrap().unwrap();
        assert_eq!(record.text("title"), Some(long.as_str()));
        let seen = replica.core().log("tasks").unwrap().seen.clone();
        replica.compact("tasks", &seen).await.unwrap();
    }
    replica.write(now, &Change::to("tasks", "a").count("votes", 1)).await.unwrap();
}
