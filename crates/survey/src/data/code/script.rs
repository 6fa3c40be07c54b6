//! TypeScript and JavaScript: Prisma, TypeORM and Knex.

use super::java::snake;
use super::lex::{Code, Piece};
use crate::data::act::Act;
use crate::data::facts::{Facts, Model};
use crate::data::found::How;
use crate::data::name::Name;

/// Adds what a file of TypeScript or JavaScript says.
pub(super) fn read(code: &Code<'_>, facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        let word = code.word(at);
        match word {
            "Entity" if at > 0 && code.is_sign(at - 1, b'@') && code.is_sign(at + 1, b'(') => {
                entity(code, at, facts);
            }
            "getRepository" | "InjectRepository" if code.is_sign(at + 1, b'(') => {
                let class = code.word(at + 2);
                for act in acts(code, code.past(at + 1)) {
                    facts.add_entity(class, act, code.line(at), How::Orm);
                }
            }
            // `prisma.user.create(…)`, `this.prisma.user…`, `tx.user…`
            "prisma" | "tx" | "db"
                if code.is_sign(at + 1, b'.') && code.is_sign(at + 3, b'.') && code.is_sign(at + 5, b'(') =>
            {
                if let Some(act) = prisma(code.word(at + 4)) {
                    let mut signs = code.word(at + 2).chars();
                    let class: String = signs
                        .next()
                        .map(|first| first.to_uppercase().chain(signs).collect())
                        .unwrap_or_default();
                    facts.add_entity(&class, act, code.line(at + 2), How::Orm);
                }
            }
            // `knex('users').where(…).del()`
            "knex" | "trx" if code.is_sign(at + 1, b'(') && code.is_sign(at + 3, b')') => {
                if let Some(table) = code.string(at + 2) {
                    for act in acts(code, at + 4) {
                        facts.add_named(&table.text, None, act, code.line(at), How::Orm);
                    }
                }
            }
            "createTable" | "dropTable" | "dropTableIfExists" if code.is_sign(at + 1, b'(') => {
                if let Some(table) = code.string(at + 2) {
                    let act = if word == "createTable" { Act::Create } else { Act::Drop };
                    facts.add_named(
                        &table.text,
                        Some(crate::data::act::Kind::Table),
                        act,
                        code.line(at),
                        How::Migration,
                    );
                }
            }
            _ => {}
        }
    }
}

/// `@Entity('users') class User`, `@Entity({ name: 'users' })`
fn entity(code: &Code<'_>, at: usize, facts: &mut Facts) {
    let end = code.past(at + 1);
    let table = (at + 2..end.min(at + 20))
        .find_map(|next| code.string(next))
        .and_then(|text| Name::parse(&text.text));
    let class = (end..code.tokens.len().min(end + 40))
        .find(|next| code.word(*next) == "class")
        .map(|next| code.word(next + 1));
    if let Some(class) = class {
        facts.models.push(Model {
            class: class.to_owned(),
            table,
            by_convention: Name::parse(&snake(class)).into_iter().collect(),
            base: None,
            line: code.line(at),
            is_sure: true,
        });
    }
}

/// The models of a Prisma schema.
pub(super) fn schema(code: &Code<'_>, facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        if code.word(at) != "model" || code.word(at + 1).is_empty() || !code.is_sign(at + 2, b'{') {
            continue;
        }
        let class = code.word(at + 1);
        let table = (at + 3..code.past(at + 2)).find_map(|next| {
            let is_map =
                code.word(next) == "map" && code.is_sign(next - 1, b'@') && code.is_sign(next - 2, b'@');
            is_map.then(|| code.string(next + 2)).flatten()
        });
        let table = table.and_then(|text| Name::parse(&text.text)).or_else(|| Name::parse(class));
        let (class, line) = (class.to_owned(), code.line(at));
        facts.models.push(Model { class, table, by_convention: Vec::new(), base: None, line, is_sure: true });
    }
}

fn prisma(method: &str) -> Option<Act> {
    Some(match method {
        "create" | "createMany" | "createManyAndReturn" => Act::Insert,
        "update" | "updateMany" => Act::Update,
        "upsert" => Act::Merge,
        "delete" | "deleteMany" => Act::Delete,
        "findUnique" | "findUniqueOrThrow" | "findFirst" | "findFirstOrThrow" | "findMany" | "count"
        | "aggregate" | "groupBy" => Act::Select,
        _ => return None,
    })
}

fn acts(code: &Code<'_>, mut at: usize) -> Vec<Act> {
    let mut writes = Vec::new();
    for _ in 0..40 {
        if !code.is_sign(at, b'.') {
            break;
        }
        match code.word(at + 1) {
            "insert" | "batchInsert" => writes.push(Act::Insert),
            "save" | "upsert" | "merge" => writes.push(Act::Merge),
            "update" | "increment" | "decrement" | "set" => writes.push(Act::Update),
            "del" | "delete" | "remove" | "softDelete" | "softRemove" => writes.push(Act::Delete),
            "truncate" | "clear" => writes.push(Act::Truncate),
            _ => {}
        }
        at = code.past_types(at + 2);
        if matches!(code.tokens.get(at).map(|token| token.piece), Some(Piece::Sign(b'('))) {
            at = code.past(at);
        }
    }
    if writes.is_empty() { vec![Act::Select] } else { writes }
}

#[cfg(test)]
mod tests {
    use super::super::lex::Language;
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mut facts = Facts::default();
        read(&Code::read(text, Language::Script), &mut facts);
        facts.facts.iter().map(|fact| format!("{:?} {}", fact.act, fact.written)).collect()
    }

    #[test]
    fn prisma_typeorm_and_knex_are_read() {
        assert_eq!(
            shown("await this.prisma.user.create({}); prisma.pet.findMany()"),
            ["Insert User", "Select Pet"]
        );
        assert_eq!(
            shown("ds.getRepository(User).save(u); ds.getRepository(Pet).find()"),
            ["Merge User", "Select Pet"]
        );
        assert_eq!(
            shown("knex('users').where({a: 1}).del(); knex('pets').first()"),
            ["Delete users", "Select pets"]
        );
        let mut facts = Facts::default();
        schema(
            &Code::read(
                "model User {\n id Int @id @map(\"key\")\n @@map(\"users\")\n}\nmodel Pet { id Int }",
                Language::Prisma,
            ),
            &mut facts,
        );
        let tables: Vec<_> = facts
            .models
            .iter()
            .filter_map(|model| model.table.clone())
            .map(|name| name.to_string())
            .collect();
        assert_eq!(tables, ["users", "pet"]);
    }
}
