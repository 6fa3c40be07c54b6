//! The verbs, one module each, and the session that they share.

mod align;
mod brief;
mod check;
mod comment;
mod council;
mod decide;
mod export;
mod forecast;
mod gather;
mod hacks;
mod import;
mod inbox;
mod init;
mod new;
mod next;
mod order;
mod queue;
mod record;
mod review;
mod serve;
mod store;
mod survey;
mod what_if;

use crate::arguments::{
    Arguments, Check, Command, Common, CouncilAct, Export, Forecast, PriorityVerb, QueueAct, ReportFormat,
    TeamVerb, Trials,
};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone};
use crate::terminal::{say, say_part};
use clap::CommandFactory;
use kedge_model::{Change, nearest};
use kedge_workspace::{Answers, AsOf, Edit, OpenError, Options, StoreTrouble, Workspace, typed};
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An organisation opened for one verb.
pub(crate) struct Session {
    pub(crate) workspace: Workspace,
    pub(crate) terminal: Terminal,
    pub(crate) json: bool,
    /// Where `--in` says that the organisation is.
    named: Option<PathBuf>,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Exit, Failure> {
    let common = &arguments.common;
    let open = |path: Option<&Path>, trials: Option<Trials>| Session::open(common, path, trials, terminal);
    match &arguments.command {
        Command::Init { folder, name, teams } => init::run(common, terminal, folder, name.as_deref(), teams),
        Command::New { thing } => new::run(&open(None, None)?, thing),
        Command::Check(Check { path, fast, silenced, format, since, fix, dry_run, trials }) => {
            let session = open(path.as_deref(), Some(*trials))?;
            if *fix {
                return check::fix(&session, *dry_run);
            }
            let format = if session.json { ReportFormat::Json } else { *format };
            check::run(&session, *fast, *silenced, format, since.as_deref())
        }
        Command::Forecast(Forecast { plan, with, replay, policy, precision, trials }) => {
            // A file is an organisation of its own: `kedge forecast one-tap.kedge.toml`.
            let file = plan.as_deref().map(Path::new).filter(|path| path.is_file());
            let session = open(file, Some(*trials))?;
            let plan = if file.is_some() { None } else { plan.as_deref() };
            if !with.is_empty() {
                return what_if::run(&session, plan, with);
            }
            match replay {
                Some(trial) => forecast::replay(&session, plan, *policy, u64::from(*trial)),
                None => forecast::run(&session, plan, *precision),
            }
        }
        Command::Decide { ask, trials } => decide::run(&open(None, Some(*trials))?, ask),
        Command::Order { trials } => order::run(&open(None, Some(*trials))?),
        Command::Next { team, trials } => next::run(&open(None, Some(*trials))?, team.as_deref()),
        Command::Team(TeamVerb::Brief { ask, sent, record, trials }) => {
            brief::run(&open(None, Some(*trials))?, ask, sent.as_deref(), *record)
        }
        Command::Team(TeamVerb::Inbox { team }) => inbox::run(&open(None, None)?, team),
        Command::Team(TeamVerb::Review { quarter, html }) => {
            review::run(&open(None, None)?, quarter.as_deref(), html.as_deref())
        }
        Command::Team(TeamVerb::Hacks { team }) => hacks::run(&open(None, None)?, team.as_deref()),
        Command::Priority(PriorityVerb::Queue(of)) => {
            let trials = match &of.act {
                Some(QueueAct::Move { trials, .. }) => Some(*trials),
                _ => None,
            };
            queue::run(&open(None, trials)?, of)
        }
        Command::Priority(PriorityVerb::Council(of)) => {
            let Some(CouncilAct::Move { trials, .. }) = &of.act else {
                return council::run(&open(None, Some(of.trials))?, of);
            };
            council::run(&open(None, Some(*trials))?, of)
        }
        Command::Record(verb) => record::run(&open(None, None)?, verb),
        Command::Comment(of) => comment::run(&open(None, None)?, of),
        Command::Undo { forget } => record::undo(&open(None, None)?, *forget),
        Command::Explain { code } => explain(common, terminal, code.as_deref()),
        Command::Schema { kind } => schema(kind),
        Command::Import { format } => import::run(common, terminal, format),
        Command::Export(export @ Export { path, trials, .. }) => {
            export::run(&open(path.as_deref(), Some(*trials))?, export)
        }
        Command::Gather { path, offline } => {
            let folder = match path.as_deref().or(common.folder.as_deref()) {
                Some(path) => whole_organisation(path),
                None => nearest_organisation()?,
            };
            gather::run(common, terminal, &folder, *offline)
        }
        Command::Align(align) => align::run(&open(None, None)?, align),
        Command::Survey(arguments) => survey::run(common, terminal, arguments),
        Command::Store { verb } => store::run(common, terminal, verb),
        Command::Serve { path, store, wait, port, trials } => {
            let path = match store {
                Some(store) if !kedge_workspace::is_store(store) => {
                    return Err(store_failure(StoreTrouble::NotAStore(store.clone())));
                }
                Some(store) => Some(store),
                None => path.as_ref(),
            };
            serve::run(common, terminal, path.map(PathBuf::as_path), *wait, *port, *trials)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "kedge", &mut script);
            say_part!("{}", String::from_utf8_lossy(&script));
            Ok(Exit::Fine)
        }
    }
}

impl Session {
    fn open(
        common: &Common,
        path: Option<&Path>,
        trials: Option<Trials>,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let path = match path.or(common.folder.as_deref()) {
            Some(path) => whole_organisation(path),
            None => nearest_organisation()?,
        };
        let workspace = Workspace::open(&path, options(common, trials)).map_err(open_failure)?;
        Ok(Self { workspace, terminal, json: common.json, named: common.folder.clone() })
    }

    /// The answers; what is wrong with the files is printed and ends the verb.
    pub(crate) fn answers(&self) -> Result<Arc<Answers>, Failure> {
        let snapshot = self.workspace.snapshot();
        match (snapshot.answers, snapshot.trouble) {
            (_, Some(trouble)) => {
                let count = trouble.findings.len();
                let text = check::trouble_text(&trouble, self.terminal);
                eprint!("{text}");
                let noun = if count == 1 { "error" } else { "errors" };
                Err(Failure::new(format!("the plans have {count} {noun}, so there is no answer"))
                    .hint("mend what is listed above; `kedge check` lists it again"))
            }
            (Some(answers), None) => Ok(answers),
            (None, None) => Err(Failure::new("the plans could not be read")),
        }
    }

    /// The answers that a change starts from: files of others that have errors stop nobody.
    pub(crate) fn to_record(&self) -> Result<Arc<Answers>, Failure> {
        let (answers, apart) = self.workspace.to_record().map_err(Failure::new)?;
        if !apart.is_empty() {
            let files = apart.join(", ");
            eprintln!(
                "{} left aside, since they have errors: {files}",
                self.terminal.paint(Tone::Leans, "note:")
            );
        }
        Ok(answers)
    }

    /// Writes the changes, or shows what would be written.
    pub(crate) fn write(&self, what: &str, changes: &[Change], dry_run: bool) -> Result<Exit, Failure> {
        if dry_run {
            let edits = self.workspace.preview(changes).map_err(Failure::new)?;
            return self.show_edits(what, &edits, "Would record:", false);
        }
        let recorded = self.workspace.record(what, changes).map_err(Failure::new)?;
        self.show_edits(what, &recorded.edits, "Recorded:", recorded.undoable)
    }

    /// Writes edits that are there as text.
    pub(crate) fn write_edits(&self, what: &str, edits: Vec<Edit>) -> Result<Exit, Failure> {
        let recorded = self.workspace.record_edits(what, edits).map_err(Failure::new)?;
        self.show_edits(what, &recorded.edits, "Recorded:", recorded.undoable)
    }

    fn show_edits(&self, what: &str, edits: &[Edit], heading: &str, undoable: bool) -> Result<Exit, Failure> {
        if self.json {
            let files: Vec<_> = edits.iter().map(edit_json).collect();
            let written = heading == "Recorded:";
            print_json(&serde_json::json!({ "recorded": what, "written": written, "files": files }))?;
            return Ok(Exit::Fine);
        }
        if edits.is_empty() {
            say!("{} {what}", self.terminal.paint(Tone::Strong, "The files say so already:"));
            return Ok(Exit::Fine);
        }
        say!("{} {what}", self.terminal.paint(Tone::Strong, heading));
        print_edits(self.terminal, edits);
        if undoable {
            tell_undo(self.terminal, self.named.as_deref());
        }
        Ok(Exit::Fine)
    }
}

/// Says how what was just recorded is taken back, as it has to be typed from here.
fn tell_undo(terminal: Terminal, named: Option<&Path>) {
    let place = named.map(|path| format!(" --in {}", typed(path))).unwrap_or_default();
    say!("{}", terminal.paint(Tone::Soft, format!("`kedge undo{place}` takes it back.")));
}

fn edit_json(edit: &Edit) -> serde_json::Value {
    serde_json::json!({ "path": edit.path, "before": edit.before, "after": edit.after })
}

/// Each file that changes, with its lines.
fn print_edits(terminal: Terminal, edits: &[Edit]) {
    for edit in edits {
        say!("{}", terminal.paint(Tone::Soft, &edit.path));
        print_difference(terminal, edit.before.as_deref().unwrap_or(""), edit.after.as_deref().unwrap_or(""));
    }
}

/// The lines that differ.
fn print_difference(terminal: Terminal, before: &str, after: &str) {
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        let line = change.value().trim_end_matches(['\r', '\n']);
        match change.tag() {
            ChangeTag::Delete => say!("{}", terminal.paint(Tone::Late, format!("- {line}"))),
            ChangeTag::Insert => say!("{}", terminal.paint(Tone::Stands, format!("+ {line}"))),
            ChangeTag::Equal => {}
        }
    }
}

pub(crate) fn print_json(answer: &impl Serialize) -> Result<(), Failure> {
    say!("{}", serde_json::to_string_pretty(answer)?);
    Ok(())
}

pub(crate) fn options(common: &Common, trials: Option<Trials>) -> Options {
    Options {
        as_of: common.as_of.map_or(AsOf::Today, AsOf::On),
        seed: trials.map_or(1, |trials| trials.seed),
        trials: trials.and_then(|trials| trials.trials).map(u64::from),
    }
}

/// A team's folder means the organisation that it is part of: seen alone, its references to others would all be broken. A
/// file stays a lone file.
fn whole_organisation(path: &Path) -> PathBuf {
    let above = || {
        std::fs::canonicalize(path)
            .ok()?
            .ancestors()
            .find(|it| it.join("kedge.toml").is_file())
            .map(Path::to_owned)
    };
    if path.is_dir() && !path.join("kedge.toml").is_file() {
        above().unwrap_or_else(|| path.to_owned())
    } else {
        path.to_owned()
    }
}

/// The nearest folder above with a `kedge.toml`; here, where there is none.
fn nearest_organisation() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir()?;
    let found = here.ancestors().find(|folder| folder.join("kedge.toml").is_file());
    Ok(found.map_or_else(|| PathBuf::from("."), Path::to_owned))
}

pub(crate) fn open_failure(error: OpenError) -> Failure {
    match error {
        OpenError::Empty(_) => Failure::new(error)
            .hint("`kedge init` writes a starter organisation; `kedge serve` shows the example"),
        OpenError::Store(trouble) => store_failure(trouble),
        OpenError::Load(_) => Failure::new(error),
    }
}

pub(crate) fn store_failure(trouble: StoreTrouble) -> Failure {
    let hint = match &trouble {
        StoreTrouble::NotAStore(path) => {
            format!("`kedge store make {} --from DIR` makes one of plan files", typed(path))
        }
        StoreTrouble::Unreachable { .. } => "see that the server runs, and that the address is right".into(),
        StoreTrouble::Refused { .. } => {
            "an address is postgres://USER@HOST/DATABASE?schema=NAME; the password comes from PGPASSWORD or ~/.pgpass".into()
        }
        _ => return Failure::new(trouble),
    };
    Failure::new(trouble).hint(hint)
}

fn explain(common: &Common, terminal: Terminal, code: Option<&str>) -> Result<Exit, Failure> {
    let Some(code) = code else {
        if common.json {
            let rules: Vec<_> = kedge_check::RULES.iter().map(|rule| rule.doc).collect();
            print_json(&rules)?;
            return Ok(Exit::Fine);
        }
        let mut table = terminal.table(&["code", "severity", "what it finds"], &[]);
        for rule in kedge_check::RULES {
            table.add_row([
                rule.doc.code.to_string(),
                rule.doc.severity.word().to_owned(),
                rule.doc.name.replace('-', " "),
            ]);
        }
        crate::terminal::print_table(&table);
        say!(
            "\n{}",
            terminal.paint(Tone::Soft, "`kedge explain K101` says why a rule is there, and how to mend it.")
        );
        return Ok(Exit::Fine);
    };
    let parsed = code.parse()?;
    let Some(rule) = kedge_check::explain(parsed) else {
        let known: Vec<String> = kedge_check::RULES.iter().map(|rule| rule.doc.code.to_string()).collect();
        let failure = Failure::new(format!("there is no rule {parsed}"));
        return Err(failure.hint(match nearest(&parsed.to_string(), known.iter().map(String::as_str)) {
            Some(near) => format!("`kedge explain {near}`, or `kedge explain` for all"),
            None => "`kedge explain` lists all rules".into(),
        }));
    };
    if common.json {
        print_json(rule)?;
    } else {
        say_part!("{}", kedge_check::explain_markdown(parsed).unwrap_or_default());
    }
    Ok(Exit::Fine)
}

fn schema(kind: &str) -> Result<Exit, Failure> {
    const EXPORT: &str = "export";
    if kind == EXPORT {
        say_part!("{}", kedge_exchange::export::json::SCHEMA);
        return Ok(Exit::Fine);
    }
    let known: Vec<&str> =
        kedge_files::FileKind::ALL.map(kedge_files::FileKind::word).into_iter().chain([EXPORT]).collect();
    let found = kedge_files::FileKind::ALL.into_iter().find(|it| it.word() == kind);
    let Some(kind) = found else {
        let failure = Failure::new(format!("`{kind}` is not a kind of file"));
        return Err(failure.hint(match nearest(kind, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? Kinds are: {}", known.join(", ")),
            None => format!("kinds are: {}", known.join(", ")),
        }));
    };

    print_json(&kedge_files::json_schema(kind))?;
    Ok(Exit::Fine)
}
