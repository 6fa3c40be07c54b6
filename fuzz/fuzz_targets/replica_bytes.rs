//! What replicas read: messages, events and records off the wire and the disk, contracts and histories from files. Bytes
//! that are read encode to themselves; those that a replica receives change it or are refused, and it never panics.
//!
//! Seeds: the fixtures of `crates/replica/tests/fixtures`, through `xxd -r -p`. The checksum is put right here, so that what
//! is behind it is tried.
#![no_main]

use kedge_replica::checker::{Check, History, check};
use kedge_replica::transport::http::Part;
use kedge_replica::wire::{Message, Receipt, RemoteWrite, WriteAnswer};
use kedge_replica::{AuthorId, Contract, Contracts, Core, Event, Memory, Merge, Millis, Peers, Record, Records};
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

fn core() -> Core {
    let things = Contract::merged("things").field("last", Merge::LastWriter).build().expect("a contract");
    let contracts = Contracts::new([things]).expect("one contract");
    Core::resume(Memory::new(AuthorId::new([1; 16])), contracts, Duration::from_secs(60))
}

fuzz_target!(|bytes: &[u8]| {
    let mut sealed = bytes.to_vec();
    sealed.extend(crc32fast::hash(bytes).to_le_bytes());
    if let Ok(message) = Message::decode(&sealed) {
        assert_eq!(message.encode(), sealed);
        let mut core = core();
        let received = core.receive(Millis::MAX, message.clone(), Records::new());
        if let Some(step) = received.step {
            core.stored(&step);
            for record in step.records.values() {
                assert_eq!(Record::decode(&record.encode()).as_ref(), Ok(record));
            }
            let again = core.receive(Millis::MAX, message, step.records);
            assert_eq!(again.taken, 0, "what was taken in is known");
        }
    }
    if let Ok(event) = Event::decode(&sealed) {
        assert_eq!(event.encode(), sealed);
    }
    if let Ok(record) = Record::decode(&sealed) {
        assert_eq!(record.encode(), sealed);
    }
    if let Ok(write) = RemoteWrite::decode(&sealed) {
        assert_eq!(write.encode(), sealed);
    }
    if let Ok(receipt) = Receipt::decode(&sealed) {
        assert_eq!(receipt.encode(), sealed);
    }
    if let Ok(answer) = WriteAnswer::decode(&sealed) {
        assert_eq!(answer.encode(), sealed);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(contracts) = Contracts::from_toml(text) {
        assert_eq!(Contracts::from_toml(&contracts.to_toml()), Ok(contracts));
    }
    if let Ok(part) = text.parse::<Part>() {
        assert_eq!(part.to_string(), text);
    }
    if let Err(error) = Peers::from_toml(text) {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(history) = History::from_jsonl(text)
        && history.operations().len() < 12
    {
        for violation in check(&history, &Check::ALL) {
            assert!(!violation.operations.is_empty());
        }
    }
});
