//! The SimPy peer, `simpy_queues.py`, run as a command of its own; it reports its own time, start-up apart.

use super::reference::Reference;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has SimPy, and the organisation in a file.
pub struct Simpy {
    python: PathBuf,
    script: PathBuf,
    organisation: PathBuf,
}

/// What a run of trials printed.
pub struct Run {
    pub completions: f64,
    pub seconds: f64,
    /// Per trial: the makespan, then the last end of each plan.
    pub trials: Vec<Vec<f64>>,
}

impl Simpy {
    /// With the Python named by `KEDGE_PEERS_PYTHON`, else the one that `scripts/peers` sets up; `None` without.
    pub fn find(reference: &Reference, folder: &Path, name: &str) -> Option<Simpy> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = std::env::var_os("KEDGE_PEERS_PYTHON").map(PathBuf::from);
        let python = python.unwrap_or_else(|| root.join("target/peers/bin/python"));
        let organisation = folder.join(name);
        std::fs::write(&organisation, serde_json::to_vec(reference).unwrap()).unwrap();
        let script = root.join("benches/peers/simpy_queues.py");
        python.is_file().then_some(Simpy { python, script, organisation })
    }

    /// Runs trials with drawn durations.
    pub fn trials(&self, seed: u64, trials: u32) -> Run {
        self.run(&[&seed.to_string(), &trials.to_string()])
    }

    /// The makespan where every duration is its median.
    pub fn at_medians(&self) -> f64 {
        self.run(&["medians"]).trials[0][0]
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let output = Command::new(&self.python)
            .arg(&self.script)
            .arg(&self.organisation)
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.python.display()));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let number = |value: &serde_json::Value| value.as_f64().unwrap();
        let trials = printed["trials"].as_array().unwrap().iter();
        Run {
            completions: number(&printed["completions"]),
            seconds: number(&printed["seconds"]),
            trials: trials.map(|trial| trial.as_array().unwrap().iter().map(number).collect()).collect(),
        }
    }
}
