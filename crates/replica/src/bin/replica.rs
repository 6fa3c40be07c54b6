//! The `replica` command: checks recorded histories.

use kedge_replica::Contracts;
use kedge_replica::checker::{Check, History, Violation, check, check_contracts};
use std::process::ExitCode;

const HELP: &str = "\
Says whether a recorded history of operations kept a contract

Usage: replica check HISTORY (--contracts FILE | --expect CHECK[,CHECK...]) [--json]

  HISTORY           one JSON object a line, such as
                    {\"process\": \"a\", \"key\": \"x\", \"op\": \"write\", \"value\": 1, \"start\": 0, \"end\": 10}
                    op: write, read, read-kept (values), cas (from, value, ok), final;
                    no end: no answer came. \"collection\" may stand beside \"key\".
  --contracts FILE  each collection is checked for what its contract promises
  --expect CHECKS   all of the history is checked for these:
                    single-writer, convergence, read-your-writes, causal-order, linearizability
  --json            prints what was found as JSON

Exit: 0 all kept, 1 something broken, with the smallest history that shows it, 2 bad usage or input.

Example: replica check history.jsonl --expect linearizability
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok((found, json)) => {
            print(&found, json);
            if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(wrong) => {
            eprintln!("replica: {wrong}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<(Vec<Violation>, bool), String> {
    let (mut path, mut contracts, mut checks, mut json) = (None, None, None, false);
    let mut rest = arguments.iter();
    if rest.next().map(String::as_str) != Some("check") {
        return Err("the verb is `check`; see replica --help".to_owned());
    }
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--contracts" => contracts = Some(rest.next().ok_or("--contracts needs a file")?),
            "--expect" => checks = Some(rest.next().ok_or("--expect needs checks")?),
            flag if flag.starts_with('-') => {
                return Err(format!("`{flag}` is not known; see replica --help"));
            }
            file if path.is_none() => path = Some(file),
            more => return Err(format!("`{more}`: one history at a time")),
        }
    }
    let path = path.ok_or("name a history; see replica --help")?;
    let read = |path: &str| std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
    let history = History::from_jsonl(&read(path)?).map_err(|error| format!("{path}: {error}"))?;
    let found = match (contracts, checks) {
        (Some(file), None) => {
            let contracts = Contracts::from_toml(&read(file)?).map_err(|error| format!("{file}: {error}"))?;
            check_contracts(&history, &contracts)
        }
        (None, Some(words)) => {
            let known = |word: &str| {
                let found = Check::ALL.into_iter().find(|check| check.word() == word);
                found.ok_or_else(|| format!("`{word}` is not a check; see replica --help"))
            };
            check(&history, &words.split(',').map(known).collect::<Result<Vec<_>, _>>()?)
        }
        _ => return Err("say either --contracts FILE or --expect CHECKS; see replica --help".to_owned()),
    };
    Ok((found, json))
}

fn print(found: &[Violation], json: bool) {
    if json {
        println!("{}", serde_json::to_string_pretty(found).expect("what was found can be written"));
    } else if found.is_empty() {
        println!("kept");
    } else {
        for violation in found {
            print!("{violation}");
        }
    }
}
