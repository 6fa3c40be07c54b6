//! Which outcomes each item is done for, here and in other teams' queues, and the ranks that follow from an order of
//! outcomes.

use crate::draft::{Progress, Rank};
use crate::program::{Landing, NONE, Program, Role, Source};
use std::collections::BTreeSet;

/// Per item and per ask of a program, the outcomes that it is done for.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    items: Vec<Vec<u32>>,
    asks: Vec<Vec<u32>>,
}

impl Places {
    pub(crate) fn of(program: &Program) -> Places {
        let asks: Vec<BTreeSet<u32>> = asks_for(program);
        let of_asks = |list: &[u32]| -> BTreeSet<u32> {
            list.iter().flat_map(|&ask| asks[ask as usize].iter().copied()).collect()
        };
        // Work is done for what it serves, and for whoever waits for the asks that it lands.
        let work = |item: u32| -> BTreeSet<u32> {
            let spec = &program.items[item as usize];
            let landed = program.list(spec.lands).iter();
            let landed =
                landed.flat_map(|&landing| of_asks(program.list(program.landings[landing as usize].asks)));
            program.list(spec.outcomes).iter().copied().chain(landed).collect()
        };
        // A fallback is made for what its ask gates.
        let fallback = |fallback: u32| -> BTreeSet<u32> {
            let ask = &program.asks[program.fallbacks[fallback as usize].ask as usize];
            let gated = program.list(ask.items).iter().flat_map(|&item| work(item));
            program.list(ask.outcomes).iter().copied().chain(gated).collect()
        };
        let loads = |item: u32| {
            let landing = program.landings.iter().find(|landing| landing.load == item);
            landing.map(|landing| of_asks(program.list(landing.asks))).unwrap_or_default()
        };
        let items = (0..program.items.len() as u32).map(|item| {
            let outcomes: BTreeSet<u32> = match program.items[item as usize].role {
                Role::Work => work(item),
                Role::Create(id) | Role::Migrate(id) => fallback(id),
                Role::Asked(landing) => of_asks(program.list(program.landings[landing as usize].asks)),
                Role::Load => loads(item),
            };
            outcomes.into_iter().collect()
        });
        let items = items.collect();
        Places { items, asks: asks.into_iter().map(|outcomes| outcomes.into_iter().collect()).collect() }
    }

    /// The outcomes that an item is done for.
    pub(crate) fn of_item(&self, item: u32) -> &[u32] {
        &self.items[item as usize]
    }

    /// The outcomes that wait for an ask, those of askers further on included.
    pub(crate) fn of_ask(&self, ask: u32) -> &[u32] {
        &self.asks[ask as usize]
    }

    /// Per outcome its place in the order; `u32::MAX` for one that is not in it.
    pub(crate) fn positions(program: &Program, order: &[usize]) -> Vec<u32> {
        let mut positions = vec![u32::MAX; program.outcomes.len()];
        for (place, &outcome) in order.iter().enumerate() {
            positions[outcome] = place as u32;
        }
        positions
    }

    /// The ranks of all items in this order of outcomes: the best place of what each is done for, then as ranked now.
    /// What is done for nothing in the order comes after all of it.
    ///
    /// What others do because they agreed to, or because the council decides so, keeps the place that it has.
    pub(crate) fn ranks(&self, program: &Program, order: &[usize]) -> Vec<Rank> {
        let positions = Places::positions(program, order);
        let behind = order.len() as u32 + 1;
        let rank = |(item, now): (usize, &Rank)| {
            let best = self.items[item].iter().map(|&outcome| positions[outcome as usize]).min();
            let spec = &program.items[item];
            let council = match (spec.role, best) {
                (Role::Create(_), _) if spec.plan == NONE => {
                    // Escalated work comes before everything that the council does not rank.
                    if now.council == u32::MAX { u32::MAX } else { 0 }
                }
                (_, Some(place)) if place != u32::MAX => place + 1,
                _ => behind.saturating_add(now.council),
            };
            Rank { council, ..*now }
        };
        program.ranks.iter().enumerate().map(rank).collect()
    }

    /// Whether two outcomes have work in one team's queue, by team.
    pub(crate) fn meet(&self, program: &Program) -> Vec<BTreeSet<u32>> {
        let mut teams = vec![BTreeSet::new(); program.outcomes.len()];
        for (item, spec) in program.items.iter().enumerate() {
            if spec.progress == Progress::Ahead && program.teams[spec.team as usize].stage.servers != u32::MAX
            {
                for &outcome in &self.items[item] {
                    teams[outcome as usize].insert(spec.team);
                }
            }
        }
        teams
    }
}

/// Mean person-days left of all that an outcome needs, asks and what they need included.
pub(crate) fn effort_left(program: &Program, outcome: usize) -> f64 {
    let spec = &program.outcomes[outcome];
    let mut open: Vec<u32> = program.list(spec.needs).to_vec();
    let mut asks: BTreeSet<u32> = program.list(spec.asks).iter().copied().collect();
    let mut items = BTreeSet::new();
    let mut followed = BTreeSet::new();
    loop {
        while let Some(item) = open.pop() {
            if items.insert(item) {
                open.extend(program.list(program.items[item as usize].after));
            }
        }
        // What gates the items of other teams that are needed too.
        for (ask, spec) in program.asks.iter().enumerate() {
            if program.list(spec.items).iter().any(|item| items.contains(item)) {
                asks.insert(ask as u32);
            }
        }
        let new: Vec<u32> = asks.difference(&followed).copied().collect();
        if new.is_empty() {
            break;
        }
        for ask in new {
            followed.insert(ask);
            let id = program.asks[ask as usize].landing;
            let landing = &program.landings[id as usize];
            open.extend(behind(program, id, landing));
        }
    }
    let left = |item: &u32| {
        let spec = &program.items[*item as usize];
        match spec.progress {
            Progress::Done => 0.0,
            Progress::Started { spent } => spec.effort.mean_left(spent, &program.tables),
            Progress::Ahead => spec.effort.mean_left(0.0, &program.tables),
        }
    };
    items.iter().map(left).sum()
}

/// The items by which an ask lands, or which it loads a queue with.
fn behind(program: &Program, id: u32, landing: &Landing) -> Vec<u32> {
    let mut items = Vec::new();
    match landing.source {
        Source::Item => {
            let lands = |item: &u32| program.list(program.items[*item as usize].lands).contains(&id);
            items.extend((0..program.items.len() as u32).filter(lands));
        }
        Source::Queue { item, .. } => items.push(item),
        Source::Chance { .. } | Source::At(_) | Source::Never => {}
    }
    if landing.load != NONE {
        items.push(landing.load);
    }
    items
}

/// Per ask, the outcomes that wait for it: through the work it gates and what comes after that, and, where such work is
/// what another ask lands by, those of that asker too.
fn asks_for(program: &Program) -> Vec<BTreeSet<u32>> {
    let one = |ask: usize| {
        let mut outcomes = BTreeSet::new();
        let (mut asks, mut items) = (vec![ask as u32], Vec::<u32>::new());
        let (mut seen_asks, mut seen_items) = (BTreeSet::new(), BTreeSet::new());
        loop {
            if let Some(ask) = asks.pop() {
                if seen_asks.insert(ask) {
                    let spec = &program.asks[ask as usize];
                    outcomes.extend(program.list(spec.outcomes));
                    items.extend(program.list(spec.items));
                }
            } else if let Some(item) = items.pop() {
                if seen_items.insert(item) {
                    let spec = &program.items[item as usize];
                    outcomes.extend(program.list(spec.outcomes));
                    items.extend(program.list(spec.next));
                    for &landing in program.list(spec.lands) {
                        asks.extend(program.list(program.landings[landing as usize].asks));
                    }
                }
            } else {
                break;
            }
        }
        outcomes
    };
    (0..program.asks.len()).map(one).collect()
}
