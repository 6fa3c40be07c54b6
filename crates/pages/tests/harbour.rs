//! Every page of the example organisation, held to what a browser and a screen reader need.

#![allow(clippy::unwrap_used)]

mod support;

use kedge_floor::standing;
use kedge_forecast::{Forecaster, Options, Policy};
use kedge_model::{Address, Date, Locate, Place};
use kedge_pages::{self as pages, Answers, Frame, Freshness, PlanAnswers, TeamAnswers, Writing};
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

struct Nowhere;

impl Locate for Nowhere {
    fn locate(&self, _: &Address) -> Option<Place> {
        None
    }
}

/// One test for all of it: the answers behind the pages take long, and tests do not share them.
#[test]
fn every_page_of_the_example() {
    pages_are_html_without_errors();
    names_are_unique_and_descriptions_are_there();
    links_lead_somewhere();
    a_strict_policy_for_content_has_nothing_to_forbid();
    everything_has_a_name_for_those_who_do_not_see_it();
    what_is_recorded_carries_the_token_of_the_run();
    what_was_written_is_told_with_its_undo();
}

/// Address to text, of every page that the example has.
static PAGES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    let loaded = kedge_files::load_folder(folder).unwrap();
    let as_of: Date = "2026-10-14".parse().unwrap();
    let options = Options::on(as_of).with_trials(400, 200);
    let organisation = loaded.organisation.known_on(as_of);
    let standing = standing(&loaded.organisation, as_of);
    let forecaster = Forecaster::new(&loaded.organisation, options);
    let forecast = forecaster.forecast();
    let plans: BTreeMap<_, _> =
        organisation.plans().filter_map(|plan| Some((plan.id.clone(), forecaster.plan(&plan.id)?))).collect();
    let order = forecaster.order();
    let cuts = kedge_floor::cut_sets(&organisation, as_of);
    let next = kedge_decide::next(&organisation, &standing, &|plan| plans.get(plan), as_of);
    let decisions: Vec<_> = organisation
        .asks()
        .filter_map(|ask| {
            let plan = plans.get(&ask.plan)?;
            let losses = kedge_decide::losses(&forecaster, &cuts, &ask.plan)?;
            kedge_decide::decide(&forecaster, &standing, plan, &losses, &ask.id, false)
        })
        .collect();
    let ledger = kedge_decide::ledger(&loaded.organisation, as_of);
    let checked = kedge_check::Answers::new(&loaded.organisation, as_of, &standing)
        .with_ledger(&ledger)
        .with_forecast(&forecast);
    let report = kedge_check::check(&checked, &loaded.notes, &loaded.sources);
    let comments = [
        said("ask checkout/reusable-token", &["The ledger is ready.\n\nSee `payments/ledger`."]),
        said("ask checkout/reusable-token", &["Then we wait.", "Then we do not wait."]),
    ];
    let frame = Frame {
        organisation: &organisation,
        as_of,
        version: 1,
        freshness: Freshness::Fresh,
        writing: Some(Writing { token: "t0ken", done: None }),
        files: &loaded.sources,
        comments: Some(&comments),
        copies: &[],
    };
    let answers =
        Answers { standing: &standing, forecast: Some(&forecast), next: &next, report: Some(&report) };
    let mut all = BTreeMap::new();
    let mut add = |address: String, page: maud::Markup| {
        all.insert(address, page.into_string());
    };
    add("/".into(), pages::overview(&frame, &answers));
    add("/plans".into(), pages::plans(&frame, &answers));
    add("/asks".into(), pages::asks(&frame, &standing, Some(&forecast)));
    add("/teams".into(), pages::teams(&frame, &standing));
    let review = kedge_decide::review(&loaded.organisation, None, as_of).unwrap();
    add("/review".into(), pages::review(&frame, &review));
    let view = kedge_decide::council(&organisation, &standing, Some(&forecast), as_of);
    let raised = kedge_decide::inbox(&organisation, &standing, &kedge_model::TeamId::council(), as_of);
    let ranking = pages::CouncilAnswers {
        standing: &standing,
        forecast: Some(&forecast),
        council: &view,
        inbox: raised.as_ref(),
        moved: pages::Preview::None,
        local_order: Some(&order),
    };
    add("/council".into(), pages::council(&frame, &ranking));
    let last = kedge_model::Reference::new(kedge_model::TeamId::council(), "doorstep".parse().unwrap());
    let moving = kedge_decide::move_ranked(&organisation, &last, &kedge_decide::Destination::First).unwrap();
    let moved = kedge_decide::council_moved(&forecaster, &organisation, moving).unwrap();
    let moved = pages::CouncilAnswers { moved: pages::Preview::Done(&moved), ..ranking };
    add("/state/council-move".into(), pages::council(&frame, &moved));
    let queue = kedge_decide::queue(&organisation, &standing, None, as_of);
    add("/queue".into(), pages::queue(&frame, &queue, pages::Preview::None));
    for team in organisation.teams() {
        let of_team = queue.of(&team.id);
        add(format!("/queue/{}", team.id), pages::queue(&frame, &of_team, pages::Preview::None));
    }
    let payments: kedge_model::TeamId = "payments".parse().unwrap();
    let moving = {
        let lines = queue.as_recorded(&payments);
        let before = kedge_decide::Destination::Before(lines[0].name.clone());
        kedge_decide::move_line(&organisation, &queue, &lines[lines.len() - 1].name, &before).unwrap()
    };
    let moved = kedge_decide::moved_in_whole(&forecaster, &organisation, moving).unwrap();
    let of_payments = queue.of(&payments);
    add("/state/queue-move".into(), pages::queue(&frame, &of_payments, pages::Preview::Done(&moved)));
    add("/state/queue-awaited".into(), pages::queue(&frame, &of_payments, pages::Preview::Awaited));
    add("/state/queue-refused".into(), pages::queue(&frame, &of_payments, pages::Preview::Refused("no")));
    add("/hacks".into(), pages::hacks(&frame, &ledger));
    let datasets = kedge_align::datasets::datasets(&organisation, None, as_of);
    let proposals = kedge_align::proposals::proposals(&organisation, as_of);
    let known = organisation.known_on(as_of);
    let sampling = kedge_align::price::Sampling { seed: 1, trials: 200 };
    let problems = kedge_align::problems::problems(&known, None, as_of, sampling);
    let aligned = kedge_align::summary::summary(&datasets, &proposals, &problems);
    add("/align".into(), pages::align(&frame, &aligned, &datasets, &proposals, &problems));
    add(pages::link::ALIGN_DATASETS.into(), pages::align_datasets(&frame, &datasets));
    for entry in &datasets.datasets {
        let id = entry.declared.as_ref().unwrap();
        add(pages::link::dataset(id), pages::align_dataset(&frame, entry));
    }
    for proposal in organisation.proposals() {
        let standing = proposals.proposals.iter().find(|it| it.id == proposal.id).unwrap();
        add(pages::link::proposal(&proposal.id), pages::align_proposal(&frame, proposal, standing));
    }
    add(pages::link::ALIGN_PROBLEMS.into(), pages::align_problems(&frame, &problems));
    for problem in &problems.problems {
        add(pages::link::problem(&problem.id), pages::align_problem(&frame, problem));
    }
    let services = kedge_align::services::services(&known, None, as_of);
    add(pages::link::ALIGN_SERVICES.into(), pages::align_services(&frame, &services));
    let drift = kedge_align::drift::drift(&organisation, as_of, &|_| kedge_decide::AtStake::default());
    add(pages::link::ALIGN_DRIFT.into(), pages::align_drift(&frame, &drift));
    let borders = kedge_align::borders::borders(&known, &problems, as_of);
    add(pages::link::ALIGN_BORDERS.into(), pages::align_borders(&frame, &borders));
    add("/models".into(), pages::models(&frame));
    // Of a small repository made for this: two teams whose files change together, one that is apart.
    let mut surveys: Vec<kedge_survey::Survey> =
        serde_json::from_str(include_str!("surveys/shop.json")).unwrap();
    // And one with all its parts.
    surveys.push(support::surveyed(Some("https://gitlab.com/acme/post")));
    let declared = [("checkout".to_owned(), "payments".to_owned())].into();
    add("/code".into(), pages::code(&frame, &surveys, &declared));
    add("/code/data".into(), pages::code_data(&frame, &surveys));
    add("/code/duplicates".into(), pages::code_duplicates(&frame, &surveys));
    add("/code/borders".into(), pages::code_borders(&frame, &surveys));
    add("/state/code-data-none".into(), pages::code_data(&frame, &[]));
    add("/state/code-duplicates-none".into(), pages::code_duplicates(&frame, &[]));
    add("/state/code-borders-none".into(), pages::code_borders(&frame, &[]));
    add("/checks".into(), pages::checks(&frame, &report));
    add("/find".into(), pages::find(&frame));
    for (address, page) in history_pages(&frame) {
        add(address, page);
    }
    for plan in organisation.plans() {
        let losses = kedge_decide::losses(&forecaster, &cuts, &plan.id);
        let answers = PlanAnswers {
            standing: &standing,
            forecast: plans.get(&plan.id),
            decisions: &decisions,
            losses: losses.as_ref(),
            next: &next,
            report: Some(&report),
        };
        add(pages::link::plan(&plan.id), pages::plan(&frame, &answers, plan));
    }
    for ask in organisation.asks() {
        let decision = decisions.iter().find(|decision| decision.ask == ask.id);
        let brief = kedge_decide::brief(&forecaster, &standing, plans.get(&ask.plan), &ask.id);
        add(
            pages::link::ask(&ask.id),
            pages::ask_page(&frame, &standing, plans.get(&ask.plan), decision, brief.as_ref(), &next, ask),
        );
    }
    for team in organisation.teams() {
        let inbox = kedge_decide::inbox(&organisation, &standing, &team.id, as_of);
        let answers = TeamAnswers {
            standing: &standing,
            forecast: Some(&forecast),
            next: &next,
            inbox: inbox.as_ref(),
            ledger: &ledger.clone().of(&team.id),
            report: Some(&report),
        };
        add(pages::link::team(&team.id), pages::team(&frame, &answers, team));
    }
    let plan = organisation.plans().find(|plan| plan.closed.is_none()).unwrap();
    let log = forecaster.replay(&plan.id, Policy::AsPlanned, 0).unwrap();
    add("/trial".into(), pages::replay(&frame, plan, Policy::AsPlanned, 0, &log));
    // The states: files that do not load any more, files that never did, nothing planned, nothing known yet.
    let broken = kedge_files::read(
        vec![kedge_files::SourceText { path: "kedge.toml".into(), text: "nam = \"Harbour\"\n".into() }],
        None,
    );
    let Err(failed) = broken else { panic!("a wrong key is an error") };
    let stale = Frame {
        freshness: Freshness::Failed { findings: &failed.findings, files: &failed.sources },
        ..frame
    };
    add("/state/failed".into(), pages::overview(&stale, &answers));
    let away = "the database: connection refused";
    let away = Frame { freshness: Freshness::OutOfReach(away), writing: None, ..frame };
    add("/state/out-of-reach".into(), pages::overview(&away, &answers));
    add("/state/never-loaded".into(), pages::never_loaded(&failed.findings, &failed.sources, 1));
    let unknown = Answers { forecast: None, report: None, ..answers };
    add("/state/no-dates".into(), pages::overview(&frame, &unknown));
    let nothing = kedge_model::Organisation::build(kedge_model::Scope::Whole, Vec::new()).unwrap();
    let nothing_stands = kedge_floor::standing(&nothing, as_of);
    let nothing_next = kedge_decide::next(&nothing, &nothing_stands, &|_| None, as_of);
    let empty = Frame { organisation: &nothing, files: &Nowhere, writing: None, ..frame };
    let no_answers = Answers { standing: &nothing_stands, forecast: None, next: &nothing_next, report: None };
    add("/state/empty".into(), pages::overview(&empty, &no_answers));
    let no_review = kedge_decide::review(&nothing, None, as_of).unwrap();
    add("/state/empty-review".into(), pages::review(&empty, &no_review));
    add("/state/empty-hacks".into(), pages::hacks(&empty, &kedge_decide::ledger(&nothing, as_of)));
    let no_datasets = kedge_align::datasets::datasets(&nothing, None, as_of);
    let no_proposals = kedge_align::proposals::proposals(&nothing, as_of);
    let no_problems = kedge_align::problems::problems(&nothing, None, as_of, sampling);
    let not_aligned = kedge_align::summary::summary(&no_datasets, &no_proposals, &no_problems);
    let not_aligned = pages::align(&empty, &not_aligned, &no_datasets, &no_proposals, &no_problems);
    add("/state/empty-align".into(), not_aligned);
    add("/state/empty-datasets".into(), pages::align_datasets(&empty, &no_datasets));
    add("/state/empty-problems".into(), pages::align_problems(&empty, &no_problems));
    let no_drift = kedge_align::drift::drift(&nothing, as_of, &|_| kedge_decide::AtStake::default());
    add("/state/empty-drift".into(), pages::align_drift(&empty, &no_drift));
    let no_borders = kedge_align::borders::borders(&nothing, &no_problems, as_of);
    add("/state/empty-borders".into(), pages::align_borders(&empty, &no_borders));
    let unranked = pages::CouncilAnswers {
        standing: &nothing_stands,
        forecast: None,
        council: &kedge_decide::council(&nothing, &nothing_stands, None, as_of),
        inbox: None,
        moved: pages::Preview::None,
        local_order: None,
    };
    add("/state/empty-council".into(), pages::council(&empty, &unranked));
    let unasked = kedge_decide::queue(&nothing, &nothing_stands, None, as_of);
    add("/state/empty-queue".into(), pages::queue(&empty, &unasked, pages::Preview::None));
    add("/state/not-found".into(), pages::not_found("there is no plan `a/b`", 1));
    add("/state/refused".into(), pages::refused("it is recorded as taken already", "/", 1));
    add("/state/too-little".into(), too_little(as_of));
    keep(&all);
    all
});

/// What was written into a store: an answer, that it was taken back, and what was read elsewhere three days ago.
fn history_pages(frame: &Frame<'_>) -> Vec<(String, maud::Markup)> {
    let day = |text: &str| text.parse().unwrap();
    let text = |path, before, after| pages::TextBetween { path, before, after };
    let answers = "payments/answers.kedge.toml";
    let (before, after) = ("# Answers\n", "# Answers\n[[answer]]\nask = \"checkout/step-up\"\n");
    let made: Vec<_> = ["kedge.toml", "payments/team.kedge.toml", "checkout/team.kedge.toml", answers]
        .map(|path| text(path, None, Some(before)))
        .into();
    let answered = [text(answers, Some(before), Some(after))];
    let taken_back = [text(answers, Some(after), Some(before))];
    let said = [text("comments/000004-0a.json", None, Some("{}"))];
    let write = |number, on, what, texts| pages::Write {
        number,
        on: day(on),
        what,
        texts,
        taken_back_by: (number == 2).then_some(3),
        is_next_to_undo: number == 4,
    };
    let writes = [
        write(4, "2026-10-14", "payments commented on ask checkout/step-up", &said[..]),
        write(3, "2026-10-13", "took back: payments: declined checkout/step-up", &taken_back[..]),
        write(2, "2026-10-13", "payments: declined checkout/step-up", &answered[..]),
        write(1, "2026-10-01", "made of the files in `plans`", &made[..]),
    ];
    let copies = [pages::ReadCopy {
        source: "search".into(),
        location: "git https://git.example/shop/search.git".into(),
        commit: Some("0123456789abcdef0123".into()),
        on: day("2026-10-11"),
        ago: "3 days ago".into(),
        days: 3,
    }];
    let frame = Frame { copies: &copies, ..*frame };
    let all = pages::Writes { shown: &writes, all: 4, of: "", older: false };
    let none = pages::Writes { shown: &[], all: 0, of: "nobody/", older: false };
    let mut history = vec![
        ("/history".to_owned(), pages::history(&frame, Some(&all))),
        ("/state/history-of-none".to_owned(), pages::history(&frame, Some(&none))),
        ("/state/history-of-files".to_owned(), pages::history(&frame, None)),
    ];
    history.extend(
        writes.iter().map(|it| (pages::link::write(it.number), pages::write(&frame, it, it.number < 4))),
    );
    history
}

fn what_was_written_is_told_with_its_undo() {
    let history = &PAGES["/history"];
    for said in [
        "Four writes.",
        "taken back by <a href=\"/history/3\">write 3</a>",
        "checkout/team.kedge.toml</code> and 1 more",
        "What search holds is a copy, read on <time datetime=\"2026-10-11\">11 October</time>, 3 days ago. ",
    ] {
        assert!(history.contains(said), "{said} is not in {history}");
    }
    assert_eq!(history.matches("name=\"number\"").count(), 1, "one of them can be undone");
    let write = &PAGES["/history/2"];
    assert!(write.contains("<ins>+ ask = &quot;checkout/step-up&quot;\n</ins>"), "{write}");
    assert!(!write.contains("# Answers") && !write.contains("name=\"number\""), "{write}");
    assert!(PAGES["/state/history-of-files"].contains("kedge serve --store FILE"));
}

/// A plan of which nobody has said how much work it is.
fn too_little(as_of: Date) -> maud::Markup {
    let text = "team = \"small\"\ntitle = \"A first try\"\nperiod = \"2026-Q4\"\n[outcome.first]\n[work.all]\nfor = \"first\"\n\
                [ask.help]\nto = \"big\"\nwhat = \"Help\"\ngates = \"all\"\n";
    let file = kedge_files::SourceText { path: "first-try.kedge.toml".into(), text: text.into() };
    let loaded = kedge_files::read(vec![file], None).unwrap();
    let standing = standing(&loaded.organisation, as_of);
    let forecaster = Forecaster::new(&loaded.organisation, Options::on(as_of).with_trials(50, 50));
    let plan = loaded.organisation.plans().next().unwrap();
    let forecast = forecaster.plan(&plan.id).unwrap();
    let next = kedge_decide::next(&loaded.organisation, &standing, &|_| Some(&forecast), as_of);
    let frame = Frame {
        organisation: &loaded.organisation,
        as_of,
        version: 1,
        freshness: Freshness::Fresh,
        writing: None,
        files: &loaded.sources,
        comments: None,
        copies: &[],
    };
    let answers = PlanAnswers {
        standing: &standing,
        forecast: Some(&forecast),
        decisions: &[],
        losses: None,
        next: &next,
        report: None,
    };
    let page = pages::plan(&frame, &answers, plan);
    let text = page.clone().into_string();
    for said in ["There is too little data for a date.", "<code>small/all</code> has no", "effort = &quot;3w"]
    {
        assert!(text.contains(said), "the page does not say {said}: {text}");
    }
    assert!(!text.contains("class=\"timeline\""), "no picture without dates");
    page
}

/// Leaves the pages in the test's folder under `target`, to be looked at.
fn keep(all: &BTreeMap<String, String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("kedge.css"), pages::stylesheet()).unwrap();
    for (address, text) in all {
        let name = if address == "/" { "overview".to_owned() } else { address[1..].replace('/', "-") };
        let text =
            text.replace("href=\"/kedge.css\"", "href=\"kedge.css\"").replace("src=\"/kedge.js\" ", "");
        std::fs::write(folder.join(format!("{name}.html")), text).unwrap();
    }
}

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn pages_are_html_without_errors() {
    for (address, text) in PAGES.iter() {
        let page = Html::parse_document(text);
        assert!(page.errors.is_empty(), "{address}: {:?}", page.errors);
    }
}

fn names_are_unique_and_descriptions_are_there() {
    for (address, text) in PAGES.iter() {
        let page = Html::parse_document(text);
        let mut ids = BTreeSet::new();
        for element in page.select(&select("[id]")) {
            let id = element.value().attr("id").unwrap();
            assert!(ids.insert(id.to_owned()), "{address}: two elements are called {id}");
        }
        for element in page.select(&select("[aria-describedby]")) {
            let id = element.value().attr("aria-describedby").unwrap();
            assert!(ids.contains(id), "{address}: nothing is called {id}");
        }
    }
}

fn links_lead_somewhere() {
    let anchors: BTreeMap<&String, BTreeSet<String>> = PAGES
        .iter()
        .map(|(address, text)| {
            let page = Html::parse_document(text);
            let ids =
                page.select(&select("[id]")).map(|it| it.value().attr("id").unwrap().to_owned()).collect();
            (address, ids)
        })
        .collect();
    // Of the small organisation only this one page is there.
    for (address, text) in PAGES.iter().filter(|(address, _)| *address != "/state/too-little") {
        let page = Html::parse_document(text);
        for link in page.select(&select("a[href]")) {
            let href = link.value().attr("href").unwrap();
            if href.starts_with("https://") || href.starts_with("/trial/") {
                continue;
            }
            // A move is shown on the page that it is asked from.
            let href = href.split_once("?move=").map_or(href, |(page, _)| page);
            let (path, anchor) = href.split_once('#').unwrap_or((href, ""));
            let path = if path.is_empty() { address.as_str() } else { path };
            let Some(ids) = anchors.get(&path.to_owned()) else { panic!("{address}: {href} leads nowhere") };
            assert!(
                anchor.is_empty() || ids.contains(anchor),
                "{address}: {href} leads to no place on its page"
            );
        }
    }
}

fn a_strict_policy_for_content_has_nothing_to_forbid() {
    for (address, text) in PAGES.iter() {
        let page = Html::parse_document(text);
        for element in page.select(&select("*")) {
            for (name, value) in element.value().attrs() {
                assert!(name != "style" && !name.starts_with("on"), "{address}: {name}={value}");
                assert!(!value.starts_with("javascript:"), "{address}: {value}");
            }
        }
        assert_eq!(page.select(&select("style")).count(), 0, "{address}");
        let scripts: Vec<_> = page.select(&select("script")).collect();
        assert!(
            scripts
                .iter()
                .all(|it| it.value().attr("src") == Some("/kedge.js") && it.inner_html().is_empty())
        );
    }
}

fn everything_has_a_name_for_those_who_do_not_see_it() {
    let text_of = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    for (address, text) in PAGES.iter() {
        let page = Html::parse_document(text);
        assert_eq!(page.select(&select("html[lang]")).count(), 1, "{address}");
        assert_eq!(page.select(&select("h1")).count(), 1, "{address}: one headline");
        assert_eq!(page.select(&select("main")).count(), 1, "{address}");
        assert!(!text_of(page.select(&select("title")).next().unwrap()).is_empty());
        for svg in page.select(&select("svg")) {
            // What an image holds is not told; a picture with links in it is a group of them.
            let role = if svg.select(&select("a[href]")).next().is_some() { "group" } else { "img" };
            let svg = svg.value();
            let named =
                svg.attr("role") == Some(role) && svg.attr("aria-label").is_some_and(|it| !it.is_empty());
            let decoration =
                svg.attr("aria-hidden") == Some("true") || svg.attr("role") == Some("presentation");
            assert!(named || decoration || svg.attr("preserveAspectRatio").is_some(), "{address}: {svg:?}");
        }
        for control in page.select(&select("button, a[href], summary")) {
            assert!(!text_of(control).is_empty(), "{address}: {}", control.html());
        }
        for field in page.select(&select("input:not([type=hidden]), select, textarea")) {
            let labelled = field
                .ancestors()
                .filter_map(scraper::ElementRef::wrap)
                .any(|it| it.value().name() == "label");
            assert!(labelled, "{address}: {}", field.html());
        }
        for table in page.select(&select("table")) {
            assert!(table.select(&select("caption")).any(|it| !text_of(it).is_empty()), "{address}");
            assert!(table.select(&select("th[scope=col]")).count() > 0, "{address}");
        }
        let mut level = 1;
        for heading in page.select(&select("h1, h2, h3, h4")) {
            let now: u32 = heading.value().name()[1..].parse().unwrap();
            assert!(now <= level + 1, "{address}: h{level} is followed by h{now}");
            level = now;
        }
        assert_eq!(
            page.select(&select("body > a.skip")).next().unwrap().value().attr("href"),
            Some("#answer")
        );
    }
}

fn what_is_recorded_carries_the_token_of_the_run() {
    let mut forms = 0;
    for (address, text) in PAGES.iter() {
        let page = Html::parse_document(text);
        for form in page.select(&select("form[method=post]")) {
            forms += 1;
            let token = form.select(&select("input[name=token]")).next();
            assert_eq!(token.and_then(|it| it.value().attr("value")), Some("t0ken"), "{address}");
        }
    }
    assert!(forms > 0);
}

/// A comment as a store keeps it.
fn said(about: &str, texts: &[&str]) -> kedge_model::KeptComment {
    kedge_model::KeptComment {
        id: format!("{:06}-1f2e3d4c", texts.len()),
        comment: kedge_model::Comment {
            about: about.parse().unwrap(),
            by: "payments".parse().unwrap(),
            on: "2026-10-12".parse().unwrap(),
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
        },
    }
}
