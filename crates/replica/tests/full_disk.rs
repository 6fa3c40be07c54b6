//! A disk that becomes full: what cannot be written is refused and says so, what was acknowledged stays, all of it can be
//! read, and the store goes on once there is room.
#![allow(clippy::unwrap_used)]

mod faulty;

use faulty::Disk;
use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Error, Merge, Millis, Replica, Settings, SqliteStore,
    SqliteStoreOptions, StoreError,
};

async fn open(disk: &Disk) -> Result<Replica<SqliteStore>, Error> {
    let tasks = Contract::merged("tasks").field("sum", Merge::Counter).field("text", Merge::LastWriter);
    let contracts = Contracts::new([tasks.build().unwrap()]).unwrap();
    let options = SqliteStoreOptions {
        vfs: Some(faulty::NAME.to_owned()),
        checkpoint_pages: 12,
        ..SqliteStoreOptions::default()
    };
    let store = SqliteStore::open_with(disk.path(), &options).await?;
    Replica::open(store, AuthorId::new([1; 16]), contracts, Settings::default()).await
}

fn change(number: usize) -> Change {
    Change::to("tasks", &format!("k{number}")).count("sum", 1).set("text", "x".repeat(number * 97 % 3000))
}

/// Writes until it is refused; how many were acknowledged. Refused is for want of room, and nothing else.
async fn fill_up(replica: &mut Replica<SqliteStore>, from: usize, most: usize) -> usize {
    for number in from..from + most {
        match replica.write(Millis::new(1000), &change(number)).await {
            Ok(_) => {}
            Err(Error::Store(StoreError::Full)) => {
                // What became of that is asked of the disk, not guessed.
                let next = replica.write(Millis::new(1000), &change(number)).await;
                assert!(matches!(next, Err(Error::Reopen)));
                return number - from;
            }
            Err(error) => panic!("{error}"),
        }
    }
    most
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let mut refused = 0;
    for room in (0..160_000).step_by(4_000) {
        let disk = Disk::new("machine");
        let mut replica = open(&disk).await.unwrap();
        let mut written = fill_up(&mut replica, 0, 5).await;
        disk.fill(room);
        written += fill_up(&mut replica, written, 60).await;
        // In the same process: the store is closed, and opened again while there is still no room.
        replica.into_store().close().await.ok();
        match open(&disk).await {
            Ok(mut replica) => {
                let there = replica.list("tasks").await.unwrap().len();
                assert!(
                    (written..=written + 1).contains(&there),
                    "{written} acknowledged, {there} there, room {room}"
                );
                let more = fill_up(&mut replica, there, 60).await;
                written = there + more;
                replica.into_store().close().await.ok();
            }
            Err(Error::Store(StoreError::Full)) => {}
            Err(error) => panic!("{error}"),
        }
        refused += disk.refused();
        disk.make_room();
        let mut replica = open(&disk).await.unwrap();
        let there = replica.list("tasks").await.unwrap().len();
        assert!(
            (written..=written + 1).contains(&there),
            "{written} acknowledged, {there} there, room {room}"
        );
        assert_eq!(fill_up(&mut replica, there, 20).await, 20);
        let seen = replica.core().log("tasks").unwrap().seen.of(AuthorId::new([1; 16]));
        assert_eq!(seen, there as u64 + 20);
    }
    assert!(refused > 30, "room was wanting only {refused} times");
}
