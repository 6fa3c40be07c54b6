//! Teams in repositories of their own, made with git itself: gathered, checked together and apart, and the ways in which
//! that goes wrong.
#![allow(clippy::unwrap_used)]

mod repositories;

use kedge_model::Severity;
use kedge_workspace::{GatherError, GitError, RecordError, Workspace, WriteError, gather};
use repositories::{ANSWERS, CHECKOUT, DAY, PAYMENTS, World, commit, day, git, told, write};
use std::fs;
use std::process::Command;

#[test]
fn teams_in_repositories_of_their_own_make_one_organisation() {
    let world = World::new();
    assert_eq!(world.problems("plans").len(), 2, "{:?}", world.problems("plans"));
    assert!(world.problems("plans")[0].starts_with("kedge.toml:4:"), "{:?}", world.problems("plans"));
    assert!(world.problems("plans")[0].contains("not gathered yet"));
    let gathering = world.gather("plans").unwrap();
    assert!(gathering.is_fresh() && gathering.written);
    let commit = git(&world.at("payments-repo"), &["rev-parse", "HEAD"]);
    assert_eq!(gathering.sources[1].source.commit.as_deref(), Some(commit.as_str()));
    assert_eq!(gathering.sources.iter().map(|it| it.source.files).collect::<Vec<_>>(), [2, 2]);
    let workspace = world.open("plans");
    let answers = workspace.snapshot().answers.unwrap();
    let organisation = &answers.organisation;
    let ask = organisation.ask(&"checkout/token".parse().unwrap()).unwrap();
    assert_eq!(organisation.ask_state(ask).word(), "committed");
    let files: Vec<&str> = answers.sources.files().collect();
    assert_eq!(
        files,
        [
            "checkout:checkout/one-tap.kedge.toml",
            "checkout:checkout/team.kedge.toml",
            "kedge.toml",
            "payments-repo/plans:answers.kedge.toml",
            "payments-repo/plans:team.kedge.toml",
        ]
    );
    let bare =
        answers.structure_report().findings.iter().find(|it| it.code.to_string() == "K101").cloned().unwrap();
    assert_eq!(bare.place.as_ref().unwrap().to_string(), "checkout:checkout/one-tap.kedge.toml:13:1");
    // Nothing of a repository was checked out.
    assert!(
        !world
            .at("plans")
            .join(".kedge/git")
            .read_dir()
            .unwrap()
            .any(|it| { it.unwrap().path().join("src").exists() })
    );
}

#[test]
fn a_revision_that_moved_is_seen_when_gathered_again_and_a_pinned_one_stays() {
    let world = World::new();
    let first = world.gather("plans").unwrap();
    write(
        &world.at("payments-repo"),
        "plans/answers.kedge.toml",
        &ANSWERS.replace("2026-11-20", "2026-12-24"),
    );
    let moved = commit(&world.at("payments-repo"));
    let text = |workspace: &Workspace| {
        let answers = workspace.snapshot().answers.unwrap();
        answers.sources.text("payments-repo/plans:answers.kedge.toml").unwrap().to_owned()
    };
    assert!(text(&world.open("plans")).contains("2026-11-20"), "only gathering fetches");
    let again = world.gather("plans").unwrap();
    assert_eq!(again.sources[1].source.commit.as_deref(), Some(moved.as_str()));
    assert!(text(&world.open("plans")).contains("2026-12-24"));
    // Back to what it was: by its full name, a short one and a tag.
    let pinned = first.sources[1].source.commit.clone().unwrap();
    git(&world.at("payments-repo"), &["tag", "-a", "v1", "-m", "first", &pinned]);
    for rev in [pinned.as_str(), &pinned[..10], "v1"] {
        let source = world.source("payments-repo", &format!("rev = \"{rev}\"\nunder = \"plans\""));
        world.settings(&[world.source("checkout", ""), source]);
        assert!(world.problems("plans").iter().any(|it| it.contains("not gathered yet")), "{rev}");
        let gathering = world.gather("plans").unwrap();
        assert_eq!(gathering.sources[1].source.commit.as_ref(), Some(&pinned), "{rev}");
        assert!(text(&world.open("plans")).contains("2026-11-20"));
    }
}

#[test]
fn only_the_texts_that_are_wanted_are_fetched_where_the_server_can_leave_out_others() {
    let world = World::new();
    for name in ["checkout", "payments-repo"] {
        git(&world.at(name), &["config", "uploadpack.allowFilter", "true"]);
        git(&world.at(name), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    }
    world.gather("plans").unwrap();
    assert_eq!(world.problems("plans"), [""; 0]);
    let code = git(&world.at("checkout"), &["rev-parse", "HEAD:src/main.rs"]);
    let plan = git(&world.at("checkout"), &["rev-parse", "HEAD:checkout/one-tap.kedge.toml"]);
    let cache = fs::read_dir(world.at("plans").join(".kedge/git")).unwrap().flatten();
    let cache = cache.map(|it| it.path()).find(|it| it.display().to_string().contains("checkout-")).unwrap();
    let objects = git(&cache, &["cat-file", "--batch-all-objects", "--batch-check", "--unordered"]);
    assert!(objects.contains(&plan) && !objects.contains(&code), "{objects}");
}

#[test]
fn what_cannot_be_reached_stays_as_it_was_and_says_so() {
    let world = World::new();
    world.gather("plans").unwrap();
    fs::rename(world.at("payments-repo"), world.at("gone")).unwrap();
    let gathering = gather(&world.at("plans"), day("2026-10-17"), false, &mut |_, _, _| {}).unwrap();
    assert!(!gathering.is_fresh());
    let step = &gathering.sources[1];
    assert!(step.unreachable.as_ref().unwrap().contains("cannot be reached"), "{step:?}");
    assert_eq!(step.source.age.unwrap().words(), "3 days ago");
    assert_eq!(world.problems("plans"), [""; 0]);
    let told = gather(&world.at("plans"), day("2026-10-18"), true, &mut |_, _, _| {}).unwrap();
    assert!(!told.written);
    assert_eq!(told.sources[0].source.age.unwrap().words(), "yesterday");
    // Never gathered from there: nothing to stay as it was.
    let world = World::new();
    fs::rename(world.at("payments-repo"), world.at("gone")).unwrap();
    let error = world.gather("plans").unwrap_err();
    assert!(
        error.to_string().contains("payments-repo") && error.to_string().contains("cannot be reached"),
        "{error}"
    );
    assert!(!world.at("plans").join(".kedge/gathered.json").exists());
    assert!(matches!(
        gather(&world.at("plans"), day(DAY), true, &mut |_, _, _| {}),
        Err(GatherError::NeverGathered)
    ));
}

#[test]
fn what_is_stated_wrongly_is_refused_before_git_sees_it() {
    let world = World::new();
    let cause = |source: &str| match world.refused(source.to_owned()) {
        GatherError::Source { cause, .. } => cause,
        other => panic!("{other}"),
    };
    let marker = world.at("ran");
    for url in [
        format!("ext::touch {}", marker.display()),
        format!("--upload-pack=touch {}", marker.display()),
        "ssh://-oProxyCommand=touch/x".to_owned(),
        "git://git.example/a.git".to_owned(),
    ] {
        assert!(matches!(cause(&format!("[[source]]\ngit = \"{url}\"\n")), GitError::Url(_)), "{url}");
    }
    for rev in ["--upload-pack=touch", "main:refs/heads/x", "HEAD^{/x}", "a..b"] {
        let source = world.source("checkout", &format!("rev = \"{rev}\""));
        assert!(matches!(cause(&source), GitError::Name(_)), "{rev}");
    }
    assert!(matches!(cause(&world.source("checkout", "under = \"../..\"")), GitError::Under(_)));
    assert!(matches!(cause(&world.source("checkout", "rev = \"nowhere\"")), GitError::NoRevision { .. }));
    assert!(matches!(cause(&world.source("checkout", "under = \"nowhere\"")), GitError::NoFolder { .. }));
    assert!(!marker.exists());
}

#[test]
fn a_source_speaks_only_for_the_teams_it_holds() {
    let world = World::new();
    write(&world.at("payments-repo"), "plans/checkout/grab.kedge.toml", "team = \"checkout\"\n");
    commit(&world.at("payments-repo"));
    world.gather("plans").unwrap();
    assert_eq!(
        world.problems("plans"),
        [
            "payments-repo/plans:checkout/grab.kedge.toml:1:8 K013 source `payments-repo/plans` does not hold `checkout`, \
          and this file speaks for it"
        ]
    );
    // Where nobody says who holds what, a team still has one place.
    world.settings(&[world.source("checkout", ""), world.source("payments-repo", "under = \"plans\"")]);
    world.gather("plans").unwrap();
    let problems = world.problems("plans");
    assert!(problems.iter().any(|it| it.contains("`checkout` writes in two places")), "{problems:?}");
    world.settings(&[world.source("checkout", "holds = [\"checkout\", \"payments\"]"), world.payments()]);
    world.gather("plans").unwrap();
    let problems = world.problems("plans");
    assert!(
        problems.iter().any(|it| it.starts_with("kedge.toml:") && it.contains("held by two sources")),
        "{problems:?}"
    );
}

#[test]
fn sources_that_gather_sources_are_refused() {
    let world = World::new();
    write(
        &world.at("checkout"),
        "kedge.toml",
        &format!("name = \"Checkout\"\n{}", world.source("plans", "")),
    );
    commit(&world.at("checkout"));
    let error = world.gather("plans").unwrap_err();
    assert!(error.to_string().contains("gathers sources itself"), "{error}");
    write(&world.at("checkout"), "kedge.toml", "name = \"Checkout\"\n");
    commit(&world.at("checkout"));
    assert!(world.gather("plans").unwrap_err().to_string().contains("an organisation of its own"));
    // A part of a part.
    let part = format!("name = \"Harbour\"\npart-of = {{ git = \"{}\" }}\n", world.url("payments-repo"));
    write(&world.at("checkout"), "kedge.toml", &part);
    let pointer = format!("name = \"Harbour\"\npart-of = {{ git = \"{}\" }}\n", world.url("checkout"));
    write(&world.at("payments-repo"), "kedge.toml", &pointer);
    commit(&world.at("checkout"));
    commit(&world.at("payments-repo"));
    assert!(world.gather("checkout").unwrap_err().to_string().contains("itself a part"));
}

#[test]
fn hostile_contents_are_read_as_nothing_but_text() {
    let world = World::new();
    let repository = world.at("payments-repo");
    let marker = world.at("ran");
    write(&world.top, "secret.kedge.toml", "team = \"payments\"\ntitle = \"Secret\"\n");
    std::os::unix::fs::symlink(
        world.top.join("secret.kedge.toml"),
        repository.join("plans/stolen.kedge.toml"),
    )
    .unwrap();
    std::os::unix::fs::symlink("/etc", repository.join("plans/etc")).unwrap();
    write(&repository, "plans/.hidden/more.kedge.toml", "not even TOML");
    write(&repository, "plans/example/kedge.toml", "name = \"Another\"\n");
    write(&repository, "plans/example/x/y.kedge.toml", "not even TOML");
    write(&repository, ".gitattributes", "*.toml filter=evil\n");
    git(&repository, &["config", "filter.evil.smudge", &format!("touch {}", marker.display())]);
    for hook in ["post-checkout", "post-merge", "pre-auto-gc", "post-update", "reference-transaction"] {
        write(
            &repository,
            &format!(".git/hooks/{hook}"),
            &format!("#!/bin/sh\ntouch {}\n", marker.display()),
        );
        Command::new("chmod").arg("+x").arg(repository.join(format!(".git/hooks/{hook}"))).status().unwrap();
    }
    git(&repository, &["submodule", "--quiet", "add", &world.url("checkout"), "plans/sub"]);
    fs::write(repository.join("plans/latin.kedge.toml"), b"team = \"payments\" # caf\xe9\n").unwrap();
    fs::write(repository.join("plans/large.kedge.toml"), "#".repeat(5 << 20)).unwrap();
    // A commit writes what the hook of the repository's own owner does; that is not what is looked at.
    commit(&repository);
    let _ = fs::remove_file(&marker);
    let gathering = world.gather("plans").unwrap();
    let source = &gathering.sources[1].source;
    assert_eq!(source.passed_over, ["stolen.kedge.toml", "sub"]);
    assert_eq!(source.files, 2);
    assert!(!marker.exists(), "something of the repository was run");
    let problems = world.problems("plans");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].starts_with("payments-repo/plans:large.kedge.toml:1:1 K014")
            && problems[0].contains("5 MB")
    );
    assert!(problems[1].starts_with("payments-repo/plans:latin.kedge.toml:1:1 K014"), "{problems:?}");
    // A tree that no well-meaning git would make: names with control characters and dots.
    let blob = git(&repository, &["rev-parse", "HEAD:plans/team.kedge.toml"]);
    git(
        &repository,
        &["update-index", "--add", "--cacheinfo", &format!("100644,{blob},plans/a\u{1b}[2Jb.kedge.toml")],
    );
    git(&repository, &["commit", "-q", "--no-verify", "-m", "Worse"]);
    world.gather("plans").unwrap();
    let problems = world.problems("plans");
    assert!(problems.iter().all(|it| !it.contains('\u{1b}')), "{problems:?}");
    assert!(problems.iter().any(|it| it.contains("a\u{fffd}[2Jb.kedge.toml")), "{problems:?}");
}

#[test]
fn folders_beside_each_other_are_read_and_written_as_they_lie() {
    let world = World::new();
    world.settings(&[
        "[[source]]\npath = \"../checkout\"\nholds = [\"checkout\"]\n".to_owned(),
        "[[source]]\npath = \"../payments-repo\"\nunder = \"plans\"\nholds = [\"payments\"]\n".to_owned(),
    ]);
    assert_eq!(world.problems("plans"), [""; 0]);
    std::os::unix::fs::symlink("/etc", world.at("checkout").join("etc")).unwrap();
    write(&world.top, "outside.kedge.toml", "not even TOML");
    std::os::unix::fs::symlink(
        world.top.join("outside.kedge.toml"),
        world.at("checkout").join("checkout/in.kedge.toml"),
    )
    .unwrap();
    assert_eq!(world.problems("plans"), [""; 0]);
    let workspace = world.open("plans");
    let record = |workspace: &Workspace| {
        let answers = workspace.snapshot().answers.unwrap();
        let act = kedge_model::Act::Answer {
            ask: "checkout/token".parse().unwrap(),
            by: None,
            on: day(DAY),
            says: kedge_model::Says::Landed { since: day(DAY) },
            work: None,
            why: None,
        };
        let changes = act.changes(&answers.organisation).unwrap();
        workspace.record("payments: landed", &changes)
    };
    let recorded = record(&workspace).unwrap();
    assert_eq!(recorded.edits[0].path, "payments-repo/plans:answers.kedge.toml");
    let file = world.at("payments-repo").join("plans/answers.kedge.toml");
    assert!(fs::read_to_string(&file).unwrap().contains("landed"));
    workspace.undo().unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), ANSWERS);
    // A pinned revision is a copy, and so is what was fetched: neither is written.
    world.settings(&["[[source]]\npath = \"../checkout\"\nrev = \"main\"\n".to_owned(), world.payments()]);
    world.gather("plans").unwrap();
    assert_eq!(world.problems("plans"), [""; 0]);
    let error = record(&world.open("plans")).unwrap_err();
    assert!(
        matches!(&error, RecordError::Write(WriteError::Elsewhere { source_name, .. }) if source_name == "payments-repo/plans")
    );
    assert!(error.to_string().contains("change it there"), "{error}");
}

#[test]
fn in_one_teams_repository_only_what_concerns_it_is_told() {
    let world = World::new();
    // Another team with a fault that is nobody's business here.
    write(&world.at("plans"), "returns/team.kedge.toml", "team = \"returns\"\nkind = \"stream\"\n");
    write(
        &world.at("plans"),
        "returns/plan.kedge.toml",
        &CHECKOUT.replace("checkout", "returns").replace("payments", "checkout"),
    );
    commit(&world.at("plans"));
    let pointer = format!("name = \"Harbour\"\npart-of = {{ git = \"{}\" }}\n", world.url("plans"));
    write(&world.at("payments-repo"), "kedge.toml", &pointer);
    write(&world.at("payments-repo"), "payments/team.kedge.toml", PAYMENTS);
    write(&world.at("payments-repo"), "payments/answers.kedge.toml", ANSWERS);
    fs::remove_dir_all(world.at("payments-repo").join("plans")).unwrap();
    commit(&world.at("payments-repo"));
    world.settings(&[world.source("checkout", ""), world.source("payments-repo", "")]);
    // Alone at first: the teams it names are taken as external.
    let alone = world.open("payments-repo");
    assert!(alone.snapshot().trouble.is_none(), "{:?}", told(&alone.snapshot()));
    assert!(alone.gathered().is_empty());
    let gathering = world.gather("payments-repo").unwrap();
    let names: Vec<&str> = gathering.sources.iter().map(|it| it.source.name.as_str()).collect();
    assert_eq!(names, ["plans", "checkout", "payments-repo"]);
    let workspace = world.open("payments-repo");
    assert_eq!(told(&workspace.snapshot()), [""; 0]);
    let answers = workspace.snapshot().answers.unwrap();
    assert_eq!(answers.organisation.teams().count(), 3);
    let report = answers.structure_report();
    let whole = world.gather("plans").map(|_| world.open("plans").snapshot().answers.unwrap()).unwrap();
    let about = |report: &kedge_check::Report| -> Vec<String> {
        report.findings.iter().filter_map(|it| it.about.clone()).collect()
    };
    let (here, all) = (about(report), about(whole.structure_report()));
    assert!(all.iter().any(|it| it.starts_with("ask returns/token")), "{all:?}");
    assert!(here.iter().all(|it| !it.contains("returns/")), "{here:?}");
    assert!(
        here.iter().all(|it| !it.starts_with("ask checkout/token")),
        "a missing fallback is its asker's to mend: {here:?}"
    );
    // Its own files count as they are now.
    write(&world.at("payments-repo"), "payments/answers.kedge.toml", "team = \"payments\"\n");
    let now = world.open("payments-repo").snapshot().answers.unwrap();
    let ask = now.organisation.ask(&"checkout/token".parse().unwrap()).unwrap();
    assert_eq!(now.organisation.ask_state(ask).word(), "unanswered");
    let unread = about(now.structure_report());
    assert!(
        unread.iter().any(|it| it.starts_with("ask checkout/token")),
        "to answer is its business: {unread:?}"
    );
    write(&world.at("payments-repo"), "payments/answers.kedge.toml", "team = \"payments\"\nnonsense = 1\n");
    let problems = world.problems("payments-repo");
    assert!(
        problems.len() == 1 && problems[0].starts_with("payments/answers.kedge.toml:2:1 K002"),
        "{problems:?}"
    );
    write(&world.at("payments-repo"), "payments/answers.kedge.toml", ANSWERS);
    // Another's mistake stops nobody here.
    write(&world.at("checkout"), "checkout/broken.kedge.toml", "team = \"checkout\"\nnonsense = 1\n");
    commit(&world.at("checkout"));
    world.gather("payments-repo").unwrap();
    let workspace = world.open("payments-repo");
    assert_eq!(told(&workspace.snapshot()), [""; 0]);
    assert_eq!(workspace.left_aside(), ["checkout:checkout/broken.kedge.toml"]);
    // What another team writes is not written here.
    let answers = workspace.snapshot().answers.unwrap();
    let act = kedge_model::Act::Withdraw { ask: "checkout/token".parse().unwrap(), on: day(DAY) };
    let changes = act.changes(&answers.organisation).unwrap();
    let error = workspace.record("withdrawn", &changes).unwrap_err();
    assert!(error.to_string().contains("has its home in the source"), "{error}");
    assert!(report.findings.iter().all(|it| it.severity <= Severity::Error));
}

#[test]
fn since_a_revision_what_others_keep_elsewhere_is_as_it_is_now() {
    let world = World::new();
    let live = "[[source]]\npath = \"../checkout\"\nholds = [\"checkout\"]\n".to_owned();
    let fetched = world.source("checkout", "holds = [\"checkout\"]");
    for sources in [[live, world.payments()], [fetched, world.payments()]] {
        fs::remove_dir_all(world.at("plans").join("ops")).ok();
        world.settings(&sources);
        world.gather("plans").unwrap();
        let new = |workspace: &Workspace| {
            let now = workspace.snapshot().answers.unwrap().structure_report().clone();
            let report = now.since(&workspace.report_at("HEAD", true).unwrap(), "HEAD");
            let about: Vec<String> = report.findings.iter().filter_map(|it| it.about.clone()).collect();
            (about, report.since.unwrap())
        };
        let (about, since) = new(&world.open("plans"));
        assert_eq!((about, since.resolved, since.readable), (vec![], 0, true));
        assert!(since.kept > 0, "the ask of checkout has no fallback");
        write(&world.at("plans"), "ops/team.kedge.toml", &PAYMENTS.replace("payments", "ops"));
        write(
            &world.at("plans"),
            "ops/moor.kedge.toml",
            "team = \"ops\"\n\n[outcome.moor]\ndue = 2026-12-12\n",
        );
        let (about, _) = new(&world.open("plans"));
        assert!(
            about.iter().any(|it| it == "outcome ops/moor due")
                && !about.iter().any(|it| it.contains("checkout")),
            "{about:?}"
        );
    }
    // In one team's repository the settings of the whole hold, then as now.
    write(&world.at("checkout"), "kedge.toml", "name = \"Checkout\"\npart-of = { path = \"../plans\" }\n");
    commit(&world.at("checkout"));
    gather(&world.at("checkout"), day(DAY), false, &mut |_, _, _| {}).unwrap();
    let part = world.open("checkout");
    let now = part.snapshot().answers.unwrap().structure_report().clone();
    let since = now.since(&part.report_at("HEAD", true).unwrap(), "HEAD");
    assert_eq!((since.findings.len(), since.since.unwrap().readable), (0, true));
}

#[test]
fn a_folder_beside_the_whole_cannot_be_had_through_the_url_of_the_whole() {
    let world = World::new();
    world.settings(&["[[source]]\npath = \"../payments-repo\"\nunder = \"plans\"\n".to_owned()]);
    let part_of = format!("name = \"Checkout\"\npart-of = {{ git = \"{}\" }}\n", world.url("plans"));
    write(&world.at("checkout"), "kedge.toml", &part_of);
    let error = world.gather("checkout").unwrap_err();
    assert!(matches!(&error, GatherError::Source { cause: GitError::Beside(_), .. }), "{error}");
    assert!(error.to_string().contains("name that source by `git` there"), "{error}");
}

#[test]
fn new_files_of_a_team_are_written_where_its_files_are_or_not_at_all() {
    let world = World::new();
    world.settings(&[world.payments()]);
    fs::remove_dir_all(world.at("payments-repo").join("plans")).unwrap();
    write(&world.at("payments-repo"), "plans/README.md", "None yet.\n");
    commit(&world.at("payments-repo"));
    write(&world.at("plans"), "checkout/team.kedge.toml", &PAYMENTS.replace("payments", "checkout"));
    world.gather("plans").unwrap();
    let workspace = world.open("plans");
    let team = |name: &str| kedge_model::Team::new(name.parse().unwrap(), kedge_model::TeamKind::Stream);
    let error = workspace.record("new team payments", &[team("payments").into()]).unwrap_err();
    assert!(matches!(error, RecordError::HeldElsewhere { .. }), "{error}");
    assert!(error.to_string().contains("source `payments-repo/plans`"), "{error}");
    assert!(!world.at("plans").join("payments").exists());
    workspace.record("new team loyalty", &[team("loyalty").into()]).unwrap();
    assert!(world.at("plans").join("loyalty/team.kedge.toml").is_file());
}
