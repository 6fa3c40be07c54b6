//! Four replicas that do not all trust each other: a hub that passes on, a desk that writes everything, a branch that holds a
//! part, and a reader that may read some and write nothing. Who may come to hold what follows from what they grant each other.

use super::meaning::{author, contracts};
use kedge_replica::{AuthorId, Authors, Contracts, Grant, Peer, Peers, Secret};
use std::collections::BTreeSet;

pub(super) const NAMES: [&str; 4] = ["hub", "desk", "branch", "reader"];
pub(super) const HUB: usize = 0;
pub(super) const DESK: usize = 1;
pub(super) const BRANCH: usize = 2;
pub(super) const READER: usize = 3;

/// The collections that each holds.
pub(super) fn contracts_of(number: usize) -> Contracts {
    let all = contracts();
    let held = all.iter().filter(|contract| number != BRANCH || contract.name().as_str() != "names");
    Contracts::new(held.cloned()).unwrap()
}

fn these(numbers: &[usize]) -> Authors {
    numbers.iter().map(|number| author(*number)).collect()
}

/// What one grants another of a collection.
fn grant(of: usize, to: usize, collection: &str) -> Option<Grant> {
    let reads = Grant::default().reads(Authors::All);
    Some(match (of, to, collection) {
        (HUB, BRANCH, "notes") => Grant::default().reads(these(&[HUB, BRANCH])).writes(),
        // The desk and the branch also hear each other, each about itself.
        (HUB, DESK | BRANCH, _) | (DESK, BRANCH, "things") | (BRANCH, DESK, "things") => reads.writes(),
        (HUB, READER, "notes" | "names") => reads,
        // About notes it is believed less: what the hub itself writes, and passes on of the branch.
        (DESK, HUB, "notes") => reads.writes().relays(these(&[BRANCH])),
        (DESK | BRANCH | READER, HUB, _) => Grant::everything(),
        (DESK, BRANCH, "notes") => Grant::default().writes(),
        (BRANCH, DESK, "notes") => Grant::default().reads(these(&[BRANCH])).writes(),
        _ => return None,
    })
}

/// The peers of each, with the secret that two share.
pub(super) fn peers_of(number: usize) -> Peers {
    let peer = |other: usize| {
        let (less, more) = (number.min(other) as u8, number.max(other) as u8);
        let secret = Secret::new(vec![16 * less + more; 16]).unwrap();
        let mut peer = Peer::new(NAMES[other], secret).unwrap().is(author(other));
        for collection in super::COLLECTIONS {
            peer = peer.may(collection, grant(number, other, collection).unwrap_or_default()).unwrap();
        }
        peer
    };
    let known = |other: &usize| {
        super::COLLECTIONS.iter().any(|collection| grant(number, *other, collection).is_some())
    };
    Peers::new((0..NAMES.len()).filter(|other| *other != number).filter(known).map(peer)).unwrap()
}

/// Whose writes each may come to hold of a collection: its own, and of each peer what that one may hold, grants it, and is
/// believed about.
pub(super) fn may_hold(collection: &str) -> Vec<BTreeSet<AuthorId>> {
    let peers: Vec<Peers> = (0..NAMES.len()).map(peers_of).collect();
    let mut holds: Vec<BTreeSet<AuthorId>> = (0..NAMES.len()).map(|number| [author(number)].into()).collect();
    loop {
        let before = holds.clone();
        for to in 0..NAMES.len() {
            if contracts_of(to).get(collection).is_none() {
                holds[to].clear();
                continue;
            }
            for from in 0..NAMES.len() {
                let (Some(here), Some(there)) = (peers[to].get(NAMES[from]), peers[from].get(NAMES[to]))
                else {
                    continue;
                };
                let passed = before[from].iter().filter(|author| {
                    here.is_believed(collection, **author) && there.may_read(collection).has(**author)
                });
                holds[to].extend(passed);
            }
        }
        if holds == before {
            return holds;
        }
    }
}

#[test]
fn what_each_may_hold_is_as_it_is_meant() {
    let numbers = |authors: &BTreeSet<AuthorId>| {
        (0..NAMES.len()).filter(|number| authors.contains(&author(*number))).collect::<Vec<_>>()
    };
    let all = |collection| may_hold(collection).iter().map(numbers).collect::<Vec<_>>();
    assert_eq!(all("things"), [vec![0, 1, 2], vec![0, 1, 2], vec![0, 1, 2], vec![3]]);
    assert_eq!(all("notes"), [vec![0, 1, 2], vec![0, 1, 2], vec![0, 2], vec![0, 1, 2, 3]]);
}
