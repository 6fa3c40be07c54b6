//! All files together: which class is which table, which name is which object, and what follows from it.

use super::act::{Act, Kind};
use super::facts::{Derived, Fact, Facts, Model, Store, Subject};
use super::found::{DataObject, DataSurvey, How, LeftOut, Use};
use super::name::Name;
use super::role::Role;
use super::routines::{self, Body, Effects};
use super::sql::HOLE;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one file says, with what it is there for.
#[derive(Clone, Debug)]
pub(super) struct FileFacts {
    pub(super) path: String,
    pub(super) role: Role,
    pub(super) facts: Facts,
}

/// An object: a topic and a table may have one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    is_message: bool,
    name: Name,
}

impl Key {
    fn of(name: Name, kind: Option<Kind>) -> Self {
        Self { is_message: matches!(kind, Some(Kind::Topic | Kind::Queue)), name }
    }

    fn data(name: Name) -> Self {
        Self { is_message: false, name }
    }
}

/// What all files together define.
#[derive(Default)]
pub(super) struct Known<'f> {
    kinds: BTreeMap<Key, Kind>,
    /// Names without their schema, where only one schema has them.
    by_last: HashMap<&'f str, Option<&'f Name>>,
    models: BTreeMap<&'f str, Vec<&'f Model>>,
    /// Classes by their names in lower case.
    classes: BTreeMap<String, &'f str>,
    sets: HashMap<&'f str, BTreeSet<&'f str>>,
    contexts: BTreeSet<&'f str>,
    stores: HashMap<(&'f str, usize), Vec<&'f Store>>,
    /// Names that one class's table has in different databases, to the one that it goes by here.
    same: HashMap<&'f Name, &'f Name>,
}

/// Deriving deeper than this, no class stands for a table.
const DEEPEST: usize = 12;

impl<'f> Known<'f> {
    fn of(files: &'f [FileFacts]) -> Self {
        let mut known = Self::default();
        // What production defines comes first, migrations only fill in.
        let mut order: Vec<&FileFacts> = files
            .iter()
            .filter(|file| matches!(file.role, Role::Production | Role::Migration | Role::Generated))
            .collect();
        order.sort_by_key(|file| file.role);
        for file in order {
            for fact in &file.facts.facts {
                let (Subject::Named(name), Act::Create) = (&fact.subject, fact.act) else { continue };
                let key = Key::of(name.clone(), fact.kind);
                known.kinds.entry(key).or_insert(fact.kind.unwrap_or(Kind::Table));
                let qualified = name.last() != name.as_str();
                if qualified {
                    let one = known.by_last.entry(name.last()).or_insert(Some(name));
                    if one.is_some_and(|one| one != name) {
                        *one = None;
                    }
                }
            }
            for model in &file.facts.models {
                known.models.entry(&model.class).or_default().push(model);
            }
            for (property, class) in &file.facts.sets {
                known.sets.entry(property).or_default().insert(class);
            }
            known.contexts.extend(file.facts.contexts.iter().map(String::as_str));
            for store in &file.facts.stores {
                known.stores.entry((&store.class, store.types)).or_default().push(store);
            }
        }
        known.join_names();
        known
    }

    /// Two databases may call one class's table differently, `User` and `Users`: it is one. It goes by the name that
    /// is most like the class's.
    fn join_names(&mut self) {
        let mut same = HashMap::new();
        for models in self.models.values() {
            if models.iter().any(|model| model.table.is_some()) {
                continue;
            }
            let names: BTreeSet<&'f Name> = models
                .iter()
                .flat_map(|model| &model.by_convention)
                .filter(|name| self.is_defined(name))
                .collect();
            let class =
                |name: &&&Name| models.iter().any(|model| model.class.eq_ignore_ascii_case(name.as_str()));
            if let Some(kept) = names.iter().find(class).copied() {
                let others: Vec<_> = names
                    .iter()
                    .filter(|name| **name != kept && !self.is_routine(&Key::data((**name).clone())))
                    .collect();
                same.extend(others.into_iter().map(|other| (*other, kept)));
            }
        }
        self.same = same;
        self.classes = self.models.keys().map(|class| (class.to_lowercase(), *class)).collect();
    }

    fn is_defined(&self, name: &Name) -> bool {
        self.kinds.contains_key(&Key::data(name.clone()))
    }

    pub(super) fn is_routine(&self, key: &Key) -> bool {
        self.kinds.get(key).is_some_and(|kind| kind.is_routine())
    }

    /// The object that a name means: itself, or the only one of that name in any schema.
    fn resolve(&self, name: &Name) -> Key {
        if !self.is_defined(name)
            && let Some(Some(one)) = self.by_last.get(name.as_str())
        {
            return Key::data((*one).clone());
        }
        Key::data(self.same.get(name).map_or_else(|| name.clone(), |kept| (*kept).clone()))
    }

    /// The table that a class stands for.
    fn table(&self, class: &str) -> Option<Name> {
        self.table_within(class, DEEPEST)
    }

    fn table_within(&self, class: &str, depth: usize) -> Option<Name> {
        let models = self.models.get(class)?;
        let said: Vec<&Name> = models.iter().filter_map(|model| model.table.as_ref()).collect();
        if let Some(table) = said.iter().find(|name| self.is_defined(name)).or(said.first()) {
            return Some((*table).clone());
        }
        let by_convention = || models.iter().flat_map(|model| &model.by_convention);
        if let Some(table) = by_convention().find(|name| self.is_defined(name)) {
            return Some(table.clone());
        }
        let base = models
            .iter()
            .filter_map(|model| model.base.as_deref())
            .filter(|base| *base != class)
            .find_map(|base| depth.checked_sub(1).and_then(|depth| self.table_within(base, depth)));
        base.or_else(|| {
            models.iter().any(|model| model.is_sure).then(|| by_convention().next().cloned()).flatten()
        })
    }

    /// The objects that something is said of.
    pub(super) fn keys(&self, subject: &Subject, how: How) -> Vec<Key> {
        match subject {
            Subject::Named(name) if how == How::Message => vec![Key { is_message: true, name: name.clone() }],
            Subject::Named(name) => {
                let key = self.resolve(name);
                // Queries on classes: `select u from User u`.
                if how == How::InCode && !self.kinds.contains_key(&key) {
                    let class = self.classes.get(name.as_str());
                    if let Some(table) = class.and_then(|class| self.table(class)) {
                        return vec![self.resolve(&table)];
                    }
                }
                vec![key]
            }
            Subject::Entity(class) => {
                self.table(class).map(|table| self.resolve(&table)).into_iter().collect()
            }
            Subject::Set { property, context } => {
                let fits = context.as_deref().is_none_or(|one| {
                    one == "var" || self.contexts.contains(one) || one.ends_with("DbContext")
                });
                let classes = self.sets.get(property.as_str()).filter(|_| fits);
                let tables = classes.into_iter().flatten().filter_map(|class| self.table(class));
                let keys: BTreeSet<Key> = tables.map(|table| self.resolve(&table)).collect();
                keys.into_iter().collect()
            }
            Subject::Routine(name) => {
                let key = self.resolve(name);
                if self.is_routine(&key) { vec![key] } else { Vec::new() }
            }
        }
    }

    /// The table of what a class keeps, given the types that it derives with; and what the table is called in the
    /// names of procedures.
    fn kept(&self, types: &[String]) -> Option<(Key, String)> {
        types.iter().find_map(|class| {
            let by_name = || Name::parse(class).filter(|name| self.is_defined(name));
            let table = self
                .table(class)
                .filter(|name| self.is_defined(name))
                .or_else(by_name)
                .or_else(|| self.table(class))?;
            Some((self.resolve(&table), class.clone()))
        })
    }
}

/// Everything that is found, of files of these roles; definitions of production and migrations always count.
pub(super) fn gather(files: &[FileFacts], wanted: &BTreeSet<Role>) -> DataSurvey {
    let known = Known::of(files);
    let bodies = bodies(files, &known);
    let effects = routines::effects(&bodies);
    let mut out = Out { known: &known, effects: &effects, objects: BTreeMap::new() };
    let mut left_out: BTreeMap<Role, LeftOut> = BTreeMap::new();
    for file in files {
        let is_wanted = wanted.contains(&file.role);
        let mut uses = 0;
        for fact in &file.facts.facts {
            let is_definition =
                fact.act.is_definition() && matches!(file.role, Role::Production | Role::Migration);
            if is_wanted || is_definition {
                out.fact(file, fact);
            } else {
                uses += 1;
            }
        }
        if is_wanted {
            for derived in &file.facts.derived {
                out.derived(file, derived);
            }
        }
        if uses > 0 {
            let entry = left_out.entry(file.role).or_default();
            entry.files += 1;
            entry.uses += uses;
        }
    }
    DataSurvey { objects: out.finish(), left_out, ..DataSurvey::default() }
}

/// The bodies of routines: of each the one in production, else of the last migration that defines it.
fn bodies(files: &[FileFacts], known: &Known<'_>) -> BTreeMap<Key, Body> {
    let mut bodies: BTreeMap<Key, (bool, Body)> = BTreeMap::new();
    for file in files.iter().filter(|file| matches!(file.role, Role::Production | Role::Migration)) {
        let is_production = file.role == Role::Production;
        let mut own: Vec<Option<Body>> = file
            .facts
            .routines
            .iter()
            .map(|(name, _)| Some(Body { shown: name.to_string(), ..Body::default() }))
            .collect();
        for fact in &file.facts.facts {
            let Some(body) = fact.within.and_then(|within| own.get_mut(within)).and_then(Option::as_mut)
            else {
                continue;
            };
            body.add(known, &fact.subject, fact.act, fact.how);
        }
        for fact in &file.facts.facts {
            if fact.act == Act::Create
                && let Subject::Named(name) = &fact.subject
                && let Some(at) = file.facts.routines.iter().position(|(routine, _)| routine == name)
                && let Some(Some(body)) = own.get_mut(at)
            {
                body.shown = shown(&fact.written);
            }
        }
        for ((name, _), body) in file.facts.routines.iter().zip(&mut own) {
            let (key, Some(body)) = (known.resolve(name), body.take()) else { continue };
            match bodies.get(&key) {
                Some((true, _)) if !is_production => {}
                _ => {
                    bodies.insert(key, (is_production, body));
                }
            }
        }
    }
    bodies.into_iter().map(|(key, (_, body))| (key, body)).collect()
}

/// A name without its quotes and the schema that need not be said.
fn shown(written: &str) -> String {
    let plain: String = written.chars().filter(|sign| !matches!(sign, '[' | ']' | '"' | '`')).collect();
    let mut parts: Vec<&str> = plain.split('.').filter(|part| !part.is_empty()).collect();
    if let [before @ .., _] = parts.as_slice()
        && before
            .last()
            .is_some_and(|schema| matches!(schema.to_lowercase().as_str(), "dbo" | "public" | "main"))
    {
        parts = parts.split_off(parts.len() - 1);
    }
    parts.join(".")
}

#[derive(Default)]
struct Gathered {
    shown: BTreeMap<(bool, Role), String>,
    definitions: BTreeSet<Use>,
    writers: BTreeSet<Use>,
    readers: BTreeSet<Use>,
    callers: BTreeSet<Use>,
    kind: Option<Kind>,
}

struct Out<'k, 'f> {
    known: &'k Known<'f>,
    effects: &'k BTreeMap<Key, Effects>,
    objects: BTreeMap<Key, Gathered>,
}

impl Out<'_, '_> {
    fn fact(&mut self, file: &FileFacts, fact: &Fact) {
        let mut keys = self.known.keys(&fact.subject, fact.how);
        // A procedure that is called and nowhere defined is somebody else's.
        if keys.is_empty()
            && let (Subject::Routine(name), Some(Kind::Procedure), false) =
                (&fact.subject, fact.kind, fact.only_if_defined)
            && !["sp_", "xp_"].iter().any(|start| name.last().starts_with(start))
        {
            keys.push(Key::data(name.clone()));
        }
        for key in keys {
            let is_defined = self.known.kinds.contains_key(&key);
            if !is_defined && (fact.only_if_defined || !is_plausible(&key.name)) {
                continue;
            }
            let one = use_of(file, fact.act, fact.line, &fact.written, fact.how, Vec::new());
            self.add(&key, one, fact.kind);
            if !fact.act.is_definition() {
                self.through(file, &key, fact.act, fact.line, &fact.written, fact.how);
            }
        }
    }

    /// What a use of a view or routine does to the data behind it.
    fn through(&mut self, file: &FileFacts, key: &Key, act: Act, line: u32, written: &str, how: How) {
        let Some(effects) = self.effects.get(key) else { return };
        for ((target, _), (done, via)) in &effects.done {
            // To write to a view is to write what it shows.
            let done = if act.is_write() { act } else { *done };
            let one = use_of(file, done, line, written, how, via.clone());
            let entry = self.objects.entry(target.clone()).or_default();
            let side = if done.is_write() { &mut entry.writers } else { &mut entry.readers };
            side.insert(one);
        }
    }

    fn derived(&mut self, file: &FileFacts, derived: &Derived) {
        let Some((key, called)) = self.known.kept(&derived.types) else { return };
        for (template, line) in &derived.procedures {
            self.procedure(file, template, &called, *line);
        }
        let stores = self.known.stores.get(&(derived.base.as_str(), derived.types.len()));
        for store in stores.into_iter().flatten() {
            for (does, act) in [(store.writes, Act::Merge), (store.reads, Act::Select)] {
                if does {
                    self.add(
                        &key,
                        use_of(file, act, derived.line, &derived.base, How::Convention, Vec::new()),
                        None,
                    );
                }
            }
            for template in &store.procedures {
                self.procedure(file, template, &called, derived.line);
            }
        }
    }

    /// A procedure whose name is put together with the name of the table.
    fn procedure(&mut self, file: &FileFacts, template: &str, table: &str, line: u32) {
        let Some(name) = Name::parse(&template.replace(HOLE, table)) else { return };
        for key in self.known.keys(&Subject::Routine(name.clone()), How::Convention) {
            let written = name.to_string();
            self.add(&key, use_of(file, Act::Call, line, &written, How::Convention, Vec::new()), None);
            self.through(file, &key, Act::Call, line, &written, How::Convention);
        }
    }

    fn add(&mut self, key: &Key, one: Use, kind: Option<Kind>) {
        let entry = self.objects.entry(key.clone()).or_default();
        let by_own_name = !matches!(one.how, How::Orm | How::Convention | How::ByName);
        if by_own_name {
            entry.shown.entry((one.act != Act::Create, one.role)).or_insert_with(|| shown(&one.written));
        }
        entry.kind = entry.kind.or(kind);
        let side = match one.act {
            act if act.is_definition() => &mut entry.definitions,
            act if act.is_write() => &mut entry.writers,
            Act::Call => &mut entry.callers,
            _ => &mut entry.readers,
        };
        side.insert(one);
    }

    fn finish(self) -> Vec<DataObject> {
        let Out { known, objects, .. } = self;
        let mut out: Vec<DataObject> = objects
            .into_iter()
            .filter(|(_, gathered)| {
                // What is only dropped was never here.
                gathered.definitions.iter().any(|one| one.act != Act::Drop)
                    || !(gathered.writers.is_empty()
                        && gathered.readers.is_empty()
                        && gathered.callers.is_empty())
            })
            .map(|(key, gathered)| DataObject {
                shown: gathered.shown.into_values().next().unwrap_or_else(|| key.name.to_string()),
                kind: known.kinds.get(&key).copied().or(gathered.kind).unwrap_or(Kind::Table),
                name: key.name,
                definitions: gathered.definitions.into_iter().collect(),
                writers: once(gathered.writers),
                readers: once(gathered.readers),
                callers: once(gathered.callers),
            })
            .collect();
        out.sort_by(|a, b| (&a.name, a.kind).cmp(&(&b.name, b.kind)));
        out
    }
}

/// Of uses that differ only in how they were told, the surest; of indirect ones on a line, the shortest way.
fn once(uses: BTreeSet<Use>) -> Vec<Use> {
    let mut kept: BTreeMap<(String, u32, Act, bool), Use> = BTreeMap::new();
    for one in uses {
        let key = (one.path.clone(), one.line, one.act, one.is_indirect());
        match kept.get(&key) {
            Some(before)
                if (before.via.len(), std::cmp::Reverse(before.confidence))
                    <= (one.via.len(), std::cmp::Reverse(one.confidence)) => {}
            _ => {
                kept.insert(key, one);
            }
        }
    }
    kept.into_values().collect()
}

fn use_of(file: &FileFacts, act: Act, line: u32, written: &str, how: How, via: Vec<String>) -> Use {
    Use {
        path: file.path.clone(),
        line,
        act,
        via,
        written: written.to_owned(),
        how,
        confidence: how.confidence(),
        role: file.role,
    }
}

/// Whether a name that nothing defines may be one of data: not a letter, nor a word of a sentence.
fn is_plausible(name: &Name) -> bool {
    const WORDS: [&str; 24] = [
        "a", "all", "an", "and", "any", "each", "for", "from", "if", "in", "is", "it", "its", "now", "of",
        "one", "or", "our", "that", "the", "this", "to", "which", "your",
    ];
    name.last().len() > 1
        && !name.last().starts_with(|sign: char| sign.is_ascii_digit())
        && !WORDS.contains(&name.last())
}
