//! Contracts of the standard as datasets.

use super::foreign::{entries, fields, free_name, is_said, rules};
use super::kept::{self, custom};
use super::references::Targets;
use crate::draft::Fields;
use crate::names::{Free, TeamNames};
use crate::yaml::{at, documents, text, texts};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::{
    ClockTime, ClockUnit, Contract, ContractKind, Dataset, DatasetId, Meta, Slug, Team, TeamId, TeamKind,
    Transport,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a contract does not say and whoever imports may.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The owner of contracts that name no team.
    pub team: Option<TeamId>,
    /// The roles of contracts that others wrote are teams of the organisation: who writes and who reads.
    pub roles_are_teams: bool,
}

/// A contract that can be read, and where it stands.
struct Source<'s> {
    file: &'s str,
    line: usize,
    value: Value,
    owner: String,
}

impl Source<'_> {
    /// Whether Kedge wrote it: then its names are names of the organisation.
    fn is_ours(&self) -> bool {
        custom(&self.value, kept::DATASET).is_some()
    }

    /// The teams that its roles stand for.
    fn teams(&self, options: &Options, access: &str) -> Vec<String> {
        if !self.is_ours() && !options.roles_are_teams {
            return Vec::new();
        }
        let roles = entries(&self.value, "roles").into_iter();
        let of_access = roles.filter(|role| accesses(&text(role, &["access"])).contains(&access));
        of_access.map(|role| text(role, &["role"])).filter(|role| !role.is_empty()).collect()
    }

    /// Its objects; a contract without a schema is about one thing all the same.
    fn objects(&self) -> Vec<&Value> {
        let objects = entries(&self.value, "schema");
        if objects.is_empty() { vec![&Value::Null] } else { objects }
    }

    fn name_of(&self, object: &Value) -> String {
        let names = [
            text(object, &["name"]),
            text(&self.value, &["name"]),
            text(&self.value, &["dataProduct"]),
            text(&self.value, &["id"]),
        ];
        names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// What a role may do: `read`, `write`, or both.
fn accesses(word: &str) -> &'static [&'static str] {
    match word.to_lowercase().as_str() {
        "read" | "r" | "read-only" | "readonly" | "select" => &["read"],
        "write" | "w" => &["write"],
        "readwrite" | "read-write" | "read/write" | "rw" | "all" => &["write", "read"],
        _ => &[],
    }
}

/// Turns contracts into a draft. Files that hold none are told.
pub fn draft(sources: &[SourceFile], options: &Options) -> Draft {
    let mut draft = Draft::default();
    let found = contracts(sources, options, &mut draft);
    let teams: Vec<String> = found
        .iter()
        .flat_map(|it| {
            let roles = ["write", "read"].into_iter().flat_map(|access| it.teams(options, access));
            roles.chain([it.owner.clone()]).collect::<Vec<_>>()
        })
        .collect();
    let names = TeamNames::with_ids(teams.iter().map(|name| (name.as_str(), name.as_str())));
    draft.notes.extend(names.note());
    for (name, id) in names.iter() {
        let mut team = Team::new(id.clone(), TeamKind::Stream);
        if id.as_str() != name {
            team.title = Some(name.to_owned());
        }
        draft.changes.push(team.into());
    }
    let ids = ids(&found, &names);
    let mut targets = Targets::default();
    for ((document, object), id) in &ids {
        let object = found.get(*document).and_then(|it| it.objects().get(*object).copied());
        for key in ["name", "id"] {
            targets.add(*document, &object.map_or(String::new(), |it| text(it, &[key])), id);
        }
    }
    let mut reading =
        Reading { options, names: &names, targets: &targets, draft: &mut draft, fields: Fields::default() };
    let mut undated = 0;
    for (document, source) in found.iter().enumerate() {
        undated += usize::from(!source.is_ours());
        reading.count_what_has_no_place(source);
        for (at, object) in source.objects().into_iter().enumerate() {
            if let Some(id) = ids.get(&(document, at)) {
                let dataset = reading.dataset(source, document, object, id);
                reading.draft.changes.push(dataset.into());
            }
        }
    }
    let fields = reading.fields.done();
    draft.fields_not_taken = fields;
    if undated > 0 {
        draft.notes.push(
            "A contract of the standard is a promise of its one owner, so it is taken as `owned`. Its status is a word without a \
             day, so it is a draft here: write `opened` or `adopted` where it is in force."
                .into(),
        );
    }
    draft.rows_not_taken.sort();
    draft.files_not_taken.sort();
    draft
}

/// The contracts in the files that can be read and have an owner.
fn contracts<'s>(sources: &'s [SourceFile], options: &Options, draft: &mut Draft) -> Vec<Source<'s>> {
    let mut found = Vec::new();
    for source in sources {
        let (mut holds_some, mut broken) = (false, None);
        for document in documents(&source.text) {
            let mut refuse = |text: &str, reason: &str| {
                draft.rows_not_taken.push(RowNotTaken::new(&source.path, document.line, text, reason));
            };
            let value = match document.value {
                Ok(value) => value,
                Err(why) => {
                    let reason = format!("is not YAML that can be read: {why}");
                    refuse("", &reason);
                    broken.get_or_insert(reason);
                    continue;
                }
            };
            if !text(&value, &["kind"]).eq_ignore_ascii_case("DataContract") {
                continue;
            }
            holds_some = true;
            let id = text(&value, &["id"]);
            let version = text(&value, &["apiVersion"]);
            if !version.trim_start_matches('v').starts_with('3') {
                refuse(&id, "is of a version of the standard that is not read: version 3 is");
                continue;
            }
            let named = text(&value, &["team", "name"]);
            let given = options.team.as_ref().map(ToString::to_string);
            let Some(owner) = Some(named).filter(|name| !name.is_empty()).or(given) else {
                refuse(&id, "names no team (`team.name`): say whose it is with `--team NAME`");
                continue;
            };
            found.push(Source { file: &source.path, line: document.line, value, owner });
        }
        if !holds_some {
            let reason = broken.unwrap_or_else(|| "holds no contract (`kind: DataContract`)".to_owned());
            draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
        }
    }
    found
}

/// The name of each object as a dataset, by document and place in it: what Kedge wrote keeps its own.
fn ids(found: &[Source<'_>], names: &TeamNames) -> BTreeMap<(usize, usize), DatasetId> {
    let mut ids = BTreeMap::new();
    let own = |source: &Source<'_>| -> Option<DatasetId> {
        custom(&source.value, kept::DATASET)?
            .as_str()?
            .parse()
            .ok()
            .filter(|id: &DatasetId| names.get(&source.owner) == Some(id.team()))
    };
    let mut taken: BTreeMap<TeamId, BTreeSet<Slug>> = BTreeMap::new();
    for (document, source) in found.iter().enumerate() {
        if let Some(id) = own(source)
            && taken.entry(id.team().clone()).or_default().insert(id.id().clone())
        {
            ids.insert((document, 0), id);
        }
    }
    let mut free: BTreeMap<TeamId, Free> =
        taken.into_iter().map(|(team, taken)| (team, Free::beside(taken))).collect();
    for (document, source) in found.iter().enumerate() {
        let Some(team) = names.get(&source.owner) else { continue };
        for (at, object) in source.objects().into_iter().enumerate() {
            ids.entry((document, at)).or_insert_with(|| {
                let free = free.entry(team.clone()).or_default();
                DatasetId::new(team.clone(), free.take(&source.name_of(object), "dataset"))
            });
        }
    }
    ids
}

/// What is read, and where what is not is told.
struct Reading<'r> {
    options: &'r Options,
    names: &'r TeamNames,
    targets: &'r Targets,
    draft: &'r mut Draft,
    fields: Fields,
}

impl Reading<'_> {
    fn refuse(&mut self, source: &Source<'_>, text: &str, reason: &str) {
        self.draft.rows_not_taken.push(RowNotTaken::new(source.file, source.line, text, reason));
    }

    /// A value of Kedge's own; where somebody changed it into what cannot be read, that is told.
    fn kept<T>(
        &mut self,
        source: &Source<'_>,
        element: &Value,
        property: &str,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Option<T> {
        match read(custom(element, property)?) {
            Ok(value) => Some(value),
            Err(why) => {
                self.refuse(source, property, &format!("cannot be read: {why}"));
                None
            }
        }
    }

    fn teams(&self, source: &Source<'_>, access: &str) -> Vec<TeamId> {
        let mut teams: Vec<TeamId> = Vec::new();
        for name in source.teams(self.options, access) {
            teams.extend(self.names.get(&name).filter(|id| !teams.contains(id)).cloned());
        }
        teams
    }

    fn dataset(&mut self, source: &Source<'_>, document: usize, object: &Value, id: &DatasetId) -> Dataset {
        let name = source.name_of(object);
        let titles = [text(object, &["businessName"]), text(&source.value, &["name"])];
        let titles = titles.into_iter().take(if source.objects().len() == 1 { 2 } else { 1 });
        let title = titles.chain([name.clone()]).find(|it| !it.is_empty());
        let mut invariants =
            self.kept(source, object, kept::INVARIANTS, kept::read_invariants).unwrap_or_default();
        let has_own = !invariants.is_empty();
        let mut told: Vec<(String, String)> = Vec::new();
        let found = rules(object, document, self.targets, &mut |text, why| {
            // What Kedge wrote names the dataset that it points at; whether that is there shows where it is brought in.
            if !has_own {
                told.push((text.to_owned(), why.to_owned()));
            }
        });
        for (words, rule) in found {
            if is_said(&rule, &invariants.values().collect::<Vec<_>>()) {
                continue;
            }
            if has_own {
                told.push((words, format!("is not among `{}`, which counts", kept::INVARIANTS)));
            } else if let Some(name) = free_name(&words, &|name| invariants.contains_key(name)) {
                invariants.insert(name, rule);
            }
        }
        for (words, why) in told {
            self.refuse(source, &format!("{name}: {words}"), &why);
        }
        let origin = match text(&source.value, &["id"]) {
            contract if contract.is_empty() => None,
            contract => Some(format!("odcs:{contract}#{name}")),
        };
        let links = entries(&source.value, "authoritativeDefinitions").into_iter();
        let links = links.chain(entries(object, "authoritativeDefinitions"));
        let see: BTreeSet<String> =
            links.map(|it| text(it, &["url"])).filter(|url| !url.is_empty()).collect();
        Dataset {
            id: id.clone(),
            title: title.filter(|title| title != id.id().as_str()),
            unowned: custom(&source.value, kept::UNOWNED) == Some(&Value::Bool(true)),
            places: custom(&source.value, kept::PLACES).map_or(Vec::new(), |places| texts(places, &[])),
            writers: self.teams(source, "write"),
            readers: self.teams(source, "read"),
            operations: self
                .kept(source, object, kept::OPERATIONS, kept::read_operations)
                .unwrap_or_default(),
            contract: self.contract(source, object),
            invariants,
            meta: Meta { origin, see: see.into_iter().collect(), ..Meta::default() },
        }
    }

    fn contract(&mut self, source: &Source<'_>, object: &Value) -> Option<Contract> {
        let blank = || Contract {
            kind: ContractKind::Owned,
            version: 1,
            staleness: None,
            transport: None,
            opened: None,
            adopted: None,
            retired: None,
            meta: Meta::default(),
        };
        let own = self.kept(source, &source.value, kept::CONTRACT, kept::read_contract);
        let mut contract = match own {
            Some(contract) => contract,
            None if source.is_ours() => return None,
            None => blank(),
        };
        let version = text(&source.value, &["version"]);
        match version.trim_start_matches('v').split('.').next().and_then(|first| first.parse::<u32>().ok()) {
            Some(version) => contract.version = version.max(1),
            None => self.refuse(source, &version, "is a version without a number in front: taken as 1"),
        }
        contract.staleness = self.staleness(source, object);
        contract.transport = transport(source);
        Some(contract)
    }

    /// How old a copy may be: the least of what is agreed for the object or for all.
    fn staleness(&mut self, source: &Source<'_>, object: &Value) -> Option<ClockTime> {
        let name = text(object, &["name"]);
        let mut least: Option<ClockTime> = None;
        for agreed in entries(&source.value, "slaProperties") {
            let is_age =
                ["latency", "ly", "freshness"].contains(&text(agreed, &["property"]).to_lowercase().as_str());
            let of = text(agreed, &["element"]);
            let is_of_this =
                of.is_empty() || of.split(',').any(|of| of.trim().split('.').next() == Some(name.as_str()));
            if !is_age || !is_of_this {
                continue;
            }
            match clock_time(&text(agreed, &["value"]), &text(agreed, &["unit"])) {
                Ok(age) if least.is_none_or(|least| age.calendar_days() < least.calendar_days()) => {
                    least = Some(age);
                }
                Ok(_) => {}
                Err(why) => {
                    let shown = format!("{} {}", text(agreed, &["value"]), text(agreed, &["unit"]));
                    self.refuse(source, shown.trim(), why);
                }
            }
        }
        least
    }

    /// Counts what holds something and has no place in a plan.
    fn count_what_has_no_place(&mut self, source: &Source<'_>) {
        const NO_PLACE: [(&str, &str); 7] = [
            ("price", "what reading costs has no place"),
            ("support", "a team has one channel, in its own file"),
            ("domain", "teams are not held together by domains"),
            ("dataProduct", "a dataset stands by itself"),
            ("tags", "have no place"),
            ("contractCreatedTs", "is not the day on which it was opened for signatures"),
            ("description", "is for people: the title is taken"),
        ];
        let holds = |value: &Value| !value.is_null() && *value != Value::Array(Vec::new());
        let value = &source.value;
        if !source.is_ours() {
            for (key, why) in NO_PLACE {
                if value.get(key).is_some_and(holds) {
                    self.fields.add(key, why);
                }
            }
            let roles = entries(value, "roles").len();
            if !self.options.roles_are_teams {
                let why = "a role is not said to be a team: say `--roles-are-teams` if each is";
                self.fields.add_rows("roles", why, roles);
            }
            let members = at(value, &["team", "members"]).as_array().map_or(0, Vec::len);
            self.fields.add_rows("team.members", "which share of the time is whose is not said", members);
            let qualities = source.objects().into_iter().flat_map(|object| {
                let own = entries(object, "quality").len();
                let of_fields = fields(object).into_iter().map(|(_, it)| entries(it, "quality").len());
                [own].into_iter().chain(of_fields).collect::<Vec<_>>()
            });
            let why = "a check of values is no rule that writers must keep together";
            self.fields.add_rows("quality", why, qualities.sum());
        }
        for server in entries(value, "servers") {
            let kind = text(server, &["type"]);
            if !kind.eq_ignore_ascii_case("api") && kept::read_transport(server).is_none() {
                self.fields.add(
                    &format!("servers: {kind}"),
                    "changes travel by `http` or `nats`: where data lies is no port",
                );
            }
        }
        let objects: BTreeSet<String> = source.objects().iter().map(|it| text(it, &["name"])).collect();
        for agreed in entries(value, "slaProperties") {
            let property = text(agreed, &["property"]);
            let element = text(agreed, &["element"]);
            let mut of = element.split(',').map(|of| of.trim().split('.').next().unwrap_or_default());
            if !element.is_empty() && !of.any(|of| objects.contains(of)) {
                self.refuse(
                    source,
                    &format!("{property} of {element}"),
                    "is agreed for what is no object of the contract",
                );
                continue;
            }
            if !["latency", "ly", "freshness"].contains(&property.to_lowercase().as_str()) {
                self.fields.add(
                    &format!("slaProperties: {property}"),
                    "only the age of copies is part of a contract",
                );
            }
        }
    }
}

/// The port through which others read, where it is one that Kedge knows.
fn transport(source: &Source<'_>) -> Option<Transport> {
    let servers = entries(&source.value, "servers");
    let own = servers.iter().find_map(|server| kept::read_transport(server));
    let api = servers.iter().any(|server| text(server, &["type"]).eq_ignore_ascii_case("api"));
    own.or(api.then_some(Transport::Http))
}

/// An amount and its unit, as the standard writes them: `4`, `d`.
fn clock_time(value: &str, unit: &str) -> Result<ClockTime, &'static str> {
    let amount: f64 = value.trim().parse().map_err(|_| "is an age that is not a number")?;
    let (times, unit) = match unit.trim().to_lowercase().as_str() {
        "s" | "sec" | "second" | "seconds" => (1.0, ClockUnit::Second),
        "min" | "minute" | "minutes" => (1.0, ClockUnit::Minute),
        "h" | "hr" | "hour" | "hours" => (1.0, ClockUnit::Hour),
        "d" | "day" | "days" => (1.0, ClockUnit::Day),
        "w" | "week" | "weeks" => (7.0, ClockUnit::Day),
        "m" => return Err("is an age in `m`, which may be minutes or months: write `min`"),
        "" => return Err("is an age without a unit"),
        _ => return Err("is an age in a unit that no copy is measured in: s, min, h, d"),
    };
    ClockTime::new(amount * times, unit).ok_or("is an age below zero or above 100,000 units")
}
