//! Every other format, on files made to its documentation. See `data/README.md`.
#![allow(clippy::unwrap_used)]

mod seen;

use kedge_exchange::{SourceFile, backstage, codeowners, github, kep, linear, mapped};
use seen::seen;
use std::fmt::Write as _;

#[test]
fn issues_of_graphql_with_parts_and_dependencies_across_repositories() {
    let source = SourceFile::new("graphql.json", include_str!("data/github/graphql.json"));
    insta::assert_snapshot!(seen(&github::draft(&[source], &github::Options::default())));
}

#[test]
fn issues_of_rest_with_teams_from_labels() {
    let source = SourceFile::new("rest.json", include_str!("data/github/rest.json"));
    let options = github::Options { team_label: Some("team/".into()), ..github::Options::default() };
    insta::assert_snapshot!(seen(&github::draft(&[source], &options)));
}

#[test]
fn what_holds_no_issues_says_so() {
    let none = |text: &str| {
        github::draft(&[SourceFile::new("a.json", text)], &github::Options::default()).files_not_taken[0]
            .reason
            .clone()
    };
    assert!(none("{").starts_with("is not JSON: EOF"));
    assert!(none("{\"a\": [1]}").starts_with("holds no issues"));
}

#[test]
fn an_export_of_linear() {
    let source = SourceFile::new("linear.csv", include_str!("data/linear/export.csv"));
    let options = linear::Options { days_per_point: Some(1.0), ..linear::Options::default() };
    insta::assert_snapshot!(seen(&linear::draft(&[source], &options)));
}

#[test]
fn what_is_begun_and_waits_for_another_team_holds_up_what_it_is_for() {
    let export = "ID,Team,Title,Status,Project,Started,Blocked by\n\
                  W-1,Web,Pages,In Progress,Site,2026-05-14,A-4\n\
                  W-2,Web,Alone,In Progress,,2026-05-14,A-4\n\
                  W-3,Web,Not begun,Todo,Site,,A-4\n\
                  A-4,API,Endpoint,Todo,,,\n";
    let draft = linear::draft(&[SourceFile::new("linear.csv", export)], &linear::Options::default());
    let facts = draft.facts();
    let ask = facts.iter().find_map(|fact| match fact {
        kedge_model::Fact::Ask(ask) => Some(ask),
        _ => None,
    });
    let gates: Vec<String> = ask.unwrap().gates.iter().map(ToString::to_string).collect();
    assert_eq!(gates, ["web/site", "web/w-2", "web/w-3"]);
    let refused: Vec<(usize, &str)> =
        draft.rows_not_taken.iter().map(|row| (row.line, row.reason.as_str())).collect();
    let reason = "is begun, and waits for A-4 all the same: it is for nothing that could wait";
    assert_eq!(refused, [(3, reason)]);
}

#[test]
fn any_table_with_a_mapping() {
    let mapping = mapped::Mapping::read(include_str!("data/mapped/roadmap.toml")).unwrap();
    let source = SourceFile::new("roadmap.csv", include_str!("data/mapped/roadmap.csv"));
    insta::assert_snapshot!(seen(&mapped::draft(&[source], &mapping, "roadmap")));
}

#[test]
fn a_goal_that_has_a_row_of_its_own_is_that_row() {
    let mapping = mapped::Mapping::read(
        "[columns]\nkey = \"ID\"\nteam = \"Squad\"\ntitle = \"What\"\noutcome = \"Goal\"\nkind = \"Type\"\n[kinds]\noutcome = \
         \"Epic\"\n",
    )
    .unwrap();
    let rows = "ID,Squad,What,Goal,Type\n1,Web,One page,,Epic\n2,Web,Form,one page,Story\n3,Web,Key,1,Story\n\
                4,Depot,Labels,One page,Story\n";
    let draft = mapped::draft(&[SourceFile::new("t.csv", rows)], &mapping, "t");
    let seen = seen(&draft);
    // Two of the three are for the row; the third is another team's, which has a goal of that name for itself.
    assert_eq!(seen.matches("serves=[\"web/1\"]").count(), 2, "{seen}");
    assert_eq!(seen.matches("outcome web/").count(), 1, "{seen}");
    assert!(seen.contains("serves=[\"depot/one-page\"]"), "{seen}");
}

#[test]
fn a_mapping_that_cannot_be_used_says_what_to_write() {
    let mut seen = String::new();
    for text in [
        "",
        "[columns]\nteam = \"A\"\n",
        "[columns]\ntitle = \"A\"\n",
        "[columns]\ntitle = \"A\"\ntem = \"B\"\n",
        "[columns]\ntitle = \"A\"\nteam = \"B\"\n[read]\ndates = \"us\"\n",
        "[columns]\ntitle = \"A\"\nteam = \"B\"\n[read]\neffort-unit = \"month\"\n",
        "[columns]\ntitle = \"A\"\nteam = \"B\"\n[read]\ndays-per-point = 0\n",
    ] {
        let _ = writeln!(seen, "{}\n", mapped::Mapping::read(text).unwrap_err());
    }
    let mapping =
        mapped::Mapping::read("[columns]\ntitle = \"A\"\nteam = \"B\"\nafter = [\"C\", \"D\"]\n").unwrap();
    let draft = mapped::draft(&[SourceFile::new("t.csv", "A;b;C\nx;y;z\n")], &mapping, "t");
    seen.push_str(&draft.files_not_taken[0].reason);
    insta::assert_snapshot!(seen);
}

#[test]
fn a_catalogue_of_backstage() {
    let sources = [
        SourceFile::new("groups.yaml", include_str!("data/backstage/groups.yaml")),
        SourceFile::new("services.yaml", include_str!("data/backstage/services.yaml")),
    ];
    insta::assert_snapshot!(seen(&backstage::draft(&sources, &backstage::Options::default())));
}

#[test]
fn code_owners_with_a_list_of_files() {
    let source = SourceFile::new(".github/CODEOWNERS", include_str!("data/codeowners/github"));
    let files = ["charts.lock", "berths/east-1/a.ts", "maps/soundings/b", "tide tables/c"];
    let options = codeowners::Options {
        repository: "harbour".parse().unwrap(),
        host: None,
        files: Some(files.map(str::to_owned).to_vec()),
    };
    insta::assert_snapshot!(seen(&codeowners::draft(&source, &options)));
}

#[test]
fn enhancements_with_and_without_the_days_of_releases() {
    let keps = [
        (
            "sig-moorings/9101-tide-tables/kep.yaml",
            include_str!("data/kep/keps/sig-moorings/9101-tide-tables/kep.yaml"),
        ),
        (
            "sig-lanterns/9102-fog-signals/kep.yaml",
            include_str!("data/kep/keps/sig-lanterns/9102-fog-signals/kep.yaml"),
        ),
        ("sig-moorings/9-old/kep.yaml", include_str!("data/kep/keps/sig-moorings/9-old/kep.yaml")),
    ]
    .map(|(path, text)| SourceFile::new(path, text));
    let sigs = SourceFile::new("sigs.yaml", include_str!("data/kep/sigs.yaml"));
    let releases = "version,date\nv7.1,2024-02-14\nv7.3,2024-10-16\nv7.5,2025-06-11\n7.2.0,2024-06-12\n";
    let options = kep::Options { name: "kep".into(), releases: kep::releases(releases).unwrap() };
    let with = seen(&kep::draft(&keps, Some(&sigs), &options));
    let without = seen(&kep::draft(&keps, None, &kep::Options::default()));
    insta::assert_snapshot!(format!("{with}\n----\n{without}"));
    assert!(kep::releases("version\nv1\n").unwrap_err().contains("it has `version`"));
    assert!(kep::releases("version,date\nv1,soon\n").unwrap_err().contains("line 2"));
}
