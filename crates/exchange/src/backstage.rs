//! Backstage: the software catalogue's entities, as `catalog-info.yaml` files hold them.
//!
//! | in the catalogue | in the draft |
//! | --- | --- |
//! | a Group that owns something, or has members and no groups below it | a team |
//! | a Group that only holds others | a row not taken |
//! | a User who is in one such team | a person of it, with the catalogue's name and address |
//! | a User in several teams | a row not taken: which share of the time is whose is not said |
//! | a Component whose code's place is known | a service of its owner, and a pattern of what that owns |
//! | the repository in `github.com/project-slug` and the like | a repository of the settings |
//! | an API, System, Domain, Resource, Location, Template | a row not taken |
//! | `dependsOn`, `consumesApis` across teams | a row not taken: that code uses code is no ask |
//!
//! No plan is made: a catalogue says what there is, not what anybody intends.

use crate::names::{Free, TeamNames};
use crate::yaml::{at, documents, text, texts};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::{
    Location, Meta, Person, Repository, Service, ServiceId, Settings, Share, Slug, Team, TeamId, TeamKind,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the catalogue does not say and whoever imports may.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The repository, by its name in `kedge.toml`, that the files lie in: a component without an address is where its
    /// file is.
    pub repository: Option<Slug>,
}

struct Entity<'s> {
    file: &'s str,
    line: usize,
    kind: String,
    namespace: String,
    name: String,
    value: Value,
}

impl Entity<'_> {
    /// `kind:namespace/name`, in lower case, as references are compared.
    fn reference(&self) -> String {
        format!("{}:{}/{}", self.kind, self.namespace, self.name.to_lowercase())
    }

    /// A reference of this entity, whole: what it leaves out is `kind` and this entity's namespace.
    fn resolved(&self, reference: &str, kind: &str) -> String {
        let (kind, rest) = match reference.split_once(':') {
            Some((kind, rest)) => (kind.trim().to_lowercase(), rest),
            None => (kind.to_owned(), reference),
        };
        match rest.split_once('/') {
            Some((namespace, name)) => format!("{kind}:{}/{}", namespace.to_lowercase(), name.to_lowercase()),
            None => format!("{kind}:{}/{}", self.namespace, rest.trim().to_lowercase()),
        }
    }

    fn all(&self, key: &str, kind: &str) -> Vec<String> {
        texts(&self.value, &["spec", key]).iter().map(|name| self.resolved(name, kind)).collect()
    }

    fn owner(&self) -> Option<String> {
        let owner = text(&self.value, &["spec", "owner"]);
        (!owner.is_empty()).then(|| self.resolved(&owner, "group"))
    }

    fn title(&self) -> Option<String> {
        let title = text(&self.value, &["metadata", "title"]);
        let shown = text(&self.value, &["spec", "profile", "displayName"]);
        [title, shown].into_iter().find(|title| !title.is_empty())
    }

    fn origin(&self) -> String {
        format!("backstage:{}", self.reference())
    }

    fn shown(&self) -> String {
        self.reference()
    }
}

/// Turns catalogue files into a draft. Files that hold no entities are told.
pub fn draft(sources: &[SourceFile], options: &Options) -> Draft {
    let mut draft = Draft::default();
    let mut entities: Vec<Entity<'_>> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for source in sources {
        let before = entities.len();
        let mut broken = None;
        for document in documents(&source.text) {
            let value = match document.value {
                Ok(value) => value,
                Err(why) => {
                    let reason = format!("is not YAML that can be read: {why}");
                    draft.rows_not_taken.push(RowNotTaken::new(&source.path, document.line, "", &reason));
                    broken.get_or_insert(reason);
                    continue;
                }
            };
            let kind = text(&value, &["kind"]).to_lowercase();
            let name = text(&value, &["metadata", "name"]);
            if !text(&value, &["apiVersion"]).starts_with("backstage.io/") && !is_entity_kind(&kind) {
                continue;
            }
            if name.is_empty() {
                let reason = "is an entity without a name";
                draft.rows_not_taken.push(RowNotTaken::new(&source.path, document.line, &kind, reason));
                continue;
            }
            let namespace = match text(&value, &["metadata", "namespace"]).to_lowercase() {
                namespace if namespace.is_empty() => "default".to_owned(),
                namespace => namespace,
            };
            let entity = Entity { file: &source.path, line: document.line, kind, namespace, name, value };
            if known.insert(entity.reference()) {
                entities.push(entity);
            } else {
                let reason = "is there twice: the first counts, as in Backstage";
                draft.rows_not_taken.push(RowNotTaken::new(
                    entity.file,
                    entity.line,
                    &entity.shown(),
                    reason,
                ));
            }
        }
        if entities.len() == before {
            let reason = broken.unwrap_or_else(|| "holds no entities of Backstage".to_owned());
            draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
        }
    }
    Catalogue::of(&entities).put(options, &mut draft);
    draft.rows_not_taken.sort();
    draft.files_not_taken.sort();
    draft
}

fn is_entity_kind(kind: &str) -> bool {
    ["component", "api", "group", "user", "system", "domain", "resource", "location"].contains(&kind)
}

/// The entities by what they are to each other.
struct Catalogue<'e, 's> {
    entities: &'e [Entity<'s>],
    by_reference: BTreeMap<String, &'e Entity<'s>>,
    /// Groups that are teams, and groups that nobody describes and yet own something.
    teams: BTreeSet<String>,
    members: BTreeMap<String, BTreeSet<String>>,
}

impl<'e, 's> Catalogue<'e, 's> {
    fn of(entities: &'e [Entity<'s>]) -> Self {
        let by_reference: BTreeMap<String, &Entity<'s>> =
            entities.iter().map(|entity| (entity.reference(), entity)).collect();
        let owners: BTreeSet<String> =
            entities.iter().filter_map(Entity::owner).filter(|owner| owner.starts_with("group:")).collect();
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut above: BTreeSet<String> = BTreeSet::new();
        for entity in entities {
            match entity.kind.as_str() {
                "group" => {
                    let parent = text(&entity.value, &["spec", "parent"]);
                    above.extend((!parent.is_empty()).then(|| entity.resolved(&parent, "group")));
                    if !entity.all("children", "group").is_empty() {
                        above.insert(entity.reference());
                    }
                    let own = members.entry(entity.reference()).or_default();
                    own.extend(entity.all("members", "user"));
                }
                "user" => {
                    for group in entity.all("memberOf", "group") {
                        members.entry(group).or_default().insert(entity.reference());
                    }
                }
                _ => {}
            }
        }
        let is_team = |entity: &&Entity<'_>| {
            let name = entity.reference();
            let has_members = members.get(&name).is_some_and(|members| !members.is_empty());
            entity.kind == "group" && (owners.contains(&name) || (has_members && !above.contains(&name)))
        };
        let teams =
            entities.iter().filter(is_team).map(Entity::reference).chain(owners.iter().cloned()).collect();
        Self { entities, by_reference, teams, members }
    }

    fn put(&self, options: &Options, draft: &mut Draft) {
        let words: Vec<(&str, &str)> = self
            .teams
            .iter()
            .map(|reference| {
                let name = reference.rsplit('/').next().unwrap_or(reference);
                (reference.as_str(), name)
            })
            .collect();
        let names = TeamNames::with_ids(words);
        draft.notes.extend(names.note());
        let mut teams: BTreeMap<TeamId, Team> = BTreeMap::new();
        let mut undescribed = Vec::new();
        for (reference, id) in names.iter() {
            let mut team = Team::new(id.clone(), TeamKind::Stream);
            team.meta.origin = Some(format!("backstage:{reference}"));
            match self.by_reference.get(reference) {
                Some(group) => {
                    team.title = group.title();
                    team.meta.see = links(&group.value);
                }
                None => undescribed.push(format!("`{id}`")),
            }
            teams.insert(id.clone(), team);
        }
        if !undescribed.is_empty() {
            draft.notes.push(format!(
                "Own something and are described nowhere in these files: {}. They are taken as teams.",
                undescribed.join(", ")
            ));
        }
        self.people(&names, &mut teams, draft);
        let repositories = self.components(&names, &mut teams, options, draft);
        self.others(&names, draft);
        if !repositories.is_empty() {
            let name = "Backstage catalogue".to_owned();
            draft.changes.push(Settings { name, repositories, ..Settings::default() }.into());
        }
        if teams.values().any(|team| !team.persons.is_empty()) {
            draft.notes.push(
                "Members of a team are persons of it and count as capacity, with all their time unless you say otherwise \
                 (`share`)."
                    .to_owned(),
            );
        }
        draft.changes.extend(teams.into_values().map(Into::into));
    }

    fn people(&self, names: &TeamNames, teams: &mut BTreeMap<TeamId, Team>, draft: &mut Draft) {
        let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (group, members) in &self.members {
            for member in members {
                of.entry(member).or_default().extend(self.teams.contains(group).then_some(group.as_str()));
            }
        }
        for entity in self.entities.iter().filter(|entity| entity.kind == "user") {
            of.entry(self.by_reference.get_key_value(&entity.reference()).map_or("", |(key, _)| key))
                .or_default();
        }
        let mut free: BTreeMap<TeamId, Free> = BTreeMap::new();
        for (user, groups) in of {
            let entity = self.by_reference.get(user);
            let mut refuse = |reason: &str| {
                let (file, line) = entity.map_or(("", 0), |entity| (entity.file, entity.line));
                draft.rows_not_taken.push(RowNotTaken::new(file, line, user, reason));
            };
            let group = match groups.as_slice() {
                [] => {
                    refuse("is in no team");
                    continue;
                }
                [group] => group,
                _ => {
                    refuse("is in several teams, and which share of the time is whose is not said");
                    continue;
                }
            };
            let Some(id) = names.get(group) else { continue };
            let Some(team) = teams.get_mut(id) else { continue };
            let name = user.rsplit('/').next().unwrap_or(user);
            let address = entity.map(|entity| text(&entity.value, &["spec", "profile", "email"]));
            let login = entity
                .map(|entity| text(&entity.value, &["metadata", "annotations", "github.com/user-login"]));
            let person = Person {
                name: entity.and_then(|entity| entity.title()),
                roles: Vec::new(),
                share: Share::ONE,
                from: None,
                until: None,
                git: [login, address].into_iter().flatten().filter(|text| !text.is_empty()).collect(),
                meta: Meta { origin: Some(format!("backstage:{user}")), ..Meta::default() },
            };
            team.persons.insert(free.entry(id.clone()).or_default().take(name, "person"), person);
        }
    }

    fn components(
        &self,
        names: &TeamNames,
        teams: &mut BTreeMap<TeamId, Team>,
        options: &Options,
        draft: &mut Draft,
    ) -> BTreeMap<Slug, Repository> {
        let mut repositories: BTreeMap<Slug, Repository> = BTreeMap::new();
        let mut free: BTreeMap<TeamId, Free> = BTreeMap::new();
        let mut slugs: BTreeMap<String, Slug> = BTreeMap::new();
        let mut free_repositories = Free::default();
        for entity in self.entities.iter().filter(|entity| entity.kind == "component") {
            let mut refuse = |reason: &str| {
                draft.rows_not_taken.push(RowNotTaken::new(
                    entity.file,
                    entity.line,
                    &entity.shown(),
                    reason,
                ));
            };
            let Some(owner) = entity.owner() else {
                refuse("says no owner");
                continue;
            };
            let Some(id) = names.get(&owner) else {
                refuse("is owned by a person, not by a team");
                continue;
            };
            let Some(team) = teams.get_mut(id) else { continue };
            let path = match place(entity) {
                Some(place) => {
                    let slug = slugs.entry(place.repository.clone()).or_insert_with(|| {
                        let name = place.repository.rsplit('/').next().unwrap_or("").trim_end_matches(".git");
                        free_repositories.take(name, "repository")
                    });
                    let origin = Some(format!("backstage:{}", place.repository));
                    repositories.entry(slug.clone()).or_insert_with(|| Repository {
                        location: Location::Git(place.repository.clone()),
                        rev: None,
                        codeowners: None,
                        meta: Meta { origin, ..Meta::default() },
                    });
                    Some(format!("{slug}:{}", below(&place.folder)))
                }
                None => options.repository.as_ref().map(|repository| {
                    let folder = entity.file.rsplit_once('/').map_or("", |(folder, _)| folder);
                    format!("{repository}:{}", below(folder))
                }),
            };
            let Some(path) = path else {
                refuse("does not say where its code is: say `--repository NAME` if it is where its file is");
                continue;
            };
            let slug = free.entry(id.clone()).or_default().take(&entity.name, "component");
            let service = Service {
                id: ServiceId::new(id.clone(), slug.clone()),
                title: entity.title(),
                paths: vec![path.clone()],
                why_apart: None,
                meta: Meta { see: links(&entity.value), origin: Some(entity.origin()), ..Meta::default() },
            };
            team.services.insert(slug, service);
            if !team.owns.contains(&path) {
                team.owns.push(path);
            }
        }
        repositories
    }

    /// What has no place: entities of other kinds, and uses across teams.
    fn others(&self, names: &TeamNames, draft: &mut Draft) {
        let owner = |reference: &str| {
            let owner = self.by_reference.get(reference)?.owner()?;
            names.get(&owner).cloned()
        };
        for entity in self.entities {
            let mut refuse = |text: &str, reason: &str| {
                draft.rows_not_taken.push(RowNotTaken::new(entity.file, entity.line, text, reason));
            };
            let reason = match entity.kind.as_str() {
                "group" if self.teams.contains(&entity.reference()) => None,
                "group" => Some("is a group that owns nothing and only holds others, or nobody"),
                "user" | "component" => None,
                "api" => Some("an API is part of the component that provides it"),
                "system" | "domain" => Some("what holds services together has no place: teams own them"),
                "resource" => Some("who writes and reads it is not said: declare a dataset where it matters"),
                "location" => Some("leads to other files: give those too"),
                _ => Some("is of a kind that says nothing of teams"),
            };
            if let Some(reason) = reason {
                refuse(&entity.shown(), reason);
            }
            let own = owner(&entity.reference());
            let uses =
                entity.all("dependsOn", "component").into_iter().chain(entity.all("consumesApis", "api"));
            for used in uses {
                if let (Some(own), Some(other)) = (&own, owner(&used))
                    && *own != other
                {
                    let text = format!("{} of {own} uses {used} of {other}", entity.shown());
                    refuse(
                        &text,
                        "that code uses another team's is no ask: nobody says what is wanted of whom",
                    );
                }
            }
        }
    }
}

/// Where a component's code is.
struct Place {
    /// An address that git can fetch.
    repository: String,
    folder: String,
}

fn place(entity: &Entity<'_>) -> Option<Place> {
    let annotation = |key: &str| text(&entity.value, &["metadata", "annotations", key]);
    let location = annotation("backstage.io/source-location");
    if let Some(place) = location.strip_prefix("url:").and_then(address) {
        return Some(place);
    }
    for (key, site) in [
        ("github.com/project-slug", "https://github.com"),
        ("gitlab.com/project-slug", "https://gitlab.com"),
        ("bitbucket.org/project-slug", "https://bitbucket.org"),
    ] {
        let slug = annotation(key);
        if slug.contains('/') && slug.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) {
            return Some(Place { repository: format!("{site}/{slug}"), folder: String::new() });
        }
    }
    annotation("backstage.io/managed-by-location").strip_prefix("url:").and_then(address).map(|place| Place {
        folder: place.folder.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
        ..place
    })
}

/// `https://github.com/acme/shop/tree/main/checkout/`: the repository, and the folder in it.
fn address(url: &str) -> Option<Place> {
    let (scheme, rest) = url.split_once("://")?;
    let mut parts = rest.trim_end_matches('/').splitn(4, '/');
    let (host, owner, name) = (parts.next()?, parts.next()?, parts.next()?);
    if [host, owner, name].iter().any(|part| part.is_empty()) {
        return None;
    }
    let rest = parts.next().unwrap_or("").trim_start_matches("-/");
    // `tree/BRANCH/FOLDER`, or `blob/BRANCH/FILE`; a branch with a stroke in its name cannot be told from a folder.
    let folder = match rest.split_once('/') {
        Some(("tree" | "blob" | "src", rest)) => rest.split_once('/').map_or("", |(_, folder)| folder),
        _ => "",
    };
    let folder = folder.split(['?', '#']).next().unwrap_or("").trim_matches('/');
    Some(Place { repository: format!("{scheme}://{host}/{owner}/{name}"), folder: folder.to_owned() })
}

fn below(folder: &str) -> String {
    match folder.trim_matches('/') {
        "" | "." => "**".to_owned(),
        folder => format!("{folder}/**"),
    }
}

fn links(value: &Value) -> Vec<String> {
    let Value::Array(links) = at(value, &["metadata", "links"]) else { return Vec::new() };
    let addresses = links.iter().map(|link| text(link, &["url"]));
    addresses.filter(|link| link.starts_with("https://") || link.starts_with("http://")).collect()
}
