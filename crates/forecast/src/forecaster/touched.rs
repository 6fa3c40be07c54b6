//! What a change can touch. Whatever it cannot is neither found nor simulated again.
//!
//! A team's trials follow from its own part and from the teams that act on it: those whose queue or work an ask of its
//! lands with, those that make a fallback of its, and those whose fallback it makes or guides. Where none of them differs,
//! neither does what comes of it, trial by trial; a test holds that to the whole simulation.

use super::Forecaster;
use crate::answer::LandsBy;
use crate::program::{NONE, Program};
use kedge_model::{AskId, TeamId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Who acts on whom in a program, by index of its teams.
struct Influences(Vec<Vec<u32>>);

impl Influences {
    fn of(program: &Program) -> Influences {
        let mut on = vec![Vec::new(); program.teams.len()];
        for (index, ask) in program.asks.iter().enumerate() {
            let own = program.plans[ask.plan as usize].team;
            let landing = program.landings[ask.landing as usize].team;
            if landing != NONE {
                on[landing as usize].push(own);
            }
            for entry in program.chain(index as u32) {
                let fallback = &program.fallbacks[entry as usize];
                if fallback.create != NONE {
                    let maker = program.items[fallback.create as usize].team;
                    on[maker as usize].push(own);
                    on[own as usize].push(maker);
                }
                if fallback.guide.0 != NONE {
                    on[own as usize].push(fallback.guide.0);
                }
            }
        }
        Influences(on)
    }

    fn reversed(&self) -> Influences {
        let mut by = vec![Vec::new(); self.0.len()];
        for (team, others) in self.0.iter().enumerate() {
            for &other in others {
                by[other as usize].push(team as u32);
            }
        }
        Influences(by)
    }

    /// Marks all that is reached from what is marked.
    fn spread(&self, marked: &mut [bool]) {
        let mut open: Vec<u32> = (0..marked.len() as u32).filter(|&team| marked[team as usize]).collect();
        while let Some(team) = open.pop() {
            for &other in &self.0[team as usize] {
                if !std::mem::replace(&mut marked[other as usize], true) {
                    open.push(other);
                }
            }
        }
    }
}

/// What was before, by the indexes of what is now.
pub(super) struct Touched {
    /// Per ask, the same ask before.
    pub(super) asks: Vec<Option<u32>>,
    /// Per team, whether its trials may come to something else.
    pub(super) teams: Vec<bool>,
    /// Per team, whether its trials must be run to know that.
    pub(super) simulated: Vec<bool>,
}

/// What differs from what was before.
pub(super) struct Differences {
    /// Per ask, the same ask before.
    asks: Vec<Option<u32>>,
    /// Per team, whether its own part, or what an ask of its lands by, differs.
    touched: Vec<bool>,
}

impl Forecaster {
    /// Compares with `base`, takes over from it the decide-bys that the change cannot touch, and finds the others.
    pub(super) fn touched(&self, base: &Forecaster) -> Touched {
        let planned = base.planned();
        let (program, before) = (self.program(), base.program());
        let Differences { asks, mut touched } = self.take_over_from(base);
        let all = 0..program.asks.len() as u32;
        // Those of one team, which a change touches together, lie side by side: each is a task of its own.
        all.clone().into_par_iter().with_max_len(1).for_each(|ask| {
            // Each is found by one thread alone, so nobody waits for anybody.
            self.decide_by(ask);
        });
        let moments = self.moments(all);
        let stances = self.stances(None, crate::policy::Policy::AsPlanned, &moments);
        for (index, ask) in program.asks.iter().enumerate() {
            let own = program.plans[ask.plan as usize].team as usize;
            let Some(old) = asks[index].filter(|_| !touched[own]) else { continue };
            let (chain, chain_before) = (program.chain(index as u32), before.chain(old));
            let moment = |of: &[f64], entry: u32| of[entry as usize].to_bits();
            let same = stances[index] == planned.stances[old as usize]
                && chain.len() == chain_before.len()
                && chain
                    .zip(chain_before)
                    .all(|(now, then)| moment(&moments, now) == moment(&planned.moments, then));
            touched[own] |= !same;
        }
        let influences = Influences::of(program);
        // Who was acted on before and no more is, is touched by whoever acted.
        let now: BTreeMap<&TeamId, u32> =
            self.compiled.teams.iter().zip(0..).map(|(team, index)| (&team.id, index)).collect();
        let index_now: Vec<Option<u32>> =
            base.compiled.teams.iter().map(|team| now.get(&team.id).copied()).collect();
        let mut both = Influences(influences.0.clone());
        for (team, others) in Influences::of(before).0.iter().enumerate() {
            let Some(team) = index_now[team] else { continue };
            both.0[team as usize].extend(others.iter().filter_map(|&other| index_now[other as usize]));
        }
        both.spread(&mut touched);
        let mut simulated = touched.clone();
        influences.reversed().spread(&mut simulated);
        Touched { asks, teams: touched, simulated }
    }

    /// Compares with `base` part by part, and takes over from it the decide-bys that the change cannot touch.
    pub(super) fn take_over_from(&self, base: &Forecaster) -> Differences {
        let program = self.program();
        let teams_before: BTreeMap<&TeamId, u32> =
            base.compiled.teams.iter().zip(0..).map(|(team, index)| (&team.id, index)).collect();
        let asks_before: BTreeMap<&AskId, u32> =
            base.compiled.asks.iter().zip(0..).map(|(ask, index)| (&ask.id, index)).collect();
        let asks: Vec<Option<u32>> =
            self.compiled.asks.iter().map(|ask| asks_before.get(&ask.id).copied()).collect();
        let (parts, parts_before) = (self.parts(), base.parts());
        let everywhere = parts.everywhere == parts_before.everywhere
            && self.compiled.organisation.settings() == base.compiled.organisation.settings();
        let teams = self.compiled.teams.iter().zip(&parts.teams);
        let mut touched: Vec<bool> = teams
            .map(|(team, part)| {
                let same = |&index: &u32| parts_before.teams[index as usize] == *part;
                !(everywhere && teams_before.get(&team.id).is_some_and(same))
            })
            .collect();
        let differs = touched.clone();
        for (index, ask) in program.asks.iter().enumerate() {
            let same =
                |index_before: u32| parts.landings[index] == parts_before.landings[index_before as usize];
            if !asks[index].is_some_and(same) {
                touched[program.plans[ask.plan as usize].team as usize] = true;
            }
        }

        self.take_over(base, &asks, &differs, &touched);
        Differences { asks, touched }
    }

    /// Takes over the decide-bys whose search would meet nothing that differs.
    fn take_over(&self, base: &Forecaster, asks: &[Option<u32>], differs: &[bool], touched: &[bool]) {
        let program = self.program();
        // Teams whose searches may look at something that differs: most need no closer look.
        let mut near = touched.to_vec();
        let mut looks = vec![Vec::new(); program.teams.len()];
        for (index, ask) in program.asks.iter().enumerate() {
            let own = program.plans[ask.plan as usize].team;
            let landing = program.landings[ask.landing as usize].team;
            let makers = program.chain(index as u32).map(|entry| {
                let create = program.fallbacks[entry as usize].create;
                if create == NONE { NONE } else { program.items[create as usize].team }
            });
            for other in makers.chain([landing]).filter(|&other| other != NONE) {
                looks[other as usize].push(own);
            }
        }
        Influences(looks).spread(&mut near);
        for (index, before) in asks.iter().enumerate() {
            let Some(before) = *before else { continue };
            let index = index as u32;
            let own = program.plans[program.asks[index as usize].plan as usize].team as usize;
            if !near[own] || self.searches_the_same(base, index, before, differs) {
                // Nobody else knows this forecaster yet, so it is not set.
                let _ = self.decide_bys[index as usize].set(base.decide_by(before).clone());
            }
        }
    }

    /// Whether the search for the decide-by of an ask meets the same as before: the same teams with the same parts, and
    /// of the asks that can land in it the same landings.
    fn searches_the_same(&self, base: &Forecaster, ask: u32, before: u32, differs: &[bool]) -> bool {
        let (now, then) = (self.program(), base.program());
        let own = now.plans[now.asks[ask as usize].plan as usize].team as usize;
        if differs[own] || now.chain(ask).is_empty() {
            return false;
        }
        // What has landed, if only on a day to come, and what cannot be timed is not searched at all.
        let searched = |of: &Forecaster, ask: u32| {
            !matches!(of.compiled.asks[ask as usize].lands_by, LandsBy::Landed(_))
                && of.gate_lacks(ask, true).is_empty()
        };
        if searched(self, ask) != searched(base, before) {
            return false;
        }
        // How long an entry takes its makers moves the decide-bys of those before it, though the search never takes it.
        let lengths = |of: &Forecaster, ask: u32| -> Vec<u64> {
            of.compiled.asks[ask as usize].fallbacks.iter().map(|entry| entry.p80.to_bits()).collect()
        };
        if lengths(self, ask) != lengths(base, before) {
            return false;
        }
        let entry = now.self_reliant(ask, 0).unwrap_or(now.asks[ask as usize].chain_length - 1);
        let scenario = now.decide_by_scenario(ask, entry, 0.0, 0.0);
        let scenario_before = then.decide_by_scenario(before, entry, 0.0, 0.0);
        let (scope, scope_before) = (&scenario.scope, &scenario_before.scope);
        let team = |&team: &u32| &self.compiled.teams[team as usize].id;
        let team_before = |&team: &u32| &base.compiled.teams[team as usize].id;
        if scope.teams.iter().any(|&team| differs[team as usize])
            || !scope.teams.iter().map(team).eq(scope_before.teams.iter().map(team_before))
            || scope.asks.len() != scope_before.asks.len()
        {
            return false;
        }
        // The parts are the same, so the asks are, in the same order.
        let (parts, parts_before) = (self.parts(), base.parts());
        scope.asks.iter().zip(&scope_before.asks).all(|(&ask, &before)| {
            let stance = &scenario.stances[ask as usize];
            let lands = stance.lands && !stance.open;
            self.compiled.asks[ask as usize].id == base.compiled.asks[before as usize].id
                && stance == &scenario_before.stances[before as usize]
                && (!lands || parts.landings[ask as usize] == parts_before.landings[before as usize])
        })
    }
}
