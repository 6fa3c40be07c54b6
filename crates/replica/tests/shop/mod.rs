//! What the tests of stores keep: a collection of each kind.
#![allow(unreachable_pub)]

use kedge_replica::{AuthorId, Contract, Contracts, Merge};
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
