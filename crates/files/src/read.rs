//! From texts to an organisation, or to everything that is wrong with them.

use crate::fact::{Home, decode, decode_meta, examine, inherit};
use crate::language::FileKind;
use crate::locate::Places;
use crate::node::Node;
use crate::place::{Span, place};
use crate::reader::Reader;
use crate::reading::Reading;
use crate::sources::{SourceFile, Sources, plan_id};
use crate::{recognise, syntax};
use kedge_model::{Fact, Finding, Fix, LiteralError, Organisation, Place, Scope, Settings, TeamId, codes};
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// The largest file that is read, in bytes: some fifty thousand lines. Larger ones are not plans that people write.
pub(crate) const MOST_BYTES: usize = 4 << 20;

/// One file: its path relative to the organisation's folder, with `/`, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Where it is.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// An organisation, and the texts it was read from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The organisation.
    pub organisation: Organisation,
    /// Where its facts stand.
    pub sources: Sources,
    /// What reading noticed and is no error.
    pub notes: Vec<Finding>,
}

/// Why there is no organisation: every error at once.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} in these files", count(.findings.len()))]
pub struct Failed {
    /// The errors, by file and line; each has a place (its own, or one that `sources` locates), a cause and a fix.
    pub findings: Vec<Finding>,
    /// The texts, to show them with.
    pub sources: Sources,
}

fn count(errors: usize) -> String {
    if errors == 1 { "one error".into() } else { format!("{errors} errors") }
}

/// What reading one file gave.
#[derive(Debug)]
pub(crate) struct FileRead {
    pub file: Arc<SourceFile>,
    pub facts: Vec<(Span, Fact)>,
    pub findings: Vec<Finding>,
    /// How many findings were left out, because they would only repeat others.
    pub suppressed: usize,
    /// The month in which years began, for its quarters.
    pub first_month: u8,
}

impl FileRead {
    /// Whose facts are in it; `None`: the settings.
    pub(crate) fn writers(&self) -> BTreeSet<Option<TeamId>> {
        let mut writers = BTreeSet::new();
        let mut last = None;
        for (_, fact) in &self.facts {
            let writer = fact.writer();
            if last != Some(writer) {
                last = Some(writer);
                writers.insert(writer.cloned());
            }
        }
        writers
    }
}

/// Reads the files of an organisation. Files that are not of the plan language are passed over.
///
/// Without a `scope`, files among which there is a `kedge.toml` are a whole organisation, in which every team has a
/// file; others are a part of one, and teams that have no file are taken as external.
///
/// # Errors
/// Everything that is wrong in any of the files, and with them together; then nothing is loaded.
pub fn read(files: Vec<SourceText>, scope: Option<Scope>) -> Result<Loaded, Failed> {
    read_found(files, scope, Vec::new())
}

/// As [`read`], for files gathered from several places, with what was wrong with them already: findings that are errors, so
/// that nothing is loaded where there is one.
///
/// # Errors
/// As [`read`], those findings among them.
pub fn read_found(
    files: Vec<SourceText>,
    scope: Option<Scope>,
    findings: Vec<Finding>,
) -> Result<Loaded, Failed> {
    Reader::new(files, scope, findings).loaded()
}

/// The settings in the text of a `kedge.toml`; `None` where they cannot be read.
pub fn settings_in(text: &str) -> Option<Settings> {
    let understood = understand(FileKind::Settings, &Arc::from("kedge.toml"), text, 1);
    understood.facts.into_iter().find_map(|(_, fact)| match fact {
        Fact::Settings(settings) => Some((*settings).clone()),
        _ => None,
    })
}

/// The team that a file speaks for, and where it says so; `None` where that cannot be read, which reading it finds too.
pub fn speaks_for(file: &SourceText) -> Option<(TeamId, Place)> {
    let kind = FileKind::of(&file.path)?;
    let path: Arc<str> = file.path.as_str().into();
    let mut reading = Reading::new(path.clone(), &file.text);
    if kind == FileKind::Settings || too_much(&file.text).is_some() {
        return None;
    }
    let raw = syntax::parse(&mut reading);
    let span = raw.get_ref().get("team").map_or(0..0, toml::Spanned::span);
    let team = writer(&mut reading, kind, raw.get_ref())?;
    Some((team, place(&path, &file.text, &span)))
}

pub(crate) fn read_file(kind: FileKind, source: SourceText, first_month: u8) -> FileRead {
    let path: Arc<str> = source.path.into();
    let text: Arc<str> = source.text.into();
    let understood = understand(kind, &path, &text, first_month);
    let Understood { own, node, facts, places, findings, suppressed } = understood;
    let meta = node.as_ref().map(decode_meta).unwrap_or_default();
    let facts = facts.into_iter().map(|(at, fact)| (at..at, inherit(kind, &meta, fact))).collect();
    FileRead {
        file: Arc::new(SourceFile::new(path, text, kind, own, places)),
        facts,
        findings,
        suppressed,
        first_month,
    }
}

/// What one text says.
pub(crate) struct Understood {
    /// Whose it is.
    pub own: Option<TeamId>,
    /// Its tables; `None` where it is not worth parsing.
    pub node: Option<Node>,
    /// Its facts, each with where it begins.
    pub facts: Vec<(usize, Fact)>,
    /// Where everything in it stands.
    pub places: Places,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// How many findings were left out, because they would only repeat others.
    pub suppressed: usize,
}

/// Reads one text.
pub(crate) fn understand(kind: FileKind, path: &Arc<str>, text: &str, first_month: u8) -> Understood {
    let mut reading = Reading::new(path.clone(), text);
    if let Some((code, message, fix)) = too_much(text) {
        reading.syntax_error(code, &(0..0), message, Fix::advice(fix));
        return Understood {
            own: None,
            node: None,
            facts: Vec::new(),
            places: Places::default(),
            findings: reading.findings,
            suppressed: 0,
        };
    }
    let raw = syntax::parse(&mut reading);
    let own = writer(&mut reading, kind, raw.get_ref());
    reading.own = own.clone().unwrap_or_else(TeamId::council);
    let node = recognise::file(&mut reading, kind.table(), raw.get_ref());
    if kind == FileKind::Plan {
        plan_name(&mut reading, path);
    }
    examine(&mut reading, kind, &node, first_month);
    let facts = match &own {
        Some(own) => {
            let plan = plan_id(path, kind, own);
            decode(kind, &node, &Home { own: own.clone(), plan, first_month })
        }
        None => Vec::new(),
    };
    let places = Places::of(text, raw.get_ref());
    let Reading { findings, suppressed, .. } = reading;
    Understood { own, node: Some(node), facts, places, findings, suppressed }
}

/// What makes a text not worth parsing.
fn too_much(text: &str) -> Option<(kedge_model::Code, String, String)> {
    if text.len() > MOST_BYTES {
        return Some((
            codes::UNREADABLE,
            format!(
                "this file has {} MB; at most {} are read",
                text.len().div_ceil(1 << 20),
                MOST_BYTES >> 20
            ),
            "divide it: a plan is one team's intent for one period".into(),
        ));
    }
    if text.contains('\0') {
        return Some((
            codes::UNREADABLE,
            "this file has zero bytes in it: it is not text".into(),
            "save it again as UTF-8 text".into(),
        ));
    }
    None
}

/// The name of the plan file is the plan's id.
fn plan_name(reading: &mut Reading<'_>, path: &str) {
    let inside = crate::language::inside(path);
    let name = inside.rsplit('/').next().unwrap_or(inside);
    let stem = name.strip_suffix(".kedge.toml").unwrap_or(name);
    if let Err(error) = kedge_model::Slug::new(stem) {
        let fix = match kedge_model::Slug::from_title(stem) {
            Some(slug) => format!("rename the file to `{slug}.kedge.toml`"),
            None => "rename the file: a–z, 0–9 and `-`".into(),
        };
        let error =
            LiteralError { cause: format!("the file's name is the plan's: {}", error.cause), fix: None };
        reading.literal(&(0..0), error, &fix);
    }
}

/// Whose file it is: what `team` says, which is what the folder says.
fn writer(reading: &mut Reading<'_>, kind: FileKind, raw: &DeTable<'_>) -> Option<TeamId> {
    let folder: Option<String> = match kind {
        FileKind::Settings => {
            if crate::language::inside(&reading.file).contains('/') {
                let message =
                    "only one `kedge.toml` speaks for an organisation, and it is at the top".to_owned();
                reading.error(
                    codes::WRONG_WRITER,
                    &(0..0),
                    message,
                    Fix::advice("delete this one, or open its folder"),
                );
            }
            return Some(TeamId::council());
        }
        FileKind::Council => Some("council".into()),
        _ => {
            let mut parts = crate::language::inside(&reading.file).rsplit('/').skip(1);
            parts.next().map(str::to_owned)
        }
    };
    let folder_team: Option<TeamId> = folder.as_deref().and_then(|name| name.parse().ok());
    let Some(value) = raw.get("team") else { return folder_team };
    let DeValue::String(text) = value.get_ref() else { return folder_team };
    // A name that is none is found where the key is read.
    let Ok(team) = text.parse::<TeamId>() else { return folder_team };
    if kind != FileKind::Council && team.is_council() {
        let message = "the council writes only `council.kedge.toml`".to_owned();
        reading.error(
            codes::WRONG_WRITER,
            &value.span(),
            message,
            Fix::advice("move this there, or name the team"),
        );
        return folder_team.filter(|team| !team.is_council());
    }
    match &folder {
        Some(folder) if folder != team.as_str() => {
            let message = match kind {
                FileKind::Council => format!("`council.kedge.toml` is the council's, not `{team}`'s"),
                _ => format!("this file is in the folder `{folder}` and speaks for team `{team}`"),
            };
            let fix = match kind {
                FileKind::Council => "write `team = \"council\"`".to_owned(),
                _ => format!("write `team = \"{folder}\"`, or move the file to `{team}/`"),
            };
            reading.error(codes::WRONG_WRITER, &value.span(), message, Fix::advice(fix));
            folder_team
        }
        _ => Some(team),
    }
}
