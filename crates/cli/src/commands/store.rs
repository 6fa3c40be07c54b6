//! `kedge store`: an organisation in a store in place of a folder of files.

use super::{edit_json, options, print_edits, print_json};
use crate::arguments::{Common, StoreVerb};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone, say};
use kedge_model::{Date, listed};
use kedge_workspace::{
    AsOf, CopyError, RecordError, Store, StoreTrouble, TakeError, Workspace, Written, make_store,
};
use serde_json::json;
use std::path::Path;

/// Makes a store, tells its history, or writes a copy of its texts.
pub(crate) fn run(common: &Common, terminal: Terminal, verb: &StoreVerb) -> Result<Exit, Failure> {
    match verb {
        StoreVerb::Make { store, from } => make(common, terminal, store, from),
        StoreVerb::History { store, of } => history(common, terminal, store, of.as_deref()),
        StoreVerb::Files { store, out, on } => files(common, store, out, *on),
        StoreVerb::Take { store, from, dry_run } => take(common, terminal, store, from, *dry_run),
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
    let copies = match listed(&store.read_of().map_err(Failure::new)?) {
        of if of.is_empty() => of,
        of => format!(", and read copies of {of}"),
    };
    if common.json {
        print_json(&json!({ "store": path, "texts": texts }))?;
    } else {
        say!(
            "{} {} of the files in {}: {texts} texts{copies}.",
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
        written.retain(|it| it.changed(of));
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
    let files = open(path)?.copy_into(out, on).map_err(copy_failure)?;
    if common.json {
        print_json(&json!({ "out": out, "texts": files }))?;
    } else {
        say!("Written: {files} files in {}", out.display());
    }
    Ok(Exit::Fine)
}

fn copy_failure(error: CopyError) -> Failure {
    let hint = match &error {
        CopyError::Taken { .. } => Some("name a folder that is not there yet".to_owned()),
        CopyError::Edited { .. } => Some(
            "`kedge store take STORE --from DIR` brings what was edited home first; or write another copy"
                .into(),
        ),
        CopyError::NoCopy { store, .. } => {
            Some(format!("`kedge store files {} --out DIR` writes one", store.display()))
        }
        _ => None,
    };
    let failure = Failure::new(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// Brings what was edited in a copy home.
fn take(
    common: &Common,
    terminal: Terminal,
    path: &Path,
    from: &Path,
    dry_run: bool,
) -> Result<Exit, Failure> {
    let workspace = Workspace::of_store(open(path)?, options(common, None)).map_err(super::open_failure)?;
    let edits = workspace.take_edits(from, dry_run).map_err(|error| match error {
        TakeError::Copy(error) => copy_failure(error),
        TakeError::Record(error @ RecordError::Write(_)) => Failure::new(error)
            .hint("write a fresh copy with `kedge store files` beside this one, and edit that text there"),
        other => Failure::new(other),
    })?;
    if common.json {
        let files: Vec<_> = edits.iter().map(edit_json).collect();
        print_json(&json!({ "written": !dry_run && !edits.is_empty(), "files": files }))?;
        return Ok(Exit::Fine);
    }
    if edits.is_empty() {
        say!("Nothing was edited in {}.", from.display());
        return Ok(Exit::Fine);
    }
    let heading = if dry_run { "Would take:" } else { "Taken:" };
    say!("{} what was edited in {}", terminal.paint(Tone::Strong, heading), from.display());
    print_edits(terminal, &edits);
    if !dry_run {
        super::tell_undo(terminal, Some(path));
    }
    Ok(Exit::Fine)
}
