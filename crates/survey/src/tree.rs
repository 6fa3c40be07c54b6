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

/// What a tree holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Its files, by path.
    pub files: Vec<File>,
    /// Links, submodules, and files whose names are not UTF-8: they are not read.
    pub passed_over: Vec<String>,
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
        let out = output(command).map_err(|error| repository.broke_off(&error))?;
        let mut tree = Self::default();
        for line in out.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            // `100644 blob 5f3c…<tab>path`
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            let (head, path) = line.split_at(tab);
            let head = String::from_utf8_lossy(head);
            let mut head = head.split(' ');
            let (mode, object) = (head.next().unwrap_or_default(), head.nth(1).unwrap_or_default());
            match std::str::from_utf8(&path[1..]) {
                Ok(path) if matches!(mode, "100644" | "100755") => {
                    tree.files.push(File { path: path.to_owned(), object: object.to_owned() });
                }
                _ => tree.passed_over.push(printable(&String::from_utf8_lossy(&path[1..]))),
            }
        }
        Ok(tree)
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

fn read(
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
