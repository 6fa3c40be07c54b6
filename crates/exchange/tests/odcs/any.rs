//! Any dataset of the owner `owner`, and an organisation around it.

use kedge_model::{
    ClockTime, Contract, ContractKind, Dataset, Date, Does, Fact, FieldMerge, Invariant, InvariantKind, Meta,
    Operation, Organisation, Scope, Service, Team, TeamId, TeamKind, Transport,
};
use proptest::prelude::*;

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(
        &["number", "on-hand", "yes", "12", "a: b", "'", "name\nof two lines", "é", "null", "# no", "-"][..],
    )
    .prop_map(str::to_owned)
}

fn invariant() -> impl Strategy<Value = Invariant> {
    let kind = prop::sample::select(
        &[
            InvariantKind::Unique,
            InvariantKind::Reference,
            InvariantKind::Balance,
            InvariantKind::Monotone,
            InvariantKind::PerRow,
        ][..],
    );
    let bound = || prop::option::of(prop::sample::select(&[i64::MIN, -1, 0, 7, i64::MAX][..]));
    (kind, prop::collection::vec(word(), 0..3), bound(), bound(), any::<bool>()).prop_map(
        |(kind, fields, min, max, chosen)| {
            let to = (kind == InvariantKind::Reference)
                .then(|| "other/thing".parse::<kedge_model::DatasetId>().unwrap());
            let (min, max) = if kind == InvariantKind::Balance { (min, max) } else { (None, None) };
            Invariant { kind, fields, to: to.map(Into::into), min, max, chosen, meta: Meta::default() }
        },
    )
}

fn contract() -> impl Strategy<Value = Contract> {
    let merge = prop::sample::select(
        &[
            FieldMerge::LastWriter,
            FieldMerge::KeepBoth,
            FieldMerge::AddWins,
            FieldMerge::Sum,
            FieldMerge::Max,
        ][..],
    );
    let kind = prop_oneof![
        Just(ContractKind::Owned),
        prop::collection::btree_map(word(), merge, 0..3).prop_map(ContractKind::Merged),
        Just(ContractKind::Serial { home: "owner/stock".parse().unwrap() }),
    ];
    let age = prop::option::of(prop::sample::select(&["30s", "5min", "2h", "1d", "1.5h"][..]));
    let transport = prop::option::of(prop::sample::select(&[Transport::Http, Transport::Nats][..]));
    let known = || prop::collection::vec(any::<bool>(), 3);
    (kind, 1_u32..9, age, transport, known()).prop_map(|(kind, version, age, transport, known)| {
        let day = |at: usize, day: &str| known[at].then(|| day.parse::<Date>().unwrap());
        let (opened, adopted, retired) = (day(0, "2026-01-12"), day(1, "2026-02-16"), day(2, "2026-10-14"));
        Contract {
            kind,
            version,
            staleness: age.map(|age| age.parse::<ClockTime>().unwrap()),
            transport,
            opened,
            adopted,
            retired,
            meta: Meta::default(),
        }
    })
}

pub(crate) fn dataset() -> impl Strategy<Value = Dataset> {
    let does = prop::sample::select(
        &[Does::Insert, Does::Set, Does::ReadThenSet, Does::Decrement, Does::Delete][..],
    );
    let team = || prop::sample::select(&["owner", "other", "third"][..]);
    let teams = || prop::sample::subsequence(vec!["owner", "other", "third"], 0..=3);
    let operation = (team(), does, prop::option::of(word())).prop_map(|(writer, does, field)| Operation {
        writer: writer.parse().unwrap(),
        does,
        field,
        meta: Meta::default(),
    });
    let name = || prop::sample::select(&["one", "two-2", "3"][..]).prop_map(|name| name.parse().unwrap());
    (
        prop::option::of(word()),
        any::<bool>(),
        prop::collection::vec(word(), 0..3),
        (teams(), teams()),
        prop::collection::btree_map(name(), invariant(), 0..3),
        prop::collection::btree_map(name(), operation, 0..3),
        prop::option::of(contract()),
    )
        .prop_map(|(title, unowned, places, (writers, readers), invariants, operations, contract)| {
            let ids = |names: Vec<&str>| names.into_iter().map(|name| name.parse().unwrap()).collect();
            Dataset {
                id: "owner/stock-level".parse().unwrap(),
                title,
                unowned,
                places,
                writers: ids(writers),
                readers: ids(readers),
                invariants,
                operations,
                contract,
                meta: Meta::default(),
            }
        })
}

/// An organisation that has everything which the datasets above name.
pub(crate) fn organisation(dataset: &Dataset) -> Organisation {
    let mut facts: Vec<Fact> =
        ["other", "third"].iter().map(|id| Team::new(id.parse().unwrap(), TeamKind::Stream).into()).collect();
    let id: TeamId = "owner".parse().unwrap();
    let mut owner = Team::new(id, TeamKind::Stream);
    let service = Service {
        id: "owner/stock".parse().unwrap(),
        title: None,
        paths: vec!["shop:stock/**".into()],
        why_apart: None,
        meta: Meta::default(),
    };
    owner.services.insert("stock".parse().unwrap(), service);
    facts.push(owner.into());
    facts.push(
        Dataset {
            id: "other/thing".parse().unwrap(),
            contract: None,
            invariants: [].into(),
            ..dataset.clone()
        }
        .into(),
    );
    facts.push(dataset.clone().into());
    Organisation::build(Scope::Whole, facts).unwrap()
}
