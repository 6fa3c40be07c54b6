//! Why deleted records of merged collections are kept, even when all replicas have heard of the delete: what would happen if
//! one of them forgot it. docs/replica.md tells the same in words.
#![allow(clippy::unwrap_used)]

mod net;

use kedge_replica::{Change, Key, Record, Records};
use net::{Net, things};

/// Two replicas that both have heard that `k` was deleted.
fn both_have_heard() -> Net {
    let mut net = Net::new(2);
    let now = net.time(0);
    net.nodes[0].write(now, &Change::to("things", "k").set("last", 1)).unwrap();
    net.nodes[0].write(now, &Change::to("things", "k").delete()).unwrap();
    net.settle();
    assert_eq!(net.nodes[0].bytes(), net.nodes[1].bytes());
    net
}

#[test]
fn who_forgets_a_delete_and_writes_the_key_again_differs_from_who_has_not() {
    let mut net = both_have_heard();
    let now = net.time(0);
    // The first has forgotten: nothing is loaded for the key. What it writes is an edit like any other.
    let change = Change::to("things", "k").set("last", 2);
    let step = net.nodes[0].core.write(now, &change, &Records::new()).unwrap();
    net.nodes[0].store.apply(&step);
    net.nodes[0].core.stored(&step);
    net.settle();
    // Everybody has heard everything, and they differ: for the other the record stays deleted, as it must for an edit that
    // was written by somebody who had not heard of the delete. An edit does not say which of the two it is.
    assert_eq!(net.nodes[0].seen(), net.nodes[1].seen());
    let deleted =
        [0, 1].map(|node: usize| net.nodes[node].store.all(&things()).values().all(Record::is_deleted));
    assert_eq!(deleted, [false, true]);
}

#[test]
fn what_a_deleted_record_leaves_is_small() {
    let net = both_have_heard();
    let (address, record) = net.nodes[0].store.all(&things()).pop_first().unwrap();
    assert_eq!(address.key, Key::new("k").unwrap());
    let bytes = record.encode().len();
    println!("{bytes} bytes and the key");
    assert!(bytes <= 40, "{bytes} bytes");
}
