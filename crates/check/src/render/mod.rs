//! How a report looks. Renderers are leaves: they read a report and decide nothing.

mod human;
mod json;

pub use human::{Style, human};
pub use json::json;

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
