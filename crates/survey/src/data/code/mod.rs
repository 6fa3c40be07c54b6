//! Code of ten languages: the SQL in its strings, the models of its ORMs, and the topics and queues that it names.

mod active_record;
mod classes;
mod entity_framework;
mod java;
mod lex;
mod messages;
mod migrations;
mod python;
mod script;
mod strings;

pub(crate) use lex::{Code, Language};

use super::facts::Facts;

/// What a file of code says.
pub(crate) fn read(path: &str, text: &str, language: Language) -> Facts {
    let code = Code::read(text, language);
    let mut facts = Facts::default();
    let classes = classes::read(&code);
    if language != Language::Prisma {
        strings::read(&code, &classes, &mut facts);
        messages::read(&code, &mut facts);
    }
    match language {
        Language::CSharp => {
            classes::stores(&code, &classes, &mut facts);
            entity_framework::read(&code, &classes, &mut facts);
            migrations::entity_framework(&code, &mut facts);
        }
        Language::Java | Language::Kotlin => {
            classes::stores(&code, &classes, &mut facts);
            java::read(&code, &classes, &mut facts);
        }
        Language::Python => python::read(path, &code, &mut facts),
        Language::Ruby => {
            active_record::read(&code, &mut facts);
            migrations::rails(&code, &mut facts);
        }
        Language::Script => script::read(&code, &mut facts),
        Language::Prisma => script::schema(&code, &mut facts),
        Language::Go | Language::Rust | Language::Php => {}
    }
    facts
}
