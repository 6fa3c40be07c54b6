//! Entity Framework: contexts with their sets, how classes are mapped to tables, and what is done with the sets.

use super::classes::Class;
use super::lex::{Code, Piece};
use crate::data::act::Act;
use crate::data::facts::{Fact, Facts, Model, Subject};
use crate::data::found::How;
use crate::data::name::Name;
use std::collections::HashMap;

/// Adds what a file of C# says.
pub(super) fn read(code: &Code<'_>, classes: &[Class<'_>], facts: &mut Facts) {
    sets(code, classes, facts);
    mappings(code, classes, facts);
    let types = Types::of(code);
    uses(code, &types, facts);
}

/// `public DbSet<User> Users { get; set; }`, `DbSet<User> Users => Set<User>();`
fn sets(code: &Code<'_>, classes: &[Class<'_>], facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        if !matches!(code.word(at), "DbSet" | "IDbSet") {
            continue;
        }
        let (types, next) = (code.types(at + 1), code.past_types(at + 1));
        let property = code.word(next);
        let is_property = code.is_sign(next + 1, b'{') || code.is_sign(next + 1, b'=');
        if let ([class], false, true) = (types.as_slice(), property.is_empty(), is_property) {
            facts.sets.push((property.to_owned(), (*class).to_owned()));
            facts.models.push(Model {
                class: (*class).to_owned(),
                table: None,
                // The set's name is the table's, by Entity Framework's convention; others call it as the class.
                by_convention: [property, class].iter().filter_map(|name| Name::parse(name)).collect(),
                base: None,
                line: code.line(at),
                is_sure: true,
            });
            if let Some(context) = classes.iter().rev().find(|class| class.body.contains(&at)) {
                facts.contexts.push(context.name.to_owned());
            }
        }
    }
    for class in classes {
        if let Some((base, _)) = class.bases.first() {
            facts.models.push(Model {
                class: class.name.to_owned(),
                table: None,
                by_convention: Vec::new(),
                base: Some((*base).to_owned()),
                line: class.line,
                is_sure: false,
            });
        }
        if class.bases.iter().any(|(base, _)| base.ends_with("DbContext")) {
            facts.contexts.push(class.name.to_owned());
        }
    }
}

/// `[Table("users")]`, `.ToTable("users")`, `.ToTable(nameof(User))`.
fn mappings(code: &Code<'_>, classes: &[Class<'_>], facts: &mut Facts) {
    let mut entities: HashMap<&str, &str> = HashMap::new();
    for at in 0..code.tokens.len() {
        match code.word(at) {
            "Table" if at > 0 && code.is_sign(at - 1, b'[') && code.is_sign(at + 1, b'(') => {
                let class = classes.iter().find(|class| class.at > at && class.at < at + 200);
                if let (Some(table), Some(class)) = (code.string(at + 2), class) {
                    map(facts, class.name, &table.text, code.line(at));
                }
            }
            // `var user = builder.Entity<User>();`
            "Entity" if code.is_sign(at + 1, b'<') => {
                let types = code.types(at + 1);
                let mut back = at;
                while back > 0
                    && (code.is_sign(back - 1, b'.') || !code.word(back - 1).is_empty())
                    && at - back < 8
                {
                    back -= 1;
                }
                if let (Some(class), true) = (types.first(), back > 1 && code.is_sign(back - 1, b'=')) {
                    entities.insert(code.word(back - 2), class);
                }
            }
            "ToTable" | "ToView" if code.is_sign(at + 1, b'(') => {
                let table = code.string(at + 2).map(|string| string.text.clone()).or_else(|| {
                    let end = code.past(at + 3).saturating_sub(2);
                    (code.word(at + 2) == "nameof")
                        .then(|| code.word(end).to_owned())
                        .filter(|name| !name.is_empty())
                });
                if let (Some(table), Some(class)) = (table, owner(code, classes, &entities, at)) {
                    map(facts, class, &table, code.line(at));
                }
            }
            _ => {}
        }
    }
}

/// Of which class a `.ToTable` speaks.
fn owner<'t>(
    code: &Code<'t>,
    classes: &[Class<'t>],
    entities: &HashMap<&'t str, &'t str>,
    at: usize,
) -> Option<&'t str> {
    if at >= 2
        && code.is_sign(at - 1, b'.')
        && let Some(class) = entities.get(code.word(at - 2))
    {
        return Some(class);
    }
    for back in (at.saturating_sub(80)..at).rev() {
        match code.tokens[back].piece {
            Piece::Sign(b';') => break,
            Piece::Word if code.word(back) == "Entity" => return code.types(back + 1).first().copied(),
            _ => {}
        }
    }
    let configuration = classes.iter().rev().find(|class| class.body.contains(&at))?;
    let (_, types) = configuration.bases.iter().find(|(base, _)| *base == "IEntityTypeConfiguration")?;
    types.first().copied()
}

fn map(facts: &mut Facts, class: &str, table: &str, line: u32) {
    let table = Name::parse(table).filter(|name| !name.has_hole());
    if table.is_some() {
        facts.models.push(Model {
            class: class.to_owned(),
            table,
            by_convention: Vec::new(),
            base: None,
            line,
            is_sure: true,
        });
    }
}

/// What the variables of a file are, as far as it is said.
struct Types<'t> {
    by_variable: HashMap<&'t str, Vec<&'t str>>,
}

impl<'t> Types<'t> {
    fn of(code: &Code<'t>) -> Self {
        let mut by_variable: HashMap<&str, Vec<&str>> = HashMap::new();
        for at in 1..code.tokens.len() {
            let name = code.word(at);
            if name.is_empty() || KEYWORDS.contains(&name) {
                continue;
            }
            let is_declared = matches!(
                code.tokens.get(at + 1).map(|token| token.piece),
                Some(Piece::Sign(b'=' | b',' | b')' | b';'))
            ) || code.word(at + 1) == "in";
            if !is_declared {
                continue;
            }
            let mut found = Vec::new();
            if code.word(at - 1) == "var" {
                // `var user = mapper.Map<User>(…)`, `new User`, `FindAsync<User>(…)`
                let mut next = at + 2;
                while next < code.tokens.len().min(at + 24)
                    && !code.is_sign(next, b';')
                    && code.is_sign(at + 1, b'=')
                {
                    match code.word(next) {
                        "new" => found.push(code.word(next + 1)),
                        "Map" | "FindAsync" | "Find" | "Set" | "First" => {
                            found.extend(code.types(next + 1).last());
                        }
                        _ => {}
                    }
                    next += 1;
                }
            } else {
                let mut back = at - 1;
                while back > 0
                    && (code.is_sign(back, b'?') || code.is_sign(back, b'[') || code.is_sign(back, b']'))
                {
                    back -= 1;
                }
                if code.is_sign(back, b'>') {
                    // `IEnumerable<User> users`: its last type.
                    if back > 1 && !code.word(back - 1).is_empty() {
                        found.push(code.word(back - 1));
                    }
                } else if !code.word(back).is_empty() && !KEYWORDS.contains(&code.word(back)) {
                    found.push(code.word(back));
                }
            }
            if !found.is_empty() {
                by_variable.entry(name).or_default().extend(found);
            }
        }
        Self { by_variable }
    }

    fn of_variable(&self, variable: &str) -> &[&'t str] {
        self.by_variable.get(variable).map_or(&[], Vec::as_slice)
    }
}

const KEYWORDS: [&str; 22] = [
    "var", "return", "await", "in", "out", "ref", "new", "is", "as", "on", "by", "equals", "into", "from",
    "join", "else", "null", "case", "throw", "this", "async", "select",
];

/// What is done with contexts and their sets.
fn uses(code: &Code<'_>, types: &Types<'_>, facts: &mut Facts) {
    let saves = (0..code.tokens.len()).any(|at| code.word(at).starts_with("SaveChanges"));
    // What is inside `RemoveRange(…)` of the same set only says which rows go.
    let mut covered: Vec<(usize, usize, &str)> = Vec::new();
    let mut read_into: HashMap<&str, (Subject, String)> = HashMap::new();
    let mut changed: Vec<(Subject, String, u32)> = Vec::new();
    for at in 0..code.tokens.len() {
        let receiver = code.word(at);
        if saves && !receiver.is_empty() {
            follow(code, at, &mut read_into, &mut changed);
        }
        let is_member = at > 0 && code.is_sign(at - 1, b'.');
        if is_member || !is_context(receiver) || !code.is_sign(at + 1, b'.') && !code.is_sign(at + 1, b'?') {
            continue;
        }
        let member = if code.is_sign(at + 1, b'.') { at + 2 } else { at + 3 };
        let property = code.word(member);
        let declared = types.of_variable(receiver);
        let context = declared
            .iter()
            .find(|one| one.ends_with("Context"))
            .or(declared.first())
            .map(|one| (*one).to_owned());
        let line = code.line(member);
        let next = code.past_types(member + 1);
        if code.is_sign(next, b'(') {
            let (by_type, argument) = (code.types(member + 1), code.word(next + 1));
            let act = write(property);
            let read = matches!(property, "Find" | "FindAsync" | "Set" | "Query");
            let Some(first) = act.or(read.then_some(Act::Select)) else { continue };
            let (chained, _) = chain(code, code.past(next));
            let acts = if chained.is_empty() { vec![first] } else { chained };
            let argument = if argument == "new" { code.word(next + 2) } else { argument };
            let classes: Vec<&str> = if by_type.is_empty() {
                if code.word(next + 1) == "new" {
                    vec![argument]
                } else {
                    types.of_variable(argument).to_vec()
                }
            } else {
                by_type
            };
            for class in classes {
                for act in &acts {
                    facts.add_entity(class, *act, line, How::Orm);
                }
            }
            continue;
        }
        if property.is_empty() || property == "Database" {
            continue;
        }
        let (mut acts, end) = chain(code, member + 1);
        if acts.is_empty() {
            if covered.iter().any(|(start, end, set)| (*start..*end).contains(&at) && *set == property) {
                continue;
            }
            acts.push(if is_joined(code, at) { Act::Join } else { Act::Select });
        } else {
            covered.push((member, end, property));
            let keep = covered.len().saturating_sub(20);
            covered.drain(..keep);
        }
        let subject = Subject::Set { property: property.to_owned(), context };
        if acts.iter().all(|act| act.is_read())
            && let Some(variable) = assigned(code, at)
        {
            read_into.insert(variable, (subject.clone(), property.to_owned()));
        }
        for act in acts {
            push(facts, subject.clone(), property, act, line);
        }
    }
    for (subject, property, line) in changed {
        push(facts, subject, &property, Act::Update, line);
    }
}

fn push(facts: &mut Facts, subject: Subject, property: &str, act: Act, line: u32) {
    let (written, how) = (property.to_owned(), How::Orm);
    facts.facts.push(Fact {
        subject,
        act,
        kind: None,
        written,
        line,
        how,
        within: None,
        only_if_defined: false,
    });
}

/// Whether a variable is called as contexts are.
fn is_context(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("context") || lower.ends_with("db") || lower.ends_with("ctx")
}

/// `join x in context.Users`
fn is_joined(code: &Code<'_>, at: usize) -> bool {
    at >= 3 && code.word(at - 1) == "in" && code.word(at - 3) == "join"
}

/// What a call writes, by its name.
fn write(method: &str) -> Option<Act> {
    let method = method.strip_suffix("Async").unwrap_or(method);
    Some(match method {
        "Add" | "AddRange" | "BulkInsert" | "BulkCopy" => Act::Insert,
        "Update" | "UpdateRange" | "ExecuteUpdate" | "Attach" | "AttachRange" | "BulkUpdate" => Act::Update,
        "Remove" | "RemoveRange" | "ExecuteDelete" | "BulkDelete" | "Delete" => Act::Delete,
        "Upsert" | "BulkInsertOrUpdate" | "AddOrUpdate" | "Merge" | "BulkMerge" => Act::Merge,
        _ => return None,
    })
}

/// What the calls that follow write, and where they end.
fn chain(code: &Code<'_>, mut at: usize) -> (Vec<Act>, usize) {
    let mut acts = Vec::new();
    // Longer chains nobody writes.
    for _ in 0..60 {
        while code.is_sign(at, b'!') || code.is_sign(at, b'?') {
            at += 1;
        }
        if !code.is_sign(at, b'.') || code.word(at + 1).is_empty() {
            break;
        }
        acts.extend(write(code.word(at + 1)));
        at = code.past_types(at + 2);
        if code.is_sign(at, b'(') {
            at = code.past(at);
        }
    }
    (acts, at)
}

/// `var user = await context.Users…`: the variable.
fn assigned<'t>(code: &Code<'t>, at: usize) -> Option<&'t str> {
    let mut back = at;
    while back > 0 && matches!(code.word(back - 1), "await" | "in")
        || back > 0 && code.is_sign(back - 1, b'(') && code.word(back) == "await"
    {
        back -= 1;
    }
    (back >= 3 && code.is_sign(back - 1, b'=') && code.word(back - 3) == "var").then(|| code.word(back - 2))
}

/// Follows rows that were read: `user.Name = …` changes them, as the context sees and saves.
fn follow<'t>(
    code: &Code<'t>,
    at: usize,
    read_into: &mut HashMap<&'t str, (Subject, String)>,
    changed: &mut Vec<(Subject, String, u32)>,
) {
    let word = code.word(at);
    if word == "var" {
        // `foreach (var user in users)`: of the same table; any other `var` begins anew.
        let variable = code.word(at + 1);
        match read_into.get(code.word(at + 3)).cloned().filter(|_| code.word(at + 2) == "in") {
            Some(subject) => read_into.insert(variable, subject),
            None => read_into.remove(variable),
        };
        return;
    }
    let is_member = at > 0 && code.is_sign(at - 1, b'.');
    if is_member || !read_into.contains_key(word) || !code.is_sign(at + 1, b'.') {
        return;
    }
    let assigns = !code.word(at + 2).is_empty()
        && code.is_sign(at + 3, b'=')
        && !code.is_sign(at + 4, b'=')
        && !code.is_sign(at + 4, b'>');
    if assigns && let Some((subject, property)) = read_into.get(word).cloned() {
        changed.push((subject, property, code.line(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::classes;
    use super::super::lex::Language;
    use super::*;

    fn facts(text: &str) -> Facts {
        let code = Code::read(text, Language::CSharp);
        let mut facts = Facts::default();
        read(&code, &classes::read(&code), &mut facts);
        facts
    }

    fn uses(text: &str) -> Vec<String> {
        let shown = |fact: &Fact| format!("{:?} {} {}", fact.act, fact.written, fact.line);
        facts(text).facts.iter().map(shown).collect()
    }

    #[test]
    fn sets_and_mappings_say_which_class_is_which_table() {
        let facts = facts(
            "class Db : DbContext { public DbSet<Person> People { get; set; }\n void M(ModelBuilder b) { b.Entity<Person>(e => { e.ToTable(\"person\"); });\n var x = b.Entity<Pet>(); x.ToTable(nameof(Pet)); } }\n[Table(\"toys\")] class Toy { }\nclass C : IEntityTypeConfiguration<Ball> { void F(B b) { b.ToTable(\"balls\"); } }",
        );
        let mapped: Vec<String> = facts
            .models
            .iter()
            .filter_map(|model| Some(format!("{} {}", model.class, model.table.clone()?)))
            .collect();
        assert_eq!(mapped, ["Person person", "Pet pet", "Toy toys", "Ball balls"]);
        assert_eq!(facts.sets, [("People".to_owned(), "Person".to_owned())]);
        assert!(facts.contexts.contains(&"Db".to_owned()));
    }

    #[test]
    fn the_calls_after_a_set_say_what_is_done() {
        assert_eq!(
            uses("var a = from u in db.Users\n join p in db.Pets on 1 equals 1 select u;"),
            ["Select Users 1", "Join Pets 2"]
        );
        assert_eq!(
            uses("await dbContext.Users.Where(u => u.Id == id)\n.ExecuteDeleteAsync();"),
            ["Delete Users 1"]
        );
        assert_eq!(uses("db.Users.RemoveRange(db.Users.Where(u => u.A));"), ["Delete Users 1"]);
        assert_eq!(
            uses("db.Users.Add(new User()); db.AddAsync(new Pet());"),
            ["Insert Users 1", "Insert Pet 1"]
        );
        assert_eq!(
            uses("var e = m.Map<Pet>(x); await db.AddAsync(e); db.Remove(e);"),
            ["Insert Pet 1", "Delete Pet 1"]
        );
        assert_eq!(uses("list.Users.Add(x); settings.Users.Count();"), Vec::<String>::new());
    }

    #[test]
    fn a_row_that_was_read_and_is_changed_is_written_when_saved() {
        let text = "var u = await db.Users.FirstAsync();\nu.Name = 1;\nif (u.Name == 2) {}\nawait db.SaveChangesAsync();";
        assert_eq!(uses(text), ["Select Users 1", "Update Users 2"]);
        let text = "var us = await db.Users.ToListAsync();\nforeach (var u in us) { u.Name = 1; }\ndb.SaveChanges();";
        assert_eq!(uses(text), ["Select Users 1", "Update Users 2"]);
        let text = "var u = await db.Users.FirstAsync();\nu.Name = 1;";
        assert_eq!(uses(text), ["Select Users 1"]);
    }
}
