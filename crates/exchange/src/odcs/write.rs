//! A dataset as a contract of the standard.

use super::kept::{self, Custom};
use kedge_model::{
    Contract, ContractKind, Dataset, Invariant, InvariantKind, Organisation, TeamId, Transport, listed,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Where a contract stands, in the standard's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Written down; nobody is asked.
    Draft,
    /// Open for signatures, or signed and not yet in force.
    Proposed,
    /// In force.
    Active,
    /// Given up.
    Retired,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    kind: &'static str,
    api_version: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    version: String,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    description: Description,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authoritative_definitions: Vec<Definition>,
    team: Team,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Access>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<Port>,
    schema: Vec<Object>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sla_properties: Vec<Agreed>,
    custom_properties: Vec<Custom>,
}

#[derive(Serialize)]
struct Description {
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    usage: String,
}

#[derive(Serialize)]
struct Definition {
    url: String,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Team {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Serialize)]
struct Access {
    role: String,
    access: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Port {
    server: Transport,
    r#type: &'static str,
    description: String,
    custom_properties: Vec<Custom>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quality: Vec<Quality>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    custom_properties: Vec<Custom>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_type_options: Option<Bounds>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unique: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relationships: Vec<Relationship>,
}

#[derive(Default, Serialize)]
struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
}

#[derive(Serialize)]
struct Relationship {
    r#type: &'static str,
    to: String,
}

#[derive(Serialize)]
struct Quality {
    id: String,
    r#type: &'static str,
    description: String,
}

#[derive(Serialize)]
struct Agreed {
    property: &'static str,
    value: f64,
    unit: &'static str,
    description: &'static str,
}

/// The contract of a dataset, or what is declared of one that has none, as YAML of version 3.1.0. The status is the
/// caller's: it follows from the signatures.
///
/// # Errors
/// When the text cannot be written as YAML, which all that the model can hold can.
pub fn document(organisation: &Organisation, dataset: &Dataset, status: Status) -> Result<String, String> {
    let owner = organisation.team(dataset.id.team());
    let name = dataset.id.id().to_string();
    let contract = dataset.contract.as_ref();
    let roles = |teams: &[TeamId], access| -> Vec<Access> {
        teams.iter().map(|team| Access { role: team.to_string(), access }).collect()
    };
    let agreed = contract.and_then(|it| it.staleness).map(|age| Agreed {
        property: "latency",
        value: age.amount(),
        unit: age.unit(),
        description: "How old a read copy may be.",
    });
    let tenant = Some(organisation.settings().name.clone()).filter(|name| !name.is_empty());
    let document = Document {
        kind: "DataContract",
        api_version: "v3.1.0",
        id: dataset.id.to_string(),
        name: dataset.title.clone(),
        version: format!("{}.0.0", contract.map_or(0, |it| it.version)),
        status,
        tenant,
        description: Description { purpose: dataset.title.clone(), usage: usage(dataset, contract) },
        authoritative_definitions: definitions(dataset),
        team: Team {
            name: dataset.id.team().to_string(),
            description: owner.and_then(|owner| owner.title.clone()),
        },
        roles: [roles(&dataset.writers, "write"), roles(&dataset.readers, "read")]
            .into_iter()
            .flatten()
            .collect(),
        servers: contract.and_then(|it| it.transport).map(port).into_iter().collect(),
        schema: vec![Object {
            id: name.clone(),
            name,
            business_name: dataset.title.clone(),
            properties: properties(dataset),
            quality: dataset
                .invariants
                .iter()
                .map(|(id, it)| Quality { id: id.to_string(), r#type: "text", description: rule(it) })
                .collect(),
            custom_properties: [
                Custom::of(kept::INVARIANTS, &kept::invariants(dataset)),
                Custom::of(kept::OPERATIONS, &kept::operations(dataset)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }],
        sla_properties: agreed.into_iter().collect(),
        custom_properties: [
            Custom::of(kept::DATASET, &dataset.id.to_string()),
            Custom::of(kept::UNOWNED, &dataset.unowned),
            Custom::of(kept::PLACES, &dataset.places),
            contract.and_then(|it| Custom::of(kept::CONTRACT, &kept::contract(it))),
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    serde_saphyr::to_string(&document).map_err(|error| error.to_string())
}

fn definitions(dataset: &Dataset) -> Vec<Definition> {
    dataset.meta.see.iter().map(|url| Definition { url: url.clone(), r#type: "implementation" }).collect()
}

/// Who writes, and what the others may do, in words for whoever reads the file.
fn usage(dataset: &Dataset, contract: Option<&Contract>) -> String {
    let names = |teams: &[TeamId]| listed(teams.iter().map(TeamId::as_str));
    let writers = match dataset.writers.as_slice() {
        [] => dataset.id.team().to_string(),
        writers => names(writers),
    };
    let age =
        contract.and_then(|it| it.staleness).map_or(String::new(), |age| format!(", at most {age} old"));
    match contract.map(|it| &it.kind) {
        None => format!("Written by {writers}. Nothing is agreed yet."),
        Some(ContractKind::Owned) => {
            format!("Written by {writers}. All others ask, or read copies{age}.")
        }
        Some(ContractKind::Merged(_)) => {
            format!(
                "Written by {writers}, at any time; each field says how writes become one. Copies are{}.",
                match age.as_str() {
                    "" => " as old as is agreed",
                    age => age.trim_start_matches(','),
                }
            )
        }
        Some(ContractKind::Serial { home }) => {
            format!("Written by {writers}, one at a time, at {home}. All others ask, or read copies{age}.")
        }
    }
}

fn port(transport: Transport) -> Port {
    let by = match transport {
        Transport::Http => "HTTP",
        Transport::Nats => "NATS",
    };
    Port {
        server: transport,
        r#type: "custom",
        description: format!("Changes travel by {by}."),
        custom_properties: Custom::of(kept::TRANSPORT, &transport).into_iter().collect(),
    }
}

/// The fields that rules, operations and merges name, each with what the standard can say of it.
fn properties(dataset: &Dataset) -> Vec<Property> {
    let of_rules = dataset.invariants.values().flat_map(|it| it.fields.iter());
    let of_operations = dataset.operations.values().filter_map(|it| it.field.as_ref());
    let of_merge = match dataset.contract.as_ref().map(|it| &it.kind) {
        Some(ContractKind::Merged(merge)) => merge.keys().collect(),
        _ => Vec::new(),
    };
    let names: BTreeSet<&String> = of_rules.chain(of_operations).chain(of_merge).collect();
    let property = |name: &String| {
        let mut property = Property { name: name.clone(), ..Property::default() };
        for invariant in dataset.invariants.values().filter(|it| it.fields.contains(name)) {
            match invariant.kind {
                InvariantKind::Unique => property.unique |= invariant.fields.len() == 1,
                InvariantKind::Balance => {
                    property.logical_type = Some("integer");
                    let bounds = property.logical_type_options.get_or_insert_default();
                    bounds.minimum = bounds.minimum.max(invariant.min);
                    bounds.maximum = bounds.maximum.into_iter().chain(invariant.max).min();
                }
                InvariantKind::Reference => property.relationships.extend(invariant.to.as_ref().map(|to| {
                    let file = if to.team == *dataset.id.team() {
                        String::new()
                    } else {
                        format!("../{}/", to.team)
                    };
                    Relationship {
                        r#type: "foreignKey",
                        to: format!("{file}{id}.odcs.yaml#/schema/{id}", id = to.id),
                    }
                })),
                InvariantKind::Monotone | InvariantKind::PerRow => {}
            }
        }
        property
    };
    names.into_iter().map(property).collect()
}

/// A rule in words.
fn rule(invariant: &Invariant) -> String {
    let fields = match invariant.fields.as_slice() {
        [] => "the row".to_owned(),
        fields => listed(fields),
    };
    match (invariant.kind, invariant.min, invariant.max, &invariant.to) {
        (InvariantKind::Unique, ..) if invariant.chosen => {
            format!("No two rows have the same {fields}; people choose it.")
        }
        (InvariantKind::Unique, ..) => format!("No two rows have the same {fields}; it is generated."),
        (InvariantKind::Reference, _, _, Some(to)) => format!("What {fields} points at is in {to}."),
        (InvariantKind::Reference, ..) => format!("What {fields} points at is there."),
        (InvariantKind::Balance, Some(min), Some(max), _) => {
            format!("The {fields} is never below {min} and never above {max}.")
        }
        (InvariantKind::Balance, Some(min), None, _) => format!("The {fields} is never below {min}."),
        (InvariantKind::Balance, None, Some(max), _) => format!("The {fields} is never above {max}."),
        (InvariantKind::Balance, None, None, _) => format!("The {fields} stays within its bounds."),
        (InvariantKind::Monotone, ..) => format!("The {fields} never goes back."),
        (InvariantKind::PerRow, ..) => format!("Each row by itself keeps its rule on {fields}."),
    }
}
