//! JPA and Spring Data: `@Entity`, `@Table(name = "…")`, and the repositories that the framework writes.

use super::classes::Class;
use super::lex::Code;
use crate::data::facts::{Facts, Model, Store};
use crate::data::name::Name;

/// Interfaces of Spring Data and Panache whose methods read and write.
const STORES: [&str; 12] = [
    "JpaRepository",
    "CrudRepository",
    "ListCrudRepository",
    "PagingAndSortingRepository",
    "ListPagingAndSortingRepository",
    "MongoRepository",
    "ReactiveCrudRepository",
    "ReactiveMongoRepository",
    "R2dbcRepository",
    "CoroutineCrudRepository",
    "PanacheRepository",
    "PanacheRepositoryBase",
];

/// Adds what a file of Java or Kotlin says.
pub(super) fn read(code: &Code<'_>, classes: &[Class<'_>], facts: &mut Facts) {
    for class in classes {
        let before = code_before(class, classes);
        let mut is_entity = false;
        let mut table = None;
        for at in before..class.at {
            if at == 0 || !code.is_sign(at - 1, b'@') {
                continue;
            }
            match code.word(at) {
                "Entity" | "Embeddable" => is_entity = true,
                "Table" | "Document" | "Collection" if code.is_sign(at + 1, b'(') => {
                    is_entity = true;
                    let end = code.past(at + 1).min(class.at);
                    // `name = "…"`, or the only string there is.
                    table = (at + 2..end)
                        .find(|at| code.word(*at) == "name" && code.is_sign(at + 1, b'='))
                        .map(|at| at + 2)
                        .or_else(|| (at + 2 < end).then_some(at + 2))
                        .and_then(|at| code.string(at))
                        .and_then(|text| Name::parse(&text.text));
                }
                _ => {}
            }
        }
        if is_entity {
            facts.models.push(Model {
                class: class.name.to_owned(),
                table,
                by_convention: [snake(class.name), class.name.to_owned()]
                    .iter()
                    .filter_map(|name| Name::parse(name))
                    .collect(),
                base: None,
                line: class.line,
                is_sure: true,
            });
        }
        for (base, types) in &class.bases {
            if STORES.contains(base) {
                let store = Store {
                    class: (*base).to_owned(),
                    types: types.len(),
                    writes: true,
                    reads: true,
                    procedures: Vec::new(),
                };
                facts.stores.push(store);
            }
        }
    }
}

/// Where what stands before a class begins: after the class before it opens, at the earliest.
fn code_before(class: &Class<'_>, classes: &[Class<'_>]) -> usize {
    let before = classes.iter().rev().find(|other| other.at < class.at).map_or(0, |other| other.at);
    before.max(class.at.saturating_sub(120))
}

/// `OrderLine` as `order_line`.
pub(super) fn snake(class: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for sign in class.chars() {
        if sign.is_uppercase() && was_lower {
            out.push('_');
        }
        was_lower = sign.is_lowercase() || sign.is_numeric();
        out.extend(sign.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::classes;
    use super::super::lex::Language;
    use super::*;

    #[test]
    fn entities_and_repositories_are_read() {
        let text = "@Entity @Table(name = \"order_lines\", schema = \"x\") public class OrderLine {}\n@Entity class PetToy {}\ninterface Lines extends JpaRepository<OrderLine, Long> {}";
        let code = Code::read(text, Language::Java);
        let mut facts = Facts::default();
        read(&code, &classes::read(&code), &mut facts);
        assert_eq!(facts.models[0].table, Name::parse("order_lines"));
        assert_eq!(
            (facts.models[1].table.clone(), facts.models[1].by_convention[0].as_str()),
            (None, "pet_toy")
        );
        assert_eq!(facts.stores[0].class, "JpaRepository");
    }
}
