//! How a report looks. Renderers are leaves: they read a report and decide nothing.

mod github;
mod human;
mod json;
mod junit;
mod sarif;

pub use github::github;
pub use human::{Style, human};
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;

use std::collections::BTreeMap;

/// Whoever has the texts of the files, for the source lines in a report.
pub trait Texts {
    /// The text of the file, as it was when places were taken; `None` where it is not there any more.
    fn text(&self, file: &str) -> Option<&str>;
}

impl Texts for BTreeMap<String, String> {
    fn text(&self, file: &str) -> Option<&str> {
        self.get(file).map(String::as_str)
    }
}

/// No text at all: reports then show places without their lines.
impl Texts for () {
    fn text(&self, _: &str) -> Option<&str> {
        None
    }
}

/// Where the organisation's folder is, as whoever reads the report sees it: the folder's path from the top of the
/// repository, with `/`, empty where it is the top.
#[derive(Clone, Copy, Debug, Default)]
pub struct Within<'a>(pub &'a str);

impl Within<'_> {
    /// The path of one of the organisation's files from the top of the repository.
    fn path(self, file: &str) -> String {
        match self.0.trim_matches('/') {
            "" | "." => file.to_owned(),
            folder => format!("{folder}/{file}"),
        }
    }
}
