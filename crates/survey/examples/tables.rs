//! Who writes and who reads the tables of a repository, set beside labels that were given by hand.
//!
//! `cargo run --release -p kedge-survey --example tables -- CLONE LABELS [--apart]`, where CLONE is a clone of the
//! repository that LABELS names (`crates/survey/tests/labels/*.tsv`, each with its commit); `--apart` lists where the
//! two differ. `cargo run … -- CLONE` alone prints what is found.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/labels/measure.rs"]
mod measure;

use kedge_survey::Repository;
use kedge_survey::data::{DataSurvey, Options, survey_of};
use kedge_survey::tree::Tree;
use std::path::Path;
use std::time::Instant;

fn read(clone: &str, commit: &str) -> DataSurvey {
    let started = Instant::now();
    let repository = Repository::open(Path::new(clone), commit).unwrap();
    let tree = Tree::of(&repository).unwrap();
    let survey = survey_of(&repository, &tree, &Options::default()).unwrap();
    println!(
        "{} files read in {:.1} s, {} objects",
        survey.files,
        started.elapsed().as_secs_f64(),
        survey.objects.len()
    );
    for (role, left_out) in &survey.left_out {
        println!("left out: {} files that are {role:?} do {} things", left_out.files, left_out.uses);
    }
    survey
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [clone] => {
            for object in read(clone, "HEAD").objects {
                println!("{:?} {} ({})", object.kind, object.shown, object.definitions.len());
                for (side, uses) in
                    [("write", &object.writers), ("read", &object.readers), ("call", &object.callers)]
                {
                    for one in uses {
                        let via = if one.via.is_empty() {
                            String::new()
                        } else {
                            format!(" via {}", one.via.join(" → "))
                        };
                        println!("  {side:5} {:?} {}:{} {:?}{via}", one.act, one.path, one.line, one.how);
                    }
                }
            }
        }
        [clone, labels, rest @ ..] => {
            let labels = measure::Labels::read(&std::fs::read_to_string(labels).unwrap());
            let measured = labels.measure(&read(clone, &labels.commit));
            println!("{} tables\n{measured}", labels.tables());
            if rest.iter().any(|argument| argument == "--apart") {
                println!("{}", measured.apart.join("\n"));
            }
        }
        [] => println!("name a clone, and a file of labels"),
    }
}
