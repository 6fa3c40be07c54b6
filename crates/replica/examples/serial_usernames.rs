//! Names that must be unique: all are given out at one home, one at a time.
//!
//! `cargo run -p kedge-replica --example serial_usernames`

use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Error, Expected, Invariant, MemoryStore, Merge, Millis, Replica,
    Settings, WriteError,
};

const HOME: AuthorId = AuthorId::new([1; 16]);
const OTHER: AuthorId = AuthorId::new([2; 16]);

async fn open(author: AuthorId) -> Result<Replica<MemoryStore>, Box<dyn std::error::Error>> {
    let names = Contract::serial("usernames", HOME)
        // Said, so that nobody makes this collection merged: that would not build.
        .invariant(Invariant::ChosenUnique)
        .field("account", Merge::LastWriter);
    let contracts = Contracts::new([names.build()?])?;
    Ok(Replica::open(MemoryStore::new(), author, contracts, Settings::default()).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Millis::new(1_763_812_800_000);
    let (mut home, mut other) = (open(HOME).await?, open(OTHER).await?);
    let take = |name: &str, account: &str| {
        Change::to("usernames", name).expecting(Expected::Absent).set("account", account)
    };
    home.write(now, &take("ada", "account-1")).await?;

    // Taken: the home says so, with the version that stands in the way.
    let refused = home.write(now, &take("ada", "account-2")).await;
    assert!(matches!(refused, Err(Error::Write(WriteError::Changed { found: Some(_), .. }))));

    // Anywhere else writing is refused with where to go. Nothing is queued behind anybody's back.
    let refused = other.write(now, &take("bob", "account-3")).await;
    println!("{}", refused.as_ref().err().map(ToString::to_string).unwrap_or_default());
    assert!(matches!(refused, Err(Error::Write(WriteError::NotHome { home: HOME, .. }))));

    // The home moves: the old one writes that, and the new one is home once it has heard it, with all that was written.
    home.hand_over(now, "usernames", OTHER).await?;
    let answer = home.answer(now, &other.pull("usernames")?).await?;
    other.receive(now, &answer).await?;
    assert!(other.write(now, &take("ada", "account-4")).await.is_err());
    other.write(now, &take("bob", "account-3")).await?;

    // A name that was given up can be taken again.
    other.write(now, &Change::to("usernames", "ada").delete()).await?;
    other.write(now, &take("ada", "account-5")).await?;
    let ada = other.read("usernames", "ada").await?.ok_or("no ada")?;
    assert_eq!(ada.text("account"), Some("account-5"));
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
