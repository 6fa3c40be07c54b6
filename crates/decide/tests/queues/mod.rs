//! Small organisations in which several teams ask one team, platform, for things of a few words.
#![allow(dead_code, clippy::unwrap_used)]

use kedge_model::*;
use proptest::prelude::*;

/// An ask to platform, of a team of its own.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// What it says.
    pub(crate) what: String,
    /// Value a week of what waits for it, in thousands.
    pub(crate) value: Option<u32>,
    /// Whether a stakeholder confirmed it.
    pub(crate) confirmed: bool,
    /// Weeks of platform's time, by the asker's guess.
    pub(crate) effort: Option<u32>,
    /// The part that a fallback keeps, in per cent; no fallback where absent.
    pub(crate) keeps: Option<u8>,
    /// The part that is kept without another ask for the same outcome, to a team that is not looked at.
    pub(crate) besides: Option<u8>,
    /// Whether the outcome takes the least of what its asks keep, not the product.
    pub(crate) least: bool,
}

impl Asked {
    pub(crate) fn saying(words: &[usize]) -> Self {
        let what = words.iter().map(|word| WORDS[*word]).collect::<Vec<_>>().join(" ");
        Self {
            what: if what.is_empty() { "Something".into() } else { what },
            value: Some(10),
            confirmed: true,
            effort: Some(2),
            keeps: None,
            besides: None,
            least: false,
        }
    }
}

/// Asks to platform, with what platform says of them.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    pub(crate) asks: Vec<Asked>,
    /// Two asks that platform counts as one need.
    pub(crate) joined: Option<(usize, usize)>,
    /// Two asks that it keeps apart.
    pub(crate) apart: Option<(usize, usize)>,
    /// How many asks platform has ranked, from the first.
    pub(crate) ranked: usize,
}

const WORDS: [&str; 9] =
    ["stream", "product", "views", "clicks", "labels", "batch", "refund", "ledger", "phone"];

pub(crate) fn platform() -> TeamId {
    "platform".parse().unwrap()
}

pub(crate) fn sketch() -> Sketch {
    Sketch { asks: Vec::new(), joined: None, apart: None, ranked: 0 }
}

pub(crate) fn ask_id(at: usize) -> AskId {
    format!("team-{at}/ask").parse().unwrap()
}

pub(crate) fn words() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..WORDS.len(), 3..8)
}

pub(crate) fn sketches() -> impl Strategy<Value = Sketch> {
    let asked = (
        words(),
        proptest::option::of(1..90_u32),
        any::<bool>(),
        proptest::option::of(1..9_u32),
        proptest::option::of(0..=100_u8),
        proptest::option::of(0..=100_u8),
        any::<bool>(),
    );
    let asked = asked.prop_map(|(words, value, confirmed, effort, keeps, besides, least)| Asked {
        value,
        confirmed,
        effort,
        keeps,
        besides,
        least,
        ..Asked::saying(&words)
    });
    (proptest::collection::vec(asked, 2..9), any::<(u8, u8, u8, u8)>(), 0..3_usize).prop_map(
        |(asks, (a, b, c, d), ranked)| {
            let pair = |a: u8, b: u8| {
                let (a, b) = (usize::from(a) % asks.len(), usize::from(b) % asks.len());
                (a != b).then(|| (a.min(b), a.max(b)))
            };
            // Platform does not contradict itself.
            let (joined, apart) = (pair(a, b), pair(c, d));
            let apart = apart.filter(|apart| Some(*apart) != joined);
            Sketch { joined, apart, ranked: ranked.min(asks.len()), asks }
        },
    )
}

fn less(keeps: u8) -> Fallback {
    Fallback { keeps: Share::percent(keeps), ..Fallback::new(slug("less"), FallbackKind::Descope) }
}

fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

/// The facts of it.
pub(crate) fn facts(sketch: &Sketch) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut host = Team::new(platform(), TeamKind::Platform);
    host.stated_people = Some(3);
    host.rank = (0..sketch.ranked).map(|at| ask_id(at).into()).collect();
    facts.push(host.into());
    let mut council = Council::default();
    council.persons.insert(
        slug("ines"),
        Person {
            name: None,
            roles: vec![Role::Stakeholder],
            share: Share::ONE,
            from: None,
            until: None,
            git: Vec::new(),
            meta: Meta::default(),
        },
    );
    facts.push(council.into());
    for (at, asked) in sketch.asks.iter().enumerate() {
        let own: TeamId = format!("team-{at}").parse().unwrap();
        let mut team = Team::new(own.clone(), TeamKind::Stream);
        team.stated_people = Some(4);
        facts.push(team.into());
        let plan = PlanId::new(own.clone(), slug("plan"));
        facts.push(Plan::new(plan.clone()).into());
        let mut outcome = Outcome::new(OutcomeId::new(own.clone(), slug("outcome")), plan.clone());
        let value = asked.value.map(|value| format!("{value}k/week").parse::<PriceRate>().unwrap());
        outcome.claim.clone_from(&value);
        outcome.combine = if asked.least { Combine::Least } else { Combine::Product };
        outcome.due = Some("2026-12-11".parse().unwrap());
        facts.push(outcome.into());
        if let Some(value) = value.filter(|_| asked.confirmed) {
            let confirmation = Confirmation {
                value,
                on: "2026-10-01".parse().unwrap(),
                who: PersonId::new(TeamId::council(), slug("ines")),
                meta: Meta::default(),
            };
            let outcome = OutcomeId::new(own.clone(), slug("outcome"));
            facts
                .push(ConfirmationLog { by: TeamId::council(), outcome, entries: vec![confirmation] }.into());
        }
        if let Some(keeps) = asked.besides {
            let id = AskId::new(own.clone(), slug("besides"));
            let mut other = Ask::new(id, plan.clone(), "data".parse().unwrap(), "Something else".into());
            other.gates = vec![Reference::new(own.clone(), slug("outcome"))];
            other.fallbacks = vec![less(keeps)];
            facts.push(other.into());
        }
        let mut ask = Ask::new(ask_id(at), plan.clone(), platform(), asked.what.clone());
        ask.asked = vec![kedge_model::Asked { on: "2026-10-01".parse().unwrap(), how: None }];
        ask.effort = asked.effort.map(|weeks| Effort::Median(WorkTime::weeks(weeks as u16)));
        ask.gates = vec![Reference::new(own.clone(), slug("outcome"))];
        ask.fallbacks = asked.keeps.map(less).into_iter().collect();
        facts.push(ask.into());
    }
    for (name, pair, together) in [("one", sketch.joined, true), ("two", sketch.apart, false)] {
        let Some((a, b)) = pair else { continue };
        let asks = vec![ask_id(a), ask_id(b)];
        facts.push(
            Need {
                id: NeedId::new(platform(), slug(name)),
                what: "What platform calls it".into(),
                relation: if together { NeedRelation::Joins(asks) } else { NeedRelation::KeepsApart(asks) },
                on: "2026-10-02".parse().unwrap(),
                effort: None,
                work: None,
                meta: Meta::default(),
            }
            .into(),
        );
    }
    facts
}
