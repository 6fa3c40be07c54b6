//! Who owns what, by each kind of file that says so, and what is told of files that cannot be read.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_survey::ownership::{Area, Known, Said, When, rosters};
use kedge_survey::people::Members;
use kedge_survey::{Asked, Repository, Survey};
use support::Repo;

fn survey(repo: &Repo, asked: &Asked, known: &Known) -> Survey {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let cache = folder.path().join("history");
    Survey::of(&repository, "shop", asked, known, &Members::default(), &cache, &mut |_| {}).unwrap()
}

/// Owner and commits, by name.
fn owners(survey: &Survey) -> Vec<(&str, u64)> {
    let mut owners: Vec<(&str, u64)> =
        survey.coupling.owners.iter().map(|it| (it.owner.as_str(), it.commits)).collect();
    owners.sort_unstable();
    owners
}

/// Who owns one file, by CODEOWNERS, which itself is nobody's.
fn owner_of(codeowners: &str, path: &str) -> Vec<String> {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", codeowners);
    repo.commit(&[path]);
    let found = survey(&repo, &Asked::default(), &Known::default());
    let mut owners: Vec<String> = found.coupling.owners.into_iter().map(|it| it.owner).collect();
    owners.sort();
    owners
}

#[test]
fn each_rule_of_codeowners_holds_on_a_history() {
    // The last rule that matches decides, however special an earlier one is.
    assert_eq!(owner_of("/a/b/c @x/first\n/a/ @x/last\n", "a/b/c"), ["@x/last"]);
    // The case of letters counts.
    assert!(owner_of("/Apps/ @x/apps\n", "apps/f").is_empty());
    assert_eq!(owner_of("/Apps/ @x/apps\n", "Apps/f"), ["@x/apps"]);
    // Several owners on a line are joint, people and addresses among them.
    assert_eq!(owner_of("/a/ @x/one @bo ada@acme.example\n", "a/f"), ["@bo", "@x/one", "ada@acme.example"]);
    // A rule without owner clears.
    assert!(owner_of("/a/ @x/one\n/a/free/\n", "a/free/f").is_empty());
    // A comment behind a rule is none of its owners.
    assert_eq!(owner_of("/a/ @x/one # ask @x/two\n", "a/f"), ["@x/one"]);
    // `**/` is any depth, none among them.
    assert_eq!(owner_of("**/logs @x/logs\n", "logs/f"), ["@x/logs"]);
    assert_eq!(owner_of("**/logs @x/logs\n", "a/b/logs/c/f"), ["@x/logs"]);
    // A `*` stays within its folder where the pattern names one.
    assert!(owner_of("docs/* @x/docs\n", "docs/a/f").is_empty());
    assert_eq!(owner_of("docs/* @x/docs\n", "docs/f"), ["@x/docs"]);
    // A file in the root alone, and of that name anywhere.
    assert!(owner_of("/f @x/root\n", "a/f").is_empty());
    assert_eq!(owner_of("f @x/any\n", "a/f"), ["@x/any"]);
    // A space in a name, escaped; a byte order mark; line ends of Windows.
    assert_eq!(owner_of("/a\\ b/ @x/one\n", "a b/f"), ["@x/one"]);
    assert_eq!(owner_of("\u{feff}/a/ @x/one\r\n", "a/f"), ["@x/one"]);
}

#[test]
fn lines_of_codeowners_that_say_nothing_are_told() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/a/ @x/one\n!/a/b @x/two\n/c[ab] @x/two\n/a/d nobody\n/gone/ @x/one\n");
    repo.commit(&["a/f", "a/b"]);
    let found = survey(&repo, &Asked::default(), &Known::default());
    assert_eq!(owners(&found), [("@x/one", 1)]);
    let skipped = &found.reading.ownership_skipped;
    let line = |number: usize| skipped.iter().any(|it| it.contains(&format!("CODEOWNERS: line {number} ")));
    assert!(line(2) && line(3) && line(4) && skipped.len() == 3, "{skipped:?}");
    assert_eq!(found.reading.ownership_unused, ["CODEOWNERS:5 /gone/"]);
}

#[test]
fn the_group_of_an_owners_file_comes_before_its_people() {
    let mut repo = Repo::new();
    repo.write("OWNERS", "approvers: [root-leads]\n");
    repo.write("OWNERS_ALIASES", "aliases:\n  root-leads: [ada]\n  pay-leads: [bo, cy]\n");
    repo.write("pay/OWNERS", "approvers: [bo, pay-leads]\n");
    repo.write("pay/deep/OWNERS", "approvers: [cy]\nreviewers: [root-leads]\n");
    repo.write("alone/OWNERS", "options: {no_parent_owners: true}\napprovers: [dee]\n");
    repo.write("node/OWNERS", "labels: [sig/node]\nfilters:\n  \"\\\\.md$\": {labels: [sig/docs]}\n");
    repo.commit(&[]);
    repo.commit(&["pay/x"]);
    repo.commit(&["pay/deep/x"]); // cy is a person: the group above owns it
    repo.commit(&["alone/x"]); // nobody above is asked
    repo.commit(&["node/x"]);
    repo.commit(&["node/x.md"]); // both labels
    repo.commit(&["x"]);
    let from = Asked {
        selection: kedge_survey::Selection { from: Some("2026-01-03".into()), ..Default::default() },
        ..Asked::default()
    };
    let found = survey(&repo, &from, &Known::default());
    assert_eq!(
        owners(&found),
        [("dee", 1), ("pay-leads", 2), ("root-leads", 1), ("sig-docs", 1), ("sig-node", 2)]
    );
    assert_eq!(found.how.said, Some(Said::Owners));
    // Who is in one group only worked for it: Bo and Cy for pay-leads.
    repo.commit_by("Bo <7+bo@users.noreply.github.com>", &["node/x"]);
    let visits = survey(&repo, &from, &Known::default()).away.visits;
    assert!(visits.iter().any(|it| it.team == "pay-leads" && it.owner == "sig-node"), "{visits:?}");
}

#[test]
fn groups_of_the_kubernetes_community_own_their_subprojects() {
    let mut community = Repo::new();
    let url = "https://raw.githubusercontent.com/acme/shop/main";
    community.write(
        "sigs.yaml",
        &format!(
            "sigs:\n- dir: sig-pay\n  leadership: {{chairs: [{{github: bo}}]}}\n  subprojects:\n  - name: till\n    \
             owners: ['{url}/till/OWNERS', '{url}/OWNERS']\n- dir: sig-web\n  subprojects:\n  - {{name: w, owners: \
             ['{url}/till/web/OWNERS', 'odd']}}\n"
        ),
    );
    community.commit(&["sig-pay/README.md", "sig-web/README.md", "other"]);
    // In its own repository, a group's folder is its own.
    let found = survey(&community, &Asked::default(), &Known::default());
    assert_eq!((owners(&found), found.how.said), (vec![("sig-pay", 1), ("sig-web", 1)], Some(Said::Sigs)));
    assert!(found.reading.ownership_skipped[0].contains("`odd` of sig-web"), "{:?}", found.reading);

    let mut shop = Repo::new();
    shop.write("CODEOWNERS", "* @acme/all\n");
    shop.commit(&["till/a", "till/web/b", "c"]);
    let groups = rosters(&Repository::open(community.path(), "HEAD").unwrap()).unwrap();
    let known = Known { rosters: groups, repository: "acme/shop".into(), ..Known::default() };
    let found = survey(&shop, &Asked::default(), &known);
    assert_eq!((owners(&found), found.how.said), (vec![("sig-pay", 1), ("sig-web", 1)], Some(Said::Sigs)));
    // In a repository that they say nothing of, they say nothing.
    let elsewhere = Known { repository: "acme/other".into(), ..known };
    assert_eq!(owners(&survey(&shop, &Asked::default(), &elsewhere)), [("@acme/all", 1)]);
}

#[test]
fn teams_of_the_rust_project_own_what_they_are_given() {
    let mut team = Repo::new();
    team.write(
        "teams/smiths.toml",
        "name = \"smiths\"\n[people]\nleads = [\"ada\"]\nmembers = [\"ada\"]\n[[github]]\norgs = [\"forge\"]\n",
    );
    team.write("people/ada.toml", "name = \"Ada\"\ngithub = \"ada\"\nemail = \"ada@acme.example\"\n");
    team.write(
        "repos/forge/anvil.toml",
        "org = \"forge\"\nname = \"anvil\"\n[access.teams]\nsmiths = \"maintain\"\n",
    );
    team.commit(&["teams/broken.toml"]);
    let groups = rosters(&Repository::open(team.path(), "HEAD").unwrap()).unwrap();
    let known = Known { rosters: groups, repository: "forge/anvil".into(), ..Known::default() };

    let mut anvil = Repo::new();
    anvil.write(
        "triagebot.toml",
        "[assign.owners]\n\"/fire\" = [\"heat\", \"@bo\"]\n\"/fire/coal\" = [\"@forge/smiths\"]\n\"*.md\" = [\"@cy\"]\n",
    );
    anvil.commit(&["fire/a", "fire/coal/b", "fire/coal/c.md", "free"]);
    // Without the team files, what the bot is told holds.
    let alone = survey(&anvil, &Asked::default(), &Known::default());
    assert_eq!(owners(&alone), [("heat", 1), ("smiths", 1)]);
    assert_eq!(alone.how.said, Some(Said::RustTeams));
    // With them, what nobody is given is theirs who may write, and people are known.
    let found = survey(&anvil, &Asked::default(), &known);
    assert_eq!(owners(&found), [("heat", 1), ("smiths", 1)]);
    assert_eq!(found.coupling.pairs[0].together, 1);
    assert_eq!((found.away.of_known_team, found.away.visits[0].team.as_str()), (1, "smiths"));
    assert!(found.reading.ownership_skipped.iter().any(|it| it.contains("teams/broken.toml")));
}

#[test]
fn groups_from_elsewhere_that_have_all_of_it_say_less_than_its_own_files() {
    let sigs = "sigs:\n- name: Harbour\n  dir: sig-harbour\n  label: harbour\n  subprojects:\n  - name: plans\n    owners:\n    \
                - https://raw.githubusercontent.com/forge/plans/main/OWNERS\n";
    let groups = |more: &str| vec![("sigs.yaml".to_owned(), format!("{sigs}{more}"))];
    let mut repo = Repo::new();
    repo.write("OWNERS_ALIASES", "aliases:\n  docks:\n  - ada\n  cranes:\n  - bo\n");
    repo.write("dock/OWNERS", "approvers:\n- docks\n");
    repo.write("crane/OWNERS", "approvers:\n- cranes\n");
    repo.commit(&["dock/a", "crane/a"]);
    let known = |repository: &str, more: &str| Known {
        rosters: groups(more),
        repository: repository.into(),
        ..Known::default()
    };
    let found = survey(&repo, &Asked::default(), &known("forge/plans", ""));
    assert_eq!(found.how.said, Some(Said::Owners));
    assert_eq!(owners(&found), [("cranes", 1), ("docks", 1)]);
    let asked = Asked { said: Some(Said::Sigs), ..Asked::default() };
    assert_eq!(survey(&repo, &asked, &known("forge/plans", "")).how.said, Some(Said::Sigs));
    // Two groups in it divide it.
    let more = "- name: Rails\n  dir: sig-rails\n  label: rails\n  subprojects:\n  - name: crane\n    owners:\n    \
                - https://raw.githubusercontent.com/forge/plans/main/crane/OWNERS\n";
    let found = survey(&repo, &Asked::default(), &known("forge/plans", more));
    assert_eq!(found.how.said, Some(Said::Sigs));
    // Of a repository that they do not know, they say that.
    let found = survey(&repo, &Asked::default(), &known("forge/others", ""));
    let skipped = &found.reading.ownership_skipped;
    assert!(skipped[0].contains("no group has a subproject in `forge/others`"), "{skipped:?}");
}

#[test]
fn what_a_team_owns_with_others_is_its_own_work() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/both/ @acme/web @acme/pay\n/pay/ @acme/pay\n");
    repo.commit_by("Ada <ada@acme.example>", &["both/a"]);
    repo.commit_by("Ada <ada@acme.example>", &["both/a", "pay/a"]);
    let mut members = Members::default();
    members.add("ada@acme.example", "@acme/web");
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let cache = folder.path().join("history");
    let (asked, known) = (Asked::default(), Known::default());
    let found = Survey::of(&repository, "shop", &asked, &known, &members, &cache, &mut |_| {}).unwrap();
    let visits: Vec<(&str, u64)> =
        found.away.visits.iter().map(|it| (it.owner.as_str(), it.commits)).collect();
    assert_eq!(visits, [("@acme/pay", 1), ("@acme/web", 2)]);
}

#[test]
fn a_file_of_owners_that_is_not_here_is_told() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/a/ @x/one\n");
    repo.commit(&["a/f"]);
    repo.commit(&["a/g", "b/h"]);
    repo.lose("HEAD:CODEOWNERS");
    for when in [When::Now, When::Then] {
        let found = survey(&repo, &Asked { when, ..Asked::default() }, &Known::default());
        let skipped = &found.reading.ownership_skipped;
        assert!(skipped.len() == 1 && skipped[0].contains("not here"), "{when:?}: {skipped:?}");
        assert_eq!(found.reading.commits, 2);
    }
}

#[test]
fn a_folder_that_is_not_here_stops_nothing() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/a/ @x/one\n/b/ @x/two\n");
    repo.commit(&["a/f", "b/deep/g", "b/h"]);
    repo.commit(&["a/f"]);
    repo.lose("HEAD:b/deep");
    let found = survey(&repo, &Asked::default(), &Known::default());
    assert_eq!(found.reading.folders_missing, ["b/deep"]);
    // The first commit brought the folder in: what else it touched cannot be told either.
    assert_eq!((found.reading.unreadable, owners(&found)), (1, vec![("@x/one", 1)]));
    // The top itself.
    repo.lose("HEAD^{tree}");
    let found = survey(&repo, &Asked::default(), &Known::default());
    assert_eq!(found.reading.folders_missing, ["/"]);
}

#[test]
fn a_moved_file_keeps_its_past_where_renames_are_followed() {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/new/ @x/one\n/b/ @x/two\n");
    repo.write("old/f", &"the same line again and again\n".repeat(20));
    repo.commit(&["b/g"]);
    repo.git(&["mv", "old", "new"]);
    repo.commit(&[]);
    repo.commit(&["new/f"]);
    // Used again after the move, the old path is another file.
    repo.commit(&["old/f"]);
    let plain = survey(&repo, &Asked::default(), &Known::default());
    assert_eq!(owners(&plain), [("@x/one", 2), ("@x/two", 1)]);
    let walk = kedge_survey::history::Walk { renames: true, ..Default::default() };
    let followed = survey(&repo, &Asked { walk, ..Asked::default() }, &Known::default());
    assert_eq!(owners(&followed), [("@x/one", 3), ("@x/two", 1)]);
    assert_eq!(followed.coupling.pairs[0].together, 1);
    // As it was, the file was nobody's then.
    let then = survey(&repo, &Asked { walk, when: When::Then, ..Asked::default() }, &Known::default());
    assert_eq!(owners(&then), [("@x/one", 2), ("@x/two", 1)]);
}

#[test]
fn codeowners_that_was_moved_says_nothing_where_it_was() {
    let mut repo = Repo::new();
    repo.write("docs/CODEOWNERS", &format!("{}/a/ @x/one\n", "# some words about owners\n".repeat(20)));
    repo.commit(&["a/f"]);
    repo.git(&["mv", "docs/CODEOWNERS", "rules"]);
    repo.commit(&[]);
    repo.commit(&["a/f"]);
    // There is no such file now, so nothing is said even of then.
    let walk = kedge_survey::history::Walk { renames: true, ..Default::default() };
    let asked = Asked { walk, when: When::Then, ..Asked::default() };
    assert_eq!(survey(&repo, &asked, &Known::default()).how.said, None);
    repo.write("CODEOWNERS", "/a/ @x/two\n");
    repo.commit(&[]);
    repo.commit(&["a/f"]);
    assert_eq!(owners(&survey(&repo, &asked, &Known::default())), [("@x/one", 1), ("@x/two", 1)]);
}

#[test]
fn areas_are_counted_beside_their_owners() {
    let mut repo = Repo::new();
    repo.write("README", "x");
    repo.commit(&[]);
    for _ in 0..6 {
        repo.commit_by("Bo <bo@acme.example>", &["cart/a", "pay/a"]);
        repo.commit(&["shelf/a"]);
        repo.commit(&["pay/b"]);
    }
    let area = |owner: &str, glob: &str| Area { owner: owner.into(), glob: glob.into() };
    let areas =
        vec![area("web", "cart/**"), area("web", "shelf/**"), area("pay", "pay/**"), area("ops", "pay/a")];
    let known = Known { areas, ..Known::default() };
    let mut members = Members::default();
    members.add("bo@acme.example", "pay");
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let cache = folder.path().join("history");
    let found =
        Survey::of(&repository, "shop", &Asked::default(), &known, &members, &cache, &mut |_| {}).unwrap();
    let areas: Vec<(&str, Vec<&str>, u64, u64)> = found
        .areas
        .areas
        .iter()
        .map(|it| {
            let owners = it.owners.iter().map(String::as_str).collect();
            (it.area.as_str(), owners, it.commits, it.by.iter().map(|by| by.commits).sum())
        })
        .collect();
    assert_eq!(
        areas,
        [
            ("pay/**", vec!["pay"], 12, 6),
            ("cart/**", vec!["web"], 6, 6),
            ("pay/a", vec!["ops"], 6, 6),
            ("shelf/**", vec!["web"], 6, 0)
        ]
    );
    // Two areas of one team are no pair. Pay has nothing of its own in what is ops' too.
    let pairs: Vec<(&str, &str, u64)> =
        found.areas.pairs.iter().map(|it| (it.one.as_str(), it.other.as_str(), it.together)).collect();
    assert_eq!(pairs.first(), Some(&("cart/**", "pay/a", 6)));
    assert!(!pairs.iter().any(|(one, other, _)| (*one, *other) == ("cart/**", "shelf/**")), "{pairs:?}");
    assert_eq!(found.areas.above, 1);
}
