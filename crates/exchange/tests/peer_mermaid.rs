//! Flowcharts are read back by Mermaid itself, run without a browser: `scripts/mermaid` sets it up, and `scripts/test` leaves
//! this out, and says so, where it cannot.
#![allow(clippy::unwrap_used)]

mod sample;

use kedge_exchange::export::{View, mermaid};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Reads a list of flowcharts, and prints of each what Mermaid understood.
const READER: &str = r"
import { JSDOM } from 'jsdom';
import fs from 'fs';
const page = new JSDOM('');
globalThis.window = page.window;
globalThis.document = page.window.document;
const mermaid = (await import('mermaid')).default;
const read = [];
for (const text of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
  await mermaid.parse(text);
  const chart = await mermaid.mermaidAPI.getDiagramFromText(text);
  read.push({
    names: [...chart.db.getVertices().values()].map((it) => it.text),
    edges: chart.db.getEdges().map((it) => ({ text: it.text, stroke: it.stroke })),
  });
}
fs.writeFileSync(process.argv[3], JSON.stringify(read));
";

#[derive(serde::Deserialize)]
struct Read {
    names: Vec<String>,
    edges: Vec<Edge>,
}

#[derive(serde::Deserialize)]
struct Edge {
    text: String,
    stroke: String,
}

fn mermaid_folder() -> PathBuf {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/mermaid");
    let folder = std::env::var_os("KEDGE_MERMAID").map_or(made, PathBuf::from);
    assert!(folder.join("node_modules/mermaid").is_dir(), "Mermaid is not there: run scripts/mermaid first");
    folder
}

/// Mermaid keeps a character's number in signs of its own until it draws.
fn as_drawn(text: &str) -> String {
    let mut drawn = String::new();
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once("ﬂ°°") {
        let (number, after) = reference.split_once("¶ß").unwrap();
        drawn.push_str(before);
        drawn.push(char::from_u32(number.parse().unwrap()).unwrap());
        rest = after;
    }
    drawn + rest
}

#[test]
fn mermaid_reads_every_name_as_it_was_written() {
    let texts = sample::many_texts(150);
    let charts: Vec<String> = texts
        .iter()
        .map(|texts| mermaid::flowchart(&sample::extract(&sample::organisation(texts), View::Whole)))
        .collect();
    let work = tempfile::tempdir().unwrap();
    let (input, output) = (work.path().join("charts.json"), work.path().join("read.json"));
    std::fs::write(&input, serde_json::to_string(&charts).unwrap()).unwrap();
    // Modules are looked for from where the script lies.
    let folder = mermaid_folder();
    let script = folder.join(format!("read-{}.mjs", std::process::id()));
    std::fs::write(&script, READER).unwrap();
    let ran = Command::new("node").arg(&script).args([&input, &output]).output().unwrap();
    std::fs::remove_file(&script).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read: Vec<Read> = serde_json::from_str(&std::fs::read_to_string(&output).unwrap()).unwrap();
    assert_eq!(read.len(), texts.len());
    for ((texts, chart), read) in texts.iter().zip(&charts).zip(&read) {
        let name: String = texts[0].chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        let names: Vec<String> = read.names.iter().map(|it| as_drawn(it)).collect();
        let found = names.iter().any(|it| it.trim() == name.trim()) || name.trim().is_empty();
        assert!(found, "{name:?} is not in {names:?}:\n{chart}");
        let edges: BTreeSet<(&str, &str)> =
            read.edges.iter().map(|it| (it.text.as_str(), it.stroke.as_str())).collect();
        assert_eq!(edges, BTreeSet::from([("bare", "dotted"), ("hacked", "normal")]));
    }
}
