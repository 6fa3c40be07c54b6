//! `sigs.yaml`, in which the Kubernetes community lists its groups: each with its folder in the community's own repository,
//! its leads, and its subprojects with the OWNERS files, in any repository, that they answer for.
//!
//! Source: github.com/kubernetes/community, `generator/app.go` and `sigs.yaml`.

use super::deepest::Folder;
use super::roster::{Group, Roster};
use kedge_exchange::yaml;
use serde_json::Value;
use std::collections::BTreeMap;

/// The lists of groups, each with what its label begins with.
const KINDS: [&str; 4] = ["sigs", "workinggroups", "usergroups", "committees"];

/// All groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sigs {
    /// Chairs and technical leads of each.
    pub(super) roster: Roster,
    /// The folders of each group in the repository that holds the file.
    own: Vec<(String, String)>,
    /// Repository (`kubernetes/enhancements`, in lower case), folder and group of each subproject's OWNERS files.
    elsewhere: Vec<(String, String, String)>,
}

impl Sigs {
    /// Reads the file; addresses of OWNERS files that cannot be read are told to `skipped`.
    pub(super) fn read(text: &str, skipped: &mut dyn FnMut(String)) -> Self {
        let value = match yaml::value(text) {
            Ok(value) => value,
            Err(why) => {
                skipped(why);
                return Self::default();
            }
        };
        let mut sigs = Self::default();
        for group in KINDS.iter().flat_map(|kind| list(&value, kind)) {
            let folder = yaml::text(group, &["dir"]);
            if folder.is_empty() {
                skipped(format!("a group without `dir`: {}", yaml::text(group, &["name"])));
                continue;
            }
            let name = folder.trim_matches('/').to_owned();
            sigs.own.push((name.clone(), name.clone()));
            let leads = group.get("leadership").map(|leads| {
                ["chairs", "tech_leads"].iter().flat_map(|kind| list(leads, kind)).flat_map(|person| {
                    ["github", "email"]
                        .iter()
                        .map(|key| yaml::text(person, &[key]))
                        .filter(|it| !it.is_empty())
                })
            });
            let people = leads.map(Iterator::collect).unwrap_or_default();
            sigs.roster.groups.push(Group { name: name.clone(), people });
            for url in list(group, "subprojects").flat_map(|project| yaml::texts(project, &["owners"])) {
                match place(&url) {
                    Some((repository, folder)) => sigs.elsewhere.push((repository, folder, name.clone())),
                    None => skipped(format!("`{url}` of {name} is not the address of an OWNERS file")),
                }
            }
        }
        sigs
    }

    /// The areas in a repository. `here` is whether the file lies in it; the repository is known by `acme/shop`, or by
    /// `shop` alone.
    pub(super) fn folders(&self, repository: &str, here: bool) -> Vec<Folder> {
        let repository = repository.to_lowercase();
        let is_it = |name: &str| {
            name == repository
                || (!repository.contains('/') && name.rsplit('/').next() == Some(repository.as_str()))
        };
        let mut owners: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let own = self.own.iter().filter(|_| here).map(|(folder, group)| (folder, group));
        let elsewhere = self.elsewhere.iter().filter(|(name, ..)| is_it(name));
        for (folder, group) in own.chain(elsewhere.map(|(_, folder, group)| (folder, group))) {
            let owners = owners.entry(folder).or_default();
            if !owners.contains(group) {
                owners.push(group.clone());
            }
        }
        owners.into_iter().map(|(folder, owners)| Folder::of(folder, owners)).collect()
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The repository, in lower case, and the folder of an OWNERS file by its address on GitHub.
fn place(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let mut parts: Vec<&str> =
        path.split(['?', '#']).next()?.split('/').filter(|it| !it.is_empty()).collect();
    match host {
        "raw.githubusercontent.com" => {}
        // `github.com/acme/shop/blob/main/…`
        "github.com" | "www.github.com" if matches!(parts.get(2), Some(&("blob" | "raw" | "tree"))) => {
            parts.remove(2);
        }
        _ => return None,
    }
    let is_file = matches!(parts.pop(), Some("OWNERS"));
    if !is_file || parts.len() < 3 || parts.contains(&"..") {
        return None;
    }
    let repository = format!("{}/{}", parts[0], parts[1]).to_lowercase();
    // `main`, or `refs/heads/main`.
    let reference = if parts[2] == "refs" && parts.len() >= 5 { 3 } else { 1 };
    Some((repository, parts[2 + reference..].join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGS: &str = "\
sigs:
- dir: sig-till
  name: Till
  leadership:
    chairs: [{github: ada, name: Ada, email: ada@acme.example}]
    tech_leads: [{github: bo}]
  subprojects:
  - name: counter
    owners:
    - https://raw.githubusercontent.com/Acme/shop/master/src/till/OWNERS
    - https://raw.githubusercontent.com/acme/shop/refs/heads/main/OWNERS
    - https://github.com/acme/shop/blob/main/docs/till/OWNERS
    - https://example.org/odd
workinggroups:
- dir: wg-slow
  subprojects: [{name: x, owners: ['https://raw.githubusercontent.com/acme/shop/main/src/till/OWNERS']}]
committees:
- {name: nameless}
";

    #[test]
    fn groups_own_their_folder_here_and_their_subprojects_elsewhere() {
        let mut skipped = Vec::new();
        let sigs = Sigs::read(SIGS, &mut |why| skipped.push(why));
        assert_eq!(skipped.len(), 2, "{skipped:?}");
        let shown = |repository: &str, here: bool| -> Vec<String> {
            let folders = sigs.folders(repository, here);
            folders.iter().map(|it| format!("{} {}", it.shown, it.owners.join(" "))).collect()
        };
        let shop = ["/ sig-till", "docs/till/ sig-till", "src/till/ sig-till wg-slow"];
        assert_eq!(shown("acme/Shop", false), shop);
        assert_eq!(shown("shop", false), shop);
        assert_eq!(shown("other/shop", false), Vec::<String>::new());
        assert_eq!(shown("acme/community", true), ["sig-till/ sig-till", "wg-slow/ wg-slow"]);
        assert_eq!(sigs.roster.groups[0].people, ["ada", "ada@acme.example", "bo"]);
    }

    #[test]
    fn nothing_is_made_of_what_is_no_such_file() {
        let mut skipped = Vec::new();
        assert_eq!(Sigs::read(": [", &mut |why| skipped.push(why)), Sigs::default());
        assert_eq!(Sigs::read("sigs: 3\nother: []", &mut |why| skipped.push(why)), Sigs::default());
        assert_eq!(skipped.len(), 1);
    }
}
