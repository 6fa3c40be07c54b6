//! ActiveRecord: models, and what is called on them.

use super::java::snake;
use super::lex::{Code, Piece};
use crate::data::act::Act;
use crate::data::facts::{Facts, Model};
use crate::data::found::How;
use crate::data::name::Name;

/// Adds what a file of Ruby says.
pub(super) fn read(code: &Code<'_>, facts: &mut Facts) {
    for at in 0..code.tokens.len() {
        let word = code.word(at);
        if word == "class" && code.is_sign(at + 2, b'<') {
            model(code, at, facts);
            continue;
        }
        let is_class = word.starts_with(char::is_uppercase) && code.is_sign(at + 1, b'.');
        let is_part = at > 0
            && (code.is_sign(at - 1, b'.')
                || code.is_sign(at - 1, b':') && !(at > 1 && code.is_sign(at - 2, b':')));
        if is_class && !is_part {
            for act in acts(code, at + 1) {
                facts.add_entity(word, act, code.line(at), How::Orm);
            }
        }
        if matches!(word, "joins" | "left_joins" | "left_outer_joins" | "includes" | "eager_load" | "preload")
            && at > 0
            && code.is_sign(at - 1, b'.')
            && code.is_sign(at + 1, b'(')
        {
            for next in at + 2..code.past(at + 1).min(at + 40) {
                // `:comments`, and `comments:`.
                let is_symbol = code.is_sign(next - 1, b':') || code.is_sign(next + 1, b':');
                if is_symbol && !code.word(next).is_empty() {
                    facts.add_entity(&class_of(code.word(next)), Act::Join, code.line(next), How::Convention);
                }
            }
        }
    }
}

fn model(code: &Code<'_>, at: usize, facts: &mut Facts) {
    // `class A < B::C`
    let mut base = at + 3;
    while code.is_sign(base + 1, b':') && code.is_sign(base + 2, b':') {
        base += 3;
    }
    let (class, base) = (code.word(at + 1), code.word(base));
    if class.is_empty() || base.is_empty() {
        return;
    }
    let is_sure = matches!(base, "ApplicationRecord" | "Base" | "Model")
        && code.word(at + 3) != "ActionController"
        && code.word(at + 3) != "ActionMailer";
    let body = (at + 4..code.tokens.len().min(at + 2_000)).take_while(|next| code.word(*next) != "class");
    let table = body
        .into_iter()
        .find(|next| matches!(code.word(*next), "table_name") && code.is_sign(next + 1, b'='))
        .and_then(|next| code.string(next + 2))
        .and_then(|text| Name::parse(&text.text));
    facts.models.push(Model {
        class: class.to_owned(),
        is_sure: is_sure || table.is_some(),
        table,
        by_convention: Name::parse(&plural(&snake(class))).into_iter().collect(),
        base: Some(base.to_owned()),
        line: code.line(at),
    });
}

/// What the calls that follow do.
fn acts(code: &Code<'_>, mut at: usize) -> Vec<Act> {
    let (mut writes, mut reads) = (Vec::new(), false);
    for _ in 0..40 {
        if !code.is_sign(at, b'.') {
            break;
        }
        // `save!`, `exists?`
        let method = code.word(at + 1);
        match method {
            "create" | "insert" | "insert_all" | "new" | "build" | "import" | "create_or_find_by" => {
                writes.push(Act::Insert);
            }
            "find_or_create_by"
            | "upsert"
            | "upsert_all"
            | "find_or_initialize_by"
            | "first_or_create"
            | "first_or_initialize" => {
                writes.push(Act::Merge);
            }
            "update" | "update_all" | "update_columns" | "update_column" | "increment_counter"
            | "decrement_counter" | "update_counters" | "touch_all" | "increment" | "decrement" | "touch" => {
                writes.push(Act::Update);
            }
            "delete" | "delete_all" | "destroy" | "destroy_all" | "delete_by" | "destroy_by" => {
                writes.push(Act::Delete);
            }
            "where" | "find" | "find_by" | "find_each" | "all" | "first" | "last" | "count" | "exists"
            | "pluck" | "order" | "joins" | "includes" | "select" | "limit" | "sum" | "group"
            | "find_by_sql" | "not" | "none" | "ids" | "find_in_batches" | "left_outer_joins"
            | "left_joins" | "eager_load" | "preload" | "unscoped" | "distinct" | "maximum" | "minimum"
            | "average" | "pick" | "take" | "from" => {
                reads = true;
            }
            _ if method.starts_with("find_by_") => reads = true,
            _ => {}
        }
        at += 2;
        while matches!(code.tokens.get(at).map(|token| token.piece), Some(Piece::Sign(b'!' | b'?'))) {
            at += 1;
        }
        if code.is_sign(at, b'(') {
            at = code.past(at);
        }
    }
    if writes.is_empty() && reads { vec![Act::Select] } else { writes }
}

/// `comments` as `Comment`.
fn class_of(association: &str) -> String {
    let one = if let Some(stem) = association.strip_suffix("ies") {
        format!("{stem}y")
    } else if let Some(stem) = association.strip_suffix("sses").or(association.strip_suffix("xes")) {
        format!("{stem}{}", if association.ends_with("xes") { "x" } else { "ss" })
    } else {
        association.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(association).to_owned()
    };
    one.split('_')
        .map(|part| {
            let mut signs = part.chars();
            signs
                .next()
                .map(|first| first.to_uppercase().chain(signs).collect::<String>())
                .unwrap_or_default()
        })
        .collect()
}

/// `story` as `stories`, as far as English is regular.
fn plural(word: &str) -> String {
    const ODD: [(&str, &str); 6] = [
        ("person", "people"),
        ("child", "children"),
        ("man", "men"),
        ("datum", "data"),
        ("index", "indices"),
        ("status", "statuses"),
    ];
    const SAME: [&str; 5] = ["news", "series", "equipment", "information", "sheep"];
    if SAME.iter().any(|same| word.ends_with(same)) {
        return word.to_owned();
    }
    if let Some((one, many)) = ODD.iter().find(|(one, _)| word.ends_with(one)) {
        return format!("{}{many}", word.strip_suffix(one).unwrap_or_default());
    }
    let before_y = word.strip_suffix('y').and_then(|stem| stem.chars().last());
    if before_y.is_some_and(|sign| !"aeiou".contains(sign)) {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    format!("{word}s")
}

#[cfg(test)]
mod tests {
    use super::super::lex::Language;
    use super::*;

    #[test]
    fn models_and_calls_are_read() {
        let text = "class StoryText < ApplicationRecord\n self.table_name = 'texts'\nend\nclass Story < ActiveRecord::Base\nend\nStory.where(a: 1).update_all(b: 2)\nStory.joins(:comments).first\nStory.create!(a: 1)\nFile.read(x)";
        let mut facts = Facts::default();
        read(&Code::read(text, Language::Ruby), &mut facts);
        assert_eq!(facts.models[0].table, Name::parse("texts"));
        assert_eq!(facts.models[1].by_convention[0].as_str(), "stories");
        let shown: Vec<String> =
            facts.facts.iter().map(|fact| format!("{:?} {}", fact.act, fact.written)).collect();
        assert_eq!(shown, ["Update Story", "Select Story", "Join Comment", "Insert Story"]);
    }

    #[test]
    fn names_of_many_and_of_one() {
        for (one, many) in [
            ("story", "stories"),
            ("tag", "tags"),
            ("hat_request", "hat_requests"),
            ("box", "boxes"),
            ("day", "days"),
            ("person", "people"),
        ] {
            assert_eq!(plural(one), many);
        }
        assert_eq!(class_of("story_texts"), "StoryText");
        assert_eq!(class_of("stories"), "Story");
    }
}
