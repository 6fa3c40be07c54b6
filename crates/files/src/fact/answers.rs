//! Answers, needs, signatures and confirmations: the asked team's word.

use super::plan::references;
use super::{Home, decode_meta, encode_meta, named};
use crate::node::Node;
use kedge_model::{
    Answer, AnswerLog, AnswerTo, AskId, Confirmation, ConfirmationLog, Fact, Host, Need, NeedId,
    NeedRelation, OutcomeId, Reference, Says, Signature, SignatureLog, SignedThing, Signs, TeamId, Word,
};

pub(super) fn decode(node: &Node, home: &Home, facts: &mut Vec<(usize, Fact)>) {
    for item in node.items("answer") {
        let Some(to) = answer_to(&item.name, &home.own) else { continue };
        let entries: Vec<Answer> = item.nodes.iter().filter_map(answer).collect();
        if !entries.is_empty() {
            facts.push((item.at.start, AnswerLog { by: home.own.clone(), to, entries }.into()));
        }
    }
    for (name, node) in named(node, "need") {
        facts.extend(need(node, NeedId::new(home.own.clone(), name)).map(|it| (node.at.start, it.into())));
    }
    let mut signatures: Vec<(usize, SignatureLog)> = Vec::new();
    for node in node.list("sign") {
        let Some((under, entry)) = signature(node) else { continue };
        match signatures.iter_mut().find(|(_, log)| log.under == under) {
            Some((_, log)) => log.entries.push(entry),
            None => signatures
                .push((node.at.start, SignatureLog { by: home.own.clone(), under, entries: vec![entry] })),
        }
    }
    facts.extend(signatures.into_iter().map(|(at, log)| (at, log.into())));
    let mut confirmations: Vec<(usize, ConfirmationLog)> = Vec::new();
    for node in node.list("confirm") {
        let Some((outcome, entry)) = confirmation(node) else { continue };
        match confirmations.iter_mut().find(|(_, log)| log.outcome == outcome) {
            Some((_, log)) => log.entries.push(entry),
            None => confirmations.push((
                node.at.start,
                ConfirmationLog { by: home.own.clone(), outcome, entries: vec![entry] },
            )),
        }
    }
    facts.extend(confirmations.into_iter().map(|(at, log)| (at, log.into())));
}

/// What the name of an answer is about: an ask where it names another team, else a need of one's own.
pub(crate) fn answer_to(name: &str, own: &TeamId) -> Option<AnswerTo> {
    let reference = Reference::parse(name, own).ok()?;
    Some(if &reference.team == own {
        AnswerTo::Need(reference.into())
    } else {
        AnswerTo::Ask(AskId::from(reference))
    })
}

/// The name under which the answers to it are written.
pub(crate) fn answer_name(to: &AnswerTo, own: &TeamId) -> String {
    match to {
        AnswerTo::Ask(ask) => ask.to_string(),
        AnswerTo::Need(need) => need.reference().short_for(own),
    }
}

fn answer(node: &Node) -> Option<Answer> {
    let on = node.date("on")?;
    let instead = node.text("instead");
    let word = match (node.word("says"), node.word("host")) {
        (Some(says), None) => {
            let says = match says {
                "considering" => Says::Considering { until: node.date("until") },
                "countered" => Says::Countered { offer: node.text("offer")?, by: node.date("by") },
                "committed" => Says::Committed { by: node.date("by")? },
                "declined" => Says::Declined,
                "landed" => Says::Landed { since: node.date("since").unwrap_or(on) },
                "dropped" => Says::Dropped,
                _ => return None,
            };
            Word::Says { says, work: node.reference("work"), effort: node.effort("effort"), instead }
        }
        (None, Some(host)) => Word::Host {
            host: if host == "welcome" { Host::Welcome } else { Host::Unable },
            from: node.date("from"),
            guide: node.reference("guide"),
            instead,
        },
        _ => return None,
    };
    Some(Answer { on, word, why: node.text("why"), heard: node.text("heard"), meta: decode_meta(node) })
}

pub(super) fn encode_log(log: &AnswerLog, home: &Home, file: &mut Node) {
    let name = answer_name(&log.to, &home.own);
    for it in &log.entries {
        let mut node = file.inside("answer");
        node.set("on", Some(it.on));
        let instead = match &it.word {
            Word::Says { says, work, effort, instead } => {
                node.set("says", Some(says.word()));
                match says {
                    Says::Considering { until } => node.set("until", *until),
                    Says::Countered { offer, by } => {
                        node.set("by", *by);
                        node.set("offer", Some(offer.clone()));
                    }
                    Says::Committed { by } => node.set("by", Some(*by)),
                    Says::Landed { since } => node.set("since", (since != &it.on).then_some(*since)),
                    Says::Declined | Says::Dropped => {}
                }
                node.set("work", work.clone().map(Reference::from));
                node.set("effort", effort.clone());
                instead
            }
            Word::Host { host, from, guide, instead } => {
                node.set("host", Some(if *host == Host::Welcome { "welcome" } else { "unable" }));
                node.set("from", *from);
                node.set("guide", guide.clone().map(Reference::from));
                instead
            }
        };
        node.set("instead", instead.clone());
        node.set("why", it.why.clone());
        node.set("heard", it.heard.clone());
        encode_meta(&it.meta, &mut node);
        file.push("answer", &name, node);
    }
}

fn need(node: &Node, id: NeedId) -> Option<Need> {
    let relation = if node.has("asks") {
        NeedRelation::Joins(node.references("asks"))
    } else {
        NeedRelation::KeepsApart(node.references("apart"))
    };
    Some(Need {
        id,
        what: node.text("what")?,
        relation,
        on: node.date("on")?,
        effort: node.effort("effort"),
        work: node.reference("work"),
        meta: decode_meta(node),
    })
}

pub(super) fn encode_need(it: &Need, file: &mut Node) {
    let mut node = file.inside("need");
    node.set("what", Some(it.what.clone()));
    let (name, asks) = match &it.relation {
        NeedRelation::Joins(asks) => ("asks", asks),
        NeedRelation::KeepsApart(asks) => ("apart", asks),
    };
    node.set(name, Some(references(asks).collect::<Vec<_>>()));
    node.set("on", Some(it.on));
    node.set("effort", it.effort.clone());
    node.set("work", it.work.clone().map(Reference::from));
    encode_meta(&it.meta, &mut node);
    file.push("need", it.id.id().as_str(), node);
}

fn signature(node: &Node) -> Option<(SignedThing, Signature)> {
    let under = match (node.reference("proposal"), node.reference("contract")) {
        (Some(proposal), None) => SignedThing::Proposal(proposal),
        (None, Some(dataset)) => SignedThing::Contract(dataset),
        _ => return None,
    };
    let entry = Signature {
        version: node.whole("version").and_then(|version| u32::try_from(version).ok()),
        on: node.date("on")?,
        says: match node.word("says")? {
            "considering" => Signs::Considering,
            "signed" => Signs::Signed,
            _ => Signs::Declined,
        },
        adopt: node.effort("adopt"),
        alone: node.effort("alone"),
        adopted: node.date("adopted"),
        retired: node.date("retired"),
        meta: decode_meta(node),
    };
    Some((under, entry))
}

pub(super) fn encode_signatures(log: &SignatureLog, file: &mut Node) {
    for it in &log.entries {
        let mut node = file.inside("sign");
        match &log.under {
            SignedThing::Proposal(id) => node.set("proposal", Some(id.reference().clone())),
            SignedThing::Contract(id) => node.set("contract", Some(id.reference().clone())),
        }
        node.set("version", it.version.map(i64::from));
        node.set("on", Some(it.on));
        node.set(
            "says",
            Some(match it.says {
                Signs::Considering => "considering",
                Signs::Signed => "signed",
                Signs::Declined => "declined",
            }),
        );
        node.set("adopt", it.adopt.clone());
        node.set("alone", it.alone.clone());
        node.set("adopted", it.adopted);
        node.set("retired", it.retired);
        encode_meta(&it.meta, &mut node);
        file.push("sign", "", node);
    }
}

fn confirmation(node: &Node) -> Option<(OutcomeId, Confirmation)> {
    let entry = Confirmation {
        value: node.money_rate("value")?,
        on: node.date("on")?,
        who: node.reference("who")?,
        meta: decode_meta(node),
    };
    Some((node.reference("outcome")?, entry))
}

pub(super) fn encode_confirmations(log: &ConfirmationLog, file: &mut Node) {
    for it in &log.entries {
        let mut node = file.inside("confirm");
        node.set("outcome", Some(log.outcome.reference().clone()));
        node.set("value", Some(it.value.clone()));
        node.set("on", Some(it.on));
        node.set("who", Some(it.who.reference().clone()));
        encode_meta(&it.meta, &mut node);
        file.push("confirm", "", node);
    }
}
