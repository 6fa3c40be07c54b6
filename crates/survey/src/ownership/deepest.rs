//! Areas of which the deepest that holds a path decides: of as deep ones, all together.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// One area: as it stands in its file, how deep it lies, and who owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) shown: String,
    pub(super) globs: Vec<String>,
    pub(super) depth: usize,
    pub(super) owners: Vec<String>,
}

impl Folder {
    /// A folder with all below it; the empty path is the whole repository.
    pub(super) fn of(path: &str, owners: Vec<String>) -> Self {
        let path = path.trim_matches('/');
        let mut glob = globset::escape(path);
        glob.push_str(if path.is_empty() { "**" } else { "/**" });
        let depth = path.split('/').filter(|part| !part.is_empty()).count();
        Self { shown: format!("{path}/"), globs: vec![glob], depth, owners }
    }
}

/// All areas of a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Deepest {
    set: GlobSet,
    /// Of each glob of the set, its folder.
    folder_of: Vec<usize>,
    folders: Vec<Folder>,
}

impl Deepest {
    /// Joins areas; patterns that cannot be read are told to `skipped`.
    pub(super) fn new(folders: Vec<Folder>, skipped: &mut dyn FnMut(String)) -> Self {
        let mut builder = GlobSetBuilder::new();
        let mut folder_of = Vec::new();
        for (place, folder) in folders.iter().enumerate() {
            for glob in &folder.globs {
                match GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build() {
                    Ok(glob) => {
                        builder.add(glob);
                        folder_of.push(place);
                    }
                    Err(error) => skipped(format!("`{}`: {error}", folder.shown)),
                }
            }
        }
        match builder.build() {
            Ok(set) => Self { set, folder_of, folders },
            Err(error) => {
                skipped(format!("the areas together: {error}"));
                Self::default()
            }
        }
    }

    /// Whether several say who owns something, and so not all of it is the same people's.
    pub(super) fn divides(&self) -> bool {
        self.folders.windows(2).any(|two| two[0].owners != two[1].owners)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// The areas that decide about a path.
    pub(super) fn of(&self, path: &str) -> Vec<&Folder> {
        let matched = self.set.matches(path);
        let mut found: Vec<usize> =
            matched.iter().filter_map(|at| self.folder_of.get(*at).copied()).collect();
        found.dedup();
        let deepest = found.iter().map(|at| self.folders[*at].depth).max();
        found.retain(|at| Some(self.folders[*at].depth) == deepest);
        found.into_iter().map(|at| &self.folders[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_decides_and_as_deep_ones_together() {
        let folder = |path: &str, owner: &str| Folder::of(path, vec![owner.to_owned()]);
        let areas = Deepest::new(
            vec![folder("", "all"), folder("a/[b]", "one"), folder("a/[b]", "two"), folder("a", "three")],
            &mut |why| panic!("{why}"),
        );
        let of =
            |path: &str| -> Vec<String> { areas.of(path).iter().flat_map(|it| it.owners.clone()).collect() };
        assert_eq!(of("x"), ["all"]);
        assert_eq!(of("a/x"), ["three"]);
        assert_eq!(of("a/[b]/c/x"), ["one", "two"]);
    }
}
