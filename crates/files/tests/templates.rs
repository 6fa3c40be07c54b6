//! What `kedge init` and `kedge new` begin with loads as it stands.
#![allow(clippy::unwrap_used)]

use kedge_files::{SourceText, Sources, Template, append, read, template};
use kedge_model::{Slug, TeamId};

#[test]
fn an_organisation_of_templates_loads() {
    let slug = |name: &str| name.parse::<Slug>().unwrap();
    let adopters = ["shop", "bank"].map(|name| name.parse::<TeamId>().unwrap());
    let one = |table: String| format!("team = \"bank\"\n\n{table}");
    let proposal =
        template(&Template::Proposal { id: &slug("one"), title: "A \"#  # b\"", adopters: &adopters });
    let files = [
        ("kedge.toml", template(&Template::Settings { name: "The \"Shop\"" })),
        ("council.kedge.toml", template(&Template::Council)),
        ("shop/team.kedge.toml", "team = \"shop\"\nkind = \"stream\"\n".to_owned()),
        ("bank/team.kedge.toml", "team = \"bank\"\nkind = \"platform\"\n".to_owned()),
        ("bank/data.kedge.toml", one(template(&Template::Dataset { id: &slug("ledger") }))),
        ("bank/proposal.kedge.toml", one(proposal)),
    ];
    let files = files.into_iter().map(|(path, text)| SourceText { path: path.into(), text }).collect();
    let loaded = read(files, None).unwrap_or_else(|failed| panic!("{:#?}", failed.findings));
    assert_eq!(loaded.organisation.settings().name, "The \"Shop\"");
    assert_eq!(loaded.organisation.proposals().next().unwrap().title, "A \"#  # b\"");
    insta::assert_snapshot!(loaded.sources.text("kedge.toml").unwrap());
    // A table is put at the end, after an empty line.
    let edit = append(&loaded.sources, "kedge.toml", "[measure.x]\ntitle = \"X\"\nbetter = \"up\"\n");
    assert!(edit.after.unwrap().ends_with("up\"\n\n[measure.x]\ntitle = \"X\"\nbetter = \"up\"\n"));
    assert_eq!(append(&Sources::default(), "a.toml", "x = 1\n").after.as_deref(), Some("x = 1\n"));
}
