//! An OWNERS file of Prow: the group that a folder belongs to.

use kedge_exchange::yaml;

/// Who owns the folder: the groups of its labels (`sig/node` is `sig-node`), else its approvers, people or aliases. Filters
/// by file name are those of reviews and are not read.
pub(super) fn owners(text: &str) -> Vec<String> {
    let Ok(value) = yaml::value(text) else { return Vec::new() };
    let groups: Vec<String> = yaml::texts(&value, &["labels"])
        .into_iter()
        .filter(|label| ["sig/", "wg/", "committee/"].iter().any(|kind| label.starts_with(kind)))
        .map(|label| label.replace('/', "-"))
        .collect();
    if groups.is_empty() { yaml::texts(&value, &["approvers"]) } else { groups }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_groups_come_before_people() {
        assert_eq!(owners("approvers: [ada]\nlabels:\n- sig/node\n- kind/bug\n"), ["sig-node"]);
        assert_eq!(
            owners("approvers:\n- ada # since May\n- node-leads\nreviewers: [bo]\n"),
            ["ada", "node-leads"]
        );
        assert!(owners("reviewers: [bo]").is_empty());
        assert!(owners(": [").is_empty());
    }
}
