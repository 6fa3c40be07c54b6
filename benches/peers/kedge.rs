//! The reference organisation as Kedge's own input.

use super::reference::Reference;
use kedge_forecast::calendar::{Calendar, WorkingWeek};
use kedge_forecast::distribution::{Effort, Lognormal};
use kedge_forecast::draft::{Draft, DraftItem, DraftPlan, DraftTeam, Progress, Rank};
use kedge_model::Date;

/// Far enough that no trial is cut off: nothing lasts a hundred years.
const HORIZON: i32 = 36_500;

/// As a draft: everybody at full focus, nothing shared between durations, no asks.
pub fn draft(reference: &Reference) -> Draft {
    with_spread(reference, reference.sigma)
}

/// The same with every duration at its median.
pub fn at_medians(reference: &Reference) -> Draft {
    with_spread(reference, 0.0)
}

/// Per trial: the makespan, then the last end of each plan.
pub fn ends(reference: &Reference, seed: u64, trials: u64) -> Vec<Vec<f64>> {
    let program = draft(reference).program();
    let mut simulator = program.trials();
    let trial = |trial| {
        let ran = simulator.run(seed, trial);
        let mut ends = vec![0.0; reference.plans + 1];
        ends[0] = ran.last_end;
        for (index, item) in reference.items.iter().enumerate() {
            ends[item.plan + 1] = simulator.ended(index).max(ends[item.plan + 1]);
        }
        ends
    };
    (0..trials).map(trial).collect()
}

fn with_spread(reference: &Reference, sigma: f64) -> Draft {
    let monday = Date::new(2026, 10, 5).unwrap();
    let team = |team| DraftTeam {
        name: format!("team {team}"),
        people: Some(reference.people as f64),
        changes: vec![],
        focus: 1.0,
        shifts: 0.0,
    };
    let plan = |plan| DraftPlan {
        name: format!("plan {plan}"),
        team: plan % reference.teams,
        horizon: HORIZON,
        person_week: 0.0,
    };
    let items = reference.items.iter().enumerate().map(|(index, item)| DraftItem {
        name: format!("item {index}"),
        team: item.team,
        plan: Some(item.plan),
        effort: Effort::Estimate { lognormal: Lognormal { mu: item.median.ln(), sigma }, overruns: false },
        crew: 1,
        not_before: i32::MIN,
        after: item.after.clone(),
        serves: Vec::new(),
        rank: Rank::unranked(index as u32),
        progress: Progress::Ahead,
    });
    Draft {
        calendar: Calendar::new(monday, WorkingWeek::new(&[], Vec::new()), HORIZON),
        plan_factor: 1.0,
        organisation_factor: 1.0,
        dropped: 0.0,
        teams: (0..reference.teams).map(team).collect(),
        plans: (0..reference.plans).map(plan).collect(),
        outcomes: Vec::new(),
        items: items.collect(),
        landings: Vec::new(),
        asks: Vec::new(),
        tables: Vec::new(),
    }
}
