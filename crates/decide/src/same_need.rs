//! Which asks to one team are one need: by the asked team's word, else by what they say and what they are for.
//!
//! The one notion of it: the rule that finds the same need asked several times and the queue both read it here. The
//! forecast joins only what the asked team has joined, since only that is one piece of its work.

mod carried_on;

use crate::similar::{
    FEWEST_WORDS, SAME_WORDS, SAME_WORDS_IN_ONE_AREA, Vocabulary, Weights, Words, alike_by,
};
use kedge_model::{Ask, AskId, Date, Gate, NeedId, NeedRelation, Organisation, TeamId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// From this share of what they say and what it is for, taken together: two things that agree say more than one, so that
/// half is enough. Our own choice.
const SAME_WITH_PURPOSE: f64 = 0.5;

/// So many words that hardly any other ask to the team uses must be common to asks that are joined by their words: what
/// everybody says ("design discussions and reviews") is no need. Our own choice.
const OWN_WORDS: usize = 2;

/// Asks to one team that are one need, or an ask that is one alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SameNeed {
    /// The asks, by name; never empty.
    pub asks: Vec<AskId>,
    /// Why they are one.
    pub joined: Joined,
}

/// Why asks are one need.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joined {
    /// It is one ask.
    Alone,
    /// The asked team says so.
    Said {
        /// The need that joins them.
        need: NeedId,
        /// When it was said.
        on: Date,
        /// Asks that read like one of them, and that the need does not name.
        reads: Vec<Likeness>,
    },
    /// They read alike; nobody has said anything yet.
    Reads {
        /// The pairs that join them, the likest first.
        by: Vec<Likeness>,
    },
}

/// Two asks that read alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likeness {
    /// Their names, in order.
    pub asks: (AskId, AskId),
    /// Share of what their words tell that both have, 0 to 1; where one carries the other on, of what the shorter tells.
    pub share: f64,
    /// The words that both have, those first that fewest others use.
    pub words: Vec<String>,
    /// What was compared.
    pub because: Because,
    /// The area that both name.
    pub area: Option<String>,
}

impl Likeness {
    /// Why they are joined, in words that follow a colon.
    pub fn why(&self) -> String {
        let words: Vec<String> = self.words.iter().take(6).map(|word| format!("“{word}”")).collect();
        let more = if self.words.len() > 6 { " and more" } else { "" };
        let of = match self.because {
            Because::Says | Because::SaysInOneArea => "what they say",
            Because::SaysAndIsFor => "what they say and what they are for",
            Because::CarriesOn => "what the shorter says, in plans of which one carries the other on,",
        };
        let area = self.area.as_ref().map(|area| format!(", both in {area}")).unwrap_or_default();
        format!(
            "{:.0} % of the words of {of} are the same ({}{more}){area}",
            self.share * 100.0,
            words.join(", ")
        )
    }
}

/// An ask as it is compared.
struct Compared<'a> {
    ask: &'a Ask,
    what: Words,
    purpose: Words,
    area: Option<String>,
}

/// These asks to one team, each with those that are one need with it; by the name of the first.
///
/// Asks of one need as the asked team said belong together, and those that it keeps apart never do. Others are joined
/// where at least 60 % of what their words tell is the same of what they ask, or half of that and of what it is for (30 %
/// of what they ask, where both name one `area`); where each says at least four telling words; and where at least two of the words
/// in common are used by few others who ask that team. An ask that [carries on](Because::CarriesOn) another, in a later plan of
/// the same team for the same thing, needs half of what the shorter of the two says. Two asks of one plan are two things,
/// unless somebody says otherwise.
///
/// `asks` may stand in any order, and an ask to another team is left out.
pub fn same_needs<'a>(
    organisation: &'a Organisation,
    to: &'a TeamId,
    asks: impl IntoIterator<Item = &'a Ask>,
) -> Vec<SameNeed> {
    let asks: BTreeMap<&AskId, &Ask> =
        asks.into_iter().filter(|ask| &ask.to == to).map(|ask| (&ask.id, ask)).collect();
    let mut vocabulary = Vocabulary::default();
    let compared: Vec<Compared<'_>> =
        asks.values().map(|ask| compared(organisation, &mut vocabulary, ask)).collect();
    let mut groups = Groups::new(organisation, to, &compared);
    let texts = Texts::of(&compared);
    // The likest first; of equals by name: what is kept apart must not depend on how the files are ordered.
    let mut alike = texts.alike(&compared);
    let known: HashSet<(usize, usize)> = alike.iter().map(|pair| (pair.one, pair.other)).collect();
    let carried_on = carried_on::pairs(organisation, &compared);
    alike.extend(carried_on.into_iter().filter(|pair| !known.contains(&(pair.one, pair.other))));
    alike.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| (a.one, a.other).cmp(&(b.one, b.other))));
    let mut used: BTreeMap<usize, Vec<Likeness>> = BTreeMap::new();
    for pair in alike {
        if groups.join(pair.one, pair.other) {
            used.entry(pair.one).or_default().push(texts.likeness(&vocabulary, &compared, &pair));
        }
    }
    groups.answer(&compared, used)
}

fn compared<'a>(organisation: &Organisation, vocabulary: &mut Vocabulary, ask: &'a Ask) -> Compared<'a> {
    let what = vocabulary.words(&ask.what);
    let plan = organisation.plan(&ask.plan).and_then(|plan| plan.title.as_deref());
    let mut purpose = vocabulary.words(plan.unwrap_or_default());
    for gate in organisation.gates(ask) {
        let outcomes: Vec<_> = match &gate {
            Gate::Outcome(outcome) => vec![outcome],
            Gate::Work(work) => {
                organisation.work_item(work).map_or_else(Vec::new, |work| work.serves.iter().collect())
            }
        };
        for outcome in outcomes.into_iter().filter_map(|outcome| organisation.outcome(outcome)) {
            purpose = purpose.with(&vocabulary.words(outcome.title.as_deref().unwrap_or_default()));
        }
    }
    let area = ask.area.as_ref().map(|area| area.trim().to_lowercase());
    Compared { ask, what, purpose, area }
}

/// What two asks are joined by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// What they ask.
    Says,
    /// That and what it is for.
    SaysAndIsFor,
    /// What they ask, where both name one area.
    SaysInOneArea,
    /// What they ask, where the plan of one carries on the plan of the other.
    CarriesOn,
}

/// Two asks that read alike, by their places.
struct Alike {
    one: usize,
    other: usize,
    share: f64,
    because: Because,
}

/// What the asks say, and what they say and are for: by place.
struct Texts {
    what: Vec<Words>,
    whole: Vec<Words>,
    weights: Weights,
    weights_of_whole: Weights,
}

impl Texts {
    fn of(compared: &[Compared<'_>]) -> Self {
        let what: Vec<Words> = compared.iter().map(|it| it.what.clone()).collect();
        let whole: Vec<Words> = compared.iter().map(|it| it.what.with(&it.purpose)).collect();
        let (weights, weights_of_whole) = (Weights::among(&what), Weights::among(&whole));
        Self { what, whole, weights, weights_of_whole }
    }

    /// The texts that are compared, and how much each word of them tells.
    fn compared_by(&self, because: Because) -> (&[Words], &Weights) {
        match because {
            Because::Says | Because::SaysInOneArea | Because::CarriesOn => (&self.what, &self.weights),
            Because::SaysAndIsFor => (&self.whole, &self.weights_of_whole),
        }
    }

    /// The pairs that read alike, each once, for the first reason that holds.
    fn alike(&self, compared: &[Compared<'_>]) -> Vec<Alike> {
        let mut best: BTreeMap<(usize, usize), (f64, Because)> = BTreeMap::new();
        let mut look = |places: &[usize], at_least: f64, because: Because| {
            let (texts, weights) = self.compared_by(because);
            let of_places: Vec<Words> = places.iter().map(|&at| texts[at].clone()).collect();
            let pairs = alike_by(&of_places, weights, at_least);
            let pairs = pairs.into_iter().map(|(one, other)| (places[one], places[other]));
            let pairs: Vec<(usize, usize)> = pairs
                .filter(|&(one, other)| {
                    let one_area = matches!(because, Because::SaysInOneArea);
                    let says_enough =
                        one_area || texts[one].count().min(texts[other].count()) >= FEWEST_WORDS;
                    says_enough && compared[one].ask.plan != compared[other].ask.plan
                })
                .collect();
            for (one, other) in own_words(&pairs, texts, weights) {
                best.entry((one, other))
                    .or_insert_with(|| (texts[one].in_common_by(&texts[other], weights), because));
            }
        };
        let every: Vec<usize> = (0..compared.len()).collect();
        look(&every, SAME_WORDS, Because::Says);
        look(&every, SAME_WITH_PURPOSE, Because::SaysAndIsFor);
        let mut by_area: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, it) in compared.iter().enumerate() {
            if let Some(area) = &it.area {
                by_area.entry(area).or_default().push(at);
            }
        }
        for places in by_area.values().filter(|places| places.len() > 1) {
            look(places, SAME_WORDS_IN_ONE_AREA, Because::SaysInOneArea);
        }
        best.into_iter()
            .map(|((one, other), (share, because))| Alike { one, other, share, because })
            .collect()
    }

    /// What is said of such a pair.
    fn likeness(&self, vocabulary: &Vocabulary, compared: &[Compared<'_>], pair: &Alike) -> Likeness {
        let (texts, weights) = self.compared_by(pair.because);
        let (a, b) = (&compared[pair.one], &compared[pair.other]);
        let mut common: Vec<u32> = texts[pair.one].common_with(&texts[pair.other]).collect();
        common.sort_by_key(|word| (weights.often(*word), vocabulary.name(*word)));
        Likeness {
            asks: (a.ask.id.clone(), b.ask.id.clone()),
            share: pair.share,
            words: common.into_iter().map(|word| vocabulary.name(word).to_owned()).collect(),
            because: pair.because,
            area: a.area.clone().filter(|_| a.area == b.area),
        }
    }
}

/// Those of the pairs that have words of their own in common: words most of whose users these pairs connect.
fn own_words(pairs: &[(usize, usize)], texts: &[Words], weights: &Weights) -> Vec<(usize, usize)> {
    let mut sets = Sets::new(texts.len());
    for &(one, other) in pairs {
        sets.join(one, other);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..texts.len() {
        let set = sets.of(at);
        members.entry(set).or_default().push(at);
    }
    let mut used: HashMap<(usize, u32), u32> = HashMap::new();
    for (set, members) in members.iter().filter(|(_, members)| members.len() > 1) {
        for word in members.iter().flat_map(|&at| texts[at].numbers()) {
            *used.entry((*set, *word)).or_default() += 1;
        }
    }
    let mut kept = pairs.to_vec();
    kept.retain(|&(one, other)| {
        let set = sets.of(one);
        let own = |word: &u32| {
            let here = used.get(&(set, *word)).copied().unwrap_or(0);
            2 * here > weights.often(*word)
        };
        texts[one].common_with(&texts[other]).filter(own).count() >= OWN_WORDS
    });
    kept
}

/// Sets that can be joined: a union-find whose sets are named by their least member.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn of(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.0[root] != root {
            root = self.0[root];
        }
        let mut next = at;
        while self.0[next] != root {
            next = std::mem::replace(&mut self.0[next], root);
        }
        root
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other)] = one.min(other);
    }
}

/// Asks on their way into needs: which are together, and which must not be.
struct Groups<'a> {
    sets: Sets,
    members: BTreeMap<usize, Vec<usize>>,
    /// Per ask, those that it is kept apart from.
    apart: Vec<BTreeSet<usize>>,
    said: BTreeMap<usize, (&'a NeedId, Date)>,
}

impl<'a> Groups<'a> {
    fn new(organisation: &'a Organisation, to: &'a TeamId, compared: &[Compared<'_>]) -> Self {
        let place = |ask: &AskId| compared.binary_search_by(|it| it.ask.id.cmp(ask)).ok();
        let mut groups = Self {
            sets: Sets::new(compared.len()),
            members: (0..compared.len()).map(|at| (at, vec![at])).collect(),
            apart: vec![BTreeSet::new(); compared.len()],
            said: BTreeMap::new(),
        };
        for need in organisation.needs_of(to) {
            let (NeedRelation::Joins(asks) | NeedRelation::KeepsApart(asks)) = &need.relation;
            let places: Vec<usize> = asks.iter().filter_map(place).collect();
            let together = matches!(need.relation, NeedRelation::Joins(_));
            for (index, &one) in places.iter().enumerate() {
                if together {
                    groups.said.insert(one, (&need.id, need.on));
                }
                for &other in &places[index + 1..] {
                    if together {
                        groups.unite(one, other);
                    } else {
                        groups.apart[one].insert(other);
                        groups.apart[other].insert(one);
                    }
                }
            }
        }
        groups
    }

    /// Joins what two asks are in, unless they are together already, or somebody keeps any of them apart or in a need of
    /// its own.
    fn join(&mut self, one: usize, other: usize) -> bool {
        let (a, b) = (self.sets.of(one), self.sets.of(other));
        let need = |set: usize| self.members[&set].iter().find_map(|at| self.said.get(at)).map(|it| it.0);
        let two_needs = matches!((need(a), need(b)), (Some(a), Some(b)) if a != b);
        let kept_apart =
            self.members[&a].iter().any(|at| self.members[&b].iter().any(|it| self.apart[*at].contains(it)));
        if a == b || two_needs || kept_apart {
            return false;
        }
        self.unite(one, other);
        true
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (a, b) = (self.sets.of(one), self.sets.of(other));
        if a != b {
            self.sets.join(a, b);
            let gone = self.members.remove(&a.max(b)).unwrap_or_default();
            self.members.entry(a.min(b)).or_default().extend(gone);
        }
    }

    fn answer(mut self, compared: &[Compared<'_>], used: BTreeMap<usize, Vec<Likeness>>) -> Vec<SameNeed> {
        let mut by_set: BTreeMap<usize, Vec<Likeness>> = BTreeMap::new();
        for (at, likenesses) in used {
            by_set.entry(self.sets.of(at)).or_default().extend(likenesses);
        }
        let members = std::mem::take(&mut self.members);
        let needs = members.into_iter().map(|(set, mut members)| {
            members.sort_unstable();
            let mut reads = by_set.remove(&set).unwrap_or_default();
            reads.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.asks.cmp(&b.asks)));
            let said = members.iter().find_map(|at| self.said.get(at));
            let joined = match said {
                Some(&(need, on)) => Joined::Said { need: need.clone(), on, reads },
                None if reads.is_empty() => Joined::Alone,
                None => Joined::Reads { by: reads },
            };
            SameNeed { asks: members.into_iter().map(|at| compared[at].ask.id.clone()).collect(), joined }
        });
        needs.collect()
    }
}
