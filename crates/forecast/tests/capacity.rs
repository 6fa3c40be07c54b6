//! How many people a team has, from facts: persons, absences, holidays, loans, embeds and task forces.
#![allow(clippy::unwrap_used)]

mod common;

use common::{build, date, options, outcome, plan, slug, team, work};
use kedge_forecast::*;
use kedge_model::*;

/// As of Thursday 1 October 2026, a plan of the first team with one outcome and these items of exactly so many days.
fn organisation(teams: Vec<Team>, items: &[(&str, u32)]) -> Organisation {
    with(teams, items, vec![])
}

fn with(teams: Vec<Team>, items: &[(&str, u32)], more: Vec<Fact>) -> Organisation {
    let mut settings = Settings { name: "example".into(), ..Settings::default() };
    settings.assume.plan_factor = 1.0;
    settings.assume.organisation_factor = 1.0;
    let plan = plan(&format!("{}/plan", teams[0].id));
    let outcome = outcome(&plan, "out", None, Some("2026-12-10"));
    let mut facts: Vec<Fact> = vec![settings.into(), plan.into()];
    facts.extend(teams.into_iter().map(Fact::from));
    for (name, days) in items {
        let mut work = work(&outcome, name, &[], None);
        let days: WorkTime = format!("{days}d").parse().unwrap();
        work.effort = Some(Effort::Range { least: days, likely: days, most: days });
        facts.push(work.into());
    }
    facts.push(outcome.into());
    facts.extend(more);
    build(facts)
}

fn person(team: &mut Team, name: &str, share: u8, from: Option<&str>, until: Option<&str>) {
    let person = Person {
        name: None,
        roles: vec![],
        share: Share::percent(share),
        from: from.map(date),
        until: until.map(date),
        git: vec![],
        meta: Meta::default(),
    };
    team.persons.insert(slug(name), person);
}

fn absence(who: Option<&str>, from: &str, until: &str, share: u8) -> Absence {
    Absence {
        who: who.map(|who| who.parse().unwrap()),
        from: date(from),
        until: date(until),
        share: Share::percent(share),
        meta: Meta::default(),
    }
}

fn loan(who: &str, to: &str, from: &str, until: &str, share: u8, embed: bool) -> Loan {
    Loan {
        who: who.parse().unwrap(),
        to: to.parse().unwrap(),
        share: Share::percent(share),
        from: date(from),
        until: date(until),
        embed,
        meta: Meta::default(),
    }
}

/// What the first plan's log says of people: on which date which team has how many.
fn people(organisation: &Organisation) -> Vec<String> {
    let said = |line: &LogLine| line.what.contains("from now on");
    log(organisation).iter().filter(|line| said(line)).map(short).collect()
}

fn starts_and_ends(organisation: &Organisation) -> Vec<String> {
    let said = |line: &LogLine| line.what.contains(" starts ") || line.what.ends_with(" ends");
    log(organisation).iter().filter(|line| said(line)).map(short).collect()
}

fn log(organisation: &Organisation) -> Vec<LogLine> {
    let plan = organisation.plans().next().unwrap().id.clone();
    replay(organisation, &plan, Policy::AsPlanned, 0, &options()).unwrap()
}

fn short(line: &LogLine) -> String {
    format!("{} {}", line.date, line.what.split(':').next().unwrap())
}

#[test]
fn persons_count_by_their_shares_from_their_first_day_to_their_last() {
    let mut ours = team("ours", 0);
    ours.stated_people = None;
    person(&mut ours, "ana", 100, None, Some("2026-10-16"));
    person(&mut ours, "ben", 50, None, None);
    person(&mut ours, "cem", 100, Some("2026-11-02"), None);
    person(&mut ours, "dan", 50, Some("2026-11-02"), None);
    let organisation = organisation(vec![ours.clone()], &[("a", 3), ("b", 3), ("c", 1)]);
    assert_eq!(
        people(&organisation),
        ["2026-10-19 ours has one person from now on", "2026-11-02 ours has 2 people from now on"]
    );
    // Two at three quarters until the first leaves, then one at a half.
    assert_eq!(
        starts_and_ends(&organisation),
        [
            "2026-10-01 ours starts work ours/a",
            "2026-10-01 ours starts work ours/b",
            "2026-10-06 work ours/a ends",
            "2026-10-06 work ours/b ends",
            "2026-10-07 ours starts work ours/c",
            "2026-10-08 work ours/c ends",
        ]
    );
    // A stated number stands whoever is listed.
    ours.stated_people = Some(2);
    assert!(people(&self::organisation(vec![ours], &[("a", 3)])).is_empty());
}

#[test]
fn a_person_away_and_the_whole_team_away() {
    let mut ours = team("ours", 2);
    ours.absences = vec![
        absence(Some("ours/ana"), "2026-10-05", "2026-10-09", 100),
        absence(None, "2026-10-12", "2026-10-13", 100),
    ];
    ours.holidays = vec![date("2026-10-15"), date("2026-10-17")];
    let organisation = organisation(vec![ours.clone()], &[("a", 1), ("b", 3), ("c", 4)]);
    assert_eq!(
        people(&organisation),
        [
            "2026-10-05 ours has one person from now on",
            "2026-10-12 nobody of ours is there from now on",
            "2026-10-14 ours has 2 people from now on",
            "2026-10-15 nobody of ours is there from now on",
            "2026-10-16 ours has 2 people from now on",
        ]
    );
    assert_eq!(
        starts_and_ends(&organisation),
        [
            "2026-10-01 ours starts work ours/a",
            "2026-10-01 ours starts work ours/b",
            "2026-10-01 work ours/a ends",
            "2026-10-02 ours starts work ours/c",
            "2026-10-05 work ours/b ends",
            "2026-10-07 work ours/c ends",
        ]
    );
    // Half a person away of two: one and a half. All of them half away: one.
    ours.holidays = vec![];
    ours.absences = vec![absence(None, "2026-10-01", "2027-12-31", 50)];
    let organisation = self::organisation(vec![ours], &[("a", 1)]);
    let forecast = forecast(&organisation, &options());
    assert_eq!(forecast.teams[0].people, Some(1.0));
}

#[test]
fn a_loan_takes_people_out_and_brings_them_back_and_an_embed_joins() {
    let mut donor = team("donor", 2);
    let mut host = team("host", 1);
    donor.loans = vec![loan("donor/ana", "host", "2026-10-05", "2026-10-16", 100, true)];
    // On loan and away: missing where they are lent to, not twice at home.
    donor.absences = vec![absence(Some("donor/ana"), "2026-10-12", "2026-10-13", 100)];
    // The whole host team is away with who is embedded in it.
    host.absences = vec![absence(None, "2026-10-08", "2026-10-08", 100)];
    let out = organisation(vec![donor.clone(), host.clone()], &[("a", 10)]);
    assert_eq!(
        people(&out),
        ["2026-10-05 donor has one person from now on", "2026-10-19 donor has 2 people from now on"]
    );
    let joined = organisation(vec![host, donor.clone()], &[("a", 10)]);
    assert_eq!(
        people(&joined),
        [
            "2026-10-05 host has 2 people from now on",
            "2026-10-08 nobody of host is there from now on",
            "2026-10-09 host has 2 people from now on",
            "2026-10-12 host has one person from now on",
            "2026-10-14 host has 2 people from now on",
            "2026-10-19 host has one person from now on",
        ]
    );
    // Nobody lends the people of another team, and nobody is lent more than whole.
    let mut thief = team("thief", 1);
    thief.loans = vec![loan("donor/ana", "thief", "2026-10-05", "2026-10-16", 100, true)];
    donor.absences = vec![];
    donor.loans.push(loan("donor/ana", "thief", "2026-10-05", "2026-10-16", 100, true));
    let forecast = forecast(&organisation(vec![thief, donor, team("host", 1)], &[]), &options());
    let of = |name: &str| forecast.teams.iter().find(|team| team.team.as_str() == name).unwrap().people;
    // Ten of the 66 working days of the period, half of ana for each.
    let half = 1.0 + 0.5 * 10.0 / 66.0;
    assert!((of("thief").unwrap() - half).abs() < 1e-9);
}

#[test]
fn a_task_force_has_exactly_the_people_whom_donors_lend_from_its_start_to_its_end() {
    let (mut left, mut right) = (team("left", 4), team("right", 4));
    left.loans = vec![
        loan("left/ana", "force", "2026-10-05", "2026-12-18", 100, false),
        loan("left/ben", "force", "2026-10-12", "2026-10-30", 50, false),
    ];
    right.loans = vec![loan("right/cem", "force", "2026-10-05", "2026-10-30", 100, false)];
    let mut force = team("force", 9);
    force.kind = TeamKind::TaskForce(TaskForce {
        initiative: "council/rescue".parse().unwrap(),
        full_time: false,
        starts: date("2026-10-06"),
        ends: date("2026-11-06"),
        wants: vec![],
        later_owner: "left".parse().unwrap(),
    });
    let council = Council::default();
    let rescue = Initiative {
        id: "council/rescue".parse().unwrap(),
        title: "Rescue".into(),
        kind: InitiativeKind::CriticalProject,
        outcomes: vec!["force/out".parse().unwrap()],
        program_manager: None,
        sponsor: None,
        meta: Meta::default(),
    };
    let organisation =
        with(vec![force, left, right], &[("a", 3), ("b", 40), ("c", 1)], vec![council.into(), rescue.into()]);
    let (of_force, _): (Vec<String>, Vec<String>) =
        people(&organisation).into_iter().partition(|line| line.contains("force"));
    assert_eq!(
        of_force,
        [
            "2026-10-06 force has 2 people from now on",
            "2026-10-12 force has 3 people from now on",
            "2026-11-02 force has one person from now on",
            "2026-11-09 nobody of force is there from now on",
        ]
    );
    let log = starts_and_ends(&organisation);
    assert!(log.contains(&"2026-10-06 force starts work force/a".to_owned()), "{log:#?}");
    assert!(!log.iter().any(|line| line.ends_with("force/b ends")), "{log:#?}");
    // What is not done when it ends is never done.
    let plan = plan_forecast(&organisation, &"force/plan".parse().unwrap(), &options()).unwrap();
    let live = &plan.policy(Policy::AsPlanned).unwrap().outcomes[0].live;
    assert!(matches!(live.spread().unwrap().p50.at, When::Never(_)), "{live:?}");
}

#[test]
fn how_full_a_queue_is_counts_the_people_who_are_there() {
    // From 1 October to the end of the year there are 66 working days; two people are there for the first 22 only.
    let mut ours = team("ours", 2);
    ours.absences = vec![absence(None, "2026-11-02", "2027-01-31", 100)];
    let forecast = forecast(&organisation(vec![ours, team("idle", 0)], &[("a", 11)]), &options());
    let ours = &forecast.teams.iter().find(|team| team.team.as_str() == "ours").unwrap();
    assert!((ours.people.unwrap() - 44.0 / 66.0).abs() < 1e-9, "{ours:?}");
    assert!((ours.filled.unwrap() - (11.0 / 44.0 + 0.3)).abs() < 1e-9, "{ours:?}");
    // Where nobody is there, nothing can be said of how full the queue is.
    let idle = &forecast.teams.iter().find(|team| team.team.as_str() == "idle").unwrap();
    assert_eq!((idle.people, idle.filled), (Some(0.0), None));
}

#[test]
fn what_was_spent_before_as_of_leaves_out_the_days_without_the_team() {
    let mut ours = team("ours", 1);
    ours.holidays = vec![date("2026-09-28"), date("2026-09-29")];
    let mut facts = organisation(vec![ours], &[("a", 5)]).facts_in_order();
    for fact in &mut facts {
        if let Fact::Work(work) = fact {
            let mut begun = (**work).clone();
            begun.started = Some(date("2026-09-28"));
            *fact = begun.into();
        }
    }
    // Of five days one was worked, on the Wednesday: four are left from Thursday on.
    assert_eq!(starts_and_ends(&build(facts))[1], "2026-10-06 work ours/a ends");
}

#[test]
fn an_ask_is_needed_earlier_where_those_who_wait_for_it_are_away_before_it_is_due() {
    let needed_by = |days: &[&str]| {
        let mut facts = common::example(2);
        for fact in &mut facts {
            match fact {
                Fact::Team(team) if team.id.as_str() == "checkout" => {
                    let mut changed = (**team).clone();
                    changed.holidays = days.iter().map(|day| date(day)).collect();
                    *fact = changed.into();
                }
                Fact::Work(work) if work.id.id().as_str() == "wire-up" => {
                    let mut changed = (**work).clone();
                    let days: WorkTime = "4d".parse().unwrap();
                    changed.effort = Some(Effort::Range { least: days, likely: days, most: days });
                    *fact = changed.into();
                }
                _ => {}
            }
        }
        let plan =
            plan_forecast(&build(facts), &common::one_tap(), &options().with_trials(200, 100)).unwrap();
        let NeededBy::On(day) = plan.ask(&common::token()).unwrap().needed_by else { panic!() };
        // What an answer rests on says that there are days without anybody.
        let said = plan.assumptions.iter().any(|it| it.what.ends_with("people in the mean"));
        assert_eq!(said, !days.is_empty());
        day
    };
    // Due at the end of Thursday 10 December: four days from Monday on, so it lands on Friday; and two more where two of
    // the days are none of work.
    assert_eq!(needed_by(&[]), date("2026-12-04"));
    assert_eq!(needed_by(&["2026-12-08", "2026-12-10"]), date("2026-12-02"));
    // What falls before the work changes nothing.
    assert_eq!(needed_by(&["2026-12-04"]), date("2026-12-04"));
}
