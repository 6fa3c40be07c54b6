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

/// The blocks of a page of `docs` by command, which are as the page has them. Where `KEDGE_WRITE_DOCS` is set the page is
/// written anew.
pub(crate) fn blocks_of(page: &str, test: &str) -> BTreeMap<String, String> {
    let path = root().join("docs").join(page);
    let stands = std::fs::read_to_string(&path).unwrap();
    let (anew, blocks) = made(&stands);
    if std::env::var_os("KEDGE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &anew).unwrap();
    } else {
        assert!(
            stands == anew,
            "docs/{page} is stale; KEDGE_WRITE_DOCS=1 cargo nextest run -p kedge --test {test} writes its blocks anew"
        );
    }
    blocks
}

/// The page with each block made anew, and the blocks by command.
fn made(page: &str) -> (String, BTreeMap<String, String>) {
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
