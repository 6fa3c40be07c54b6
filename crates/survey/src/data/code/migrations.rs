//! Migrations that are written in code: what they define.

use super::lex::Code;
use crate::data::act::{Act, Kind};
use crate::data::facts::Facts;
use crate::data::found::How;

/// `create_table "users"`, `add_column :users, …`, and `db/schema.rb`, which is made of the same calls.
pub(super) fn rails(code: &Code<'_>, facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        let act = match code.word(at) {
            "create_table" | "create_join_table" => Act::Create,
            "drop_table" => Act::Drop,
            "add_column" | "remove_column" | "rename_column" | "change_column" | "change_table"
            | "add_reference" => Act::Alter,
            _ => continue,
        };
        let next = if code.is_sign(at + 1, b'(') { at + 2 } else { at + 1 };
        let name = match code.string(next) {
            Some(text) => text.text.as_str(),
            // `:users`
            None if code.is_sign(next, b':') => code.word(next + 1),
            None => continue,
        };
        facts.add_named(name, Some(Kind::Table), act, code.line(at), How::Migration);
    }
}

/// `migrationBuilder.CreateTable(name: "User", …)`, `AddColumn<int>(name: "Age", table: "User")`.
pub(super) fn entity_framework(code: &Code<'_>, facts: &mut Facts) {
    for at in 1..code.tokens.len() {
        let (act, argument) = match code.word(at) {
            "CreateTable" => (Act::Create, "name"),
            "DropTable" => (Act::Drop, "name"),
            "RenameTable" => (Act::Alter, "name"),
            "AddColumn" | "DropColumn" | "AlterColumn" | "RenameColumn" => (Act::Alter, "table"),
            _ => continue,
        };
        let open = code.past_types(at + 1);
        if !code.is_sign(at - 1, b'.') || !code.is_sign(open, b'(') {
            continue;
        }
        let end = code.past(open).min(open + 60);
        let named = (open + 1..end)
            .find(|next| code.word(*next) == argument && code.is_sign(next + 1, b':'))
            .map(|at| at + 2);
        let position = if argument == "name" { Some(open + 1) } else { None };
        if let Some(name) = named.or(position).and_then(|at| code.string(at)) {
            facts.add_named(&name.text, Some(Kind::Table), act, code.line(at), How::Migration);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::Language;
    use super::*;

    fn shown(text: &str, language: Language) -> Vec<String> {
        let mut facts = Facts::default();
        let code = Code::read(text, language);
        rails(&code, &mut facts);
        entity_framework(&code, &mut facts);
        facts.facts.iter().map(|fact| format!("{:?} {} {}", fact.act, fact.written, fact.line)).collect()
    }

    #[test]
    fn migrations_define_tables() {
        assert_eq!(
            shown("create_table :users do |t|\nend\nadd_column(\"pets\", :age, :integer)", Language::Ruby),
            ["Create users 1", "Alter pets 3"]
        );
        let text = "m.CreateTable(\n name: \"User\", columns: t => t);\nm.AddColumn<int>(name: \"Age\", table: \"User\");";
        assert_eq!(shown(text, Language::CSharp), ["Create User 1", "Alter User 3"]);
    }
}
