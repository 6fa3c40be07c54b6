//! `kedge serve`: the pages and the API, from this binary.

use super::{open_failure, options};
use crate::arguments::{Common, Trials};
use crate::failure::{Exit, Failure};
use crate::terminal::say;
use crate::terminal::{Terminal, Tone};
use include_dir::{Dir, include_dir};
use kedge_model::Date;
use kedge_workspace::{AsOf, OpenError, Options, StoreTrouble, Watch, Workspace};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The example organisation, carried in the binary.
static HARBOUR: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/harbour");

/// After so long a store that is held is looked at again.
const AGAIN: Duration = Duration::from_millis(500);

/// The day on which the example's story is told.
fn story_day() -> Option<Date> {
    Date::new(2026, 10, 14)
}

/// Serves the organisation at `path`, else the one here, else the example, until it is interrupted.
pub(crate) fn run(
    common: &Common,
    terminal: Terminal,
    path: Option<&Path>,
    wait: bool,
    port: u16,
    trials: Trials,
) -> Result<Exit, Failure> {
    let mut options = options(common, Some(trials));
    // Kept until the server ends: the example may be a folder made for this run.
    let mut _folder = None;
    let path = if let Some(path) = path.or(common.folder.as_deref()) {
        path.to_owned()
    } else if let Some(path) = here() {
        path
    } else {
        if options.as_of == AsOf::Today
            && let Some(day) = story_day()
        {
            options.as_of = AsOf::On(day);
        }
        let (path, kept) = example()?;
        _folder = kept;
        let serving = terminal.paint(Tone::Strong, "Serving");
        say!("{serving} the example organisation, {}, as of its story's day.", path.display());
        say!("Start your own with `kedge init my-organisation`, then `kedge serve my-organisation`.");
        path
    };
    let workspace =
        if wait { open_when_free(&path, options, terminal) } else { Workspace::open(&path, options) };
    let workspace = workspace.map_err(|error| match error {
        OpenError::Store(StoreTrouble::Held { .. }) => {
            Failure::new(error).hint("`--wait` waits until it has ended, and serves then")
        }
        other => open_failure(other),
    })?;
    let watch = Watch::start(&workspace);
    if let Some(degraded) = &watch.degraded {
        eprintln!("{} {degraded}", terminal.paint(Tone::Leans, "note:"));
    }
    kedge_server::serve(workspace, port, |address| {
        say!("{} {address}", terminal.paint(Tone::Strong, "Open"));
        say!("{}", terminal.paint(Tone::Soft, "Ctrl-C ends it."));
    })
    .map_err(Failure::new)?;
    Ok(Exit::Fine)
}

/// Waits for as long as another process holds the store.
fn open_when_free(path: &Path, options: Options, terminal: Terminal) -> Result<Workspace, OpenError> {
    let mut told = None;
    loop {
        match Workspace::open(path, options) {
            Err(OpenError::Store(StoreTrouble::Held { by, .. })) => {
                if told.as_ref() != Some(&by) {
                    say!("{} {} is held by {by}.", terminal.paint(Tone::Strong, "Waiting:"), path.display());
                    told = Some(by);
                }
                std::thread::sleep(AGAIN);
            }
            opened => return opened,
        }
    }
}

/// The nearest folder above with a `kedge.toml`.
fn here() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join("kedge.toml").is_file()).map(Path::to_owned)
}

/// The example beside a checkout's sources, so that it can be edited there; else a copy of it from the binary.
fn example() -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    let checkout = PathBuf::from("examples/harbour");
    if checkout.join("kedge.toml").is_file() {
        return Ok((checkout, None));
    }
    let folder = tempfile::Builder::new().prefix("kedge-harbour-").tempdir()?;
    HARBOUR.extract(folder.path())?;
    Ok((folder.path().to_owned(), Some(folder)))
}
