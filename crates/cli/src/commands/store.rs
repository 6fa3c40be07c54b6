//! `kedge store`: an organisation in a store in place of a folder of files.

use super::print_json;
use crate::arguments::{Common, StoreVerb};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone, say};
use kedge_model::Date;
use kedge_workspace::{AsOf, Store, StoreTrouble, Written, disk, make_store};
use serde_json::json;
use std::path::Path;

/// Makes a store, tells its history, or writes a copy of its texts.
pub(crate) fn run(common: &Common, terminal: Terminal, verb: &StoreVerb) -> Result<Exit, Failure> {
    match verb {
        StoreVerb::Make { store, from } => make(common, terminal, store, from),
        StoreVerb::History { store, of } => history(common, terminal, store, of.as_deref()),
        StoreVerb::Files { store, out, on } => files(common, store, out, *on),
    }
}

fn open(path: &Path) -> Result<Store, Failure> {
    Store::open(path).map_err(|trouble| match trouble {
        StoreTrouble::NotAStore(_) => Failure::new(trouble)
            .hint(format!("`kedge store make {} --from DIR` makes one of plan files", path.display())),
        other => Failure::new(other),
    })
}

fn make(common: &Common, terminal: Terminal, path: &Path, from: &Path) -> Result<Exit, Failure> {
    let store = make_store(path, from, AsOf::Today.date("UTC")).map_err(Failure::new)?;
    let texts = store.texts().map_err(Failure::new)?.len();
    if common.json {
        print_json(&json!({ "store": path, "texts": texts }))?;
    } else {
        say!(
            "{} {}, with {texts} texts of {}.",
            terminal.paint(Tone::Strong, "Made"),
            path.display(),
            from.display()
        );
        let next = format!(
            "`kedge serve --store {}` goes on from here, or any verb with `--in {}`. The files stay as they are, and are a copy \
             from now on.",
            path.display(),
            path.display()
        );
        say!("{}", terminal.paint(Tone::Soft, next));
    }
    Ok(Exit::Fine)
}

fn history(common: &Common, terminal: Terminal, path: &Path, of: Option<&str>) -> Result<Exit, Failure> {
    let mut written = open(path)?.history().map_err(Failure::new)?;
    if let Some(of) = of {
        written.retain(|it| it.step.edits.iter().any(|edit| edit.path.starts_with(of)));
    }
    written.reverse();
    if common.json {
        let written: Vec<_> = written.iter().map(Written::in_json).collect();
        print_json(&written)?;
        return Ok(Exit::Fine);
    }
    if written.is_empty() {
        say!("Nothing was written{}.", of.map(|of| format!(" in {of}")).unwrap_or_default());
    }
    for it in &written {
        let paths: Vec<&str> = it.step.edits.iter().map(|edit| edit.path.as_str()).collect();
        let shown = match paths.as_slice() {
            [first, _, _, _, ..] => format!("{first} and {} more", paths.len() - 1),
            few => few.join(", "),
        };
        let number = terminal.paint(Tone::Soft, format!("{:>4}", it.number));
        say!("{number}  {}  {}  {}", it.step.on, it.step.what, terminal.paint(Tone::Soft, shown));
    }
    Ok(Exit::Fine)
}

fn files(common: &Common, path: &Path, out: &Path, on: Option<Date>) -> Result<Exit, Failure> {
    let store = open(path)?;
    let texts = match on {
        Some(day) => store.texts_on(day),
        None => store.texts(),
    };
    let is_empty = std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        return Err(Failure::new(format!("{} is not empty", out.display()))
            .hint("name a folder that is not there yet"));
    }
    let edits: Vec<kedge_workspace::Edit> = texts
        .map_err(Failure::new)?
        .into_iter()
        .map(|it| kedge_workspace::Edit { path: it.path, before: None, after: Some(it.text) })
        .collect();
    disk::write(out, &edits).map_err(Failure::new)?;
    if common.json {
        print_json(&json!({ "out": out, "texts": edits.len() }))?;
    } else {
        say!("Written: {} files in {}", edits.len(), out.display());
    }
    Ok(Exit::Fine)
}
