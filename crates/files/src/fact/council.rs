//! The council's order, its initiatives, and people, who look the same in a team's file.

use super::plan::references;
use super::{Home, decode_meta, encode_meta, named, unless};
use crate::node::Node;
use kedge_model::{
    Council, Fact, Initiative, InitiativeId, InitiativeKind, Person, Reference, Role, Share, Slug,
};
use std::collections::BTreeMap;

pub(super) fn decode(node: &Node) -> Council {
    Council { rank: node.references("rank"), persons: decode_persons(node), meta: decode_meta(node) }
}

pub(super) fn encode(it: &Council, file: &mut Node) {
    // An empty order is an order too, and the file must have one.
    file.set("rank", Some(it.rank.iter().cloned().map(crate::node::Value::Reference).collect::<Vec<_>>()));
    encode_meta(&it.meta, file);
    encode_persons(&it.persons, file);
}

pub(super) fn decode_initiatives(node: &Node, home: &Home, facts: &mut Vec<(usize, Fact)>) {
    for (name, node) in named(node, "initiative") {
        let Some(title) = node.text("title") else { continue };
        let initiative = Initiative {
            id: InitiativeId::new(home.own.clone(), name),
            title,
            kind: match node.word("kind") {
                Some("critical-project") => InitiativeKind::CriticalProject,
                _ => InitiativeKind::Program,
            },
            outcomes: node.references("outcomes"),
            program_manager: node.reference("program-manager"),
            sponsor: node.reference("sponsor"),
            meta: decode_meta(node),
        };
        facts.push((node.at.start, initiative.into()));
    }
}

pub(super) fn encode_initiative(it: &Initiative, file: &mut Node) {
    let mut node = file.inside("initiative");
    node.set("title", Some(it.title.clone()));
    node.set("kind", (it.kind == InitiativeKind::CriticalProject).then_some("critical-project"));
    node.set("outcomes", Some(references(&it.outcomes).collect::<Vec<_>>()));
    node.set("program-manager", it.program_manager.clone().map(Reference::from));
    node.set("sponsor", it.sponsor.clone().map(Reference::from));
    encode_meta(&it.meta, &mut node);
    file.push("initiative", it.id.id().as_str(), node);
}

const ROLES: [(&str, Role); 5] = [
    ("lead", Role::Lead),
    ("integrator", Role::Integrator),
    ("program-manager", Role::ProgramManager),
    ("sponsor", Role::Sponsor),
    ("stakeholder", Role::Stakeholder),
];

pub(super) fn decode_persons(node: &Node) -> BTreeMap<Slug, Person> {
    named(node, "person")
        .map(|(name, node)| {
            let person = Person {
                name: node.text("name"),
                roles: node.words("roles", |word| {
                    ROLES.iter().find(|(name, _)| *name == word).map(|(_, role)| *role)
                }),
                share: node.share("share").unwrap_or(Share::ONE),
                from: node.date("from"),
                until: node.date("until"),
                git: node.texts("git"),
                meta: decode_meta(node),
            };
            (name, person)
        })
        .collect()
}

pub(super) fn encode_persons(persons: &BTreeMap<Slug, Person>, file: &mut Node) {
    for (id, it) in persons {
        let mut node = file.inside("person");
        node.set("name", it.name.clone());
        let word = |role: &Role| ROLES.iter().find(|(_, known)| known == role).map(|(name, _)| *name);
        node.set_list("roles", it.roles.iter().filter_map(word));
        node.set("share", unless(&it.share, &Share::ONE));
        node.set("from", it.from);
        node.set("until", it.until);
        node.set_list("git", it.git.iter().cloned());
        encode_meta(&it.meta, &mut node);
        file.push("person", id.as_str(), node);
    }
}
