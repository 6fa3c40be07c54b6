//! What a plan's figures take for granted, and what a reader must know before believing them.

use super::Forecaster;
use crate::answer::{Assumption, Estimated, LandsBy, Note};
use crate::program::NONE;
use crate::tally::Tally;
use kedge_model::Source;
use std::collections::BTreeSet;

impl Forecaster {
    /// What this plan's figures take for granted, with its source.
    pub(super) fn assumptions(&self, plan: u32) -> Vec<Assumption> {
        let program = self.program();
        let settings = self.compiled.organisation.settings();
        let assume = &settings.assume;
        let key = |key: &str| Source::Assumption { stated: key.into() };
        let mut all = Vec::new();
        let mut add = |what: String, source: Source| all.push(Assumption { what, source });
        if assume.plan_factor > 1.0 {
            let what = format!(
                "all efforts of a plan are off by a common factor, one time in ten over {}",
                assume.plan_factor
            );
            add(what, key("assume.plan-factor"));
        }
        if assume.organisation_factor > 1.0 {
            let what = format!(
                "all efforts of the organisation are off by a common factor, one time in ten over {}",
                assume.organisation_factor
            );
            add(what, key("assume.organisation-factor"));
        }
        let spec = &program.plans[plan as usize];
        let team = &self.compiled.teams[spec.team as usize];
        if let Some(people) = team.people
            && program.stages(spec.team).first().is_some_and(|stage| stage.at < spec.horizon)
        {
            let what = format!("{} has {} people in the mean", team.id, (people * 10.0).round() / 10.0);
            add(what, key(&format!("absences, loans and holidays of {}", team.id)));
        }
        let asks = program.list(spec.asks);
        let facts = |ask: &u32| &self.compiled.asks[*ask as usize];
        let lone_work = program.list(spec.items).iter().any(|&item| {
            let facts = &self.compiled.items[item as usize];
            facts.lone && !facts.done
        });
        let lone = lone_work || asks.iter().any(|ask| facts(ask).fallbacks.iter().any(|entry| entry.lone));
        if lone {
            let what =
                format!("a lone estimate is the median, one time in ten over {} times that", settings.spread);
            add(what, key("spread"));
            if assume.tails == kedge_model::Tails::Fat {
                add(
                    "one lone estimate in six takes three times as long".into(),
                    Source::Prior {
                        about: "Flyvbjerg and Budzier 2011: one IT project in six overran by 200 %".into(),
                    },
                );
            }
        }
        for ask in asks {
            let facts = facts(ask);
            if let Some(odds) = &facts.taken_up {
                add(
                    format!("{} is taken up in {} cases of 100", facts.id, odds.chance.cases_of_100()),
                    odds.source.clone(),
                );
            }
            if let LandsBy::Queue { .. } = facts.lands_by {
                let team = self.compiled.teams.iter().find(|team| team.id == facts.to);
                if let Some(team) = team {
                    let stated = if team.own_shifts {
                        format!("shifts of {}", team.id)
                    } else {
                        "assume.shifts".into()
                    };
                    let what =
                        format!("priorities of {} shift {} times a quarter", team.id, team.shifts_a_quarter);
                    add(what, key(&stated));
                    let what = format!(
                        "a shift drops an ask in {} cases of 100",
                        (assume.dropped.get() * 100.0).round()
                    );
                    add(what, key("assume.dropped"));
                }
            }
            if facts.sources.iter().any(|source| matches!(source, Source::Prior { .. })) {
                add(
                    format!("{} slips as often as other groups' promises for their own work", facts.id),
                    Source::Prior { about: crate::prior::SLIP_SOURCE.into() },
                );
            }
            for entry in &facts.fallbacks {
                if let Some(odds) = &entry.accepted {
                    let what = format!(
                        "{}/{} is accepted in {} cases of 100",
                        facts.id,
                        entry.id,
                        odds.chance.cases_of_100()
                    );
                    add(what, odds.source.clone());
                }
                if let Some((host, share)) = &entry.guide {
                    let what = format!(
                        "guiding an away team takes {} % of one person of {host}",
                        (share * 100.0).round()
                    );
                    add(what, key("assume.guide-share"));
                }
            }
        }
        all.sort();
        all.dedup();
        all
    }

    pub(super) fn notes(&self, plan: u32, planned: &Tally) -> Vec<Note> {
        let program = self.program();
        let spec = &program.plans[plan as usize];
        let team = &self.compiled.teams[spec.team as usize];
        let mut notes = Vec::new();
        if team.people.is_none() {
            notes.push(Note::CapacityUnknown(team.id.clone()));
        }
        for &item in program.list(spec.items) {
            let facts = &self.compiled.items[item as usize];
            if program.items[item as usize].too_large && !facts.done {
                notes.push(Note::CrewTooLarge(facts.id.clone()));
            }
        }
        for item in program.list(program.teams[spec.team as usize].items) {
            if let Some(facts) = self.compiled.items.get(*item as usize)
                && !facts.timed
                && !facts.done
                && program.items[*item as usize].plan != NONE
            {
                notes.push(Note::Untimed(facts.id.clone()));
            }
        }
        let few = |of: Estimated, cases: Option<u32>| cases.map(|cases| Note::FewCases { of, cases });
        // The work of the plan, and where its asks land with an item of the asked team, that item.
        let asks = program.list(spec.asks).iter().map(|&ask| &self.compiled.asks[ask as usize]);
        let landing = asks.clone().filter_map(|ask| ask.item);
        let items: BTreeSet<usize> =
            program.list(spec.items).iter().map(|&item| item as usize).chain(landing).collect();
        for item in items {
            let facts = &self.compiled.items[item];
            if !facts.done {
                notes.extend(few(Estimated::Work(facts.id.clone()), facts.few_cases));
            }
        }
        for ask in asks {
            notes.extend(few(Estimated::Ask(ask.id.clone()), ask.few_cases));
            for entry in &ask.fallbacks {
                let of = Estimated::Create { ask: ask.id.clone(), fallback: entry.id.clone() };
                notes.extend(few(of, entry.few_cases));
            }
        }
        let starved = planned.starved[spec.team as usize];
        if starved > 0 {
            let per_mille = (starved * 1_000).div_ceil(planned.trials.max(1)) as u32;
            notes.push(Note::NothingLeft { team: team.id.clone(), per_mille });
        }
        for &outcome in program.list(spec.outcomes) {
            let facts = &self.compiled.outcomes[outcome as usize];
            if facts.due.is_none() && facts.live.is_none() {
                notes.push(Note::NoDue(facts.id.clone()));
            }
        }
        notes
    }
}
