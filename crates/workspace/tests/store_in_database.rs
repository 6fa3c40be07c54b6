//! A store in a `PostgreSQL` database is as one in a file, is held by one process, and outlives its server and its holder.
#![allow(clippy::unwrap_used)]

#[path = "../../replica/tests/servers/mod.rs"]
mod servers;

use kedge_model::{Change, Date, Supposition};
use kedge_replica::{Hold, PostgresStore, PostgresStoreOptions, StoreError};
use kedge_workspace::{
    AsOf, MakeStoreError, OpenError, Options, RecordError, Store, StoreTrouble, Watch, Workspace, make_store,
};
use servers::Postgres;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn server() -> Option<Postgres> {
    if let Some(why) = Postgres::missing() {
        println!("{why}");
        return None;
    }
    Some(Postgres::start(&[]))
}

fn harbour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour")
}

fn day() -> Date {
    "2026-10-14".parse().unwrap()
}

fn options() -> Options {
    Options { as_of: AsOf::On(day()), trials: Some(100), ..Options::default() }
}

fn changes(workspace: &Workspace, said: &str) -> Vec<Change> {
    let answers = workspace.snapshot().answers.unwrap();
    let said = Supposition::parse(said, &answers.organisation, answers.as_of).unwrap();
    said.act.changes(&answers.organisation).unwrap()
}

fn decline(workspace: &Workspace) -> Result<(), RecordError> {
    let said = changes(workspace, "answer loyalty/ledger-events declined");
    workspace.record("payments: declined loyalty/ledger-events", &said).map(drop)
}

fn standing(workspace: &Workspace) -> serde_json::Value {
    serde_json::to_value(&*workspace.snapshot().answers.unwrap().standing).unwrap()
}

fn why(workspace: &Workspace) -> String {
    workspace.snapshot().out_of_reach.unwrap().to_string()
}

#[track_caller]
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The store of an organisation in a schema of its own.
fn at(server: &Postgres, schema: &str) -> PathBuf {
    PathBuf::from(format!("{}&schema={schema}", server.url()))
}

#[test]
fn a_database_keeps_an_organisation_as_a_file_does() {
    let Some(server) = server() else { return };
    let place = at(&server, "harbour");
    // What is only asked about is not made.
    assert!(matches!(Store::open(&place), Err(StoreTrouble::NotAStore(_))));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let looked_at = PostgresStoreOptions {
        schema: "harbour".to_owned(),
        create: false,
        ..PostgresStoreOptions::default()
    };
    let none = runtime.block_on(PostgresStore::open_with(&server.url(), &looked_at)).unwrap_err();
    assert!(matches!(none, StoreError::NotThere { .. }), "{none}");
    let in_files = Workspace::open(&harbour(), options()).unwrap();
    let in_store = Workspace::of_store(make_store(&place, &harbour(), day()).unwrap(), options()).unwrap();
    assert_eq!(standing(&in_store), standing(&in_files));
    decline(&in_store).unwrap();
    let after = standing(&in_store);
    assert_ne!(after, standing(&in_files));

    let held = Store::open(&place).unwrap_err();
    assert!(
        held.to_string().contains(&format!("is held by `kedge, process {}`", std::process::id())),
        "{held}"
    );
    let copy = tempfile::tempdir().unwrap();
    drop(in_store);
    let again = Workspace::open(&place, options()).unwrap();
    assert_eq!(standing(&again), after);
    assert_eq!(again.undo().unwrap().what, "payments: declined loyalty/ledger-events");
    assert_eq!(standing(&again), standing(&in_files));
    assert_eq!(again.history().unwrap().unwrap().len(), 3);
    drop(again);

    // A copy of it knows where it is from; another schema is another store; what is there is not made again.
    let store = Store::open(&place).unwrap();
    let copied = copy.path().join("copy");
    store.copy_into(&copied, None).unwrap();
    let of_copy = Workspace::open(&copied, options()).unwrap();
    let refused = decline(&of_copy).unwrap_err().to_string();
    assert!(refused.contains(place.to_str().unwrap()), "{refused}");
    drop(store);
    let second = make_store(&at(&server, "second"), &harbour(), day()).unwrap();
    assert_eq!(second.history().unwrap().len(), 1);
    let there = make_store(&place, &harbour(), day()).unwrap_err();
    assert!(matches!(there, MakeStoreError::Store(StoreTrouble::There(_))), "{there}");
    assert!(matches!(Store::open(&at(&server, "third")), Err(StoreTrouble::NotAStore(_))));
}

#[test]
fn an_address_has_no_password_and_a_database_no_folder() {
    for address in [
        "postgres://kedge:secret@db/plans",
        "postgresql://db/plans?password=secret",
        "postgres://db/a?b=c&password=x",
    ] {
        let refused = Store::open(Path::new(address)).unwrap_err();
        assert!(matches!(refused, StoreTrouble::Password), "{refused}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
    // Where a source is told from a folder, there is none to tell it from.
    let folder = tempfile::tempdir().unwrap();
    let whole = "name = \"A\"\n\n[[source]]\npath = \"../payments\"\nholds = [\"payments\"]\n";
    std::fs::write(folder.path().join("kedge.toml"), whole).unwrap();
    let beside = make_store(Path::new("postgres://localhost/plans"), folder.path(), day()).unwrap_err();
    assert!(matches!(beside, MakeStoreError::Beside { .. }), "{beside}");
}

#[test]
fn a_database_that_goes_away_is_said_and_used_again_when_it_is_back() {
    let Some(mut server) = server() else { return };
    let store = make_store(&at(&server, "harbour"), &harbour(), day()).unwrap();
    let workspace = Workspace::of_store(store, options()).unwrap();
    let before = standing(&workspace);
    server.kill();
    // Its sessions end a moment after it.
    until("the end of the session", || workspace.refresh().is_err());
    // The answers are still there, and nothing is lost or half-written.
    let refused = decline(&workspace).unwrap_err();
    assert!(matches!(refused, RecordError::Write(_)), "{refused}");
    assert!(workspace.refresh().is_err());
    assert_eq!(standing(&workspace), before);
    assert!(!why(&workspace).is_empty());
    server.restart();
    workspace.refresh().unwrap();
    assert_eq!(workspace.snapshot().out_of_reach, None);
    assert_eq!(standing(&workspace), before);
    decline(&workspace).unwrap();
    // The session ends between two writes: the second finds out, and a third goes on.
    server.kill_and_restart();
    assert!(workspace.undo().is_err());
    assert_eq!(workspace.undo().unwrap().what, "payments: declined loyalty/ledger-events");
    assert_eq!(standing(&workspace), before);
    assert_eq!(workspace.history().unwrap().unwrap().len(), 3);
}

#[test]
fn whoever_takes_a_store_over_is_named_and_what_was_written_there_is_read() {
    let Some(server) = server() else { return };
    let place = at(&server, "harbour");
    drop(make_store(&place, &harbour(), day()).unwrap());
    let first = Workspace::open(&place, options()).unwrap();
    // Two writes, so that it knows the number of the next.
    decline(&first).unwrap();
    first.undo().unwrap();
    let before = standing(&first);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let taken = runtime.block_on(async {
        let (schema, holder) = ("harbour".to_owned(), "somebody".to_owned());
        let options = PostgresStoreOptions { schema, holder, hold: Hold::TakeOver, ..Default::default() };
        PostgresStore::open_with(&server.url(), &options).await.unwrap()
    });
    assert!(decline(&first).is_err());
    assert!(first.refresh().is_err());
    assert!(why(&first).contains("is held by `somebody`"), "{}", why(&first));
    runtime.block_on(taken.close()).unwrap();
    let second = Workspace::open(&place, options()).unwrap();
    decline(&second).unwrap();
    let after = standing(&second);
    assert!(matches!(first.refresh(), Err(OpenError::Store(StoreTrouble::Held { .. }))));
    assert_eq!(standing(&first), before);
    drop(second);
    // Whoever follows the store finds out by itself.
    let watch = Watch::start(&first);
    until("what was written there", || standing(&first) == after);
    drop(watch);
    assert_eq!(first.snapshot().out_of_reach, None);
    assert_eq!(first.undo().unwrap().what, "payments: declined loyalty/ledger-events");
}

#[test]
fn a_store_that_was_dropped_is_missed_and_another_in_its_place_is_not_taken_for_it() {
    let Some(server) = server() else { return };
    let place = at(&server, "harbour");
    let workspace = Workspace::of_store(make_store(&place, &harbour(), day()).unwrap(), options()).unwrap();
    let before = standing(&workspace);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut raw = PgConnection::connect(&server.url()).await.unwrap();
        sqlx::raw_sql("DROP SCHEMA harbour CASCADE").execute(&mut raw).await.unwrap();
    });
    assert!(decline(&workspace).is_err());
    assert!(workspace.refresh().is_err());
    assert!(why(&workspace).contains("is not a store of Kedge"), "{}", why(&workspace));
    let another = make_store(&place, &harbour(), day()).unwrap();
    assert!(workspace.refresh().is_err());
    assert!(why(&workspace).contains("is held by"), "{}", why(&workspace));
    drop(another);
    until("the other to be let go", || {
        assert!(workspace.refresh().is_err());
        !why(&workspace).contains("is held by")
    });
    assert!(why(&workspace).contains("another store is in the place of"), "{}", why(&workspace));
    assert!(decline(&workspace).is_err());
    assert_eq!(standing(&workspace), before);
    // It is not kept from whoever wants it.
    assert_eq!(Store::open(&place).unwrap().history().unwrap().len(), 1);
}

/// What becomes of a commit on its way to the server.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    Nothing,
    /// It never comes there.
    Commit,
    /// It comes there, and the answer does not come back.
    Answer,
}

/// Lies between a client and the server: the address, and what to cut, once.
fn between(server: &Postgres) -> (String, Arc<Mutex<Cut>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (port, to) = (listener.local_addr().unwrap().port(), server.url_at(Ipv4Addr::LOCALHOST));
    let there = to.split('@').nth(1).unwrap().split('/').next().unwrap().to_owned();
    let cut = Arc::new(Mutex::new(Cut::Nothing));
    let armed = Arc::clone(&cut);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&there).unwrap());
            let (back_to, back_from) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let silent = Arc::new(AtomicBool::new(false));
            let (hushed, armed) = (Arc::clone(&silent), Arc::clone(&armed));
            std::thread::spawn(move || {
                pass(&client, &server, |bytes| {
                    if !bytes.windows(6).any(|word| word == b"COMMIT") {
                        return true;
                    }
                    let cut = std::mem::replace(&mut *armed.lock().unwrap(), Cut::Nothing);
                    hushed.fetch_or(cut == Cut::Answer, Ordering::SeqCst);
                    cut != Cut::Commit
                });
            });
            std::thread::spawn(move || pass(&back_from, &back_to, |_| !silent.load(Ordering::SeqCst)));
        }
    });
    (format!("postgres://kedge@127.0.0.1:{port}/postgres?schema=harbour"), cut)
}

/// Passes bytes on until there are no more, or some shall not be passed; then both sides are closed.
fn pass(mut from: &TcpStream, mut to: &TcpStream, mut passes: impl FnMut(&[u8]) -> bool) {
    let mut bytes = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        if !passes(&bytes[..length]) || to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    from.shutdown(Shutdown::Both).ok();
    to.shutdown(Shutdown::Both).ok();
}

#[test]
fn a_write_whose_answer_was_lost_is_looked_for_and_never_written_twice() {
    if let Some(why) = Postgres::missing() {
        println!("{why}");
        return;
    }
    let server = Postgres::start(&[Ipv4Addr::LOCALHOST]);
    let (address, cut) = between(&server);
    let store = make_store(Path::new(&address), &harbour(), day()).unwrap();
    let workspace = Workspace::of_store(store, options()).unwrap();
    let before = standing(&workspace);
    *cut.lock().unwrap() = Cut::Commit;
    let lost = decline(&workspace).unwrap_err().to_string();
    assert!(lost.contains("and nothing was written: try again"), "{lost}");
    assert_eq!(standing(&workspace), before);
    *cut.lock().unwrap() = Cut::Answer;
    decline(&workspace).unwrap();
    assert_ne!(standing(&workspace), before);
    assert!(*cut.lock().unwrap() == Cut::Nothing);
    let history = workspace.history().unwrap().unwrap();
    let said: Vec<&str> = history.iter().skip(1).map(|it| it.step.what.as_str()).collect();
    assert_eq!(said, ["payments: declined loyalty/ledger-events"]);
    workspace.undo().unwrap();
    assert_eq!(standing(&workspace), before);
}
