//! `kedge store`: an organisation in a store in place of a folder of files.

use super::{edit_json, options, print_edits, print_json};
use crate::arguments::{Common, StoreVerb};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::{Terminal, Tone, print_table, say};
use kedge_model::{Date, TeamId, listed};
use kedge_workspace::{
    AsOf, CopyError, Edit, GatherError, HomeError, MakeStoreError, Moved, RecordError, Store, TakeError,
    Workspace, Written, make_store, typed,
};
use serde_json::json;
use std::path::Path;

/// Makes a store, tells its history, writes a copy of its texts, or moves a team.
pub(crate) fn run(common: &Common, terminal: Terminal, verb: &StoreVerb) -> Result<Exit, Failure> {
    match verb {
        StoreVerb::Make { store, from } => make(common, terminal, store, from),
        StoreVerb::History { store, of } => history(common, terminal, store, of.as_deref()),
        StoreVerb::Files { store, out, on } => files(common, store, out, *on),
        StoreVerb::Home { store, team: Some(team), here, offline, to, dry_run } if *here || to.is_some() => {
            let to = to.as_deref();
            move_home(common, terminal, store, &Going { team, to, offline: *offline, dry_run: *dry_run })
        }
        StoreVerb::Home { store, team, .. } => homes(common, terminal, store, team.as_deref()),
        StoreVerb::Take { store, from, dry_run } => take(common, terminal, store, from, *dry_run),
    }
}

fn open(path: &Path) -> Result<Store, Failure> {
    Store::open(path).map_err(super::store_failure)
}

fn make(common: &Common, terminal: Terminal, path: &Path, from: &Path) -> Result<Exit, Failure> {
    let store = make_store(path, from, AsOf::Today.date("UTC")).map_err(|error| match error {
        MakeStoreError::Store(trouble) => super::store_failure(trouble),
        other => Failure::new(other),
    })?;
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
            typed(path),
            typed(path)
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
            Some(format!("`kedge store files {} --out DIR` writes one", typed(store)))
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
    let workspace = opened(common, path)?;
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

/// Where teams are at home; all, or one.
fn homes(common: &Common, terminal: Terminal, path: &Path, only: Option<&str>) -> Result<Exit, Failure> {
    let workspace = opened(common, path)?;
    let only = only.map(|only| team_of(&workspace, only)).transpose()?;
    let mut homes = workspace.homes().map_err(|error| home_failure(error, path))?;
    if let Some(only) = only {
        homes.retain(|it| it.team == only);
        if homes.is_empty() {
            return Err(home_failure(HomeError::NoTeam(only), path));
        }
    }
    if common.json {
        let homes: Vec<_> = homes
            .iter()
            .map(|it| json!({ "team": it.team, "here": it.elsewhere.is_none(), "elsewhere": it.elsewhere }))
            .collect();
        print_json(&homes)?;
        return Ok(Exit::Fine);
    }
    let mut table = terminal.table(&["team", "at home in", "read"], &[]);
    for home in &homes {
        let (place, read) = match &home.elsewhere {
            None => ("this store".to_owned(), String::new()),
            Some(source) => {
                let read = source.age.map(|age| format!("{}, {}", age.on, age.words()));
                (source.place().to_owned(), read.unwrap_or_default())
            }
        };
        table.add_row([home.team.to_string(), place, read]);
    }
    print_table(&table);
    Ok(Exit::Fine)
}

/// Who moves, and where to: into the store where no folder is named.
struct Going<'a> {
    team: &'a str,
    to: Option<&'a Path>,
    offline: bool,
    dry_run: bool,
}

fn move_home(common: &Common, terminal: Terminal, path: &Path, going: &Going<'_>) -> Result<Exit, Failure> {
    let Going { team, to, offline, dry_run } = *going;
    let workspace = opened(common, path)?;
    let team = team_of(&workspace, team)?;
    let moved = match to {
        Some(to) => workspace.give_home(&team, to, dry_run),
        None => {
            terminal.while_naming("gathering", |tell| workspace.bring_home(&team, offline, dry_run, tell))
        }
    };
    let Moved { teams, place, edits } = moved.map_err(|error| home_failure(error, path))?;
    if common.json {
        let files: Vec<_> = edits.iter().map(edit_json).collect();
        let home = if to.is_some() { &place } else { "this store" };
        print_json(&json!({ "written": !dry_run, "teams": teams, "home": home, "files": files }))?;
        return Ok(Exit::Fine);
    }
    let teams = listed(teams.iter().map(ToString::to_string));
    let verb = if dry_run { "Would move:" } else { "Moved:" };
    let way = match to {
        Some(_) => format!("{teams}, from this store to {place}"),
        None => format!("{teams}, from {place} into this store"),
    };
    say!("{} {way}", terminal.paint(Tone::Strong, verb));
    // What moves stays as it is: its names say enough.
    let (settings, moving): (Vec<Edit>, Vec<Edit>) =
        edits.into_iter().partition(|it| it.path == "kedge.toml");
    print_edits(terminal, &settings);
    for edit in moving.iter().filter(|it| !it.path.contains(':')) {
        say!("  {}", edit.path);
    }
    if dry_run {
        return Ok(Exit::Fine);
    }
    let next = match to {
        Some(_) => format!(
            "What {teams} writes is written there from now on; `kedge gather --in {}` reads it again. The store's kedge.toml names the \
             folder by `path`: where it goes into a repository with a URL, `git` names that.",
            typed(path)
        ),
        None => format!(
            "The files in {place} stay as they are, and nothing reads them any more: say so there, or remove them."
        ),
    };
    say!("{}", terminal.paint(Tone::Soft, next));
    super::tell_undo(terminal, Some(path));
    Ok(Exit::Fine)
}

fn opened(common: &Common, path: &Path) -> Result<Workspace, Failure> {
    Workspace::of_store(open(path)?, options(common, None)).map_err(super::open_failure)
}

fn team_of(workspace: &Workspace, name: &str) -> Result<TeamId, Failure> {
    let (answers, _) = workspace.to_record().map_err(Failure::new)?;
    find::team_or_council(&answers.organisation, name)
}

fn home_failure(error: HomeError, path: &Path) -> Failure {
    let hint = match &error {
        HomeError::NoTeam(_) => {
            format!("`kedge store home {}` lists the teams and where each is at home", typed(path))
        }
        HomeError::Taken(_) => "name a folder that is not there yet".into(),
        HomeError::Elsewhere { .. } => "`--here` brings it into the store first".into(),
        HomeError::Gather(GatherError::Source { .. } | GatherError::Folder { .. }) => {
            "try again when it can be reached, or take it as it was read last: `--offline`".into()
        }
        HomeError::Record(_) => {
            format!("`kedge check --in {}` lists the errors that there are", typed(path))
        }
        _ => return Failure::new(error),
    };
    Failure::new(error).hint(hint)
}
