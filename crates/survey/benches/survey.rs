//! How fast a whole history is read, beside git's own log and `PyDriller`, on a clone that is named.
//!
//! `scripts/bench survey REPO` sets up the Python peer and ends with a line per figure. Ours and git's take turns, and a
//! ratio is the median of the rounds' own. `PyDriller`, by far the slowest, reads only the newest commits; its rate is compared.
#![allow(clippy::unwrap_used)]
#![allow(missing_docs)]

use kedge_survey::history::{History, Walk};
use kedge_survey::ownership::Known;
use kedge_survey::people::Members;
use kedge_survey::{Asked, Repository, Survey};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 9;
/// How many commits the shorter of the generated histories has.
const GENERATED: usize = 20_000;
/// How many of the newest commits `PyDriller` reads.
const PYDRILLER_COMMITS: usize = 200;
/// Names the revision that a process of its own surveys, so that its peak of memory is its own.
const PART: &str = "KEDGE_BENCH_PART";

/// What `PyDriller`'s own documentation shows for going through all commits and the files they changed.
const PYDRILLER: &str = "
import sys, time
from pydriller import Repository
path, first, last = sys.argv[1:]
begin = time.time()
commits = files = 0
for commit in Repository(path, from_commit=first, to_commit=last).traverse_commits():
    commits += 1
    files += len(commit.modified_files)
print(commits, time.time() - begin)
";

fn main() {
    let Some(path) = std::env::args().skip(1).find(|it| !it.starts_with("--")) else {
        println!("name a clone: scripts/bench survey REPO");
        return;
    };
    let path = PathBuf::from(path);
    if let Some(revision) = std::env::var_os(PART) {
        return survey_part(&path, &revision.to_string_lossy());
    }
    let repository = Repository::open(&path, "HEAD").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("history");

    let mut rounds = Vec::new();
    let mut commits = 0;
    for _ in 0..ROUNDS {
        let _ = std::fs::remove_file(&cache);
        let ours = seconds(|| {
            let history = History::read(&repository, Walk::default(), &cache, &mut |_| {}).unwrap();
            let mut touched = 0;
            history.each(|commit| touched += commit.touched.len()).unwrap();
            assert!(touched > 0);
            commits = history.commits;
        });
        let git = seconds(|| {
            let mut log = Command::new("git");
            log.arg("--git-dir").arg(repository.git_dir()).args(["log", "--raw", "HEAD"]);
            assert!(log.stdout(Stdio::null()).status().unwrap().success());
        });
        rounds.push((ours, git));
    }
    let ours = median(rounds.iter().map(|(ours, _)| *ours));
    let ratio = median(rounds.iter().map(|(ours, git)| ours / git));
    println!("{commits} commits in {ours:.2} s; the rounds' own ratios to git log --raw:");
    println!(
        "  {}",
        rounds.iter().map(|(ours, git)| format!("{:.2}", ours / git)).collect::<Vec<_>>().join(" ")
    );

    let pydriller = pydriller(&repository);
    if let Some(rate) = pydriller {
        println!("PyDriller: {rate:.0} commits a second; ours: {:.0}", commits as f64 / ours);
    }

    // A second run, ten commits later: all of it, counting included.
    let ten_before = Repository::open(&path, "HEAD~10").unwrap();
    let survey = |repository: &Repository| {
        let (known, members) = (Known::default(), Members::default());
        Survey::of(repository, "it", &Asked::default(), &known, &members, &cache, &mut |_| {}).unwrap()
    };
    let second = median((0..5).map(|_| {
        std::fs::remove_file(&cache).unwrap();
        survey(&ten_before);
        seconds(|| drop(survey(&repository)))
    }));

    let whole = peak(&path, "HEAD");
    let count: usize = git(&repository, &["rev-list", "--count", "HEAD"]).trim().parse().unwrap();
    let listed = git(&repository, &["rev-list", "--max-count=1", &format!("--skip={}", count / 2), "HEAD"]);
    let half = peak(&path, listed.trim());
    println!("memory: {half:.0} MiB for the older half of the history, {whole:.0} MiB for all of it");
    // What memory holds are the names of paths and people, and the pairs that met: with the same files and people, four
    // times the commits take as much.
    let [short, long] = [GENERATED, 4 * GENERATED].map(|commits| {
        let folder = tempfile::tempdir().unwrap();
        generate(folder.path(), commits);
        peak(folder.path(), "HEAD")
    });
    println!(
        "memory: {short:.1} MiB for {GENERATED} generated commits, {long:.1} MiB for four times as many\n"
    );

    println!("survey.vs_git_log {ratio:.2} times");
    if let Some(rate) = pydriller {
        println!("survey.vs_pydriller {:.0} times", commits as f64 / ours / rate);
    }
    println!("survey.second_run_s {second:.2} s");
    println!("survey.mib {whole:.0} MiB");
    println!("survey.mib_of_4n_to_n {:.2} times", long / short);
}

/// A history of so many commits over the same five hundred files of ten owners.
fn generate(folder: &Path, commits: usize) {
    let bare = |args: &[&str]| {
        let mut git = Command::new("git");
        git.arg("--git-dir").arg(folder).args(args);
        git
    };
    assert!(bare(&["init", "--quiet", "--bare", "--initial-branch=main"]).status().unwrap().success());
    let mut import = bare(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut to = std::io::BufWriter::new(import.stdin.take().unwrap());
    let rules: String =
        (0..10).fold(String::new(), |rules, owner| rules + &format!("/{owner}/ @acme/t{owner}\n"));
    // A simple generator: the same history every time.
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for number in 0..commits {
        let moment = 1_600_000_000 + number * 600;
        writeln!(
            to,
            "commit refs/heads/main\ncommitter A <a{}@acme.example> {moment} +0000\ndata 0",
            number % 50
        )
        .unwrap();
        if number == 0 {
            write!(to, "M 100644 inline CODEOWNERS\ndata {}\n{rules}\n", rules.len()).unwrap();
        }
        for _ in 0..3 {
            let text = number.to_string();
            let (owner, file) = (next(10), next(50));
            write!(to, "M 100644 inline {owner}/{file}\ndata {}\n{text}\n", text.len()).unwrap();
        }
    }
    drop(to);
    assert!(import.wait().unwrap().success());
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn git(repository: &Repository, args: &[&str]) -> String {
    let out = Command::new("git").arg("--git-dir").arg(repository.git_dir()).args(args).output().unwrap();
    String::from_utf8(out.stdout).unwrap()
}

/// Commits a second, over the newest; `None` where it is not there or fails, which is printed. It does not read bare clones,
/// so it gets one of its own that shares the objects.
fn pydriller(repository: &Repository) -> Option<f64> {
    let python = std::env::var_os("KEDGE_PEERS_PYTHON")?;
    let folder = tempfile::tempdir().unwrap();
    let clone = ["clone", "--quiet", "--shared", "--no-checkout"];
    let cloned =
        Command::new("git").args(clone).arg(repository.git_dir()).arg(folder.path()).status().unwrap();
    assert!(cloned.success(), "the clone for PyDriller failed");
    let first =
        git(repository, &["rev-list", "--max-count=1", &format!("--skip={PYDRILLER_COMMITS}"), "HEAD"]);
    let out = Command::new(python)
        .args(["-c", PYDRILLER])
        .arg(folder.path())
        .args([first.trim(), repository.head()])
        .output()
        .ok()?;
    if !out.status.success() {
        println!(
            "PyDriller failed: {}",
            String::from_utf8_lossy(&out.stderr).lines().last().unwrap_or_default()
        );
    }
    let printed = String::from_utf8(out.stdout).ok()?;
    let (commits, seconds) = printed.trim().split_once(' ')?;
    Some(commits.parse::<f64>().ok()? / seconds.parse::<f64>().ok()?)
}

/// The peak of memory of a process that surveys up to a revision, in MiB.
fn peak(path: &Path, revision: &str) -> f64 {
    let part = Command::new(std::env::current_exe().unwrap()).arg(path).env(PART, revision).output().unwrap();
    String::from_utf8(part.stdout).unwrap().trim().parse().unwrap()
}

fn survey_part(path: &Path, revision: &str) {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(path, revision).unwrap();
    let (known, members) = (Known::default(), Members::default());
    let cache = folder.path().join("history");
    Survey::of(&repository, "it", &Asked::default(), &known, &members, &cache, &mut |_| {}).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().unwrap();
    println!("{}", kib / 1024.0);
}
