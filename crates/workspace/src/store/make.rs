//! Making a store of plan files.

use super::place::is_database;
use super::{Store, StoreTrouble, comments, folder_of, read_copies};
use crate::gather::{self, GatherError};
use kedge_files::{Links, LoadError, Overlay, find, read_found, settings_in};
use kedge_model::{Date, Location, Settings};
use std::path::{Path, PathBuf};

/// Why no store was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeStoreError {
    /// The files cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// They do not make an organisation.
    #[error("the plans in {} have errors; mend them first: `kedge check {}` lists them", .0.display(), crate::typed(.0))]
    Faulty(PathBuf),
    /// They are part of an organisation.
    #[error(
        "{} is a part of an organisation (`part-of` in kedge.toml), and a store holds a whole one: make it of the folder that \
         `part-of` names", .0.display()
    )]
    Part(PathBuf),
    /// A source lies beside the folder, and would not lie beside the store.
    #[error(
        "the source `{source_path}` is named from {}, and could not be found again from another folder: make the store in that \
         folder, or write the whole path in kedge.toml", from.display()
    )]
    Beside {
        /// Its path.
        source_path: String,
        /// The folder.
        from: PathBuf,
    },
    /// A source cannot be read.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

/// Makes a store of the plan files in a folder, which stay as they are.
///
/// Of teams that have their files elsewhere (`[[source]]`) it takes a read copy.
///
/// # Errors
/// The files have errors, a source cannot be read, or the store cannot be written; then there is none.
pub fn make_store(path: &Path, from: &Path, on: Date) -> Result<Store, MakeStoreError> {
    if path.exists() {
        return Err(StoreTrouble::There(path.to_owned()).into());
    }
    let found = find(from, Links::Follow, &Overlay::new())?;
    let settings = found.files.iter().find(|file| file.path == "kedge.toml");
    let settings = settings.and_then(|file| settings_in(&file.text)).unwrap_or_default();
    if settings.part_of.is_some() {
        return Err(MakeStoreError::Part(from.to_owned()));
    }
    let mut texts = found.files.clone();
    texts.extend(comments::beside(from)?);
    let faulty = || MakeStoreError::Faulty(from.to_owned());
    let loaded = if settings.sources.is_empty() {
        read_found(found.files, None, found.findings)
    } else {
        refuse_beside(path, from, &settings)?;
        let before = gather::Record::default();
        let (record, _) = gather::gather_for(from, &settings, before, on, false, &mut |_, _, _| {})?;
        texts.extend(read_copies::texts(&record)?);
        let held = &mut gather::Held::default();
        gather::open_texts(found.files, &record, from, on, &Overlay::new(), held).loaded
    };
    match loaded {
        Ok(loaded) if loaded.organisation.is_empty() => Err(faulty()),
        Ok(_) => Ok(Store::make(path, texts, &format!("made of the files in {}", from.display()), on)?),
        Err(_) => Err(faulty()),
    }
}

/// A path of a source is told from the folder in which the store lies.
fn refuse_beside(store: &Path, from: &Path, settings: &Settings) -> Result<(), MakeStoreError> {
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    if !is_database(store) && whole(folder_of(store)) == whole(from) {
        return Ok(());
    }
    let beside = settings.sources.iter().find_map(|source| match &source.location {
        Location::Path(path) if Path::new(path).is_relative() => Some(path.clone()),
        Location::Path(_) | Location::Git(_) => None,
    });
    match beside {
        Some(source_path) => Err(MakeStoreError::Beside { source_path, from: from.to_owned() }),
        None => Ok(()),
    }
}
