//! What the standard has no words for, as custom properties: written as the plan language says it.

use kedge_model::{
    Contract, ContractKind, Dataset, DatasetId, Date, Does, FieldMerge, Invariant, InvariantKind, Meta,
    Operation, Reference, ServiceId, Slug, TeamId, Transport,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The dataset's own name, `team/dataset`: says that the file is Kedge's, so that its roles are teams.
pub(super) const DATASET: &str = "kedgeDataset";
pub(super) const PLACES: &str = "kedgePlaces";
pub(super) const UNOWNED: &str = "kedgeUnowned";
pub(super) const INVARIANTS: &str = "kedgeInvariants";
pub(super) const OPERATIONS: &str = "kedgeOperations";
pub(super) const CONTRACT: &str = "kedgeContract";
pub(super) const TRANSPORT: &str = "kedgeTransport";

/// A custom property.
#[derive(Serialize)]
pub(super) struct Custom {
    pub(super) property: &'static str,
    pub(super) value: Value,
}

impl Custom {
    /// `None` where there is nothing to say.
    pub(super) fn of<T: Serialize>(property: &'static str, value: &T) -> Option<Self> {
        let value = serde_json::to_value(value).ok()?;
        let is_empty = match &value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(entries) => entries.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        (!is_empty).then_some(Self { property, value })
    }
}

/// The value of a custom property of an element.
pub(super) fn custom<'v>(element: &'v Value, property: &str) -> Option<&'v Value> {
    let all = element.get("customProperties")?.as_array()?;
    let is_it = |it: &&Value| it.get("property").and_then(Value::as_str) == Some(property);
    all.iter().find(is_it)?.get("value")
}

/// A rule, as the plan language writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptInvariant {
    kind: InvariantKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    chosen: bool,
}

/// An operation, as the plan language writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptOperation {
    writer: String,
    does: Does,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// What is agreed besides the version and the age of copies, as the plan language writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptContract {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    merge: BTreeMap<String, FieldMerge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opened: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    adopted: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired: Option<String>,
}

/// The rules of a dataset.
pub(super) fn invariants(dataset: &Dataset) -> BTreeMap<String, KeptInvariant> {
    let kept = |it: &Invariant| KeptInvariant {
        kind: it.kind,
        fields: it.fields.clone(),
        to: it.to.as_ref().map(ToString::to_string),
        min: it.min,
        max: it.max,
        chosen: it.chosen,
    };
    dataset.invariants.iter().map(|(id, it)| (id.to_string(), kept(it))).collect()
}

/// The operations of a dataset.
pub(super) fn operations(dataset: &Dataset) -> BTreeMap<String, KeptOperation> {
    let kept = |it: &Operation| KeptOperation {
        writer: it.writer.to_string(),
        does: it.does,
        field: it.field.clone(),
    };
    dataset.operations.iter().map(|(id, it)| (id.to_string(), kept(it))).collect()
}

/// A contract.
pub(super) fn contract(contract: &Contract) -> KeptContract {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let (home, merge) = match &contract.kind {
        ContractKind::Owned => (None, BTreeMap::new()),
        ContractKind::Merged(merge) => (None, merge.clone()),
        ContractKind::Serial { home } => (Some(home.to_string()), BTreeMap::new()),
    };
    KeptContract {
        kind: contract.kind.word().to_owned(),
        home,
        merge,
        opened: day(contract.opened),
        adopted: day(contract.adopted),
        retired: day(contract.retired),
    }
}

/// A name that can be read, with what stands for it; in what cannot, the reason.
type Read<T> = Result<T, String>;

fn parsed<T: std::str::FromStr>(text: &str, what: &str) -> Read<T> {
    text.parse().map_err(|_| format!("`{text}` is not {what}"))
}

/// A map of values that are read one by one.
fn each<K: Ord, T: for<'de> Deserialize<'de>, R>(
    value: &Value,
    key: impl Fn(&str) -> Read<K>,
    read: impl Fn(T) -> Read<R>,
) -> Read<BTreeMap<K, R>> {
    let fields = value.as_object().ok_or("is not a table of names")?;
    fields
        .iter()
        .map(|(name, value)| {
            let told = |why: String| format!("`{name}`: {why}");
            let kept = serde_json::from_value(value.clone()).map_err(|why| told(why.to_string()))?;
            Ok((key(name).map_err(told)?, read(kept).map_err(told)?))
        })
        .collect()
}

fn slug(text: &str) -> Read<Slug> {
    Slug::new(text).map_err(|why| why.to_string())
}

/// The rules that a contract of Kedge's keeps.
pub(super) fn read_invariants(value: &Value) -> Read<BTreeMap<Slug, Invariant>> {
    each(value, slug, |kept: KeptInvariant| {
        Ok(Invariant {
            kind: kept.kind,
            to: kept
                .to
                .map(|to| parsed::<DatasetId>(&to, "a dataset, `team/dataset`").map(Reference::from))
                .transpose()?,
            fields: kept.fields,
            min: kept.min,
            max: kept.max,
            chosen: kept.chosen,
            meta: Meta::default(),
        })
    })
}

/// The operations that a contract of Kedge's keeps.
pub(super) fn read_operations(value: &Value) -> Read<BTreeMap<Slug, Operation>> {
    each(value, slug, |kept: KeptOperation| {
        Ok(Operation {
            writer: slug(&kept.writer).map(TeamId::from)?,
            does: kept.does,
            field: kept.field,
            meta: Meta::default(),
        })
    })
}

/// The contract that one of Kedge's keeps, without its version and the age of copies.
pub(super) fn read_contract(value: &Value) -> Read<Contract> {
    let kept: KeptContract = serde_json::from_value(value.clone()).map_err(|why| why.to_string())?;
    let day = |text: Option<String>| text.map(|text| parsed::<Date>(&text, "a day")).transpose();
    let kind = match (kept.kind.as_str(), kept.home) {
        ("owned", _) => ContractKind::Owned,
        ("merged", _) => ContractKind::Merged(kept.merge),
        ("serial", Some(home)) => {
            ContractKind::Serial { home: parsed::<ServiceId>(&home, "a service, `team/service`")? }
        }
        ("serial", None) => return Err("is serial and has no `home`".into()),
        (other, _) => return Err(format!("`{other}` is none of `owned`, `merged` and `serial`")),
    };
    let days =
        [("opened", day(kept.opened)?), ("adopted", day(kept.adopted)?), ("retired", day(kept.retired)?)];
    let said: Vec<(&str, Date)> = days.iter().filter_map(|(name, day)| Some((*name, (*day)?))).collect();
    for pair in said.windows(2) {
        if let [(before, first), (after, then)] = pair
            && then < first
        {
            return Err(format!("`{after}` ({then}) comes before `{before}` ({first})"));
        }
    }
    let [(_, opened), (_, adopted), (_, retired)] = days;
    Ok(Contract {
        kind,
        version: 1,
        staleness: None,
        transport: None,
        opened,
        adopted,
        retired,
        meta: Meta::default(),
    })
}

/// How changes travel, where a server says so in Kedge's word.
pub(super) fn read_transport(server: &Value) -> Option<Transport> {
    serde_json::from_value(custom(server, TRANSPORT)?.clone()).ok()
}
