//! Services that change together and share data: the evidence for and against making them one.
//!
//! A monolith that serves is better than a distributed system nobody needs; but two services may be apart for load,
//! availability, law or because a team is to have one of them, and then they stay apart.

use crate::coupling::{counted_together, is_coupled};
use crate::datasets::writers;
use kedge_model::{
    Because, CoChange, CodeEvidence, CodePart, DatasetId, Date, Evidence, Organisation, Part, Service,
    ServiceId, TeamId,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of services that might be one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Services {
    /// The day.
    pub as_of: Date,
    /// Whether a survey has looked at which services change together and share data.
    pub is_read: bool,
    /// The pairs of which anything was found, by name.
    pub pairs: Vec<ServicePair>,
}

/// Two services of which something was found that binds them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServicePair {
    /// The one.
    pub one: ServiceId,
    /// The other.
    pub other: ServiceId,
    /// What speaks for making them one.
    pub for_one: Vec<For>,
    /// What speaks against it.
    pub against: Vec<Against>,
    /// What follows.
    pub advice: Advice,
}

/// What speaks for making two services one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum For {
    /// They change together above chance.
    ChangeTogether(CoChange),
    /// The teams that run them both write this dataset.
    BothWrite(DatasetId),
    /// The code of both uses this data, and that of one writes it.
    CodeShares {
        /// As the code has it.
        data: String,
        /// A place in each.
        shown_by: Vec<Evidence>,
    },
    /// One team runs both.
    OneTeam(TeamId),
}

/// What speaks against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// A reason is given for keeping this one apart.
    Reason {
        /// Which.
        service: ServiceId,
        /// What kind of reason.
        because: Because,
        /// In words.
        why: String,
    },
    /// Two teams run them: one of them would have to give its service up.
    TwoTeams(TeamId, TeamId),
    /// They change together no more than chance explains, or too seldom to say.
    NotCoupled(CoChange),
    /// No survey counted how often they change together.
    NotCounted,
    /// Nothing was found that both use.
    NoSharedData,
}

/// What follows for two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// They change together, share data, and nothing says why they are apart: make them one, or give the reason.
    MakeOne,
    /// They are bound to each other, and a reason is given for keeping them apart.
    ApartForAReason,
    /// What binds them is not enough to say.
    NotEnough,
}

impl Advice {
    /// What follows, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::MakeOne => "make them one, or say why they are apart",
            Self::ApartForAReason => "apart for a reason",
            Self::NotEnough => "not enough to say",
        }
    }
}

/// The first dataset that all of these teams write.
fn writes_all(organisation: &Organisation, teams: &BTreeSet<&TeamId>) -> Option<DatasetId> {
    let all = |dataset: &&kedge_model::Dataset| writers(dataset).is_superset(teams);
    organisation.datasets().find(all).map(|dataset| dataset.id.clone())
}

/// What was found of each pair of services.
#[derive(Default)]
struct Bound<'a> {
    change: Option<&'a CoChange>,
    shares: Vec<For>,
}

/// What binds services to each other, and what keeps them apart, as surveys found and plans say.
pub fn services(organisation: &Organisation, evidence: Option<&CodeEvidence>, as_of: Date) -> Services {
    let is_read = evidence.is_some_and(|it| !it.not_read.contains(&CodePart::Borders));
    let mut bound: BTreeMap<(&ServiceId, &ServiceId), Bound<'_>> = BTreeMap::new();
    let key = |one, other| if one < other { (one, other) } else { (other, one) };
    for change in evidence.into_iter().flat_map(|it| &it.co_changes) {
        if let (Part::Service(one), Part::Service(other)) = (&change.one, &change.other) {
            bound.entry(key(one, other)).or_default().change = Some(change);
        }
    }
    for share in evidence.into_iter().flat_map(|it| &it.services_share) {
        let found = For::CodeShares { data: share.data.clone(), shown_by: share.shown_by.clone() };
        bound.entry(key(&share.one, &share.other)).or_default().shares.push(found);
    }
    let pairs = bound.into_iter().filter_map(|((one, other), bound)| {
        let service = |id: &ServiceId| organisation.team(id.team())?.services.get(id.id());
        let (one, other) = (service(one)?, service(other)?);
        // Two services that change together by chance, and share nothing, are not bound.
        let binds = bound.change.is_some_and(is_coupled) || !bound.shares.is_empty();
        binds.then(|| pair(organisation, one, other, bound))
    });
    Services { as_of, is_read, pairs: pairs.collect() }
}

fn pair(organisation: &Organisation, one: &Service, other: &Service, bound: Bound<'_>) -> ServicePair {
    let teams: BTreeSet<&TeamId> = [one.id.team(), other.id.team()].into();
    let (mut for_one, mut against) = (Vec::new(), Vec::new());
    match bound.change {
        Some(change) if is_coupled(change) => for_one.push(For::ChangeTogether(change.clone())),
        Some(change) => against.push(Against::NotCoupled(change.clone())),
        None => against.push(Against::NotCounted),
    }
    let is_coupled = !for_one.is_empty();
    for_one.extend(writes_all(organisation, &teams).map(For::BothWrite));
    for_one.extend(bound.shares);
    if teams.len() == 1 {
        for_one.push(For::OneTeam(one.id.team().clone()));
    }
    // What both have in hand: data, or one team that runs both and so writes what both write.
    let shares = for_one.iter().any(|it| !matches!(it, For::ChangeTogether(_)));
    if !shares {
        against.push(Against::NoSharedData);
    }
    for service in [one, other] {
        against.extend(service.why_apart.as_ref().map(|reason| Against::Reason {
            service: service.id.clone(),
            because: reason.because,
            why: reason.why.clone(),
        }));
    }
    let has_reason = against.iter().any(|it| matches!(it, Against::Reason { .. }));
    if teams.len() == 2 {
        against.push(Against::TwoTeams(one.id.team().clone(), other.id.team().clone()));
    }
    let advice = match (is_coupled && shares, has_reason) {
        (true, false) => Advice::MakeOne,
        (true, true) => Advice::ApartForAReason,
        (false, _) => Advice::NotEnough,
    };
    ServicePair { one: one.id.clone(), other: other.id.clone(), for_one, against, advice }
}

impl Services {
    /// The answer in a sentence.
    pub fn headline(&self) -> String {
        let count = |advice| self.pairs.iter().filter(|pair| pair.advice == advice).count();
        let (one, apart) = (count(Advice::MakeOne), count(Advice::ApartForAReason));
        if !self.is_read {
            return "No survey has counted which services change together.".into();
        }
        let first = match one {
            0 => "No two services are known to be one program".to_owned(),
            1 => "Two services change together and share data, and nothing says why they are apart".into(),
            many => format!(
                "{many} pairs of services change together and share data, and nothing says why they are apart"
            ),
        };
        let second = match apart {
            0 => String::new(),
            1 => "; one pair is apart for a reason".into(),
            many => format!("; {many} pairs are apart for a reason"),
        };
        format!("{first}{second}.")
    }
}

impl For {
    /// In words.
    pub fn in_words(&self) -> String {
        match self {
            Self::ChangeTogether(change) => counted_together(change),
            Self::BothWrite(dataset) => format!("both write {dataset}"),
            Self::CodeShares { data, .. } => format!("the code of both uses {data}"),
            Self::OneTeam(team) => format!("{team} runs both"),
        }
    }

    /// The places that show it.
    pub fn shown_by(&self) -> &[Evidence] {
        match self {
            Self::ChangeTogether(change) => &change.shown_by,
            Self::CodeShares { shown_by, .. } => shown_by,
            Self::BothWrite(_) | Self::OneTeam(_) => &[],
        }
    }
}

/// The word of the plan language.
fn reason(because: Because) -> &'static str {
    match because {
        Because::Load => "load",
        Because::Availability => "availability",
        Because::Law => "law",
        Because::Team => "its team",
    }
}

impl Against {
    /// In words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Reason { service, because, why } => {
                format!("{service} is apart for {}: {why}", reason(*because))
            }
            Self::TwoTeams(one, other) => format!("{one} runs one and {other} the other"),
            Self::NotCoupled(change) => format!("no more than chance: {}", counted_together(change)),
            Self::NotCounted => "nobody counted how often they change together".into(),
            Self::NoSharedData => "no data was found that both use".into(),
        }
    }
}
