//! The files of a repository at its revision, read from git's objects: no link is followed, no submodule entered.

use crate::git::{Conversation, git, output, printable};
use crate::repository::{Repository, SurveyError};
use std::io::{self, BufRead, Read, Write};
use std::thread;

/// A file of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the repository's top, with `/` between folders.
    pub path: String,
    /// The name of its contents.
    object: String,
}

impl File {
    /// The name of its contents, in hexadecimal: another one for any other contents.
    pub(crate) fn object(&self) -> &str {
        &self.object
    }
}

/// What a tree holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Its files, by path.
    pub files: Vec<File>,
    /// Links, submodules, and files whose names are not UTF-8: they are not read.
    pub passed_over: Vec<String>,
    /// Folders whose objects are not here: what lies in them is not known.
    pub missing: Vec<String>,
}

/// A file's contents, or why they are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Text: UTF-8 as it is, with its mark or UTF-16's in front taken off, and anything else read as Latin-1.
    Text(String),
    /// Not text: it holds a NUL.
    Binary,
    /// Larger than asked for: so many bytes.
    TooLarge(u64),
    /// Its object is not here.
    Missing,
}

impl Tree {
    /// The files at the revision.
    ///
    /// # Errors
    /// If git cannot list them.
    pub fn of(repository: &Repository) -> Result<Self, SurveyError> {
        let mut command = git(repository.git_dir());
        command.args(["ls-tree", "-r", "-z", "--full-tree", repository.head()]);
        let Ok(out) = output(command) else {
            // Git stops at the first folder that is not here.
            return folder_by_folder(repository).map_err(|error| repository.broke_off(&error));
        };
        let mut tree = Self::default();
        for line in out.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            // `100644 blob 5f3c…<tab>path`
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            let (head, path) = line.split_at(tab);
            let head = String::from_utf8_lossy(head);
            let mut head = head.split(' ');
            let (mode, object) = (head.next().unwrap_or_default(), head.nth(1).unwrap_or_default());
            tree.add(mode, object, &path[1..]);
        }
        Ok(tree)
    }

    fn add(&mut self, mode: &str, object: &str, path: &[u8]) {
        match std::str::from_utf8(path) {
            Ok(path) if matches!(mode, "100644" | "100755" | "100664") => {
                self.files.push(File { path: path.to_owned(), object: object.to_owned() });
            }
            _ => self.passed_over.push(printable(&String::from_utf8_lossy(path))),
        }
    }

    /// Reads those files that `wanted` names, in the order of the tree, none that is larger than `most` bytes.
    ///
    /// # Errors
    /// If git breaks off.
    pub fn read(
        &self,
        repository: &Repository,
        most: u64,
        wanted: impl Fn(&File) -> bool,
        mut visit: impl FnMut(&File, Contents),
    ) -> Result<(), SurveyError> {
        let wanted: Vec<&File> = self.files.iter().filter(|file| wanted(file)).collect();
        read(repository, most, &wanted, &mut visit).map_err(|error| repository.broke_off(&error))
    }
}

/// Deeper folders than any file system holds.
const DEEPEST: usize = 512;

/// The files of all folders that are here, each folder asked for by itself.
fn folder_by_folder(repository: &Repository) -> io::Result<Tree> {
    let mut command = git(repository.git_dir());
    command.args(["cat-file", "--batch"]);
    let mut conversation = Conversation::start(command)?;
    let mut tree = Tree::default();
    let raw = repository.head().len() / 2;
    let mut open = vec![(format!("{}^{{tree}}", repository.head()), Vec::new(), 0)];
    while let Some((object, folder, depth)) = open.pop() {
        writeln!(conversation.ask, "{object}")?;
        conversation.ask.flush()?;
        let Some(entries) = answer(&mut conversation)? else {
            tree.missing.push(match folder.as_slice() {
                [] => "/".to_owned(),
                path => printable(&String::from_utf8_lossy(path)),
            });
            continue;
        };
        // `100644 name<NUL>` and the object's name as bytes.
        let mut rest = entries.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == 0) {
            let (head, after) = (&rest[..end], &rest[end + 1..]);
            let Some((object, after)) = after.split_at_checked(raw) else { break };
            rest = after;
            let Some(space) = head.iter().position(|byte| *byte == b' ') else { break };
            let mode = String::from_utf8_lossy(&head[..space]).into_owned();
            let object = hexadecimal(object);
            let mut path = folder.clone();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(&head[space + 1..]);
            if mode.trim_start_matches('0') == "40000" {
                if depth < DEEPEST {
                    open.push((object, path, depth + 1));
                }
            } else {
                tree.add(&mode, &object, &path);
            }
        }
    }
    tree.files.sort_by(|a, b| a.path.cmp(&b.path));
    tree.missing.sort();
    Ok(tree)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// An object's bytes; `None` where it is not here.
fn answer(conversation: &mut Conversation) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    conversation.answer.read_line(&mut head)?;
    if head.is_empty() {
        return Err(io::Error::other("git ended before it had given all folders"));
    }
    let Some(size) = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok()) else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    (&mut conversation.answer).take(size).read_to_end(&mut bytes)?;
    conversation.answer.read_exact(&mut [0])?;
    Ok(Some(bytes))
}

/// Reads these files, in this order, none that is larger than `most` bytes.
pub(crate) fn read(
    repository: &Repository,
    most: u64,
    wanted: &[&File],
    visit: &mut dyn FnMut(&File, Contents),
) -> io::Result<()> {
    let mut command = git(repository.git_dir());
    command.args(["cat-file", "--batch"]);
    let mut conversation = Conversation::start(command)?;
    let Conversation { ask, answer, .. } = &mut conversation;
    thread::scope(|scope| {
        scope.spawn(move || {
            for file in wanted {
                // A pipe that breaks shows in the answers.
                if writeln!(ask, "{}", file.object).is_err() {
                    return;
                }
            }
            let _ = ask.flush();
        });
        for file in wanted {
            let mut head = String::new();
            answer.read_line(&mut head)?;
            if head.is_empty() {
                return Err(io::Error::other("git ended before it had given all files"));
            }
            // `5f3c… blob 1234`, or `5f3c… missing`
            let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
            let Some(size) = size else {
                visit(file, Contents::Missing);
                continue;
            };
            if size > most {
                // With the line end that follows.
                io::copy(&mut answer.take(size + 1), &mut io::sink())?;
                visit(file, Contents::TooLarge(size));
                continue;
            }
            let mut bytes = vec![0; size as usize];
            answer.read_exact(&mut bytes)?;
            answer.read_exact(&mut [0])?;
            visit(file, contents(bytes));
        }
        Ok(())
    })
}

fn contents(bytes: Vec<u8>) -> Contents {
    let pairs = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        Contents::Text(String::from_utf16_lossy(&units))
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => return pairs(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return pairs(rest, u16::from_be_bytes),
        _ => {}
    }
    if bytes.contains(&0) {
        return Contents::Binary;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Contents::Text(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(odd) => Contents::Text(odd.into_bytes().into_iter().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_of_the_usual_encodings_is_text() {
        let text = |bytes: &[u8]| contents(bytes.to_vec());
        assert_eq!(text("größer".as_bytes()), Contents::Text("größer".into()));
        assert_eq!(text(b"\xef\xbb\xbfselect 1"), Contents::Text("select 1".into()));
        assert_eq!(text(b"\xff\xfes\0q\0l\0"), Contents::Text("sql".into()));
        assert_eq!(text(b"gr\xf6\xdfer"), Contents::Text("größer".into()));
        assert_eq!(text(b"\x7fELF\0\0"), Contents::Binary);
    }
}
