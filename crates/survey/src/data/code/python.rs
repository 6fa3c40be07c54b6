//! Django's and SQLAlchemy's models, and what is done with them.

use super::java::snake;
use super::lex::Code;
use crate::data::act::{Act, Kind};
use crate::data::facts::{Facts, Model};
use crate::data::found::How;
use crate::data::name::Name;

/// Adds what a file of Python says.
pub(super) fn read(path: &str, code: &Code<'_>, facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        match code.word(at) {
            "class" => model(path, code, at, facts),
            "objects" if at >= 2 && code.is_sign(at - 1, b'.') && starts_upper(code.word(at - 2)) => {
                for act in acts(code, at + 1) {
                    facts.add_entity(code.word(at - 2), act, code.line(at), How::Orm);
                }
            }
            "get_object_or_404" | "get_list_or_404"
                if code.is_sign(at + 1, b'(') && starts_upper(code.word(at + 2)) =>
            {
                facts.add_entity(code.word(at + 2), Act::Select, code.line(at), How::Orm);
            }
            // SQLAlchemy. The class must be one that stands for a table, which is asked later.
            verb @ ("query" | "select" | "insert" | "update" | "delete" | "add" | "get" | "merge")
                if code.is_sign(at + 1, b'(') && starts_upper(code.word(at + 2)) =>
            {
                let acts = match verb {
                    "insert" | "add" => vec![Act::Insert],
                    "update" => vec![Act::Update],
                    "delete" => vec![Act::Delete],
                    "merge" => vec![Act::Merge],
                    _ => acts(code, code.past(at + 1)),
                };
                for act in acts {
                    facts.add_entity(code.word(at + 2), act, code.line(at), How::Orm);
                }
            }
            "Table" if code.is_sign(at + 1, b'(') => {
                if let Some(name) = code.string(at + 2).filter(|_| code.is_sign(at + 3, b',')) {
                    facts.add_named(&name.text, Some(Kind::Table), Act::Create, code.line(at), How::Mapping);
                }
            }
            "create_table" | "drop_table" | "add_column" if code.is_sign(at + 1, b'(') => {
                let act = match code.word(at) {
                    "create_table" => Act::Create,
                    "drop_table" => Act::Drop,
                    _ => Act::Alter,
                };
                if let Some(name) = code.string(at + 2) {
                    facts.add_named(&name.text, Some(Kind::Table), act, code.line(at), How::Migration);
                }
            }
            _ => {}
        }
    }
}

fn starts_upper(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

fn model(path: &str, code: &Code<'_>, at: usize, facts: &mut Facts) {
    let class = code.word(at + 1);
    if class.is_empty() || !code.is_sign(at + 2, b'(') {
        return;
    }
    let bases: Vec<&str> = (at + 3..code.past(at + 2).min(at + 40))
        .map(|at| code.word(at))
        .filter(|word| !word.is_empty())
        .collect();
    let is_django = bases.iter().any(|base| *base == "Model" || base.ends_with("Model"));
    // The names stand at the head of the class; the next class ends it.
    let body = (at + 3..code.tokens.len().min(at + 3_000))
        .take_while(|next| code.word(*next) != "class" || code.word(next + 1) == "Meta");
    let mut table = None;
    let mut is_abstract = false;
    for next in body {
        match code.word(next) {
            "__tablename__" | "db_table" if code.is_sign(next + 1, b'=') => {
                table = code.string(next + 2).and_then(|text| Name::parse(&text.text)).or(table);
            }
            "abstract" if code.is_sign(next + 1, b'=') && code.word(next + 2) == "True" => is_abstract = true,
            _ => {}
        }
    }
    if is_abstract || table.is_none() && !is_django {
        return;
    }
    let folders: Vec<&str> = path.split('/').collect();
    let app = folders.iter().rev().skip(1).find(|folder| **folder != "models").copied().unwrap_or_default();
    let name = class.to_lowercase();
    facts.models.push(Model {
        class: class.to_owned(),
        table,
        by_convention: [format!("{app}_{name}"), snake(class)]
            .iter()
            .filter_map(|name| Name::parse(name))
            .collect(),
        base: None,
        line: code.line(at),
        is_sure: true,
    });
}

/// What the calls that follow do.
fn acts(code: &Code<'_>, mut at: usize) -> Vec<Act> {
    let mut writes = Vec::new();
    for _ in 0..40 {
        if !code.is_sign(at, b'.') {
            break;
        }
        match code.word(at + 1) {
            "create" | "bulk_create" | "get_or_create" => writes.push(Act::Insert),
            "update" | "bulk_update" => writes.push(Act::Update),
            "delete" => writes.push(Act::Delete),
            "update_or_create" => writes.push(Act::Merge),
            _ => {}
        }
        at += 2;
        if code.is_sign(at, b'(') {
            at = code.past(at);
        }
    }
    if writes.is_empty() { vec![Act::Select] } else { writes }
}

#[cfg(test)]
mod tests {
    use super::super::lex::Language;
    use super::*;

    fn facts(path: &str, text: &str) -> Facts {
        let mut facts = Facts::default();
        read(path, &Code::read(text, Language::Python), &mut facts);
        facts
    }

    #[test]
    fn django_is_read() {
        let facts = facts(
            "shop/models.py",
            "class Order(models.Model):\n    a = 1\n    class Meta:\n        db_table = 'orders'\nclass Line(models.Model): pass\nOrder.objects.filter(a=1).delete()\nLine.objects.get(pk=1)",
        );
        assert_eq!(facts.models[0].table, Name::parse("orders"));
        assert_eq!(facts.models[1].by_convention[0].as_str(), "shop_line");
        let shown: Vec<String> =
            facts.facts.iter().map(|fact| format!("{:?} {}", fact.act, fact.written)).collect();
        assert_eq!(shown, ["Delete Order", "Select Line"]);
    }

    #[test]
    fn sqlalchemy_is_read() {
        let facts = facts(
            "a.py",
            "class User(Base):\n    __tablename__ = 'users'\nsession.query(User).all()\nsession.add(User(a=1))\nsession.execute(delete(User))",
        );
        assert_eq!(facts.models[0].table, Name::parse("users"));
        let shown: Vec<String> =
            facts.facts.iter().map(|fact| format!("{:?} {}", fact.act, fact.written)).collect();
        assert_eq!(shown, ["Select User", "Insert User", "Delete User"]);
    }
}
