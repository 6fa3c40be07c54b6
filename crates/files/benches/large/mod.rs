//! A large organisation: 1,000 teams, 50,000 work items and 10,000 asks, and how long a thing takes on it.

use kedge_files::SourceText;
use std::fmt::Write as _;
use std::time::Instant;

pub(crate) const TEAMS: usize = 1_000;
pub(crate) const PLANS: usize = 5;
pub(crate) const WORK: usize = 10;
const RUNS: usize = 7;

/// Seconds that a thing takes: the median of several runs after one that warms up. What it is made from and what it makes
/// is made and dropped off the clock.
pub(crate) fn median<I, T>(mut from: impl FnMut() -> I, mut run: impl FnMut(I) -> T) -> f64 {
    drop(run(from()));
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let from = from();
            let start = Instant::now();
            let made = run(from);
            let time = start.elapsed().as_secs_f64();
            drop(made);
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

/// The files of the organisation; always the same ones.
pub(crate) fn files() -> Vec<SourceText> {
    let mut files = Vec::new();
    let mut write = |path: String, text: String| files.push(SourceText { path, text });
    write("kedge.toml".into(), "language = 1\nname = \"Large\"\ncurrency = \"EUR\"\nperson-week = \"4k\"\n\n[measure.sales]\ntitle = \"Sales\"\nbetter = \"up\"\n".into());
    let mut answers = vec![String::new(); TEAMS];
    for team in 0..TEAMS {
        write(
            format!("team-{team:04}/team.kedge.toml"),
            format!(
                "team       = \"team-{team:04}\"\ntitle      = \"Team {team}\"\nkind       = \"stream\"\npeople     = {}\n\
                 takes-asks = [\"{}\"]\nturnaround = \"5d\"\nrank       = [\"outcome-0-0\"]\n\
                 owns       = [\"shop:team-{team}/**\"]\n\n[person.lead]\nname  = \"Lead {team}\"\nroles = [\"lead\"]\n",
                4 + team % 7,
                if team % 4 == 0 { "away-team-host" } else { "independent" },
            ),
        );
        for plan in 0..PLANS {
            let mut text = format!(
                "# The plan {plan} of team {team}.\nteam   = \"team-{team:04}\"\ntitle  = \"Plan {plan}\"\nperiod = \"2026-Q4\"\n"
            );
            for outcome in 0..2 {
                let _ = write!(
                    text,
                    "\n[outcome.outcome-{plan}-{outcome}]\ntitle       = \"What customers get, number {outcome}\"\n\
                     value       = \"{}k/week\"\ndue         = 2026-1{}-1{}\n\
                     kpi         = {{ measure = \"sales\", change = \"+2 points\" }}\nstakeholder = \"lead\"\n",
                    10 + (team * 7 + plan) % 60,
                    plan % 3,
                    team % 9
                );
            }
            for work in 0..WORK {
                let _ = write!(
                    text,
                    "\n[work.work-{plan}-{work}]\ntitle  = \"A piece of work, number {work}\"\n\
                     for    = \"outcome-{plan}-{}\"\neffort = \"{}w, rarely over {}w\"   # as the last one\n",
                    work % 2,
                    1 + (team + work) % 4,
                    5 + (team + work) % 5
                );
                if work > 1 {
                    let _ = writeln!(text, "after  = \"work-{plan}-{}\"", work - 2);
                }
            }
            for ask in 0..2 {
                let to = (team * 31 + plan * 7 + ask + 1) % TEAMS;
                let to = if to == team { (to + 1) % TEAMS } else { to };
                let _ = write!(
                    text,
                    "\n[ask.ask-{plan}-{ask}]\nto     = \"team-{to:04}\"\nwhat   = \"A flag on their interface\"\n\
                     why    = \"Without it customers do it by hand\"\nasked  = {{ on = 2026-09-2{ask}, how = \"brief\" }}\n\
                     wanted = 2026-11-11\neffort = \"1w, rarely over 2w\"\ngates  = \"work-{plan}-{ask}\"\n\n\
                     [[ask.ask-{plan}-{ask}.fallback]]\nkind     = \"hack\"\nwhat     = \"Our own table\"\n\
                     create   = \"2w, rarely over 3w\"\nmaintain = \"2d/month\"\nmigrate  = \"1w, rarely over 2w\"\n\
                     keeps    = \"90%\"\nexpires  = 2027-06-30\n"
                );
                if ask == 0 {
                    let _ = write!(
                        answers[to],
                        "\n[[answer.\"team-{team:04}/ask-{plan}-{ask}\"]]\non   = 2026-10-06\nsays = \"committed\"\nby   = 2026-11-20\n"
                    );
                }
            }
            write(format!("team-{team:04}/plan-{plan}.kedge.toml"), text);
        }
    }
    for (team, text) in answers.into_iter().enumerate() {
        write(format!("team-{team:04}/answers.kedge.toml"), format!("team = \"team-{team:04}\"\n{text}"));
    }
    files
}
