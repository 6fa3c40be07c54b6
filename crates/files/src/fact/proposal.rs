//! Proposals and their options.

use super::plan::references;
use super::{Home, decode_meta, encode_meta, named};
use crate::node::Node;
use kedge_model::{Fact, Proposal, ProposalId, Reference, SolutionKind, SolutionOption};

const KINDS: [(&str, SolutionKind); 5] = [
    ("library", SolutionKind::Library),
    ("service", SolutionKind::Service),
    ("protocol", SolutionKind::Protocol),
    ("pattern", SolutionKind::Pattern),
    ("apart", SolutionKind::Apart),
];

pub(super) fn decode(node: &Node, home: &Home, facts: &mut Vec<(usize, Fact)>) {
    for (name, node) in named(node, "proposal") {
        let (Some(title), Some(problem)) = (node.text("title"), node.text("problem")) else { continue };
        let proposal = Proposal {
            id: ProposalId::new(home.own.clone(), name),
            title,
            problem,
            settles: node.references("settles"),
            dataset: node.reference("dataset"),
            adopters: node.teams("adopters"),
            options: named(node, "option").filter_map(|(name, node)| Some((name, option(node)?))).collect(),
            chosen: node.slug("chosen"),
            opened: node.date("opened"),
            retired: node.date("retired"),
            meta: decode_meta(node),
        };
        facts.push((node.at.start, proposal.into()));
    }
}

fn option(node: &Node) -> Option<SolutionOption> {
    let word = node.word("kind")?;
    Some(SolutionOption {
        kind: KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind)?,
        what: node.text("what"),
        build: node.effort("build"),
        adopt: node.effort("adopt"),
        alone: node.effort("alone"),
        maintain: node.effort_rate("maintain"),
        coordinate: node.effort_rate("coordinate"),
        meta: decode_meta(node),
    })
}

pub(super) fn encode(it: &Proposal, file: &mut Node) {
    let mut node = file.inside("proposal");
    node.set("title", Some(it.title.clone()));
    node.set("problem", Some(it.problem.clone()));
    node.set_list("settles", references(&it.settles));
    node.set("dataset", it.dataset.clone().map(Reference::from));
    node.set_list("adopters", it.adopters.iter().cloned());
    node.set("chosen", it.chosen.clone());
    node.set("opened", it.opened);
    node.set("retired", it.retired);
    encode_meta(&it.meta, &mut node);
    for (id, it) in &it.options {
        let mut inner = node.inside("option");
        inner.set("kind", KINDS.iter().find(|(_, kind)| kind == &it.kind).map(|(name, _)| *name));
        inner.set("what", it.what.clone());
        inner.set("build", it.build.clone());
        inner.set("adopt", it.adopt.clone());
        inner.set("alone", it.alone.clone());
        inner.set("maintain", it.maintain);
        inner.set("coordinate", it.coordinate);
        encode_meta(&it.meta, &mut inner);
        node.push("option", id.as_str(), inner);
    }
    file.push("proposal", it.id.id().as_str(), node);
}
