//! Comments in a store: records that everybody writes at any time and that merge, each a text of its own in the history.

use super::StoreTrouble;
use kedge_files::SourceText;
use kedge_model::{Comment, KeptComment};
use kedge_replica::{Change, Contract, ContractError, Merge, Record, Value};
use std::io::ErrorKind;
use std::path::Path;

/// Their collection, and the folder of their texts where the store is written as files.
pub(super) const COMMENTS: &str = "comments";

/// Merged: two who comment never wait for each other, and where one comment was written at two places both texts stay.
pub(super) fn contract() -> Result<Contract, ContractError> {
    Contract::merged(COMMENTS)
        .field("about", Merge::LastWriter)
        .field("by", Merge::LastWriter)
        .field("on", Merge::LastWriter)
        .field("texts", Merge::KeepBoth)
        .build()
}

/// Where the text of a comment is in the history and among files.
pub(super) fn path(id: &str) -> String {
    format!("{COMMENTS}/{id}.json")
}

/// The name of the comment whose text is at the path, if it is one's.
pub(super) fn id_at(path: &str) -> Option<&str> {
    path.strip_prefix(COMMENTS)?.strip_prefix('/')?.strip_suffix(".json").filter(|id| !id.contains('/'))
}

/// The comments that lie beside plan files, as [`Store::files`](super::Store::files) writes them. What is not a comment is
/// somebody's file, and is left where it is.
pub(super) fn beside(folder: &Path) -> Result<Vec<SourceText>, StoreTrouble> {
    let folder = folder.join(COMMENTS);
    let read = |source| StoreTrouble::Read { path: folder.clone(), source };
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(read(error)),
    };
    let mut texts = Vec::new();
    for entry in entries {
        let entry = entry.map_err(read)?;
        let path = format!("{COMMENTS}/{}", entry.file_name().to_string_lossy());
        let Some(text) = std::fs::read_to_string(entry.path()).ok().filter(|_| id_at(&path).is_some()) else {
            continue;
        };
        if serde_json::from_str::<Comment>(&text).is_ok() {
            texts.push(SourceText { path, text });
        }
    }
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(texts)
}

/// A comment as text.
pub(super) fn text(comment: &Comment) -> Result<String, StoreTrouble> {
    let text = serde_json::to_string_pretty(comment);
    text.map(|text| text + "\n").map_err(|error| StoreTrouble::System(error.to_string()))
}

/// What sets the record of a comment to a text, or empties it where there is none: a record that is deleted stays so, and what
/// was removed may be taken back.
pub(super) fn set(change: Change, path: &str, text: Option<&str>) -> Result<Change, StoreTrouble> {
    let Some(text) = text else { return Ok(change.keep("texts", "")) };
    let comment: Comment = serde_json::from_str(text).map_err(|_| StoreTrouble::Record(path.to_owned()))?;
    Ok(change
        .set("about", comment.about.to_string())
        .set("by", comment.by.to_string())
        .set("on", comment.on.to_string())
        .keep("texts", comment.texts.join(BETWEEN)))
}

/// Between texts that were kept both and are then written again as one.
const BETWEEN: &str = "\n\n";

/// The comment in a record; none where it was removed.
pub(super) fn of(id: &str, record: &Record) -> Result<Option<KeptComment>, StoreTrouble> {
    let read = || {
        let texts = record.kept("texts").into_iter();
        Some(KeptComment {
            id: id.to_owned(),
            comment: Comment {
                about: record.text("about")?.parse().ok()?,
                by: record.text("by")?.parse().ok()?,
                on: record.text("on")?.parse().ok()?,
                texts: texts
                    .map(|text| match text {
                        Value::Text(text) => Some(text.to_string()),
                        _ => None,
                    })
                    .filter(|text| text.as_ref().is_none_or(|text| !text.is_empty()))
                    .collect::<Option<_>>()?,
            },
        })
    };
    let kept = read().ok_or_else(|| StoreTrouble::Record(path(id)))?;
    Ok(Some(kept).filter(|it| !it.comment.texts.is_empty()))
}
