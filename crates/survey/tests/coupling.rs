//! Counting, on histories whose numbers can be worked out by hand.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_survey::coupling::{Direction, Every, Pair, Trend, direction};
use kedge_survey::ownership::{Area, Known, Said, When};
use kedge_survey::people::Members;
use kedge_survey::{Asked, Repository, Selection, Survey};
use support::Repo;

fn survey_with(repo: &Repo, asked: &Asked, known: &Known, members: &Members) -> Survey {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let cache = folder.path().join("history");
    Survey::of(&repository, "shop", asked, known, members, &cache, &mut |_| {}).unwrap()
}

fn survey(repo: &Repo, asked: &Asked) -> Survey {
    survey_with(repo, asked, &Known::default(), &Members::default())
}

fn pair<'s>(survey: &'s Survey, one: &str, other: &str) -> &'s Pair {
    let mut pairs = survey.coupling.pairs.iter();
    pairs.find(|pair| (pair.one.as_str(), pair.other.as_str()) == (one, other)).unwrap()
}

/// Web and pay own a folder each, and one together.
fn shop() -> Repo {
    let mut repo = Repo::new();
    repo.write("CODEOWNERS", "/web/ @acme/web\n/pay/ @acme/pay\n/both/ @acme/web @acme/pay\n/free/\n");
    repo.commit(&[]);
    repo
}

#[test]
fn a_pair_is_counted_strictly_against_chance_of_n() {
    let mut repo = shop();
    repo.commit(&["web/a", "pay/a"]); // together
    repo.commit(&["web/a"]);
    repo.commit(&["web/a", "web/b"]);
    repo.commit(&["pay/a"]);
    repo.commit(&["both/x"]); // both, but jointly
    repo.commit(&["both/x", "web/a"]); // pay has nothing of its own in it
    repo.commit(&["free/z"]); // nobody's
    let found = survey(&repo, &Asked::default());
    // The commit that wrote CODEOWNERS and the one in `free` touch nothing that is owned.
    assert_eq!((found.coupling.counted, found.left_out.nobody_owns), (6, 2));
    let couple = pair(&found, "@acme/pay", "@acme/web");
    assert_eq!((couple.together, couple.only_joint), (1, 2));
    // Own files: web's in the first three and the one with `both`, pay's in two.
    assert_eq!((couple.commits_of_one, couple.commits_of_other), (2, 4));
    assert!((couple.expected - 2.0 * 4.0 / 6.0).abs() < 1e-12 && (couple.lift - 0.75).abs() < 1e-12);
    assert!((couple.degree - 100.0 / 3.0).abs() < 1e-9);
    assert_eq!(couple.direction, Direction::AsChance);
    assert_eq!(couple.shown_by.len(), 1);
    assert_eq!((couple.by_year.len(), couple.by_year[&2026]), (1, 1));
    let loose = survey(&repo, &Asked { loose: true, ..Asked::default() });
    assert_eq!(pair(&loose, "@acme/pay", "@acme/web").together, 3);
}

#[test]
fn the_bounds_of_chance_are_those_of_fishers_exact_test() {
    // One cup in which both meet, of 8 with 4 and 4: the lady tasting tea. All four right has 1 in 70, three 17 in 70.
    assert_eq!(direction(4, [4, 4], 8), Direction::AboveChance);
    assert_eq!(direction(3, [4, 4], 8), Direction::AsChance);
    assert_eq!(direction(0, [4, 4], 8), Direction::BelowChance);
    // A single commit of two that hardly ever change: 1 − C(988,12)/C(1000,12) is 0.135.
    assert_eq!(direction(1, [12, 12], 1000), Direction::AsChance);
    // Of 100, 50 and 50: mean 25, variance 50·50·50·50/(100²·99) = 6.313; 31 lies 2.2 deviations off, 30 lies 1.8.
    assert_eq!(direction(30, [50, 50], 100), Direction::AsChance);
    assert_eq!(direction(31, [50, 50], 100), Direction::AboveChance);
    assert_eq!(direction(20, [50, 50], 100), Direction::AsChance);
    assert_eq!(direction(19, [50, 50], 100), Direction::BelowChance);
    // Who touches everything couples with nobody: there is nothing left to chance.
    assert_eq!(direction(7, [100, 7], 100), Direction::AsChance);
    assert_eq!(direction(0, [0, 0], 0), Direction::AsChance);
}

#[test]
fn releases_and_programs_are_left_out_unless_asked_for() {
    let mut repo = shop();
    repo.commit(&["web/package.json", "pay/package.json", "CHANGELOG.md"]);
    repo.commit_by("dependabot[bot] <x+dependabot[bot]@users.noreply.github.com>", &["web/a", "pay/a"]);
    repo.commit(&["web/a", "pay/package.json"]); // what is left is web's alone
    let found = survey(&repo, &Asked::default());
    assert_eq!((found.left_out.routine, found.left_out.programs, found.coupling.counted), (1, 1, 1));
    assert!(found.coupling.pairs.is_empty());
    let selection = Selection { programs: true, routine: true, ..Selection::default() };
    let all = survey(&repo, &Asked { selection, ..Asked::default() });
    assert_eq!(pair(&all, "@acme/pay", "@acme/web").together, 3);
    // Capped, and within dates.
    let capped = Selection { routine: true, most_files: Some(2), ..Selection::default() };
    let capped = survey(&repo, &Asked { selection: capped, ..Asked::default() });
    assert_eq!((capped.left_out.too_many_files, capped.coupling.counted), (1, 1));
    let dated = Selection { from: Some("2026-01-05".into()), ..Selection::default() };
    let dated = survey(&repo, &Asked { selection: dated, ..Asked::default() });
    assert_eq!((dated.left_out.other_times, dated.coupling.counted), (3, 1));
}

#[test]
fn ownership_is_as_it_is_now_or_as_it_was() {
    let mut repo = shop();
    repo.commit(&["web/a", "pay/a"]);
    repo.write("CODEOWNERS", "/web/ @acme/shop\n/pay/ @acme/shop\n/old/ @acme/shop\n");
    repo.commit(&[]);
    repo.commit(&["web/a", "pay/a"]);
    let now = survey(&repo, &Asked::default());
    let owners = |survey: &Survey| -> Vec<(String, u64)> {
        survey.coupling.owners.iter().map(|it| (it.owner.clone(), it.commits)).collect()
    };
    assert_eq!(owners(&now), [("@acme/shop".into(), 2)]);
    assert_eq!(now.reading.ownership_unused, ["CODEOWNERS:3 /old/"]);
    let then = survey(&repo, &Asked { when: When::Then, ..Asked::default() });
    assert_eq!(owners(&then), [("@acme/pay".into(), 1), ("@acme/shop".into(), 1), ("@acme/web".into(), 1)]);
    assert_eq!(then.how.ownership, When::Then);
}

#[test]
fn owners_files_catalogues_and_areas_say_it_too() {
    let mut repo = Repo::new();
    repo.write("keps/sig-node/OWNERS", "approvers: [ada]\nlabels: [sig/node]\n");
    repo.write("keps/OWNERS", "approvers: [leads]\n");
    repo.write("svc/catalog-info.yaml", "kind: Component\nmetadata: {name: svc}\nspec: {owner: group:pay}\n");
    repo.commit(&["keps/sig-node/1/README.md", "keps/x", "svc/main"]);
    let owners = |asked: &Asked, known: &Known| -> Vec<String> {
        let survey = survey_with(&repo, asked, known, &Members::default());
        survey.coupling.owners.into_iter().map(|it| it.owner).collect()
    };
    let none = Known::default();
    assert_eq!(owners(&Asked::default(), &none), ["leads", "sig-node"]);
    let catalogue = Asked { said: Some(Said::Catalogue), ..Asked::default() };
    assert_eq!(owners(&catalogue, &none), ["pay"]);
    let area = |owner: &str, glob: &str| Area { owner: owner.into(), glob: glob.into() };
    let areas = vec![area("node", "keps/sig-node/**"), area("all", "**")];
    let called = [("leads".to_owned(), "kep-leads".to_owned())].into();
    let known = Known { areas, called, ..Known::default() };
    assert_eq!(owners(&Asked::default(), &known), ["all", "node"]);
    let asked = Asked { said: Some(Said::Owners), ..Asked::default() };
    assert_eq!(owners(&asked, &known), ["kep-leads", "sig-node"]);
}

#[test]
fn away_work_is_counted_by_the_team_of_the_author() {
    let mut repo = shop();
    repo.write(".mailmap", "Bo Bright <bo@acme.example> <bo@home.example>\n");
    repo.commit_by("Ada <ada@acme.example>", &["pay/a"]);
    repo.commit_by("Ada <ada@acme.example>", &["web/a"]);
    repo.commit_by("bo <bo@home.example>", &["pay/a"]);
    repo.commit_by("Cy <cy@acme.example>", &["pay/a"]);
    let mut members = Members::default();
    members.add("ada@acme.example", "web");
    members.add("bo@acme.example", "pay");
    let away = survey_with(&repo, &Asked::default(), &Known::default(), &members).away;
    let visits: Vec<(&str, &str, u64)> =
        away.visits.iter().map(|it| (it.team.as_str(), it.owner.as_str(), it.commits)).collect();
    assert_eq!(visits, [("pay", "@acme/pay", 1), ("web", "@acme/pay", 1), ("web", "@acme/web", 1)]);
    assert_eq!((away.of_known_team, away.of_unknown_team), (3, 1));
}

#[test]
fn files_that_always_change_together_across_a_border_are_found() {
    let mut repo = shop();
    for _ in 0..6 {
        repo.commit(&["web/view", "pay/form"]);
    }
    for _ in 0..6 {
        repo.commit(&["web/other"]);
    }
    let across = survey(&repo, &Asked::default()).across_borders;
    assert_eq!(across.files.len(), 1);
    let found = &across.files[0];
    assert_eq!((found.one.as_str(), found.other.as_str(), found.together), ("pay/form", "web/view", 6));
    assert!((found.degree - 100.0).abs() < 1e-9);
    assert_eq!(found.shown_by.len(), 6);
    assert_eq!((across.folders[0].commits_of_other, across.pairs_of_folders), (12, 1));
}

#[test]
fn a_trend_is_more_or_fewer_in_the_last_year_than_its_share() {
    let mut repo = shop();
    // Two years with a commit every day: together at first only, then never; the other way round in the third.
    for _ in 0..30 {
        repo.commit(&["web/a", "pay/a"]);
    }
    repo.skip_days(400);
    for _ in 0..30 {
        repo.commit(&["web/a"]);
    }
    let couple = survey(&repo, &Asked::default());
    let couple = (&couple.coupling, pair(&couple, "@acme/pay", "@acme/web"));
    assert_eq!((couple.0.counted, couple.0.recent, couple.1.recent), (60, 30, 0));
    assert_eq!(couple.1.trend, Trend::Falling);
    assert_eq!(couple.0.by_year.values().sum::<u64>(), 60);
    for _ in 0..40 {
        repo.commit(&["web/a", "pay/a"]);
    }
    let couple = survey(&repo, &Asked::default());
    let couple = pair(&couple, "@acme/pay", "@acme/web");
    assert_eq!((couple.recent, couple.together), (40, 70));
    // 40 of 70 in days into which 70 of 100 fell: P(40 or fewer) is far below one in forty.
    assert_eq!(couple.trend, Trend::Falling);
}

#[test]
fn every_commit_of_a_pair_is_named_where_asked_for() {
    let mut repo = shop();
    for _ in 0..30 {
        repo.commit(&["web/a", "pay/a", "free/a"]);
    }
    let found = survey(&repo, &Asked::default());
    let newest = &pair(&found, "@acme/pay", "@acme/web").shown_by;
    assert_eq!((newest.len(), newest[0].touched), (20, 3));
    let every = Some(Every::Pair("@acme/web".to_owned(), "@acme/pay".to_owned()));
    let found = survey(&repo, &Asked { every, ..Asked::default() });
    let every = &pair(&found, "@acme/pay", "@acme/web").shown_by;
    assert_eq!((every.len(), &every[..20]), (30, newest.as_slice()));
}

#[test]
fn a_commit_of_everybodys_files_couples_nobody() {
    let mut repo = Repo::new();
    let rules: Vec<String> = (0..201).map(|number| format!("/{number}/ @acme/t{number}\n")).collect();
    repo.write("CODEOWNERS", &rules.concat());
    for number in 0..201 {
        repo.write(&format!("{number}/a"), "x");
    }
    repo.commit(&[]);
    repo.commit(&["1/a", "2/a"]);
    let found = survey(&repo, &Asked::default());
    assert_eq!((found.coupling.counted, found.left_out.too_many_owners), (2, 1));
    assert_eq!(pair(&found, "@acme/t1", "@acme/t2").together, 1);
}
