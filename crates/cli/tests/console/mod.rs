//! Blocks of a page that are what a command prints on the example organisation.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(command: &str) -> String {
    let arguments: Vec<&str> = command.strip_prefix("kedge ").unwrap().split(' ').collect();
    let output = Command::new(env!("CARGO_BIN_EXE_kedge"))
        .args(&arguments)
        .current_dir(root().join("examples/harbour"))
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// The page with each block made anew, and the blocks by command.
pub(crate) fn made(page: &str) -> (String, BTreeMap<String, String>) {
    let (mut text, mut blocks) = (String::new(), BTreeMap::new());
    let mut rest = page;
    while let Some((before, block)) = rest.split_once("```console\n$ ") {
        let (block, after) = block.split_once("```").unwrap();
        let command = block.lines().next().unwrap();
        let printed = run(command);
        text.extend([before, "```console\n$ ", command, "\n", &printed, "```"]);
        blocks.insert(command.to_owned(), printed);
        rest = after;
    }
    (text + rest, blocks)
}
