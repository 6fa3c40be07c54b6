//! The wire format of FORMAT.md: fixtures that must stay readable for ever, and bytes that are not of it.
//!
//! The fixtures were written once. If one of them no longer reads, or is no longer what is written, then stores and peers
//! out there no longer read either: the format needs a new version, not the fixture.
#![allow(clippy::unwrap_used)]

use kedge_replica::wire::{
    Batch, Freshness, Message, Pull, Receipt, RemoteRefusal, RemoteWrite, Snapshot, VERSION, WireError,
    WriteAnswer,
};
use kedge_replica::{
    Action, Address, AuthorId, Body, Change, Consistency, Dot, Event, Expected, FieldEdit, Key, Millis, Name,
    Op, Real, Record, RecordEdit, Timestamp, Value, VersionVector,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn dot(number: u8, sequence: u64) -> Dot {
    Dot { author: author(number), sequence }
}

fn time(millis: u64, counter: u32) -> Timestamp {
    Timestamp { millis: Millis::new(millis), counter }
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn write(field: &str, op: Op) -> FieldEdit {
    FieldEdit { field: name(field), op }
}

fn edit(key: &str, action: Action) -> RecordEdit {
    RecordEdit { key: Key::new(key).unwrap(), action }
}

/// Every kind of write and value.
fn merged_event() -> Event {
    let writes = vec![
        write("a", Op::Set(Value::Null)),
        write("b", Op::Keep { value: "blue".into(), replaces: vec![dot(1, 4), dot(2, 300)] }),
        write("c", Op::Add { element: Value::Integer(-1), replaces: vec![] }),
        write("c", Op::Remove { element: Value::Integer(0), removes: vec![dot(2, 1)] }),
        write("d", Op::Count(i64::MIN)),
        write("e", Op::Raise(Value::Real(Real::new(1.5).unwrap()))),
        write("f", Op::Lower(Value::Bytes([0, 255].into()))),
        write("g", Op::Set(Value::Boolean(true))),
    ];
    Event {
        author: author(1),
        sequence: 5,
        time: time(1_763_800_000_000, 7),
        consistency: Consistency::Merged,
        after: vec![dot(2, 300)],
        body: Body::Edits(vec![edit("kept", Action::Edit(writes)), edit("went", Action::Delete)]),
    }
}

fn recreated() -> Event {
    let body =
        Body::Edits(vec![edit("again", Action::Recreate(vec![write("a", Op::Set(Value::Boolean(false)))]))]);
    let (consistency, after) = (Consistency::Owned, vec![]);
    Event { author: author(3), sequence: 1, time: time(0, 0), consistency, after, body }
}

fn handed_over() -> Event {
    let (consistency, after, body) = (Consistency::Serial, vec![], Body::HandOver { to: author(9) });
    Event { author: author(3), sequence: 12, time: time(1, 0), consistency, after, body }
}

fn records() -> BTreeMap<Address, Record> {
    let mut records: BTreeMap<Address, Record> = BTreeMap::new();
    let event = merged_event();
    for edit in event.edits() {
        records.entry(event.address(edit)).or_default().apply(&event.mark(), &edit.action);
    }
    records
}

fn owned_record() -> (Address, Record) {
    let event = recreated();
    let edit = &event.edits()[0];
    let mut record = Record::default();
    record.apply(&event.mark(), &Action::Delete);
    record.apply(&Event { sequence: 2, time: time(2, 0), ..event.clone() }.mark(), &edit.action);
    (event.address(edit), record)
}

fn seen() -> VersionVector {
    [(author(1), 5), (author(2), 300)].into_iter().collect()
}

fn messages() -> Vec<(&'static str, Message)> {
    let freshness =
        BTreeMap::from([(author(3), Freshness { sequence: 0, at: Millis::new(1_763_800_000_001) })]);
    let (owned, serial) = (name("owned"), name("serial"));
    let clock = time(1_763_800_000_000, 7);
    let no = BTreeMap::new();
    vec![
        ("pull", Message::Pull(Pull { collection: name("things"), seen: seen(), most: 1000, only: None })),
        (
            "pull-some",
            Message::Pull(Pull {
                collection: owned.clone(),
                seen: seen(),
                most: 1000,
                only: Some([author(1), author(2), author(3)].into()),
            }),
        ),
        (
            "batch",
            Message::Batch(Batch {
                collection: name("things"),
                seen: seen(),
                freshness: no.clone(),
                more: true,
                events: vec![
                    merged_event(),
                    Event { sequence: 6, body: Body::Edits(vec![]), ..merged_event() },
                ],
            }),
        ),
        (
            "batch-serial",
            Message::Batch(Batch {
                collection: serial.clone(),
                seen: VersionVector::new(),
                freshness: freshness.clone(),
                more: false,
                events: vec![handed_over()],
            }),
        ),
        (
            "snapshot-merged",
            Message::Snapshot(Snapshot {
                collection: name("things"),
                consistency: Consistency::Merged,
                clock,
                seen: seen(),
                freshness: no.clone(),
                home: None,
                records: records(),
            }),
        ),
        (
            "snapshot-owned",
            Message::Snapshot(Snapshot {
                collection: owned,
                consistency: Consistency::Owned,
                clock,
                seen: seen(),
                freshness,
                home: None,
                records: BTreeMap::from([owned_record()]),
            }),
        ),
        (
            "snapshot-serial",
            Message::Snapshot(Snapshot {
                collection: serial,
                consistency: Consistency::Serial,
                clock,
                seen: VersionVector::new(),
                freshness: no,
                home: Some((author(9), 1)),
                records: BTreeMap::new(),
            }),
        ),
    ]
}

/// The bytes of a fixture: hexadecimal digits, white space anywhere.
fn fixture(name: &str, now: &[u8]) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    if !std::path::Path::new(&path).exists() && std::env::var_os("KEDGE_NEW_FIXTURES").is_some() {
        let digits = now.iter().enumerate().fold(String::new(), |mut text, (place, byte)| {
            write!(text, "{byte:02x}").unwrap();
            text + if place % 32 == 31 { "\n" } else { "" }
        });
        std::fs::write(&path, digits + "\n").unwrap();
    }
    let digits: String = std::fs::read_to_string(&path).unwrap().split_whitespace().collect();
    digits
        .as_bytes()
        .chunks(2)
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn fixtures_of_messages_stay_readable() {
    assert_eq!(VERSION, 1);
    for (name, message) in messages() {
        let bytes = fixture(name, &message.encode());
        assert_eq!(Message::decode(&bytes).unwrap(), message, "{name}");
        assert_eq!(message.encode(), bytes, "{name}");
    }
}

#[test]
fn fixtures_of_events_and_records_stay_readable() {
    for (name, event) in
        [("event", merged_event()), ("event-recreate", recreated()), ("event-hand-over", handed_over())]
    {
        let bytes = fixture(name, &event.encode());
        assert_eq!(Event::decode(&bytes).unwrap(), event, "{name}");
        assert_eq!(event.encode(), bytes, "{name}");
    }
    let all = records().into_values().chain([owned_record().1]);
    for (name, record) in ["record", "record-deleted", "record-again"].into_iter().zip(all) {
        let bytes = fixture(name, &record.encode());
        assert_eq!(Record::decode(&bytes).unwrap(), record, "{name}");
        assert_eq!(record.encode(), bytes, "{name}");
    }
}

fn remote_write() -> RemoteWrite {
    let change = Change::to("names", "ada")
        .expecting(Expected::Absent)
        .set("account", 7)
        .add("tags", "new")
        .and("money", "7")
        .expecting(Expected::Version(dot(2, 300)))
        .count("balance", -100)
        .and("money", "8")
        .delete();
    RemoteWrite { session: [8; 16], number: 3, change }
}

fn write_answers() -> [(&'static str, WriteAnswer); 5] {
    let key = Key::new("ada").unwrap();
    let changed = RemoteRefusal::Changed { collection: name("names"), key, found: Some(dot(1, 2)) };
    let moved = RemoteRefusal::NotHome { collection: name("names"), home: author(9) };
    [
        (
            "answer-written",
            WriteAnswer::Written(vec![(name("money"), dot(1, 2)), (name("names"), dot(1, 9))]),
        ),
        ("answer-earlier", WriteAnswer::Earlier),
        ("answer-changed", WriteAnswer::Refused(changed)),
        ("answer-moved", WriteAnswer::Refused(moved)),
        ("answer-refused", WriteAnswer::Refused(RemoteRefusal::Other("no".to_owned()))),
    ]
}

#[test]
fn fixtures_of_writes_to_a_home_stay_readable() {
    let write = remote_write().encode();
    let bytes = fixture("write", &write);
    assert_eq!(write, bytes);
    assert_eq!(RemoteWrite::decode(&bytes).unwrap().encode(), bytes);
    for (name, answer) in write_answers() {
        let bytes = fixture(name, &answer.encode());
        assert_eq!(WriteAnswer::decode(&bytes).unwrap(), answer, "{name}");
        assert_eq!(answer.encode(), bytes, "{name}");
    }
}

#[test]
fn the_fixture_of_a_receipt_stays_readable() {
    let held = vec![(dot(1, 7), "an earlier event of its author is missing".to_owned())];
    let receipt = Receipt { taken: 300, known: 2, held, seen: seen() };
    let bytes = fixture("receipt", &receipt.encode());
    assert_eq!(Receipt::decode(&bytes).unwrap(), receipt);
    assert_eq!(receipt.encode(), bytes);
}

#[test]
fn the_first_bytes_are_as_specified() {
    // By hand from FORMAT.md: frame, name 0 "a", one author seen to 2, most 3; the checksum is zlib's.
    let mut bytes = b"KRP\x01\x01\x00\x01a\x01\x00".to_vec();
    bytes.extend([7; 16]);
    bytes.extend([2, 3]);
    let pull =
        Pull { collection: name("a"), seen: [(author(7), 2)].into_iter().collect(), most: 3, only: None };
    let encoded = Message::Pull(pull).encode();
    assert_eq!(encoded[..bytes.len()], bytes);
    // python3 -c 'import zlib; print(zlib.crc32(b"KRP\x01\x01\x00\x01a\x01\x00" + bytes([7]*16) + bytes([2,3])))'
    assert_eq!(encoded[bytes.len()..], ZLIB.to_le_bytes());
}

const ZLIB: u32 = 808_449_464;

#[test]
fn what_is_wrong_is_said() {
    let good = messages()[0].1.encode();
    assert_eq!(Message::decode(&[]), Err(WireError::Short));
    assert_eq!(Message::decode(b"anything else"), Err(WireError::NotOurs));
    let mut newer = good.clone();
    newer[3] = 2;
    assert_eq!(Message::decode(&newer), Err(WireError::Version(2)));
    let mut flipped = good.clone();
    flipped[8] ^= 1;
    assert_eq!(Message::decode(&flipped), Err(WireError::Checksum));
    assert_eq!(Event::decode(&good), Err(WireError::Frame(1)));
}

/// Bytes with the checksum that belongs to them, so that what is behind it is tried.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_are_refused_or_mean_what_they_encode_to(
        which in 0..17usize, place in any::<usize>(), to in any::<u8>(), cut in prop::option::of(any::<usize>()),
    ) {
        let mut all: Vec<Vec<u8>> = messages().into_iter().map(|(_, message)| message.encode()).collect();
        all.extend([merged_event(), recreated(), handed_over()].iter().map(Event::encode));
        all.push(remote_write().encode());
        all.push(Receipt { taken: 1, known: 0, held: vec![(dot(1, 7), "no".into())], seen: seen() }.encode());
        all.extend(write_answers().map(|(_, answer)| answer.encode()));
        let mut bytes = all[which].clone();
        bytes.truncate(bytes.len() - 4);
        let place = place % bytes.len();
        bytes[place] = to;
        if let Some(cut) = cut {
            bytes.truncate(cut % bytes.len());
        }
        let bytes = sealed(bytes);
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes.clone());
        }
        if let Ok(event) = Event::decode(&bytes) {
            prop_assert_eq!(event.encode(), bytes.clone());
        }
        if let Ok(write) = RemoteWrite::decode(&bytes) {
            prop_assert_eq!(write.encode(), bytes.clone());
        }
        if let Ok(receipt) = Receipt::decode(&bytes) {
            prop_assert_eq!(receipt.encode(), bytes.clone());
        }
        if let Ok(answer) = WriteAnswer::decode(&bytes) {
            prop_assert_eq!(answer.encode(), bytes);
        }
    }
}
