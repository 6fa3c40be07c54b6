//! What each team's part of a draft says, as a number: two drafts in which a part has the same number behave the same
//! there, whatever else is different.
//!
//! A part holds the team, its plans, outcomes, work and asks with their fallbacks, what others have in its queue, and the
//! order of all that. How an ask lands is a number of its own, since where no ask lands it does not matter. Everything
//! goes in by name: that others have more or less than before moves the indexes, and nothing else. What is not named here
//! goes in as it stands, so that whatever a draft learns to say makes parts differ rather than seem the same.

use crate::distribution::Effort;
use crate::draft::{
    Draft, DraftAsk, DraftFallback, DraftItem, DraftLanding, DraftOutcome, DraftPlan, LandingSource, Rank,
};
use std::fmt::{self, Write as _};
use std::hash::{DefaultHasher, Hasher};

/// Takes the text of what is said. It never leaves the process, so the hasher may be any.
#[derive(Clone, Default)]
struct Digest(DefaultHasher);

impl fmt::Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

impl Digest {
    fn add(&mut self, said: fmt::Arguments<'_>) {
        // Writing into a digest cannot fail.
        let _ = self.write_fmt(said);
        self.0.write_u8(0xff);
    }

    fn effort(&mut self, effort: &Effort, tables: &[f64]) {
        if let Effort::Table { first, length, interpolate } = *effort {
            let table = tables.get(first as usize..first as usize + length as usize);
            self.add(format_args!("{interpolate} {table:?}"));
        } else {
            self.add(format_args!("{effort:?}"));
        }
    }
}

/// The numbers of all parts of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// What holds everywhere: the calendar and the shared factors.
    pub(crate) everywhere: u64,
    /// Per team.
    pub(crate) teams: Vec<u64>,
    /// Per ask, how it lands.
    pub(crate) landings: Vec<u64>,
}

const NOWHERE: Rank = Rank { council: 0, local: 0, due: 0, asked: false, order: 0 };

impl Draft {
    /// The numbers of its parts.
    pub(crate) fn parts(&self) -> Parts {
        let Draft {
            calendar,
            plan_factor,
            organisation_factor,
            dropped,
            teams,
            plans,
            outcomes,
            items,
            landings,
            asks,
            tables,
        } = self;
        let mut everywhere = Digest::default();
        // How far the calendar's tables go follows from the last due date, and no trial looks beyond them.
        everywhere.add(format_args!("{} {:?}", calendar.as_of(), calendar.week()));
        everywhere.add(format_args!("{plan_factor} {organisation_factor} {dropped}"));
        let mut parts: Vec<Digest> = vec![Digest::default(); teams.len()];
        // What stands in each team's queue, in the order of the files.
        let mut queues: Vec<Vec<(Rank, &str)>> = vec![Vec::new(); teams.len()];
        for (part, team) in parts.iter_mut().zip(teams) {
            part.add(format_args!("{team:?}"));
        }
        for plan in plans {
            parts[plan.team].add(format_args!("{:?}", DraftPlan { team: 0, ..plan.clone() }));
        }
        for outcome in outcomes {
            let plan = &plans[outcome.plan];
            parts[plan.team].add(format_args!("{}", plan.name));
            parts[plan.team].add(format_args!("{:?}", DraftOutcome { plan: 0, ..outcome.clone() }));
        }
        for item in items {
            let part = &mut parts[item.team];
            let alone = DraftItem {
                team: 0,
                plan: None,
                effort: Effort::Unknown,
                after: Vec::new(),
                serves: Vec::new(),
                rank: NOWHERE,
                ..item.clone()
            };
            part.add(format_args!("{alone:?} {:?}", item.plan.map(|plan| &plans[plan].name)));
            part.effort(&item.effort, tables);
            for &first in &item.after {
                part.add(format_args!("after {}", items[first].name));
            }
            for &outcome in &item.serves {
                part.add(format_args!("for {}", outcomes[outcome].name));
            }
            queues[item.team].push((item.rank, &item.name));
        }
        for ask in asks {
            let own = plans[ask.plan].team;
            self.say_ask(&mut parts[own], ask);
            for entry in &ask.chain {
                if let Some((team, _)) = entry.create {
                    queues[team].push((entry.rank, &entry.name));
                }
                if entry.migrate.is_some() {
                    queues[own].push((Rank { due: i32::MAX, ..entry.rank }, &entry.name));
                }
            }
        }
        let mut lands: Vec<u64> = Vec::with_capacity(landings.len());
        for landing in landings {
            let DraftLanding { name, source, load } = landing;
            let mut digest = Digest::default();
            digest.add(format_args!("{name}"));
            match source {
                LandingSource::Item(item) => digest.add(format_args!("with {}", items[*item].name)),
                LandingSource::Queue { team, effort, take_up, rank } => {
                    let ranked = rank.council != u32::MAX;
                    for digest in [&mut digest, &mut parts[*team]] {
                        digest.add(format_args!("{name} {take_up} {ranked}"));
                        digest.effort(effort, tables);
                    }
                    digest.add(format_args!("{}", teams[*team].name));
                    queues[*team].push((Rank { asked: true, ..*rank }, name));
                }
                LandingSource::Chance { .. } | LandingSource::On(_) | LandingSource::Never => {
                    digest.add(format_args!("{source:?}"));
                }
            }
            if let Some((team, effort, rank)) = load {
                parts[*team].add(format_args!("{name}"));
                parts[*team].effort(effort, tables);
                queues[*team].push((Rank { asked: true, ..*rank }, name));
            }
            lands.push(digest.0.finish());
        }
        for (part, queue) in parts.iter_mut().zip(&mut queues) {
            // A stable sort: of the same rank, the first in the files goes first.
            queue.sort_by_key(|(rank, _)| *rank);
            for (rank, name) in queue {
                part.add(format_args!("{:?} {name}", Rank { order: 0, ..*rank }));
            }
        }
        Parts {
            everywhere: everywhere.0.finish(),
            teams: parts.iter().map(|part| part.0.finish()).collect(),
            landings: asks.iter().map(|ask| lands[ask.landing]).collect(),
        }
    }

    fn say_ask(&self, part: &mut Digest, ask: &DraftAsk) {
        let alone = DraftAsk {
            plan: 0,
            landing: 0,
            items: Vec::new(),
            outcomes: Vec::new(),
            chain: Vec::new(),
            ..ask.clone()
        };
        part.add(format_args!("{alone:?} {}", self.plans[ask.plan].name));
        for &item in &ask.items {
            part.add(format_args!("gates {}", self.items[item].name));
        }
        for &outcome in &ask.outcomes {
            part.add(format_args!("gates {}", self.outcomes[outcome].name));
        }
        for entry in &ask.chain {
            let alone = DraftFallback {
                create: None,
                rank: NOWHERE,
                migrate: None,
                skips: Vec::new(),
                guide: None,
                ..entry.clone()
            };
            part.add(format_args!("{alone:?}"));
            if let Some((team, effort)) = &entry.create {
                part.add(format_args!("by {}", self.teams[*team].name));
                part.effort(effort, &self.tables);
            }
            if let Some(effort) = &entry.migrate {
                part.add(format_args!("left"));
                part.effort(effort, &self.tables);
            }
            for &item in &entry.skips {
                part.add(format_args!("skips {}", self.items[item].name));
            }
            if let Some((team, share)) = entry.guide {
                part.add(format_args!("guided by {} {share}", self.teams[team].name));
            }
        }
    }
}
