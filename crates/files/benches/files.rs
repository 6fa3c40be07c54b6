//! How long an organisation of 1,000 teams and 50,000 work items takes to load from disk.
//!
//! Prints `files.load_s`, the seconds, and `files.load_vs_read`, how many times as long that is as only reading the same
//! bytes, file by file. Medians of several runs on a warm cache. `cargo bench -p kedge-files --bench files`
#![allow(clippy::unwrap_used)]

use kedge_files::load_folder;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

const TEAMS: usize = 1_000;
const PLANS: usize = 5;
const WORK: usize = 10;
const RUNS: usize = 7;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let files = generate(folder.path());
    let bytes: usize = files.iter().map(|file| fs::metadata(file).unwrap().len() as usize).sum();
    let load = median(|| {
        let Ok(loaded) = load_folder(folder.path()) else { panic!("what this bench writes does not load") };
        assert_eq!(loaded.organisation.work().len(), TEAMS * PLANS * WORK);
        assert_eq!(loaded.organisation.teams().len(), TEAMS);
        loaded
    });
    let read = median(|| {
        let found: usize = files.iter().map(|file| fs::read(file).unwrap().len()).sum();
        assert_eq!(found, bytes);
    });
    eprintln!("{} files, {:.1} MB; reading alone {read:.3} s", files.len(), bytes as f64 / 1e6);
    println!("files.load_s {load:.3} s");
    println!("files.load_vs_read {:.1} ratio", load / read);
}

fn median<T>(mut run: impl FnMut() -> T) -> f64 {
    drop(run());
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let made = run();
            let time = start.elapsed().as_secs_f64();
            drop(made);
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

/// Writes the organisation; always the same one.
fn generate(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut write = |path: String, text: String| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        files.push(path);
    };
    write("kedge.toml".into(), "language = 1\nname = \"Large\"\ncurrency = \"EUR\"\nperson-week = \"4k\"\n\n[measure.sales]\ntitle = \"Sales\"\nbetter = \"up\"\n".into());
    let mut answers = vec![String::new(); TEAMS];
    for team in 0..TEAMS {
        write(
            format!("team-{team:04}/team.kedge.toml"),
            format!(
                "team       = \"team-{team:04}\"\ntitle      = \"Team {team}\"\nkind       = \"stream\"\npeople     = {}\n\
                 takes-asks = [\"independent\", \"away-team-host\"]\nturnaround = \"5d\"\nrank       = [\"outcome-0-0\"]\n\
                 owns       = [\"shop:team-{team}/**\"]\n\n[person.lead]\nname  = \"Lead {team}\"\nroles = [\"lead\"]\n",
                4 + team % 7
            ),
        );
        for plan in 0..PLANS {
            let mut text = format!(
                "# The plan {plan} of team {team}.\nteam   = \"team-{team:04}\"\ntitle  = \"Plan {plan}\"\nperiod = \"2026-Q{}\"\n",
                1 + plan % 4
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
