//! Which dataset data found in code is, and who writes a dataset.

use globset::GlobBuilder;
use kedge_model::{Contract, Dataset, Organisation, TeamId, WrittenData};
use std::collections::BTreeSet;

/// Everybody who writes the dataset: its `writers`, and those of its operations.
pub fn writers(dataset: &Dataset) -> BTreeSet<&TeamId> {
    dataset.writers.iter().chain(dataset.operations.values().map(|operation| &operation.writer)).collect()
}

/// Its contract, where it is not given up.
pub fn contract(dataset: &Dataset) -> Option<&Contract> {
    dataset.contract.as_ref().filter(|contract| contract.retired.is_none())
}

/// The dataset that data found in code is: one that is called like it, else one whose `where` matches a file that defines
/// it. Of a dataset's pattern `**` crosses folders and `*` does not.
pub fn dataset_of<'a>(organisation: &'a Organisation, data: &WrittenData) -> Option<&'a Dataset> {
    let found = plain(data.data.rsplit('.').next().unwrap_or(&data.data));
    let by_name = || organisation.datasets().find(|dataset| plain(dataset.id.id().as_str()) == found);
    let is_where = |dataset: &&Dataset| {
        dataset.places.iter().any(|pattern| {
            let here = pattern.split_once(':').filter(|(of, _)| *of == data.repository.as_str());
            here.is_some_and(|(_, glob)| data.defined_in.iter().any(|file| matches(glob.trim(), file)))
        })
    };
    by_name().or_else(|| organisation.datasets().find(is_where))
}

/// A name without what languages write it by: case, `-`, `_`, and the `s` of a plural.
fn plain(name: &str) -> String {
    let name: String = name.chars().filter(|sign| !matches!(sign, '-' | '_')).collect();
    let name = name.to_lowercase();
    name.strip_suffix('s').map(str::to_owned).unwrap_or(name)
}

/// Whether a pattern matches a path, as in `owns`. One that is none matches nothing.
fn matches(glob: &str, path: &str) -> bool {
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_files_match_as_in_owns() {
        for (glob, path) in [
            ("db/basket_line.sql", "db/basket_line.sql"),
            ("db/**", "db/a/b.sql"),
            ("**/basket*.sql", "db/x/basket_line.sql"),
            ("**", "a"),
            ("db/*/t.sql", "db/x/t.sql"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in
            [("db/*", "db/a/b.sql"), ("db/**", "db"), ("db/t.sql", "DB/t.sql"), ("a*c", "abd")]
        {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn a_table_is_called_like_its_dataset_in_any_spelling() {
        for name in ["BasketLine", "basket_lines", "basket-line"] {
            assert_eq!(plain(name), "basketline");
        }
    }
}
