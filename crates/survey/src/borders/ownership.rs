//! Ownership beside the communities that change together: how well each divides what changes together, and what lies in a
//! community that is mostly somebody else's.

use super::changes::Changes;
use super::communities::Graph;
use crate::coupling::{Every, Seen, Shown};
use crate::repository::SurveyError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is a node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A file.
    File,
    /// The files of one folder, those below it not among them, that have the same owners.
    Folder,
}

/// How the graph is made and divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Options {
    /// What is a node.
    pub unit: Unit,
    /// Two nodes that changed together less often than this are not joined; once is no pattern. Our own choice.
    pub least_together: usize,
    /// Where the search for communities begins.
    pub seed: u64,
    /// How many searches; the best counts. Our own choice.
    pub runs: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { unit: Unit::File, least_together: 2, seed: 1, runs: 10 }
    }
}

/// Ownership beside communities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Borders {
    /// How it was counted.
    pub options: Options,
    /// Commits that were counted.
    pub commits: usize,
    /// Commits that touch more files than `most_files`, and were left out.
    pub large: usize,
    /// The most files that a commit may touch.
    pub most_files: usize,
    /// Nodes that are joined to another. The others tell nothing.
    pub nodes: usize,
    /// Pairs of nodes that are joined: together more often than chance, at least as often as asked for. The weight is the
    /// count less what chance would give.
    pub pairs: usize,
    /// Pairs that were together, but less often than asked for.
    pub seldom: usize,
    /// Pairs that were together often enough, but not more often than chance.
    pub by_chance: usize,
    /// Files that nobody owns; they are no nodes.
    pub unowned: usize,
    /// Modularity of the division by owners, joint owners being an owner of their own. -0.5 to 1.
    pub by_owners: f64,
    /// Modularity of the communities. -0.5 to 1.
    pub by_change: f64,
    /// The communities, the largest first.
    pub communities: Vec<Community>,
    /// What lies in a community that is mostly somebody else's; those first whose change with the others weighs most.
    pub elsewhere: Vec<Elsewhere>,
}

/// Nodes that change together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Community {
    /// How many nodes it has.
    pub nodes: usize,
    /// Whose they are, those who own most first.
    pub owners: Vec<OwnersOf>,
    /// The owners of more than half of them, if there are such.
    pub mostly: Option<Vec<String>>,
    /// Where its nodes lie, the folder with most first.
    pub folders: Vec<FolderOf>,
}

/// How many nodes somebody owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnersOf {
    /// One, or several together.
    pub owners: Vec<String>,
    /// How many.
    pub nodes: usize,
}

/// How many nodes a folder has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FolderOf {
    /// The folder.
    pub folder: String,
    /// How many.
    pub nodes: usize,
}

/// Files of one folder and one owner in communities that are mostly another's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Elsewhere {
    /// The folder.
    pub folder: String,
    /// Whose it is.
    pub owners: Vec<String>,
    /// The communities, by their places in the list.
    pub communities: Vec<usize>,
    /// Whose the communities mostly are.
    pub mostly: Vec<String>,
    /// The files of the folder that are in them.
    pub files: Vec<String>,
    /// How many files of the folder, of the same owners, are joined to anything.
    pub of: usize,
    /// How much they change with files of their own owners, beyond chance, in commits.
    pub with_own: f64,
    /// How much they change with files of those whose community it mostly is, beyond chance, in commits.
    pub with_others: f64,
    /// How many commits touch one of them and a file of those whose community it mostly is.
    pub commits: usize,
    /// The newest of them, each with a file of either side.
    pub shown_by: Vec<Shown>,
}

struct Node {
    folder: String,
    owners: usize,
    files: Vec<u32>,
}

/// Lays ownership beside the communities. `owners` gives who owns a path; nobody is an empty list. Of `every` all commits are
/// named.
///
/// # Errors
/// If the history cannot be read any more.
pub fn borders(
    changes: &Changes<'_>,
    options: Options,
    owners: &dyn Fn(&str) -> Vec<String>,
    every: Option<&Every>,
) -> Result<Borders, SurveyError> {
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut set_of: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut unowned = 0;
    // Nodes are numbered by folder or path, so that the order of commits does not matter.
    let mut by_name: BTreeMap<(&str, Vec<String>), Vec<u32>> = BTreeMap::new();
    for (file, path) in changes.files().iter().enumerate() {
        let mut owners = owners(path);
        owners.sort();
        owners.dedup();
        if owners.is_empty() {
            unowned += 1;
            continue;
        }
        let name = match options.unit {
            Unit::File => path.as_str(),
            Unit::Folder => folder_of(path),
        };
        by_name.entry((name, owners)).or_default().push(file as u32);
    }
    let mut node_of: Vec<Option<usize>> = vec![None; changes.files().len()];
    let mut nodes: Vec<Node> = Vec::new();
    for ((name, owners), files) in by_name {
        for file in &files {
            node_of[*file as usize] = Some(nodes.len());
        }
        let owners = *set_of.entry(owners).or_insert_with_key(|owners| {
            sets.push(owners.clone());
            sets.len() - 1
        });
        let folder = match options.unit {
            Unit::File => folder_of(name),
            Unit::Folder => name,
        };
        nodes.push(Node { folder: folder.to_owned(), owners, files });
    }

    let (counts, together) = count(changes, &node_of, nodes.len())?;
    let of = changes.commits() as f64;
    let (mut seldom, mut by_chance) = (0, 0);
    let mut edges = Vec::new();
    for ((one, two), times) in together {
        let (one, two) = (one as usize, two as usize);
        let weight = f64::from(times) - f64::from(counts[one]) * f64::from(counts[two]) / of;
        if (times as usize) < options.least_together {
            seldom += 1;
        } else if weight <= 0.0 {
            by_chance += 1;
        } else {
            edges.push((one, two, weight));
        }
    }
    let pairs = edges.len();
    // Only what is joined to something.
    let joined: BTreeSet<usize> = edges.iter().flat_map(|(one, two, _)| [*one, *two]).collect();
    let joined: Vec<usize> = joined.into_iter().collect();
    let place: BTreeMap<usize, usize> = joined.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let graph = Graph::new(
        joined.len(),
        edges.into_iter().map(|(one, two, weight)| (place[&one], place[&two], weight)),
    );
    let nodes: Vec<Node> = {
        let mut kept: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
        joined.iter().filter_map(|node| kept[*node].take()).collect()
    };
    let by_owner: Vec<usize> = nodes.iter().map(|node| node.owners).collect();
    let found = graph.communities(options.seed, options.runs);
    let (communities, number) = describe(&nodes, &found, &sets);
    let elsewhere = elsewhere(changes, &graph, &nodes, &number, &communities, &sets, every)?;
    Ok(Borders {
        options,
        commits: changes.commits(),
        large: changes.large(),
        most_files: changes.most_files(),
        nodes: nodes.len(),
        pairs,
        seldom,
        by_chance,
        unowned,
        by_owners: graph.modularity(&by_owner),
        by_change: graph.modularity(&found),
        communities,
        elsewhere,
    })
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Two nodes, the lower number first.
type Two = (u32, u32);

/// In how many commits each node changed, and each pair of nodes, in order.
#[allow(clippy::type_complexity)] // Two lists, each said above.
fn count(
    changes: &Changes<'_>,
    node_of: &[Option<usize>],
    nodes: usize,
) -> Result<(Vec<u32>, Vec<(Two, u32)>), SurveyError> {
    let mut counts = vec![0; nodes];
    let mut together: HashMap<Two, u32> = HashMap::new();
    let mut touched: Vec<u32> = Vec::new();
    changes.each(|change| {
        touched.clear();
        touched
            .extend(change.files.iter().filter_map(|file| node_of[*file as usize]).map(|node| node as u32));
        touched.sort_unstable();
        touched.dedup();
        for (at, one) in touched.iter().enumerate() {
            counts[*one as usize] += 1;
            for two in &touched[at + 1..] {
                *together.entry((*one, *two)).or_default() += 1;
            }
        }
    })?;
    let mut together: Vec<(Two, u32)> = together.into_iter().collect();
    together.sort_unstable();
    Ok((counts, together))
}

/// The communities, the largest first, and for each node the number of its community in that order.
fn describe(nodes: &[Node], found: &[usize], sets: &[Vec<String>]) -> (Vec<Community>, Vec<usize>) {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, community) in found.iter().enumerate() {
        members.entry(*community).or_default().push(node);
    }
    let mut order: Vec<Vec<usize>> = members.into_values().collect();
    order.sort_by(|a, b| (b.len(), &a[0]).cmp(&(a.len(), &b[0])));
    let mut number = vec![0; nodes.len()];
    let communities = order.iter().enumerate().map(|(at, members)| {
        let mut owners: BTreeMap<usize, usize> = BTreeMap::new();
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        for node in members {
            number[*node] = at;
            *owners.entry(nodes[*node].owners).or_default() += 1;
            *folders.entry(&nodes[*node].folder).or_default() += 1;
        }
        let mut owners: Vec<OwnersOf> =
            owners.into_iter().map(|(set, nodes)| OwnersOf { owners: sets[set].clone(), nodes }).collect();
        owners.sort_by(|a, b| (b.nodes, &a.owners).cmp(&(a.nodes, &b.owners)));
        let mut folders: Vec<FolderOf> = folders
            .into_iter()
            .map(|(folder, nodes)| FolderOf { folder: folder.to_owned(), nodes })
            .collect();
        folders.sort_by(|a, b| (b.nodes, &a.folder).cmp(&(a.nodes, &b.folder)));
        let mostly =
            owners.first().filter(|first| 2 * first.nodes > members.len()).map(|first| first.owners.clone());
        Community { nodes: members.len(), owners, mostly, folders }
    });
    let communities = communities.collect();
    (communities, number)
}

fn elsewhere(
    changes: &Changes<'_>,
    graph: &Graph,
    nodes: &[Node],
    number: &[usize],
    communities: &[Community],
    sets: &[Vec<String>],
    every: Option<&Every>,
) -> Result<Vec<Elsewhere>, SurveyError> {
    let mostly = |community: usize| communities[community].mostly.as_ref();
    let mut in_folder: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    let set_number = |owners: &Vec<String>| sets.iter().position(|set| set == owners);
    // By folder, by whose it is, and by whose the communities are.
    let mut moved: BTreeMap<(&str, usize, usize), Vec<usize>> = BTreeMap::new();
    for (node, Node { folder, owners, files }) in nodes.iter().enumerate() {
        *in_folder.entry((folder, *owners)).or_default() += files.len();
        let community = number[node];
        if let Some(others) = mostly(community).and_then(set_number).filter(|others| others != owners) {
            moved.entry((folder, *owners, others)).or_default().push(node);
        }
    }
    let mut groups: Vec<Elsewhere> = Vec::new();
    // Which groups a file is one of, and whose owners' files each group is laid beside.
    let mut group_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut sides: Vec<usize> = Vec::new();
    for ((folder, owners, others), members) in moved {
        let in_these: BTreeSet<usize> = members.iter().map(|node| number[*node]).collect();
        let with = |set: usize| -> f64 {
            let all = members.iter().flat_map(|node| graph.neighbours(*node));
            // From 0.0, since a sum of nothing is -0.0.
            all.filter(|(other, _)| nodes[*other].owners == set).fold(0.0, |sum, (_, weight)| sum + weight)
        };
        let files: Vec<u32> = members.iter().flat_map(|node| nodes[*node].files.clone()).collect();
        for file in &files {
            group_of.insert(*file, groups.len());
        }
        sides.push(others);
        let mut names: Vec<String> =
            files.iter().map(|file| changes.files()[*file as usize].clone()).collect();
        names.sort();
        groups.push(Elsewhere {
            folder: folder.to_owned(),
            owners: sets[owners].clone(),
            communities: in_these.into_iter().collect(),
            mostly: sets[others].clone(),
            files: names,
            of: in_folder[&(folder, owners)],
            with_own: with(owners),
            with_others: with(others),
            commits: 0,
            shown_by: Vec::new(),
        });
    }
    let mut owners_of: Vec<Option<usize>> = vec![None; changes.files().len()];
    for node in nodes {
        for file in &node.files {
            owners_of[*file as usize] = Some(node.owners);
        }
    }
    let is_asked = |group: &Elsewhere| every.is_some_and(|every| every.is_folder(&group.folder));
    let mut seen: Vec<Seen> = groups.iter().map(|group| Seen::of(is_asked(group))).collect();
    changes.each(|change| {
        let files = change.files;
        let touched: BTreeSet<usize> = files.iter().filter_map(|file| group_of.get(file).copied()).collect();
        for group in touched {
            let is_here = |file: u32| group_of.get(&file) == Some(&group);
            let is_theirs = |file: u32| owners_of[file as usize] == Some(sides[group]);
            if files.iter().any(|file| is_theirs(*file)) {
                seen[group].note_change(&change, || changes.of_sides(files, [&is_here, &is_theirs]));
            }
        }
    })?;
    for (group, seen) in groups.iter_mut().zip(seen) {
        (group.commits, group.shown_by) = (seen.times as usize, seen.newest.shown());
    }
    groups.sort_by(|a, b| {
        b.with_others
            .total_cmp(&a.with_others)
            .then_with(|| (&a.folder, &a.owners, &a.mostly).cmp(&(&b.folder, &b.owners, &b.mostly)))
    });
    Ok(groups)
}
