//! Facts in a few words, for the tests of what stands.
#![allow(dead_code, clippy::unwrap_used)]

use kedge_model::*;

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}
pub(crate) fn team(text: &str) -> TeamId {
    text.parse().unwrap()
}
pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}
pub(crate) fn own() -> TeamId {
    team("checkout")
}
pub(crate) fn plan_id() -> PlanId {
    PlanId::new(own(), slug("one-tap"))
}
pub(crate) fn as_of() -> Date {
    date("2026-10-14")
}

pub(crate) fn plan() -> Plan {
    Plan::new(plan_id())
}

pub(crate) fn outcome(id: &str, claim: Option<&str>) -> Outcome {
    Outcome {
        claim: claim.map(|claim| claim.parse().unwrap()),
        ..Outcome::new(OutcomeId::new(own(), slug(id)), plan_id())
    }
}

pub(crate) fn work(id: &str, serves: &[&str], after: &[&str]) -> Work {
    Work {
        serves: serves.iter().map(|id| OutcomeId::new(own(), slug(id))).collect(),
        after: after.iter().map(|id| WorkId::new(own(), slug(id))).collect(),
        ..Work::new(WorkId::new(own(), slug(id)), plan_id())
    }
}

pub(crate) fn ask(id: &str, gates: &[&str]) -> Ask {
    Ask {
        asked: vec![Asked { on: date("2026-10-02"), how: None }],
        gates: gates.iter().map(|gate| Reference::new(own(), slug(gate))).collect(),
        ..Ask::new(AskId::new(own(), slug(id)), plan_id(), team("payments"), "a flag".into())
    }
}

pub(crate) fn descope(percent: u8) -> Fallback {
    Fallback {
        keeps: Share::percent(percent),
        ..Fallback::new(slug(&format!("descope-{percent}")), FallbackKind::Descope)
    }
}

pub(crate) fn away() -> Fallback {
    Fallback::new(slug("away-team"), FallbackKind::AwayTeam { with: None, send: vec![] })
}

pub(crate) fn answer(ask: &str, by: &str, entries: &[(&str, Word)]) -> AnswerLog {
    AnswerLog {
        by: team(by),
        to: AnswerTo::Ask(AskId::new(own(), slug(ask))),
        entries: entries
            .iter()
            .map(|(on, word)| Answer {
                on: date(on),
                word: word.clone(),
                why: None,
                heard: None,
                meta: Meta::default(),
            })
            .collect(),
    }
}

pub(crate) fn says(says: Says) -> Word {
    Word::Says { says, work: None, effort: None, instead: None }
}

pub(crate) fn host(host: Host) -> Word {
    Word::Host { host, from: None, guide: None, instead: None }
}

pub(crate) fn build(facts: Vec<Fact>) -> Organisation {
    Organisation::build(Scope::Partial, facts).unwrap()
}
