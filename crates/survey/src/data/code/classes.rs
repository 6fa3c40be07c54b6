//! Classes with what they derive from, and those that keep things of a type that others say.

use super::lex::{Code, Language, Piece};
use crate::data::facts::{Derived, Facts, Store};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

/// A class or interface.
#[derive(Debug)]
pub(super) struct Class<'t> {
    pub(super) name: &'t str,
    pub(super) line: u32,
    /// The token of its name.
    pub(super) at: usize,
    /// How many types it takes.
    pub(super) types: usize,
    /// What it derives from, with the types given.
    pub(super) bases: Vec<(&'t str, Vec<&'t str>)>,
    /// Its tokens.
    pub(super) body: Range<usize>,
    pub(super) is_interface: bool,
    /// Procedures called by names that are put together.
    pub(super) procedures: RefCell<Vec<(String, u32)>>,
}

/// The classes of a file, in order.
pub(super) fn read<'t>(code: &Code<'t>) -> Vec<Class<'t>> {
    let other_names = other_names(code);
    let mut classes = Vec::new();
    for at in 0..code.tokens.len() {
        if !matches!(code.word(at), "class" | "interface" | "record") || code.word(at + 1).is_empty() {
            continue;
        }
        // `where T : class`
        if at > 0 && (code.is_sign(at - 1, b':') || code.is_sign(at - 1, b',')) {
            continue;
        }
        let name = code.word(at + 1);
        if matches!(name, "extends" | "implements") {
            continue;
        }
        let mut next = at + 2;
        let types = code.types(next).len();
        next = code.past_types(next);
        // What a class is made of: `class Users(string connection) : Repository<User>(connection)`.
        if code.is_sign(next, b'(') && code.language != Language::Python {
            next = code.past(next);
        }
        let mut bases = Vec::new();
        let mut seen = 0;
        let mut may_be_base = false;
        while next < code.tokens.len() && seen < 200 {
            seen += 1;
            match code.tokens[next].piece {
                Piece::Sign(b'{' | b';') => break,
                Piece::Sign(b':' | b',') => may_be_base = true,
                Piece::Sign(b'(') => {
                    next = code.past(next);
                    continue;
                }
                Piece::Word => match code.word(next) {
                    "where" | "class" | "def" | "private" | "permits" => break,
                    "extends" | "implements" => may_be_base = true,
                    word if may_be_base => {
                        // The last word of a qualified name is the class.
                        if code.is_sign(next + 1, b'.') {
                            next += 2;
                            continue;
                        }
                        let resolve = |word: &'t str| other_names.get(word).copied().unwrap_or(word);
                        bases.push((resolve(word), code.types(next + 1).into_iter().map(resolve).collect()));
                        next = code.past_types(next + 1);
                        may_be_base = false;
                        continue;
                    }
                    _ => {}
                },
                _ => {}
            }
            next += 1;
        }
        // Past the conditions on types: `where T : class`.
        while next < code.tokens.len()
            && seen < 400
            && !(code.is_sign(next, b'{') || code.is_sign(next, b';'))
        {
            if matches!(code.word(next), "def" | "private") || code.language == Language::Python {
                break;
            }
            (next, seen) = (next + 1, seen + 1);
        }
        let end = if code.is_sign(next, b'{') { code.past(next) } else { next };
        classes.push(Class {
            name,
            line: code.line(at + 1),
            at: at + 1,
            types,
            bases,
            body: at..end,
            is_interface: code.word(at) == "interface",
            procedures: RefCell::default(),
        });
    }
    classes
}

/// `using EfUser = Some.Models.User;`
pub(super) fn other_names<'t>(code: &Code<'t>) -> HashMap<&'t str, &'t str> {
    let mut names = HashMap::new();
    if code.language != Language::CSharp {
        return names;
    }
    for at in 0..code.tokens.len() {
        if code.word(at) != "using" || code.word(at + 1).is_empty() || !code.is_sign(at + 2, b'=') {
            continue;
        }
        let end = (at + 3..code.tokens.len().min(at + 40)).find(|end| code.is_sign(*end, b';'));
        if let Some(end) = end
            && !code.word(end - 1).is_empty()
        {
            names.insert(code.word(at + 1), code.word(end - 1));
        }
    }
    names
}

/// Adds the classes that keep things, and those that derive from classes with types.
pub(super) fn stores(code: &Code<'_>, classes: &[Class<'_>], facts: &mut Facts) {
    for class in classes {
        let procedures = class.procedures.borrow();
        if class.types > 0 && !class.is_interface {
            let calls = |names: &[&str]| {
                class
                    .body
                    .clone()
                    .any(|at| at > 0 && code.is_sign(at - 1, b'.') && names.contains(&code.word(at)))
            };
            let store = Store {
                class: class.name.to_owned(),
                types: class.types,
                writes: calls(&["SaveChanges", "SaveChangesAsync", "InsertOneAsync", "ReplaceOneAsync"]),
                reads: calls(&[
                    "Find",
                    "FindAsync",
                    "ToListAsync",
                    "ToList",
                    "FirstOrDefaultAsync",
                    "SingleOrDefaultAsync",
                ]),
                procedures: procedures.iter().map(|(name, _)| name.clone()).collect(),
            };
            if store.writes || store.reads || !store.procedures.is_empty() {
                facts.stores.push(store);
            }
        }
        // In C# an interface says what a class can do; in Java the framework makes the class of it.
        if class.is_interface && code.language == Language::CSharp {
            continue;
        }
        for (base, types) in &class.bases {
            if !types.is_empty() {
                facts.derived.push(Derived {
                    base: (*base).to_owned(),
                    types: types.iter().map(|one| (*one).to_owned()).collect(),
                    line: class.line,
                    procedures: if class.types == 0 { procedures.clone() } else { Vec::new() },
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_with_what_they_derive_from() {
        let code = Code::read(
            "using Ef = A.B.User;\nnamespace X;\npublic class Users(IMapper m) : Repository<Core.User, Ef, Guid>(m, c => c.Users),\n IUsers where T : class { int a; }\nclass Plain { }",
            Language::CSharp,
        );
        let classes = read(&code);
        assert_eq!(classes.iter().map(|class| class.name).collect::<Vec<_>>(), ["Users", "Plain"]);
        assert_eq!(classes[0].bases, [("Repository", vec!["User", "User", "Guid"]), ("IUsers", vec![])]);
        let code = Code::read("public interface Users extends JpaRepository<User, Long> {}", Language::Java);
        assert_eq!(read(&code)[0].bases, [("JpaRepository", vec!["User", "Long"])]);
        let code = Code::read("class Users(val db: Db) : CrudRepository<User, Long> { }", Language::Kotlin);
        assert_eq!(read(&code)[0].bases, [("CrudRepository", vec!["User", "Long"])]);
    }
}
