//! An organisation whose files live in several places: `[[source]]` in its `kedge.toml`, and `part-of` in the repository of
//! one team.
//!
//! ```text
//! kedge gather:  [[source]] git ──fetch──▶ commit ──read──▶ texts ──▶ .kedge/gathered.json   (all of them, or nothing)
//! every verb:    the folder + [[source]] path, as they are + gathered.json ──▶ one organisation
//!                in a part: its own folder + everything else from gathered.json ──▶ the whole, told to its teams alone
//! ```
//!
//! Only `kedge gather` uses the network. What it fetched is kept whole, with the commit and the day, so that every other
//! verb answers without a network and says how old it is. A file of a source is named `SOURCE:PATH`; a source speaks only
//! for the teams it holds, and a team has one source.

mod address;
mod cache;
mod claims;
mod ground;
mod load;
mod record;
mod whole;

pub(crate) use ground::Ground;
pub(crate) use load::{Held, open, open_texts};
pub use record::{Age, GatheredSource};
pub(crate) use record::{Kept, Record, keep, said, written};
pub(crate) use whole::gather_for;
pub use whole::{GatherError, Gathering, Step as GatherStep, gather};

use kedge_model::{Location, SourceFolder};

/// A name for each source, told from its place: `payments` for `https://git.example/shop/payments.git`, with the folder
/// within it behind; numbered where two would have the same.
pub(crate) fn names<'a>(sources: impl IntoIterator<Item = (&'a Location, Option<&'a str>)>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (location, under) in sources {
        let (Location::Path(text) | Location::Git(text)) = location;
        let last = text.trim_end_matches(['/', '\\']).rsplit(['/', '\\', ':']).next().unwrap_or_default();
        let last = last.strip_suffix(".git").unwrap_or(last);
        let keep = |text: &str| -> String {
            text.chars()
                .filter(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_' | '/'))
                .collect()
        };
        let mut base = keep(last).trim_matches('.').to_owned();
        if base.is_empty() {
            base = "source".into();
        }
        let under = under.map(|it| keep(it.trim_matches('/'))).filter(|it| !it.is_empty() && it != ".");
        let under = under.map(|it| format!("/{it}")).unwrap_or_default();
        let name = (1..=names.len() + 1)
            .map(
                |number| {
                    if number == 1 { format!("{base}{under}") } else { format!("{base}-{number}{under}") }
                },
            )
            .find(|name| !names.contains(name))
            .unwrap_or(base);
        names.push(name);
    }
    names
}

pub(crate) fn names_of(sources: &[SourceFolder]) -> Vec<String> {
    names(sources.iter().map(|it| (&it.location, it.under.as_deref())))
}

/// The source in a path `SOURCE:PATH`; `None` for a file of the folder itself.
pub(crate) fn source_of(path: &str) -> Option<(&str, &str)> {
    path.split_once(':')
}
