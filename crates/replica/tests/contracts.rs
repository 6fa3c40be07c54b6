//! Contracts in code and in a file say the same, wrong ones say what to do, and migrations lose nothing.
#![allow(clippy::unwrap_used)]

mod disk;
use disk::Disk;
use kedge_replica::{
    Age, AuthorId, Change, Consistency, Contract, ContractError, Contracts, Core, Expected, Invariant, Kind,
    Memory, Merge, Millis, Name, WriteError, wire::Message,
};
use std::time::Duration;

const FILE: &str = r#"
[collection.catalogue]
consistency = "owned"
stale-after = "5m"

[collection.catalogue.fields]
price = { merge = "last-writer", holds = "integer" }

[collection.tasks]
consistency = "merged"
invariants = ["per-record"]

[collection.tasks.fields]
labels = { merge = "set", holds = "text" }
title = "last-writer"
votes = "counter"

[collection.tasks.retired]
colour = "last-writer"

[collection.usernames]
consistency = "serial"
home = "01010101010101010101010101010101"
invariants = ["chosen-unique"]

[collection.usernames.fields]
account = "last-writer"
"#;

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn in_code() -> Contracts {
    let catalogue =
        Contract::owned("catalogue", Duration::from_mins(5)).typed("price", Merge::LastWriter, Kind::Integer);
    let tasks = Contract::merged("tasks")
        .invariant(Invariant::PerRecord)
        .typed("labels", Merge::Set, Kind::Text)
        .field("title", Merge::LastWriter)
        .field("votes", Merge::Counter)
        .retired("colour", Merge::LastWriter);
    let usernames = Contract::serial("usernames", author(1))
        .invariant(Invariant::ChosenUnique)
        .field("account", Merge::LastWriter);
    Contracts::new([catalogue, tasks, usernames].map(|builder| builder.build().unwrap())).unwrap()
}

#[test]
fn a_file_says_the_same_as_code() {
    let read = Contracts::from_toml(FILE).unwrap();
    assert_eq!(read, in_code());
    assert_eq!(Contracts::from_toml(&read.to_toml()).unwrap(), read);
    assert_eq!(read.get("tasks").unwrap().promise().consistency(), Consistency::Merged);
}

#[test]
fn what_merging_cannot_keep_is_refused() {
    let error = Contract::merged("users").invariant(Invariant::ChosenUnique).build().unwrap_err();
    assert!(matches!(error, ContractError::CannotKeep { invariant: "chosen-unique", .. }), "{error}");
    assert!(Contract::serial("users", author(1)).invariant(Invariant::ChosenUnique).build().is_ok());
}

#[test]
fn wrong_files_say_what_to_do() {
    let cases = [
        ("[collection.a]\nconsistency = \"owned\"", "add `stale-after"),
        ("[collection.a]\nconsistency = \"serial\"", "add `home"),
        ("[collection.a]\nconsistency = \"merged\"\nstale-after = \"5m\"", "only an owned collection"),
        ("[collection.a]\nconsistency = \"owned\"\nstale-after = \"soon\"", "a number with ms, s, m, h or d"),
        ("[collection.A]\nconsistency = \"merged\"", "not a name"),
        ("[collection.a]\nconsistency = \"merged\"\nfoo = 1", "unknown field `foo`"),
        ("[collection.a]\nconsistency = \"eventual\"", "unknown variant `eventual`"),
    ];
    for (text, expected) in cases {
        let error = Contracts::from_toml(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn migrations_that_would_lose_data_are_refused() {
    let was = in_code();
    let changed = |from: &str, to: &str| {
        assert!(FILE.contains(from), "{from}");
        was.migrate(&Contracts::from_toml(&FILE.replacen(from, to, 1)).unwrap())
    };
    let refused = |from: &str, to: &str, expected: &str| {
        let refusals = changed(from, to).unwrap_err();
        let said = refusals[0].to_string();
        assert!(refusals.len() == 1 && said.contains(expected), "{refusals:?}");
    };
    refused("votes = \"counter\"\n", "", "has gone");
    refused("votes = \"counter\"", "votes = \"max\"", "merged by counter and would by max");
    refused("holds = \"integer\"", "holds = \"text\"", "held integer and would hold text only");
    refused("colour = \"last-writer\"\n", "", "`colour` has gone");
    refused("home = \"01", "home = \"02", "the first home cannot be changed");
    refused(
        "consistency = \"owned\"\nstale-after = \"5m\"",
        "consistency = \"merged\"",
        "was owned and would be merged",
    );
    for (from, to) in [
        ("votes = \"counter\"", "votes = \"counter\"\nnew = \"max\""),
        ("colour = \"last-writer\"", "colour = \"last-writer\"\nother = \"set\""),
        ("title = \"last-writer\"", "title = \"last-writer\"\ncolour = \"last-writer\""),
        (", holds = \"integer\"", ""),
        ("5m", "10m"),
    ] {
        let to = if to.contains("colour") && to.contains("title") {
            let text = FILE.replacen(from, to, 1).replacen(
                "[collection.tasks.retired]\ncolour = \"last-writer\"\n",
                "",
                1,
            );
            was.migrate(&Contracts::from_toml(&text).unwrap())
        } else {
            changed(from, to)
        };
        assert_eq!(to, Ok(()));
    }
    let gone = Contracts::new([was.get("tasks").unwrap().clone()]).unwrap();
    assert_eq!(was.migrate(&gone).unwrap_err().len(), 2);
}

struct Place {
    core: Core,
    store: Disk,
}

impl Place {
    fn new(number: u8, contracts: Contracts) -> Self {
        let memory = Memory::new(author(number));
        let core = Core::resume(memory, contracts, Duration::from_mins(1));
        Self { core, store: Disk::new(author(number)) }
    }

    fn write(&mut self, now: u64, change: &Change) -> Result<(), WriteError> {
        let loaded = self.store.load(&self.core.touched(change));
        let step = self.core.write(Millis::new(now), change, &loaded)?;
        self.store.apply(&step);
        self.core.stored(&step);
        Ok(())
    }

    fn pull(&mut self, now: u64, from: &Self, collection: &str) -> kedge_replica::Received {
        let pull = self.core.pull(collection, 100).unwrap();
        let (events, more) = from.store.after(&pull.collection, &pull.seen, 100);
        let message = from.core.batch(Millis::new(now), collection, events, more).unwrap();
        let message = Message::decode(&message.encode()).unwrap();
        let loaded = self.store.load(&self.core.concerned(&message));
        let received = self.core.receive(Millis::new(now), message, loaded);
        if let Some(step) = &received.step {
            self.store.apply(step);
            self.core.stored(step);
        }
        received
    }

    fn hand_over(&mut self, now: u64, to: AuthorId) {
        let step = self.core.hand_over(Millis::new(now), &Name::new("usernames").unwrap(), to).unwrap();
        self.store.apply(&step);
        self.core.stored(&step);
    }
}

#[test]
fn a_read_copy_knows_its_age() {
    let mut writer = Place::new(1, in_code());
    let mut reader = Place::new(2, in_code());
    writer.write(1_000, &Change::to("catalogue", "anchor").set("price", 900)).unwrap();
    assert_eq!(writer.core.age(Millis::new(9_000), "catalogue", author(1)), Age::Own);
    assert_eq!(reader.core.age(Millis::new(9_000), "catalogue", author(1)), Age::Unknown);
    reader.pull(2_000, &writer, "catalogue");
    let age = |reader: &Place, now| reader.core.age(Millis::new(now), "catalogue", author(1));
    assert_eq!(age(&reader, 302_000), Age::Copy { age: Duration::from_mins(5), stale: false });
    assert_eq!(age(&reader, 302_001), Age::Copy { age: Duration::from_millis(300_001), stale: true });
    // Nothing new, but it is known to be fresh again; also by way of a third.
    let mut third = Place::new(3, in_code());
    reader.pull(400_000, &writer, "catalogue");
    assert_eq!(age(&reader, 400_500), Age::Copy { age: Duration::from_millis(500), stale: false });
    third.pull(500_000, &reader, "catalogue");
    assert_eq!(age(&third, 500_000), Age::Copy { age: Duration::from_secs(100), stale: false });
}

#[test]
fn owners_cannot_write_each_other_s_records() {
    let mut one = Place::new(1, in_code());
    let mut two = Place::new(2, in_code());
    one.write(1_000, &Change::to("catalogue", "anchor").set("price", 900)).unwrap();
    two.pull(1_000, &one, "catalogue");
    two.write(2_000, &Change::to("catalogue", "anchor").set("price", 1)).unwrap();
    one.pull(2_000, &two, "catalogue");
    let prices = |place: &Place| -> Vec<i64> {
        let records = place.store.all(&Name::new("catalogue").unwrap());
        records.values().map(|record| record.value("price").unwrap().as_integer().unwrap()).collect()
    };
    assert_eq!((prices(&one), prices(&two)), (vec![900, 1], vec![900, 1]));
}

#[test]
fn a_chosen_name_is_taken_once_and_the_home_moves_without_a_gap() {
    let mut home = Place::new(1, in_code());
    let mut next = Place::new(2, in_code());
    let take =
        |account: &str| Change::to("usernames", "ada").expecting(Expected::Absent).set("account", account);
    home.write(1_000, &take("a1")).unwrap();
    assert!(matches!(home.write(1_001, &take("a2")), Err(WriteError::Changed { found: Some(_), .. })));
    assert_eq!(
        next.write(1_002, &take("a3")),
        Err(WriteError::NotHome { collection: Name::new("usernames").unwrap(), home: author(1) })
    );
    home.hand_over(2_000, author(2));
    assert!(
        matches!(home.write(2_001, &take("a4")), Err(WriteError::NotHome { home, .. }) if home == author(2))
    );
    // Not the home until it has all that the last home wrote.
    assert!(matches!(next.write(2_002, &take("a5")), Err(WriteError::NotHome { .. })));
    next.pull(2_003, &home, "usernames");
    assert!(matches!(next.write(2_004, &take("a6")), Err(WriteError::Changed { .. })));
    next.write(2_005, &Change::to("usernames", "ada").delete()).unwrap();
    next.write(2_006, &take("a7")).unwrap();
    home.pull(2_007, &next, "usernames");
    let records = home.store.all(&Name::new("usernames").unwrap());
    assert_eq!(records.values().next().unwrap().text("account"), Some("a7"));
}

#[test]
fn writes_outside_the_contract_are_refused() {
    let mut place = Place::new(1, in_code());
    let mut refused = |change: Change| place.write(1_000, &change).unwrap_err().to_string();
    let cases = [
        (Change::to("nothing", "k").set("a", 1), "has no contract here"),
        (Change::to("tasks", "k").set("nothing", 1), "has no field `nothing`"),
        (Change::to("tasks", "k").set("votes", 1), "merges by counter, the change writes it as last-writer"),
        (Change::to("tasks", "k").set("colour", "red"), "has no field `colour`"),
        (Change::to("catalogue", "k").set("price", "dear"), "holds integer"),
        (Change::to("tasks", "k").set("title", "a").set("title", "b"), "writes one field twice"),
        (
            Change::to("tasks", "k").set("title", "a").and("tasks", "k").count("votes", 1),
            "writes one field twice",
        ),
        (Change::to("tasks", "k"), "writes no field"),
        (Change::to("tasks", "").set("title", "a"), "1 to 512 bytes"),
        (Change::to("Tasks", "k").set("title", "a"), "not a name"),
    ];
    for (change, expected) in cases {
        let said = refused(change);
        assert!(said.contains(expected), "{said}");
    }
    assert!(place.store.all(&Name::new("tasks").unwrap()).is_empty());
}

#[test]
fn fields_that_are_not_known_here_are_kept_and_passed_on() {
    let newer = FILE.replacen("votes = \"counter\"", "votes = \"counter\"\ndue = \"min\"", 1);
    let mut new = Place::new(1, Contracts::from_toml(&newer).unwrap());
    let mut old = Place::new(2, in_code());
    let mut third = Place::new(3, Contracts::from_toml(&newer).unwrap());
    new.write(1_000, &Change::to("tasks", "t").set("title", "a").lower("due", 20_261_122)).unwrap();
    old.pull(1_001, &new, "tasks");
    old.write(1_002, &Change::to("tasks", "t").set("title", "b")).unwrap();
    third.pull(1_003, &old, "tasks");
    let record = third.store.all(&Name::new("tasks").unwrap()).into_values().next().unwrap();
    assert_eq!((record.text("title"), record.value("due")), (Some("b"), Some(&20_261_122.into())));
}

#[test]
fn times_from_the_future_wait_until_they_have_come() {
    let mut ahead = Place::new(1, in_code());
    let mut right = Place::new(2, in_code());
    ahead.write(1_000_000, &Change::to("tasks", "t").set("title", "early")).unwrap();
    let held = right.pull(900_000, &ahead, "tasks").held;
    assert_eq!(held.len(), 1);
    assert!(held[0].1.to_string().contains("100s ahead"), "{}", held[0].1);
    assert_eq!(right.pull(940_000, &ahead, "tasks").taken, 1);
}

#[test]
fn a_store_that_was_set_back_notices_and_writes_no_more_under_its_name() {
    let mut one = Place::new(1, in_code());
    let mut two = Place::new(2, in_code());
    one.write(1_000, &Change::to("tasks", "t").count("votes", 1)).unwrap();
    let backup = (one.core.clone(), one.store.clone());
    one.write(1_001, &Change::to("tasks", "t").count("votes", 1)).unwrap();
    two.pull(1_002, &one, "tasks");
    (one.core, one.store) = backup;
    assert_eq!(one.pull(1_003, &two, "tasks").taken, 1);
    let error = one.write(1_004, &Change::to("tasks", "t").count("votes", 1)).unwrap_err();
    assert!(matches!(error, WriteError::SetBack(_)));
    let step = one.core.rename(author(7));
    one.store.apply(&step);
    one.core.stored(&step);
    one.write(1_005, &Change::to("tasks", "t").count("votes", 1)).unwrap();
    two.pull(1_006, &one, "tasks");
    let record = two.store.all(&Name::new("tasks").unwrap()).into_values().next().unwrap();
    assert_eq!(record.count("votes"), 3);
}
