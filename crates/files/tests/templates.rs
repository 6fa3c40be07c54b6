//! What `kedge init` and `kedge new` begin with loads as it stands.
#![allow(clippy::unwrap_used)]

use kedge_files::{SourceText, Sources, Template, append, read, template};
use kedge_model::{AskId, Date, Slug, TeamId};

fn put(files: &mut Vec<SourceText>, path: &str, table: &str) {
    let before = files.iter().position(|file| file.path == path).map(|at| files.remove(at));
    let text = before.map_or_else(|| table.to_owned(), |file| format!("{}\n{table}", file.text));
    files.push(SourceText { path: path.into(), text });
}

#[test]
fn an_organisation_of_templates_loads() {
    let team = |name: &str| name.parse::<TeamId>().unwrap();
    let slug = |name: &str| name.parse::<Slug>().unwrap();
    let date = |text: &str| text.parse::<Date>().unwrap();
    let (shop, bank, guild) = (team("shop"), team("bank"), team("guild"));
    let mut files = Vec::new();
    put(&mut files, "kedge.toml", &template(&Template::Settings { name: "The \"Shop\"" }));
    put(&mut files, "council.kedge.toml", &template(&Template::Council));
    for team in [&shop, &bank, &guild] {
        put(
            &mut files,
            &format!("{team}/team.kedge.toml"),
            &template(&Template::Team { team, title: "A team" }),
        );
    }
    let plan = "shop/pay.kedge.toml";
    let due = date("2026-12-10");
    put(
        &mut files,
        plan,
        &template(&Template::Plan { team: &shop, plan: &slug("pay"), title: "Pay", period: "2026-Q4", due }),
    );
    put(&mut files, plan, &template(&Template::Outcome { id: &slug("more"), title: "More", due: None }));
    put(
        &mut files,
        plan,
        &template(&Template::Work {
            id: &slug("sheet"),
            title: "A \"#  # b\"",
            serves: &slug("pay"),
            effort: "3w",
        }),
    );
    for (name, asked) in [("token", Some(due)), ("other", None)] {
        put(
            &mut files,
            plan,
            &template(&Template::Ask {
                id: &slug(name),
                to: &bank,
                what: "A flag",
                gates: &slug("sheet"),
                asked,
                wanted: asked,
            }),
        );
    }
    for kind in [
        "hack",
        "recreate",
        "buy",
        "descope",
        "do-without",
        "away-team",
        "tiger-team",
        "community",
        "escalate",
    ] {
        let with = matches!(kind, "tiger-team" | "community").then_some(&guild);
        put(&mut files, plan, &template(&Template::Fallback { ask: &slug("token"), kind, with }));
    }
    put(&mut files, "bank/answers.kedge.toml", &template(&Template::Head { team: &bank }));
    let ask: AskId = "shop/token".parse().unwrap();
    for says in ["considering", "declined", "dropped", "landed"] {
        put(&mut files, "bank/answers.kedge.toml", &template(&Template::Answer { ask: &ask, on: due, says }));
    }
    put(&mut files, "bank/data.kedge.toml", &template(&Template::Head { team: &bank }));
    put(&mut files, "bank/data.kedge.toml", &template(&Template::Dataset { id: &slug("ledger") }));
    put(&mut files, "bank/proposal.kedge.toml", &template(&Template::Head { team: &bank }));
    let adopters = [shop.clone(), guild.clone()];
    put(
        &mut files,
        "bank/proposal.kedge.toml",
        &template(&Template::Proposal { id: &slug("one"), title: "One", adopters: &adopters }),
    );
    let loaded = read(files, None).unwrap_or_else(|failed| {
        let said: Vec<String> = failed
            .findings
            .iter()
            .map(|it| format!("{:?} {}", it.place(&failed.sources), it.message))
            .collect();
        panic!("{}", said.join("\n"))
    });
    assert_eq!(loaded.organisation.asks().find(|it| it.id == ask).unwrap().fallbacks.len(), 9);
    insta::assert_snapshot!(loaded.sources.text(plan).unwrap());
    // A table is put at the end, after an empty line.
    let edit = append(&loaded.sources, "kedge.toml", "[measure.x]\ntitle = \"X\"\nbetter = \"up\"\n");
    assert!(edit.after.unwrap().ends_with("up\"\n\n[measure.x]\ntitle = \"X\"\nbetter = \"up\"\n"));
    assert_eq!(append(&Sources::default(), "a.toml", "x = 1\n").after.as_deref(), Some("x = 1\n"));
}
