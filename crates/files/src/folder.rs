//! From a folder on disk to the texts in it. Nothing else in this crate touches the disk.

use crate::language::FileKind;
use crate::read::{Failed, Loaded, MOST_BYTES, SourceText, read_found};
use kedge_model::{Finding, Fix, Place, Scope, Severity, codes};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders inside folders are followed so far.
const DEEPEST: usize = 16;

/// More files than this are no organisation.
const MOST_FILES: usize = 100_000;

/// Why nothing was loaded from disk.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such file or folder, or it cannot be opened.
    #[error("cannot open {}: {cause}", .path.display())]
    NotFound {
        /// What was asked for.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// There is nothing of the plan language there.
    #[error("{} has no kedge.toml and no *.kedge.toml{}", .path.display(), in_words(.nearby))]
    Nothing {
        /// What was asked for.
        path: PathBuf,
        /// Organisations in folders below it.
        nearby: Vec<PathBuf>,
    },
    /// The file's name is not one of the plan language's.
    #[error("{} is not named like a file of the plan language: rename it to {}.kedge.toml", .path.display(), stem(.path))]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// There are more files than an organisation has.
    #[error("{} has more than {MOST_FILES} files of the plan language: open a folder inside it", .path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
    /// There are errors in the files.
    #[error(transparent)]
    Failed(#[from] Failed),
}

fn in_words(folders: &[PathBuf]) -> String {
    match folders {
        [] => String::new(),
        [first, ..] => format!("; there is an organisation in {}", first.display()),
    }
}

fn stem(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    kedge_model::Slug::from_title(&name).map_or_else(|| "plan".into(), |slug| slug.to_string())
}

/// Loads what the path names: a folder with all in it, or one file alone.
///
/// A folder with a `kedge.toml` is a whole organisation; any other folder or file is a part of one, even where it lies
/// inside an organisation: what is loaded is what was named. Folders that begin with a point are passed over, and so are
/// folders inside that hold a `kedge.toml` of their own, since those are other organisations. Links are followed, each
/// folder once.
///
/// # Errors
/// Where nothing can be opened, or [`LoadError::Failed`] with everything that is wrong in the files, those that cannot be
/// read included.
pub fn load_folder(path: &Path) -> Result<Loaded, LoadError> {
    load_folder_with(path, &Overlay::new())
}

/// Texts that stand for those on disk, by path relative to the folder: what is open in an editor and not saved. A file that
/// is not on disk is new.
pub type Overlay = BTreeMap<String, String>;

/// As [`load_folder`], with some texts from memory.
///
/// # Errors
/// As [`load_folder`].
pub fn load_folder_with(path: &Path, overlay: &Overlay) -> Result<Loaded, LoadError> {
    if fs::metadata(path).is_ok_and(|about| about.is_file()) {
        return load_file(path, overlay);
    }
    let Found { files, findings, .. } = find(path, Links::Follow, overlay)?;
    Ok(read_found(files, None, findings)?)
}

/// What to do with links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Follow them: the folder is the reader's own.
    Follow,
    /// Pass over those that lead out of the folder: it is somebody else's.
    Inside,
}

/// The texts in a folder, not yet read.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Every file of the plan language, by path.
    pub files: Vec<SourceText>,
    /// What cannot be read, each an error.
    pub findings: Vec<Finding>,
    /// Links that lead out of the folder, where those are passed over.
    pub passed_over: Vec<String>,
}

/// Finds the texts that [`load_folder_with`] reads.
///
/// # Errors
/// Where the folder cannot be opened or holds nothing of the plan language.
pub fn find(path: &Path, links: Links, overlay: &Overlay) -> Result<Found, LoadError> {
    let not_found = |cause| LoadError::NotFound { path: path.to_owned(), cause };
    let top = fs::canonicalize(path).map_err(not_found)?;
    let mut walk = Walk {
        top,
        links,
        files: Vec::new(),
        seen: BTreeSet::new(),
        nested: Vec::new(),
        findings: Vec::new(),
        passed_over: Vec::new(),
    };
    fs::read_dir(path).map_err(not_found)?;
    walk.folder(path, "", 0);
    if walk.files.len() > MOST_FILES {
        return Err(LoadError::TooMany { path: path.to_owned() });
    }
    let is_on_disk = |file: &str| walk.files.iter().any(|(path, _)| path == file);
    let new: Vec<&String> =
        overlay.keys().filter(|file| FileKind::of(file).is_some() && !is_on_disk(file)).collect();
    walk.files.extend(new.into_iter().map(|file| (file.clone(), path.join(file))));
    if walk.files.is_empty() && walk.findings.is_empty() {
        return Err(LoadError::Nothing { path: path.to_owned(), nearby: walk.nested });
    }
    let texts: Vec<Result<SourceText, Box<Finding>>> =
        walk.files.into_par_iter().map(|(relative, file)| text(relative, &file, overlay)).collect();
    let mut findings = walk.findings;
    let mut files = Vec::with_capacity(texts.len());
    for text in texts {
        match text {
            Ok(text) => files.push(text),
            Err(finding) => findings.push(*finding),
        }
    }
    Ok(Found { files, findings, passed_over: walk.passed_over })
}

fn load_file(path: &Path, overlay: &Overlay) -> Result<Loaded, LoadError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if FileKind::of(&name).is_none() {
        return Err(LoadError::Name { path: path.to_owned() });
    }
    let scope = Some(Scope::Partial);
    Ok(match text(name, path, overlay) {
        Ok(text) => read_found(vec![text], scope, Vec::new())?,
        Err(finding) => read_found(Vec::new(), scope, vec![*finding])?,
    })
}

fn text(relative: String, file: &Path, overlay: &Overlay) -> Result<SourceText, Box<Finding>> {
    if let Some(text) = overlay.get(&relative) {
        return Ok(SourceText { path: relative, text: text.clone() });
    }
    let unreadable = |message: String, fix: &str| {
        let place = Place { file: relative.as_str().into(), line: 1, column: 1, end_line: 1, end_column: 1 };
        Box::new(
            Finding::in_file(codes::UNREADABLE, Severity::Error, place, message).with_fix(Fix::advice(fix)),
        )
    };
    match fs::metadata(file) {
        Ok(about) if about.len() > MOST_BYTES as u64 => {
            let message =
                format!("this file has {} MB; at most {} are read", about.len() >> 20, MOST_BYTES >> 20);
            return Err(unreadable(message, "divide it: a plan is one team's intent for one period"));
        }
        Ok(about) if !about.is_file() => {
            return Err(unreadable("this is not a file".into(), "rename it, or put a file in its place"));
        }
        Ok(_) => {}
        Err(error) => {
            return Err(unreadable(format!("cannot be read: {error}"), "check that it may be read"));
        }
    }
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Err(unreadable(format!("cannot be read: {error}"), "check that it may be read"));
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceText { path: relative, text }),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = good.split(|byte| *byte == b'\n').count();
            let message = format!("this file is not UTF-8 text, first in line {line}");
            Err(unreadable(message, "save it again as UTF-8"))
        }
    }
}

struct Walk {
    /// Where it began, without links.
    top: PathBuf,
    links: Links,
    files: Vec<(String, PathBuf)>,
    /// Where links outside have led.
    seen: BTreeSet<PathBuf>,
    nested: Vec<PathBuf>,
    findings: Vec<Finding>,
    passed_over: Vec<String>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, relative: &str, depth: usize) {
        if self.files.len() > MOST_FILES {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let place = Place { file: relative.into(), line: 1, column: 1, end_line: 1, end_column: 1 };
                let message = format!("this folder cannot be read: {error}");
                self.findings.push(
                    Finding::in_file(codes::UNREADABLE, Severity::Error, place, message)
                        .with_fix(Fix::advice("check that it may be read")),
                );
                return;
            }
        };
        let mut entries: Vec<_> = entries.flatten().map(|entry| (entry.file_name(), entry)).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        if depth > 0 && entries.iter().any(|(name, _)| name == "kedge.toml") {
            self.nested.push(folder.to_owned());
            return;
        }
        for (name, entry) in entries {
            let Some(name) = name.to_str() else { continue };
            let path = entry.path();
            let inside = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
            // Where the entry is a link, what counts is what it leads to.
            let kind = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => match fs::metadata(&path) {
                    Ok(about) => about.file_type(),
                    Err(_) => kind,
                },
                Ok(kind) => kind,
                Err(_) => continue,
            };
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if is_link && self.links == Links::Inside && self.leads_out(&path) {
                self.passed_over.push(inside);
                continue;
            }
            if kind.is_dir() {
                if !name.starts_with('.') && depth < DEEPEST && !(is_link && self.leads_back(&path)) {
                    self.folder(&path, &inside, depth + 1);
                }
            } else if FileKind::of(name).is_some() && name.contains(':') {
                // Before a colon stands the source that a file was gathered from.
                let place =
                    Place { file: inside.as_str().into(), line: 1, column: 1, end_line: 1, end_column: 1 };
                let message = "this file's name has a colon in it".to_owned();
                self.findings.push(
                    Finding::in_file(codes::UNREADABLE, Severity::Error, place, message)
                        .with_fix(Fix::advice("rename it: a–z, 0–9 and `-`")),
                );
            } else if FileKind::of(name).is_some() {
                self.files.push((inside, path));
            }
        }
    }

    /// Whether a link leads out of the folder; one that leads nowhere leads nobody out of it.
    fn leads_out(&self, link: &Path) -> bool {
        fs::canonicalize(link).is_ok_and(|real| !real.starts_with(&self.top))
    }

    /// Whether a link leads to where the walk comes by anyway, or was led before.
    fn leads_back(&mut self, link: &Path) -> bool {
        let Ok(real) = fs::canonicalize(link) else { return true };
        let around = self.top.starts_with(&real) || real.starts_with(&self.top);
        around || !self.seen.insert(real)
    }
}
